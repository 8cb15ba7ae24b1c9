"""Raw text columns -> the columns of a model, column by column; called by the models of ``schemas.core`` alone.

Nothing raises here for bad data. Text that is no number becomes infinity, which no check lets pass, so that a bad row
is told from an empty one.
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any

import pandas as pd

from schemas.forms import FORM_IDS, WHOLE, is_total, load_form
from schemas.numbers import squeeze, unit_factor
from schemas.table import Column

_LIMIT = Decimal(2**53)
_STEP = Decimal("0.000001")
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?$")
# A mobile number printed in a cell of counts is nobody's count.
_MOBILE = re.compile(r"1[3-9]\d{9}$")
_MONEY = ("元", "万元")
_PLACE = ["form", "section", "indicator", "breakdown"]


def hash_id(prefix: str, parts: Iterable[object], digits: int = 16) -> str:
    """``prefix`` and the first hex digits of the SHA-256 of the parts joined by ``|`` (null is empty)."""
    text = "|".join("" if part is None or part is pd.NA or part != part else str(part) for part in parts)
    return prefix + hashlib.sha256(text.encode()).hexdigest()[:digits]


def agency_name(text: str) -> str:
    """A printed name as a key: compatibility characters folded, blanks removed, brackets full-width."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return folded.replace("(", "（").replace(")", "）")


def source(frame: pd.DataFrame) -> pd.DataFrame:
    """Manifest text of sightings."""
    frame = _text(frame)
    if "year_hint" in frame:
        frame["year_hint"] = _integers(frame["year_hint"])
    if "agency_hint" in frame:
        frame["agency_hint"] = _mapped(frame["agency_hint"], agency_name)
    return frame


def document(frame: pd.DataFrame) -> pd.DataFrame:
    """Scalar fields of ``Extraction`` and ``reader_hash``; clock times (``stage_ms``) are left out."""
    frame = _text(frame.drop(columns=["stage_ms"], errors="ignore").rename(columns={"agency": "agency_printed"}))
    for name in ("byte_size", "pages", "report_year", "cells_present", "cells_used", "cells_ignored"):
        frame[name] = _integers(frame[name])
    frame["agency_name"] = _mapped(frame["agency_printed"], agency_name)
    frame["origin"] = "original"
    present = frame["cells_present"].where(frame["cells_present"] > 0)
    frame["share_used"] = (frame["cells_used"] / present).astype("Float64").round(6)
    return frame


def statement(frame: pd.DataFrame) -> pd.DataFrame:
    """Fields of ``RawCell`` and ``document_id``. An absent cell prints no unit: it has that of its form."""
    frame = _text(frame)
    unitless = (frame["status"] == "absent") & frame["unit"].isna()
    frame.loc[unitless, "unit"] = [_cells().get(tuple(row)) for row in frame.loc[unitless, _PLACE].to_numpy()]
    values, units = frame["value"].tolist(), frame["unit"].tolist()
    standard = {pair: _standard(*pair) for pair in dict.fromkeys(zip(values, units, strict=True))}
    frame["value"] = _floats(frame["value"])
    frame["value_std"] = pd.array([standard[pair] for pair in zip(values, units, strict=True)], dtype="Float64")
    frame["confidence"] = _floats(frame["confidence"])
    pairs = list(zip(frame["indicator"].tolist(), frame["breakdown"].tolist(), strict=True))
    total = {pair: is_total(str(pair[0]), str(pair[1])) for pair in dict.fromkeys(pairs)}
    frame["is_total"] = pd.array([total[pair] for pair in pairs], dtype="boolean")
    place = ["document_id", "section", "indicator", "breakdown", "method", "column_level"]
    rows = frame[place].itertuples(index=False, name=None)
    frame["statement_id"] = pd.Series(
        [hash_id("s-", row[:-1] if row[-1] == WHOLE else row) for row in rows], index=frame.index, dtype="str"
    )
    return frame


def finding(frame: pd.DataFrame, wanted: Iterable[Column]) -> pd.DataFrame:
    """Fields of ``RawFinding``, ``document_id`` (null in findings of a run) and ``stage``; all others null."""
    frame = _text(frame)
    for column in wanted:
        if column.name not in frame:
            frame[column.name] = pd.Series(
                pd.NA, index=frame.index, dtype="Int64" if column.kind == "integer" else "str"
            )
    parts = [
        "rule",
        "document_id",
        "section",
        "indicator",
        "breakdown",
        "locator",
        "expected",
        "observed",
        "message_en",
    ]
    frame["finding_id"] = pd.Series(
        [hash_id("f-", row) for row in frame[parts].itertuples(index=False)], index=frame.index, dtype="str"
    )
    return frame


