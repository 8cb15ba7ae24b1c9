"""Whose report, which year, and whether the document is a report at all: what the text alone says.

The year is that of the statistical period, then of the title; a year anywhere else (an address, a sentence that
compares with another year) is no evidence. The agency is given as printed, with all the evidence of whose report it
is: giving it an identity is another step (``pipelines.attribution``). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from pipelines.bylines import below, heading, name_alone, subjects, weighed
from pipelines.document import Document, Grid, Paragraph
from pipelines.evidence import Evidence, calls_itself, gather, selves
from pipelines.kinds import kind_of, shaped
from pipelines.labels import without_pinyin
from pipelines.titles import FIRST_YEAR, LAST_YEAR, LONGEST_LINE, NEIGHBOUR, REPORT, YEAR, Title, parse_title

_HEAD_LINES = 60
_TITLE_LINES = 4
_SENTENCE_LINES = 3
_TITLE_CELLS = 80
_OPENING = 12
"""Paragraphs in which a report may say that it is one."""
# 现公布某局2022年政府信息公开工作年度报告。现将《某镇2024年政府信息公开工作情况报告》予以公布。
_ANNOUNCED = re.compile(
    rf"(?:现|特|兹)[^，。;；:,《》\d]{{0,8}}?(?:公布|公开|发布|编制|汇报|报告|形成|将)了?《?"
    rf"(?P<title>[^，。;；,《》]{{0,40}}?{YEAR}年?度?[^，。;；,《》]{{0,20}}?{REPORT})》?"
    r"(?=如下|向社会|予以|公布|公开|发布|[，。;；:,(]|$)"
)
# 根据规定，编制某镇2024年政府信息公开工作年度报告: only with a name, for a notice says so of all.
_MADE = re.compile(
    rf"[，,。；;]编制《?(?P<title>[^，。;；,《》]{{4,40}}?{YEAR}年?度?[^，。;；,《》]{{0,20}}?{REPORT})》?(?=[，。;；,(]|$)"
)
# A title and the first sentence in one paragraph.
_GLUED = re.compile(
    rf"(?P<title>[^，。;；:,《》]{{3,40}}?{YEAR}年?度?{REPORT})(?=根据|依据|按照|遵照|为|本|{YEAR}年[,，]|一、)"
)
_MANY = re.compile(
    "全|各|所有|下列|以下|.直|.{0,12}(?:各|所属|下属|等)|.+[局委办厅院府镇乡](?:[、和与及]|以及).+[局委办厅院府镇乡]$"
)
_VERBS = re.compile("^.*(?:公布|发布|编制[并了]|汇报|向社会)")
_NAME = 3
"""Characters of a name at least: 街道 alone is nobody's."""
_FIRST_HEADING = re.compile(r"[一1][、.．]?(?:总体|概述|基本|工作)")
_PERIOD_CUE = re.compile(
    r"统计(?:期限|时限|期间|时间|周期|起止|年限|时段|期(?=自|从|为|是|:))|起止(?:时间|日期)|统计数据的?(?:期限|时间)|所列数据"
    r"|数据时间(?:范围|段)|报告(?:期限|期间|时限)|内容涵盖(?=[^，。;；]{0,30}?"
    + YEAR
    + r"年1月1日[^\d]{0,3}(?:\d{4}年)?12月31日期间)"
)
_LAST_YEAR = re.compile(r"上一?年度?|去年|往年")
_DATE = re.compile(rf"(?P<year>{YEAR})年?(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日")
_SAME_YEAR = re.compile(rf"(?P<year>{YEAR})年1月1日[^\d]{{0,6}}12月31日")
# The regulations came into force on 1 May 2008: the first reports are about the rest of that year.
_IN_FORCE = re.compile(r"2008年5月1日[^\d]{0,6}(?:2008年)?12月31日")
_PART = re.compile(rf"{YEAR}年1月1日[^\d]{{0,6}}(?:{YEAR}年)?(?:3月31日|6月30日|9月30日)")
# Other ways to write the same days: 2023.1.1, 2023/01/01, 2023年1—12月.
_DOTTED = re.compile(rf"(?<!\d)({YEAR})[./-](\d{{1,2}})[./-](\d{{1,2}})(?!\d)")
# 20231月1日至12月31日, 2023年1月1日至12月31止: a character lost in the first and the last day of a year.
_DAMAGED = re.compile(rf"(?<!\d)({YEAR})(?:年?)0?1月0?1日?(起?[,，]?[-—–~～至到])((?:\1年?)?)12月31日?(?=[^\d日号]|$)")
_ZERO = re.compile(r"(?<=[年月])0(?=\d[月日])")
_MONTHS = re.compile(rf"({YEAR})年1月?[-—–~～至到](?:\1年)?12月(?!\d)")
_CUTOFF = re.compile(rf"(?:截至|截止|核定时间点为)[^\d]{{0,6}}(?P<year>{YEAR})年12月31日")
_META_TITLES = ("ArticleTitle", "articletitle", "title")
# Where the agency is looked for when no title names it, and how that is called.
_BESIDES = {"publisher": "site", "metadata": "metadata", "contact": "contact", "compiler": "compiler"}


