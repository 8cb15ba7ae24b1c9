"""The rules over whole folders: the known breaks of the samples with the right cells, and nothing in clean chains."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from batches import batch, sighting

from pipelines.explain import explain
from pipelines.extract import read_document
from pipelines.simulate.body import compose
from pipelines.simulate.population import YEARS, reports
from pipelines.simulate.text import TextLayout, write_text
from pipelines.store import Store

OVER_TABLES = ("requests.", "review.", "disclosure.", "statistics.", "values.", "claims.")


@pytest.fixture(scope="module")
def samples(sample_run: Path) -> Any:
    database = duckdb.connect(str(sample_run / "data" / "work" / "store.duckdb"), read_only=True)
    yield database
    database.close()


def test_the_known_breaks_of_the_samples_and_no_others(samples: Any) -> None:
    rows = samples.sql(
        "SELECT rule, agency_name, report_year, indicator, breakdown, expected, observed FROM findings "
        "WHERE stage = 'check' ORDER BY ALL"
    ).fetchall()
    name, stock = "平潭综合实验区管委会", ("normative_documents", "in_force")
    assert [row for row in rows if row[0].startswith(OVER_TABLES)] == [
        ("disclosure.stock", name, 2023, *stock, "643", "470"),
        ("disclosure.stock", name, 2024, *stock, "499", "440"),
        ("disclosure.stock", name, 2025, *stock, "453", "546"),
        ("requests.results_sum", name, 2020, "result.total", "natural_person", "26", "20"),
        ("requests.results_sum", name, 2020, "result.total", "total", "27", "21"),
        # 1 application by 2015 and none in 2016 make 1; 85,376 documents by 2016 and 2,122 in 2017 make 87,498.
        ("statistics.cumulative", name, 2016, "applications.received", "cumulative", "1", "0"),
        ("statistics.cumulative", name, 2016, "replies.total", "cumulative", "1", "0"),
        ("statistics.cumulative", name, 2017, "disclosed.documents", "cumulative", "87498", "10037"),
    ]


def test_suqian_is_carried_over_without_a_break(samples: Any) -> None:
    """118, 3, 0, 0, 0, 0 and 121; stocks of 11 + 2 - 1 = 12 rules and 597 + 50 - 227 = 420 documents."""
    rows = samples.sql(
        "SELECT equation_id, verdict FROM verdicts JOIN documents USING (document_id) WHERE agency_name = '宿迁市' "
        "AND documents.report_year = 2024 AND rule IN ('requests.carry_over', 'disclosure.stock')"
    ).fetchall()
    assert len(rows) == 7 + 2
    assert {verdict for _, verdict in rows} == {"holds"}


def test_explain_tells_the_relations_over_the_years(sample_run: Path) -> None:
    work = sample_run / "data" / "work"
    broken = explain(work, "平潭综合", 2023, "normative_documents", "in_force")
    assert "disclosure.stock: VIOLATED 不成立" in broken
    assert "698 [2022 normative_documents/in_force] + 77 [2023 normative_documents/issued] ≠ 470 [2023" in broken
    carried = explain(work, "宿迁", 2024, "carried_in", "total")
    assert "121 [2023 carried_out/total] = 121 [2024 carried_in/total]" in carried
    first = explain(work, "宿迁", 2023, "carried_in", "total")
    assert "cannot tell 无法判断; 2022 carried_out/total no_cell" in first


def test_every_verdict_is_of_a_rule_with_a_reason_where_it_cannot_be_told(samples: Any) -> None:
    from schemas.rules import RULES

    rows = samples.sql("SELECT DISTINCT rule, verdict, missing IS NOT NULL FROM verdicts").fetchall()
    assert {rule for rule, _, _ in rows} <= set(RULES)
    assert all(reason for _, verdict, reason in rows if verdict == "cannot_tell")
    broken = samples.sql("SELECT count(*) FROM verdicts WHERE verdict = 'violated'").fetchall()
    assert broken == [(8,)]


def test_nothing_is_found_in_clean_chains(tmp_path: Path) -> None:
    """Invented bureaus over seven years and both forms, sums, chains and sentences true."""
    documents = [
        read_document(write_text(compose(report), TextLayout("pipes"), "utf-8"), f"{report.agency}{report.year}.txt")
        for report in islice(reports(11, misprints=0), 18 * len(YEARS))
    ]
    with Store(tmp_path / "store.duckdb") as store:
        store.replace_documents(batch(*documents))
        sightings = [
            {**sighting(number), "document_id": item.document_id, "path": item.file_name, "origin": "simulated"}
            for number, item in enumerate(documents)
        ]
        store.replace_sources(pd.DataFrame(sightings))
        store.rebuild()
        told = store.query("SELECT rule, message_en FROM findings WHERE stage = 'check'").to_pylist()
        assert [row for row in told if row["rule"].startswith(OVER_TABLES)] == []
        held = store.query("SELECT rule, count(*) AS n FROM verdicts WHERE verdict = 'holds' GROUP BY rule").to_pylist()
    counts = {row["rule"]: row["n"] for row in held}
    for rule in ("requests.carry_over", "disclosure.stock", "disclosure.items", "claims.contradiction", "values.yuan"):
        assert counts[rule] > 20, rule
