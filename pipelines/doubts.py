"""Which readings are not believed, however well they were read: what else their tables print speaks against them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from pipelines.columns import APPLICANTS
from pipelines.readings import Found, Tables, adds_up, by_row, doubted
from pipelines.vouching import BROKEN, counting
from schemas.forms import load_form

_ELSEWHERE = 2
"""Rows that show another column to be their total."""
_ROWS = tuple(dict.fromkeys(cell.indicator for cell in load_form("2021").cells if cell.section == "requests"))
_CLIMBING = 6
_MISSING = 4
"""Rows whose figures all rise from one to the next, and by how much, before they are taken for numbers of rows."""


def doubt_shared(tables: Tables, locators: Collection[str]) -> None:
    """Doubt the numbers at these places, which span several rows of the form: each is that of none for certain, nor of
    the first.
    """
    for key, readings in tables.found.items() if locators else ():
        tables.found[key] = [doubted(one) if one.locator in locators else one for one in readings]


def doubt_requests(tables: Tables, unheaded: Mapping[str, Decimal]) -> list[tuple[str, list[Found]]]:
    """Doubt the requests under a header that lies (numbers of rows, 行次, under the first applicant, most totals no
    sums, or the sums elsewhere), and rows that may have closed up over a deleted cell. Returns each with its code;
    where all are in doubt, the first of them with none. ``unheaded``: by row the sum of the numbers under no heading.
    """
    ours = {key: readings for key, readings in tables.found.items() if key[0] == "requests"}
    rows = by_row([readings[0] for readings in ours.values()])
    firsts = [one.reading.value for row in rows for one in row if one.key[2] == APPLICANTS[0]]
    printed = [row for row in rows if all(one.reading.status in ("reported", "blank") for one in row)]
    totalled = [row for row in printed if any(one.key[2] == "total" and one.reading.value for one in row)]
    lacking = {one.key[2] for row in rows for one in row} != set(APPLICANTS)
    broken = sum(_exceeds(row) if lacking else not adds_up(row, shifted=False) for row in totalled)
    lies = (
        counting(firsts)
        or _climbing(rows)
        or (broken >= BROKEN and 2 * broken > len(totalled))
        or _another_total(printed)
        or _total_before(printed)
        or _each_ends_in_its_sum(printed)
        or _beside_headings(printed, unheaded)
    )
    moved = _moved_up(rows)
    for key in ours if lies else [one.key for row in moved for one in row]:
        tables.found[key] = [doubted(one) for one in tables.found[key]]
    return [*([("", rows[0])] if lies else []), *((row[0].key[1], row) for row in moved)]


def _exceeds(row: Sequence[Found]) -> bool:
    """Whether the parts are more than the total: all that can be said where one of their columns is not known."""
    values = {one.key[2]: one.reading.value or Decimal(0) for one in row}
    return sum(values.values(), Decimal(0)) > 2 * values["total"]


def _climbing(rows: Iterable[Sequence[Found]]) -> bool:
    """Whether the first applicants are numbers of rows some of which are missing: they climb from each row of the form
    to the next, by no more than those that may lie between.
    """
    firsts = {row[0].key[1]: one.reading.value for row in rows for one in row if one.key[2] == APPLICANTS[0]}
    values = [firsts[code] for code in _ROWS if code in firsts]
    whole = [value for value in values if value is not None]
    climbs = all(0 < below - above <= _MISSING for above, below in pairwise(whole))
    return len(whole) == len(values) >= _CLIMBING and climbs


def _total_before(rows: Iterable[Sequence[Found]]) -> bool:
    """Whether the body stands a column too far left, as no total is printed and the last figures are the sums of those
    before them. One of those may be lost, so that the last is more than their sum; where a column is none of the sum,
    others are now and then more than it.
    """
    totalless = [row for row in rows if any(one.reading.value for one in row)]
    if any(row[-1].key[2] != "total" or row[-1].reading.value for row in totalless):
        return False
    last = max(
        (place for row in totalless for place, one in enumerate(row) if one.reading.value is not None), default=0
    )
    said = Counter[str]()
    for row in totalless:
        values = [one.reading.value or Decimal(0) for one in row[: last + 1]]
        before, figure = sum(values[:-1], Decimal(0)), values[-1]
        said["alone" if not before else "sum" if figure == before else "more" if figure > before else "less"] += 1
    if not said["less"]:
        # Where a column is lost, or figures stand alone, they may be totals only right before the column of totals.
        return (last == len(APPLICANTS) - 2 and bool(said)) or (last > 0 and said["sum"] > said["more"] == 0)
    return said["sum"] >= BROKEN * said["less"]


def _each_ends_in_its_sum(rows: Iterable[Sequence[Found]]) -> bool:
    """Whether most rows have closed up over their blanks, each for itself: no total is printed but by the few without
    a blank, and the last figure of each other row is the sum of the rest.
    """
    said, full = Counter[bool](), 0
    for row in rows:
        *values, figure = [one.reading.value for one in row if one.reading.value is not None] or [Decimal(0)]
        if row[-1].key[2] != "total" or (row[-1].reading.value is not None and len(values) + 1 < len(row)):
            return False
        before = sum(values, Decimal(0))
        full += bool(row[-1].reading.value)
        if before and row[-1].reading.value is None:
            said[figure == before] += 1
    return said[True] > full and said[True] >= BROKEN * said[False]


def _beside_headings(rows: Sequence[Sequence[Found]], unheaded: Mapping[str, Decimal]) -> bool:
    """Whether numbers under no heading belong under one: totals lack them, or a column is blank beside them."""
    needed = 0
    for row in rows:
        extra, values = unheaded.get(row[0].key[1]), {one.key[2]: one.reading.value for one in row}
        total = values.pop("total", None)
        if not extra or total is None:
            continue
        left = total - sum((value or Decimal(0) for value in values.values()), Decimal(0))
        if not left:
            return False  # a sum within the row
        needed += left == extra
    printed = [{one.key[2] for one in row if one.reading.value is not None} for row in rows]
    blank = set(APPLICANTS).difference(*printed) if any(printed) else set()
    return needed > 0 or (bool(blank) and 2 * len(unheaded) > len(rows))


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
