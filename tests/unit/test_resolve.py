"""Statements to observations by the written order of precedence; who an agency is while there is no registry."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from batches import HUAIAN, batch, document, sha, sighting

from pipelines.extraction import Extraction, RawCell
from pipelines.resolve import PRECEDENCE
from pipelines.store import Store
from schemas.agencies import organ_id
from schemas.divisions import by_name
from schemas.forms import Key

NEW: Key = ("requests", "new", "natural_person")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.duckdb") as made:
        yield made


def build(store: Store, documents: list[Extraction], sightings: list[dict[str, Any]]) -> None:
    store.replace_documents(batch(*documents))
    store.replace_sources(pd.DataFrame(sightings))
    store.rebuild()


def chosen(store: Store, place: Key = NEW) -> dict[str, Any]:
    sql = "SELECT * FROM observations WHERE section = ? AND indicator = ? AND breakdown = ?"
    rows = store.query(sql, place).to_pylist()
    assert len(rows) == 1
    found: dict[str, Any] = rows[0]
    return found


def value(text: str, **more: str) -> dict[Key, dict[str, str]]:
    return {NEW: {"value": text, "printed": text, **more}}


def test_one_document_one_report(store: Store) -> None:
    build(store, [document()], [sighting()])
    row = chosen(store)
    (spell,) = by_name("淮安市")[:1]
    report = hashlib.sha256(f"{organ_id(spell.unit)}|2024|unspecified".encode()).hexdigest()[:16]
    assert (row["agency_id"], row["report_id"]) == (organ_id(spell.unit), f"r-{report}")
    assert (row["value"], row["n_statements"], row["n_values"], row["revision"], row["flags"]) == (3001, 1, 1, 0, None)
    assert (row["agency_name"], row["report_year"], row["scope"]) == ("淮安市人民政府", 2024, "unspecified")
    reports = store.query("SELECT * FROM reports").to_pylist()
    assert len(reports) == 1
    assert (reports[0]["n_cells"], reports[0]["n_reported"], reports[0]["n_absent"]) == (200, 200, 0)
    agency = store.query("SELECT * FROM agencies WHERE n_reports > 0").to_pylist()[0]
    assert (agency["agency_name"], agency["first_year"], agency["n_documents"]) == ("淮安市人民政府", 2024, 1)
    assert agency["is_provisional"] is False
    assert (agency["level"], agency["kind"], agency["division_code"]) == ("prefecture", "government", "320800")


ABSENT = {"status": "absent", "value": "", "printed": "", "locator": ""}


CASES: list[tuple[dict[str, str], dict[str, str], tuple[dict[str, str], ...], int]] = [
    # origin before everything: an original beats a later transcription, which beats what is made up
    ({}, {}, ({"published_on": "2025-01-01"}, {"origin": "transcription", "published_on": "2025-06-01"}), 1),
    ({}, {}, ({"origin": "simulated"}, {"origin": "transcription", "published_on": ""}), 2),
    # text before optical reading, though published earlier
    ({"method": "ocr"}, {}, ({"published_on": "2025-06-01"}, {}), 2),
    ({"method": "ocr"}, {"method": "disambiguated"}, ({"published_on": "2025-06-01"}, {}), 2),
    # the later publication, whatever the statuses; a date before no date
    ({}, {}, ({"published_on": "2025-01-01"}, {"published_on": "2025-03-01"}), 2),
    ({}, {}, ({"published_on": "2025-01-01"}, {"published_on": ""}), 1),
    ({}, {"status": "blank", "value": "", "printed": ""}, ({}, {"published_on": "2025-03-01"}), 2),
    # the more that is printed
    (
        {"status": "blank", "value": "", "printed": ""},
        {"status": "illegible", "value": "", "printed": "?"},
        ({}, {}),
        2,
    ),
    ({"status": "mark", "value": "", "printed": "/"}, {"status": "blank", "value": "", "printed": ""}, ({}, {}), 1),
    # what has the cell before what lacks it, whatever its origin and date
    (ABSENT, {}, ({"published_on": "2025-06-01"}, {"published_on": "2025-01-01"}), 2),
    ({}, ABSENT, ({"origin": "transcription"}, {}), 1),
    # any fixed order
    ({}, {}, ({}, {}), 1),
]


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with all cases: the two documents of each are of a year of their own."""
    documents, sightings = [], []
    for place, (first, second, sources, _) in enumerate(CASES):
        for number, change, source in zip((1, 2), (first, second), sources, strict=True):
            documents.append(document(10 * place + number, {NEW: change}, report_year=2009 + place))
            sightings.append(sighting(10 * place + number, **source))
    with Store(tmp_path_factory.mktemp("ranked") / "store.duckdb") as made:
        build(made, documents, sightings)
        yield made


