"""What a run says while it works: messages in English and Chinese and progress, all on standard error.

Such messages end up in journals and mails, so private data is masked in them as everywhere.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

from schemas.masking import mask


class Console:
    """Writes to ``stream``. On a terminal progress rewrites one line; elsewhere it is a plain line now and then.

    ``as_json``: every message is one line of JSON with ``time``, ``event`` (``message``, ``progress`` or ``run``) and
    what belongs to it, for collectors of logs.
    """

    def __init__(
        self, stream: TextIO | None = None, quiet: bool = False, every: float = 15.0, *, as_json: bool = False
    ) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._quiet = quiet
        self._json = as_json
        self._terminal = self._stream.isatty() and not as_json
        self._every = 0.2 if self._terminal else every
        self._started = self._last = time.monotonic()
        self._open_line = False

    def say(self, en: str, zh: str) -> None:
        """One message: English, then Chinese, on one line."""
        self._close_line()
        if self._json:
            self.event("message", {"en": mask(en), "zh": mask(zh)})
            return
        self._stream.write(f"{mask(en)}  {mask(zh)}\n")
        self._stream.flush()

    def warn(self, en: str, zh: str) -> None:
        """A message indented under the one before it."""
        self.say(en if self._json else f"  - {en}", zh)

    def event(self, name: str, facts: Mapping[str, object]) -> None:
        """A line of JSON; nothing where people read."""
        if self._json:
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            self._stream.write(json.dumps({"time": now, "event": name, **facts}, ensure_ascii=False) + "\n")
            self._stream.flush()

    def start(self) -> None:
        """Begin to count the time of the next progress."""
        self._started = self._last = time.monotonic()

    def progress(self, done: int, total: int, en: str = "reading", zh: str = "正在读取") -> None:
        """So many of ``total`` documents are done; says so only when the last word is some time ago."""
        now = time.monotonic()
        if self._quiet or now - self._last < self._every:
            return
        self._last = now
        passed = now - self._started
        rate = done / passed if passed else 0.0
        left = (total - done) / rate if rate else 0.0
        if self._json:
            facts = {
                "what": en,
                "done": done,
                "total": total,
                "per_second": round(rate, 1),
                "seconds_left": round(left),
            }
            self.event("progress", facts)
            return
        text = f"{en} {done}/{total} documents {zh}, {rate:.1f}/s, about {spoken(left)} left 剩余约 {spoken(left)}"
        self._stream.write(f"\r\x1b[2K{text}" if self._terminal else f"{text}\n")
        self._stream.flush()
        self._open_line = self._terminal

    def _close_line(self) -> None:
        if self._open_line:
            self._stream.write("\r\x1b[2K")
            self._open_line = False


_MINUTE, _HOUR = 60, 3600


def spoken(seconds: float) -> str:
    """A time as people say it: ``12 s``, ``3 min 20 s``, ``5 h 10 min``."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"
