"""Which pictures of a web page could hold content: a table as a screenshot, a scanned page; not icons, logos, QR codes.

A picture is judged by the size it declares, by its file name, and by the names of the elements around it.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

WIDTH, HEIGHT = 160, 60  # pixels; no table fits into less
INLINE = 4_000  # characters of a picture within the page itself
AROUND = 12  # elements around a picture that are looked at

_FURNITURE = re.compile(
    r"(?:^|[/_\-. ])(?:ico|icons?|logo\w*|btn|button|arrow\w*|bg|background|banner|nav|qr|qrcode|ewm\w*|erweima|weixin"
    r"|wechat|wx|weibo|share|print|close|spacer|blank|dot|line|loading|gongan|ghs|beian|jiucuo|dzjg|wza|top|foot(?:er)?|head(?:er)?"
    r"|search|menu|sidebar|crumbs?|code|red|sina|qq|tx|avatar)(?:[\d_\-. ]|$)",
    re.IGNORECASE,
)
_PIXELS = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([\d.]+)\s*(px|pt)?\s*(?:!important)?\s*(?:;|$)", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(\d+)(?:\.\d+)?\s*(?:px)?\s*$", re.IGNORECASE)
_TAGS = frozenset({"header", "footer", "nav", "aside", "button"})
_SAID = ("alt", "title")


def said(node: LexborNode) -> tuple[str, str] | None:
    """What the page says of a picture (its name at the least), and its file's name; None where it is no content."""
    attributes = node.attributes
    source = (attributes.get("data-src") or attributes.get("src") or "").strip()
    if not source or (source.startswith("data:") and len(source) < INLINE):
        return None
    sizes = dict[str, float]()
    for name in ("width", "height"):
        match = _NUMBER.match(attributes.get(name) or "")
        if match:
            sizes[name] = float(match[1])
    for name, number, _ in _PIXELS.findall(attributes.get("style") or ""):
        sizes[name.lower()] = float(number)
    if sizes.get("width", WIDTH) < WIDTH or sizes.get("height", HEIGHT) < HEIGHT:
        return None
    name = "" if source.startswith("data:") else posixpath.basename(unquote(source.split("?")[0].split("#")[0]))
    about = f"{name.rpartition('.')[0]} {attributes.get('class') or ''} {attributes.get('id') or ''}"
    if _FURNITURE.search(about) or _furnished(node.parent):
        return None
    told = (" ".join(text.split()) for key in _SAID if (text := attributes.get(key)) and text.strip())
    return next(told, name), name


def _furnished(node: LexborNode | None) -> bool:
    """Whether an element around is the page's furniture."""
    for _ in range(AROUND):
        if node is None or node.tag == "body":
            return False
        if node.tag in _TAGS:
            return True
        attributes = node.attributes
        if _FURNITURE.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"):
            return True
        node = node.parent
    return False
