"""Columns by level of units in a statistics table: each level is a report of its own, from the page to the release."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from batches import batch
from places import Place
from shelf import Shelf

from pipelines.corrections import Correction, Decision, Settled
from pipelines.explain import NotFoundError, explain
from pipelines.extract import read_document
from pipelines.store import Store

LATER, LAST = "2026.11.24", "2026.11.25"
AGENCY, ID = "淮安市洪泽区人民政府", "a145200"
LEVELS = ("government", "departments", "townships")
ROWS = {
    "收到申请数": (9, 5, 4),
    "1.当面申请数": (2, 1, 1),
    "2.传真申请数": (0, 0, 0),
    "3.网络申请数": (6, 4, 2),
    "4.信函申请数": (1, 0, 0),  # the townships' parts do not add up: 4 received, 3 told
    "申请办结数": (9, 5, 3),
    "1.按时办结数": (9, 5, 3),
    "2.延期办结数": (0, 0, 0),
    "行政复议数量": (2, 1, 0),
}


def page(rows: dict[str, tuple[int, ...]] = ROWS, *, total: bool = True, year: int = 2016, note: str = "") -> str:
    """The report as a page; ``total``: whether the sum of the levels stands beside them."""
    heads = ["统计指标", "单位", "区政府统计数", "区直单位统计数", "乡镇（街道）统计数", *(["合计"] if total else [])]
    lines = [[name, "件", *map(str, cells), *([str(sum(cells))] if total else [])] for name, cells in rows.items()]
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in [heads, *lines])
    return (
        f"<html><head><meta charset='utf-8'></head><body><h1>{AGENCY}{year}年政府信息公开工作年度报告</h1>"
        f"<p>本报告统计期限为{year}年1月1日至{year}年12月31日。{note}</p><p>政府信息公开情况统计表</p>"
        f"<table>{table}</table></body></html>"
    )


def changed(name: str, *cells: int) -> dict[str, tuple[int, ...]]:
    return {**ROWS, name: cells}


@pytest.fixture(scope="module")
def place(shelf: Shelf) -> Place:
    """A place after a run, to be looked at."""

    def make(folder: Path) -> None:
        made = Place(folder)
        last = "<td>1</td><td>{}</td></tr></table>"
        illegible = page(total=False, year=2017).replace(last.format("0"), last.format("0/0"))
        whole = page(year=2018).replace("<td>合计</td>", "<td>统计数</td>")
        for name in ("区政府统计数", "区直单位统计数", "乡镇（街道）统计数"):
            whole = whole.replace(name, f"其中：{name}")
        pages = {"2016": page(), "2017": illegible, "2018": page(total=False, year=2018), "whole": whole}
        for name, text in pages.items():
            (made.raw / f"{name}.html").write_text(text, encoding="utf-8")
        assert made.run(version="2026.11.23") == 0, made.said

    return Place(shelf.made("levels", make))


def figures(place: Place, year: int, indicator: str = "applications.received") -> dict[str, str]:
    """Scope -> value."""
    return {
        row["scope"]: row["value"]
        for row in place.table("observations")
        if (row["report_year"], row["indicator"], row["breakdown"]) == (str(year), indicator, "year")
    }


def test_each_level_has_its_own_figures_and_the_sum_is_the_report_s(place: Place) -> None:
    assert figures(place, 2016) == {"government": "9", "departments": "5", "townships": "4", "unspecified": "18"}
    assert figures(place, 2017) == {"government": "9", "departments": "5", "townships": "4"}
    rows = place.table("observations")
    assert len(rows) == len(ROWS) * (4 + 3 + 4)
    assert {row["agency_id"] for row in rows} == {ID}
    assert {row["locator"].split("/")[2] for row in rows if row["scope"] == "townships"} == {"c5"}


def test_a_level_is_a_report_that_the_document_carries(place: Place) -> None:
    reports = {row["report_id"]: row for row in place.table("reports")}
    found = sorted((row["report_year"], row["scope"], row["scope_basis"], row["n_cells"]) for row in reports.values())
    size = str(len(ROWS))
    assert found == [
        *(("2016", level, "column", size) for level in ("departments", "government", "townships")),
        ("2016", "unspecified", "", size),
        *(("2017", level, "column", size) for level in ("departments", "government", "townships")),
        ("2017", "unspecified", "", "0"),
        *(("2018", level, "column", size) for level in ("departments", "government", "townships")),
        ("2018", "unspecified", "", size),
    ]
    carried = place.table("report_documents")
    assert len(carried) == 3 * 4 + 1
    scopes = {(reports[row["report_id"]]["scope"], row["column_level"]) for row in carried}
    assert scopes == {*((level, level) for level in LEVELS), ("unspecified", "whole")}
    assert {row["n_chosen"] for row in carried if row["column_level"] == "townships"} == {size}
    several = {(row["report_year"], row["scope"]) for row in reports.values() if row["n_documents"] != "1"}
    assert several == {("2018", "unspecified")}
    (agency,) = [row for row in place.table("agencies") if row["agency_id"] == ID]
    assert (agency["n_reports"], agency["n_documents"]) == ("12", "4")
    covered = [row for row in place.table("coverage") if row["agency_id"] == ID and row["status"] == "reported"]
    assert [(row["report_year"], row["n_reports"], row["n_documents"]) for row in covered] == [
        ("2016", "4", "1"),
        ("2017", "4", "1"),
        ("2018", "4", "2"),
    ]


def test_sums_are_of_one_level_alone(place: Place) -> None:
    with Store(place.work / "store.duckdb", read_only=True) as store:
        verdicts = store.query(
            "SELECT report_year, column_level, verdict FROM verdicts JOIN documents USING (document_id) "
            "WHERE starts_with(equation_id, 'statistics.items_sum:applications.received/year@') "
            "AND report_year < 2018 ORDER BY ALL"
        ).to_pylist()
    assert [tuple(row.values()) for row in verdicts] == [
        (2016, "departments", "holds"),
        (2016, "government", "holds"),
        (2016, "townships", "violated"),
        (2016, "whole", "violated"),
        (2017, "departments", "holds"),
        (2017, "government", "holds"),
        (2017, "townships", "violated"),
    ]
    scopes = {row["report_id"]: row["scope"] for row in place.table("reports")}
    findings = [row for row in place.table("findings") if row["report_year"] < "2018"]
    wrong = [row for row in findings if row["rule"] == "statistics.items_sum"]
    assert sorted((row["report_year"], scopes[row["report_id"]], row["observed"]) for row in wrong) == [
        ("2016", "townships", "4"),
        ("2016", "unspecified", "18"),
        ("2017", "townships", "4"),
    ]
    flagged = {row["scope"] for row in place.table("observations") if "identity_violated" in row["flags"]}
    assert flagged == {"townships", "unspecified"}
    assert {row["scope"] for row in place.table("suspects")} == flagged


def test_a_level_is_explained_with_its_own_place_and_sums(place: Place) -> None:
    with pytest.raises(NotFoundError, match="townships"):
        explain(place.work, AGENCY, 2016, "applications.received", "year")
    (chosen,) = [
        row
        for row in place.table("observations")
        if (row["report_year"], row["scope"], row["indicator"]) == ("2016", "townships", "applications.received")
    ]
    said = explain(place.work, chosen["statement_id"], None, "", None)
    assert "townships" in said
    assert "t1/r2/c5" in said
    assert "VIOLATED" in said
    assert "only reading" in said


def test_a_release_s_desk_keeps_the_levels_apart(place: Place) -> None:
    release = place.published / (place.published / "latest").read_text(encoding="utf-8").strip()
    with Store(release / "nianbao.duckdb", read_only=True) as desk:
        cell = desk.query(f"SELECT * FROM cell('{ID}', 2016, 'applications.received', 'year')").to_pylist()
        assert sorted((row["scope"], row["value_read"], row["locator"]) for row in cell) == [
            ("departments", 5.0, "t1/r2/c4"),
            ("government", 9.0, "t1/r2/c3"),
            ("townships", 4.0, "t1/r2/c5"),
            ("unspecified", 18.0, "t1/r2/c6"),
        ]
        series = desk.query(f"SELECT * FROM series('{ID}', 'applications.received')").to_pylist()
        assert len(series) == 4 + 3 + 4


def test_editions_copies_and_corrections_keep_the_levels_apart(tmp_path: Path) -> None:
    """Another edition, which changes one level and the sum; then a copy with another figure for one level, and
    corrections of two levels in one cell."""
    place = Place(tmp_path)
    (place.raw / "2016.html").write_text(page(), encoding="utf-8")
    assert place.run(version="2026.11.23") == 0, place.said
    (place.raw / "2016.html").write_text(page(changed("行政复议数量", 2, 3, 0)), encoding="utf-8")
    assert place.run(version=LATER) == 0, place.said
    assert values_changed(place) == [
        ("departments", "1", "3", "source_reissued"),
        ("unspecified", "3", "5", "source_reissued"),
    ]

    copy = page(changed("行政复议数量", 2, 3, 7), total=False, note="（副本）")
    (place.raw / "copy.html").write_text(copy, encoding="utf-8")
    document = hashlib.sha256((place.raw / "2016.html").read_bytes()).hexdigest()
    corrections = tmp_path / "corrections.yaml"
    entries = [{**ENTRY, "document": document, "cell": f"{CELL}/{level}"} for level in ("townships", "departments")]
    corrections.write_text(
        "".join(
            f"{'  ' if at else '- '}{name}: {value}\n"
            for entry, now in zip(entries, ("0", "3"), strict=True)
            for at, (name, value) in enumerate({**entry, "expected": now}.items())
        ),
        encoding="utf-8",
    )
    assert place.run(version=LAST, corrections=corrections) == 0, place.said
    told = {
        row["scope"]: (row["n_statements"], row["n_values"], row["value"])
        for row in place.table("observations")
        if row["indicator"] == "reconsiderations.total"
    }
    assert told == {
        "government": ("2", "1", "2"),
        "departments": ("3", "2", "6"),
        "townships": ("3", "2", "6"),
        "unspecified": ("1", "1", "5"),
    }
    assert values_changed(place) == [("departments", "3", "6", "correction"), ("townships", "0", "6", "correction")]
    scopes = {row["report_id"]: row["scope"] for row in place.table("reports")}
    for rule in ("correction.applied", "store.conflict"):
        found = [scopes[row["report_id"]] for row in place.table("findings") if row["rule"] == rule]
        assert sorted(found) == ["departments", "townships"], rule


def values_changed(place: Place) -> list[tuple[str, str, str, str]]:
    """Scope, old and new value and cause of what the last release says of figures that changed."""
    return sorted(
        (row["row_key"].split("|")[2], row["old"], row["new"], row["cause"])
        for row in place.table("changes")
        if row["dataset"] == "observations" and row["field"] == "value" and row["change"] == "changed"
    )


CELL = "statistics/reconsiderations.total/year"
KEY = ("statistics", "reconsiderations.total", "year")
ENTRY = {"value": "6", "kind": "erratum", "reason": "更正", "evidence": "page"}


def stored(folder: Path, text: str, settled: Callable[[str], Settled]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The findings, and the scopes of the reports, of one page in a store with what is ``settled`` about its id."""
    read = read_document(text.encode(), "2016.html")
    with Store(folder / "store.duckdb") as store:
        store.replace_documents(batch(read))
        store.rebuild(settled=settled(read.document_id))
        findings = store.query("SELECT * FROM findings").to_pylist()
        reports = store.query("SELECT report_id, scope FROM reports").to_pylist()
        unknown = "SELECT count(*) FROM findings ANTI JOIN documents USING (document_id) WHERE document_id IS NOT NULL"
        assert store.scalar(unknown) == 0
    return findings, {row["report_id"]: row["scope"] for row in reports}


