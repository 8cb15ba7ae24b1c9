"""Tables that print other figures beside the year's: of other years, of departments, shares, of another report."""

import re
from decimal import Decimal

import pytest
from tables import APPLICANT_LABELS, document, example, grid, plain_grid, requests_rows

from pipelines.document import Block, Document, Grid, Paragraph
from pipelines.extract import read_document
from pipelines.interpret import read_tables
from pipelines.readings import Tables
from schemas.forms import Key

TRUTH = example()
LAST = {key: str(3 * int(text) + 1) for key, text in TRUTH.items()}
OUTCOMES = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
THIS, OTHER = (
    ["1", "2", "0", "1", "4"] + ["5", "0", "1", "0", "6"] + ["0", "3", "0", "2", "5"],
    ["7", "1", "1", "1", "10"] * 3,
)


def numbers(tables: Tables) -> dict[Key, Decimal]:
    """What was read; a cell read twice with different figures is none."""
    found = {key: {one.reading.value for one in readings} for key, readings in tables.found.items()}
    return {key: one for key, values in found.items() if len(values) == 1 and (one := next(iter(values))) is not None}


def of_review(tables: Tables) -> list[str]:
    return [str(value) for key, value in numbers(tables).items() if key[0] == "review"]


def paired(first: str, second: str) -> Grid:
    """Two columns under each applicant, the year before first or second."""
    rows = [[("项目", 2, 3), *[(label, 1, 2) for label in APPLICANT_LABELS]], [(first, 1, 1), (second, 1, 1)] * 7]
    for this, last in zip(requests_rows(TRUTH)[3:], requests_rows(LAST)[3:], strict=True):
        pair = (last, this) if first in ("上年", "2023年") else (this, last)
        rows.append([*this[:-7], *[row[place] for place in range(-7, 0) for row in pair]])
    return grid(rows)


@pytest.mark.parametrize(
    ("first", "second"), [("本年", "上年"), ("上年", "本年"), ("2023年", "2024年"), ("2024年", "2023年")]
)
def test_pairs_of_years_under_each_applicant(first: str, second: str) -> None:
    tables = read_tables(document(paired(first, second), year=2024))
    assert numbers(tables) == {key: Decimal(text) for key, text in TRUTH.items()}


@pytest.mark.parametrize("first", ["2023", "2024"])
def test_two_years_side_by_side(first: str) -> None:
    years = ["2023年", "2024年"] if first == "2023" else ["2024年", "2023年"]
    head = [[("项目", 2, 3), *[(year, 1, 7) for year in years]], [(label, 1, 1) for label in APPLICANT_LABELS * 2]]
    rows = [
        [*this, *last[-7:]] if first == "2024" else [*last, *this[-7:]]
        for this, last in zip(requests_rows(TRUTH)[3:], requests_rows(LAST)[3:], strict=True)
    ]
    found = numbers(read_tables(document(grid([*head, *rows]), year=2024)))
    assert found == {key: Decimal(text) for key, text in TRUTH.items()}


@pytest.mark.parametrize("extra", ["占比", "上年总计", "同比增长", "备注", "2023年"])
def test_a_column_more_is_none_of_the_form(extra: str) -> None:
    head = [("项目", 1, 3), *[(label, 1, 1) for label in APPLICANT_LABELS], (extra, 1, 1)]
    rows = [[*row, ("12", 1, 1)] for row in requests_rows(TRUTH)[3:]]
    found = numbers(read_tables(document(grid([head, *rows]), year=2024)))
    assert found == {key: Decimal(text) for key, text in TRUTH.items()}


HEADS = [
    "本年处理决定数量（同比）",
    "本年处理决定数量（增长率）",
    "本年处理决定数量（%）",
    "本年处理决定数量%",
    "本年处理决定数量（上年）",
    "本年处理决定数量（较上年增减）",
    "本年处理决定数量（累计）",
    "处理决定数量（2023年）",
    "2023年处理决定数量",
    "上年处理决定数量",
    "历年处理决定数量",
    "本年处理决定数量占比",
]


