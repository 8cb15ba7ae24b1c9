"""Variants of text: how copies, dumps of pages and text extractors lay tables out in lines, and what they are coded in.

Layouts are numbered as in formats.md 3.4. What is torn, glued or lost is in ``torn``.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection
from dataclasses import replace

import opencc

from pipelines.simulate.body import Body, Line, Variation, apply, by_case, compose, halves, relabel, reword
from pipelines.simulate.html import HtmlLayout, write_html
from pipelines.simulate.registry import Simulated, made, variant
from pipelines.simulate.report import Report
from pipelines.simulate.tables import Shape, Table
from pipelines.simulate.text import RowStyle, TextLayout, encode_lines, text_lines, write_text
from pipelines.simulate.undecided import gaps, moved, value_rows
from schemas.forms import Key

_BARS_OR_TABS: tuple[RowStyle, ...] = ("pipes", "bars", "tabs")
_ALSO_LINES: tuple[RowStyle, ...] = ("pipes", "tabs", "lines")
_HALF_WIDTH = reword(lambda text: text.replace("（", "(").replace("）", ") ").replace("，", ", ").strip())
_BROKEN_HEADERS = relabel({"本年新制作数量": "本年新\n制作数量", "本年新公开数量": "本年新\n公开数量"})


def _set(
    report: Report,
    layout: TextLayout,
    body: Body | None = None,
    charset: str = "utf-8",
    undecidable: Collection[Key] = (),
    suffix: str = ".txt",
) -> Simulated:
    pieces = compose(report) if body is None else body
    return made(report, pieces, write_text(pieces, layout, charset), suffix, undecidable=undecidable)


@variant("text.pipes", type="text")
def pipes(report: Report, draw: random.Random) -> Simulated:
    """Layout 1: ``cell | cell`` rows as most dumps of content management systems have them; spans leave empty cells."""
    return _set(report, TextLayout("pipes", newline=draw.choice(("\n", "\r\n")), gap=draw.choice((0, 1))))


@variant("text.pipes_packed", type="text")
def pipes_packed(report: Report, _: random.Random) -> Simulated:
    """Layout 1: ``第二十条第（一）项 | |||``: cells of a row close up and the empty ones stand at its end."""
    body = compose(report)
    return _set(report, TextLayout("pipes", spans="end"), body, undecidable=moved(body))


@variant("text.pipes_dropped", type="text")
def pipes_dropped(report: Report, draw: random.Random) -> Simulated:
    """Layout 1 as HTML cells come one after the other: positions covered by spans are not there, rows differ in
    length, labels of groups stand only in their first row."""
    return _set(report, TextLayout("pipes", spans="drop", covered=False, gap=draw.choice((0, 1))))


@variant("text.markdown", type="text")
def markdown(report: Report, draw: random.Random) -> Simulated:
    """Layout 2: ``| 规章 | 0 | 0 | 0 |`` with Markdown rules and headings (R-zj21, R-yaan23)."""
    return _set(report, TextLayout("bars", rule=True, marks=draw.random() < 0.7), suffix=".md")


@variant("text.markdown_cases", type="text")
def markdown_cases(report: Report, _: random.Random) -> Simulated:
    """Markdown whose table four has become a table for each kind of case."""
    return _set(report, TextLayout("bars", rule=True, marks=True), by_case(compose(report)), suffix=".md")


@variant("text.markdown_html", type="text")
def markdown_html(report: Report, _: random.Random) -> Simulated:
    """Markdown whose tables are HTML with spans, as converters of documents to Markdown write them."""
    body = compose(report)
    lines: list[str] = []
    for piece in body:
        if isinstance(piece, Table):
            page = write_html((piece,), HtmlLayout(export=False, declared=None)).decode()
            lines.append(re.sub(r"\s*\n\s*", "", page[page.index("<table") : page.index("</table>") + len("</table>")]))
        else:
            lines.append({"title": "# ", "heading": "## "}.get(piece.style, "") + piece.text)
        lines.append("")
    return made(report, body, encode_lines(lines), ".md")


@variant("text.lines", type="text")
def lines(report: Report, _: random.Random) -> Simulated:
    """Layout 3: one cell on each line; an empty cell leaves no trace (R-hebao20, R-dawuli20)."""
    body = compose(report)
    return _set(report, TextLayout("lines", gap=0), body, undecidable=gaps(body))


@variant("text.lines_spaced", type="text")
def lines_spaced(report: Report, draw: random.Random) -> Simulated:
    """Layout 3 with empty lines between all cells; headers broken over lines (R-taiping22, R-taoyuan23)."""
    body = apply(compose(report), _BROKEN_HEADERS)
    layout = TextLayout("lines", gap=draw.choice((1, 2)), newline=draw.choice(("\n", "\r\n")))
    return _set(report, layout, body, undecidable=gaps(body))


@variant("text.lines_broken", type="text")
def lines_broken(report: Report, _: random.Random) -> Simulated:
    """Layout 3, and a heading of two lines in its cell takes two lines of the text (耒阳市马水镇 2019)."""
    body = apply(compose(report), _BROKEN_HEADERS)
    found: list[str] = []
    for piece in body:
        rows = [piece.row(row) for row in range(piece.n_rows)] if isinstance(piece, Table) else []
        texts = [cell.text for row in rows for cell in row] if isinstance(piece, Table) else [piece.text]
        found += [line for text in texts for line in text.split("\n") if line]
    return made(report, body, encode_lines(found), ".txt", undecidable=gaps(body))


@variant("text.bar_lines", type="text")
def bar_lines(report: Report, _: random.Random) -> Simulated:
    """Layout 4: value lines alternating with a line holding only ``|`` (R-nlk23); two bars part an empty cell."""
    return _set(report, TextLayout("bar_lines", spans="drop", covered=False))


@variant("text.bars_below", type="text")
def bars_below(report: Report, _: random.Random) -> Simulated:
    """Layout 4 with a line of ``|`` below every cell, the last of a row too: no bar tells where a row ends."""
    body = compose(report)
    layout = TextLayout("bars_below", spans="drop", covered=False)
    return _set(report, layout, body, undecidable=gaps(body))


@variant("text.cell_ends", type="text")
def cell_ends(report: Report, draw: random.Random) -> Simulated:
    """``规章 |`` on a line of its own and ``0 | 0 | 0 |``, or each value, below it; spans leave bars at the end."""
    body = compose(report)
    layout = TextLayout("cell_ends", spans="end", covered=False, gap=draw.choice((0, 1)))
    return _set(report, layout, body, undecidable=gaps(body))


@variant("text.one_line", type="text")
def one_line(report: Report, _: random.Random) -> Simulated:
    """All rows of a table on one line, bars between the cells: ``规章 | 0 | 0 | 0 | 行政规范性文件 | 0 |``."""
    body = compose(report)
    return _set(report, TextLayout("one_line", spans="drop", covered=False), body, undecidable=gaps(body))


@variant("text.lines_numbered", type="text")
def lines_numbered(report: Report, _: random.Random) -> Simulated:
    """Layout 3 with the rows of each table numbered: the number stands on a line above its label."""
    body = compose(report)
    lines: list[str] = []
    for piece in body:
        if not isinstance(piece, Table):
            lines.append(piece.text)
            continue
        number = 0
        for row in range(piece.n_rows):
            cells = [cell for cell in piece.row(row) if cell.text or cell.role == "value"]
            labels = [cell for cell in cells if cell.role != "value"]
            texts = [cell.text for cell in cells]
            if piece.section != "review" and labels and len(labels) < len(cells):
                number += 1
                texts.insert(cells.index(labels[-1]), str(number))
            lines += [text.replace("\n", "") for text in texts if text]
    return made(report, body, encode_lines(lines), ".txt", undecidable=gaps(body))


@variant("text.bar_ends", type="text")
def bar_ends(report: Report, _: random.Random) -> Simulated:
    """Layout 4: a bar at the end of each line, header ranks of many empty cells (R-longkou22)."""
    return _set(report, TextLayout("ends"))


@variant("text.tabs", type="text")
def tabs(report: Report, _: random.Random) -> Simulated:
    """Layout 5: tabs, leading tabs for the places that spans cover, labels in half width with blanks (seed)."""
    return _set(report, TextLayout("tabs", explode=True), apply(compose(report), _HALF_WIDTH))


@variant("text.tabs_stacked", type="text")
def tabs_stacked(report: Report, _: random.Random) -> Simulated:
    """Layout 5 with the header of table four as ``结果 结果 其他 尚未 / 维持 纠正 结果 审结`` (R-wdxf22, seed)."""
    return _set(report, TextLayout("tabs"), compose(report, Shape(review_header="stacked")))


@variant("text.vertical_header", type="text")
def vertical_header(report: Report, draw: random.Random) -> Simulated:
    """The header of table four one character on a line: ``结 结 其 尚 / 果 果 他 未`` (R-wdsj20)."""
    style = draw.choice(_BARS_OR_TABS)
    return _set(report, TextLayout(style, explode=True), compose(report, Shape(review_header="vertical")))


@variant("text.flat_review", type="text")
def flat_review(report: Report, _: random.Random) -> Simulated:
    """Layout 7: table four flattened to one line of 15 numbers under ``行政复议行政诉讼`` (K-sq25)."""
    body = compose(report)
    undecidable = {key for key in gaps(body) if key[0] == "review"}
    layout = TextLayout("pipes")
    found: list[str] = []
    for piece in body:
        if not isinstance(piece, Table) or piece.section != "review":
            found.extend(text_lines((piece,), layout))
            continue
        for row in range(piece.n_rows):
            cells = [cell for cell in piece.row(row) if cell.text]
            values = [cell for cell in cells if cell.role == "value"]
            found.append(" ".join(cell.text for cell in values) if values else "".join(cell.text for cell in cells))
        found.append("")
    return made(report, body, encode_lines(found, layout), ".txt", undecidable=undecidable)


@variant("text.columns", type="text")
def columns(report: Report, _: random.Random) -> Simulated:
    """Columns parted by blanks, as ``pdftotext -layout`` prints them: the values stand beside one of the lines of
    their label (seed, K-sq); an empty cell shows as a wider gap."""
    return _set(report, TextLayout("columns"))


# ---------------------------------------------------------------------------------------------------------------- pages


def _paged(report: Report, draw: random.Random, feet: str, repeat: bool) -> Body:
    """The body with table three cut at one or two rows, and a line of the page's edge at each cut."""
    body: list[Line | Table] = []
    page = draw.randrange(2, 12)
    for piece in compose(report):
        if not isinstance(piece, Table) or piece.section != "requests":
            body.append(piece)
            continue
        rest = piece
        for _ in range(draw.choice((1, 2))):
            if rest.n_rows - rest.header_rows < 4:
                break
            above, rest = halves(rest, draw.randrange(rest.header_rows + 1, rest.n_rows - 1), repeat)
            body += [above, Line(feet.format(page=page, next=page + 1))]
            page += 1
        body.append(rest)
    return tuple(body)


