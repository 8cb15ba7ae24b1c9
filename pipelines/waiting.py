"""`nianbao agencies`: the agencies that wait for a decision, with what speaks for whom, and how to decide."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines import resolve
from pipelines.attribution import printed
from pipelines.places import readings, township
from pipelines.whereabouts import NAMING, Case, items, speaks_against, speaks_for
from schemas.agencies import official_name, township_id
from schemas.divisions import townships_named

Row = dict[str, Any]
FORMATS = ("text", "csv")
COLUMNS = (
    *("agency_id", "agency_name", "reason", "reason_en", "reason_zh", "first_year", "last_year", "n_documents"),
    *("site", "folder", "paths", "evidence", "candidates"),
)
DECISIONS = "schemas/codebook/agency_names.csv"
_CANDIDATES, _PATHS, _EVIDENCE, _CASES_LOOKED_AT = 5, 3, 6, 20


def waiting(work: Path, *, name: str = "", reason: str = "", year: int | None = None) -> list[Row]:
    """Provisional agencies with reports in ``work``, those of most documents first, as rows of ``COLUMNS``.

    ``name`` is a part of the printed name, ``reason`` a code of ``AGENCY_REASONS``, ``year`` a report year. Raises
    ``StoreError`` where there is no readable store.
    """
    from pipelines.filing import case_of
    from pipelines.store import Store
    from schemas.codes import AGENCY_REASONS

    with Store(work / "store.duckdb", read_only=True) as store:
        found = store.query(_AGENCIES).to_pylist()
        cases: dict[str, list[Case]] = {}
        for row in store.query(_CASES.format(cases=resolve.cases())).to_pylist():
            cases.setdefault(row["agency_id"], []).append(case_of(row))
    kept = [
        row
        for row in found
        if name in row["agency_name"]
        and reason in ("", row["reason"])
        and (year is None or row["first_year"] <= year <= row["last_year"])
    ]
    for row in kept:
        row["reason_zh"], row["reason_en"] = AGENCY_REASONS.get(row["reason"], ("", ""))
        said = {f"{one.kind} {one.text}": None for case in cases[row["agency_id"]] for one in case.evidence}
        row["evidence"] = list(said)[:_EVIDENCE]
        row["candidates"] = candidates(cases[row["agency_id"]])
    return kept


def candidates(cases: Sequence[Case]) -> list[str]:
    """Agencies of the registry that names in these documents mean, with the kinds of evidence for and against each;
    those with most for them first. Only what a name says in full is one, never what merely looks like it."""
    speaking: dict[str, tuple[set[str], set[str], int]] = {}
    for case in cases[:_CASES_LOOKED_AT]:
        case = replace(case, printed=printed(case))
        names = [(one.kind, one.text) for one in case.evidence if one.kind in NAMING]
        names += [("name", case.printed)] if case.printed else []
        meant = {
            (one.agency, one.units[-1]): kind for kind, text in names for one in readings(text, case.year) if one.units
        }
        towns = townships_named(township(case.printed)) if township(case.printed) else ()
        meant |= {(township_id(one.id), one.county): "name" for one in towns}
        for (agency, unit), kind in meant.items():
            favour, against, _ = speaking.setdefault(agency, (set(), set(), case.year))
            favour.add(kind)
            for item in items(case):
                if speaks_for(item, unit, case.year):
                    favour.add(item.kind)
                elif speaks_against(item, unit, case.year):
                    against.add(item.kind)
    ranked = sorted(speaking.items(), key=lambda one: (len(one[1][1]) - len(one[1][0]), one[0]))
    return [
        f"{agency} {official_name(agency, year)} (for 支持: {', '.join(sorted(favour))}"
        f"{'; against 不符: ' + ', '.join(sorted(against)) if against else ''})"
        for agency, (favour, against, year) in ranked[:_CANDIDATES]
    ]


def show(rows: Sequence[Row], form: str) -> str:
    """The rows as text for people, with how to decide, or as CSV."""
    if form == "csv":
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([_flat(row[name]) for name in COLUMNS] for row in rows)
        return text.getvalue().rstrip("\n")
    if not rows:
        return "No agency waits for a decision. 没有待定的机关。"
    en = (
        f"{len(rows)} agencies wait for a decision: add one row each to {DECISIONS} with the agency_id, kind decision "
        "and the provisional id, and run again; docs/agencies.md tells more."
    )
    zh = (
        f"共 {len(rows)} 个机关待定：在 {DECISIONS} 中各加一行，写明 agency_id、kind 为 decision 和暂定编号，"
        "然后再次运行；详见 docs/agencies.md。"
    )
    return "\n".join([*(line for row in rows for line in _lines(row)), en, zh])


def _lines(row: Row) -> list[str]:
    years = (
        str(row["first_year"]) if row["first_year"] == row["last_year"] else f"{row['first_year']}-{row['last_year']}"
    )
    where = row["site"] or row["folder"] or "?"
    return [
        f"{row['agency_id']}  {row['agency_name']}  {years}  {where}  documents 文件: {row['n_documents']}",
        f"  why 原因: {row['reason_en']}  {row['reason_zh']} ({row['reason']})",
        *(f"  file 文件: {path}" for path in row["paths"][:_PATHS]),
        *(f"  said 原文: {text}" for text in row["evidence"]),
        *(f"  could be 可能是: {text}" for text in row["candidates"]),
        *(["  could be 可能是: none in the registry 名录中没有"] if not row["candidates"] else []),
    ]


def _flat(value: object) -> object:
    return " | ".join(map(str, value)) if isinstance(value, list) else value


_AGENCIES = """
SELECT a.agency_id, any_value(a.agency_name) AS agency_name, any_value(t.reason) AS reason,
  any_value(a.first_year) AS first_year, any_value(a.last_year) AS last_year,
  any_value(a.n_documents) AS n_documents, any_value(a.site) AS site, any_value(a.folder) AS folder,
  list(DISTINCT s.path ORDER BY s.path) AS paths
FROM agencies a JOIN attributions t USING (agency_id) LEFT JOIN sources s USING (document_id)
WHERE a.is_provisional GROUP BY a.agency_id ORDER BY n_documents DESC, agency_name, a.agency_id
"""
_CASES = """
SELECT t.agency_id, c.* FROM ({cases}) c JOIN attributions t USING (document_id)
WHERE starts_with(t.agency_id, 'p-') ORDER BY document_id
"""