@dataclass(slots=True)
class Identity:
    """Who and when. ``*_basis`` names the evidence: title, period, site (its block over the page), metadata, contact,
    compiler, or "" where there is none.
    """

    kind: str = "report"
    title: str = ""
    agency: str = ""
    agency_basis: str = ""
    self_name: str = ""
    """Where nothing names the agency: the word by which it speaks of itself (我镇)."""
    year: int | None = None
    year_basis: str = ""
    period_start: str = ""
    period_end: str = ""
    title_year: int | None = None
    doubted: tuple[int, str] | None = None
    """The year that was found, and the day of the document that speaks against it; ``year`` is then None."""
    evidence: list[Evidence] = field(default_factory=list)
    several: bool = False
    """Whether titles or periods of more than one report stand before its tables."""
    shaped: bool = False
    """Whether, without a title, it has a year and the headings that are prescribed for the report."""
    partial_period: bool = False
    """Whether the statistics cover less than a year: no annual report."""

    @property
    def titled(self) -> bool:
        """Whether something says in so many words that this is an annual disclosure report."""
        return bool(self.title)


def identify(document: Document) -> Identity:
    """Read who and when from the document; never raises, leaves empty what is not printed."""
    lines = list(islice(_head(document), _HEAD_LINES))
    who = Identity()
    titles = _titles(document, lines)
    titles += _announced(document, titles)
    _from_period(document, {title.year for title in titles}, who)
    _from_titles(titles, who)
    if who.year is None and who.title_year is not None:
        who.year, who.year_basis = who.title_year, "title"
    who.evidence = [*_titled(titles, who), *gather(document)]
    if who.agency_basis != "title":
        _from_aside(document, titles, who)
    if not who.agency:
        who.self_name = calls_itself(who.title, document)
    who.kind = kind_of(document, lines, who.title, who.year, who.year_basis, who.partial_period)
    untitled = who.kind == "report" and not who.titled and who.year is not None and not who.several
    who.shaped = untitled and shaped(document)
    return who


def hold_against(who: Identity, day: str) -> None:
    """Take no year that ``day`` (ISO 8601, empty where none is told), on which the document was published or signed,
    speaks against: a report is not written before its year is over, and where title and period differ a day in the
    year after that of the title makes the period the likelier slip. The last month is left to the early ones."""
    if who.year is None or not day:
        return
    early = who.year_basis == "title" and day < f"{who.year}-12-01"
    title_fits = who.title_year not in (None, who.year) and int(day[:4]) - 1 == who.title_year
    if early or (who.year_basis == "period" and title_fits):
        who.doubted = (who.year, day)
        who.year, who.year_basis, who.period_start, who.period_end = None, "", "", ""


def _head(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Paragraph):
            for line in block.text.splitlines():
                tight = without_pinyin(line)
                if tight and not NEIGHBOUR.match(tight):
                    yield tight
        elif isinstance(block, Grid):
            # Some sites lay the page out in tables: a title may stand in one.
            yield from (
                tight
                for cell in block.cells[:_TITLE_CELLS]
                if (tight := without_pinyin(cell.text)) and "信息公开" in tight
            )