@variant("text.flip_book", type="text")
def flip_book(report: Report, draw: random.Random) -> Simulated:
    """Layout 8: a flip book, one page of the report on each web page, saved together: the tail of table three and
    table four stand on page 9, the reader's buttons between them (R-wdxf22, R-wdsj20)."""
    style = draw.choice(_ALSO_LINES)
    body = _paged(report, draw, draw.choice(("上一页 {page}/16 下一页", "第{page}页", "{page} / 16")), repeat=False)
    return _set(report, TextLayout(style), body, undecidable=gaps(body) if style == "lines" else ())


@variant("text.page_broken", type="text")
def page_broken(report: Report, draw: random.Random) -> Simulated:
    """Layout 9: table three broken at page ends with its three header rows repeated (K-sq)."""
    return _set(report, TextLayout(draw.choice(("pipes", "tabs"))), _paged(report, draw, "- {page} -", repeat=True))


@variant("text.page_broken_bare", type="text")
def page_broken_bare(report: Report, draw: random.Random) -> Simulated:
    """Layout 9 without the header on the next page, the page's number before the rest of the table (seed)."""
    return _set(report, TextLayout(draw.choice(("pipes", "tabs"))), _paged(report, draw, "{page}", repeat=False))


@variant("text.feet_glued", type="text")
def feet_glued(report: Report, draw: random.Random) -> Simulated:
    """Page feet glued to the line above or below: to a label, a row, a heading, or on a line of their own."""
    body = compose(report)
    found = text_lines(body, TextLayout("pipes"))
    for foot in range(2, 6):
        at = draw.choice([i for i, line in enumerate(found) if line.strip()][3:])
        text = draw.choice((f"- {foot} -", f"—{foot}—", f"第{foot}页"))
        way = draw.choice(("before", "after", "alone"))
        if way == "alone":
            found.insert(at, text)
        else:
            found[at] = text + found[at] if way == "before" else found[at] + text
    return made(report, body, encode_lines(found), ".txt")


