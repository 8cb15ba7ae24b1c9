"""Statements → reports, agencies and observations: the written order of precedence, as SQL. Pure text in, text out.

Everything here depends on the loaded tables and on ``indicators``, ``equations`` and ``verdicts`` alone; the store runs
it. Tables in the making, temporary or not yet swapped in, are called ``step_…``.
"""

from __future__ import annotations

from pipelines import editions
from pipelines.coverage import duty
from pipelines.telling import WITH_LEVELS
from schemas import core, reporting
from schemas.forms import FORM_IDS, WHOLE, indicator_rows, load_form
from schemas.publishing import OFFICIAL, OTHER
from schemas.table import Table, names, quote

_ORIGIN = "array_position(['original', 'transcription', 'simulated'], origin)"
_PUBLISHED = "published_on DESC NULLS LAST"
_FIXED = "document_id"

_MIRROR = f"trust = '{OTHER}'"
_REFUTED = "refuted"
_KNOWN = f"trust <> '{OFFICIAL}'"

PRECEDENCE: tuple[tuple[str, str], ...] = (
    # What speaks for a statement among several for one cell, the weightiest first: (SQL over a candidate, why).
    (
        "status = 'absent'",
        "a document that lacks the cell, a page whose tables are in another file, takes nothing away",
    ),
    (_MIRROR, "a mirror's copy never outranks the agency's own page: mirrors swap names and lose digits"),
    (_ORIGIN, "the document itself before a copy of it"),
    ("method = 'ocr'", "text before optical reading"),
    ("NOT is_reissue", "an edition whose title says that it is corrected"),
    (_REFUTED, "a correction before the reading that it names, and before copies that say the same"),
    (_PUBLISHED, "what the agency published last"),
    ("method <> 'corrected'", "what somebody looked at before what nobody did"),
    (_KNOWN, "a page of a government's site before a file of which nobody knows where it was found"),
    (
        "array_position(['reported', 'illegible', 'mark', 'blank'], status)",
        "the more that is printed the better",
    ),
    (_FIXED, "any fixed order, so that two runs choose the same"),
)
"""The order of precedence of observations. Nothing else decides."""

_ORDER = ", ".join(sql for sql, _ in PRECEDENCE)
_OF_FORMS = ", ".join(sql for sql, _ in PRECEDENCE if sql != _REFUTED)

_SAID = "concat_ws(' ', status, coalesce(value_std, value))"

_OF_DOCUMENTS: tuple[str, ...] = (
    "coalesce(cells_used, 0) = 0",
    _MIRROR,
    _ORIGIN,
    "CASE kind WHEN 'report' THEN 0 ELSE 1 END",
    "NOT is_reissue",
    _PUBLISHED,
    _KNOWN,
    "cells_used DESC",
    _FIXED,
)
"""The same for the document that stands for a report as a whole."""


def codebook() -> list[dict[str, object]]:
    """Rows of ``indicators``: the forms' own list, and the block a cell belongs to; None where a text is empty."""
    blocks = {(form, *cell.key): cell.block for form in FORM_IDS for cell in load_form(form).cells}
    return [
        {name: None if value == "" else value for name, value in row.items()}
        | {"block": blocks[str(row["form"]), str(row["section"]), str(row["indicator"]), str(row["breakdown"])]}
        for row in indicator_rows()
    ]


def _sightings() -> str:
    """SELECT of the documents, each with its best sighting. What a document says itself beats the manifest's hints. The
    same bytes on a government's own site and on a mirror are the government's."""
    place = f"site IS NULL, {editions.trust_in('site')} = {quote(OTHER)}, path"
    return f"""
WITH sighting AS (
  SELECT document_id, first(origin ORDER BY {_ORIGIN}, path) AS origin,
    min(published_on) AS published_on,
    first(agency_hint ORDER BY agency_hint IS NULL, path) AS agency_hint,
    first(year_hint ORDER BY year_hint IS NULL, path) AS year_hint,
    first(site ORDER BY {place}) AS site, first(source_url ORDER BY {place}) AS source_url,
    first(coalesce(folder, '') ORDER BY path) AS folder
  FROM sources GROUP BY document_id
)
SELECT d.document_id, d.file_name, d.kind, d.form, d.form_basis, d.cells_used, d.evidence,
  coalesce(s.origin, d.origin) AS origin, s.published_on, s.site, s.source_url, coalesce(s.folder, '') AS folder,
  s.agency_hint, coalesce(d.agency_name, s.agency_hint) AS agency_printed,
  coalesce(d.report_year, s.year_hint) AS report_year
FROM documents d LEFT JOIN sighting s USING (document_id)
"""


