"""``make fuzz``: read very many damaged documents; no crash, no hang, no number out of thin air.

Documents come from every layout variant of the typesetter, each damaged several times (see ``mutate``) and judged
(see ``judge``). Everything follows from the seed. ``--case B/M`` makes one document again and says what happens.
"""

from __future__ import annotations

import argparse
import faulthandler
import platform
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from fuzz.judge import LIMIT, Verdict, judge
from fuzz.mutate import Damage, damage

from pipelines.simulate import population
from pipelines.simulate.corpus import years_of
from pipelines.simulate.registry import Simulated, Variant, load_variants

EACH = 10
"""Damaged documents made of one document."""
KILLED = 120
"""Seconds after which a process is taken to hang where no signal reaches it, and killed."""


@dataclass(frozen=True, slots=True)
class Case:
    """One damaged document: the number of its document and of its damage, and how the reading went."""

    document: int
    number: int
    variant: str
    file_type: str
    steps: tuple[str, ...]
    verdict: Verdict


@dataclass
class Tally:
    """Counts over many cases, and every case with a fault."""

    documents: Counter[str] = field(default_factory=Counter)
    reports: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    faults: dict[str, Counter[str]] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)

    def add(self, case: Case) -> None:
        kind = case.file_type
        self.documents[kind] += 1
        self.reports[kind] += case.verdict.kind == "report"
        self.values[kind] += case.verdict.values
        self.seconds.setdefault(kind, []).append(case.verdict.seconds)
        # A document counts once for each kind of fault, however many of its cells have it.
        self.faults.setdefault(kind, Counter()).update({fault for fault, _ in case.verdict.faults})
        if case.verdict.faults:
            self.cases.append(case)


def undamaged(seed: int, number: int) -> tuple[Variant, Simulated]:
    """Document ``number`` of the run ``seed``: the variants in turn, any bureau and year."""
    variants = list(load_variants().values())
    random.Random(seed).shuffle(variants)
    chosen = variants[number % len(variants)]
    draw = random.Random(f"fuzz/{seed}/{number}")
    years = [year for year in population.YEARS if not chosen.years or chosen.years[0] <= year <= chosen.years[-1]]
    years = years or list(years_of(chosen))  # the older forms
    report = population.report(seed, draw.randrange(2000), draw.choice(years), chosen.form, chosen.slots)
    return chosen, chosen.make(report, draw)


def damaged(seed: int, number: int, which: int) -> tuple[Variant, Simulated, Damage]:
    """Damage ``which`` of document ``number``."""
    chosen, made = undamaged(seed, number)
    return chosen, made, _damage(seed, number, which, chosen, made)


def _damage(seed: int, number: int, which: int, chosen: Variant, made: Simulated) -> Damage:
    return damage(made.data, chosen.file_type, random.Random(f"damage/{seed}/{number}/{which}"))


def cases(seed: int, number: int, each: int = EACH) -> Iterator[Case]:
    """All damaged documents of one document, judged."""
    chosen, made = undamaged(seed, number)
    for which in range(each):
        found = _damage(seed, number, which, chosen, made)
        faulthandler.dump_traceback_later(KILLED, exit=True)
        verdict = judge(found.data, made.file_name, made if found.truth and made.kind == "report" else None)
        faulthandler.cancel_dump_traceback_later()
        yield Case(number, which, chosen.name, chosen.file_type, found.steps, verdict)


def _batch(seed: int, numbers: range, each: int) -> list[Case]:
    return [case for number in numbers for case in cases(seed, number, each)]


