"""Tables that a document prints as bare text lines: one cell on each line, or cells parted by blanks.

The lines become ragged rows, so that one machinery reads everything. Blank cells leave no trace in such text; a row is
therefore only believed where it has exactly as many cells as columns, and its own sum confirms it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise, takewhile

from pipelines.document import Document, Paragraph
from pipelines.labels import Label, fold, headings_of, match, of_kind
from pipelines.rows import Row, Slot, is_footer, strip_footer, within
from schemas.forms import SECTION_FORMS, load_form
from schemas.numbers import read_amount, read_number

_LONGEST_LINE = 160
_OF_PAGES = re.compile(r"(?P<page>\d{1,3})(?P<apart>\s*)/\s*(?P<pages>\d{1,3})")
_FEW_PAGES = 3
_MARKS = "无/／"
"""Signs for none of one character: glued together each is a cell."""
_GLUED = re.compile(rf"(.*?[^-\d.,+−{_MARKS}])((?:[-+−]?\d|[{_MARKS}])[-\d.,+−万元件{_MARKS}]*)")
_GLUED_CELLS = re.compile(rf"[{_MARKS}]|[^{_MARKS}]+")
_WRAPPED = 3
_LONGEST_SERIAL = 3
_STRANGE = 4
"""Lines in which a heading must follow headings that no form has: one less of these may stand in a row."""
_HEADING = re.compile(r"[\u4e00-\u9fff\d/()（）]{2,12}")
_WORDS, _SHORT, _LONG = 4, 8, 12
"""Words of a line, and their longest, that are headings and no sentence; the longest beside one of the form's."""


def loose_rows(document: Document, first_grid: int) -> list[Row]:
    """The document's text lines as rows; ``first_grid`` numbers the imaginary grid they stand in."""
    lines = [
        _Line(text, block.locator)
        for block in printed_paragraphs(document)
        for text in block.text.splitlines()
        if text.strip()
    ]
    lines, unsure = _without_serials(_unwrapped(lines))
    lines = _dealt(lines)
    unsure |= _named_below(lines)
    rows: list[Row] = []
    for slots in _rows(lines):
        doubtful = any(slot.locator in unsure for slot in slots)
        rows.append(Row(slots, first_grid, False, len(slots), loose=True, doubtful=doubtful))
    return rows


def printed_paragraphs(document: Document) -> list[Paragraph]:
    """The paragraphs but for page numbers: marked ones, and bare figures that stand first or last on a page."""
    paragraphs = [block for block in document.blocks if isinstance(block, Paragraph)]
    feet = [_OF_PAGES.fullmatch(block.text.strip()) for block in paragraphs]
    totals = Counter(foot["pages"] for foot in feet if foot)
    paragraphs = [block for block, foot in zip(paragraphs, feet, strict=True) if not (foot and _is_foot(foot, totals))]
    kept = []
    for place, block in enumerate(paragraphs):
        if is_footer(block.text):
            continue
        edge = block.page is not None and (
            place == 0
            or paragraphs[place - 1].page != block.page
            or place + 1 == len(paragraphs)
            or paragraphs[place + 1].page != block.page
        )
        if not (edge and block.text.strip().isdecimal()):
            kept.append(block)
    return kept


def _is_foot(foot: re.Match[str], totals: Counter[str]) -> bool:
    """Whether ``3 / 16`` is the foot of a page: one of several of as many pages, or by its blanks and its figures.
    ``0/0`` is what some bureaus print for two counts in one cell.
    """
    page, pages = int(foot["page"]), int(foot["pages"])
    return totals[foot["pages"]] > 1 or (bool(foot["apart"]) and 1 <= page <= pages >= _FEW_PAGES)


def page_numbers(rows: list[Row]) -> frozenset[int]:
    """Figures that stand alone between prose and so may be page numbers, with those before and after them: one that
    fell into a table without a trace may be taken for a value there.
    """
    alone = {
        int(row.slots[0].reading.value or 0)
        for above, row in pairwise(rows)
        if len(row.slots) == 1 and row.slots[0].numeric and above.kind in ("text", "empty")
    }
    return frozenset(number + step for number in alone for step in (-1, 0, 1) if number + step > 0)


