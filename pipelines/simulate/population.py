"""Invented bureaus and what they print, year after year.

Every name is made up. A bureau has a size (from a township without a single request to a city whose penalties run
into millions) and habits of writing: how it prints zero, whether it separates thousands, which cells it leaves empty.
Its figures hang together over the years: requests carried over are carried in (per applicant), rules in force follow
from those issued and repealed, items of the old form from last year's change. A given share of reports carries a
publisher's misprint: one printed sum that does not hold.

Everything follows from (seed, number of the bureau, year): any part of a population can be made alone, none is stored.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from pipelines.simulate.report import Report
from pipelines.simulate.statistics import old_wording
from pipelines.simulate.wording import wording
from schemas.forms import STATISTICS_FORMS, Key, load_form

YEARS = range(2019, 2026)
OLD_YEARS = range(2008, 2019)
"""Years of reports with a statistics table, or with none."""
APPLICANTS = ("natural_person", "business", "research", "public_welfare", "legal_service", "other")
SHARES = (0.72, 0.16, 0.02, 0.03, 0.05, 0.02)

_CITIES = ("虚", "幻", "乌有", "子虚", "梦", "镜中", "纸上", "雾", "空", "假")
_CITY_ENDS = ("州市", "川市", "陵市", "港市", "原市", "溪市", "台市", "宁市")
_COUNTIES = ("明", "青", "白", "长", "大", "南", "北", "东", "西", "上", "下", "平", "安", "永", "新", "云")
_COUNTY_ENDS = ("湖区", "石县", "桥区", "岭县", "浦区", "塘县", "坪县", "亭区", "沙县", "洲区")
_TOWNS = ("柳树", "石门", "双桥", "马鞍", "龙泉", "黄土", "三河", "竹园", "红旗", "沙坝")
_OFFICES = (
    "财政局", "民政局", "教育局", "自然资源局", "水利局", "农业农村局", "卫生健康局", "应急管理局", "审计局",
    "市场监督管理局", "统计局", "交通运输局", "文化和旅游局", "医疗保障局", "城市管理局", "信访局",
)  # fmt: skip

_OFFICES_EACH, _TOWNS_EACH = 6, 5  # in one county


@dataclass(frozen=True, slots=True)
class Bureau:
    """One invented agency. ``size`` is about the number of requests a year; ``zero`` is how it prints zero (None: as
    an empty cell); ``separated`` thousands; ``wide`` digits; ``blank_totals`` leaves row totals of results empty;
    ``blank_column`` an applicant it never fills in; ``style`` chooses its wording."""

    number: int
    name: str
    level: str
    size: float
    zero: str = "0"
    separated: bool = False
    wide: bool = False
    blank_totals: bool = False
    blank_column: str = ""
    style: int = 0


def bureau(seed: int, number: int) -> Bureau:
    """The bureau with this number (0 …) of the population ``seed``; no two numbers share a name."""
    draw = random.Random(f"bureau/{seed}/{number}")
    name, level = _name(number)
    size = {
        "township": draw.choice((0, 0, 0.3, 2)),
        "bureau": draw.choice((0, 1, 8, 60, 500)),
        "county": draw.choice((15, 200, 3_000)),
        "city bureau": draw.choice((5, 40, 900)),
        "city": draw.choice((300, 4_000, 45_000)),
    }[level]
    return with_habits(draw, number, name, level, size)


def with_habits(draw: random.Random, number: int, name: str, level: str, size: float) -> Bureau:
    """A bureau of this name and size; how it writes is left to chance."""
    habit = draw.random()
    zero = "0" if habit < 0.72 else "" if habit < 0.84 else draw.choice(("/", "-", "—", "无", "／", "０"))
    return Bureau(
        number,
        name,
        level,
        size,
        zero=zero,
        separated=draw.random() < 0.06,
        wide=draw.random() < 0.03,
        blank_totals=draw.random() < 0.04,
        blank_column=draw.choice(APPLICANTS[1:]) if draw.random() < 0.05 else "",
        style=draw.randrange(1_000_000),
    )


def _name(number: int) -> tuple[str, str]:
    """Mixed radix: kind of organ first, so that neighbours in number are neighbours in the county."""
    place, kind = divmod(number, 2 + _OFFICES_EACH + _TOWNS_EACH + 2)
    shift = place * 5
    place, county_end = divmod(place, len(_COUNTY_ENDS))
    place, county = divmod(place, len(_COUNTIES))
    place, city_end = divmod(place, len(_CITY_ENDS))
    again, city = divmod(place, len(_CITIES))
    city_name = _CITIES[city] + _CITY_ENDS[(city_end + city) % len(_CITY_ENDS)]
    county_name = _COUNTIES[county] + (_COUNTIES[again % len(_COUNTIES)] if again else "") + _COUNTY_ENDS[county_end]
    if kind == 0:
        return f"{city_name}{county_name}人民政府", "county"
    if kind == 1:
        return f"{city_name}公安局{county_name.rstrip('区县')}分局", "city bureau"
    kind -= 2
    if kind < _OFFICES_EACH:
        return f"{city_name}{county_name}{_OFFICES[(shift + kind) % len(_OFFICES)]}", "bureau"
    kind -= _OFFICES_EACH
    if kind < _TOWNS_EACH:
        ending = ("镇人民政府", "乡人民政府", "街道办事处")[kind % 3]
        return f"{city_name}{county_name}{_TOWNS[(shift + kind) % len(_TOWNS)]}{ending}", "township"
    return f"{city_name}{county_name}{('经济开发区管委会', '人民政府办公室')[kind - _TOWNS_EACH]}", "city"


@lru_cache(maxsize=256)
def _history(seed: int, number: int) -> Mapping[int, dict[Key, int | str]]:
    """All years of one bureau: the cells of both forms at once, sums true. Money is a text with decimals."""
    who = bureau(seed, number)
    draw = random.Random(f"figures/{seed}/{number}")
    carried, stock, items = opening(draw, who)
    years: dict[int, dict[Key, int | str]] = {}
    for year in YEARS:
        cells: dict[Key, int | str] = {}
        put_disclosure(draw, who, cells, stock, items)
        put_requests(draw, who, cells, carried)
        put_review(draw, who, cells)
        years[year] = cells
    return years


def opening(draw: random.Random, who: Bureau) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """What a bureau brings into its first year: requests carried in by applicant, rules in force, items by kind."""
    carried = {
        applicant: _count(draw, who.size * share * 0.05) for applicant, share in zip(APPLICANTS, SHARES, strict=True)
    }
    stock = {code: _count(draw, who.size * 0.4) for code in ("regulations", "normative_documents")}
    items = {
        code: _count(draw, 20 + who.size * 0.1 if who.size else 0)
        for code in ("licensing", "other_services", "penalties", "compulsion", "fees")
    }
    return carried, stock, items


def _count(draw: random.Random, mean: float) -> int:
    """A count around ``mean``; small means are mostly zero."""
    if mean <= 0:
        return 0
    if mean < 3:
        return sum(draw.random() < mean / 4 for _ in range(4))
    return round(draw.uniform(0.6, 1.5) * mean)


def put_disclosure(
    draw: random.Random, who: Bureau, cells: dict[Key, int | str], stock: dict[str, int], items: dict[str, int]
) -> None:
    """One year of table two into ``cells``; ``stock`` and ``items`` become those of the year after."""

    def put(row: str, column: str, value: int | str) -> None:
        cells["disclosure", row, column] = value

    for row, mean in (
        ("regulations", who.size * 0.002),
        ("normative_documents", 1 + who.size * 0.02 if who.size else 0),
    ):
        issued, repealed = _count(draw, mean), min(_count(draw, mean * 0.7), stock[row])
        stock[row] += issued - repealed
        disclosed = draw.randint(0, issued)
        for column, value in (
            ("issued", issued), ("repealed", repealed), ("in_force", stock[row]), ("made", issued),
            ("newly_disclosed", disclosed), ("disclosed_total", stock[row] + disclosed),
        ):  # fmt: skip
            put(row, column, value)
    scale = {"licensing": 30, "other_services": 12, "penalties": 60, "compulsion": 4, "fees": 0}
    for row, factor in scale.items():
        change = draw.randint(-min(items[row], 9), 12) if who.size else 0
        put(row, "items_last_year", items[row])
        put(row, "items_change", change)
        items[row] += change
        if factor:
            put(row, "decisions", _count(draw, who.size * factor))
    put("fees", "amount", _money(draw, who.size * 1.7))
    put("procurement", "items", _count(draw, who.size * 0.3))
    amount = _count(draw, who.size * 9000)
    put(
        "procurement",
        "amount",
        draw.choice((f"{amount}元", str(amount), f"{amount / 10000:.2f}万元")) if amount else "0",
    )


def _money(draw: random.Random, mean: float) -> str:
    """万元 with none to four decimals; none at all for the small."""
    if mean < 1 or draw.random() < 0.3:
        return "0"
    return f"{draw.uniform(0.5, 1.5) * mean:.{draw.choice((0, 1, 2, 4))}f}"


def put_requests(
    draw: random.Random,
    who: Bureau,
    cells: dict[Key, int | str],
    carried: dict[str, int],
    tendencies: Mapping[str, Mapping[str, float]] | None = None,
) -> None:
    """One year of table three into ``cells``; ``carried`` becomes what the year after carries in. ``tendencies`` says
    for each applicant how likely each item of the results is; left out, it is drawn, alike for all applicants."""
    form = load_form("2021")
    block, other = form.block("requests"), form.block("other")
    assert block is not None, "table three"
    assert other is not None, "（六）"
    others = [row.code for row in other.rows]
    items = [row.code for row in block.rows if row.code.startswith("result.") and row.code != "result.total"] + others
    if tendencies is None:
        drawn = {item: draw.choice((0, 0.2, 1, 2)) for item in items} | {"result.granted": 6.0, "result.partial": 1.5}
        tendencies = dict.fromkeys(APPLICANTS, drawn)
    for applicant, share in zip(APPLICANTS, SHARES, strict=True):
        weights = tendencies[applicant]
        total_weight = sum(weights.values())
        done = 0
        for item in items:
            value = _count(draw, who.size * share * weights[item] / total_weight)
            cells["requests", item, applicant] = value
            done += value
        # What is carried in was not decided last year; a year must settle at least that.
        if done < carried[applicant]:
            extra = carried[applicant] - done
            granted = cells["requests", "result.granted", applicant]
            assert isinstance(granted, int), "counts are numbers"
            cells["requests", "result.granted", applicant] = granted + extra
            done += extra
        out = _count(draw, who.size * share * 0.05)
        cells["requests", "result.other", applicant] = sum(int(cells["requests", code, applicant]) for code in others)
        cells["requests", "result.total", applicant] = done
        cells["requests", "carried_in", applicant] = carried[applicant]
        cells["requests", "carried_out", applicant] = out
        cells["requests", "new", applicant] = done + out - carried[applicant]
        carried[applicant] = out
    for indicator in dict.fromkeys(key[1] for key in cells if key[0] == "requests"):
        cells["requests", indicator, "total"] = sum(int(cells["requests", indicator, a]) for a in APPLICANTS)


CASES = {"reconsideration": 0.04, "litigation.direct": 0.02, "litigation.after_reconsideration": 0.01}
"""Cases for each request."""
OUTCOMES = {"upheld": 0.6, "corrected": 0.15, "other": 0.15, "pending": 0.1}


def put_review(
    draw: random.Random,
    who: Bureau,
    cells: dict[Key, int | str],
    cases: Mapping[str, float] = MappingProxyType(CASES),
    outcomes: Mapping[str, float] = MappingProxyType(OUTCOMES),
) -> None:
    """One year of table four into ``cells``: cases for each request, and how likely each outcome is."""
    for case, share in cases.items():
        parts = {outcome: _count(draw, who.size * share * weight) for outcome, weight in outcomes.items()}
        for outcome, value in (parts | {"total": sum(parts.values())}).items():
            cells["review", case, outcome] = value


# ------------------------------------------------------------------------------------------------------ what is printed


def report(
    seed: int,
    number: int,
    year: int,
    form: str = "",
    slots: Mapping[str, str] | None = None,
    misprints: float = 0.05,
) -> Report:
    """What bureau ``number`` prints about ``year`` (of ``YEARS``). ``form`` "" is the form of the year; ``slots`` are
    parts in another form. ``misprints`` is the share of reports with a sum that does not hold.

    A report in one of the older forms (of ``OLD_YEARS``) comes without figures: they depend on the list of rows that a
    variant prints, which makes them."""
    who = bureau(seed, number)
    if form in STATISTICS_FORMS:
        return Report(who.name, year, form, {}, wording=old_wording(random.Random(f"old/{seed}/{number}/{year}")))
    draw = random.Random(f"print/{seed}/{number}/{year}")
    return printed(draw, who, year, _history(seed, number)[year], form, slots, misprints)


def printed(
    draw: random.Random,
    who: Bureau,
    year: int,
    values: Mapping[Key, int | str],
    form: str = "",
    slots: Mapping[str, str] | None = None,
    misprints: float = 0.05,
) -> Report:
    """What a bureau prints of the figures of a year, which are those of both forms; the rest as in :func:`report`."""
    form = form or ("2019" if year <= 2020 else "2021")
    empty = Report(who.name, year, form, {}, dict(slots or {}))
    figures = {key: values[key] for key in empty.form_keys()}
    if draw.random() < misprints:
        _misprint(draw, figures)
    return replace(
        empty,
        cells={key: _text(who, key, value) for key, value in figures.items()},
        wording=wording(who.style, year, _sentences(figures), draw),
    )


def _text(who: Bureau, key: Key, value: int | str) -> str:
    if who.blank_column and key[0] == "requests" and key[2] == who.blank_column and not value:
        return ""
    if who.blank_totals and key[2] == "total" and key[1].startswith("result.") and key[1] != "result.total":
        return ""
    if value in (0, "0"):
        return who.zero
    text = str(value) if isinstance(value, str) or not who.separated else f"{value:,}"
    return text.translate(_WIDE) if who.wide else text


_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def _misprint(draw: random.Random, figures: dict[Key, int | str]) -> None:
    """One printed sum that does not hold, as seen: 0, a slipped digit, a forgotten item (洪泽 2023, 平潭 2020)."""
    totals = [key for key in figures if key[0] != "disclosure" and (key[2] == "total" or key[1] == "result.total")]
    key = draw.choice(totals)
    right = int(figures[key])
    figures[key] = draw.choice([wrong for wrong in (0, right + draw.randint(1, 6), right * 10 + 1) if wrong != right])


def _sentences(figures: Mapping[Key, int | str]) -> dict[str, int]:
    new, done = figures["requests", "new", "total"], figures["requests", "result.total", "total"]
    return {"new": int(new), "done": int(done), "review": int(figures["review", "reconsideration", "total"])}


def reports(seed: int, misprints: float = 0.05) -> Iterator[Report]:
    """All reports of the population, bureau by bureau and year by year, without end."""
    number = 0
    while True:
        for year in YEARS:
            yield report(seed, number, year, misprints=misprints)
        number += 1
