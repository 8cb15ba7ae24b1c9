"""The registry: kinds of organs, ids, names over time, what stands above and what followed."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import cast

import pytest

from schemas.agencies import (
    aliases,
    describe,
    full_name,
    governments,
    listed,
    names_of,
    official_name,
    organ_id,
    parent,
    place,
    places_of,
    predecessors,
    successors,
    township_id,
)
from schemas.divisions import by_code, links, townships_named, units
from schemas.organs import organ_links, organ_names, organs, read

KIND = {organ.code: organ.id for organ in organs().values()}


def unit(code: str) -> int:
    return by_code(code)[0].unit


def agency(code: str, organ: str = "government") -> str:
    return organ_id(unit(code), KIND[organ])


def test_every_name_means_one_kind() -> None:
    counted = Counter(row["name"] for row in read("organ_names.csv"))
    assert {name for name, count in counted.items() if count > 1} == set()
    assert len(counted) == len(organ_names()) > 350
    assert all(0 <= organ < 120 for organ in organs())
    assert all(organ.names for organ in organs().values() if organ.branch_of is None)


def test_ids_have_room() -> None:
    assert max(units()) < 5000
    ids = list(listed())
    assert all("a800000" <= each <= "a999999" for each in ids)
    assert ids == sorted(ids)
    with pytest.raises(ValueError, match="organ 120"):
        organ_id(1, 120)
    with pytest.raises(ValueError, match="unit 5000"):
        organ_id(5000)
    with pytest.raises(ValueError, match="township 200000"):
        township_id(200_000)
    with pytest.raises(KeyError):
        place(organ_id(1, 119))


def test_explicit_rows_point_at_what_exists() -> None:
    for row in listed().values():
        assert row.unit is None or row.unit in units()
        assert not row.parent or place(row.parent)
        assert all(before in listed() for before in row.predecessors)
    for one in aliases():
        assert place(one.agency)
        assert one.first <= one.last
    assert all(int(row["unit_id"]) in units() for row in read("sites.csv"))


NAMES = [
    ("320813", "government", 2015, "洪泽县人民政府"),
    ("320813", "government", 2016, "淮安市洪泽区人民政府"),
    ("310000", "government_office", 2019, "上海市人民政府办公厅"),
    ("321300", "government_office", 2014, "宿迁市人民政府办公室"),
    ("331023", "ecology_environment", 2012, "天台县环境保护局"),
    ("331023", "ecology_environment", 2020, "天台县生态环境局"),
    ("330000", "education", 2020, "浙江省教育厅"),
    ("420600", "health", 2014, "襄阳市卫生和计划生育委员会"),
    ("420600", "health_before_2013", 2009, "襄樊市卫生局"),
    ("152500", "government", 2020, "锡林郭勒盟行政公署"),
    ("440402", "tax", 2022, "国家税务总局珠海市香洲区税务局"),
    ("500103", "public_security_branch", 2022, "重庆市公安局渝中分局"),
    ("310115", "public_security_branch", 2022, "上海市公安局浦东分局"),
    ("441803", "public_security_branch", 2022, "清远市公安局清新分局"),
    ("331023", "ecology_environment_branch", 2022, "台州市生态环境局天台分局"),
]


@pytest.mark.parametrize(("code", "organ", "year", "name"), NAMES)
def test_official_names(code: str, organ: str, year: int, name: str) -> None:
    assert official_name(agency(code, organ), year) == name


def test_the_form_that_a_document_prints_is_kept_where_it_is_official() -> None:
    bureau = agency("331023", "health")
    assert official_name(bureau, 2020, organ_names()["卫生健康局"]) == "天台县卫生健康局"
    assert official_name(bureau, 2020, organ_names()["卫健局"]) == "天台县卫生健康委员会"
    branch = agency("321302", "natural_resources_branch")
    said = organ_names()["自然资源和规划局"]
    assert official_name(branch, 2020, said) == "宿迁市自然资源和规划局宿城分局"


def test_names_over_time_have_no_gap() -> None:
    found = {(one.name, one.first, one.last) for one in names_of(agency("320813")) if one.kind == "official"}
    assert found == {("洪泽县人民政府", 0, 2015), ("淮安市洪泽区人民政府", 2016, 9999)}
    (ministry,) = [row.id for row in listed().values() if row.name == "生态环境部"]
    assert {"国家环境保护总局", "环境保护部", "生态环境部"} <= {one.name for one in names_of(ministry)}
    assert official_name(ministry, 2015) == "环境保护部"


def test_what_stands_above() -> None:
    assert parent(agency("321302", "education")) == agency("321302")
    assert parent(agency("321302")) == agency("321300")
    assert parent(agency("321300")) == agency("320000")
    assert parent(agency("320000")) == ""
    assert parent(agency("321302", "public_security_branch")) == agency("321300", "public_security")
    assert parent(agency("440402", "tax")) == agency("440400", "tax")
    (street,) = [one for one in townships_named("打浦桥街道") if one.county == unit("310101")]
    assert parent(township_id(street.id)) == agency("310101")
    assert official_name(township_id(street.id), 2025) == "上海市黄浦区打浦桥街道办事处"
    assert describe(township_id(street.id))["level"] == "township"


def test_what_followed() -> None:
    assert successors(agency("331023", "land_resources")) == [agency("331023", "natural_resources")]
    assert predecessors(agency("331023", "market_supervision")) == sorted(
        agency("331023", kind) for kind in ("industry_commerce", "quality_supervision", "food_drug")
    )
    merged = next(link for link in links() if link.kind == "merged_into")
    assert organ_id(merged.target) in successors(organ_id(merged.source))
    assert organ_id(merged.source) in predecessors(organ_id(merged.target))
    assert {link.predecessor for link in organ_links()} <= set(organs())
    samr = next(row for row in listed().values() if row.name == "国家市场监督管理总局")
    assert len(predecessors(samr.id)) == 3
    assert all(successors(before)[0] == samr.id for before in predecessors(samr.id)[:1])


def test_all_governments_of_county_level_and_above() -> None:
    rows = [describe(each) for each in governments()]
    levels = Counter(str(row["level"]) for row in rows)
    assert levels["province"] == 34
    assert 333 <= levels["prefecture"] <= 360
    assert 2840 <= levels["county"] <= 3300
    assert all(row["division_code"] for row in rows)
    gone = [row for row in rows if row["valid_to"] and int(str(row["valid_to"])) >= 2008]
    assert gone
    assert sum(bool(row["successors"]) for row in gone) > len(gone) / 3


def test_districts_bear_their_city_s_name() -> None:
    assert full_name(unit("110105"), 2020) == "北京市朝阳区"
    assert full_name(unit("220104"), 2020) == "长春市朝阳区"
    assert full_name(unit("331023"), 2020) == "天台县"
    assert full_name(unit("429021"), 2020) == "神农架林区"


def test_where_an_agency_lies_changes_with_its_division() -> None:
    """洪泽县 became 洪泽区 of 淮安 in 2016; 莱芜 went into 济南 by 国函〔2018〕163号."""
    hongze = [
        (row["division_code"], row["prefecture"], row["county"], row["valid_from"], row["valid_to"])
        for row in places_of(agency("320813"))
    ]
    assert hongze == [("320829", "淮安市", "洪泽县", None, 2015), ("320813", "淮安市", "洪泽区", 2016, None)]
    laicheng = [(row["prefecture"], row["county"], row["valid_to"]) for row in places_of(agency("371202"))]
    assert laicheng == [("莱芜市", "莱城区", 2017), ("济南市", "莱芜区", None)]
    (shanghai,) = places_of(agency("310000", "government_office"))
    assert (shanghai["province_code"], shanghai["province"], shanghai["prefecture"]) == ("31", "上海市", None)
    (town,) = places_of(township_id(1))
    assert (town["province"], town["prefecture"], town["county"]) == ("北京市", None, "东城区")
    assert places_of("a800001") == []


def test_every_year_of_an_agency_has_one_place() -> None:
    for each in governments():
        rows = places_of(each)
        told = rows[0].keys() - {"turn", "valid_from", "valid_to"}
        assert rows[0]["valid_from"] is None
        assert rows[-1]["valid_to"] is None
        for before, after in pairwise(rows):
            assert after["valid_from"] == cast("int", before["valid_to"]) + 1
            assert {name: before[name] for name in told} != {name: after[name] for name in told}
