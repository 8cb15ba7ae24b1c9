"""The tables of divisions: what must hold for every row, and places whose history is known."""

import csv
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from divisions.compare import digest, in_force

from schemas import divisions
from schemas.divisions import OPEN, Spell


def history(name: str, level: str = "county") -> list[list[str]]:
    """For each unit that ever had the name, all its names with codes and years."""
    found = {spell.unit for spell in divisions.by_name(name) if spell.level == level}
    return [
        [f"{spell.code} {spell.name} {spell.first}-{spell.last}" for spell in divisions.units()[unit].spells]
        for unit in sorted(found)
    ]


def current(code: str) -> Spell:
    """The one spell in force today under a code."""
    (spell,) = (spell for spell in divisions.by_code(code) if spell.last == OPEN)
    return spell


def ends(code: str, year: int) -> list[tuple[str, str]]:
    """(kind, name of the target) of the links from the unit whose spell with this code ended in that year."""
    (unit,) = {spell.unit for spell in divisions.by_code(code) if spell.last == year}
    return [
        (link.kind, divisions.units()[link.target].spells[-1].name)
        for link in divisions.links()
        if link.source == unit and link.year == year
    ]


# ------------------------------------------------------------------------------------------------------- every row


def test_as_many_places_as_there_are() -> None:
    today = [spell for unit in divisions.units().values() for spell in unit.spells if spell.last == OPEN]
    counts = {level: sum(spell.level == level for spell in today) for level in ("province", "prefecture", "county")}
    assert counts == {
        "province": 34,
        "prefecture": 333,
        "county": 2847 + 4,
    }  # 4 districts of 大兴安岭 have no official code
    assert len(divisions.townships()) == 38749 + 184  # those of counties that the list of today leaves out


def test_a_code_belongs_to_one_place_at_a_time() -> None:
    by_code = defaultdict(list)
    for unit in divisions.units().values():
        for spell in unit.spells:
            by_code[spell.code].append(spell)
    for spells in by_code.values():
        for earlier, later in pairwise(sorted(spells, key=lambda spell: (spell.first, spell.last))):
            assert earlier.last <= later.first, (earlier, later)


def test_the_spells_of_a_unit_follow_each_other() -> None:
    for unit in divisions.units().values():
        for earlier, later in pairwise(unit.spells):
            assert earlier.last == later.first, unit
            assert (earlier.code, earlier.name, earlier.parent) != (later.code, later.name, later.parent), unit


def test_every_parent_is_there_while_its_child_is() -> None:
    units = divisions.units()
    above = {"prefecture": {"province"}, "county": {"prefecture", "province"}}
    for unit in units.values():
        for spell in unit.spells:
            assert (spell.parent is None) == (spell.level == "province"), spell
            if spell.parent is not None:
                parents = [s for s in units[spell.parent].spells if s.first <= spell.last and s.last >= spell.first]
                assert {s.level for s in parents} <= above[spell.level], spell
                assert min(s.first for s in parents) <= spell.first, spell
                assert max(s.last for s in parents) >= spell.last, spell


def test_links_connect_units_in_the_year_of_the_change() -> None:
    units = divisions.units()
    for link in divisions.links():
        source, target = units[link.source], units[link.target]
        assert source is not target
        assert target.spells[0].first <= link.year <= target.spells[-1].last, link
        if link.kind == "split_from":
            assert source.spells[0].first == link.year, link
        else:
            assert link.kind in {"merged_into", "replaced_by"}
            assert source.spells[-1].last == link.year, link


def test_ids_leave_room_for_agencies() -> None:
    assert max(divisions.units()) < 5000
    assert max(divisions.townships()) < 200_000


def test_townships_belong_to_a_county_of_today() -> None:
    units = divisions.units()
    for township in divisions.townships().values():
        place = units[township.county].spells[-1]
        assert township.code.startswith(place.code.removesuffix("00") if place.level == "prefecture" else place.code)
        assert units[township.county].spells[-1].last == OPEN


# ------------------------------------------------------------------------------------------------- places known by name


