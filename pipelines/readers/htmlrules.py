"""Rules of a page's own styles that hide, strike, raise or show something, and the elements that they name.

What is understood: selectors of tags, classes, ids and attributes, the common pseudo-classes, descendants, children and
siblings; rules for print and for narrow windows do not count. All selectors are matched step by step: all at once the
parser would ask each element for all that it lies in, which takes quadratic time where elements lie in each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from pipelines.readers.htmlglue import lightness, telling

_WORDS = (
    "display:none", "visibility:", "line-through", "opacity:0", "opacity:.", "vertical-align:su", "font-size:0",
    "font-size:.", "font-size:1px", "font-size:1pt", "font-size:2px", "transparent", "color:#f", "color:#e",
    "color:white", "color:snow", "color:rgb", "color:hsl", "overflow:hidden", "-999", "clip", "scale(0",
    "bidi-override", "mso-hide",
)  # fmt: skip
FAR = r"\s*:\s*-(?:\d{4,}p[xt]|\d{3,}r?em)"
_DISPLAY = re.compile(r"(?<![\w-])(display|visibility|opacity)\s*:\s*([\w.-]+)\s*(!\s*important)?", re.IGNORECASE)
_HIDING = re.compile(r"none|hidden|collapse|0?\.0\d*|0", re.IGNORECASE)
_GONE = re.compile(
    r"(?<![\w-])(?:clip\s*:\s*rect|clip-path\s*:\s*(?!none))|\bscale\(\s*0\s*[,)]"
    r"|mso-hide\s*:\s*all",
    re.IGNORECASE,
)
_NO_SIZE = re.compile(r"(?<![\w-])(?:max-)?(?:width|height)\s*:\s*[01](?:px|pt|em)?\s*(?:[;!]|$)", re.IGNORECASE)
_CUT = re.compile(r"(?<![\w-])overflow(?:-[xy])?\s*:\s*hidden", re.IGNORECASE)
_OFF = re.compile(rf"(?<![\w-])(?:left|top|right|text-indent){FAR}", re.IGNORECASE)
_UNREAD = re.compile(
    r"(?<![\w-])(?:(?:-webkit-)?text-decoration(?:-line)?\s*:[^;:]{0,80}line-through|color\s*:\s*transparent)"
    r"|-webkit-text-fill-color\s*:\s*transparent|bidi-override",
    re.IGNORECASE,
)
_TINY = re.compile(
    r"(?<![\w-])font-size\s*:\s*(?:0|0?\.\d+(?!\d*r?em|\d*%)|[12](?=p[xt]))(?:\.0+)?(?:px|p[tc]|r?em|%)?\s*(?:[;!]|$)",
    re.IGNORECASE,
)
_RAISED = re.compile(r"(?<![\w-])vertical-align\s*:\s*su(?:b|per)", re.IGNORECASE)
_COLOUR = re.compile(r"(?<![\w-])color\s*:\s*([^;!]+)", re.IGNORECASE)
_GROUND = re.compile(r"(?<![\w-])background(?:-color|-image)?\s*:\s*([^;!]+)", re.IGNORECASE)
_NO_GROUND = re.compile(r"none|transparent|in(?:herit|itial)|unset|0", re.IGNORECASE)
_LIGHT = 0xE0

_ATTRIBUTE = r"\[[\w:-]+(?:[~|^$*]?=(?:\"[^\"\]]*\"|'[^'\]]*'|[\w-]+))?\]"
_SIMPLE = rf"(?:[.#][\w-]+|{_ATTRIBUTE})"
_COMPOUND = re.compile(
    rf"(?:\*|[\w-]+)?(?:{_SIMPLE}|:(?:first|last|only)-child|:(?:first|last)-of-type|:not\({_SIMPLE}\))*"
)
_NAMES = re.compile(r"[\w\s.#-]+")
_STATE = re.compile(
    r"::|:(?:before|after|hover|focus|active|visited|checked|target|disabled|enabled|selection|placeholder|first-l|invalid|valid)"
)
_NTH = re.compile(r":nth-child\(\s*(odd|even|\d{1,4})\s*\)")
_OTHER_PSEUDO = re.compile(r":(?!not\(|(?:first|last|only)-child|(?:first|last)-of-type)[\w-]+(?:\([^()]*\))?")
_STEP = re.compile(r"\s*([>+~ ](?!=))\s*")
_ELSEWHERE = re.compile(
    r"print\b(?!.*screen)|\bspeech|max-(?:device-)?width|max-height|aural", re.IGNORECASE | re.DOTALL
)
_LONGEST = 400  # signs of a selector
_PASSES = 30_000_000  # elements times selectors, about; beyond that only the last class of a selector counts
_FEW = 10
"""Elements that may lie in each other and all be looked through."""


class Rule(NamedTuple):
    """One selector and what it is for."""

    steps: tuple[tuple[str, str], ...]
    """Each with what joins it to the one before: a blank, ``+`` or ``~``."""
    says: dict[str, tuple[bool, bool]]
    """Display, visibility and opacity: whether it hides, and whether that is important."""
    kinds: frozenset[str]
    """``gone`` (moved off the page, clipped), ``cut`` (of no size), ``unread`` (struck, turned round), ``tiny``,
    ``light``, ``raised``, ``ground``."""
    order: int

    @property
    def hides(self) -> bool:
        return any(hidden for hidden, _ in self.says.values())

    @property
    def weight(self) -> tuple[int, int, int]:
        """Of the selector, against others: ids, classes, tags."""
        text = " ".join(step for _, step in self.steps)
        ids = text.count("#")
        classes = text.count(".") + text.count("[") + text.count(":") - text.count(":not")
        return ids, classes, sum(step[:1].isalpha() for _, step in self.steps)


def without_comments(css: str) -> str:
    """A style sheet without what it says to people, and to browsers that know no styles."""
    if "/*" in css:
        out, done = [], 0
        while (start := css.find("/*", done)) >= 0:
            out.append(css[done:start])
            end = css.find("*/", start + 2)
            done = end + 2 if end >= 0 else len(css)
        css = " ".join((*out, css[done:]))
    return css.replace("<!--", " ").replace("-->", " ")


def sheet(parser: LexborHTMLParser) -> str:
    """The styles of a page."""
    return without_comments("\n}".join(style.text(deep=True) for style in parser.css("style")))


def may_hide(css: str) -> bool:
    """Whether any of these styles may hide something."""
    tight = "".join(css.split()).lower()
    return any(word in tight for word in _WORDS)


def rules(css: str) -> list[Rule]:
    """The rules that hide, strike, raise, lighten, give a ground or show, by the order in which they stand."""
    return list(_rules(css))


def _declared(css: str) -> Iterator[tuple[str, str]]:
    """Selectors and what they are given, without rules for other media."""
    around: list[str] = []
    for piece in css.split("}"):
        *heads, body = piece.split("{")
        if not heads:
            if around:
                around.pop()
            continue
        heads = [head.rpartition(";")[2].strip() for head in heads]
        around += (head[:_LONGEST] for head in heads[:-1])
        if heads[-1].startswith("@") or any(
            head.startswith("@") and ("keyframes" in head or _ELSEWHERE.search(head)) for head in around[-20:]
        ):
            continue
        yield heads[-1], body


def _rules(css: str) -> Iterator[Rule]:
    for order, (head, body) in enumerate(_declared(css)):
        says = declarations(body)
        kinds = _kinds(body)
        if says or kinds:
            for steps in selectors(head):
                yield Rule(steps, says, kinds, order)


def declarations(body: str) -> dict[str, tuple[bool, bool]]:
    """What a style says of display, visibility and opacity: whether it hides, and whether that is important."""
    if not any(word in body.lower() for word in ("display", "visibility", "opacity")):
        return {}
    return {
        found[1].lower(): (_HIDING.fullmatch(found[2]) is not None, bool(found[3])) for found in _DISPLAY.finditer(body)
    }


def _kinds(body: str) -> frozenset[str]:
    kinds: set[str] = set()
    low = body.lower()
    if ("clip" in low or "scale(" in low or "mso-hide" in low) and _GONE.search(low):
        kinds.add("gone")
    if ("left" in low or "right" in low or "top" in low or "indent" in low) and _OFF.search(low):
        kinds.add("gone")
    if "overflow" in low and _CUT.search(low) and _NO_SIZE.search(low):
        kinds.add("cut")
    if ("through" in low or "transparent" in low or "bidi" in low) and _UNREAD.search(low):
        kinds.add("unread")
    if "font-size" in low and _TINY.search(low):
        kinds.add("tiny")
    if "vertical" in low and _RAISED.search(low):
        kinds.add("raised")
    if "background" in low and (ground := _GROUND.search(low)) is not None:
        bare = _NO_GROUND.match(ground[1].strip()) or (lightness(ground[1]) or 0) >= _LIGHT
        kinds |= set() if bare else {"ground"}
    if "color" in low and "ground" not in kinds and (colour := _COLOUR.search(low)) is not None:
        kinds |= {"light"} if (lightness(colour[1]) or 0) >= _LIGHT else set()
    return frozenset(kinds)


def selectors(head: str) -> Iterator[tuple[tuple[str, str], ...]]:
    """The selectors of a rule, step by step; what stands for a state or for no element is left out, what is not known
    of an element is taken for so.
    """
    for one in head.replace("&", "").split(","):
        if len(one) <= _LONGEST and _NAMES.fullmatch(one):
            if steps := tuple((" ", step) for step in one.split()):
                yield steps
            continue
        one = " ".join(one.split())
        if not one or len(one) > _LONGEST or _STATE.search(one):
            continue
        one = _OTHER_PSEUDO.sub(lambda found: found[0].replace(" ", "") if _NTH.fullmatch(found[0]) else "", one)
        pieces = _STEP.split(one)
        steps = tuple((joint.replace(">", " "), step or "*") for joint, step in _paired(pieces))
        if all(_COMPOUND.fullmatch(_NTH.sub("", step)) for _, step in steps):
            yield steps


def _paired(pieces: Sequence[str]) -> Iterator[tuple[str, str]]:
    return zip((" ", *pieces[1::2]), pieces[::2], strict=True)


def plainly_moved(parser: LexborHTMLParser) -> frozenset[int]:
    """Elements that the page's own rules set apart from plain text by their tags alone."""
    found: set[int] = set()
    told = 0
    for head, body in _declared(sheet(parser)):
        for steps in selectors(head):
            if steps[-1][1] in ("span", "font", "b", "strong", "u") and telling(body) and told < 20:
                told += 1
                found.update(node.mem_id for node in matching(parser, steps))
    return frozenset(found)


