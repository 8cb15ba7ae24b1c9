"""The registry of agencies over time: ids, names in each year, level, parent, codes, what preceded and followed.

Most agencies need no row. An id is opaque to users; here it says where an agency hangs:

================== ===================================================================================================
``a000000``        unit × 120 + kind of organ: the organs of units of ``schemas.divisions`` with an id below 5,000
``a600000``        600,000 + township: townships, towns and streets
``a800000``        rows of ``codebook/agencies.csv``: ministries, development zones, branches that serve no unit, …
================== ===================================================================================================

``codebook/agency_names.csv`` has further names of any of them, with years, and the decisions: one row that says whose
report a name, on a site, in a folder, or under a provisional id, is. Rows are only ever added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from types import MappingProxyType

from schemas.divisions import Spell, Township, Unit, links, townships, units
from schemas.organs import GOVERNMENT, OPEN, OrganName, organ_links, organs, read

_ORGANS = 120
_TOWNSHIPS, _ROWS = 600_000, 800_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of ``agencies.csv``; ``unit`` is the place where it sits, years are 0 and 9999 where open."""

    id: str
    name: str
    level: str
    kind: str
    parent: str
    unit: int | None
    credit_code: str
    first: int
    last: int
    predecessors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """A row of ``agency_names.csv``: another name, official at its time or not, or (``kind`` decision) whose report
    something is. Where ``site``, ``folder`` or ``provisional`` is given the row holds only there."""

    agency: str
    name: str
    first: int
    last: int
    kind: str
    site: str
    folder: str
    provisional: str
    source: str

    @property
    def is_decision(self) -> bool:
        """Whether it says whose report something is, and is no name."""
        return self.kind == "decision"


@dataclass(frozen=True, slots=True)
class Named:
    """One name of an agency; ``kind`` official or alias."""

    name: str
    first: int
    last: int
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an id hangs: one of the three is given."""

    unit: Unit | None = None
    organ: int = GOVERNMENT
    township: Township | None = None
    listed: Listed | None = None


@cache
def listed() -> Mapping[str, Listed]:
    """The agencies with a row of their own, by id."""
    return MappingProxyType(
        {
            row["agency_id"]: Listed(
                row["agency_id"],
                row["name"],
                row["level"],
                row["kind"],
                row["parent_id"],
                int(row["unit_id"]) if row["unit_id"] else None,
                row["credit_code"],
                int(row["valid_from"] or 0),
                int(row["valid_to"] or OPEN),
                tuple(row["predecessors"].split(";")) if row["predecessors"] else (),
            )
            for row in read("agencies.csv")
        }
    )


@cache
def aliases() -> tuple[Alias, ...]:
    """Further names and decisions."""
    return tuple(
        Alias(
            row["agency_id"],
            row["name"],
            int(row["valid_from"] or 0),
            int(row["valid_to"] or OPEN),
            row["kind"],
            row["site"],
            row["folder"],
            row["provisional_id"],
            row["source"],
        )
        for row in read("agency_names.csv")
    )


@cache
def _aliases_of() -> Mapping[str, tuple[Alias, ...]]:
    found: dict[str, list[Alias]] = {}
    for one in aliases():
        found.setdefault(one.agency, []).append(one)
    return MappingProxyType({agency: tuple(several) for agency, several in found.items()})


def organ_id(unit: int, organ: int = GOVERNMENT) -> str:
    """Id of an organ of a unit."""
    if not 0 <= unit < _TOWNSHIPS // _ORGANS or not 0 <= organ < _ORGANS:
        raise ValueError(f"there is no id for organ {organ} of unit {unit}")
    return f"a{unit * _ORGANS + organ:06d}"


def township_id(township: int) -> str:
    """Id of a township."""
    if not 0 <= township < _ROWS - _TOWNSHIPS:
        raise ValueError(f"there is no id for township {township}")
    return f"a{_TOWNSHIPS + township:06d}"


@lru_cache(maxsize=65536)
def place(agency: str) -> Place:
    """Where an id hangs; KeyError for an id that the registry does not give."""
    number = int(agency[1:])
    if agency in listed():
        return Place(listed=listed()[agency])
    if _TOWNSHIPS <= number < _ROWS:
        return Place(township=townships()[number - _TOWNSHIPS])
    unit, organ = divmod(number, _ORGANS)
    if organ not in organs():
        raise KeyError(agency)
    return Place(units()[unit], organ)


def spell_in(unit: int, year: int) -> Spell:
    """The unit as it was at the end of ``year``: in the year of a change as it became; its first or last spell where it
    did not exist yet or any more."""
    spells = units()[unit].spells
    during = [spell for spell in spells if spell.during(year)]
    return max(during, key=lambda spell: spell.first) if during else spells[0 if year < spells[0].first else -1]


def full_name(unit: int, year: int) -> str:
    """What the organs of a unit begin their names with: districts (区) bear their city's name before their own."""
    spell = spell_in(unit, year)
    if spell.level != "county" or not spell.name.endswith("区") or spell.parent is None:
        return spell.name
    above = spell_in(spell.parent, year)
    city = above.level == "prefecture" or above.name.endswith("市")
    return (above.name if city else "") + spell.name


