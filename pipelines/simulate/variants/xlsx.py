"""XLSX: reports, or the tables of reports, kept as workbooks."""

from __future__ import annotations

import random
from dataclasses import replace

from pipelines.simulate import deviations as dev
from pipelines.simulate.body import Body, Line, apply, compose, each_table
from pipelines.simulate.registry import Simulated, made, not_a_report, variant
from pipelines.simulate.report import Report
from pipelines.simulate.tables import Shape, Table
from pipelines.simulate.variants.html_pages import another
from pipelines.simulate.xlsx import Sheet, XlsxLayout, write_xlsx


def by_section(body: Body) -> list[Body]:
    """The body in parts that end with a table each; what follows the last table is a part of its own."""
    parts: list[Body] = []
    part: Body = ()
    for piece in body:
        part = (*part, piece)
        if isinstance(piece, Table):
            parts.append(part)
            part = ()
    return [*parts, part] if part else parts


@variant("xlsx.one_sheet", type="xlsx")
def one_sheet(report: Report, draw: random.Random) -> Simulated:
    """The whole report on one sheet, paragraphs and tables below each other, numbers as numbers."""
    body = compose(report, Shape(subtotal=draw.random() < 0.2))
    layout = XlsxLayout(strings=draw.choice(("shared", "inline")), covered=draw.random() < 0.7)
    return made(report, body, write_xlsx([Sheet("Sheet1", body)], layout), ".xlsx")


@variant("xlsx.many_sheets", type="xlsx")
def many_sheets(report: Report, draw: random.Random) -> Simulated:
    """One sheet for each table (表二 表三 表四); title and period on the first, empty sheets after the last, as the
    workbooks are made that bureaus fill in."""
    names = draw.choice((("表二", "表三", "表四", "说明"), ("Sheet1", "Sheet2", "Sheet3", "Sheet4")))
    body = compose(report)
    sheets = [Sheet(name, part) for name, part in zip(names, by_section(body), strict=False)]
    return made(report, body, write_xlsx([*sheets, Sheet("空表", ())]), ".xlsx")


@variant("xlsx.text_numbers", type="xlsx")
def text_numbers(report: Report, draw: random.Random) -> Simulated:
    """Numbers stored as text, with the blanks that come of typing them."""

    def typed(table: Table) -> Table:
        cells = [
            replace(cell, text=f"{cell.text} ") if cell.role == "value" and cell.text else cell for cell in table.cells
        ]
        return replace(table, cells=tuple(cells))

    body = apply(compose(report), each_table(typed))
    return made(report, body, write_xlsx([Sheet("年报", body)], XlsxLayout(numbers="text")), ".xlsx")


@variant("xlsx.hidden_rows", type="xlsx")
def hidden_rows(report: Report, draw: random.Random) -> Simulated:
    """Last year's table of requests left in hidden rows above this year's, or on a hidden sheet; nobody sees it."""
    body = compose(report)
    last = compose(another(report, draw, report.agency, report.year - 1))
    old = next(piece for piece in last if isinstance(piece, Table) and piece.section == "requests")
    if draw.random() < 0.5:
        at = next(i for i, piece in enumerate(body) if isinstance(piece, Table) and piece.section == "requests")
        sheets = [Sheet("年报", (*body[:at], old, *body[at:]), hidden_tables=frozenset({at}))]
    else:
        sheets = [Sheet("年报", body), Sheet(f"{report.year - 1}年", last, hidden=True)]
    return made(report, body, write_xlsx(sheets), ".xlsx")


@variant("xlsx.unmerged_headers", type="xlsx")
def unmerged_headers(report: Report, draw: random.Random) -> Simulated:
    """Headers and group labels that look merged but are single cells followed by empty ones (centred over a choice)."""
    body = compose(report)
    return made(report, body, write_xlsx([Sheet("Sheet1", body)], XlsxLayout(merge=False)), ".xlsx")


@variant("xlsx.formulas", type="xlsx")
def formulas(report: Report, draw: random.Random) -> Simulated:
    """Totals as formulas; the file keeps their last result, which is what is printed."""
    body = compose(report)
    return made(report, body, write_xlsx([Sheet("Sheet1", body)], XlsxLayout(numbers="formula")), ".xlsx")


@variant("xlsx.offset", type="xlsx")
def offset(report: Report, draw: random.Random) -> Simulated:
    """The tables begin somewhere in the sheet, with spare columns and rows around and inside them."""
    body = apply(
        compose(report),
        dev.spare_columns("disclosure", 4),
        dev.spare_columns("requests", draw.choice((3, 10))),
    )
    sheet = Sheet("Sheet1", body, left=draw.randint(1, 3), top=draw.randint(1, 5))
    return made(report, body, write_xlsx([sheet]), ".xlsx")


@variant("xlsx.tables_only", type="xlsx")
def tables_only(report: Report, draw: random.Random) -> Simulated:
    """A workbook that is only an annex: a title, the three tables with their headings and no prose."""
    body = tuple(
        piece for piece in compose(report) if not isinstance(piece, Line) or piece.style in ("title", "heading")
    )
    return made(report, body, write_xlsx([Sheet("附件", body)]), ".xlsx")


@variant("xlsx.several", type="xlsx")
def several(report: Report, draw: random.Random) -> Simulated:
    """A workbook with a sheet for each of several years, or for each office of a county: several whole reports."""
    if draw.random() < 0.5:
        others = [another(report, draw, report.agency, report.year - back) for back in (1, 2)]
    else:
        others = [another(report, draw, f"{report.agency[:6]}{name}", report.year) for name in ("气象局", "档案馆")]
    sheets = [Sheet(f"{one.year}{one.agency[-3:]}", compose(one)) for one in (report, *others)]
    return not_a_report(report, "several", write_xlsx(sheets), ".xlsx")