@pytest.mark.parametrize("place", range(len(CASES)))
def test_order_of_precedence(ranked: Store, place: int) -> None:
    *_, wanted = CASES[place]
    year = 2009 + place
    sql = "SELECT * FROM observations WHERE report_year = ? AND (section, indicator, breakdown) = (?, ?, ?)"
    (row,) = ranked.query(sql, [year, *NEW]).to_pylist()
    assert row["document_id"] == sha(10 * place + wanted)
    assert row["n_statements"] == 2
    reports = ranked.query("SELECT n_documents FROM reports WHERE report_year = ?", [year]).to_pylist()
    assert reports == [{"n_documents": 2}]


def test_what_a_mirror_has_as_well_is_still_the_governments(store: Store) -> None:
    """The folder of the mirror comes first by name."""
    mirror = {
        "path": "a/1.pdf",
        "folder": "a",
        "site": "www.example.com",
        "source_url": "https://www.example.com/1.pdf",
    }
    build(store, [document()], [sighting(1, **mirror), sighting()])
    row = chosen(store)
    assert (row["agency_name"], row["flags"]) == ("淮安市人民政府", None)
    assert row["agency_id"].startswith("a")
    assert store.query("SELECT site FROM agencies WHERE n_reports > 0").to_pylist() == [{"site": "www.huaian.gov.cn"}]


def test_every_rank_says_why() -> None:
    assert all(sql and why for sql, why in PRECEDENCE)
    assert len(PRECEDENCE) == 11


def test_copies_that_differ_are_a_conflict_and_a_finding(store: Store) -> None:
    build(
        store,
        [document(1, value("3001")), document(2, value("3010"))],
        [sighting(1, published_on="2025-01-01"), sighting(2, published_on="2025-03-01")],
    )
    row = chosen(store)
    assert (row["value"], row["n_statements"], row["n_values"], row["revision"]) == (3010, 2, 2, 1)
    assert row["flags"] == "conflict,identity_violated"  # 3010 does not fit the column of its own document
    assert chosen(store, ("requests", "new", "business"))["flags"] == "identity_violated"  # in the same row, unlike it
    told = store.query("SELECT * FROM findings WHERE rule = 'store.conflict'").to_pylist()
    assert len(told) == 1
    assert (told[0]["expected"], told[0]["observed"]) == ("3010", "3001件 | 3010件")
    assert "2个副本中有2个不同数值" in told[0]["message_zh"]
    assert "2 copies give 2 different values" in told[0]["message_en"]


def test_the_same_amount_in_another_unit_is_no_conflict(store: Store) -> None:
    fees: Key = ("disclosure", "fees", "amount")
    other = {fees: {"value": "961716000", "printed": "961716000元", "unit": "元"}}
    build(store, [document(1), document(2, other)], [sighting(1), sighting(2)])
    row = chosen(store, fees)
    assert (row["n_values"], row["value"], row["unit"], row["value_std"]) == (1, 96171.6, "万元", 961716000)


