"""Metrics: worked out by hand from what the sample reports print, and the catalogue they come from."""

from __future__ import annotations

import csv
from pathlib import Path
from statistics import NormalDist

import pandas as pd
import pytest
from batches import TOTAL, batch, document, sighting

from pipelines.store import Store
from schemas.forms import FORM_IDS, load_form
from schemas.metrics import STATUSES, definitions, page, quantities

Z = NormalDist().inv_cdf(0.975)

HUAIAN, HONGZE, SUQIAN = "淮安市人民政府", "淮安市洪泽区人民政府", "宿迁市人民政府"
PINGTAN, SHANGHAI, ZIBO = "平潭综合实验区管委会", "上海市人民政府办公厅", "淄博市公安局高新区分局"

# (bureau, year, metric, breakdown): numerator, denominator, each written as the sum of the cells it is printed in.
BY_HAND = {
    (HUAIAN, 2024, "refusal_rate", "total"): (2 + 31 + 5 + 6 + 8 + 12 + 9 + 105, 3050),  # 178
    (HUAIAN, 2024, "reconsideration_correction_rate.closed", "total"): (64, 72 + 64 + 178),  # 314
    (HUAIAN, 2024, "reconsideration_correction_rate.all", "total"): (64, 351),
    (HUAIAN, 2024, "disclosure_rate", "natural_person"): (1288 + 447, 2932),
    (HUAIAN, 2024, "disclosure_rate", "business"): (21 + 7, 53),
    (HUAIAN, 2024, "natural_person_share", "total"): (3001, 3119),
    (HUAIAN, 2024, "dispute_rate", "total"): (351 + 26 + 20, 3050),
    (SUQIAN, 2024, "disclosure_rate", "total"): (1431 + 471, 3521),
    (SUQIAN, 2024, "refusal_rate", "total"): (92, 3521),  # 不予公开92件 in the report's own prose, and so on:
    (SUQIAN, 2024, "unavailable_rate", "total"): (941, 3521),
    (SUQIAN, 2024, "not_processed_rate", "total"): (117, 3521),
    (SUQIAN, 2024, "other_handling_rate", "total"): (469, 3521),
    (SUQIAN, 2024, "carry_over_rate", "total"): (125, 3646),  # 收办3646件
    (SUQIAN, 2024, "completion_rate", "legal_service"): (5, 6 + 0),
    (SUQIAN, 2024, "new_requests_growth", "total"): (3525 - 3511, 3511),
    (SUQIAN, 2023, "litigation_loss_rate.closed", "total"): (1 + 0, 1 + 1 + 16 + 13 + 0 + 67),
    (SUQIAN, 2023, "litigation_loss_rate.all", "total"): (1 + 0, 24 + 89),
    (HONGZE, 2024, "dispute_rate", "total"): (2 + 1 + 3, 95),
    (HONGZE, 2024, "other_handling_rate", "total"): (0, 95),  # one row, as in the form of 2019
    (PINGTAN, 2023, "disclosure_rate.decided", "total"): (22 + 20, 22 + 20 + 1 + 1 + 1 + 2),
    (PINGTAN, 2024, "refusal_rate.internal_affairs", "total"): (32, 218),
    (PINGTAN, 2022, "disclosure_rate.answered", "natural_person"): (21 + 8, 21 + 8 + 1 + 2 + 1 + 37),
    (SHANGHAI, 2019, "carry_over_rate", "total"): (72, 859 + 18),
    (ZIBO, 2023, "unavailable_rate", "total"): (1, 1),
}


@pytest.fixture(scope="module")
def table(release: Path) -> dict[tuple[str, int, str, str], dict[str, str]]:
    with (release / "metrics.csv").open(encoding="utf-8", newline="") as handle:
        return {
            (row["agency_name"], int(row["report_year"]), row["metric"], row["breakdown"]): row
            for row in csv.DictReader(handle)
        }


