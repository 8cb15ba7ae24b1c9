"""Tables laid onto the forms: what is certain is read, what is not is left unread and said."""

import time
from decimal import Decimal

import pytest
from tables import APPLICANT_LABELS, document, example, grid, plain_grid, requests_rows

from pipelines.document import Grid, Paragraph
from pipelines.interpret import read_tables
from pipelines.readings import Tables
from schemas.forms import Key

TRUTH = example()


def values(tables: Tables) -> dict[Key, Decimal | None]:
    """What was read, by key; None for what is there without a number."""
    return {key: found[0].reading.value for key, found in tables.found.items()}


def wrong(tables: Tables, truth: dict[Key, str]) -> dict[Key, tuple[Decimal, str]]:
    """Numbers that differ from the truth, or stand where nothing is printed."""
    return {
        key: (value, truth.get(key, ""))
        for key, value in values(tables).items()
        if value is not None and (not truth.get(key) or value != Decimal(truth[key]))
    }


def rules(tables: Tables) -> set[str]:
    return {oddity.rule for oddity in tables.oddities}


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_ruled_table_is_read_whole(form: str) -> None:
    truth = example(form)
    tables = read_tables(document(grid(requests_rows(truth, form))))
    assert values(tables) == {key: Decimal(text) for key, text in truth.items()}
    assert (tables.present, tables.used, tables.oddities) == (len(truth), len(truth), [])


def test_blank_cells_stay_blank_where_they_are() -> None:
    printed = {key: ("" if key[2] in ("research", "total") else text) for key, text in TRUTH.items()}
    tables = read_tables(document(grid(requests_rows(printed))))
    assert not wrong(tables, printed)
    assert {key for key, value in values(tables).items() if value is None} == {k for k, t in printed.items() if not t}


@pytest.mark.parametrize("blank", [(), ("natural_person", "business"), ("other", "total"), ("natural_person", "total")])
def test_spans_that_are_missing_shift_no_number(blank: tuple[str, ...]) -> None:
    printed = {key: ("" if key[2] in blank else text) for key, text in TRUTH.items()}
    tables = read_tables(document(grid(requests_rows(printed, spans=False))))
    assert not wrong(tables, printed)
    assert len(tables.found) == len(TRUTH)


def test_a_cut_table_goes_on_without_its_header() -> None:
    rows = requests_rows(TRUTH, spans=False)
    for cut in range(4, len(rows) - 1, 5):
        tables = read_tables(document(grid(rows[:cut]), grid(rows[cut:], first=1)))
        assert values(tables) == {key: Decimal(text) for key, text in TRUTH.items()}, cut


def test_a_row_cut_in_two_by_a_page_is_one_row() -> None:
    rows = requests_rows(TRUTH, spans=False)
    place = next(i for i, row in enumerate(rows) if len(row) > 7 and row[-8][0].startswith("5.要求行政机关"))
    numbers = rows[place][-7:]
    upper = [("5.要求行政机关确认或重", 1, 1), *[("", 1, 1)] * 7]
    lower = [("新出具已获取信息", 1, 1), *numbers]
    tables = read_tables(document(grid([*rows[:place], upper]), grid([lower, *rows[place + 1 :]], first=1)))
    assert values(tables) == {key: Decimal(text) for key, text in TRUTH.items()}


def test_a_subtotal_column_is_known_and_left_out() -> None:
    rows = requests_rows(TRUTH)
    rows[1] = [("自然人", 2, 1), ("法人或其他组织", 1, 6), ("总计", 2, 1)]
    rows[2].append(("小计", 1, 1))
    for row in rows[3:]:
        row.insert(len(row) - 1, (str(sum(int(text) for text, _, _ in row[-6:-1])), 1, 1))
    tables = read_tables(document(grid(rows)))
    assert values(tables) == {key: Decimal(text) for key, text in TRUTH.items()}
    assert (tables.used, tables.ignored) == (175, 25)


def test_an_unknown_row_is_a_finding_and_disturbs_nothing() -> None:
    rows = requests_rows(TRUTH, spans=False)
    rows.insert(8, [("9.上级机关要求不公开", 1, 1), *[("4", 1, 1)] * 7])
    rows.insert(20, [("4.其他", 1, 1), *[("6", 1, 1)] * 7])
    tables = read_tables(document(grid(rows)))
    assert not wrong(tables, TRUTH)
    assert len(tables.found) == len(TRUTH)
    assert sum(oddity.rule == "interpret.unknown_row" for oddity in tables.oddities) == 2


