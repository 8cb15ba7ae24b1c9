"""What an operator sees of a run: while it is at work, in the log, in a mail, and when a site changes its layout."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from places import SAMPLES, Place
from shelf import Shelf

from pipelines import lock
from pipelines.cli import main
from pipelines.console import Console
from pipelines.runner import run
from pipelines.status import status

PINGTAN_2022 = "pingtan/t20230220_80629.txt"
PINGTAN_2023 = "pingtan/t20240308_87885.txt"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def put(place: Place, names: list[str], spoiled: bool) -> None:
    """Copies of one report at one site, whole or with their tables in a layout that nobody knows."""
    text = (SAMPLES / PINGTAN_2022).read_text(encoding="utf-8")
    manifest = place.raw / "manifest.csv"
    rows = manifest.read_text(encoding="utf-8") if manifest.exists() else "path,source_url,origin\n"
    for name in names:
        page = "".join(reversed(text)) if spoiled else text
        (place.raw / name).write_text(f"{page}\n{name}\n", encoding="utf-8")
        rows += f"{name},https://www.example.gov.cn/{name},simulated\n"
    manifest.write_text(rows, encoding="utf-8")


def test_a_changed_layout_is_told_by_the_run_by_status_and_in_the_mail(place: Place) -> None:
    put(place, [f"a{number}.txt" for number in range(12)], spoiled=False)
    place.run()
    assert place.record()["sites_changed"] == []
    put(place, [f"b{number}.txt" for number in range(4)], spoiled=True)
    place.run()
    (change,) = place.record()["sites_changed"]
    assert (change["site"], change["now"], change["came"], change["had"]) == ("www.example.gov.cn", 4, 4, 12)
    assert "www.example.gov.cn: 4 of the 4 documents that came since the last run" in place.said
    told = status(place.raw, place.work, place.published)
    assert "warning pipeline watch.layout_changed" in told
    assert "www.example.gov.cn：上次运行以来新增的 4 份文件中有 4 份" in told
    mail = status(place.raw, place.work, place.published, "mail")
    assert "Sites that read worse 读取变差的网站:" in mail
    assert not [row for row in place.table("findings") if row["rule"].startswith("watch.")], "a release has no history"


def test_a_mail_says_what_a_run_did_in_both_languages(place: Place) -> None:
    assert status(place.raw, place.work, place.published, "mail") == "nianbao: no run yet 尚未运行"
    place.sample(PINGTAN_2022)
    (place.raw / "empty.pdf").write_bytes(b"")
    place.run()
    subject, blank, *lines = status(place.raw, place.work, place.published, "mail").splitlines()
    assert subject.startswith("nianbao 20")
    assert ": published 已发布 20" in subject
    assert blank == ""
    assert lines[:3] == ["       2  documents 文件", "       2  new 新增", "       2  read 读取"]
    assert any(line.startswith("time 用时: ") and "publish 发布" in line for line in lines)
    assert any(line.startswith("- empty.pdf: ") for line in lines)
    assert len(lines) < 40


def test_every_line_of_a_json_log_is_an_event(place: Place) -> None:
    place.sample(PINGTAN_2022)
    (place.raw / "empty.pdf").write_bytes(b"")
    out = io.StringIO()
    assert run(place.options(), Console(out, as_json=True)) == 3
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    assert {event["event"] for event in events} == {"message", "run"}
    assert all(event["en"] and event["zh"] for event in events if event["event"] == "message")
    last = events[-1]
    assert (last["event"], last["exit_code"], last["documents_read"]) == ("run", 3, 2)
    assert last["stage_seconds"].keys() == {"ingest", "read", "load", "rebuild", "publish"}
    assert {"attributions", "observations", "swap"} <= last["rebuild_seconds"].keys()


def test_status_answers_while_a_run_is_at_work_and_has_the_store_open(
    place: Place, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    place.after(shelf, PINGTAN_2022)
    (place.work / "progress.json").write_text(
        '{"stage": "read", "since": "2026-11-23T01:00:00+00:00", "done": 30, "total": 90, "per_second": 2.0, '
        '"seconds_left": 30}',
        encoding="utf-8",
    )
    code = (
        "import sys; from pathlib import Path; from pipelines.lock import held; from pipelines.store import Store\n"
        "work = Path(sys.argv[1])\n"
        "with held(work / 'lock'), Store(work / 'store.duckdb'):\n"
        "    print('open', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(place.work)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        arguments = ["--raw", str(place.raw), "--work", str(place.work), "--published", str(place.published)]
        assert main(["status", *arguments]) == 0
        told = capsys.readouterr().out
        assert f"A run is at work 正在运行: process {process.pid} on " in told
        assert "read since 始于 2026-11-23T01:00:00+00:00, 30/90 documents 份, 2.0/s, about 30 s left" in told
        assert "another process has the store open" in told
        assert "Release 发布: " in told
        assert main(["status", "--json", *arguments]) == 0
        facts = json.loads(capsys.readouterr().out)
        assert facts["running"]["progress"]["done"] == 30
        assert facts["raw"]["to_read"] == 0
        # what killed the holder takes the lock with it
        os.kill(process.pid, signal.SIGKILL)
    assert lock.holder(place.work / "lock") is None
    assert place.run() == 0
    assert not (place.work / "progress.json").exists()


def test_a_run_waits_for_who_looks_into_the_store(place: Place, shelf: Shelf) -> None:
    place.after(shelf, PINGTAN_2022)
    place.sample(PINGTAN_2023)
    code = (
        "import sys, time; from pathlib import Path; from pipelines.store import Store\n"
        "with Store(Path(sys.argv[1]), read_only=True): print('open', flush=True); time.sleep(6)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(place.work / "store.duckdb")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        assert place.run() == 0
    assert {row["report_year"] for row in place.table("reports")} == {"2022", "2023"}
