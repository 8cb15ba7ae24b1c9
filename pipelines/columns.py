"""Which column means what: plans made from the words of header rows, never from the numbers below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipelines.labels import fold, is_part, match, of_kind, plain
from pipelines.qualifiers import other_year, qualified
from pipelines.rows import Row, Slot
from schemas.forms import SECTION_FORMS, Block, load_form

SUBTOTAL = "subtotal"
"""Code of a 小计 column: known, and no cell of any form."""

_UNIT = re.compile(r"\(?单位[:：]?([^(),，;；]+)|\(([百千万亿]*元|[百千万亿]+[件项条个人])\)")
_YEAR = re.compile(r"\s*(?:19|20)\d\d\s*年?度?\s*")
_NEUTRAL = re.compile(r"本年度?|(?:19|20)\d\d年?度?|数量|件?数|件|\(?(?:单位:?)?件\)?")
_NEUTRAL_OR_WHOLE = re.compile(rf"{_NEUTRAL.pattern}|合计|总计|总数")
_MADE_UP = re.compile(r"(?:unnamed|column|col|field|列|第?[a-z]?)[:_]?\d{1,2}列?(?:_level_\d)?|[a-z]", re.IGNORECASE)
_HEADING = re.compile(r"[\u4e00-\u9fff]{2,6}|(?:19|20)\d\d年?|[\d-]+月")
_FOREIGN = 3
"""Headings that no form has, of one table, by which its columns are known for others."""
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
    foreign: bool = False
    """Whether the words over the columns are none of the form's, so that nothing may be read by them."""
    tally: Tally = field(default_factory=Tally)
    spare: frozenset[int] = frozenset()
    """Columns over which the header prints nothing."""
    beside: frozenset[int] = frozenset()
    """Columns before the values with a heading of their own: serial numbers, units."""
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
        """Whether the words over these columns, or more rows than not, speak against them."""
        return self.foreign or self.tally.against > self.tally.witnesses

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


def plan_of(band: Sequence[Row], year: int | None = None) -> Plan | None:
    """The plan that consecutive header rows describe; None where they describe none. Columns that their words put in
    another year than ``year``, the report's, are unknown ones.
    """
    slots = [slot for row in band for slot in row.slots]
    codes = {label.code for slot in slots for label in slot.labels if label.kind == "applicant"}
    cases = {label.code for slot in slots for label in slot.labels if label.kind == "case"}
    last = band[-1]
    if "reconsideration" in cases and cases & {"litigation", "litigation.direct", "litigation.after_reconsideration"}:
        entries = _review_entries(band, year) if last.aligned else ordered(REVIEW_CODES)
        section = "review"
        if not entries or not last.aligned:
            foreign_order = not _in_order(band) or _another_year(band, year)
            if not entries or foreign_order:
                return Plan(section, ordered(REVIEW_CODES), False, 0, confirm=True, foreign=foreign_order)
    elif len(codes & _PLAIN_APPLICANTS) >= 3 or ("natural_person" in codes and len(codes) >= 3):
        entries = _request_entries(band, year) if last.aligned else _ragged_requests(band, year)
        section = "requests"
        if not entries and not _applicants_in_order(band):
            return Plan(section, ordered(APPLICANTS), False, 0, confirm=True, foreign=True)
    elif any(of_kind(slot.labels, "column") for slot in slots):
        entries = _disclosure_entries(band, year)
        section = "disclosure"
    else:
        return None
    if not entries:
        return None
    plan = Plan(section, entries, last.aligned, last.n_cols if last.aligned else len(last.slots), last.edges)
    if last.aligned:
        rows = _below_caption(band) if section == "disclosure" else band
        stacks = _stacks(rows)
        plan.spare = frozenset(column for column, stack in enumerate(stacks) if not stack)
        plan.beside = frozenset(
            column for column, stack in enumerate(stacks[: entries[0].start]) if stack and stack[-1].start == column
        )
    if section == "review" and not last.aligned:
        _learn_from_outcomes(plan, band)
    if section == "requests" and not (last.aligned or last.loose):
        _straighten(plan, band, year)
    return plan


def _straighten(plan: Plan, band: Sequence[Row], year: int | None) -> None:
    """Rows of text whose merged cells left their places empty are as good as ruled ones: the header lines, all of one
    length, have each heading in a place of its own, in the form's order. Where cells closed up headings collide.
    """
    rows = [row for row in band if len(row.slots) == plan.n_cols]
    entries = _request_entries(rows, year)
    known = [entry.code for entry in entries if entry.code != SUBTOTAL]
    places = [(entry.start, entry.end) for entry in entries]
    first = places[0][0] if places else 0
    if known == list(APPLICANTS) and places == [(first + i, first + i + 1) for i in range(len(places))]:
        plan.entries, plan.straight = entries, plan.n_cols
        plan.spare = frozenset(column for column, stack in enumerate(_stacks(rows)) if not stack)


def foreign(heads: Sequence[Row]) -> bool:
    """Whether rows above a table's first row head its columns with words that no form has: channels, districts, years.
    Then its columns are not the form's, however many there are. The corner, names that converters make up and
    pieces of the form's own headings do not count.
    """
    strange: dict[tuple[int, int], str] = {}
    one_by_one = [row.slots[0] for row in heads[-len(APPLICANTS) - 1 :] if row.loose and len(row.slots) == 1]
    for ordinal, slot in enumerate(one_by_one):
        if not slot.labels and _HEADING.fullmatch(slot.text.strip()):
            strange[ordinal, -1] = plain(slot.text)
    for row in heads:
        for slot in row.slots:
            worded = slot.reading.status == "illegible" and any(char.isalpha() for char in slot.text)
            if slot.start > 0 and not slot.labels and (worded or _YEAR.fullmatch(slot.text)):
                place = (slot.start, slot.end) if row.aligned else (slot.start, len(row.slots))
                strange[place] = strange.get(place, "") + plain(slot.text)
    words = [text for text in strange.values() if not _MADE_UP.fullmatch(text) and not is_part(text)]
    return len(words) >= _FOREIGN


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


