"""How spells and units are concluded from lists, events, code books and surveys: one small world for each rule."""

from collections.abc import Mapping

from schemas.codebook.continuity import History, Streets, reconstruct
from schemas.codebook.history import OPEN, Book, Event, Key, stem

ANHUI, HENAN, SHANXI, CHONGQING = "340000 安徽省", "410000 河南省", "140000 山西省", "500000 重庆市"


def key(text: str) -> Key:
    code, name = text.split()
    return code, name


def book(*entries: str) -> Book:
    return dict(key(entry) for entry in entries)


def told(year: int, kind: str, old: str = "", new: str = "", text: str = "", by_name_only: bool = False) -> Event:
    return Event(year, kind, key(old) if old else None, key(new) if new else None, text, by_name_only, f"doc {year}")


def concluded(
    current: Book,
    events: list[Event],
    books: Mapping[int, Book],
    surveys: Mapping[int, Book] | None = None,
    streets: Mapping[int, Mapping[str, str]] | None = None,
) -> History:
    """Streets are given as year -> code -> names with spaces between."""
    names = {y: {c: frozenset(n.split()) for c, n in counties.items()} for y, counties in (streets or {}).items()}
    return reconstruct(current, events, books, surveys or {2020: {}, 2021: {}}, Streets(names))


def units(history: History, *, ended_or_moved: bool = True) -> list[str]:
    """Each unit as 'code name first-last > …', those that never changed left out."""
    lines = [" > ".join(f"{e.code} {e.name} {e.first}-{e.last}" for e in unit) for unit in history.units]
    return sorted(line for line in lines if not ended_or_moved or not line.endswith(f" 0-{OPEN}"))


def ties(history: History) -> list[str]:
    return sorted(f"{tie.year} {tie.source.name} {tie.kind} {tie.target.name}" for tie in history.ties)


def test_a_new_name_under_the_same_code() -> None:
    today = book("420000 湖北省", "420600 襄阳市")
    history = concluded(today, [told(2010, "更名", "420600 襄樊市", "420600 襄阳市")], {2013: today})
    assert units(history) == ["420600 襄樊市 0-2010 > 420600 襄阳市 2010-9999"]
    assert ties(history) == history.doubts == []


def test_a_merger_ends_one_and_leaves_the_other() -> None:
    today = book("310000 上海市", "310101 黄浦区")
    history = concluded(today, [told(2011, "撤销", "310103 卢湾区", "310101 黄浦区")], {2013: today})
    assert units(history) == ["310103 卢湾区 0-2011"]
    assert ties(history) == ["2011 卢湾区 merged_into 黄浦区"]


def test_three_that_became_one_new_are_all_ended() -> None:
    today = book("320000 江苏省", "320500 苏州市", "320508 姑苏区")
    events = [
        told(2012, "撤销", f"3205{n} {name}", "320508 姑苏区") for n, name in (("02", "沧浪区"), ("03", "平江区"))
    ]
    history = concluded(today, [*events, told(2012, "新设", "", "320508 姑苏区")], {2013: today})
    assert units(history) == ["320502 沧浪区 0-2012", "320503 平江区 0-2012", "320508 姑苏区 2012-9999"]
    assert ties(history) == ["2012 平江区 merged_into 姑苏区", "2012 沧浪区 merged_into 姑苏区"]


def test_a_code_that_went_to_another_place_is_not_followed() -> None:
    today = book(CHONGQING, "500110 綦江区")
    events = [
        told(2011, "更名", "500110 万盛区", "500110 綦江区"),
        told(2011, "撤销", "500222 綦江县", "500110 綦江区"),
    ]
    history = concluded(today, events, {2013: today})
    assert units(history) == ["500110 万盛区 0-2011", "500222 綦江县 0-2011 > 500110 綦江区 2011-9999"]
    assert ties(history) == ["2011 万盛区 merged_into 綦江区"]


