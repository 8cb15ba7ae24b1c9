"""All rules over a million observations, as a multiple of one plain DuckDB aggregation of the same rows.

Usage: python tests/benchmarks/bench_rules.py [--reports N] [--repeat N]

5,000 reports of the form of 2021 (1,000 agencies, five years, 200 cells each, four claims of prose each) with
the figures of invented bureaus: sums and chains hold, but for one report in fifty. Every twentieth agency is a
government that reports for its area, which counts what its organs, the others, count. The plain aggregation groups the
observations by report and printed row and sums them. Start-up, loading and the choice of observations are left out;
the rules are what ``Store.rebuild`` runs, verdicts and findings. Figures are the best of the repeats.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa

from pipelines import check
from pipelines.simulate.population import reports
from pipelines.store import Store
from schemas.forms import load_form
from schemas.table import names

PLAIN = (
    "CREATE OR REPLACE TABLE plain AS SELECT agency_id, report_year, scope, section, indicator, "
    "count(*) AS n, count(value) AS numbers, sum(value) AS total FROM step_observations GROUP BY ALL"
)
ABOUT_DOCUMENTS = ("normalize.", "attribution.", "identify.")
FIRST, LAST = 2021, 2025
PARTS = 20
"""One agency in how many is a government that adds up the others."""


def figures(wanted: int) -> Iterator[tuple[int, int, list[float]]]:
    """Agency number, year and the 200 values of ``wanted`` reports."""
    keys = [cell.key for cell in load_form("2021").cells]
    chosen = (report for report in reports(3, misprints=0.02) if FIRST <= report.year <= LAST)
    for number, report in enumerate(islice(chosen, wanted)):
        yield number // (LAST - FIRST + 1), report.year, [_plain(report.cells[key]) for key in keys]


def _plain(text: str) -> float:
    return float(text.replace(",", "")) if text.replace(",", "").replace(".", "").isdecimal() else 0.0


def fill(store: Store, wanted: int) -> int:
    """The tables that rules read, as ``Store.rebuild`` has them before; returns the number of observations."""
    from pipelines import resolve
    from schemas import core
    from schemas.table import ddl

    for name, model in core.DERIVED.items():
        store._run(ddl(model, f"step_{name}"))
    store.fill("step_indicators", core.Indicator, resolve.codebook())
    store.fill("step_equations", core.Equation, check.equation_rows())
    store.fill("step_relations", core.RelationTerm, check.relation_rows())
    rows = list(figures(wanted))
    cells = load_form("2021").cells
    table = pa.table(
        {
            "agency": pa.array([agency for agency, _, _ in rows for _ in cells]),
            "year": pa.array([year for _, year, _ in rows for _ in cells]),
            "place": pa.array(list(range(len(cells))) * len(rows)),
            "value": pa.array([value for _, _, values in rows for value in values]),
        }
    )
    places = pa.table(
        {
            "place": pa.array(list(range(len(cells)))),
            **{
                name: pa.array([getattr(c, name) for c in cells])
                for name in ("section", "indicator", "breakdown", "unit")
            },
        }
    )
    made = f"""
CREATE TEMP TABLE made AS
SELECT 'a' || lpad(agency::VARCHAR, 6, '0') AS agency_id, year AS report_year,
  CASE WHEN agency % {PARTS} = 0 THEN 'area' ELSE 'own' END AS scope,
  section, indicator, breakdown, 'agency ' || agency AS agency_name, value, unit,
  CASE unit WHEN '万元' THEN value * 10000 ELSE value END AS value_std, 'reported' AS status, 'text' AS method,
  breakdown = 'total' AS is_total, '2021' AS form, 'labels' AS form_basis, 'original' AS origin,
  value::VARCHAR AS printed, 'r-' || substr(sha256(agency || '|' || year), 1, 16) AS report_id,
  sha256(agency || '/' || year) AS document_id, 't1/r' || place AS locator,
  's-' || substr(sha256(agency || '/' || year || '/' || place), 1, 16) AS statement_id,
  1 AS n_statements, 1 AS n_values, 0 AS revision, 'whole' AS column_level
