"""Table four as a table for each kind of case, below a line that names it (沭阳县 2025, as a converter parted it)."""

from __future__ import annotations

import pytest
from tables import document, grid, plain_grid

from pipelines.document import Block, Grid, Paragraph
from pipelines.interpret import read_tables
from pipelines.readings import Tables

SECTION = "四、政府信息公开行政复议、行政诉讼情况"
HEAD = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
CASES = {
    "行政复议": "reconsideration",
    "行政诉讼（未经复议直接起诉）": "litigation.direct",
    "（三）复议后起诉": "litigation.after_reconsideration",
}


def read(*blocks: Block | str) -> Tables:
    whole = ["某县人民政府2025年政府信息公开工作年度报告", *blocks]
    return read_tables(document(*(Paragraph(block) if isinstance(block, str) else block for block in whole)))


def table(*rows: list[str], aligned: bool = False) -> Grid:
    return plain_grid([HEAD, *rows], aligned=aligned)


def counted(tables: Tables) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for (section, case, _), readings in tables.found.items():
        if section == "review" and readings[0].reading.value is not None:
            found.setdefault(case, []).append(int(readings[0].reading.value))
    return found


@pytest.mark.parametrize("aligned", [True, False])
def test_each_kind_of_case_has_its_table(aligned: bool) -> None:
    rows = [["27", "10", "9", "15", "61"], ["3", "0", "0", "0", "3"], ["8", "0", "1", "1", "10"]]
    blocks = [block for case, row in zip(CASES, rows, strict=True) for block in (case, table(row, aligned=aligned))]
    tables = read(SECTION, *blocks)
    assert counted(tables) == {
        case: [int(value) for value in row] for case, row in zip(CASES.values(), rows, strict=True)
    }
    assert tables.oddities == []


def test_the_case_may_stand_in_the_table() -> None:
    grid = plain_grid([["行政复议", "", "", "", ""], HEAD, ["1", "0", "0", "1", "2"]], aligned=True)
    assert counted(read(SECTION, grid)) == {"reconsideration": [1, 0, 0, 1, 2]}


@pytest.mark.parametrize(
    "line", ["（一）行政复议情况（单位：件）", "表1 因政府信息公开工作被申请行政复议", "2024年行政复议"]
)
def test_the_line_may_say_a_little_more(line: str) -> None:
    assert counted(read(SECTION, line, table(["1", "0", "0", "1", "2"]))) == {"reconsideration": [1, 0, 0, 1, 2]}


@pytest.mark.parametrize(
    ("row", "read_whole"), [("8 1 1 10 -", False), ("0 8 2 1 -", True), ("0 0 0 0 -", True), ("8 0 1 1 10", True)]
)
def test_a_row_that_may_have_closed_up_is_not_read(row: str, read_whole: bool) -> None:
    cells = ["1", "0", "0", "1", "2", "0", "0", "0", "0", "0", *row.replace("-", "").split(" ")]
    cases = ["行政复议", *[""] * 4, "未经复议直接起诉", *[""] * 4, "复议后起诉", *[""] * 4]
    tables = read(SECTION, plain_grid([cases, HEAD * 3, cells], aligned=True))
    assert (len(counted(tables)) == 3) is read_whole


@pytest.mark.parametrize(
    "blocks",
    [
        ("二、全县行政复议工作", "行政复议", table(["27", "10", "9", "15", "61"])),  # not about disclosure
        (SECTION, "行政诉讼", table(["27", "10", "9", "15", "61"])),  # which of both?
        (SECTION, "行政复议", "单位：件", table(["27", "10", "9", "15", "61"])),  # is it still that case?
        (SECTION, "行政复议", table(["27", "10", "9", "15", "60"])),  # no sum
        (SECTION, "全县行政复议案件办理情况", table(["27", "10", "9", "15", "61"])),  # not about disclosure
        (SECTION, "2025年行政复议", table(["27", "10", "9", "15", "61"])),  # of another year
        # The lines may stand below their tables.
        (SECTION, table(["27", "10", "9", "15", "61"]), "行政复议", table(["3", "0", "0", "0", "3"]), "复议后起诉"),
        (SECTION, table(["27", "10", "9", "15", "61"])),
    ],
)
def test_what_is_not_sure_is_named_and_not_read(blocks: tuple[Block | str, ...]) -> None:
    tables = read(*blocks)
    assert counted(tables) == {}
    assert bool(tables.oddities) is (blocks[0] == SECTION)


@pytest.mark.parametrize("widths", [(1, 1, 1, 1, 1), (2, 1, 1, 1)])
@pytest.mark.parametrize("lines", [("行政复议",), ("行政诉讼", "行政复议")])
def test_the_next_table_is_not_of_the_case_before_it(widths: tuple[int, ...], lines: tuple[str, ...]) -> None:
    """A table without a header may be that of another kind of case, also where the table before it cannot be read."""
    rows = [[(text, 1, 1) for text in HEAD], [(str(width), 1, width) for width in widths]]
    blocks = [one for line in lines for one in (line, grid([[*row, ("", 1, 1)] for row in rows]))]
    tables = read(SECTION, *blocks, plain_grid([["3", "0", "0", "0", "3"]], aligned=True))
    assert counted(tables) == {}
    assert any(one.observed.startswith("3 |") for one in tables.oddities)


