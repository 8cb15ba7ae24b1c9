"""A document as the readers hand it on: the real figures of 淮安市 2024 (szfgs2024.pdf), to be changed at will."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from pipelines import shards
from pipelines.extraction import Extraction, RawCell, RawFinding
from pipelines.normalize import normalize
from schemas.forms import Key, load_form

# Row by row as printed; every sum of the requests and review tables holds.
_PRINTED = """
1 0 11 | 8 26 66 | 447228 | 3985758 | 88283 | 96171.6
3001 53 0 0 61 4 3119 | 34 0 0 0 0 0 34
1288 21 0 0 50 3 1362 | 447 7 0 0 0 0 454
2 0 0 0 0 0 2 | 30 1 0 0 0 0 31 | 5 0 0 0 0 0 5 | 6 0 0 0 0 0 6
7 1 0 0 0 0 8 | 12 0 0 0 0 0 12 | 9 0 0 0 0 0 9 | 105 0 0 0 0 0 105
746 12 0 0 10 1 769 | 11 0 0 0 0 0 11 | 1 0 0 0 0 0 1
56 6 0 0 0 0 62 | 25 0 0 0 0 0 25 | 0 0 0 0 0 0 0 | 0 0 0 0 0 0 0 | 1 0 0 0 0 0 1
67 3 0 0 1 0 71 | 6 0 0 0 0 0 6 | 108 2 0 0 0 0 110
2932 53 0 0 61 4 3050 | 103 0 0 0 0 0 103
72 64 178 37 351 | 13 4 8 1 26 | 12 1 1 6 20
"""
HUAIAN: dict[Key, str] = dict(
    zip((cell.key for cell in load_form("2021").cells), _PRINTED.replace("|", " ").split(), strict=True)
)
FEES: Key = ("disclosure", "fees", "amount")
TOTAL: Key = ("requests", "result.total", "total")


def sha(number: int) -> str:
    """A document id."""
    return f"{number:064x}"


def document(
    number: int = 1, changes: Mapping[Key, Mapping[str, str]] | None = None, drop: Iterable[Key] = (), **facts: Any
) -> Extraction:
    """淮安 2024 as document ``number``: fields of some cells changed, some cells dropped, facts replaced."""
    units = {cell.key: cell.unit for cell in load_form("2021").cells}
    cells = [
        replace(
            RawCell(
                *key,
                status="reported",
                printed=text,
                value=str(Decimal(text)),
                unit=units[key],
                form="2021",
                form_basis="labels",
                locator=f"t1/r{place}/c2",
            ),
            **dict((changes or {}).get(key, {})),
        )
        for place, (key, text) in enumerate(HUAIAN.items(), start=1)
        if key not in set(drop)
    ]
    given: dict[str, Any] = {
        "file_name": f"{number}.pdf",
        "byte_size": 412842,
        "media_type": "application/pdf",
        "pages": 6,
        "kind": "report",
        "agency": "淮安市人民政府",
        "report_year": 2024,
        "form": "2021",
        "form_basis": "labels",
        "cells_present": len(cells),
        "cells_used": len(cells),
        "cells": cells,
    }
    return Extraction(document_id=sha(number), **(given | facts))


def raw(*documents: Extraction, reader_hash: str = "r1") -> tuple[pa.Table, ...]:
    """The four tables of a shard."""
    lists = ("cells", "findings", "claims")
    heads = [
        {**{name: value for name, value in asdict(item).items() if name not in lists}, "stage_ms": "{}"}
        | {"reader_hash": reader_hash}
        for item in documents
    ]
    cells = [{"document_id": item.document_id, **asdict(cell)} for item in documents for cell in item.cells]
    findings = [{"document_id": item.document_id, **asdict(found)} for item in documents for found in item.findings]
    claims = [{"document_id": item.document_id, **asdict(claim)} for item in documents for claim in item.claims]
    return (
        pa.Table.from_pylist(heads, schema=shards.DOCUMENTS),
        pa.Table.from_pylist(cells, schema=shards.CELLS),
        pa.Table.from_pylist(findings, schema=shards.FINDINGS),
        pa.Table.from_pylist(claims, schema=shards.CLAIMS),
    )


def batch(*documents: Extraction, reader_hash: str = "r1") -> dict[str, pd.DataFrame]:
    """The same, normalised."""
    return normalize(*raw(*documents, reader_hash=reader_hash))


def sighting(number: int = 1, **facts: Any) -> dict[str, Any]:
    """A row of sources for document ``number``, found on the bureau's site."""
    row = {
        "path": f"huaian/{number}.pdf",
        "document_id": sha(number),
        "source_url": f"https://www.huaian.gov.cn/{number}.pdf",
        "retrieved_at": "",
        "published_on": "2025-01-20",
        "agency_hint": "",
        "year_hint": "",
        "origin": "original",
        "note": "",
        "site": "www.huaian.gov.cn",
        "folder": "huaian",
    }
    return row | facts


def finding(rule: str, message: str = "x", **facts: str) -> RawFinding:
    """A finding as readers write it."""
    return RawFinding(rule, "warning", "pipeline", message, message, **facts)
