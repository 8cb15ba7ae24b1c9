"""`make accuracy`: how much of what is printed is read right, by file type and layout variant, into docs/accuracy.md.

Documents are planned and made as `nianbao simulate` does, read in worker processes, and compared cell by cell with
what was typeset. Where ../shared/real lies beside the project its documents are read and compared as well.

    right      of the printed numbers that the file determines, those read as printed
    wrong      read as another number                          must be 0
    missing    printed, but not read
    phantom    read where no number is printed                 must be 0 (pages that are no report included)
    twice      a cell told more than once                      must be 0
    status     cells that the file determines, with another status than theirs
    kind       reports not taken for one, or the other way round
    agency, year   reports with another name or year
    silent     blocks with a cell that was not read or is not
               there, and no finding                           must be 0

Exit code 1 where a limit is not kept: the zeros above, 99.5 % right in each file type and seed, 95 % in each variant.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

from pipelines.extract import read_document
from pipelines.extraction import Extraction
from pipelines.simulate.corpus import Planned, plan
from pipelines.simulate.registry import FILE_TYPES, VARIANTS, Printed, Simulated, load_variants
from pipelines.simulate.report import at_level, parted
from schemas.forms import FORM_IDS, Key, load_form

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "real"
COUNTS = ("right", "wrong", "missing", "phantom", "twice", "status", "kind", "agency", "year", "silent")
ZERO = ("wrong", "phantom", "twice", "silent")
TYPE_SHARE, VARIANT_SHARE = 0.995, 0.95
LIBRARIES = ("nianbao", "pypdfium2", "selectolax", "lxml", "opencc", "rapidfuzz")


@dataclass
class Result:
    """One document as read: counts, milliseconds, and a line for each thing that is not as it should be."""

    variant: str
    counts: Counter[str] = field(default_factory=Counter)
    ms: float = 0.0
    problems: list[tuple[str, ...]] = field(default_factory=list)

    def note(self, what: str, key: Key = ("", "", ""), read: str = "", truth: str = "") -> None:
        self.counts[what] += 1
        self.problems.append((self.variant, what, "/".join(key), read, truth))


def _blocks() -> dict[Key, str]:
    slots: dict[Key, str] = {}
    for form_id in FORM_IDS:
        for block in load_form(form_id).blocks:
            slots.update(dict.fromkeys(block.cells(), block.slot))
    return slots


BLOCKS = _blocks()


def _block(key: Key) -> str:
    return BLOCKS[(*key[:2], parted(key[2])[0])]


def compare(document: Simulated, read: Extraction) -> Result:
    """What was read of a document against what is printed in it."""
    result = Result(document.variant)
    is_report = document.kind in ("report", "narrative")
    if is_report != (read.kind in ("report", "narrative")):
        result.note("kind", read=f"{read.kind} {read.reason_code}", truth=document.kind)
    seen: set[Key] = set()
    unread: dict[str, Key] = {}
    for cell in read.cells:
        key = (cell.section, cell.indicator, at_level(cell.breakdown, cell.column_level))
        if key in seen:
            result.note("twice", key, cell.printed)
        seen.add(key)
        truth = document.truth.get(key)
        value = Decimal(cell.value) if cell.value else None
        said = f"{cell.status} {cell.printed!r} {cell.value} {cell.locator} {cell.method}"
        kind = _kind(truth, value, key in document.undecidable)
        if kind == "right":
            result.counts[kind] += 1
        elif kind:
            result.note(kind, key, said, str(truth))
        if kind == "missing" or cell.status == "absent":
            unread[_block(key)] = key
        if truth and key not in document.undecidable and cell.status != truth.status:
            result.note("status", key, said, str(truth))
    for key in document.truth.keys() - seen:
        if document.truth[key].value is not None and key not in document.undecidable:
            result.note("missing", key, "no row", str(document.truth[key]))
            unread[_block(key)] = key
    _silent(result, read, unread)
    if is_report and read.kind == "report":
        if (read.agency or "") != document.agency:
            result.note("agency", read=read.agency or "", truth=document.agency)
        if read.report_year != document.report_year:
            result.note("year", read=str(read.report_year), truth=str(document.report_year))
    return result


def _kind(truth: Printed | None, value: Decimal | None, undecidable: bool) -> str:
    if truth is None or truth.value is None:
        return "phantom" if value is not None else ""
    if value is None:
        return "" if undecidable else "missing"
    if value != truth.value:
        return "wrong"
    return "" if undecidable else "right"


def _silent(result: Result, read: Extraction, unread: Mapping[str, Key]) -> None:
    """Blocks with a missing cell of which no finding speaks; a finding without a section speaks of the document."""
    told = {BLOCKS.get((f.section, f.indicator, f.breakdown), "") for f in read.findings}
    sections = {f.section for f in read.findings if not f.indicator}
    for slot, key in unread.items():
        if slot not in told and key[0] not in sections and "" not in sections:
            result.note("silent", key, truth=slot)


def judged(document: Simulated, where: str, *, part_of_name: bool = False) -> Result:
    """Read one document and compare; ``where`` says which it is. ``part_of_name``: a name is right that holds the
    agency's."""
    started = time.perf_counter()
    read = read_document(document.data, document.file_name)
    ms = (time.perf_counter() - started) * 1000
    if part_of_name and document.agency in (read.agency or ""):
        document = replace(document, agency=read.agency or "")
    result = compare(document, read)
    result.ms = ms
    result.problems = [(*problem, where) for problem in result.problems]
    return result


