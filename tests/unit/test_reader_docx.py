"""Word documents: merged cells as declared, what is printed and nothing else, hostile containers."""

from __future__ import annotations

import zipfile

import pytest
from reader_files import cell, docx, grids, outline, para, paragraphs, row, spans, table, texts, zipped

from pipelines.document import ReadError
from pipelines.readers import Limits, read
from pipelines.readers.container import unpack


def test_reading_order_title_and_locators() -> None:
    core = (
        b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Report</dc:title><dc:creator>Somebody</dc:creator>'
        b"</cp:coreProperties>"
    )
    body = para("二、主动公开") + table(row(cell("规章"), cell("12"))) + para("") + para(" 三、 ")
    document = read(docx(body, {"docProps/core.xml": core}))
    assert outline(document) == ["二、主动公开", "<t1 1x2>", "三、"]
    assert [b.locator for b in document.blocks] == ["para1", "t1", "para2"]
    assert [c.locator for c in grids(document)[0].cells] == ["t1/r1/c1", "t1/r1/c2"]
    assert document.title == "Report"
    assert "Somebody" not in document.metadata.values()


def test_spans_and_vertical_merges() -> None:
    body = table(
        row(cell("head", span=2), cell("total", merge="restart")),
        row(cell("a", merge="restart"), cell("1"), cell("", merge="continue")),
        row(cell("", merge="continue"), cell("2"), cell("x")),
        row(cell("b", merge="restart"), cell("3"), cell("y")),
    )
    (grid,) = grids(read(docx(body)))
    assert (grid.n_rows, grid.n_cols) == (4, 3)
    assert spans(grid) == {
        "head": (0, 0, 1, 2),
        "total": (0, 2, 2, 1),
        "a": (1, 0, 2, 1),
        "1": (1, 1, 1, 1),
        "2": (2, 1, 1, 1),
        "x": (2, 2, 1, 1),
        "b": (3, 0, 1, 1),
        "3": (3, 1, 1, 1),
        "y": (3, 2, 1, 1),
    }
    assert [c.locator for c in grid.cells][3:5] == ["t1/r2/c2", "t1/r3/c2"]


def test_edges_that_differ_by_a_hair_are_one() -> None:
    """As where rows were drawn by hand, or their widths rounded one by one."""
    rows = (row(cell("复议", span=1), cell("诉讼", span=3)), row(cell("维持", span=2), cell("直接"), cell("复议后")))
    (grid,) = grids(read(docx(table(*rows, widths=(600, 20, 580, 600)))))
    assert grid.n_cols == 3
    assert texts(grid) == [(0, 0, "复议"), (0, 1, "诉讼"), (1, 0, "维持"), (1, 1, "直接"), (1, 2, "复议后")]
    assert spans(grid)["诉讼"] == (0, 1, 1, 2)
    assert [c.locator for c in grid.cells] == ["t1/r1/c1", "t1/r1/c2", "t1/r2/c1", "t1/r2/c3", "t1/r2/c4"]


@pytest.mark.parametrize(
    "widths",
    [
        (600, 100, 580, 600),  # to be seen
        (600, 20, 580),  # of other columns than there are
        (600, 20, 580, 10),  # a cell has nothing but hairs
        (1, 1, 1, 1),  # made up
        (),
    ],
)
def test_edges_stay_where_the_widths_do_not_say_that_they_are_one(widths: tuple[int, ...]) -> None:
    rows = (row(cell("复议", span=1), cell("诉讼", span=3)), row(cell("维持", span=2), cell("直接"), cell("复议后")))
    (grid,) = grids(read(docx(table(*rows, widths=widths))))
    assert (grid.n_cols, spans(grid)["维持"], spans(grid)["诉讼"]) == (4, (1, 0, 1, 2), (0, 1, 1, 3))


