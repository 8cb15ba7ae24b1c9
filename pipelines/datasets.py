"""The datasets of a release as files: from the tables of the staged database, which stand in order, and read back.

Everything is written from that one database: what it was checked for holds for the files, and no row is sorted twice.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import archive, release, slices, writing
from pipelines.archive import FileSum, ReadBackError
from pipelines.descriptors import LICENCE_LINE
from schemas.products import Product
from schemas.table import arrow_schema, quote

if TYPE_CHECKING:
    from pipelines.store import Store

SLICES = "slices"


@dataclass(slots=True, frozen=True)
class Written:
    """A CSV file: size and checksums of its bytes, taken as soon as it was written, which whoever reads it next holds
    it against; and the hash of what it says, which leaves out the columns that only say how a row was made."""

    file: FileSum
    says: str


def write_csv(staged: Store, product: type[Product], folder: Path) -> Written:
    """Write ``<product>.csv``; hold the number of its rows and the first of them against the table. That all its bytes
    are there is for whoever packs it to see."""
    path = folder / f"{product.name()}.csv"
    select, schema = product.rows(), arrow_schema(product.model)
    told = staged.copy_ordered(select, path, "csv", schema)
    file = archive.sum_of(path)  # now, while the system has most of it in memory
    there = staged.count(product.name())
    if told != there:
        raise ReadBackError(path.name, f"{told} rows, expected {there}")
    kinds = staged.kinds(select)
    first = f"LIMIT {writing.SAMPLED}"
    _compare(staged, list(kinds), f"{select} {first}", f"{writing.read_csv(kinds, path)} {first}", path.name)
    if not product.technical:
        return Written(file, file.sha256)
    kept = ", ".join(f'"{name}"' for name in schema.names if name not in product.technical)
    aside = folder / f".{product.name()}.csv"
    staged.copy_ordered(f"SELECT {kept} FROM {product.name()}", aside, "csv")
    says = release.hash_of(aside)
    aside.unlink()
    return Written(file, says)


def write_parquet(staged: Store, product: type[Product], folder: Path) -> Path:
    """Write ``<product>.parquet`` and hold it against the table."""
    path = folder / f"{product.name()}.parquet"
    schema = arrow_schema(product.model)
    told = schema.with_metadata({**(schema.metadata or {}), "licence": LICENCE_LINE})
    staged.copy_ordered(product.rows(), path, "parquet", told)
    written = f"FROM read_parquet({quote(str(path))})"
    if list(staged.kinds(written)) != schema.names:
        raise ReadBackError(path.name, "other columns")
    _compare(staged, schema.names, product.rows(), written, path.name)
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
            dealers.append(dealer := slices.Dealer(marks))
            place = folder / SLICES / f"by-{by}"
            place.mkdir(parents=True, exist_ok=True)
            for value in dealer.values:
                path = place / f"{product.name()}-{value}.zip"
                dealer.targets.append(opened.enter_context(archive.only(path, f"{path.stem}.csv")))
                dealer.targets[-1].write(header)
                written.append((path, f"{by}={value}"))
        try:
            for rows, ends in slices.records(file):
                if stopped is not None and stopped.is_set():
                    return []
                for dealer in dealers:
                    dealer.deal(rows, ends)
            for dealer in dealers:
                dealer.finish()
        except slices.OtherRowsError as error:
            raise ReadBackError(whole.name, f"other rows than {product.name()}") from error
    return sorted(written)


def _compare(staged: Store, columns: Sequence[str], table: str, file: str, name: str) -> None:
    """Whether two SELECTs of these columns have the same rows: their number, and all of every row by its hash."""
    listed = ", ".join(f'"{column}"' for column in columns)
    told = f"SELECT count(*) AS n, bit_xor(hash({listed})) AS h FROM"
    (wanted,) = staged.query(f"{told} ({table})").to_pylist()
    try:
        (found,) = staged.query(f"{told} ({file})").to_pylist()
    except Exception as error:
        raise ReadBackError(name, str(error).partition("\n")[0]) from error
    if found["n"] != wanted["n"]:
        raise ReadBackError(name, f"{found['n']} rows, expected {wanted['n']}")
    if found != wanted:
        raise ReadBackError(name, "other values")
