"""The analyst's desk: what the views and macros of a release's DuckDB file answer, and that nobody is locked out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from batches import batch, document, sighting

from pipelines.publish import publish
from pipelines.store import Store
from schemas.desk import TOOLS

NEW = ("requests", "new", "total")


@pytest.fixture(scope="module")
def desk(release: Path) -> Iterator[Store]:
    with Store(release / "nianbao.duckdb", read_only=True) as opened:
        yield opened


def test_a_series_is_found_by_id_by_name_and_by_former_name(desk: Store) -> None:
    """The figures of the Pingtan zone, as read by eye."""
    for agency in ("a800121", "平潭综合实验区管委会", "平潭综合实验区", "综合实验区管委"):
        for indicator in ("new", "requests.new"):
            found = desk.query(
                f"SELECT report_year, value, status FROM series('{agency}', '{indicator}') WHERE breakdown = 'total'"
            ).to_pylist()
            assert [row["value"] for row in found] == [23, 21, 70, 74, 81, 218, 154], agency
            assert [row["report_year"] for row in found] == list(range(2019, 2026))
    assert desk.scalar("SELECT count(*) FROM series('a800121', 'review.new')") == 0
    assert desk.scalar("SELECT count(*) FROM series('a999999', 'new')") == 0


def test_a_name_that_several_contain_gives_all_of_them(desk: Store) -> None:
    named = desk.query("SELECT DISTINCT agency_name FROM series('淮安', 'result.total') ORDER BY 1").to_pylist()
    assert [row["agency_name"] for row in named] == ["淮安市人民政府", "淮安市洪泽区人民政府"]
    exact = desk.query("SELECT agency_id FROM find_agency('淮安市人民政府')").to_pylist()
    assert exact == [{"agency_id": "a013440"}]


def test_a_number_leads_to_its_page(desk: Store) -> None:
    (row,) = desk.query("SELECT * FROM cell('a800121', 2024, 'new', 'total')").to_pylist()
    assert (row["value"], row["printed"], row["is_chosen"], row["path"]) == (
        218,
        "218",
        True,
        "pingtan/t20250310_97791.pdf",
    )
    assert row["locator"].startswith("p1[")
    assert row["link"].endswith("/t20250310_97791.htm")  # found as a page, transcribed as a PDF
    (row,) = desk.query("SELECT * FROM cell('a800121', 2021, 'new', 'total')").to_pylist()
    assert (row["value"], row["locator"]) == (70, "t2/r4/c10")
    for url, place, link in (
        ("https://a.cn/1.pdf", "p12[0,0,1,1]", "https://a.cn/1.pdf#page=12"),
        ("https://a.cn/1.PDF", "p2[0,0,1,1]", "https://a.cn/1.PDF#page=2"),
        ("https://a.cn/1.pdf", None, "https://a.cn/1.pdf"),
        ("https://a.cn/1.htm", "p2[0,0,1,1]", "https://a.cn/1.htm"),
        ("https://a.cn/1.docx", "t2/r4/c10", "https://a.cn/1.docx"),
        (None, "p2[0,0,1,1]", None),
    ):
        assert desk.scalar("SELECT link(?, ?)", [url, place]) == link


def test_who_lies_in_a_place(desk: Store) -> None:
    sql = "SELECT DISTINCT agency_name FROM in_place('{}') WHERE n_reports > 0 ORDER BY 1"
    for place, names in {
        "江苏省": ["宿迁市人民政府", "淮安市人民政府", "淮安市洪泽区人民政府"],
        "洪泽县": ["淮安市洪泽区人民政府"],
        "3208": ["淮安市人民政府", "淮安市洪泽区人民政府"],
    }.items():
        assert [row["agency_name"] for row in desk.query(sql.format(place)).to_pylist()] == names


def test_what_is_missing_and_what_contradicts_itself(desk: Store) -> None:
    sql = "SELECT report_year FROM missing_reports WHERE agency_id = ? AND report_year >= 2012 ORDER BY 1"
    assert [row["report_year"] for row in desk.query(sql, ["a800121"]).to_pylist()] == [2013, 2018]
    assert 2024 not in {row["report_year"] for row in desk.query(sql, ["a014040"]).to_pylist()}
    found = desk.query("SELECT * FROM contradictions WHERE severity = 'error' ORDER BY breakdown").to_pylist()
    assert [(row["expected"], row["observed"], row["locator"]) for row in found] == [
        ("26", "20", "t2/r25/c4"),
        ("27", "21", "t2/r25/c10"),
    ]
    assert {row["province"] for row in found} == {"福建省"}
    assert all(row["link"].startswith("https://www.pingtan.gov.cn/") for row in found)


def test_everything_says_what_it_is_for(desk: Store) -> None:
    told = {
        row["name"]: row["comment"]
        for row in desk.query(
            "SELECT view_name AS name, comment FROM duckdb_views() WHERE NOT internal UNION ALL "
            "SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal AND database_name = 'nianbao'"
        ).to_pylist()
    }
    assert told == {tool.name: f"{tool.comment_zh} | {tool.comment_en}" for tool in TOOLS}


def test_every_reading_of_a_conflict_is_shown(tmp_path: Path) -> None:
    """A page and its copy that differ in one figure: both stand there, the chosen one marked."""
    changed = document(2, changes={NEW: {"printed": "3191", "value": "3191"}})
    with Store(tmp_path / "store.duckdb") as store:
        store.replace_documents(batch(document(1), changed))
        store.replace_sources(pd.DataFrame([sighting(1), sighting(2, published_on="2025-02-01")]))
        store.rebuild()
        publish(store, tmp_path / "published", "2026.11.23")
    with Store(tmp_path / "published" / "2026.11.23" / "nianbao.duckdb", read_only=True) as desk:
        found = desk.query("SELECT * FROM conflicts ORDER BY is_chosen").to_pylist()
        assert {(row["section"], row["indicator"], row["breakdown"]) for row in found} == {NEW}
        assert sorted(row["value_read"] for row in found) == [3119, 3191]
        assert [row["is_chosen"] for row in found] == [False, True]
        chosen = found[1]
        assert chosen["value"] == chosen["value_read"]
        assert [
            row["is_chosen"] for row in desk.query("SELECT * FROM cell('a013440', 2024, 'new', 'total')").to_pylist()
        ] == [
            True,
            False,
        ]


READER = """
import sys, duckdb
reader = duckdb.connect(sys.argv[1], read_only=True)
print(reader.sql("SELECT count(*) FROM observations").fetchall()[0][0], flush=True)
sys.stdin.readline()
print(reader.sql("SELECT count(value) FROM observations").fetchall()[0][0], flush=True)
"""


def test_a_reader_locks_nobody_and_nobody_locks_it(sample_run: Path, nianbao: str, tmp_path: Path) -> None:
    place = tmp_path / "clone"
    shutil.copytree(sample_run, place)
    published = place / "data" / "published"
    first = (published / "latest").read_text(encoding="utf-8").strip()
    database = published / first / "nianbao.duckdb"
    before = database.read_bytes()
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == "2772\n"
        (place / "data" / "raw" / "pingtan" / "t20250310_97791.pdf").unlink()
        run: Any = subprocess.run([nianbao, "run"], cwd=place, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        latest = (published / "latest").read_text(encoding="utf-8").strip()
        assert latest != first
        with Store(published / latest / "nianbao.duckdb", read_only=True) as new:
            assert new.scalar("SELECT count(*) FROM reports") == 18
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == "2609\n"  # the release that it had opened
    assert reader.returncode == 0
    assert database.read_bytes() == before
