"""Where a document comes from: the places that its evidence, its address and the manifest point at. Pure.

Each item is one thing said, with the places it can mean: 朝阳区 over a page means two. An item speaks for an agency
that hangs on one of them, or lies in one of them; it speaks against an agency that lies elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from pipelines.evidence import Evidence, credit_code
from pipelines.places import Path, above, paths, readings
from schemas.divisions import by_code, links, units
from schemas.organs import read

NAMING = (
    *("declared", "heading", "under", "subject", "publisher", "metadata", "contact", "compiler", "signature", "hint"),
)
"""Kinds that name an organ in full as often as not; the rest names places."""

_AREA = re.compile(r"[?&](?:area|areaCode|xzqh|regionCode|divisionCode)=(\d{6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Case:
    """Everything known of whose report one document is. ``printed``: the name as a key, empty where none is printed;
    ``site`` is the host of ``url``; ``folder`` and ``hint`` come from where the document lay and its manifest.
    """

    document_id: str
    printed: str
    year: int
    evidence: tuple[Evidence, ...] = ()
    site: str = ""
    url: str = ""
    folder: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing said of where the document belongs: its kind and the units that it can mean."""

    kind: str
    units: frozenset[int]


@lru_cache(maxsize=65536)
def items(case: Case) -> tuple[Item, ...]:
    """Everything that points at a place, but the printed name itself."""
    found = [Item(kind, meant) for kind, meant in _said(case) if meant]
    return tuple(dict.fromkeys(found))


def _said(case: Case) -> Iterator[tuple[str, frozenset[int]]]:
    said = [*case.evidence, *([Evidence("hint", case.hint)] if case.hint else [])]
    for one in said:
        if one.kind == "index":
            yield "index", of_code(credit_code(one.text))
        elif one.kind == "address":
            yield "address", _deepest(paths(one.text, case.year))
            yield "address", _widest(paths(one.text, case.year))
        elif one.kind == "breadcrumb":
            for step in one.text.split(">"):
                yield (
                    "breadcrumb",
                    frozenset(path.units[-1] for path in _timely(paths(step, case.year)) if not path.rest),
                )
        elif one.kind in (*NAMING, "site"):
            yield one.kind, meant_by(one.text, case.year)
            yield one.kind, _widest(paths(one.text, case.year))
    if area := _AREA.search(case.url):
        yield "url", of_code(area[1])
    if host := _of_site(case.site):
        yield "host", frozenset({host})
    for part in case.folder.split("/"):
        yield "folder", meant_by(part, case.year)


def meant_by(text: str, year: int) -> frozenset[int]:
    """The places that a name can belong to: of the whole name where it can be read, else of its beginning."""
    whole = readings(text, year)
    chosen = [one for one in whole if one.timely] or whole
    if chosen:
        return frozenset(one.units[-1] for one in chosen if one.units)
    return _deepest(paths(text, year))


def of_code(code: str) -> frozenset[int]:
    """The units that had a division code at any time, and what they went into: codes are those of the day of issue."""
    found = {spell.unit for spell in by_code(code)}
    return frozenset(found | {target for unit in found for target in _followed().get(unit, ())})


def speaks_for(item: Item, unit: int, year: int) -> bool:
    """Whether the item names the unit or one that it lies in."""
    return unit in item.units or not item.units.isdisjoint(above(unit, year))


def speaks_against(item: Item, unit: int, year: int) -> bool:
    """Whether the item names places elsewhere. A seat may lie outside its own territory, so an address only in another
    province; a folder is nobody's word. A credit code belongs to the issuing organ: not to a place within its own."""
    if item.kind == "folder" or speaks_for(item, unit, year):
        return False
    if item.kind == "address":
        here = above(unit, year) | {unit}
        return all(here.isdisjoint(above(other, year) | {other}) for other in item.units)
    if item.kind in ("index", "url"):
        return True
    return all(unit not in above(other, year) for other in item.units)


def pins(item: Item) -> frozenset[int]:
    """The county-level units that the item means, where it means nothing else."""
    return item.units if all(units()[unit].spells[-1].level == "county" for unit in item.units) else frozenset()


def trusted(site: str) -> bool:
    """Whether a host is the state's own, or unknown: mirrors elsewhere have been seen to replace names."""
    return not site or site == "gov.cn" or site.endswith(".gov.cn")


def _timely(found: Iterable[Path]) -> list[Path]:
    every = list(found)
    return [path for path in every if path.timely] or every


def _deepest(found: Iterable[Path]) -> frozenset[int]:
    every = _timely(found)
    least = min((len(path.rest) for path in every), default=0)
    return frozenset(path.units[-1] for path in every if len(path.rest) == least)


def _widest(found: Iterable[Path]) -> frozenset[int]:
    """The places that a chain of several begins with: they tell more of the last one than its name does."""
    return frozenset(path.units[0] for path in _timely(found) if len(path.units) > 1)


@cache
def _followed() -> Mapping[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for link in links():
        if link.kind in ("merged_into", "replaced_by"):
            found.setdefault(link.source, []).append(link.target)
    return {source: tuple(targets) for source, targets in found.items()}


@cache
def _sites() -> Mapping[str, int]:
    return {row["host"]: int(row["unit_id"]) for row in read("sites.csv")}


def _of_site(host: str) -> int | None:
    """The unit whose site it is, by the longest end of the host's name that the codebook knows."""
    labels = host.split(".")
    return next((unit for at in range(len(labels)) if (unit := _sites().get(".".join(labels[at:])))), None)
