"""Parquet shards: what workers read, as it was read. Everything downstream can be rebuilt from them alone.

A shard is four files of one name, ``<id>.cells.parquet``, ``<id>.findings.parquet``, ``<id>.claims.parquet`` and
``<id>.documents.parquet``; the last is written last, so a shard whose documents file exists is whole. Column
lists come from the dataclasses.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import time
import types
import typing
from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from itertools import accumulate
from operator import attrgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.extraction import Extraction, RawCell, RawClaim, RawFinding
from schemas.masking import mask

_ARROW: dict[Any, Any] = {str: pa.string(), int: pa.int64()}
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
CLAIMS = _columns(RawClaim, ("document_id",))
DOCUMENTS = _columns(Extraction, ("document_id", "reader_hash"))
# Ids, codes, places and figures. All other text is free, also what a later column brings; private data in it stays in
# the raw files.
_CODES = frozenset(
    {"document_id", "reader_hash", "media_type", "charset", "kind", "reason_code", "form", "form_basis", "year_basis"}
    | {"agency_basis", "period_start", "period_end", "section", "indicator", "breakdown", "status", "value", "unit"}
    | {"scope", "scope_basis", "published_printed", "published_basis"}
    | {"column_level", "locator", "confidence", "method", "derived_by", "rule", "severity", "responsible", "stage_ms"}
)
_SHORT = 4  # nothing as short as this names a person
_HEAD = ["document_id", "reader_hash", "kind"]
_MAGIC = b"PAR1"
_ABANDONED = 3600.0  # seconds after which a file that nobody finished is nobody's any more


@dataclass(slots=True)
class Shard:
    """The four tables of one or more shards."""

    documents: pa.Table
    cells: pa.Table
    findings: pa.Table
    claims: pa.Table


def write(folder: Path, extractions: Iterable[Extraction], reader_hash: str) -> str:
    """Write one shard, all or nothing, and return its id (a hash of the document ids and ``reader_hash``)."""
    ordered = sorted(extractions, key=lambda extraction: extraction.document_id)
    cells = [(extraction.document_id, cell) for extraction in ordered for cell in extraction.cells]
    findings = [(extraction.document_id, finding) for extraction in ordered for finding in extraction.findings]
    claims = [(extraction.document_id, claim) for extraction in ordered for claim in extraction.claims]
    tables = Shard(
        _table([(reader_hash, extraction) for extraction in ordered], DOCUMENTS, "reader_hash"),
        _table(cells, CELLS, "document_id"),
        _table(findings, FINDINGS, "document_id"),
        _table(claims, CLAIMS, "document_id"),
    )
    return put(folder, tables, reader_hash, [extraction.document_id for extraction in ordered])


def put(folder: Path, tables: Shard, reader_hash: str, ids: Sequence[str]) -> str:
    """Write the tables of these documents (their ids sorted) as one shard, all or nothing, and return its id."""
    name = hashlib.sha256("|".join([reader_hash, *ids]).encode()).hexdigest()[:32]
    folder.mkdir(parents=True, exist_ok=True)
    parts = {part: getattr(tables, part) for part in ("cells", "findings", "claims", "documents")}
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


def _table(rows: Sequence[tuple[str, Any]], schema: pa.Schema, added: str) -> pa.Table:
    """Dataclass instances as Arrow, each with the value of the column ``added``; free text masked.

    Built from buffers: pyarrow's own way from Python values imports pandas, which takes a worker a second.
    """
    arrays = []
    for field in schema:
        get = attrgetter(field.name)
        values: list[Any] = [row[0] for row in rows] if field.name == added else [get(row[1]) for row in rows]
        if pa.types.is_integer(field.type):
            arrays.append(_integers(values))
        else:
            arrays.append(_strings(values, field.name not in _CODES))
    return pa.Table.from_arrays(arrays, schema=schema)


def _strings(values: Sequence[Any], free: bool) -> Any:
    """A column of text; what repeats over the documents of a batch, as most does, is masked and encoded once."""
    if values and isinstance(values[0], dict):
        values = [json.dumps(value, sort_keys=True) for value in values]
    encoded = {value: _text(value, free).encode("utf-8", "backslashreplace") for value in set(values)}
    return packed(pa.string(), [encoded[value] for value in values])


def _text(value: Any, free: bool) -> str:
    text = "" if value is None else str(value)
    return mask(text) if free and (len(text) > _SHORT or not text.isprintable()) else text


def packed(kind: pa.DataType, encoded: Sequence[bytes]) -> Any:
    """An Arrow array of ``kind`` (string or binary, with offsets of 32 bits) from bytes."""
    ends = array("i", [0, *accumulate(map(len, encoded))])
    return pa.Array.from_buffers(kind, len(encoded), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))])


def _integers(values: Sequence[int | None]) -> Any:
    valid = bytearray((len(values) + 7) // 8)
    for position, value in enumerate(values):
        if value is not None:
            valid[position // 8] |= 1 << position % 8
    numbers = array("q", [value or 0 for value in values])
    return pa.Array.from_buffers(pa.int64(), len(values), [pa.py_buffer(bytes(valid)), pa.py_buffer(numbers)])


def names(folder: Path) -> list[str]:
    """Ids of the whole shards, sorted."""
    if not folder.is_dir():
        return []
    found = (path.name.split(".")[0] for path in folder.glob("*.documents.parquet"))
    return sorted(name for name in found if _NAME.match(name))


@dataclass(slots=True, frozen=True)
class Entry:
    """What one shard has: documents and what they are, read with the code of ``reader_hash``."""

    shard: str
    reader_hash: str
    ids: tuple[str, ...]
    kinds: tuple[str, ...]


def catalogue(folder: Path, *, repair: bool = True) -> Iterator[Entry]:
    """The whole shards, one after the other, ordered by name.

    A damaged shard is left out, with ``repair`` also removed, so that its documents are read again.
    """
    for name in names(folder):
        try:
            with pq.ParquetFile(folder / f"{name}.documents.parquet") as file:
                table = file.read(_HEAD)
            for part in ("cells", "findings", "claims"):
                _look(folder / f"{name}.{part}.parquet")
        except (OSError, pa.ArrowException, KeyError):
            if repair:
                remove(folder, [name])
            continue
        ids, hashes, kinds = (table.column(column) for column in _HEAD)
        if len(ids):
            yield Entry(name, str(hashes[0]), _texts(ids), _texts(kinds))


def _look(path: Path) -> None:
    """Raise ``OSError`` where this is no whole Parquet file, by its first and last bytes: there may be thousands."""
    with path.open("rb", buffering=0) as handle:
        begin = handle.read(4)
        size = handle.seek(0, os.SEEK_END)
        handle.seek(max(0, size - 8))
        end = handle.read(8)
    if begin != _MAGIC or end[4:] != _MAGIC or int.from_bytes(end[:4], "little") + 12 > size:
        raise OSError(errno.EINVAL, "no whole Parquet file", str(path))


def _texts(column: pa.ChunkedArray[Any]) -> tuple[str, ...]:
    return tuple(map(str, column.to_pylist()))


def reasons(folder: Path, shard: str, wanted: Container[str]) -> dict[str, tuple[str, str]]:
    """Why documents of a shard gave no report, in English and Chinese, by document id."""
    path = folder / f"{shard}.documents.parquet"
    rows = pq.read_table(path, columns=["document_id", "reason_en", "reason_zh"], partitioning=None).to_pylist()
    return {row["document_id"]: (row["reason_en"], row["reason_zh"]) for row in rows if row["document_id"] in wanted}


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

    return Shard(read("documents", DOCUMENTS), read("cells", CELLS), read("findings", FINDINGS), read("claims", CLAIMS))


def sweep(folder: Path, older: float = _ABANDONED) -> None:
    """Delete what a writer left that was killed in the middle: parts of shards that are older than ``older`` seconds.
    Jobs of an array may be writing beside us."""
    before = time.time() - older
    whole = set(names(folder))
    for path in [*folder.glob(".*.tmp"), *folder.glob("*.parquet")]:
        if path.suffix == ".tmp" or path.name.split(".")[0] not in whole:
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()


def remove(folder: Path, unwanted: Iterable[str]) -> None:
    """Delete shards, the documents file first: what is left of an interrupted removal is no shard."""
    for name in unwanted:
        for part in ("documents", "cells", "findings", "claims"):
            (folder / f"{name}.{part}.parquet").unlink(missing_ok=True)
