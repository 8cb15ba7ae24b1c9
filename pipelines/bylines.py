"""Names on lines of their own around a title that names nobody, and what speaks against them. Pure.

The line above such a title is its first half as often as the banner of a site, or of the place that a bureau lies in:
青川县人民政府 / 2023年政府信息公开工作年度报告 / signed by 青川县教育局. So a name found there only stands where
nothing else in the document names another agency; one within the line of the title needs nobody's word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipelines.evidence import ORGAN, VAGUE, Evidence, named
from pipelines.rooms import without_room

ASIDE = ("heading", "under")
"""Evidence from lines of their own, above and below the title."""

_LONGEST = 40
_WHOLE = re.compile(
    rf"{ORGAN.pattern}|^[^\W\d]县$|(?:[省州盟园狱场社台区]|大学|学校|公司|集团|[^\W\d]馆|(?:十字|学|协|商|总工|贸促|侨)会)$"
)
_NO_NAME = re.compile(
    r"[，。,;；:、\d《》“”|]|首页|门户|网站|频道|栏目|专栏|专区|部门|各级|下属|所有|[我本您你]|全[省市州县区]|服务大厅|办事服务|目录"
)
# 教育局, 人民政府: what stands below the line of its place.
_BARE = re.compile(r"(?!.{2,8}[省市州盟县区旗])(?!国|中[国共央])[\u4e00-\u9fff]{2,12}(?:局|委员会|委|办公室|厅|政府)$")
_PLACE = re.compile(r"[\u4e00-\u9fff]{1,11}[省市州盟县区旗]$")
_GOVERNING = re.compile(r"(?:政府|公署|行署|[省市州盟县区旗])$")
_TOWN = re.compile(r"(?:[乡镇]|苏木)(?:人民)?政府$")
_HOUSE = re.compile(r"(?:人民)?政府(?:办公[室厅]|办)?$|(?:管委会|管理委员会)(?:办公室)?$|办事处$|办公[室厅]$")
_LEVELS = frozenset("省市州盟县区旗")
_WITHIN, _AROUND = frozenset("县区旗"), re.compile(r"[省市州盟](?:人民政府|政府)?$")
_GOVERNMENTS_SAY = frozenset(("办", "厅", "管委会", "政府"))
"""By what a report of a government may call its agency, besides the place: its office compiles it."""
_SUBJECT = re.compile(
    r"(?:^|[。；;])(?:(?:19|20)\d\d年度?(?:以?来|期间)?[，,]?)?(?P<name>[\u4e00-\u9fff()]{4,30}?)"
    r"(?:20\d\d年度?)?(?=认真|坚持|严格|高度重视|积极|深入|持续|不断|按照|根据|依据|依照|共|全年|主动|收到|未|以|紧紧|扎实"
    r"|切实|围绕|将|始终|加强|全面|进一步|贯彻|公开|办理|通过|无|没有)"
)
_TIMES = 2
"""Sentences with the same subject that make it the one that reports."""

_STRONG = ("under", "signature", "subject")
WEAK = ("publisher", "compiler", "contact")


def name_alone(text: str) -> str:
    """The organ or place that a line (tight) names, and nothing besides; empty where it is another line."""
    bare = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    name = named(bare) if len(bare) <= _LONGEST and not _NO_NAME.search(bare) else ""
    return name if _WHOLE.search(name) and without_room(name) else ""


def heading(above: str, before: str) -> str:
    """The name that the line ``above`` a title gives, behind that of its place on the line ``before`` where it lacks
    one."""
    name = name_alone(above)
    if _BARE.match(name):
        place = name_alone(before)
        return f"{place}{name}" if _PLACE.match(place) else "" if name == "人民政府" else name
    return name


def below(lines: Sequence[str], place: int) -> str:
    """The name on the line ``place``, right below a title; none where names go on, as in a list."""
    here, after = (name_alone(lines[at]) if at < len(lines) else "" for at in (place, place + 1))
    return here if not after else ""


def subjects(paragraphs: Iterable[str]) -> list[Evidence]:
    """The organs that are the subject of several sentences of the prose (tight), or the only one of any."""
    counts: dict[str, int] = {}
    for text in paragraphs:
        for match in _SUBJECT.finditer(text):
            name = match["name"]
            if not _NO_NAME.search(name) and ORGAN.search(name) and (name := named(without_room(name))):
                counts[name] = counts.get(name, 0) + 1
    return [Evidence("subject", name) for name, count in counts.items() if count >= _TIMES or len(counts) == 1]


def weighed(name: str, kind: str, evidence: Sequence[Evidence]) -> tuple[str, str]:
    """Of a name beside the title or from the site's block: itself and its kind where nothing contradicts it, the name
    of another kind of evidence that is preferred to it, or nothing. Of bureaus the registry tells better which is
    another one: only names of places and governments, which banners print, are weighed here."""
    if not _GOVERNING.search(name):
        return name, kind
    others = [(one.kind, one.text) for one in evidence if one.kind != kind and not one_house(one.text, name)]
    strong = [other for other in others if other[0] in _STRONG]
    bodies, places = called(evidence)
    asked = [other for other in others if other[0] in WEAK] if kind in ASIDE else []
    if places and not bodies:
        # 我县 is a government's word, and others than it answer the telephone for it.
        asked = [other for other in asked if other[0] == "publisher"]
    own = {body for body in bodies if body in name}
    if own or _TOWN.search(name):  # the banner of its county is no other name of a town
        asked = [other for other in asked if not _GOVERNING.search(other[1])]
    within = (
        bool(places) and places <= _WITHIN and _AROUND.search(name) is not None
    )  # 我区 below the banner of its city
    fits = bodies <= _GOVERNMENTS_SAY | own and not within
    if not strong and not asked and (fits or kind not in ASIDE):
        return name, kind
    best = _agreed(strong or asked)
    fits = any(body in best[1] for body in bodies)
    # 我县 is a government's word, and its report may tell of a bureau as well.
    fits = fits or (not bodies and (best[0] == "under" or (best[0] == "signature" and not places)))
    if best[1] and fits:
        return best[1], best[0]
    return ("", "") if kind in ASIDE else (name, kind)


def called(evidence: Iterable[Evidence]) -> tuple[set[str], set[str]]:
    """By what the text calls its agency (局) and its place (县)."""
    words = {one.text[1:] for one in evidence if one.kind == "self"} - set(VAGUE)
    return words - _LEVELS, words & _LEVELS


def one_house(one: str, other: str) -> bool:
    """Whether two names, as printed, may be those of one agency, or of a government and its office."""
    here, there = _HOUSE.sub("", one), _HOUSE.sub("", other)
    return here.endswith(there) or there.endswith(here)


def _agreed(names: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The fullest of names of one agency; nothing where they are of several."""
    best = max(names, key=lambda one: len(one[1]), default=("", ""))
    return best if all(one_house(best[1], other) for _, other in names) else ("", "")
