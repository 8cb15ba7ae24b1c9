"""Web pages: spans, layout, hidden parts, broken and hostile markup."""

from __future__ import annotations

import time

import pytest
from reader_files import grids, outline, paragraphs, spans, texts

from pipelines.document import Document, ReadError
from pipelines.readers import Limits, read


def page(body: str, head: str = "") -> Document:
    return read(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode())


def rows(*lines: str) -> str:
    """A table from lines of cells split at bars."""
    return "<table>" + "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split("|")) + "</tr>" for line in lines
    ) + "</table>"  # fmt: skip


def test_reading_order_and_locators() -> None:
    document = page(f"<h1>年报</h1>前<p>一、<b>总</b>体<br>情况</p>{rows('规章|12', '文件|3')}后<ul><li>甲<li>乙</ul>")
    assert outline(document) == ["年报", "前", "一、总体", "情况", "<t1 2x2>", "后", "甲", "乙"]
    assert [b.locator for b in document.blocks][-3:] == ["para5", "para6", "para7"]
    (grid,) = grids(document)
    assert grid.aligned
    assert [c.locator for c in grid.cells] == ["t1/r1/c1", "t1/r1/c2", "t1/r2/c1", "t1/r2/c2"]


def test_spans() -> None:
    document = page(
        "<table><thead><tr><th rowspan=2 colspan='2'>head<th colspan=2>wide<tr><th>a<th>b</thead><tbody>"
        "<tr><td rowspan=2>group<td>x<td>1<td>2<tr><td>y<td>3<td>4<tr><td colspan=2>sum<td>5<td>6</table>"
    )
    (grid,) = grids(document)
    assert (grid.n_rows, grid.n_cols) == (5, 4)
    assert spans(grid) == {
        "head": (0, 0, 2, 2),
        "wide": (0, 2, 1, 2),
        "a": (1, 2, 1, 1),
        "b": (1, 3, 1, 1),
        "group": (2, 0, 2, 1),
        "x": (2, 1, 1, 1),
        "1": (2, 2, 1, 1),
        "2": (2, 3, 1, 1),
        "y": (3, 1, 1, 1),
        "3": (3, 2, 1, 1),
        "4": (3, 3, 1, 1),
        "sum": (4, 0, 1, 2),
        "5": (4, 2, 1, 1),
        "6": (4, 3, 1, 1),
    }


@pytest.mark.parametrize("rowspan", ["9", "99999999999", "0", "3"])
def test_row_span_beyond_its_rows(rowspan: str) -> None:
    """Three rows belong to the group; the span must not push the last row to the right."""
    document = page(
        f"<table><tr><td rowspan={rowspan}>g<td>a<td>1<tr><td>b<td>2<tr><td>c<td>3<tr><td colspan=2>end<td>4</table>"
    )
    (grid,) = grids(document)
    assert (grid.n_rows, grid.n_cols) == (4, 3)
    assert spans(grid)["g"] == (0, 0, 3, 1)
    assert spans(grid)["end"] == (3, 0, 1, 2)
    assert spans(grid)["4"] == (3, 2, 1, 1)
    assert [p.code for p in document.problems] == ([] if rowspan == "3" else ["span_clipped"])


@pytest.mark.parametrize("span", ["-1", "x", "", "1.9", " 1"])
def test_span_that_is_no_number(span: str) -> None:
    (grid,) = grids(page(f"<table><tr><td colspan='{span}'>a<td rowspan='{span}'>b<tr><td>c<td>d</table>"))
    assert texts(grid) == [(0, 0, "a"), (0, 1, "b"), (1, 0, "c"), (1, 1, "d")]


def test_column_span_beyond_the_table() -> None:
    (grid,) = grids(page("<table><tr><td colspan=99999>caption<tr><td>a<td>1<tr><td>b<td>2</table>"))
    assert grid.n_cols == 2
    assert spans(grid)["caption"] == (0, 0, 1, 2)


