"""Tables without rulings: columns and rows from the places of the texts alone, or none at all."""

from __future__ import annotations

import random
import time
from itertools import dropwhile

from hypothesis import given, settings
from hypothesis import strategies as st
from reader_files import grids, line, outline, paragraphs, pdf, say, spans

from pipelines.document import Document, Grid
from pipelines.readers import read

COLUMNS = (300, 380, 460, 540)
HEADS = ("自然人", "商业企业", "其他", "总计")


def put(text: str, middle: float, y: float, size: float = 10) -> str:
    """A text around a middle: ideographs are as wide as high, digits half as wide."""
    width = sum(size * (0.556 if c.isascii() else 1) for c in text)
    return say(round(middle - width / 2, 2), y, text, size)


def cells(y: float, *values: str) -> str:
    return "".join(put(text, x, y) for text, x in zip(values, COLUMNS, strict=True) if text)


def header(y: float) -> str:
    return "".join(put(text, x, y) for text, x in zip(HEADS, COLUMNS, strict=True))


def table(document: Document) -> Grid:
    (grid,) = grids(document)
    return grid


def numbers(grid: Grid) -> list[list[str]]:
    """The values of each row that has any label."""
    rows: dict[int, list[str]] = {}
    for cell in grid.cells:
        if cell.col >= grid.n_cols - len(COLUMNS) and cell.colspan == 1:
            rows.setdefault(cell.row, []).append(cell.text)
    return list(rows.values())


def test_columns_rows_and_blanks() -> None:
    content = (
        say(50, 380, "二、", 14)
        + header(350)
        + say(50, 330, "新收")
        + cells(330, "12", "", "3", "15")
        + say(50, 310, "结转")
        + cells(310, "0", "4", "", "4")
        + say(50, 290, "空行")
        + say(50, 270, "办结")
        + cells(270, "/", "1,234", "-8", "2")
        + say(50, 150, "after")
    )
    document = read(pdf(content))
    grid = table(document)
    assert grid.aligned
    assert grid.page == 1
    assert len(grid.edges) == grid.n_cols + 1 == 6
    assert list(grid.edges) == sorted(grid.edges)
    assert [cell.text for cell in grid.cells if cell.row == 0] == list(HEADS)
    assert numbers(grid)[1:] == [
        ["12", "", "3", "15"],
        ["0", "4", "", "4"],
        ["", "", "", ""],
        ["/", "1,234", "-8", "2"],
    ]
    assert [(c.row, c.text) for c in grid.cells if c.col == 0] == [(1, "新收"), (2, "结转"), (3, "空行"), (4, "办结")]
    assert paragraphs(document) == ["二、", "after"]
    assert all(cell.locator.startswith("p1[") for cell in grid.cells)


def test_column_without_any_value_is_known_from_its_heading() -> None:
    content = header(350) + "".join(
        say(50, y, "甲乙") + cells(y, "1", "2", "", "3") for y in (330, 310)
    )  # fmt: skip
    assert numbers(table(read(pdf(content))))[1:] == [["1", "2", "", "3"]] * 2


def test_labels_of_several_lines_beside_values_in_the_middle() -> None:
    content = header(350)
    content += say(50, 336, "申请人无正当理") + say(50, 324, "由逾期不补正") + cells(330, "1", "2", "3", "6")
    content += say(50, 304, "其他") + cells(304, "4", "5", "6", "15")
    content += (
        say(50, 284, "一情形不计") + say(50, 272, "其他情形的") + say(50, 260, "申请") + cells(272, "7", "8", "9", "24")
    )
    grid = table(read(pdf(content)))
    found = {c.text: c.row for c in grid.cells if c.col == 0}
    assert found == {"申请人无正当理\n由逾期不补正": 1, "其他": 2, "一情形不计\n其他情形的\n申请": 3}
    assert numbers(grid)[1:] == [["1", "2", "3", "6"], ["4", "5", "6", "15"], ["7", "8", "9", "24"]]


