"""What stands on a web page, in order: one pass over its nodes, and a short cut for plain tables.

Rules of what counts as text, as a table and as layout stand in ``html``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from selectolax.lexbor import LexborNode

from pipelines.document import Picture, Problem
from pipelines.readers import spans
from pipelines.readers.htmlblocks import Cell, Items, Table, text_of
from pipelines.readers.htmlglue import GLUED, INVISIBLE, RAISED_ALL, Seam, certain
from pipelines.readers.htmlpictures import said
from pipelines.readers.htmlrows import element_rows
from pipelines.readers.htmltags import (
    BLOCKS,
    BR,
    CAPTION,
    GROUPS,
    HR,
    INLINE,
    OF_INTEREST,
    PRE,
    SKIPPED,
    TABLE,
    TEXT,
    TR,
)
from pipelines.readers.htmlunseen import HIDING, STYLED_RAISED
from pipelines.readers.limits import Limits, too_many_cells

MARK = "\x1e"  # stands, with a number, for a table that is read already
TAB = "\x02"  # stands for a tab of preformatted text, while blanks are drawn together

# What makes a table need the general pass; scripts and styles in a cell give themselves away by their signs.
_SPECIAL = ", ".join(
    [
        "table img, caption, pre, select, textarea, noscript, button, del, s, strike, sup, sub, rt, rp",
        "progress, meter, canvas, audio, video, object, iframe",
        *STYLED_RAISED,
    ]
)
SPECIAL = re.compile(
    rb"<(?:img|caption|p(?:re|rogress)|select|textarea|noscript|button|del|r[tp]|s(?:trike|u[bp])?|meter|canvas|audio"
    rb"|video|object|iframe)[\s/>]|vertical-align ?: ?su[bp]"
)
_CODE = re.compile("[{};=<]")
_OUTER = f" \t\r\n\x0c\u00a0{MARK}"
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u201c\u201d\u2018\u2019"
_SOURCE_LINE = re.compile(rf"(?<=[{_WIDE}])[ \t\r]*\n\s*(?=[{_WIDE}])")
_INVISIBLE = re.compile(f"[{INVISIBLE}]")


def _unwrapped(text: str, preformatted: bool) -> str:
    """Line ends of the source drawn together, or tabs of preformatted text kept."""
    if preformatted:
        return text.replace("\t", TAB)
    return _SOURCE_LINE.sub("", text).replace("\n", " ")


# Where the children of an element stand: the block that their text belongs to, the list that takes it (None where
# nothing is shown), the table around them, whether line ends of the source count. A plain tuple, for speed.
_Context = tuple[int, "Items | None", "Table | None", bool]
_NOWHERE: Final[_Context] = (0, None, None, False)


def _span(value: str | None) -> int:
    """A span attribute as browsers read it: its leading digits; 1 where there are none."""
    match = re.match(r"\s*\+?(\d{1,7})", value or "")
    return int(match.group(1)) if match else 1


class Page:
    """One pass over the nodes of a page, and what comes of it."""

    def __init__(
        self,
        hidden: frozenset[int],
        broken_lines: bool,
        tidy: bool,
        raised: frozenset[int] = frozenset(),
        styled: Callable[[], frozenset[int]] = frozenset,
        in_cell: bool = False,
    ) -> None:
        self.hidden = hidden
        self.raised = raised
        self.styled = (
            styled  # elements of plain tags that the page's own rules move or resize, asked for where it matters
        )
        self.in_cell = in_cell
        self.seams: list[Seam] = []
        self.last: LexborNode | None = None  # around the text before
        self.owned = in_cell  # whether the text that is being collected stands in a table
        self.max_cells = 0
        self.broken_lines = broken_lines
        self.tidy = tidy
        self.items: Items = []
        self.tables: list[Table] = []
        self.problems: list[Problem] = []
        self.contexts: dict[int, _Context] = {}
        self.numbers: dict[int, int] = {}
        self.lifted: dict[str, Table] = {}
        self.pictures = 0
        self.waiting: list[Picture] = []  # pictures within the text that is being collected

    def lift(
        self, root: LexborNode, limits: Limits, special_tags: bool = True, doubtful: Sequence[LexborNode] = ()
    ) -> None:
        """Read the plain tables, most of all, by lexbor's own means and leave marks in their places.

        A cell whose printed text is one piece needs no look at its nodes; any other gets the general pass.
        ``special_tags`` False: the source has none of the tags that call for it (see ``SPECIAL``); ``doubtful``:
        further nodes that do.
        """
        nodes = root.css("table")
        self.numbers = {node.mem_id: number for number, node in enumerate(nodes, 1)}
        special = [
            *root.css("table table"),
            *doubtful,
            *(root.css(_SPECIAL) if special_tags else ()),
            *(node for node in self._styled(root) if node.mem_id in self.hidden),
        ]
        general: set[int] = set()
        for found in special:
            up: LexborNode | None = found
            while up is not None:
                if up.tag_id == TABLE:
                    if up.mem_id in general and up.mem_id != found.mem_id:
                        break
                    general.add(up.mem_id)
                up = up.parent
        spanned = {node.mem_id for node in root.css("[rowspan], [colspan]")}
        for number, node in enumerate(nodes, 1):
            if node.mem_id in general or node.mem_id in self.hidden:
                continue
            table = Table(number)
            self._fill(table, node, spanned, limits)
            mark = f"{MARK}{number}"
            self.lifted[mark] = table
            node.replace_with(mark)

    def _styled(self, root: LexborNode) -> list[LexborNode]:
        """What stands in a table and may be hidden."""
        return root.css(f"table {HIDING.replace(', ', ', table ')}") if self.hidden else []

    def lift_rows(self, root: LexborNode) -> None:
        """Read rows made of other elements than those of tables, and leave marks in their places."""
        for number, rows in enumerate(element_rows(root), 1):
            table = Table(-number)
            table.given = [(0, [(text, 1, 1) for text in cells]) for _, cells in rows]
            table.cells = sum(len(cells) for _, cells in rows)
            mark = f"{MARK}-{number}"
            self.lifted[mark] = table
            for node, _ in rows[1:]:
                node.decompose()
            rows[0][0].replace_with(mark)

    def _fill(self, table: Table, node: LexborNode, spanned: set[int], limits: Limits) -> None:
        """The rows of a plain table."""
        table.given = []
        group = node.child
        while group is not None:
            if group.tag_id in GROUPS:
                table.group += 1
                row = group.child
                while row is not None:
                    if row.tag_id == TR:
                        cells = [self._plain(cell, spanned) for cell in row.iter()]
                        table.given.append((table.group, cells))
                        table.cells += len(cells)
                        if table.cells > limits.cells:
                            raise too_many_cells()
                    row = row.next
            group = group.next

    def _plain(self, node: LexborNode, spanned: set[int]) -> spans.Given:
        """One cell of a plain table."""
        rowspan = colspan = 1
        if node.mem_id in spanned:
            attributes = node.attributes
            rowspan, colspan = _span(attributes.get("rowspan", "1")), _span(attributes.get("colspan", "1"))
        text = node.text(deep=True, separator=MARK).strip(_OUTER)
        if text.isdigit():
            return text, rowspan, colspan
        if MARK in text:
            pieces = [piece for piece in text.split(MARK) if piece and not piece.isspace()]
            text = pieces[0].strip() if len(pieces) == 1 else "\n"
        if "\n" in text or _CODE.search(text):
            part = Page(self.hidden, False, self.tidy, self.raised, self.styled, in_cell=True)
            part.walk(node, Limits())
            return text_of(part.items), rowspan, colspan
        if self.tidy:
            text = _INVISIBLE.sub("", text)
        return " ".join(text.split()), rowspan, colspan

    def walk(self, root: LexborNode, limits: Limits) -> None:
        """Collect texts and tables, in document order."""
        self.max_cells = limits.cells
        contexts = self.contexts
        contexts[root.mem_id] = (root.mem_id, self.items, None, False)
        parts: list[str] = []
        block = -1
        items: Items | None = None
        keep_lines = self.broken_lines
        for node in root.traverse(include_text=True):
            kind = node.tag_id
            if kind not in OF_INTEREST:
                continue
            if kind == TEXT:
                text = node.text_content or ""
                if text.isspace() and not (keep_lines and "\n" in text):
                    if parts:
                        parts.append(" ")
                    continue
                parent = node.parent
                context = contexts.get(parent.mem_id) if parent is not None else _NOWHERE
                if context is None:
                    context = self._context(parent)
                if context[0] != block:
                    if parts:
                        self._flush(parts, items)
                    block, items, _, _ = context
                    self.owned = self.in_cell or context[2] is not None
                if items is None or not text:
                    continue
                if text[:1] == MARK and text in self.lifted:
                    self._flush(parts, items)
                    self._place(text, context)
                    continue
                if ("\n" in text or "\t" in text) and not keep_lines:
                    text = _unwrapped(text, context[3])
                parts.append(self._joined(text, parent, parts))
            elif kind in INLINE:
                self._inline(node, kind, parts)
            else:
                if parts:
                    self._flush(parts, items)
                block = -1
                self._structure(node, kind)
        self._flush(parts, items)

    def _joined(self, text: str, parent: LexborNode | None, parts: list[str]) -> str:
        """A text as it goes on from those before it, which may make another number of them."""
        if parent is not None and parent.mem_id in self.raised:
            text = text.translate(RAISED_ALL)
        elif parts and text[0] in GLUED and parts[-1][-1] in GLUED and parent is not None and self.last is not None:
            if not text.strip(INVISIBLE):
                parent = self.last
            elif parent.mem_id != self.last.mem_id:
                self.seams.append(Seam(len(parts), self.last, parent))
        self.last = parent
        return text

    def _inline(self, node: LexborNode, kind: int, parts: list[str]) -> None:
        """A line break, or a picture: if it could hold content, it comes after the text in which it stands."""
        if kind == BR:
            parts.append("\n")
            return
        self.pictures += 1
        found = said(node)
        parent = node.parent
        if found is None or parent is None:
            return
        items = (self.contexts.get(parent.mem_id) or self._context(parent))[1]
        if items is None:
            return
        picture = Picture(f"img{self.pictures}", found[0], source=found[1])
        if parts:
            self.waiting.append(picture)
        else:
            items.append(picture)

    def _flush(self, parts: list[str], items: Items | None) -> None:
        """Append the collected text, line by line, to its place."""
        if self.seams:
            text = certain(parts, self.seams, self.styled, self.owned)
            self.seams.clear()
        else:
            text = "".join(parts)
        parts.clear()
        if items is None:
            return
        if self.waiting:
            self._lines(text, items)
            items.extend(self.waiting)
            self.waiting.clear()
        else:
            self._lines(text, items)

    def _lines(self, text: str, items: Items) -> None:
        if self.tidy:
            text = _INVISIBLE.sub("", text)
        if "\n" not in text and TAB not in text:
            text = " ".join(text.split())
            if text:
                items.append(text)
            return
        lines = [" ".join(line.split()) for line in text.replace(TAB, f" {TAB} ").split("\n")]
        items.extend(re.sub(f" ?{TAB} ?", "\t", line) for line in lines if line.strip(f"{TAB} "))

    def _context(self, element: LexborNode | None) -> _Context:
        """The context of an element's children; each element is looked at once."""
        contexts = self.contexts
        context = _NOWHERE
        path: list[LexborNode] = []
        while element is not None:
            known = contexts.get(element.mem_id)
            if known is not None:
                context = known
                break
            path.append(element)
            element = element.parent
        while path:
            element = path.pop()
            key, kind = element.mem_id, element.tag_id
            if kind in SKIPPED or (self.hidden and key in self.hidden):
                context = (key, None, context[2], False)
            elif kind in BLOCKS:
                context = (key, context[1], context[2], context[3] or kind == PRE)
            contexts[key] = context
        return context

    def _place(self, mark: str, context: _Context) -> None:
        """Put a table read already where its mark stands."""
        table = self.lifted[mark]
        self.tables.append(table)
        _, items, owner, _ = context
        if items is not None:
            items.append(table)
            if owner is not None:
                owner.nested = True

    def _structure(self, node: LexborNode, kind: int) -> None:
        """A table, a row group, a row, a cell or a caption begins."""
        if node.mem_id in self.contexts:
            return  # the cell at which a walk starts
        parent = node.parent
        context = self.contexts.get(parent.mem_id) if parent is not None else _NOWHERE
        _, items, owner, _ = context or self._context(parent)
        key = node.mem_id
        if self.hidden and key in self.hidden:
            items = None
        if kind == TABLE:
            table = Table(self.numbers.get(key, len(self.tables) + 1))
            self.tables.append(table)
            if items is not None:
                items.append(table)
                items = table.before
                if owner is not None:
                    owner.nested = True
            owner = table
        elif owner is None or kind == HR:
            pass
        elif kind == TR:
            if items is not None:
                owner.rows.append((owner.group, []))
        elif kind in GROUPS:
            owner.group += 1
        elif items is None:
            pass
        elif kind == CAPTION:
            items = owner.before
        else:
            attributes = node.attributes
            cell = Cell(
                _span(attributes["rowspan"]) if "rowspan" in attributes else 1,
                _span(attributes["colspan"]) if "colspan" in attributes else 1,
            )
            if owner.rows:
                owner.rows[-1][1].append(cell)
                owner.cells += 1
                if owner.cells > self.max_cells:
                    raise too_many_cells()
            items = cell.items
        self.contexts[key] = (key, items, owner, False)
