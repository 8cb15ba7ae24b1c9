"""What of two releases is compared, and where its rows are: in Parquet files, or in the store. Pure text.

Of an observation it is its figure and what stands in the cell, not which copy of the report vouches for it:
``reports`` and ``documents`` tell that once for the whole report. Datasets that follow from others (``panel``,
``metrics`` …) are not compared; the codebook's tables are, column by column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.products import PRODUCTS, Product
from schemas.table import Column, columns, key, names, quote

_BY_NAME: Mapping[str, type[Product]] = {product.name(): product for product in PRODUCTS}


@dataclass(frozen=True, slots=True)
class Compared:
    """A dataset whose rows are compared by their key.

    ``told``: the columns that are, the weightiest first; none: all but the key. ``unless``: a column that follows from
    others, told only where these are the same. ``read``: of the columns told those that a reader gives; none: all.
    ``group``: so many columns of the key make a group; groups that are wholly the same are set aside by a checksum, so
    that only the others need be joined row by row.
    """

    name: str
    told: tuple[str, ...] = ()
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    read: tuple[str, ...] = ()
    group: int = 0
    only_changed: bool = False
    by_hand: bool = False

    @property
    def key(self) -> list[str]:
        """Columns of the key."""
        return key(_BY_NAME[self.name].model)

    @property
    def columns(self) -> dict[str, Column]:
        """All columns, by name."""
        return {column.name: column for column in columns(_BY_NAME[self.name].model)}


COMPARED: tuple[Compared, ...] = (
    Compared(
        "observations",
        told=("value", "status", "unit", "value_derived", "value_std", "form", "is_total"),
        unless={"value_std": ("value", "unit"), "is_total": ("form",)},
        read=("value", "status", "unit", "form"),
        group=3,
    ),
    Compared("reports", ("kind", "document_id", "form", "published_on", "period_start", "period_end", "punctuality")),
    Compared("documents", ("kind", "reason_code", "report_year", "form", "scope")),
    Compared("attributions", ("agency_id",), only_changed=True),
    Compared(
        "agencies",
        told=(
            *("agency_name", "is_provisional", "level", "kind", "parent_id", "division_code", "credit_code"),
            *("valid_from", "valid_to", "predecessors", "successors"),
        ),
    ),
    Compared("indicators", by_hand=True),
    Compared("crosswalk", by_hand=True),
    Compared("metric_definitions", by_hand=True),
)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two releases: for each dataset that it has, SQL that may stand after FROM, and the columns there."""

    datasets: Mapping[str, tuple[str, frozenset[str]]]

    def has(self, dataset: str, *wanted: str) -> bool:
        """Whether the dataset is there, with these columns."""
        return dataset in self.datasets and self.datasets[dataset][1].issuperset(wanted)

    def rows(self, dataset: str, wanted: Sequence[str]) -> str:
        """A SELECT of columns of the dataset's model; null where this release does not have them."""
        kinds = {column.name: column.sql for column in columns(_BY_NAME[dataset].model)}
        listed = ", ".join(
            f'"{name}"' if self.has(dataset, name) else f'NULL::{kinds[name]} AS "{name}"' for name in wanted
        )
        source, _ = self.datasets.get(dataset, ("(SELECT 1) WHERE false", frozenset()))
        return f"SELECT {listed} FROM {source}"


def of_release(folder: Path) -> Side:
    """A release on the disk, of whatever layout; what is missing or cannot be opened is not there."""
    found = {}
    for name in _BY_NAME:
        path = folder / f"{name}.parquet"
        try:
            found[name] = (f"read_parquet({quote(str(path))})", frozenset(pq.read_schema(path).names))
        except (OSError, pa.ArrowException):
            continue
    return Side(found)


def of_store() -> Side:
    """The release that is being made: the tables of the store."""
    return Side({name: (name, frozenset(names(product.model))) for name, product in _BY_NAME.items()})
