"""Which column means what: plans built from header rows, and the cells of a row laid onto a plan.

A plan is made from the words of the header, never from the numbers below it. A row is laid onto it by position where
the positions agree, by order where there are exactly as many cells as columns, and otherwise not at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.labels import fold, match, of_kind, plain
from pipelines.rows import EDGE, Row, Slot
from schemas.forms import load_form
from schemas.numbers import Reading

SUBTOTAL = "subtotal"
"""Code of a 小计 column: known, and no cell of any form."""

_UNIT = re.compile(r"单位[:：]?(万元|元)|\((万元|元)\)")
_BLOCKS = {block.slot: block for block in load_form("2021").blocks}
APPLICANTS: tuple[str, ...] = tuple(column.code for column in _BLOCKS["requests"].columns)
CASES: tuple[str, ...] = tuple(row.code for row in _BLOCKS["review"].rows)
OUTCOMES: tuple[str, ...] = tuple(column.code for column in _BLOCKS["review"].columns)
REVIEW_CODES: tuple[str, ...] = tuple(f"{case}/{outcome}" for case in CASES for outcome in OUTCOMES)

_PLAIN_APPLICANTS = {"natural_person", "business", "research", "public_welfare", "legal_service"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One column of a plan; ``code`` is a breakdown (for reviews ``case/outcome``), SUBTOTAL, or "" if unknown."""

    code: str
    start: int
    end: int
    unit: str = ""
    label: str = ""


@dataclass(slots=True)
class Plan:
    """The columns of a table of one section, left to right, as header rows gave them."""

    section: str
    entries: list[Entry]
    aligned: bool
    n_cols: int
    edges: tuple[float, ...] = ()
    confirm: bool = False
    """Whether no header said so and rows must be confirmed by their own sums."""
    anchored: bool = False
    """Whether a full row has stood exactly under the header."""
    starts: dict[tuple[int, int], int] = field(default_factory=dict)
    """Ragged tables: (cells in the row, cells up to the label) → place of the first value in the row, learned from the
    header and from full rows.
    """

    def learn(self, cells: int, skipped: int, place: int) -> None:
        """Remember where the values of a row of this shape begin."""
        self.starts.setdefault((cells, skipped), place)

    def first_value(self, cells: int, skipped: int) -> int | None:
        """Where the values of such a row begin: as in rows of the same shape; else, where rows with labels in different
        places agree on one place, there (their empty cells stand for the columns of the label).
        """
        known = self.starts.get((cells, skipped))
        if known is not None:
            return known
        alike = {label: place for (size, label), place in self.starts.items() if size == cells}
        return next(iter(alike.values())) if len(alike) > 1 and len(set(alike.values())) == 1 else None


@dataclass(slots=True)
class Laid:
    """A row laid onto a plan: for each entry its cells. ``left`` are cells under no column; ``why`` says why a row
    could not be laid (then ``cells`` is empty).
    """

    cells: list[tuple[Entry, list[Slot]]] = field(default_factory=list)
    left: list[Slot] = field(default_factory=list)
    why: str = ""
    confirm: bool = False
    """Whether the row's own sum must hold before the reading is believed."""


def plan_of(band: Sequence[Row]) -> Plan | None:
    """The plan that consecutive header rows describe; None where they describe none."""
    slots = [slot for row in band for slot in row.slots]
    codes = {label.code for slot in slots for label in slot.labels if label.kind == "applicant"}
    cases = {label.code for slot in slots for label in slot.labels if label.kind == "case"}
    last = band[-1]
    if "reconsideration" in cases and cases & {"litigation", "litigation.direct", "litigation.after_reconsideration"}:
        entries = _review_entries(band) if last.aligned else ordered(REVIEW_CODES)
        section = "review"
        if not entries:
            return Plan(section, ordered(REVIEW_CODES), False, 0, confirm=True)
    elif len(codes & _PLAIN_APPLICANTS) >= 3 or ("natural_person" in codes and len(codes) >= 3):
        entries = _request_entries(band) if last.aligned else _ragged_requests(band)
        section = "requests"
    elif any(of_kind(slot.labels, "column") for slot in slots):
        entries = _disclosure_entries(band)
        section = "disclosure"
    else:
        return None
    if not entries:
        return None
    plan = Plan(section, entries, last.aligned, last.n_cols if last.aligned else len(last.slots), last.edges)
    if section == "review" and not last.aligned:
        _learn_from_outcomes(plan, band)
    return plan


