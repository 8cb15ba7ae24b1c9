"""Statistics tables of 2008 to 2018: rows within their parents, columns by their words, doubt instead of a guess."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from statistics_tables import OUTCOMES, document, rules, tables_of, values
from tables import grid, plain_grid

from pipelines.document import Document, Grid, Paragraph
from pipelines.extract import read_document
from pipelines.readings import Tables
from schemas.forms import STATISTICS

FUJIAN = [
    ["指标名称", "计量单位", "2013年度", "历年累计"],
    ["主动公开信息数", "条", "1853", "5395"],
    ["其中：1.网站公开", "条", "1713", "5017"],
    ["2.政府公报公开", "条", "0", "7"],
    ["受理依申请公开信息总数", "件", "7", "28"],
    ["其中：1.当面申请数", "件", "0", "18"],
    ["行政复议数", "件", "", "2"],
]
"""平潭县 2013, some of its rows."""


def read(rows: list[list[str]], year: int | None = 2013, **facts: bool) -> Tables:
    return tables_of(document(plain_grid(rows, **facts)), year)


@pytest.mark.parametrize("aligned", [True, False])
def test_the_year_and_all_years_stay_apart(aligned: bool) -> None:
    tables = read(FUJIAN, aligned=aligned)
    assert values(tables, "year") == {
        "disclosed.items": "1853",
        "disclosed.items.website": "1713",
        "disclosed.items.gazette": "0",
        "applications.received": "7",
        "applications.received.in_person": "0",
        "reconsiderations.total": "blank",
    }
    assert values(tables, "cumulative")["disclosed.items"] == "5395"
    assert {found[0].reading.unit for key, found in tables.found.items() if key[1].startswith("app")} == {"件"}
    assert (tables.present, tables.used, tables.oddities) == (11, 11, [])


def test_another_year_is_not_the_report_s() -> None:
    tables = read(FUJIAN, year=2014)
    assert values(tables, "year") == {}
    assert values(tables, "cumulative")["disclosed.items"] == "5395"
    assert rules(tables) == [("interpret.other_period", "2013年度")]
    assert values(read(FUJIAN, year=None), "year") == {}


def test_two_years_side_by_side() -> None:
    head = ["指标名称", "2012年度", "二〇一三年度", "历年累计"]
    rows = [head, *([row[0], "99", *row[2:]] for row in FUJIAN[1:])]
    tables = read(rows)
    assert values(tables, "year")["disclosed.items"] == "1853"
    assert ("interpret.other_period", "2012年度") in rules(tables)
    assert "99" not in values(tables).values()


SHANGHAI = [
    ["指 标 名 称", "计量\n单位", "代码", "本期实际", "本年累计"],
    ["甲", "乙", "丙", "1", "2"],
    ["主动公开信息数", "条", "01", "20", "75"],
    ["其中:全文电子化的主动公开信息数", "条", "02", "", "70"],
    ["新增的行政规范性文件数", "条", "03", "1", "2"],
    ["申请总数", "条", "10", "3", "9"],
    ["其中:1.当面申请数", "条", "11", "1", "4"],
    ["对申请的答复总数", "条", "17", "/", "8"],
    ["其中:1.同意公开答复数", "条", "18", "2", "5"],
    ["3.否决公开答复总数", "条", "20", "0", "3"],
    ["其中:(1)“非《规定》所指政府信息”数", "条", "21", "0", "1"],
    ["(11)其它原因", "条", "31", "0", "2"],
]


@pytest.mark.parametrize("aligned", [True, False])
def test_codes_and_the_numbers_of_columns_are_no_values(aligned: bool) -> None:
    tables = read(SHANGHAI, 2010, aligned=aligned)
    assert values(tables, "year_to_date") == {
        "disclosed.items": "75",
        "disclosed.items.full_text": "70",
        "normative_documents.new": "2",
        "applications.received": "9",
        "applications.received.in_person": "4",
        "replies.total": "8",
        "replies.granted": "5",
        "replies.denied": "3",
        "replies.denied.not_government_information": "1",
        "replies.denied.other": "2",
    }
    assert values(tables, "period")["replies.total"] == "mark"
    assert values(tables, "period")["disclosed.items.full_text"] == "blank"
    assert values(tables, "year") == {}
    assert tables.oddities == []


def test_the_same_table_as_bare_lines() -> None:
    lines = [cell.replace("\n", "") for row in SHANGHAI for cell in row if cell and row[1] != "乙"]
    tables = tables_of(Document("text/plain", [Paragraph(text, f"L{n}:1-9") for n, text in enumerate(lines, 1)]), 2010)
    assert values(tables, "year_to_date")["disclosed.items"] == "75"
    lost = values(tables)["disclosed.items.full_text/period"]
    assert lost == "illegible"  # one of its two cells left no trace
    assert len(values(tables, "period")) == 10


def bare(*texts: str) -> Tables:
    lines = [Paragraph(text, f"L{number}:1-{len(text) + 1}") for number, text in enumerate(texts, 1)]
    return tables_of(Document("text/plain", lines), 2016)


NUMBERED = ["序号", "统计指标", "单位", "统计数", "1", "一、主动公开情况", "2", "主动公开政府信息数", "条", "75"]
NUMBERED += [
    "3",
    "其中：主动公开规范性文件数",
    "条",
    "4",
    "4",
    "制发规范性文件总数",
    "件",
    "9",
    "5",
    "收到申请数",
    "件",
    "6",
]


def test_numbers_of_rows_on_lines_of_their_own_are_no_values() -> None:
    tables = bare(*NUMBERED)
    assert values(tables, "year") == {
        "disclosed.total": "75",
        "disclosed.normative_documents": "4",
        "normative_documents.issued": "9",
        "applications.received": "6",
    }
    assert tables.oddities == []
    joined = bare("序号 统计指标 单位 统计数", *(" ".join(NUMBERED[at : at + 4]) for at in (6, 10, 14, 18)))
    assert values(joined, "year") == values(tables, "year")


@pytest.mark.parametrize(("lost", "unsure"), [(13, "disclosed.normative_documents"), (9, "disclosed.total")])
def test_the_number_of_the_next_row_fills_no_blank(lost: int, unsure: str) -> None:
    tables = bare(*NUMBERED[:lost], *NUMBERED[lost + 1 :])
    assert values(tables, "year")[unsure] == "illegible"
    assert values(tables, "year")["normative_documents.issued"] == "9"


def test_where_rows_are_not_numbered_one_by_one_none_is_believed_by_its_last_cell() -> None:
    """2 a 件 [blank], 1 b 件 7: the 1 is no value of a."""
    restarted = [*NUMBERED[:9], "1", *NUMBERED[11:]]  # the value and the number 3 are gone, a number 1 stands there
    tables = bare(*restarted)
    assert "1" not in values(tables, "year").values()
    assert values(tables, "year")["disclosed.total"] == "illegible"


def test_a_table_whose_cells_run_together_is_named() -> None:
    tables = bare("统计指标单位统计数", *(f"{label}条{n}" for n, label in enumerate(("甲数", "乙数", "丙数", "丁数"))))
    assert values(tables) == {}
    assert rules(tables) == [("interpret.column_unknown", "统计指标单位统计数")]


@pytest.mark.parametrize(
    "head", ["统 计 指 标  单位  统计数", "统 计 指 标 单 位 统 计 数", "序号 统 计 指 标 单位 统计数"]
)
def test_headings_with_blanks_between_their_characters_in_one_line(head: str) -> None:
    joined = [" ".join(NUMBERED[at : at + 4]) for at in (6, 10, 14, 18)]
    rows = joined if head.startswith("序号") else [row.split(" ", 1)[1] for row in joined]
    found = values(bare(head, *rows), "year")
    assert found == values(bare("序号 统计指标 单位 统计数", *joined), "year") != {}


def test_words_with_blanks_between_them_are_not_put_together() -> None:
    joined = [" ".join(NUMBERED[at + 1 : at + 4]) for at in (6, 10, 14, 18)]
    assert values(bare("统计指标 单位 本年 累计", *joined)) == {}


def national(rows: Sequence[Sequence[str]], *head: str) -> list[list[str]]:
    return [list(head or ("统计指标", "单位", "统计数")), *map(list, rows)]


def test_a_label_means_what_it_stands_under() -> None:
    tables = read(national(OUTCOMES), 2016)
    assert values(tables, "year") == {
        "replies.total": "12",
        "replies.granted": "5",
        "replies.refused": "4",
        "replies.refused.state_secret": "1",
        "replies.refused.trade_secret": "3",
        "replies.not_this_agency": "2",
        "replies.not_existing": "1",
        "reconsiderations.total": "3",
        "reconsiderations.upheld": "2",
        "reconsiderations.corrected": "1",
        "litigation.total": "8",
        "litigation.corrected": "7",
        "litigation.other": "1",
    }
    assert tables.oddities == []
    assert {found[0].form for found in tables.found.values()} == {"2014"}


def test_below_a_row_that_is_not_known_nothing_is_known() -> None:
    rows = [*FUJIAN[:4], ["主动公开政务要闻数", "条", "40", "50"], ["其中：1.网站公开", "条", "31", "41"], *FUJIAN[4:]]
    tables = read(rows)
    assert values(tables)["disclosed.items.website/year"] == "1713"
    assert [rule for rule, _ in rules(tables)] == ["interpret.unknown_row"] * 2
    assert "其中：1.网站公开 | 条 | 31 | 41" in rules(tables)[1][1]
    assert values(tables)["applications.received.in_person/year"] == "0"


def test_a_province_s_own_row_among_siblings_parts_nothing() -> None:
    rows = [*FUJIAN[:3], ["2.电子屏公开", "条", "12", "13"], ["3.政府公报公开", "条", "5", "6"], *FUJIAN[4:]]
    tables = read(rows)
    assert values(tables)["disclosed.items.gazette/year"] == "5"
    assert rules(tables) == [("interpret.unknown_row", "2.电子屏公开 | 条 | 12 | 13")]


def test_columns_that_nobody_knows_are_told_of() -> None:
    rows = [["指标名称", "计量单位", "1-12月", "12月"], *FUJIAN[1:]]
    tables = read(rows)
    assert tables.found == {}
    assert rules(tables) == [("interpret.unknown_column", "1-12月"), ("interpret.unknown_column", "12月")]
    assert tables.used == 0


@pytest.mark.parametrize(
    "caption",
    [
        "2015年度政府信息公开情况统计表",
        "附件：二〇一五年度统计表",
        "2016年第三季度政府信息公开统计表",
        "统计表（2016年1-6月）",
    ],
)
def test_a_table_of_another_period_is_left(caption: str) -> None:
    block: list[Paragraph | Grid] = [Paragraph(caption, "L1:1-9"), plain_grid(national(OUTCOMES))]
    tables = tables_of(document(*block), 2016)
    assert tables.found == {}
    assert rules(tables) == [("interpret.other_period", caption)]


def test_the_day_of_filling_in_is_no_period() -> None:
    block = [Paragraph("政府信息公开情况统计表 填报日期：2017年1月12日", "L1:1-9"), plain_grid(national(OUTCOMES))]
    assert len(tables_of(document(*block), 2016).found) == 13


def test_a_unit_is_the_printed_one_and_money_has_no_other() -> None:
    rows = [
        *OUTCOMES,
        ["七、依申请公开信息收取的费用", "元", "120"],
        ["（四）政府信息公开专项经费", "", "3.5"],
        ["（一）召开政府信息公开工作会议或专题会议数", "场", "2"],
        ["（二）举办各类培训班数", "", "4"],
    ]
    units = {key[1]: found[0].reading.unit for key, found in read(national(rows), 2016).found.items()}
    assert units["fees.collected"] == "元"
    assert units["budget.dedicated_funds"] == "unknown"
    assert units["meetings.held"] == "unknown"
    assert units["training.courses"] == "次"
    assert units["replies.total"] == "件"


def test_parents_in_a_column_of_their_own() -> None:
    head = [[("指标名称", 1, 2), ("2013年度", 1, 1), ("历年累计", 1, 1)]]
    rows = [
        [("主动公开信息数", 1, 2), ("9", 1, 1), ("20", 1, 1)],
        [("其中", 2, 1), ("1.网站公开", 1, 1), ("7", 1, 1), ("15", 1, 1)],
        [("2.政府公报公开", 1, 1), ("2", 1, 1), ("5", 1, 1)],
        [("申请总数", 1, 2), ("4", 1, 1), ("6", 1, 1)],
        [("其中", 1, 1), ("1.当面申请数", 1, 1), ("4", 1, 1), ("6", 1, 1)],
    ]
    tables = tables_of(document(grid([*head, *rows])), 2013)
    assert values(tables, "year") == {
        "disclosed.items": "9",
        "disclosed.items.website": "7",
        "disclosed.items.gazette": "2",
        "applications.received": "4",
        "applications.received.in_person": "4",
    }


def test_a_cell_over_two_columns_is_neither_s() -> None:
    rows = [[(text, 1, 1) for text in row] for row in FUJIAN]
    rows[1] = [("主动公开信息数", 1, 1), ("条", 1, 1), ("1853", 1, 2)]
    tables = tables_of(document(grid(rows)), 2013)
    found = values(tables)
    assert found["disclosed.items/year"] == found["disclosed.items/cumulative"] == "illegible"
    assert found["disclosed.items.website/year"] == "1713"


def test_who_signed_a_table_is_nobody_s_business() -> None:
    rows = [*FUJIAN, ["填报人：王某某", "", "联系电话", "24312345"]]
    tables = read(rows)
    assert tables.oddities == []
    assert len(values(tables, "year")) == 6


def test_a_few_like_words_make_no_table() -> None:
    rows = [["项目", "数量"], ["行政复议数", "3"], ["培训", "2"]]
    assert read(rows).found == {}


PAGE = "<title>{title}</title><h1>{title}</h1><p>一、概述</p><table>{rows}</table>"


def page(title: str, rows: list[list[str]]) -> bytes:
    body = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in rows)
    return PAGE.format(title=title, rows=body).encode()


def test_a_report_with_a_table_has_the_rows_that_it_prints() -> None:
    read_page = read_document(page("平潭县人民政府2013年政府信息公开工作年度报告", FUJIAN), "a.html")
    assert (read_page.kind, read_page.form, read_page.form_basis) == ("report", "2008", "labels")
    assert len(read_page.cells) == 12
    assert {cell.form for cell in read_page.cells} == {"2008"}
    assert not any(cell.status == "absent" for cell in read_page.cells)
    assert read_page.findings == []


def test_quarters_are_no_annual_report() -> None:
    read_page = read_document(page("平潭县2016年第三季度政府信息公开情况统计表", national(OUTCOMES)), "a.html")
    assert (read_page.kind, read_page.reason_code, read_page.cells) == ("other", "part_year", [])


def test_a_report_without_a_table_is_a_narrative_and_keeps_its_findings() -> None:
    title = "平潭县2017年政府信息公开工作年度报告"
    rows = [["统计指标", "单位", "下属单位统计数"], *OUTCOMES]
    read_page = read_document(page(title, rows), "a.html")
    assert (read_page.kind, read_page.cells) == ("narrative", [])
    assert [found.rule for found in read_page.findings] == ["interpret.level_columns"]
    assert (read_page.cells_present, read_page.cells_used) == (13, 0)


def test_a_table_over_two_pages_is_one_table() -> None:
    rows = national(OUTCOMES)
    for cut in range(2, len(rows) - 1):
        for header in ([], rows[:1]):
            above, below = plain_grid(rows[:cut], aligned=True), plain_grid([*header, *rows[cut:]], aligned=True)
            tables = tables_of(document(above, Paragraph("- 7 -", "p7"), below), 2016)
            assert len(values(tables, "year")) == 13, (cut, header)
            assert tables.oddities == []


def test_the_table_after_a_statistics_table_is_its_own() -> None:
    disclosure = [
        ["第二十条第（五）项", "", ""],
        ["信息内容", "", "本年处理决定数量"],
        ["行政许可", "", "31"],
        ["第二十条第（六）项", "", ""],
        ["信息内容", "", "本年处理决定数量"],
        ["行政处罚", "", "15"],
        ["行政强制", "", "4"],
    ]
    blocks = [plain_grid(national(OUTCOMES), aligned=True), plain_grid(disclosure, aligned=True)]
    found = tables_of(document(*blocks), 2021).found
    assert len([key for key in found if key[0] == STATISTICS]) == 13
    assert {key[1]: str(one[0].reading.value) for key, one in found.items() if key[0] == "disclosure"} == {
        "licensing": "31",
        "penalties": "15",
        "compulsion": "4",
    }


@pytest.mark.parametrize("aligned", [True, False])
def test_last_year_s_table_before_the_year_s_is_not_taken_for_its_beginning(aligned: bool) -> None:
    other = [[*row[:2], "99" if row[2].isdigit() else row[2]] for row in OUTCOMES]
    blocks: list[Grid | Paragraph] = []
    for year, rows in (("2015", other), ("2016", OUTCOMES)):
        blocks += [
            Paragraph(f"{year}年度政府信息公开情况统计表", "L1:1-9"),
            plain_grid(national(rows), aligned=aligned),
        ]
    tables = tables_of(document(*blocks), 2016)
    assert values(tables, "year")["replies.total"] == "12"
    assert "99" not in values(tables).values()
    assert rules(tables) == [("interpret.other_period", "2015年度政府信息公开情况统计表")]
