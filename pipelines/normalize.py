"""Raw rows as workers wrote them → rows of the pandera models; what does not fit becomes a finding and quarantine.

The models do the work (``schemas.core``): types, codes, standard units, keys and checks. Here they are called in one
batch, ``lazy=True``; rows with failure cases are taken out with their reasons, and the rest is validated again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow

from pipelines.extraction import RawFinding
from schemas.core import Document, Finding, Quarantine, Statement
from schemas.masking import mask
from schemas.parsing import hash_id
from schemas.rules import rule
from schemas.table import Table

Reasons = dict[int, set[str]]
"""row -> checks it failed, as ``column: check`` or ``check``"""

_LOCATED = ("section", "indicator", "breakdown", "locator")


def normalize(documents: arrow.Table, cells: arrow.Table, findings: arrow.Table) -> dict[str, pd.DataFrame]:
    """One batch (best 100 documents or more): the three tables of a shard (``pipelines.shards.Shard``), any number joined.

    Returns frames ``documents``, ``statements``, ``findings``, ``quarantine`` for ``Store.replace_documents``. Raises
    ``ValueError`` naming the column where the shard lacks one or has one too many. Bad rows never raise: a bad cell is
    quarantined, a bad document keeps its place as ``unreadable`` and its cells are quarantined with it.
    """
    raw_documents, raw_cells = _frame(documents), _frame(cells)
    good_documents, bad_documents = accept(Document, raw_documents)
    rejected = [_reject("documents", raw_documents, bad_documents)]
    if bad_documents:
        stubs, _ = accept(Document, _stubs(raw_documents.loc[sorted(bad_documents)]))
        good_documents = pd.concat([good_documents, stubs], ignore_index=True)
    known = set(raw_documents["document_id"]) - set(raw_documents.loc[sorted(bad_documents), "document_id"])
    orphans = raw_cells.index[~raw_cells["document_id"].isin(known)]
    statements, bad_cells = accept(Statement, raw_cells.drop(index=orphans))
    bad_cells |= {index: {"document_of_the_batch"} for index in orphans}
    rejected.append(_reject("cells", raw_cells, bad_cells))

    raw_findings = _frame(findings).assign(stage="read").drop_duplicates(ignore_index=True)
    told, bad_findings = accept(Finding, raw_findings)
    rejected.append(_reject("findings", raw_findings, bad_findings))
    ours, _ = accept(Finding, pd.concat([_findings(part) for part in rejected], ignore_index=True))
    quarantine, _ = accept(Quarantine, pd.concat([part[list(_QUARANTINE)] for part in rejected], ignore_index=True))
    return {
        "documents": good_documents,
        "statements": statements,
        "findings": pd.concat([told, ours], ignore_index=True),
        "quarantine": quarantine,
    }


def accept(model: type[Table], raw: pd.DataFrame) -> tuple[pd.DataFrame, Reasons]:
    """Rows of ``raw`` as the model makes them, and why the other rows were refused (by their index in ``raw``).

    Raises ``ValueError`` for a missing or additional column: that is no bad row but another program's shard.
    """
    reasons: Reasons = {}
    rows = raw
    for _ in range(3):  # once to find them, once without them; a third time where only that brought more to light
        try:
            return model.validate(rows.reset_index(drop=True), lazy=True), reasons
        except KeyError as error:
            raise ValueError(f"{model.__name__}: the shard lacks the column {error}") from error
        except pa.errors.SchemaErrors as error:
            found = _reasons(error.failure_cases)
            if not found:
                raise ValueError(f"{model.__name__}: {_whole(error.failure_cases)}") from error
            index = rows.index
            for position, checks in found.items():
                reasons.setdefault(int(index[position]), set()).update(checks)
            rows = rows.drop(index=[index[position] for position in found])
    raise ValueError(f"{model.__name__}: rows still fail after the failing ones were taken out: {reasons}")


def _reasons(cases: pd.DataFrame) -> Reasons:
    """Failure cases by row. A failed coercion is reported twice and a check of the whole frame once for each column:
    one reason each. Cases without a row (a check that stumbled over an uncoerced column) add nothing."""
    found: Reasons = {}
    located = cases[cases["index"].notna()]
    for context, column, check, index in zip(
        located["schema_context"], located["column"], located["check"], located["index"], strict=True
    ):
        name = str(check) if context == "DataFrameSchema" else f"{column}: {str(check).split('(')[0]}"
        found.setdefault(int(index), set()).add(name)
    for checks in found.values():  # coerce_dtype and dtype are one failure
        for name in [name for name in checks if name.endswith(": coerce_dtype")]:
            checks.discard(name.replace("coerce_dtype", "dtype"))
    return found


def _whole(cases: pd.DataFrame) -> str:
    """Failures of the table as a whole, in words."""
    words = {"column_in_dataframe": "the shard lacks the column", "column_in_schema": "the shard has an unknown column"}
    return "; ".join(
        sorted(
            {
                f"{words.get(str(c), str(c))} {case}"
                for c, case in zip(cases["check"], cases["failure_case"], strict=True)
            }
        )
    )


_QUARANTINE = ("quarantine_id", "document_id", "part", "checks", "row")


def _reject(part: str, raw: pd.DataFrame, reasons: Reasons) -> pd.DataFrame:
    """Rows for quarantine, with the place of the cell beside them for the finding."""
    rows: list[dict[str, Any]] = []
    for index in sorted(reasons):
        raw_row = {str(name): None if pd.isna(value) else value for name, value in raw.loc[index].items()}
        text = json.dumps({name: _masked(value) for name, value in raw_row.items()}, ensure_ascii=False, default=str)
        rows.append(
            {
                "quarantine_id": hash_id("q-", (part, raw_row["document_id"], index, text)),
                "document_id": raw_row["document_id"],
                "part": part,
                "checks": "; ".join(sorted(reasons[index])),
                "row": text,
                **{name: raw_row.get(name) for name in _LOCATED},
                "observed": raw_row.get("printed") or raw_row.get("value") or raw_row.get("file_name"),
            }
        )
    return pd.DataFrame(rows, columns=[*_QUARANTINE, *_LOCATED, "observed"], dtype="str")


def _masked(value: object) -> object:
    return mask(value) if isinstance(value, str) else value


def _findings(rejected: pd.DataFrame) -> pd.DataFrame:
    """One finding for each row in quarantine."""
    entry = rule("normalize.rejected")
    rows = [
        {
            "rule": entry.id,
            "severity": entry.severity,
            "responsible": entry.responsible,
            "stage": "normalize",
            "document_id": row["document_id"],
            **{name: row[name] for name in _LOCATED},
            "expected": row["checks"],
            "observed": row["observed"],
            "message_en": f"A row of {row['part']} was left out and quarantined; it fails: {row['checks']}. Row: {row['row']}",
            "message_zh": f"一行数据（{_PARTS[row['part']]}）未通过校验，已隔离，不进入数据集；未过检查：{row['checks']}。原始行：{row['row']}",
        }
        for row in rejected.to_dict("records")
    ]
    names = [*RawFinding.__dataclass_fields__, "document_id", "stage"]
    return pd.DataFrame(rows, columns=names, dtype="str")


_PARTS: Mapping[str, str] = {"cells": "单元格", "documents": "文件", "findings": "发现"}


def _stubs(raw: pd.DataFrame) -> pd.DataFrame:
    """Documents whose row is bad, reduced to what is certain, so that they are known, refused and not read again."""
    stubs = raw.copy()
    for name in stubs.columns:
        if name not in ("document_id", "file_name", "byte_size", "reader_hash"):
            stubs[name] = 0 if name == "pages" or name.startswith("cells_") else None
    stubs["file_name"] = stubs["file_name"].fillna("?")
    return stubs.assign(
        kind="unreadable",
        reason_code="normalize.rejected",
        reason_en="what was read of this document does not fit the model; see the findings",
        reason_zh="该文件的读取结果未通过校验，详见发现表",
    )


def _frame(table: arrow.Table) -> pd.DataFrame:
    """Arrow text as pandas text; whole numbers stay whole where some are null."""
    return table.to_pandas(types_mapper={arrow.int64(): pd.Int64Dtype()}.get)
