"""The tags of a web page by lexbor's numbers, and what they mean for reading."""

from __future__ import annotations

from typing import Final

from selectolax.lexbor import LexborHTMLParser

_BLOCK_TAGS = """
    address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary ul table tbody thead tfoot tr td
    th caption
"""
_SKIPPED_TAGS = """
    script style noscript template iframe object select textarea button datalist svg math audio video canvas title
    noframes noembed colgroup del s strike rt rp progress meter
"""
SKIPPED_TAGS: Final = frozenset(_SKIPPED_TAGS.split())


def _tag_ids() -> dict[str, int]:
    """Numbers by which lexbor knows the tags; asked from a sample, for they are not exported."""
    names = [*_BLOCK_TAGS.split(), *_SKIPPED_TAGS.split(), "br", "img"]
    ids = {}
    parser = LexborHTMLParser("<p>x")
    for name in names:
        ids[name] = parser.create_node(name).tag_id
    nodes = parser.root.traverse(include_text=True) if parser.root is not None else iter(())
    ids["#text"] = next(node.tag_id for node in nodes if node.is_text_node)
    return ids


_IDS: Final = _tag_ids()
TEXT, BR, IMG = _IDS["#text"], _IDS["br"], _IDS["img"]
TABLE, TR, TD, TH = _IDS["table"], _IDS["tr"], _IDS["td"], _IDS["th"]
INLINE: Final = frozenset({BR, IMG})
CAPTION, PRE, HR = _IDS["caption"], _IDS["pre"], _IDS["hr"]
GROUPS: Final = frozenset(_IDS[name] for name in ("thead", "tbody", "tfoot"))
BLOCKS: Final = frozenset(_IDS[name] for name in _BLOCK_TAGS.split())
SKIPPED: Final = frozenset(_IDS[name] for name in SKIPPED_TAGS)
OF_INTEREST: Final = frozenset({TEXT, BR, IMG, TABLE, TR, TD, TH, CAPTION, HR}) | GROUPS
