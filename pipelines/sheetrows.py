"""Rows of a sheet of a workbook (SpreadsheetML, ECMA-376 part 1, 18.3.1.73) from columns of a table, many at a time.

A workbook has a cell for every figure of the country: written one by one by a library they take longer than all Parquet
files. So a library writes the workbook around them, and this the rows in between.
"""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter.utility import xl_col_to_name

MAX_TEXT = 32_767  # characters of a cell
_CUT = "…"
# What stands for something else in XML, is not allowed there, or would be taken for a code of such a character.
_SPECIAL = r"[&<>\x00-\x08\x0b-\x1f\x{fffe}\x{ffff}]|_x[0-9A-Fa-f]{4}_"
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Kind of column -> what stands before and after its values.
_KINDS = {
    "number": ('"><v>', "</v></c>"),
    "string": ('" t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"),
    "boolean": ('" t="b"><v>', "</v></c>"),
}


def rows(batch: pa.RecordBatch, first: int) -> bytes | memoryview:
    """The rows of ``batch`` as XML, from row ``first`` (counted from 1) on. A null is no cell; text is never a formula;
    what is longer than a cell may be is cut and ends in ``…``. Raises ``TypeError`` for columns that are neither text
    nor numbers nor booleans."""
    if not batch.num_rows:
        return b""
    numbers = pa.array(range(first, first + batch.num_rows), pa.int64()).cast(pa.string())
    cells = [_cells(column, xl_col_to_name(place), numbers) for place, column in enumerate(batch.columns)]
    whole: Any = pc.binary_join_element_wise('<row r="', numbers, '">', *cells, "</row>", "")
    written = pc.sum(pc.binary_length(whole)).as_py()
    return memoryview(whole.buffers()[2])[:written]


def short(text: str) -> str:
    """What fits into a cell."""
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + _CUT


def _cells(column: Any, name: str, numbers: Any) -> Any:
    """The cells of a column called ``name`` in rows of these numbers; an empty text where there is no cell."""
    if pa.types.is_string(column.type):
        kind, values = "string", _texts(column)
    elif pa.types.is_boolean(column.type):
        kind, values = "boolean", column.cast(pa.int8()).cast(pa.string())
    elif pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        kind, values = "number", column.cast(pa.string())
    else:
        raise TypeError(f"no cell for {column.type}")
    before, after = _KINDS[kind]
    cells: Any = pc.binary_join_element_wise(f'<c r="{name}', numbers, before, values, after, "")
    return pc.coalesce(cells, "")


def _texts(column: Any) -> Any:
    """Texts as they stand in XML; nearly always that is as they are."""
    length: Any = pc.max(pc.utf8_length(column)).as_py()
    if (length or 0) <= MAX_TEXT and not pc.any(pc.match_substring_regex(column, _SPECIAL)).as_py():
        return column
    return pa.array([None if text is None else _escaped(short(text)) for text in column.to_pylist()], pa.string())


def _escaped(text: str) -> str:
    """Characters that XML does not allow are written as the format has it: ``_x0001_``."""
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text).translate(_ENTITIES)
