"""What is drawn over the characters of a page after they were set: lines through them, boxes that hide them.

A digit that is struck out, or lies under a box that one sees, is not sure; what lies under a white box is left out.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pypdfium2 as pdfium

from pipelines.readers import pdfcalls
from pipelines.readers.frame import Frame
from pipelines.readers.lattice import DIGITS, OVERPRINTED, Glyph, Stroke
from pipelines.readers.rulings import WHITE, Fill, Strokes, moved_box

Verdicts = dict[int, str]
"""By the place of a glyph in its list: what is to be read there instead, nothing where it is left out."""

MIDDLE = 0.25  # of the height of a digit, below and above which a line does not strike it out
SLACK = 0.2  # of its width, by which the line may be too short


def applied(found: list[Glyph], verdicts: Verdicts) -> list[Glyph]:
    """The glyphs as they are to be read."""
    if not verdicts:
        return found
    return [
        glyph._replace(text=verdicts[place]) if place in verdicts else glyph
        for place, glyph in enumerate(found)
        if verdicts.get(place, glyph.text)
    ]


class Printed(NamedTuple):
    """The characters of a page: with ``indices`` PDFium knows them, ``digits`` are places in ``glyphs``."""

    textpage: pdfium.PdfTextPage
    frame: Frame
    strokes: Strokes
    glyphs: list[Glyph]
    indices: list[int]
    digits: list[int]


class Ink:
    """How high the characters of a page are drawn."""

    def __init__(self, textpage: pdfium.PdfTextPage, frame: Frame) -> None:
        self.handle = pdfcalls.address(textpage.raw)
        self.numbers = (ctypes.c_double * 4)()  # left, right, bottom, top
        self.at = pdfcalls.places(self.numbers)
        self.frame = frame
        self.low, self.high = (2, 3) if frame.turns % 2 == 0 else (0, 1)

    def height(self, index: int) -> float:
        """The height of a character."""
        pdfcalls.char_ink(self.handle, index, *self.at)
        return self.numbers[self.high] - self.numbers[self.low]

    def span(self, index: int) -> tuple[float, float]:
        """Where a character begins and ends, from the top down."""
        pdfcalls.char_ink(self.handle, index, *self.at)
        left, right, bottom, top = self.numbers
        _, above, _, below = self.frame.box(left, bottom, right, top)
        return above, below


def judge_struck(page: Printed, verdicts: Verdicts) -> None:
    """Digits with a line through the middle of them, over their whole width, are not sure."""
    ink = Ink(page.textpage, page.frame)
    lines = sorted(page.strokes.horizontal)
    heights = [line[0] for line in lines]
    near: dict[float, Sequence[Stroke]] = {}  # to the digits on a baseline
    for place in page.digits:
        _, x0, y0, x1, y1, base = page.glyphs[place]
        if base not in near:
            high = y1 - y0
            near[base] = lines[bisect_left(heights, base - high) : bisect_right(heights, base)]
        for y, start, end in near[base]:
            slack = SLACK * (x1 - x0)
            if start <= x0 + slack and end >= x1 - slack and place not in verdicts:
                top, bottom = ink.span(page.indices[place])
                if MIDDLE * (bottom - top) <= y - top <= (1 - MIDDLE) * (bottom - top):
                    verdicts[place] = OVERPRINTED


def judge_covered(page: Printed, verdicts: Verdicts) -> None:
    """What lies under a box painted later: left out where that is white, else not sure. All text of the page is looked
    at where a digit lies so."""
    if page.strokes.fills and _judge_under(page, page.digits, verdicts):
        _judge_under(page, range(len(page.glyphs)), verdicts)


def _judge_under(page: Printed, places: Iterable[int], verdicts: Verdicts) -> bool:
    """Judge the glyphs at these places; whether any lies under a box."""
    handle, strokes, glyphs = pdfcalls.address(page.textpage.raw), page.strokes, page.glyphs
    order = {item: number for number, (item, _) in enumerate(strokes.texts)}

    def number(place: int) -> int:
        return order.get(pdfcalls.text_object(handle, page.indices[place]) or 0, len(order))

    numbers: dict[int, int] = {}
    rows: dict[float, list[tuple[float, int]]] = {}
    for place in places:
        _, x0, y0, x1, y1, base = glyphs[place]
        numbers[place] = number(place)
        rows.setdefault(base - 0.3 * (y1 - y0), []).append(((x0 + x1) / 2, place))
    for row in rows.values():
        row.sort()
    middles = sorted(rows)
    found = False
    for fill in strokes.fills:
        _, _, before, (left, top, right, bottom) = fill
        under = [
            (x, y, place)
            for y in middles[bisect_left(middles, top) : bisect_right(middles, bottom)]
            for x, place in rows[y][bisect_left(rows[y], (left, -1)) : bisect_right(rows[y], (right, -1))]
            if numbers[place] < before and place not in verdicts
        ]
        if not under or not (seen := _Cover(fill, page.frame)).opaque:
            continue
        later = [glyph for place, glyph in enumerate(glyphs) if number(place) >= before]
        for x, y, place in under:
            if seen.holds(x, y) and not _set_again(page, fill, x, y, later):
                digit = glyphs[place].text[0] in DIGITS
                verdicts[place] = OVERPRINTED if digit and not seen.white else ""
                found = True
    return found


def _set_again(page: Printed, fill: Fill, x: float, y: float, later: list[Glyph]) -> bool:
    """Whether text set after a box holds a point at which none of the glyphs set ``later`` is: PDFium gives the same
    text, set twice at one place, once."""
    if any(glyph.x0 <= x <= glyph.x1 and glyph.y0 <= y <= glyph.y1 for glyph in later):
        return False
    floats = (ctypes.c_float * 6)()
    at = pdfcalls.places(floats)[:4]
    for item, outer in page.strokes.texts[fill.before :]:
        if pdfcalls.bounds_of(item, *at):
            x0, y0, x1, y1 = page.frame.box(*moved_box(outer, *floats[:4]))
            if x0 <= x <= x1 and y0 <= y <= y1:
                return True
    return False


class _Cover:
    """A fill, looked at closely."""

    def __init__(self, fill: Fill, frame: Frame) -> None:
        self.fill = fill
        self.boxes = [fill.box]
        colors = (ctypes.c_uint * 4)()
        known = pdfcalls.fill_color(fill.item, *pdfcalls.places(colors))
        red, green, blue, alpha = colors
        self.white = bool(known) and min(red, green, blue) >= WHITE
        self.opaque = (not known or alpha == 255) and not pdfcalls.has_transparency(fill.item)
        self.opaque = self.opaque and self._is_box() and self._clipped(frame)

    def holds(self, x: float, y: float) -> bool:
        """Whether the fill is painted at a point."""
        return all(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in self.boxes)

    def _is_box(self) -> bool:
        """Whether a path is one rectangle, sides parallel to those of the page."""
        item, floats = self.fill.item, (ctypes.c_float * 6)()
        pdfcalls.matrix_of(item, ctypes.addressof(floats))
        a, b, c, d, _, _ = floats
        segments = (pdfcalls.segment_of(item, index) for index in range(pdfcalls.segments_of(item)))
        return _rectangular(_points(segments)) and (abs(b) + abs(c) < 1e-6 or abs(a) + abs(d) < 1e-6)

    def _clipped(self, frame: Frame) -> bool:
        """Note the boxes to which the fill is clipped; False where it is clipped to anything but boxes."""
        clip = pdfcalls.clip_of(self.fill.item)
        for number in range(max(0, pdfcalls.clips_of(clip)) if clip else 0):
            count = pdfcalls.clip_segments_of(clip, number)
            points = _points(pdfcalls.clip_segment_of(clip, number, index) for index in range(count))
            if not _rectangular(points):
                return False
            xs, ys = [x for x, _ in points], [y for _, y in points]
            self.boxes.append(frame.box(*moved_box(self.fill.matrix, min(xs), min(ys), max(xs), max(ys))))
        return True


def _points(segments: Iterable[int]) -> list[tuple[float, float]]:
    """The points of a path, where PDFium has segments."""
    floats = (ctypes.c_float * 2)()
    at = pdfcalls.places(floats)
    points = []
    for segment in segments:
        pdfcalls.segment_point(segment, *at)
        points.append((floats[0], floats[1]))
    return points


def _rectangular(points: list[tuple[float, float]]) -> bool:
    """Whether these are the corners of a rectangle, sides parallel to the axes."""
    xs, ys = sorted({round(x, 2) for x, _ in points}), sorted({round(y, 2) for _, y in points})
    return 4 <= len(points) <= 6 and len(xs) == 2 and len(ys) == 2
