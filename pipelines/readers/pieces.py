"""Lines of text parted at their wide gaps: what the search for tables without rulings works on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pipelines.readers.lattice import Glyph, line_of, text_lines

GAP = 0.6  # em between two texts of a line that belong to two cells; between two numbers half of that is enough
DIGIT_GAP = 0.3
WIDE = 1.0  # em: the gap that a line of a table must show somewhere
BLANK = " \t\u00a0\u3000\ufeff\u200b"  # what stands around the text of a cell and is no part of it

_VALUE = re.compile(
    r"[+\-－−﹣增减￥¥]?[\d０-９][\d０-９,，.．]*(?:亿元|万元?|元|件|项|条|个|宗|起|次|人|篇|期|份|%|％)?(?:[（(][^）)]*[）)]?)?"
    r"|[/／\\—–－\-─]{1,4}|无|〇|○|零|[\d０-９]+[/／][\d０-９]+"
)

Span = tuple[float, float]


class Piece(NamedTuple):
    """Text between two gaps of a line, with its place."""

    text: str
    x0: float
    x1: float
    base: float
    y0: float
    y1: float
    glyphs: tuple[Glyph, ...]

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def valued(self) -> bool:
        return is_value(self.text)


def is_value(text: str) -> bool:
    """Whether a text looks like the value of a cell: a number or a sign for none."""
    return _VALUE.fullmatch(text.replace(" ", "")) is not None


@dataclass(slots=True)
class TextLine:
    """One line of the page in pieces, from left to right; ``em`` is the size of its print."""

    pieces: list[Piece]
    em: float
    base: float

    @property
    def values(self) -> list[Piece]:
        """The values at the end of the line."""
        count = 0
        while count < len(self.pieces) and self.pieces[-1 - count].valued:
            count += 1
        return self.pieces[len(self.pieces) - count :]

    @property
    def labels(self) -> list[Piece]:
        """What stands before them."""
        return self.pieces[: len(self.pieces) - len(self.values)]

    @property
    def wide(self) -> bool:
        return any(b.x0 - a.x1 >= WIDE * self.em for a, b in pairwise(self.pieces))


def text_pieces(glyphs: list[Glyph]) -> list[TextLine]:
    """The lines of a page, from the top down, each parted at its wide gaps."""
    found = []
    for row in text_lines(glyphs):
        wide = [g.x1 - g.x0 for g in row if "\u2e80" <= g.text[0] <= "\u9fff"]
        em = median(wide) if wide else 0.85 * median(g.y1 - g.y0 for g in row)
        pieces: list[Piece] = []
        start = 0
        for index in range(1, len(row) + 1):
            if index < len(row):
                gap = row[index].x0 - row[index - 1].x1
                digits = row[index].text[0].isdigit() and row[index - 1].text[0].isdigit()
                if gap <= (DIGIT_GAP if digits else GAP) * em:
                    continue
            piece = piece_of(row[start:index])
            start = index
            if piece.text:
                pieces.append(piece)
        if pieces:
            found.append(TextLine(pieces, em, median(piece.base for piece in pieces)))
    return found


def piece_of(glyphs: Sequence[Glyph]) -> Piece:
    """Glyphs from left to right as one text."""
    text, x0, y0, x1, y1 = line_of(list(glyphs))
    return Piece(text, x0, x1, median(g.base for g in glyphs), y0, y1, tuple(glyphs))


def by_base(piece: Piece) -> float:
    """For sorting from the top down."""
    return piece.base


def united(spans: Iterable[Span]) -> list[Span]:
    """The union of intervals."""
    united: list[Span] = []
    for low, high in sorted(spans):
        if united and low < united[-1][1]:
            united[-1] = (united[-1][0], max(united[-1][1], high))
        else:
            united.append((low, high))
    return united


def overlap(one: Span, other: Span) -> bool:
    """Whether two intervals share more than an end."""
    return one[0] < other[1] and other[0] < one[1]


def over(one: Piece, other: Piece) -> bool:
    """Whether two texts stand one over the other."""
    return overlap((one.x0, one.x1), (other.x0, other.x1))


def column_at(columns: Sequence[Span], piece: Piece) -> int:
    """The first column that a text stands in."""
    return next(i for i, span in enumerate(columns) if overlap(span, (piece.x0, piece.x1)))


def box_of(pieces: Sequence[Piece]) -> tuple[float, float, float, float]:
    """The box around texts."""
    return (
        min(piece.x0 for piece in pieces),
        min(piece.y0 for piece in pieces),
        max(piece.x1 for piece in pieces),
        max(piece.y1 for piece in pieces),
    )
