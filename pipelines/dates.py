"""When a report was published, as the document itself says it, and how sure that is. Pure.

A date that a site prints beside a page (发布日期) is that of publication, or of a move to a new site; the date of a
document (成文日期) and the one under a signature (落款) come before publication. A date in an address, and the dates
that office programs keep of a file, are no evidence of either. None of these dates ever tells the report year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise

from pipelines.document import Document, Grid, Paragraph
from pipelines.labels import plain

_FIRST, _LAST = 2008, 2100
_HEAD_LINES, _TAIL_LINES, _CELLS = 60, 12, 80
_LINE, _SHORT = 200, 40

_DAY = r"(?<!\d)(?P<year>20\d{2})[年/.-](?P<month>\d{1,2})[月/.-](?P<day>\d{1,2})(?:日|(?![\d.日]))"
_DATE = re.compile(_DAY)
_COMPACT = re.compile(r"(?P<year>20\d{2})(?P<month>[01]\d)(?P<day>[0-3]\d)(?:\d{6})?")
_CHINESE = re.compile(
    r"(?P<year>二[〇零○O0][一二三四五六七八九〇零○]{2})年(?P<month>[一二三四五六七八九十]{1,2})月(?P<day>[一二三四五六七八九十]{1,3})日"
)
_NUMERALS = str.maketrans("〇零○O一二三四五六七八九", "0000123456789")
_HEADING = re.compile(r"(?:一|1)[、.]?(?:总体|概述|基本|工作|主动)")
# Blanks that mean nothing: between ideographs (日 期) and around the signs of a date or a label.
_BLANKS = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])| ?(?<=[:年月/-]) ?| (?=[:年月日/])")

_LABELS = (
    # What sites print beside a page: of its publication first, then of its last change; then of the document itself.
    ("header", re.compile(r"(?:信息|文章|网站)?(?:发布|公开|公布|发文|发稿|上网|刊发)(?:日期|时间)|日期|时间")),
    ("header", re.compile(r"更新(?:日期|时间)")),
    ("written", re.compile(r"(?:成文|生成|印发|制发|形成|落款|签发)(?:日期|时间)")),
)
_NAMED = re.compile("日期|时间")
"""In every one of these labels: what has neither need not be asked."""
# What only the line under a page's title holds beside a bare date.
_BESIDE = re.compile(r"来源|浏览|点击|阅读|访问|字体|字号|打印|分享|编辑")
_REISSUE = re.compile(
    r"更正|订正|勘误|修正版|修订版|更新版|修改版|重新[发公]布|"
    r"(?<=[(【\[])(?:更新|修订|修改|修正)(?=[)】\]])|^(?:更新|修订|修正)(?=[:：])"
)
_META = (
    *("pubdate", "publishdate", "publish_date", "publishtime", "publicationdate", "firstpublishtime"),
    *("article:published_time", "datepublished", "releasedate"),
)
"""Names under which pages declare the day of publication (PubDate is that of the standard for government sites)."""


@dataclass(frozen=True, slots=True)
class Published:
    """A day (ISO 8601) and where it was read: ``header`` (the site's own line), ``metadata``, ``written`` (the day of
    the document), ``signature``; both empty where nothing is told, or several days are.
    """

    on: str = ""
    basis: str = ""


def published(document: Document) -> Published:
    """The day of publication that the document tells, from the surest place that tells exactly one."""
    lines = list(_head(document))
    pairs = list(_cells(document))
    texts = [text for text in (*lines, *(text for left, text in pairs if not left)) if _NAMED.search(text)]
    named = [(left, right) for left, right in pairs if _NAMED.search(left)]
    labelled = [(basis, _behind(label, texts, named)) for basis, label in _LABELS]
    places = (
        *(found for found in labelled if found[0] == "header"),
        ("header", {day for line in lines if _BESIDE.search(line) and (day := _only(line))}),
        ("metadata", _declared(document)),
        *(found for found in labelled if found[0] == "written"),
        ("signature", _signed(document)),
    )
    for basis, days in places:
        if len(days) == 1:
            return Published(next(iter(days)).isoformat(), basis)
    return Published()


def reissue(title: str) -> str:
    """The word by which a title calls its report corrected or updated; empty where it does not."""
    match = _REISSUE.search(plain(title))
    return match[0] if match else ""


def parse_day(text: str) -> date | None:
    """The one day in ``text``, as 2025年1月20日, 2025-01-20, 2025/1/20, 20250120 or 二〇二五年一月二十日; else None."""
    text = _tight(text)
    if match := _COMPACT.fullmatch(text):
        return _date(match["year"], match["month"], match["day"])
    if match := _CHINESE.search(text):
        return _date(match["year"].translate(_NUMERALS), _numeral(match["month"]), _numeral(match["day"]))
    return _only(text)


def _tight(text: str) -> str:
    parts = text.split()
    return _BLANKS.sub("", " ".join(map(plain, parts))) if len(parts) > 1 else plain(text)


def _head(document: Document) -> Iterator[str]:
    """Short lines before the report's first heading."""
    number = 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            for line in map(_tight, block.text.splitlines()):
                if _HEADING.match(line) or number >= _HEAD_LINES:
                    return
                number += 1
                if line and len(line) <= _LINE:
                    yield line


def _cells(document: Document) -> Iterator[tuple[str, str]]:
    """Neighbouring cells and single cells of the tables in which sites lay out what they say of a page."""
    for block in document.blocks:
        if isinstance(block, Grid):
            texts = [_tight(cell.text) for cell in block.cells[:_CELLS]]
            yield from ((left.rstrip(":"), right) for left, right in pairwise(texts) if len(right) <= _SHORT)
            yield from (("", text) for text in texts if ":" in text and len(text) <= _LINE)


def _behind(label: re.Pattern[str], texts: Iterable[str], pairs: Iterable[tuple[str, str]]) -> set[date]:
    """Days that stand behind a label, in the same line or in the next cell."""
    near = re.compile(rf"(?:^|[^\u4e00-\u9fff])(?:{label.pattern})[:\]) ]{{0,2}}{_DAY}(?!起|至|到|[—–~])")
    days = {_date(match["year"], match["month"], match["day"]) for text in texts for match in near.finditer(text)}
    days |= {parse_day(right) for left, right in pairs if label.fullmatch(left)}
    return {day for day in days if day is not None}


def _declared(document: Document) -> set[date]:
    values = {name.lower(): value for name, value in document.metadata.items()}
    days = [parse_day(values[name].replace("T", " ")) for name in _META if name in values]
    return {day for day in days[:1] if day is not None}


def _signed(document: Document) -> set[date]:
    """A day alone on one of the last lines, as under a signature."""
    upwards = (
        tight
        for block in reversed(document.blocks)
        if isinstance(block, Paragraph)
        for line in reversed(block.text.splitlines())
        if (tight := _tight(line))
    )
    bare = (line for line in islice(upwards, _TAIL_LINES) if _DATE.fullmatch(line) or _CHINESE.fullmatch(line))
    return {day for line in bare if (day := parse_day(line))}


def _only(text: str) -> date | None:
    """The day in a text that tells one only."""
    days = {_date(match["year"], match["month"], match["day"]) for match in _DATE.finditer(text)}
    return next(iter(days)) if len(days) == 1 else None


def _numeral(text: str) -> str:
    """一 … 三十一 as figures."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return ones.translate(_NUMERALS)
    return (tens.translate(_NUMERALS) or "1") + (ones.translate(_NUMERALS) or "0")


def _date(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if _FIRST <= found.year <= _LAST else None
