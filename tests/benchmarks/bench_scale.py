"""What more processes bring, what a second run costs, how memory goes; figures for the page on costs.

Usage: python tests/benchmarks/bench_scale.py [--documents N] [--others N] [--repeat N] [--page]

N simulated HTML documents are read by one process and by two, in turns, each into an empty work folder; the best of the
repeats counts. Then a whole run over them with two processes, and one over nothing new. The memory of all processes is
looked at ten times a second: the most in the second half of the reading against the most in the first. Then documents
of the other types, each by one process. ``--page`` writes the figures to ``docs/costs.csv`` and the page made from
them, ``docs/costs.md``. Of 20,000 documents are wanted: 1.7 times, no more memory, and under 2 %.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import costs

from pipelines.record import last_records
from pipelines.simulate.corpus import plan, write_corpus

TWICE, SECOND_RUN = 1.7, 0.02
OTHERS = ("docx", "pdf", "xlsx", "text")
NIANBAO = [sys.executable, "-m", "pipelines.cli", "run"]


@dataclass(slots=True)
class Spent:
    """What one command took: seconds, seconds of processors, and what its processes held (bytes) over time."""

    seconds: float = 0.0
    processor: float = 0.0
    memory: list[tuple[float, int]] = field(default_factory=list)

    def most(self, start: float, end: float) -> int:
        """The most memory from one part of the time to another (0 to 1)."""
        return max((size for at, size in self.memory if start <= at / self.seconds <= end), default=0)


def held(process: psutil.Process) -> int:
    """Resident bytes of a process and of those below it; pages that they share count more than once."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.Error:
            continue
    return total


def run(corpus: Path, work: Path, *more: str) -> Spent:
    """One run; raises ``AssertionError`` with what it said where it failed."""
    published = work.with_name(f"{work.name}-published")
    places = ["--raw", str(corpus / "raw"), "--work", str(work), "--published", str(published)]
    spent, before = Spent(), os.times()
    started = time.monotonic()
    with tempfile.TemporaryFile() as told:
        running = subprocess.Popen([*NIANBAO, *places, *more], stdout=told, stderr=told)
        watched = psutil.Process(running.pid)
        while running.poll() is None:
            try:
                spent.memory.append((time.monotonic() - started, held(watched)))
            except psutil.Error:
                continue
            time.sleep(0.1)
        told.seek(0)
        assert running.returncode in (0, 3), told.read().decode()
    after = os.times()
    spent.seconds = time.monotonic() - started
    spent.processor = after.children_user + after.children_system - before.children_user - before.children_system
    return spent


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def corpus_of(folder: Path, kind: str, documents: int) -> Path:
    place = folder / kind
    write_corpus(place, plan(documents, 1, types=[kind]), lambda _: None)
    return place


def scale(folder: Path, documents: int, repeat: int) -> dict[str, float]:
    """Reading by one and by two processes, a whole run, a run over nothing new."""
    corpus = corpus_of(folder, "html", documents)
    print(f"{documents:,} HTML documents, {size(corpus / 'raw') / documents / 1000:.1f} KB each", flush=True)
    best: dict[int, Spent] = {}
    for turn in range(repeat):
        for processes in (1, 2):
            spent = run(corpus, folder / f"work-{processes}-{turn}", "--shard", "1/1", "--workers", str(processes))
            print(f"  {processes} processes: {spent.seconds:.1f} s, {spent.processor:.1f} s of processors", flush=True)
            if processes not in best or spent.seconds < best[processes].seconds:
                best[processes] = spent
    ratio = best[1].seconds / best[2].seconds
    print(f"two processes are {ratio:.2f} times one (wanted: {TWICE})")
    first, second = best[2].most(0.1, 0.5), best[2].most(0.5, 1.0)
    print(f"memory of all processes, first half {first / 2**20:.0f} MiB, second half {second / 2**20:.0f} MiB")
    work = folder / "whole"
    whole = run(corpus, work, "--workers", "2")
    stages = last_records(work, 1)[0]["stage_seconds"]
    again = run(corpus, work, "--workers", "2")
    share = again.seconds / whole.seconds
    print(f"whole run {whole.seconds:.1f} s: " + ", ".join(f"{name} {took:.1f}" for name, took in stages.items()))
    print(f"nothing new: {again.seconds:.2f} s, {share:.2%} of the first (wanted: under {SECOND_RUN:.0%})")
    return {
        "documents": documents,
        "html": best[1].processor / documents,
        "two_processes": ratio,
        "load": sum(stages.get(name, 0.0) for name in ("load", "rebuild")) / documents,
        "publish": stages.get("publish", 0.0) / documents,
        "nothing_new": again.seconds / documents,
        "worker_bytes": best[1].most(0.0, 1.0),
        "whole_bytes": whole.most(0.0, 1.0),
        "raw_bytes": size(corpus / "raw") / documents,
        "shard_bytes": size(work / "shards") / documents,
        "store_bytes": (work / "store.duckdb").stat().st_size / documents,
        "release_bytes": size(work.with_name("whole-published")) / documents,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--others", type=int, default=400, help="documents of each other type; 0: none")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--page", action="store_true", help="write docs/costs.csv and docs/costs.md")
    given = parser.parse_args()
    if given.page and not given.others:
        parser.error("the page needs the other types")
    with tempfile.TemporaryDirectory() as folder:
        figures = scale(Path(folder), given.documents, given.repeat)
        for kind in OTHERS if given.others else ():
            corpus = corpus_of(Path(folder), kind, given.others)
            spent = run(corpus, Path(folder) / f"work-{kind}", "--shard", "1/1", "--workers", "1")
            figures[kind] = spent.processor / given.others
            print(f"{kind}: {figures[kind] * 1000:.1f} ms of a processor for each of {given.others}", flush=True)
    if given.page:
        costs.write(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
