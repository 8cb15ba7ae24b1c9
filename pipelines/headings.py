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

from pipelines.identify import in_figures
from pipelines.labels import fold, plain
from pipelines.rows import Row, Slot
from schemas.forms import WHOLE, statistics_words
from schemas.numbers import squeeze

COUNTS = ("year", "year_to_date", "period", "cumulative")
OTHER_YEAR, LEVEL, _TOTAL = "other_year", "level", "total"
_NUMBERS = (*COUNTS, OTHER_YEAR, LEVEL)
_BAND = 3
_CAPTION = 60
_DATED = re.compile(r"(?P<year>(?:19|20)\d{2})年度?(?:数|数据|数量|统计数|实际|合计)?")
_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})年")
_FIGURE = re.compile(r"\d")
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``kind`` is a breakdown of ``COUNTS``; label, unit, code, serial, remark or comparison;
    ``other_year``, ``level`` (one that is not known); or "" where nothing is known. ``start`` and ``end`` are places as
    in ``rows.Slot``; ``level`` is a code of ``forms.column_levels``, or ``WHOLE``.
    """

    kind: str
    start: int
    end: int
    text: str
    locator: str = ""
    level: str = WHOLE


@cache
def _kinds() -> dict[str, str]:
    return {fold(word).core: kind for kind, words in statistics_words()["columns"].items() for word in words}


@lru_cache(maxsize=16384)
def kind_of(text: str, year: int | None) -> str:
    """What a column with this heading holds, for a report about ``year``."""
    core = fold(in_figures(plain(text))).core
    known = _kinds().get(core, "")
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
    other): 乡镇(街道)本年累计 is (townships, year_to_date). Two empty texts where it names none, might name two, or
    holds figures, which may be another year."""
    bare = in_figures(plain(text))
    core = "" if _FIGURE.search(bare) else _NOT_HAN.sub("", bare)
    for word, kind in _counts():
        if not core.endswith(word):
            continue
        named = core.removesuffix(word)
        found = [level for level, patterns in _levels().items() if any(one.fullmatch(named) for one in patterns)]
        if found:
            return (found[0], kind) if len(found) == 1 else ("", "")
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
        text = " ".join(slot.text.replace("\n", "") for slot in stack)
        kind, level = _joined([slot.text for slot in stack], year)
        columns.append(Column(kind, at, at + 1, text, stack[-1].locator if stack else "", level))
    return columns


def _joined(stack: Sequence[str], year: int | None) -> tuple[str, str]:
    """What a column under several headings holds, and for which level of units: the more telling heading, or nothing
    where two contradict."""
    kinds = [kind_of(text, year) for text in stack]
    levels = {level for text in stack if (level := level_of(text)[0])}
    if not kinds:
        return "", WHOLE
    if len(levels) > 1 or (kinds[-1] == "" and any(kind in COUNTS for kind in kinds)):
        return LEVEL, WHOLE  # a name below 统计数: whose count it is
    telling = {kind for kind in kinds if kind not in ("", "year")} or {kind for kind in kinds if kind}
    return telling.pop() if len(telling) == 1 else "", levels.pop() if levels else WHOLE


def completed(columns: Sequence[Column], row: Row, year: int | None) -> list[Column] | None:
    """The columns of a header that a page end cut, with the rest of their headings in ``row``, the first of the next
    page: 本年 and below it 累计. None where the row is no such rest: it has a label or a number."""
    pieces = {
        column.start: "".join(slot.text for slot in row.slots if slot.start < column.end and column.start < slot.end)
        for column in columns
    }
    if row.numbers or any(squeeze(pieces[column.start]) for column in columns if column.kind == "label"):
        return None
    if not any(squeeze(piece) for piece in pieces.values()):
        return None
    whole = []
    for column in columns:
        *above, last = column.text.split(" ")
        text = [*above, last + pieces[column.start].replace("\n", "")]
        kind, level = (column.kind, column.level) if column.kind == "label" else _joined(text, year)
        whole.append(replace(column, kind=kind, level=level, text=" ".join(text)))
    return distinct(whole)


def distinct(columns: Sequence[Column]) -> list[Column]:
    """The columns, none of two alike taken for a count: nothing tells which is meant. A total beside columns by level
    is the count of the whole; no other total is known to be."""
    levels = any(column.level != WHOLE for column in columns)
    columns = [
        replace(column, kind="year" if levels and column.level == WHOLE else "") if column.kind == _TOTAL else column
        for column in columns
    ]
    counts = [(column.kind, column.level) for column in columns if column.kind in COUNTS]
    return [replace(column, kind="") if counts.count((column.kind, column.level)) > 1 else column for column in columns]


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
