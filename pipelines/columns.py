"""Which column means what: the columns of a table, and the form whose block they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipelines.labels import left_of, match
from schemas.forms import SECTION_FORMS, Block, load_form

SUBTOTAL = "subtotal"
"""Code of a 小计 column: known, and no cell of any form."""
ELSEWHERE = "elsewhere"
"""Code of a column that its words put in another year, or make a share or a running total: no cell of any form."""

_BLOCKS = {block.slot: block for block in load_form("2021").blocks}
APPLICANTS: tuple[str, ...] = tuple(column.code for column in _BLOCKS["requests"].columns)
CASES: tuple[str, ...] = tuple(row.code for row in _BLOCKS["review"].rows)
OUTCOMES: tuple[str, ...] = tuple(column.code for column in _BLOCKS["review"].columns)
REVIEW_CODES: tuple[str, ...] = tuple(f"{case}/{outcome}" for case in CASES for outcome in OUTCOMES)

SLOTS = {row.code: block.slot for form_id in SECTION_FORMS for block in load_form(form_id).blocks for row in block.rows}
"""The block that each row stands in; forms offer alternatives for it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One column of a plan; ``code`` is a breakdown (for reviews ``case/outcome``), SUBTOTAL, ELSEWHERE, or ""
    if unknown.
    """

    code: str
    start: int
    end: int
    unit: str = ""
    label: str = ""
    heads: tuple[str, ...] = ()
    """The cells over it, top down."""

    def may_be(self, *meanings: tuple[str, str]) -> bool:
        """Whether all that stands over an unknown column may be left of headings with one of these meanings, (kind,
        code) each; other words are another column, wherever it stands.
        """
        strange = [text for text in self.heads if not match(text)]
        said = {(label.kind, label.code) for text in self.heads for label in match(text)}
        kinds = {kind for kind, _ in meanings}
        if any(kind in kinds and (kind, code) not in meanings for kind, code in said):
            return False
        whole = "".join(strange)
        return any(left_of(whole, *one) for one in meanings) or all(
            any(left_of(text, *one) for one in meanings) for text in strange
        )

    @property
    def ours(self) -> bool:
        """Whether it is a column of the form."""
        return self.code not in ("", SUBTOTAL, ELSEWHERE)


@dataclass(slots=True)
class Tally:
    """What the rows laid by order onto one plan have shown, in numbers of rows."""

    rows: int = 0
    exact: int = 0
    """As many cells as columns."""
    witnesses: int = 0
    """Full and adding up to a number."""
    zeros: int = 0
    """Full of zeros."""
    broken: int = 0
    """Full and not adding up."""
    open_ended: int = 0
    """Ending with a blank."""
    short: int = 0
    """Fewer values than columns, without blanks: these left no trace."""
    untotalled: int = 0
    """Those of them that may lack a total."""
    against: int = 0
    """Too many values."""


@dataclass(slots=True)
class Plan:
    """The columns of a table of one section, left to right, as header rows gave them."""

    section: str
    entries: list[Entry]
    aligned: bool
    n_cols: int
    edges: tuple[float, ...] = ()
    confirm: bool = False
    """Whether no header said so and rows must be confirmed by their own sums."""
    foreign: bool = False
    """Whether the words over the columns are none of the form's, so that nothing may be read by them."""
    tally: Tally = field(default_factory=Tally)
    spare: frozenset[int] = frozenset()
    """Columns over which the header prints nothing."""
    beside: frozenset[int] = frozenset()
    """Columns before the values with a heading of their own: serial numbers, units."""
    anchored: bool = False
    """Whether a full row has stood exactly under the header."""
    straight: int = 0
    """Rows of text: how many cells a row has whose places are those of the header, 0 where the header has none."""
    by_case: bool = False
    """Whether it is a table of reviews of one kind of case, which the words around it name."""
    header: object = field(default_factory=object, compare=False, repr=False)
    """What all copies of a plan have in common, and no other plan: the header that gave them."""
    starts: dict[tuple[int, int], int] = field(default_factory=dict)
    """Ragged tables: (cells in the row, cells up to the label) → place of the first value in the row, learned from the
    header and from full rows.
    """

    @property
    def contradicted(self) -> bool:
        """Whether the words over these columns, or more rows than not, speak against them."""
        return self.foreign or self.tally.against > self.tally.witnesses

    def learn(self, cells: int, skipped: int, place: int) -> None:
        """Remember where the values of a row of this shape begin."""
        self.starts.setdefault((cells, skipped), place)

    def first_value(self, cells: int, skipped: int) -> int | None:
        """Where the values of such a row begin: as in rows of the same shape; else, where rows with labels in different
        places agree on one place, there (their empty cells stand for the columns of the label).
        """
        known = self.starts.get((cells, skipped))
        if known is not None:
            return known
        alike = {label: place for (size, label), place in self.starts.items() if size == cells}
        return next(iter(alike.values())) if len(alike) > 1 and len(set(alike.values())) == 1 else None


