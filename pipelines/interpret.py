"""Grids and text lines + forms → the cells of a report, and an account of every number that was not used.

Rows are known by their labels, columns by their headers. Nothing is ever placed by counting numbers alone: a row whose
cells cannot be laid onto its columns is left unread, and said so. Pure: values in, values out.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.annexes import without_annexes
from pipelines.contexts import is_form, named, surroundings
from pipelines.document import Document, Grid
from pipelines.emptied import take_empty_tables
from pipelines.identify import Identity, identify
from pipelines.lines import loose_rows, page_numbers
from pipelines.readings import Oddity, Tables
from pipelines.rows import rows_of, stitch
from pipelines.scan import Scan
from pipelines.sighted import settle_sighted, without_sighted_lines
from pipelines.statistics import read_statistics
from pipelines.statlines import read_lines


def read_tables(document: Document, who: Identity | None = None) -> Tables:
    """All cells of the document's tables; text lines are only asked for blocks that no table gave.

    ``who`` (as ``identify`` says it, if it is known already) tells which year is the report's, and which titles are
    others': statistics tables head columns with the year. What they took is not read again as a table of the later
    forms.
    """
    who = who or identify(document)
    statistics = read_statistics(document, who.year)
    taken = statistics.blocks or read_lines(without_sighted_lines(document), who.year, statistics.tables)
    rest = [block for block in document.blocks if id(block) not in taken] if taken else document.blocks
    tables = _read_sections(replace(document, blocks=rest), who)
    tables.add(statistics.tables)
    settle_sighted(tables, document)
    return tables


def _read_sections(document: Document, who: Identity) -> Tables:
    """The tables of the forms in sections."""
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    around = surroundings(document, who)
    scan = Scan(around.grids, who.year)
    own = [(number, grid) for number, grid in enumerate(grids) if not around.grids[number].elsewhere]
    own, told = without_annexes(document, own, around, who)
    scan.run(stitch((row for number, grid in own for row in rows_of(grid, number)), document.optical))
    if not scan.complete:
        lines = without_sighted_lines(replace(document, blocks=list(around.paragraphs)))
        rows = loose_rows(lines, first_grid=len(grids))
        scan.page_numbers = page_numbers(rows)
        scan.run(rows)
    scan.finish()
    scan.tables.oddities += told
    take_empty_tables(document, scan.tables)
    scan.tables.pictures = {section: named(pictures) for section, pictures in around.pictures.items()}
    for number, grid in enumerate(grids):
        if around.grids[number].elsewhere and is_form(grid):
            scan.tables.others += around.grids[number].report > 0
            if around.grids[number].caption:
                scan.tables.oddities.append(Oddity("interpret.other_year", grid.locator, around.grids[number].caption))
            elif around.grids[number].aside:
                scan.tables.oddities.append(Oddity("interpret.unused_number", grid.locator, around.grids[number].aside))
    return scan.tables
