"""Paragraphs → claims: the counts that the prose states and the tables print too. Pure; words are data.

A number is bound to a measure only where the cue stands next to it; a sentence about another year, a comparison, a part
of the total or something else gives no claim. What is not sure is left out: a claim that is none accuses somebody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipelines.document import Document
from pipelines.extraction import RawClaim
from pipelines.prose import Running, running_text
from pipelines.whose import carried, names_members, whose_figures
from schemas.claims import Measure, Stated, load_vocabulary
from schemas.numbers import read_number, shortest

_WINDOW = 60
_LONGEST = 400  # a sentence longer than this is a table that lost its lines
_QUOTED = 90
_REMARK = 8  # （网络）; a longer bracket tells parts
_SENTENCE = re.compile(r"[^。!?]+")
_YEAR = re.compile(r"(?:19|20)\d{2}年?")
_CHINESE = "零〇一二两三四五六七八九十百千"


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of a sentence: the whole sentence, what stands before the part in it and in the paragraph, the paragraph;
    all but the sentence with the heading."""

    sentence: str
    before: str
    earlier: str
    paragraph: str


@dataclass(frozen=True, slots=True)
class _Cue:
    """A measure with its expressions: the cue before a number, after one, what must stand right before it, and what
    must not stand before it."""

    measure: Measure
    before: re.Pattern[str]
    after: re.Pattern[str] | None
    lead: re.Pattern[str] | None
    barred: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class _Number:
    start: int
    end: int
    value: str
    """Plain decimal; empty where it is no single number."""
    approximate: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """A number bound to a measure: where its cue begins (in the group), and how far the words after it belong to it."""

    measure: Measure
    cue: int
    end: int


def read_claims(document: Document, year: int, agency: str) -> list[RawClaim]:
    """The claims of a report about ``year`` by ``agency`` (as printed), in reading order, each once."""
    found: dict[tuple[str, str, str], RawClaim] = {}
    for running in running_text(document):
        whose = ""
        for match in _SENTENCE.finditer(running.text):
            if len(match[0]) > _LONGEST:
                continue
            whose = whose if _pattern("goes_on").match(match[0]) else ""
            told = list(_claims(match[0], running, match.start(), year, agency, whose))
            whose = carried(told[-1][0].scope_hint) if told else whose
            for claim, place in _agreed(told):
                claim.locator = running.locator(match.start() + place)
                found.setdefault((claim.measure, claim.value, claim.sentence), claim)
    return list(found.values())


def _agreed(told: list[tuple[RawClaim, int]]) -> list[tuple[RawClaim, int]]:
    """The claims of a sentence but those of a measure with several numbers: which of them is the whole is not told.
    Others than the agency are several."""
    numbers: dict[tuple[str, str], set[str]] = {}
    for claim, _ in told:
        numbers.setdefault((claim.measure, carried(claim.scope_hint)), set()).add(claim.value)
    several = {key for key, values in numbers.items() if len(values) > 1 and key[1] != "other"}
    return [each for each in told if (each[0].measure, carried(each[0].scope_hint)) not in several]


def _claims(
    sentence: str, running: Running, start: int, year: int, agency: str, whose: str
) -> Iterator[tuple[RawClaim, int]]:
    """The claims of the sentence at ``start``, and where in it they stand; ``whose`` figures the one before it told."""
    if not _pattern("number").search(sentence) and not _pattern("none_hint").search(sentence):
        return
    paragraph = running.heading + running.text
    yield from _zeros(sentence, paragraph, year, agency)
    offset = 0
    for group in sentence.split(";"):
        earlier = running.heading + running.text[: start + offset]
        around = _Place(sentence, running.heading + sentence[:offset], earlier, paragraph)
        for claim, place in _in_group(group, around, year, agency, whose):
            claim.sentence, whose = _quote(sentence, offset + place), claim.scope_hint
            yield claim, offset + place
        offset += len(group) + 1


