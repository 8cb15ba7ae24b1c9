"""Relations over the years, bounds and single figures: found where they are, silent where a figure is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from batches import FEES, batch, document, sighting

from pipelines.extraction import Extraction, RawCell
from pipelines.store import Store
from schemas.forms import FORM_IDS, Key, load_form
from schemas.jumps import JUMP
from schemas.relations import load_relations
from schemas.rules import RULES

STOCK: Key = ("disclosure", "normative_documents", "in_force")
CARRIED_IN: Key = ("requests", "carried_in", "total")
CARRIED_OUT: Key = ("requests", "carried_out", "total")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.duckdb") as made:
        yield made


def put(store: Store, *documents: Extraction, **facts: str) -> None:
    store.replace_documents(batch(*documents))
    store.replace_sources(pd.DataFrame([sighting(number, **facts) for number in range(1, len(documents) + 1)]))
    store.rebuild()


def found(store: Store, rule: str) -> list[dict[str, Any]]:
    sql = "SELECT * FROM findings WHERE rule = ? ORDER BY report_year, indicator, breakdown"
    return store.query(sql, [rule]).to_pylist()


def verdict(store: Store, equation: str, year: int) -> tuple[str, str | None]:
    sql = (
        "SELECT verdict, missing FROM verdicts v JOIN documents d USING (document_id) "
        "WHERE equation_id = ? AND d.report_year = ?"
    )
    (row,) = store.query(sql, [equation, year]).to_pylist()
    return row["verdict"], row["missing"]


def printed(values: Mapping[Key, object]) -> dict[Key, dict[str, str]]:
    """Changed cells."""
    return {key: {"value": str(value), "printed": str(value)} for key, value in values.items()}


def blank(*keys: Key) -> dict[Key, dict[str, str]]:
    return {key: {"status": "blank", "value": "", "printed": ""} for key in keys}


def test_every_relation_names_cells_of_a_form_and_a_rule() -> None:
    cells = {cell.key for form in FORM_IDS for cell in load_form(form).cells}
    for relation in load_relations():
        assert {term.key for term in relation.terms} <= cells, relation.id
        assert relation.rule in RULES
        assert len({relation.target, *relation.terms}) == len(relation.terms) >= 2
    assert len({relation.id for relation in load_relations()}) == len(load_relations())


def test_a_broken_stock_names_the_cells_of_both_years(store: Store) -> None:
    """平潭 2023: 698 + 77 - 132 = 643, printed 470; 698 is the stock that the report of 2022 prints."""
    place = "disclosure", "normative_documents"
    put(
        store,
        document(1, printed({STOCK: 698}), report_year=2022),
        document(2, printed({(*place, "issued"): 77, (*place, "repealed"): 132, STOCK: 470}), report_year=2023),
    )
    (row,) = [row for row in found(store, "disclosure.stock") if row["indicator"] == "normative_documents"]
    assert (row["expected"], row["observed"], row["report_year"]) == ("643", "470", 2023)
    assert (row["section"], row["indicator"], row["breakdown"]) == STOCK
    for text in (
        "2022年行政规范性文件/现行有效件数 698",
        "2023年行政规范性文件/本年制发件数 77",
        "132",
        "470",
        "相差173",
    ):
        assert text in row["message_zh"]
    for text in ("2022 Administrative normative documents / In force 698", "difference 173", row["locator"]):
        assert text in row["message_en"]
    assert verdict(store, "disclosure.stock:normative_documents", 2023)[0] == "violated"
    assert verdict(store, "disclosure.stock:normative_documents", 2022) == (
        "cannot_tell",
        "2021 normative_documents/in_force no_cell",
    )


def test_carried_over_column_by_column(store: Store) -> None:
    """淮安 2024 carries 103 over, all of natural persons; a report of 2025 that carries 103 in breaks nothing."""
    person_in, person_out = ("requests", "carried_in", "natural_person"), ("requests", "carried_out", "natural_person")
    put(store, document(1), document(2, printed({CARRIED_IN: 103, person_in: 103}), report_year=2025))
    assert found(store, "requests.carry_over") == []
    assert verdict(store, "requests.carry_over:total", 2025) == ("holds", None)
    put(
        store,
        document(1, printed({person_out: 102})),
        document(2, printed({CARRIED_IN: 103, person_in: 103}), report_year=2025),
    )
    (row,) = found(store, "requests.carry_over")
    assert (row["breakdown"], row["expected"], row["observed"], row["severity"]) == (
        "natural_person",
        "102",
        "103",
        "error",
    )


def test_a_blank_or_a_missing_year_neither_passes_nor_fails(store: Store) -> None:
    put(store, document(1, blank(CARRIED_OUT)), document(2, report_year=2025), document(3, report_year=2027))
    assert verdict(store, "requests.carry_over:total", 2025) == ("cannot_tell", "2024 carried_out/total blank")
    assert verdict(store, "requests.carry_over:total", 2027) == ("cannot_tell", "2026 carried_out/total no_cell")
    assert [row["breakdown"] for row in found(store, "requests.carry_over")] == ["natural_person"]  # 103 and 34


def form_2019(number: int, year: int, values: Mapping[Key, object]) -> Extraction:
    """A report in the form of 2019: 0 wherever ``values`` says nothing."""
    cells = []
    for cell in load_form("2019").cells:
        value = str(values.get(cell.key, 0))
        cells.append(
            RawCell(*cell.key, "reported", value, value, cell.unit, "2019", "labels", f"t1/r{cell.position}/c1")
        )
    return document(number, report_year=year, form="2019", cells=cells, cells_present=198, cells_used=198)


def test_the_chain_runs_over_the_change_of_form(store: Store) -> None:
    put(
        store,
        form_2019(1, 2020, {CARRIED_OUT: 34, ("requests", "carried_out", "natural_person"): 34}),
        document(2, report_year=2021),
    )
    assert verdict(store, "requests.carry_over:total", 2021) == ("holds", None)
    assert verdict(store, "disclosure.stock:regulations", 2021) == ("cannot_tell", "2020 regulations/in_force no_cell")
    assert found(store, "requests.carry_over") == []


def test_items_and_bounds_of_the_form_of_2019(store: Store) -> None:
    licensing, rules = ("disclosure", "licensing"), ("disclosure", "normative_documents")
    put(
        store,
        form_2019(1, 2019, {(*licensing, "items_last_year"): 396, (*licensing, "items_change"): -6}),
        form_2019(
            2,
            2020,
            {
                (*licensing, "items_last_year"): 396,
                (*licensing, "items_change"): -4,
                (*rules, "made"): 77,
                (*rules, "newly_disclosed"): 78,
                (*rules, "disclosed_total"): 76,
            },
        ),
    )
    (items,) = found(store, "disclosure.items")
    assert (items["indicator"], items["expected"], items["observed"]) == ("licensing", "390", "396")
    (total,) = found(store, "disclosure.disclosed_total")
    assert (total["expected"], total["observed"], total["severity"]) == ("≥ 78", "76", "warning")
    (newly,) = found(store, "disclosure.newly_disclosed")
    assert (newly["expected"], newly["observed"], newly["severity"]) == ("≤ 77", "78", "info")
    assert "多出1" in newly["message_zh"]
    assert found(store, "values.negative") == []  # a signed change may be negative
    assert verdict(store, "disclosure.newly_disclosed:regulations", 2020) == ("holds", None)


def test_what_no_count_can_be(store: Store) -> None:
    licensing: Key = ("disclosure", "licensing", "decisions")
    penalties: Key = ("disclosure", "penalties", "decisions")
    put(store, document(1, printed({licensing: -3, penalties: "12.5", FEES: "96171.6"})))
    (negative,) = found(store, "values.negative")
    assert (negative["indicator"], negative["observed"]) == ("licensing", "-3")
    (fraction,) = found(store, "values.fraction")
    assert (fraction["indicator"], fraction["observed"]) == ("penalties", "12.5")
    assert fraction["expected"] == "整数 whole"  # not 0, which would be a figure to put there
    for row in (negative, fraction):
        assert row["agency_name"] in row["message_zh"]
        assert str(row["locator"]) in row["message_en"]
    assert verdict(store, "values.negative", 2024) == ("violated", None)


def test_a_document_without_figures_cannot_be_judged(store: Store) -> None:
    put(store, document(1, blank(*(cell.key for cell in load_form("2021").cells))))
    for rule in ("values.negative", "values.fraction", "values.yuan", "values.jump"):
        assert verdict(store, rule, 2024) == ("cannot_tell", "blank 200"), rule


@pytest.mark.parametrize(
    ("amounts", "odd"),
    [
        (("39.4", "380000", "41"), [2023]),
        (("380000", "39.4", "410000"), [2023]),
        (("39.4", "380000"), [2023]),
        (("39.4", "41", "380"), []),
        (("0.002", "0.003", "20"), []),
    ],
)
def test_yuan_in_a_field_of_wan(store: Store, amounts: tuple[str, ...], odd: list[int]) -> None:
    reports = [
        document(number, printed({FEES: amount}), report_year=2021 + number) for number, amount in enumerate(amounts, 1)
    ]
    put(store, *reports)
    rows = found(store, "values.yuan")
    assert [row["report_year"] for row in rows] == odd
    for row in rows:
        assert row["observed"] == amounts[1]
        assert f"{amounts[1]}万元" in row["message_zh"]


def test_a_unit_printed_in_the_cell_is_no_mistake(store: Store) -> None:
    changes = {FEES: {"value": "394000", "printed": "394000元", "unit": "元"}}
    put(store, document(1, changes), document(2, printed({FEES: "39.4"}), report_year=2025))
    assert found(store, "values.yuan") == []


def test_a_jump_needs_a_reference_and_large_numbers(store: Store) -> None:
    """Seven steady years, then twenty times as many penalties; licences grow from 2 to 40, which says nothing."""
    penalties, licensing = ("disclosure", "penalties", "decisions"), ("disclosure", "licensing", "decisions")
    counts = [1000, 1100, 1050, 980, 1020, 1000, 20000]
    put(
        store,
        *(
            document(
                number, printed({penalties: count, licensing: 40 if number == 7 else 2}), report_year=2014 + number
            )
            for number, count in enumerate(counts, 1)
        ),
    )
    (row,) = found(store, "values.jump")
    assert (row["report_year"], row["indicator"], row["severity"]) == (2021, "penalties", "info")
    assert (row["expected"], row["observed"]) == ("1000", "20000")
    assert "本机关历年" in row["message_zh"]
    assert verdict(store, "values.jump", 2021)[0] == "violated"
    assert (
        verdict(store, "values.jump", 2020)[0] == "cannot_tell"
    )  # no jump of its own size, nothing to hold it against
    assert len(counts) - 2 == JUMP.own
