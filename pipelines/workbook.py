"""The wide tables as workbooks for Excel and its like: every cell is what it says, nothing is taken for a formula.

Codes and printed text are text cells, numbers are number cells, null is an empty cell. Rows go into the file as they
are read, so that memory does not grow with them. Where all tables together would make one workbook too slow to open,
there is one for each year.
"""

from __future__ import annotations

import io
import re
import threading
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from pipelines import archive, sheetrows
from pipelines.descriptors import LICENCE_LINE
from schemas.products import Product
from schemas.table import columns, dictionary, key, title

_HEADINGS = 2
ROOM = 1_048_576 - _HEADINGS  # rows of a sheet
MAX_COLUMNS = 16_384
MAX_CELLS = 4_000_000  # of a workbook: more takes minutes to open
_BATCH = 2_000  # rows that are written at once
_LARGE = 15_000_000  # cells: 35 bytes of XML for a number, 70 and more for a text
_YEAR = "report_year"
_DIMENSION = re.compile(rb'(<dimension ref=")[^"]*(")')
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
    counts = {product: _counted(path) for product, path in sources.items()}
    cells = sum(rows.total() * len(columns(product.model)) for product, rows in counts.items())
    years: Sequence[int | None] = sorted(set().union(*counts.values())) if cells > MAX_CELLS else [None]
    written = []
    for year in years if sources else []:
        path = folder / (f"nianbao-{year}.xlsx" if year else "nianbao.xlsx")
        sheets = [
            _Sheet(product, sources[product], year, first, min(ROOM, length - first))
            for product, rows in counts.items()
            for length in [rows[year] if year else rows.total()]
            for first in range(0, max(length, 1), ROOM)
        ]
        if not _workbook(sheets, path, version, stopped or threading.Event()):
            return []
        written.append(path)
    return written


@dataclass(slots=True, frozen=True)
class _Sheet:
    """So many ``rows`` of a table, those of one year or of all, from the ``first`` on."""

    product: type[Product]
    source: Path
    year: int | None
    first: int
    rows: int

    @property
    def name(self) -> str:
        """The first sheet of a table is called as the table."""
        part = self.first // ROOM + 1
        return title(self.product.model)[0] + (f" {part}" if part > 1 else "")

    @property
    def is_large(self) -> bool:
        """Whether its XML may have more than 2 GiB: a file that says so is not read by all that reads workbooks."""
        return self.rows * len(columns(self.product.model)) > _LARGE

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows, some at a time."""
        before, left = self.first, self.rows
        with pq.ParquetFile(self.source) as file:
            for read in file.iter_batches(batch_size=_BATCH):
                batch = read if self.year is None else read.filter(pc.equal(read[_YEAR], pa.scalar(self.year)))
                wanted = batch.slice(min(before, batch.num_rows), left)
                before, left = max(0, before - batch.num_rows), left - wanted.num_rows
                yield wanted
                if not left:
                    return


def _counted(source: Path) -> Counter[int]:
    """How many rows each year has."""
    years: Any = pq.read_table(source, columns=[_YEAR])[_YEAR]
    return Counter(years.to_pylist())


def _workbook(sheets: Sequence[_Sheet], path: Path, version: str, stopped: threading.Event) -> bool:
    """A workbook without rows, and the rows put where they belong: whether it was not stopped meanwhile."""
    frame = io.BytesIO()
    places = _frame(sheets, frame, version)
    with zipfile.ZipFile(frame) as empty, zipfile.ZipFile(path, "x") as packed:
        for entry in empty.infolist():
            sheet = places.get(entry.filename)
            with archive.within(packed, entry.filename, large=sheet is not None and sheet.is_large) as target:
                if sheet is None:
                    target.write(empty.read(entry))
                else:
                    _filled(target, empty.read(entry), sheet, stopped)
    if stopped.is_set():
        path.unlink()
    return not stopped.is_set()


def _filled(target: IO[bytes], empty: bytes, sheet: _Sheet, stopped: threading.Event) -> None:
    """The sheet with its rows."""
    last = f"{xl_col_to_name(len(columns(sheet.product.model)) - 1)}{_HEADINGS + sheet.rows}"
    head, end, tail = _DIMENSION.sub(rf"\g<1>A1:{last}\g<2>".encode(), empty, count=1).partition(b"</sheetData>")
    target.write(head)
    row = _HEADINGS + 1
    for batch in sheet.batches():
        if stopped.is_set():
            return
        target.write(sheetrows.rows(batch, row))
        row += batch.num_rows
    target.write(end + tail)


def _frame(sheets: Sequence[_Sheet], frame: IO[bytes], version: str) -> dict[str, _Sheet]:
    """A workbook with notes, dictionary, and all there is to a sheet but its rows; gives which file of it each sheet
    is."""
    day = datetime.strptime(".".join(version.split(".")[:3]), "%Y.%m.%d").replace(tzinfo=UTC)
    settings = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    places = {}
    with xlsxwriter.Workbook(frame, settings) as book:
        book.set_properties({"title": f"nianbao {version}", "comments": LICENCE_LINE, "created": day})
        bold = book.add_format({"bold": True})
        notes = book.add_worksheet("notes 说明")
        for number, line in enumerate(_NOTES.strip().format(version=version, licence=LICENCE_LINE).splitlines()):
            notes.write_string(number, 0, line)
        for number, sheet in enumerate(sheets, start=2):
            _headings(book.add_worksheet(sheet.name), sheet, bold)
            places[f"xl/worksheets/sheet{number}.xml"] = sheet
        _dictionary(book, dict.fromkeys(sheet.product for sheet in sheets), bold)
    return places


def _headings(drawn: Any, sheet: _Sheet, bold: Any) -> None:
    """Two rows of headings and the columns of the key stay in sight."""
    described = columns(sheet.product.model)
    if len(described) > MAX_COLUMNS:
        raise ValueError(f"{sheet.name} has {len(described)} columns; a sheet has {MAX_COLUMNS} at most")
    drawn.freeze_panes(_HEADINGS, len(key(sheet.product.model)))
    for place, column in enumerate(described):
        drawn.write_string(0, place, column.name, bold)
        drawn.write_string(1, place, column.title_zh, bold)
    drawn.autofilter(1, 0, max(_HEADINGS + sheet.rows - 1, 1), len(described) - 1)


def _dictionary(book: Any, products: Iterable[type[Product]], bold: Any) -> None:
    sheet = book.add_worksheet("dictionary")
    rows = [row for product in products for row in dictionary(product.model)]
    sheet.freeze_panes(1, 0)
    for number, row in enumerate([dict(zip(rows[0], rows[0], strict=True)), *rows] if rows else []):
        for place, value in enumerate(row.values()):
            sheet.write_string(number, place, sheetrows.short(str(value)), bold if not number else None)
