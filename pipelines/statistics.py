"""Statistics tables of the forms of 2014 and 2008 → readings, from grids; bare text lines are ``statlines``' affair.

A table is one of these where its header says so (统计指标 | 单位 | 统计数; 指标名称 | 计量单位 | 代码 | 本期实际 |
本年累计; 指标 | 单位 | 2013年度 | 历年累计) and enough of its rows are rows of a form. Provinces print different lists:
only what the table prints is told, and a row that the form has not becomes a finding. Pure: values in, values out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipelines.document import Document, Grid, Paragraph
from pipelines.headings import (
    COUNTS,
    LEVEL,
    OTHER_YEAR,
    Column,
    another_period,
    columns_of,
    is_furniture,
    is_rest,
    kind_of,
    speaks_of_tables,
    unsure,
)
from pipelines.labels import plain
from pipelines.readings import Found, Oddity, Tables
from pipelines.rows import EDGE, Row, Slot, rows_of
from pipelines.stubs import Chain, Meaning, best_form, knows, stub
from schemas.forms import STATISTICS, STATISTICS_FORMS, WHOLE
from schemas.numbers import UNITS, Reading, read_amount, read_number, squeeze

_FEWEST = 3
"""Rows of a form that make a table one of its tables."""
_CAPTIONS = 4
_IGNORED = ("unit", "code", "serial", "remark", "comparison")
_UNIT_WORDS = {**{unit: unit for unit in UNITS if unit != "unknown"}, "宗": "件", "起": "件"}
Count = tuple[str, str]
"""What a column counts: a breakdown, and the level of units (``forms.column_levels``)."""
_UNIT_OF_LABEL = re.compile(r"\((?:单位:?)?(万元|元)\)")


@dataclass(slots=True)
class Entry:
    """One printed row laid under the columns. ``cells`` are the values by breakdown and level; None where they could
    not be laid. ``context`` are labels before ``label`` in the same row.
    """

    label: str
    locator: str
    slots: Sequence[Slot]
    cells: dict[Count, Slot] | None
    unit: str = ""
    serial: str = ""
    context: tuple[str, ...] = ()
    spare: tuple[Slot, ...] = ()
    """Cells of columns that mean nothing for the values."""

    @property
    def text(self) -> str:
        """The whole row, for people."""
        return " | ".join(slot.text.replace("\n", "") for slot in self.slots)[:200]


@dataclass(slots=True)
class Table:
    """A table before its rows are named: columns, rows and the lines over it."""

    columns: list[Column]
    entries: list[Entry]
    captions: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        """The form that names its rows; empty where too few are known to any."""
        labels = [stub(text, entry.serial) for entry in self.entries for text in (*entry.context, entry.label)]
        # Equally many: the national table counts 统计数, the provincial ones name a period.
        national = any(column.kind == "year" and "统计" in column.text for column in self.columns)
        form, named = best_form(labels, STATISTICS_FORMS[::-1] if national else STATISTICS_FORMS)
        return form if named >= _FEWEST else ""


@dataclass(slots=True)
class Statistics:
    """What the statistics tables of a document say, and which of its blocks (by ``id``) are theirs."""

    tables: Tables = field(default_factory=Tables)
    blocks: set[int] = field(default_factory=set)


def read_statistics(document: Document, year: int | None) -> Statistics:
    """All statistics tables among the grids, for a report about ``year``."""
    found = Statistics()
    for table, grids in _tables(document, year):
        form = table.form
        if form:
            found.blocks.update(id(grid) for grid in grids)
            take(table, form, year, found.tables)
        elif not table.entries:  # its rows are on the next page, under the rest of the header
            heads = " | ".join(column.text for column in table.columns)
            found.tables.oddities.append(Oddity("interpret.column_unknown", grids[0].locator, heads[:200], STATISTICS))
    return found


# ----------------------------------------------------------------------------------------------------- grids to tables


def _tables(document: Document, year: int | None) -> Iterator[tuple[Table, list[Grid]]]:
    """Grids with a header of counts, each with those that continue it on the next pages."""
    found: list[tuple[Table, list[Grid]]] = []
    lines: list[str] = []
    last = False  # whether the grid before is of the last table found
    for number, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            lines = [*lines, block.text][-_CAPTIONS:]
        if not isinstance(block, Grid):
            continue
        continued = last and _continues(found[-1][1][-1], block) and not speaks_of_tables(lines)
        if continued or _headed(block):
            rows = [row for row in rows_of(block, number) if row.slots]
            # A table whose columns nobody knows is none the less to be told of.
            header = columns_of(rows, year) or (None if continued else columns_of(rows, year, counted=False))
            if continued and (_same(found[-1][0].columns, header[1]) if header else _goes_on(found[-1][0], rows)):
                found[-1][1].append(block)
                if not found[-1][0].entries and is_rest(rows[0], found[-1][0].columns):
                    found[-1][0].columns = unsure(found[-1][0].columns)
                _add(found[-1][0], rows[header[0] if header else 0 :], year)
            elif header is not None:
                titles = [slot.text for row in rows[: header[0]] for slot in row.slots if not kind_of(slot.text, year)]
                found.append((Table(header[1], [], (*lines, *titles[-_CAPTIONS:])), [block]))
                _add(found[-1][0], rows[header[0] :], year)
            last = continued or header is not None
        else:
            last = False
        lines = []
    yield from found


def _headed(grid: Grid) -> bool:
    """Whether some cell heads a column of indicators: all other grids are not looked at."""
    return any(kind_of(cell.text, None) == "label" for cell in grid.cells)


def _same(one: Sequence[Column], other: Sequence[Column]) -> bool:
    return [(column.kind, column.text) for column in one] == [(column.kind, column.text) for column in other]


def _continues(above: Grid, below: Grid) -> bool:
    """Whether a headless grid is the rest of the one above: the same columns, on the page after."""
    if (above.aligned, above.n_cols) != (below.aligned, below.n_cols) or not above.aligned:
        return False
    if above.edges and below.edges:
        return all(abs(a - b) <= EDGE for a, b in zip(above.edges, below.edges, strict=True))
    return True


def _goes_on(table: Table, rows: Sequence[Row]) -> bool:
    """Whether rows without a header go on with the table: most of them are rows of a form, but for the first, which the
    page end may have cut.
    """
    labels = [entry.label for row in rows[1:] if (entry := _entry(row, table.columns)).label]
    known = sum(any(knows(form, label) for form in STATISTICS_FORMS) for label in labels)
    return 2 * known >= len(labels)


def _add(table: Table, rows: Sequence[Row], year: int | None) -> None:
    """The rows as entries; the two halves of a row that a page end cut become one."""
    torn = bool(table.entries)
    for row in rows:
        if all(slot.blank for slot in row.slots) or _is_header(row, year):
            continue
        entry = _entry(row, table.columns)
        if is_furniture(entry.label, entry.text):
            continue
        if torn and _halves(table.entries[-1], entry):
            table.entries[-1] = _whole(table.entries[-1], entry)
        else:
            table.entries.append(entry)
        torn = False


def _is_header(row: Row, year: int | None) -> bool:
    """Whether this is the header once more, on the next page."""
    kinds = [kind_of(slot.text, year) for slot in row.slots if not slot.blank]
    return "label" in kinds and any(kind in COUNTS for kind in kinds)


def _halves(upper: Entry, lower: Entry) -> bool:
    whole = upper.label + lower.label
    known = any(knows(form, whole) and not knows(form, lower.label) for form in STATISTICS_FORMS)
    printed = [one.cells is not None and any(not slot.blank for slot in one.cells.values()) for one in (upper, lower)]
    return known and not all(printed)


def _whole(upper: Entry, lower: Entry) -> Entry:
    values = next((one for one in (upper, lower) if one.cells and any(not s.blank for s in one.cells.values())), upper)
    unit = upper.unit or lower.unit
    return Entry(
        upper.label + lower.label,
        upper.locator,
        [*upper.slots, *lower.slots],
        values.cells,
        unit,
        upper.serial or lower.serial,
        upper.context or lower.context,
        (*upper.spare, *lower.spare),
    )


def _entry(row: Row, columns: Sequence[Column]) -> Entry:
    under = [(column, _under(row, column)) for column in columns]
    labels = [slot for column, slots in under if column.kind == "label" for slot in slots if not slot.blank]
    words = {kind: _word(row, under, kind) for kind in ("unit", "serial")}
    return Entry(
        labels[-1].text.replace("\n", "") if labels else "",
        (labels or row.slots)[-1 if labels else 0].locator,
        row.slots,
        _laid(row, under),
        words["unit"],
        words["serial"],
        tuple(slot.text.replace("\n", "") for slot in labels[:-1]),
        tuple(slot for column, slots in under if column.kind in _IGNORED for slot in slots),
    )


def _word(row: Row, under: Sequence[tuple[Column, list[Slot]]], kind: str) -> str:
    """What the row's cell in a column of this kind says, be it a merged one from a row above."""
    for column, slots in under:
        if column.kind == kind:
            covering = [slot for slot in row.covered if slot.start < column.end and column.start < slot.end]
            return next((slot.text for slot in (*slots, *covering)), "")
    return ""