@dataclass(frozen=True, slots=True)
class _Title:
    """One title found. ``declared``: by the file's metadata; ``own``: the last one printed before the report begins;
    ``bare``: its own words, where its name stands on a line of its own above it; ``under``: the name on the line below.
    """

    text: str
    agency: str
    year: int | None
    dressed: bool = False
    declared: bool = False
    own: bool = False
    bare: str = ""
    under: str = ""


def _titles(document: Document, lines: list[str]) -> list[_Title]:
    """All titles, declared and printed; where there is none, the category under which the site files the page."""
    declared = [document.metadata.get(name, "") for name in _META_TITLES] + [document.title]
    said = [title for text in declared if (title := parse_title(without_pinyin(text))) and not title.label]
    found = [_Title(title.text, title.agency, title.year, title.dressed, declared=True) for title in said]
    categories: list[Title] = []
    lines = [match["title"] if (match := _GLUED.match(line)) else line for line in lines]
    first = next((place for place, line in enumerate(lines) if _FIRST_HEADING.match(line)), len(lines))
    for size in range(1, _TITLE_LINES + 1):
        printed = []
        for start in range(len(lines) - size + 1):
            chunk = lines[start : start + size]
            # What a site says of the page in label and text is no line of a title.
            if any(len(line) > LONGEST_LINE for line in chunk) or (size > 1 and any(":" in line for line in chunk)):
                continue
            title = parse_title("".join(chunk), alone=size == 1)
            if title is not None and not title.label:
                one = _Title(title.text, title.agency, title.year, title.dressed)
                ends = title.text.endswith(("报告", "年报")) and not title.agency and start + size < first
                under = below(lines, start + size) if ends else ""
                one = replace(_headed(one, chunk, lines[start - 1] if start else ""), under=under)
                printed.append((start + size <= first, one))
            elif title is not None and title.category:
                categories.append(title)
        own = _last([title for before, title in printed if before])
        found += [replace(title, own=title is own) for _, title in printed]
        if any(title.agency and title.year for title in found if not title.declared):
            break  # a title on fewer lines is whole; joining more would only glue its neighbours to it
    if any(title.year for title in found):
        found = [title for title in found if title.year or not title.dressed]
    return found or [_Title(title.text, "", None) for title in categories[:1]]


def _headed(title: _Title, chunk: list[str], before: str) -> _Title:
    """``title``, with the name that is no part of it but stands on the lines above, or without where that is none."""
    for cut in range(1, len(chunk) if title.agency else 0):
        rest = parse_title("".join(chunk[cut:]), alone=cut == len(chunk) - 1)
        if rest is None or rest.agency or rest.label or re.search(YEAR, above := "".join(chunk[:cut])):
            continue
        name = heading(above, before)
        return replace(title, agency=name, text=title.text if name else rest.text, bare=rest.text)
    return title


def _last(titles: list[_Title]) -> _Title | None:
    """The last title; none where it stands behind a day or a bullet, as those of a list do, or names nobody, and one
    before it names another year."""
    titles = [title for title in titles if title.year or not title.dressed]
    last = titles[-1] if titles else None
    others = [title for title in titles if last and title.year not in (None, last.year)]
    sure = last is None or not (
        last.dressed or (last.year and any(title.agency and not last.agency for title in others))
    )
    return last if sure or not others else None


def _announced(document: Document, titles: list[_Title]) -> list[_Title]:
    """Where no title names an agency: whose report of which year the first sentences announce. They make no page a
    report: as often one announces those of all bureaus, in its annexes. Beside titles the year must be one of theirs.
    """
    if any(title.agency and not title.bare for title in titles):
        return []
    paragraphs = (block for block in document.blocks if isinstance(block, Paragraph))
    said = (
        match for block in islice(paragraphs, _OPENING) for match in _ANNOUNCED.finditer(without_pinyin(block.text))
    )
    found = {title for match in said if (title := parse_title(match["title"])) and title.year}
    if named := {title for title in found if title.agency} or _made(document):
        found = named if {title.year for title in found} <= {title.year for title in named} else found
    if len({(title.agency, title.year) for title in found}) != 1:
        return []
    title = min(found, key=lambda title: title.text)
    name, year = _VERBS.sub("", title.agency), title.year
    long_enough = len(name) >= _NAME
    texts = {title.year: title.text for title in reversed(titles)}
    if _MANY.match(name) or (titles and not (long_enough and year in texts)):
        return []
    return [_Title(texts.get(year, ""), name if long_enough else "", year, own=True)]


