"""Headings over columns that no ruling parts: which text stands over which columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipelines.readers.pieces import Piece, Span, TextLine, overlap


def header_rows(
    lines: Sequence[TextLine], columns: Sequence[Span], em: float, n_labels: int
) -> list[list[tuple[Piece, int, int]]]:
    """Each header line with the columns of its texts; texts over the labels stand in the last of them, together."""
    left = columns[0][0] - 0.5 * em
    over = [[piece for piece in line.pieces if piece.x1 > left] for line in lines]
    corner = [piece for line in lines for piece in line.pieces if piece.x1 <= left]
    touched = [[_touched(piece, columns) for piece in pieces] for pieces in over]
    rows = []
    for number, pieces in enumerate(over):
        if not pieces:
            continue
        below = {col for other in touched[number + 1 :] for cols in other for col in cols}
        spans = [(min(cols), max(cols)) for cols in touched[number]]
        covered = {col for cols in touched[number] for col in cols}
        if 2 * len(covered) <= len(columns) and covered <= below:
            spans = _widened(pieces, spans, columns)
        rows.append([(piece, n_labels + low, high - low + 1) for piece, (low, high) in zip(pieces, spans, strict=True)])
    if corner and n_labels:
        joined = corner[0]._replace(text="\n".join(piece.text for piece in corner))
        if not rows:
            rows.append([])
        rows[-1].insert(0, (joined, 0, n_labels))
    return rows


def _touched(piece: Piece, columns: Sequence[Span]) -> list[int]:
    """The columns under a text: those it stands over, or else the nearest."""
    under = [i for i, span in enumerate(columns) if overlap(span, (piece.x0, piece.x1))]
    centred = [i for i in under if columns[i][0] <= piece.middle <= columns[i][1]]
    if len(under) == 2 and centred:
        return centred[:1]
    return under or [
        min(range(len(columns)), key=lambda i: abs(sum(columns[i]) / 2 - piece.middle)),
    ]


def _widened(pieces: Sequence[Piece], spans: list[tuple[int, int]], columns: Sequence[Span]) -> list[tuple[int, int]]:
    """Headings over groups: each as many columns to the left as to the right of its middle, up to the next one."""
    middles = [sum(span) / 2 for span in columns]
    pitch = min((b - a for a, b in pairwise(middles)), default=1.0)
    settled = [False] * len(pieces)
    for _ in pieces:
        best: tuple[int, int, tuple[int, int]] | None = None
        for index, piece in enumerate(pieces):
            if settled[index]:
                continue
            low = spans[index - 1][1] + 1 if index else 0
            high = spans[index + 1][0] - 1 if index + 1 < len(pieces) else len(middles) - 1
            fitting = [
                (j - i + 1, index, (i, j))
                for i in range(low, spans[index][0] + 1)
                for j in range(spans[index][1], high + 1)
                if abs((middles[i] + middles[j]) / 2 - piece.middle) < 0.3 * pitch
            ]
            widest = max(fitting, default=(spans[index][1] - spans[index][0] + 1, index, spans[index]))
            if best is None or widest[0] < best[0]:
                best = widest
        assert best is not None
        spans[best[1]] = best[2]
        settled[best[1]] = True
    return spans
