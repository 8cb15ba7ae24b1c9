"""The rows of a CSV file dealt out to smaller ones, as they stand: thousands at a time, none looked at by itself."""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedIOBase
from itertools import pairwise
from typing import IO, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_CHUNK = 1 << 20
_LINE_END, _QUOTE = b'\n"'


class OtherRowsError(ValueError):
    """The file has more rows than it should have, or fewer."""


class Dealer:
    """Gives each row to one of several files: to which, ``marks`` say, one for each row of the file."""

    def __init__(self, marks: pa.Array[Any]) -> None:
        """``values`` are the different marks; whoever deals opens a file for each of them, in that order."""
        known = marks.dictionary_encode()
        self._codes = known.indices.to_numpy().astype(np.int16)
        self._next = 0
        self.values = [str(value) for value in known.dictionary.to_pylist()]
        self.targets: list[IO[bytes]] = []

    def deal(self, rows: memoryview, ends: NDArray[np.int64]) -> None:
        """Write the next rows, which end at ``ends``, to the targets: neighbours that go to the same one together."""
        codes = self._codes[self._next : self._next + len(ends)]
        if len(codes) < len(ends):
            raise OtherRowsError
        self._next += len(ends)
        cuts = np.flatnonzero(codes[1:] != codes[:-1]) + 1
        bounds = [0, *ends[cuts - 1].tolist(), len(rows)]
        for code, (begin, end) in zip(codes[[0, *cuts]].tolist(), pairwise(bounds), strict=True):
            self.targets[code].write(rows[begin:end])

    def finish(self) -> None:
        """Raise where rows are lacking."""
        if self._next != len(self._codes):
            raise OtherRowsError


def records(file: BufferedIOBase) -> Iterator[tuple[memoryview, NDArray[np.int64]]]:
    """The rows of a CSV file, many at a time, and where each of them ends: at a line end outside of quotes. They are
    there until the next are asked for: all are read into the same place."""
    room, kept = np.empty(2 * _CHUNK, np.uint8), 0
    while read := file.readinto(room[kept : kept + _CHUNK].data):
        seen = room[: kept + read]
        ends = np.flatnonzero(seen == _LINE_END) + 1
        quotes = np.flatnonzero(seen == _QUOTE)
        if len(quotes):
            ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
        whole = int(ends[-1]) if len(ends) else 0
        if whole:
            yield seen[:whole].data, ends
        kept = len(seen) - whole
        if kept + _CHUNK > len(room):  # a row longer than that
            room = np.concatenate((seen[whole:], np.empty(len(room), np.uint8)))
        else:
            room[:kept] = seen[whole:]
    if kept:
        yield room[:kept].data, np.array([kept])
