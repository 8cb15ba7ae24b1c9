"""Spreadsheets: what is shown, where it stands, and containers that lie."""

from __future__ import annotations

import base64
import struct
import zlib

import pytest
from reader_files import grids, outline, paragraphs, sheet, spans, texts, xlsx, zipped

from pipelines.document import Document, ReadError
from pipelines.readers import Limits, read, sniff
from pipelines.readers.elements import position
from pipelines.readers.ole import Compound, cell_areas, hidden_lines, records
from pipelines.readers.sheets import column_name
from pipelines.readers.shown import BUILTIN, shown

# Two sheets by an old library: 表二 with a merged title, numbers and a number stored as text; h, hidden.
XLS = zlib.decompress(
    base64.b85decode(
        "c-rk)O=uHQ5dPjv()^I7Nlk@TD4}4~T7;?xFYT(JJsGMOMMO<(pwf~`=*1kgT7wD-f+xjGp&q<cz4(Jg6g+qkDtb@^A+hMilc3_E%{nvLt*PeF"
        "fCgLk3vb@+yqVqEnR%1leK`{;Ox$fN;y3idg_7w<LxoJy@Y@Gr(7I_dYtKF!rh{b#zmF2x;K8HD7hcXG=er1vJMO1Mfe$ne;RF&RnRKj<*eO0F"
        "75mVm+*ErSH)w>=Dt<K!JtlOO(A%OrEp)p`E(`4;-GVxZ86(lT&8p)Ax<l4NL>2Cf%{!5FqXo~oj!$1vWnB+;WRE9@|IdYXcMy}H%=M)+>1=Yi"
        "fGDMK65q@i@YUX{PhyU|zH$YU|5z;dR*_%TZeR@NQN@LrM-XpayrR|Mg-eM%wcBYAr(0og4spslWRUXc;hQO%o?R^DsBXJA6MsJaJwfG>3vi#7"
        "eH~u3uN$S>gG2|=Bz#0_K1`i^?$(!Ads6+z5s{2ZFE4lewd^8HoM8(x4#|pZfp&_;MxkfrtZRgC6B;FdX^!`|Sj_Hm(K#opak|bH!E0k(1;3v7"
        "{O7$7+Viu<2I8msin-|28)E_;6p{f6h{8C!RF}Gbjq%X1XJz$<_d;9$=o3C2wtP3OzqKaJBOq)<=wmtJ=x}^kUscgpqR;e{4v0SyeA)zSO<S>L"
        "YhA@!i#5m3rMU~S{#NVmKU!y(LO`!>#ywW2uJ#M{$gx_W%QeTUYL59{C90?vRR<0nIB?*=frFI|CC`}UCwaH^cEQh)UhBKgJdKj`nPkOcA4cdm"
        "O0T86kfAw?lQq@PYIu}=F117(`+Ff{KV3bGA*95Qp_=QL-UC$S{Vdrq{P(s{t=BKr;^#lU{!g^%_jU"
    )
)
FORM = ("年报", "第二十条第（一）项", "信息内容|本年制发件数|现行有效件数", "规章|0|3001", "文件|~|12")


def problems(document: Document) -> list[str]:
    return [problem.code for problem in document.problems]


def test_titles_captions_and_table_with_locators() -> None:
    document = read(xlsx(sheet(*FORM, merged=["A1:C1", "A2:C2"]), names=["表二"]), "a.xlsx")
    assert outline(document) == ["表二", "年报", "第二十条第（一）项", "<'表二'!A1:C5 5x3>"]
    assert [block.locator for block in document.blocks[:3]] == ["'表二'", "'表二'!A1", "'表二'!A2"]
    (grid,) = grids(document)
    assert grid.aligned
    assert spans(grid)["第二十条第（一）项"] == (1, 0, 1, 3)
    assert [(c.row, c.col, c.text, c.locator) for c in grid.cells if c.row > 2] == [
        (3, 0, "规章", "'表二'!A4"),
        (3, 1, "0", "'表二'!B4"),
        (3, 2, "3001", "'表二'!C4"),
        (4, 0, "文件", "'表二'!A5"),
        (4, 1, "", "'表二'!B5"),
        (4, 2, "12", "'表二'!C5"),
    ]
    assert document.problems == []


