"""Documents are filed under agencies: rows of the store → cases → attributions, and what the registry says of agencies.

The bridge between the tables and ``pipelines.attribution``: plain rows in, plain rows out. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from functools import cache
from typing import Any

from pipelines.attribution import Attribution, attribute, part_organs
from pipelines.evidence import parse
from pipelines.whereabouts import Case
from schemas.agencies import Named, describe, governments, names_of, parent, places_of
from schemas.organs import OPEN

Row = Mapping[str, Any]
CASE = ("document_id", "agency_printed", "report_year", "evidence", "site", "source_url", "folder", "agency_hint")
"""The columns of ``resolve.cases()``: all that attribution looks at."""
_MADE = tuple(field.name for field in fields(Attribution))


def case_of(row: Row) -> Case:
    """A case from a row of ``resolve.cases()``."""
    return Case(
        row["document_id"],
        row["agency_printed"] or "",
        row["report_year"],
        tuple(parse(row["evidence"])),
        (row["site"] or "").lower(),
        row["source_url"] or "",
        row["folder"] or "",
        row["agency_hint"] or "",
    )


def attribute_rows(rows: Iterable[Row]) -> list[dict[str, object]]:
    """What attribution makes of each case by itself, with the ``case_hash`` of its row."""
    out: list[dict[str, object]] = []
    for row in rows:
        made = attribute(case_of(row))
        out.append({"case_hash": row["case_hash"], **asdict(made)})
    return out


def apart(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Documents that cannot stay together, of those (``case_of``, with what was made of them) that name several organs
    under one agency and year: each is provisional then."""
    cases = {row["document_id"]: case_of(row) for row in rows}
    found = {row["document_id"]: Attribution(**{name: row[name] for name in _MADE}) for row in rows}
    return [
        {"document_id": document, **asdict(made)}
        for document, made in part_organs(found, cases).items()
        if made != found[document]
    ]


def agencies(used: Iterable[str]) -> list[dict[str, object]]:
    """Rows of ``agencies``, without what is counted: the governments of county level and above, ``used``, and whatever
    stands above these."""
    standing, names = _standing()
    further = _with_parents(set(used)) - names
    return [*standing, *(describe(agency) for agency in sorted(further))]


def agency_names(used: Iterable[str]) -> list[dict[str, object]]:
    """Rows of ``agency_names`` that the registry knows, for the same agencies."""
    further = _with_parents(set(used)) - _standing()[1]
    return [*_standing_names(), *(row for agency in sorted(further) for row in _names(agency))]


def agency_places(used: Iterable[str]) -> list[dict[str, object]]:
    """Rows of ``agency_places`` for the same agencies."""
    further = _with_parents(set(used)) - _standing()[1]
    return [*_standing_places(), *(row for agency in sorted(further) for row in places_of(agency))]


@cache
def _standing() -> tuple[list[dict[str, object]], frozenset[str]]:
    """The governments and what stands above them: always the same."""
    ids = _with_parents(set(governments()))
    return [describe(agency) for agency in sorted(ids)], frozenset(ids)


@cache
def _standing_names() -> list[dict[str, object]]:
    return [row for agency in sorted(_standing()[1]) for row in _names(agency)]


@cache
def _standing_places() -> list[dict[str, object]]:
    return [row for agency in sorted(_standing()[1]) for row in places_of(agency)]


def _with_parents(ids: set[str]) -> set[str]:
    found: set[str] = set()
    while ids:
        found |= ids
        ids = {above for agency in ids if (above := parent(agency))} - found
    return found


def _names(agency: str) -> list[dict[str, object]]:
    seen: dict[tuple[str, str], int] = {}
    rows = []
    for one in sorted(names_of(agency), key=lambda one: (one.kind, one.first, one.last, one.name)):
        seen[one.name, one.kind] = seen.get((one.name, one.kind), 0) + 1
        rows.append(_row(agency, one, seen[one.name, one.kind]))
    return rows


def _row(agency: str, one: Named, turn: int) -> dict[str, object]:
    return {
        "agency_id": agency,
        "name": one.name,
        "kind": one.kind,
        "turn": turn,
        "valid_from": one.first or None,
        "valid_to": one.last if one.last != OPEN else None,
        "source": one.source,
    }