@variant("text.headings_listed", type="text")
def headings_listed(report: Report, draw: random.Random) -> Simulated:
    """The introduction names all six sections, in one sentence or as a list; a naive search for headings hits it
    first (formats.md 3.3). Announced numbers of sections are not evidence (R-zhongcun20, R-bj22)."""
    headings = report.wording.headings
    named = "、".join(re.sub(r"^[一二三四五六]、", "", heading) for heading in headings)
    sentence = f"本报告由{named}{draw.choice('四五六')}个部分组成。"
    listed = report.saying(0, *((sentence,) if draw.random() < 0.5 else (sentence, *headings)))
    style = draw.choice(_ALSO_LINES)
    body = compose(listed)
    return _set(listed, TextLayout(style), body, undecidable=gaps(body) if style == "lines" else ())


# ----------------------------------------------------------------------------------------------------------- characters


@variant("text.gb18030", type="text")
def gb18030(report: Report, draw: random.Random) -> Simulated:
    """GB18030 without any mark, lines ended as Windows does."""
    return _set(report, TextLayout(draw.choice(("pipes", "tabs")), newline="\r\n"), charset="gb18030")


@variant("text.utf16", type="text")
def utf16(report: Report, draw: random.Random) -> Simulated:
    """UTF-16 of either order, as Notepad saved "Unicode", with its mark or without."""
    charset, mark = draw.choice((("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")))
    body = compose(report)
    data = write_text(body, TextLayout("tabs", newline="\r\n"), charset)
    return made(report, body, (mark if draw.random() < 0.7 else b"") + data, ".txt")


