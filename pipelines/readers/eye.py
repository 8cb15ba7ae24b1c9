"""A page looked at: rulings make the tables, the ink of each cell is recognised by itself.

A number is told where it looks alike in two pictures of it and has the shape of one; anything else that may be a number
is marked as unsure. Whether the sums of the form confirm it is asked later (``pipelines.sighted``).
"""

from __future__ import annotations

import re
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipelines.readers import ink
from pipelines.readers.lattice import Lattice, Line, find_lattices
from pipelines.readers.optical import Seen, Table
from pipelines.readers.recogniser import Told, as_figures, recogniser

DPI = 200
_LONGEST = 5000  # pixels of a side; larger pages are seen in less detail
_SAMPLE, _LEGIBLE = 6, 0.7
"""Lines that tell whether a page stands upright, and how sure the recogniser is of them then."""
_MOST_LOOKS = 1_200
"""Pictures of lines of one page; a page of the form has 500."""
_PADS = 4, 6
"""Pixels of paper around a line, for the first look and the second."""
_SURE = 0.9
"""How sure both looks at a number must be of each of its signs."""
_READ, _LONG = 0.30, 8
"""How sure the recogniser must be of each sign of a short line outside of tables: else it is no text."""
_TELLING = re.compile(r"报告|年报|[12]\d{3}年")
"""Lines that may say whose report this is, and of which year: they are looked at twice as well."""
_COARSE, _COARSE_IN_TWO = 130, 150
"""Dots an inch below which a picture in greys, or in black and white, gives no sure number."""
_SLANTED, _ROUND = 0.1, 1.2
"""Slant from which on a stroke is no 1, height of a 0 in widths at least: ○ is none."""
_ASIDE, _ABOVE = 2, 1
"""Pixels from the walls of a cell within which a number may go on beyond them."""
_NUMBER = re.compile(r"[\s\d.,，．／/+\-—－–]*\d[\s\d.,，．／/+\-—－–]*(?:件|个|万元|元|条|次|宗|起)?")
_ABOUT = frozenset("件个万亿元条次宗起项篇人期场份其中修订新制发废止增减少加比较上年约余多共￥¥：:；;")
"""What stands in a cell beside figures and leaves it a number; anything else makes it a label."""
_NO_WORD = re.compile(r"[\s\d.,，．／/+\-—－–()（）=＝]")
_SPELLED = re.compile(r"[\s=＝一二三四五六七八九十百千万亿两〇零○□口]+")
_DOUBTFUL = re.compile(r"^\D|[.．]\d{3}(?!\d)|\d[^\d.,，．]\d")
"""A sign before a number may be dust, three decimals may be thousands, a sign within may be a digit."""
UNREAD = "\u2370"
"""Stands after what was seen and not made out for sure: it makes no number of it (``schemas.numbers.UNSURE``)."""


def look(page: pdfium.PdfPage, most_rulings: int) -> Seen | None:
    """Read a page by its looks; None where it is blank, or no page of print in any position. ``most_rulings``: pieces
    of rulings that are looked at.
    """
    size = page.get_size()
    scale = min(DPI / 72, _LONGEST / max(*size, 1.0))
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        shown = ink.as_grey(bitmap.to_numpy())
    finally:
        bitmap.close()
    for turned in (0, 3, 1, 2):
        found = _prepared(ink.turned(shown, turned), scale, most_rulings)
        if not found.reader.letter:
            return None
        if found.reader.legible():
            found.reader.coarse = _is_coarse(page)
            break
    else:
        return None
    try:
        tables = [found.reader.table(lattice) for lattice in found.lattices]
        return Seen(tables, found.reader.rest(), found.tilt, size, turned)
    except _TooMuchError:
        return None


class _TooMuchError(Exception):
    """More lines than any page has."""


class _Prepared(NamedTuple):
    reader: _Reader
    lattices: list[Lattice]
    tilt: float


def _is_coarse(page: pdfium.PdfPage) -> bool:
    """Whether the largest picture on a page has fewer dots than a number needs."""
    width, height = page.get_size()
    best = 0.0, False
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2):
        try:
            across, _ = item.get_px_size()
            left, bottom, right, top = item.get_bounds()
            in_two = item.get_metadata().bits_per_pixel == 1
        except pdfium.PdfiumError:
            continue
        area = (right - left) * (top - bottom)
        if area > max(best[0], 0.3 * width * height):
            best = area, across * 72 / max(right - left, 1.0) < (_COARSE_IN_TWO if in_two else _COARSE)
    return best[1]


def _prepared(grey: ink.Picture, scale: float, most_rulings: int) -> _Prepared:
    """A page made upright, with its tables found and their rulings taken out."""
    tilt = ink.tilt_of(ink.ink_of(grey))
    grey = ink.upright(grey, tilt)
    black = ink.ink_of(grey)
    rules = ink.rules_of(black, most_rulings)
    across = [(y / scale, x0 / scale, x1 / scale) for y, x0, x1 in rules.across]
    down = [(x / scale, y0 / scale, y1 / scale) for x, y0, y1 in rules.down]
    lattices = [one for one in find_lattices(across, down) if len(one.cells) > 1]
    # What belongs to no table may be a long stroke of a title.
    mask = ink.within(rules.mask, [[side * scale for side in lattice.box] for lattice in lattices])
    black[mask > 0] = 0
    black, tall = ink.parted(black)
    return _Prepared(_Reader(ink.cleared(grey, mask), black, tall, scale), lattices, tilt)


