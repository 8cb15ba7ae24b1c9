"""HTML: pages that hold more, less or something other than one report."""

from __future__ import annotations

import base64
import quopri
import random
import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.simulate import deviations as dev
from pipelines.simulate.body import Body, Line, Piece, apply, compose, cut_table
from pipelines.simulate.figures import figures
from pipelines.simulate.html import HtmlLayout, write_html
from pipelines.simulate.registry import Simulated, made, not_a_report, variant
from pipelines.simulate.report import Report
from pipelines.simulate.tables import Table, TableCell
from pipelines.simulate.variants.html import EXPORT, PLAIN, either


def simple_table(rows: Sequence[Sequence[str]]) -> Table:
    """A table of one text for each place; no cell of any form."""
    cells = tuple(TableCell(text, r, c) for r, row in enumerate(rows) for c, text in enumerate(row))
    return Table("", cells, len(rows), (1.0,) * len(rows[0]))


def another(report: Report, draw: random.Random, agency: str, year: int) -> Report:
    """A second report beside this one, with figures of its own."""
    cells = figures(report.form, draw.randrange(10**6), draw.choice((0.0, 0.5)), dict(report.forms))
    return replace(report, agency=agency, year=year, cells=cells)


# ------------------------------------------------------------------------------------------------- parts of one report


def with_pictures(body: Body, sections: Sequence[str]) -> Body:
    """Tables of some sections as a line that stands for a picture."""
    return tuple(
        Line(f"@@{piece.section}@@") if isinstance(piece, Table) and piece.section in sections else piece
        for piece in body
    )


@variant("html.pictures", type="html")
def pictures(report: Report, draw: random.Random) -> Simulated:
    """Tables as pictures (利辛气象; 五常市民意乡 2021): one, two or all three; nothing of them can be read."""
    sections = draw.sample(("disclosure", "requests", "review"), draw.randint(1, 3))
    body = with_pictures(compose(report), sections)
    number = draw.randint(10**6, 10**7)
    image = f'<img src="./W020240{number}.png" width="640" height="900" alt="" />'
    if draw.random() < 0.3:
        image = f'<img src="data:image/png;base64,{base64.b64encode(b"no picture " * 400).decode()}" width="640" />'
    data = re.sub(rb"@@\w+@@", image.encode(), write_html(body, either(draw)))
    return made(report, body, data, ".html")


@variant("html.flip_book", type="html")
def flip_book(report: Report, draw: random.Random) -> Simulated:
    """One page of a flip book (R-wdxf22: two addresses for one report): the tail of table three without its header,
    and table four; or all before it."""
    body = cut_table("requests", draw.randint(8, 22))(compose(report))
    at = [i for i, piece in enumerate(body) if isinstance(piece, Table) and piece.section == "requests"][1]
    part = (body[0], *body[at:]) if draw.random() < 0.5 else body[:at]
    return made(report, part, write_html(part, either(draw)), ".html")


@variant("html.empty_sections", type="html")
def empty_sections(report: Report, draw: random.Random) -> Simulated:
    """Headings with nothing below (民意乡 2021), prose in place of some tables (武汉机关事务 2025)."""
    gone = draw.sample(("disclosure", "requests", "review"), draw.randint(1, 2))
    pieces: list[Piece] = []
    for piece in compose(report):
        if isinstance(piece, Table) and piece.section in gone:
            if draw.random() < 0.6:
                pieces.append(
                    Line("本年度制发行政规范性文件3件；新收申请12件，办结11件，其中予以公开5件；行政复议2件。")
                )
        else:
            pieces.append(piece)
    return made(report, pieces, write_html(tuple(pieces), either(draw)), ".html")


# ----------------------------------------------------------------------------------------------------- wrappers, copies


