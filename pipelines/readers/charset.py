"""Which characters the bytes are: byte order mark, strict UTF-8, GB18030, and Big5 where that reads better.

What a page declares about itself is trusted last: pages that say ``gb2312`` and are UTF-8 are common.
"""

from __future__ import annotations

import codecs
import re

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Words that every report contains, in simplified and in traditional characters.
ANCHORS = ("政府信息", "政府信息公開", "政府資訊", "信息公开", "政府")
BIG5_ANCHORS = ("政府", "公開", "信息", "資訊", "年度", "報告")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE)
HEAD = 4096
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Raised or lowered digits (marks of footnotes) as signs of their own: beside a number they are no digits of it."""


def decode(data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding; never fails: what no encoding explains becomes U+FFFD."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), name
    wide = _unmarked_utf16(data)
    if wide:
        return data.decode(wide, "replace"), wide
    text = _utf8(data)
    if text is not None:
        return text, "utf-8"
    name, text = "gb18030", data.decode("gb18030", "replace")
    if "\ufffd" in text:
        candidates = [(name, text), ("utf-8", data.decode("utf-8", "replace"))]
        declared = declared_charset(data)
        if declared not in ("", "utf-8", "gb18030"):
            candidates.append((declared, data.decode(declared, "replace")))
        # min() keeps the first of equals, so a declaration wins only where it explains more bytes.
        name, text = min(candidates, key=lambda item: item[1].count("\ufffd"))
    if name != "utf-8" and not any(word in text for word in ANCHORS):
        big5 = data.decode("big5hkscs", "replace")
        if big5.count("\ufffd") <= text.count("\ufffd") and any(word in big5 for word in BIG5_ANCHORS):
            return big5, "big5"
    return text, name


def declared_charset(data: bytes) -> str:
    """The encoding that the head of the bytes names, by Python's name for it; empty if none or unknown."""
    match = _DECLARED.search(data[:HEAD])
    if not match:
        return ""
    try:
        name = codecs.lookup(match.group(1).decode("ascii")).name
    except LookupError:
        return ""
    if name in ("gb2312", "gbk", "hz"):
        return "gb18030"
    try:
        # Codecs that do not give text (base64, rot13 …) have no business here.
        b"a".decode(name)
    except (LookupError, ValueError):
        return ""
    return "" if name.startswith(("utf-16", "utf-32")) else name


def _utf8(data: bytes) -> str | None:
    """Strict UTF-8; a character cut off by the end of the file is dropped."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.reason == "unexpected end of data":
            return data[: error.start].decode("utf-8")
        return None


def _unmarked_utf16(data: bytes) -> str:
    """UTF-16 without a mark shows as a zero in every second byte of its markup, digits and line ends."""
    head = data[:HEAD]
    if len(head) < 8 or b"\x00" not in head:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 16 and odd > 4 * even:
        return "utf-16-le"
    if even > len(head) // 16 and even > 4 * odd:
        return "utf-16-be"
    return ""
