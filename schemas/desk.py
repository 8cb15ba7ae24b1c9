"""The analyst's desk: views and macros in the DuckDB file of a release, over its tables.

They must work for every client from DuckDB 1.0 on: no lambdas, no overloads, no defaults; and columns are qualified,
because a bare name is taken for the parameter. A client that attaches the file says ``USE`` first.

Two of the tables are searched from two sides: ``observations`` lie by agency, ``observations_labelled`` by cell, and
DuckDB skips the parts of a table whose least and greatest values leave nothing to find. A third copy, or an index,
would add nothing: see ``tests/benchmarks/bench_desk.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.codes import SECTIONS
from schemas.core_agencies import placed
from schemas.labelled import FOUND
from schemas.table import quote

Kind = Literal["VIEW", "MACRO", "MACRO TABLE"]


@dataclass(frozen=True, slots=True)
class Tool:
    """A view or macro: its name, its parameters (of a macro), what it is for, and its SQL."""

    kind: Kind
    name: str
    parameters: str
    comment_zh: str
    comment_en: str
    sql: str

    def statements(self) -> list[str]:
        """What creates it, and its comment."""
        head = f"CREATE VIEW {self.name}" if self.kind == "VIEW" else f"CREATE MACRO {self.name}({self.parameters})"
        body = f"TABLE {self.sql.strip()}" if self.kind == "MACRO TABLE" else self.sql.strip()
        comment = quote(f"{self.comment_zh} | {self.comment_en}")
        return [f"{head} AS {body}", f"COMMENT ON {self.kind} {self.name} IS {comment}"]


def statements() -> list[str]:
    """SQL to run, in order, in the database that holds the tables of all products."""
    return [sql for tool in TOOLS for sql in tool.statements()]


# `requests.new` and `new` both name an indicator.
_SECTION = quote(rf"^({'|'.join(SECTIONS)})\.")
_WANTED = f"""o.indicator = regexp_replace(indicator, {_SECTION}, '')
  AND (o.section = regexp_extract(indicator, {_SECTION}, 1) OR regexp_extract(indicator, {_SECTION}, 1) = '')"""

# Ids of those called exactly so, or else of those whose name contains it: one look at the names, because what a short
# query costs is planning it.
_CALLED = """
  SELECT unnest(coalesce(list(DISTINCT n.agency_id) FILTER (agency IN (n.name, n.agency_id)),
    list(DISTINCT n.agency_id)))
  FROM agency_names n WHERE n.agency_id = agency OR contains(n.name, agency)"""

LINK = Tool(
    "MACRO",
    "link",
    "url, place",
    "网址，PDF 直接指向所在页",
    "the address of a document; of a PDF that of the page",
    r"""
CASE WHEN regexp_matches(url, '\.[Pp][Dd][Ff]$') AND regexp_matches(place, '^p\d+\[')
  THEN url || '#page=' || regexp_extract(place, '^p(\d+)', 1) ELSE url END
""",
)

FIND_AGENCY = Tool(
    "MACRO TABLE",
    "find_agency",
    "agency",
    "按编号或名称查机关：先找完全相同的名称（含曾用名、别名），没有才找包含它的名称",
    "agencies by id or by name: those that have exactly this name, now or once; where none has, those whose name "
    "contains it",
    f"""
SELECT a.agency_id, a.agency_name, a.level, a.kind, a.division_code, a.n_reports, a.first_year, a.last_year
FROM agencies a
WHERE a.agency_id IN ({_CALLED})
ORDER BY a.agency_id
""",
)

SERIES = Tool(
    "MACRO TABLE",
    "series",
    "agency, indicator",
    "某机关某指标的历年数据（机关：编号或名称；指标：代码，如 requests.new 或 new），含状态和出处",
    "one indicator of one agency over the years (agency: id or name; indicator: code, such as requests.new or new), "
    "with the status of each figure and where it is printed",
    f"""
SELECT o.agency_id, o.agency_name, o.report_year, o.scope, o.form, o.section, o.indicator, o.breakdown, o.indicator_zh,
  o.breakdown_zh, o.value, o.unit, o.status, o.is_total, o.flags, link(o.source_url, o.locator) AS link, o.path,
  o.locator, o.indicator_en, o.breakdown_en
FROM observations_labelled o
WHERE {_WANTED}
  AND o.agency_id IN ({_CALLED})
ORDER BY o.agency_id, o.section, o.breakdown, o.scope, o.report_year
""",
)

CELL = Tool(
    "MACRO TABLE",
    "cell",
    "agency, year, indicator, breakdown",
    "一个数字的来龙去脉：所有文件对该格的读数，采用哪一个，印在哪里",
    "one number and how it came about: what each document prints in that cell, which was chosen, and where to look",
    f"""
