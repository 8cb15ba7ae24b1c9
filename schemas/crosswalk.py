"""The crosswalk: which cells of which form make up one comparable series, and which only look as if they did.

``codebook/crosswalk.csv`` has a line for each indicator of a form in each series it belongs to, or might be taken for;
``codebook/series.csv`` names the series. ``panel`` joins forms by this table and nothing else.

A line speaks of many cells at once: ``*`` as a breakdown stands for each breakdown of the indicator, under the same
code in the series; ``year|year_to_date`` are alternatives, the first that a report has is taken.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
from pandera.typing import Series

from schemas import codes, fields
from schemas.forms import FORM_IDS, Key, load_form
from schemas.table import CodeList, Table, field, names

RELATIONS: CodeList = {
    "same": ("相同", "the cell is the series"),
    "sum_of": ("之和", "the cell is a part: the series is the sum of its parts"),
    "not_comparable": ("不可比", "the cell looks alike and counts something else; never taken"),
}
_EVERY = "*"
_MOST_ALTERNATIVES = 10

Text = Series[str]
Int = Series[pd.Int64Dtype]
Real = Series[pd.Float64Dtype]
Flag = Series[pd.BooleanDtype]


def _series(**options: Any) -> Any:
    return field(
        "系列", "Series", "what is compared over the forms: a dotted code that begins with its section", **options
    )


def _relation() -> Any:
    return field("关系", "Relation", "what the cell is to the series", codes=RELATIONS)


class Crosswalk(Table):
    """How cells of the forms make up comparable series."""

    series: Text = _series(key=True)
    series_breakdown: Text = fields.breakdown(key=True)
    form: Text = fields.form(key=True)
    section: Text = fields.section(key=True, codes=codes.SECTIONS)
    indicator: Text = fields.indicator(key=True)
    breakdown: Text = fields.breakdown(key=True)
    relation: Text = _relation()
    alternative: Int = field(
        "备选次序",
        "Alternative",
        "parts of one form with the same number belong together; the lowest number that gives a figure is taken",
        ge=1,
    )
    reason_zh: Text = field("理由", "Reason in Chinese", "why")
    reason_en: Text = field("理由（英）", "Reason", "why")
    series_zh: Text = field("系列名称", "Series in Chinese")
    series_en: Text = field("系列名称（英）", "Series in English")
    series_breakdown_zh: Text = field("分组名称", "Breakdown in Chinese")
    series_breakdown_en: Text = field("分组名称（英）", "Breakdown in English")

    class Config(Table.Config):
        """What the table is called."""

        name = "crosswalk"
        title = "指标对照"
        description = "Which cells of which form make up one comparable series, which do not, and why"


class Panel(Table):
    """Comparable series over the forms, one figure for each agency, year and scope."""

    agency_id: Text = fields.agency(key=True, foreign="agencies.agency_id")
    report_year: Int = fields.year(key=True)
    scope: Text = fields.scope(key=True, codes=codes.SCOPES)
    series: Text = _series(key=True)
    breakdown: Text = fields.breakdown(key=True)
    agency_name: Text = fields.agency_name()
    series_zh: Text = field("系列名称", "Series in Chinese")
    series_en: Text = field("系列名称（英）", "Series in English")
    breakdown_zh: Text = field("分组名称", "Breakdown in Chinese")
    breakdown_en: Text = field("分组名称（英）", "Breakdown in English")
    value: Real = field(
        "数值",
        "Value",
        "in standard units; null where any of the cells added has no number",
        nullable=True,
    )
    unit: Text = field("单位", "Unit", "of the value: the standard unit", codes=codes.UNITS)
    n_cells: Int = fields.count("单元格数", "Cells", "of the report that make up the value")
    n_missing: Int = fields.count("缺数单元格数", "Cells without a number", "they make the value null")
    form: Text = fields.form()
    relation: Text = _relation()
    note_zh: Text = field("可比性说明", "Comparability in Chinese", "what to know before comparing over the forms")
    note_en: Text = field("可比性说明（英）", "Comparability", "what to know before comparing over the forms")
    is_total: Flag = field(
        "是否合计", "Is a total", "a printed total or a sum of several cells: never add it to its parts"
    )

    class Config(Table.Config):
        """What the table is called."""

        name = "panel"
        title = "可比序列"
        description = "Comparable series over the forms, group sums included, in standard units"


# What the panel says of a way to a figure -> the column of the crosswalk that says so of each part of it.
_TOLD = {
    "relation": "relation",
    "series_zh": "series_zh",
    "series_en": "series_en",
    "breakdown_zh": "series_breakdown_zh",
    "breakdown_en": "series_breakdown_en",
    "note_zh": "reason_zh",
    "note_en": "reason_en",
}


def panel_query() -> str:
    """SELECT of the panel from ``observations``, ``reports`` and ``crosswalk``.

    Of several ways to a figure the first that gives one, of the latest form. A part that is blank, lost or illegible
    makes the sum null, never smaller; so do parts in different units. Nearly all figures are one cell each, to which
    there is no other way: these are taken as they stand, and only the others are added up and chosen from. Reports,
    ways and lines of the panel go by numbers until the end.
    """
    unit = "CASE WHEN o.unit IN ('元', '万元') THEN '元' ELSE o.unit END"
    listed = ", ".join(names(Panel))
    told = ", ".join(f"min({column}) AS {name}" for name, column in _TOLD.items())
    cells = "observations o JOIN parts c USING (form, section, indicator, breakdown) JOIN numbered r USING (report_id)"
    return f"""
