"""What a document says of whose report it is: every kind of evidence, where it stands, and nobody's name."""

from __future__ import annotations

import json

import pytest

from pipelines.document import Cell, Document, Grid, Paragraph
from pipelines.evidence import KINDS, Evidence, credit_code, dump, gather, parse, selves
from pipelines.extract import read_document
from pipelines.identify import identify

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
