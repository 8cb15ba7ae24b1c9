"""Grids and text lines + forms → the cells of a report, and an account of every number that was not used.

Rows are known by their labels, columns by their headers. Nothing is ever placed by counting numbers alone: a row whose
cells cannot be laid onto its columns is left unread, and said so. Pure: values in, values out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pipelines.columns import (
    APPLICANTS,
    SUBTOTAL,
    Entry,
    Laid,
    Plan,
    carried_over,
    lay,
    ordered,
    plan_of,
)
from pipelines.document import Document, Grid
from pipelines.labels import Label, fold, of_kind, similarity
from pipelines.lines import loose_rows
from pipelines.rows import Row, Slot, rebased, rows_of, stitch
from schemas.forms import FORM_IDS, Block, Key, load_form
from schemas.numbers import Reading, read_number

_LONGEST_BAND = 10


@dataclass(slots=True)
class Found:
    """One reading of one cell. ``form`` is set where a label decided between the forms."""

    key: Key
    reading: Reading
    printed: str
    locator: str
    slot: str
    form: str = ""


@dataclass(slots=True)
class Oddity:
    """Something the tables hold that no cell of the form took."""

    rule: str
    locator: str
    observed: str
    section: str = ""
    indicator: str = ""
    breakdown: str = ""
    expected: str = ""


@dataclass(slots=True)
class Tables:
    """What the tables of one document say. ``present`` counts the numbers printed in recognised tables, ``used`` and
    ``ignored`` (declared without meaning for the form) those accounted for.
    """

    found: dict[Key, list[Found]] = field(default_factory=dict)
    oddities: list[Oddity] = field(default_factory=list)
    present: int = 0
    used: int = 0
    ignored: int = 0


@dataclass(slots=True)
class _Pending:
    row: Row
    leaf: Slot
    code: str


def read_tables(document: Document) -> Tables:
    """All cells of the document's tables; text lines are only asked for blocks that no table gave."""
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    scan = _Scan()
    scan.run(stitch(row for number, grid in enumerate(grids) for row in rows_of(grid, number)))
    if not scan.complete:
        scan.run(loose_rows(document, first_grid=len(grids)))
    scan.finish()
    return scan.tables


def _slot_of(indicator: str) -> str:
    return _SLOTS[indicator]


_SLOTS = {row.code: block.slot for form_id in FORM_IDS for block in load_form(form_id).blocks for row in block.rows}
_REQUEST_ROWS = {row for row, slot in _SLOTS.items() if slot in ("requests", "other")}


