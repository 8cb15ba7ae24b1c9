"""Headings that are not the form's: a column is known by its own words, never by the columns beside it."""

from decimal import Decimal

import pytest
from tables import APPLICANT_LABELS, document, example, plain_grid, requests_rows

from pipelines.columns import APPLICANTS
from pipelines.document import Paragraph
from pipelines.interpret import read_tables
from pipelines.readings import Tables
from schemas.forms import Key

TRUTH = example()
CODES = list(APPLICANTS)


def numbers(tables: Tables) -> dict[Key, Decimal]:
    return {
        key: value
        for key, readings in tables.found.items()
        for value in {one.reading.value for one in readings}
        if value is not None
    }


def disclosure_of(tables: Tables) -> dict[str, int]:
    return {f"{key[1]}/{key[2]}": int(value) for key, value in numbers(tables).items() if key[0] == "disclosure"}


WRITTEN = {
    "aligned": lambda rows: [plain_grid(rows, aligned=True)],
    "ragged": lambda rows: [plain_grid(rows)],
    "blanks": lambda rows: [Paragraph("  ".join(row)) for row in rows],
    "lines": lambda rows: [Paragraph(text) for row in rows for text in row],
}
every_way = pytest.mark.parametrize("way", list(WRITTEN))


def read_rows(rows: list[list[str]], way: str) -> Tables:
    caption = Paragraph("第二十条第（五）项")
    return read_tables(document(caption, *WRITTEN[way](rows), year=2019))


@every_way
@pytest.mark.parametrize(
    ("heads", "lost"),
    [
        (["上一年项目数量", "本年数量", "处理决定数量"], 1),
        (["上一年项目数量", "本年项目数量", "处理决定数量"], 1),
        (["上一年项目数量", "2019年项目数量", "处理决定数量"], 1),
        (["上一年项目数量", "本年减少", "处理决定数量"], 1),
        (["本年项目数量", "本年增/减", "处理决定数量"], 0),
    ],
)
def test_other_words_over_a_column_are_not_the_form_s_whatever_stands_beside_them(
    heads: list[str], lost: int, way: str
) -> None:
    """重庆市合川区二郎镇 2019: 6 | 6 | 122 under 本年数量, which is no change."""
    tables = read_rows([["信息内容", *heads], ["行政许可", "6", "7", "122"]], way)
    printed = dict(zip(("items_last_year", "items_change", "decisions"), (6, 7, 122), strict=True))
    codes = [code for place, code in enumerate(printed) if place != lost]
    found = disclosure_of(tables)
    assert found == {f"licensing/{code}": printed[code] for code in codes}
    assert "interpret.unknown_column" in {one.rule for one in tables.oddities}


@every_way
@pytest.mark.parametrize("second", ["本年数量", "本年项目数量", "本年减少"])
def test_nor_in_a_table_of_two_columns(second: str, way: str) -> None:
    tables = read_rows([["信息内容", "上一年项目数量", second], ["行政事业性收费", "3", "4"]], way)
    assert disclosure_of(tables) == {"fees/items_last_year": 3}
    assert "interpret.unknown_column" in {one.rule for one in tables.oddities}


@every_way
@pytest.mark.parametrize(
    ("heads", "found"),
    [
        (["本年新制作数量", "本年不予公开数量", "对外公开总数量"], {"made": 1, "disclosed_total": 3}),
        (["本年新制作数量", "依申请公开数量", "对外公开总数量"], {"made": 1, "disclosed_total": 3}),
        (["本年制发件数", "本年修订件数", "现行有效件数"], {"issued": 1, "in_force": 3}),
        (["本年新", "本年新", "对外公开总数量"], {"made": 1, "newly_disclosed": 2, "disclosed_total": 3}),
        (["制作数量", "公开数量", "对外公开总数量"], {"made": 1, "newly_disclosed": 2, "disclosed_total": 3}),
    ],
)
def test_only_what_is_left_of_a_heading_takes_its_place(heads: list[str], found: dict[str, int], way: str) -> None:
    tables = read_rows([["信息内容", *heads], ["规章", "1", "2", "3"]], way)
    assert disclosure_of(tables) == {f"regulations/{code}": number for code, number in found.items()}


@pytest.mark.parametrize("way", ["aligned", "ragged"])
def test_what_came_and_what_went_in_two_columns_is_no_change(way: str) -> None:
    head = ["信息内容", "上一年项目数量", "本年增", "本年减", "处理决定数量"]
    tables = read_rows([head, ["行政许可", "12", "3", "1", "5"]], way)
    assert disclosure_of(tables) == {"licensing/items_last_year": 12, "licensing/decisions": 5}
    assert "interpret.unknown_column" in {one.rule for one in tables.oddities}