def place_of(planned: Planned) -> str:
    """Which document of a plan it is."""
    return f"{planned.seed}/{planned.number}/{planned.year}"


def measure(planned: Planned) -> Result:
    """Make one document, read it, compare."""
    return judged(planned.make(), place_of(planned))


# ---------------------------------------------------------------------------------------------------------------- real


def real_simulated(folder: Path) -> Iterator[Simulated]:
    """The real documents whose figures were read by eye, as if they had been made."""
    facts: dict[str, dict[Key, Printed]] = defaultdict(dict)
    with (folder / "facts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            value = Decimal(row["value"]) if row["value"] else None
            key = (row["section"], row["indicator"], row["breakdown"])
            facts[row["doc"]][key] = Printed(row["status"], row["printed"], value)
    with (folder / "reports.csv").open(encoding="utf-8", newline="") as file:
        reports = [row for row in csv.DictReader(file) if row["file"]]
    for row in reports:
        data, year = (folder / row["file"]).read_bytes(), int(row["report_year"])
        yield Simulated("real", row["file"], data, "report", row["agency"], year, facts[row["doc"]])


def real_documents(folder: Path) -> Iterator[Result]:
    """Those documents, each compared in the same way."""
    for document in real_simulated(folder):
        yield judged(document, document.file_name, part_of_name=True)


# --------------------------------------------------------------------------------------------------------------- table


def share(counts: Counter[str]) -> float:
    """Right among all printed numbers that the files determine; 1 where none is."""
    printed = counts["right"] + counts["wrong"] + counts["missing"]
    return counts["right"] / printed if printed else 1.0


def summed(results: Iterable[Result]) -> tuple[Counter[str], list[float]]:
    counts: Counter[str] = Counter()
    times = []
    for result in results:
        counts.update(result.counts)
        counts["documents"] += 1
        times.append(result.ms)
    return counts, times


def line(name: str, results: list[Result]) -> str:
    counts, times = summed(results)
    cells = [str(counts["documents"]), f"{counts['right']}", f"{share(counts) * 100:.2f}"]
    cells += [str(counts[what]) for what in COUNTS[1:]]
    return f"| {name} | " + " | ".join([*cells, f"{statistics.median(times):.1f}"]) + " |"


HEADER = "| | documents | right | % | " + " | ".join(COUNTS[1:]) + " | ms |\n|---|" + "---:|" * (len(COUNTS) + 3)


def failures(by_seed: Mapping[int, list[Result]]) -> list[str]:
    """Every limit that is not kept, in words. The share of a variant is that of all seeds together: some determine a
    few dozen numbers a seed, where one row that is not read would decide.
    """
    found: list[str] = []
    every = [result for results in by_seed.values() for result in results]
    for variant in sorted({result.variant for result in every}):
        counts, _ = summed(result for result in every if result.variant == variant)
        found += [f"{variant}: {what} {counts[what]}" for what in ZERO if counts[what]]
        if share(counts) < VARIANT_SHARE:
            found.append(f"{variant}: only {share(counts) * 100:.2f} % right")
    for seed, results in by_seed.items():
        for file_type in FILE_TYPES:
            counts, _ = summed(result for result in results if result.variant.startswith(f"{file_type}."))
            if share(counts) < TYPE_SHARE:
                found.append(f"seed {seed}: all of {file_type}: only {share(counts) * 100:.2f} % right")
    return found


def document_text(by_seed: Mapping[int, list[Result]], real: list[Result], fresh: int | None) -> str:
    """docs/accuracy.md."""
    seeds = ", ".join(map(str, by_seed))
    every = [result for results in by_seed.values() for result in results]
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    parts = [
        "# How accurately documents are read",
        "",
        "<!-- Written by `make accuracy` (tests/accuracy/run.py); do not edit by hand. -->",
        "",
        f"{len(every)} documents of invented agencies in {len({r.variant for r in every})} layout variants, each "
        "modelled on something that real documents do, compared cell by cell with what was typeset"
        + (f"; and {len(real)} real reports whose figures were read by eye." if real else "."),
        f"Seeds: {seeds}." + (f" Seed {fresh} had never been used before." if fresh is not None else ""),
        f"Python {platform.python_version()}, {versions}; {os.cpu_count()} cores, two processes at once.",
        "",
        "- **right**, **%**: printed numbers that the file determines and that were read as printed; their share.",
        "- **wrong**: read as another number; must be 0.",
        "- **missing**: printed, not read (the reader abstains).",
        "- **phantom**: read where no number is printed; must be 0.",
        "- **twice**: a cell told twice; must be 0.",
        "- **status**: `blank`, `mark`, `illegible` or `absent` taken for one another, or for a number.",
        "- **kind**: a report not taken for one, or the other way round.",
        "- **agency**, **year**: named otherwise than printed.",
        "- **silent**: blocks with a cell that was not read or is not there, of which no finding speaks; must be 0.",
        "- **ms**: median milliseconds a document.",
        "",
        "Cells that a file does not determine (a careful person could not know them from that file alone) count only",
        "where they are read wrong or invented.",
        "",
        "## By file type",
        "",
        HEADER.replace("| |", "| file type, seed |", 1),
    ]
    for file_type in FILE_TYPES:
        for seed, results in by_seed.items():
            chosen = [result for result in results if result.variant.startswith(f"{file_type}.")]
            if chosen:
                parts.append(line(f"{file_type}, {seed}", chosen))
    for seed, results in by_seed.items():
        parts.append(line(f"**all, {seed}**", results))
    if real:
        parts.append(line("real documents", real))
    for file_type in FILE_TYPES:
        names = sorted({r.variant for r in every if r.variant.startswith(f"{file_type}.")})
        if names:
            parts += ["", f"## {file_type}", "", HEADER.replace("| |", "| variant |", 1)]
            parts += [line(name.split(".", 1)[1], [r for r in every if r.variant == name]) for name in names]
            parts.append("")
            parts += [f"- `{name.split('.', 1)[1]}`: {VARIANTS[name].about}" for name in names]
    return "\n".join(parts) + "\n"


def main() -> int:
    """Measure, write the table, say what is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1640, help="for each seed")
    parser.add_argument("--seeds", default="1,2", help="comma between them")
    parser.add_argument("--fresh", type=int, default=None, help="one more seed, never used before; the table says so")
    parser.add_argument("--variants", default="", help="only these")
    parser.add_argument("--types", default="", help="only these")
    parser.add_argument("--out", type=Path, default=None, help="the table; default: docs/accuracy.md for a whole run")
    parser.add_argument("--problems", type=Path, default=None, help="CSV with a line for each difference")
    options = parser.parse_args()
    names = [name for name in options.variants.split(",") if name]
    types = [name for name in options.types.split(",") if name]
    load_variants(names, types)
    by_seed: dict[int, list[Result]] = {}
    with ProcessPoolExecutor(max_workers=2) as pool:
        for seed in [*map(int, options.seeds.split(",")), *([] if options.fresh is None else [options.fresh])]:
            work = list(plan(options.documents, seed, names, types))
            by_seed[seed] = []
            for done, result in enumerate(pool.map(measure, work, chunksize=8), start=1):
                by_seed[seed].append(result)
                if done % 200 == 0:
                    print(f"seed {seed}: {done}/{len(work)}", file=sys.stderr, flush=True)
    whole = not names and not types
    real = list(real_documents(REAL)) if whole and (REAL / "facts.csv").exists() else []
    out = options.out or (ROOT / "docs" / "accuracy.md" if whole else None)
    if out:
        out.write_text(document_text(by_seed, real, options.fresh), encoding="utf-8")
    every = [result for results in by_seed.values() for result in results]
    if options.problems:
        with options.problems.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("variant", "what", "cell", "read", "truth", "seed/bureau/year"))
            writer.writerows(problem for result in [*every, *real] for problem in result.problems)
    print(HEADER)
    for variant in sorted({result.variant for result in every}):
        print(line(variant, [result for result in every if result.variant == variant]))
    for seed, results in by_seed.items():
        print(line(f"all, {seed}", results))
    if real:
        print(line("real", real))
    found = failures(by_seed)
    found += [f"real: {what} {summed(real)[0][what]}" for what in ZERO if summed(real)[0][what]]
    print("\n".join(found) or "every limit is kept")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