class _Scan:
    """Walks rows top down, keeping the header rows seen since the last data row and the plan of each section."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.plans: dict[str, Plan] = {}
        self.plan_grid: dict[str, int] = {}
        self.pending: list[_Pending] = []
        self.waiting: list[tuple[Row, Slot, str, Plan]] = []
        self.rows: list[Row] = []
        self.recognised: set[int] = set()
        self.used: set[int] = set()
        self.ignored: set[int] = set()
        self.disclosed: set[int] = set()
        self.told: set[int] = set()
        self.taken: set[str] = set()
        self.last_code = ""

    @property
    def complete(self) -> bool:
        """Whether every section gave something, so that loose text lines need not be asked."""
        return {"rules", "requests", "review"} <= self.taken

    def run(self, rows: list[Row]) -> None:
        closed = frozenset(self.taken)
        self.plans.clear()
        band: list[Row] = []
        for place, row in enumerate(rows):
            kind = row.kind
            if kind == "data" or (kind == "text" and row.numbers and _name_by_neighbours(rows, place)):
                self._open(band)
                band = []
                self._data(row, closed)
            elif kind == "header" or (kind == "text" and not row.numbers):
                band = self._banded(band, row)
            elif kind == "empty":
                following = rows[place + 1] if place + 1 < len(rows) else None
                if following is None or following.kind != "values":
                    band = self._values(row, band, closed)
            else:
                band = self._values(row, band, closed)
        self._settle_waiting()
        self.rows += rows

    def _banded(self, band: list[Row], row: Row) -> list[Row]:
        if band and row.grid != band[-1].grid and row.aligned:
            # A header cut by the page end: the upper rows in the columns of the lower ones, if their places tell.
            moved = [rebased(above, row) for above in band]
            band = [above for above in moved if above is not None] if None not in moved else []
        if band and row.aligned != band[-1].aligned:
            band = []
        if any(of_kind(slot.labels, "caption") for slot in row.slots):
            band = []
        return [*band, row][-_LONGEST_BAND:]

    def _open(self, band: Sequence[Row]) -> Plan | None:
        plan = plan_of(band) if band else None
        if plan is not None:
            self.plans[plan.section] = plan
            self.plan_grid[plan.section] = band[-1].grid
        elif any(of_kind(slot.labels, "caption") for row in band for slot in row.slots):
            # A new block whose header cannot be read: the columns of the block before say nothing about it.
            self.plans.pop("disclosure", None)
        return plan

    def _plan(self, section: str, row: Row) -> Plan | None:
        plan = self.plans.get(section)
        if plan is None or self.plan_grid[section] == row.grid:
            return plan
        if section == "disclosure" and row.grid > self.plan_grid[section] + 1:
            return None  # 行政处罚 also names rows of tables that are none of the form's
        if not plan.aligned and not row.aligned:
            return plan
        carried = carried_over(plan, row)
        if carried is not None:
            self.plans[section], self.plan_grid[section] = carried, row.grid
            return carried
        # The order of the columns still holds on the next page, their places do not.
        return replace(plan, aligned=False, starts={})

    # --- rows named by a label -------------------------------------------------------------------------------------

    def _data(self, row: Row, closed: frozenset[str]) -> None:
        leaf = row.leaf()
        assert leaf is not None
        label = of_kind(leaf.labels, "row")
        assert label is not None
        code = label.code
        before, self.last_code = self.last_code, code
        if not _follows(leaf, code, before):
            self._odd("interpret.unknown_row", row, leaf, "requests", code)
            return
        if _slot_of(code) in closed or (code in _REQUEST_ROWS and "requests" in closed):
            return
        if code in _REQUEST_ROWS:
            self._requests(row, leaf, code)
        else:
            self._disclosure(row, leaf, code)

    def _requests(self, row: Row, leaf: Slot, code: str) -> None:
        plan = self._plan("requests", row)
        if plan is None:
            plan = Plan("requests", ordered(APPLICANTS), False, 0, confirm=True)
            if "requests" not in self.taken and not row.numbers:
                return  # a label in a list of contents or in a sentence, not a table
            self.plans["requests"], self.plan_grid["requests"] = plan, row.grid
        if row.aligned:
            self._take_requests(row, leaf, code, plan, lay(row, leaf, plan))
        else:
            self.waiting.append((row, leaf, code, plan))

    def _settle_waiting(self) -> None:
        """Text rows, once all of them are known: full rows show where values begin, and a row with more values than
        there are columns shows that the columns are not what the header seemed to say.
        """
        contradicted: set[int] = set()
        for row, leaf, _, plan in self.waiting:
            lay(row, leaf, plan)
            if sum(not slot.blank for slot in row.slots if slot.start >= leaf.end) > len(plan.entries):
                contradicted.add(id(plan))
        for row, leaf, code, plan in self.waiting:
            laid = lay(row, leaf, plan)
            if id(plan) in contradicted and not laid.why:
                laid = Laid(left=laid.left, why="other rows of the table have more cells")
            self._take_requests(row, leaf, code, plan, laid)
        self.waiting.clear()

    def _take_requests(self, row: Row, leaf: Slot, code: str, plan: Plan, laid: Laid) -> None:
        found = [
            self._reading(("requests", code, entry.code), slots, _slot_of(code), entry)
            for entry, slots in laid.cells
            if entry.code not in ("", SUBTOTAL)
        ]
        self._take(row, leaf, laid, found, confirm=plan.confirm or laid.confirm, code=code)

    def _disclosure(self, row: Row, leaf: Slot, code: str) -> None:
        plan = self._plan("disclosure", row)
        if plan is None:
            self.pending.append(_Pending(row, leaf, code))
            return
        own = Plan(
            plan.section,
            # An unknown heading over the labels is the corner of the table; in text a known one may have lost it.
            [entry for entry in plan.entries if entry.start >= leaf.end or (entry.code and not plan.aligned)],
            plan.aligned,
            plan.n_cols,
            plan.edges,
            starts=plan.starts,
        )
        bound = _bind(code, own.entries)
        if bound is None:
            if row.numbers:
                self._odd("interpret.column_unknown", row, leaf, "disclosure", code)
            return
        form, own.entries = bound
        if not row.aligned and own.entries[0].start >= leaf.end:
            own.learn(plan.n_cols, len([slot for slot in row.slots if slot.start < leaf.end]), own.entries[0].start)
        laid = lay(row, leaf, own)
        found = [
            self._reading(("disclosure", code, entry.code), slots, _slot_of(code), entry, form)
            for entry, slots in laid.cells
            if entry.code
        ]
        self._take(row, leaf, laid, found, confirm=laid.confirm, code=code)

    # --- rows without a label: the table of reviews ----------------------------------------------------------------

    def _values(self, row: Row, band: list[Row], closed: frozenset[str]) -> list[Row]:
        """A row of nothing but values; returns the header rows that remain open."""
        plan = plan_of(band) if band else None
        if plan is not None and plan.section == "review":
            self.plans["review"], self.plan_grid["review"] = plan, band[-1].grid
        elif plan is not None or (band and not row.numbers):
            return band
        plan = self._plan("review", row)
        if plan is None or "review" in closed:
            return []
        if row.kind == "empty" and (not band or row.grid != band[-1].grid or not row.aligned):
            return band
        laid = lay(row, None, plan)
        found = []
        for entry, slots in laid.cells:
            if entry.code:
                case, outcome = entry.code.split("/")
                found.append(self._reading(("review", case, outcome), slots, "review", entry))
        self._take(row, None, laid, found, confirm=plan.confirm or laid.confirm, code="")
        if not laid.why:
            del self.plans["review"]
        return []

    # --- readings --------------------------------------------------------------------------------------------------

    def _reading(self, key: Key, slots: list[Slot], block: str, entry: Entry, form: str = "") -> Found | None:
        """What the cells under one column say; None where the row has no cell there."""
        if not slots:
            return None
        unit = entry.unit or _unit(key)
        printed = [slot for slot in slots if not slot.blank]
        if len(printed) > 1:
            text = " | ".join(slot.text for slot in printed)
            return Found(key, Reading("illegible", unit=unit), text, printed[0].locator, block, form)
        slot = printed[0] if printed else slots[0]
        reading = read_number(slot.text, unit) if slot.reading.status != "illegible" else slot.reading
        if reading.status == "illegible":
            reading = replace(reading, unit=unit)
        self.used.update(id(other) for other in slots)
        return Found(key, reading, slot.text.strip() if printed else "", slot.locator, block, form)

    def _take(
        self, row: Row, leaf: Slot | None, laid: Laid, found: list[Found | None], *, confirm: bool, code: str
    ) -> None:
        section = "review" if leaf is None else "requests" if code in _REQUEST_ROWS else "disclosure"
        if laid.why:
            if row.numbers:
                self.recognised.add(row.grid)
                self._odd("interpret.column_unknown", row, leaf, section, code, laid.why)
            return
        readings = [one for one in found if one is not None]
        if not readings:
            return
        unsure = confirm and not all(_sums(group, shifted=laid.confirm) for group in _groups(readings))
        if unsure or row.doubtful:
            self._odd("interpret.unconfirmed", row, leaf, section, code)
            readings = [_doubted(one) for one in readings]
        self.recognised.add(row.grid)
        if section == "disclosure":
            self.disclosed.add(row.grid)
        for one in readings:
            self.tables.found.setdefault(one.key, []).append(one)
        self.taken.add(readings[0].slot)
        for slot in laid.left:
            if slot.numeric:
                continue
            self._oddity("interpret.unknown_column", slot, section, code)
        for entry, slots in laid.cells:
            for slot in slots:
                if entry.code == SUBTOTAL:
                    self.ignored.add(id(slot))
                elif not entry.code and not slot.blank:
                    self._oddity("interpret.unknown_column", slot, section, code, entry.label)
                    self.ignored.add(id(slot))
        if leaf is not None:  # serial numbers before the label
            self.ignored.update(id(slot) for slot in row.slots if slot.end <= leaf.start)

    def _odd(self, rule: str, row: Row, leaf: Slot | None, section: str, code: str, why: str = "") -> None:
        self.told.add(id(row))
        text = " | ".join(slot.text.replace("\n", "") for slot in row.slots)
        where = (leaf or row.slots[0]).locator
        self.tables.oddities.append(Oddity(rule, where, text[:200], section, code, "", why))

    def _oddity(self, rule: str, slot: Slot, section: str, code: str, expected: str = "") -> None:
        self.tables.oddities.append(Oddity(rule, slot.locator, slot.text[:200], section, code, "", expected))

    # --- the end of the document -----------------------------------------------------------------------------------

    def finish(self) -> None:
        self._settle_pending()
        reported: set[int] = set()
        for row in self.rows:
            if row.grid not in self.recognised:
                continue
            leftover = []
            for slot in row.slots:
                if not slot.numeric or id(slot) in reported:
                    continue
                reported.add(id(slot))
                self.tables.present += 1
                if id(slot) in self.used:
                    self.tables.used += 1
                elif id(slot) in self.ignored:
                    self.tables.ignored += 1
                else:
                    leftover.append(slot)
            if leftover and id(row) not in self.told:
                leaf = row.leaf()
                rule = "interpret.unused_number" if leaf or row.kind == "values" else "interpret.unknown_row"
                self._odd(rule, row, leftover[0], "", "")

    def _settle_pending(self) -> None:
        """Rows of disclosure without any header: the other blocks' form, where it is one, tells their columns."""
        votes = Counter(found.form for group in self.tables.found.values() for found in group if found.form)
        form_id = votes.most_common(1)[0][0] if len(votes) == 1 else ""
        near = frozenset(self.disclosed)
        for item in self.pending:
            if item.row.grid not in near and item.row.grid - 1 not in near:
                continue  # a row of another table that happens to bear the same name
            block = load_form(form_id).block(_slot_of(item.code)) if form_id else None
            known = block is not None and any(row.code == item.code for row in block.rows)
            if block is None or not known:
                if item.row.numbers and item.row.grid in self.recognised:
                    self._odd("interpret.column_unknown", item.row, item.leaf, "disclosure", item.code)
                continue
            plan = Plan("disclosure", ordered([column.code for column in block.columns]), False, 0)
            laid = lay(item.row, item.leaf, plan)
            found = [
                self._reading(("disclosure", item.code, entry.code), slots, block.slot, entry, form_id)
                for entry, slots in laid.cells
            ]
            self._take(item.row, item.leaf, laid, found, confirm=laid.confirm, code=item.code)


