"""Single figures → verdicts and findings: what cannot be, and what stands out among others. SQL only.

The thresholds are those of ``schemas.rules``. Nothing here changes a number.
"""

from __future__ import annotations

from pipelines.telling import WITH_LEVELS, head, level_of_scope, messages, of_cell, of_observation, plain
from schemas.forms import WHOLE
from schemas.jumps import JUMP, YUAN_FLOOR, YUAN_RATIO
from schemas.rules import RULES
from schemas.table import quote

# SQL over an observation joined with its label: what the rule does not allow.
IMPOSSIBLE: dict[str, str] = {
    "values.negative": "o.value < 0 AND l.nature <> 'change'",
    "values.fraction": "o.value <> trunc(o.value) AND o.unit NOT IN ('元', '万元', 'unknown') AND l.nature <> 'money'",
}
OUTLYING = ("values.yuan", "values.jump")
_WAN = 10_000
_CELL = "section, indicator, breakdown"
_BLANKS = ["blank", "mark", "illegible", "absent"]


def suspects() -> str:
    """Temporary table ``step_impossible``: the observations that a rule does not allow."""
    cases = "\nUNION ALL BY NAME\n".join(
        f"SELECT {quote(rule)} AS rule, o.*, l.label_zh, l.label_en FROM odd o "
        f"JOIN step_labels l USING (section, indicator, breakdown) WHERE {condition}"
        for rule, condition in IMPOSSIBLE.items()
    )
    return f"""
CREATE TEMP TABLE step_impossible AS
WITH odd AS (
  SELECT {of_observation("o", "value", "unit", "scope")} FROM step_observations o
  WHERE value < 0 OR value <> trunc(value)
)
{cases}
"""


def impossible(rule_id: str) -> str:
    """Findings of one of these rules."""
    item = RULES[rule_id]
    return f"""
SELECT {head(item, "o.report_id, o.section, o.indicator, o.breakdown")}, {of_observation("o")},
  {quote(item.tolerance)} AS expected, {plain("o.value")} AS observed, {messages(item, of_cell("o"))}
FROM step_impossible o WHERE o.rule = {quote(rule_id)}
"""


def outliers() -> tuple[str, ...]:
    """Temporary table ``step_outliers``: amounts that can be held against the agency's other years, changes that have a
    reference; whether each is ``odd``, and the figure it is compared with (``usual``). An amount is odd where it is
    apart from most other years; of two, the larger: 元 in a field of 万元 is the slip that happens."""
    return (
        f"""
CREATE TEMP TABLE step_outliers AS
WITH amounts AS (
  SELECT *, value_std / {_WAN} AS amount FROM step_observations WHERE unit = '万元' AND value > 0
), others AS (
  SELECT o.statement_id, o.document_id, o.scope, any_value(o.amount) AS amount, median(p.amount) AS usual,
    count(*) AS n, count(*) FILTER (abs(log10(o.amount / p.amount)) BETWEEN {YUAN_RATIO[0]} AND {YUAN_RATIO[1]}
      AND greatest(o.amount, p.amount) >= {YUAN_FLOOR}) AS apart
  FROM amounts o JOIN amounts p USING (agency_id, scope, section, indicator, breakdown)
  WHERE p.report_year <> o.report_year GROUP BY o.statement_id, o.document_id, o.scope
)
SELECT 'values.yuan' AS rule, statement_id, document_id, scope, usual, false AS by_peers, true AS by_own,
  apart * 2 > n AND (n > 1 OR amount > usual) AS odd
FROM others
""",
        f"""
INSERT INTO step_outliers BY NAME
WITH series AS (
  SELECT statement_id, document_id, agency_id, scope, report_year, {_CELL}, unit, value
  FROM step_observations WHERE value >= {JUMP.floor} AND (breakdown = 'total' OR section <> 'requests')
    AND (indicator = 'result.total' OR NOT starts_with(indicator, 'result.'))
    AND breakdown <> 'items_change' AND unit <> 'unknown'
), changes AS (
  SELECT n.*, p.value AS usual, ln(n.value / p.value) AS change
  FROM series n JOIN series p USING (agency_id, scope, {_CELL}, unit) WHERE p.report_year = n.report_year - 1
), peers AS (
  SELECT report_year, {_CELL}, median(change) AS middle, mad(change) AS spread, count(*) AS n FROM changes GROUP BY ALL
), own AS (
  SELECT b.statement_id, median(c.change) AS middle, mad(c.change) AS spread, count(*) AS n
  FROM changes b JOIN changes c USING (agency_id, scope, {_CELL})
  WHERE abs(b.change) >= ln({JUMP.factor}) AND c.report_year <> b.report_year GROUP BY b.statement_id
), judged AS (
  SELECT b.*, p.n > {JUMP.peers} AS by_peers, coalesce(o.n >= {JUMP.own}, false) AS by_own,
    abs(b.change) >= ln({JUMP.factor}) AND (NOT by_peers OR abs(b.change - p.middle) > {_reach("p")})
      AND (NOT by_own OR abs(b.change - o.middle) > {_reach("o")}) AS odd
  FROM changes b JOIN peers p USING (report_year, {_CELL}) LEFT JOIN own o USING (statement_id)
)
SELECT 'values.jump' AS rule, statement_id, document_id, scope, usual, by_peers, by_own, odd
FROM judged WHERE by_peers OR by_own
""",
    )


