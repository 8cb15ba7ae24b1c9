"""What a document says of whose report it is: every kind of evidence, where it stands, and nobody's name."""

from __future__ import annotations

import json
from itertools import islice

import pytest

from pipelines.document import Cell, Document, Grid, Paragraph
from pipelines.evidence import KINDS, Evidence, credit_code, dump, gather, named, parse, selves
from pipelines.extract import read_document
from pipelines.identify import identify
from pipelines.labels import plain
from pipelines.rooms import without_room
from schemas.agencies import listed
from schemas.divisions import townships
from schemas.organs import PLACE, organ_names

# Codes met in real reports (the digits before the slash of an 索引号).
CODES = {
    "113310230026833949": "331023",
    "11370883004325769B": "370883",
    "113708260043292687": "370826",
    "11330922002643173D": "330922",
    "113304830025582868": "330483",
    "113306020025825184": "330602",
    "113325000026455663": "332500",
    "1133068200259085XF": "330682",
    "116223010139324488": "622301",
}


@pytest.mark.parametrize(("code", "division"), CODES.items())
def test_credit_codes_of_real_reports(code: str, division: str) -> None:
    assert credit_code(code) == division


def test_a_credit_code_with_a_wrong_digit_says_nothing() -> None:
    assert credit_code("113310230026833948") == ""
    assert credit_code("11331023002683394") == ""
    assert credit_code("11331023002683394I") == ""  # a letter that no code has


def page(*texts: str) -> Document:
    return Document("text/html", [Paragraph(text, f"para{place}") for place, text in enumerate(texts, start=1)])


def test_every_kind_of_evidence_with_its_place() -> None:
    document = page(
        "当前位置：首页 > 天台县 > 民政局 > 政府信息公开年报",
        "索引号：113310230026833949/2020-12345  发布机构：天台县民政局",
        "天台县民政局2019年政府信息公开工作年度报告",
        "本报告由天台县民政局编制。如对本报告有疑问，请与天台县民政局联系（地址：天台县赤城街道劳动路；电话：1）。",
        "一、总体情况",
        "天台县民政局",
        "2020年1月20日",
        "主办单位：天台县人民政府办公室",
    )
    document.title = "天台县民政局2019年政府信息公开工作年度报告-天台县人民政府"
    document.metadata = {"ContentSource": "天台县民政局", "author": "张三", "SiteName": "浙江政务服务网"}
    who = identify(document)
    said = {(one.kind, one.text, one.at) for one in who.evidence}
    assert said == {
        ("title", "天台县民政局", ""),
        ("metadata", "天台县民政局", ""),
        ("site", "浙江政务服务网", ""),
        ("site", "天台县人民政府", ""),
        ("breadcrumb", "首页>天台县>民政局", "para1"),
        ("publisher", "天台县民政局", "para2"),
        ("index", "113310230026833949", "para2"),
        ("compiler", "天台县民政局", "para4"),
        ("contact", "天台县民政局", "para4"),
        ("address", "天台县赤城街道劳动路", "para4"),
        ("signature", "天台县民政局", "para7"),
        ("site", "天台县人民政府办公室", "para8"),
    }
    assert {one.kind for one in who.evidence} <= set(KINDS)


def test_a_site_s_block_set_as_a_table() -> None:
    texts = ("索引号", "113310230026833949/2020-1", "发布机构", "天台县民政局", "责任编辑", "张三")
    cells = [Cell(text, place // 2, place % 2) for place, text in enumerate(texts)]
    found = gather(Document("text/html", [Grid(cells, 3, 2, "t1")]))
    assert found == [
        Evidence("publisher", "天台县民政局", "t1"),
        Evidence("index", "113310230026833949", "t1"),
    ]


def test_names_of_persons_are_no_evidence() -> None:
    said = gather(page("信息来源：张三", "请与李四同志联系。", "发布单位：王五", "王五", "2020年1月1日"))
    assert said == []


def test_a_branch_is_named_whole() -> None:
    said = gather(page("请与淄博市公安局高新技术产业开发区分局（以下简称高新区公安分局）联系。"))
    assert [one.text for one in said if one.kind == "contact"] == ["淄博市公安局高新技术产业开发区分局"]


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("请与佳县人民政府办公室联系（地址：佳县）。", "佳县人民政府办公室"),
        ("请与江苏省镇江市民政局联系。", "江苏省镇江市民政局"),
        ("请与河南省新乡县民政局联系。", "河南省新乡县民政局"),
        ("请与佳县螅镇党政办公室联系。", "佳县螅镇"),
        ("如对本报告有任何疑问，请联系：佳县民政局，电话：0000。", "佳县民政局"),
        (
            "根据《国务院办公厅政府信息与政务公开办公室关于印发〈格式〉的通知》编制。如有疑问，请与佳县民政局联系。",
            "佳县民政局",
        ),
        ("按照政府信息与政务公开办公室要求编制本报告，也可直接与佳县民政局（办公室）联系。", "佳县民政局"),
    ],
)
def test_the_contact_is_not_cut_short(text: str, contact: str) -> None:
    assert [one.text for one in gather(page(text)) if one.kind == "contact"] == [contact]