def _under(row: Row, column: Column) -> list[Slot]:
    return [slot for slot in row.slots if slot.start < column.end and column.start < slot.end]


def _laid(row: Row, under: Sequence[tuple[Column, list[Slot]]]) -> dict[Count, Slot] | None:
    """The cell of each count; None where a row of text has lost the places of its cells, or a print spans counts."""
    width = under[-1][0].end
    extra = [slot for slot in row.slots if slot.start >= width]
    if not row.aligned and (len(row.slots) < width or any(not slot.blank for slot in extra)):
        return None
    cells: dict[Count, Slot] = {}
    for column, slots in under:
        if column.kind not in COUNTS:
            continue
        # A merged cell from a row above: empty it is a blank here too, printed it belongs to nobody for certain.
        slots = slots or [slot for slot in row.covered if slot.start < column.end and column.start < slot.end]
        if not slots:
            continue
        wide = [slot for slot in slots if not slot.blank and (slot.start < column.start or slot.end > column.end)]
        if len(slots) > 1 or wide or (slots[0] in row.covered and not slots[0].blank):
            return None
        cells[column.kind, column.level] = slots[0]
    return cells


# ----------------------------------------------------------------------------------------------------- tables to cells


def take(table: Table, form: str, year: int | None, into: Tables) -> None:
    """Name the rows of ``table``, read their values and account for every number it prints."""
    period = another_period(table.captions, year)
    table.columns = [column if _counted(column, table) else replace(column, kind=LEVEL) for column in table.columns]
    counts = [column for column in table.columns if column.kind in COUNTS] if not period else []
    if period:
        into.oddities.append(Oddity("interpret.other_period", table.entries[0].locator, period[:200], STATISTICS))
    for column in table.columns:
        if not period and column.text and (rule := _left_out(column.kind)):
            into.oddities.append(Oddity(rule, column.locator, column.text[:200], STATISTICS))
    chain = Chain(form)
    for entry in table.entries:
        for text in entry.context:
            if stub(text).core:
                chain.name(stub(text))
        meaning = chain.name(stub(entry.label, entry.serial))
        used: list[Slot] = []
        if counts and meaning is not None and meaning.row is not None:
            used = _take_row(entry, meaning, form, counts, into)
        elif counts and any(slot.numeric for slot in (entry.cells or {}).values()):
            into.oddities.append(Oddity("interpret.unknown_row", entry.locator, entry.text, STATISTICS))
        elif counts and entry.cells is None and any(slot.numeric for slot in entry.slots):
            into.oddities.append(Oddity("interpret.column_unknown", entry.locator, entry.text, STATISTICS))
        spare = {id(slot) for slot in entry.spare}
        numeric = [slot for slot in entry.slots if slot.numeric and id(slot) not in spare]
        into.present += len(numeric)
        into.used += sum(any(slot is one for one in used) for slot in numeric)


