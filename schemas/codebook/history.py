"""How the spells of the divisions are found from three sources: today's list, a list of events, and older lists.

Pure: values in, values out. ``make_divisions.py`` reads the packages and writes the tables, ``continuity.py`` decides
which spells are the same place. A *key* is a code with a name; a *spell* is the time that a key was valid; a *unit* is
a place, one or several spells. The list of today is walked back event by event, and the older lists correct the result.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

FIRST_YEAR = 2000
"""Events before are noise for the time in which reports were published; what was there before it has no start."""
DIFF_YEAR = 2020
"""To this year the events are differences between yearly lists, without gaps; after it they were collected by hand."""
OPEN = 9999
LEVELS = ("province", "prefecture", "county")

Key = tuple[str, str]
Book = Mapping[str, str]
"""code -> name, as one code book or survey prints them"""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the list of changes; ``old`` or ``new`` is None where something began or ended.

    ``text`` is all that the entry says in words, with the names of the provinces and places it is about;
    ``by_name_only`` tells that the list only looked for a namesake; ``notice`` holds the two names of a rename as the
    ministry printed them, without codes.
    """

    year: int
    kind: str
    old: Key | None
    new: Key | None
    text: str
    by_name_only: bool = False
    source: str = ""
    notice: tuple[str, str] | None = None


@dataclass(eq=False, slots=True)
class Era:
    """A spell under construction."""

    code: str
    name: str
    first: int
    last: int
    source: str = ""
    next: Era | None = None
    previous: Era | None = None

    @property
    def key(self) -> Key:
        return self.code, self.name

    @property
    def level(self) -> str:
        return level(self.code)

    def during(self, year: int) -> bool:
        return self.first <= year <= self.last

    def after(self, year: int) -> bool:
        """Whether it is in force at the end of that year."""
        return self.first <= year < self.last


def level(code: str) -> str:
    """The level that the shape of a code tells."""
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def seat(code: str) -> str:
    """The code of the prefecture above a county."""
    return code[:4] + "00"


_SUFFIX = re.compile(r"(?:自治)?[县区市旗州]$|地区$|特区$|盟$")


def stem(name: str) -> str:
    """A name without the word for its kind; names of one character keep it."""
    short = _SUFFIX.sub("", name)
    return short if len(short) > 1 else name


# --------------------------------------------------------------------------------------------------- gaps in the events


def mend(
    events: list[Event], current: Book, books: Mapping[int, Book], surveys: Mapping[int, Book], doubts: list[str]
) -> list[Event]:
    """The events with those added that the lists before and after show and that nobody wrote down.

    A key that begins or ends without an event is paired with one of the same name, or else the same stem, in the
    same prefecture. The year is that of the event which names the place, or else lies between two surveys.
    """
    started = {event.new for event in events if event.new}
    stopped = {event.old for event in events if event.old}
    last_book = set(books[max(books)].items())
    lately = {event.new for event in events if event.new and event.year > max(books)}
    lost = {key for key in (last_book | lately) - stopped if current.get(key[0]) != key[1]}
    begun = {key for key in current.items() if key not in last_book and key not in started}
    events = [_real(event, begun, lost) for event in events]
    started = {event.new for event in events if event.new}
    lost -= {key for key in lost if key not in last_book and key not in started}
    begun -= started
    later = [event for event in events if event.year > max(books)]
    added: list[Event] = []
    for old in sorted(lost):
        same = [event for event in later if event.new and _twin(old, event.new)]
        fresh = [key for key in sorted(begun) if seat(key[0]) == seat(old[0]) and stem(key[1]) == stem(old[1])]
        if len(same) == 1 and same[0].new:
            added.append(Event(same[0].year, "同名改码", old, same[0].new, "", source=same[0].source))
        elif len(fresh) == 1:
            year, source = _dated(fresh[0], old, later, surveys)
            added.append(Event(year, "更名", old, fresh[0], "", source=source))
            begun.remove(fresh[0])
        else:
            year, source = _dated(None, old, later, surveys)
            added.append(Event(year, "撤销", old, None, "", source=source))
    for new in sorted(begun):
        year, source = _dated(new, None, later, surveys)
        added.append(Event(year, "新设", None, new, "", source=source))
    doubts += [f"{event.year} {event.kind} {event.old} {event.new}: {event.source}" for event in added]
    return events + added


def redate(events: list[Event], books: Mapping[int, Book]) -> list[Event]:
    """The events with the year of the official notice of a rename, or the year in which a book has the new code.

    The notices have no codes; the differences between lists have no dates but those of the lists.
    """
    notices = [event for event in events if event.kind == "更名" and event.notice]
    result = []
    for event in events:
        year = event.year
        if event.old and event.new and event.kind == "更名":
            words = [n.year for n in notices if n.notice and _about(n, event) and 0 < event.year - n.year <= 3]
            year = min(words, default=year)
        elif event.old and event.new and event.kind == "同名改码":
            year = min([y for y, book in books.items() if book.get(event.new[0]) == event.new[1]] + [year])
        result.append(replace(event, year=year))
    return result


def _about(notice: Event, event: Event) -> bool:
    words, keys = notice.notice or ("", ""), (event.old, event.new)
    return all(key is not None and word.endswith(key[1]) for word, key in zip(words, keys, strict=True))


