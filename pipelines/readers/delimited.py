"""Rows whose cells are parted by commas or semicolons, as spreadsheets save them (CSV).

Prose has commas too, and a number may hold one (``3,282``) that parts no cells. So lines are a table only where all of
a run of consecutive lines have the same number of delimiters, and values stand in cells of their own in it; one row of
another width leaves the whole run as it is, since nothing tells which of its commas part cells, unless the empty cells
at the ends of all rows are left out.

A spreadsheet saves every row as wide as its widest, paragraphs too. A row of one text that is a sentence is a
paragraph and parts the tables around it; rows of one text above the first of several are paragraphs as well as rows
of the grid, as in ``sheets``. Empty cells in plenty are as good a sign of a table as values: no prose has them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import compress, pairwise

from pipelines.document import Block, Cell, Grid
from pipelines.readers.limits import Limits, too_many_cells
from pipelines.readers.pieces import BLANK, is_value
from pipelines.readers.sheets import PROSE, lines_of

_ROWS, _VALUES, _DELIMITERS = 3, 3, 2
"""Rows of a table, values in it, and delimiters of each row, at the least."""
_WIDEST = 256
"""Cells of one row, at the most."""
_LINES_OF_ROW = 12
"""Lines of one row whose quoted cells have line ends in them, at the most."""
_FIELD = {
    mark: re.compile(rf'[ \u3000]*"((?:[^"]|"")*)"[ \u3000]*(?={mark}|$)|([^{mark}"]*)(?={mark}|$)') for mark in ",;"
}
_HEAD, _TAIL = re.compile(r"[1-9]\d{0,2}$"), re.compile(r"\d{3}(\.\d+)?$")
_PROSE_END = re.compile("[。！？]$")

_QUOTED = re.compile(r'"(?:[^"]|"")+"')

Row = list[tuple[str, str]]
"""Texts of cells with their locators."""
Run = list[tuple[Row, list[int]]]
"""Rows with the numbers (from 1) of their lines."""


def tables_of(lines: Sequence[str], limits: Limits) -> list[tuple[list[Block], list[int]]]:
    """Tables, each with the paragraphs among its rows, and the numbers (from 1) of their lines."""
    best: list[tuple[list[Block], list[int]]] = []
    for mark in ",;":
        if sum(line.count(mark) >= _DELIMITERS for line in lines) < _ROWS:
            continue
        found = [_table(run, mark, limits) for run in _runs(lines, mark) if _tabular([row for row, _ in run], mark)]
        if sum(len(numbers) for _, numbers in found) > sum(len(numbers) for _, numbers in best):
            best = found
    return best


def quoted(line: str) -> bool:
    """Whether a line is one cell in quotation marks: where every cell of a file has them, paragraphs have."""
    return bool(_QUOTED.fullmatch(line))


def _runs(lines: Sequence[str], mark: str) -> Iterator[Run]:
    """Consecutive rows, of whatever width."""
    run: Run = []
    at = 0
    while at < len(lines):
        row, used = _row(lines, at, mark)
        if row is None:
            if run:
                yield run
            run = []
        else:
            run.append((row, list(range(at + 1, at + used + 1))))
        at += used
    if run:
        yield run


def _row(lines: Sequence[str], at: int, mark: str) -> tuple[Row | None, int]:
    """The row that begins on this line and how many lines it takes; None where it is none."""
    text, used = lines[at], 1
    if mark not in text and '"' not in text:
        return None, 1
    while text.count('"') % 2 and used < _LINES_OF_ROW and at + used < len(lines):
        text += "\n" + lines[at + used]
        used += 1
    starts = [0, *(place + 1 for place, char in enumerate(text) if char == "\n")] if used > 1 else [0]
    row: Row = []
    place = 0
    while len(row) < _WIDEST:
        match = _FIELD[mark].match(text, place)
        if match is None:
            return None, 1
        quoted = match[1] is not None
        field = match[1] if quoted else match[2]
        where = _locator(starts, at + 1, match.start(1 if quoted else 2), field)
        row.append(((field.replace('""', '"') if quoted else field).strip(BLANK), where))
        place = match.end() + 1
        if place > len(text):
            return (row, used) if len(row) > 1 else (None, 1)
    return None, 1


def _locator(starts: Sequence[int], line: int, start: int, field: str) -> str:
    """Where the text of a cell stands, in lines that start at these offsets; of several lines, where the first does."""
    printed = field.strip(BLANK).partition("\n")[0]
    start += len(field) - len(field.lstrip(BLANK)) if printed else 0
    below = bisect_right(starts, start) - 1
    column = start - starts[below] + 1
    return f"L{line + below}:{column}-{column + len(printed)}"


def _tabular(rows: Sequence[Row], mark: str) -> bool:
    """Whether rows are those of a table. Where each row with values may have a comma within a number, headings that
    fill a row to its last cell show how many cells a row has.
    """
    width = max(map(len, rows))
    if len(rows) < _ROWS or width <= _DELIMITERS or (min(map(len, rows)) < width and not _stripped(rows, width)):
        return False
    valued = [any(is_value(text) for text, _ in row) for row in rows]
    sure = any(row[-1][0] and not one for row, one in zip(rows, valued, strict=True))
    if mark == "," and any(valued) and not sure and all(map(_thousands, compress(rows, valued))):
        return False
    texts = [text for row in rows for text, _ in row if text]
    values = sum(map(is_value, texts))
    empty = len(rows) * width - len(texts)
    if values < _VALUES and empty < len(texts):
        return False
    lines = sum(map(_alone, rows))
    return 4 * (sum(bool(_PROSE_END.search(text)) for text in texts) - lines) < len(texts)


def _stripped(rows: Sequence[Row], width: int) -> bool:
    """Whether rows differ in width because whatever saved them left out the empty cells at their ends: then none ends
    with one. No comma of theirs may stand within a number, since their width does not show that it parts cells; and
    where tabs part cells, commas do not.
    """
    full = sum(len(row) == width for row in rows)
    if any("\t" in text for row in rows for text, _ in row):
        return False
    return 2 * full > len(rows) and all(row[-1][0] for row in rows) and not any(map(_thousands, rows))


def _alone(row: Row) -> bool:
    """Whether this is a line of text that a spreadsheet filled up with empty cells."""
    return bool(row[0][0]) and not any(text for text, _ in row[1:])


def _thousands(row: Row) -> bool:
    """Whether two cells side by side could be one number with a comma in it."""
    return any(_HEAD.match(one) and _TAIL.match(other) for (one, _), (other, _) in pairwise(row))


def _table(run: Run, mark: str, limits: Limits) -> tuple[list[Block], list[int]]:
    if sum(len(row) for row, _ in run) > limits.cells:
        raise too_many_cells()
    width = max(len(row) for row, _ in run)
    blocks: list[Block] = []
    band: Run = []
    for row, numbers in run:
        # Which cells a short row of values lacks is not sure: it stays a line of text.
        short = len(row) < width and any(is_value(text) for text, _ in row)
        if short or (_alone(row) and _is_prose(row[0][0])):
            blocks += _band(band)
            blocks += lines_of(mark.join(text for text, _ in row) if short else row[0][0], row[0][1])
            band = []
        else:
            band.append((row, numbers))
    return blocks + _band(band), [number for _, numbers in run for number in numbers]


def _is_prose(text: str) -> bool:
    """Whether a row of this text alone is a paragraph: the label of a row that prints nothing may be long, too."""
    return bool(_PROSE_END.search(text)) or (len(text) >= PROSE and "。" in text)


def _band(run: Run) -> list[Block]:
    """The lines above a table, and the table."""
    first = next((place for place, (row, _) in enumerate(run) if not _alone(row)), len(run))
    blocks: list[Block] = [paragraph for row, _ in run[:first] for paragraph in lines_of(*row[0])]
    if first == len(run):
        return blocks
    cells = [Cell(text, y, x, locator=where) for y, (row, _) in enumerate(run) for x, (text, where) in enumerate(row)]
    place = f"L{run[0][1][0]}-{run[-1][1][-1]}"
    return [*blocks, Grid(cells, len(run), max(len(row) for row, _ in run), place, aligned=False)]
