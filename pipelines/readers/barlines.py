"""Text in which every cell and every bar has a line of its own: cells with a bar between them are one row, two bars in
a row have an empty cell between them.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.document import Block, Cell, Grid, Paragraph
from pipelines.readers.limits import Limits, too_large
from pipelines.readers.pieces import is_value

BARS = "|｜│┃"
_SPANNED = 5
"""Columns that one heading spans at most."""


def blocks_of_bar_lines(lines: Iterable[tuple[int, int, str]], limits: Limits) -> list[Block]:
    """Grids and paragraphs of lines (number from 1, offset of the text, text without blanks around it)."""
    made = _Rows()
    count = 0
    for number, start, text in lines:
        place = f"L{number}:{start + 1}-{start + len(text) + 1}"
        if not text:
            made.gap()
        elif text in BARS:
            made.bar(f"L{number}:{start + 1}-{start + 1}")
        else:
            made.text(text, place)
            count += 1
        if count > limits.cells:
            raise too_large("too many table cells", "表格单元格过多")
    made.end_grid()
    return made.blocks


class _Rows:
    """The rows of the grid that is being read, and the blocks before it."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.rows: list[list[Cell]] = []
        self.row: list[Cell] = []
        self.after_bar = ""
        """Place of the bar above, "" below a text."""

    def gap(self) -> None:
        if not self.after_bar:
            self.end_grid()

    def bar(self, place: str) -> None:
        if self.after_bar or not self.row:
            self._add("", place)
        self.after_bar = place

    def text(self, text: str, place: str) -> None:
        if self.after_bar and self._full() and not is_value(text):
            self._add("", self.after_bar)  # the last cell of the row is empty: nothing but its bar shows it
            self.after_bar = ""
        if not self.after_bar:
            self._end_row()
        self._add(text, place)
        self.after_bar = ""

    def end_grid(self) -> None:
        self._end_row()
        if any(len(cells) > 1 for cells in self.rows):
            name = f"{self.rows[0][0].locator.split(':')[0]}-{self.rows[-1][-1].locator.split(':')[0][1:]}"
            cells = [cell for row in self.rows for cell in row]
            self.blocks.append(Grid(cells, len(self.rows), max(map(len, self.rows)), name, aligned=False))
        else:
            self.blocks.extend(Paragraph(row[0].text, row[0].locator) for row in self.rows)
        self.rows = []

    def _add(self, text: str, place: str) -> None:
        self.row.append(Cell(text, len(self.rows), len(self.row), locator=place))

    def _end_row(self) -> None:
        if self.row:
            self.rows.append(self.row)
        self.row = []

    def _full(self) -> bool:
        """Whether no text can follow in this row: a value, or as many empty cells as no heading leaves, stand in it."""
        texts = [cell.text for cell in self.row[1:]]
        return any(map(is_value, texts)) or (len(texts) >= _SPANNED and not any(texts[-_SPANNED:]))