def _real(event: Event, begun: set[Key], lost: set[Key]) -> Event:
    """The event with the code that its new place has in today's list, where the event gives the wrong one."""
    if event.new in lost and event.new:
        right = [key for key in begun if key[1] == event.new[1] and seat(key[0]) == seat(event.new[0])]
        if len(right) == 1:
            return replace(event, kind="新设", new=right[0])
    return event


def _twin(one: Key, other: Key) -> bool:
    return one[1] == other[1] and one[0] != other[0] and seat(one[0]) == seat(other[0])


def _dated(new: Key | None, old: Key | None, events: list[Event], surveys: Mapping[int, Book]) -> tuple[int, str]:
    """The year in which a key began or ended, and who says so."""
    names = [key[1] for key in (new, old) if key]
    told = [event for event in events if all(name in event.text for name in names)]
    if told:
        first = min(told, key=lambda event: event.year)
        return first.year, first.source
    before, after = DIFF_YEAR, OPEN
    for year, survey in sorted(surveys.items()):
        key = new or old
        printed = key is not None and survey.get(key[0]) == key[1]
        if printed == bool(new):
            after = min(after, year)
        else:
            before = max(before, year)
    if after - before == 1 or after == DIFF_YEAR + 1:
        return after, f"between the surveys of {before} and {after}"
    return before, f"after the survey of {before}"


# --------------------------------------------------------------------------------------------------------- walking back


def walk(current: Book, events: list[Event], books: Mapping[int, Book], doubts: list[str]) -> list[Era]:
    """Every key with the years in which it was valid, from today's list back to the first year."""
    alive = {key: Era(*key, 0, OPEN) for key in current.items()}
    eras = list(alive.values())
    by_year: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        by_year[event.year].append(event)
    for year in sorted((y for y in by_year if y >= FIRST_YEAR), reverse=True):
        here = [event for event in by_year[year] if event.old != event.new]
        lasting = {event.new for event in here if event.new and _was_there(event.new, year, books, events)}
        for event in here:
            if event.new and event.kind != "撤销" and event.new not in lasting:
                era = alive.get(event.new)
                if era is None:
                    doubts.append(f"{year} {event.kind}: {event.new} begins and is not there afterwards")
                    continue
                era.first, era.source = year, event.source
        for key in [key for key, era in alive.items() if era.first == year]:
            del alive[key]
        taken = {code for code, _ in alive}
        for event in here:
            if event.old is None or event.old in alive:
                continue
            if event.old[0] in taken:
                doubts.append(f"{year} {event.kind}: {event.old} ends and its code is another's before")
                continue
            era = Era(*event.old, 0, year)
            alive[event.old] = era
            taken.add(era.code)
            eras.append(era)
    return eras


def _was_there(key: Key, year: int, books: Mapping[int, Book], events: list[Event]) -> bool:
    """Whether a code book before that year has the key already, and nothing ended it in between."""
    printed = [y for y, book in books.items() if y < year and book.get(key[0]) == key[1]]
    return bool(printed) and not any(event.old == key and max(printed) <= event.year <= year for event in events)


# ---------------------------------------------------------------------------------------------- codes of the code books


def overlay(eras: list[Era], books: Mapping[int, Book], surveys: Mapping[int, Book], doubts: list[str]) -> None:
    """Where the code books print another code for the same name in the same prefecture, they are right.

    The era that the events gave this name starts later, or is a relic; a book that is only late (the events know the
    key from another time) changes nothing. What only the books know is a place of its own, if two of them print it;
    and it is still there if the last survey prints it as well.
    """
    known = {era.key for era in eras}
    printed: dict[Key, list[int]] = defaultdict(list)
    for year, book in books.items():
        for key in book.items():
            if key not in known:
                printed[key].append(year)
    for key, years in sorted(printed.items()):
        years += [year for year, survey in sorted(surveys.items()) if survey.get(key[0]) == key[1]]
        end, source = max(years) + 1, f"code books and surveys {min(years)}-{max(years)}"
        twins = _namesakes(key, max(years), eras)
        same_code = [era.name for era in eras if era.code == key[0] and era.during(max(years))]
        if len(twins) == 1 and all(book.get(twins[0].code) != twins[0].name for y, book in books.items() if y < end):
            era = Era(*key, twins[0].first, end, source, twins[0], twins[0].previous)
            if era.previous is not None:
                era.previous.next = era
            twins[0].previous, twins[0].first = era, end
            eras.append(era)
        elif not same_code and not twins and len(years) > 1:
            eras.append(Era(*key, 0, end, source))
            for later in [code for code, name in surveys[max(surveys)].items() if _twin(key, (code, name))]:
                eras.append(Era(later, key[1], end, OPEN, f"surveys to {max(surveys)}", previous=eras[-1]))
                eras[-2].next = eras[-1]
        else:
            doubts.append(f"book {min(years)}-{max(years)} {key}: {same_code or 'no such code'}")


def _namesakes(key: Key, year: int, eras: list[Era]) -> list[Era]:
    """The eras of that name and level in that year: those in the prefecture, or else those in the province."""
    found = [era for era in eras if era.name == key[1] and era.during(year) and era.level == level(key[0])]
    near = [era for era in found if seat(era.code) == seat(key[0])]
    return near or [era for era in found if era.code[:2] == key[0][:2]]
