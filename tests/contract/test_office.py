"""What a person sees who opens a release in LibreOffice: the same figures, codes still text, nothing computed. And what
is read of the old Word documents that it writes.

LibreOffice takes half a minute and 250 MB to install; ``make office`` does so and runs this. Where it is missing, the
list of what was not tested says so.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.extract import read_document
from pipelines.simulate.corpus import plan
from schemas.numbers import shortest
from schemas.products import PRODUCTS

# Comma, double quote, UTF-8, from the first line, ..., values as shown, ..., every sheet. In: text columns not guessed.
WRITE_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
READ_CSV = "--infilter=CSV:44,34,76,1,,2052,false,false"


def with_part(library: str) -> str:
    """The program, where it has this part of itself: Calc and Writer are installed one by one."""
    command = shutil.which("soffice")
    if command is None or not (Path(command).resolve().parent / library).exists():
        pytest.skip("LibreOffice is not here: no file was opened with it; `make office` installs it and does so")
    return command


@pytest.fixture(scope="module")
def soffice() -> str:
    return with_part("libsclo.so")


@pytest.fixture(scope="module")
def writer() -> str:
    return with_part("libswlo.so")


def sheets(soffice: str, path: Path, place: Path, *options: str) -> dict[str, list[list[str]]]:
    """Name of each sheet -> its rows as texts, as LibreOffice shows them."""
    profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", WRITE_CSV, *options, "--outdir", str(place), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    found = {}
    for written in sorted(place.glob(f"{path.stem}-*.csv")):
        with written.open(encoding="utf-8", newline="") as handle:
            found[written.stem.removeprefix(f"{path.stem}-")] = list(csv.reader(handle))
    assert found, done.stderr
    return found


def test_the_csv_file_of_the_observations(soffice: str, release: Path, tmp_path: Path) -> None:
    (rows,) = sheets(soffice, release / "observations.csv", tmp_path, READ_CSV).values()
    header, *rows = rows
    table = pq.read_table(release / "observations.parquet")
    assert header == table.schema.names
    assert len(rows) == table.num_rows
    assert [row[header.index("agency_name")] for row in rows] == table["agency_name"].to_pylist()
    values = [row[header.index("value")] for row in rows]
    assert [float(value) if value else None for value in values] == table["value"].to_pylist()
    (total,) = [
        row[header.index("value")]
        for row in rows
        if (row[6], row[1], row[4], row[5]) == ("淮安市人民政府", "2024", "result.total", "total")
    ]
    assert total == "3050"


def test_the_workbook_shows_the_wide_tables_and_nothing_is_computed(
    soffice: str, release: Path, tmp_path: Path
) -> None:
    found = sheets(soffice, release / "nianbao.xlsx", tmp_path)
    wide = [product.name() for product in PRODUCTS if product.in_workbook]
    assert {"dictionary", "disclosure_wide", "requests_wide", "review_wide", *wide} <= set(found)
    for name in wide:
        table = pq.read_table(release / f"{name}.parquet")
        header, _, *rows = found[name]  # names, Chinese titles
        assert header == table.schema.names
        assert len(rows) == table.num_rows > 0
        for position, column in enumerate(header):
            shown = [row[position] for row in rows]
            for text, value in zip(shown, table[column].to_pylist(), strict=True):
                if value is None:
                    assert text == "", column
                elif isinstance(value, float):
                    assert float(text) == value, column
                elif isinstance(value, bool):
                    assert text.lower() == str(value).lower(), column
                else:
                    assert text == str(value), column


VARIANTS = ("docx.plain", "docx.numbered_labels", "docx.old_shanghai")


def test_old_word_documents_that_it_writes(writer: str, tmp_path: Path) -> None:
    """Each cell of a few made-up reports, saved as Word 97 documents."""
    made = {planned.variant: planned.make() for planned in plan(len(VARIANTS), 21, VARIANTS)}
    for variant, document in made.items():
        (tmp_path / f"{variant}.docx").write_bytes(document.data)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [writer, profile, "--headless", "--convert-to", "doc:MS Word 97", "--outdir", str(tmp_path)]
    command += [str(tmp_path / f"{variant}.docx") for variant in made]
    subprocess.run(command, capture_output=True, check=True, timeout=180)
    for variant, document in made.items():
        found = read_document((tmp_path / f"{variant}.doc").read_bytes(), f"{variant}.doc")
        values = {(one.section, one.indicator, one.breakdown): one.value for one in found.cells if one.value}
        expected = {key: shortest(one.value) for key, one in document.truth.items() if one.value is not None}
        assert (found.agency, found.report_year, values) == (document.agency, document.report_year, expected), variant
