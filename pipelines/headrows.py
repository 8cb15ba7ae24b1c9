"""Header rows → the plan of a table's columns: made from their words, never from the numbers below them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from pipelines.applicants import READ_LINE_BY_LINE, applicants, in_order, strange
from pipelines.columns import (
    APPLICANTS,
    CASES,
    ELSEWHERE,
    OUTCOMES,
    REVIEW_CODES,
    SUBTOTAL,
    Entry,
    Plan,
    ordered,
)
from pipelines.labels import MADE_UP, fold, is_part, match, of_kind, plain
from pipelines.qualifiers import leveled, of_corner, other_year, qualified
from pipelines.rows import Row, Slot

_UNIT = re.compile(r"\(?单位[:：]?([^(),，;；]+)|\(([百千万亿]*元|[百千万亿]+[件项条个人])\)")
_YEAR = re.compile(r"\s*(?:19|20)\d\d\s*年?度?\s*")
_NEUTRAL = re.compile(r"本年度?|(?:19|20)\d\d年?度?|数量|件?数|件|\(?(?:单位:?)?件\)?")
_NEUTRAL_OR_WHOLE = re.compile(rf"{_NEUTRAL.pattern}|合计|总计|总数")
_HEADING = re.compile(r"[\u4e00-\u9fff]{2,6}|(?:19|20)\d\d年?|[\d-]+月")
_ORGANISATIONS = re.compile("法人|组织")
_HEADS = ("column", "applicant", "outcome", "case")
_FOREIGN = 3
"""Headings that no form has, of one table, by which its columns are known for others."""
_PLAIN_APPLICANTS = {"natural_person", "business", "research", "public_welfare", "legal_service"}


def plan_of(band: Sequence[Row], year: int | None = None) -> Plan | None:
    """The plan that consecutive header rows describe; None where they describe none. Columns that their words put in
    another year than ``year``, the report's, are unknown ones.
    """
    slots = [slot for row in band for slot in row.slots]
    codes, cases = _codes(slots, "applicant"), _codes(slots, "case")
    last = band[-1]
    litigated = cases & {"litigation", "litigation.direct", "litigation.after_reconsideration"}
    if last.aligned and bool(litigated) != ("reconsideration" in cases) and _codes(slots, "outcome") >= {*OUTCOMES}:
        # One of two tables in which a report parts reconsiderations and litigation, if its header is whole.
        entries, section = _review_entries(band, year), "review"
        whole = bool(entries) and entries[0].start == 0 and entries[-1].end == last.n_cols
        entries = entries if whole and all(entry.code for entry in entries) else []
    elif "reconsideration" in cases and litigated:
        entries = _review_entries(band, year) if last.aligned else ordered(REVIEW_CODES)
        section = "review"
        if not entries or not last.aligned:
            foreign_order = not _in_order(band) or _another_year(band, year)
            if not entries or foreign_order:
                return Plan(section, ordered(REVIEW_CODES), False, 0, confirm=True, foreign=foreign_order)
    elif len(codes & _PLAIN_APPLICANTS) >= 3 or ("natural_person" in codes and len(codes) >= 3):
        entries = _request_entries(band, year) if last.aligned else _ragged_requests(band, year)
        section = "requests"
        disordered = not in_order(band) or (last.aligned and _misplaced(band)) or strange(band) != set()
        if not entries and (_another_year(band, year) or disordered):
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
    first = next((entry.start for entry in entries if entry.ours), 0) if last.aligned else 1
    corner = [row.slots[0] for row in band if row.slots and any(slot.labels for slot in row.slots)]
    plan.foreign = any(
        slot.start == 0
        and slot.end <= first
        and not of_kind(slot.labels, *_HEADS)
        and of_corner(plain(slot.text), year)
        for slot in corner
    )
    if section == "review" and not last.aligned:
        _learn_from_outcomes(plan, band)
    if section == "requests" and not (last.aligned or last.loose):
        _straighten(plan, band, year)
    return plan


def _codes(slots: Iterable[Slot], kind: str) -> set[str]:
    """What cells name of one kind: applicants, cases, outcomes."""
    return {label.code for slot in slots for label in slot.labels if label.kind == kind}


def names_outcomes(band: Sequence[Row]) -> bool:
    """Whether header rows name most outcomes of the table of reviews."""
    return len(_codes([slot for row in band for slot in row.slots], "outcome")) > len(OUTCOMES) // 2


def plan_of_case(band: Sequence[Row], case: str) -> Plan | None:
    """The plan of header rows that name each outcome once, for one kind of case: the one that ``band`` names over all
    of them, else ``case``. Its rows must add up. None for any other header.
    """
    named = _codes([slot for row in band for slot in row.slots], "case")
    if len(named) > 1 or (named and not named <= set(CASES)):
        return None
    own = next(iter(named), case)
    last = band[-1]
    printed = [slot for slot in last.slots if not slot.blank]
    labels = [of_kind(slot.labels, "outcome") for slot in printed]
    codes = [label.code for label in labels if label is not None]
    if not own or len(codes) != len(printed) or sorted(codes) != sorted(OUTCOMES):
        return None
    places = [(slot.start, slot.end) for slot in printed] if last.aligned else [(i, i + 1) for i in range(len(codes))]
    entries = [Entry(f"{own}/{code}", *place) for code, place in zip(codes, places, strict=True)]
    n_cols = last.n_cols if last.aligned else 0
    return Plan("review", entries, last.aligned, n_cols, last.edges, confirm=True, by_case=True)


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
    words = [text for text in strange.values() if not MADE_UP.fullmatch(text) and not is_part(text)]
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


def _stacks(band: Sequence[Row]) -> list[list[Slot]]:
    """For each grid column the header cells above it, top down, blanks left out."""
    stacks: list[list[Slot]] = [[] for _ in range(max(row.n_cols for row in band))]
    for row in band:
        for slot in row.slots:
            for stack in () if slot.blank else stacks[slot.start : slot.end]:
                stack.append(slot)
    return stacks


def _code(stack: Sequence[Slot], kind: str, year: int | None = None) -> str:
    """What the lowest cells of a stack say, joined upwards until they say something: a heading may be broken over
    several cells (``结果`` above ``维持``, or one character in each). Joined they must say it to the letter: 许可 under
    本年处理决定数量 is a part of it. ELSEWHERE where a cell of the stack speaks of another year, of shares.
    """
    neutral = _NEUTRAL_OR_WHOLE if kind == "column" else _NEUTRAL
    while len(stack) > 1 and neutral.fullmatch(plain(stack[-1].text)) and not other_year(stack[-1].text, year):
        stack = stack[:-1]
    for size in range(1, len(stack) + 1):
        text = "".join(slot.text for slot in stack[-size:])
        label = of_kind(match(text), kind)
        if label and (size == 1 or label.exact):
            return ELSEWHERE if _elsewhere(stack, label.code, year) else label.code
        if size == 1 and fold(text).core == "小计":
            return SUBTOTAL
    return ELSEWHERE if kind != "furniture" and _elsewhere(stack, "", year) else ""


def _elsewhere(stack: Sequence[Slot], code: str, year: int | None) -> bool:
    """Whether a cell of a heading says that what stands below is another year's, a share, a running total."""
    return any(
        qualified(text, code) or other_year(text, year, code) or leveled(text)
        for slot in stack
        if not of_kind(slot.labels, "furniture") and (text := plain(slot.text))
    )


