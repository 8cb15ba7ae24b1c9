"""HTML: what site systems, editors and word processors do to the tables of a report."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from itertools import product

from pipelines.simulate import deviations as dev
from pipelines.simulate.body import Body, Variation, apply, by_case, compose, each_table, relabel, reword
from pipelines.simulate.html import HtmlLayout, Site, write_html
from pipelines.simulate.registry import Printed, Simulated, made, unit_of, variant
from pipelines.simulate.report import Report
from pipelines.simulate.tables import Role, Shape, Table, TableCell

PLAIN = HtmlLayout(export=False)
EXPORT = HtmlLayout()
LABELS: tuple[Role, ...] = ("label",)


def page(report: Report, layout: HtmlLayout, *variations: Variation, shape: Shape = Shape()) -> Simulated:
    """The report after some variations, as one page."""
    body = apply(compose(report, shape), *variations)
    return made(report, body, write_html(body, layout), ".html")


def either(draw: random.Random) -> HtmlLayout:
    """A page of a content management system, or one saved from a word processor."""
    return draw.choice((PLAIN, EXPORT))


def edited(report: Report, body: Body, layout: HtmlLayout, *changes: tuple[str, str]) -> Simulated:
    """The body as one page in which patterns are replaced, as an editor or a careless script does."""
    text = write_html(body, layout).decode("utf-8")
    for pattern, by in changes:
        text = re.sub(pattern, by, text)
    return made(report, body, text.encode("utf-8"), ".html")


# --------------------------------------------------------------------------------------------------------- whole pages


@variant("html.word_export", type="html")
def word_export(report: Report, draw: random.Random) -> Simulated:
    """A page saved from a word processor: a paragraph and a span in every cell (平潭 2019–2025), UTF-8 or GB 18030."""
    charset = draw.choice(("utf-8", "gb18030"))
    return page(report, HtmlLayout(breaks=draw.choice(("br", "p")), charset=charset, declared=charset))


@variant("html.cases", type="html")
def cases(report: Report, draw: random.Random) -> Simulated:
    """A page whose table four has become a table for each kind of case."""
    body = by_case(compose(report))
    return made(report, body, write_html(body, either(draw)), ".html")


@variant("html.gov_portal", type="html")
def gov_portal(report: Report, draw: random.Random) -> Simulated:
    """A page of a government portal (formats.md 4.2): breadcrumb, publishing date of the year after, links to the
    reports of other years beside the text, and often a character set that is declared wrongly."""
    years = range(report.year - 3, report.year + 3)
    site = Site(
        f"{report.agency}门户网站",
        published=f"{report.year + 1}-0{draw.randint(1, 3)}-{draw.randint(10, 28)}",
        siblings=tuple(f"{report.agency}{year}年政府信息公开工作年度报告" for year in years),
        footer=f"主办：{report.agency} 版权所有 {report.year + 2}",
    )
    charset, declared = draw.choice((("utf-8", "utf-8"), ("gb18030", "gb2312"), ("utf-8", "gb2312"), ("utf-8", None)))
    return page(report, HtmlLayout(export=False, site=site, charset=charset, declared=declared))


@variant("html.layout_table", type="html")
def layout_table(report: Report, draw: random.Random) -> Simulated:
    """The whole page stands in a layout table, as sites of the 2000s are built: tables of figures inside a table."""
    return page(report, replace(either(draw), wrapper=True))


# ------------------------------------------------------------------------------------------------------------- headers


@variant("html.broken_headers", type="html")
def broken_headers(report: Report, draw: random.Random) -> Simulated:
    """Headers broken over lines: 本年新<br>制作数量 (上海办公厅 2019), 社会/公益/组织 in three
    paragraphs (平潭 2024)."""
    words = {
        "本年新制作数量": "本年新\n制作数量",
        "本年新公开数量": "本年新\n公开数量",
        "本年制发件数": "本年\n制发件数",
        "社会公益组织": "社会\n公益\n组织",
        "法律服务机构": "法律\n服务\n机构",
        "商业企业": "商业\n企业",
        "科研机构": "科研\n机构",
        "尚未审结": "尚未\n审结",
    }
    return page(report, replace(either(draw), breaks=draw.choice(("br", "p"))), relabel(words))


@variant("html.vertical_headers", type="html")
def vertical_headers(report: Report, draw: random.Random) -> Simulated:
    """Table four with one character of its header on a line, or two over two in rows of their own (R-wdxf22,
    R-wdsj20); the group label 三、本年度办理结果 runs downwards."""
    down = relabel({"三、本年度办理结果": "\n".join("三、本年度办理结果")})
    return page(report, either(draw), down, shape=Shape(review_header=draw.choice(("vertical", "stacked"))))


@variant("html.cut_headers", type="html")
def cut_headers(report: Report, draw: random.Random) -> Simulated:
    """Headers cut short: 本年新 | 本年新 (两城镇, 大余 2020), 本年发件 and 现行有效件 (沧州, 延安 2021)."""
    words = {
        "本年新制作数量": "本年新",
        "本年新公开数量": "本年新",
        "本年制发件数": "本年发件",
        "现行有效件数": "现行有效件",
    }
    return page(report, either(draw), relabel(words))


@variant("html.wrong_headers", type="html", form="2019")
def wrong_headers(report: Report, draw: random.Random) -> Simulated:
    """本年新制作数量 printed over both columns (上湾乡 2019): the places still tell which is which."""
    return page(report, either(draw), relabel({"本年新公开数量": "本年新制作数量"}))


@variant("html.converter_header", type="html")
def converter_header(report: Report, draw: random.Random) -> Simulated:
    """A converter's column names over the pieces of table three: 0 1 2 …, Unnamed: 0 …, 列1 列2 … (a made-up header
    over a tail: 科委 2024, 沭阳 2025)."""
    name = draw.choice(("{}", "Unnamed: {}", "列{}"))
    first = 1 if name == "列{}" else 0
    names = [name.format(i + first) for i in range(10)]
    cut = dev.in_pieces("requests", [draw.randint(6, 20)], repeat_header=False)
    return page(report, PLAIN, cut, dev.made_up_header("requests", names))


@variant("html.no_header", type="html")
def no_header(report: Report, draw: random.Random) -> Simulated:
    """Tables three and four without their header rows (淄博 2023, 中山街道): labels and places are all there is."""
    body = (dev.without_header("requests"), dev.without_header("review"))
    return page(report, either(draw), *body[: draw.randint(1, 2)])


@variant("html.scrolled_header", type="html")
def scrolled_header(report: Report, draw: random.Random) -> Simulated:
    """The header of table three is a table of its own above the rows, as pages with a fixed header build it."""
    return page(report, either(draw), dev.in_pieces("requests", [3], repeat_header=False))


# --------------------------------------------------------------------------------------------------------------- spans


@variant("html.no_spans", type="html")
def no_spans(report: Report, draw: random.Random) -> Simulated:
    """An editor has dropped every rowspan and colspan: rows hold only the cells that begin in them."""
    return edited(report, compose(report), either(draw), (r' (row|col)span="\d+"', ""))


@variant("html.lying_spans", type="html")
def lying_spans(report: Report, draw: random.Random) -> Simulated:
    """Spans that lie: the results of the old form's 20 rows said of 22 and the other way round (a template changed by
    hand), captions spanning three or five of four columns."""
    rows = sum(1 for row in report.form_keys() if row[0] == "requests" and row[1].startswith("result.")) // 7
    return edited(
        report,
        compose(report),
        either(draw),
        (rf'rowspan="{rows}"', f'rowspan="{rows + draw.choice((-2, -1, 1, 2))}"'),
        (r'colspan="4"', f'colspan="{draw.choice((3, 5))}"'),
    )


def _unspanned(table: Table) -> Table:
    cells = [
        replace(cell, row=cell.row + down, col=cell.col + right, rowspan=1, colspan=1)
        for cell in table.cells
        for down, right in product(range(cell.rowspan), range(cell.colspan))
    ]
    return replace(table, cells=dev.in_order(cells))


@variant("html.repeated_spans", type="html")
def repeated_spans(report: Report, draw: random.Random) -> Simulated:
    """A converter has written the text of every merged cell into each place it covered, numbers of section 二 too."""
    return page(report, either(draw), each_table(_unspanned))


# ------------------------------------------------------------------------------------- more columns, more rows, pieces


@variant("html.spare_columns", type="html")
def spare_columns(report: Report, draw: random.Random) -> Simulated:
    """Empty columns that no form has, left over from merging cells (formats.md 3.4: ranks of empty cells)."""
    return page(
        report,
        either(draw),
        dev.spare_columns("disclosure", draw.choice((1, 2, 4))),
        dev.spare_columns("requests", draw.choice((3, 5, 9, 10)), 10),
        dev.spare_columns("review", draw.choice((5, 10, 15))),
    )


@variant("html.subtotal", type="html")
def subtotal(report: Report, draw: random.Random) -> Simulated:
    """An extra column 小计 after the five kinds of legal persons (K-py's template: 28 × 8)."""
    return page(report, either(draw), shape=Shape(subtotal=True))


def _levels(text: str) -> list[str]:
    try:
        whole = int(text.replace(",", ""))
    except ValueError:
        return [text] * 3
    return [str(whole // 2), str(whole // 3), str(whole - whole // 2 - whole // 3)]


def _decisions(cell: TableCell) -> bool:
    return cell.role == "value" and cell.key is not None and cell.key[2] == "decisions" and cell.colspan >= 3


LEVELS = ("区政府统计数", "区直单位统计数", "乡镇街道统计数")


@variant("html.levels", type="html", form="2021")
def levels(report: Report, draw: random.Random) -> Simulated:
    """Three count columns by level of government in place of one (X-qlm: 区政府 | 区直单位 | 乡镇街道): the form's cell
    is not printed, whatever the three say; other cells are as always."""
    body = apply(compose(report), dev.split_values(LEVELS, _levels, _decisions, keep=None))
    split = {key: Printed("illegible", unit=unit_of(key)) for key in report.cells if key[2] == "decisions"}
    data = write_html(body, either(draw))
    return made(report, body, data, ".html", meanings=split, undecidable=split.keys())


@variant("html.levels_with_total", type="html", form="2021")
def levels_with_total(report: Report, draw: random.Random) -> Simulated:
    """The same with the whole beside them: 合计 | 其中：区直单位 | 乡镇街道."""
    names = ("合计", "其中：区直单位", "其中：乡镇街道")

    def parts(text: str) -> list[str]:
        return [text, *_levels(text)[1:]]

    return page(report, either(draw), dev.split_values(names, parts, _decisions, keep=0))


HUBEI = {
    "规章": "规章（设区的市、自治州人民政府应提供相关数据）",
    "规范性文件": "规范性文件（含以本单位或本单位办公室名义正式签发的决定、公告、通知等）",
    "上一年项目数量": "上一年项目数量（指{last}年事项数）",
    "本年增/减": "本年增/减（指{year}年增加或减少的事项数，减用负值表示，如-8）",
    "处理决定数量": "处理决定数量（指{year}年办件量）",
    "对外公开总数量": "对外公开总数量（截至{year}年底累计）",
}


@variant("html.hubei", type="html", form="2019")
def hubei(report: Report, draw: random.Random) -> Simulated:
    """The Hubei edition of the form of 2019: an extra row 其他主动公开文件 in block （一）, a long bracketed
    explanation behind every label (武汉生态环境局, 沱市 2020)."""
    words = {label: text.format(year=report.year, last=report.year - 1) for label, text in HUBEI.items()}
    extra = dev.extra_row(
        "disclosure",
        "规范性文件",
        "其他主动公开文件（含以本单位或本单位办公室名义正式签发的，主动公开的文件）",
        [str(draw.randint(2, 400)) for _ in range(3)],
    )
    return page(report, either(draw), extra, relabel(words))


@variant("html.extra_rows", type="html")
def extra_rows(report: Report, draw: random.Random) -> Simulated:
    """Rows that no form has: an occasion of the bureau's own among the refusals, a block of its own counts."""
    texts = [str(draw.randint(1, 60)) for _ in range(7)]
    return page(
        report,
        either(draw),
        dev.extra_row("requests", "8.属于行政查询事项", "9.属于不予公开的其他情形（如工作秘密）", texts),
        dev.extra_row("disclosure", "行政强制", "行政检查（次）", texts),
    )


@variant("html.blocks_apart", type="html")
def blocks_apart(report: Report, draw: random.Random) -> Simulated:
    """Section 二 as a table for each block, its caption inside the table or as a line above it."""
    return page(report, either(draw), dev.blocks_apart(draw.random() < 0.5))


@variant("html.pieces", type="html")
def pieces(report: Report, draw: random.Random) -> Simulated:
    """Table three in two or three pieces, with the header repeated or not (formats.md 3.4, no. 9; the seed)."""
    at = draw.sample(range(4, 24), draw.randint(1, 2))
    return page(report, either(draw), dev.in_pieces("requests", at, repeat_header=draw.random() < 0.5))


# --------------------------------------------------------------------------------------------------------- mixed forms


@variant("html.mixed_rules", type="html", form="2021", slots={"rules": "2019"})
def mixed_rules(report: Report, draw: random.Random) -> Simulated:
    """Both forms in one table: block （一） of 2019 in a table of 2021 (黑河气象 2021)."""
    return page(report, either(draw))


@variant("html.mixed_blocks", type="html", form="2021", slots={"services": "2019", "enforcement": "2019"})
def mixed_blocks(report: Report, draw: random.Random) -> Simulated:
    """Both forms in one table: blocks （五） and （六） of 2019 in a table of 2021 (黑河气象 2021)."""
    return page(report, either(draw))


@variant("html.single_other", type="html", form="2021", slots={"other": "2019"})
def single_other(report: Report, draw: random.Random) -> Simulated:
    """（六）其他处理 as one row in a report of the form of 2021 (洪泽 2023, 2024)."""
    return page(report, either(draw))


@variant("html.old_form", type="html", form="2019", years=(2021, 2022))
def old_form(report: Report, draw: random.Random) -> Simulated:
    """The form of 2019 in reports about 2021 and 2022 (略阳, 丰收乡, 佳县螅镇)."""
    return page(report, either(draw))


@variant("html.damaged_labels", type="html")
def damaged_labels(report: Report, draw: random.Random) -> Simulated:
    """A character lost in one label of five (2.其他法律行政止公开: 洪泽; 行政法复议: 平潭 2022)."""
    return page(
        report,
        either(draw),
        reword(lambda text: dev.damaged(text, draw) if draw.random() < 0.2 else text, LABELS),
    )