def test_a_label_damaged_beyond_likeness_is_named_by_its_neighbours() -> None:
    rows = requests_rows(TRUTH, spans=False)
    place = next(i for i, row in enumerate(rows) if len(row) > 7 and row[-8][0] == "2.重复申请")
    rows[place][-8] = ("2.重复串请", 1, 1)
    assert not wrong(tables := read_tables(document(grid(rows))), TRUTH)
    assert len(tables.found) == len(TRUTH)
    rows[place][-8] = ("2.不予受理", 1, 1)
    assert not wrong(tables := read_tables(document(grid(rows))), TRUTH)
    assert ("requests", "result.not_processed.repeated", "total") not in tables.found
    assert "interpret.unknown_row" in rules(tables)


def test_of_two_figures_for_a_cell_the_one_that_adds_up_is_taken() -> None:
    key = ("requests", "new", "total")
    other = {**TRUTH, key: "999999"}
    tables = read_tables(document(grid(requests_rows(TRUTH)), grid(requests_rows(other), first=1)))
    (found,) = tables.found[key]
    assert (found.reading.value, found.method) == (Decimal(TRUTH[key]), "disambiguated")
    assert found.derived_by == "requests.balance,requests.row_sum"


def test_of_two_figures_neither_of_which_adds_up_both_are_kept() -> None:
    key = ("requests", "new", "total")
    one, other = {**TRUTH, key: "777777"}, {**TRUTH, key: "999999"}
    tables = read_tables(document(grid(requests_rows(one)), grid(requests_rows(other), first=1)))
    assert {found.printed for found in tables.found[key]} == {"777777", "999999"}


def test_names_of_rows_in_another_table_give_nothing() -> None:
    penalties = plain_grid([["行政许可", "120"], ["行政处罚", "33"], ["行政强制", "2"]], aligned=True)
    assert not read_tables(document(penalties)).found
    disclosure = plain_grid(
        [["信息内容", "本年处理决定数量"], ["行政许可", "7"], ["信息内容", "本年处理决定数量"], ["行政处罚", "8"]],
        aligned=True,
    )
    between = plain_grid([["栏目", "条数"], ["通知", "5"]], aligned=True)
    tables = read_tables(document(disclosure, between, penalties))
    assert values(tables) == {
        ("disclosure", "licensing", "decisions"): Decimal(7),
        ("disclosure", "penalties", "decisions"): Decimal(8),
    }


HEAD_TEXT = [["申请人情况"], ["自然人", "法人或其他组织", "总计"], list(APPLICANT_LABELS[1:-1])]


def test_text_rows_filled_up_for_spans_are_read_by_their_numbers_place() -> None:
    rows = [*HEAD_TEXT, ["一、本年新收政府信息公开申请数量", "", "", "25", "1", "0", "0", "0", "2", "28"]]
    tables = read_tables(document(plain_grid(rows)))
    assert [found[0].reading.value for found in tables.found.values()] == [25, 1, 0, 0, 0, 2, 28]


def test_a_text_row_whose_blanks_leave_two_places_is_not_guessed() -> None:
    head = ["一、本年新收政府信息公开申请数量", "", ""]
    rows = [*HEAD_TEXT, [*head, "25", "1", "0", "0", "0", "2", ""]]
    tables = read_tables(document(plain_grid(rows)))
    assert not values(tables)
    assert rules(tables) == {"interpret.column_unknown"}
    # A full row of the same shape shows where the values begin, if all rows are equally long: none lost a cell.
    full = ["二、上年结转政府信息公开申请数量", "", "", "3", "0", "0", "0", "0", "0", "3"]
    tables = read_tables(document(plain_grid([*HEAD_TEXT, full, [*head, "25", "1", "0", "0", "0", "2", ""]])))
    new = [found[0].reading.value for key, found in tables.found.items() if key[1] == "new"]
    assert new == [25, 1, 0, 0, 0, 2, None]
    shorter = ["三、本年度办理结果", "（一）予以公开", "3", "0", "0", "0", "0", "0", "3"]
    tables = read_tables(document(plain_grid([*HEAD_TEXT, full, shorter, [*head, "25", "1", "0", "0", "0", "2", ""]])))
    assert all(found[0].reading.value is None for key, found in tables.found.items() if key[1] == "new")
    assert "interpret.unconfirmed" in rules(tables)


STRAIGHT = [
    ["（本列数据的勾稽关系为…）", "", "", "申请人情况", *[""] * 6],
    ["", "", "", "自然人", "法人或其他组织", "", "", "", "", "总计"],
    ["", "", "", "", *APPLICANT_LABELS[1:-1], ""],
]


