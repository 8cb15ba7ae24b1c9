"""Rules over what is stored → verdicts and findings, as SQL that the store runs. Pure text in, text out.

An identity is evaluated in a document only where all its terms are cells of that document (whatever their status), so
that mixed forms take whichever sum they print. It holds, is violated, or cannot be told where a term has no number. A
violated identity never changes a number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from schemas import core
from schemas.forms import FORM_IDS, Equation, load_form
from schemas.rules import RULES, Rule
from schemas.table import names, quote

# Doubles of at most 6 decimals below 2^53 are exact as this; sums of doubles would not be.
_EXACT = "DECIMAL(38, 6)"


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


def terms() -> str:
    """Temporary table ``step_terms``: the terms of every identity that can be evaluated, with what is printed there.

    Where a cell has a correction beside the reading, the correction counts.
    """
    return """
CREATE TEMP TABLE step_terms AS
WITH cells AS (
  SELECT document_id, section, indicator, breakdown, status, value, locator FROM statements
  QUALIFY row_number() OVER (PARTITION BY document_id, section, indicator, breakdown
    ORDER BY method <> 'corrected', statement_id) = 1
)
SELECT c.*, e.equation_id, e.rule, e.coefficient, e.is_target
FROM cells c JOIN step_equations e USING (section, indicator, breakdown)
QUALIFY count(*) OVER (PARTITION BY c.document_id, e.equation_id) = e.n_terms
"""


def verdicts(target: str) -> str:
    """Fill ``target`` (``Verdict``): holds, violated, cannot_tell for each document and identity."""
    return f"""
INSERT INTO {target} ({", ".join(names(core.Verdict))})
SELECT document_id, equation_id, any_value(rule),
  CASE WHEN count(value) < count(*) THEN 'cannot_tell'
    WHEN sum(coefficient * value::{_EXACT}) = 0 THEN 'holds' ELSE 'violated' END,
  CASE WHEN count(value) = count(*) THEN sum(coefficient * value::{_EXACT})::DOUBLE END,
  string_agg(indicator || '/' || breakdown, ' ' ORDER BY indicator, breakdown) FILTER (WHERE value IS NULL)
FROM step_terms GROUP BY document_id, equation_id ORDER BY document_id, equation_id
"""


def rules() -> dict[str, str]:
    """Rule id -> SELECT giving rows of ``findings`` (all its columns, by name)."""
    found = {
        item.id: _violated(item)
        for item in RULES.values()
        if any(item.id == equation.rule for form in FORM_IDS for equation in load_form(form).equations)
    }
    found["store.conflict"] = _conflict(RULES["store.conflict"])
    found["normalize.no_report"] = _no_report(RULES["normalize.no_report"])
    return found


def _violated(item: Rule) -> str:
    """A violated identity: both sides with the cells that are not 0, the difference, and the place of the total."""
    places = {
        "agency": "coalesce(d.agency_name, d.file_name)",
        "year": "coalesce(d.report_year::VARCHAR, '')",
        "left": "left_{}",
        "right": "right_{}",
        "left_sum": _plain("left_sum"),
        "right_sum": _plain("right_sum"),
        "difference": _plain("abs(left_sum - right_sum)"),
        "locator": "coalesce(v.locator, '?')",
    }
    sides = ",\n  ".join(_side(name, sign, language) for name, sign in _SIDES.items() for language in ("zh", "en"))
    sums = ", ".join(f"coalesce(sum(number) FILTER (WHERE coefficient = {s}), 0) AS {n}_sum" for n, s in _SIDES.items())
    return f"""
WITH labelled AS (
  SELECT t.*, t.value::{_EXACT} AS number, l.* EXCLUDE (section, indicator, breakdown)
  FROM step_terms t JOIN step_labels l USING (section, indicator, breakdown)
  JOIN step_verdicts v USING (document_id, equation_id)
  WHERE v.verdict = 'violated' AND t.rule = {quote(item.id)}
), violated AS (
  SELECT document_id, equation_id, {sums},
  {sides},
  any_value(section) FILTER (WHERE is_target) AS section, any_value(indicator) FILTER (WHERE is_target) AS indicator,
  any_value(breakdown) FILTER (WHERE is_target) AS breakdown, any_value(locator) FILTER (WHERE is_target) AS locator,
  any_value(number) FILTER (WHERE is_target) AS total, any_value(coefficient) FILTER (WHERE is_target) AS sign
  FROM labelled GROUP BY document_id, equation_id
)
SELECT {_head(item, "v.document_id, v.equation_id")}, d.document_id, d.report_id, d.agency_id, d.agency_name,
  d.report_year, v.section, v.indicator, v.breakdown, v.locator,
  {_plain("total - sign * (left_sum - right_sum)")} AS expected, {_plain("total")} AS observed,
  {_filled(item.message_en, places, "en")} AS message_en, {_filled(item.message_zh, places, "zh")} AS message_zh
