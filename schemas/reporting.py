"""Tables about reports as a whole: what each is, which documents carry it, and which reports there should be."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import codes, fields
from schemas.table import Table, field

Text = Series[str]
Int = Series[pd.Int64Dtype]
Flag = Series[pd.BooleanDtype]


class Report(Table):
    """What one agency says about one year and scope."""

    report_id: Text = fields.report(key=True)
    agency_id: Text = fields.agency(foreign="agencies.agency_id")
    agency_name: Text = fields.agency_name()
    report_year: Int = fields.year()
    scope: Text = fields.scope(codes=codes.SCOPES)
    document_id: Text = fields.document(foreign="documents.document_id")
    form: Text = fields.form(nullable=True)
    form_basis: Text = fields.form_basis(nullable=True)
    n_documents: Int = fields.count("文件数", "Documents", "that carry this report")
    n_cells: Int = fields.count("单元格数", "Cells", "keys of the form")
    n_reported: Int = fields.count("已报数", "Reported")
    n_blank: Int = fields.count("空白数", "Blank")
    n_mark: Int = fields.count("符号数", "Marks")
    n_illegible: Int = fields.count("无法辨认数", "Illegible")
    n_absent: Int = fields.count("缺失数", "Absent")
    n_findings_error: Int = fields.count("错误数", "Errors", "findings of severity error")
    n_findings_warning: Int = fields.count("警告数", "Warnings", "findings of severity warning")
    published_on: Text = field("发布日期", "Published on", "of the document chosen; ISO 8601", nullable=True)
    kind: Text = field("种类", "Kind", "report, or narrative (without tables)", codes=codes.KINDS)
    origin: Text = fields.origin()
    scope_basis: Text = fields.scope_basis(nullable=True)
    period_start: Text = field("统计期起", "Period from", "ISO 8601 date, as printed", nullable=True)
    period_end: Text = field("统计期止", "Period to", "ISO 8601 date, as printed", nullable=True)
    published_basis: Text = fields.published_basis(nullable=True)
    due_on: Text = field("应公布日期", "Due on", "ISO 8601 date set by law; null where none is known", nullable=True)
    punctuality: Text = field("是否按时", "Punctuality", "of the first edition", codes=codes.PUNCTUALITY)
    punctuality_basis: Text = field(
        "按时判定依据", "Basis of punctuality", "why it can be told, or not", codes=codes.PUNCTUALITY_BASES
    )

    class Config(Table.Config):
        """What the table is called."""

        name = "reports"
        title = "年度报告"
        description = "What one agency says about one year and scope"


class ReportDocument(Table):
    """A document that carries a report: an edition of it, or a copy."""

    report_id: Text = fields.report(key=True, foreign="reports.report_id")
    document_id: Text = fields.document(key=True, foreign="documents.document_id")
    rank: Int = field("次序", "Rank", "1 stands for the report as a whole", ge=1)
    kind: Text = field("种类", "Kind", "report, or narrative (without tables)", codes=codes.KINDS)
    origin: Text = fields.origin()
    trust: Text = field("网站可信度", "Trust", "of the best site where it was found", codes=codes.TRUST)
    is_reissue: Flag = field("是否更正版", "Re-issue", "the title says that it is corrected or updated")
    published_on: Text = field("发布日期", "Published on", "ISO 8601", nullable=True)
    published_basis: Text = fields.published_basis(nullable=True)
    scope_basis: Text = fields.scope_basis(nullable=True)
    n_chosen: Int = fields.count("采用数", "Chosen", "observations that are taken from this document")
    n_same: Int = fields.count("相同数", "Same", "numbers that are those of the observations")
    n_different: Int = fields.count("不同数", "Different", "numbers that are not")
    column_level: Text = fields.column_level()

    class Config(Table.Config):
        """What the table is called."""

        name = "report_documents"
        title = "报告文件"
        description = "Which documents carry which report: editions and copies, in their order of precedence"


class Coverage(Table):
    """One report that there should be, or is: an agency and a year."""

    agency_id: Text = fields.agency(key=True, foreign="agencies.agency_id")
    report_year: Int = fields.year(key=True)
    agency_name: Text = fields.agency_name()
    level: Text = fields.level()
    kind: Text = fields.kind()
    province: Text = field(
        "省级行政区", "Province", "null where the agency belongs to none, or is provisional", nullable=True
    )
    is_expected: Flag = field("是否应有", "Expected", "a government of county level or above, or an agency seen before")
    status: Text = field("状态", "Status", "what is here", codes=codes.COVERAGE)
    n_reports: Int = fields.count("报告数", "Reports", "one for each scope")
    n_documents: Int = fields.count("文件数", "Documents", "that carry them")
    n_refused: Int = fields.count("拒收文件数", "Documents refused", "that name this agency and year")
    due_on: Text = field("应公布日期", "Due on", "ISO 8601 date set by law; null where none is known", nullable=True)

    class Config(Table.Config):
        """What the table is called."""

        name = "coverage"
        title = "覆盖情况"
        description = "Which reports there should be, for each agency and year, and which of them are here"
