"""One line read as the title of a report: its agency and its year, or that it is none.

What a site says of a page stands in lines like titles: a label and a category (主题分类:政府信息公开年报), a path, the
day and the number under which it was published. None of them gives a name or a year; a title behind one is marked as
such. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.evidence import ORGAN, named

FIRST_YEAR, LAST_YEAR = 2008, 2100

LONGEST_LINE = 45
"""Characters of one line of a title."""
_LONGEST, _LONGEST_TAIL = 120, 12
YEAR = r"(?:19|20)\d{2}"
# No part of a day (2020-01-15), of a serial number (202001-00012) or of a document's number (〔2020〕5号).
_ITS_YEAR = rf"(?<!\d){YEAR}(?!\d)(?![./-]\d)(?!年\d{{1,2}}(?:月|[-—–~～至]\d))(?!\)第?\d+号)"
# 某县人民政府信息公开年报 is of 某县人民政府.
_OF_WHAT = r"(?:(?<!人民)政府|政务)?信息公开(?:工作)?(?:情况)?的?"
REPORT = rf"{_OF_WHAT}(?:年度)?(?:工作)?(?:报告|年报)"
_TITLE = re.compile(
    rf"(?:关于)?(?P<before>[^。；;]{{0,60}}?)(?P<year>{_ITS_YEAR})年?度?(?P<after>[^。；;,，]{{0,60}}?)的?{REPORT}(?P<tail>.*)$"
)
_WITHIN = re.compile(
    rf"(?:关于)?(?P<before>[^。；;,，\d]{{0,60}}?)的?{_OF_WHAT}(?P<year>{_ITS_YEAR})年?(?:年?度)?(?:工作)?(?:情况)?"
    r"(?:报告|年报)(?P<tail>.*)$"
)
_UNDATED = re.compile(rf"(?:关于)?(?P<before>[^。；;,，\d]{{2,60}}?)的?{REPORT}(?P<tail>.*)$")
_BEHIND = re.compile(rf"\((?P<bracketed>{YEAR})年?度?\)|(?P<bare>{YEAR})年度?")
_WHOSE = re.compile(r"\((?P<name>[\u4e00-\u9fff]{3,40})\)")
"""Whose report it is, in brackets behind the title."""
_YEARS = re.compile(rf"{YEAR}年?(?:[-—–~至、和]|到){YEAR}学?年")
_EACH_YEAR = re.compile(_ITS_YEAR)
_PREFACE = re.compile(
    r"(?:^|[，,:])(?:现|特|兹)(?:此)?(?:就|将|公布|公开|发布|编制|汇报|报告|[向面].{0,6}(?:公布|公开|发布))"
)
NEIGHBOUR = re.compile(r"(?:上|下|前|后)一?[篇条页](?:文章)?[:：]|相关(?:文章|链接|阅读)[:：]?|附件\d*[:：]")
_CHINESE_YEAR = re.compile(r"[一二][一二三四五六七八九〇零○0Oo]{3}(?=年)")
_DIGITS = str.maketrans("〇零○Oo一二三四五六七八九", "00000123456789")
_SITE_TAIL = re.compile(r"[-_|—–>]+[^-_|—–>]{0,40}$")
_NO_TAIL = re.compile(r"[，。,]|格式|通知|情况|要求")
# What stands before a title on its line: added to it, or as in a list.
_BULLET = re.compile(r"[#*>•●·◆◇■□▪★☆]+")
_DAY = re.compile(
    r"\(?20\d\d(?:年|[./-])(?:1[0-2]|0?[1-9])(?:月|[./-])(?:[12]\d|3[01]|0?[1-9])日?\)?(?:\d{1,2}:\d\d(?::\d\d)?)?"
)
_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}\(20\d\d\)第?\d+号")
_NUMBER = re.compile(r"\d{1,2}[.、](?!\d)")
_REMARK = re.compile(
    r"\([^()]{0,12}?(?:年报|报告|公开|公示|公告|更正|更新|订正|图文|图解|转载)\):?|(?:更正|更新|订正):"
)
_ADDED, _DRESS = (_DOCUMENT_NUMBER, _REMARK), (_BULLET, _DAY, _DOCUMENT_NUMBER, _NUMBER, _REMARK)
_WHERE = re.compile(r"(?:当前位置|您(?:现在)?(?:所在)?的?位置)[:是]*|首页(?=[>»›→])")
_STEP = re.compile(r"[>»›→]+")
_PATH_END = re.compile(r"正文|详情|(?:详细|文章)?内容|信息浏览")
_PATH = 3
"""Steps of a path at least: 某网>某局2019年…… is a site and a title."""
_LABEL = re.compile(r"(?P<label>[\u4e00-\u9fff]*):(?P<text>.*)$")
_OF_TITLES = re.compile(r"(?:标题|题目|题名|名称)$")
_OF_CATEGORIES = re.compile(r"(?:分类|类别|类型|栏目|主题词?|关键词)$")
_LABEL_HEAD = re.compile(r"(?:标题|名称|信息名称|文件名称|(?:文件|附件)下载)(?!:)")
# An address in place of a word.
_WEB = re.compile(r"(?:https?://)?(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}/?(?=[\u4e00-\u9fff])")
_MADE_UP = re.compile(
    r"(?:[XxＸ×]{1,4}|○{2,4}|\*{2,4}|某{2,4})(?:人民)?[省市州县区旗乡镇街局委办厅部院所单机政]|\((?:示例|样例|样本|范例|例文|样稿)\)|(?:示例|样例|范例|例文)$"
)
_EDGES = "-_|·•#*: "
# Names hold no labels, paths, years, days, Latin letters, no brackets before them, and are no words of labels.
_NO_NAME = re.compile(
    r"[:/A-Za-z]|^\(|^\d{1,2}(?!\d)|(?:19|20)\d\d|\d[年月日]|^[省市州县区旗乡镇](?:级?人民)?政府$"
    r"|(?:分类|类别|类型|栏目|主题词?|关键词|日期|时间|索引号?|文号|来源|标题|名称|年报|附件?|报告|公开|首页|专栏)$"
)


@dataclass(frozen=True, slots=True)
class Title:
    """``dressed``: something else stands before it on its line. ``label``: what it stands behind, where that is no
    label of titles: then it tells nothing of the page that it stands on.
    """

    text: str
    agency: str
    year: int | None
    dressed: bool = False
    label: str = ""

    @property
    def category(self) -> bool:
        """Whether the site files the page under these words."""
        return _OF_CATEGORIES.search(self.label) is not None


def made_up(title: str) -> bool:
    """Whether a title (tight) is that of a sample: a name to be filled in, or the word for it."""
    return _MADE_UP.search(title) is not None


def in_figures(text: str) -> str:
    """``text`` with its Chinese years (二〇一三年, 二0一三年) in figures."""
    return _CHINESE_YEAR.sub(lambda found: found[0].translate(_DIGITS), text)


def parse_title(text: str, alone: bool = True) -> Title | None:
    """The title of a report in ``text`` (as ``labels.without_pinyin`` makes it), None where it is none. ``alone``: on
    one line; a year on the line after it is as often the first of a list of years."""
    if "公开" not in text:
        return None
    line = text.replace("资讯公开", "信息公开")  # as mirrors abroad word it
    if "信息公开" not in line or len(line) > _LONGEST or NEIGHBOUR.match(line) or _PREFACE.search(line):
        return None  # a sentence is no title
    whole = _without(_ADDED, line)
    bare, label = _without(_DRESS, whole), ""
    if not _WHERE.match(bare):
        bare, label = _behind_label(bare)
    bare = _without(_DRESS, _last_step(bare))
    dressed = len(bare) < len(whole)
    bare = bare[head.end() :] if (head := _LABEL_HEAD.match(bare)) else bare
    remarks = "".join(_REMARK.findall(line[: line.find(bare)]))
    bare = in_figures(bare)
    found = _matched(bare)
    if found is None:
        return None
    tail = _SITE_TAIL.sub("", found["tail"])
    year = _year(found, bare, tail, alone)
    said = found.groupdict()
    agency = _name(said["before"]) or _name(said.get("after") or "")
    whose = _WHOSE.fullmatch(tail)
    bracketed = named(whose["name"]) if whose and alone and not agency and ORGAN.search(whose["name"]) else ""
    if not bracketed and (len(tail) > _LONGEST_TAIL or _NO_TAIL.search(tail)):
        return None
    agency = agency or bracketed
    own = _OF_TITLES.search(label)
    title = f"{remarks}{bare[: found.start('tail')]}{tail}"
    return Title(title, agency, year, dressed and not own, "" if own else label)


def _name(text: str) -> str:
    """The name in a part of a title, without the step or page before it: of 政务公开-某局 the bureau,
    all of 某市公安局-某分局 and 中国-东盟某园区."""
    name = named(_WEB.sub("", text.strip(_EDGES).lstrip(")")))
    return "" if _NO_NAME.search(name) else name


def _without(dress: tuple[re.Pattern[str], ...], text: str) -> str:
    """``text`` without what stands before its title."""
    while True:
        rest = next((text[found.end() :] for one in dress if (found := one.match(text))), text)
        if rest == text or "信息公开" not in rest:
            return text
        text = rest


def _behind_label(text: str) -> tuple[str, str]:
    """The last thing that a line of labels and texts says with the words of a title, and its label. A name before a
    colon is no label."""
    words = text.rfind("信息公开")
    colon = text.rfind(":", 0, words)
    found = _LABEL.search(text, max(0, text.rfind(":", 0, max(colon, 0)) + 1)) if colon >= 0 else None
    if found is None or (ORGAN.search(found["label"]) and text.startswith(found["label"])):
        return text, ""
    return found["text"], found["label"] or ":"


def _last_step(text: str) -> str:
    """What a path ends in: the years and bureaus of its other steps are folders."""
    where = _WHERE.match(text)
    steps = _STEP.split(text[where.end() :] if where else text)
    if len(steps) > 1 and _PATH_END.fullmatch(steps[-1]):
        steps.pop()
    if where or len(steps) >= _PATH:
        return steps[-1]
    return text


def _matched(text: str) -> re.Match[str] | None:
    dated = None if _YEARS.search(text) else _TITLE.match(text) or _WITHIN.match(text)
    return dated or _UNDATED.match(text)


def _year(found: re.Match[str], text: str, tail: str, alone: bool) -> int | None:
    """The only year that a title has, within it or behind it; None where it has several."""
    said = found.groupdict().get("year")
    if said is None:
        behind = _BEHIND.fullmatch(tail)
        said = behind and (behind["bracketed"] or (alone and behind["bare"]))
    elif len(set(_EACH_YEAR.findall(text[: found.start("tail")]))) > 1:
        return None
    year = int(said) if said else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else None
