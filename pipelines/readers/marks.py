"""Text that is no part of what a page prints on its lines: watermarks, stamps, digits set sideways.

No number is taken from it, and where it can be told apart it spoils none: text aslant is left out, digits turned by
quarters against most text of the page become raised ones, what lies over the tables is told by ``overlays``, what was
drawn over their figures by ``covers``.
"""

from __future__ import annotations

import ctypes
import re

import pypdfium2 as pdfium

from pipelines.document import Problem
from pipelines.readers import pdfcalls
from pipelines.readers.covers import Printed, Verdicts, applied, judge_covered, judge_struck
from pipelines.readers.frame import Frame
from pipelines.readers.lattice import DIGITS, NUMERIC, Glyph, Lattice
from pipelines.readers.overlays import SIDEWAYS, OverTables
from pipelines.readers.pdftext import glyphs
from pipelines.readers.rulings import IDENTITY, Strokes

LEAN = 0.09  # tangent of 5 degrees: what a crooked scan may lean
_ALONG = ((1, 0), (0, 1), (-1, 0), (0, -1))
TOLD = 60  # characters of what was left out
_FIGURES = re.compile(r"[\d.,+\-]*\d")


def read_glyphs(
    textpage: pdfium.PdfTextPage, text: list[str], frame: Frame, strokes: Strokes, lattices: list[Lattice]
) -> tuple[list[Glyph], Marks]:
    """The characters of a page with their places, without its marks; and these."""
    marks = Marks(textpage, strokes, frame)
    found, indices = glyphs(textpage, marks.upright(text), frame)
    digits = [place for place, glyph in enumerate(found) if glyph[0][0] in DIGITS]
    page = Printed(textpage, frame, strokes, found, indices, digits)
    verdicts: Verdicts = {}
    OverTables(page, lattices, marks.aslant, marks.left_out).judge(verdicts)
    own = set(verdicts)
    judge_covered(page, verdicts)
    judge_struck(page, verdicts)
    marks.unsure = len(verdicts.keys() - own)
    return applied(found, verdicts), marks


class Marks:
    """The marks of one page; ``left_out`` is their text, by the object that draws it, ``unsure`` counts what is
    struck out or covered."""

    def __init__(self, textpage: pdfium.PdfTextPage, strokes: Strokes, frame: Frame) -> None:
        self.textpage = textpage
        self.handle = pdfcalls.address(textpage.raw)
        self.strokes = strokes
        self.frame = frame
        self.left_out: dict[int, str] = {}
        self.unsure = 0
        self.aslant: set[int] = set()
        self.sideways: set[int] = set()
        self._turned()

    def _turned(self) -> None:
        """Which text objects lie aslant, and which are turned by quarters against most text of the page."""
        floats = (ctypes.c_float * 6)()
        at, matrix_of = ctypes.addressof(floats), pdfcalls.matrix_of
        p, q = _ALONG[self.frame.turns]
        ahead, aside = (0, 1) if p else (1, 0)
        for item, outer in self.strokes.texts:
            matrix_of(item, at)
            if outer is IDENTITY:
                if not floats[aside] and (p + q) * floats[ahead] > 0:
                    continue  # nearly all text
                a, b = floats[0], floats[1]
            else:
                a, b = floats[0], floats[1]
                a, b = a * outer[0] + b * outer[2], a * outer[1] + b * outer[3]
            along, across = p * a + q * b, abs(q * a - p * b)
            if across > LEAN * along:
                quarter = across <= -LEAN * along or abs(along) <= LEAN * across
                (self.sideways if quarter else self.aslant).add(item)
        if len(self.aslant) == len(self.strokes.texts):
            self.aslant.clear()  # the page is crooked

    def upright(self, text: list[str]) -> list[str]:
        """The characters of the page; those aslant are line ends, digits set sideways are raised ones."""
        if not self.aslant and not self.sideways:
            return text
        shown, gone = [], False
        for index, character in enumerate(text):
            if character.isspace():
                character = "\n" if gone else character
            else:
                owner = pdfcalls.text_object(self.handle, index)
                gone = owner in self.aslant
                if gone:
                    self._leave_out(owner, character)
                    character = "\n"
                elif owner in self.sideways and character in NUMERIC:
                    self._leave_out(owner, character)
                    character = character.translate(SIDEWAYS)
            shown.append(character)
        return shown

    def _leave_out(self, owner: int, text: str) -> None:
        self.left_out[owner] = self.left_out.get(owner, "") + text

    def problems(self, page: int) -> list[Problem]:
        """What is to be told of them. Only figures are: a watermark may name a person, a box hides on purpose."""
        found = []
        if self.left_out:
            figures = dict.fromkeys(run for part in self.left_out.values() for run in _FIGURES.findall(part))
            text = " ".join(figures)[:TOLD]
            found.append(
                Problem(
                    "overlaid_text",
                    f"text laid across page {page} or turned round gives no number (a watermark, a seal)"
                    + (f": “{text}”" if text else ""),
                    f"第{page}页有斜置、横置或覆盖在表格上的文字（水印、印章等），未作数字读取"
                    + (f"：“{text}”" if text else ""),
                    f"p{page}",
                )
            )
        if self.unsure:
            found.append(
                Problem(
                    "struck_text",
                    f"{self.unsure} characters of page {page} are struck out or lie under a box: no figure is read",
                    f"第{page}页有{self.unsure}个字符被划去或遮盖，其中的数字未读取",
                    f"p{page}",
                )
            )
        return found
