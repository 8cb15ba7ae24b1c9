"""What the datasets promise beyond their columns, on the release made from the samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.store import Store
from schemas.products import EVERY_SLICE, PRODUCTS, AgencyPlaces, Observations, Product, Reports, Slice

SLICED = [(product, by) for product in PRODUCTS for by in product.slices]


@pytest.fixture(scope="module")
def database(release: Path) -> Iterator[Store]:
    with Store(release / "nianbao.duckdb", read_only=True) as opened:
        yield opened


def values(database: Store, product: type[Product], by: Slice) -> list[str]:
    return [row["value"] for row in database.query(product.slice_values(by)).to_pylist()]


@pytest.mark.parametrize(("product", "by"), SLICED, ids=[f"{product.name()}-{by}" for product, by in SLICED])
def test_slices_put_together_are_the_dataset(database: Store, product: type[Product], by: Slice) -> None:
    cut = [database.query(product.slice_select(by, value)).to_pylist() for value in values(database, product, by)]
    assert all(cut)
    assert cut
    order = product.order()

    def place(row: dict[str, Any]) -> list[Any]:
        return [row[name] for name in order]

    assert [sorted(rows, key=place) for rows in cut] == cut
    whole = sorted((row for rows in cut for row in rows), key=place)
    assert whole == database.query(product.select()).to_pylist()


def test_a_slice_holds_the_agencies_of_its_province(database: Store) -> None:
    assert values(database, Observations, "province") == ["31", "32", "35", "37"]
    names = {row["agency_name"] for row in database.query(Observations.slice_select("province", "35")).to_pylist()}
    assert names == {"平潭县人民政府", "平潭综合实验区管委会"}
    assert values(database, Observations, "year")[0] == "2012"


def test_a_dataset_is_cut_only_as_it_says() -> None:
    assert Observations.slices == EVERY_SLICE
    with pytest.raises(ValueError, match="reports has no slices by year"):
        Reports.slice_select("year", "2024")


def test_provisional_agencies_are_in_a_slice_of_their_own(release: Path, tmp_path: Path) -> None:
    """No province is known of them, so nothing is guessed from where their file lay."""
    with Store(tmp_path / "store.duckdb") as store:
        tables = {
            name: (model, f"SELECT * FROM '{release / name}.parquet'")
            for name, model in (("observations", Observations.model), ("agency_places", AgencyPlaces.model))
        }
        store.fill_tables(tables)
        store._run("UPDATE observations SET agency_id = 'p-0123456789ab' WHERE report_year = 2025")
        assert values(store, Observations, "province") == ["00", "31", "32", "35", "37"]
        rows = store.query(Observations.slice_select("province", "00")).to_pylist()
        assert {row["report_year"] for row in rows} == {2025}