def official_name(agency: str, year: int, said: OrganName | None = None) -> str:
    """The agency's name in ``year``; ``said``: the form that its document prints, taken if it is an official one."""
    here = place(agency)
    if here.listed is not None:
        names = [one for one in _aliases_of().get(agency, ()) if one.kind == "official"]
        during = [one for one in names if one.first <= year <= one.last]
        return max(during, key=lambda one: one.first).name if during else here.listed.name
    if here.township is not None:
        name = here.township.name
        return full_name(here.township.county, year) + name + ("办事处" if name.endswith("街道") else "人民政府")
    assert here.unit is not None
    return _organ_name(here.unit.id, here.organ, year, said)


def _organ_name(unit: int, organ: int, year: int, said: OrganName | None = None) -> str:
    kind = organs()[organ]
    spell = spell_in(unit, year)
    if kind.branch_of is not None:
        above = spell.parent if spell.parent is not None else unit
        base = _said(said, kind.branch_of) or _form(kind.branch_of, spell_in(above, year), year)
        return full_name(above, year) + base.name + short(spell.name) + "分局"
    form = _said(said, organ) or _form(organ, spell, year)
    before, mark, after = form.name.partition("…")
    return before + full_name(unit, year) + after if mark else full_name(unit, year) + form.name


def _said(said: OrganName | None, organ: int) -> OrganName | None:
    return said if said is not None and said.official and said.organ == organ else None


def _form(organ: int, spell: Spell, year: int) -> OrganName:
    """The official name of a kind for the level of the unit: of those used in ``year`` the one that came last, of
    several that one listed first."""
    fitting = [name for name in organs()[organ].names if name.official and _fits(name, spell)]
    during = [name for name in fitting if name.first <= year <= name.last]
    return max(during, key=lambda name: name.first) if during else fitting[0]


def _fits(name: OrganName, spell: Spell) -> bool:
    if not name.level:
        return True
    if name.level == "league":
        return spell.level == "prefecture" and spell.name.endswith(("地区", "盟"))
    return spell.level == "province" and (name.level == "top" or not spell.name.endswith("市"))


_ENDINGS = ("自治县", "自治旗", "特区", "林区", "地区", "新区", "县", "区", "市", "旗", "盟", "省")


