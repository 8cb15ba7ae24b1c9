"""Sums → verdicts and findings: the identities of one document, and relations over the years of an agency. SQL only.

An identity is evaluated in a document only where all its terms are cells of that document (whatever their status), so
that mixed forms take whichever sum they print. A relation is evaluated for each report that has its target cell; what
the other years lack makes it ``cannot_tell``. A violated sum never changes a number.

Identities come before the observations are chosen (they flag them), relations after.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.telling import EXACT, head, messages, plain
from schemas import core
from schemas.forms import FORM_IDS, Equation, load_form
from schemas.relations import load_relations
from schemas.rules import Rule
from schemas.table import names, quote

# The statement that counts in each cell of a document: where a correction stands beside the reading, the correction.
_CELLS = """
SELECT document_id, section, indicator, breakdown, status, value, locator FROM statements
WHERE method = 'corrected' OR (document_id, section, indicator, breakdown) NOT IN
  (SELECT (document_id, section, indicator, breakdown) FROM statements WHERE method = 'corrected')
"""

_VERDICT = ", ".join(names(core.Verdict))


def equation_rows() -> list[dict[str, object]]:
    """Rows of ``equations``, one for each term. Forms that state the same sum of the same terms share it."""
    stated: dict[str, dict[frozenset[tuple[int, tuple[str, str, str]]], tuple[Equation, list[str]]]] = {}
    for form in FORM_IDS:
        for equation in load_form(form).equations:
            alternatives = stated.setdefault(equation.id, {})
            alternatives.setdefault(frozenset(equation.terms), (equation, []))[1].append(form)
    rows: list[dict[str, object]] = []
    for name, alternatives in stated.items():
        for equation, forms in alternatives.values():
            label = name if len(alternatives) == 1 else f"{name}@{','.join(forms)}"
            rows += [
                {
                    "equation_id": label,
                    "form": ",".join(forms),
                    "rule": equation.rule,
                    "section": section,
                    "indicator": indicator,
                    "breakdown": breakdown,
                    "coefficient": sign,
                    "is_target": (section, indicator, breakdown) == equation.target,
                    "n_terms": len(equation.terms),
                }
                for sign, (section, indicator, breakdown) in equation.terms
            ]
    return rows


def relation_rows() -> list[dict[str, object]]:
    """Rows of ``relations``, one for each term."""
    return [
        {
            "equation_id": relation.id,
            "section": term.key[0],
            "indicator": term.key[1],
            "breakdown": term.key[2],
            "years_back": term.years_back,
            "rule": relation.rule,
            "comparison": relation.compare,
            "coefficient": term.sign,
            "is_target": term is relation.target,
        }
        for relation in load_relations()
        for term in relation.terms
    ]


def identities(target: str) -> str:
    """Fill ``target`` (``Verdict``): holds, violated, cannot_tell for each document and identity."""
    lacking = "indicator || '/' || breakdown || ' ' || status"
    return f"""
INSERT INTO {target} ({_VERDICT})
WITH judged AS (
  SELECT document_id, equation_id, count(*) = count(value) AS whole,
    sum(coefficient * value::{EXACT})::DOUBLE AS difference,
    string_agg({lacking}, '; ' ORDER BY indicator, breakdown) FILTER (WHERE value IS NULL) AS missing
  FROM ({_CELLS}) cells JOIN step_equations USING (section, indicator, breakdown)
  GROUP BY document_id, equation_id, n_terms HAVING count(*) = n_terms
)
SELECT document_id, equation_id, rule,
  CASE WHEN NOT whole THEN 'cannot_tell' WHEN difference = 0 THEN 'holds' ELSE 'violated' END,
  CASE WHEN whole THEN difference END, missing, section, indicator, breakdown
FROM judged JOIN (SELECT * FROM step_equations WHERE is_target) USING (equation_id)
ORDER BY document_id, equation_id
"""


def relations(target: str) -> tuple[str, ...]:
    """Temporary table ``step_related``, the terms of each relation in each report that has its target; then fill
    ``target`` (``Verdict``) from it."""
    place = "year || ' ' || indicator || '/' || breakdown || ' ' || coalesce(status, 'no_cell')"
    return (
        """
CREATE TEMP TABLE step_related AS
WITH cells AS (
  SELECT agency_id, report_year, scope, section, indicator, breakdown, document_id, value, status, locator
  FROM step_observations
  WHERE (section, indicator, breakdown) IN (SELECT (section, indicator, breakdown) FROM step_relations)
), reports AS (
  SELECT agency_id, report_year, scope, document_id, equation_id
  FROM cells JOIN step_relations r USING (section, indicator, breakdown) WHERE r.is_target
)
SELECT t.document_id, r.*, t.report_year - r.years_back AS year, c.value, c.status, c.locator
FROM reports t JOIN step_relations r USING (equation_id) LEFT JOIN cells c
  ON c.agency_id = t.agency_id AND c.scope = t.scope AND c.report_year = t.report_year - r.years_back
  AND c.section = r.section AND c.indicator = r.indicator AND c.breakdown = r.breakdown