def _in_group(group: str, around: _Place, year: int, agency: str, whose: str) -> Iterator[tuple[RawClaim, int]]:
    """The claims of a part of a sentence; ``whose`` figures the part before it told. Once it turns to another year it
    stays there until it names this one; once it turns to parts it does not turn back."""
    ended, parts, foreign = 0, False, False
    for number in _numbers(group):
        begin = max(ended, number.start - _WINDOW)
        window, ended = group[begin : number.start], number.end
        told = _bind(group, begin, number, around, year)
        carry = told is not None and told.measure.any_year
        parts = parts or bool(_pattern("part_words").search(window))
        if not carry:
            foreign = _turned(_without_whole_year(window), year, foreign)
        if told is None:
            whose = "other" if names_members(_clause(window)) else whose
            continue
        ended = told.end
        if not number.value or (foreign and not carry) or (parts and not told.measure.part):
            continue
        if _unfit(window, group[number.end :], around.before + group[: number.end], year):
            continue
        qualifier = "approximate" if number.approximate else "exact"
        said = whose_figures(_without_whole_year(group[: told.cue]), around.sentence, agency)
        whose = said or carried(whose)
        yield RawClaim(told.measure.id, number.value, qualifier, whose), number.start


def _turned(window: str, year: int, foreign: bool) -> bool:
    """Whether what follows is of another year, or of a part of one: the last word about it counts."""
    marks = [(match.end(), match[0][:4] != str(year)) for match in _YEAR.finditer(window)]
    marks += [(match.end(), False) for match in _pattern("home_year").finditer(window)]
    marks += [(match.end(), True) for name in ("other_year", "period") for match in _pattern(name).finditer(window)]
    return max(marks)[1] if marks else foreign


def _without_whole_year(text: str) -> str:
    """The text with its year in the place of the twelve months of one: 2024年1月1日至12月31日."""
    return _pattern("whole_year").sub(lambda match: f"{match['year']}年" if match["year"] else "", text)


def _bind(group: str, begin: int, number: _Number, around: _Place, year: int) -> _Told | None:
    """The measure whose cue stands next to the number: before it, else after it; the nearest, then the longest."""
    window = _pattern("approximate_before").sub("", group[begin : number.start])
    follows = re.split(r"[，;、)(:]", group[number.end : number.end + _WINDOW])[0]
    best: tuple[tuple[int, int, int], _Told] | None = None
    for cue in (*_cues(year), *_outcomes(_case(group[: number.start], around))):
        measure = cue.measure
        if measure.where and not _compiled(measure.where).search(_told_of(measure, group[: number.start], around)):
            continue
        found = cue.before.search(window)
        if found is not None:
            if not _is_before(cue, found, window, group[: number.start], follows):
                continue
            rank = (1, found.end("cue"), found.end("cue") - found.start("cue"))
            told = _Told(measure, begin + found.start("cue"), number.end)
        elif cue.after is not None and (found := cue.after.match(follows)):
            if not _is_after(cue, window, around.before + group[: number.start], follows):
                continue
            rank = (0, -found.start("cue"), found.end("cue") - found.start("cue"))
            told = _Told(measure, number.start, number.end + found.end())
        else:
            continue
        if measure.section == "requests" and not measure.needs and _of_documents(group[: number.start], around.earlier):
            continue
        if best is None or rank > best[0]:
            best = (rank, told)
    return None if best is None else best[1]


def _is_before(cue: _Cue, found: re.Match[str], window: str, before: str, follows: str) -> bool:
    """Whether the cue found before a number states all that the measure counts."""
    ahead, between = window[: found.start("cue")], window[found.end("cue") :]
    if _pattern("union").search(ahead) or (cue.lead is not None and not cue.lead.search(ahead)):
        return False
    if cue.barred is not None and cue.barred.search(window[: found.end("cue")]):
        return False
    if not cue.measure.needs:
        return True
    return _about_requests(cue.measure, between, before, follows) and not _pattern("other_work").search(_clause(ahead))