def test_merged_headers_keep_only_their_first_cell() -> None:
    rows = ("申请人情况|covered|~|总计", "自然人|法人|~|~", "~|企业|其他|~", "1|2|3|6")
    ranges = ["A1:C1", "B2:C2", "A2:A3", "D1:D3"]
    (grid,) = grids(read(xlsx(sheet(*rows, merged=ranges))))
    assert spans(grid) == {
        "申请人情况": (0, 0, 1, 3),
        "总计": (0, 3, 3, 1),
        "自然人": (1, 0, 2, 1),
        "法人": (1, 1, 1, 2),
        "企业": (2, 1, 1, 1),
        "其他": (2, 2, 1, 1),
        "1": (3, 0, 1, 1),
        "2": (3, 1, 1, 1),
        "3": (3, 2, 1, 1),
        "6": (3, 3, 1, 1),
    }


def test_ranges_that_overlap_or_reach_far_beyond_the_text() -> None:
    (grid,) = grids(read(xlsx(sheet("a|1", "b|2", merged=["A1:A2", "A2:B2", "B1:B1", "C9:XFD1048576", "x"]))))
    assert texts(grid) == [(0, 0, "a"), (0, 1, "1"), (1, 1, "2")]
    document = read(xlsx(sheet("标题", "a|1", merged=["A1:XFD1"])))
    assert outline(document) == ["标题", "<'Sheet1'!A2:B2 1x2>"]


def test_empty_rows_part_tables_and_prose_parts_them_too() -> None:
    prose = "本年度共收到政府信息公开申请若干件，" * 4
    document = read(xlsx(sheet("a|1", "b|2", "", "c|3", prose, "d|4", "说明一行"), sheet("e|5")))
    assert outline(document) == [
        "<'Sheet1'!A1:B2 2x2>",
        "<'Sheet1'!A4:B4 1x2>",
        prose,
        "<'Sheet1'!A6:B7 2x2>",
        "<'Sheet2'!A1:B1 1x2>",
    ]
    assert paragraphs(read(xlsx(sheet("一、总体情况", "", "正文")))) == ["一、总体情况", "正文"]


def test_empty_cells_right_below_a_table_are_its_row() -> None:
    empty = "<c r='PLACE'/>|<c r='PLACE'/>"
    (grid,) = grids(read(xlsx(sheet("a|b", empty, "结尾"))))
    assert [(c.row, c.text) for c in grid.cells][2:4] == [(1, ""), (1, "")]
    assert outline(read(xlsx(sheet("a|b", empty, empty, empty, "c|d")))) == [
        "<'Sheet1'!A1:B1 1x2>",
        "<'Sheet1'!A5:B5 1x2>",
    ]


def test_headings_over_a_wide_sheet_part_its_tables() -> None:
    wide = "|".join("12345678")
    document = (
        read(xlsx(sheet("标题", "a|1", "三、", wide), names=["Sheet1"])),
        read(xlsx(sheet("标题", "a|1", "三、", wide, merged=["A1:H1", "A3:H3"]))),
    )
    assert outline(document[0]) == ["标题", "<'Sheet1'!A1:H4 4x8>"]
    assert outline(document[1]) == ["标题", "<'Sheet1'!A2:B2 1x2>", "三、", "<'Sheet1'!A4:H4 1x8>"]


def test_hidden_rows_columns_and_sheets_are_not_printed() -> None:
    hidden_column = '<cols><col min="2" max="2" hidden="1"/></cols>'
    document = read(
        xlsx(
            sheet("a|9|1", "hidden:b|9|2", "c|9|3", merged=["A1:A2"], before=hidden_column),
            sheet("secret|1"),
            names=["Sheet1", 'name="旧" state="veryHidden"'],
        )
    )
    assert outline(document) == ["<'Sheet1'!A1:C3 2x2>"]
    assert [(c.row, c.col, c.rowspan, c.text) for c in grids(document)[0].cells] == [
        (0, 0, 1, "a"),
        (0, 1, 1, "1"),
        (1, 0, 1, "c"),
        (1, 1, 1, "3"),
    ]
    assert problems(document) == ["hidden_cells", "hidden_sheet"]


