"""``docs/costs.md``: what the whole country costs, worked out from the figures that ``bench_scale.py`` measured.

Usage: python tests/benchmarks/costs.py (writes the page again from ``docs/costs.csv``)
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from string import Template

DOCS = Path(__file__).resolve().parents[2] / "docs"
FIGURES, PAGE = DOCS / "costs.csv", DOCS / "costs.md"
ABOUT = Path(__file__).with_name("costs.template.md")
DOCUMENTS, CELLS = 3_000_000, 600_000_000
# Assumed, nobody has counted: most bureaus publish a page, some attach a file or publish nothing else.
SHARES = {"html": 0.64, "pdf": 0.20, "docx": 0.10, "text": 0.04, "xlsx": 0.02}
CORES = (2, 16, 64)
GIB = 2**30


def write(figures: Mapping[str, float]) -> None:
    """Write figures (name -> seconds or bytes for a document, ratios) and the page."""
    with FIGURES.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["figure", "value"])
        rows.writerows((name, f"{value:.6g}") for name, value in figures.items())
    PAGE.write_text(page(figures), encoding="utf-8")


def read() -> dict[str, float]:
    """The figures that were measured last."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        return {row["figure"]: float(row["value"]) for row in csv.DictReader(file)}


def _duration(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.1f} d"


def page(figures: Mapping[str, float]) -> str:
    """The page, in Markdown."""
    reading = DOCUMENTS * sum(share * figures[kind] for kind, share in SHARES.items())
    efficiency = figures["two_processes"] / 2
    alone = DOCUMENTS * (figures["load"] + figures["publish"])  # what one process does
    kinds = [
        f"| {kind} | {share:.0%} | {figures[kind] * 1000:.1f} | {DOCUMENTS * share * figures[kind] / 3600:.1f} |"
        for kind, share in SHARES.items()
    ]
    cores = [
        f"| {n} | {_duration(reading / n / efficiency)} | {_duration(alone)} |"
        f" {figures['worker_bytes'] * n / GIB:.1f} GiB |"
        for n in CORES
    ]
    room = [
        f"| {name} | {figures[key] / 1000:.1f} KB | {DOCUMENTS * figures[key] / GIB:,.0f} GiB |"
        for name, key in (
            ("documents as received, simulated pages", "raw_bytes"),
            ("shards", "shard_bytes"),
            ("store", "store_bytes"),
            ("one release: CSV, Parquet, DuckDB, slices, workbook, zip", "release_bytes"),
        )
    ]
    return Template(ABOUT.read_text(encoding="utf-8")).substitute(
        documents=f"{DOCUMENTS:,}",
        cells=f"{CELLS:,}",
        measured=f"{figures['documents']:,.0f}",
        hours=f"{reading / 3600:.0f}",
        kinds="\n".join(kinds),
        twice=f"{figures['two_processes']:.2f}",
        cores="\n".join(cores),
        crossing=f"{reading / efficiency / alone:.1f}",
        reader=f"{figures['worker_bytes'] / 2**20:.0f}",
        whole=f"{figures['whole_bytes'] / 2**20:,.0f}",
        room="\n".join(room),
        nothing=f"{figures['nothing_new'] * figures['documents']:.2f}",
    )


if __name__ == "__main__":
    PAGE.write_text(page(read()), encoding="utf-8")
