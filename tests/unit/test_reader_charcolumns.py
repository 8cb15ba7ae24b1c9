"""Tables set in columns of characters: the places of values tell the columns; where they do not, there is none."""

from __future__ import annotations

from unicodedata import east_asian_width

import pytest
from reader_files import grids, outline

from pipelines.document import Document, Grid
from pipelines.readers import read

HEADER = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
ROWS = [
    ["规章", "1", "", "147"],
    ["行政规范性文件", "12", "3", "289"],
    ["其他文件", "", "4", "2"],
    ["通知", "5", "", ""],
]


def width(text: str, wide: bool) -> int:
    return sum(2 if wide and east_asian_width(char) == "W" else 1 for char in text)


def columns(rows: list[list[str]], wide: bool, right: bool = False) -> list[str]:
    """Lines in which each column begins, or ends, at one place."""
    widths = [max(width(row[col], wide) for row in rows) + 2 for col in range(len(rows[0]))]
    lines = []
    for row in rows:
        line = ""
        for text, room in zip(row, widths, strict=True):
            blanks = " " * (room - width(text, wide))
            line += blanks + text if right and line else text + blanks
        lines.append(line.rstrip())
    return lines


def read_lines(*lines: str) -> Document:
    return read("\n".join(lines).encode())


def texts(grid: Grid) -> list[list[str]]:
    return [
        [next((c.text for c in grid.cells if c.row == row and c.col == col), "") for col in range(grid.n_cols)]
        for row in range(grid.n_rows)
    ]


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("right", [False, True])
def test_values_below_each_other_are_columns_whichever_way_they_are_counted(wide: bool, right: bool) -> None:
    lines = columns([HEADER, *ROWS], wide, right)
    document = read_lines("二、主动公开政府信息情况", "", *lines, "", "三、其他")
    assert outline(document) == ["二、主动公开政府信息情况", "<L3-7 5x4>", "三、其他"]
    (grid,) = grids(document)
    assert grid.aligned
    assert texts(grid) == [HEADER, *ROWS]
    for cell in grid.cells:
        number, place = cell.locator[1:].split(":")
        start, end = place.split("-")
        assert lines[int(number) - 3][int(start) - 1 : int(end) - 1] == cell.text


def test_blanks_between_numbers_are_no_columns() -> None:
    lines = [" ".join(text for text in row if text) for row in [HEADER, *ROWS]]
    assert not grids(read_lines(*lines))


def test_two_values_in_one_column_are_no_table() -> None:
    lines = columns([HEADER, *ROWS], wide=False)
    at = lines[1].index("147")
    assert grids(read_lines(*lines))
    assert not grids(read_lines(*lines[:-1], "通知".ljust(at - 1) + "5  7"))


def test_rows_without_any_value_and_labels_of_two_lines() -> None:
    rows = [["", "自然人", "商业企业", "总计"], ["甲", "1", "", "1"], ["乙", "", "2", "2"], ["丙", "", "", ""]]
    lines = columns([*rows, ["丁乙丙丁戊己庚辛", "3", "4", "7"]], wide=False)
    (grid,) = grids(read_lines(*lines, "壬癸", "  ", "四、结语"))
    assert texts(grid)[1:] == [*rows[1:], ["丁乙丙丁戊己庚辛", "3", "4", "7"], ["壬癸", "", "", ""]]
