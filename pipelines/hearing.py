"""What the rest of a document says of a name that was chosen: whether it is confirmed, or another agency's. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.bylines import ASIDE, WEAK, called
from pipelines.evidence import RELATIVE
from pipelines.labels import plain
from pipelines.places import Reading, above, readings
from pipelines.whereabouts import NAMING, Case
from schemas.agencies import place
from schemas.divisions import units
from schemas.organs import GOVERNMENT, OFFICE

LEVEL = "省市州盟县区旗"
_TOWNS = frozenset(("乡", "镇", "街", "街道", "街道办事处"))


def own_kinds(case: Case) -> list[str]:
    """The kind of evidence that the printed name is."""
    if not case.printed:
        return []
    otherwise = "self" if RELATIVE.match(case.printed) else "hint"
    return [next((one.kind for one in case.evidence if plain(one.text) == case.printed), otherwise)]


def other_names(case: Case) -> list[tuple[str, str]]:
    """Every name but the title's that the document or the manifest gives, with its kind."""
    hint = [("hint", plain(case.hint))] if case.hint else []
    return [(one.kind, one.text) for one in case.evidence if one.kind in NAMING] + hint


def bears(unit: int, level: str, year: int) -> bool:
    """Whether the unit was called by the word for this level (县) in the year."""
    return any(spell.name.endswith(level) for spell in units()[unit].spells if spell.during(year))


def confirmed(case: Case, reading: Reading) -> bool:
    """Whether the text confirms a name that only the site's block or the contact gives.

    Sites of governments print their own name over the reports of every bureau and town. So nobody else may have signed
    or compiled it or answer for it, what the text calls itself must fit, and of a government or its office it must say
    so.
    """
    for kind, text in other_names(case):
        name = plain(text)
        if kind == "declared" or name.startswith(case.printed) or case.printed.endswith(name):
            continue
        found = _timely(name, case)
        same = any(_one_house(reading.agency, other) for other in found)
        if kind == "heading" and _surrounds(found, reading, case.year) and _no_government_speaks(case):
            continue
        if not same and (found or kind in ("signature", "compiler", "under")):
            return False
        if kind == "subject" and name[0] in LEVEL and case.printed.endswith(name[1:]):
            return False  # 县教育局 is not the one of the city
    bodies, places = called(case.evidence)
    here = place(reading.agency)
    if here.township is not None:
        return not bodies or not bodies.isdisjoint((*_TOWNS, "办"))
    if here.unit is None or here.organ not in (GOVERNMENT, OFFICE):
        return not bodies or any(word in case.printed for word in bodies - _TOWNS)
    signed = any(one.agency == reading.agency for text in _answering(case) for one in readings(text, case.year))
    # 我县 under the name of the office is the government's report as likely as the office's own.
    office = here.organ == OFFICE
    fits = "办" in bodies if office else any(bears(here.unit.id, word, case.year) for word in bodies | places)
    return bodies <= {"办"} and (signed or fits)


def told_otherwise(case: Case, reading: Reading) -> bool:
    """Whether a name from a line of its own beside the title, or one that is preferred to it, is surely another
    agency than one that the document names elsewhere."""
    own = set(own_kinds(case))
    if "title" in own or not any(one.kind in ASIDE for one in case.evidence):
        return False
    bodies, places = called(case.evidence)
    fits = place(reading.agency).organ == GOVERNMENT or any(body in case.printed for body in bodies)
    if "heading" in own and bodies and not fits:
        return True
    for kind, text in other_names(case):
        if kind in own or kind not in (*ASIDE, "signature", "subject", *WEAK):
            continue
        if kind in WEAK and ("heading" not in own or (places and not bodies and kind != "publisher")):
            continue
        found = _timely(plain(text), case)
        if not found or any(_one_house(reading.agency, other) for other in found):
            continue
        around = _surrounds(found, reading, case.year) and (kind in WEAK or _no_government_speaks(case))
        if kind not in ("heading", *WEAK) or not around:
            return True
    return False


def _no_government_speaks(case: Case) -> bool:
    """Whether the text says 我局, or not 我县, or names its agency below its title."""
    bodies, places = called(case.evidence)
    return bool(bodies) or not places or set(own_kinds(case)) <= {"under"}


def _surrounds(agencies: Iterable[str], reading: Reading, year: int) -> bool:
    """Whether one of the agencies is the government, or its office, of the place that a bureau or town lies in."""
    unit = reading.units[-1] if reading.units else None
    tops = [here for agency in agencies if (here := place(agency)).organ in (GOVERNMENT, OFFICE) and here.unit]
    around = above(unit, year) | {unit} if unit is not None else frozenset()
    return any(top.unit is not None and top.unit.id in around for top in tops)


def only_a_place(case: Case, reading: Reading) -> bool:
    """Whether the name is that of a place and says of none of its organs: 榆林市."""
    here = place(reading.agency)
    return here.unit is not None and here.organ == GOVERNMENT and not case.printed.endswith(("政府", "公署", "行署"))


def signed_by_another(case: Case, reading: Reading) -> bool:
    """Whether an organ signs that is surely neither the government of the place nor its office."""
    signed = [plain(one.text) for one in case.evidence if one.kind == "signature"]
    found = {agency for name in signed for agency in _timely(name, case)}
    return bool(found) and not any(_one_house(reading.agency, other) for other in found)


def names_another(case: Case, reading: Reading) -> bool:
    """Whether the contact, the signature or the compiler is surely another agency than the one chosen."""
    for kind, text in other_names(case):
        if kind in ("contact", "signature", "compiler"):
            found = _timely(text, case)
            if found and not any(_one_house(reading.agency, other) for other in found):
                return True
    return False


def _answering(case: Case) -> list[str]:
    """Who signed, compiled or answers for the report, but for the name that is to be confirmed."""
    kinds = {"signature", "compiler", "contact", "hint"} - set(own_kinds(case))
    return [plain(text) for kind, text in other_names(case) if kind in kinds]


def _timely(name: str, case: Case) -> set[str]:
    """The agencies that may bear a name in the year of the report."""
    return {one.agency for one in readings(name, case.year) if one.timely}


def _one_house(agency: str, other: str) -> bool:
    """Whether two are one agency, or a government and its own office."""
    here, there = place(agency), place(other)
    pair = {here.organ, there.organ} <= {GOVERNMENT, OFFICE}
    return agency == other or (here.unit is not None and here.unit == there.unit and pair)