def test_columns_left_out_before_and_after() -> None:
    body = table(
        row(cell("a"), cell("b"), cell("c")),
        row(cell("1"), properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'),
    )
    (grid,) = grids(read(docx(body)))
    assert texts(grid)[-1] == (1, 1, "1")
    assert grid.n_cols == 3


def test_only_what_is_printed() -> None:
    runs = (
        '<w:p><w:r><w:t xml:space="preserve">收到 </w:t></w:r>'
        "<w:del><w:r><w:delText>11</w:delText></w:r></w:del><w:ins><w:r><w:t>12</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>件</w:t><w:tab/><w:t>。</w:t><w:br/><w:t>次行</w:t></w:r>'
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:p>"
    )
    assert paragraphs(read(docx(runs))) == ["收到 12件\t。", "次行链接"]
    deleted = table(
        row(cell("a"), cell("1")), row(cell("b"), cell("2"), properties="<w:del/>"), row(cell("c"), cell("3"))
    )
    assert texts(grids(read(docx(deleted)))[0]) == [(0, 0, "a"), (0, 1, "1"), (1, 0, "c"), (1, 1, "3")]


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ("<w:strike/>", "15"),
        ("<w:dstrike/>", "15"),
        ('<w:strike w:val="0"/>', "1215"),
        ('<w:vertAlign w:val="superscript"/>', "¹²15"),
        ('<w:vertAlign w:val="baseline"/>', "1215"),
        ('<w:color w:val="FFFFFF" w:themeColor="background1"/>', "¹²15"),
        ('<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:color="auto" w:fill="auto"/>', "¹²15"),
        ('<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:color="auto" w:fill="4472C4"/>', "1215"),
        ('<w:color w:val="FFFFFF"/><w:shd w:val="solid" w:color="4472C4" w:fill="auto"/>', "1215"),
        ('<w:color w:val="FFFFFF"/><w:highlight w:val="blue"/>', "1215"),
        ('<w:color w:val="000000"/>', "1215"),
    ],
)
def test_struck_and_raised_digits_are_no_digits_of_the_number(properties: str, text: str) -> None:
    run = f"<w:p><w:r><w:rPr>{properties}</w:rPr><w:t>12</w:t></w:r><w:r><w:t>15</w:t></w:r></w:p>"
    assert paragraphs(read(docx(run))) == [text]


@pytest.mark.parametrize("fill", ["auto", "FFFFFF", "336699"])
def test_white_figures_need_a_ground_that_is_not(fill: str) -> None:
    look = f'<w:tcPr><w:shd w:val="clear" w:fill="{fill}"/></w:tcPr>'
    white = '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'
    body = table(row(cell("规章"), f"<w:tc>{look}<w:p><w:r>{white}<w:t>15</w:t></w:r></w:p></w:tc>", cell("7")))
    (grid,) = grids(read(docx(body)))
    assert [text for _, _, text in texts(grid)] == ["规章", "15" if fill == "336699" else "¹⁵", "7"]


