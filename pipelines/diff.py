"""Two releases compared, row by row: one SELECT that gives the rows of ``changes``. Pure text; the store runs it.

Reports that are wholly the same are set aside by a checksum; of the others the rows are joined by their key. What is
compared stands in ``pipelines.compared``, why a row differs in ``pipelines.causes``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipelines import causes
from pipelines.compared import COMPARED, Compared, Side, of_release, of_store
from pipelines.telling import of_levels
from schemas.changes import Change
from schemas.table import Column, names, quote, shortest

# What is known of a row that differs, by the names that these columns have in any dataset.
_CONTEXT = {
    **dict.fromkeys(("agency_id", "agency_name", "scope", "section", "indicator", "breakdown", "report_id"), "VARCHAR"),
    "report_year": "BIGINT",
}
_BOTH = {"document_id": "VARCHAR", "method": "VARCHAR", "revision": "BIGINT"}
# What of a document says whose report for which year it is, and what the manifests say of it.
_TOLD = ("kind", "agency_name", "evidence", "report_year", "scope", "scope_basis", "published_printed", "reissue")
_SIGHTED = ("source_url", "published_on", "agency_hint", "year_hint", "origin", "folder")


def since(last: Path | None, version: str) -> str:
    """SELECT of the rows of ``changes`` from the release in the folder ``last`` to what is in the store; no rows where
    there is none."""
    return changes(of_release(last) if last else Side({}), of_store(), last.name if last else "", version)


def changes(old: Side, new: Side, previous_version: str, version: str) -> str:
    """SELECT of the columns of ``Change``, without order."""
    compared = [one for one in COMPARED if all(side.has(one.name, *one.key) for side in (old, new))]
    tellable = all(side.has("documents", "document_id") for side in (old, new))
    steps = [
        *_documents(old, new),
        *(_groups(one, old, new) for one in compared if one.group),
        f"pairs AS (\n{' UNION ALL '.join(_pairs(one, old, new) for one in compared) or _nothing()}\n)",
        *_judged(new, tellable),
    ]
    listed = ", ".join(_final(column, previous_version, version) for column in names(Change))
    single = "SELECT *, unnest(details) AS detail FROM told"
    return f"WITH {', '.join(steps)}\nSELECT {listed} FROM ({single}) WHERE detail IS NOT NULL"


def _told(one: Compared, old: Side, new: Side) -> list[Column]:
    wanted = one.told or [name for name, column in one.columns.items() if not column.key]
    return [one.columns[name] for name in wanted if old.has(one.name, name) and new.has(one.name, name)]


def _documents(old: Side, new: Side) -> list[str]:
    """``papers``: every document of either release and what became of it; what became of reports and of years."""
    told = [name for name in _TOLD if old.has("documents", name) and new.has("documents", name)]
    seen = [name for name in _SIGHTED if old.has("sources", name) and new.has("sources", name)]
    sides = []
    for label, side in (("old", old), ("new", new)):
        sides.append(f"""{label}_papers AS (
  SELECT d.document_id, d.reader_hash, hash({", ".join(f"d.{name}" for name in told) or "0"}) AS told, s.seen,
    r.report_id, r.agency_id, r.agency_name, r.report_year, r.scope
  FROM ({side.rows("documents", ["document_id", "reader_hash", *told])}) d
  LEFT JOIN (SELECT document_id, sum(hash({", ".join(seen) or "0"})) AS seen FROM (SELECT DISTINCT * FROM
    ({side.rows("sources", ["document_id", *seen])})) GROUP BY document_id) s USING (document_id)
  LEFT JOIN (
    SELECT c.document_id, r.* FROM ({side.rows("report_documents", ["document_id", "report_id"])}) c
    JOIN ({side.rows("reports", ["report_id", "agency_id", "agency_name", "report_year", "scope"])}) r USING (report_id)
    WHERE NOT {of_levels("r.scope")}
  ) r USING (document_id)
)""")
    both = ", ".join(
        f"o.{name} AS old_{rename}, n.{name} AS new_{rename}"
        for name, rename in (
            *(("report_id", "report"), ("agency_id", "agency"), ("agency_name", "name")),
            *(("report_year", "year"), ("scope", "scope")),
        )
    )
    events = "bool_or(after AND NOT was) AS gains, bool_or(before AND NOT remains) AS loses"
    return [
        *sides,
        f"""papers AS MATERIALIZED (
  SELECT document_id, o.document_id IS NOT NULL AS was, n.document_id IS NOT NULL AS remains,
    o.reader_hash IS DISTINCT FROM n.reader_hash AS reread, o.told IS DISTINCT FROM n.told AS retold,
    o.seen IS DISTINCT FROM n.seen AS resighted, {both}
  FROM old_papers o FULL JOIN new_papers n USING (document_id)
)""",
        """homes AS (
  SELECT *, old_report AS report_id, old_agency AS agency_id, old_year AS report_year, true AS before, false AS after
  FROM papers WHERE old_report IS NOT NULL UNION ALL
  SELECT *, new_report, new_agency, new_year, false, true FROM papers WHERE new_report IS NOT NULL
)""",
        f"""report_events AS (
  SELECT report_id, bool_or(before) AS was, bool_or(after) AS remains, {events} FROM homes GROUP BY ALL
)""",
        f"""year_events AS (
  SELECT agency_id, report_year, {events}, bool_or(was AND remains AND old_agency IS DISTINCT FROM new_agency) AS moves
  FROM homes GROUP BY ALL
)""",
        *(_agency_papers(label, side) for label, side in (("old", old), ("new", new))),
    ]


def _agency_papers(label: str, side: Side) -> str:
    """One document for each agency, its own or one of an agency below it; one that the other release has too, where
    there is one: an agency that a decision made has such."""
    other = "remains" if label == "old" else "was"
    return f"""{label}_agency_papers AS (
  SELECT agency_id, first(document_id ORDER BY turn, NOT {other}, document_id) AS document_id FROM (
    SELECT {label}_agency AS agency_id, document_id, {other}, 0 AS turn FROM papers UNION ALL
    SELECT a.parent_id, p.document_id, p.{other}, 1
    FROM ({side.rows("agencies", ["agency_id", "parent_id"])}) a JOIN papers p ON p.{label}_agency = a.agency_id
  ) WHERE agency_id IS NOT NULL GROUP BY agency_id
)"""


def _groups(one: Compared, old: Side, new: Side) -> str:
    """The groups that differ in anything that is told."""
    group, rest = ", ".join(one.key[: one.group]), one.key[one.group :]
    told = [column.name for column in _told(one, old, new)]
    marks = [
        f"(SELECT {group}, sum(hash({', '.join([*rest, *told])})) AS mark "
        f"FROM ({side.rows(one.name, [*one.key, *told])}) GROUP BY ALL)"
        for side in (old, new)
    ]
    return (
        f"{one.name}_differing AS MATERIALIZED (SELECT {group} FROM {marks[0]} o FULL JOIN {marks[1]} n "
        f"USING ({group}) WHERE o.mark IS DISTINCT FROM n.mark)"
    )


def _pairs(one: Compared, old: Side, new: Side) -> str:
    """Rows that are in one release only, or differ: with what is known of them, and a list of what differs."""
    own, told = one.key, _told(one, old, new)
    every = list(one.columns)
    wanted = list(
        dict.fromkeys([*own, *(column.name for column in told), *(n for n in (*_CONTEXT, *_BOTH) if n in every)])
    )
    group = ", ".join(own[: one.group])
    narrow = f" SEMI JOIN {one.name}_differing USING ({group})" if one.group else ""
    sides = [f"(SELECT * FROM ({side.rows(one.name, wanted)}){narrow})" for side in (old, new)]
    if one.name == "agencies":  # an agency comes and goes with its documents
        sides = [
            f"(SELECT a.*, p.document_id FROM {rows} a LEFT JOIN {label}_agency_papers p USING (agency_id))"
            for label, rows in zip(("old", "new"), sides, strict=True)
        ]
        every = [*every, "document_id"]
    context = [
        f"coalesce(n.{name}, o.{name}) AS {name}" if name in every else f"NULL::{kind} AS {name}"
        for name, kind in _CONTEXT.items()
    ]
    both = [
        f"{side}.{name} AS {label}_{name}" if name in every else f"NULL::{kind} AS {label}_{name}"
        for name, kind in _BOTH.items()
        for label, side in (("old", "o"), ("new", "n"))
    ]
    differ = {column.name: f"o.{column.name} IS DISTINCT FROM n.{column.name}" for column in told}
    read = " OR ".join(differ[name] for name in one.read or differ if name in differ) or "false"
    gone, come = f"n.{own[0]} IS NULL", f"o.{own[0]} IS NULL"
    either = "false" if one.only_changed else f"{come} OR {gone}"
    return f"""
