"""Whose report it is: real names, what may be believed, and what never may."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines import attribution
from pipelines.attribution import UNNAMED, attribute, attribute_all
from pipelines.evidence import Evidence
from pipelines.places import readings
from pipelines.whereabouts import Case, trusted
from schemas.agencies import Alias, organ_id, place
from schemas.codes import AGENCY_REASONS
from schemas.divisions import by_code
from schemas.organs import organs

KIND = {organ.code: organ.id for organ in organs().values()}
TIANTAI, ZOUCHENG = "113310230026833949", "11370883004325769B"  # credit codes met in real reports


def case(printed: str, year: int, *evidence: tuple[str, str], **facts: str) -> Case:
    return Case("0" * 64, printed, year, tuple(Evidence(kind, text) for kind, text in evidence), **facts)


def agency(code: str, organ: str = "government") -> str:
    return organ_id(by_code(code)[0].unit, KIND[organ])


# Names met in real reports: how they are printed, the year, the division and the kind of organ they are.
KNOWN = [
    ("上海市", 2022, "310000", "government"),
    ("上海市人民政府办公厅", 2019, "310000", "government_office"),
    ("宿迁市", 2023, "321300", "government"),
    ("宿迁市政府办公室", 2014, "321300", "government_office"),
    ("福州市公安局", 2020, "350100", "public_security"),
    ("武汉市生态环境局", 2020, "420100", "ecology_environment"),
    ("平度市公安局", 2020, "370283", "public_security"),
    ("天台县民政局", 2019, "331023", "civil_affairs"),
    ("开州区公安局", 2021, "500154", "public_security"),
    ("桐乡市公安局", 2023, "330483", "public_security"),
    ("舒兰市", 2016, "220283", "government"),
    ("龙潭区", 2017, "220203", "government"),
    ("清流县卫计局", 2015, "350423", "health"),
    ("沭阳县民政局", 2024, "321322", "civil_affairs"),
    ("泗洪县人民政府办公室", 2024, "321324", "government_office"),
    ("淮安市人民政府", 2024, "320800", "government"),
    ("淮安市洪泽区人民政府", 2024, "320813", "government"),
    ("重庆市公安局渝中区分局", 2022, "500103", "public_security_branch"),
    ("上海市公安局浦东分局", 2021, "310115", "public_security_branch"),
    ("清远市公安局清新分局", 2021, "441803", "public_security_branch"),
    ("温州市公安局鹿城区分局", 2021, "330302", "public_security_branch"),
    ("宿迁市自然资源和规划局宿城分局", 2022, "321302", "natural_resources_branch"),
    ("国家税务总局珠海市香洲区税务局", 2022, "440402", "tax"),
    ("临夏州", 2014, "622900", "government"),
    ("襄樊市公安局", 2009, "420600", "public_security"),
]


@pytest.mark.parametrize(("printed", "year", "code", "organ"), KNOWN)
def test_names_that_say_whose(printed: str, year: int, code: str, organ: str) -> None:
    made = attribute(case(printed, year, ("title", printed)))
    assert (made.agency_id, made.reason) == (agency(code, organ), "")
    assert made.score == attribution.UNIQUE
    assert made.basis == "title"


LISTED = [
    ("国家机关事务管理局", 2021, "国家机关事务管理局"),
    ("国家税务总局", 2010, "国家税务总局"),
    ("环境保护部", 2015, "环境保护部"),
    ("平潭综合实验区管委会", 2019, "平潭综合实验区管委会"),
    ("平潭综合实验区管理委员会", 2019, "平潭综合实验区管委会"),
    ("淄博市公安局高新区分局", 2023, "淄博市公安局高新区分局"),
    ("淄博市公安局高新技术产业开发区分局", 2023, "淄博市公安局高新区分局"),
]


@pytest.mark.parametrize(("printed", "year", "name"), LISTED)
def test_agencies_with_a_row_of_their_own(printed: str, year: int, name: str) -> None:
    made = attribute(case(printed, year))
    assert (made.agency_name, made.reason) == (name, "")
    assert place(made.agency_id).listed is not None


TOWNSHIPS = [
    ("五常市民意乡", 2021, "230184", "民意乡"),
    ("上海市黄浦区人民政府打浦桥街道办事处", 2025, "310101", "打浦桥街道"),
    ("上海市黄浦区打浦桥街道", 2025, "310101", "打浦桥街道"),
    ("佳县螅镇人民政府", 2022, "610828", "螅镇"),
    ("泗洪县半城镇", 2024, "321324", "半城镇"),
]


@pytest.mark.parametrize(("printed", "year", "county", "name"), TOWNSHIPS)
def test_townships(printed: str, year: int, county: str, name: str) -> None:
    made = attribute(case(printed, year))
    here = place(made.agency_id).township
    assert here is not None
    assert (here.name, here.county) == (name, by_code(county)[0].unit)


# The same, for names that do not say enough: never a guess.
UNSURE = [
    ("鲊埠回族乡", 2020, "no_parent"),
    ("二郎街道办事处", 2020, "no_parent"),
    ("螅镇", 2022, "no_parent"),
    ("建章路街道", 2022, "no_parent"),
    ("市临空经济区", 2023, "no_parent"),
    ("我镇", 2016, "no_parent"),
    ("下管镇", 2009, "no_parent"),
    ("建新镇", 2018, "no_parent"),
    ("落水镇", 2024, "no_parent"),
    ("新下陆街道", 2020, "no_parent"),
    ("东浦镇", 2016, "no_parent"),
    ("兴华乡", 2010, "no_parent"),
    ("河包镇", 2020, "no_parent"),
    ("县民政局", 2020, "no_parent"),
    ("民政局", 2020, "no_parent"),
    ("桃园开发区", 2020, "unknown_place"),
    ("山东嘉祥经开区", 2022, "unknown_place"),
    ("甘眉工业园区", 2022, "unknown_place"),
    ("台州湾经开区", 2023, "unknown_place"),
    ("西咸新区太平镇", 2022, "no_parent"),
    ("淮安市临空经济区", 2022, "unknown_organ"),
    ("淄博市公安局水上分局", 2022, "unknown_organ"),
    ("佳县没有这个镇", 2022, "unknown_township"),
    ("朝阳区教育局", 2020, "ambiguous"),
    ("鼓楼区人民政府", 2020, "ambiguous"),
    ("市中区财政局", 2020, "ambiguous"),
    ("滨海新区教育局", 2020, "needs_support"),
    ("开州区公安局", 2012, "not_valid_then"),
    ("襄樊市公安局", 2015, "not_valid_then"),
    ("洪泽县人民政府", 2020, "not_valid_then"),
]


@pytest.mark.parametrize(("printed", "year", "reason"), UNSURE)
def test_names_that_do_not_say_enough(printed: str, year: int, reason: str) -> None:
    made = attribute(case(printed, year, site="www.example.gov.cn"))
    assert (made.reason, made.agency_name, made.score) == (reason, printed, None)
    assert made.agency_id.startswith("p-")
    assert reason in AGENCY_REASONS


NARROWED = [
    (case("朝阳区教育局", 2020, ("site", "长春市人民政府")), agency("220104", "education")),
    (case("朝阳区教育局", 2020, ("address", "北京市朝阳区日坛北街")), agency("110105", "education")),
    (case("朝阳区教育局", 2020, ("contact", "朝阳区教育局"), site="jw.beijing.gov.cn"), agency("110105", "education")),
    (case("朝阳区教育局", 2020, hint="长春市朝阳区教育局"), agency("220104", "education")),
    (case("朝阳区教育局", 2020, url="https://a.gov.cn/r.jsp?area=220104&fbtime=2020"), agency("220104", "education")),
    (case("滨海新区教育局", 2020, ("address", "天津市滨海新区大连道")), agency("120116", "education")),
    (case("开州区公安局", 2012, hint="重庆市开县公安局"), agency("500154", "public_security")),
    (case("县民政局", 2020, ("index", TIANTAI)), agency("331023", "civil_affairs")),
    (case("县民政局", 2020, ("publisher", "天台县民政局")), agency("331023", "civil_affairs")),
    (case("民政局", 2020, ("contact", "天台县民政局")), agency("331023", "civil_affairs")),
    (case("", 2020, ("signature", "天台县民政局")), agency("331023", "civil_affairs")),
    (case("", 2020, hint="天台县民政局"), agency("331023", "civil_affairs")),
]


@pytest.mark.parametrize(("given", "wanted"), NARROWED)
def test_other_evidence_tells_what_a_name_does_not(given: Case, wanted: str) -> None:
    made = attribute(given)
    assert (made.agency_id, made.reason) == (wanted, "")
    assert made.score is not None
    assert made.score <= 0.9


@pytest.mark.parametrize(
    "evidence",
    [("contact", "佳县螅镇人民政府"), ("breadcrumb", "首页>佳县>螅镇"), ("site", "佳县人民政府"), ("hint", "佳县螅镇")],
)
def test_a_township_whose_county_stands_elsewhere(evidence: tuple[str, str]) -> None:
    made = attribute(case("螅镇", 2022, evidence))
    assert made.agency_name == "佳县螅镇人民政府"


def test_a_longer_name_that_merely_ends_alike_is_another() -> None:
    for text in ("桐乡市乌镇镇人民政府", "天台县建新镇人民政府"):
        made = attribute(case("新镇", 2022, ("contact", text)))
        assert made.reason == "no_parent"


AGAINST = [
    (case("天台县民政局", 2019, ("index", ZOUCHENG)), "contradiction_index"),
    (case("天台县民政局", 2019, url="https://a.gov.cn/?area=370883"), "contradiction_index"),
    (case("天台县民政局", 2019, ("publisher", "邹城市民政局")), "contradiction"),
    (case("天台县民政局", 2019, ("declared", "邹城市民政局")), "contradiction"),
    (case("天台县民政局", 2019, hint="邹城市民政局"), "contradiction"),
    (case("天台县民政局", 2019, ("address", "山东省济宁市邹城市")), "contradiction"),
    (case("天台县民政局", 2019, site="mz.shandong.gov.cn"), "contradiction"),
    (case("天台县民政局", 2019, site="mirror.example.com"), "untrusted_site"),
    (case("天台县民政局", 2019, ("contact", "天台县民政局"), site="mirror.example.com"), "untrusted_site"),
    (
        case("朝阳区教育局", 2020, ("site", "长春市人民政府"), ("address", "北京市朝阳区日坛北街")),
        "contradiction",
    ),
    (case("台州市", 2020, ("index", TIANTAI)), "contradiction_index"),
    (case("台州市", 2020, ("title", "台州市"), ("signature", "台州市商务局")), "another_signs"),
]


@pytest.mark.parametrize(("given", "reason"), AGAINST)
def test_what_speaks_against_is_never_outvoted(given: Case, reason: str) -> None:
    made = attribute(given)
    assert made.reason == reason
    other = attribute(replace(given, document_id="1" * 64))
    assert other.agency_id != made.agency_id  # nor are two such documents one agency


BORROWED = [
    ("佳县人民政府", [("self", "我镇"), ("self", "我县")], False),
    ("佳县人民政府", [("signature", "佳县水利局"), ("self", "我县")], False),
    ("佳县人民政府", [("compiler", "螅镇人民政府")], False),
    ("佳县人民政府办公室", [], False),
    ("佳县人民政府办公室", [("self", "本街道")], False),
    ("佳县人民政府办公室", [("self", "我县")], False),
    ("佳县人民政府办公室", [("self", "我县"), ("contact", "佳县政府办公室")], True),
    ("佳县民政局", [("self", "我镇")], False),
    ("佳县民政局", [("contact", "佳县教育局")], False),
    ("佳县人民政府", [("self", "我县")], True),
    ("佳县人民政府", [("signature", "佳县人民政府")], True),
    ("佳县人民政府", [("contact", "佳县人民政府办公室"), ("self", "我县")], True),
    ("佳县人民政府办公室", [("self", "我办")], True),
    ("佳县民政局", [("self", "我局"), ("self", "我县")], True),
    ("佳县民政局", [("contact", "佳县民政局办公室")], True),
    ("佳县螅镇", [("self", "我镇"), ("self", "我县")], True),
]


@pytest.mark.parametrize(("publisher", "evidence", "sure"), BORROWED)
def test_a_name_that_only_the_site_gives_must_be_confirmed(
    publisher: str, evidence: list[tuple[str, str]], sure: bool
) -> None:
    """A government's site names the government, or its office, over the reports of every bureau and town."""
    made = attribute(case(publisher, 2023, ("publisher", publisher), *evidence))
    assert made is not None
    assert made.reason == ("" if sure else "borrowed_name")
    titled = attribute(case(publisher, 2023, ("title", publisher), ("publisher", publisher), *evidence))
    assert titled is not None
    assert not titled.reason
    assert sure or titled.agency_name != made.agency_name


