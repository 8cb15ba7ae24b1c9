"""Cells without a printed number that the report's own equations determine: what goes to ``value_derived``.

Sound, not complete: a value is derived only where every whole, not negative solution of the sums agrees on it. That
counts are not negative is used (a total of 0 has no other parts than 0), and said: ``NOT_NEGATIVE`` stands among the
rules. A sum that shares a printed cell with a violated one is left alone, since one of its cells is wrong; and cells
that no figures can satisfy get none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from typing import Any

from pipelines.solve import apart
from pipelines.telling import of_levels
from schemas.forms import Equation, Key, labels
from schemas.rules import RULES

NOT_NEGATIVE = "count.not_negative"
PLACE = ("report_id", "section", "indicator", "breakdown")
_MOST_ROUNDS = 40  # bounds that still move after so many rounds creep towards a contradiction

Why = frozenset[str]
_NOTHING: Why = frozenset()
_FLOOR: Why = frozenset({NOT_NEGATIVE})


@dataclass(frozen=True, slots=True)
class Sum:
    """An equation with its printed numbers put in: ``rest + sum(sign * cell) == 0`` over the cells without one."""

    rule: str
    rest: Decimal
    unknown: tuple[tuple[int, Key], ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """What a cell must be, and the ids of all rules that say so together, sorted."""

    value: int
    rules: tuple[str, ...]


class _ContradictionError(Exception):
    """No figures satisfy the sums: nothing can stand in the cell ``key``, say the ``rules``."""

    def __init__(self, key: Key, rules: Iterable[str]) -> None:
        super().__init__(key)
        self.key = key
        self.rules = tuple(sorted({*rules} - {NOT_NEGATIVE}))


@dataclass(frozen=True, slots=True)
class Solution:
    """What the sums of a report determine; and the cells in which no number could stand, with the rules that fail."""

    cells: Mapping[Key, Derived]
    impossible: Mapping[Key, tuple[str, ...]]


def open_sums(values: Mapping[Key, Decimal | None], equations: Sequence[Equation]) -> list[Sum]:
    """The equations of one report that lack numbers and may be believed. ``values``: every cell of the report, None
    where no number is printed."""
    there = [equation for equation in equations if all(key in values for _, key in equation.terms)]
    doubted: set[Key] = set()
    lacking: list[tuple[Equation, Sum]] = []
    for equation in there:
        unknown = tuple((sign, key) for sign, key in equation.terms if values[key] is None)
        rest = sum((sign * (values[key] or Decimal(0)) for sign, key in equation.terms), Decimal(0))
        if unknown:
            lacking.append((equation, Sum(equation.rule, rest, unknown)))
        elif rest:
            doubted.update(key for _, key in equation.terms)
    return [one for equation, one in lacking if not any(key in doubted for _, key in equation.terms)]


def determine(sums: Sequence[Sum]) -> Solution:
    """The cells whose value the sums leave no choice about; sums that share no such cell do not disturb each other."""
    cells: dict[Key, Derived] = {}
    impossible: dict[Key, tuple[str, ...]] = {}
    for group in apart(sums, lambda one: [key for _, key in one.unknown]):
        try:
            cells.update(_Group(group).solve())
        except _ContradictionError as error:
            impossible[error.key] = error.rules
    return Solution(cells, impossible)


def fill(rows: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Rows of ``open_equations()`` in; rows of report_id, section, indicator, breakdown, value_derived, derived_by, and
    findings about cells in which no number could stand, out.

    Reports with the same gaps are many (an empty table, zeros left out): each pattern is solved once.
    """
    filled: list[dict[str, object]] = []
    findings: list[dict[str, object]] = []
    for report_id, of_report in groupby(rows, key=lambda row: row["report_id"]):
        group = list(of_report)
        sums = tuple(
            Sum(
                row["rule"],
                row["rest"],
                tuple((cell["coefficient"], (cell["section"], cell["indicator"], cell["breakdown"])) for cell in cells),
            )
            for row in group
            if (cells := row["unknown"])
        )
        solution = _determined(sums)
        for key, one in sorted(solution.cells.items()):
            place = dict(zip(PLACE, (report_id, *key), strict=True))
            filled.append({**place, "value_derived": float(one.value), "derived_by": ",".join(one.rules)})
        findings += [_finding(group, key, failing) for key, failing in sorted(solution.impossible.items())]
    return filled, findings


@lru_cache(maxsize=4096)
def _determined(sums: tuple[Sum, ...]) -> Solution:
    return determine(sums)


