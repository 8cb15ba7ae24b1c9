"""Counts in prose: the phrasings of real reports give their numbers, and the traps give nothing."""

from __future__ import annotations

import pytest

from pipelines.claims import read_claims
from pipelines.document import Document, Grid, Paragraph
from pipelines.extraction import RawClaim
from schemas.claims import load_vocabulary
from schemas.forms import FORM_IDS, load_form

CONTEXT = "（二）依申请公开情况。"


def claims(text: str, year: int = 2024, agency: str = "示例市人民政府") -> list[RawClaim]:
    paragraphs = [Paragraph(part, f"L{number}:1-9") for number, part in enumerate(text.split("\n"), 1)]
    return read_claims(Document("text/plain", [*paragraphs]), year, agency)


def told(text: str, year: int = 2024, agency: str = "示例市人民政府") -> dict[str, str]:
    """measure -> number, with the qualifier where it is not exact."""
    return {
        claim.measure: claim.value + ("" if claim.qualifier == "exact" else f" {claim.qualifier}")
        for claim in claims(CONTEXT + text, year, agency)
    }


def test_every_measure_reads_cells_of_a_form() -> None:
    cells = {cell.key for form in FORM_IDS for cell in load_form(form).cells}
    vocabulary = load_vocabulary()
    ids = [measure.id for measure in vocabulary.every()]
    assert len(ids) == len(set(ids)) == 15 + 8
    for measure in vocabulary.every():
        assert measure.readings
        assert {key for reading in measure.readings for key in reading.keys} <= cells
    assert {name for stated in vocabulary.stated for name in stated.zero} <= set(ids)
    refused = next(measure for measure in vocabulary.measures if measure.id == "requests.refused")
    assert len(refused.readings[0].keys) == 8


