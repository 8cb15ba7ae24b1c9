"""Numbers of spreadsheets as a spreadsheet shows them: what is stored, and the number format of the cell.

What is shown counts, not what is stored: 0.125 under ``0.0%`` is 12.5%, and a zero under ``0;-0;;@`` is a blank cell.
Formats beyond plain numbers, percentages and dates (fractions, scientific notation) are shown as General. Where it is
not sure what a format makes of a number, its digits are given as raised ones, which no reading takes for a number.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipelines.readers.charset import RAISED

GENERAL = "General"
# Formats known by number alone (ECMA-376, 18.8.30); 27-36 and 50-58 are dates in East Asian versions.
BUILTIN = {0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 49: "@"}
BUILTIN |= {37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00"}
BUILTIN |= dict.fromkeys((41, 42), '#,##0;-#,##0;"-"') | dict.fromkeys((43, 44), '#,##0.00;-#,##0.00;"-"')
BUILTIN |= dict.fromkeys((*range(14, 18), 22, *range(27, 37), *range(50, 59)), "yyyy/m/d")
BUILTIN |= dict.fromkeys((*range(18, 22), *range(45, 48)), "h:mm:ss")

SIGNIFICANT = 15  # digits that spreadsheets keep; what comes after is noise of binary fractions
PLAUSIBLE = 40  # digits beyond which nothing is a figure
_QUOTED = re.compile(r'"[^"]*"|[\\!].')  # East Asian versions escape a character with a mark of exclamation, too
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\s*\]")
_IGNORED = re.compile(
    r"\[(?:Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color\s?\d+|\$[^\]]*)\]|_.|\*.", re.IGNORECASE
)
_DIGITS = re.compile(r"[#0?](?:[#0?,]*[#0?])?(,*)(?:\.([#0?]*)(,*))?|\.([#0?]+)(,*)")
_WHITE = re.compile(r"\[(?:White|Color\s?2)\]", re.IGNORECASE)
_PLACES = re.compile(r"[#0?]")
_COMPARED: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_NOT_NEGATIVE = ((">", Decimal(0)), (">=", Decimal(0)))
TEXTS = 4  # the part of a format that is for texts
UNSHOWN = "####"  # where no part of a format holds for a number
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - serial dates have no zone
_EPOCH_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001


class _Section(NamedTuple):
    """One of the up to four parts of a format: text, its pattern, text; ``kind`` general, number, date, none, or odd
    where it is not known what it shows. ``within``: texts among the digits, by the number of digits to their right.
    ``condition``: the numbers that it holds for, where the format says so.
    """

    kind: str
    before: str = ""
    after: str = ""
    least: int = 0
    most: int = 0
    grouped: bool = False
    digits: int = 1
    shift: int = 0
    within: tuple[tuple[int, str], ...] = ()
    condition: tuple[str, Decimal] | None = None

    def holds(self, value: Decimal) -> bool:
        """Whether the condition is met; one that is not there is."""
        return self.condition is None or _COMPARED[self.condition[0]](value, self.condition[1])


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
        section = _chosen(sections, value)
        if section is None:
            return UNSHOWN
        if section.kind == "none":
            return section.before
        magnitude = value
        if value < 0:
            signed = _signed(sections, section)
            if signed is None or section.kind == "odd":
                return _general(value).translate(RAISED)
            magnitude = value if signed else -value
        if section.kind == "date":
            return _date(magnitude, number_format, since_1904)
        if section.kind == "odd":
            return _general(value).translate(RAISED)
        if section.kind == "general":
            return section.before + _general(magnitude) + section.after
        return _number(magnitude, section)


def _chosen(sections: tuple[_Section, ...], value: Decimal) -> _Section | None:
    """The part of a format that a number is shown by: by the conditions said, else by its sign."""
    count, first = len(sections), sections[0]
    if first.condition is not None:
        if first.holds(value):
            return first
    elif count == 1 or value > 0 or (count == 2 and value == 0):
        return first
    if count > 1:
        second = sections[1]
        if second.condition is not None:
            if second.holds(value):
                return second
        elif value < 0 or (count == 2 and first.condition is not None):
            return second
    return sections[2] if count > 2 else None


def _signed(sections: tuple[_Section, ...], section: _Section) -> bool | None:
    """Whether a negative number gets a minus sign beside what its part of the format prints: not where the part is for
    negative numbers alone. None where programs differ.
    """
    first, place = sections[0].condition, next(at for at, one in enumerate(sections) if one is section)
    if section.condition is None:
        if first is None or (place == 1 and first in _NOT_NEGATIVE):
            return place != 1
        return None if place == 1 and len(sections) > 2 else True
    sign, limit = section.condition
    if limit > 0 or sign in (">", ">=", "<>") or (sign == "=" and not limit):
        return True
    plain = sign == "<" and not limit and (place == 0 or first is None or first in _NOT_NEGATIVE)
    return False if plain else None


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
    for right, words in reversed(section.within):  # from the right, so that nothing moves that comes after
        place = max(len(whole) - right, 0)
        whole = whole[:place] + words + whole[place:]
    text = whole + ("." + fraction if fraction else "")
    sign = "-" if value < 0 and any(char in "123456789" for char in text) else ""
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
    for piece in re.split(r'("[^"]*"|[\\!].|;)', number_format):
        if piece == ";":
            parts.append("")
        else:
            parts[-1] += piece
    alone = len(parts) == 1
    if not alone and len(parts) < TEXTS and "@" in _masked(parts[-1]):
        parts.pop()  # for texts, not for numbers
    return tuple(_section(part, alone=alone) for part in parts[: TEXTS - 1])


def _section(part: str, *, alone: bool) -> _Section:
    said = _CONDITION.search(_masked(part))
    if said is None:
        return _unconditional(part, alone=alone)
    rest = part[: said.start()] + part[said.end() :]
    return _unconditional(rest, alone=alone)._replace(condition=(said[1], Decimal(said[2])))


def _unconditional(part: str, *, alone: bool) -> _Section:
    if _WHITE.search(_masked(part)):
        return _Section("odd")
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
    if _PLACES.search(_masked(bare), match.end()):
        return _interspersed(bare)
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


def _interspersed(bare: str) -> _Section:
    """A part with text among the places of its digits: ``0\\.0000`` shows 6669000 as 666.9000."""
    masked = _masked(bare)
    places = [match.start() for match in _PLACES.finditer(masked)]
    first, last = places[0], places[-1]
    end = len(masked) - len(masked[last + 1 :].lstrip(","))
    inside = masked[first:last]
    if "." in masked or "," in inside or "%" in inside:
        return _Section("odd")
    within = []
    for before, after in pairwise(places):
        if after > before + 1:
            right = sum(place >= after for place in places)
            within.append((right, _printed(bare[before + 1 : after])))
    digits = sum(place >= min((p for p in places if masked[p] == "0"), default=len(masked)) for place in places)
    shift = 2 * masked.count("%") - 3 * (end - last - 1)
    return _Section(
        "number", _literal(bare[:first]), _literal(bare[end:]), digits=digits, shift=shift, within=tuple(within)
    )


def _masked(text: str) -> str:
    """Text in quotes made invisible, in place."""
    return _QUOTED.sub(lambda match: "\x00" * len(match[0]), text)


def _printed(text: str) -> str:
    return _QUOTED.sub(lambda match: match[0][1:-1] if match[0][0] == '"' else match[0][1], text)


def _literal(text: str) -> str:
    """What a format prints around the digits."""
    return _printed(text).strip()
