"""Pages of placed text and lines -> the bytes of a PDF file (ISO 32000-1), reproducible and self-contained.

Characters of the typeface are embedded as a subset with a map back to Unicode; the rest (Latin letters, digits,
quotation marks) is set in the standard font Times-Roman, as in most reports made with Chinese word processors.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

from pipelines.simulate.typeface import typeface

# Widths of Times-Roman for the codes 32…126, in thousandths of the size (Adobe font metrics of the standard 14 fonts).
_TIMES = (
    (250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278)
    + (500,) * 10
    + (278, 278, 564, 564, 564, 444, 921)
    + (722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611)
    + (722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333)
    + (444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278)
    + (500, 500, 722, 500, 500, 444, 480, 200, 480, 541)
)
_TIMES_OTHER = {"“": 444, "”": 444, "‘": 333, "’": 333, "—": 1000, "–": 500, "…": 1000, "·": 250}


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A run of text; ``x``, ``y`` of its baseline start in points from the lower left corner of the page."""

    x: float
    y: float
    size: float
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of grey pixels, row by row from the top, set over the whole page."""

    columns: int
    rows: int
    pixels: bytes


@dataclass(slots=True)
class PageImage:
    """What stands on one page. ``rules`` are line segments x0, y0, x1, y1.

    ``rotate`` is the turn in degrees that viewers are told to give the page; ``matrix`` maps the places of texts and
    rules to the page's own (a, b, c, d, e, f as in ISO 32000-1, 8.3.3); ``origin`` is the lower left corner of the
    page's box, in which all places are meant."""

    width: float
    height: float
    texts: list[PlacedText] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    rotate: int = 0
    matrix: tuple[float, ...] = ()
    origin: tuple[float, float] = (0.0, 0.0)


def text_width(text: str, size: float) -> float:
    """How wide ``text`` is, in points."""
    return sum(_advance(character) for character in text) * size / 1000


def _advance(character: str) -> int:
    if typeface().has(character):
        return 1000
    if " " <= character <= "~":
        return _TIMES[ord(character) - 32]
    if character in _TIMES_OTHER:
        return _TIMES_OTHER[character]
    raise ValueError(f"no glyph for {character!r} (U+{ord(character):04X}) in the typeface")


RULES = ("stroke", "fill", "light", "double", "dashed", "none")


def write_pages(pages: list[PageImage], title: str = "", rules: str = "stroke") -> bytes:
    """The PDF file. ``rules``: ``stroke`` draws table rules as lines, ``fill`` as thin filled rectangles, ``light`` as
    hair lines of light grey, ``double`` as two lines each, ``dashed`` as dashes; ``none`` draws none."""
    used = sorted({c for page in pages for placed in page.texts for c in placed.text if typeface().has(c)})
    objects: list[bytes] = []

    def add(text: str | bytes) -> int:
        objects.append(text.encode("latin-1") if isinstance(text, str) else text)
        return len(objects)

    def stream(data: bytes, extra: str = "") -> int:
        packed = zlib.compress(data, 9)
        head = f"<< /Length {len(packed)} /Filter /FlateDecode{extra} >>\nstream\n".encode("latin-1")
        return add(head + packed + b"\nendstream")

    add("<< /Type /Catalog /Pages 2 0 R >>")
    add(b"")  # the page tree, known when the pages are
    program = typeface().subset(used)
    file = stream(program, f" /Length1 {len(program)}")
    descriptor = add(
        "<< /Type /FontDescriptor /FontName /NBAAAA+DroidSansFallback /Flags 4 /FontBBox [0 -200 1000 900] "
        f"/ItalicAngle 0 /Ascent 880 /Descent -200 /CapHeight 880 /StemV 80 /FontFile2 {file} 0 R >>"
    )
    descendant = add(
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /NBAAAA+DroidSansFallback /DW 1000 /CIDToGIDMap /Identity "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        f"/FontDescriptor {descriptor} 0 R >>"
    )
    unicode_map = stream(_to_unicode(used))
    han = add(
        "<< /Type /Font /Subtype /Type0 /BaseFont /NBAAAA+DroidSansFallback /Encoding /Identity-H "
        f"/DescendantFonts [{descendant} 0 R] /ToUnicode {unicode_map} 0 R >>"
    )
    latin = add("<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>")
    numbers = []
    for page in pages:
        content = stream(_content(page, rules))
        pictures = "".join(
            f"/P{i} {stream(p.pixels, _PICTURE.format(width=p.columns, height=p.rows))} 0 R "
            for i, p in enumerate(page.pictures)
        )
        x, y = page.origin
        numbers.append(
            add(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [{x:g} {y:g} {x + page.width:g} {y + page.height:g}] "
                f"{f'/Rotate {page.rotate} ' if page.rotate else ''}/Contents {content} 0 R "
                f"/Resources << /Font << /H {han} 0 R /L {latin} 0 R >> "
                f"{f'/XObject << {pictures}>> ' if pictures else ''}>> >>"
            )
        )
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects[1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(numbers)} >>".encode("latin-1")
    info = add(f"<< /Title <feff{title.encode('utf-16-be').hex()}> /Producer (nianbao simulate) >>")
    return _file(objects, info)