def _is_after(cue: _Cue, window: str, before: str, follows: str) -> bool:
    """Whether the cue found after a number does, by what stands before the number."""
    if cue.lead is not None and not cue.lead.search(window):
        return False
    if cue.barred is not None and cue.barred.search(_clause(window)):
        return False
    return not cue.measure.needs or _about_requests(cue.measure, "", before, follows)


def _about_requests(measure: Measure, between: str, before: str, follows: str) -> bool:
    """Whether the number counts what the measure needs (申请 for information), and not information disclosed."""
    needed = measure.needs
    if needed in between:
        return True
    if re.search("信息|公开", between):
        return False
    if needed in follows:
        return not _pattern("other_business").search(follows[: follows.find(needed)])
    last = before.rfind(needed) + len(needed)
    begin = last - len(_clause(before[:last]))
    if needed not in before or _pattern("other_business").search(before[begin:]):
        return False
    return measure.any_year or last in [match.end() for match in _pattern("meant").finditer(before)]


def _of_documents(*before: str) -> bool:
    """Whether the words last spoke, the nearest text first, of documents, not of requests: 不予公开 by their nature."""
    for text in before:
        requests, documents = (
            max((match.end() for match in _pattern(name).finditer(text)), default=-1)
            for name in ("request_words", "document_words")
        )
        if max(requests, documents) >= 0:
            return documents > requests
    return False


def _clause(text: str) -> str:
    """The clause that the text ends in."""
    return re.split("[，;:]", text)[-1]


def _told_of(measure: Measure, before: str, around: _Place) -> str:
    """Where the words must stand that ``measure.where`` asks for: cases of review are of every kind, so there near."""
    if measure.section != "review":
        return around.paragraph
    return "" if _pattern("other_cases").search(around.sentence) else around.before + before


def _case(before: str, around: _Place) -> str:
    """The kind of case that the words before a number speak of; empty where it is none, or several."""
    if any(_pattern(name).search(around.sentence) for name in ("other_cases", "instances")):
        return ""
    if not re.search("信息公开|政务公开|依申请", around.before + before):
        return ""
    named = list(re.finditer("复议(?!机关|机构)[、和及与或](?:行政)?诉讼|起诉|复议(?!机关|机构)|诉讼", before))
    if not named or _pattern("decided_cases").search(_clause(before[: named[-1].end()])):
        return ""
    return {"复议": "review.reconsideration", "诉讼": "review.litigation"}.get(named[-1][0], "")


def _unfit(window: str, behind: str, so_far: str, year: int) -> bool:
    """Whether the words say that it is a comparison, a rate, one channel, one of several, a part of a year, a running
    total."""
    window, bracket = _without_whole_year(window), re.match(r"\([^()]*\)", behind)
    if any(_pattern(name).search(window) for name in ("comparison", "rate", "channel", "part_of_year", "respectively")):
        return True
    if bracket and _pattern("other_whole").search(bracket[0]):
        return True
    if bracket and len(bracket[0]) <= _REMARK and _pattern("channel").search(bracket[0]):
        return True
    running = _pattern("running").search(so_far)
    so_far = _pattern("as_of").sub("", so_far)
    return bool(running) and not (str(year) in so_far or _pattern("this_year").search(so_far))


