"""A made-up nation: 31 invented provinces with bureaus of every kind and level, reporting year after year.

A corpus of the population (``corpus.plan``) tries every layout on a few places; this one is for looking at a release
as its users do. Layouts are plain, figures have what a real nation's have: kinds of bureaus differ, requests grow,
outcomes shift, some years are missing, some reports are there twice and a few of those differ. What the figures tell
is made up like the bureaus, and says nothing of any real place.

Everything follows from (seed, number of the bureau, year), as in ``population``.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from pipelines.simulate.population import (
    APPLICANTS,
    CASES,
    YEARS,
    Bureau,
    opening,
    printed,
    put_disclosure,
    put_requests,
    put_review,
    with_habits,
)
from pipelines.simulate.registry import Simulated, load_variants
from schemas.forms import Key

LAYOUTS = ("html.gov_portal", "html.word_export", "docx.plain", "text.markdown", "xlsx.one_sheet", "pdf.word")
PROVINCES = tuple(first + last + "省" for first in "虚幻梦雾空镜" for last in "江原岭海州")[:30] + ("乌有省",)
_CITIES = tuple(
    before + first + last + "市"
    for before in ("", *"上下南北东西")
    for first in "明白青长安永新云"
    for last in "川陵溪台"
)
_COUNTIES = ("柳湖区", "石桥县", "竹园县", "双河区", "沙坪县", "马鞍区")
_OFFICES = (
    "财政", "民政", "教育", "自然资源", "住房和城乡建设", "市场监督管理", "交通运输", "水利", "农业农村", "卫生健康",
    "生态环境", "审计",
)  # fmt: skip
# No township of today has such a name. A township whose place nobody knows is another agency in every document; hence
# only one kind of bureau in twelve is one.
_TOWNS = ("虚泉镇人民政府", "幻河乡人民政府", "雾旗街道办事处")

# What stands in one city, in turn: name after the province ({city}, {county}, {office}, {town}), level, how many
# requests it receives in the first year.
_PROVINCIAL = "{office}厅"
_SLOTS = (
    ("{city}人民政府", "city", 900),
    ("{city}{county}人民政府", "county", 220),
    ("{city}{county}{office}局", "bureau", 14),
    (_PROVINCIAL, "bureau", 240),
    ("{city}{county}{town}", "township", 4),
    ("{city}公安局", "police", 120),
    ("{city}{office}局", "city bureau", 70),
    ("{city}人民政府办公室", "office", 45),
    ("{city}{county}公安局", "police", 22),
    ("{city}经济开发区管理委员会", "zone", 35),
    ("{city}{county}人民政府办公室", "office", 12),
    ("{city}{county}{office}局", "bureau", 25),
)

# How likely each outcome of a request is, for anybody; what shifts it follows.
_OUTCOMES = {
    "result.granted": 44.0, "result.partial": 8.0,
    "result.refused.state_secret": 0.3, "result.refused.prohibited_by_law": 1.1,
    "result.refused.security_stability": 0.7, "result.refused.third_party": 1.8,
    "result.refused.internal_affairs": 1.6, "result.refused.process": 1.9,
    "result.refused.enforcement_file": 1.4, "result.refused.inquiry": 1.2,
    "result.unavailable.not_held": 22.0, "result.unavailable.needs_creation": 2.4, "result.unavailable.unclear": 3.0,
    "result.not_processed.petition": 3.2, "result.not_processed.repeated": 1.8,
    "result.not_processed.publication": 0.2, "result.not_processed.excessive": 0.3,
    "result.not_processed.confirmation": 0.3,
    "result.other.no_correction": 0.6, "result.other.fee_unpaid": 0.1, "result.other.other": 3.2,
}  # fmt: skip
_BY_LEVEL = {
    "police": {"result.refused.enforcement_file": 6.0, "result.refused.inquiry": 5.0},
    "city": {"result.refused.process": 2.0, "result.refused.internal_affairs": 1.5},
    "county": {"result.refused.process": 1.5},
    "township": {"result.unavailable.not_held": 1.5, "result.not_processed.petition": 2.0},
}
_BY_APPLICANT = {
    "business": {"result.refused.third_party": 2.5, "result.not_processed.petition": 0.3},
    "legal_service": {"result.refused.enforcement_file": 2.0},
}
_GROWTH = {2019: 1.0, 2020: 1.05, 2021: 1.24, 2022: 1.31, 2023: 1.5, 2024: 1.66, 2025: 1.71}
_MISSING, _TWICE, _DIFFERENT = 0.04, 0.05, 0.4
"""Shares: of the years that a bureau does not report, of reports there in two files, of those that differ in a cell."""


def bureau(seed: int, number: int) -> Bureau:
    """The bureau with this number (0 to some 83,000): neighbours in number lie in different provinces, no two share
    a name. IndexError beyond."""
    draw = random.Random(f"nation/{seed}/{number}")
    turn, province = divmod(number, len(PROVINCES))
    place, slot = divmod(turn, len(_SLOTS))
    # Each province begins with another kind, so that a small corpus has all of them.
    slot = (slot + province) % len(_SLOTS)
    pattern, level, size = _SLOTS[slot]
    if pattern == _PROVINCIAL and place >= len(_OFFICES):  # a province has each department once
        pattern, size = "{city}{office}局", 60
    name = pattern.format(
        city=_CITIES[place],
        county=_COUNTIES[place % len(_COUNTIES)],
        office=_OFFICES[(place + slot) % len(_OFFICES)],
        town=_TOWNS[place % len(_TOWNS)],
    )
    return with_habits(draw, number, PROVINCES[province] + name, level, size * draw.lognormvariate(-0.3, 0.8))


def _tendencies(level: str, year: int) -> dict[str, dict[str, float]]:
    """By applicant and item. Since 2021 the form has a row of its own for requests not corrected in time, which
    were unclear, or other, before."""
    later = year - YEARS[0]
    weights = {
        **_OUTCOMES,
        "result.granted": _OUTCOMES["result.granted"] - 1.2 * later,
        "result.unavailable.not_held": _OUTCOMES["result.unavailable.not_held"] + 0.9 * later,
    }
    if year >= 2021:
        weights["result.unavailable.unclear"] *= 0.35
        weights["result.other.no_correction"] = 2.6
    for item, factor in _BY_LEVEL.get(level, {}).items():
        weights[item] *= factor
    return {
        applicant: {item: weight * _BY_APPLICANT.get(applicant, {}).get(item, 1) for item, weight in weights.items()}
        for applicant in APPLICANTS
    }


@lru_cache(maxsize=256)
def _history(seed: int, number: int) -> Mapping[int, dict[Key, int | str]]:
    who = bureau(seed, number)
    draw = random.Random(f"nation/figures/{seed}/{number}")
    carried, stock, items = opening(draw, who)
    lost = {"police": 0.2, "township": 0.28, "county": 0.2}.get(who.level, 0.14)
    years: dict[int, dict[Key, int | str]] = {}
    for year in YEARS:
        then = replace(who, size=who.size * _GROWTH[year])
        cells: dict[Key, int | str] = {}
        put_disclosure(draw, then, cells, stock, items)
        put_requests(draw, then, cells, carried, _tendencies(who.level, year))
        shift = 0.06 * (year - YEARS[0])
        cases = {case: share * (1 + shift if case == "reconsideration" else 1 - shift) for case, share in CASES.items()}
        put_review(draw, then, cells, cases, {"upheld": 0.68 - lost, "corrected": lost, "other": 0.2, "pending": 0.12})
        years[year] = cells
    return years


@dataclass(frozen=True, slots=True)
class PlannedReport:
    """One document of the nation before it is made. ``copy``: the second file of a report that is there twice."""

    seed: int
    number: int
    year: int
    variant: str
    copy: bool = False

    def make(self) -> Simulated:
        """The document; the same every time."""
        variant = load_variants([self.variant])[self.variant]
        who = bureau(self.seed, self.number)
        place = f"{self.seed}/{self.number}/{self.year}"
        content = printed(
            random.Random(f"nation/print/{place}"), who, self.year, _history(self.seed, self.number)[self.year]
        )
        draw = random.Random(f"nation/{self.copy}/{place}")
        if self.copy and draw.random() < _DIFFERENT:
            key = draw.choice([key for key, text in content.cells.items() if text.isdecimal() and key[0] == "requests"])
            content = content.printing({key: str(int(content.cells[key]) + draw.randint(1, 9))})
        return variant.make(content, draw)


def plan(documents: int, seed: int, types: Collection[str] = ()) -> Iterator[PlannedReport]:
    """The first ``documents`` documents of the nation, bureau by bureau, in plain layouts of the file ``types``.

    Raises:
        ValueError: no plain layout is of these types.
    """
    layouts = [name for name in LAYOUTS if not types or name.split(".")[0] in types]
    if not layouts:
        raise ValueError("no plain layout is of these types")
    planned, number = 0, 0
    while planned < documents:
        draw = random.Random(f"nation/plan/{seed}/{number}")
        for year in YEARS:
            missing, twice, layout = draw.random() < _MISSING, draw.random() < _TWICE, draw.choice(layouts)
            others = [name for name in layouts if name.split(".")[0] != layout.split(".")[0]]
            files = [PlannedReport(seed, number, year, layout)]
            if twice and others:
                files.append(PlannedReport(seed, number, year, draw.choice(others), copy=True))
            for one in files if not missing else ():
                if planned < documents:
                    planned += 1
                    yield one
        number += 1
