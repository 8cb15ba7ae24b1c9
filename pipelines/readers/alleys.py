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

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pipelines.readers.lattice import Glyph, line_of, text_lines

GAP = 0.6  # em between two texts of a line that belong to two cells; between two numbers a third of that is enough
DIGIT_GAP = 0.3
WIDE = 1.0  # em: the gap that a line of a table must show somewhere
SAME = 0.35  # em by which baselines on one line may differ
LOOSE = 1.18  # times the distance of two lines in a cell is a new cell
LEADING = 1.55  # em between two lines of one label at most
SPACED = 1.7  # em between two lines that cannot be lines of one cell
FAR = 3.2  # em between two lines that no table has
SIZES = 1.2  # ratio of sizes of print that one table does not mix
MAX_HEADER, MAX_LINES = 12, 3
STRONG = 3  # columns of values that make a table beyond doubt

_VALUE = re.compile(
    r"[+\-－−增减]?[\d０-９][\d０-９,，.．]*(?:万元|元|件|项|条|个|宗|起|次|人|篇|期|份|%|％)?(?:[（(][^）)]*[）)]?)?"
    r"|[/／\\—–－\-─]{1,4}|无|〇|○|零|[\d０-９]+[/／][\d０-９]+"
)

Span = tuple[float, float]


class Piece(NamedTuple):
    """Text between two gaps of a line, with its place."""

    text: str
    x0: float
    x1: float
    base: float
    y0: float
    y1: float
    glyphs: tuple[Glyph, ...]

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def valued(self) -> bool:
        return _VALUE.fullmatch(self.text.replace(" ", "")) is not None


@dataclass(slots=True)
class TextLine:
    """One line of the page in pieces, from left to right; ``em`` is the size of its print."""

    pieces: list[Piece]
    em: float
    base: float

    @property
    def values(self) -> list[Piece]:
        """The values at the end of the line."""
        count = 0
        while count < len(self.pieces) and self.pieces[-1 - count].valued:
            count += 1
        return self.pieces[len(self.pieces) - count :]

    @property
    def labels(self) -> list[Piece]:
        """What stands before them."""
        return self.pieces[: len(self.pieces) - len(self.values)]

    @property
    def wide(self) -> bool:
        return any(b.x0 - a.x1 >= WIDE * self.em for a, b in pairwise(self.pieces))


class AlleyCell(NamedTuple):
    """One cell with the box that it prints, or that it would print."""

    text: str
    row: int
    col: int
    colspan: int
    box: tuple[float, float, float, float]


@dataclass(slots=True)
class AlleyTable:
    """One table: ``values`` are the extents of its columns of values, which come after ``labels`` columns of labels."""

    cells: list[AlleyCell]
    n_rows: int
    n_cols: int
    edges: list[float]
    box: tuple[float, float, float, float]
    values: list[Span]
    labels: list[float]


@dataclass(slots=True)
class Carried:
    """What the page before says: its last table, and whether it had any table beyond doubt."""

    table: AlleyTable | None = None
    strong: bool = False


@dataclass(slots=True)
class _Block:
    """Lines of one label; ``level`` counts its column from the left."""

    level: int
    pieces: list[Piece]
    rows: list[list[Piece]] = field(default_factory=list)

    @property
    def first(self) -> float:
        return self.pieces[0].base

    @property
    def last(self) -> float:
        return self.pieces[-1].base

    @property
    def text(self) -> str:
        return "\n".join(piece.text for piece in self.pieces)


def find_tables(glyphs: list[Glyph], carried: Carried) -> tuple[list[AlleyTable], list[Glyph]]:
    """The tables of a page from the top down, and the glyphs that stand in none; ``carried`` is brought up to date.

    What stands in two halves side by side (each with labels before its values) is read half by half.
    """
    lines = text_pieces(glyphs)
    parting = _parting_of_halves(lines)
    if parting is not None:
        left, rest = find_tables([glyph for glyph in glyphs if glyph.x0 < parting], carried)
        beside = Carried(strong=carried.strong)
        right, others = find_tables([glyph for glyph in glyphs if glyph.x0 >= parting], beside)
        carried.table, carried.strong = beside.table, carried.strong or beside.strong
        return left + right, rest + others
    tables: list[AlleyTable] = []
    used: set[int] = set()
    strong = carried.strong
    chunks = list(_chunks(lines))
    for chunk in chunks:
        maker = _Table(chunk, None if tables else carried.table)
        table = maker.build()
        if table is None or not maker.begins(lines, tables) or not (maker.body or chunk is chunks[-1]):
            continue
        tables.append(table)
        strong = strong or maker.strong
        used.update(id(glyph) for line in maker.lines for piece in line.pieces for glyph in piece.glyphs)
    carried.table, carried.strong = (tables[-1], True) if tables and strong else (None, False)
    if not carried.strong:
        return [], glyphs
    return tables, [glyph for glyph in glyphs if id(glyph) not in used]


