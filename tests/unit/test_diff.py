"""Why a row differs, condition by condition, over two made-up releases of one or two documents; layouts compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import causes, diff, layout
from pipelines.compared import of_release
from pipelines.store import Store
from schemas.changes import CAUSES
from schemas.core import Document, Indicator, Observation, Source
from schemas.reporting import Report, ReportDocument
from schemas.table import Table, arrow_schema, names, title

HOME = ("a000001", 2024, "own")
ELSEWHERE = ("a000002", 2024, "own")


@dataclass(frozen=True)
class Paper:
    """A document: who read it, which report it carries, what it says of that, what the manifest says."""

    name: str = "A"
    reader: str = "1"
    home: tuple[str, int, str] | None = HOME
    evidence: str = "[]"
    hint: str | None = None


@dataclass(frozen=True)
class Cell:
    """An observation of the report ``home``, taken from ``paper``."""

    paper: str = "A"
    home: tuple[str, int, str] = HOME
    indicator: str = "new"
    more: dict[str, Any] = field(default_factory=dict)


Release = tuple[list[Paper], list[Cell]]


_PLAIN: dict[str, Any] = {
    "section": "requests",
    "breakdown": "total",
    "agency_name": "某局",
    "value": 5.0,
    "value_std": 5.0,
    "unit": "件",
    "status": "reported",
    "method": "text",
    "revision": 0,
    "is_total": True,
    "form": "2021",
}


def write(folder: Path, release: Release) -> Path:
    """The Parquet files of a release that has these documents and cells."""
    papers, cells = release
    folder.mkdir()
    reports = {paper.home: paper.name for paper in papers if paper.home}
    _table(
        folder,
        Observation,
        [
            _PLAIN
            | dict(zip(("agency_id", "report_year", "scope"), cell.home, strict=True))
            | {"indicator": cell.indicator, "document_id": cell.paper, "report_id": _report(cell.home)}
            | cell.more
            for cell in cells
        ],
    )
    _table(
        folder,
        Document,
        [{"document_id": one.name, "reader_hash": one.reader, "evidence": one.evidence} for one in papers],
    )
    _table(folder, Source, [{"document_id": one.name, "agency_hint": one.hint, "origin": "original"} for one in papers])
    _table(
        folder,
        ReportDocument,
        [{"document_id": one.name, "report_id": _report(one.home)} for one in papers if one.home],
    )
    _table(
        folder,
        Report,
        [
            {"report_id": _report(home), "document_id": name, "agency_id": home[0], "report_year": home[1]}
            | {"scope": home[2], "agency_name": "某局"}
            for home, name in reports.items()
        ],
    )
    return folder


def _report(home: tuple[str, int, str]) -> str:
    return "r-" + "-".join(map(str, home))


def _table(folder: Path, model: type[Table], rows: list[dict[str, Any]]) -> None:
    schema = pa.schema([pa.field(one.name, one.type) for one in arrow_schema(model)])
    full = [{name: row.get(name) for name in names(model)} for row in rows]
    pq.write_table(pa.Table.from_pylist(full, schema=schema), folder / f"{title(model)[0]}.parquet")


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with Store(":memory:") as opened:
        yield opened


def told(store: Store, folder: Path, old: Release, new: Release) -> list[dict[str, Any]]:
    sides = [of_release(write(folder / name, release)) for name, release in (("old", old), ("new", new))]
    select = diff.changes(sides[0], sides[1], "old", "new")
    return store.query(f"SELECT * FROM ({select}) ORDER BY dataset, row_key, field").to_pylist()


def cells(rows: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    """(change, field, cause) of the observations."""
    return {(row["change"], row["field"], row["cause"]) for row in rows if row["dataset"] == "observations"}


A, B = Paper(), Paper("B")
FIVE, SIX = Cell(), Cell(more={"value": 6.0, "value_std": 6.0})
CORRECTED = Cell(more={"value": 6.0, "value_std": 6.0, "method": "corrected"})
EMPTY = Cell(indicator="carried_over", more={"value": None, "value_std": None, "status": "blank"})
DERIVED = replace(EMPTY, more={**EMPTY.more, "value_derived": 3.0})
READ_AGAIN = replace(A, reader="2")
CHANGED = ("changed", "value")

CASES: dict[str, tuple[Release, Release, set[tuple[str, str, str]]]] = {
    "nothing": (([A], [FIVE]), ([A], [FIVE]), set()),
    "read again and the same": (([A], [FIVE]), ([READ_AGAIN], [FIVE]), set()),
    "another copy that says the same": (([A, B], [FIVE]), ([A, B], [Cell("B")]), set()),
    "same document, same readers": (([A], [FIVE]), ([A], [SIX]), {(*CHANGED, "method")}),
    "read again": (([A], [FIVE]), ([READ_AGAIN], [SIX]), {(*CHANGED, "better_reading")}),
    "another standard unit": (
        ([A], [FIVE]),
        ([READ_AGAIN], [Cell(more={"value_std": 50000.0})]),
        {("changed", "value_std", "method")},
    ),
    "another unit": (
        ([A], [FIVE]),
        ([READ_AGAIN], [Cell(more={"unit": "条"})]),
        {("changed", "unit", "better_reading")},
    ),
    "replaced": (([A], [FIVE]), ([B], [replace(SIX, paper="B")]), {(*CHANGED, "source_reissued")}),
    "replaced and corrected": (
        ([A], [FIVE]),
        ([B], [replace(CORRECTED, paper="B")]),
        {(*CHANGED, "source_reissued")},
    ),
    "a later edition beside it": (
        ([A], [FIVE]),
        ([A, B], [Cell("B", more={**SIX.more, "revision": 1})]),
        {(*CHANGED, "source_reissued")},
    ),
    "another document beside it": (([A], [FIVE]), ([A, B], [replace(SIX, paper="B")]), {(*CHANGED, "new_document")}),
    "one of two taken away": (([A, B], [FIVE]), ([B], [replace(SIX, paper="B")]), {(*CHANGED, "document_withdrawn")}),
    "another is chosen by its date": (
        ([A, B], [FIVE]),
        ([A, replace(B, hint="x")], [replace(SIX, paper="B")]),
        {(*CHANGED, "metadata")},
    ),
    "another is chosen by nothing known": (
        ([A, B], [FIVE]),
        ([A, B], [replace(SIX, paper="B")]),
        {(*CHANGED, "method")},
    ),
    "corrected": (([A], [FIVE]), ([READ_AGAIN], [CORRECTED]), {(*CHANGED, "correction")}),
    "no longer corrected": (([A], [CORRECTED]), ([A], [FIVE]), {(*CHANGED, "correction")}),
    "worked out from what was corrected": (
        ([A], [FIVE, EMPTY]),
        ([A], [CORRECTED, DERIVED]),
        {(*CHANGED, "correction"), ("changed", "value_derived", "correction")},
    ),
    "because of a document beside it": (([A], [FIVE]), ([A, B], [SIX]), {(*CHANGED, "new_document")}),
    "a report comes": (([A], []), ([A, B], [Cell("B")]), {("added", "value", "new_document")}),
    "a report goes": (([A], [FIVE]), ([], []), {("removed", "value", "document_withdrawn")}),
    "a cell comes, read again": (([A], [FIVE]), ([READ_AGAIN], [FIVE, EMPTY]), {("added", "status", "better_reading")}),
    "decided": (
        ([A], [FIVE]),
        ([replace(A, home=ELSEWHERE)], [Cell(home=ELSEWHERE)]),
        {("removed", "value", "agency_decision"), ("added", "value", "agency_decision")},
    ),
    "decided, while all was read again": (
        ([A], [FIVE]),
        ([replace(READ_AGAIN, home=ELSEWHERE)], [Cell(home=ELSEWHERE)]),
        {("removed", "value", "agency_decision"), ("added", "value", "agency_decision")},
    ),
    "its name read otherwise": (
        ([A], [FIVE]),
        ([replace(READ_AGAIN, home=ELSEWHERE, evidence="[1]")], [Cell(home=ELSEWHERE)]),
        {("removed", "value", "better_reading"), ("added", "value", "better_reading")},
    ),
    "another hint": (
        ([A], [FIVE]),
        ([replace(A, home=ELSEWHERE, hint="某局")], [Cell(home=ELSEWHERE)]),
        {("removed", "value", "metadata"), ("added", "value", "metadata")},
    ),
    "no report before": (
        ([replace(A, home=None)], []),
        ([replace(READ_AGAIN, evidence="[1]")], [FIVE]),
        {("added", "value", "better_reading")},
    ),
    "a year hint": (([replace(A, home=None)], []), ([replace(A, hint="x")], [FIVE]), {("added", "value", "metadata")}),
}


@pytest.mark.parametrize("name", CASES)
def test_why_it_differs(name: str, store: Store, tmp_path: Path) -> None:
    old, new, expected = CASES[name]
    assert cells(told(store, tmp_path, old, new)) == expected


def test_every_cause_is_a_code_and_comes_about() -> None:
    named = {code for code, _, _ in (*causes.PRECEDENCE, *causes.INDIRECT)}
    assert named | {"unknown"} == set(CAUSES)
    found = {cause for _, _, expected in CASES.values() for _, _, cause in expected}
    assert found == named


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.000001, "0.000001"), (72701.2578, "72701.2578"), (9007199254740991.0, "9007199254740991"), (-3.0, "-3")],
)
def test_values_are_told_exactly(value: float, text: str, store: Store, tmp_path: Path) -> None:
    (row,) = [
        row
        for row in told(store, tmp_path, ([A], [Cell(more={"value": value})]), ([A], [FIVE]))
        if row["dataset"] == "observations"
    ]
    assert (row["old"], row["new"]) == (text, "5")
    assert row["row_key"] == "a000001|2024|own|requests|new|total"
    assert (row["previous_version"], row["version"]) == ("old", "new")


def test_where_a_document_moved_the_reason_and_the_counterpart_say_so(store: Store, tmp_path: Path) -> None:
    rows = told(store, tmp_path, ([A], [FIVE]), ([replace(A, home=ELSEWHERE)], [Cell(home=ELSEWHERE)]))
    found = {(row["dataset"], row["change"]): row for row in rows}
    gone, come = found["observations", "removed"], found["observations", "added"]
    assert (gone["counterpart"], come["counterpart"]) == (come["row_key"], gone["row_key"])
    assert "a000001" in come["reason_en"].partition("now")[0]
    assert "a000002" in come["reason_zh"].partition("现")[2]
    assert found["reports", "removed"]["counterpart"] == found["reports", "added"]["row_key"]


def test_a_first_release_has_no_changes(store: Store) -> None:
    assert store.query(diff.since(None, "2026.11.23")).num_rows == 0


def test_a_release_that_has_but_the_codebook_is_compared_by_that(store: Store, tmp_path: Path) -> None:
    cell = {"form": "2021", "section": "requests", "indicator": "new", "breakdown": "total", "unit": "件"}
    for name, label in (("old", "旧"), ("new", "新")):
        (tmp_path / name).mkdir()
        _table(tmp_path / name, Indicator, [{**cell, "label_zh": label, "position": 1, "is_total": True}])
    select = diff.changes(of_release(tmp_path / "old"), of_release(tmp_path / "new"), "old", "new")
    (row,) = store.query(select).to_pylist()
    assert (row["row_key"], row["field"]) == ("2021|requests|new|total", "label_zh")
    assert (row["old"], row["new"], row["cause"]) == ("旧", "新", "method")


def test_layouts_compared() -> None:
    code = {b"codes": b'{"x": ["", ""], "y": ["", ""]}'}
    old = {
        "kept": pa.schema([pa.field("a", pa.string(), metadata=code), ("b", pa.int64()), ("c", pa.int64())]),
        "gone": pa.schema([("a", pa.string())]),
    }
    fewer = {b"codes": b'{"x": ["", ""], "z": ["", ""]}'}
    new = {
        "kept": pa.schema(
            [("c", pa.int64()), ("early", pa.int64()), pa.field("a", pa.string(), metadata=fewer)]
            + [pa.field("late", pa.string())]
        ),
        "come": pa.schema([("a", pa.string())]),
    }
    found = [(one.breaking, one.en) for one in layout.compare(old, new)]
    assert found == [
        (True, "dataset gone is gone"),
        (True, "column kept.a has no codes y any more"),
        (True, "column kept.b is gone, or renamed"),
        (True, "the columns of kept stand in another order"),
        (True, "column kept.early is new (not on the right)"),
        (False, "dataset come is new"),
        (False, "column kept.a has new codes z"),
        (False, "column kept.late is new"),
    ]
    assert layout.compare(old, old) == []
    assert all(one.zh for one in layout.compare(old, new))
