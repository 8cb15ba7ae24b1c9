"""PDF with a text layer, by PDFium: ruled tables become grids, all other text one paragraph per visual line.

PDFium is not thread-safe: use processes, never threads. Only pages that carry rulings in both directions pay for the
positions of their characters. Nothing is stitched over pages here; that is interpretation's work, which matches
``Grid.edges``.

Coordinates: PDFium gives user space (origin bottom left, before ``/Rotate``); everything here is in the reading frame
(top left origin, as shown on screen, turned further where the text itself stands upright only after a turn).
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipelines.document import Block, Cell, Document, Grid, Paragraph, Picture, Problem, ReadError
from pipelines.readers import marks, optical, rulings
from pipelines.readers.alleys import Carried, find_tables, parting_of
from pipelines.readers.alleytable import AlleyTable
from pipelines.readers.extras import can_see
from pipelines.readers.frame import Frame
from pipelines.readers.lattice import Filled, Glyph, Lattice, Line, deal, find_lattices, lines_of
from pipelines.readers.limits import Limits, encrypted, too_large, truncated
from pipelines.readers.pdftext import characters, plain_lines, without_unseen

MEDIA_TYPE = "application/pdf"
# Two lines that end with numbers or marks by themselves: only such pages can hold a table without rulings.
_ENDS_IN_VALUE = re.compile(r"(?:^|\s)[\d.,/+\-—－０-９无]+[^\s\d]{0,2}[^\S\n]*$", re.MULTILINE)
_FEW = 30
"""Printed characters on a page that is a picture: a page number, a stamp of the time."""
_FIGURES = 5
"""Figures among them from which on they may be the rest of a table."""
# … or one that ends in a whole row of them.
_ROW_OF_VALUES = re.compile(r"(?:(?:^|\s+)[\d.,/+\-—－０-９无]+){5,}[^\S\n]*$", re.MULTILINE)


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
        carried, seeing = Carried(), can_see()
        total = 0
        empty: list[int] = []
        cells = 0
        for number in range(1, document.pages + 1):
            page = _Page(pdf, number, limits, carried, look=seeing and len(document.optical) < limits.optical_pages)
            blocks, characters = page.read(document.problems)
            total += characters
            if page.optical:
                document.optical.append(number)
            cells += sum(len(block.cells) for block in blocks if isinstance(block, Grid))
            if total > limits.total_chars or cells > limits.cells:
                raise too_large("too many characters or cells", "字符或单元格过多")
            if (not page.optical and not characters) or all(isinstance(block, Picture) for block in blocks):
                empty.append(number)
            document.blocks.extend(blocks)
    finally:
        pdf.close()
    if document.optical:
        pages = ", ".join(map(str, document.optical))
        document.problems.append(
            Problem(
                "optical",
                f"pages that are pictures were read optically: {pages}",
                f"以下页面是图片，内容由光学识别读出：{pages}",
                f"p{document.optical[0]}",
            )
        )
    if all(isinstance(block, Picture) for block in document.blocks):
        raise ReadError(
            "no_text_layer",
            "the PDF has no text layer (a scan or pictures only); " + optical.advice_en(),
            "该PDF没有文字层（扫描件或纯图片）；" + optical.advice_zh(),
        )
    full = len(document.optical) >= limits.optical_pages
    for number in empty:
        en, zh = f"page {number} has no text", f"第{number}页没有文字"
        if full:
            en += f" (at most {limits.optical_pages} pages of a document are read optically)"
            zh += f"（每份文件最多光学识别{limits.optical_pages}页）"
        document.problems.append(Problem("page_without_text", en, zh, f"p{number}"))
    return document


def _is_picture(text: list[str], strokes: rulings.Strokes) -> bool:
    """Whether a page has no text of its own: none at all, somebody's machine reading of it, or next to none beside a
    picture."""
    if not text or strokes.invisible_text:
        return True
    printed = [char for char in text if not char.isspace()]
    return bool(strokes.pictures) and len(printed) < _FEW and sum(map(str.isdigit, printed)) < _FIGURES


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
            raise encrypted("PDF", "该PDF") from None
        raise truncated("PDFium cannot open it", "PDFium无法打开该PDF") from None


def _describe(pdf: pdfium.PdfDocument, document: Document) -> None:
    """Title and the other entries of the information dictionary."""
    for key in ("Title", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate"):
        try:
            value = pdf.get_metadata_value(key).strip()
        except UnicodeDecodeError:  # damaged: half a character
            continue
        if value:
            document.metadata[key] = value
    document.title = document.metadata.get("Title", "")


class _Placed(NamedTuple):
    """A block with its top, for the order on the page."""

    top: float
    left: float
    block: Block


def _ordered(placed: list[_Placed]) -> list[Block]:
    return [item.block for item in sorted(placed, key=lambda item: (item.top, item.left))]


class _Page:
    """One page while it is open."""

    def __init__(
        self, pdf: pdfium.PdfDocument, number: int, limits: Limits, carried: Carried, *, look: bool = False
    ) -> None:
        self.pdf = pdf
        self.look = look
        self.optical = False
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
        if count > self.limits.page_chars:
            raise too_large(f"page {self.number} has {count} characters", f"第{self.number}页有{count}个字符")
        text = characters(textpage, count) if count else []
        frame = Frame.of(page, textpage, text)
        strokes = rulings.collect(page, frame, self.limits.page_paths)
        if self.look and _is_picture(text, strokes):
            looked = optical.look(page, self.limits.page_paths)
            if looked is not None:
                return self._seen(looked, strokes), count
        self._notice(strokes, count, problems)
        if strokes.hidden_text or strokes.clipping_text:
            text = without_unseen(textpage, text, hidden=strokes.hidden_text)
        placed = self._pictures(strokes, frame)
        lattices = find_lattices(strokes.horizontal, strokes.vertical, self.limits.cells) if count else []
        ruled = any(len(lattice.cells) > 1 for lattice in lattices)
        if ruled:
            self.carried.table = None
        elif not lattices and not self._tabular("".join(text)):
            self.carried.table, self.carried.strong = None, False
            lines = plain_lines(textpage, text, frame)
            if lines is not None:
                return _ordered(placed + self._paragraphs(lines, frame)), count
        found, seen = marks.read_glyphs(textpage, text, frame, strokes, lattices)
        problems += seen.problems(self.number)
        return self._laid_out(found, lattices, placed, frame, problems), count

    def _laid_out(
        self, found: list[Glyph], lattices: list[Lattice], placed: list[_Placed], frame: Frame, problems: list[Problem]
    ) -> list[Block]:
        """Blocks of a page whose characters have places: half by half where it is two pages on one sheet."""
        width, height = frame.size
        ruled = any(len(lattice.cells) > 1 for lattice in lattices)
        parting = parting_of(found, width) if not ruled or width > height else None
        if parting is None or any(lattice.xs[0] < parting < lattice.xs[-1] for lattice in lattices):
            parting = width
        filled, outside = deal(found, lattices)
        for table in filled:
            if len(table.lattice.cells) == 1 and not ruled:
                outside += table.glyphs[0]  # a frame around the page
            else:
                placed += self._table(table, frame, problems)
        blocks: list[Block] = []
        for left in (True, False):
            part = [glyph for glyph in outside if (glyph.x0 < parting) == left]
            tables, rest = find_tables(part, self.carried) if part and not ruled else ([], part)
            mine = [item for item in placed if (item.left < parting) == left]
            mine += [self._unruled(table, frame) for table in tables] + self._paragraphs(lines_of(rest), frame)
            if not left:
                # Each half is a page of its own: the columns of a table that goes on stand at the same places in it.
                for item in mine:
                    if isinstance(item.block, Grid):
                        item.block.edges = tuple(round(x - width / 2, 1) for x in item.block.edges)
            blocks += _ordered(mine)
        return blocks

    def _seen(self, seen: optical.Seen, strokes: rulings.Strokes) -> list[Block]:
        """Blocks of a page that was read optically."""
        self.optical = True
        self.carried.table = None
        frame = optical.Tilted(seen)
        placed = [
            self._grid(table.lattice, list(map(table.text, range(len(table.lines)))), frame)
            for table in seen.tables
            if any(table.lines)
        ]
        if not placed:
            placed = self._pictures(strokes, frame)  # there may be a table on it all the same
        return _ordered(placed + self._paragraphs(seen.lines, frame))

    def _pictures(self, strokes: rulings.Strokes, frame: Frame) -> list[_Placed]:
        return [
            _Placed(box[1], box[0], Picture(self.prefix + frame.locate(*box), page=self.number))
            for box in strokes.pictures
        ]

    def _notice(self, strokes: rulings.Strokes, count: int, problems: list[Problem]) -> None:
        """Tell what was noticed of a page as a whole."""
        if strokes.invisible_text:
            problems.append(
                Problem(
                    "invisible_text",
                    f"the text of page {self.number} is an invisible layer over a picture (machine reading of a scan)",
                    f"第{self.number}页的文字是图片上的隐藏层（扫描识别结果）",
                    self.prefix,
                )
            )
        if strokes.hidden_text:
            problems.append(
                Problem(
                    "invisible_text",
                    f"invisible text among what page {self.number} prints was left out",
                    f"第{self.number}页印出的文字中夹有不可见文字，已忽略",
                    self.prefix,
                )
            )
        if strokes.clipping_text:
            problems.append(
                Problem(
                    "invisible_text",
                    f"page {self.number} has text that is only a clipping path; digits in it may be invisible",
                    f"第{self.number}页有仅作剪切路径的文字，其中的数字可能不可见，未作数字读取",
                    self.prefix,
                )
            )
        if len(strokes.texts) > count:
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

    def _tabular(self, text: str) -> bool:
        """Whether lines end in values, so that the page can hold a table without rulings, or the rest of one."""
        needed = 1 if self.carried.strong or _ROW_OF_VALUES.search(text) else 2
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
        placed = self._grid(lattice, [table.text(index) for index in range(len(lattice.cells))], frame)
        for index in table.crossings:
            problems.append(
                Problem(
                    "text_crosses_ruling",
                    f"the number {table.text(index)!r} reaches over the border of its cell",
                    f"数字“{table.text(index)}”超出了单元格边框",
                    self.prefix + frame.locate(*lattice.cell_box(lattice.cells[index])),
                )
            )
        return [placed]

    def _grid(self, lattice: Lattice, texts: list[str], frame: Frame) -> _Placed:
        cells = [
            Cell(
                text,
                cell.row,
                cell.col,
                cell.rowspan,
                cell.colspan,
                self.prefix + frame.locate(*lattice.cell_box(cell)),
            )
            for cell, text in zip(lattice.cells, texts, strict=True)
        ]
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
        return _Placed(y0, x0, grid)

    def _paragraphs(self, lines: list[Line], frame: Frame) -> list[_Placed]:
        return [
            _Placed(
                line.y0,
                line.x0,
                Paragraph(line.text, self.prefix + frame.locate(line.x0, line.y0, line.x1, line.y1), self.number),
            )
            for line in lines
        ]


def version() -> Any:
    """The build of PDFium in use, for run records."""
    return pdfium.PDFIUM_INFO
