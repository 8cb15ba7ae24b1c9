"""Reports of places that changed: none filed under another's name, nearly all under their own."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from filing.generate import FIRST, LAST, Made, Subject, changes, document, documents, spell_of
from filing.run import case_of, run

from pipelines.attribution import attribute
from schemas.divisions import by_code, units
from schemas.organs import organ_names

DOCUMENTS = 400


def test_no_report_is_filed_under_another_agency() -> None:
    tally = run(seed=7, count=DOCUMENTS)
    assert tally.wrong == []
    assert tally.merged == []
    assert tally.total.total() == DOCUMENTS
    assert tally.share >= 0.96  # 98 % over the 10,000 of docs/agencies.md; of a few hundred, one more or less
    assert tally.total["right"] + sum(tally.reasons.values()) == DOCUMENTS  # the rest says why
    assert tally.seconds / DOCUMENTS < 0.001


def test_every_change_becomes_a_case() -> None:
    kinds = Counter(kind for _, _, kind in changes())
    assert set(kinds) == {"rename", "recode", "merger", "split", "reused code", "reused name"}
    assert kinds["rename"] > 200
    seen = {made.change for made in documents(1, len(changes()))}
    assert seen == set(kinds)


def test_a_renamed_bureau_is_one_series() -> None:
    """Years before and years after the change: the names differ, the agency does not."""
    renames = [(unit, year) for unit, year, kind in changes() if kind == "rename" and FIRST + 2 <= year <= LAST - 2]
    series = 0
    for number, (unit, year) in enumerate(renames[::4]):
        draw = random.Random(number)
        form = organ_names()[draw.choice(("人民政府", "财政局", "教育局", "民政局"))]
        years = [each for each in (year - 2, year + 2) if spell_of(units()[unit], each) is not None]
        made = [document(draw, Subject(unit, each, "rename", form)) for each in years]
        found = [attribute(case_of(one, number)) for one in made if not one.lies]
        sure = [one for one in found if one is not None and not one.reason]
        assert len({one.agency_id for one in sure}) <= 1
        series += len({one.agency_name for one in sure}) > 1
    assert series > len(renames) / 4 * 0.8


@pytest.fixture(scope="module")
def made() -> list[Made]:
    return list(documents(11, 2 * len(changes())))


def test_a_reused_code_never_joins_two_places(made: list[Made]) -> None:
    shared = {
        spell.code
        for unit in units().values()
        for spell in unit.spells
        if spell.last >= 2008 and len({other.unit for other in by_code(spell.code)}) > 1
    }
    assert shared
    found: dict[str, set[str]] = {}
    for number, one in enumerate(made):
        if one.change == "reused code":
            filed = attribute(case_of(one, number))
            if filed is not None:
                found.setdefault(filed.agency_id, set()).add(one.truth)
    assert len(found) > 10
    assert all(len(truths) == 1 for truths in found.values())