def claim(frame: pd.DataFrame) -> pd.DataFrame:
    """Fields of ``RawClaim`` and ``document_id``."""
    frame = _text(frame)
    parts = ["document_id", "measure", "value", "locator", "sentence"]
    frame["claim_id"] = pd.Series(
        [hash_id("c-", row) for row in frame[parts].itertuples(index=False)], index=frame.index, dtype="str"
    )
    frame["value"] = _floats(frame["value"])
    return frame


def known_cell(frame: pd.DataFrame) -> pd.Series[bool]:
    """Whether the form of the row has such a cell."""
    cells = _cells()
    rows = zip(*(frame[name].tolist() for name in _PLACE), strict=True)  # a list: one by one takes ten times as long
    return pd.Series([row in cells for row in rows], index=frame.index, dtype=bool)


@cache
def _cells() -> dict[tuple[str, ...], str]:
    """Unit by form, section, indicator and breakdown."""
    return {(form, *cell.key): cell.unit for form in FORM_IDS for cell in load_form(form).cells}


def exact(values: pd.Series[Any]) -> pd.Series[bool]:
    """Whether each value is null or finite and below 2^53 (``_number`` has refused what has more than 6 decimals)."""
    return (values.isna() | (values.abs() < float(_LIMIT))).astype(bool)


def print_fits(frame: pd.DataFrame) -> pd.Series[bool]:
    """Whether what is printed can have the status given: nothing where blank or absent, something elsewhere.

    Unless an identity or a correction decided, an absent cell also has no place. A mobile number is no count.
    """
    printed = frame["printed"].notna()
    bare = frame["printed"].isna() | frame["status"].isin(["reported", "mark", "illegible"])
    placed = frame["locator"].isna() | (frame["status"] != "absent")
    phone = frame["value"].map(lambda value: bool(_MOBILE.match(f"{value:.0f}")), na_action="ignore")
    counted = phone.eq(True).fillna(False).astype(bool) & ~frame["unit"].isin(_MONEY)
    return ((printed | frame["status"].isin(["blank", "absent"])) & bare & placed & ~counted).astype(bool)


def _text(frame: pd.DataFrame) -> pd.DataFrame:
    """Every text column as pandas text, null where nothing but blanks stands there."""
    out = {}
    for name in frame.columns:
        values = frame[name]
        if values.dtype == object or str(values.dtype) in ("str", "string"):
            empty = [value for value in values.dropna().unique() if isinstance(value, str) and not squeeze(value)]
            values = values.mask(values.isin(empty)) if empty else values
            values = values.astype("str")
        out[name] = values
    return pd.DataFrame(out, index=frame.index)


def _mapped(values: pd.Series[Any], function: Callable[[str], str]) -> pd.Series[Any]:
    return values.map(function, na_action="ignore").astype("str")


@lru_cache(maxsize=65536)
def _number(text: str) -> float:
    """A plain decimal as the nearest double; infinity for anything else, or for more than a double keeps exactly."""
    if not _PLAIN.match(text):
        return math.inf
    try:
        value = Decimal(text)
    except InvalidOperation:
        return math.inf
    if abs(value) >= _LIMIT or value != value.quantize(_STEP):
        return math.inf
    return float(value)


def _standard(value: Any, unit: Any) -> Any:
    """``value`` (text) in the standard unit; null where there is none or the unit is unknown."""
    if not isinstance(value, str) or not isinstance(unit, str):
        return pd.NA
    factor = unit_factor(unit)[1]
    if factor is None or math.isinf(_number(value)):
        return pd.NA
    return _number(format(Decimal(value) * factor, "f"))


def _floats(values: pd.Series[Any]) -> pd.Series[Any]:
    if values.dtype.kind in "fi":
        return values.astype("Float64")
    return values.map(_number, na_action="ignore").astype("Float64")


def _integers(values: pd.Series[Any]) -> pd.Series[Any]:
    """Whole numbers; -1 for text that is none, which no check of a count or year lets pass."""
    if values.dtype == object or str(values.dtype) in ("str", "string"):
        whole = values.map(lambda text: int(text) if re.fullmatch(r"\d{1,15}", str(text)) else -1, na_action="ignore")
        return whole.astype("Int64")
    return values.astype("Int64")
