"""Small shards put together: the same rows in fewer files, whatever kills the process meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from batches import document, finding

from pipelines import merging, shards

READER = "1" * 32
PROGRAM = """
import os, signal, sys
from pathlib import Path
from pipelines import merging, shards
steps = int(sys.argv[1])
def counted(really):
    def step(*given, **more):
        global steps
        if steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        steps -= 1
        return really(*given, **more)
    return step
Path.replace, Path.unlink = counted(Path.replace), counted(Path.unlink)
merging.MANY = 3
folder, reader = Path(sys.argv[2]), sys.argv[3]
merging.merge(folder, [entry for entry in shards.catalogue(folder) if entry.reader_hash == reader])
print(steps)
"""


def ours(folder: Path) -> list[shards.Entry]:
    return [entry for entry in shards.catalogue(folder) if entry.reader_hash == READER]


def rows(folder: Path, reader: str = READER) -> list[list[str]]:
    """All rows that a store would be filled from, as text, sorted; and that no document is there twice."""
    entries = [entry for entry in shards.catalogue(folder) if entry.reader_hash == reader]
    where = {name: entry.shard for entry in entries for name in entry.ids}
    found = shards.load(folder, sorted({*where.values()}), lambda shard, name: where[name] == shard)
    ids = found.documents.column("document_id").to_pylist()
    assert sorted(ids) == sorted(where)
    return [sorted(map(repr, table.to_pylist())) for table in (found.documents, found.cells, found.findings)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five nights: shards of one, two, three, four and five documents, of which one is there twice."""
    number = 0
    for night in range(1, 6):
        made = [document(number + each) for each in range(night)]
        made[0].findings.append(finding("read.charset", f"night {night}"))
        shards.write(tmp_path, made, READER)
        number += night
    shards.write(tmp_path, [document(4)], READER)
    shards.write(tmp_path, [document(90), document(91)], "2" * 32)
    return tmp_path


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MANY", 3)


def test_the_same_rows_in_fewer_files(folder: Path) -> None:
    before, other = rows(folder), rows(folder, "2" * 32)
    assert [len(part) for part in before] == [15, 15 * 200, 5]
    assert merging.merge(folder, ours(folder)) == 5
    assert len(shards.names(folder)) == 2
    assert rows(folder) == before
    assert rows(folder, "2" * 32) == other
    assert len(list(folder.iterdir())) == 2 * 4
    assert merging.merge(folder, ours(folder)) == 0


def test_what_is_large_or_little_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, names = rows(folder), shards.names(folder)
    monkeypatch.setattr(merging, "MANY", 7)
    assert merging.merge(folder, ours(folder)) == 0
    assert shards.names(folder) == names
    monkeypatch.setattr(merging, "MANY", 3)
    monkeypatch.setattr(merging, "SMALL", 4)  # those of four and five stay; the second copy of one of them goes
    large = {entry.shard for entry in shards.catalogue(folder) if len(entry.ids) >= 4}
    monkeypatch.setattr(merging, "MOST", 6)
    merging.merge(folder, ours(folder))
    assert large < set(shards.names(folder))
    assert rows(folder) == before
    assert max(len(entry.ids) for entry in shards.catalogue(folder) if entry.shard not in large) <= 6


@pytest.mark.parametrize("steps", [0, 2, 3, 4, 5, 9, 10, 26])
def test_killed_at_any_step_no_row_is_lost(folder: Path, steps: int) -> None:
    """Before each file that gets its name, or that is deleted."""
    before = rows(folder)
    killed = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(steps), str(folder), READER],
        env={**os.environ, "PYTHONPATH": str(Path(merging.__file__).parents[1])},
        check=False,
        capture_output=True,
        text=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    assert rows(folder) == before
    shards.sweep(folder, 0)
    assert rows(folder) == before
    merging.merge(folder, ours(folder))
    assert rows(folder) == before
