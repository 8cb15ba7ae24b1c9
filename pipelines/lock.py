"""One run at a time in one work folder; the lock vanishes with the process that holds it, however that ends."""

from __future__ import annotations

import fcntl
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path


class LockedError(Exception):
    """Another process holds the lock; ``holder`` has pid, host and since (ISO 8601, UTC), as far as known."""

    def __init__(self, path: Path, holder: dict[str, str]) -> None:
        self.path = path
        self.holder = holder
        super().__init__(f"{path} is held by {holder}")

    def explain(self) -> tuple[str, str]:
        """What to tell the user, in English and Chinese."""
        pid, host, since = (self.holder.get(key) or "?" for key in ("pid", "host", "since"))
        wait = f"Wait until it ends, or stop that process; the lock ({self.path}) goes with it."
        return (
            f"Another run is at work here: process {pid} on {host}, since {since}. {wait}",
            f"已有一个运行正在进行：进程 {pid}，主机 {host}，开始于 {since}。请等它结束，或终止该进程，锁会随之释放。",
        )


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``; raises ``LockedError`` at once where somebody else does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LockedError(path, _holder(path)) from None
        handle.seek(0)
        handle.truncate()
        since = datetime.now(UTC).isoformat(timespec="seconds")
        json.dump({"pid": str(os.getpid()), "host": platform.node(), "since": since}, handle)
        handle.flush()
        try:
            yield
        finally:
            handle.seek(0)
            handle.truncate()


def holder(path: Path) -> dict[str, str] | None:
    """Who holds the lock now, or None; for ``status``."""
    try:
        with path.open("r+", encoding="utf-8") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except OSError:
        return _holder(path)
    return None


def _holder(path: Path) -> dict[str, str]:
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in loaded.items()} if isinstance(loaded, dict) else {}
