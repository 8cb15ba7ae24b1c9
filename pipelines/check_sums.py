"""Sums → verdicts and findings: the identities of one document, and relations over the years of an agency. SQL only.

An identity is evaluated in a document only where all its terms are cells of that document (whatever their status), so
that mixed forms take whichever sum they print. A relation is evaluated for each report that has its target cell; what
the other years lack makes it ``cannot_tell``. A violated sum never changes a number.

Identities come before the observations are chosen (they flag them), relations after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipelines.telling import EXACT, WITH_LEVELS, head, level_of_scope, messages, plain
from schemas.forms import FORM_IDS, WHOLE, Equation, load_form
from schemas.relations import load_relations
from schemas.rule import Rule
from schemas.table import quote

# The statement that counts in each cell of a document: where a correction stands beside the reading, the correction. A
# sum is of one level of units alone: the ``part`` of a document is the document, and for levels both in one text:
# hardly any document has levels, and a second column to group by, or to filter by, would cost all the others.
_SHA = 64
_READ = "section, indicator, breakdown, status, value, locator"
_PART = f"document_id || CASE column_level WHEN {quote(WHOLE)} THEN '' ELSE column_level END"
_PARTED = f"""
SELECT document_id AS part, method, {_READ} FROM statements ANTI JOIN {WITH_LEVELS} USING (document_id)
UNION ALL SELECT {_PART}, method, {_READ} FROM statements SEMI JOIN {WITH_LEVELS} USING (document_id)
"""
_CELLS = f"""
SELECT part, {_READ} FROM ({_PARTED}) ANTI JOIN
  (SELECT part, {_READ} FROM ({_PARTED}) WHERE method = 'corrected') better
  USING (part, section, indicator, breakdown)
UNION ALL SELECT part, {_READ} FROM ({_PARTED}) WHERE method = 'corrected'
"""
_OF_PART = f"left(part, {_SHA}) AS document_id, coalesce(nullif(substr(part, {_SHA + 1}), ''), {quote(WHOLE)})"

_WHOLE = 10**12  # thirty terms of this size are still exact as doubles
_JUDGED = f"v.document_id, v.equation_id, nullif(v.column_level, {quote(WHOLE)})"


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
    """Fill ``target`` (``Verdict``): holds, violated, cannot_tell for each document and identity.

    Sums of doubles are exact for whole numbers; sums with fractions are added again as decimals. Which cells are
    missing is looked up only where some are: most sums are whole.
    """
    return f"""
INSERT INTO {target} BY NAME
WITH terms AS (
  SELECT *, coefficient::DOUBLE AS factor, dense_rank() OVER (ORDER BY equation_id) AS number FROM step_equations
), cells AS NOT MATERIALIZED (
  SELECT *, value <> trunc(value) OR abs(value) > {_WHOLE} AS is_delicate FROM ({_CELLS})
), judged AS (
  SELECT part, number, count(*) = count(value) AS whole, sum(factor * value) AS rough,
    bool_or(is_delicate) AS delicate
  FROM cells JOIN terms USING (section, indicator, breakdown)
  GROUP BY part, number, n_terms HAVING count(*) = n_terms
), exact AS (
  SELECT part, number, sum(coefficient * value::{EXACT})::DOUBLE AS fine
  FROM cells JOIN terms USING (section, indicator, breakdown)
  SEMI JOIN (SELECT part, number FROM judged WHERE whole AND delicate) doubt USING (part, number)
  GROUP BY part, number
), gaps AS (
  SELECT part, number,
    string_agg(indicator || '/' || breakdown || ' ' || status, '; ' ORDER BY indicator, breakdown) AS missing
  FROM cells JOIN terms USING (section, indicator, breakdown)
  SEMI JOIN (SELECT part, number FROM judged WHERE NOT whole) open USING (part, number)
  WHERE value IS NULL GROUP BY part, number
)
SELECT {_OF_PART} AS column_level, equation_id, rule,
  CASE WHEN NOT whole THEN 'cannot_tell' WHEN coalesce(fine, rough) = 0 THEN 'holds' ELSE 'violated' END
    AS verdict,
  CASE WHEN whole THEN coalesce(fine, rough) END AS difference, missing
FROM judged JOIN (SELECT number, equation_id, rule FROM terms WHERE is_target) USING (number)
LEFT JOIN exact USING (part, number) LEFT JOIN gaps USING (part, number)
"""


def relations(target: str) -> tuple[str, ...]:
    """Temporary tables ``step_chained``, the cells that relations are about; ``step_related``, the sum of each relation
    in each report that has its target; ``step_open``, the single terms where a sum lacks one or does not hold. Then
    fill ``target`` (``Verdict``)."""
    rows = sorted({term.key[1] for relation in load_relations() for term in relation.terms})
    place = "year || ' ' || indicator || '/' || breakdown || ' ' || coalesce(status, 'no_cell')"
    verdict = (
        "CASE WHEN NOT whole THEN 'cannot_tell' WHEN difference = 0 OR (difference < 0 AND comparison = '<=') "
        "THEN 'holds' ELSE 'violated' END"
    )
    return (
        f"""
CREATE TEMP TABLE step_chained AS
SELECT agency_id, report_year, scope, section, indicator, breakdown, document_id, value, status, locator,
  {level_of_scope()} AS column_level
FROM step_observations WHERE indicator IN ({", ".join(map(quote, rows))})
""",
        f"""
