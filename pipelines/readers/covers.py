"""The characters of a page as they are drawn, and what is to be read in their place."""

from __future__ import annotations

import ctypes
from typing import NamedTuple

import pypdfium2 as pdfium

from pipelines.readers import pdfcalls
from pipelines.readers.frame import Frame
from pipelines.readers.lattice import Glyph
from pipelines.readers.rulings import Strokes

Verdicts = dict[int, str]
"""By the place of a glyph in its list: what is to be read there instead, nothing where it is left out."""


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