@variant("html.word_doc", type="html")
def word_doc(report: Report, draw: random.Random) -> Simulated:
    """Word's own HTML saved as ``.doc``: Office name spaces, conditional comments, ``o:p`` in every paragraph."""
    body = compose(report)
    text = write_html(body, EXPORT).decode("utf-8")
    text = text.replace(
        "<html>",
        '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">',
    )
    text = text.replace(
        "</head>",
        "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Print</w:View><w:Zoom>100</w:Zoom></w:WordDocument></xml>"
        "<![endif]--></head>",
    )
    text = text.replace("</span></p>", "<o:p></o:p></span></p>")
    charset = draw.choice(("utf-8", "gb18030", "utf-16"))
    text = text.replace("charset=utf-8", f"charset={'unicode' if charset == 'utf-16' else charset}")
    return made(report, body, text.encode(charset), ".doc")


@variant("html.web_archive", type="html")
def web_archive(report: Report, draw: random.Random) -> Simulated:
    """A page saved as a web archive (MIME, quoted-printable or base64), as ``.mht`` or ``.doc``."""
    body = compose(report)
    page = write_html(body, EXPORT)
    printable = draw.random() < 0.5
    coded = quopri.encodestring(page) if printable else base64.encodebytes(page)
    head = (
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="----=_NextPart_01D"; type="text/html"\r\n\r\n'
        "------=_NextPart_01D\r\n"
        "Content-Location: file:///C:/report.htm\r\n"
        f"Content-Transfer-Encoding: {'quoted-printable' if printable else 'base64'}\r\n"
        'Content-Type: text/html; charset="utf-8"\r\n\r\n'
    )
    data = head.encode() + coded + b"\r\n------=_NextPart_01D--\r\n"
    return made(report, body, data, draw.choice((".mht", ".doc")))


@variant("html.hidden_copy", type="html")
def hidden_copy(report: Report, draw: random.Random) -> Simulated:
    """The page holds the text twice, once for telephones or for print, hidden by ``display:none``; a hidden block
    still carries last year's tables."""
    body = compose(report)
    text = write_html(body, PLAIN).decode("utf-8")
    hidden = body if draw.random() < 0.5 else compose(another(report, draw, report.agency, report.year - 1))
    inner = write_html(hidden, PLAIN).decode("utf-8").split("<body>")[1].split("</body>")[0]
    text = text.replace("</body>", f'<div class="print" style="display: none">{inner}</div></body>')
    return made(report, body, text.encode("utf-8"), ".html")


@variant("html.several", type="html")
def several(report: Report, draw: random.Random) -> Simulated:
    """Several whole reports on one page: two years of one agency, or several agencies of one county."""
    if draw.random() < 0.5:
        others = [another(report, draw, report.agency, report.year - 1)]
    else:
        place = report.agency[:6]
        others = [another(report, draw, f"{place}{name}", report.year) for name in ("气象局", "档案馆")]
    body = tuple(piece for one in (report, *others) for piece in compose(one))
    return not_a_report(report, "several", write_html(body, either(draw)), ".html")


@variant("html.last_year_behind", type="html")
def last_year_behind(report: Report, draw: random.Random) -> Simulated:
    """The whole tables of the year before behind the report's own, under a line that says so, with their headings or
    without: they are not this report's."""
    body = compose(report)
    behind = compose(another(report, draw, report.agency, report.year - 1))
    said = draw.choice(
        (
            "附：上年度数据",
            "附：上一年度政府信息公开情况",
            f"附件：{report.year - 1}年度数据",
            "上年度政府信息公开统计数据",
        )
    )
    headed = draw.random() < 0.6
    rest = [piece for piece in behind if isinstance(piece, Table) or (headed and piece.style == "heading")]
    return made(report, body, write_html((*body, Line(said), *rest), either(draw)), ".html")


# ----------------------------------------------------------------------------------------------------------- who it is


