"""What users of a release rely on, line by line: ``products.csv`` beside this file. ``make contract`` writes it anew.

A line is a file of a release, a column of a dataset, a view or macro of the database with its parameters, or a key of a
descriptor (``resources[].schema.fields[].name``).
Adding is free, columns on the right alone; whatever else changes is a new major version of the contract.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipelines.descriptors import Facts, FileFact, media_type, texts
from schemas.desk import TOOLS
from schemas.products import PRODUCTS
from schemas.table import columns

WRITTEN = Path(__file__).with_name("products.csv")
FIELDS = ("kind", "file", "position", "name", "type", "sql", "role", "required", "codes")

Line = dict[str, str]

_UTF8 = "charset=utf-8; lines end with LF"
_WHOLE = {
    "nianbao.duckdb": "DuckDB, storage v1.0.0",
    "nianbao.xlsx": media_type("nianbao.xlsx"),
    "nianbao-<version>.zip": media_type("nianbao.zip"),
    "CHANGELOG.md": f"text/markdown; {_UTF8}",
    "manifest.json": f"application/json; {_UTF8}",
    "SHA256SUMS": f"text/plain; {_UTF8}",
}


def written() -> list[Line]:
    """The lines as they stand in the repository."""
    with WRITTEN.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def now() -> list[Line]:
    """The lines as the models and the descriptors have them."""
    descriptions = texts(_facts())
    lines = [_line("file", name, type=kind) for name, kind in _WHOLE.items()]
    for product in PRODUCTS:
        lines.append(_line("file", f"{product.name()}.csv", type=f"text/csv; {_UTF8}; header; null is empty"))
        lines += [
            _line("file", f"slices/by-{by}/{product.name()}-<{by}>.zip", type=media_type("_.zip"))
            for by in product.slices
        ]
        lines.append(_line("file", f"{product.name()}.parquet", type=f"{media_type('_.parquet')}; zstd"))
    lines += [_line("file", name, type=f"{media_type(name)}; {_UTF8}") for name in descriptions]
    for product in PRODUCTS:
        lines += [
            _line(
                "column",
                product.name(),
                position=str(position),
                name=column.name,
                type=str(column.arrow),
                sql=column.sql,
                role=" ".join([*(["key"] if column.key else []), column.foreign]).strip(),
                required=str(not column.nullable).lower(),
                codes=" ".join(column.codes),
            )
            for position, column in enumerate(columns(product.model), start=1)
        ]
    lines += [_line("tool", tool.name, type=tool.kind, role=tool.parameters) for tool in TOOLS]
    for name, text in descriptions.items():
        if media_type(name).endswith("json"):
            lines += [_line("key", name, name=path, type=kind) for path, kind in sorted(set(keys(json.loads(text))))]
    return sorted(lines, key=lambda line: (_KINDS.index(line["kind"]), line["file"], int(line["position"] or 0)))


_KINDS = ("file", "column", "tool", "key")


def keys(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every path through a JSON value with the type that stands at its end; items of an array count alike."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from keys(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for item in value:
            yield from keys(item, f"{path}[]")
    else:
        yield path, {bool: "boolean", int: "number", float: "number", str: "string"}[type(value)]


def gone(before: Sequence[Line], after: Sequence[Line]) -> list[str]:
    """What users would miss or find changed, in words; empty where ``after`` only adds, columns on the right."""
    there = {_place(line): line for line in after}
    problems = []
    for old in before:
        what = f"{old['file']} {old['name']}".strip()
        new = there.get(_place(old))
        if new is None:
            problems.append(f"{what} is gone")
            continue
        problems += [
            f"{what}: {field} was {old[field]!r}, is {new[field]!r}"
            for field in ("position", "type", "sql", "role")
            if old[field] != new[field]
        ]
        if (old["required"], new["required"]) == ("true", "false"):
            problems.append(f"{what} may be empty now")
        problems += [
            f"{what}: code {code} is gone" for code in old["codes"].split() if code not in new["codes"].split()
        ]
        if new["codes"] and not old["codes"]:
            problems.append(f"{what} allows only some codes now")
    return problems


def _place(line: Line) -> tuple[str, ...]:
    # A key of a descriptor may hold values of several types.
    return (line["kind"], line["file"], line["name"], line["type"] if line["kind"] == "key" else "")


def _line(kind: str, file: str, **values: str) -> Line:
    return dict.fromkeys(FIELDS, "") | {"kind": kind, "file": file} | values


def _facts() -> Facts:
    """A release that has everything a descriptor can speak of."""
    files = [
        FileFact(f"{product.name()}.{kind}", 1, "0" * 64, media_type(f"_.{kind}"), product.name())
        for product in PRODUCTS
        for kind in ("csv", "parquet")
    ]
    whole = ("nianbao.duckdb", "nianbao.xlsx", "nianbao.zip")
    files += [FileFact(name, None, None, media_type(name)) for name in whole]
    rows = {product.name(): 1 for product in PRODUCTS}
    return Facts("2026.11.24", "2026.11.23", rows, ["original"], files, "https://data.example.org/", (2008, 2025))


def main(arguments: Sequence[str]) -> int:
    """Write the file anew; with ``--major`` also where something is gone."""
    lines = now()
    problems = gone(written(), lines) if WRITTEN.exists() else []
    if problems and "--major" not in arguments:
        print("A new major version of the contract, so nothing was written (--major does):", *problems, sep="\n  ")
        return 1
    with WRITTEN.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
