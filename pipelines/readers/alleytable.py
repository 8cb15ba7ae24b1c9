"""One run of lines on its way to a table without rulings; see ``alleys`` for the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pipelines.readers.headings import header_rows
from pipelines.readers.pieces import (
    DIGIT_GAP,
    Piece,
    Span,
    TextLine,
    box_of,
    by_base,
    column_at,
    over,
    overlap,
    piece_of,
    united,
)

SAME = 0.35  # em by which baselines on one line may differ
LOOSE = 1.18  # times the distance of two lines in a cell is a new cell
LEADING = 1.55  # em between two lines of one label at most
SPACED = 1.7  # em between two lines that cannot be lines of one cell
APART = 2.0  # em between two lines that no label has
FAR = 3.2  # em between two lines that no table has
STRONG = 3  # columns of values that make a table beyond doubt
MAX_HEADER, MAX_ROWS, MAX_COLUMNS = 12, 400, 40  # lines and columns; no table has more


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
class Block:
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


@dataclass(slots=True)
class Row:
    """One row: where it stands, its labels, its values by column."""

    base: float
    labels: list[Block]
    values: dict[int, list[Piece]]


def leads(line: TextLine, below: Sequence[TextLine], em: float) -> bool:
    """Whether a line is the beginning of a label beside or above whose end the first values stand."""
    if line.values or not below or below[0].base - line.base > LEADING * em:
        return False
    left = min((other.values[0].x0 for other in below if other.values), default=0.0)
    starts = [piece.x0 for other in below for piece in other.labels]
    return line.pieces[-1].x1 < left and any(abs(line.pieces[-1].x0 - start) < 0.2 * em for start in starts)


class Candidate:
    """One run of lines on its way to a table."""

    def __init__(self, lines: list[TextLine], before: AlleyTable | None) -> None:
        first = next((i for i, line in enumerate(lines) if line.values and (len(line.pieces) > 1 or i)), len(lines))
        self.em = median(line.em for line in lines)
        while first and leads(lines[first - 1], lines[first:], self.em):
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
        if any(piece.x1 > self.columns[0][0] for line in self.header for piece in line.pieces):
            return True
        torn = any(sum(overlap(a, b) for a in table.values for b in self.columns) >= STRONG for table in above)
        first = lines.index(self.body[0]) if self.body[0] in lines else 0
        close = first > 0 and self.body[0].base - lines[first - 1].base < LEADING * self.em
        return not torn and not close

    def build(self) -> AlleyTable | None:
        """The table, or None where its columns or rows cannot be told."""
        if len(self.header) > MAX_HEADER or len(self.body) > MAX_ROWS:
            return None
        if any(len(line.pieces) > MAX_COLUMNS for line in self.lines):
            return None
        if not self.body:
            self.columns = self._headings([])
            return self._laid([]) if len(self.columns) > 1 else None
        if not self._find_columns():
            return None
        self._find_levels()
        rows = self._rows()
        if not self.lefts and any(piece.x1 <= self.columns[0][0] for line in self.header for piece in line.pieces):
            return None  # texts before the values, and no label beside them: whose they are cannot be told
        return self._laid(rows) if rows else None

    def _find_columns(self) -> bool:
        values = [line.values for line in self.body]
        columns = united((piece.x0, piece.x1) for row in values for piece in row)
        for row in values:
            if len({column_at(columns, piece) for piece in row}) < len(row):
                return False
        right = max((piece.x1 for line in self.body for piece in line.labels), default=float("-inf"))
        if columns[0][0] < right:
            return False  # a text that reaches into the columns of values is no label, and nothing tells what it is
        if self.before is not None and not self.header:
            places = [[i for i, span in enumerate(self.before.values) if overlap(span, column)] for column in columns]
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
            headings += [p for p in line.pieces if len(line.pieces) > 1 or not any(over(p, q) for q in headings)]
        corner = [piece for piece in headings if columns and piece.x1 < columns[0][0]]
        if right > float("-inf") and corner and all(piece.x0 > right for piece in corner):
            # None stands over the labels, but one of them must: the leftmost is no column without values. Rows without
            # any label have no column of labels.
            first = min(corner, key=lambda piece: piece.x0)
            headings = [piece for piece in headings if piece.x0 > first.x1]
        for piece in headings:
            under = any(overlap(span, (piece.x0, piece.x1)) for span in columns)
            if not under and piece.x0 >= right:
                columns = sorted([*columns, (piece.x0, piece.x1)])
        return columns

    def _find_levels(self) -> None:
        """Where the columns of labels begin; one, unless labels stand side by side."""
        starts: Counter[float] = Counter()
        for line in self.body:
            starts.update(round(piece.x0 / self.em, 1) for piece in line.labels)
        self.body = [self._parted(line, starts) for line in self.body]
        labels = [line.labels for line in self.body]
        lefts = sorted(piece.x0 for pieces in labels for piece in pieces)
        self.lefts = lefts[:1]
        near = [
            (a, b)
            for above, below in pairwise(labels)
            for a in above
            for b in below
            if b.base - a.base < 0.8 * self.em and not over(a, b)
        ]
        if near or any(len(pieces) > 1 for pieces in labels):
            for left in lefts[1:]:
                if left - self.lefts[-1] > 0.5 * self.em:
                    self.lefts.append(left)

    def _parted(self, line: TextLine, starts: Counter[float]) -> TextLine:
        """A line whose labels are parted also at smaller gaps, where labels of several other lines begin."""
        pieces: list[Piece] = []
        for piece in line.labels:
            start = 0
            for index in range(1, len(piece.glyphs)):
                gap = piece.glyphs[index].x0 - piece.glyphs[index - 1].x1
                if gap > DIGIT_GAP * self.em and starts[round(piece.glyphs[index].x0 / self.em, 1)] > 1:
                    pieces.append(piece_of(piece.glyphs[start:index]))
                    start = index
            pieces.append(piece_of(piece.glyphs[start:]))
        return TextLine([*pieces, *line.values], line.em, line.base)

    def _level(self, piece: Piece) -> int:
        return max((i for i, left in enumerate(self.lefts) if left <= piece.x0 + 0.3 * self.em), default=0)

    def _blocks(self) -> list[Block]:
        """The labels, their lines put together."""
        levels: dict[int, list[Piece]] = {}
        for line in self.body:
            taken: set[int] = set()
            for piece in line.labels:
                level = self._level(piece)
                if level in taken:  # two texts side by side in one column are one line of it
                    piece = piece_of(levels[level].pop().glyphs + piece.glyphs)
                taken.add(level)
                levels.setdefault(level, []).append(piece)
        steps = [b.base - a.base for pieces in levels.values() for a, b in pairwise(sorted(pieces, key=by_base))]
        # Lines of one label are no further apart than this; where none are, all labels have one line.
        near = min((step for step in steps if 0.8 * self.em < step < APART * self.em), default=1.35 * self.em)
        blocks: list[Block] = []
        for level, pieces in levels.items():
            block = None
            for piece in sorted(pieces, key=by_base):
                if block is None or piece.base - block.last > LOOSE * near:
                    block = Block(level, [piece])
                    blocks.append(block)
                else:
                    block.pieces.append(piece)
        self.near = near
        return blocks

    def _rows(self) -> list[Row] | None:
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
        rows: list[Row] = []
        groups: list[Block] = []
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
                    rows.append(Row((block.first + block.last) / 2, [block], {}))
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

    def _without(self, orphans: list[list[Piece]], blocks: list[Block]) -> bool:
        """Leave lines of one number below everything, page numbers, out of the table; False where there are others."""
        end = max(block.last for block in blocks)
        if any(len(values) > 1 or values[0].base < end + self.near for values in orphans):
            return False
        self.body = [line for line in self.body if line.base < end + self.near]
        return True

    def _rows_of(self, block: Block) -> list[Row] | None:
        """The row or rows beside one label."""
        bases = [median(piece.base for piece in values) for values in block.rows]
        cells = self._cells(block.rows)
        if max(bases) - min(bases) < SAME * self.em:
            return [Row(bases[0], [block], cells)]
        beside = [min(block.pieces, key=lambda piece: abs(piece.base - base)) for base in bases]
        if all(abs(piece.base - base) < SAME * self.em for piece, base in zip(beside, bases, strict=True)):
            # Lines at even distances: each is a row, unless they are so close that a label may go on over several.
            if len(block.pieces) > len(bases) and self.near < SPACED * self.em:
                return None
            values = {id(piece): given for piece, given in zip(beside, block.rows, strict=True)}
            return [
                Row(piece.base, [Block(block.level, [piece])], self._cells([values.get(id(piece), [])]))
                for piece in block.pieces
            ]
        return [Row((block.first + block.last) / 2, [block], cells)] if self._wrapped(block, cells) else None

    def _wrapped(self, block: Block, cells: dict[int, list[Piece]]) -> bool:
        """Whether numbers that wrap in their cells make one row: all set around one middle, which something in a single
        line, another number or the label, proves. Two rows have no such middle.
        """
        middles = [(pieces[0].base + pieces[-1].base) / 2 for pieces in cells.values()]
        proven = [pieces[0].base for pieces in cells.values() if len(pieces) == 1]
        if len(block.pieces) % 2:
            proven.append(block.pieces[len(block.pieces) // 2].base)
        steps = [b.base - a.base for pieces in cells.values() for a, b in pairwise(pieces)]
        return (
            bool(proven)
            and max([*middles, *proven]) - min([*middles, *proven]) < 0.5 * SAME * self.em
            and max(steps, default=0.0) <= LEADING * self.em
        )

    def _unnamed(self, lines: list[list[Piece]]) -> list[Row] | None:
        """Rows without labels; lines closer than two rows can be are refused."""
        rows: list[Row] = []
        for values in lines:
            base = median(piece.base for piece in values)
            if rows and base - rows[-1].base < 2.2 * self.em:
                return None
            rows.append(Row(base, [], self._cells([values])))
        return rows

    def _cells(self, lines: list[list[Piece]]) -> dict[int, list[Piece]]:
        cells: dict[int, list[Piece]] = {}
        for piece in sorted((piece for values in lines for piece in values), key=by_base):
            cells.setdefault(column_at(self.columns, piece), []).append(piece)
        return cells

    # ----------------------------------------------------------------------------------------------------------- layout

    def _laid(self, rows: list[Row]) -> AlleyTable:
        n_labels = len(self.lefts)
        n_cols = n_labels + len(self.columns)
        cells: list[AlleyCell] = []
        header = header_rows(self.header, self.columns, self.em, n_labels)
        for number, placed in enumerate(header):
            for piece, col, colspan in placed:
                cells.append(AlleyCell(piece.text, number, col, colspan, (piece.x0, piece.y0, piece.x1, piece.y1)))
        for number, row in enumerate(rows, len(header)):
            labels = sorted(row.labels, key=lambda block: block.level)
            top = min([p.y0 for b in labels for p in b.pieces] + [p.y0 for v in row.values.values() for p in v])
            bottom = max([p.y1 for b in labels for p in b.pieces] + [p.y1 for v in row.values.values() for p in v])
            for place, block in enumerate(labels):
                end = labels[place + 1].level if place + 1 < len(labels) else n_labels
                cells.append(AlleyCell(block.text, number, block.level, end - block.level, box_of(block.pieces)))
            for index, (x0, x1) in enumerate(self.columns):
                pieces = row.values.get(index, [])
                text = "\n".join(piece.text for piece in pieces)
                box = box_of(pieces) if pieces else (x0, top, x1, bottom)
                cells.append(AlleyCell(text, number, n_labels + index, 1, box))
        lines = [*self.header, *self.body]
        everything = [piece for line in lines for piece in line.pieces]
        box = box_of(everything)
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