def test_layout_tables_are_opened() -> None:
    document = page(
        f"<table><tr><td>导航<td>首页</table><table><tr><td>左栏<td><p>正文</p>{rows('规章|0', '文件|3')}<p>文末</p>"
        "</table>"
    )
    assert outline(document) == ["<t1 1x2>", "左栏", "正文", "<t3 2x2>", "文末"]


def test_wrapping_table_in_a_cell_belongs_to_the_cell() -> None:
    (grid,) = grids(page(f"<table><tr><td>规章<td>{rows('12')}<tr><td>文件<td>{rows('<p>3</p>')}</table>"))
    assert texts(grid) == [(0, 0, "规章"), (0, 1, "12"), (1, 0, "文件"), (1, 1, "3")]


def test_table_within_a_data_table_follows_it() -> None:
    inner = rows("i|1", "j|2")
    document = page(
        f"<table><tr><td>a<td>b<td>c<tr><td>1<td>2<td>3<tr><td>4<td>5<td>6<tr><td>7<td>{inner}<td>9</table>after"
    )
    assert outline(document) == ["<t1 4x3>", "<t2 2x2>", "after"]
    assert (3, 2, "9") in texts(grids(document)[0])
    assert all((row, col) != (3, 1) for row, col, _ in texts(grids(document)[0]))


def test_texts_of_cells() -> None:
    source = (
        "<table><tr><td>本年新<br />制作数量</td><td>&nbsp;</td><td><p>商业</p>\n<p>企业</p></td>"
        "<td>政府信息\n  公开</td><td>a\n b</td><td><span>1</span><span>2</span>\u200b</td>"
        "<td> <b>第二十条</b> <b>第（一）项</b> </td></table>"
    )
    assert [text for _, _, text in texts(grids(page(source))[0])] == [
        "本年新\n制作数量",
        "",
        "商业\n企业",
        "政府信息公开",
        "a b",
        "12",
        "第二十条 第（一）项",
    ]


