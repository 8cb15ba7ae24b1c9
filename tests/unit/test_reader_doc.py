"""Old Word documents: made-up reports that LibreOffice saved as such, with what they print in ``old_word/truth.csv``.

What Word itself wrote was not at hand.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import doc2docx
import pytest

from pipelines.document import ReadError
from pipelines.extract import read_document
from pipelines.readers import Limits, read
from pipelines.readers.sniff import DOC

FILES = Path(__file__).parent / "old_word"
FIB = b"\xec\xa5"  # the first bytes of the stream of the text


def truth(name: str) -> list[dict[str, str]]:
    with (FILES / "truth.csv").open(encoding="utf-8", newline="") as handle:
        return [row for row in csv.DictReader(handle) if row["file"] == name]


@pytest.mark.parametrize(("name", "n_cells", "n_values"), [("form-2021", 200, 200), ("form-2014", 58, 57)])
def test_every_cell_of_an_old_word_document(name: str, n_cells: int, n_values: int) -> None:
    found = read_document((FILES / f"{name}.doc").read_bytes(), f"{name}.doc")
    expected = truth(name)
    assert (found.media_type, found.kind, found.findings) == (DOC, "report", [])
    assert {(row["agency"], int(row["report_year"])) for row in expected} == {(found.agency, found.report_year)}
    cells = {(cell.section, cell.indicator, cell.breakdown): cell for cell in found.cells}
    told = {
        (row["section"], row["indicator"], row["breakdown"]): Decimal(row["value"])
        for row in expected
        if row["status"] == "reported"
    }
    assert (len(expected), len(told)) == (n_cells, n_values)
    assert {key: Decimal(cell.value) for key, cell in cells.items() if cell.status == "reported"} == told
    assert all(cell.locator.startswith("t") for cell in cells.values() if cell.status == "reported")


def test_a_document_that_lost_its_middle_is_refused() -> None:
    data = (FILES / "form-2021.doc").read_bytes()
    with pytest.raises(ReadError) as caught:
        read(data[:8192] + data[20480:])
    assert caught.value.code == "truncated"


def test_a_document_with_a_password_is_refused() -> None:
    data = bytearray((FILES / "form-2021.doc").read_bytes())
    data[data.index(FIB, 512) + 11] |= 1  # fEncrypted
    with pytest.raises(ReadError) as caught:
        read(bytes(data))
    assert caught.value.code == "encrypted"


def test_a_document_with_too_many_cells_is_refused() -> None:
    with pytest.raises(ReadError) as caught:
        read((FILES / "form-2021.doc").read_bytes(), limits=Limits(cells=50))
    assert caught.value.code == "too_large"


def test_nothing_is_left_of_the_conversion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    read((FILES / "form-2014.doc").read_bytes())
    assert list(tmp_path.iterdir()) == []


def reporting(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    really = doc2docx.convert

    def convert(*given: Any, **more: Any) -> Any:
        done = really(*given, **more)
        told = [*done.report.diagnostics, SimpleNamespace(code=code)]
        return SimpleNamespace(report=SimpleNamespace(diagnostics=told))

    monkeypatch.setattr(doc2docx, "convert", convert)


def test_cells_that_do_not_fit_their_rows_are_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    reporting(monkeypatch, "TABLE_GRID_MISMATCH")
    with pytest.raises(ReadError, match="TABLE_GRID_MISMATCH") as caught:
        read((FILES / "form-2021.doc").read_bytes())
    assert caught.value.code == "truncated"


def test_a_table_that_became_lines_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    reporting(monkeypatch, "MALFORMED_TABLE_FLATTENED")
    (problem,) = read((FILES / "form-2021.doc").read_bytes()).problems
    assert (problem.code, "MALFORMED_TABLE_FLATTENED" in problem.message_en) == ("repaired", True)
