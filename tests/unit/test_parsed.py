"""What readers made is kept as it was, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines import parsed
from pipelines.document import Cell, Document, Grid, Paragraph, ReadError
from pipelines.readers import read

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"
SAMPLES = sorted(p for p in RAW.rglob("*") if p.suffix in (".pdf", ".docx", ".html", ".htm", ".txt"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_document_comes_back_as_it_was(path: Path) -> None:
    document = read(path.read_bytes(), "named.xls")
    assert document.problems, "the name is wrong on purpose"
    kept = parsed.encode(document)
    assert kept is not None
    assert parsed.decode(kept) == document


def test_a_refusal_comes_back_as_it_was() -> None:
    kept = parsed.encode(ReadError("empty", "the file is empty", "文件为空"))
    assert kept is not None
    error = parsed.decode(kept)
    assert isinstance(error, ReadError)
    assert (error.code, error.message_en, error.message_zh) == ("empty", "the file is empty", "文件为空")


@pytest.mark.parametrize(
    "block",
    [
        Paragraph("联系电话：13912345678"),
        Paragraph("请写信到 zhang@example.gov.cn"),
        Grid([Cell("填报人", 0, 0), Cell("王小二", 0, 1)], 1, 2),
    ],
)
def test_private_data_is_not_kept(block: Paragraph | Grid) -> None:
    assert parsed.encode(Document("text/plain", [Paragraph("年度报告"), block])) is None
    assert parsed.encode(Document("text/plain", [Paragraph("年度报告")])) is not None


def test_what_is_too_large_is_not_kept() -> None:
    assert parsed.encode(Document("text/plain", [Paragraph("年" * parsed.LARGEST)])) is None


def test_files_are_found_by_the_code_that_read_and_a_damaged_one_counts_as_gone(tmp_path: Path) -> None:
    contents = {f"{number:064d}": b"x" * 1000 + bytes([number]) for number in range(3)}
    name = parsed.write(tmp_path, contents, "a" * 32)
    assert parsed.index(tmp_path, "a" * 32) == dict.fromkeys(contents, name)
    assert parsed.index(tmp_path, "b" * 32) == {}
    assert parsed.load(tmp_path, name) == contents
    data = bytearray((tmp_path / name).read_bytes())
    for place in range(4, len(data) // 2, 40):  # within the pages: the file still opens
        data[place] ^= 0xFF
    (tmp_path / name).write_bytes(data)
    assert parsed.load(tmp_path, name) == {}
    assert parsed.load(tmp_path, "gone.parquet") == {}
    assert parsed.write(tmp_path, {}, "a" * 32) == ""


def test_the_oldest_are_deleted_first_and_those_of_other_code_always(tmp_path: Path) -> None:
    names = [parsed.write(tmp_path, {f"{number:064d}": os.urandom(4000)}, "a" * 32) for number in range(3)]
    other = parsed.write(tmp_path, {"f" * 64: b"x"}, "b" * 32)
    for age, name in enumerate(names):
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    size = (tmp_path / names[0]).stat().st_size
    assert parsed.prune(tmp_path, "a" * 32, 2 * size + size // 2) == pytest.approx(2 * size, rel=0.1)
    assert not (tmp_path / other).exists()
    assert {path.name for path in tmp_path.iterdir()} == {names[0], names[1]}
    assert parsed.prune(tmp_path, "a" * 32, 0) == 0
    assert list(tmp_path.iterdir()) == []
