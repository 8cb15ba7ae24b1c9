"""Whose report a document is: one agency of the registry, or a provisional one with the reason. Pure.

A name is only believed where it can be read whole (``pipelines.places``) and means one agency in that year, or where
other evidence leaves one of several. What speaks against it (``pipelines.whereabouts``) is never outvoted: the agency
then stays provisional until somebody decides. No likeness of names ever joins two. A decision is a row of
``codebook/agency_names.csv`` and beats everything.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from pipelines.evidence import RELATIVE
from pipelines.hearing import (
    LEVEL,
    bears,
    confirmed,
    names_another,
    only_a_place,
    other_names,
    own_kinds,
    signed_by_another,
    told_otherwise,
)
from pipelines.labels import plain
from pipelines.places import Reading, paths, readings, township
from pipelines.whereabouts import Case, items, pins, speaks_against, speaks_for, trusted
from schemas.agencies import Alias, aliases, official_name, organ_id, township_id
from schemas.divisions import by_name, townships_named
from schemas.organs import organ_names

UNNAMED = "未写明机关（agency not named）"
"""What an agency is called whose report has no name at all: in both languages, for it stands among names."""

DECISION = "decision"
"""The ``basis`` of what somebody decided."""

_TAIL = re.compile(r"(?:人民政府|政府|办事处)$")
_BORROWED = frozenset(("publisher", "metadata", "site", "contact", "compiler"))
"""Evidence that gives a name where no title does, and that may be another agency's."""
_INDEPENDENT = ("index", "url", "hint")
"""Evidence that no text of the page can forge by copying the name."""

UNIQUE, NARROWED, FULLER, PLACED, OUT_OF_TIME = 0.9, 0.8, 0.8, 0.75, 0.7
"""Scores to begin with: one meaning in all China; one of several by other evidence; the full name stands elsewhere in
the document; name without parent and a place from elsewhere; a name of another time and a place from elsewhere."""
_EACH, _MOST = 0.02, 0.1
_OTHER_ORGAN, _MIRROR = 0.1, 0.2