SELECT {quote(one.name)} AS dataset, concat_ws('|', {", ".join(own)}) AS row_key,
  CASE WHEN {come} THEN 'added' WHEN {gone} THEN 'removed' ELSE 'changed' END AS change,
  {", ".join([*context, *both])}, {str(one.by_hand).lower()} AS by_hand, {come} OR {gone} OR {read} AS says,
  {_details(one, told, differ, come, gone)} AS details
FROM {sides[0]} o FULL JOIN {sides[1]} n USING ({", ".join(own)})
WHERE {either} OR NOT ({come} OR {gone}) AND ({" OR ".join(differ.values()) or "false"})"""


def _details(one: Compared, told: Sequence[Column], differ: Mapping[str, str], come: str, gone: str) -> str:
    """A list of what differs (field, old, new); of a row that is in one release only its first column with a value."""

    def detail(column: Column | None) -> str:
        if column is None:
            return f"{{'field': {quote(one.key[0])}, 'old': NULL::VARCHAR, 'new': NULL::VARCHAR}}"
        old, new = (_text(column, side) for side in ("o", "n"))
        return f"{{'field': {quote(column.name)}, 'old': {old}, 'new': {new}}}"

    whole = " ".join(
        f"WHEN coalesce(o.{column.name}, n.{column.name}) IS NOT NULL THEN {detail(column)}" for column in told
    )
    single = f"CASE {whole} ELSE {detail(None)} END" if whole else detail(None)
    silent = {c.name: [differ[name] for name in one.unless.get(c.name, ()) if name in differ] for c in told}
    each = [f"CASE WHEN {' AND NOT '.join([differ[c.name], *silent[c.name]])} THEN {detail(c)} END" for c in told]
    return f"CASE WHEN {come} OR {gone} THEN [{single}] ELSE [{', '.join(each)}] END"


def _text(column: Column, side: str) -> str:
    """The value as the CSV file has it."""
    sql = f"{side}.{column.name}"
    return shortest(sql) if column.kind == "number" else f"{sql}::VARCHAR"


def _judged(new: Side, tellable: bool) -> list[str]:
    """Each pair with its cause, and what else there is to say."""
    home = "dataset IN ('documents', 'attributions')"
    # What happens to a document happens to its report on the whole; those on single levels of units go with it.
    own_report = (
        f"CASE WHEN {home} OR {of_levels('p.scope')} THEN coalesce(n.new_report, o.old_report) ELSE p.report_id END"
    )
    findings = ["rule", "document_id", "report_id", "section", "indicator", "breakdown", "message_zh", "message_en"]
    moved = "CASE WHEN n.was AND n.old_report IS DISTINCT FROM n.new_report THEN n.{0} ELSE o.{0} END"
    was, now = (
        f"concat_ws(' ', {', '.join(moved.format(f'{label}_{part}') for part in ('agency', 'name', 'year', 'scope'))})"
        for label in ("old", "new")
    )
    cause = causes.code("rank", "of_report") if tellable else "CASE WHEN by_hand THEN 'method' ELSE 'unknown' END"
    return [
        f"""ranked AS MATERIALIZED (
  SELECT p.* EXCLUDE (agency_id, agency_name, report_year, scope, report_id), p.report_id AS row_report,
    {own_report} AS report_id,
    CASE WHEN {home} THEN coalesce(n.new_agency, o.old_agency) ELSE p.agency_id END AS agency_id,
    CASE WHEN {home} THEN coalesce(n.new_name, o.old_name) ELSE p.agency_name END AS agency_name,
    CASE WHEN {home} THEN coalesce(n.new_year, o.old_year) ELSE p.report_year END AS report_year,
    CASE WHEN {home} THEN coalesce(n.new_scope, o.old_scope) ELSE p.scope END AS scope,
    {causes.rank()} AS rank, {causes.MOVED} AS moved,
    CASE WHEN change = 'removed' AND o.old_report <> o.new_report THEN
        {_counterpart("o.new", "p")}
      WHEN change = 'added' AND n.old_report <> n.new_report THEN {_counterpart("n.old", "p")} END AS counterpart,
    CASE WHEN {causes.MOVED} THEN {was} END AS home_was, CASE WHEN {causes.MOVED} THEN {now} END AS home_now
  FROM pairs p LEFT JOIN papers o ON o.document_id = p.old_document_id
  LEFT JOIN papers n ON n.document_id = p.new_document_id
  LEFT JOIN report_events r ON r.report_id = {own_report}
)""",
        f"""told AS (
  SELECT k.*, {cause} AS cause, f.message_zh, f.message_en
  FROM ranked k
  LEFT JOIN (SELECT report_id, min(rank) AS of_report FROM ranked WHERE dataset = 'observations' GROUP BY ALL) s
    ON s.report_id = k.report_id AND k.dataset = 'observations'
  LEFT JOIN year_events y ON y.agency_id = k.agency_id AND y.report_year = k.report_year
  LEFT JOIN (SELECT * FROM ({new.rows("findings", findings)}) WHERE rule = 'correction.applied') f
    ON k.new_method = 'corrected' AND f.document_id = k.new_document_id AND f.section = k.section
    AND f.indicator = k.indicator AND f.breakdown = k.breakdown AND f.report_id = k.row_report
)""",
    ]


def _counterpart(home: str, row: str) -> str:
    """SQL for the key of the same document's row in the other release."""
    return (
        f"CASE dataset WHEN 'observations' THEN concat_ws('|', {home}_agency, {home}_year, "
        f"CASE WHEN {of_levels(f'{row}.scope')} THEN {row}.scope ELSE {home}_scope END, "
        f"{row}.section, {row}.indicator, {row}.breakdown) WHEN 'reports' THEN {home}_report "
        f"WHEN 'agencies' THEN nullif({home}_agency, {row}.agency_id) END"
    )