def _file(objects: list[bytes], info: int) -> bytes:
    out = bytearray(b"%PDF-1.5\n%\xe4\xbd\xa0\xe5\n")
    places = []
    for number, data in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode("latin-1") + data + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode("latin-1")
    out += b"".join(f"{place:010d} 00000 n \n".encode("latin-1") for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {info} 0 R >>\n".encode("latin-1")
    out += f"startxref\n{table}\n%%EOF\n".encode("latin-1")
    return bytes(out)


def _to_unicode(used: list[str]) -> bytes:
    glyphs = typeface().glyphs
    lines = [f"<{glyphs[ord(c)]:04x}> <{ord(c):04x}>" for c in sorted(used, key=lambda c: glyphs[ord(c)])]
    head = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
    )
    parts = [head]
    for start in range(0, len(lines), 100):
        chunk = lines[start : start + 100]
        parts.append(f"{len(chunk)} beginbfchar\n" + "\n".join(chunk) + "\nendbfchar\n")
    parts.append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
    return "".join(parts).encode("latin-1")


_PICTURE = " /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray /BitsPerComponent 8"
_PENS = {"light": "0.85 G 0.12 w", "dashed": "0.5 w [2 1.5] 0 d"}


def _content(page: PageImage, rules: str) -> bytes:
    lines: list[str] = []
    x, y = page.origin
    matrix = page.matrix or ((1, 0, 0, 1, 0, 0) if x or y else ())
    if matrix:
        a, b, c, d, e, f = matrix
        lines.append(f"{a:g} {b:g} {c:g} {d:g} {e + x:g} {f + y:g} cm")
    lines.extend(f"q {page.width:g} 0 0 {page.height:g} 0 0 cm /P{i} Do Q" for i in range(len(page.pictures)))
    lines.append(_PENS.get(rules, "0.5 w"))
    for rule in page.rules:
        lines.extend(_rule(*rule, rules))
    if rules in _PENS:
        lines.append("0 G 0.5 w [] 0 d")
    for placed in page.texts:
        # Faux bold, as word processors draw it: filled and stroked.
        mode = f"2 Tr {placed.size / 40:.2f} w" if placed.bold else "0 Tr"
        x = placed.x
        for run in _runs(placed.text):
            font, shown = ("H", _hex(run)) if typeface().has(run[0]) else ("L", _latin(run))
            lines.append(f"BT {mode} /{font} {placed.size:g} Tf {x:.2f} {placed.y:.2f} Td {shown} Tj ET")
            x += text_width(run, placed.size)
    return "\n".join(lines).encode("latin-1")


def _rule(x0: float, y0: float, x1: float, y1: float, rules: str) -> list[str]:
    if rules == "none":
        return []
    if rules == "fill":
        return [f"{x0 - 0.25:.2f} {y0 - 0.25:.2f} {x1 - x0 + 0.5:.2f} {y1 - y0 + 0.5:.2f} re f"]
    if rules == "double":  # a line on either side of where the rule would be
        dx, dy = (0.0, 0.7) if y0 == y1 else (0.7, 0.0)
        return [f"{x0 + s * dx:.2f} {y0 + s * dy:.2f} m {x1 + s * dx:.2f} {y1 + s * dy:.2f} l S" for s in (-1, 1)]
    return [f"{x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l S"]


def _runs(text: str) -> list[str]:
    runs: list[str] = []
    for character in text:
        if runs and typeface().has(runs[-1][-1]) == typeface().has(character):
            runs[-1] += character
        else:
            runs.append(character)
    return runs


def _hex(run: str) -> str:
    return "<" + "".join(f"{typeface().glyphs[ord(c)]:04x}" for c in run) + ">"


def _latin(run: str) -> str:
    return "<" + run.encode("cp1252").hex() + ">"
