"""Whose figures a report gives: the agency's own, those its office handled for the government, or the whole area's.

The form does not say it (formats differ from city to city), so it is read from the text, and where the text does not
tell it stays untold: size is no evidence. What counts, the surest first: a sentence that says what the data cover; a
sentence that counts requests for somebody and gives the very figure of the table; a government's office that counts
fewer than the table; a title that names a territory; an agency that has nothing but itself to report on. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipelines.document import Document, Paragraph
from pipelines.labels import plain
from pipelines.prose import begins, is_heading

_LONGEST = 60_000
_EVIDENCE = 120

_AREA = (
    r"全(?:省|自治区|市|州|盟|区|县|旗)|各(?:地区?|市|州|盟|县|区|旗|乡|镇|街)[市州盟县区旗乡镇街道办、()和及]{0,10}|"
    r"各(?:级|地)[^，。]{0,6}(?:部门|机关)|[省市州县区旗](?:政府|级|直)?各?(?:部门|单位|委办局)"
)
_OWN = r"本(?:机关|单位|局|委|厅|部门|办|镇|乡|街道|所|中心)|我(?:局|委|厅|办|镇|乡|街道|单位|部门|所|中心)|局机关"
_OFFICE = (
    r"(?:政府|府|区|市|县|州)办(?:公[室厅])?(?:代表|以)[^，。]{0,12}政府(?:名义)?|"
    r"政府办公[室厅]|[省市州县区旗]政府办|[市县区]府办"
)
_WHO = re.compile(rf"(?P<area>{_AREA})|(?P<own>{_OWN})|(?P<office>{_OFFICE})")

# What a report says of its data.
_OF_REPORT = r"(?:本(?:年度)?报告|本年报|(?:所列|统计|报告|汇总)数据)"
_DATA = r"(?:本(?:年度)?报告|本年报|(?:所列|统计|报告|汇总)数据|数据|统计范围|统计口径|填报范围)"
_COVERS = r"(?:为|是|系|仅为|仅含|仅包括|只含|限于|包括|包含|涵盖|覆盖|含)"
_STATED = (
    re.compile(rf"{_OF_REPORT}[^。]{{0,40}}(?P<who>{_AREA})[^。]{{0,40}}汇总"),
    re.compile(rf"{_OF_REPORT}[^。]{{0,30}}汇总[^。]{{0,20}}(?P<who>{_AREA})"),
    re.compile(
        rf"(?:统计范围|统计口径|填报范围|(?:所列|统计|报告|汇总|以上|上述)数据)(?:的?范围|口径)?{_COVERS}"
        rf"[^。，,]{{0,16}}?(?P<who>{_AREA}|{_OWN}|{_OFFICE})"
    ),
    re.compile(
        rf"本(?:年度)?(?:报告|年报)(?:的?(?:数据|内容|范围))?(?:包括|包含|涵盖|覆盖|含)[^。]{{0,16}}?(?P<who>{_AREA})"
    ),
)
_WITHOUT = re.compile(
    rf"{_DATA}[^。]{{0,20}}(?:不含|不包括|不包含|不涵盖)[^。]{{0,20}}(?:各|下属|下级|所属|乡镇|街道|县区)"
)

_RECEIVED = r"(?:受理|收到|收办|新收|接收|收悉|收件|登记)"
_NUMBER = r"(?P<number>\d{1,7})(?:件|宗|条|起|份|项)"
_COUNTED = (
    re.compile(rf"{_RECEIVED}[^，。;；\d]{{0,24}}申请[^，。;；\d]{{0,10}}{_NUMBER}"),
    re.compile(rf"{_RECEIVED}[^，。;；\d]{{0,10}}{_NUMBER}[^，。;；\d]{{0,16}}申请"),
    re.compile(rf"收办[^，。;；\d]{{0,10}}{_NUMBER}"),
)
_YEAR = re.compile(r"(20\d\d)年")
_NEAR = 60
_CLAUSE = re.compile(r"[,，;；:：]")

_TOWNSHIP = re.compile(r"(?:[镇乡]|街道|苏木)(?:人民政府|政府|办事处)?$")
_GOVERNMENT = re.compile(r"(?<!办)(?:人民)?政府$|管委会$|管理委员会$")
_GOVERNMENT_OFFICE = re.compile(r"(?:政府|政府)办(?:公[厅室])?(?:\([^()]*\))?$")
_BUREAU = re.compile(r"(?:局|委员会|委|厅|部|署|中心|所|院|队|办公[厅室]|办|银行|海关)$")
_ZONE = re.compile(
    r"(?:开发|高新|经开|园|新|实验|试验|示范|风景|名胜|度假|管理|保税|合作|产业|经济|工业|[矿林垦农港]|功能|旅游|生态|科技|集聚|集中|商务)区$"
)
_TERRITORY = re.compile(r"^[\u4e00-\u9fff]{1,24}(?:省|自治区|市|地区|自治州|州|盟|县|区|旗)$")


@dataclass(frozen=True, slots=True)
class Scope:
    """``scope`` is ``own``, ``office``, ``area`` or ``unspecified``; ``basis`` says how it was told (``stated``,
    ``count``, ``contrast``, ``title``, ``agency``, or empty), ``evidence`` the words that tell it.
    """

    scope: str = "unspecified"
    basis: str = ""
    evidence: str = ""


def read_scope(document: Document, agency: str, year: int | None, figures: Mapping[str, Decimal]) -> Scope:
    """Whose figures; ``figures`` are the table's totals of requests: ``new`` and, where printed, ``carry_in``."""
    kind = _kind(agency)
    text = "".join(_lines(document))[:_LONGEST]
    sentences = [part for part in re.split(r"[。!！]", text) if part]
    for found in (
        _stated(sentences, kind),
        _counted(sentences, kind, year, figures),
    ):
        if found is not None:
            return found
    if kind == "territory":
        return Scope("area", "title", agency)
    if kind in ("office", "bureau", "township"):
        return Scope("own", "agency", agency)
    return Scope()


