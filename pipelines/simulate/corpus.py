"""Corpora of made-up documents, streamed: `nianbao simulate`.

The population is walked bureau by bureau and year by year; every report is typeset in the variant that has had the
fewest so far among those that can take it, so that variants come out about equally often. The same arguments give the
same bytes. Nothing is held in memory but the counts and one batch of truth.

    <out>/raw/<thousand>/<agency><year>.<suffix>    the documents
    <out>/raw/manifest.csv                          origin = simulated, the variant as note
    <out>/documents.csv                             what each document is
    <out>/truth.parquet                             what each cell prints, one row for every cell of every report
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipelines.simulate.population import OLD_YEARS, YEARS, report
from pipelines.simulate.registry import Simulated, Variant, load_variants
from pipelines.simulate.report import parted

MANIFEST_FIELDS = ("path", "source_url", "retrieved_at", "published_on", "agency_hint", "year_hint", "origin", "note")
DOCUMENT_FIELDS = ("path", "variant", "kind", "agency", "report_year", "bureau", "seed")
TRUTH_FIELDS = (
    "path", "section", "indicator", "breakdown", "status", "printed", "value", "unit", "undecidable", "level",
)  # fmt: skip
MISPRINTS = 0.05  # share of reports with a sum that does not hold
_BATCH = 50_000  # rows of truth written at once


class ToMake(Protocol):
    """A document before it is made: of bureau ``number`` in ``seed``."""

    @property
    def seed(self) -> int: ...

    @property
    def number(self) -> int: ...

    def make(self) -> Simulated:
        """The document; the same every time."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One document of a corpus before it is made: bureau ``number`` of population ``seed``, year, variant."""

    seed: int
    number: int
    year: int
    variant: str

    def make(self) -> Simulated:
        """The document; what a line of ``documents.csv`` names can be made again alone."""
        return make(self.seed, self.number, self.year, load_variants([self.variant])[self.variant])


def years_of(variant: Variant) -> range:
    """The years a variant can be about: its own, else those in which its form was in force."""
    if variant.years:
        return range(variant.years[0], variant.years[-1] + 1)
    of_form = {"2014": range(2014, 2019), "2019": range(2019, 2021), "2021": range(2021, YEARS[-1] + 1)}
    return of_form.get(variant.form, YEARS)


def make(seed: int, number: int, year: int, variant: Variant, misprints: float = MISPRINTS) -> Simulated:
    """The report of bureau ``number`` of population ``seed`` about ``year`` in one variant."""
    content = report(seed, number, year, variant.form, variant.slots, misprints)
    return variant.make(content, random.Random(f"{variant.name}/{seed}/{number}/{year}"))


def plan(documents: int, seed: int, names: Collection[str] = (), types: Collection[str] = ()) -> Iterator[Planned]:
    """``documents`` documents in all variants, or in those called for. KeyError for an unknown variant, ValueError
    where nothing is left of the choice."""
    variants = list(load_variants(names, types).values())
    if not variants:
        raise ValueError("no variant is of these types")
    used: Counter[str] = Counter()
    order = random.Random(f"order/{seed}")
    planned, number = 0, 0
    while planned < documents:
        for year in (*OLD_YEARS, *YEARS):
            fitting = [variant for variant in variants if year in years_of(variant)]
            if not fitting or planned == documents:
                continue
            # Variants for few years come first where counts are equal: others find another year.
            variant = min(fitting, key=lambda one: (used[one.name], len(years_of(one)), order.random()))
            if year in OLD_YEARS and used[variant.name] > min(used[one.name] for one in variants):
                continue  # few variants are of these years: they wait until the others have had as many
            used[variant.name] += 1
            planned += 1
            yield Planned(seed, number, year, variant.name)
        number += 1


def write_corpus(
    out: Path, planned: Iterable[ToMake], progress: Callable[[int], None] = lambda _: None
) -> Counter[str]:
    """Write documents, manifest and truth below ``out`` (made if need be); returns documents by variant."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    counts: Counter[str] = Counter()
    raw = out / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    schema = pa.schema([(name, pa.bool_() if name == "undecidable" else pa.string()) for name in TRUTH_FIELDS])
    rows: list[tuple[str | bool, ...]] = []
    with (
        (raw / "manifest.csv").open("w", encoding="utf-8", newline="") as manifest_file,
        (out / "documents.csv").open("w", encoding="utf-8", newline="") as documents_file,
        ParquetWriter(out / "truth.parquet", schema, compression="zstd") as truth_file,
    ):
        manifest = csv.writer(manifest_file, lineterminator="\n")
        listed = csv.writer(documents_file, lineterminator="\n")
        manifest.writerow(MANIFEST_FIELDS)
        listed.writerow(DOCUMENT_FIELDS)

        def flush() -> None:
            columns = zip(*rows, strict=True)
            arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
            truth_file.write_table(pa.Table.from_arrays(arrays, schema=schema))
            rows.clear()

        for count, one in enumerate(planned, start=1):
            document = one.make()
            path = f"{one.number // 1000:04d}/{document.file_name}"
            target = raw / path
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(document.data)
            manifest.writerow([path, "", "", "", "", "", "simulated", document.variant])
            told = [document.kind, document.agency, document.report_year or "", one.number, one.seed]
            listed.writerow([path, document.variant, *told])
            rows.extend(_truth_rows(path, document))
            counts[document.variant] += 1
            if len(rows) >= _BATCH:
                flush()
            progress(count)
        if rows:
            flush()
    return counts


def _truth_rows(path: str, document: Simulated) -> Iterator[tuple[str | bool, ...]]:
    for key, cell in document.truth.items():
        value = "" if cell.value is None else format(cell.value, "f")
        breakdown, level = parted(key[2])
        place = (path, *key[:2], breakdown)
        yield (*place, cell.status, cell.printed, value, cell.unit, key in document.undecidable, level)
