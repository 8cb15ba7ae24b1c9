"""Which spells are the same place, and what became of the others.

Pure. Where the events cannot tell a rename from a merger, two units stay two, with a tie: a wrong join is worse than a
missing one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.codebook.history import (
    FIRST_YEAR,
    LEVELS,
    OPEN,
    Book,
    Era,
    Event,
    mend,
    overlay,
    redate,
    seat,
    stem,
    walk,
)

NONE = ("", "")
REPORTS = 2008
"""The first year of annual reports."""


@dataclass(frozen=True, slots=True)
class Tie:
    """What became of a unit that ended, or where a new one came from."""

    source: Era
    target: Era
    year: int
    kind: str
    source_name: str


@dataclass(slots=True)
class History:
    """The result: chains of eras (each the history of one unit), ties between them, and what could not be settled."""

    units: list[list[Era]] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


SAME = 0.9
"""Two counties are one if they have this share of their streets and towns in common, on both sides."""
PART = 0.25
"""A county went into another in part, or was split from it, if this share of its streets and towns did or was."""
MOST = 0.6
"""With this share of its streets and towns nothing else is asked."""


class Streets:
    """The streets and towns of each county in yearly surveys: year -> code of the county -> names."""

    def __init__(self, surveys: Mapping[int, Mapping[str, frozenset[str]]]) -> None:
        self.surveys = surveys

    def passed(self, source: Era, target: Era, year: int) -> float:
        """The share of the streets of a county that another has after the year of the change; 0 if unknown."""
        before, after = self._names(source, year, -1), self._names(target, year, 1)
        return len(before & after) / len(before) if before and source.code[:2] == target.code[:2] else 0.0

    def received(self, source: Era, target: Era, year: int) -> float:
        """The share of the streets of a county that another had before; 0 if unknown."""
        before, after = self._names(source, year, -1), self._names(target, year, 1)
        return len(before & after) / len(after) if after and source.code[:2] == target.code[:2] else 0.0

    def shared(self, source: Era, target: Era, year: int) -> float:
        """The lesser of the shares that two counties have in common, seen from either side; 0 if unknown."""
        return min(self.passed(source, target, year), self.received(source, target, year))

    def _names(self, era: Era, year: int, step: int) -> frozenset[str]:
        """In a survey on one side of the year, or of the year itself where there is none with the county."""
        for y in (year + step, year + 2 * step, year):
            names = self.surveys.get(y, {}).get(era.code)
            if names:
                return names
        return frozenset()


def join(eras: list[Era], events: list[Event], streets: Streets) -> list[Tie]:
    """Link each era to the one that continues it; what ended or began otherwise gets the ties that the events tell."""
    years = sorted({era.first for era in eras if era.first} | {era.last for era in eras if era.last != OPEN})
    told: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        told[event.year].append(event)
    ties: list[Tie] = []
    for year in years:
        for name in LEVELS:
            Change(year, [era for era in eras if era.level == name], eras, told[year], streets).settle()
        ties += Ties(year, eras, told[year], streets).all()
    return ties


class Change:
    """What became what in one year, on one level."""

    def __init__(
        self, year: int, eras: list[Era], everything: list[Era], events: list[Event], streets: Streets
    ) -> None:
        self.year = year
        self.streets = streets
        self.ended = [era for era in eras if era.last == year]
        self.begun = [era for era in eras if era.first == year]
        self.everything = everything
        self.counties = [era for era in everything if era.level == "county"]
        ended = {era.key: era for era in self.ended}
        begun = {era.key: era for era in self.begun}
        self.claims: dict[Era, list[tuple[Era, Event]]] = defaultdict(list)
        """begun -> the ended eras that an event leads to it"""
        for event in events:
            if event.old and event.new and event.old in ended and event.new in begun:
                self.claims[begun[event.new]].append((ended[event.old], event))
        standing = {era.key for era in eras if era.first < year < era.last}
        self.absorbed = {event.old for event in events if event.new in standing and not event.by_name_only}
        """what an event leads into a place that was there before"""

    def settle(self) -> None:
        """Rules from the surest to the weakest; an era once joined is not joined again."""
        for rule in (self._same_name, self._told, self._same_streets, self._abolished_for, self._seat, self._raised):
            for target in self.begun:
                if target.previous is None:
                    source = rule(target)
                    if source is not None and source.next is None:
                        source.next, target.previous = target, source

    def _same_name(self, target: Era) -> Era | None:
        """The same name, where an event says so or within one prefecture: only the code changed."""
        found = [era for era in self.ended if era.name == target.name and era.next is None]
        claimed = [era for era in found if any(era is source for source, _ in self.claims[target])]
        near = [era for era in found if self._above(era) is self._above(target)]
        return _only(claimed) or _only(near)

    def _told(self, target: Era) -> Era | None:
        """One event says what it was before; but where one of several, or a neighbour, has its stem, it is that one."""
        sources = [(era, event) for era, event in self.claims[target] if era.next is None]
        near = [
            era for era in self.ended if era.next is None and target.level == "county" and self._beside(era, target)
        ]
        alike = [e for e in near if stem(e.name) == stem(target.name) and e.key not in self.absorbed]
        if alike:
            return _only(alike)
        if len(self.claims[target]) > 1:
            return None
        return _only([era for era, event in sources if event.kind != "撤销"])

    def _same_streets(self, target: Era) -> Era | None:
        """Nearly all streets and towns of the one are those of the other."""
        return _only([e for e in self.ended if e.next is None and self.streets.shared(e, target, self.year) >= SAME])

    def _abolished_for(self, target: Era) -> Era | None:
        """Abolished for one new place and for it alone, while no other place in the prefecture began from nothing.

        A county or city that becomes a district or city; of districts only the one that went where one came.
        """
        sources = [era for era, _ in self.claims[target] if era.next is None]
        if len(self.claims[target]) != 1 or not sources:
            return None
        upgraded = sources[0].name[-1] != "区" and target.name[-1] in "区市"
        if len(self._came(target)) != 1:
            return sources[0] if upgraded and self.streets.shared(sources[0], target, self.year) >= MOST else None
        went = [era for era in self.ended if era.next is None and self._beside(era, target)]
        return sources[0] if upgraded or len(went) <= 1 else None

    def _seat(self, target: Era) -> Era | None:
        """The city whose name a new city of a prefecture's rank took becomes the one new district in it."""
        above = self._above(target)
        if target.level != "county" or above is None or above.first != self.year or len(self._came(target)) != 1:
            return None
        free = [
            e for e in self.ended if e.next is None and e.key not in self.absorbed and e.code[:2] == target.code[:2]
        ]
        return _only([era for era in free if stem(era.name) == stem(above.name)])

    def _raised(self, target: Era) -> Era | None:
        """A city of a county's rank that became a prefecture without counties: the same city."""
        if target.level != "prefecture" or any(
            seat(e.code) == target.code and e.after(self.year) for e in self.counties
        ):
            return None
        return _only([e for e in self.counties if e.last == self.year and e.next is None and e.name == target.name])

    def _came(self, target: Era) -> list[Era]:
        """The new places in the prefecture of which nothing else is known; the target is one of them."""
        new = [era for era in self.begun if era.previous is None and self._above(era) is self._above(target)]
        return [era for era in new if era is target or not self.claims[era]]

    def _beside(self, source: Era, target: Era) -> bool:
        return self._above(source) is self._above(target)

    def _above(self, era: Era) -> Era | None:
        """The prefecture, or else the province, of a county at the end of the year, through its own changes."""
        if era.level != "county":
            return None
        codes = (seat(era.code), era.code[:2] + "0000")
        found = [e for code in codes for e in self.everything if e.code == code and e.during(self.year)]
        top = found[0] if found else None
        while top is not None and top.next is not None and top.last <= self.year:
            top = top.next
        return top


