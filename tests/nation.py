"""A made-up country in a store, for what needs millions of rows: straight into the tables, no document is read.

Every table that a release is made of is filled, and all of it is consistent: keys, references, totals marked as such,
a place in a document for every figure. The agencies are invented and the origin is ``simulated`` throughout. Figures
are skewed as real ones are: most cells of the form print 0.
"""

from __future__ import annotations

from pipelines import resolve
from pipelines.store import Store
from schemas import core
from schemas.crosswalk import Crosswalk, crosswalk_rows
from schemas.metrics import MetricDefinition, definition_rows
from schemas.table import names

YEARS = range(2019, 2026)
_CELLS = 200  # about as many as a report has

_MADE = """
CREATE TEMP TABLE made AS
WITH agency AS (
  SELECT i, format('a{{:06d}}', i + 1) AS agency_id, format('虚构{{}}市第{{}}局', i % 340, i) AS agency_name,
    format('{{:02d}}{{:02d}}00', 11 + i * 55 // {agencies}, 1 + i % 20) AS division_code
  FROM range({agencies}) AS rows(i)
)
SELECT *, sha256(agency_id || '/' || report_year) AS document_id, 'unspecified' AS scope, 'simulated' AS origin,
  'r-' || substr(sha256(agency_id || '|' || report_year), 1, 16) AS report_id,
  CASE WHEN report_year < 2021 THEN '2019' ELSE '2021' END AS form
FROM agency CROSS JOIN (SELECT unnest(range({first}, {end})) AS report_year) ORDER BY document_id
"""

# One reading in fifty has no number; one printed figure in two is 0.
_READINGS = """
INSERT INTO statements BY NAME
WITH cell AS (
  SELECT m.document_id, i.*, hash(m.document_id, i.position) AS draw FROM made m JOIN indicators i USING (form)
), drawn AS (
  SELECT *, CASE WHEN draw % 50 = 0 THEN 'blank' ELSE 'reported' END AS status,
    CASE WHEN draw % 50 <> 0 THEN CASE WHEN draw // 50 % 2 = 0 THEN 0
      ELSE floor(pow(1.6, draw // 100 % 20)) + draw // 2000 % 7 END END AS value
  FROM cell
)
SELECT 's-' || substr(sha256(document_id || position), 1, 16) AS statement_id, document_id, section, indicator,
  breakdown, status, value::BIGINT::VARCHAR AS printed, value::DOUBLE AS value, unit,
  value::DOUBLE * CASE unit WHEN '万元' THEN 10000 ELSE 1 END AS value_std, is_total, form, 'labels' AS form_basis,
  format('t{}/r{}/c{}', 1 + position // 100, 1 + position // 7, 1 + position % 7) AS locator, 'text' AS method,
  'whole' AS column_level
FROM drawn
"""

REPORTS = """
SELECT report_id, agency_id, agency_name, report_year, scope, document_id, form, form_basis, origin, 1 AS n_documents,
  count(*) AS n_cells, count(value) AS n_reported, count_if(status = 'blank') AS n_blank,
  count_if(status = 'absent') AS n_absent, 0 AS n_mark, 0 AS n_illegible, 0 AS n_findings_error,
  0 AS n_findings_warning, 'report' AS kind, 'unknown' AS punctuality, 'no_date' AS punctuality_basis
FROM observations GROUP BY ALL"""
"""The reports that made-up observations are of, one document for each."""

