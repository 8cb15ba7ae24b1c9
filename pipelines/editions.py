"""Documents → the reports they carry: one edition, a copy of it, or a later one. As SQL that the store runs; pure.

Starts from ``step_documents`` as ``resolve.document_report`` leaves it (who and when) and adds, for each document: how
far its site is to be trusted, when it was published and how sure that is, whose figures it gives, and the report.
"""

from __future__ import annotations

from schemas.forms import WHOLE
from schemas.publishing import OFFICIAL, OTHER, UNKNOWN, due_dates, official_suffixes
from schemas.reporting import ReportDocument
from schemas.table import names, quote

_TRUST = f"array_position([{quote(OFFICIAL)}, {quote(UNKNOWN)}, {quote(OTHER)}], trust)"

# A copy is told by its figures: at least so many of a hundred that are not 0 in both must be the same.
_ALIKE = 80
# How a scope was told, the surer first: by the text, by the name; not at all. See pipelines.scope.
_STRENGTH = (
    "CASE WHEN scope_basis IN ('stated', 'count', 'contrast') THEN 2 WHEN scope_basis IS NOT NULL THEN 1 ELSE 0 END"
)
# Beyond the year after the report year a page has more likely moved than come late.
_SURE_DAY = "BETWEEN (report_year + 1)::VARCHAR || '-01-01' AND (report_year + 1)::VARCHAR || '-12-31'"
_OF_PUBLICATION = "published_basis IN ('manifest', 'header', 'metadata')"


def trust_in(site: str) -> str:
    """SQL for the trust in a place, from the column of its host."""
    own = " OR ".join(f"{site} = {quote(end)} OR ends_with({site}, {quote('.' + end)})" for end in official_suffixes())
    return (
        f"CASE WHEN coalesce({site}, '') = '' THEN {quote(UNKNOWN)} WHEN {own} THEN {quote(OFFICIAL)} "
        f"ELSE {quote(OTHER)} END"
    )


def steps() -> tuple[str, ...]:
    """Statements to run in this order; afterwards ``step_documents`` has the columns of ``ReportDocument`` as well.
    ``step_carried`` has them for each report that a document carries, several where its table counts by levels."""
    return (_published(), _told(), _alike(), _filed(), "DROP TABLE step_documents", _renamed(), _carried())


def _published() -> str:
    """The best sighting's trust, and the day of publication: the manifest's, then the printed one, a likely day before
    an unlikely one."""
    day = _SURE_DAY.replace("report_year", "d.report_year")
    return f"""
CREATE TEMP TABLE step_published AS
WITH seen AS (SELECT *, {trust_in("site")} AS trust FROM sources),
best AS (
  SELECT document_id, first(trust ORDER BY {_TRUST}) AS trust,
    first(published_on ORDER BY published_on IS NULL, {_TRUST}, published_on) AS said_on
  FROM seen GROUP BY document_id
)
SELECT * EXCLUDE (said_on, printed_on, printed_basis),
  CASE WHEN likely THEN printed_on ELSE said_on END AS published_on,
  CASE WHEN likely THEN printed_basis WHEN said_on IS NOT NULL THEN 'manifest' END AS published_basis
FROM (
  SELECT d.* EXCLUDE (published_on), coalesce(b.trust, {quote(UNKNOWN)}) AS trust, x.reissue IS NOT NULL AS is_reissue,
    coalesce(x.scope, 'unspecified') AS scope_told, x.scope_basis, x.period_start, x.period_end, b.said_on,
    x.published_printed AS printed_on, x.published_basis AS printed_basis,
    coalesce(printed_on {day} AND NOT coalesce(said_on {day}, false), false) OR said_on IS NULL AS likely
  FROM step_documents d JOIN documents x USING (document_id) LEFT JOIN best b USING (document_id)
)
"""