def cases() -> str:
    """SELECT of what ``pipelines.filing.attributions`` needs of each report whose year is known."""
    return f"""
SELECT document_id, agency_printed, report_year, evidence, site, source_url, folder, agency_hint
FROM ({_sightings()}) WHERE report_year IS NOT NULL AND kind IN ('report', 'narrative') ORDER BY document_id
"""


def document_report(attributions: str) -> str:
    """SELECT of the documents, and whose report for which year each carries (null where it is no report, or agency or
    year are unknown); ``pipelines.editions`` does the rest. ``attributions`` is the table that says whose each is."""
    return f"""
WITH filed AS (
  SELECT d.* EXCLUDE (evidence, source_url, agency_hint), a.agency_id, a.reason AS agency_reason,
    coalesce(a.agency_name, d.agency_printed) AS agency_name
  FROM ({_sightings()}) d LEFT JOIN {attributions} a USING (document_id)
)
SELECT * FROM filed
"""


def update_origins() -> str:
    """``documents.origin`` comes from the manifests, which may change while the document does not."""
    return """
UPDATE documents SET origin = step.origin FROM step_documents step
WHERE documents.document_id = step.document_id AND documents.origin IS DISTINCT FROM step.origin
"""


def candidates() -> str:
    """Temporary table ``step_candidates``: statements of reports that may become observations.

    Where the documents of one report give a block in different forms, one form is taken for the whole block (its own
    labels before a guess, then the order of precedence): a report never has the cells of both alternatives.
    ``superseded``: a reading that a correction replaces; the two are no copies that differ. ``refuted``: that reading,
    in any document of the report.
    """
    return f"""
CREATE TEMP TABLE step_candidates AS
WITH placed AS (
  SELECT s.*, d.report_id, d.agency_id, d.agency_name, d.report_year, d.scope, d.origin, d.published_on, d.trust,
    d.is_reissue, i.block
  FROM statements s JOIN step_carried d USING (document_id, column_level)
  JOIN step_indicators i ON i.form = s.form AND i.section = s.section AND i.indicator = s.indicator
    AND i.breakdown = s.breakdown
  WHERE d.report_id IS NOT NULL
), block_form AS (
  SELECT report_id, section, block, first(form ORDER BY
    array_position(['labels', 'majority', 'year'], form_basis), {_OF_FORMS}) AS chosen_form
  FROM placed GROUP BY report_id, section, block
), corrected AS (
  SELECT document_id, column_level, section, indicator, breakdown FROM statements WHERE method = 'corrected'
), wrong AS (
  SELECT report_id, section, indicator, breakdown, {_SAID} AS said FROM statements
  SEMI JOIN corrected USING (document_id, column_level, section, indicator, breakdown)
  JOIN step_carried USING (document_id, column_level) WHERE method <> 'corrected'
)
SELECT p.*, p.method <> 'corrected' AND (document_id, column_level, section, indicator, breakdown) IN (
    SELECT (document_id, column_level, section, indicator, breakdown) FROM corrected) AS superseded,
  p.method <> 'corrected' AND (report_id, section, indicator, breakdown, {_SAID}) IN (
    SELECT (report_id, section, indicator, breakdown, said) FROM wrong) AS refuted
FROM placed p JOIN block_form b USING (report_id, section, block)
WHERE p.form = b.chosen_form OR EXISTS (
  SELECT 1 FROM step_indicators i WHERE i.form = b.chosen_form AND i.block = b.block
    AND i.section = p.section AND i.indicator = p.indicator AND i.breakdown = p.breakdown)
"""


