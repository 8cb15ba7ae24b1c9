"""Reading a document of known content, and counting what was read right, wrong, not at all or out of thin air."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pipelines.extract import read_document
from pipelines.extraction import Extraction
from pipelines.simulate.body import Body, Variation, apply, compose
from pipelines.simulate.docx import write_docx
from pipelines.simulate.html import HtmlLayout, write_html
from pipelines.simulate.pdf import PdfLayout, write_pdf
from pipelines.simulate.report import Report, at_level
from pipelines.simulate.tables import Shape
from pipelines.simulate.text import TextLayout, write_text
from schemas.forms import Key

Truth = dict[Key, tuple[str, Decimal | None]]
"""What each key of the report must read as: status, and value where the status is ``reported``."""


@dataclass
class Score:
    """Counts as of ``check-real``, with a line for each key that is not as it should be."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    phantom: int = 0
    twice: int = 0
    status: int = 0
    extra: int = 0
    lacking: int = 0
    problems: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """All counts but ``right``."""
        names = ("wrong", "missing", "phantom", "twice", "status", "extra", "lacking")
        return {name: getattr(self, name) for name in names}

    def __str__(self) -> str:
        return f"right {self.right} {self.counts()}\n" + "\n".join(self.problems[:25])


def score(extraction: Extraction, truth: Mapping[Key, tuple[str, Decimal | None]]) -> Score:
    """Compare every cell read with ``truth``; keys outside ``truth`` count as ``extra``, those not read as
    ``lacking`` (the contract gives every key of the report's forms exactly once, absent ones too)."""
    found = Score()
    seen: set[Key] = set()
    for cell in extraction.cells:
        key = (cell.section, cell.indicator, at_level(cell.breakdown, cell.column_level))
        where = f"{'/'.join(key)} {cell.status} {cell.printed!r} {cell.value} at {cell.locator}"
        if key in seen:
            found.twice += 1
            found.problems.append(f"twice: {where}")
        seen.add(key)
        status, value = truth.get(key, ("absent", None))
        read = Decimal(cell.value) if cell.value else None
        kind = _compare(value, read)
        if kind:
            setattr(found, kind, getattr(found, kind) + 1)
        if kind not in ("right", ""):
            found.problems.append(f"{kind}: {where}, should be {value}")
        if key not in truth:
            found.extra += 1
            found.problems.append(f"extra: {where}")
        elif cell.status != status:
            found.status += 1
            found.problems.append(f"status: {where}, should be {status}")
    for key in truth.keys() - seen:
        found.lacking += 1
        found.missing += truth[key][1] is not None
        found.problems.append(f"lacking: {'/'.join(key)}")
    return found


def _compare(value: Decimal | None, read: Decimal | None) -> str:
    if value is None:
        return "" if read is None else "phantom"
    return "right" if read == value else "missing" if read is None else "wrong"


def truth_of(report: Report) -> Truth:
    """The truth of a report whose cells print plain numbers (a 元 after the amount of procurement aside)."""
    truth: Truth = {}
    for key in report.form_keys():
        text = report.cells.get(key)
        if text is None:
            truth[key] = ("absent", None)
        elif not text:
            truth[key] = ("blank", None)
        else:
            truth[key] = ("reported", Decimal(text.removesuffix("元")))
    return truth


@dataclass(frozen=True)
class Case:
    """A report with its truth and the way its tables are built, before a file type is chosen."""

    report: Report
    truth: Truth
    shape: Shape = field(default_factory=Shape)
    variations: tuple[Variation, ...] = ()

    @classmethod
    def of(cls, report: Report, shape: Shape | None = None, *variations: Variation) -> Case:
        return cls(report, truth_of(report), shape or Shape(), variations)

    def printing(self, texts: Mapping[Key, str], status: str = "reported") -> Case:
        """Other texts in some cells: the same values printed otherwise, or no value with ``status``."""
        truth = dict(self.truth)
        if status != "reported":
            truth |= dict.fromkeys(texts, (status, None))
        return replace(self, report=self.report.printing(texts), truth=truth)

    def losing(self, keys: Iterable[Key]) -> Case:
        """Cells that are not there."""
        lost = set(keys)
        truth = self.truth | dict.fromkeys(lost, ("absent", None))
        return replace(self, report=self.report.without(lost), truth=truth)

    def body(self) -> Body:
        return apply(compose(self.report, self.shape), *self.variations)


Writer = Callable[[Body], bytes]

ALIGNED: dict[str, Writer] = {
    "export.html": lambda body: write_html(body, HtmlLayout()),
    "plain.html": lambda body: write_html(body, HtmlLayout(export=False, charset="gb18030", declared="gb2312")),
    "report.docx": write_docx,
    "whole.pdf": lambda body: write_pdf(body, PdfLayout(start=230)),
    "broken.pdf": lambda body: write_pdf(body, PdfLayout(start=60, repeat_header=True, rules="fill")),
    "halves.pdf": lambda body: write_pdf(body, PdfLayout(margin=48, padding=2, start=75, split="lines")),
}
"""File types in which every cell has a place: whatever is printed can be told."""

COLUMNS: dict[str, Writer] = {
    "pipes.txt": lambda body: write_text(body, TextLayout("pipes", explode=True)),
    "bars.md": lambda body: write_text(body, TextLayout("bars", rule=True, explode=True)),
    "tabs.txt": lambda body: write_text(body, TextLayout("tabs", explode=True), "gb18030"),
}
"""Text in which an empty cell keeps its place between its neighbours."""

RAGGED: dict[str, Writer] = {
    "packed.txt": lambda body: write_text(body, TextLayout("tabs", spans="end", explode=True)),
    "lines.txt": lambda body: write_text(body, TextLayout("lines")),
}
"""Text in which empty cells may leave no trace."""

WRITERS: dict[str, Writer] = {**ALIGNED, **COLUMNS, **RAGGED}


def read(data: bytes, name: str) -> Extraction:
    return read_document(data, name)


def check(case: Case, name: str, *, exact: bool = True, data: bytes | None = None) -> Score:
    """Write the case as the file type ``name``, read it and compare. Nothing may ever be wrong, invented or said
    twice; with ``exact`` nothing may be missing and every status must be right as well."""
    written = data if data is not None else WRITERS[name](case.body())
    extraction = read(written, name)
    found = score(extraction, case.truth)
    assert extraction.kind == "report", f"{name}: {extraction.kind} {extraction.reason_code} {extraction.reason_en}"
    assert (found.wrong, found.phantom, found.twice, found.extra) == (0, 0, 0, 0), f"{name}: {found}"
    assert extraction.agency == case.report.agency, name
    assert extraction.report_year == case.report.year, name
    if exact:
        assert not any(found.counts().values()), f"{name}: {found}"
    return found
