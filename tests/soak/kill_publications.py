"""`kill -9` at random moments of a publication: what is left must be whole, and the next run must give the release.

Usage: python tests/soak/kill_publications.py [--kills N] [--seed S]

Each time the content of the store is changed, a process begins to publish it and is killed after a random part of the
time that a publication takes, so that the moments spread over all of it. Then: the store opens; each release that has
its name is as its checksums say; ``index.json`` and ``latest`` name a release that is there; the next publication
ends, gives a release of the new content, and leaves nothing beside it.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nation import fill

from pipelines import release
from pipelines.archive import verify
from pipelines.publish import publish
from pipelines.store import Store

DAY = date(2026, 1, 1)
OBSERVATIONS = 20_000
CHILD = """
import sys
from pathlib import Path
from pipelines import archive, datasets, diff, gate, publish, workbook  # what takes long to load
from pipelines.store import Store
import pandera.pandas
with Store(Path(sys.argv[1])) as store:
    print("begin", flush=True)
    publish.publish(store, Path(sys.argv[2]), sys.argv[3])
print("end", flush=True)
"""


def version(number: int) -> str:
    """Each publication is of a day of its own."""
    return f"{DAY + timedelta(number):%Y.%m.%d}"


def prepare(place: Path, observations: int) -> float:
    """A store and a first release; returns the seconds that a second publication takes."""
    with Store(place / "store.duckdb") as store:
        fill(store, observations)
        publish(store, place / "published", version(-2))
    change(place, 0)
    with begin(place, 0) as process:
        began = time.monotonic()
        assert process.wait() == 0
        return time.monotonic() - began


def change(place: Path, number: int) -> None:
    """Other content, so that there is something to publish."""
    with Store(place / "store.duckdb") as store:
        store._run("UPDATE documents SET pages = ?", [number + 1])


def begin(place: Path, number: int) -> subprocess.Popen[str]:
    """A process that has begun to publish."""
    command = [sys.executable, "-c", CHILD, str(place / "store.duckdb"), str(place / "published"), version(number)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "begin\n"
    return process


def kill(place: Path, number: int, seconds: float) -> str:
    """One kill after so many seconds, and all that must hold after it; says how far the publication had come."""
    published = place / "published"
    change(place, number)
    before = release.versions(published)
    with begin(place, number) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    if process.returncode == 0:
        how = "had ended"
    elif len(release.versions(published)) > len(before):
        how = "had its name"
    else:
        staged = [path for path in published.glob(".staging-*/*") if not path.name.startswith(".")]
        how = "files written" if any(path.suffix == ".parquet" for path in staged) else "database and CSV"
        how = how if staged else "nothing yet"
    sound(published, release.versions(published))
    with Store(place / "store.duckdb") as store:  # it opens, and the next run completes
        result = publish(store, published, version(number))
    versions = release.versions(published)
    assert len(versions) == len(before) + 1, (before, versions)
    assert result.version == version(number) == release.latest(published) == versions[-1]
    sound(published, versions)
    assert (published / "latest").read_text(encoding="utf-8").strip() == versions[-1]
    assert not list(published.glob(".staging-*"))
    pages = next(iter((published / versions[-1] / "documents.csv").read_text(encoding="utf-8").splitlines()[1:]))
    assert f",{number + 1}," in pages
    for old in versions[:-2]:  # the disk is finite
        shutil.rmtree(published / old)
    return how


def sound(published: Path, versions: list[str]) -> None:
    """Every release is whole, and what names them names what is there."""
    for name in versions:
        assert verify(published / name) == [], name
    index = json.loads((published / release.INDEX).read_text(encoding="utf-8"))
    assert {item["version"] for item in index["releases"]} <= set(versions)
    assert index["latest"] in versions
    assert release.latest(published) in versions


def run(kills: int, seed: int, place: Path, observations: int = OBSERVATIONS) -> Counter[str]:
    """So many kills; how far each publication had come."""
    draw = random.Random(seed)
    whole = prepare(place, observations)
    found: Counter[str] = Counter()
    for number in range(1, kills + 1):
        share = (number - 1 + draw.random()) / kills  # spread over all of it
        found[kill(place, number, share * whole * 1.02)] += 1
    return found


def main() -> int:
    """Exit code 0 where everything held; an AssertionError tells what did not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=6)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kills-") as place:
        began = time.monotonic()
        found = run(options.kills, options.seed, Path(place))
        print(f"{options.kills} kills in {time.monotonic() - began:.0f} s, all sound afterwards; the publication:")
        for how, count in found.most_common():
            print(f"  {count:3d}  {how}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
