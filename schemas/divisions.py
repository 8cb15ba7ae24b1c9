"""The administrative divisions of China with their history: places, and what they were called when.

A *unit* is a place with continuity: a new name, a new code, 县 that becomes 市 or 区 leave it the same unit. A *spell*
is the time under one name, code and parent; in the year of a change both names are valid. A code (GB/T 2260) and a
name belong to several units at different times or places, so neither is a key.

The tables are made by ``schemas/codebook/make_divisions.py``; docs/divisions.md says what is doubtful in them. They
are read when first asked for, townships on their own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

OPEN = 9999


@dataclass(frozen=True, slots=True)
class Spell:
    """A unit under one name, code and parent, from ``first`` to ``last`` year, both included.

    ``first`` is 0 where the beginning is not known or before 2000, ``last`` is 9999 while it lasts. ``level`` is
    province, prefecture or county; ``parent`` is the unit above, None for provinces. A county without a prefecture
    above it (省直辖, 直辖市) has the province as its parent.
    """

    unit: int
    code: str
    name: str
    level: str
    parent: int | None
    first: int
    last: int

    def during(self, year: int) -> bool:
        """Whether name and code were valid at some time in that year."""
        return self.first <= year <= self.last


@dataclass(frozen=True, slots=True)
class Unit:
    """A place, with its spells from the first to the last."""

    id: int
    spells: tuple[Spell, ...]


@dataclass(frozen=True, slots=True)
class Township:
    """A township, town or street of today; ``code`` has 9 digits, ``county`` is the unit it belongs to."""

    id: int
    code: str
    name: str
    county: int


@dataclass(frozen=True, slots=True)
class Link:
    """What connects two units: ``kind`` merged_into or replaced_by (source ended), split_from (source began)."""

    source: int
    target: int
    year: int
    kind: str


@cache
def units() -> Mapping[int, Unit]:
    """Every unit by its id."""
    spells: dict[int, list[Spell]] = {}
    for unit, code, name, level, parent, first, last, _ in _rows("divisions.csv"):
        spell = Spell(int(unit), code, name, level, int(parent) if parent else None, int(first or 0), int(last or OPEN))
        spells.setdefault(spell.unit, []).append(spell)
    return MappingProxyType({unit: Unit(unit, tuple(found)) for unit, found in spells.items()})


def by_code(code: str) -> tuple[Spell, ...]:
    """Every spell with that six-digit code, the latest first; empty if there is none."""
    return _codes().get(code, ())


def by_name(name: str) -> tuple[Spell, ...]:
    """Every spell under exactly that name, the latest first; empty if there is none."""
    return _names().get(name, ())


@cache
def links() -> tuple[Link, ...]:
    """Mergers, splits and replacements since 2000; not every unit that ended has one."""
    rows = _rows("division_links.csv")
    return tuple(Link(int(source), int(target), int(year), kind) for source, target, year, kind, _ in rows)


@cache
def townships() -> Mapping[int, Township]:
    """Townships, towns and streets by their id, as listed in 2026; nothing is claimed about other years."""
    rows = _rows("townships.csv")
    return MappingProxyType({int(i): Township(int(i), code, name, int(county)) for i, code, name, county in rows})


def townships_named(name: str) -> tuple[Township, ...]:
    """Every township with exactly that name, in the order of their ids; empty if there is none."""
    return _township_names().get(name, ())


@cache
def _codes() -> Mapping[str, tuple[Spell, ...]]:
    return _indexed("code")


@cache
def _names() -> Mapping[str, tuple[Spell, ...]]:
    return _indexed("name")


def _indexed(attribute: str) -> dict[str, tuple[Spell, ...]]:
    found: dict[str, list[Spell]] = {}
    for unit in units().values():
        for spell in unit.spells:
            found.setdefault(getattr(spell, attribute), []).append(spell)
    return {key: tuple(sorted(spells, key=lambda s: (-s.last, -s.first, s.unit))) for key, spells in found.items()}


@cache
def _township_names() -> Mapping[str, tuple[Township, ...]]:
    found: dict[str, list[Township]] = {}
    for township in townships().values():
        found.setdefault(township.name, []).append(township)
    return {name: tuple(several) for name, several in found.items()}


def _rows(name: str) -> Iterator[list[str]]:
    text = resources.files("schemas.codebook").joinpath(name).read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines())
    next(rows)
    return rows
