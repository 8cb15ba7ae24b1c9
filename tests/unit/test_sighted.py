"""Numbers, names and years read optically: kept where the report says them again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tables import document, example, grid, plain_grid, requests_rows

from pipelines.dates import Published
from pipelines.document import Document, Grid, Paragraph
from pipelines.extract import interpret_document
from pipelines.identify import Identity, identify
from pipelines.interpret import read_tables
from pipelines.readings import Found
from pipelines.sighted import doubt_sighted
from schemas.forms import Key
from schemas.numbers import UNSURE, shortest

DECISIONS = [
    [("第二十条第（六）项", 1, 2)],
    [("信息内容", 1, 1), ("本年处理决定数量", 1, 1)],
    [("行政处罚", 1, 1), ("1", 1, 1)],
    [("行政强制", 1, 1), ("23", 1, 1)],
]


def seen(*blocks: Grid | Paragraph) -> Document:
    """A document whose pages are all pictures: places are those of a PDF."""
    found = document(*blocks)
    for number, block in enumerate(found.blocks):
        block.page = 1
        block.locator = f"p1[{number},0,1,1]"
        if isinstance(block, Grid):
            for place, cell in enumerate(block.cells):
                cell.locator = f"p1[{number},{place},1,1]"
    return replace(found, optical=[1])


def told(readings: list[Found]) -> str:
    value = readings[0].reading.value
    return "" if value is None else shortest(value)


def requests(values: dict[Key, str]) -> Grid:
    return grid(requests_rows(values))


def test_numbers_that_sums_confirm_are_told_with_the_method() -> None:
    values = example()
    found = read_tables(seen(requests(values))).found
    assert {key: told(readings) for key, readings in found.items()} == values
    assert {readings[0].method for readings in found.values()} == {"ocr"}


@pytest.mark.parametrize(
    "key",
    [
        ("requests", "result.granted", "business"),
        ("requests", "result.granted", "total"),
        ("requests", "result.total", "natural_person"),
        ("requests", "new", "other"),
    ],
)
def test_a_number_that_no_sum_confirms_is_withheld_and_nothing_else(key: Key) -> None:
    values = example()
    wrong = str(int(values[key]) + 6)
    found = read_tables(seen(requests({**values, key: wrong}))).found
    assert found[key][0].reading.status == "illegible"
    assert [shortest(one) for one in found[key][0].reading.candidates] == [wrong]
    others = {other: told(readings) for other, readings in found.items() if other != key}
    assert others == {other: value for other, value in values.items() if other != key}


def test_the_same_number_in_text_is_the_publishers_own() -> None:
    values = {**example(), ("requests", "result.granted", "business"): "9999"}
    found = read_tables(document(requests(values))).found
    assert told(found["requests", "result.granted", "business"]) == "9999"


def test_a_number_that_was_not_made_out_is_settled_by_its_sum() -> None:
    values, key = example(), ("requests", "result.partial", "business")
    assert int(values[key])
    found = read_tables(seen(requests({**values, key: values[key] + UNSURE}))).found
    assert (told(found[key]), found[key][0].method) == (values[key], "ocr")
    assert found[key][0].derived_by


def test_where_a_block_has_no_sum_two_looks_are_enough_but_for_strokes() -> None:
    """A lone 1 may be a stroke where other cells hold one."""
    found = read_tables(seen(grid(DECISIONS))).found
    assert told(found["disclosure", "penalties", "decisions"]) == "1"
    strokes = [*DECISIONS[:3], [("行政强制", 1, 1), ("/", 1, 1)]]
    found = read_tables(seen(grid(strokes))).found
    assert found["disclosure", "penalties", "decisions"][0].reading.status == "illegible"
    assert found["disclosure", "compulsion", "decisions"][0].reading.status == "mark"


def test_no_table_is_made_of_lines_that_were_read_optically() -> None:
    """Recognition takes no care of the gaps between numbers."""
    rows = [["信息内容", "本年处理决定数量"], ["行政处罚", "15"], ["行政强制", "23"]]
    lines = [Paragraph(" ".join(row)) for row in rows]
    assert read_tables(document(Paragraph("第二十条第（六）项"), *lines)).found
    assert not read_tables(seen(Paragraph("第二十条第（六）项"), *lines)).found
    assert read_tables(seen(plain_grid([["第二十条第（六）项", ""], *rows], aligned=True))).found


def test_what_is_withheld_is_told() -> None:
    values = {**example(), ("requests", "result.granted", "business"): "9999"}
    read = interpret_document(seen(requests(values)), "0" * 64, "scan.pdf", 1)
    told = [one for one in read.findings if one.rule == "interpret.optical"]
    assert [(one.indicator, one.breakdown, one.observed) for one in told] == [("result.granted", "business", "9999")]
    cell = next(one for one in read.cells if (one.indicator, one.breakdown) == ("result.granted", "business"))
    assert (cell.status, cell.value, cell.candidates) == ("illegible", "", '["9999"]')


def test_prose_that_was_read_optically_makes_no_claims() -> None:
    line = "（二）依申请公开情况。2024年，我局共收到政府信息公开申请17件。"
    assert interpret_document(document(Paragraph(line, "L3:1-9")), "0" * 64, "a.txt", 1).claims
    assert not interpret_document(seen(Paragraph(line)), "0" * 64, "a.pdf", 1).claims


def who_of(found: Document) -> Identity:
    who = identify(found)
    assert doubt_sighted(found, who, Published("2025-01-20", "header")) == Published()
    return who


def test_a_name_or_year_is_believed_where_it_stands_in_a_line_that_two_looks_read_alike() -> None:
    who = who_of(seen())
    assert (who.agency, who.year) == ("某市某局", 2024)


def test_a_name_or_year_that_was_not_made_out_for_sure_is_believed_where_it_is_printed_again() -> None:
    found = seen()
    for block in found.blocks:
        assert isinstance(block, Paragraph)
        block.text += UNSURE
    assert (who_of(found).agency, who_of(found).year) == ("", None)
    found.blocks.append(Paragraph("2024年，某市某局公开信息。2024年共2024条", "p1[0,9,1,1]", 1))
    found.blocks.append(Paragraph("某市某局。2024年度", "p1[0,9,1,1]", 1))
    who = who_of(found)
    assert (who.agency, who.year) == ("某市某局", 2024)


def test_text_is_doubted_in_nothing() -> None:
    found = document()
    who = identify(found)
    day = Published("2025-01-20", "header")
    assert doubt_sighted(found, who, day) == day
    assert (who.agency, who.year) == ("某市某局", 2024)


def test_no_row_is_joined_of_text_and_of_what_was_read_optically() -> None:
    values = example()
    rows = requests_rows(values)
    for cut in range(6, 12):
        upper, lower = grid(rows[:cut], first=0), grid([[("", 3, 1), ("", 1, 2), *[("1", 1, 1)] * 7]], first=1)
        upper.page, lower.page = 1, 2
        whole = document(upper, lower)
        apart = read_tables(replace(whole, optical=[2])).found
        row = [told(readings) for key, readings in apart.items() if key[1] == "result.granted"]
        assert row == [values[key] for key in apart if key[1] == "result.granted"]


def test_a_sum_that_fails_speaks_against_cells_that_another_confirms() -> None:
    """Two values of a row that changed places: the row still adds up, its columns do not."""
    values = example()
    one, other = ("requests", "result.partial", "business"), ("requests", "result.partial", "other")
    assert values[one] != values[other]
    found = read_tables(seen(requests({**values, one: values[other], other: values[one]}))).found
    assert {told(found[key]) for key in (one, other)} == {""}
    assert told(found["requests", "result.granted", "total"]) == values["requests", "result.granted", "total"]


def test_a_fraction_of_what_is_counted_is_none() -> None:
    rows = [*DECISIONS[:2], [("行政处罚", 1, 1), ("255.82", 1, 1)], [("行政强制", 1, 1), ("23", 1, 1)]]
    found = read_tables(seen(grid(rows))).found
    assert (
        told(found["disclosure", "penalties", "decisions"]),
        told(found["disclosure", "compulsion", "decisions"]),
    ) == (
        "",
        "23",
    )