def observations(target: str) -> str:
    """Fill ``target``: for each key the first statement by ``PRECEDENCE``, with what the others say."""
    cell = "report_id, section, indicator, breakdown"
    key = "agency_id, report_year, scope, section, indicator, breakdown"
    return _insert(
        core.Observation,
        target,
        f"""
WITH ranked AS (
  SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY {_ORDER}) AS rank, count(*) OVER (PARTITION BY {key}) AS n
  FROM step_candidates
), edition AS (
  SELECT *, coalesce(value_std, value) AS number, bool_or(is_reissue) OVER (PARTITION BY report_id) AS marked
  FROM ranked WHERE n > 1 AND status = 'reported' AND method <> 'corrected' AND NOT {_MIRROR}
  QUALIFY (published_on IS NOT NULL OR marked)
    AND row_number() OVER (PARTITION BY {cell}, is_reissue, published_on ORDER BY {_ORDER}) = 1
), several AS (
  SELECT *, number IS DISTINCT FROM lag(number) OVER turns AS changed, row_number() OVER turns AS turn
  FROM edition WINDOW turns AS (PARTITION BY {cell} ORDER BY is_reissue, published_on NULLS FIRST)
), revised AS (
  SELECT {cell}, count(*) FILTER (WHERE turn > 1 AND changed) AS revision FROM several GROUP BY ALL
), readings AS (
  SELECT {cell}, count(DISTINCT coalesce(value_std::VARCHAR, unit || value::VARCHAR)) AS n_values
  FROM ranked WHERE status = 'reported' AND NOT superseded GROUP BY ALL
), suspect AS (
  SELECT DISTINCT v.document_id, v.column_level, e.section, e.indicator, e.breakdown
  FROM step_verdicts v JOIN step_equations e USING (equation_id) WHERE v.verdict = 'violated'
)
SELECT r.*, NULL AS value_derived, r.n AS n_statements, coalesce(q.n_values, 0) AS n_values,
  coalesce(w.revision, 0) AS revision,
  nullif(concat_ws(',', CASE WHEN q.n_values > 1 THEN 'conflict' END,
    CASE WHEN s.document_id IS NOT NULL THEN 'identity_violated' END, CASE WHEN r.{_MIRROR} THEN 'mirror' END), '')
    AS flags
FROM ranked r LEFT JOIN readings q USING ({cell}) LEFT JOIN revised w USING ({cell})
LEFT JOIN suspect s USING (document_id, column_level, section, indicator, breakdown)
WHERE r.rank = 1
""",
        key,
    )


def reports(target: str) -> str:
    """Fill ``target``: one row for each report, cells counted over its observations, findings by severity (what two
    copies of a report say alike counts once). Needs ``observations`` and ``findings``."""
    counts = ", ".join(
        f"count(*) FILTER (WHERE status = '{status}') AS n_{status}"
        for status in ("reported", "blank", "mark", "illegible", "absent")
    )
    found = "DISTINCT (rule, section, indicator, breakdown, expected, observed)"
    return _insert(
        reporting.Report,
        target,
        f"""
WITH cells AS (SELECT report_id, count(*) AS n_cells, {counts} FROM step_observations GROUP BY report_id),
faults AS (
  SELECT report_id, count({found}) FILTER (WHERE severity = 'error') AS n_findings_error,
    count({found}) FILTER (WHERE severity = 'warning') AS n_findings_warning
  FROM step_findings WHERE decision IS DISTINCT FROM 'dismissed' GROUP BY report_id
), ranked AS (
  SELECT *, row_number() OVER (PARTITION BY report_id ORDER BY {", ".join(_OF_DOCUMENTS)}) AS rank,
    count(*) OVER (PARTITION BY report_id) AS n_documents
  FROM step_carried WHERE report_id IS NOT NULL
)
SELECT r.*, p.* EXCLUDE (report_id), {", ".join(f"coalesce({name}, 0) AS {name}" for name in _COUNTS)}
FROM ranked r LEFT JOIN cells USING (report_id) LEFT JOIN faults USING (report_id)
JOIN ({editions.punctuality(duty("a", "d.scope"))}) p USING (report_id) WHERE r.rank = 1
""",
        "report_id",
    )


