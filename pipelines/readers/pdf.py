"""PDF with a text layer, by PDFium: ruled tables become grids, all other text one paragraph per visual line.

PDFium is not thread-safe: use processes, never threads. Only pages that carry rulings in both directions pay for the
positions of their characters. Nothing is stitched over pages here; that is interpretation's work, which matches
``Grid.edges``.

Coordinates: PDFium gives user space (origin bottom left, before ``/Rotate``); everything here is in the reading frame
(top left origin, as shown on screen, turned further where the text itself stands upright only after a turn).
"""

from __future__ import annotations

import ctypes
import re
from itertools import islice, pairwise
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipelines.document import Block, Cell, Document, Grid, Paragraph, Problem, ReadError
from pipelines.readers import rulings
from pipelines.readers.alleys import AlleyTable, Carried, find_tables
from pipelines.readers.frame import Frame
from pipelines.readers.lattice import Filled, Glyph, Line, deal, find_lattices, lines_of
from pipelines.readers.limits import Limits, too_large, truncated

MEDIA_TYPE = "application/pdf"
# Two lines that end with numbers or marks by themselves: only such pages can hold a table without rulings.
_ENDS_IN_VALUE = re.compile(r"(?:^|\s)[\d.,/+\-—－０-９无]+[^\s\d]{0,2}[^\S\n]*$", re.MULTILINE)


def read(data: bytes, limits: Limits) -> Document:
    """Read a PDF; ReadError codes: ``encrypted``, ``truncated``, ``no_text_layer``, ``too_large``."""
    document = Document(MEDIA_TYPE)
    pdf = _open(data)
    try:
        document.pages = len(pdf)
        if document.pages > limits.pages:
            raise too_large(f"{document.pages} pages", f"共{document.pages}页")
        _describe(pdf, document)
        if b"%%EOF" not in data[-2048:]:
            document.problems.append(
                Problem("repaired", "the end of the PDF is missing; pages may be lost", "PDF文件尾部缺失，可能丢页")
            )
        carried = Carried()
        total = 0
        empty: list[int] = []
        cells = 0
        for number in range(1, document.pages + 1):
            page = _Page(pdf, number, limits, carried)
            blocks, characters = page.read(document.problems)
            total += characters
            cells += sum(len(block.cells) for block in blocks if isinstance(block, Grid))
            if total > limits.total_chars or cells > limits.cells:
                raise too_large("too many characters or cells", "字符或单元格过多")
            if not blocks:
                empty.append(number)
            document.blocks.extend(blocks)
    finally:
        pdf.close()
    if not document.blocks:
        raise ReadError(
            "no_text_layer",
            "the PDF has no text layer (a scan or pictures only); look for a copy as a web page or Word file",
            "该PDF没有文字层（扫描件或纯图片）；请另找网页或Word版本",
        )
    for number in empty:
        document.problems.append(
            Problem("page_without_text", f"page {number} has no text", f"第{number}页没有文字", f"p{number}")
        )
    return document


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        pdf = pdfium.PdfDocument(data)
        if len(pdf) == 0:
            pdf.close()
            raise truncated("the PDF has no readable page", "PDF中没有可读的页面")
        return pdf
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise ReadError(
                "encrypted",
                "the PDF is protected by a password; save a copy without it",
                "该PDF已加密，需要密码才能打开；请另存为无密码的副本",
            ) from None
        raise truncated("PDFium cannot open it", "PDFium无法打开该PDF") from None


