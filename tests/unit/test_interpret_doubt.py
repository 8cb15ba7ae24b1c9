"""Tables that would give wrong numbers to whoever trusts the order of cells: none of them may be taken for granted."""

from decimal import Decimal

import pytest
from batches import batch
from tables import APPLICANT_LABELS, document, example, grid, plain_grid, requests_rows

from pipelines.columns import APPLICANTS
from pipelines.document import Document, Grid, Paragraph
from pipelines.extract import read_document
from pipelines.identify import identify
from pipelines.interpret import read_tables
from pipelines.readings import Tables
from pipelines.simulate.corpus import make, years_of
from pipelines.simulate.registry import load_variants
from schemas.forms import Key

Cells = list[list[tuple[str, int, int]]]
TRUTH = example()
NO_TOTALS = {key: "" if key[2] == "total" else text for key, text in TRUTH.items()}


def wrong(found: Document, truth: dict[Key, str]) -> list[tuple[Key, Decimal | None, str]]:
    """Cells read with a number that is not printed in them, two copies of one table apart."""
    return [
        (key, one.reading.value, truth.get(key, ""))
        for key, readings in read_tables(found).found.items()
        for one in readings[:1]
        if one.reading.value is not None and (not truth.get(key) or one.reading.value != Decimal(truth[key]))
    ]


def texts(rows: Cells) -> list[list[str]]:
    return [[text for text, _, _ in row] for row in rows]


def label_too_narrow(rows: Cells) -> Cells:
    """The label spans two columns and an empty cell stands beside it; the last cell of the row is missing."""
    return [
        [(row[0][0], 1, 2), ("", 1, 1), *row[1:-1]] if place >= 3 and row[0][2] == 3 else row
        for place, row in enumerate(rows)
    ]


def unit_first(rows: Cells) -> Cells:
    """件 stands before the numbers and the total is missing."""
    return [[*row[:-7], ("件", 1, 1), *row[-7:-1]] if place >= 3 else row for place, row in enumerate(rows)]


def row_number_first(rows: Cells) -> Cells:
    """行次 stands before the numbers without a heading, and the total is missing."""
    return [[*row[:-7], (str(place), 1, 1), *row[-7:-1]] if place >= 3 else row for place, row in enumerate(rows)]


def total_first(rows: Cells) -> Cells:
    """总计 is the first column, and the header is not."""
    return [[*row[:-7], row[-1], *row[-7:-1]] if place >= 3 else row for place, row in enumerate(rows)]


@pytest.mark.parametrize("change", [label_too_narrow, unit_first, row_number_first, total_first])
@pytest.mark.parametrize("spans", [True, False])
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("truth", [TRUTH, NO_TOTALS], ids=["totals", "no totals"])
def test_rows_shifted_by_a_column(change: object, spans: bool, header: bool, truth: dict[Key, str]) -> None:
    rows = change(requests_rows(truth, spans=spans))  # type: ignore[operator]
    rows = rows if header else rows[3:]
    printed = TRUTH if change is total_first and truth is TRUTH else truth
    assert wrong(document(grid(rows)), printed) == []
    assert wrong(document(plain_grid(texts(rows))), printed) == []


def test_readings_do_not_vouch_for_each_other() -> None:
    """Sums down the columns hold where all rows are shifted alike; only the row's own sum tells."""
    header: Cells = [
        [("申请", 3, 3), ("申请人情况", 1, 7)],
        [("总计", 2, 1), ("自然人", 2, 1), ("法人或其他组织", 1, 5)],
        [(label, 1, 1) for label in APPLICANT_LABELS[1:-1]],
    ]
    assert wrong(document(grid([*header, *total_first(requests_rows(TRUTH))[3:]])), TRUTH) == []


@pytest.mark.parametrize("lost", range(7))
@pytest.mark.parametrize("section", ["requests", "review"])
def test_a_row_of_a_web_page_that_lost_one_of_its_cells(section: str, lost: int) -> None:
    """The cells behind the lost one stand a column too far left, the last column has none."""
    if section == "requests":
        rows = requests_rows(TRUTH)
        rows[10] = rows[10][:-7] + [cell for place, cell in enumerate(rows[10][-7:]) if place != lost]
    else:
        rows = [*REVIEW_HEAD, [(str(place + 3), 1, 1) for place in range(15) if place != lost]]
    found = read_tables(document(grid(rows))).found
    assert {key for key, readings in found.items() if readings[0].reading.value is None} == {
        key for key in found if key[0] == "review" or key[1] == "result.refused.third_party"
    }


