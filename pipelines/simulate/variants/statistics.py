"""Reports of 2008 to 2018 (and of 2019, which still might): statistics tables of the nation and of the provinces.

Figures are made up row by row as the province's list has them (``pipelines.simulate.statistics``); the truth has only
the rows that the table prints.
"""

from __future__ import annotations

import random
from dataclasses import replace

from pipelines.simulate.body import Body, Line, compose
from pipelines.simulate.docx import write_docx
from pipelines.simulate.html import HtmlLayout, write_html
from pipelines.simulate.pdf import PdfLayout, write_pdf
from pipelines.simulate.registry import Simulated, made, not_a_report, variant
from pipelines.simulate.report import Report, at_level
from pipelines.simulate.statistics import (
    Sheet,
    SheetRow,
    compose_statistics,
    filled,
    fujian,
    national,
    shanghai,
    table_of,
)
from pipelines.simulate.text import RowStyle, TextLayout, write_text
from pipelines.simulate.xlsx import Sheet as Worksheet
from pipelines.simulate.xlsx import XlsxLayout, write_xlsx

PLAIN = HtmlLayout(export=False)
EXPORT = HtmlLayout()
ZEROS = ("0", "0", "0", "0", "/", "—", "无")
EXTRA = (
    SheetRow("主动公开机构领导、机构设置及人事信息", "", "条", "21"),
    SheetRow("政府文件数", "", "条", "7"),
    SheetRow("主动公开行政执法信息", "", "条", "64"),
    SheetRow("主动公开规划计划、统计信息", "", "条", "5"),
)
"""Rows that provinces add under the first part of the national table (Anhui)."""


def of_nation(draw: random.Random, **changes: object) -> Sheet:
    """The national table: 统计指标 | 单位 | 统计数."""
    heads = ("统计数", "统计数", "统计数据", "数量")
    mark = draw.choice(("", "——", "----", "-"))
    sheet = Sheet(national(), (("year", draw.choice(heads)),), label="统计指标", unit="单位", mark=mark)
    return replace(sheet, **changes)  # type: ignore[arg-type]


def of_shanghai(draw: random.Random) -> Sheet:
    """The table of the Shanghai type: 指标名称 | 计量单位 | 代码 | 本期实际 | 本年累计."""
    columns = (("period", "本期实际"), ("year_to_date", "本年累计"))
    return Sheet(shanghai(draw.choice(("元", "万元"))), columns, code="代码", caption="附件：指标统计表")


def of_fujian(year: int, draw: random.Random) -> Sheet:
    """The table of the Fujian type: 指标名称 | 计量单位 | 2013年度 | 历年累计."""
    columns = (("year", f"{year}年度"), ("cumulative", "历年累计"))
    return Sheet(fujian(), columns, unit=draw.choice(("计量单位", "单位", "")), caption="附表：指标统计表")


def printed(report: Report, sheet: Sheet, draw: random.Random, blank: float = 0.02) -> tuple[Report, Body]:
    """The report with figures in what the sheet prints, and its body."""
    whole = filled(report, sheet, draw, draw.choice(ZEROS), blank)
    return whole, compose_statistics(whole, sheet)


def without_figures(report: Report, body: Body, data: bytes, suffix: str) -> Simulated:
    """A report none of whose figures is one of the year and its own."""
    return replace(made(report, body, data, suffix), kind="narrative")


# ---------------------------------------------------------------------------------------------------------------- pages


@variant("html.old_national", type="html", form="2014")
def old_national(report: Report, draw: random.Random) -> Simulated:
    """The national statistics table of 2014 as a page; section rows show ---- or —— in their cells (X-qlm)."""
    whole, body = printed(report, of_nation(draw, serial=draw.choice(("", "序号"))), draw)
    return made(whole, body, write_html(body, draw.choice((PLAIN, EXPORT))), ".html")


@variant("html.old_extra_rows", type="html", form="2014")
def old_extra_rows(report: Report, draw: random.Random) -> Simulated:
    """A province's own rows among those of the national table (Anhui): they are nobody's, the others are read."""
    rows = national()
    at = next(place for place, row in enumerate(rows) if row.indicator == "normative_documents.issued") + 1
    whole, body = printed(report, of_nation(draw, rows=(*rows[:at], *EXTRA, *rows[at:])), draw)
    return made(whole, body, write_html(body, draw.choice((PLAIN, EXPORT))), ".html")