def test_entries_that_fit_no_more_are_told_for_each_level(tmp_path: Path) -> None:
    """Needless ones, those of a document that is not here, those for a cell that is not printed: each by itself."""

    def entries(document: str) -> Settled:
        def one(level: str, expected: str, value: str, document: str = document) -> Correction:
            return Correction(document, KEY, expected, value, "erratum", "更正", "page", level)

        needless = [one("government", "9", "2"), one("departments", "9", "1")]
        absent = [one(level, "9", "6", "0" * 64) for level in LEVELS]
        return Settled([*needless, *absent, one("lower_level", "absent", "6"), one("townships", "9", "6")])

    findings, _ = stored(tmp_path, page(), entries)
    told = [row["rule"] for row in findings if row["rule"].startswith("correction.")]
    assert Counter(told) == {"correction.needless": 2, "correction.no_document": 3, "correction.stale": 2}


def test_a_decision_is_about_one_level(tmp_path: Path) -> None:
    rows = changed("4.信函申请数", 0, 0, 0)  # now neither the government's parts add up nor the townships'
    cell = ("statistics", "applications.received", "year")
    findings, scopes = stored(
        tmp_path,
        page(rows, total=False),
        lambda document: Settled(
            decisions=[Decision(document, "statistics.items_sum", (*cell, "townships"), "", "dismissed", "looked")]
        ),
    )
    decided = {scopes[row["report_id"]]: row["decision"] for row in findings if row["rule"] == "statistics.items_sum"}
    assert decided == {"government": None, "townships": "dismissed"}


