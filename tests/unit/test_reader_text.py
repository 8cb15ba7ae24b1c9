"""Plain text and Markdown: which lines are rows, where cells stand, and which characters the bytes are."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from reader_files import grids, outline, paragraphs, texts

from pipelines.document import Grid, Paragraph, ReadError
from pipelines.readers import Limits, read
from pipelines.readers.charset import decode


def grid_of(text: str) -> Grid:
    (grid,) = grids(read(text.encode()))
    return grid


def rows_of(text: str) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in grid_of(text).cells:
        rows.setdefault(cell.row, []).append(cell.text)
    return list(rows.values())


def test_rows_paragraphs_and_locators() -> None:
    document = read("标题\n\n信息内容 | 本年制发件数\n规章 | 12\n\n　结尾。".encode())
    assert outline(document) == ["标题", "<L3-4 2x2>", "结尾。"]
    assert [b.locator for b in document.blocks] == ["L1:1-3", "L3-4", "L6:2-5"]
    (grid,) = grids(document)
    assert not grid.aligned
    assert [c.locator for c in grid.cells] == ["L3:1-5", "L3:8-14", "L4:1-3", "L4:6-8"]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("规章 | 0 | 0 | 0", ["规章", "0", "0", "0"]),
        ("| 规章 | 0 | 0 | 0 |", ["规章", "0", "0", "0"]),
        ("| 规章 | 0 | 0 | 0", ["规章", "0", "0", "0"]),
        ("| 规章 | 0 | 0 | |", ["规章", "0", "0", ""]),
        ("规章｜0｜0｜0", ["规章", "0", "0", "0"]),
        ("│规章│0│0│0│", ["规章", "0", "0", "0"]),
        ("规章\t0\t0\t0", ["规章", "0", "0", "0"]),
        ("\t\t2.其他\t0", ["", "", "2.其他", "0"]),
        ("第二十条\t\t\t", ["第二十条", "", "", ""]),
        ("规章 | **12** | 本年新<br>制作 | a\\|b", ["规章", "12", "本年新\n制作", "a|b"]),
        ("||||", ["", "", ""]),
    ],
)
def test_one_row(row: str, cells: list[str]) -> None:
    assert rows_of(row) == [cells]


def test_bars_around_every_row_are_no_cells_and_around_some_rows_part_blank_ones() -> None:
    assert rows_of("a | b |\nc | d |") == [["a", "b"], ["c", "d"]]
    assert rows_of("| a | b |\n| c | |") == [["a", "b"], ["c", ""]]
    # What looks like a closing bar may be the edge of an empty last cell; interpretation tells by the other rows.
    assert rows_of("第二十条第（一）项 | |||\n信息内容 | a | b | c\n规章 | 0 | 0 |") == [
        ["第二十条第（一）项", "", "", "", ""],
        ["信息内容", "a", "b", "c"],
        ["规章", "0", "0", ""],
    ]


def test_bars_at_the_ends_of_one_table_part_blank_cells_where_another_has_none() -> None:
    document = read(b"a | b | c\nd | 1 | 2\ne | 3 | 4\n\n| 1.f | 5 |\n | 2.g | 6 | \n")
    assert [[text for *_, text in texts(grid)] for grid in grids(document)][1] == [
        "",
        "1.f",
        "5",
        "",
        "",
        "2.g",
        "6",
        "",
    ]


def test_a_row_of_dashes_is_a_row_of_marks() -> None:
    assert rows_of("| a | b |\n|-|-|\n| c | d |\n| - | - |") == [["a", "b"], ["c", "d"], ["-", "-"]]
    assert rows_of("a | b\n---|---\n--- | ---\nc | d") == [["a", "b"], ["c", "d"]]


def test_markdown_separators_headings_and_blank_lines() -> None:
    text = "# 一、总体情况\n| 项目 | 数量 |\n|:---|---:|\n| 规章 | 3 |\n\n| 另表 | 1 |"
    document = read(text.encode())
    assert document.media_type == "text/markdown"
    assert outline(document) == ["一、总体情况", "<L2-4 2x2>", "<L6-6 1x2>"]
    assert document.blocks[0].locator == "L1:3-9"
    assert texts(grids(document)[0])[-1] == (1, 1, "3")


def test_prose_with_an_indent_or_a_lone_bar_is_prose() -> None:
    assert paragraphs(read("\t首行缩进的段落。\n段落\t\n|\n0".encode())) == ["首行缩进的段落。", "段落", "|", "0"]


def test_every_locator_leads_to_its_text() -> None:
    text = "标题\r\n\t\t甲 \t 12\t\r\n| 乙 |  3 | |\r\n丙 ｜ 4｜5\r\n尾"
    lines = re.split(r"\r\n", text)
    for block in read(text.encode()).blocks:
        for item in block.cells if isinstance(block, Grid) else [block]:
            number, start, end = (int(n) for n in re.fullmatch(r"L(\d+):(\d+)-(\d+)", item.locator).groups())
            assert lines[number - 1][start - 1 : end - 1] == item.text


def test_too_many_cells() -> None:
    with pytest.raises(ReadError) as caught:
        read(("a|b|c\n" * 50).encode(), limits=Limits(cells=100))
    assert caught.value.code == "too_large"


SENTENCE = "淄博市公安局政府信息公开工作年度报告：规章 12 件。"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (SENTENCE.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + SENTENCE.encode(), "utf-8"),
        (SENTENCE.encode("gb18030"), "gb18030"),
        ("﻿".encode("utf-16-le") + SENTENCE.encode("utf-16-le"), "utf-16-le"),
        ("﻿".encode("utf-16-be") + SENTENCE.encode("utf-16-be"), "utf-16-be"),
        ((SENTENCE * 3 + "<td>12</td>\n" * 20).encode("utf-16-le"), "utf-16-le"),
        (b"<meta charset=gb2312>" + SENTENCE.encode(), "utf-8"),
        (b"<meta charset=utf-8>" + SENTENCE.encode("gbk"), "gb18030"),
    ],
)
def test_encodings(data: bytes, name: str) -> None:
    text, charset = decode(data)
    assert charset == name
    assert SENTENCE in text
    assert not text.startswith("\ufeff")


def test_utf8_cut_within_a_character_and_with_one_bad_byte() -> None:
    assert decode(SENTENCE.encode()[:-1]) == (SENTENCE[:-1], "utf-8")
    text, charset = decode(SENTENCE.encode() + b"\xff" + SENTENCE.encode())
    assert (charset, text) == ("utf-8", SENTENCE + "\ufffd" + SENTENCE)


def test_big5() -> None:
    sentence = "宿遷市政府資訊公開工作年度報告，規章十二件"
    assert decode(sentence.encode("big5")) == (sentence, "big5")


def test_digits_of_gbk_tables_stay_gb18030() -> None:
    table = "政府信息\n" + "规章\t0\t0\t0\n" * 40
    assert decode(table.encode("gbk")) == (table, "gb18030")


def test_a_bar_line_below_the_last_value_is_an_empty_cell() -> None:
    rows = [["甲", "1", ""], ["乙", "", "2"], ["丙", "3", "4"], ["丁", "", ""], ["戊", "5", ""], ["己", "6", "7"]]
    text = "\n".join("\n|\n".join(row).replace("\n\n", "\n").strip("\n") for row in rows)
    got = [[text for *_, text in sorted(texts(grid_of(text))) if _[0] == row] for row in range(3)]
    assert got == rows[:3]


ROWS = [
    ["信息内容", "本年新\n制作数量", "本年新公开数量"],
    ["规章", "0", "12"],
    ["规范性文件", "3", "-4"],
    ["乙", "5", "6"],
]
FLAT = ["信息内容", "本年新制作数量", "本年新公开数量", "规章", "0", "12", "规范性文件", "3", "-4", "乙", "5", "6"]


def below_cells(rows: list[list[str]]) -> str:
    return "".join(f"{text}\n|\n" for row in rows for text in row)


def behind_cells(rows: list[list[str]]) -> str:
    return "".join("".join(f"{text.replace(chr(10), '')} |\n" for text in row) + "||\n" for row in rows)


def behind_labels(rows: list[list[str]]) -> str:
    return "".join(f"{row[0]} |\n{' | '.join(row[1:])} | ||\n" for row in rows)


def on_one_line(rows: list[list[str]]) -> str:
    return "　" + " | ".join(text.replace("\n", "") for row in rows for text in row)


@pytest.mark.parametrize("laid", [below_cells, behind_cells, behind_labels, on_one_line])
def test_where_bars_end_cells_and_no_rows_every_cell_is_a_line(laid: Callable[[list[list[str]]], str]) -> None:
    """A bar behind the last cell of a row as well (real pages of 2019 to 2023): what is a row, words must tell."""
    more = [["丙", "7", "8"], ["丁", "9", "10"], ["戊", "11", "12"], ["己", "13", "14"]]
    head = [] if laid is behind_labels else ROWS[:1]
    text = laid([*head, *ROWS[1:], *more])
    expected = [*(FLAT if head else FLAT[3:]), *(cell for row in more for cell in row)]
    document = read(f"二、主动公开政府信息情况\n{text}".encode())
    assert grids(document) == []
    assert paragraphs(document) == ["二、主动公开政府信息情况", *expected]
    lines = ["二、主动公开政府信息情况", *text.split("\n")]
    for block in document.blocks:
        line, start = re.findall(r"\d+", block.locator)[:2]
        place = lines[int(line) - 1][int(start) - 1 :]
        assert isinstance(block, Paragraph)
        assert place.startswith(block.text[:3])


def test_a_bar_before_each_cell_and_one_alone_behind_each_row() -> None:
    """As collections of laws print tables (定西市政府信息公开情况统计报表)."""
    head = "统计报表\n指 标 名 称\n| 计量\n单位\n| 本期\n| 累计\n|\n"
    rows = [["甲数", "条", "1", "2"], ["其中：乙数", "条", "", "3"], ["丙数", "件", "4", ""], ["丁数", "件", "5", "6"]]
    text = "".join(f"{row[0]}\n" + "".join(f"| {cell}".strip() + "\n" for cell in row[1:]) + "|\n" for row in rows)
    document = read(f"{head}{text}以上数据已经核对。".encode())
    (grid,) = grids(document)
    assert paragraphs(document) == ["统计报表", "以上数据已经核对。"]
    found = [[cell.text for cell in grid.cells if cell.row == row] for row in range(grid.n_rows)]
    assert found == [["指 标 名 称", "计量\n单位", "本期", "累计"], *rows]
    assert next(cell.locator for cell in grid.cells if cell.text == "5") == "L25:3-4"


def test_a_row_of_values_alone_is_a_row() -> None:
    head = "结果维持 | 结果纠正 | 总计 |\n"
    assert rows_of(head + "1 | 0 | 1 |\n") == [["结果维持", "结果纠正", "总计"], ["1", "0", "1"]]


def test_a_line_of_tabs_is_an_empty_row_of_its_table() -> None:
    assert rows_of("a\tb\tc\n\t\t\nd\te\tf") == [["a", "b", "c"], ["", "", ""], ["d", "e", "f"]]


@pytest.mark.parametrize("odd", ["\x0b", "\x1c", "\x85", "\u2029"])
def test_a_character_that_ends_no_line_moves_nothing(odd: str) -> None:
    """Python splits lines there, editors do not: places behind it must still lead to their text."""
    (block,) = read(f"{odd}公开 件 1010".encode()).blocks
    assert block.locator == "L1:2-11"
    assert "\n".join(paragraphs(read(f"数{odd}件".encode()))) == "数 件"


ENDED = [
    ["第二十条第（五）项", "", "", "", ""],
    ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量", ""],
    ["行政许可", "0", "", "7", ""],
    ["其他对外管理服务事项", "3", "-1", "", ""],
    ["行政处罚", "1", "2", "30", ""],
    ["行政强制", "4", "5", "6", ""],
]


def ended(cells: list[str]) -> str:
    """Each cell on a line, its bar behind it; an empty one is a bar alone."""
    lines = (f"{cell} |" if cell else "|" for cell in cells)
    return "\n".join(["二、主动公开政府信息情况", *lines, "三、收到和处理政府信息公开申请情况"])


def test_a_bar_with_nothing_before_it_is_an_empty_cell_where_bars_end_cells() -> None:
    text = ended([cell for row in ENDED for cell in row])
    assert rows_of(text) == ENDED
    assert rows_of(text.replace("|\n|\n|\n|\n", "||||\n")) == ENDED  # empty ones on one line


@pytest.mark.parametrize("lost", [6, 11, 12, 14])
def test_not_where_the_rows_would_not_be_equally_long(lost: int) -> None:
    cells = [cell for row in ENDED for cell in row]
    assert not grids(read(ended([*cells[:lost], *cells[lost + 1 :]]).encode()))


def test_words_in_cells_that_bars_end_are_lines_of_their_own() -> None:
    """如东县水务局 2020: 本单位未制作规章 in all cells of a row, so that few values are left to show the layout."""
    said = ["规章", *["本单位未制作规章"] * 3, "", "行政规范性文件", *["本单位未制作文件"] * 3, ""]
    cells = [*ENDED[0], *said, *ENDED[1], "行政许可", "15", "0", "126", ""]
    document = read(ended(cells).encode())
    assert not grids(document)
    assert [text for text in paragraphs(document) if text in cells] == [cell for cell in cells if cell]