def test_group_names_beside_labels() -> None:
    content = header(350) + say(50, 330, "一、新收") + cells(330, "1", "2", "3", "6")
    for y, text in ((310, "1.甲"), (290, "2.乙"), (270, "3.丙"), (250, "4.丁")):
        content += say(120, y, text) + cells(y, "0", "1", "0", "1")
    content += say(50, 286, "（三）") + say(50, 274, "不予")
    grid = table(read(pdf(content)))
    assert spans(grid)["一、新收"] == (1, 0, 1, 2)
    assert [(c.row, c.text) for c in grid.cells if c.col == 1 and c.row > 1 and c.colspan == 1] == [
        (2, "1.甲"),
        (3, "2.乙"),
        (4, "3.丙"),
        (5, "4.丁"),
    ]
    assert spans(grid)["（三）\n不予"][:2] in ((3, 0), (4, 0))


def test_headings_over_groups_of_columns() -> None:
    xs = [60 + 36 * i for i in range(15)]
    content = put("行政复议", xs[2], 360) + put("行政诉讼", (xs[9] + xs[10]) / 2, 360)
    content += put("直接起诉", xs[7], 345) + put("复议后起诉", xs[12], 345)
    content += "".join(put("结果", x, 330) for x in xs) + "".join(put("维持", x, 318) for x in xs)
    content += "".join(put(str(i), x, 300) for i, x in enumerate(xs))
    grid = table(read(pdf(content)))
    assert grid.n_cols == 15
    assert spans(grid)["行政复议"] == (0, 0, 1, 5)
    assert spans(grid)["行政诉讼"][1:] == (5, 1, 10)
    assert spans(grid)["直接起诉"] == (1, 5, 1, 5)
    assert spans(grid)["复议后起诉"] == (1, 10, 1, 5)
    assert [c.text for c in grid.cells if c.row == grid.n_rows - 1] == [str(i) for i in range(15)]


def test_number_that_wraps_is_one_cell_if_its_row_is_certain() -> None:
    content = header(350) + say(50, 330, "新收") + put("28226", 300, 336) + put("52", 300, 324)
    content += (
        "".join(put(t, x, 330) for t, x in (("1", 380), ("2", 460))) + put("282265", 540, 336) + put("5", 540, 324)
    )
    content += say(50, 300, "结转") + cells(300, "1", "2", "3", "6")
    assert numbers(table(read(pdf(content))))[1] == ["28226\n52", "1", "2", "282265\n5"]


def test_values_in_the_middle_of_two_lines_are_their_row() -> None:
    content = header(350) + say(50, 330, "新收") + cells(321, "1", "2", "3", "6") + say(50, 312, "申请")
    content += say(50, 280, "办结") + cells(280, "1", "2", "3", "6")
    assert [c.text for c in table(read(pdf(content))).cells if c.col == 0] == ["新收\n申请", "办结"]


def test_text_over_two_columns_of_values_is_no_table() -> None:
    content = header(350)
    for y in (330, 310):
        content += say(50, y, "新收") + cells(y, "1", "", "", "2") + put("说明说明说明说明说明", 400, y)
    assert grids(read(pdf(content))) == []


def test_prose_with_numbers_is_no_table() -> None:
    content = "".join(
        say(50, 380 - 16 * i, f"本年度共收到申请{i}件，其中网络申请{i}件") + say(400, 380 - 16 * i, f"{2020 + i} ")
        for i in range(2)
    )
    content += (
        say(50, 300, "地址：路1号")
        + say(300, 300, "电话：1234567")
        + say(50, 284, "邮编：223001")
        + say(300, 284, "12")
    )
    assert grids(read(pdf(content))) == []


def test_table_goes_on_over_the_page_end() -> None:
    first = (
        header(100)
        + say(50, 80, "新收")
        + cells(80, "1", "2", "3", "6")
        + say(50, 60, "结转")
        + cells(60, "0", "1", "0", "1")
    )
    second = (
        say(50, 380, "予以") + cells(380, "5", "", "6", "11") + say(50, 360, "部分") + cells(360, "7", "", "8", "15")
    )
    above, below = grids(read(pdf(first, second)))
    assert (above.page, below.page) == (1, 2)
    assert above.n_cols == below.n_cols == 5
    assert numbers(below) == [["5", "", "6", "11"], ["7", "", "8", "15"]]
    assert all(abs(a - b) < 3 for a, b in zip(above.edges, below.edges, strict=True))