def test_numbers_are_given_as_shown() -> None:
    rows = "a|0.30000000000000004|0.125@1|0@2|12|-3@3|<c r='PLACE'><f>MAX(B1:C1)</f><v></v></c>"
    (grid,) = grids(read(xlsx(sheet(rows), formats=["0.0%", "0;-0;;@", "0_ ;[Red](0)"])))
    assert [cell.text for cell in grid.cells] == ["a", "0.3", "12.5%", "", "12", "(3)", "=MAX(B1:C1)"]
    no_zeros = '<sheetViews><sheetView showZeros="0"/></sheetViews>'
    (grid,) = grids(read(xlsx(sheet("a|0|5", before=no_zeros))))
    assert [cell.text for cell in grid.cells] == ["a", "", "5"]


ON_LOAD = '<calcPr calcId="124519" fullCalcOnLoad="1"/>'


def formula(text: str, stored: str = "", about: str = "", kind: str = "n") -> str:
    return f"<c r='PLACE' t='{kind}'><f{about}>{text}</f><v>{stored}</v></c>"


@pytest.mark.parametrize(
    ("text", "stored", "saved", "unsaved"),
    [
        ("SUM(B1:C1)", "4", "4", "4"),
        ("SUM(B1:C1)", "0", "=SUM(B1:C1)", "4"),  # stored by a program that does not calculate
        ("SUM(B1:C1)", "", "4", "4"),
        ("B1+C1", "0", "=B1+C1", "4"),
        ("B1 - $C$1", "2", "2", "2"),
        ("SUM(B1:C1,B2)+1", "15", "15", "15"),
        ("SUM(A1:C1)", "4", "4", "4"),  # a text in a range counts for nothing
        ("SUM(B2:C2)", "10", "10", "10"),  # C2 is stored as text
        ("A1+B1", "0", "0", "=A1+B1"),
        ("SUM(B1:C2)", "13.999999999999998", "14", "14"),
        ("SUM(表二!B1:C1)", "4", "4", "=SUM(表二!B1:C1)"),
        ("SUM(B:B)", "0", "0", "=SUM(B:B)"),
        ("SUM(D1)", "5", "5", "=SUM(D1)"),  # itself
        ("SUM(B1:C1 C1:C2)", "1", "1", "=SUM(B1:C1 C1:C2)"),
        ("COUNTA(B1:C1)", "", "=COUNTA(B1:C1)", "=COUNTA(B1:C1)"),
    ],
)
def test_results_of_formulas(text: str, stored: str, saved: str, unsaved: str) -> None:
    made = sheet(f"a|3|1|{formula(text, stored)}", "b|10|<c r='PLACE' t='inlineStr'><is><t>8</t></is></c>|x")
    for book, told in (("", saved), ('<calcPr calcId="191029"/>', saved), (ON_LOAD, unsaved)):
        (grid,) = grids(read(xlsx(made, book=book)))
        assert grid.cells[3].text == told


def test_formulas_that_stand_on_others_or_are_shared() -> None:
    shared = " t='shared' si='0'"
    rows = (
        f"a|3|1|{formula('SUM(B1:C1)', '0', shared)}",
        f"b|5|6|{formula('', '0', shared)}",
        f"c|0|0|{formula('D1+D2', '0')}",
    )
    (grid,) = grids(read(xlsx(sheet(*rows), book=ON_LOAD)))
    assert [grid.cells[place].text for place in (3, 7, 11)] == ["4", "11", "15"]
    (grid,) = grids(read(xlsx(sheet(*rows))))
    assert [grid.cells[place].text for place in (3, 7, 11)] == ["=SUM(B1:C1)", "=", "=D1+D2"]


