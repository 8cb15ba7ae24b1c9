"""Competing readings of what a document prints, put to the report's own equations.

Where text has lost the places of its cells (blanks without a trace, glued or torn digits) every way of reading a row
is listed and the solver strikes out those that cannot be. What all remaining ways agree on is taken; the rest stays
unread.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from math import prod

from pipelines.columns import SLOTS, SUBTOTAL, Plan
from pipelines.readings import Found, Tables, unit_of
from pipelines.rows import Row, Slot
from pipelines.solve import Group, Outcome, Values, fewer_fit, narrow, rejoined, unglued, with_blanks
from schemas.forms import Key, equations_for, parents
from schemas.numbers import Reading, shortest, squeeze

_LISTED = 6
_ON_LINE = re.compile(r"(L\d+):(\d+)-(\d+)")
_MOST_TOGETHER = 256
_GLUED_ROWS = 4
"""Glued rows that must be there before one of them is believed."""


@dataclass(slots=True)
class Unlaid:
    """A row whose cells are there but have no sure places; ``leaf`` is None for the table of reviews."""

    row: Row
    leaf: Slot | None
    code: str
    plan: Plan

    @property
    def cells(self) -> list[Slot]:
        """The cells that may be values."""
        return [slot for slot in self.row.slots if self.leaf is None or slot.start >= self.leaf.end]

    def columns(self) -> tuple[Key, ...]:
        """The cells of the form that the row has, in the order of its columns (a 小计 among them)."""
        if self.leaf is None:
            pairs = (entry.code.partition("/") for entry in self.plan.entries)
            return tuple(("review", case, outcome) for case, _, outcome in pairs)
        return tuple(("requests", self.code, entry.code) for entry in self.plan.entries)

    @property
    def digits(self) -> str:
        """All that it prints in one run."""
        return "".join(squeeze(slot.text) for slot in self.cells)

    @property
    def glued(self) -> bool:
        """Whether all its numbers are one run of digits."""
        printed = sum(not slot.blank for slot in self.cells)
        return printed == 1 and self.digits.isdecimal() and len(self.plan.entries) > 1 and not self.only_zeros

    @property
    def only_zeros(self) -> bool:
        """Whether it prints exactly as many zeros, glued, as there are columns: they can only be one in each."""
        return self.digits == "0" * len(self.plan.entries)

    def sources(self, values: Values) -> list[list[Slot]]:
        """The cells that each of ``values`` was put together from, in their order; none for a blank."""
        cells = [slot for slot in self.cells if slot.numeric or squeeze(slot.text).isdecimal()]
        left = [squeeze(slot.text) for slot in cells]
        at, found = 0, []
        for value in values:
            taken: list[Slot] = []
            wanted = "" if value is None else shortest(value)
            read = ""
            while wanted and read != wanted and at < len(cells):
                taken.append(cells[at])
                part = left[at]
                if len(cells) == 1 and len(part) > len(wanted):  # glued: one cell holds them all
                    read, left[at] = part[: len(wanted)], part[len(wanted) :]
                else:
                    whole = cells[at].reading.value
                    read = wanted if whole == value else read + part
                    at += 1
            found.append(taken or [slot for slot in self.cells if not slot.blank][:1])
        return found

    def alternatives(self) -> tuple[Values, ...]:
        """Every way the row may be read; empty where there are none, or too many to list."""
        size, cells = len(self.plan.entries), self.cells
        if self.plan.contradicted:
            return ()
        if any(slot.reading.status == "illegible" and not squeeze(slot.text).isdecimal() for slot in cells):
            return ()
        values = [slot.reading.value for slot in cells]  # a mark counts as a blank here
        printed = [squeeze(slot.text) for slot in cells if not slot.blank]
        if any(slot.blank for slot in cells):
            starts = range(len(values) - size + 1)
            inside = (s for s in starts if not any(v is not None for v in (*values[:s], *values[s + size :])))
            return tuple(tuple(values[start : start + size]) for start in inside)
        if not all(text.isdecimal() or slot.numeric for text, slot in zip(printed, cells, strict=True)):
            return ()
        if len(printed) == 1 and printed[0].isdecimal() and len(printed[0]) >= size:
            totals = [place for place, key in enumerate(self.columns()) if key[2] == "total"]
            return unglued(printed[0], size, totals)
        if len(printed) > size:
            if self.plan.tally.short and (self.plan.tally.untotalled or fewer_fit(printed, size)):
                return ()  # blanks leave no trace here, and a row with torn numbers may have one as well
            lines = [slot.locator.split(":")[0] for slot in cells if not slot.blank]
            apart = [place for place in range(1, len(lines)) if lines[place] != lines[place - 1]]
            return rejoined(printed, size, apart)
        return with_blanks([value for value in values if value is not None], size)


def may_be_torn(one: Unlaid) -> bool:
    """Whether a row with more numbers than columns has some of them torn apart: put together again its sum holds."""
    if any(slot.blank for slot in one.cells):
        return False
    totals = [place for place, key in enumerate(one.columns()) if key[2] == "total"]
    return any(
        way[totals[0]] == sum(value or Decimal(0) for value in way[: totals[0]])
        for way in one.alternatives()
        if len(totals) == 1
    )


def decide(tables: Tables, unlaid: Sequence[Unlaid]) -> set[int]:
    """Settle unlaid rows and cells with candidates in ``tables``; returns the ids of the slots that were used."""
    # Disclosure has no sums: no equation could choose.
    rows = [(one, one.alternatives()) for one in unlaid if not one.row.aligned and one.plan.section != "disclosure"]
    rows = [(one, ways) for one, ways in rows if ways and not any(key in tables.found for key in one.columns())]
    singles = _singles(tables)
    groups = [Group(one.columns(), ways) for one, ways in rows] + singles
    if not groups:
        return set()
    chosen = {key for group in groups for key in group.keys}
    known = _known(tables, chosen)
    outcomes = narrow(known, groups, equations_for(summed(known.keys() | chosen)))
    used: set[int] = set()
    fitted = [one for (one, _), outcome in zip(rows, outcomes, strict=False) if outcome.fitting]
    company = _Company(tables, unlaid, fitted)
    for (one, _), outcome in zip(rows, outcomes, strict=False):
        if not one.glued or company.vouches(one):
            used |= _settle_row(tables, one, outcome)
    for group, outcome in zip(singles, outcomes[len(rows) :], strict=True):
        for place, key in enumerate(group.keys):
            _settle_cell(tables, key, outcome, place)
    return used


class _Company:
    """What the rows beside a glued one say: whether it can be parted into all its columns by more than chance."""

    def __init__(self, tables: Tables, unlaid: Sequence[Unlaid], fitted: Sequence[Unlaid]) -> None:
        glued = [one for one in unlaid if one.glued]
        whole = [one for one in glued if len(one.digits) >= len(one.plan.entries)]
        short = [one for one in glued if len(one.digits) < len(one.plan.entries)]
        cells = [readings[0] for key, readings in tables.found.items() if key[0] == "requests"]
        blank = [one.key[2] for one in cells if one.reading.status == "blank"]
        others = len({one.key[1] for one in cells}) + sum(one.only_zeros for one in unlaid)
        self.blanks = bool(short or blank)
        # A row without its total adds up to nothing; one of several may be a misprint.
        telling = [fewer_fit(one.digits, len(one.digits) + 1) for one in short if one.digits.strip("0")]
        self.untotalled = "total" in blank or 5 * telling.count(False) > len(telling)
        # Where most rows cannot be parted blanks are hidden in them, and one that can is chance.
        fits = sum(one.glued and one in fitted for one in whole)
        self.enough = len(glued) + others >= _GLUED_ROWS and fits * 5 >= len(whole) * 4

    def vouches(self, one: Unlaid) -> bool:
        """Whether its parting is believed: where cells are blank it could be fewer numbers, and must not."""
        if not self.blanks:
            return self.enough
        return self.enough and not self.untotalled and not fewer_fit(one.digits, len(one.plan.entries))


def _known(tables: Tables, open_keys: set[Key]) -> dict[Key, Decimal | None]:
    known: dict[Key, Decimal | None] = {}
    for key, readings in tables.found.items():
        if key not in open_keys and key[0] != "disclosure" and readings[0].reading.status != "illegible":
            known[key] = readings[0].reading.value
    return known


def _singles(tables: Tables) -> list[Group]:
    """Cells with candidates (doubtful digits, or several figures printed for the same cell), those of a row together:
    its sum can only confirm all of them at once.
    """
    rows: dict[tuple[str, str], dict[Key, list[Decimal]]] = {}
    for key, readings in tables.found.items():
        if key[0] == "disclosure" or (len(readings) == 1 and not readings[0].reading.candidates):
            continue
        values = {one.reading.value for one in readings if one.reading.value is not None}
        candidates = {candidate for one in readings for candidate in one.reading.candidates}
        if len(values) > 1 or (candidates and not values):
            rows.setdefault(key[:2], {})[key] = sorted(values | candidates)
    return [
        Group(tuple(cells), tuple(product(*cells.values())))
        for cells in rows.values()
        if prod(len(values) for values in cells.values()) <= _MOST_TOGETHER
    ]


def summed(there: Collection[Key]) -> dict[Key, str]:
    """The cells whose equations count, with the indicators that sum them: all of the form's, with the rows of other
    handling that this report has. A cell that is not ``there`` makes its equations useless, it does not shorten them.
    """
    split = any(key[1].startswith("result.other.") for key in there)
    return {
        key: parent
        for key, parent in parents().items()
        if key[0] in ("requests", "review")
        and (key[1] != "result.other" if split else not key[1].startswith("result.other."))
    }


def _settle_row(tables: Tables, one: Unlaid, outcome: Outcome) -> set[int]:
    confirmed = any(rule.endswith(".row_sum") for rule in outcome.rules)
    if not outcome.fitting or not (confirmed or one.only_zeros):
        return set()  # sums down the columns hold as well where a whole table is shifted
    totals = [place for place, key in enumerate(one.columns()) if key[2] == "total"]
    if not any(all(values[place] is not None for place in totals) for values in outcome.fitting):
        return set()  # no reading with its totals fits: the sums are broken, or hidden under the blanks
    sure = False
    sources = one.sources(outcome.fitting[0])
    for place, key in enumerate(one.columns()):
        if key[2] == SUBTOTAL:
            continue
        agreed, value = outcome.agreed(place)
        sure = sure or (agreed and value is not None)
        reading = _reading(key, agreed, value, outcome, place)
        slots = sources[place] if agreed and value is not None else [slot for slot in one.cells if not slot.blank]
        printed = " ".join(slot.text.strip() for slot in slots) if reading.status != "blank" else ""
        block = "review" if one.leaf is None else SLOTS[one.code]
        found = Found(key, reading, printed, _place(slots), block)
        tables.found[key] = [_credited(found, outcome)]
    return {id(slot) for slot in one.cells} if sure else set()


def _place(slots: Sequence[Slot]) -> str:
    """Where cells stand together: from the first to the last of them on one line of text, else at the first."""
    ends = [_ON_LINE.fullmatch(slot.locator) for slot in (slots[0], slots[-1])]
    if len(slots) > 1 and ends[0] and ends[1] and ends[0][1] == ends[1][1]:
        return f"{ends[0][1]}:{ends[0][2]}-{ends[1][3]}"
    return slots[0].locator


def _reading(key: Key, agreed: bool, value: Decimal | None, outcome: Outcome, place: int) -> Reading:
    if agreed:
        return Reading("blank" if value is None else "reported", value, unit_of(key))
    values = sorted({values[place] or Decimal(0) for values in outcome.fitting if values[place] is not None})
    return Reading("illegible", unit=unit_of(key), candidates=tuple(values[:_LISTED]))


def _settle_cell(tables: Tables, key: Key, outcome: Outcome, place: int) -> None:
    """Take the candidate that fits, if exactly one does."""
    first = tables.found[key][0]
    agreed, value = outcome.agreed(place)
    if agreed and value is not None and outcome.rules:
        reading = Reading("reported", value, first.reading.unit)
        same = [one for one in tables.found[key] if one.reading.value == value]
        tables.found[key] = [_credited(replace(same[0] if same else first, reading=reading), outcome)]


def _credited(found: Found, outcome: Outcome) -> Found:
    if found.reading.status == "illegible":
        return found
    return replace(found, method="disambiguated", derived_by=",".join(sorted(outcome.rules)))


def undecided(tables: Tables, unlaid: Sequence[Unlaid]) -> None:
    """Rows that stay unread: remembered with what they print, so that their cells are illegible and not absent. A row
    that prints its label alone has no cells here: a text may have lost them."""
    for one in unlaid:
        cells = [slot for slot in one.cells if not slot.blank]
        if not cells:
            continue
        printed, where = " ".join(slot.text.strip() for slot in cells), cells[0].locator
        indicators = {(key[0], key[1]) for key in one.columns()} if one.plan.section != "disclosure" else set()
        for indicator in indicators or {("disclosure", one.code)}:
            tables.unread.setdefault(indicator, (printed, where))
