"""The typesetter on its own: what stands where, told by other tools than ours."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal

import pypdfium2
import pytest
from lxml import etree
from lxml import html as lxml_html

from pipelines.simulate.body import compose, cut_table, drop_rows, halves, insert_before_table, relabel
from pipelines.simulate.docx import write_docx
from pipelines.simulate.figures import figures
from pipelines.simulate.html import HtmlLayout, Site, write_html
from pipelines.simulate.pdf import PdfLayout, lay_out, lost_keys, wrap, write_pdf
from pipelines.simulate.pdf_file import text_width
from pipelines.simulate.report import Report
from pipelines.simulate.tables import Shape, Table, disclosure_table, requests_table, review_table
from pipelines.simulate.text import TextLayout, write_text
from pipelines.simulate.typeface import typeface
from schemas.forms import SECTION_FORMS, load_form

AGENCY = "虚州市明湖区教育局"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def report(form: str = "2021", seed: int = 5) -> Report:
    return Report(AGENCY, 2023, form, figures(form, seed))


def tables(body: tuple[object, ...]) -> list[Table]:
    return [piece for piece in body if isinstance(piece, Table)]


def squares(table: Table) -> list[list[str]]:
    """The text of the cell that covers each square of the grid; fails where cells overlap or leave a hole."""
    grid: list[list[str | None]] = [[None] * len(table.widths) for _ in range(table.n_rows)]
    for cell in table.cells:
        for r in range(cell.row, cell.row + cell.rowspan):
            for c in range(cell.col, cell.col + cell.colspan):
                assert grid[r][c] is None, (cell, grid[r][c])
                grid[r][c] = cell.text
    assert all(text is not None for row in grid for text in row)
    return [[text or "" for text in row] for row in grid]


@pytest.mark.parametrize("form", SECTION_FORMS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_made_up_figures_obey_every_identity(form: str, seed: int) -> None:
    printed = figures(form, seed, zeros=0.3)
    values = {key: Decimal(text.removesuffix("元")) for key, text in printed.items()}
    equations = load_form(form).equations
    assert len(equations) > 30
    for equation in equations:
        assert sum(sign * values[key] for sign, key in equation.terms) == 0, equation.id
    assert printed == figures(form, seed, zeros=0.3) != figures(form, seed + 1, zeros=0.3)


@pytest.mark.parametrize(
    ("form", "shapes"),
    [("2021", [(14, 4), (28, 10), (4, 15)]), ("2019", [(18, 4), (26, 10), (4, 15)])],
)
def test_grids_of_the_forms(form: str, shapes: list[tuple[int, int]]) -> None:
    """Rows and columns as in the printed forms (14 × 4, 28 × 10 and 4 × 15 were counted in a real blank form)."""
    made = tables(compose(report(form)))
    assert [(table.n_rows, len(table.widths)) for table in made] == shapes
    for table in made:
        squares(table)
    keys = [cell.key for table in made for cell in table.cells if cell.key]
    assert keys == [cell.key for cell in load_form(form).cells]


def test_values_stand_under_their_labels() -> None:
    made = report().printing({("requests", "result.other.other", "legal_service"): "777"})
    grid = squares(requests_table(made))  # type: ignore[arg-type]
    row = next(row for row in grid if "777" in row)
    assert row[:3] == ["三、本年度办理结果", "（六）其他处理", "3.其他"]
    assert [grid[r][row.index("777")] for r in (0, 1, 2)] == ["申请人情况", "法人或其他组织", "法律服务机构"]
    grid = squares(review_table(made.printing({("review", "litigation.direct", "pending"): "777"})))  # type: ignore[arg-type]
    assert [grid[r][grid[3].index("777")] for r in (0, 1, 2)] == ["行政诉讼", "未经复议直接起诉", "尚未审结"]
    grid = squares(disclosure_table(made.printing({("disclosure", "fees", "amount"): "7.5"})))  # type: ignore[arg-type]
    assert grid[-3:] == [
        ["第二十条第（八）项"] * 4,
        ["信息内容"] + ["本年收费金额（单位：万元）"] * 3,
        ["行政事业性收费"] + ["7.5"] * 3,
    ]


def test_shapes() -> None:
    made = report()
    subtotal = squares(requests_table(made, Shape(subtotal=True)))  # type: ignore[arg-type]
    assert subtotal[2][-3:] == ["其他", "小计", "总计"]
    cells = [Decimal(text) for text in subtotal[3][3:]]
    assert cells[6] == sum(cells[1:6])
    assert cells[7] == cells[0] + cells[6]
    stacked = squares(review_table(made, Shape(review_header="stacked")))  # type: ignore[arg-type]
    assert (stacked[1][0], stacked[3][0]) == ("结果", "维持")
    assert (stacked[2][7], stacked[3][7]) == ("其他", "结果")
    vertical = squares(review_table(made, Shape(review_header="vertical")))  # type: ignore[arg-type]
    assert vertical[2][3] == "尚\n未\n审\n结"


def test_rows_that_are_not_there() -> None:
    made = report()
    lost = [key for key in made.cells if key[1] == "normative_documents" or key[1].startswith("result.unavailable")]
    made = made.without(lost)
    two, three, _ = tables(compose(made, Shape(requests_header=False)))
    assert "行政规范性文件" not in {cell.text for cell in two.cells}
    assert (two.n_rows, three.n_rows) == (13, 22)
    squares(two)
    squares(three)
    assert disclosure_table(made.without([key for key in made.cells if key[0] == "disclosure"])) is None


def test_variations_of_a_body() -> None:
    body = compose(report())
    three = tables(body)[1]
    upper, lower = halves(three, 12, repeat_header=True)
    assert (upper.n_rows, lower.n_rows) == (12, 19)
    assert squares(lower)[3][2:] == squares(three)[12][2:]
    assert squares(lower)[3][:2] == ["", ""]  # the words of the cut groups stay above
    assert len(tables(cut_table("requests", 12)(body))) == 4
    dropped = tables(drop_rows("requests", 0, 5)(body))[1]
    assert (dropped.n_rows, dropped.header_rows) == (22, 0)
    assert squares(dropped)[0] == squares(three)[6]
    said = insert_before_table("review", "一句话。")(body)
    assert isinstance(said[said.index(tables(said)[2]) - 1], type(body[0]))
    assert {"甲"} == {c.text for c in tables(relabel({"规章": "甲"})(body))[0].cells} - {
        c.text for c in tables(body)[0].cells
    }


def test_text_layouts() -> None:
    body = compose(report().printing({("disclosure", "regulations", "repealed"): ""}))
    pipes = write_text(body, TextLayout("pipes")).decode().splitlines()
    assert pipes[0] == f"{AGENCY}2023年政府信息公开工作年度报告"
    assert "第二十条第（一）项 |  |  |" in pipes
    issued, in_force = (report().cells["disclosure", "regulations", code] for code in ("issued", "in_force"))
    assert f"规章 | {issued} |  | {in_force}" in pipes
    bars = write_text(body, TextLayout("bars", rule=True)).decode().splitlines()
    assert f"| 规章 | {issued} |  | {in_force} |" in bars
    assert bars[bars.index("| --- | --- | --- | --- |") - 1] == "| 第二十条第（一）项 |  |  |  |"
    packed = write_text(body, TextLayout("tabs", spans="end")).decode().splitlines()
    carried = next(line for line in packed if line.startswith("四、结转"))
    assert re.fullmatch(r"四、结转下年度继续办理(\t\d+){7}\t\t", carried)
    second = next(line for line in packed if "2.重复申请" in line)
    assert re.fullmatch(r"\t\t2\.重复申请(\t\d+){7}", second)
    lines = write_text(body, TextLayout("lines")).decode().split("\n\n")
    at = lines.index("规章")
    assert lines[at + 1 : at + 3] == [issued, in_force]
    exploded = write_text(compose(report(), Shape(review_header="vertical")), TextLayout("tabs", explode=True)).decode()
    assert "\n果\t果\t他\t未\t计\t" in exploded
    assert write_text(body, TextLayout(), "gb18030").decode("gb18030") == write_text(body).decode()


def grid_of_html(data: bytes, charset: str) -> list[list[list[str]]]:
    """Every table as texts by square, spans filled, told by lxml."""
    found = []
    for table in lxml_html.fromstring(data.decode(charset)).iter("table"):
        taken: dict[tuple[int, int], str] = {}
        rows = list(table.iter("tr"))
        for r, row in enumerate(rows):
            c = 0
            for cell in row.iter("td"):
                while (r, c) in taken:
                    c += 1
                text = re.sub(r"\s+", "", "".join(cell.itertext())).strip("\xa0")
                for i in range(int(cell.get("rowspan", "1"))):
                    for j in range(int(cell.get("colspan", "1"))):
                        taken[r + i, c + j] = text
        width = 1 + max(c for _, c in taken)
        found.append([[taken[r, c] for c in range(width)] for r in range(len(rows))])
    return found


@pytest.mark.parametrize("form", SECTION_FORMS)
@pytest.mark.parametrize(
    "layout",
    [
        HtmlLayout(),
        HtmlLayout(breaks="p", declared=None),
        HtmlLayout(export=False, charset="gb18030", declared="gb2312"),
        HtmlLayout(export=False, site=Site("站", published="2024-01-05", siblings=("甲2021年年度报告",), footer="底")),
    ],
    ids=["export", "paragraphs", "plain", "site"],
)
def test_html_grids(form: str, layout: HtmlLayout) -> None:
    body = compose(report(form), Shape(subtotal=True, review_header="vertical"))
    data = write_html(body, layout)
    want = [[[re.sub(r"\s+", "", text) for text in row] for row in squares(table)] for table in tables(body)]
    assert grid_of_html(data, layout.charset) == want
    assert data == write_html(body, layout)
    head = data[:1200].decode(layout.charset, "replace")
    assert (f"charset={layout.declared}" in head) == (layout.declared is not None)
    if layout.site:
        page = data.decode()
        assert '<meta name="PubDate" content="2024-01-05" />' in page
        assert '<li><a href="./t0.html">甲2021年年度报告</a></li>' in page


def test_html_marks_blank_cells_and_breaks() -> None:
    body = compose(report("2019").printing({("disclosure", "regulations", "made"): ""}))
    broken = relabel({"本年新制作数量": "本年新\n制作数量"})(body)
    page = write_html(broken).decode()
    assert "本年新<br />制作数量" in page
    assert page.count("&nbsp;") == 1
    assert "<b>2</b>" not in page
    assert write_html(broken, HtmlLayout(breaks="p")).decode().count("<br") == 0


@pytest.mark.parametrize("form", SECTION_FORMS)
def test_docx_grids(form: str) -> None:
    body = compose(report(form))
    data = write_docx(body, split_runs=True)
    assert data == write_docx(body, split_runs=True)
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    root = etree.fromstring(archive.read("word/document.xml"))
    for table, element in zip(tables(body), root.iter(f"{W}tbl"), strict=True):
        above: dict[int, str] = {}
        grid = []
        for row in element.iter(f"{W}tr"):
            texts, c = [], 0
            for cell in row.iter(f"{W}tc"):
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                width = int(span.get(f"{W}val")) if span is not None else 1
                text = "".join(node.text or "" for node in cell.iter(f"{W}t"))
                if merge is not None and merge.get(f"{W}val") is None:
                    assert text == ""
                    text = above[c]
                above[c] = text
                texts += [text] * width
                c += width
            grid.append(texts)
        assert grid == squares(table)


def pdf_text(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def test_pdf_text_layer() -> None:
    made = report()
    body = compose(made)
    layout = PdfLayout(start=60)
    data = write_pdf(body, layout)
    assert data == write_pdf(body, layout)
    assert len(data) < 60_000
    pages = pdf_text(data)
    assert len(pages) == len(lay_out(body, layout)) == 2
    assert pages[0].splitlines()[0:2] == ["- 1 -", made.title]
    assert made.period in pages[0].replace("\n", "")
    assert "．".join(re.findall(r"- (\d) -", "".join(pages))) == "1．2"
    for key in (
        ("disclosure", "fees", "amount"),
        ("requests", "carried_out", "total"),
        ("review", "reconsideration", "total"),
    ):
        assert made.cells[key] in "".join(pages)
    assert "危及“三安全一稳定”" in "".join(pages).replace("\n", "")
    assert pypdfium2.PdfDocument(data).get_metadata_value("Title") == made.title


def test_pdf_rules_and_values_are_where_the_grid_is() -> None:
    """Every value's baseline lies inside the rules drawn around its cell."""
    made = report()
    pages = lay_out(compose(made), PdfLayout(start=230))
    table = tables(compose(made))[1]
    page = next(page for page in pages if ("requests", "new", "total") in page.keys)
    xs = sorted({round(x, 1) for x0, _, x1, _ in page.image.rules for x in (x0, x1)})
    assert len(xs) >= len(table.widths) + 1
    total = made.cells["requests", "new", "total"]
    placed = next(text for text in page.image.texts if text.text == total)
    right = max(xs)
    left = max(x for x in xs if x < placed.x)
    assert left < placed.x < placed.x + text_width(total, placed.size) < right
    assert page.keys == {cell.key for cell in load_form("2021").cells if cell.section == "requests"} | {
        key for key in page.keys if key[0] != "requests"
    }


