"""The forms as data: every cell of the codebook, every sum, one meaning for each wording."""

import csv
from pathlib import Path

import pytest

from pipelines.labels import match
from pipelines.stubs import Chain, stub
from schemas.forms import (
    SECTION_FORMS,
    STATISTICS,
    STATISTICS_FORMS,
    equations_for,
    indicator_rows,
    load_form,
    parents,
    variants,
)

CODEBOOK = Path(__file__).parents[2] / ".." / "shared" / "codebook"


@pytest.mark.parametrize(("form_id", "cells", "requests"), [("2019", 198, 161), ("2021", 200, 175)])
def test_a_form_has_the_cells_that_the_notice_prints(form_id: str, cells: int, requests: int) -> None:
    form = load_form(form_id)
    keys = [cell.key for cell in form.cells]
    assert len(keys) == len(set(keys)) == cells
    assert sum(cell.section == "requests" for cell in form.cells) == requests
    assert sum(cell.section == "review" for cell in form.cells) == 15
    assert [cell.position for cell in form.cells] == list(range(cells))


@pytest.mark.parametrize("form_id", SECTION_FORMS)
def test_the_form_equals_the_codebook(form_id: str) -> None:
    path = CODEBOOK / f"form-{form_id}.csv"
    if not path.exists():
        pytest.skip("the codebook folder is not beside the checkout")
    with path.open(encoding="utf-8") as lines:
        wanted = [tuple(row.values())[1:] for row in csv.DictReader(lines)]
    found = [
        (
            cell.section,
            cell.indicator,
            cell.breakdown,
            cell.row_label,
            cell.column_label,
            cell.label_en,
            "as printed" if cell.unit == "unknown" else cell.unit,
            cell.parent,
            cell.row_group,
        )
        for cell in load_form(form_id).cells
    ]
    assert found == wanted


@pytest.mark.parametrize(("form_id", "rows"), [("2019", 23), ("2021", 25)])
def test_the_identities_of_one_report(form_id: str, rows: int) -> None:
    rules = [equation.rule for equation in load_form(form_id).equations]
    assert {rule: rules.count(rule) for rule in set(rules)} == {
        "requests.balance": 7,
        "requests.results_sum": 7,
        "requests.row_sum": rows,
        "review.row_sum": 3,
    }


def test_the_sum_of_results_takes_the_rows_that_the_report_has() -> None:
    other_2019 = [key for key in parents() if key[1] == "result.other"]
    mixed = {cell.key: cell.parent for cell in load_form("2021").cells if cell.block != "other"}
    mixed |= dict.fromkeys(other_2019, "result.total")
    sums = [one for one in equations_for(mixed) if one.rule == "requests.results_sum" and one.target[2] == "total"]
    assert [len(one.terms) for one in sums] == [20]  # 18 items, one row of other handling, the total
    assert (1, ("requests", "result.other", "total")) in sums[0].terms


def test_a_wording_means_one_thing_inside_its_group() -> None:
    for group, codes in variants().items():
        for code, labels in codes.items():
            for label in labels:
                same_kind = {
                    (found.kind, found.code)
                    for found in match(label)
                    if found.kind == {"rows": "row", "cases": "case"}.get(group, group.rstrip("s"))
                }
                assert len(same_kind) == 1, (group, code, label, same_kind)


def test_every_statutory_label_is_recognised_as_itself() -> None:
    for form_id in SECTION_FORMS:
        for cell in load_form(form_id).cells:
            if cell.section != "review":
                assert ("row", cell.indicator) in {(one.kind, one.code) for one in match(cell.row_label)}


def test_the_codebook_rows() -> None:
    rows = {(row["form"], row["section"], row["indicator"], row["breakdown"]): row for row in indicator_rows()}
    assert len(rows) == 398 + 4 * (52 + 58)
    fees = rows["2021", "disclosure", "fees", "amount"]
    assert (fees["unit"], fees["unit_std"], fees["nature"]) == ("万元", "元", "money")
    assert rows["2021", "requests", "new", "total"]["sum_of"] == (
        "new/natural_person + new/business + new/research + new/public_welfare + new/legal_service + new/other"
    )
    assert rows["2019", "disclosure", "procurement", "amount"]["unit"] == "unknown"
    assert not rows["2021", "requests", "new", "other"]["is_total"]
    assert rows["2021", "requests", "result.total", "business"]["is_total"]
    assert rows["2008", "statistics", "replies.total", "cumulative"]["is_total"]
    assert rows["2008", "statistics", "replies.total", "year"]["sum_of"] == (
        "replies.granted/year + replies.partly_granted/year + replies.denied/year"
    )
    assert {(rows[form, "statistics", "fees.waived", "cumulative"]["unit_std"]) for form in ("2008",)} == {"元"}


@pytest.mark.parametrize("form_id", STATISTICS_FORMS)
def test_a_table_in_the_order_of_its_form_is_named_row_by_row(form_id: str) -> None:
    block = load_form(form_id).block(STATISTICS)
    assert block is not None
    chain = Chain(form_id)
    named = [chain.name(stub(row.label)) for row in block.rows]
    assert [one.code if one else None for one in named] == [row.code for row in block.rows]
    for row in block.rows:
        for wording in row.also:
            assert stub(wording).core != stub(row.label).core, f"{row.code}: {wording} needs no line of its own"


def test_labels_that_were_seen_are_told_from_reconstructed_ones() -> None:
    rows = indicator_rows()
    seen = {
        form: {row["indicator"] for row in rows if row["form"] == form and row["label_confirmed"]} for form in ("2014",)
    }
    assert seen["2014"] == {
        *("disclosed.total", "disclosed.normative_documents", "normative_documents.issued", "responses.total"),
    }
    assert all(row["label_confirmed"] for row in rows if row["form"] != "2014")
