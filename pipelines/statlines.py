"""Statistics tables that a document prints as bare text lines: one cell on each line, or cells parted by blanks.

A blank cell leaves no trace in such text, so a row is only believed where it has exactly as many cells as its columns
ask for, each of its kind: a unit where the unit stands, a code of figures where the code stands, then values. Where the
rows are numbered (序号 first), the numbers must follow one another: the next row's may else be this row's value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from pipelines.document import Document
from pipelines.headings import COUNTS, LEVEL, Column, column, distinct, is_furniture, kind_of
from pipelines.labels import plain
from pipelines.lines import printed_paragraphs
from pipelines.readings import Oddity, Tables
from pipelines.rows import Slot
from pipelines.statistics import Entry, Table, is_unit, take
from pipelines.stubs import knows
from schemas.forms import STATISTICS, STATISTICS_FORMS, statistics_words
from schemas.numbers import read_number, squeeze

_LONGEST_LINE = 160
_LONGEST_LABEL = 60
_LONGEST_SPACED = 8
_WRAPPED = 3
_CAPTIONS = 4
_SENTENCE = re.compile(r"[，。；]")
_MOST_COLUMNS = 12
_LONGEST_SERIAL = 3
_HEAD, _LONGEST_HEADER = 4, 60
_ROWS_BELOW, _FEW_ROWS = 20, 4
"""Lines below a header that could not be read, and how many of them end in a figure, if it is one."""
_LINE = re.compile(r"L(?P<line>\d+):(?P<column>\d+)-\d+")


@dataclass(slots=True)
class _Line:
    """One line with its cells; ``slots`` is empty for prose. ``block`` is the ``id`` of its paragraph."""

    text: str
    locator: str
    slots: list[Slot]
    block: int = 0

    @property
    def label(self) -> str:
        """What stands before the first value, unit or code; empty where one of them is the first."""
        return "" if not self.slots or _is_cell(self.slots[0]) else self.slots[0].text


@dataclass(slots=True)
class _Group:
    """A label with the cells below it; ``sure``: none of them can be the number of the next row."""

    line: _Line
    cells: list[Slot]
    sure: bool = True


def read_lines(document: Document, year: int | None, into: Tables) -> set[int]:
    """Statistics tables among the text lines of ``document``, for a report about ``year``; returns the ``id`` of each
    paragraph that is a part of one.
    """
    blocks: set[int] = set()
    paragraphs = printed_paragraphs(document)
    heads = statistics_words()["columns"]["label"]
    texts = (plain(block.text) for block in paragraphs)
    if not any(head in text for text in texts for head in heads):
        return blocks
    lines = [
        replace(_line(text, block.locator), block=id(block))
        for block in paragraphs
        for text in block.text.splitlines()
        if text.strip()
    ]
    alone = _page_numbers(lines)
    place = 0
    while place < len(lines):
        header = _header(lines, place, year)
        if header is None:
            place += 1
            continue
        begin, (end, columns) = place, header
        captions = tuple(line.text for line in lines[max(0, place - _CAPTIONS) : place])
        entries, place = _entries(lines, end, columns, alone)
        table = Table(columns, entries, captions)
        form = table.form
        if form:
            take(table, form, year, into)
            blocks.update(line.block for line in lines[begin:place])
    if not blocks and (unread := _unread(lines)) is not None:
        into.oddities.append(Oddity("interpret.column_unknown", unread.locator, unread.text[:200], STATISTICS))
    return blocks


def _unread(lines: Sequence[_Line]) -> _Line | None:
    """A line that begins with the heading of the labels, over rows of figures that could not be read."""
    words = statistics_words()["columns"]
    heads = [serial + label for serial in ("", *words["serial"]) for label in words["label"] if len(label) >= _HEAD]
    for place, line in enumerate(lines):
        text = plain(line.text)
        if len(text) <= _LONGEST_HEADER and any(text.startswith(head) for head in heads):
            below = lines[place + 1 : place + 1 + _ROWS_BELOW]
            if sum(one.text[-1:].isdecimal() and not _SENTENCE.search(one.text) for one in below) >= _FEW_ROWS:
                return line
    return None


def _page_numbers(lines: Sequence[_Line]) -> set[int]:
    """Figures that stand alone below a sentence and so may be page numbers, with those before and after: one that fell
    into a table may have taken the place of a blank there.
    """
    alone = {
        int(below.slots[0].reading.value or 0)
        for above, below in pairwise(lines)
        if len(below.slots) == 1 and below.slots[0].numeric and _SENTENCE.search(above.text)
    }
    return {number + step for number in alone for step in (-1, 0, 1) if number + step > 0}


def _slot(text: str, place: int, locator: str) -> Slot:
    return Slot(text, place, place + 1, locator, (), read_number(text))


def _line(text: str, locator: str) -> _Line:
    """The cells of a line: values, units and codes at its end each by itself, all that stands before them one label."""
    if len(text) > _LONGEST_LINE:
        return _Line(text, locator, [])
    if kind_of(text, None) == "label":  # 指 标 名 称
        return _Line(text, locator, [_slot(text, 0, locator)])
    parts = list(re.finditer(r"\S+", text))
    if len(ways := list(islice(_spaced(text, parts), 2))) == 1:
        headings = enumerate(ways[0])
        return _Line(text, locator, [_slot(one, at, _at(locator, start, size)) for at, (one, start, size) in headings])
    cells = [(match.start(), match[0]) for match in parts]
    tail = len(cells)
    while tail and _is_cell(_slot(cells[tail - 1][1], 0, "")):
        tail -= 1
    if tail and not all(kind_of(text, None) for _, text in cells[:tail]):
        last = cells[tail - 1]
        cells = [(cells[0][0], text[cells[0][0] : last[0] + len(last[1])]), *cells[tail:]]
    slots = [_slot(part, place, _at(locator, start, len(part))) for place, (start, part) in enumerate(cells)]
    return _Line(text, locator, slots)


def _spaced(text: str, parts: Sequence[re.Match[str]]) -> Iterator[list[tuple[str, int, int]]]:
    """The ways in which a line is nothing but headings, some with blanks between their characters (统 计 指 标 单位
    统计数): each with its place and its length. Words of several characters are not put together: 本年 累计 may be two.
    """
    if not parts:
        yield []
    elif len(parts[0][0]) > 1:
        if kind_of(parts[0][0], None):
            for rest in _spaced(text, parts[1:]):
                yield [(parts[0][0], parts[0].start(), len(parts[0][0])), *rest]
    else:
        run = next((size for size, part in enumerate(parts) if len(part[0]) > 1), len(parts))
        for size in range(2, min(run, _LONGEST_SPACED) + 1):
            start, end = parts[0].start(), parts[size - 1].end()
            if kind_of(text[start:end], None) not in ("", LEVEL):
                for rest in _spaced(text, parts[size:]):
                    yield [(text[start:end], start, end - start), *rest]


def _at(locator: str, start: int, size: int) -> str:
    line = _LINE.fullmatch(locator)
    if line is None:
        return locator
    column = int(line["column"]) + start
    return f"L{line['line']}:{column}-{column + size}"


def _is_cell(slot: Slot) -> bool:
    code = squeeze(slot.text).isdecimal()  # 01 is no number, and no label either
    return code or slot.reading.status in ("reported", "mark") or is_unit(slot.text)


def _header(lines: Sequence[_Line], place: int, year: int | None) -> tuple[int, list[Column]] | None:
    """Neighbouring lines of nothing but headings, the first of which heads the labels (or the numbers of the rows, the
    second the labels) and some of which head counts."""
    columns: list[Column] = []
    end = place
    while end < len(lines) and len(columns) < _MOST_COLUMNS:
        slots = lines[end].slots
        if not slots or not all(kind_of(slot.text, year) for slot in slots):
            break
        columns += [column([slot.text], len(columns) + at, slot.locator, year) for at, slot in enumerate(slots)]
        end += 1
    kinds = [column.kind for column in columns]
    if kinds[:1] != ["label"] and kinds[:2] != ["serial", "label"]:
        return None
    if kinds.count("label") > 1 or kinds[1:].count("serial") > (kinds[0] == "label"):
        return None
    columns = distinct(columns)
    return (end, columns) if any(column.kind in COUNTS for column in columns) else None


def _entries(lines: Sequence[_Line], place: int, columns: Sequence[Column], alone: set[int]) -> tuple[list[Entry], int]:
    """Labels with the cells after them, to the first line that is neither; and the place of that line."""
    groups: list[_Group] = []
    numbered = columns[0].kind == "serial"
    serial, own = 1, False
    while place < len(lines):
        line = lines[place]
        if numbered and _counts(line, serial) and place + 1 < len(lines) and lines[place + 1].label:
            serial, own = serial + 1, True
        elif line.label and (len(line.label) <= _LONGEST_LABEL and "。" not in line.label):
            if numbered and not own and (shorter := _unnumbered(line)):
                line, own = shorter, True
            sure = own or not numbered or bool(groups and not groups[-1].cells)
            if not sure and groups:
                groups[-1].sure = False
            groups.append(_Group(line, line.slots[1:], sure))
            own = False
        elif line.slots and not line.label and groups:
            groups[-1].cells.extend(line.slots)
        else:
            break
        place += 1
    columns = columns[1:] if numbered else columns
    entries = [_entry(label, group, cells, columns, alone) for label, group, cells in _joined(groups)]
    return [entry for entry in entries if not is_furniture(entry.label, entry.text)], place


def _counts(line: _Line, serial: int) -> bool:
    """Whether the line holds nothing but this number."""
    text = squeeze(line.text)
    return len(line.slots) == 1 and text.isdecimal() and int(text) == serial


def _unnumbered(line: _Line) -> _Line | None:
    """The line less a number and a blank before its label: it cannot be another row's."""
    head = line.slots[0]
    number, blank, label = head.text.partition(" ")
    if not (blank and number.isdecimal() and len(number) <= _LONGEST_SERIAL):
        return None
    label = label.strip()
    start = head.text.rfind(label)
    return replace(line, slots=[_slot(label, 0, _at(line.locator, start, len(label))), *line.slots[1:]])


