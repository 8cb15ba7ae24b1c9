"""From rows of cells with row and column spans to a grid, with spans that lie."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from pipelines.document import Cell, Grid
from pipelines.readers.limits import too_large

MAX_COLSPAN = 1000  # as browsers do
DATA, SINGLE, LAYOUT = "data", "single", "layout"
MIXED = (6, 0.75)  # plain cells, and their share, that make a table with tables inside it data nevertheless


class Given(NamedTuple):
    """A cell as the source gives it; ``text`` None where it is no data cell; ``rowspan`` 0 means "to the end"."""

    text: str | None
    rowspan: int
    colspan: int


def kind_of(cells: int, plain: int, widest: int, captioned: bool) -> str:
    """Whether a table holds data, wraps one cell, or lays out the page.

    ``cells`` all its cells, ``plain`` those that hold no table, ``widest`` cells in its longest row.
    """
    if cells <= 1 and plain == cells and not captioned:
        return SINGLE
    if widest < 2:
        return LAYOUT
    if plain == cells:
        return DATA
    least, share = MIXED
    return DATA if plain >= least and plain >= share * cells and widest > 2 else LAYOUT


def grid(rows: list[tuple[int, list[Given]]], prefix: str, budget: int) -> tuple[Grid, bool]:
    """Lay out rows ``(row group, cells)``; returns the grid and whether an overlong row span was cut.

    A row span ends with its row group, as in browsers. Where it reaches into a row that is as wide as the table without
    it, the span lies and ends above that row. Columns at the right in which no cell begins are dropped.
    Raises ReadError ``too_large`` where the declared column spans go far beyond ``budget``.
    """
    if sum(min(cell.colspan, MAX_COLSPAN) for _, row in rows for cell in row) > 4 * budget:
        raise too_large("too many table columns", "表格列数过多")
    placed, ends, _ = _lay(rows, 0)
    widths = Counter(ends)
    usual = max(widths, key=lambda width: (widths[width], -width)) if widths else 0
    clipped = False
    if ends and max(ends) > usual:
        placed, ends, clipped = _lay(rows, usual)
    n_cols = 1 + max((col for _, _, col, _, _ in placed), default=0)
    cells = [
        Cell(given.text, row, col, rowspan, min(colspan, n_cols - col), f"{prefix}/r{row + 1}/c{col + 1}")
        for given, row, col, rowspan, colspan in placed
        if given.text is not None
    ]
    return Grid(cells, len(rows), n_cols, prefix), clipped


_Placed = tuple[Given, int, int, int, int]


def _lay(rows: list[tuple[int, list[Given]]], usual: int) -> tuple[list[_Placed], list[int], bool]:
    """Place the cells; returns them, the end column of each row, and whether a span was cut (``usual`` > 0 only)."""
    last_of_group: dict[int, int] = {}
    for index, (group, _) in enumerate(rows):
        last_of_group[group] = index
    placed: list[_Placed] = []
    ends: list[int] = []
    clipped = False
    busy: list[int] = []  # for each column the first row that is free
    for index, (group, row) in enumerate(rows):
        own = [min(max(cell.colspan, 1), MAX_COLSPAN) for cell in row]
        if usual and sum(own) >= usual and any(until > index for until in busy):
            busy = [min(until, index) for until in busy]
            for position, (given, top, left, rowspan, colspan) in enumerate(placed):
                if top + rowspan > index:
                    placed[position] = (given, top, left, index - top, colspan)
            clipped = True
        col = 0
        for cell, width in zip(row, own, strict=True):
            while col < len(busy) and busy[col] > index:
                col += 1
            left_rows = last_of_group[group] - index + 1
            rowspan = left_rows if cell.rowspan == 0 else min(cell.rowspan, left_rows)
            placed.append((cell, index, col, rowspan, width))
            if len(busy) < col + width:
                busy.extend([0] * (col + width - len(busy)))
            for covered in range(col, col + width):
                busy[covered] = max(busy[covered], index + rowspan)
            col += width
        ends.append(max((c + 1 for c, until in enumerate(busy) if until > index), default=0))
    return placed, ends, clipped