BESIDE = [
    ("佳县人民政府", "heading", [("signature", "佳县教育局")], "another_signs"),
    ("佳县教育局", "heading", [("signature", "佳县民政局")], "another_signs"),
    ("佳县教育局", "heading", [("contact", "佳县民政局")], "another_signs"),
    ("佳县教育局", "heading", [("publisher", "佳县人民政府"), ("self", "我局"), ("self", "我县")], ""),
    ("佳县教育局", "heading", [("self", "我镇")], "another_signs"),
    ("佳县人民政府", "heading", [("contact", "佳县教育局"), ("self", "我县")], ""),
    ("佳县人民政府", "heading", [("publisher", "佳县教育局"), ("self", "我县")], "another_signs"),
    ("佳县教育局", "signature", [("heading", "佳县人民政府")], ""),
    ("佳县教育局", "signature", [("heading", "榆林市人民政府")], ""),
    ("佳县教育局", "signature", [("heading", "陕西省"), ("self", "我局")], ""),
    ("佳县教育局", "signature", [("heading", "佳县人民政府"), ("self", "我县")], "another_signs"),
    ("佳县教育局", "signature", [("heading", "咸阳市人民政府")], "contradiction"),
    ("佳县教育局", "under", [("signature", "佳县民政局")], "another_signs"),
    ("佳县教育局", "publisher", [("heading", "佳县人民政府"), ("self", "我局")], ""),
    ("佳县教育局", "publisher", [("heading", "佳县人民政府"), ("self", "我县")], "borrowed_name"),
    ("佳县教育局", "title", [("heading", "佳县人民政府"), ("signature", "佳县民政局")], ""),
]


