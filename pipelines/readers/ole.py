"""Streams of OLE compound files (doc, xls), and how far the cells of an old workbook reach.

Only as much as is needed to look into a file before a library takes it as a whole. Chains that lie end the stream.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENTRY = 128  # bytes of a directory entry
SMALL = 4096  # bytes below which a stream lies in the small sectors
# BIFF8 records of cells: each begins with row and column.
_CELLS = frozenset({0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E})
_BOF = 0x0809


class Compound:
    """An open compound file; ``streams`` maps names to (first sector, size)."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.streams: dict[str, tuple[int, int]] = {}
        self.size = self.small_size = 0
        if not data.startswith(MAGIC) or len(data) < 512:
            return
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or small_shift != 6:
            return
        self.size, self.small_size = 1 << shift, 1 << small_shift
        directory, _, _, small, _, extra = struct.unpack_from("<6I", data, 48)
        self.table = self._table(list(struct.unpack_from("<109I", data, 76)), extra)
        self.small_table = self._numbers(b"".join(self._sectors(small)))
        entries = b"".join(self._sectors(directory))
        root = 0
        for place in range(0, len(entries) - ENTRY + 1, ENTRY):
            length, kind = struct.unpack_from("<HB", entries, place + 64)
            first, size = struct.unpack_from("<II", entries, place + 116)
            name = entries[place : place + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if kind == 5:
                root = first
            elif kind == 2:
                self.streams.setdefault(name, (first, size))
        self.small = b"".join(self._sectors(root)) if root else b""

    def read(self, name: str) -> bytes:
        """The bytes of a stream, empty where there is none."""
        first, size = self.streams.get(name, (0, 0))
        if not size:
            return b""
        if size >= SMALL:
            return b"".join(self._sectors(first))[:size]
        parts = []
        for _ in range(size // self.small_size + 1):
            parts.append(self.small[first * self.small_size : (first + 1) * self.small_size])
            if first >= len(self.small_table):
                break
            first = self.small_table[first]
        return b"".join(parts)[:size]

    def _numbers(self, data: bytes) -> tuple[int, ...]:
        return struct.unpack_from(f"<{len(data) // 4}I", data)

    def _sector(self, number: int) -> bytes:
        return self.data[(number + 1) * self.size : (number + 2) * self.size]

    def _table(self, parts: list[int], extra: int) -> tuple[int, ...]:
        limit = len(self.data) // self.size + 1
        while extra < limit and len(parts) < limit:
            numbers = self._numbers(self._sector(extra))
            parts.extend(numbers[:-1])
            extra = numbers[-1] if numbers else limit
        return self._numbers(b"".join(self._sector(part) for part in parts[:limit] if part < limit))

    def _sectors(self, number: int) -> Iterator[bytes]:
        for _ in range(len(self.data) // self.size + 1):
            if number >= len(self.table):
                return
            yield self._sector(number)
            number = self.table[number]


def cell_areas(workbook: bytes) -> list[int]:
    """For each part of a BIFF8 stream the size of the rectangle from its first to its last cell."""
    areas: list[int] = []
    rows: list[int] = []
    cols: list[int] = []
    place = 0
    while place + 4 <= len(workbook):
        kind, length = struct.unpack_from("<HH", workbook, place)
        if kind == _BOF:
            areas.append(_area(rows, cols))
            rows, cols = [], []
        elif kind in _CELLS and length >= 4 and place + 8 <= len(workbook):
            row, col = struct.unpack_from("<HH", workbook, place + 4)
            rows.append(row)
            cols.append(col)
        place += 4 + length
    return [*areas, _area(rows, cols)]


def _area(rows: list[int], cols: list[int]) -> int:
    return (max(rows) - min(rows) + 1) * (max(cols) - min(cols) + 1) if rows else 0
