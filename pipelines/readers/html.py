"""Web pages: selectolax (lexbor) for the tree, one pass over its nodes, own grid of row and column spans.

* Every ``table`` counts for the locators, in document order, also tables that only lay out the page and hidden ones:
  ``t3`` is the third table that a browser's inspector lists.
* A table with one column, and a table around tables, is layout: what its cells hold comes out as paragraphs and grids
  in reading order. Two exceptions: a table of one cell inside a cell is wrapping and its text belongs to the outer
  cell; a table that is clearly data for the most part (``MIXED``) stays a grid, the tables within it follow it, and the
  cells that hold them are no data cells.
* ``<br>`` and block elements end a line, ``&nbsp;`` is a blank, a line end of the source between two ideographs is
  nothing (CSS Text 3), elsewhere a blank. Hidden elements, struck text, scripts and form controls are left out, but for
  the number in a field that is all that its cell holds; digits of ``sup`` and ``sub`` become raised ones, so that 5
  with a footnote 1 is not 51. What counts as hidden or raised stands in ``htmlunseen``.
"""

from __future__ import annotations

import re
from functools import cache, partial

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.document import Block, Document, Grid, Picture, Problem, ReadError
from pipelines.readers.barlines import BARS
from pipelines.readers.charset import decode
from pipelines.readers.htmlblocks import blocks_of
from pipelines.readers.htmlcovered import covered
from pipelines.readers.htmlglue import INVISIBLE
from pipelines.readers.htmlpage import MARK, SPECIAL, TAB, Page
from pipelines.readers.htmlrows import barred
from pipelines.readers.htmlrules import may_hide, plainly_moved, sheet
from pipelines.readers.htmlunseen import cell_around, hidden_nodes, leave_shown, perhaps_unseen, raised_nodes
from pipelines.readers.limits import Limits, too_large, too_many_cells
from pipelines.readers.pieces import is_value
from pipelines.readers.sniff import HTML

_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{40000,}")
DEEP_ENOUGH = 8_000  # tags below which even the worst nesting parses in a fraction of a second
MAX_META = 200
MAX_META_TEXT = 2_000

_CONTROL = re.compile(f"[\x00{MARK}{TAB}]|&#0*(?:2|30);|&#[xX]0*(?:2|1[eE]);")
_CONTAINERS = (
    "address article aside blockquote center details dd dir div dl dt fieldset form main menu nav ol section ul table"
)
_NESTING = re.compile(rf"<(/?)(?:{'|'.join(_CONTAINERS.split())})\b", re.IGNORECASE)
_FIELDS = "input:not([type=hidden]), textarea, select"
_TEXTUAL = ("", "text", "number", "tel")
_LINE_MARKUP = re.compile(r"<(?:p|div|br|li|body|h[1-6]|P|DIV|BR|LI|BODY|H[1-6])\b")


def read(data: bytes, limits: Limits) -> Document:
    """Read a web page; ReadError codes: ``too_deep``, ``too_large``."""
    source, charset = decode(data)
    if charset.startswith(("utf-16", "utf-32")):
        data = source.encode("utf-8", "replace")
    return read_text(source, charset, limits, data.lower())


