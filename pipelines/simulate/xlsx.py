"""Body -> XLSX (ECMA-376, SpreadsheetML): one or many sheets, merged ranges, numbers as numbers, text or formulas.

Bytes are reproducible. Paragraphs stand in column A, merged over the width of the sheet's widest table.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from pipelines.simulate.body import Body, Line
from pipelines.simulate.tables import Table, TableCell

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_SEPARATED = re.compile(r"-?\d{1,3}(,\d{3})+")
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="49" applyNumberFormat="1"/>'
    '<xf numFmtId="3" applyNumberFormat="1"/><xf numFmtId="0" applyAlignment="1"><alignment wrapText="1"/></xf>'
    "</cellXfs></styleSheet>"
)
_GENERAL, _TEXT, _THOUSANDS, _WRAPPED = range(4)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A named part of a workbook. ``hidden``: nobody sees it. ``hidden_rows`` are tables whose rows are hidden, by
    their place among the pieces of ``body``; ``left`` and ``top`` are empty columns and rows before everything."""

    name: str
    body: Body
    hidden: bool = False
    hidden_tables: frozenset[int] = frozenset()
    left: int = 0
    top: int = 0


@dataclass(frozen=True, slots=True)
class XlsxLayout:
    """``numbers``: as numbers (thousands by a format), as text, or row totals as formulas with their last result.
    ``strings``: in the shared table, or in the cells. ``covered``: merged places hold empty cells, as Excel writes
    them, or none; ``repeat`` puts the text into them as well. ``merge`` False: spans are not marked at all."""

    numbers: Literal["number", "text", "formula"] = "number"
    strings: Literal["shared", "inline"] = "shared"
    covered: bool = True
    merge: bool = True


def column_name(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


class _Writer:
    """One sheet's rows and merged ranges; texts go to the shared table ``strings``."""

    def __init__(self, layout: XlsxLayout, strings: dict[str, int], sheet: Sheet) -> None:
        self.layout, self.strings, self.sheet = layout, strings, sheet
        self.rows: list[str] = []
        self.merged: list[str] = []
        self.row = sheet.top

    def line(self, text: str, width: int) -> None:
        self._span(self.row, 0, 1, width)
        self._row({0: self._cell(text, 0, _GENERAL)} if text else {}, hidden=False)

    def table(self, table: Table, hidden: bool) -> None:
        top = self.row
        for r in range(table.n_rows):
            cells: dict[int, str] = {}
            for cell in table.cells:
                if cell.row <= r < cell.row + cell.rowspan:
                    for col in range(cell.col, cell.col + cell.colspan):
                        if (r, col) == (cell.row, cell.col):
                            cells[col] = self._anchor(cell)
                        elif self.layout.covered:
                            cells[col] = f'<c r="{self._name(col)}" s="{_GENERAL}"/>'
                    if r == cell.row:
                        self._span(top + cell.row, cell.col, cell.rowspan, cell.colspan)
            self._row(cells, hidden)

    def _name(self, col: int) -> str:
        return f"{column_name(col + self.sheet.left)}{self.row + 1}"

    def _span(self, row: int, col: int, down: int, right: int) -> None:
        if self.layout.merge and down * right > 1:
            first = f"{column_name(col + self.sheet.left)}{row + 1}"
            self.merged.append(f"{first}:{column_name(col + right - 1 + self.sheet.left)}{row + down}")

    def _row(self, cells: dict[int, str], hidden: bool) -> None:
        inner = "".join(cells[col] for col in sorted(cells))
        shown = ' hidden="1"' if hidden else ""
        self.rows.append(f'<row r="{self.row + 1}"{shown}>{inner}</row>')
        self.row += 1

    def _anchor(self, cell: TableCell) -> str:
        name = self._name(cell.col)
        plain, separated = _NUMBER.fullmatch(cell.text), _SEPARATED.fullmatch(cell.text)
        if cell.role != "value" or self.layout.numbers == "text" or not (plain or separated):
            style = _TEXT if cell.role == "value" else _WRAPPED if "\n" in cell.text else _GENERAL
            return self._cell(cell.text, cell.col, style)
        style, number = (_THOUSANDS if separated else _GENERAL), cell.text.replace(",", "")
        formula = ""
        if self.layout.numbers == "formula" and cell.key is not None and cell.key[2] == "total":
            parts = 6 if cell.key[0] == "requests" else 4
            left = column_name(cell.col - parts + self.sheet.left)
            formula = f"<f>SUM({left}{self.row + 1}:{column_name(cell.col - 1 + self.sheet.left)}{self.row + 1})</f>"
        return f'<c r="{name}" s="{style}">{formula}<v>{number}</v></c>'

    def _cell(self, text: str, col: int, style: int) -> str:
        name = self._name(col)
        if not text:
            return f'<c r="{name}" s="{style}"/>'
        if self.layout.strings == "inline":
            held = f'<is><t xml:space="preserve">{escape(text)}</t></is>'
            return f'<c r="{name}" s="{style}" t="inlineStr">{held}</c>'
        return f'<c r="{name}" s="{style}" t="s"><v>{self.strings.setdefault(text, len(self.strings))}</v></c>'

    def xml(self) -> str:
        merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in self.merged)
        merges = f'<mergeCells count="{len(self.merged)}">{merged}</mergeCells>' if merged else ""
        return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{"".join(self.rows)}</sheetData>{merges}</worksheet>'


def write_xlsx(sheets: Sequence[Sheet], layout: XlsxLayout = XlsxLayout()) -> bytes:
    """A workbook of these sheets."""
    strings: dict[str, int] = {}
    parts: dict[str, str] = {}
    for number, sheet in enumerate(sheets, start=1):
        writer = _Writer(layout, strings, sheet)
        width = max((len(piece.widths) for piece in sheet.body if isinstance(piece, Table)), default=8)
        for place, piece in enumerate(sheet.body):
            if isinstance(piece, Line):
                writer.line(piece.text, width)
            else:
                writer.table(piece, place in sheet.hidden_tables)
        parts[f"xl/worksheets/sheet{number}.xml"] = writer.xml()
    parts["xl/workbook.xml"] = _workbook(sheets)
    parts["xl/_rels/workbook.xml.rels"] = _workbook_relations(len(sheets))
    parts["xl/styles.xml"] = _STYLES
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    parts["xl/sharedStrings.xml"] = (
        f'{_HEAD}<sst xmlns="{_MAIN}" count="{len(strings)}" uniqueCount="{len(strings)}">{items}</sst>'
    )
    parts["_rels/.rels"] = (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    parts["[Content_Types].xml"] = _content_types(len(sheets))
    return _zipped(parts)


def _workbook(sheets: Sequence[Sheet]) -> str:
    state = {False: "visible", True: "hidden"}
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{i}" state="{state[sheet.hidden]}" r:id="rId{i}"/>'
        for i, sheet in enumerate(sheets, start=1)
    )
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'


def _workbook_relations(sheets: int) -> str:
    kinds = [(f"worksheets/sheet{i}.xml", "worksheet") for i in range(1, sheets + 1)]
    kinds += [("styles.xml", "styles"), ("sharedStrings.xml", "sharedStrings")]
    listed = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for i, (target, kind) in enumerate(kinds, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _content_types(sheets: int) -> str:
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    listed = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{sheet}.worksheet+xml"/>'
        for i in range(1, sheets + 1)
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{sheet}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{sheet}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{sheet}.sharedStrings+xml"/>{listed}</Types>'
    )


def _zipped(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(parts.items()):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # the same bytes on every operating system
            archive.writestr(entry, text.encode("utf-8"))
    return out.getvalue()
