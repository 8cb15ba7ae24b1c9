"""Readings of cells, and whether the sums of a row confirm them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from schemas.forms import SECTION_FORMS, WHOLE, Key, load_form
from schemas.numbers import Reading, spelled, squeeze

_SPELLED = 3
"""Cells with a number in characters that show how a report writes its numbers."""
_NO_DASH = ("/", "无", "不适用")
_SEVERAL = 6
"""Cells that may be printed twice with different figures before a page is taken to hold several reports."""


@dataclass(slots=True)
class Found:
    """One reading of one cell. ``form`` is set where a label decided between the forms."""

    key: Key
    reading: Reading
    printed: str
    locator: str
    slot: str
    form: str = ""
    method: str = "text"
    derived_by: str = ""


@dataclass(slots=True)
class Oddity:
    """Something the tables hold that no cell of the form took."""

    rule: str
    locator: str
    observed: str
    section: str = ""
    indicator: str = ""
    breakdown: str = ""
    expected: str = ""


@dataclass(slots=True)
class Tables:
    """What the tables of one document say: ``found`` for the report as a whole, ``levels`` for single levels of units
    that columns name (``forms.column_levels``). ``present`` counts the numbers printed in recognised tables, ``used``
    and ``ignored`` (declared without meaning for the form) those accounted for. ``unread`` are rows that are there, by
    (section, indicator) with what they print and where, whose cells could not be told apart.
    """

    found: dict[Key, list[Found]] = field(default_factory=dict)
    levels: dict[str, dict[Key, list[Found]]] = field(default_factory=dict)
    oddities: list[Oddity] = field(default_factory=list)
    unread: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    pictures: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By section, the pictures that may be its tables: what they are called, and where the first of them stands."""
    others: int = 0
    """Tables of the form that stand under the titles of other reports."""
    present: int = 0
    used: int = 0
    ignored: int = 0

    def of(self, level: str) -> dict[Key, list[Found]]:
        """The readings for the report as a whole, or for one level of units."""
        return self.found if level == WHOLE else self.levels.setdefault(level, {})

    @property
    def by_level(self) -> dict[str, dict[Key, list[Found]]]:
        """All readings by level, those for the report as a whole first."""
        return {WHOLE: self.found, **self.levels}

    def add(self, other: Tables) -> None:
        """Take in what another reading of the same document says."""
        for level, found in other.by_level.items():
            for key, readings in found.items():
                self.of(level).setdefault(key, []).extend(readings)
        self.oddities += other.oddities
        self.unread |= other.unread
        self.present += other.present
        self.used += other.used
        self.ignored += other.ignored

    @property
    def several(self) -> bool:
        """Whether whole tables stand here more than once with different figures: more than one report on a page."""
        groups = self.groups
        more = (readings for readings in groups if len(readings) > 1)
        apart = sum(len({one.reading.value for one in readings}) > 1 for readings in more)
        return self.others > 0 or (apart > _SEVERAL and apart * 10 > len(groups))

    @property
    def repeated(self) -> bool:
        """Whether most cells are printed more than once."""
        groups = self.groups
        return sum(len(readings) > 1 for readings in groups) * 2 > len(groups)

    @property
    def groups(self) -> list[list[Found]]:
        """The readings of each cell, of all levels."""
        return [readings for found in self.by_level.values() for readings in found.values()]


def unit_of(key: Key) -> str:
    """The unit the form prints or implies for a cell. A sum of money has none but the printed one."""
    return _UNITS[key] if _NATURES[key] != "money" else "unknown"


_UNITS = {cell.key: cell.unit for form_id in SECTION_FORMS for cell in load_form(form_id).cells}
_NATURES = {cell.key: cell.nature for form_id in SECTION_FORMS for cell in load_form(form_id).cells}


def by_row(readings: list[Found]) -> list[list[Found]]:
    """The readings of each row together."""
    rows: dict[str, list[Found]] = {}
    for one in readings:
        rows.setdefault(one.key[1], []).append(one)
    return list(rows.values())


def adds_up(readings: list[Found], *, shifted: bool) -> bool:
    """Whether a row's parts add up to its printed total; blanks count as nothing only for this question. Where the row
    may be ``shifted``, zeros among blanks prove nothing: they add up in any place.
    """
    if all(one.reading.status != "reported" for one in readings):
        return all(one.reading.status != "illegible" for one in readings)
    total = next((one.reading.value for one in readings if one.key[2] == "total"), None)
    if total is None or any(one.reading.status == "illegible" for one in readings):
        return False
    if shifted and not total and any(one.reading.status == "blank" for one in readings):
        return False
    return total == sum((one.reading.value or Decimal(0) for one in readings if one.key[2] != "total"), Decimal(0))


def take_spelled_ones(tables: Tables) -> None:
    """Read 一 as 1 in a report that spells its numbers: several other cells do, more than print figures, and none has a
    dash. Alone it is as often a dash itself.
    """
    readings = [one for group in tables.found.values() for one in group]
    ones = [one for one in readings if one.reading.status == "illegible" and squeeze(one.printed) == "一"]
    if not ones or any(one.reading.status == "mark" and squeeze(one.printed) not in _NO_DASH for one in readings):
        return
    numbers = [one for one in readings if one.reading.status == "reported"]
    words = sum(spelled(one.printed) for one in numbers)
    if words >= _SPELLED and 2 * words > len(numbers):
        for one in ones:
            one.reading = replace(one.reading, status="reported", value=Decimal(1), candidates=())


def doubted(one: Found) -> Found:
    """The same cell without its number: a row that is doubted is doubted whole, so none of its cells is a candidate."""
    if one.reading.status != "reported" or one.reading.value is None:
        return one
    return replace(one, reading=Reading("illegible", unit=one.reading.unit))


def without_candidates(one: Found) -> Found:
    """The same reading with nothing for the solver to choose from."""
    return replace(one, reading=replace(one.reading, candidates=()))