@pytest.mark.parametrize("lost", range(6))
def test_a_row_of_a_worksheet_that_lost_a_cell_and_closed_up(lost: int) -> None:
    """Deleting a cell moves those right of it to the left; the last one is blank then."""
    rows = requests_rows(TRUTH)
    values = rows[10][-7:]
    rows[10] = [*rows[10][:-7], *values[:lost], *values[lost + 1 :], ("", 1, 1)]
    head = plain_grid([["第二十条第（五）项"], ["信息内容", "本年处理决定数量"], ["行政许可", "12"]])
    tables = read_tables(document(head, grid(rows, first=1)))
    found = tables.found
    assert [found["requests", _THIRD, part][0].reading.value for part in APPLICANTS] == [None] * 7
    said = {oddity.locator: oddity.indicator for oddity in tables.oddities if oddity.rule == "interpret.unconfirmed"}
    assert said == {found["requests", _THIRD, APPLICANTS[0]][0].locator: _THIRD}


def test_the_row_of_reviews_that_lost_a_cell_and_closed_up() -> None:
    figures = ["4", "1", "0", "2", "7"] * 3
    rows: Cells = [*REVIEW_HEAD, [(text, 1, 1) for text in [*figures[1:], ""]]]
    found = read_tables(document(grid(rows))).found
    assert {one.reading.value for readings in found.values() for one in readings} == {None}


def test_totals_left_blank_by_a_row_that_ends_with_its_largest_figure() -> None:
    """Where most rows print no total, none has closed up."""
    printed = {key: "" if key[2] == "total" and key[1].startswith("result.") else text for key, text in TRUTH.items()}
    found = read_tables(document(grid(requests_rows(printed)))).found
    assert {key for key, readings in found.items() if readings[0].reading.value is None} == {
        key for key, text in printed.items() if not text
    }


def test_totals_under_the_heading_of_another_column() -> None:
    """Spans a column too short put 总计 over the last organisations and 其他 over the totals."""
    rows = requests_rows(TRUTH)
    rows[1] = [("自然人", 2, 1), ("法人或其他组织", 1, 4), ("总计", 2, 1)]
    assert wrong(document(grid(rows)), TRUTH) == []


def test_a_number_that_spans_rows_is_that_of_none() -> None:
    rows = requests_rows(TRUTH)
    rows[8] = [*rows[8][:-7], ("4", 3, 1), *rows[8][-6:]]
    for below in (9, 10):
        rows[below] = [*rows[below][:-7], *rows[below][-6:]]
    merged = [("requests", f"result.refused.{name}", "natural_person") for name in _SPANNED]
    found = read_tables(document(grid(rows))).found
    assert [found[key][0].reading.status for key in merged] == ["illegible"] * 3


_THIRD = "result.refused.third_party"
_SPANNED = ("prohibited_by_law", "security_stability", "third_party")


@pytest.mark.parametrize(
    ("heading", "row", "printed"),
    [
        ("上一年处理决定数量", "行政许可", "5"),
        ("累计处理决定数量", "行政许可", "5"),
        ("上年收费金额（单位：万元）", "行政事业性收费", "5"),
        ("本年处理决定数量（单位：万件）", "行政许可", "5"),
    ],
)
def test_likeness_does_not_cross_a_turn_of_meaning(heading: str, row: str, printed: str) -> None:
    tables = read_tables(document(plain_grid([["信息内容", heading], [row, printed]], aligned=True)))
    assert all(one.reading.value is None for found in tables.found.values() for one in found)


@pytest.mark.parametrize(
    ("official", "label"),
    [
        ("1.属于国家秘密", "1.不属于国家秘密"),
        ("2.没有现成信息需要另行制作", "2.有现成信息不需要另行制作"),
        ("四、结转下年度继续办理", "四、结转上年度继续办理"),
    ],
)
def test_labels_that_say_the_opposite(official: str, label: str) -> None:
    rows = [[(label if cell[0] == official else cell[0], *cell[1:]) for cell in row] for row in requests_rows(TRUTH)]
    read = {key[1] for key in read_tables(document(grid(rows))).found}
    assert len(read) == 24


def test_a_second_report_fills_no_blank_of_the_first() -> None:
    blank = {key: "" if key[1] == "new" else text for key, text in TRUTH.items()}
    other = {key: str(int(text) + 1) for key, text in TRUTH.items()}
    tables = read_tables(document(grid(requests_rows(blank)), grid(requests_rows(other), first=1)))
    assert tables.several


