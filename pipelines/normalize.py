"""Raw rows as workers wrote them → rows of the pandera models; what does not fit becomes a finding and quarantine.

The models do the work (``schemas.core``): types, codes, standard units, keys and checks. Here they are called in one
batch, ``lazy=True``; rows with failure cases are taken out with their reasons, and the rest is validated again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as pa
from pandera.errors import SchemaErrors

from pipelines.extraction import Extraction, RawCell, RawClaim, RawFinding
from schemas.core import Claim, Document, Finding, Quarantine, Statement
from schemas.masking import mask
from schemas.parsing import hash_id
from schemas.rules import rule
from schemas.table import Table, names

Reasons = dict[int, set[str]]
"""row -> checks it failed, as ``column: check`` or ``check``"""

_LOCATED = ("section", "indicator", "breakdown", "locator")
_TELLING = ("printed", "value", "observed", "file_name")


def normalize(documents: pa.Table, cells: pa.Table, findings: pa.Table, claims: pa.Table) -> dict[str, pd.DataFrame]:
    """One batch (best 100 documents or more): the tables of a shard (``pipelines.shards.Shard``), any number joined.

    Returns frames ``documents``, ``statements``, ``findings``, ``claims``, ``quarantine`` for
    ``Store.replace_documents``. Raises ``ValueError`` naming the column where the shard lacks one or has one too many.
    Bad rows never raise: a bad cell is quarantined, a bad document keeps its place as ``unreadable`` and its cells are
    quarantined with it.
    """
    raw_documents = _frame("documents", documents, [*_fields(Extraction), "document_id", "reader_hash"])
    raw_cells = _frame("cells", cells, [*_fields(RawCell), "document_id"])
    raw_findings = _frame("findings", findings, [*_fields(RawFinding), "document_id"])

    good_documents, bad_documents = accept(Document, raw_documents)
    rejected = [_reject("documents", raw_documents, bad_documents)]
    refused = raw_documents.loc[sorted(bad_documents)].drop_duplicates("document_id")
    if bad_documents:
        good_documents = pd.concat([good_documents, _sound(Document, _stubs(refused))], ignore_index=True)
    known = set(raw_documents["document_id"]) - set(refused["document_id"])
    orphans = raw_cells.index[~raw_cells["document_id"].isin(known)]
    statements, bad_cells = accept(Statement, raw_cells.drop(index=orphans))
    bad_cells |= {int(index): {"document_of_the_batch"} for index in orphans}
    rejected.append(_reject("cells", raw_cells, bad_cells))

    raw_claims = _frame("claims", claims, [*_fields(RawClaim), "document_id"]).drop_duplicates(ignore_index=True)
    stated, bad_claims = accept(Claim, raw_claims)
    rejected.append(_reject("claims", raw_claims, bad_claims))
    told, bad_findings = accept(Finding, raw_findings.assign(stage="read").drop_duplicates(ignore_index=True))
    rejected.append(_reject("findings", raw_findings.drop_duplicates(ignore_index=True), bad_findings))
    left_out = pd.concat(rejected, ignore_index=True)
    ours = _sound(Finding, _findings(left_out).drop_duplicates(ignore_index=True))
    return {
        "documents": good_documents,
        "statements": statements,
        "findings": pd.concat([told, ours], ignore_index=True),
        "claims": stated,
        "quarantine": _sound(Quarantine, left_out[names(Quarantine)]),
    }


def accept(model: type[Table], raw: pd.DataFrame) -> tuple[pd.DataFrame, Reasons]:
    """Rows of ``raw`` as the model makes them, and why the other rows were refused (by their index in ``raw``).

    Raises ``ValueError`` for a missing or additional column: that is no bad row but another program's frame.
    """
    reasons: Reasons = {}
    if raw.empty:
        return _empty(model).copy(), reasons
    rows = raw
    for _ in range(3):  # once to find them, once without them; a third time where only that brought more to light
        try:
            return model.validate(rows.reset_index(drop=True), lazy=True), reasons
        except SchemaErrors as error:
            found = _reasons(error.failure_cases)
            if not found:
                raise ValueError(f"{model.__name__}: {_whole(error.failure_cases)}") from error
            index = rows.index
            for position, checks in found.items():
                reasons.setdefault(int(index[position]), set()).update(checks)
            rows = rows.drop(index=[index[position] for position in found])
    raise ValueError(f"{model.__name__}: rows still fail after the failing ones were taken out: {reasons}")


@cache
def _empty(model: type[Table]) -> pd.DataFrame:
    """No rows, typed: most batches have no quarantine, and a validation costs 50 ms however little there is."""
    return model.validate(pd.DataFrame(columns=names(model)))


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
    words = {"column_in_dataframe": "there is no column", "column_in_schema": "there is an unknown column"}
    return "; ".join(
        sorted(
            {
                f"{words.get(str(c), str(c))} {case}"
                for c, case in zip(cases["check"], cases["failure_case"], strict=True)
            }
        )
    )


def _reject(part: str, raw: pd.DataFrame, reasons: Reasons) -> pd.DataFrame:
    """Rows for quarantine, with the place of the cell beside them for the finding."""
    rows: list[dict[str, Any]] = []
    seen: Counter[tuple[str, str]] = Counter()  # rows that are alike to the letter are told by their number
    for index in sorted(reasons):
        values = raw.loc[index].to_dict()
        raw_row: dict[str, Any] = {str(name): None if pd.isna(value) else value for name, value in values.items()}
        text = json.dumps({name: _masked(value) for name, value in raw_row.items()}, ensure_ascii=False, default=int)
        document_id = str(raw_row["document_id"])
        seen[document_id, text] += 1
        rows.append(
            {
                "quarantine_id": hash_id("q-", (part, document_id, seen[document_id, text], text)),
                "document_id": document_id,
                "part": part,
                "checks": "; ".join(sorted(reasons[index])),
                "row": text,
                **{name: raw_row.get(name) for name in _LOCATED},
                "observed": next((raw_row[name] for name in _TELLING if raw_row.get(name)), None),
            }
        )
    return pd.DataFrame(rows, columns=[*names(Quarantine), *_LOCATED, "observed"], dtype="str")


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
            "message_en": entry.message_en.format(part=row["part"], checks=row["checks"], row=row["row"]),
            "message_zh": entry.message_zh.format(part=_PARTS[row["part"]], checks=row["checks"], row=row["row"]),
        }
        for row in rejected.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=[*_fields(RawFinding), "document_id", "stage"], dtype="str")


_PARTS: Mapping[str, str] = {"cells": "单元格", "documents": "文件", "findings": "发现", "claims": "正文数字"}


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


def _sound(model: type[Table], raw: pd.DataFrame) -> pd.DataFrame:
    """Rows made here, which must all be accepted: a refusal is our own mistake and raises ``ValueError``."""
    frame, reasons = accept(model, raw)
    if reasons:
        raise ValueError(f"{model.__name__}: rows made by normalisation itself are refused: {reasons}")
    return frame


def _fields(item: type[Any]) -> list[str]:
    return [entry.name for entry in fields(item) if not str(entry.type).startswith("list[")]


def _frame(part: str, table: pa.Table, wanted: Sequence[str]) -> pd.DataFrame:
    """Arrow text as pandas text; whole numbers stay whole where some are null."""
    present = set(table.column_names)
    if present != set(wanted):
        lacking, unknown = sorted(set(wanted) - present), sorted(present - set(wanted))
        raise ValueError(f"{part}: these columns are missing: {lacking}, these are unknown: {unknown}")
    if table.column("document_id").null_count:
        raise ValueError(f"{part}: a row names no document")
    return table.to_pandas(types_mapper=lambda kind: pd.Int64Dtype() if pa.types.is_integer(kind) else None)