class _Line:
    """One line with its cells; ``slots`` is empty for prose."""

    def __init__(self, text: str, locator: str) -> None:
        self.text = text
        self.locator = locator
        cells = _cells(strip_footer(text.strip()), locator) if len(text) <= _LONGEST_LINE else []
        self.slots = _located(cells, text, locator)

    @property
    def values_only(self) -> bool:
        return bool(self.slots) and all(_is_value(slot) for slot in self.slots)


def _slot(text: str, place: int, locator: str) -> Slot:
    return Slot(text, place, place + 1, locator, match(text), read_number(text))


def _located(slots: list[Slot], text: str, locator: str) -> list[Slot]:
    """The cells of one line of a text file at their own columns instead of the line's."""
    if len(slots) < 2:
        return slots
    seen, found = 0, []
    for slot in slots:
        at = text.find(slot.text, seen)
        if at < 0:
            found.append(slot)
            continue
        seen = at + len(slot.text)
        found.append(replace(slot, locator=within(locator, at, seen)))
    return found


def _is_value(slot: Slot) -> bool:
    """A number, a mark, a sum of money, or the rest of a number torn apart (2 038)."""
    valued = slot.reading.status in ("reported", "mark") or slot.text.isdecimal()
    amount = None if valued else read_amount(slot.text)
    return not slot.labels and (valued or (amount is not None and amount.status == "reported"))


def _cells(text: str, locator: str) -> list[Slot]:
    """The cells of a line: a label, values, a label and its values, or several labels; else nothing."""
    whole = _slot(text, 0, locator)
    parts = text.split()
    marked = len(parts) > 1 and read_number(parts[-1]).status == "mark"  # a label has none at its end
    if _is_value(whole) or (not marked and (_exact(whole.labels) or (whole.labels and not text[-1:].isdigit()))):
        return [whole]
    slots = [_slot(part, place, locator) for place, part in enumerate(parts)]
    values = 0
    while values < len(slots) and _is_value(slots[-1 - values]):
        values += 1
    if values == len(slots):
        return slots
    head, rest = "".join(parts[: len(parts) - values]), parts[len(parts) - values :]
    glued = _GLUED.fullmatch(head)
    if glued and not _exact(match(head)) and of_kind(match(glued[1]), "row"):
        head, rest = glued[1], [*_GLUED_CELLS.findall(glued[2]), *rest]
    if rest and match(head):
        return [_slot(head, 0, locator), *[_slot(part, place, locator) for place, part in enumerate(rest, start=1)]]
    if not values and all(slot.labels for slot in slots):
        return slots
    headings = headings_of(text) if len(parts) == 1 else []
    return [_slot(part, place, locator) for place, part in enumerate(headings)] if len(headings) > 1 else []


def _unwrapped(lines: list[_Line]) -> list[_Line]:
    """Lines that together make a label (a long one broken over lines) joined into one."""
    result: list[_Line] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        if not line.values_only and (not line.slots or not _exact(line.slots[0].labels)):
            for size in range(_WRAPPED, 1, -1):
                chunk = lines[place : place + size]
                if len(chunk) < size or any(part.values_only or len(part.text) > 60 for part in chunk):
                    continue
                joined = _united(chunk)
                if (
                    joined
                    and joined.slots
                    and _exact(joined.slots[0].labels)
                    and of_kind(joined.slots[0].labels, "row", "column")
                ):
                    line, place = joined, place + size - 1
                    break
        result.append(line)
        place += 1
    return result


def _united(lines: list[_Line]) -> _Line | None:
    """Lines as one, each cell but the label at its own place; None where a value would go over from one to the next."""
    texts = [line.text.strip() for line in lines]
    joined = _Line("".join(texts), lines[0].locator)
    found = joined.slots[:1]
    part, seen = 0, 0
    for slot in joined.slots[1:]:
        while (at := lines[part].text.find(slot.text, seen)) < 0:
            part, seen = part + 1, 0
            if part == len(lines):
                return None
        seen = at + len(slot.text)
        found.append(replace(slot, locator=within(lines[part].locator, at, seen)))
    joined.slots = found
    return None if texts[0][-1:].isdigit() and texts[1][:1].isdigit() else joined


