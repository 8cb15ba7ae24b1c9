"""Whose report, which year, and what is no report."""

import pytest

from pipelines.document import Document, Paragraph
from pipelines.extract import read_document
from pipelines.identify import hold_against, identify
from pipelines.simulate.body import compose
from pipelines.simulate.figures import figures
from pipelines.simulate.html import write_html
from pipelines.simulate.report import Report, Wording

TITLES = [
    ("某县教育局政府信息公开工作年度报告（2023年）", "某县教育局", 2023),
    ("某大学2022-2023学年度信息公开工作报告", "", None),
    ("淄博市公安局高新区分局 2023 年政府信息 公开工作年度报告", "淄博市公安局高新区分局", 2023),
    ("2022年上海市政府信息公开工作年度报告", "上海市", 2022),
    (
        "2025 年上海市黄浦区人民政府打浦桥街道办事处政府信息公开工作年度报告",
        "上海市黄浦区人民政府打浦桥街道办事处",
        2025,
    ),
    ("2022年度螅镇政府信息公开年度报告", "螅镇", 2022),
    ("桐乡市公安局2023年度政府信息公开工作年度报告", "桐乡市公安局", 2023),
    ("桃园开发区2020年信息公开工作年度报告", "桃园开发区", 2020),
    ("舒兰市2016年政务信息公开年度报告", "舒兰市", 2016),
    ("东浦镇2018年政府信息公开年报", "东浦镇", 2018),
    ("兴华乡2010年政府信息公开报告", "兴华乡", 2010),
    ("河包镇政府信息公开工作年度报告", "河包镇", None),
    ("XX局2024年政府信息公开工作年度报告", "", 2024),  # to be filled in
    ("××街道办事处2024年政府信息公开工作年度报告", "", 2024),
    ("2016年度镇政府信息公开年度报告", "", 2016),
    ("五常市民意乡2021年政府信息公开工作年度报告（图片版）", "五常市民意乡", 2021),
    ("首页 > 公开年报 > 天台县民政局2019年政府信息公开工作年度报告", "天台县民政局", 2019),
    ("关于公布天台县2019年政府信息公开工作年度报告的公告", "天台县", 2019),
    ("某市某局发布2024年政府信息公开工作年度报告", "某市某局", 2024),
    # As reports of 2008 to 2018 are headed.
    ("2009年度下管镇政府信息公开年度报告", "下管镇", 2009),
    ("某县人民政府二〇〇九年度政府信息公开工作年度报告", "某县人民政府", 2009),
    ("某市人民政府关于2009年政府信息公开工作的年度报告", "某市人民政府", 2009),
    ("某县水利局2012年政府信息公开工作情况报告", "某县水利局", 2012),
    ("2018年建新镇政府信息公开工作年度报告", "建新镇", 2018),
    ("国家税务总局2010年政府信息公开年度报告", "国家税务总局", 2010),
    ("某县教育局二0一二年政府信息公开年度报告", "某县教育局", 2012),  # typed with the digit
    ("某县教育局二O一二年政府信息公开年度报告", "某县教育局", 2012),
    # The year within the words of the title, or behind them.
    ("某县教育局政府信息公开2012年度报告", "某县教育局", 2012),
    ("某县教育局政府信息公开工作2021年年度报告", "某县教育局", 2021),
    ("某县教育局信息公开2021年年报", "某县教育局", 2021),
    ("某县教育局政府信息公开年度报告2012年", "某县教育局", 2012),
    ("某县教育局政府信息公开年度报告（2020年1月15日）", "某县教育局", None),
    ("2020年某县教育局2019年政府信息公开工作年度报告", "", None),
    # 人民政府 and 政府信息公开 share a word.
    ("2014年佳县人民政府信息公开工作年度报告", "佳县人民政府", 2014),
    ("2014年佳县人民政府政府信息公开工作年度报告", "佳县人民政府", 2014),
    ("2014年佳县人民政府办公室信息公开工作年度报告", "佳县人民政府办公室", 2014),
    ("佳县2014年政府信息公开工作年度报告", "佳县", 2014),
    ("2016年度镇人民政府信息公开年度报告", "", 2016),
    # Mirrors in traditional script that add how a character is read.
    ("佳縣統(tǒng)計(jì)局2019年政府信息公開(kāi)工作年度報(bào)告", "佳县统计局", 2019),
    # What stands before a title on its line.
    ("2023-01-20 佳县公安局2022年政府信息公开工作年度报告", "佳县公安局", 2022),
    ("2023年1月20日 佳县公安局2022年度政府信息公开工作年度报告", "佳县公安局", 2022),
    ("佳公〔2023〕5号 佳县公安局2022年政府信息公开工作年度报告", "佳县公安局", 2022),
    ("【年报】佳县公安局2022年政府信息公开工作年度报告", "佳县公安局", 2022),
    ("• 标       题： 佳县公安局2022年政府信息公开工作年度报告", "佳县公安局", 2022),
    ("文件标题：佳县公安局2022年政府信息公开工作年度报告", "佳县公安局", 2022),
    ("1.佳县公安局2022年政府信息公开工作年度报告", "佳县公安局", 2022),
    ("Page 8 - 佳县公安局2022年政府信息公开工作年度报告", "佳县公安局", 2022),
    ("政务公开-佳县公安局2022年政府信息公开工作年度报告", "佳县公安局", 2022),
    ("首页 > 政务公开 > 2023年 > 佳县公安局政府信息公开工作年度报告", "佳县公安局", None),
    ("首页 > 年报 > 佳县公安局2022年政府信息公开工作年度报告 > 正文", "佳县公安局", 2022),
    ("2018年度example.com溪口乡人民政府信息公开年度报告", "溪口乡人民政府", 2018),
    ("spam888网站佳县公安局2022年政府信息公开工作年度报告", "", 2022),
    ("中国-东盟产业园区管理委员会2022年政府信息公开工作年度报告", "中国-东盟产业园区管理委员会", 2022),
    ("佳县公安局-城关分局2022年政府信息公开工作年度报告", "佳县公安局-城关分局", 2022),
    ("（2022年）佳县公安局政府信息公开工作年度报告", "佳县公安局", 2022),
    ("佳县公安局关于报送2022年政府信息公开工作年度报告", "佳县公安局", 2022),
    ("佳县公安局编制的2022年政府信息公开工作年度报告", "佳县公安局", 2022),
    ("关于报送2022年政府信息公开工作年度报告", "", 2022),
    ("转发2022年政府信息公开工作年度报告", "", 2022),
    ("2022年政府信息公开工作年度报告（佳县公安局）", "佳县公安局", 2022),
    ("2022年政府信息公开工作年度报告（陕西省榆林市佳县公安局）", "陕西省榆林市佳县公安局", 2022),
    # What a site says of its pages is nobody's name and no year.
    ("往年年报：2018年政府信息公开年度报告", "", None),
    ("索引号：003042139/202001-00012 组配分类：政府信息公开年报", "", None),
    ("主题分类：综合政务/公报公示/政府信息公开年报", "", None),
    ("信息分类 政府信息公开年报", "", None),
]


