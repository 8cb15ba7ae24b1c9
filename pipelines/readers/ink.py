"""A page as a picture: made upright, its rulings found, and the ink of each line of text.

All positions are pixels of the upright picture, origin at the top left. Needs numpy and OpenCV (``nianbao[ocr]``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.readers.lattice import Stroke

Picture: TypeAlias = NDArray[np.uint8]

# At 200 dots an inch. A ruling is longer than any stroke of a character of a report's text; titles may have longer
# ones, but none that other strokes cross at both ends.
LONG_ACROSS, LONG_DOWN = 60, 44
THICK = 14
PIECE = 160  # a ruling is followed in pieces of this length, so that one that bends a little stays one
_WINDOW, _DARKER, _SOFTENED = 31, 15, 0.8
_MOST_TILT = 3.0
_SMALL = 700  # pixels of the height of the picture in which the tilt is looked for
_SPECK, _SIGN, _NEAR = 9, 28, 10
"""Pixels of a speck that may be the dot of a fraction, if it is so near to a sign; and of a sign."""
_HIGH = 150
"""Pixels of height above which something is no sign."""
_TALL = 1.7
"""Letters above which a run of rows may be several lines."""
_GAP = 4.0
"""Letters between two columns of text."""
_THIN = (0.02, 0.04, 0.08, 0.14, 0.2)
"""Shares of the fullest row below which a row may lie between two lines."""
_LETTER = (12, 64)  # heights of characters, in pixels


class Rules(NamedTuple):
    """Rulings: horizontals ``(y, x0, x1)`` and verticals ``(x, y0, y1)``, and where they lie."""

    across: list[Stroke]
    down: list[Stroke]
    mask: Picture


class Box(NamedTuple):
    """The ink of one line of text: ``x0``, ``y0`` inclusive, ``x1``, ``y1`` exclusive."""

    x0: int
    y0: int
    x1: int
    y1: int


def ink_of(grey: Picture) -> Picture:
    """255 where something is printed, judged against what lies around, so that shaded cells and grey paper are none."""
    mean, inverse = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV
    return _picture(cv2.adaptiveThreshold(softened(grey), 255, mean, inverse, _WINDOW, _DARKER))


def softened(grey: Picture) -> Picture:
    """The picture a little out of focus, without its noise."""
    return _picture(cv2.GaussianBlur(grey, (0, 0), _SOFTENED))


def tilt_of(ink: Picture) -> float:
    """Degrees by which the lines fall to the right, at most ``_MOST_TILT``: those by which the rows of the picture
    differ most when it is turned back."""
    shrink = _SMALL / max(ink.shape)
    small = cv2.resize(ink, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1 else ink
    best = _sharpest(small, np.arange(-_MOST_TILT, _MOST_TILT + 0.1, 0.25))
    half = cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return _sharpest(half, np.arange(best - 0.2, best + 0.21, 0.04))


def _sharpest(picture: Any, angles: NDArray[np.float64]) -> float:
    def contrast(angle: float) -> float:
        rows = _turned(picture, angle, cv2.BORDER_CONSTANT).sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(rows)).sum())

    return float(max(angles, key=lambda angle: (contrast(float(angle)), -abs(float(angle)))))


def turned(picture: Picture, turns: int) -> Picture:
    """The picture after ``turns`` quarter turns clockwise."""
    return _picture(np.rot90(picture, -turns))


def upright(grey: Picture, tilt: float) -> Picture:
    """The picture turned back by its tilt; its edges go on outwards, so that none becomes a line."""
    return _picture(_turned(grey, tilt, cv2.BORDER_REPLICATE))


def _turned(picture: Any, angle: float, border: int) -> Any:
    if abs(angle) < 0.01:
        return picture
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=border)


def rules_of(ink: Picture, most: int) -> Rules:
    """The rulings of a page, of at most ``most`` pieces."""
    wide = _picture(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, LONG_ACROSS), np.uint8)))
    tall = _picture(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((LONG_DOWN, 1), np.uint8)))
    across, wide_used = _strokes(wide, most)
    down, tall_used = _strokes(_picture(tall.T), most)
    mask = cv2.dilate(cv2.bitwise_or(wide_used, _picture(tall_used.T)), np.ones((3, 3), np.uint8))
    return Rules(across, down, _picture(mask))


def _strokes(mask: Picture, most: int) -> tuple[list[Stroke], Picture]:
    """Horizontal rulings in a picture that holds nothing but long runs; and those pixels that are rulings."""
    used = np.zeros_like(mask)
    found: list[Stroke] = []
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    for label in range(1, min(count, most)):
        x, y, width, height, _ = (int(value) for value in stats[label])
        part = labels[y : y + height, x : x + width] == label
        for start in range(0, width, PIECE):
            piece = part[:, start : start + PIECE]
            lengths = piece.sum(axis=0)
            if not lengths.any() or np.median(lengths[lengths > 0]) > THICK:
                continue  # a picture, a bar
            rows = np.nonzero(piece)[0]
            middle = float(np.median(rows)) + 0.5
            if rows.max() - rows.min() > 2 * THICK:
                continue
            found.append((y + middle, float(x + start), float(x + start + piece.shape[1])))
            target = used[y : y + height, x + start : x + start + piece.shape[1]]
            target[piece] = 255
    return found, used


def within(mask: Picture, boxes: Iterable[Sequence[float]]) -> Picture:
    """The mask within some boxes (x0, y0, x1, y1) and on their edges, nothing outside."""
    kept = np.zeros_like(mask)
    for box in boxes:
        x0, y0, x1, y1 = (max(0, round(side)) for side in box)
        part = slice(max(0, y0 - THICK), y1 + THICK), slice(max(0, x0 - THICK), x1 + THICK)
        kept[part] = mask[part]
    return kept


def letters(ink: Picture) -> float:
    """How high the characters of a page are, in pixels: the median over what is as high as one may be."""
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(_picture(joined), connectivity=8)
    heights = stats[1:, 3]
    heights = heights[(heights >= _LETTER[0]) & (heights <= _LETTER[1])]
    return float(np.median(heights)) if len(heights) else 0.0


def parted(ink: Picture) -> tuple[Picture, Picture]:
    """The ink without dust, which is too small to be a sign, unless it stands close to one (the dot of a fraction), and
    without what is too high: seals, folds, the edge of the paper; and these by themselves, with what touches them.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    areas = stats[:, 4]
    large, small = np.zeros(count, np.uint8), np.zeros(count, np.uint8)
    large[1:][(areas[1:] >= _SIGN) & (stats[1:, 3] <= _HIGH)] = 255
    small[1:][(areas[1:] >= _SPECK) & (areas[1:] < _SIGN)] = 255
    signs = _picture(large[labels])
    around = cv2.dilate(signs, np.ones((2 * _NEAR + 1, 2 * _NEAR + 1), np.uint8))
    close = np.zeros(count, np.bool_)
    close[np.unique(labels[(around > 0) & (small[labels] > 0)])] = True
    large[close & (small > 0)] = 255
    tall = np.where((areas >= _SIGN) & (stats[:, 3] > _HIGH), 255, 0).astype(np.uint8)
    tall[0] = 0
    return _picture(large[labels]), _picture(tall[labels])


