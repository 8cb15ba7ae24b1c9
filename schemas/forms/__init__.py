"""The statutory forms as data: which cells a report has, what they are called, which sums must hold.

A form is one TOML file beside this module; ``variants.toml`` holds wordings met in the wild. Readers know nothing of
forms and forms know nothing of file types. Neither pandas nor pandera is imported here: workers read this too.

The forms of 2019 and 2021 are reports in three sections; those of 2014 and 2008 are one statistics table each, whose
columns ``statistics.toml`` names.

Sources: 国办公开办函〔2021〕30号 and 国办公开办函〔2019〕60号 for labels; the identities (勾稽关系) are the one printed
in the top left cell of the table of requests and the sums that its totals state. 国办发〔2014〕32号 and the provincial
tables: see the two files.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

STATISTICS_FORMS = ("2008", "2014")
"""Forms that are one table of statistics, row by row as each province prints it."""
SECTION_FORMS = ("2019", "2021")
"""Forms in three sections of blocks, which a report has whole."""
FORM_IDS = (*STATISTICS_FORMS, *SECTION_FORMS)
STATISTICS = "statistics"
"""Section and slot of the tables of ``STATISTICS_FORMS``."""
WHOLE = "whole"
"""Level of a column of such a table that names no level of units: it counts for the report as a whole."""

Key = tuple[str, str, str]
"""(section, indicator, breakdown)"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a block: what it splits by, its statutory label and unit; ``nature`` as in the codebook."""

    code: str
    label: str
    label_en: str
    unit: str
    nature: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a block: the indicator it counts. ``parent`` is the indicator that sums it.

    In tables of statistics: ``unit`` of the row, ``within`` the row or group it stands under, ``bound`` where the label
    means this row only there, ``also`` other wordings, ``confirmed`` whether the label was seen in a source.
    """

    code: str
    label: str
    label_en: str
    parent: str = ""
    group: str = ""
    nature: str = ""
    unit: str = ""
    within: str = ""
    bound: bool = False
    also: tuple[str, ...] = ()
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """Rows and columns that a form prints together. Forms offer alternatives for the same ``slot``; a real report
    takes one alternative for each slot, and reports mix them."""

    form: str
    slot: str
    section: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    before: str = ""
    groups: tuple[tuple[str, str], ...] = ()
    """Headings between the rows that count nothing themselves: (code, label)."""

    def cells(self) -> list[Key]:
        """Every cell of the block, row by row."""
        return [(self.section, row.code, column.code) for row in self.rows for column in self.columns]


@dataclass(frozen=True, slots=True)
class FormCell:
    """One cell of a form with everything the codebook says of it."""

    form: str
    block: str
    section: str
    indicator: str
    breakdown: str
    row_label: str
    column_label: str
    label_en: str
    column_label_en: str
    unit: str
    nature: str
    parent: str
    row_group: str
    position: int
    label_confirmed: bool = True

    @property
    def key(self) -> Key:
        return (self.section, self.indicator, self.breakdown)


@dataclass(frozen=True, slots=True)
class Equation:
    """A sum the form implies: ``sum(sign * value for sign, key in terms) == 0``; ``target`` is the printed total."""

    id: str
    rule: str
    target: Key
    terms: tuple[tuple[int, Key], ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One statutory form."""

    id: str
    title_zh: str
    basis_zh: str
    first_year: int
    blocks: tuple[Block, ...]
    cells: tuple[FormCell, ...]
    equations: tuple[Equation, ...]

    def block(self, slot: str) -> Block | None:
        """The block standing in ``slot``, or None where this form has none."""
        return next((block for block in self.blocks if block.slot == slot), None)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))


@cache
def variants() -> dict[str, dict[str, tuple[str, ...]]]:
    """Label wordings by group (rows, columns, applicants, outcomes, cases, groups, furniture), then by code."""
    return {
        group: {code: tuple(labels) for code, labels in codes.items()}
        for group, codes in _toml("variants.toml").items()
    }


@cache
def statistics_words() -> dict[str, dict[str, tuple[str, ...]]]:
    """How statistics tables head their columns, by what stands in them; expressions for the levels of units that a
    column counts; words of headers and captions."""
    return {
        group: {code: tuple(labels) for code, labels in codes.items()}
        for group, codes in _toml("statistics.toml").items()
    }


