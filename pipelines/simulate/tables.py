"""Report -> the three statutory tables, as abstract cells with spans.

A ``TableCell`` knows its role, so that variations of layout can address headers, labels or values without knowing
the form, and value cells know their key, so that truth can be told from what was set. Rows of which the report has
no cell are not set at all; a table without rows is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from pipelines.simulate.report import Report
from schemas.forms import Block, Key, Row, load_form

Role = Literal["caption", "header", "label", "value"]

CHECK_NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
RESULTS = "三、本年度办理结果"
LEGAL_PERSONS = ("business", "research", "public_welfare", "legal_service", "other")


@dataclass(frozen=True, slots=True)
class TableCell:
    """One anchor cell; ``\\n`` in ``text`` is a line break inside the cell. Rows and columns from 0."""

    text: str
    row: int
    col: int
    rowspan: int = 1
    colspan: int = 1
    role: Role = "label"
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Anchor cells in row-major order; ``widths`` are relative column widths; ``section`` as in the contract."""

    section: str
    cells: tuple[TableCell, ...]
    n_rows: int
    widths: tuple[float, ...]
    header_rows: int = 0

    def row(self, row: int) -> list[TableCell]:
        """The anchor cells of one row."""
        return [cell for cell in self.cells if cell.row == row]


@dataclass(frozen=True, slots=True)
class Shape:
    """How the tables are built where real reports differ.

    ``subtotal``: table three has a column 小计 after the five kinds of legal persons. ``requests_header`` False:
    table three has lost its header. ``review_header``: ``plain``; ``stacked`` (two characters over two, in two rows
    of the grid); ``vertical`` (one character on a line).
    """

    subtotal: bool = False
    requests_header: bool = True
    review_header: Literal["plain", "stacked", "vertical"] = "plain"


class _Setter:
    """Collects cells row by row."""

    def __init__(self) -> None:
        self.cells: list[TableCell] = []
        self.row = 0

    def put(
        self, text: str, col: int, colspan: int = 1, rowspan: int = 1, role: Role = "label", key: Key | None = None
    ) -> None:
        self.cells.append(TableCell(text, self.row, col, rowspan, colspan, role, key))

    def table(self, section: str, widths: tuple[float, ...], header_rows: int = 0) -> Table | None:
        ordered = tuple(sorted(self.cells, key=lambda cell: (cell.row, cell.col)))
        return Table(section, ordered, self.row, widths, header_rows) if ordered else None


def _printed(report: Report, block: Block, row: Row) -> bool:
    return any((block.section, row.code, column.code) in report.cells for column in block.columns)


def disclosure_table(report: Report) -> Table | None:
    """Table two: stacked blocks, each a caption over all columns, a header row and one row for each indicator."""
    made = _Setter()
    for slot in ("rules", "services", "enforcement", "fees", "procurement"):
        block = load_form(report.form_of(slot)).block(slot)
        rows = [row for row in block.rows if _printed(report, block, row)] if block else []
        if block is None or not rows:
            continue
        spans = {3: (1, 1, 1), 2: (1, 2), 1: (3,)}[len(block.columns)]
        starts = [1 + sum(spans[:i]) for i in range(len(spans))]
        made.put(block.caption, 0, colspan=4, role="caption")
        made.row += 1
        made.put("信息内容", 0, role="header")
        for column, start, span in zip(block.columns, starts, spans, strict=True):
            made.put(column.label, start, span, role="header")
        made.row += 1
        for row in rows:
            made.put(row.label, 0)
            for column, start, span in zip(block.columns, starts, spans, strict=True):
                key = (block.section, row.code, column.code)
                made.put(report.cells.get(key, ""), start, span, role="value", key=key)
            made.row += 1
    return made.table("disclosure", (3.4, 2.2, 2.2, 2.2))


def _request_rows(report: Report) -> list[Row]:
    requests = load_form(report.form_of("requests")).block("requests")
    other = load_form(report.form_of("other")).block("other")
    assert requests is not None, "both forms have table three"
    assert other is not None, "both forms have （六）"
    rows = list(requests.rows)
    at = next(i for i, row in enumerate(rows) if row.code == other.before)
    rows[at:at] = other.rows
    return [row for row in rows if _printed(report, requests, row)]