class _Reader:
    """Reads the lines of one picture, of ``scale`` pixels a point; the ink of tables it takes out once read."""

    def __init__(self, grey: ink.Picture, black: ink.Picture, tall: ink.Picture, scale: float) -> None:
        self.grey, self.soft = grey, ink.softened(grey)
        self.black, self.tall, self.letter, self.scale = black, tall, ink.letters(black), scale
        self.coarse = False
        self.model = recogniser()
        self.looks = 0

    def legible(self) -> bool:
        """Whether the page stands upright, as its longest lines tell."""
        boxes = sorted(ink.lines_of(self.black, 0, 0, self.letter), key=lambda one: one.x0 - one.x1)[:_SAMPLE]
        scores = [self._look(ink.cut(self.grey, one, _PADS[0]))[0].mean for one in boxes]
        return sum(scores) >= _LEGIBLE * max(1, len(scores))

    def table(self, lattice: Lattice) -> Table:
        """A table with what stands in its cells."""
        return Table(lattice, [self._cell(lattice.cell_box(cell)) for cell in lattice.cells])

    def rest(self) -> list[Line]:
        """The lines outside of the tables."""
        found = []
        for box in ink.lines_of(self.black, 0, 0, self.letter):
            (text, score, *_), _ = self._look(ink.cut(self.grey, box, _PADS[0]))
            if len(text) < 2 and (text.isascii() or score < _SURE):
                continue  # dust, or a page number
            if score < _READ and len(text) <= _LONG:
                continue
            if _TELLING.search(text) and self._look(ink.cut(self.soft, box, _PADS[1]))[0].text != text:
                text += UNREAD
            found.append(self._line(box, text))
        return found

    def _cell(self, box: tuple[float, float, float, float]) -> list[Line]:
        x0, y0, x1, y1 = (round(side * self.scale) for side in box)
        inner = ink.Box(x0 + 2, y0 + 2, x1 - 2, y1 - 2)
        part = self.black[inner.y0 : inner.y1, inner.x0 : inner.x1]
        boxes = ink.lines_of(part, inner.x0, inner.y0, self.letter) if part.size else []
        lines = [self._told(one, inner, alone=len(boxes) == 1) for one in boxes]
        numbers = [line for line in lines if _NUMBER.fullmatch(line.text)]
        if len(numbers) > 1 and not lines[1].text.startswith("."):  # a hair below a number, or two numbers
            lines[-1] = lines[-1]._replace(text=lines[-1].text + UNREAD)
        self.black[y0:y1, x0:x1] = 0
        return lines

    def _told(self, box: ink.Box, inner: ink.Box, *, alone: bool) -> Line:
        """One line of a cell. What may be a number is looked at twice, the second time a little out of focus."""
        told, number = self._look(ink.cut(self.grey, box, _PADS[0]))
        text = told.text
        figures = as_figures(text)
        if text and not any(map(str.isdigit, figures)):
            # 二 is two dashes as often as a number, ○ no zero; in a label that stands upright they are what they are.
            return self._line(box, UNREAD if alone and _SPELLED.fullmatch(text) else text)
        if not set(_NO_WORD.sub("", figures)) <= _ABOUT:
            return self._line(box, text)
        if text and not _NUMBER.fullmatch(figures):
            return self._line(box, text + UNREAD)
        _, again = self._look(ink.cut(self.soft, box, _PADS[1]))
        return self._line(box, self._agreed(number, again, box, inner))

    def _agreed(self, one: Told, other: Told, box: ink.Box, inner: ink.Box) -> str:
        """What two looks at a number say: the number, or one that is marked as unsure, or the mark alone, where there
        may be no number at all: then it must not even be a candidate."""
        signs = self.black[box.y0 : box.y1, box.x0 : box.x1]
        for text in (one.text, other.text):
            leaning = ink.slants(signs) if text and not text.strip("1") else []
            if text and not text.strip("1") and (len(leaning) != len(text) or max(leaning) > _SLANTED):
                return UNREAD
            if text == "0" and (box.y1 - box.y0 < _ROUND * (box.x1 - box.x0) or ink.has_corners(signs)):
                return UNREAD
        half = round(self.letter / 2)
        around = self.tall[max(0, box.y0) : box.y1, max(0, box.x0 - half) : box.x1 + half]
        cut = min(box.x0 - inner.x0, inner.x1 - box.x1) < _ASIDE or min(box.y0 - inner.y0, inner.y1 - box.y1) < _ABOVE
        sure = one.text and one.text == other.text and min(one.score, other.score) >= _SURE
        if sure and not (cut or around.any() or self.coarse or _DOUBTFUL.search(one.text)):
            return one.text
        return (one.text or other.text) + UNREAD

    def _look(self, picture: ink.Picture) -> tuple[Told, Told]:
        self.looks += 1
        if self.looks > _MOST_LOOKS:
            raise _TooMuchError
        return self.model.look(picture)

    def _line(self, box: ink.Box, text: str) -> Line:
        return Line(text, *(side / self.scale for side in box))
