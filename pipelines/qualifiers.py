"""Words beside a label that make it another: last year's figures, growth, shares, running totals, another year.

A bureau that compares years prints them over, under or behind the form's own words (处理决定数量（上年）, 同比);
likeness and brackets would overlook it. Rows and columns whose own wording says such a thing (上年结转, 本年增/减,
对外公开总数量 with 截至…累计) are exempt.
"""

from __future__ import annotations

import re

_ASIDE = re.compile(
    "上一?年|去年|前年|往年|上期|同期|同比|环比|增长|增幅|降幅|增减|较上|较去|占比|比重|比例|百分|率|[%‰]|累计|历年"
)
_EXEMPT = frozenset({"carried_in", "carried_out", "items_last_year", "items_change", "disclosed_total", "in_force"})
_YEAR = re.compile(r"(?<!\d)20[0-4]\d(?!\d)")
_NUMBER_OF_A_FILE = re.compile(r"[(\[]20\d\d[)\]]\d*号?")
_OWN_ASIDE = re.compile("上一?年度?结转")
_LEVEL = re.compile(r"\((?:[省市县区州盟旗乡镇]级|[市县区]直|乡镇|镇街|街道|部门|直属|下属|基层)(?:单位|部门|机关)?\)")
_LONGEST_CORNER = 20
_POINTING = re.compile(
    r"(?:^|[。;,:(])(?:以?(?P<above>上)|以?(?P<below>下)|[本此该])[列述面]?(?:统计|数据)?表格?[中内]?(?:所列)?的?"
    r"(?:数据|数字|数值|情况|统计)?(?:均|都|全部)?(?:为|是|系|反映|取自|指)(?P<what>[^。]*)"
)
_WHAT = re.compile("情况|数据|统计|申请|公开")
_NO_FIGURES = re.compile("印发|格式|样式|要求|文件")
_LAST_YEAR = re.compile("(?:[我本][局委办厅院镇乡街]?|[我本](?:机关|单位|部门|街道))?的?(?:上一?年|去年)度?(?!结转)")
_BEFORE = frozenset({"items_last_year", "carried_in"})
"""Codes whose explanation may name the year before: 上一年项目数量（指2019年事项数）."""

_MONEY = re.compile(r"\((?:单位:)?([百千万亿]*元)\)")


def money_of(text: str) -> str:
    """The unit of money that a label puts in brackets; empty for none."""
    found = _MONEY.search(text)
    return found[1] if found else ""


def qualified(text: str, code: str = "") -> bool:
    """Whether ``text`` (blanks removed) says that the figures are not simply this year's of ``code``."""
    return code not in _EXEMPT and _ASIDE.search(text) is not None


def other_year(text: str, year: int | None, code: str = "") -> bool:
    """Whether ``text`` names an earlier year than the report's ``year`` (None: unknown, nothing is said) and not that
    year itself.
    """
    if year is None or "20" not in text:
        return False
    years = {int(found) for found in _YEAR.findall(text)}
    if code in _BEFORE:
        years -= {year - 1}
    return bool(years) and max(years) < year


def leveled(text: str) -> bool:
    """Whether a heading says that only the figures of some level of bureaus stand below it."""
    return "(" in text and _LEVEL.search(text) is not None


def of_corner(text: str, year: int | None) -> bool:
    """Whether the corner over the names of rows says that the whole table is of another year, or of shares. What it
    explains at length, and the number of a document, say nothing of that.
    """
    if len(text) > _LONGEST_CORNER or "勾稽" in text:
        return False
    said = _NUMBER_OF_A_FILE.sub("", _OWN_ASIDE.sub("", text))
    return qualified(said) or other_year(said, year) or leveled(said)


def pointed_at(text: str, year: int | None) -> str:
    """Which table a line says to be of an earlier year than ``year``: "above", "below", or "this"; empty for none."""
    for found in _POINTING.finditer(text) if "表" in text else ():
        what = found["what"]
        last = other_year(what, year) or _LAST_YEAR.match(what) is not None
        if last and _WHAT.search(what) and not _NO_FIGURES.search(what):
            return "above" if found["above"] else "below" if found["below"] else "this"
    return ""
