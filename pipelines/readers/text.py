"""Plain text and Markdown: lines with bars or tabs are rows of a table, every other line is a paragraph, unless lines
without either are rows of cells parted by commas (``delimited``) or have their texts in columns one below the other
(``charcolumns``).

Rules for rows (kept simple, and the same for every line of one block of consecutive rows):

* A row with a bar (``|``, full-width ``｜``, drawn ``│``) is split at the bars; tabs in it are blanks. A row without a
  bar is split at the tabs.
* Bars at the start of every row of the document's tables open the rows, bars at the end of every row close them; they
  make no cells. A bar at the start or the end of only some rows parts an empty cell from its neighbour: what looks like
  a closing bar may be the edge of an empty total.
* Tabs carry position: empty cells at both ends are kept.
* A line of nothing but one bar, and a line whose only tab is an indent or trails, is a paragraph.
* ``|---|:--:|`` separators of Markdown are dropped; single dashes anywhere but in a second row are marks.
* ``<br>`` in a cell is a line break; ``\\|`` is a bar in a cell.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.document import Block, Cell, Document, Grid, Paragraph
from pipelines.readers.barlines import (
    BAR_LINES,
    BARS,
    blocks_of_bar_lines,
    cells_with_bars,
    rows_after_bars,
    rows_of_ended_cells,
)
from pipelines.readers.charcolumns import find_grids
from pipelines.readers.charset import decode
from pipelines.readers.delimited import quoted, tables_of
from pipelines.readers.limits import Limits, too_many_cells
from pipelines.readers.pieces import BLANK

_BAR = re.compile(r"(?<!\\)[|｜│┃]")
_TABLE = 3
"""Rows, and cells of a row, that a block has which shows how the document's tables are written."""
_LINE_END = re.compile(r"\r\n|\r|\n|\x0c|\u2028")
# Line ends to Python, but to no editor: as blanks they leave lines whole and everything at its place.
_BLANKS = dict.fromkeys(map(ord, "\x0b\x1c\x1d\x1e\x85\u2029"), " ")
_SEPARATOR = re.compile(r"^[\s|:+\-=｜│┃─━┼┌┐└┘├┤┬┴╋┏┓┗┛┣┫┳┻]*$")
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_HEADING = re.compile(r"^#{1,6}\s+")


class Piece(NamedTuple):
    """A cell of a line: offsets of its text within the line (0-based, end exclusive)."""

    start: int
    end: int


Line = tuple[int, str, list[Piece]]
"""A row with its number and its text."""


def read(data: bytes, limits: Limits, media_type: str = "text/plain") -> Document:
    """Read plain text or Markdown; the only error is ``too_large``."""
    text, charset = decode(data)
    document = Document(media_type, charset=charset)
    document.blocks = blocks_of(_LINE_END.split(text.translate(_BLANKS)), limits)
    return document


def blocks_of(lines: list[str], limits: Limits) -> list[Block]:
    """Grids and paragraphs of lines of text, with ``L120:14-18`` locators."""
    barred = _of_bars(lines, limits)
    if barred is not None:
        return barred
    blocks: list[Block] = []
    tables: list[tuple[int, list[Line]]] = []
    rows: list[Line] = []
    cells = 0
    found = tables_of(lines, limits)
    delimited = bool(found)
    parted = {number for _, numbers in found for number in numbers}
    columns = find_grids(
        [(number, line) for number, line in enumerate(lines, 1) if number not in parted and row_of(line) is None]
    )
    found += [([grid], numbers) for grid, numbers in columns]
    at = {numbers[0]: parts for parts, numbers in found}
    taken = {number for _, numbers in found for number in numbers}

    def flush() -> None:
        if rows:
            tables.append((len(blocks), list(rows)))
            blocks.append(Paragraph(""))  # its place
            rows.clear()

    for number, line in enumerate(lines, 1):
        if number in taken:
            flush()
            blocks += at.get(number, [])
            continue
        pieces = _pieces(line, rows)
        if pieces is not None:
            if pieces:
                rows.append((number, line, pieces))
                cells += len(pieces)
                if cells > limits.cells:
                    raise too_many_cells()
            continue
        flush()
        start, end = _trimmed(line, 0, len(line))
        if start < end:
            heading = _HEADING.match(line, start) if line[start] == "#" else None
            if heading:
                start = heading.end()
            if start < end:
                text = line[start:end]
                if delimited and quoted(text):
                    start, end, text = start + 1, end - 1, text[1:-1].replace('""', '"')
                blocks.append(Paragraph(text, f"L{number}:{start + 1}-{end + 1}"))
    flush()
    whole = [
        table for _, table in tables if len(table) >= _TABLE and any(len(pieces) >= _TABLE for *_, pieces in table)
    ]
    opened, closed = all(map(_opened, whole)), all(map(_closed, whole))
    for place, table in tables:
        blocks[place] = _grid(table, opened and _opened(table), closed and _closed(table))
    return blocks