def lines(*texts: str) -> Document:
    return Document("text/plain", [Paragraph(text) for text in texts])


@pytest.mark.parametrize(("title", "agency", "year"), TITLES)
def test_titles(title: str, agency: str, year: int | None) -> None:
    who = identify(lines(title))
    assert (who.kind, who.agency, who.year) == ("report", agency, year)


SAID_OF_THE_PAGE = [
    "发布日期：2020-01-15 分类：政府信息公开年报",
    "发布时间：2020-01-15 来源：市统计局 栏目：政府信息公开年度报告",
    "时间：2020年1月15日 来源：市统计局 政府信息公开年报",
    "2020-01-15 政府信息公开年报",
    "2020年1月15日 佳县统计局政府信息公开年报",
    "索引号：003042139/202001-00012 组配分类：政府信息公开年报",
    "索引号 00000001/2020-00042 分类 政府信息公开年报 其他 报告",
    "文号：佳统〔2020〕5号 分类：政府信息公开工作年度报告",
    "发布机构：市统计局 生成日期：2020-01-15 关键词：政府信息公开年报",
    "所属栏目：2020年政府信息公开年报",
    "当前位置：首页 > 政务公开 > 2020年 > 政府信息公开年报",
    "您现在的位置：首页 > 2020年政府信息公开年报 > 统计局",
    "相关附件：佳县统计局2018年政府信息公开年度报告.doc",
    "附：2018年政府信息公开年度报告",
    "往年年报：2018年政府信息公开年度报告",
]


