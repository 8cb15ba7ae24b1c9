"""Readers for the tests of the runner: the real one, and ways in which reading goes wrong. Workers import this."""

from __future__ import annotations

import os
import time

from pipelines.extract import read_document as read_really
from pipelines.extraction import Extraction


def read_document(data: bytes, name: str) -> Extraction:
    if data.startswith(b"CRASH"):
        os._exit(139)
    if data.startswith(b"RAISE"):
        raise RuntimeError("no such luck")
    if data.startswith(b"HANG"):
        time.sleep(60)
    if data.startswith(b"SLOW"):
        time.sleep(0.5)
    return read_really(data, name)


def read_forbidden(data: bytes, name: str) -> Extraction:
    raise AssertionError(f"{name}: {len(data)} bytes were read again")
