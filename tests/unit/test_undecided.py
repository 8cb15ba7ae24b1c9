"""Which cells a torn text leaves open: not more than a careful reader would say, and not fewer."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from pipelines.simulate import population
from pipelines.simulate.body import compose
from pipelines.simulate.figures import figures
from pipelines.simulate.registry import load_variants
from pipelines.simulate.report import Report
from pipelines.simulate.tables import Table, TableCell
from pipelines.simulate.undecided import cuts, gaps, glued, moved, not_kept
from schemas.forms import STATISTICS, STATISTICS_FORMS

APPLICANTS = ("natural_person", "business", "research", "public_welfare", "legal_service", "other", "total")


def row(section: str, *texts: str) -> list[TableCell]:
    columns = APPLICANTS if section == "requests" else tuple(map(str, range(len(texts))))
    return [
        TableCell(text, 0, i, role="value", key=(section, "row", column))
        for i, (text, column) in enumerate(zip(texts, columns, strict=True))
    ]


def numbers(cells: list[TableCell]) -> dict[tuple[str, str, str], Decimal | None]:
    return {cell.key: Decimal(cell.text) if cell.text.isdigit() else None for cell in cells if cell.key}


@pytest.mark.parametrize(
    ("cells", "is_open"),
    [
        (row("disclosure", "396", "442", "278"), True),  # 平潭 2020: 396442278
        (row("disclosure", "2648", "-18", "538"), True),
        (row("disclosure", "0", "0", "0"), False),
        (row("disclosure", "21", "-5"), False),  # the sign parts them
        (row("disclosure", "1", "2", "3"), True),  # or 12, 3 and an empty cell
        (row("disclosure", "1352"), False),
        (row("disclosure", ""), True),
        (row("requests", "1", "0", "0", "0", "0", "0", "1"), False),
        (row("requests", "12", "3", "0", "0", "0", "0", "15"), False),  # only one cut fits the sum
        (row("requests", "1", "0", "0", "0", "0", "0", "2"), True),  # the sum is misprinted: it confirms nothing
        (row("requests", "1", "", "0", "0", "0", "0", "1"), True),
        (row("requests", "２", "0", "0", "0", "0", "0", "２"), False),
    ],
)
def test_glued_rows(cells: list[TableCell], is_open: bool) -> None:
    assert bool(glued(cells, numbers(cells))) is is_open


def test_ways_to_cut() -> None:
    assert list(cuts("000", 3)) == [("0", "0", "0")]
    assert list(cuts("102", 2)) == [("10", "2")]
    assert ("2648", "-18", "538") in set(cuts("2648-18538", 3))
    assert list(cuts("00", 1)) == []


def test_empty_cells_without_a_trace() -> None:
    cells = figures("2021", 1)
    whole = Report("虚州市", 2023, "2021", cells)
    assert gaps(compose(whole)) == set()
    key = ("requests", "result.partial", "research")
    torn = compose(whole.printing({key: ""}))
    assert gaps(torn) == {("requests", "result.partial", applicant) for applicant in APPLICANTS}
    assert moved(torn) == set()
    assert moved(compose(whole.printing({("requests", "new", "total"): ""}))) == {
        ("requests", "new", applicant) for applicant in APPLICANTS
    }


def test_dropped_lines() -> None:
    body = compose(Report("虚州市", 2023, "2021", figures("2021", 1)))
    first = next(cell for piece in body if isinstance(piece, Table) for cell in piece.cells if cell.key)
    lost, opened = not_kept(body, lambda cell: cell is not first)
    assert lost == {("disclosure", "regulations", "issued")}
    assert opened == {("disclosure", "regulations", column) for column in ("issued", "repealed", "in_force")}


@pytest.mark.parametrize("name", sorted(load_variants(types=("text", "pdf"))))
def test_variants_say_what_they_print(name: str) -> None:
    """The same report and chance give the same bytes; every cell of the form has a truth; a PDF leaves none open."""
    variant = load_variants((name,))[name]
    old = variant.form if variant.form in STATISTICS_FORMS else ""
    report = population.report(4, 15, 2016 if old else 2022, old)
    made = [variant.make(report, random.Random(name)) for _ in range(2)]
    assert made[0] == made[1]
    assert len(made[0].truth) in (198, 200) or {key[0] for key in made[0].truth} == {STATISTICS}
    assert made[0].undecidable <= made[0].truth.keys()
    if made[0].kind == "report" and name.startswith("pdf"):
        assert made[0].data.startswith(b"%PDF-")
        assert not made[0].undecidable