LEVELS = (
    (("government", "区政府"), ("departments", "区直单位"), ("townships", "乡镇街道")),
    (("government", "县人民政府"), ("departments", "县直部门"), ("townships", "乡（镇）")),
    (("government", "市政府"), ("departments", "市直机关"), ("lower_level", "县（市、区）")),
    (("this_level", "市本级"), ("lower_level", "各县区")),
)
"""Levels of units that head columns; the first are those of X-qlm."""


def by_level(draw: random.Random) -> Sheet:
    """The national table with a column for each level of units (X-qlm): under 统计数 or with words of their own, with
    their sum or without; or two for each level, the year to date and all years."""
    levels = draw.choice(LEVELS)
    style = draw.choice(("over", "own", "own", "two"))
    if style == "two":
        heads = (("year_to_date", "本年累计"), ("cumulative", "历年累计"))
        columns = [(at_level(kind, level), name + word) for kind, word in heads for level, name in levels]
        return of_nation(draw, columns=tuple(columns))
    columns = [(at_level("year", level), name if style == "over" else f"{name}统计数") for level, name in levels]
    columns += [("year", "合计")] if draw.random() < 0.5 else []
    return of_nation(draw, columns=tuple(columns), over="统计数" if style == "over" else "")


@variant("html.old_levels", type="html", form="2014")
def old_levels(report: Report, draw: random.Random) -> Simulated:
    """Columns of counts by level of units (X-qlm): each level's figures are its own, and only a sum printed beside them
    is the report's."""
    whole, body = printed(report, replace(by_level(draw), serial=draw.choice(("", "序号"))), draw)
    return made(whole, body, write_html(body, PLAIN), ".html")


@variant("html.old_unknown_levels", type="html", form="2014")
def old_unknown_levels(report: Report, draw: random.Random) -> Simulated:
    """Columns of counts by parts of an agency that nobody knows: none is taken or added up."""
    over = draw.random() < 0.5
    names = draw.choice((("局机关", "下属事业单位", "派出机构"), ("本部", "二级单位"), ("机关科室", "基层站所")))
    columns = tuple((f"level {name}", name if over else f"{name}统计数") for name in names)
    sheet = of_nation(draw, columns=columns, over="统计数" if over else "", serial="序号")
    body = compose_statistics(report, sheet)
    return without_figures(report, body, write_html(body, PLAIN), ".html")


@variant("html.old_shanghai", type="html", form="2008", years=(2008, 2018))
def old_shanghai(report: Report, draw: random.Random) -> Simulated:
    """The Shanghai type with two-digit codes, which are no values; 本期实际 beside 本年累计 (X-dx)."""
    whole, body = printed(report, of_shanghai(draw), draw)
    return made(whole, body, write_html(body, draw.choice((PLAIN, EXPORT))), ".html")


@variant("html.old_fujian", type="html", form="2008", years=(2008, 2018))
def old_fujian(report: Report, draw: random.Random) -> Simulated:
    """The Fujian type, the year beside 历年累计 (X-pt09, 平潭 2012–2017)."""
    whole, body = printed(report, of_fujian(report.year, draw), draw)
    return made(whole, body, write_html(body, draw.choice((PLAIN, EXPORT))), ".html")


@variant("html.old_other_years", type="html", form="2008", years=(2009, 2018))
def old_other_years(report: Report, draw: random.Random) -> Simulated:
    """Last year's column beside the year's and the cumulative one: only the report's own year is the year."""
    sheet = of_fujian(report.year, draw)
    last = ("last", f"{report.year - 1}年度")
    columns = (last, *sheet.columns) if draw.random() < 0.5 else (sheet.columns[0], last, sheet.columns[1])
    whole, body = printed(report, replace(sheet, columns=columns), draw)
    return made(whole, body, write_html(body, PLAIN), ".html")


