"""What the text around a table says of it: its section, that its figures are another year's, that it
belongs to another report on the same page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.document import Block, Document, Grid, Paragraph, Picture
from pipelines.identify import Identity
from pipelines.labels import fold, match, of_kind, plain, without_pinyin
from pipelines.qualifiers import other_year, pointed_at
from pipelines.titles import Title, parse_title

_HEADING = 40
_CAPTION = 45
_CASE = 24
_CASE_WORDS = re.compile(
    r"(?:[\d一二三四五六七八九十]+[、.:)]|\([\d一二三四五六七八九十]+\)|[附图]?表[\d一二三四五六七八九十]*|本年度?|因?政府信息公开(?:工作)?|"
    r"被|申请|提起|未经|行政|复议|直接|起诉|诉讼|后|案件|的|办理|结果|情况|数量|统计|单位:件|件|[、,:()])+"
)
_FIGURES = re.compile("情况|数据|统计|报表|附表|一览|对比|申请|公开")
_LAST = re.compile("上一?年度?|去年度?|往年")
_FULL_DATE = re.compile(r"\d月\d{1,2}日|20\d\d[-./]\d")
_FIGURE = tuple("0123456789")
_ANNEX = re.compile(r"附[件表录]?\d*[:：]")
_BEFORE_LAST = re.compile(rf"{_ANNEX.pattern}|[一二三四五六七八九]、(?=.*(?:数据|统计|报表|附表|一览))")
_ANNOUNCED = re.compile("(?:如下表?|见下表|下表所示)。$")
_OF_AN_ORGAN = re.compile(
    r"(?:附[件表]?\d*:|[一二三四五六七]、|\([一二三四五六七]\))?(?![我本全各该上下])(?P<name>[\u4e00-\u9fff]{2,24}?"
    r"(?:局|委|委员会|政府|办公室|厅|乡|镇|街道|办事处|中心|[大中小]学|学院|医院|公司))(?:20\d\d年度?)?的?"
    r"(?:主动公开政府信息|收到和处理政府信息公开申请|(?:因?政府信息公开)?(?:工作)?(?:被申请|被提起)?行政复议).{0,12}"
)
_SCALED = re.compile(r"\(?(?:计量)?单位:[十百千万亿]+(?:人次|[件项条个人])\)?")
_NAMED_IN_ORDER = re.compile("(?:依次|顺序|从左[到至]右)[^。]{0,6}(?:为|是|:)(?P<names>[^。;]*)")
_NAMES_IN_ORDER = 4
_PAGE_NUMBER = "0123456789-–—－ \n\t\u3000"
_TABLES = ("disclosure", "requests", "review")
_SECTIONS = ("before", *_TABLES, "after")
_NUMBERED = "一二三四五六七"
_LAST_TABLE = 4  # the number of the last heading with a table
_LISTED = 6
_NAMES = 3
"""Cells with labels of the form that make a table one of the form's."""


@dataclass(slots=True)
class Context:
    """Of one grid: ``section`` is "review" or empty; ``caption`` says in the page's words that it is another year's;
    ``report`` counts the titles of other reports before it, 0 for the document's own; ``case`` is the kind of case that
    the line right above it names, in the section of reviews. ``heading`` is the number of the heading that it stands
    below, ``reached`` that of the last one of the report's own with a table of the form, or a picture that may be one.
    ``again``: below ``caption`` the headings begin anew, so that all that follows is another year's, not only the
    section with the caption. ``aside`` is a line that makes its figures another organ's, or hundreds; ``listed`` says
    that the line right above it names its columns, and not with the form's words.
    """

    section: str = ""
    caption: str = ""
    report: int = 0
    case: str = ""
    heading: int = 0
    reached: int = 0
    again: bool = False
    aside: str = ""
    listed: bool = False

    @property
    def elsewhere(self) -> bool:
        """Whether the table's figures are not those of the report."""
        return bool(self.caption or self.aside) or self.report > 0


@dataclass(slots=True)
class Surroundings:
    """The context of each grid, by its place among the grids, and the paragraphs that are the report's own."""

    grids: dict[int, Context] = field(default_factory=dict)
    paragraphs: list[Paragraph] = field(default_factory=list)
    pictures: dict[str, list[Picture]] = field(default_factory=dict)
    """By section, the pictures between its heading and the next: they may be its tables."""