def test_pdf_pages_break_rows_groups_and_headers() -> None:
    body = compose(report())
    plain = lay_out(body, PdfLayout(margin=48, padding=2, start=75))
    assert [placed.text for placed in plain[0].image.texts if placed.text.startswith("（四）")] == ["（四）无法"]
    assert "提供" in [placed.text for placed in plain[1].image.texts]
    repeated = lay_out(body, PdfLayout(start=60, repeat_header=True))
    assert sum("申请人情况" in [placed.text for placed in page.image.texts] for page in repeated) == 2
    layout = PdfLayout(start=60, drop=frozenset({2}))
    lost = lost_keys(body, layout)
    assert ("requests", "result.total", "total") in lost
    assert ("disclosure", "regulations", "issued") not in lost
    assert len(pdf_text(write_pdf(body, layout))) == 1
    assert not lost_keys(body, replace(layout, drop=frozenset()))


def test_half_rows_keep_their_values_once() -> None:
    body = compose(report())
    for start in range(0, 300, 11):
        pages = lay_out(body, PdfLayout(start=start, split="lines"))
        texts = [placed.text for page in pages for placed in page.image.texts]
        assert sum(len(page.keys) for page in pages) == 200
        assert "".join(texts).count("申请人无正当理由") + "".join(texts).count("无正当理由大量") <= 3
        for total in ("new", "result.total", "carried_out"):
            assert report().cells["requests", total, "total"] in texts


def test_lines_are_wrapped() -> None:
    assert wrap("一二三四五", 10, 25) == ["一二", "三四", "五"]
    assert wrap("甲\n乙", 10, 100) == ["甲", "乙"]
    assert wrap("the quick brown fox", 10, 45) == ["the quick", "brown fox"]
    assert "".join(wrap("1234567890", 10, 12)) == "1234567890"
    assert text_width("一0", 10) == 15.0


def test_typeface_subset_holds_what_is_asked() -> None:
    face = typeface()
    assert face.has("（")
    assert face.has("規")
    assert not face.has("A")
    small = face.subset("年报")
    assert len(small) < 120_000
    whole = face.subset([chr(code) for code in face.glyphs])
    assert len(whole) > 3 * len(small)
    for form in SECTION_FORMS:
        for cell in load_form(form).cells:
            text_width(cell.row_label + cell.column_label + cell.row_group, 10)  # raises for a missing glyph
    with pytest.raises(ValueError, match=r"U\+1F600"):
        text_width("😀", 10)