@pytest.mark.parametrize("heading", HEADS)
@pytest.mark.parametrize("aligned", [True, False])
def test_a_heading_that_says_otherwise(heading: str, aligned: bool) -> None:
    rows = [
        ["信息内容", "本年处理决定数量"],
        ["行政许可", "7"],
        ["信息内容", heading],
        ["行政处罚", "5"],
        ["行政强制", "6"],
    ]
    found = numbers(read_tables(document(plain_grid(rows, aligned=aligned), year=2024)))
    assert list(found.values()) == [7]


@pytest.mark.parametrize(
    "label", ["行政许可（上年）", "行政许可（2023年）", "上年行政许可", "行政许可（同比）", "其中：行政许可"]
)
def test_a_row_that_says_otherwise(label: str) -> None:
    rows = [["信息内容", "本年处理决定数量"], [label, "7"], ["行政处罚", "5"]]
    found = numbers(read_tables(document(plain_grid(rows, aligned=True), year=2024)))
    assert list(found.values()) == [5]


def test_the_provincial_explanations_say_the_same() -> None:
    """Hubei 2020: brackets that name years, changes and running totals, and mean the form's own columns."""
    rows = [
        [
            "信息内容",
            "上一年项目数量（指2019年事项数）",
            "本年增/减（指2020年增加或减少的事项数）",
            "处理决定数量（指2020年办件量）",
        ],
        ["行政许可", "8", "-2", "33"],
    ]
    found = numbers(read_tables(document(plain_grid(rows, aligned=True), year=2020)))
    assert list(found.values()) == [8, -2, 33]


@pytest.mark.parametrize("second", [["公安局", "交通局"], ["2023年", "2024年"]])
def test_a_label_over_several_rows_of_figures(second: list[str]) -> None:
    rows = [
        [("信息内容", 1, 1), ("单位", 1, 1), ("本年处理决定数量", 1, 1)],
        [("行政许可", 2, 1), (second[0], 1, 1), ("33", 1, 1)],
        [(second[1], 1, 1), ("44", 1, 1)],
    ]
    assert numbers(read_tables(document(grid(rows), year=2024))) == {}


def test_parts_under_a_heading_are_not_the_whole() -> None:
    rows = [
        [("信息内容", 2, 1), ("本年处理决定数量", 1, 3)],
        [("许可", 1, 1), ("不予许可", 1, 1), ("撤销", 1, 1)],
        [("行政许可", 1, 1), ("33", 1, 1), ("4", 1, 1), ("5", 1, 1)],
    ]
    assert numbers(read_tables(document(grid(rows)))) == {}


# ----------------------------------------------------------------------------------------------------------- reviews


def reviews(*rows: list[str], named: bool = True) -> Grid:
    first = [("年份", 3, 1)] if named else []
    head = [
        [*first, ("行政复议", 2, 5), ("行政诉讼", 1, 10)],
        [("未经复议直接起诉", 1, 5), ("复议后起诉", 1, 5)],
        [(label, 1, 1) for label in OUTCOMES * 3],
    ]
    return grid([*head, *[[(text, 1, 1) for text in row] for row in rows]])


@pytest.mark.parametrize(
    "rows",
    [
        [["2023年", *OTHER], ["2024年", *THIS]],
        [["上年", *OTHER], ["本年", *THIS]],
        [["本年", *THIS], ["上年", *OTHER]],
        [["发改局", *OTHER], ["教育局", *OTHER], ["合计", *THIS]],
        [["件", *THIS]],
    ],
)
def test_rows_of_reviews_with_names(rows: list[list[str]]) -> None:
    assert of_review(read_tables(document(reviews(*rows), year=2024))) == THIS


@pytest.mark.parametrize("rows", [[["发改局", *THIS], ["教育局", *OTHER]], [["2023", *OTHER]]])
def test_rows_of_reviews_of_others(rows: list[list[str]]) -> None:
    assert of_review(read_tables(document(reviews(*rows), year=2024))) == []


