"""The datasets of a release as files: from the tables of the staged database, which stand in order, and read back.

Everything is written from that one database: what it was checked for holds for the files, and no row is sorted twice.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import archive, release, slices, writing
from pipelines.descriptors import LICENCE_LINE
from schemas.products import Product
from schemas.table import arrow_schema, quote

if TYPE_CHECKING:
    from pipelines.store import Store

SLICES = "slices"


class ReadBackError(Exception):
    """A file does not hold what was written to it: ``file`` and how it differs."""

    def __init__(self, file: str, how: str) -> None:
        super().__init__(f"{file}: {how}")
        self.file, self.how = file, how


def write_csv(staged: Store, product: type[Product], folder: Path) -> str:
    """Write ``<product>.csv``, hold it against the table, and give the hash of what it says: of its bytes, less the
    columns that only say how a row was made."""
    path = folder / f"{product.name()}.csv"
    select, schema = product.rows(), arrow_schema(product.model)
    staged.copy_ordered(select, path, "csv", schema)
    kinds = staged.kinds(select)
    as_text = ", ".join(f'({writing.text(name, kind)})::VARCHAR AS "{name}"' for name, kind in kinds.items())
    _compare(staged, f"SELECT {as_text} FROM {product.name()}", writing.read_csv(kinds, path), path.name)
    if not product.technical:
        return release.hash_of(path)
    kept = ", ".join(f'"{name}"' for name in schema.names if name not in product.technical)
    said = folder / f".{product.name()}.csv"
    try:
        staged.copy_ordered(f"SELECT {kept} FROM {product.name()}", said, "csv")
        return release.hash_of(said)
    finally:
        said.unlink(missing_ok=True)


def write_parquet(staged: Store, product: type[Product], folder: Path) -> Path:
    """Write ``<product>.parquet`` and hold it against the table."""
    path = folder / f"{product.name()}.parquet"
    schema = arrow_schema(product.model)
    told = schema.with_metadata({**(schema.metadata or {}), "licence": LICENCE_LINE})
    staged.copy_ordered(product.rows(), path, "parquet", told)
    _compare(staged, product.rows(), f"FROM read_parquet({quote(str(path))})", path.name)
    return path


def write_slices(
    staged: Store, product: type[Product], folder: Path, stopped: threading.Event | None = None
) -> list[tuple[Path, str]]:
    """Deal the rows of ``<product>.csv`` out to ``slices/by-<kind>/<product>-<value>.zip``, a CSV file in each; gives
    each file and ``<kind>=<value>``, nothing where it is ``stopped`` from outside. The rows are taken as they stand in
    that file, which was read back: nothing is sorted or written out anew."""
    if not product.slices:
        return []
    whole = folder / f"{product.name()}.csv"
    written: list[tuple[Path, str]] = []
    with whole.open("rb") as file, ExitStack() as opened:
        header = file.readline()
        dealers = []
        for by in product.slices:
            marks = staged.query(product.sliced(by)).column("slice").combine_chunks()
            dealer, targets = slices.Dealer(marks), []
            target = folder / SLICES / f"by-{by}"
            target.mkdir(parents=True, exist_ok=True)
            for value in dealer.values:
                path = target / f"{product.name()}-{value}.zip"
                targets.append(opened.enter_context(archive.only(path, f"{path.stem}.csv")))
                targets[-1].write(header)
                written.append((path, f"{by}={value}"))
            dealers.append((dealer, targets))
        try:
            for rows, ends in slices.records(file):
                if stopped is not None and stopped.is_set():
                    return []
                for dealer, targets in dealers:
                    dealer.deal(rows, ends, targets)
            for dealer, _ in dealers:
                dealer.finish()
        except slices.OtherRowsError as error:
            raise ReadBackError(whole.name, f"other rows than {product.name()}") from error
    return sorted(written)


def _compare(staged: Store, table: str, file: str, name: str) -> None:
    """Whether two SELECTs have the same columns and rows: their number, and all of every row by its hash."""
    columns = list(staged.kinds(table))
    if list(staged.kinds(file)) != columns:
        raise ReadBackError(name, "other columns")
    listed = ", ".join(f'"{column}"' for column in columns)
    told = f"SELECT count(*) AS n, bit_xor(hash({listed})) AS h FROM"
    wanted, found = (staged.query(f"{told} ({select})").to_pylist()[0] for select in (table, file))
    if found["n"] != wanted["n"]:
        raise ReadBackError(name, f"{found['n']} rows, expected {wanted['n']}")
    if found != wanted:
        raise ReadBackError(name, "other values")
