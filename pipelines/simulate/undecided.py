"""Which cells a careful human could not tell from a text that lost the places of its cells.

Only what the print itself leaves open counts: a row that prints all its values is known, a row that prints fewer is
not, and glued digits are known where exactly one way of cutting them fits the sum that the row itself states.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from math import comb

from pipelines.simulate.tables import Table, TableCell
from schemas.forms import Key

_TOKEN = re.compile(
    r"(?:[-+]?(?:[1-9]\d{0,2}(?:,\d{3})+|0|[1-9]\d*)(?:\.\d+)?(?:万元|元|件|项|条|宗|次)?|/|-|—|——|无)(?![.,])"
)
_NARROW = str.maketrans("０１２３４５６７８９．，／", "0123456789.,/")
_WAYS = 20000
"""Rows with more ways to be cut are left undecided: nobody tries them all."""


def value_rows(pieces: Iterable[object]) -> Iterator[list[TableCell]]:
    """The value cells of each row of each table, left to right; rows without values are left out."""
    for piece in pieces:
        if isinstance(piece, Table):
            for row in range(piece.n_rows):
                cells = [cell for cell in piece.row(row) if cell.role == "value"]
                if cells:
                    yield cells


def keys_of(cells: Iterable[TableCell]) -> set[Key]:
    """The keys of cells (a column 小计 has none)."""
    return {cell.key for cell in cells if cell.key is not None}


def gaps(pieces: Iterable[object]) -> set[Key]:
    """Rows in which an empty cell leaves no trace: any of the printed values may stand in any of the columns."""
    found: set[Key] = set()
    for cells in value_rows(pieces):
        if not all(cell.text.strip() for cell in cells):
            found |= keys_of(cells)
    return found


def moved(pieces: Iterable[object]) -> set[Key]:
    """Rows with empty cells at their edges in a text whose merged cells left empty cells at the end of the row: the
    one cannot be told from the other. A row that is empty throughout is known."""
    found: set[Key] = set()
    for piece in pieces:
        if not isinstance(piece, Table):
            continue
        for row in range(piece.n_rows):
            cells = piece.row(row)
            values = [cell for cell in cells if cell.role == "value"]
            if not any(cell.colspan > 1 for cell in cells) or not any(cell.text.strip() for cell in values):
                continue
            if not values[0].text.strip() or not values[-1].text.strip():
                found |= keys_of(values)
    return found


def sum_holds(values: list[Decimal], section: str) -> bool:
    """Whether a row states a sum that holds: applicants and their total; the outcomes of each group of cases."""
    if section == "requests":
        groups = [values]
    elif section == "review":
        groups = [values[i : i + 5] for i in range(0, len(values), 5)]
    else:
        return False
    return all(sum(group[:-1]) == group[-1] for group in groups)


def glued(cells: list[TableCell], numbers: Mapping[Key, Decimal | None]) -> set[Key]:
    """The cells of one row whose texts stand without anything between them, unless there is only one way to cut them.

    Empty cells are possible wherever the row states no sum. ``numbers`` are the true values: a sum that is misprinted
    confirms nothing.
    """
    keys = keys_of(cells)
    texts = [cell.text.translate(_NARROW).strip() for cell in cells]
    joined = "".join(texts)
    if not joined or not all(texts) or comb(len(joined), len(cells)) > _WAYS:
        return keys if len(cells) > 1 or not joined else set()
    section = next(iter(keys))[0]
    true = [numbers.get(cell.key) if cell.key else None for cell in cells]
    known = [value for value in true if value is not None]
    if section in ("requests", "review") and len(known) == len(cells) and sum_holds(known, section):
        ways = [way for way in cuts(joined, len(cells)) if _summed(way, section)]
        return set() if len(ways) == 1 else keys
    fewest = next((n for n in range(1, len(cells) + 1) if any(True for _ in cuts(joined, n))), len(cells))
    return set() if fewest == len(cells) and len(list(cuts(joined, len(cells)))) == 1 else keys


def _summed(way: tuple[str, ...], section: str) -> bool:
    try:
        return sum_holds([Decimal(text.replace(",", "")) for text in way], section)
    except ArithmeticError:
        return False


def cuts(joined: str, count: int) -> Iterator[tuple[str, ...]]:
    """Every way to cut ``joined`` into ``count`` numbers or marks; no number begins with a needless zero."""
    if count == 0:
        if not joined:
            yield ()
        return
    for end in range(1, len(joined) - count + 2):
        if _TOKEN.fullmatch(joined, 0, end):
            for rest in cuts(joined[end:], count - 1):
                yield (joined[:end], *rest)


def not_kept(
    pieces: Iterable[object], kept: Callable[[TableCell], bool], whole: Collection[Key] = ()
) -> tuple[set[Key], set[Key]]:
    """Cells that a text lost because their lines were dropped, and all cells of the rows that this leaves open."""
    lost: set[Key] = set()
    opened: set[Key] = set()
    for cells in value_rows(pieces):
        gone = [cell for cell in cells if not kept(cell)]
        if gone or not all(cell.text.strip() for cell in cells):
            lost |= keys_of(gone)
            opened |= keys_of(cells)
    return lost - set(whole), opened - set(whole)