@pytest.mark.parametrize("said", SAID_OF_THE_PAGE)
@pytest.mark.parametrize("before", [True, False])
def test_what_a_site_says_of_a_page_does_not_stand_for_its_title(said: str, before: bool) -> None:
    title = "佳县统计局2019年政府信息公开工作年度报告"
    who = identify(lines(*((said, title) if before else (title, said)), "一、总体情况", "我局认真贯彻。"))
    assert (who.agency, who.year, who.title) == ("佳县统计局", 2019, title)


def test_a_category_tells_that_a_page_is_a_report_and_not_whose() -> None:
    category, period = "主题分类：综合政务/政府信息公开年报", "统计期限自2015年1月1日起至2015年12月31日止。"
    who = identify(lines(category, "发布机构：佳县审计局", period))
    assert (who.agency, who.agency_basis, who.year, who.titled) == ("佳县审计局", "site", 2015, True)


def test_a_title_behind_a_day_among_those_of_other_years_is_not_sure() -> None:
    own, listed = "2020-01-15 佳县统计局2019年政府信息公开年报", "佳县统计局2018年政府信息公开年报"
    who = identify(lines(listed, own, "一、总体情况"))
    assert (who.agency, who.year) == ("佳县统计局", None)


@pytest.mark.parametrize(
    ("other", "agency"),
    [
        ("2020年政府信息公开年报", "佳县统计局"),  # a heading of the site or the report's own
        ("[2020-01-20] 佳县民政局2018年政府信息公开工作年度报告", ""),  # in a list
        ("佳县政府信息公开年报", ""),
    ],
)
def test_of_titles_that_contradict_each_other_none_is_taken(other: str, agency: str) -> None:
    who = identify(lines("佳县统计局2019年政府信息公开工作年度报告", other, "一、总体情况"))
    assert (who.agency, who.year) == (agency, None)


def test_a_title_cut_within_its_words_gives_no_name() -> None:
    who = identify(lines("佳县统计局2019年政府信息", "公开工作年度报告", "政府信息公开年报", "一、总体情况"))
    assert who.agency in ("", "佳县统计局")


@pytest.mark.parametrize("remark", ["【更正】", "更正：", "2020-01-15【更正】", "标题：（更正）"])
def test_a_remark_stays_with_the_title(remark: str) -> None:
    who = identify(lines(f"{remark}佳县统计局2019年政府信息公开工作年度报告"))
    assert (who.agency, who.year) == ("佳县统计局", 2019)
    assert "更正" in who.title


def test_years_listed_below_a_heading_are_no_part_of_it() -> None:
    who = identify(lines("佳县统计局政府信息公开年度报告", "2020年", "2019年", "一、总体情况"))
    assert (who.agency, who.year) == ("佳县统计局", None)


def test_a_year_within_the_words_of_a_title_on_two_lines() -> None:
    who = identify(lines("佳县消防救援支队", "政府信息公开工作2021年度报告", "一、总体情况"))
    assert (who.agency, who.year) == ("佳县消防救援支队", 2021)