def _finding(rows: Sequence[Mapping[str, Any]], key: Key, failing: Sequence[str]) -> dict[str, object]:
    row, cells = rows[0], [cell for each in rows for cell in each["unknown"] or ()]
    item, label = RULES["solve.no_number"], labels()[key]
    named = [RULES[name] for name in failing]
    places = {"agency": row["agency_name"], "year": row["report_year"]}
    return {
        **dict(zip(PLACE[1:], key, strict=True)),
        "document_id": row["document_id"],
        "report_id": row["report_id"],
        "locator": next((cell["locator"] for cell in cells if (*(cell[name] for name in PLACE[1:]),) == key), None),
        "rule": item.id,
        "severity": item.severity,
        "responsible": item.responsible,
        "message_en": item.message_en.format(**places, cell=label.en, sums="; ".join(one.title_en for one in named)),
        "message_zh": item.message_zh.format(**places, cell=label.zh, sums="；".join(one.title_zh for one in named)),
    }


class _Group:
    """Sums that hang together: bounds of their cells, narrowed until nothing changes, each with the rules behind it."""

    def __init__(self, sums: Sequence[Sum]) -> None:
        shortest_first = sorted(sums, key=lambda one: len(one.unknown))  # a sum that says it alone is named alone
        self._sums = [(one.rule, _whole(one), one.unknown) for one in shortest_first]
        cells = dict.fromkeys(key for one in sums for _, key in one.unknown)
        self._low: dict[Key, tuple[int, Why]] = dict.fromkeys(cells, (0, _FLOOR))
        self._tried: tuple[str, tuple[tuple[int, Key], ...]] = ("", ())
        self._high: dict[Key, tuple[int | None, Why]] = dict.fromkeys(cells, (None, _NOTHING))

    def solve(self) -> dict[Key, Derived]:
        """The cells that are determined; raises ``_ContradictionError`` where the sums cannot all be true."""
        self._narrow()
        while self._eliminate():
            self._narrow()
        return {
            key: Derived(low, tuple(sorted(why | self._high[key][1])))
            for key, (low, why) in self._low.items()
            if low == self._high[key][0]
        }

    def _narrow(self) -> None:
        for _ in range(_MOST_ROUNDS):
            changed = False
            for one in self._sums:
                changed |= self._narrow_by(*one)
            if not changed:
                return

    def _narrow_by(self, rule: str, rest: int, terms: tuple[tuple[int, Key], ...]) -> bool:
        """Narrow each cell of one sum by the bounds of the others; whether anything changed."""
        if len(terms) == 1:  # said without any bound, so that no more rules are named than are used
            sign, key = terms[0]
            return self._fix(key, -sign * rest, frozenset({rule}))
        self._tried = (rule, terms)
        least = [self._low[key] if sign > 0 else self._high[key] for sign, key in terms]
        most = [self._high[key] if sign > 0 else self._low[key] for sign, key in terms]
        changed = False
        for bounds, upper in ((least, True), (most, False)):  # the least of the others leaves the most for one
            open_ends = sum(value is None for value, _ in bounds)
            if open_ends > 1:
                continue
            total = rest + sum(sign * (value or 0) for (sign, _), (value, _) in zip(terms, bounds, strict=True))
            for place, (sign, key) in enumerate(terms):
                own = bounds[place][0]
                if open_ends and own is not None:
                    continue
                bound = -sign * (total - sign * (own or 0))
                improves = self._lowers if upper == (sign > 0) else self._raises
                if improves(key, bound):
                    why = frozenset({rule}).union(*(said for at, (_, said) in enumerate(bounds) if at != place))
                    (self._high if upper == (sign > 0) else self._low)[key] = (bound, why)
                    changed = True
        return changed

    def _contradiction(self, key: Key) -> _ContradictionError:
        """What the sum that is tried says of ``key`` contradicts what the others said of it."""
        rule, terms = self._tried
        said = (bound[1] for _, cell in terms for bound in (self._low[cell], self._high[cell]))
        return _ContradictionError(key, frozenset({rule}).union(*said))

    def _raises(self, key: Key, bound: int) -> bool:
        """Whether ``bound`` is a narrower lower bound; raises ``_ContradictionError`` where nothing is left."""
        high = self._high[key][0]
        if high is not None and bound > high:
            raise self._contradiction(key)
        return bound > self._low[key][0]

    def _lowers(self, key: Key, bound: int) -> bool:
        """The same for an upper bound."""
        if bound < self._low[key][0]:
            raise self._contradiction(key)
        high = self._high[key][0]
        return high is None or bound < high

    def _fix(self, key: Key, value: int, why: Why) -> bool:
        low, high = self._low[key][0], self._high[key][0]
        if value < low or (high is not None and value > high):
            raise _ContradictionError(key, why | self._low[key][1] | self._high[key][1])
        if low == high:
            return False
        self._low[key] = self._high[key] = (value, why)
        return True

    def _eliminate(self) -> bool:
        """Cells that only several sums together determine, by elimination; whether there was one."""
        rows: list[tuple[dict[Key, Fraction], Fraction, Why]] = []
        for rule, rest, terms in self._sums:
            cells, total, why = {}, Fraction(rest), frozenset({rule})
            for sign, key in terms:
                low, said = self._low[key]
                if low == self._high[key][0]:
                    total += sign * low
                    why |= said | self._high[key][1]
                else:
                    cells[key] = Fraction(sign)
            if cells:
                rows.append((cells, total, why))
        found = False
        for cells, total, why in _reduced(rows):
            if len(cells) == 1:
                key, factor = next(iter(cells.items()))
                value = -total / factor
                if value.denominator != 1:
                    raise _ContradictionError(key, why)
                found |= self._fix(key, int(value), why)
            elif not cells and total:
                raise _ContradictionError(next(iter(self._low)), why)
        return found