def test_a_prefecture_becomes_a_city_and_its_seat_a_district() -> None:
    today = book("520000 贵州省", "520500 毕节市", "520502 七星关区", "520521 大方县")
    events = [
        told(2011, "撤地设市", "522400 毕节地区", "520500 毕节市"),
        told(2011, "撤销", "522401 毕节市", "520500 毕节市", by_name_only=True),
        told(2011, "同名改码", "522422 大方县", "520521 大方县"),
        told(2011, "新设", "", "520502 七星关区"),
    ]
    assert units(concluded(today, events, {2013: today})) == [
        "522400 毕节地区 0-2011 > 520500 毕节市 2011-9999",
        "522401 毕节市 0-2011 > 520502 七星关区 2011-9999",
        "522422 大方县 0-2011 > 520521 大方县 2011-9999",
    ]


def test_a_prefecture_that_was_divided_leads_to_those_that_got_its_counties() -> None:
    today = book(ANHUI, "340100 合肥市", "340181 巢湖市", "340124 庐江县", "340500 马鞍山市", "340523 和县")
    events = [
        told(2011, "撤销", "341400 巢湖市", "340181 巢湖市", by_name_only=True),
        told(2011, "撤销", "341402 居巢区", "340181 巢湖市"),
        told(2011, "新设", "", "340181 巢湖市"),
        told(2011, "同名改码", "341421 庐江县", "340124 庐江县"),
        told(2011, "同名改码", "341424 和县", "340523 和县"),
    ]
    history = concluded(today, events, {2013: today})
    assert units(history) == [
        "341400 巢湖市 0-2011",
        "341402 居巢区 0-2011 > 340181 巢湖市 2011-9999",
        "341421 庐江县 0-2011 > 340124 庐江县 2011-9999",
        "341424 和县 0-2011 > 340523 和县 2011-9999",
    ]
    assert ties(history) == ["2011 巢湖市 merged_into 合肥市", "2011 巢湖市 merged_into 马鞍山市"]


def test_a_city_that_becomes_a_prefecture_without_counties() -> None:
    today = book("460000 海南省", "460400 儋州市")
    events = [
        told(2015, "撤销", "469003 儋州市", "460400 儋州市", by_name_only=True),
        told(2015, "新设", "", "460400 儋州市"),
    ]
    history = concluded(today, events, {2013: book("460000 海南省", "469003 儋州市")})
    assert units(history) == ["469003 儋州市 0-2015 > 460400 儋州市 2015-9999"]


def test_a_district_abolished_while_others_began_is_not_joined() -> None:
    """大同 2018: the list of changes names one of three districts as that which became one of two."""
    today = book(SHANXI, "140200 大同市", "140213 平城区", "140214 云冈区", "140215 云州区")
    before = book(SHANXI, "140200 大同市", "140202 城区", "140203 矿区", "140211 南郊区", "140227 大同县")
    events = [
        told(2018, "撤销", "140202 城区"),
        told(2018, "撤销", "140203 矿区", "140303 矿区", by_name_only=True),
        told(2018, "撤销", "140211 南郊区", "140213 平城区"),
        told(2018, "撤销", "140227 大同县", "140215 云州区"),
        *(told(2018, "新设", "", f"14021{n} {name}") for n, name in ((3, "平城区"), (4, "云冈区"), (5, "云州区"))),
    ]
    history = concluded(today, events, {2013: before})
    assert all(">" not in line for line in units(history))
    assert ties(history) == ["2018 南郊区 merged_into 平城区", "2018 大同县 merged_into 云州区"]
    streets = {
        2017: {
            "140202": "南关 北关 西街",
            "140203": "新泉路 民胜",
            "140211": "马军营 口泉",
            "140227": "西坪 巨乐 杜庄",
        },
        2019: {"140213": "南关 北关 西街 马军营", "140214": "新泉路 民胜 口泉", "140215": "西坪 巨乐 杜庄"},
    }
    history = concluded(today, events, {2013: before}, streets=streets)
    assert "140227 大同县 0-2018 > 140215 云州区 2018-9999" in units(history)
    assert ties(history) == [
        "2018 南郊区 merged_into 云冈区",
        "2018 南郊区 merged_into 平城区",
        "2018 城区 merged_into 平城区",
        "2018 矿区 merged_into 云冈区",
    ]


