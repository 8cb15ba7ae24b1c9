"""Blanks: derived where the sums of the report leave no choice, and nowhere else."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from itertools import product

import pandas as pd
from batches import TOTAL, batch, document, sighting
from printed import printed

from pipelines.blanks import NOT_NEGATIVE, Derived, Sum, determine, fill, open_sums
from pipelines.simulate.figures import figures
from pipelines.simulate.population import YEARS, report
from pipelines.store import Store
from schemas.forms import Key, equations_for, load_form, parents
from schemas.numbers import read_number

ROW, COLUMN, BALANCE = "requests.row_sum", "requests.results_sum", "requests.balance"
EMPTY = {"status": "blank", "value": "", "printed": ""}


def key(name: str) -> Key:
    return ("requests", name, "total")


def one(rule: str, rest: int, **unknown: int) -> Sum:
    return Sum(rule, Decimal(rest), tuple((sign, key(name)) for name, sign in unknown.items()))


def values(sums: list[Sum]) -> dict[str, int]:
    return {cell[1]: derived.value for cell, derived in determine(sums).cells.items()}


def test_the_empty_totals_of_shanghai_2019_equal_their_sums() -> None:
    found = determine(open_sums(printed("shanghai_bgt_2019"), load_form("2019").equations)).cells
    by_hand = {
        "granted": 258 + 12 + 1 + 1,
        "partial": 3,
        "refused.state_secret": 14,
        "refused.prohibited_by_law": 0,
        "refused.internal_affairs": 5,
        "refused.process": 3 + 1,
        "refused.inquiry": 10 + 2,
        "unavailable.not_held": 252 + 12 + 1,
        "unavailable.needs_creation": 44 + 3,
        "unavailable.unclear": 25,
        "not_processed.petition": 148 + 1,
        "not_processed.repeated": 5 + 4,
        "other": 0,
    }
    for name, total in by_hand.items():
        assert found["requests", f"result.{name}", "total"].value == total, name
    items = [cell for cell in found if cell[1].startswith("result.") and cell[2] == "total"]
    assert len(items) == 19  # every item of （一）–（六）
    assert sum(found[item].value for item in items) == 805
    assert set(found["requests", "result.granted", "total"].rules) == {COLUMN, NOT_NEGATIVE, ROW}
    # A row of which nothing is printed stays open.
    assert not [cell for cell in found if cell[1] == "litigation.after_reconsideration"]


def test_the_lost_row_of_zibo_2023_follows_from_the_totals_below_it() -> None:
    absent = {cell.key: None for cell in load_form("2021").cells}
    found = determine(open_sums(absent | printed("zibo_gxqgafj_2023"), load_form("2021").equations)).cells
    assert found["requests", "result.granted", "natural_person"] == Derived(1 - 1, (COLUMN,))
    assert found["requests", "carried_in", "business"].value == 0  # nothing came out of that column
    assert ("requests", "new", "natural_person") not in found  # the one request was new or carried over
    assert ("requests", "new", "total") not in found


def test_a_total_of_nothing_has_no_parts_and_says_why() -> None:
    assert determine([one(ROW, 0, a=1, b=1)]).cells == {key(name): Derived(0, (NOT_NEGATIVE, ROW)) for name in "ab"}
    assert determine([one(ROW, -3, a=1, b=1)]).cells == {}
    assert determine([one(ROW, 0, a=1, t=-1)]).cells == {}


def test_what_only_several_sums_together_say() -> None:
    # Rows a+b and c+d less column a+c leave b+d; the other column then gives e, and so on along the chain.
    rows = [one(ROW, -5, a=1, b=1), one(ROW, -9, c=1, d=1), one(ROW, -8, e=1, f=1), one(ROW, -7, g=1, f=1)]
    columns = [one(COLUMN, -6, a=1, c=1), one(COLUMN, -11, b=1, d=1, e=1), one(BALANCE, -20, g=1, h=1)]
    assert values([*rows, *columns]) == {"e": 3, "f": 5, "g": 2, "h": 18}
    assert values([*rows, one(COLUMN, -7, a=1, c=1, x=1)]) == {}


def test_sums_that_contradict_each_other_derive_nothing() -> None:
    assert values([one(ROW, -5, t=1), one(COLUMN, -6, t=1), one(ROW, -2, u=1)]) == {"u": 2}
    assert values([one(ROW, 5, a=1, b=1)]) == {}  # two counts that make -5
    assert determine([Sum(ROW, Decimal("-0.5"), ((1, key("a")),))]).cells == {}


def test_a_cell_in_which_no_number_could_stand_is_told() -> None:
    found = determine([one(ROW, -5, t=1), one(COLUMN, -6, t=1), one(ROW, -2, u=1)])
    assert found.impossible == {key("t"): (COLUMN, ROW)}
    assert list(determine([one(ROW, 5, a=1, b=1)]).impossible.values()) == [(ROW,)]
    # A row whose total is left empty, of an applicant whose column is one short.
    changes = {
        ("requests", "result.granted", "total"): EMPTY,
        ("requests", "result.granted", "other"): EMPTY,
        ("requests", "result.granted", "natural_person"): {"value": "1289", "printed": "1289"},
        ("requests", "result.total", "natural_person"): {"value": "2933", "printed": "2933"},
        ("requests", "new", "natural_person"): {"value": "3002", "printed": "3002"},
        ("requests", "new", "total"): {"value": "3120", "printed": "3120"},
        ("requests", "result.total", "total"): {"value": "3051", "printed": "3051"},
        ("requests", "result.partial", "total"): {"value": "453", "printed": "453"},
        ("requests", "result.partial", "other"): EMPTY,
    }
    with Store(":memory:") as store:
        store.replace_documents(batch(document(1, changes), document(2, agency="乙局")))
        store.replace_sources(pd.DataFrame([sighting(1), sighting(2)]))
        store.rebuild()
        told = store.query(
            "SELECT severity, agency_name, indicator, breakdown, message_zh, message_en FROM findings "
            "WHERE rule = 'solve.no_number'"
        ).to_pylist()
        assert store.scalar("SELECT count(value_derived) FROM observations WHERE agency_name LIKE '淮安%'") == 0
    (row,) = told
    assert (row["severity"], row["agency_name"]) == ("warning", "淮安市人民政府")
    assert "没有数值，而按其余所印数值，填任何数都不能" in row["message_zh"]
    assert "各类申请人之和应等于总计" in row["message_zh"]
    assert "Applicants add up to the total of the row" in row["message_en"]


def test_no_alarm_over_sound_reports_with_empty_cells() -> None:
    derived = 0
    for number in range(50):
        for year in YEARS:
            printed_report = report(4, number, year, misprints=0)
            cells = {cell: read_number(printed_report.cells[cell]).value for cell in printed_report.form_keys()}
            sums = open_sums(cells, equations_for({cell: parents()[cell] for cell in cells}))
            found = determine(sums)
            assert found.impossible == {}
            derived += len(found.cells)
    assert derived > 1000


def test_nothing_is_derived_through_a_violated_sum() -> None:
    cells = {cell: Decimal(text) for cell, text in figures("2021", 3).items() if cell[0] == "requests"}
    equations = load_form("2021").equations
    blank, beside = ("requests", "result.granted", "total"), ("requests", "result.partial", "business")
    known: dict[Key, Decimal | None] = {**cells, blank: None}
    assert determine(open_sums(known, equations)).cells[blank].value == cells[blank]
    known["requests", "result.granted", "business"] = cells["requests", "result.granted", "business"] + 1
    assert determine(open_sums(known, equations)).cells == {  # not by its row, one of whose cells may be wrong
        blank: Derived(int(cells[blank]), (COLUMN,))
    }
    known = {**cells, blank: None, beside: cells[beside] + 1}
    assert determine(open_sums(known, equations)).cells == {}


def test_whatever_is_derived_holds_in_every_solution() -> None:
    """Small tables, all their whole solutions listed."""
    parts = ("natural_person", "business", "total")
    items = ("result.granted", "result.partial", "result.total")
    parents = {
        ("requests", item, part): "" if item == "result.total" else "result.total" for item in items for part in parts
    }
    equations = equations_for(parents)
    derived = missed = 0
    for seed in range(100):
        draw = random.Random(seed)
        inner = {(item, part): draw.choice((0, 0, 1, 2)) for item in items[:2] for part in parts[:2]}
        whole = _with_sums(inner)
        hidden = draw.sample(sorted(whole), draw.randrange(1, 8))
        known = {cell: None if cell in hidden else Decimal(value) for cell, value in whole.items()}
        found = determine(open_sums(known, equations)).cells
        derived += len(found)
        tables = [_with_sums(dict(zip(inner, drawn, strict=True))) for drawn in product(range(6), repeat=4)]
        solutions = [table for table in tables if all(known[cell] in (None, value) for cell, value in table.items())]
        for cell in hidden:
            possible = {table[cell] for table in solutions}
            if cell in found:
                assert possible == {found[cell].value}
            missed += cell not in found and len(possible) == 1
    assert derived > 200
    assert missed < derived / 20  # sound always, complete nearly


def _with_sums(inner: Mapping[tuple[str, str], int]) -> dict[Key, int]:
    table: dict[Key, int] = {("requests", item, part): value for (item, part), value in inner.items()}
    for part in ("natural_person", "business"):
        table["requests", "result.total", part] = inner["result.granted", part] + inner["result.partial", part]
    for item in ("result.granted", "result.partial", "result.total"):
        table["requests", item, "total"] = (
            table["requests", item, "natural_person"] + table["requests", item, "business"]
        )
    return table


def test_the_store_derives_what_the_function_does_and_leaves_values_alone() -> None:
    row = ("requests", "result.granted", "total")
    changes = {row: EMPTY, TOTAL: EMPTY, ("review", "reconsideration", "total"): {"value": "350", "printed": "350"}}
    review = ("review", "litigation.direct", "upheld")
    with Store(":memory:") as store:
        store.replace_documents(
            batch(document(1, changes), document(2, {review: EMPTY}, agency="乙局"), document(3, agency="丙局"))
        )
        store.replace_sources(pd.DataFrame([sighting(number) for number in (1, 2, 3)]))
        store.rebuild()
        found = store.query(
            "SELECT agency_name, indicator, breakdown, status, value, value_derived, derived_by FROM observations "
            "WHERE value_derived IS NOT NULL OR value IS NULL ORDER BY ALL"
        ).to_pylist()
    assert [tuple(row.values()) for row in found] == [
        ("乙局", "litigation.direct", "upheld", "blank", None, 13.0, "review.row_sum"),
        ("淮安市人民政府", "result.granted", "total", "blank", None, 1362.0, ROW),
        ("淮安市人民政府", "result.total", "total", "blank", None, 3050.0, BALANCE),
    ]


def test_rows_of_a_report_are_solved_together() -> None:
    def row(report: str, rule: str, rest: int, *names: str) -> dict[str, object]:
        cells = [{"coefficient": 1, "section": "requests", "indicator": name, "breakdown": "total"} for name in names]
        return {"report_id": report, "rule": rule, "rest": Decimal(rest), "unknown": cells}

    rows = [row("r-1", ROW, -4, "a", "b"), row("r-1", COLUMN, -1, "a"), row("r-2", ROW, -4, "a", "b")]
    assert [
        (found["report_id"], found["indicator"], found["value_derived"], found["derived_by"]) for found in fill(rows)[0]
    ] == [
        ("r-1", "a", 1.0, COLUMN),
        ("r-1", "b", 3.0, f"{COLUMN},{ROW}"),
    ]