def test_what_a_reader_notes_of_a_level_is_filed_under_it(place: Place) -> None:
    reports = {row["report_id"]: row for row in place.table("reports")}
    (noted,) = [row for row in place.table("findings") if row["rule"] == "interpret.illegible"]
    report = reports[noted["report_id"]]
    assert (report["report_year"], report["scope"], report["n_illegible"]) == ("2017", "townships", "1")


def test_the_document_that_gives_the_whole_stands_for_it(place: Place) -> None:
    """Of two documents the one with levels prints more, and nothing of the report on the whole."""
    names = {row["document_id"]: row["file_name"] for row in place.table("documents")}
    stands = {row["scope"]: names[row["document_id"]] for row in place.table("reports") if row["report_year"] == "2018"}
    assert stands == {**dict.fromkeys(LEVELS, "2018.html"), "unspecified": "whole.html"}


def test_two_agencies_on_one_page_are_refused_as_everywhere() -> None:
    other = {name: tuple(3 * cell + 1 for cell in cells) for name, cells in ROWS.items()}
    tables = page(other).partition("<table>")[2].partition("</table>")[0]
    both = page().replace(
        "</body>", f"<h1>盱眙县人民政府2016年政府信息公开工作年度报告</h1><table>{tables}</table></body>"
    )
    assert read_document(both.encode(), "both.html").reason_code == "several_reports"


def test_extract_prints_the_level_last(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    from pipelines.cli import main

    file = tmp_path / "2016.html"
    file.write_text(page(), encoding="utf-8")
    assert main(["extract", str(file)]) == 0
    rows = list(csv.DictReader(capfdbinary.readouterr().out.decode().splitlines()))
    assert list(rows[0])[-1] == "column_level"
    found = {row["column_level"]: Decimal(row["value"]) for row in rows if row["indicator"] == "applications.received"}
    assert found == {"whole": 18, "government": 9, "departments": 5, "townships": 4}
