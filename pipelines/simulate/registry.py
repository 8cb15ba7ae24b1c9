"""Layout variants by name, and the truth of what each made document prints.

A variant is a function from a report and a source of chance to one file. It models one real deviation, named in its
docstring, on top of a plain layout; what the cells say is the population's affair. The truth comes from the tables
as they were set, never from reading the file: a cell that was not set is ``absent``, an empty one ``blank``.

Only texts that the typesetter itself writes are understood here (:func:`plainly`); a variant that prints anything
else says what it means in ``meanings``. A text nobody explained is an error, not a guess.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from pipelines.simulate import variants
from pipelines.simulate.report import Report, parted
from pipelines.simulate.tables import Table
from schemas.forms import FORM_IDS, Key, load_form

FILE_TYPES = ("html", "docx", "xlsx", "text", "pdf")


@dataclass(frozen=True, slots=True)
class Printed:
    """What one cell says: ``status`` as in the contract, the text, its number and unit where it is ``reported``."""

    status: str
    printed: str = ""
    value: Decimal | None = None
    unit: str = ""


ABSENT = Printed("absent")


@dataclass(frozen=True, slots=True)
class Simulated:
    """One made document and the truth about it.

    ``kind`` as in ``pipelines.extraction``, and ``several`` for a page that holds several reports (to be refused, or
    given one by one). ``truth`` has every cell of the report's forms, and is empty for what is no report. Cells in
    ``undecidable`` cannot be told from this file even by a careful human: for them only a wrong value counts.
    ``agency`` empty or ``report_year`` None: the file does not say.
    """

    variant: str
    file_name: str
    data: bytes
    kind: str
    agency: str
    report_year: int | None
    truth: Mapping[Key, Printed] = field(default_factory=dict)
    undecidable: frozenset[Key] = frozenset()


Maker = Callable[[Report, random.Random], Simulated]


@dataclass(frozen=True, slots=True)
class Variant:
    """A registered variant. ``form`` ("" = either), ``slots`` (parts in the other form) and ``years`` (first and last,
    () = those of the form) say which reports it can typeset."""

    name: str
    file_type: str
    make: Maker
    about: str
    form: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    years: tuple[int, ...] = ()


VARIANTS: dict[str, Variant] = {}
"""Filled by importing the modules of ``variants``; see :func:`load_variants`."""


def variant(
    name: str,
    *,
    type: str,  # noqa: A002 - the word that variants use
    form: str = "",
    slots: Mapping[str, str] | None = None,
    years: tuple[int, ...] = (),
) -> Callable[[Maker], Maker]:
    """Register a maker under ``name`` (``<file type>.<deviation>``); its name is written into what it makes."""
    if type not in FILE_TYPES or not name.startswith(f"{type}."):
        raise ValueError(f"variant {name!r}: the name begins with its file type, one of {', '.join(FILE_TYPES)}")

    def register(make: Maker) -> Maker:
        if not make.__doc__:
            raise ValueError(f"variant {name!r} does not say which deviation it models")

        def named(report: Report, draw: random.Random) -> Simulated:
            return replace(make(report, draw), variant=name)

        VARIANTS[name] = Variant(name, type, named, " ".join(make.__doc__.split()), form, slots or {}, years)
        return make

    return register


def load_variants(names: Collection[str] = (), types: Collection[str] = ()) -> dict[str, Variant]:
    """The variants of all modules in the order of their names, or those called for; KeyError for an unknown name."""
    for module in iter_modules(variants.__path__, f"{variants.__name__}."):
        import_module(module.name)
    unknown = set(names) - VARIANTS.keys()
    if unknown:
        raise KeyError(f"unknown variants: {', '.join(sorted(unknown))}")
    return {
        name: VARIANTS[name]
        for name in sorted(VARIANTS)
        if (not names or name in names) and (not types or VARIANTS[name].file_type in types)
    }


# ---------------------------------------------------------------------------------------------------------------- truth

_MARKS = {"/", "-", "—", "——", "－", "无", "／"}
_PLAIN = re.compile(r"(?P<number>-?\d+(,\d{3})*(\.\d+)?)(?P<unit>万元|元|件|项|条)?")
_NARROW = str.maketrans("０１２３４５６７８９．，　", "0123456789., ")


@cache
def _units() -> dict[Key, str]:
    return {cell.key: cell.unit for form_id in FORM_IDS for cell in load_form(form_id).cells}


def unit_of(key: Key) -> str:
    """The unit that the form prints or implies for a cell; ``unknown`` where it does neither."""
    return _units()[(*key[:2], parted(key[2])[0])] or "unknown"


def plainly(text: str, key: Key) -> Printed:
    """What a plainly printed cell says: a number (thousands separated or not, with a unit or not), a mark, nothing.

    ValueError for any other text: whoever prints it has to say what it means."""
    tight = text.translate(_NARROW).strip()
    if not tight:
        return Printed("blank", text, None, unit_of(key))
    if tight in _MARKS:
        return Printed("mark", text, None, unit_of(key))
    found = _PLAIN.fullmatch(tight)
    if found is None:
        raise ValueError(f"{'/'.join(key)}: what {text!r} means has to be said by the variant that prints it")
    return reported(found["number"].replace(",", ""), text, found["unit"] or unit_of(key))


def reported(value: Decimal | int | str, printed: str, unit: str) -> Printed:
    """A cell that prints a number."""
    return Printed("reported", printed, Decimal(value), unit)


def set_truth(
    report: Report, pieces: Iterable[object], meanings: Mapping[Key, Printed] | None = None
) -> dict[Key, Printed]:
    """The truth of every cell of the report's forms from the tables among ``pieces`` as they were set; ``meanings``
    explains, cell by cell, what is not printed plainly."""
    texts: dict[Key, str] = {}
    for piece in pieces:
        if isinstance(piece, Table):
            texts.update({cell.key: cell.text for cell in piece.cells if cell.key is not None})
    explained = meanings or {}
    return {
        key: explained[key] if key in explained else plainly(texts[key], key) if key in texts else ABSENT
        for key in report.form_keys()
    }


def made(
    report: Report,
    pieces: Iterable[object],
    data: bytes,
    suffix: str,
    *,
    meanings: Mapping[Key, Printed] | None = None,
    lost: Collection[Key] = (),
    undecidable: Collection[Key] = (),
    agency: str | None = None,
) -> Simulated:
    """A report as one file: ``pieces`` is the body as typeset, ``suffix`` the file name's (``.html``).

    ``lost`` are cells that the writer left out although the body has them; ``agency`` overrides the report's (``""``:
    the file does not say whose report it is)."""
    truth = set_truth(report, pieces, meanings)
    truth.update(dict.fromkeys(lost, ABSENT))
    name = report.agency if agency is None else agency
    stem = f"{report.agency}{report.year}"
    return Simulated("", stem + suffix, data, "report", name, report.year, truth, frozenset(undecidable))


def not_a_report(report: Report, kind: str, data: bytes, suffix: str) -> Simulated:
    """A document that gives no figures, whatever numbers it holds."""
    return Simulated("", f"{report.agency}{report.year}{suffix}", data, kind, report.agency, report.year)