_ROWS = {
    "documents": """
SELECT document_id, agency_id || '-' || report_year || '.html' AS file_name, 40960 AS byte_size,
  'text/html' AS media_type, 'utf-8' AS charset, 0 AS pages, 'report' AS kind,
  agency_name || report_year || '年政府信息公开工作年度报告' AS title, agency_name AS agency_printed,
  'title' AS agency_basis, report_year, 'title' AS year_basis, form, 'labels' AS form_basis, origin,
  200 AS cells_present, 200 AS cells_used, 0 AS cells_ignored, 1.0 AS share_used, repeat('0', 32) AS reader_hash,
  agency_name FROM made""",
    "sources": """
SELECT folder || '/' || agency_id || '-' || report_year || '.html' AS path, document_id, origin, folder,
  'https://' || folder || '.example/' || agency_id || '-' || report_year AS source_url,
  folder || '.example' AS site FROM (SELECT *, substr(division_code, 1, 4) AS folder FROM made)""",
    "agencies": """
SELECT agency_id, min(agency_name) AS agency_name, false AS is_provisional, min(report_year) AS first_year,
  max(report_year) AS last_year, count(*) AS n_reports, count(*) AS n_documents, 'prefecture' AS level,
  'government' AS kind, min(division_code) AS division_code FROM made GROUP BY agency_id""",
    "agency_names": """
SELECT agency_id, agency_name AS name, 'printed' AS kind, 1 AS turn FROM made GROUP BY ALL""",
    "agency_places": """
SELECT DISTINCT agency_id, 1 AS turn, division_code, substr(division_code, 1, 2) AS province_code,
  '虚构省' || substr(division_code, 1, 2) AS province FROM made""",
    "attributions": """
SELECT document_id, agency_id, agency_name, 1.0 AS score, 'decision' AS basis FROM made""",
    "observations": """
SELECT agency_id, report_year, scope, section, indicator, breakdown, agency_name, value, unit, value_std, status,
  method, is_total, s.form, printed, report_id, document_id, statement_id, locator, 1 AS n_statements,
  (value IS NOT NULL)::INT AS n_values, 0 AS revision, form_basis, origin
FROM statements s JOIN made m USING (document_id)""",
    "reports": REPORTS,
    "report_documents": """
SELECT report_id, document_id, 1 AS rank, 'report' AS kind, origin, 'unknown' AS trust, false AS is_reissue,
  n_reported AS n_chosen, n_reported AS n_same, 0 AS n_different, 'whole' AS column_level FROM reports""",
    "coverage": """
SELECT agency_id, report_year, agency_name, 'prefecture' AS level, 'government' AS kind, true AS is_expected,
  'reported' AS status, 1 AS n_reports, 1 AS n_documents, 0 AS n_refused FROM made""",
    "metrics": """
SELECT agency_id, report_year, scope, metric, breakdown, agency_name, numerator, 100.0 AS denominator,
  numerator / 100 AS value, 100 AS n, 0.0 AS lower, 1.0 AS upper, 'computed' AS status, report_id
FROM (SELECT *, (hash(document_id, metric, breakdown) % 100)::DOUBLE AS numerator FROM made
  CROSS JOIN metric_definitions CROSS JOIN (VALUES ('total'), ('natural_person'), ('business')) AS one(breakdown))""",
    "findings": """
SELECT 'f-' || substr(sha256(document_id), 1, 16) AS finding_id, 'requests.balance' AS rule, 'error' AS severity,
  'publisher' AS responsible, 'check' AS stage, document_id, report_id, agency_id, agency_name, report_year,
  'requests' AS section, 'new' AS indicator, 'total' AS breakdown, '7' AS expected, '8' AS observed,
  'The sum does not hold.' AS message_en, '合计不成立。' AS message_zh FROM made""",
}


def fill(store: Store, observations: int) -> int:
    """Fill an empty store with about this many observations; returns how many."""
    agencies = max(1, round(observations / _CELLS / len(YEARS)))
    store.fill("indicators", core.Indicator, resolve.codebook())
    store.fill("crosswalk", Crosswalk, crosswalk_rows())
    store.fill("metric_definitions", MetricDefinition, definition_rows())
    store._run(_MADE.format(agencies=agencies, first=YEARS.start, end=YEARS.stop))
    store._run(_READINGS)
    tables = {**core.LOADED, **core.DERIVED}
    for name, sql in _ROWS.items():
        given = [row[0] for row in store._run(f"SELECT column_name FROM (DESCRIBE {sql})")]
        assert set(given) <= set(names(tables[name])), (name, set(given) - set(names(tables[name])))
        store._run(f"INSERT INTO {name} BY NAME {sql}")
    store._run("DROP TABLE made")
    store._run("CHECKPOINT")
    return store.count("observations")
