"""Old Excel workbooks (xls, et), by calamine.

calamine tells values, merged ranges and hidden sheets; hidden rows and columns are looked up in the records beside it.
It tells no number formats: numbers are shown as General, to 15 significant digits, and what a format hides or rounds
away is read. A problem says so.
"""

from __future__ import annotations

import io

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from pipelines.document import Document, Problem
from pipelines.readers.limits import Limits, encrypted, too_large, too_many_cells, truncated
from pipelines.readers.ole import Compound, Hidden, cell_areas, hidden_lines
from pipelines.readers.sheets import Sheet, add_sheets
from pipelines.readers.shown import shown
from pipelines.readers.sniff import XLS

INPUT_BYTES = 32 * 2**20  # of a file that must be taken as a whole
SPARSE = 20  # positions for each cell allowed


def read(data: bytes, limits: Limits) -> Document:
    """Read an xls; ReadError codes: ``truncated``, ``encrypted``, ``too_large``."""
    if len(data) > min(INPUT_BYTES, limits.input_bytes):
        raise too_large(f"{len(data)} bytes", f"{len(data)}字节")
    file = Compound(data)
    # calamine allots memory for every position between the first and the last cell of each sheet.
    stream = file.read("Workbook") or file.read("Book")
    if sum(cell_areas(stream)) > SPARSE * limits.cells:
        raise too_large("its cells are scattered over too many rows and columns", "单元格分布的行列范围过大")
    document = Document(XLS)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheets = []
            # One entry for each sheet in both lists, or the streams are not what they say.
            hidden = hidden_lines(stream)
            known = hidden if len(hidden) == len(book.sheets_metadata) else [Hidden()] * len(book.sheets_metadata)
            for about, unseen in zip(book.sheets_metadata, known, strict=True):
                if about.typ == SheetTypeEnum.WorkSheet:
                    sheet = _sheet(book.get_sheet_by_name(about.name), limits)
                    sheet.hidden = about.visible != SheetVisibleEnum.Visible
                    sheet.hidden_rows, sheet.hidden_cols = unseen.rows, unseen.cols
                    sheets.append(sheet)
    except PasswordError:
        raise encrypted("workbook", "该工作簿") from None
    except (CalamineError, ValueError, OSError) as error:
        raise truncated(f"the workbook is broken ({error})", "工作簿损坏") from None
    add_sheets(sheets, document, limits)
    if document.blocks:
        document.problems.append(
            Problem(
                "formats_unknown",
                "an old Excel file: number formats are not known; numbers are given as stored",
                "旧版Excel文件：无法得知数字格式，数字按存储值读取",
            )
        )
    return document


def _sheet(given: CalamineSheet, limits: Limits) -> Sheet:
    sheet = Sheet(given.name)
    top, left = given.start or (0, 0)
    for row, values in enumerate(given.to_python(skip_empty_area=True), top):
        for col, value in enumerate(values, left):
            text = _text(value)
            if text:
                sheet.cells[row, col] = text
        if len(sheet.cells) > limits.cells:
            raise too_many_cells()
    sheet.merges = [(*first, *last) for first, last in given.merged_cell_ranges or []]
    return sheet


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return shown(repr(value))
    if isinstance(value, str):
        return "\n".join(line.strip() for line in value.replace("\r", "").split("\n")).strip()
    return str(value).removesuffix(" 00:00:00")
