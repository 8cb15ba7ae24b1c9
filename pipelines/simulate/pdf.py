"""Body -> PDF with ruled tables and a text layer; tables break over pages the way word processors break them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from pipelines.simulate.body import Body, Line
from pipelines.simulate.pdf_file import PageImage, PlacedText, text_width, write_pages
from pipelines.simulate.tables import Table, TableCell
from schemas.forms import Key

_SIZES = {"title": 18.0, "notice": 10.0, "heading": 14.0, "paragraph": 12.0}


@dataclass(frozen=True, slots=True)
class PdfLayout:
    """How pages are laid out; lengths in points.

    ``split``: ``rows`` never cuts a row at a page end; ``lines`` cuts it between two lines of its label, the values
    staying above. ``repeat_header`` prints a table's header again on each page. A label that spans rows over a page
    end flows on: the lines that do not fit stand on the next page. ``footer`` makes the foot of page n. ``start``
    leaves room above the title, which moves every page end. ``drop`` are pages (from 1) that got lost.
    """

    width: float = 595.0
    height: float = 842.0
    margin: float = 64.0
    start: float = 0.0
    table_size: float = 9.0
    padding: float = 4.0
    split: Literal["rows", "lines"] = "rows"
    repeat_header: bool = False
    footer: Callable[[int], str] | None = field(default=lambda page: f"- {page} -")
    rules: Literal["stroke", "fill", "light", "double", "dashed", "none"] = "stroke"
    drop: frozenset[int] = frozenset()


@dataclass(slots=True)
class PdfPage:
    """A page and the cells of the form whose text stands on it."""

    image: PageImage
    keys: set[Key] = field(default_factory=set)


def write_pdf(body: Body, layout: PdfLayout = PdfLayout()) -> bytes:
    """The body as a PDF file."""
    title = next((piece.text for piece in body if isinstance(piece, Line) and piece.style == "title"), "")
    pages = lay_out(body, layout)
    kept = [page.image for number, page in enumerate(pages, start=1) if number not in layout.drop]
    return write_pages(kept, title, layout.rules)


def lay_out(body: Body, layout: PdfLayout = PdfLayout()) -> list[PdfPage]:
    """All pages, also those that ``layout.drop`` would lose."""
    return _Typesetter(layout).set(body)


def lost_keys(body: Body, layout: PdfLayout) -> set[Key]:
    """The cells that stand only on pages that ``layout.drop`` loses."""
    pages = lay_out(body, layout)
    kept = {key for n, page in enumerate(pages, start=1) if n not in layout.drop for key in page.keys}
    return {key for page in pages for key in page.keys} - kept


def wrap(text: str, size: float, width: float) -> list[str]:
    """``text`` in lines of at most ``width`` points, broken between any two characters as Chinese is; Latin words
    are kept whole where they fit on a line."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for character in part:
            if line and text_width(line + character, size) > width:
                space = line.rfind(" ") if line.isascii() or (line[-1].isascii() and line[-1].isalpha()) else -1
                kept = line[space + 1 :] if space > 0 and character != " " else ""
                lines.append(line[: len(line) - len(kept)].rstrip(" "))
                line = kept
            line += character if line or character != " " else ""
        lines.append(line)
    return lines


class _Typesetter:
    def __init__(self, layout: PdfLayout) -> None:
        self.layout = layout
        self.pages: list[PdfPage] = []
        self.top = layout.height - layout.margin
        self.bottom = layout.margin
        self.y = self.top

    def set(self, body: Body) -> list[PdfPage]:
        self.new_page()
        self.y -= self.layout.start
        for piece in body:
            if isinstance(piece, Line):
                self._paragraph(piece)
            else:
                _TableSetter(self, piece).set()
                self.y -= 8
        return self.pages

    def new_page(self) -> None:
        """Begin a page and print its foot."""
        layout = self.layout
        page = PdfPage(PageImage(layout.width, layout.height))
        self.pages.append(page)
        self.y = self.top
        foot = layout.footer(len(self.pages)) if layout.footer else ""
        if foot:
            x = (layout.width - text_width(foot, 10)) / 2
            page.image.texts.append(PlacedText(x, layout.margin / 2, 10, foot))

    def _paragraph(self, piece: Line) -> None:
        size = _SIZES[piece.style]
        width = self.layout.width - 2 * self.layout.margin
        indent = "" if piece.style == "title" else "　　"
        lines = wrap(indent + piece.text, size, width)
        if piece.style == "heading" and self.y - size * 6 < self.bottom:
            self.new_page()  # a heading is not left alone at the foot of a page
        for line in lines:
            if self.y - size * 1.6 < self.bottom:
                self.new_page()
            self.y -= size * 1.6
            x = self.layout.margin
            if piece.style == "title":
                x = (self.layout.width - text_width(line, size)) / 2
            # The indent is left white, not set as characters.
            x += text_width("　" * (len(line) - len(line.lstrip("　"))), size)
            self.pages[-1].image.texts.append(
                PlacedText(x, self.y, size, line.lstrip("　"), bold=piece.style in ("title", "heading"))
            )
        self.y -= size * 0.4