@pytest.mark.parametrize(
    ("name", "level", "expected"),
    [
        ("襄樊市", "prefecture", ["420600 襄樊市 0-2010", "420600 襄阳市 2010-9999"]),
        ("毕节地区", "prefecture", ["522400 毕节地区 0-2011", "520500 毕节市 2011-9999"]),
        ("毕节市", "county", ["522401 毕节市 0-2011", "520502 七星关区 2011-9999"]),
        ("普洱市", "prefecture", ["532700 思茅地区 0-2003", "530800 思茅市 2003-2007", "530800 普洱市 2007-9999"]),
        ("郫县", "county", ["510124 郫县 0-2016", "510117 郫都区 2016-9999"]),
        ("即墨市", "county", ["370282 即墨市 0-2017", "370215 即墨区 2017-9999"]),
        ("崇明县", "county", ["310230 崇明县 0-2016", "310151 崇明区 2016-9999"]),
        ("蓟县", "county", ["120225 蓟县 0-2016", "120119 蓟州区 2016-9999"]),
        ("双流县", "county", ["510122 双流县 0-2015", "510116 双流区 2015-9999"]),
        ("通州市", "county", ["320683 通州市 0-2009", "320612 通州区 2009-9999"]),
        ("莱城区", "county", ["371202 莱城区 0-2018", "370116 莱芜区 2018-9999"]),
        ("居巢区", "county", ["341402 居巢区 0-2011", "340181 巢湖市 2011-9999"]),
        ("无为县", "county", ["341422 无为县 0-2011", "340225 无为县 2011-2019", "340281 无为市 2019-9999"]),
        ("东陵区", "county", ["210112 东陵区 0-2014", "210112 浑南区 2014-9999"]),
        ("孟津县", "county", ["410322 孟津县 0-2021", "410308 孟津区 2021-9999"]),
        ("祁阳县", "county", ["431121 祁阳县 0-2021", "431181 祁阳市 2021-9999"]),
        ("绍兴县", "county", ["330621 绍兴县 0-2013", "330603 柯桥区 2013-9999"]),
    ],
)
def test_one_place_under_all_its_names(name: str, level: str, expected: list[str]) -> None:
    assert history(name, level) == [expected]


def test_a_city_that_became_a_prefecture_without_counties_is_the_same_city() -> None:
    (unit,) = {spell.unit for spell in divisions.by_name("儋州市")}
    assert [(spell.code, spell.level) for spell in divisions.units()[unit].spells][-2:] == [
        ("469003", "county"),
        ("460400", "prefecture"),
    ]


@pytest.mark.parametrize(
    ("code", "year", "expected"),
    [
        ("110103", 2010, [("merged_into", "东城区")]),  # 崇文区
        ("310103", 2011, [("merged_into", "黄浦区")]),  # 卢湾区
        ("310108", 2015, [("merged_into", "静安区")]),  # 闸北区
        ("371200", 2018, [("merged_into", "济南市")]),  # 莱芜市
        ("341400", 2011, [("merged_into", "合肥市"), ("merged_into", "芜湖市"), ("merged_into", "马鞍山市")]),  # 巢湖市
        ("310119", 2009, [("merged_into", "浦东新区")]),  # 南汇区
        ("120107", 2009, [("merged_into", "滨海新区")]),  # 塘沽区
        ("330103", 2021, [("merged_into", "拱墅区")]),  # 下城区
        ("330104", 2021, [("merged_into", "上城区")]),  # 江干区
        ("410306", 2021, [("merged_into", "孟津区")]),  # 吉利区
        ("500110", 2011, [("merged_into", "綦江区")]),  # 万盛区; its code went to the new 綦江区
        ("140211", 2018, [("merged_into", "平城区"), ("merged_into", "云冈区")]),  # 大同 南郊区
        ("130421", 2016, [("merged_into", "邯山区"), ("merged_into", "丛台区")]),  # 邯郸县
        ("140402", 2018, [("merged_into", "潞州区")]),  # 长治 城区
        ("130103", 2014, []),  # 石家庄 桥东区: not to 邢台, where a list follows the name
    ],
)
def test_what_became_of_places_that_ended(code: str, year: int, expected: list[tuple[str, str]]) -> None:
    assert ends(code, year) == expected