@variant("html.old_last_year", type="html", form="2014")
def old_last_year(report: Report, draw: random.Random) -> Simulated:
    """The table of the year before, left in a report: its title says so, and nothing of it is this year's."""
    sheet = of_nation(draw, caption=f"附表：{report.year - 1}年度政府信息公开情况统计表")
    _, body = printed(report, sheet, draw)
    return without_figures(report, body, write_html(body, PLAIN), ".html")


@variant("html.old_quarter", type="html", form="2014")
def old_quarter(report: Report, draw: random.Random) -> Simulated:
    """Quarterly and half-yearly statistics, collected in the same tables (32号): no annual report."""
    part = draw.choice(("上半年", "第三季度", "一季度", "上半年度"))
    title = f"{report.agency}{report.year}年{part}政府信息公开情况统计表"
    whole = filled(report, of_nation(draw), draw)
    body = (Line(title, "title"), table_of(whole, of_nation(draw)))
    return not_a_report(report, "other", write_html(body, PLAIN), ".html")


@variant("html.old_narrative", type="html", form="2014")
def old_narrative(report: Report, draw: random.Random) -> Simulated:
    """A report that is text alone, as most townships published it in 2014–2018 (R-jianxin18, R-wuhe16)."""
    body = compose_statistics(report, None)
    return without_figures(report, body, write_html(body, draw.choice((PLAIN, EXPORT))), ".html")


@variant("html.old_beside_new", type="html", form="2019", years=(2019, 2019))
def old_beside_new(report: Report, draw: random.Random) -> Simulated:
    """The year of change: the tables of the new form, and the old statistics table behind them (60号 let both pass)."""
    sheet = of_nation(draw)
    old = filled(replace(report, form="2014", cells={}), sheet, draw)
    both = replace(report, cells={**report.cells, **old.cells})
    body = (*compose(report), Line(sheet.caption), table_of(old, sheet))
    return made(both, body, write_html(body, PLAIN), ".html")


# ----------------------------------------------------------------------------------------------------- other file types


@variant("docx.old_national", type="docx", form="2014")
def docx_national(report: Report, draw: random.Random) -> Simulated:
    """The national table in a Word file."""
    whole, body = printed(report, of_nation(draw), draw)
    return made(whole, body, write_docx(body, split_runs=draw.random() < 0.5), ".docx")


@variant("docx.old_shanghai", type="docx", form="2008", years=(2008, 2018))
def docx_shanghai(report: Report, draw: random.Random) -> Simulated:
    """The Shanghai type in a Word file."""
    whole, body = printed(report, of_shanghai(draw), draw)
    return made(whole, body, write_docx(body), ".docx")


@variant("xlsx.old_national", type="xlsx", form="2014")
def xlsx_national(report: Report, draw: random.Random) -> Simulated:
    """The national table as a workbook with serial numbers, the report's text above it on the same sheet."""
    whole, body = printed(report, of_nation(draw, serial="序号"), draw)
    layout = XlsxLayout(numbers=draw.choice(("number", "text")))
    return made(whole, body, write_xlsx([Worksheet("Sheet1", body)], layout), ".xlsx")


@variant("xlsx.old_fujian", type="xlsx", form="2008", years=(2008, 2018))
def xlsx_fujian(report: Report, draw: random.Random) -> Simulated:
    """The Fujian type on a sheet of its own behind the text."""
    whole, body = printed(report, of_fujian(report.year, draw), draw)
    sheets = [Worksheet("正文", body[:-2]), Worksheet("附表", body[-2:])]
    return made(whole, body, write_xlsx(sheets), ".xlsx")


@variant("pdf.old_national", type="pdf", form="2014")
def pdf_national(report: Report, draw: random.Random) -> Simulated:
    """The national table over two or three pages, the header repeated or not, rows cut between the lines of a label."""
    whole, body = printed(report, of_nation(draw), draw)
    layout = PdfLayout(
        start=draw.uniform(0, 400),
        repeat_header=draw.random() < 0.5,
        split=draw.choice(("rows", "lines")),
        rules=draw.choice(("stroke", "fill", "light")),
    )
    return made(whole, body, write_pdf(body, layout), ".pdf")


