"""The applicants that header lines name: whether in the form's order, and where other words stand among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.columns import APPLICANTS
from pipelines.labels import fold, left_of, match, of_kind
from pipelines.rows import Row

READ_LINE_BY_LINE = [0, len(APPLICANTS) - 1, *range(1, len(APPLICANTS) - 1)]
"""The order of a header's words where its two lines come one after the other: 自然人, 总计; then the organisations."""

_MOST = 5
"""Applicants that a line names if it is the whole header."""


def applicants(row: Row) -> list[str]:
    """The applicants that a header line names, left to right."""
    labels = (of_kind(slot.labels, "applicant") for slot in row.slots)
    return [label.code for label in labels if label and label.code in APPLICANTS]


def in_order(band: Sequence[Row]) -> bool:
    """Whether each header line names the applicants in the form's order, or the form's own two lines one by one, and
    none where another's place is.
    """
    places = [[APPLICANTS.index(code) for code in applicants(row)] for row in band]
    ordered = all(line == sorted(line) or line == READ_LINE_BY_LINE[: len(line)] for line in places)
    return ordered and not any(map(_out_of_place, band))


def _out_of_place(row: Row) -> bool:
    """Whether a line that names most applicants, 总计 last, has one of them in the place of another among its last
    cells: as where the heading of the first column is lost and another one stands elsewhere.
    """
    named = applicants(row)
    window = [of_kind(slot.labels, "applicant") for slot in row.slots[-len(APPLICANTS) :]]
    codes = [label.code if label else "" for label in window]
    if not _MOST <= len(named) < len(APPLICANTS) == len(codes) or codes[-1] != APPLICANTS[-1]:
        return False
    return any(code in APPLICANTS and code != own for code, own in zip(codes, APPLICANTS, strict=True))


def strange(band: Sequence[Row]) -> set[str] | None:
    """The applicants in whose places header lines have other words than what may be left of theirs; None where there
    are not as many such words between two applicants as the form has others there: their order is another one. Where
    one of them is named nowhere an empty cell may be its.
    """
    band = _rejoined(band)
    named = {code for row in band for code in applicants(row)}
    if len(named) == len(APPLICANTS):
        return set()
    above, words, others = "", list[str](), set[str]()
    for row in (row for row in band if above or applicants(row)):
        for slot in (slot for slot in row.slots if not slot.numeric):
            label = of_kind(slot.labels, "applicant")
            if label is not None and label.code in APPLICANTS:
                between = _between(above, label.code)
                # What stands between these two heads the organisations.
                if above and (above, label.code) != ("natural_person", "total"):
                    if words and len(between) != len(words):
                        return None
                    others |= _reworded(words, between)
                elif words:
                    others.add("natural_person")
                above, words = label.code, []
            elif not (slot.labels or fold(slot.text).core == "小计") and (above or (slot.start and not slot.blank)):
                words.append(slot.text.strip())
    if any(words):
        between = _between(above, "")[: len(words)]
        if named.intersection(between):
            return None
        others |= _reworded(words, between) or (set(APPLICANTS) - named)
    return others - named


def _rejoined(band: Sequence[Row]) -> Sequence[Row]:
    """Header lines without one that only holds the second halves of headings (商业 above 企业), which are put to the
    first halves in the line above, one for each.
    """
    found: list[Row] = []
    for row in band:
        halves = [slot for slot in row.slots if not slot.blank]
        above = [slot for slot in found[-1].slots if not (slot.blank or slot.labels)] if found else []
        whole = [match(one.text + other.text) for one, other in zip(above, halves, strict=False)]
        if halves and len(above) == len(halves) and all(of_kind(labels, "applicant") for labels in whole):
            joined = {id(slot): replace(slot, labels=labels) for slot, labels in zip(above, whole, strict=True)}
            found[-1] = replace(found[-1], slots=[joined.get(id(slot), slot) for slot in found[-1].slots])
        else:
            found.append(row)
    return found


def _between(above: str, below: str) -> tuple[str, ...]:
    """The applicants that the form has between two; the organisations follow the line of the others."""
    first = 1 if above in ("natural_person", "total") else APPLICANTS.index(above) + 1 if above else 0
    return APPLICANTS[first : APPLICANTS.index(below) if below else len(APPLICANTS)]


def _reworded(words: Sequence[str], codes: Sequence[str]) -> set[str]:
    return {code for word, code in zip(words, codes, strict=False) if not left_of(word, "applicant", code)}