def all_matching(parser: LexborHTMLParser, given: Sequence[Rule], size: int) -> Iterator[tuple[Rule, LexborNode]]:
    """The elements that each rule names. ``size`` of the page: if rules and elements are too many to be compared, what
    lies around an element does not count for the last of the rules.
    """
    most = max(50, _PASSES // max(size, 1))
    last: dict[str, bool] = {}
    for rule in given[:most]:
        step = rule.steps[-1][1]
        if step not in last:
            last[step] = bool(_css(parser, step))
        if last[step]:
            for node in matching(parser, rule.steps):
                yield rule, node
    if given[most:]:
        named: dict[str, list[LexborNode]] = {}
        for node in parser.css("[class], [id]"):
            attributes = node.attributes
            for name in (attributes.get("class") or "").split():
                named.setdefault(f".{name}", []).append(node)
            named.setdefault(f"#{attributes.get('id')}", []).append(node)
        used: set[str] = set()
        for rule in given[most:]:
            key = next(iter(re.findall(r"[.#][\w-]+", rule.steps[-1][1])), "")
            if key not in used:
                used.add(key)
                for node in named.get(key, ()):
                    yield rule, node


def matching(parser: LexborHTMLParser, steps: Sequence[tuple[str, str]]) -> list[LexborNode]:
    """The elements that a selector names."""
    (_, first), *others = steps
    places = _css(parser, first)
    for joint, step in others:
        if not places:
            return []
        if joint == " ":
            places = [node for place in _outermost(places) for node in _css(place, step) if node.mem_id != place.mem_id]
        else:
            named = {node.mem_id for node in _css(parser, step)}
            places = [node for node in _siblings(places, joint == "+") if node.mem_id in named]
    return places


def _outermost(places: list[LexborNode]) -> list[LexborNode]:
    if len(places) <= _FEW:
        return places
    seen: set[int] = set()
    outermost = []
    for node in places:
        if node.mem_id not in seen:
            outermost.append(node)
            seen.update(inner.mem_id for inner in node.css("*"))
    return outermost


def _siblings(places: Iterable[LexborNode], next_only: bool) -> Iterator[LexborNode]:
    seen: set[int] = set()
    for place in places:
        node = place.next
        while node is not None and node.mem_id not in seen:
            if node.is_element_node:
                yield node
                if next_only:
                    break
                seen.add(node.mem_id)
            node = node.next


def _css(place: LexborHTMLParser | LexborNode, step: str) -> list[LexborNode]:
    nth = _NTH.search(step)
    try:
        found = place.css(_NTH.sub("", step) or "*")
    except SelectolaxError:
        return []
    return _numbered(found, nth[1]) if nth else found


def _numbered(nodes: list[LexborNode], which: str) -> list[LexborNode]:
    """Those that have a number among their parents' children; the parser would count anew for each."""
    numbers: dict[int, int] = {}
    for node in nodes:
        if node.mem_id not in numbers and node.parent is not None:
            numbers.update((child.mem_id, number) for number, child in enumerate(node.parent.iter(), 1))
    if which in ("odd", "even"):
        return [node for node in nodes if numbers.get(node.mem_id, 0) % 2 == (which == "odd")]
    return [node for node in nodes if numbers.get(node.mem_id) == int(which)]