""",
        f"""
INSERT INTO {target} ({_VERDICT})
WITH judged AS (
  SELECT document_id, equation_id, count(*) = count(value) AS whole,
    sum(coefficient * value::{EXACT})::DOUBLE AS difference,
    string_agg({place}, '; ' ORDER BY year, indicator, breakdown) FILTER (WHERE value IS NULL) AS missing
  FROM step_related GROUP BY document_id, equation_id
)
SELECT document_id, equation_id, rule,
  CASE WHEN NOT whole THEN 'cannot_tell' WHEN difference = 0 THEN 'holds'
    WHEN difference < 0 AND comparison = '<=' THEN 'holds' ELSE 'violated' END,
  CASE WHEN whole THEN difference END, missing, section, indicator, breakdown
FROM judged JOIN (SELECT * FROM step_relations WHERE is_target) USING (equation_id)
ORDER BY document_id, equation_id
""",
    )


def terms() -> str:
    """Temporary table ``step_terms``: the terms of all that is violated, with what is printed there."""
    return f"""
CREATE TEMP TABLE step_terms AS
WITH violated AS (SELECT document_id, equation_id FROM step_verdicts WHERE verdict = 'violated')
SELECT document_id, equation_id, e.rule, '=' AS comparison, e.coefficient, e.is_target, NULL::BIGINT AS year,
  e.section, e.indicator, e.breakdown, c.value::{EXACT} AS number, c.locator
FROM violated JOIN step_equations e USING (equation_id)
JOIN ({_CELLS}) c USING (document_id, section, indicator, breakdown)
UNION ALL BY NAME
SELECT document_id, equation_id, rule, comparison, coefficient, is_target,
  CASE WHEN max(years_back) OVER (PARTITION BY document_id, equation_id) > 0 THEN year END AS year,
  section, indicator, breakdown, value::{EXACT} AS number, locator
FROM violated JOIN step_related USING (document_id, equation_id)
"""


def violated(item: Rule) -> str:
    """Findings of a violated sum: both sides with the cells that are not 0, the difference, the place of the total."""
    places = {
        "agency": "coalesce(d.agency_name, d.file_name)",
        "year": "coalesce(d.report_year::VARCHAR, '')",
        "left": "left_{}",
        "right": "right_{}",
        "left_sum": plain("left_sum"),
        "right_sum": plain("right_sum"),
        "difference": plain("abs(left_sum - right_sum)"),
        "locator": "coalesce(v.locator, '?')",
    }
    sides = ",\n  ".join(_side(name, sign, language) for name, sign in _SIDES.items() for language in ("zh", "en"))
    sums = ", ".join(f"coalesce(sum(number) FILTER (WHERE coefficient = {s}), 0) AS {n}_sum" for n, s in _SIDES.items())
    bound = "CASE comparison WHEN '=' THEN '' ELSE CASE sign WHEN 1 THEN '≤ ' ELSE '≥ ' END END"
    return f"""
WITH labelled AS (
  SELECT t.*, l.* EXCLUDE (section, indicator, breakdown)
  FROM step_terms t JOIN step_labels l USING (section, indicator, breakdown) WHERE t.rule = {quote(item.id)}
), violated AS (
  SELECT document_id, equation_id, {sums},
  {sides},
  any_value(comparison) AS comparison,
  any_value(section) FILTER (WHERE is_target) AS section, any_value(indicator) FILTER (WHERE is_target) AS indicator,
  any_value(breakdown) FILTER (WHERE is_target) AS breakdown, any_value(locator) FILTER (WHERE is_target) AS locator,
  any_value(number) FILTER (WHERE is_target) AS total, any_value(coefficient) FILTER (WHERE is_target) AS sign
  FROM labelled GROUP BY document_id, equation_id
)
SELECT {head(item, "v.document_id, v.equation_id")}, d.document_id, d.report_id, d.agency_id, d.agency_name,
  d.report_year, v.section, v.indicator, v.breakdown, v.locator,
  {bound} || {plain("total - sign * (left_sum - right_sum)")} AS expected, {plain("total")} AS observed,
  {messages(item, places)}
FROM violated v JOIN step_documents d USING (document_id)
"""


_SIDES: Mapping[str, int] = {"left": 1, "right": -1}


def _side(name: str, sign: int, language: str) -> str:
    """The terms of one side in words; those that are 0 are not worth naming, unless all are."""
    dated = {"zh": "coalesce(year || '年', '')", "en": "coalesce(year || ' ', '')"}[language]
    label = f"{dated} || label_{language}"
    named = f"{label} || ' ' || {plain('number')}"
    here = f"WHERE coefficient = {sign}"
    return (
        f"coalesce(string_agg({named}, ' + ' ORDER BY year, position) FILTER ({here} AND number <> 0),"
        f" min({label}) FILTER ({here}) || ' 0') AS {name}_{language}"
    )