CREATE TEMP TABLE step_related AS
WITH relations AS (SELECT *, count(*) OVER (PARTITION BY equation_id) AS n_terms FROM step_relations),
summed AS (
  SELECT equation_id, agency_id, scope, report_year + years_back AS report_year, any_value(rule) AS rule,
    any_value(column_level) AS column_level,
    any_value(comparison) AS comparison, any_value(document_id) FILTER (WHERE is_target) AS document_id,
    count(value) = n_terms AS whole, sum(coefficient * value::{EXACT})::DOUBLE AS difference
  FROM step_chained c JOIN relations r USING (section, indicator, breakdown)
  GROUP BY equation_id, agency_id, scope, report_year + years_back, n_terms HAVING bool_or(is_target)
)
SELECT *, {verdict} AS verdict FROM summed
""",
        """
CREATE TEMP TABLE step_open AS
SELECT t.document_id, t.column_level, t.verdict, r.*, t.report_year - r.years_back AS year, c.value, c.status, c.locator
FROM step_related t JOIN step_relations r USING (equation_id) LEFT JOIN step_chained c
  ON c.agency_id = t.agency_id AND c.scope = t.scope AND c.report_year = t.report_year - r.years_back
  AND c.section = r.section AND c.indicator = r.indicator AND c.breakdown = r.breakdown
WHERE t.verdict <> 'holds'
""",
        f"""
INSERT INTO {target} BY NAME
WITH gaps AS (
  SELECT document_id, column_level, equation_id,
    string_agg({place}, '; ' ORDER BY year, indicator, breakdown) AS missing
  FROM step_open WHERE value IS NULL GROUP BY document_id, column_level, equation_id
)
SELECT document_id, column_level, equation_id, rule, verdict, CASE WHEN whole THEN difference END AS difference, missing
FROM step_related LEFT JOIN gaps USING (document_id, column_level, equation_id)
""",
    )


def terms() -> str:
    """Temporary table ``step_terms``: the terms of all that is violated, with what is printed there."""
    return f"""
CREATE TEMP TABLE step_terms AS
WITH violated AS (
  SELECT document_id, column_level, {_PART} AS part, equation_id FROM step_verdicts WHERE verdict = 'violated'
)
SELECT document_id, column_level, equation_id, e.rule, '=' AS comparison, e.coefficient, e.is_target,
  NULL::BIGINT AS year, e.section, e.indicator, e.breakdown, c.value::{EXACT} AS number, c.locator
FROM violated JOIN step_equations e USING (equation_id)
JOIN ({_CELLS}) c USING (part, section, indicator, breakdown)
UNION ALL BY NAME
SELECT document_id, column_level, equation_id, rule, comparison, coefficient, is_target,
  CASE WHEN max(years_back) OVER (PARTITION BY document_id, column_level, equation_id) > 0 THEN year END AS year,
  section, indicator, breakdown, value::{EXACT} AS number, locator
FROM step_open WHERE verdict = 'violated'
"""


def sides() -> str:
    """Temporary table ``step_violated``, from ``step_terms``: both sides of each violated sum, worded and added up."""
    worded = ",\n  ".join(_side(name, sign, language) for name, sign in _SIDES.items() for language in ("zh", "en"))
    sums = ", ".join(f"coalesce(sum(number) FILTER (WHERE coefficient = {s}), 0) AS {n}_sum" for n, s in _SIDES.items())
    target = ", ".join(f"any_value({column}) FILTER (WHERE is_target) AS {name}" for column, name in _TARGET)
    return f"""
CREATE TEMP TABLE step_violated AS
SELECT document_id, column_level, equation_id, rule, any_value(comparison) AS comparison, {target}, {sums},
  {worded}
FROM step_terms JOIN step_labels USING (section, indicator, breakdown)
GROUP BY document_id, column_level, equation_id, rule
"""


_TARGET = (
    *((name, name) for name in ("section", "indicator", "breakdown", "locator")),
    ("number", "total"),
    ("coefficient", "sign"),
)


def violated(rules: Iterable[Rule]) -> dict[str, str]:
    """Findings of violated sums: both sides with the cells that are not 0, the difference, the place of the total.
    Rules that say the same are asked together (their ids joined by commas -> SELECT): what a question costs the
    database is mostly the planning of it."""
    alike: dict[tuple[str, ...], list[Rule]] = {}
    for item in rules:
        alike.setdefault((item.severity, item.responsible, item.message_en, item.message_zh), []).append(item)
    return {",".join(item.id for item in items): _violated(items) for items in alike.values()}


def _violated(alike: Sequence[Rule]) -> str:
    item = alike[0]
    places = {
        "agency": "coalesce(d.agency_name, d.file_name)",
        "year": "coalesce(d.report_year::VARCHAR, '?')",
        "left": "left_{}",
        "right": "right_{}",
        "left_sum": plain("left_sum"),
        "right_sum": plain("right_sum"),
        "difference": plain("abs(left_sum - right_sum)"),
        "locator": "coalesce(v.locator, '?')",
    }
    bound = "CASE comparison WHEN '=' THEN '' ELSE CASE sign WHEN 1 THEN '≤ ' ELSE '≥ ' END END"
    return f"""
SELECT {head(item, _JUDGED, "v.rule")}, d.document_id, d.report_id, d.agency_id, d.agency_name,
  d.report_year, v.section, v.indicator, v.breakdown, v.locator,
  {bound} || {plain("total - sign * (left_sum - right_sum)")} AS expected, {plain("total")} AS observed,
  {messages(item, places)}
FROM step_violated v JOIN step_carried d USING (document_id, column_level)
WHERE v.rule IN ({", ".join(quote(item.id) for item in alike)})
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