@dataclass(frozen=True, slots=True)
class Attribution:
    """``agency_id`` is provisional where there is a ``reason`` (``schemas.codes.AGENCY_REASONS``), which then has no
    score. ``basis``: the kinds of evidence that speak for it, joined by commas, the printed name's own first."""

    agency_id: str
    agency_name: str
    score: float | None = None
    basis: str = ""
    reason: str = ""
    said: str = ""
    """The organ's name as printed, where it is one of the official ones."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    reading: Reading
    score: float
    by: str = ""


def attribute_all(cases: Iterable[Case]) -> dict[str, Attribution]:
    """An attribution for each case, by document id."""
    named = {case.document_id: case for case in cases}
    return part_organs({document: attribute(case) for document, case in named.items()}, named)


def part_organs(found: Mapping[str, Attribution], named: Mapping[str, Case]) -> dict[str, Attribution]:
    """Attributions by document id, where no two documents of one agency and year name two organs that one unit can have
    side by side under one kind: such are all provisional, but for those that somebody decided."""
    organs: dict[tuple[str, int], set[str]] = {}
    for document, made in found.items():
        if made.said:
            organs.setdefault((made.agency_id, named[document].year), set()).add(made.said)
    twice = {key for key, names in organs.items() if len(names) > 1 and not _renamed(names, key[1])}
    out = dict(found)
    for document, made in found.items():
        case = named[document]
        if (made.agency_id, case.year) in twice and made.basis != DECISION:
            out[document] = _provisional(replace(case, printed=printed(case)), "two_organs")
    return out


def _renamed(names: set[str], year: int) -> bool:
    """Whether these names of one organ followed each other about ``year``."""
    spans = [(organ_names()[name].first, organ_names()[name].last) for name in names]
    return all(first >= year - 2 or last <= year + 2 for first, last in spans)


def attribute(case: Case) -> Attribution:
    """The agency of one document; where nothing names one it is provisional, known by its document alone."""
    case = replace(case, printed=printed(case))
    found = _choose(case) if case.printed else "unnamed"
    made = _provisional(case, found) if isinstance(found, str) else _judge(case, found)
    known_as = [made.agency_id, *([_provisional(case, "two_organs").agency_id] if made.said else [])]
    decided = _decision(case, known_as)
    if decided is None:
        return made
    # What it says keeps another organ's report of that year out of the agency that it was given to.
    said = made.said if decided == made.agency_id else ""
    return Attribution(decided, official_name(decided, case.year), 1.0, DECISION, said=said)


def printed(case: Case) -> str:
    """The name to go by: the title's or what stands for it, else who compiled or signed, else the manifest's hint,
    else what the report calls itself (我镇)."""
    others = {one.kind: one.text for one in reversed(case.evidence)}
    names = [case.printed, *(others.get(kind, "") for kind in ("under", "compiler"))]
    names += [others.get("signature", ""), case.hint]
    return plain(next((name for name in names if name and not RELATIVE.match(plain(name))), case.printed))


# ----------------------------------------------------------------------------------------------------------- choosing


def _choose(case: Case) -> _Chosen | str:
    """The one reading that the evidence leaves, or the reason why there is none."""
    direct = readings(case.printed, case.year)
    timely = [one for one in direct if one.timely]
    # 2012 of 铜仁市: the city that 铜仁地区 became in 2011, not the county that was called so until then.
    timely = [one for one in timely if not one.lapsed] or timely
    if len(timely) == 1 and not timely[0].weak:
        return _Chosen(timely[0], UNIQUE)
    if timely:
        return _narrow(case, timely, "needs_support" if len(timely) == 1 else "ambiguous")
    if direct:
        return _out_of_time(case, direct)
    return _fuller(case) or _placed_township(case) or _placed_organ(case) or _unreadable(case)


def _unreadable(case: Case) -> str:
    known = paths(case.printed, case.year)
    if known:
        return "unknown_township" if any(township(path.rest) for path in known) else "unknown_organ"
    return "no_parent" if township(case.printed) or _without_parent(case.printed) else "unknown_place"


def _narrow(case: Case, several: list[Reading], otherwise: str) -> _Chosen | str:
    """Of several meanings the one that everything able to tell them apart speaks for; a folder alone tells nothing,
    and the same name again tells nothing of a name that zones bear as well."""
    telling = []
    for item in items(case):
        fits = [one for one in several if one.units and speaks_for(item, one.units[-1], case.year)]
        if item.kind in _INDEPENDENT:  # a code is the organ's own, not that of a place around it
            fits = [one for one in fits if one.units[-1] in item.units] or fits
        alone = len(several) == 1 and (item.kind in _INDEPENDENT or several[0].units[-1] not in item.units)
        if item.kind != "folder" and fits and (len(fits) < len(several) or alone):
            telling.append({one.agency for one in fits})
    left = set.intersection(*telling) if telling else set()
    if len(left) == 1:
        return _Chosen(next(one for one in several if one.agency in left), NARROWED)
    return "contradiction" if telling and not left else otherwise


def _out_of_time(case: Case, direct: tuple[Reading, ...]) -> _Chosen | str:
    """A name of another time: some printed it late or early; what is no copy of the name must say the same place."""
    fitting = [
        one
        for one in direct
        if one.units and any(item.kind in _INDEPENDENT and item.units == {one.units[-1]} for item in items(case))
    ]
    return _Chosen(fitting[0], OUT_OF_TIME) if len(fitting) == 1 else "not_valid_then"


def _fuller(case: Case) -> _Chosen | None:
    """The same name with its parents elsewhere in the document: 佳县螅镇人民政府 for 螅镇."""
    found: dict[str, tuple[Reading, str]] = {}
    for kind, text in other_names(case):
        if _ends_with(text, case.printed, case.year):
            found |= {one.agency: (one, kind) for one in readings(text, case.year) if one.timely and not one.weak}
    if len(found) != 1:
        return None
    ((reading, kind),) = found.values()
    return _Chosen(reading, FULLER, kind)


def _ends_with(full: str, name: str, year: int) -> bool:
    """Whether ``full`` is a place and then ``name``, to the character."""
    bare = _TAIL.sub("", name) or name
    for path in paths(full, year):
        rest = path.rest.removeprefix("人民政府") or path.rest
        if rest and (rest == name or (_TAIL.sub("", rest) or rest) == bare):
            return True
        level = full.removesuffix(path.rest)[-1]
        if rest and name == level + rest and level in LEVEL:
            return True
    return False


def _placed_township(case: Case) -> _Chosen | None:
    """A township without its county: the county must be named elsewhere, and nothing may name another one."""
    name = township(case.printed)
    counties = _pinned(case) if name else frozenset()
    if len(counties) != 1:
        return None
    (county,) = counties
    found = [one for one in townships_named(name) if one.county == county]
    return _Chosen(Reading(township_id(found[0].id), (county,), True), PLACED) if len(found) == 1 else None


def _pinned(case: Case) -> frozenset[int]:
    """The counties that the evidence pins the document to, each piece of it agreeing; none where they differ."""
    pinned = [pins(item) for item in items(case) if item.kind != "folder" and pins(item)]
    return frozenset.intersection(*pinned) if pinned else frozenset()


def _placed_organ(case: Case) -> _Chosen | None:
    """市公安局, 县民政局, 民政局: an organ without its place, where the credit code or the manifest tells the place.

    What a page says of its site is not enough: a county's bureaus also report on the city's site.
    """
    name, level = case.printed, ""
    if name[0] in LEVEL and name[1:] in organ_names():
        name, level = name[1:], name[0]
    form = organ_names().get(name)
    if form is None:
        return None
    told = [item.units for item in items(case) if item.kind in _INDEPENDENT]
    left = frozenset.intersection(*told) if told else frozenset()
    fitting = [unit for unit in left if not level or bears(unit, level, case.year)]
    if len(fitting) != 1 or len(left) != 1:
        return None
    return _Chosen(Reading(organ_id(fitting[0], form.organ), (fitting[0],), True, said=form), PLACED)


# ------------------------------------------------------------------------------------------------------------ judging


def _judge(case: Case, chosen: _Chosen) -> Attribution:
    """Hear the rest of the evidence over what was chosen."""
    reading, year = chosen.reading, case.year
    unit = reading.units[-1] if reading.units else None
    known = items(case)
    against = [item for item in known if unit is not None and speaks_against(item, unit, year)]
    if against:
        told = {item.kind for item in against}
        return _provisional(case, "contradiction_index" if told & {"index", "url"} else "contradiction")
    if set(own_kinds(case)) <= _BORROWED and not confirmed(case, reading):
        return _provisional(case, "borrowed_name")
    if told_otherwise(case, reading):
        return _provisional(case, "another_signs")
    if only_a_place(case, reading) and signed_by_another(case, reading):
        return _provisional(case, "another_signs")
    for_it = [item for item in known if unit is not None and speaks_for(item, unit, year)]
    independent = any(item.kind in _INDEPENDENT and unit in item.units for item in for_it)
    if not trusted(case.site) and not independent:
        return _provisional(case, "untrusted_site")
    kinds = dict.fromkeys(
        [*own_kinds(case), *([chosen.by] if chosen.by else []), *sorted({item.kind for item in for_it})]
    )
    others = {item.kind for item in for_it} - set(own_kinds(case))
    score = chosen.score + min(_MOST, _EACH * len(others))
    score -= _OTHER_ORGAN * names_another(case, reading) + _MIRROR * (not trusted(case.site))
    name = official_name(reading.agency, year, reading.said)
    said = reading.said.name if reading.said is not None and reading.said.official else ""
    return Attribution(reading.agency, name, round(score, 2), ",".join(kinds), said=said)


# -------------------------------------------------------------------------------------------------------- provisional


def _provisional(case: Case, reason: str) -> Attribution:
    """An agency that waits for a decision: known by its printed name and its site or folder; where the name could be
    another one's as well, by its document alone."""
    alone = reason in _ALONE or _without_parent(case.printed) or _borne_by_several(case.printed, case.year)
    name = case.printed.replace("(", "（").replace(")", "）")
    if reason == "borrowed_name":
        name += "（仅见于网站或联系方式）"
    parts = [name, case.site or case.folder, *([case.document_id] if alone else [])]
    digest = hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]
    return Attribution(f"p-{digest}", name or UNNAMED, None, ",".join(own_kinds(case)), reason)