WITH parts AS (
  SELECT *, (dense_rank() OVER (ORDER BY series, series_breakdown))::USMALLINT AS line,
    (dense_rank() OVER (ORDER BY series, series_breakdown, form, alternative))::USMALLINT AS way,
    count(*) OVER (PARTITION BY form, series, series_breakdown) = 1 AS is_alone
  FROM crosswalk WHERE relation <> 'not_comparable'
), ways AS (
  SELECT way, line, form, alternative, series, series_breakdown AS breakdown, count(*) AS n_parts, {told}
  FROM parts GROUP BY ALL
), numbered AS (
  SELECT report_id, agency_id, report_year, scope, agency_name, (row_number() OVER ())::UINTEGER AS report,
    report_id IN (SELECT report_id FROM observations GROUP BY report_id HAVING min(form) <> max(form)) AS has_forms
  FROM reports
), added AS (
  SELECT r.report, c.way, count(*) AS n_cells, count(o.value_std) AS n_numbers,
    sum(o.value_std::DECIMAL(38, 6))::DOUBLE AS total, bool_or(o.is_total) AS has_total, min({unit}) AS unit,
    min({unit}) = max({unit}) AS is_one_unit
  FROM {cells} WHERE NOT c.is_alone OR r.has_forms
  GROUP BY ALL
), figures AS (
  SELECT r.report, c.way, 1 AS n_cells, (o.value_std IS NULL)::BIGINT AS n_missing, o.value_std AS value,
    {unit} AS unit, o.is_total AS has_total
  FROM {cells} WHERE c.is_alone AND NOT r.has_forms
  UNION ALL BY NAME
  SELECT a.report, a.way, n_cells, has_total, n_parts - n_numbers AS n_missing,
    CASE WHEN n_numbers = n_parts AND is_one_unit THEN total END AS value,
    CASE WHEN is_one_unit THEN unit ELSE 'unknown' END AS unit
  FROM added a JOIN ways w USING (way)
  QUALIFY row_number() OVER (
    PARTITION BY report, line ORDER BY value IS NULL, w.form DESC, w.alternative) = 1
)
SELECT {listed} FROM (
  SELECT r.agency_id, r.report_year, r.scope, r.agency_name, f.* EXCLUDE (way, report),
    w.* EXCLUDE (way, line, alternative), w.breakdown = 'total' OR w.relation = 'sum_of' OR f.has_total AS is_total
  FROM figures f JOIN ways w USING (way) JOIN numbered r USING (report)
) AS rows
"""


def panel_words() -> dict[str, str]:
    """Text columns whose values repeat -> a SELECT of all of them, from the tables that ``panel_query`` joins."""
    ways = {"series": "series", "breakdown": "series_breakdown", "form": "form", **_TOLD}
    return {
        **{name: f"SELECT {name} FROM reports" for name in ("agency_id", "scope", "agency_name")},
        **{name: f"SELECT {column} FROM crosswalk" for name, column in ways.items()},
        "unit": "SELECT unit FROM observations UNION ALL VALUES ('元'), ('unknown')",
    }


def _lines(name: str) -> list[dict[str, str]]:
    text = resources.files("schemas.codebook").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def series_labels() -> dict[str, tuple[str, str]]:
    """Series code → (Chinese, English) name."""
    return {line["series"]: (line["label_zh"], line["label_en"]) for line in _lines("series.csv")}


@cache
def _cells() -> dict[str, dict[Key, tuple[str, str]]]:
    """Form → cell → (Chinese, English) label of its column."""
    return {
        form: {cell.key: (cell.column_label, cell.column_label_en) for cell in load_form(form).cells}
        for form in FORM_IDS
    }


def crosswalk_rows() -> list[dict[str, object]]:
    """One dict for each cell in each series. Raises ``ValueError`` for a line that speaks of a cell that no form has,
    of an unknown series or relation."""
    names, columns = series_labels(), _column_labels()
    rows: list[dict[str, object]] = []
    for line in _lines("crosswalk.csv"):
        if line["series"] not in names or line["relation"] not in RELATIONS:
            raise ValueError(f"crosswalk.csv: unknown series or relation in {line}")
        for series_breakdown, breakdown, turn in _expanded(line):
            label_zh, label_en = names[line["series"]]
            rows.append(
                {
                    "series": line["series"],
                    "series_breakdown": series_breakdown,
                    "form": line["form"],
                    "section": line["section"],
                    "indicator": line["indicator"],
                    "breakdown": breakdown,
                    "relation": line["relation"],
                    "alternative": (int(line["alternative"]) - 1) * _MOST_ALTERNATIVES + turn,
                    "reason_zh": line["reason_zh"],
                    "reason_en": line["reason_en"],
                    "series_zh": label_zh,
                    "series_en": label_en,
                    "series_breakdown_zh": columns[line["series"], series_breakdown][0],
                    "series_breakdown_en": columns[line["series"], series_breakdown][1],
                }
            )
    return rows


def _expanded(line: dict[str, str]) -> Iterator[tuple[str, str, int]]:
    """(breakdown of the series, breakdown of the cell, turn among alternatives) for each cell of a line."""
    cells = _cells()[line["form"]]
    own = [key[2] for key in cells if key[:2] == (line["section"], line["indicator"])]
    if line["breakdown"] == _EVERY:
        wanted = [(breakdown, breakdown, 1) for breakdown in own]
    else:
        alternatives = line["breakdown"].split("|")
        wanted = [(line["series_breakdown"], breakdown, turn) for turn, breakdown in enumerate(alternatives, start=1)]
    if not wanted or any(breakdown not in own for _, breakdown, _ in wanted):
        raise ValueError(f"crosswalk.csv: the form of {line['form']} has no such cell: {line}")
    yield from wanted


def _column_labels() -> dict[tuple[str, str], tuple[str, str]]:
    """(series, breakdown) → what the figure is called: the words over the cell itself where the series is named after
    it, those of the latest form first; else those over such a column in the section. Notes in brackets are left out: a
    series is in standard units, whatever the form prints.
    """
    sections: dict[tuple[str, str], tuple[str, str]] = {}
    cells: dict[tuple[str, str], tuple[str, str]] = {}
    for form in reversed(FORM_IDS):
        for (section, indicator, breakdown), (zh, en) in _cells()[form].items():
            labels = (zh.partition("（")[0], en)
            sections.setdefault((section, breakdown), labels)
            cells.setdefault((f"{section}.{indicator}", breakdown), labels)
    return {
        (series, breakdown): cells.get((series, breakdown), labels)
        for (section, breakdown), labels in sections.items()
        for series in series_labels()
        if series.startswith(f"{section}.")
    }
