"""Elements of spreadsheets by their local names, whatever their namespaces, and the addresses of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

MAX_ROW, MAX_COL = 1_048_576, 16_384
OFF = ("0", "false", "off")
"""How Office files write that something is not so, in sheets and in texts."""
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")

# Corners of a range: first row, first column, last row, last column, all from 0 and inclusive.
Corners = tuple[int, int, int, int]


def local(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(element).localname)


def children(element: Any, name: str) -> Iterator[Any]:
    """The children of a name."""
    return (child for child in element if local(child) == name)


def child(element: Any, name: str) -> Any:
    """The first child of a name; None without any."""
    return next(children(element, name), None)


def whole(text: str | None, default: int = 0) -> int:
    """A whole number, ``default`` where there is none."""
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default


def position(address: str) -> tuple[int, int] | None:
    """Row and column from 0 of ``D14``; None where it is none."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    col = 0
    for letter in match[1].upper():
        col = 26 * col + ord(letter) - 64
    row = int(match[2])
    return (row - 1, col - 1) if 0 < row <= MAX_ROW and col <= MAX_COL else None


def corners(reference: str) -> Corners | None:
    """The range ``A1:B2``, or of one cell; None where it is none."""
    first, _, last = reference.partition(":")
    low, high = position(first), position(last or first)
    return None if low is None or high is None else (*low, *high)


def is_on(element: Any, name: str, key: str = "val") -> bool:
    """Whether a child switches something on: ``<strike/>`` does, ``<strike val="0"/>`` does not."""
    found = None if element is None else child(element, name)
    return found is not None and found.get(key, "1") not in OFF
