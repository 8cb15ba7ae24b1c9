"""Rows of tables with every cell tagged: what it could mean as a label, what it says as a number.

Grids of all kinds become rows here. Rows that a page end cut in two are joined again, so that interpretation sees one
row for each printed row.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from pipelines.document import Cell, Grid
from pipelines.labels import Label, match, of_kind
from schemas.numbers import Reading, looks_numeric, not_given, read_number

_YEAR = re.compile(r"\s*(?:19|20)\d\d\s*年度?\s*")
EDGE = 3.0
"""Points by which a column's edge may move from one page to the next."""

# - 4 - at the end or the beginning of a line is the page's number, not a cell.
_FOOTER = r"(?:[-–—－]\s*\d{1,3}\s*[-–—－]|第\s*\d{1,3}\s*页(?:\s*[,，/]?\s*共\s*\d{1,3}\s*页)?)"
_FOOTER_END = re.compile(rf"(?<=\S)\s*{_FOOTER}\s*$")
_FOOTER_START = re.compile(rf"^\s*{_FOOTER}\s*(?=\S)")
_FOOTER_ALONE = re.compile(rf"\s*(?:{_FOOTER}|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?)\s*$")


@dataclass(slots=True)
class Slot:
    """One cell of a row. ``start`` and ``end`` are grid columns (ragged rows: ordinals)."""

    text: str
    start: int
    end: int
    locator: str
    labels: tuple[Label, ...]
    reading: Reading
    covering: bool = False
    """Whether it stands for a cell of a row above that spans into this one."""

    @property
    def blank(self) -> bool:
        return self.reading.status == "blank"

    @property
    def numeric(self) -> bool:
        """Whether it prints one number."""
        return self.reading.status == "reported"

    @property
    def valued(self) -> bool:
        """Whether it could stand in the place of a value: a number, a mark, a blank, or a spoiled number."""
        if self.reading.status == "illegible":
            doubtful = bool(self.reading.candidates) or looks_numeric(self.text) or not_given(self.text)
            named = self.labels or _YEAR.fullmatch(self.text)
            return not named and (doubtful or not any(char.isalpha() for char in self.text))
        return True


@dataclass(slots=True)
class Row:
    """One printed row. ``covered`` are cells of rows above that span into this one; ``grid`` numbers the grids of the
    document and ``last`` and ``first`` tell whether the row stands at an end of its grid; ``doubtful`` says that its
    numbers may go on elsewhere, ``joined`` that one of them was put together from two pages, ``loose`` that the row was
    gathered from bare text lines.
    """

    slots: list[Slot]
    grid: int
    aligned: bool
    n_cols: int
    edges: tuple[float, ...] = ()
    first: bool = False
    last: bool = False
    covered: list[Slot] = field(default_factory=list)
    doubtful: bool = False
    loose: bool = False
    page: int | None = None
    joined: bool = False
    _leaf: Slot | None = field(default=None, init=False, repr=False, compare=False)
    _kind: str = field(default="", init=False, repr=False, compare=False)  # with ``_leaf``: not worked out yet

    def label(self, slot: Slot, label: Label) -> None:
        """Give one of the cells another meaning; what was worked out of the row is so no longer."""
        slot.labels = (label,)
        self._kind = ""

    def leaf(self) -> Slot | None:
        """The cell that names the row: the rightmost row label standing before the values."""
        if not self._kind:
            self._kind = self._work_out()
        return self._leaf

    def _named_by(self) -> Slot | None:
        found = None
        for slot in self.slots:
            if slot.labels and of_kind(slot.labels, "row"):
                found = slot
            elif slot.numeric and found is not None:
                break
        return found

    @property
    def numbers(self) -> int:
        return sum(slot.numeric for slot in self.slots)

    @property
    def printed(self) -> bool:
        """Whether it prints a number, or, where cells are marked as such, signs for none."""
        return bool(self.numbers) or (self.aligned and any(slot.reading.status == "mark" for slot in self.slots))

    @property
    def kind(self) -> str:
        """``data`` (named by a row label), ``header``, ``values`` (nothing but values), ``text`` or ``empty``."""
        if not self._kind:
            self._kind = self._work_out()
        return self._kind

    def _work_out(self) -> str:
        leaf = self._leaf = self._named_by()
        if all(slot.blank for slot in self.slots):
            return "empty"
        titles = sum(
            1
            for slot in self.slots
            if slot.labels and slot is not leaf and of_kind(slot.labels, "column", "applicant", "outcome", "case")
        )
        if leaf is not None and not titles:
            ambiguous = of_kind(leaf.labels, "applicant", "outcome") is not None
            if not ambiguous or any(slot.numeric for slot in self.slots if slot.start >= leaf.end):
                return "data"
        if not self.numbers and any(slot.labels for slot in self.slots):
            return "header"
        if all(slot.valued for slot in self.slots):
            return "values"
        return "text"


_ON_LINE = re.compile(r"(L\d+):(\d+)-\d+")