def test_the_same_streets_are_the_same_place() -> None:
    before, today = book(HENAN, "410300 洛阳市", "410311 甲区"), book(HENAN, "410300 洛阳市", "410312 乙区")
    events = [told(2018, "撤销", "410311 甲区"), told(2018, "新设", "", "410312 乙区")]
    streets = {2017: {"410311": "a b c d e f g h i j"}, 2019: {"410312": "a b c d e f g h i j"}}
    assert units(concluded(today, events, {2013: before})) == ["410311 甲区 0-2018", "410312 乙区 2018-9999"]
    assert units(concluded(today, events, {2013: before}, streets=streets)) == [
        "410311 甲区 0-2018 > 410312 乙区 2018-9999"
    ]


def test_abolished_for_one_new_place() -> None:
    before = book(HENAN, "410300 洛阳市", "410311 甲区", "410400 平顶山市", "410421 乙县")
    today = book(HENAN, "410300 洛阳市", "410312 丙区", "410400 平顶山市", "410404 丁区")
    events = [
        told(2018, "撤销", "410311 甲区", "410312 丙区"),
        told(2018, "新设", "", "410312 丙区"),
        told(2018, "撤销", "410421 乙县", "410404 丁区"),
        told(2018, "新设", "", "410404 丁区"),
    ]
    assert units(concluded(today, events, {2013: before})) == [
        "410311 甲区 0-2018 > 410312 丙区 2018-9999",
        "410421 乙县 0-2018 > 410404 丁区 2018-9999",
    ]
    today = {**today, "410405": "戊区"}
    history = concluded(today, [*events, told(2018, "新设", "", "410405 戊区")], {2013: before})
    assert "410421 乙县 0-2018" in units(history)  # it could as well have been divided
    assert ties(history) == ["2018 乙县 replaced_by 丁区"]


def test_a_namesake_elsewhere_is_no_destination() -> None:
    today = book("130000 河北省", "130100 石家庄市", "130500 邢台市", "130502 桥东区")
    events = [told(2014, "撤销", "130103 桥东区", "130502 桥东区", by_name_only=True)]
    history = concluded(today, events, {2013: today | {"130103": "桥东区"}})
    assert units(history) == ["130103 桥东区 0-2014"]
    assert ties(history) == []


def test_what_nobody_wrote_down_is_dated_by_the_surveys_or_by_words() -> None:
    before = book(HENAN, "410300 洛阳市", "410322 孟津县", "520000 贵州省", "520500 毕节市", "520522 黔西县")
    today = book(HENAN, "410300 洛阳市", "410308 孟津区", "520000 贵州省", "520500 毕节市", "520581 黔西市")
    surveys = {2020: before, 2021: {**today, "520522": "黔西县"}}
    events = [told(2022, "新设", text="撤销黔西县，设立县级黔西市")]
    history = concluded(today, events, {2013: before}, surveys)
    assert units(history) == [
        "410322 孟津县 0-2021 > 410308 孟津区 2021-9999",
        "520522 黔西县 0-2022 > 520581 黔西市 2022-9999",
    ]
    assert history.doubts == [
        "2021 更名 ('410322', '孟津县') ('410308', '孟津区'): between the surveys of 2020 and 2021",
        "2022 更名 ('520522', '黔西县') ('520581', '黔西市'): doc 2022",
    ]


def test_what_began_after_the_last_survey_may_have_begun_at_once() -> None:
    today = book("650000 新疆维吾尔自治区", "659013 草湖市")
    history = concluded(today, [], {2013: book("650000 新疆维吾尔自治区")}, {2021: {}, 2023: {}})
    assert units(history) == ["659013 草湖市 2023-9999"]
    assert history.doubts == ["2023 新设 None ('659013', '草湖市'): after the survey of 2023"]


def test_a_wrong_code_in_an_event_and_a_new_district_from_several() -> None:
    """杭州 2021: 临平 has the code of 余杭 in the list of changes; 钱塘 stands in its words only; 上城 stayed."""
    before = book("330000 浙江省", "330100 杭州市", "330102 上城区", "330104 江干区", "330109 萧山区", "330110 余杭区")
    today = book("330000 浙江省", "330100 杭州市", "330102 上城区", "330109 萧山区", "330110 余杭区")
    today = {**today, "330113": "临平区", "330114": "钱塘区"}
    events = [
        told(2021, "撤县设区", "330110 余杭区", "330110 临平区", "杭州设临平区、钱塘区"),
        told(2021, "撤区设区", "330104 江干区", "330102 上城区"),
    ]
    streets = {
        2020: {"330109": "义蓬 河庄 城厢", "330104": "下沙 白杨 凯旋 笕桥 彭埠"},
        2022: {"330102": "清波 凯旋 笕桥 彭埠", "330114": "义蓬 河庄 下沙 白杨"},
    }
    history = concluded(today, events, {2013: before}, {2020: before, 2021: today}, streets)
    assert units(history) == ["330104 江干区 0-2021", "330113 临平区 2021-9999", "330114 钱塘区 2021-9999"]
    assert ties(history) == [
        "2021 临平区 split_from 余杭区",
        "2021 江干区 merged_into 上城区",
        "2021 钱塘区 split_from 江干区",
        "2021 钱塘区 split_from 萧山区",
    ]