PERIOD = "本报告中所列数据的统计期限自2023年1月1日起，至2023年12月31日止。"
BANNER, NAMELESS = "佳县人民政府", "2023年政府信息公开工作年度报告"
SIGNED = ("佳县教育局", "2024年1月20日")
ASIDE = [
    # Nothing contradicts the line above the title.
    ((BANNER, NAMELESS, PERIOD), "佳县人民政府", "heading"),
    ((BANNER, NAMELESS, PERIOD, "我县认真贯彻。", BANNER, "2024年1月20日"), "佳县人民政府", "heading"),
    ((BANNER, NAMELESS, PERIOD, "佳县人民政府办公室", "2024年1月20日"), "佳县人民政府", "heading"),
    ((BANNER, NAMELESS, PERIOD, "我县公开。", "请与佳县政务服务管理局联系。"), "佳县人民政府", "heading"),
    (("佳县螅镇人民政府", NAMELESS, "发布机构：佳县人民政府", PERIOD, "我镇公开。"), "佳县螅镇人民政府", "heading"),
    (("佳县教育局", NAMELESS, PERIOD, "我局认真贯彻。"), "佳县教育局", "heading"),
    (("佳县", "教育局", NAMELESS, PERIOD), "佳县教育局", "heading"),
    (("佳县教育局", "关于报送2023年政府信息公开工作年度报告的函", PERIOD), "佳县教育局", "heading"),
    # A more specific name is preferred.
    ((BANNER, NAMELESS, PERIOD, "我局认真贯彻。", *SIGNED), "佳县教育局", "signature"),
    ((BANNER, NAMELESS, PERIOD, *SIGNED), "佳县教育局", "signature"),
    (("佳县", NAMELESS, "（佳县教育局）", PERIOD), "佳县教育局", "under"),
    (("佳县", NAMELESS, "佳县教育局", PERIOD, "我局认真贯彻。"), "佳县教育局", "under"),
    ((BANNER, NAMELESS, "发布机构：佳县教育局", PERIOD, "我局认真贯彻。"), "佳县教育局", "site"),
    ((BANNER, NAMELESS, PERIOD, "2023年，佳县教育局认真公开。我局未收费。"), "佳县教育局", "subject"),
    ((NAMELESS, "佳县教育局", PERIOD), "佳县教育局", "under"),
    (("来源：佳县人民政府", NAMELESS, PERIOD, "我局认真贯彻。", *SIGNED), "佳县教育局", "signature"),
    # It is contradicted, and nobody else is sure.
    ((BANNER, NAMELESS, PERIOD, "我局认真贯彻。"), "", ""),
    (("榆林市人民政府", NAMELESS, PERIOD, "我县认真贯彻。"), "", ""),
    ((BANNER, NAMELESS, PERIOD, "2023年，佳县教育局认真贯彻。"), "", ""),
    ((BANNER, NAMELESS, "来源：佳县教育局", PERIOD), "", ""),
    ((BANNER, NAMELESS, PERIOD, "请与佳县政务服务管理局联系。"), "", ""),
    ((BANNER, NAMELESS, PERIOD, "我县认真贯彻。", *SIGNED), "", ""),
    ((BANNER, NAMELESS, "（佳县民政局）", PERIOD, *SIGNED), "", ""),
    ((NAMELESS, "佳县教育局", "佳县民政局", PERIOD), "", ""),  # a list
    # These lines are nobody.
    *[
        ((line, NAMELESS, PERIOD), "", "")
        for line in (
            "转发",
            "县级部门",
            "法定主动公开内容",
            "首页政务公开办事服务互动交流",
            "佳县人民政府门户网站",
            "新闻中心",
            "人民政府",
        )
    ],
]


@pytest.mark.parametrize(("texts", "agency", "basis"), ASIDE)
def test_a_name_on_a_line_of_its_own_beside_the_title(texts: tuple[str, ...], agency: str, basis: str) -> None:
    who = identify(lines(*texts))
    assert (who.agency, who.agency_basis, who.year) == (agency, basis, 2023)
    if basis not in ("title", "heading"):
        assert who.title == NAMELESS


def test_a_name_within_the_line_of_the_title_needs_nobody_s_word() -> None:
    who = identify(lines(BANNER, "佳县民政局2023年政府信息公开工作年度报告", PERIOD, "我局公开。", *SIGNED))
    assert (who.agency, who.agency_basis) == ("佳县民政局", "title")


def test_a_title_broken_over_lines() -> None:
    who = identify(lines("某县教育局2024年政府信息", "公开工作年度报告", "一、总体情况"))
    assert (who.agency, who.year, who.year_basis) == ("某县教育局", 2024, "title")


def test_titles_of_other_years_beside_the_report() -> None:
    others = [f"某县{year}年政府信息公开工作年度报告" for year in (2024, 2023, 2021)]
    who = identify(
        lines(*others, "某县2022年政府信息公开工作年度报告", "统计期限自2022年1月1日起，至2022年12月31日止。")
    )
    assert (who.year, who.title_year, who.year_basis) == (2022, 2022, "period")


def test_a_page_that_lists_reports_is_none_of_them() -> None:
    listed = [f"某县教育局{year}年政府信息公开工作年度报告" for year in range(2018, 2025)]
    assert identify(lines("首页", "政府信息公开年报", *listed, "版权所有：某县教育局")).kind == "index"
    prose = "2015年，我镇认真贯彻落实《中华人民共和国政府信息公开条例》，全年主动公开政府信息195条，未收到公开申请。"
    assert identify(lines(*listed, prose)).kind == "report", "a report may stand beside a list of other years'"
    assert identify(lines(*listed[:2])).kind == "report"


