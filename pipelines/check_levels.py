"""What the level of an agency says of its figures → verdicts and findings. SQL only.

Needs ``step_agencies``. An agency that the registry does not know, or not for sure, is not judged.
"""

from __future__ import annotations

from pipelines.telling import head, messages, of_cell, of_observation, plain
from schemas.forms import WHOLE
from schemas.rules import RULES
from schemas.table import quote

RULE = "values.regulations"
# Only ministries, provinces and cities with districts make government rules (规章).
_WITHOUT_RULES = ("county", "township")


def judge(target: str) -> tuple[str, ...]:
    """Temporary table ``step_lowly``, the government rules that each known agency counts; then fill ``target``
    (``Verdict``)."""
    return (
        f"""
CREATE TEMP TABLE step_lowly AS
SELECT {of_observation("o", "value", "status")}, coalesce(a.level IN {_WITHOUT_RULES} AND o.value > 0, false) AS odd
FROM step_observations o JOIN step_agencies a USING (agency_id)
WHERE o.indicator = 'regulations' AND NOT a.is_provisional AND a.level IS NOT NULL
""",
        f"""
INSERT INTO {target} BY NAME
SELECT document_id, '{RULE}' AS equation_id, '{RULE}' AS rule,
  CASE WHEN bool_or(odd) THEN 'violated' WHEN count(value) > 0 THEN 'holds' ELSE 'cannot_tell' END AS verdict,
  CASE WHEN count(value) = 0 THEN 'regulations ' || any_value(status) END AS missing,
  {quote(WHOLE)} AS column_level
FROM step_lowly GROUP BY document_id
""",
    )


def finding() -> str:
    """Findings of the rule."""
    item = RULES[RULE]
    return f"""
SELECT {head(item, "o.report_id, o.section, o.indicator, o.breakdown")}, {of_observation("o")},
  '0' AS expected, {plain("o.value")} AS observed, {messages(item, of_cell())}
FROM step_lowly o JOIN step_labels l USING (section, indicator, breakdown) WHERE o.odd
"""
