"""Text that lies over the tables of a page without belonging to them: upright watermarks and stamps.

What is far larger than the text of a table, or of a light colour of its own, and lies across the lines between its rows
is left out. Where one may see a figure of the table in it (the colour of a seal), its digits become raised ones: the
cell is neither read nor blank. Of a number of two sizes or two colours nothing is sure.
"""

from __future__ import annotations

import ctypes
import struct
from collections import Counter
from collections.abc import Iterable

from pipelines.readers import pdfcalls
from pipelines.readers.charset import RAISED
from pipelines.readers.covers import Ink, Printed, Verdicts
from pipelines.readers.lattice import DIGITS, NUMERIC, OVERPRINTED, Glyph, Lattice
from pipelines.readers.rulings import moved_box

TALLER = 1.3
OUTSIZE = 1.75  # times as high as the digits of the tables
HAN = 1.3  # heights of a digit that an ideograph has
SAMPLE = 16
APART = 60  # of 255, by which one of the three colours differs where a person sees another colour
LIGHT = 165  # of 255
SHARE = 0.2  # of the text of a page: a colour of so much is not that of a mark
SIDEWAYS = RAISED | str.maketrans("０１２３４５６７８９.,．，", "⁰¹²³⁴⁵⁶⁷⁸⁹˙˙˙˙")

Color = tuple[float, float, float]
Place = tuple[int, int]