def short(name: str) -> str:
    """A unit's name without the word for its level, where two characters at least are left."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name[: -len(ending)]
    return name


def names_of(agency: str) -> Iterator[Named]:
    """Official names over time and known other names, in no order."""
    here = place(agency)
    if here.unit is not None:
        yield from _over_time(agency, here.unit, organs()[here.organ].first, organs()[here.organ].last)
    elif here.township is not None:
        yield Named(official_name(agency, OPEN), 0, OPEN, "official", "schemas/codebook/townships.csv")
    elif here.listed is not None:
        row = here.listed
        if not any(one.kind == "official" for one in _aliases_of().get(agency, ())):
            yield Named(row.name, row.first, row.last, "official", "schemas/codebook/agencies.csv")
    for one in _aliases_of().get(agency, ()):
        if one.name and not one.is_decision:
            yield Named(one.name, one.first, one.last, one.kind, "schemas/codebook/agency_names.csv")


_SINCE, _UNTIL = 2008, 2026


def _over_time(agency: str, unit: Unit, first: int, last: int) -> Iterator[Named]:
    """The official name year by year, put together to spans; open where it was so before 2008 or is so still."""
    begin, end = max(_SINCE, first, unit.spells[0].first), min(_UNTIL, last, unit.spells[-1].last)
    years = [(official_name(agency, year), year) for year in range(begin, end + 1)]
    for name, group in groupby(years, key=lambda one: one[0]):
        span = [year for _, year in group]
        since, until = 0 if span[0] == _SINCE else span[0], OPEN if span[-1] == _UNTIL else span[-1]
        yield Named(name, since, until, "official", "schemas/codebook/divisions.csv")


def places_of(agency: str) -> list[dict[str, object]]:
    """Where an agency lies: rows of ``agency_places``, one for each time under the same code and names; empty for
    national agencies. Every year is in exactly one of them: that of a change belongs to what it brought, and the years
    before the first and after the last change are open."""
    here = place(agency)
    if here.listed is not None:
        unit = here.listed.unit
    else:
        unit = here.township.county if here.township is not None else here.unit.id if here.unit is not None else None
    if unit is None:
        return []
    by_year = {year: _lies(unit, year) for year in (_SINCE, *_changes(unit))}
    spans = [(next(group), lies) for lies, group in groupby(by_year, key=by_year.__getitem__)]
    return [
        {
            "agency_id": agency,
            "turn": turn,
            **lies,
            "valid_from": first if turn > 1 else None,
            "valid_to": spans[turn][0] - 1 if turn < len(spans) else None,
        }
        for turn, (first, lies) in enumerate(spans, start=1)
    ]


_LEVELS = ("province", "prefecture", "county")


def _lies(unit: int, year: int) -> dict[str, str | None]:
    """Code and names of a unit, and of those above it, at the end of ``year``."""
    spell = spell_in(unit, year)
    found: dict[str, str | None] = {"division_code": spell.code, "province_code": spell.code[:2]}
    found |= dict.fromkeys(_LEVELS)
    above: Spell | None = spell
    while above is not None:
        found[above.level] = above.name
        above = spell_in(above.parent, year) if above.parent is not None else None
    return found


def _changes(unit: int) -> list[int]:
    """Years after the first one in which the unit or one above it got another name, code or parent."""
    own = units()[unit].spells
    above = {spell.parent for spell in own if spell.parent is not None}
    years = {spell.first for spell in own} | {year for each in above for year in _changes(each)}
    return sorted(year for year in years if year > _SINCE)


def parent(agency: str) -> str:
    """Id of the agency above: of an organ the government of its unit, of a branch the city's bureau, of a government
    the one above; empty for provinces and what hangs on none."""
    here = place(agency)
    if here.listed is not None:
        return here.listed.parent
    if here.township is not None:
        return organ_id(here.township.county)
    assert here.unit is not None
    kind, above = organs()[here.organ], here.unit.spells[-1].parent
    if kind.branch_of is not None:
        return organ_id(above, kind.branch_of) if above is not None else ""
    if kind.kind == "vertical":
        return organ_id(above, here.organ) if above is not None else ""
    if here.organ != GOVERNMENT:
        return organ_id(here.unit.id)
    return organ_id(above) if above is not None else ""


def successors(agency: str) -> list[str]:
    """Ids of what the agency went into: the same organ of the unit that took its unit in, the kind that followed."""
    here = place(agency)
    if here.listed is not None:
        return sorted(row.id for row in listed().values() if agency in row.predecessors)
    if here.unit is None:
        return []
    found = [organ_id(link.target, here.organ) for link in links() if link.source == here.unit.id and _ends(link.kind)]
    return sorted(
        found + [organ_id(here.unit.id, one.successor) for one in organ_links() if one.predecessor == here.organ]
    )


def predecessors(agency: str) -> list[str]:
    """The opposite of ``successors``."""
    here = place(agency)
    if here.listed is not None:
        return sorted(here.listed.predecessors)
    if here.unit is None:
        return []
    found = [organ_id(link.source, here.organ) for link in links() if link.target == here.unit.id and _ends(link.kind)]
    return sorted(
        found + [organ_id(here.unit.id, one.predecessor) for one in organ_links() if one.successor == here.organ]
    )


def _ends(kind: str) -> bool:
    return kind in ("merged_into", "replaced_by")


def describe(agency: str) -> dict[str, object]:
    """What the table ``agencies`` says of an agency, but for its reports. ``division_code`` is the last one;
    ``division_codes`` all since 2008, as ``code:from-to`` parted by blanks."""
    here = place(agency)
    unit, credit, first, last = None, "", 0, OPEN
    if here.listed is not None:
        row = here.listed
        level, kind, unit, credit, first, last = row.level, row.kind, row.unit, row.credit_code, row.first, row.last
    elif here.township is not None:
        level, kind, unit = (
            "township",
            "street" if here.township.name.endswith("街道") else "township",
            here.township.county,
        )
    else:
        assert here.unit is not None
        organ, unit = organs()[here.organ], here.unit.id
        level, kind = here.unit.spells[-1].level, organ.code
        first, last = max(organ.first, here.unit.spells[0].first), min(organ.last, here.unit.spells[-1].last)
    spells = (
        [spell for spell in units()[unit].spells if spell.last >= _SINCE] or units()[unit].spells[-1:] if unit else []
    )
    return {
        "agency_id": agency,
        "agency_name": official_name(agency, min(_UNTIL, last)),
        "is_provisional": False,
        "level": level,
        "kind": kind,
        "parent_id": parent(agency) or None,
        "division_code": spells[-1].code if spells else None,
        "division_codes": " ".join(_dated(spell) for spell in spells) or None,
        "credit_code": credit or None,
        "valid_from": first or None,
        "valid_to": last if last != OPEN else None,
        "predecessors": ",".join(predecessors(agency)) or None,
        "successors": ",".join(successors(agency)) or None,
    }


def _dated(spell: Spell) -> str:
    return f"{spell.code}:{spell.first or ''}-{spell.last if spell.last != OPEN else ''}"


def governments(since: int = _SINCE) -> list[str]:
    """Ids of the governments of all units of county level and above that existed in ``since`` or later."""
    return [organ_id(unit.id) for unit in units().values() if unit.spells[-1].last >= since]