@pytest.mark.parametrize(
    ("sentence", "year"),
    [
        ("本报告中所列数据的统计期限自2023 年1月1 日起，至2023年12月31日止。", 2023),
        ("统计期限为2022年1月1日至12月31日", 2022),
        ("统计时限：2021年1月1日—12月31日", 2021),
        ("本年报数据统计期限自2020年1月1日起至202020年12月31日止", 2020),
        ("统计数据核定时间点为2022年12月31日，统计期限为全年", 2022),
        ("统计期限从2012年1月1日到12月31日止", 2012),
        ("统计期限自2008年5月1日起至2008年12月31日止", 2008),
        ("统计时限从2008年5月1日到12月31日", 2008),
        ("统计期限：2023.1.1-2023.12.31", 2023),
        ("统计期间为2023-01-01至2023-12-31", 2023),
        ("统计时限自2023年01月01日起至2023年12月31日止", 2023),
        ("所列数据的统计期限为2023年1—12月", 2023),
        ("统计期限为2023年1月至2023年12月", 2023),
        ("統(tǒng)計(jì)期限自2023年1月1日至2023年12月31 日止", 2023),
        ("所列统计数据时间范围为2023年1月1日至2023年12月31日。", 2023),
        ("本报告统计数据时间段为2025年1月1日至2025年12月31日。", 2025),
        ("本报告所涉数据的统计期自2022年1月1日起至2022年12月31日止。", 2022),
        ("报告内容涵盖市林业局2022年1月1日至12月31日期间的政府信息公开工作情况。", 2022),
        ("本报告中使用数据统计期限为20231月1日至12月31日。", 2023),
        ("统计期限自2023年1月1日至12月31止。", 2023),
        ("统计期限自20231月11日至12月31日。", None),
        ("统计期限自2023年1月1日至12月318日。", None),
        ("内容涵盖市林业局2022年1月1日至6月30日期间的工作情况。", None),
        ("培训内容涵盖2022年1月1日起施行的规定，至12月31日期间完成。", None),
        ("统计期限为2023年1月至6月", None),
        ("统计期限：2022.1.1-2023.12.31", None),
        ("统计期限为2023年11月至12月", None),
        ("统计期限自2009年5月1日起至2009年12月31日止", None),
        ("统计期限自2022年1月1日起至2023年12月31日", None),
        ("统计期限自2022年1月1日至6月30日", None),
        ("2022年共收到申请12件，比2021年（10件）增长20%", None),
    ],
)
def test_the_statistical_period(sentence: str, year: int | None) -> None:
    assert identify(lines("政府信息公开工作年度报告", sentence)).year == year


def test_a_year_in_brackets_on_the_line_below_the_title() -> None:
    who = identify(lines("佳县水利局政府信息公开工作年度报告", "（2023年度）", "一、总体情况"))
    assert (who.agency, who.year) == ("佳县水利局", 2023)
    who = identify(lines("佳县水利局政府信息公开工作年度报告", "（2023年1月15日）", "一、总体情况"))
    assert (who.agency, who.year) == ("佳县水利局", None)


def test_the_period_beats_the_title_and_both_are_kept() -> None:
    who = identify(lines("某县2022年政府信息公开工作年度报告", "统计期限自2021年1月1日起，至2021年12月31日止。"))
    assert (who.year, who.title_year) == (2021, 2022)


PERIOD_2022 = "统计期限自2022年1月1日起，至2022年12月31日止。"


@pytest.mark.parametrize(
    ("year", "period", "day", "told"),
    [
        (2024, "", "2024-01-15", None),  # a report is not written before its year is over …
        (2018, "", "2018-12-31", 2018),  # … but for its last days (建新镇)
        (2009, "", "2015-07-27", 2009),  # pages move to new sites (下管镇)
        (2023, "", "2024-01-15", 2023),
        (2023, "", "", 2023),
        (2023, PERIOD_2022, "2024-01-15", None),  # last year's sentence, left standing: title and day agree against it
        (2023, PERIOD_2022, "2023-01-15", 2022),  # a title that names the year of its publication
        (2022, PERIOD_2022, "2022-01-15", 2022),  # a period is surer than a misprinted day
    ],
)
def test_a_day_that_speaks_against_the_year(year: int, period: str, day: str, told: int | None) -> None:
    who = identify(lines(f"某县教育局{year}年政府信息公开工作年度报告", period, "一、总体情况"))
    found = who.year
    hold_against(who, day)
    assert who.year == told
    assert who.doubted == (None if told else (found, day))
    assert told or not (who.year_basis or who.period_start)


