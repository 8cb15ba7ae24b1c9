"""Which column means what: plans made from the words of header rows, never from the numbers below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipelines.labels import fold, match, of_kind, plain
from pipelines.rows import Row, Slot
from schemas.forms import SECTION_FORMS, Block, load_form

SUBTOTAL = "subtotal"
"""Code of a 小计 column: known, and no cell of any form."""

_UNIT = re.compile(r"\(?单位[:：]?([^(),，;；]+)|\(([百千万亿]*元|[百千万亿]+[件项条个人])\)")
_BLOCKS = {block.slot: block for block in load_form("2021").blocks}
APPLICANTS: tuple[str, ...] = tuple(column.code for column in _BLOCKS["requests"].columns)
CASES: tuple[str, ...] = tuple(row.code for row in _BLOCKS["review"].rows)
OUTCOMES: tuple[str, ...] = tuple(column.code for column in _BLOCKS["review"].columns)
REVIEW_CODES: tuple[str, ...] = tuple(f"{case}/{outcome}" for case in CASES for outcome in OUTCOMES)

SLOTS = {row.code: block.slot for form_id in SECTION_FORMS for block in load_form(form_id).blocks for row in block.rows}
"""The block that each row stands in; forms offer alternatives for it."""

_READ_LINE_BY_LINE = [0, len(APPLICANTS) - 1, *range(1, len(APPLICANTS) - 1)]
"""The order of a header's words where its two lines come one after the other: 自然人, 总计; then the organisations."""
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
class Tally:
    """What the rows laid by order onto one plan have shown, in numbers of rows."""

    rows: int = 0
    exact: int = 0
    """As many cells as columns."""
    witnesses: int = 0
    """Full and adding up to a number."""
    zeros: int = 0
    """Full of zeros."""
    broken: int = 0
    """Full and not adding up."""
    open_ended: int = 0
    """Ending with a blank."""
    short: int = 0
    """Fewer values than columns, without blanks: these left no trace."""
    untotalled: int = 0
    """Those of them that may lack a total."""
    against: int = 0
    """Too many values."""


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
    tally: Tally = field(default_factory=Tally)
    spare: frozenset[int] = frozenset()
    """Columns over which the header prints nothing."""
    anchored: bool = False
    """Whether a full row has stood exactly under the header."""
    straight: int = 0
    """Rows of text: how many cells a row has whose places are those of the header, 0 where the header has none."""
    starts: dict[tuple[int, int], int] = field(default_factory=dict)
    """Ragged tables: (cells in the row, cells up to the label) → place of the first value in the row, learned from the
    header and from full rows.
    """

    @property
    def contradicted(self) -> bool:
        """Whether more rows speak against these columns than for them."""
        return self.tally.against > self.tally.witnesses

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
    if last.aligned:
        rows = _below_caption(band) if section == "disclosure" else band
        plan.spare = frozenset(column for column, stack in enumerate(_stacks(rows)) if not stack)
    if section == "review" and not last.aligned:
        _learn_from_outcomes(plan, band)
    if section == "requests" and not (last.aligned or last.loose):
        _straighten(plan, band)
    return plan


def _straighten(plan: Plan, band: Sequence[Row]) -> None:
    """Rows of text whose merged cells left their places empty are as good as ruled ones: the header lines, all of one
    length, have each heading in a place of its own, in the form's order. Where cells closed up headings collide.
    """
    rows = [row for row in band if len(row.slots) == plan.n_cols]
    entries = _request_entries(rows)
    known = [entry.code for entry in entries if entry.code != SUBTOTAL]
    places = [(entry.start, entry.end) for entry in entries]
    first = places[0][0] if places else 0
    if known == list(APPLICANTS) and places == [(first + i, first + i + 1) for i in range(len(places))]:
        plan.entries, plan.straight = entries, plan.n_cols
        plan.spare = frozenset(column for column, stack in enumerate(_stacks(rows)) if not stack)


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
        if places not in (sorted(places), _READ_LINE_BY_LINE):
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
    said = [(case_of[start], _code(stack, "outcome")) for start, _, stack in _grouped(stacks, first) if stack]
    if [outcome for _, outcome in said] == [*OUTCOMES] * len(CASES) and all(
        case in ("", own) for (case, _), own in zip(said, (code.split("/")[0] for code in REVIEW_CODES), strict=True)
    ):
        # All outcomes three times in the form's order; headings over several columns may stand over the first of them.
        return [replace(entry, code=code) for entry, code in zip(entries, REVIEW_CODES, strict=True)]
    return _completed(entries, REVIEW_CODES)


def _below_caption(band: Sequence[Row]) -> Sequence[Row]:
    captions = [place for place, row in enumerate(band) if any(of_kind(slot.labels, "caption") for slot in row.slots)]
    return band[captions[-1] + 1 :] if captions else band


def _disclosure_entries(band: Sequence[Row]) -> list[Entry]:
    rows = _below_caption(band)
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


def bind(code: str, entries: list[Entry]) -> tuple[str, list[Entry]] | None:
    """The form whose block these columns are, for the row ``code``: all its columns known by their words, or as many
    columns as it has with every known one in its place. None where no form, or more than one, fits.

    Copies write a merged heading into each column it spanned: neighbours with the same words are first tried as one.
    """
    for columns in (_merged(entries), entries):
        fits: list[tuple[str, list[Entry]]] = []
        for form_id in SECTION_FORMS:
            block = load_form(form_id).block(SLOTS[code])
            if block is None or all(row.code != code for row in block.rows):
                continue
            bound = _bound(block, columns)
            if bound is not None:
                fits.append((form_id, bound))
        if fits:
            return fits[0] if len(fits) == 1 else None
    return None


def _merged(entries: list[Entry]) -> list[Entry]:
    merged: list[Entry] = []
    for entry in entries:
        last = merged[-1] if merged else None
        if last and entry.code and last.code == entry.code and last.label == entry.label and last.end == entry.start:
            merged[-1] = replace(last, end=entry.end)
        else:
            merged.append(entry)
    return merged


def _bound(block: Block, entries: list[Entry]) -> list[Entry] | None:
    codes = [column.code for column in block.columns]
    given = [entry.code for entry in entries]
    if all(given.count(code) == 1 for code in codes):
        foreign = [code for code in given if code and code not in codes]
        return None if foreign else list(entries)
    if len(entries) != len(codes):
        return None
    in_place = [one == code for one, code in zip(given, codes, strict=True)]
    repeated = [given.count(one) == 2 and one in codes for one in given]
    unknown = [one == "" for one in given]
    if not any(in_place) or not all(map(any, zip(in_place, repeated, unknown, strict=True))):
        return None
    return [replace(entry, code=code) for entry, code in zip(entries, codes, strict=True)]
