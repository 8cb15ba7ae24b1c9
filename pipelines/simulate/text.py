"""Body -> plain text in the layouts that sites, copies and text extractions leave behind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from pipelines.simulate.body import Body, Line
from pipelines.simulate.tables import Table, TableCell

RowStyle = Literal[
    "pipes",
    "bars",
    "ends",
    "tabs",
    "lines",
    "bar_lines",
    "bars_below",
    "bars_before",
    "cell_ends",
    "one_line",
    "values",
    "columns",
]

Spans = Literal["place", "end", "drop"]


_VALUE = re.compile(r"[-+−\d.,，]+(?:万?元|件|项)?|[/／—－\-]+|无")


@dataclass(frozen=True, slots=True)
class TextLayout:
    """How rows of a table become lines.

    ``rows``: ``pipes`` (``cell | cell``), ``bars`` (``| cell | cell |``), ``ends`` (``cell | cell |``), ``tabs``,
    ``lines`` (one cell on a line), ``bar_lines`` (the same, a line holding only ``|`` between the cells of a row),
    ``bars_before`` (a bar opens each cell but the first, each on a line, and one alone ends the row),
    ``bars_below`` (a line holding only ``|`` below every cell), ``cell_ends`` (labels on a line each, values on one of
    their own or on a line together, a bar behind all), ``one_line`` (all rows on one line, bars between the cells),
    ``values`` (labels on one line, the values below them on the next, parted by blanks), ``columns`` (parted by blanks
    so that columns stand one below the other, a character taking one column as ``pdftotext -layout`` counts them).
    ``spans``: positions covered by a column span stay in place as empty cells, move to the end of the row, or go.
    ``covered`` False: positions covered by a row span leave no trace, as in dumps of HTML tables.
    ``rule``: a markdown rule under the first row. ``gap``: empty lines between cells (``lines``) or paragraphs.
    ``explode``: cells of several lines take several lines of the file, as in ``结果 结果`` over ``维持 纠正``.
    ``marks``: headings and title carry markdown ``#`` marks.
    """

    rows: RowStyle = "pipes"
    spans: Spans = "place"
    covered: bool = True
    rule: bool = False
    gap: int = 1
    explode: bool = False
    marks: bool = False
    newline: str = "\n"


def write_text(body: Body, layout: TextLayout = TextLayout(), charset: str = "utf-8") -> bytes:
    """The body as text in ``charset`` (``utf-8``, ``utf-8-sig``, ``gb18030`` …)."""
    return encode_lines(text_lines(body, layout), layout, charset)


def encode_lines(lines: list[str], layout: TextLayout = TextLayout(), charset: str = "utf-8") -> bytes:
    """Lines as the bytes of a file; empty lines at its end are left out."""
    return (layout.newline.join(lines).rstrip() + layout.newline).encode(charset)


def text_lines(body: Body, layout: TextLayout = TextLayout()) -> list[str]:
    """All lines of the text, before they are encoded."""
    lines: list[str] = []
    for piece in body:
        if isinstance(piece, Line):
            mark = {"title": "# ", "heading": "## "}.get(piece.style, "") if layout.marks else ""
            lines.append(mark + piece.text)
        else:
            lines.extend(table_lines(piece, layout))
        lines.extend([""] * layout.gap)
    return lines


def grid_rows(table: Table, spans: Spans = "place", covered: bool = True) -> list[list[str]]:
    """The texts of each row by column; positions covered by a span are empty texts."""
    width = len(table.widths)
    rows: list[list[str]] = []
    for r in range(table.n_rows):
        texts: list[str | None] = [None] * width
        for cell in table.cells:
            if not cell.row <= r < cell.row + cell.rowspan or (cell.row < r and not covered):
                continue
            for i in range(cell.colspan):
                # A covered column position is None, so that it can be moved or dropped; a covered row stays empty.
                texts[cell.col + i] = ("" if cell.row < r else cell.text) if i == 0 else None
        if spans == "place":
            rows.append([text or "" for text in texts])
        else:
            there = [text for text in texts if text is not None]
            rows.append(there + [""] * (width - len(there) if spans == "end" else 0))
    return rows


def table_lines(table: Table, layout: TextLayout) -> list[str]:
    """The lines of one table."""
    if layout.rows == "columns":
        return _column_lines(table)
    if layout.rows == "values":
        return [line for row in range(table.n_rows) for line in _label_and_values(table.row(row))]
    rows = grid_rows(table, layout.spans, layout.covered)
    if layout.explode:
        rows = [line for row in rows for line in _explode(row)]
    else:
        rows = [[text.replace("\n", "") for text in row] for row in rows]
    if layout.rows == "lines":
        return [line for row in rows for text in row if text for line in [text, *[""] * layout.gap]]
    if layout.rows == "bar_lines":
        return [line for row in rows for line in _bar_lines(row)]
    if layout.rows == "bars_below":
        return [line for row in rows for text in row for line in ([text, "|"] if text else ["|"])]
    if layout.rows == "bars_before":
        return [line for row in rows for line in [row[0], *(f"| {text}".rstrip() for text in row[1:]), "|"]]
    if layout.rows == "cell_ends":
        return [line for row in rows for line in _cell_ends(row, layout.gap)]
    if layout.rows == "one_line":
        return [" | ".join(text for row in rows for text in row if text) + " |"]
    if layout.rows == "tabs":
        return ["\t".join(row) for row in rows]
    if layout.rows == "pipes":
        return [" | ".join(row).rstrip() for row in rows]
    if layout.rows == "ends":
        return [" | ".join(row) + " |" for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    if layout.rule:
        lines.insert(1, "|" + " --- |" * len(table.widths))
    return lines


def _explode(row: list[str]) -> list[list[str]]:
    parts = [text.split("\n") for text in row]
    return [[p[i] if i < len(p) else "" for p in parts] for i in range(max(map(len, parts)))]


def _bar_lines(row: list[str]) -> list[str]:
    """Cell, bar, cell, bar, cell: an empty cell leaves two bars one below the other."""
    lines = [line for text in row for line in ([text, "|"] if text else ["|"])]
    return lines[:-1]


def _cell_ends(row: list[str], gap: int) -> list[str]:
    """``label |``, and below it ``0 | 0 | 0 |`` (without ``gap``) or each value on its line; bars alone at the end."""
    filled = [text for text in row if text]
    values = list(takewhile(_VALUE.fullmatch, reversed(filled)))[::-1]
    labels = filled[: len(filled) - len(values)]
    lines = [f"{text} |" for text in labels]
    lines += [f"{text} |" for text in values] if gap else [" | ".join(values) + " |"] if values else []
    spare = "|" * (len(row) - len(filled))
    if not gap and spare and lines:
        return [*lines[:-1], f"{lines[-1]} {spare}"]
    return [*lines, spare] if spare else lines


def _label_and_values(row: list[TableCell]) -> list[str]:
    """Labels of a row on a line of their own, its values below."""
    labels = " ".join(cell.text.replace("\n", "") for cell in row if cell.role != "value" and cell.text)
    values = " ".join(cell.text for cell in row if cell.role == "value" and cell.text)
    return [line for line in (labels, values) if line]


_LABEL_COLUMN = 24


def _column_lines(table: Table) -> list[str]:
    """Rows in columns of blanks: long labels wrap, the values stand beside the middle line of their label."""
    width = [
        max(
            [len(part) for cell in table.cells if cell.col == col and cell.colspan == 1 for part in _wrapped(cell)]
            or [4]
        )
        for col in range(len(table.widths))
    ]
    starts = [sum(width[:col]) + 2 * col for col in range(len(width))]
    lines: list[str] = []
    for r in range(table.n_rows):
        cells = table.row(r)
        high = max([len(_wrapped(cell)) for cell in cells if cell.rowspan == 1] or [1])
        page: list[list[tuple[int, str]]] = [[] for _ in range(max([high, *(len(_wrapped(cell)) for cell in cells)]))]
        for cell in cells:
            parts = _wrapped(cell)
            for i, part in enumerate(parts, start=max(0, (high - len(parts)) // 2)):
                page[i].append((starts[cell.col], part))
        lines.extend(_set_at(places) for places in page)
    return lines


def _wrapped(cell: TableCell) -> list[str]:
    room = _LABEL_COLUMN if cell.role == "label" else 60
    parts = [part[i : i + room] for part in cell.text.split("\n") for i in range(0, len(part), room)]
    return parts or [""]


def _set_at(places: list[tuple[int, str]]) -> str:
    line = ""
    for start, text in places:
        if text:
            line = line.ljust(max(start, len(line) + 2 if line else 0)) + text
    return line
