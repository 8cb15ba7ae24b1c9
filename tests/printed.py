"""What the sample reports print, as transcribed by eye: for tests that start from figures and not from files."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from pathlib import Path

from schemas.forms import Key

_TRANSCRIBED = Path(__file__).resolve().parent / "golden" / "transcribed.csv"


def printed(doc: str) -> dict[Key, Decimal | None]:
    """The cells of one sample; None where the cell prints no number."""
    return dict(_printed()[doc])


@cache
def _printed() -> dict[str, dict[Key, Decimal | None]]:
    found: dict[str, dict[Key, Decimal | None]] = {}
    with _TRANSCRIBED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["section"], row["indicator"], row["breakdown"])
            found.setdefault(row["doc"], {})[key] = Decimal(row["value"]) if row["value"] else None
    return found