def _without_serials(lines: list[_Line]) -> tuple[list[_Line], set[str]]:
    """The lines less the numbers of rows, which stand before every label of a table and follow one another, from 1 or
    from the table above on: each would else be the last cell of the row before. Where one is missing all are left, and
    none of these rows is sure: returns their labels too. Behind a row without a number none begins: the 1 between
    行政处罚 and 行政强制 is the number of penalties.
    """
    serials: set[int] = set()
    unsure: set[str] = set()
    own: list[int] = []
    rows: list[str] = []
    counted, last, sure, bare = 0, 0, True, False
    for place, line in enumerate([*lines, None]):
        labels = line.slots[0].labels if line is not None and line.slots else ()
        if line is not None and (line.values_only or of_kind(labels, "row", "group")):
            if of_kind(labels, "row") and not (of_kind(labels, "group") and _heads(lines, place)):
                number = _alone(lines[place - 1]) if place else 0
                begins = not (own or bare) and number in (1, counted + 1) and not lines[max(0, place - 2)].values_only
                rows.append(line.slots[0].locator)
                if number and (begins or (own and number == last + 1)):
                    own.append(place - 1)
                    last = number
                else:
                    # 其他 and 总计 head columns as well, before any row.
                    sure = sure and not own
                    bare = bare or not of_kind(labels, "applicant", "outcome")
            continue
        if own and sure:
            serials.update(own)
            counted = last
        elif len(own) > 1:
            unsure.update(rows)
        own, rows, last, sure, bare = [], [], 0, True, False
    return [line for place, line in enumerate(lines) if place not in serials], unsure


def _heads(lines: list[_Line], place: int) -> bool:
    """Whether the label at ``place`` is a group's: the number and the label of a row stand right below it."""
    below = lines[place + 1 : place + 3]
    return len(below) > 1 and _alone(below[0]) > 0 and not below[1].values_only and bool(below[1].slots)


def _alone(line: _Line) -> int:
    """The number that is all that a line prints, 0 where it prints anything else."""
    text = line.text.strip()
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_SERIAL else 0


def _dealt(lines: list[_Line]) -> list[_Line]:
    """Where all the labels of a table stand above all its rows of values, each label with its row: only if the labels
    are rows of a form in its order, as many as rows of values, and all of those equally long.
    """
    result: list[_Line] = []
    place = 0
    while place < len(lines):
        names = _while(
            lines, place, lambda line: len(line.slots) == 1 and of_kind(line.slots[0].labels, "row", "group")
        )
        values = _while(lines, place + len(names), lambda line: line.values_only and len(line.slots) > 1)
        rows = [line for line in names if _row_code(line)]
        if any(_row_code(line).startswith("result.other.") for line in rows):
            rows = [line for line in rows if _row_code(line) != "result.other"]
        alike = len({len(line.slots) for line in values}) == 1
        if len(rows) == len(values) > 1 and alike and _in_order([_row_code(line) for line in rows]):
            for name, value in zip(rows, values, strict=True):
                name.slots = [*name.slots, *value.slots]
            result += rows
            place += len(names) + len(values)
        else:
            result += lines[place : place + max(1, len(names))]
            place += max(1, len(names))
    return result


def _named_below(lines: list[_Line]) -> set[str]:
    """The labels that may name the values above them: those of a table whose first values stand above its first label,
    which else would name nothing, and where several tables are so those of all. The rows add up the one way as the
    other.
    """
    found: set[str] = set()
    alone: set[str] = set()
    tables = 0
    begun = below = False
    for place, line in enumerate(lines):
        labels = line.slots[0].labels if line.slots else ()
        if line.values_only:
            following = lines[place + 1] if place + 1 < len(lines) else None
            headed = place > 0 and (len(line.slots) > 1 or bool(lines[place - 1].slots))
            counted = [slot.reading.value for slot in line.slots] == list(range(1, len(line.slots) + 1))
            if not begun and headed and not counted and following is not None and _names_alone(following):
                below = True
                tables += 1
            begun = True
        elif of_kind(labels, "row", "group"):
            begun = True
            if not any(map(_is_value, line.slots)):
                alone.update(slot.locator for slot in line.slots)
                found.update(slot.locator for slot in line.slots if below)
        elif labels:
            begun = below = False
    return alone if tables > 1 else found


