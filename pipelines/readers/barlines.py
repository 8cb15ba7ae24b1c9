"""Text in which every cell and every bar has a line of its own: cells with a bar between them are one row, two bars in
a row have an empty cell between them.

Where a bar stands behind every cell, the last one of a row too (on a line of its own or on the cell's), bars part no
rows: such a text is one of bare lines with a cell on each, and what stands in a row is told by its words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipelines.document import Block, Cell, Grid, Paragraph
from pipelines.readers.limits import Limits, too_many_cells
from pipelines.readers.pieces import BLANK, is_value

BARS = "|｜│┃"
BAR_LINES = 12
"""Lines of nothing but a bar before they are taken for the edges of cells."""
_VALUES_BELOW, _ROWS_OF_A_LINE = 6, 4
"""Lines of values below labels, and rows on one line, that no table has whose rows are lines."""
_CELL = re.compile(f"[{BARS}]")
_ENDED = re.compile(f"([^{BARS}]*)[{BARS}]")
_CELL_OR_BAR = re.compile(f"[{BARS}]|[^{BARS}]+")
_LABEL = 40
_NARROWEST = 3
"""Cells of the rows of a table of ended cells."""
_WRAPPED, _SHORT = 3, 10
"""Lines of a heading that is broken within its cell, and the length of its longest."""
_SPANNED = 5
"""Columns that one heading spans at most."""

Placed = tuple[int, int, str]
"""A line: its number from 1, the offset of its text, the text without blanks around it."""


def cells_with_bars(lines: Sequence[Placed]) -> list[Placed] | None:
    """Cells and bars each on a line of its own, where bars end cells and line ends no rows: labels and values stand on
    lines of their own, each with a bar behind it, or all rows on one line. None for any other text."""
    bars = sum(text.count(bar) for *_, text in lines for bar in BARS)
    flat = sum(len(cells) - 1 for *_, text in lines if _many_rows(cells := _CELL.split(text)))
    if 2 * flat < bars and not _apart(lines):
        return None
    parted: list[Placed] = []
    for number, start, text in lines:
        for match in _CELL_OR_BAR.finditer(text):
            cell = match[0].strip(BLANK)
            if cell:
                parted.append((number, start + match.start() + match[0].index(cell), cell))
    return parted


def rows_of_ended_cells(lines: Sequence[Placed], limits: Limits) -> list[Block] | None:
    """Texts in which each bar ends a cell, an empty one where nothing stands before it, and line ends no rows: the rows
    of a table are all as long as its first, which its words show. None where a table shows otherwise, or no empty cell
    stands before a value, so that nothing is lost without them."""
    blocks: list[Block] = []
    gaps = False
    cells: list[Placed] = []
    for number, start, text in [*lines, (0, 0, "-")]:
        if text[-1:] in BARS and text:
            for match in _ENDED.finditer(text):
                cell = match[1].strip(BLANK)
                cells.append((number, start + match.start() + len(match[1]) - len(match[1].lstrip(BLANK)), cell))
            continue
        if text and cells:
            made = _Rows()
            rows = _chopped(cells)
            if rows is None or len(cells) > limits.cells:
                return None
            for row in rows:
                gaps = gaps or _has_gap([text for *_, text in row])
                for line, at, cell in row:
                    made.add(cell, f"L{line}:{at + 1}-{at + len(cell) + 1}")
                made.end_row()
            made.end_grid()
            blocks += made.blocks
            cells = []
        if any(bar in text for bar in BARS):
            return None
        if text and number:
            blocks.append(Paragraph(text, f"L{number}:{start + 1}-{start + len(text) + 1}"))
    return blocks if gaps else None


def _has_gap(texts: Sequence[str]) -> bool:
    """Whether an empty cell stands between the label of a row and a value."""
    values = [at for at, text in enumerate(texts) if text and is_value(text)]
    return bool(values) and "" in texts[1 : values[-1]]


def _chopped(cells: Sequence[Placed]) -> list[Sequence[Placed]] | None:
    """The cells of a table in rows as long as the first; None where a row does not begin with its label, or a label
    stands behind a value."""
    firsts = [at for at, (above, below) in enumerate(pairwise(cells), 1) if below[2] and not above[2]]
    width = firsts[0] if firsts else len(cells)
    rows = [cells[at : at + width] for at in range(0, len(cells), width)]
    for row in rows:
        texts = [text for *_, text in row]
        values = [at for at, text in enumerate(texts) if text and is_value(text)]
        labels = [at for at, text in enumerate(texts) if text and not is_value(text)]
        if values and (not labels or labels[-1] > values[0]):
            return None
        if not labels or any(texts[: labels[0]]) or labels[0] > 1:
            return None
    return rows if width >= _NARROWEST else None


def _many_rows(cells: Sequence[str]) -> bool:
    """Whether a line holds several rows one behind the other: words follow values again and again."""
    values = [is_value(cell.strip(BLANK)) for cell in cells if cell.strip(BLANK)]
    return sum(one and not other for one, other in pairwise(values)) >= _ROWS_OF_A_LINE


def _apart(lines: Sequence[Placed]) -> bool:
    """Whether values stand below their labels, on lines of nothing else, and bars behind all of them; few values will
    do where no line has two cells."""
    below, above = 0, False
    alone, together = 0, 0
    for *_, text in lines:
        cells = [cell.strip(BLANK) for cell in _CELL.split(text)]
        printed = [cell for cell in cells if cell]
        ended = bool(printed) and bool(cells[0]) and not cells[-1]
        valued = ended and all(map(is_value, printed))
        below += valued and above
        alone += ended and len(printed) == 1
        together += len(printed) > 1 and len(cells) > 1
        above = ended and (valued or len(printed) == 1) if printed else above
    return below >= _VALUES_BELOW or (below > 0 and alone >= BAR_LINES and not together)


def rows_after_bars(lines: Sequence[Placed], limits: Limits) -> list[Block] | None:
    """Texts in which a bar opens every cell but the first, each on a line, and a bar alone ends the row; further lines
    of a cell have none. None for any other text."""
    if sum(text[:1] in BARS and is_value(text[1:].strip(BLANK)) for *_, text in lines if len(text) > 1) < _VALUES_BELOW:
        return None
    if any(text.count(bar) > 1 or text.find(bar) > 0 for *_, text in lines for bar in BARS):
        return None
    rows: list[list[Placed]] = []
    ended = True
    for number, start, text in lines:
        if not text:
            continue
        cell = text.lstrip(BARS + BLANK)
        at = start + len(text) - len(cell)
        if text[0] in BARS and rows:
            rows[-1].append((number, at, cell))
            ended = not cell
        elif ended or len(rows[-1]) == 1:
            rows.append([(number, at, cell)])
            ended = False
        else:
            line, place, above = rows[-1][-1]
            rows[-1][-1] = (line, place, f"{above}\n{cell}")
    return _grids(rows, limits)


def _grids(rows: Sequence[Sequence[Placed]], limits: Limits) -> list[Block]:
    made = _Rows()
    if sum(map(len, rows)) > limits.cells:
        raise too_many_cells()
    for row in rows:
        cells = row[:-1] if len(row) > 1 and not row[-1][2] else row
        # A sentence; within a table it is the first half of a label.
        alone = len(cells) == 1 and (not made.begun or len(cells[0][2]) > _LABEL or "。" in cells[0][2])
        if alone:
            made.end_grid()
        for number, start, text in cells:
            made.add(text, f"L{number}:{start + 1}-{start + len(text.split(chr(10))[0]) + 1}")
        made.end_row()
        if alone:
            made.end_grid()
    made.end_grid()
    return made.blocks


def blocks_of_bar_lines(lines: Sequence[Placed], limits: Limits, *, ended: bool = False) -> list[Block]:
    """Grids and paragraphs of lines of a cell or a bar; ``ended``: it is known that a bar ends every cell."""
    if ended or _bars_end_cells(lines):
        cells = _unwrapped(lines)
        if len(cells) > limits.cells:
            raise too_many_cells()
        return cells
    made = _Rows()
    count = 0
    for number, start, text in lines:
        place = f"L{number}:{start + 1}-{start + len(text) + 1}"
        if not text:
            made.gap()
        elif text in BARS:
            made.bar(f"L{number}:{start + 1}-{start + 1}")
        else:
            made.text(text, place)
            count += 1
        if count > limits.cells:
            raise too_many_cells()
    made.end_grid()
    return made.blocks


def _bars_end_cells(lines: Sequence[Placed]) -> bool:
    """Whether a bar stands behind every value: between rows there is none more than within them."""
    printed = [text for *_, text in lines if text]
    behind = [below in BARS for text, below in pairwise(printed) if text not in BARS and is_value(text)]
    return len(behind) >= BAR_LINES and all(behind)


def _unwrapped(lines: Sequence[Placed]) -> list[Block]:
    """A paragraph for each cell and each line of prose; the few short lines between two bars are one heading."""
    made: list[Block] = []
    between: list[Placed] = []
    for line in (line for line in lines if line[2]):
        if line[2] in BARS:
            made += _heading_of(between)
            between = []
        else:
            between.append(line)
    return made + _heading_of(between)


def _heading_of(lines: list[Placed]) -> list[Block]:
    wrapped = 1 < len(lines) <= _WRAPPED and not any(is_value(text) or len(text) > _SHORT for *_, text in lines)
    return [
        Paragraph(text, f"L{number}:{start + 1}-{start + len(text) + 1}")
        for number, start, text in ([(*lines[0][:2], "".join(text for *_, text in lines))] if wrapped else lines)
    ]


class _Rows:
    """The rows of the grid that is being read, and the blocks before it."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.rows: list[list[Cell]] = []
        self.row: list[Cell] = []
        self.after_bar = ""
        """Place of the bar above, "" below a text."""

    def gap(self) -> None:
        if not self.after_bar:
            self.end_grid()

    def bar(self, place: str) -> None:
        if self.after_bar or not self.row:
            self.add("", place)
        self.after_bar = place

    def text(self, text: str, place: str) -> None:
        if self.after_bar and self._full() and not is_value(text):
            self.add("", self.after_bar)  # the last cell of the row is empty: nothing but its bar shows it
            self.after_bar = ""
        if not self.after_bar:
            self.end_row()
        self.add(text, place)
        self.after_bar = ""

    def end_grid(self) -> None:
        self.end_row()
        if any(len(cells) > 1 for cells in self.rows):
            name = f"{self.rows[0][0].locator.split(':')[0]}-{self.rows[-1][-1].locator.split(':')[0][1:]}"
            cells = [cell for row in self.rows for cell in row]
            self.blocks.append(Grid(cells, len(self.rows), max(map(len, self.rows)), name, aligned=False))
        else:
            self.blocks.extend(Paragraph(row[0].text, row[0].locator) for row in self.rows)
        self.rows = []

    @property
    def begun(self) -> bool:
        """Whether the grid has a row of several cells."""
        return any(len(cells) > 1 for cells in self.rows)

    def add(self, text: str, place: str) -> None:
        """One more cell of the row."""
        self.row.append(Cell(text, len(self.rows), len(self.row), locator=place))

    def end_row(self) -> None:
        """What follows is another row."""
        if self.row:
            self.rows.append(self.row)
        self.row = []

    def _full(self) -> bool:
        """Whether no text can follow in this row: a value, or as many empty cells as no heading leaves, stand in it."""
        texts = [cell.text for cell in self.row[1:]]
        return any(map(is_value, texts)) or (len(texts) >= _SPANNED and not any(texts[-_SPANNED:]))
