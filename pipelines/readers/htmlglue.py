"""Numbers that a page puts together from elements that are not set alike.

In ``3<span class="x">1</span>`` the 1 may be a mark of a footnote, a figure struck out or one that nobody sees: which,
a style sheet says that is not here, or a rule that is not understood. Such a number is not sure, and some of its digits
become raised ones. Editors split numbers as well: by typeface, language, weight, a size that can be read, the marks of
word processors, or into one element for each digit. All of that tells nothing, and the number stays one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from pipelines.readers.barlines import BARS
from pipelines.readers.charset import RAISED
from pipelines.readers.htmltags import BLOCKS

INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
RAISED_ALL = {**RAISED, **{0xFF10 + digit: RAISED[0x30 + digit] for digit in range(10)}}
"""Digits of full width too."""
_UNPRINTED = dict.fromkeys(map(ord, INVISIBLE))
GLUED = frozenset("0123456789０１２３４５６７８９.．,，+＋-－−增减加少万百千" + INVISIBLE)
"""Signs that may make another number of the one beside them."""

_FIGURE = re.compile(r"(?:增加?|减少?)?[+\-＋－−]{0,2}[\d０-９.．,，]+[^\d０-９年月日]{0,3}(?:[（(].*)?", re.DOTALL)
_TOKEN = re.compile(rf"[^\s{re.escape(''.join(BARS))}]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_STEPS = 20
"""Elements between a text and what lies around both texts, at the most; no editor makes more."""
_LONG = 4_000
_LONGEST = 300
"""Signs of a number with its unit and a note, at the most."""

_PLAIN_TAGS = frozenset({"span", "font", "b", "strong", "u", "o:p", "wbr"})
_PLAIN_ATTRIBUTES = frozenset({"lang", "xml:lang", "face", "name", "title", "align", "data-mce-style"})
_PLAIN_CLASSES = frozenset({"SpellE", "GramE"})  # Word's marks of what it takes for mistakes
_NONE = r"(?:normal|inherit|initial|baseline|visible|static|inline|auto|medium|black|windowtext|0(?:p[tx])?)"
_PLAIN_STYLE = re.compile(
    r"(?:font-(?:family|weight|style|kerning|stretch|charset)|text-(?:align|justify|autospace|underline|wrap)|line-height"
    r"|line-break|white-space|word-(?:break|wrap)|overflow-wrap|layout-grid(?:-mode)?|tab-stops|punctuation-wrap"
    r"|unicode-range|orphans|widows|box-sizing)\s*:.*"
    r"|mso-(?!hide|text-raise)[\w-]+\s*:.*"
    r"|font-size\s*:\s*(?:(?:[89]|[1-9]\d)(?:\.\d+)?pt|[1-9]\d(?:\.\d+)?px|(?:0?\.[89]|1(?:\.\d)?)\d*r?em|(?:[89]|1\d)\d%"
    r"|medium|large|x-large)|visibility\s*:\s*(?:visible|hidden|collapse)"
    r"|(?:letter|word)-spacing\s*:\s*-?(?:0?\.\d+|[01](?:\.\d+)?)p[tx]"
    r"|(?:float|text-decoration|text-transform|text-shadow|border)\s*:\s*none\b.*"
    r"|text-indent\s*:\s*\d.*|max-width\s*:\s*100%|outline\s*:\s*(?:0|none)\b.*"
    r"|text-decoration\s*:\s*underline|border\s*:\s*0.*"
    r"|(?:padding|margin)(?:-\w+)?\s*:\s*0(?:\.\d+)?(?:p[tx]|cm)?(?:\s+0(?:\.\d+)?(?:p[tx]|cm)?)*"
    r"|background(?:-color)?\s*:\s*(?:white|#fff(?:fff)?|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\)|transparent|none)"
    rf"|(?!display|visibility|opacity|font-size|width|height|max-)[\w-]+\s*:\s*{_NONE}",
)
_COLOUR = re.compile(r"color\s*:\s*(.+)")
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*(?:,\s*(?:1(?:\.0+)?|0?\.[5-9]\d*)\s*)?\)")
_HSL = re.compile(r"hsla?\([^,)]*,[^,)]*,\s*(\d{1,3})(?:\.\d+)?%[^)]*\)")
_NAMES = {"white": 255, "snow": 250, "ivory": 240, "whitesmoke": 245, "ghostwhite": 248, "floralwhite": 240}
_DARK_NAMES = frozenset(
    {"black", "windowtext", "red", "blue", "green", "navy", "maroon", "purple", "inherit", "gray", "currentcolor"}
)
_DARK = 0x99


class Seam(NamedTuple):
    """Where two texts meet without a blank: the number of the right one, and the elements around both."""

    part: int
    left: LexborNode
    right: LexborNode


def lightness(colour: str) -> int | None:
    """The least of red, green and blue, 0 to 255; None where it is not known."""
    colour = colour.strip().lower()
    if _HEX.fullmatch(colour):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
        return min(int(digits[place : place + 2], 16) for place in (0, 2, 4))
    if found := _RGB.fullmatch(colour):
        return min(int(found[place]) for place in (1, 2, 3))
    if found := _HSL.fullmatch(colour):
        return 255 * int(found[1]) // 100
    return 0 if colour in _DARK_NAMES else _NAMES.get(colour)


def _dark(colour: str) -> bool:
    least = lightness(colour)
    return least is not None and least <= _DARK


def telling(style: str) -> tuple[str, ...]:
    """What a style says that may hide, raise or move a digit, as far as can be known."""
    return (style,) if len(style) > _LONG else _telling(style)


@lru_cache(maxsize=1024)
def _telling(style: str) -> tuple[str, ...]:
    said = (one.replace("!important", "").strip() for one in style.lower().split(";"))
    return tuple(sorted({one for one in said if one and not _is_plain(one)}))


def _is_plain(said: str) -> bool:
    colour = _COLOUR.fullmatch(said)
    return _dark(colour[1]) if colour else _PLAIN_STYLE.fullmatch(said) is not None


def _marks(node: LexborNode, styled: frozenset[int]) -> set[tuple[str, ...]]:
    """What sets an element apart from plain text."""
    tag, attributes = node.tag or "", node.attributes
    if tag.startswith("st1:"):  # Word's smart tags
        return set()
    marks: set[tuple[str, ...]] = set()
    if node.mem_id in styled or not (tag in _PLAIN_TAGS or (tag == "a" and "href" not in attributes)):
        marks.add(("tag", tag))
    for name, value in attributes.items():
        said: Sequence[str] = ()
        if name == "style":
            said = telling(value or "")
        elif name == "class":
            said = sorted(set((value or "").split()) - _PLAIN_CLASSES)
        elif name == "color":
            said = () if _dark(value or "") else (value or "",)
        elif name == "id":
            said = (value or "",)
        elif name not in _PLAIN_ATTRIBUTES and not (tag == "a" and name in ("href", "target")):
            said = ("",)
        if said:
            marks.add((name, *said))
    return marks


def _apart(seam: Seam, styled: frozenset[int]) -> tuple[bool, bool]:
    """Whether the text on the left has what that on the right has not, and the other way round."""
    lefts: dict[int, LexborNode] = {}
    up: LexborNode | None = seam.left
    while up is not None and len(lefts) <= _STEPS:
        lefts[up.mem_id] = up
        if up.tag_id in BLOCKS:
            break
        up = up.parent
    rights: list[LexborNode] = []
    up = seam.right
    while up is not None and up.mem_id not in lefts:
        rights.append(up)
        if len(rights) > _STEPS:
            return True, True
        up = up.parent
    left: set[tuple[str, ...]] = set()
    for key, node in lefts.items():
        if up is not None and key == up.mem_id:
            break
        left |= _marks(node, styled)
    right = set[tuple[str, ...]]().union(*(_marks(node, styled) for node in rights))
    return bool(left - right), bool(right - left)


def certain(parts: list[str], seams: list[Seam], styled: Callable[[], frozenset[int]], in_cell: bool) -> str:
    """The text of these parts, with raised digits in numbers that are not sure to be one."""
    ends = list(accumulate(map(len, parts)))
    text = "".join(parts)
    places = {ends[seam.part - 1]: seam for seam in seams}
    waiting = sorted(places, reverse=True)
    whole = text.strip()
    out: list[str] = []
    done = 0
    for found in _TOKEN.finditer(text):
        inside: list[int] = []
        while waiting and waiting[-1] < found.end():
            inside.append(waiting.pop())
        if not inside or not _is_figure(found[0], in_cell and found[0] == whole):
            continue
        token = found[0]
        for place in inside:
            seam = places[place]
            left, right = _apart(seam, styled())
            if not left and not right:
                continue
            begin = ends[seam.part - 2] if seam.part > 1 else 0
            low, high = (place, ends[seam.part]) if right else (begin, place)
            low, high = max(low - found.start(), 0), min(high, found.end()) - found.start()
            token = token[:low] + token[low:high].translate(RAISED_ALL) + token[high:]
            if token == found[0]:  # a sign or a stop
                token = token.translate(RAISED_ALL)
        out += (text[done : found.start()], token)
        done = found.end()
    return "".join((*out, text[done:]))


def joined(node: LexborNode) -> str:
    """The text of an element that stands for a cell."""
    parts: list[str] = []
    seams: list[Seam] = []
    last: LexborNode | None = None
    for one in node.traverse(include_text=True):
        text, parent = one.text_content or "", one.parent
        if not one.is_text_node or not text or parent is None:
            continue
        if last is not None and last.mem_id != parent.mem_id and text[0] in GLUED and parts[-1][-1] in GLUED:
            seams.append(Seam(len(parts), last, parent))
        parts.append(text)
        last = parent
    return certain(parts, seams, frozenset, True) if seams else "".join(parts)


def _is_figure(token: str, alone: bool) -> bool:
    """Whether a text may be read as a number; four digits of a line may be a year."""
    token = token[: _LONGEST + 1].translate(_UNPRINTED)
    return len(token) <= _LONGEST and _FIGURE.fullmatch(token) is not None and (alone or _YEAR.fullmatch(token) is None)
