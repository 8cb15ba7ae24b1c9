"""The workbook where a table is longer than a sheet: every row is on one of its sheets."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import fromstring

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from pipelines import sheetrows, workbook
from schemas.products import ReviewWide
from schemas.table import arrow_schema


def table(rows: list[tuple[str, int]]) -> pa.Table:
    """Rows of which nothing is known but agency and year."""
    schema = arrow_schema(ReviewWide.model)
    ids, years = ([row[place] for row in rows] for place in (0, 1))
    known = {"agency_id": pa.array(ids, pa.string()), "report_year": pa.array(years, pa.int64())}
    nulls = {name: pa.nulls(len(rows), schema.field(name).type) for name in schema.names}
    return pa.table({name: known.get(name, nulls[name]) for name in schema.names})


@pytest.mark.parametrize(
    ("rows", "sheets"), [(0, [0]), (2_000, [2_000]), (4_000, [2_000, 2_000]), (4_001, [2_000, 2_000, 1])]
)
def test_no_row_is_lost_where_a_sheet_is_full(
    rows: int, sheets: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As many rows to a sheet as lie in a batch: a full sheet and a whole number of batches end together.
    monkeypatch.setattr(workbook, "ROOM", 2_000)
    pq.write_table(
        table([(f"a{number:06}", 2024) for number in range(rows)]), source := tmp_path / "review_wide.parquet"
    )
    (path,) = workbook.write({ReviewWide: source}, tmp_path, "2026.11.23")
    book = CalamineWorkbook.from_path(path)
    found = [book.get_sheet_by_name(name).to_python()[2:] for name in book.sheet_names if name.startswith("review")]
    assert [len(part) for part in found] == sheets
    assert [row[0] for part in found for row in part] == [f"a{number:06}" for number in range(rows)]


def test_every_value_is_written_as_it_is() -> None:
    """What XML would take for markup, what it cannot hold, what is too long; numbers to the last digit; no null."""
    texts = [
        "a<b>&\"c'",
        "  two spaces ",
        "=1+1",
        "_x0041_",
        "tab\tand\nline",
        "bell\x07\ufffe\r",
        "长" * 40_000,
        None,
        "",
    ]
    numbers = [0.1, 2.0**53 - 1, 123456.654321, -1e-6, 0.0, 3050.0, 1e15, None, 7.0]
    flags = [True, False, None] * 3
    batch = pa.RecordBatch.from_pydict({"text": texts, "number": numbers, "flag": flags, "year": list(range(9))})
    written = fromstring(b"<rows>" + bytes(sheetrows.rows(batch, 3)) + b"</rows>")  # noqa: S314 - our own
    assert [row.get("r") for row in written] == [str(number) for number in range(3, 12)]
    cells = {cell.get("r"): (cell.get("t"), "".join(cell.itertext())) for row in written for cell in row}
    assert [cells.get(f"A{row}") for row in range(3, 12)] == [
        *(("inlineStr", text) for text in texts[:3]),
        ("inlineStr", "_x005F_x0041_"),
        ("inlineStr", texts[4]),
        ("inlineStr", "bell_x0007__xFFFE__x000D_"),
        ("inlineStr", "长" * 32_766 + "…"),
        None,
        ("inlineStr", ""),
    ]
    assert [float(cells[f"B{row}"][1]) if f"B{row}" in cells else None for row in range(3, 12)] == numbers
    assert [cells.get(f"C{row}") for row in range(3, 6)] == [("b", "1"), ("b", "0"), None]
    assert [cells[f"D{row}"] for row in range(3, 12)] == [(None, str(year)) for year in range(9)]
    assert bytes(sheetrows.rows(batch.slice(0, 0), 3)) == b""


def test_each_year_has_its_rows_on_as_many_sheets_as_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Years in any order, over the ends of batches, row groups and sheets."""
    for name, value in (("ROOM", 700), ("_BATCH", 333), ("MAX_CELLS", 10)):
        monkeypatch.setattr(workbook, name, value)
    wanted = [(f"a{number:06}", 2019 + number * 7 % 11 % 3) for number in range(5_003)]
    source = tmp_path / "review_wide.parquet"
    pq.write_table(table(wanted), source, row_group_size=777)
    paths = workbook.write({ReviewWide: source}, tmp_path, "2026.11.23")
    assert [path.name for path in paths] == [f"nianbao-{year}.xlsx" for year in (2019, 2020, 2021)]
    for year, path in zip((2019, 2020, 2021), paths, strict=True):
        book = CalamineWorkbook.from_path(path)
        sheets = [book.get_sheet_by_name(name).to_python()[2:] for name in book.sheet_names if "review" in name]
        assert [len(rows) for rows in sheets[:-1]] == [700] * (len(sheets) - 1)
        assert [(row[0], row[1]) for rows in sheets for row in rows] == [row for row in wanted if row[1] == year]
