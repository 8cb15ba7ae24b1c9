"""Characters of a PDF page with their places, and its lines where no table needs the places.

Everything is in the reading frame: origin at the top left, text upright.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipelines.readers import pdfcalls
from pipelines.readers.charset import RAISED
from pipelines.readers.frame import Frame
from pipelines.readers.lattice import Glyph, Line

_BLANKS = re.compile(r"\s+")


def characters(textpage: pdfium.PdfTextPage, count: int) -> list[str]:
    """The characters of a page, one string for each index; unprintable ones are blank.

    U+FFFE and U+0002 are PDFium's marks of a hyphen at the end of a line.
    """
    buffer = (ctypes.c_ushort * (count + 1))()
    got = raw.FPDFText_GetText(textpage, 0, count, buffer)
    text = bytes(buffer)[: 2 * max(0, got - 1)].decode("utf-16-le", "replace")
    found = list(text)
    if len(found) != count:
        found = [_character(raw.FPDFText_GetUnicode(textpage, index)) for index in range(count)]
    return ["-" if c in "\ufffe\x02" else c for c in found]


def without_unseen(textpage: pdfium.PdfTextPage, text: list[str], *, hidden: bool) -> list[str]:
    """The characters of a page that are printed; those drawn invisibly are blanks, if ``hidden`` ones are to be left
    out. Digits that only bound what is painted after them may show or not: they become raised ones, and no number.
    """
    handle, shown = pdfcalls.address(textpage.raw), []
    for index, character in enumerate(text):
        owner = pdfcalls.text_object(handle, index)
        mode = pdfcalls.render_mode(owner) if owner else None
        if mode == raw.FPDF_TEXTRENDERMODE_CLIP:
            character = character.translate(RAISED)
        shown.append(" " if hidden and mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE else character)
    return shown


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "


def glyphs(textpage: pdfium.PdfTextPage, text: list[str], frame: Frame) -> tuple[list[Glyph], list[int]]:
    """All printed characters with their places, blanks appended to the character before; and the index of each."""
    loose, origin = raw.FS_RECTF(), (ctypes.c_double * 2)()
    loose_at, (x_at, y_at) = ctypes.addressof(loose), pdfcalls.places(origin)
    get_box, get_origin, handle = pdfcalls.char_box, pdfcalls.char_origin, pdfcalls.address(textpage.raw)
    to_box, to_point = frame.box, frame.point
    left, _, _, top = frame.bounds
    upright = frame.turns == 0
    found: list[tuple[str, float, float, float, float, int]] = []
    low = high = base = math.nan
    for index, character in enumerate(text):
        if character.isspace():
            if found and character not in "\r\n":
                last = found[-1]
                found[-1] = (last[0] + character, *last[1:])
            continue
        get_box(handle, index, loose_at)
        if not upright:
            get_origin(handle, index, x_at, y_at)
            x0, y0, x1, y1 = to_box(loose.left, loose.bottom, loose.right, loose.top)
            found.append((character, x0, x1, y1 - y0, to_point(*origin)[1], index))
            continue
        bottom, ceiling = loose.bottom, loose.top
        if bottom != low or ceiling != high:
            # As long as font, size and line stay the same, so does the baseline.
            low, high = bottom, ceiling
            get_origin(handle, index, x_at, y_at)
            base = top - origin[1]
        found.append((character, loose.left - left, loose.right - left, ceiling - bottom, base, index))
    usual = _usual_size(found)
    largest, widest, highest = 1.6 * usual, 2.5 * usual, 4 * usual
    placed: list[Glyph] = []
    made: Callable[..., Glyph] = partial(tuple.__new__, Glyph)  # half the time of calling the class
    for character, x0, x1, height, base, index in found:
        size = min(largest, height)
        if not 0 < x1 - x0 <= widest or not 0 < height <= highest:
            # The box of a vertical font, which PDFium does not scale, or of a broken one: the ink is reliable.
            ink = frame.box(*textpage.get_charbox(index))
            x0, x1, base, size = ink[0], ink[2], ink[3], max(ink[3] - ink[1], 0.5 * usual)
        placed.append(made((character, x0, base - 0.85 * size, x1, base + 0.15 * size, base)))
    return placed, [item[5] for item in found]


def _usual_size(found: list[tuple[str, float, float, float, float, int]]) -> float:
    """The em of the page: the median width of its ideographs, else the median height of its characters."""
    sizes = [item[2] - item[1] for item in found if "\u2e80" <= item[0][0] <= "\u9fff"] or [item[3] for item in found]
    sizes = sorted(size for size in sizes if size > 0)
    return sizes[len(sizes) // 2] if sizes else 10.0


def plain_lines(textpage: pdfium.PdfTextPage, text: list[str], frame: Frame) -> list[Line] | None:
    """Visual lines of a page without tables, from PDFium's own lines: a look-up at each end of a line and beside its
    blanks instead of all. None where a line was drawn in another order than it reads.
    """
    lines: list[Line] = []
    rect = raw.FS_RECTF()
    start = 0
    for end in [*(i for i, c in enumerate(text) if c == "\n"), len(text)]:
        first, last = start, end - 1
        start = end + 1
        while first <= last and text[first].isspace():
            first += 1
        while last >= first and text[last].isspace():
            last -= 1
        if first > last:
            continue
        printed = "".join(text[first : last + 1])
        boxes = []
        for index in (first, *(first + blank.end() for blank in _BLANKS.finditer(printed)), last):
            raw.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(rect))
            boxes.append(frame.box(rect.left, rect.bottom, rect.right, rect.top))
        if any(after[0] < before[0] for before, after in pairwise(boxes)):
            return None
        lines.append(
            Line(
                printed,
                min(b[0] for b in boxes),
                min(b[1] for b in boxes),
                max(b[2] for b in boxes),
                max(b[3] for b in boxes),
            )
        )
    return _side_by_side(lines)


def _side_by_side(lines: list[Line]) -> list[Line]:
    """Sort lines from the top down and join pieces that stand next to each other on the same height."""
    lines.sort(key=lambda line: (line.y0 + line.y1, line.x0))
    rows: list[list[Line]] = []
    for line in lines:
        middle = (line.y0 + line.y1) / 2
        if rows:
            row = rows[-1]
            height = min(line.y1 - line.y0, row[0].y1 - row[0].y0)
            apart = all(line.x0 >= other.x1 - 1 or line.x1 <= other.x0 + 1 for other in row)
            if apart and abs(middle - (row[0].y0 + row[0].y1) / 2) < 0.3 * height:
                row.append(line)
                continue
        rows.append([line])
    joined = []
    for row in rows:
        row.sort(key=lambda line: line.x0)
        joined.append(
            row[0]
            if len(row) == 1
            else Line(
                " ".join(line.text for line in row),
                row[0].x0,
                min(line.y0 for line in row),
                max(line.x1 for line in row),
                max(line.y1 for line in row),
            )
        )
    return joined
