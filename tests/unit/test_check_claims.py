"""Prose against tables: one reading that agrees is enough, all that contradict are told, another body is no error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from batches import batch, document, sighting

from pipelines.extract import read_document
from pipelines.extraction import Extraction, RawClaim
from pipelines.store import Store
from schemas.forms import Key

PLACE = "p2[74.3,251.8,518.5,273.3]"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.duckdb") as made:
        yield made


def put(store: Store, *documents: Extraction) -> None:
    store.replace_documents(batch(*documents))
    rows = [
        {**sighting(number), "document_id": item.document_id, "path": f"x/{number}.pdf"}
        for number, item in enumerate(documents, 1)
    ]
    store.replace_sources(pd.DataFrame(rows))
    store.rebuild()


def found(store: Store) -> list[dict[str, Any]]:
    return store.query("SELECT * FROM findings WHERE rule LIKE 'claims.%' ORDER BY rule, observed").to_pylist()


def verdict(store: Store) -> dict[tuple[str, str], tuple[str, str | None]]:
    sql = (
        "SELECT measure, c.value::BIGINT::VARCHAR AS number, verdict, missing FROM claims c "
        "JOIN verdicts ON equation_id = claim_id ORDER BY 1, 2"
    )
    return {(row["measure"], row["number"]): (row["verdict"], row["missing"]) for row in store.query(sql).to_pylist()}


def says(measure: str, number: int, hint: str = "", qualifier: str = "exact") -> RawClaim:
    return RawClaim(measure, str(number), qualifier, hint, f"……{measure} {number}件", PLACE)


def stating(*claims: RawClaim, changes: dict[Key, dict[str, str]] | None = None, **facts: Any) -> Extraction:
    """淮安 2024 with these claims: 3119 new, 34 carried in, 3050 handled, 351 + 46 cases."""
    return document(1, changes, claims=list(claims), **facts)


def test_a_number_may_mean_several_sums(store: Store) -> None:
    """宿迁 2024 says 收办3646件, which is 3525 new and 121 carried in; 上海 2019 says 受理859件, which is new alone."""
    claims = [says("requests.received", 3119), says("requests.received", 3153), says("requests.refused", 178)]
    put(store, stating(*claims, says("requests.other", 187), says("review.litigation", 46), says("review.cases", 397)))
    assert found(store) == []
    assert {answer for answer, _ in verdict(store).values()} == {"holds"}
    assert len(verdict(store)) == 6


def test_the_prose_of_an_edition_is_held_against_its_own_table(store: Store) -> None:
    """The later edition prints 352 cases and its figures are the report's; the earlier one says what its table says.
    What neither table says is still told."""
    earlier = stating(says("review.reconsideration", 351), says("requests.received", 4970))
    later = document(2, {("review", "reconsideration", "total"): {"value": "352", "printed": "352"}})
    store.replace_documents(batch(earlier, later))
    store.replace_sources(pd.DataFrame([sighting(1), sighting(2, published_on="2025-03-01")]))
    store.rebuild()
    assert [(row["rule"], row["observed"]) for row in found(store)] == [("claims.contradiction", "4970")]
    assert verdict(store)["review.reconsideration", "351"] == ("holds", None)


def test_a_contradiction_names_sentence_place_and_both_numbers(store: Store) -> None:
    put(store, stating(says("review.reconsideration", 134), says("requests.received", 4970)))
    both = found(store)
    assert [(row["rule"], row["severity"], row["responsible"]) for row in both] == [
        ("claims.contradiction", "warning", "publisher")
    ] * 2
    review, received = both
    assert (review["indicator"], review["breakdown"]) == ("reconsideration", "total")
    assert (review["expected"], review["observed"], review["locator"]) == ("351", "134", PLACE)
    assert received["expected"] == "3119 | 3153"
    for text in ("淮安市人民政府2024年", "……requests.received 4970件", PLACE, "新收 3119", "新收加上年结转 3153"):
        assert text in received["message_zh"]
    for text in ("requests received: 4970", "new 3119", "new and carried in 3153"):
        assert text in received["message_en"]
    assert verdict(store)["requests.received", "4970"] == ("violated", None)


@pytest.mark.parametrize(
    ("hint", "agency", "rule"),
    [
        ("office", "淮安市人民政府", "claims.scope"),  # 区政府办代表区政府受理17件, the tables have 全区's 95
        ("office", "上海市人民政府办公厅", "claims.contradiction"),
        ("area", "上海市人民政府办公厅", "claims.scope"),
        ("area", "淮安市人民政府", "claims.scope"),  # nobody says whose figures the tables are
        ("own", "淮安市人民政府", "claims.contradiction"),
        ("other", "淮安市人民政府", "claims.scope"),
        ("filed", "淮安市人民政府", "claims.scope"),
    ],
)
def test_another_body_is_no_error(store: Store, hint: str, agency: str, rule: str) -> None:
    put(store, stating(says("requests.received", 17, hint), agency=agency))
    (row,) = found(store)
    assert (row["rule"], row["observed"]) == (rule, "17")
    answer = ("cannot_tell", f"scope {hint}") if rule == "claims.scope" else ("violated", None)
    assert verdict(store)["requests.received", "17"] == answer


@pytest.mark.parametrize(("scope", "rule"), [("area", "claims.contradiction"), ("own", "claims.scope")])
def test_a_number_for_the_area_contradicts_tables_that_are_of_the_area(store: Store, scope: str, rule: str) -> None:
    put(store, stating(says("requests.received", 17, "area"), scope=scope, scope_basis="stated"))
    assert [row["rule"] for row in found(store)] == [rule]


def test_a_second_number_beside_one_that_agrees_is_a_part(store: Store) -> None:
    put(store, stating(says("requests.received", 3119), says("requests.received", 17)))
    (row,) = found(store)
    assert (row["rule"], row["severity"]) == ("claims.scope", "info")
    assert verdict(store)["requests.received", "17"] == ("cannot_tell", "scope part")


def test_what_cannot_be_told(store: Store) -> None:
    blank: dict[Key, dict[str, str]] = {
        ("requests", "carried_in", "total"): {"status": "blank", "value": "", "printed": ""},
        ("requests", "carried_in", "natural_person"): {"status": "blank", "value": "", "printed": ""},
        ("requests", "new", "total"): {"status": "illegible", "value": "", "printed": "31l9"},
        ("requests", "new", "natural_person"): {"status": "blank", "value": "", "printed": ""},
    }
    claims = [says("requests.received", 9), says("requests.answered", 3000, qualifier="approximate")]
    put(store, stating(*claims, changes=blank))
    assert found(store) == []
    assert verdict(store) == {
        ("requests.answered", "3000"): ("cannot_tell", "approximate"),
        ("requests.received", "9"): ("cannot_tell", "new/total illegible"),
    }


def test_what_sums_determine_counts_for_a_blank_total(store: Store) -> None:
    """上海 2019 leaves the totals of all details blank; its prose says 258 where they make 275."""
    partial: Key = ("requests", "result.partial", "total")
    blank = {partial: {"status": "blank", "value": "", "printed": ""}}
    put(store, stating(says("requests.partial", 454), says("requests.granted_or_partial", 258), changes=blank))
    assert verdict(store)["requests.partial", "454"] == ("holds", None)
    (row,) = found(store)
    assert (row["rule"], row["expected"], row["observed"]) == ("claims.contradiction", "1816", "258")


def test_stated_zeros(store: Store) -> None:
    put(store, stating(says("requests.received", 0, qualifier="zero")))
    (row,) = found(store)
    assert (row["expected"], row["observed"]) == ("3119 | 3153", "0")


def test_real_prose_agrees_but_for_a_difference_of_scope(store: Store, real: Path) -> None:
    """Nothing is said of 淮安 2024 and 淄博 2023; 洪泽 2024 tells 17 of its office, its tables 95 of the district."""
    names = ("szfgs2024.pdf", "hzq2024_working.pdf", "000_ef120c27ccfc7a4f.txt")
    put(store, *(read_document((real / name).read_bytes(), name) for name in names))
    (row,) = found(store)
    assert (row["rule"], row["severity"], row["agency_name"]) == ("claims.scope", "info", "淮安市洪泽区人民政府")
    assert (row["expected"], row["observed"]) == ("95 | 95", "17")
    assert "区政府办代表区政府受理政府信息公开申请17件" in row["message_zh"]
    assert sum(answer == "holds" for answer, _ in verdict(store).values()) == 16
    told = store.query("SELECT severity FROM findings WHERE agency_name = '淮安市人民政府' AND stage = 'check'")
    assert told.num_rows == 0
