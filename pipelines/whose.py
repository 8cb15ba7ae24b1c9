"""Whose figures the words before a number tell: the agency's own, its office's, the area's, somebody else's. Pure."""

from __future__ import annotations

import re
from functools import cache

from schemas.claims import load_vocabulary

_SHORT = (("人民政府", "政府"), ("管理委员会", "管委会"), ("委员会", "委"), ("街道办事处", "街道"), ("街道办", "街道"))


def whose_figures(before: str, sentence: str, agency: str) -> str:
    """own, office, area, other, filed, or empty, for a cue that follows ``before`` in the report of ``agency``."""
    if _pattern("filed_words").search(sentence):
        return "filed"
    before = _pattern("places_in_brackets").sub("", before)
    said = _who().search(before)
    if said is None:
        return _mentioned(before)
    subject = _pattern("when").sub("", said["subject"])
    for name, whose in (("area", "area"), ("member", "other"), ("office", "office")):
        if _pattern(f"{name}_words").search(subject):
            return whose
    if not agency or _pattern("own_words").fullmatch(subject):
        return "own"
    return "own" if _is_named(agency, subject.lstrip("由经")) else "other"


def carried(whose: str) -> str:
    """Whose figures those are that follow some: still a subordinate's, or the area's."""
    return whose if whose != "own" else ""


def names_members(clause: str) -> bool:
    """Whether a clause speaks of parts of the area or of the agency, and not of all of it."""
    return bool(_pattern("member_words").search(clause)) and not _pattern("area_words").search(clause)


def _mentioned(before: str) -> str:
    """Whose figures they are where no subject stands next to the cue: the members' of its clause, else the last's."""
    if names_members(re.split("[，;:]", before)[-1]):
        return "other"
    wider = [(match.end(), name) for name in ("area", "office") for match in _pattern(f"{name}_words").finditer(before)]
    return max(wider)[1] if wider else ""


def _is_named(agency: str, name: str) -> bool:
    """Whether the agency, and nobody above it, may be meant by a name cut at its beginning (区林业局, 街道办)."""
    agency, name = (_shortened(part) for part in (agency, name))
    agency += "政府" if _pattern("place").search(agency) else ""
    start = agency.rfind(name)
    return start >= 0 and _pattern("name_end").fullmatch(agency[start + len(name) :]) is not None


def _shortened(name: str) -> str:
    """A name with the short forms that prose has for its parts."""
    for part, short in _SHORT:
        name = name.replace(part, short)
    return name


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(load_vocabulary().words[name])


@cache
def _who() -> re.Pattern[str]:
    words = load_vocabulary().words
    return re.compile(rf"(?P<subject>{words['subject']}){words['between']}$")
