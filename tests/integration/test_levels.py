"""Columns by level of units in a statistics table: each level is a report of its own, from the page to the release."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from places import Place

from pipelines.explain import NotFoundError, explain
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
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place(tmp_path_factory.mktemp("levels"))
    (made.raw / "2016.html").write_text(page(), encoding="utf-8")
    (made.raw / "2017.html").write_text(page(total=False, year=2017), encoding="utf-8")
    assert made.run(version="2026.11.23") == 0, made.said
    return made


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
    assert len(rows) == len(ROWS) * (4 + 3)
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
    ]
    carried = place.table("report_documents")
    assert len(carried) == 8
    scopes = {(reports[row["report_id"]]["scope"], row["column_level"]) for row in carried}
    assert scopes == {*((level, level) for level in LEVELS), ("unspecified", "whole")}
    assert {row["n_chosen"] for row in carried if row["column_level"] == "townships"} == {size}
    assert {row["n_documents"] for row in reports.values()} == {"1"}
    (agency,) = [row for row in place.table("agencies") if row["agency_id"] == ID]
    assert (agency["n_reports"], agency["n_documents"]) == ("8", "2")
    covered = [row for row in place.table("coverage") if row["agency_id"] == ID and row["status"] == "reported"]
    assert [(row["report_year"], row["n_reports"], row["n_documents"]) for row in covered] == [
        ("2016", "4", "1"),
        ("2017", "4", "1"),
    ]


def test_sums_are_of_one_level_alone(place: Place) -> None:
    with Store(place.work / "store.duckdb", read_only=True) as store:
        verdicts = store.query(
            "SELECT report_year, column_level, verdict FROM verdicts JOIN documents USING (document_id) "
            "WHERE starts_with(equation_id, 'statistics.items_sum:applications.received/year@') ORDER BY ALL"
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
    wrong = [row for row in place.table("findings") if row["rule"] == "statistics.items_sum"]
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
        assert len(series) == 7


def test_copies_corrections_and_changes_keep_the_levels_apart(tmp_path: Path) -> None:
    """A copy with another figure for one level; then a correction of it; then another edition in its place."""
    place = Place(tmp_path)
    (place.raw / "2016.html").write_text(page(), encoding="utf-8")
    assert place.run(version="2026.11.23") == 0, place.said
    copy = changed("行政复议数量", 2, 1, 7)
    (place.raw / "copy.html").write_text(page(copy, total=False, note="（副本）"), encoding="utf-8")
    assert place.run(version=LATER) == 0, place.said
    told = {
        row["scope"]: (row["n_statements"], row["n_values"])
        for row in place.table("observations")
        if row["indicator"] == "reconsiderations.total"
    }
    assert told == {
        "government": ("2", "1"),
        "departments": ("2", "1"),
        "townships": ("2", "2"),
        "unspecified": ("1", "1"),
    }
    (conflict,) = [row for row in place.table("findings") if row["rule"] == "store.conflict"]
    (chosen,) = [
        row
        for row in place.table("observations")
        if (row["scope"], row["indicator"]) == ("townships", "reconsiderations.total")
    ]
    assert conflict["report_id"] == chosen["report_id"]

    settle(
        place,
        [
            {**CORRECTED, "document": chosen["document_id"], "cell": f"{CELL}/townships", "expected": chosen["value"]},
            {**CORRECTED, "document": chosen["document_id"], "cell": f"{CELL}/departments", "expected": "1"},
        ],
        LAST,
    )
    assert figures(place, 2016, "reconsiderations.total") == {
        "government": "2",
        "departments": "6",
        "townships": "6",
        "unspecified": "3",
    }
    changes = [row for row in place.table("changes") if row["dataset"] == "observations" and row["field"] == "value"]
    assert sorted((row["row_key"].split("|")[2], row["old"], row["new"], row["cause"]) for row in changes) == [
        ("departments", "1", "6", "correction"),
        ("townships", chosen["value"], "6", "correction"),
    ]
    applied = [row["report_id"] for row in place.table("findings") if row["rule"] == "correction.applied"]
    scopes = {row["report_id"]: row["scope"] for row in place.table("reports")}
    assert sorted(scopes[one] for one in applied) == ["departments", "townships"]


CELL = "statistics/reconsiderations.total/year"
CORRECTED = {"value": "6", "kind": "erratum", "reason": "更正", "evidence": "page"}


def settle(place: Place, entries: list[dict[str, str]], version: str, name: str = "corrections", code: int = 0) -> None:
    """A run with these entries of corrections, or of decisions."""
    file = place.folder / f"{name}.yaml"
    lines = [
        f"{'  ' if at else '- '}{field}: {value}"
        for entry in entries
        for at, (field, value) in enumerate(entry.items())
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert place.run(version=version, **{name: file}) == code, place.said


def test_entries_that_fit_no_more_are_told_for_each_level(tmp_path: Path) -> None:
    """Needless ones warn, those that expect another reading hold the release back, one for a cell that is not printed
    too; none ends the run."""
    place = Place(tmp_path)
    (place.raw / "2016.html").write_text(page(), encoding="utf-8")
    assert place.run(version="2026.11.23") == 0, place.said
    document = place.table("documents")[0]["document_id"]
    needless = [
        {**CORRECTED, "document": document, "cell": f"{CELL}/{level}", "expected": "9", "value": value}
        for level, value in (("government", "2"), ("departments", "1"))
    ]
    absent = [{**CORRECTED, "document": "0" * 64, "cell": f"{CELL}/{level}", "expected": "9"} for level in LEVELS]
    settle(place, needless + absent, LATER)
    told = [row["rule"] for row in place.table("findings") if row["rule"].startswith("correction.")]
    assert sorted(told) == ["correction.needless"] * 2 + ["correction.no_document"] * 3
    unprinted = {**CORRECTED, "document": document, "cell": f"{CELL}/lower_level", "expected": "absent"}
    settle(place, [unprinted], LAST, code=1)
    assert "correction.stale" in place.said or "lower_level" in place.said


def test_a_decision_is_about_one_level(tmp_path: Path) -> None:
    place = Place(tmp_path)
    rows = changed("4.信函申请数", 0, 0, 0)  # now neither the government's parts add up nor the townships'
    (place.raw / "2016.html").write_text(page(rows, total=False), encoding="utf-8")
    assert place.run(version="2026.11.23") == 0, place.said
    document = place.table("documents")[0]["document_id"]
    entry = {
        "document": document,
        "rule": "statistics.items_sum",
        "cell": "statistics/applications.received/year/townships",
        "decision": "dismissed",
        "reason": "looked",
    }
    settle(place, [entry], LATER, "decisions")
    scopes = {row["report_id"]: row["scope"] for row in place.table("reports")}
    decided = {
        scopes[row["report_id"]]: row["decision"]
        for row in place.table("findings")
        if row["rule"] == "statistics.items_sum"
    }
    assert decided == {"government": "", "townships": "dismissed"}


def test_what_a_reader_notes_of_a_level_is_filed_under_it(tmp_path: Path) -> None:
    place = Place(tmp_path)
    text = page().replace(
        "<td>1</td><td>0</td><td>3</td></tr></table>", "<td>1</td><td>0/0</td><td>3</td></tr></table>"
    )
    (place.raw / "2016.html").write_text(text, encoding="utf-8")
    assert place.run(version="2026.11.23") == 0, place.said
    scopes = {row["report_id"]: row for row in place.table("reports")}
    (noted,) = [row for row in place.table("findings") if row["rule"] == "interpret.illegible"]
    report = scopes[noted["report_id"]]
    assert (report["scope"], report["n_illegible"]) == ("townships", "1")


def test_the_document_that_gives_the_whole_stands_for_it(tmp_path: Path) -> None:
    """Of two documents the one with levels prints more, and nothing of the report on the whole."""
    place = Place(tmp_path)
    (place.raw / "levels.html").write_text(page(total=False), encoding="utf-8")
    plain = page().replace("<td>合计</td>", "<td>统计数</td>")
    for place_of_level in ("区政府统计数", "区直单位统计数", "乡镇（街道）统计数"):
        plain = plain.replace(place_of_level, f"其中：{place_of_level}")
    (place.raw / "whole.html").write_text(plain, encoding="utf-8")
    assert place.run(version="2026.11.23") == 0, place.said
    names = {row["document_id"]: row["file_name"] for row in place.table("documents")}
    stands = {row["scope"]: names[row["document_id"]] for row in place.table("reports")}
    assert stands == {**dict.fromkeys(LEVELS, "levels.html"), "unspecified": "whole.html"}


def test_two_agencies_on_one_page_are_refused_as_everywhere() -> None:
    from pipelines.extract import read_document

    other = {name: tuple(3 * cell + 1 for cell in cells) for name, cells in ROWS.items()}
    tables = page(other).partition("<table>")[2].partition("</table>")[0]
    both = page().replace(
        "</body>", f"<h1>盱眙县人民政府2016年政府信息公开工作年度报告</h1><table>{tables}</table></body>"
    )
    assert read_document(both.encode(), "both.html").reason_code == "several_reports"


def test_another_edition_is_told_as_one_for_every_level(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (place.raw / "2016.html").write_text(page(), encoding="utf-8")
    assert place.run(version="2026.11.23") == 0, place.said
    (place.raw / "2016.html").write_text(page(changed("行政复议数量", 2, 3, 0)), encoding="utf-8")
    assert place.run(version=LATER) == 0, place.said
    changes = [row for row in place.table("changes") if row["dataset"] == "observations" and row["field"] == "value"]
    assert sorted((row["row_key"].split("|")[2], row["old"], row["new"], row["cause"]) for row in changes) == [
        ("departments", "1", "3", "source_reissued"),
        ("unspecified", "3", "5", "source_reissued"),
    ]


def test_extract_prints_the_level_last(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    from pipelines.cli import main

    file = tmp_path / "2016.html"
    file.write_text(page(), encoding="utf-8")
    assert main(["extract", str(file)]) == 0
    rows = list(csv.DictReader(capfdbinary.readouterr().out.decode().splitlines()))
    assert list(rows[0])[-1] == "column_level"
    found = {row["column_level"]: Decimal(row["value"]) for row in rows if row["indicator"] == "applications.received"}
    assert found == {"whole": 18, "government": 9, "departments": 5, "townships": 4}