@variant("html.split_title", type="html")
def split_title(report: Report, draw: random.Random) -> Simulated:
    """The title over two or three lines, with blanks inside (the seed: ``2023 年政府信息 公开工作年度报告``), or
    printed twice (民意乡 2021)."""
    year, agency = report.year, report.agency
    parts = draw.choice(
        (
            (agency, f"{year}年政府信息公开工作年度报告"),
            (agency, f"{year}年政府信息公开", "工作年度报告"),
            (f"{agency} {year} 年政府信息 公开工作年度报告",),
            (f"{agency}{year}年政府信息公开工作年度报告",) * 2,
        )
    )
    body = apply(compose(report), dev.split_title(*parts))
    return made(report, body, write_html(body, either(draw)), ".html")


@variant("html.agency_elsewhere", type="html")
def agency_elsewhere(report: Report, draw: random.Random) -> Simulated:
    """A title without the agency (河包镇; R-wuhe16): its name stands in the site's block of data above the text,
    发布机构 beside 索引号 and dates (formats.md 4.2)."""
    code = "".join(str(draw.randint(0, 9)) for _ in range(16))
    published = f"{report.year + 1}-01-{draw.randint(10, 28)}"
    block = simple_table(
        [
            ["索引号", f"11{code}/{report.year + 1}-{draw.randint(1, 99999):05d}", "发布机构", report.agency],
            ["发文日期", published, "文号", "无"],
            ["分类", "政府信息公开年报", "有效性", "有效"],
        ]
    )
    body = (block, *apply(compose(report), dev.split_title(f"{report.year}年政府信息公开工作年度报告")))
    return made(report, body, write_html(body, PLAIN), ".html")


# ---------------------------------------------------------------------------------------------------------- no reports


@variant("html.interpretation", type="html")
def interpretation(report: Report, draw: random.Random) -> Simulated:
    """文字解读：… beside the report (R-daming22, R-lucheng21): its figures in prose and in a small table."""
    year = report.year
    body = (
        Line(f"文字解读：{report.agency}{year}年政府信息公开工作年度报告", "title"),
        Line(f"近日，{report.agency}发布了{year}年政府信息公开工作年度报告，现解读如下。"),
        Line("一、主动公开情况", "heading"),
        Line(f"{year}年制发行政规范性文件{draw.randint(0, 30)}件，作出行政许可决定{draw.randint(5, 900)}件。"),
        Line("二、依申请公开情况", "heading"),
        simple_table(
            [
                ["指标", "数量", "同比"],
                ["本年新收政府信息公开申请数量", str(draw.randint(3, 300)), "12%"],
                ["予以公开", str(draw.randint(3, 300)), "-3%"],
                ["部分公开", str(draw.randint(3, 300)), "5%"],
            ]
        ),
    )
    return not_a_report(report, "interpretation", write_html(body, either(draw)), ".html")


@variant("html.english", type="html")
def english(report: Report, draw: random.Random) -> Simulated:
    """The English companion of a report (E18: split over _2.htm … _4.htm), with a table of its own."""
    rows = ["Requests received", "Carried over from last year", "Granted", "Partly granted", "Refused", "Total"]
    body = (
        Line(f"Annual Report on Government Information Disclosure ({report.year})", "title"),
        Line("In accordance with the Regulations on Open Government Information, this report is hereby released."),
        simple_table([["Item", "Natural persons", "Businesses", "Total"]]
                     + [[row, *(str(draw.randint(0, 90)) for _ in range(3))] for row in rows]),
        Line("Administrative reconsideration and litigation", "heading"),
        simple_table([["Upheld", "Corrected", "Other", "Pending", "Total"], ["1", "0", "2", "0", "3"]]),
    )  # fmt: skip
    return not_a_report(report, "other", write_html(body, either(draw)), ".html")


@variant("html.half_year", type="html")
def half_year(report: Report, draw: random.Random) -> Simulated:
    """Statistics of half a year or a quarter in the tables of the form (上海普陀 2022年上半年: X-pt)."""
    part, until = draw.choice((("上半年", "6月30日"), ("第一季度", "3月31日"), ("前三季度", "9月30日")))
    wording = replace(
        report.wording,
        title="{agency}{year}年" + part + "政府信息公开数据统计",
        period="统计期限自{year}年1月1日起，至{year}年" + until + "止。",
        remarks={},
    )
    body = compose(replace(report, wording=wording))
    return not_a_report(report, "other", write_html(body, either(draw)), ".html")