FROM (SELECT * REPLACE (CASE WHEN agency % {PARTS} = 0 THEN
  round(sum(value) OVER (PARTITION BY agency // {PARTS}, year, place), 6) ELSE value END AS value) FROM raw)
JOIN places USING (place) ORDER BY agency, year, place
"""
    agencies = f"""
INSERT INTO step_agencies BY NAME
SELECT DISTINCT agency_id, agency_name, false AS is_provisional, 0 AS n_reports, 0 AS n_documents,
  'prefecture' AS level, CASE scope WHEN 'area' THEN 'government' ELSE 'education' END AS kind,
  CASE scope WHEN 'own' THEN 'a' || lpad((substr(agency_id, 2)::INT // {PARTS} * {PARTS})::VARCHAR, 6, '0') END
    AS parent_id
FROM made
"""
    lies = """
INSERT INTO step_agency_places BY NAME
SELECT agency_id, 1 AS turn, '990000' AS division_code, '99' AS province_code, 'province' AS province,
  'place ' || coalesce(parent_id, agency_id) AS prefecture FROM step_agencies
"""
    documents = """
CREATE TEMP TABLE step_documents AS
SELECT DISTINCT document_id, document_id AS file_name, report_id, agency_id, agency_name, report_year, scope,
  'report' AS kind, 'stated' AS scope_basis FROM made
"""
    claims = """
INSERT INTO claims BY NAME
SELECT 'c-' || substr(sha256(document_id || measure), 1, 16) AS claim_id, document_id, measure, value,
  'exact' AS qualifier, 'sentence' AS sentence
FROM made JOIN (VALUES ('new', 'requests.received'), ('result.total', 'requests.answered'),
  ('carried_out', 'requests.carried_out'), ('reconsideration', 'review.reconsideration')) told(indicator, measure)
  USING (indicator) WHERE breakdown = 'total'
"""
    with store.registered("raw", table), store.registered("places", places):
        store._run(made)
    there = {row[0] for row in store._run("SELECT column_name FROM (DESCRIBE made)")}
    for target, model in (("step_observations", core.Observation), ("statements", core.Statement)):
        listed = ", ".join(name for name in names(model) if name in there)
        store._run(f"INSERT INTO {target} ({listed}) SELECT {listed} FROM made")
    for sql in (
        documents,
        "CREATE TEMP TABLE step_carried AS SELECT *, 'whole' AS column_level FROM step_documents",
        "CREATE TEMP TABLE step_candidates AS SELECT *, false AS superseded FROM made",
        claims,
        agencies,
        lies,
    ):
        store._run(sql)
    return store.count("step_observations")


def rules(store: Store) -> None:
    """What ``Store.rebuild`` runs of the rules."""
    from schemas.core import Finding

    for sql in check.before_observations("step_verdicts"):
        store._run(sql)
    for sql in check.after_observations("step_verdicts"):
        store._run(sql)
    violated = {row["rule"] for row in store.rows(check.violated_rules("step_verdicts"))}
    over_figures = {name: sql for name, sql in check.rules(violated).items() if not name.startswith(ABOUT_DOCUMENTS)}
    store.add_rules(over_figures, "step_findings", names(Finding))


def clear(store: Store) -> None:
    """What the rules made, removed."""
    for table in (
        "step_labels",
        "step_related",
        "step_terms",
        "step_impossible",
        "step_outliers",
        "step_claims",
        "step_lowly",
        "step_family",
        "step_parts",
        "step_wholes",
        "step_open",
        "step_chained",
        "step_sums",
        "step_told",
        "step_violated",
    ):
        store._run(f"DROP TABLE IF EXISTS {table}")
    for table in ("step_verdicts", "step_findings"):
        store._run(f"DELETE FROM {table}")


def best(repeat: int, work: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Seconds of the fastest of ``repeat`` runs."""
    took = []
    for _ in range(repeat):
        before()
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return min(took)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=5000)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "store.duckdb") as store:
        rows = fill(store, given.reports)
        plain = best(given.repeat, lambda: store._run(PLAIN))
        every = best(given.repeat, lambda: rules(store), lambda: clear(store))
        verdicts, findings = (store.count(f"step_{name}") for name in ("verdicts", "findings"))
        print(f"{rows:,} observations, {verdicts:,} verdicts, {findings:,} findings")
        print(f"plain aggregation {plain * 1000:.0f} ms, all rules {every * 1000:.0f} ms: {every / plain:.1f} times")
    return 0


if __name__ == "__main__":
    sys.exit(main())
