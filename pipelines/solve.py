"""A small solver over the equations of one report: which of several readings of its cells fit together.

The equations are those the form states (row sums, column sums, inflow equals outflow, case totals). A blank part counts
as nothing here, and only here (a blank total says nothing): a choice made so is ``disambiguated``, with its rule.
Nothing is searched that arithmetic does not force: readings are struck out until no equation strikes out any more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from math import comb
from typing import TypeVar

from schemas.forms import Equation, Key

_LONGEST = 15  # figures of a number that is kept exactly
_MOST_PIECES = 14  # of torn numbers; more may be put together in too many ways
_MOST_STEPS = 50_000  # of a search through the ways to cut a run of digits
MOST_ALTERNATIVES = 20_000
"""A row with more possible readings than this says nothing."""

One = TypeVar("One")

Values = tuple[Decimal | None, ...]
"""Values of some cells in order; None is a blank."""


@dataclass(frozen=True, slots=True)
class Group:
    """Cells that are read together, with every way they may be read."""

    keys: tuple[Key, ...]
    alternatives: tuple[Values, ...]


@dataclass(slots=True)
class Outcome:
    """What is left of a group: the readings that fit, and the rules that struck out the others (none: undecided)."""

    fitting: list[Values]
    rules: set[str] = field(default_factory=set)
    """Rules that struck out a reading, or that the only reading satisfies beside cells that are certain."""

    def agreed(self, place: int) -> tuple[bool, Decimal | None]:
        """Whether all readings that fit say the same of one cell, and what."""
        values = {values[place] for values in self.fitting}
        return (len(values) == 1, next(iter(values)) if len(values) == 1 else None)


def narrow(
    known: Mapping[Key, Decimal | None], groups: Sequence[Group], equations: Sequence[Equation]
) -> list[Outcome]:
    """Strike out readings that break an equation all of whose other cells are certain, until nothing changes.

    ``known`` are cells read for certain (None: blank). A cell neither known nor in a group makes its equations useless.
    An equation is only evidence where it is not all zeros: zeros add up in any order. Returns one outcome per group.
    """
    outcomes = [Outcome(list(group.alternatives)) for group in groups]
    owner = {key: place for place, group in enumerate(groups) for key in group.keys}
    touching: list[list[Equation]] = [[] for _ in groups]
    for equation in equations:
        for place in {owner[key] for _, key in equation.terms if key in owner}:
            touching[place].append(equation)
    changed = True
    while changed:
        changed = False
        for place, (group, outcome) in enumerate(zip(groups, outcomes, strict=True)):
            at = {key: index for index, key in enumerate(group.keys)}
            for equation in touching[place]:
                fixed = _rest(equation, at, known, owner, groups, outcomes)
                if fixed is None:
                    continue
                inner = [(sign, at[key]) for sign, key in equation.terms if key in at]
                total = at.get(equation.target)
                kept = [
                    values
                    for values in outcome.fitting
                    if (total is not None and values[total] is None)  # a blank total may stand for any sum
                    or fixed + sum((sign * (values[index] or 0) for sign, index in inner), Decimal(0)) == 0
                ]
                only = len(outcome.fitting) == 1 and any(outcome.fitting[0][index] for _, index in inner)
                if (len(kept) < len(outcome.fitting) or only) and equation.rule not in outcome.rules:
                    outcome.rules.add(equation.rule)
                    changed = True
                if len(kept) < len(outcome.fitting):
                    outcome.fitting = kept
                    changed = True
    return outcomes


def _rest(
    equation: Equation,
    at: Mapping[Key, int],
    known: Mapping[Key, Decimal | None],
    owner: Mapping[Key, int],
    groups: Sequence[Group],
    outcomes: Sequence[Outcome],
) -> Decimal | None:
    """What the equation's cells outside the group add up to; None where one of them is not certain."""
    total = Decimal(0)
    for sign, key in equation.terms:
        if key in at:
            continue
        if key in known:
            value = known[key]
            if value is None and key == equation.target:
                return None
            total += sign * (value or 0)
            continue
        if key not in owner:
            return None
        other = owner[key]
        sure, value = outcomes[other].agreed(groups[other].keys.index(key))
        if not sure or not outcomes[other].rules or (value is None and key == equation.target):
            return None  # readings that nothing has confirmed do not vouch for each other
        total += sign * (value or 0)
    return total


def apart(sums: Sequence[One], cells: Callable[[One], Sequence[Key]]) -> list[list[One]]:
    """The sums in groups that have no cell in common, so that what is said of one group says nothing of another."""
    groups: list[tuple[set[Key], list[One]]] = []
    for one in sums:
        shared, members = set(cells(one)), [one]
        rest = []
        for group in groups:
            if group[0] & shared:
                shared |= group[0]
                members = group[1] + members
            else:
                rest.append(group)
        groups = [*rest, (shared, members)]
    return [members for _, members in groups]


