"""Copies and re-issues from typeset documents to a release: which figure is published, what is told of the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from batches import HUAIAN
from harness import WRITERS
from places import DAY, Place

from pipelines.simulate.body import compose
from pipelines.simulate.report import Report, Wording
from schemas.forms import Key

NEW: Key = ("requests", "new", "natural_person")
ONE = [("requests", row, who) for row in ("new", "result.open", "result.total") for who in ("natural_person", "total")]
OWN, MIRROR = "https://www.huaian.gov.cn/{}", "https://www.mirror.com/{}"
HTML: Callable[[Report], bytes] = lambda report: WRITERS["export.html"](compose(report))  # noqa: E731
PDF: Callable[[Report], bytes] = lambda report: WRITERS["whole.pdf"](compose(report))  # noqa: E731


def report(agency: str = "淮安市人民政府", title: str = "", first: str = "") -> Report:
    """淮安 2024, with the head line that a site prints over a page."""
    made = Report(agency, 2024, "2021", HUAIAN, wording=Wording(notice=(first,) if first else ()))
    return replace(made, wording=replace(made.wording, title=title)) if title else made


def place(folder: Path, files: dict[str, tuple[bytes, str, str, str]], *, publish: bool = False) -> Place:
    """``files`` (name -> (bytes, address, published on, hint)) in a store, and in a release where ``publish``."""
    made = Place(folder)
    lines = ["path,source_url,published_on,agency_hint"]
    for name, (data, url, day, hint) in files.items():
        (made.raw / name).write_bytes(data)
        lines.append(f"{name},{url.format(name) if url else ''},{day},{hint}")
    (made.raw / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if publish:
        assert made.run(version=DAY) == 0
    else:
        made.load()
    return made


def cell(made: Place) -> dict[str, str]:
    (row,) = [
        row
        for row in made.table("observations")
        if (row["section"], row["indicator"], row["breakdown"]) == NEW and row["agency_name"] == "淮安市人民政府"
    ]
    return row


def rules(made: Place) -> set[str]:
    return {row["rule"] for row in made.table("findings")} & {"store.conflict", "store.same_figures"}


def test_the_same_bytes_at_two_places_are_one_document(tmp_path: Path) -> None:
    data = HTML(report())
    made = place(tmp_path, {"a.html": (data, OWN, "2025-01-20", ""), "b.html": (data, MIRROR, "2025-03-01", "")})
    assert len(made.table("documents")) == len(made.table("report_documents")) == 1
    assert len(made.table("sources")) == 2
    assert made.table("report_documents")[0]["trust"] == "official"
    assert made.table("reports")[0]["published_on"] == "2025-01-20"
    assert (cell(made)["n_statements"], cell(made)["revision"], rules(made)) == ("1", "0", set())


def test_page_and_file_of_one_report(tmp_path: Path) -> None:
    page = HTML(report(first="发布日期：2025-01-20 10:00 来源：市政府办公室"))
    made = place(tmp_path, {"a.html": (page, OWN, "", ""), "b.pdf": (PDF(report()), OWN, "", "")}, publish=True)
    (row,) = made.table("reports")
    assert (row["n_documents"], row["published_on"], row["published_basis"]) == ("2", "2025-01-20", "header")
    assert (row["due_on"], row["punctuality"]) == ("2025-03-31", "on_time")
    assert (cell(made)["value"], cell(made)["n_statements"], cell(made)["n_values"]) == ("3001", "2", "1")
    assert {row["n_same"] for row in made.table("report_documents")} == {"200"}
    assert rules(made) == set()


def test_a_corrected_edition_replaces_the_first_and_both_stay(tmp_path: Path) -> None:
    corrected = report(title="{agency}{year}年政府信息公开工作年度报告（更正）").printing({NEW: "3002"})
    made = place(
        tmp_path,
        {"a.html": (HTML(report()), OWN, "2025-01-20", ""), "b.html": (HTML(corrected), OWN, "2025-03-01", "")},
    )
    row = cell(made)
    assert (row["value"], row["n_statements"], row["n_values"], row["revision"]) == ("3002", "2", "2", "1")
    assert rules(made) == {"store.conflict"}
    said = {
        row["value"] for row in made.table("statements") if (row["section"], row["indicator"], row["breakdown"]) == NEW
    }
    assert said == {"3001", "3002"}
    assert [row["is_reissue"] for row in sorted(made.table("report_documents"), key=lambda row: row["rank"])] == [
        "true",
        "false",
    ]


def test_a_later_copy_on_a_mirror_changes_nothing(tmp_path: Path) -> None:
    noise = report().printing({NEW: "0"})
    made = place(
        tmp_path,
        {
            "a.html": (HTML(report()), OWN, "2025-01-20", ""),
            "b.html": (HTML(noise), MIRROR, "2025-06-01", "淮安市人民政府"),
        },
    )
    row = cell(made)
    assert (row["value"], row["n_statements"], row["n_values"], row["revision"]) == ("3001", "2", "2", "0")
    assert rules(made) == {"store.conflict"}


def test_two_agencies_with_the_same_figures(tmp_path: Path) -> None:
    made = place(
        tmp_path,
        {
            "a.html": (HTML(report()), OWN, "2025-01-20", ""),
            "b.html": (HTML(report("宿迁市人民政府")), "https://www.suqian.gov.cn/{}", "2025-01-21", ""),
        },
    )
    assert len(made.table("reports")) == 2
    assert rules(made) == {"store.same_figures"}
    told = [row for row in made.table("findings") if row["rule"] == "store.same_figures"]
    assert {(row["agency_name"], row["observed"]) for row in told} == {
        ("淮安市人民政府", "宿迁市人民政府"),
        ("宿迁市人民政府", "淮安市人民政府"),
    }


def test_two_scopes_are_two_reports(tmp_path: Path) -> None:
    area = report().saying(1, "2024年，全市共受理政府信息公开申请3119件。")
    office = (
        report()
        .printing(dict.fromkeys(HUAIAN, "0") | dict.fromkeys(ONE, "1"))
        .saying(1, "市政府办公室代表市政府受理政府信息公开申请1件。")
    )
    made = place(tmp_path, {"a.html": (HTML(area), OWN, "", ""), "b.html": (HTML(office), OWN, "", "")})
    scopes = {
        row["scope"]: row["value"]
        for row in made.table("observations")
        if row["indicator"] == "new" and row["breakdown"] == "total"
    }
    assert scopes == {"area": "3119", "office": "1"}
    assert "store.conflict" not in rules(made)