def test_days_of_the_next_sentence_are_no_period() -> None:
    said = "统计期限为2024年度。《办法》自2023年1月1日起施行，有效期至2023年12月31日。"
    assert identify(lines("某县2024年政府信息公开工作年度报告", said)).year == 2024


def test_a_doubted_year_is_told_and_not_taken() -> None:
    body = write_html(compose(Report("某县教育局", 2024, "2021", figures("2021", 1), wording=Wording(period=""))))
    page = body.replace("一、总体情况".encode(), "发布日期：2024-01-15</p><p>一、总体情况".encode(), 1)
    found = read_document(page, "a.html")
    assert (found.kind, found.report_year, len(found.cells) > 100) == ("report", None, True)
    (said,) = [one for one in found.findings if one.rule == "identify.no_year"]
    assert "2024-01-15" in said.message_zh
    assert "2024" in said.message_en


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("国务院办公厅关于印发《中华人民共和国政府信息公开工作年度报告格式》的通知", "notice"),
        ("《福州市公安局2021年政府信息公开工作年度报告》文字解读", "interpretation"),
        ("一图读懂：某县2021年政府信息公开工作年度报告", "interpretation"),
        ("某县2023年上半年政府信息公开工作报告", "other"),
        ("政府信息公开工作年度报告格式模板", "blank_form"),
    ],
)
def test_what_is_no_report(title: str, kind: str) -> None:
    assert identify(lines(title)).kind == kind


HEADINGS = ("一、概述", "二、主动公开政府信息情况", "三、依申请公开政府信息情况")
UNTITLED = [
    ((PERIOD, *HEADINGS), "report"),
    (("现编制2023年度政府信息公开工作年度报告。", *HEADINGS), "report"),
    ((PERIOD, "一、总体情况", "二、主动公开政府信息情况", "四、政府信息公开行政复议、行政诉讼情况"), "report"),
    ((PERIOD,), "other"),
    (HEADINGS, "other"),  # of which year?
    ((PERIOD, *HEADINGS[:2]), "other"),
    ((PERIOD, "一、总体情况", "二、存在的问题", "三、其他需要报告的事项"), "other"),  # of any report
    (("统计期限自2023年1月1日起至2023年6月30日止。", *HEADINGS), "other"),
    (("现就我局年报解读如下。", PERIOD, *HEADINGS), "other"),
    (("政府网站工作年度报表", "2023年度", PERIOD, *HEADINGS), "other"),
    (("各单位须按下列格式编制2023年度政府信息公开工作年度报告，并予公布。", *HEADINGS), "other"),
    (("关于做好2023年度政府信息公开工作年度报告编制发布工作的通知", PERIOD, *HEADINGS), "notice"),
]


@pytest.mark.parametrize(("texts", "kind"), UNTITLED)
def test_a_report_without_a_title_is_known_by_period_and_headings(texts: tuple[str, ...], kind: str) -> None:
    page = "".join(f"<p>{text}" for text in (*texts, "我局认真贯彻落实，主动公开政府信息12条。"))
    found = read_document(f"<html><body>{page}</html>".encode(), "a.html")
    assert found.kind == kind
    assert found.report_year == (2023 if kind == "report" else found.report_year)


@pytest.mark.parametrize(
    ("title", "cells", "kind"),
    [
        ("政府信息公开工作年度报告（模板）", "0\t0\t0", "blank_form"),  # zeros for an example
        ("XX局2024年政府信息公开工作年度报告", "XX\tXX\tXX", "blank_form"),
        ("XX局2024年政府信息公开工作年度报告", "3\t0\t3", "blank_form"),
        ("××局2024年政府信息公开工作年度报告", "3\t0\t3", "blank_form"),
        ("某某局2024年政府信息公开工作年度报告", "3\t0\t3", "blank_form"),
        ("（示例）某局2024年政府信息公开工作年度报告", "3\t0\t3", "blank_form"),
        ("2024年政府信息公开工作年度报告", "3\t0\t3", "report"),
        ("**2024年政府信息公开工作年度报告**", "3\t0\t3", "report"),
        ("佳县教育局2024年政府信息公开工作年度报告", "3\t0\t3", "report"),
    ],
)
def test_a_form_that_is_filled_in_for_an_example(title: str, cells: str, kind: str) -> None:
    heads = "信息内容\t本年制发件数\t本年废止件数\t现行有效件数"
    rows = (heads, f"规章\t{cells}", f"行政规范性文件\t{cells}")
    table = "".join(f"<tr><td>{row.replace(chr(9), '<td>')}" for row in rows)
    page = f"<html><p>{title}<p>二、主动公开政府信息情况<p>我局公开。<table>{table}</table></html>"
    found = read_document(page.encode(), "a.html")
    assert (found.kind, bool(found.cells)) == (kind, kind == "report")


