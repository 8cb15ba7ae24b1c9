"""Body -> plain text in the layouts that sites, copies and text extractions leave behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipelines.simulate.body import Body, Line
from pipelines.simulate.tables import Table

RowStyle = Literal["pipes", "bars", "tabs", "lines"]


@dataclass(frozen=True, slots=True)
class TextLayout:
    """How rows of a table become lines.

    ``rows``: ``pipes`` (``cell | cell``), ``bars`` (``| cell | cell |``), ``tabs``, ``lines`` (one cell on a line).
    ``spans``: positions covered by a column span stay in place as empty cells, move to the end of the row, or go.
    ``rule``: a markdown rule under the first row. ``gap``: empty lines between cells (``lines``) or paragraphs.
    ``explode``: cells of several lines take several lines of the file, as in ``结果 结果`` over ``维持 纠正``.
    ``marks``: headings and title carry markdown ``#`` marks.
    """

    rows: RowStyle = "pipes"
    spans: Literal["place", "end", "drop"] = "place"
    rule: bool = False
    gap: int = 1
    explode: bool = False
    marks: bool = False
    newline: str = "\n"


def write_text(body: Body, layout: TextLayout = TextLayout(), charset: str = "utf-8") -> bytes:
    """The body as text in ``charset`` (``utf-8``, ``utf-8-sig``, ``gb18030`` …)."""
    lines: list[str] = []
    for piece in body:
        if isinstance(piece, Line):
            mark = {"title": "# ", "heading": "## "}.get(piece.style, "") if layout.marks else ""
            lines.append(mark + piece.text)
        else:
            lines.extend(_table_lines(piece, layout))
        lines.extend([""] * layout.gap)
    return (layout.newline.join(lines).rstrip() + layout.newline).encode(charset)


def grid_rows(table: Table, spans: str = "place") -> list[list[str]]:
    """The texts of each row by column; positions covered by a span are empty texts."""
    width = len(table.widths)
    rows: list[list[str]] = []
    for r in range(table.n_rows):
        texts: list[str | None] = [None] * width
        for cell in table.cells:
            if not cell.row <= r < cell.row + cell.rowspan:
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


def _table_lines(table: Table, layout: TextLayout) -> list[str]:
    rows = grid_rows(table, layout.spans)
    if layout.explode:
        rows = [line for row in rows for line in _explode(row)]
    else:
        rows = [[text.replace("\n", "") for text in row] for row in rows]
    if layout.rows == "lines":
        return [line for row in rows for text in row if text for line in [text, *[""] * layout.gap]]
    if layout.rows == "tabs":
        return ["\t".join(row) for row in rows]
    if layout.rows == "pipes":
        return [" | ".join(row).rstrip() for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    if layout.rule:
        lines.insert(1, "|" + " --- |" * len(table.widths))
    return lines


def _explode(row: list[str]) -> list[list[str]]:
    parts = [text.split("\n") for text in row]
    return [[p[i] if i < len(p) else "" for p in parts] for i in range(max(map(len, parts)))]