def _another_year(band: Sequence[Row], year: int | None) -> bool:
    """The same of header lines whose columns are only known by their order; lines of prose before them say nothing."""
    return any(_elsewhere(row.slots, "", year) for row in band if any(slot.labels for slot in row.slots))


def _texts(stack: Sequence[Slot]) -> tuple[str, ...]:
    return tuple(slot.text for slot in stack)


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
    columns = [(start, end, stack) for start, end, stack in _grouped(stacks, first) if stack]
    entries = [
        Entry(_code(stack, "applicant", year), start, end, label=stack[-1].text, heads=_texts(stack))
        for start, end, stack in columns
    ]
    totals = [place for place, entry in enumerate(entries) if entry.code == "total"]
    inner = [
        place for place in totals if any(_ORGANISATIONS.search(plain(slot.text)) for slot in columns[place][2][:-1])
    ]
    if len(totals) == 2 and len(inner) == 1:
        entries[inner[0]] = replace(entries[inner[0]], code=SUBTOTAL)  # 合计 of the organisations
    return _completed(entries, APPLICANTS)


def _completed(entries: list[Entry], official: Sequence[str]) -> list[Entry]:
    """Entries whose known codes are all of the official ones, or let the unknown ones be filled in by order: as many
    columns as the form has, every known one in its place. Otherwise nothing. An unknown one whose words are others
    than what may be left of the form's stays unknown.
    """
    known = [entry.code for entry in entries if entry.ours]
    if len(known) == len(set(known)) and set(known) == set(official):
        return entries
    real = [entry for entry in entries if entry.code not in (SUBTOTAL, ELSEWHERE)]
    if len(real) != len(official) or 2 * len(known) < len(official):
        return []
    if any(entry.code not in ("", code) for entry, code in zip(real, official, strict=True)):
        return []
    filled = iter(official)
    return [entry if entry.code in (SUBTOTAL, ELSEWHERE) else _filled(entry, next(filled)) for entry in entries]


