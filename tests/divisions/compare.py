"""``make divisions``: compare the table of divisions with every list of another hand, and keep the result as data.

The code books of GB/T 2260 (2008 to 2013; all levels) and the surveys of the statistics bureau (2017 to 2023;
counties) each print who was there. lists.csv keeps a hash of every list, differences.csv each entry that only one side
has, with the reason if there is one. With both, a test knows without the lists whether the table still says the same.
"""

from __future__ import annotations

import csv
import hashlib
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from schemas import divisions
from schemas.codebook import make_divisions

HERE = Path(__file__).resolve().parent
Key = tuple[str, str]
LISTS = ("source", "year", "levels", "entries", "sha256")
DIFFERENCES = ("source", "year", "side", "code", "name", "reason")
LATE = 3
"""A list that is more than this number of years behind is not merely late."""


def in_force(year: int, levels: Iterable[str]) -> set[Key]:
    """(code, name) of every division at the end of a year, by the table."""
    spells = (spell for unit in divisions.units().values() for spell in unit.spells)
    return {(s.code, s.name) for s in spells if s.level in levels and s.first <= year < s.last}


def digest(keys: Iterable[Key]) -> str:
    """A hash of a list, whatever its order."""
    return hashlib.sha256("\n".join(" ".join(key) for key in sorted(keys)).encode()).hexdigest()


def printed(folder: Path) -> Iterator[tuple[str, int, tuple[str, ...], set[Key]]]:
    """(source, year, levels, keys) of each list; without what stands for no county in a survey.

    Codes from 71 to 79 are zones that only statistics know, 00 is a prefecture without counties.
    """
    packages = make_divisions.Packages(folder)
    for year, book in sorted(make_divisions.books(packages.wheel(make_divisions.BOOKS)).items()):
        if year >= 2008:
            yield make_divisions.BOOKS, year, ("province", "prefecture", "county"), set(book.items())
    for year, survey in make_divisions.surveys(packages)[0].items():
        places = {
            key for key in survey.items() if make_divisions.is_place(key[1]) and key[0][4] != "7" and key[0][4:] != "00"
        }
        yield make_divisions.SURVEYS[year][0], year, ("county",), places


def reason(year: int, key: Key, keys: set[Key], ours: set[Key]) -> str:
    """Why one side has an entry and the other has not; empty if nothing is known."""
    code, name = key
    if code.startswith("6590"):
        return "a city of the Corps that the list leaves out"
    if code.startswith("2327"):
        return "a district of the forest administration that the list leaves out"
    spells = [spell for spell in divisions.by_code(code) if spell.name == name]
    for spell in spells:
        if key in ours and year - LATE <= spell.first <= year:
            return f"list late: began in {spell.first}"
        if key in keys and spell.last <= year <= spell.last + LATE:
            return f"list late: ended in {spell.last}"
    others = keys if key in ours else ours
    if any(other[0] == code for other in others):
        return "spelled differently in the list"
    if any(other[1] == name and other[0][:2] == code[:2] for other in others):
        return "under another code in the list"
    return "" if spells else "not a division with a government of its own"


def main() -> None:
    """Write lists.csv and differences.csv."""
    lists, differences = [], []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else temporary)
        for source, year, levels, keys in printed(folder):
            lists.append((source, year, " ".join(levels), len(keys), digest(keys)))
            ours = in_force(year, levels)
            for side, only in (("table", ours - keys), ("list", keys - ours)):
                differences += [(source, year, side, *key, reason(year, key, keys, ours)) for key in sorted(only)]
    for name, columns, rows in (("lists", LISTS, lists), ("differences", DIFFERENCES, differences)):
        with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([columns, *rows])
        print(f"tests/divisions/{name}.csv: {len(rows):,} rows")


if __name__ == "__main__":
    main()
