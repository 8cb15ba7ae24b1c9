"""Rules over what is stored → verdicts and findings, as SQL that the store runs. Pure text in, text out.

What is judged: the sums of one document and the relations over an agency's years (``check_sums``), single figures
(``check_values``), counts stated in prose (``check_claims``), what an agency's level allows (``check_levels``), an area
against its parts (``check_parts``). Each rule holds, is violated, or cannot be told where a figure that it needs is not
there. No rule ever changes a number.
"""

from __future__ import annotations

from collections.abc import Collection

from pipelines import check_claims, check_levels, check_parts, check_sums, check_values
from pipelines.check_sums import equation_rows, relation_rows
from pipelines.telling import head, messages, of_cell, of_observation, plain
from schemas.codes import AGENCY_REASONS
from schemas.forms import FORM_IDS, WHOLE, load_form
from schemas.relations import load_relations
from schemas.rule import Rule
from schemas.rules import RULES
from schemas.table import quote

__all__ = ["after_observations", "before_observations", "equation_rows", "relation_rows", "rules", "violated_rules"]


def before_observations(verdicts: str) -> tuple[str, ...]:
    """What is run over the documents, in order: ``step_labels``, and the verdicts of identities into ``verdicts``."""
    return (_labels(), check_sums.identities(verdicts))


def after_observations(verdicts: str) -> tuple[str, ...]:
    """What is run once the observations are chosen: the other verdicts, and what the findings are made from."""
    return (
        *check_sums.relations(verdicts),
        check_sums.terms(),
        check_sums.sides(),
        check_values.suspects(),
        *check_values.outliers(),
        check_values.verdicts(verdicts),
        *check_claims.judge(verdicts),
        *check_levels.judge(verdicts),
        *check_parts.judge(verdicts),
    )


def rules(violated: Collection[str]) -> dict[str, str]:
    """Rule id (several, joined by commas, where one question answers all) -> SELECT giving rows of ``findings``: all
    its columns, by name. Of the rules that have verdicts, only those in ``violated`` (ids): where nothing is violated
    there is nothing to tell, and asking costs a look at everything all the same."""
    sums = {equation.rule for form in FORM_IDS for equation in load_form(form).equations}
    sums |= {relation.rule for relation in load_relations()}
    judged = {
        **{rule: check_values.impossible(rule) for rule in check_values.IMPOSSIBLE},
        **{rule: check_values.outlying(rule) for rule in check_values.OUTLYING},
        check_levels.RULE: check_levels.finding(),
        check_parts.RULE: check_parts.finding(),
        check_claims.CONTRADICTION: check_claims.finding(check_claims.CONTRADICTION),
    }
    return {
        **check_sums.violated(item for item in RULES.values() if item.id in sums and item.id in violated),
        **{rule: sql for rule, sql in judged.items() if rule in violated},
        check_claims.SCOPE: check_claims.finding(check_claims.SCOPE),
        "store.conflict": _conflict(RULES["store.conflict"]),
        "store.same_figures": _same_figures(RULES["store.same_figures"]),
        "normalize.no_report": _no_report(RULES["normalize.no_report"]),
        **{rule: _unsure(RULES[rule], reasons) for rule, reasons in _UNSURE.items()},
    }


def violated_rules(verdicts: str) -> str:
    """SELECT giving the ids of the rules that ``verdicts`` finds violated anywhere."""
    return f"SELECT DISTINCT rule FROM {verdicts} WHERE verdict = 'violated'"


def _conflict(item: Rule) -> str:
    """Copies of one report that print different numbers in one cell."""
    places = {
        **of_cell(),
        "n": "c.n::VARCHAR",
        "n_values": "o.n_values::VARCHAR",
        "values": "c.readings",
        "chosen": f"coalesce({plain('o.value')}, o.status)",
    }
    reading = f"{plain('value')} || unit"
    return f"""
WITH conflicts AS (
  SELECT report_id, section, indicator, breakdown FROM step_observations WHERE n_values > 1
), readings AS (
  SELECT report_id, section, indicator, breakdown,
    string_agg(DISTINCT {reading}, ' | ' ORDER BY {reading}) AS readings, count(DISTINCT document_id) AS n
  FROM step_candidates SEMI JOIN conflicts USING (report_id, section, indicator, breakdown)
  WHERE status = 'reported' AND NOT superseded GROUP BY ALL
)
SELECT {head(item, "o.report_id, o.section, o.indicator, o.breakdown")}, {of_observation("o")},
  coalesce({plain("o.value")}, o.status) AS expected, c.readings AS observed,
  {messages(item, places)}
FROM step_observations o JOIN readings c USING (report_id, section, indicator, breakdown)
JOIN step_labels l USING (section, indicator, breakdown) WHERE o.n_values > 1
"""