# --------------------------------------------------------------------------------------------------------------- lines


def text_pieces(glyphs: list[Glyph]) -> list[TextLine]:
    """The lines of a page, from the top down, each parted at its wide gaps."""
    found = []
    for row in text_lines(glyphs):
        wide = [g.x1 - g.x0 for g in row if "\u2e80" <= g.text[0] <= "\u9fff"]
        em = median(wide) if wide else 0.85 * median(g.y1 - g.y0 for g in row)
        pieces: list[Piece] = []
        start = 0
        for index in range(1, len(row) + 1):
            if index < len(row):
                gap = row[index].x0 - row[index - 1].x1
                digits = row[index].text[0].isdigit() and row[index - 1].text[0].isdigit()
                if gap <= (DIGIT_GAP if digits else GAP) * em:
                    continue
            piece = _piece(row[start:index])
            start = index
            if piece.text:
                pieces.append(piece)
        if pieces:
            found.append(TextLine(pieces, em, median(piece.base for piece in pieces)))
    return found


def _piece(glyphs: Sequence[Glyph]) -> Piece:
    text, x0, y0, x1, y1 = line_of(list(glyphs))
    return Piece(text, x0, x1, median(g.base for g in glyphs), y0, y1, tuple(glyphs))


def _parting_of_halves(lines: list[TextLine]) -> float | None:
    """Where the page parts in two halves: values end, and further texts begin, beside each other on several lines."""
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
    for line in lines:
        if chunk and _ends(chunk, line):
            yield from _trimmed(chunk)
            chunk, seen = [], False
        values = line.values
        labels = line.labels
        if seen and not values:
            last = labels[-1]
            named = label_right > float("-inf")
            if last.x1 > value_left - 0.2 * line.em or (named and last.x0 > label_right + 0.5 * line.em):
                yield from _trimmed(chunk)
                chunk, seen = [], False
        elif values and (len(line.pieces) > 1 or seen):
            left, right = values[0].x0, labels[-1].x1 if labels else float("-inf")
            value_left = min(value_left, left) if seen else left
            label_right = max(label_right, right) if seen else right
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
            or (data and first <= data[0] and _leads(chunk[first - 1], chunk[first:], chunk[first].em))
        )
    ):
        first -= 1
    yield chunk[first : _last(chunk, tabular[-1]) + 1]


def _heading(line: TextLine, below: TextLine) -> bool:
    """Whether a line of one text stands over a part of the line below it: no caption over all of it, no prose."""
    return len(line.pieces) == 1 and line.pieces[0].x0 > below.pieces[0].x1


def _leads(line: TextLine, below: Sequence[TextLine], em: float) -> bool:
    """Whether a line is the beginning of a label beside or above whose end the first values stand."""
    if line.values or not below or below[0].base - line.base > LEADING * em:
        return False
    left = min((other.values[0].x0 for other in below if other.values), default=0.0)
    starts = [piece.x0 for other in below for piece in other.labels]
    return line.pieces[-1].x1 < left and any(abs(line.pieces[-1].x0 - start) < 0.2 * em for start in starts)


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


# --------------------------------------------------------------------------------------------------------------- table


