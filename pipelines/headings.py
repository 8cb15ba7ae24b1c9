"""What the columns of a statistics table hold, by the words over them, and which period a table says it is about.

The year's column is never confused with another: 历年累计 is ``cumulative``, a column headed with another year than the
report's is nobody's, and counts given level by level (区政府统计数 | 区直单位统计数) are each their level's, never
added up; a level that nobody knows is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from pipelines.labels import fold, plain
from pipelines.rows import Row, Slot
from pipelines.titles import in_figures
from schemas.forms import WHOLE, statistics_words

COUNTS = ("year", "year_to_date", "period", "cumulative")
OTHER_YEAR, LEVEL, _TOTAL = "other_year", "level", "total"
_NUMBERS = (*COUNTS, OTHER_YEAR, LEVEL)
_BAND = 3
_CAPTION = 60
_DATED = re.compile(r"(?P<year>(?:19|20)\d{2})年度?(?:数|数据|数量|统计数|实际|合计)?")
_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})年")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``kind`` is a breakdown of ``COUNTS``; label, unit, code, serial, remark or comparison;
    ``other_year``, ``level`` (one that is not known); or "" where nothing is known. ``start`` and ``end`` are places as
    in ``rows.Slot``; ``level`` is a code of ``forms.column_levels``, or ``WHOLE``. ``doubtful``: one of its headings is
    not known; ``period``: the breakdown that stands over a total.
    """

    kind: str
    start: int
    end: int
    text: str
    locator: str = ""
    level: str = WHOLE
    doubtful: bool = False
    period: str = ""


@cache
def _kinds() -> dict[str, str]:
    return {fold(word).core: kind for kind, words in statistics_words()["columns"].items() for word in words}


@lru_cache(maxsize=16384)
def kind_of(text: str, year: int | None) -> str:
    """What a column with this heading holds, for a report about ``year``."""
    core = fold(in_figures(plain(text))).core
    known = _kinds().get(core, "")
    if known == "year" and any(word in plain(text) for word in statistics_words()["words"]["part"]):
        return ""  # 统计数(上半年): what brackets explain is no part of the core
    if known:
        return known
    dated = _DATED.fullmatch(core)
    if dated:
        return "year" if year is not None and int(dated["year"]) == year else OTHER_YEAR
    level, kind = level_of(text)
    if level:
        return kind
    counts = statistics_words()["words"]["count"]
    return LEVEL if any(core.endswith(word) for word in counts) else ""


@lru_cache(maxsize=16384)
def level_of(text: str) -> tuple[str, str]:
    """The level of units that a heading names, and the breakdown that it counts for it (the year where it names no
    other): 乡镇(街道)本年累计 is (townships, year_to_date). Two empty texts where it says anything else besides: whom
    it leaves out, another year, a ratio."""
    core = plain(text).replace("、", "")
    for word, kind in _counts():
        if core.endswith(word):
            named = core.removesuffix(word)
            for level, patterns in _levels().items():
                if any(one.fullmatch(named) for one in patterns):
                    return level, kind
    return "", ""


@cache
def _counts() -> tuple[tuple[str, str], ...]:
    """Words that head counts, with the breakdown: the longest first, at last none."""
    words = [(word, kind) for kind in COUNTS for word in statistics_words()["columns"][kind]]
    return (*sorted(words, key=lambda pair: -len(pair[0])), ("", "year"))


@cache
def _levels() -> dict[str, list[re.Pattern[str]]]:
    return {code: [re.compile(one) for one in each] for code, each in statistics_words()["levels"].items()}


def columns_of(rows: Sequence[Row], year: int | None, *, counted: bool = True) -> tuple[int, list[Column]] | None:
    """The first header among ``rows``: the place of the row after it, and its columns. None where there is none;
    ``counted``: one without a column that is known to hold numbers is none."""
    for place, row in enumerate(rows):
        kinds = {slot.start: kind_of(slot.text, year) for slot in row.slots if not slot.blank}
        if "label" not in kinds.values():
            continue
        end = place + 1
        head = next(slot for slot in row.slots if kinds.get(slot.start) == "label")
        while row.aligned and end < len(rows) and end - place < _BAND and _below(rows[end], head):
            end += 1
        columns = _stacked(rows[place:end], year)
        told = not counted or any(column.kind in _NUMBERS for column in columns)
        if told and sum(c.kind == "label" for c in columns) == 1:
            return end, distinct(columns)
    return None


def is_furniture(label: str, row: str) -> bool:
    """Whether a row counts nothing: it numbers the columns below a header (甲 乙 丙 1 2), or says who signed the table,
    which is nobody's business.
    """
    words, tight = statistics_words()["words"], plain(row)
    return fold(label).core in words["numbering"] or any(word in tight for word in words["signature"])


def _below(row: Row, head: Slot) -> bool:
    """Whether the row is the lower part of a header: the heading of the labels spans it, or leaves it empty."""
    spanned = any(slot is head for slot in row.covered)
    under = [slot for slot in row.slots if slot.start < head.end and head.start < slot.end]
    return spanned or (all(slot.blank for slot in under) and not row.numbers and not all(s.blank for s in row.slots))


