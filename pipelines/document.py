"""The small document model that every reader produces and interpretation consumes.

A document is paragraphs and grids in reading order. A grid keeps only anchor cells: a position covered by a
row or column span has no cell, so that a merged value can never be mistaken for several values.

Locators lead back to the printed place and are written by the reader, once:

========  ====================  ==========================================================================
file      locator               meaning
========  ====================  ==========================================================================
PDF       ``p4[x0,y0,x1,y1]``   page from 1; points from the top left corner of the page as shown
HTML,DOCX ``t3/r12/c7``         table, row and grid column (spans resolved), each from 1 in document order
HTML      ``rows2/r12/c7``      in a run of rows that are no table: the run, its row and cell, each from 1
HTML,DOCX ``para9:14-18``       paragraph from 1, characters as of text where not all of it is meant
HTML,DOCX ``img2``              picture, from 1 in document order
workbook  ``'Sheet1'!D14``      sheet and cell as spreadsheets show them
text      ``L120:14-18``        line from 1; caret columns as editors show them, the second one exclusive
========  ====================  ==========================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Cell:
    """One anchor cell; ``text`` is what is printed, inner line breaks kept as ``\\n``."""

    text: str
    row: int
    col: int
    rowspan: int = 1
    colspan: int = 1
    locator: str = ""


@dataclass(slots=True)
class Grid:
    """A table: anchor cells in row-major order, indices from 0.

    ``aligned`` is True where column positions are dependable (ruled or marked-up tables) and False for rows of
    plain text, where ``col`` is only the ordinal of the cell in its line. ``edges`` are the x positions of the
    ``n_cols + 1`` column edges in points (PDF only), by which a table continued on the next page is matched.
    """

    cells: list[Cell]
    n_rows: int
    n_cols: int
    locator: str = ""
    aligned: bool = True
    page: int | None = None
    edges: tuple[float, ...] = ()


@dataclass(slots=True)
class Paragraph:
    """One paragraph (one line in plain text and PDF) outside any grid."""

    text: str
    locator: str = ""
    page: int | None = None


@dataclass(slots=True)
class Picture:
    """A picture that could hold content: too large for an icon, and no part of the page's decoration as far as a reader
    can tell. ``text`` is what the document says of it (alternative text, title or file name), perhaps nothing;
    ``source`` is the name of its file, where it has one of its own.
    """

    locator: str
    text: str = ""
    page: int | None = None
    source: str = ""


Block = Grid | Paragraph | Picture


@dataclass(slots=True)
class Problem:
    """Something a reader noticed and survived; becomes a finding of the pipeline."""

    code: str
    message_en: str
    message_zh: str
    locator: str = ""


@dataclass(slots=True)
class Document:
    """What a reader makes of the bytes; ``title`` is a title the file itself declares, never its name; ``optical`` are
    the pages that are pictures, whose text was recognised.
    """

    media_type: str
    blocks: list[Block] = field(default_factory=list)
    charset: str = ""
    title: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    pages: int = 0
    problems: list[Problem] = field(default_factory=list)
    optical: list[int] = field(default_factory=list)


class ReadError(Exception):
    """The bytes cannot be read as a document. ``code`` is stable; the messages are for people."""

    def __init__(self, code: str, message_en: str, message_zh: str) -> None:
        super().__init__(message_en)
        self.code = code
        self.message_en = message_en
        self.message_zh = message_zh