def _describe(pdf: pdfium.PdfDocument, document: Document) -> None:
    """Title and the other entries of the information dictionary."""
    for key in ("Title", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate"):
        value = pdf.get_metadata_value(key).strip()
        if value:
            document.metadata[key] = value
    document.title = document.metadata.get("Title", "")


class _Placed(NamedTuple):
    """A block with its top, for the order on the page."""

    top: float
    left: float
    block: Block


class _Page:
    """One page while it is open."""

    def __init__(self, pdf: pdfium.PdfDocument, number: int, limits: Limits, carried: Carried) -> None:
        self.pdf = pdf
        self.number = number
        self.limits = limits
        self.prefix = f"p{number}"
        self.carried = carried

    def read(self, problems: list[Problem]) -> tuple[list[Block], int]:
        """Blocks in reading order and the number of characters; closes what it opens."""
        try:
            page = self.pdf[self.number - 1]
        except pdfium.PdfiumError:
            problems.append(
                Problem(
                    "page_unreadable",
                    f"page {self.number} cannot be loaded",
                    f"第{self.number}页无法读取",
                    self.prefix,
                )
            )
            return [], 0
        try:
            textpage = page.get_textpage()
            try:
                return self._blocks(page, textpage, problems)
            finally:
                textpage.close()
        finally:
            page.close()

    def _blocks(
        self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, problems: list[Problem]
    ) -> tuple[list[Block], int]:
        count = max(0, raw.FPDFText_CountChars(textpage))
        if not count:
            return [], 0
        if count > self.limits.page_chars:
            raise too_large(f"page {self.number} has {count} characters", f"第{self.number}页有{count}个字符")
        text = _characters(textpage, count)
        frame = Frame.of(page, textpage, text)
        strokes = rulings.collect(page, frame, self.limits.page_paths)
        if strokes.invisible_text:
            problems.append(
                Problem(
                    "invisible_text",
                    f"the text of page {self.number} is an invisible layer over a picture (machine reading of a scan)",
                    f"第{self.number}页的文字是图片上的隐藏层（扫描识别结果）",
                    self.prefix,
                )
            )
        if strokes.text_objects > count:
            # PDFium drops single ideographs of fonts that are neither embedded nor installed.
            problems.append(
                Problem(
                    "lost_characters",
                    f"characters of page {self.number} are lost: their font is neither in the PDF nor on this machine",
                    f"第{self.number}页有文字丢失：所用字体既未嵌入PDF，本机也未安装",
                    self.prefix,
                )
            )
        if strokes.too_many:
            problems.append(
                Problem(
                    "too_many_paths",
                    f"page {self.number} has too many drawn lines; tables on it may be missed",
                    f"第{self.number}页线条过多，其中的表格可能未识别",
                    self.prefix,
                )
            )
        lattices = find_lattices(strokes.horizontal, strokes.vertical, self.limits.cells)
        ruled = any(len(lattice.cells) > 1 for lattice in lattices)
        if ruled:
            self.carried.table = None
        elif not lattices and not self._tabular("".join(text)):
            self.carried.table, self.carried.strong = None, False
            lines = _plain_lines(textpage, text, frame)
            if lines is not None:
                return [item.block for item in self._paragraphs(lines, frame)], count
        filled, outside = deal(_glyphs(textpage, text, frame), lattices)
        placed: list[_Placed] = []
        for table in filled:
            if len(table.lattice.cells) == 1 and len(table.glyphs[0]) > 0 and not ruled:
                outside += table.glyphs[0]  # a frame around the page
            else:
                placed.extend(self._table(table, frame, problems))
        if not ruled:
            tables, outside = find_tables(outside, self.carried)
            placed.extend(self._unruled(table, frame) for table in tables)
        placed.extend(self._paragraphs(lines_of(outside), frame))
        placed.sort(key=lambda item: (item.top, item.left))
        return [item.block for item in placed], count

    def _tabular(self, text: str) -> bool:
        """Whether lines end in values, so that the page can hold a table without rulings, or the rest of one."""
        needed = 1 if self.carried.strong else 2
        return len(list(islice(_ENDS_IN_VALUE.finditer(text), needed))) == needed

    def _unruled(self, table: AlleyTable, frame: Frame) -> _Placed:
        cells = [
            Cell(cell.text, cell.row, cell.col, 1, cell.colspan, self.prefix + frame.locate(*cell.box))
            for cell in table.cells
        ]
        edges = tuple(round(x, 1) for x in table.edges)
        place = self.prefix + frame.locate(*table.box)
        return _Placed(
            table.box[1], table.box[0], Grid(cells, table.n_rows, table.n_cols, place, True, self.number, edges)
        )

    def _table(self, table: Filled, frame: Frame, problems: list[Problem]) -> list[_Placed]:
        """A grid; a frame around running text becomes its lines, an empty drawing nothing."""
        lattice = table.lattice
        if not any(table.glyphs):
            return []
        if len(lattice.cells) == 1:
            lines = lines_of(table.glyphs[0])
            if len(lines) > 1:
                return self._paragraphs(lines, frame)
        cells = [
            Cell(
                table.text(index),
                cell.row,
                cell.col,
                cell.rowspan,
                cell.colspan,
                self.prefix + frame.locate(*lattice.cell_box(cell)),
            )
            for index, cell in enumerate(lattice.cells)
        ]
        for index in table.crossings:
            problems.append(
                Problem(
                    "text_crosses_ruling",
                    f"the number {cells[index].text!r} reaches over the border of its cell",
                    f"数字“{cells[index].text}”超出了单元格边框",
                    cells[index].locator,
                )
            )
        x0, y0, _, _ = lattice.box
        grid = Grid(
            cells,
            lattice.n_rows,
            lattice.n_cols,
            self.prefix + frame.locate(*lattice.box),
            True,
            self.number,
            tuple(round(x, 1) for x in lattice.xs),
        )
        return [_Placed(y0, x0, grid)]

    def _paragraphs(self, lines: list[Line], frame: Frame) -> list[_Placed]:
        return [
            _Placed(
                line.y0,
                line.x0,
                Paragraph(line.text, self.prefix + frame.locate(line.x0, line.y0, line.x1, line.y1), self.number),
            )
            for line in lines
        ]


def _characters(textpage: pdfium.PdfTextPage, count: int) -> list[str]:
    """The characters of a page, one string for each index; unprintable ones are blank.

    U+FFFE and U+0002 are PDFium's marks of a hyphen at the end of a line.
    """
    buffer = (ctypes.c_ushort * (count + 1))()
    got = raw.FPDFText_GetText(textpage, 0, count, buffer)
    text = bytes(buffer)[: 2 * max(0, got - 1)].decode("utf-16-le", "replace")
    characters = list(text)
    if len(characters) != count:
        characters = [_character(raw.FPDFText_GetUnicode(textpage, index)) for index in range(count)]
    return ["-" if c in "\ufffe\x02" else c for c in characters]


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "


def _glyphs(textpage: pdfium.PdfTextPage, text: list[str], frame: Frame) -> list[Glyph]:
    """All printed characters with their places, blanks appended to the character before."""
    loose = raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    loose_ref, x_ref, y_ref = ctypes.byref(loose), ctypes.byref(x), ctypes.byref(y)
    get_box, get_origin, handle = raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharOrigin, textpage.raw
    to_box, to_point = frame.box, frame.point
    found: list[tuple[str, float, float, float, float, int]] = []
    for index, character in enumerate(text):
        if character.isspace():
            if found and character not in "\r\n":
                last = found[-1]
                found[-1] = (last[0] + character, *last[1:])
            continue
        get_box(handle, index, loose_ref)
        get_origin(handle, index, x_ref, y_ref)
        x0, y0, x1, y1 = to_box(loose.left, loose.bottom, loose.right, loose.top)
        found.append((character, x0, x1, y1 - y0, to_point(x.value, y.value)[1], index))
    usual = _usual_size(found)
    glyphs = []
    for character, x0, x1, height, base, index in found:
        size = min(height, 1.6 * usual)
        if not 0 < x1 - x0 <= 2.5 * usual or not 0 < height <= 4 * usual:
            # The box of a vertical font, which PDFium does not scale, or of a broken one: the ink is reliable.
            ink = frame.box(*textpage.get_charbox(index))
            x0, x1, base, size = ink[0], ink[2], ink[3], max(ink[3] - ink[1], 0.5 * usual)
        glyphs.append(Glyph(character, x0, base - 0.85 * size, x1, base + 0.15 * size, base))
    return glyphs


def _usual_size(found: list[tuple[str, float, float, float, float, int]]) -> float:
    """The em of the page: the median width of its ideographs, else the median height of its characters."""
    sizes = [item[2] - item[1] for item in found if "\u2e80" <= item[0][0] <= "\u9fff"] or [item[3] for item in found]
    sizes = sorted(size for size in sizes if size > 0)
    return sizes[len(sizes) // 2] if sizes else 10.0


def _plain_lines(textpage: pdfium.PdfTextPage, text: list[str], frame: Frame) -> list[Line] | None:
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
        boxes = []
        for index in range(first, last + 1):
            if index in (first, last) or (text[index].isspace() is False and text[index - 1].isspace()):
                raw.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(rect))
                boxes.append(frame.box(rect.left, rect.bottom, rect.right, rect.top))
        if any(after[0] < before[0] for before, after in pairwise(boxes)):
            return None
        lines.append(
            Line(
                "".join(text[first : last + 1]),
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


def version() -> Any:
    """The build of PDFium in use, for run records."""
    return pdfium.PDFIUM_INFO