def _zeros(sentence: str, paragraph: str, year: int, agency: str) -> Iterator[tuple[RawClaim, int]]:
    """Stated zeros; the first wording that fits a measure counts."""
    done: set[str] = set()
    for stated, pattern in _stated():
        if done.intersection(stated.zero) or not _compiled(stated.where).search(paragraph):
            continue
        match = pattern.search(sentence)
        if match is None:
            continue
        before = _without_whole_year(sentence[: match.start()])
        years = _YEAR.findall(before)
        if (years and years[-1][:4] != str(year)) or _pattern("other_year").search(before[-_WINDOW:]):
            continue
        if any(_pattern(name).search(before) for name in ("part_words", "part_of_year")):
            continue
        if _pattern("channel").search(_clause(before)) or _pattern("except").search(before):
            continue
        if stated.zero[0].startswith("review.") and _pattern("other_cases").search(sentence):
            continue
        done.update(stated.zero)
        hint = whose_figures(before, sentence, agency)
        for measure in stated.zero:
            yield RawClaim(measure, "0", "zero", hint, _quote(sentence, match.start())), match.start()


def _numbers(group: str) -> Iterator[_Number]:
    """Numbers with a counting word; an ordinal (第三条) is none, what a comma may have cut (3，119件) has no value."""
    for match in _pattern("number").finditer(group):
        before, text = group[: match.start()], match["figures"]
        rounded = bool(match["odd"] or match["odd_too"] or match["about"] or match["ten_thousand"])
        reading = read_number("1" if text == "一" and match["unit"] in ("件", "宗") else text)
        value = reading.value
        if value is not None and match["ten_thousand"]:
            value *= 10_000
        if value is None or value != value.to_integral() or re.search(r"第$|[\d.]，$", before):
            yield _Number(match.start(), match.end(), "", rounded)
            continue
        rounded = rounded or any(
            _pattern(name).search(group[: match.end("figures")] if name == "some_tens" else before)
            for name in ("approximate_before", "some_tens")
        )
        yield _Number(match.start(), match.end(), shortest(value), rounded)


def _quote(sentence: str, place: int) -> str:
    """The part of the sentence around ``place``, short enough for a message."""
    if len(sentence) <= _QUOTED:
        return sentence
    start = max(0, min(place - _QUOTED * 2 // 3, len(sentence) - _QUOTED))
    ending = "…" if start + _QUOTED < len(sentence) else ""
    return ("…" if start else "") + sentence[start : start + _QUOTED] + ending


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """A word list of the vocabulary, or one of the expressions made from it."""
    words = load_vocabulary().words
    if name == "number":
        figures = rf"(?P<figures>\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|[{_CHINESE}]+)"
        return re.compile(
            figures + "(?P<odd>[余多几])?(?P<ten_thousand>万)?(?P<odd_too>[余多])?"
            rf"(?P<unit>{words['number_unit']})(?P<about>左右|以上|以内)?"
        )
    if name == "none_hint":
        return re.compile("未|没|无|零")
    return re.compile(words[name])


@cache
def _cues(year: int) -> tuple[_Cue, ...]:
    """The expressions of every measure told by a cue of its own, for a report about ``year``."""
    return tuple(_cue(measure, year) for measure in load_vocabulary().measures)


@cache
def _outcomes(case: str) -> tuple[_Cue, ...]:
    """Those of the outcomes of one kind of case."""
    return tuple(_cue(each, 0) for each in load_vocabulary().outcomes if case and each.id.startswith(f"{case}."))


def _cue(measure: Measure, year: int) -> _Cue:
    text = measure.cue
    for name, shift in (("last_year", -1), ("this_year", 0), ("next_year", 1)):
        text = text.replace(f"{{{name}}}", str(year + shift))
    filler = load_vocabulary().words["filler"]
    return _Cue(
        measure,
        re.compile(rf"(?P<cue>{text}){filler}$"),
        re.compile(rf"{filler}(?P<cue>{text})") if measure.after else None,
        _pattern(measure.lead) if measure.lead else None,
        re.compile(measure.not_before) if measure.not_before else None,
    )


@cache
def _stated() -> tuple[tuple[Stated, re.Pattern[str]], ...]:
    vocabulary = load_vocabulary()
    gap = vocabulary.words["gap"]
    return tuple((each, re.compile(each.pattern.replace("{gap}", gap))) for each in vocabulary.stated)
