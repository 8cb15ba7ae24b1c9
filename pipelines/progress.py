"""How far a run is: told on the console, and kept in a small file, so that `nianbao status` can say it."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.console import Console

FILE = "progress.json"
_EVERY = 2.0


class Progress:
    """Stages, and documents within one. ``work`` None: on the console only. Losing the file loses nothing."""

    def __init__(self, work: Path | None, console: Console) -> None:
        self._path = work / FILE if work else None
        self._console = console
        self._stage = ""
        self._begun = self._written = time.monotonic()
        self._since = ""

    def stage(self, name: str) -> None:
        """A stage begins."""
        self._stage = name
        self._begun = time.monotonic()
        self._since = datetime.now(UTC).isoformat(timespec="seconds")
        self._console.start()
        self._write({})

    def documents(self, done: int, total: int) -> None:
        """So many documents of the stage are done."""
        self._console.progress(done, total)
        if time.monotonic() - self._written >= _EVERY:
            passed = time.monotonic() - self._begun
            rate = done / passed if passed else 0.0
            left = round((total - done) / rate) if rate else None
            self._write({"done": done, "total": total, "per_second": round(rate, 1), "seconds_left": left})

    def end(self) -> None:
        """Nothing goes on any more."""
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

    def _write(self, more: dict[str, Any]) -> None:
        if self._path is None:
            return
        self._written = time.monotonic()
        temporary = self._path.with_name(f".{FILE}.{os.getpid()}.tmp")
        with suppress(OSError):  # a full disk is told where it matters
            temporary.write_text(json.dumps({"stage": self._stage, "since": self._since, **more}), encoding="utf-8")
            temporary.replace(self._path)


def last(work: Path) -> dict[str, Any]:
    """How far the run at work is; empty where none is or it has not told."""
    try:
        told = json.loads((work / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
