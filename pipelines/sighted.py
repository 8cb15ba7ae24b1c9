"""What was read optically, held against what a report says more than once: sums of its tables, names, years.

A reader that looks at pictures takes one digit for another now and then, and is sure of it. So a number stands only
where the form has a sum in which it takes part and that holds; where the form has none (rules, decisions, fees), two
looks that agreed are enough. A name or a year stands where the report prints it again. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from decimal import Decimal

from pipelines.choices import summed
from pipelines.dates import Published
from pipelines.document import Document, Grid, Paragraph
from pipelines.identify import Identity
from pipelines.labels import plain
from pipelines.readings import Found, Tables
from schemas.forms import WHOLE, Key, equations_for
from schemas.numbers import UNSURE, squeeze

_PAGE = re.compile(r"p(\d+)(?=\[|$)")
_REPORT, _YEAR = re.compile("报告|年报"), re.compile(r"\d{4}年")
"""Lines that are looked at twice (``pipelines.readers.eye``)."""
_SUMMED = ("requests", "review")
_MONEY = ("元", "万元", "unknown")
_NAMES, _YEARS = 2, 3
"""How often a report prints the name of its agency and its year at least: title, period, prose."""


def without_sighted_lines(document: Document) -> Document:
    """The document without the lines of text that were read optically: recognition takes no care of the gaps between
    numbers, and so no table is made of them."""
    if not document.optical:
        return document
    kept = [one for one in document.blocks if not isinstance(one, Paragraph) or one.page not in document.optical]
    return replace(document, blocks=kept)


def settle_sighted(tables: Tables, document: Document) -> None:
    """Mark what was read on the optical pages of ``document``, and take the numbers from cells that no sum of the form
    confirms, where it has one for them; what was seen stays their candidate."""
    if not document.optical:
        return
    for found in tables.by_level.values():
        for readings in found.values():
            readings[:] = [_marked(one, document.optical) for one in readings]
    marks = any("/" in squeeze(one.printed) or one.printed.strip() == UNSURE for one in _all(tables))
    confirmed = _confirmed(tables.found)
    for level, found in tables.by_level.items():
        for key, readings in found.items():
            if key[0] in _SUMMED:
                doubtful = level != WHOLE or key not in confirmed
                readings[:] = [_withheld(one) if doubtful else one for one in readings]
            else:
                readings[:] = [_withheld(one) if _alike(one, marks) else one for one in readings]


def _alike(one: Found, marks: bool) -> bool:
    """Whether a number without a sum may be something else: a lone 1 a stroke, where cells of the report hold strokes;
    a fraction of what is counted a number with its thousands parted."""
    value = one.reading.value
    if value is None:
        return False
    return (marks and value == 1) or (value != int(value) and one.reading.unit not in _MONEY)


def _all(tables: Tables) -> Iterator[Found]:
    return (one for readings in tables.groups for one in readings)


def doubt_sighted(document: Document, who: Identity, day: Published) -> Published:
    """Take from ``who`` what a report read optically prints too seldom to be believed; returns the day of publication,
    which it prints once: none."""
    if not document.optical:
        return day
    lines = list(_texts(document))
    if who.agency and not _printed(plain(who.agency), lines, _REPORT, _NAMES):
        who.agency = who.agency_basis = ""
    if who.year is not None and not _printed(f"{who.year}年", lines, _YEAR, _YEARS):
        who.year, who.year_basis = None, ""
    return Published()


def _printed(words: str, lines: list[str], twice: re.Pattern[str], times: int) -> bool:
    """Whether ``words`` are there for sure: several times, or in a line that two looks read alike."""
    holding = [line for line in lines if words in line]
    return len(holding) >= times or any(twice.search(line) and UNSURE not in line for line in holding)


def _texts(document: Document) -> Iterator[str]:
    for block in document.blocks:
        yield from (plain(cell.text) for cell in block.cells) if isinstance(block, Grid) else (plain(block.text),)


def _on_pages(locator: str, pages: Collection[int]) -> bool:
    """Whether a place is on one of some pages."""
    match = _PAGE.match(locator)
    return match is not None and int(match[1]) in pages


def _marked(one: Found, pages: Collection[int]) -> Found:
    return replace(one, method="ocr") if _on_pages(one.locator, pages) else one


def _withheld(one: Found) -> Found:
    value = one.reading.value
    if one.method != "ocr" or value is None:
        return one
    return replace(one, reading=replace(one.reading, status="illegible", value=None, candidates=(value,)))


def _confirmed(found: dict[Key, list[Found]]) -> set[Key]:
    """The cells that take part in a sum that holds, and in none that fails but for a better suspect; a blank part
    counts as nothing, a blank total says nothing."""
    values: dict[Key, Decimal | None] = {}
    for key, readings in found.items():
        read = {one.reading.value for one in readings}
        if len(read) == 1 and all(one.reading.status != "illegible" for one in readings):
            values[key] = next(iter(read))
    holding: set[Key] = set()
    failing: list[set[Key]] = []
    for equation in equations_for(summed(found)):
        keys = {key for _, key in equation.terms}
        if values.get(equation.target) is None or not keys <= values.keys():
            continue
        if sum((sign * (values[key] or 0) for sign, key in equation.terms), Decimal(0)):
            failing.append(keys)
        else:
            holding |= keys
    # A sum that fails tells of its cells that no other confirms; where all are confirmed, of every one.
    for keys in failing:
        if keys <= holding:
            holding = holding - keys
    return holding
