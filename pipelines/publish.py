"""Products -> a release: staged beside the others, held against every gate, and only then swapped in.

Nothing of a release that failed a check ever stands under its name, and a release that stands is never touched again.
All files are written from one staged database, after the gates have looked at it. A process killed at any moment leaves
a folder ``.staging-…``, which the next publication removes.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pipelines import archive, changelog, datasets, descriptors, diff, fingerprint, gate, release, workbook
from pipelines.archive import Archive
from pipelines.gate import GateError
from pipelines.lock import held
from schemas import desk
from schemas.products import PRODUCTS, Changes, Product, computed, stored
from schemas.table import names

if TYPE_CHECKING:
    from pipelines.store import Store

Done = TypeVar("Done")

DATABASE = "nianbao.duckdb"
STORAGE = "v1.0.0"
# The bytes of these differ from run to run where their content does not.
_VARIABLE = {".duckdb", ".xlsx", ".zip"}
MEMORY = 2048  # MB for DuckDB; what needs more goes to the disk
MEMORY_ASIDE = 256  # MB for the store while the staged database is read
_PATIENCE = 0.1  # seconds between two attempts to stop what is done beside


@dataclass(slots=True, frozen=True)
class Published:
    """The release that now is the latest; ``new`` is False where its content was the same already."""

    version: str
    new: bool
    rows: dict[str, int]


@dataclass(slots=True, frozen=True)
class _Release:
    """A release in the making: where it is staged, what it will be called, what is known of it."""

    staging: Path
    version: str
    last: str | None
    rows: dict[str, int]
    measures: dict[str, int]
    origins: list[str]
    content: dict[str, str]
    expected: dict[str, archive.FileSum]
    years: tuple[int, int] | None
    base_url: str


def publish(
    store: Store,
    published: Path,
    version: str,
    *,
    exact: bool = False,
    accept_shrinking: bool = False,
    base_url: str = "",
) -> Published:
    """Publish all products of ``store`` as ``version`` under ``published``, unless the latest release equals them.

    Where that version is taken it becomes ``version.2`` and so on; with ``exact`` that is an error instead.
    ``accept_shrinking``: somebody has looked, it is right that there is much less than in the last release.
    ``base_url``: the address, with a ``/`` at its end, under which ``published`` is served: no reason for a release.
    Raises ``GateError`` where a check fails, ``LockedError`` where somebody else publishes into this folder.
    """
    published.mkdir(parents=True, exist_ok=True)
    with held(published / ".lock"):
        for left_over in published.glob(".staging-*"):
            shutil.rmtree(left_over)
        for half_written in published.glob(".*.tmp"):  # of index.json, latest or withdrawn.json
            half_written.unlink()
        if release.versions(published):
            release.refresh(published, release.last_made(published))  # a kill may have left it as it was
        gate.check_store(store)
        gate.check_room(store, published)
        staging = published / f".staging-{os.getpid()}"
        staging.mkdir()
        try:
            return _stage_and_swap(store, published, staging, version, base_url, exact, accept_shrinking)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _stage_and_swap(
    store: Store, published: Path, staging: Path, wanted: str, base_url: str, exact: bool, accept_shrinking: bool
) -> Published:
    last = release.latest(published)
    version = wanted if exact else release.free_version(published, wanted)
    database = staging / DATABASE
    with _making(store, database) as making:
        origins, measures = gate.check_origins(making), gate.measures(making)
        if there := last or next(reversed(release.versions(published)), None):  # the newest of all is a withdrawn one
            manifest = release.read_manifest(published, there)
            gate.check_folder(origins, there, manifest)
            if last is not None and not accept_shrinking:
                gate.check_last(measures, last, manifest)
        compared = [product for product in PRODUCTS if product.compared]
        rows = {product.name(): making.count(product.name()) for product in compared}
        making.limit_threads(1)
        _each(making, compared, rows, gate.check_rows)
        _each(making, compared, rows, gate.check_relations)
        making.limit_threads(store.threads)
        making.fill_tables(Changes.filled(diff.since(published / last if last else None, version)))
        gate.check_rows(making, Changes)
        gate.check_relations(making, Changes)
        making.define(desk.statements())
        told = changelog.since(making, published, last, version)
        (staging / changelog.NAME).write_text(told, encoding="utf-8")
    with _opened(database, 1, read_only=True) as staged:
        rows |= {Changes.name(): staged.count(Changes.name())}
        content, expected = _content(staged, staging, rows)
        if last is not None and _same_content(published, last, content):
            release.refresh(published, last)
            return Published(last, new=False, rows=rows)
        _not_withdrawn(published, content)
        if exact and (published / version).exists():
            raise GateError(
                "gate.version_taken",
                f"Release {version} is there already with other content, and releases are never changed; choose "
                "another --version, or none.",
                f"版本 {version} 已存在且内容不同，已发布的版本不可更改；请另选 --version，或不指定。",
            )
        made = _Release(staging, version, last, rows, measures, origins, content, expected, _years(staged), base_url)
        _write(staged, made)
    _swap(published, staging, version)
    return Published(version, new=True, rows=rows)


@contextmanager
def _making(store: Store, path: Path) -> Iterator[Store]:
    """The database of the release: filled from the store, then with what is computed from that. All else is made from
    it."""
    from pipelines.store import StoreError

    store.limit_memory(MEMORY)
    try:
        store.export_database(path, stored(), STORAGE)
        store.limit_memory(MEMORY_ASIDE)
        with _opened(path, store.threads) as making:
            making.fill_tables(computed())
            yield making
    except StoreError as error:
        raise GateError("gate.model", error.message_en, error.message_zh) from error


def _opened(path: Path, threads: int | None, *, read_only: bool = False) -> Store:
    from pipelines.store import Store as AnyStore

    opened = AnyStore(path, read_only, threads, released=True)
    opened.limit_memory(MEMORY)
    return opened


def _content(
    staged: Store, staging: Path, rows: Mapping[str, int]
) -> tuple[dict[str, str], dict[str, archive.FileSum]]:
    """Write the CSV files; gives a hash over what each dataset says, and what each file must be."""
    (staging / "dictionary.csv").write_text(descriptors.dictionary_csv(PRODUCTS), encoding="utf-8")
    with _read_back():
        written = _each(staged, PRODUCTS, rows, lambda own, product: datasets.write_csv(own, product, staging))
    found = {product.name(): written[product].says for product in PRODUCTS if product.compared}
    found["dictionary"] = release.hash_of(staging / "dictionary.csv")
    return found, {f"{product.name()}.csv": written[product].file for product in PRODUCTS}


def _each(
    database: Store,
    products: Sequence[type[Product]],
    rows: Mapping[str, int],
    do: Callable[[Store, type[Product]], Done],
    stopped: threading.Event | None = None,
) -> dict[type[Product], Done]:
    """``do`` something for two products at a time, those with most values first, each over a connection of its own.
    DuckDB is best held to one thread meanwhile: two at one file wait for each other, and keep rows in memory until it
    is their turn. Raises what is raised for the first product, of those for which something is; ``stopped`` is set as
    soon as that is so, for what no interrupt of a query reaches."""
    opened: list[Store] = []
    stopped = stopped or threading.Event()

    def done(product: type[Product]) -> Done:
        if stopped.is_set():
            raise CancelledError
        with _opened(database.path, None, read_only=database.read_only) as own:
            opened.append(own)
            return do(own, product)

    with ThreadPoolExecutor(2, "each") as workers:
        longest_first = sorted(products, key=lambda product: -rows[product.name()] * len(names(product.model)))
        begun: dict[type[Product], Future[Done]] = {}
        try:
            for product in longest_first:
                begun[product] = workers.submit(done, product)
            return {product: begun[product].result() for product in products}
        except BaseException:
            stopped.set()
            while wait(begun.values(), timeout=_PATIENCE).not_done:
                for own in opened:
                    own.interrupt()  # reaches only what runs just then
            raise


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


def _years(staged: Store) -> tuple[int, int] | None:
    first, newest = (staged.scalar(f"SELECT {which}(report_year) FROM reports") for which in ("min", "max"))
    return None if first is None else (first, newest)


def _write(staged: Store, made: _Release) -> None:
    """All files but the CSV files, which are there. Archive and workbook are made beside the others."""
    staging, stopped = made.staging, threading.Event()
    described: dict[str, tuple[str | None, str | None]] = {DATABASE: (None, None)}
    packed = staging / f"nianbao-{made.version}.zip"
    with _read_back(), ThreadPoolExecutor(1, "beside") as beside, Archive(packed) as zipped:

        def add(path: Path, product: str | None = None, part: str | None = None) -> None:
            name = path.relative_to(staging).as_posix()
            described[name] = (product, part)
            # What is in a slice is in the whole file.
            zipped.add(path, name, packed=part is None, expected=made.expected.get(name))

        def files(own: Store, product: type[Product]) -> Path:
            path = datasets.write_parquet(own, product, staging)
            add(path, product.name())
            gate.check_model(product, path)
            for slice_path, part in datasets.write_slices(own, product, staging, stopped):
                add(slice_path, product.name(), part)
            return path

        def parquet_files(*, wide: bool) -> dict[type[Product], Path]:
            wanted = [product for product in PRODUCTS if product.in_workbook is wide]
            return _each(staged, wanted, made.rows, files, stopped)

        try:
            zipped.add(staging / DATABASE, DATABASE)
            for product in PRODUCTS:
                add(staging / f"{product.name()}.csv", product.name())
            books = beside.submit(workbook.write, parquet_files(wide=True), staging, made.version, stopped)
            parquet_files(wide=False)
            for path in books.result():
                add(path)
            _write_words(made, zipped, described, packed)
        except BaseException:
            stopped.set()
            raise


def _write_words(
    made: _Release, zipped: Archive, described: Mapping[str, tuple[str | None, str | None]], packed: Path
) -> None:
    """Descriptors, manifest and checksums, once everything else is there."""
    staging, sums = made.staging, zipped.sums()
    facts = [_fact(name, sums.get(name), *described[name]) for name in sorted(described)]
    facts.append(_fact(packed.name, None, None, None))
    told = descriptors.Facts(
        made.version, made.last, made.rows, made.origins, facts, base_url=made.base_url, years=made.years
    )
    zipped.add(staging / changelog.NAME, changelog.NAME)
    for name, text in descriptors.texts(told).items():
        (staging / name).write_text(text, encoding="utf-8")
        zipped.add(staging / name, name)
    sums = zipped.sums()
    (staging / release.MANIFEST).write_text(release.to_json(_manifest(made, sums, packed)), encoding="utf-8")
    zipped.add(staging / release.MANIFEST, release.MANIFEST)
    whole = zipped.finish()
    every = {name: item.sha256 for name, item in zipped.sums().items()} | {packed.name: whole.sha256}
    (staging / archive.SUMS).write_text(archive.listing(every), encoding="utf-8")


def _fact(name: str, known: archive.FileSum | None, product: str | None, part: str | None) -> descriptors.FileFact:
    same = known is not None and Path(name).suffix not in _VARIABLE
    return descriptors.FileFact(
        path=name,
        bytes=known.bytes if known and same else None,
        sha256=known.sha256 if known and same else None,
        media_type=descriptors.media_type(name),
        product=product,
        slice=part,
    )


def _manifest(made: _Release, sums: Mapping[str, archive.FileSum], packed: Path) -> dict[str, Any]:
    """What is here. The same content gives the same manifest: checksums of files whose bytes differ from run to run
    stand in ``SHA256SUMS`` only, beside all the others."""
    variable = [name for name in sums if Path(name).suffix in _VARIABLE] + [packed.name]
    return {
        "name": "nianbao",
        "version": made.version,
        "licence": "CC-BY-4.0",
        "origins": made.origins,
        "rows": made.rows,
        "measures": made.measures,
        "files": {
            name: {"bytes": item.bytes, "sha256": item.sha256} for name, item in sums.items() if name not in variable
        },
        "database": {"file": DATABASE, "storage": STORAGE, "checksum_in": archive.SUMS},
        "variable": {"files": sorted(variable), "checksum_in": archive.SUMS},
        "content": made.content,
        **fingerprint.programs(),
    }


def _swap(published: Path, staging: Path, version: str) -> None:
    there = archive.files(staging)
    written = archive.listed(staging).keys() | {archive.SUMS}
    if left := {path.relative_to(staging).as_posix() for path in there} ^ written:
        raise _broken(min(left), "not what was written")
    release.sync([*there, *sorted({path.parent for path in there})])
    staging.rename(published / version)
    release.sync([published])
    release.refresh(published, version)


@contextmanager
def _read_back() -> Iterator[None]:
    try:
        yield
    except archive.ReadBackError as error:
        raise _broken(error.file, error.how) from error


def _broken(what: str, how: str) -> GateError:
    return GateError(
        "gate.read_back",
        f"{what} reads back wrong ({how}); is the disk full or faulty? Nothing was published.",
        f"{what} 写入后读回不一致；请检查磁盘是否已满或损坏。本次未发布。",
    )
