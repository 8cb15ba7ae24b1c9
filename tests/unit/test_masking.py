"""Persons, mobile numbers and mailboxes are masked however they are written; organs, offices and figures stay."""

from __future__ import annotations

import pytest

from schemas import masking
from schemas.forms import FORM_IDS, load_form
from schemas.masking import mask
from schemas.rules import RULES


@pytest.mark.parametrize(
    "number",
    [
        "13912345678",
        "139 1234 5678",
        "139-1234-5678",
        "139－1234－5678",
        "1391234 5678",
        "139 12345678",
        "1391 234 5678",
        "13912 345678",
        "139·1234·5678",
        "+86-13912345678",
        "+86 139 1234 5678",
        "8613912345678",
        "013912345678",
        "１３９１２３４５６７８",
        "1３９ １２３４ ５６７８",
    ],
)
def test_a_mobile_number_is_masked_in_every_grouping(number: str) -> None:
    masked = mask(f"联系电话：{number}。")
    assert masked == "联系电话：1**********。"
    assert mask(masked) == masked


@pytest.mark.parametrize(
    "address",
    [
        "zhang.san@huaian.gov.cn",
        "zhang_san＠163.com",
        "ZHANG@QQ.COM",
        "ｚｈａｎｇ＠１６３．ｃｏｍ",
        "zhang @ 163.com",
        "zhang@\n163.com",
        "zhang(at)163.com",
        "zhang（AT）163.com",
        "zhang[at]gov.cn",
        "zhang#163.com",
        "zhang＃mail.gov.cn",
    ],
)
def test_a_mailbox_is_masked_in_every_disguise(address: str) -> None:
    masked = mask(f"电子邮箱：{address}）。")
    assert masked == "电子邮箱：***@***）。"
    assert mask(masked) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("联系人：李小四，电话", "联系人：***，电话"),
        ("联系人李小四，电话", "联系人***，电话"),
        ("联系人：李 四 电话", "联系人：*** 电话"),
        ("经办人为王五", "经办人为***"),
        ("单位负责人：王晓明 审核人：李四 填报人：赵六", "单位负责人：*** 审核人：*** 填报人：***"),
        ("填报人 | 李小四 | 12", "填报人 | *** | 12"),
        ("分管领导：欧阳小明", "分管领导：***"),
        ("责任编辑：王五", "责任编辑：***"),
        ("作者: 刘六六", "作者: ***"),
        ("局长王小明出席，主任：李四", "局长***出席，主任：***"),
        ("副主任王五，科长 赵六", "副主任***，科长 ***"),
        ("由市长王小明、区长李四", "由市长***、区长***"),
        ("王小明局长", "***局长"),
        ("欧阳明同志", "***同志"),
    ],
)
def test_a_name_is_told_by_what_it_stands_beside(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert mask(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "联系电话：0517-83605023",
        "请与淮安市人民政府办公室联系（地址：淮安市翔宇南道1号，邮编：223001，电话：0517-83605210）",
        "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        "其中：主要负责同志参加新闻发布会次数",
        "接受培训人员数 12",
        "主任办公会",
        "淮安市公安局局长办公会",
        "市长热线、区长信箱、局长接待日",
        "成都市高新区长江路街道办事处",
        "余杭区乔司镇长安村",
        "西安市长安区教育局",
        "安康市长兴镇人民政府",
        "1288 21 0 0 50 3 1362",
        "96171.6",
        "13912345678.50",
        "p4[139.12,345.67,200.0,300.5]",
        "https://www.huaian.gov.cn/page.html#top",
        "The cell at t3/r12/c7 prints no single number",
    ],
)
def test_organs_offices_and_figures_stay(text: str) -> None:
    assert mask(text) == text


def test_no_label_of_a_form_and_no_message_is_touched() -> None:
    said = {cell.row_label for form in FORM_IDS for cell in load_form(form).cells}
    said |= {
        text for rule in RULES.values() for text in (rule.title_zh, rule.message_zh, rule.title_en, rule.message_en)
    }
    assert len(said) > 50
    assert {text: mask(text) for text in said if mask(text) != text} == {}


def test_the_same_words_beside_themselves_a_hundred_thousand_times_take_no_time() -> None:
    for text in ("张", "主任", "联系人", "1 ", "139 ", "a@", "王五局长", "(at)"):
        assert len(mask(text * 50_000)) > 1000


def test_what_a_terminal_obeys_is_shown_as_replaced() -> None:
    assert mask("某局\x1b[31m\u202e2024\x9b") == "某局\ufffd[31m\ufffd2024\ufffd"
    assert mask("两行\n\t表\u3000头\u200b") == "两行\n\t表\u3000头\u200b"


def spelled(pattern: str, between: str) -> list[str]:
    """What a pattern of words, ``\\s*`` and one class of characters can stand for."""
    before, _, rest = pattern.replace(r"\s*", between).partition("[")
    either, _, behind = rest.partition("]")
    return [before + one + behind for one in either or [""]]


@pytest.mark.parametrize("between", ["", " ", "\u3000"])
def test_beside_each_label_and_rank_a_name_is_masked_whatever_else_stands_there(between: str) -> None:
    doers = [word for doer in masking._DOER.split("|") for word in spelled(doer, between)]
    labels = [doer + between + who for doer in doers for who in ("人", "人员", "人姓名")]
    labels += [between.join(word) for word in ("责任编辑", "作者", "记者", "姓名")]
    labels += [whose + who for whose in ("分管", "主要", "单位", "部门", "主管") for who in ("领导", "负责同志")]
    ranks = [more + office for office in masking._OFFICE.split("|") for more in ("", "副", "党组", "党委副", "常务副")]
    ranks += [unit + "长" for unit in "省市县区镇乡州"]
    assert len(labels) > 70
    for beside in (*labels, *ranks):
        for more in ("", "，2024年1月5日", " 0551-62602390"):
            assert "王小明" not in mask(f"{beside}：王小明{more}"), (beside, more)