def with_blanks(values: Sequence[Decimal], size: int) -> tuple[Values, ...]:
    """Every way that ``values`` may stand in ``size`` cells in their order, the other cells blank."""
    if comb(size, len(values)) > MOST_ALTERNATIVES:
        return ()
    ways: list[Values] = []
    for places in combinations(range(size), len(values)):
        row: list[Decimal | None] = [None] * size
        for place, value in zip(places, values, strict=True):
            row[place] = value
        ways.append(tuple(row))
    return tuple(ways)


def rejoined(pieces: Sequence[str], size: int, apart: Collection[int] = ()) -> tuple[Values, ...]:
    """Every way that ``pieces`` (digits, or numbers with thousands separated) are ``size`` numbers some of which were
    torn apart by blanks. ``apart`` are places of pieces that certainly begin a number.
    """
    if comb(len(pieces) - 1, size - 1) > MOST_ALTERNATIVES:
        return ()
    ways: list[Values] = []
    for cuts in combinations(range(1, len(pieces)), size - 1):
        if not set(apart).issubset(cuts):
            continue
        numbers = [_joined(pieces[low:high]) for low, high in zip((0, *cuts), (*cuts, len(pieces)), strict=True)]
        if all(_plain(number) for number in numbers):
            ways.append(tuple(Decimal(number) for number in numbers))
    return tuple(ways)


def fewer_fit(pieces: Sequence[str], size: int) -> bool:
    """Whether ``pieces`` of digits may also be fewer than ``size`` numbers of which the last is the sum of the others
    (or there are too many ways to tell).
    """
    if len(pieces) > _MOST_PIECES:
        return True

    def fits(end: int, room: int, rest: int) -> bool:
        """Whether the first ``end`` pieces make at most ``room`` numbers that add up to ``rest``."""
        if not end:
            return not rest
        for start in range(end - 1, -1, -1):
            number = _joined(pieces[start:end])
            if not room or not number.isdecimal() or int(number) > rest:
                break
            if _plain(number) and fits(start, room - 1, rest - int(number)):
                return True
        return False

    for start in range(1, len(pieces)):
        total = _joined(pieces[start:])
        if _plain(total) and fits(start, size - 2, int(total)):
            return True
    return False


def unglued(digits: str, size: int, totals: Sequence[int]) -> tuple[Values, ...]:
    """Every way that one run of ``digits`` is ``size`` numbers glued together. ``totals`` are places whose number must
    be the sum of those since the total before it: without that the ways are too many to list, and so they may be with
    it (then there is none).
    """
    steps = _Steps()
    ways = []
    try:
        for numbers in _split(digits, size, sorted(totals), steps):
            ways.append(tuple(Decimal(number) for number in numbers))
            if len(ways) > MOST_ALTERNATIVES:
                return ()
    except _TooManyStepsError:
        return ()
    return tuple(ways)


class _TooManyStepsError(Exception):
    """A search that would take too long."""


class _Steps:
    """What a search may still try."""

    def __init__(self) -> None:
        self.left = _MOST_STEPS

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooManyStepsError


def _split(digits: str, size: int, totals: Sequence[int], steps: _Steps) -> Iterator[tuple[int, ...]]:
    if not totals:
        if not (digits or size):
            yield ()
        return
    parts, after = totals[0], size - totals[0] - 1
    rest = [place - totals[0] - 1 for place in totals[1:]]
    for middle in range(parts, len(digits) - after):
        for end in range(middle + 1, len(digits) - after + 1) if after else [len(digits)]:
            total = digits[middle:end]
            if not _plain(total) or middle > parts * len(total):
                continue
            for numbers in _summing(digits[:middle], parts, int(total), steps):
                for others in _split(digits[end:], after, rest, steps):
                    yield (*numbers, int(total), *others)


def _summing(digits: str, count: int, total: int, steps: _Steps) -> Iterator[tuple[int, ...]]:
    """Every way to cut ``digits`` into ``count`` numbers with that sum."""
    steps.take()
    if count == 0:
        if not (digits or total):
            yield ()
        return
    longest = len(digits) - count + 1
    if len(digits) > count * len(str(total)) or total >= count * 10**longest:
        return
    for length in range(longest if count == 1 else 1, longest + 1):
        number = int(digits[:length])
        if number > total:
            break
        if _plain(digits[:length]):
            for others in _summing(digits[length:], count - 1, total - number, steps):
                yield (number, *others)


def _joined(pieces: Sequence[str]) -> str:
    """Pieces of digits as one number; one with thousands separated is a number by itself."""
    return pieces[0].replace(",", "") if len(pieces) == 1 else "".join(pieces)


def _plain(number: str) -> bool:
    return number.isdecimal() and len(number) <= _LONGEST and (len(number) == 1 or not number.startswith("0"))
