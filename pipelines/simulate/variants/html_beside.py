"""HTML: figures of others beside the report's own, tables built of other elements, words of the bureau's own."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.simulate import deviations as dev
from pipelines.simulate.body import Body, Line, Piece, Variation, apply, compose, each_table, relabel, rewrite_lines
from pipelines.simulate.html import write_html
from pipelines.simulate.registry import Simulated, made, variant
from pipelines.simulate.report import Report
from pipelines.simulate.tables import Table, TableCell
from pipelines.simulate.variants.html import PLAIN, either, page
from pipelines.simulate.variants.html_pages import another, simple_table

APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
BUREAUS = ("发展和改革局", "教育局", "公安局", "民政局")


def _decisions(cell: TableCell) -> bool:
    return cell.role == "value" and cell.key is not None and cell.key[2] == "decisions" and cell.colspan >= 2


def last_column(heading: str, texts: Sequence[str]) -> Variation:
    """One more column at the right of table three: its heading, and a text for each row in turn."""

    def change(table: Table) -> Table:
        width = len(table.widths)
        rows = sorted({cell.row for cell in table.cells if cell.role == "value"})
        cells = [TableCell(texts[i % len(texts)], row, width) for i, row in enumerate(rows)]
        if table.header_rows:
            cells.append(TableCell(heading, 0, width, rowspan=table.header_rows, role="header"))
        return replace(table, cells=dev.in_order([*table.cells, *cells]), widths=(*table.widths, 1.0))

    return each_table(change, "requests")


def first_column(section: str, heading: str, texts: Sequence[str]) -> Variation:
    """One more column before all others: serial numbers."""

    def change(table: Table) -> Table:
        moved = [replace(cell, col=cell.col + 1) for cell in table.cells]
        rows = sorted({cell.row for cell in table.cells if cell.role == "value"})
        moved += [TableCell(texts[i % len(texts)], row, 0) for i, row in enumerate(rows)]
        if table.header_rows:
            moved.append(TableCell(heading, 0, 0, rowspan=table.header_rows, role="header"))
        return replace(table, cells=dev.in_order(moved), widths=(0.6, *table.widths))

    return each_table(change, section)


def named_rows(heading: str, others: Sequence[tuple[str, Sequence[str]]], own: str, own_last: bool) -> Variation:
    """Table four with a column of names and further rows of figures above or below its own."""

    def change(table: Table) -> Table:
        moved = [replace(cell, col=cell.col + 1) for cell in table.cells]
        row = table.n_rows - 1
        values = [cell for cell in moved if cell.row == row]
        names = [*(name for name, _ in others), own] if own_last else [own, *(name for name, _ in others)]
        figures = dict(others)
        cells = [cell for cell in moved if cell.row != row]
        for place, name in enumerate(names):
            cells.append(TableCell(name, row + place, 0))
            texts = figures.get(name)
            for i, cell in enumerate(values):
                told = replace(cell, row=row + place)
                cells.append(told if texts is None else replace(told, text=texts[i], key=None))
        cells.append(TableCell(heading, 0, 0, rowspan=row, role="header"))
        return replace(table, cells=dev.in_order(cells), n_rows=row + len(names), widths=(1.0, *table.widths))

    return each_table(change, "review")


def _review_row(draw: random.Random) -> list[str]:
    texts: list[str] = []
    for _ in range(3):
        parts = [draw.randint(0, 9) for _ in range(4)]
        texts += [*map(str, parts), str(sum(parts))]
    return texts


@variant("html.compared", type="html")
def compared(report: Report, draw: random.Random) -> Simulated:
    """Last year's figures beside this year's, as the prose of reports compares them (formats.md 5: 比2022年…): a column
    of last year or of growth in tables two and three, a row of last year in table four."""
    last = str(report.year - 1)
    before = draw.random() < 0.5
    names = draw.choice((("上年", "本年"), (f"{last}年", f"{report.year}年")))

    def pair(text: str) -> list[str]:
        other = str(draw.randint(0, 900))
        return [other, text] if before else [text, other]

    heads = names if before else names[::-1]
    heading = draw.choice(("上年总计", "同比增长（%）", f"{last}年总计", "较上年增减", "占比"))
    texts = [str(draw.randint(0, 99)) for _ in range(28)]
    row = (draw.choice(("上年", f"{last}年", "去年")), _review_row(draw))
    changes = (
        dev.split_values(heads, pair, _decisions, keep=1 if before else 0),
        last_column(heading, texts),
        named_rows("年份", [row], draw.choice(("本年", f"{report.year}年")), draw.random() < 0.5),
    )
    chosen = draw.sample(changes, draw.randint(1, 3))
    return page(report, either(draw), *[change for change in changes if change in chosen])


@variant("html.annexed_year", type="html")
def annexed_year(report: Report, draw: random.Random) -> Simulated:
    """Last year's tables behind the report, under a line that says so (附：2023年情况): not this year's figures."""
    body = compose(report)
    last = report.year - 1
    old = compose(another(report, draw, report.agency, last))
    tables: list[Piece] = [piece for piece in old if isinstance(piece, Table)]
    line = draw.choice(
        (f"附：{last}年情况", f"附表：{last}年度有关数据", f"{last}年政府信息公开情况统计", "上年度数据")
    )
    annex: Body = (Line(line), *draw.sample(tables, draw.randint(1, 3)))
    return made(report, body, write_html((*body, *annex), either(draw)), ".html")


@variant("html.departments", type="html")
def departments(report: Report, draw: random.Random) -> Simulated:
    """A county's report with a row for each bureau beside its own: in table four, and requests by bureau in an annex
    with the form's own columns (宿迁 lists its districts in prose)."""
    rows = [["单位", *APPLICANTS]]
    for name in (*BUREAUS, "其他", "总计"):
        parts = [draw.randint(0, 40) for _ in range(6)]
        rows.append([name, *map(str, parts), str(sum(parts))])
    others = [(name, _review_row(draw)) for name in BUREAUS[: draw.randint(2, 4)]]
    review = named_rows("单位", others, draw.choice(("合计", "总计", "全县")), own_last=draw.random() < 0.7)
    body = compose(report)
    if draw.random() < 0.7:
        body = apply(body, review)
    pieces = (*body, Line("附：各部门申请办理情况"), simple_table(rows))
    return made(report, body, write_html(pieces, either(draw)), ".html")


