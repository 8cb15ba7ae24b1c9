"""One wide table for each section of the forms: a row for each report, a column for each cell of any form.

The columns come from the forms alone: ``result.refused.state_secret`` by ``total`` is the column
``result_refused_state_secret__total``. They stand in the order in which the forms brought them, oldest form first, so
that a form of 2027 adds its columns on the right.

Figures are in standard units (money in 元), so that a column has one unit. A cell without a number is null, and so is a
cell that the report's form does not have; no null is a nought. Which of them it is tells ``observations``; how many of
each a report has, the counts beside the form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import pandas as pd
from pandera.typing import Series

from schemas import codes, fields
from schemas.core_agencies import placed
from schemas.forms import FORM_IDS, FormCell, is_total, load_form
from schemas.numbers import unit_factor
from schemas.table import Table, field, names, quote

Text = Series[str]
Int = Series[pd.Int64Dtype]
Real = Series[pd.Float64Dtype]

MONEY = "元"
_UNIT_NOTE = re.compile(r"（单位：[^）]*）")
_TITLES = {
    "disclosure": ("主动公开情况（宽表）", "Disclosure on the agency's own initiative"),
    "requests": ("申请收到和处理情况（宽表）", "Requests received and handled"),
    "review": ("行政复议、行政诉讼情况（宽表）", "Administrative review and litigation"),
    "statistics": ("统计表（宽表）", "Statistics tables of 2008 to 2018"),
}


class WideReport(Table):
    """What the wide tables begin with: the report, its agency, its form, and how many of its cells have a number."""

    agency_id: Text = fields.agency(key=True, foreign="agencies.agency_id")
    report_year: Int = fields.year(key=True)
    scope: Text = fields.scope(key=True, codes=codes.SCOPES)
    agency_name: Text = fields.agency_name()
    province: Text = fields.province(nullable=True)
    prefecture: Text = fields.prefecture()
    county: Text = fields.county()
    level: Text = fields.level()
    kind: Text = fields.kind()
    form: Text = field("格式", "Form", "statutory layout; of a mixed report the latest", codes=codes.FORMS)
    n_forms: Int = fields.count("格式个数", "Forms", "more than one where the report mixes forms within this section")
    report_id: Text = fields.report(foreign="reports.report_id")
    n_reported: Int = fields.count("已报数", "Reported", "cells of this section with a number")
    n_blank: Int = fields.count("空白数", "Blank", "cells that are empty")
    n_mark: Int = fields.count("符号数", "Marks", "cells with a sign for none or not applicable")
    n_illegible: Int = fields.count("无法辨认数", "Illegible", "cells with something that is no number")
    n_absent: Int = fields.count("缺失数", "Absent", "cells of the form that the document has not")


@dataclass(frozen=True, slots=True)
class WideColumn:
    """One cell of the forms as a column; ``forms`` that have it, the latest one's words, the standard unit."""

    name: str
    indicator: str
    breakdown: str
    forms: tuple[str, ...]
    title_zh: str
    title_en: str
    unit: str


@cache
def wide_columns(section: str) -> tuple[WideColumn, ...]:
    """A column for each (indicator, breakdown) of ``section`` in any form. Raises ``ValueError`` where two would have
    the same name."""
    cells: dict[tuple[str, str], list[FormCell]] = {}
    for form in FORM_IDS:
        for cell in load_form(form).cells:
            if cell.section == section:
                cells.setdefault((cell.indicator, cell.breakdown), []).append(cell)
    found = tuple(_column(several) for several in cells.values())
    if len({column.name for column in found}) < len(found):
        raise ValueError(f"two cells of {section} have the same column name")
    return found


def _column(cells: Sequence[FormCell]) -> WideColumn:
    latest = cells[-1]
    return WideColumn(
        name=f"{latest.indicator}__{latest.breakdown}".replace(".", "_"),
        indicator=latest.indicator,
        breakdown=latest.breakdown,
        forms=tuple(cell.form for cell in cells),
        title_zh=_UNIT_NOTE.sub("", f"{latest.row_group} {latest.row_label}/{latest.column_label}").strip(),
        title_en=f"{latest.label_en} / {latest.column_label_en}",
        unit="/".join(dict.fromkeys(_unit(cell) for cell in cells)),
    )


