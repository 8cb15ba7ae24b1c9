"""SQL for what a finding says: its id, its message from a template, figures without needless zeros."""

from __future__ import annotations

import re
from collections.abc import Mapping

from schemas.forms import WHOLE, column_levels
from schemas.rule import Rule
from schemas.table import quote

# Doubles of at most 6 decimals below 2^53 are exact as this; sums of doubles would not be.
EXACT = "DECIMAL(38, 6)"


def head(item: Rule, parts: str, rule: str = "") -> str:
    """Columns that the rule itself gives; the id is a hash of the rule and of ``parts``. ``rule``: SQL for the rule's
    id where several rules say the same of what they find."""
    rule = rule or quote(item.id)
    return (
        f"'f-' || substr(sha256(concat_ws('|', {rule}, {parts})), 1, 16) AS finding_id, {rule} AS rule,"
        f" {quote(item.severity)} AS severity, {quote(item.responsible)} AS responsible, 'check' AS stage"
    )


def messages(item: Rule, places: Mapping[str, str]) -> str:
    """The columns ``message_en`` and ``message_zh``; ``places`` are SQL, in which {} stands for the language."""
    english, chinese = _filled(item.message_en, places, "en"), _filled(item.message_zh, places, "zh")
    return f"{english} AS message_en, {chinese} AS message_zh"


def _filled(template: str, places: Mapping[str, str], language: str) -> str:
    """SQL that fills a message template; raises KeyError for a place nobody fills."""
    parts = re.split(r"\{(\w+)\}", template)
    pieces = [quote(part) if i % 2 == 0 else places[part].format(language) for i, part in enumerate(parts) if part]
    return " || ".join(pieces)


WITH_LEVELS = f"(SELECT DISTINCT document_id FROM step_carried WHERE column_level <> {quote(WHOLE)}) leveled"
"""SQL for the documents that count by levels of units: hardly any, so what is joined with them costs nothing."""


def of_levels(scope: str = "scope") -> str:
    """SQL: whether this is the scope of a report on one level of units alone (see ``fields.column_level``)."""
    return f"{scope} IN ({', '.join(map(quote, column_levels()))})"


def level_of_scope(scope: str = "scope") -> str:
    """SQL for ``column_level`` from the scope of the report."""
    return f"CASE WHEN {of_levels(scope)} THEN {scope} ELSE {quote(WHOLE)} END"


def plain(number: str) -> str:
    """SQL for a number as text without needless zeros."""
    return f"regexp_replace((({number})::{EXACT})::VARCHAR, '\\.?0+$', '')"


_PLACED = (
    *("document_id", "report_id", "agency_id", "agency_name", "report_year"),
    *("section", "indicator", "breakdown", "locator"),
)


def of_observation(alias: str, *more: str) -> str:
    """The columns of ``findings`` from document to locator, from an observation; and ``more`` of its columns."""
    return ", ".join(f"{alias}.{name}" for name in (*_PLACED, *more))


def of_cell(labels: str = "l") -> dict[str, str]:
    """What a message names of one observation ``o``: whose, when, which cell (by the alias with its labels), the figure
    and where it stands; SQL for ``messages``."""
    return {
        "agency": "o.agency_name",
        "year": "o.report_year::VARCHAR",
        "cell": f"{labels}.label_zh",
        "cell_en": f"{labels}.label_en",
        "observed": plain("o.value"),
        "locator": "coalesce(o.locator, '?')",
    }
