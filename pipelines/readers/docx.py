"""Word documents (docx): zip and lxml, with merged cells exactly as declared.

Printed text counts: inserted text is in, deleted, struck, hidden text is out, also where a style hides it; headers,
footers, comments, footnotes and the reading aids of ruby are left out. A text box is read once (its ``mc:Choice``),
after the paragraph that anchors it. Fields give their result. Automatic numbers (``一、`` made by a list) stand before
the words of their paragraph; before a figure they are left out, where they would look like a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from lxml import etree

from pipelines.document import Block, Cell, Document, Grid, Paragraph, Picture
from pipelines.readers.container import Container, parse
from pipelines.readers.limits import Limits, too_many_cells, truncated
from pipelines.readers.numbering import Numbering
from pipelines.readers.sniff import DOCX
from pipelines.readers.wordlooks import NOTHING, RAISE, Looks, figure, may_fade, unread
from pipelines.readers.wordparts import looks, main_part, numbering, read_chunk, targets, unread_chunk
from pipelines.readers.wordunseen import Unseen

DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
PLACED = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
VML = "{urn:schemas-microsoft-com:vml}"
OFFICE = "urn:schemas-microsoft-com:office:office"
_LINKS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
LINKS = frozenset(f"{{{space}}}{name}" for space in _LINKS for name in ("embed", "link", "id"))
EMU = 12_700  # to a point
HAIR = 60  # twentieths of a point, 1 mm: as far as edges of the same column may lie apart in two rows
WIDTH, HEIGHT = 110.0, 40.0  # points; no table fits into less
_POINTS = re.compile(r"(width|height)\s*:\s*([\d.]+)\s*(pt|in|cm|mm|px)?", re.IGNORECASE)
_UNITS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75, "": 1.0}
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read(data: bytes, limits: Limits) -> Document:
    """Read a docx; ReadError codes: ``truncated``, ``encrypted``, ``zip_bomb``, ``too_large``, ``unsafe_xml``."""
    with Container(data, limits) as container:
        return read_package(container, limits)


def read_package(container: Container, limits: Limits) -> Document:
    """Read a Word document from its parts, wherever they lie."""
    document = Document(DOCX)
    xml = container.part(main_part(container.names))
    if len(xml) > 8 * limits.cells and xml.count(b":tc>") + xml.count(b":tc ") > 2 * limits.cells:
        raise too_many_cells()
    root = parse(xml)
    body = next((child for child in root if etree.QName(child).localname == "body"), None)
    if body is None:
        raise truncated("the Word document has no body", "Word文档没有正文")
    w = f"{{{etree.QName(root).namespace}}}"
    walker = _Walker(document, w, limits, numbering(container, w), looks(container, w))
    walker.body(body, xml)
    if walker.chunks:
        name = next((value for name, value in walker.chunks[0].attrib.items() if name in LINKS), "")
        if document.blocks or len(walker.chunks) > 1:
            raise unread_chunk()
        document = read_chunk(container, name, limits)
        document.media_type = DOCX
        return document
    for picture, target in targets(container, walker.embedded):
        picture.source = target
    container.describe(document)
    return document


class _Walker:
    """Walks the body once; lxml's own limit on depth (256) bounds the recursion."""

    def __init__(self, document: Document, w: str, limits: Limits, numbering: Numbering | None, looks: Looks) -> None:
        self.numbering = numbering
        self.looks = looks
        self.around = NOTHING
        self.heights: list[tuple[float, int, int]] = []
        self.w = w
        self.blocks = document.blocks
        self.limits = limits
        self.tables = self.paragraphs = self.cells = 0
        self.p, self.tbl, self.tr, self.tc = w + "p", w + "tbl", w + "tr", w + "tc"
        self.t, self.r, self.val = w + "t", w + "r", w + "val"
        self.lost = frozenset({w + "del", w + "moveFrom", FALLBACK})
        self.skipped = self.lost | {
            w + name
            for name in (
                "pPr",
                "rPr",
                "sectPr",
                "delText",
                "instrText",
                "tblPr",
                "tblGrid",
                "tblPrEx",
                "trPr",
                "tcPr",
                "rt",
            )
        }
        self.signs = {w + "tab": "\t", w + "ptab": "\t", w + "br": "\n", w + "cr": "\n", w + "noBreakHyphen": "-"}
        self.box, self.chunk = w + "txbxContent", w + "altChunk"
        self.about, self.span, self.merge = w + "tcPr", w + "gridSpan", w + "vMerge"
        self.frames = frozenset({w + "drawing", w + "pict", w + "object"})
        self.unseen = Unseen(w)
        self.looking = (
            *(w + name for name in ("vanish", "strike", "dstrike", "vertAlign", "position", "rt")),
            *(*self.signs, self.box, *self.frames, *self.lost, *looks.odd, *self.unseen.telling, self.chunk),
        )
        self.special: set[Any] = set()  # paragraphs with more than runs of plain text
        self.chunks: list[Any] = []  # files whose text Word takes in
        self.pictures = 0
        self.embedded: list[tuple[Picture, str]] = []

    def body(self, body: Any, xml: bytes) -> None:
        """All blocks of the document, whose bytes are ``xml``."""
        found = list(body.iter(*self.looking))
        self.unseen.look(body, {one.tag for one in found})
        styled = self.looks.special(body, may_fade(xml))
        for one in chain(found, self.unseen.lost, self.unseen.doubted, styled):
            if one.tag in self.unseen.telling or (one.tag in self.looks.odd and not self.looks.fades(one)):
                continue
            if one.tag == self.p:
                self.special.add(one)
            self.special.update(one.iterancestors(self.p))
        self.chunks = [one for one in found if one.tag == self.chunk]
        self._blocks(body, self.blocks)

    def _blocks(self, parent: Any, out: list[Block]) -> None:
        for child in parent:
            tag = child.tag
            if tag == self.p:
                text, boxes = self._paragraph(child)
                self._add(text, out)
                for box in boxes:
                    if isinstance(box, Picture):
                        out.append(box)
                    else:
                        self._blocks(box, out)
            elif tag == self.tbl:
                self._table(child, out)
            elif tag not in self.skipped:
                self._blocks(child, out)  # w:sdt, w:customXml, w:ins …

    def _add(self, text: str, out: list[Block]) -> None:
        for line in text.split("\n"):
            line = line.strip()
            if line:
                self.paragraphs += 1
                out.append(Paragraph(line, f"para{self.paragraphs}"))

    def _paragraph(self, paragraph: Any) -> tuple[str, list[Any]]:
        """Text of a paragraph, and the text boxes and pictures anchored in it."""
        parts: list[str] = []
        boxes: list[Any] = []
        if paragraph in self.special:
            self.around, self.heights = self.looks.around(paragraph), []
            self._runs(paragraph, parts, boxes)
            self._level(parts)
        else:
            parts = [one.text or "" for one in paragraph.iter(self.t)]
        text = "".join(parts)
        number = self.numbering.label(paragraph) if self.numbering is not None else ""
        return number + text if number and any(char.isalpha() for char in text) else text, boxes

    def _runs(self, parent: Any, parts: list[str], boxes: list[Any]) -> None:
        for child in parent:
            tag = child.tag
            if tag == self.t:
                if child not in self.unseen.lost:
                    text = child.text or ""
                    parts.append(unread(text) if child in self.unseen.doubted else text)
            elif tag == self.r:
                self._run(child, parts, boxes)
            elif tag in self.skipped:
                continue
            elif tag in self.signs:
                parts.append(self.signs[tag])
            elif tag == self.box:
                boxes.append(child)
            elif len(child):
                if tag in self.frames:
                    self._picture(child, boxes)
                self._runs(child, parts, boxes)

    def _run(self, run: Any, parts: list[str], boxes: list[Any]) -> None:
        look = self.looks.of(run, self.around)
        if look.hidden:
            return
        before = len(parts)
        self._runs(run, parts, boxes)
        text = "".join(parts[before:])
        unseen = look.faint or (look.white and not self.looks.has_ground(run))
        if look.raised or (unseen and figure(text)):
            parts[before:] = [unread(part) for part in parts[before:]]
        if text.strip():
            self.heights.append((look.height, before, len(parts)))

    def _level(self, parts: list[str]) -> None:
        """What stands off the line of the other runs of its paragraph is a mark beside them."""
        if len({height for height, _, _ in self.heights}) > 1:
            for height, start, end in self.heights:
                if abs(height) >= RAISE:
                    parts[start:end] = [unread(part) for part in parts[start:end]]

    def _picture(self, frame: Any, boxes: list[Any]) -> None:
        """A picture large enough to hold content, with its description, title or name."""
        drawn = next(frame.iter(DRAWN), None) is not None
        about: Any = next(frame.iter(PLACED + "docPr"), None) if drawn else next(frame.iter(VML + "imagedata"), None)
        if not drawn and about is None:
            return
        self.pictures += 1
        width, height = WIDTH, HEIGHT
        extent = next(frame.iter(PLACED + "extent"), None)
        shape = next(frame.iter(VML + "shape"), None)
        if extent is not None:
            width, height = (self._points(extent.get(name, "")) for name in ("cx", "cy"))
        elif shape is not None:
            found = _POINTS.findall(shape.get("style", ""))
            sizes = {name.lower(): float(number) * _UNITS[unit.lower()] for name, number, unit in found}
            width, height = sizes.get("width", WIDTH), sizes.get("height", HEIGHT)
        if width < WIDTH or height < HEIGHT:
            return
        said = [] if about is None else [about.get(key, "") for key in ("descr", "title", f"{{{OFFICE}}}title", "name")]
        text = next((" ".join(one.split()) for one in said if one.strip()), "")
        picture = Picture(f"img{self.pictures}", text)
        source: Any = next(frame.iter(DRAWN), None) if drawn else about
        self.embedded.append((picture, next((value for name, value in source.attrib.items() if name in LINKS), "")))
        boxes.append(picture)

    def _points(self, emus: str) -> float:
        return int(emus) / EMU if emus.isdigit() else 0.0

    def _children(self, parent: Any, tag: str) -> Iterator[Any]:
        """Rows of a table or cells of a row, through content controls and marks of insertion."""
        for child in parent:
            if child.tag == tag:
                yield child
            elif child.tag not in self.skipped and child.tag not in (self.p, self.tbl, self.tr, self.tc):
                yield from self._children(child, tag)

    def _number(self, found: Any, least: int) -> int:
        try:
            return least if found is None else min(max(int(found.get(self.val, least)), least), 1000)
        except ValueError:
            return least

    def _spans(self, tc: Any) -> tuple[int, str | None]:
        """The columns of a cell, and whether it goes on from the one above: ``continue``; another word where it is the
        first of several, None where it stands alone.
        """
        span = merge = None
        for about in tc:
            if about.tag == self.about:
                for one in about:
                    if one.tag == self.span:
                        span = one
                    elif one.tag == self.merge:
                        merge = one
                break
        return self._number(span, 1), None if merge is None else merge.get(self.val, "continue")

    def _table(self, table: Any, out: list[Block]) -> None:
        self.tables += 1
        prefix = f"t{self.tables}"
        cells: list[Cell] = []
        inner: list[Block] = []
        open_cells: dict[int, Cell] = {}
        n_cols = row = 0
        for tr in self._children(table, self.tr):
            properties = tr.find(self.w + "trPr")
            before = after = None
            if properties is not None:
                if properties.find(self.w + "del") is not None:
                    continue
                before, after = properties.find(self.w + "gridBefore"), properties.find(self.w + "gridAfter")
            col = self._number(before, 0)
            for tc in self._children(tr, self.tc):
                span, merge = self._spans(tc)
                above = open_cells.get(col)
                if merge == "continue" and above is not None:
                    above.rowspan = row - above.row + 1
                    # A text below the first cell of a merge is not shown; a table in it neither.
                else:
                    cell = Cell("", row, col, 1, span, f"{prefix}/r{row + 1}/c{col + 1}")
                    cell.text = self._cell_text(tc, inner)
                    cells.append(cell)
                    for covered in range(col, col + span):
                        open_cells.pop(covered, None)
                    if merge is not None:
                        open_cells[col] = cell
                col += span
                self.cells += 1
                if self.cells > self.limits.cells:
                    raise too_many_cells()
            n_cols = max(n_cols, col + self._number(after, 0))
            row += 1
        edges = self._edges(table, n_cols)
        if edges and all(edges[cell.col] < edges[cell.col + cell.colspan] for cell in cells):
            for cell in cells:
                cell.colspan = edges[cell.col + cell.colspan] - edges[cell.col]
                cell.col = edges[cell.col]
            n_cols = edges[-1]
        if n_cols > 1:
            out.append(Grid(cells, row, n_cols, prefix))
        else:
            for cell in cells:
                self._add(cell.text, out)
        out.extend(inner)

    def _edges(self, table: Any, n_cols: int) -> list[int]:
        """For each edge of the columns, in their order, which of those it is that a reader can tell apart. Rows whose
        edges differ by a hair, drawn by hand or rounded, have a column between them that nobody sees. Empty where there
        is none such, or the widths of the columns are not told.
        """
        grid = table.find(self.w + "tblGrid")
        given = [] if grid is None else [one.get(self.w + "w", "") for one in grid.iter(self.w + "gridCol")]
        widths = [int(one) if one.isdecimal() and len(one) < 6 else 0 for one in given]
        if len(widths) != n_cols or not any(0 < width < HAIR for width in widths):
            return []
        edges, since = [0], 0
        for width in widths:
            since += width
            seen = since >= HAIR
            edges.append(edges[-1] + seen)
            since = 0 if seen else since
        return edges

    def _cell_text(self, tc: Any, inner: list[Block]) -> str:
        """Paragraphs of a cell, one line each; tables within it become grids of their own after the outer one."""
        if len(tc) == 2 and tc[0].tag == self.about and tc[1].tag == self.p and tc[1] not in self.special:
            return _stripped(self._paragraph(tc[1])[0])  # as nearly always: one paragraph of plain runs
        lines: list[str] = []

        def walk(parent: Any) -> None:
            for child in parent:
                if child.tag == self.p:
                    text, boxes = self._paragraph(child)
                    lines.append(text)
                    for box in boxes:
                        if isinstance(box, Picture):
                            inner.append(box)
                        else:
                            walk(box)
                elif child.tag == self.tbl:
                    self._table(child, inner)
                elif child.tag not in self.skipped:
                    walk(child)

        walk(tc)
        return _stripped("\n".join(lines))


def _stripped(text: str) -> str:
    """A text whose lines have no blanks around them, nor the text empty lines."""
    text = text.strip()
    return "\n".join(map(str.strip, text.split("\n"))) if "\n" in text else text