def _unit(cell: FormCell) -> str:
    return MONEY if cell.nature == "money" or cell.unit == "unknown" else unit_factor(cell.unit)[0]


@cache
def wide_model(section: str) -> type[Table]:
    """The model of one section's wide table."""
    zh, en = _TITLES[section]
    columns = wide_columns(section)

    class Config(Table.Config):
        """What the table is called."""

        name = f"{section}_wide"
        title = zh
        description = (
            f"{en}: a row for each report, a column for each cell of any form, in standard units (money in 元). "
            "Null: no number is printed, or the report's form has no such cell; never 0"
        )

    namespace: dict[str, Any] = {
        "__doc__": f"{en}, one row for each report.",
        "__module__": __name__,
        "__annotations__": {column.name: Real for column in columns},
        "Config": Config,
        **{column.name: _field(section, column) for column in columns},
    }
    name = section.capitalize() + "Wide"
    return cast("type[Table]", type(name, (WideReport,), namespace))


def _field(section: str, column: WideColumn) -> Any:
    en = f"{section} / {column.indicator} / {column.breakdown}; in the forms of {', '.join(column.forms)}"
    zh = f"见于 {'、'.join(column.forms)} 年格式"
    if is_total(column.indicator, column.breakdown):
        en, zh = f"{en}; a printed sum: never add it to its parts", f"{zh}；为表中所印合计，不可与其组成部分相加"
    return field(
        column.title_zh,
        column.title_en,
        en,
        description_zh=zh,
        unit=column.unit,
        nullable=True,
    )


def wide_query(section: str) -> str:
    """SELECT of the wide table from ``observations``, ``agencies`` and ``agency_places``.

    A figure whose unit is no money where the form asks for money, or the other way round, stays out. The figures of a
    report are gathered in one list, in which each column then finds its own (a cell stands once in a report: the gate
    sees to it). PIVOT takes up to five times as long, an aggregate for each of 400 columns hundreds of times.
    """
    columns = wide_columns(section)
    cells = ", ".join(
        f"({place}::USMALLINT, {quote(one.indicator)}, {quote(one.breakdown)}, {str(one.unit == MONEY).lower()})"
        for place, one in enumerate(columns)
    )
    figures = ", ".join(
        f"figure_list[list_position(cell_list, {place}::USMALLINT)] AS {one.name}" for place, one in enumerate(columns)
    )
    counts = ", ".join(f"count(*) FILTER (WHERE status = {quote(status)}) AS n_{status}" for status in codes.STATUSES)
    known = {"level": "a", "kind": "a", "province": "p", "prefecture": "p", "county": "p"}
    listed = ", ".join(f"{known.get(name, 'r')}.{name}" for name in names(wide_model(section)))
    return f"""
WITH cells(cell, indicator, breakdown, is_money) AS (VALUES {cells}), figures AS (
  SELECT o.agency_id, o.report_year, o.scope, o.agency_name, o.report_id, o.form, o.status, c.cell,
    CASE WHEN (o.unit IN ('元', '万元')) = c.is_money THEN o.value_std END AS figure
  FROM observations o JOIN cells c USING (indicator, breakdown) WHERE o.section = {quote(section)}
), gathered AS (
  SELECT agency_id, report_year, scope, min(agency_name) AS agency_name, min(report_id) AS report_id,
    max(form) AS form, count(DISTINCT form) AS n_forms, {counts}, list({{'cell': cell, 'figure': figure}}) AS pairs
  FROM figures GROUP BY agency_id, report_year, scope
), parted AS (
  SELECT * EXCLUDE (pairs), list_transform(pairs, lambda pair: pair.cell) AS cell_list,
    list_transform(pairs, lambda pair: pair.figure) AS figure_list
  FROM gathered
), rows AS (
  SELECT * EXCLUDE (cell_list, figure_list), {figures} FROM parted
)
SELECT {listed}
FROM rows r JOIN agencies a USING (agency_id)
LEFT JOIN {placed("r")}
"""
