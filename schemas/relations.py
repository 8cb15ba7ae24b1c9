"""Relations beyond the sums of one report, from ``relations.toml``: over the years of one agency, and bounds.

The identities that a form itself implies are in ``schemas.forms``; they are the same idea for a single document.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product
from typing import Any

from schemas.forms import Key


@dataclass(frozen=True, slots=True)
class Term:
    """One cell of a relation; ``years_back`` 0 is the report that has the target, 1 the one of the year before."""

    sign: int
    key: Key
    years_back: int = 0


@dataclass(frozen=True, slots=True)
class Relation:
    """``sum(sign * value)`` over the terms compared with 0: ``compare`` is ``=`` or ``<=``. ``rule`` is an id of
    ``schemas.rules``; ``target`` the term that a finding names."""

    id: str
    rule: str
    compare: str
    target: Term
    terms: tuple[Term, ...]


@cache
def load_relations() -> tuple[Relation, ...]:
    """All relations, each for every row and column it stands for. Raises ValueError where one names no target."""
    text = resources.files(__package__).joinpath("relations.toml").read_text(encoding="utf-8")
    found = [
        _relation(raw, row, column)
        for raw in tomllib.loads(text)["relation"]
        for row, column in product(raw.get("rows", [""]), raw.get("columns", [""]))
    ]
    return tuple(found)


def _relation(raw: dict[str, Any], row: str, column: str) -> Relation:
    def key(term: dict[str, Any]) -> Key:
        section, indicator, breakdown = (
            str(term[name]).format(row=row, column=column) for name in ("section", "indicator", "breakdown")
        )
        return section, indicator, breakdown

    terms = [Term(term["sign"], key(term), term.get("years_back", 0)) for term in raw["terms"]]
    targets = [term for term, given in zip(terms, raw["terms"], strict=True) if given.get("target")]
    name = ":".join(part for part in (raw["rule"], row, column) if part)
    if len(targets) != 1 or targets[0].years_back or raw["compare"] not in ("=", "<="):
        raise ValueError(f"{name}: a relation has one target, of the year itself, and compares with = or <=")
    return Relation(name, raw["rule"], raw["compare"], targets[0], tuple(terms))
