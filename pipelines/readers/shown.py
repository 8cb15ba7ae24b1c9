"""Numbers of spreadsheets as a spreadsheet shows them: what is stored, and the number format of the cell.

What is shown counts, not what is stored: 0.125 under ``0.0%`` is 12.5%, and a zero under ``0;-0;;@`` is a blank cell.
Formats beyond plain numbers, percentages and dates (fractions, scientific notation, conditions) are shown as General.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import lru_cache
from typing import NamedTuple

GENERAL = "General"
# Formats known by number alone (ECMA-376, 18.8.30); 27-36 and 50-58 are dates in East Asian versions.
BUILTIN = {0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 49: "@"}
BUILTIN |= {37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00"}
BUILTIN |= {41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00"}
BUILTIN |= dict.fromkeys((*range(14, 18), 22, *range(27, 37), *range(50, 59)), "yyyy/m/d")
BUILTIN |= dict.fromkeys((*range(18, 22), *range(45, 48)), "h:mm:ss")

SIGNIFICANT = 15  # digits that spreadsheets keep; what comes after is noise of binary fractions
PLAUSIBLE = 40  # digits beyond which nothing is a figure
_QUOTED = re.compile(r'"[^"]*"|\\.')
_IGNORED = re.compile(
    r"\[(?:Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color\s?\d+|\$[^\]]*)\]|_.|\*.", re.IGNORECASE
)
_DIGITS = re.compile(r"[#0?](?:[#0?,]*[#0?])?(,*)(?:\.([#0?]*)(,*))?|\.([#0?]+)(,*)")
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - serial dates have no zone
_EPOCH_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001


class _Section(NamedTuple):
    """One of the up to four parts of a format: text, its pattern, text; ``kind`` general, number, date or none."""

    kind: str
    before: str = ""
    after: str = ""
    least: int = 0
    most: int = 0
    grouped: bool = False
    digits: int = 1
    shift: int = 0


def shown(stored: str, number_format: str = GENERAL, since_1904: bool = False) -> str:
    """The text of a cell that stores a number; ``stored`` itself where it is none."""
    try:
        value = Decimal(stored.strip())
    except InvalidOperation:
        return stored
    if not value.is_finite() or abs(value.adjusted()) > PLAUSIBLE:
        return stored
    with localcontext() as context:
        context.prec = 2 * PLAUSIBLE
        sections = _sections(number_format)
        index, magnitude = 0, value
        if len(sections) > 1 and value < 0:
            index, magnitude = 1, -value
        elif len(sections) > 2 and value == 0:
            index = 2
        section = sections[index]
        if section.kind == "none":
            return section.before
        if section.kind == "date":
            return _date(magnitude, number_format, since_1904)
        if section.kind == "general":
            return section.before + _general(magnitude) + section.after
        return _number(magnitude, section)


def _general(value: Decimal) -> str:
    """At most 15 significant digits, no trailing zeros, no exponent."""
    digits = max(-value.adjusted() + SIGNIFICANT - 1, 0)
    text = f"{value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _number(value: Decimal, section: _Section) -> str:
    # The noise goes first: 1.005 is stored as 1.00499999999999989.
    value = Decimal(_general(value)).scaleb(section.shift)
    text = f"{abs(value).quantize(Decimal(1).scaleb(-section.most), ROUND_HALF_UP):f}"
    whole, _, fraction = text.partition(".")
    while len(fraction) > section.least and fraction.endswith("0"):
        fraction = fraction[:-1]
    whole = whole.lstrip("0").rjust(section.digits, "0")
    if section.grouped and whole:
        whole = f"{int(whole):,}"
    text = whole + ("." + fraction if fraction else "")
    sign = "-" if value < 0 and text.strip("0.,") else ""
    return sign + section.before + text + section.after


def _date(value: Decimal, number_format: str, since_1904: bool) -> str:
    """Year, month and day as the format orders them, roughly: nothing here is computed with."""
    codes = _QUOTED.sub("", _IGNORED.sub("", number_format)).lower()
    try:
        moment = (_EPOCH_1904 if since_1904 else _EPOCH) + dt.timedelta(days=float(value))
    except OverflowError:
        return _general(value)
    if not set(codes) & {"y", "d"} and ":" in codes:
        return f"{moment:%H:%M:%S}" if "s" in codes else f"{moment:%H:%M}"
    if "年" in number_format:
        text = f"{moment.year}年"
        text += f"{moment.month}月" if "月" in number_format else ""
        return text + (f"{moment.day}日" if "日" in number_format else "")
    return f"{moment:%Y-%m-%d}"


@lru_cache(maxsize=256)
def _sections(number_format: str) -> tuple[_Section, ...]:
    parts: list[str] = [""]
    for piece in re.split(r'("[^"]*"|\\.|;)', number_format):
        if piece == ";":
            parts.append("")
        else:
            parts[-1] += piece
    return tuple(_section(part, alone=len(parts) == 1) for part in parts[:3])


def _section(part: str, *, alone: bool) -> _Section:
    bare = _IGNORED.sub("", part)
    codes = _QUOTED.sub("", bare)
    if codes.strip().lower() == "general" or (alone and codes.strip() in ("", "@")):
        before, _, after = bare.partition("eneral")
        return (
            _Section("general", _literal(before[:-1]), _literal(after)) if after or before[:-1] else _Section("general")
        )
    if re.search(r"[ymdhs]", codes, re.IGNORECASE) and not re.search(r"[0#?]", codes):
        return _Section("date")
    if "[" in codes or "/" in codes or re.search(r"e[+-]", codes, re.IGNORECASE) or "@" in codes:
        return _Section("general")
    match = _DIGITS.search(_masked(bare))
    if match is None:
        return _Section("none", _literal(bare))
    fraction = match[2] or match[4] or ""
    thousands = len(match[1] or "") + len(match[3] or "") + len(match[5] or "")
    percents = codes.count("%")
    integer = match[0].partition(".")[0].rstrip(",")
    return _Section(
        "number",
        _literal(bare[: match.start()]),
        _literal(bare[match.end() :]),
        len(fraction.replace("#", "")),
        len(fraction),
        "," in integer,
        integer.count("0"),
        2 * percents - 3 * thousands,
    )


def _masked(text: str) -> str:
    """Text in quotes made invisible, in place."""
    return _QUOTED.sub(lambda match: "\x00" * len(match[0]), text)


def _literal(text: str) -> str:
    """What a format prints around the digits."""
    return _QUOTED.sub(lambda match: match[0][1:-1] if match[0][0] == '"' else match[0][1], text).strip()