def outlying(rule_id: str) -> str:
    """Findings of one of these rules."""
    item = RULES[rule_id]
    which = "CASE WHEN NOT f.by_peers THEN {} WHEN NOT f.by_own THEN {} ELSE {} END"
    seen, usual = (f"o.value_std / {_WAN}" if rule_id == "values.yuan" else "o.value"), "round(f.usual, 6)"
    places = {
        **of_cell(),
        "observed": plain(seen),
        "expected": plain(usual),
        "reference": which.format("'本机关历年'", "'其他机关'", "'其他机关及本机关历年'"),
        "reference_en": which.format("'its own other years'", "'other agencies'", "'other agencies and its own years'"),
    }
    return f"""
SELECT {head(item, "o.report_id, o.section, o.indicator, o.breakdown")}, {of_observation("o")},
  {plain(usual)} AS expected, {plain(seen)} AS observed, {messages(item, places)}
FROM step_outliers f JOIN step_observations o USING (statement_id) JOIN step_labels l USING ({_CELL})
WHERE f.odd AND f.rule = {quote(rule_id)}
"""


def _reach(alias: str) -> str:
    """How far from the middle of a reference a change may be; 1.4826 MAD is the standard deviation of a normal law."""
    return f"{JUMP.z} * greatest(1.4826 * {alias}.spread, {JUMP.spread})"


def verdicts(target: str) -> str:
    """Fill ``target`` (``Verdict``): for each document, level of units and rule over all its figures. A rule holds for
    the figures that are there (and can be compared); where there is none it cannot be told."""
    lacking = " || ".join(
        f"CASE WHEN n_{status} > 0 THEN '; {status} ' || n_{status} ELSE '' END" for status in _BLANKS
    )
    counts = ", ".join(f"count(*) FILTER (status = '{status}') AS n_{status}" for status in _BLANKS)
    rules = ", ".join(f"({quote(rule)}, {rule in IMPOSSIBLE})" for rule in (*IMPOSSIBLE, *OUTLYING))
    return f"""
INSERT INTO {target} BY NAME
WITH counted AS (
  SELECT document_id, {quote(WHOLE)} AS column_level, count(value) AS n, {counts}
  FROM step_observations ANTI JOIN {WITH_LEVELS} USING (document_id) GROUP BY document_id
  UNION ALL BY NAME
  SELECT document_id, {level_of_scope()} AS column_level, count(value) AS n, {counts}
  FROM step_observations SEMI JOIN {WITH_LEVELS} USING (document_id) GROUP BY ALL
), judged AS (
  SELECT document_id, scope, rule, true AS odd FROM step_impossible
  UNION ALL SELECT document_id, scope, rule, odd FROM step_outliers
), found AS (
  SELECT document_id, {level_of_scope()} AS column_level, rule, bool_or(odd) AS odd FROM judged GROUP BY ALL
)
SELECT document_id, column_level, rule AS equation_id, rule,
  CASE WHEN odd THEN 'violated' WHEN odd IS NOT NULL OR (absolute AND n > 0) THEN 'holds' ELSE 'cannot_tell' END
    AS verdict,
  coalesce(nullif(ltrim({lacking}, '; '), ''),
    CASE WHEN odd IS NULL AND NOT absolute THEN 'nothing to compare with' END) AS missing
FROM counted CROSS JOIN (VALUES {rules}) rules(rule, absolute) LEFT JOIN found USING (document_id, column_level, rule)
"""