def within(locator: str, low: int, high: int) -> str:
    """The place of some characters of a cell: exact on a line of text, else the cell's."""
    line = _ON_LINE.fullmatch(locator)
    return f"{line[1]}:{int(line[2]) + low}-{int(line[2]) + high}" if line else locator


def tag(cell: Cell, wraps: bool = True) -> Slot:
    """A cell with everything it could mean; ``wraps`` as for ``read_number``."""
    reading = read_number(cell.text, "unknown", wraps)
    return Slot(cell.text, cell.col, cell.col + cell.colspan, cell.locator, match(cell.text), reading)


def rows_of(grid: Grid, number: int) -> Iterator[Row]:
    """The rows of one grid, in order; rows of a ragged grid lose a page number glued to either end."""
    by_row: dict[int, list[Cell]] = {}
    for cell in grid.cells:
        by_row.setdefault(cell.row, []).append(cell)
    spanning: list[tuple[Cell, Slot]] = []
    wraps = grid.page is not None  # elsewhere a line break in a cell was set by hand
    for index in range(grid.n_rows):
        cells = sorted(by_row.get(index, ()), key=lambda cell: cell.col)
        if not grid.aligned and cells:
            cells = _without_footer(cells)
        slots = [tag(cell, wraps) for cell in cells]
        spanning = [(cell, slot) for cell, slot in spanning if cell.row + cell.rowspan > index]
        yield Row(
            slots,
            number,
            grid.aligned,
            grid.n_cols,
            grid.edges,
            first=index == 0,
            last=index == grid.n_rows - 1,
            covered=[slot for _, slot in spanning],
            page=grid.page,
        )
        spanning += [(cell, slot) for cell, slot in zip(cells, slots, strict=True) if cell.rowspan > 1]


def strip_footer(text: str) -> str:
    """``text`` without a page number glued to one of its ends; unchanged where nothing else would be left."""
    stripped = _FOOTER_START.sub("", _FOOTER_END.sub("", text))
    return stripped if stripped.strip() else text


def is_footer(text: str) -> bool:
    """Whether the whole line is a page number."""
    return _FOOTER_ALONE.fullmatch(text) is not None


def _without_footer(cells: list[Cell]) -> list[Cell]:
    if len(cells) == 1 and is_footer(cells[0].text):
        return []
    ends = {id(cells[0]), id(cells[-1])}
    return [
        Cell(strip_footer(cell.text), cell.row, cell.col, cell.rowspan, cell.colspan, cell.locator)
        if id(cell) in ends and not cell.text.isdecimal()
        else cell
        for cell in cells
    ]


def stitch(rows: Iterable[Row], optical: Collection[int] = ()) -> list[Row]:
    """Join rows that a page end, or a line break in plain text, cut in two; a header repeated on the new page does not
    part them. Between text and a page that was read optically nothing is joined.
    """
    result: list[Row] = []
    tail: int | None = None  # the last row of the grid before, while only headers of the new grid have been seen
    for row in rows:
        if not row.slots:
            continue
        if row.first:
            above_it = result[-1] if result else None
            cut = above_it is not None and above_it.last and above_it.grid == row.grid - 1
            # Two tables of one page are two tables, and no page end is between them.
            apart = above_it is not None and (row.page is None or above_it.page != row.page)
            apart = apart and (row.page in optical) == (above_it is not None and above_it.page in optical)
            tail = len(result) - 1 if cut and apart else None
        above = len(result) - 1 if tail is None else tail
        joined = _join(result[above], row, cut=tail is not None) if result else None
        if joined is not None:
            result[above] = joined
        else:
            result.append(row)
        named = result[above].leaf()
        sure = named is not None and of_kind(named.labels, "applicant", "outcome") is None
        other = ("case", "caption", "column") if sure else ("case", "caption", "column", "applicant")
        if row.kind != "header" or any(
            of_kind(slot.labels, *other) or (sure and _outcome_only(slot)) for slot in row.slots
        ):
            tail = None  # another table begins
    return result


def _outcome_only(slot: Slot) -> bool:
    """Whether a cell heads a column of reviews and, unlike 总计, no other."""
    return of_kind(slot.labels, "outcome") is not None and of_kind(slot.labels, "applicant") is None


