"""Variants of text that lost something: cells glued together, numbers pulled apart, lines dropped, rows torn.

What the print leaves open is marked undecidable by the rules of ``undecided``; nothing else is.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

from pipelines.simulate.body import Body, Line, compose
from pipelines.simulate.registry import Printed, Simulated, made, plainly, reported, set_truth, variant
from pipelines.simulate.report import Report
from pipelines.simulate.tables import Table, TableCell
from pipelines.simulate.text import TextLayout, encode_lines, table_lines, text_lines
from pipelines.simulate.undecided import gaps, glued, keys_of, not_kept, sum_holds, value_rows
from schemas.forms import Key

_PIPES = TextLayout("pipes")
_LINES = TextLayout("lines", gap=0)


def _with_tables(body: Body, write: Callable[[Table], list[str]], layout: TextLayout = _PIPES) -> list[str]:
    """The lines of a text whose tables are written by ``write``."""
    found: list[str] = []
    for piece in body:
        found.extend(text_lines((piece,), layout) if isinstance(piece, Line) else [*write(piece), ""])
    return found


def _numbers(report: Report, body: Body) -> dict[Key, Decimal | None]:
    return {key: printed.value for key, printed in set_truth(report, body).items()}


# ---------------------------------------------------------------------------------------------------------- glued cells


def _glued(report: Report, section: str, share: float, draw: random.Random) -> Simulated:
    """Rows of one table with nothing between their cells; ``share`` is the share of its rows."""
    body = compose(report)
    numbers = _numbers(report, body)
    open_keys: set[Key] = set()

    def write(table: Table) -> list[str]:
        rows = table_lines(table, _PIPES)
        if table.section != section:
            return rows
        for row in range(table.n_rows):
            cells = [cell for cell in table.row(row) if cell.text]
            values = [cell for cell in table.row(row) if cell.role == "value"]
            if values and draw.random() >= share:
                continue
            rows[row] = "".join(cell.text for cell in cells)
            if values:
                open_keys.update(glued(values, numbers))
        return rows

    found = _with_tables(body, write)
    return made(report, body, encode_lines(found), ".txt", undecidable=open_keys)


@variant("text.glued_disclosure", type="text")
def glued_disclosure(report: Report, draw: random.Random) -> Simulated:
    """Rows of table two glued: ``行政许可396442278`` is 396|442|278, ``2648-18538`` is 2648|-18|538 (平潭 2020)."""
    return _glued(report, "disclosure", 1.0, draw)


@variant("text.glued_requests", type="text")
def glued_requests(report: Report, draw: random.Random) -> Simulated:
    """Rows of table three glued, label and values; the sum of the row tells where to cut (formats.md 8.2)."""
    return _glued(report, "requests", draw.choice((0.2, 1.0)), draw)


# ------------------------------------------------------------------------------------------------- numbers pulled apart


def _apart(text: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(text))
    return f"{text[:at]} {text[at:]}"


@variant("text.digits_apart", type="text")
def digits_apart(report: Report, draw: random.Random) -> Simulated:
    """Blanks inside numbers of ruled cells, ``| 2 648 |``, as PDF text splits digits (seed, K-src). Where the row's
    sum holds with the digits joined, they are one number; ``3 4`` in a cell of its own may be two."""
    numbers = _numbers(report, compose(report))
    share = draw.choice((0.1, 0.5))
    texts = {
        key: _apart(text, draw)
        for key, text in report.cells.items()
        if text.isascii() and text.isdigit() and len(text) > 1 and draw.random() < share
    }
    meanings = {key: reported(numbers[key] or 0, text, plainly("0", key).unit) for key, text in texts.items()}
    body = compose(report.printing(texts))
    unconfirmed: set[Key] = set()
    for cells in value_rows(body):
        keys = keys_of(cells)
        values = [numbers.get(cell.key) if cell.key else None for cell in cells]
        known = [value for value in values if value is not None]
        if len(known) < len(values) or not sum_holds(known, next(iter(keys))[0]):
            unconfirmed |= keys & texts.keys()
    data = encode_lines(text_lines(body, TextLayout(draw.choice(("pipes", "bars", "tabs")))))
    return made(report, body, data, ".txt", meanings=meanings, undecidable=unconfirmed)


@variant("text.decimal_moved", type="text")
def decimal_moved(report: Report, draw: random.Random) -> Simulated:
    """A table finder moved the decimal point behind the number, ``961716 .`` for 96171.6 (淮安 2024, 洪泽 2023): what
    is printed is no number, and certainly not 961716."""
    texts = {}
    for key, text in report.cells.items():
        if key[0] == "disclosure" and text.count(".") == 1 and text.replace(".", "").isascii():
            texts[key] = text.replace(".", "") + draw.choice((" .", "."))
    meanings = {key: Printed("illegible", text) for key, text in texts.items()}
    body = compose(report.printing(texts))
    return made(report, body, encode_lines(text_lines(body, _PIPES)), ".txt", meanings=meanings)


# ------------------------------------------------------------------------------------------------------------ torn rows


@variant("text.values_below", type="text")
def values_below(report: Report, _: random.Random) -> Simulated:
    """Labels on one line, the values of the row on the next, parted by blanks (科委 2024, 上海 2025)."""
    body = compose(report)
    data = encode_lines(text_lines(body, TextLayout("values")))
    return made(report, body, data, ".txt", undecidable=gaps(body))


@variant("text.values_apart", type="text")
def values_apart(report: Report, _: random.Random) -> Simulated:
    """Table three as two columns of text one after the other: first all labels, then all rows of values in the same
    order (沭阳 2025). With every value printed, order and number of lines say which row is whose."""
    body = compose(report)
    open_keys = gaps(body)
    if any(key[0] == "requests" for key in open_keys):
        open_keys |= {key for key in report.form_keys() if key[0] == "requests"}

    def write(table: Table) -> list[str]:
        if table.section != "requests":
            return table_lines(table, TextLayout("values"))
        labels, values = [], []
        for row in range(table.n_rows):
            cells = [cell for cell in table.row(row) if cell.text]
            labels += [cell.text for cell in cells if cell.role != "value"]
            values.append(" ".join(cell.text for cell in cells if cell.role == "value"))
        return [*labels, *(line for line in values if line)]

    data = encode_lines(_with_tables(body, write))
    return made(report, body, data, ".txt", undecidable=open_keys)


@variant("text.groups_split", type="text")
def groups_split(report: Report, draw: random.Random) -> Simulated:
    """A row cut by a page end inside its labels: ``（六）其他处 … 政府`` with the values, then an empty line, then
    ``理 信息公开申请`` (seed: 淄博 2023; ``（四）无|法提供``)."""
    body = compose(report)

    def write(table: Table) -> list[str]:
        rows = table_lines(table, TextLayout("tabs"))
        firsts = [(row, labels) for row in range(table.n_rows) if (labels := _group_and_label(table.row(row)))]
        if table.section != "requests" or not firsts:
            return rows
        row, (group, label) = draw.choice(firsts)
        cut = draw.randrange(1, len(group.text)), draw.randrange(2, len(label.text))
        places = rows[row].split("\t")
        above, below = list(places), [""] * len(places)
        for cell, at in zip((group, label), cut, strict=True):
            above[cell.col], below[cell.col] = cell.text[:at], cell.text[at:]
        rows[row : row + 1] = ["\t".join(above), draw.choice(("", "- 3 -")), "\t".join(below)]
        return rows

    return made(report, body, encode_lines(_with_tables(body, write)), ".txt")


def _group_and_label(cells: list[TableCell]) -> tuple[TableCell, TableCell] | None:
    """Label of the group and label of its first row, where the row begins a group."""
    labels = [cell for cell in cells if cell.role == "label"]
    if len(labels) >= 2 and labels[-2].col == 1:
        return labels[-2], labels[-1]
    return None


# -------------------------------------------------------------------------------------------------------- dropped lines


@variant("text.lines_once", type="text")
def lines_once(report: Report, _: random.Random) -> Simulated:
    """One cell on each line, and an extractor that kept each distinct line once: every repeated 0 is gone, and those
    cells are not in the document (雄县某乡 2019, 宣城气象 2020)."""
    body = compose(report)
    seen: set[str] = set()
    found: list[str] = []
    kept: set[TableCell] = set()
    for piece in body:
        cells = sorted(piece.cells, key=lambda cell: (cell.row, cell.col)) if isinstance(piece, Table) else [piece]
        for cell in cells:
            if cell.text and cell.text not in seen:
                seen.add(cell.text)
                found.append(cell.text)
                if isinstance(cell, TableCell):
                    kept.add(cell)
    lost, open_keys = not_kept(body, lambda cell: cell in kept or not cell.text)
    return made(report, body, encode_lines(found), ".txt", lost=lost, undecidable=open_keys)


@variant("text.rows_once", type="text")
def rows_once(report: Report, _: random.Random) -> Simulated:
    """Labels and values on lines of their own, each distinct line kept once: the second row of zeros is gone, and so
    are repeated headers like 信息内容 (雄县某乡 2019)."""
    body = compose(report)
    seen: set[str] = set()
    lost: set[Key] = set()

    def write(table: Table) -> list[str]:
        rows: list[str] = []
        for row in range(table.n_rows):
            values = [cell for cell in table.row(row) if cell.role == "value"]
            labels = " ".join(cell.text for cell in table.row(row) if cell.role != "value" and cell.text)
            line = " ".join(cell.text for cell in values if cell.text)
            if line in seen and line:
                lost.update(keys_of(values))
            for text in (labels, line):
                if text and text not in seen:
                    seen.add(text)
                    rows.append(text)
        return rows

    data = encode_lines(_with_tables(body, write))
    return made(report, body, data, ".txt", lost=lost, undecidable=lost | gaps(body))


@variant("text.columns_apart", type="text")
def columns_apart(report: Report, draw: random.Random) -> Simulated:
    """Cells parted by single blanks only, some numbers pulled apart as well: ``三 、本年新收 1 2 0 0 0 0 12`` may be
    cut in one way that fits the row's sum (K-src re-joins digits by that test)."""
    body = compose(report)
    numbers = _numbers(report, body)
    open_keys = gaps(body)
    apart: dict[TableCell, str] = {}
    for cells in value_rows(body):
        keys = keys_of(cells)
        texts = [cell.text for cell in cells]
        for cell in cells:
            if cell.key and cell.key[0] == "requests" and cell.text.isdigit() and len(cell.text) > 1:
                apart[cell] = _apart(cell.text, draw) if draw.random() < 0.15 else cell.text
        parts = " ".join(apart.get(cell, cell.text) for cell in cells).split(" ")
        if len(parts) != len(texts) and not _one_way(parts, [numbers.get(k) if (k := c.key) else None for c in cells]):
            open_keys |= keys

    def write(table: Table) -> list[str]:
        return [
            " ".join(apart.get(cell, cell.text).replace("\n", "") for cell in table.row(row) if cell.text)
            for row in range(table.n_rows)
        ]

    data = encode_lines(_with_tables(body, write))
    return made(report, body, data, ".txt", undecidable=open_keys)