@variant("html.serials", type="html")
def serials(report: Report, draw: random.Random) -> Simulated:
    """Serial numbers before the rows of table three, remarks and footnotes behind them."""
    changes = [first_column("requests", "序号", [str(number) for number in range(1, 30)])]
    if draw.random() < 0.5:
        changes.append(last_column("备注", ["", "见说明", "", "含转办", "12"]))
    return page(report, either(draw), *changes)


@variant("html.fee_list", type="html")
def fee_list(report: Report, draw: random.Random) -> Simulated:
    """A list of fees for each office in section six (宿迁 2024: 沭阳县民政局1件880元), with a sum."""
    fees = [(name, draw.randint(1, 4), draw.randint(2, 30) * 40) for name in BUREAUS]
    rows = [["收费单位", "件数", "金额（元）"], *([name, str(count), str(sum_)] for name, count, sum_ in fees)]
    rows.append(["合计", str(sum(fee[1] for fee in fees)), str(sum(fee[2] for fee in fees))])
    body = compose(report)
    pieces = (*body, Line("本年度信息处理费收取情况如下："), simple_table(rows))
    return made(report, body, write_html(pieces, either(draw)), ".html")


@variant("html.lost_links", type="html")
def lost_links(report: Report, draw: random.Random) -> Simulated:
    """A mirror that lost its linked words: 根据《中华人民, a heading of nothing but its number (R-yaan23)."""

    def change(text: str) -> str:
        numbered = re.match(r"[二三四]、", text)
        if numbered and len(text) < 40 and draw.random() < 0.5:
            return numbered[0]
        return text.replace("共和国政府信息公开条例》", "")

    return page(report, either(draw), rewrite_lines(change))


WORDINGS = {
    "本年制发件数": ("本年度制发数", "本年制发数"),
    "本年废止件数": ("本年废止数", "本年度废止件数"),
    "现行有效件数": ("现行有效件", "现行有效数"),
    "行政规范性文件": ("规范性文件",),
    "本年处理决定数量": ("处理决定数量", "本年度处理决定数量"),
    "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": (
        "1.逾期不补正",
        "1.申请人无正当理由逾期不补正",
    ),
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请": ("2.逾期不缴费", "2.逾期未缴费"),
    "四、结转下年度继续办理": ("四、结转下一年继续办理", "四、结转下年继续办理"),
    "3.危及“三安全一稳定”": ('3.危及"三安全一稳定"', "3.危及三安全一稳定"),
}


@variant("html.wordings", type="html", form="2021")
def wordings(report: Report, draw: random.Random) -> Simulated:
    """The bureau's own words for rows and columns (formats.md 3.3): 本年度制发数 and 本年废止数 (税务局), 规范性文件 in
    the form of 2021 (沭阳), 1.逾期不补正, 结转下一年继续办理."""
    chosen = {label: draw.choice(texts) for label, texts in WORDINGS.items() if draw.random() < 0.7}
    return page(report, either(draw), relabel(chosen))


@variant("html.element_rows", type="html")
def element_rows(report: Report, draw: random.Random) -> Simulated:
    """Tables that are none: a row of ``div``, ``ul`` or ``p`` elements with an element for each cell, as pages for
    telephones are built; merged cells stand in their first row only, empty ones are there."""
    body = compose(report)
    outer, inner = draw.choice((("div", "div"), ("ul", "li"), ("div", "span"), ("p", "span")))
    text = write_html(body, PLAIN).decode("utf-8")

    def table(found: re.Match[str]) -> str:
        rows = re.findall(r"<tr>(.*?)</tr>", found[0], re.DOTALL)
        lines = []
        for row in rows:
            cells = [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
            cells = [cell.replace("&nbsp;", "") for cell in cells]
            lines.append(f"<{outer}>" + "".join(f"<{inner}>{cell}</{inner}>" for cell in cells) + f"</{outer}>")
        return f'<div class="grid">{"".join(lines)}</div>'

    text = re.sub(r"<table.*?</table>", table, text, flags=re.DOTALL)
    return made(report, body, text.encode("utf-8"), ".html")
