"""Recognising the labels of the forms in whatever dress a document prints them.

Folding takes away what differs without meaning: width, script, blanks inside words, punctuation, ordinals, pinyin and
explanations in brackets. What is left is looked up; where a character was lost or damaged the nearest wording is taken,
but only if it is near and no other meaning is nearly as near.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Indel

from pipelines.qualifiers import qualified
from schemas.forms import SECTION_FORMS, load_form, variants
from schemas.numbers import squeeze

_LAST_ITEM = "result.other.other"

LONGEST = 48
"""Folded characters of the longest label with room for damage; anything longer is prose."""

_LONGEST_HEADING = 16
_LAST_BRACKET = re.compile(r"[(（][^()（）]*[)）]\s*$")
_NEAR, _MARGIN = 0.8, 0.1
_PINYIN = re.compile(r"\([a-zA-Zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜüńňǹ·' ]+\)")
_SPELLED = re.compile(r"(?<=[\u4e00-\u9fff])\([a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜüńňǹɡɑ·']+\)")
_BRACKET = re.compile(r"\([^()]*\)")
_ORDINAL = re.compile(
    r"(?:(?P<cn>[一二三四五六七八九十]{1,3})[、.,:]|\((?P<bracket>[一二三四五六七八九十]{1,3})\)?[、.]?|(?P<half>[一二三四五六七八九十]{1,3})\)[、.]?"
    r"|\(?(?P<digit>\d{1,2})\)?[.、,:)]?(?=[\u4e00-\u9fff])|(?P<circle>[①-⑳]))"
)
_CAPTION = re.compile(r"第?二十条第?\(?([一五六八九])\)?项?")
MADE_UP = re.compile(r"(?:unnamed|column|col|field|列|第?[a-z]?)[:_]?\d{1,2}列?(?:_level_\d)?|[a-z]", re.IGNORECASE)
"""Names that converters give to columns without one."""
_SHARED = re.compile(r"(?:本年度?|项目|采购|[总数量件额])+")
_DAMAGED = 4
"""Characters of the shortest heading that may be one with one of them damaged."""
_NOT_CORE = re.compile(r"[^0-9A-Za-z\u3400-\u9fff〇]+")
_CAPTION_SLOT = {"一": "rules", "五": "services", "六": "enforcement", "八": "fees", "九": "procurement"}


@dataclass(frozen=True, slots=True)
class Label:
    """One meaning of a text. ``kind``: row, column, applicant, outcome, case, group, caption or furniture; ``code``
    is the indicator, breakdown or block slot. ``exact`` is False for a damaged or cut wording.
    """

    kind: str
    code: str
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Folded:
    """A text without its dress: ``ordinal`` as (style, figure) where it begins with one, and the bare ``core``."""

    ordinal: tuple[str, str] | None
    core: str


@cache
def _converter(config: str) -> object:
    import opencc

    return opencc.OpenCC(config)


def simplify(text: str, config: str = "t2s") -> str:
    """Traditional characters to simplified ones. Text that GB 2312 can write has none, which spares the converter.
    ``config`` ``tw2sp`` also exchanges regional words (檔案 → 文件): for labels, never for names.
    """
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return str(_converter(config).convert(text))  # type: ignore[attr-defined]
    return text


def plain(text: str) -> str:
    """``text`` without blanks, full-width forms as ASCII, compatibility ideographs and radicals as their characters,
    simplified; brackets of all shapes as round ones.
    """
    return _short(text) if len(text) <= LONGEST else _plain(text)


def without_pinyin(text: str) -> str:
    """``plain`` without the pinyin that some mirrors print behind rare characters: 統(tǒng)計(jì) is 统计."""
    tight = plain(text)
    return _SPELLED.sub("", tight) if "(" in tight else tight


def _plain(text: str) -> str:
    tight = squeeze(text)
    if not tight.isascii():
        tight = simplify(_COMPATIBLE.sub(_character, tight))
    return _BRACKET_SIGN.sub(_bracket, tight)


# Radicals and compatibility ideographs, which stand for the character, and private ones, which stand for nothing.
_COMPATIBLE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ue000-\uf8ff]")


def _character(found: re.Match[str]) -> str:
    return "" if "\ue000" <= found[0] <= "\uf8ff" else unicodedata.normalize("NFKC", found[0])


_short = lru_cache(maxsize=16384)(_plain)
"""The same for labels and values, which come again and again."""

_BRACKETS = dict(zip("〔〕[]【】﹙﹚⑴⑵⑶⑷⑸⑹⑺⑻", "()()()()12345678", strict=True))
_BRACKET_SIGN = re.compile(f"[{re.escape(''.join(_BRACKETS))}]")


def _bracket(found: re.Match[str]) -> str:
    return _BRACKETS[found[0]]


@lru_cache(maxsize=16384)
def fold(text: str) -> Folded:
    """Split ``text`` into its ordinal and its core: only letters, figures and ideographs, no explanations."""
    bare = _PINYIN.sub("", plain(text))
    ordinal = None
    match = _ORDINAL.match(bare)
    if match and match.end() < len(bare):
        style = match.lastgroup or ""
        ordinal = ("bracket" if style == "half" else style, match[style])
        bare = bare[match.end() :]
    inner = bare
    while True:
        outer = _BRACKET.sub("", inner)
        if outer == inner:
            break
        inner = outer
    core = _NOT_CORE.sub("", inner.split("(")[0] if inner.split("(")[0].strip() else inner)
    return Folded(ordinal, core or _NOT_CORE.sub("", bare))


@cache
def _index() -> dict[str, tuple[tuple[str, str], ...]]:
    """Core wording → its meanings (kind, code)."""
    index: dict[str, set[tuple[str, str]]] = {}

    def add(kind: str, code: str, label: str) -> None:
        index.setdefault(fold(label).core, set()).add((kind, code))

    for form_id in SECTION_FORMS:
        for block in load_form(form_id).blocks:
            if block.section == "review":
                continue
            kind = "column" if block.section == "disclosure" else "applicant"
            for row in block.rows:
                add("row", row.code, row.label)
            for column in block.columns:
                add(kind, column.code, column.label)
    kinds = {"rows": "row", "columns": "column", "applicants": "applicant", "outcomes": "outcome", "cases": "case"}
    for group, codes in variants().items():
        for code, labels in codes.items():
            for label in labels:
                add(kinds.get(group, group.rstrip("s")), code, label)
    # The two headings of the table of reviews come glued where an extraction lost the cell between them.
    index["行政复议行政诉讼"] = {("case", "reconsideration"), ("case", "litigation")}
    return {core: tuple(sorted(meanings)) for core, meanings in index.items()}


@cache
def _glued() -> dict[str, tuple[tuple[str, str], ...]]:
    """A row's label, with or without its number, glued to the label of its group, where the merged cell before it was
    flattened: only exact.
    """
    groups = [fold(label).core for labels in variants()["groups"].values() for label in labels]
    glued: dict[str, tuple[tuple[str, str], ...]] = {}
    rows = {
        (row.code, row.label) for form_id in SECTION_FORMS for block in load_form(form_id).blocks for row in block.rows
    }
    for code, label in sorted(rows):
        folded = fold(label)
        number = folded.ordinal[1] if folded.ordinal and folded.ordinal[0] == "digit" else ""
        for group in groups:
            if code.startswith("result.") and folded.core != group and len(folded.core) + len(group) >= 6:
                glued[group + folded.core] = glued[group + number + folded.core] = (("row", code),)
    return glued


@cache
def _fuzzy() -> dict[str, tuple[tuple[str, str], ...]]:
    """Wordings long enough to be recognised when damaged."""
    return {core: meanings for core, meanings in _index().items() if len(core) >= 5}


@lru_cache(maxsize=16384)
def match(text: str) -> tuple[Label, ...]:
    """All meanings of ``text`` as a label; empty where it is none."""
    if len(text) > 12 * LONGEST:
        return ()
    found = _match(text)
    if not found or not found[0].exact:
        regional = simplify(text, "tw2sp")
        if regional != text:
            return _match(regional) or found
    return found


def is_part(text: str) -> bool:
    """Whether ``text`` is a piece of a heading of the forms, as where one is broken over rows, or means one."""
    core = fold(text).core
    return bool(match(text)) or any(
        core in wording for wording, meanings in _index().items() if any(kind != "row" for kind, _ in meanings)
    )


def left_of(text: str, kind: str, code: str) -> bool:
    """Whether a heading that means nothing by itself is what is left of one that means ``code``: empty, a name that a
    converter made up, its beginning (本年新), its end (制作数量), or a wording near it, be it as near to others.

    What it shares with any heading (本年, 数量) says nothing of it; no word that turns the meaning may be lost.
    """
    core = fold(text).core
    if not core or MADE_UP.fullmatch(plain(text)):
        return True
    if len(core) < 2 or _SHARED.fullmatch(core):
        return False
    wordings = [wording for wording, meanings in _index().items() if (kind, code) in meanings]
    return any(
        wording.startswith(core)
        or (wording.endswith(core) and not turned(wording.removesuffix(core).removeprefix("本"), ""))
        or (len(core) >= _DAMAGED and not turned(core, wording) and _damaged(core, wording))
        for wording in wordings
    )


def _damaged(core: str, wording: str) -> bool:
    one_apart = len(core) == len(wording) and sum(map(str.__ne__, core, wording)) == 1
    return one_apart or similarity(core, wording) >= _NEAR


def _match(text: str) -> tuple[Label, ...]:
    folded = fold(text)
    core = folded.core
    if not core or len(core) > LONGEST:
        return ()
    caption = _CAPTION.fullmatch(plain(text))
    if caption:
        return (Label("caption", _CAPTION_SLOT[caption[1]]),)
    meanings, exact = _index().get(core) or _glued().get(core), True
    if meanings is None:
        meanings, exact = _nearest(core), False
    bare = plain(text)
    meanings = tuple(meaning for meaning in meanings if not qualified(bare, meaning[1]))
    if folded.ordinal and len(meanings) > 1:
        # 3.其他 and （七）总计 are rows; a column heading bears no number. 其他 under another number is another row.
        kept = tuple(meaning for meaning in meanings if meaning[0] in ("row", "group"))
        if ("row", _LAST_ITEM) in kept and folded.ordinal[1] != "3":
            return ()
        meanings = kept or meanings
    return tuple(Label(kind, code, exact) for kind, code in meanings)


_HEADINGS = frozenset(("column", "applicant", "outcome", "case", "furniture"))


def headings_of(text: str) -> list[str]:
    """The headings that a header line glued together consists of, a unit in brackets with the last; empty where it
    consists of anything else.
    """
    core = fold(text).core
    if len(core) > LONGEST:
        return []
    index = _index()

    def parted(start: int) -> list[str] | None:
        if start == len(core):
            return []
        for end in range(min(len(core), start + _LONGEST_HEADING), start + 1, -1):
            if any(kind in _HEADINGS for kind, _ in index.get(core[start:end], ())):
                rest = parted(end)
                if rest is not None:
                    return [core[start:end], *rest]
        return None

    found = parted(0) or []
    unit = _LAST_BRACKET.search(text)
    return [*found[:-1], found[-1] + unit[0]] if unit and found else found


def similarity(left: str, right: str) -> float:
    """How alike two cores are, 0 to 1, by insertions and deletions: lost characters cost least."""
    return float(Indel.normalized_similarity(left, right))


def turned(printed: str, wording: str) -> bool:
    """Whether a word that turns the meaning stands in one of two wordings only: another year, a negation, a running
    total. Likeness counts for nothing then, be it a damaged label or another one.
    """
    return any(printed.count(word) != wording.count(word) for word in TURNING)


TURNING = ("本", "上", "下", "去", "前", "累", "不", "没", "未", "无", "其中", "增", "减", "历")


def _nearest(core: str) -> tuple[tuple[str, str], ...]:
    if len(core) < 4:
        return ()
    best: dict[tuple[tuple[str, str], ...], float] = {}
    wordings = _fuzzy()
    alike = process.extract(core, wordings.keys(), scorer=Indel.normalized_similarity, score_cutoff=0.6, limit=None)
    for wording, near, _ in alike:
        if not turned(core, wording):
            best.setdefault(wordings[wording], near)  # the nearest come first
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < _NEAR:
        return ()
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _MARGIN:
        return ()
    return ranked[0][0]


def of_kind(labels: tuple[Label, ...], *kinds: str) -> Label | None:
    """The first meaning of one of these kinds."""
    for label in labels:  # asked for every cell of every row many times: a generator would cost thrice as much
        if label.kind in kinds:
            return label
    return None
