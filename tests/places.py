"""A working directory with documents, and runs in it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from pathlib import Path
from typing import Any

from shelf import Shelf

from pipelines import fingerprint, ingest, release
from pipelines.batch import Item, Job, read_job
from pipelines.console import Console
from pipelines.ingest import Share
from pipelines.load import load, open_store, run_findings
from pipelines.options import Options
from pipelines.runner import run
from pipelines.store import Store
from schemas.products import PRODUCTS
from schemas.table import arrow_schema

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "raw"
DAY = "2026.11.23"


class Place:
    """A working directory with raw, work and published, and runs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.raw, self.work, self.published = (folder / name for name in ("raw", "work", "published"))
        self.raw.mkdir(parents=True, exist_ok=True)
        self.said = ""

    def sample(self, *names: str) -> None:
        for name in names:
            target = self.raw / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(SAMPLES / name, target)
            shutil.copy(SAMPLES / name.split("/")[0] / "manifest.csv", target.parent / "manifest.csv")
            self.trim(target.parent)

    def trim(self, folder: Path) -> None:
        """Keep the manifest rows of the files that are here."""
        manifest = folder / "manifest.csv"
        with manifest.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            kept = [row for row in reader if (folder / row["path"]).exists()]
        with manifest.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(reader.fieldnames or []))
            writer.writeheader()
            writer.writerows(kept)

    def after(self, shelf: Shelf, *names: str, **changes: Any) -> Place:
        """Be as after a first run over these samples (with these options), which is made once for all tests."""

        def make(folder: Path) -> None:
            first = Place(folder)
            first.sample(*names)
            assert first.run(**changes) == 0, first.said

        told = hashlib.sha256(json.dumps([names, changes]).encode()).hexdigest()[:16]
        return self.like(shelf.made(f"run-{told}", make))

    def like(self, folder: Path) -> Place:
        """Be a copy of what lies in that folder."""
        shutil.copytree(folder, self.folder, dirs_exist_ok=True)
        return self

    def options(self, **changes: Any) -> Options:
        return Options(self.raw, self.work, self.published, **{"version": None, "workers": 1, **changes})

    def run(self, share: Share | None = None, **changes: Any) -> int:
        out = io.StringIO()
        code = run(self.options(**changes), Console(out), share)
        self.said = out.getvalue()
        return code

    def record(self) -> dict[str, Any]:
        return json.loads((self.work / "runs.jsonl").read_text(encoding="utf-8").splitlines()[-1])

    def load(self) -> None:
        """Read, load and rebuild as a run does, and publish nothing."""
        ledger = ingest.scan(self.raw)
        items = tuple(Item(one.document_id, one.path, one.byte_size) for one in ledger.documents().values())
        read_job(Job(self.raw, self.work / "shards", items, fingerprint.reader_hash()))
        with open_store(self.work) as store:
            assert load(store, self.work / "shards", ledger) == len(items)
            store.rebuild(run_findings(ledger.findings))

    def table(self, name: str) -> list[dict[str, str]]:
        """The rows of a dataset as CSV has them: of the last release, or those that a release would be made of."""
        version = release.latest(self.published) if self.published.exists() else None
        path = self.published / str(version) / f"{name}.csv"
        if version is None:
            path = self.folder / f"{name}.csv"
            (product,) = (one for one in PRODUCTS if one.name() == name)
            with Store(self.work / "store.duckdb", read_only=True) as store:
                store.copy_ordered(product.select(), path, "csv", arrow_schema(product.model))
        with path.open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    def value(self, year: str, indicator: str, breakdown: str) -> str:
        (row,) = [
            row
            for row in self.table("observations")
            if (row["report_year"], row["indicator"], row["breakdown"]) == (year, indicator, breakdown)
        ]
        return row["value"]