@pytest.mark.parametrize("order", [[0, 2, 1], [1, 2, 0]])
def test_cases_in_another_order(order: list[int]) -> None:
    names = ["行政复议", "未经复议直接起诉", "复议后起诉"]
    cells = [text for case in order for text in THIS[5 * case : 5 * case + 5]]
    head = [[("行政诉讼", 1, 10), ("行政复议", 2, 5)] if order[2] == 0 else [("行政复议", 2, 5), ("行政诉讼", 1, 10)]]
    head.append([(names[case], 1, 5) for case in order if case])
    rows = [*head, [(label, 1, 1) for label in OUTCOMES * 3], [(text, 1, 1) for text in cells]]
    found = numbers(read_tables(document(grid(rows))))
    assert [str(found[key]) for key in _review_keys()] == THIS
    bare = [[(text, 1, 1) for text, _, _ in row] for row in rows]  # the same without spans: only the order is left
    assert of_review(read_tables(document(grid(bare)))) == []


def _review_keys() -> list[Key]:
    cases = ("reconsideration", "litigation.direct", "litigation.after_reconsideration")
    return [("review", case, out) for case in cases for out in ("upheld", "corrected", "other", "pending", "total")]


def test_fifteen_columns_of_other_things_under_the_heading() -> None:
    heading = Paragraph("四、政府信息公开行政复议、行政诉讼情况")
    districts = [f"{name}区" for name in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰"]
    assert of_review(read_tables(document(heading, plain_grid([districts, THIS], aligned=True)))) == []
    assert of_review(read_tables(document(heading, plain_grid([THIS], aligned=True)))) == THIS


# ------------------------------------------------------------------------------------------- other years, other reports


@pytest.mark.parametrize(
    "caption", ["附：2023年情况", "2023年收到和处理政府信息公开申请情况", "上年情况", "附表：去年数据"]
)
def test_a_table_whose_caption_names_another_year(caption: str) -> None:
    tables = read_tables(document(Paragraph(caption), grid(requests_rows(LAST)), year=2024))
    assert (tables.found, [one.rule for one in tables.oddities]) == ({}, ["interpret.other_year"])
    both = document(grid(requests_rows(TRUTH)), Paragraph(caption), grid(requests_rows(LAST), first=1), year=2024)
    assert numbers(read_tables(both)) == {key: Decimal(text) for key, text in TRUTH.items()}


@pytest.mark.parametrize("caption", ["发布日期：2023年12月31日", "2024年与2023年对比情况", "2023年度结转情况见下表。"])
def test_a_caption_that_does_not(caption: str) -> None:
    assert numbers(read_tables(document(Paragraph(caption), grid(requests_rows(TRUTH)), year=2024)))


@pytest.mark.parametrize(
    "line",
    ["下表为2023年度我局收到和处理政府信息公开申请的情况。", "本表数据均为去年情况。", "2023年度办理申请情况如下表。"],
)
def test_a_sentence_above_that_says_so(line: str) -> None:
    tables = read_tables(document(Paragraph(line), grid(requests_rows(LAST)), year=2024))
    assert (tables.found, [one.rule for one in tables.oddities]) == ({}, ["interpret.other_year"])


@pytest.mark.parametrize(
    "line", ["（注：上表为2023年数据）", "注：以上表格数据均为2023年情况。", "说明：本表反映上年度情况"]
)
@pytest.mark.parametrize("within", [True, False])
def test_a_note_below_that_says_so(line: str, within: bool) -> None:
    rows = requests_rows(LAST)
    blocks = [grid([*rows, [(line, 1, 10)]])] if within else [grid(rows), Paragraph(line)]
    tables = read_tables(
        document(*blocks, Paragraph("四、行政复议、行政诉讼情况"), reviews(THIS, named=False), year=2024)
    )
    assert {key[0] for key in tables.found} == {"review"}
    assert [one.observed for one in tables.oddities if one.rule == "interpret.other_year"] == [line]


def test_a_note_below_is_of_the_last_table_on_all_its_pages() -> None:
    rows, note = requests_rows(LAST), Paragraph("注：上表为2023年数据")
    parts = [grid(rows[:12], first=1), Paragraph("- 3 -"), grid(rows[12:], first=2)]
    own = [grid(requests_rows(TRUTH)), Paragraph("去年与今年相比变化不大。")]
    assert numbers(read_tables(document(*own, *parts, note, year=2024))) == {
        key: Decimal(text) for key, text in TRUTH.items()
    }


@pytest.mark.parametrize("line", ["（注：上表为2023年数据）", "下表为2023年度我局的情况。"])
def test_the_same_of_a_table_of_bare_lines(line: str) -> None:
    heading = Paragraph("三、收到和处理政府信息公开申请情况", "L3:1-9")
    body = [
        Paragraph(" ".join(text for text, _, _ in row), f"L{9 + n}:1-99") for n, row in enumerate(requests_rows(LAST))
    ]
    assert read_tables(document(heading, *body, year=2024)).found
    said = Paragraph(line, "L4:1-9")
    blocks = [heading, said, *body] if line.startswith("下") else [heading, *body, said]
    assert read_tables(document(*blocks, year=2024)).found == {}


@pytest.mark.parametrize(
    "line",
    [
        "下表为2024年度我局的情况。",
        "下表为2023年与2024年情况对比。",
        "本表为2021年印发的格式，数据如下。",
        "上表为本年数据，上年结转另计。",
    ],
)
def test_a_sentence_that_does_not(line: str) -> None:
    for blocks in ([Paragraph(line), grid(requests_rows(TRUTH))], [grid(requests_rows(TRUTH)), Paragraph(line)]):
        assert numbers(read_tables(document(*blocks, year=2024))) == {key: Decimal(text) for key, text in TRUTH.items()}


CORNERS = ["2023年项目", "项目（占比%）", "项目（上年）", "项目（2023年度）", "项目（县级）"]


@pytest.mark.parametrize("corner", CORNERS)
@pytest.mark.parametrize("aligned", [True, False])
def test_a_corner_that_says_otherwise(corner: str, aligned: bool) -> None:
    rows = [
        [corner, *APPLICANT_LABELS],
        *[[row[-8][0], *[text for text, _, _ in row[-7:]]] for row in requests_rows(TRUTH)[3:]],
    ]
    tables = read_tables(document(plain_grid(rows, aligned=aligned), year=2024))
    assert numbers(tables) == {}
    assert "interpret.column_unknown" in {one.rule for one in tables.oddities}


@pytest.mark.parametrize("corner", CORNERS)
def test_a_corner_of_disclosure_that_says_otherwise(corner: str) -> None:
    rows = [["第二十条第（五）项"] * 2, [corner, "本年处理决定数量"], ["行政许可", "12"]]
    assert numbers(read_tables(document(plain_grid(rows, aligned=True), year=2024))) == {}


@pytest.mark.parametrize(
    "corner",
    ["项目", "2024年项目", "（〔2021〕30号附件）", "指标（含上年结转）", "（勾稽关系：本年加上年等于办理加结转）"],
)
def test_a_corner_that_does_not(corner: str) -> None:
    rows = [
        [corner, *APPLICANT_LABELS],
        *[[row[-8][0], *[text for text, _, _ in row[-7:]]] for row in requests_rows(TRUTH)[3:]],
    ]
    assert numbers(read_tables(document(plain_grid(rows, aligned=True), year=2024)))


def test_applicants_of_one_level() -> None:
    rows = requests_rows(TRUTH)
    head = [("项目", 1, 3), *[(f"{label}（县级）", 1, 1) for label in APPLICANT_LABELS]]
    assert numbers(read_tables(document(grid([head, *rows[3:]]), year=2024))) == {}


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("某市教育局收到和处理政府信息公开申请情况", False),
        ("三、某市教育局收到和处理政府信息公开申请情况", False),
        ("某市某局收到和处理政府信息公开申请情况", True),
        ("某局2024年收到和处理政府信息公开申请情况", True),
        ("本局收到和处理政府信息公开申请情况", True),
        ("单位：百件", False),
        ("（单位：件）", True),
    ],
)
def test_a_table_of_another_organ_or_of_hundreds(line: str, read: bool) -> None:
    after = [Paragraph("四、政府信息公开行政复议、行政诉讼情况"), reviews(THIS, named=False)]
    tables = read_tables(document(Paragraph(line), grid(requests_rows(TRUTH)), *after, year=2024))
    assert {key[0] for key in numbers(tables)} == ({"requests", "review"} if read else {"review"})
    assert [one.observed for one in tables.oddities] == ([] if read else [line])