@dataclass(slots=True)
class _Strip:
    """Part of one row on one page: lines ``first`` … ``last`` - 1 of its cells, ``height`` points high."""

    row: int
    first: int
    last: int
    height: float
    repeated: bool = False


class _TableSetter:
    def __init__(self, setter: _Typesetter, table: Table) -> None:
        self.setter = setter
        self.layout = setter.layout
        self.table = table
        self.leading = self.layout.table_size * 1.35
        total = self.layout.width - 2 * self.layout.margin
        self.edges = [self.layout.margin]
        for width in table.widths:
            self.edges.append(self.edges[-1] + total * width / sum(table.widths))
        self.lines = {cell: self._wrapped(cell) for cell in table.cells}
        self.counts = [1] * table.n_rows
        for cell in table.cells:
            if cell.rowspan == 1:
                self.counts[cell.row] = max(self.counts[cell.row], len(self.lines[cell]))
        for cell in table.cells:  # a spanning cell with more lines than its rows makes its last row higher
            rows = range(cell.row, cell.row + cell.rowspan)
            lack = len(self.lines[cell]) * self.leading + self.layout.padding * 2 - sum(map(self._height, rows))
            if cell.rowspan > 1 and lack > 0:
                self.counts[rows[-1]] += int(lack / self.leading) + 1

    def _wrapped(self, cell: TableCell) -> list[str]:
        width = self.edges[cell.col + cell.colspan] - self.edges[cell.col] - 2 * self.layout.padding
        return wrap(cell.text, self.layout.table_size, width)

    def _height(self, row: int) -> float:
        return self.counts[row] * self.leading + 2 * self.layout.padding

    def set(self) -> None:
        done: dict[TableCell, int] = {}
        for number, strips in enumerate(self._strips()):
            if number:
                self.setter.new_page()
            self._draw(strips, done)

    def _strips(self) -> list[list[_Strip]]:
        """The strips on each page."""
        pages: list[list[_Strip]] = [[]]
        room = self.setter.y - self.setter.bottom
        for row in range(self.table.n_rows):
            count, first = self.counts[row], 0
            if self._height(row) > room:
                fits = int((room - 2 * self.layout.padding) / self.leading)
                if self.layout.split == "lines" and 0 < fits < count:
                    pages[-1].append(_Strip(row, 0, fits, fits * self.leading + 2 * self.layout.padding))
                    first = fits
                pages.append([])
                room = self.setter.top - self.setter.bottom
                if self.layout.repeat_header:
                    header = range(self.table.header_rows)
                    pages[-1].extend(_Strip(r, 0, self.counts[r], self._height(r), True) for r in header)
                    room -= sum(map(self._height, header))
            height = (count - first) * self.leading + 2 * self.layout.padding
            pages[-1].append(_Strip(row, first, count, height))
            room -= height
        return pages

    def _draw(self, strips: list[_Strip], done: dict[TableCell, int]) -> None:
        tops: list[float] = []
        y = self.setter.y
        for strip in strips:
            tops.append(y)
            y -= strip.height
        self.setter.y = y
        rules: set[tuple[float, float, float, float]] = set()
        for cell in self.table.cells:
            mine = [i for i, s in enumerate(strips) if cell.row <= s.row < cell.row + cell.rowspan]
            if not mine:
                continue
            top, bottom = tops[mine[0]], tops[mine[-1]] - strips[mine[-1]].height
            x0, x1 = self.edges[cell.col], self.edges[cell.col + cell.colspan]
            rules |= {(x0, top, x1, top), (x0, bottom, x1, bottom), (x0, bottom, x0, top), (x1, bottom, x1, top)}
            repeated = strips[mine[0]].repeated
            lines = self.lines[cell] if repeated else self.lines[cell][done.get(cell, 0) :]
            whole = strips[mine[-1]].row == cell.row + cell.rowspan - 1
            room = int((top - bottom - 2 * self.layout.padding) / self.leading + 0.01)
            shown = lines if whole and strips[mine[-1]].last == self.counts[strips[mine[-1]].row] else lines[:room]
            if not repeated:
                done[cell] = done.get(cell, 0) + len(shown)
            self._text(cell, shown, x0, x1, top, bottom)
        image = self.setter.pages[-1].image
        image.rules.extend(sorted(rules))

    def _text(self, cell: TableCell, lines: list[str], x0: float, x1: float, top: float, bottom: float) -> None:
        size = self.layout.table_size
        y = (top + bottom) / 2 + len(lines) * self.leading / 2
        page = self.setter.pages[-1]
        for line in lines:
            y -= self.leading
            if not line:
                continue
            x = x0 + self.layout.padding if cell.role == "label" else (x0 + x1 - text_width(line, size)) / 2
            page.image.texts.append(PlacedText(x, y + self.leading * 0.25, size, line))
            if cell.key:
                page.keys.add(cell.key)
        if cell.key and not cell.text:
            page.keys.add(cell.key)