# What reports say (formats.md, section 5), each with the measures that it states.
PHRASES = {
    "2024年，全市共受理政府信息公开申请 3119 件，答复 3050 件（含上年度结转申请34件，另有103件顺延到下年度答复）。": {
        "requests.received": "3119",
        "requests.answered": "3050",
        "requests.carried_in": "34",
        "requests.carried_out": "103",
    },
    "2024年1—12月，我委收到政府信息公开申请12件，答复11件。": {"requests.received": "12", "requests.answered": "11"},
    "2024年1月至12月，我局收到政府信息公开申请12件。": {"requests.received": "12"},
    "自2024年1月1日起至2024年12月31日止，共收到政府信息公开申请12件，答复11件。": {
        "requests.received": "12",
        "requests.answered": "11",
    },
    "收到政府信息公开申请12件，均在法定期限内答复12件。": {"requests.received": "12", "requests.answered": "12"},
    "收到政府信息公开申请9件，同意公开答复6件，部分公开答复2件，不予公开答复1件。": {
        "requests.received": "9",
        "requests.partial": "2",
        "requests.refused": "1",
    },
    "受理并答复政府信息公开申请12件。": {"requests.answered": "12"},
    "依申请公开办结12件。": {"requests.answered": "12"},
    "全年主动公开政府信息195条，收到政府信息公开申请12件，予以公开5件，不予公开1件。": {
        "requests.received": "12",
        "requests.granted": "5",
        "requests.refused": "1",
    },
    "申请办理结果：属于已主动公开范围2件，予以公开5件，没有现成信息需要另行制作无法提供1件，不予公开1件。": {
        "requests.granted": "5",
        "requests.unavailable": "1",
        "requests.refused": "1",
    },
    "政府信息公开行政复议2件，复议机关维持2件。": {
        "review.reconsideration": "2",
        "review.reconsideration.upheld": "2",
    },
    "全年收办政府信息公开申请3646件，同比增长1.05%。": {"requests.received": "3646"},
    "共收到公民、法人提出的政府信息公开申请 1 宗，系公民个人来信申请。": {"requests.received": "1"},
    "收到政府信息公开申请11件，答复11件：予以公开5，部分公开2。": {
        "requests.received": "11",
        "requests.answered": "11",
    },
    "2024年收到申请7件，上年度结转1件。": {"requests.received": "7", "requests.carried_in": "1"},
    "新收政府信息公开申请0件，上年结转0件。": {"requests.new": "0", "requests.carried_in": "0"},
    "全年新收政府信息公开申请12件，办结11件，结转下年度1件。": {
        "requests.new": "12",
        "requests.answered": "11",
        "requests.carried_out": "1",
    },
    "申请办理结果为：予以公开1431件、部分公开471件、不予公开92件、无法提供941件、不予处理117件、"
    "作其他处理（含申请人主动撤回申请）469件、转下年度办理125件。": {
        "requests.granted": "1431",
        "requests.partial": "471",
        "requests.refused": "92",
        "requests.unavailable": "941",
        "requests.not_processed": "117",
        "requests.other": "469",
        "requests.carried_out": "125",
    },
    "受理申请859件，答复805件（含上年度结转申请18件），其中予以公开及部分公开258件，无法提供265件。": {
        "requests.received": "859",
        "requests.answered": "805",
        "requests.carried_in": "18",
        "requests.granted_or_partial": "258",
        "requests.unavailable": "265",
    },
    "办理答复的申请中，2件予以公开，3件部分公开，1件结转下年度继续办理。": {
        "requests.granted": "2",
        "requests.partial": "3",
        "requests.carried_out": "1",
    },
    "2023年度结转3件申请，2024年收到政府信息公开申请20件，结转2025年办理4件。": {
        "requests.carried_in": "3",
        "requests.received": "20",
        "requests.carried_out": "4",
    },
    "收到政府信息公开申请1,102件。": {"requests.received": "1102"},
    "收到政府信息公开申请十二件，答复两件。": {"requests.received": "12", "requests.answered": "2"},
    "收到政府信息公开申请数十件。": {"requests.received": "10 approximate"},
    "收到政府信息公开申请一百余件。": {"requests.received": "100 approximate"},
    "收到政府信息公开申请1.2万件。": {"requests.received": "12000 approximate"},
    "收到政府信息公开申请约120件。": {"requests.received": "120 approximate"},
    "因政府信息公开引起的行政诉讼 0 宗，行政复议 0 宗。": {"review.litigation": "0", "review.reconsideration": "0"},
    "政府信息公开行政复议案件134件，行政诉讼案件57件。": {"review.reconsideration": "134", "review.litigation": "57"},
    "信息公开类行政复议7件，诉讼9件。": {"review.reconsideration": "7", "review.litigation": "9"},
    "信息公开行政复议、行政诉讼共5件。": {"review.cases": "5"},
    "因政府信息公开被申请行政复议10件，其中维持6件，纠正1件，其他结果1件，尚未审结2件。": {
        "review.reconsideration": "10",
        "review.reconsideration.upheld": "6",
        "review.reconsideration.corrected": "1",
        "review.reconsideration.other": "1",
        "review.reconsideration.pending": "2",
    },
    "2024年，我局未收到政府信息公开申请。": {"requests.received": "0 zero"},
    "全年零申请，未发生因政府信息公开引起的行政复议、行政诉讼案件。": {
        "requests.received": "0 zero",
        "review.reconsideration": "0 zero",
        "review.litigation": "0 zero",
    },
    "收到信息公开申请20件，答复19件，信访投诉办结35件，行政许可办结358件。": {
        "requests.received": "20",
        "requests.answered": "19",
    },
    "予以公开（含部分公开）12件。": {"requests.granted_or_partial": "12"},
    "政府信息公开申请行政复议2件，其中2023年结转1件。": {"review.reconsideration": "2"},
    "因政府信息公开引发的行政复议2件，其他行政复议12件。": {"review.reconsideration": "2"},
    "没有因政府信息公开申请提起的行政复议。": {"review.reconsideration": "0 zero"},
}


@pytest.mark.parametrize("text", list(PHRASES))
def test_phrases_of_real_reports(text: str) -> None:
    assert told(text) == PHRASES[text]


