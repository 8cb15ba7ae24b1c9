"""Which reports there should be, and which of them are here. As SQL that the store runs; pure.

Expected are the governments of county level and above (but for Hong Kong, Macao and Taiwan, where the regulations are
not in force) and every agency of which a report was seen, in each year from 2008 (the first report year of the law) to
the newest report year here, as long as they existed. An agency that is only provisional is not expected in years of
which nothing is known.
"""

from __future__ import annotations

from pipelines.editions import due_on
from pipelines.telling import of_levels
from schemas.organs import organs
from schemas.reporting import Coverage
from schemas.table import names, quote

FIRST_YEAR = 2008


def duty(agency: str, scope: str) -> str:
    """SQL for who has to publish, as ``due_dates.csv`` tells them apart: a row ``agency`` of ``agencies`` and a scope.

    Departments of governments of county level and above, their office as one of them; the office's report on the whole
    area is the government's. Of townships, zones, branches and vertical systems no day is known.
    """
    departments = ", ".join(quote(organ.code) for organ in organs().values() if organ.kind in ("department", "office"))
    office = ", ".join(quote(organ.code) for organ in organs().values() if organ.kind == "office")
    return (
        f"CASE WHEN {agency}.level NOT IN ('province', 'prefecture', 'county') THEN NULL "
        f"WHEN {agency}.kind = 'government' OR ({agency}.kind IN ({office}) AND {scope} = 'area') THEN 'government' "
        f"WHEN {agency}.kind IN ({departments}) THEN 'department' END"
    )


def coverage(target: str) -> str:
    """Fill ``target``. Needs ``reports``, ``agencies``, ``agency_names``, ``documents`` and ``sources``."""
    listed = ", ".join(names(Coverage))
    day = due_on("b.report_year", f"({duty('a', quote('own'))})")
    return f"""
INSERT INTO {target} ({listed})
WITH RECURSIVE above AS (
  SELECT agency_id, agency_id AS top, parent_id, level FROM step_agencies
  UNION ALL
  SELECT a.agency_id, p.agency_id, p.parent_id, p.level FROM above a JOIN step_agencies p ON p.agency_id = a.parent_id
), province AS (
  SELECT a.agency_id, any_value(replace(p.agency_name, '人民政府', '')) AS province
  FROM above a JOIN step_agencies p ON p.agency_id = a.top
  WHERE p.kind = 'government' AND p.level = 'province' GROUP BY a.agency_id
), years AS (
  SELECT unnest(range({FIRST_YEAR}, (SELECT max(report_year) FROM step_reports) + 1))::BIGINT AS report_year
), expected AS (
  SELECT a.*, y.report_year FROM step_agencies a JOIN years y
    ON y.report_year BETWEEN coalesce(CASE WHEN is_provisional THEN first_year ELSE valid_from END, {FIRST_YEAR})
      AND coalesce(CASE WHEN is_provisional THEN last_year ELSE valid_to END, 9999)
  WHERE n_reports > 0 OR (kind = 'government' AND level IN ('province', 'prefecture', 'county')
    AND left(division_code, 2) NOT IN ('71', '81', '82'))
), found AS (
  SELECT agency_id, report_year, count(*) AS n_reports, sum(n_documents) FILTER (NOT {of_levels()}) AS n_documents,
    bool_or(kind = 'report') AS has_tables
  FROM step_reports GROUP BY ALL
), hinted AS (
  SELECT document_id, min(agency_hint) AS agency_hint, min(year_hint) AS year_hint FROM sources GROUP BY document_id
), unique_names AS (
  SELECT name, min(agency_id) AS agency_id FROM step_agency_names GROUP BY name HAVING count(DISTINCT agency_id) = 1
), refused AS (
  SELECT n.agency_id, coalesce(d.report_year, h.year_hint) AS report_year, count(*) AS n_refused
  FROM documents d LEFT JOIN hinted h USING (document_id)
  JOIN unique_names n ON n.name = coalesce(d.agency_name, h.agency_hint)
  WHERE d.kind NOT IN ('report', 'narrative') AND d.agency_basis IS DISTINCT FROM 'self' GROUP BY ALL
)
SELECT {listed} FROM (
  SELECT b.*, a.agency_name, a.level, a.kind, p.province, {day} AS due_on, coalesce(r.n_refused, 0) AS n_refused,
    CASE WHEN b.has_tables THEN 'reported' WHEN b.n_reports > 0 THEN 'narrative' WHEN r.n_refused > 0 THEN 'refused'
      ELSE 'missing' END AS status
  FROM (
    SELECT coalesce(e.agency_id, f.agency_id) AS agency_id, coalesce(e.report_year, f.report_year) AS report_year,
      e.agency_id IS NOT NULL AS is_expected, coalesce(f.n_reports, 0) AS n_reports,
      coalesce(f.n_documents, 0) AS n_documents, f.has_tables
    FROM expected e FULL JOIN found f ON f.agency_id = e.agency_id AND f.report_year = e.report_year
  ) b LEFT JOIN refused r USING (agency_id, report_year)
  JOIN step_agencies a USING (agency_id) LEFT JOIN province p USING (agency_id)
) ORDER BY agency_id, report_year
"""