def test_hidden_parts_scripts_and_form_controls_are_left_out() -> None:
    document = page(
        "<script>var a='<table><tr><td>1</table>';</script><style>p{}</style><noscript>js</noscript><!-- 注释 -->"
        f"<p>见<span style='DISPLAY: none'>密</span></p><div hidden>{rows('x|1')}</div>"
        "<p style='display:none;mso-hide:all'>x</p>"
        f"<select><option>2020</select>{rows('规章|0')}"
    )
    assert outline(document) == ["见", "<t2 1x2>"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<del>12</del>15", "15"),
        ("<s>12</s>15", "15"),
        ("<strike><b>12</b></strike>", ""),
        ("<span style='color: red; Text-Decoration: underline line-through'>12</span>15", "15"),
        ("<span style='visibility:hidden'>12</span>15", "15"),
        ("<span style='text-decoration: none'>15</span>", "15"),
        ("<span style='font-size:0'>12</span>15", "15"),
        ("<span style='color:red;opacity: 0.0 !important'>12</span>15", "15"),
        ("<span style='font-size:0.9em'>1</span>5", "15"),
        ("<span style='font-size:0'><b style='font-size:9pt'>15</b></span>", "15"),
        ("<span style='-webkit-backface-visibility:hidden'>15</span>", "15"),
        ("<p style='vertical-align:super'>15</p>", "15"),
        ("5<sup>1</sup>", "5¹"),
        ("5<span style='vertical-align: super'><font>1</font></span>", "5¹"),
        ("5<sub><font>2</font></sub>", "5²"),
        ("<span>5</span>", "5"),
        ("<span style='font-size:0px'>12</span>15", "15"),
        ("<span style='opacity: 0'>12</span>15", "15"),
        ("<span style='color:transparent'>12</span>15", "15"),
        ("<span style='font-size:0.5em;background-color:transparent;opacity:0.9'>15</span>", "15"),
        ("<ruby>15<rt>12</rt></ruby>", "15"),
        ("<span style='text-indent:-9999px'>12</span>15", "¹²15"),
        ("<span style='left:-9999px'>12</span>15", "¹²15"),
        ("<b style='clip:rect(0,0,0,0)'>1</b>5", "¹5"),
        ("<b style='transform:scale(0)'>1</b>5", "¹5"),
        ("<b style='color:rgba(0, 0, 0, 0.0)'>1</b>5", "¹5"),
        ("<b style='color:rgba(0, 0, 0, 0.9)'>1</b>5", "15"),
        ("<bdo dir=rtl>51</bdo>", "⁵¹"),
        ("<b style='unicode-bidi:bidi-override;direction:rtl'>51</b>", "⁵¹"),
        ("<span style='position:absolute; left: -9990pt'>12</span>15", "15"),
        ("<span style='margin-left:-9999px;text-indent:-21pt'>15</span>", "15"),
        ("<b style='visibility:hidden'>1<b>2<u style='visibility: Visible'>1</u>3</b></b>5", "15"),
        ("<b style='visibility:hidden;text-decoration:line-through'><i style='visibility:visible'>1</i></b>5", "5"),
        ("<b style='display:none'><i style='visibility:visible'>1</i></b>5", "5"),
        ("<b style='color:#FFF'>1</b>5", "¹5"),
        ("<b style='font-size:9pt;color: rgb(255, 255, 255)'><i>15</i></b>", "¹⁵"),
        ("<font color=white>15</font>", "¹⁵"),
        ("<font color=white>2024年</font>", "2024年"),
        ("<p style='background:#FFFFFF'><b style='color:white'>15</b></p>", "¹⁵"),
        ("<p style='background: #369'><b style='color:white'>15</b></p>", "15"),
        ("<b style='color:#fff9c4;background-color:white'>15</b>", "15"),
    ],
)
def test_struck_and_raised_digits_are_no_digits_of_the_number(cell: str, text: str) -> None:
    (grid,) = grids(page(f"<table><tr><td>规章<td>{cell}<td>0</table>"))
    assert [each.text for each in grid.cells] == ["规章", text, "0"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("3<span class=note>1</span>", "3¹"),
        ("<span class=old>7</span>3", "⁷3"),
        ("<span id=old>7</span><span id=new>3</span>", "7³"),
        ("<em>7</em>3", "⁷3"),
        ("<big>7</big>3", "⁷3"),
        ("3<a href='#fn1' role=doc-noteref>1</a>", "3¹"),
        ("3<a href='#_ftn1' class=MsoFootnoteReference><span lang=EN-US>1</span></a>", "3¹"),
        ("<b><i><u><b><u><b><span class=old>7</span></b></u></b></u></i></b>3", "⁷3"),
        ("<span style='position:relative;top:-3.0pt;mso-text-raise:3.0pt'>1</span>3", "¹3"),
        ("3<span style='vertical-align:text-top'>1</span>", "3¹"),
        ("3<span style='vertical-align :super'>1</span>", "3¹"),
        ("<span style='display:inline-block;width:0;overflow:hidden'>7</span>3", "⁷3"),
        ("<span style='font-size:1px'>7</span>3", "⁷3"),
        ("<span style='opacity:.1'>7</span>3", "⁷3"),
        ("<span style='margin-left:-9999px'>7</span>3", "⁷3"),
        ("<span style='position:absolute;left:-500px'>7</span>3", "⁷3"),
        ("<span style='position:absolute;z-index:-1'>7</span>3", "⁷3"),
        ("<span style='color:hsl(0, 0%, 100%)'>7</span>3", "⁷3"),
        ("<span style='color:rgba(255,255,255,1)'>7</span>3", "⁷3"),
        ("<span style='color:#fefefe'>7</span>3", "⁷3"),
        ("<font color=#eeeeee>7</font>3", "⁷3"),
        ("<span style='mso-hide:all'>7</span>3", "⁷3"),
        ("<span style='display:/**/none'>7</span>3", "⁷3"),
        ("<span class=old>-</span>3", "-³"),
        ("3<span class=note>.5</span>", "3.⁵"),
        ("<p>7<span class=old>\u200b1</span>件</p>", "7¹件"),
        ("<span class=old>７</span>３", "⁷３"),
        ("３<sup>１</sup>", "３¹"),
        ("<progress>9</progress>3", "3"),
        ("<progress>9</progress>", ""),
        ("<canvas>9</canvas>", ""),
    ],
)
def test_a_number_of_elements_that_are_not_set_alike_is_not_sure(cell: str, text: str) -> None:
    """A style sheet that is elsewhere, or a rule that is not understood, may raise, strike or hide a part of it."""
    (grid,) = grids(page(f"<table><tr><td>规章<td>{cell}<td>0</table>"))
    assert [each.text for each in grid.cells] == ["规章", text, "0"]


