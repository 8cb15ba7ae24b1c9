"""What a pass over a web page has collected, texts, tables and pictures in order, and the blocks that it makes.

Rules of what counts as a table and as layout stand in ``html``.
"""

from __future__ import annotations

from pipelines.document import Block, Grid, Paragraph, Picture, Problem
from pipelines.readers import spans
from pipelines.readers.limits import Limits


class Cell:
    """A cell while its page is read: attributes and what it holds, in order."""

    __slots__ = ("colspan", "items", "plain", "rowspan")

    def __init__(self, rowspan: int, colspan: int) -> None:
        self.rowspan = rowspan
        self.colspan = colspan
        self.items: Items = []
        self.plain = True  # holds no table that counts


class Table:
    """A table while its page is read: rows of cells, each row with the number of its row group."""

    __slots__ = ("before", "cells", "given", "group", "kind", "nested", "number", "rows")

    def __init__(self, number: int) -> None:
        self.number = number
        self.rows: list[tuple[int, list[Cell]]] = []
        self.group = 0
        self.before: Items = []
        self.kind = spans.LAYOUT
        self.cells = 0
        self.nested = False
        self.given: list[tuple[int, list[spans.Given]]] | None = None  # instead of rows, where it is a plain table


Items = list["str | Table | Picture"]


def blocks_of(items: Items, tables: list[Table], problems: list[Problem], limits: Limits) -> list[Block]:
    """Everything in reading order; ``tables`` are all of the page, outer ones first. Adds to ``problems``."""
    for table in reversed(tables):
        _classify(table)
    out: list[Block] = []
    paragraphs = 0
    budget = limits.cells
    stack: Items = list(reversed(items))
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            paragraphs += 1
            out.append(Paragraph(item, f"para{paragraphs}"))
            continue
        if isinstance(item, Picture):
            out.append(item)
            continue
        if item.before:
            stack.append(_without_caption(item))
            stack.extend(reversed(item.before))
            continue
        if item.kind == spans.DATA:
            grid, clipped = _grid(item, budget)
            budget -= len(grid.cells)
            if clipped:
                problems.append(
                    Problem(
                        "span_clipped",
                        "a rowspan reaches into a row that is complete without it; it is cut short",
                        "合并行数声明过大，已截断",
                        grid.locator,
                    )
                )
            out.append(grid)
        if item.given is not None:
            if item.kind != spans.DATA:
                lines = [text for _, row in item.given for given in row if given[0] for text in given[0].split("\n")]
                stack.extend(reversed(lines))
            continue
        for _, row in reversed(item.rows):
            for cell in reversed(row):
                if item.kind != spans.DATA or not cell.plain:
                    stack.extend(reversed(cell.items))
                else:
                    stack.extend(part for part in reversed(cell.items) if isinstance(part, Picture))
    return out


def _classify(table: Table) -> None:
    """Data, wrapping or layout; the tables within it are classified already."""
    plain = table.cells
    if table.nested:
        for _, row in table.rows:
            for cell in row:
                if any(isinstance(item, Table) and item.kind != spans.SINGLE for item in cell.items):
                    cell.plain = False
                    plain -= 1
    rows = table.rows if table.given is None else table.given
    table.kind = spans.kind_of(table.cells, plain, max((len(row) for _, row in rows), default=0), bool(table.before))


def _grid(table: Table, budget: int) -> tuple[Grid, bool]:
    if table.given is not None:
        if table.number < 0:
            grid, _ = spans.grid(table.given, f"rows{-table.number}", budget)
            grid.aligned = False
            return grid, False
        return spans.grid(table.given, f"t{table.number}", budget)
    rows = [
        (group, [(text_of(cell.items) if cell.plain else None, cell.rowspan, cell.colspan) for cell in row])
        for group, row in table.rows
    ]
    return spans.grid(rows, f"t{table.number}", budget)


def _without_caption(table: Table) -> Table:
    table.before = []
    return table


def text_of(items: Items) -> str:
    """Lines of a cell; wrapping tables within it are opened."""
    if len(items) == 1 and isinstance(items[0], str):
        return items[0]
    lines: list[str] = []
    stack = list(reversed(items))
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            lines.append(item)
        elif isinstance(item, Table):
            for _, row in reversed(item.rows):
                for cell in reversed(row):
                    stack.extend(reversed(cell.items))
    return "\n".join(lines)