def _one_way(parts: list[str], true: list[Decimal | None]) -> bool:
    """Whether exactly one way of joining neighbours gives a row whose sum holds, and that row is the true one."""
    if None in true or not all(part.isdigit() for part in parts):
        return False
    ways = [way for way in _joins(parts, len(true)) if sum_holds(way, "requests")]
    return ways == [true]


def _joins(parts: list[str], count: int) -> list[list[Decimal]]:
    """Every way to join neighbouring pieces into ``count`` numbers without needless zeros."""
    if count == 0:
        return [[]] if not parts else []
    found = []
    for size in range(1, len(parts) - count + 2):
        joined = "".join(parts[:size])
        if joined == "0" or not joined.startswith("0"):
            found += [[Decimal(joined), *rest] for rest in _joins(parts[size:], count - 1)]
    return found


@variant("text.values_above", type="text")
def values_above(report: Report, _: random.Random) -> Simulated:
    """The values of each row on a line of their own above its label, as extractors write cells whose values are set
    higher than their labels: read downwards each row takes the values of the next, and still adds up."""
    body = compose(report)

    def write(table: Table) -> list[str]:
        rows: list[str] = []
        for row in range(table.n_rows):
            cells = [cell for cell in table.row(row) if cell.text]
            values = " ".join(cell.text for cell in cells if cell.role == "value")
            labels = " ".join(cell.text.replace("\n", "") for cell in cells if cell.role != "value")
            rows += [text for text in (values, labels) if text]
        return rows

    labelled = [cells for cells in value_rows(body) if cells[0].key is None or cells[0].key[0] != "review"]
    open_keys = {key for cells in labelled for key in keys_of(cells)}
    return made(report, body, encode_lines(_with_tables(body, write)), ".txt", undecidable=open_keys)