def _counted(column: Column, table: Table) -> bool:
    """Whether a column for a level of units has a number anywhere: one of names says of which unit each row is."""
    if column.level == WHOLE or column.kind not in COUNTS:
        return True
    cells = (entry.cells.get((column.kind, column.level)) for entry in table.entries if entry.cells is not None)
    return any(slot is not None and slot.numeric for slot in cells)


def _left_out(kind: str) -> str:
    """The finding for a column that gives no values although it is not known to mean nothing."""
    return {"": "interpret.unknown_column", LEVEL: "interpret.level_columns", OTHER_YEAR: "interpret.other_period"}.get(
        kind, ""
    )


def _take_row(entry: Entry, meaning: Meaning, form: str, counts: Sequence[Column], into: Tables) -> list[Slot]:
    """Readings of one row into ``into``; returns the cells that were used."""
    assert meaning.row is not None
    unit = _unit(entry, meaning)
    used: list[Slot] = []
    for column in counts:
        key = (STATISTICS, meaning.code, column.kind)
        if entry.cells is None:
            printed = entry.text.partition(" | ")[2]
            if not printed:
                continue
            reading, where = Reading("illegible", unit=unit), entry.locator
        elif (slot := entry.cells.get((column.kind, column.level))) is not None:
            reading = read_number(slot.text, unit) if slot.reading.status != "illegible" else slot.reading
            if reading.status == "illegible" and meaning.row.nature == "money":
                reading = read_amount(slot.text) or reading
            if reading.status == "illegible":
                reading = Reading("illegible", unit=unit, candidates=reading.candidates)
            printed, where = slot.text.strip(), slot.locator
            used.append(slot)
        else:
            continue
        into.of(column.level).setdefault(key, []).append(Found(key, reading, printed, where, STATISTICS, form))
    return used


def is_unit(text: str) -> bool:
    """Whether a cell prints one of the units of the forms."""
    return squeeze(text) in _UNIT_WORDS


def _unit(entry: Entry, meaning: Meaning) -> str:
    """The unit printed in the row's own column, else in its label, else that of the form; money has none but a printed
    one, and a word that is no known unit is not replaced by one.
    """
    assert meaning.row is not None
    tight = squeeze(entry.unit)
    if tight and any("\u4e00" <= char <= "\u9fff" for char in tight):
        return _UNIT_WORDS.get(tight, "unknown")
    labelled = _UNIT_OF_LABEL.search(plain(entry.label))
    if labelled:
        return labelled[1]
    return "unknown" if meaning.row.nature == "money" else meaning.row.unit
