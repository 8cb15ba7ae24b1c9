"""Rows of a CSV file dealt out: each whole, in its order, to the file that it is marked for, whatever stands in it."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines import archive, slices

ROWS = [
    ["1", "plain", ""],
    ["2", "a, comma", "汉字"],
    ["3", "two\nlines", 'and "quotes"\n\n'],
    ["4", "", "long " * 40],
    ["5", '"', "\n"],
    ["6", "last", ","],
]
MARKS = ["b", "b", "a", "c", "b", "a"]


def written(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def dealt(data: bytes, marks: list[str]) -> dict[str, bytes]:
    dealer = slices.Dealer(pa.array(marks))
    targets = [io.BytesIO() for _ in dealer.values]
    dealer.targets = list(targets)
    for rows, ends in slices.records(io.BytesIO(data)):
        dealer.deal(rows, ends)
    dealer.finish()
    return {value: target.getvalue() for value, target in zip(dealer.values, targets, strict=True)}


@pytest.mark.parametrize("chunk", [1, 2, 7, 64, 1 << 20])
@pytest.mark.parametrize("end", ["\n", ""])
def test_every_row_goes_whole_to_its_file(monkeypatch: pytest.MonkeyPatch, chunk: int, end: str) -> None:
    monkeypatch.setattr(slices, "_CHUNK", chunk)
    found = dealt(written(ROWS * 30).removesuffix(b"\n") + end.encode(), MARKS * 30)
    for value, data in found.items():
        expected = written([row for row, mark in zip(ROWS * 30, MARKS * 30, strict=True) if mark == value])
        last = value == MARKS[-1] and not end
        assert data == (expected.removesuffix(b"\n") if last else expected), value


@pytest.mark.parametrize("marks", [MARKS[:-1], [*MARKS, "a"]])
def test_a_file_with_more_or_fewer_rows_is_another_one(marks: list[str]) -> None:
    with pytest.raises(slices.OtherRowsError):
        dealt(written(ROWS), marks)


def test_pieces_of_any_size_arrive_in_the_archive(tmp_path: Path) -> None:
    pieces = [b"x", b"", b"row\n" * 200_000, memoryview(b"last\n")]
    with archive.only(tmp_path / "one.zip", "one.csv") as target:
        for piece in pieces:
            target.write(piece)
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        assert packed.testzip() is None
        assert packed.read("one.csv") == b"".join(pieces)
