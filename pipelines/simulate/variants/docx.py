"""DOCX: what word processors and those who use them leave in a document."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from xml.sax.saxutils import escape

from pipelines.simulate import deviations as dev
from pipelines.simulate.body import Body, apply, compose, each_table, relabel, reword
from pipelines.simulate.docx import write_docx
from pipelines.simulate.registry import Simulated, made, not_a_report, reported, unit_of, variant
from pipelines.simulate.report import Report
from pipelines.simulate.tables import Shape, Table
from pipelines.simulate.variants.html_pages import another, emptied, with_pictures

Edit = Callable[[str], str]

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TABLE = re.compile(r"<w:tbl>.*?</w:tbl>", re.DOTALL)
_TEXT = re.compile(r'<w:t xml:space="preserve">([^<]*)</w:t>')


def document(report: Report, body: Body, edit: Edit = str, split_runs: bool = False) -> Simulated:
    """The report as one document."""
    return made(report, body, write_docx(body, split_runs, edit), ".docx")


def inner(xml: str, change: Callable[[str], str]) -> str:
    """The main part with everything inside its body changed, the section properties aside."""
    start, end = xml.index("<w:body>") + len("<w:body>"), xml.index("<w:sectPr>")
    return xml[:start] + change(xml[start:end]) + xml[end:]


def tables(xml: str, change: Callable[[int, str], str]) -> str:
    """The main part with each table changed, by its place among the tables."""
    count = iter(range(1000))
    return _TABLE.sub(lambda found: change(next(count), found[0]), xml)


def paragraph(text: str) -> str:
    """A plain paragraph."""
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


@variant("docx.plain", type="docx")
def plain(report: Report, draw: random.Random) -> Simulated:
    """A report as exported by a word processor, labels in one run or, where they were edited, in several."""
    return document(report, compose(report), split_runs=draw.random() < 0.5)


@variant("docx.broken_headers", type="docx")
def broken_headers(report: Report, draw: random.Random) -> Simulated:
    """Headers over several paragraphs of a cell (社会/公益/组织: 平潭 2024–25), vertical headers in table four."""
    words = {"社会公益组织": "社会\n公益\n组织", "法律服务机构": "法律\n服务\n机构", "本年制发件数": "本年\n制发\n件数"}
    shape = Shape(review_header=draw.choice(("plain", "vertical", "stacked")))
    return document(report, apply(compose(report, shape), relabel(words)))


@variant("docx.nested_tables", type="docx")
def nested_tables(report: Report, draw: random.Random) -> Simulated:
    """Tables inside the cells of a layout table: the whole text in one cell, or each table in a frame of its own."""

    def frame(content: str) -> str:
        return (
            '<w:tbl><w:tblPr><w:tblW w:w="9600" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol w:w="9600"/></w:tblGrid>'
            f'<w:tr><w:tc><w:tcPr><w:tcW w:w="9600" w:type="dxa"/></w:tcPr>{content}<w:p/></w:tc></w:tr></w:tbl>'
        )

    if draw.random() < 0.5:
        return document(report, compose(report), lambda xml: inner(xml, lambda text: frame(text) + "<w:p/>"))
    return document(report, compose(report), lambda xml: tables(xml, lambda _, table: frame(table)))


def _text_box(content: str) -> str:
    """A text box as Word writes it: for new programs and, the same content again, for old ones."""
    return (
        '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="wps"><w:drawing><wps:wsp '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:txbx><w:txbxContent>'
        f"{content}</w:txbxContent></wps:txbx></wps:wsp></w:drawing></mc:Choice>"
        '<mc:Fallback><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>'
        f"{content}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


@variant("docx.text_boxes", type="docx")
def text_boxes(report: Report, draw: random.Random) -> Simulated:
    """A table or the title in a text box, which the file holds twice (new and old markup)."""
    boxed = draw.randrange(3)
    title = draw.random() < 0.3

    def edit(xml: str) -> str:
        if title:
            xml = inner(xml, lambda text: re.sub(r"^<w:p>.*?</w:p>", lambda found: _text_box(found[0]), text, count=1))
        return tables(xml, lambda i, table: _text_box(table + "<w:p/>") if i == boxed else table)

    return document(report, compose(report), edit)


@variant("docx.tracked_changes", type="docx")
def tracked_changes(report: Report, draw: random.Random) -> Simulated:
    """Changes recorded and not yet accepted: old figures deleted beside the new ones, a deleted row, deleted words in
    labels. What stands is what would be printed with every change accepted."""

    def run(found: re.Match[str]) -> str:
        text = found[0]
        said = "".join(_TEXT.findall(text))
        chance = draw.random()
        if not said or chance > 0.25:
            return text
        old = str(draw.randint(0, 900)) if said.isdigit() else said[::-1]
        deleted = text.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>").replace(said, old)
        mark = 'w:id="1" w:author="A" w:date="2024-01-05T09:00:00Z"'
        if chance < 0.12:
            return f"<w:del {mark}>{deleted}</w:del><w:ins {mark}>{text}</w:ins>"
        return f"{text}<w:del {mark}>{deleted}</w:del>"

    def change(_: int, table: str) -> str:
        rows = table.split("<w:tr>")
        gone = rows[-1].split("</w:tr>")[0]
        # The last row once more, as deleted: a row that was typed twice.
        deleted = (
            '<w:tr><w:trPr><w:del w:id="2" w:author="A"/></w:trPr>'
            + gone.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
            + "</w:tr>"
        )
        table = re.sub(r"<w:r>(?:(?!</w:r>).)*</w:r>", run, table)
        return table.replace("</w:tbl>", f"{deleted}</w:tbl>") if draw.random() < 0.5 else table

    return document(report, compose(report), lambda xml: tables(xml, change))


@variant("docx.legacy_merges", type="docx")
def legacy_merges(report: Report, draw: random.Random) -> Simulated:
    """Horizontal merges as old programs write them: ``hMerge`` on single cells in place of ``gridSpan``."""

    def change(_: int, table: str) -> str:
        def cell(found: re.Match[str]) -> str:
            span = int(found[1])
            first = found[0].replace(f'<w:gridSpan w:val="{span}"/>', '<w:hMerge w:val="restart"/>')
            return first + "<w:tc><w:tcPr><w:hMerge/></w:tcPr><w:p/></w:tc>" * (span - 1)

        return re.sub(r'<w:tc>(?:(?!</w:tc>).)*?<w:gridSpan w:val="(\d+)"/>.*?</w:tc>', cell, table)

    return document(report, compose(report), lambda xml: tables(xml, change))


@variant("docx.unmerged_groups", type="docx")
def unmerged_groups(report: Report, draw: random.Random) -> Simulated:
    """Nothing is merged downwards: a group's label stands in its first row and empty cells below it (missing spans),
    or is repeated in each row."""
    repeated = draw.random() < 0.5

    def change(table: Table) -> Table:
        cells = [
            replace(cell, row=cell.row + down, rowspan=1, text=cell.text if repeated or not down else "")
            for cell in table.cells
            for down in range(cell.rowspan)
        ]
        return replace(table, cells=dev.in_order(cells))

    return document(report, apply(compose(report), each_table(change)))


@variant("docx.grid_before", type="docx")
def grid_before(report: Report, draw: random.Random) -> Simulated:
    """Rows that begin after empty grid columns (``gridBefore``) where Word lets a merged label hang over them."""

    def change(_: int, table: str) -> str:
        merged = r"<w:tr>((?:<w:tc><w:tcPr>(?:(?!</w:tc>).)*?<w:vMerge/>(?:(?!</w:tc>).)*</w:tc>)+)"

        def row(found: re.Match[str]) -> str:
            spans = re.findall(r"<w:tc>(.*?)</w:tc>", found[1])
            width = 0
            for cell in spans:
                span = re.search(r'<w:gridSpan w:val="(\d+)"/>', cell)
                width += int(span[1]) if span else 1
            return f'<w:tr><w:trPr><w:gridBefore w:val="{width}"/></w:trPr>'

        return re.sub(merged, row, table).replace('<w:vMerge w:val="restart"/>', "")

    return document(report, compose(report), lambda xml: tables(xml, change))


@variant("docx.content_controls", type="docx")
def content_controls(report: Report, draw: random.Random) -> Simulated:
    """Forms filled in through content controls, smart tags and fields: the figures stand one level deeper, field codes
    beside them are no text."""

    def run(found: re.Match[str]) -> str:
        text, chance = found[0], draw.random()
        if chance < 0.2:
            return f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{text}</w:sdtContent></w:sdt>"
        if chance < 0.3:
            return f'<w:smartTag w:uri="urn:x" w:element="n">{text}</w:smartTag>'
        if chance < 0.4:
            return (
                '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> =SUM(LEFT) 7 '
                f'</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{text}'
                '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
            )
        return f'<w:fldSimple w:instr=" =SUM(LEFT) 12 ">{text}</w:fldSimple>' if chance < 0.5 else text

    def change(_: int, table: str) -> str:
        table = re.sub(r"<w:r>(?:(?!</w:r>).)*</w:r>", run, table)
        return f"<w:sdt><w:sdtContent>{table}</w:sdtContent></w:sdt>" if draw.random() < 0.3 else table

    return document(report, compose(report), lambda xml: tables(xml, change))


@variant("docx.numbered_headings", type="docx")
def numbered_headings(report: Report, draw: random.Random) -> Simulated:
    """一、 二、 三、 of the headings are automatic numbers: they are no text of the document."""
    bare = tuple(heading.split("、", 1)[1] for heading in report.wording.headings)
    report = replace(report, wording=replace(report.wording, headings=bare))
    body = compose(report)
    number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'

    def edit(xml: str) -> str:
        for heading in bare:
            at = xml.find(f">{heading}</w:t>")
            start = xml.rfind("<w:pPr>", 0, at)
            xml = xml[: start + 7] + number + xml[start + 7 :]
        return xml

    more = _numbering((("chineseCountingThousand", "%1、"),), ("0",))
    return made(report, body, write_docx(body, edit=edit, more=more), ".docx")


def _numbering(kinds: Sequence[tuple[str, str]], lists: Sequence[str]) -> dict[str, str]:
    """The parts that number paragraphs: ``kinds`` of lists with their formats, and for each list, from 1 on, its kind;
    a second list of the same kind begins anew."""
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="{name}"/><w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
        for number, (name, text) in enumerate(kinds)
    )
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbers = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{kind}"/>'
        f"{restart if kind in lists[: number - 1] else ''}</w:num>"
        for number, kind in enumerate(lists, start=1)
    )
    relations = (
        f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/numbering" Target="numbering.xml"/></Relationships>'
    )
    numbering = f'{_HEAD}<w:numbering xmlns:w="{_W}">{abstract}{numbers}</w:numbering>'
    return {"word/numbering.xml": numbering, "word/_rels/document.xml.rels": relations}


_NUMBERED = re.compile(
    r'<w:p><w:pPr>(<w:jc w:val="left"/></w:pPr>(?:(?!</w:p>).)*?<w:t xml:space="preserve">)'
    r"(?:(?P<digit>\d)[.．]|（(?P<bracket>[一二三四五六七])）|(?P<chinese>[一二三四])、)"
)


@variant("docx.numbered_labels", type="docx")
def numbered_labels(report: Report, draw: random.Random) -> Simulated:
    """The numbers of the rows of table three (一、 （一） 1.) are automatic: the file says 属于国家秘密, Word shows
    1.属于国家秘密."""
    body = compose(report)
    digits = iter(range(3, 20))
    last = 0

    def number(found: re.Match[str]) -> str:
        nonlocal last
        if found["digit"]:
            last = next(digits) if found["digit"] == "1" else last
        used = last if found["digit"] else 1 if found["chinese"] else 2
        return f'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{used}"/></w:numPr>{found[1]}'

    kinds = (("chineseCounting", "%1、"), ("chineseCounting", "（%1）"), ("decimal", "%1."))
    data = write_docx(
        body,
        edit=lambda xml: tables(xml, lambda place, table: _NUMBERED.sub(number, table) if place == 1 else table),
        more=_numbering(kinds, ("0", "1", *"2" * 17)),
    )
    return made(report, body, data, ".docx")


@variant("docx.pieces", type="docx")
def pieces(report: Report, draw: random.Random) -> Simulated:
    """Table three in several tables, with or without its header on each; section 二 as a table for each block."""
    at = draw.sample(range(4, 24), draw.randint(1, 3))
    body = apply(
        compose(report),
        dev.in_pieces("requests", at, repeat_header=draw.random() < 0.5),
        *([dev.blocks_apart()] if draw.random() < 0.5 else []),
    )
    return document(report, body)


@variant("docx.hidden_text", type="docx")
def hidden_text(report: Report, draw: random.Random) -> Simulated:
    """Hidden runs beside the figures (last year's, left in a template) and soft hyphens; nobody sees them."""

    def run(found: re.Match[str]) -> str:
        if draw.random() > 0.2:
            return found[0]
        hidden = f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{draw.randint(1, 99)}</w:t></w:r>"
        return hidden + found[0] if draw.random() < 0.5 else found[0] + hidden

    return document(
        report,
        compose(report),
        lambda xml: tables(xml, lambda _, table: re.sub(r"<w:r>(?:(?!</w:r>).)*</w:r>", run, table)),
    )


@variant("docx.special_runs", type="docx", form="2019")
def special_runs(report: Report, draw: random.Random) -> Simulated:
    """Characters that are elements of their own: a no-break hyphen as the sign of -8, tabs and line breaks around
    figures, a figure in two runs."""
    prints = {
        key: reported(-draw.randint(1, 9), f"\u2011{draw.randint(1, 9)}", unit_of(key))
        for key in report.cells
        if key[2] == "items_change"
    }
    prints = {key: replace(cell, printed=f"\u2011{-int(cell.value or 0)}") for key, cell in prints.items()}
    body = apply(compose(report), dev.retext({key: cell.printed for key, cell in prints.items()}))

    def text(found: re.Match[str]) -> str:
        said = found[1]
        if said.startswith("\u2011"):
            return f"<w:noBreakHyphen/><w:t>{said[1:]}</w:t>"
        if not said.isdigit() or draw.random() > 0.3:
            return found[0]
        cut = draw.randint(0, len(said))
        split = f"<w:t>{said[:cut]}</w:t></w:r><w:r><w:t>{said[cut:]}</w:t>"
        return draw.choice((f"<w:tab/>{found[0]}", f"{found[0]}<w:br/>", split))

    data = write_docx(body, edit=lambda xml: tables(xml, lambda _, table: _TEXT.sub(text, table)))
    return made(report, body, data, ".docx", meanings=prints)


@variant("docx.half_width", type="docx")
def half_width(report: Report, draw: random.Random) -> Simulated:
    """Half-width brackets and blanks inside labels (the seed: ``(三) 不予公 开``)."""

    def change(text: str) -> str:
        text = text.replace("（", "(").replace("）", ") ").replace("，", ", ").strip()
        return f"{text[:-1]} {text[-1]}" if len(text) > 4 and draw.random() < 0.5 else text

    return document(report, apply(compose(report), reword(change)))


@variant("docx.pictures", type="docx")
def pictures(report: Report, draw: random.Random) -> Simulated:
    """Tables pasted as pictures (利辛气象): nothing of them can be read."""
    sections = draw.sample(("disclosure", "requests", "review"), draw.randint(1, 3))
    body = with_pictures(compose(report), sections)
    drawing = (
        '<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<wp:extent cx="5274310" cy="7400000"/><wp:docPr id="1" name="图片 1"/>'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        f'<a:blip xmlns:r="{_RELATIONS}" r:embed="rId9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing>"
    )
    relations = (
        f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId9" Type="{_RELATIONS}/image" Target="media/image1.png"/></Relationships>'
    )
    data = write_docx(
        body,
        edit=lambda xml: re.sub(r'<w:t xml:space="preserve">@@\w+@@</w:t>', drawing, xml),
        more={"word/_rels/document.xml.rels": relations},
    )
    return made(report, body, data, ".docx")


@variant("docx.single_other", type="docx", form="2021", slots={"other": "2019"})
def single_other(report: Report, draw: random.Random) -> Simulated:
    """（六）其他处理 as one row in a report of the form of 2021 (洪泽 2024)."""
    return document(report, compose(report))


@variant("docx.split_title", type="docx")
def split_title(report: Report, draw: random.Random) -> Simulated:
    """The title in two or three paragraphs, as the first page of a printed report has it."""
    parts = (report.agency, f"{report.year}年政府信息公开", "工作年度报告")
    joined = (parts[0], parts[1] + parts[2])
    return document(report, apply(compose(report), dev.split_title(*draw.choice((parts, joined)))))


@variant("docx.several", type="docx")
def several(report: Report, draw: random.Random) -> Simulated:
    """The reports of several offices bound into one document."""
    others = [another(report, draw, f"{report.agency[:6]}{name}", report.year) for name in ("气象局", "档案馆")]
    body = tuple(piece for one in (report, *others) for piece in compose(one))
    return not_a_report(report, "several", write_docx(body), ".docx")


@variant("docx.template", type="docx")
def template(report: Report, draw: random.Random) -> Simulated:
    """The empty form as a template (政务公开年报模版.docx): no value anywhere, no name, no year."""
    wording = replace(
        report.wording,
        title="××××年政府信息公开工作年度报告模板",
        period="本报告中所列数据的统计期限自××××年1月1日起，至××××年12月31日止。",
        remarks={},
    )
    body = compose(replace(emptied(report), wording=wording))
    return not_a_report(report, "blank_form", write_docx(body), ".docx")