def read_text(source: str, charset: str, limits: Limits, lower: bytes) -> Document:
    """Read a web page that is already decoded; ``lower`` is it in small letters of an encoding that keeps ASCII: what
    it does not contain need not be looked for in the tree.
    """
    if len(source) > 4 * limits.cells and sum(source.count(tag) for tag in ("<td", "<TD", "<th", "<TH")) > limits.cells:
        raise too_many_cells()
    _check_depth(source, limits)
    _check_attributes(source, limits)
    parser = LexborHTMLParser(source)
    document = Document(HTML, charset=charset)
    _describe(parser, document)
    root = parser.body
    if root is None:
        return document
    if any(tag in lower for tag in (b"<input", b"<textarea")):
        _fill_in(root)
    printed = root.text(deep=True)
    if "\x00" in printed or MARK in printed or TAB in printed:
        clean = _CONTROL.sub("", source)
        if clean != source:
            return read_text(clean, charset, limits, lower)
    hidden = hidden_nodes(parser, lower)
    special_tags = SPECIAL.search(lower) is not None
    doubtful = perhaps_unseen(parser, lower)
    css = sheet(parser) if b"<style" in lower else ""
    if may_hide(css):
        unsure, left_out, told = covered(parser, css, hidden, len(source))
        doubtful += unsure
        hidden |= left_out
        document.problems += told
    within = frozenset(one.mem_id for node in doubtful for one in node.css("*"))
    raised = raised_nodes(root) | within if special_tags else within
    broken_lines = _LINE_MARKUP.search(source) is None
    tidy = any(mark in printed for mark in INVISIBLE)
    styled = cache(partial(plainly_moved, parser))
    page = Page(hidden, broken_lines, tidy, raised, styled)
    if not broken_lines:
        page.lift(root, limits, special_tags, doubtful)
    page.walk(root, limits)
    document.blocks = blocks_of(page.items, page.tables, page.problems, limits)
    if not any(isinstance(block, Grid) for block in document.blocks):
        document.blocks = _without_tables(source, lower, document.blocks, page, limits)
    if any(bar in printed for bar in BARS) or b"<pre" in lower:
        document.blocks = barred(document.blocks, limits)
    if hidden and all(isinstance(block, Picture) for block in document.blocks):
        # A page that hides everything shows it by script.
        parser = LexborHTMLParser(source)
        if parser.body is not None:
            page = Page(frozenset(), broken_lines, tidy, raised_nodes(parser.body))
            page.walk(parser.body, limits)
        document.blocks = blocks_of(page.items, page.tables, page.problems, limits)
        document.problems.append(
            Problem("all_hidden", "everything on the page is hidden until a script runs", "网页内容默认全部隐藏")
        )
    document.problems.extend(page.problems)
    return document


def _without_tables(source: str, lower: bytes, blocks: list[Block], page: Page, limits: Limits) -> list[Block]:
    """The blocks of a page without tables: rows made of other elements in their stead."""
    root = LexborHTMLParser(source).body
    if root is not None:
        hidden = hidden_nodes(root, lower)
        other = Page(hidden, page.broken_lines, page.tidy, raised_nodes(root) if page.raised else frozenset[int]())
        leave_shown(root, hidden)
        other.lift_rows(root)
        if other.lifted:
            other.walk(root, limits)
            return blocks_of(other.items, other.tables, other.problems, limits)
    return blocks


def _check_depth(source: str, limits: Limits) -> None:
    """Nesting of container elements in one pass; the parser takes quadratic time for it."""
    if source.count("<") < DEEP_ENOUGH:
        return
    depth = 0
    for match in _NESTING.finditer(source):
        if match.group(1):
            depth -= depth > 0
        else:
            depth += 1
            if depth > limits.depth:
                raise ReadError(
                    "too_deep",
                    f"elements are nested more than {limits.depth} deep",
                    f"网页元素嵌套超过{limits.depth}层",
                )


def _check_attributes(source: str, limits: Limits) -> None:
    """Attributes of one element; the parser compares each with all before it. An address that holds a whole picture is
    long, but one word.
    """
    if len(source) > 4 * limits.attributes:
        for match in _LONG_TAG.finditer(source):
            if len(match[0].split()) > limits.attributes:
                raise too_large(
                    f"an element with more than {limits.attributes} attributes",
                    f"单个元素的属性超过{limits.attributes}个",
                )


def _describe(parser: LexborHTMLParser, document: Document) -> None:
    """Title and ``meta`` entries."""
    title = parser.css_first("title")
    if title is not None:
        document.title = " ".join(title.text(deep=True).split())
    for node in parser.css("meta[content]")[:MAX_META]:
        attributes = node.attributes
        key = attributes.get("name") or attributes.get("property") or ""
        value = " ".join((attributes.get("content") or "").split())
        if key and value:
            document.metadata.setdefault(key, value[:MAX_META_TEXT])


def _fill_in(root: LexborNode) -> None:
    """What is entered in the only field of a cell stands there for everybody to see."""
    cells: dict[int, tuple[LexborNode, list[LexborNode]]] = {}
    for node in root.css(_FIELDS):
        cell = cell_around(node)
        if cell is not None:
            cells.setdefault(cell.mem_id, (cell, []))[1].append(node)
    for cell, (node, *others) in cells.values():
        attributes = node.attributes
        entered, printed = "", cell.text(deep=True).strip()
        if node.tag == "textarea":
            entered = node.text(deep=True).strip()
        elif node.tag == "input" and (attributes.get("type") or "").lower() in _TEXTUAL and not printed:
            entered = (attributes.get("value") or "").strip()
        if not others and is_value(entered) and printed in ("", entered):
            node.replace_with(entered)