def test_new_districts_are_new_places() -> None:
    for code, name, year in [("330113", "临平区", 2021), ("330114", "钱塘区", 2021), ("360113", "红谷滩区", 2019)]:
        (only,) = divisions.units()[current(code).unit].spells
        assert (only.name, only.first) == (name, year)
    names = {divisions.units()[link.target].spells[-1].name for link in divisions.links() if link.kind == "split_from"}
    assert {"余杭区", "萧山区", "江干区"} <= names


def test_a_reused_code_joins_nobody() -> None:
    mohe, other = divisions.by_code("232701")
    assert (mohe.name, mohe.first) == ("漠河市", 2018)
    assert (other.name, other.last) == ("加格达奇区", 2018)
    assert mohe.unit == divisions.by_code("232723")[0].unit != other.unit
    qijiang, wansheng = divisions.by_code("500110")
    assert (qijiang.name, wansheng.name) == ("綦江区", "万盛区")
    assert qijiang.unit == divisions.by_code("500222")[0].unit != wansheng.unit


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("331023", "天台县"),
        ("370883", "邹城市"),
        ("370826", "微山县"),
        ("330922", "嵊泗县"),
        ("330483", "桐乡市"),
        ("330602", "越城区"),
        ("332500", "丽水市"),
        ("330682", "上虞区"),
        ("622301", "凉州区"),
    ],
)
def test_codes_printed_in_index_numbers_lead_to_the_place_of_today(code: str, name: str) -> None:
    (spell,) = divisions.by_code(code)
    assert divisions.units()[spell.unit].spells[-1].name == name


def test_the_latest_comes_first_and_the_unknown_is_empty() -> None:
    assert [spell.name for spell in divisions.by_code("420600")] == ["襄阳市", "襄樊市"]
    assert divisions.by_code("999999") == divisions.by_name("无此地") == divisions.townships_named("无此镇") == ()


def test_townships_of_one_name() -> None:
    found = divisions.townships_named("卓刀泉街道")
    assert [township.code[:6] for township in found] == ["420111"]
    assert len(divisions.townships_named("城关镇")) > 50
    (humen,) = divisions.townships_named("虎门镇")  # in a prefecture without counties
    assert divisions.units()[humen.county].spells[-1].name == "东莞市"


# ------------------------------------------------------------------------------------------------- lists of other hands


def _table(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parents[1] / "divisions" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("printed", _table("lists"), ids=lambda row: f"{row['source']} {row['year']}")
def test_the_table_agrees_with_every_list_but_for_the_differences_written_down(printed: dict[str, str]) -> None:
    here = (printed["source"], printed["year"])
    differences = [row for row in _table("differences") if (row["source"], row["year"]) == here]
    sides = {side: {(r["code"], r["name"]) for r in differences if r["side"] == side} for side in ("table", "list")}
    ours = in_force(int(printed["year"]), printed["levels"].split())
    assert sides["table"] <= ours
    assert not sides["list"] & ours
    restored = ours - sides["table"] | sides["list"]
    assert len(restored) == int(printed["entries"])
    assert digest(restored) == printed["sha256"]


def test_every_difference_has_a_reason_and_no_list_is_long_behind() -> None:
    reasons = Counter(row["reason"] for row in _table("differences"))
    late = {reason for reason in reasons if reason.startswith("list late: ")}
    assert set(reasons) - late == {
        "spelled differently in the list",
        "under another code in the list",
        "not a division with a government of its own",
        "a city of the Corps that the list leaves out",
        "a district of the forest administration that the list leaves out",
    }
    assert {(r["code"], r["name"]) for r in _table("differences") if r["reason"].startswith("not a division")} == {
        ("620201", "嘉峪关市"),
        ("632857", "大柴旦行政委员会"),
        ("632858", "冷湖行政委员会"),
        ("632859", "茫崖行政委员会"),
    }
    assert sum(reasons[reason] for reason in late) == 180
