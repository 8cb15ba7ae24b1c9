"""Tables that no ruling draws: columns parted by white alleys that run down over several lines.

Knows nothing of PDF: glyphs in, tables and the remaining glyphs out. The rules are made to abstain:

* What stands next to each other on a line is parted where the gap is wider than any between words (``GAP`` em). The
  values at the end of lines, their places gathered over all lines of a table, are its columns; headings over columns
  without any value add theirs. Two values of one line in one column, or a text over two columns of values, and there is
  no table: the lines stay lines.
* Left of the values are labels. The lines of one label stand closer than those of two; the row of values that stands
  beside a label is its row, whether it is set at its top, middle or bottom. A label beside nothing is an empty row,
  unless it stands between the lines of labels further right: then it names a group of rows.
* Lines above the first values are the header; each stays a row, a heading over several columns gets those around whose
  middle it stands.
* A line that is neither a label nor values ends a table: the caption or header of the next one, or prose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pipelines.readers.alleytable import FAR, AlleyTable, Candidate, leads
from pipelines.readers.lattice import Glyph
from pipelines.readers.pieces import WIDE, TextLine, text_pieces, united

SIZES = 1.2  # ratio of sizes of print that one table does not mix
PROSE = 12  # em that no heading of a column is wide
MIDDLE = 0.2  # of the width of a page, about its middle, in which two halves part
MAX_LINES = 3  # of headings over the first line with a wide gap


@dataclass(slots=True)
class Carried:
    """What the page before says: its last table, and whether it had any table beyond doubt."""

    table: AlleyTable | None = None
    strong: bool = False


def find_tables(glyphs: list[Glyph], carried: Carried) -> tuple[list[AlleyTable], list[Glyph]]:
    """The tables of a page from the top down, and the glyphs that stand in none; ``carried`` is brought up to date."""
    tables = tables_of(text_pieces(glyphs), carried)
    used = {id(glyph) for _, lines in tables for line in lines for piece in line.pieces for glyph in piece.glyphs}
    return [table for table, _ in tables], [glyph for glyph in glyphs if id(glyph) not in used]


def tables_of(lines: list[TextLine], carried: Carried) -> list[tuple[AlleyTable, list[TextLine]]]:
    """The tables of a page's lines from the top down, each with its lines; ``carried`` is brought up to date."""
    tables: list[AlleyTable] = []
    taken: list[list[TextLine]] = []
    strong = carried.strong
    chunks = list(_chunks(lines))
    for chunk in chunks:
        maker = Candidate(chunk, None if tables else carried.table)
        table = maker.build()
        if table is None or not maker.begins(lines, tables) or not (maker.body or chunk is chunks[-1]):
            continue
        tables.append(table)
        taken.append(maker.lines)
        strong = strong or maker.strong
    carried.table, carried.strong = (tables[-1], True) if tables and strong else (None, False)
    return list(zip(tables, taken, strict=True)) if carried.strong else []


def parting_of(glyphs: list[Glyph], width: float) -> float | None:
    """Where a page of that width parts into a left and a right half that are read one after the other, if it does.

    A half has lines of its own: prose, or labels with values after them. Headings over columns of values are the right
    side of a table, not of a page.
    """
    lines = text_pieces(glyphs)
    parting = _gutter(lines, width) or _between_values_and_texts(lines)
    if parting is None:
        return None
    for left in (True, False):
        rows = text_pieces([glyph for glyph in glyphs if (glyph.x0 < parting) == left])
        begun = sum(1 for line in rows if not line.pieces[0].valued)
        own = sum(1 for line in rows if (line.labels and line.values) or _is_prose(line))
        if own < 2 or begun < MAX_LINES or 2 * begun < len(rows):
            return None
    return parting


def _is_prose(line: TextLine) -> bool:
    return any(piece.x1 - piece.x0 > PROSE * line.em for piece in line.pieces)


def _gutter(lines: list[TextLine], width: float) -> float | None:
    """The middle of a white band that runs down about the middle of the page and that nothing crosses."""
    covered = united((piece.x0, piece.x1) for line in lines for piece in line.pieces)
    em = median(line.em for line in lines) if lines else 0.0
    bands = [
        (a[1], b[0])
        for a, b in pairwise(covered)
        if b[0] - a[1] >= WIDE * em and a[1] < (1 + MIDDLE) / 2 * width and b[0] > (1 - MIDDLE) / 2 * width
    ]
    if not bands:
        return None
    low, high = max(bands, key=lambda band: band[1] - band[0])
    return (low + high) / 2