TRAPS = [
    "一季度收到申请3件，二季度收到4件，三季度5件，四季度6件。",
    "2020年至2024年，共收到政府信息公开申请96件。",
    "2020-2024年收到政府信息公开申请96件。",
    "市本级和开发区分别收到政府信息公开申请3件、4件。",
    "上半年受理政府信息公开申请12件，答复11件；下半年受理15件，答复16件。",
    "1至6月收到申请13件，办结12件。",
    "近三年收到申请60件，答复59件。",
    "“十三五”期间收到申请120件，答复118件。",
    "办理的申请中，同意公开或部分公开15件，不予公开或不予处理3件。",
    "办理的申请中，不予公开和无法提供共计8件，予以公开、部分公开分别为7件和5件。",
    "依申请公开有专人办理，县长信箱回复5条，网民留言答复4条。",
    "比2023年（31起申请）下降29%。",
    "受理申请较上年增加20件。",
    "2023年共收到政府信息公开申请20件，答复18件。",
    "去年收到申请20件，办结18件。",
    "网站开通以来累计收到政府信息公开申请500件。",
    "上半年收到政府信息公开申请5件。",
    "收到申请均已办理，其中网络申请60件，信函申请40件。",
    "其中，区政府办受理申请17件，各部门受理申请78件。",
    "网上受理申请60件，当面受理申请40件。",
    "受理不动产登记申请2000件，受理行政许可申请300件。",
    "办理行政复议案件300件，审结280件。",
    "受理行政复议申请12件。",
    "办理人大代表建议、政协提案20件，答复网民留言300条，回复12345热线工单500件。",
    "对25件政府信息公开申请收取了信息处理费2950元。",
    "属于国家秘密不予公开2件。",
    "答复申请中，公开1起，不属于政府信息4起，告知其他途径3起，不存在9起。",
    "依据条例第三十三条答复申请，第二十条予以公开。",
    "主动公开政府信息195条，新增公开信息2100条。",
    "高效办成一件事，对申请一件一件答复，一起研究不予公开的情形。",
    "无逾期未答复的政府信息公开申请。",
    "未收到政府信息公开申请的投诉。",
    "未收到补正申请材料，未发生不予公开的争议。",
    "第一季度未收到政府信息公开申请。",
    "没有被行政复议纠正的案件。",
    "收到申请3，119件。",
    "收到申请12.5件。",
    "收到信息公开申请15件（网络）。",
    "近三年共收到信息公开申请60件。",
    "五年来受理信息公开申请200件。",
    "线上收到信息公开申请15件，线下收到5件。",
    "受理自然人信息公开申请18件。",
    "受理低保申请358件，答复358件。",
    "12345热线受理1580件、办结1580件。",
    "受理各类行政许可申请，办结358件。",
    "截至2024年底累计收到政府信息公开申请358件。",
    "全年政府信息公开申请零超期。",
    "梳理目录，将部分公开信息12条转为主动公开，对申请公开予以公开政府信息1500条。",
    "全年发生行政复议12件、行政诉讼8件，均未涉及政府信息公开。",
    "主动公开行政复议决定书12件，公开行政诉讼裁判文书8份。",
    "非政府信息公开类行政复议12件。",
    "政府信息公开工作平稳。全年行政复议12件，行政诉讼8件。",
    # Attributes of documents.
    "全年制发公文90件，其中主动公开60件，依申请公开20件，不予公开10件。",
    "全年制发公文90件。对照属性认定，不予公开10件。",
    "审核拟发布的信息，予以公开70条，部分公开5条，不予公开3条，无申请公开。",
    "新增依申请公开信息20条。",
    "依申请公开目录新增20条，事项新增6项。",
    "改版依申请公开系统，办理指南新增3条，新增申请渠道3条。",
    "申请公开情况良好，建议提案办理结果予以公开20件。",
    # Some of the outcomes.
    "申请中国家秘密不予公开1件。",
    "申请中危及社会稳定的不予公开1件，重复申请不予处理2件，没有现成信息无法提供3件。",
    "申请中无正当理由逾期不补正、不予处理2件，撤回和不予处理3件。",
    "申请人撤回其他处理2件，未予以公开1件。",
    "申请中予以公开2件，复核后予以公开1件，予以公开的共3件。",
    "自然人申请予以公开2件。",
    # Some of the answers: by outcome, in time or late, by whom.
    "同意公开答复6件，不同意公开答复1件，信息不存在答复4件，非政府信息答复1件。",
    "申请中按期办结9件，延期办结2件，当场答复3件，提前办结1件，逾期答复1件，尚未办结1件。",
    "申请中重复答复2件，征求第三方意见后答复3件，告知补正答复1件。",
    "抽查依申请公开答复10件。",
    "指导镇街办结政府信息公开申请10件，会同有关科室答复申请4件。",
    "不予受理政府信息公开申请3件。",
    "另收到政府信息公开申请3件，重复收到同一申请4件。",
    "平均每月收到政府信息公开申请3件，日均收到申请2件，最多时收到申请9件。",
    "力争每年答复申请20件。",
    # Cases that somebody decides, or that are not all.
    "政府信息公开方面，作为复议机关收到行政复议申请35件，维持30件，纠正2件。",
    "收到政府信息公开行政复议申请35件。",
    "政府信息公开方面，审结行政复议30件，维持28件。",
    "代理市政府办理政府信息公开行政诉讼4件。",
    "以市政府为被申请人的政府信息公开行政复议3件。",
    "政府信息公开行政诉讼案件一审维持3件，二审维持2件。",
    "因政府信息公开新增行政复议3件。",
    "作为复议机关，未收到政府信息公开行政复议申请。",
    "收到3件行政复议申请，其中上年结转1件。",
    "行政许可申请20件，上年结转2件。",
    "政府信息公开方面，行政复议案件12件，其中涉及政府信息公开3件。",
    # Parts, and what the tables may count otherwise.
    "申请中属于国家秘密1件不予公开，土地信息3件均予以公开。",
    "申请中国家秘密依法不予公开1件，过程性信息申请不予公开2件。",
    "申请办理结果：予以公开5件（含部分公开2件）。",
    "收到申请20件（含2件咨询），收到申请20件（不含撤回3件）。",
    "收到申请20件，受理18件。",
    "行政复议申请5件，2件上年结转。",
    # None by one way is not none at all.
    "窗口未收到政府信息公开申请。",
    "除网络申请外，未收到政府信息公开申请。",
    # Parts of a year.
    "12月收到政府信息公开申请5件，答复5件。",
    "2024年1月1日至6月30日收到政府信息公开申请5件，答复5件。",
    "2023年1月1日至2024年12月31日收到政府信息公开申请5件，答复5件。",
    "2023年1月至12月收到政府信息公开申请5件，答复5件。",
    "截至2024年12月31日收到政府信息公开申请500件。",
]


