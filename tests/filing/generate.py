"""Made documents of real places: every change of 2008 to 2025 in the history of the divisions, with bureaus under it.

For each unit that was renamed, got another code, was split or merged, or whose code or name another unit bears as
well, the years around the change give documents of its government, its bureaus, branches, townships. What a document
prints is put together here from the tables alone; the code under test has no part in it. The truth is the unit and
the kind of organ, or the township, that the document was made for.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape

from schemas.agencies import organ_id, township_id
from schemas.divisions import Spell, Township, Unit, links, townships, units
from schemas.organs import GOVERNMENT, OFFICE, OrganName, organs

FIRST, LAST = 2008, 2025
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

TITLES = (
    "{who}{year}年政府信息公开工作年度报告",
    "{who}{year}年政府信息公开工作年度报告",
    "{who} {year} 年政府信息 公开工作年度报告",
    "{year}年{who}政府信息公开工作年度报告",
    "{year}年度{who}政府信息公开年度报告",
    "{who}{year}年度政府信息公开工作年度报告",
    "{who}{year}年政府信息公开年度报告",
    "{who}{year}年信息公开工作年度报告",
    "{who}{year}年政务信息公开年度报告",
    "{who}{year}年政府信息公开年报",
    "{who}{year}年政府信息公开报告",
    "{who}政府信息公开工作年度报告",
    "关于公布{who}{year}年政府信息公开工作年度报告的公告",
    "{who}{year}年政府信息公开工作年度报告（图片版）",
)
"""Patterns of titles met in real reports."""


@dataclass(frozen=True, slots=True)
class Made:
    """One document. ``truth``: whose it is. ``change``: what happened to the unit. ``lies``: the document names another
    place than its own, as hijacked mirrors do: then no agency at all is the only right answer, or the true one."""

    data: bytes
    truth: str
    year: int
    change: str
    pattern: str
    url: str = ""
    lies: bool = False
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who reports: an organ of a unit, or a township; and about which year."""

    unit: int
    year: int
    change: str
    form: OrganName | None = None
    township: Township | None = None
    kind: str = "organ"


@dataclass(slots=True)
class Page:
    """What stands on one page besides the report's text."""

    title: str
    who: str
    crumbs: Sequence[str] = ()
    publisher: str = ""
    index: str = ""
    contact: str = ""
    address: str = ""
    signature: str = ""
    host: str = ""
    extra: list[str] = field(default_factory=list)


def changes() -> list[tuple[int, int, str]]:
    """(unit, year, what happened), every one of 2008 to 2025; the years in which codes and names were borne twice."""
    found: list[tuple[int, int, str]] = []
    for unit in units().values():
        for before, after in zip(unit.spells, unit.spells[1:], strict=False):
            if FIRST <= after.first <= LAST:
                kind = "rename" if before.name != after.name else "recode" if before.code != after.code else "reparent"
                found.append((unit.id, after.first, kind))
    for link in links():
        if FIRST <= link.year <= LAST:
            kind = "split" if link.kind == "split_from" else "merger"
            found += [(link.source, link.year, kind), (link.target, link.year, kind)]
    for kind, several in (("reused code", _shared("code")), ("reused name", _shared("name"))):
        for spells in several:
            for spell in spells:
                year = max(FIRST, min(spell.last, LAST)) if spell.last < 9999 else max(FIRST, spell.first)
                if spell.last >= FIRST:
                    found.append((spell.unit, year, kind))
    return sorted(set(found))


def _shared(attribute: str) -> list[list[Spell]]:
    """Spells with the same code, or name, of different units."""
    groups: dict[str, list[Spell]] = {}
    for unit in units().values():
        for spell in unit.spells:
            groups.setdefault(getattr(spell, attribute), []).append(spell)
    return [found for found in groups.values() if len({spell.unit for spell in found}) > 1]


def documents(seed: int, count: int) -> Iterator[Made]:
    """``count`` documents; the first round takes every change once, further ones take other organs and years."""
    every = changes()
    made = turn = 0
    while made < count:
        for number, (unit, year, change) in enumerate(every):
            draw = random.Random(f"{seed}/{turn}/{number}")
            subject = _subject(draw, unit, year + (turn + number) % 3 - 1, change)
            if subject is not None:
                yield document(draw, subject)
                made += 1
                if made == count:
                    return
        turn += 1


