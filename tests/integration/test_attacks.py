"""Hostile documents beside a good one: each ends as it has to, the good one is published, nothing gets out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from attacks.documents import ATTACKS
from attacks.run import attempt

from pipelines.cli import main

ROOT = Path(__file__).resolve().parents[2]
NAMES = {
    "'); DROP TABLE sources;--.txt": "a",
    "=cmd|' -C calc'!A1.txt": "b",
    "<script>alert(1)<%2fscript>.txt": "c",
    "red\x1b[31m.txt": "d",
    "two\nlines.txt": "e",
}


def table(release: Path, name: str) -> list[dict[str, str]]:
    with (release / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_a_run_over_hostile_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    good = next((ROOT / "data" / "raw").rglob("*.docx"))
    (raw / "good.docx").write_bytes(good.read_bytes())
    for attack in ATTACKS:
        (raw / f"{attack.name}.bin").write_bytes(attack.make())
    for name, text in NAMES.items():
        (raw / name).write_text(text)
    assert main(["run", "--raw", str(raw), "--work", str(tmp_path / "w"), "--published", str(tmp_path / "p")]) == 3
    said = capsys.readouterr()
    assert "\x1b[31m" not in said.err + said.out
    release = tmp_path / "p" / (tmp_path / "p" / "latest").read_text().strip()
    ends = {row["document_id"]: row["reason_code"] or row["kind"] for row in table(release, "documents")}
    found = {row["path"]: ends[row["document_id"]] for row in table(release, "sources")}
    assert found.pop("good.docx") == "report"
    assert {name: found.pop(f"{name}.bin") for name in [one.name for one in ATTACKS]} == {
        one.name: one.end for one in ATTACKS
    }
    assert set(found) == {name for name in NAMES if name.isprintable()}
    told = {row["locator"] for row in table(release, "findings") if row["rule"] == "ingest.bad_name"}
    assert told == {r"red\x1b[31m.txt", r"two\nlines.txt"}
    assert len(table(release, "reports")) == 1


@pytest.mark.parametrize("name", ["calls home", "external entity", "remote DTD", "PDF that acts"])
def test_no_document_gets_a_connection(name: str) -> None:
    attack = next(one for one in ATTACKS if one.name == name)
    assert attempt(attack).end == attack.end
