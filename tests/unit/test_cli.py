"""The command: help that teaches and answers at once, exit codes, output that other programs can take."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines import cli
from pipelines.extraction import Extraction, RawCell
from pipelines.output import COLUMNS, rows_of, typed

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "raw"
REPORT = SAMPLES / "pingtan" / "t20230220_80629.txt"


def modules_after(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint('\\n'.join(sys.modules), file=sys.__stdout__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("command", ["", "run", "extract", "check", "status", "explain", "diff", "withdraw"])
def test_help_teaches_in_both_languages(nianbao: str, command: str) -> None:
    done = subprocess.run([nianbao, *command.split(), "--help"], capture_output=True, text=True, check=True)
    assert "nianbao" in done.stdout
    assert any("\u4e00" <= char <= "\u9fff" for char in done.stdout)
    if command:
        assert "examples 示例" in done.stdout
    if command in ("run", "extract"):
        assert "exit codes 退出码" in done.stdout


def test_help_is_quick_and_loads_nothing_heavy(nianbao: str) -> None:
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run([nianbao, "extract", "--help"], capture_output=True, check=True)
        taken.append(time.perf_counter() - started)
    assert min(taken) < 0.5
    loaded = modules_after("from pipelines.cli import main\ntry: main(['extract', '--help'])\nexcept SystemExit: pass")
    assert not loaded & {"pandas", "pandera", "pyarrow", "duckdb", "lxml", "pypdfium2", "opencc", "selectolax"}


@pytest.mark.parametrize("form", ["csv", "json"])
def test_extract_loads_neither_pandas_nor_pandera_nor_the_store(form: str) -> None:
    loaded = modules_after(
        f"import os; sys.stdout = os.fdopen(os.dup(2), 'w')\nfrom pipelines.cli import main\n"
        f"main(['extract', {str(REPORT)!r}, '--format', {form!r}])"
    )
    assert "pipelines.extract" in loaded
    assert not loaded & {"pandas", "pandera", "duckdb", "pyarrow"}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["extract"],
        ["extract", "a.txt", "--format", "xml"],
        ["run", "--version", "tomorrow"],
        ["run", "--version", "2026.13.01"],
        ["run", "--workers", "0"],
        ["run", "data"],
        ["explain", "某局"],
        ["diff", "2026.11.23"],
        ["withdraw", "2026.11.23"],
        ["withdraw", "2026.11.23", "--reason", " "],
        ["withdraw", "yesterday", "--reason", "wrong"],
    ],
)
def test_wrong_usage_is_exit_code_2(nianbao: str, arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run([nianbao, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "nianbao" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["harvest", "claims", "texts", "site"])
def test_commands_that_do_not_work_yet_are_not_offered(nianbao: str, tmp_path: Path, name: str) -> None:
    done = subprocess.run([nianbao, name], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"invalid choice: '{name}'" in done.stderr


def test_agencies_names_what_is_missing(nianbao: str, tmp_path: Path) -> None:
    done = subprocess.run([nianbao, "agencies"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no store yet" in done.stderr


def test_extract_names_what_gave_no_report_and_goes_on(nianbao: str, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("各位同事：\n今天下午开会。\n", encoding="utf-8")
    (tmp_path / "empty.pdf").write_bytes(b"")
    files = [str(tmp_path / "gone.pdf"), str(tmp_path / "letter.txt"), str(tmp_path / "empty.pdf"), str(REPORT)]
    done = subprocess.run([nianbao, "extract", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    for name in ("gone.pdf", "letter.txt", "empty.pdf"):
        assert name in done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["document"] for row in rows} == {REPORT.name}
    found = {(row["indicator"], row["breakdown"]): row for row in rows}
    assert found["new", "natural_person"]["value"] == "71"
    assert found["new", "total"]["value"] == "74"
    assert found["new", "total"]["report_year"] == "2022"
    assert "平潭" in found["new", "total"]["agency"]


def test_extract_takes_folders(nianbao: str, tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "README.md").write_text("words", encoding="utf-8")
    (tmp_path / "in" / "deep" / REPORT.name).write_bytes(REPORT.read_bytes())
    done = subprocess.run([nianbao, "extract", str(tmp_path / "in")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {row["document"] for row in csv.DictReader(io.StringIO(done.stdout))} == {REPORT.name}
    (tmp_path / "none").mkdir()
    assert (
        subprocess.run([nianbao, "extract", str(tmp_path / "none")], capture_output=True, check=False).returncode == 3
    )


def test_json_and_parquet_say_what_csv_says(nianbao: str, tmp_path: Path) -> None:
    def output(form: str) -> bytes:
        return subprocess.run(
            [nianbao, "extract", str(REPORT), "--format", form], capture_output=True, check=True
        ).stdout

    rows = [typed(row) for row in csv.DictReader(io.StringIO(output("csv").decode("utf-8")))]
    assert json.loads(output("json")) == rows
    (tmp_path / "x.parquet").write_bytes(output("parquet"))
    assert pq.read_table(tmp_path / "x.parquet").to_pylist() == rows
    assert len(rows) == 200


def test_columns_of_extract_are_the_contract_s() -> None:
    assert ",".join(COLUMNS) == (
        "document,agency,report_year,section,indicator,breakdown,status,printed,value,unit,form,locator,confidence,method,column_level"
    )


def test_rows_keep_the_shortest_decimal_and_empty_fields() -> None:
    cell = RawCell(
        "disclosure", "fees", "amount", "reported", "251,000.50", "251000.5", "元", "2021", "labels", "L3:1-9"
    )
    gap = RawCell("requests", "new", "total", "absent", unit="件", form="2021")
    found = Extraction("0" * 64, "甲.txt", 3, kind="report", agency="甲局", report_year=2023, cells=[cell, gap])
    first, second = rows_of(found)
    assert list(first) == list(COLUMNS)
    assert first["value"] == "251000.5"
    assert (second["value"], second["locator"], second["confidence"]) == ("", "", "")
    assert typed(first)["value"] == 251000.5
    assert typed(second) | {"value": None, "printed": None, "locator": None} == typed(second)


def test_a_reader_that_has_seen_enough_is_no_error(nianbao: str) -> None:
    command = f"'{nianbao}' extract '{REPORT}' '{REPORT}' '{REPORT}' | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("document,agency,")
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_status_and_explain_before_anything_was_read(nianbao: str, tmp_path: Path) -> None:
    done = subprocess.run([nianbao, "status"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "there is no folder data/raw" in done.stdout
    assert list(tmp_path.iterdir()) == [], "status makes nothing"
    done = subprocess.run(
        [nianbao, "explain", "甲", "2023", "new"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "nianbao run" in done.stderr


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out.startswith("nianbao 0.")


@pytest.mark.parametrize(
    "address", ["data.example.org", "ftp://data.example.org/", "https://a.cn/?q=1", "https://a b/"]
)
def test_an_address_where_releases_are_served_must_be_one(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["run", "--base-url", address])
    assert stopped.value.code == 2
    assert "is no address" in capsys.readouterr().err
