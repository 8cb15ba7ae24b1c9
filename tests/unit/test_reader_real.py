"""Real reports, where they are at hand: every figure read by eye stands in a cell of its own, and no other does."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from reader_files import grids, outline, paragraphs, spans

from pipelines.document import Document
from pipelines.readers import read

FILES = {
    "huaian_shi_2024": "szfgs2024.pdf",
    "hongze_qu_2024": "hzq2024_working.pdf",
    "zibo_gxqgafj_2023": "000_ef120c27ccfc7a4f.txt",
}


def load(real: Path, name: str) -> Document:
    path = real / name
    if not path.is_file():
        pytest.skip(f"{name} is not at hand")
    return read(path.read_bytes(), name)


@pytest.fixture(scope="module")
def facts(real: Path) -> dict[str, Counter[Decimal]]:
    """Figures read by eye, by report."""
    found: dict[str, Counter[Decimal]] = defaultdict(Counter)
    with (real / "facts.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["value"]:
                found[row["doc"]][Decimal(row["value"])] += 1
    return found


@pytest.mark.parametrize("report", FILES)
def test_every_figure_has_its_cell(report: str, real: Path, facts: dict[str, Counter[Decimal]]) -> None:
    printed: Counter[Decimal] = Counter()
    for grid in grids(load(real, FILES[report])):
        for cell in grid.cells:
            try:
                printed[Decimal(cell.text)] += 1
            except InvalidOperation:
                continue
    assert printed == facts[report]


def test_tables_split_over_pages(real: Path) -> None:
    document = load(real, "szfgs2024.pdf")
    found = grids(document)
    assert [(g.page, g.n_rows, g.n_cols) for g in found] == [(3, 8, 4), (4, 6, 2), (4, 16, 10), (5, 12, 10), (5, 4, 15)]
    assert spans(found[0])["447228"] == (6, 1, 1, 3)
    assert spans(found[1])["96171.6"] == (5, 1, 1, 1)
    assert spans(found[2])["三、\n本\n年\n度\n办\n理\n结\n果"] == (5, 0, 11, 1)
    assert spans(found[2])["（四）无"] == (15, 1, 1, 1)
    assert spans(found[3])["法提供"] == (0, 1, 2, 1)
    # The same table on both pages: its columns are at the same places.
    assert all(abs(a - b) < 1 for a, b in zip(found[2].edges, found[3].edges, strict=True))
    last = " ".join(cell.text for cell in found[4].cells if cell.row == 3)
    assert last == "72 64 178 37 351 13 4 8 1 26 12 1 1 6 20"
    assert document.pages == 6
    assert document.problems == []
    assert paragraphs(document)[:2] == ["淮安市人民政府", "2024 年政府信息公开工作年度报告"]


def test_vertical_text_in_a_merged_cell(real: Path) -> None:
    found = grids(load(real, "hzq2024_working.pdf"))
    assert [(g.n_rows, g.n_cols) for g in found] == [(7, 4), (7, 2), (16, 10), (10, 10), (4, 15)]
    assert spans(found[2])["三\n、\n本\n年\n度\n办\n理\n结\n果"] == (5, 0, 11, 1)
    assert spans(found[2])["2.其他法律行政止公开"] == (8, 2, 1, 1)
    assert spans(found[1])["7545"] == (6, 1, 1, 1)


def test_blank_form(real: Path) -> None:
    document = load(real, "政务公开年报模版.docx")
    first, second, third = grids(document)
    assert [(g.n_rows, g.n_cols) for g in (first, second, third)] == [(14, 4), (28, 10), (4, 15)]
    assert spans(second)["三、本年度办理结果"] == (5, 0, 22, 1)
    assert spans(second)["（六）其他处理"] == (23, 1, 3, 1)
    assert sum(1 for cell in second.cells if cell.text == "") == 175
    assert sum(1 for cell in third.cells if cell.text == "") == 15


def test_text_with_tabs(real: Path) -> None:
    document = load(real, "000_ef120c27ccfc7a4f.txt")
    found = [(grid.locator, grid.n_cols) for grid in grids(document)]
    assert found == [("L25-27", 4), ("L29-46", 10), ("L48-52", 9), ("L56-60", 15)]
    assert outline(document)[0] == "淄博市公安局高新区分局 2023 年政府信息 公开工作年度报告"
