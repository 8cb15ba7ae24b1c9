"""Excel workbooks (xlsx) and OpenDocument spreadsheets (ods): zip and lxml, cells as they are shown.

Numbers carry the format of their cell (see ``shown``), hidden rows, columns and sheets are not printed. Sums whose
result was never stored are calculated; any other formula without a sure result is printed as the formula itself, so
that nobody takes the cell for an empty one.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from pipelines.document import Document, ReadError
from pipelines.readers.charset import RAISED
from pipelines.readers.conditional import Rule, rules_of
from pipelines.readers.container import Container, parse
from pipelines.readers.elements import MAX_COL, MAX_ROW, OFF, child, children, corners, local, position, whole
from pipelines.readers.formulas import Formulas, same
from pipelines.readers.limits import Limits, too_large, too_many_cells, truncated
from pipelines.readers.pieces import is_value
from pipelines.readers.sheets import Sheet, add_sheets
from pipelines.readers.shown import shown
from pipelines.readers.sniff import ODS, XLSX
from pipelines.readers.styles import Styles, rich_text, unescaped


def read(data: bytes, limits: Limits) -> Document:
    """Read an xlsx; ReadError codes: ``truncated``, ``encrypted``, ``zip_bomb``, ``too_large``, ``unsafe_xml``."""
    document = Document(XLSX)
    with Container(data, limits) as container:
        add_sheets(_Workbook(container, limits).sheets(), document, limits)
        container.describe(document)
    return document


def read_ods(data: bytes, limits: Limits) -> Document:
    """Read an ods, whose cells carry their shown text; errors as for xlsx."""
    document = Document(ODS)
    with Container(data, limits) as container:
        add_sheets(_ods_sheets(container.root("content.xml"), limits), document, limits)
    return document


class _Workbook:
    """The parts of a workbook that its sheets share."""

    def __init__(self, container: Container, limits: Limits) -> None:
        self.container = container
        self.limits = limits
        self.left = limits.cells
        main = next((name for name in container.names if re.fullmatch(r"xl/workbook\d*\.xml", name)), "")
        if not main:
            raise truncated("the part xl/workbook.xml is missing", "缺少xl/workbook.xml")
        self.folder = posixpath.dirname(main)
        self.book = container.root(main)
        about = child(self.book, "workbookPr")
        self.since_1904 = about is not None and about.get("date1904", "0") not in OFF
        calculated = child(self.book, "calcPr")
        self.stale = calculated is not None and calculated.get("fullCalcOnLoad", "0") not in OFF
        """Whether the results of formulas are to be calculated by whoever opens the workbook: those stored are none."""
        self.rounded = calculated is not None and calculated.get("fullPrecision", "1") in OFF
        """Whether it is calculated with what the cells show, which is not done here."""
        links = f"{self.folder}/_rels/{posixpath.basename(main)}.rels"
        self.targets = {}
        if links in container.names:
            for link in container.root(links):
                self.targets[link.get("Id")] = self._resolved(link.get("Target", ""))
        self.strings: list[str] | None = None
        self.zeros = True
        self.formulas: Formulas | None = None
        self.rules: list[Rule] = []
        self.styles = self._read_styles()

    def _resolved(self, target: str) -> str:
        return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{self.folder}/{target}")

    def sheets(self) -> Iterator[Sheet]:
        """Worksheets in the order of their tabs; charts and macros are left out."""
        listed = child(self.book, "sheets")
        for number, entry in enumerate([] if listed is None else listed, 1):
            key = next((value for name, value in entry.attrib.items() if name.endswith("}id")), "")
            part = self.targets.get(key, f"{self.folder}/worksheets/sheet{number}.xml")
            if part not in self.container.names:
                raise truncated(f"the part {part} is missing", f"缺少{part}")
            xml = self.container.part(part)
            if xml.count(b"<row") + xml.count(b":row ") > MAX_ROW or xml.count(b"<c ") > 20 * self.limits.cells:
                raise too_large("too many rows or cells", "行或单元格过多")
            root = parse(xml)
            if local(root) == "worksheet":
                yield self._sheet(entry.get("name", f"Sheet{number}"), entry.get("state", "visible"), root)

    def _sheet(self, name: str, state: str, root: Any) -> Sheet:
        sheet = Sheet(name, hidden=state != "visible")
        self.zeros, self.formulas, self.rules = True, None, rules_of(root, self.styles)
        for part in root:
            kind = local(part)
            if kind == "sheetData":
                self._cells(part, sheet)
            elif kind == "cols":
                for about in children(part, "col"):
                    if about.get("hidden", "0") not in OFF:
                        low, high = whole(about.get("min")), min(whole(about.get("max")), MAX_COL)
                        sheet.hidden_cols.update(range(low - 1, high))
            elif kind == "mergeCells":
                for merge in children(part, "mergeCell"):
                    merged = corners(merge.get("ref", ""))
                    if merged is not None:
                        sheet.merges.append(merged)
            elif kind == "sheetViews":
                self.zeros = all(view.get("showZeros", "1") not in OFF for view in part)
        return sheet

    def _cells(self, data: Any, sheet: Sheet) -> None:
        row = -1
        for line in children(data, "row"):
            row = whole(line.get("r"), row + 2) - 1
            if line.get("hidden", "0") not in OFF or line.get("ht") in ("0", "0.0"):
                sheet.hidden_rows.add(row)
            col = -1
            texts = 0
            for cell in line:
                place = position(cell.get("r", "")) or (row, col + 1)
                row_of_cell, col = place
                text = self._text(cell, place, data)
                if whole(cell.get("s")) in self.styles.unsure and is_value(text):
                    text = text.translate(RAISED)
                if text and 0 <= row_of_cell < MAX_ROW and col < MAX_COL:
                    self.left -= 1
                    if self.left < 0:
                        raise too_many_cells()
                    sheet.cells[place] = text
                    texts += 1
            if not texts and len(line) > 1:
                sheet.empty_rows.add(row)

    def _text(self, cell: Any, place: tuple[int, int], data: Any) -> str:
        """What a cell shows."""
        kind = cell.get("t", "n")
        value = formula = None
        for part in cell:
            name = local(part)
            if name == "v":
                value = part.text or ""
            elif name == "f":
                formula = part.text or ""
            elif name == "is":
                return self._figure(_lines(rich_text(part)), place)
        if formula is not None and kind in ("n", "str"):
            result = self._result(value or "", kind, place, data)
            if result is None:
                return f"={formula}"
            value, kind = result, kind if result == value else "n"
        if not value:
            return ""
        if kind == "s":
            strings = self._strings()
            index = whole(value, -1)
            return self._figure(strings[index] if 0 <= index < len(strings) else "", place)
        if kind == "b":
            return "FALSE" if value.strip() in OFF else "TRUE"
        if kind in ("str", "e", "d"):
            return self._figure(_lines(unescaped(value)), place)
        return self._number(value, whole(cell.get("s")), place)

    def _result(self, stored: str, kind: str, place: tuple[int, int], data: Any) -> str | None:
        """The result of a formula, None where it is not sure: a sum is calculated anew, and what a program that does
        not calculate has stored (``stale``, or nothing) is no result.
        """
        if self.formulas is None:
            self.formulas = Formulas(data, 4 * self.limits.cells)
        found = None if self.rounded else self.formulas.value(place)
        if found is not None:
            return f"{found:f}" if self.stale or not stored else stored if same(found, stored) else None
        if kind == "str" and not is_value(stored):
            return stored
        return stored if stored and not self.stale else None

    def _number(self, value: str, style: int, place: tuple[int, int]) -> str:
        """A number by its format, or by that of a rule that holds for it; its digits as raised ones where a rule hides
        it, or may hide it.
        """
        if not self.zeros and not value.strip("+-0."):
            return ""
        number_format, unsure = None, False
        for rule in self.rules:
            holds = rule.covers(place) and rule.holds(_decimal(value))
            if holds is None or (holds and rule.overlay.unsure):
                unsure = True
            elif holds and number_format is None:
                number_format = rule.overlay.number_format
        if number_format is None:
            number_format = self.styles.number_format(style)
        text = shown(value, number_format, self.since_1904)
        return text.translate(RAISED) if unsure else text

    def _figure(self, text: str, place: tuple[int, int]) -> str:
        """A text; where it is a figure that a rule hides, or may hide, with its digits as raised ones."""
        hidden = (
            self.rules
            and is_value(text)
            and any(rule.covers(place) and rule.overlay.unsure and rule.holds(None) is not False for rule in self.rules)
        )
        return text.translate(RAISED) if hidden else text

    def _strings(self) -> list[str]:
        if self.strings is None:
            part = next((name for name in self.targets.values() if name.lower().endswith("sharedstrings.xml")), "")
            self.strings = []
            if part in self.container.names:
                root = self.container.root(part)
                self.strings = [_lines(rich_text(item)) for item in children(root, "si")]
        return self.strings

    def _read_styles(self) -> Styles:
        part = next((name for name in self.targets.values() if name.lower().endswith("/styles.xml")), "")
        if part in self.container.names:
            try:
                return Styles(self.container.root(part))
            except ReadError:
                pass  # damaged styles cost the look of the numbers, not the numbers
        return Styles()


def _decimal(text: str) -> Decimal:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)


def _lines(text: str) -> str:
    """Lines of a cell, trimmed."""
    return "\n".join(line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()


# ----------------------------------------------------------------------------------------------------------------- ods


def _attribute(element: Any, name: str, default: str = "") -> str:
    return next((str(value) for key, value in element.attrib.items() if key.endswith("}" + name)), default)


def _ods_sheets(root: Any, limits: Limits) -> Iterator[Sheet]:
    body = child(root, "body")
    content = None if body is None else child(body, "spreadsheet")
    if content is None:
        raise truncated("the spreadsheet has no body", "电子表格没有正文")
    # Whether a sheet is hidden is said by its style, so that its automatic styles must be looked at.
    styles = child(root, "automatic-styles")
    concealed = {
        _attribute(style, "name")
        for style in (() if styles is None else styles)
        if any(_attribute(part, "display") == "false" for part in children(style, "table-properties"))
    }
    looks = {} if styles is None else {_attribute(style, "name"): _ods_look(style) for style in styles}
    left = limits.cells
    for table in children(content, "table"):
        sheet = Sheet(_attribute(table, "name"), hidden=_attribute(table, "style-name") in concealed)
        row = 0
        for line in table.iter():
            if local(line) != "table-row":
                continue
            again = max(1, whole(_attribute(line, "number-rows-repeated", "1"), 1))
            texts = list(_ods_row(line, row, sheet, looks))
            if _attribute(line, "visibility", "visible") != "visible":
                sheet.hidden_rows.update(range(row, row + min(again, MAX_ROW)))
            left -= len(texts) * again
            if left < 0:
                raise too_many_cells()
            if texts:
                for copy in range(again):
                    sheet.cells.update(((row + copy, col), text) for col, text in texts)
            row += again
        yield sheet


def _ods_row(line: Any, row: int, sheet: Sheet, looks: dict[str, str]) -> Iterator[tuple[int, str]]:
    col = 0
    for cell in line:
        kind = local(cell)
        if kind not in ("table-cell", "covered-table-cell"):
            continue
        again = min(max(1, whole(_attribute(cell, "number-columns-repeated", "1"), 1)), MAX_COL)
        high = whole(_attribute(cell, "number-rows-spanned", "1"), 1)
        wide = whole(_attribute(cell, "number-columns-spanned", "1"), 1)
        if high > 1 or wide > 1:
            sheet.merges.append((row, col, row + high - 1, col + wide - 1))
        text = _ods_text(cell, looks)
        if text and kind == "table-cell":
            yield from ((col + copy, text) for copy in range(again))
        col += again


def _ods_look(style: Any) -> str:
    """What a style does to digits: ``struck``, ``raised`` (or lowered), or nothing."""
    for part in children(style, "text-properties"):
        if any(_attribute(part, f"text-line-through-{name}", "none") != "none" for name in ("style", "type")):
            return "struck"
        if _attribute(part, "text-position", "0%").partition(" ")[0] not in ("0%", "0"):
            return "raised"
    return ""


def _ods_text(cell: Any, looks: dict[str, str]) -> str:
    """The lines of a cell, read like the strings of several fonts of an xlsx."""
    lines = list(children(cell, "p"))
    text = _lines("\n".join(_ods_line(line, looks) for line in lines))
    printed = text or _lines("\n".join("".join(line.itertext()) for line in lines))
    unsure = not text or looks.get(_attribute(cell, "style-name"), "")
    return printed.translate(RAISED) if unsure and is_value(printed) else printed


def _ods_line(element: Any, looks: dict[str, str]) -> str:
    parts = [element.text or ""]
    for inner in element:
        look = looks.get(_attribute(inner, "style-name"), "")
        text = "" if look == "struck" else _ods_line(inner, looks)
        parts += [text.translate(RAISED) if look == "raised" else text, inner.tail or ""]
    return "".join(parts)
