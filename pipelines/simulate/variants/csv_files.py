"""Reports kept as CSV: what a spreadsheet saves of a sheet, and what a site's export writes of its tables."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator

from pipelines.simulate.body import Body, Line, apply, compose, relabel
from pipelines.simulate.registry import Simulated, made, variant
from pipelines.simulate.report import Report
from pipelines.simulate.tables import Shape
from pipelines.simulate.text import grid_rows

_CHARSETS = ("utf-8-sig", "utf-8-sig", "utf-8", "gb18030")
_BROKEN_LABELS = relabel(
    {
        "本年新制作数量": "本年新\n制作数量",
        "现行有效件数": "现行有效\n件数",
        "法律服务机构": "法律\n服务\n机构",
        "社会公益组织": "社会公益\n组织",
        "结果维持": "结果\n维持",
        "尚未审结": "尚未\n审结",
    }
)
"""Line ends within cells, as they are typed to make a column narrow."""


def _body(report: Report, draw: random.Random) -> Body:
    body = compose(report, Shape(subtotal=draw.random() < 0.2))
    return apply(body, _BROKEN_LABELS) if draw.random() < 0.6 else body


def _rows(body: Body) -> Iterator[list[str]]:
    for piece in body:
        if isinstance(piece, Line):
            yield [piece.text]
        else:
            yield from grid_rows(piece)


def _save(rows: list[list[str]], draw: random.Random) -> bytes:
    text = io.StringIO()
    mark = draw.choice((",", ",", ";"))
    if draw.random() < 0.3:
        writer = csv.writer(text, delimiter=mark, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    else:
        writer = csv.writer(text, delimiter=mark, lineterminator="\r\n")
    writer.writerows(rows)
    return text.getvalue().encode(draw.choice(_CHARSETS))


@variant("text.csv", type="text")
def saved_sheet(report: Report, draw: random.Random) -> Simulated:
    """A sheet with the whole report saved as CSV: every row is as wide as the widest, paragraphs too; labels with line
    ends and thousands stand in quotation marks; a BOM or GB18030; commas, or semicolons where a comma is decimal."""
    body = _body(report, draw)
    rows = list(_rows(body))
    width = max(map(len, rows))
    return made(report, body, _save([row + [""] * (width - len(row)) for row in rows], draw), ".csv")


@variant("text.csv_tables", type="text")
def written_tables(report: Report, draw: random.Random) -> Simulated:
    """Paragraphs on lines of their own and each table in its own width, an empty line around it or none."""
    body = _body(report, draw)
    gap: list[list[str]] = [[]] if draw.random() < 0.5 else []
    rows = [row for piece in body for row in (*_rows((piece,)), *gap)]
    return made(report, body, _save(rows, draw), ".csv")
