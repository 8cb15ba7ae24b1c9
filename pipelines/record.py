"""The run record: what a run saw, did and how it ended; one line of ``runs.jsonl`` each."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FILE = "runs.jsonl"


@dataclass(slots=True)
class Record:
    """The run record: one line of ``runs.jsonl`` and one row of the store's ``runs``."""

    run_id: str
    started_at: str
    ended_at: str = ""
    exit_code: int | None = None
    version: str = ""
    documents_seen: int = 0
    documents_new: int = 0
    documents_read: int = 0
    documents_refused: int = 0
    documents_newly_refused: int = 0
    documents_failed: int = 0
    documents_reinterpreted: int = 0
    documents_quarantined: int = 0
    documents_changed: int = 0
    published: bool = False
    outcome: str = ""
    message_en: str = ""
    message_zh: str = ""
    code_hash: str = ""
    documents_loaded: int = 0
    documents_attributed: int = 0
    stage_seconds: dict[str, float] = field(default_factory=dict)
    rebuild_seconds: dict[str, float] = field(default_factory=dict)
    sites_changed: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the seconds spent inside to ``stage``."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.stage_seconds[stage] = round(self.stage_seconds.get(stage, 0.0) + time.monotonic() - started, 3)

    def append(self, work: Path) -> None:
        """Write the line; what an earlier run could not write to its end stays a line of its own."""
        line = f"{json.dumps(asdict(self), ensure_ascii=False)}\n".encode()
        with (work / FILE).open("ab+") as handle:
            if handle.tell():
                handle.seek(-1, os.SEEK_END)
                line = line if handle.read(1) == b"\n" else b"\n" + line
            handle.write(line)


def as_row(line: dict[str, Any]) -> dict[str, Any]:
    """A record as a row of the store's table ``runs``."""
    words = (line["outcome"], line["message_en"], line["message_zh"])
    row = {name: value for name, value in line.items() if name not in ("outcome", "message_en", "message_zh")}
    row["version"] = line["version"] or None
    row["message"] = " · ".join(word for word in words if word)
    row["stage_seconds"] = json.dumps(line["stage_seconds"], sort_keys=True)
    return row


def last_records(work: Path, count: int) -> list[dict[str, Any]]:
    """The last run records of ``runs.jsonl``, oldest first; a torn line is passed over."""
    try:
        lines = (work / FILE).read_bytes().splitlines()[-count:]
    except OSError:
        return []
    records = []
    for line in lines:  # each decoded by itself: a full disk tears a line in the middle of a character
        try:
            records.append(json.loads(line))
        except ValueError:
            continue
    return records