def test_header_alone_at_the_page_end() -> None:
    data = "".join(say(50, y, "新收") + cells(y, "1", "2", "3", "6") for y in (380, 360))
    heading = say(50, 60, "内容") + header(60)
    before = header(140) + "".join(say(50, y, "结转") + cells(y, "1", "2", "3", "6") for y in (120, 100))
    found = grids(read(pdf(before + heading, data)))
    assert [(grid.page, grid.n_rows, grid.n_cols) for grid in found] == [(1, 3, 5), (1, 1, 5), (2, 2, 5)]


def test_rules_across_only() -> None:
    content = header(350) + "".join(say(50, y, "新收") + cells(y, "1", "2", "", "3") for y in (330, 310))
    content += line(40, 365, 580, 365, 1.5) + line(40, 344, 580, 344) + line(40, 300, 580, 300, 1.5)
    assert numbers(table(read(pdf(content))))[1:] == [["1", "2", "", "3"]] * 2


def test_halves_side_by_side() -> None:
    def half(left: float, first: int) -> str:
        made = put("制发", left + 100, 350) + put("废止", left + 150, 350) + put("现行", left + 200, 350)
        for n, y in enumerate((330, 310, 290)):
            made += say(left, y, "甲乙丙") + "".join(put(str(first + n), left + x, y) for x in (100, 150, 200))
        return made

    left, right = grids(read(pdf(half(40, 10) + half(330, 20))))
    assert [c.text for c in left.cells if c.row == 1] == ["甲乙丙", "10", "10", "10"]
    assert [c.text for c in right.cells if c.row == 3] == ["甲乙丙", "22", "22", "22"]


def test_page_beside_a_page() -> None:
    prose = [f"本报告所列数据的统计期限自一月{i}日起" for i in range(1, 7)]
    content = "".join(say(20, 380 - 14 * i, text) for i, text in enumerate(prose))
    content += put("自然人", 420, 373) + put("总计", 480, 373) + put("其他", 540, 373) + put("9", 540, 333)
    for i in range(1, 5):
        content += say(320, 373 - 20 * i, "甲乙") + put(str(i), 420, 373 - 20 * i) + put("5", 480, 373 - 20 * i)
    document = read(pdf(content))
    assert paragraphs(document) == prose
    assert [[c.text for c in grid.cells if c.row == 2] for grid in grids(document)] == [["甲乙", "2", "5", "9"]]


def test_any_order_of_drawing_gives_the_same_lines() -> None:
    words = [
        say(50, y, text) + say(250, y, "12 3") + say(150, y, "ab") for y, text in ((300, "x"), (280, "y"), (260, "z"))
    ]
    pieces = [piece + "\n" for word in words for piece in word.split("\n") if piece]
    straight = outline(read(pdf("".join(pieces))))
    assert straight == ["x ab 12 3", "y ab 12 3", "z ab 12 3"]
    for seed in range(6):
        random.Random(seed).shuffle(pieces)
        assert outline(read(pdf("".join(pieces)))) == straight


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["0", "7", "12", "345", "", "/"]), min_size=4, max_size=4), min_size=2, max_size=8
    ),
    st.floats(13, 30),
)
def test_no_value_ever_leaves_its_row_or_column(rows: list[list[str]], pitch: float) -> None:
    """Whatever is blank: a value stands in the cell of its row and column, or nowhere."""
    content = say(50, 385, "项目") + header(385)
    for n, row in enumerate(rows):
        content += say(50, round(365 - n * pitch, 1), "甲乙丙丁") + cells(round(365 - n * pitch, 1), *row)
    for grid in grids(read(pdf(content))):
        assert grid.n_cols == 5
        found = [tuple(row) for row in numbers(grid) if row != list(HEADS)]
        # Labels without values above the first and below the last row of values may be left to the text.
        expected = [tuple(row) for row in dropwhile(lambda row: not any(row), rows)]
        assert found in (expected[: len(found)], [tuple(row) for row in rows][: len(found)])
        assert sum(map(any, found)) == sum(map(any, rows))


def test_page_full_of_numbers_takes_no_time() -> None:
    draw = random.Random(3)
    content = "".join(say(draw.randrange(580), draw.randrange(390), str(draw.randrange(99)), 4) for _ in range(3000))
    start = time.process_time()
    read(pdf(content))
    assert time.process_time() - start < 3
