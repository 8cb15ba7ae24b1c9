"""The cells of a row laid onto the columns of a plan.

By position where the positions agree, by order where there are exactly as many cells as columns, otherwise not at all:
a row that may have been shifted is left unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import accumulate, islice, pairwise

from pipelines.columns import Entry, Plan, Tally
from pipelines.rows import EDGE, Row, Slot, within
from schemas.numbers import Reading, read_number

_LONGEST_GLUED = 24
_GLUED_CELL = re.compile(r"[-+−]?(?:0|[1-9]\d*)(?:\.\d+)?(?:万元|元|件|项)?|[-/／—无]")


@dataclass(slots=True)
class Laid:
    """A row laid onto a plan: for each entry its cells. ``left`` are cells under no column; ``why`` says why a row
    could not be laid (then ``cells`` is empty).
    """

    cells: list[tuple[Entry, list[Slot]]] = field(default_factory=list)
    left: list[Slot] = field(default_factory=list)
    beside: list[Slot] = field(default_factory=list)
    """Cells under a heading of their own before the values: serial numbers, units."""
    why: str = ""
    confirm: bool = False
    """Whether the row's own sum must hold before the reading is believed."""
    learned: bool = False
    """Whether rows of the same shape have shown where the values begin."""
    ordered: bool = False
    """Whether the cells were taken in order, for want of places to go by."""
    exact: bool = False
    """Whether they were taken in order, as many as there are columns."""

    @property
    def unheaded(self) -> list[Slot]:
        """Cells in columns over which no words stand but those that a column of the form has over it as well."""
        shared = {text for entry, _ in self.cells if entry.ours for text in entry.heads}
        bare = [slots for entry, slots in self.cells if not entry.code and shared.issuperset(entry.heads)]
        return [*self.left, *(slot for slots in bare for slot in slots)]


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
    # All but the places goes with it: what speaks against the header does so on the next page.
    return replace(
        plan,
        entries=entries,
        n_cols=row.n_cols,
        edges=row.edges,
        tally=Tally(),
        spare=frozenset(),
        beside=frozenset(),
        straight=0,
        starts={},
    )


def _close(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= EDGE for a, b in zip(one, other, strict=True))


def lay(row: Row, leaf: Slot | None, plan: Plan) -> Laid:
    """Lay the cells of ``row`` right of its label onto ``plan``."""
    after = [slot for slot in row.slots if leaf is None or slot.start >= leaf.end]
    if plan.foreign:
        return Laid(left=after, why="the words over these columns are not the form's")
    if not row.aligned:
        straight = plan.straight == len(row.slots) and leaf is not None
        laid = _lay_by_position(row, leaf, after, plan) if straight else None
        return laid if laid and not laid.why else _lay_ragged(row, after, plan)
    laid = _lay_by_position(row, leaf, after, plan) if plan.aligned and plan.n_cols == row.n_cols else None
    return laid or _lay_by_order(after, plan)


def _unfit(window: list[Slot]) -> str:
    """Why these cells cannot be the values of a row: words stand among them."""
    words = next((slot.text for slot in window if not slot.valued), "")
    return f"{words!r} stands in the place of a value" if words else ""


def _replaced(window: list[Slot], plan: Plan) -> bool:
    """Whether words stand where values should, and not beside them: the row fills the columns cell for cell and begins
    with a value. Words before all values may be another label or a unit, and the values shifted by it.
    """
    exactly = [(slot.start, slot.end) for slot in window] == [(entry.start, entry.end) for entry in plan.entries]
    return exactly and window[0].valued


def _named_under_nothing(after: list[Slot], plan: Plan) -> bool:
    """Whether a row begins with a name (本年) under an empty corner and fills the columns behind it cell for cell."""
    exactly = [(slot.start, slot.end) for slot in after[1:]] == [(entry.start, entry.end) for entry in plan.entries]
    return exactly and not after[0].valued and plan.spare.issuperset(range(plan.entries[0].start))


def _shaky(window: list[Slot]) -> bool:
    """Whether the cells may as well be shifted: a blank stands at one of their ends, and not all of them are blank."""
    return (window[0].blank or window[-1].blank) and not all(slot.blank for slot in window)


