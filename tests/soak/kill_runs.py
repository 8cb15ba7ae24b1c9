"""Kill workers, runs and workers of an engine at random moments: the store must come out as if nothing had happened.

Usage: python tests/soak/kill_runs.py [--kills N] [--documents N] [--seed S] [--what worker,run,engine]

Over one simulated corpus: reading that nobody disturbs; then reading whose worker processes are killed (`kill -9`) some
times, runs that are killed and started again until they are through, and reading over a Dask cluster whose workers are
killed. Each time all tables of the store are compared with those of the undisturbed reading, row for row.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pyarrow as pa

from pipelines import ingest
from pipelines.load import load, open_store, run_findings
from pipelines.simulate.corpus import plan, write_corpus
from pipelines.store import Store
from schemas.core import DERIVED, LOADED

IN_A_ROW = 5  # kills before the run may come to its end
NIANBAO = [sys.executable, "-m", "pipelines.cli"]


class Soak:
    """The corpus, and the tables of an undisturbed reading of it."""

    def __init__(self, folder: Path, documents: int, seed: int) -> None:
        self.folder, self.random = folder, random.Random(seed)
        write_corpus(folder / "corpus", plan(documents, seed), lambda _: None)
        self.raw = folder / "corpus" / "raw"
        self.number = 0
        work = self.work()
        self.reading = self.timed(work, "--shard", "1/1")
        self.expected = self.filled(work)

    def work(self) -> Path:
        self.number += 1
        return self.folder / f"work{self.number}"

    def timed(self, work: Path, *more: str) -> float:
        """The seconds that a whole run takes which nobody disturbs."""
        started = time.monotonic()
        assert self.start(work, *more).wait() in (0, 3)
        return time.monotonic() - started

    def start(self, work: Path, *more: str) -> subprocess.Popen[bytes]:
        places = ["--raw", str(self.raw), "--work", str(work), "--published", str(work.with_name(f"{work.name}-out"))]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen([*NIANBAO, "run", *places, *more], stdout=log, stderr=log)

    def filled(self, work: Path) -> dict[str, pa.Table]:
        """The tables of a store made from the shards that are there."""
        ledger = ingest.scan(self.raw, work / "hashes.txt")
        with open_store(work) as store:
            load(store, work / "shards", ledger)
            store.rebuild(run_findings(ledger.findings))
        return self.tables(work)

    def tables(self, work: Path) -> dict[str, pa.Table]:
        with Store(work / "store.duckdb", read_only=True) as store:
            return {name: store.query(f"SELECT * FROM {name} ORDER BY ALL") for name in (*LOADED, *DERIVED)}

    def differences(self, found: dict[str, pa.Table]) -> list[str]:
        return [name for name, table in self.expected.items() if not table.equals(found[name])]

    def pause(self, most: float) -> None:
        time.sleep(self.random.uniform(0.0, most))


def alive(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is None


def children(pid: int, word: str) -> list[psutil.Process]:
    """Processes below ``pid`` with ``word`` in their command line."""
    found = []
    try:
        for child in psutil.Process(pid).children(recursive=True):
            try:
                if any(word in part for part in child.cmdline()):
                    found.append(child)
            except psutil.Error:
                continue
    except psutil.Error:
        pass
    return found


def kill_workers(soak: Soak, kills: int) -> tuple[int, list[str]]:
    """Reading whose worker processes are killed now and then."""
    done, wrong = 0, []
    while done < kills:
        work = soak.work()
        reading = soak.start(work, "--shard", "1/1", "--workers", "2")
        this = 0
        while alive(reading):
            soak.pause(soak.reading / IN_A_ROW)
            victims = children(reading.pid, "pipelines.worker")
            if victims and this < IN_A_ROW and done < kills and alive(reading):
                soak.random.choice(victims).kill()
                this, done = this + 1, done + 1
        wrong += [f"exit code {reading.returncode}"] if reading.returncode else []
        wrong += soak.differences(soak.filled(work))
        print(f"  worker: {done} killed so far, different: {wrong}", flush=True)
    return done, wrong


def kill_runs(soak: Soak, kills: int) -> tuple[int, list[str]]:
    """Runs that are killed and started again."""
    work = soak.work()
    duration = soak.timed(work)
    done, wrong = 0, soak.differences(soak.tables(work))
    while done < kills:
        work = soak.work()
        for _ in range(min(IN_A_ROW, kills - done)):
            run = soak.start(work)
            soak.pause(duration)
            if alive(run):
                run.kill()
                done += 1
            run.wait()
        last = soak.start(work)
        wrong += [f"exit code {last.returncode}"] if last.wait() not in (0, 3) else []
        wrong += soak.differences(soak.tables(work))
        print(f"  run: {done} killed so far, different: {wrong}", flush=True)
    return done, wrong


def kill_engine(soak: Soak, kills: int) -> tuple[int, list[str]]:
    """Reading over a cluster whose workers are killed and come back."""
    done, wrong = 0, []
    with cluster(soak.folder) as (address, hosts):
        while done < kills:
            work = soak.work()
            reading = soak.start(work, "--shard", "1/1", "--engine", "dask", "--scheduler", address)
            this = 0
            while alive(reading):
                soak.pause(soak.reading / IN_A_ROW)
                victims = [child for host in hosts for child in children(host.pid, "spawn_main")]
                if victims and this < IN_A_ROW and done < kills and (work / "shards").exists() and alive(reading):
                    soak.random.choice(victims).kill()
                    this, done = this + 1, done + 1
            wrong += [f"exit code {reading.returncode}"] if reading.returncode else []
            wrong += soak.differences(soak.filled(work))
            print(f"  engine: {done} killed so far, different: {wrong}", flush=True)
    return done, wrong


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two nannies, each of which starts a worker again that was killed."""
    told = folder / "scheduler.json"
    python = [sys.executable, "-m"]
    schedule = [*python, "distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1"]
    work = [*python, "distributed.cli.dask_worker", "--nthreads", "1", "--local-directory", str(folder / "dask")]
    with (folder / "cluster.log").open("wb") as log:
        processes = [
            subprocess.Popen([*command, "--scheduler-file", str(told)], stdout=log, stderr=log)
            for command in (schedule, work, work)
        ]
        while not told.exists() or not told.read_text(encoding="utf-8").endswith("}"):
            time.sleep(0.1)
        try:
            yield json.loads(told.read_text(encoding="utf-8"))["address"], processes[1:]
        finally:
            for process in reversed(processes):
                process.send_signal(signal.SIGTERM)
            for process in reversed(processes):
                process.wait(60)


WAYS: dict[str, Callable[[Soak, int], tuple[int, list[str]]]] = {
    "worker": kill_workers,
    "run": kill_runs,
    "engine": kill_engine,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=30, help="of each sort")
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--what", default=",".join(WAYS))
    options = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
        soak = Soak(Path(folder), options.documents, options.seed)
        rows = sum(table.num_rows for table in soak.expected.values())
        print(f"undisturbed: {options.documents} documents, {rows} rows, read in {soak.reading:.0f} s", flush=True)
        for name in options.what.split(","):
            started = time.monotonic()
            done, wrong = WAYS[name](soak, options.kills)
            bad += len(wrong)
            verdict = f"DIFFERENT: {', '.join(wrong)}" if wrong else "the store is the same, row for row"
            print(f"{name}: killed {done} times in {time.monotonic() - started:.0f} s; {verdict}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