_ALONE = (
    "unnamed",
    "contradiction",
    "contradiction_index",
    "borrowed_name",
    "another_signs",
    "untrusted_site",
    "not_valid_then",
    "needs_support",
    "ambiguous",
)


def _without_parent(name: str) -> bool:
    """Whether a name says whose only where it stands: 我镇, 某镇, 市临空经济区, 民政局."""
    if RELATIVE.match(name) or name in organ_names():
        return True
    begins = any(by_name(name[:size]) for size in range(2, len(name) + 1))
    return not begins and (bool(township(name)) or name[0] in LEVEL)


def _borne_by_several(name: str, year: int) -> bool:
    """Whether the place that a name begins with is called like another place, now or at another time."""
    first = {path.units[0] for path in paths(name, year)}
    return len(first) > 1


# ---------------------------------------------------------------------------------------------------------- decisions


def _decision(case: Case, known_as: Iterable[str]) -> str | None:
    """What somebody decided: of a provisional id, or of a name on a site or in a folder. ``known_as``: the ids that the
    document has, or would have where another one of its year names another organ."""
    for provisional in known_as:
        for one in _decisions().get(provisional, ()):
            return one.agency
    for one in _decisions().get(case.printed, ()):
        here = (
            (not one.site or case.site == one.site or case.site.endswith("." + one.site))
            and (not one.folder or f"{case.folder}/".startswith(f"{one.folder}/"))
            and one.first <= case.year <= one.last
        )
        if here:
            return one.agency
    return None


@cache
def _decisions() -> Mapping[str, tuple[Alias, ...]]:
    """Rows that decide, by what they are about: a provisional id or a name."""
    found: dict[str, list[Alias]] = {}
    for one in aliases():
        if one.provisional:
            found.setdefault(one.provisional, []).append(one)
        elif one.is_decision or one.site or one.folder:
            found.setdefault(plain(one.name), []).append(one)
    return {key: tuple(several) for key, several in found.items()}