_Row = tuple[dict[Key, Fraction], Fraction, Why]


def _reduced(rows: Sequence[_Row]) -> list[_Row]:
    """The rows in reduced echelon form; each knows the rules of all rows it was made from."""
    done: list[tuple[Key, _Row]] = []
    for row in rows:
        for pivot, other in done:
            row = _without(row, pivot, other)
        if not row[0]:
            done_rows = [other for _, other in done]
            if row[1]:
                return [*done_rows, row]
            continue
        pivot, factor = next(iter(row[0].items()))
        row = ({key: value / factor for key, value in row[0].items()}, row[1] / factor, row[2])
        done = [(name, _without(other, pivot, row)) for name, other in done]
        done.append((pivot, row))
    return [row for _, row in done]


def _without(row: _Row, pivot: Key, other: _Row) -> _Row:
    """``row`` less the multiple of ``other`` that takes ``pivot`` (1 in ``other``) out of it."""
    factor = row[0].get(pivot)
    if factor is None:
        return row
    cells = dict(row[0])
    for key, value in other[0].items():
        left = cells.get(key, Fraction(0)) - factor * value
        if left:
            cells[key] = left
        else:
            cells.pop(key, None)
    return cells, row[1] - factor * other[1], row[2] | other[2]


def _whole(one: Sum) -> int:
    if one.rest != int(one.rest):
        raise _ContradictionError(one.unknown[0][1], (one.rule,))
    return int(one.rest)


def open_equations() -> str:
    """SELECT of the sums of each report that lack numbers and may be believed, over ``step_observations`` and
    ``step_equations``: report_id, rule, rest, unknown (list of coefficient, section, indicator, breakdown, locator);
    and for messages document_id, agency_name, report_year. The locator parts the levels of units of one document; of
    the report on the whole it is null.

    Only reports that lack a number in a sum are looked at. What is printed is summed exactly.
    """
    cell = "section, indicator, breakdown"
    return f"""
WITH gaps AS (
  SELECT report_id, document_id, agency_name, report_year, {cell}, CASE WHEN {of_levels()} THEN locator END AS locator
  FROM step_observations SEMI JOIN step_equations USING ({cell}) WHERE value IS NULL
), sums AS (
  SELECT report_id, equation_id, count(*) = count(value) AS whole,
    coalesce(sum(coefficient * value::DECIMAL(38, 6)), 0) AS rest
  FROM step_observations SEMI JOIN gaps USING (report_id) JOIN step_equations USING ({cell})
  GROUP BY report_id, equation_id, n_terms HAVING count(*) = n_terms
), sharing AS (
  SELECT DISTINCT a.equation_id AS violated, b.equation_id FROM step_equations a JOIN step_equations b USING ({cell})
), doubted AS (
  SELECT DISTINCT s.report_id, n.equation_id
  FROM sums s JOIN sharing n ON n.violated = s.equation_id WHERE s.whole AND s.rest <> 0
)
SELECT report_id, any_value(rule) AS rule, rest,
  list({{coefficient: coefficient, section: section, indicator: indicator, breakdown: breakdown, locator: locator}}
    ORDER BY indicator, breakdown) AS unknown,
  min(document_id) AS document_id, any_value(agency_name) AS agency_name, any_value(report_year) AS report_year
FROM gaps JOIN step_equations USING ({cell}) JOIN sums USING (report_id, equation_id)
ANTI JOIN doubted USING (report_id, equation_id)
GROUP BY report_id, equation_id, rest ORDER BY report_id, equation_id
"""


def update(source: str, target: str) -> str:
    """Write the rows of ``fill`` (registered as ``source``) into the observations ``target``."""
    return f"""
UPDATE {target} SET value_derived = s.value_derived, derived_by = s.derived_by FROM {source} s
WHERE {" AND ".join(f"{target}.{name} = s.{name}" for name in PLACE)} AND {target}.value IS NULL
"""