@pytest.mark.parametrize(("name", "kind", "evidence", "reason"), BESIDE)
def test_a_name_beside_the_title_is_weaker_than_one_in_it(
    name: str, kind: str, evidence: list[tuple[str, str]], reason: str
) -> None:
    """The line above a title is as often the banner of a site."""
    assert attribute(case(name, 2023, (kind, name), *evidence)).reason == reason


def test_who_compiled_a_report_without_a_title_is_not_always_whose_it_is() -> None:
    """本报告由县政府办公室编制: the government's as a rule."""
    assert attribute(case("", 2020, ("compiler", "佳县人民政府办公室"), ("self", "我县"))).reason == "borrowed_name"
    assert not attribute(case("", 2020, ("compiler", "佳县民政局"), ("self", "我局"))).reason


def test_the_office_may_sign_for_its_government() -> None:
    for signed in ("台州市人民政府", "台州市人民政府办公室"):
        assert not attribute(case("台州市", 2020, ("title", "台州市"), ("signature", signed))).reason


def test_what_agrees_raises_the_score() -> None:
    alone = attribute(case("天台县民政局", 2019, ("title", "天台县民政局")))
    more = attribute(
        case("天台县民政局", 2019, ("title", "天台县民政局"), ("index", TIANTAI), ("site", "台州市人民政府"))
    )
    mirror = attribute(case("天台县民政局", 2019, ("title", "天台县民政局"), ("index", TIANTAI), site="mirror.com"))
    other = attribute(case("天台县民政局", 2019, ("title", "天台县民政局"), ("contact", "天台县教育局")))
    scores = [made.score for made in (mirror, other, alone, more) if made.score is not None]
    assert len(scores) == 4
    assert scores == sorted(set(scores))
    assert more.basis == "title,index,site"


