"""Parquet shards: what workers read, as it was read. Everything downstream can be rebuilt from them alone.

A shard is three files of one name, ``<id>.cells.parquet``, ``<id>.findings.parquet`` and ``<id>.documents.parquet``;
the last is written last, so a shard whose documents file exists is whole. Column lists come from the dataclasses.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import types
import typing
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.json as pa_json
import pyarrow.parquet as pq

from pipelines.extraction import Extraction, RawCell, RawFinding
from schemas.masking import mask

_ARROW: dict[Any, Any] = {str: pa.string(), int: pa.int64(), float: pa.float64()}
_NAME = re.compile(r"^[0-9a-f]{32}$")


def _columns(cls: type, leading: Sequence[str]) -> pa.Schema:
    """Arrow schema of a dataclass: scalars as typed, dicts as JSON text; lists have tables of their own."""
    hints = typing.get_type_hints(cls)
    out = [pa.field(name, pa.string()) for name in leading]
    for item in fields(cls):
        hint = hints[item.name]
        if typing.get_origin(hint) is list:
            continue
        if isinstance(hint, types.UnionType):
            hint = next(part for part in typing.get_args(hint) if part is not type(None))
        if item.name not in leading:
            out.append(pa.field(item.name, _ARROW.get(hint, pa.string())))
    return pa.schema(out)


CELLS = _columns(RawCell, ("document_id",))
FINDINGS = _columns(RawFinding, ("document_id",))
DOCUMENTS = _columns(Extraction, ("document_id", "reader_hash"))
# Free text; private data in it stays in the raw files.
_TEXT = frozenset(
    {"printed", "expected", "observed", "message_en", "message_zh", "reason_en", "reason_zh", "title", "agency"}
)
_HEAD = ["document_id", "reader_hash", "kind", "reason_en", "reason_zh"]


@dataclass(slots=True)
class Shard:
    """The three tables of one or more shards."""

    documents: pa.Table
    cells: pa.Table
    findings: pa.Table


def write(folder: Path, extractions: Iterable[Extraction], reader_hash: str) -> str:
    """Write one shard, all or nothing, and return its id (a hash of the document ids and ``reader_hash``)."""
    ordered = sorted(extractions, key=lambda extraction: extraction.document_id)
    name = hashlib.sha256(
        "|".join([reader_hash, *(extraction.document_id for extraction in ordered)]).encode()
    ).hexdigest()[:32]
    folder.mkdir(parents=True, exist_ok=True)
    cells = [
        {"document_id": extraction.document_id, **_plain(cell)} for extraction in ordered for cell in extraction.cells
    ]
    findings = [
        {"document_id": extraction.document_id, **_plain(finding)}
        for extraction in ordered
        for finding in extraction.findings
    ]
    documents = [{**_plain(extraction), "reader_hash": reader_hash} for extraction in ordered]
    parts = {
        "cells": _table(cells, CELLS),
        "findings": _table(findings, FINDINGS),
        "documents": _table(documents, DOCUMENTS),
    }
    temporary = {part: folder / f".{name}.{part}.{os.getpid()}.tmp" for part in parts}
    try:
        for part, table in parts.items():
            pq.write_table(table, temporary[part], compression="zstd")
        for part in parts:
            temporary[part].replace(folder / f"{name}.{part}.parquet")
    finally:
        for path in temporary.values():
            path.unlink(missing_ok=True)
    return name


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Rows as Arrow by way of JSON: pyarrow's own way from Python values imports pandas, which takes a second."""
    if not rows:
        return pa.Table.from_batches([], schema)
    data = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode("utf-8", "backslashreplace")
    reading = pa_json.ReadOptions(use_threads=False, block_size=len(data) + 1)
    parsing = pa_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")
    return pa_json.read_json(io.BytesIO(data), read_options=reading, parse_options=parsing).select(schema.names)


def names(folder: Path) -> list[str]:
    """Ids of the whole shards, sorted."""
    if not folder.is_dir():
        return []
    found = (path.name.split(".")[0] for path in folder.glob("*.documents.parquet"))
    return sorted(name for name in found if _NAME.match(name))


def documents(folder: Path, *, repair: bool = True) -> list[dict[str, Any]]:
    """One row a document and shard, ordered by shard: ids, kind, reasons, reader hash.

    A damaged shard is left out, with ``repair`` also removed, so that its documents are read again.
    """
    rows: list[dict[str, Any]] = []
    for name in names(folder):
        try:
            table = pq.read_table(folder / f"{name}.documents.parquet", columns=_HEAD, partitioning=None)
            for part in ("cells", "findings"):
                pq.read_metadata(folder / f"{name}.{part}.parquet")
        except (OSError, pa.ArrowException, KeyError):
            if repair:
                remove(folder, [name])
            continue
        rows += [{**row, "shard": name} for row in table.to_pylist()]
    return rows


def load(folder: Path, wanted: Sequence[str], keep: Callable[[str, str], bool]) -> Shard:
    """The rows of the shards named whose (shard, document id) ``keep`` accepts."""

    def read(part: str, schema: pa.Schema) -> pa.Table:
        tables = [schema.empty_table()]
        for name in wanted:
            table = pq.read_table(folder / f"{name}.{part}.parquet", schema=schema, partitioning=None)
            ids = table.column("document_id").to_pylist()
            verdict = {document_id: keep(name, str(document_id)) for document_id in set(ids)}
            kept = all(verdict.values())
            tables.append(table if kept else table.filter(pa.array([verdict[each] for each in ids], type=pa.bool_())))
        return pa.concat_tables(tables)

    return Shard(read("documents", DOCUMENTS), read("cells", CELLS), read("findings", FINDINGS))


def remove(folder: Path, unwanted: Iterable[str]) -> None:
    """Delete shards, the documents file first: what is left of an interrupted removal is no shard."""
    for name in unwanted:
        for part in ("documents", "cells", "findings"):
            (folder / f"{name}.{part}.parquet").unlink(missing_ok=True)


def _plain(item: Any) -> dict[str, Any]:
    """The scalar fields of a dataclass instance, free text masked; a mapping becomes JSON text with sorted keys."""
    row: dict[str, Any] = {}
    for entry in fields(item):
        value = getattr(item, entry.name)
        if isinstance(value, dict):
            row[entry.name] = json.dumps(value, sort_keys=True)
        elif entry.name in _TEXT and value:
            row[entry.name] = mask(value)
        elif not isinstance(value, list):
            row[entry.name] = value
    return row