def _final(name: str, previous_version: str, version: str) -> str:
    """One column of ``Change``."""
    filed = "moved AND cause IN ('agency_decision', 'better_reading', 'metadata') AND dataset NOT LIKE 'agenc%'"
    special = {
        "field": "detail.field",
        "old": "detail.old",
        "new": "detail.new",
        "version": quote(version),
        "previous_version": quote(previous_version),
        "old_document_id": "CASE WHEN dataset <> 'agencies' THEN old_document_id END",
        "new_document_id": "CASE WHEN dataset <> 'agencies' THEN new_document_id END",
        "reason_zh": "CASE WHEN cause = 'correction' THEN coalesce(message_zh, '更正已撤回') "
        f"WHEN {filed} THEN concat('文件此前归入 ', home_was, '，现归入 ', home_now) END",
        "reason_en": "CASE WHEN cause = 'correction' THEN coalesce(message_en, 'the correction was withdrawn') "
        f"WHEN {filed} THEN concat('its document was filed under ', home_was, ', now under ', home_now) END",
    }
    return f"{special[name]} AS {name}" if name in special else name


def _nothing() -> str:
    """No rows, with the columns of ``pairs``."""
    kinds = {**dict.fromkeys(("dataset", "row_key", "change"), "VARCHAR"), **_CONTEXT}
    kinds |= dict.fromkeys(("by_hand", "says"), "BOOLEAN")
    kinds |= {f"{label}_{name}": kind for name, kind in _BOTH.items() for label in ("old", "new")}
    kinds["details"] = "STRUCT(field VARCHAR, old VARCHAR, new VARCHAR)[]"
    return f"SELECT {', '.join(f'NULL::{kind} AS {name}' for name, kind in kinds.items())} WHERE false"