def column_levels() -> tuple[str, ...]:
    """Levels of units whose figures a column of a statistics table may give; ``WHOLE`` is none of them."""
    return tuple(statistics_words()["levels"])


@cache
def load_form(form_id: str) -> Form:
    """The form ``form_id`` (one of ``FORM_IDS``); raises KeyError for an unknown one."""
    if form_id not in FORM_IDS:
        raise KeyError(f"unknown form {form_id!r}; known: {', '.join(FORM_IDS)}")
    data = _toml(f"{form_id}.toml")
    sums = data.get("sum", [])
    summed = {part: one["total"] for one in reversed(sums) for part in one["of"]}
    blocks: list[Block] = []
    columns_of: dict[str, tuple[Column, ...]] = {}
    for raw in data["block"]:
        columns = raw["columns"]
        columns_of[raw["slot"]] = (
            columns_of[columns] if isinstance(columns, str) else tuple(Column(**column) for column in columns)
        )
        blocks.append(
            Block(
                form=form_id,
                slot=raw["slot"],
                section=raw["section"],
                columns=columns_of[raw["slot"]],
                rows=tuple(_row(row, raw["section"], summed) for row in raw["rows"]),
                caption=raw.get("caption", ""),
                before=raw.get("before", ""),
                groups=tuple((group["code"], group["label"]) for group in raw.get("groups", ())),
            )
        )
    cells = _cells(blocks)
    return Form(
        id=form_id,
        title_zh=data["title_zh"],
        basis_zh=data["basis_zh"],
        first_year=data["first_year"],
        blocks=tuple(blocks),
        cells=cells,
        equations=(*equations_for({cell.key: cell.parent for cell in cells}), *_listed_sums(sums, cells)),
    )


def _row(raw: dict[str, Any], section: str, summed: dict[str, str]) -> Row:
    """A row as its file has it. A label of a statistics table is taken for reconstructed unless its file says that it
    was seen; the two notices that prescribe the other forms print all of theirs.
    """
    told = {"confirmed": section != STATISTICS, "parent": summed.get(raw["code"], ""), **raw}
    return Row(**{**told, "also": tuple(raw.get("also", ()))})


def _listed_sums(sums: list[dict[str, Any]], cells: tuple[FormCell, ...]) -> tuple[Equation, ...]:
    """The sums that a form's file lists (``[[sum]]``), in every column. Alternatives of one total have no row in common
    that would make one list a part of another: a report prints all rows of one of them, or nothing is stated.
    """
    columns = dict.fromkeys(cell.breakdown for cell in cells if cell.section == STATISTICS)
    found: list[Equation] = []
    for number, one in enumerate(sums):
        turn = sum(other["total"] == one["total"] for other in sums[:number])
        for column in columns:
            target: Key = (STATISTICS, one["total"], column)
            terms = tuple((1, (STATISTICS, part, column)) for part in one["of"])
            name = f"statistics.items_sum:{one['total']}/{column}" + (f"#{turn + 1}" if turn else "")
            found.append(Equation(name, "statistics.items_sum", target, (*terms, (-1, target))))
    return tuple(found)


def _cells(blocks: list[Block]) -> tuple[FormCell, ...]:
    placed: list[tuple[Block, Row]] = []
    for block in blocks:
        at = len(placed)
        if block.before:
            at = next(i for i, (_, row) in enumerate(placed) if row.code == block.before)
        placed[at:at] = [(block, row) for row in block.rows]
    pairs = [(block, row, column) for block, row in placed for column in block.columns]
    return tuple(
        FormCell(
            form=block.form,
            block=block.slot,
            section=block.section,
            indicator=row.code,
            breakdown=column.code,
            row_label=row.label,
            column_label=column.label,
            label_en=row.label_en,
            column_label_en=column.label_en,
            unit=row.unit or column.unit,
            nature=column.nature if column.nature == "cumulative" else row.nature or column.nature,
            parent=row.parent,
            row_group=row.group or block.caption,
            position=position,
            label_confirmed=row.confirmed,
        )
        for position, (block, row, column) in enumerate(pairs)
    )


