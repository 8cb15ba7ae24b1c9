"""What the solver proposes about violated sums, in rows: table ``suspects``, and a finding for each violated system.

The search is in ``pipelines.suspects``; here are the reports it is put to, and the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any

from pipelines.suspects import Change, System, locate
from schemas.forms import FORM_IDS, Equation, Key, labels, load_form
from schemas.rules import RULES, SLIPS

_NAMED = 5
_OF_REPORT = ("report_id", "agency_id", "agency_name", "report_year", "scope")


@cache
def every_equation() -> tuple[Equation, ...]:
    """The sums of all forms, each once; those count whose cells a report all has."""
    found = {(one.id, frozenset(one.terms)): one for form_id in FORM_IDS for one in load_form(form_id).equations}
    return tuple(found.values())


def violated_reports() -> str:
    """SELECT of the cells of all reports that have a violated sum, over ``step_observations``, report by report."""
    return f"""
SELECT {", ".join(_OF_REPORT)}, section, indicator, breakdown, value, document_id, locator FROM step_observations
WHERE report_id IN (SELECT report_id FROM step_observations WHERE contains(flags, 'identity_violated'))
  AND (section, indicator, breakdown) IN (SELECT (section, indicator, breakdown) FROM step_equations)
ORDER BY report_id
"""


def propose(rows: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Rows of ``violated_reports()`` in; rows of ``suspects`` and of ``findings`` out."""
    suspects: list[dict[str, object]] = []
    findings: list[dict[str, object]] = []
    for _, group in groupby(rows, key=lambda row: row["report_id"]):
        cells = {(row["section"], row["indicator"], row["breakdown"]): row for row in group}
        values = {key: None if row["value"] is None else Decimal(str(row["value"])) for key, row in cells.items()}
        for number, system in enumerate(locate(values, every_equation()), start=1):
            suspects += _rows(number, system, cells)
            findings.append(_finding(system, cells))
    return suspects, findings


def _rows(number: int, system: System, cells: Mapping[Key, Mapping[str, Any]]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for position, changes in enumerate(system.sets, start=1):
        for one in changes:
            row = cells[one.key]
            found.append(
                {
                    **{name: row[name] for name in (*_OF_REPORT, "document_id", "locator")},
                    **dict(zip(("section", "indicator", "breakdown"), one.key, strict=True)),
                    "system": number,
                    "position": position,
                    "n_sets": system.found,
                    "n_cells": len(changes),
                    "value": float(one.printed),
                    "proposed": float(one.proposed),
                    "slip": one.slip or None,
                    "violated": ",".join(sorted(equation.id for equation in system.violated)),
                }
            )
    return found


def _finding(system: System, cells: Mapping[Key, Mapping[str, Any]]) -> dict[str, object]:
    item = RULES["solve.suspects"]
    alone = system.sets[0][0] if system.found == 1 and len(system.sets[0]) == 1 else None
    key = alone.key if alone else system.violated[0].target
    row = cells[key]
    english, chinese = described(system)
    place = {"agency": row["agency_name"], "year": row["report_year"]}
    return {
        **{name: row[name] for name in (*_OF_REPORT, "document_id", "locator") if name != "scope"},
        **dict(zip(("section", "indicator", "breakdown"), key, strict=True)),
        "rule": item.id,
        "severity": item.severity,
        "responsible": item.responsible,
        "expected": str(alone.proposed) if alone else None,
        "observed": str(alone.printed) if alone else None,
        "message_en": item.message_en.format(**place, proposal=english),
        "message_zh": item.message_zh.format(**place, proposal=chinese),
    }


def described(system: System) -> tuple[str, str]:
    """The proposal about one system in words, English and Chinese."""
    if not system.sets:
        return "no change of one or two cells would make all sums hold", "改动一个或两个单元格都不能使勾稽关系全部成立"
    size, shown = len(system.sets[0]), system.sets[:_NAMED]
    english = f"a change of {'one cell' if size == 1 else 'two cells'} would make all sums hold"
    chinese = f"改动{'一' if size == 1 else '两'}个单元格即可使勾稽关系全部成立"
    if system.found > 1:
        english += f", in {system.found} ways that the sums cannot tell apart"
        chinese += f"，共{system.found}种可能，勾稽关系无法区分"
    more = system.found - len(shown)
    english += ": " + "; or ".join(_set(each, "en") for each in shown) + (f"; or {more} more" if more else "")
    chinese += "：" + "；或".join(_set(each, "zh") for each in shown) + (f"；另有{more}种" if more else "")
    return english, chinese


def _set(changes: Sequence[Change], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(_change(one, language) for one in changes)


def _change(one: Change, language: str) -> str:
    label = labels()[one.key]
    zh, en = SLIPS.get(one.slip, ("", ""))
    if language == "zh":
        return f"{label.zh} {one.printed}→{one.proposed}" + (f"（{zh}）" if zh else "")
    return f"{label.en} {one.printed} → {one.proposed}" + (f" ({en})" if en else "")