def _only(eras: list[Era]) -> Era | None:
    return eras[0] if len(eras) == 1 else None


class Ties:
    """Where the units went that ended in one year, and where the new ones came from."""

    def __init__(self, year: int, eras: list[Era], events: list[Event], streets: Streets) -> None:
        self.year = year
        self.streets = streets
        self.eras = eras
        self.events = events
        self.ended = {era.key: era for era in eras if era.last == year and era.next is None}
        self.begun = {era.key: era for era in eras if era.first == year and era.previous is None}
        self.after = {era.key: era for era in eras if era.after(year)}

    def all(self) -> list[Tie]:
        """The ties of the year."""
        ties = [tie for event in self.events for tie in self._told(event)]
        targets: dict[Era, set[Era]] = defaultdict(set)
        for tie in ties:
            targets[tie.source].add(tie.target)
        for era in self.ended.values():
            if era.level == "county":
                ties += self._by_streets(era, targets[era])
            elif not targets[era]:
                ties += [Tie(era, heir, self.year, "merged_into", "its counties") for heir in self._heirs(era)]
        reached = {era for tie in ties for era in (tie.source, tie.target)}
        for era in self.begun.values():
            if era.level == "county" and era not in reached:
                ties += self._parts(era)
        return ties

    def _told(self, event: Event) -> list[Tie]:
        """What an event says of a unit that ended, or of a new one beside the one that it was split from."""
        source, target = self.ended.get(event.old or NONE), self.after.get(event.new or NONE)
        origin, new = self.after.get(event.old or NONE), self.begun.get(event.new or NONE)
        if origin and new:
            return [Tie(new, origin, self.year, "split_from", event.source)]
        if not source or not target or source.level != target.level or event.by_name_only:
            return []
        if target.previous and (event.kind == "区划调整" or (self.year < REPORTS and event.kind == "更名")):
            return []  # the differences between lists took one code for one place
        sources = [other for other in self.events if other.new == event.new and other.old in self.ended]
        alone = new and len(sources) == 1 and not self._others(source)
        return [Tie(source, target, self.year, "replaced_by" if alone else "merged_into", event.source)]

    def _by_streets(self, era: Era, told: set[Era]) -> list[Tie]:
        """Where the streets and towns of a county went, unless most of them are where the events say."""
        if any(self.streets.passed(era, target, self.year) >= MOST for target in told):
            return []
        shares = {heir: self.streets.passed(era, heir, self.year) for heir in self.after.values() if heir not in told}
        near = {heir for heir in shares if seat(heir.code) == seat(era.code)}  # elsewhere names are alike by chance
        heirs = [heir for heir, share in shares.items() if share >= (PART if heir in near else MOST)]
        return [Tie(era, heir, self.year, "merged_into", "its streets and towns") for heir in heirs]

    def _parts(self, era: Era) -> list[Tie]:
        """The counties of the prefecture whose streets and towns a new one has."""
        near = [e for e in self.eras if seat(e.code) == seat(era.code) != e.code and e is not era]
        others = [e for e in near if e.during(self.year) and not e.next]
        origins = [other for other in others if self.streets.received(other, era, self.year) >= PART]
        return [Tie(era, origin, self.year, "split_from", "its streets and towns") for origin in origins]

    def _others(self, source: Era) -> bool:
        return any(seat(era.code) == seat(source.code) and era is not source for era in self.ended.values())

    def _heirs(self, prefecture: Era) -> list[Era]:
        """The prefectures to which the counties of a prefecture went that ended."""
        moved = {
            seat(era.next.code)
            for era in self.eras
            if era.last == self.year and era.next and seat(era.code) == prefecture.code
        }
        return [era for era in self.after.values() if era.code in moved]


def chains(eras: list[Era]) -> list[list[Era]]:
    """Each unit's eras from the first to the last."""
    units = []
    for era in eras:
        if era.previous is None:
            chain = [era]
            while chain[-1].next is not None:
                chain.append(chain[-1].next)
            units.append(chain)
    return units


def reconstruct(
    current: Book, events: list[Event], books: Mapping[int, Book], surveys: Mapping[int, Book], streets: Streets
) -> History:
    """Units with their spells and ties, from today's list, the events, yearly code books and yearly surveys."""
    result = History()
    events = mend(
        redate([event for event in events if event.year >= FIRST_YEAR], books), current, books, surveys, result.doubts
    )
    eras = walk(current, events, books, result.doubts)
    result.ties = join(eras, events, streets)
    overlay(eras, books, surveys, result.doubts)
    result.units = chains(eras)
    return result
