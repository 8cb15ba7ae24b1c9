"""Tables set in columns of characters: the values of a text file that stand one below the other, parted by blanks.

The lines become lines of print and go the way of tables without rulings on a page (``alleys``): where the values of all
lines stand tells the columns, so that an empty cell shows as a gap. Printers of such text count every character as one
column (``pdftotext -layout``) or a Chinese one as two (terminals, editors). No file says which, but counted wrongly its
texts scatter: they stand at fewer places where they are counted rightly. Where that does not tell, both ways must give
the same tables, else the lines stay lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from pipelines.document import Cell, Grid
from pipelines.readers.alleys import Carried, tables_of
from pipelines.readers.alleytable import FAR, AlleyCell
from pipelines.readers.lattice import Glyph
from pipelines.readers.pieces import Piece, TextLine, piece_of

_EM = 2.0  # columns that a Chinese character is wide
_PITCH = 2.2 * _EM  # of lines: too far apart to be lines of one label, near enough to be lines of one table
_BLANK_LINE = 0.3 * _EM
_MOST_BLANK = 2  # empty lines that one table has between two of its lines
_UNIT = 6.0  # points that a column stands for in the edges of a grid
_TEXT = re.compile(r"[^\s\u3000](?:[^\S\t\u3000]?[^\s\u3000])*")
_GAP = re.compile(r"(?<=\S)(?:[^\S\t]{2,}|\u3000)(?=\S)")
_FEWEST = 3  # lines of three texts or more that make it worth to look
_CLEARLY = 1.3  # times as many places of texts: so many show that columns are counted wrongly

Numbered = tuple[int, str]
"""A line with its number, from 1."""


def find_grids(lines: Sequence[Numbered]) -> list[tuple[Grid, list[int]]]:
    """The tables of these lines in order, each with the numbers of the lines it takes."""
    if sum(len(_GAP.findall(line)) > 1 for _, line in lines) < _FEWEST:
        return []
    ways = [_Way(lines, wide) for wide in (False, True)]
    few, many = sorted(ways, key=lambda way: way.places)
    if few.places * _CLEARLY < many.places:
        return few.grids()
    found = [way.grids() for way in ways]
    return found[0] if _said(found[0]) == _said(found[1]) else []


def _said(grids: Sequence[tuple[Grid, list[int]]]) -> list[tuple[str, int, int, int]]:
    """What both ways of counting must agree on: which text stands in which row and column."""
    return [(cell.text, cell.row, cell.col, cell.colspan) for grid, _ in grids for cell in grid.cells]


class _Way:
    """The lines with their texts placed in one way of counting columns."""

    def __init__(self, lines: Sequence[Numbered], wide: bool) -> None:
        self.wide = wide
        self.texts = dict(lines)
        self.number_at: dict[float, int] = {}
        self.lines: list[TextLine] = []
        for number, base, pieces in _placed(lines, wide):
            self.number_at[base] = number
            self.lines.append(TextLine(pieces, _EM, base))

    @property
    def places(self) -> int:
        """How many places there are at which the texts beside others begin or, if these are fewer, end."""
        beside = [piece for line in self.lines for piece in line.pieces[1:]]
        return min(len({piece.x0 for piece in beside}), len({piece.x1 for piece in beside}))

    def grids(self) -> list[tuple[Grid, list[int]]]:
        """The tables in order, each with the numbers of its lines."""
        found = []
        for table, taken in tables_of(self.lines, Carried()):
            numbers = [self.number_at[line.base] for line in taken]
            cells = [Cell(c.text, c.row, c.col, 1, c.colspan, self._locator(c)) for c in table.cells]
            edges = tuple(round(_UNIT * place, 1) for place in table.edges)
            name = f"L{numbers[0]}-{numbers[-1]}"
            found.append((Grid(cells, table.n_rows, table.n_cols, name, True, None, edges), numbers))
        return found

    def _locator(self, cell: AlleyCell) -> str:
        x0, _, x1, base = cell.box
        number = self.number_at[base]
        places = _columns(self.texts[number], self.wide)[:-1]
        start = sum(place < x0 for place in places)
        end = sum(place < x1 for place in places) if cell.text else start
        return f"L{number}:{start + 1}-{end + 1}"


def _placed(lines: Sequence[Numbered], wide: bool) -> Iterator[tuple[int, float, list[Piece]]]:
    """Each line that is not empty with its number, its base and its texts."""
    base, last = 0.0, 0
    for number, line in lines:
        texts = list(_TEXT.finditer(line))
        if not texts:
            continue
        blank = number - last - 1
        # Below an empty line only values show that the table goes on; a text there may be anything.
        ends = blank and (blank > _MOST_BLANK or len(texts) == 1)
        base += 2 * FAR * _EM if ends else _PITCH + blank * _BLANK_LINE
        last = number
        places = _columns(line, wide)
        yield number, base, [_piece(match, places, base) for match in texts]


def _columns(line: str, wide: bool) -> list[float]:
    """The column in which each character of a line begins, and the end of the last."""
    if not wide:
        return [float(place) for place in range(len(line) + 1)]
    places = [0.0]
    for char in line:
        places.append(places[-1] + (2 if east_asian_width(char) in "WF" else 1))
    return places


def _piece(match: re.Match[str], places: Sequence[float], base: float) -> Piece:
    start, text = match.start(), match[0]
    glyphs = [
        Glyph(char, places[start + at], base - _EM, places[start + at + 1], base, base)
        for at, char in enumerate(text)
        if not char.isspace()
    ]
    return piece_of(glyphs)._replace(text=text)