def test_the_contact_sentence_names_the_agency_where_the_title_does_not() -> None:
    who = identify(lines("2023年政府信息公开工作年度报告", "如有疑问，请与某县水利局联系（地址：某路1号）。"))
    assert (who.agency, who.agency_basis) == ("某县水利局", "contact")


def test_who_compiled_the_report_names_the_agency_where_nothing_else_does() -> None:
    compiled = "本报告由某县水利局根据《条例》要求编制。"
    who = identify(lines("2023年政府信息公开工作年度报告", compiled))
    assert (who.agency, who.agency_basis) == ("某县水利局", "compiler")
    # The office compiles the government's report.
    office = "本报告由某县人民政府办公室编制。如有疑问，请与某县人民政府联系。"
    who = identify(lines("2023年政府信息公开工作年度报告", office))
    assert (who.agency, who.agency_basis) == ("某县人民政府", "contact")


@pytest.mark.parametrize(
    ("texts", "word"),
    [
        # 芜湖 2016 as it is headed: nothing but 镇 in the title.
        (("2016年度镇政府信息公开年度报告", "2016年，我镇公开信息12条。", "我镇将继续努力，本机关负责。"), "我镇"),
        (("我县2019年政府信息公开工作年度报告", "我局牵头，我局汇总。"), "我县"),
        (("2019年政府信息公开工作年度报告", "本机关公开信息。本机关收到申请。我局未收费。"), "我局"),
        (("2019年政府信息公开工作年度报告", "本机关公开信息12条。"), "本机关"),
        (
            ("2019年政府信息公开工作年度报告", "我街公开信息12条，本街区。", "以本单位或本单位办公室名义印发的文件"),
            "我街",
        ),
        (("2019年政府信息公开工作年度报告", "以本单位或本单位办公室名义印发的文件"), ""),  # words of the form
        (("2019年政府信息公开工作年度报告", "我市出台本办法，我委托第三方评估，我国、我们、本处理决定。"), ""),
    ],
)
def test_a_report_that_names_nobody_may_say_what_it_calls_itself(texts: tuple[str, ...], word: str) -> None:
    who = identify(lines(*texts))
    assert (who.kind, who.agency, who.self_name) == ("report", "", word)


def test_a_name_is_better_than_a_word_for_oneself() -> None:
    who = identify(lines("本局2019年政府信息公开工作年度报告", "如有疑问，请与某县水利局联系（地址：某路1号）。"))
    assert (who.agency, who.self_name) == ("某县水利局", "")


@pytest.mark.parametrize(
    ("sentence", "agency", "year"),
    [
        ("根据条例规定，现公布某县审计局2022年政府信息公开工作年度报告。", "某县审计局", 2022),
        ("按照要求，特向社会公布2022年度我局政府信息公开年度报告。本报告由六部分组成。", "", 2022),
        ("现将某县某镇人民政府2024年政府信息公开工作情况报告如下：", "某县某镇人民政府", 2024),
        ("特编制并向社会公布2021年度街道信息公开年度报告。", "", 2021),
        ("现公布某县人力资源和社会保障局2022年政府信息公开工作年度报告。", "某县人力资源和社会保障局", 2022),
        ("现公布某县机构编制委员会办公室2022年政府信息公开工作年度报告。", "某县机构编制委员会办公室", 2022),
        ("现公布将乐县民政局2021年度信息公开年度报告。", "将乐县民政局", 2021),
        ("特向社会公布2021年度本级政府信息公开工作年度报告。", "", 2021),
        ("现将我局2023年政府信息公开工作情况报告如下：", "", 2023),
        ("根据条例规定，现将我局2023年政府信息公开工作情况报告如下：", "", 2023),
        ("要求，现将《佳县司法局2020年度政府信息公开工作年度报告》予以公布。", "佳县司法局", 2020),
        ("现编制形成了《佳县人民政府2023年政府信息公开工作年度报告》。", "佳县人民政府", 2023),
        ("现转发《佳县2024年政府信息公开工作年度报告》，请学习。", "", None),
        ("现将2024年政府信息公开工作年度报告编制要求通知如下。", "", None),
        ("现公布《某县2024年政府信息公开工作年度报告》的格式。", "", None),
        ("现将全县各部门2024年政府信息公开工作年度报告予以公布。", "", None),
        ("现公布某县审计局2022年政府信息公开工作年度报告。现公布某县民政局2021年政府信息公开工作年度报告。", "", None),
        ("某县审计局发布了2022年政府信息公开工作年度报告。", "", None),
        ("根据《条例》，编制佳县螅镇2024年政府信息公开工作年度报告，所列数据完整。", "佳县螅镇", 2024),
        ("按照通知要求，编制2024年政府信息公开工作年度报告，并报送。", "", None),
        ("按照通知要求，编制本部门2024年政府信息公开工作年度报告，并报送。", "", None),
        ("特编制佳县水利局2022年政府信息公开工作报告。现将2022年政府信息公开工作报告如下：", "佳县水利局", 2022),
        ("特编制佳县水利局2022年政府信息公开工作报告。现将2021年政府信息公开工作报告如下：", "", None),
    ],
)
def test_what_the_first_sentence_announces(sentence: str, agency: str, year: int | None) -> None:
    """Pages whose title is lost with the site around them (泰州市 2017, 永康镇 2024)."""
    who = identify(Document("text/plain", [Paragraph(sentence), Paragraph("一、总体情况")]))
    assert (who.agency, who.year, who.titled) == (agency, year, False)


