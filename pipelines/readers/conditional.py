"""Conditional formats of a worksheet that hide figures, or show them by another number format."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from pipelines.readers.elements import Corners, children, corners, local, whole
from pipelines.readers.styles import Overlay, Styles

RULES = 100  # ranges of rules beyond which each figure of the sheet is doubted
_COMPARED: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "equal": operator.eq,
    "notEqual": operator.ne,
    "lessThan": operator.lt,
    "lessThanOrEqual": operator.le,
    "greaterThan": operator.gt,
    "greaterThanOrEqual": operator.ge,
}
_SIGNS = {
    "=": "equal",
    "<>": "notEqual",
    "<": "lessThan",
    "<=": "lessThanOrEqual",
    ">": "greaterThan",
    ">=": "greaterThanOrEqual",
}
_COMPARISON = re.compile(r"(\$?[A-Z]{1,3}\$?\d{1,7})(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)", re.IGNORECASE)
_NEVER = ("containsBlanks", "containsErrors")  # no figure is either
_ALWAYS = ("notContainsBlanks", "notContainsErrors")
_ERROR = re.compile(r"IS(?:ERROR|ERR|NA)\((\$?[A-Z]{1,3}\$?\d{1,7})\)", re.IGNORECASE)
_BELOW_TEXT = ("equal", "lessThan", "lessThanOrEqual", "between")


class Rule(NamedTuple):
    """One rule: where it applies, what it compares a figure with (``kind`` empty: not known), what it does."""

    ranges: list[Corners]
    kind: str
    limits: tuple[Decimal, ...]
    overlay: Overlay

    def covers(self, place: tuple[int, int]) -> bool:
        """Whether a cell is one of those that the rule is for."""
        row, col = place
        return any(r0 <= row <= r1 and c0 <= col <= c1 for r0, c0, r1, c1 in self.ranges)

    def holds(self, value: Decimal | None) -> bool | None:
        """Whether the rule holds for a number, or for a text (None); None where that is not known."""
        if self.kind == "always":
            return True
        if self.kind == "never":
            return False
        if not self.kind:
            return None
        if value is None:
            return False if self.kind in _BELOW_TEXT else None
        if self.kind in _COMPARED:
            return _COMPARED[self.kind](value, self.limits[0])
        within = min(self.limits) <= value <= max(self.limits)
        return within if self.kind == "between" else not within


def rules_of(sheet: Any, styles: Styles) -> list[Rule]:
    """The rules of a worksheet that tell on what its figures show, those that go before others first."""
    found: list[tuple[int, Rule]] = []
    for element in children(sheet, "conditionalFormatting"):
        ranges = [one for one in map(corners, element.get("sqref", "").split()) if one is not None]
        for rule in children(element, "cfRule"):
            overlay = _overlay(rule, styles)
            if ranges and overlay is not None:
                kind, limits = _condition(rule, ranges)
                found.append((whole(rule.get("priority")), Rule(ranges, kind, limits, overlay)))
    if sum(len(rule.ranges) for _, rule in found) > RULES:
        everywhere = (0, 0, max(one[2] for _, rule in found for one in rule.ranges), 1 << 20)
        return [Rule([everywhere], "", (), Overlay(None, unsure=True))]
    return [rule for _, rule in sorted(found, key=lambda one: one[0])]


def _overlay(rule: Any, styles: Styles) -> Overlay | None:
    """What a rule does to figures; None where it lets them be seen as they are."""
    if any(part.get("showValue", "1") == "0" for part in rule if local(part) in ("dataBar", "iconSet")):
        return Overlay(None, unsure=True)
    place = whole(rule.get("dxfId"), -1)
    overlay = styles.overlays[place] if 0 <= place < len(styles.overlays) else None
    return overlay if overlay is not None and (overlay.unsure or overlay.number_format is not None) else None


def _condition(rule: Any, ranges: list[Corners]) -> tuple[str, tuple[Decimal, ...]]:
    """What a figure is compared with, and the limits; ("", ()) where that is not known."""
    kind = rule.get("type", "")
    formulas = ["".join((part.text or "").split()) for part in children(rule, "formula")]
    if kind in _NEVER or kind in _ALWAYS:
        return ("never" if kind in _NEVER else "always"), ()
    if kind == "expression" and len(formulas) == 1:
        return _of_itself(formulas[0], ranges)
    sign = rule.get("operator", "")
    wanted = 2 if sign in ("between", "notBetween") else 1 if sign in _COMPARED else 0
    try:
        limits = tuple(Decimal(text) for text in formulas)
    except InvalidOperation:
        return "", ()
    known = kind == "cellIs" and wanted and len(limits) == wanted and all(one.is_finite() for one in limits)
    return (sign, limits) if known else ("", ())


def _of_itself(formula: str, ranges: list[Corners]) -> tuple[str, tuple[Decimal, ...]]:
    """A formula that asks after the cell itself: its reference is to the first cell of the first range."""
    comparison, error = _COMPARISON.fullmatch(formula), _ERROR.fullmatch(formula)
    asked = comparison[1] if comparison else error[1] if error else ""
    place = corners(asked)
    single = len(ranges) == 1 and ranges[0][:2] == ranges[0][2:]
    if place is None or place[:2] != ranges[0][:2] or ("$" in asked and not single) or len(ranges) > 1:
        return "", ()
    if error:
        return "never", ()
    assert comparison is not None
    return _SIGNS[comparison[2]], (Decimal(comparison[3]),)