def _lines(document: Document) -> Iterator[str]:
    """The lines of the paragraphs, to be joined; a heading is no part of the sentence before or after it."""
    for block in document.blocks:
        for line in block.text.splitlines() if isinstance(block, Paragraph) else ():
            tight = plain(line)
            yield f"。{tight}{'。' if is_heading(tight) else ''}" if begins(tight) else tight


def _kind(agency: str) -> str:
    """What sort of agency the name as printed tells; empty where it does not."""
    if _TOWNSHIP.search(agency):
        return "township"
    if _GOVERNMENT_OFFICE.search(agency):
        return "office"
    if _GOVERNMENT.search(agency):
        return "government"
    if _BUREAU.search(agency):
        return "bureau"
    return "territory" if _TERRITORY.match(agency) and not _ZONE.search(agency) else ""


def _stated(sentences: list[str], kind: str) -> Scope | None:
    """What a sentence says that the data cover; None where none does, or two do not agree."""
    found: dict[str, Scope] = {}
    for sentence in sentences:
        if match := _WITHOUT.search(sentence):
            found.setdefault("own", Scope("own", "stated", _around(sentence, match)))
            continue
        for pattern in _STATED:
            if match := pattern.search(sentence):
                who = _scope_of(match["who"], kind)
                found.setdefault(who, Scope(who, "stated", _around(sentence, match)))
                break
    return next(iter(found.values())) if len(found) == 1 else None


def _counted(sentences: list[str], kind: str, year: int | None, figures: Mapping[str, Decimal]) -> Scope | None:
    """Who a sentence counts requests for, where it gives the table's own figure; where a government's office counts
    fewer, the table holds more than what the office handled, and that is the area's."""
    if "new" not in figures:
        return None
    same = {figures["new"], figures["new"] + figures.get("carry_in", Decimal(0))} - {Decimal(0)}
    found: dict[str, Scope] = {}
    fewer: Scope | None = None
    for sentence, match, who in _counts(sentences, year):
        number, scope = Decimal(match["number"]), _scope_of(who, kind)
        if number in same:
            found.setdefault(scope, Scope(scope, "count", _around(sentence, match)))
        elif scope == "office" and kind in ("government", "territory") and 0 < number < figures["new"]:
            fewer = fewer or Scope("area", "contrast", _around(sentence, match))
    if len(found) == 1:
        return next(iter(found.values()))
    return None if found else fewer


def _counts(sentences: list[str], year: int | None) -> Iterator[tuple[str, re.Match[str], str]]:
    """Sentences that count requests received: (sentence, match with ``number``, who received them)."""
    for sentence in sentences:
        for pattern in _COUNTED:
            for match in pattern.finditer(sentence):
                before = sentence[max(0, match.start() - _NEAR) : match.start()]
                years = _YEAR.findall(before)
                if years and year is not None and int(years[-1]) != year:
                    continue
                # Who received them stands in the same clause: 在全市考核中名列前茅，共收到 … is not the whole city.
                named = list(_WHO.finditer(_CLAUSE.split(before)[-1]))
                if named:
                    yield sentence, match, named[-1][0]


def _scope_of(who: str, kind: str) -> str:
    """What somebody named in a sentence is in the report of an agency of this kind."""
    match = _WHO.fullmatch(who) or _WHO.match(who)
    scope = match.lastgroup if match else None
    if scope == "office" and kind in ("office", "bureau", "township"):
        return "own"
    return scope or "unspecified"


def _around(sentence: str, match: re.Match[str]) -> str:
    """The words that tell it, with a little of what stands before."""
    return sentence[max(0, match.start() - 40) : match.end()][-_EVIDENCE:]
