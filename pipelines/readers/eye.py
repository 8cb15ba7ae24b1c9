"""A page looked at: rulings make the tables, the ink of each cell is recognised by itself.

A number that looks alike in two pictures of it is told, any other is marked as unsure, and no number. Whether the sums
of the form confirm it is asked later (``pipelines.sighted``).
"""

from __future__ import annotations

import re
from typing import NamedTuple

import pypdfium2 as pdfium

from pipelines.readers import ink
from pipelines.readers.lattice import Lattice, Line, find_lattices
from pipelines.readers.optical import Seen, Table
from pipelines.readers.recogniser import Told, as_figures, recogniser

DPI = 200
_LONGEST = 5000  # pixels of a side; larger pages are seen in less detail
_SAMPLE, _LEGIBLE = 6, 0.7
"""Lines that tell whether a page stands upright, and how sure the recogniser is of them then."""
_MOST_LOOKS = 2_000
"""Pictures of lines of one page; a page of the form has 500."""
_PADS = 4, 6
"""Pixels of paper around a line, for the first look and the second."""
_SURE = 0.9
"""How sure both looks at a number must be of each of its figures."""
_SLANTED = 0.02
"""Share of ``/`` in a lone sign from which on it is not taken for 1."""
_READ, _LONG = 0.30, 8
"""How sure the recogniser must be of each sign of a short line outside of tables: else it is no text."""
_TELLING = re.compile(r"报告|年报|[12]\d{3}年")
"""Lines that may say whose report this is, and of which year: they are looked at twice as well."""
_NUMBER = re.compile(r"[\s\d.,，．／/+\-—－–]*\d[\s\d.,，．／/+\-—－–]*(?:件|个|万元|元|条|次|宗|起)?")
UNREAD = "\ufffd"
"""Stands after what was seen and not made out for sure: it makes no number of it."""


def look(page: pdfium.PdfPage, most_rulings: int) -> Seen | None:
    """Read a page by its looks; None where it is blank, or no page of print in any position. ``most_rulings``: pieces
    of rulings that are looked at.
    """
    size = page.get_size()
    scale = min(DPI / 72, _LONGEST / max(*size, 1.0))
    bitmap = page.render(scale=scale, grayscale=True)
    shown = ink.as_grey(bitmap.to_numpy())
    bitmap.close()
    for turned in (0, 3, 1, 2):
        found = _prepared(ink.turned(shown, turned), scale, most_rulings)
        if not found.reader.letter:
            return None
        if found.reader.legible():
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
    black = ink.without_specks(black)
    return _Prepared(_Reader(ink.cleared(grey, mask), black, ink.letters(black), scale), lattices, tilt)


class _Reader:
    """Reads the lines of one picture, of ``scale`` pixels a point; the ink of tables it takes out once read."""

    def __init__(self, grey: ink.Picture, black: ink.Picture, letter: float, scale: float) -> None:
        self.grey, self.soft = grey, ink.softened(grey)
        self.black, self.letter, self.scale = black, letter, scale
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
        part = self.black[y0 + 2 : y1 - 2, x0 + 2 : x1 - 2]
        lines = [self._told(one) for one in ink.lines_of(part, x0 + 2, y0 + 2, self.letter)] if part.size else []
        self.black[y0:y1, x0:x1] = 0
        return lines

    def _told(self, box: ink.Box) -> Line:
        """One line of a cell. A number is looked at twice, the second time a little out of focus."""
        told, number = self._look(ink.cut(self.grey, box, _PADS[0]))
        text = told.text
        if not text or _NUMBER.fullmatch(as_figures(text)):
            _, again = self._look(ink.cut(self.soft, box, _PADS[1]))
            text = self._agreed(number, again)
        return self._line(box, text)

    def _look(self, picture: ink.Picture) -> tuple[Told, Told]:
        self.looks += 1
        if self.looks > _MOST_LOOKS:
            raise _TooMuchError
        return self.model.look(picture)

    def _agreed(self, one: Told, other: Told) -> str:
        """What two looks at a number say: the number, or one that is marked as unsure, or the mark alone."""
        if "1" in (one.text, other.text) and max(one.stroke, other.stroke) > _SLANTED:
            return UNREAD  # a stroke stands where there is no number: it must not even be a candidate
        sure = one.text and one.text == other.text and min(one.score, other.score) >= _SURE
        return one.text if sure else (one.text or other.text) + UNREAD

    def _line(self, box: ink.Box, text: str) -> Line:
        return Line(text, *(side / self.scale for side in box))
