"""Tables of the form behind the report's own that are none of it: an empty form, the sheets of others in a workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.contexts import Surroundings, is_form
from pipelines.document import Document, Grid, Paragraph
from pipelines.identify import Identity
from pipelines.labels import match, of_kind, plain
from pipelines.readings import Oddity
from pipelines.rows import rows_of, stitch
from pipelines.scan import Scan
from pipelines.titles import parse_title
from schemas.numbers import read_number

_SHEET = re.compile(r"'(?:[^']|'')*'(?=!|$)")
_SECTIONS = frozenset({"disclosure", "requests", "review"})
_LISTED = 8
_TWO = 2

Numbered = tuple[int, Grid]


def without_annexes(
    document: Document, own: Sequence[Numbered], around: Surroundings, who: Identity
) -> tuple[list[Numbered], list[Oddity]]:
    """The grids that are the report's, by their numbers, and what is told of those with figures that are not."""
    copies = _empty_copies(own)
    left = [one for one in own if id(one[1]) not in copies]
    others = _sheets_of_others(document, left, around, who)
    told = [
        Oddity("interpret.unused_number", grid.locator, " | ".join(_values(grid)[:_LISTED]))
        for _, grid in left
        if id(grid) in others and _values(grid)
    ]
    return [one for one in left if id(one[1]) not in others], told


def _values(grid: Grid) -> list[str]:
    """What stands in the places of figures: numbers and signs for none."""
    return [cell.text for cell in grid.cells if read_number(cell.text).status in ("reported", "mark")]


def _empty_copies(own: Sequence[Numbered]) -> set[int]:
    """Tables without any figure whose labels all stand in the tables before, which have figures: a form to be filled
    in. The other order says nothing: what is filled in behind an empty table may be another year's.
    """
    forms = [grid for _, grid in own if is_form(grid)]
    empty = {id(grid) for grid in forms if not _values(grid)} if len(forms) > 1 else set()
    seen: set[str] = set()
    found = set()
    for grid in forms if empty else ():
        labels = {text for cell in grid.cells if (text := plain(cell.text))}
        if id(grid) not in empty:
            seen |= labels
        elif labels <= seen and _names_rows(grid):
            found.add(id(grid))
    return found


def _names_rows(grid: Grid) -> bool:
    """Whether it is known which table it is: outcomes alone are those of any kind of case."""
    labels = [match(cell.text) for cell in grid.cells]
    cases = {label.code for one in labels if (label := of_kind(one, "case")) is not None}
    rows = [one for one in labels if of_kind(one, "row") and not of_kind(one, "outcome", "applicant", "column")]
    return len(cases) >= _TWO or bool(rows)


def _sheets_of_others(document: Document, own: Sequence[Numbered], around: Surroundings, who: Identity) -> set[int]:
    """Tables of the form on further sheets, where the first sheet with any has the report's title and figures of all
    its tables: departments, last year, an example. Sheets with titles of their own are further reports.
    """
    forms = [(number, grid) for number, grid in own if is_form(grid)]
    sheets = list(dict.fromkeys(_sheet(grid.locator) for _, grid in forms))
    if len(sheets) < _TWO or "" in sheets or not _titled(document, sheets[0], who):
        return set()
    if any(_titled(document, sheet) for sheet in sheets[1:]):
        return set()
    scan = Scan(around.grids, who.year)
    scan.run(stitch(row for number, grid in own if _sheet(grid.locator) == sheets[0] for row in rows_of(grid, number)))
    figures = {
        key[0]
        for key, readings in scan.tables.found.items()
        if any(one.reading.status == "reported" for one in readings)
    }
    if not (scan.complete and figures >= _SECTIONS):
        return set()
    return {id(grid) for _, grid in forms if _sheet(grid.locator) != sheets[0]}


def _sheet(locator: str) -> str:
    """The sheet of a workbook that a place is on; empty for a place in anything else."""
    found = _SHEET.match(locator)
    return found[0] if found else ""


def _titled(document: Document, sheet: str, who: Identity | None = None) -> bool:
    """Whether a title of a report stands on a sheet; one of ``who``'s report, if said."""
    for block in document.blocks:
        if not isinstance(block, Paragraph) or "公开" not in block.text or _sheet(block.locator) != sheet:
            continue
        title = parse_title(plain(block.text))
        if title is not None and (who is None or (title.year is not None and title.year == who.year)):
            return True
    return False
