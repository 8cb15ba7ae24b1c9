"""Raw text becomes the long table, by the models; what does not fit is quarantined with a finding."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from batches import FEES, HUAIAN, TOTAL, batch, document, finding, raw, sha

from pipelines.extraction import RawCell
from pipelines.normalize import normalize
from schemas.core import Statement
from schemas.forms import Key
from schemas.table import names

NEW: Key = ("requests", "new", "natural_person")
OTHER: Key = ("requests", "result.other.other", "business")
LICENSING: Key = ("disclosure", "licensing", "decisions")


def golden(frame: pd.DataFrame) -> list[str]:
    """What is wrong with the long table of 淮安 2024, by the figures read by eye: value, standard value, total."""
    wrong = []
    rows = {(row.section, row.indicator, row.breakdown): row for row in frame.itertuples()}
    for place, text in HUAIAN.items():
        row: Any = rows.get(place)
        number, factor = float(text), 10000 if place == FEES else 1
        total = place[2] == "total" or place[1] == "result.total"
        expected = (number, float(Decimal(text) * factor), total, "元" if factor > 1 else "件")
        found = (row.value, getattr(row, "value_std", None), getattr(row, "is_total", None), row.unit)
        if (found[0], found[1], found[2]) != expected[:3]:
            wrong.append(f"{place}: {found} is not {expected}")
    return wrong


def only(tables: dict[str, pd.DataFrame], place: Key) -> Any:
    """The one statement of a cell."""
    frame = tables["statements"]
    rows = frame[(frame["section"] == place[0]) & (frame["indicator"] == place[1]) & (frame["breakdown"] == place[2])]
    assert len(rows) == 1, place
    return rows.iloc[0]


def refused(tables: dict[str, pd.DataFrame]) -> list[str]:
    return list(tables["quarantine"]["checks"])


def test_the_long_table_of_a_report() -> None:
    tables = batch(document())
    frame = tables["statements"]
    assert golden(frame) == []
    assert list(frame.columns) == names(Statement)
    assert len(frame) == 200
    assert int(frame[~frame["is_total"] & (frame["section"] == "requests")]["value"].sum()) == 2 * 3119 + 2 * 34
    assert frame["statement_id"].str.match(r"^s-[0-9a-f]{16}$").all()
    fees = only(tables, FEES)
    assert (fees["value"], fees["unit"], fees["value_std"]) == (96171.6, "万元", 961716000)
    assert len(tables["quarantine"]) == len(tables["findings"]) == 0


def test_without_the_models_the_golden_comparison_fails() -> None:
    """The raw cells hold the same figures, as text without standard units or flags: nothing of it passes."""
    cells = raw(document())[1].to_pandas()
    assert len(cells) == 200
    assert len(golden(cells)) == 200


def test_the_document_row() -> None:
    row = batch(document(agency=" 淮安市 人民政府(办公室)", cells_present=201))["documents"].iloc[0]
    assert row["agency_printed"] == " 淮安市 人民政府(办公室)"
    assert row["agency_name"] == "淮安市人民政府（办公室）"
    assert row["share_used"] == round(200 / 201, 6) == 0.995025
    assert (row["report_year"], row["origin"], row["kind"]) == (2024, "original", "report")
    assert pd.isna(row["reason_code"])


@pytest.mark.parametrize(
    ("place", "change", "check"),
    [
        (NEW, {"value": "3,001"}, "value_is_exact"),
        (NEW, {"value": "1e3"}, "value_is_exact"),
        (NEW, {"value": "nan"}, "value_is_exact"),
        (NEW, {"value": "9007199254740993"}, "value_is_exact"),
        (NEW, {"value": "0.1234567"}, "value_is_exact"),
        (NEW, {"value": ""}, "value_only_if_reported"),
        (NEW, {"status": "blank", "printed": ""}, "value_only_if_reported"),
        (NEW, {"status": "mark", "value": "", "printed": ""}, "print_fits_status"),
        (NEW, {"status": "blank", "value": "", "printed": "/"}, "print_fits_status"),
        (NEW, {"status": "absent", "value": "", "printed": ""}, "print_fits_status"),  # absent, but it has a place
        (NEW, {"status": "zero"}, "status: isin"),
        (NEW, {"unit": "只"}, "unit: isin"),
        (NEW, {"unit": ""}, "unit: not_nullable"),
        (NEW, {"method": "guessed"}, "method: isin"),
        (NEW, {"confidence": "1.5"}, "confidence: less_than_or_equal_to"),
        (NEW, {"breakdown": "cats"}, "cell_of_a_form"),
        (OTHER, {"form": "2019"}, "cell_of_a_form"),
        (NEW, {"section": "statistics"}, "cell_of_a_form"),
        (NEW, {"printed": "13912345678", "value": "13912345678"}, "print_fits_status"),  # a telephone, no count
    ],
)
def test_a_bad_cell_is_quarantined_with_a_finding_and_the_rest_passes(
    place: Key, change: dict[str, str], check: str
) -> None:
    tables = batch(document(1, {place: change}), document(2))
    assert len(tables["statements"]) == 399
    assert [check in text for text in refused(tables)] == [True]
    assert tables["quarantine"]["document_id"].tolist() == [sha(1)]
    told = tables["findings"].iloc[0]
    assert (told["rule"], told["stage"], told["responsible"]) == ("normalize.rejected", "normalize", "pipeline")
    assert (told["severity"], told["document_id"]) == ("error", sha(1))
    assert told["locator"] == f"t1/r{list(HUAIAN).index(place) + 1}/c2"
    assert check in told["expected"]
    assert "已隔离" in told["message_zh"]
    assert "quarantined" in told["message_en"]


def test_the_raw_row_is_kept_as_it_was() -> None:
    kept = json.loads(batch(document(1, {NEW: {"value": "3,001"}}))["quarantine"]["row"].iloc[0])
    assert (kept["value"], kept["printed"], kept["indicator"], kept["document_id"]) == ("3,001", "3001", "new", sha(1))


def test_one_wrong_cell_gives_one_finding_however_many_checks_fail() -> None:
    tables = batch(document(1, {NEW: {"status": "zero", "unit": "只", "value": "x"}}))
    checks = "print_fits_status; status: isin; unit: isin; value_is_exact; value_only_if_reported"
    assert refused(tables) == [checks]
    assert len(tables["findings"]) == 1


def test_a_cell_read_twice_counts_for_nothing() -> None:
    one = document()
    again = RawCell(
        *NEW, status="reported", printed="9", value="9", unit="件", form="2021", form_basis="labels", locator="t9/r1/c1"
    )
    one.cells.append(again)
    tables = batch(one)
    assert len(tables["statements"]) == 199
    assert ["one_reading_per_cell" in text for text in refused(tables)] == [True, True]
    one.cells[-1] = one.cells[NEW_AT]  # the same row twice, to the letter: told apart, and both findings made one
    tables = batch(one)
    assert len(tables["statements"]) == 199
    assert tables["quarantine"]["quarantine_id"].nunique() == 2
    assert len(tables["findings"]) == 1


NEW_AT = list(HUAIAN).index(NEW)


def test_a_correction_stands_beside_the_reading_it_corrects() -> None:
    one = document()
    one.cells.append(
        RawCell(
            *NEW,
            status="reported",
            printed="3001",
            value="3011",
            unit="件",
            form="2021",
            form_basis="labels",
            method="corrected",
        )
    )
    tables = batch(one)
    assert len(tables["statements"]) == 201
    assert tables["statements"]["statement_id"].nunique() == 201


def test_statuses_without_a_number_have_no_value() -> None:
    changes = {
        NEW: {"status": "blank", "printed": "　", "value": ""},
        TOTAL: {"status": "mark", "printed": "/", "value": ""},
        FEES: {"status": "illegible", "printed": "0/0", "value": "", "candidates": "[0]"},
        LICENSING: {"status": "absent", "printed": "", "value": "", "locator": "", "unit": ""},
    }
    tables = batch(document(1, changes))
    assert refused(tables) == []
    assert only(tables, NEW)[["value", "value_std", "printed"]].isna().all()
    assert only(tables, TOTAL)["printed"] == "/"
    assert pd.isna(only(tables, FEES)["value"])
    assert only(tables, LICENSING)["unit"] == "件"  # the form's: nothing is printed that could say otherwise
    assert tables["statements"]["value"].notna().sum() == 196


@pytest.mark.parametrize(
    ("value", "unit", "value_std"),
    [
        ("59237.2449", "万元", 592372449.0),
        ("251000", "元", 251000.0),
        ("8040", "unknown", None),
        ("0.07", "万元", 700.0),
    ],
)
def test_money_in_standard_units_is_exact(value: str, unit: str, value_std: float | None) -> None:
    row = only(batch(document(1, {FEES: {"value": value, "printed": value, "unit": unit}})), FEES)
    assert row["value"] == float(value)
    assert pd.isna(row["value_std"]) if value_std is None else row["value_std"] == value_std


def test_cells_of_both_forms_in_one_report() -> None:
    """洪泽 2024: the form of 2021 with a single row （六）其他处理, as the form of 2019 has it."""
    other = [key for key in HUAIAN if key[1].startswith("result.other.")]
    mixed = document(drop=other)
    for breakdown, value in zip((key[2] for key in other[:7]), ["181", "5", "0", "0", "1", "0", "187"], strict=True):
        mixed.cells.append(
            RawCell("requests", "result.other", breakdown, "reported", value, value, "件", "2019", "labels", "t1/r1/c1")
        )
    tables = batch(mixed)
    assert refused(tables) == []
    assert len(tables["statements"]) == 186


def test_private_data_does_not_leave_the_raw_document() -> None:
    one = document(
        1,
        {NEW: {"status": "illegible", "value": "", "printed": "审核人：王小二 13812345678"}},
        title="联系 a.b@huaian.gov.cn",
    )
    one.findings.append(finding("interpret.unused_number", "电话13812345678", observed="13812345678"))
    one.cells.append(RawCell("x", "y", "z", "reported", "13812345678", "1", "件", "2021", "labels"))
    tables = batch(one)
    assert only(tables, NEW)["printed"] == "审核人：*** 1**********"
    everything = " ".join(frame.to_json(force_ascii=False) for frame in tables.values())
    for secret in ("13812345678", "王小二", "huaian.gov.cn"):
        assert secret not in everything


def test_findings_of_reading_pass_through_once() -> None:
    one = document()
    one.findings += [finding("interpret.unknown_row", "row 甲", locator="t1/r9/c1")] * 2
    one.findings.append(finding("read.nobody_registered_this"))
    tables = batch(one)
    assert tables["findings"]["rule"].tolist() == ["interpret.unknown_row", "read.nobody_registered_this"]
    assert set(tables["findings"]["stage"]) == {"read"}
    assert tables["findings"]["finding_id"].is_unique


def test_a_bad_document_keeps_its_place_and_its_cells_are_quarantined() -> None:
    tables = batch(document(1, kind="novel"), document(2))
    by_id = tables["documents"].set_index("document_id")
    assert by_id.loc[sha(1), ["kind", "reason_code", "reader_hash"]].tolist() == [
        "unreadable",
        "normalize.rejected",
        "r1",
    ]
    assert by_id.loc[sha(2), "kind"] == "report"
    assert set(tables["statements"]["document_id"]) == {sha(2)}
    assert tables["quarantine"]["part"].value_counts().to_dict() == {"cells": 200, "documents": 1}


def test_a_missing_or_unknown_column_is_named() -> None:
    documents, cells, findings, claims = raw(document())
    with pytest.raises(ValueError, match=r"cells: these columns are missing: \['status'\]"):
        normalize(documents, cells.drop_columns(["status"]), findings, claims)
    with pytest.raises(ValueError, match=r"documents: .* these are unknown: \['mood'\]"):
        normalize(documents.append_column("mood", pa.array(["good"])), cells, findings, claims)
    nobody = cells.set_column(0, "document_id", pa.nulls(len(cells), pa.string()))
    with pytest.raises(ValueError, match="cells: a row names no document"):
        normalize(documents, nobody, findings, claims)


def test_nothing_in_nothing_out() -> None:
    tables = batch()
    assert {name: len(frame) for name, frame in tables.items()} == {
        "documents": 0, "statements": 0, "findings": 0, "claims": 0, "quarantine": 0,
    }  # fmt: skip


def test_ids_do_not_depend_on_the_batch() -> None:
    bad = document(2, {NEW: {"value": "x"}})
    alone, together = batch(bad), batch(document(1, {NEW: {"value": "x"}}), bad, document(3))
    for name, identity in (("statements", "statement_id"), ("findings", "finding_id"), ("quarantine", "quarantine_id")):
        frame = together[name]
        assert set(frame[frame["document_id"] == sha(2)][identity]) == set(alone[name][identity]), name
