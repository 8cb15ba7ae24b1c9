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
_BEFORE = frozenset({"items_last_year", "carried_in"})
"""Codes whose explanation may name the year before: 上一年项目数量（指2019年事项数）."""


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
