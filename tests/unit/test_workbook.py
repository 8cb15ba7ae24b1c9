"""The workbook where a table is longer than a sheet: every row is on one of its sheets."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from pipelines import workbook
from schemas.products import ReviewWide
from schemas.table import arrow_schema


@pytest.mark.parametrize(
    ("rows", "sheets"), [(0, [0]), (2_000, [2_000]), (4_000, [2_000, 2_000]), (4_001, [2_000, 2_000, 1])]
)
def test_no_row_is_lost_where_a_sheet_is_full(
    rows: int, sheets: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As many rows to a sheet as lie in a batch: a full sheet and a whole number of batches end together.
    monkeypatch.setattr(workbook, "MAX_ROWS", 2_002)
    schema = arrow_schema(ReviewWide.model)
    empty = pa.Table.from_pylist(
        [{"agency_id": f"a{number:06}"} for number in range(rows)], pa.schema([schema.field(0)])
    )
    for field in schema.names[1:]:
        empty = empty.append_column(field, pa.nulls(rows, schema.field(field).type))
    pq.write_table(empty, source := tmp_path / "review_wide.parquet")
    (path,) = workbook.write({ReviewWide: source}, tmp_path, "2026.11.23")
    book = CalamineWorkbook.from_path(path)
    found = [book.get_sheet_by_name(name).to_python()[2:] for name in book.sheet_names if name.startswith("review")]
    assert [len(part) for part in found] == sheets
    assert [row[0] for part in found for row in part] == [f"a{number:06}" for number in range(rows)]
