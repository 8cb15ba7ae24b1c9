"""Columns that several tables have: said once, used by the models of ``schemas.core``.

Each function makes a new field; ``options`` are those of ``schemas.table.field``.
"""

from __future__ import annotations

from typing import Any

from schemas import codes
from schemas.table import field


def document(**options: Any) -> Any:
    """SHA-256 of a file."""
    return field(
        "文件编号",
        "Document",
        "SHA-256 of the bytes as received, hexadecimal",
        **options,
    )


def agency(**options: Any) -> Any:
    """Id of a bureau."""
    return field(
        "机关编号",
        "Agency id",
        "opaque; p- and 12 hex digits while the agency is not in the registry",
        str_matches=r"^(?:a\d{6}|p-[0-9a-f]{12})$",
        **options,
    )


def agency_name(**options: Any) -> Any:
    """Name of a bureau."""
    return field(
        "机关名称",
        "Agency",
        "official name in that year; while it is provisional the name as printed, blanks removed",
        text=True,
        **options,
    )


def province_code(**options: Any) -> Any:
    """Two digits of a province."""
    return field(
        "省级代码",
        "Province code",
        "first two digits of the division code (GB/T 2260)",
        str_matches=r"^\d{2}$",
        **options,
    )


def province(**options: Any) -> Any:
    """Name of a province."""
    return field("省级行政区", "Province", "name in that year", **options)


def prefecture(**options: Any) -> Any:
    """Name of a prefecture."""
    return field(
        "地级行政区", "Prefecture", "name in that year; null where the agency lies in none", nullable=True, **options
    )


def county(**options: Any) -> Any:
    """Name of a county."""
    return field(
        "县级行政区",
        "County",
        "county or district, name in that year; null where the agency lies in none",
        nullable=True,
        **options,
    )


def level(**options: Any) -> Any:
    """Level of administration."""
    return field("层级", "Level", codes=codes.LEVELS, nullable=True, **options)


def column_level(**options: Any) -> Any:
    """Level of units that a column counts for."""
    return field(
        "分栏层级",
        "Level of the column",
        "whose figures the column gives, where a table has one for each level of units; these are a report of their "
        "own, with the level as its scope",
        codes=codes.READ_LEVELS,
        **options,
    )


def kind(**options: Any) -> Any:
    """Kind of a bureau."""
    return field("类别", "Kind", "kind of organ", nullable=True, **options)


def year(**options: Any) -> Any:
    """The statistical year."""
    return field(
        "报告年度", "Report year", "the statistical year, not that of publication", ge=1990, le=2100, **options
    )


def report(**options: Any) -> Any:
    """Id of a report."""
    return field("报告编号", "Report id", "r- and 16 hex digits", str_matches=r"^r-[0-9a-f]{16}$", **options)


def scope(**options: Any) -> Any:
    """Whose figures."""
    return field("统计口径", "Scope", "whose figures these are", **options)


def scope_basis(**options: Any) -> Any:
    """How the scope was told."""
    return field("统计口径依据", "Basis of the scope", "how the scope was told", codes=codes.SCOPE_BASES, **options)


def published_basis(**options: Any) -> Any:
    """Where the day of publication was read."""
    return field(
        "发布日期依据", "Basis of the day of publication", "where it was read", codes=codes.PUBLISHED_BASES, **options
    )


def form(**options: Any) -> Any:
    """Statutory layout."""
    return field("格式", "Form", "statutory layout", codes=codes.FORMS, **options)


def form_basis(**options: Any) -> Any:
    """How the form was told."""
    return field("格式依据", "Basis of the form", "how the form was told", codes=codes.FORM_BASES, **options)


def locator(**options: Any) -> Any:
    """Place in the document."""
    return field(
        "位置",
        "Locator",
        "place in the document: p4[x0,y0,x1,y1] page, points from its top left corner; t3/r12/c7 table, row, column, "
        "merged cells counted as the columns they cover; 'Sheet1'!D14; L120:14-18 line, characters, the last excluded; "
        "rows2/r12/c7 in rows of a web page that are no table; para9:14-18 paragraph, characters",
        **options,
    )


def status(**options: Any) -> Any:
    """What stands in a cell."""
    return field("状态", "Status", "what stands in the cell", codes=codes.STATUSES, **options)


def unit(**options: Any) -> Any:
    """Unit of a printed number."""
    return field("单位", "Unit", "unit printed in the cell, else in the header", codes=codes.UNITS, **options)


def printed(**options: Any) -> Any:
    """Text of a cell."""
    return field("原文", "Printed", "text of the cell as printed", text=True, nullable=True, **options)


def flags(**options: Any) -> Any:
    """What is odd about an observation."""
    return field(
        "标记", "Flags", "sorted codes joined by commas: conflict, identity_violated", nullable=True, **options
    )


def origin(**options: Any) -> Any:
    """Where a document comes from."""
    return field("来源性质", "Origin", "where the document comes from", codes=codes.ORIGINS, **options)


def section(**options: Any) -> Any:
    """Part of the report."""
    return field("部分", "Section", "part of the report", **options)


def indicator(**options: Any) -> Any:
    """What a row counts."""
    return field("指标", "Indicator", "what the row counts: a dotted code", **options)


def breakdown(**options: Any) -> Any:
    """What a column splits by."""
    return field("分组", "Breakdown", "what the column splits by", **options)


def count(zh: str, en: str, description: str = "", **options: Any) -> Any:
    """A number of things, never negative."""
    return field(zh, en, description, ge=0, **options)
