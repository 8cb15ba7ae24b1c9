"""Seconds and memory to plan a run over a large archive: the ledger, its state, and what is to be read.

Usage: python tests/benchmarks/bench_plan.py [--documents N] [--folder DIR]

The metadata are simulated: N empty files in folders of 1000 with a manifest each, a file of their hashes as an earlier
run would have left it, and shards that have read all of them but every hundredth. The planning runs in a process of
its own, as `nianbao run` does it; the most memory that was resident in it is told. A million must be planned in 30 s
and 2 GiB.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipelines import fingerprint, shards
from pipelines.extraction import Extraction

EACH = 1000
SECONDS, MEMORY = 30.0, 2 << 30

PLANNING = """
import json, resource, sys, time
from pathlib import Path
from pipelines import ingest, reading
from pipelines.corrections import load
from pipelines.options import Options
from pipelines.runner import state_of
raw, work = map(Path, sys.argv[1:])
options = Options(raw, work, work)
times = {}
def lap(name, started=[time.perf_counter()]):
    now = time.perf_counter()
    times[name] = round(now - started[0], 2)
    started[0] = now
ledger = ingest.scan(raw, options.hashes)
lap("ledger")
documents = ledger.documents()
state = state_of(ledger, load(options.corrections, options.decisions))
lap("state")
plan = reading.plan(options, documents)
lap("what is to be read")
spent = resource.getrusage(resource.RUSAGE_SELF)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
cpu = spent.ru_utime + spent.ru_stime
found = {"documents": len(documents), "to_read": len(plan.items), "peak": peak, "cpu": cpu, "times": times}
print(json.dumps(found))
"""


def digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def simulate(folder: Path, count: int) -> None:
    raw, work = folder / "raw", folder / "work"
    work.mkdir(parents=True)
    with (work / "hashes.txt").open("w", encoding="utf-8") as hashes:
        for start in range(0, count, EACH):
            name = f"{start // EACH:05d}"
            (raw / name).mkdir(parents=True)
            rows = ["path,source_url,retrieved_at,published_on,agency_hint,year_hint,origin,note"]
            for number in range(start, min(start + EACH, count)):
                path = raw / name / f"{number:08d}虚州市某某局2024年年报.html"
                path.touch()
                stat = path.stat()
                stamp = f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_ino}"
                hashes.write(f"{digest(number)} {stamp} {name}/{path.name}\n")
                url = f"https://www.site{start // EACH}.example.cn/zwgk/2025/{number}.html"
                rows.append(f"{path.name},{url},2025-03-{number % 28 + 1:02d},2025-01-31,,2024,simulated,")
            (raw / name / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    read = [number for number in range(count) if number % 100]
    for start in range(0, len(read), 500):
        part = [Extraction(digest(number), "a.html", 0, kind="report") for number in read[start : start + 500]]
        shards.write(work / "shards", part, fingerprint.reader_hash())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where the simulated archive is made, and found again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        if not (folder / "work").exists():
            started = time.perf_counter()
            simulate(folder, options.documents)
            print(f"simulated in {time.perf_counter() - started:.0f} s")
        program = [sys.executable, "-c", PLANNING, str(folder / "raw"), str(folder / "work")]
        started = time.perf_counter()
        found = json.loads(subprocess.run(program, check=True, capture_output=True, text=True).stdout)
        spent = time.perf_counter() - started
    good = spent <= SECONDS and found["peak"] <= MEMORY
    print(
        f"{found['documents']} documents, {found['to_read']} to read: {spent:.1f} s ({found['cpu']:.1f} s of "
        f"one processor), {found['peak'] / 2**20:.0f} MiB; "
        f"{'within' if good else 'MORE THAN'} {SECONDS:.0f} s and {MEMORY >> 30} GiB"
    )
    print("  " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in found["times"].items()))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
