"""The crosswalk speaks of every cell, and the panel joins forms by it and by nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from batches import HUAIAN, batch, document, sighting

from pipelines import conditions
from pipelines.extraction import Extraction, RawCell
from pipelines.store import Store
from schemas.crosswalk import crosswalk_rows, series_labels
from schemas.forms import FORM_IDS, STATISTICS, load_form
from schemas.products import Panel, computed

ROWS = crosswalk_rows()
Cell = tuple[str, str, str, str]


def cell(row: dict[str, object]) -> Cell:
    return (str(row["form"]), str(row["section"]), str(row["indicator"]), str(row["breakdown"]))


def relation(series: str, breakdown: str, *of: str) -> str:
    (found,) = [
        row["relation"]
        for row in ROWS
        if (row["series"], row["series_breakdown"], *cell(row)) == (series, breakdown, *of)
    ]
    return str(found)


def test_every_cell_of_every_form_is_in_a_series_or_a_part_of_a_quarter() -> None:
    taken = {cell(row) for row in ROWS if row["relation"] != "not_comparable"}
    cells = {(form, *one.key) for form in FORM_IDS for one in load_form(form).cells}
    assert taken <= cells
    assert {one[3] for one in cells - taken} == {"period"}


def test_a_cell_stands_once_in_a_series() -> None:
    keys = Counter((row["series"], row["series_breakdown"], *cell(row)) for row in ROWS)
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_series_has_names_and_every_line_a_reason_in_both_languages() -> None:
    assert {row["series"] for row in ROWS} == set(series_labels())
    for row in ROWS:
        assert all(row[name] for name in ("reason_zh", "reason_en", "series_zh", "series_en", "series_breakdown_zh"))
        assert str(row["series"]).split(".")[0] in ("disclosure", "requests", "review", "statistics")
    assert len(set(series_labels().values())) == len(series_labels())


@pytest.mark.parametrize("breakdown", ["natural_person", "total"])
def test_requests_go_on_from_2019_to_2021_under_equal_codes(breakdown: str) -> None:
    for indicator in ("new", "carried_in", "result.granted", "result.refused.process", "result.total", "carried_out"):
        for form in ("2019", "2021"):
            place = (form, "requests", indicator, breakdown)
            assert relation(f"requests.{indicator}", breakdown, *place) == "same"
    for part in ("no_correction", "fee_unpaid", "other"):
        place = ("2021", "requests", f"result.other.{part}", breakdown)
        assert relation("requests.result.other", breakdown, *place) == "sum_of"
    assert relation("requests.result.other", breakdown, "2019", "requests", "result.other", breakdown) == "same"


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_every_group_of_a_form_has_its_sum(form: str) -> None:
    """A group is two items or more below one code; its sum is a row of the form, or a series over just these items."""
    cells = [cell for cell in load_form(form).cells if cell.section != "disclosure"]
    below: dict[tuple[str, str], set[str]] = {}
    for one in cells:
        if "." in one.indicator and not one.indicator.endswith(".total"):
            below.setdefault((one.section, one.indicator.rpartition(".")[0]), set()).add(one.indicator)
    groups = {group: items for group, items in below.items() if len(items) > 1}
    assert len(groups) == {"2019": 5, "2021": 6}[form]
    for (section, group), items in groups.items():
        summed = {
            row["indicator"]
            for row in ROWS
            if (row["form"], row["series"], row["relation"]) == (form, f"{section}.{group}", "sum_of")
        }
        assert summed == items or f"{group}.total" in {one.indicator for one in cells}, group


def test_what_only_looks_alike_is_not_joined() -> None:
    for series, breakdown, *place in (
        ("disclosure.fees", "amount", "2019", "disclosure", "fees", "items_last_year"),
        ("disclosure.normative_documents", "issued", "2019", "disclosure", "normative_documents", "made"),
        ("disclosure.normative_documents", "in_force", "2019", "disclosure", "normative_documents", "disclosed_total"),
        ("disclosure.regulations", "in_force", "2019", "disclosure", "regulations", "disclosed_total"),
        ("requests.result.refused", "total", "2008", STATISTICS, "replies.denied", "year"),
        ("requests.result.refused", "total", "2014", STATISTICS, "replies.refused", "year"),
        ("statistics.disclosed.total", "year", "2008", STATISTICS, "disclosed.items", "year"),
    ):
        assert relation(series, breakdown, *place) == "not_comparable"
    assert relation("disclosure.regulations", "issued", "2019", "disclosure", "regulations", "made") == "same"


def test_a_cumulative_figure_is_in_no_series_of_a_year() -> None:
    for row in ROWS:
        assert (row["breakdown"] == "cumulative") == (row["series_breakdown"] == "cumulative")
        assert row["breakdown"] != "period"


# -------------------------------------------------------------------------------------------------------------- panel


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.duckdb") as opened:
        yield opened


def panel(store: Store, *documents: Extraction) -> dict[tuple[str, str, int], dict[str, Any]]:
    store.replace_documents(batch(*documents))
    store.replace_sources(pd.DataFrame([sighting(number) for number in range(1, len(documents) + 1)]))
    store.rebuild()
    store.fill_tables(computed([Panel]))
    assert store.scalar(conditions.out_of_order(Panel)) == 0
    rows = store.query(Panel.select()).to_pylist()
    return {(row["series"], row["breakdown"], row["report_year"]): row for row in rows}


def statistics(number: int, year: int, figures: dict[tuple[str, str], str], form: str = "2008") -> Extraction:
    """A report of 淮安 about ``year`` that is a statistics table: figures by (indicator, breakdown), "" for blank."""
    cells = [
        RawCell(
            STATISTICS,
            indicator,
            breakdown,
            "reported" if text else "blank",
            text,
            text,
            "件",
            form,
            "labels",
            f"t1/r{place}/c2",
        )
        for place, ((indicator, breakdown), text) in enumerate(figures.items(), start=1)
    ]
    return document(number, report_year=year, form=form, cells=cells, cells_present=len(cells), cells_used=len(cells))


def test_group_sums_are_those_of_the_report(store: Store) -> None:
    found = panel(store, document())
    for group, size in (
        ("result.refused", 8),
        ("result.unavailable", 3),
        ("result.not_processed", 5),
        ("result.other", 3),
    ):
        for column in ("natural_person", "business", "total"):
            parts = [int(text) for key, text in HUAIAN.items() if key[1].startswith(f"{group}.") and key[2] == column]
            row = found[f"requests.{group}", column, 2024]
            assert (row["value"], row["n_cells"], row["n_missing"]) == (sum(parts), size, 0), (group, column)
            assert len(parts) == size
    totals = {key[:2] for key, row in found.items() if row["is_total"]}
    assert {
        ("requests.result.refused", "natural_person"),
        ("requests.new", "total"),
        ("review.litigation", "upheld"),
    } <= totals
    assert {("requests.result.total", "natural_person"), ("review.reconsideration", "total")} <= totals
    items = {("requests.result.refused.process", "business"), ("requests.new", "natural_person")}
    assert not totals & (items | {("disclosure.fees", "amount"), ("review.litigation.direct", "upheld")})
    assert found["disclosure.fees", "amount", 2024]["unit"] == "元"
    assert found["disclosure.fees", "amount", 2024]["value"] == float(HUAIAN["disclosure", "fees", "amount"]) * 10000


@pytest.mark.parametrize("status", ["blank", "mark", "illegible", "absent"])
def test_a_part_without_a_number_makes_the_sum_null_never_smaller(store: Store, status: str) -> None:
    key = ("requests", "result.refused.process", "business")
    printed = {"blank": "", "mark": "/", "illegible": "0/0", "absent": ""}[status]
    place = {} if status != "absent" else {"locator": ""}
    found = panel(store, document(changes={key: {"status": status, "printed": printed, "value": "", **place}}))
    row = found["requests.result.refused", "business", 2024]
    assert (row["value"], row["n_cells"], row["n_missing"]) == (None, 8, 1)
    assert found["requests.result.refused", "natural_person", 2024]["value"] is not None
    assert found["requests.result.refused.process", "business", 2024]["value"] is None


def test_the_older_tables_join_where_the_crosswalk_says_so(store: Store) -> None:
    old = {
        ("applications.received", "year"): "7",
        ("applications.received", "cumulative"): "28",
        ("replies.total", "year"): "3",
        ("replies.denied", "year"): "2",
        ("replies.denied.not_existing", "year"): "1",
        ("replies.denied.not_held", "year"): "",
        ("disclosed.items", "year"): "1853",
    }
    national = {
        ("applications.received", "year"): "9",
        ("applications.completed", "year"): "8",
        ("replies.total", "year"): "6",
        ("replies.granted", "year"): "4",
        ("replies.already_public", "year"): "1",
        ("disclosed.total", "year"): "2000",
    }
    found = panel(store, document(1), statistics(2, 2013, old), statistics(3, 2015, national, "2014"))
    new = {year: found["requests.new", "total", year] for year in (2013, 2015, 2024)}
    assert [row["value"] for row in new.values()] == [7, 9, 3119]
    assert [row["form"] for row in new.values()] == ["2008", "2014", "2021"]
    assert found["statistics.applications.received", "cumulative", 2013]["value"] == 28
    assert found["requests.result.total", "total", 2013]["value"] == 3
    assert found["requests.result.total", "total", 2015]["value"] == 8  # settled before replies
    assert found["requests.result.granted", "total", 2015]["value"] == 5
    assert found["requests.result.granted", "total", 2015]["relation"] == "sum_of"
    held = found["requests.result.unavailable.not_held", "total", 2013]
    assert (held["value"], held["n_cells"], held["n_missing"]) == (None, 2, 1)
    assert ("requests.result.refused", "total", 2013) not in found
    assert found["statistics.disclosed.items", "year", 2013]["value"] == 1853
    assert ("statistics.disclosed.total", "year", 2013) not in found


@pytest.mark.parametrize(("printed", "value", "form"), [("3119", 3119, "2021"), ("", 9, "2014")])
def test_of_two_forms_in_a_report_the_later_that_has_a_number_gives_the_figure(
    store: Store, printed: str, value: int, form: str
) -> None:
    """One document has the form of 2021, another of the same year a statistics table; each figure stands once."""
    status = "reported" if printed else "blank"
    change = {("requests", "new", "total"): {"status": status, "printed": printed, "value": printed}}
    table = statistics(2, 2024, {("applications.received", "year"): "9", ("disclosed.total", "year"): "7"}, "2014")
    found = panel(store, document(1, changes=change), table)
    assert store.scalar("SELECT count(DISTINCT report_id) FROM observations") == 1
    row = found["requests.new", "total", 2024]
    assert (row["value"], row["form"], row["n_cells"], row["n_missing"]) == (value, form, 1, 0)
    assert found["statistics.disclosed.total", "year", 2024]["value"] == 7
    assert found["requests.result.refused", "natural_person", 2024]["form"] == "2021"


def test_the_year_is_taken_from_the_year_to_date_and_never_from_the_period(store: Store) -> None:
    figures = {
        ("applications.received", "period"): "2",
        ("applications.received", "year_to_date"): "11",
        ("replies.total", "period"): "5",
    }
    found = panel(store, statistics(1, 2010, figures))
    assert found["requests.new", "total", 2010]["value"] == 11
    assert ("requests.result.total", "total", 2010) not in found


def test_a_row_that_a_province_lacks_makes_no_smaller_sum(store: Store) -> None:
    figures = {("applications.received.email", "year"): "3"}
    found = panel(store, statistics(1, 2010, figures))
    online = found["statistics.applications.received.online", "year", 2010]
    assert (online["value"], online["n_cells"], online["n_missing"]) == (None, 1, 1)
