"""The table of cells that may be wrong where a sum is violated (``pipelines.suspects`` finds them)."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import codes, fields
from schemas.rules import SLIPS
from schemas.table import Table, field

Text = Series[str]
Int = Series[pd.Int64Dtype]
Real = Series[pd.Float64Dtype]


class Suspect(Table):
    """One cell of a set whose change would make all sums of a report hold."""

    agency_id: Text = fields.agency(key=True, foreign="agencies.agency_id")
    report_year: Int = fields.year(key=True)
    scope: Text = fields.scope(key=True, codes=codes.SCOPES)
    system: Int = field("组", "System", "sums of the report that hang together, from 1", key=True)
    position: Int = field(
        "次序",
        "Position",
        "of the set among those of its system, from 1; those that a plausible slip explains first",
        key=True,
    )
    section: Text = fields.section(key=True, codes=codes.SECTIONS)
    indicator: Text = fields.indicator(key=True)
    breakdown: Text = fields.breakdown(key=True)
    agency_name: Text = fields.agency_name()
    n_sets: Int = fields.count(
        "可能数", "Sets", "sets as small that explain the violated sums; the sums cannot tell between them: a tie"
    )
    n_cells: Int = fields.count("单元格数", "Cells", "of the set, all to be changed together: 1 or 2")
    value: Real = field("原数值", "Value", "as printed")
    proposed: Real = field("应为", "Proposed", "what it would have to be; never used as value")
    slip: Text = field("差错类型", "Slip", "that would explain the one by the other", codes=SLIPS, nullable=True)
    violated: Text = field(
        "不成立的等式", "Violated sums", "of the system, as rule:row or rule:column, sorted, joined by commas"
    )
    report_id: Text = fields.report(foreign="reports.report_id")
    document_id: Text = fields.document(foreign="documents.document_id")
    locator: Text = fields.locator(nullable=True)

    class Config(Table.Config):
        """What the table is called."""

        name = "suspects"
        title = "存疑单元格"
        description = (
            "Where a violated sum may be wrong: the smallest sets of cells whose change would make all sums hold"
        )
