"""Statistics tables of 2008 to 2018: rows within their parents, columns by their words, doubt instead of a guess."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tables import grid, plain_grid

from pipelines.document import Document, Grid, Paragraph
from pipelines.extract import read_document
from pipelines.headings import LEVEL, OTHER_YEAR, kind_of, level_of
from pipelines.identify import Identity
from pipelines.interpret import read_tables
from pipelines.readings import Tables
from schemas.codes import COLUMN_LEVELS
from schemas.forms import STATISTICS, WHOLE, column_levels
from schemas.numbers import shortest

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


def document(*blocks: Grid | Paragraph) -> Document:
    return Document("text/html", list(blocks))


def tables_of(document: Document, year: int | None) -> Tables:
    return read_tables(document, Identity(year=year))


def values(tables: Tables, breakdown: str = "") -> dict[str, str]:
    """What was read, by indicator (and breakdown); the status where there is no number."""
    assert all(key[0] == STATISTICS and len(found) == 1 for key, found in tables.found.items())
    return {
        key[1] if breakdown else f"{key[1]}/{key[2]}": found[0].reading.status
        if found[0].reading.value is None
        else shortest(found[0].reading.value)
        for key, found in tables.found.items()
        if breakdown in ("", key[2])
    }


def rules(tables: Tables) -> list[tuple[str, str]]:
    return [(one.rule, one.observed) for one in tables.oddities]


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


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("统 计 数", "year"),
        ("2013年", "year"),
        ("2013年度统计数", "year"),
        ("本年累计", "year_to_date"),
        ("本期实际", "period"),
        ("历年累计", "cumulative"),
        ("2012年度", OTHER_YEAR),
        ("区政府统计数", "year"),
        ("下属单位统计数", LEVEL),
        ("2012年区政府统计数", LEVEL),
        ("计量\n单位", "unit"),
        ("代码", "code"),
        ("指 标 名 称", "label"),
        ("上年同期", "comparison"),
        ("2013年累计", ""),
        ("累计", ""),
        ("合计", "total"),
    ],
)
def test_what_a_column_holds(heading: str, kind: str) -> None:
    assert kind_of(heading, 2013) == kind


@pytest.mark.parametrize(
    ("heading", "level"),
    [
        ("区政府统计数", ("government", "year")),
        ("县人民政府", ("government", "year")),
        ("区直单位 统计数", ("departments", "year")),
        ("市直机关", ("departments", "year")),
        ("县政府部门本年累计", ("departments", "year_to_date")),
        ("乡镇（街道）历年累计", ("townships", "cumulative")),
        ("乡、镇统计数", ("townships", "year")),
        ("各乡镇", ("townships", "year")),
        ("市本级", ("this_level", "year")),
        ("县（市、区）统计数", ("lower_level", "year")),
        ("各县区", ("lower_level", "year")),
        *(
            (heading, ("", ""))
            for heading in (
                *("县区政府统计数", "旗县政府", "市州政府", "设区市政府", "上级市政府", "下属区政府", "全区政府"),
                *(
                    "区直单位（不含区政府）",
                    "乡镇（含区直部门）",
                    "区政府及区直部门",
                    "区政府、区直部门",
                    "乡镇和区政府",
                ),
                *(
                    "乡镇本级",
                    "非本级",
                    "县（区）本级",
                    "非区政府",
                    "计划区政府",
                    "占区政府",
                    "区政府占比",
                    "街道",
                    "镇",
                ),
                *("2013年区政府", "二〇一三年区政府", "上半年区政府", "比上年区政府增长", "其中：乡镇", "区政府网站"),
                *("政府", "政府信息", "统计数", "局机关", "区政府（上半年）", "区政府（1-6月）统计数"),
            )
        ),
    ],
)
def test_which_level_a_column_counts_for(heading: str, level: tuple[str, str]) -> None:
    assert level_of(heading) == level


def test_levels_have_names_in_the_codebook() -> None:
    assert tuple(COLUMN_LEVELS) == column_levels()


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


def national(rows: Sequence[Sequence[str]], *head: str) -> list[list[str]]:
    return [list(head or ("统计指标", "单位", "统计数")), *map(list, rows)]


OUTCOMES = [
    ["三、依申请公开情况", "——", "——"],
    ["（三）申请答复数", "件", "12"],
    ["2.同意公开答复数", "件", "5"],
    ["4.不同意公开答复数", "件", "4"],
    ["其中：1.涉及国家秘密", "件", "1"],
    ["2.涉及商业秘密", "件", "3"],
    ["5.不属于本行政机关公开数", "件", "2"],
    ["6.申请信息不存在数", "件", "1"],
    ["四、行政复议数量", "件", "3"],
    ["（一）维持具体行政行为数", "件", "2"],
    ["（二）被依法纠错数", "件", "1"],
    ["五、行政诉讼数量", "件", "8"],
    ["（二）被依法纠错数", "件", "7"],
    ["（三）其他情形数", "件", "1"],
]


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


@pytest.mark.parametrize("over", [True, False])
@pytest.mark.parametrize("total", ["", "合计", "全区数"])
def test_levels_are_each_their_own_and_never_added(over: bool, total: str) -> None:
    """Three columns and, for some, their sum, which alone is the report's; another name for it is nobody's."""
    names = ["区政府", "区直单位", "乡镇街道", *([total] if total else [])]
    if over:
        head = [[("统计指标", 2, 1), ("单位", 2, 1), ("统计数", 1, len(names))], [(name, 1, 1) for name in names]]
    else:
        heads = [name if name == total else f"{name}统计数" for name in names]
        head = [[("统计指标", 1, 1), ("单位", 1, 1), *((name, 1, 1) for name in heads)]]
    rows = [
        [*row[:2], *(str(at * 1000 + int(row[2])) if row[2].isdecimal() else row[2] for at in range(len(names)))]
        for row in OUTCOMES
    ]
    tables = tables_of(document(grid([*head, *([(text, 1, 1) for text in row] for row in rows)])), 2016)
    offsets = {level: 1000 * at for at, level in enumerate(("government", "departments", "townships"))}
    if total == "合计":
        offsets[WHOLE] = 3000
    found = {level: values(Tables(found)) for level, found in tables.by_level.items() if found}
    assert set(found) == set(offsets)
    for level, offset in offsets.items():
        assert found[level]["replies.granted/year"] == str(offset + 5), level
    assert len(rules(tables)) == (total == "全区数")


def of_levels(*head: list[tuple[str, int, int]], columns: int) -> dict[str, dict[str, str]]:
    """The figures of one row by level, under a header of these rows: 11, 12, 13 … from the left."""
    row = ["2.同意公开答复数", "件", *(str(11 + at) for at in range(columns))]
    rows = [
        [(text, 1, 1) for text in line]
        for line in (["（三）申请答复数", *row[1:]], row, ["四、行政复议数量", *row[1:]])
    ]
    tables = tables_of(document(grid([*head, *rows])), 2016)
    found = {level: values(Tables(each)) for level, each in tables.by_level.items() if each}
    return {
        level: {key.split("/")[1]: text for key, text in each.items() if key.startswith("replies.granted/")}
        for level, each in found.items()
    }


def stacked(*heads: tuple[str, list[str]]) -> tuple[list[tuple[str, int, int]], list[tuple[str, int, int]]]:
    """Two rows of a header: each upper heading over its lower ones; one without lower ones goes through both."""
    upper: list[tuple[str, int, int]] = [("统计指标", 2, 1), ("单位", 2, 1)]
    upper += [(name, 1, len(below)) if below else (name, 2, 1) for name, below in heads]
    return upper, [(name, 1, 1) for _, below in heads for name in below]


@pytest.mark.parametrize(
    ("heads", "found"),
    [
        # A word that nobody knows over a level, a count or a total: another period, a target, a ratio, another unit.
        ([("第四季度", ["区政府", "乡镇"]), ("全年统计数", ["区政府", "乡镇"])], {}),
        ([("去年", ["区政府", "乡镇"]), ("今年", ["小计"])], {}),
        ([("任务数", ["区政府"]), ("完成数", ["乡镇"])], {}),
        ([("1-6月", ["区政府"]), ("1-12月统计数", ["区政府"])], {}),
        (
            [("数量", ["区政府", "乡镇"]), ("占比", ["区政府", "乡镇", "合计"])],
            {"government": {"year": "11"}, "townships": {"year": "12"}},
        ),
        (
            [("区政府", ["统计数"]), ("下属单位", ["统计数"])],
            {"government": {"year": "11"}},
        ),
        # A total is that of what all levels count, or of what stands over it.
        (
            [("区政府历年累计", []), ("乡镇历年累计", []), ("合计", [])],
            {level: {"cumulative": str(11 + at)} for at, level in enumerate(("government", "townships", WHOLE))},
        ),
        (
            [("区政府本年", []), ("区政府历年累计", []), ("合计", [])],
            {"government": {"year": "11", "cumulative": "12"}},
        ),
        (
            [("本年", ["区政府", "合计"]), ("上年", ["区政府", "合计"])],
            {"government": {"year": "11"}, WHOLE: {"year": "12"}},
        ),
        (
            [("本年累计", ["区政府", "合计"]), ("历年累计", ["区政府", "合计"])],
            {
                "government": {"year_to_date": "11", "cumulative": "13"},
                WHOLE: {"year_to_date": "12", "cumulative": "14"},
            },
        ),
        ([("区政府", []), ("统计数（上半年）", [])], {}),
    ],
)
def test_a_column_is_a_level_s_only_where_every_heading_is_known(
    heads: list[tuple[str, list[str]]], found: dict[str, dict[str, str]]
) -> None:
    upper, lower = stacked(*heads)
    if not lower:
        upper = [(text, 1, width) for text, _, width in upper]
    columns = sum(len(below) or 1 for _, below in heads)
    assert of_levels(upper, *([lower] if lower else []), columns=columns) == found


def test_a_column_of_names_is_no_level() -> None:
    """Before the labels, or without a number: it says of which unit each row is."""
    rows = [["乡镇", "统计指标", "单位", "统计数"], *(["高良涧镇", *row] for row in OUTCOMES)]
    tables = tables_of(document(grid([[(text, 1, 1) for text in row] for row in rows])), 2016)
    assert not any(tables.levels.values())
    assert values(tables)["replies.granted/year"] == "5"
    rows = [["统计指标", "乡镇", "统计数"], *([row[0], "高良涧镇", row[2]] for row in OUTCOMES)]
    tables = tables_of(document(grid([[(text, 1, 1) for text in row] for row in rows])), 2016)
    assert not any(tables.levels.values())
    assert values(tables)["replies.granted/year"] == "5"


def test_columns_whose_headings_a_page_end_cuts_are_left() -> None:
    """本年 alone would be the year; with 累计 below it, on the next page, it is the year to date."""
    above = grid([[("统计指标", 1, 1), ("单位", 1, 1), ("区直单位本年", 1, 1), ("统计数", 1, 1)]])
    rows = [["", "", "累计", "（上半年）"], *([*row, row[2]] for row in OUTCOMES)]
    below = grid([[(text, 1, 1) for text in row] for row in rows], first=1)
    tables = tables_of(document(above, below), 2016)
    assert not any(tables.by_level.values())
    assert [rule for rule, _ in rules(tables)] == ["interpret.unknown_column"] * 2


@pytest.mark.parametrize("over", [True, False])
def test_levels_that_nobody_knows_are_left(over: bool) -> None:
    names = ("局机关", "下属单位", "派出机构")
    if over:
        head = [
            [("统计指标", 2, 1), ("单位", 2, 1), ("统计数", 1, 3)],
            [(name, 1, 1) for name in names],
        ]
    else:
        head = [[("统计指标", 1, 1), ("单位", 1, 1), *((f"{name}统计数", 1, 1) for name in names)]]
    rows = [[(text, 1, 1) for text in (*row[:2], *row[2:] * 3)] for row in OUTCOMES]
    tables = tables_of(document(grid([*head, *rows])), 2016)
    assert tables.found == {}
    assert [rule for rule, _ in rules(tables)] == ["interpret.level_columns"] * 3
    assert tables.present > 30
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