@variant("html.website_form", type="html")
def website_form(report: Report, draw: random.Random) -> Simulated:
    """政府网站工作年度报表, published in the same place under almost the same name: numbers of a website."""
    body = (
        Line("政府网站工作年度报表", "title"),
        Line(f"（{report.year}年度）"),
        Line(f"填报单位：{report.agency}"),
        simple_table(
            [
                ["网站名称", f"{report.agency}", "", ""],
                ["独立用户访问总量（单位：个）", str(draw.randint(100, 10**6)), "", ""],
                ["网站总访问量（单位：次）", str(draw.randint(100, 10**7)), "", ""],
                ["信息发布（单位：条）", "总数", str(draw.randint(10, 9000)), ""],
                ["", "概况类信息更新量", str(draw.randint(0, 90)), ""],
                ["", "政务动态信息更新量", str(draw.randint(0, 900)), ""],
                ["", "信息公开目录信息更新量", str(draw.randint(0, 900)), ""],
                ["办事服务", "可全程在线办理政务服务事项数量（单位：项）", str(draw.randint(0, 900)), ""],
                ["互动交流", "收到留言数量（单位：条）", str(draw.randint(0, 900)), ""],
                ["", "办结留言数量（单位：条）", str(draw.randint(0, 900)), ""],
            ]
        ),
    )
    return not_a_report(report, "other", write_html(body, either(draw)), ".html")


def emptied(report: Report) -> Report:
    """The report's forms without a single value."""
    return replace(report, cells=dict.fromkeys(report.cells, ""))


@variant("html.blank_notice", type="html")
def blank_notice(report: Report, draw: random.Random) -> Simulated:
    """A notice that orders the reports and prints the empty form as its annex (30号 and 60号; X-pinggu's template)."""
    tables = [piece for piece in compose(emptied(report)) if not (isinstance(piece, Line) and piece.style == "title")]
    body = (
        Line(f"关于做好{report.year}年政府信息公开工作年度报告编制和发布工作的通知", "title"),
        Line("各镇人民政府、街道办事处，区政府各部门："),
        Line(f"请于{report.year + 1}年1月31日前编制并公布本机关{report.year}年度报告，格式见附件。"),
        Line(report.agency),
        Line("附件：政府信息公开工作年度报告格式", "heading"),
        *(replace(piece, text="×××") if isinstance(piece, Line) and piece.style == "paragraph" else piece
          for piece in tables),
    )  # fmt: skip
    return not_a_report(report, "blank_form", write_html(body, either(draw)), ".html")


@variant("html.template", type="html")
def template(report: Report, draw: random.Random) -> Simulated:
    """The empty form published by itself as a template (X-pinggu 范文): ××单位××年, no value anywhere."""
    wording = replace(report.wording, title="××（单位）××××年政府信息公开工作年度报告（模板）", remarks={},
                      period="本报告中所列数据的统计期限自××××年1月1日起，至××××年12月31日止。")  # fmt: skip
    body = compose(replace(emptied(report), wording=wording))
    return not_a_report(report, "blank_form", write_html(body, either(draw)), ".html")


@variant("html.index_page", type="html")
def index_page(report: Report, draw: random.Random) -> Simulated:
    """A list of the reports of many years and agencies (年报汇总: K-url), with dates and numbers of visits."""
    rows = [["序号", "标题", "发布日期", "浏览次数"]]
    for i in range(draw.randint(6, 14)):
        rows.append(
            [
                str(i + 1),
                f"{report.agency}{report.year - i}年政府信息公开工作年度报告",
                f"{report.year - i + 1}-01-{draw.randint(10, 28)}",
                str(draw.randint(1, 4000)),
            ]
        )
    body = (Line("政府信息公开年报", "title"), simple_table(rows))
    return not_a_report(report, "other", write_html(body, HtmlLayout(export=False)), ".html")