def test_a_mirror_with_the_organ_s_code_is_believed() -> None:
    made = attribute(case("天台县民政局", 2019, ("index", TIANTAI), site="mirror.example.com"))
    assert made.agency_id == agency("331023", "civil_affairs")
    assert trusted("www.zjtt.gov.cn")
    assert not trusted("gov.cn.example.com")


def test_a_reused_name_goes_by_its_year() -> None:
    """襄阳区 was another place's name until 2010; 襄阳市 was called 襄樊市 until then."""
    assert readings("襄阳市公安局", 2005) == () or not any(one.timely for one in readings("襄阳市公安局", 2005))
    before, after = attribute(case("襄樊市财政局", 2008)), attribute(case("襄阳市财政局", 2015))
    assert before.agency_id == after.agency_id == agency("420600", "finance")


def test_two_organs_of_one_kind_in_one_year_are_never_joined() -> None:
    first = replace(case("淮安市水利局", 2020), document_id="1" * 64)
    second = replace(case("淮安市水务局", 2020), document_id="2" * 64)
    made = attribute_all([first, second])
    assert {one.reason for one in made.values()} == {"two_organs"}
    assert len({one.agency_id for one in made.values()}) == 2
    apart = attribute_all([first, replace(second, year=2022)])
    assert {one.reason for one in apart.values()} == {""}
    renamed = [replace(case(f"淮安市{name}", 2018), document_id=name) for name in ("环境保护局", "生态环境局")]
    assert len({one.agency_id for one in attribute_all(renamed).values()}) == 1