def test_text_rows_stand_under_a_header_that_kept_all_its_places() -> None:
    granted = ["三、本年度办理结果", "（一）予以公开", "", "25", "1", "0", "0", "0", "2", ""]
    refused = ["", "（三）不予公开", "1.属于国家秘密", "", "", "0", "0", "0", "0", "5"]  # adds up to nothing
    tables = read_tables(document(plain_grid([*STRAIGHT, granted, refused])))
    assert [found[0].reading.value for found in tables.found.values()] == [
        *[25, 1, 0, 0, 0, 2, None],
        *[None, None, 0, 0, 0, 0, 5],
    ]
    # Cells that closed up: headings stand over each other, and the rows' places say nothing.
    packed = [[text for text in row if text] for row in STRAIGHT]
    packed = [["", *packed[1]] if row is packed[1] else ["", "", *row] if row is packed[2] else row for row in packed]
    rows = [row + [""] * (10 - len(row)) for row in packed]
    tables = read_tables(document(plain_grid([*rows, ["三、本年度办理结果", "（一）予以公开", *granted[3:], ""]])))
    assert not any(values(tables).values())


def test_text_rows_with_blank_totals_are_read_where_the_columns_add_up() -> None:
    printed = {
        key: "" if key[2] == "total" and key[1].startswith("result.") and key[1] != "result.total" else text
        for key, text in TRUTH.items()
    }
    rows = [[text for text, _, _ in row] for row in requests_rows(printed, spans=False)]
    tables = read_tables(document(plain_grid(rows)))
    assert not wrong(tables, printed)
    assert sum(value is not None for value in values(tables).values()) == sum(bool(text) for text in printed.values())


def test_a_text_row_that_lost_its_trailing_blanks_is_not_shifted() -> None:
    rows = [*HEAD_TEXT, ["一、本年新收政府信息公开申请数量", "", "", "25", "0", "0", "0", "0"]]
    tables = read_tables(document(plain_grid(rows)))
    assert all(value is None for value in values(tables).values())
    assert "interpret.unconfirmed" in rules(tables)


def test_one_cell_on_each_line_needs_the_row_to_add_up() -> None:
    """A blank leaves no trace there: a row short of a cell is not read."""

    def lines(*texts: str) -> list[Paragraph]:
        return [Paragraph(text, f"L{place}:1-2") for place, text in enumerate(texts, start=10)]

    head = ["自然人", "法人或其他组织", "总计", *APPLICANT_LABELS[1:-1], "一、本年新收政府信息公开申请数量"]
    tables = read_tables(
        document(*lines(*head, "25", "1", "0", "0", "0", "2", "28", "二、上年结转政府信息公开申请数量"))
    )
    assert [value for key, value in values(tables).items() if key[1] == "new"] == [25, 1, 0, 0, 0, 2, 28]
    tables = read_tables(document(*lines(*head, "25", "1", "0", "0", "2", "28", "二、上年结转政府信息公开申请数量")))
    # The blank may stand anywhere, in place of the total too: nothing is sure, and the row is known to be there.
    assert all(value is None for value in values(tables).values())
    assert tables.unread["requests", "new"][0] == "25 1 0 0 2 28"
    tables = read_tables(document(*lines(*head, "25", "1", "0", "0", "2", "28", "4")))
    assert all(value is None for value in values(tables).values())
    assert rules(tables) & {"interpret.column_unknown", "interpret.unconfirmed"}


def review(header: list[list[tuple[str, int, int]]], numbers: list[str]) -> Grid:
    return grid([*header, [(text, 1, 1) for text in numbers]])


OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


def _vertical(step: int) -> list[list[tuple[str, int, int]]]:
    pieces = [[label[i : i + step] for i in range(0, len(label), step)] for label in (*OUTCOMES * 3,)]
    depth = max(map(len, pieces))
    head = [[("行政复议", 2, 5), ("行政诉讼", 1, 10)], [("未经复议直接起诉", 1, 5), ("复议后起诉", 1, 5)]]
    return [*head, *[[(p[i] if i < len(p) else "", 1, 1) for p in pieces] for i in range(depth)]]


@pytest.mark.parametrize("step", [1, 2, 4])
def test_headings_broken_over_rows_are_put_together(step: int) -> None:
    numbers = ["3", "1", "0", "2", "6", "0", "0", "", "0", "0", "1", "/", "0", "0", "1"]
    tables = read_tables(document(review(_vertical(step), numbers)))
    assert len(tables.found) == 15
    assert values(tables)["review", "reconsideration", "pending"] == 2
    assert tables.found["review", "litigation.direct", "other"][0].reading.status == "blank"
    assert tables.found["review", "litigation.after_reconsideration", "corrected"][0].reading.status == "mark"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["本年制发件数", "本年废止件数", "现行有效件数"], ("2021", ["issued", "repealed", "in_force"])),
        (["本年新", "本年新", "对外公开总数量"], ("2019", ["made", "newly_disclosed", "disclosed_total"])),
        (
            ["本年新\n制作数量", "本年新制作数量", "对外公开总数量"],
            ("2019", ["made", "newly_disclosed", "disclosed_total"]),
        ),
        (["本年发件数", "本年废止", "现行有效件"], ("2021", ["issued", "repealed", "in_force"])),
    ],
)
def test_columns_of_disclosure_by_their_words(header: list[str], expected: tuple[str, list[str]]) -> None:
    tables = read_tables(document(plain_grid([["信息内容", *header], ["规章", "4", "5", "6"]], aligned=True)))
    assert [(found[0].form, key[2]) for key, found in tables.found.items()] == [
        (expected[0], one) for one in expected[1]
    ]
    assert list(values(tables).values()) == [4, 5, 6]


