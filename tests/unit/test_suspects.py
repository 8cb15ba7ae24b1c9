"""Violated sums: which cells may be wrong, in real reports, by hand and over simulated ones."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from accuracy.errors import failures, measure
from batches import HUAIAN, batch, document, sighting
from printed import printed

from pipelines.proposals import described
from pipelines.store import Store
from pipelines.suspects import System, locate
from schemas.forms import Key, load_form

FORM = load_form("2021").equations
REVIEW = [("review", "reconsideration", outcome) for outcome in ("upheld", "corrected", "other", "pending", "total")]


def review(*numbers: int) -> dict[Key, Decimal | None]:
    return {key: Decimal(number) for key, number in zip(REVIEW, numbers, strict=True)}


def told(system: System) -> list[list[tuple[str, str, int, int, str]]]:
    return [[(*one.key[1:], one.printed, one.proposed, one.slip) for one in changes] for changes in system.sets]


def huaian(**changes: int) -> dict[Key, Decimal | None]:
    """淮安 2024, all of whose sums hold, with some cells of the requests changed: ``new__total=5``."""
    cells: dict[Key, Decimal | None] = {key: Decimal(text) for key, text in HUAIAN.items()}
    for name, value in changes.items():
        indicator, breakdown = name.split("__")
        cells["requests", indicator.replace("_dot_", "."), breakdown] = Decimal(value)
    return cells


def test_pingtan_2020_prints_21_where_its_results_make_27() -> None:
    # 20 + 1 new, none carried: the balance says that 21 is right, so six too many stand among the results, once in the
    # column of natural persons and once in the total. Two rows have as many.
    (system,) = locate(printed("pingtan_syq_2020"), load_form("2019").equations)
    assert [one.id for one in system.violated] == [
        "requests.results_sum:natural_person",
        "requests.results_sum:total",
    ]
    assert system.found == 2
    assert told(system) == [
        [
            ("result.granted", "natural_person", 6, 0, "neighbour_copied"),
            ("result.granted", "total", 7, 1, "total_follows"),
        ],
        [
            ("result.partial", "natural_person", 6, 0, "neighbour_copied"),
            ("result.partial", "total", 6, 0, "total_follows"),
        ],
    ]


@pytest.mark.parametrize("doc", ["huaian_shi_2024", "suqian_shi_2023", "suqian_shi_2024", "zibo_gxqgafj_2023"])
def test_reports_that_add_up_have_no_suspects(doc: str) -> None:
    absent = {cell.key: None for cell in load_form("2021").cells}
    assert locate(absent | printed(doc), FORM) == []


def test_one_sum_cannot_tell_its_cells_apart() -> None:
    # 洪泽 2023 prints 10 + 1 + 0 + 0 as 0: only the total can be wrong, since no part can be less than nothing.
    (system,) = locate(review(10, 1, 0, 0, 0), FORM)
    assert told(system)[0] == [("reconsideration", "total", 0, 11, "total_not_updated")]
    assert system.found == 1
    # With 12 for 11 each of the five may be: the parts one more, or the total one less.
    (system,) = locate(review(10, 1, 0, 0, 12), FORM)
    assert system.found == 5
    assert {changes[0][1:4] for changes in told(system)} == {
        ("upheld", 10, 11), ("corrected", 1, 2), ("other", 0, 1), ("pending", 0, 1), ("total", 12, 11),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "slip"),
    [
        (136, "digit_dropped"),
        (13622, "digit_added"),
        (1326, "digits_swapped"),
        (1862, "digit_mistyped"),
        (0, "total_not_updated"),
        (1341, "total_not_updated"),
        (99, ""),
    ],
)
def test_the_one_cell_in_several_sums_is_found_and_its_slip_named(wrong: int, slip: str) -> None:
    (system,) = locate(huaian(result_dot_granted__total=wrong), FORM)
    assert told(system) == [[("result.granted", "total", wrong, 1362, slip)]]


def test_two_cells_are_found_where_one_will_not_do() -> None:
    (system,) = locate(huaian(result_dot_partial__business=21, result_dot_granted__business=7), FORM)
    assert told(system)[0] == [
        ("result.granted", "business", 7, 21, "cells_exchanged"),
        ("result.partial", "business", 21, 7, "cells_exchanged"),
    ]
    assert system.found == 3  # the same shift would do among the natural persons and in the total
    (system,) = locate(huaian(result_dot_granted__business=22, new__other=9), FORM)
    assert told(system) == [[("new", "other", 9, 4, ""), ("result.granted", "business", 22, 21, "digit_mistyped")]]


def test_systems_are_apart_and_three_errors_are_left_alone() -> None:
    cells = huaian(new__total=3118) | review(72, 64, 178, 37, 350)
    systems = locate(cells, FORM)
    assert [len(system.violated) for system in systems] == [2, 1]
    cells = huaian(new__business=5, result_dot_granted__other=5, result_dot_partial__research=5, carried_out__total=1)
    (system,) = locate(cells, FORM)
    assert (system.sets, system.found) == ((), 0)
    assert described(system)[0] == "no change of one or two cells would make all sums hold"


def test_planted_errors_are_found() -> None:
    right, of = measure(350, seed=7)
    assert failures(right, of) == []
    assert of["clean"] == 350
    assert of["first"] > 150
    assert of["tied"] > 20
    assert of["pair"] > 200


def test_the_store_tells_suspects_and_leaves_values_alone() -> None:
    total: Key = ("review", "reconsideration", "total")
    wrong = ("requests", "result.granted", "total")
    changes = {total: {"value": "0", "printed": "0"}, wrong: {"value": "136", "printed": "136"}}
    with Store(":memory:") as store:
        store.replace_documents(batch(document(1, changes), document(2, agency="乙局")))
        store.replace_sources(pd.DataFrame([sighting(1), sighting(2)]))
        store.rebuild()
        suspects = store.query(
            "SELECT system, position, n_sets, indicator, value, proposed, slip, violated FROM suspects"
        ).to_pylist()
        findings = store.query(
            "SELECT indicator, expected, observed, severity, message_zh, message_en FROM findings "
            "WHERE rule = 'solve.suspects' ORDER BY 1"
        ).to_pylist()
        values = store.query(
            "SELECT value FROM observations WHERE (indicator, breakdown) = ('result.granted', 'total') ORDER BY 1"
        ).to_pylist()
    assert [row["value"] for row in values] == [136, 1362]
    assert [tuple(row.values()) for row in suspects] == [
        (
            1,
            1,
            1,
            "result.granted",
            136,
            1362,
            "digit_dropped",
            "requests.results_sum:total,requests.row_sum:result.granted",
        ),
        (2, 1, 1, "reconsideration", 0, 351, "total_not_updated", "review.row_sum:reconsideration"),
    ]
    assert [tuple(row.values())[:4] for row in findings] == [
        ("reconsideration", "351", "0", "info"),
        ("result.granted", "1362", "136", "info"),
    ]
    assert findings[1]["message_zh"] == (
        "淮安市人民政府2024年：改动一个单元格即可使勾稽关系全部成立：（一）予以公开/总计 136→1362（漏一位数字）。"
        "仅提示应核对之处，数字未作改动。"
    )
    assert "Granted in full / Total 136 → 1362 (a digit left out)" in findings[1]["message_en"]
