"""Report -> the sequence of lines and tables that every writer sets, and small variations of that sequence.

A variation is a function from body to body; layouts are built by applying several of them in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.simulate.report import Report
from pipelines.simulate.tables import (
    Role,
    Shape,
    Table,
    TableCell,
    disclosure_table,
    requests_table,
    review_table,
)

Style = Literal["title", "notice", "heading", "paragraph"]


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, with the part it plays."""

    text: str
    style: Style = "paragraph"


Piece = Line | Table
Body = tuple[Piece, ...]
Variation = Callable[[Body], Body]


def compose(report: Report, shape: Shape = Shape()) -> Body:
    """The report as a body: title, notice, statistical period, six headings, three tables."""
    wording = report.wording
    pieces: list[Piece] = [Line(report.title, "title")]
    pieces.extend(Line(text, "notice") for text in wording.notice)
    pieces.append(Line(report.period))
    pieces.extend(Line(text) for text in wording.remarks.get(0, ()))
    tables = {2: disclosure_table(report), 3: requests_table(report, shape), 4: review_table(report, shape)}
    for number, heading in enumerate(wording.headings, start=1):
        pieces.append(Line(heading, "heading"))
        pieces.extend(Line(text) for text in wording.remarks.get(number, ()))
        table = tables.get(number)
        if table is not None:
            pieces.append(table)
    return tuple(pieces)


def apply(body: Body, *variations: Variation) -> Body:
    """The body after all variations, first to last."""
    for variation in variations:
        body = variation(body)
    return body


def each_table(change: Callable[[Table], Table], section: str = "") -> Variation:
    """Change every table, or those of one section."""
    return lambda body: tuple(
        change(piece) if isinstance(piece, Table) and section in ("", piece.section) else piece for piece in body
    )


def parted(section: str, cut: Callable[[Table], Iterable[Piece]]) -> Variation:
    """What ``cut`` makes of the table of a section in its place."""

    def change(body: Body) -> Body:
        pieces: list[Piece] = []
        for piece in body:
            pieces += cut(piece) if isinstance(piece, Table) and piece.section == section else [piece]
        return tuple(pieces)

    return change


def reword(change: Callable[[str], str], roles: Collection[Role] = ("caption", "header", "label")) -> Variation:
    """Rewrite the labels of every table (traditional characters, half-width brackets, blanks inside words …)."""

    def cells(table: Table) -> Table:
        return replace(
            table,
            cells=tuple(replace(cell, text=change(cell.text)) if cell.role in roles else cell for cell in table.cells),
        )

    return each_table(cells)


def relabel(labels: Mapping[str, str]) -> Variation:
    """Replace whole labels."""
    return reword(lambda text: labels.get(text, text))


def rewrite_lines(change: Callable[[str], str]) -> Variation:
    """Rewrite headings and paragraphs."""
    return lambda body: tuple(replace(p, text=change(p.text)) if isinstance(p, Line) else p for p in body)


def insert_before_table(section: str, text: str) -> Variation:
    """A sentence directly before a table."""
    return parted(section, lambda table: (Line(text), table))


def cut_table(section: str, at: int, repeat_header: bool = False) -> Variation:
    """Cut a table in two before row ``at``, as a page end does; row spans are cut, the lower half's text dropped."""
    return parted(section, lambda table: halves(table, at, repeat_header))


def halves(table: Table, at: int, repeat_header: bool = False) -> tuple[Table, Table]:
    """The rows before ``at`` and those from ``at`` on, as two tables; a cut span keeps its text in the upper one."""
    above = tuple(replace(cell, rowspan=min(cell.rowspan, at - cell.row)) for cell in table.cells if cell.row < at)
    header = table.header_rows if repeat_header else 0
    below: list[TableCell] = [cell for cell in table.cells if cell.row < header]
    for cell in table.cells:
        end = cell.row + cell.rowspan
        if cell.row >= at:
            below.append(replace(cell, row=cell.row - at + header))
        elif end > at:
            below.append(replace(cell, text="", row=header, rowspan=end - at))
    below.sort(key=lambda cell: (cell.row, cell.col))
    return (
        replace(table, cells=above, n_rows=at),
        replace(table, cells=tuple(below), n_rows=table.n_rows - at + header, header_rows=header),
    )


CASES = ("行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）")
OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


def _by_case(table: Table) -> Iterator[Piece]:
    values = [cell for cell in table.cells if cell.role == "value"]
    for place, case in enumerate(CASES):
        own = values[place * len(OUTCOMES) : (place + 1) * len(OUTCOMES)]
        heads = [TableCell(text, 0, col, role="header") for col, text in enumerate(OUTCOMES)]
        cells = [replace(cell, row=1, col=col, rowspan=1, colspan=1) for col, cell in enumerate(own)]
        yield Line(case)
        yield replace(table, cells=(*heads, *cells), n_rows=2, widths=(1.0,) * len(OUTCOMES), header_rows=1)


by_case = parted("review", _by_case)
"""Table four as three tables, each below a line that names the kind of case, as converters of documents part it."""


def drop_rows(section: str, first: int, last: int) -> Variation:
    """Lose the rows ``first`` … ``last`` of a table; the rest stands as one table under its header, if that is left."""

    def change(table: Table) -> Table:
        kept: list[TableCell] = []
        for cell in table.cells:
            rows = [r for r in range(cell.row, cell.row + cell.rowspan) if not first <= r <= last]
            if rows:
                moved = rows[0] - (last - first + 1 if rows[0] > last else 0)
                kept.append(replace(cell, row=moved, rowspan=len(rows)))
        header = sum(1 for r in range(table.header_rows) if not first <= r <= last)
        return replace(
            table,
            cells=tuple(sorted(kept, key=lambda cell: (cell.row, cell.col))),
            n_rows=table.n_rows - (last - first + 1),
            header_rows=header,
        )

    return each_table(change, section)