@pytest.mark.parametrize(
    "cell",
    [
        "<span>1</span><span>2</span>",
        "<i class=digit>1</i><i class=digit>2</i>",
        "<span lang=EN-US>1</span>2",
        "<span lang=EN-US style='mso-spacerun:yes;letter-spacing:-.5pt'>1</span><span class=SpellE>2</span>",
        "<b><span style='font-size:10.5pt;font-family:宋体;color:black'>1</span></b><b><font face=Times>2</font></b>",
        "<a name=OLE_LINK1><span style='mso-bookmark:OLE_LINK1'>1</span></a>2",
        "<span style='background:white;color:#333;padding:0cm;border:none windowtext 1.0pt'>1</span>2",
        "1<span style='text-indent:2em;max-width:100%;box-sizing:border-box!important;color:rgb(51, 51, 51)'>2</span>",
        "<strong class=total><span>1</span>2</strong>",
        "1<wbr>2",
        "1<!-- 9 -->2",
        "1<i class=caret>\ufeff</i>2",
    ],
)
def test_numbers_that_editors_split_stay_one(cell: str) -> None:
    (grid,) = grids(page(f"<table><tr><td>规章<td>{cell}<td>0</table>"))
    assert [each.text for each in grid.cells] == ["规章", "12", "0"]


def test_lines_of_text_tell_numbers_that_are_not_sure_and_years() -> None:
    lines = "<p>规章 | 3<i class=x>1</i> | 0</p><p>文件 | 1 | 2</p>"
    document = page(f"<p>某局20<u class=y>24</u> 年年报</p><p>新收3<i class=x>1</i>件，办结 20<i>19</i> 件</p>{lines}")
    assert paragraphs(document) == ["某局2024 年年报", "新收31件，办结 2019 件"]
    assert [text for _, _, text in texts(grids(document)[0])] == ["规章", "3¹", "0", "文件", "1", "2"]