def surroundings(document: Document, who: Identity) -> Surroundings:
    """What stands around the tables of a document that is ``who``'s report."""
    found = Surroundings()
    now = Context()
    order: list[str | Picture] = []
    before = _Before(document.blocks)
    above, since = "", _Since()
    for place, block in enumerate(document.blocks):
        if isinstance(block, Picture) and not now.elsewhere:
            order.append(block)
            now.reached = now.heading or now.reached  # it may be the section's table
        if isinstance(block, Grid):
            caption = _first_line(block, who.year) or now.caption
            aside = now.aside or (above if _SCALED.fullmatch(plain(above)) else "")
            context = Context(now.section, caption, now.report, now.case, aside=aside, listed=_lists_names(above))
            found.grids[len(found.grids)] = context
            since.grids = [context] if above else [*since.grids, context]
            now.case, above = "", ""
            if not (caption or now.report) and now.heading and is_form(block):
                now.reached = now.heading
        elif isinstance(block, Paragraph):
            now.case = case_of(block.text, who.year) if now.section == "review" else ""
            if len(block.text) <= 2 * _CAPTION:
                text = plain(block.text)
                title = parse_title(without_pinyin(block.text)) if "公开" in text else None
                if title is not None:
                    now.report = _report(title, who, text, now.report, before, place)
                elif len(block.text) <= _HEADING:
                    heading = now.heading
                    order += _heading(text, block.text, who.year, now)
                    since = since if heading == now.heading else _Since(len(found.paragraphs))
                    now.aside = block.text.strip() if _of_another_organ(text, who) else now.aside
                _point(text, block.text, who.year, now, since, found)
            if not now.elsewhere:
                found.paragraphs.append(block)
            above = block.text if block.text.strip(_PAGE_NUMBER) else above
    found.pictures = _by_section(order)
    return found


@dataclass(slots=True)
class _Since:
    """What stands since the last heading with a number: the last table, or its parts on several pages, and the place
    of the first paragraph.
    """

    first: int = 0
    grids: list[Context] = field(default_factory=list)


def _point(text: str, printed: str, year: int | None, now: Context, since: _Since, found: Surroundings) -> None:
    """Take note of a line that says of a table, before or after it, that its figures are an earlier year's."""
    which = pointed_at(text, year)
    if which == "below" or (which == "this" and not since.grids):
        now.caption = printed.strip()
    elif which and since.grids:
        for context in since.grids:
            context.caption = context.caption or printed.strip()
    elif which:
        del found.paragraphs[since.first :]  # a table of bare lines


def _of_another_organ(text: str, who: Identity) -> bool:
    """Whether the heading of a section is of another organ than ``who``; an abbreviation is none."""
    said = _OF_AN_ORGAN.fullmatch(text)
    return said is not None and bool(who.agency) and not _abbreviates(said["name"], plain(who.agency))


def _abbreviates(one: str, other: str) -> bool:
    """Whether one of two names has the characters of the other in their order, others left out."""
    short, whole = sorted((one, other), key=len)
    rest = iter(whole)
    return all(char in rest for char in short)


def _lists_names(text: str) -> bool:
    """Whether a line names what stands in the columns below it, and not with the names of applicants."""
    said = _NAMED_IN_ORDER.search(plain(text))
    names = said["names"].split("、") if said else []
    return len(names) >= _NAMES_IN_ORDER and not any(of_kind(match(name), "applicant") for name in names[:-1])


def _by_section(order: Sequence[str | Picture]) -> dict[str, list[Picture]]:
    """The pictures of each section: those below its heading; where its heading is missing (within a scanned page, say),
    those between the headings around it.
    """
    found: dict[str, list[Picture]] = {}
    for place, block in enumerate(order):
        if isinstance(block, str):
            continue
        above = [_SECTIONS.index(one) for one in order[:place] if isinstance(one, str)]
        below = [_SECTIONS.index(one) for one in order[place:] if isinstance(one, str)]
        first = above[-1] if above else 0
        last = next((one for one in below if one > first), len(_SECTIONS))
        for section in _SECTIONS[first:last]:
            if section in _TABLES:
                found.setdefault(section, []).append(block)
    return found


def named(pictures: Sequence[Picture]) -> tuple[str, str]:
    """What the document calls its pictures, with their files and pages, and the place of the first."""
    names = []
    for one in pictures[:_LISTED]:
        said = dict.fromkeys(text for text in (one.text, one.source, one.locator) if text)
        names.append(" ".join(said) + (f" (p. {one.page})" if one.page is not None else ""))
    return "; ".join(names), pictures[0].locator


def case_of(text: str, year: int | None) -> str:
    """The kind of case that a short line names and no other, for the year ``year``: the heading of a table of its own.
    A line that says more may be of other cases (全市行政复议案件, 2029年行政复议).
    """
    said = plain(text)
    if len(said) > _CASE or not _CASE_WORDS.fullmatch(said.replace(f"{year}年", "本年")):
        return ""
    direct, after = "未经复议" in said, "复议后" in said
    if direct or after:
        return "" if direct and after else "litigation.direct" if direct else "litigation.after_reconsideration"
    return "reconsideration" if "复议" in said and not re.search("起诉|诉讼", said) else ""


