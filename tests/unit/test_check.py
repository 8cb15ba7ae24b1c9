"""The identities of one report: they hold, are violated, or cannot be told; a violated one is told, never repaired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from batches import HUAIAN, TOTAL, batch, document, sha, sighting

from pipelines.attribution import UNNAMED
from pipelines.check import equation_rows
from pipelines.extraction import Extraction, RawCell
from pipelines.store import Store
from schemas.forms import Key


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.duckdb") as made:
        yield made


def check(store: Store, *documents: Extraction) -> list[dict[str, Any]]:
    """Load, rebuild, and give the findings of identities."""
    store.replace_documents(batch(*documents))
    store.replace_sources(pd.DataFrame([sighting(number) for number in range(1, len(documents) + 1)]))
    store.rebuild()
    sql = (
        "SELECT * FROM findings WHERE stage = 'check' AND rule NOT IN ('store.conflict', 'solve.suspects') "
        "ORDER BY rule, indicator, breakdown"
    )
    return store.query(sql).to_pylist()


def verdicts(store: Store) -> Counter[str]:
    """Of the identities alone."""
    sql = "SELECT verdict FROM verdicts WHERE equation_id IN (SELECT equation_id FROM equations)"
    return Counter(row["verdict"] for row in store.query(sql).to_pylist())


def test_equations_of_both_forms_each_once() -> None:
    rows = equation_rows()
    ids = {row["equation_id"]: row["form"] for row in rows}
    sections = {name: form for name, form in ids.items() if not name.startswith("statistics.")}
    # Balance, rows of both forms, review; results differ between the forms.
    assert len(sections) == 7 + 26 + 3 + 2 * 7
    # Five sums of the form of 2008 and seven of that of 2014, in each of four columns.
    assert len(ids) - len(sections) == 4 * (5 + 7)
    assert ids["requests.balance:total"] == "2019,2021"
    assert ids["requests.results_sum:total@2019"] == "2019"
    assert ids["requests.results_sum:total@2021"] == "2021"
    terms = [row for row in rows if row["equation_id"] == "requests.results_sum:total@2021"]
    assert len(terms) == terms[0]["n_terms"] == 22
    assert [row["indicator"] for row in terms if row["is_target"]] == ["result.total"]
    assert sum(int(str(row["coefficient"])) for row in terms) == 20


def test_every_sum_of_a_real_report_holds(store: Store) -> None:
    assert check(store, document()) == []
    assert verdicts(store) == {"holds": 42}


def test_a_wrong_total_is_told_in_words_and_changes_nothing(store: Store) -> None:
    """As 洪泽 2023 prints it: 10+1+0+0 and 0 as their sum; here 72+64+178+37 and 315."""
    place: Key = ("review", "reconsideration", "total")
    found = check(store, document(1, {place: {"value": "315", "printed": "315"}}))
    assert len(found) == 1
    row = found[0]
    assert (row["rule"], row["severity"], row["responsible"]) == ("review.row_sum", "error", "publisher")
    assert (row["expected"], row["observed"]) == ("351", "315")
    assert (row["section"], row["indicator"], row["breakdown"]) == place
    assert (row["agency_name"], row["report_year"], row["document_id"]) == ("淮安市人民政府", 2024, sha(1))
    assert row["locator"] == f"t1/r{list(HUAIAN).index(place) + 1}/c2"
    for text in (
        "淮安市人民政府2024年",
        "行政复议/结果维持 72",
        "64",
        "178",
        "37",
        "合计351",
        "315",
        "相差36",
        row["locator"],
    ):
        assert text in row["message_zh"]
    for text in ("淮安市人民政府 2024", "72", "makes 351", "= 315", "difference 36"):
        assert text in row["message_en"]
    kept = store.query(
        "SELECT value, flags FROM observations WHERE indicator = 'reconsideration' AND breakdown = 'total'"
    ).to_pylist()
    assert kept == [{"value": 315.0, "flags": "identity_violated"}]
    assert store.scalar("SELECT count(*) FROM observations WHERE flags IS NOT NULL") == 5
    assert store.query("SELECT n_findings_error FROM reports").to_pylist() == [{"n_findings_error": 1}]


def test_one_wrong_figure_breaks_every_identity_it_is_in(store: Store) -> None:
    found = check(store, document(1, {TOTAL: {"value": "3049", "printed": "3049"}}))
    told = {row["rule"]: (row["expected"], row["observed"]) for row in found}
    assert told == {
        "requests.balance": ("3050", "3049"),
        "requests.results_sum": ("3050", "3049"),
        "requests.row_sum": ("3050", "3049"),
    }
    balance = next(row for row in found if row["rule"] == "requests.balance")
    assert "合计3153" in balance["message_zh"]
    assert "合计3152" in balance["message_zh"]
    assert verdicts(store) == {"holds": 39, "violated": 3}


def test_a_blank_is_no_zero(store: Store) -> None:
    """Five columns left blank (沭阳发改局 2023): nothing is violated, nothing is known."""
    place: Key = ("requests", "new", "business")
    found = check(store, document(1, {place: {"status": "blank", "value": "", "printed": ""}}))
    assert found == []
    assert verdicts(store) == {"holds": 40, "cannot_tell": 2}
    missing = store.query(
        "SELECT rule, missing, difference FROM verdicts "
        "WHERE verdict = 'cannot_tell' AND equation_id IN (SELECT equation_id FROM equations) ORDER BY 1"
    )
    assert missing.to_pylist() == [
        {"rule": "requests.balance", "missing": "new/business blank", "difference": None},
        {"rule": "requests.row_sum", "missing": "new/business blank", "difference": None},
    ]


def test_mixed_forms_take_the_sum_that_they_print(store: Store) -> None:
    """洪泽 2024 has （六）其他处理 as one row under the form of 2021: the sum of 2019 is the one to check."""
    other = [key for key in HUAIAN if key[1].startswith("result.other.")]
    mixed = document(drop=other)
    for breakdown, value in zip((key[2] for key in other[:7]), ["181", "5", "0", "0", "1", "0", "187"], strict=True):
        mixed.cells.append(
            RawCell("requests", "result.other", breakdown, "reported", value, value, "件", "2019", "labels", "t1/r1/c1")
        )
    assert check(store, mixed) == []
    assert verdicts(store) == {"holds": 40}
    sums = store.query("SELECT equation_id FROM verdicts WHERE rule = 'requests.results_sum'").to_pylist()
    assert {row["equation_id"].partition("@")[2] for row in sums} == {"2019"}
    assert len(sums) == 7


def test_decimals_are_added_exactly(store: Store) -> None:
    """0.1 + 0.2 is 0.3 here."""
    changes = {
        ("review", "reconsideration", breakdown): {"value": value, "printed": value}
        for breakdown, value in zip(
            (key[2] for key in HUAIAN if key[1] == "reconsideration"), ["0.1", "0.2", "0", "0", "0.3"], strict=True
        )
    }
    assert {row["rule"] for row in check(store, document(1, changes))} == {"values.fraction"}
    assert verdicts(store) == {"holds": 42}


def test_a_report_without_a_year_is_told(store: Store) -> None:
    found = check(store, document(1, report_year=None))
    assert [row["rule"] for row in found] == ["normalize.no_report"]
    assert "1.pdf：无法确定报告年度" in found[0]["message_zh"]
    assert store.scalar("SELECT count(*) FROM observations") == 0
    assert store.scalar("SELECT count(*) FROM statements") == 200


def test_a_report_without_a_name_is_published_as_provisional(store: Store) -> None:
    found = check(store, document(1, agency=""), document(2, agency="", report_year=2023))
    assert [row["rule"] for row in found if row["rule"].startswith("attribution.")] == ["attribution.provisional"] * 2
    rows = store.query("SELECT agency_id, agency_name, count(*) AS n FROM observations GROUP BY ALL").to_pylist()
    assert [row["n"] for row in rows] == [200, 200]
    assert {row["agency_name"] for row in rows} == {UNNAMED}
    assert all(row["agency_id"].startswith("p-") for row in rows)
