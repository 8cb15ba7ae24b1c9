"""Products -> a release: staged beside the others, read back, verified, and only then swapped in.

Nothing of a release that failed a check ever stands under its name, and a release that stands is never touched again.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from pipelines import changelog, descriptors, diff, fingerprint, release
from pipelines.gate import GateError, check_store
from pipelines.lock import held
from schemas import desk
from schemas.changes import Change
from schemas.products import PRODUCTS, Product, computed
from schemas.table import arrow_schema

if TYPE_CHECKING:
    from pipelines.store import Store

DATABASE = "nianbao.duckdb"
SUMS = "SHA256SUMS"
STORAGE = "v1.0.0"
_VALIDATE_ROWS = 500_000
_CSV_BLOCK = 16 << 20  # bytes; the longest row must fit into a block


@dataclass(slots=True, frozen=True)
class Published:
    """The release that now is the latest; ``new`` is False where its content was the same already."""

    version: str
    new: bool
    rows: dict[str, int]


def publish(store: Store, published: Path, version: str, *, exact: bool = False) -> Published:
    """Publish all products of ``store`` as ``version`` under ``published``, unless the latest release equals them.

    Where that version is taken it becomes ``version.2`` and so on; with ``exact`` that is an error instead. Raises
    ``GateError`` where a check fails, ``LockedError`` where somebody else publishes into this folder.
    """
    published.mkdir(parents=True, exist_ok=True)
    with held(published / ".lock"):
        for left_over in published.glob(".staging-*"):
            shutil.rmtree(left_over)
        if release.versions(published):
            release.refresh(published, release.latest(published))  # a kill may have left it as it was
        store.fill_tables(computed())
        origins = check_store(store)
        staging = published / f".staging-{os.getpid()}"
        staging.mkdir()
        try:
            return _stage_and_swap(store, published, staging, version, origins, exact)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _stage_and_swap(
    store: Store, published: Path, staging: Path, version: str, origins: Sequence[str], exact: bool
) -> Published:
    rows = {product.name(): _write_csv(store, product, staging) for product in PRODUCTS if product.compared}
    (staging / "dictionary.csv").write_text(descriptors.dictionary_csv(PRODUCTS), encoding="utf-8")
    last = release.latest(published)
    content = _content(staging)
    if last is not None and _same_content(published, last, content):
        release.refresh(published, last)
        return Published(last, new=False, rows=rows)
    _not_withdrawn(published, content)
    if exact and (published / version).exists():
        raise GateError(
            "gate.version_taken",
            f"Release {version} is there already with other content, and releases are never changed; choose another "
            "--version, or none.",
            f"版本 {version} 已存在且内容不同，已发布的版本不可更改；请另选 --version，或不指定。",
        )
    version = release.free_version(published, version)
    changed = {"changes": (Change, diff.since(published / last if last else None, version))}
    store.fill_tables(changed)
    rows |= {product.name(): _write_csv(store, product, staging) for product in PRODUCTS if not product.compared}
    for product in PRODUCTS:
        _write_parquet(store, product, staging, rows[product.name()])
    _write_database(store, staging, rows)
    _write_texts(staging, _facts(store, staging, version, last, rows, origins))
    changes = changelog.since(store, published, last, version)
    (staging / changelog.NAME).write_text(changes, encoding="utf-8")
    _write_manifest(staging, version, rows, origins, content)
    release.sync([*sorted(staging.iterdir()), staging])
    staging.rename(published / version)
    release.sync([published])
    release.refresh(published, version)
    return Published(version, new=True, rows=rows)


def _write_csv(store: Store, product: type[Product], staging: Path) -> int:
    return store.copy_ordered(product.select(), staging / f"{product.name()}.csv", "csv", arrow_schema(product.model))


def _same_content(published: Path, last: str, content: dict[str, str]) -> bool:
    try:
        return bool(release.read_manifest(published, last)["content"] == content)
    except (OSError, ValueError, KeyError):
        return False


def _not_withdrawn(published: Path, content: dict[str, str]) -> None:
    """A run that nobody watches must not bring back what somebody has withdrawn."""
    for version, told in release.withdrawals(published).items():
        if _same_content(published, version, content):
            raise GateError(
                "gate.withdrawn",
                f"The content is that of release {version}, which was withdrawn on {told.on} ({told.reason}). Correct "
                f"what was wrong with it, or take that back with `nianbao withdraw {version} --undo`.",
                f"内容与版本 {version} 相同，而该版本已于 {told.on} 撤回（{told.reason}）。请先更正其中的错误，"
                f"或用 nianbao withdraw {version} --undo 恢复该版本。",
            )


def _content(staging: Path) -> dict[str, str]:
    """A hash over what each dataset says: of its CSV file, less the columns that only say how it was made."""
    found = {"dictionary": release.hash_of(staging / "dictionary.csv")}
    for product in PRODUCTS:
        if not product.compared:
            continue
        path = staging / f"{product.name()}.csv"
        found[product.name()] = _hash_without(path, product.technical) if product.technical else release.hash_of(path)
    return found


def _hash_without(path: Path, columns: Sequence[str]) -> str:
    digest = hashlib.sha256()
    with path.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            kept = [value for name, value in row.items() if name not in columns]
            digest.update(json.dumps(kept, ensure_ascii=False).encode())
    return digest.hexdigest()


def _write_parquet(store: Store, product: type[Product], staging: Path, rows: int) -> None:
    """Write the Parquet file, then read it and the CSV back and hold them against the model and each other."""
    path = staging / f"{product.name()}.parquet"
    schema = arrow_schema(product.model)
    store.copy_ordered(product.select(), path, "parquet", schema)
    with pq.ParquetFile(path) as file:
        if file.metadata.num_rows != rows or file.schema_arrow.names != schema.names:
            raise _broken(path.name, f"{file.metadata.num_rows} rows, expected {rows}")
        for batch in file.iter_batches(batch_size=_VALIDATE_ROWS):
            _validate(product, pa.Table.from_batches([batch]))
    found, columns = _read_csv(staging / f"{product.name()}.csv", schema.names)
    if (found, columns) != (rows, schema.names):
        raise _broken(f"{product.name()}.csv", f"{found} rows, expected {rows}")


def _read_csv(path: Path, names: Sequence[str]) -> tuple[int, list[str]]:
    """Rows and columns of a CSV file. Everything is read as text: a type guessed from the first block would refuse
    the first ``12件`` after a megabyte of figures."""
    with pa_csv.open_csv(
        path,
        read_options=pa_csv.ReadOptions(block_size=_CSV_BLOCK),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),  # printed text may span lines
        convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    ) as reader:
        return sum(batch.num_rows for batch in reader), list(reader.schema.names)


def _validate(product: type[Product], table: pa.Table) -> None:
    """Hold published rows against the pandera model that describes them."""
    from pandera.errors import SchemaErrors

    try:
        product.model.validate(table.to_pandas(), lazy=True)
    except SchemaErrors as errors:
        worst = errors.failure_cases.iloc[0]
        count, column = len(errors.failure_cases), worst["column"]
        raise GateError(
            "gate.model",
            f"{product.name()}: {count} values do not fit the model, the first in "
            f"{column}: {worst['failure_case']!r} fails {worst['check']}; please report this.",
            f"{product.name()}：{count} 个值不符合数据模型，首个在 {column} 列；请反馈此问题。",
        ) from errors


def _write_database(store: Store, staging: Path, rows: dict[str, int]) -> None:
    from pipelines.store import Store as AnyStore

    path = staging / DATABASE
    tables = {product.name(): (product.model, product.select()) for product in PRODUCTS}
    store.export_database(path, tables, STORAGE, desk.statements())
    with AnyStore(path, read_only=True) as exported:
        for name, expected in rows.items():
            if (found := exported.scalar(f"SELECT count(*) FROM {name}")) != expected:
                raise _broken(f"{DATABASE}, table {name}", f"{found} rows, expected {expected}")


def _facts(
    store: Store, staging: Path, version: str, last: str | None, rows: dict[str, int], origins: Sequence[str]
) -> descriptors.Facts:
    """What the descriptors are told; of the DuckDB file no checksum, for its bytes are others each time."""
    files = []
    for path in sorted(staging.iterdir()):
        if path.stem not in rows and path.name != DATABASE:
            continue
        same = path.name != DATABASE
        files.append(
            descriptors.FileFact(
                path=path.name,
                bytes=path.stat().st_size if same else None,
                sha256=release.hash_of(path) if same else None,
                media_type=descriptors.media_type(path.name),
                product=path.stem if path.stem in rows else None,
            )
        )
    first, newest = (store.scalar(f"SELECT {which}(report_year) FROM reports") for which in ("min", "max"))
    years = (first, newest) if first is not None else None
    return descriptors.Facts(version, last, rows, origins, files, years=years)


def _write_texts(staging: Path, facts: descriptors.Facts) -> None:
    for name, text in descriptors.texts(facts).items():
        (staging / name).write_text(text, encoding="utf-8")


def _write_manifest(
    staging: Path, version: str, rows: dict[str, int], origins: Sequence[str], content: dict[str, str]
) -> None:
    """Checksums of what is on the disk; everything is read once more and compared before the release is named.

    DuckDB gives the same tables other bytes each time. So that the manifest is the same for the same content, the
    checksum of that one file stands in ``SHA256SUMS`` only, beside all the others.
    """
    paths = sorted(staging.iterdir())
    sums = {path.name: release.hash_of(path) for path in paths}
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": sums[path.name]} for path in paths if path.name != DATABASE
    }
    manifest = {
        "name": "nianbao",
        "version": version,
        "licence": "CC-BY-4.0",
        "origins": list(origins),
        "rows": rows,
        "files": files,
        "database": {"file": DATABASE, "storage": STORAGE, "checksum_in": SUMS},
        "content": content,
        **fingerprint.programs(),
    }
    (staging / release.MANIFEST).write_text(release.to_json(manifest), encoding="utf-8")
    sums[release.MANIFEST] = release.hash_of(staging / release.MANIFEST)
    lines = [f"{digest}  {name}\n" for name, digest in sorted(sums.items())]
    (staging / SUMS).write_text("".join(lines), encoding="utf-8")
    if problems := verify(staging):
        raise _broken(problems[0], "not as it was written")


def verify(folder: Path) -> list[str]:
    """Names of files missing, added, or not as the manifest and ``SHA256SUMS`` state; empty where all is well."""
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    there = {path.name for path in folder.iterdir()} - {SUMS}
    bad = there.symmetric_difference(sums)
    bad |= {name for name in there & sums.keys() if release.hash_of(folder / name) != sums[name]}
    for name, stated in release.read_manifest(folder.parent, folder.name)["files"].items():
        if name in bad or stated != {"bytes": (folder / name).stat().st_size, "sha256": sums[name]}:
            bad.add(name)
    return sorted(bad)


def _broken(what: str, how: str) -> GateError:
    return GateError(
        "gate.read_back",
        f"{what} reads back wrong ({how}); is the disk full or faulty? Nothing was published.",
        f"{what} 写入后读回不一致；请检查磁盘是否已满或损坏。本次未发布。",
    )