SELECT o.agency_name, o.report_year, o.scope, o.section, o.indicator, o.breakdown, o.value, o.unit, o.status,
  s.statement_id = o.statement_id AS is_chosen, s.printed, s.value AS value_read, s.method, o.value_derived, o.flags,
  d.file_name, r.published_on, link(f.source_url, s.locator) AS link, f.path, s.locator, s.document_id
FROM observations o
JOIN report_documents r ON r.report_id = o.report_id
JOIN statements s ON s.document_id = r.document_id AND s.column_level = r.column_level AND s.section = o.section
  AND s.indicator = o.indicator AND s.breakdown = o.breakdown
JOIN documents d ON d.document_id = s.document_id
LEFT JOIN ({FOUND}) f ON f.document_id = s.document_id
WHERE o.report_year = year AND o.breakdown = breakdown AND {_WANTED}
  AND o.agency_id IN ({_CALLED})
ORDER BY o.agency_id, o.scope, o.section, is_chosen DESC, r.rank, s.statement_id
""",
)

IN_PLACE = Tool(
    "MACRO TABLE",
    "in_place",
    "place",
    "某行政区划内的机关（名称如 江苏省、淮安市，或代码的前几位）",
    "agencies that lie in a place: a name such as 江苏省 or 淮安市, or the first digits of a division code",
    """
SELECT a.agency_id, a.agency_name, a.level, a.kind, p.province, p.prefecture, p.county, p.division_code, p.valid_from,
  p.valid_to, a.n_reports
FROM agency_places p JOIN agencies a ON a.agency_id = p.agency_id
WHERE place IN (p.province, p.prefecture, p.county) OR starts_with(p.division_code, place)
ORDER BY p.division_code, a.agency_id, p.turn
""",
)

CONFLICTS = Tool(
    "VIEW",
    "conflicts",
    "",
    "同一报告的不同文件数字不一致之处，每个文件的读数一行",
    "where copies or editions of one report print different numbers: a row for each reading, the chosen one marked",
    f"""
SELECT o.agency_id, o.agency_name, o.report_year, o.scope, o.section, o.indicator, o.breakdown, o.value, o.unit,
  s.value AS value_read, s.unit AS unit_read, s.status, s.printed, s.statement_id = o.statement_id AS is_chosen,
  r.published_on, r.trust, r.is_reissue, link(f.source_url, s.locator) AS link, f.path, s.locator, s.document_id
FROM observations o
JOIN report_documents r ON r.report_id = o.report_id
JOIN statements s ON s.document_id = r.document_id AND s.column_level = r.column_level AND s.section = o.section
  AND s.indicator = o.indicator AND s.breakdown = o.breakdown
LEFT JOIN ({FOUND}) f ON f.document_id = s.document_id
WHERE o.n_values > 1
""",
)

CONTRADICTIONS = Tool(
    "VIEW",
    "contradictions",
    "",
    "报告自身或与其他年度、其他文件的数字矛盾，附出处",
    "where reports contradict themselves, other years or their own prose, with the place to look",
    f"""
SELECT i.agency_id, i.agency_name, p.province, i.report_year, i.rule, i.severity, i.section, i.indicator, i.breakdown,
  i.expected, i.observed, i.message_zh, i.message_en, link(f.source_url, i.locator) AS link, f.path, i.locator,
  i.decision, r.scope
FROM findings i
LEFT JOIN reports r ON r.report_id = i.report_id
LEFT JOIN {placed("i")}
LEFT JOIN ({FOUND}) f ON f.document_id = i.document_id
WHERE i.responsible = 'publisher' AND i.severity IN ('error', 'warning')
""",
)

MISSING_REPORTS = Tool(
    "VIEW",
    "missing_reports",
    "",
    "应有而本数据没有的年度报告（不等于该机关没有发布）",
    "reports that there should be and that are not here, which does not say that they were not published",
    f"""
SELECT c.agency_id, c.agency_name, p.province, p.prefecture, p.county, c.level, c.kind, c.report_year, c.status,
  c.n_refused, c.due_on
FROM coverage c
LEFT JOIN {placed("c")}
WHERE c.is_expected AND c.status IN ('missing', 'refused')
""",
)

TOOLS: tuple[Tool, ...] = (LINK, FIND_AGENCY, SERIES, CELL, IN_PLACE, CONFLICTS, CONTRADICTIONS, MISSING_REPORTS)
