"""What real reports do to their tables, as variations of a body that every file type can set."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipelines.simulate.body import Body, Line, Piece, Variation, each_table, halves, parted
from pipelines.simulate.tables import Table, TableCell

Chooser = Callable[[TableCell], bool]


def in_order(cells: Sequence[TableCell]) -> tuple[TableCell, ...]:
    """Cells in row-major order, as a table holds them."""
    return tuple(sorted(cells, key=lambda cell: (cell.row, cell.col)))


def empty_column(table: Table, at: int) -> Table:
    """A spare column of empty cells before column ``at`` (its number of columns: after the last); cells that span
    the place grow wider."""
    cells: list[TableCell] = []
    covered: set[int] = set()
    for cell in table.cells:
        if cell.col < at < cell.col + cell.colspan:
            covered.update(range(cell.row, cell.row + cell.rowspan))
            cells.append(replace(cell, colspan=cell.colspan + 1))
        else:
            cells.append(replace(cell, col=cell.col + (cell.col >= at)))
    cells.extend(TableCell("", row, at) for row in range(table.n_rows) if row not in covered)
    widths = (*table.widths[:at], 0.6, *table.widths[at:])
    return replace(table, cells=in_order(cells), widths=widths)


def spare_columns(section: str, *at: int) -> Variation:
    """Empty columns before the columns ``at`` of a section's tables (counted in the table without them)."""

    def change(table: Table) -> Table:
        for column in sorted(at, reverse=True):
            table = empty_column(table, min(column, len(table.widths)))
        return table

    return each_table(change, section)


def extra_row(section: str, after: str, label: str, texts: Sequence[str]) -> Variation:
    """A row that no form has, below the row whose label is ``after``: its label, and texts in the places of values."""

    def change(table: Table) -> Table:
        found = next((cell for cell in table.cells if cell.role == "label" and cell.text == after), None)
        if found is None:
            return table
        at = found.row + found.rowspan
        values = [cell for cell in table.row(found.row) if cell.role == "value"]
        cells = [
            replace(cell, row=cell.row + 1)
            if cell.row >= at
            else replace(cell, rowspan=cell.rowspan + 1)
            if cell.row + cell.rowspan > at
            else cell
            for cell in table.cells
        ]
        cells.append(replace(found, text=label, row=at, rowspan=1))
        cells.extend(replace(cell, row=at, text=text, key=None) for cell, text in zip(values, texts, strict=False))
        return replace(table, cells=in_order(cells), n_rows=table.n_rows + 1)

    return each_table(change, section)


def blocks_apart(caption_in_table: bool = True) -> Variation:
    """Section 二 as one table for each block; the caption (第二十条第…项) in the table or as a line above it."""

    def blocks(table: Table) -> Iterator[Piece]:
        starts = [cell.row for cell in table.cells if cell.role == "caption"]
        for start, end in zip(starts, [*starts[1:], table.n_rows], strict=True):
            first = start if caption_in_table else start + 1
            if not caption_in_table:
                yield Line(next(cell.text for cell in table.row(start)))
            kept = [replace(cell, row=cell.row - first) for cell in table.cells if first <= cell.row < end]
            yield replace(table, cells=tuple(kept), n_rows=end - first)

    return parted("disclosure", blocks)


def in_pieces(section: str, at: Sequence[int], repeat_header: bool) -> Variation:
    """A table cut before each of the rows ``at`` (of the whole table), with or without its header on every piece."""

    def cut(rest: Table) -> Iterator[Table]:
        gone = 0
        for row in sorted(at):
            header = rest.header_rows if gone else 0
            above, rest = halves(rest, row - gone + header, repeat_header)
            yield above
            gone = row
        yield rest

    return parted(section, cut)


def without_header(section: str) -> Variation:
    """A section's tables without their header rows."""

    def change(table: Table) -> Table:
        gone = table.header_rows
        kept = [replace(cell, row=cell.row - gone) for cell in table.cells if cell.row >= gone]
        return replace(table, cells=tuple(kept), n_rows=table.n_rows - gone, header_rows=0)

    return each_table(change, section)


def made_up_header(section: str, texts: Sequence[str]) -> Variation:
    """A row of made-up column names over a section's tables, as converters put it there; the last name is repeated
    with a number where there are more columns than names."""

    def change(table: Table) -> Table:
        width = len(table.widths)
        names = [texts[i] if i < len(texts) else f"{texts[-1]}{i}" for i in range(width)]
        top = [TableCell(name, 0, i, role="header") for i, name in enumerate(names)]
        moved = [replace(cell, row=cell.row + 1) for cell in table.cells]
        return replace(table, cells=(*top, *moved), n_rows=table.n_rows + 1, header_rows=table.header_rows + 1)

    return each_table(change, section)


def split_values(
    names: Sequence[str], parts: Callable[[str], Sequence[str]], chosen: Chooser, keep: int | None
) -> Variation:
    """Chosen value cells of section 二 become one cell for each of ``names`` (levels of government), under a row of
    their own with these names. ``parts`` makes their texts of the whole's; the cell ``keep`` is the whole's own, None:
    the whole is not printed."""

    def change(table: Table) -> Table:
        rows = {cell.row for cell in table.cells if chosen(cell)}
        if not rows:
            return table
        cells: list[TableCell] = []
        for cell in table.cells:
            if cell.row not in rows or cell.role != "value":
                cells.append(cell)
                continue
            texts = list(parts(cell.text))
            width = cell.colspan // len(names)
            for i, text in enumerate(texts):
                last = i == len(names) - 1
                cells.append(
                    replace(
                        cell,
                        text=text,
                        col=cell.col + i * width,
                        colspan=cell.colspan - i * width if last else width,
                        key=cell.key if i == keep else None,
                    )
                )
        # One row of names above each run of such rows.
        for row in sorted((row for row in rows if row - 1 not in rows), reverse=True):
            like = [cell for cell in cells if cell.row == row and cell.role == "value"]
            moved = [replace(c, row=c.row + (c.row >= row)) for c in cells]
            moved.append(TableCell("", row, 0, role="header"))
            moved.extend(
                replace(cell, text=name, key=None, role="header") for name, cell in zip(names, like, strict=True)
            )
            cells, table = moved, replace(table, n_rows=table.n_rows + 1)
        return replace(table, cells=in_order(cells))

    return each_table(change, "disclosure")


def retext(texts: Mapping[tuple[str, str, str], str]) -> Variation:
    """Other texts in value cells, by key."""

    def change(table: Table) -> Table:
        return replace(
            table,
            cells=tuple(
                replace(cell, text=texts[cell.key]) if cell.key is not None and cell.key in texts else cell
                for cell in table.cells
            ),
        )

    return each_table(change)


def rewrite_prose(change: Callable[[str], str]) -> Variation:
    """Rewrite headings and paragraphs, but not the title."""
    return lambda body: tuple(
        replace(piece, text=change(piece.text)) if isinstance(piece, Line) and piece.style != "title" else piece
        for piece in body
    )


def split_title(*parts: str) -> Variation:
    """The title on several lines."""

    def change(body: Body) -> Body:
        rest = tuple(piece for piece in body if not (isinstance(piece, Line) and piece.style == "title"))
        return (*(Line(part, "title") for part in parts), *rest)

    return change


def damaged(text: str, draw: random.Random) -> str:
    """A long label with one character lost, never its first or last; short ones are left, they would mean something
    else."""
    if len(text) < 7:
        return text
    at = draw.randrange(3, len(text) - 1)
    return text[:at] + text[at + 1 :]
