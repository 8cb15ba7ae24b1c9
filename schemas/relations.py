"""Relations beyond the sums of one report, from ``relations.toml``: over the years of one agency, bounds, and what an
area adds up.

The identities that a form itself implies are in ``schemas.forms``; they are the same idea for a single document.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product
from typing import Any

from schemas.forms import FORM_IDS, Key, load_form


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
    found = [
        _relation(raw, row, column)
        for raw in _raw()["relation"]
        for row, column in product(raw.get("rows", [""]), raw.get("columns", [""]))
    ]
    return tuple(found)


@cache
def additive_cells() -> tuple[Key, ...]:
    """Cells that agencies below count without overlap, so that the area they lie in counts at least their sum: flows
    of the forms, as the ``additive`` entries name them."""
    return tuple(
        dict.fromkeys(
            cell.key
            for form in FORM_IDS
            for cell in load_form(form).cells
            if cell.nature == "flow" and any(_adds(cell.key, entry) for entry in _raw()["additive"])
        )
    )


def _adds(key: Key, entry: dict[str, Any]) -> bool:
    section, indicator, breakdown = key
    rows = [row for row in entry["rows"] if indicator == row or indicator.startswith(f"{row}.")]
    return section == entry["section"] and breakdown in entry["columns"] and bool(rows)


@cache
def _raw() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("relations.toml").read_text(encoding="utf-8"))


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