def test_columns_that_the_line_above_names() -> None:
    line = Paragraph("各乡镇情况（依次为甲镇、乙镇、丙镇、丁镇、戊镇、己镇、合计）")
    body = grid(requests_rows(TRUTH)[3:])
    assert numbers(read_tables(document(body, year=2024)))
    assert numbers(read_tables(document(line, body, year=2024))) == {}
    assert numbers(read_tables(document(line, grid(requests_rows(TRUTH)), year=2024)))


def test_tables_under_the_title_of_another_report() -> None:
    """The first report lacks the table; the second one's must not stand in for it."""
    own: list[Block] = [Paragraph("四、政府信息公开行政复议、行政诉讼情况"), reviews(THIS, named=False)]
    title = Paragraph("某市某镇2024年政府信息公开工作年度报告")
    tables = read_tables(document(*own, title, grid(requests_rows(TRUTH), first=1), year=2024))
    assert {key[0] for key in tables.found} == {"review"}
    assert tables.several
    again = Paragraph("某市某局2024年政府信息公开工作年度报告")
    assert not read_tables(document(*own, again, grid(requests_rows(TRUTH), first=1), year=2024)).several


def test_links_to_other_years_part_nothing() -> None:
    links = [Paragraph(f"某市某局{year}年政府信息公开工作年度报告") for year in range(2019, 2026)]
    tables = read_tables(document(*links, grid(requests_rows(TRUTH)), *links, year=2024))
    assert numbers(tables) == {key: Decimal(text) for key, text in TRUTH.items()}