def test_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{para('框内')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert paragraphs(read(docx(body))) == ["正文", "框内"]


def test_content_controls_nested_tables_and_lines_of_a_cell() -> None:
    inner = table(row(cell("i"), cell("9")))
    odd = f"<w:tc><w:tcPr/>{para('商业')}{para('企业')}{inner}<w:p/></w:tc>"
    body = table(
        f"<w:sdt><w:sdtContent>{row(odd, cell('　'))}</w:sdtContent></w:sdt>",
        f"<w:tr><w:sdt><w:sdtContent>{cell('k')}</w:sdtContent></w:sdt>{cell('v')}</w:tr>",
    )
    document = read(docx(f"<w:sdt><w:sdtContent>{para('目录')}</w:sdtContent></w:sdt>{body}"))
    assert outline(document) == ["目录", "<t1 2x2>", "<t2 1x2>"]
    assert texts(grids(document)[0]) == [(0, 0, "商业\n企业"), (0, 1, ""), (1, 0, "k"), (1, 1, "v")]
    assert texts(grids(document)[1]) == [(0, 0, "i"), (0, 1, "9")]


def test_table_of_one_column_is_a_frame() -> None:
    assert outline(read(docx(table(row(cell("标题")), row(cell("正文")))))) == ["标题", "正文"]


def failure(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ReadError) as caught:
        read(data, limits=limits)
    return caught.value.code


def test_hostile_and_broken_containers() -> None:
    whole = docx(para("正文" * 500))
    assert failure(docx("<w:p>" + " " * 2_000_000 + "</w:p>"), Limits(unpack_ratio=100)) == "zip_bomb"
    assert failure(whole, Limits(unpacked_bytes=1000)) == "zip_bomb"
    assert failure(whole[: len(whole) // 2]) == "truncated"
    assert failure(docx("<w:p>")) == "truncated"
    assert failure(zipped({"word/document2.xml": b"<a/>"})) == "truncated"
    assert failure(docx(table(row(*[cell("1")] * 60))), Limits(cells=50)) == "too_large"
    entity = '<!DOCTYPE a [<!ENTITY x "0"><!ENTITY y "&x;&x;&x;">]>'
    assert failure(docx("<w:p><w:r><w:t>&y;</w:t></w:r></w:p>", head=entity)) == "unsafe_xml"


def test_header_that_lies_about_the_size_does_not_help_a_bomb() -> None:
    """The bytes are counted as they come, whatever the directory of the container declares."""
    import io

    data = bytearray(zipped({"word/document.xml": b" " * 5_000_000}))
    place = data.rindex(b"PK\x01\x02") + 24
    data[place : place + 4] = (10).to_bytes(4, "little")
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive, pytest.raises((ReadError, zipfile.BadZipFile)):
        unpack(archive, "word/document.xml", Limits(unpacked_bytes=1000))


def drawing(width: int, height: int, properties: str) -> str:
    return (
        f"<w:r><w:drawing><wp:inline {WP}><wp:extent cx='{width}' cy='{height}'/><wp:docPr id='1' {properties}/>"
        f"<a:graphic {A}><a:blip/></a:graphic></wp:inline></w:drawing></w:r>"
    )


WP = "xmlns:wp='http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing'"
A = "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'"


def test_pictures_large_enough_to_hold_a_table() -> None:
    large, seal = drawing(5_000_000, 2_000_000, "name='图片 1' descr='表三'"), drawing(900_000, 900_000, "name='章'")
    old = "<w:r><w:pict><v:shape style='width:415.3pt;height:200pt'><v:imagedata/></v:shape></w:pict></w:r>"
    small = old.replace("415.3pt", "2cm")
    nameless = large.replace("descr='表三'", "")
    body = f"<w:p><w:r><w:t>前</w:t></w:r>{large}{seal}</w:p><w:p>{old}{small}</w:p>" + table(
        row(cell("a"), f"<w:tc><w:p>{nameless}</w:p></w:tc>")
    )
    assert outline(read(docx(body))) == ["前", "[img1 表三]", "[img3 ]", "<t1 1x2>", "[img5 图片 1]"]


def numbered(text: str, number: str, level: str = "0") -> str:
    properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return para(text).replace("<w:p>", f"<w:p><w:pPr>{properties}</w:pPr>", 1)


def test_automatic_numbers_are_those_that_word_shows() -> None:
    level = ('<w:lvl w:ilvl="{}"><w:start w:val="{}"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/></w:lvl>').format
    kinds = (
        f'<w:abstractNum w:abstractNumId="0">{level(0, 1, "chineseCounting", "%1、")}{level(1, 1, "decimal", "%2.")}'
        f'{level(2, 1, "decimal", "%2.%3 ")}</w:abstractNum><w:abstractNum w:abstractNumId="1">'
        f"{level(0, 3, 'chineseCountingThousand', '（%1）')}{level(1, 1, 'bullet', '·')}</w:abstractNum>"
    )
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    lists = "".join(
        f'<w:num w:numId="{name}"><w:abstractNumId w:val="{kind}"/>{more}</w:num>'
        for name, kind, more in (("1", 0, ""), ("2", 1, ""), ("3", 1, restart), ("4", 0, ""))
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    numbering = f'<w:numbering xmlns:w="{space}">{kinds}{lists}</w:numbering>'.encode()
    style = '<w:style w:styleId="a"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    parts = {
        "word/numbering.xml": numbering,
        "word/styles.xml": f'<w:styles xmlns:w="{space}">{style}</w:styles>'.encode(),
    }
    styled = para("不予公开").replace("<w:p>", '<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr>', 1)
    body = "".join(
        [
            numbered("总体情况", "1"),
            numbered("国家秘密", "1", "1"),
            numbered("细目", "1", "2"),
            numbered("法律", "1", "1"),
            numbered("主动公开", "4"),  # another list of the same kind goes on counting
            numbered("国家秘密", "1", "1"),
            styled,
            numbered("无法提供", "2"),
            numbered("点", "2", "1"),
            numbered("予以公开", "3"),
            numbered("5", "3"),  # a figure in a list is a figure
            numbered("部分公开", "3"),
            numbered("没有", "9"),
        ]
    )
    assert paragraphs(read(docx(body, parts))) == [
        "一、总体情况", "1.国家秘密", "1.1 细目", "2.法律", "二、主动公开", "1.国家秘密", "（三）不予公开",
        "（四）无法提供", "点", "（一）予以公开", "5", "（三）部分公开", "没有",
    ]  # fmt: skip
    assert paragraphs(read(docx(body, parts | {"word/numbering.xml": b"<w:numbering"})))[0] == "总体情况"
