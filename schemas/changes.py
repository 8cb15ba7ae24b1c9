"""What changed between two releases, row by row, and why."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import fields
from schemas.table import CodeList, Table
from schemas.table import field as column

Text = Series[str]
Int = Series[pd.Int64Dtype]

CHANGES: CodeList = {
    "added": ("新增", "the row is new"),
    "changed": ("变更", "the row says something else"),
    "removed": ("移除", "the row is gone"),
}
CAUSES: CodeList = {
    "source_reissued": ("来源重新发布", "the agency put another document in the place of the old one"),
    "correction": ("更正", "a correction with its reason was added, changed or withdrawn"),
    "new_document": ("新文件", "a document that was not here before"),
    "document_withdrawn": ("文件撤下", "a document is no longer here"),
    "agency_decision": ("机关认定", "the registry of agencies, or a decision, says whose report it is"),
    "metadata": ("来源信息变更", "what is known of a document changed: address, date, origin, hints"),
    "better_reading": ("重新读取", "the same document was read anew by another version of the readers"),
    "method": ("方法变更", "the code or the codebook behind the readers changed, not the document"),
    "unknown": ("原因不明", "the older release does not hold what would tell"),
}


class Change(Table):
    """One field of one row that differs between two releases; of a row that is new or gone its main field."""

    dataset: Text = column("数据集", "Dataset", "whose row it is", key=True)
    row_key: Text = column("行主键", "Row key", "values of the dataset's key, joined by |", key=True)
    field: Text = column(
        "列", "Field", "the column that differs; of a row added or removed the first that has a value", key=True
    )
    change: Text = column("变动", "Change", codes=CHANGES)
    cause: Text = column("原因", "Cause", "why, by a written order: see docs/versions.md", codes=CAUSES)
    agency_id: Text = fields.agency(nullable=True)
    agency_name: Text = fields.agency_name(nullable=True)
    report_year: Int = fields.year(nullable=True)
    scope: Text = fields.scope(nullable=True)
    section: Text = fields.section(nullable=True)
    indicator: Text = fields.indicator(nullable=True)
    breakdown: Text = fields.breakdown(nullable=True)
    old: Text = column(
        "原值", "Old", "as in the CSV file of the earlier release; null: empty, or no row", nullable=True
    )
    new: Text = column("新值", "New", "as in the CSV file of this release; null: empty, or no row", nullable=True)
    old_document_id: Text = fields.document(nullable=True)
    new_document_id: Text = fields.document(nullable=True, foreign="documents.document_id")
    counterpart: Text = column(
        "对应行", "Counterpart", "key in the other release under which the same document's row stands", nullable=True
    )
    reason_zh: Text = column("说明（中）", "Reason in Chinese", "more than the cause tells", text=True, nullable=True)
    reason_en: Text = column("说明（英）", "Reason in English", "more than the cause tells", text=True, nullable=True)
    version: Text = column("版本", "Version", "of the later release")
    previous_version: Text = column("上一版本", "Previous version", "of the earlier release")

    class Config(Table.Config):
        """What the table is called."""

        name = "changes"
        title = "变动"
        description = "What changed since the previous release, and why; empty in the first one"