def _made(document: Document) -> set[Title]:
    """The titles that the first sentences say were made, of organs."""
    paragraphs = (without_pinyin(block.text) for block in document.blocks if isinstance(block, Paragraph))
    said = (match["title"] for text in islice(paragraphs, _OPENING) for match in _MADE.finditer(text))
    return {title for text in said if (title := parse_title(text)) and title.year and name_alone(title.agency)}


def _from_titles(titles: list[_Title], who: Identity) -> None:
    """Which of the titles is this report's. Pages list other years' reports beside their own: the period decides,
    else a declared title that is printed as well, else the last title before the report begins; else none is sure.
    """
    if not titles:
        return
    years = {title.year for title in titles if title.year}
    if who.year is not None:
        fitting = [title for title in titles if title.year == who.year] or titles
    elif len(years) > 1:
        printed = {title.year for title in titles if not title.declared}
        declared = {title.year for title in titles if title.declared and title.year in printed}
        fitting = [title for title in titles if declared == {title.year}]
        if not fitting and not any(title.declared for title in titles):
            fitting = [title for title in titles if title.own]
        if not fitting:
            fitting = [replace(title, year=None) for title in _one_name(titles)]
    else:
        fitting = titles
    dated = [title.text for title in titles if title.own and title.year]
    own = [title for title in titles if title.own and title.agency and not title.year]
    own = [title for title in own if not any(text.startswith(title.text) for text in dated)]  # (2023年) below it
    if who.year is None and own and not any(title.declared and title.year for title in titles):
        # The report's own title bears no year; a dated one elsewhere is another's. But 佳县政府信息公开年报 beside
        # 佳县民政局2019年…… may be a heading of the site.
        wider = any(title.year and own[0].agency != title.agency and own[0].agency in title.agency for title in titles)
        fitting = [replace(title, agency="") for title in own] if wider else own
    # A breadcrumb ends in a title too, without the name that stands in an earlier step.
    best = max(
        fitting,
        key=lambda title: (bool(title.agency) + bool(title.year), not (title.agency and title.bare), not title.dressed),
    )
    who.title, who.agency, who.title_year = best.text, best.agency, best.year
    who.agency_basis = ("heading" if best.bare else "title") if who.agency else ""


def _one_name(titles: list[_Title]) -> list[_Title]:
    """Titles none of which is sure: those that the file declares, or all, without their names where these differ."""
    declared = [title for title in titles if title.declared and title.agency]
    several = len({title.agency for title in titles if title.agency}) > 1
    return declared or ([replace(title, agency="") for title in titles] if several else titles)


def _titled(titles: list[_Title], who: Identity) -> Iterator[Evidence]:
    """The report's own title, and what the file declares otherwise for the same year."""
    if who.agency:
        yield Evidence(who.agency_basis, who.agency)
    names = [title.agency for title in titles if title.declared and title.year in (None, who.year, who.title_year)]
    yield from (Evidence("declared", name) for name in dict.fromkeys(names) if name and name != who.agency)


