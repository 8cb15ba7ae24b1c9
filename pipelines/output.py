"""`nianbao extract`: files -> statements on standard output, as they are read; messages on standard error."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from pipelines.console import Console
from schemas.masking import mask

if TYPE_CHECKING:
    from pipelines.extraction import Extraction

COLUMNS = (
    "document",
    "agency",
    "report_year",
    "section",
    "indicator",
    "breakdown",
    "status",
    "printed",
    "value",
    "unit",
    "form",
    "locator",
    "confidence",
    "method",
    "column_level",
)
FORMATS = ("csv", "json", "parquet")
ALL_REPORTS, SOME_REFUSED = 0, 3

Row = dict[str, str]
Reader = Callable[[bytes, str], "Extraction"]


class Writer(Protocol):
    """Takes the rows of one document at a time; ``close`` ends the output."""

    def write(self, rows: Sequence[Row]) -> None:
        """Add the rows of one document."""

    def close(self) -> None:
        """Write what a whole file needs at its end."""


def extract(files: Sequence[Path], form: str, out: IO[bytes], console: Console, reader: Reader | None = None) -> int:
    """Read ``files`` (and the files in folders among them), write their statements to ``out``.

    Returns 0 where every file gave a report, else 3; each that did not is named on the console with the reason.
    """
    read = reader or _reader()
    writer = _writer(form, out)
    code = ALL_REPORTS
    for path, problem in expand(files):
        if problem is not None:
            console.say(*problem)
            code = SOME_REFUSED
            continue
        try:
            data = path.read_bytes()
        except OSError as error:
            console.say(f"{path}: cannot be opened ({error.strerror})", f"无法打开：{path}")
            code = SOME_REFUSED
            continue
        found = read(data, path.name)
        writer.write(rows_of(found))
        _tell(console, path, found)
        if found.kind not in ("report", "narrative"):
            code = SOME_REFUSED
    writer.close()
    return code


def _reader() -> Reader:
    from pipelines.extract import read_document

    return read_document


def rows_of(found: Extraction) -> list[Row]:
    """The statements of one document with the contract's columns, everything as text, private data masked."""
    head = {
        "document": mask(found.file_name),
        "agency": mask(found.agency),
        "report_year": "" if found.report_year is None else str(found.report_year),
    }
    rows = [{**head, **{name: getattr(cell, name) for name in COLUMNS[3:]}} for cell in found.cells]
    return [{**row, "printed": mask(row["printed"])} for row in rows]


def expand(files: Sequence[Path]) -> Iterator[tuple[Path, tuple[str, str] | None]]:
    """Each file, for a folder those in and below it as ``run`` takes them; or a problem in two languages."""
    for path in files:
        if not path.is_dir():
            yield path, None
            continue
        from pipelines.ingest import files_in

        findings: list[Any] = []
        inside = list(files_in(path, findings))
        for finding in findings:
            yield path, (f"{path}: {finding.message_en}", finding.message_zh)
        if not inside:
            yield path, (f"{path}: no documents in this folder", f"文件夹中没有文件：{path}")
        for name in inside:
            yield path / name, None


def _tell(console: Console, path: Path, found: Extraction) -> None:
    if found.kind not in ("report", "narrative"):
        console.say(f"{path}: no report: {found.reason_en}", f"未读出年度报告：{found.reason_zh}")
        return
    numbers = sum(cell.status == "reported" for cell in found.cells)
    console.say(
        f"{path}: {found.agency or '(no agency found)'} {found.report_year}, {len(found.cells)} cells, "
        f"{numbers} with a number",
        f"{len(found.cells)} 个单元格，{numbers} 个有数值",
    )
    for finding in found.findings:
        place = " ".join(part for part in (finding.indicator, finding.breakdown, finding.locator) if part)
        console.warn(f"{finding.message_en}{f' ({place})' if place else ''}", finding.message_zh)


def _writer(form: str, out: IO[bytes]) -> Writer:
    if form == "parquet":
        return _ParquetWriter(out)
    return _JsonWriter(out) if form == "json" else _CsvWriter(out)


class _CsvWriter:
    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._emit([COLUMNS])

    def write(self, rows: Sequence[Row]) -> None:
        self._emit([[row[name] for name in COLUMNS] for row in rows])

    def close(self) -> None:
        self._out.flush()

    def _emit(self, lines: Sequence[Sequence[str]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(lines)
        self._out.write(text.getvalue().encode("utf-8"))
        self._out.flush()


class _JsonWriter:
    """One array of objects; numbers are numbers, an empty field is null."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._first = True
        self._out.write(b"[")

    def write(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._out.write(b"\n" if self._first else b",\n")
            self._first = False
            self._out.write(json.dumps(typed(row), ensure_ascii=False).encode("utf-8"))
        self._out.flush()

    def close(self) -> None:
        self._out.write(b"]\n" if self._first else b"\n]\n")
        self._out.flush()


class _ParquetWriter:
    """One row group a document."""

    def __init__(self, out: IO[bytes]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        kinds = {"report_year": pa.int64(), "value": pa.float64(), "confidence": pa.float64()}
        self._schema = pa.schema([pa.field(name, kinds.get(name, pa.string())) for name in COLUMNS])
        sink = pa.PythonFile(cast("io.IOBase", out), "w")
        self._writer = pq.ParquetWriter(sink, self._schema, compression="zstd")

    def write(self, rows: Sequence[Row]) -> None:
        import pyarrow as pa

        if rows:
            self._writer.write_table(pa.Table.from_pylist([typed(row) for row in rows], schema=self._schema))

    def close(self) -> None:
        self._writer.close()


def typed(row: Row) -> dict[str, Any]:
    """A row with year and numbers as numbers and null for empty text; an integer stays one."""
    out: dict[str, Any] = {name: text or None for name, text in row.items()}
    for name in ("report_year", "value", "confidence"):
        if out[name] is not None:
            out[name] = float(out[name]) if "." in out[name] or name == "confidence" else int(out[name])
    return out
