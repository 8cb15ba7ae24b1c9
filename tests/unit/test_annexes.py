"""Tables behind the report's own that are none of it: empty forms, further sheets of a workbook."""

from __future__ import annotations

from dataclasses import replace

import pytest
from harness import read, score, truth_of
from tables import document, example, grid, requests_rows

from pipelines.document import Block, Paragraph
from pipelines.interpret import read_tables
from pipelines.simulate.body import Body, Line, compose
from pipelines.simulate.figures import figures
from pipelines.simulate.report import Report
from pipelines.simulate.tables import Table
from pipelines.simulate.xlsx import Sheet, write_xlsx

REPORT = Report("青川县水务局", 2023, "2021", figures("2021", 1))
OTHER = compose(Report("青川县教育局", 2023, "2021", figures("2021", 2)))
OWN = compose(REPORT)


def tables(body: Body, *sections: str) -> Body:
    return tuple(one for one in body if isinstance(one, Table) and (not sections or one.section in sections))


def emptied(body: Body) -> Body:
    return tuple(
        replace(one, cells=tuple(replace(cell, text="") if cell.role == "value" else cell for cell in one.cells))
        if isinstance(one, Table)
        else one
        for one in body
    )


def ends(*sheets: tuple[str, Body]) -> str:
    """How a workbook is read: as the report, all of it right; or why it is not."""
    extraction = read(write_xlsx([Sheet(name, body) for name, body in sheets]), "a.xlsx")
    if extraction.reason_code:
        return extraction.reason_code
    found = score(extraction, truth_of(REPORT))
    return "right" if found.right == len(REPORT.cells) and not found.wrong and not found.phantom else str(found)


def test_an_empty_form_behind_the_report() -> None:
    assert ends(("报告", OWN), ("空表", emptied(tables(OWN)))) == "right"
    parts = [(one.section, (OWN[0], OWN[1], one)) for one in tables(OWN) if isinstance(one, Table)]
    assert ends(*parts, ("空表", emptied(tables(OWN)))) == "right"


def test_sheets_of_others_behind_the_report() -> None:
    assert ends(("年报", OWN), ("教育局", tables(OTHER, "requests")), ("民政局", tables(OTHER, "requests"))) == "right"
    assert ends(("年报", OWN), ("示例", tables(OTHER))) == "right"
    data = write_xlsx([Sheet("年报", OWN), Sheet("教育局", tables(OTHER, "requests"))])
    told = [one for one in read(data, "a.xlsx").findings if one.rule == "interpret.unused_number"]
    assert [one.locator.partition("!")[0] for one in told] == ["'教育局'"]


def test_which_sheet_is_the_report_must_be_sure() -> None:
    untitled = tuple(one for one in OWN if not (isinstance(one, Line) and one.style == "title"))
    for sheets in (
        (("a", tables(OTHER)), ("b", OWN)),
        (("a", OWN), ("b", OTHER)),
        (("a", untitled), ("b", tables(OTHER))),
        (("a", emptied(OWN)), ("b", tables(OTHER))),
        (("a", (*untitled[:2], *tables(OWN, "requests"))), ("b", tables(OTHER))),
    ):
        assert ends(*sheets) == "several_reports"


@pytest.mark.parametrize(("filled", "blank"), [(0, 1), (1, 0)])
def test_an_empty_table_counts_unless_it_stands_behind_a_full_one(filled: int, blank: int) -> None:
    blocks = [grid(requests_rows(example()), first=0), grid(requests_rows({}), first=1)]
    found = read_tables(document(blocks[filled], blocks[blank])).found
    statuses = {one.reading.status for readings in found.values() for one in readings}
    assert statuses == ({"reported"} if filled == 0 else {"reported", "blank"})


def test_outcomes_alone_are_those_of_any_kind_of_case() -> None:
    heads = [(text, 1, 1) for text in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")]
    blocks: list[Block] = [Paragraph("四、政府信息公开行政复议、行政诉讼情况", "L3:1-9")]
    for place, (case, row) in enumerate((("（一）行政复议", "12003"), ("（二）未经复议直接起诉", " " * 5))):
        table = grid([heads, [(text.strip(), 1, 1) for text in row]], first=place)
        blocks += [Paragraph(case, f"L{4 + place}:1-9"), table]
    found = read_tables(document(*blocks)).found
    assert {one.reading.status for key, (one,) in found.items() if key[1] == "reconsideration"} == {"reported"}
    assert {one.reading.status for key, (one,) in found.items() if key[1] == "litigation.direct"} == {"blank"}
