"""Whole runs over small folders of real figures: what is published, what is not done twice, and what survives what."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from places import DAY, SAMPLES, Place
from shelf import Shelf

from pipelines import lock, release, shards

HERE = Path(__file__).resolve().parent
PINGTAN_2022 = "pingtan/t20230220_80629.txt"
PINGTAN_2023 = "pingtan/t20240308_87885.txt"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.syspath_prepend(str(HERE))  # spawned workers get this path too
    return Place(tmp_path)


@pytest.fixture
def begun(place: Place, shelf: Shelf) -> None:
    """A first run over one report was made before the test. (What that does is what the first test is about.)"""
    place.after(shelf, PINGTAN_2022)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_folder_becomes_a_release_and_the_second_run_does_nothing(place: Place) -> None:
    place.sample(PINGTAN_2022)
    assert place.run() == 0
    assert place.value("2022", "new", "total") == "74"
    assert place.value("2022", "new", "natural_person") == "71"
    assert place.record()["outcome"] == "published"
    assert (place.record()["documents_new"], place.record()["documents_read"]) == (1, 1)
    before = files(place.folder)
    assert place.run() == 0
    assert place.said.startswith("Nothing new: 1 documents, release ")
    assert len(place.said.splitlines()) == 1
    assert place.record()["outcome"] == "nothing new"
    assert place.record()["documents_read"] == 0
    after = files(place.folder)
    assert {name for name in after if after[name] != before.get(name)} == {"work/runs.jsonl"}
    assert set(before) == set(after)


@pytest.mark.usefixtures("begun")
def test_only_what_is_new_is_read_and_releases_are_not_touched(place: Place) -> None:
    first = release.latest(place.published)
    assert first is not None
    kept = files(place.published / first)
    place.sample(PINGTAN_2023)
    assert place.run() == 0
    assert (place.record()["documents_seen"], place.record()["documents_read"]) == (2, 1)
    second = release.latest(place.published)
    assert second is not None
    assert release.order(second) > release.order(first)
    assert files(place.published / first) == kept
    assert {row["report_year"] for row in place.table("reports")} == {"2022", "2023"}
    index = json.loads((place.published / "index.json").read_text(encoding="utf-8"))
    assert [entry["version"] for entry in index["releases"]] == [second, first]
    assert index["latest"] == second


def test_a_document_taken_away_leaves_the_next_release(place: Place, shelf: Shelf) -> None:
    place.after(shelf, PINGTAN_2022, PINGTAN_2023)
    (place.raw / PINGTAN_2022).unlink()
    place.trim(place.raw / "pingtan")
    assert place.run() == 0
    assert place.record()["documents_read"] == 0
    assert {row["report_year"] for row in place.table("reports")} == {"2023"}
    assert {row["report_year"] for row in place.table("observations")} == {"2023"}


@pytest.mark.usefixtures("begun")
def test_manifest_news_need_no_reading(place: Place) -> None:
    manifest = place.raw / "pingtan" / "manifest.csv"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("2023-02-20", "2023-02-21"), encoding="utf-8")
    assert place.run(reader="troubled_reader:read_forbidden") == 0
    assert place.table("sources")[0]["published_on"] == "2023-02-21"


@pytest.mark.usefixtures("begun")
def test_the_store_is_rebuilt_from_the_shards_without_opening_a_document(place: Place) -> None:
    version = release.latest(place.published)
    (place.work / "store.duckdb").unlink()
    assert place.run(reader="troubled_reader:read_forbidden") == 0
    assert place.record()["outcome"] == "same content"
    assert release.latest(place.published) == version
    # and a store that other code filled, or that is damaged, is filled again
    (place.work / "store.code").write_text("other code", encoding="utf-8")
    (place.work / "done.json").unlink()
    assert place.run(reader="troubled_reader:read_forbidden") == 0
    (place.work / "store.duckdb").write_bytes(b"not a database" * 1000)
    (place.work / "done.json").unlink()
    assert place.run(reader="troubled_reader:read_forbidden") == 0
    assert release.latest(place.published) == version


@pytest.mark.usefixtures("begun")
def test_runs_are_kept_in_the_store_also_when_it_is_made_anew(place: Place) -> None:
    from pipelines.store import Store

    (place.work / "store.duckdb").unlink()
    place.run()
    with Store(place.work / "store.duckdb", read_only=True) as store:
        runs = store.last_runs(5)
    assert [run["exit_code"] for run in runs] == [0, 0]
    assert [run["message"] for run in runs] == ["same content", "published"]
    assert [run["documents_read"] for run in runs] == [0, 1]


@pytest.mark.usefixtures("begun")
def test_a_damaged_shard_is_read_again(place: Place) -> None:
    (name,) = shards.names(place.work / "shards")
    (place.work / "shards" / f"{name}.cells.parquet").write_bytes(b"PAR1")
    left_overs = [place.work / "shards" / name for name in (f".{'0' * 32}.cells.1.tmp", f"{'0' * 32}.cells.parquet")]
    for path in left_overs:
        path.write_bytes(b"half")
        os.utime(path, (0, 0))
    writing = place.work / "shards" / f".{'1' * 32}.cells.1.tmp"
    writing.write_bytes(b"somebody is at it")
    (place.work / "store.duckdb").unlink()
    assert place.run() == 0
    assert place.record()["documents_read"] == 1
    assert place.value("2022", "new", "total") == "74"
    assert not any(path.exists() for path in left_overs)
    assert writing.exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_bad_documents_do_not_stop_the_good_ones(place: Place, workers: int) -> None:
    place.sample(PINGTAN_2022, PINGTAN_2023)
    bad = {"raise.txt": b"RAISE", "hang.txt": b"HANG", "empty.pdf": b"", "cut.pdf": b"%PDF-1.7\n1 0 obj"}
    bad |= {"crash.txt": b"CRASH", "glutton.txt": b"GLUTTON", "deaf.txt": b"DEAF"}
    for name, content in bad.items():
        (place.raw / name).write_bytes(content)
    changes: dict[str, Any] = {"workers": workers, "reader": "troubled_reader:read", "seconds": 2.0, "memory": 1024}
    assert place.run(**changes) == 3
    assert place.value("2022", "new", "total") == "74"
    assert {row["report_year"] for row in place.table("reports")} == {"2022", "2023"}
    refused = {row["file_name"]: row for row in place.table("documents") if row["kind"] != "report"}
    assert {row["kind"] for row in refused.values()} == {"unreadable"}
    assert set(refused) == set(bad)
    assert refused["raise.txt"]["reason_code"] == "reader_failed"
    assert "no such luck" in refused["raise.txt"]["reason_en"]
    assert refused["hang.txt"]["reason_code"] == "too_slow"
    assert refused["crash.txt"]["reason_code"] == "reader_crashed"
    assert refused["glutton.txt"]["reason_code"] == "too_much_memory"
    assert refused["deaf.txt"]["reason_code"] == "reader_crashed", "it never came back and was taken from its worker"
    assert place.record()["documents_quarantined"] == 4
    told = {row["document_id"] for row in place.table("findings") if row["rule"] == "read.unreadable"}
    assert told == {row["document_id"] for row in refused.values()}
    assert all(name in place.said for name in bad)
    assert (place.record()["documents_failed"], place.record()["documents_newly_refused"]) == (len(bad), len(bad))


@pytest.mark.usefixtures("begun")
def test_old_refusals_alarm_nobody(place: Place) -> None:
    """Not when nothing is new, not when something else is, not with a new work folder."""
    (place.raw / "raise.txt").write_bytes(b"RAISE")
    (place.raw / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj")
    changes: dict[str, Any] = {"reader": "troubled_reader:read"}
    assert place.run(**changes) == 3
    assert (place.record()["documents_failed"], place.record()["documents_newly_refused"]) == (2, 2)
    assert place.run(**changes) == 0
    place.sample("shanghai/ndbg2019.html")
    assert place.run(**changes) == 0
    assert (place.record()["documents_refused"], place.record()["documents_newly_refused"]) == (2, 0)
    shutil.rmtree(place.work)
    assert place.run(**changes) == 0
    assert (place.record()["documents_failed"], place.record()["documents_newly_refused"]) == (2, 0)


@pytest.mark.usefixtures("begun")
def test_a_gate_keeps_the_last_release(place: Place) -> None:
    version, kept = release.latest(place.published), files(place.published)
    (place.raw / "made-up.txt").write_bytes((SAMPLES / PINGTAN_2023).read_bytes())
    (place.raw / "manifest.csv").write_text("path,origin\nmade-up.txt,simulated\n", encoding="utf-8")
    assert place.run() == 1
    assert "Simulated and real documents" in place.said
    assert f"Release {version} stays in place" in place.said
    assert files(place.published) == kept
    assert place.record()["exit_code"] == 1
    assert place.run() == 1, "what is still wrong is said again"
    from pipelines.store import Store

    with Store(place.work / "store.duckdb", read_only=True) as store:
        assert store.scalar("SELECT count(*) FROM findings WHERE rule = 'gate.mixed_origins' AND stage = 'run'") == 1
    (place.raw / "manifest.csv").unlink()
    (place.raw / "made-up.txt").unlink()
    assert place.run() == 0
    assert release.latest(place.published) == version


@pytest.mark.usefixtures("begun")
def test_a_refusal_that_a_failed_run_swallowed_is_still_news(place: Place) -> None:
    (place.raw / "empty.pdf").write_bytes(b"")
    (place.raw / "manifest.csv").write_text("no path\n", encoding="utf-8")
    assert place.run() == 1
    (place.raw / "manifest.csv").unlink()
    assert place.run() == 3
    assert "empty.pdf" in place.said
    assert place.run() == 0


def test_a_file_held_back_is_news_once(place: Place) -> None:
    place.sample(PINGTAN_2022)
    (place.raw / "copy.txt").write_bytes((SAMPLES / PINGTAN_2023).read_bytes())
    (place.raw / "manifest.csv").write_text("path,origin\ncopy.txt,pretended\n", encoding="utf-8")
    assert place.run() == 3
    assert "copy.txt is left out until it is corrected" in place.said
    assert {row["report_year"] for row in place.table("reports")} == {"2022"}
    assert place.run() == 0
    place.sample("shanghai/ndbg2019.html")
    assert place.run() == 0


@pytest.mark.usefixtures("begun")
def test_a_file_held_back_whose_name_a_release_masks_is_news_once(place: Place) -> None:
    (place.raw / "电话13800001111\x07.pdf").write_bytes(b"%PDF-")
    assert place.run() == 3
    assert [row["locator"] for row in place.table("findings") if row["rule"] == "ingest.bad_name"] == [
        "电话1**********\\x07.pdf"
    ]
    place.sample(PINGTAN_2023)
    assert place.run() == 0


@pytest.mark.usefixtures("begun")
def test_a_figure_is_explained_by_its_labels(place: Place) -> None:
    from pipelines.explain import NotFoundError, explain

    told = explain(place.work, "平潭", 2022, "本年新收", "自然人")
    assert told == explain(place.work, "平潭", 2022, "new", "natural_person")
    assert "71 件" in told
    assert "(line 35, characters 26 to 27 第 35 行第 26 至 27 个字符)" in told
    with pytest.raises(NotFoundError, match=r"several indicators fit '行政'.*\n  compulsion  行政强制\n"):
        explain(place.work, "平潭", 2022, "行政", None)
    with pytest.raises(NotFoundError, match=r"no indicator 'foo' 没有此指标(.|\n)*result.granted  （一）予以公开"):
        explain(place.work, "平潭", 2022, "foo", None)
    with pytest.raises(NotFoundError, match="say which breakdown 请指明分组:\n  in_force  现行有效件数\n"):
        explain(place.work, "平潭", 2022, "规章", None)


@pytest.mark.usefixtures("begun")
def test_a_manifest_that_cannot_be_read_keeps_the_last_release(place: Place) -> None:
    kept = files(place.published)
    (place.raw / "manifest.csv").write_text("文件,来源\na.txt,模拟\n", encoding="utf-8")
    assert place.run() == 1
    assert "manifest.csv cannot be read" in place.said
    assert "manifest.csv 无法读取" in place.said
    assert files(place.published) == kept
    (place.raw / "manifest.csv").unlink()
    assert place.run() == 0


def test_a_file_where_a_folder_is_needed(place: Place) -> None:
    place.sample(PINGTAN_2022)
    place.published.write_text("not a folder")
    assert place.run() == 2
    assert f"{place.published} is a file" in place.said
    assert f"{place.published} 是文件" in place.said


def test_a_full_disk_is_no_fault_of_the_program(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines import datasets

    def full(*_: object) -> int:
        raise RuntimeError('Could not write file "observations.csv": No space left on device')

    place.sample(PINGTAN_2022)
    monkeypatch.setattr(datasets, "write_csv", full)
    assert place.run() == 1
    assert "the disk is full" in place.said
    assert "磁盘已满" in place.said
    assert "our fault" not in place.said


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize("torn", ["append", "record_run"])
def test_a_record_that_cannot_be_written_takes_no_release_back(
    place: Place, monkeypatch: pytest.MonkeyPatch, torn: str
) -> None:
    from pipelines.record import Record
    from pipelines.store import Store

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (place.work / "done.json").unlink()
    monkeypatch.setattr(Record if torn == "append" else Store, torn, full)
    assert place.run() == 0
    assert "The record of this run is not complete: [Errno 28] No space left on device" in place.said
    assert not (place.work / "progress.json").exists()


@pytest.mark.usefixtures("begun")
def test_a_store_that_is_none_is_made_anew(place: Place) -> None:
    (place.work / "store.duckdb").write_bytes(b"no store")
    assert place.run() == 0
    assert place.value("2022", "new", "total") == "74"
    assert "Nothing new" not in place.said
    assert (place.work / "store.duckdb").read_bytes()[8:12] == b"DUCK"


def test_nothing_to_publish_and_nowhere_to_look(place: Place) -> None:
    assert place.run() == 1
    assert "There are no documents" in place.said
    assert release.latest(place.published) is None
    place.raw.rmdir()
    assert place.run() == 2
    assert "There is no folder" in place.said


@pytest.mark.usefixtures("begun")
def test_a_failure_while_publishing_leaves_the_last_release(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines import datasets

    kept = files(place.published)
    place.sample(PINGTAN_2023)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(datasets, "write_parquet", full)
        assert place.run() == 1
    assert "No space left on device" in place.said
    assert files(place.published) == kept
    assert place.run() == 0
    assert {row["report_year"] for row in place.table("reports")} == {"2022", "2023"}


@pytest.mark.usefixtures("begun")
def test_a_gate_that_failed_is_written_down_with_the_memory_that_this_takes(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines import gate
    from pipelines.store import Store

    limits: list[str] = []
    rebuild = Store.rebuild

    def noted(store: Store, *arguments: Any) -> Any:
        limits.append(store.scalar("SELECT current_setting('memory_limit')"))
        return rebuild(store, *arguments)

    def failing(*_: object) -> None:
        raise gate.GateError("gate.model", "this is wrong", "此处有误")

    (place.work / "done.json").unlink()
    monkeypatch.setattr(Store, "rebuild", noted)
    monkeypatch.setattr(gate, "check_rows", failing)
    assert place.run() == 1
    assert "this is wrong" in place.said
    assert [limit.split()[1] for limit in limits] == ["GiB", "GiB"]


@pytest.mark.usefixtures("begun")
def test_what_a_failed_run_put_into_the_store_leaves_it_with_the_document(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines import datasets
    from pipelines.store import Store

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    place.sample(PINGTAN_2023)
    with monkeypatch.context() as patch:
        patch.setattr(datasets, "write_parquet", full)
        assert place.run() == 1
    (place.raw / PINGTAN_2023).unlink()
    place.trim((place.raw / PINGTAN_2023).parent)
    assert place.run() == 0
    with Store(place.work / "store.duckdb", read_only=True) as store:
        assert store.query("SELECT report_year FROM reports").to_pylist() == [{"report_year": 2022}]


@pytest.mark.usefixtures("begun")
def test_a_failure_after_a_release_does_not_say_that_there_is_none(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = release.latest(place.published)
    place.sample(PINGTAN_2023)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", str(place.work / "done.json"))

    with monkeypatch.context() as patch:
        patch.setattr("pipelines.runner._tidy_shards", full)
        assert place.run() == 1
    made = release.latest(place.published)
    assert made != before
    assert "Not published" not in place.said
    assert f"Release {made} is out, but the run did not come to its end: " in place.said
    record = place.record()
    assert (record["outcome"], record["published"], record["version"]) == ("published", True, made)
    assert "No space left on device" in record["message_en"]
    assert place.run() == 0


def test_a_version_given_is_never_given_to_other_content(place: Place, shelf: Shelf) -> None:
    place.after(shelf, PINGTAN_2022, version=DAY)
    assert release.latest(place.published) == DAY
    place.sample(PINGTAN_2023)
    assert place.run(version=DAY) == 1
    assert f"Release {DAY} is there already" in place.said
    assert place.run(version=f"{DAY}.2") == 0
    assert release.latest(place.published) == f"{DAY}.2"


@pytest.mark.usefixtures("begun")
def test_a_second_run_at_the_same_time_is_told_who_holds_the_lock(place: Place) -> None:
    with lock.held(place.work / "lock"):
        assert place.run() == 1
    assert f"process {os.getpid()}" in place.said
    assert place.run() == 0


def test_same_inputs_same_bytes(tmp_path: Path) -> None:
    made = []
    for name, workers in (("one", 1), ("two", 2)):
        place = Place(tmp_path / name)
        place.sample(PINGTAN_2022, PINGTAN_2023, "shanghai/ndbg2019.html", "pingtan/t20210305_80595.htm")
        assert place.run(version=DAY, workers=workers) == 0
        made.append(files(place.published))
    different = {name for name in made[0].keys() | made[1].keys() if made[0].get(name) != made[1].get(name)}
    # The zip holds the database and the workbook, whose bytes differ where their content does not.
    assert different <= {
        f"{DAY}/{name}" for name in ("nianbao.duckdb", "nianbao.xlsx", f"nianbao-{DAY}.zip", "SHA256SUMS")
    }


def test_an_interrupted_run_goes_on_where_it_was(place: Place) -> None:
    place.sample(PINGTAN_2022)
    slow = 64  # many seconds of work, so that a loaded machine is still at it when the signal comes
    for number in range(slow):
        (place.raw / f"slow-{number}.txt").write_bytes(f"SLOW {number}".encode())
    program = place.folder / "program.py"
    program.write_text(
        # Started in the background of a shell without job control, a process is deaf to interrupts: listen again.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import sys; from pathlib import Path; from pipelines.options import Options\n"
        "from pipelines.runner import run\n"
        "from pipelines.console import Console\n"
        f"p = Path({str(place.folder)!r})\n"
        "o = Options(p / 'raw', p / 'work', p / 'published', None, 2, 'troubled_reader:read')\n"
        "if __name__ == '__main__': sys.exit(run(o, Console()))\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    with subprocess.Popen(
        [sys.executable, str(program)], env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        waited = time.monotonic()
        while not shards.names(place.work / "shards"):
            assert time.monotonic() - waited < 60
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert "Stopped" in said
    assert "Traceback" not in said
    assert place.record()["outcome"] == "interrupted"
    done = sum(len(entry.ids) for entry in shards.catalogue(place.work / "shards"))
    assert 0 < done <= slow
    assert place.run(workers=1, reader="pipelines.readers:read") == 3
    assert place.record()["documents_read"] == slow + 1 - done


def test_corrections_are_applied_at_every_run_and_a_bad_file_keeps_the_last_release(place: Place) -> None:
    pytest.importorskip("yaml", reason="PyYAML is not installed: make test installs it")
    place.sample(PINGTAN_2022)
    entries = place.folder / "corrections.yaml"
    entries.write_text("# none yet\n", encoding="utf-8")
    assert place.run(corrections=entries) == 0
    (document,) = [row["document_id"] for row in place.table("documents")]
    entry = f"- document: {document}\n  cell: requests/new/total\n  expected: 74\n  value: 75\n  kind: erratum\n"
    entries.write_text(f"{entry}  reason: 文字部分为75件\n  evidence: page 1\n", encoding="utf-8")
    assert place.run(corrections=entries) == 0
    assert place.record()["documents_read"] == 0
    assert place.value("2022", "new", "total") == "75"
    assert [row["rule"] for row in place.table("findings") if row["rule"].startswith("correction")] == [
        "correction.applied"
    ]
    assert place.run(corrections=entries) == 0
    assert place.record()["outcome"] == "nothing new"
    entries.write_text(entries.read_text(encoding="utf-8").replace("expected: 74", "expected: 73"), encoding="utf-8")
    last = release.latest(place.published)
    assert place.run(corrections=entries) == 1
    assert "the correction expects 73, but 74 is read" in place.said
    assert release.latest(place.published) == last
    entries.write_text(entries.read_text(encoding="utf-8").replace("value: 75", "value: 74"), encoding="utf-8")
    assert place.run(corrections=entries) == 0
    assert "74 is read, which is what the correction of 73 says" in place.said
    assert place.value("2022", "new", "total") == "74"
    last = release.latest(place.published)
    entries.write_text(entry, encoding="utf-8")
    assert place.run(corrections=entries) == 1
    assert f"{entries}: entry 1 ({document[:12]} requests/new/total): `reason` is missing" in place.said
    assert release.latest(place.published) == last
