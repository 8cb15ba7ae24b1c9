"""A release of N simulated observations, as a multiple of two bare ordered COPYs of them (Parquet and CSV).

Usage: python tests/benchmarks/bench_publish.py [N] [--folder DIR]

A made-up country (``tests/nation.py``) is filled straight into a store. Then, each in a process of its own and with the
same memory for DuckDB: the two COPYs; the observations alone by our code, into the database, CSV and Parquet, read
back; the whole publication; the two COPYs once more, since a machine that others use too is not the same half an hour
later. Ratios are to the mean of both. Prints seconds, CPU seconds (they say more on a machine that has other work too),
ratios, and the peak of the memory that each process held (VmHWM).
Needs about 3 KB of disk for each observation; everything is removed at the end.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nation import fill

from pipelines import datasets, publish, release
from pipelines.store import Store
from schemas.products import Observations

VERSION = "2026.11.23"
LIMITS = {"observations": 1.5, "publication": 5.0}


def made(store: Path, _: Path, wanted: int) -> None:
    """Fill the store."""
    with Store(store) as opened:
        opened.limit_memory(publish.MEMORY)
        fill(opened, wanted)


def bare(store: Path, folder: Path, _: int) -> None:
    """What DuckDB takes for the same rows in the same order."""
    select = Observations.select()
    with Store(store) as opened:
        opened.limit_memory(publish.MEMORY)
        opened._run(f"COPY ({select}) TO '{folder / 'bare.parquet'}' (FORMAT parquet, COMPRESSION zstd)")
        opened._run(f"COPY ({select}) TO '{folder / 'bare.csv'}' (FORMAT csv, HEADER)")


def observations(store: Path, folder: Path, _: int) -> None:
    """Observations alone, as a publication writes them."""
    name, database = Observations.name(), folder / publish.DATABASE
    with Store(store) as opened:
        opened.limit_memory(publish.MEMORY)
        opened.export_database(database, Observations.filled(), publish.STORAGE)
        opened.limit_memory(publish.MEMORY_ASIDE)
        with Store(database, read_only=True, released=True) as staged:
            staged.limit_memory(publish.MEMORY)
            written = datasets.write_csv(staged, Observations, folder)
            if release.hash_of(folder / f"{name}.csv") != written.file.sha256:
                sys.exit("the CSV file has other bytes than were written")
            datasets.write_parquet(staged, Observations, folder)


def publication(store: Path, folder: Path, _: int) -> None:
    """The whole release."""
    with Store(store) as opened:
        print(publish.publish(opened, folder, VERSION).rows)


PHASES = {"made": made, "bare": bare, "observations": observations, "publication": publication}


def phase(name: str, store: Path, wanted: int) -> tuple[float, float]:
    """Run one phase in a process of its own; print and return its seconds and CPU seconds."""
    with tempfile.TemporaryDirectory(dir=store.parent) as folder:
        command = [sys.executable, __file__, str(wanted), "--phase", name, "--folder", str(store), "--into", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr)
        *told, seconds, cpu, memory = done.stdout.splitlines()
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        print(*told, sep="\n", end="\n" * bool(told))
        cost = f"{float(seconds):8.1f} s  {float(cpu):8.1f} s of CPU"
        print(f"{name:14s} {cost}  {int(memory) / 2**20:6.2f} GiB  {size / 1e9:6.2f} GB", flush=True)
        return float(seconds), float(cpu)


def one(name: str, store: Path, folder: Path, wanted: int) -> None:
    """The phase itself: what it prints, its seconds and CPU seconds, its peak in KiB."""
    began, worked = time.monotonic(), time.process_time()
    PHASES[name](store, folder, wanted)
    print(time.monotonic() - began)
    print(time.process_time() - worked)
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))


def main() -> int:
    """Exit code 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("observations", nargs="?", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, help="where to work; default: the system's for temporary files")
    parser.add_argument("--phase", choices=PHASES, help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.phase:
        one(options.phase, options.folder, options.into, options.observations)
        return 0
    place = Path(tempfile.mkdtemp(prefix="bench_publish-", dir=options.folder))
    try:
        took = {name: phase(name, place / "store.duckdb", options.observations) for name in PHASES}
        again = phase("bare", place / "store.duckdb", options.observations)
        copies = [(before + after) / 2 for before, after in zip(took["bare"], again, strict=True)]
        worse = 0
        for name, limit in LIMITS.items():
            ratio, of_cpu = (mine / theirs for mine, theirs in zip(took[name], copies, strict=True))
            worse |= ratio > limit
            print(f"{name}: {ratio:.2f} times the two COPYs, {of_cpu:.2f} times their CPU (limit {limit})")
        return int(worse)
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    sys.exit(main())
