"""Long tables put in order by enums: the same rows in the same order as by the words themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from pandera.typing import Series

from pipelines.store import Store
from schemas.ordering import Filling
from schemas.table import Table, field

WORDS = [("乙", "b"), ("甲", None), ("", "a"), ("Z", "a"), ("a", "B"), ("乙", "a"), (None, "b"), ("甲乙", "ä")]


class Row(Table):
    """Two words, of which one may be missing, and a number."""

    first: Series[str] = field("一", "First", nullable=True)
    second: Series[str] = field("二", "Second", nullable=True)
    number: Series[pd.Int64Dtype] = field("数", "Number")

    class Config(Table.Config):
        """What the table is called."""

        name = "rows"
        title = "行"
        description = "Rows of a test"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.duckdb") as opened:
        opened._run("CREATE TABLE source (first VARCHAR, second VARCHAR, number BIGINT)")
        for number, (first, second) in enumerate(WORDS * 3):
            opened._run("INSERT INTO source VALUES (?, ?, ?)", [first, second, number])
        yield opened


SOURCE = "SELECT * FROM source"
EVERY = {name: f"SELECT {name} FROM source UNION ALL VALUES ('not there')" for name in ("first", "second")}


@pytest.mark.parametrize("words", [{}, {"first": EVERY["first"]}, EVERY], ids=["none", "one", "both"])
def test_rows_stand_as_their_words_do(store: Store, words: dict[str, str], tmp_path: Path) -> None:
    order = ("first", "second", "number")
    wanted = store.query(f"{SOURCE} ORDER BY {', '.join(order)}").to_pylist()
    store.fill_tables({"rows": (Row, Filling(SOURCE, order, words))})
    assert store.query("SELECT * FROM rows").to_pylist() == wanted
    store.export_database(tmp_path / "old.duckdb", {"rows": (Row, Filling(SOURCE, order, words))})
    with duckdb.connect(str(tmp_path / "old.duckdb"), read_only=True) as old:
        assert old.sql("SELECT * FROM rows").fetchall() == [tuple(row.values()) for row in wanted]
        assert {str(kind) for kind in old.sql("SELECT first, second FROM rows").types} == {"VARCHAR"}
        stored = dict(
            old.sql(
                "SELECT column_name, compression FROM pragma_storage_info('rows') WHERE segment_type = 'VARCHAR'"
            ).fetchall()
        )
        assert {name for name in stored if stored[name] == "Dictionary"} >= words.keys()
    assert not store.scalar("SELECT count(*) FROM duckdb_types() WHERE type_name LIKE 'word_%'")


def test_without_an_order_rows_stand_as_they_come(store: Store) -> None:
    store.fill_tables({"rows": (Row, Filling(f"{SOURCE} ORDER BY number DESC"))})
    assert store.query("SELECT number FROM rows")["number"].to_pylist() == list(reversed(range(len(WORDS) * 3)))


def test_a_word_that_stands_nowhere_is_an_error_and_leaves_nothing(store: Store) -> None:
    """Rather than a row without it."""
    store.fill_tables({"rows": (Row, Filling(SOURCE))})
    few = {"second": "SELECT second FROM source WHERE second <> 'b'"}
    with pytest.raises(duckdb.ConversionException):
        store.fill_tables({"rows": (Row, Filling(SOURCE, ("number",), few))})
    assert store.scalar("SELECT count(*) FROM rows") == len(WORDS) * 3
    store.fill_tables({"rows": (Row, Filling(SOURCE, ("number",), EVERY))})
