"""Whose figures a report gives: what the text and the title tell, and what they do not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.document import Document, Paragraph
from pipelines.extract import read_document
from pipelines.scope import Scope, read_scope


def told(agency: str, text: str, year: int = 2024, **figures: int) -> Scope:
    document = Document("text/html", [Paragraph(text)])
    return read_scope(document, agency, year, {name: Decimal(number) for name, number in figures.items()})


@pytest.mark.parametrize(
    ("name", "scope", "basis", "words"),
    [
        # 全市共受理 3119, as the table has it; 区政府办代表区政府受理 17, where the table has 95.
        ("szfgs2024.pdf", "area", "count", "全市共受理政府信息公开申请3119件"),
        ("hzq2024_working.pdf", "area", "contrast", "区政府办代表区政府受理政府信息公开申请17件"),
        ("000_ef120c27ccfc7a4f.txt", "own", "agency", "淄博市公安局高新区分局"),
    ],
)
def test_real_reports(real: Path, name: str, scope: str, basis: str, words: str) -> None:
    found = read_document((real / name).read_bytes(), name)
    assert (found.scope, found.scope_basis) == (scope, basis)
    assert words in found.scope_evidence


@pytest.mark.parametrize(
    ("agency", "text", "scope", "basis"),
    [
        ("某市人民政府", "本报告由某市人民政府办公室根据各县区、市各部门年度报告汇总编制。", "area", "stated"),
        ("某市人民政府", "本报告汇总了全市各级行政机关的数据。", "area", "stated"),
        ("某县人民政府", "本报告所列数据的统计范围包括各乡镇、部门。", "area", "stated"),
        ("某县人民政府", "本报告所列数据为本机关数据。", "own", "stated"),
        ("某市人民政府", "本报告数据不含各县区。", "own", "stated"),
        ("上海市", "", "area", "title"),
        ("天台县", "", "area", "title"),
        ("上海市人民政府办公厅", "", "own", "agency"),
        ("某市教育局", "本报告由办公室汇总各科室材料编制。", "own", "agency"),
        ("螅镇", "", "own", "agency"),
        ("桃园街道办事处", "", "own", "agency"),
    ],
)
def test_what_words_and_names_tell(agency: str, text: str, scope: str, basis: str) -> None:
    found = told(agency, text)
    assert (found.scope, found.basis) == (scope, basis)
    assert found.evidence


@pytest.mark.parametrize(
    ("agency", "text", "scope"),
    [
        ("某市民政局", "在全市政务公开考核中名列前茅，共收到政府信息公开申请58件。", "own"),
        ("某县人民政府", "推进政务数据共享，全县各部门汇总上报信息120条。", "unspecified"),
        ("某县人民政府", "公共数据为全县各部门共享120条。", "unspecified"),
        ("某县人民政府", "按照全省统一部署，共收到政府信息公开申请58件。", "unspecified"),
        ("某市公安局", "2024年，全市公安机关共收到政府信息公开申请58件。", "area"),
    ],
)
def test_words_about_something_else_tell_nothing(agency: str, text: str, scope: str) -> None:
    assert told(agency, text, new=58).scope == scope


def test_a_heading_is_no_part_of_a_sentence() -> None:
    text = "（二）统计数据\n一、总体情况\n全市各部门汇总整理了文件。\n三、收到和处理申请情况\n全市受理申请20件。"
    assert told("某市人民政府", text) == Scope()
    assert told("某市人民政府", text, new=20) == Scope("area", "count", "全市受理申请20件")


def test_a_sentence_that_counts_tells_only_with_the_figure_of_the_table() -> None:
    suqian = "2024年，全市收办政府信息公开申请3646件，同比增长1.05%。"
    assert told("宿迁市人民政府", suqian, new=3525, carry_in=121).scope == "area"
    assert told("宿迁市人民政府", suqian, new=3525, carry_in=120).scope == "unspecified"
    office = "2019年，市政府办公厅受理政府信息公开申请859件。"
    assert told("上海市人民政府", office, 2019, new=859).scope == "office"
    assert told("上海市人民政府办公厅", office, 2019, new=859).scope == "own"
    # The title names the office, the content is the city's (宿迁市政府办公室 2014).
    assert told("宿迁市政府办公室", "2014年，全市共收到政府信息公开申请350件。", 2014, new=350).scope == "area"
    assert told("某市公安局", "全市公安机关共受理政府信息公开申请100件。", new=100).scope == "area"
    assert told("某市教育局", "我局共收到政府信息公开申请3件。", new=3).basis == "count"


@pytest.mark.parametrize(
    ("agency", "text"),
    [
        ("某市人民政府", "全市在运维政务新媒体95个。2024年，我市收到政府信息公开申请10件。"),
        ("某市人民政府", "2024年，共收到政府信息公开申请10件。"),
        ("某市人民政府", "与2023年全市收到政府信息公开申请10件相比"),  # another year's
        (
            "某市人民政府",
            "全市收到政府信息公开申请10件，其中市政府办公室收到政府信息公开申请10件。",
        ),  # both, so neither
        ("某市人民政府", "如有疑问，请与某市人民政府办公室联系。"),
        ("某县人民政府", "全面总结全县政府信息公开工作情况。"),
        ("平潭综合实验区管委会", ""),
        ("市临空经济区", ""),
        ("", ""),
    ],
)
def test_what_is_not_told_stays_untold(agency: str, text: str) -> None:
    assert told(agency, text, new=10) == Scope()


def test_none_at_all_in_the_area_says_nothing() -> None:
    assert told("某区人民政府", "全区共收到政府信息公开申请0件。", new=0) == Scope()