@pytest.mark.parametrize("text", TRAPS)
def test_traps(text: str) -> None:
    assert told(text) == {}


def test_whose_figures_a_sentence_tells_holds_for_the_numbers_after() -> None:
    hints = [
        (claim.measure, claim.scope_hint) for claim in claims("局属二级单位共收到政府信息公开申请18件，答复17件。")
    ]
    assert hints == [("requests.received", "other"), ("requests.answered", "other")]
    hints = [(claim.measure, claim.scope_hint) for claim in claims("我局收到政府信息公开申请18件，答复17件。")]
    assert hints == [("requests.received", "own"), ("requests.answered", "")]


def test_whose_figures_holds_over_a_semicolon_until_somebody_is_named() -> None:
    text = "市政府办公室收到政府信息公开申请50件；答复申请49件，各部门收到申请80件，全市共答复申请129件。"
    assert [(claim.value, claim.scope_hint) for claim in claims(text)] == [
        ("50", "office"),
        ("49", "office"),
        ("80", "other"),
        ("129", "area"),
    ]


def test_whose_figures_holds_where_the_next_sentence_goes_on() -> None:
    text = "全区共答复政府信息公开申请50件。其中，予以公开30件。我局全年答复申请5件。"
    hints = [(claim.value, claim.scope_hint) for claim in claims(text, agency="某某区教育局")]
    assert hints == [("50", "area"), ("30", "area"), ("5", "own")]


def test_a_review_case_needs_the_context_of_disclosure() -> None:
    assert claims("全年行政复议案件134件，行政诉讼案件57件。") == []


def test_a_heading_alone_gives_the_context_and_is_not_quoted() -> None:
    (claim,) = claims("四、政府信息公开行政复议、行政诉讼情况\n全年行政复议12件。")
    assert (claim.measure, claim.value, claim.sentence) == ("review.reconsideration", "12", "全年行政复议12件")


def test_lines_of_a_page_are_joined_and_the_number_has_its_own_place() -> None:
    found = claims("2024 年，全市共受理政府信息公开申请 3119 件，答\n- 2 -\n复 3050 件（含上年度结转申请 34 件）。")
    assert {claim.measure: (claim.value, claim.locator) for claim in found} == {
        "requests.received": ("3119", "L1:1-9"),
        "requests.answered": ("3050", "L3:1-9"),
        "requests.carried_in": ("34", "L3:1-9"),
    }


def test_a_heading_or_a_table_parts_what_belongs_to_different_things() -> None:
    text = "（一）收到政府信息公开申请\n（二）办理建议12件。"
    assert claims(text) == []
    halves = [Paragraph("收到政府信息公开申请", "L1"), Grid([], 0, 0), Paragraph("12件", "L9")]
    assert read_claims(Document("text/plain", [*halves]), 2024, "") == []
    assert claims("收到政府信息公开申请 | 12件 |") == []


