"""Columns of statistics tables: what each holds, and for which level of units, by all the words over it."""

from __future__ import annotations

import pytest
from statistics_tables import OUTCOMES, document, rules, tables_of, values
from tables import grid

from pipelines.headings import LEVEL, OTHER_YEAR, kind_of, level_of
from pipelines.readings import Tables
from schemas.codes import COLUMN_LEVELS
from schemas.forms import WHOLE, column_levels


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("统 计 数", "year"),
        ("数据统计数", "year"),
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
