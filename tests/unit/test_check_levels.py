"""What an agency's level allows: no government rules of a county; nobody unknown is judged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from batches import batch, document, sighting

from pipelines.extraction import Extraction
from pipelines.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.duckdb") as made:
        yield made


def put(store: Store, *documents: Extraction) -> None:
    store.replace_documents(batch(*documents))
    store.replace_sources(pd.DataFrame([sighting(number) for number in range(1, len(documents) + 1)]))
    store.rebuild()


def found(store: Store, rule: str) -> list[dict[str, Any]]:
    return store.query("SELECT * FROM findings WHERE rule = ? ORDER BY indicator, breakdown", [rule]).to_pylist()


def verdicts(store: Store, rule: str) -> set[tuple[str, str | None]]:
    rows = store.query("SELECT verdict, missing FROM verdicts WHERE rule = ?", [rule]).to_pylist()
    return {(row["verdict"], row["missing"]) for row in rows}


def test_a_county_bureau_makes_no_government_rules(store: Store) -> None:
    """天台县民政局 2019 prints 8 | 8 | 18 in the row of 规章; here 11 in force, as 淮安 2024 has them."""
    put(store, document(1, agency="天台县民政局"), document(2, agency="淮安市人民政府"))
    rows = found(store, "values.regulations")
    assert {(row["breakdown"], row["observed"], row["agency_name"]) for row in rows} == {
        ("in_force", "11", "天台县民政局"),
        ("issued", "1", "天台县民政局"),
    }
    assert verdicts(store, "values.regulations") == {("violated", None), ("holds", None)}


def test_an_agency_that_nobody_knows_is_not_judged(store: Store) -> None:
    put(store, document(1, agency="乌有县虚构局"))
    assert found(store, "values.regulations") == []
    assert verdicts(store, "values.regulations") == set()
