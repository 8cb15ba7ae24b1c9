"""Counts stated in prose against the tables of the same report → verdicts and findings. SQL only.

A number may mean several sums of cells (``schemas.claims``). It agrees with one of them, or contradicts all of them, or
cannot be judged: it is approximate, a cell has no number, or the words speak of somebody else's figures. What the sums
of a report imply about a blank cell (``value_derived``) counts like a printed number here. A sentence that agrees with
the table of its own document agrees, also where another edition's figures were chosen for the report.
"""

from __future__ import annotations

from pipelines.telling import EXACT, head, messages, plain
from schemas.claims import load_vocabulary
from schemas.forms import WHOLE
from schemas.rules import RULES
from schemas.table import quote

CONTRADICTION, SCOPE = "claims.contradiction", "claims.scope"


def judge(target: str) -> tuple[str, ...]:
    """Temporary tables ``step_told``, the claims of reports; ``step_sums``, what their tables say in each reading;
    ``step_held``, the one against the other; ``step_own``, the claims that their own document confirms where the report
    does not; ``step_claims``, each claim judged; then fill ``target`` (``Verdict``)."""
    return (
        f"""
CREATE TEMP TABLE step_told AS
SELECT c.*, d.report_id, d.agency_id, d.agency_name, d.report_year, {_APART} AS apart
FROM claims c JOIN step_documents d USING (document_id) WHERE d.report_id IS NOT NULL
""",
        f"""
CREATE TEMP TABLE step_sums AS
WITH readings(measure, reading, label_zh, label_en, n, section, indicator, breakdown) AS (VALUES {_readings()}),
cells AS (
  SELECT report_id, section, indicator, breakdown, coalesce(value, value_derived)::{EXACT} AS number, status
  FROM step_observations WHERE breakdown IN ({_columns()})
)
SELECT report_id, measure, reading, label_zh, label_en, count(*) = count(number) AS whole, sum(number) AS number,
  string_agg(indicator || '/' || breakdown || ' ' || status, '; ' ORDER BY indicator, breakdown)
    FILTER (WHERE number IS NULL) AS missing
FROM cells JOIN readings USING (section, indicator, breakdown) SEMI JOIN step_told USING (report_id, measure)
GROUP BY report_id, measure, reading, label_zh, label_en, n HAVING count(*) = n
""",
        """
CREATE TEMP TABLE step_held AS
SELECT claim_id, count(reading) AS n, coalesce(bool_or(number = t.value), false) AS agrees, bool_and(whole) AS whole,
  arg_min(missing, reading) AS missing
FROM step_told t LEFT JOIN step_sums USING (report_id, measure) GROUP BY claim_id
""",
        f"""
CREATE TEMP TABLE step_own AS
WITH readings(measure, reading, label_zh, label_en, n, section, indicator, breakdown) AS (VALUES {_readings()}),
open AS (
  SELECT claim_id, document_id, measure, value FROM step_told JOIN step_held USING (claim_id) WHERE n > 0 AND NOT agrees
), cells AS (
  SELECT document_id, section, indicator, breakdown, value::{EXACT} AS number
  FROM step_candidates SEMI JOIN open USING (document_id)
  WHERE column_level = {quote(WHOLE)} AND NOT superseded AND value IS NOT NULL AND breakdown IN ({_columns()})
), sums AS (
  SELECT document_id, measure, sum(number) AS number FROM cells JOIN readings USING (section, indicator, breakdown)
  GROUP BY document_id, measure, reading, n HAVING count(*) = n
)
SELECT DISTINCT claim_id FROM open o JOIN sums s USING (document_id, measure) WHERE s.number = o.value
""",
        """
CREATE TEMP TABLE step_claims AS
WITH held AS (
  SELECT * REPLACE (agrees OR claim_id IN (SELECT claim_id FROM step_own) AS agrees) FROM step_held
), judged AS (
  SELECT *, agrees AND qualifier <> 'approximate' AS holds,
    NOT agrees AND n > 0 AND whole AND qualifier <> 'approximate' AS contradicts,
    bool_or(agrees) OVER (PARTITION BY document_id, measure) AS elsewhere
  FROM step_told JOIN held USING (claim_id)
)
SELECT *, CASE WHEN holds THEN 'holds' WHEN contradicts AND NOT apart AND NOT elsewhere THEN 'violated'
  ELSE 'cannot_tell' END AS verdict
FROM judged
""",
        f"""
INSERT INTO {target} BY NAME
SELECT document_id, claim_id AS equation_id, '{CONTRADICTION}' AS rule, verdict, {quote(WHOLE)} AS column_level,
  CASE WHEN verdict = 'cannot_tell' THEN CASE WHEN qualifier = 'approximate' THEN 'approximate'
    WHEN contradicts AND apart THEN 'scope ' || scope_hint WHEN contradicts THEN 'scope part'
    WHEN n = 0 THEN 'no_cell' ELSE missing END END AS missing
FROM step_claims
""",
    )