def _filled(entry: Entry, code: str) -> Entry:
    case, _, outcome = code.rpartition("/")
    # A case of litigation stands under 行政诉讼 as well.
    meanings = [("case", case), ("case", case.split(".")[0]), ("outcome", outcome)] if case else [("applicant", code)]
    return replace(entry, code=code) if entry.ours or entry.may_be(*meanings) else entry


def _misplaced(band: Sequence[Row]) -> bool:
    """Whether a header of as many columns as the form's has a known one in the place of another."""
    stacks = _stacks(band)
    codes = [_code(stack, "applicant") for _, _, stack in _grouped(stacks, 0)]
    places = [place for place, code in enumerate(codes) if code in APPLICANTS]
    codes = [code for code in codes[places[0] :] if code not in (SUBTOTAL, ELSEWHERE)] if places else []
    return len(codes) == len(APPLICANTS) and any(
        code not in ("", own) for code, own in zip(codes, APPLICANTS, strict=True)
    )


def _ragged_requests(band: Sequence[Row], year: int | None) -> list[Entry]:
    """Plain text keeps the order of each header line but not which column stands under which: the order of one
    that names them all, else the form's order, if no line contradicts it.
    """
    if _another_year(band, year):
        return []
    for row in band:
        codes = applicants(row)
        line_by_line = [APPLICANTS[place] for place in READ_LINE_BY_LINE]
        if len(codes) == len(APPLICANTS) and set(codes) == set(APPLICANTS) and codes != line_by_line:
            return ordered(codes)
    others = strange(band)
    if not in_order(band) or others is None:
        return []
    subtotal = any(
        of_kind(slot.labels, "furniture") and fold(slot.text).core == "小计" for row in band for slot in row.slots
    )
    codes = [*APPLICANTS[:-1], SUBTOTAL, APPLICANTS[-1]] if subtotal else list(APPLICANTS)
    return [replace(entry, code="") if entry.code in others else entry for entry in ordered(codes)]


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
            code = ELSEWHERE if outcome == ELSEWHERE else f"{case}/{outcome}" if case and outcome else ""
            entries.append(Entry(code, start, end, label=stack[-1].text, heads=_texts(stack)))
    known = [entry.code for entry in entries if entry.ours]
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
        entries.append(Entry(code, start, end, (unit[1] or unit[2]) if unit else "", stack[-1].text, _texts(stack)))
    entries = [replace(entry, code="") if _only_up(entry, entries) else entry for entry in entries]
    return entries if any(entry.ours for entry in entries) else []


def _only_up(entry: Entry, entries: Sequence[Entry]) -> bool:
    """Whether a column counts what was added alone, as another counts what was taken away."""
    fallen = any("减" in one.label for one in entries if one is not entry)
    return entry.code == "items_change" and "减" not in entry.label and fallen


def headed(heads: Sequence[Row], first: int) -> bool:
    """Whether words stand over the columns from ``first`` on, below the last caption: known, though not to us."""
    start = 0
    for place, row in enumerate(heads):
        if any(of_kind(slot.labels, "caption") for slot in row.slots):
            start = place + 1
    return any(
        slot.start >= first and slot.reading.status == "illegible" and not of_kind(slot.labels, "furniture")
        for row in heads[start:]
        for slot in row.slots
    )