REVIEW_HEAD: Cells = [
    [("行政复议", 2, 5), ("行政诉讼", 1, 10)],
    [("未经复议直接起诉", 1, 5), ("复议后起诉", 1, 5)],
    [(label, 1, 1) for label in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3],
]


def review(*rows: list[str]) -> Grid:
    return grid([*REVIEW_HEAD, *[[(text, 1, 1) for text in row] for row in rows]])


def test_numbers_of_columns_are_no_values() -> None:
    values = ["1", "2", "3", "4", "10", *["0"] * 10]
    tables = read_tables(document(review([str(place) for place in range(1, 16)], values)))
    assert [found[0].reading.value for found in tables.found.values()] == [Decimal(value) for value in values]
    assert tables.ignored == 15


def test_a_page_number_fills_no_blank_among_bare_lines() -> None:
    head = "某市某局2024年政府信息公开工作年度报告\n本报告所列数据的统计期限自2024年1月1日起，至2024年12月31日止。\n"
    body = ["第二十条第（五）项", "信息内容", "本年处理决定数量", "行政许可", "4", "第二十条第（六）项", "信息内容"]
    prose = ["有关情况说明如下，详见各部门公布的内容。", "3", "以上情况已经核对，并已在网站公布，供公众查阅。"]
    text = head + "\n\n".join([*prose, *body, "本年处理决定数量", "行政处罚", "66"]) + "\n"
    cells = {
        cell.indicator: cell for cell in read_document(text.encode(), "a.txt").cells if cell.section == "disclosure"
    }
    assert (cells["licensing"].status, cells["licensing"].value) == ("illegible", "")
    assert cells["penalties"].value == "66"


