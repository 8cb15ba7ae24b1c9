"""Streams of OLE compound files (doc, xls), and what of an old workbook is hidden, and how far its cells reach.

Only as much as is needed to look into a file before a library takes it as a whole. Chains that lie end the stream.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENTRY = 128  # bytes of a directory entry
SMALL = 4096  # bytes below which a stream lies in the small sectors
# BIFF8 records of cells: each begins with row and column.
_CELLS = frozenset({0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E})
_BOF, _EOF = 0x0809, 0x000A
_SHEET, _ROW, _COLUMNS = 0x0085, 0x0208, 0x007D  # BOUNDSHEET, ROW, COLINFO
_ZERO_HEIGHT = 0x20
_MOST_SHEETS = 256


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


@dataclass(slots=True)
class Hidden:
    """Rows and columns of one sheet that are not shown, from 0."""

    rows: set[int] = field(default_factory=set)
    cols: set[int] = field(default_factory=set)


def records(workbook: bytes, place: int = 0) -> Iterator[tuple[int, int, int]]:
    """Kind, place of the content and its length for each record of a BIFF8 stream."""
    while place + 4 <= len(workbook):
        kind, length = struct.unpack_from("<HH", workbook, place)
        yield kind, place + 4, min(length, len(workbook) - place - 4)
        place += 4 + length


def hidden_lines(workbook: bytes) -> list[Hidden]:
    """What is hidden in each sheet (charts among them), in the order in which the workbook lists its sheets."""
    begins = []
    for kind, place, length in records(workbook):
        if kind == _SHEET and length >= 4:
            begins.append(struct.unpack_from("<I", workbook, place)[0])
        elif kind == _EOF:
            break
    return [_hidden(workbook, begin) for begin in begins[:_MOST_SHEETS]]


def _hidden(workbook: bytes, begin: int) -> Hidden:
    found = Hidden()
    depth = 0  # charts lie in sheets as sheets of their own
    for kind, place, length in records(workbook, begin):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif kind == _ROW and depth == 1 and length >= 14:
            row, flags = struct.unpack_from("<H10xH", workbook, place)
            if flags & _ZERO_HEIGHT:
                found.rows.add(row)
        elif kind == _COLUMNS and depth == 1 and length >= 10:
            first, last, _, _, flags = struct.unpack_from("<5H", workbook, place)
            if flags & 1:
                found.cols.update(range(first, min(last, 255) + 1))
    return found


def cell_areas(workbook: bytes) -> list[int]:
    """For each part of a BIFF8 stream the size of the rectangle from its first to its last cell."""
    areas: list[int] = []
    rows: list[int] = []
    cols: list[int] = []
    for kind, place, length in records(workbook):
        if kind == _BOF:
            areas.append(_area(rows, cols))
            rows, cols = [], []
        elif kind in _CELLS and length >= 4:
            row, col = struct.unpack_from("<HH", workbook, place)
            rows.append(row)
            cols.append(col)
    return [*areas, _area(rows, cols)]


def _area(rows: list[int], cols: list[int]) -> int:
    return (max(rows) - min(rows) + 1) * (max(cols) - min(cols) + 1) if rows else 0