@pytest.mark.parametrize(
    "name",
    [
        "广元市利州区乡村振兴局",
        "福州市住房和城乡建设局",
        "长沙市城乡规划局",
        "安化县城镇管理局",
        "歙县乡镇企业局",
        "江苏省人口与计划生育委员会",
        "国家税务总局佛山市税务局",
        "国家统计局湖北调查总队",
        "北京市海淀区学院路街道办事处",
        "青岛市市北区镇江路街道",
        "湘潭市中心血站",
        "安康市中心医院",
        "中国人民银行福州中心支行",
        "石家庄市委宣传部",
        "武汉市人民政府国资委",
        "武汉市人民政府研究室",
        "武汉市人民政府机关事务管理局",
        "包头市人民政府外事办公室",
        "佳县机构编制委员会办公室",
        "佳县地方志编纂委员会办公室",
        "湘潭县所前镇人民政府",
        "佳县委托村镇人民政府",
        "湛江海关",
        "枣庄高新区消防救援大队",
        "博山区供销合作社联合社",
    ],
)
def test_a_name_does_not_end_at_the_first_word_that_a_name_can_end_with(name: str) -> None:
    """A district's 乡村振兴局 had been taken for a township, two bureaus of taxation for one ministry."""
    for said in (
        f"请与{name}联系（地址：某路）。",
        f"可直接与{name}（电话：0）取得联系。",
        f"请联系：{name}，电话：0。",
    ):
        assert [one.text for one in gather(page(said)) if one.kind == "contact"] == [name]


def test_every_name_of_the_registry_is_left_whole() -> None:
    places = ("镇江市", "平乡县", "黔东南苗族侗族自治州")
    said = [name.replace(PLACE, place) if PLACE in name else place + name for place in places for name in organ_names()]
    said += [f"佳县{one.name}" for one in islice(townships().values(), 0, None, 20)]
    said += [plain(one.name) for one in listed().values()]
    for name in said:
        assert without_room(name) == named(name) == name
        if name.endswith(("局", "厅", "委员会")):
            assert without_room(f"{name}办公室") == name


@pytest.mark.parametrize(
    ("organ", "room"),
    [
        ("佳县民政局", "办公室"),
        ("佳县民政局", "办"),
        ("佳县民政局", "政府信息公开工作领导小组办公室"),
        ("福州市住房和城乡建设局", "村镇建设科"),
        ("福州市住房和城乡建设局", "办公室"),
        ("佳县公安局", "队伍建设科"),
        ("佳县民政局", "社区建设科"),
        ("佳县农业农村局", "委托管理股"),
        ("佳县税务局", "所得税科"),
        ("福州市城乡建设委员会", "办公室"),
        ("包头市人民政府外事办公室", "秘书科"),
        ("佳县人民政府办公室", "政府信息公开中心"),
        ("佳县人民政府", "政务公开办公室"),
        ("国家税务总局佛山市税务局", "办公室"),
        ("湛江海关", "办公室新闻信息办公室"),
        ("水利部", "政务公开领导小组办公室"),
        ("大渡口经开区", "政务公开办公室"),
        ("高新区管委会", "综合办公室"),
        ("枣庄高新区消防救援大队", "办公室"),
        ("佳县螅镇", "党政综合办公室"),
        ("佳县螅镇", "便民服务中心"),
        ("佳县螅镇人民政府", "综合信息指挥室"),
        ("佳县木座藏族乡", "办公室"),
        ("海淀区学院路街道办事处", "综合保障科"),
    ],
)
def test_the_room_that_answers_is_no_part_of_the_name(organ: str, room: str) -> None:
    assert without_room(organ + room) == organ


@pytest.mark.parametrize(
    "organ",
    [
        "佳县人民政府办公室",
        "佳县政府办",
        "佳县人民政府新闻办公室",
        "佳县人民政府政务服务管理办公室",
        "佳县人民政府信息中心",
        "佳县政务公开办公室",
        "佳县信访办公室",
        "佳县委编委办",
        "佳县县委办公室",
        "佳县扶贫开发领导小组办公室",
        "佳县无线电管理委员会办公室",
        "佳县住房和城乡建设局人民防空办公室",
        "佳县镇雄路街道社区卫生服务中心",
        "佳县民政局社会救助服务中心",
        "福建省教育厅干部人事处",
        "福建省教育厅院校工作处",
    ],
)
def test_an_office_that_may_report_by_itself_is_no_room(organ: str) -> None:
    assert without_room(organ) == organ


