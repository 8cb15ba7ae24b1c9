"""The wide tables as workbooks for Excel and its like: every cell is what it says, nothing is taken for a formula.

Codes and printed text are text cells, numbers are number cells, null is an empty cell. Sheets are written row by row
into temporary files, so that memory does not grow with them. Where all tables together would make one workbook too
slow to open, there is one for each year.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter

from pipelines.descriptors import LICENCE_LINE
from schemas.products import Product
from schemas.table import Column, columns, dictionary, key, title

MAX_ROWS = 1_048_576  # of a sheet, its headings included
MAX_COLUMNS = 16_384
MAX_TEXT = 32_767  # characters of a cell
MAX_CELLS = 4_000_000  # of a workbook: more takes minutes to open
_HEADINGS = 2
_CUT = "…"
_YEAR = "report_year"
_NOTES = """
nianbao {version}
Figures of the annual reports on government information disclosure in China. 政府信息公开工作年度报告数据。

空单元格表示该处没有数字（原件空白、以符号代替、无法辨认或缺页），绝不等于 0；原因见 observations 表的 status 列。
每个数字在原件中的位置见 observations 表（observations.csv 或 nianbao.duckdb）的 document_id 和 locator 列。
每张表首行为列名（与 CSV 相同），次行为中文名称；各列含义见 dictionary 表。编号和代码为文本，请勿转换为数字。

An empty cell has no number (left blank, a sign instead, illegible, page lost); it is never 0.
The status in observations tells why; its document_id and locator tell where a number is printed (observations.csv).
The first row of a sheet has the names of its columns (as in the CSV files), the second their Chinese titles; the sheet
dictionary explains them. Ids and codes are text: do not convert them to numbers.

{licence}
"""


def write(
    sources: Mapping[type[Product], Path], folder: Path, version: str, stopped: threading.Event | None = None
) -> list[Path]:
    """Write the tables in these Parquet files as ``nianbao.xlsx``, or as ``nianbao-<year>.xlsx`` for each year, and
    give the paths; nothing where there is no table or it is ``stopped`` from outside. Raises ``ValueError`` for a
    table with more columns than a sheet can have."""
    cells = 0
    for path in sources.values():
        with pq.ParquetFile(path) as file:
            cells += file.metadata.num_rows * file.metadata.num_columns
    years: Sequence[int | None] = _years(sources) if cells > MAX_CELLS else [None]
    written = []
    for year in years if sources else []:
        path = folder / (f"nianbao-{year}.xlsx" if year else "nianbao.xlsx")
        if not _workbook(sources, path, version, year, stopped or threading.Event()):
            return []
        written.append(path)
    return written


def _years(sources: Mapping[type[Product], Path]) -> list[int]:
    found = {year for path in sources.values() for year in pq.read_table(path, columns=[_YEAR])[_YEAR].to_pylist()}
    return sorted(year for year in found if year is not None)


def _workbook(
    sources: Mapping[type[Product], Path], path: Path, version: str, year: int | None, stopped: threading.Event
) -> bool:
    day = datetime.strptime(".".join(version.split(".")[:3]), "%Y.%m.%d").replace(tzinfo=UTC)
    settings = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(path, settings) as book:
        book.set_properties({"title": f"nianbao {version}", "comments": LICENCE_LINE, "created": day})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("notes 说明")
        for number, line in enumerate(_NOTES.strip().format(version=version, licence=LICENCE_LINE).splitlines()):
            sheet.write_string(number, 0, line)
        for product, source in sources.items():
            for part, rows in enumerate(_parts(source, year, stopped), start=1):
                name = title(product.model)[0] + (f" {part}" if part > 1 else "")
                _sheet(book.add_worksheet(name), columns(product.model), rows, len(key(product.model)), bold)
        _dictionary(book, sources, bold)
    if stopped.is_set():
        path.unlink()
    return not stopped.is_set()


def _parts(source: Path, year: int | None, stopped: threading.Event) -> Iterator[Iterator[pa.RecordBatch]]:
    """The rows of one table, cut into what fits on a sheet; at least one part."""
    batches = (batch for batch in _batches(source, year, stopped) if batch.num_rows)
    ahead = next(batches, None)

    def part() -> Iterator[pa.RecordBatch]:
        nonlocal ahead
        room = MAX_ROWS - _HEADINGS
        while room and ahead is not None:
            batch, rest = ahead.slice(0, room), ahead.slice(min(room, ahead.num_rows))
            ahead = rest if rest.num_rows else next(batches, None)
            room -= batch.num_rows
            yield batch

    yield part()
    while ahead is not None:
        yield part()


def _batches(source: Path, year: int | None, stopped: threading.Event) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(source) as file:
        for batch in file.iter_batches(batch_size=2_000):
            if stopped.is_set():
                return
            yield batch if year is None else batch.filter(pc.equal(batch[_YEAR], pa.scalar(year, pa.int64())))


def _sheet(sheet: Any, described: Sequence[Column], batches: Iterator[pa.RecordBatch], fixed: int, bold: Any) -> None:
    """One table: two rows of headings and the columns of the key stay in sight."""
    if len(described) > MAX_COLUMNS:
        raise ValueError(f"{sheet.get_name()} has {len(described)} columns; a sheet has {MAX_COLUMNS} at most")
    sheet.freeze_panes(_HEADINGS, fixed)
    for place, column in enumerate(described):
        sheet.write_string(0, place, column.name, bold)
    for place, column in enumerate(described):
        sheet.write_string(1, place, column.title_zh, bold)
    writers = [_writer(sheet, column) for column in described]
    row = _HEADINGS
    for batch in batches:
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            for place, value in enumerate(values):
                if value is not None:
                    writers[place](row, place, value)
            row += 1
    sheet.autofilter(1, 0, max(row - 1, 1), len(described) - 1)


def _writer(sheet: Any, column: Column) -> Any:
    """What writes a value of this column; ``write`` would look at each value anew."""
    if column.kind == "string":
        return lambda row, place, value: sheet.write_string(row, place, _short(value))
    return sheet.write_boolean if column.kind == "boolean" else sheet.write_number


def _short(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + _CUT


def _dictionary(book: Any, sources: Mapping[type[Product], Path], bold: Any) -> None:
    sheet = book.add_worksheet("dictionary")
    rows = [row for product in sources for row in dictionary(product.model)]
    sheet.freeze_panes(1, 0)
    for number, row in enumerate([dict(zip(rows[0], rows[0], strict=True)), *rows] if rows else []):
        for place, value in enumerate(row.values()):
            sheet.write_string(number, place, _short(str(value)), bold if not number else None)
