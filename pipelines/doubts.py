"""Which readings are not believed, however well they were read: what else their tables print speaks against them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from pipelines.columns import APPLICANTS
from pipelines.readings import Found, Tables, adds_up, by_row, doubted
from pipelines.vouching import BROKEN, counting

_ELSEWHERE = 2
"""Rows that show another column to be their total."""


def doubt_shared(tables: Tables, locators: Collection[str]) -> None:
    """Doubt the numbers at these places, which span several rows of the form: each is that of none for certain, nor of
    the first.
    """
    for key, readings in tables.found.items() if locators else ():
        tables.found[key] = [doubted(one) if one.locator in locators else one for one in readings]


def doubt_requests(tables: Tables) -> list[tuple[str, list[Found]]]:
    """Doubt the requests under a header that lies (numbers of rows, 行次, under the first applicant, or most totals no
    sums), and rows that may have closed up over a deleted cell. Returns each with its code; where all are in doubt, the
    first of them with none.
    """
    ours = {key: readings for key, readings in tables.found.items() if key[0] == "requests"}
    rows = by_row([readings[0] for readings in ours.values()])
    firsts = [one.reading.value for row in rows for one in row if one.key[2] == APPLICANTS[0]]
    printed = [row for row in rows if all(one.reading.status in ("reported", "blank") for one in row)]
    totalled = [row for row in printed if any(one.key[2] == "total" and one.reading.value for one in row)]
    lacking = {one.key[2] for row in rows for one in row} != set(APPLICANTS)
    broken = sum(_exceeds(row) if lacking else not adds_up(row, shifted=False) for row in totalled)
    lies = counting(firsts) or (broken >= BROKEN and 2 * broken > len(totalled)) or _another_total(printed)
    moved = _moved_up(rows)
    for key in ours if lies else [one.key for row in moved for one in row]:
        tables.found[key] = [doubted(one) for one in tables.found[key]]
    return [*([("", rows[0])] if lies else []), *((row[0].key[1], row) for row in moved)]


def _exceeds(row: Sequence[Found]) -> bool:
    """Whether the parts are more than the total: all that can be said where one of their columns is not known."""
    values = {one.key[2]: one.reading.value or Decimal(0) for one in row}
    return sum(values.values(), Decimal(0)) > 2 * values["total"]


def closed_up(readings: list[Found]) -> bool:
    """Whether the row of reviews may have lost a cell and closed up: it ends with a blank, and totals that it prints
    are no sums, or the figure before the blank could be the total.
    """
    if not readings or readings[-1].reading.status != "blank":
        return False
    groups = by_row(readings)
    totalled = [group for group in groups if group[-1].key[2] == "total" and group[-1].reading.value is not None]
    return not all(adds_up(group, shifted=False) for group in totalled) or bool(totalled and _ends_in_sum(groups[-1]))


def _ends_in_sum(row: Sequence[Found]) -> bool:
    """Whether a row without a total ends with a figure as large as all before it."""
    *parts, _ = row
    values = [one.reading.value or Decimal(0) for one in parts]
    # A figure alone stands where it was put: a row of one figure has hardly lost exactly the other one.
    alone = all(one.reading.value is None for one in parts[:-1])
    return not alone and bool(values[-1]) and values[-1] >= sum(values[:-1])


def _another_total(rows: Iterable[Sequence[Found]]) -> bool:
    """Whether the totals stand under another heading than theirs: in several rows one and the same other column is the
    sum of all the rest and the total is not, and never the other way round.
    """
    sums, there = Counter[str](), Counter[str]()
    for row in rows:
        values = {one.key[2]: one.reading.value for one in row if one.reading.value is not None}
        half, total = sum(values.values(), Decimal(0)) / 2, values.pop("total", None)
        if half and total is not None:
            sums.update(part for part, value in values.items() if value == half != total)
            there.update(part for part, value in values.items() if total == half != value)
    return any(count >= _ELSEWHERE and not there[part] for part, count in sums.items())


def _moved_up(rows: Iterable[list[Found]]) -> list[list[Found]]:
    """Rows without a total, in a table whose other rows have theirs, that end with a figure as large as all before it:
    it may be the total, and the row have lost a cell and closed up.
    """
    totalled, found = 0, []
    for row in rows:
        *parts, total = row
        if total.key[2] != "total" or total.reading.status != "blank":
            totalled += bool(total.reading.value) and adds_up(row, shifted=False)
        elif any(one.reading.value for one in parts):
            found.append((row, _ends_in_sum(row)))
    return [row for row, moved in found if moved] if totalled > len(found) else []
