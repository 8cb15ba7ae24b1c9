"""What the datasets promise beyond their columns, on the release made from the samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.store import Store
from schemas.ordering import Filling
from schemas.products import EVERY_SLICE, PRODUCTS, AgencyPlaces, ObservationsLabelled, Panel, Product, Reports, Slice
from schemas.table import columns

SLICED = [(product, by) for product in PRODUCTS for by in product.slices]


@pytest.fixture(scope="module")
def database(release: Path) -> Iterator[Store]:
    with Store(release / "nianbao.duckdb", read_only=True) as opened:
        yield opened


def sliced(database: Store, product: type[Product], by: Slice) -> dict[str, list[dict[str, Any]]]:
    cut: dict[str, list[dict[str, Any]]] = {}
    values = database.query(product.sliced(by)).column("slice").to_pylist()
    for value, row in zip(values, database.rows(product.rows()), strict=True):
        cut.setdefault(value, []).append(row)
    return dict(sorted(cut.items()))


@pytest.mark.parametrize(("product", "by"), SLICED, ids=[f"{product.name()}-{by}" for product, by in SLICED])
def test_slices_put_together_are_the_dataset(database: Store, product: type[Product], by: Slice) -> None:
    cut = sliced(database, product, by)
    order = product.order()

    def place(row: dict[str, Any]) -> list[Any]:
        return [row[name] for name in order]

    assert all(sorted(rows, key=place) == rows for rows in cut.values())
    whole = sorted((row for rows in cut.values() for row in rows), key=place)
    assert whole == database.query(product.select()).to_pylist()


def test_a_slice_holds_the_agencies_of_its_province(database: Store) -> None:
    cut = sliced(database, ObservationsLabelled, "province")
    assert list(cut) == ["31", "32", "35", "37"]
    assert {row["agency_name"] for row in cut["35"]} == {"平潭县人民政府", "平潭综合实验区管委会"}
    assert min(sliced(database, ObservationsLabelled, "year")) == "2012"


def test_a_dataset_is_cut_only_as_it_says() -> None:
    assert ObservationsLabelled.slices == EVERY_SLICE
    with pytest.raises(ValueError, match="reports has no slices by year"):
        Reports.sliced("year")


def test_provisional_agencies_are_in_a_slice_of_their_own(release: Path, tmp_path: Path) -> None:
    """No province is known of them, so nothing is guessed from where their file lay."""
    with Store(tmp_path / "store.duckdb") as store:
        tables = {
            name: (model, Filling(f"SELECT * FROM '{release / name}.parquet'"))
            for name, model in (("panel", Panel.model), ("agency_places", AgencyPlaces.model))
        }
        store.fill_tables(tables)
        store._run("UPDATE panel SET agency_id = 'p-0123456789ab' WHERE report_year = 2025")
        cut = sliced(store, Panel, "province")
        assert list(cut) == ["00", "31", "32", "35", "37"]
        assert {row["report_year"] for row in cut["00"]} == {2025}


@pytest.mark.parametrize("product", [item for item in PRODUCTS if item.words()], ids=lambda item: item.name())
def test_every_word_of_a_long_table_is_where_it_is_looked_for(database: Store, product: type[Product]) -> None:
    """Every column of text is one of words, but for what a cell has of its own."""
    texts = {column.name for column in columns(product.model) if column.kind == "string"}
    assert texts - product.words().keys() <= {"printed", "locator", "statement_id", "candidates"}
    for name, words in product.words().items():
        sql = f"SELECT {name} FROM {product.name()} WHERE {name} IS NOT NULL EXCEPT ({words})"
        assert database.query(sql).to_pylist() == [], name
