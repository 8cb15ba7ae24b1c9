"""Body -> DOCX (ECMA-376), with ``gridSpan`` and ``vMerge`` as word processors write them. Bytes are reproducible."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape, quoteattr

from pipelines.simulate.body import Body, Line
from pipelines.simulate.tables import Table, TableCell

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    _HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_RELS = (
    _HEAD + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>'
    '<Relationship Id="rId2" Target="docProps/core.xml" '
    'Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"/></Relationships>'
)
_TEXT_WIDTH = 9000  # twentieths of a point between the margins
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def write_docx(
    body: Body,
    split_runs: bool = False,
    edit: Callable[[str], str] = str,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """The body as a DOCX file. ``split_runs`` breaks labels into several runs, as edited documents have them; ``edit``
    rewrites the XML of the main part, ``more`` are further parts of the package by name."""
    title = next((piece.text for piece in body if isinstance(piece, Line) and piece.style == "title"), "")
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS,
        "docProps/core.xml": _core(title),
        "word/document.xml": edit(_document(body, split_runs)),
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # the same bytes on every operating system
            archive.writestr(entry, text.encode("utf-8"))
    return out.getvalue()


def _core(title: str) -> str:
    return (
        _HEAD + '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
    )


def _document(body: Body, split_runs: bool) -> str:
    blocks = [_line(piece) if isinstance(piece, Line) else _table(piece, split_runs) for piece in body]
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="851" w:footer="992" '
        'w:gutter="0"/></w:sectPr>'
    )
    # Two tables in a row would be read as one: word processors always put a paragraph between them.
    return f"{_HEAD}<w:document xmlns:w={quoteattr(_W)}><w:body>{'<w:p/>'.join(blocks)}{page}</w:body></w:document>"


def _run(text: str, size: int, font: str, bold: bool = False) -> str:
    weight = "<w:b/>" if bold else ""
    return (
        f'<w:r><w:rPr><w:rFonts w:hint="eastAsia" w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}"/>{weight}'
        f'<w:sz w:val="{size}"/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    )


def _paragraph(runs: str, align: str = "left") -> str:
    return f'<w:p><w:pPr><w:jc w:val="{align}"/></w:pPr>{runs}</w:p>'


def _line(piece: Line) -> str:
    if piece.style == "title":
        return _paragraph(_run(piece.text, 44, "宋体", bold=True), "center")
    return _paragraph(_run(piece.text, 32, "黑体" if piece.style == "heading" else "仿宋"))


def _table(table: Table, split_runs: bool) -> str:
    unit = _TEXT_WIDTH / sum(table.widths)
    grid = "".join(f'<w:gridCol w:w="{round(width * unit)}"/>' for width in table.widths)
    rows = "".join(f"<w:tr>{_row(table, r, unit, split_runs)}</w:tr>" for r in range(table.n_rows))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{_TEXT_WIDTH}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(table: Table, r: int, unit: float, split_runs: bool) -> str:
    cells = sorted((cell for cell in table.cells if cell.row <= r < cell.row + cell.rowspan), key=lambda cell: cell.col)
    return "".join(_cell(cell, table, cell.row == r, unit, split_runs) for cell in cells)


def _cell(cell: TableCell, table: Table, anchor: bool, unit: float, split_runs: bool) -> str:
    width = round(sum(table.widths[cell.col : cell.col + cell.colspan]) * unit)
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    if cell.colspan > 1:
        properties += f'<w:gridSpan w:val="{cell.colspan}"/>'
    if cell.rowspan > 1:
        properties += '<w:vMerge w:val="restart"/>' if anchor else "<w:vMerge/>"
    align = "left" if cell.role == "label" else "center"
    paragraphs = ""
    for text in cell.text.split("\n") if anchor else [""]:
        middle = len(text) // 2 if split_runs else 0
        runs = "".join(_run(part, 20, "宋体") for part in (text[:middle], text[middle:]) if part)
        paragraphs += _paragraph(runs, align)
    return f'<w:tc><w:tcPr>{properties}<w:vAlign w:val="center"/></w:tcPr>{paragraphs}</w:tc>'