def _learn_from_outcomes(plan: Plan, band: Sequence[Row]) -> None:
    """A header line with the outcomes cell for cell in the form's order shows where a row of as many cells begins."""
    for row in band:
        said = [
            (place, label.code)
            for place, slot in enumerate(row.slots)
            if not slot.blank and (label := of_kind(slot.labels, "outcome"))
        ]
        shifts = [
            shift
            for shift in range(len(row.slots) - len(plan.entries) + 1)
            if all(OUTCOMES[(place - shift) % len(OUTCOMES)] == code for place, code in said)
        ]
        if len(said) >= len(OUTCOMES) and len(shifts) == 1:
            plan.learn(len(row.slots), 0, shifts[0])


def ordered(codes: Sequence[str]) -> list[Entry]:
    """Columns known only by their order."""
    return [Entry(code, place, place + 1) for place, code in enumerate(codes)]


def _stacks(band: Sequence[Row]) -> list[list[Slot]]:
    """For each grid column the header cells above it, top down, blanks left out."""
    width = max(row.n_cols for row in band)
    return [
        [slot for row in band for slot in row.slots if slot.start <= column < slot.end and not slot.blank]
        for column in range(width)
    ]


def _code(stack: Sequence[Slot], kind: str) -> str:
    """What the lowest cells of a stack say, joined upwards until they say something: a heading may be broken over
    several cells (``结果`` above ``维持``, or one character in each).
    """
    for size in range(1, len(stack) + 1):
        text = "".join(slot.text for slot in stack[-size:])
        label = of_kind(match(text), kind)
        if label:
            return label.code
        if size == 1 and fold(text).core == "小计":
            return SUBTOTAL
    return ""


def _grouped(stacks: Sequence[list[Slot]], first: int) -> list[tuple[int, int, list[Slot]]]:
    """Neighbouring columns under the same cells are one column."""
    groups: list[tuple[int, int, list[Slot]]] = []
    for column in range(first, len(stacks)):
        stack = stacks[column]
        if groups and stack and [id(slot) for slot in groups[-1][2]] == [id(slot) for slot in stack]:
            groups[-1] = (groups[-1][0], column + 1, stack)
        else:
            groups.append((column, column + 1, stack))
    return groups


def _request_entries(band: Sequence[Row]) -> list[Entry]:
    stacks = _stacks(band)
    first = next(
        (column for column, stack in enumerate(stacks) if _code(stack, "applicant") in _PLAIN_APPLICANTS), None
    )
    if first is None:
        return []
    entries = [
        Entry(_code(stack, "applicant"), start, end, label=stack[-1].text if stack else "")
        for start, end, stack in _grouped(stacks, first)
        if stack
    ]
    return _completed(entries, APPLICANTS)


def _completed(entries: list[Entry], official: Sequence[str]) -> list[Entry]:
    """Entries whose known codes are all of the official ones, or let the unknown ones be filled in by order: as many
    columns as the form has, every known one in its place. Otherwise nothing.
    """
    known = [entry.code for entry in entries if entry.code and entry.code != SUBTOTAL]
    if len(known) == len(set(known)) and set(known) == set(official):
        return entries
    real = [entry for entry in entries if entry.code != SUBTOTAL]
    if len(real) != len(official) or 2 * len(known) < len(official):
        return []
    if any(entry.code not in ("", code) for entry, code in zip(real, official, strict=True)):
        return []
    filled = iter(official)
    return [
        entry if entry.code == SUBTOTAL else Entry(next(filled), entry.start, entry.end, entry.unit, entry.label)
        for entry in entries
    ]