@pytest.mark.parametrize("key", BY_HAND, ids=lambda key: "-".join(map(str, key)))
def test_worked_out_by_hand(
    table: dict[tuple[str, int, str, str], dict[str, str]], key: tuple[str, int, str, str]
) -> None:
    above, below = BY_HAND[key]
    row = table[key]
    assert (row["status"], row["missing"]) == ("computed", "")
    assert (float(row["numerator"]), float(row["denominator"]), int(row["n"])) == (above, below, below)
    assert float(row["value"]) == round(above / below, 6)
    assert ("small_n" in row["caveat"]) == (below < 30)
    if definitions()[key[2]].kind == "proportion":
        share, half = above / below, Z * ((above / below * (1 - above / below) + Z * Z / 4 / below) / below) ** 0.5
        for name, sign in (("lower", -1), ("upper", 1)):
            assert float(row[name]) == pytest.approx(
                (share + Z * Z / 2 / below + sign * half) / (1 + Z * Z / below), abs=1e-6
            )
    else:
        assert row["lower"] == row["upper"] == ""


def test_a_part_without_a_number_leaves_no_value(table: dict[tuple[str, int, str, str], dict[str, str]]) -> None:
    row = table[SHANGHAI, 2019, "disclosure_rate", "total"]  # the totals of （一） and （二） are left empty
    assert (row["status"], row["value"], row["numerator"], row["lower"], row["upper"]) == ("missing", "", "", "", "")
    assert row["missing"] == "result.granted/total result.partial/total"
    assert float(row["denominator"]) == 805
    assert table[ZIBO, 2023, "disclosure_rate", "total"]["missing"] == "result.granted/total"  # that page is lost
    assert table[HUAIAN, 2024, "new_requests_growth", "total"]["status"] == "no_previous_year"
    nobody = table[HUAIAN, 2024, "refusal_rate", "research"]
    assert (nobody["status"], nobody["value"], nobody["denominator"]) == ("zero_denominator", "", "0")
    for row in table.values():
        assert (row["status"] == "computed") == (row["value"] != "") == (row["n"] != "")


def test_a_ratio_of_figures_that_contradict_each_other_says_so(
    table: dict[tuple[str, int, str, str], dict[str, str]],
) -> None:
    row = table[PINGTAN, 2020, "other_handling_rate", "total"]  # the results add up to 27, the total prints 21
    assert (row["numerator"], row["denominator"], row["caveat"]) == ("4", "21", "identity_violated,small_n")
    assert table[PINGTAN, 2020, "other_handling_rate", "business"]["caveat"] == ""
    with Store(":memory:") as store:
        store.replace_documents(batch(document(1, {TOTAL: {"value": "1000", "printed": "1000"}})))
        store.replace_sources(pd.DataFrame([sighting(1)]))
        store.rebuild()
        found = store.query(
            "SELECT status, numerator, denominator, value, caveat FROM metrics "
            "WHERE metric = 'disclosure_rate' AND breakdown = 'total'"
        ).to_pylist()
    assert found == [
        {"status": "contradicted", "numerator": 1816, "denominator": 1000, "value": None, "caveat": "identity_violated"}
    ]


def test_every_report_with_tables_has_every_metric_of_its_form(
    table: dict[tuple[str, int, str, str], dict[str, str]],
) -> None:
    wanted = {(one.id, breakdown) for one in definitions().values() for breakdown in one.breakdowns()}
    reports = {key[:2] for key in table}
    assert len(reports) == 13
    for report in reports:
        assert {key[2:] for key in table if key[:2] == report} == wanted
    assert {row["status"] for row in table.values()} <= set(STATUSES)


def test_catalogue_is_sound() -> None:
    cells = {cell.key for form in FORM_IDS for cell in load_form(form).cells}
    used = set()
    for one in definitions().values():
        assert one.kind in ("proportion", "ratio", "growth")
        assert one.by in ("applicants", "total")
        assert one.forms() == ["2019", "2021"]
        above, below = quantities()[one.numerator].members(), quantities()[one.denominator].members()
        used |= {one.numerator, one.denominator}
        for breakdown in one.breakdowns():
            assert above[breakdown]
            assert below[breakdown]
            assert above[breakdown] | below[breakdown] <= cells
    assert used == set(quantities())
    assert len(quantities()["refused"].members()["total"]) == 8
    assert len(quantities()["other_handling"].members()["total"]) == 1 + 3


def test_page_is_that_of_the_catalogue(root: Path) -> None:
    assert (root / "docs" / "metrics.md").read_text(encoding="utf-8") == page(), "run `make docs`"
