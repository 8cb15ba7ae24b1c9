"""The programs that people open a release with, each in its own right: an old DuckDB, pandas, polars, pyarrow."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import polars.testing
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from pipelines.store import Store
from schemas.desk import TOOLS
from schemas.products import PRODUCTS

OLD_DUCKDB = "1.0.0"  # the first with the storage format that is written, of June 2024
NAMES = [product.name() for product in PRODUCTS]
# Frictionless type -> pandas, polars, pyarrow
TYPES: dict[str, tuple[str, Any, pa.DataType]] = {
    "string": ("string", pl.String, pa.string()),
    "integer": ("Int64", pl.Int64, pa.int64()),
    "number": ("Float64", pl.Float64, pa.float64()),
    "boolean": ("boolean", pl.Boolean, pa.bool_()),
}


@pytest.fixture(scope="module")
def kinds(release: Path) -> dict[str, dict[str, str]]:
    """Type of each column of each CSV file, as ``datapackage.json`` tells it to any program."""
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    return {
        resource["name"]: {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        for resource in package["resources"]
    }


# ---------------------------------------------------------------------------------------------------- an old DuckDB


@pytest.fixture(scope="session")
def old_duckdb() -> Path:
    """A folder with DuckDB 1.0.0, from which it can be imported; kept beside the environment for the next time."""
    folder = Path(sys.prefix) / "clients" / f"duckdb-{OLD_DUCKDB}"
    if not folder.is_dir():
        folder.parent.mkdir(exist_ok=True)
        place = Path(tempfile.mkdtemp(dir=folder.parent))
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        pip += ["--no-deps", "--only-binary", ":all:", "--target", str(place), f"duckdb=={OLD_DUCKDB}"]
        done = subprocess.run(pip, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            shutil.rmtree(place)
            pytest.skip(f"duckdb {OLD_DUCKDB} cannot be had here: the database was not opened with an old client")
        try:
            place.rename(folder)
        except OSError:  # somebody else was quicker
            shutil.rmtree(place)
    return folder


QUESTIONS = """
import json, sys
import duckdb
assert duckdb.__version__ == sys.argv[2], duckdb.__version__
database = duckdb.connect(sys.argv[1], read_only=True)
answers = [database.execute(sql).fetchall() for sql in json.load(sys.stdin)]
print(json.dumps(answers))
"""


def ask(client: Path, release: Path, *questions: str) -> list[Any]:
    """What the old client answers to these queries on the file of the release."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", QUESTIONS, str(release / "nianbao.duckdb"), OLD_DUCKDB],
        input=json.dumps(questions),
        env=environment | {"PYTHONPATH": str(client)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def test_an_old_duckdb_reads_every_table_with_every_number(old_duckdb: Path, release: Path) -> None:
    counts = ask(old_duckdb, release, *(f"SELECT count(*) FROM {name}" for name in NAMES))
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert {name: count for name, ((count,),) in zip(NAMES, counts, strict=True)} == manifest["rows"]
    figures, comment = ask(
        old_duckdb,
        release,
        "SELECT statement_id, value, status FROM observations ORDER BY statement_id",
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'observations' AND column_name = 'value_std'",
    )
    table = pq.read_table(release / "observations.parquet").sort_by("statement_id")
    assert figures == [list(row.values()) for row in table.select(["statement_id", "value", "status"]).to_pylist()]
    assert "标准单位数值" in comment[0][0]


# Of the views and macros of the file, one question each.
DESK = {
    "link": "SELECT link('https://a.cn/1.pdf', 'p12[0,0,1,1]')",
    "find_agency": "SELECT * FROM find_agency('平潭综合实验区')",
    "series": "SELECT * FROM series('平潭综合实验区', 'requests.new')",
    "cell": "SELECT * FROM cell('a800121', 2024, 'new', 'total')",
    "in_place": "SELECT * FROM in_place('淮安市')",
    "conflicts": "SELECT * FROM conflicts ORDER BY ALL",
    "contradictions": "SELECT * FROM contradictions ORDER BY ALL",
    "missing_reports": "SELECT agency_id, report_year FROM missing_reports ORDER BY ALL LIMIT 50",
}


def test_an_old_duckdb_gives_the_same_answers_from_every_view_and_macro(old_duckdb: Path, release: Path) -> None:
    assert set(DESK) == {tool.name for tool in TOOLS}
    answers = dict(zip(DESK, ask(old_duckdb, release, *DESK.values()), strict=True))
    with Store(release / "nianbao.duckdb", read_only=True) as store:
        expected = {name: [list(row.values()) for row in store.query(sql).to_pylist()] for name, sql in DESK.items()}
    assert answers == expected
    assert [name for name, rows in answers.items() if not rows] == ["conflicts"]  # the samples have no copies
    assert answers["link"] == [["https://a.cn/1.pdf#page=12"]]


# ------------------------------------------------------------------------------------------- pandas, polars, pyarrow


@pytest.mark.parametrize("name", NAMES)
def test_pandas_reads_the_same_from_csv_and_parquet(release: Path, kinds: dict[str, dict[str, str]], name: str) -> None:
    frame = pd.read_csv(
        release / f"{name}.csv",
        dtype={column: TYPES[kind][0] for column, kind in kinds[name].items()},
        keep_default_na=False,  # a text that is printed as NA or None is a text
        na_values=[""],
    )
    parquet = pd.read_parquet(release / f"{name}.parquet", dtype_backend="numpy_nullable")
    pd.testing.assert_frame_equal(frame, parquet, check_exact=True)


@pytest.mark.parametrize("name", NAMES)
def test_polars_reads_the_same_from_csv_and_parquet(release: Path, kinds: dict[str, dict[str, str]], name: str) -> None:
    schema = {column: TYPES[kind][1] for column, kind in kinds[name].items()}
    frame = pl.read_csv(release / f"{name}.csv", schema=schema)
    parquet = pl.read_parquet(release / f"{name}.parquet")
    polars.testing.assert_frame_equal(frame, parquet, check_exact=True)


@pytest.mark.parametrize("name", NAMES)
def test_pyarrow_reads_the_same_from_csv_and_parquet(
    release: Path, kinds: dict[str, dict[str, str]], name: str
) -> None:
    convert = pa_csv.ConvertOptions(
        column_types={column: TYPES[kind][2] for column, kind in kinds[name].items()},
        null_values=[""],
        strings_can_be_null=True,
    )
    parse = pa_csv.ParseOptions(newlines_in_values=True)
    table = pa_csv.read_csv(release / f"{name}.csv", convert_options=convert, parse_options=parse)
    parquet = pq.read_table(release / f"{name}.parquet").replace_schema_metadata(None)
    assert table.to_pylist() == parquet.to_pylist()


def test_all_of_them_and_the_database_add_up_to_the_same(old_duckdb: Path, release: Path) -> None:
    arrow = pq.read_table(release / "observations.parquet")
    total = pc.sum(arrow["value"]).as_py()
    assert total > 0
    assert pd.read_parquet(release / "observations.parquet")["value"].sum() == pytest.approx(total, rel=1e-12)
    assert pl.read_parquet(release / "observations.parquet")["value"].sum() == pytest.approx(total, rel=1e-12)
    (((old, count),),) = ask(old_duckdb, release, "SELECT sum(value), count(value) FROM observations")
    assert old == pytest.approx(total, rel=1e-12)
    assert count == pc.count(arrow["value"]).as_py()