@pytest.mark.parametrize("body", ["2024年，我局认真。", "根据《条例》编制，全文如下。", "本报告由六个部分组成。"])
def test_a_title_and_its_first_sentence_in_one_paragraph(body: str) -> None:
    title = "佳县水利局2024年度政府信息公开工作年度报告"
    who = identify(
        lines(f"{title} {body}按照各级部署，认真贯彻落实《中华人民共和国政府信息公开条例》。", "一、总体情况")
    )
    assert (who.agency, who.year, who.titled) == ("佳县水利局", 2024, True)
    who = identify(lines(f"{title}的编制工作已经完成，按照各级部署认真贯彻落实，现予以通报表扬。", "一、总体情况"))
    assert not who.titled


def test_a_printed_title_needs_no_announcement() -> None:
    lines = ["某县2023年政府信息公开工作年度报告", "现公布某县审计局2022年政府信息公开工作年度报告。", "一、总体情况"]
    who = identify(Document("text/plain", [Paragraph(line) for line in lines]))
    assert (who.agency, who.year) == ("某县", 2023)


@pytest.mark.parametrize(
    ("announced", "agency", "basis"),
    [
        ("现公布某县水利局2024年度政府信息公开工作年度报告。", "某县水利局", "title"),
        ("现公布某县水利局2023年度政府信息公开工作年度报告。", "某县人民政府办公室", "site"),
        ("现公布各镇2024年度政府信息公开工作年度报告。", "某县人民政府办公室", "site"),
        ("现公布某县水利局和某县审计局2024年度政府信息公开工作年度报告。", "某县人民政府办公室", "site"),
        ("现将我局2024年度政府信息公开工作情况报告如下。", "某县人民政府办公室", "site"),
    ],
)
def test_an_announcement_says_whose_a_title_without_a_name_is(announced: str, agency: str, basis: str) -> None:
    """Rather than the office that puts the reports of all bureaus on the site; of another year it says nothing."""
    lines = ["2024年政府信息公开工作年度报告", "发布机构：某县人民政府办公室", announced, "一、总体情况"]
    who = identify(Document("text/plain", [Paragraph(line) for line in lines]))
    assert (who.agency, who.agency_basis, who.year) == (agency, basis, 2024)
    assert who.title == "2024年政府信息公开工作年度报告"


def test_the_verb_of_an_announcement_is_no_part_of_the_name() -> None:
    title = "某县审计局现将2024年政府信息公开工作年度报告公布如下"
    assert identify(Document("text/plain", [Paragraph(title)])).agency == "某县审计局"


def test_the_title_is_taken_from_the_page_and_not_from_its_breadcrumb() -> None:
    """迎宾路街道 2021 was 街道办事处."""
    lines = [
        "首页 > 政府信息公开年报 > 2021 > 街道办事处政府信息公开工作年度报告",
        "2021年某路街道政府信息公开工作年度报告",
    ]
    assert identify(Document("text/plain", [Paragraph(line) for line in lines])).agency == "某路街道"
