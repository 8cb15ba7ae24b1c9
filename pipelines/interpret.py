"""Grids and text lines + forms → the cells of a report, and an account of every number that was not used.

Rows are known by their labels, columns by their headers. Nothing is ever placed by counting numbers alone: a row whose
cells cannot be laid onto its columns is left unread, and said so. Pure: values in, values out.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.document import Document, Grid, Paragraph
from pipelines.labels import fold
from pipelines.lines import loose_rows, page_numbers
from pipelines.readings import Tables
from pipelines.rows import rows_of, stitch
from pipelines.scan import Scan
from pipelines.statistics import read_statistics
from pipelines.statlines import read_lines

_HEADING = 40


def read_tables(document: Document, year: int | None = None) -> Tables:
    """All cells of the document's tables; text lines are only asked for blocks that no table gave.

    ``year`` is the year that the report is about: statistics tables head columns with it. What they took is not read
    again as a table of the later forms.
    """
    statistics = read_statistics(document, year)
    taken = statistics.blocks or read_lines(document, year, statistics.tables)
    if taken:
        document = replace(document, blocks=[block for block in document.blocks if id(block) not in taken])
    tables = _read_sections(document)
    tables.add(statistics.tables)
    return tables


def _read_sections(document: Document) -> Tables:
    """The tables of the forms in sections."""
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    scan = Scan(_under_headings(document))
    scan.run(stitch(row for number, grid in enumerate(grids) for row in rows_of(grid, number)))
    if not scan.complete:
        rows = loose_rows(document, first_grid=len(grids))
        scan.page_numbers = page_numbers(rows)
        scan.run(rows)
    scan.finish()
    return scan.tables


def _under_headings(document: Document) -> dict[int, str]:
    """The section whose heading stands last before each grid: what a table without any header is of."""
    under: dict[int, str] = {}
    section, number = "", 0
    for block in document.blocks:
        if isinstance(block, Grid):
            under[number] = section
            number += 1
        elif isinstance(block, Paragraph) and len(block.text) <= _HEADING:
            heading = fold(block.text)
            if heading.ordinal is not None and heading.ordinal[0] == "cn":
                section = "review" if "行政复议" in heading.core and "行政诉讼" in heading.core else ""
    return under
