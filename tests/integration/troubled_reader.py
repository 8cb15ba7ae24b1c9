"""Readers for the tests of the runner: the real one, and ways in which reading goes wrong. Workers import this."""

from __future__ import annotations

import os
import signal
import time

from pipelines.document import Document
from pipelines.readers import read as read_really


def read(data: bytes) -> Document:
    if data.startswith(b"CRASH"):
        os._exit(139)
    if data.startswith(b"RAISE"):
        raise RuntimeError("no such luck")
    if data.startswith(b"HANG"):
        time.sleep(60)
    if data.startswith(b"DEAF"):  # as a library that never comes back to Python
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        time.sleep(60)
    if data.startswith(b"GLUTTON"):
        held = []
        while True:
            held.append(bytearray(1 << 30))
    if data.startswith(b"SLOW"):
        time.sleep(0.5)
    return read_really(data)


def read_forbidden(data: bytes) -> Document:
    raise AssertionError(f"{len(data)} bytes were read again")


def read_slowly(data: bytes) -> Document:
    time.sleep(0.05)
    return read(data)