def ordered(codes: Sequence[str]) -> list[Entry]:
    """Columns known only by their order."""
    return [Entry(code, place, place + 1) for place, code in enumerate(codes)]


def bind(code: str, entries: list[Entry]) -> tuple[str, list[Entry]] | None:
    """The form whose block these columns are, for the row ``code``: all its columns known by their words, or as many
    columns as it has with every known one in its place; an unknown one is the form's only where its words may be left
    of the form's. None where no form, or more than one, fits.

    Copies write a merged heading into each column it spanned: neighbours with the same words are first tried as one.
    """
    for columns in (_merged(entries), entries):
        fits: list[tuple[str, list[Entry]]] = []
        for form_id in SECTION_FORMS:
            block = load_form(form_id).block(SLOTS[code])
            if block is None or all(row.code != code for row in block.rows):
                continue
            bound = _bound(block, columns)
            if bound is not None:
                fits.append((form_id, bound))
        if fits:
            return fits[0] if len(fits) == 1 else None
    return None


def _merged(entries: list[Entry]) -> list[Entry]:
    merged: list[Entry] = []
    for entry in entries:
        last = merged[-1] if merged else None
        if last and entry.code and last.code == entry.code and last.label == entry.label and last.end == entry.start:
            merged[-1] = replace(last, end=entry.end)
        else:
            merged.append(entry)
    return merged


def _bound(block: Block, entries: list[Entry]) -> list[Entry] | None:
    """The columns of ``entries`` as those of ``block``; columns that are elsewhere's stay what they are."""
    bound = _fitted(block, [entry for entry in entries if entry.code != ELSEWHERE])
    if bound is None:
        return None
    fitted = iter(bound)
    return [entry if entry.code == ELSEWHERE else next(fitted) for entry in entries]


def _fitted(block: Block, entries: list[Entry]) -> list[Entry] | None:
    codes = [column.code for column in block.columns]
    given = [entry.code for entry in entries]
    if all(given.count(code) == 1 for code in codes):
        foreign = [code for code in given if code and code not in codes]
        return None if foreign else list(entries)
    if len(entries) > len(codes):
        # A column of the form parted in two (本年增 | 本年减): those that are known are none the less.
        known = [code for code in given if code]
        return list(entries) if len(known) > 1 and known == [code for code in codes if code in known] else None
    if len(entries) < len(codes):
        return None
    in_place = [one == code for one, code in zip(given, codes, strict=True)]
    repeated = [given.count(one) == 2 and one in codes for one in given]
    unknown = [one == "" for one in given]
    if not any(in_place) or not all(map(any, zip(in_place, repeated, unknown, strict=True))):
        return None
    return [
        replace(entry, code=code) if entry.code or entry.may_be(("column", code)) else entry
        for entry, code in zip(entries, codes, strict=True)
    ]