def _told() -> str:
    """The one scope that the documents of an agency and year tell most surely, where it is one."""
    return f"""
CREATE TEMP TABLE step_scopes AS
WITH ranked AS (
  SELECT agency_id, report_year, scope_told, {_STRENGTH} AS strength,
    max({_STRENGTH}) OVER (PARTITION BY agency_id, report_year) AS strongest
  FROM step_published WHERE agency_id IS NOT NULL
)
SELECT agency_id, report_year, min(scope_told) AS scope, any_value(strength) AS strength
FROM ranked WHERE strength = strongest AND strength > 0 GROUP BY ALL HAVING count(DISTINCT scope_told) = 1
"""


def _alike() -> str:
    """Documents that tell their scope less surely and print the figures of one that tells it: copies, without the
    sentence or the page that says whose figures these are."""
    return f"""
CREATE TEMP TABLE step_copies AS
WITH less AS (
  SELECT p.document_id, p.agency_id, p.report_year, t.scope FROM step_published p JOIN step_scopes t
    ON p.agency_id = t.agency_id AND p.report_year = t.report_year
  WHERE {_STRENGTH} < t.strength AND p.scope_told <> t.scope
), figures AS (
  SELECT document_id, section, indicator, breakdown, value FROM statements
  WHERE status = 'reported' AND method <> 'corrected' AND column_level = {quote(WHOLE)} AND document_id IN (
    SELECT p.document_id FROM step_published p JOIN less USING (agency_id, report_year))
), compared AS (
  SELECT l.document_id, count(*) AS n, count(*) FILTER (WHERE a.value = b.value) AS n_same
  FROM less l JOIN step_published p
    ON p.agency_id = l.agency_id AND p.report_year = l.report_year AND p.scope_told = l.scope
  JOIN figures a ON a.document_id = l.document_id JOIN figures b ON b.document_id = p.document_id
    AND b.section = a.section AND b.indicator = a.indicator AND b.breakdown = a.breakdown
  WHERE a.value <> 0 OR b.value <> 0 GROUP BY ALL
)
SELECT l.document_id, l.scope FROM less l LEFT JOIN compared c USING (document_id)
WHERE 100 * c.n_same >= {_ALIKE} * c.n
  OR NOT EXISTS (SELECT 1 FROM figures f WHERE f.document_id = l.document_id AND f.value <> 0)
"""


def _filed() -> str:
    return f"""
CREATE TEMP TABLE step_filed AS
SELECT p.* EXCLUDE (scope_told, scope_basis), coalesce(a.scope, p.scope_told) AS scope,
  CASE WHEN a.scope IS NOT NULL THEN 'copy' ELSE p.scope_basis END AS scope_basis,
  {_report_id("p", "coalesce(a.scope, p.scope_told)")} AS report_id
FROM step_published p LEFT JOIN step_copies a USING (document_id)
"""


def _report_id(alias: str, scope: str) -> str:
    """SQL for the id of what an agency says about a year and scope; null while the agency is not known."""
    return (
        f"CASE WHEN {alias}.agency_id IS NOT NULL THEN 'r-' || substr(sha256(concat_ws('|', {alias}.agency_id, "
        f"{alias}.report_year::VARCHAR, {scope})), 1, 16) END"
    )


def _renamed() -> str:
    return "ALTER TABLE step_filed RENAME TO step_documents"


def _carried() -> str:
    """The report on the whole, which every document carries, and one for each level that its columns name: the level is
    its scope. Each has its own share of the cells that were used."""
    return f"""
CREATE TEMP TABLE step_carried AS
WITH levels AS (
  SELECT document_id, column_level, count(value) AS n FROM statements
  WHERE column_level <> {quote(WHOLE)} AND method <> 'corrected' GROUP BY ALL
)
SELECT d.* REPLACE (greatest(d.cells_used - coalesce(s.n, 0), 0) AS cells_used), {quote(WHOLE)} AS column_level
FROM step_documents d LEFT JOIN (SELECT document_id, sum(n)::BIGINT AS n FROM levels GROUP BY document_id) s
  USING (document_id)
UNION ALL BY NAME
SELECT d.* EXCLUDE (scope, scope_basis, report_id, cells_used), s.n AS cells_used, s.column_level,
  s.column_level AS scope, 'column' AS scope_basis, {_report_id("d", "s.column_level")} AS report_id
FROM step_documents d JOIN levels s USING (document_id)
"""


