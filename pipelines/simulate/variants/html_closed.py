"""HTML: rows that lost a cell and closed up, and one table parted in two."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from pipelines.simulate import deviations as dev
from pipelines.simulate.body import OUTCOMES, Variation, apply, compose, each_table, parted
from pipelines.simulate.html import write_html
from pipelines.simulate.registry import Simulated, made, variant
from pipelines.simulate.report import Report
from pipelines.simulate.tables import Table
from pipelines.simulate.undecided import keys_of
from pipelines.simulate.variants.html import either, page
from schemas.forms import Key


def _lost_cells(draw: random.Random, share: float, touched: set[Key]) -> Variation:
    """A share of the rows of tables three and four without one of their values, those behind it moved to the left."""

    def change(table: Table) -> Table:
        if table.section not in ("requests", "review"):
            return table
        cells = list(table.cells)
        for row in range(table.n_rows):
            values = [cell for cell in cells if cell.row == row and cell.role == "value"]
            if not values or draw.random() >= share:
                continue
            lost = draw.choice(values)
            touched.update(keys_of(values))
            cells = [
                replace(cell, col=cell.col - 1) if cell in values and cell.col > lost.col else cell
                for cell in cells
                if cell is not lost
            ]
        return replace(table, cells=dev.in_order(cells))

    return each_table(change)


@variant("html.lost_cells", type="html")
def lost_cells(report: Report, draw: random.Random) -> Simulated:
    """Rows with one ``<td>`` fewer than their header, as an editor leaves them that deletes a cell: which one is gone
    shows nowhere, and all values behind it stand a column too far left."""
    touched: set[Key] = set()
    body = apply(compose(report), _lost_cells(draw, draw.choice((0.1, 0.4)), touched))
    return made(report, body, write_html(body, either(draw)), ".html", undecidable=touched)


def _in_two(table: Table) -> Iterator[Table]:
    """Reconsiderations, and litigation."""
    first = len(OUTCOMES)
    for low, high in ((0, first), (first, len(table.widths))):
        cells = tuple(replace(cell, col=cell.col - low) for cell in table.cells if low <= cell.col < high)
        yield replace(table, cells=cells, widths=table.widths[low:high])


@variant("html.reviews_parted", type="html")
def reviews_parted(report: Report, draw: random.Random) -> Simulated:
    """Reconsiderations and litigation in tables of their own, one below the other."""
    return page(report, either(draw), parted("review", _in_two))
