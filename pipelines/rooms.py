"""The rooms within an organ, which answer for its report and never make one themselves. Pure.

民政局办公室 is a room of the bureau; 人民政府办公室, 人民政府外事办公室 and 机构编制委员会办公室 are organs. So what an
office is depends on what it stands behind: after a government only the rooms that every organ has are its own, and a
place (佳县政务公开办公室) has none. What may be an organ stays.
"""

from __future__ import annotations

import re

# What rooms of all organs do, and how they are called; what rooms of a bureau do besides.
_GENERAL = (
    r"(?:(?:党政|党群|党建|综合|文秘|秘书|(?:政府|政务)?(?:信息|政务)?(?:[与和及](?:政府|政务)信息|[与和及]政务)?公开)"
    r"(?:工作|事务|保障|协调|领导小组)*)+"
)
_CALLED = r"(?:办公室|[办科股处室组]|(?:受理)?(?:机构|部门)|人员|专员|负责人)"
_TOPIC = (
    r"(?:行政|宣传|新闻|政策|法规|法制|人事|人秘|政工|电子政务|政务|信息|网络|数据|规划|财务|督查|审批|服务|工作"
    r"|与|和|及)"
)
_COMMON = f"{_GENERAL}{_CALLED}|(?:政府|政务)信息公开|政务公开"
_INNER = (
    f"{_COMMON}|办公室|(?:{_GENERAL}|{_TOPIC})+(?:办公室|[办处室])"
    f"|(?:{_GENERAL}|宣传|新闻|电子政务|政务|信息|网络|数据)+中心"
)
# 市委 and 编委 have no rooms but organs, and so have the commissions that only meet.
_BUREAU = (
    r"局|(?<!大)厅|海关|[大支总]队|管委会|办事处|办公室|(?<![省市州盟县区旗党工编])委(?![托派员])"
    r"|(?<![省市州盟县区旗])(?<!编制)(?<!编纂)(?<!运动)(?<!动员)(?<!工作)(?<!安全生产)(?<!无线电管理)委员会"
)
_HOUSE = r"[部署院所处站馆校社]|[银分支]行|公司|集团|联合会|残联|中心"
_ZONE = r"(?:开发|经开|高新|园|景|度假|保税|示范|产业|合作|试验|集聚|旅游)区|[业技]园"
_GOVERNED = r"(?:[镇乡]|苏木)(?:人民政府|政府)|街道(?:办事处)?"
_TOWN = rf"{_GOVERNED}|[镇乡]|苏木"
# No organ follows a bureau: in 教育局院校工作处 and 建设局村镇建设科 neither 院校 nor 村镇 is one.
_ROOMS = tuple(
    re.compile(f"(?P<organ>{organ})(?:{room})")
    for organ, room in (
        (f".{{2,}}(?:{_BUREAU})", f"{_INNER}|[^局厅]{{1,12}}[科股]"),
        (r".{2,}[局厅]", "办"),
        (f"[^局厅委]{{2,}}(?:{_HOUSE})", _INNER),
        (f"[^局厅委]{{2,}}(?:{_TOWN})", f"{_COMMON}|办公室|(?:便民|党群|为民|公共|政务|综合)+服务中心"),
        (f"[^局厅委]{{2,}}(?:{_GOVERNED})", "[^局厅委部]{1,12}(?:办公室|[办室科股])"),
        (f".{{2,}}(?:{_ZONE}|人民政府|[省市州盟县区旗]政府)", _COMMON),
    )
)
_NOBODY = re.compile(f"(?:单位|机关|部门)?(?:{_INNER})")


def without_room(text: str) -> str:
    """The organ that ``text`` (tight) names, without the room behind it; empty where it names a room alone."""
    if _NOBODY.fullmatch(text):
        return ""
    while found := next((match for room in _ROOMS if (match := room.fullmatch(text))), None):
        text = found["organ"]
    return text