def _between_values_and_texts(lines: list[TextLine]) -> float | None:
    """Where values end, and further texts begin, beside each other on several lines."""
    gaps = [
        (a.x1, b.x0)
        for line in lines
        for a, b in pairwise(line.pieces)
        if a.valued and not b.valued and b.x0 - a.x1 > WIDE * line.em
    ]
    if len(gaps) < MAX_LINES:
        return None
    # The place that most of these gaps share.
    middle = median((low + high) / 2 for low, high in gaps)
    shared = [(low, high) for low, high in gaps if low < middle < high]
    if len(shared) < MAX_LINES or 2 * len(shared) < len(gaps):
        return None
    parting = (max(low for low, _ in shared) + min(high for _, high in shared)) / 2
    crossed = sum(1 for line in lines for piece in line.pieces if piece.x0 < parting < piece.x1)
    return parting if 10 * crossed <= len(lines) else None


def _chunks(lines: list[TextLine]) -> Iterable[list[TextLine]]:
    """Runs of lines that may be one table each, header first."""
    chunk: list[TextLine] = []
    seen = False
    value_left = label_right = 0.0
    lefts: list[float] = []  # where labels begin
    for line in lines:
        if chunk and _ends(chunk, line):
            yield from _trimmed(chunk)
            chunk, seen = [], False
        values = line.values
        labels = line.labels
        if seen and not values:
            last = labels[-1]
            named = label_right > float("-inf")
            inner = any(left - min(lefts) > line.em and abs(left - labels[0].x0) < 0.2 * line.em for left in lefts)
            far = named and last.x0 > label_right + 0.5 * line.em and not inner
            if far or last.x1 > value_left - 0.2 * line.em:
                yield from _trimmed(chunk)
                chunk, seen = [], False
        elif values and (len(line.pieces) > 1 or seen):
            left, right = values[0].x0, labels[-1].x1 if labels else float("-inf")
            value_left = min(value_left, left) if seen else left
            label_right = max(label_right, right) if seen else right
            lefts = [*(lefts if seen else ()), *(piece.x0 for piece in labels)]
            seen = True
        chunk.append(line)
    yield from _trimmed(chunk)


def _ends(chunk: list[TextLine], line: TextLine) -> bool:
    """Whether no table goes on from these lines to the next: too far away, or another size of print."""
    before = chunk[-1]
    em = min(before.em, line.em)
    return line.base - before.base > FAR * em or max(before.em, line.em) > SIZES * em


def _trimmed(chunk: list[TextLine]) -> Iterable[list[TextLine]]:
    """The part of a run from its first line with a wide gap on (and a few headings above it) to its last."""
    tabular = [index for index, line in enumerate(chunk) if line.wide]
    if not tabular:
        return
    first = tabular[0]
    data = [index for index in tabular if chunk[index].values]
    while (
        first
        and tabular[0] - first < MAX_LINES
        and (
            _heading(chunk[first - 1], chunk[tabular[0]])
            or (data and first <= data[0] and leads(chunk[first - 1], chunk[first:], chunk[first].em))
        )
    ):
        first -= 1
    yield chunk[first : _last(chunk, tabular[-1]) + 1]


def _heading(line: TextLine, below: TextLine) -> bool:
    """Whether a line of one text stands over a part of the line below it: no caption over all of it, no prose."""
    return len(line.pieces) == 1 and line.pieces[0].x0 > below.pieces[0].x1


def _last(chunk: list[TextLine], index: int) -> int:
    """Labels go on below the last values: lines that begin where labels begin, line by line."""
    lefts = [line.pieces[0].x0 for line in chunk[: index + 1] if line.values and not line.pieces[0].valued]
    values = min((line.values[0].x0 for line in chunk[: index + 1] if line.values), default=0.0)
    while index + 1 < len(chunk):
        line = chunk[index + 1]
        inside = all(piece.x1 < values for piece in line.pieces)
        if not inside or not any(abs(line.pieces[0].x0 - left) < 0.5 * line.em for left in lefts):
            break
        index += 1
    return index
