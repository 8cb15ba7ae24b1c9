"""An area counts at least what its parts count; whoever is no part, or not for sure, proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from batches import HUAIAN, batch, document, sighting

from pipelines.extraction import Extraction
from pipelines.store import Store
from schemas.forms import Key
from schemas.relations import additive_cells

RULE = "values.parts"
NEW: Key = ("requests", "new", "total")
UPHELD: Key = ("review", "reconsideration", "upheld")
CITY = "淮安市人民政府"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("store") / "store.duckdb") as made:
        yield made


@pytest.fixture
def store(shared: Store) -> Store:
    shared.forget_documents(list(shared.document_state()))
    return shared


def report(number: int, agency: str, scope: str, figures: dict[Key, str | None], **facts: Any) -> Extraction:
    """A report whose figures are 0 but for those given; None is a blank."""
    changes: dict[Key, dict[str, str]] = {key: {"value": "0", "printed": "0"} for key in HUAIAN}
    for key, value in figures.items():
        changes[key] = {"value": value, "printed": value} if value else {"value": "", "printed": "", "status": "blank"}
    given = {"agency": agency, "scope": scope, "scope_basis": "stated" if scope != "unspecified" else ""}
    return document(number, changes, **(given | facts))


def put(store: Store, *documents: Extraction) -> None:
    store.replace_documents(batch(*documents))
    rows = [sighting(int(item.document_id, 16), site="", source_url="", folder="") for item in documents]
    store.replace_sources(pd.DataFrame(rows))
    store.rebuild()


def found(store: Store) -> list[dict[str, Any]]:
    return store.query("SELECT * FROM findings WHERE rule = ? ORDER BY section", [RULE]).to_pylist()


def verdict(store: Store, key: Key) -> list[tuple[str, float | None, str | None]]:
    sql = "SELECT verdict, difference, missing FROM verdicts WHERE rule = ? AND equation_id = ?"
    rows = store.query(sql, [RULE, f"{RULE}/{key[1]}/{key[2]}"]).to_pylist()
    return [(row["verdict"], row["difference"], row["missing"]) for row in rows]


def test_an_area_below_the_sum_of_its_parts(store: Store) -> None:
    """A bureau of the city and the area of one of its districts."""
    put(
        store,
        report(1, CITY, "area", {NEW: "100", UPHELD: "7"}),
        report(2, "淮安市公安局", "own", {NEW: "60", UPHELD: "3"}),
        report(3, "淮安市洪泽区人民政府", "area", {NEW: "41", UPHELD: "4"}),
    )
    (row,) = found(store)
    assert (row["agency_name"], row["report_year"], row["indicator"], row["breakdown"]) == (CITY, 2024, *NEW[1:])
    assert (row["expected"], row["observed"], row["severity"]) == ("≥ 101", "100", "warning")
    for words in ("淮安市公安局 60", "淮安市洪泽区人民政府 41", "2", "101"):
        assert words in row["message_zh"]
        assert words in row["message_en"]
    assert verdict(store, NEW) == [("violated", -1.0, None)]
    assert verdict(store, UPHELD) == [("holds", 0.0, None)]


def test_many_parts_are_counted_and_the_largest_named(store: Store) -> None:
    bureaus = ("教育", "公安", "民政", "财政", "审计", "统计", "司法", "水利")
    parts = [
        report(number, f"淮安市{name}局", "own", {NEW: str(number)}) for number, name in enumerate(bureaus, start=2)
    ]
    put(store, report(1, CITY, "area", {NEW: "43"}), *parts)
    (row,) = found(store)
    assert row["expected"] == "≥ 44"
    assert "8 organs" in row["message_en"]
    assert (
        "（淮安市水利局 9, 淮安市司法局 8, 淮安市统计局 7, 淮安市审计局 6, 淮安市财政局 5, 淮安市民政局 4, …）"
        in row["message_zh"]
    )


NO_PARTS: list[tuple[str, str, dict[str, Any]]] = [
    ("国家税务总局淮安市税务局", "own", {}),  # a system of its own
    ("淮安市公安局洪泽分局", "own", {}),  # counted by its bureau, if that is how the bureau counts
    ("淮安市财政局", "unspecified", {}),
    ("淮安市教育局", "area", {}),  # perhaps the schools of every district
    ("淮安市洪泽区人民政府", "own", {}),
    ("淮安市淮阴区人民政府", "unspecified", {}),
    ("淮安市洪泽区教育局", "own", {}),  # a part of the district
    ("宿迁市教育局", "own", {}),
    ("淮安市审计局", "own", {"report_year": 2023}),
    ("淮安市乌有局", "own", {}),  # not in the registry
    ("淮安市人民政府办公室", "own", {"scope_basis": "agency"}),  # may be the whole city's under the office's name
]


def test_what_is_no_part(store: Store) -> None:
    parts = [
        report(number, agency, scope, {NEW: str(60 + number)}, **facts)
        for number, (agency, scope, facts) in enumerate(NO_PARTS, start=2)
    ]
    put(store, report(1, CITY, "area", {NEW: "1"}), *parts)
    assert found(store) == []
    assert verdict(store, NEW) == []


def test_only_an_area_has_parts(store: Store) -> None:
    cities = {"淮安市": "own", "宿迁市": "office", "连云港市": "unspecified"}
    documents = [
        report(number, city + rest, kind, {NEW: figure})
        for number, (city, rest, kind, figure) in enumerate(
            (
                one
                for city, scope in cities.items()
                for one in [(city, "人民政府", scope, "1"), (city, "教育局", "own", "60")]
            ),
            start=1,
        )
    ]
    put(store, *documents)
    assert found(store) == []


def test_an_office_that_says_what_it_counts_and_a_township(store: Store) -> None:
    put(
        store,
        report(1, CITY, "area", {NEW: "1"}),
        report(2, "淮安市人民政府办公室", "own", {NEW: "2"}),
        report(3, "泗洪县人民政府", "area", {NEW: "3"}),
        report(4, "泗洪县半城镇", "own", {NEW: "4"}),
    )
    assert {(row["agency_name"], row["expected"]) for row in found(store)} == {
        (CITY, "≥ 2"),
        ("泗洪县人民政府", "≥ 4"),
    }


def test_a_blank_is_no_nought(store: Store) -> None:
    """A part without a number proves nothing; a whole without one cannot be judged."""
    put(
        store,
        report(1, CITY, "area", {NEW: "60", UPHELD: None}),
        report(2, "淮安市教育局", "own", {NEW: "60"}),
        report(3, "淮安市审计局", "own", {NEW: None, UPHELD: "1"}),
    )
    assert found(store) == []
    assert verdict(store, NEW) == [("holds", 0.0, None)]
    assert verdict(store, UPHELD) == [("cannot_tell", None, "reconsideration/upheld blank")]


def test_places_are_those_of_the_year(store: Store) -> None:
    """莱芜 was a city of its own until the end of 2018, then became districts of 济南."""
    before = {"report_year": 2017}
    put(
        store,
        report(1, "济南市人民政府", "area", {NEW: "1"}, **before),
        report(2, "济南市章丘区人民政府", "area", {NEW: "2"}, **before),
        report(3, "莱芜市钢城区人民政府", "area", {NEW: "60"}, **before),
        report(4, "济南市人民政府", "area", {NEW: "1"}),
        report(5, "济南市钢城区人民政府", "area", {NEW: "60"}),
    )
    assert {(row["report_year"], row["expected"]) for row in found(store)} == {(2017, "≥ 2"), (2024, "≥ 60")}


def test_which_cells_add_up() -> None:
    cells = set(additive_cells())
    assert {
        NEW,
        UPHELD,
        ("requests", "result.other", "total"),
        ("statistics", "applications.received", "year"),
    } <= cells
    assert not {key for key in cells if key[0] == "disclosure" or key[1].startswith(("carried", "litigation.after"))}
    assert not {key for key in cells if key[2] in ("cumulative", "natural_person", "period")}