def slants(ink: Picture) -> list[float]:
    """Of each sign in a picture of ink, from left to right, how far its top stands to the right of its foot, as a share
    of its height: 0.2 of ``/``, hardly anything of ``1``."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    found = []
    for label in sorted(range(1, count), key=lambda one: int(stats[one, 0])):
        x, y, width, height, _ = (int(value) for value in stats[label])
        sign = labels[y : y + height, x : x + width] == label
        third = max(1, height // 3)
        top, foot = np.nonzero(sign[:third])[1], np.nonzero(sign[-third:])[1]
        found.append(float(top.mean() - foot.mean()) / height if len(top) and len(foot) else 0.0)
    return found


def has_corners(ink: Picture) -> bool:
    """Whether the ink reaches into all corners of its picture: a box, no round sign."""
    return all(
        ink[rows, columns].any() for rows in (slice(2), slice(-2, None)) for columns in (slice(2), slice(-2, None))
    )


def lines_of(ink: Picture, left: int, top: int, letter: float) -> list[Box]:
    """The lines of text in a part of a page, whose corner is given, from the top down: rows of ink, parted by rows
    without any. Pieces of one character (二, 三) are put together again, lines that touch are parted where there is
    least between them.
    """
    whole: list[tuple[int, int]] = []
    for low, high in _runs(np.asarray(ink.any(axis=1))):
        whole += _parted(ink, low, high, letter)
    joined: list[tuple[int, int]] = []
    for low, high in whole:
        if joined:
            before_low, before_high = joined[-1]
            small = min(before_high - before_low, high - low) < 0.6 * letter
            if small and high - before_low <= 1.2 * letter:
                joined[-1] = (before_low, high)
                continue
        joined.append((low, high))
    boxes = []
    for low, high in joined:
        runs = _runs(np.asarray(ink[low:high].any(axis=0)))
        boxes += [
            Box(left + start, top + low, left + end, top + high)
            for start, end in _across(runs, _GAP * letter)
            if max(end - start, high - low) > 0.25 * letter
        ]
    return boxes


def _across(runs: list[tuple[int, int]], gap: float) -> list[tuple[int, int]]:
    """Runs of columns, those that are less than ``gap`` apart taken together."""
    found: list[tuple[int, int]] = []
    for start, end in runs:
        if found and start - found[-1][1] < gap:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _runs(true: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where a row of truths is true: starts and ends, these exclusive."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], true.astype(np.int8), [0]))))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _parted(ink: Picture, low: int, high: int, letter: float) -> list[tuple[int, int]]:
    """A run of rows, in two or more where it is several lines: what is higher than its own letters."""
    if high - low <= _TALL * letter:
        return [(low, high)]
    part = ink[low:high]
    own = max(letter, letters(part))
    if high - low <= _TALL * own:
        return [(low, high)]
    rows = part.sum(axis=1) // 255
    for share in _THIN:
        pieces = _runs(np.asarray(rows > share * rows.max()))
        lines = [(start, end) for start, end in pieces if end - start >= 0.5 * own]
        if len(lines) > 1 and all(end - start <= _TALL * own for start, end in lines):
            middles = [(before + after) // 2 for (_, before), (after, _) in pairwise(lines)]
            edges = [0, *middles, high - low]
            return [(low + start, low + end) for start, end in pairwise(edges) if part[start:end].any()]
    return [(low, high)]


def as_grey(picture: Any) -> Picture:
    """A rendered page as rows of grey, 0 to 255."""
    return _picture(picture[:, :, 0] if picture.ndim > 2 else picture).copy()


def cleared(grey: Picture, mask: Picture) -> Picture:
    """The picture with white where the mask is."""
    return _picture(np.where(mask > 0, 255, grey))


def cut(grey: Picture, box: Box, pad: int) -> Picture:
    """A line with some paper around it, in three colours as the recogniser wants it."""
    part = grey[max(0, box.y0 - 2) : box.y1 + 2, max(0, box.x0 - 2) : box.x1 + 2]
    paper = int(np.percentile(part, 80))
    framed = cv2.copyMakeBorder(part, pad - 2, pad - 2, pad - 2, pad - 2, cv2.BORDER_CONSTANT, value=paper)
    return _picture(cv2.cvtColor(framed, cv2.COLOR_GRAY2BGR))


def _picture(array: Any) -> Picture:
    return np.ascontiguousarray(array, dtype=np.uint8)