def test_results_that_are_texts_errors_or_rounded() -> None:
    cells = (
        formula("A1", "规章", kind="str"),
        formula("TEXT(9,0)", "9", kind="str"),
        formula("1/0", "#DIV/0!", kind="e"),
    )
    (grid,) = grids(read(xlsx(sheet("规章|" + "|".join(cells)), book=ON_LOAD)))
    assert [cell.text for cell in grid.cells] == ["规章", "规章", "=TEXT(9,0)", "#DIV/0!"]
    (grid,) = grids(read(xlsx(sheet(f"a|1.4|1.4|{formula('B1+C1', '2')}"), book='<calcPr fullPrecision="0"/>')))
    assert grid.cells[3].text == "2"  # as shown: 1 + 1


def test_sums_that_ask_for_too_much() -> None:
    rows = [f"a|1|{formula('SUM(A1:XFD1048576)', '0')}"]
    rows += [f"b|1|{formula(f'C{number - 1}+B{number}', str(number))}" for number in range(2, 60)]
    (grid,) = grids(read(xlsx(sheet(*rows), book=ON_LOAD)))
    assert [cell.text for cell in grid.cells if cell.col == 2][:2] == ["=SUM(A1:XFD1048576)", "=C1+B2"]


RAISED_RUN, STRUCK, WHITE = '<vertAlign val="superscript"/>', "<strike/>", '<color rgb="FFFFFFFF"/>'


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ([("3", ""), ("1", RAISED_RUN)], "3¹"),
        ([("3", ""), ("[1]", '<vertAlign val="subscript"/>')], "3[¹]"),
        ([("3", ""), ("1", '<vertAlign val="baseline"/><strike val="0"/>')], "31"),
        ([("7", STRUCK), ("3", "")], "3"),
        ([("7", STRUCK)], "⁷"),
        ([("1.规章", STRUCK)], "1.规章"),
        ([("7", WHITE), ("3", "")], "⁷³"),
        ([("第20", WHITE), ("条", "")], "第20条"),
    ],
)
def test_strings_of_several_fonts(runs: list[tuple[str, str]], text: str) -> None:
    made = "".join(f"<r><rPr>{look}</rPr><t>{part}</t></r>" for part, look in runs)
    cells = f"a|<c r='PLACE' t='s'><v>0</v></c>|<c r='PLACE' t='inlineStr'><is>{made}</is></c>"
    (grid,) = grids(read(xlsx(sheet(cells), shared=f"<si>{made}</si>")))
    assert [cell.text for cell in grid.cells] == ["a", text, text]


def conditional(*rules: str, where: str = "B1:D1") -> str:
    listed = "".join(f'<cfRule priority="{place}" {rule}</cfRule>' for place, rule in enumerate(rules, 1))
    return f'<conditionalFormatting sqref="{where}">{listed}</conditionalFormatting>'


def cell_is(sign: str, *limits: str, look: int = 0) -> str:
    formulas = "".join(f"<formula>{limit}</formula>" for limit in limits)
    return f'type="cellIs" dxfId="{look}" operator="{sign}">{formulas}'


def expression(formula: str, look: int = 0) -> str:
    return f'type="expression" dxfId="{look}"><formula>{formula}</formula>'


OVERLAYS = [
    '<numFmt numFmtId="200" formatCode=";;;"/>',
    '<font><color theme="0"/></font>',
    '<font><color theme="0"/></font><fill><patternFill><bgColor rgb="FFC00000"/></patternFill></fill>',
    "<font><strike/></font>",
    '<font><color rgb="FFFF0000"/></font>',
]