def requests_table(report: Report, shape: Shape = Shape()) -> Table | None:
    """Table three: three label columns, then the applicants; three header rows; groups as row spans."""
    block = load_form(report.form_of("requests")).block("requests")
    assert block is not None, "both forms have table three"
    rows = _request_rows(report)
    if not rows:
        return None
    labels = {column.code: column.label for column in block.columns}
    columns = ["natural_person", *LEGAL_PERSONS, *(["subtotal"] if shape.subtotal else []), "total"]
    made = _Setter()
    if shape.requests_header:
        made.put(CHECK_NOTE, 0, 3, 3, role="header")
        made.put("申请人情况", 3, len(columns), role="header")
        made.row += 1
        made.put(labels["natural_person"], 3, rowspan=2, role="header")
        made.put("法人或其他组织", 4, len(columns) - 2, role="header")
        made.put(labels["total"], 2 + len(columns), rowspan=2, role="header")
        made.row += 1
        for i, code in enumerate(columns[1:-1]):
            made.put(labels.get(code, "小计"), 4 + i, role="header")
        made.row += 1
    results = [row for row in rows if row.code.startswith("result.")]
    begun: set[str] = set()
    for row in rows:
        in_results = row.code.startswith("result.")
        grouped = in_results and row.group not in ("", RESULTS)
        if in_results and RESULTS not in begun:
            begun.add(RESULTS)
            made.put(RESULTS, 0, rowspan=len(results))
        if grouped and row.group not in begun:
            begun.add(row.group)
            made.put(row.group, 1, rowspan=sum(other.group == row.group for other in results))
        made.put(row.label, 2 if grouped else 1 if in_results else 0, 1 if grouped else 2 if in_results else 3)
        for i, code in enumerate(columns):
            key = ("requests", row.code, code)
            if code == "subtotal":
                made.put(_subtotal(report, row.code), 3 + i, role="value")
            else:
                made.put(report.cells.get(key, ""), 3 + i, role="value", key=key)
        made.row += 1
    widths = (0.7, 1.6, 4.2, *([1.15] * len(columns)))
    return made.table("requests", widths, header_rows=3 if shape.requests_header else 0)


def _subtotal(report: Report, indicator: str) -> str:
    texts = [report.cells.get(("requests", indicator, code), "") for code in LEGAL_PERSONS]
    try:
        return str(sum((Decimal(text) for text in texts), Decimal(0)))
    except InvalidOperation:
        return ""


def review_table(report: Report, shape: Shape = Shape()) -> Table | None:
    """Table four: one row of fifteen cells under three header rows (four where the labels are stacked)."""
    block = load_form(report.form_of("review")).block("review")
    assert block is not None, "both forms have table four"
    if not any(_printed(report, block, row) for row in block.rows):
        return None
    n = len(block.columns)
    stacked = shape.review_header == "stacked"
    deep = 4 if stacked else 3
    made = _Setter()
    made.put("行政复议", 0, n, role="header")
    made.put("行政诉讼", n, 2 * n, role="header")
    made.row = 1
    made.put("未经复议直接起诉", n, n, role="header")
    made.put("复议后起诉", 2 * n, n, role="header")
    for i in range(3 * n):
        made.row = 1 if i < n else 2
        label = block.columns[i % n].label
        if shape.review_header == "vertical":
            label = "\n".join(label)
        if stacked and len(label) == 4:
            made.put(label[:2], i, rowspan=deep - 1 - made.row, role="header")
            made.row = deep - 1
            made.put(label[2:], i, role="header")
        else:
            made.put(label, i, rowspan=deep - made.row, role="header")
    made.row = deep
    for i in range(3 * n):
        key = ("review", block.rows[i // n].code, block.columns[i % n].code)
        made.put(report.cells.get(key, ""), i, role="value", key=key)
    made.row += 1
    return made.table("review", (1.0,) * (3 * n), header_rows=deep)
