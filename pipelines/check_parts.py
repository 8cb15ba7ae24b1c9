"""An area's report against those of its organs and lower governments → verdicts and findings. SQL only.

What a report sums up over an area is at least what the reports of its parts print, however few of them are here. A part
is an organ's own report, a township's, or the area's report of the government below; in the year itself, where the
registry knows both and the one lay within the other. No part are vertical systems and branches (they report in their
own line), zones and institutions (not always counted in), reports whose scope is not told, and a government's
office whose name alone told its scope (such reports may count the whole area). Needs ``step_agencies``,
``step_agency_places`` and ``step_documents``.
"""

from __future__ import annotations

from pipelines.telling import head, messages, of_cell, of_observation, plain
from schemas.core_agencies import placed
from schemas.forms import WHOLE
from schemas.organs import organs
from schemas.relations import additive_cells
from schemas.rules import RULES
from schemas.table import quote

RULE = "values.parts"
_NAMED = 6


def judge(target: str) -> tuple[str, ...]:
    """Temporary tables ``step_family``, which report is part of which (ids); ``step_parts``, the cells of the parts,
    the largest figure of each agency; ``step_wholes``, each cell of a whole with the sum of its parts and the
    verdict. Then fill ``target`` (``Verdict``). A part without a number lowers no bound; a whole without one cannot be
    judged. Cells go by number until they are told: a number is cheaper to group by than three texts."""
    rows = ", ".join(f"({number}, {', '.join(map(quote, key))})" for number, key in enumerate(additive_cells()))
    cells = f"(VALUES {rows}) cells(cell, section, indicator, breakdown)"
    columns = ", ".join(map(quote, sorted({key[2] for key in additive_cells()})))
    return (
        f"CREATE TEMP TABLE step_family AS {_family()}",
        f"""
CREATE TEMP TABLE step_parts AS
SELECT whole, agency_id, cell, max(value) AS value
FROM step_observations o JOIN step_family f ON f.part = o.report_id JOIN {cells} USING (section, indicator, breakdown)
WHERE o.breakdown IN ({columns}) AND value IS NOT NULL GROUP BY whole, agency_id, cell
""",
        f"""
CREATE TEMP TABLE step_wholes AS
WITH sums AS (SELECT whole, cell, sum(value) AS expected, count(*) AS n FROM step_parts GROUP BY whole, cell)
SELECT {of_observation("o", "value", "status")}, s.cell, s.expected, s.n,
  CASE WHEN o.value IS NULL THEN 'cannot_tell' WHEN o.value < s.expected THEN 'violated' ELSE 'holds' END AS verdict
FROM step_observations o JOIN {cells} USING (section, indicator, breakdown)
JOIN sums s ON s.whole = o.report_id AND s.cell = cells.cell WHERE o.breakdown IN ({columns}) AND o.scope = 'area'
""",
        f"""
INSERT INTO {target} BY NAME
SELECT document_id, concat_ws('/', '{RULE}', indicator, breakdown) AS equation_id, '{RULE}' AS rule, verdict,
  value - expected AS difference, CASE WHEN value IS NULL THEN indicator || '/' || breakdown || ' ' || status END
    AS missing, {quote(WHOLE)} AS column_level
FROM step_wholes
""",
    )


def _family() -> str:
    departments = ", ".join(quote(organ.code) for organ in organs().values() if organ.kind == "department")
    return f"""
WITH known AS (
  SELECT DISTINCT d.report_id, d.agency_id, d.report_year, d.scope, d.scope_basis, a.kind, a.level, a.parent_id,
    p.province_code, p.prefecture, p.county
  FROM step_documents d JOIN step_agencies a USING (agency_id) JOIN {placed("d", "step_agency_places")}
  WHERE d.report_id IS NOT NULL AND NOT a.is_provisional
)
SELECT DISTINCT c.report_id AS part, w.report_id AS whole
FROM known c JOIN known w ON w.agency_id = c.parent_id AND w.report_year = c.report_year
WHERE w.kind = 'government' AND w.scope = 'area' AND c.province_code = w.province_code
  AND coalesce(w.prefecture, c.prefecture, '') = coalesce(c.prefecture, '')
  AND coalesce(w.county, c.county, '') = coalesce(c.county, '')
  AND (w.prefecture IS NOT NULL OR c.prefecture IS NULL OR c.level <> 'county')
  AND CASE WHEN c.kind = 'government' THEN c.scope = 'area'
    WHEN c.level = 'township' THEN c.scope IN ('own', 'office', 'area')
    WHEN c.kind = 'government_office' THEN c.scope IN ('own', 'office') AND c.scope_basis IN ('stated', 'count')
    ELSE c.kind IN ({departments}) AND c.scope IN ('own', 'office') END
"""


def finding() -> str:
    """Findings of the rule: the largest parts by name, how many there are, their sum."""
    item = RULES[RULE]
    places = {
        **of_cell(),
        "n": "o.n::VARCHAR",
        "parts": "p.parts",
        "expected": plain("o.expected"),
    }
    return f"""
WITH wrong AS (SELECT report_id AS whole, cell, report_year FROM step_wholes WHERE verdict = 'violated'),
called AS (SELECT agency_id, report_year, min(agency_name) AS agency_name FROM step_documents GROUP BY ALL),
ranked AS (
  SELECT whole, cell, value, agency_name,
    row_number() OVER (PARTITION BY whole, cell ORDER BY value DESC, agency_name, agency_id) AS rank
  FROM wrong JOIN step_parts USING (whole, cell) JOIN called USING (agency_id, report_year)
), named AS (
  SELECT whole AS report_id, cell, string_agg(CASE WHEN rank > {_NAMED} THEN '…' ELSE
    agency_name || ' ' || {plain("value")} END, ', ' ORDER BY rank) AS parts
  FROM ranked WHERE rank <= {_NAMED} + 1 GROUP BY whole, cell
)
SELECT {head(item, "o.report_id, o.section, o.indicator, o.breakdown")}, {of_observation("o")},
  '≥ ' || {plain("o.expected")} AS expected, {plain("o.value")} AS observed, {messages(item, places)}
FROM step_wholes o JOIN named p USING (report_id, cell) JOIN step_labels l USING (section, indicator, breakdown)
"""
