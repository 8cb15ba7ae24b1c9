"""Pages that are pictures, read optically where ``nianbao[ocr]`` is installed: what the reader of PDF sees of it.

Without the extra, or with ``NIANBAO_OCR=off``, such pages are named and not read. The reading itself stands in ``eye``,
which is imported where a page is looked at: it needs OpenCV and onnxruntime.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pypdfium2 as pdfium

from pipelines.readers.extras import SWITCH, can_see, installed
from pipelines.readers.frame import Frame
from pipelines.readers.lattice import Lattice, Line


@dataclass(slots=True)
class Table:
    """One ruled table: what stands in each of its cells, line by line."""

    lattice: Lattice
    lines: list[list[Line]]

    def text(self, index: int) -> str:
        """What stands in a cell, one line each."""
        return "\n".join(line.text for line in self.lines[index])


@dataclass(slots=True)
class Seen:
    """What a page shows, in points from the top left corner of the upright page: tables, and lines outside of them;
    ``tilt`` in degrees, ``size`` width and height of the page as shown, ``turned`` quarter turns that made it upright
    (see ``Frame``).
    """

    tables: list[Table]
    lines: list[Line]
    tilt: float
    size: tuple[float, float]
    turned: int = 0


class Tilted(Frame):
    """The frame of a picture that was turned upright: places are told on the page as it is."""

    def __init__(self, seen: Seen) -> None:
        super().__init__((0.0, 0.0, *seen.size), 0, seen.turned)
        self.tilt = math.radians(seen.tilt)

    def locate(self, x0: float, y0: float, x1: float, y1: float) -> str:
        """``[x0,y0,x1,y1]`` on the page: a box of the same size about the place where its centre stands."""
        width, height = self.size
        dx, dy = (x0 + x1 - width) / 2, (y0 + y1 - height) / 2
        x = width / 2 + dx * math.cos(self.tilt) - dy * math.sin(self.tilt)
        y = height / 2 + dx * math.sin(self.tilt) + dy * math.cos(self.tilt)
        half, high = (x1 - x0) / 2, (y1 - y0) / 2
        return super().locate(x - half, y - high, x + half, y + high)


def look(page: pdfium.PdfPage, most_rulings: int) -> Seen | None:
    """Read a page by its looks; None where it is blank."""
    from pipelines.readers import eye

    return eye.look(page, most_rulings)


def advice_en() -> str:
    """What to do about pages without text on this machine."""
    if can_see():
        return "nothing on it could be made out; look for a copy as a web page or Word file"
    if installed():
        return (
            f"optical reading is switched off ({SWITCH}); switch it on, or look for a copy as a web page or Word file"
        )
    return "install nianbao[ocr] to have it read optically, or look for a copy as a web page or Word file"


def advice_zh() -> str:
    """The same in Chinese."""
    if can_see():
        return "未能识别出文字；请另找网页或Word版本"
    if installed():
        return f"光学识别已关闭（{SWITCH}）；可启用，或另找网页、Word版本"
    return "可安装 nianbao[ocr] 以启用光学识别，或另找网页、Word版本"
