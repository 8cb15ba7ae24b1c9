"""Kinds of organs that a unit of the administrative divisions has: what they are called, and what followed what.

One kind is one agency of a unit, whatever it was called: the tables say, by these rules, what that means.

* A kind goes on where an organ went on alone, with its main duty, under a new name (环境保护局 → 生态环境局, 农业局 →
  农业农村局, 卫生和计划生育委员会 → 卫生健康委员会), and where it was given another duty beside it (教育局 →
  教育体育局). That is one agency, with one series.
* Where organs of several kinds were dissolved into a new one (国土资源局, 规划局 → 自然资源和规划局), or the main duty
  itself changed (安全生产 → 应急管理), the new one is another kind, and ``organ_links.csv`` says what it followed.
* No two organs that a unit can have side by side share a kind: two documents of one year that name two of them are
  never one agency (``pipelines.attribution`` looks for it).
* A branch bureau (市公安局的分局) hangs on the unit whose territory it serves, as a kind of its own: it is an organ of
  the city and never the same as the unit's own bureau (区公安局), though one may have followed the other.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

OPEN = 9999
GOVERNMENT, OFFICE = 0, 1
PLACE = "…"
"""Stands in a name where the territory's own stands: 国家税务总局…税务局."""


@dataclass(frozen=True, slots=True)
class OrganName:
    """One name of one kind: what follows the name of the unit, or surrounds it (``PLACE``).

    ``level`` says where it is the official form: ``province`` (省, 自治区), ``top`` (these and 直辖市), ``league``
    (地区, 盟) or empty (everywhere). ``first`` and ``last`` are years, 0 and 9999 where open; ``official`` is False for
    short forms.
    """

    organ: int
    name: str
    level: str
    first: int
    last: int
    official: bool


@dataclass(frozen=True, slots=True)
class Organ:
    """One kind. ``kind`` is its class (government, office, department, institution, vertical, branch); ``branch_of``
    the id of the kind whose branches it is, or None."""

    id: int
    code: str
    kind: str
    title_zh: str
    title_en: str
    first: int
    last: int
    branch_of: int | None
    names: tuple[OrganName, ...]


@dataclass(frozen=True, slots=True)
class OrganLink:
    """One kind that another followed; in counties mostly the year after ``year``."""

    predecessor: int
    successor: int
    year: int


@cache
def organs() -> Mapping[int, Organ]:
    """Every kind by its id."""
    rows = list(read("organs.csv"))
    ids = {row["code"]: int(row["organ_id"]) for row in rows}
    names: dict[str, list[OrganName]] = {code: [] for code in ids}
    for row in read("organ_names.csv"):
        names[row["code"]].append(
            OrganName(
                ids[row["code"]],
                row["name"],
                row["level"],
                int(row["valid_from"] or 0),
                int(row["valid_to"] or OPEN),
                row["kind"] == "official",
            )
        )
    return MappingProxyType(
        {
            ids[row["code"]]: Organ(
                ids[row["code"]],
                row["code"],
                row["kind"],
                row["title_zh"],
                row["title_en"],
                int(row["first_year"] or 0),
                int(row["last_year"] or OPEN),
                ids[row["branch_of"]] if row["branch_of"] else None,
                tuple(names[row["code"]]),
            )
            for row in rows
        }
    )


@cache
def organ_names() -> Mapping[str, OrganName]:
    """Every name, official or short, with the one kind it means."""
    return MappingProxyType({name.name: name for organ in organs().values() for name in organ.names})


@cache
def branches() -> Mapping[int, Organ]:
    """Kinds of branches by the id of the kind whose branches they are."""
    return MappingProxyType({organ.branch_of: organ for organ in organs().values() if organ.branch_of is not None})


@cache
def organ_links() -> tuple[OrganLink, ...]:
    """What followed what."""
    ids = {organ.code: organ.id for organ in organs().values()}
    return tuple(
        OrganLink(ids[row["predecessor"]], ids[row["successor"]], int(row["year"])) for row in read("organ_links.csv")
    )


def read(name: str) -> Iterator[dict[str, str]]:
    """Rows of a table of the codebook, as text."""
    text = resources.files("schemas.codebook").joinpath(name).read_text(encoding="utf-8")
    return iter(csv.DictReader(text.splitlines()))