def test_a_reissue_that_changes_nothing_is_no_revision(store: Store) -> None:
    days = ("2025-01-01", "2025-02-01", "2025-03-01")
    documents = [document(1), document(2), document(3, value("3002"))]
    build(store, documents, [sighting(number, published_on=day) for number, day in enumerate(days, start=1)])
    assert chosen(store)["revision"] == 1
    assert chosen(store, ("requests", "new", "business"))["revision"] == 0


def test_a_report_never_has_both_forms_of_a_block(store: Store) -> None:
    """One copy has lost its tables and got the keys of 2021 by the year; the other shows the block of 2019."""
    other = [key for key in HUAIAN if key[1].startswith("result.other.")]
    guessed = document(
        1, {key: {"status": "absent", "value": "", "printed": "", "locator": "", "form_basis": "year"} for key in other}
    )
    shown = document(2, drop=other)
    for breakdown in (key[2] for key in other[:7]):
        shown.cells.append(
            RawCell("requests", "result.other", breakdown, "reported", "1", "1", "件", "2019", "labels", "t1/r1/c1")
        )
    build(store, [guessed, shown], [sighting(1), sighting(2)])
    kept = store.query("SELECT indicator FROM observations WHERE indicator LIKE 'result.other%'").to_pylist()
    assert {row["indicator"] for row in kept} == {"result.other"}
    assert store.scalar("SELECT count(*) FROM observations") == 186
    assert store.scalar("SELECT count(*) FROM statements") == 386


PARK = "甘眉工业园区管委会"


@pytest.mark.parametrize(
    ("names", "places", "agencies"),
    [
        ((PARK, PARK), ({}, {"folder": "other"}), 1),  # one site, two folders
        ((PARK, "甘眉 工业园区管委会"), ({}, {}), 1),  # blanks in a name mean nothing
        ((PARK, "淮安市某某办公室"), ({}, {}), 2),
        ((PARK, PARK), ({"site": "www.a.gov.cn"}, {"site": "www.b.gov.cn"}), 2),
        ((PARK, PARK), ({"site": ""}, {"site": ""}), 1),  # the folder where there is no site
        ((PARK, PARK), ({"site": ""}, {"site": "", "folder": "b"}), 2),
        (("我镇", "我镇"), ({}, {}), 2),  # whose town? every document its own
        (("朝阳区人民政府", "朝阳区人民政府"), ({}, {}), 2),  # which one?
        (("淮安市人民政府", "淮安市人民政府"), ({"site": "mirror.com"}, {"site": "mirror.com"}), 2),  # mirrors lie
    ],
)
def test_provisional_agencies(
    store: Store, names: tuple[str, str], places: tuple[dict[str, str], dict[str, str]], agencies: int
) -> None:
    documents = [document(number, agency=name, report_year=2022 + number) for number, name in enumerate(names, start=1)]
    build(store, documents, [sighting(number, **place) for number, place in enumerate(places, start=1)])
    found = store.query("SELECT agency_id, agency_name, is_provisional FROM agencies WHERE n_reports > 0").to_pylist()
    assert len(found) == agencies
    assert all(re.fullmatch("p-[0-9a-f]{12}", row["agency_id"]) and row["is_provisional"] for row in found)
    reasons = store.query("SELECT agency_id, reason FROM attributions").to_pylist()
    assert {row["agency_id"] for row in reasons} == {row["agency_id"] for row in found}
    assert all(row["reason"] for row in reasons)
    told = store.query("SELECT * FROM findings WHERE rule = 'attribution.provisional'").to_pylist()
    assert len(told) == 2
    assert {row["severity"] for row in told} == {"info"}
    assert all(row["agency_id"] in row["message_en"] and row["agency_id"] in row["message_zh"] for row in told)


