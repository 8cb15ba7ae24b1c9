"""The layout of a release: its datasets, their columns, types and codes; and what changed between two.

Adding a dataset, a column or a code at the end breaks nobody's query; taking one away does, and so does another type or
place: that is a new major version of the contract.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.products import PRODUCTS
from schemas.table import arrow_schema

Layout = Mapping[str, pa.Schema]
"""Dataset -> Arrow schema with the metadata of ``schemas.table.arrow_schema``, columns in their order."""


@dataclass(frozen=True, slots=True)
class LayoutChange:
    """One difference; ``breaking`` where queries that worked may not work any more."""

    breaking: bool
    zh: str
    en: str


def of_release(folder: Path) -> Layout:
    """The datasets of a release on the disk, by its Parquet files; one that cannot be opened is not there."""
    found = {}
    for path in sorted(folder.glob("*.parquet")):
        try:
            found[path.stem] = pq.read_schema(path)
        except (OSError, pa.ArrowException):
            continue
    return found


def of_products() -> Layout:
    """The datasets as the models have them."""
    return {product.name(): arrow_schema(product.model) for product in PRODUCTS}


def compare(old: Layout, new: Layout) -> list[LayoutChange]:
    """What changed, the breaking changes first."""
    found = [
        *(LayoutChange(True, f"数据集 {name} 不再提供", f"dataset {name} is gone") for name in old if name not in new),
        *(LayoutChange(False, f"新增数据集 {name}", f"dataset {name} is new") for name in new if name not in old),
    ]
    for name in old:
        if name in new:
            found += _columns(name, old[name], new[name])
    return sorted(found, key=lambda one: not one.breaking)


def _columns(dataset: str, old: pa.Schema, new: pa.Schema) -> Iterator[LayoutChange]:
    for name in old.names:
        place = f"{dataset}.{name}"
        if name not in new.names:
            yield LayoutChange(True, f"列 {place} 移除或更名", f"column {place} is gone, or renamed")
            continue
        before, after = old.field(name), new.field(name)
        if before.type != after.type:
            kinds = f"{before.type} → {after.type}"
            yield LayoutChange(True, f"列 {place} 类型变更：{kinds}", f"column {place} has another type: {kinds}")
        lost, come = _differ(_codes(before), _codes(after)), _differ(_codes(after), _codes(before))
        if lost:
            yield LayoutChange(True, f"列 {place} 不再使用代码 {lost}", f"column {place} has no codes {lost} any more")
        if come:
            yield LayoutChange(False, f"列 {place} 新增代码 {come}", f"column {place} has new codes {come}")
    kept = [name for name in new.names if name in old.names]
    if kept != [name for name in old.names if name in new.names]:
        yield LayoutChange(True, f"{dataset} 的列次序变更", f"the columns of {dataset} stand in another order")
    for name in new.names:
        if name not in old.names:
            inside = new.names.index(name) < len(kept)
            where = (" (not on the right)", "（不在最右）") if inside else ("", "")
            yield LayoutChange(
                inside, f"新增列 {dataset}.{name}{where[1]}", f"column {dataset}.{name} is new{where[0]}"
            )


def _codes(field: Any) -> list[str]:
    """The codes that a column may have, where the file tells them."""
    told = (field.metadata or {}).get(b"codes", b"")
    return list(json.loads(told)) if told else []


def _differ(some: Iterable[str], others: Iterable[str]) -> str:
    there = set(others)
    return ", ".join(code for code in some if code not in there) if there else ""