def test_a_page_with_a_second_report_is_refused() -> None:
    def report(agency: str, table: str) -> str:
        return (
            f"<h1>{agency}2024年政府信息公开工作年度报告</h1><p>统计期限自2024年1月1日起，至2024年12月31日止。</p>"
            f"<p>二、主动公开政府信息情况</p>{table}"
        )

    rows = [("信息内容", "本年处理决定数量"), ("行政许可", "7"), ("行政处罚", "0"), ("行政强制", "0")]
    table = "".join(f"<tr><td>{label}</td><td>{text}</td></tr>" for label, text in rows)
    table = f"<table>{table}</table>"
    page = f"<html><body>{report('某市某局', table)}{report('某市某镇', table.replace('7', '9'))}</body></html>"
    assert read_document(page.encode(), "a.html").reason_code == "several_reports"


# --------------------------------------------------------------------------------------------- without marked-up tables


def test_two_numbers_on_two_lines_of_a_cell_are_not_one() -> None:
    """106<br>3: a narrow cell of a PDF wraps a number so, a web page does not."""
    values = ["106\n3", *["0"] * 5, "106\n3"]
    rows = [[("项目", 1, 1), *[(label, 1, 1) for label in APPLICANT_LABELS]]]
    rows.append([("（一）予以公开", 1, 1), *[(text, 1, 1) for text in values]])
    assert 1063 not in numbers(read_tables(document(grid(rows)))).values()


CHANNELS = ["当面", "信函", "传真", "网络", "邮件", "其他", "总计"]


@pytest.mark.parametrize("columns", [CHANNELS, [str(year) for year in range(2018, 2025)]])
@pytest.mark.parametrize("gap", [" ", "\n\n"])
def test_other_headings_over_bare_lines(columns: list[str], gap: str) -> None:
    rows = [["项目", *columns]]
    rows += [[text for text, _, _ in row[-8:]] for row in requests_rows(TRUTH, spans=False)[3:]]
    text = "\n\n".join(gap.join(row) for row in rows)
    tables = read_tables(document(*[Paragraph(line) for line in text.split("\n") if line]))
    assert not any(key[0] == "requests" for key in numbers(tables))


