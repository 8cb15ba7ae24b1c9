"""What the readers made of documents, kept: paragraphs and grids with their places, so that a change of forms or labels
interprets them again without opening a file.

One Parquet file for the documents of one batch, ``<bytes hash>-<id>.parquet``. A cache: any of these files can be
deleted at any time, and one that is damaged (each page has a checksum) counts as deleted. A document whose text holds
private data is never kept, as that stays in the raw files: it is read again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.document import Block, Cell, Document, Grid, Paragraph, Picture, Problem, ReadError
from pipelines.shards import packed
from schemas.masking import mask

LARGEST = 4 << 20
"""Bytes of one document's text and places; what is larger is read again."""
_BINARY: pa.DataType = pa.binary()
_SCHEMA = pa.schema([pa.field("document_id", pa.string()), pa.field("content", _BINARY)])
_NAME = re.compile(r"^[0-9a-f]{32}-[0-9a-f]{32}\.parquet$")

Parsed = Document | ReadError


def encode(parsed: Parsed) -> bytes | None:
    """What was read as bytes for ``decode``; None where it must not be kept or is too large."""
    if isinstance(parsed, ReadError):
        content: list[Any] = [parsed.code, parsed.message_en, parsed.message_zh]
        texts = [parsed.message_en]
    else:
        problems = [[one.code, one.message_en, one.message_zh, one.locator] for one in parsed.problems]
        head = [parsed.media_type, parsed.charset, parsed.title, parsed.metadata, parsed.pages, parsed.optical]
        content = [*head, problems, [_plain(block) for block in parsed.blocks]]
        texts = [parsed.title, *parsed.metadata.values()]
        for block in parsed.blocks:
            texts += [cell.text for cell in block.cells] if isinstance(block, Grid) else [block.text]
    # A bar parts cells where masking looks at rows: 填报人|王某某.
    joined = "|".join(texts)
    if mask(joined) != joined:
        return None
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return data if len(data) <= LARGEST else None


def decode(data: bytes) -> Parsed:
    """The inverse of ``encode``."""
    content = json.loads(data.decode("utf-8", "surrogatepass"))
    if isinstance(content[1], str) and len(content) == 3:
        return ReadError(*content)
    media_type, charset, title, metadata, pages, optical, problems, blocks = content
    found = [_block(plain) for plain in blocks]
    told = [Problem(*each) for each in problems]
    return Document(media_type, found, charset, title, metadata, pages, told, optical)


def _plain(block: Block) -> list[Any]:
    if isinstance(block, Grid):
        cells = [[one.text, one.row, one.col, one.rowspan, one.colspan, one.locator] for one in block.cells]
        return ["g", cells, block.n_rows, block.n_cols, block.locator, block.aligned, block.page, block.edges]
    if isinstance(block, Paragraph):
        return ["p", block.text, block.locator, block.page]
    return ["i", block.locator, block.text, block.page, block.source]


def _block(plain: list[Any]) -> Block:
    kind, first, *rest = plain
    if kind == "p":
        return Paragraph(first, *rest)
    if kind == "i":
        return Picture(first, *rest)
    n_rows, n_cols, locator, aligned, page, edges = rest
    return Grid([Cell(*each) for each in first], n_rows, n_cols, locator, aligned, page, tuple(edges))


def write(folder: Path, contents: Mapping[str, bytes], bytes_hash: str) -> str:
    """Keep ``contents`` (encoded, by document id) in one file and return its name; empty where there are none."""
    if not contents:
        return ""
    ids = sorted(contents)
    name = f"{bytes_hash}-{hashlib.sha256('|'.join(ids).encode()).hexdigest()[:32]}.parquet"
    folder.mkdir(parents=True, exist_ok=True)
    columns = [
        packed(pa.string(), [each.encode() for each in ids]),
        packed(_BINARY, [contents[one] for one in ids]),
    ]
    table = pa.Table.from_arrays(columns, schema=_SCHEMA)
    temporary = folder / f".{name}.{os.getpid()}.tmp"
    try:
        pq.write_table(table, temporary, compression="zstd", write_page_checksum=True, use_dictionary=False)
        temporary.replace(folder / name)
    finally:
        temporary.unlink(missing_ok=True)
    return name


def index(folder: Path, bytes_hash: str) -> dict[str, str]:
    """Which documents are kept as read under ``bytes_hash``: document id -> name of the file."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob(f"{bytes_hash}-*.parquet")):
        try:
            ids: list[Any] = pq.read_table(path, columns=["document_id"], partitioning=None).column(0).to_pylist()
        except (OSError, pa.ArrowException, KeyError):
            continue
        found.update(dict.fromkeys(ids, path.name))
    return found


def load(folder: Path, name: str) -> dict[str, bytes]:
    """The documents of one file, still encoded; none where it is gone or damaged."""
    try:
        table = pq.read_table(folder / name, schema=_SCHEMA, partitioning=None, page_checksum_verification=True)
        ids: list[Any] = table.column(0).to_pylist()
        contents: list[Any] = table.column(1).to_pylist()
        return dict(zip(ids, contents, strict=True))
    except (OSError, pa.ArrowException, KeyError):
        return {}


def prune(folder: Path, bytes_hash: str, limit: int) -> int:
    """Delete what was read under another hash, then the oldest until at most ``limit`` bytes are left; only for who
    holds the lock of the work folder. Returns the bytes left."""
    kept: list[tuple[float, int, Path]] = []
    for path in folder.glob("*.parquet"):
        if path.name.startswith(f"{bytes_hash}-") and _NAME.match(path.name):
            stat = path.stat()
            kept.append((stat.st_mtime, stat.st_size, path))
        else:
            path.unlink(missing_ok=True)
    total = sum(size for _, size, _ in kept)
    for _, size, path in sorted(kept):
        if total <= limit:
            break
        path.unlink(missing_ok=True)
        total -= size
    return total
