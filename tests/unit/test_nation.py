"""The made-up nation: every kind of bureau in every province, figures that hang together, tendencies that show."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.cli import main
from pipelines.simulate.nation import LAYOUTS, PROVINCES, bureau, plan
from pipelines.simulate.population import APPLICANTS, YEARS
from pipelines.simulate.registry import FILE_TYPES, Simulated
from schemas.forms import equations_for, parents


def numbers(document: Simulated, indicator: str, breakdown: str) -> Decimal:
    """A figure of table three as printed, 0 where a sign for none stands."""
    return document.truth["requests", indicator, breakdown].value or Decimal(0)


def test_no_name_comes_twice_and_a_small_nation_has_every_kind() -> None:
    names = [bureau(1, number).name for number in range(83_000)]
    assert len(set(names)) == len(names)
    assert len({bureau(1, number).level for number in range(31)}) == 8
    assert all(names[number].startswith(PROVINCES[number % 31]) for number in range(500))
    with pytest.raises(IndexError):
        bureau(1, 10_000_000)


def test_years_files_and_layouts_are_as_told() -> None:
    planned = list(plan(2000, 3))
    assert len(planned) == len(set(planned)) == 2000
    assert {one.variant for one in planned} == set(LAYOUTS)
    assert {name.split(".")[0] for name in LAYOUTS} == set(FILE_TYPES)
    first = Counter((one.number, one.year) for one in planned if not one.copy)
    assert max(first.values()) == 1
    assert 0.01 < 1 - len(first) / (len({one.number for one in planned}) * len(YEARS)) < 0.08  # years not reported
    copies = [one for one in planned if one.copy]
    assert 50 < len(copies) < 150
    assert all(first[one.number, one.year] == 1 for one in copies)
    assert len({(planned[0].make().file_name), *(one.make().file_name for one in planned[:60])}) == 60
    assert {one.variant for one in plan(50, 3, ["text"])} == {"text.markdown"}
    with pytest.raises(ValueError, match="no plain layout"):
        next(plan(1, 3, ["ofd"]))


def test_sums_hold_and_figures_are_carried_over_but_for_a_misprint() -> None:
    documents = [one.make() for one in plan(280, 3, ["text"])]
    assert documents[5] == list(plan(6, 3, ["text"]))[5].make()
    parent, broken = parents(), 0
    for document in documents:
        found = {key: cell.value or Decimal(0) for key, cell in document.truth.items()}
        broken += any(
            sum(sign * found[key] for sign, key in equation.terms)
            for equation in equations_for({key: parent[key] for key in found})
            if not any(document.truth[key].printed == "" for _, key in equation.terms)
        )
    assert 0 < broken < 40  # one in twenty
    by_place = {(document.agency, document.report_year): document for document in documents}
    followed = [
        numbers(now, "carried_out", applicant) == numbers(by_place[agency, year + 1], "carried_in", applicant)
        for (agency, year), now in by_place.items()
        if year is not None and (agency, year + 1) in by_place
        for applicant in APPLICANTS
    ]
    assert len(followed) > 1000
    assert all(followed)


def test_requests_grow_and_kinds_differ() -> None:
    documents = [one.make() for one in plan(700, 3, ["text"])]
    new = {
        year: sum(numbers(one, "new", "total") for one in documents if one.report_year == year) for year in (2019, 2025)
    }
    assert Decimal("1.3") < new[2025] / new[2019] < Decimal("2.2")
    shares = {}
    for police in (True, False):
        chosen = [one for one in documents if ("公安" in one.agency) == police]
        files = sum(numbers(one, "result.refused.enforcement_file", "natural_person") for one in chosen)
        shares[police] = files / sum(numbers(one, "result.total", "natural_person") for one in chosen)
    assert shares[True] > 2 * shares[False]


def test_command(tmp_path: Path) -> None:
    arguments = ["simulate", "--documents", "5", "--nation", "--types", "html,text", "--out", str(tmp_path / "out")]
    assert main(arguments) == 0
    assert len(list((tmp_path / "out" / "raw" / "0000").iterdir())) == 5
    assert main([*arguments[:-1], str(tmp_path / "more"), "--variants", "html.marks"]) == 2
    assert not (tmp_path / "more").exists()