@pytest.mark.parametrize("body", ["<i>1</i>1" * 50_000, "<i>1" * 10_000, f"{'<b>' * 30}1{'</b>' * 30}2" * 3_000])
def test_many_pieces_of_a_number_take_linear_time(body: str) -> None:
    start = time.perf_counter()
    page(f"<table><tr><td>规章<td>{body}<td>0</table>")
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("rule", "cell", "text"),
    [
        (".x{color:red;display:none}", "<span class=x>12</span>5", "¹²5"),
        ("p{margin:0} b, span.x { display : none }", "<span class=x>12</span>", "¹²"),
        ("#a .x{display:none}", "<span class=x>12</span>", "12"),
        ("span{display:none}", "<span>12</span>", "¹²"),
        (".x{display:none}", "<div class=x><p>12</p></div>", "¹²"),
        (".x{display:none}.y{color:red}", "<span class=y>12</span>", "12"),
        (".x{visibility:hidden}", "<span class=x>12</span>", "¹²"),
        (".x{text-indent:-9999px}", "<span class=x>12</span>", "¹²"),
        (".x{backface-visibility:hidden;text-indent:-2em}", "<span class=x>12</span>", "12"),
        (".a > .b .x{display:none}", "<b class=a><i class=b><span class=x>1</span></i></b><b class=b>2</b>", "¹2"),
        (".x .x{display:none}", "<b class=x>1<i class=x>2</i></b>", "1²"),
    ],
)
def test_digits_that_a_rule_of_the_page_hides_are_no_digits_either(rule: str, cell: str, text: str) -> None:
    """It takes a browser to know whether they show; parts of the page are shown by scripts as often as not."""
    (grid,) = grids(page(f"<style>{rule}</style><table><tr><td>规章<td>{cell}<td>0</table>"))
    assert [each.text for each in grid.cells] == ["规章", text, "0"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<input value=' 12 '>", "12"),
        ("<p><INPUT TYPE=Text value=12></p>", "12"),
        ("<textarea rows=2>12</textarea>", "12"),
        ("<input type=hidden value=12>", ""),
        ("<input type=hidden value=12><input value=7>", "7"),
        ("<input type=submit value=12>", ""),
        ("<input value=12><input value=3>", ""),
        ("12<input value=3>", "12"),
        ("<input value=搜索>", ""),
        ("<input>", ""),
    ],
)
def test_the_number_in_a_field_of_a_form(cell: str, text: str) -> None:
    (grid,) = grids(page(f"<table><tr><td>规章<td>{cell}<td>0</table>"))
    assert [each.text for each in grid.cells] == ["规章", text, "0"]


@pytest.mark.parametrize(
    ("row", "cell", "text"),
    [
        ("", "style='background:teal'", "15"),
        ("bgcolor=#336699", "", "15"),
        ("bgcolor=#ffffff", "", "¹⁵"),
        ("", "", "¹⁵"),
    ],
)
def test_white_figures_need_a_ground_that_is_not(row: str, cell: str, text: str) -> None:
    (grid,) = grids(
        page(f"<table><tr {row}><td>规章<td {cell}><p style='color:#fff'>15<td style='color:#000'>0</table>")
    )
    assert [each.text for each in grid.cells] == ["规章", text, "0"]


def test_a_hidden_cell_beside_one_that_is_looked_into() -> None:
    (grid,) = grids(page("<table><tr><td>规章<td style='visibility:hidden'>12<td>5<sup>1</sup></table>"))
    assert [each.text for each in grid.cells] == ["规章", "", "5¹"]


@pytest.mark.parametrize("style", ["visibility:hidden", "text-decoration:line-through"])
def test_a_cell_whose_text_is_unseen_keeps_its_place(style: str) -> None:
    inner = f"<table><tr><td>8<td style='{style}'>9</table>"
    (grid,) = grids(page(f"<table><tr><td>规章<td style='{style}'>12<i>{inner}</i>3<td>5<tr><td>a<td>1<td>2</table>"))
    assert texts(grid)[:3] == [(0, 0, "规章"), (0, 1, ""), (0, 2, "5")]
    (grid,) = grids(page("<table><tr><td>规章<td style='display:none'>12<td>5</table>"))
    assert texts(grid) == [(0, 0, "规章"), (0, 1, "5")]


