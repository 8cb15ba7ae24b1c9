"""Printed names of agencies taken apart: names of places, the most precise first, then what organ it is.

Nothing but whole names counts: all of the text must be read, or it is not read at all. Every way to read it comes out,
with whether its names were in use in the year; choosing is ``pipelines.attribution``'s affair. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from schemas.agencies import aliases, organ_id, place, short, township_id
from schemas.divisions import Spell, townships_named, units
from schemas.organs import GOVERNMENT, PLACE, OrganName, branches, organ_names, organs

TOLERANCE = 1
"""A report about a year is published in the next one: names in use a year before or after count as of their time."""

# 伊犁 哈萨克, 临夏 回族, 黔东南 苗族侗族: the place's own name before the peoples of an autonomous one.
_AUTONOMOUS = re.compile(
    r"(.{2,}?)(?:(?:朝鲜|满|蒙古|回|藏|壮|苗|瑶|彝|白|傣|侗|土家|土|黎|羌|水|畲|怒|佤|哈萨克|柯尔克孜|维吾尔|锡伯|塔吉克|景颇|哈尼"
    r"|傈僳|拉祜|纳西|布依|仡佬|仫佬|毛南|东乡|保安|撒拉|裕固|达斡尔|鄂温克|鄂伦春|布朗|普米|独龙|各)族"
    r"|哈萨克|蒙古|柯尔克孜|维吾尔|锡伯|塔吉克|鄂伦春)+"
)
_TOWNSHIP_ENDS = re.compile(r"(?:人民政府|政府|办事处|街道办|街办)$")
_TOWNSHIP = re.compile(r".{1,14}?(?:镇|乡|街道|苏木|民族苏木)$")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a whole name.

    ``units``: the places named, from the widest to the one the agency hangs on (its county for a township). ``timely``:
    all these names were in use in the year. ``weak``: the only place is named by a word that zones bear as well
    (城区, 滨海新区).
    ``said``: the name of the organ as printed (of a branch, that of the bureau it belongs to), None where only the
    place is named, or it is no organ of a unit.
    """

    agency: str
    units: tuple[int, ...]
    timely: bool
    weak: bool = False
    said: OrganName | None = None
    lapsed: bool = False
    """Whether one of the names went out of use before the year began."""


@dataclass(frozen=True, slots=True)
class Path:
    """Places at the beginning of a text, and what is left of it."""

    units: tuple[int, ...]
    timely: bool
    rest: str
    weak: bool = False
    lapsed: bool = False


@lru_cache(maxsize=131072)
def readings(name: str, year: int) -> tuple[Reading, ...]:
    """Every way to read ``name`` (blanks removed, simplified) as an agency of the registry; empty if there is none."""
    found = [
        Reading(one.agency, _hangs_on(one.agency), one.first - TOLERANCE <= year <= one.last + TOLERANCE)
        for one in _explicit().get(name, ())
    ]
    found += [reading for path in paths(name, year) for reading in _organs(path, year)]
    for form in _surrounding():
        before, _, after = form.name.partition(PLACE)
        if name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after):
            inner = paths(name[len(before) : len(name) - len(after)], year)
            found += [_organ(path, form) for path in inner if not path.rest]
    best: dict[str, Reading] = {}
    for one in found:
        if one.agency not in best or (one.timely, not one.weak) > (best[one.agency].timely, not best[one.agency].weak):
            best[one.agency] = one
    return tuple(best.values())


@lru_cache(maxsize=131072)
def paths(text: str, year: int) -> tuple[Path, ...]:
    """Every chain of places that ``text`` begins with, each within the one before, longest first."""
    found: list[Path] = []
    waiting: list[tuple[tuple[int, ...], int, bool, bool]] = [((), 0, True, False)]
    while waiting:
        chain, at, timely, lapsed = waiting.pop()
        for name, spells, whole in _names().get(text[at : at + 2], ()):
            if not text.startswith(name, at):
                continue
            for unit in dict.fromkeys(spell.unit for spell in spells):
                now = [spell for spell in spells if spell.unit == unit and in_time(spell, year)]
                if chain and chain[-1] not in above(unit, year):
                    continue
                over = lapsed or all(spell.last < year for spell in now)
                step = (*chain, unit), at + len(name), timely and bool(now), over
                waiting.append(step)
                if whole:
                    weak = not chain and (name.endswith("新区") or (name.endswith("区") and len(name) == 2))
                    found.append(Path(step[0], step[2], text[step[1] :], weak, over))
    return tuple(sorted(found, key=lambda path: (len(path.rest), path.units)))


def in_time(spell: Spell, year: int) -> bool:
    """Whether name and code of a spell were in use when the report about ``year`` was written."""
    return spell.first - TOLERANCE <= year <= spell.last + TOLERANCE


@lru_cache(maxsize=65536)
def above(unit: int, year: int) -> frozenset[int]:
    """The units that ``unit`` lay in about ``year`` (at any time where it did not exist then)."""
    spells = units()[unit].spells
    parents = {spell.parent for spell in spells if in_time(spell, year)} or {spell.parent for spell in spells}
    found = {parent for parent in parents if parent is not None}
    return frozenset(found.union(*(above(parent, year) for parent in found)))


def below(unit: int, year: int) -> Iterator[int]:
    """The units directly under ``unit`` about ``year``."""
    return (
        child
        for child in _children().get(unit, ())
        if any(s.parent == unit and in_time(s, year) for s in units()[child].spells)
    )


def township(name: str) -> str:
    """The bare name of a township in a text that is nothing else, without 人民政府 or 办事处; empty otherwise."""
    bare = _TOWNSHIP_ENDS.sub("", name)
    if name.endswith(("街道办", "街道办事处", "街办")) and not bare.endswith("街道"):
        bare = bare.removesuffix("街") + "街道"
    return bare if _TOWNSHIP.fullmatch(bare) else ""