@every_way
@pytest.mark.parametrize("lines", [1, 2])
@pytest.mark.parametrize(
    ("order", "words"),
    [
        ([0, 2, 1, 3, 4, 5, 6], {1: "工商企业"}),
        ([0, 2, 3, 4, 5, 1, 6], {1: "工商企业"}),
        ([0, 1, 2, 4, 3, 5, 6], {3: "慈善团体"}),
        ([0, 2, 1, 3, 4, 5, 6], {1: "工商企业", 2: "科研院所"}),
        ([0, 1, 2, 3, 5, 4, 6], {4: "律师", 5: "别的"}),
        ([0, 1, 2, 3, 4, 5, 6], {5: "别的"}),
        ([6, 0, 1, 2, 3, 4, 5], {1: "工商企业"}),
    ],
)
def test_applicants_in_another_order_are_not_taken_in_the_form_s(
    order: list[int], words: dict[int, str], lines: int, way: str
) -> None:
    """Headings are reworded, so that the header is not the form's whole; what it names stands elsewhere."""
    heads = [words.get(place, APPLICANT_LABELS[place]) for place in order]
    head = [["项目", *heads]] if lines == 1 else [["项目", heads[0], "法人或其他组织", heads[-1]], heads[1:-1]]
    rows = [[text for text, _, _ in row[-8:]] for row in requests_rows(TRUTH, spans=False)[3:]]
    moved = [[row[0], *(row[1 + place] for place in order)] for row in rows]
    found = numbers(read_tables(document(*WRITTEN[way]([*head, *moved]))))
    assert {key: value for key, value in found.items() if value != int(TRUTH[key])} == {}
    assert not {APPLICANT_LABELS[place] for place in words} & {APPLICANT_LABELS[CODES.index(key[2])] for key in found}


@pytest.mark.parametrize("lines", [1, 2])
@pytest.mark.parametrize("way", ["aligned", "ragged"])
def test_nor_where_the_one_that_is_not_named_has_an_empty_heading(way: str, lines: int) -> None:
    heads = ["自然人", "科研机构", "", *APPLICANT_LABELS[3:]]
    head = [["项目", *heads]] if lines == 1 else [["项目", heads[0], "法人或其他组织", heads[-1]], heads[1:-1]]
    rows = [[text for text, _, _ in row[-8:]] for row in requests_rows(TRUTH, spans=False)[3:]]
    moved = [[*row[:2], row[3], row[2], *row[4:]] for row in rows]
    found = numbers(read_tables(document(*WRITTEN[way]([*head, *moved]))))
    assert {key: value for key, value in found.items() if value != int(TRUTH[key])} == {}


@pytest.mark.parametrize("other", ["其它", "其他组织"])
def test_what_else_the_last_applicants_are_called(other: str) -> None:
    head = ["项目", *APPLICANT_LABELS[:5], other, "总计"]
    rows = [[text for text, _, _ in row[-8:]] for row in requests_rows(TRUTH, spans=False)[3:]]
    found = numbers(read_tables(document(plain_grid([head, *rows], aligned=True))))
    assert found == {key: Decimal(text) for key, text in TRUTH.items()}


@pytest.mark.parametrize("way", ["aligned", "ragged"])
def test_an_applicant_that_no_form_has_is_none_of_the_form(way: str) -> None:
    head = ["项目", "自然人", "个体户", *APPLICANT_LABELS[2:]]
    rows = [[text for text, _, _ in row[-8:]] for row in requests_rows(TRUTH, spans=False)[3:]]
    found = numbers(read_tables(document(*WRITTEN[way]([head, *rows]))))
    assert not any(key[2] == "business" for key in found)
    known = {key: Decimal(text) for key, text in TRUTH.items() if key[2] != "business"}
    # Without places nothing but its sum confirms a row, and that is only right where the other column has 0.
    assert found == known if way == "aligned" else found.items() <= known.items()
    damaged = ["项目", "自然人", "商业企亚", *APPLICANT_LABELS[2:]]
    assert len(numbers(read_tables(document(*WRITTEN[way]([damaged, *rows]))))) == len(TRUTH)


@every_way
def test_a_sum_of_money_without_its_last_word_is_one_in_a_cell_of_money(way: str) -> None:
    """旺苍县林业局 2019: 13 | 2601.953875万."""
    rows = [["信息内容", "采购项目数量", "采购总金额"], ["政府集中采购", "13", "2601.953875万"]]
    found = read_rows(rows, way).found
    assert found["disclosure", "procurement", "items"][0].reading.value == 13
    amount = found["disclosure", "procurement", "amount"][0].reading
    assert (amount.value, amount.unit) == (Decimal("2601.953875"), "万元")
    items = read_rows([["信息内容", "本年处理决定数量"], ["行政许可", "3万"]], way)
    assert disclosure_of(items) == {}


@every_way
def test_which_way_a_change_went_may_stand_behind_it(way: str) -> None:
    rows = [["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"], ["行政处罚", "80", "2（减）", "42"]]
    assert disclosure_of(read_rows(rows, way))["penalties/items_change"] == -2
