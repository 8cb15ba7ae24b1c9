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


def test_lines_around_the_table_stay_paragraphs() -> None:
    blocks = read(TABLE.encode(), Limits()).blocks
    assert [type(block) for block in blocks] == [Paragraph, Grid, Paragraph]


def test_semicolons_part_cells_whose_numbers_have_commas() -> None:
    (grid,) = grids("甲;乙;丙\n1,234;2;3\n4;5;6\n")
    assert rows(grid)[1] == ["1,234", "2", "3"]


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
        "今年收到3件,办结2件,余1件。\n其中甲,乙,丙三类。\n另有说明,见附件,谢谢。\n",
    ],
)
def test_commas_that_may_be_of_prose_or_of_numbers_make_no_table(text: str) -> None:
    assert grids(text) == []
