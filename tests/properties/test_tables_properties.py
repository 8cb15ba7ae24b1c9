"""Whatever is done to a table, no number may end up in another cell."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import document, example, grid, requests_rows

from pipelines.document import Grid
from pipelines.interpret import read_tables
from schemas.forms import Key

RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Rows = list[list[tuple[str, int, int]]]


def errors(grids: list[Grid], truth: dict[Key, str]) -> list[str]:
    """Cells read with a number that is not the one printed in them."""
    tables = read_tables(document(*grids))
    return [
        f"{key}: {one.reading.value} for {truth.get(key)!r}"
        for key, found in tables.found.items()
        for one in found
        if one.reading.value is not None and (not truth.get(key) or one.reading.value != Decimal(truth[key]))
    ]


@st.composite
def reports(draw: st.DrawFn) -> tuple[dict[Key, str], str]:
    form = draw(st.sampled_from(["2019", "2021"]))
    truth = example(form)
    factor = draw(st.integers(1, 400))
    truth = {key: str(int(text) * factor) for key, text in truth.items()}
    for key in draw(st.lists(st.sampled_from(sorted(truth)), max_size=60, unique=True)):
        truth[key] = ""
    return truth, form


@RELAXED
@given(report=reports(), order=st.randoms(use_true_random=False))
def test_rows_in_any_order(report: tuple[dict[Key, str], str], order: object) -> None:
    truth, form = report
    rows = requests_rows(truth, form, spans=False)
    head, body = rows[:3], rows[3:]
    order.shuffle(body)  # type: ignore[attr-defined]
    assert errors([grid([*head, *body])], truth) == []


@RELAXED
@given(report=reports(), cuts=st.lists(st.integers(1, 27), max_size=4, unique=True), header=st.booleans())
def test_a_table_in_pieces(report: tuple[dict[Key, str], str], cuts: list[int], header: bool) -> None:
    truth, form = report
    rows = requests_rows(truth, form, spans=False)
    edges = [0, *sorted(cut for cut in cuts if cut < len(rows)), len(rows)]
    pieces: list[Rows] = [rows[start:end] for start, end in pairwise(edges) if start < end]
    if header:
        pieces = [pieces[0], *[[*rows[:3], *piece] for piece in pieces[1:]]]
    assert errors([grid(piece, first=place) for place, piece in enumerate(pieces)], truth) == []


@RELAXED
@given(report=reports(), data=st.data(), spans=st.booleans())
def test_rows_and_columns_that_no_form_has(
    report: tuple[dict[Key, str], str], data: st.DataObject, spans: bool
) -> None:
    truth, form = report
    rows = requests_rows(truth, form, spans=spans)
    if not spans:
        for place in sorted(data.draw(st.lists(st.integers(4, len(rows) - 1), max_size=3, unique=True)), reverse=True):
            rows.insert(place, [("9.省级要求的情形", 1, 1), *[("77777", 1, 1)] * 7])
    extra = data.draw(st.sampled_from(["", "before total", "at the end", "spare"]))
    if extra == "at the end":
        rows[0][-1] = ("申请人情况", 1, 8)
        rows[1].append(("备注", 2, 1))
        rows = [*rows[:3], *[[*row, ("88888", 1, 1)] for row in rows[3:]]]
    elif extra == "before total":
        rows[0][-1] = ("申请人情况", 1, 8)
        rows[1].insert(2, ("港澳台", 2, 1))
        rows = [*rows[:3], *[[*row[:-1], ("88888", 1, 1), row[-1]] for row in rows[3:]]]
    elif extra == "spare":
        rows = [*rows[:3], *[[*row, ("", 1, 1)] for row in rows[3:]]]
    assert errors([grid(rows)], truth) == []


@RELAXED
@given(report=reports(), drops=st.lists(st.tuples(st.integers(3, 27), st.integers(0, 9)), max_size=6))
def test_cells_that_are_not_there(report: tuple[dict[Key, str], str], drops: list[tuple[int, int]]) -> None:
    """A row that lacks a cell moves what is right of it; the row may be lost, never shifted."""
    truth, form = report
    rows = requests_rows(truth, form, spans=False)
    for row, place in drops:
        if row < len(rows) and place < len(rows[row]) and not rows[row][place][0]:
            del rows[row][place]
    assert errors([grid(rows)], truth) == []


@RELAXED
@given(report=reports(), merges=st.lists(st.tuples(st.integers(4, 27), st.integers(1, 3)), max_size=5))
def test_spans_that_lie(report: tuple[dict[Key, str], str], merges: list[tuple[int, int]]) -> None:
    """A label said to span more columns than it does pushes its row to the right."""
    truth, form = report
    rows = requests_rows(truth, form)
    for row, more in merges:
        if row < len(rows):
            place = len(rows[row]) - 8
            text, down, across = rows[row][place]
            rows[row][place] = (text, down, across + more)
    assert errors([grid(rows)], truth) == []