def _joined(groups: Sequence[_Group]) -> Iterator[tuple[str, _Group, list[Slot]]]:
    """Neighbouring labels that only together are worded as a form words a row, and have cells once at most."""
    place = 0
    while place < len(groups):
        size = next(
            (size for size in range(min(_WRAPPED, len(groups) - place), 1, -1) if _one(groups[place : place + size])), 1
        )
        chunk = groups[place : place + size]
        whole = replace(chunk[0], sure=all(group.sure for group in chunk))
        yield "".join(group.line.label for group in chunk), whole, [slot for group in chunk for slot in group.cells]
        place += size


def _one(chunk: Sequence[_Group]) -> bool:
    labels = [group.line.label for group in chunk]
    whole = "".join(labels)
    return sum(bool(group.cells) for group in chunk) == 1 and any(
        knows(form, whole) and not any(knows(form, label) for label in labels[1:]) for form in STATISTICS_FORMS
    )


def _entry(label: str, group: _Group, cells: list[Slot], columns: Sequence[Column], alone: set[int]) -> Entry:
    head = replace(group.line.slots[0], text=label)
    entry = Entry(label, head.locator, [head, *cells], None)
    if not cells:
        entry.cells = {}
        return entry
    pairs = list(zip(columns[1:], cells, strict=False))
    fits = len(cells) == len(columns) - 1 and all(_fits(column, slot) for column, slot in pairs)
    counts = {(column.kind, column.level): slot for column, slot in pairs if column.kind in COUNTS}
    if not group.sure or not fits or any(slot.reading.value in alone for slot in counts.values()):
        return entry
    entry.cells = counts
    entry.unit = next((slot.text for column, slot in pairs if column.kind == "unit"), "")
    entry.spare = tuple(slot for column, slot in pairs if column.kind not in COUNTS)
    return entry


def _fits(column: Column, slot: Slot) -> bool:
    """Whether a cell is of the kind that its column asks for."""
    if column.kind == "unit":
        return is_unit(slot.text) or slot.reading.status == "mark"
    if column.kind in ("code", "serial"):
        return squeeze(slot.text).isdecimal() and len(plain(slot.text)) <= 3
    return slot.reading.status in ("reported", "mark")
