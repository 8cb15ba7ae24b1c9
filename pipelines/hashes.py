"""Hashes of files, kept from run to run by path, size, both times and inode, so that an unchanged folder is not read
again.

A text file in the order in which a folder is walked, so that looking up and writing anew go along with the walk and
need no memory: ``hash size mtime ctime inode path``, a line each. Jobs of an array write parts of their own beside it,
which the next whole walk takes in. It is a cache: a line that is lost or damaged means that a file is hashed again.
"""

from __future__ import annotations

import heapq
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

_LINE = re.compile(r"^([0-9a-f]{64}) (\d+ \d+ \d+ \d+) (.+)\n$")
_Entry = tuple[list[str], str, str, str]  # parts of the path, path, stamp, hash


class Hashes:
    """The hashes of the last walk beside those of this one; a context manager. Paths must come in order of the walk.

    ``path`` None: nothing is known and nothing kept. ``part``: a name for a file of its own, for one who walks only a
    part of the folder. ``write`` False leaves all files as they are.
    """

    def __init__(self, path: Path | None, part: str = "", *, write: bool = True) -> None:
        self._path, self._part = path, part
        self._parts = sorted(path.parent.glob(f"{path.stem}.*-of-*{path.suffix}")) if path else []
        self._known = _merged([path, *self._parts] if path else [])
        self._next = next(self._known, None)
        self._differs = bool(self._parts) and not part
        self._temporary: Path | None = None
        self._out: IO[str] | None = None
        if write and path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._temporary = path.with_name(f"{path.name}.{part}{os.getpid()}.tmp")
            self._out = self._temporary.open("w", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._out is None or self._temporary is None or self._path is None:
            return
        try:
            self._out.close()
        except OSError:  # no room: a cache is never needed
            kind = OSError
        if kind is None and (self._differs or self._next is not None):
            name = f"{self._path.stem}.{self._part}{self._path.suffix}" if self._part else self._path.name
            self._temporary.replace(self._path.with_name(name))
            for path in [] if self._part else self._parts:
                path.unlink(missing_ok=True)
        self._temporary.unlink(missing_ok=True)

    def find(self, path: str, stamp: str) -> str:
        """The hash of the file as it was with this stamp; empty where that is not known."""
        found = ""
        if self._next is not None and self._next[1] != path:
            parts = path.split("/")
            while self._next is not None and self._next[0] < parts:
                self._differs = True
                self._next = next(self._known, None)
        while self._next is not None and self._next[1] == path:
            found = self._next[3] if self._next[2] == stamp else found
            self._next = next(self._known, None)
        self._differs = self._differs or not found
        return found

    def keep(self, path: str, stamp: str, digest: str) -> None:
        """Note the hash for the next walk."""
        if self._out is not None and "\n" not in path and "\r" not in path:
            self._out.write(f"{digest} {stamp} {path}\n")


def _merged(paths: list[Path]) -> Iterator[_Entry]:
    sources = [_entries(path) for path in paths]
    return heapq.merge(*sources) if len(sources) > 1 else iter(sources[0] if sources else ())


def _entries(path: Path) -> Iterator[_Entry]:
    """The lines of a file up to the first that is damaged or out of order."""
    last: list[str] = []
    try:
        with path.open(encoding="utf-8", newline="\n") as handle:
            for line in handle:
                match = _LINE.match(line)
                if match is None or (parts := match[3].split("/")) < last:
                    return
                last = parts
                yield parts, match[3], match[2], match[1]
    except (OSError, UnicodeDecodeError):
        return