def test_a_header_that_contradicts_every_form_is_not_read() -> None:
    tables = read_tables(
        document(plain_grid([["信息内容", "现行有效件数", "本年制发件数"], ["规章", "4", "5"]], aligned=True))
    )
    assert not tables.found


def test_the_unit_of_the_header_and_of_the_cell() -> None:
    table = [["信息内容", "本年收费金额（单位：万元）"], ["行政事业性收费", "961.5"]]
    found = read_tables(document(plain_grid(table, aligned=True))).found["disclosure", "fees", "amount"][0]
    assert (found.reading.value, found.reading.unit) == (Decimal("961.5"), "万元")
    table = [["信息内容", "采购项目数量", "采购总金额"], ["政府集中采购", "3", "251000元"]]
    tables = read_tables(document(plain_grid(table, aligned=True)))
    assert tables.found["disclosure", "procurement", "amount"][0].reading.unit == "元"
    table[1][2] = "8040"
    tables = read_tables(document(plain_grid(table, aligned=True)))
    assert tables.found["disclosure", "procurement", "amount"][0].reading.unit == "unknown"


def test_a_page_number_glued_to_a_text_line_is_no_cell() -> None:
    rows = [*HEAD_TEXT, ["一、本年新收政府信息公开申请数量", "25", "1", "0", "0", "0", "2", "28 - 4 -"]]
    tables = read_tables(document(plain_grid(rows)))
    assert [found[0].reading.value for found in tables.found.values()] == [25, 1, 0, 0, 0, 2, 28]


@pytest.mark.parametrize(("line", "read"), [("2 / 16", True), ("0 / 0", False), ("16 / 2", False)])
def test_the_foot_of_a_flip_books_page_is_no_cell(line: str, read: bool) -> None:
    """R-wdxf22: 2 / 16 between two bare lines of a table. 0/0 is what 大余 2020 prints for two counts in one cell."""
    texts = ["自然人", "法人或其他组织", "总计", *APPLICANT_LABELS[1:-1], "一、本年新收政府信息公开申请数量"]
    texts += ["25", "1", "0", "0", "0", "2", "28", line, "二、上年结转政府信息公开申请数量"]
    tables = read_tables(document(*(Paragraph(text, f"L{place}:1-2") for place, text in enumerate(texts))))
    found = [value for key, value in values(tables).items() if key[1] == "new" and value is not None]
    assert found == ([25, 1, 0, 0, 0, 2, 28] if read else [])


def test_reconsiderations_and_litigation_in_tables_of_their_own() -> None:
    outcomes = [(label, 1, 1) for label in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")]
    first = [[("行政复议", 1, 5)], outcomes, [(text, 1, 1) for text in "12036"]]
    second = [
        [("行政诉讼", 1, 10)],
        [("未经复议直接起诉", 1, 5), ("复议后起诉", 1, 5)],
        [*outcomes, *outcomes],
        [(text, 1, 1) for text in "4010510001"],
    ]
    read = values(read_tables(document(grid(first), grid(second, first=1))))
    assert [int(value or 0) for value in read.values()] == [int(digit) for digit in "120364010510001"]


def test_a_sum_of_the_organisations_before_them() -> None:
    rows = requests_rows(TRUTH)
    rows[0] = [rows[0][0], ("申请人情况", 1, 8)]
    rows[1] = [("自然人", 2, 1), ("法人或其他组织", 1, 6), ("总计", 2, 1)]
    rows[2] = [("合计", 1, 1), *rows[2]]
    for place, row in enumerate(rows[3:], start=3):
        subtotal = str(sum(int(text) for text, _, _ in row[-6:-1]))
        rows[place] = [*row[:-6], (subtotal, 1, 1), *row[-6:]]
    tables = read_tables(document(grid(rows)))
    assert values(tables) == {key: Decimal(text) for key, text in TRUTH.items()}
    assert tables.oddities == []


def test_many_lines_take_linear_time() -> None:
    lines = [Paragraph(text, f"L{number}") for number, text in enumerate(["规章", "3", "”"] * 20_000, 1)]
    start = time.process_time()
    read_tables(document(*lines))
    assert time.process_time() - start < 6