def test_rows_of_other_elements_print_nothing_hidden_struck_or_raised() -> None:
    hidden = "<em style='display:none'>9</em>"
    cells = ["规章", f"1{hidden}2", "<s>7</s>3", "5<sup>1</sup>"], ["文件", "4", "5", "6"]
    lines = ("".join(f"<span>{cell}</span>" for cell in row) for row in cells)
    (grid,) = grids(page("<p>表</p>" + "".join(f"<div>{line}</div>" for line in lines)))
    assert [text for _, _, text in texts(grid)] == ["规章", "12", "3", "5¹", "文件", "4", "5", "6"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<ruby>15<rp>(</rp><rt>12</rt><rp>)</rp></ruby>", "15"),
        ("15<script>7</script><style>8</style>", "15"),
        ("<select><option>1<option>2</select>", ""),
        ("<button>9</button>15", "15"),
        ("<b style='visibility:hidden'>1<i style='visibility:visible'>5</i></b>", ""),
        ("<b style='position:absolute;left:-9999px'>1</b>5", "5"),
    ],
)
def test_rows_of_other_elements_print_what_cells_of_tables_would(cell: str, text: str) -> None:
    rows = [f"<span>{name}</span><span>{cell}</span><span>6</span><span>7</span>" for name in ("规章", "文件")]
    (grid,) = grids(page("<p>表</p>" + "".join(f"<div>{row}</div>" for row in rows)))
    assert [each for _, _, each in texts(grid)] == ["规章", text, "6", "7", "文件", text, "6", "7"]


def test_a_number_in_such_a_row_whose_parts_are_not_set_alike_is_not_sure() -> None:
    row = "<div><span>规章</span><span>3<b class=x>1</b></span><span><b>1</b><b>2</b></span><span>7</span></div>"
    (grid,) = grids(page("<p>表</p>" + 2 * row))
    assert [each for _, _, each in texts(grid)][:4] == ["规章", "3¹", "12", "7"]


def test_a_hidden_cell_of_such_a_row_keeps_its_place_unless_it_is_not_displayed() -> None:
    styles = "<span style='visibility:hidden'>1</span>", "<span style='display:none'>2</span><span>3</span>"
    rows = [f"<div><span>规章</span>{cell}<span>6</span><span>7</span></div>" for cell in styles]
    (grid,) = grids(page("<p>表</p>" + "".join(rows)))
    assert [each for _, _, each in texts(grid)] == ["规章", "", "6", "7", "规章", "3", "6", "7"]
    struck = "<div><span>规章</span><del>1</del><span>6</span><span>7</span></div>"
    assert grids(page("<p>表</p>" + struck * 2)) == []


def test_hidden_table() -> None:
    assert outline(page("<p>x</p><table style='display:none'><tr><td>1<td>2</table>" + rows("3|4"))) == [
        "x",
        "<t2 1x2>",
    ]


def test_scripts_and_texts_beside_paragraphs_in_cells() -> None:
    """A number must not be glued to its neighbour, nor a script be taken for one."""
    cells = "12<p>3</p>|<script>document.write(7);</script>|4<script>var x=5;</script>|<style>p{}</style>6|<p>7</p>8"
    (grid,) = grids(page(rows(cells + "|9<div hidden>1</div>|<select><option>2020</select>")))
    assert [text for _, _, text in texts(grid)] == ["12\n3", "", "4", "6", "7\n8", "9", ""]
    (grid,) = grids(page(rows(cells)))
    assert [text for _, _, text in texts(grid)] == ["12\n3", "", "4", "6", "7\n8"]


def test_control_characters_vanish() -> None:
    document = page("<p>年\x1e报\x00</p>" + rows("规&#30;章|1&#x1E;2"))
    assert outline(document) == ["年报", "<t1 1x2>"]
    assert [text for _, _, text in texts(grids(document)[0])] == ["规章", "12"]


def test_page_shown_by_script_is_read_and_told() -> None:
    document = page("<div style='display:none'><p>年报</p></div>")
    assert paragraphs(document) == ["年报"]
    assert [p.code for p in document.problems] == ["all_hidden"]


