"""Where and until when reports are published: the sites that only governments have, the days set by law. No pandas."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

OFFICIAL, UNKNOWN, OTHER = "official", "unknown", "other"
"""Trust in a place: a government's own site; no site known; any other site, which may be a mirror."""


@dataclass(frozen=True, slots=True)
class DueDate:
    """Reports for the years ``first`` to ``last`` of whoever has this ``duty`` (department, government; any: all of
    them) are due on ``month_day`` (``MM-DD``) of the year after."""

    duty: str
    first: int
    last: int
    month_day: str


@cache
def official_suffixes() -> tuple[str, ...]:
    """Ends of the host names of sites that only governments have."""
    return tuple(row["suffix"] for row in _rows("hosts.csv") if row["trust"] == OFFICIAL)


@cache
def due_dates() -> tuple[DueDate, ...]:
    """The days set by law; who has none here (townships since 2019) has no day that is known."""
    return tuple(
        DueDate(row["duty"], int(row["first_year"]), int(row["last_year"] or 9999), row["month_day"])
        for row in _rows("due_dates.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = files("schemas.codebook").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