def bureaus(*rows: tuple[str, int], edges: float = 0, header: bool = True) -> Grid:
    """A table of reviews with a row for each bureau, all of its cases alike."""
    heads = [
        [("单位", 3, 1), ("行政复议", 1, 5), ("行政诉讼", 1, 10)],
        [*((text, 2, 1) for text in HEAD), ("未经复议直接起诉", 1, 5), ("复议后起诉", 1, 5)],
        [(text, 1, 1) for text in HEAD * 2],
    ]
    cells = [[(text, 1, 1) for text in (name, *[str(n), "0", "0", "0", str(n)] * 3)] for name, n in rows]
    made = grid([*(heads if header else []), *cells])
    made.edges = tuple(edges * place for place in range(17)) if edges else ()
    return made


@pytest.mark.parametrize("total", ["合计", "总计", "本年"])
@pytest.mark.parametrize("after", ["教育局", "卫健局"])
def test_the_total_of_the_bureaus_may_stand_on_the_next_page(total: str, after: str) -> None:
    rows = [("教育局", 1), ("卫健局", 2), (total, 3)]
    cut = next(place for place, (name, _) in enumerate(rows, 1) if name == after)
    whole = {case: [3, 0, 0, 0, 3] for case in CASES.values()}
    assert counted(read(SECTION, bureaus(*rows))) == whole
    assert counted(read(SECTION, bureaus(*rows[:cut]), bureaus(*rows[cut:], header=False))) == whole
    # Other columns: which cell of the total stands under which heading is not known.
    assert counted(read(SECTION, bureaus(*rows[:cut], edges=30), bureaus(*rows[cut:], edges=37, header=False))) == {}


@pytest.mark.parametrize("edges", [(0, 0), (30, 30), (30, 37)])
def test_bureaus_of_two_pages_without_a_total_are_not_the_report(edges: tuple[int, int]) -> None:
    first, second = bureaus(("教育局", 1), edges=edges[0]), bureaus(("卫健局", 2), edges=edges[1], header=False)
    assert counted(read(SECTION, first, second)) == {}


def test_bureaus_under_a_header_on_each_page_are_rows_of_one_table() -> None:
    """What the first ones happen to have in common is not the report's either."""
    pages = [bureaus((name, 2)) for name in ("教育局", "卫健局")]
    assert counted(read(SECTION, *pages)) == {}
    assert counted(read(SECTION, *pages, bureaus(("合计", 4)))) == {case: [4, 0, 0, 0, 4] for case in CASES.values()}
    # The same row once more is a copy.
    assert counted(read(SECTION, bureaus(("件数", 2)), bureaus(("件数", 2)))) == {
        case: [2, 0, 0, 0, 2] for case in CASES.values()
    }


def paged(*grids: Grid) -> list[Grid]:
    for place, one in enumerate(grids, 1):
        one.page = place
    return list(grids)


@pytest.mark.parametrize("aligned", [True, False])
def test_a_page_end_may_part_the_header_from_the_row(aligned: bool) -> None:
    heads = [
        ["行政复议", *[""] * 4, "行政诉讼", *[""] * 9],
        [*[""] * 5, "未经复议直接起诉", *[""] * 4, "复议后起诉", *[""] * 4],
        HEAD * 3,
    ]
    row = ["1", "0", "2", "0", "3"]
    pages = paged(plain_grid(heads, aligned=aligned), plain_grid([row * 3], aligned=aligned))
    assert counted(read(SECTION, *pages)) == {case: [1, 0, 2, 0, 3] for case in CASES.values()}


@pytest.mark.parametrize("aligned", [True, False])
def test_a_table_without_a_line_parted_by_a_page_end_is_one(aligned: bool) -> None:
    """So that the lines may stand below their tables."""
    first, second = paged(table(aligned=aligned), plain_grid([["1", "0", "2", "0", "3"]], aligned=aligned))
    after = table(["4", "0", "0", "0", "4"], aligned=aligned)
    assert counted(read(SECTION, first, second, "行政复议", after, "复议后起诉")) == {}
    named, row = paged(table(aligned=aligned), plain_grid([["1", "0", "2", "0", "3"]], aligned=aligned))
    assert counted(read(SECTION, "行政复议", named, row, "复议后起诉", after)) == {
        "litigation.after_reconsideration": [4, 0, 0, 0, 4]
    }


def test_a_row_of_requests_is_not_cut_by_the_table_of_cases_after_it() -> None:
    head = ["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    rows = [[label, "5", "1", "0", "0", "0", "0", "6"] for label in ("（七）总计", "四、结转下年度继续办理")]
    tables = read(plain_grid([head, *rows]), SECTION, "行政复议", table(["1", "0", "0", "1", "2"]))
    assert {key[1] for key, one in tables.found.items() if one[0].reading.value is not None} == {
        "result.total",
        "carried_out",
        "reconsideration",
    }