@pytest.mark.parametrize(
    ("text", "agency", "hint"),
    [
        ("2024年，区政府办代表区政府受理政府信息公开申请17件。", "淮安市洪泽区人民政府", "office"),
        ("2024年，全市共受理政府信息公开申请17件。", "淮安市人民政府", "area"),
        ("分局共收到政府信息公开申请17件。", "淄博市公安局高新区分局", "own"),
        ("我局共收到政府信息公开申请17件。", "某某市教育局", "own"),
        ("本机关收到政府信息公开申请17件。", "某某市教育局", "own"),
        ("市公安局共收到政府信息公开申请17件。", "宿迁市", "other"),
        ("共收到政府信息公开申请17件。", "宿迁市", ""),
        ("全市备案的政府信息公开行政复议案件17件。", "宿迁市", "filed"),
        ("2024年我局收到政府信息公开申请17件。", "某某市教育局", "own"),
        ("2024年全年我局共收到政府信息公开申请17件。", "某某市教育局", "own"),
        ("2024年度我镇收到政府信息公开申请17件。", "某某镇人民政府", "own"),
        ("今年我街道收到政府信息公开申请17件。", "某某街道办事处", "own"),
        ("经统计，全年我委收到政府信息公开申请17件。", "某某市发展和改革委员会", "own"),
        ("2024年本单位收到政府信息公开申请17件。", "某某市教育局", "own"),
        ("2024年市教育局收到政府信息公开申请17件。", "某某市教育局", "own"),
        ("2024年，市政府收到政府信息公开申请17件。", "某某市人民政府", "own"),
        ("2024年，镇政府收到政府信息公开申请17件。", "某某镇人民政府", "own"),
        ("2024年，本行政机关收到政府信息公开申请17件。", "某某区教育局", "own"),
        ("2024年街道办收到政府信息公开申请17件。", "某某街道办事处", "own"),
        ("2024年开发区管委会收到政府信息公开申请17件。", "某某开发区管理委员会", "own"),
        ("2024年，区政府收到政府信息公开申请17件。", "某某区教育局", "other"),
        ("2024年市公安局收到政府信息公开申请17件。", "某某市公安局高新区分局", "other"),
        ("2024年我局下属单位收到政府信息公开申请17件。", "某某市教育局", "other"),
        ("2024年我局及下属单位收到政府信息公开申请17件。", "某某市教育局", "other"),
        ("市财政局、我局共收到政府信息公开申请17件。", "某某市教育局", "other"),
        ("该局收到政府信息公开申请17件。", "某某市教育局", "other"),
        ("2024年我市收到政府信息公开申请17件。", "某某市人民政府", "area"),
        ("2024年全局收到政府信息公开申请17件。", "某某市教育局", "area"),
        ("全市各部门收到政府信息公开申请17件。", "某某市人民政府", "area"),
        ("全区各职能部门、镇街共收到政府信息公开申请17件。", "某某区人民政府", "area"),
        ("全部答复政府信息公开申请17件。", "某某市教育局", ""),
        ("市政府系统收到政府信息公开申请17件。", "某某市人民政府", "other"),
        ("市级收到政府信息公开申请17件。", "某某市人民政府", "other"),
        ("市政府部门收到政府信息公开申请17件。", "某某市人民政府", "other"),
        ("各县（市、区）政府收到政府信息公开申请17件。", "某某市人民政府", "other"),
        ("各县区共收到政府信息公开申请17件。", "某某市人民政府", "other"),
        ("镇街收到政府信息公开申请17件。", "某某区人民政府", "other"),
    ],
)
def test_whose_figures(text: str, agency: str, hint: str) -> None:
    (claim,) = claims(text, agency=agency)
    assert (claim.value, claim.scope_hint) == ("17", hint)


def test_whose_figures_a_stated_zero_tells() -> None:
    (claim,) = claims("2024年我局未收到政府信息公开申请。", agency="某某市教育局")
    assert (claim.value, claim.scope_hint) == ("0", "own")


def test_long_sentences_are_quoted_in_part() -> None:
    text = (
        CONTEXT + "，".join(["坚持把政府信息公开工作摆在突出位置"] * 8) + "，共收到政府信息公开申请17件，做好后续工作。"
    )
    (claim,) = claims(text)
    assert "申请17件" in claim.sentence
    assert len(claim.sentence) <= 92
    assert claim.sentence.startswith("…")


def test_nothing_takes_long() -> None:
    """Words that could be cut in many ways are read once."""
    for text in (
        "收到" + "共计" * 5000 + "件",
        "未" + "公开申请和" * 3000,
        "申请" * 90 + "5件" * 90,
        "全市共" * 100 + "3件",
    ):
        assert claims(CONTEXT + text) is not None