def _names_alone(line: _Line) -> bool:
    """Whether a line is the label of a row and nothing more."""
    return len(line.slots) == 1 and _exact(line.slots[0].labels) and of_kind(line.slots[0].labels, "row") is not None


def _while(lines: list[_Line], start: int, test: Callable[[_Line], object]) -> list[_Line]:
    # By their places: to skip the lines before them one by one would take quadratic time.
    return list(takewhile(test, map(lines.__getitem__, range(start, len(lines)))))


def _row_code(line: _Line) -> str:
    """The indicator a line names; bare 其他 and 总计, which name columns too, name none here."""
    labels = line.slots[0].labels
    label = of_kind(labels, "row")
    return label.code if label is not None and of_kind(labels, "applicant", "outcome") is None else ""


def _in_order(codes: list[str]) -> bool:
    """Whether a form lists just these rows one after the other."""
    for form_id in SECTION_FORMS:
        order = list(dict.fromkeys(cell.indicator for cell in load_form(form_id).cells))
        if codes[0] in order and order[order.index(codes[0]) :][: len(codes)] == codes:
            return True
    return False


def _exact(labels: tuple[Label, ...]) -> bool:
    return bool(labels) and all(label.exact for label in labels)


def _rows(lines: list[_Line]) -> Iterator[list[Slot]]:
    """Cells gathered into rows: a row label with the values after it, a run of headings, a run of values."""
    run: list[Slot] = []
    state = ""
    for place, line in enumerate(lines):
        kind = _kind(line, lines[place + 1] if place + 1 < len(lines) else None, state)
        if kind == "prose" and state == "heading" and _among_headings(lines, place):
            kind, line.slots = "heading", [_slot(line.text.strip(), 0, line.locator)]
        if kind == "value" and state in ("row", "value"):
            run += line.slots
            continue
        if kind == "heading" and state == "heading":
            run += line.slots
            continue
        if run:
            yield _placed(run)
        run = list(line.slots)
        state = kind
        if kind in ("caption", "prose"):
            words = line.text.split()
            if kind == "prose" and _are_headings(words):
                # Headings that no form has: what stands below them must not be taken for the form's columns.
                yield _placed([_slot(word, 0, line.locator) for word in words])
            elif kind == "caption" or (len(fold(line.text).core) <= 12 and not line.slots):
                yield _placed(run or [_slot(line.text.strip(), 0, line.locator)])
            else:
                # A sentence ends a table: nothing after it belongs to the row before.
                yield [_slot("", 0, line.locator)]
            run = []
    if run:
        yield _placed(run)


def _are_headings(words: list[str]) -> bool:
    """Whether the words of a line are headings, though not all of them are any form's, and no sentence."""
    longest = max(map(len, words), default=0)
    if len(words) > 1 and longest <= _LONG and any(of_kind(match(word), "column") for word in words):
        return True
    return len(words) >= _WORDS and longest <= _SHORT


def _among_headings(lines: list[_Line], place: int) -> bool:
    """Whether a line that says nothing by itself is a heading that no form has: below a heading, and with nothing but
    few such lines between it and the next heading or row.
    """
    for line in lines[place : place + _STRANGE]:
        if line.slots:
            return of_kind(line.slots[0].labels, "column", "applicant", "row") is not None and line is not lines[place]
        if not _HEADING.fullmatch("".join(line.text.split())):
            return False
    return False


def _kind(line: _Line, following: _Line | None, state: str) -> str:
    if not line.slots:
        return "prose"
    if line.values_only:
        return "value"
    # （三）不予公开 1.属于国家秘密: the group before the row
    grouped = all(of_kind(slot.labels, "group") for slot in line.slots[:-1])
    first = line.slots[-1 if grouped else 0].labels
    if of_kind(first, "caption"):
        return "caption"
    row = of_kind(first, "row")
    if row is None:
        return "heading"
    if of_kind(first, "applicant", "outcome", "group") and len(line.slots) == 1:
        # 其他 and 总计 name rows and columns: what follows tells.
        follows = following is not None and following.values_only
        return "row" if follows and state != "heading" else "heading"
    return "row" if grouped or not line.slots[1].labels else "heading"


def _placed(slots: list[Slot]) -> list[Slot]:
    return [
        Slot(slot.text, place, place + 1, slot.locator, slot.labels, slot.reading) for place, slot in enumerate(slots)
    ]
