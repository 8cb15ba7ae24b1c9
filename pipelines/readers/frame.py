"""From PDF user space to the page as one reads it.

``/Rotate`` turns the page for showing; some producers instead turn the text of a wide table on an upright page.
The reading frame undoes both, so that lines of text run from left to right in it. Locators are always given on the
page as shown.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from functools import lru_cache
from typing import Self

import pypdfium2 as pdfium
import pypdfium2.raw as raw

SAMPLE = 24
STRAIGHT = 0.06  # of a quarter turn


class Frame:
    """Mapping for one page: ``shown`` quarter turns of the page, ``turned`` further quarter turns for reading."""

    def __init__(self, bounds: tuple[float, float, float, float], shown: int, turned: int = 0) -> None:
        self.bounds = bounds
        self.shown = shown % 4
        self.turns = (shown + turned) % 4
        self.turned = turned % 4

    @classmethod
    def of(cls, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, text: list[str]) -> Self:
        """The frame of a page, from its rotation and from the slant of a sample of its characters."""
        rect = raw.FS_RECTF()
        if raw.FPDF_GetPageBoundingBox(page, ctypes.byref(rect)):
            bounds = (rect.left, rect.bottom, rect.right, rect.top)
        else:
            bounds = page.get_mediabox()
        shown = raw.FPDFPage_GetRotation(page) % 4
        votes: Counter[int] = Counter()
        aslant: Counter[int] = Counter()  # watermarks, unless there is nothing else
        for step in (max(1, len(text) // SAMPLE), 1):
            for index in range(0, len(text), step):
                if not text[index].isspace():
                    turns = raw.FPDFText_GetCharAngle(textpage, index) / (math.pi / 2)
                    (votes if abs(turns - round(turns)) < STRAIGHT else aslant)[round(turns) % 4] += 1
            if votes or not aslant:
                break
        votes = votes or aslant
        lean = votes.most_common(1)[0][0] if votes else 0
        # PDFium counts the slant clockwise: so many quarter turns are still to be made to a full circle.
        return cls(bounds, shown, -lean - shown)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of user space in the reading frame."""
        left, bottom, right, top = self.bounds
        if self.turns == 0:
            return x - left, top - y
        if self.turns == 1:
            return y - bottom, x - left
        if self.turns == 2:
            return right - x, y - bottom
        return top - y, right - x

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A box of user space in the reading frame, sides in order."""
        if self.turns == 0:
            left, _, _, top = self.bounds
            return x0 - left, top - y1, x1 - left, top - y0
        ax, ay = self.point(x0, y0)
        bx, by = self.point(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page in the reading frame."""
        left, bottom, right, top = self.bounds
        return (right - left, top - bottom) if self.turns % 2 == 0 else (top - bottom, right - left)

    def locate(self, x0: float, y0: float, x1: float, y1: float) -> str:
        """``[x0,y0,x1,y1]`` on the page as shown, of a box in the reading frame."""
        if self.turned:
            width, height = self.size
            if self.turned == 1:
                x0, y0, x1, y1 = y0, width - x1, y1, width - x0
            elif self.turned == 2:
                x0, y0, x1, y1 = width - x1, height - y1, width - x0, height - y0
            else:
                x0, y0, x1, y1 = height - y1, x0, height - y0, x1
        return f"[{_short(x0)},{_short(y0)},{_short(x1)},{_short(y1)}]"


@lru_cache(maxsize=4096)
def _short(value: float) -> str:
    """At most one decimal, no trailing zero, no minus zero."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