def _code(stack: Sequence[Slot], kind: str, year: int | None = None) -> str:
    """What the lowest cells of a stack say, joined upwards until they say something: a heading may be broken over
    several cells (``结果`` above ``维持``, or one character in each). Joined they must say it to the letter: 许可 under
    本年处理决定数量 is a part of it. Empty where other cells of the stack speak of another year.
    """
    neutral = _NEUTRAL_OR_WHOLE if kind == "column" else _NEUTRAL
    while len(stack) > 1 and neutral.fullmatch(plain(stack[-1].text)) and not other_year(stack[-1].text, year):
        stack = stack[:-1]
    for size in range(1, len(stack) + 1):
        text = "".join(slot.text for slot in stack[-size:])
        label = of_kind(match(text), kind)
        if label and (size == 1 or label.exact):
            return "" if _elsewhere(stack, label.code, year) else label.code
        if size == 1 and fold(text).core == "小计":
            return SUBTOTAL
    return ""


def _elsewhere(stack: Sequence[Slot], code: str, year: int | None) -> bool:
    """Whether a cell of a heading says that what stands below is another year's, a share, a running total."""
    return any(
        qualified(text, code) or other_year(text, year, code)
        for slot in stack
        if not of_kind(slot.labels, "furniture") and (text := plain(slot.text))
    )


def _another_year(band: Sequence[Row], year: int | None) -> bool:
    """The same of header lines whose columns are only known by their order; lines of prose before them say nothing."""
    return any(_elsewhere(row.slots, "", year) for row in band if any(slot.labels for slot in row.slots))


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


def _request_entries(band: Sequence[Row], year: int | None) -> list[Entry]:
    stacks = _stacks(band)
    first = next((column for column, stack in enumerate(stacks) if _code(stack, "applicant") in APPLICANTS), None)
    if first is None:
        return []
    entries = [
        Entry(_code(stack, "applicant", year), start, end, label=stack[-1].text if stack else "")
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


def _applicants(row: Row) -> list[str]:
    """The applicants that a header line names, left to right."""
    labels = (of_kind(slot.labels, "applicant") for slot in row.slots)
    return [label.code for label in labels if label and label.code in APPLICANTS]


def _applicants_in_order(band: Sequence[Row]) -> bool:
    """Whether each header line names the applicants in the form's order, or the form's own two lines one by one."""
    places = [[APPLICANTS.index(code) for code in _applicants(row)] for row in band]
    return all(line == sorted(line) or line == _READ_LINE_BY_LINE[: len(line)] for line in places)


def _ragged_requests(band: Sequence[Row], year: int | None) -> list[Entry]:
    """Plain text keeps the order of each header line but not which column stands under which: the order of one
    that names them all, else the form's order, if no line contradicts it.
    """
    if _another_year(band, year):
        return []
    for row in band:
        codes = _applicants(row)
        line_by_line = [APPLICANTS[place] for place in _READ_LINE_BY_LINE]
        if len(codes) == len(APPLICANTS) and set(codes) == set(APPLICANTS) and codes != line_by_line:
            return ordered(codes)
    if not _applicants_in_order(band):
        return []
    subtotal = any(
        of_kind(slot.labels, "furniture") and fold(slot.text).core == "小计" for row in band for slot in row.slots
    )
    codes = [*APPLICANTS[:-1], SUBTOTAL, APPLICANTS[-1]] if subtotal else list(APPLICANTS)
    return ordered(codes)


def _in_order(band: Sequence[Row]) -> bool:
    """Whether the cases, and the outcomes within each line, are named in the form's order; cells that say nothing by
    themselves, as of headings broken over lines, are passed over.
    """
    named = [[label.code for label in slot.labels if label.kind == "case"] for row in band for slot in row.slots]
    cases = [codes[0] for codes in named if len(codes) == 1]
    for before, after in (("reconsideration", "litigation"), CASES[1:]):
        if before in cases and after in cases and cases.index(before) > cases.index(after):
            return False
    for row in band:
        printed = [slot for slot in row.slots if not slot.blank]
        places = [
            OUTCOMES.index(label.code) if (label := of_kind(slot.labels, "outcome")) else None for slot in printed
        ]
        if places and printed[0].start <= 1 and places[0] not in (None, 0):
            return False
        for (left, one), (right, next_one) in pairwise(zip(printed, places, strict=True)):
            if one is None or next_one is None or left.end != right.start:
                continue
            if one != next_one and (next_one - one) % len(OUTCOMES) != 1:
                return False
    return True


def _review_entries(band: Sequence[Row], year: int | None) -> list[Entry]:
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
        outcome, case = _code(stack, "outcome", year), case_of[start]
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


def _disclosure_entries(band: Sequence[Row], year: int | None) -> list[Entry]:
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
        code = _code(stack, "column", year)
        entries.append(Entry(code, start, end, (unit[1] or unit[2]) if unit else "", stack[-1].text))
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