_COUNTS = (
    *("n_cells", "n_reported", "n_blank", "n_mark", "n_illegible", "n_absent"),
    *("n_findings_error", "n_findings_warning"),
)


def report_documents(target: str) -> str:
    """Fill ``target``: every document that carries a report, in the order of precedence of documents."""
    return editions.report_documents(target, ", ".join(_OF_DOCUMENTS))


def agencies(target: str) -> str:
    """Add the provisional agencies to ``target``, which holds those of the registry."""
    return f"""
INSERT INTO {target} BY NAME SELECT agency_id, min(agency_name) AS agency_name, true AS is_provisional,
  0 AS n_reports, 0 AS n_documents
FROM step_documents WHERE report_id IS NOT NULL AND starts_with(agency_id, 'p-') GROUP BY agency_id ORDER BY agency_id
"""


def agency_counts(target: str) -> str:
    """Tell ``target`` what there is of each agency."""
    return f"""
UPDATE {target} SET site = found.site, folder = found.folder, first_year = found.first_year,
  last_year = found.last_year, n_reports = found.n_reports, n_documents = found.n_documents
FROM (
  SELECT agency_id, min(site) AS site, nullif(min(folder), '') AS folder, min(report_year) AS first_year,
    max(report_year) AS last_year, count(DISTINCT report_id) AS n_reports, count(DISTINCT document_id) AS n_documents
  FROM step_carried WHERE report_id IS NOT NULL GROUP BY agency_id
) AS found WHERE {target}.agency_id = found.agency_id
"""


def printed_names(target: str) -> str:
    """Add the names that the reports print to ``target`` (``agency_names``)."""
    return f"""
INSERT INTO {target} BY NAME SELECT agency_id, agency_printed AS name, 'printed' AS kind, 1 AS turn,
  min(report_year) AS valid_from, max(report_year) AS valid_to, 'documents' AS source
FROM step_documents WHERE report_id IS NOT NULL AND agency_printed IS NOT NULL
GROUP BY agency_id, agency_printed ORDER BY agency_id, agency_printed
"""


def _insert(model: type[Table], target: str, select: str, order: str) -> str:
    """``INSERT`` of exactly the model's columns, which ``select`` must name among others, in a fixed order."""
    listed = ", ".join(names(model))
    return f"INSERT INTO {target} ({listed})\nSELECT {listed} FROM ({select}) ORDER BY {order}"


def document_findings(target: str, source: str = "document_findings") -> str:
    """Fill ``target``: the findings of ``source``, each about a document, told which report they concern. Where they do
    not say it, it is the report on the level of units whose cell stands at their place, else that on the whole. A
    document that is not here (of an entry that somebody made) is only named in the message."""
    return _insert(
        core.Finding,
        target,
        f"""
SELECT f.* EXCLUDE (document_id, report_id, agency_id, agency_name, report_year), d.document_id,
  coalesce(f.report_id, l.report_id, d.report_id) AS report_id, d.agency_id, d.agency_name, d.report_year
FROM {source} f LEFT JOIN step_documents d USING (document_id) LEFT JOIN (
  SELECT document_id, section, indicator, breakdown, locator, any_value(c.report_id) AS report_id
  FROM statements SEMI JOIN {WITH_LEVELS} USING (document_id)
  JOIN step_carried c USING (document_id, column_level)
  WHERE locator IS NOT NULL GROUP BY document_id, section, indicator, breakdown, locator
  HAVING count(DISTINCT column_level) = 1 AND any_value(column_level) <> {quote(WHOLE)}
) l USING (document_id, section, indicator, breakdown, locator)
""",
        "finding_id",
    )
