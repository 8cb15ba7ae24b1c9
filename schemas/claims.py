"""What the prose of a report may state that its tables print too, from ``claims.toml``.

A measure is something counted; its readings are the sums of cells that a number of it may mean.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from schemas.forms import FORM_IDS, Key, load_form


@dataclass(frozen=True, slots=True)
class Reading:
    """A sum of cells; ``keys`` are all of them."""

    keys: tuple[Key, ...]
    label_zh: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Measure:
    """Something counted. ``cue``, ``not_before``, ``needs``, ``where`` are regular expressions, ``lead`` is the name of
    one (see ``claims.toml``); ``indicator`` is the row that a finding names, empty where several are summed."""

    id: str
    label_zh: str
    label_en: str
    readings: tuple[Reading, ...]
    section: str
    indicator: str = ""
    breakdown: str = "total"
    cue: str = ""
    lead: str = ""
    not_before: str = ""
    needs: str = ""
    where: str = ""
    after: bool = False
    part: bool = False
    any_year: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """A wording that says there was none of what ``zero`` names."""

    zero: tuple[str, ...]
    pattern: str
    where: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All of it: measures told by their cues, outcomes of cases, stated zeros, and single words by name."""

    measures: tuple[Measure, ...]
    outcomes: tuple[Measure, ...]
    stated: tuple[Stated, ...]
    words: dict[str, str]

    def every(self) -> tuple[Measure, ...]:
        """All measures that a claim can have."""
        return (*self.measures, *self.outcomes)


_CASES: dict[str, tuple[str, ...]] = {
    "review.reconsideration": ("reconsideration",),
    "review.litigation": ("litigation.direct", "litigation.after_reconsideration"),
}


@cache
def load_vocabulary() -> Vocabulary:
    """The vocabulary of claims; raises ValueError where a reading names no cell of any form."""
    data = tomllib.loads(resources.files(__package__).joinpath("claims.toml").read_text(encoding="utf-8"))
    measures = tuple(
        Measure(**{**raw, "readings": tuple(_reading(each) for each in raw["readings"])}) for raw in data["measure"]
    )
    named = {measure.id: measure for measure in measures}
    outcomes = tuple(_outcome(named[case], raw) for case in _CASES for raw in data["outcome"])
    stated = tuple(Stated(tuple(raw["zero"]), raw["pattern"], raw["where"]) for raw in data["none"])
    words = {name: value for name, value in data.items() if isinstance(value, str)}
    return Vocabulary(measures, outcomes, stated, words)


def _reading(raw: dict[str, Any]) -> Reading:
    keys = [key for pattern in raw["cells"] for key in _keys(*pattern.split("/"))]
    if not keys:
        raise ValueError(f"claims.toml: {raw['cells']} is no cell of any form")
    return Reading(tuple(keys), raw["label_zh"], raw["label_en"])


def _keys(section: str, indicator: str, breakdown: str) -> list[Key]:
    below = indicator.removesuffix("*")
    found = (
        cell.key
        for form in FORM_IDS
        for cell in load_form(form).cells
        if cell.section == section and cell.breakdown == breakdown
        if cell.indicator == indicator or (below != indicator and cell.indicator.startswith(below))
    )
    return list(dict.fromkeys(found))


def _outcome(case: Measure, raw: dict[str, str]) -> Measure:
    rows, code = _CASES[case.id], raw["breakdown"]
    keys = tuple(("review", row, code) for row in rows)
    labels = {cell.breakdown: cell for cell in load_form("2021").cells if cell.indicator == rows[0]}
    zh, en = labels[code].column_label, labels[code].column_label_en.lower()
    return Measure(
        id=f"{case.id}.{code}",
        label_zh=f"{case.label_zh}{zh}",
        label_en=f"{case.label_en}: {en}",
        readings=(Reading(keys, f"{case.label_zh}{zh}", f"{case.label_en}: {en}"),),
        section="review",
        indicator=rows[0] if len(rows) == 1 else "",
        breakdown=code,
        cue=raw["cue"],
        after=True,
        part=True,
    )