def report_documents(target: str, order: str) -> str:
    """Fill ``target``: each document that carries a report, ranked by ``order``, with how its figures compare."""
    listed = ", ".join(names(ReportDocument))
    return f"""
INSERT INTO {target} ({listed})
WITH compared AS (
  SELECT c.report_id, c.document_id, count(*) FILTER (WHERE c.statement_id = o.statement_id) AS n_chosen,
    count(*) FILTER (WHERE c.status = 'reported' AND o.status = 'reported' AND
      coalesce(c.value_std, c.value) = coalesce(o.value_std, o.value)) AS n_same,
    count(*) FILTER (WHERE c.status = 'reported' AND o.status = 'reported' AND
      coalesce(c.value_std, c.value) <> coalesce(o.value_std, o.value)) AS n_different
  FROM step_candidates c JOIN step_observations o USING (report_id, section, indicator, breakdown) GROUP BY ALL
)
SELECT {listed} FROM (
  SELECT d.*, coalesce(c.n_chosen, 0) AS n_chosen, coalesce(c.n_same, 0) AS n_same,
    coalesce(c.n_different, 0) AS n_different,
    row_number() OVER (PARTITION BY d.report_id ORDER BY {order}) AS rank
  FROM step_carried d LEFT JOIN compared c USING (report_id, document_id) WHERE d.report_id IS NOT NULL
) ORDER BY report_id, rank
"""


def due_on(year: str, duty: str) -> str:
    """SQL for the day by which the report for ``year`` is due, by ``duty`` (see ``due_dates.csv``); null: not known."""
    cases = " ".join(
        f"WHEN {year} BETWEEN {each.first} AND {each.last}"
        f"{'' if each.duty == 'any' else f' AND {duty} = {quote(each.duty)}'}"
        f" THEN ({year} + 1)::VARCHAR || {quote('-' + each.month_day)}"
        for each in due_dates()
    )
    return f"CASE {cases} END"


def punctuality(duty: str) -> str:
    """SELECT of ``report_id, due_on, punctuality, punctuality_basis``; ``duty`` is SQL over a row ``a`` of
    ``step_agencies`` and a row ``d`` of ``step_carried`` for who has to publish, null where that is not known.

    In time is what was seen published by then, wherever. Late is only what the agency's own site, or nobody's,
    published after that day as a first edition, or what was not even signed by then. Everything else is unknown.
    """
    seen = f"{_OF_PUBLICATION} AND published_on {_SURE_DAY}"
    return f"""
WITH dated AS (
  SELECT report_id, report_year, published_on, published_basis, trust, is_reissue,
    {due_on("report_year", "duty")} AS due_on
  FROM (SELECT d.*, {duty} AS duty FROM step_carried d JOIN step_agencies a USING (agency_id)
    WHERE report_id IS NOT NULL)
), judged AS (
  SELECT report_id, min(due_on) AS due_on, count(published_on) AS n_dated,
    count(*) FILTER (WHERE {seen} AND published_on <= due_on) AS n_early,
    count(*) FILTER (WHERE published_on > due_on AND published_on {_SURE_DAY} AND NOT is_reissue
      AND trust <> {quote(OTHER)}) AS n_late,
    count(*) FILTER (WHERE {seen}) AS n_sure
  FROM dated GROUP BY report_id
)
SELECT report_id, due_on,
  CASE WHEN due_on IS NULL THEN 'unknown' WHEN n_early > 0 THEN 'on_time' WHEN n_late > 0 THEN 'late'
    ELSE 'unknown' END AS punctuality,
  CASE WHEN due_on IS NULL THEN 'no_due_date' WHEN n_early > 0 OR n_late > 0 THEN 'published'
    WHEN n_dated = 0 THEN 'no_date' WHEN n_sure > 0 THEN 'not_first' ELSE 'doubtful_date' END AS punctuality_basis
FROM judged
"""