def _follows(leaf: Slot, code: str, before: str) -> bool:
    """Whether a bare 其他 or 总计 stands where the form has that row: they name columns and other lists too."""
    if fold(leaf.text).ordinal is not None or of_kind(leaf.labels, "applicant") is None:
        return True
    return before in _BEFORE_BARE[code]


_ORDERS = tuple(
    tuple(dict.fromkeys(cell.indicator for cell in load_form(form_id).cells if cell.section == "requests"))
    for form_id in FORM_IDS
)
_BEFORE_BARE = {
    "result.other.other": {"result.other.fee_unpaid", "result.other.no_correction"},
    "result.total": {
        "result.other",
        "result.other.other",
        "result.other.fee_unpaid",
        "result.not_processed.confirmation",
    },
}


def _name_by_neighbours(rows: Sequence[Row], place: int) -> bool:
    """Name a row whose label is damaged beyond likeness by the rows around it: the form has exactly one row between
    theirs, and what is left of the label does not contradict it. Gives the row its label; False where it cannot."""
    row = rows[place]
    texts = [slot for slot in row.slots if not slot.valued and not slot.labels]
    between = ("empty", "header")  # a header repeated on the next page parts no rows
    above = next((one for one in reversed(rows[:place]) if one.kind not in between), None)
    below = next((one for one in rows[place + 1 :] if one.kind not in between), None)
    if not texts or above is None or below is None:
        return False
    ends = [label.code for one in (above, below) if (leaf := one.leaf()) and (label := of_kind(leaf.labels, "row"))]
    if len(ends) != 2:
        return False
    slot = texts[-1]
    for order in _ORDERS:
        if ends[0] in order and ends[1] in order and order.index(ends[1]) - order.index(ends[0]) == 2:
            code = order[order.index(ends[0]) + 1]
            official, printed = fold(_ROW_LABELS[code]), fold(slot.text)
            same_number = official.ordinal is not None and official.ordinal == printed.ordinal
            if similarity(official.core, printed.core) >= (_FAINT if same_number else _LIKELY):
                slot.labels = (Label("row", code, exact=False),)
                return row.leaf() is slot and row.kind == "data"
    return False