def township_in(name: str, county: int) -> str:
    """Id of the township ``name`` of a county as listed today; empty where there is none or not exactly one."""
    found = [one for one in townships_named(name) if one.county == county]
    return township_id(found[0].id) if len(found) == 1 else ""


def _organs(path: Path, year: int) -> Iterator[Reading]:
    rest = path.rest
    if not rest:
        yield Reading(organ_id(path.units[-1], GOVERNMENT), path.units, path.timely, path.weak, lapsed=path.lapsed)
        return
    for inner in dict.fromkeys((rest, rest.removeprefix("人民政府"))):
        form = organ_names().get(inner)
        if form is not None and PLACE not in inner:
            yield _organ(path, form)
        if name := township(inner):
            agency = township_in(name, path.units[-1])
            if agency:
                yield Reading(agency, path.units, path.timely, path.weak, lapsed=path.lapsed)
    if rest.endswith("分局"):
        yield from _branches(path, year)


def _organ(path: Path, form: OrganName) -> Reading:
    return Reading(organ_id(path.units[-1], form.organ), path.units, path.timely, path.weak, form, path.lapsed)


def _branches(path: Path, year: int) -> Iterator[Reading]:
    """X市公安局Y分局, where Y is one unit directly under X, with or without the word for its level."""
    for base, branch in branches().items():
        for form in organs()[base].names:
            if not path.rest.startswith(form.name):
                continue
            called = path.rest[len(form.name) : -len("分局")]
            served = [unit for unit in below(path.units[-1], year) if called in _called(unit, year)]
            if len(served) == 1:
                units_named = (*path.units, served[0])
                agency = organ_id(served[0], branch.id)
                yield Reading(agency, units_named, path.timely, path.weak, form, path.lapsed)


@lru_cache(maxsize=16384)
def _called(unit: int, year: int) -> frozenset[str]:
    names = {spell.name for spell in units()[unit].spells if in_time(spell, year)}
    return frozenset(names | {short(name) for name in names if len(short(name)) >= 2})


def _hangs_on(agency: str) -> tuple[int, ...]:
    here = place(agency)
    if here.listed is not None:
        return (here.listed.unit,) if here.listed.unit is not None else ()
    if here.township is not None:
        return (here.township.county,)
    return (here.unit.id,) if here.unit is not None else ()


@cache
def _explicit() -> Mapping[str, list[_Name]]:
    """Names of the listed agencies, and further names of any, that hold everywhere."""
    from schemas.agencies import listed

    found: dict[str, list[_Name]] = {}
    named = {one.agency for one in aliases() if one.kind == "official"}
    for row in listed().values():
        if row.id not in named:
            found.setdefault(row.name, []).append(_Name(row.id, row.first, row.last))
    for one in aliases():
        if one.name and not (one.is_decision or one.site or one.folder or one.provisional):
            found.setdefault(one.name, []).append(_Name(one.agency, one.first, one.last))
    return found


@dataclass(frozen=True, slots=True)
class _Name:
    agency: str
    first: int
    last: int


@cache
def _surrounding() -> tuple[OrganName, ...]:
    return tuple(form for form in organ_names().values() if PLACE in form.name)


@cache
def _children() -> Mapping[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for unit in units().values():
        for parent in {spell.parent for spell in unit.spells if spell.parent is not None}:
            found.setdefault(parent, []).append(unit.id)
    return {parent: tuple(children) for parent, children in found.items()}


@cache
def _names() -> Mapping[str, list[tuple[str, tuple[Spell, ...], bool]]]:
    """Names of places by their first two characters: (name, its spells, whether it is a name by itself).

    Besides the names themselves: 伊犁州 for 伊犁哈萨克自治州, 新晃县 for 新晃侗族自治县, where no other place is called
    so; and, only before the name of a place within, 福建 and 南京 for 福建省 and 南京市.
    """
    whole: dict[str, list[Spell]] = {}
    spells = [spell for unit in units().values() for spell in unit.spells]
    for spell in spells:
        whole.setdefault(spell.name, []).append(spell)
    shorter: dict[str, list[Spell]] = {}
    for spell in spells:
        name = _shortened(spell.name)
        if name and name not in whole:
            shorter.setdefault(name, []).append(spell)
    whole |= {name: found for name, found in shorter.items() if len({spell.unit for spell in found}) == 1}
    parts: dict[str, list[Spell]] = {}
    for spell in spells:
        name = _bare(spell)
        if len(name) >= 2 and name not in whole:
            parts.setdefault(name, []).append(spell)
    found: dict[str, list[tuple[str, tuple[Spell, ...], bool]]] = {}
    for table, complete in ((whole, True), (parts, False)):
        for name, several in table.items():
            found.setdefault(name[:2], []).append((name, tuple(several), complete))
    return found


def _shortened(name: str) -> str:
    """临夏州 for 临夏回族自治州: the usual short form of an autonomous prefecture or county; empty for other places."""
    for ending, word in (("自治州", "州"), ("自治县", "县"), ("自治旗", "旗")):
        if name.endswith(ending):
            bare = _without_peoples(name.removesuffix(ending))
            return bare + word if len(bare) >= 2 else ""
    return ""


def _bare(spell: Spell) -> str:
    """福建 for 福建省, 广西 for 广西壮族自治区: what may stand before the name of a place within."""
    if spell.level == "county":
        return ""
    for ending in ("自治区", "自治州"):
        if spell.name.endswith(ending):
            return _without_peoples(spell.name.removesuffix(ending))
    return short(spell.name)


def _without_peoples(name: str) -> str:
    found = _AUTONOMOUS.fullmatch(name)
    return found[1] if found else name