def _ragged_requests(band: Sequence[Row]) -> list[Entry]:
    """Plain text keeps the order of each header line but not which column stands under which: the form's order, if no
    line contradicts it.
    """
    for row in band:
        places = [
            APPLICANTS.index(label.code)
            for slot in row.slots
            if (label := of_kind(slot.labels, "applicant")) and label.code in APPLICANTS
        ]
        if places != sorted(places):
            return []
    subtotal = any(
        of_kind(slot.labels, "furniture") and fold(slot.text).core == "小计" for row in band for slot in row.slots
    )
    codes = [*APPLICANTS[:-1], SUBTOTAL, APPLICANTS[-1]] if subtotal else list(APPLICANTS)
    return ordered(codes)


def _review_entries(band: Sequence[Row]) -> list[Entry]:
    stacks = _stacks(band)
    case_of: list[str] = []
    for stack in stacks:
        found = [label.code for slot in stack if (label := of_kind(slot.labels, "case"))]
        specific = [code for code in found if code in CASES]
        case_of.append(specific[-1] if specific else "")
    first = next((column for column, case in enumerate(case_of) if case), None)
    if first is None:
        return []
    entries = []
    for start, end, stack in _grouped(stacks, first):
        outcome, case = _code(stack, "outcome"), case_of[start]
        if stack:
            entries.append(Entry(f"{case}/{outcome}" if case and outcome else "", start, end, label=stack[-1].text))
    known = [entry.code for entry in entries if entry.code]
    if len(known) == len(set(known)) and len(known) == len(entries) and len(known) % len(OUTCOMES) == 0:
        return entries
    return _completed(entries, REVIEW_CODES)


def _disclosure_entries(band: Sequence[Row]) -> list[Entry]:
    captions = [place for place, row in enumerate(band) if any(of_kind(slot.labels, "caption") for slot in row.slots)]
    rows = band[captions[-1] + 1 :] if captions else band
    if not rows:
        return []
    if not rows[-1].aligned:
        titled = [row for row in rows if any(of_kind(slot.labels, "column") for slot in row.slots)]
        stacks = [[slot] for slot in titled[-1].slots] if titled else []
        groups = [(stack[0].start, stack[0].end, stack) for stack in stacks]
    else:
        groups = _grouped(_stacks(rows), 0)
    entries = []
    for start, end, stack in groups:
        if not stack or stack[-1].blank or _code(stack, "furniture"):
            continue
        unit = _UNIT.search(plain("".join(slot.text for slot in stack)))
        entries.append(Entry(_code(stack, "column"), start, end, (unit[1] or unit[2]) if unit else "", stack[-1].text))
    if not any(entry.code for entry in entries):
        return []
    return entries


def carried_over(plan: Plan, row: Row) -> Plan | None:
    """``plan`` as it applies to a row of a later grid: the same columns, or columns over the same places of the page.
    None where nothing says which column is which (the row may still be laid by order).
    """
    if not plan.aligned or not row.aligned:
        return None
    if plan.n_cols == row.n_cols and _close(plan.edges, row.edges):
        return plan
    if not plan.edges or not row.edges:
        return None
    entries = []
    for entry in plan.entries:
        left, right = plan.edges[entry.start], plan.edges[entry.end]
        inside = [
            column
            for column in range(row.n_cols)
            if left - EDGE <= row.edges[column] and row.edges[column + 1] <= right + EDGE
        ]
        if not inside or inside != list(range(inside[0], inside[-1] + 1)):
            return None
        entries.append(Entry(entry.code, inside[0], inside[-1] + 1, entry.unit, entry.label))
    return Plan(plan.section, entries, True, row.n_cols, row.edges)


def _close(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= EDGE for a, b in zip(one, other, strict=True))


def lay(row: Row, leaf: Slot | None, plan: Plan) -> Laid:
    """Lay the cells of ``row`` right of its label onto ``plan``."""
    after = [slot for slot in row.slots if leaf is None or slot.start >= leaf.end]
    if not row.aligned:
        return _lay_ragged(row, after, plan)
    laid = _lay_by_position(row, leaf, after, plan) if plan.aligned and plan.n_cols == row.n_cols else None
    return laid or _lay_by_order(after, plan)


