"""Ruled tables from drawn lines: horizontal and vertical strokes in, grids of cells out.

Knows nothing of PDF, OFD or pictures: whoever has strokes and glyphs can feed it. All coordinates are points with the
origin at the top left and y growing downwards.

A cell is what no ruling divides: neighbouring positions of the finest grid are joined where the wall between them is
*absent*. Drawn rectangles are never trusted as cells, because producers draw walls as strokes, as thin filled
bars, as borders of rectangles, twice, or with small gaps. Where a wall is partly missing, the smaller rectangles win:
a number cut off from its neighbour is a lesser evil than two numbers glued together.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from pipelines.readers.charset import RAISED

# Tolerances in points. A doubled border or a gap between separately drawn cell boxes is below 3.5; a line of the
# smallest print in use (5 pt) is above it.
SAME_LINE = 0.75
GAP = 2.5
TOUCH = 3.0
DOUBLED = 3.5
MAX_PAIRS = 4_000_000
OVERPRINT = 0.15  # em by which one digit may reach over the next
OVERPRINTED = "\ufffd"

# One ruling: position across, start and end along it: (y, x0, x1) for horizontals, (x, y0, y1) for verticals.
Stroke = tuple[float, float, float]


class Glyph(NamedTuple):
    """One printed character, to whose ``text`` the blanks that follow it are appended.

    ``x0`` to ``x1`` is its advance (not its ink: ``1`` and ``（`` fill only a part of it), ``y0`` to ``y1`` about its
    em box, ``base`` its baseline.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float


