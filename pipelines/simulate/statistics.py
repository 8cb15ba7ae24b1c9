"""Reports of 2008 to 2018: a narrative and, in an annex, the statistics table of the province or the nation.

The tables are those of the forms' files: a list of rows (national, Shanghai, Fujian), columns of counts, and around
them the unit, the two-digit code, the serial number. Figures are made up so that sums hold.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.simulate.body import Body, Line, Piece
from pipelines.simulate.report import Report, Wording, parted
from pipelines.simulate.tables import Table, TableCell
from schemas.forms import STATISTICS, WHOLE, Key, load_form

OMITTED = "本部分文字从略。"
TITLES = (
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}{year}年度政府信息公开工作年度报告",
    "{agency}{year}年政府信息公开年度报告",
    "{year}年度{agency}政府信息公开年度报告",
    "{agency}{year}年政府信息公开工作报告",
    "{agency}{year}年政府信息公开年报",
)
PERIODS = (
    "本报告中所列数据的统计期限自{year}年1月1日起，至{year}年12月31日止。",
    "本报告所列数据统计期限为{year}年1月1日至{year}年12月31日。",
    "根据《中华人民共和国政府信息公开条例》，现公布{year}年度报告。",
)
OUTLINES = (
    (
        "一、概述",
        "二、主动公开政府信息情况",
        "三、依申请公开政府信息情况",
        "四、政府信息公开的收费及减免情况",
        "五、因政府信息公开申请行政复议、提起行政诉讼的情况",
        "六、存在的主要问题及改进情况",
        "七、附表",
    ),
    (
        "一 概 述",
        "二 主动公开政府信息情况",
        "三 依申请公开政府信息情况",
        "四 咨询处理情况",
        "五 复议、诉讼和申诉情况",
        "六 政府支出和收费情况",
        "七 主要问题和改进措施",
        "八 说明与附表",
    ),
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row; headings have no ``indicator``, and no more have rows that no form has, which print ``strange``."""

    label: str
    indicator: str = ""
    unit: str = ""
    strange: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A statistics table before it is set. ``columns`` are (breakdown, heading), with ``at_level`` where they count for
    one level of units; a column that is no breakdown of the form prints numbers of its own. Headings of unit, code and
    serial number are empty where there is no such column; ``mark`` stands in the cells of headings between the rows;
    ``over`` is one heading over all columns of counts.
    """

    rows: tuple[SheetRow, ...]
    columns: tuple[tuple[str, str], ...]
    label: str = "指标名称"
    unit: str = "计量单位"
    code: str = ""
    serial: str = ""
    mark: str = ""
    over: str = ""
    caption: str = "附表：政府信息公开情况统计表"


def national() -> tuple[SheetRow, ...]:
    """All rows and headings of the form of 2014."""
    block = load_form("2014").block(STATISTICS)
    assert block is not None
    headed = {
        "disclosed.total": "disclosed",
        "disclosed.gazette": "disclosed.channels",
        "responses.total": "responses",
        "responses.press_conferences": "responses.channels",
        "applications.received": "applications",
        "organisation.dedicated_bodies": "resources",
        "meetings.held": "meetings",
    }
    groups = dict(block.groups)
    rows: list[SheetRow] = []
    for row in block.rows:
        if row.code in headed:
            rows.append(SheetRow(groups[headed[row.code]]))
        rows.append(SheetRow(row.label, row.code, row.unit))
    return tuple(rows)


_FUJIAN = (
    "disclosed.items", "disclosed.items.website", "disclosed.items.gazette", "applications.received",
    "applications.received.in_person", "applications.received.fax", "applications.received.email",
    "applications.received.web", "applications.received.letter", "applications.received.other", "replies.total",
    "replies.granted", "replies.partly_granted", "replies.denied", "reconsiderations.total", "litigation.total",
    "appeals.total",
)  # fmt: skip
_NOT_SHANGHAI = (
    "disclosed.items.website", "disclosed.items.gazette", "disclosed.documents", "disclosed.documents.website",
    "disclosed.documents.gazette", "applications.received.letter_or_fax", "replies.not_disclosed", "replies.other",
    "appeals_or_reports.total", "litigation_or_reports.received", "fees.waived",
)  # fmt: skip


def _listed(codes: Sequence[str]) -> tuple[SheetRow, ...]:
    block = load_form("2008").block(STATISTICS)
    assert block is not None
    return tuple(SheetRow(row.label, row.code, row.unit) for row in block.rows if row.code in codes)


def shanghai(money: str = "元") -> tuple[SheetRow, ...]:
    """The list of the Shanghai type; ``money`` is the unit of its amounts."""
    block = load_form("2008").block(STATISTICS)
    assert block is not None
    rows = _listed([row.code for row in block.rows if row.code not in _NOT_SHANGHAI])
    return tuple(replace(row, unit=money) if row.unit == "unknown" else row for row in rows)


def fujian() -> tuple[SheetRow, ...]:
    """The list of Fujian until 2013."""
    return _listed(_FUJIAN)


def compose_statistics(report: Report, sheet: Sheet | None) -> Body:
    """The report as a body: title, notice, period, outline, and the table under the last heading."""
    wording = report.wording
    pieces: list[Piece] = [Line(report.title, "title")]
    pieces.extend(Line(text, "notice") for text in wording.notice)
    pieces.append(Line(report.period))
    for number, heading in enumerate(wording.headings, start=1):
        pieces.append(Line(heading, "heading"))
        pieces.extend(Line(text) for text in wording.remarks.get(number, ()))
    if sheet is not None:
        if sheet.caption:
            pieces.append(Line(sheet.caption))
        pieces.append(table_of(report, sheet))
    return tuple(pieces)


def table_of(report: Report, sheet: Sheet) -> Table:
    """The statistics table with what the report's cells print."""
    before = [(kind, head) for kind, head in (("serial", sheet.serial), ("label", sheet.label)) if head]
    after = [(kind, head) for kind, head in (("unit", sheet.unit), ("code", sheet.code)) if head]
    heads = [*before, *after, *sheet.columns]
    first = len(before) + len(after)
    deep = 2 if sheet.over else 1
    cells: list[TableCell] = []
    for col, (_, head) in enumerate(heads):
        below = bool(sheet.over) and col >= first
        cells.append(TableCell(head, int(below), col, 1 if below else deep, role="header"))
    if sheet.over:
        cells.append(TableCell(sheet.over, 0, first, colspan=len(sheet.columns), role="header"))
    code = 0
    for number, row in enumerate(sheet.rows, start=deep):
        counted = bool(row.indicator or row.strange)
        code += counted
        texts = {
            "serial": str(number - deep + 1),
            "label": row.label,
            "unit": row.unit if counted else sheet.mark,
            "code": f"{code:02d}" if counted else sheet.mark,
        }
        for col, (kind, _) in enumerate(heads):
            key = (STATISTICS, row.indicator, kind)
            if col < first:
                cells.append(TableCell(texts[kind], number, col))
            elif key in report.cells:
                cells.append(TableCell(report.cells[key], number, col, role="value", key=key))
            else:
                foreign = str((number * 37 + col * 11) % 97) if row.indicator else row.strange
                cells.append(TableCell(foreign if counted else sheet.mark, number, col, role="value"))
    widths = [{"serial": 0.8, "label": 5.0, "unit": 1.2, "code": 1.0}.get(kind, 1.6) for kind, _ in heads]
    ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.col)))
    return Table(STATISTICS, ordered, len(sheet.rows) + deep, tuple(widths), deep)


