"""The files of a release: the same bytes from the same rows, with any number of threads; the workbook; the zip."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import zipfile
from functools import partial
from pathlib import Path

import pytest
from nation import YEARS, fill
from python_calamine import CalamineWorkbook
from shelf import Shelf

from pipelines import datasets, workbook
from pipelines.archive import files, verify
from pipelines.publish import publish
from pipelines.store import Store
from pipelines.writing import ROW_GROUP
from schemas.products import PRODUCTS, Observations, Wide

DAY = "2026.11.23"
VARIABLE = {".duckdb", ".xlsx", ".zip", ""}  # and SHA256SUMS, which names them


@pytest.fixture(scope="module")
def store(shelf: Shelf) -> Path:
    def make(place: Path) -> None:
        with Store(place / "store.duckdb") as opened:
            assert fill(opened, 140_000) > ROW_GROUP

    return shelf.made("made-up", make) / "store.duckdb"


@pytest.fixture(scope="module")
def releases(store: Path, shelf: Shelf) -> list[Path]:
    """One release made by one thread, and one by two from rows that lie in another order."""

    def make(place: Path, threads: int) -> None:
        shutil.copy(store, place / "store.duckdb")
        with Store(place / "store.duckdb", threads=threads) as opened:
            if threads == 2:
                opened._run("CREATE TABLE shuffled AS SELECT * FROM observations ORDER BY hash(statement_id)")
                opened._run("DELETE FROM observations")
                opened._run("INSERT INTO observations SELECT * FROM shuffled")
            publish(opened, place / "published", DAY)

    return [shelf.made(f"threads-{number}", partial(make, threads=number)) / "published" / DAY for number in (1, 2)]


def test_the_same_rows_are_the_same_bytes(releases: list[Path]) -> None:
    one, two = releases
    names = [path.relative_to(one).as_posix() for path in files(one)]
    assert names == [path.relative_to(two).as_posix() for path in files(two)]
    same = [name for name in names if Path(name).suffix not in VARIABLE]
    same += (slices := [name for name in names if name.startswith(datasets.SLICES)])
    assert {Path(name).suffix for name in same} >= {".csv", ".parquet", ".json"}
    assert len(slices) > 3 * len(YEARS)
    assert [name for name in same if (one / name).read_bytes() != (two / name).read_bytes()] == []


def test_what_may_differ_in_bytes_says_the_same(releases: list[Path]) -> None:
    contents = []
    for folder in releases:
        with Store(folder / "nianbao.duckdb", read_only=True) as opened:
            tables = {
                item.name(): opened.query(
                    f"SELECT count(*), bit_xor(hash(rows, n)) FROM (SELECT rows, row_number() OVER () AS n "
                    f"FROM {item.name()} AS rows)"
                ).to_pylist()
                for item in PRODUCTS
            }
        with zipfile.ZipFile(folder / "nianbao.xlsx") as book:
            sheets = {name: hashlib.sha256(book.read(name)).hexdigest() for name in book.namelist()}
        with zipfile.ZipFile(folder / f"nianbao-{DAY}.zip") as packed:
            entries = [
                (entry.filename, entry.CRC, entry.date_time)
                for entry in packed.infolist()
                if Path(entry.filename).suffix not in VARIABLE
            ]
        contents.append((tables, sheets, entries))
    assert contents[0] == contents[1]


def test_checksums_hold_outside_and_inside_the_zip(releases: list[Path], tmp_path: Path) -> None:
    folder = releases[0]
    assert verify(folder) == []
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=folder, check=False, capture_output=True).returncode == 0
    with zipfile.ZipFile(folder / f"nianbao-{DAY}.zip") as packed:
        names = packed.namelist()
        assert names == sorted(names)
        packed.extractall(tmp_path)
    assert subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode == 0
    outside = {path.relative_to(folder).as_posix() for path in files(folder) if datasets.SLICES not in path.parts}
    assert set(names) == outside - {f"nianbao-{DAY}.zip"}


def test_slices_are_the_rows_of_the_whole(releases: list[Path]) -> None:
    folder = releases[0]
    header, *rows = (folder / "panel.csv").read_text(encoding="utf-8").splitlines()
    for by in ("year", "province"):
        parts = sorted((folder / datasets.SLICES / f"by-{by}").glob("panel-*.zip"))
        assert len(parts) > 1
        found = []
        for part in parts:
            with zipfile.ZipFile(part) as packed:
                assert packed.namelist() == [f"{part.stem}.csv"]
                first, *rest = packed.read(f"{part.stem}.csv").decode().splitlines()
            assert first == header
            assert rest == sorted(rest, key=rows_order(rows).__getitem__)
            found += rest
            if by == "year":
                assert all(f",{part.stem[-4:]}," in row for row in rest)
        assert sorted(found) == sorted(rows)


_ORDER: dict[str, int] = {}


def rows_order(rows: list[str]) -> dict[str, int]:
    if not _ORDER:
        _ORDER.update({row: place for place, row in enumerate(rows)})
    return _ORDER


def test_the_workbook_holds_the_wide_tables_and_nothing_that_could_be_a_formula(releases: list[Path]) -> None:
    book = CalamineWorkbook.from_path(str(releases[0] / "nianbao.xlsx"))
    wide = [item for item in PRODUCTS if issubclass(item, Wide)]
    assert {item.name() for item in wide} | {"dictionary"} <= set(book.sheet_names)
    with zipfile.ZipFile(releases[0] / "nianbao.xlsx") as packed:
        for name in packed.namelist():
            if name.startswith("xl/worksheets/"):
                text = packed.read(name)
                assert b"<f>" not in text
                assert b"<hyperlink" not in text


def test_text_stays_text_and_sheets_keep_their_limits(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts that a spreadsheet would run, open or count with, and a table longer than a sheet."""
    nasty = ("=1+1", "https://example.org/", "00123", "+86", "@SUM(A1)")
    listed = ", ".join(f"({n}, '{text}')" for n, text in enumerate(nasty))
    with Store(store, read_only=True) as opened:
        sql = Observations.rows() + " LIMIT 250"
        sql = f"SELECT o.* REPLACE (coalesce(t, printed) AS printed) FROM ({sql}) o "
        sql += f"POSITIONAL JOIN (VALUES {listed}) AS texts(n, t)"
        opened.copy_ordered(sql, tmp_path / "o.parquet", "parquet")
    monkeypatch.setattr(workbook, "ROOM", 100)
    (path,) = workbook.write({Observations: tmp_path / "o.parquet"}, tmp_path, DAY)
    book = CalamineWorkbook.from_path(str(path))
    names = [name for name in book.sheet_names if name.startswith("observations")]
    assert names == ["observations", "observations 2", "observations 3"]
    sheets = [book.get_sheet_by_name(name).to_python() for name in names]
    assert [len(rows) for rows in sheets] == [102, 102, 52]
    assert all(rows[0][0] == "agency_id" and rows[1][0] == "机关编号" for rows in sheets)
    printed = sheets[0][0].index("printed")
    assert tuple(row[printed] for row in sheets[0][2:7]) == nasty
    assert isinstance(sheets[0][2][sheets[0][0].index("report_year")], float | int)

    monkeypatch.setattr(workbook, "MAX_CELLS", 100)
    years = workbook.write({Observations: tmp_path / "o.parquet"}, tmp_path, DAY)
    found = {str(int(row[1])) for rows in sheets for row in rows[2:]}
    assert len(found) > 1
    assert [each.name for each in years] == [f"nianbao-{year}.xlsx" for year in sorted(found)]
