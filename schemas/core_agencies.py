"""The tables of agencies: who they are, what they were called, which document is whose. See ``schemas.core``."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import codes, fields
from schemas.table import Table, field

Text = Series[str]
Int = Series[pd.Int64Dtype]
Real = Series[pd.Float64Dtype]
Flag = Series[pd.BooleanDtype]


class Agency(Table):
    """A bureau."""

    agency_id: Text = fields.agency(key=True)
    agency_name: Text = fields.agency_name()
    is_provisional: Flag = field("是否暂定", "Provisional", "not in the registry, or its documents do not say for sure")
    site: Text = field("网站", "Site", "host where its reports were found", nullable=True)
    folder: Text = field("文件夹", "Folder", "first folder of its reports", nullable=True)
    first_year: Int = fields.year(nullable=True)
    last_year: Int = fields.year(nullable=True)
    n_reports: Int = fields.count("报告数", "Reports")
    n_documents: Int = fields.count("文件数", "Documents")
    level: Text = fields.level()
    kind: Text = field("类别", "Kind", "kind of organ: a code of schemas/codebook/organs.csv, or zone …", nullable=True)
    parent_id: Text = field(
        "上级机关", "Parent", "the government it belongs to; of a government the one above", nullable=True
    )
    division_code: Text = field(
        "行政区划代码", "Division code", "GB/T 2260, the last one", nullable=True, str_matches=r"^\d{6}$"
    )
    division_codes: Text = field(
        "历年行政区划代码", "Division codes", "since 2008, code:from-to, parted by blanks", nullable=True
    )
    credit_code: Text = field("统一社会信用代码", "Unified social credit code", "where known", nullable=True)
    valid_from: Int = field("设立年份", "Exists from", "null: before 2008", nullable=True)
    valid_to: Int = field("撤销年份", "Exists to", "null: still", nullable=True)
    predecessors: Text = field("前身", "Predecessors", "agency ids joined by commas", nullable=True)
    successors: Text = field("后继", "Successors", "agency ids joined by commas", nullable=True)

    class Config(Table.Config):
        """What the table is called."""

        name = "agencies"
        title = "机关"
        description = "Bureaus that have a report here, what stands above them, and all governments since 2008"


class AgencyName(Table):
    """One name of one agency, for a time."""

    agency_id: Text = fields.agency(key=True, foreign="agencies.agency_id")
    name: Text = field("名称", "Name", text=True, key=True)
    kind: Text = field("名称种类", "Kind of name", codes=codes.NAME_KINDS, key=True)
    turn: Int = field("第几次", "Turn", "1 the first time that it bore the name, 2 when it took it up again", key=True)
    valid_from: Int = field("起始年份", "From", "year, included; null: before 2008, or not known", nullable=True)
    valid_to: Int = field("终止年份", "To", "year, included; null: still, or not known", nullable=True)
    source: Text = field("来源", "Source", nullable=True)

    class Config(Table.Config):
        """What the table is called."""

        name = "agency_names"
        title = "机关名称"
        description = "Official names over time, other names, and names as printed in reports"


class AgencyPlace(Table):
    """Where one agency lies, for a time."""

    agency_id: Text = fields.agency(key=True, foreign="agencies.agency_id")
    turn: Int = field("第几次", "Turn", "1 the first place, 2 the next", key=True)
    division_code: Text = field("行政区划代码", "Division code", "GB/T 2260", str_matches=r"^\d{6}$")
    province_code: Text = fields.province_code()
    province: Text = fields.province()
    prefecture: Text = fields.prefecture()
    county: Text = fields.county()
    valid_from: Int = field("起始年份", "From", "year, included; null: as far back as there are reports", nullable=True)
    valid_to: Int = field("终止年份", "To", "year, included; null: until now", nullable=True)

    class Config(Table.Config):
        """What the table is called."""

        name = "agency_places"
        title = "机关所在地"
        description = (
            "Province, prefecture and county where each agency lies, year by year; one row for each agency and time. "
            "National and provisional agencies have none"
        )


def placed(row: str, table: str = "agency_places") -> str:
    """SQL after JOIN: where the agency of ``row`` lay in its report year, as ``p``; one row at most."""
    return (
        f"{table} p ON p.agency_id = {row}.agency_id\n"
        f"  AND {row}.report_year BETWEEN coalesce(p.valid_from, 0) AND coalesce(p.valid_to, 9999)"
    )


class Attribution(Table):
    """Whose report one document is, and why."""

    document_id: Text = fields.document(key=True, foreign="documents.document_id")
    agency_id: Text = fields.agency(foreign="agencies.agency_id")
    agency_name: Text = fields.agency_name()
    score: Real = field(
        "可信度",
        "Score",
        "1 a decision, 0.9 one meaning in all China …; null where provisional",
        nullable=True,
        ge=0,
        le=1,
    )
    basis: Text = field("依据", "Basis", "kinds of evidence that speak for it, joined by commas", nullable=True)
    reason: Text = field(
        "暂定原因", "Reason", "why the agency is provisional", codes=codes.AGENCY_REASONS, nullable=True
    )

    class Config(Table.Config):
        """What the table is called."""

        name = "attributions"
        title = "机关认定"
        description = "Whose report each document is, with the evidence for it or the reason why it is not sure"
