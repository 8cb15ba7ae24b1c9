"""The tables, one pandera model each. What a column means is said here and nowhere else.

Loaded from documents: ``Source``, ``Document``, ``Statement``, ``Finding``, ``Claim``, ``Quarantine``; about runs:
``Run``. Derived by SQL (``pipelines.resolve``, ``pipelines.check``): ``Report``, ``Observation``, ``Indicator``,
``Equation``, ``RelationTerm``, ``Verdict``, the agencies (``schemas.core_agencies``), the crosswalk
(``schemas.crosswalk``), the metrics (``schemas.metrics``). Codes are public (the contract): add, never rename.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from schemas import codes, fields, parsing
from schemas.changes import Change
from schemas.core_agencies import Agency, AgencyName, AgencyPlace, Attribution
from schemas.crosswalk import Crosswalk
from schemas.metrics import Metric, MetricDefinition
from schemas.reporting import Coverage, Report, ReportDocument
from schemas.suspects import Suspect
from schemas.table import Table, columns, field, names

Text = Series[str]
Int = Series[pd.Int64Dtype]
Real = Series[pd.Float64Dtype]
Flag = Series[pd.BooleanDtype]


class Source(Table):
    """Every sighting of a document."""

    path: Text = field("路径", "Path", "relative to the folder of raw documents", key=True)
    document_id: Text = fields.document(foreign="documents.document_id")
    source_url: Text = field("网址", "URL", "where the document was found", nullable=True)
    retrieved_at: Text = field("取得时间", "Retrieved at", "ISO 8601", nullable=True)
    published_on: Text = field("发布日期", "Published on", "ISO 8601 date", nullable=True)
    agency_hint: Text = field(
        "机关提示", "Agency hint", "used only where the document names nobody", text=True, nullable=True
    )
    year_hint: Int = field(
        "年度提示", "Year hint", "used only where the document tells no year", ge=1990, le=2100, nullable=True
    )
    origin: Text = fields.origin()
    note: Text = field("备注", "Note", text=True, nullable=True)
    site: Text = field("网站", "Site", "host of the URL", nullable=True)
    folder: Text = field("文件夹", "Folder", "relative to the folder of raw documents", nullable=True)

    class Config(Table.Config):
        """What the table is called."""

        name = "sources"
        title = "来源"
        description = "Every sighting of a document: path, address, dates"
        strict = "filter"

    @classmethod
    def derive(cls, frame: pd.DataFrame) -> pd.DataFrame:
        """Manifest text in, types out."""
        return parsing.source(frame)


class Document(Table):
    """One file as received."""

    document_id: Text = fields.document(key=True, str_matches=r"^[0-9a-f]{64}$")
    file_name: Text = field("文件名", "File name", text=True)
    byte_size: Int = fields.count("字节数", "Size", unit="byte")
    media_type: Text = field("媒体类型", "Media type", "told from the bytes", nullable=True)
    charset: Text = field("字符集", "Character set", nullable=True)
    pages: Int = fields.count("页数", "Pages", "0 where the file type has none")
    kind: Text = field("种类", "Kind", "what the document is", codes=codes.KINDS)
    reason_code: Text = field("原因代码", "Reason", "why it gave no report", nullable=True)
    reason_en: Text = field("原因（英）", "Reason in English", text=True, nullable=True)
    reason_zh: Text = field("原因（中）", "Reason in Chinese", text=True, nullable=True)
    title: Text = field("标题", "Title", text=True, nullable=True)
    agency_printed: Text = field("机关名称（原文）", "Agency as printed", text=True, nullable=True)
    agency_basis: Text = field("机关依据", "Basis of the agency", "where the name was read", nullable=True)
    report_year: Int = fields.year(nullable=True)
    year_basis: Text = field("年度依据", "Basis of the year", "where the year was read", nullable=True)
    period_start: Text = field("统计期起", "Period from", "ISO 8601 date", nullable=True)
    period_end: Text = field("统计期止", "Period to", "ISO 8601 date", nullable=True)
    form: Text = fields.form(nullable=True)
    form_basis: Text = fields.form_basis(nullable=True)
    origin: Text = fields.origin()
    cells_present: Int = fields.count("数值单元格数", "Numeric cells", "cells of recognised tables that print a number")
    cells_used: Int = fields.count("已用单元格数", "Cells used")
    cells_ignored: Int = fields.count("声明忽略数", "Cells declared ignored")
    share_used: Real = field(
        "使用率", "Share used", "cells used ÷ numeric cells, 6 decimals", nullable=True, ge=0, le=1
    )
    reader_hash: Text = field("读取程序", "Reader", "hash of the code, forms and codebook that read it")
    agency_name: Text = field("机关名称（规范化）", "Agency, blanks removed", text=True, nullable=True)
    evidence: Text = field(
        "机关证据",
        "Evidence of the agency",
        "everything that says whose report it is: JSON list of kind, text and place",
        text=True,
        nullable=True,
    )
    scope: Text = fields.scope(codes=codes.TOLD_SCOPES, nullable=True)
    scope_basis: Text = fields.scope_basis(nullable=True)
    scope_evidence: Text = field(
        "统计口径证据", "Evidence of the scope", "the words that tell it", text=True, nullable=True
    )
    published_printed: Text = field(
        "发布日期（原文）", "Published on, as printed", "ISO 8601; what the document itself tells", nullable=True
    )
    published_basis: Text = fields.published_basis(nullable=True)
    reissue: Text = field("更正字样", "Re-issue", "words of the title that call it corrected or updated", nullable=True)

    class Config(Table.Config):
        """What the table is called."""

        name = "documents"
        title = "文件"
        description = "One row for each file as received"

    @classmethod
    def derive(cls, frame: pd.DataFrame) -> pd.DataFrame:
        """Columns of ``Extraction`` (text) in, types out."""
        if "agency_printed" in frame:
            return frame
        return parsing.document(frame)[names(cls)]

    @pa.dataframe_check(name="cells_add_up", ignore_na=False)
    @classmethod
    def _cells_add_up(cls, frame: pd.DataFrame) -> Any:
        return frame["cells_used"] + frame["cells_ignored"] <= frame["cells_present"]


class Statement(Table):
    """One reading of one cell in one document; never edited."""

    statement_id: Text = field("读数编号", "Statement id", "s- and 16 hex digits", key=True)
    document_id: Text = fields.document(foreign="documents.document_id", str_matches=r"^[0-9a-f]{64}$")
    section: Text = fields.section(codes=codes.SECTIONS)
    indicator: Text = fields.indicator()
    breakdown: Text = fields.breakdown()
    status: Text = fields.status()
    printed: Text = fields.printed()
    value: Real = field("数值", "Value", "the number printed, in the unit printed; exact to 6 decimals", nullable=True)
    unit: Text = fields.unit()
    value_std: Real = field("标准单位数值", "Value in standard units", "null where the unit is unknown", nullable=True)
    is_total: Flag = field("是否合计", "Is a total", "row or column is a printed sum")
    form: Text = fields.form()
    form_basis: Text = fields.form_basis()
    locator: Text = fields.locator(nullable=True)
    confidence: Real = field("置信度", "Confidence", "null unless read optically", nullable=True, ge=0, le=1)
    method: Text = field("方法", "Method", "how the value was read", codes=codes.METHODS)
    derived_by: Text = field("判定规则", "Derived by", "rule that chose among candidates", nullable=True)
    candidates: Text = field("候选读数", "Candidates", "competing readings, JSON list", nullable=True)
    column_level: Text = fields.column_level()

    class Config(Table.Config):
        """What the table is called."""

        name = "statements"
        title = "读数"
        description = "One reading of one cell in one document"

    @classmethod
    def derive(cls, frame: pd.DataFrame) -> pd.DataFrame:
        """Columns of ``RawCell`` (text) in; types, codes, standard units and keys out."""
        if "statement_id" in frame:
            return frame
        return parsing.statement(frame)[names(cls)]

    @pa.dataframe_check(name="cell_of_a_form", ignore_na=False)
    @classmethod
    def _cell_of_a_form(cls, frame: pd.DataFrame) -> Any:
        return parsing.known_cell(frame)

    @pa.dataframe_check(name="one_reading_per_cell", ignore_na=False)
    @classmethod
    def _one_reading(cls, frame: pd.DataFrame) -> Any:
        corrected = frame["method"] == "corrected"
        place = frame[["document_id", "column_level", "section", "indicator", "breakdown"]].assign(corrected=corrected)
        return ~place.duplicated(keep=False)

    @pa.dataframe_check(name="value_only_if_reported", ignore_na=False)
    @classmethod
    def _value_only_if_reported(cls, frame: pd.DataFrame) -> Any:
        return (frame["status"] == "reported") == frame["value"].notna()

    @pa.dataframe_check(name="value_is_exact", ignore_na=False)
    @classmethod
    def _value_is_exact(cls, frame: pd.DataFrame) -> Any:
        return parsing.exact(frame["value"]) & parsing.exact(frame["value_std"])

    @pa.dataframe_check(name="print_fits_status", ignore_na=False)
    @classmethod
    def _print_fits_status(cls, frame: pd.DataFrame) -> Any:
        return parsing.print_fits(frame)


class Observation(Table):
    """The statement chosen for one agency, year, scope and cell."""

    agency_id: Text = fields.agency(key=True, foreign="agencies.agency_id")
    report_year: Int = fields.year(key=True)
    scope: Text = fields.scope(key=True, codes=codes.SCOPES)
    section: Text = fields.section(key=True, codes=codes.SECTIONS)
    indicator: Text = fields.indicator(key=True)
    breakdown: Text = fields.breakdown(key=True)
    agency_name: Text = fields.agency_name()
    value: Real = field("数值", "Value", "the number printed, in the unit printed; exact to 6 decimals", nullable=True)
    unit: Text = fields.unit()
    value_std: Real = field("标准单位数值", "Value in standard units", "null where the unit is unknown", nullable=True)
    status: Text = fields.status()
    value_derived: Real = field(
        "推算值",
        "Derived value",
        "what the report's own sums leave no choice about where no number is printed; never used as value",
        nullable=True,
    )
    derived_by: Text = field(
        "推算或判定规则",
        "Derived by",
        "rules behind a derived or disambiguated value, sorted, joined by commas; count.not_negative where it was used "
        "that counts are not negative",
        nullable=True,
    )
    method: Text = field("方法", "Method", "how the value was read", codes=codes.METHODS)
    confidence: Real = field("置信度", "Confidence", "null unless read optically", nullable=True, ge=0, le=1)
    is_total: Flag = field("是否合计", "Is a total", "row or column is a printed sum")
    form: Text = fields.form()
    printed: Text = fields.printed()
    report_id: Text = fields.report(foreign="reports.report_id")
    document_id: Text = fields.document(foreign="documents.document_id")
    statement_id: Text = field("读数编号", "Statement id", "the statement chosen", foreign="statements.statement_id")
    locator: Text = fields.locator(nullable=True)
    n_statements: Int = fields.count("读数个数", "Statements", "how many there were to choose from")
    n_values: Int = fields.count("不同数值个数", "Distinct values", "more than one is a conflict")
    revision: Int = fields.count(
        "修订次数", "Revision", "0 first published, +1 each time the source re-issued another value"
    )
    flags: Text = fields.flags()
    form_basis: Text = fields.form_basis()
    origin: Text = fields.origin()

    class Config(Table.Config):
        """What the table is called."""

        name = "observations"
        title = "观测值"
        description = "One value for each agency, year, scope and cell, with where it stands and how it was chosen"


class Indicator(Table):
    """The codebook: every cell of every form."""

    form: Text = fields.form(key=True)
    section: Text = fields.section(key=True, codes=codes.SECTIONS)
    indicator: Text = fields.indicator(key=True)
    breakdown: Text = fields.breakdown(key=True)
    label_zh: Text = field("行名", "Row label", "exact statutory label")
    column_label_zh: Text = field("列名", "Column label", "exact statutory label")
    label_en: Text = field("行名（英）", "Row label in English")
    column_label_en: Text = field("列名（英）", "Column label in English")
    unit: Text = field("单位", "Unit", "of the form", codes=codes.UNITS)
    unit_std: Text = field("标准单位", "Standard unit", "of value_std", codes=codes.UNITS)
    nature: Text = field("性质", "Nature", "what kind of quantity", codes=codes.NATURES)
    is_total: Flag = field("是否合计", "Is a total", "row or column is a printed sum")
    sum_of: Text = field("合计内容", "Sum of", "what a printed total adds up", nullable=True)
    parent: Text = field("上级指标", "Parent", "indicator that sums this one", nullable=True)
    row_group: Text = field("行组", "Row group", "caption above the row", nullable=True)
    position: Int = fields.count("次序", "Position", "order in the form, from 0")
    block: Text = field(
        "表块", "Block", "rows and columns printed together; forms offer alternatives for the same block"
    )
    label_confirmed: Flag = field(
        "行名是否核实",
        "Label confirmed",
        "whether the exact row label was seen in a published table; else it is reconstructed",
    )

    class Config(Table.Config):
        """What the table is called."""

        name = "indicators"
        title = "指标"
        description = "Codebook: every cell of every form"


class Finding(Table):
    """One violated rule or oddity."""

    finding_id: Text = field("发现编号", "Finding id", "f- and 16 hex digits", key=True)
    rule: Text = field("规则", "Rule", "rule id")
    severity: Text = field("程度", "Severity", codes=codes.SEVERITIES)
    responsible: Text = field("责任方", "Responsible", "who has to act", codes=codes.RESPONSIBLE)
    stage: Text = field("阶段", "Stage", "where it was noticed", codes=codes.STAGES)
    document_id: Text = fields.document(nullable=True, foreign="documents.document_id")
    report_id: Text = fields.report(nullable=True, foreign="reports.report_id")
    agency_id: Text = fields.agency(nullable=True, foreign="agencies.agency_id")
    agency_name: Text = fields.agency_name(nullable=True)
    report_year: Int = fields.year(nullable=True)
    section: Text = fields.section(nullable=True)
    indicator: Text = fields.indicator(nullable=True)
    breakdown: Text = fields.breakdown(nullable=True)
    locator: Text = fields.locator(nullable=True)
    expected: Text = field("应为", "Expected", text=True, nullable=True)
    observed: Text = field("实为", "Observed", text=True, nullable=True)
    message_en: Text = field("说明（英）", "Message in English", text=True)
    message_zh: Text = field("说明（中）", "Message in Chinese", text=True)
    decision: Text = field(
        "认定", "Decision", "of somebody who looked at the finding", codes=codes.DECISIONS, nullable=True
    )
    decision_reason: Text = field("认定理由", "Reason of the decision", text=True, nullable=True)

    class Config(Table.Config):
        """What the table is called."""

        name = "findings"
        title = "发现"
        description = "Violated rules and oddities, with who is responsible"

    @classmethod
    def derive(cls, frame: pd.DataFrame) -> pd.DataFrame:
        """Columns of ``RawFinding`` (text) and ``stage`` in; identity and missing columns out."""
        if "finding_id" in frame:
            return frame
        return parsing.finding(frame, columns(cls))[names(cls)]


class Claim(Table):
    """A count that the prose of a document states."""

    claim_id: Text = field("正文数字编号", "Claim id", "c- and 16 hex digits", key=True)
    document_id: Text = fields.document(foreign="documents.document_id")
    measure: Text = field("计量项目", "Measure", "what is counted: an id of the vocabulary of claims")
    value: Real = field("数值", "Value", "the number stated", ge=0)
    qualifier: Text = field("限定", "Qualifier", codes=codes.QUALIFIERS)
    scope_hint: Text = field(
        "口径提示", "Scope hint", "whose figures the words say", nullable=True, codes=codes.SCOPE_HINTS
    )
    sentence: Text = field("句子", "Sentence", "or the part of it around the number", text=True)
    locator: Text = fields.locator(nullable=True)

    class Config(Table.Config):
        """What the table is called."""

        name = "claims"
        title = "正文数字"
        description = "Counts that the prose states and the tables print too"

    @classmethod
    def derive(cls, frame: pd.DataFrame) -> pd.DataFrame:
        """Columns of ``RawClaim`` (text) and ``document_id`` in; identity and types out."""
        if "claim_id" in frame:
            return frame
        return parsing.claim(frame)[names(cls)]


class Quarantine(Table):
    """A raw row that no model accepts."""

    quarantine_id: Text = field("隔离编号", "Quarantine id", "q- and 16 hex digits", key=True)
    document_id: Text = fields.document()
    part: Text = field("部分", "Part", "cells, documents, findings or claims")
    checks: Text = field("未过检查", "Checks failed", "sorted, joined by semicolons")
    row: Text = field("原始行", "Row", "JSON of the raw row", text=True)

    class Config(Table.Config):
        """What the table is called."""

        name = "quarantine"
        title = "隔离"
        description = "Raw rows that do not fit their model"


class Equation(Table):
    """One term of one identity of a form."""

    equation_id: Text = field("等式编号", "Equation id", key=True)
    section: Text = fields.section(key=True, codes=codes.SECTIONS)
    indicator: Text = fields.indicator(key=True)
    breakdown: Text = fields.breakdown(key=True)
    form: Text = field("格式", "Forms", "joined by commas")
    rule: Text = field("规则", "Rule", "rule id")
    coefficient: Int = field("系数", "Coefficient", "the sum over all terms of coefficient × value is 0")
    is_target: Flag = field("是否合计项", "Is the total", "the printed total that the other terms explain")
    n_terms: Int = fields.count("项数", "Terms")

    class Config(Table.Config):
        """What the table is called."""

        name = "equations"
        title = "勾稽关系"
        description = "Identities of the forms, one row for each term"


class RelationTerm(Table):
    """One term of one relation over years, or of one bound."""

    equation_id: Text = field("等式编号", "Equation id", key=True)
    section: Text = fields.section(key=True, codes=codes.SECTIONS)
    indicator: Text = fields.indicator(key=True)
    breakdown: Text = fields.breakdown(key=True)
    years_back: Int = fields.count("前推年数", "Years back", "0: the report that has the target", key=True)
    rule: Text = field("规则", "Rule", "rule id")
    comparison: Text = field("比较", "Comparison", "the sum of coefficient × value against 0: = or <=")
    coefficient: Int = field("系数", "Coefficient")
    is_target: Flag = field("是否目标项", "Is the target", "the cell that a finding names")

    class Config(Table.Config):
        """What the table is called."""

        name = "relations"
        title = "跨年关系"
        description = "Relations over the years of one agency, and bounds, one row for each term"


class Verdict(Table):
    """What one rule says of one document: of a sum, of a sentence, of its figures as a whole."""

    document_id: Text = fields.document(key=True)
    equation_id: Text = field(
        "判定对象",
        "What is judged",
        "id of an equation, a relation or a claim; the rule's where it is the whole",
        key=True,
    )
    rule: Text = field("规则", "Rule", "rule id")
    verdict: Text = field("判定", "Verdict", codes=codes.VERDICTS)
    difference: Real = field("差额", "Difference", "what the total lacks; null where it cannot be told", nullable=True)
    missing: Text = field(
        "缺数单元格",
        "Missing cells",
        "terms without a number: indicator/breakdown and status (no_cell where no report has it), of relations with "
        "the year, joined by semicolons; for rules over the whole, how many cells of each status",
        nullable=True,
    )
    column_level: Text = fields.column_level(key=True)

    class Config(Table.Config):
        """What the table is called."""

        name = "verdicts"
        title = "判定"
        description = "Whether each rule holds in each document: holds, violated, or cannot be told"


class Run(Table):
    """One run of the pipeline."""

    run_id: Text = field("运行编号", "Run id", key=True)
    started_at: Text = field("开始", "Started", "ISO 8601, UTC", nullable=True)
    ended_at: Text = field("结束", "Ended", "ISO 8601, UTC", nullable=True)
    exit_code: Int = field("退出码", "Exit code", nullable=True)
    version: Text = field("版本", "Version", "release that was the latest at the end", nullable=True)
    documents_seen: Int = fields.count("文件数", "Documents seen", nullable=True)
    documents_new: Int = fields.count("新文件数", "New documents", nullable=True)
    documents_read: Int = fields.count("读取数", "Documents read", nullable=True)
    documents_refused: Int = fields.count("拒收数", "Documents that gave no report", nullable=True)
    documents_newly_refused: Int = fields.count("新拒收数", "Of these, for the first time", nullable=True)
    documents_failed: Int = fields.count("读取失败数", "Documents that could not be read", nullable=True)
    published: Flag = field("是否发布", "Published", "whether the run made a new release", nullable=True)
    message: Text = field("说明", "Message", text=True, nullable=True)
    code_hash: Text = field("程序", "Code", "hash of the code that ran", nullable=True)
    stage_seconds: Text = field("各阶段耗时", "Seconds by stage", "JSON object", unit="s", nullable=True)
    documents_reinterpreted: Int = fields.count(
        "重新解读数", "Of the documents read, those whose file was not opened", nullable=True
    )
    documents_quarantined: Int = fields.count(
        "隔离数", "Documents given up: too slow, too much memory, or the end of their worker", nullable=True
    )
    documents_changed: Int = fields.count("变动数", "Documents that changed while they were read", nullable=True)

    class Config(Table.Config):
        """What the table is called."""

        name = "runs"
        title = "运行记录"
        description = "Runs of the pipeline"


LOADED: dict[str, type[Table]] = {
    "documents": Document,
    "statements": Statement,
    "document_findings": Finding,
    "claims": Claim,
    "quarantine": Quarantine,
    "sources": Source,
}
"""Tables filled from outside; everything else but ``runs`` is derived from them."""

DERIVED: dict[str, type[Table]] = {
    "indicators": Indicator,
    "crosswalk": Crosswalk,
    "equations": Equation,
    "relations": RelationTerm,
    "verdicts": Verdict,
    "observations": Observation,
    "reports": Report,
    "report_documents": ReportDocument,
    "coverage": Coverage,
    "agencies": Agency,
    "agency_names": AgencyName,
    "agency_places": AgencyPlace,
    "attributions": Attribution,
    "findings": Finding,
    "metric_definitions": MetricDefinition,
    "metrics": Metric,
    "suspects": Suspect,
    "changes": Change,
}
"""Tables made by ``Store.rebuild``; ``changes`` is filled when a release is made."""