def section_of(text: str) -> str:
    """The section that a heading with a Chinese number is of."""
    if "复议" in text or "诉讼" in text:
        return "review"
    if "申请" in text:
        return "requests"
    return "disclosure" if "主动公开" in text or "公开政府信息情况" in text else ""


def _heading(text: str, printed: str, year: int | None, now: Context) -> list[str]:
    """Take note of what a short line says; the sections that begin with it."""
    ordinal = fold(printed).ordinal
    begun: list[str] = []
    if ordinal is not None and ordinal[0] == "cn" and not of_kind(match(printed), "row") and text[-1:] not in _FIGURE:
        section = section_of(text)
        if not (now.section == "review" and case_of(text, year)):  # （一）行政复议
            now.section = "review" if "行政复议" in text and "行政诉讼" in text else ""
        _restart(text, ordinal[1], now)
        if ordinal[1] in _NUMBERED and (section or ordinal[1] not in "二三四"):
            begun.append(section or ("before" if ordinal[1] == "一" else "after"))
    caption = _of_another_year(text, year)
    if caption:
        now.caption = printed.strip()
        behind = now.reached or now.heading >= _LAST_TABLE
        now.again = now.again or bool(behind and _ANNEX.match(text))
    elif year is not None and str(year) in text:
        now.caption, now.again = "", False
    return begun


def _restart(text: str, numeral: str, now: Context) -> None:
    """A heading ends what a caption said of the section before it: unless the headings begin anew below it, as those
    of last year's tables behind the report's own do."""
    place = _NUMBERED.find(numeral) + 1 if len(numeral) == 1 and not text.startswith("(") else 0
    now.again = now.again or bool(now.caption and 0 < place <= now.reached)
    now.aside = ""
    if not (now.again and now.caption):
        now.caption, now.again = "", False
        now.heading = place or now.heading


def _of_another_year(text: str, year: int | None) -> bool:
    """Whether a line over a table says that its figures are of an earlier year."""
    if _ANNOUNCED.search(text) and "结转" not in text and "," not in text:
        text = text.removesuffix("。")
    if len(text) > _CAPTION or "。" in text or not _FIGURES.search(text) or _FULL_DATE.search(text):
        return False
    return other_year(text, year) or ((_LAST.match(_BEFORE_LAST.sub("", text)) is not None) and "结转" not in text)


def _first_line(grid: Grid, year: int | None) -> str:
    """The same, of the line that a table's first row is, or its last, if it is one cell."""
    for row in dict.fromkeys((0, grid.n_rows - 1)):
        cells = [cell for cell in grid.cells if cell.row == row and cell.text.strip()]
        alone = len(cells) == 1 and (cells[0].colspan > 1 or not grid.aligned)
        said = plain(cells[0].text) if alone else ""
        if (row == 0 and _of_another_year(said, year)) or pointed_at(said, year):
            return cells[0].text.strip()
    return ""


def _report(title: Title, who: Identity, text: str, now: int, before: _Before, place: int) -> int:
    """To which report the tables after a title belong. Links to other reports stand around many; a title counts only
    behind a table of this report, or where it is said to be an annex.
    """
    agency, year = title.agency, title.year
    same_year = year is None or who.year is None or year == who.year
    same_agency = not agency or not who.agency or agency in who.agency or who.agency in agency
    if same_year and same_agency:
        return 0
    return now + 1 if now or _ANNEX.match(text) or before.holds_form(place) else 0


class _Before:
    """Whether a table of a form stands before a place, marked up or as bare lines; each block is looked at once."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.seen = 0
        self.lines = 0
        self.found = False

    def holds_form(self, place: int) -> bool:
        """Ask for places in rising order."""
        for block in self.blocks[self.seen : place]:
            if isinstance(block, Grid):
                self.found = self.found or is_form(block)
            elif isinstance(block, Paragraph) and block.text.strip():
                self.lines += of_kind(match(block.text.split()[0]), "row", "caption", "case") is not None
        self.seen = place
        return self.found or self.lines >= _NAMES - 1


def is_form(grid: Grid) -> bool:
    """Whether rows or columns of a form are named in a table."""
    named = 0
    for cell in grid.cells:
        named += of_kind(match(cell.text), "row", "caption", "case", "outcome") is not None
        if named >= _NAMES:
            return True
    return False
