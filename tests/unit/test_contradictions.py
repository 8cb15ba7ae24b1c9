"""`nianbao check`: what it lists, with which place and suspects, and its exit codes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from batches import TOTAL, batch, document, sha, sighting

from pipelines.cli import main
from pipelines.console import Console
from pipelines.contradictions import COLUMNS, FOUND, NOTHING, REFUSED, check_files, contradictions
from pipelines.corrections import Decision, Settled
from pipelines.simulate.body import compose
from pipelines.simulate.figures import figures
from pipelines.simulate.html import write_html
from pipelines.simulate.report import Report
from pipelines.store import Store

PINGTAN_2020, PINGTAN_2022, PINGTAN_2023 = "t20210305_80595.htm", "t20230220_80629.txt", "t20240308_87885.txt"


def check(root: Path, *names: str, form: str = "csv") -> tuple[int, str, str]:
    """(exit code, what is written, what is said) for files of the bureau of 平潭, or paths below the root."""
    out, said = io.StringIO(), io.StringIO()
    files = [root / "data" / "raw" / "pingtan" / name if "/" not in name else root / name for name in names]
    return check_files(files, form, out, Console(said)), out.getvalue(), said.getvalue()


def test_a_report_that_contradicts_itself_is_told_with_place_and_suspects(root: Path) -> None:
    code, written, _ = check(root, PINGTAN_2020)
    rows = list(csv.DictReader(io.StringIO(written)))
    assert code == FOUND
    assert tuple(rows[0]) == COLUMNS
    assert [(row["rule"], row["breakdown"], row["expected"], row["observed"]) for row in rows] == [
        ("requests.results_sum", "natural_person", "26", "20"),
        ("requests.results_sum", "total", "27", "21"),
    ]
    (row,) = {(row["document"], row["agency"], row["report_year"], row["suspects_zh"]) for row in rows}
    assert row[:3] == (PINGTAN_2020, "平潭综合实验区管委会", "2020")
    assert row[3].startswith(
        "（一）予以公开/自然人 6→0（与相邻单元格相同） + （一）予以公开/总计 7→1（合计随分项而误） | "
    )
    assert rows[1]["label_zh"] == "（七）总计/总计"
    assert rows[1]["locator"].startswith("t2/")
    listed = json.loads(check(root, PINGTAN_2020, form="json")[1])
    assert [entry["report_year"] for entry in listed] == [2020, 2020]
    assert [{name: str(value) for name, value in entry.items()} for entry in listed] == rows


def test_reports_are_held_against_each_other(root: Path) -> None:
    code, written, _ = check(root, PINGTAN_2022, PINGTAN_2023, form="text")
    assert code == FOUND
    assert "printed 原文    470    expected 应为  643" in written  # 698 + 77 - 132
    assert check(root, PINGTAN_2023)[0] == NOTHING  # by itself


def test_only_what_a_sum_asks_for_ought_to_be_printed(tmp_path: Path) -> None:
    cells = figures("2021", 1)
    key = ("disclosure", "licensing", "decisions")
    for number in ("12", "13"):
        report = Report("某县教育局", 2024, "2021", {**cells, key: number})
        (tmp_path / f"{number}.html").write_bytes(write_html(compose(report)))
    out = io.StringIO()
    assert check_files([tmp_path], "text", out, Console(io.StringIO())) == FOUND
    assert "printed 原文    12件 | 13件    taken 采用" in out.getvalue()
    assert "应为" not in out.getvalue()


def test_a_sound_report_and_a_file_that_is_none(root: Path) -> None:
    code, written, said = check(root, "data/raw/huaian", form="text")
    assert (code, said) == (NOTHING, "")
    assert written == "Reports checked: 1; nothing contradicts. 已检查 1 份报告，未发现矛盾。\n"
    code, written, said = check(root, PINGTAN_2020, "docs/README.md", "data/none.docx")
    assert code == REFUSED
    assert len(written.splitlines()) == 1 + 2
    assert "README.md: no report: " in said
    assert "none.docx: cannot be opened" in said


def test_what_was_dismissed_and_what_is_ours_is_not_listed() -> None:
    changes = {TOTAL: {"value": "3051", "printed": "3051"}}
    dismissed = Decision(sha(1), "requests.balance", ("requests", "result.total", "total"), "", "dismissed", "x")
    with Store(":memory:") as store:
        store.replace_documents(batch(document(1, changes)))
        store.replace_sources(pd.DataFrame([sighting(1)]))
        store.rebuild(settled=Settled((), [dismissed]))
        rows = contradictions(store)
    assert [row["rule"] for row in rows] == ["requests.results_sum", "requests.row_sum"]
    assert {row["suspects_en"] for row in rows} == {"Total handled this year / Total 3051→3050 (one digit wrong)"}


def test_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check", "--work", str(tmp_path)]) == 2
    assert "there is no store yet" in capsys.readouterr().err
    assert main(["check", "--release", "x", "--published", str(tmp_path)]) == 2
    assert main(["check", "--release", "x", "file.pdf"]) == 2
