"""What kind of document a page is: a report, or a notice, an explanation, a list, a form about reports. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.document import Document, Paragraph
from pipelines.labels import without_pinyin
from pipelines.titles import LONGEST_LINE, parse_title

_INDEX_YEARS, _PROSE = 3, 40
_INTERPRETATION = re.compile(r"解读|图解|一图读懂|一图看懂")
_NOTICE = re.compile(r"关于.{0,30}(?:印发|发布|做好|报送|编制|修订).{0,60}(?:通知|意见|函)")
_TEMPLATE = re.compile(r"模板|模版|样式|范文|格式$|填报说明")
_PARTIAL_YEAR = re.compile(r"(?:上半年|下半年|[一二三四1234]季度|半年度|月份)")
_HEADINGS = tuple(
    re.compile(rf"[一二三四五六七八九][、.,，]?[^。；;]{{0,12}}?(?:{words})[^。；;]{{0,16}}$")
    for words in (
        "总体情况|概述|基本情况|工作情况$",
        "主动公开",
        "政府信息公开申请|依申请公开",
        "行政复议|行政诉讼",
        "收费|减免",
        "问题",
        "其他需要|附则",
    )
)
_OWN_HEADINGS = _HEADINGS[1:4]
"""Those that no report on another matter has."""
_FEWEST, _FEWEST_OWN = 3, 2
_ANOTHER = re.compile(
    r"解读|图解|网站工作年度|网站年度工作|格式|模板|模版|各(?:单位|部门|乡镇)[^。]{0,8}[须应请要按]|上半年|下半年|季度"
)
_OPENING, _LONGEST_HEADING = 6, 40


def shaped(document: Document) -> bool:
    """Whether the paragraphs are headed as a report's: three of the headings prescribed, two of them no other report's,
    and nothing at the beginning tells of another kind of page."""
    lines = [without_pinyin(block.text) for block in document.blocks if isinstance(block, Paragraph)]
    if any(_ANOTHER.search(line) for line in (without_pinyin(document.title), *lines[:_OPENING])):
        return False
    short = [line for line in lines if len(line) <= _LONGEST_HEADING]
    own = sum(any(heading.match(line) for line in short) for heading in _OWN_HEADINGS)
    return own >= _FEWEST_OWN and sum(any(heading.match(line) for line in short) for heading in _HEADINGS) >= _FEWEST


def kind_of(
    document: Document, lines: Sequence[str], title: str, year: int | None, year_basis: str, partial: bool
) -> str:
    """Report, interpretation, notice, blank form, index or other, by the lines of its head, its title and its year;
    ``partial``: whether its statistics are of less than a year."""
    titles = [
        without_pinyin(document.title),
        without_pinyin(document.metadata.get("ArticleTitle", "")),
        title,
        *lines[:6],
    ]
    declared = [one for one in titles[:3] if len(one) <= 60]
    # A word in the navigation makes no explanation of a page that states its period.
    printed = [] if year_basis == "period" else [line for line in lines[:6] if "信息公开" in line and len(line) <= 60]
    if any(_INTERPRETATION.search(one) for one in (*declared, *printed)):
        return "interpretation"
    if any(_NOTICE.search(one) for one in titles if len(one) <= 80 and "信息公开" in one):
        return "notice"
    if partial or any(_PARTIAL_YEAR.search(one) and "信息公开" in one for one in titles[:4]):
        return "other"
    if any(_TEMPLATE.search(one) and "信息公开" in one for one in titles if len(one) <= 60) and year is None:
        return "blank_form"
    return "index" if _is_index(document, lines, year_basis) else "report"


def _is_index(document: Document, lines: Sequence[str], year_basis: str) -> bool:
    """Whether this is a page that lists reports: titles of several years, no period, no sentence of any length."""
    if year_basis == "period":
        return False
    titles = (title for line in lines if len(line) <= LONGEST_LINE and (title := parse_title(line)))
    years = {title.year for title in titles if title.year}
    prose = (without_pinyin(block.text) for block in document.blocks if isinstance(block, Paragraph))
    return len(years) >= _INDEX_YEARS and not any(len(text) >= _PROSE and "。" in text for text in prose)
