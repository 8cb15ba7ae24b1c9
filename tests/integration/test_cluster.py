"""Reading over processes and over a cluster of real workers on this machine, some of which are killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest
from places import Place

from pipelines import batch, cluster, fingerprint, shards, workers
from pipelines.ingest import hash_file
from pipelines.simulate.corpus import plan, write_corpus

pytest.importorskip("distributed", reason="distributed is not installed: make test installs it")
HERE = Path(__file__).resolve().parent
DOCUMENTS = 40  # some of them are no .html


@dataclass
class Cluster:
    address: str
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    told = folder / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(told)]
    worker += ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])])}
    started = []
    with (folder / "log").open("wb") as log:
        for command in ([*dask, "--port", "0", "--host", "127.0.0.1", "--scheduler-file", str(told)], worker, worker):
            started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        waited = time.monotonic()
        while not told.exists() or not told.read_text(encoding="utf-8").endswith("}"):
            assert time.monotonic() - waited < 60, (folder / "log").read_text(encoding="utf-8")
            time.sleep(0.1)
        yield Cluster(json.loads(told.read_text(encoding="utf-8"))["address"], started[1:])
        for process in reversed(started):  # not asked to end: a worker may wait for ever for a scheduler that is gone
            process.kill()
        for process in reversed(started):
            process.wait(20)


@pytest.fixture(autouse=True)
def findable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))  # our readers, by the workers of this machine


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    write_corpus(folder, plan(DOCUMENTS, 3, (), ("html",)), lambda _: None)
    return folder / "raw"


def items(raw: Path) -> list[batch.Item]:
    files = sorted(path for path in raw.rglob("*.html"))
    return [batch.Item(hash_file(path), path.relative_to(raw).as_posix(), path.stat().st_size) for path in files]


def job(raw: Path, target: Path, reader: str = batch.READER) -> batch.Job:
    return batch.Job(raw, target, (), fingerprint.reader_hash(), reader, 30.0)


def rows(folder: Path) -> dict[str, list[dict[str, object]]]:
    """All that the shards hold, in an order of its own, without clock times."""
    part = shards.load(folder, shards.names(folder), lambda *_: True)
    tables: dict[str, pa.Table] = {
        "documents": part.documents.drop_columns(["stage_ms"]),
        "cells": part.cells,
        "findings": part.findings,
        "claims": part.claims,
    }
    return {name: sorted(table.to_pylist(), key=str) for name, table in tables.items()}


def test_a_worker_killed_in_the_middle_changes_nothing(running: Cluster, corpus: Path, tmp_path: Path) -> None:
    todo = items(corpus)
    workers.read_jobs(workers.plan_jobs(job(corpus, tmp_path / "alone"), todo, 1), 2, lambda _: None, 2048)
    read: list[int] = []

    def note(outcome: batch.Outcome) -> None:
        if not read:
            os.kill(running.workers[0].pid, signal.SIGKILL)
        read.append(outcome.read)

    template = job(corpus, tmp_path / "cluster", "troubled_reader:read_slowly")
    cluster.read_jobs(template, todo, {}, running.address, note, 2048)
    assert sum(read) == len(todo)
    assert running.workers[0].wait(10) == -signal.SIGKILL
    assert rows(tmp_path / "cluster") == rows(tmp_path / "alone")


def at_work() -> list[int]:
    """The processes that read for this one."""
    told = ["pgrep", "-P", str(os.getpid()), "-f", "pipelines.worker"]
    return [int(pid) for pid in subprocess.run(told, capture_output=True, check=False, text=True).stdout.split()]


def test_a_process_killed_in_the_middle_changes_nothing(corpus: Path, tmp_path: Path) -> None:
    todo = items(corpus)
    workers.read_jobs(workers.plan_jobs(job(corpus, tmp_path / "quiet"), todo, 1), 2, lambda _: None, 2048)
    killed: list[int] = []

    def tell(begun: int) -> None:
        if begun > 3 and len(killed) < 2:
            killed.append(at_work()[0])
            os.kill(killed[-1], signal.SIGKILL)

    template = job(corpus, tmp_path / "killed", "troubled_reader:read_slowly")
    found: list[batch.Outcome] = []
    workers.read_jobs(workers.plan_jobs(template, todo, 1), 2, found.append, 2048, tell)
    assert len(killed) == 2
    assert sum(outcome.quarantined for outcome in found) == 0
    assert rows(tmp_path / "killed") == rows(tmp_path / "quiet")


@pytest.mark.parametrize(("kills", "given_up"), [(4, False), (5, True)])
def test_killed_again_at_the_same_document(corpus: Path, tmp_path: Path, kills: int, given_up: bool) -> None:
    """Chance from outside, unless it goes on: then it is the system, which has no memory for it."""
    killed: list[int] = []

    def tell(begun: int) -> None:
        if begun and len(killed) < kills and (here := [pid for pid in at_work() if pid not in killed]):
            os.kill(here[0], signal.SIGKILL)
            killed.append(here[0])

    template = job(corpus, tmp_path / "shards", "troubled_reader:read_slowly")
    found: list[batch.Outcome] = []
    workers.read_jobs(workers.plan_jobs(template, items(corpus)[:1], 1), 1, found.append, 2048, tell)
    assert len(killed) == kills
    assert [outcome.quarantined for outcome in found] == [given_up]


def test_processes_killed_as_they_start_end_nothing_as_long_as_others_read(corpus: Path, tmp_path: Path) -> None:
    todo, killed = items(corpus), []
    first: set[int] = set()

    def tell(begun: int) -> None:
        first.update(at_work() if begun and not first else ())
        victims = sorted(first)[1:] if not killed else [pid for pid in at_work() if pid not in {*first, *killed}]
        if first and victims and len(killed) < 6:
            os.kill(victims[0], signal.SIGKILL)
            killed.append(victims[0])

    template = job(corpus, tmp_path / "killed", "troubled_reader:read_slowly")
    found: list[batch.Outcome] = []
    workers.read_jobs(workers.plan_jobs(template, todo, 1), 2, found.append, 2048, tell)
    assert len(killed) == 6
    assert sum(outcome.read for outcome in found) == len(todo)
    assert sum(outcome.quarantined for outcome in found) == 0


@pytest.mark.parametrize(("kills", "ends"), [(11, True), (12, False)])
def test_the_only_process_killed_as_it_starts_is_started_again(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: int, ends: bool
) -> None:
    killed: list[int] = []
    really = workers._Worker.give

    def give(worker: workers._Worker, job: batch.Job) -> None:
        really(worker, job)
        if len(killed) < kills:
            worker.process.kill()
            killed.append(worker.process.pid)

    monkeypatch.setattr(workers._Worker, "give", give)
    monkeypatch.setattr(workers, "_PAUSE", 0.0)
    todo, found = items(corpus), list[batch.Outcome]()
    jobs = workers.plan_jobs(job(corpus, tmp_path / "killed"), todo, 1)
    with nullcontext() if ends else pytest.raises(workers.WorkersError, match="as soon as they are started"):
        workers.read_jobs(jobs, 1, found.append, 2048)
    assert sum(outcome.read for outcome in found) == (len(todo) if ends else 0)
    assert sum(outcome.quarantined for outcome in found) == 0


def test_a_document_that_crashes_its_reader_is_given_up_by_the_cluster_too(running: Cluster, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.html").write_bytes(b"CRASH")
    (raw / "b.html").write_bytes(b"<html>no report</html>")
    found: list[batch.Outcome] = []
    cluster.read_jobs(
        job(raw, tmp_path / "shards", "troubled_reader:read"), items(raw), {}, running.address, found.append, 2048
    )
    assert [outcome.quarantined for outcome in found].count(1) == 1
    reasons = [row["reason_code"] for row in rows(tmp_path / "shards")["documents"]]
    assert len(reasons) == 2
    assert "reader_crashed" in reasons
    assert running.workers[1].poll() is None, "the worker itself is still there"


def test_a_worker_with_other_code_is_told(running: Cluster, corpus: Path, tmp_path: Path) -> None:
    template = batch.Job(corpus, tmp_path, (), "0" * 32)
    with pytest.raises(cluster.ClusterError, match="other code"):
        cluster.read_jobs(template, items(corpus)[:1], {}, running.address, lambda _: None, 0)


def test_the_command_needs_an_address_and_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipelines.cli import main

    assert main(["run", "--engine", "dask"]) == 2
    assert "--scheduler" in capsys.readouterr().err
    monkeypatch.setattr(cluster, "find_spec", lambda _: None)
    place = Place(tmp_path)
    assert place.run(engine="dask", scheduler="tcp://127.0.0.1:1") == 2
    assert place.said.startswith("--engine dask needs the package `distributed`: .venv/bin/pip")
    assert len(place.said.splitlines()) == 1


def test_a_scheduler_that_does_not_answer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_WAIT", 1)
    place = Place(tmp_path)
    place.sample("pingtan/t20230220_80629.txt")
    assert place.run(engine="dask", scheduler="tcp://127.0.0.1:1") == 1
    assert "no scheduler answers at tcp://127.0.0.1:1" in place.said
