"""Products -> a release: staged beside the others, read back, verified, and only then swapped in.

Nothing of a release that failed a check ever stands under its name, and a release that stands is never touched again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from pipelines import descriptors, fingerprint, release
from pipelines.lock import held
from schemas.products import PRODUCTS, Product
from schemas.table import arrow_schema

if TYPE_CHECKING:
    from pipelines.store import Store

DATABASE = "nianbao.duckdb"
STORAGE = "v1.0.0"
_VALIDATE_ROWS = 500_000


class GateError(Exception):
    """A check before publication failed; ``code`` is a rule id, the messages are for people. Nothing was published."""

    def __init__(self, code: str, message_en: str, message_zh: str) -> None:
        super().__init__(message_en)
        self.code = code
        self.message_en = message_en
        self.message_zh = message_zh


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
        origins = check_store(store)
        staging = published / f".staging-{os.getpid()}"
        staging.mkdir()
        try:
            return _stage_and_swap(store, published, staging, version, origins, exact)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def check_store(store: Store) -> list[str]:
    """The gate over the store: reports there, origins not mixed, keys unique. Returns the origins, sorted."""
    if not store.scalar("SELECT count(*) FROM reports"):
        raise GateError(
            "gate.no_report",
            "No document gave a report, so there is nothing to publish; `nianbao status` says why each was refused.",
            "没有任何文件读出年度报告，无可发布；各文件被拒收的原因见 nianbao status。",
        )
    origins = [str(row["origin"]) for row in store.query("SELECT DISTINCT origin FROM sources ORDER BY 1").to_pylist()]
    if "simulated" in origins and len(origins) > 1:
        raise GateError(
            "gate.mixed_origins",
            f"Simulated and real documents lie in one folder ({', '.join(origins)}); keep them in folders of their own "
            "and run each with its own --raw, --work and --published.",
            "模拟文件与真实文件混在一起，不能进入同一发布；请分开存放，分别用 --raw、--work、--published 运行。",
        )
    for product in PRODUCTS:
        if doubles := store.scalar(product.doubles()):
            keys = ", ".join(product.order())
            raise GateError(
                "gate.key",
                f"{product.name()}: {doubles} rows share their key ({keys}) or lack a part of it; please report this.",
                f"{product.name()}：有 {doubles} 行主键（{keys}）重复或缺失；请反馈此问题。",
            )
    return origins


def _stage_and_swap(
    store: Store, published: Path, staging: Path, version: str, origins: Sequence[str], exact: bool
) -> Published:
    rows = {product.name(): _write_csv(store, product, staging) for product in PRODUCTS}
    (staging / "dictionary.csv").write_text(descriptors.dictionary_csv(PRODUCTS), encoding="utf-8")
    last = release.latest(published)
    if last is not None and _same_content(published, last, staging):
        release.refresh(published, last)
        return Published(last, new=False, rows=rows)
    if exact and (published / version).exists():
        raise GateError(
            "gate.version_taken",
            f"Release {version} is there already with other content, and releases are never changed; choose another "
            "--version, or none.",
            f"版本 {version} 已存在且内容不同，已发布的版本不可更改；请另选 --version，或不指定。",
        )
    version = release.free_version(published, version)
    for product in PRODUCTS:
        _write_parquet(store, product, staging, rows[product.name()])
    _write_database(store, staging, rows)
    _write_texts(staging, version, rows, origins)
    _write_manifest(staging, version, rows, origins)
    release.sync([*sorted(staging.iterdir()), staging])
    staging.rename(published / version)
    release.sync([published])
    release.refresh(published, version)
    return Published(version, new=True, rows=rows)


def _write_csv(store: Store, product: type[Product], staging: Path) -> int:
    return store.copy_ordered(product.select(), staging / f"{product.name()}.csv", "csv", arrow_schema(product.model))


def _same_content(published: Path, last: str, staging: Path) -> bool:
    """Whether every CSV staged has the checksum that the manifest of the last release states."""
    try:
        files = release.read_manifest(published, last)["files"]
        known = {name: entry["sha256"] for name, entry in files.items() if name.endswith(".csv")}
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return known == {path.name: release.hash_of(path) for path in sorted(staging.glob("*.csv"))}


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
    with pa_csv.open_csv(staging / f"{product.name()}.csv", parse_options=_quoted()) as reader:
        if (found := sum(batch.num_rows for batch in reader)) != rows or reader.schema.names != schema.names:
            raise _broken(f"{product.name()}.csv", f"{found} rows, expected {rows}")


def _quoted() -> pa_csv.ParseOptions:
    return pa_csv.ParseOptions(newlines_in_values=True)  # printed text may span lines


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
    store.export_database(path, {product.name(): (product.model, product.select()) for product in PRODUCTS}, STORAGE)
    with AnyStore(path, read_only=True) as exported:
        for name, expected in rows.items():
            if (found := exported.scalar(f"SELECT count(*) FROM {name}")) != expected:
                raise _broken(f"{DATABASE}, table {name}", f"{found} rows, expected {expected}")


def _write_texts(staging: Path, version: str, rows: dict[str, int], origins: Sequence[str]) -> None:
    texts = {
        "README.md": descriptors.read_me(PRODUCTS, version, rows, origins),
        "LICENSE-DATA": descriptors.licence(version),
        "datapackage.json": release.to_json(descriptors.data_package(PRODUCTS, version, rows)),
    }
    for name, text in texts.items():
        (staging / name).write_text(text, encoding="utf-8")


def _write_manifest(staging: Path, version: str, rows: dict[str, int], origins: Sequence[str]) -> None:
    """Checksums of what is on the disk; everything is read once more and compared before the release is named."""
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": release.hash_of(path)} for path in sorted(staging.iterdir())
    }
    manifest = {
        "name": "nianbao",
        "version": version,
        "licence": "CC-BY-4.0",
        "origins": list(origins),
        "rows": rows,
        "files": files,
        "code": {"version": fingerprint.own_version(), "hash": fingerprint.code_hash()},
        "libraries": fingerprint.library_versions(),
        "database_storage": STORAGE,
    }
    (staging / release.MANIFEST).write_text(release.to_json(manifest), encoding="utf-8")
    problems = verify(staging)
    if problems:
        raise _broken(problems[0], "not as it was written")


def verify(folder: Path) -> list[str]:
    """Names of files that are missing, added, or not as the release's manifest states; empty where all is well."""
    stated = release.read_manifest(folder.parent, folder.name)["files"]
    there = {path.name for path in folder.iterdir()} - {release.MANIFEST}
    bad = there.symmetric_difference(stated)
    for name in there & set(stated):
        path = folder / name
        if path.stat().st_size != stated[name]["bytes"] or release.hash_of(path) != stated[name]["sha256"]:
            bad.add(name)
    return sorted(bad)


def _broken(what: str, how: str) -> GateError:
    return GateError(
        "gate.read_back",
        f"{what} reads back wrong ({how}); is the disk full or faulty? Nothing was published.",
        f"{what} 写入后读回不一致；请检查磁盘是否已满或损坏。本次未发布。",
    )
