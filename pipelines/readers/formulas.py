"""Sums of a worksheet, calculated anew: programs that write workbooks without a spreadsheet leave 0 for a result, or
none.

Only sums and differences of cells of the same sheet are calculated; of anything else nothing is known.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any, NamedTuple

from pipelines.readers.elements import MAX_COL, MAX_ROW, children, local, position, whole

DEEP = 16  # formulas that may stand on each other
PLAUSIBLE = 40  # digits beyond which nothing is a figure
_CELL = r"(?:\$?[A-Z]{1,3}\$?\d{1,7})"
_TERM = re.compile(rf"([+-]?)(?:SUM\(([^()]*)\)|({_CELL})|(\d{{1,15}}(?:\.\d{{1,15}})?))", re.IGNORECASE)
_ITEM = re.compile(rf"({_CELL})(?::({_CELL}))?", re.IGNORECASE)
_PLACE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d{1,7})", re.IGNORECASE)
_BLANKS = re.compile(r"\s*([-+(),:])\s*")

Place = tuple[int, int]


class _Formula(NamedTuple):
    text: str
    moved: Place
    """By how many rows and columns its references are to be moved: it is shared with a cell elsewhere."""


class Formulas:
    """The formulas of one sheet and what they calculate with; ``room``: how many cells may be looked at for them."""

    def __init__(self, data: Any, room: int) -> None:
        self.room = room
        self.numbers: dict[Place, Decimal] = {}
        self.others: set[Place] = set()
        """Texts and truths: sums pass them over."""
        self.unknown: set[Place] = set()
        self.formulas: dict[Place, _Formula] = {}
        self.known: dict[Place, Decimal | None] = {}
        shared: dict[str, tuple[str, Place]] = {}
        row = -1
        for line in children(data, "row"):
            row = whole(line.get("r"), row + 2) - 1
            col = -1
            for cell in line:
                place = position(cell.get("r", "")) or (row, col + 1)
                col = place[1]
                self._take(cell, place, shared)

    def _take(self, cell: Any, place: Place, shared: dict[str, tuple[str, Place]]) -> None:
        kind = cell.get("t", "n")
        parts = {local(part): part for part in cell}
        formula, value = parts.get("f"), parts.get("v")
        if formula is not None:
            self._take_formula(formula, place, shared)
        elif kind in ("s", "str", "inlineStr", "b"):
            self.others.add(place)
        elif value is not None and (value.text or "").strip():
            found = _number(value.text) if kind == "n" else None
            if found is None:
                self.unknown.add(place)
            else:
                self.numbers[place] = found

    def _take_formula(self, formula: Any, place: Place, shared: dict[str, tuple[str, Place]]) -> None:
        kind, text = formula.get("t", "normal"), formula.text or ""
        moved = (0, 0)
        if kind == "shared":
            name = formula.get("si", "")
            if text:
                shared[name] = text, place
            elif name in shared:
                text, first = shared[name]
                moved = place[0] - first[0], place[1] - first[1]
        if kind in ("normal", "shared") and text:
            self.formulas[place] = _Formula(text, moved)
        else:
            self.unknown.add(place)

    def value(self, place: Place, depth: int = 0) -> Decimal | None:
        """What the formula of a cell gives, or the number that stands there; None where that is not known."""
        if place in self.known:
            return self.known[place]
        formula = self.formulas.get(place)
        if formula is None:
            return None if place in self.unknown or place in self.others else self.numbers.get(place, Decimal(0))
        if depth > DEEP:
            return None
        with localcontext() as context:
            context.prec = 2 * PLAUSIBLE
            found = self._sum(formula, depth)
        self.known[place] = found
        return found

    def _sum(self, formula: _Formula, depth: int) -> Decimal | None:
        text = _BLANKS.sub(r"\1", formula.text.strip().removeprefix("="))
        total, at = Decimal(0), 0
        while at < len(text):
            term = _TERM.match(text, at)
            if term is None or (at and not term[1]):
                return None
            if term[2] is not None:
                value = self._items(term[2], formula.moved, depth)
            elif term[3]:
                place = _moved(term[3], formula.moved)
                value = None if place is None else self.value(place, depth + 1)
            else:
                value = Decimal(term[4])
            if value is None:
                return None
            total += -value if term[1] == "-" else value
            at = term.end()
        return total if at else None

    def _items(self, text: str, moved: Place, depth: int) -> Decimal | None:
        """What a SUM adds up: ranges and single cells."""
        total = Decimal(0)
        for item in text.split(","):
            found = _ITEM.fullmatch(item)
            first = _moved(found[1], moved) if found else None
            last = _moved(found[2] or found[1], moved) if found else None
            if first is None or last is None:
                return None
            rows = range(min(first[0], last[0]), max(first[0], last[0]) + 1)
            cols = range(min(first[1], last[1]), max(first[1], last[1]) + 1)
            self.room -= len(rows) * len(cols)
            if self.room < 0:
                return None
            for place in ((row, col) for row in rows for col in cols if (row, col) not in self.others):
                value = self.value(place, depth + 1)
                if value is None:
                    return None
                total += value
        return total


def _moved(address: str, by: Place) -> Place | None:
    """The place of an address, moved where it has no ``$``."""
    place, parts = position(address), _PLACE.fullmatch(address)
    if place is None or parts is None:
        return None
    row, col = place[0] + (0 if parts[3] else by[0]), place[1] + (0 if parts[1] else by[1])
    return (row, col) if 0 <= row < MAX_ROW and 0 <= col < MAX_COL else None


def _number(text: str | None) -> Decimal | None:
    try:
        found = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) <= PLAUSIBLE else None


def same(one: Decimal, stored: str) -> bool:
    """Whether a stored result is the one calculated, but for the noise of binary fractions."""
    other = _number(stored)
    return other is not None and abs(one - other) <= max(abs(one), Decimal(1)) * Decimal("1e-9")