def _lay_by_position(row: Row, leaf: Slot | None, after: list[Slot], plan: Plan) -> Laid | None:
    first = plan.entries[0].start
    gap = leaf is not None and leaf.end != first
    if leaf is not None and leaf.end > first:
        return None  # spans that lie have shifted this row or the header
    laid = Laid([(entry, []) for entry in plan.entries])
    for slot in after:
        under = [cells for entry, cells in laid.cells if slot.start < entry.end and entry.start < slot.end]
        if len(under) == 1 or (under and slot.blank):
            for cells in under:
                cells.append(slot)
        elif under or slot.numeric or (leaf is not None and slot.start < first and not slot.blank):
            return None
        elif not slot.blank:
            laid.left.append(slot)
    for slot in row.covered:
        # A merged cell from a row above: empty it is a blank here too, printed it belongs to nobody for certain.
        for entry, cells in laid.cells:
            if not cells and slot.start < entry.end and entry.start < slot.end:
                cells.append(slot if slot.blank else _spoiled(slot))
    filled = [bool(cells) for _, cells in laid.cells]
    if gap:
        # Blank cells between label and values are harmless where other rows have shown that the header stands over the
        # values, and the row fills the columns exactly; else they may be values, and the row shifted.
        laid.confirm = not plan.anchored
        return laid if all(filled) else None
    if all(filled) and not laid.left and not any(slot.blank for slot in after):
        plan.anchored = True
    return laid if any(filled) else None


def _spoiled(slot: Slot) -> Slot:
    return Slot(slot.text, slot.start, slot.end, slot.locator, slot.labels, Reading("illegible"))


def _lay_by_order(after: list[Slot], plan: Plan) -> Laid:
    if len(after) == len(plan.entries):
        return Laid([(entry, [slot]) for entry, slot in zip(plan.entries, after, strict=True)])
    return Laid(left=after, why=f"{len(after)} cells for {len(plan.entries)} columns")


def _lay_ragged(row: Row, after: list[Slot], plan: Plan) -> Laid:
    size, skipped = len(plan.entries), len(row.slots) - len(after)
    if all(slot.blank for slot in after):
        # Nothing printed at all: every cell is blank wherever it stands. A closing bar may have ended the last one.
        if len(after) < max(1, size - 1):
            return Laid(left=after, why=f"{len(after)} cells for {size} columns")
        return Laid([(entry, [after[min(place, len(after) - 1)]]) for place, entry in enumerate(plan.entries)])
    learned = plan.first_value(len(row.slots), skipped)
    begin = _begin(after, size, None if learned is None else learned - skipped)
    if begin is None:
        return Laid(left=after, why=f"{len(after)} cells for {size} columns")
    start, sure = begin
    window = after[start : start + size]
    if sure and all(not slot.blank for slot in window):
        plan.learn(len(row.slots), skipped, skipped + start)
    left = [slot for slot in (*after[:start], *after[start + size :]) if not slot.blank]
    cells = [(entry, [slot]) for entry, slot in zip(plan.entries, window, strict=True)]
    return Laid(cells, left, confirm=not sure)


def _begin(after: list[Slot], size: int, learned: int | None) -> tuple[int, bool] | None:
    """Where the values of a ragged row begin, and whether that is sure. Blanks at both ends leave several places; then
    rows of the same shape decide, else the only place is taken on condition that the row's sum confirms it.
    """
    printed = [place for place, slot in enumerate(after) if not slot.blank]
    if len(after) < size or printed[-1] - printed[0] + 1 > size:
        return None
    if learned is not None and 0 <= learned <= printed[0] and printed[-1] < learned + size <= len(after):
        return (learned, True)
    low, high = max(0, printed[-1] - size + 1), min(printed[0], len(after) - size)
    if low == high:
        pinned = printed[0] == low and printed[-1] == low + size - 1
        return (low, pinned)
    return None