# Small reports are alike by chance: one request, granted, fills six cells with a 1.
_TELLING_VALUES, _TELLING_LARGEST = 4, 10


def _same_figures(item: Rule) -> str:
    """Reports of two agencies for one year in which every figure that is not 0 is the same. Told roughly first, by
    numbers alone: few reports are left to be held against each other cell by cell."""
    places = {"agency": "p.agency_name", "year": "p.report_year::VARCHAR", "n": "p.n::VARCHAR", "others": "p.others"}
    return f"""
WITH rough AS (
  SELECT report_id, agency_id, report_year, count(*) AS n, max(value) AS largest, bit_xor(hash(value)) AS mix
  FROM step_observations WHERE status = 'reported' AND value <> 0
  GROUP BY report_id, agency_id, report_year HAVING largest >= {_TELLING_LARGEST}
), near AS (
  SELECT report_id FROM rough ANTI JOIN (FROM step_carried WHERE column_level <> {quote(WHOLE)}) USING (report_id)
  WINDOW same AS (PARTITION BY report_year, n, largest, mix)
  QUALIFY min(agency_id) OVER same < max(agency_id) OVER same
), printed AS (
  SELECT report_id, agency_id, any_value(agency_name) AS agency_name, report_year, min(document_id) AS document_id,
    count(*) AS n, sha256(string_agg(concat_ws('/', section, indicator, breakdown, value::VARCHAR), ' '
      ORDER BY section, indicator, breakdown)) AS figures
  FROM step_observations SEMI JOIN near USING (report_id) WHERE status = 'reported' AND value <> 0
  GROUP BY report_id, agency_id, report_year HAVING count(DISTINCT value) >= {_TELLING_VALUES}
), alike AS (
  SELECT a.*, string_agg(DISTINCT b.agency_name, ', ' ORDER BY b.agency_name) AS others FROM printed a JOIN printed b
    ON a.figures = b.figures AND a.report_year = b.report_year AND a.agency_id <> b.agency_id GROUP BY ALL
)
SELECT {head(item, "p.report_id")}, p.document_id, p.report_id, p.agency_id, p.agency_name, p.report_year,
  NULL AS section, NULL AS indicator, NULL AS breakdown, NULL AS locator, NULL AS expected, p.others AS observed,
  {messages(item, places)}
FROM alike p
"""


def _no_report(item: Rule) -> str:
    """A report that cannot be filed: its statements stay, observations need a year."""
    places = {"file": "d.file_name"}
    return f"""
SELECT {head(item, "d.document_id")}, d.document_id, NULL AS report_id, NULL AS agency_id, d.agency_name,
  d.report_year, NULL AS section, NULL AS indicator, NULL AS breakdown, NULL AS locator,
  NULL AS expected, NULL AS observed,
  {messages(item, places)}
FROM step_documents d WHERE d.kind IN ('report', 'narrative') AND d.report_id IS NULL
"""


_CONTRADICTING = ("contradiction", "contradiction_index", "two_organs")
_UNSURE = {
    "attribution.provisional": tuple(reason for reason in AGENCY_REASONS if reason not in _CONTRADICTING),
    "attribution.contradiction": _CONTRADICTING,
}


def _unsure(item: Rule, reasons: tuple[str, ...]) -> str:
    """A report whose agency is provisional, with the reason in words."""
    places = {
        "printed": "d.agency_name",
        "year": "d.report_year::VARCHAR",
        "why_zh": _worded(reasons, 0),
        "why_en": _worded(reasons, 1),
        "agency_id": "d.agency_id",
    }
    listed = ", ".join(map(quote, reasons))
    return f"""
SELECT {head(item, "d.document_id")}, d.document_id, d.report_id, d.agency_id, d.agency_name,
  d.report_year, NULL AS section, NULL AS indicator, NULL AS breakdown, NULL AS locator,
  NULL AS expected, d.agency_reason AS observed,
  {messages(item, places)}
FROM step_documents d WHERE d.report_id IS NOT NULL AND d.agency_reason IN ({listed})
"""


def _worded(reasons: tuple[str, ...], language: int) -> str:
    words = " ".join(f"WHEN {quote(reason)} THEN {quote(AGENCY_REASONS[reason][language])}" for reason in reasons)
    return f"CASE d.agency_reason {words} END"


def _labels() -> str:
    """Temporary table ``step_labels``: how a cell is called, in the words of the latest form that has it."""
    return """
CREATE TEMP TABLE step_labels AS
SELECT section, indicator, breakdown,
  arg_max(label_zh || '/' || column_label_zh, form) AS label_zh,
  arg_max(label_en || ' / ' || column_label_en, form) AS label_en, arg_max(position, form) AS position,
  arg_max(nature, form) AS nature
FROM step_indicators GROUP BY section, indicator, breakdown
"""
