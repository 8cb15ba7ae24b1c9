"""The catalogue of metrics (``codebook/metrics.toml``): named ratios, each defined once, and the tables they fill.

A quantity is a sum of printed cells; a metric is one quantity over another. Applicant columns give a metric for each
applicant. Nothing is ever taken for 0: where a cell has no number the metric has none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
from pandera.typing import Series

from schemas import codes, fields
from schemas.forms import FORM_IDS, Key, load_form
from schemas.table import CodeList, Table, field

TOTAL = "total"
PROPORTION, RATIO, GROWTH = "proportion", "ratio", "growth"

KINDS: CodeList = {
    PROPORTION: ("比例", "the numerator is a part of the denominator"),
    RATIO: ("比值", "numerator and denominator count different things"),
    GROWTH: ("增长率", "change against the year before, over the year before"),
}
STATUSES: CodeList = {
    "computed": ("已计算", "all parts are printed"),
    "missing": ("缺数", "a part has no printed number"),
    "zero_denominator": ("分母为零", "there is nothing to divide by"),
    "contradicted": ("自相矛盾", "the part is printed larger than the whole"),
    "no_previous_year": ("无上年数", "no figures of the year before"),
}
CAVEATS: CodeList = {
    "identity_violated": ("勾稽关系不成立", "a figure stands in a sum of the report that is wrong"),
    "small_n": ("样本小", "the denominator is below 30"),
}
SMALL_N = 30


@dataclass(frozen=True, slots=True)
class Quantity:
    """A sum of cells. ``cells`` are ``section/indicator`` (then for each applicant) or with ``/breakdown``."""

    id: str
    name_zh: str
    name_en: str
    cells: tuple[str, ...]

    @cache  # noqa: B019 - the quantities are those of the catalogue, as long as the program runs
    def members(self) -> Mapping[str, set[Key]]:
        """For each breakdown of the metric the cells to add up, over all forms."""
        found: dict[str, set[Key]] = {}
        for form_id in FORM_IDS:
            for key in (cell.key for cell in load_form(form_id).cells):
                for pattern in self.cells:
                    section, indicator, breakdown = (*pattern.split("/"), "")[:3]
                    if key[0] == section and _covers(indicator, key[1]) and breakdown in ("", key[2]):
                        found.setdefault(TOTAL if breakdown else key[2], set()).add(key)
        return found


def _covers(pattern: str, indicator: str) -> bool:
    name = pattern.removesuffix(".*")
    return indicator == name or (name != pattern and indicator.startswith(f"{name}."))


@dataclass(frozen=True, slots=True)
class Definition:
    """One metric. ``by``: ``applicants`` (every applicant column and the total) or ``total``."""

    id: str
    name_zh: str
    name_en: str
    kind: str
    numerator: str
    denominator: str
    by: str
    caveat_zh: str
    caveat_en: str

    def breakdowns(self) -> list[str]:
        """The breakdowns it is computed for, as printed from left to right."""
        if self.by == TOTAL:
            return [TOTAL]
        columns = (cell for form_id in FORM_IDS for cell in load_form(form_id).cells if cell.section == "requests")
        return list(dict.fromkeys(cell.breakdown for cell in columns))

    @cache  # noqa: B019 - as above
    def forms(self) -> list[str]:
        """The forms over which it is comparable: those that print every cell it needs."""
        needed = (quantities()[self.numerator].members(), quantities()[self.denominator].members())
        found = []
        for form_id in FORM_IDS:
            there = {cell.key for cell in load_form(form_id).cells}
            if all(members.get(TOTAL, set()) & there for members in needed):
                found.append(form_id)
        return found


@cache
def quantities() -> Mapping[str, Quantity]:
    """The quantities by id."""
    return {row["id"]: Quantity(**{**row, "cells": tuple(row["cells"])}) for row in _catalogue()["quantity"]}


@cache
def definitions() -> Mapping[str, Definition]:
    """The metrics by id, in the order of the catalogue."""
    return {row["id"]: Definition(**row) for row in _catalogue()["metric"]}


@cache
def _catalogue() -> dict[str, Any]:
    text = resources.files("schemas.codebook").joinpath("metrics.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def definition_rows() -> list[dict[str, object]]:
    """Rows of ``metric_definitions``."""
    rows: list[dict[str, object]] = []
    for position, one in enumerate(definitions().values()):
        above, below = quantities()[one.numerator], quantities()[one.denominator]
        rows.append(
            {
                "metric": one.id,
                "name_zh": one.name_zh,
                "name_en": one.name_en,
                "kind": one.kind,
                "numerator_zh": above.name_zh,
                "numerator_en": above.name_en,
                "numerator_cells": " + ".join(above.cells),
                "denominator_zh": below.name_zh,
                "denominator_en": below.name_en,
                "denominator_cells": " + ".join(below.cells),
                "breakdowns": ",".join(one.breakdowns()),
                "forms": ",".join(one.forms()),
                "caveat_zh": one.caveat_zh,
                "caveat_en": one.caveat_en,
                "position": position,
            }
        )
    return rows


Text = Series[str]
Int = Series[pd.Int64Dtype]
Real = Series[pd.Float64Dtype]


class Metric(Table):
    """One ratio of one report."""

    agency_id: Text = fields.agency(key=True, foreign="agencies.agency_id")
    report_year: Int = fields.year(key=True)
    scope: Text = fields.scope(key=True, codes=codes.SCOPES)
    metric: Text = field(
        "指标比率", "Metric", "id of metric_definitions", key=True, foreign="metric_definitions.metric"
    )
    breakdown: Text = field("分组", "Breakdown", "applicant column; total", key=True)
    agency_name: Text = fields.agency_name()
    numerator: Real = field("分子", "Numerator", "sum of printed cells; growth: the change", nullable=True)
    denominator: Real = field("分母", "Denominator", "sum of printed cells; growth: last year's", nullable=True)
    value: Real = field("比率", "Value", "numerator ÷ denominator, 6 decimals; 0.05 is 5 %", nullable=True)
    n: Int = field("样本数", "n", "what the value is a share of: the denominator", nullable=True)
    lower: Real = field("区间下限", "Lower", "Wilson interval, 95 %, of a proportion", nullable=True, ge=0, le=1)
    upper: Real = field("区间上限", "Upper", "Wilson interval, 95 %, of a proportion", nullable=True, ge=0, le=1)
    status: Text = field("状态", "Status", "why there is a value or none", codes=STATUSES)
    missing: Text = field(
        "缺数单元格", "Missing cells", "indicator/breakdown of the cells without a number", nullable=True
    )
    caveat: Text = field(
        "注意事项",
        "Caveat",
        "of this value, sorted codes joined by commas: identity_violated (a figure stands in a sum that is wrong), "
        "small_n (the denominator is below 30); that of the metric itself stands in metric_definitions",
        nullable=True,
    )
    report_id: Text = fields.report(foreign="reports.report_id")

    class Config(Table.Config):
        """What the table is called."""

        name = "metrics"
        title = "比率"
        description = "Named ratios of each report, from printed cells alone"


class MetricDefinition(Table):
    """What a metric is."""

    metric: Text = field("指标比率", "Metric", key=True)
    name_zh: Text = field("名称", "Name in Chinese")
    name_en: Text = field("名称（英）", "Name in English")
    kind: Text = field("种类", "Kind", codes=KINDS)
    numerator_zh: Text = field("分子", "Numerator in Chinese")
    numerator_en: Text = field("分子（英）", "Numerator in English")
    numerator_cells: Text = field("分子单元格", "Cells of the numerator", "section/indicator, /breakdown where fixed")
    denominator_zh: Text = field("分母", "Denominator in Chinese")
    denominator_en: Text = field("分母（英）", "Denominator in English")
    denominator_cells: Text = field("分母单元格", "Cells of the denominator", "as numerator_cells")
    breakdowns: Text = field("分组", "Breakdowns", "joined by commas")
    forms: Text = field("可比格式", "Forms", "over which it is comparable, joined by commas")
    caveat_zh: Text = field("注意事项", "Caveat in Chinese")
    caveat_en: Text = field("注意事项（英）", "Caveat in English")
    position: Int = fields.count("次序", "Position", "order of the catalogue, from 0")

    class Config(Table.Config):
        """What the table is called."""

        name = "metric_definitions"
        title = "比率定义"
        description = "The catalogue of metrics: numerator, denominator, caveat"


def page() -> str:
    """``docs/metrics.md``: the catalogue for people."""
    lines = [
        "# Metrics 指标比率",
        "",
        "<!-- Written from schemas/codebook/metrics.toml by `make docs`; change it there. -->",
        "",
        "Each ratio is defined once, here, and published for every report in the table `metrics`. Numerator and",
        "denominator are sums of printed cells: where one of them has no printed number the value is empty, with the",
        "reason in `status`, and never 0. `lower` and `upper` are the Wilson interval (95 %) of a proportion: a share",
        "of few cases says little.",
        "",
        "每个比率只在此定义一次，并对每份报告发布于表 `metrics`。分子、分母均为表中所印数值之和；任一单元格无数值，",
        "则比率为空，原因见 `status`，绝不以 0 代替。`lower`、`upper` 为比例的 95% Wilson 区间。",
        "",
        "## Status 状态",
        "",
        *_table(["`status`", "", ""], [[f"`{code}`", zh, en] for code, (zh, en) in STATUSES.items()]),
        "",
        "## Caveats of single values 单个数值的注意事项",
        "",
        *_table(["`caveat`", "", ""], [[f"`{code}`", zh, en] for code, (zh, en) in CAVEATS.items()]),
        "",
        "## Catalogue 目录",
    ]
    for one in definitions().values():
        above, below = quantities()[one.numerator], quantities()[one.denominator]
        lines += [
            "",
            f"### {one.name_zh} · {one.name_en}",
            "",
            *_table(
                ["", f"`{one.id}`"],
                [
                    ["kind 种类", f"{KINDS[one.kind][0]}, {one.kind}"],
                    ["numerator 分子", _cells(above)],
                    ["denominator 分母", _cells(below)],
                    ["breakdowns 分组", ", ".join(f"`{name}`" for name in one.breakdowns())],
                    ["forms 可比格式", ", ".join(one.forms())],
                    ["caveat 注意事项", f"{one.caveat_zh} {one.caveat_en}"],
                ],
            ),
        ]
    return "\n".join(lines) + "\n"


def _cells(one: Quantity) -> str:
    return f"{one.name_zh}; {one.name_en}: " + " + ".join(f"`{cell}`" for cell in one.cells)


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
