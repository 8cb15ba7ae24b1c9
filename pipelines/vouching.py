"""Rows of requests laid by the order of their cells: what the rows of one table say about each other.

Full rows show where values begin; a full row that adds up bears witness that the columns are the form's; more values
than columns speak against it. Without a witness every row must add up by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from pipelines.choices import Unlaid, may_be_torn
from pipelines.columns import APPLICANTS, Plan
from pipelines.laying import Laid, lay
from pipelines.rows import Slot

BROKEN = 4
"""Rows with totals that are no sums before the header over them is doubted; publishers misprint one or two."""
_COUNTING = 4
_WITNESSES = 3
"""Full rows with totals that are sums, which vouch for a row beside them that has none."""
_MANY = 10
"""Rows that add up before one of bare lines that does not is believed."""
_ZERO_ROWS = 3
"""Full rows of zeros that may stand for a witness where a bureau had no requests at all."""

_Laid = tuple[Unlaid, Laid]


def settle(waiting: Sequence[Unlaid]) -> Iterator[tuple[Unlaid, Laid, bool]]:
    """Each row laid, and whether it must add up to be believed. All rows of all tables at once."""
    plans = list({id(one.plan): one.plan for one in waiting}.values())
    for plan in plans:
        _count(plan, [one for one in waiting if one.plan is plan])
    laid = [(one, lay(one.row, one.leaf, one.plan)) for one in waiting]
    judged: dict[int, tuple[Unlaid, Laid, bool]] = {}
    for plan in plans:
        for verdict in _judged(plan, [(one, found) for one, found in laid if one.plan is plan]):
            judged[id(verdict[0])] = verdict
    yield from (judged[id(one)] for one in waiting)


def _count(plan: Plan, rows: Sequence[Unlaid]) -> None:
    size, tally = len(plan.entries), plan.tally
    many: list[Unlaid] = []
    for one in rows:
        lay(one.row, one.leaf, plan)  # learns from full rows where values begin
        cells = one.cells
        printed = [slot.reading.value for slot in cells if not slot.blank]
        adds = bool(printed) and printed[-1] is not None and printed[-1] == _sum(printed[:-1])
        tally.rows += 1
        tally.exact += len(cells) == size
        tally.open_ended += bool(printed) and one.row.slots[-1].blank
        if len(printed) > size:
            many.append(one)
        elif len(cells) == size > len(printed) and adds and not (cells[0].blank or cells[-1].blank):
            tally.witnesses += bool(printed[-1])  # blanks between its ends shift nothing
        elif len(printed) == size and printed[-1] is not None:
            tally.witnesses += adds and printed[-1] > 0
            tally.zeros += adds and not printed[-1]
            tally.broken += not adds
        elif 0 < len(printed) == len(cells) < size:
            tally.short += 1
            tally.untotalled += not adds
    torn = [may_be_torn(one) for one in many]  # once all are counted
    tally.against += torn.count(False)


def _judged(plan: Plan, rows: Sequence[_Laid]) -> Iterator[tuple[Unlaid, Laid, bool]]:
    tally = plan.tally
    firsts = [next((slot.reading.value for slot in one.cells if not slot.blank), None) for one, _ in rows]
    if plan.contradicted or counting(firsts):
        tally.against = tally.witnesses + 1
        for one, laid in rows:
            why = laid.why or "the other rows show that the columns are not these"
            yield one, Laid(left=laid.left, why=why), True
        return
    widths = {len(one.row.slots) for one, _ in rows}
    settled = _settled(rows)
    for one, laid in rows:
        zeros = tally.zeros >= _ZERO_ROWS and not any(slot.reading.value for slot in one.cells)
        zeros = zeros or _zero_total(one, laid)
        even = laid.learned and len(widths) == 1  # no row lost a cell: all are equally long
        if one.code in settled or zeros or even:
            laid.confirm = False
        shown = even and tally.broken <= 1 and tally.witnesses + tally.zeros >= BROKEN
        unseen = (plan.confirm and not shown) or (laid.ordered and not (tally.witnesses or zeros))
        if one.row.loose:
            sure = not (unseen or laid.confirm) and _whole(one, laid, rows)
        else:
            sure = (one.row.aligned and one.code in settled) or _vouched(laid, plan)
        yield one, laid, not sure and (unseen or laid.confirm or one.row.loose)


def _zero_total(one: Unlaid, laid: Laid) -> bool:
    """Whether a row prints a zero in the last of its cells and nothing else, in a table whose rows all have a cell for
    each column and, where none is blank, totals that are sums, one of them more than nothing.
    """
    tally, cells = one.plan.tally, one.cells
    whole = laid.exact and tally.exact == tally.rows >= _MANY and tally.witnesses > tally.broken == 0
    printed = [slot.reading.value for slot in cells if not slot.blank]
    return whole and printed == [Decimal(0)] and not cells[-1].blank and not one.row.loose


def _sum(values: Sequence[Decimal | None]) -> Decimal:
    return sum((value or Decimal(0) for value in values), Decimal(0))


def _vouched(laid: Laid, plan: Plan) -> bool:
    """Whether a row that does not add up, or prints no total, stands where it should all the same: as many cells as
    columns, in a table whose other rows add up but for a few. One that ends with a blank may have lost a cell and been
    filled up, unless several do.
    """
    tally = plan.tally
    # Rows of zeros say nothing of the order of the columns, but zeros need none.
    zeros = not any(slot.reading.value for _, slots in laid.cells for slot in slots)
    witnesses = tally.witnesses + (tally.zeros if zeros or not plan.confirm else 0)
    witnesses += _WITNESSES if plan.anchored and not plan.confirm else 0  # on the page before, under the header
    alike = tally.exact == tally.rows >= _MANY and tally.broken <= 1 and not plan.confirm
    if (
        not laid.exact
        or not laid.cells
        or witnesses < (_WITNESSES if alike else max(_WITNESSES, BROKEN * tally.broken))
    ):
        return False
    cells = [slots[0] for _, slots in laid.cells]
    if cells[0].blank:
        return False
    return not cells[-1].blank or (tally.open_ended >= _WITNESSES and not _may_be_padded(cells))


def _may_be_padded(cells: Sequence[Slot]) -> bool:
    """Whether a row that ends with a blank may have its total before it."""
    values = [slot.reading.value or Decimal(0) for slot in cells if not slot.blank]
    return len(values) > 1 and values[-1] > 0 and values[-1] >= sum(values[:-1], Decimal(0))


def _whole(one: Unlaid, laid: Laid, rows: Sequence[_Laid]) -> bool:
    """Whether a row of bare lines is believed though it does not add up: it alone does not, in a table in which no row
    lacks a cell, so that none can have lost a blank and taken in something foreign; and all its columns but one do.
    """
    tally = one.plan.tally
    witnesses = tally.witnesses + (0 if one.plan.confirm else tally.zeros)
    if not laid.exact or tally.exact < tally.rows or tally.broken > 1 or witnesses < _MANY:
        return False
    values = _values(rows)
    sides = _results(values) if one.code.startswith("result.") else _flow(values)
    return sides is not None and sum(left != right for left, right in sides) <= 1


def _values(rows: Sequence[_Laid]) -> dict[str, dict[str, Decimal]]:
    """What the rows that could be laid print, by row and column; a blank counts as nothing."""
    return {
        one.code: {entry.code: slots[0].reading.value or Decimal(0) for entry, slots in laid.cells if slots}
        for one, laid in rows
        if not laid.why
    }


def _results(values: dict[str, dict[str, Decimal]]) -> list[tuple[Decimal, Decimal]] | None:
    """For each column the printed total of results and their sum; None where no total is printed."""
    items = [code for code in values if code.startswith("result.") and code != "result.total"]
    return _sides(values, items, ["result.total"]) if "result.total" in values else None


def _flow(values: dict[str, dict[str, Decimal]]) -> list[tuple[Decimal, Decimal]] | None:
    """For each column what came in and what went out or is left; None where a row of them lacks."""
    inflow, outflow = ["new", "carried_in"], ["result.total", "carried_out"]
    return _sides(values, inflow, outflow) if values.keys() >= {*inflow, *outflow} else None


def _sides(
    values: dict[str, dict[str, Decimal]], one: Sequence[str], other: Sequence[str]
) -> list[tuple[Decimal, Decimal]]:
    def add_up(codes: Sequence[str], part: str) -> Decimal:
        return sum((values[code].get(part, Decimal(0)) for code in codes), Decimal(0))

    return [(add_up(one, part), add_up(other, part)) for part in APPLICANTS]


def _settled(rows: Sequence[_Laid]) -> set[str]:
    """Rows that stand where they should, blank though their ends may be: results that add up to the printed total of
    every column of parts, which itself adds up; and with them the rows that balance in every column.
    """
    values = _values(rows)
    total = values.get("result.total", {})
    parts = [code for code in APPLICANTS if code != "total"]
    results, flow = _results(values), _flow(values)
    if not total.get("total") or total["total"] != sum((total.get(part, Decimal(0)) for part in parts), Decimal(0)):
        return set()
    if results is None or any(left != right for left, right in results[: len(parts)]):
        return set()
    items = {code for code in values if code.startswith("result.")}
    if flow is None or any(left != right for left, right in flow[: len(parts)]):
        return items
    return {*items, "new", "carried_in", "carried_out"}


def counting(values: Sequence[Decimal | None]) -> bool:
    """Whether numbers only count the rows or columns: 1, 2, 3 …"""
    return len(values) > _COUNTING and all(
        above is not None and below is not None and below - above == 1 for above, below in pairwise(values)
    )
