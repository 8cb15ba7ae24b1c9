"""One run at a time in one work folder; the lock vanishes with the process that holds it, however that ends."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

_GLANCE = 1.0
"""Seconds to wait for a lock without a name in it: `nianbao status` holds it for a moment, to see if it is free."""
_TAKEN = (BlockingIOError, PermissionError)
"""How the system says that somebody else has it; anything else is a folder that knows no locks, or a broken disk."""


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
    """Hold the lock file ``path``. Raises ``LockedError`` where somebody else does, ``OSError`` with the file's name
    where it cannot be had for another reason."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as handle:
        _take(handle, path)
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


def _take(handle: IO[str], path: Path) -> None:
    until = time.monotonic() + _GLANCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except _TAKEN:
            named = _holder(path)
            if named or time.monotonic() > until:
                raise LockedError(path, named) from None
            time.sleep(0.05)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path)) from error
        else:
            return


def holder(path: Path) -> dict[str, str] | None:
    """Who holds the lock now, or None where nobody does or nobody can tell; for ``status``, which may only read."""
    try:
        handle = path.open(encoding="utf-8")
    except OSError:
        return None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except _TAKEN:
            return _holder(path)
        except OSError:
            return None
    return None


def _holder(path: Path) -> dict[str, str]:
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in loaded.items()} if isinstance(loaded, dict) else {}