FROM violated v JOIN step_documents d USING (document_id)
"""


_SIDES: Mapping[str, int] = {"left": 1, "right": -1}


def _side(name: str, sign: int, language: str) -> str:
    """The terms of one side in words; those that are 0 are not worth naming, unless all are."""
    named = f"label_{language} || ' ' || {_plain('number')}"
    here = f"WHERE coefficient = {sign}"
    return (
        f"coalesce(string_agg({named}, ' + ' ORDER BY position) FILTER ({here} AND number <> 0),"
        f" min(label_{language}) FILTER ({here}) || ' 0') AS {name}_{language}"
    )


def _conflict(item: Rule) -> str:
    """Copies of one report that print different numbers in one cell."""
    places = {
        "agency": "o.agency_name",
        "year": "o.report_year::VARCHAR",
        "cell": "l.label_zh",
        "cell_en": "l.label_en",
        "n": "o.n_statements::VARCHAR",
        "n_values": "o.n_values::VARCHAR",
        "values": "c.readings",
        "chosen": f"coalesce({_plain(f'o.value::{_EXACT}')}, o.status)",
    }
    reading = f"{_plain(f'value::{_EXACT}')} || unit"
    return f"""
WITH readings AS (
  SELECT report_id, section, indicator, breakdown,
    string_agg(DISTINCT {reading}, ' | ' ORDER BY {reading}) AS readings
  FROM step_candidates WHERE status = 'reported' GROUP BY ALL
)
SELECT {_head(item, "o.report_id, o.section, o.indicator, o.breakdown")}, o.document_id, o.report_id, o.agency_id,
  o.agency_name, o.report_year, o.section, o.indicator, o.breakdown, o.locator,
  coalesce({_plain(f"o.value::{_EXACT}")}, o.status) AS expected, c.readings AS observed,
  {_filled(item.message_en, places, "en")} AS message_en, {_filled(item.message_zh, places, "zh")} AS message_zh
FROM step_observations o JOIN readings c USING (report_id, section, indicator, breakdown)
JOIN step_labels l USING (section, indicator, breakdown) WHERE o.n_values > 1
"""


def _no_report(item: Rule) -> str:
    """A report that cannot be filed: its statements stay, observations need an agency and a year."""
    places = {
        "file": "d.file_name",
        "lacking_zh": "CASE WHEN d.agency_name IS NULL THEN '机关名称' ELSE '报告年度' END",
        "lacking_en": "CASE WHEN d.agency_name IS NULL THEN 'agency' ELSE 'report year' END",
    }
    return f"""
SELECT {_head(item, "d.document_id")}, d.document_id, NULL AS report_id, NULL AS agency_id, d.agency_name,
  d.report_year, NULL AS section, NULL AS indicator, NULL AS breakdown, NULL AS locator,
  NULL AS expected, NULL AS observed,
  {_filled(item.message_en, places, "en")} AS message_en, {_filled(item.message_zh, places, "zh")} AS message_zh
FROM step_documents d WHERE d.kind IN ('report', 'narrative') AND d.report_id IS NULL
"""


def labels() -> str:
    """Temporary table ``step_labels``: how a cell is called, in the words of the latest form that has it."""
    return """
CREATE TEMP TABLE step_labels AS
SELECT section, indicator, breakdown,
  arg_max(label_zh || '/' || column_label_zh, form) AS label_zh,
  arg_max(label_en || ' / ' || column_label_en, form) AS label_en, arg_max(position, form) AS position
FROM step_indicators GROUP BY section, indicator, breakdown
"""


def _head(item: Rule, parts: str) -> str:
    """Columns that the rule itself gives; the id is a hash of the rule and of ``parts``."""
    return (
        f"'f-' || substr(sha256(concat_ws('|', {quote(item.id)}, {parts})), 1, 16) AS finding_id,"
        f" {quote(item.id)} AS rule, {quote(item.severity)} AS severity, {quote(item.responsible)} AS responsible,"
        " 'check' AS stage"
    )


def _filled(template: str, places: Mapping[str, str], language: str) -> str:
    """SQL that fills a message template; raises KeyError for a place nobody fills."""
    parts = re.split(r"\{(\w+)\}", template)
    pieces = [quote(part) if i % 2 == 0 else places[part].format(language) for i, part in enumerate(parts) if part]
    return " || ".join(pieces)


def _plain(decimal: str) -> str:
    """SQL for a decimal without needless zeros."""
    return f"regexp_replace(({decimal})::VARCHAR, '\\.?0+$', '')"
