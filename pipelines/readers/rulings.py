"""The rulings that a PDF page draws: axis-parallel strokes, thin filled bars, borders of rectangles.

Shading (large fills), white or transparent paint, thick bars, curves and slanted lines are no rulings.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipelines.readers import pdfcalls
from pipelines.readers.frame import Frame
from pipelines.readers.lattice import Stroke

THIN = 3.0  # points; a filled bar up to this is a line
STRAIGHT = 0.8  # points by which a line may slant over its whole length
WHITE = 250
PICTURE = 0.08  # of the page; seals, emblems and icons are smaller
MAX_PICTURES = 100
MAX_NESTING = 8  # form objects within form objects

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Fill(NamedTuple):
    """A box painted over a page that has text already; ``before`` is how many text objects were painted before it."""

    item: int
    matrix: Matrix
    before: int
    box: tuple[float, float, float, float]


@dataclass(slots=True)
class Strokes:
    """Rulings of one page in the reading frame: horizontals ``(y, x0, x1)`` and verticals ``(x, y0, y1)``; boxes of the
    pictures that cover a good part of it (``PICTURE``).
    """

    horizontal: list[Stroke] = field(default_factory=list)
    vertical: list[Stroke] = field(default_factory=list)
    too_many: bool = False
    invisible_text: bool = False
    """Whether most of the text is a layer that nobody sees, as scans have it."""
    hidden_text: bool = False
    """Whether some of it is, among text that is printed."""
    clipping_text: bool = False
    """Whether some of it only bounds what is painted after it: nobody sees it but where something is."""
    texts: list[tuple[int, Matrix]] = field(default_factory=list)
    """Text objects in the order in which they are painted, with what places the form that holds them."""
    fills: list[Fill] = field(default_factory=list)
    pictures: list[tuple[float, float, float, float]] = field(default_factory=list)


def collect(page: pdfium.PdfPage, frame: Frame, max_paths: int) -> Strokes:
    """All rulings of a page; stops after ``max_paths`` drawn paths and says so."""
    return _Collector(frame, max_paths).run(page)


class _Collector:
    def __init__(self, frame: Frame, max_paths: int) -> None:
        self.frame = frame
        self.left = max_paths
        self.strokes = Strokes()
        self.width, self.height = frame.size
        self.invisible = self.visible = 0
        self.modes, self.floats, self.colors = (ctypes.c_int * 2)(), (ctypes.c_float * 6)(), (ctypes.c_uint * 4)()
        self.modes_at, self.colors_at = pdfcalls.places(self.modes), pdfcalls.places(self.colors)
        self.floats_at = pdfcalls.places(self.floats)
        self.bounds_at = self.floats_at[:4]

    def run(self, page: pdfium.PdfPage) -> Strokes:
        count = raw.FPDFPage_CountObjects(page)
        self._walk(pdfcalls.address(page.raw), count, pdfcalls.page_object, IDENTITY, 0)
        self.strokes.invisible_text = self.invisible > self.visible
        self.strokes.hidden_text = 0 < self.invisible <= self.visible
        self.strokes.too_many = self.left < 0
        return self.strokes

    def _walk(self, container: int, count: int, get: Callable[..., Any], matrix: Matrix, depth: int) -> None:
        get_type, path_type, text_type = pdfcalls.kind_of, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_TEXT
        for index in range(count):
            item = get(container, index)
            kind = get_type(item)
            if kind == text_type:
                self.strokes.texts.append((item, matrix))
                mode = pdfcalls.render_mode(item)
                if mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
                    self.invisible += 1
                else:
                    self.visible += 1
                    self.strokes.clipping_text |= mode == raw.FPDF_TEXTRENDERMODE_CLIP
            elif kind == path_type:
                self.left -= 1
                if self.left < 0:
                    return
                self._path(item, matrix)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                self._picture(item, matrix)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MAX_NESTING:
                inner = _compose(self._matrix_of(item), matrix)
                self._walk(item, pdfcalls.objects_of_form(item), pdfcalls.form_object, inner, depth + 1)

    def _picture(self, item: int, matrix: Matrix) -> None:
        if len(self.strokes.pictures) < MAX_PICTURES and pdfcalls.bounds_of(item, *self.bounds_at):
            box = moved_box(matrix, *self.floats[:4])
            x0, y0, x1, y1 = self.frame.box(*box)
            x0, y0, x1, y1 = max(x0, 0.0), max(y0, 0.0), min(x1, self.width), min(y1, self.height)
            if x1 > x0 and y1 > y0 and (x1 - x0) * (y1 - y0) >= PICTURE * self.width * self.height:
                self.strokes.pictures.append((x0, y0, x1, y1))

    def _path(self, item: int, matrix: Matrix) -> None:
        pdfcalls.draw_mode(item, *self.modes_at)
        mode, stroke = self.modes
        stroked = bool(stroke) and self._visible(item, pdfcalls.stroke_color)
        filled = mode != raw.FPDF_FILLMODE_NONE
        if not stroked and not filled:
            return
        count = pdfcalls.segments_of(item)
        if count <= 6 and pdfcalls.bounds_of(item, *self.bounds_at):
            box = moved_box(matrix, *self.floats[:4])
            thin = min(box[2] - box[0], box[3] - box[1]) <= THIN
            if filled and not thin and self.strokes.texts:
                self.strokes.fills.append(Fill(item, matrix, len(self.strokes.texts), self.frame.box(*box)))
            if not thin and not stroked:
                return  # one large fill: shading
            if thin and (stroked or self._visible(item, pdfcalls.fill_color)):
                self._bar(*box)
                return
        if filled and not stroked and not self._visible(item, pdfcalls.fill_color):
            return
        matrix = _compose(self._matrix_of(item), matrix)
        if stroked:
            pdfcalls.stroke_width(item, self.floats_at[0])
            if self.floats[0] * abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5 > THIN:
                return
        self._lines(self._outlines(item, count, matrix), stroked)

    def _lines(self, outlines: list[list[tuple[float, float]]], stroked: bool) -> None:
        """The straight lines of a path, or the thin bars that it fills."""
        for outline in outlines:
            if stroked:
                for (ax, ay), (bx, by) in pairwise(outline):
                    if abs(ax - bx) <= STRAIGHT or abs(ay - by) <= STRAIGHT:
                        self._bar(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
            elif len(outline) > 1:
                xs, ys = [p[0] for p in outline], [p[1] for p in outline]
                if min(max(xs) - min(xs), max(ys) - min(ys)) <= THIN:
                    self._bar(min(xs), min(ys), max(xs), max(ys))

    def _visible(self, item: int, get_color: Callable[..., Any]) -> bool:
        """Is the paint neither white nor transparent? Patterns, of which PDFium tells no colour, are visible."""
        if not get_color(item, *self.colors_at):
            return True
        red, green, blue, alpha = self.colors
        return alpha > 0 and (red < WHITE or green < WHITE or blue < WHITE)

    def _matrix_of(self, item: int) -> Matrix:
        if not pdfcalls.matrix_of(item, self.floats_at[0]):
            return IDENTITY
        a, b, c, d, e, f = self.floats
        return a, b, c, d, e, f

    def _outlines(self, item: int, count: int, matrix: Matrix) -> list[list[tuple[float, float]]]:
        """Polygons of a path, moved to user space; curves interrupt them."""
        a, b, c, d, e, f = matrix
        x_at, y_at, *_ = self.floats_at
        outlines: list[list[tuple[float, float]]] = []
        start: tuple[float, float] | None = None
        for index in range(count):
            segment = pdfcalls.segment_of(item, index)
            pdfcalls.segment_point(segment, x_at, y_at)
            x, y, *_ = self.floats
            point = (a * x + c * y + e, b * x + d * y + f)
            kind = pdfcalls.segment_kind(segment)
            if kind == raw.FPDF_SEGMENT_LINETO and outlines:
                outlines[-1].append(point)
            else:
                outlines.append([point])
                if kind == raw.FPDF_SEGMENT_MOVETO:
                    start = point
            if start is not None and pdfcalls.segment_close(segment):
                outlines[-1].append(start)
        return outlines

    def _bar(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A thin box of user space as a stroke along its long side; a dot counts for both directions."""
        x0, y0, x1, y1 = self.frame.box(x0, y0, x1, y1)
        if x0 < 0 or y0 < 0 or x1 > self.width or y1 > self.height:
            x0, x1 = max(x0, 0.0), min(x1, self.width)
            y0, y1 = max(y0, 0.0), min(y1, self.height)
        if x1 < x0 or y1 < y0:
            return
        wide, high = x1 - x0, y1 - y0
        if wide >= high or wide > THIN:
            self.strokes.horizontal.append(((y0 + y1) / 2, x0, x1))
        if high >= wide or (wide <= THIN and high <= THIN and wide + high > 0):
            self.strokes.vertical.append(((x0 + x1) / 2, y0, y1))


def _compose(inner: Matrix, outer: Matrix) -> Matrix:
    """First ``inner``, then ``outer``."""
    if outer == IDENTITY:
        return inner
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def moved_box(matrix: Matrix, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    """The box around what a matrix makes of a box."""
    if matrix == IDENTITY:
        return x0, y0, x1, y1
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in (x0, x1) for y in (y0, y1)]
    ys = [b * x + d * y + f for x in (x0, x1) for y in (y0, y1)]
    return min(xs), min(ys), max(xs), max(ys)