@variant("pdf.old_fujian", type="pdf", form="2008", years=(2008, 2018))
def pdf_fujian(report: Report, draw: random.Random) -> Simulated:
    """The Fujian type as PDF, the columns of the year and of all years side by side over a page end."""
    whole, body = printed(report, of_fujian(report.year, draw), draw)
    return made(
        whole, body, write_pdf(body, PdfLayout(start=draw.uniform(0, 420), padding=draw.choice((2, 4)))), ".pdf"
    )


@variant("pdf.old_levels", type="pdf", form="2014")
def pdf_levels(report: Report, draw: random.Random) -> Simulated:
    """Columns by level of units over several pages; a page end may cut the header between the lines of a heading."""
    whole, body = printed(report, by_level(draw), draw)
    layout = PdfLayout(
        start=draw.uniform(0, 420), repeat_header=draw.random() < 0.5, split=draw.choice(("rows", "lines"))
    )
    return made(whole, body, write_pdf(body, layout), ".pdf")


# ----------------------------------------------------------------------------------------------------------------- text


@variant("text.old_national", type="text", form="2014")
def text_national(report: Report, draw: random.Random) -> Simulated:
    """The national table in rows of bars or tabs."""
    whole, body = printed(report, of_nation(draw), draw)
    styles: tuple[RowStyle, ...] = ("pipes", "bars", "tabs", "ends")
    return made(whole, body, write_text(body, TextLayout(draw.choice(styles))), ".txt")


@variant("text.old_fujian", type="text", form="2008", years=(2008, 2018))
def text_fujian(report: Report, draw: random.Random) -> Simulated:
    """The Fujian type in rows of bars or tabs."""
    whole, body = printed(report, of_fujian(report.year, draw), draw)
    styles: tuple[RowStyle, ...] = ("pipes", "bars", "tabs")
    return made(
        whole, body, write_text(body, TextLayout(draw.choice(styles)), draw.choice(("utf-8", "gb18030"))), ".txt"
    )


@variant("text.old_lines", type="text", form="2008", years=(2008, 2018))
def text_lines_old(report: Report, draw: random.Random) -> Simulated:
    """The provincial tables with one cell on each line: unit, code and values below the label."""
    sheet = draw.choice((of_shanghai(draw), of_fujian(report.year, draw)))
    whole, body = printed(report, sheet, draw, blank=0)
    return made(whole, body, write_text(body, TextLayout("lines", gap=draw.choice((0, 1)))), ".txt")


@variant("text.old_bars_before", type="text", form="2008", years=(2008, 2018))
def text_bars_before(report: Report, draw: random.Random) -> Simulated:
    """The Shanghai type as collections of laws print tables: ``| 条`` on a line, a bar alone behind each row."""
    whole, body = printed(report, of_shanghai(draw), draw)
    return made(whole, body, write_text(body, TextLayout("bars_before", gap=0)), ".txt")


@variant("text.old_lines_numbered", type="text", form="2014")
def text_lines_numbered(report: Report, draw: random.Random) -> Simulated:
    """The national table with one cell on each line, the number of each row first."""
    whole, body = printed(report, of_nation(draw, serial="序号"), draw, blank=0)
    return made(whole, body, write_text(body, TextLayout("lines", gap=draw.choice((0, 1)))), ".txt")


@variant("text.old_lines_lost", type="text", form="2008", years=(2008, 2018))
def text_lines_lost(report: Report, draw: random.Random) -> Simulated:
    """One cell on each line and some cells empty, which leave no trace: the other cells of such a row are not sure."""
    whole, body = printed(report, of_fujian(report.year, draw), draw, blank=0.2)
    rows: dict[str, list[str]] = {}
    for (_, indicator, _), text in whole.cells.items():
        rows.setdefault(indicator, []).append(text)
    torn = {key for key in whole.cells if not all(rows[key[1]])}
    return made(whole, body, write_text(body, TextLayout("lines", gap=0)), ".txt", undecidable=torn)


@variant("text.old_columns", type="text", form="2014")
def text_columns_old(report: Report, draw: random.Random) -> Simulated:
    """The national table set in columns of blanks, long labels over several lines."""
    whole, body = printed(report, of_nation(draw, mark="——"), draw, blank=0)
    return made(whole, body, write_text(body, TextLayout("columns")), ".txt")
