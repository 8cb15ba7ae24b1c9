"""A working directory with documents, and runs in it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

from pipelines import release
from pipelines.console import Console
from pipelines.ingest import Share
from pipelines.options import Options
from pipelines.runner import run

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "raw"
DAY = "2026.11.23"


class Place:
    """A working directory with raw, work and published, and runs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.raw, self.work, self.published = (folder / name for name in ("raw", "work", "published"))
        self.raw.mkdir(parents=True)
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

    def options(self, **changes: Any) -> Options:
        return Options(self.raw, self.work, self.published, **{"version": None, "workers": 1, **changes})

    def run(self, share: Share | None = None, **changes: Any) -> int:
        out = io.StringIO()
        code = run(self.options(**changes), Console(out), share)
        self.said = out.getvalue()
        return code

    def record(self) -> dict[str, Any]:
        return json.loads((self.work / "runs.jsonl").read_text(encoding="utf-8").splitlines()[-1])

    def table(self, name: str) -> list[dict[str, str]]:
        version = release.latest(self.published)
        assert version is not None
        with (self.published / version / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    def value(self, year: str, indicator: str, breakdown: str) -> str:
        (row,) = [
            row
            for row in self.table("observations")
            if (row["report_year"], row["indicator"], row["breakdown"]) == (year, indicator, breakdown)
        ]
        return row["value"]