def equations_for(parents: dict[Key, str]) -> tuple[Equation, ...]:
    """The sums that hold among exactly these cells (a report's own, forms mixed or not).

    ``parents`` gives for each key the indicator that sums it ("" where none does). A sum of items is only stated
    where the whole list of items of one form stands there, which the caller guarantees by passing whole blocks.
    """
    rows: dict[tuple[str, str], list[str]] = {}
    for section, indicator, breakdown in parents:
        rows.setdefault((section, indicator), []).append(breakdown)
    found: list[Equation] = []

    def add(rule: str, name: str, target: Key, terms: list[Key]) -> None:
        signed = tuple((1, term) for term in terms) + ((-1, target),)
        found.append(Equation(f"{rule}:{name}", rule, target, signed))

    for (section, indicator), breakdowns in rows.items():
        if section != "disclosure" and "total" in breakdowns:
            parts = [(section, indicator, b) for b in breakdowns if b != "total"]
            add(f"{section}.row_sum", indicator, (section, indicator, "total"), parts)
    for breakdown in rows.get(("requests", "result.total"), ()):
        target = ("requests", "result.total", breakdown)
        parts = [key for key, parent in parents.items() if parent == "result.total" and key[2] == breakdown]
        if parts:
            add("requests.results_sum", breakdown, target, parts)
        inflow, outflow = [("requests", code, breakdown) for code in ("new", "carried_in")], "carried_out"
        carried: Key = ("requests", outflow, breakdown)
        if all(key in parents for key in (*inflow, carried)):
            terms = tuple((1, key) for key in inflow) + ((-1, target), (-1, carried))
            found.append(Equation(f"requests.balance:{breakdown}", "requests.balance", target, terms))
    return tuple(found)


@cache
def parents() -> dict[Key, str]:
    """For every key of every form, the indicator that sums it ("" where none does)."""
    return {cell.key: cell.parent for form_id in FORM_IDS for cell in load_form(form_id).cells}


@dataclass(frozen=True, slots=True)
class Label:
    """How a cell is called: row and column, in the words of the latest form that has it."""

    zh: str
    en: str


@cache
def labels() -> Mapping[Key, Label]:
    """The label of every cell of every form."""
    return {
        cell.key: Label(f"{cell.row_label}/{cell.column_label}", f"{cell.label_en} / {cell.column_label_en}")
        for form_id in FORM_IDS
        for cell in load_form(form_id).cells
    }


def indicator_rows() -> list[dict[str, object]]:
    """The codebook: one dict for each cell of each form, in the order printed."""
    from schemas.numbers import unit_factor

    rows: list[dict[str, object]] = []
    for form_id in FORM_IDS:
        for cell in load_form(form_id).cells:
            rows.append(
                {
                    "form": form_id,
                    "section": cell.section,
                    "indicator": cell.indicator,
                    "breakdown": cell.breakdown,
                    "label_zh": cell.row_label,
                    "column_label_zh": cell.column_label,
                    "label_en": cell.label_en,
                    "column_label_en": cell.column_label_en,
                    "unit": cell.unit,
                    "unit_std": "元" if cell.nature == "money" or cell.unit == "unknown" else unit_factor(cell.unit)[0],
                    "nature": cell.nature,
                    "is_total": is_total(cell.indicator, cell.breakdown),
                    "sum_of": _sum_of(form_id, cell),
                    "parent": cell.parent,
                    "row_group": cell.row_group,
                    "position": cell.position,
                    "label_confirmed": cell.label_confirmed,
                }
            )
    return rows


def is_total(indicator: str, breakdown: str) -> bool:
    """Whether the cell is a printed sum of others: its row or its column is a total."""
    return breakdown == "total" or indicator == "result.total" or indicator in _summed()


@cache
def _summed() -> frozenset[str]:
    """Rows of statistics tables that add up others."""
    return frozenset(
        equation.target[1]
        for form_id in STATISTICS_FORMS
        for equation in load_form(form_id).equations
        if equation.target[0] == STATISTICS
    )


def _sum_of(form_id: str, cell: FormCell) -> str:
    """What a printed total adds up, as ``indicator/breakdown`` parts joined by `` + ``; empty for other cells."""
    for equation in load_form(form_id).equations:
        if equation.target == cell.key and equation.rule != "requests.balance":
            return " + ".join(f"{key[1]}/{key[2]}" for sign, key in equation.terms if sign > 0)
    return ""