class OverTables:
    """What lies over the ruled tables of one page; ``left_out`` gets its text, by the object that draws it."""

    def __init__(self, page: Printed, lattices: Iterable[Lattice], aslant: set[int], left_out: dict[int, str]) -> None:
        self.page = page
        self.handle = pdfcalls.address(page.textpage.raw)
        self.tables = _Tables(lattices)
        self.aslant = aslant
        self.left_out = left_out

    def judge(self, verdicts: Verdicts) -> None:
        """Give the glyphs that belong to marks another text, or none."""
        inside = self.tables.held(self.page.glyphs)
        if inside:
            self._judge_sizes(inside, verdicts)
            self._judge_colors(inside, verdicts)

    def _leave_out(self, owner: int, text: str) -> None:
        self.left_out[owner] = self.left_out.get(owner, "") + text

    # ------------------------------------------------------------------------------------------------------------ size

    def _judge_sizes(self, inside: list[int], verdicts: Verdicts) -> None:
        """What is far larger than the text of the tables is left out where it reaches over the top or bottom of its
        cell; in a cell that it shares with digits of theirs, its digits are not sure."""
        found, indices, tables = self.page.glyphs, self.page.indices, self.tables
        heights = sorted([found[place].y1 - found[place].y0 for place in inside])
        limit = TALLER * heights[(len(heights) - 1) // 2]
        if heights[-1] <= limit:
            return
        ink = Ink(self.page.textpage, self.page.frame)
        digits = [indices[p] for p in inside if (g := found[p]).text[0] in DIGITS and g.y1 - g.y0 <= limit]
        some = sorted(map(ink.height, digits[:: max(1, len(digits) // SAMPLE)]))
        most = OUTSIZE * (some[len(some) // 2] if some else 0.65 * limit / TALLER)
        outsize: dict[int, list[int]] = {}
        for place in inside:
            text, _, y0, _, y1, _ = found[place]
            if y1 - y0 > limit and ink.height(indices[place]) > (most if text[0] in NUMERIC else HAN * most):
                outsize.setdefault(self._owner(indices[place]), []).append(place)
        if not outsize:
            return
        marks = {
            owner
            for owner, places in outsize.items()
            if any(tables.overflows(found[place], *ink.span(indices[place])) for place in places)
        }
        fitting = {place for owner, places in outsize.items() if owner not in marks for place in places}
        for place, glyph in enumerate(found if marks else []):
            if glyph.y1 - glyph.y0 > limit and (owner := self._owner(indices[place])) in marks:
                verdicts[place] = ""
                self._leave_out(owner, glyph.text)
        if fitting:
            shared = {tables.cell(g) for p in inside if (g := found[p]).text[0] in DIGITS and g.y1 - g.y0 <= limit}
            for place in fitting:
                if found[place].text[0] in DIGITS and tables.cell(found[place]) in shared:
                    verdicts[place] = OVERPRINTED

    def _owner(self, index: int) -> int:
        """The object that draws a character."""
        return pdfcalls.text_object(self.handle, index) or 0

    # ---------------------------------------------------------------------------------------------------------- colour

    def _judge_colors(self, inside: list[int], verdicts: Verdicts) -> None:
        """What has the colour of a mark is one. Of a number of two colours, the digits that differ from most text are
        not sure."""
        found, indices, tables = self.page.glyphs, self.page.indices, self.tables
        held = set(inside)
        some = [*(place for place in self.page.digits if place in held), *inside[:: max(1, len(inside) // SAMPLE)]]
        odd = self._odd({self._owner(indices[place]) for place in some})
        if not odd:
            return
        marks = self._mark_colors(odd)
        mixed: dict[Place, list[int]] = {}
        plain: set[Place] = set()
        for place in inside:
            if place in verdicts:
                continue
            glyph, owner = found[place], self._owner(indices[place])
            digit = glyph.text[0] in DIGITS
            color = odd.get(owner)
            if color in marks and _lightness(color) >= LIGHT:
                verdicts[place] = ""
                self._leave_out(owner, glyph.text)
            elif color in marks and digit:
                verdicts[place] = glyph.text.translate(SIDEWAYS)
                self._leave_out(owner, glyph.text)
            elif digit and (cell := tables.cell(glyph)):
                if color is None:
                    plain.add(cell)
                else:
                    mixed.setdefault(cell, []).append(place)
        for cell in plain & mixed.keys():
            for place in mixed[cell]:
                verdicts[place] = OVERPRINTED

    def _odd(self, drawn: Iterable[int]) -> dict[int, Color]:
        """Text objects of another colour than most text of the page, as one sees it on white; none where those
        that are ``drawn`` in the tables have one."""
        numbers = (ctypes.c_uint * 4)()
        at, color_of = pdfcalls.places(numbers), pdfcalls.fill_color
        red, green, blue, alpha = at
        packed = (ctypes.c_char * ctypes.sizeof(numbers)).from_buffer(numbers)
        some = {packed.raw for item in drawn if color_of(item, red, green, blue, alpha)}
        first, *others = [_on_white(*struct.unpack("4I", color)) for color in some] or [(0.0, 0.0, 0.0)]
        if not any(_apart(first, color) for color in others):
            return {}
        colors = {item: _on_white(*numbers) for item, _ in self.page.strokes.texts if color_of(item, *at)}
        straight = Counter(color for item, color in colors.items() if item not in self.aslant)
        common = [color for color, count in straight.items() if count >= SHARE * straight.total()] or list(straight)
        usual = min(common, key=lambda color: (_lightness(color), color))
        return {item: color for item, color in colors.items() if _apart(color, usual)}

    def _mark_colors(self, odd: dict[int, Color]) -> set[Color]:
        """The colours of text aslant, and of text that lies across the lines between rows: once where it is light, as
        watermarks are, more often where it may be a number that slipped."""
        floats = (ctypes.c_float * 6)()
        at = pdfcalls.places(floats)[:4]
        found = {odd[item] for item in self.aslant if item in odd}
        across: Counter[Color] = Counter()
        for item, outer in self.page.strokes.texts:
            color = odd.get(item)
            if color is None or item in self.aslant or not pdfcalls.bounds_of(item, *at):
                continue
            x0, y0, x1, y1 = self.page.frame.box(*moved_box(outer, *floats[:4]))
            if self.tables.parts((x0 + x1) / 2, 0.8 * y0 + 0.2 * y1, 0.2 * y0 + 0.8 * y1):
                across[color] += 1
        return found | {color for color, count in across.items() if count > 1 or _lightness(color) >= LIGHT}


def _on_white(red: int, green: int, blue: int, alpha: int) -> Color:
    rest, part = 255 - alpha, alpha / 255
    return rest + red * part, rest + green * part, rest + blue * part


def _apart(one: Color, other: Color) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) > APART


def _lightness(color: Color) -> float:
    red, green, blue = color
    return 0.3 * red + 0.59 * green + 0.11 * blue


class _Tables:
    """The ruled tables of a page, the innermost first; a frame of one cell is none."""

    def __init__(self, lattices: Iterable[Lattice]) -> None:
        self.lattices = sorted((lattice for lattice in lattices if len(lattice.cells) > 1), key=_area)

    def held(self, found: list[Glyph]) -> list[int]:
        """The places of the glyphs whose centres lie within one of them."""
        held: list[int] = []
        for left, top, right, bottom in (lattice.box for lattice in self.lattices):
            left, top, right, bottom = 2 * left, 2 * top, 2 * right, 2 * bottom
            held += [
                place
                for place, (_, x0, y0, x1, y1, _) in enumerate(found)
                if top <= y0 + y1 <= bottom and left <= x0 + x1 <= right
            ]
        return held if len(self.lattices) < 2 else sorted(set(held))

    def cell(self, glyph: Glyph) -> Place | None:
        """The cell in which the centre of a glyph lies."""
        return self._at((glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2)

    def _at(self, x: float, y: float) -> Place | None:
        for number, lattice in enumerate(self.lattices):
            if (index := lattice.at(x, y)) >= 0:
                return number, index
        return None

    def parts(self, x: float, above: float, below: float) -> bool:
        """Whether two points above each other lie in two cells."""
        upper, lower = self._at(x, above), self._at(x, below)
        return upper is not None and lower is not None and upper != lower

    def overflows(self, glyph: Glyph, top: float, bottom: float) -> bool:
        """Whether the ink of a glyph reaches over the top or the bottom of its cell."""
        cell = self.cell(glyph)
        if cell is None:
            return False
        lattice = self.lattices[cell[0]]
        _, ceiling, _, floor = lattice.cell_box(lattice.cells[cell[1]])
        slack = 0.1 * (bottom - top)
        return top < ceiling - slack or bottom > floor + slack


def _area(lattice: Lattice) -> float:
    x0, y0, x1, y1 = lattice.box
    return (x1 - x0) * (y1 - y0)