def test_a_decision_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    undecided = attribute(case("市临空经济区", 2023, site="www.suqian.gov.cn"))
    target = agency("321300")
    rows = {
        undecided.agency_id: (Alias(target, "", 0, 9999, "decision", "", "", undecided.agency_id, "x"),),
        "朝阳区教育局": (
            Alias(agency("110105", "education"), "朝阳区教育局", 0, 9999, "decision", "bjchy.gov.cn", "", "", "x"),
        ),
        "某局": (Alias(target, "某局", 2020, 2021, "decision", "", "宿迁", "", "x"),),
    }
    monkeypatch.setattr(attribution, "_decisions", lambda: rows)
    decided = attribute(case("市临空经济区", 2023, site="www.suqian.gov.cn"))
    assert (decided.agency_id, decided.score, decided.basis) == (target, 1.0, "decision")
    on_site = attribute(case("朝阳区教育局", 2023, site="www.bjchy.gov.cn"))
    assert on_site.agency_id == agency("110105", "education")
    elsewhere = attribute(case("朝阳区教育局", 2023, site="www.notbjchy.gov.cn"))
    assert elsewhere.reason == "ambiguous"
    places = [("宿迁/2020", 2020), ("宿迁", 2022), ("宿迁市", 2020)]
    found = [attribute(case("某局", year, folder=folder)) for folder, year in places]
    assert [one.agency_id == target for one in found] == [True, False, False]


def test_a_decision_about_one_of_two_organs_is_heard_and_lets_no_other_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """水利局 and 水务局 of one place and year: the id under which one waits decides it, and the other waits on."""
    first = replace(case("淮安市水利局", 2020), document_id="1" * 64)
    second = replace(case("淮安市水务局", 2020), document_id="2" * 64)
    waiting = attribute_all([first, second])
    target = attribute(first).agency_id

    def decide(**chosen: str) -> dict[str, attribution.Attribution]:
        rows = {key: (Alias(one, "", 0, 9999, "decision", "", "", key, "x"),) for key, one in chosen.items()}
        monkeypatch.setattr(attribution, "_decisions", lambda: rows)
        return attribute_all([first, second])

    one, other = (waiting[name].agency_id for name in ("1" * 64, "2" * 64))
    made = decide(**{one: target})
    assert (made["1" * 64].agency_id, made["1" * 64].basis, made["1" * 64].score) == (target, "decision", 1.0)
    assert (made["2" * 64].agency_id, made["2" * 64].reason) == (other, "two_organs")
    both = decide(**{one: target, other: target})
    assert {(found.agency_id, found.basis) for found in both.values()} == {(target, "decision")}
    elsewhere = decide(**{one: agency("321300")})
    assert [elsewhere[name * 64].agency_id for name in "12"] == [agency("321300"), target]


def test_a_report_that_names_nobody_is_known_by_its_document() -> None:
    """No name at all: provisional, with a name that says so in both languages; never one agency with another such."""
    made = attribute(case("", 2020, ("site", "天台县人民政府"), site="www.zjtt.gov.cn"))
    assert (made.reason, made.agency_name, made.basis, made.score) == ("unnamed", UNNAMED, "", None)
    assert "未写明机关" in made.agency_name
    assert "agency not named" in made.agency_name
    other = attribute(replace(case("", 2020, site="www.zjtt.gov.cn"), document_id="1" * 64))
    assert other.agency_id != made.agency_id


@pytest.mark.parametrize("word", ["我镇", "本局", "我街道", "本机关", "该中心"])
def test_a_word_for_oneself_gives_way_to_every_name(word: str) -> None:
    wanted = agency("331023", "civil_affairs")
    assert attribute(case(word, 2020, ("signature", "天台县民政局"))).agency_id == wanted
    assert attribute(case(word, 2020, hint="天台县民政局")).agency_id == wanted
    alone = attribute(case(word, 2020, site="www.zjtt.gov.cn"))
    assert (alone.reason, alone.agency_name, alone.basis) == ("no_parent", word, "self")


def test_a_provisional_name_keeps_its_print() -> None:
    made = attribute(case("某市某局（本级）", 2020))
    assert made.agency_name == "某市某局（本级）"
