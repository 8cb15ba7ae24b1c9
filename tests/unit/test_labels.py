"""Labels in the dress that real documents give them."""

import pytest

from pipelines.labels import fold, match

ROWS = [
    ("規範性文件", "normative_documents"),
    ("規(guī)章", "regulations"),
    ("规 章", "regulations"),
    ("⾏政许可", "licensing"),  # a Kangxi radical
    ("行政强製", "compulsion"),
    ("规章（设区的市、自治州人民政府应提供相关数据）", "regulations"),
    ("2.其他法律行政止公开", "result.refused.prohibited_by_law"),
    ("1、属于国家秘密", "result.refused.state_secret"),
    ("⑴属于国家秘密", "result.refused.state_secret"),
    ('3．危及"三安全一稳定"', "result.refused.security_stability"),
    ("(二) 部分公开 (区分处理的, 只计这一情形, 不计其他情形)", "result.partial"),
    ("（二）部分公开（区分处理的，只计这一", "result.partial"),
    ("三、本年度办理结果（一）予以公开", "result.granted"),
    ("1.逾期不补正", "result.other.no_correction"),
    ("结转下一年继续办理", "carried_out"),
    ("3.其他", "result.other.other"),
    ("（七）总计", "result.total"),
    ("1.申请人无正当理由逾期不补正、行政机关不再处理其政府", "result.other.no_correction"),
]


@pytest.mark.parametrize(("text", "code"), ROWS)
def test_a_row_label_is_recognised(text: str, code: str) -> None:
    assert {(label.kind, label.code) for label in match(text)} == {("row", code)}


@pytest.mark.parametrize(
    "text",
    [
        "其他主动公开文件（含以本单位或本单位办公室名义正式签发的文件）",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "本年新",
        "4.其他",
        "属于",
        "2023年，全年共收到政府信息公开申请12件，上年结转政府信息公开申请1件，予以公开8件，部分公开1件。",
        "12",
        "",
    ],
)
def test_what_is_no_label_is_not_taken_for_one(text: str) -> None:
    assert match(text) == ()


def test_bare_words_keep_all_their_meanings() -> None:
    assert {label.kind for label in match("总 计")} == {"applicant", "outcome", "row"}
    assert {label.kind for label in match("其他")} == {"applicant", "row"}


def test_captions_tell_their_block() -> None:
    assert [label.code for label in match("第二十条第 (八) 项")] == ["fees"]


def test_folding_keeps_the_ordinal_apart() -> None:
    assert (fold("（三） 不予公 开").ordinal, fold("（三） 不予公 开").core) == (("bracket", "三"), "不予公开")
