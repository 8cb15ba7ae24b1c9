"""The number grammar: what is printed in a cell → status, value, unit.

Nothing is ever guessed: a text that is no number, or more than one, is ``illegible``; an empty cell is ``blank``; a
sign for "none" is a ``mark``; neither becomes 0. Values are exact decimals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

STATUSES = ("reported", "blank", "mark", "illegible", "absent")
UNITS = ("件", "项", "条", "次", "人次", "人", "个", "篇", "期", "元", "万元", "unknown")

# Counting words that reports use for the same thing as the form's unit.
_UNIT_WORDS = {**{unit: unit for unit in UNITS[:-1]}, "宗": "件", "起": "件"}
_SIGNS = frozenset("+-−＋－﹣﹢")
_FACTORS = {"元": ("元", Decimal(1)), "万元": ("元", Decimal(10000))}

# Signs for "none" or "not applicable", after folding; a mark is never a zero.
_MARK = re.compile(r"(?:[-/\\‐‑‒–—―─━﹣−]{1,6}|无|不适用|[Nn]/[Aa])$")
# Words in the place of a number that say there is none to be had; illegible, but a value's stead nevertheless.
_NOT_GIVEN = re.compile(
    r"不详|不清楚|未知|未统计|未填报?|待[定查补]|待统计|(?:详?见|参见)附[件表]|暂无(?:数据|统计)?|(?:无|缺)数据"
)
_EXACT_LIMIT = Decimal(2**53)
_UNIT = "人次|亿元|万元|[件项条次人个篇期元宗起]"
_GROUPED = r"\d{1,3}(?:,\d{3})+"
_NUMBER = re.compile(
    r"(?P<word>增加|减少|增|减|\((?:增加|减少|增|减)\))?(?P<currency>人民币[￥¥]?|[￥¥])?(?P<sign>[-+−﹣﹢])?"
    rf"(?P<whole>{_GROUPED}|\d+)(?P<fraction>\.\d+)?(?P<unit>{_UNIT})?(?P<even>整)?(?P<note>\([^()]*\))?$"
)
_TURN = re.compile(r"\((增加?|减少?)\)")
_NOTED_UNIT = re.compile(rf"\((?:单位:?)?({_UNIT})\)")
# 12（3）: two numbers. 12（万）: a scale that the number has not. 12（减3）, 12（较上年减少）: which way, how much?
_NO_NOTE = re.compile(
    r"\((?:[-+−﹣﹢\d.,]*|(?:单位:?)?[十百千万亿][^)]*|(?:增加?|减少?)了?[\d.,]+.?|[^)\d]*[减降负][^)\d]*)\)"
)
_CHINESE = re.compile(rf"(?P<digits>[零〇一二三四五六七八九十百千两]+)(?P<unit>{_UNIT})?$")
_CHINESE_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_LONGEST_CHINESE = 12
_CHINESE_UNITS = {"十": 10, "百": 100, "千": 1000}

# Blanks that typesetting leaves in cells; U+E000–F8FF are private glyphs that some converters leave for a blank.
_SPACE = re.compile(r"[\s\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff\u00ad]+")
_BROKEN = re.compile(r"\d\s*\n\s*\d")
# What is neither a blank nor as it should be: signs that print nothing, and full-width forms. Only forms that differ in
# width are folded. A full compatibility folding would turn a superscript or a circled figure (a footnote mark) into a
# digit of the number.
_ODD = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\uff01-\uff5e]")


UNSURE = "\u2370"
"""Stands after a number that a reader was not sure of."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says. ``value`` is None unless ``status`` is ``reported``; ``unit`` is the printed one, else the
    unit passed in. ``candidates`` are values that an illegible text might mean, never taken by themselves."""

    status: str
    value: Decimal | None = None
    unit: str = ""
    candidates: tuple[Decimal, ...] = ()


def squeeze(text: str) -> str:
    """``text`` without any blank and with full-width characters as ASCII."""
    tight = "".join(text.split())
    return tight if tight.isascii() else _ODD.sub(_folded, tight)


def _folded(found: re.Match[str]) -> str:
    return chr(ord(found[0]) - 0xFEE0) if found[0] >= "\uff01" else ""


@lru_cache(maxsize=16384)
def read_number(text: str, unit: str = "unknown", wraps: bool = True) -> Reading:
    """Read one cell. ``unit`` is the unit the header or the form prints; a unit in the cell beats it. ``wraps``:
    whether line breaks in the cell may come of its narrowness; else somebody set them, between two numbers.
    """
    tight = squeeze(text)
    if not tight:
        return Reading("blank", unit=unit)
    if _MARK.fullmatch(tight):
        return Reading("mark", unit=unit)
    match = _NUMBER.fullmatch(tight)
    if match is None and tight.endswith(UNSURE):
        seen = read_number(text.rstrip().removesuffix(UNSURE), unit)
        return Reading("illegible", unit=unit, candidates=() if seen.value is None else (seen.value,))
    if match is None:
        return _chinese(tight, unit)
    note = match["note"]
    noted = _NOTED_UNIT.fullmatch(note) if note else None
    turned = note is not None and _TURN.fullmatch(note) is not None
    if note and not turned and (noted is None or noted[1] == "亿元") and _NO_NOTE.fullmatch(note):
        return Reading("illegible", unit=unit)
    value = Decimal(match["whole"].replace(",", "") + (match["fraction"] or ""))
    turns = [match["word"] or "", note if turned else "", match["sign"] or ""]
    if sum(map(bool, turns)) > 1:
        return Reading("illegible", unit=unit)
    if any(turn.lstrip("(")[:1] in ("减", "-", "−", "﹣") for turn in turns if turn):
        value = -value
    word = match["unit"] or (noted[1] if noted else "")
    if not _is_sum(match["currency"], word, match["even"], unit):
        return Reading("illegible", unit=unit)
    if word == "亿元":
        value, word = value * 10000, "万元"  # the largest unit there is a code for
    said = _UNIT_WORDS[word or ("元" if match["currency"] else "")] if word or match["currency"] else unit
    if not wraps and _BROKEN.search(text.strip()):
        return Reading("illegible", unit=said)
    if _doubtful(text, match["whole"], match["fraction"] or "", value):
        return Reading("illegible", unit=said, candidates=(value,) if abs(value) < _EXACT_LIMIT else ())
    return Reading("reported", value.normalize() if value else Decimal(0), said)


def _is_sum(currency: str | None, word: str, even: str | None, unit: str) -> bool:
    """Whether what says that a number is one of money (￥, 人民币, 整) does so of a sum: 整 ends one in 元; ￥5 under
    万元 may be either.
    """
    in_money = word.endswith("元")
    return (in_money or not even) and (not currency or in_money or (not word and unit in ("元", "unknown")))


def read_amount(text: str) -> Reading | None:
    """What a cell of money says that leaves out its last word (2601.9万 is 万元 there); None for any other text."""
    return read_number(f"{text.rstrip()}元", wraps=False) if squeeze(text).endswith(("万", "亿")) else None


def _doubtful(text: str, whole: str, fraction: str, value: Decimal) -> bool:
    """Whether the digits may belong to more than one number, or cannot be kept exactly."""
    if len(whole) > 1 and whole.startswith("0"):  # 00, 012: glued zeros
        return True
    if abs(value) >= _EXACT_LIMIT or len(fraction) > 7:
        return True
    return _torn(text)


def _torn(text: str) -> bool:
    """Whether blanks or line breaks between digits leave it open how many numbers these are.

    A blank inside a line may part two cells, a sign on a line of its own may be a mark. A line break is a number that
    wrapped only where the first line is the longer one, as a narrow cell makes it; 1 above 2 may be two values.
    """
    lines = [line.strip() for line in text.splitlines() if _SPACE.sub("", line)]
    for line in lines:
        parts = [part for part in _SPACE.split(line) if part]
        if any(left[-1].isdigit() and right[0].isdigit() for left, right in pairwise(parts)):
            return True
    if any(line in _SIGNS for line in lines):  # a lone - above 8: minus 8, or a mark above a number
        return True
    for above, below in pairwise(lines):
        if above[-1].isdigit() and below[0].isdigit() and (len(above) < 3 or len(below) >= len(above)):
            return True
    return False


def _chinese(tight: str, unit: str) -> Reading:
    match = _CHINESE.fullmatch(tight)
    if match is None:
        return Reading("illegible", unit=unit)
    value = _chinese_value(match["digits"])
    if value is None:
        return Reading("illegible", unit=unit)
    if tight == "一":  # a dash typed as the character, as often as the number
        return Reading("illegible", unit=unit, candidates=(Decimal(1),))
    return Reading("reported", Decimal(value), _UNIT_WORDS[match["unit"]] if match["unit"] else unit)


def _chinese_value(digits: str) -> int | None:
    """十二 → 12, 一百零五 → 105, 二〇 → 20; None where the figures do not make one number."""
    if len(digits) > _LONGEST_CHINESE:
        return None
    if not any(char in _CHINESE_UNITS for char in digits):
        return (
            int("".join(str(_CHINESE_DIGITS[char]) for char in digits)) if len(digits) == 1 or "〇" in digits else None
        )
    total, figure, last = 0, None, 10000
    for char in digits:
        if char in _CHINESE_UNITS:
            size = _CHINESE_UNITS[char]
            if size >= last or (figure is None and size != 10):
                return None
            total, figure, last = total + (1 if figure is None else figure) * size, None, size
        elif char in "零〇":
            figure = None
        elif figure is not None:
            return None
        else:
            figure = _CHINESE_DIGITS[char]
    return total + (figure or 0)


def unit_factor(unit: str) -> tuple[str, Decimal | None]:
    """The codebook's standard unit and the factor that leads to it: 万元 → (元, 10000); (unknown, None) if unknown."""
    if unit in _FACTORS:
        return _FACTORS[unit]
    return (unit, Decimal(1)) if unit in UNITS and unit != "unknown" else ("unknown", None)


def shortest(value: Decimal) -> str:
    """The shortest plain decimal: 3001.0 → ``3001``, 7.38E+7 → ``73800000``."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def spelled(text: str) -> bool:
    """Whether a cell prints a number in characters: 〇, 十二."""
    return _CHINESE.fullmatch(squeeze(text)) is not None


def not_given(text: str) -> bool:
    """Whether a cell says in words that its number is not given here: 不详, 见附件."""
    return _NOT_GIVEN.fullmatch(squeeze(text)) is not None


def looks_numeric(text: str) -> bool:
    """Whether a cell prints digits in the place of a value: what the accounting of cells counts."""
    tight = squeeze(text)
    return bool(tight) and any(char.isdigit() for char in tight) and sum(map(str.isdigit, tight)) * 2 >= len(tight)
