"""What a run says while it works: messages in English and Chinese and progress, all on standard error.

Such messages end up in journals and mails, so private data is masked in them as everywhere.
"""

from __future__ import annotations

import sys
import time
from typing import TextIO

from schemas.masking import mask


class Console:
    """Writes to ``stream``. On a terminal progress rewrites one line; elsewhere it is a plain line now and then."""

    def __init__(self, stream: TextIO | None = None, quiet: bool = False, every: float = 15.0) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._quiet = quiet
        self._terminal = self._stream.isatty()
        self._every = 0.2 if self._terminal else every
        self._started = self._last = time.monotonic()
        self._open_line = False

    def say(self, en: str, zh: str) -> None:
        """One message: English, then Chinese, on one line."""
        self._close_line()
        self._stream.write(f"{mask(en)}  {mask(zh)}\n")
        self._stream.flush()

    def warn(self, en: str, zh: str) -> None:
        """A message indented under the one before it."""
        self.say(f"  - {en}", zh)

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
        left = passed / done * (total - done) if done else 0.0
        text = f"{en} {done}/{total} documents {zh}, {passed:.0f} s, about {left:.0f} s left 剩余约 {left:.0f} 秒"
        self._stream.write(f"\r\x1b[2K{text}" if self._terminal else f"{text}\n")
        self._stream.flush()
        self._open_line = self._terminal

    def _close_line(self) -> None:
        if self._open_line:
            self._stream.write("\r\x1b[2K")
            self._open_line = False
