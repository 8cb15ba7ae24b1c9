"""Observations with everything that a person needs to read them: names, places, labels, where to look.

Rows stand by cell, then by year and agency: all agencies' figures of one cell lie together, as ``observations`` keeps
one agency's figures together. Files of both are cheap to search, each from its side.
"""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import codes, fields
from schemas.core_agencies import placed
from schemas.ordering import repeating
from schemas.table import Table, field, names, quote

Text = Series[str]
Int = Series[pd.Int64Dtype]
Real = Series[pd.Float64Dtype]
Flag = Series[pd.BooleanDtype]

ORDER = ("section", "indicator", "breakdown", "report_year", "agency_id", "scope")


class LabelledObservation(Table):
    """One observation, with words beside its codes."""

    agency_id: Text = fields.agency(key=True, foreign="agencies.agency_id")
    report_year: Int = fields.year(key=True)
    scope: Text = fields.scope(key=True, codes=codes.SCOPES)
    section: Text = fields.section(key=True, codes=codes.SECTIONS)
    indicator: Text = fields.indicator(key=True)
    breakdown: Text = fields.breakdown(key=True)
    agency_name: Text = fields.agency_name()
    province: Text = fields.province(nullable=True)
    prefecture: Text = fields.prefecture()
    county: Text = fields.county()
    level: Text = fields.level()
    kind: Text = fields.kind()
    scope_zh: Text = field("统计口径（中文）", "Scope in Chinese")
    section_zh: Text = field("部分（中文）", "Section in Chinese")
    section_en: Text = field("部分（英文）", "Section in English")
    row_group: Text = field("行组", "Row group", "caption above the row", nullable=True)
    indicator_zh: Text = field("指标名称", "Indicator in Chinese", "exact statutory label of the row")
    indicator_en: Text = field("指标名称（英）", "Indicator in English")
    breakdown_zh: Text = field("分组名称", "Breakdown in Chinese", "exact statutory label of the column")
    breakdown_en: Text = field("分组名称（英）", "Breakdown in English")
    value: Real = field("数值", "Value", "the number printed, in the unit printed; null where none is", nullable=True)
    unit: Text = fields.unit()
    value_std: Real = field(
        "标准单位数值", "Value in standard units", "money in 元; null where the unit is unknown", nullable=True
    )
    status: Text = fields.status()
    status_zh: Text = field("状态（中文）", "Status in Chinese", "why there is a number, or none")
    status_en: Text = field("状态（英文）", "Status in English", "why there is a number, or none")
    is_total: Flag = field("是否合计", "Is a total", "row or column is a printed sum: never add it to its parts")
    nature: Text = field("性质", "Nature", "what kind of quantity", codes=codes.NATURES)
    form: Text = fields.form()
    printed: Text = fields.printed()
    flags: Text = fields.flags()
    source_url: Text = field("网址", "URL", "where the document was found", nullable=True)
    path: Text = field(
        "路径",
        "Path",
        "of the document, relative to the folder of raw documents",
        nullable=True,
        foreign="sources.path",
    )
    locator: Text = fields.locator(nullable=True)
    report_id: Text = fields.report(foreign="reports.report_id")
    origin: Text = fields.origin()

    class Config(Table.Config):
        """What the table is called."""

        name = "observations_labelled"
        title = "观测值（带名称）"
        description = (
            "Observations with names, places and labels beside the codes, and the document and place where each is "
            "printed; ordered by cell, so that one figure of all agencies stands together"
        )


_TABLES = {"o": "observations", "i": "indicators", "a": "agencies", "p": "agency_places", "d": "sources"}
_CODES = {"scopes": codes.SCOPES, "sections": codes.SECTIONS, "statuses": codes.STATUSES}
_FROM = {
    **dict.fromkeys(("province", "prefecture", "county"), "p"),
    **dict.fromkeys(("level", "kind"), "a"),
    **dict.fromkeys(("source_url", "path"), "d"),
    "nature": "i",
    "row_group": "i",
}
_RENAMED = {
    "indicator_zh": "i.label_zh",
    "indicator_en": "i.label_en",
    "breakdown_zh": "i.column_label_zh",
    "breakdown_en": "i.column_label_en",
    "scope_zh": "scopes.zh",
    "section_zh": "sections.zh",
    "section_en": "sections.en",
    "status_zh": "statuses.zh",
    "status_en": "statuses.en",
}


FOUND = """SELECT document_id, arg_min(source_url, path) FILTER (WHERE source_url IS NOT NULL) AS source_url,
    coalesce(min(path) FILTER (WHERE source_url IS NOT NULL), min(path)) AS path
  FROM sources GROUP BY document_id"""
"""Where each document was found: of several places one with an address, the first by path."""


def labelled_query() -> str:
    """SELECT of the table from ``observations``, ``indicators``, ``agencies``, ``agency_places`` and ``sources``."""
    listed = ", ".join(f"{_source(name)} AS {name}" for name in names(LabelledObservation))
    return f"""
WITH {", ".join(_meanings(name) for name in _CODES)}, found AS (
  {FOUND}
)
SELECT {listed}
FROM observations o
LEFT JOIN indicators i ON i.form = o.form AND i.section = o.section AND i.indicator = o.indicator
  AND i.breakdown = o.breakdown
LEFT JOIN agencies a ON a.agency_id = o.agency_id
LEFT JOIN {placed("o")}
LEFT JOIN found d ON d.document_id = o.document_id
LEFT JOIN scopes ON scopes.code = o.scope
LEFT JOIN sections ON sections.code = o.section
LEFT JOIN statuses ON statuses.code = o.status
"""


def labelled_words() -> dict[str, str]:
    """Text columns whose values repeat -> a SELECT of all of them, from the tables that ``labelled_query`` joins."""
    found = {}
    for column in repeating(LabelledObservation):
        table, _, name = _source(column).partition(".")
        meanings = f"WITH {_meanings(table)} " if table in _CODES else ""
        found[column] = f"{meanings}SELECT {name} FROM {_TABLES.get(table, table)}"
    return found


def _source(name: str) -> str:
    """Where a column comes from: a letter for the table and the name there."""
    return _RENAMED.get(name, f"{_FROM.get(name, 'o')}.{name}")


def _meanings(name: str) -> str:
    rows = ", ".join(f"({quote(code)}, {quote(zh)}, {quote(en)})" for code, (zh, en) in _CODES[name].items())
    return f"{name}(code, zh, en) AS (VALUES {rows})"