def finding(rule_id: str) -> str:
    """Findings of one of these rules."""
    item = RULES[rule_id]
    which = {CONTRADICTION: "verdict = 'violated'", SCOPE: "contradicts AND verdict = 'cannot_tell'"}
    places = {
        "agency": "agency_name",
        "year": "report_year::VARCHAR",
        "sentence": "sentence",
        "measure": "measure_zh",
        "measure_en": "measure_en",
        "observed": plain("value"),
        "tables": "tables_zh",
        "tables_en": "tables_en",
        "locator": "coalesce(locator, '?')",
    }
    return f"""
WITH measures(measure, measure_zh, measure_en, section, indicator, breakdown) AS (VALUES {_measures()}),
spoken AS (
  SELECT claim_id, string_agg({plain("number")}, ' | ' ORDER BY reading) AS expected,
    string_agg(label_zh || ' ' || {plain("number")}, '，' ORDER BY reading) AS tables_zh,
    string_agg(label_en || ' ' || {plain("number")}, ', ' ORDER BY reading) AS tables_en
  FROM step_claims JOIN step_sums USING (report_id, measure) WHERE contradicts GROUP BY claim_id
)
SELECT {head(item, "document_id, claim_id")}, document_id, report_id, agency_id, agency_name, report_year,
  section, indicator, breakdown, locator, expected, {plain("value")} AS observed, {messages(item, places)}
FROM step_claims JOIN spoken USING (claim_id) JOIN measures USING (measure) WHERE {which[rule_id]}
"""


_OFFICE = f"regexp_matches(d.agency_name, {quote(load_vocabulary().words['office_name'])})"
# Whether the words say that these are not the figures of the tables.
_APART = f"""CASE scope_hint WHEN 'filed' THEN true WHEN 'other' THEN true
    WHEN 'office' THEN NOT ({_OFFICE} OR d.scope = 'office')
    WHEN 'area' THEN {_OFFICE} OR d.scope <> 'area' ELSE false END"""


def _readings() -> str:
    return ", ".join(
        "("
        + ", ".join([quote(measure.id), str(number), quote(reading.label_zh), quote(reading.label_en)])
        + f", {len(reading.keys)}, {', '.join(map(quote, key))})"
        for measure in load_vocabulary().every()
        for number, reading in enumerate(measure.readings)
        for key in reading.keys
    )


def _measures() -> str:
    rows = []
    for measure in load_vocabulary().every():
        place = (measure.indicator, measure.breakdown) if measure.indicator else ("", "")
        words = [measure.id, measure.label_zh, measure.label_en, measure.section]
        rows.append(f"({', '.join(map(quote, words))}, {', '.join(quote(part) if part else 'NULL' for part in place)})")
    return ", ".join(rows)


def _columns() -> str:
    keys = {key for measure in load_vocabulary().every() for reading in measure.readings for key in reading.keys}
    return ", ".join(map(quote, sorted({breakdown for _, _, breakdown in keys})))