def test_rows_of_elements_keep_their_headings() -> None:
    """A grid of ``div`` elements: its order of columns counts, as in a table."""
    order = [1, 2, 3, 4, 5, 0, 6]
    rows = [["项目", *APPLICANT_LABELS]]
    rows += [[text for text, _, _ in row[-8:]] for row in requests_rows(TRUTH, spans=False)[3:]]

    def page(places: list[int], head: list[str]) -> bytes:
        texts = [[row[0], *[row[1 + place] for place in places]] for row in [head, *rows[1:]]]
        lines = "".join("<div>" + "".join(f"<div>{text}</div>" for text in row) + "</div>" for row in texts)
        title = "某市某局2024年政府信息公开工作年度报告"
        return f"<html><body><h1>{title}</h1><div>{lines}</div></body></html>".encode()

    found = {
        (cell.section, cell.indicator, cell.breakdown): cell.value
        for cell in read_document(page(order, rows[0]), "a.html").cells
        if cell.section == "requests"
    }
    assert found == TRUTH
    other = read_document(page(list(range(7)), ["项目", *CHANNELS]), "a.html").cells
    assert not any(cell.value for cell in other)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_column_of_another_year_takes_no_place_of_the_form(place: int) -> None:
    """Three columns as the form has, one of them last year's: it is not the one that is missing."""
    heads = ["本年制发件数", "本年废止件数", "现行有效件数"]
    heads[place] = f"上年{heads[place].removeprefix('本年')}"
    tables = read_tables(document(plain_grid([["信息内容", *heads], ["规章", "1", "2", "13"]], aligned=True)))
    assert numbers(tables) == {}
    head = ["项目", *APPLICANT_LABELS[:-1], "上年总计"]
    rows = [[text for text, _, _ in row[-8:]] for row in requests_rows(TRUTH, spans=False)[3:]]
    tables = read_tables(document(plain_grid([head, *rows], aligned=True)))
    assert not any(key[2] == "total" for key in numbers(tables))


NUMBERED = [
    "第二十条第（一）项",
    "信息内容",
    "本年制发件数",
    "本年废止件数",
    "现行有效件数",
    "1",
    "规章",
    "4",
    "0",
    "7",
    "2",
]
NUMBERED += [
    "行政规范性文件",
    "5",
    "1",
    "8",
    "第二十条第（五）项",
    "信息内容",
    "本年处理决定数量",
    "3",
    "行政许可",
    "12",
]
NUMBERED += ["第二十条第（六）项", "信息内容", "本年处理决定数量", "4", "行政处罚", "6", "5", "行政强制", "9"]


def test_numbers_of_rows_among_bare_lines_are_no_values() -> None:
    found = read_tables(Document("text/plain", [Paragraph(text) for text in NUMBERED])).found
    assert {key[1:]: int(one[0].reading.value or 0) for key, one in found.items()} == {
        ("regulations", "issued"): 4,
        ("regulations", "repealed"): 0,
        ("regulations", "in_force"): 7,
        ("normative_documents", "issued"): 5,
        ("normative_documents", "repealed"): 1,
        ("normative_documents", "in_force"): 8,
        ("licensing", "decisions"): 12,
        ("penalties", "decisions"): 6,
        ("compulsion", "decisions"): 9,
    }


@pytest.mark.parametrize("penalties", ["0", "1", "2", "6"])
def test_a_value_between_two_rows_is_no_number_of_a_row_where_the_first_has_none(penalties: str) -> None:
    rows = ["第二十条第（六）项", "信息内容", "本年处理决定数量", "行政处罚", penalties, "行政强制", "0"]
    found = read_tables(document(*map(Paragraph, rows))).found
    assert {key[1]: str(one[0].reading.value) for key, one in found.items()} == {
        "penalties": penalties,
        "compulsion": "0",
    }