@pytest.mark.parametrize(
    ("rules", "row"),
    [
        ([cell_is("equal", "0")], ["", "12", "-3"]),
        ([cell_is("equal", "0", look=1)], ["⁰", "12", "-3"]),
        ([cell_is("equal", "0", look=2)], ["0", "12", "-3"]),
        ([cell_is("lessThan", "1", look=3)], ["⁰", "12", "-³"]),
        ([cell_is("equal", "0", look=4)], ["0", "12", "-3"]),
        ([cell_is("between", "-5", "5")], ["", "12", ""]),
        ([cell_is("notBetween", "-5", "5")], ["0", "", "-3"]),
        ([cell_is("equal", "$A$9", look=1)], ["⁰", "¹²", "-³"]),
        ([expression("B1=0")], ["", "12", "-3"]),
        ([expression("$B$1=0")], ["⁰", "¹²", "-³"]),
        ([expression("ISERROR(B1)", look=1)], ["0", "12", "-3"]),
        ([expression("MOD(ROW(),2)=0", look=1)], ["⁰", "¹²", "-³"]),
        ([expression("MOD(ROW(),2)=0", look=4)], ["0", "12", "-3"]),
        (['type="containsErrors" dxfId="1">'], ["0", "12", "-3"]),
        (['type="dataBar"><dataBar showValue="0"/>'], ["⁰", "¹²", "-³"]),
        (['type="dataBar"><dataBar/>'], ["0", "12", "-3"]),
        ([cell_is("equal", "99"), cell_is("lessThanOrEqual", "0", look=0)], ["", "12", ""]),
    ],
)
def test_conditional_formats(rules: list[str], row: list[str]) -> None:
    styles = "<dxfs>" + "".join(f"<dxf>{look}</dxf>" for look in OVERLAYS) + "</dxfs>"
    made = sheet("a|0|12|-3|0", "b|0|0|0|<c r='PLACE' t='inlineStr'><is><t>5</t></is></c>")
    (grid,) = grids(read(xlsx(made + conditional(*rules), styles=styles)))
    assert [cell.text for cell in grid.cells[1:5]] == [*row, "0"]
    assert [cell.text for cell in grid.cells[6:]] == ["0", "0", "0", "5"]


def test_conditional_formats_of_texts_and_of_very_many_rules() -> None:
    styles = "<dxfs>" + "".join(f"<dxf>{look}</dxf>" for look in OVERLAYS) + "</dxfs>"
    made = sheet("a|<c r='PLACE' t='inlineStr'><is><t>5</t></is></c>|7")
    for rule, row in (
        (cell_is("equal", "0", look=1), ["a", "5", "7"]),
        (cell_is("notEqual", "0", look=1), ["a", "⁵", "⁷"]),
        (expression("LEN(B1)=1", look=1), ["a", "⁵", "⁷"]),
    ):
        (grid,) = grids(read(xlsx(made + conditional(rule), styles=styles)))
        assert [cell.text for cell in grid.cells] == row
    many = "".join(conditional(cell_is("equal", "0"), where=f"B{place}") for place in range(1, 200))
    (grid,) = grids(read(xlsx(made + many, styles=styles)))
    assert [cell.text for cell in grid.cells] == ["a", "⁵", "⁷"]


@pytest.mark.parametrize(
    ("font", "fill", "text"),
    [
        ('<color rgb="FFFFFFFF"/>', "", "¹⁵"),
        ('<color theme="0"/>', '<patternFill patternType="none"/>', "¹⁵"),
        ('<color indexed="9"/>', '<patternFill patternType="solid"><fgColor theme="0"/></patternFill>', "¹⁵"),
        ('<color theme="0" tint="-0.5"/>', "", "15"),
        ('<color theme="0"/>', '<patternFill patternType="solid"><fgColor rgb="FF336699"/></patternFill>', "15"),
        ('<color theme="0"/>', '<gradientFill><stop position="0"/></gradientFill>', "15"),
        ('<color theme="1"/>', "", "15"),
        ("<strike/>", "", "¹⁵"),
        ('<strike val="0"/>', "", "15"),
        ('<vertAlign val="superscript"/>', "", "¹⁵"),
        ("", "", "15"),
    ],
)
def test_figures_that_are_white_struck_or_raised(font: str, fill: str, text: str) -> None:
    styles = f"<fonts><font/><font>{font}</font></fonts><fills><fill/><fill>{fill}</fill></fills>"
    styles += '<cellXfs><xf fontId="0" fillId="0"/><xf fontId="1" fillId="1"/></cellXfs>'
    label = '<c r="PLACE" s="1" t="inlineStr"><is><t>2030年</t></is></c>'
    (grid,) = grids(read(xlsx(sheet(f"a|15@1|15|{label}", "b|1|2|3"), styles=styles)))
    assert [cell.text for cell in grid.cells][:4] == ["a", text, "15", "2030年"]


