"""What the rules of a page's own styles hide: parts of cells, cells, rows, whole tables.

Another rule or a script may show it again, as tabs do, and which it is only a browser knows. So the digits in a cell
become raised ones, no number. A table that is hidden is left out where another one of its kind is seen; where it is the
only one beside others that are seen its figures are not sure; where nothing else is seen, a script shows the page, and
it is read. Each of these is told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.document import Problem
from pipelines.readers.htmlpictures import said
from pipelines.readers.htmlrules import Rule, all_matching, declarations, rules
from pipelines.readers.htmltags import GROUPS, TABLE, TD, TH, TR
from pipelines.readers.htmlunseen import PARTS, cell_around, has_ground
from pipelines.readers.pieces import is_value

_CELLS: Final = "td, th"
_TABLE_PARTS: Final = frozenset({TD, TH, TR, *GROUPS})
_LINES = 200  # signs of a cell, at the most
_SHORT = 60  # signs of what may be a number, with its wrapping
_FEWEST = 3  # values in a table of figures
_MOST = 60  # tables that are compared
_INLINE_WEIGHT = (1_000_000, 0, 0)
_PICTURES = "img[src], img[data-src]"
_Place = tuple[int, str]
_Strength = tuple[bool, tuple[int, int, int], int]


def covered(
    parser: LexborHTMLParser, css: str, hidden: frozenset[int], size: int
) -> tuple[list[LexborNode], set[int], list[Problem]]:
    """Elements of cells, and cells, whose digits are not sure; the ids of what is left out; and what is to be told."""
    found = rules(css)
    hiding = [rule for rule in found if rule.hides or rule.kinds - {"ground"}]
    around = _around_tables(parser)
    hits: dict[int, tuple[LexborNode, list[Rule]]] = {}
    for rule, node in all_matching(parser, hiding, size):
        if node.mem_id in hits or node.mem_id in around or node.tag_id in _TABLE_PARTS or cell_around(node) is not None:
            hits.setdefault(node.mem_id, (node, []))[1].append(rule)
    if not hits:
        return [], set(), []
    gone = _gone(parser, found, hits, size)
    unsure: list[LexborNode] = []
    blocks: list[LexborNode] = []
    light: list[LexborNode] = []
    seen: set[int] = set()
    for key, (node, hit) in hits.items():
        kinds = frozenset[str]().union(*(rule.kinds for rule in hit))
        hides = key in gone or "gone" in kinds
        if key in around:
            blocks += [node] if hides or ("cut" in kinds and node.tag_id not in _TABLE_PARTS) else []
            continue
        if node.tag_id == TR or node.tag_id in GROUPS:
            unsure += node.css(_CELLS) if hides else []
        elif node.tag_id in (TD, TH):
            struck = "unread" in kinds or ("tiny" in kinds and not _sets_anew(node))
            unsure += [node] if (hides or struck) and _text(node, _LINES) is not None else []
        elif key not in seen and (kinds - {"light", "ground"} or any(rule.hides for rule in hit)) and _is_part(node):
            unsure.append(node)
            seen.update(one.mem_id for one in node.css("*"))
        if "light" in kinds and _is_figure(node) and not _sets_anew(node):
            light.append(node)
    if light:
        grounds = [rule for rule in found if "ground" in rule.kinds]
        grounded = {one.mem_id for _, one in all_matching(parser, grounds, size)}
        unsure += (node for node in light if not has_ground(node) and not _under(node, grounded, within_table=True))
    tables, left_out, problems = _judged(parser, blocks, hidden) if blocks else ([], set(), [])
    return unsure + [cell for table in tables for cell in table.css(_CELLS)], left_out, problems


def _around_tables(parser: LexborHTMLParser) -> set[int]:
    """Ids of tables, and of all that tables stand in."""
    around: set[int] = set()
    for table in parser.css("table"):
        up: LexborNode | None = table
        while up is not None and up.mem_id not in around:
            around.add(up.mem_id)
            up = up.parent
    return around


def _gone(
    parser: LexborHTMLParser, found: Sequence[Rule], hits: dict[int, tuple[LexborNode, list[Rule]]], size: int
) -> set[int]:
    """Ids of the elements that are hidden when all rules are weighed against each other."""
    best: dict[_Place, tuple[_Strength, bool]] = {}

    def weigh(key: int, rule: Rule) -> None:
        for name, (hidden, important) in rule.says.items():
            strength = (important, rule.weight, rule.order)
            if (key, name) not in best or best[key, name][0] <= strength:
                best[key, name] = strength, hidden

    for key, (_, hit) in hits.items():
        for rule in hit:
            weigh(key, rule)
    if not best:
        return set()
    showing = [rule for rule in found if rule.says and not (rule.hides or rule.kinds - {"ground"})]
    for rule, node in all_matching(parser, showing, size):
        if node.mem_id in hits:
            weigh(node.mem_id, rule)
    for key, (node, _) in hits.items():
        for name, (hidden, important) in declarations(node.attributes.get("style") or "").items():
            strength = (important, _INLINE_WEIGHT, 0)
            if (key, name) in best and best[key, name][0] <= strength:
                best[key, name] = strength, hidden
    return {key for (key, _), (_, hidden) in best.items() if hidden}


def _is_part(node: LexborNode) -> bool:
    """Whether an element within a cell is a part of a line, or holds a number."""
    return node.css_first(PARTS) is None or _is_figure(node)


def _sets_anew(node: LexborNode) -> bool:
    """Whether something within an element may have a size and a colour of its own."""
    return any(one.mem_id != node.mem_id for one in node.css("[style], [class], font"))


def _is_figure(node: LexborNode) -> bool:
    """Whether an element holds one value and nothing else, set as plain text."""
    text = _text(node, _SHORT)
    return text is not None and is_value(text.strip())


def _text(node: LexborNode, most: int) -> str | None:
    text = ""
    for number, one in enumerate(node.traverse(include_text=True)):
        if one.is_text_node:
            text += (one.text_content or "").strip()
        if len(text) > most or number > most:
            return None
    return text


def _judged(
    parser: LexborHTMLParser, blocks: Sequence[LexborNode], hidden: frozenset[int]
) -> tuple[list[LexborNode], set[int], list[Problem]]:
    """Tables whose figures are not sure, ids of what is left out, and what is to be told, of hidden parts of a page."""
    inside: dict[int, int] = {}
    ids = {block.mem_id for block in blocks}
    outer = [block for block in blocks if block.parent is None or not _under(block.parent, ids)]
    for number, block in enumerate(outer):
        inside.update((table.mem_id, number) for table in block.css("table"))
    shown: list[frozenset[str]] = []
    kept: list[list[tuple[LexborNode, frozenset[str]]]] = [[] for _ in outer]
    tables = parser.css("table")
    for table in tables:
        names = _names(table)
        if names is None or _under(table, hidden):
            continue
        if table.mem_id in inside:
            kept[inside[table.mem_id]].append((table, names))
        else:
            shown.append(names)
    if not any(kept):
        return [], set(), []
    pictures = (one for one in parser.css(_PICTURES) if said(one) is not None)
    if not shown and not any(not _under(one, ids | hidden) for one in pictures):
        return [], set(), [Problem("hidden_by_style", *_READ)]
    numbers = {table.mem_id: number for number, table in enumerate(tables, 1)}
    unsure: list[LexborNode] = []
    left_out: set[int] = set()
    problems: list[Problem] = []
    for block, found in zip(outer, kept, strict=True):
        twins = all(any(_alike(names, other) for other in shown[:_MOST]) for _, names in found[:_MOST])
        if found and twins and len(found) <= _MOST:
            left_out.add(block.mem_id)
        else:
            unsure += (table for table, _ in found)
        words = _LEFT_OUT if block.mem_id in left_out else _UNSURE
        problems += (Problem("hidden_by_style", *words, f"t{numbers[table.mem_id]}") for table, _ in found)
    return unsure, left_out, problems


_READ = (
    "a rule of the page's styles hides its tables until a script runs; they are read",
    "网页样式默认隐藏全部表格，已读取",
)
_LEFT_OUT = (
    "a rule of the page's styles hides this table, and another of its kind is shown; it is left out",
    "网页样式隐藏了此表，页面另有同类表格，未读取",
)
_UNSURE = (
    "a rule of the page's styles hides this table; its figures are not taken",
    "网页样式隐藏了此表，其数值未采用",
)


def _under(node: LexborNode, ids: Collection[int], *, within_table: bool = False) -> bool:
    """Whether an element is, or stands in, one of some; ``within_table``: none beyond the table around it is asked."""
    up: LexborNode | None = node
    while up is not None:
        if up.mem_id in ids:
            return True
        up = None if within_table and up.tag_id == TABLE else up.parent
    return False


def _names(table: LexborNode) -> frozenset[str] | None:
    """The texts of a table that are no values; None if it holds no figures, or other tables."""
    if table.css_first("td table, th table") is not None:
        return None
    texts = ["".join(cell.text(deep=True).split()) for cell in table.css(_CELLS)]
    values = sum(1 for text in texts if text and is_value(text))
    return None if values < _FEWEST else frozenset(text for text in texts if text and not is_value(text))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and 2 * len(one & other) > max(len(one), len(other))
