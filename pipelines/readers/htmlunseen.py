"""What a web page holds and does not show: hidden, struck out, moved off the page, white on white.

Where only a browser knows (white text whose ground is not said, an indent that has no effect within a line) what an
element of a table holds is neither read as digits nor left out: its digits become raised ones, and the cell no number.
What rules of the page's styles hide stands in ``htmlcovered``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.readers.htmlglue import RAISED_ALL
from pipelines.readers.htmlrules import FAR
from pipelines.readers.htmltags import SKIPPED_TAGS, TD, TH, TR
from pipelines.readers.pieces import is_value

_WORDS = ("display", "visibility", "line-through", "opacity", "transparent", "font-size:0", "font-size: 0", "-999")
HIDING = ", ".join([*(f"[style*='{word}' i]" for word in _WORDS), "[hidden]"])
_MAY_HIDE = (*map(str.encode, _WORDS), b"hidden")

# In a cell or a paragraph the style says nothing: it is one of text within a line.
STYLED_RAISED = [
    f':not(td, th, tr, p, div, li)[style*="vertical-align{blank}{way}" i]'
    for blank in (":", ": ", " :", " : ")
    for way in ("sub", "super")
]
_RAISED = ", ".join(["sup", "sub", *STYLED_RAISED])
_NO_TEXT = ", ".join(tag for tag in SKIPPED_TAGS if tag != "textarea")

_GONE = re.compile(r"(?<![\w-])display\s*:\s*none", re.IGNORECASE)
_UNSEEN = re.compile(
    r"(?:(?<![\w-])|content-)visibility\s*:\s*(?:hidden|collapse)"
    r"|(?<![\w-])(?:-webkit-)?text-decoration(?:-line)?\s*:[^;:]{0,80}line-through",
    re.IGNORECASE,
)
_VISIBILITY = re.compile(r"(?<![\w-])visibility\s*:\s*(visible|hidden|collapse)", re.IGNORECASE)
_OFF = rf"(?<![\w-])(?:left|top){FAR}"
# Whole parts of a page have these too: what lies within them has a size of its own, or until they glide into view.
_UNSEEN_TEXT = re.compile(
    r"(?<![\w-])(?:(?:opacity|font-size)\s*:\s*(?:0(?:\.0\d*)?|\.0\d*)(?:px|p[tc]|r?em|%)?\s*(?:[;!]|$)|color\s*:\s*transparent)"
    rf"|^(?=.*position\s*:\s*(?:absolute|fixed)).*{_OFF}",
    re.IGNORECASE | re.DOTALL,
)
_PERHAPS_WORDS = ("-999", "clip", "scale(0", "bidi-override", "rgba(")
_PERHAPS = ", ".join([*(f"[style*='{word}' i]" for word in _PERHAPS_WORDS), "bdo"])
_MAY_BE_UNSEEN = (*map(str.encode, _PERHAPS_WORDS), b"<bdo")
_PERHAPS_UNSEEN = re.compile(
    rf"(?<![\w-])text-indent{FAR}|{_OFF}|(?<![\w-])clip\s*:\s*rect|(?<![\w-])clip-path\s*:|\bscale\(\s*0"
    r"|bidi-override|(?<![\w-])color\s*:\s*rgba\([^)]{0,60},\s*0?\.?0*\s*\)",
    re.IGNORECASE,
)
PARTS = "td, th, p, div, table, li"
"""An element with one of these in it is no part of a number, but of the page."""
_STEPS = 30
"""Elements from one within a cell up to the cell, at the most."""

_WHITE = r"(?:#fff(?:fff)?\b|white\b|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))"
_WHITE_TEXT = re.compile(rf"(?<![\w-])color\s*:\s*{_WHITE}", re.IGNORECASE)
_WHITE_WORDS = ("#fff", "white", "rgb(255")
_MAY_WHITEN = re.compile(rb"color(?:: ?|=[\"']?)(?:#fff|white|rgb\(255)")
_WHITENED = ", ".join(f"[style*='{word}' i], font[color*='{word}' i]" for word in _WHITE_WORDS)
_GROUND = re.compile(
    rf"(?<![\w-])background(?:-color)?\s*:\s*(?!\s|{_WHITE}|none|transparent|in(?:herit|itial))", re.IGNORECASE
)


def raised_nodes(root: LexborNode) -> frozenset[int]:
    """Elements whose text is raised or lowered: marks of footnotes, not digits of a number."""
    return frozenset(node.mem_id for node in _all_raised(root))


def _all_raised(root: LexborNode) -> list[LexborNode]:
    # What lies within them is asked of them: "sup *" would ask each element of the page for all that it lies in.
    found: dict[int, LexborNode] = {}
    for node in root.css(_RAISED):
        if node.mem_id not in found:
            found.update((inner.mem_id, inner) for inner in node.css("*"))
    return list(found.values())


def hidden_nodes(parser: LexborHTMLParser | LexborNode, lower: bytes) -> frozenset[int]:
    """Elements that are not shown, or struck out. Of a cell that keeps its place in the row only the content is."""
    found: set[int] = set()
    if not any(word in lower for word in _MAY_HIDE):
        return frozenset()
    for node in parser.css(HIDING):
        style = node.attributes.get("style") or ""
        gone = _is_gone(node)
        if gone or _UNSEEN.search(style) or (_UNSEEN_TEXT.search(style) and not any(True for _ in node.iter())):
            if not gone and _shows_some(node, style):
                _blank_unseen(node)
            elif node.tag_id in (TD, TH) and not gone:
                _blank(node)
            else:
                found.add(node.mem_id)
    return frozenset(found)


def _is_gone(node: LexborNode) -> bool:
    """Whether an element is hidden so that it has no place either."""
    attributes = node.attributes
    return "hidden" in attributes or _GONE.search(attributes.get("style") or "") is not None


def _shows_some(node: LexborNode, style: str) -> bool:
    """Whether an element of a table is hidden in a way that what lies within it may undo, and does."""
    said = _VISIBILITY.search(style)
    if said is None or "through" in style.lower() or not (node.tag_id in (TD, TH, TR) or cell_around(node)):
        return False
    inner = (_VISIBILITY.search(one.attributes.get("style") or "") for one in node.css("[style*='visible' i]"))
    return any(one is not None and one[1].lower() == "visible" for one in inner)


def _blank_unseen(node: LexborNode) -> None:
    """Take out of an element the text over which no other one says that it is visible."""
    for text in [one for one in node.traverse(include_text=True) if one.is_text_node]:
        up = text.parent
        while up is not None:
            said = _VISIBILITY.search(up.attributes.get("style") or "")
            if said is not None:
                if said[1].lower() != "visible":
                    text.replace_with("")
                break
            up = up.parent


def _blank(node: LexborNode) -> None:
    for inner in list(node.iter(include_text=True)):
        inner.replace_with("")  # not destroyed: it may be one of the elements that follow


def leave_shown(root: LexborNode, hidden: frozenset[int]) -> None:
    """Take out of the page what is no text, hidden or struck out, and leave raised figures that are no digits of a
    number: for those who ask an element for its text and look at nothing within it. What keeps its place in a row stays
    there, without text.
    """
    for node in root.css(f"{_NO_TEXT}, {HIDING}"):
        if node.mem_id not in hidden:
            if node.tag in SKIPPED_TAGS:
                _blank(node)
            continue
        if _is_gone(node):
            node.replace_with("")
        else:
            _blank(node)
    for node in _all_raised(root):
        for inner in list(node.iter(include_text=True)):
            if not inner.is_element_node:
                inner.replace_with((inner.text_content or "").translate(RAISED_ALL))


def perhaps_unseen(parser: LexborHTMLParser, lower: bytes) -> list[LexborNode]:
    """Elements of cells of tables that only a browser knows to be seen or not, or in which order: white, where no
    ground is said; moved or cut in a way that has no effect on every element.
    """
    found: list[LexborNode] = []
    if any(word in lower for word in _MAY_BE_UNSEEN):
        for node in parser.css(_PERHAPS):
            if (node.tag == "bdo" or _PERHAPS_UNSEEN.search(node.attributes.get("style") or "")) and _within(node):
                found.append(node)
    if _MAY_WHITEN.search(lower):
        found += _whitened(parser)
    return found


def _whitened(parser: LexborHTMLParser) -> Iterable[LexborNode]:
    for node in parser.css(_WHITENED):
        attributes = node.attributes
        white = _WHITE_TEXT.search(attributes.get("style") or "") or (node.tag == "font" and attributes.get("color"))
        if white and _within(node) and is_value(node.text(deep=True).strip()) and not has_ground(node):
            yield node


def has_ground(node: LexborNode) -> bool:
    """Whether the page says that an element of a table stands on a ground that is not white."""
    up: LexborNode | None = node
    while up is not None:
        attributes = up.attributes
        ground = attributes.get("bgcolor") or ""
        if (ground and not re.match(_WHITE, ground, re.IGNORECASE)) or _GROUND.search(attributes.get("style") or ""):
            return True
        up = None if up.tag == "table" else up.parent
    return False


def _within(node: LexborNode) -> bool:
    """Whether an element is a cell or stands in one."""
    return node.tag_id in (TD, TH) or cell_around(node) is not None


def cell_around(node: LexborNode) -> LexborNode | None:
    """The cell that an element stands in, not many elements deep."""
    up = node.parent
    for _ in range(_STEPS):
        if up is None or up.tag_id in (TD, TH):
            return up
        up = up.parent
    return None