def _from_period(document: Document, title_years: set[int | None], who: Identity) -> None:
    """The first statistical period that agrees with a title, else the first one; a period said to be last year's is
    none.
    """
    paragraphs = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    first: Identity | None = None
    years = set()
    for place, text in enumerate(paragraphs):
        if not any(word in text for word in ("统", "統", "数据", "數據", "起止", "涵盖", "报告期", "報告期")):
            continue
        # A PDF breaks the sentence over lines; what follows the cue may stand on the next ones.
        tight = _days(without_pinyin("".join(paragraphs[place : place + _SENTENCE_LINES])))
        cue = _PERIOD_CUE.search(tight)
        if cue is None or _LAST_YEAR.search(tight[max(0, cue.start() - 6) : cue.start()]):
            continue
        found = Identity()
        stop = tight.find("。", cue.end())  # days of the next sentence are others'
        end = cue.start() + 90 if stop < 0 else min(stop, cue.start() + 90)
        if _period_in(tight[max(0, cue.start() - 40) : end], found):
            years.add(found.year)
            if first is None or (found.year in title_years and first.year not in title_years):
                first = found
        who.partial_period = who.partial_period or found.partial_period
    who.several = len(years) > 1 or len(_reports_named(paragraphs)) > 1
    if first is not None:
        who.year, who.year_basis, who.partial_period = first.year, first.year_basis, False
        who.period_start, who.period_end = first.period_start, first.period_end


def _reports_named(paragraphs: list[str]) -> set[tuple[str, int | None]]:
    short = (without_pinyin(text) for text in paragraphs if "公" in text and len(text) <= 2 * LONGEST_LINE)
    titles = (title for text in short if (title := parse_title(text)))
    return {(title.agency, title.year) for title in titles if title.agency and title.year}


def _days(text: str) -> str:
    """``text`` with its days written alike: 2023年1月1日, and a period of months by its first and last day."""
    text = _DAMAGED.sub(r"\1年1月1日\2\g<3>12月31日", _DOTTED.sub(r"\1年\2月\3日", text))
    return _MONTHS.sub(r"\1年1月1日至\1年12月31日", _ZERO.sub("", text))


def _period_in(window: str, who: Identity) -> bool:
    dates = list(_DATE.finditer(window))[:2]
    same = _SAME_YEAR.search(window)
    start = end = None
    if len(dates) == 2:
        start, end = dates
    if start is not None and end is not None and (start["month"], start["day"]) == ("1", "1"):
        if (end["month"], end["day"]) == ("12", "31"):
            # The later year may be misprinted (202020年); the period of an annual report is one calendar year.
            if start["year"] == end["year"] or not dates[1].start() or _mangled(window, end):
                return _settle(who, int(start["year"]))
            return False
        who.partial_period = start["year"] == end["year"]
        return False
    if same:
        return _settle(who, int(same["year"]))
    if _IN_FORCE.search(window):
        return _settle(who, FIRST_YEAR, "05-01")
    if _PART.search(window):
        who.partial_period = True
        return False
    cutoff = _CUTOFF.search(window)
    return _settle(who, int(cutoff["year"])) if cutoff else False


def _mangled(window: str, end: re.Match[str]) -> bool:
    """Whether more figures stand before the year found than a year has, as in 202020年."""
    return end.start() > 0 and window[end.start() - 1].isdigit()


def _settle(who: Identity, year: int, start: str = "01-01") -> bool:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return False
    who.year, who.year_basis = year, "period"
    who.period_start, who.period_end = f"{year}-{start}", f"{year}-12-31"
    return True


def _from_aside(document: Document, titles: list[_Title], who: Identity) -> None:
    """A name that stands above the title or below it, else the organ that the page or its metadata name, that readers
    turn to, or that compiled the report, in this order: a government's report is compiled by its office. What names
    another agency is heard first."""
    prose = (without_pinyin(block.text) for block in document.blocks if isinstance(block, Paragraph))
    fitting = [title for title in titles if title.year in (None, who.title_year)]
    under = {title.under: Evidence("under", title.under) for title in fitting if title.under}
    who.evidence += [*under.values(), *subjects(prose), *selves(document)]
    bases = {"heading": "heading", "under": "under", **_BESIDES}
    kind, name = next(((kind, one.text) for kind in bases for one in who.evidence if one.kind == kind), ("", ""))
    if not name:
        return
    who.agency, kind = weighed(name, kind, who.evidence)
    who.agency_basis = bases.get(kind, kind)
    if who.agency != name and who.title:
        who.title = next((title.bare for title in titles if title.bare and title.text == who.title), who.title)