def test_an_old_code_of_the_same_name_beside_a_merger() -> None:
    before = book("350000 福建省", "350400 三明市", "350402 梅列区", "350403 三元区")
    today = book("350000 福建省", "350400 三明市", "350404 三元区")
    history = concluded(today, [told(2021, "撤区设区", "350402 梅列区", "350404 三元区")], {2013: before})
    assert units(history) == ["350402 梅列区 0-2021", "350403 三元区 0-2021 > 350404 三元区 2021-9999"]
    assert ties(history) == ["2021 梅列区 merged_into 三元区"]


def test_the_official_notice_dates_a_rename() -> None:
    today = book("210000 辽宁省", "210100 沈阳市", "210112 浑南区")
    notice = Event(2014, "更名", None, None, "", notice=("辽宁省沈阳市东陵区", "浑南区"))
    events = [told(2016, "更名", "210112 东陵区", "210112 浑南区"), notice]
    history = concluded(today, events, {2013: {**today, "210112": "东陵区"}})
    assert units(history) == ["210112 东陵区 0-2014 > 210112 浑南区 2014-9999"]


def test_the_code_books_know_codes_better_than_the_events() -> None:
    today = book("420000 湖北省", "421300 随州市", "421303 曾都区", "421321 随县")
    older = book("420000 湖北省", "421300 随州市", "421302 曾都区")
    history = concluded(today, [told(2009, "新设", "", "421321 随县")], {2007: older, 2008: older, 2009: today})
    assert units(history) == ["421302 曾都区 0-2009 > 421303 曾都区 2009-9999", "421321 随县 2009-9999"]
    misprint = {**today, "421321": "遂县"}
    history = concluded(today, [], {2009: misprint, 2010: misprint, 2011: today})
    assert units(history) == []
    assert history.doubts == ["book 2009-2010 ('421321', '遂县'): ['随县']"]


def test_what_only_books_and_surveys_know_is_a_place_of_its_own() -> None:
    today = book("230000 黑龙江省", "232700 大兴安岭地区", "232701 漠河市")
    older = book("230000 黑龙江省", "232700 大兴安岭地区", "232701 加格达奇区", "232723 漠河县")
    later = {key: name for key, name in older.items() if name != "加格达奇区"}
    events = [told(2018, "撤县设市", "232723 漠河县", "232701 漠河市")]
    surveys = {2017: older, 2018: {**today, "232761": "加格达奇区"}}
    history = concluded(today, events, {2007: older, 2008: older, 2013: later}, surveys)
    assert units(history) == [
        "232701 加格达奇区 0-2018 > 232761 加格达奇区 2018-9999",
        "232723 漠河县 0-2018 > 232701 漠河市 2018-9999",
    ]


def test_events_that_contradict_the_lists_are_named() -> None:
    today = book(HENAN, "410300 洛阳市", "410311 甲区")
    events = [told(2010, "更名", "410311 乙区", "410312 丙区"), told(2010, "撤销", "410311 丁区")]
    history = concluded(today, events, {2013: today})
    assert "2010 更名: ('410312', '丙区') begins and is not there afterwards" in history.doubts
    assert "2010 撤销: ('410311', '丁区') ends and its code is another's before" in history.doubts


def test_stems() -> None:
    names = ["襄阳市", "赣县区", "郫县", "长阳土家族自治县", "阿坝州", "毕节地区", "万山特区", "伊克昭盟"]
    assert [stem(name) for name in names] == ["襄阳", "赣县", "郫县", "长阳土家族", "阿坝", "毕节", "万山", "伊克昭"]
