"""Automatic numbers of Word paragraphs: what Word prints before a paragraph of a list (ECMA-376, 17.9).

Counting follows the document: every paragraph of a list counts, one that stands deeper begins anew below each above it,
and a list that is told to restart does. Kinds of numbers that are not known here (and bullets) print nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_PLACE = re.compile(r"%([1-9])")
_DIGITS = "〇一二三四五六七八九"
_LEVELS = 9
_DECIMAL = frozenset({"decimal", "decimalHalfWidth", "decimalFullWidth", "decimalFullWidth2"})
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCounting"}
    | {"taiwaneseCountingThousand", "koreanDigital2"}
)
_CIRCLED = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese"})
_MOST = 999


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    kind: str
    text: str


@dataclass(slots=True)
class _List:
    """One list as numbered: its levels, and the counters that it shares with lists of the same kind."""

    levels: dict[int, _Level]
    counters: list[int | None]
    restarts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The numbers of one document; ``w`` is the namespace in braces, the roots are those of numbering and styles."""

    def __init__(self, w: str, numbering: Any, styles: Any) -> None:
        self.w = w
        self.val = w + "val"
        kinds = {one.get(w + "abstractNumId"): self._levels(one) for one in numbering.iterfind(w + "abstractNum")}
        shared: dict[str | None, list[int | None]] = {}
        self.lists: dict[str, _List] = {}
        for one in numbering.iterfind(w + "num"):
            kind = self._value(one, "abstractNumId")
            restarts = {
                _number(override.get(w + "ilvl")): _number(self._value(override, "startOverride"), 1)
                for override in one.iterfind(w + "lvlOverride")
                if override.find(w + "startOverride") is not None
            }
            fresh: list[int | None] = [None] * _LEVELS
            counters = fresh if restarts else shared.setdefault(kind, fresh)
            self.lists[one.get(w + "numId", "")] = _List(kinds.get(kind, {}), counters, restarts)
        self.styles: dict[str, tuple[str, str]] = {}
        for style in () if styles is None else styles.iterfind(w + "style"):
            properties = style.find(f"{w}pPr/{w}numPr")
            if properties is not None:
                self.styles[style.get(w + "styleId", "")] = self._of(properties)

    def label(self, paragraph: Any) -> str:
        """The number before ``paragraph``, which counts; empty where it is in no list."""
        properties = paragraph.find(self.w + "pPr")
        if properties is None:
            return ""
        own = properties.find(self.w + "numPr")
        name, level = self.styles.get(self._value(properties, "pStyle") or "", ("", ""))
        if own is not None:
            said = self._of(own)
            name, level = said[0] or name, said[1] or level
        found = self.lists.get(name)
        if found is None:
            return ""
        place = min(max(_number(level), 0), _LEVELS - 1)
        self._count(found, place)
        shown = found.levels.get(place)
        return _PLACE.sub(lambda one: self._shown(found, int(one[1]) - 1), shown.text) if shown is not None else ""

    def _count(self, found: _List, place: int) -> None:
        start = found.restarts.get(place, found.levels[place].start if place in found.levels else 1)
        before = found.counters[place]
        found.counters[place] = start if before is None else before + 1
        for deeper in range(place + 1, _LEVELS):
            found.counters[deeper] = None

    def _shown(self, found: _List, place: int) -> str:
        level = found.levels.get(place)
        if level is None:
            return ""
        count = found.counters[place]
        return _figure(found.restarts.get(place, level.start) if count is None else count, level.kind)

    def _levels(self, kind: Any) -> dict[int, _Level]:
        levels = {}
        for one in kind.iterfind(self.w + "lvl"):
            start = _number(self._value(one, "start"), 1)
            text = self._value(one, "lvlText") or ""
            levels[_number(one.get(self.w + "ilvl"))] = _Level(start, self._value(one, "numFmt") or "decimal", text)
        return {place: level for place, level in levels.items() if level.kind != "bullet"}

    def _of(self, properties: Any) -> tuple[str, str]:
        return self._value(properties, "numId") or "", self._value(properties, "ilvl") or ""

    def _value(self, parent: Any, name: str) -> str | None:
        found = parent.find(self.w + name)
        return None if found is None else found.get(self.val)


def _number(text: str | None, default: int = 0) -> int:
    return int(text) if text is not None and text.isdecimal() else default


def _figure(number: int, kind: str) -> str:
    if kind in _DECIMAL:
        return str(number)
    if not 0 < number <= _MOST:
        return ""
    if kind in _CHINESE:
        return _chinese(number)
    if kind in _CIRCLED:
        return chr(0x245F + number) if number <= 20 else str(number)
    if kind in ("lowerLetter", "upperLetter") and number <= 26:
        return chr((ord("a") if kind == "lowerLetter" else ord("A")) + number - 1)
    return ""


def _chinese(number: int) -> str:
    """一, 十二, 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")
