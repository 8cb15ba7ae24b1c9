"""Small documents made by hand, byte by byte, for the tests of the readers."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable

from pipelines.document import Document, Grid, Paragraph, Picture

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def texts(grid: Grid) -> list[tuple[int, int, str]]:
    """Row, column and text of every cell."""
    return [(cell.row, cell.col, cell.text) for cell in grid.cells]


def spans(grid: Grid) -> dict[str, tuple[int, int, int, int]]:
    """Row, column, row span and column span of the cells, by their text."""
    return {cell.text: (cell.row, cell.col, cell.rowspan, cell.colspan) for cell in grid.cells}


def grids(document: Document) -> list[Grid]:
    """The grids of a document."""
    return [block for block in document.blocks if isinstance(block, Grid)]


def paragraphs(document: Document) -> list[str]:
    """The texts of its paragraphs."""
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def outline(document: Document) -> list[str]:
    """Paragraph texts, a grid as its locator and size, a picture as its locator and text: the order at a glance."""
    return [
        f"<{block.locator} {block.n_rows}x{block.n_cols}>"
        if isinstance(block, Grid)
        else f"[{block.locator} {block.text}]"
        if isinstance(block, Picture)
        else block.text
        for block in document.blocks
    ]


def pictures(document: Document) -> list[Picture]:
    """The pictures of a document."""
    return [block for block in document.blocks if isinstance(block, Picture)]


# ----------------------------------------------------------------------------------------------------------------- PDF


def say(x: float, y: float, text: str, size: float = 10) -> str:
    """Show text with its baseline at a point (origin bottom left); ideographs by a standard font of PDF viewers."""
    if text.isascii():
        shown = "(" + text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") + ")"
        font = "F1"
    else:
        shown, font = "<" + text.encode("utf-16-be").hex() + ">", "F2"
    return f"BT /{font} {size} Tf {x} {y} Td {shown} Tj ET\n"


def line(x0: float, y0: float, x1: float, y1: float, width: float = 0.5) -> str:
    """A stroked line."""
    return f"{width} w {x0} {y0} m {x1} {y1} l S\n"


def bar(x: float, y: float, width: float, height: float) -> str:
    """A filled rectangle."""
    return f"{x} {y} {width} {height} re f\n"


def ruled(xs: Iterable[float], ys: Iterable[float]) -> str:
    """All lines of a table without merged cells."""
    xs, ys = sorted(xs), sorted(ys)
    return "".join(line(xs[0], y, xs[-1], y) for y in ys) + "".join(line(x, ys[0], x, ys[-1]) for x in xs)


def pdf(*pages: str, page: str = "", trailer: str = "", extra: dict[int, str] | None = None) -> bytes:
    """A PDF of pages of 600 x 400 points with these contents; ``page`` is added to every page's dictionary."""
    kids = " ".join(f"{10 + 2 * i} 0 R" for i in range(len(pages)))
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        4: b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
        b"/DescendantFonts [5 0 R] >>",
        5: b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 6 0 R >>",
        6: b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    }
    for index, content in enumerate(pages):
        number = 10 + 2 * index
        stream = content.encode("latin-1")
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 400] /Contents {number + 1} 0 R "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> /XObject << /X 8 0 R >> >> {page} >>"
        ).encode()
        objects[number + 1] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)
    for number, body in (extra or {}).items():
        objects[number] = body.encode("latin-1")
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = {}
    for number in sorted(objects):
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, objects[number]))
    start = out.tell()
    out.write(b"xref\n0 1\n0000000000 65535 f \n")
    for number, place in places.items():
        out.write(b"%d 1\n%010d 00000 n \n" % (number, place))
    size = max(places) + 1
    out.write(f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def encrypted_pdf() -> bytes:
    """A PDF whose password is not the empty one."""
    return pdf(
        say(50, 300, "secret"),
        trailer="/Encrypt 9 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
        extra={9: f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>"},
    )


# ---------------------------------------------------------------------------------------------------------------- DOCX


def docx(body: str, parts: dict[str, bytes] | None = None, head: str = "") -> bytes:
    """A docx with this body; ``parts`` adds or replaces parts of the container."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{head}<w:document xmlns:w="{WORD}" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        f'xmlns:v="urn:schemas-microsoft-com:vml"><w:body>{body}</w:body></w:document>'
    )
    files = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "word/document.xml": document.encode(),
    } | (parts or {})
    return zipped(files)


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip container."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def para(text: str) -> str:
    """A paragraph of one run."""
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def cell(text: str, span: int = 1, merge: str = "") -> str:
    """A cell; ``merge`` is "restart" or "continue"."""
    properties = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    if merge:
        properties += "<w:vMerge/>" if merge == "continue" else f'<w:vMerge w:val="{merge}"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{para(text)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """A row of cells."""
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str, widths: Iterable[int] = ()) -> str:
    """A table of rows; ``widths`` of its columns in twentieths of a point."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


# ---------------------------------------------------------------------------------------------------------------- XLSX

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(
    *sheets: str,
    names: Iterable[str] = (),
    book: str = "",
    formats: Iterable[str] = (),
    shared: str = "",
    styles: str = "",
) -> bytes:
    """A workbook: ``sheets`` are the insides of worksheets, ``names`` attributes of their entries (a plain name, or
    ``name="x" state="hidden"``), ``formats`` number formats of the cell styles 1, 2 …, ``shared`` the string items,
    ``styles`` the inside of the style sheet where it is another.
    """
    given = [*names, *(f"Sheet{n}" for n in range(1, 1 + len(sheets)))][: len(sheets)]
    about = [name if "=" in name else f'name="{name}"' for name in given]
    entries = "".join(f'<sheet {name} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(about, 1))
    spaces = f'xmlns="{SHEET}" xmlns:r="{RELATIONS}"'
    links = "".join(f'<Relationship Id="rId{n}" Target="worksheets/s{n}.xml"/>' for n in range(1, 1 + len(sheets)))
    links += '<Relationship Id="a" Target="/xl/sharedStrings.xml"/><Relationship Id="b" Target="styles.xml"/>'
    listed = list(formats)
    codes = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{code}"/>' for n, code in enumerate(listed))
    looks = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(listed)))
    styles = styles or (
        f'<numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{looks}</cellXfs>'
    )
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f"<workbook {spaces}>{book}<sheets>{entries}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{links}</Relationships>",
        "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}">{shared}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{SHEET}">{styles}</styleSheet>',
    } | {
        f"xl/worksheets/s{n}.xml": f'<worksheet xmlns="{SHEET}">{sheet}</worksheet>'
        for n, sheet in enumerate(sheets, 1)
    }
    return zipped({name: text.encode() for name, text in parts.items()})


def sheet(*rows: str, merged: Iterable[str] = (), before: str = "") -> str:
    """The inside of a worksheet: rows of cells split at bars; numbers as numbers, all else as text, ``~`` no cell.

    A row may begin with ``hidden:``; an empty row is left out.
    """
    lines = []
    for number, cells in enumerate(rows, 1):
        hidden = ' hidden="1"' if cells.startswith("hidden:") else ""
        made = []
        for col, text in enumerate(cells.removeprefix("hidden:").split("|")):
            place = f"{chr(65 + col)}{number}"
            if re.fullmatch(r"-?[\d.]+(?:@\d+)?", text):
                value, _, style = text.partition("@")
                made.append(f'<c r="{place}" s="{style or 0}"><v>{value}</v></c>')
            elif text.startswith("<"):
                made.append(text.replace("PLACE", place))
            elif text != "~" and cells:
                made.append(f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>')
        if cells:
            lines.append(f'<row r="{number}"{hidden}>{"".join(made)}</row>')
    ranges = "".join(f'<mergeCell ref="{corners}"/>' for corners in merged)
    return f"{before}<sheetData>{''.join(lines)}</sheetData>" + (f"<mergeCells>{ranges}</mergeCells>" if ranges else "")