def _join(upper: Row, lower: Row, *, cut: bool) -> Row | None:
    if upper.aligned != lower.aligned or not (cut or lower.grid == upper.grid):
        return None
    leaf = upper.leaf()
    exact = leaf is not None and all(label.exact for label in leaf.labels)
    below = lower.leaf()
    if below is not None:
        if cut and leaf is None and upper.numbers and _only_named(lower, below):
            regrouped = _regrouped(upper, lower, below)
            if regrouped is not None:
                return regrouped
        # A long label's second half may look like the whole of it; only together with the first is it exact.
        if not cut or exact or all(label.exact for label in below.labels) or upper.kind != "text":
            return None
        merged = _merged(upper, lower, cut=True)
        named = merged.leaf() if merged is not None else None
        if named is not None and all(label.exact for label in named.labels):
            return merged
        lower.doubtful = bool(upper.numbers)
        return None
    if lower.kind == "header" and not cut:
        return None
    if upper.kind == "header" and any(map(_outcome_only, upper.slots)):
        return None  # 总计 heads a column of reviews here and is no name of a row
    if exact or upper.kind == "values" or (upper.numbers and lower.kind == "values"):
        # The row stands named above the cut; below it are what is left of its values, or all of them.
        whole = all(slot.blank for slot in upper.slots if leaf is None or slot.start >= leaf.end)
        rest = 0 < lower.numbers <= upper.numbers
        titled = any(of_kind(slot.labels, "column", "applicant", "outcome", "case", "caption") for slot in lower.slots)
        if not cut or titled or not (rest or (whole and lower.numbers)):
            return None
        merged = _merged(upper, lower, cut=True)
        # What stands below may be the rest of the numbers above, cell for cell or not: none of them is sure then.
        upper.doubtful = merged is None
        return merged
    if upper.kind in ("header", "empty") or lower.kind == "empty" or not (upper.numbers or lower.numbers):
        return None
    merged = _merged(upper, lower, cut=cut)
    if merged is None:
        return None
    named = merged.leaf()
    if named is None or not all(label.exact for label in named.labels):
        return None
    return merged


def _only_named(row: Row, leaf: Slot) -> bool:
    """Whether nothing but blanks stands beside the label of a row."""
    return all(slot.blank for slot in row.slots if slot.start >= leaf.end)


def _regrouped(upper: Row, lower: Row, leaf: Slot) -> Row | None:
    """A row cut inside its labels, all its values above the cut: both halves make the label of a group, which neither
    is, and the name of a row of it. None for two rows, one of them empty.
    """
    merged = _merged(upper, lower, cut=True)
    named = merged.leaf() if merged is not None else None
    codes = {label.code for label in (named.labels if named else ()) if label.kind == "row"}
    if merged is None or not any(label.kind == "row" and label.code in codes for label in leaf.labels):
        return None
    halves = {slot.text for slot in (*upper.slots, *lower.slots)}
    groups = [slot for slot in merged.slots if slot.text not in halves and of_kind(slot.labels, "group")]
    return merged if any(all(label.exact for label in slot.labels) for slot in groups) else None


def rebased(row: Row, onto: Row) -> Row | None:
    """``row`` in the columns of ``onto``, a row of the next page: same columns, or each of its cells between two edges
    that the other has as well. None where the places do not tell.
    """
    if row.aligned and row.n_cols == onto.n_cols:
        return row
    if not row.edges or not onto.edges:
        return None

    def nearest(place: float) -> int | None:
        best = min(range(len(onto.edges)), key=lambda edge: abs(onto.edges[edge] - place))
        return best if abs(onto.edges[best] - place) <= EDGE else None

    slots = []
    for slot in row.slots:
        start, end = nearest(row.edges[slot.start]), nearest(row.edges[slot.end])
        if start is None or end is None or start >= end:
            return None
        slots.append(replace(slot, start=start, end=end))
    return replace(row, slots=slots, n_cols=onto.n_cols, edges=onto.edges)


def _pairs(upper: Row, lower: Row) -> list[tuple[Slot, Slot | None]] | None:
    """Each cell of the upper half with the one below it: by place, or by order where the next page has other columns
    but as many cells. None where neither holds.
    """
    if not upper.aligned or upper.n_cols == lower.n_cols:
        below = {slot.start: slot for slot in lower.slots}
        pairs = [(slot, below.pop(slot.start, None)) for slot in upper.slots]
        return pairs if all(slot.blank for slot in below.values()) else None
    return list(zip(upper.slots, lower.slots, strict=True)) if len(upper.slots) == len(lower.slots) else None


def _merged(upper: Row, lower: Row, *, cut: bool) -> Row | None:
    """Both halves cell by cell; None where the columns differ, or where two halves of a cell both print a number
    without a page end between them. With one they are a number that wrapped, or none at all: reading decides.
    """
    slots: list[Slot] = []
    joined = False
    if upper.aligned and upper.n_cols != lower.n_cols:
        moved = rebased(upper, lower)
        upper = replace(moved, grid=lower.grid) if moved is not None else upper
    pairs = _pairs(upper, lower)
    if pairs is None:
        return None
    for slot, other in pairs:
        if other is None or other.blank:
            slots.append(slot)
        elif slot.blank:
            slots.append(Slot(other.text, slot.start, slot.end, other.locator, other.labels, other.reading))
        elif (slot.numeric or other.numeric) and not (cut and upper.aligned):
            return None
        else:
            joined = joined or slot.numeric or other.numeric
            text = f"{slot.text}\n{other.text}"
            slots.append(Slot(text, slot.start, slot.end, slot.locator, match(text), read_number(text)))
    covered = [*upper.covered]
    row = Row(slots, upper.grid, upper.aligned, upper.n_cols, upper.edges, upper.first, lower.last, covered)
    row.joined = joined
    return row
