"""From the cells of spreadsheets to paragraphs and grids, whatever the file type.

* Empty rows part the tables of a sheet. Columns keep their places within one table; what is empty stays an empty cell.
* Only the first cell of a merged range counts, with its spans, as everywhere.
* One or two rows of empty cells that the file holds nevertheless, right below a row with text, are rows of its table.
* A row of long text (``PROSE``), or of one text merged over all of ``MANY`` columns, is no row of a table: it becomes a
  paragraph and parts the tables around it. A title or heading, that is, a row with one text only that stands above a
  table or is merged over all of its width, becomes a paragraph as well, so that it is seen where titles are looked
  for, and stays a row of the grid.
* Hidden rows, columns and sheets are not printed and are left out; a problem says so.
* A sheet name that somebody chose is a paragraph before its sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from pipelines.document import Block, Cell, Document, Grid, Paragraph, Problem
from pipelines.readers.limits import Limits, too_large, too_many_cells

PROSE = 60  # characters
MANY = 8  # columns
EMPTY = 2  # rows of empty cells that may belong to a table
FAR = 64  # columns or rows by which a merged range may exceed the text of its sheet
_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|表|worksheet)\s*\d*", re.IGNORECASE)

# Corners of a merged range: first row, first column, last row, last column, all from 0 and inclusive.
Range = tuple[int, int, int, int]


def lines_of(text: str, place: str) -> Iterator[Paragraph]:
    """The lines of one cell as paragraphs, all at its place."""
    return (Paragraph(line.strip(), place) for line in text.split("\n") if line.strip())


@dataclass(slots=True)
class Sheet:
    """One sheet: printed texts by (row, column) from 0, empty ones left out; ``empty_rows`` hold cells but no text."""

    name: str
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)
    empty_rows: set[int] = field(default_factory=set)
    hidden: bool = False


def add_sheets(sheets: Iterable[Sheet], document: Document, limits: Limits) -> None:
    """Append the blocks of all sheets in order; ReadError ``too_large`` beyond ``limits.cells``."""
    budget = limits.cells
    for sheet in sheets:
        prefix = f"'{sheet.name.replace(chr(39), chr(39) * 2)}'"
        if sheet.hidden:
            if sheet.cells:
                document.problems.append(
                    Problem(
                        "hidden_sheet",
                        f"the hidden sheet {sheet.name!r} was not read",
                        f"隐藏的工作表“{sheet.name}”未读取",
                        prefix,
                    )
                )
            continue
        if any(row in sheet.hidden_rows or col in sheet.hidden_cols for row, col in sheet.cells):
            document.problems.append(
                Problem(
                    "hidden_cells",
                    f"hidden rows or columns of the sheet {sheet.name!r} were not read",
                    f"工作表“{sheet.name}”中隐藏的行或列未读取",
                    prefix,
                )
            )
        blocks = list(_Layout(sheet, prefix, budget).blocks())
        budget -= sum(len(block.cells) for block in blocks if isinstance(block, Grid))
        if blocks and not _DEFAULT_NAME.fullmatch(sheet.name.strip()):
            document.blocks.append(Paragraph(sheet.name.strip(), prefix))
        document.blocks.extend(blocks)


@lru_cache(maxsize=1024)
def column_name(col: int) -> str:
    """A column as spreadsheets call it: 0 is A, 26 is AA."""
    name = ""
    col += 1
    while col:
        col, rest = divmod(col - 1, 26)
        name = chr(65 + rest) + name
    return name


class _Layout:
    """The tables of one sheet."""

    def __init__(self, sheet: Sheet, prefix: str, budget: int) -> None:
        self.sheet = sheet
        self.prefix = prefix
        self.budget = budget
        rows, cols = [row for row, _ in sheet.cells], [col for _, col in sheet.cells]
        self.last_row, self.last_col = max(rows, default=-1), max(cols, default=-1)
        self.first_col = min(cols, default=0)
        self.by_row: dict[int, list[int]] = {}
        for row, col in sorted(sheet.cells):
            self.by_row.setdefault(row, []).append(col)
        self.owner: dict[tuple[int, int], Range] = {}
        for corners in self._ranges():
            self.owner.update(
                ((row, col), corners)
                for row in range(corners[0], corners[2] + 1)
                for col in range(corners[1], corners[3] + 1)
            )

    def _ranges(self) -> Iterator[Range]:
        """Merged ranges among the texts, cut to where text is; of overlapping ones the first counts."""
        taken: dict[int, list[tuple[int, int]]] = {}
        room = 4 * self.budget
        for r0, c0, r1, c1 in sorted(self.sheet.merges):
            r1, c1 = min(r1, max(self.last_row, r0 + FAR)), min(c1, max(self.last_col, c0 + FAR))
            if r0 > self.last_row or (r0, c0) == (r1, c1) or r1 < r0 or c1 < c0:
                continue
            room -= (r1 - r0 + 1) * (c1 - c0 + 1)
            if room < 0:
                raise too_large("too many merged cells", "合并单元格过多")
            if any(c0 <= high and low <= c1 for row in range(r0, r1 + 1) for low, high in taken.get(row, ())):
                continue
            for row in range(r0, r1 + 1):
                taken.setdefault(row, []).append((c0, c1))
            yield r0, c0, r1, c1

    def blocks(self) -> Iterator[Block]:
        """Paragraphs and grids from the top down."""
        band: list[int] = []
        for row in self._rows():
            if row is None:
                yield from self._band(band)
                band = []
            elif (text := self._prose(row)) is not None:
                yield from self._band(band)
                band = []
                yield from self._paragraphs(row, text)
            else:
                band.append(row)
        yield from self._band(band)

    def _rows(self) -> Iterator[int | None]:
        """Visible rows with text, or beside a text merged over several rows; None for an empty row between them."""
        covered: set[int] = set()
        for corners in set(self.owner.values()):
            if self.sheet.cells.get(corners[:2]) and corners[2] > corners[0]:
                covered.update(range(corners[0], corners[2] + 1))
        used = covered | set(self.by_row)
        for row in sorted(used):
            run = row + 1
            while run in self.sheet.empty_rows and run not in used and run - row <= EMPTY + 1:
                run += 1
            if run - row - 1 <= EMPTY:
                used.update(range(row + 1, run))
        before = -1
        for row in sorted(used):
            if any(between not in self.sheet.hidden_rows for between in range(before + 1, row)):
                yield None
            before = row
            if row not in self.sheet.hidden_rows:
                yield row

    def _texts(self, row: int) -> list[int]:
        """Columns of a row that show a text; a covered cell shows none."""
        return [
            col
            for col in self.by_row.get(row, ())
            if col not in self.sheet.hidden_cols and self.owner.get((row, col), (row, col))[:2] == (row, col)
        ]

    def _prose(self, row: int) -> str | None:
        texts = self._texts(row)
        if len(texts) != 1:
            return None
        text = self.sheet.cells[row, texts[0]]
        corners = self.owner.get((row, texts[0]))
        if corners is not None and corners[2] == row and self._is_wide(corners):
            return text
        alone = corners is None or all(self._texts(other) == [] for other in range(row + 1, corners[2] + 1))
        return text if len(text) >= PROSE and alone else None

    def _is_wide(self, corners: Range) -> bool:
        """Whether a range goes over all columns of a sheet that has many: nothing but text between tables does."""
        return corners[3] - corners[1] + 1 >= MANY and corners[1] <= self.first_col and corners[3] >= self.last_col

    def _paragraphs(self, row: int, text: str) -> Iterator[Paragraph]:
        return lines_of(text, self._place(row, self._texts(row)[0]))

    def _place(self, row: int, col: int) -> str:
        return f"{self.prefix}!{column_name(col)}{row + 1}"

    def _band(self, rows: list[int]) -> Iterator[Block]:
        """One table; rows of one text each are lines."""
        texts = {row: self._texts(row) for row in rows}
        if not any(texts.values()):
            return
        first = min(col for cols in texts.values() for col in cols)
        last = max(col for cols in texts.values() for col in cols)
        for row, cols in texts.items():
            for col in cols:
                last = max(last, self.owner.get((row, col), (0, 0, 0, col))[3])
        visible = [col for col in range(first, last + 1) if col not in self.sheet.hidden_cols]
        started = False
        for row in rows:
            started = started or len(texts[row]) > 1
            if len(texts[row]) == 1:
                corners = self.owner.get((row, texts[row][0]))
                if not started or (corners is not None and corners[1] == first and corners[3] == last):
                    yield from self._paragraphs(row, self.sheet.cells[row, texts[row][0]])
        if started:
            yield self._grid(rows, visible)

    def _grid(self, rows: list[int], cols: list[int]) -> Grid:
        if len(rows) * len(cols) > self.budget:
            raise too_many_cells()
        self.budget -= len(rows) * len(cols)
        cells: list[Cell] = []
        done: set[Range] = set()
        for r, row in enumerate(rows):
            for c, col in enumerate(cols):
                corners = self.owner.get((row, col))
                if corners is None:
                    text = self.sheet.cells.get((row, col), "")
                    cells.append(Cell(text, r, c, 1, 1, self._place(row, col)))
                elif corners not in done:
                    done.add(corners)
                    r0, c0, r1, c1 = corners
                    high = sum(1 for other in rows[r:] if other <= r1)
                    wide = sum(1 for other in cols[c:] if other <= c1)
                    cells.append(Cell(self.sheet.cells.get((r0, c0), ""), r, c, high, wide, self._place(r0, c0)))
        place = f"{self._place(rows[0], cols[0])}:{column_name(cols[-1])}{rows[-1] + 1}"
        return Grid(cells, len(rows), len(cols), place)