# --------------------------------------------------------------------------------------------------------------- whom


def _subject(draw: random.Random, unit: int, year: int, change: str) -> Subject | None:
    """An organ that the unit can have had in that year; None where it did not exist or no organ fits."""
    spell = spell_of(units()[unit], year)
    if spell is None or not FIRST <= year <= LAST:
        return None
    drawn = draw.random()
    if drawn < 0.2:
        return Subject(unit, year, change, organs()[0].names[1], kind="government")
    if drawn < 0.28 and spell.level == "county" and spell.last == 9999:
        listed = _townships_of().get(unit, [])
        if listed:
            return Subject(unit, year, change, township=draw.choice(listed), kind="township")
    if drawn < 0.34 and spell.level == "county" and spell.parent is not None:
        above = spell_of(units()[spell.parent], year)
        if above is not None and above.level == "prefecture":
            branch = draw.choice(
                [one for one in organs().values() if one.branch_of is not None and _open(one.first, one.last, year)]
            )
            forms = [
                one
                for one in organs()[branch.branch_of or 0].names
                if one.official and _open(one.first, one.last, year) and not one.level
            ]
            return Subject(unit, year, change, draw.choice(forms), kind=f"branch:{branch.id}")
    possible = [
        name
        for organ in organs().values()
        if organ.id and organ.branch_of is None and _open(organ.first, organ.last, year)
        for name in organ.names
        if _open(name.first, name.last, year) and _for_level(name, spell)
    ]
    # Half of them official, the rest the short forms that titles print as well.
    official = [name for name in possible if name.official]
    return Subject(unit, year, change, draw.choice(official if draw.random() < 0.8 else possible))


def _open(first: int, last: int, year: int) -> bool:
    return first <= year <= last


def _for_level(name: OrganName, spell: Spell) -> bool:
    if name.level == "league":
        return False
    return not name.level or spell.level == "province"


def spell_of(unit: Unit, year: int) -> Spell | None:
    """The unit in the year; in the year of a change either name may be printed: the later one."""
    found = [spell for spell in unit.spells if spell.during(year)]
    return max(found, key=lambda spell: spell.first) if found else None


@cache
def _townships_of() -> dict[int, list[Township]]:
    found: dict[int, list[Township]] = {}
    for one in townships().values():
        if one.name.endswith(("镇", "乡", "街道")):
            found.setdefault(one.county, []).append(one)
    return {county: several for county, several in found.items() if len({one.name for one in several}) == len(several)}


def truth_of(subject: Subject) -> str:
    """The agency's id."""
    if subject.township is not None:
        return township_id(subject.township.id)
    if subject.kind.startswith("branch:"):
        return organ_id(subject.unit, int(subject.kind.partition(":")[2]))
    assert subject.form is not None
    return organ_id(subject.unit, subject.form.organ)


# -------------------------------------------------------------------------------------------------------------- names


@dataclass(frozen=True, slots=True)
class Names:
    """Names of a unit and of what it lies in, in one year."""

    own: str
    city: str
    province: str
    code: str

    @property
    def usual(self) -> str:
        """As its organs begin their names: districts with their city."""
        return self.city + self.own if self.own.endswith("区") else self.own

    @property
    def whole(self) -> str:
        return self.province + self.city + self.own


def names_of(unit: int, year: int) -> Names:
    """What the unit and the ones above it are called; the city of a district of a municipality is the municipality."""
    spell = spell_of(units()[unit], year)
    assert spell is not None
    chain: list[Spell] = []
    parent = spell.parent
    while parent is not None:
        above = spell_of(units()[parent], year) or units()[parent].spells[-1]
        chain.append(above)
        parent = above.parent
    city = next((one.name for one in chain if one.level == "prefecture"), "")
    province = next((one.name for one in chain if one.level == "province"), "")
    if not city and province.endswith("市"):
        city, province = province, ""
    return Names(spell.name, city, province, spell.code)


