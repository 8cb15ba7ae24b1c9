"""Tables of a web page that are no tables: rows of ``div``, ``ul`` or ``span`` elements, and lines of text with bars.

Elements are rows of a table where several stand one after the other, hold nothing but as many short elements each, and
most of these print a number, a mark or nothing. Which cell stands under which heading is style's affair and not known:
such grids keep the order of their cells, empty ones included, and no columns.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from selectolax.lexbor import LexborNode

from pipelines.document import Block, Grid, Paragraph
from pipelines.readers.htmlglue import joined
from pipelines.readers.limits import Limits
from pipelines.readers.text import blocks_of, row_of

ROWS = "div, ul, ol, li, p, dl, section"
CELLS: Final = frozenset(["div", "span", "li", "p", "dd", "dt", "label", "em", "i", "b", "strong", "a", "font"])
NESTED: Final = ("table", "ul", "ol", "div", "br", "img")  # what a cell does not hold
_NESTED = ", ".join(NESTED)
FEWEST, MOST = 3, 30  # cells in a row
MANY = 5  # values in a row without a label
SHORT = 80  # characters of a cell
_VALUE = re.compile(r"[+\-－−]?[\d０-９][\d０-９,，.．]*\S{0,2}|[/／—–－\-]{1,2}|无|")
_LOCATOR = re.compile(r"L(\d+)(?::(\d+-\d+))?(?:-(\d+))?")


def element_rows(root: LexborNode) -> list[list[tuple[LexborNode, list[str]]]]:
    """Tables of rows: each row its element and the texts of its cells."""
    tables: list[list[tuple[LexborNode, list[str]]]] = []
    seen: set[int] = set()
    for node in root.css(ROWS):
        if node.mem_id in seen:
            continue
        run: list[tuple[LexborNode, list[str]]] = []
        row: LexborNode | None = node
        while row is not None:
            if row.is_element_node:
                cells = _cells(row)
                if len(cells) < 2:
                    break
                seen.add(row.mem_id)
                run.append((row, cells))
            elif (row.text_content or "").strip():
                break
            row = row.next
        if _is_table([cells for _, cells in run]):
            tables.append(run)
    return tables


def _cells(row: LexborNode) -> list[str]:
    """The texts of a row's cells; [] where it is no row."""
    cells: list[str] = []
    for child in row.iter(include_text=True):
        if not child.is_element_node:
            if (child.text_content or "").strip():
                return []
            continue
        if child.tag not in CELLS or _holds_more(child):
            return []
        text = joined(child) if any(True for _ in child.iter()) else child.text(deep=True)
        text = " ".join(text.split())
        if len(text) > SHORT or len(cells) == MOST:
            return []
        cells.append(text)
    return cells


def _holds_more(cell: LexborNode) -> bool:
    # Children first: wrappers in wrappers would otherwise each look through all that lie below.
    if any(inner.tag in NESTED for inner in cell.iter()):
        return True
    return any(inner.mem_id != cell.mem_id for inner in cell.css(_NESTED))


def _is_table(rows: list[list[str]]) -> bool:
    if len(rows) > 1 and not any(map(_VALUE.fullmatch, rows[0])) and any(map(_is_numbers, rows[1:])):
        return True
    if _is_headed(rows):
        return True
    sizes = Counter(len(cells) for cells in rows if len(cells) >= FEWEST)
    if not sizes:
        return False
    size, count = max(sizes.items(), key=lambda item: (item[1], item[0]))
    if count < 2:
        return False
    full = [cells for cells in rows if len(cells) == size]
    named = [cells for cells in full if cells[0] and not _VALUE.fullmatch(cells[0])]
    values = [cell for cells in named for cell in cells[1:]]
    return sum(1 for v in values if v and _VALUE.fullmatch(v)) >= 3 and 2 * sum(
        1 for v in values if _VALUE.fullmatch(v)
    ) > len(values)


def _is_headed(rows: list[list[str]]) -> bool:
    """Whether rows of one length are each a label and its values, below as many headings."""
    if len(rows) < 2 or len({len(cells) for cells in rows}) > 1 or any(map(_VALUE.fullmatch, rows[0])):
        return False
    below = [(label, values) for label, *values in rows[1:]]
    return all(not _VALUE.fullmatch(label) and all(map(_VALUE.fullmatch, values)) for label, values in below) and any(
        any(values) for _, values in below
    )


def _is_numbers(cells: list[str]) -> bool:
    """Whether a row holds nothing but values, many of them printed: what stands below headings alone."""
    return len(cells) >= MANY and all(map(_VALUE.fullmatch, cells)) and 2 * sum(map(bool, cells)) > len(cells)


def barred(blocks: list[Block], limits: Limits) -> list[Block]:
    """Blocks in which consecutive lines of cells parted by bars or tabs, numbers among them, are grids."""
    out: list[Block] = []
    run: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph) and row_of(block.text):
            run.append(block)
            continue
        out.extend(_grids(run, limits))
        run = []
        if isinstance(block, Paragraph):
            block.text = " ".join(block.text.split())
        out.append(block)
    out.extend(_grids(run, limits))
    return out


def _grids(run: list[Paragraph], limits: Limits) -> list[Block]:
    if len(run) < 2:
        return list(run)
    found = blocks_of([paragraph.text for paragraph in run], limits)
    printed = [cell.text for block in found if isinstance(block, Grid) for cell in block.cells]
    if not any(text and _VALUE.fullmatch(text) for text in printed):
        return list(run)
    for block in found:
        block.locator = _moved(block.locator, run)
        if isinstance(block, Grid):
            for cell in block.cells:
                cell.locator = _moved(cell.locator, run)
    return found


def _moved(locator: str, run: list[Paragraph]) -> str:
    """A place in these lines as a place on the page: ``L2:1-3`` is ``para18:1-3``, ``L1-4`` is ``para17-para20``."""
    match = _LOCATOR.fullmatch(locator)
    if match is None:
        return locator
    place = run[int(match[1]) - 1].locator
    if match[2]:
        return f"{place}:{match[2]}"
    return f"{place}-{run[int(match[3]) - 1].locator}" if match[3] else place
