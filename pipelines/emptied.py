"""Tables of a PDF that print their labels and nothing else.

Without ruling lines an empty cell leaves no trace, and a table that is blank throughout looks as if it were not there.
It is there where its labels stand under its heading, complete enough to be known, up to the next heading, with no value
and no picture among them: then its cells are blank, each at its label.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.columns import APPLICANTS, CASES, OUTCOMES, SLOTS
from pipelines.contexts import section_of
from pipelines.document import Block, Document, Grid, Paragraph, Picture
from pipelines.labels import fold, match, of_kind, plain
from pipelines.readings import Found, Tables, unit_of
from pipelines.rows import is_footer
from schemas.forms import Key
from schemas.numbers import Reading, read_number

_HEADING = 40
_NEXT = {"requests": "review", "review": "after"}
_ROWS = 15
"""Rows of requests, of 23 or 25, that make a list of labels the table."""


def take_empty_tables(document: Document, tables: Tables) -> None:
    """Give blank cells to the tables of requests and of reviews that are printed empty."""
    if not document.pages:
        return
    for section in ("requests", "review"):
        if any(key[0] == section for key in tables.found):
            continue
        region = _region(document.blocks, section)
        if not region or any(isinstance(block, Picture) for block in region):
            continue
        printed = [(text, where) for block in region for text, where in _printed(block)]
        if any(_is_value(text) for text, _ in printed):
            continue
        cells = _requests(printed) if section == "requests" else _review(printed)
        for key, where in cells.items():
            slot = "review" if section == "review" else SLOTS[key[1]]
            tables.found[key] = [Found(key, Reading("blank", unit=unit_of(key)), "", where, slot)]
            tables.unread.pop(key[:2], None)


def _region(blocks: Sequence[Block], section: str) -> list[Block]:
    """The blocks below the heading of a section up to the heading of the next; none where either is missing: pages may
    be lost between.
    """
    begin, after = None, _NEXT[section]
    for place, block in enumerate(blocks):
        if not isinstance(block, Paragraph) or len(block.text) > _HEADING:
            continue
        ordinal = fold(block.text).ordinal
        if ordinal is None or ordinal[0] != "cn" or of_kind(match(block.text), "row", "group"):
            continue
        found = section_of(plain(block.text)) or ("after" if ordinal[1] in "五六" else "")
        if found == section:
            begin = place + 1
        elif found and begin is not None:
            return list(blocks[begin:place]) if found == after else []
    return []


def _is_value(text: str) -> bool:
    """Whether a text is a number or a mark; a figure in characters is a piece of a label here (三、 set downwards)."""
    status = read_number(text).status
    return status == "mark" or (status == "reported" and any(char.isdigit() for char in text))


def _printed(block: Block) -> Iterator[tuple[str, str]]:
    """The texts of a block with their places: cells, lines, and the words of lines."""
    if isinstance(block, Grid):
        yield from ((cell.text, cell.locator) for cell in block.cells if cell.text.strip())
    elif isinstance(block, Paragraph) and not is_footer(block.text):
        words = block.text.split()
        yield from ((text, block.locator) for text in dict.fromkeys((block.text, *words)))


def _requests(printed: Sequence[tuple[str, str]]) -> dict[Key, str]:
    named: dict[str, str] = {}
    for text, where in printed:
        label = of_kind(match(text), "row")
        if label is not None and label.exact and SLOTS.get(label.code) in ("requests", "other"):
            named.setdefault(label.code, where)
    if len(named) < _ROWS:
        return {}
    split = any(code.startswith("result.other.") for code in named)
    rows = [
        code for code, slot in SLOTS.items() if slot == "requests" or (slot == "other" and split == ("other." in code))
    ]
    first = next(iter(named.values()))
    return {("requests", code, part): named.get(code, first) for code in rows for part in APPLICANTS}


def _review(printed: Sequence[tuple[str, str]]) -> dict[Key, str]:
    cases = {label.code: where for text, where in printed for label in match(text) if label.kind == "case"}
    if not cases.keys() >= {"reconsideration", "litigation", *CASES[1:]}:
        return {}
    return {("review", case, outcome): cases[case] for case in CASES for outcome in OUTCOMES}