def test_the_number_of_the_next_row_fills_no_blank_among_bare_lines() -> None:
    lacking = [*NUMBERED[:8], *NUMBERED[9:]]  # 规章 4 7, and then the number 2
    tables = read_tables(Document("text/plain", [Paragraph(text) for text in lacking]))
    assert not any(key[1] == "regulations" for key in tables.found)
    assert ("disclosure", "regulations") in tables.unread
    assert tables.found["disclosure", "normative_documents", "issued"][0].reading.value == 5


def test_numbers_of_rows_that_stay_among_bare_lines_make_no_row_sure() -> None:
    """The third row's number stands before its group; that of the row after it is the sum that is not printed."""
    rows = [
        "1",
        "一、本年新收政府信息公开申请数量",
        *"301000",
        "2",
        "二、上年结转政府信息公开申请数量",
        *"100000",
        "3",
    ]
    rows += ["三、本年度办理结果", "（一）予以公开", *"100200", "4", "（二）部分公开", *"010202", "5"]
    rows += ["（三）不予公开", "1.属于国家秘密", *"100000"]
    lines = ["申请人情况", "自然人", "法人或其他组织", "总计", *APPLICANT_LABELS[1:-1], *rows]
    tables = read_tables(document(*(Paragraph(line, f"L{place}") for place, line in enumerate(lines, 9))))
    assert tables.found
    assert not [one[0].reading.value for one in tables.found.values() if one[0].reading.value is not None]


def test_headings_broken_over_bare_lines_are_put_together() -> None:
    """耒阳市马水镇 2019, 义乌市交通运输局 2020."""
    head = ["第二十条第（一）项", "信息内容", "本年新", "制作数量", "本年新", "公开数量", "对外公开总数量"]
    texts = [*head, "规章", "4", "0", "7", "规范性文件", "5", "1", "8"]
    found = read_tables(Document("text/plain", [Paragraph(text) for text in texts])).found
    assert {key[1:]: int(one[0].reading.value or 0) for key, one in found.items()} == {
        ("regulations", "made"): 4,
        ("regulations", "newly_disclosed"): 0,
        ("regulations", "disclosed_total"): 7,
        ("normative_documents", "made"): 5,
        ("normative_documents", "newly_disclosed"): 1,
        ("normative_documents", "disclosed_total"): 8,
    }


def table_of(permits: str) -> str:
    rows = [("信息内容", "本年处理决定数量"), ("行政许可", permits), ("行政处罚", "0"), ("行政强制", "0")]
    return "<table>" + "".join(f"<tr><td>{one}</td><td>{other}</td></tr>" for one, other in rows) + "</table>"


def of_cases(first: str) -> str:
    cells = "".join(f"<td>{text}</td>" for text in (first, "0", "0", "0", first, *["0"] * 10))
    outcomes = "".join(f"<td>{text}</td>" for text in OUTCOMES * 3)
    return (
        '<table><tr><td colspan="5">行政复议</td><td colspan="10">行政诉讼</td></tr><tr><td colspan="5"></td>'
        f'<td colspan="5">未经复议直接起诉</td><td colspan="5">复议后起诉</td></tr><tr>{outcomes}</tr><tr>{cells}</tr>'
        "</table>"
    )


def values_of(body: str) -> tuple[str, dict[str, str]]:
    head = "<h1>某市某局2024年政府信息公开工作年度报告</h1><p>统计期限自2024年1月1日起，至2024年12月31日止。</p>"
    read = read_document(f"<html><body>{head}{body}</body></html>".encode(), "a.html")
    found = {
        cell.indicator: cell.value
        for cell in read.cells
        if (cell.section, cell.indicator, cell.breakdown) == ("review", "reconsideration", "upheld")
        or (cell.section == "disclosure" and cell.value and cell.value != "0")
    }
    return read.reason_code, found


OWN = f"<p>二、主动公开政府信息情况</p>{table_of('7')}<p>四、政府信息公开行政复议、行政诉讼情况</p>{of_cases('3')}"
LATER = OWN.replace("<td>7</td>", "<td>9</td>").replace("<td>3</td>", "<td>5</td>")


