"""Row labels of statistics tables within their parents: which row of which form a printed label is.

The tables of 2014 and 2008 nest their rows by ordinals (一、 （一） 1. (1) 其中) and repeat labels under different
parents (被依法纠错数, 网站公开), so a label is looked up together with what it stands under. Only exact wordings count:
rows differ by single characters (当面申请数, 网上申请数), and a row that is not known is left unread.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from pipelines.labels import fold, plain
from schemas.forms import STATISTICS, Row, load_form

_CN = "[一二三四五六七八九十]{1,3}"
_AMONG = re.compile(r"其中[:：、,，]?")
_ORDINALS = (
    ("chapter", re.compile(rf"{_CN}[、.,:]")),
    ("part", re.compile(rf"\({_CN}\)[、.,:]?")),
    ("item", re.compile(r"\d{1,2}(?:[、.,:)](?!\d)|(?=[\u4e00-\u9fff]))")),
    ("detail", re.compile(r"\(\d{1,2}\)[、.,:]?|[①-⑳]")),
)
_BARE = {"chapter": re.compile(_CN), "part": re.compile(rf"\({_CN}\)"), "item": re.compile(r"\d{1,2}")}
_LISTED, _PLAIN = "listed", "plain"
_DEEPER = {
    "chapter": ("part", "item", "detail", _LISTED, _PLAIN),
    "part": ("item", "detail", _LISTED, _PLAIN),
    "item": ("detail",),
}


@dataclass(frozen=True, slots=True)
class Stub:
    """A label without its dress: ``style`` is how it is numbered (chapter 一、, part （一）, item 1., detail (1), or
    listed: 其中 alone, or plain), ``core`` its bare words, ``among`` whether it begins with 其中.
    """

    style: str
    core: str
    among: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """A row of a form, or a heading between rows (``row`` is None); ``within`` is what it stands under."""

    code: str
    within: str
    bound: bool
    row: Row | None = None


@lru_cache(maxsize=16384)
def stub(text: str, serial: str = "") -> Stub:
    """The label in ``text``; where it bears no number, the one in the column of serial numbers before it."""
    bare = plain(text)
    style = ""
    among = _AMONG.match(bare)
    if among:
        bare = bare[among.end() :]
    for name, pattern in _ORDINALS:
        match = pattern.match(bare)
        if match and match.end() < len(bare):
            style, bare = name, bare[match.end() :]
            break
    if not among and (later := _AMONG.match(bare)):
        bare = bare[later.end() :]
    if not style:
        numbered = plain(serial).rstrip("、.")
        alone = _LISTED if among else _PLAIN
        style = next((name for name, one in _BARE.items() if one.fullmatch(numbered)), alone)
    return Stub(style, fold(bare).core if bare else "", among is not None)


@cache
def _meanings(form_id: str) -> dict[str, tuple[Meaning, ...]]:
    """Core wording → the rows and headings of the form that are worded so."""
    block = load_form(form_id).block(STATISTICS)
    assert block is not None, form_id
    known = {row.code for row in block.rows} | {code for code, _ in block.groups}
    found: dict[str, dict[str, Meaning]] = {}
    for row in block.rows:
        meaning = Meaning(row.code, row.within or _prefix(row.code, known), row.bound, row)
        for label in (row.label, *row.also):
            found.setdefault(stub(label).core, {})[row.code] = meaning
    for code, label in block.groups:
        found.setdefault(stub(label).core, {})[code] = Meaning(code, _prefix(code, known), bound=False)
    return {
        core: tuple(
            Meaning(one.code, one.within, bound=one.bound or len(same) > 1, row=one.row) for one in same.values()
        )
        for core, same in found.items()
    }


def _prefix(code: str, known: set[str]) -> str:
    parts = code.split(".")
    return next((name for size in range(len(parts) - 1, 0, -1) if (name := ".".join(parts[:size])) in known), "")


def knows(form_id: str, text: str) -> bool:
    """Whether the form words a row or heading so, wherever it stands."""
    return stub(text).core in _meanings(form_id)


@dataclass(frozen=True, slots=True)
class _Level:
    """One row that others may stand under; ``code`` is None for an unknown row, ``among`` if 其中 opened its level."""

    style: str
    code: str | None
    among: bool


@dataclass(slots=True)
class Chain:
    """What the rows seen so far stand under, from the outermost in."""

    form_id: str
    levels: list[_Level] = field(default_factory=list)

    def name(self, label: Stub) -> Meaning | None:
        """The row that this label is, here; remembers it as one that the next rows may stand under."""
        cut = self._cut(label)
        meaning = self._named(label, self.levels[:cut])
        among = label.among
        if meaning is None and (place := self._continued(label)) is not None:
            cut, among = place, True
            meaning = self._named(label, self.levels[:cut])
        self.levels[cut:] = [_Level(label.style, meaning.code if meaning else None, among)]
        return meaning

    def _cut(self, label: Stub) -> int:
        """Rows numbered alike stand on one level, coarser numbers above finer ones; 其中 opens a level below the row
        before. What is not numbered stands below a chapter or a part, and may stand above an item.
        """
        if label.among:
            return len(self.levels)
        deeper = _DEEPER.get(label.style, ())
        return next(
            (at for at, level in enumerate(self.levels) if level.style == label.style or level.style in deeper),
            len(self.levels),
        )

    def _continued(self, label: Stub) -> int | None:
        """Where a list opened by 其中 goes on that is numbered like the list around it: 4.不同意公开,
        其中：1.涉及国家秘密, 2.涉及商业秘密, …, 5.不属于本机关公开.
        """
        opened = [at for at, level in enumerate(self.levels) if level.among and level.style == label.style]
        return opened[-1] if opened and self._cut(label) < opened[-1] else None

    def _named(self, label: Stub, above: Sequence[_Level]) -> Meaning | None:
        codes = {level.code for level in above}
        orphan = bool(above) and above[-1].code is None
        meanings = _meanings(self.form_id).get(label.core, ())
        # Under its own parent before anywhere: only there a bound label, or one below an unknown row, is sure.
        placed = [one for one in meanings if one.within in codes]
        fitting = placed or [one for one in meanings if not (one.bound or orphan)]
        return fitting[0] if len(fitting) == 1 else None


def best_form(labels: Sequence[Stub], forms: Sequence[str]) -> tuple[str, int]:
    """The form that names most of these labels, read from the top, and how many; the first of ``forms`` where equal."""
    counts = {}
    for form_id in forms:
        chain = Chain(form_id)
        named = [chain.name(label) for label in labels]
        counts[form_id] = len({one.code for one in named if one is not None and one.row is not None})
    best = max(forms, key=lambda form_id: counts[form_id])
    return best, counts[best]
