"""The lock of a work folder, and the record of its runs: what a full or a strange disk makes of them."""

from __future__ import annotations

import errno
import fcntl
import io
import json
import threading
from pathlib import Path

import pytest

from pipelines import lock
from pipelines.console import Console
from pipelines.options import Options
from pipelines.record import Record, last_records
from pipelines.runner import run


def test_who_holds_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert lock.holder(path) is None
    with lock.held(path), pytest.raises(lock.LockedError) as raised, lock.held(path):
        pass
    assert raised.value.holder["pid"].isdigit()
    assert lock.holder(path) is None


def test_who_only_looks_ends_no_run(tmp_path: Path) -> None:
    """`nianbao status` holds the lock for a moment, without a name in it."""
    path = tmp_path / "lock"
    path.touch()
    with path.open(encoding="utf-8") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        threading.Timer(0.2, fcntl.flock, (looking, fcntl.LOCK_UN)).start()
        with lock.held(path):
            assert lock.holder(path) is not None


def test_a_folder_that_knows_no_locks_is_not_a_run_at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    (tmp_path / "lock").touch()
    assert lock.holder(tmp_path / "lock") is None
    code, said = told(tmp_path, tmp_path)
    assert (code, "Another run" in said) == (1, False)
    assert f"{tmp_path / 'lock'}: No locks available" in said


def test_a_work_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, said = told(tmp_path, tmp_path / "file" / "work")
    assert code == 1
    assert "Not begun: " in said
    assert "未开始：" in said


def told(raw: Path, work: Path) -> tuple[int, str]:
    out = io.StringIO()
    return run(Options(raw, work, raw / "published", version=None, workers=1), Console(out)), out.getvalue()


def test_a_line_torn_by_a_full_disk_takes_no_other_with_it(tmp_path: Path) -> None:
    """Torn within a character of three bytes; the run after it begins a line of its own."""
    whole = json.dumps({"message_zh": "磁盘"}, ensure_ascii=False).encode()
    (tmp_path / "runs.jsonl").write_bytes(b'{"run_id": "first"}\n' + whole[:-3])
    assert [line["run_id"] for line in last_records(tmp_path, 9)] == ["first"]
    for name in ("second", "third"):
        Record(name, "2026-11-23T01:00:00+00:00", message_zh="第一行\u2028第二行").append(tmp_path)
    assert [line["run_id"] for line in last_records(tmp_path, 9)] == ["first", "second", "third"]