def test_agencies_of_the_registry(store: Store) -> None:
    """One agency under two names over the years; what stands above it; every government, reports or not."""
    documents = [
        document(1, agency="洪泽县环境保护局", report_year=2013),
        document(2, agency="淮安市洪泽区环境保护局", report_year=2017),
        document(3, agency="淮安市洪泽区人民政府", report_year=2024),
    ]
    build(store, documents, [sighting(number) for number in (1, 2, 3)])
    sql = "SELECT agency_id, agency_name, report_year FROM observations GROUP BY ALL ORDER BY 3"
    rows = store.query(sql).to_pylist()
    assert [row["agency_name"] for row in rows] == [
        "洪泽县环境保护局",
        "淮安市洪泽区环境保护局",
        "淮安市洪泽区人民政府",
    ]
    assert rows[0]["agency_id"] == rows[1]["agency_id"] != rows[2]["agency_id"]
    bureau = store.query("SELECT * FROM agencies WHERE agency_id = ?", [rows[0]["agency_id"]]).to_pylist()[0]
    assert (bureau["n_reports"], bureau["first_year"], bureau["last_year"]) == (2, 2013, 2017)
    assert (bureau["level"], bureau["kind"], bureau["parent_id"]) == (
        "county",
        "ecology_environment",
        rows[2]["agency_id"],
    )
    assert bureau["division_codes"] == "320829:-2016 320813:2016-"
    names = store.query("SELECT name, kind FROM agency_names WHERE agency_id = ?", [rows[0]["agency_id"]]).to_pylist()
    assert {("洪泽县环境保护局", "official"), ("洪泽县环境保护局", "printed")} <= {
        (row["name"], row["kind"]) for row in names
    }
    above = store.query("SELECT * FROM agencies WHERE agency_name IN ('淮安市人民政府', '江苏省人民政府')").to_pylist()
    assert [(row["n_reports"], row["first_year"], row["is_provisional"]) for row in above] == [(0, None, False)] * 2
    counties = store.scalar("SELECT count(*) FROM agencies WHERE kind = 'government' AND level = 'county'")
    assert 2840 <= counties <= 3300


def test_hints_serve_only_where_the_document_is_silent(store: Store) -> None:
    hints = {"agency_hint": "淮安市人民政府 办公室", "year_hint": "2020"}
    documents = [document(1), document(2, agency="", report_year=None)]
    build(store, documents, [sighting(1, **hints), sighting(2, **hints)])
    rows = store.query("SELECT agency_name, report_year FROM reports ORDER BY report_year").to_pylist()
    assert rows == [
        {"agency_name": "淮安市人民政府办公室", "report_year": 2020},
        {"agency_name": "淮安市人民政府", "report_year": 2024},
    ]


def test_several_sightings_of_one_document(store: Store) -> None:
    """The original's sighting counts, and the day on the government's site; in whatever order the rows come."""
    rows = [
        sighting(1, path="b/2.pdf", origin="transcription", published_on="2024-12-01", site="mirror.cn"),
        sighting(1, path="c/1.pdf", published_on="2025-02-01"),
    ]
    seen = []
    for order in (rows, rows[::-1]):
        build(store, [document()], order)
        seen.append(store.query("SELECT origin, published_on, report_id FROM reports").to_pylist())
        assert store.query("SELECT origin FROM documents").to_pylist() == [{"origin": "original"}]
    assert seen[0] == seen[1]
    assert (seen[0][0]["origin"], seen[0][0]["published_on"]) == ("original", "2025-02-01")


def test_what_is_no_report_gives_none(store: Store) -> None:
    documents = [
        document(1, kind="notice", cells=[], agency="", report_year=None, reason_code="notice"),
        document(2, kind="narrative", cells=[], form="", form_basis=""),
    ]
    build(store, documents, [sighting(1), sighting(2)])
    rows = store.query("SELECT kind, n_cells, n_reported FROM reports").to_pylist()
    assert rows == [{"kind": "narrative", "n_cells": 0, "n_reported": 0}]
    assert store.scalar("SELECT count(*) FROM findings") == 0
