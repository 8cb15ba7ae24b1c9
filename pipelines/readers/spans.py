"""From rows of cells with row and column spans to a grid, with spans that lie."""

from __future__ import annotations

from collections import Counter

from pipelines.document import Cell, Grid
from pipelines.readers.limits import too_large

MAX_COLSPAN = 1000  # as browsers do
DATA, SINGLE, LAYOUT = "data", "single", "layout"
MIXED = (6, 0.75)  # plain cells, and their share, that make a table with tables inside it data nevertheless


# A cell as the source gives it: text (None where it is no data cell), row span (0: to the end), column span.
Given = tuple[str | None, int, int]


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
    wide = sum(min(given[2], MAX_COLSPAN) for _, row in rows for given in row if given[2] > 1)
    if wide + sum(len(row) for _, row in rows) > 4 * budget:
        raise too_large("too many table columns", "表格列数过多")
    cells, ends, _ = _lay(rows, prefix, 0)
    widths = Counter(ends)
    usual = max(widths, key=lambda width: (widths[width], -width)) if widths else 0
    clipped = False
    if ends and max(ends) > usual:
        cells, ends, clipped = _lay(rows, prefix, usual)
    n_cols = 1 + max((cell.col for cell in cells), default=0)
    if ends and max(ends) > n_cols:
        for cell in cells:
            cell.colspan = min(cell.colspan, n_cols - cell.col)
    givens = [given for _, row in rows for given in row]
    if any(given[0] is None for given in givens):
        cells = [cell for cell, given in zip(cells, givens, strict=True) if given[0] is not None]
    return Grid(cells, len(rows), n_cols, prefix), clipped


def _sane(rowspan: int, colspan: int, rows_left: int) -> tuple[int, int]:
    """Spans within what browsers allow: row spans end with their row group."""
    return (
        rowspan if 0 < rowspan <= rows_left else rows_left,
        colspan if 0 < colspan <= MAX_COLSPAN else 1 if colspan < 1 else MAX_COLSPAN,
    )


def _lay(rows: list[tuple[int, list[Given]]], prefix: str, usual: int) -> tuple[list[Cell], list[int], bool]:
    """Place the cells; returns them, the end column of each row, and whether a span was cut (``usual`` > 0 only)."""
    last_of_group: dict[int, int] = {}
    for index, (group, _) in enumerate(rows):
        last_of_group[group] = index
    cells: list[Cell] = []
    ends: list[int] = []
    clipped = False
    busy: list[int] = []  # for each column the first row that is free
    for index, (group, row) in enumerate(rows):
        if usual and sum(given[2] for given in row) >= usual and any(until > index for until in busy):
            busy = [min(until, index) for until in busy]
            for cell in cells:
                cell.rowspan = min(cell.rowspan, index - cell.row)
            clipped = True
        col = 0
        rows_left = last_of_group[group] - index + 1
        place = f"{prefix}/r{index + 1}/c"
        for text, rowspan, colspan in row:
            while col < len(busy) and busy[col] > index:
                col += 1
            if rowspan == 1 and colspan == 1:
                cells.append(Cell(text or "", index, col, 1, 1, place + str(col + 1)))
                if col == len(busy):
                    busy.append(index + 1)
                else:
                    busy[col] = index + 1
                col += 1
                continue
            rowspan, colspan = _sane(rowspan, colspan, rows_left)
            cells.append(Cell(text or "", index, col, rowspan, colspan, place + str(col + 1)))
            end, free = col + colspan, index + rowspan
            if len(busy) < end:
                busy.extend([0] * (end - len(busy)))
            while col < end:
                if busy[col] < free:
                    busy[col] = free
                col += 1
        end = len(busy)
        while end and busy[end - 1] <= index:
            end -= 1
        ends.append(end)
    return cells, ends, clipped
