"""What a document says of whose report it is, kept with the document so that a better registry decides anew.

Nothing is decided here: every place where an organ, a territory or an organ's credit code is named comes out as it
stands, with its kind and its locator. ``pipelines.attribution`` weighs them. Pure; names of persons are never taken.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from pipelines.document import Document, Grid, Paragraph
from pipelines.labels import plain
from pipelines.rooms import without_room

KINDS = (
    "title",  # the title taken for the report's own
    "heading",  # on a line of its own above a title that names nobody
    "under",  # the same, below it
    "subject",  # the organ that several sentences of the prose begin with
    "declared",  # another title that the file or its metadata declares for the same year
    "publisher",  # 发布机构, 信息来源: the site's own block over the page
    "metadata",  # the same, in the file's metadata
    "contact",  # 请与……联系
    "compiler",  # 由……编制
    "signature",  # 落款, over the date at the end
    "breadcrumb",  # 当前位置, its steps parted by >
    "site",  # name of the site, 主办单位
    "address",  # 地址, of the contact
    "index",  # credit code at the beginning of the 索引号
    "self",  # 我镇, 本局: what the text calls its own agency
)

_HEAD_BLOCKS, _TAIL_BLOCKS = 80, 30
_CELLS = 80
_LONGEST = 80
_MOST = 24
_SHORT, _LONG = 200, 1500
_LABEL = re.compile(
    r"(?P<publisher>(?:发布|公开|发文|制发|制作|信息)?(?:机构|机关|单位)|(?:信息)?来源|公开责任部门)"
    r"|(?P<site>(?:网站)?主办(?:单位|方)?|版权所有|网站名称)"
)
_SAID = re.compile(r"(?P<label>[\u4e00-\u9fff]{2,6}):(?P<text>[\u4e00-\u9fff()、]{3,40})")
# Whom readers are told to turn to, up to where the name must be over.
_CUE = re.compile(r"请(?:直接|径)?[与向]|(?<!请)与|联系(?:单位|机构|机关|部门)?:?")
_WHOM = re.compile(
    r"(?P<agency>[^，。,;；:()]{2,60}?)"
    r"(?=[，。,;；:()]|(?:取得|进行|直接)?联系|咨询|反映|沟通|反馈|提出|(?:联系)?(?:电话|地址|邮编|邮箱)|\d{3,4}-?\d{7}|$)"
)
_TURN = re.compile(r"(?:(?!沟通|协调|协作|衔接)[^，。,;；()]|\([^()]*\)){0,40}?(?:取得)?联系")
_WORD = 4
_KEEPING_TOUCH = re.compile("(?:加强|强化|密切|保持|积极|主动|做好)$")
_CITED = re.compile("《[^》]*》")
# 本报告由某局根据……要求编制. Who made its form or its catalogue is another one.
_COMPILER = re.compile(
    r"由(?!于|此)(?P<agency>[^，。,;；:()由]{3,40}?)(?:(?:根据|按照?|依照|依据|遵照|结合|严格|认真)[^，。;；]{0,80}?)?"
    r"(?:(?:牵头|负责|组织|汇总|统一|具体)*)(?:编制|编写|撰写)(?!的?[^，。;；]{0,12}(?:格式|模板|样式|目录|指南))"
)
_FORM_BY = re.compile("(?:格式|模板|样式|目录|指南)(?:是|均|统一)?$")
_FOLLOWING = 40
_ADDRESS = re.compile(r"地址:?(?P<address>[\u4e00-\u9fff]{3,40})")
_CRUMB = re.compile(r"(?:当前|所在|您|你)[^:>]{0,8}位置[:是]*|首页(?=[>»›→])")
_STEP = re.compile(r"[>»›→]+")
_CREDIT = re.compile(r"(?<![0-9A-Z])1[12]\d{6}[0-9A-Y]{10}(?![0-9A-Z])")
_DATED = re.compile(r"(?P<name>[\u4e00-\u9fff()]{0,40}?)(?:19|20)\d\d年\d{1,2}月\d{1,2}日$")
_META_AGENCIES = ("ContentSource", "contentsource", "author", "Author", "PublishOrg", "发布机构")
_SITE_PARTS = re.compile(r"[-_|—–>]+")  # a page's title and the site's name after it
_META_SITES = ("SiteName", "sitename")
# Authors and contacts are as often persons, whose names are nobody's business: only what ends like an organ's name.
ORGAN = re.compile(
    r"(?:局|委员会|委|办公室|政府|公署|行署|厅|部|署|处|街道|镇|乡|苏木|管委会|监会|中心|所|院|银行|[大支总查]队|分局|海关"
    r"|[^\W\d]{2}办|合作社|联合社|联社|联合会|残联|档案馆|[^\W\d]{3}(?<!网)站|[分支]行|研究室|[^\W\d]{2}[县区市旗])$"
)
# Before a hyphen within a name: 市公安局-某分局, 中国-东盟产业园区.
_ONE_NAME = re.compile(rf"{ORGAN.pattern}|中国$")
_PERSON = re.compile(r"同志|先生|女士|老师")
# 我镇, 本局, 该中心: a name that says whose only where it stands. 本溪 is a city.
RELATIVE = re.compile(
    r"(?:我|本|该)(?:省|市|州|盟|县|区|旗|乡|镇|街|部|委|办|厅|局|处|科|所|院|站|队|馆|单位|机关|中心|公司|学校|政府)"
)
# What stands around a name on its line: words of the title, the number and day of the document, its place in a list.
_DRESS = re.compile(
    r"^(?:《|关于|公布|发布|度|的|[(]?(?:更正|更新|订正)[):：]|\([^()]{0,10}(?:年报|报告|公开|公告|公示|通知|通告|更正|更新|订正|置顶)\)"
    r"|\([\d年月日./-]{6,12}\)|[\u4e00-\u9fff]{1,10}\((?:19|20)\d\d\)第?\d{1,4}号"
    r"|(?:19|20)\d\d(?:年\d{1,2}月\d{1,2}日|([./-])\d{1,2}\1\d{1,2})(?:\d\d:\d\d(?::\d\d)?)?|附件?\d{0,2}[:：]|\(?\d{1,3}[.、)]"
    r"|(?:文件|信息|文章)?(?:标题|名称|题名|题目):)"
    r"|^(?:报送|上报|呈报|呈送|转发|印发|编制)(?:的|《|$)|(?:度|的|》|《|:|：|发布|公布|报送|上报|呈报|呈送|转发|印发|(?<!机构)编制|关于|[现特兹]将|现就)$"
)
# 拖市镇(zhèn): how the character before it is read, as mirrors in traditional script add it.
_PINYIN = re.compile("\\([a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜüńňǹḿ]{1,6}\\)")
# No agency has Latin letters before or between its characters; names that a hijacked page has put its own into have.
_FOREIGN = re.compile("[A-Za-z\u00c0-\u024f].*[\u4e00-\u9fff]")
_TO_FILL_IN = re.compile(r"[XxＸ×○*]{2}|某某")
_NOT_AGENCY = re.compile(rf"^(?:{RELATIVE.pattern}|关于|公布|发布|各|[我本](?:级|部门)(?:政府|部门)?$)")
# The same in prose, of an organ only: 我市 is as often the city that a bureau lies in, 本办法 are rules.
_CALLS_ITSELF = re.compile(
    r"(?:我|(?<![基根成资日原版文])本)(?:街(?:道(?:办事处)?)?(?![区巷头上坊边])|管委会|中心|机关"
    r"|单位(?!(?:或本单位)?(?:办公室)?名义)|[镇乡厅局]|委(?![托员])|办(?![法理公事结案])|院(?!落)|所(?![有在称属列示述指以]))"
)
_ITS_PLACE = re.compile(r"[我本][省市州盟县区旗](?![场民域级])")
VAGUE = ("单位", "机关")
_CREDIT_LENGTH = 18
_CREDIT_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing said. ``kind`` is one of ``KINDS``; ``at`` the locator, empty for what is in the file's metadata."""

    kind: str
    text: str
    at: str = ""