class Line(NamedTuple):
    """One visual line of glyphs: text and box."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


class Box(NamedTuple):
    """One cell: its place in the grid."""

    row: int
    col: int
    rowspan: int
    colspan: int


@dataclass(slots=True)
class Lattice:
    """One ruled table: ``xs`` and ``ys`` are its edges, ``cells`` its cells in row-major order."""

    xs: list[float]
    ys: list[float]
    cells: list[Box]
    owner: list[int] = field(repr=False)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.ys) - 1

    @property
    def n_cols(self) -> int:
        """Number of columns."""
        return len(self.xs) - 1

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Outer edges: x0, y0, x1, y1."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def cell_box(self, cell: Box) -> tuple[float, float, float, float]:
        """Edges of one cell: x0, y0, x1, y1."""
        return (
            self.xs[cell.col],
            self.ys[cell.row],
            self.xs[cell.col + cell.colspan],
            self.ys[cell.row + cell.rowspan],
        )

    def at(self, x: float, y: float) -> int:
        """Index into ``cells`` of the cell that holds the point, or -1 outside of the table."""
        n_cols = len(self.xs) - 1
        col = bisect_right(self.xs, x) - 1
        row = bisect_right(self.ys, y) - 1
        if 0 <= col < n_cols and 0 <= row < len(self.ys) - 1:
            return self.owner[row * n_cols + col]
        return -1


def find_lattices(horizontal: Iterable[Stroke], vertical: Iterable[Stroke], max_cells: int = 200_000) -> list[Lattice]:
    """Every ruled table of a page, from the top down; single boxes are included as tables of one cell.

    Strokes that cross no stroke of the other direction (underlines, rules under a heading) make no table. Returns an
    empty list for drawings (maps, charts) that have more crossings than any table of ``max_cells``.
    """
    across = _merge(horizontal)
    down = _merge(vertical)
    if not across or not down or len(across) * len(down) > MAX_PAIRS:
        return []
    found = []
    for part_h, part_v in _components(across, down):
        lattice = _build(part_h, part_v, max_cells)
        if lattice is not None:
            found.append(lattice)
    found.sort(key=lambda lattice: (lattice.ys[0], lattice.xs[0]))
    return found


def _merge(strokes: Iterable[Stroke]) -> list[Stroke]:
    """Join strokes that continue or repeat each other on the same line."""
    return [(edge.position, low, high) for edge in _edges(strokes, SAME_LINE, GAP) for low, high in edge.drawn]


def _joined(spans: Iterable[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    """Union of intervals, closing gaps up to ``gap``."""
    result: list[tuple[float, float]] = []
    for low, high in sorted(spans):
        if result and low - result[-1][1] <= gap:
            if high > result[-1][1]:
                result[-1] = (result[-1][0], high)
        else:
            result.append((low, high))
    return result


def _components(across: list[Stroke], down: list[Stroke]) -> list[tuple[list[Stroke], list[Stroke]]]:
    """Group strokes that touch or cross, directly or through others."""
    parent = list(range(len(across) + len(down)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    positions = [stroke[0] for stroke in across]
    for index, (x, y0, y1) in enumerate(down):
        mine = len(across) + index
        first, last = bisect_left(positions, y0 - TOUCH), bisect_right(positions, y1 + TOUCH)
        for other in range(first, last):
            _, x0, x1 = across[other]
            if x0 - TOUCH <= x <= x1 + TOUCH:
                a, b = root(mine), root(other)
                if a != b:
                    parent[a] = b
    groups: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for index, stroke in enumerate(across):
        groups.setdefault(root(index), ([], []))[0].append(stroke)
    for index, stroke in enumerate(down):
        groups.setdefault(root(len(across) + index), ([], []))[1].append(stroke)
    return [group for group in groups.values() if group[0] and group[1]]


class _Edge(NamedTuple):
    """One edge of the finest grid and the stretches over which it is drawn."""

    position: float
    drawn: list[tuple[float, float]]


def _edges(strokes: Iterable[Stroke], width: float = DOUBLED, gap: float = DOUBLED) -> list[_Edge]:
    """Fold lines within ``width`` of the first of them into one edge, doubled ones unless told otherwise; its
    stretches are one where they are at most ``gap`` apart."""
    edges: list[_Edge] = []
    ordered = sorted(strokes)
    start = 0
    for index in range(1, len(ordered) + 1):
        if index < len(ordered) and ordered[index][0] - ordered[start][0] <= width:
            continue
        group = ordered[start:index]
        drawn = _joined(((s[1], s[2]) for s in group), gap)
        edges.append(_Edge((group[0][0] + group[-1][0]) / 2, drawn))
        start = index
    return edges


def _close(edges: list[_Edge], others: list[Stroke], low: float, high: float) -> list[_Edge]:
    """Add an outer edge that is not drawn but that at least two crossing strokes reach.

    Such are the sides of open-sided tables and the bottom of tables cut by the end of the page.
    """
    starts = sorted(s[1] for s in others if s[1] < edges[0].position - TOUCH - 1)
    ends = sorted((s[2] for s in others if s[2] > edges[-1].position + TOUCH + 1), reverse=True)
    if len(starts) > 1 and starts[1] - starts[0] <= DOUBLED:
        edges = [_Edge(starts[0], [(low, high)]), *edges]
    if len(ends) > 1 and ends[0] - ends[1] <= DOUBLED:
        edges = [*edges, _Edge(ends[0], [(low, high)])]
    return edges


def _walls(edges: list[_Edge], across: list[_Edge]) -> list[list[bool]]:
    """For each edge: is it drawn over at least half of each interval between neighbouring crossing edges?"""
    walls = []
    between = [(before.position, after.position) for before, after in pairwise(across)]
    for edge in edges:
        if len(edge.drawn) == 1:
            ((start, end),) = edge.drawn
            if between and start <= between[0][0] and between[-1][1] <= end:
                walls.append([True] * len(between))
                continue
        row = []
        for low, high in between:
            covered = 0.0
            for start, end in edge.drawn:
                length = min(high, end) - max(low, start)
                if length > 0:
                    covered += length
            row.append(covered >= 0.5 * (high - low))
        walls.append(row)
    return walls


def _dividing(edges: list[_Edge], across: list[_Edge]) -> tuple[list[_Edge], list[list[bool]]]:
    """The edges that are drawn anywhere, and the outer ones, with their walls."""
    walls = _walls(edges, across)
    kept = [place for place, row in enumerate(walls) if any(row) or place in (0, len(walls) - 1)]
    return [edges[place] for place in kept], [walls[place] for place in kept]


def _build(across: list[Stroke], down: list[Stroke], max_cells: int) -> Lattice | None:
    """The grid of one connected group of strokes, or None where they enclose nothing."""
    xs, ys = _edges(down), _edges(across)
    left, right = min(s[1] for s in across), max(s[2] for s in across)
    top, bottom = min(s[1] for s in down), max(s[2] for s in down)
    xs, ys = _close(xs, across, top, bottom), _close(ys, down, left, right)
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > max_cells:
        return None
    # An edge that divides nothing (an underline that touches a wall, a stub) is no edge.
    xs, vertical = _dividing(xs, ys)
    rows, horizontal = _dividing(ys, xs)
    if len(rows) < len(ys):
        ys, vertical = rows, _walls(xs, rows)
    cells, owner = _cells(vertical, horizontal, len(ys) - 1, len(xs) - 1)
    return Lattice([e.position for e in xs], [e.position for e in ys], cells, owner)


def _cells(
    vertical: list[list[bool]], horizontal: list[list[bool]], n_rows: int, n_cols: int
) -> tuple[list[Box], list[int]]:
    """Rectangles without inner walls, from the top left; ``vertical[col][row]`` is the wall left of a position."""
    owner = [-1] * (n_rows * n_cols)
    cells: list[Box] = []
    for row in range(n_rows):
        for col in range(n_cols):
            if owner[row * n_cols + col] >= 0:
                continue
            right = col + 1
            while right < n_cols and owner[row * n_cols + right] < 0 and not vertical[right][row]:
                right += 1
            below = row + 1
            while (
                below < n_rows
                and not any(horizontal[below][c] for c in range(col, right))
                and not any(vertical[c][below] for c in range(col + 1, right))
                and all(owner[below * n_cols + c] < 0 for c in range(col, right))
            ):
                below += 1
            for r in range(row, below):
                for c in range(col, right):
                    owner[r * n_cols + c] = len(cells)
            cells.append(Box(row, col, below - row, right - col))
    return cells, owner


def lines_of(glyphs: list[Glyph]) -> list[Line]:
    """Sort glyphs into visual lines, from the top down and from left to right.

    Glyphs share a line when their baselines differ by less than two fifths of the glyph size, so that a raised sign
    stays in its line. A visible gap without a blank becomes one blank.
    """
    return [line for line in map(line_of, text_lines(glyphs)) if line.text]


def text_lines(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """The glyphs of each visual line, from the top down, each line from left to right."""
    if len(glyphs) < 2:
        return [glyphs] if glyphs else []
    bases = [glyph.base for glyph in glyphs]
    if min(bases) == max(bases):  # as in most cells
        return [sorted(glyphs, key=_by_x)]
    sizes = []
    for _, x0, y0, x1, y1, _ in glyphs:
        sizes.append(max(x1 - x0, y1 - y0))
    sizes.sort()
    size = max(sizes[len(sizes) // 2], 1.0)
    lines: list[list[Glyph]] = []
    anchor = 0.0
    for glyph in sorted(glyphs, key=_by_base):
        if lines and glyph.base - anchor < 0.4 * size:
            lines[-1].append(glyph)
            anchor += (glyph.base - anchor) / len(lines[-1])
        else:
            lines.append([glyph])
            anchor = glyph.base
    for line in lines:
        line.sort(key=_by_x)
    return lines


def _by_base(glyph: Glyph) -> float:
    return glyph.base


def _by_x(glyph: Glyph) -> float:
    return glyph.x0


def _height(glyph: Glyph) -> float:
    return glyph.y1 - glyph.y0


def _is_raised(glyph: Glyph, tallest: Glyph) -> bool:
    """Whether a glyph is small and off the baseline of its line: a mark of a footnote beside a number."""
    size = _height(tallest)
    return _height(glyph) < 0.8 * size and abs(glyph.base - tallest.base) > 0.2 * size


def line_of(glyphs: list[Glyph]) -> Line:
    """Glyphs from left to right as one line; a gap of half a glyph's height without a blank becomes one blank, digits
    printed over each other are parted by a sign that makes no number of them.
    """
    if len(glyphs) == 1:
        text, x0, y0, x1, y1, _ = glyphs[0]
        return Line(text.strip(), x0, y0, x1, y1)
    parts: list[str] = []
    tops, ends, bottoms = [g.y0 for g in glyphs], [g.x1 for g in glyphs], [g.y1 for g in glyphs]
    top, bottom = min(tops), max(bottoms)
    heights = [g.y1 - g.y0 for g in glyphs]
    height = max(heights)
    # Raised signs make a line higher than its highest glyph; most lines have none.
    mixed = bottom - top > 1.05 * height or min(bottoms) - max(tops) < 0.9 * height
    tallest = glyphs[heights.index(height)]
    gap, slack = 0.5 * max(height, 1.0), OVERPRINT * height
    end = glyphs[0].x0
    before = ""
    for glyph in glyphs:
        if glyph.x0 - end > gap and not parts[-1][-1].isspace():
            parts.append(" ")
        elif end - glyph.x0 > slack and before in DIGITS and glyph.text[0] in DIGITS:
            parts.append(OVERPRINTED)
        before = glyph.text[0]
        parts.append(glyph.text.translate(RAISED) if mixed and _is_raised(glyph, tallest) else glyph.text)
        end = glyph.x1
    return Line("".join(parts).strip(), glyphs[0].x0, top, max(ends), bottom)


@dataclass(slots=True)
class Filled:
    """Glyphs dealt to the cells of one lattice; ``crossings`` are cells into which a number reaches over a wall."""

    lattice: Lattice
    glyphs: list[list[Glyph]]
    crossings: list[int]

    def text(self, index: int) -> str:
        """What is printed in a cell, one line each."""
        return "\n".join(line.text for line in lines_of(self.glyphs[index]))


DIGITS = frozenset("0123456789０１２３４５６７８９")
NUMERIC = DIGITS | frozenset(".,-+．，－")


def deal(glyphs: list[Glyph], lattices: list[Lattice]) -> tuple[list[Filled], list[Glyph]]:
    """Deal glyphs to the cells by their centre; returns the filled tables, in the order given, and the
    glyphs outside of all of them. Of nested tables the innermost takes the glyph.

    A run of digits that overflows its cell stays whole in the cell that holds most of it, and is reported.
    """
    filled = [Filled(lattice, [[] for _ in lattice.cells], []) for lattice in lattices]
    inner_first = sorted(
        filled, key=lambda f: (f.lattice.xs[-1] - f.lattice.xs[0]) * (f.lattice.ys[-1] - f.lattice.ys[0])
    )
    outside: list[Glyph] = []
    run: list[tuple[Glyph, Filled, int]] = []
    places = [(target, target.lattice.at, *target.lattice.box) for target in inner_first]
    for glyph in glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
        for place in places:
            target, at, left, top, right, bottom = place
            if left <= x <= right and top <= y <= bottom and (index := at(x, y)) >= 0:
                break
        else:
            outside.append(glyph)
            continue
        if glyph.text[0] in NUMERIC:
            if run and not _continues(run[-1][0], glyph):
                _settle(run)
                run = []
            run.append((glyph, target, index))
            continue
        if run:
            _settle(run)
            run = []
        target.glyphs[index].append(glyph)
    if run:
        _settle(run)
    return filled, outside


def _continues(before: Glyph, after: Glyph) -> bool:
    """Do two glyphs print one number: same baseline, no blank, next to each other?"""
    height = max(before.y1 - before.y0, after.y1 - after.y0)
    return (
        len(before.text) == 1
        and abs(after.base - before.base) < 0.2 * height
        and -0.3 * height < after.x0 - before.x1 < 0.08 * height
    )


def _settle(run: list[tuple[Glyph, Filled, int]]) -> None:
    """Give a run of digits to one cell."""
    votes: dict[tuple[int, int], int] = {}
    for _, target, index in run:
        key = (id(target), index)
        votes[key] = votes.get(key, 0) + 1
    if len(votes) == 1:
        for glyph, target, index in run:
            target.glyphs[index].append(glyph)
        return
    winner = max(votes, key=lambda key: votes[key])
    target, index = next((t, i) for _, t, i in run if (id(t), i) == winner)
    target.glyphs[index].extend(glyph for glyph, _, _ in run)
    target.crossings.append(index)
