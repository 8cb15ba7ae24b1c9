"""Tables saved with commas or semicolons between their cells."""

from __future__ import annotations

import pytest

from pipelines.document import Grid, Paragraph
from pipelines.readers.limits import Limits
from pipelines.readers.text import read

TABLE = """某局2030年年度报告
第二十条第（一）项,,,
信息内容,本年制发件数,本年废止件数,现行有效件数
规章,0,,7
行政规范性文件,"1,234",5,61
以上数据截至年底。
"""


def grids(text: str, charset: str = "utf-8") -> list[Grid]:
    return [block for block in read(text.encode(charset), Limits()).blocks if isinstance(block, Grid)]


def rows(grid: Grid) -> list[list[str]]:
    table = [[""] * grid.n_cols for _ in range(grid.n_rows)]
    for cell in grid.cells:
        table[cell.row][cell.col] = cell.text
    return table


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_lines_with_the_same_commas_are_rows_and_their_empty_cells_stay(charset: str) -> None:
    (grid,) = grids(TABLE, charset)
    assert rows(grid) == [
        ["第二十条第（一）项", "", "", ""],
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "0", "", "7"],
        ["行政规范性文件", "1,234", "5", "61"],
    ]
    assert {cell.text: cell.locator for cell in grid.cells}["1,234"] == "L5:10-15"


def test_lines_around_the_table_stay_paragraphs_and_its_caption_is_one_too() -> None:
    blocks = read(TABLE.encode(), Limits()).blocks
    assert [block.text if isinstance(block, Paragraph) else "table" for block in blocks] == [
        "某局2030年年度报告",
        "第二十条第（一）项",
        "table",
        "以上数据截至年底。",
    ]


SAVED = """某局2030年年度报告,,,
本报告所列数据为2030年。,,,
一、总体情况,,,
信息内容,制发,废止,有效
规章,0,,7
"另,一行",1,2,3
其他，见下。,,,
内容,制发,废止,有效
规章,4,5,6
"""


def test_a_saved_sheet_has_paragraphs_as_wide_as_its_tables() -> None:
    blocks = read(SAVED.encode("utf-8-sig"), Limits()).blocks
    assert [block.text if isinstance(block, Paragraph) else block.n_rows for block in blocks] == [
        "某局2030年年度报告",
        "本报告所列数据为2030年。",
        "一、总体情况",
        4,
        "其他，见下。",
        2,
    ]
    assert [block.locator for block in blocks][:2] == ["L1:1-12", "L2:1-15"]


def test_a_long_label_of_a_row_that_prints_nothing_stays_a_row() -> None:
    (grid,) = grids(f"甲,乙,丙,丁\n规章,1,2,3\n{'其他主动公开文件' * 9},,,\n许可,4,5,6\n")
    assert grid.n_rows == 4


STRIPPED = """,,本年申请人
,自然人,企业,总计
受理,5,1,6
结转,1
办结,4,1,5
答复,2,1,3
不予公开
撤回,1,0,1
"""


def test_rows_may_lack_the_empty_cells_at_their_ends_but_rows_of_values_that_do_stay_lines() -> None:
    """A row that is short may have lost another cell."""
    blocks = read(STRIPPED.encode(), Limits()).blocks
    found = [block.text if isinstance(block, Paragraph) else rows(block) for block in blocks]
    assert found == [
        [["", "", "本年申请人", ""], ["", "自然人", "企业", "总计"], ["受理", "5", "1", "6"]],
        "结转,1",
        [["办结", "4", "1", "5"], ["答复", "2", "1", "3"]],
        "不予公开",
        "撤回,1,0,1",
    ]


@pytest.mark.parametrize(
    "change",
    [
        ("结转,1", "结转,1,"),  # somebody left out some of them, or other cells
        ("结转,1", "结转,1,282"),  # a comma may stand within a number
        ("受理,5,1,6", "受理,5"),  # most rows are short
    ],
)
def test_rows_of_many_widths_are_no_table(change: tuple[str, str]) -> None:
    assert grids(STRIPPED.replace("答复,2,1,3\n不予公开\n", "").replace(*change)) == []


def test_empty_cells_in_plenty_make_a_table_without_values() -> None:
    (grid,) = grids("信息内容,制发,废止,有效\n规章,,,\n规范性文件,,,\n许可,,,\n")
    assert grid.n_rows == 4


def test_paragraphs_in_quotation_marks_beside_tables_lose_them() -> None:
    text = '"某局""年报"""\n"内容","制发","有效"\n"规章","1","2"\n"许可","3","4"\n'
    first, grid = read(text.encode(), Limits()).blocks
    assert isinstance(grid, Grid)
    assert isinstance(first, Paragraph)
    assert (first.text, first.locator) == ('某局"年报"', "L1:2-10")
    (alone,) = read('"某局年报"\n'.encode(), Limits()).blocks
    assert isinstance(alone, Paragraph)
    assert alone.text == '"某局年报"'


def test_semicolons_part_cells_whose_numbers_have_commas() -> None:
    (grid,) = grids("甲;乙;丙\n1,234;2;3\n4;5;6\n")
    assert rows(grid)[1] == ["1,234", "2", "3"]


def test_what_may_be_one_number_is_two_where_headings_fill_the_row_or_no_comma_parts_them() -> None:
    (grid,) = grids("维持,纠正,其他,未结\n甲,乙,丙,丁\n681,135,86,103\n")
    assert rows(grid)[2] == ["681", "135", "86", "103"]
    (grid,) = grids("681;135;86;103\n682;136;87;104\n683;137;88;105\n")
    assert rows(grid)[0] == ["681", "135", "86", "103"]


def test_a_quoted_cell_has_line_ends_and_quotes_in_it() -> None:
    (grid,) = grids('"第一\n行",乙,丙\n"称""甲""的",2,3\n丁,5,6\n')
    assert [row[0] for row in rows(grid)] == ["第一\n行", '称"甲"的', "丁"]
    assert grid.cells[3].locator == "L3:2-9"
    assert grid.cells[4].locator == "L3:11-12"


@pytest.mark.parametrize(
    "text",
    [
        "甲,乙,丙\n许可,3,282,\n处罚,5,6\n强制,7,8\n",  # a comma within a number: one row is wider
        "许可,1,234\n处罚,2,345\n强制,1,111\n",  # in all of them
        "内容,数量\n许可,1,234\n处罚,2,345\n强制,1,111\n",
        "内容,数量,\n许可,1,234\n处罚,2,345\n强制,1,111\n",
        "今年收到3件,办结2件,余1件。\n其中甲,乙,丙三类。\n另有说明,见附件,谢谢。\n",
    ],
)
def test_commas_that_may_be_of_prose_or_of_numbers_make_no_table(text: str) -> None:
    assert grids(text) == []


def test_commas_within_the_numbers_of_rows_that_tabs_part_make_no_table() -> None:
    text = "\t重复\t1,800\t753\t3,051\n\t图书\t177\t75\t299\n\t反复\t1,916\t450\t2,579\n\t确认\t223\t464\t1,890\n"
    lines = "\t答复\t1,223\t60\t92\n\t撤回\t1,036\t346\t1,575\n\t退回\t1,570\t312\t2,130\n"
    assert not any("\t" in cell.text for grid in grids(text + lines) for cell in grid.cells)