def test_title_and_metadata() -> None:
    document = page(
        "<p>x",
        "<meta charset=utf-8><title> 某市\n2024年年报 </title><meta name=ArticleTitle content='年报'>"
        "<meta name='PubDate' content='2025-01-20 10:00'><meta property=og:title content=甲><meta name=x content=''>",
    )
    assert document.title == "某市 2024年年报"
    assert document.metadata == {"ArticleTitle": "年报", "PubDate": "2025-01-20 10:00", "og:title": "甲"}


def test_unclosed_and_misnested_markup() -> None:
    source = "<TABLE><TR><TD><P>规章<TD><P>1<TD>2<TR><TD>文件<TD><form>3</div><TD></form>4</TABLE><p>后"
    document = page(source)
    assert texts(grids(document)[0]) == [
        (0, 0, "规章"),
        (0, 1, "1"),
        (0, 2, "2"),
        (1, 0, "文件"),
        (1, 1, "3"),
        (1, 2, "4"),
    ]
    assert paragraphs(document) == ["后"]


def test_rows_from_a_script_between_tables_of_plain_text() -> None:
    """Text with tables in it but no other markup keeps its lines."""
    document = read(f"一、总体情况\n本年度\n\n{rows('规章|0')}\n三、\n末行".encode())
    assert outline(document) == ["一、总体情况", "本年度", "<t1 1x2>", "三、", "末行"]


def test_preformatted_lines() -> None:
    assert paragraphs(page("<pre>第一行\n第二行</pre>")) == ["第一行", "第二行"]


@pytest.mark.parametrize("tag", ["div", "span", "b", "table><tr><td", "ul><li", "p><font"])
def test_nesting_ten_thousand_deep(tag: str) -> None:
    data = f"<html><body>{f'<{tag}>字' * 10_000}".encode()
    start = time.perf_counter()
    try:
        outcome = "read" if read(data).blocks else "nothing"
    except ReadError as error:
        outcome = error.code
    assert outcome in ("read", "too_deep")
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    "inner", ["<sup>1</sup>", "<b style='visibility:hidden'>1<i style='visibility:visible'>2</i></b>"]
)
def test_marks_and_rules_of_a_deep_page_take_linear_time(inner: str) -> None:
    rules = "".join(f".a{place} .b .x{{display:none}}" for place in range(50))
    data = f"<html><style>{rules}</style><body><table><tr><td>规章<td>1{inner}</table>{'<span class=x>字' * 10_000}"
    start = time.perf_counter()
    assert grids(read(data.encode()))
    assert time.perf_counter() - start < 5


def test_a_million_cells() -> None:
    data = b"<html><body><table>" + b"<tr>" + b"<td>1" * 1_000_000
    start = time.perf_counter()
    with pytest.raises(ReadError) as caught:
        read(data)
    assert caught.value.code == "too_large"
    assert time.perf_counter() - start < 2


def test_spans_that_claim_a_million_columns() -> None:
    with pytest.raises(ReadError) as caught:
        page(f"<table><tr>{'<td colspan=1000 rowspan=60000>1' * 1000}</table>")
    assert caught.value.code == "too_large"


def test_limit_of_cells() -> None:
    with pytest.raises(ReadError):
        read(rows("1|2|3", "4|5|6").encode(), limits=Limits(cells=5))


def test_pictures_that_could_hold_content_stand_in_their_places() -> None:
    document = page(
        "<div class=header><img src=/top.jpg width=1000 height=200></div><img src='/images/logo.png'>"
        "<p>三、收到和处理<img src='W020250120.png' alt=' 表三\n截图 ' width=600>情况</p>"
        "<p><img src=icon.gif width=16><img src='a.jpg' style='width:50px;height:20px'>"
        "<img src='x/%E8%A1%A8.png?v=1'></p>"
        "<table><tr><td>规章<img src=dot.gif><td>1<tr><td>文件<td><img data-src=b.jpg title=图>2</table>"
        "<div id=qrcode><div><img src=c.png></div></div><noscript><img src=d.png></noscript><p style='display:none'>"
        "<img src=e.png></p><img src='data:image/png;base64,AAAA'><img>"
    )
    assert outline(document) == ["三、收到和处理情况", "[img3 表三 截图]", "[img6 表.png]", "<t1 2x2>", "[img8 图]"]
    assert [text for _, _, text in texts(grids(document)[0])] == ["规章", "1", "文件", "2"]