@pytest.mark.parametrize("said", ["附：上年度数据", "上一年度情况", "附件2：2023年度统计数据", "七、上年度有关数据"])
def test_last_years_tables_behind_the_reports_own_are_left_out_whatever_headings_they_have(said: str) -> None:
    reason, found = values_of(f"{OWN}<p>{said}</p><p>一、总体情况</p>{LATER}<p>五、其他</p>{of_cases('8')}")
    assert reason == ""
    assert sorted(found.values()) == ["3", "7"]


def test_a_caption_within_a_section_ends_with_it_even_below_a_list_of_the_headings() -> None:
    listed = "<p>二、主动公开政府信息情况</p><p>四、政府信息公开行政复议、行政诉讼情况</p><p>五、其他</p>"
    own = OWN.replace("<p>四、", f"<p>上年度处理决定情况</p>{table_of('9')}<p>四、")
    reason, found = values_of(listed + own)
    assert reason == ""
    assert sorted(found.values()) == ["3", "7"]


@pytest.mark.parametrize("said", ["附：有关数据", "附：上年度数据</p><p>2024年度数据"])
def test_where_nothing_says_so_or_the_year_comes_again_no_figure_of_either_is_taken(said: str) -> None:
    reason, found = values_of(f"{OWN}<p>{said}</p>{LATER}")
    assert reason == "several_reports" or not any(found.values())


@pytest.mark.parametrize("said", ["附：上年度数据", "附件：2023年度统计数据", "上一年度情况", "2023年度数据"])
def test_nor_does_any_stand_for_one_of_the_report_whose_own_tables_are_pictures(said: str) -> None:
    picture = '<img src="a.png" width="800" height="500">'
    own = "".join(f"<p>{heading}</p>{picture}" for heading in re.findall("<p>(.+?)</p>", OWN))
    _, found = values_of(f"{own}<p>六、其他需要报告的事项</p><p>{said}</p>{LATER}")
    assert not any(found.values())


def test_nor_where_the_reports_own_are_missing() -> None:
    own = "".join(
        f"<p>{numeral}、{text}</p>" for numeral, text in zip("二三四", ("主动公开", "申请", "其他"), strict=True)
    )
    _, found = values_of(f"{own}<p>附：上年度数据</p>{LATER}")
    assert not any(found.values())


@pytest.mark.parametrize("rows", [["上年", "本年"], ["本年", "上年"]])
def test_rows_of_reviews_with_years_under_an_empty_corner(rows: list[str]) -> None:
    head = [[("", 3, 1), ("行政复议", 1, 5), ("行政诉讼", 1, 10)]]
    head.append([*[(text, 2, 1) for text in OUTCOMES], ("未经复议直接起诉", 1, 5), ("复议后起诉", 1, 5)])
    head.append([(text, 1, 1) for text in OUTCOMES * 2])
    figures = {"本年": THIS, "上年": OTHER}
    body = [[(name, 1, 1), *[(text, 1, 1) for text in figures[name]]] for name in rows]
    tables = read_tables(document(grid([*head, *body]), year=2024))
    assert of_review(tables) == THIS
    assert [one.rule for one in tables.oddities] == ["interpret.other_year"]


@pytest.mark.parametrize(
    ("label", "heading", "unit"),
    [
        ("行政事业性收费（元）", "本年收费金额（单位：万元）", "unknown"),
        ("行政事业性收费（万元）", "本年收费金额（单位：万元）", "万元"),
        ("行政事业性收费", "本年收费金额（单位：万元）", "万元"),
    ],
)
@pytest.mark.parametrize("aligned", [True, False])
def test_a_label_with_another_unit_than_its_heading(label: str, heading: str, unit: str, aligned: bool) -> None:
    rows = [["第二十条第（八）项"] * 2, ["信息内容", heading], [label, "26.2"]]
    found = read_tables(document(plain_grid(rows, aligned=aligned))).found
    reading = found["disclosure", "fees", "amount"][0].reading
    assert (reading.value, reading.unit) == (Decimal("26.2"), unit)
