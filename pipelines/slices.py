"""The rows of a CSV file dealt out to smaller ones, as they stand: thousands at a time, none looked at by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_CHUNK = 4 << 20
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
        """Write the next rows, which end at ``ends``, to the targets."""
        codes = self._codes[self._next : self._next + len(ends)]
        if len(codes) < len(ends):
            raise OtherRowsError
        self._next += len(ends)
        counts = np.bincount(codes, minlength=len(self.targets))
        if counts.max() == len(ends):  # all of them to one
            self.targets[int(codes[0])].write(rows)
            return
        offsets = np.concatenate(([0], ends)).astype(np.int64).tobytes()
        cut = pa.Array.from_buffers(pa.large_binary(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(rows)])
        sorted_rows = cut.take(np.argsort(codes, kind="stable"))
        places, data = (memoryview(buffer) for buffer in sorted_rows.buffers()[1:] if buffer is not None)
        bounds = np.frombuffer(places, np.int64)[np.concatenate(([0], np.cumsum(counts)))].tolist()
        for target, begin, end in zip(self.targets, bounds, bounds[1:], strict=False):
            if begin < end:
                target.write(data[begin:end])

    def finish(self) -> None:
        """Raise where rows are lacking."""
        if self._next != len(self._codes):
            raise OtherRowsError


def records(file: IO[bytes]) -> Iterator[tuple[memoryview, NDArray[np.int64]]]:
    """The rows of a CSV file, many at a time, and where each of them ends: at a line end outside of quotes."""
    rest = b""
    while read := file.read(_CHUNK):
        data = rest + read
        seen = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(seen == _LINE_END) + 1
        if b'"' in data:
            ends = ends[np.searchsorted(np.flatnonzero(seen == _QUOTE), ends) % 2 == 0]
        whole = int(ends[-1]) if len(ends) else 0
        if whole:
            yield memoryview(data)[:whole], ends
        rest = data[whole:]
    if rest:
        yield memoryview(rest), np.array([len(rest)])
