"""What is costly to make and looked at by many tests: made once in a test run, by the worker that asks for it first."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


class Shelf:
    """Folders that all workers of a test run share. Read them; what a test changes, it changes in a copy."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        own = folders.getbasetemp()
        self.folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shelf"
        self.folder.mkdir(exist_ok=True)

    def made(self, name: str, make: Callable[[Path], None]) -> Path:
        """The folder ``name``, as ``make`` fills it. Others wait meanwhile; where it fails, who waited tries again."""
        place = self.folder / name
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not place.exists():
                making = self.folder / f"{name}.making"
                shutil.rmtree(making, ignore_errors=True)
                making.mkdir()
                make(making)
                making.rename(place)
        return place