class _Table:
    """One run of lines on its way to a table."""

    def __init__(self, lines: list[TextLine], before: AlleyTable | None) -> None:
        first = next((i for i, line in enumerate(lines) if line.values and (len(line.pieces) > 1 or i)), len(lines))
        self.em = median(line.em for line in lines)
        while first and _leads(lines[first - 1], lines[first:], self.em):
            first -= 1
        self.header, self.body = lines[:first], lines[first:]
        self.before = before
        self.columns: list[Span] = []
        self.lefts: list[float] = []

    @property
    def lines(self) -> list[TextLine]:
        """The lines that the table takes."""
        return [*self.header, *self.body]

    @property
    def strong(self) -> bool:
        """Whether this is a table beyond doubt."""
        rows = sum(1 for line in self.body if line.values)
        return len(self.columns) >= STRONG and (rows > 1 or len(self.columns) > 2 * STRONG)

    def begins(self, lines: list[TextLine], above: Sequence[AlleyTable]) -> bool:
        """Whether a table can begin with these lines of the page.

        Without a header it can only go on from the page before: not from a table above, which something foreign would
        have torn, nor from a line right above, which would be a part of its first row. Without values it must be a
        header whose table begins on the next page.
        """
        if not self.body:
            near = bool(above) and self.header[0].base - above[-1].box[3] < FAR * self.em
            return near or max(len(line.pieces) for line in self.header) > STRONG
        if self.header:
            return True
        torn = any(sum(_overlap(a, b) for a in table.values for b in self.columns) >= STRONG for table in above)
        first = lines.index(self.body[0]) if self.body[0] in lines else 0
        close = first > 0 and self.body[0].base - lines[first - 1].base < LEADING * self.em
        return not torn and not close

    def build(self) -> AlleyTable | None:
        """The table, or None where its columns or rows cannot be told."""
        if len(self.header) > MAX_HEADER:
            return None
        if not self.body:
            self.columns = self._headings([])
            return self._laid([]) if len(self.columns) > 1 else None
        if not self._find_columns():
            return None
        self._find_levels()
        rows = self._rows()
        return self._laid(rows) if rows else None

    def _find_columns(self) -> bool:
        values = [line.values for line in self.body]
        columns = _united((piece.x0, piece.x1) for row in values for piece in row)
        for row in values:
            if len({_at(columns, piece) for piece in row}) < len(row):
                return False
        right = max((piece.x1 for line in self.body for piece in line.labels), default=float("-inf"))
        if columns[0][0] < right:
            return False  # a text that reaches into the columns of values is no label, and nothing tells what it is
        if self.before is not None and not self.header:
            places = [[i for i, span in enumerate(self.before.values) if _overlap(span, column)] for column in columns]
            if all(len(found) == 1 for found in places) and len({found[0] for found in places}) == len(places):
                # The same table on the next page: also its columns without any value here.
                kept = list(self.before.values)
                for found, column in zip(places, columns, strict=True):
                    kept[found[0]] = (min(kept[found[0]][0], column[0]), max(kept[found[0]][1], column[1]))
                columns = [span for span in kept if span[0] > right]
        self.columns = columns = self._headings(columns, right)
        if any(b[0] - a[1] < DIGIT_GAP * self.em for a, b in pairwise(columns)):
            return False
        return len(columns) > 1 or bool(self.header)

    def _headings(self, columns: list[Span], right: float = float("-inf")) -> list[Span]:
        """The columns with those that only a heading shows; ``right`` is where the labels end."""
        headings: list[Piece] = []
        beside = next((number for number, line in enumerate(self.header) if len(line.pieces) > 1), len(self.header))
        for line in reversed(self.header[beside:]):
            # What stands alone over other headings, or above all of them, names a group or the table, no column.
            headings += [p for p in line.pieces if len(line.pieces) > 1 or not any(_over(p, q) for q in headings)]
        corner = [piece for piece in headings if columns and piece.x1 < columns[0][0]]
        if corner and all(piece.x0 > right for piece in corner):
            # None stands over the labels, but one of them must: the leftmost is no column without values.
            first = min(corner, key=lambda piece: piece.x0)
            headings = [piece for piece in headings if piece.x0 > first.x1]
        for piece in headings:
            under = any(_overlap(span, (piece.x0, piece.x1)) for span in columns)
            if not under and piece.x0 > right + 0.2 * self.em:
                columns = sorted([*columns, (piece.x0, piece.x1)])
        return columns

    def _find_levels(self) -> None:
        """Where the columns of labels begin; one, unless labels stand side by side."""
        self.body = [self._parted(line) for line in self.body]
        labels = [line.labels for line in self.body]
        lefts = sorted(piece.x0 for pieces in labels for piece in pieces)
        self.lefts = lefts[:1]
        near = [
            (a, b)
            for above, below in pairwise(labels)
            for a in above
            for b in below
            if b.base - a.base < 0.8 * self.em and not _over(a, b)
        ]
        if near or any(len(pieces) > 1 for pieces in labels):
            for left in lefts[1:]:
                if left - self.lefts[-1] > 0.5 * self.em:
                    self.lefts.append(left)

    def _parted(self, line: TextLine) -> TextLine:
        """A line whose labels are parted also at smaller gaps, where labels of several other lines begin."""
        starts: Counter[float] = Counter()
        for other in self.body:
            starts.update(round(piece.x0 / self.em, 1) for piece in other.labels)
        pieces: list[Piece] = []
        for piece in line.labels:
            start = 0
            for index in range(1, len(piece.glyphs)):
                gap = piece.glyphs[index].x0 - piece.glyphs[index - 1].x1
                if gap > DIGIT_GAP * self.em and starts[round(piece.glyphs[index].x0 / self.em, 1)] > 1:
                    pieces.append(_piece(piece.glyphs[start:index]))
                    start = index
            pieces.append(_piece(piece.glyphs[start:]))
        return TextLine([*pieces, *line.values], line.em, line.base)

    def _level(self, piece: Piece) -> int:
        return max((i for i, left in enumerate(self.lefts) if left <= piece.x0 + 0.3 * self.em), default=0)

    def _blocks(self) -> list[_Block]:
        """The labels, their lines put together."""
        levels: dict[int, list[Piece]] = {}
        for line in self.body:
            taken: set[int] = set()
            for piece in line.labels:
                level = self._level(piece)
                if level in taken:  # two texts side by side in one column are one line of it
                    piece = _piece(levels[level].pop().glyphs + piece.glyphs)
                taken.add(level)
                levels.setdefault(level, []).append(piece)
        steps = [b.base - a.base for pieces in levels.values() for a, b in pairwise(sorted(pieces, key=_base))]
        near = min((step for step in steps if step > 0.8 * self.em), default=0.0)
        blocks: list[_Block] = []
        for level, pieces in levels.items():
            block = None
            for piece in sorted(pieces, key=_base):
                if block is None or piece.base - block.last > LOOSE * near:
                    block = _Block(level, [piece])
                    blocks.append(block)
                else:
                    block.pieces.append(piece)
        self.near = near or 1.35 * self.em
        return blocks

    def _rows(self) -> list[_Row] | None:
        blocks = self._blocks()
        lines = [line.values for line in self.body if line.values]
        if not blocks:
            return self._unnamed(lines)
        orphans: list[list[Piece]] = []
        for values in lines:
            base = median(piece.base for piece in values)
            beside = [
                block for block in blocks if block.first - 0.6 * self.near <= base <= block.last + 0.6 * self.near
            ]
            if beside:
                max(beside, key=lambda block: (block.level, -abs((block.first + block.last) / 2 - base))).rows.append(
                    values
                )
            else:
                orphans.append(values)
        if orphans and not self._without(orphans, blocks):
            return None
        rows: list[_Row] = []
        groups: list[_Block] = []
        for block in blocks:
            if not block.rows:
                deeper = [
                    other
                    for other in blocks
                    if other.level > block.level
                    and other.first - self.near < block.last
                    and block.first < other.last + self.near
                ]
                if deeper:
                    groups.append(block)
                else:
                    rows.append(_Row((block.first + block.last) / 2, [block], {}))
                continue
            made = self._rows_of(block)
            if made is None:
                return None
            rows.extend(made)
        rows.sort(key=lambda row: row.base)
        for block in groups:
            middle = (block.first + block.last) / 2
            free = [row for row in rows if all(other.level > block.level for other in row.labels)]
            if not free:
                return None
            min(free, key=lambda row: abs(row.base - middle)).labels.append(block)
        return rows

    def _without(self, orphans: list[list[Piece]], blocks: list[_Block]) -> bool:
        """Leave lines of one number below everything, page numbers, out of the table; False where there are others."""
        end = max(block.last for block in blocks)
        if any(len(values) > 1 or values[0].base < end + self.near for values in orphans):
            return False
        self.body = [line for line in self.body if line.base < end + self.near]
        return True

    def _rows_of(self, block: _Block) -> list[_Row] | None:
        """The row or rows beside one label."""
        bases = [median(piece.base for piece in values) for values in block.rows]
        cells = self._cells(block.rows)
        if len(block.rows) == 1 or all(len(pieces) == 1 for pieces in cells.values()):
            return [_Row(bases[0] if len(bases) == 1 else (block.first + block.last) / 2, [block], cells)]
        beside = [min(block.pieces, key=lambda piece: abs(piece.base - base)) for base in bases]
        if all(abs(piece.base - base) < SAME * self.em for piece, base in zip(beside, bases, strict=True)):
            # Lines at even distances: each is a row, unless they are so close that a label may go on over several.
            if len(block.pieces) > len(bases) and self.near < SPACED * self.em:
                return None
            values = {id(piece): given for piece, given in zip(beside, block.rows, strict=True)}
            return [
                _Row(piece.base, [_Block(block.level, [piece])], self._cells([values.get(id(piece), [])]))
                for piece in block.pieces
            ]
        # A number that wraps in its cell, beside others that do not.
        wrapped = [pieces for pieces in cells.values() if len(pieces) > 1]
        if 2 * len(wrapped) >= len(cells) or any(
            b.base - a.base > LEADING * self.em for pieces in wrapped for a, b in pairwise(pieces)
        ):
            return None
        return [_Row((block.first + block.last) / 2, [block], cells)]

    def _unnamed(self, lines: list[list[Piece]]) -> list[_Row] | None:
        """Rows without labels; lines closer than two rows can be are refused."""
        rows: list[_Row] = []
        for values in lines:
            base = median(piece.base for piece in values)
            if rows and base - rows[-1].base < 2.2 * self.em:
                return None
            rows.append(_Row(base, [], self._cells([values])))
        return rows

    def _cells(self, lines: list[list[Piece]]) -> dict[int, list[Piece]]:
        cells: dict[int, list[Piece]] = {}
        for piece in sorted((piece for values in lines for piece in values), key=_base):
            cells.setdefault(_at(self.columns, piece), []).append(piece)
        return cells

    # ----------------------------------------------------------------------------------------------------------- layout

    def _laid(self, rows: list[_Row]) -> AlleyTable:
        n_labels = len(self.lefts)
        n_cols = n_labels + len(self.columns)
        cells: list[AlleyCell] = []
        header = self._header_rows(n_labels)
        for number, placed in enumerate(header):
            for piece, col, colspan in placed:
                cells.append(AlleyCell(piece.text, number, col, colspan, (piece.x0, piece.y0, piece.x1, piece.y1)))
        for number, row in enumerate(rows, len(header)):
            labels = sorted(row.labels, key=lambda block: block.level)
            top = min([p.y0 for b in labels for p in b.pieces] + [p.y0 for v in row.values.values() for p in v])
            bottom = max([p.y1 for b in labels for p in b.pieces] + [p.y1 for v in row.values.values() for p in v])
            for place, block in enumerate(labels):
                end = labels[place + 1].level if place + 1 < len(labels) else n_labels
                cells.append(AlleyCell(block.text, number, block.level, end - block.level, _box(block.pieces)))
            for index, (x0, x1) in enumerate(self.columns):
                pieces = row.values.get(index, [])
                text = "\n".join(piece.text for piece in pieces)
                box = _box(pieces) if pieces else (x0, top, x1, bottom)
                cells.append(AlleyCell(text, number, n_labels + index, 1, box))
        lines = [*self.header, *self.body]
        everything = [piece for line in lines for piece in line.pieces]
        box = _box(everything)
        middles = [sum(column) / 2 for column in self.columns]
        inner = [(a + b) / 2 for a, b in pairwise(middles)]
        half = (middles[1] - middles[0]) / 2 if len(middles) > 1 else (self.columns[0][1] - self.columns[0][0])
        first = [*self.lefts, max(middles[0] - half, self._parting())] if self.lefts else [middles[0] - half]
        edges = [*first, *inner, middles[-1] + (middles[-1] - inner[-1] if inner else half)]
        return AlleyTable(cells, len(header) + len(rows), n_cols, edges, box, self.columns, self.lefts)

    def _parting(self) -> float:
        """The least place of the edge between labels and values."""
        right = max((piece.x1 for line in self.body for piece in line.labels), default=self.columns[0][0])
        return (right + self.columns[0][0]) / 2

    def _header_rows(self, n_labels: int) -> list[list[tuple[Piece, int, int]]]:
        """Each header line with the columns of its texts; texts over the labels stand in the last of them, together."""
        left = self.columns[0][0] - 0.5 * self.em
        over = [[piece for piece in line.pieces if piece.x1 > left] for line in self.header]
        corner = [piece for line in self.header for piece in line.pieces if piece.x1 <= left]
        touched = [[self._touched(piece) for piece in pieces] for pieces in over]
        rows = []
        for number, pieces in enumerate(over):
            if not pieces:
                continue
            below = {col for other in touched[number + 1 :] for cols in other for col in cols}
            spans = [(min(cols), max(cols)) for cols in touched[number]]
            covered = {col for cols in touched[number] for col in cols}
            if 2 * len(covered) <= len(self.columns) and covered <= below:
                spans = self._widened(pieces, spans)
            rows.append(
                [(piece, n_labels + low, high - low + 1) for piece, (low, high) in zip(pieces, spans, strict=True)]
            )
        if corner and n_labels:
            joined = corner[0]._replace(text="\n".join(piece.text for piece in corner))
            if not rows:
                rows.append([])
            rows[-1].insert(0, (joined, 0, n_labels))
        return rows

    def _touched(self, piece: Piece) -> list[int]:
        """The columns under a text: those it stands over, or else the nearest."""
        under = [i for i, span in enumerate(self.columns) if _overlap(span, (piece.x0, piece.x1))]
        centred = [i for i in under if self.columns[i][0] <= piece.middle <= self.columns[i][1]]
        if len(under) == 2 and centred:
            return centred[:1]
        return under or [
            min(range(len(self.columns)), key=lambda i: abs(sum(self.columns[i]) / 2 - piece.middle)),
        ]

    def _widened(self, pieces: Sequence[Piece], spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Headings over groups: each as many columns to the left as to the right of its middle, up to the next one."""
        middles = [sum(span) / 2 for span in self.columns]
        pitch = min((b - a for a, b in pairwise(middles)), default=1.0)
        settled = [False] * len(pieces)
        for _ in pieces:
            best: tuple[int, int, tuple[int, int]] | None = None
            for index, piece in enumerate(pieces):
                if settled[index]:
                    continue
                low = spans[index - 1][1] + 1 if index else 0
                high = spans[index + 1][0] - 1 if index + 1 < len(pieces) else len(middles) - 1
                fitting = [
                    (j - i + 1, index, (i, j))
                    for i in range(low, spans[index][0] + 1)
                    for j in range(spans[index][1], high + 1)
                    if abs((middles[i] + middles[j]) / 2 - piece.middle) < 0.3 * pitch
                ]
                widest = max(fitting, default=(spans[index][1] - spans[index][0] + 1, index, spans[index]))
                if best is None or widest[0] < best[0]:
                    best = widest
            assert best is not None
            spans[best[1]] = best[2]
            settled[best[1]] = True
        return spans


@dataclass(slots=True)
class _Row:
    """One row: where it stands, its labels, its values by column."""

    base: float
    labels: list[_Block]
    values: dict[int, list[Piece]]


def _base(piece: Piece) -> float:
    return piece.base


def _united(spans: Iterable[Span]) -> list[Span]:
    united: list[Span] = []
    for low, high in sorted(spans):
        if united and low < united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], high))
        else:
            united.append((low, high))
    return united


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _over(one: Piece, other: Piece) -> bool:
    return _overlap((one.x0, one.x1), (other.x0, other.x1))


def _at(columns: Sequence[Span], piece: Piece) -> int:
    return next(i for i, span in enumerate(columns) if _overlap(span, (piece.x0, piece.x1)))


def _box(pieces: Sequence[Piece]) -> tuple[float, float, float, float]:
    return (
        min(piece.x0 for piece in pieces),
        min(piece.y0 for piece in pieces),
        max(piece.x1 for piece in pieces),
        max(piece.y1 for piece in pieces),
    )