def filled(report: Report, sheet: Sheet, draw: random.Random, zero: str = "0", blank: float = 0.0) -> Report:
    """The report with made-up figures in every cell that ``sheet`` prints. ``zero`` is how nought is printed, ``blank``
    the share of cells left empty."""
    cells: dict[Key, str] = {}
    kinds = ("year", "year_to_date", "period", "cumulative")
    columns = [kind for kind, _ in sheet.columns if parted(kind)[0] in kinds]
    codes = [row.indicator for row in sheet.rows if row.indicator]
    money = {row.indicator for row in sheet.rows if row.unit in ("元", "万元", "unknown")}
    values: dict[str, dict[str, int]] = {column: _figures(codes, report.form, draw) for column in columns}
    if "cumulative" in values and len(columns) > 1:
        year = values[columns[0]]
        earlier = _figures(codes, report.form, draw)
        values["cumulative"] = {code: year[code] + earlier[code] for code in codes}
    levels = [column for column in columns if parted(column)[1] != WHOLE]
    if levels and "year" in columns:
        values["year"] = {code: sum(values[level][code] for level in levels) for code in codes}
    for column, figures in values.items():
        for code, value in figures.items():
            text = f"{value}.{draw.randrange(1, 10)}" if code in money and value else str(value) if value else zero
            cells[STATISTICS, code, column] = "" if draw.random() < blank else text
    return replace(report, cells=cells)


def _figures(codes: Sequence[str], form: str, draw: random.Random) -> dict[str, int]:
    """One figure for each row; totals whose parts are all printed are their sum."""
    quiet = draw.random() < 0.3
    values = {code: 0 if draw.random() < (0.8 if quiet else 0.3) else draw.randrange(1, 400) for code in codes}
    for code in codes:
        if code.startswith(("disclosed", "website")):
            values[code] = draw.randrange(1, 9000)
    sums = [
        ([key[1] for _, key in equation.terms[:-1]], equation.target[1])
        for equation in load_form(form).equations
        if equation.target[2] == "year"
    ]
    # Replies refused are a total themselves, and a part of all replies: that sum comes last.
    for parts, total in sorted(sums, key=lambda one: one[1] == "replies.total"):
        if total in values and all(part in values for part in parts):
            values[total] = sum(values[part] for part in parts)
    return values


def old_wording(draw: random.Random) -> Wording:
    """Title, period and outline as reports of these years have them; sentences with figures of their own."""
    outline = draw.choice(OUTLINES)
    remarks: Mapping[int, tuple[str, ...]] = {
        1: ("根据《中华人民共和国政府信息公开条例》要求，编制本年度报告。",),
        2: (f"全年主动公开政府信息{draw.randint(12, 900)}条，其中网站公开{draw.randint(1, 12)}条。",),
        3: ("本年度受理申请情况见附表。",),
        5: ("本年度未发生因政府信息公开引起的行政复议和行政诉讼。",),
    }
    return Wording(outline, remarks, (), draw.choice(TITLES), draw.choice(PERIODS))


def sheet_of_print(rows: Mapping[str, str], columns: Mapping[str, str]) -> Sheet:
    """A transcribed table: the indicator by the label as printed, the heading as printed by breakdown."""
    return Sheet(tuple(SheetRow(label, code) for label, code in rows.items()), tuple(columns.items()), unit="")
