"""`nianbao diff`: two releases on the disk compared, as words or as rows of ``changes``."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pipelines import changelog, diff, layout, release
from pipelines.compared import COMPARED, of_release
from pipelines.console import Console
from schemas.products import PRODUCTS, Changes
from schemas.table import arrow_schema, quote

if TYPE_CHECKING:
    from pipelines.store import Store

SAME, DIFFERENT, USAGE = 0, 1, 2


def compare(names: tuple[str, str], published: Path, form: str, out: IO[bytes], console: Console) -> int:
    """Compare two releases, each named by its version, ``latest``, or its folder; ``form`` is text, csv, json or
    parquet. Returns 0 where they say the same, 1 where they differ, 2 where one of them is not there."""
    from pipelines.store import Store

    try:
        old, new = (_folder(name, published) for name in names)
        withdrawn = {**release.withdrawals(old.parent), **release.withdrawals(new.parent)}
    except release.ReleaseError as error:
        console.say(error.message_en, error.message_zh)
        return USAGE
    # A file, not memory: the changes of a whole country may need room on the disk.
    with tempfile.TemporaryDirectory(prefix="nianbao-") as place, Store(Path(place) / "diff.duckdb") as store:
        store.fill_tables(Changes.filled(diff.changes(of_release(old), of_release(new), old.name, new.name)))
        before, after = layout.of_release(old), layout.of_release(new)
        between = changelog.Between(
            old.name,
            new.name,
            layout.compare(before, after),
            (release.programs(old), release.programs(new)),
            {name: withdrawn[name] for name in (old.name, new.name) if name in withdrawn},
            _others(store, (old, before), (new, after)),
        )
        _write(store, between, form, out, console)
        differs = between.layout or between.others or store.count("changes")
    return DIFFERENT if differs else SAME


def _folder(name: str, published: Path) -> Path:
    version = release.latest(published) or name if name == release.LATEST else name
    for folder in (published / version, Path(name)):
        if next(folder.glob("*.parquet"), None) is not None:
            return folder.resolve()
    known = ", ".join(release.versions(published)) or "none 无"
    raise release.ReleaseError(
        f"{name} is neither a release in {published} (there are: {known}) nor a folder of one.",
        f"{name} 既不是 {published} 中的版本，也不是发布目录。",
    )


def _others(
    store: Store, old: tuple[Path, layout.Layout], new: tuple[Path, layout.Layout]
) -> list[tuple[str, int, int]]:
    """Datasets that are not compared row by row and whose rows differ: checksums over the columns of both."""
    told = {one.name for one in COMPARED} | {Changes.name()}
    technical = {product.name(): product.technical for product in PRODUCTS}
    (folder, before), (later, after) = old, new
    found = []
    for name in before:
        if name in told or name not in after:
            continue
        shared = [one for one in before[name].names if one in after[name].names and one not in technical.get(name, ())]
        listed = ", ".join(f'"{one}"' for one in shared) or "0"
        one, two = (
            store.query(
                f"SELECT count(*) AS n, sum(hash({listed})) AS mark "
                f"FROM read_parquet({quote(str(each / f'{name}.parquet'))})"
            ).to_pylist()[0]
            for each in (folder, later)
        )
        if one != two:
            found.append((name, int(one["n"]), int(two["n"])))
    return found


def _write(store: Store, between: changelog.Between, form: str, out: IO[bytes], console: Console) -> None:
    if form == "text":
        out.write(changelog.words(store, between).encode("utf-8"))
        return
    for one in between.layout:
        console.say(
            f"{one.en}{' (breaking)' if one.breaking else ''}", f"{one.zh}{'（不兼容）' if one.breaking else ''}"
        )
    for name, rows_before, rows_after in between.others:
        console.say(f"{name} differs: {rows_before} -> {rows_after} rows", f"{name} 内容不同")
    if form == "json":
        _write_json(store, out)
        return
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"changes.{form}"
        store.copy_ordered(Changes.select(), path, "csv" if form == "csv" else "parquet", arrow_schema(Changes.model))
        with path.open("rb") as handle:
            shutil.copyfileobj(handle, out)


def _write_json(store: Store, out: IO[bytes]) -> None:
    """One array of objects."""
    out.write(b"[")
    before = b"\n"
    for batch in store.query(Changes.select()).to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            out.write(before + json.dumps(row, ensure_ascii=False).encode("utf-8"))
            before = b",\n"
    out.write(b"\n]\n")
