"""Where a violated sum is wrong: the smallest sets of cells whose change would make every sum of a report hold again.

One cell is tried, and where none will do, two. All sets of the smallest size are found; the sums cannot tell between
them, so they share a rank. Among them those come first that a plausible slip explains (a digit dropped, a total not
updated …). Nothing here changes a number: it says where to look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise

from pipelines.solve import apart
from schemas.forms import Equation, Key, parents

MOST_SETS = 30
"""Sets of one system that are listed; their number is told."""
_TOUCHED = 6
"""No cell stands in more than three sums; where more than twice that are wrong no two cells are to blame."""

DROPPED, ADDED, SWAPPED, MISTYPED = "digit_dropped", "digit_added", "digits_swapped", "digit_mistyped"
NOT_UPDATED, FOLLOWS = "total_not_updated", "total_follows"
NEIGHBOUR, EXCHANGED = "neighbour_copied", "cells_exchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """One cell as printed and as it would have to be; ``slip`` says how the one becomes the other, or is empty."""

    key: Key
    printed: int
    proposed: int
    slip: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """Sums that hang together and some of which are violated. ``sets``: what would explain all of them, best first,
    all of the same number of cells; empty where no one or two cells do. ``found``: how many there are."""

    violated: tuple[Equation, ...]
    sets: tuple[tuple[Change, ...], ...]
    found: int


def locate(values: Mapping[Key, Decimal | None], equations: Sequence[Equation]) -> list[System]:
    """The violated systems of one report. ``values``: its cells, None where no number is printed; sums that lack a
    number, or have one that is no whole number, say nothing."""
    numbers = {key: int(value) for key, value in values.items() if value is not None and value == int(value)}
    whole = [one for one in equations if all(key in numbers for _, key in one.terms)]
    if not any(_rest(one, numbers) for one in whole):
        return []
    found = []
    for group in apart(whole, lambda one: [key for _, key in one.terms]):
        violated = tuple(one for one in group if _rest(one, numbers))
        if violated:
            sets = _Search(group, numbers).sets() if len(violated) <= _TOUCHED else []
            judged = sorted((_judged(each, group, numbers) for each in sets), key=_order)
            found.append(System(violated, tuple(judged[:MOST_SETS]), len(judged)))
    return sorted(found, key=lambda system: min(_position(one.target) for one in system.violated))


def _rest(equation: Equation, numbers: Mapping[Key, int]) -> int:
    return sum(sign * numbers[key] for sign, key in equation.terms)


class _Search:
    """Changes of one cell or two after which every equation of a group holds."""

    def __init__(self, group: Sequence[Equation], numbers: Mapping[Key, int]) -> None:
        self._group = group
        self._numbers = numbers
        self._in: dict[Key, list[tuple[int, int]]] = {}  # cell -> (equation, its sign there)
        for place, one in enumerate(group):
            for sign, key in one.terms:
                self._in.setdefault(key, []).append((place, sign))
        self._rests = {place: rest for place, one in enumerate(group) if (rest := _rest(one, numbers))}

    def sets(self) -> list[tuple[Change, ...]]:
        """Every set of the smallest size, one or two; none where that is not enough."""
        singles: list[tuple[Change, ...]] = [(change,) for change in self._singles(self._rests)]
        return singles or list({frozenset(pair): pair for pair in self._pairs()}.values())

    def _singles(self, rests: Mapping[int, int]) -> Iterator[Change]:
        """Cells whose change alone takes away all of ``rests`` (equation -> what it is off by) and adds none."""
        if not rests:
            return
        first = min(rests, key=lambda place: len(self._group[place].terms))
        for _, key in self._group[first].terms:
            if len(self._in[key]) != len(rests):
                continue
            changes = {-sign * rests.get(place, 0) for place, sign in self._in[key]}
            if len(changes) == 1 and (change := self._change(key, changes.pop())):
                yield change

    def _pairs(self) -> Iterator[tuple[Change, ...]]:
        """One cell of a violated equation changed as one of its equations asks, and a second for what is left."""
        first = min(self._rests, key=lambda place: len(self._group[place].terms))
        for _, key in self._group[first].terms:
            for difference in {-sign * self._rests.get(place, 0) for place, sign in self._in[key]} - {0}:
                change = self._change(key, difference)
                if change is None:
                    continue
                rests = dict(self._rests)
                for place, sign in self._in[key]:
                    rests[place] = rests.get(place, 0) + sign * difference
                left = {place: rest for place, rest in rests.items() if rest}
                for other in self._singles(left):
                    if other.key != key:
                        yield tuple(sorted((change, other), key=lambda one: _position(one.key)))

    def _change(self, key: Key, difference: int) -> Change | None:
        """None where the cell would become negative, which no count is."""
        printed = self._numbers[key]
        return Change(key, printed, printed + difference) if difference and printed + difference >= 0 else None


def _judged(changes: tuple[Change, ...], group: Sequence[Equation], numbers: Mapping[Key, int]) -> tuple[Change, ...]:
    """The same changes, each with the slip that explains it."""
    return tuple(replace(one, slip=_slip(one, changes, group, numbers)) for one in changes)


def _slip(one: Change, together: Sequence[Change], group: Sequence[Equation], numbers: Mapping[Key, int]) -> str:
    difference = one.proposed - one.printed
    sums = [equation for equation in group if equation.target == one.key]
    for other in together:
        if other.key == one.key:
            continue
        if (other.printed, other.proposed) == (one.proposed, one.printed):
            return EXCHANGED
        if other.proposed - other.printed == difference and any((1, other.key) in each.terms for each in sums):
            return FOLLOWS
    if found := _digits(str(one.printed), str(one.proposed)):
        return found
    parts = {numbers[key] for each in sums for sign, key in each.terms if sign == 1}
    if sums and (one.printed == 0 or difference in parts - {0}):
        return NOT_UPDATED
    if one.printed and any(numbers.get(near) == one.printed for near in _neighbours().get(one.key, ())):
        return NEIGHBOUR
    return ""


def _digits(printed: str, right: str) -> str:
    """How a slip of one digit turns ``right`` into ``printed``; empty where none does."""
    if len(right) == len(printed) + 1 and printed in _shortened(right):
        return DROPPED
    if len(printed) == len(right) + 1 and right in _shortened(printed):
        return ADDED
    if len(printed) != len(right) or len(printed) < 2:  # any two single digits differ by one
        return ""
    different = [place for place, (a, b) in enumerate(zip(printed, right, strict=True)) if a != b]
    if len(different) == 1:
        return MISTYPED
    if len(different) == 2 and different[1] - different[0] == 1 and sorted(printed) == sorted(right):
        return SWAPPED
    return ""


def _shortened(number: str) -> set[str]:
    return {number[:place] + number[place + 1 :] for place in range(len(number))}


def _order(changes: tuple[Change, ...]) -> tuple[int, list[int]]:
    return sum(not one.slip for one in changes), [_position(one.key) for one in changes]


def _position(key: Key) -> int:
    return _positions().get(key, len(_positions()))


@cache
def _positions() -> dict[Key, int]:
    return {key: position for position, key in enumerate(parents())}


@cache
def _neighbours() -> dict[Key, list[Key]]:
    """The cells before and after each cell in its row and in its column."""
    lines: dict[tuple[str, str], list[Key]] = {}
    for key in parents():
        lines.setdefault((key[0], f"row {key[1]}"), []).append(key)
        lines.setdefault((key[0], f"column {key[2]}"), []).append(key)
    found: dict[Key, list[Key]] = {}
    for line in lines.values():
        for one, other in pairwise(line):
            found.setdefault(one, []).append(other)
            found.setdefault(other, []).append(one)
    return found