def gather(document: Document) -> list[Evidence]:
    """Everything but titles, in the order of the document, nothing twice."""
    found: dict[tuple[str, str], Evidence] = {}
    for kind, text, at in _everything(document):
        text = text[:_LONGEST]
        if len(found) < _MOST and text:
            found.setdefault((kind, text), Evidence(kind, text, at))
    return list(found.values())


def dump(evidence: Iterable[Evidence]) -> str:
    """JSON text for shards and store: a list of objects of ``kind``, ``text`` and, where there is one, ``at``."""
    return json.dumps(
        [{"kind": one.kind, "text": one.text} | ({"at": one.at} if one.at else {}) for one in evidence],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def parse(text: str | None) -> list[Evidence]:
    """What ``dump`` wrote; nothing for null or empty."""
    return [Evidence(one["kind"], one["text"], one.get("at", "")) for one in json.loads(text)] if text else []


def named(text: str) -> str:
    """``text`` (tight) as the name of an organ or a territory, empty where it cannot be one."""
    text = _PINYIN.sub("", text).strip("-_|·*#: ")
    while (bare := _DRESS.sub("", text).strip("-_|·*#: ")) != text:
        text = bare
    text = re.sub(r"^.*[>|_—–]", "", text)
    step, dash, rest = text.rpartition("-")
    if dash and "\u4e00" <= rest[:1] <= "\u9fff" and not _ONE_NAME.search(step):
        return named(rest)
    if (
        len(text) < 2
        or "信息公开" in text
        or text in ("政府", "政务", "年度", "工作")
        or _NOT_AGENCY.match(text)
        or _TO_FILL_IN.search(text)
        or _FOREIGN.search(text)
        or not re.search(r"[\u4e00-\u9fff]{2}", text)
    ):
        return ""
    return text


def selves(document: Document) -> list[Evidence]:
    """The words by which the text speaks of its agency and its place (我镇, 我县), each where it stands first.

    Asked for where no title names the agency: all paragraphs are looked through.
    """
    found: dict[str, Evidence] = {}
    for block in document.blocks:
        if isinstance(block, Paragraph) and ("我" in block.text or "本" in block.text):
            tight = plain(block.text)
            for words in (_CALLS_ITSELF, _ITS_PLACE):
                for match in words.finditer(tight):
                    found.setdefault(match[0], Evidence("self", match[0], block.locator))
    return list(found.values())


def calls_itself(title: str, document: Document) -> str:
    """By which word a report that names nobody speaks of its agency: 我镇, 本局. The title's; else the one that its
    paragraphs use most, the first of several, 本机关 and 本单位 only where there is no other. Empty without any."""
    if match := RELATIVE.search(title):
        return match[0]
    said = Counter(
        match[0]
        for block in document.blocks
        if isinstance(block, Paragraph)
        for match in _CALLS_ITSELF.finditer(plain(block.text))
    )
    return min(said, key=lambda word: (word.endswith(VAGUE), -said[word]), default="")


def credit_code(text: str) -> str:
    """The six digits of the division in an organ's unified social credit code (GB 32100), or empty: its length, its
    alphabet and its check digit must be right."""
    if len(text) != _CREDIT_LENGTH or any(char not in _CREDIT_DIGITS for char in text):
        return ""
    total = sum(_CREDIT_DIGITS.index(char) * weight for char, weight in zip(text, _CREDIT_WEIGHTS, strict=False))
    return text[2:8] if _CREDIT_DIGITS[-total % 31] == text[17] else ""


def _everything(document: Document) -> Iterator[tuple[str, str, str]]:
    for name in _META_AGENCIES:
        yield "metadata", _organ(plain(document.metadata.get(name, ""))), ""
    for name in _META_SITES:
        yield "site", plain(document.metadata.get(name, "")), ""
    for step in _SITE_PARTS.split(plain(document.title))[1:]:
        yield "site", _organ(step), ""
    blocks = document.blocks
    near = blocks if len(blocks) <= _HEAD_BLOCKS + _TAIL_BLOCKS else [*blocks[:_HEAD_BLOCKS], *blocks[-_TAIL_BLOCKS:]]
    before = ""
    for place, block in enumerate(near):
        if isinstance(block, Grid):
            texts = [plain(cell.text) for cell in block.cells[:_CELLS]]
            pairs = [(left.rstrip(":"), right) for left, right in pairwise(texts)]
            yield from _labelled([*pairs, *_said(texts)], block.locator)
            yield from _index(texts, block.locator)
        elif isinstance(block, Paragraph):
            if len(block.text) <= _SHORT:
                lines = [_PINYIN.sub("", plain(line)) for line in block.text.splitlines()]
                yield from _labelled(_said(lines), block.locator)
                yield from _index(lines, block.locator)
                yield from _crumbs(lines, block.locator)
                for line in lines:
                    yield "signature", _signed(line, before), block.locator
                    before = line
            if len(block.text) <= _LONG and ("联系" in block.text or "聯" in block.text or "编制" in block.text):
                # A PDF breaks the sentence over lines; what follows may stand on the next ones.
                following = [one.text for one in near[place : place + 3] if isinstance(one, Paragraph)]
                yield from _sentence(plain("".join(following)), block.locator)


def _organ(text: str) -> str:
    name = named(text)
    return name if ORGAN.search(name) and not _PERSON.search(name) else ""


def _said(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What lines of label and text say."""
    for text in texts:
        if ":" in text:
            for match in _SAID.finditer(text):
                yield match["label"], match["text"]


def _labelled(pairs: Iterable[tuple[str, str]], at: str) -> Iterator[tuple[str, str, str]]:
    for label, text in pairs:
        if match := _LABEL.fullmatch(label):
            yield match.lastgroup or "", _organ(text), at


def _index(texts: Iterable[str], at: str) -> Iterator[tuple[str, str, str]]:
    for text in texts:
        for match in _CREDIT.finditer(text) if len(text) >= _CREDIT_LENGTH else ():
            if credit_code(match[0]):
                yield "index", match[0], at


def _crumbs(lines: Iterable[str], at: str) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        if match := _CRUMB.match(line):
            steps = [step for step in _STEP.split(line[match.end() :]) if step and "信息公开" not in step]
            yield "breadcrumb", ">".join(steps), at


def _signed(line: str, before: str) -> str:
    """The organ that signs over a date, on the line of the date or the one before it."""
    match = _DATED.match(line)
    return _organ(match["name"] or before) if match and len(match["name"] or before) <= 40 else ""


def _sentence(text: str, at: str) -> Iterator[tuple[str, str, str]]:
    text = _CITED.sub("", _PINYIN.sub("", text))  # 《国务院办公厅政府信息与政务公开办公室关于……》 is nobody to turn to
    name, end = _contact(text)
    if end:
        yield "contact", name, at
        if address := _ADDRESS.search(text, end):
            yield "address", address["address"], at
    for match in _COMPILER.finditer(text):
        sentence = text[text.rfind("。", 0, match.start()) + 1 : match.end() + _FOLLOWING].partition("。")[0]
        if re.search("报告|年报", sentence) and not _FORM_BY.search(text[: match.start()]):
            yield "compiler", _organ(without_room(match["agency"])), at


def _contact(text: str) -> tuple[str, int]:
    """The organ that readers are told to turn to, empty where it cannot be told, and where its name ends, 0 where
    they are told to turn to nobody. What does not end like an organ's name is not cut until it does."""
    for cue in _CUE.finditer(text):
        whom = _WHOM.match(text, cue.end())
        if whom is None or not _turned_to(cue, whom.end(), text):
            continue
        organ, *others = whom["agency"].split("、")
        name = _organ(without_room(organ))
        if not all(without_room(f"{name}{other}") == name for other in others):
            name = ""  # of two organs neither is the one
        if name or cue[0].startswith("请"):
            return name, whom.end()
    return "", 0


def _turned_to(cue: re.Match[str], end: int, text: str) -> bool:
    """Whether readers are told to turn to what stands between ``cue`` and ``end``, and not 信息与政务公开 named."""
    if _KEEPING_TOUCH.search(text[max(0, cue.start() - _WORD) : cue.start()]):
        return False  # 加强与上级某局沟通联系
    told = cue[0].startswith(("请", "联系"))
    return "联系" in text if told else _TURN.match(text, end) is not None