def test_page_of_pictures_alone_has_no_text() -> None:
    with pytest.raises(ReadError) as caught:
        page("<img src=scan1.jpg><img src=scan2.jpg>")
    assert caught.value.code == "no_text"


def test_rows_of_other_elements_are_a_grid_without_columns() -> None:
    document = page(
        "<p>三、</p><div><div><span>项目</span><span>自然人</span><span>总计</span></div>"
        "<div><span>新收</span><span>1</span><span></span></div>\n<div><span>结转</span><span>0</span><span>3</span></div>"
        "</div><p>后</p>"
    )
    assert outline(document) == ["三、", "<rows1 3x3>", "后"]
    (grid,) = grids(document)
    assert not grid.aligned
    assert texts(grid)[3:] == [(1, 0, "新收"), (1, 1, "1"), (1, 2, ""), (2, 0, "结转"), (2, 1, "0"), (2, 2, "3")]
    assert grid.cells[4].locator == "rows1/r2/c2"


def test_few_rows_of_other_elements_below_headings_are_a_grid_too() -> None:
    """As the part of the form about licences: its rows have two cells, and above them stands one alone."""
    heading = "<div><span>第二十条第（五）项</span></div>"
    head = "<div><span>信息内容</span><span>本年处理决定数量</span></div>"
    licences, rest = (
        "<div><span>行政许可</span><span>237</span></div>",
        "<div><span>政府集中采购</span><span></span></div>",
    )
    (grid,) = grids(page(f"<div>{heading}{head}{licences}{rest}</div>"))
    assert [text for _, _, text in texts(grid)] == [
        "信息内容",
        "本年处理决定数量",
        "行政许可",
        "237",
        "政府集中采购",
        "",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<div><p><span>标题</span><span>时间</span></p><p><span>某局2024年年报</span><span>2025-01-20</span></p></div>",
        "<div><p><span>许可</span><span>3</span></p><p><span>处罚</span><span>4</span></p></div>",
        "<div><p><span>内容</span><span>数量</span></p><p><span>许可</span><span></span></p></div>",
        "<p>1<span>2</span></p><p><span>1</span><span>2</span><span>3</span></p><p><span>1</span><span>2</span><span>3</span>",
        "<ul><li><a>首页</a><a>新闻</a><a>公开</a><li><a>甲</a><a>乙</a><a>丙</a></ul>",
        "<div><span>新收</span><span>1</span><span>2</span><span>3</span></div>",
    ],
)
def test_elements_that_are_no_rows(body: str) -> None:
    assert grids(page(body)) == []


def test_lines_with_bars_or_tabs() -> None:
    document = page("<p>首页 | 新闻<p>x<p>规章 | 0 | 1</p><p>文件 | | 3</p>" + rows("a|1"))
    assert outline(document) == ["首页 | 新闻", "x", "<para3-para4 2x3>", "<t1 1x2>"]
    assert [(c.text, c.locator) for c in grids(document)[0].cells][3:5] == [("文件", "para4:1-3"), ("", "para4:5-5")]
    (grid,) = grids(page("<pre>规章\t0\t1\n文件\t\t3\n\t末</pre>"))
    assert texts(grid) == [(0, 0, "规章"), (0, 1, "0"), (0, 2, "1"), (1, 0, "文件"), (1, 1, ""), (1, 2, "3")]


def test_a_style_without_end_takes_linear_time() -> None:
    start = time.perf_counter()
    read(f"<table><tr><td style='line-through;{'text-decoration:' * 20_000}'>1<td>2</table>".encode())
    assert time.perf_counter() - start < 2
