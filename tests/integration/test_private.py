"""Private data planted in documents, their names and their manifest: none of it leaves the folder of documents."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from harness import WRITERS, Case
from places import DAY, Place
from shelf import Shelf

from pipelines.simulate.report import Report
from schemas.forms import load_form

NAMES = ("欧阳晓梅", "李小四", "王大力", "赵铁柱", "孙悦悦", "周润泽")
NUMBERS = ("13912345678", "139 1234 5678", "158-2345-6789", "１８６２３４５６７８９")
MAILBOXES = ("li.xiaosi@example.gov.cn", "wangdali＠163.com", "zhao(at)qq.com", "sun#126.com")
PLANTED = (*NAMES, *NUMBERS, *MAILBOXES)
MOBILE = re.compile(r"(?<![0-9A-Za-z.])1[3-9]\d{9}(?![0-9A-Za-z.])")
MAILBOX = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


def planted() -> Case:
    """A report that prints private data in its head, its prose, its tables and its tail."""
    keys = [cell.key for cell in load_form("2021").cells]
    cells = dict.fromkeys(keys, "0")
    report = Report("示例市民政局", 2024, "2021", cells).saying(
        0,
        f"如对本报告有疑问，请与示例市民政局办公室联系（联系人：{NAMES[0]}，手机：{NUMBERS[0]}，邮箱：{MAILBOXES[0]}）。",
        f"更正：联系人改为{NAMES[1]}同志（{NUMBERS[1]}）。",
    )
    report = report.saying(1, f"局长{NAMES[2]}主持召开会议3次，电话{NUMBERS[2]}，{MAILBOXES[1]}。")
    report = report.saying(
        6, f"单位负责人：{NAMES[3]} 审核人：{NAMES[4]} 填报人：{NAMES[5]}", MAILBOXES[2], MAILBOXES[3]
    )
    case = Case.of(report)
    texts = (f"填报人：{NAMES[5]}", NUMBERS[1], MAILBOXES[0], NUMBERS[0])
    return case.printing(dict(zip((keys[0], keys[1], keys[2], keys[30]), texts, strict=True)), "illegible")


def shown(text: str) -> list[str]:
    return [word for word in PLANTED if word in text] + MOBILE.findall(text) + MAILBOX.findall(text)


def test_the_patterns_of_this_test_find_what_is_planted() -> None:
    assert set(shown("、".join(PLANTED))) >= set(PLANTED)
    assert shown("1**********、***@***、0517-83605023、t3/r12/c7") == []


@pytest.fixture
def released(shelf: Shelf) -> Place:
    """A place after a run, to be looked at; what the run said stands in the file ``said``."""

    def make(folder: Path) -> None:
        place = Place(folder)
        body = planted().body()
        named = place.raw / f"联系人：{NAMES[0]}"
        named.mkdir()
        for name in WRITERS:
            data = WRITERS[name](body)
            (named / f"{NUMBERS[0]}{name}").write_bytes(data)
        (place.raw / f"torn 经办人：{NAMES[1]}.pdf").write_bytes(f"%PDF-1.4 联系人：{NAMES[1]} {NUMBERS[0]}".encode())
        (place.raw / "manifest.csv").write_text(
            "path,source_url,agency_hint,origin,note\n"
            f"联系人：{NAMES[0]}/{NUMBERS[0]}report.docx,https://www.example.gov.cn/1.html,,original,"
            f"经办人：{NAMES[1]} {NUMBERS[1]} {MAILBOXES[0]}\n"
            f"联系人：{NAMES[2]}.pdf,,,original,no such file\n",
            encoding="utf-8",
        )
        assert place.run(version=DAY) == 3
        (place.folder / "said").write_text(place.said, encoding="utf-8")

    return Place(shelf.made("private", make))


def parts(path: Path) -> list[tuple[str, bytes]]:
    """What a file holds: itself, or the files packed in it."""
    if path.suffix not in (".zip", ".xlsx"):
        return [(path.name, path.read_bytes())]
    with zipfile.ZipFile(path) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def test_no_file_of_a_release_names_a_person(released: Place) -> None:
    release = released.published / DAY
    files = [path for path in release.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".csv", ".parquet", ".duckdb", ".json"}
    for path in files:
        for name, data in parts(path):
            assert [word for word in PLANTED if word.encode() in data] == [], (path, name)
            if name.endswith(".parquet"):
                assert shown(str(pq.read_table(io.BytesIO(data)).to_pylist())) == [], (path, name)
            elif not name.endswith((".duckdb", ".xlsx")):  # of the workbook the parts are looked at, of the file below
                assert shown(data.decode("utf-8")) == [], (path, name)
    with duckdb.connect(str(release / "nianbao.duckdb"), read_only=True) as database:
        for (table,) in database.sql("SELECT table_name FROM duckdb_tables()").fetchall():
            assert shown(str(database.sql(f"SELECT * FROM {table}").fetchall())) == [], table
    # What was planted was read: it stands masked where it stood.
    printed = {row["printed"] for row in released.table("statements")}
    assert {"填报人：***", "1**********", "***@***"} <= printed
    assert all(row["path"].count("***") for row in released.table("sources"))


def test_neither_shards_nor_store_nor_records_nor_messages_name_a_person(released: Place) -> None:
    said = (released.folder / "said").read_text(encoding="utf-8")
    assert "torn" in said
    assert shown(said) == []
    shards = sorted((released.work / "shards").glob("*.parquet"))
    assert len(shards) >= 3
    for path in shards:
        assert shown(str(pq.read_table(path).to_pylist())) == [], path
    assert shown((released.work / "runs.jsonl").read_text(encoding="utf-8")) == []
    with duckdb.connect(str(released.work / "store.duckdb"), read_only=True) as database:
        for (table,) in database.sql("SELECT table_name FROM duckdb_tables()").fetchall():
            assert shown(str(database.sql(f"SELECT * FROM {table}").fetchall())) == [], table


def test_what_is_printed_on_standard_output_names_nobody(
    released: Place, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    from pipelines.cli import main

    files = sorted(str(path) for path in released.raw.rglob("*") if path.suffix in (".html", ".docx", ".pdf"))
    main(["extract", *files])
    said = capfdbinary.readouterr()
    assert shown(said.out.decode()) + shown(said.err.decode()) == []
    assert "填报人：***" in said.out.decode()