def _stacked(band: Sequence[Row], year: int | None) -> list[Column]:
    width = max(slot.end for row in band for slot in row.slots)
    columns: list[Column] = []
    stacks: list[list[Slot]] = []
    for at in range(width):
        stack = [slot for row in band for slot in row.slots if slot.start <= at < slot.end and not slot.blank]
        if stacks and stack and [id(slot) for slot in stacks[-1]] == [id(slot) for slot in stack]:
            columns[-1] = replace(columns[-1], end=at + 1)
            continue
        stacks.append(stack)
        columns.append(column([slot.text for slot in stack], at, stack[-1].locator if stack else "", year))
    return columns


def column(stack: Sequence[str], at: int, locator: str, year: int | None) -> Column:
    """The column under ``stack``, the headings from the top, at one place: it holds what the more telling heading says,
    or nothing that is known where two contradict."""
    kinds = [kind_of(text, year) for text in stack]
    levels = {level for text in stack if (level := level_of(text)[0])}
    found = Column("", at, at + 1, " ".join(part.replace("\n", "") for part in stack), locator, doubtful="" in kinds)
    # A name below 统计数: whose count it is. A word over a level, or over a total: of what it may be anything.
    named = bool(kinds) and kinds[-1] == "" and any(kind in COUNTS for kind in kinds)
    if len(levels) > 1 or named or ("" in kinds and (levels or _TOTAL in kinds)):
        return replace(found, kind=LEVEL)
    telling = {kind for kind in kinds if kind not in ("", "year", _TOTAL)} or {kind for kind in kinds if kind == "year"}
    if len(telling) > 1 or (_TOTAL in kinds and not telling <= {*COUNTS}):
        return found
    kind = telling.pop() if telling else ""
    if _TOTAL in kinds:
        return replace(found, kind=_TOTAL, period=kind)
    return replace(found, kind=kind, level=levels.pop() if levels else WHOLE)


def is_rest(row: Row, columns: Sequence[Column]) -> bool:
    """Whether the first row of a page is the rest of a header that ends the page before: text, but no label and no
    number. 本年 alone would be the year; with 累计 below it, it is another thing."""
    labels = [column for column in columns if column.kind == "label"]
    printed = [slot for slot in row.slots if not slot.blank and slot.reading.status != "mark"]
    named = any(slot.start < column.end and column.start < slot.end for column in labels for slot in printed)
    return bool(printed) and not named and not row.numbers


def unsure(columns: Sequence[Column]) -> list[Column]:
    """The columns, none taken for a count: their headings are not whole."""
    return [replace(column, kind="") if column.kind in COUNTS else column for column in columns]


def distinct(columns: Sequence[Column]) -> list[Column]:
    """The columns as the others show them. None of two alike is a count: nothing tells which is meant. Beside columns
    by level a total is the count of the whole, of that which they all count; no other total is known to be. There a
    count under an unknown word is that of an unknown level; and a level before the labels says which rows.
    """
    first = min((column.start for column in columns if column.kind == "label"), default=0)
    columns = [
        replace(column, kind=LEVEL, level=WHOLE) if column.level != WHOLE and column.start < first else column
        for column in columns
    ]
    kinds = {column.kind for column in columns if column.level != WHOLE and column.kind in COUNTS}
    shared = next(iter(kinds)) if len(kinds) == 1 else ""
    found = []
    for one in columns:
        if one.kind == _TOTAL:
            told = one.period if one.period not in ("", "year") else shared if one.period in ("", shared) else ""
            one = replace(one, kind=told if kinds else "")
        elif kinds and one.kind in COUNTS and one.level == WHOLE and one.doubtful:
            one = replace(one, kind=LEVEL)
        found.append(one)
    counts = [(one.kind, one.level) for one in found if one.kind in COUNTS]
    return [replace(one, kind="") if counts.count((one.kind, one.level)) > 1 else one for one in found]


def speaks_of_tables(lines: Iterable[str]) -> bool:
    """Whether one of the lines is a caption: it speaks of a table of statistics, and is no sentence."""
    return any(len(line) <= _CAPTION and any(word in plain(line) for word in _captions()) for line in lines)


def _captions() -> tuple[str, ...]:
    return statistics_words()["words"]["table"]


def another_period(captions: Iterable[str], year: int | None) -> str:
    """The caption that says that a table is of another year than ``year``, or of a part of one; empty where none does.

    Dates of filling in, printing or sending are no period.
    """
    words = statistics_words()["words"]
    for caption in captions:
        text = in_figures(plain(caption))
        if not speaks_of_tables([caption]):
            continue
        if any(word in text for word in words["part"]):
            return caption
        if any(word in text for word in words["filled"]):
            continue
        years = {int(found["year"]) for found in _YEAR.finditer(text)}
        if years and year is not None and year not in years:
            return caption
    return ""