@variant("text.declared_otherwise", type="text")
def declared_otherwise(report: Report, draw: random.Random) -> Simulated:
    """The head claims a character set that the bytes are not in, as saved pages and mails do."""
    claimed, charset = draw.choice((("gb2312", "utf-8"), ("utf-8", "gb18030"), ("big5", "gb18030"), ("gbk", "utf-8")))
    body = (Line(f"Content-Type: text/plain; charset={claimed}"), *compose(report))
    return _set(report, TextLayout("pipes"), body, charset=charset)


_MAINLAND = opencc.OpenCC("s2t")
_TAIWAN = opencc.OpenCC("s2twp")


def _translated(convert: opencc.OpenCC) -> Variation:
    """All text in traditional characters. The bureau is known by its name in simplified ones."""

    def change(body: Body) -> Body:
        lines = tuple(
            replace(piece, text=convert.convert(piece.text)) if isinstance(piece, Line) else piece for piece in body
        )
        return apply(lines, reword(convert.convert))

    return change


@variant("text.big5", type="text")
def big5(report: Report, _: random.Random) -> Simulated:
    """A copy in traditional characters coded in Big5; what Big5 lacks is a question mark, as converters leave it."""
    body = apply(compose(report), _translated(_MAINLAND))
    found = "\r\n".join(text_lines(body, TextLayout("pipes"))).translate(_BIG5)
    # 无 in a cell is no label and stays as it is: Big5 has only 無, and nobody knows what a question mark was.
    lost = {
        cell.key
        for cells in value_rows(body)
        for cell in cells
        if cell.key is not None and b"?" in cell.text.translate(_BIG5).encode("big5", "replace")
    }
    return made(report, body, found.encode("big5", "replace"), ".txt", undecidable=lost)


# Variants of one character of which Big5 has the other.
_BIG5 = str.maketrans({"內": "內", "爲": "為", "衆": "眾", "羣": "群", "啓": "啟", "污": "汙"})


@variant("text.mirror", type="text")
def mirror(report: Report, draw: random.Random) -> Simulated:
    """A mirror site's copy in traditional characters with regional words: 檔案 for 文件 (R-wuhan20)."""
    body = apply(compose(report), _translated(_TAIWAN))
    return _set(report, TextLayout(draw.choice(("pipes", "bars"))), body)


_PINYIN = {"规": "guī", "处": "chǔ", "公": "gong", "强": "qiáng", "复": "fù", "诉": "sù", "许": "xǔ", "结": "jié"}


@variant("text.pinyin", type="text")
def pinyin(report: Report, draw: random.Random) -> Simulated:
    """Pinyin in brackets inside words, as mirrors print it: ``规(guī)章``, ``公(gong)开`` (开江, 宁强)."""
    read = {char: f"{char}({sound})" for char, sound in _PINYIN.items() if draw.random() < 0.6}
    body = apply(compose(report), reword(lambda text: re.sub("|".join(read) or "$^", lambda m: read[m[0]], text)))
    return _set(report, TextLayout("pipes"), body)
