"""Days of publication as sites print them, and everything that is none."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.dates import Published, parse_day, published
from pipelines.document import Cell, Document, Grid, Paragraph


def page(*lines: str, **metadata: str) -> Document:
    return Document("text/html", [Paragraph(line) for line in lines], metadata=metadata)


@pytest.mark.parametrize(
    "line",
    [
        "发布日期：2025-01-20 10:12:33 来源：市政府办",
        "发布时间： 2025 年 1 月 20 日",
        "发布日期：2025-01-20T10:00:00",
        "索引号：11321300MB1/2025-0001 公开日期: 2025/1/20 文号：无",
        "發布日期：2025年01月20日",
        "时　间：2025.01.20",
        "[发布日期] 2025-01-20",
        "发文日期：２０２５年１月２０日",
        "2025-01-20 15:20 来源: 区政府办 浏览次数: 12",
        "更新时间：2025-01-20",
    ],
)
def test_the_line_that_a_site_prints_over_a_page(line: str) -> None:
    assert published(page("示例市2024年政府信息公开工作年度报告", line)) == Published("2025-01-20", "header")


def test_cells_of_the_block_over_the_page() -> None:
    texts = ("索引号", "014320144/2025-00012", "发布日期", "2025-01-20", "成文日期", "2025-01-18")
    grid = Grid([Cell(text, number // 2, number % 2) for number, text in enumerate(texts)], 3, 2)
    assert published(Document("text/html", [grid])) == Published("2025-01-20", "header")


def test_the_surest_place_counts() -> None:
    signed = ("一、总体情况", "正文", "示例市民政局", "2025年1月15日")
    assert published(page(*signed)) == Published("2025-01-15", "signature")
    assert published(page("成文日期：2025-01-16", *signed)) == Published("2025-01-16", "written")
    declared = page("成文日期：2025-01-16", *signed, PubDate="2025-01-19 08:00:00")
    assert published(declared) == Published("2025-01-19", "metadata")
    declared.blocks.insert(0, Paragraph("更新时间：2025-03-01 发布时间：2025-01-20"))
    assert published(declared) == Published("2025-01-20", "header")


@pytest.mark.parametrize(
    "lines",
    [
        ("本报告中所列数据的统计期限自2024年1月1日起，至2024年12月31日止。",),
        ("时间：2024年1月1日至2024年12月31日",),
        ("发布日期：2025-01-20", "发布日期：2024-01-22"),  # a list of pages
        ("公开日期：2025111231日",),
        ("发布日期：2025-13-01",),
        ("发布日期：1998-01-20",),
        ("http://www.example.gov.cn/202501/t20250120_1.html",),
        ("一、总体情况", "发布日期：2025-01-20的文件"),  # prose
    ],
)
def test_what_is_no_day_of_publication(lines: tuple[str, ...]) -> None:
    assert published(page(*lines)) == Published()


def test_what_office_programs_keep_of_a_file_is_none() -> None:
    assert published(page("标题", CreationDate="D:20250225100250+08'00'", ModDate="D:20250225100324")) == Published()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025年1月20日", date(2025, 1, 20)),
        ("20250120", date(2025, 1, 20)),
        ("20250120101112", date(2025, 1, 20)),
        ("二〇二五年十二月三十一日", date(2025, 12, 31)),
        ("二○二五年一月十日", date(2025, 1, 10)),
        ("二零二五年十月二十日", date(2025, 10, 20)),
        ("2025-01-20 至 2025-01-21", None),
        ("2025-02-30", None),
        ("无", None),
    ],
)
def test_days_as_they_are_written(text: str, day: date | None) -> None:
    assert parse_day(text) == day