def test_shared_strings_phonetic_guides_errors_and_texts() -> None:
    shared = "<si><t>规章</t></si><si><r><t>本年</t></r><r><t>制发</t></r><rPh><t>zhang</t></rPh></si>"
    cells = (
        "<c r='PLACE' t='s'><v>1</v></c>|<c r='PLACE' t='s'><v>7</v></c>|"
        "<c r='PLACE' t='str'><f>A1</f><v> 12\n</v></c>|"
        "<c r='PLACE' t='e'><v>#REF!</v></c>|<c r='PLACE' t='b'><v>1</v></c>|<c r='PLACE' t='s'><v>0</v></c>"
    )
    (grid,) = grids(read(xlsx(sheet(cells), shared=shared)))
    assert [cell.text for cell in grid.cells] == ["本年制发", "", "12", "#REF!", "TRUE", "规章"]


@pytest.mark.parametrize(
    ("stored", "number_format", "text"),
    [
        ("3001.0", "General", "3001"),
        ("59237.2449", "General", "59237.2449"),
        ("96171.600000000006", "General", "96171.6"),
        ("1E-7", "General", "0.0000001"),
        ("1.00499999999999989", "0.00", "1.01"),
        ("2822652", "#,##0", "2,822,652"),
        ("1234567", "0,", "1235"),
        ("12345.6", '#,##0.00"万元"', "12,345.60万元"),
        ("7", '0"件"', "7件"),
        ("5", 'General"件"', "5件"),
        ("0", '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "-"),
        ("-0.4", "0", "0"),
        ("3", "000", "003"),
        ("0", "#", ""),
        ("12", "@", "12"),
        ("0.5", "# ?/?", "0.5"),
        ("45657", "yyyy/m/d", "2024-12-31"),
        ("45657", 'yyyy"年"m"月"d"日"', "2024年12月31日"),
        ("0.5", "h:mm", "12:00"),
        ("九", "0", "九"),
        ("1e400", "0", "1e400"),
        ("-9", '[=0]"-";General', "-9"),
        ("0", '[=0]"-";General', "-"),
        ("0", '[=0]"";0', ""),
        ("-9", '[=0]"";0', "-9"),
        ("-9", "[Red][<0]-0;0", "-9"),
        ("-9", "[Red][<0]0;0", "9"),
        ("0", "[<0]-0;0", "0"),
        ("-9", '[>0]0;[<0]-0;"-"', "-9"),
        ("0", '[>0]0;[<0]-0;"-"', "-"),
        ("-9", "[>=0]0;-0", "-9"),
        ("12", "[>=10]0;[<0]-0;#", "12"),
        ("-9", "[>=10]0;[<0]0;#", "-⁹"),  # with or without its sign: programs differ
        ("-9", "[<-5]0;0", "-⁹"),
        ("3", "[>5]0", "####"),
        ("-9", "0;[Red]-0", "-9"),
        ("-9", "0;@", "-9"),
        ("-9", "0;-0;@", "-9"),
        ("0", ";@", ""),
        ("0", "0;-0;[White]0", "⁰"),
        ("6669000", "0\\.0000", "666.9000"),
        ("6669000", '0!.0000"万"', "666.9000万"),
        ("45", "0\\.0000", "0.0045"),
        ("-6669000", "0\\.0000", "-666.9000"),
        ("66690", "0\\.0,", "6.7"),
        ("66690", '0"."0,"万元"', "6.7万元"),
        ("1001", "0 000", "1 001"),
        ("6669000", "#,##0\\.0000", "⁶⁶⁶⁹⁰⁰⁰"),
        ("6669000", "0.00-00", "⁶⁶⁶⁹⁰⁰⁰"),
        ("0", BUILTIN[41], "-"),
        ("1234", BUILTIN[41], "1,234"),
        ("-1234.5", BUILTIN[43], "-1,234.50"),
        ("0", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
    ],
)
def test_formats(stored: str, number_format: str, text: str) -> None:
    assert shown(stored, number_format) == text


def test_addresses() -> None:
    assert [column_name(col) for col in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert position("AB12") == (11, 27)
    assert [position(text) for text in ("XFE1", "A0", "A1048577", "1", "")] == [None] * 5


def test_old_workbook() -> None:
    document = read(XLS, "a.xls")
    assert outline(document) == ["表二", "年报", "<'表二'!A1:C3 3x3>"]
    assert spans(grids(document)[0])["年报"] == (0, 0, 1, 3)
    assert texts(grids(document)[0])[1:] == [
        (1, 0, "规章"),
        (1, 1, "3001"),
        (1, 2, "12"),
        (2, 0, "文件"),
        (2, 1, ""),
        (2, 2, "0.3"),
    ]
    assert problems(document) == ["hidden_sheet", "formats_unknown"]


def test_hidden_rows_and_columns_of_an_old_workbook() -> None:
    """ROW records with a height of zero, COLINFO records that hide; those of a chart within the sheet do not count."""
    stream = Compound(XLS).read("Workbook")
    rows = [place for kind, place, _ in records(stream) if kind == 0x0208]
    data = bytearray(XLS)
    at = XLS.index(stream[rows[1] - 4 : rows[1] + 16])  # the second row, 规章
    data[at + 4 + 12] |= 0x20
    document = read(bytes(data), "a.xls")
    assert [text for _, _, text in texts(grids(document)[0])] == ["年报", "文件", "", "0.3"]
    assert problems(document) == ["hidden_cells", "hidden_sheet", "formats_unknown"]

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    begin, end = record(0x0809, bytes(16)), record(0x000A, b"")
    columns = record(0x007D, struct.pack("<6H", 2, 3, 0, 0, 1, 0)) + record(
        0x007D, struct.pack("<6H", 5, 5, 0, 0, 0, 0)
    )
    hidden = record(0x0208, struct.pack("<8H", 7, 0, 0, 0, 0, 0, 0x20, 0))
    head = begin + record(0x0085, struct.pack("<IHBB", 64, 0, 1, 0) + b"a") + end
    sheet = begin + columns + begin + hidden + end + hidden.replace(b"\x07", b"\x09", 1) + end
    (found,) = hidden_lines(head + bytes(64 - len(head)) + sheet)
    assert (found.rows, found.cols) == ({9}, {2, 3})


def test_old_workbook_that_is_broken_or_scattered() -> None:
    assert failure(XLS[:1000]) in ("truncated", "unsupported_type")
    assert failure(XLS, Limits(cells=0)) == "too_large"
    stream = Compound(XLS).read("Workbook")
    assert [area for area in cell_areas(stream) if area] == [9, 1]
    for cut in range(0, len(XLS), 97):
        Compound(XLS[:cut]).read("Workbook")


def test_opendocument() -> None:
    name = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<o:document-content xmlns:o="{name}:office:1.0" xmlns:t="{name}:table:1.0" xmlns:x="{name}:text:1.0" '
        f'xmlns:s="{name}:style:1.0"><o:automatic-styles><s:style s:name="h"><s:table-properties t:display="false"/>'
        '</s:style></o:automatic-styles><o:body><o:spreadsheet><t:table t:name="表三">'
        '<t:table-row><t:table-cell t:number-columns-spanned="3"><x:p>标题</x:p></t:table-cell>'
        '<t:covered-table-cell t:number-columns-repeated="2"/></t:table-row>'
        "<t:table-row><t:table-cell><x:p>规章</x:p></t:table-cell>"
        '<t:table-cell o:value="0.30000000000000004" t:number-columns-repeated="2"><x:p>0.3</x:p></t:table-cell>'
        '<t:table-cell t:number-columns-repeated="16000"/></t:table-row>'
        '<t:table-row t:visibility="collapse"><t:table-cell><x:p>x</x:p></t:table-cell></t:table-row>'
        '<t:table-row t:number-rows-repeated="1048000"><t:table-cell/></t:table-row></t:table>'
        '<t:table t:name="藏" t:style-name="h"><t:table-row><t:table-cell><x:p>y</x:p></t:table-cell></t:table-row>'
        "</t:table></o:spreadsheet></o:body></o:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    data = zipped({"mimetype": kind, "content.xml": content.encode()})
    assert sniff(data) == kind.decode()
    document = read(data, "a.ods")
    assert outline(document) == ["表三", "标题", "<'表三'!A1:C2 2x3>"]
    assert texts(grids(document)[0]) == [(0, 0, "标题"), (1, 0, "规章"), (1, 1, "0.3"), (1, 2, "0.3")]
    assert problems(document) == ["hidden_cells", "hidden_sheet"]
    repeated = content.replace(
        'repeated="1048000"><t:table-cell/>', 'repeated="1048000"><t:table-cell><x:p>1</x:p></t:table-cell>'
    )
    assert failure(zipped({"mimetype": kind, "content.xml": repeated.encode()})) == "too_large"


def test_opendocument_digits_that_are_raised_or_struck() -> None:
    name = "urn:oasis:names:tc:opendocument:xmlns"
    looks = {"up": 'position="super 58%"', "out": 'line-through-style="solid"', "flat": 'position="0% 100%"'}
    styles = "".join(
        f'<s:style s:name="{one}"><s:text-properties s:text-{look}/></s:style>' for one, look in looks.items()
    )
    cells = (
        '<t:table-cell><x:p>3<x:span x:style-name="up">1</x:span></x:p></t:table-cell>',
        '<t:table-cell><x:p><x:span x:style-name="out">7</x:span>3</x:p></t:table-cell>',
        '<t:table-cell><x:p><x:span x:style-name="out">7</x:span></x:p></t:table-cell>',
        '<t:table-cell t:style-name="out"><x:p>7</x:p></t:table-cell>',
        '<t:table-cell t:style-name="flat"><x:p>7<x:span x:style-name="flat">8</x:span> 件</x:p></t:table-cell>',
    )
    content = (
        f'<o:document-content xmlns:o="{name}:office:1.0" xmlns:t="{name}:table:1.0" xmlns:x="{name}:text:1.0" '
        f'xmlns:s="{name}:style:1.0"><o:automatic-styles>{styles}</o:automatic-styles><o:body><o:spreadsheet>'
        f'<t:table t:name="表三"><t:table-row>{"".join(cells)}</t:table-row></t:table></o:spreadsheet></o:body>'
        "</o:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    (grid,) = grids(read(zipped({"mimetype": kind, "content.xml": content.encode()}), "a.ods"))
    assert [cell.text for cell in grid.cells] == ["3¹", "3", "⁷", "⁷", "78 件"]


def failure(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ReadError) as caught:
        read(data, limits=limits)
    return caught.value.code


def test_hostile_and_broken_workbooks() -> None:
    far = '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c><c r="XFD1"><v>1</v></c></row></sheetData>'
    assert failure(xlsx(far), Limits(cells=10_000)) == "too_large"
    scattered = (
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    )
    assert paragraphs(read(xlsx(scattered + "</sheetData>"))) == ["1", "2"]
    assert failure(xlsx(sheet("1|2|3|4")), Limits(cells=3)) == "too_large"
    assert failure(xlsx(sheet("a" * 2_000_000)), Limits(unpack_ratio=100)) == "zip_bomb"
    assert failure(xlsx("<sheetData>")) == "truncated"
    assert failure(zipped({"xl/workbook2.xml": b"<a/>"})) == "no_text"
    assert failure(xlsx(sheet("a"), names=['name="x" state="hidden"'])) == "no_text"
    whole = xlsx(sheet(*FORM))
    assert failure(whole[: len(whole) // 2]) == "truncated"
    entity = b'<!DOCTYPE a [<!ENTITY x "0">]>'
    assert failure(zipped({"xl/workbook.xml": entity + b"<workbook/>"})) == "unsafe_xml"