def _of_bars(lines: list[str], limits: Limits) -> list[Block] | None:
    """The blocks of a text whose bars are ends of cells and whose lines are no rows; None for any other."""
    if not any(bar in line for line in lines for bar in BARS):
        return None
    placed = []
    for number, line in enumerate(lines, 1):
        low, high = _trimmed(line, 0, len(line))
        placed.append((number, low, line[low:high]))
    if (parted := cells_with_bars(placed)) is not None:
        return rows_of_ended_cells(placed, limits) or blocks_of_bar_lines(parted, limits, ended=True)
    if (rows := rows_after_bars(placed, limits)) is not None:
        return rows
    bars = sum(text in BARS for *_, text in placed if text)
    return blocks_of_bar_lines(placed, limits) if bars >= BAR_LINES else None


def _pieces(line: str, rows: list[Line]) -> list[Piece] | None:
    """As ``row_of``, below these rows of the same block: what is no row by itself may be one of empty cells there."""
    pieces = row_of(line)
    if pieces == [] and len(rows) != 1 and all(cell.strip(BLANK) in ("", "-") for cell in _BAR.split(line)):
        return _bare_bars(line)
    if pieces is None and rows and not line.strip() and line.count("\t") == len(rows[-1][2]) - 1 > 1:
        return _between(line, [i for i, char in enumerate(line) if char == "\t"])
    return pieces


def row_of(line: str) -> list[Piece] | None:
    """Cells of a line that is a row, [] for a separator of Markdown, None for a line of prose."""
    if any(bar in line for bar in BARS):
        if _SEPARATOR.match(line):
            return [] if "-" in line or "─" in line or "━" in line else _bare_bars(line)
        cuts = [match.start() for match in _BAR.finditer(line)]
        return _between(line, cuts) if cuts else None
    if "\t" not in line:
        return None
    if line.count("\t") == 1 and (not line.split("\t", maxsplit=1)[0].strip() or not line.split("\t")[1].strip()):
        return None
    if not line.strip():
        return None
    return _between(line, [i for i, c in enumerate(line) if c == "\t"])


def _bare_bars(line: str) -> list[Piece] | None:
    """A row of cells that are empty or hold a dash; a single bar is no row."""
    cuts = [match.start() for match in _BAR.finditer(line)]
    return _between(line, cuts) if len(cuts) > 1 else None


def _between(line: str, cuts: list[int]) -> list[Piece]:
    """All stretches between the cuts, trimmed; an empty one is an empty span after the cut before it."""
    pieces = []
    for low, high in zip([-1, *cuts], [*cuts, len(line)], strict=True):
        start, end = _trimmed(line, low + 1, high)
        pieces.append(Piece(start, end))
    return pieces


def _trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    origin = start
    while start < end and line[start] in BLANK:
        start += 1
    while end > start and line[end - 1] in BLANK:
        end -= 1
    if (
        end - start > 4
        and line.startswith("**", start)
        and line.endswith("**", start, end)
        and (line.count("**", start, end) == 2)
    ):
        return start + 2, end - 2
    return (start, end) if start < end else (origin, origin)


def _opened(rows: list[Line]) -> bool:
    return all(line.strip(BLANK)[:1] in BARS for _, line, _ in rows)


def _closed(rows: list[Line]) -> bool:
    return all(line.strip(BLANK)[-1:] in BARS for _, line, _ in rows)


def _grid(rows: list[Line], opened: bool, closed: bool) -> Grid:
    """One grid of consecutive rows; bars that open or close every row are no cells."""
    shaped = []
    for number, line, pieces in rows:
        inner = pieces[1:] if opened and len(pieces) > 1 else pieces
        shaped.append((number, line, inner[:-1] if closed and len(inner) > 1 else inner))
    cells: list[Cell] = []
    n_cols = 0
    for row, (number, line, pieces) in enumerate(shaped):
        for col, (start, end) in enumerate(pieces):
            text = line[start:end]
            if "<" in text:
                text = _BREAK.sub("\n", text)
            if "\\" in text:
                text = text.replace("\\|", "|")
            cells.append(Cell(text, row, col, locator=f"L{number}:{start + 1}-{end + 1}"))
        n_cols = max(n_cols, len(pieces))
    return Grid(cells, len(shaped), n_cols, f"L{shaped[0][0]}-{shaped[-1][0]}", aligned=False)