def test_fifteen_bare_numbers_need_their_sums() -> None:
    labels = ["行政复议", "行政诉讼", *("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3]
    numbers = ["1", "2", "3", "4", "10", "0", "0", "0", "0", "0", "0", "0", "0", "0", "5"]
    tables = read_tables(Document("text/plain", [Paragraph(text) for text in [*labels, *numbers]]))
    assert all(found[0].reading.value is None for found in tables.found.values())


def lines(*texts: str) -> Document:
    return Document("text/plain", [Paragraph(text) for text in texts])


OWN = "某市某局2024年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("found", "year"),
    [
        (lines("某市某局2019年政府信息公开工作年度报告", "某市某局政府信息公开工作年度报告", "一、总体情况"), None),
        (lines("上一篇：某市某局2022年政府信息公开工作年度报告", OWN, "一、总体情况"), 2024),
        (lines(OWN, "上年统计期限自2023年1月1日起，至2023年12月31日止。", "一、总体情况"), 2024),
        (lines("某市某局二〇二四年政府信息公开工作年度报告"), 2024),
        (lines("某市某局2023-2024年政府信息公开工作年度报告"), None),
    ],
)
def test_the_year_of_another_report_is_not_taken(found: Document, year: int | None) -> None:
    who = identify(found)
    assert who.year == year
    assert who.agency in ("某市某局", "")


def test_names_of_persons_are_no_agencies() -> None:
    found = lines("2024年政府信息公开工作年度报告", "如有疑问，请联系王五同志所在的办公室。")
    found.metadata["author"] = "张三丰"
    assert identify(found).agency == ""
    assert identify(lines("政府信息公开年报")).agency == ""


def test_a_row_of_bare_lines_that_does_not_add_up() -> None:
    tables = read_tables(
        lines(
            "申请人情况",
            "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计",
            "（一）予以公开 268 463 666 246",
            "73 8 94",
            "（二）部分公开 1 2 3 4 5 6 21",
        )
    )
    assert {key[1] for key, found in tables.found.items() if found[0].reading.value is not None} == {"result.partial"}


@pytest.mark.parametrize("below", [True, False])
def test_values_on_lines_of_their_own_above_or_below_their_labels(below: bool) -> None:
    """Read as those of the label above, the values of all rows add up too, and are those of the next row."""
    table = ["申请人情况", "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计"]
    for row in requests_rows(TRUTH)[3:]:
        halves = [row[-8][0], " ".join(text for text, _, _ in row[-7:])]
        table += halves if below else halves[::-1]
    read = read_tables(lines(*table))
    assert wrong(lines(*table), TRUTH) == []
    assert bool([key for key, found in read.found.items() if found[0].reading.value is not None]) == below


def test_two_tables_of_one_page_are_not_two_halves() -> None:
    rows = requests_rows(TRUTH, spans=False)
    upper, lower = grid(rows[:10]), grid([[("", 1, 1)] * 7 + [("5", 1, 1)]], first=1)
    upper.page = lower.page = 3
    assert wrong(document(upper, lower), TRUTH) == []
    assert len(read_tables(document(upper, lower)).found) == 49


def test_a_row_printed_twice_is_not_put_together_digit_by_digit() -> None:
    """2 above 2 is no 22, though every sum of the joined row holds."""
    values = ["2", "0", "1", "0", "3", *["0"] * 10]
    head = [[text for text, _, _ in row] for row in REVIEW_HEAD]
    twice = document(plain_grid([*head, values]), plain_grid([values]))
    assert all(one.reading.value in (None, 0, 1, 2, 3) for found in read_tables(twice).found.values() for one in found)
    twice = document(review(values), plain_grid([values], aligned=True))
    assert all(one.reading.value in (None, 0, 1, 2, 3) for found in read_tables(twice).found.values() for one in found)


def bare(changes: dict[Key, str]) -> Document:
    """The table of requests without header and spans, some cells printing something else."""
    return document(grid(requests_rows(TRUTH | changes, spans=False)[3:]))


def row_of(indicator: str, *texts: str) -> dict[Key, str]:
    parts = ("natural_person", "business", "research", "public_welfare", "legal_service", "other", "total")
    return {("requests", indicator, part): text for part, text in zip(parts, texts, strict=True)}


def read_row(tables: Tables, indicator: str) -> list[Decimal | None]:
    return [found[0].reading.value for key, found in tables.found.items() if key[1] == indicator]


def test_rows_without_header_vouch_for_a_misprint_beside_them() -> None:
    tables = read_tables(bare(row_of("result.partial", "1", "2", "3", "4", "5", "6", "22")))
    assert read_row(tables, "result.partial") == [1, 2, 3, 4, 5, 6, 22]


def test_a_row_that_lost_a_cell_and_was_filled_up_is_not_read() -> None:
    tables = read_tables(bare(row_of("result.partial", "1", "2", "4", "5", "6", "18", "")))
    assert not any(read_row(tables, "result.partial"))


def test_totals_left_blank_throughout_are_blank() -> None:
    """上海市人民政府办公厅 2019: only the rows 一 二 （七） 四 have totals."""
    blank = {
        key: ""
        for key in TRUTH
        if key[2] == "total" and key[1] not in ("new", "carried_in", "result.total", "carried_out")
    }
    # A misprint in the total of one column, so that the columns do not confirm the rows.
    tables = read_tables(bare(blank | {("requests", "result.granted", "natural_person"): "71"}))
    assert read_row(tables, "result.granted")[0] == 71
    assert wrong(bare(blank), TRUTH | blank) == []
    assert [one[0].reading.status for key, one in tables.found.items() if key in blank] == ["blank"] * len(blank)


def test_marks_alone_make_a_table_without_header() -> None:
    tables = read_tables(document(grid(requests_rows(dict.fromkeys(TRUTH, "/"), spans=False)[3:])))
    assert {one[0].reading.status for one in tables.found.values()} == {"mark"}
    assert len(tables.found) == 175


@pytest.mark.parametrize(("others", "value"), [("〇", Decimal(1)), ("0", None), ("—", None)])
def test_one_dash_is_a_one_where_numbers_are_spelled(others: str, value: Decimal | None) -> None:
    spelled = dict.fromkeys(TRUTH, others) | row_of("new", "三", others, others, others, others, "一", "六")
    tables = read_tables(document(grid(requests_rows(spelled))))
    assert tables.found["requests", "new", "other"][0].reading.value == value


@pytest.mark.parametrize("place", [3, 0])
def test_a_word_in_the_place_of_a_value_shifts_nothing(place: int) -> None:
    values = ["1", "2", "3", "4", "10", *["0"] * 10]
    values[place] = "不详"
    tables = read_tables(document(review(values)))
    assert len(tables.found) == 15
    assert sum(one[0].reading.value is not None for one in tables.found.values()) == 14
    values[place] = "本机关"
    tables = read_tables(document(review(values)))
    assert bool(tables.found) == (place > 0)


PARTS = ("自然人 法人或其他组织 总计", "商业企业 科研机构 社会公益组织 法律服务机构 其他")


def lines_of_rows(truth: dict[Key, str]) -> list[str]:
    """Bare lines, each a label and its values parted by single blanks; an empty cell leaves no trace."""
    rows = [[text for text, _, _ in row] for row in requests_rows(truth, spans=False)[3:]]
    return [*PARTS, *(" ".join(filter(None, row)) for row in rows)]


def test_numbers_torn_apart_are_put_together_where_their_sum_holds() -> None:
    """Rows with more numbers than columns do not speak against the columns then."""
    rows = lines_of_rows(TRUTH)
    torn = [f"{row[:-1]} {row[-1]}" if len(row.split()[-1]) == 3 else row for row in rows]
    assert sum(row != whole for row, whole in zip(torn, rows, strict=True)) == 11
    assert wrong(lines(*torn), TRUTH) == []
    assert all(one[0].reading.value is not None for one in read_tables(lines(*torn)).found.values())


def test_torn_numbers_among_blanks_without_a_trace() -> None:
    """4 5 1 0 1 4 1 61 is 45 10 1 (blank) 4 1 61, though 4 51 0 1 4 1 61 adds up as well and fills the row."""
    blank = TRUTH | row_of("carried_in", "2", "1", "", "", "1", "", "4")
    blank |= row_of("new", "45", "10", "1", "", "4", "1", "61")
    rows = [row.replace("45 10 1 4 1 61", "4 5 1 0 1 4 1 61") for row in lines_of_rows(blank)]
    assert any("4 5 1 0 1" in row for row in rows)
    assert wrong(lines(*rows), blank) == []


def test_bare_lines_vouch_for_a_misprint_only_where_none_lacks_a_cell() -> None:
    misprint = TRUTH | {("requests", "result.partial", "total"): "95"}
    tables = read_tables(lines(*lines_of_rows(misprint)))
    assert read_row(tables, "result.partial") == [7, 20, 6, 20, 40, 0, 95]
    short = read_tables(lines(*lines_of_rows(misprint | {("requests", "carried_in", "research"): ""})))
    assert not any(read_row(short, "result.partial"))
    # More than one column does not balance: something else has come in.
    moved = TRUTH | row_of("result.partial", "20", "6", "20", "40", "0", "93", "95")
    assert not any(read_row(read_tables(lines(*lines_of_rows(moved))), "result.partial"))


OTHER_COLUMNS = {
    "districts": ["东区", "西区", "南区", "北区", "高新区", "经开区", "合计"],
    "channels": ["当面", "信函", "传真", "网络", "邮件", "其他", "总计"],
    "years": ["2018", "2019", "2020", "2021", "2022", "2023", "合计"],
    "months": ["1-2月", "3-4月", "5-6月", "7-8月", "9-10月", "11-12月", "全年"],
    "persons": ["公民", "企业", "高校", "社团", "律所", "其他组织", "总计"],
}


@pytest.mark.parametrize("columns", list(OTHER_COLUMNS.values()), ids=list(OTHER_COLUMNS))
@pytest.mark.parametrize("aligned", [True, False])
def test_seven_other_columns_are_not_the_applicants(columns: list[str], aligned: bool) -> None:
    """Six columns and their sum add up as the applicants do; the words over them say that they are others."""
    rows = texts(requests_rows(TRUTH, spans=False))[3:]
    flat = [[row[-8], *row[-7:]] for row in rows]
    head = ["项目", *columns]
    for found in (
        document(plain_grid([head, *flat], aligned=aligned)),
        document(plain_grid([["项目", "各类情况"], head, *flat], aligned=aligned)),
        document(plain_grid([head], aligned=aligned), plain_grid(flat, aligned=aligned)),
        document(plain_grid([head, *flat[:9]], aligned=aligned), plain_grid(flat[9:], aligned=aligned)),
        document(plain_grid([head, *flat[:3], ["以下为办理结果", *[""] * 7], *flat[3:]], aligned=aligned)),
    ):
        assert all(one[0].reading.value is None for one in read_tables(found).found.values())


@pytest.mark.parametrize("name", ["{}", "Unnamed: {}", "列{}"])
def test_names_that_converters_make_up_are_no_headings(name: str) -> None:
    rows = texts(requests_rows(TRUTH, spans=False))[3:]
    flat = [[row[-8], *row[-7:]] for row in rows]
    found = document(plain_grid([[name.format(place) for place in range(8)], *flat], aligned=True))
    assert wrong(found, TRUTH) == []
    assert len(read_tables(found).found) == len(TRUTH)


def test_columns_of_serial_numbers_and_units_have_headings_of_their_own() -> None:
    head = [("项目", 1, 3), ("序号", 1, 1), ("单位", 1, 1), *[(label, 1, 1) for label in APPLICANT_LABELS]]
    rows = [
        [*row[:-7], (str(place), 1, 1), ("件", 1, 1), *row[-7:]]
        for place, row in enumerate(requests_rows(TRUTH)[3:], start=1)
    ]
    found = document(grid([head, *rows]))
    assert wrong(found, TRUTH) == []
    assert len(read_tables(found).found) == len(TRUTH)
    assert read_tables(found).ignored == 25


def test_a_column_may_stand_in_another_place_if_its_heading_says_so() -> None:
    """总计 before the kinds of applicants."""
    head = [("项目", 1, 3), *[(label, 1, 1) for label in (APPLICANT_LABELS[-1], *APPLICANT_LABELS[:-1])]]
    found = document(grid([head, *total_first(requests_rows(TRUTH))[3:]]))
    assert wrong(found, TRUTH) == []
    assert len(read_tables(found).found) == len(TRUTH)


def test_glued_numbers_among_hidden_blanks_are_not_cut_by_chance() -> None:
    """381214358 is 38 12 1 (blank) 4 3 58; 3 8 1 2 1 43 58 adds up as well. 10212 shows that blanks left no trace."""
    printed = {
        "一、本年新收政府信息公开申请数量": "2055564157292",
        "二、上年结转政府信息公开申请数量": "10212",
        "三、本年度办理结果（一）予以公开": "381214358",
        "（三）不予公开1.属于国家秘密": "72110",
        "2.其他法律行政法规禁止公开": "8311",
        "3.危及“三安全一稳定”": "165122",
        "（七）总计": "2025454157287",
    }
    tables = read_tables(lines(*PARTS, *(label + digits for label, digits in printed.items())))
    assert not any(read_row(tables, "result.granted"))


@pytest.mark.parametrize(
    ("digits", "expected"),
    [("000", [0, 0, 0]), ("0012", [0, 0, 12]), ("120", None), ("0120", None), ("00", None), ("2648", None)],
)
def test_glued_cells_of_disclosure_are_parted_where_there_is_one_way(digits: str, expected: list[int] | None) -> None:
    found = lines("信息内容本年制发件数本年废止件数现行有效件数", f"规章{digits}", "行政规范性文件 1 2 3")
    tables = read_tables(found)
    assert read_row(tables, "normative_documents") == [1, 2, 3]
    assert [value for value in read_row(tables, "regulations") if value is not None] == (expected or [])


def test_digits_of_two_lines_are_two_numbers() -> None:
    """2 above 7 is no 27, though the sum of the row would hold."""
    rows = lines_of_rows(TRUTH | row_of("carried_in", "27", "0", "0", "0", "0", "0", "27"))
    place = next(i for i, row in enumerate(rows) if row.startswith("二、"))
    rows[place : place + 1] = [rows[place].split()[0], "2", "7 0 0 0 0 0 27"]
    assert not any(read_row(read_tables(lines(*rows)), "carried_in"))


def test_a_row_below_a_blank_one_keeps_its_own_label() -> None:
    """Values above a page end belong to the name below it only where a label of a group goes on with it."""
    head = [[text for text, _, _ in row] for row in requests_rows(TRUTH, spans=False)[:3]]
    blank = [""] * 7
    upper = ["", "（三）不予公", "1.", *map(str, (1, 0, 0, 0, 0, 0, 1))]
    table = read_tables(document(plain_grid([*head, upper]), plain_grid([["", "开", "属于国家秘密", *blank]])))
    assert read_row(table, "result.refused.state_secret")[:1] == [1]
    upper[1:3] = "本机关另列", "1."
    table = read_tables(document(plain_grid([*head, upper]), plain_grid([["", "", "属于国家秘密", *blank]])))
    assert not any(read_row(table, "result.refused.state_secret"))


@pytest.mark.parametrize("layout", ["text.lines_once", "text.rows_once", "text.flat_review", "pdf.horizontal_rules"])
def test_what_cannot_be_read_is_a_cell_of_the_report_all_the_same(layout: str) -> None:
    """A row that prints its label and nothing else is absent: illegible is what prints something. Cells that were both
    did not fit their model, and the report was published without them."""
    variant = load_variants()[layout]
    for number in range(4):
        made = make(11, number, years_of(variant)[0], variant)
        found = read_document(made.data, made.file_name)
        assert all(one.printed for one in found.cells if one.status == "illegible")
        assert batch(found)["quarantine"].empty