_FAINT, _LIKELY = 0.5, 0.7
_ROW_LABELS = {row.code: row.label for form_id in FORM_IDS for block in load_form(form_id).blocks for row in block.rows}


def _unit(key: Key) -> str:
    """The unit the form prints or implies for a cell. A sum of money has none but the printed one."""
    return _UNITS[key] if _NATURES[key] != "money" else "unknown"


_UNITS = {cell.key: cell.unit for form_id in FORM_IDS for cell in load_form(form_id).cells}
_NATURES = {cell.key: cell.nature for form_id in FORM_IDS for cell in load_form(form_id).cells}


def _bind(code: str, entries: list[Entry]) -> tuple[str, list[Entry]] | None:
    """The form whose block these columns are, for the row ``code``: all its columns known by their words, or as many
    columns as it has with every known one in its place. None where no form, or more than one, fits.
    """
    fits: list[tuple[str, list[Entry]]] = []
    for form_id in FORM_IDS:
        block = load_form(form_id).block(_slot_of(code))
        if block is None or all(row.code != code for row in block.rows):
            continue
        bound = _bound(block, entries)
        if bound is not None:
            fits.append((form_id, bound))
    return fits[0] if len(fits) == 1 else None


def _bound(block: Block, entries: list[Entry]) -> list[Entry] | None:
    codes = [column.code for column in block.columns]
    given = [entry.code for entry in entries]
    if all(given.count(code) == 1 for code in codes):
        foreign = [code for code in given if code and code not in codes]
        return None if foreign else list(entries)
    if len(entries) != len(codes):
        return None
    in_place = [one == code for one, code in zip(given, codes, strict=True)]
    repeated = [given.count(one) > 1 and one in codes for one in given]
    unknown = [one == "" for one in given]
    if not any(in_place) or not all(map(any, zip(in_place, repeated, unknown, strict=True))):
        return None
    return [replace(entry, code=code) for entry, code in zip(entries, codes, strict=True)]


def _groups(readings: list[Found]) -> list[list[Found]]:
    by_row: dict[str, list[Found]] = {}
    for one in readings:
        by_row.setdefault(one.key[1], []).append(one)
    return list(by_row.values())


def _sums(readings: list[Found], *, shifted: bool) -> bool:
    """Whether a row's parts add up to its printed total; blanks count as nothing only for this question. Where the row
    may be ``shifted``, zeros among blanks prove nothing: they add up in any place.
    """
    if all(one.reading.status != "reported" for one in readings):
        return all(one.reading.status != "illegible" for one in readings)
    total = next((one.reading.value for one in readings if one.key[2] == "total"), None)
    if total is None or any(one.reading.status == "illegible" for one in readings):
        return False
    if shifted and not total and any(one.reading.status == "blank" for one in readings):
        return False
    return total == sum((one.reading.value or Decimal(0) for one in readings if one.key[2] != "total"), Decimal(0))


def _doubted(one: Found) -> Found:
    if one.reading.status != "reported" or one.reading.value is None:
        return one
    reading = Reading("illegible", unit=one.reading.unit, candidates=(one.reading.value,))
    return replace(one, reading=reading)
