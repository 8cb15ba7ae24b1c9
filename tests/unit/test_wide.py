"""The wide tables: columns that come from the forms, figures that come from observations, and nothing in between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from batches import FEES, HUAIAN, batch, document, sighting

from pipelines import conditions
from pipelines.extraction import Extraction, RawCell
from pipelines.store import Store
from schemas.codes import SECTIONS
from schemas.forms import FORM_IDS, is_total, load_form
from schemas.products import DisclosureWide, ObservationsLabelled, Product, RequestsWide, ReviewWide, computed
from schemas.table import columns, names
from schemas.wide import WideReport, wide_columns, wide_model

LEADING = len(names(WideReport))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_cell_of_every_form_is_one_column(section: str) -> None:
    cells = {cell.key[1:] for form in FORM_IDS for cell in load_form(form).cells if cell.section == section}
    found = wide_columns(section)
    assert {(one.indicator, one.breakdown) for one in found} == cells
    assert len(found) == len(cells)
    assert names(wide_model(section))[LEADING:] == [one.name for one in found]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*__[a-z0-9_]+", one.name) for one in found)


def test_columns_say_what_they_are() -> None:
    found = {column.name: column for column in columns(wide_model("disclosure"))}
    fees = found["fees__amount"]
    assert (fees.title_zh, fees.unit) == ("第二十条第（八）项 行政事业性收费/本年收费金额", "元")
    assert "万元" not in fees.title_zh  # the form's unit is not the column's
    assert found["procurement__amount"].unit == "元"
    refused = {column.name: column for column in columns(wide_model("requests"))}
    secret = refused["result_refused_state_secret__total"]
    assert secret.title_zh == "（三）不予公开 1.属于国家秘密/总计"
    assert secret.title_en == "Refused: state secret / Total"
    cell = "requests / result.refused.state_secret"
    assert secret.description == f"{cell} / total; in the forms of 2019, 2021; a printed sum: never add it to its parts"
    part = refused["result_refused_state_secret__natural_person"]
    assert part.description == f"{cell} / natural_person; in the forms of 2019, 2021"
    for section in SECTIONS:  # as `is_total` of the codebook has it
        shown = {column.name: "合计" in column.description_zh for column in columns(wide_model(section))}
        for form in FORM_IDS:
            for cell in load_form(form).cells:
                if cell.section == section:
                    name = f"{cell.indicator}__{cell.breakdown}".replace(".", "_")
                    assert shown[name] == is_total(cell.indicator, cell.breakdown)


def test_a_later_form_adds_its_columns_on_the_right() -> None:
    for section in SECTIONS:
        first = [one.forms[0] for one in wide_columns(section)]
        assert first == sorted(first)


# ---------------------------------------------------------------------------------------------------------- their rows


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.duckdb") as opened:
        yield opened


def built(store: Store, *documents: Extraction) -> Store:
    store.replace_documents(batch(*documents))
    store.replace_sources(pd.DataFrame([sighting(number) for number in range(1, len(documents) + 1)]))
    store.rebuild()
    return store


def rows(store: Store, product: type[Product]) -> list[dict[str, Any]]:
    store.fill_tables(computed([product]))
    assert store.scalar(conditions.out_of_order(product)) == 0
    product.model.validate(store.query(product.select()).to_pandas(), lazy=True)
    return store.query(product.select()).to_pylist()


def test_a_row_is_the_report_as_printed(store: Store) -> None:
    """淮安 2024, figure by figure; money in 元. What only the form of 2019 has is null."""
    built(store, document())
    for product in (DisclosureWide, RequestsWide, ReviewWide):
        (row,) = rows(store, product)
        printed = {
            key[1:]: float(text) * (10000 if key == FEES else 1)
            for key, text in HUAIAN.items()
            if key[0] == product.section
        }
        for one in wide_columns(product.section):
            assert row[one.name] == printed.get((one.indicator, one.breakdown)), one.name
        said = [row[name] for name in ("agency_name", "province", "prefecture", "county", "level", "kind", "form")]
        assert said == ["淮安市人民政府", "江苏省", "淮安市", None, "prefecture", "government", "2021"]
        assert (row["n_reported"], row["n_forms"]) == (len(printed), 1)


def test_null_is_never_a_nought(store: Store) -> None:
    printed = {"blank": "", "mark": "/", "illegible": "0/0", "absent": ""}
    reasons = ("state_secret", "third_party", "process", "inquiry")
    changes = {
        ("requests", f"result.refused.{reason}", "business"): {
            "status": status,
            "printed": printed[status],
            "value": "",
        }
        | ({"locator": ""} if status == "absent" else {})
        for reason, status in zip(reasons, printed, strict=True)
    }
    (row,) = rows(built(store, document(changes=changes)), RequestsWide)
    for reason, status in zip(reasons, printed, strict=True):
        assert row[f"result_refused_{reason}__business"] is None
        assert row[f"result_refused_{reason}__legal_service"] == 0  # printed as 0
        assert row[f"n_{status}"] == 1
    assert row["n_reported"] == 171
    assert row["result_other__total"] is None  # a row of the form of 2019


def test_a_report_that_mixes_forms_is_one_row(store: Store) -> None:
    mixed = document(drop=[key for key in HUAIAN if key[1].startswith("result.other.")])
    mixed.cells.append(
        RawCell("requests", "result.other", "total", "reported", "110", "110", "件", "2019", "labels", "t1/r1/c1")
    )
    (row,) = rows(built(store, mixed), RequestsWide)
    assert (row["form"], row["n_forms"]) == ("2021", 2)
    assert (row["result_other__total"], row["result_other_other__total"]) == (110, None)


def test_a_figure_in_a_unit_of_another_kind_stays_out(store: Store) -> None:
    penalties = ("disclosure", "penalties", "decisions")
    (row,) = rows(built(store, document(changes={FEES: {"unit": "件"}, penalties: {"unit": "元"}})), DisclosureWide)
    assert row["fees__amount"] is None
    assert row["penalties__decisions"] is None
    assert row["n_reported"] == 10
    assert row["licensing__decisions"] == 447228


def test_labels_need_no_join(store: Store) -> None:
    found = rows(built(store, document()), ObservationsLabelled)
    assert len(found) == 200
    assert found[0]["section"] == "disclosure"
    key = ("requests", "result.refused.state_secret", "natural_person")
    (row,) = (row for row in found if (row["section"], row["indicator"], row["breakdown"]) == key)
    wanted = {
        "province": "江苏省",
        "level": "prefecture",
        "scope_zh": "未说明",
        "section_zh": "三、收到和处理政府信息公开申请情况",
        "row_group": "（三）不予公开",
        "indicator_zh": "1.属于国家秘密",
        "indicator_en": "Refused: state secret",
        "breakdown_zh": "自然人",
        "value": 2,
        "unit": "件",
        "status_zh": "有数",
        "status_en": "a number is printed",
        "nature": "flow",
        "is_total": False,
        "source_url": "https://www.huaian.gov.cn/1.pdf",
        "path": "huaian/1.pdf",
    }
    assert {name: row[name] for name in wanted} == wanted


def test_a_document_found_twice_is_one_row_with_an_address(store: Store) -> None:
    store.replace_documents(batch(document()))
    first = sighting(1, path="a/1.pdf", source_url="")
    store.replace_sources(pd.DataFrame([sighting(), sighting(1, path="mirror/1.pdf"), first]))
    store.rebuild()
    store.fill_tables(computed([ObservationsLabelled]))
    found = store.query("SELECT DISTINCT path, source_url FROM observations_labelled").to_pylist()
    assert found == [{"path": "huaian/1.pdf", "source_url": "https://www.huaian.gov.cn/1.pdf"}]
    assert store.scalar("SELECT count(*) FROM observations_labelled") == 200