def said(draw: random.Random, subject: Subject, names: Names, place: str) -> str:
    """The name of the agency after ``place``."""
    if subject.township is not None:
        name = subject.township.name
        ends = ("", "办事处", "人民政府") if name.endswith("街道") else ("", "人民政府", "政府")
        infix = draw.choice(("", "", "人民政府")) if name.endswith("街道") and place else ""
        return place + infix + name + draw.choice(ends)
    assert subject.form is not None
    if subject.kind == "government":
        return place + draw.choice(("", "人民政府", "人民政府"))
    if subject.kind.startswith("branch:"):
        own = names.own
        plain = own.endswith(("区", "县", "市")) and not own.endswith("自治县") and len(own) > 2
        bare = own[:-1] if plain and draw.random() < 0.7 else own
        return names.city + subject.form.name + bare + "分局"
    before, mark, after = subject.form.name.partition("…")
    return before + place + after if mark else place + subject.form.name


def credit_code(draw: random.Random, code: str) -> str:
    """A unified social credit code for an organ in that division (GB 32100: weights are powers of 3, modulo 31)."""
    body = "11" + code + "".join(draw.choice("0123456789") for _ in range(9))
    total = sum(_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return body + _ALPHABET[(31 - total % 31) % 31]


# -------------------------------------------------------------------------------------------------------------- pages


def document(draw: random.Random, subject: Subject) -> Made:
    """One document of the subject, its name and its evidence as the draw has it."""
    pattern = draw.choices(
        ("full", "usual", "own with evidence", "own", "whole name elsewhere", "no title", "borrowed", "mirror"),
        (30, 44, 16, 0.9, 5, 3.4, 0.1, 0.4),
    )[0]
    names = names_of(subject.unit, subject.year)
    makers = {
        "full": _full,
        "usual": _usual,
        "own with evidence": _evident,
        "own": _bare,
        "whole name elsewhere": _elsewhere,
        "no title": _untitled,
        "borrowed": _borrowed,
        "mirror": _mirror,
    }
    page = makers[pattern](draw, subject, names)
    title = draw.choice(TITLES)
    data = _html(page, title, subject.year, broken=draw.random() < 0.05)
    url = f"https://{page.host}/zfxxgk/{draw.randrange(10_000)}.html" if page.host else ""
    return Made(data, truth_of(subject), subject.year, subject.change, pattern, url, pattern == "mirror", page.who)


def _base(draw: random.Random, subject: Subject, names: Names, who: str) -> Page:
    """A page of the agency itself, with some of the things that pages have."""
    page = Page(who, who, host=f"www.site{draw.randrange(900)}.gov.cn")
    if draw.random() < 0.5:
        page.crumbs = ("首页", "政务公开", "政府信息公开年报")
    if draw.random() < 0.3:
        page.index = credit_code(draw, names.code)
    if draw.random() < 0.3:
        page.publisher = said(draw, subject, names, names.usual)
    if draw.random() < 0.3:
        page.contact = said(draw, subject, names, names.usual)
        page.address = names.whole + "人民路"
    if draw.random() < 0.2:
        page.signature = said(draw, subject, names, names.usual)
    return page


def _full(draw: random.Random, subject: Subject, names: Names) -> Page:
    city = names.province + names.city
    place = draw.choice((names.whole, names.city + names.own, city + names.own))
    return _base(draw, subject, names, said(draw, subject, names, place or names.own))


def _usual(draw: random.Random, subject: Subject, names: Names) -> Page:
    place = names.usual if subject.township is None else names.city + names.own
    return _base(draw, subject, names, said(draw, subject, names, place))


def _evident(draw: random.Random, subject: Subject, names: Names) -> Page:
    """The place without its parents, or a township without its county, and one thing on the page that tells more."""
    place = "" if subject.township is not None and draw.random() < 0.7 else names.own
    page = _base(draw, subject, names, said(draw, subject, names, place))
    kind = draw.randrange(4)
    if kind == 0:
        page.crumbs = ("首页", names.city + names.own if names.own.endswith("区") else names.own, "政府信息公开年报")
    elif kind == 1:
        page.index = credit_code(draw, names.code)
    elif kind == 2:
        page.contact, page.address = said(draw, subject, names, names.city + names.own), names.whole + "人民路"
    else:
        page.publisher = names.city + names.own + "人民政府办公室"
    return page


def _bare(draw: random.Random, subject: Subject, names: Names) -> Page:
    """The place without its parents, and nothing else."""
    who = said(draw, subject, names, names.own if subject.township is None else "")
    return Page(who, who)


def _elsewhere(draw: random.Random, subject: Subject, names: Names) -> Page:
    """市财政局, 县民政局, or a township: the whole name stands in the contact or under the text."""
    page = _base(draw, subject, names, said(draw, subject, names, names.own))
    level = names.own[-1]
    if subject.township is not None:
        page.title = subject.township.name
    elif subject.kind == "organ" and subject.form is not None and "…" not in subject.form.name and level in "县区市":
        page.title = level + subject.form.name
    whole = said(draw, subject, names, names.city + names.own)
    page.contact, page.signature = (whole, "") if draw.random() < 0.5 else ("", whole)
    page.publisher = ""
    return page


def _untitled(draw: random.Random, subject: Subject, names: Names) -> Page:
    page = _base(draw, subject, names, said(draw, subject, names, names.own))
    page.title = ""
    page.publisher = said(draw, subject, names, names.city + names.own)
    if draw.random() < 0.8:
        page.extra.append(f"我{_itself(subject, names)}认真贯彻落实政府信息公开条例。")
    return page


def _itself(subject: Subject, names: Names) -> str:
    """The word by which a report speaks of its agency: 镇, 局; 县 for a government and its office."""
    if subject.township is not None:
        return next((end for end in ("街道", "镇", "乡") if subject.township.name.endswith(end)), "单位")
    office = subject.form is None or subject.form.organ in (GOVERNMENT, OFFICE)
    last = names.own[-1] if office else subject.form.name[-1] if subject.form is not None else ""
    return last if last in "省市州盟县区旗局委厅办" else "单位"


def _borrowed(draw: random.Random, subject: Subject, names: Names) -> Page:
    """No title, and the site names the government over the report of one of its bureaus or towns."""
    page = _untitled(draw, subject, names)
    page.publisher = names.city + names.own + draw.choice(("人民政府", "人民政府办公室"))
    return page


def _mirror(draw: random.Random, subject: Subject, names: Names) -> Page:
    """A copy abroad that prints another place's name; only the index number is left of the true one."""
    counties = [unit for unit in units().values() if unit.spells[-1].level == "county" and unit.spells[-1].last == 9999]
    other = draw.choice([unit for unit in draw.sample(counties, 4) if unit.id != subject.unit])
    elsewhere = names_of(other.id, LAST)
    page = Page("", said(draw, subject, elsewhere, elsewhere.usual), host="www.mirror-site.com")
    page.title = page.who
    if draw.random() < 0.6:
        page.index = credit_code(draw, names.code)
        if draw.random() < 0.5:
            page.host = "www.site1.gov.cn"
    return page


def _html(page: Page, pattern: str, year: int, *, broken: bool) -> bytes:
    """One page of a content management system around a short report."""
    title = pattern.format(who=page.title, year=year) if page.title else f"{year}年度政府信息公开年度报告"
    head = f"<html><head><meta charset='utf-8'><title>{escape(title)}</title></head><body>"
    lines = []
    if page.crumbs:
        lines.append("当前位置：" + " &gt; ".join(page.crumbs))
    if page.index:
        lines.append(f"索引号：{page.index}/{year + 1}-0{year % 7}123")
    if page.publisher:
        lines.append(f"发布机构：{page.publisher}")
    middle = len(title) // 2
    lines += [title[:middle], title[middle:]] if broken and page.title else [title]
    about = f"本报告中所列数据的统计期限自{year}年1月1日起，至{year}年12月31日止。"
    if page.contact:
        about += f"如对本报告有疑问，请与{page.contact}联系（地址：{page.address or '人民路'}1号；邮编：100000）。"
    lines += [about, "一、总体情况", *page.extra, "全年工作平稳有序。", "六、其他需要报告的事项", "无。"]
    if page.signature:
        lines += [page.signature, f"{year + 1}年1月{year % 28 + 1}日"]
    body = "".join(f"<p>{line if '&gt;' in line else escape(line)}</p>" for line in lines)
    return f"{head}{body}</body></html>".encode()