def run(seed: int, documents: int, processes: int) -> Tally:
    """Judge ``documents`` damaged documents in ``processes`` processes. RuntimeError where one of them dies."""
    tally = Tally()
    count = -(-documents // EACH)
    batches = [range(first, min(first + 8, count)) for first in range(0, count, 8)]
    with ProcessPoolExecutor(processes) as pool:
        waiting = [(batch, pool.submit(_batch, seed, batch, EACH)) for batch in batches]
        for batch, future in waiting:
            try:
                found = future.result()
            except BrokenProcessPool as error:
                raise RuntimeError(f"a process died or hung near documents {batch.start}-{batch.stop - 1}") from error
            for case in found:
                if sum(tally.documents.values()) < documents:
                    tally.add(case)
            if batch.start % 80 == 0:
                print(f"{sum(tally.documents.values())} of {documents}, {len(tally.cases)} faults", file=sys.stderr)
    return tally


FAULTS = ("crash", "slow", "phantom", "shared", "place", "wrong", "twice", "status", "value")


def table(tally: Tally) -> list[str]:
    """The figures as a Markdown table, one row for each file type."""
    lines = [
        "| file type | documents | still reports | values read | ms, median | ms, slowest | "
        + " | ".join(FAULTS)
        + " |",
        "|---|" + "--:|" * (5 + len(FAULTS)),
    ]
    for kind in sorted(tally.documents):
        times = sorted(tally.seconds[kind])
        lines.append(
            f"| {kind} | {tally.documents[kind]} | {tally.reports[kind]} | {tally.values[kind]} | "
            f"{times[len(times) // 2] * 1000:.0f} | {times[-1] * 1000:.0f} | "
            + " | ".join(str(tally.faults[kind][fault]) for fault in FAULTS)
            + " |"
        )
    total = [sum(counts.values()) for counts in (tally.documents, tally.reports, tally.values)]
    slowest = max(max(times) for times in tally.seconds.values())
    sums = [sum(counts[fault] for counts in tally.faults.values()) for fault in FAULTS]
    cells = [*total, "", f"{slowest * 1000:.0f}", *sums]
    return [*lines, "| **all** | " + " | ".join(map(str, cells)) + " |"]


def examples(tally: Tally, most: int = 3) -> list[str]:
    """Faults in words, at most ``most`` of one kind in one layout, as ``--case`` finds them again."""
    lines: list[str] = []
    seen: Counter[tuple[str, str]] = Counter()
    for case in tally.cases:
        kind, words = case.verdict.faults[0]
        seen[case.variant, kind] += 1
        if seen[case.variant, kind] <= most:
            steps = ", ".join(case.steps)
            lines.append(f"`--case {case.document}/{case.number}` {case.variant}, {steps}: {kind}: {words}")
    return lines


def page(tally: Tally, seed: int) -> str:
    """docs/fuzz.md."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("pypdfium2", "selectolax", "lxml"))
    head = f"""# Damaged documents

`make fuzz` writes this page: {sum(tally.documents.values())} damaged documents made from every layout variant of
`nianbao simulate`, seed {seed}; Python {platform.python_version()}, {libraries}.

Bytes are flipped, cut, moved and spliced, also inside the parts of DOCX and XLSX and inside the streams of PDF; tags,
cells, rows and lines are dropped, doubled and shuffled; spans lie; digits and characters are dropped, inserted and
replaced by odd ones. One in twelve text and HTML documents is changed only where nobody sees it, and must read as
before.

A document counts once for each kind of fault: **crash** an exception leaves the reader; **slow** more than
{LIMIT:g} s of processor time; **phantom** a value whose digits do not stand at its place; **shared** more digits
read from one place than stand there; **place** a value with a place that the document does not have; **wrong** a value
that an unharmed document does not print; **twice** a cell given twice; **status**, **value** against the contract.

"""
    lines = table(tally)
    if tally.cases:
        lines += ["", "Faults, at most three of one kind in one layout:", ""]
        lines += [f"- {line}" for line in examples(tally)]
    return head + "\n".join(lines) + "\n"


def _explain(seed: int, case: str, out: Path | None) -> int:
    number, which = map(int, case.split("/"))
    chosen, made, found = damaged(seed, number, which)
    if out:
        out.write_bytes(found.data)
    verdict = judge(found.data, made.file_name, made if found.truth and made.kind == "report" else None)
    print(chosen.name, made.file_name, ", ".join(found.steps))
    print(f"{verdict.kind}, {verdict.values} values, {verdict.seconds * 1000:.0f} ms")
    for kind, words in verdict.faults:
        print(f"{kind}: {words}")
    return 1 if verdict.faults else 0


def main(arguments: Iterable[str] | None = None) -> int:
    """Exit code 1 where anything was at fault."""
    parser = argparse.ArgumentParser(description="Read damaged documents. 读取损坏的文档。")
    parser.add_argument("--documents", type=int, default=20_000, help="how many 数量")
    parser.add_argument("--seed", type=int, default=20_211_126)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--page", type=Path, help="write the figures to this Markdown file 结果写入此文件")
    parser.add_argument("--case", help="make one document again: DOCUMENT/NUMBER 重现一个文档")
    parser.add_argument("--out", type=Path, help="with --case: write the damaged document here")
    options = parser.parse_args(None if arguments is None else list(arguments))
    if options.case:
        return _explain(options.seed, options.case, options.out)
    started = time.monotonic()
    tally = run(options.seed, options.documents, options.processes)
    print("\n".join(table(tally)))
    print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)
    print("\n".join(examples(tally)))
    if options.page:
        options.page.write_text(page(tally, options.seed), encoding="utf-8")
    return 1 if tally.cases else 0


if __name__ == "__main__":
    sys.exit(main())