def _lay_by_position(row: Row, leaf: Slot | None, after: list[Slot], plan: Plan) -> Laid | None:
    first = plan.entries[0].start
    gap = leaf is not None and not (plan.spare | plan.beside).issuperset(range(leaf.end, first))
    if leaf is not None and leaf.end > first:
        return None  # spans that lie have shifted this row or the header
    name = after[:1] if leaf is None and _named_under_nothing(after, plan) else []
    beside = name or [slot for slot in after if slot.start in plan.beside and slot.end <= first]
    after = [slot for slot in after if slot not in beside]
    laid = Laid([(entry, []) for entry in plan.entries], beside=beside)
    window = [slot for slot in after if slot.start < plan.entries[-1].end]
    words = _unfit(window)
    if words and plan.section != "disclosure" and not plan.anchored and not _replaced(window, plan):
        return Laid(left=after, why=words, ordered=True)
    columns = {(entry.start, entry.end): cells for entry, cells in laid.cells}
    for slot in after:
        if (just := columns.get((slot.start, slot.end))) is not None:
            just.append(slot)
            continue
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
    return laid if any(filled) and (filled[-1] or not _ends_early(row, window)) else None


def _ends_early(row: Row, window: list[Slot]) -> bool:
    """Whether a row that has no cell in the last column lost one, or a span, so that all may stand too far left; on a
    page, where every cell has its place in print, nothing is shifted.
    """
    return not row.edges and any(slot.numeric for slot in window)


def _spoiled(slot: Slot) -> Slot:
    return Slot(slot.text, slot.start, slot.end, slot.locator, slot.labels, Reading("illegible"), covering=True)


def _lay_by_order(after: list[Slot], plan: Plan) -> Laid:
    why = f"{len(after)} cells for {len(plan.entries)} columns" if len(after) != len(plan.entries) else _unfit(after)
    if why:
        return Laid(left=after, why=why)
    cells = [(entry, [slot]) for entry, slot in zip(plan.entries, after, strict=True)]
    return Laid(cells, confirm=_shaky(after), ordered=True, exact=True)


def _lay_ragged(row: Row, after: list[Slot], plan: Plan) -> Laid:
    size, skipped = len(plan.entries), len(row.slots) - len(after)
    if all(slot.blank for slot in after):
        # Nothing printed at all: every cell is blank wherever it stands. A closing bar may have ended the last one.
        if len(after) < max(1, size - 1):
            return Laid(left=after, why=f"{len(after)} cells for {size} columns")
        return Laid([(entry, [after[min(place, len(after) - 1)]]) for place, entry in enumerate(plan.entries)])
    if plan.section == "disclosure" and len(after) == 1 < size:
        after = _parted(after[0], size)
    learned = plan.first_value(len(row.slots), skipped)
    begin = _begin(after, size, None if learned is None else learned - skipped)
    if begin is None:
        return Laid(left=after, why=f"{len(after)} cells for {size} columns")
    start, sure = begin
    window = after[start : start + size]
    if why := _unfit(window):
        return Laid(left=after, why=why)
    if sure and (all(not slot.blank for slot in window) or _ends_in_its_sum(window)):
        plan.learn(len(row.slots), skipped, skipped + start)
    left = [slot for slot in (*after[:start], *after[start + size :]) if not slot.blank]
    cells = [(entry, [slot]) for entry, slot in zip(plan.entries, window, strict=True)]
    unsure = not sure or (plan.section == "requests" and _shaky(window))
    exact = len(after) == size
    return Laid(cells, left, confirm=unsure, ordered=True, learned=learned is not None, exact=exact)


def _ends_in_its_sum(window: list[Slot]) -> bool:
    """Whether the last of the cells is the sum of those before it, and more than nothing."""
    values = [slot.reading.value or Decimal(0) for slot in window]
    return values[-1] > 0 and values[-1] == sum(values[:-1], Decimal(0))


def _parted(slot: Slot, size: int) -> list[Slot]:
    """``size`` cells glued together where they can be neither others nor fewer: 000 is 0 0 0 as no number begins with a
    needless zero, 31-9 is 31 -9. 120 may be 1 2 0 or one cell beside blanks, and stays one.
    """
    text = slot.text
    if not 1 < size <= len(text) <= _LONGEST_GLUED:
        return [slot]
    ways = list(islice(_cuts(text, 0, size), 2))
    if len(ways) != 1 or len(ways[0]) != size:
        return [slot]
    starts = [0, *accumulate(map(len, ways[0]))]
    return [
        Slot(part, slot.start + place, slot.start + place + 1, within(slot.locator, low, high), (), read_number(part))
        for place, (part, (low, high)) in enumerate(zip(ways[0], pairwise(starts), strict=True))
    ]


def _cuts(text: str, start: int, most: int) -> Iterator[tuple[str, ...]]:
    """Every way to cut the rest of a text into at most so many numbers or signs."""
    if start == len(text):
        yield ()
    elif most:
        for end in range(start + 1, len(text) + 1):
            if _GLUED_CELL.fullmatch(text, start, end):
                for rest in _cuts(text, end, most - 1):
                    yield (text[start:end], *rest)


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
