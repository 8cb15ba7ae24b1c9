"""Rows, top down → readings: the walk that keeps the header rows seen and the plan of each section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.choices import Unlaid, decide, undecided
from pipelines.columns import APPLICANTS, REVIEW_CODES, SLOTS, SUBTOTAL, Entry, Plan, bind, ordered
from pipelines.contexts import Context
from pipelines.doubts import closed_up, doubt_requests, doubt_shared
from pipelines.headrows import foreign, headed, names_outcomes, plan_of, plan_of_case
from pipelines.labels import of_kind, plain
from pipelines.laying import Laid, carried_over, lay
from pipelines.naming import follows, name_by_neighbours
from pipelines.qualifiers import money_of, other_year, qualified
from pipelines.readings import (
    Found,
    Oddity,
    Tables,
    adds_up,
    by_row,
    doubted,
    take_spelled_ones,
    unit_of,
    without_candidates,
)
from pipelines.reviews import Review, counted
from pipelines.rows import Row, Slot, rebased
from pipelines.vouching import counting, settle
from schemas.forms import Key, load_form
from schemas.numbers import UNITS, Reading, read_amount, read_number, squeeze

_LONGEST_BAND = 10
_QUOTED = 200  # characters of what is told about
_COMMON_ROWS = {row for row, slot in SLOTS.items() if slot == "requests"}
_REQUEST_ROWS = {row for row, slot in SLOTS.items() if slot in ("requests", "other")}


@dataclass(slots=True)
class _Pending:
    row: Row
    leaf: Slot
    code: str


class Scan:
    """Walks rows top down, keeping the header rows seen since the last data row and the plan of each section."""

    def __init__(self, around: Mapping[int, Context], year: int | None) -> None:
        self.around = around
        self.year = year
        self.tables = Tables()
        self.plans: dict[str, Plan] = {}
        self.plan_grid: dict[str, int] = {}
        self.pending: list[_Pending] = []
        self.waiting: list[Unlaid] = []
        self.unlaid: list[Unlaid] = []
        self.rows: list[Row] = []
        self.recognised: set[int] = set()
        self.used: set[int] = set()
        self.ignored: set[int] = set()
        self.disclosed: set[int] = set()
        self.told: set[int] = set()
        self.page_numbers: frozenset[int] = frozenset()
        self.taken: set[str] = set()
        self.last_code = ""
        self.heads: list[Row] = []
        self.refused: Row | None = None
        self.reviews: list[Review] = []
        self.caseless = False
        self.shared: set[str] = set()
        self.unheaded: dict[str, Decimal] = {}

    @property
    def complete(self) -> bool:
        """Whether every section gave what it has in all forms, so that loose text lines need not be asked."""
        return {"rules", "review"} <= self.taken and self.read_rows >= _COMMON_ROWS

    @property
    def read_rows(self) -> set[str]:
        """The rows of requests that some table gave."""
        return {key[1] for key in self.tables.found if key[0] == "requests"}

    def run(self, rows: list[Row]) -> None:
        # What a table gave, no loose line may add to: a block of disclosure, a row of requests, the reviews.
        closed = frozenset((self.taken - {"requests", "other"}) | self.read_rows)
        self.plans.clear()
        band: list[Row] = []
        self.heads, self.refused = [], None
        for place, row in enumerate(rows):
            kind = row.kind
            if kind == "data" or (kind in ("text", "header") and row.printed and name_by_neighbours(rows, place)):
                self._open(band)
                band = []
                row.doubtful = row.doubtful or _shared(rows, place)
                self._data(row, closed)
                self.heads = []
                continue
            if kind == "header" or (kind == "text" and not row.numbers):
                band = self._banded(band, row)
            elif kind == "empty":
                following = rows[place + 1] if place + 1 < len(rows) else None
                if following is None or following.kind != "values":
                    band = self._values(row, band, closed)
            else:
                band = self._values(row, band, closed)
            self.heads.append(row)
        self._settle_waiting()
        self._settle_reviews()
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
        plan = plan_of(band, self.year) if band else None
        if plan is not None:
            self.plans[plan.section] = plan
            self.plan_grid[plan.section] = band[-1].grid
        elif any(of_kind(slot.labels, "caption") for row in band for slot in row.slots) or headed(band, 1):
            # A new block, or other columns, whose header cannot be read: the columns before say nothing about it.
            self.plans.pop("disclosure", None)
        return plan

    def _plan(self, section: str, row: Row) -> Plan | None:
        plan = self.plans.get(section)
        if plan is None or self.plan_grid[section] == row.grid:
            return plan
        if section == "disclosure" and row.grid > self.plan_grid[section] + 1:
            return None  # 行政处罚 also names rows of tables that are none of the form's
        if plan.by_case:
            self.recognised.add(row.grid)
            return None  # it may be the table of another kind of case
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
        if not follows(leaf, code, before):
            self.last_code = ""
            above = self.reviews[-1] if self.reviews else None
            goes_on = above is not None and above.goes_on(row)
            if "review" in self.plans and (self.plan_grid["review"] == row.grid or goes_on) and row.aligned:
                self._values(row, [], closed)  # 总计 of the bureaus above it
                return
            self._odd("interpret.unknown_row", row, leaf, "requests", code)
            return
        if closed & {code, SLOTS[code]}:
            return
        if other_year(plain(leaf.text), self.year, code):
            self._odd("interpret.other_year", row, leaf, "requests" if code in _REQUEST_ROWS else "disclosure", code)
            return
        if code in _REQUEST_ROWS:
            self._requests(row, leaf, code)
        else:
            self._disclosure(row, leaf, code)

    def _requests(self, row: Row, leaf: Slot, code: str) -> None:
        plan = self._plan("requests", row)
        if plan is None:
            plan = Plan("requests", ordered(APPLICANTS), False, 0, confirm=True)
            plan.foreign = self._is_foreign(row)
            after = [slot for slot in row.slots if slot.start >= leaf.end]
            printed = any(char.isdigit() for slot in after for char in slot.text)
            celled = row.aligned and len(after) == len(APPLICANTS) and all(slot.valued for slot in after)
            if "requests" not in self.taken and not (printed or celled):
                return  # a label in a list of contents or in a sentence, not a table
            self.plans["requests"], self.plan_grid["requests"] = plan, row.grid
        laid = lay(row, leaf, plan)
        if (row.aligned or plan.straight) and not laid.ordered and not laid.why:
            self._take_requests(Unlaid(row, leaf, code, plan), laid, confirm=plan.confirm or laid.confirm)
        else:
            self.waiting.append(Unlaid(row, leaf, code, plan))

    def _is_foreign(self, row: Row) -> bool:
        """Whether the columns of a table without a known header are others than the form's: by the words over them, or
        because it goes on where such a table ended.
        """
        under = self.around.get(row.grid)
        if foreign(self.heads) or (under is not None and under.listed):
            self.refused = row
        elif self.refused is not None:
            goes_on = row.grid - self.refused.grid <= 1 and len(row.slots) == len(self.refused.slots)
            self.refused = row if goes_on else None
        return self.refused is not None

    def _settle_waiting(self) -> None:
        """Take the rows laid by the order of their cells, once all of them are known."""
        for one, laid, confirm in settle(self.waiting):
            self._take_requests(one, laid, confirm=confirm)
        self.waiting.clear()

    def _take_requests(self, one: Unlaid, laid: Laid, *, confirm: bool) -> None:
        found = [
            self._reading(("requests", one.code, entry.code), slots, SLOTS[one.code], entry)
            for entry, slots in laid.cells
            if entry.ours
        ]
        if laid.why:
            self.unlaid.append(one)
        numbers = [slot.reading.value for slot in laid.unheaded if slot.reading.value is not None]
        if numbers:
            self.unheaded[one.code] = sum(numbers, Decimal(0))
        self._take(one.row, one.leaf, laid, found, confirm=confirm, code=one.code)

    def _disclosure(self, row: Row, leaf: Slot, code: str) -> None:
        plan = self._plan("disclosure", row)
        if plan is None and headed(self.heads, leaf.end if row.aligned else 1):
            plan = self.plans["disclosure"] = Plan("disclosure", [], row.aligned, row.n_cols, foreign=True)
            self.plan_grid["disclosure"] = row.grid
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
            foreign=plan.foreign,
            starts=plan.starts,
            spare=plan.spare,
        )
        bound = bind(code, own.entries)
        if bound is None:
            if row.numbers:
                self._odd("interpret.column_unknown", row, leaf, "disclosure", code)
                self.unlaid.append(Unlaid(row, leaf, code, own))
            return
        form, own.entries = bound
        if unit := money_of(plain(leaf.text)):
            # 行政事业性收费（元） under 万元: one of the two is not true.
            own.entries = [replace(one, unit="unknown") if one.unit not in ("", unit) else one for one in own.entries]
        row.doubtful = row.doubtful or (
            row.loose and any(slot.reading.value in self.page_numbers for slot in row.slots)
        )
        if not row.aligned and own.entries[0].start >= leaf.end:
            own.learn(plan.n_cols, len([slot for slot in row.slots if slot.start < leaf.end]), own.entries[0].start)
        laid = lay(row, leaf, own)
        found = [
            self._reading(("disclosure", code, entry.code), slots, SLOTS[code], entry, form)
            for entry, slots in laid.cells
            if entry.ours
        ]
        if laid.why:
            self.unlaid.append(Unlaid(row, leaf, code, own))
        self._take(row, leaf, laid, found, confirm=laid.confirm, code=code)

    # --- rows without a label: the table of reviews ----------------------------------------------------------------

    def _values(self, row: Row, band: list[Row], closed: frozenset[str]) -> list[Row]:
        """A row of nothing but values; returns the header rows that remain open."""
        plan = plan_of(band, self.year) if band else None
        if plan is None and band and (row.numbers or row.kind == "empty"):
            plan = self._plan_of_case(row, band)
        if plan is not None and plan.section == "review":
            self.plans["review"], self.plan_grid["review"] = plan, band[-1].grid
        elif plan is not None or (band and not row.numbers):
            return band
        plan = self._plan("review", row)
        last = self.reviews[-1] if self.reviews else None
        if last is not None and last.plan is plan and last.row.grid != row.grid and not last.goes_on(row):
            return []  # the table of reviews is over
        under = self.around.get(row.grid)
        headless = plan is None and under is not None and under.section == "review"
        if headless and len(row.slots) == len(REVIEW_CODES):
            plan = Plan("review", ordered(REVIEW_CODES), False, 0, confirm=True, foreign=foreign(self.heads))
            self.plans["review"], self.plan_grid["review"] = plan, row.grid
        if plan is None or "review" in closed:
            return []
        if counting([slot.reading.value for slot in row.slots if not slot.blank]):
            self.ignored.update(id(slot) for slot in row.slots)  # the numbers of the columns
            return []
        below = bool(band) and row.grid == band[-1].grid and (row.aligned or len(row.slots) == len(band[-1].slots))
        if row.kind == "empty" and not (headless or below):
            return band
        laid = lay(row, None, plan)
        named = next((slot for slot in (*laid.beside, *laid.left) if slot.end <= plan.entries[0].start), None)
        if named is None and row.loose and band and len(band[-1].slots) == 1:
            named = band[-1].slots[0]  # on a line of its own
        name = plain(named.text) if named is not None else ""
        if qualified(name) or other_year(name, self.year):
            self._odd("interpret.other_year", row, named, "review", "")
            return []
        if laid.why:
            self.unlaid.append(Unlaid(row, None, "", plan))
        elif not row.aligned:
            del self.plans["review"]
        self.reviews.append(Review(row, plan, laid, name))
        return []

    def _plan_of_case(self, row: Row, band: list[Row]) -> Plan | None:
        """A table of its own for each kind of case, in the section of reviews."""
        around = self.around.get(band[-1].grid)
        if around is None or around.section != "review" or "review" in self.taken:
            return None
        plan = plan_of_case(band, around.case)
        if plan is None and names_outcomes(band):
            self.recognised.add(row.grid)
            self.caseless = True
        return plan if row.grid == band[-1].grid else None

    def _settle_reviews(self) -> None:
        for one in counted(self.reviews, self.caseless):
            found = []
            for entry, slots in one.laid.cells:
                if entry.ours:
                    case, outcome = entry.code.split("/")
                    found.append(self._reading(("review", case, outcome), slots, "review", entry))
            one.row.doubtful = one.row.doubtful or closed_up([cell for cell in found if cell is not None])
            confirm = one.plan.confirm or one.laid.confirm or one.row.loose
            self._take(one.row, None, one.laid, found, confirm=confirm, code="")
        self.reviews.clear()

    # --- readings --------------------------------------------------------------------------------------------------

    def _reading(self, key: Key, slots: list[Slot], block: str, entry: Entry, form: str = "") -> Found | None:
        """What the cells under one column say; None where the row has no cell there."""
        if not slots:
            return None
        unit = entry.unit if entry.unit in UNITS else unit_of(key)
        scaled = bool(entry.unit) and entry.unit not in UNITS and any(char in "百千万亿" for char in entry.unit)
        if scaled:
            unit = "unknown"
        printed = [slot for slot in slots if not slot.blank]
        if len(printed) > 1 and len({squeeze(slot.text) for slot in printed}) > 1:
            text = " | ".join(slot.text for slot in printed)
            return Found(key, Reading("illegible", unit=unit), text, printed[0].locator, block, form)
        slot = printed[0] if printed else slots[0]
        reading = read_number(slot.text, unit) if slot.reading.status != "illegible" else slot.reading
        if reading.status == "illegible" and not slot.covering and unit_of(key) == "unknown":
            reading = read_amount(slot.text) or reading
        if scaled and reading.status == "reported" and unit_of(key) != "unknown":
            reading = Reading("illegible")  # 5 under 万件 is not 5 件
        if reading.status == "illegible":
            reading = replace(reading, unit=unit)
        if reading.status == "illegible" and slot.covering and printed:
            self.shared.add(slot.locator)
        self.used.update(map(id, slots))
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
        # A row printed twice, put together digit by digit, adds up as well as the row itself: no candidates.
        readings = [without_candidates(one) for one in readings] if row.joined else readings
        unsure = (confirm or row.joined) and not all(adds_up(group, shifted=laid.confirm) for group in by_row(readings))
        if unsure or row.doubtful:
            self._odd("interpret.unconfirmed", row, leaf, section, code)
            readings = [doubted(one) for one in readings]
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
            for slot in slots if not entry.ours else ():
                if entry.code == SUBTOTAL:
                    self.ignored.add(id(slot))
                elif not slot.blank:
                    self._oddity("interpret.unknown_column", slot, section, code, entry.label)
                    self.ignored.add(id(slot))
        self.ignored.update(map(id, laid.beside))
        if leaf is not None:  # serial numbers before the label
            self.ignored.update(id(slot) for slot in row.slots if slot.end <= leaf.start)

    def _odd(self, rule: str, row: Row, leaf: Slot | None, section: str, code: str, why: str = "") -> None:
        self.told.add(id(row))
        text = " | ".join(slot.text.replace("\n", "") for slot in row.slots)
        self._tell(rule, (leaf or row.slots[0]).locator, text, section, code, why)

    def _oddity(self, rule: str, slot: Slot, section: str, code: str, expected: str = "") -> None:
        self._tell(rule, slot.locator, slot.text, section, code, expected)

    def _tell(self, rule: str, where: str, text: str, section: str, code: str, expected: str = "") -> None:
        self.tables.oddities.append(Oddity(rule, where, text[:_QUOTED], section, code, "", expected))

    # --- the end of the document -----------------------------------------------------------------------------------

    def finish(self) -> None:
        """Settle what had to wait for the whole document, and account for every number of the tables recognised."""
        self._settle_pending()
        doubt_shared(self.tables, self.shared)
        take_spelled_ones(self.tables)
        for code, found in doubt_requests(self.tables, self.unheaded):
            printed = " | ".join(one.printed for one in found)
            self._tell("interpret.unconfirmed", found[0].locator, printed, "requests", code)
            for one in self.unlaid if not code else ():
                one.plan.foreign = one.plan.foreign or one.plan.section == "requests"
        if not self.tables.several:
            self.used |= decide(self.tables, self.unlaid)
        undecided(self.tables, self.unlaid)
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
            block = load_form(form_id).block(SLOTS[item.code]) if form_id else None
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


def _shared(rows: Sequence[Row], place: int) -> bool:
    """Whether the label of a row stands for further rows of numbers below (of departments, of years): then none of them
    is the row of the form.
    """
    leaf = rows[place].leaf()
    for row in map(rows.__getitem__, range(place + 1, len(rows))):
        if not any(slot is leaf for slot in row.covered):
            return False
        if row.numbers and row.leaf() is None:
            return True
    return False
