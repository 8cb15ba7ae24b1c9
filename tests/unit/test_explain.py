"""Places of figures in the words of somebody who looks for them."""

import pytest

from pipelines.explain import _in_words


@pytest.mark.parametrize(
    ("locator", "words"),
    [
        ("p4[1,2,3,4]", "page 4 第 4 页"),
        ("t3/r12/c7", "table 3, row 12, column 7 第 3 表第 12 行第 7 列"),
        ("rows2/r12/c7", "run 2 of rows that are no table, row 12, cell 7 第 2 组非表格的行，第 12 行第 7 格"),
        ("L120:14-18", "line 120, characters 14 to 17 第 120 行第 14 至 17 个字符"),
        ("L120", "line 120 第 120 行"),
        ("para9:14-18", "paragraph 9, characters 14 to 17 第 9 段第 14 至 17 个字符"),
        ("para9-para12", "paragraph 9 第 9 段"),
    ],
)
def test_each_kind_of_place_is_told(locator: str, words: str) -> None:
    assert _in_words(locator) == f"  ({words})"


def test_a_cell_of_a_workbook_tells_itself() -> None:
    assert _in_words("'Sheet1'!D14") == _in_words(None) == ""