@pytest.mark.parametrize(
    "text",
    [
        "请与佳县民政局张三联系。",
        "请与佳县民政局、佳县档案局联系。",
        "请与佳县水务局自来水热线联系。",
        "请与我局办公室联系，也可与佳县档案局联系。",
        "请与政务公开办公室联系。",
        "联系部门：单位办公室，电话：0。",
    ],
)
def test_nobody_is_named_where_the_sentence_does_not_end_with_an_organ(text: str) -> None:
    assert [one.text for one in gather(page(text)) if one.kind == "contact"] == []


@pytest.mark.parametrize(
    ("text", "compiler"),
    [
        ("本报告由佳县信访办公室根据《政府信息公开条例》要求编制，全文包括六个部分。", "佳县信访办公室"),
        ("本年度报告由佳县林业局根据《条例》（国办公开办函〔2021〕30号）组织编制。", "佳县林业局"),
        ("本报告由佳县螅镇人民政府结合有关统计数据编制。", "佳县螅镇人民政府"),
        ("按照要求，由佳县螅镇编制的2022年度政府信息公开年度报告。", "佳县螅镇"),
        ("本报告由佳县民政局办公室负责编制。", "佳县民政局"),
        ("本报告按照由陕西省人民政府办公厅编制的报告格式撰写。", None),
        ("报告格式由陕西省人民政府办公厅统一编制。", None),
        ("全县的应急预案由佳县应急管理局编制。", None),
    ],
)
def test_who_compiled_the_report(text: str, compiler: str | None) -> None:
    said = [one.text for one in gather(page(text)) if one.kind == "compiler"]
    assert said == ([compiler] if compiler else [])


@pytest.mark.parametrize(
    "before",
    [
        "佳政公(2023)5号",
        "2023年1月20日",
        "2023-01-20",
        "2023/1/20",
        "2023-01-2009:30",
        "(年报)",
        "(政府信息公开年报)",
        "(2023-01-20)",
        "1.",
        "(3)",
        "附件1:",
        "政务公开-",
        "首页-年报-",
        "Page8-",
        "文件标题:",
        "1.(公示)2023年1月20日",
    ],
)
def test_what_stands_before_a_name_on_its_line_is_no_part_of_it(before: str) -> None:
    assert named(f"{before}佳县公安局") == "佳县公安局"


@pytest.mark.parametrize("name", ["淄博市公安局-高新区分局", "(原)佳县民政局", "第12345热线中心", "佳县公安局"])
def test_what_may_be_part_of_a_name_stays(name: str) -> None:
    assert named(name) == name


@pytest.mark.parametrize("name", ["bet365亚洲官网佳县民政局", "佳县abc民政局", "a.com溪下乡"])
def test_a_name_with_latin_letters_is_nobody_s(name: str) -> None:
    """Pages of mirrors abroad bear the mirror's name where the place's stood."""
    assert named(name) == ""


def test_how_characters_are_read_is_no_part_of_a_name() -> None:
    """Mirrors in traditional script put the pinyin behind some characters."""
    assert named("佳县螅镇(zhèn)") == "佳县螅镇"
    said = gather(
        page("請與佳縣統(tǒng)計局辦公室聯(lián)系。", "發布機構：佳縣水務(wù)局", "佳縣財(cai)政局", "2023年1月9日")
    )
    assert [(one.kind, one.text) for one in said] == [
        ("contact", "佳县统计局"),
        ("publisher", "佳县水务局"),
        ("signature", "佳县财政局"),
    ]


@pytest.mark.parametrize("text", ["加强与上级佳县数据局沟通联系。", "定期与佳县数据局、佳县档案馆沟通联系。"])
def test_whom_a_bureau_keeps_in_touch_with_is_not_itself(text: str) -> None:
    assert [one.text for one in gather(page(text)) if one.kind == "contact"] == []


def test_nobody_is_to_be_turned_to_where_the_text_names_an_office_in_passing() -> None:
    """突泉县永安镇 2024 and 嘉善县大云镇 2024 had 政务公开办公室 for their agency."""
    text = "根据政府信息与政务公开办公室的格式编制本报告，如对本报告有疑问，联系电话：0000。"
    assert [one.text for one in gather(page(text)) if one.kind == "contact"] == []


def test_what_the_text_calls_itself() -> None:
    said = selves(page("2023年，我镇认真贯彻。", "本局依据本办法，根本市场化。", "我县各单位，原本街道"))
    assert [one.text for one in said] == ["我镇", "本局", "我县"]


def test_evidence_survives_the_shards() -> None:
    evidence = [Evidence("title", "天台县", ""), Evidence("index", "113310230026833949", "para2")]
    assert parse(dump(evidence)) == evidence
    assert parse(None) == parse("") == []
    text = "天台县民政局2019年政府信息公开工作年度报告\n请与天台县民政局联系（地址：天台县；邮箱：a@b.cn）。"
    kept = json.loads(read_document(text.encode(), "a.txt").evidence)
    assert {"kind": "contact", "text": "天台县民政局", "at": "L2:1-30"} in kept
