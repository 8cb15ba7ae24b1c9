"""The samples: every figure read equals the figure transcribed by eye, and the files are what the script makes."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from harness import Truth, Writer, read, score

from pipelines.simulate.docx import write_docx
from pipelines.simulate.html import HtmlLayout, write_html
from pipelines.simulate.pdf import PdfLayout, write_pdf
from pipelines.simulate.samples import SAMPLES, load_transcripts, sample_files
from pipelines.simulate.tables import Shape
from pipelines.simulate.text import TextLayout, write_text
from schemas.forms import STATISTICS

HERE = Path(__file__).resolve().parent
DOCS = sorted(SAMPLES)
# Rows of the form and how many of them the document does not have; counted by hand from the originals.
FORM_ROWS = {"hongze_qu_2024": (186, 0), "zibo_gxqgafj_2023": (200, 28), "shanghai_bgt_2019": (198, 0)}
# Rows of each statistics table, two columns each; counted by hand.
STATISTICS_ROWS = {
    "pingtan_syq_2012": 16,
    "pingtan_xian_2013": 17,
    "pingtan_syq_2014": 16,
    "pingtan_syq_2015": 16,
    "pingtan_syq_2016": 16,
    "pingtan_syq_2017": 15,
}
REPORTED = {"shanghai_bgt_2019": 63, "zibo_gxqgafj_2023": 172, "hongze_qu_2024": 186}


def golden() -> dict[str, Truth]:
    truth: dict[str, Truth] = {}
    with (HERE / "transcribed.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["section"], row["indicator"], row["breakdown"])
            truth.setdefault(row["doc"], {})[key] = (row["status"], Decimal(row["value"]) if row["value"] else None)
    with (HERE / "transcribed_statistics.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (STATISTICS, row["indicator"], row["breakdown"])
            truth.setdefault(row["doc"], {})[key] = ("reported", Decimal(row["value"]))
    return truth


TRUTH = golden()


def test_transcription_is_whole() -> None:
    assert {doc: len(cells) for doc, cells in TRUTH.items()} == {
        doc: 2 * STATISTICS_ROWS[doc]
        if doc in STATISTICS_ROWS
        else FORM_ROWS[doc][0] - FORM_ROWS[doc][1]
        if doc in FORM_ROWS
        else 198
        if doc in ("pingtan_syq_2019", "pingtan_syq_2020")
        else 200
        for doc in DOCS
    }
    statuses = Counter(status for cells in TRUTH.values() for status, _ in cells.values())
    assert statuses == {"reported": 2417 + 192, "blank": 135}
    assert TRUTH["pingtan_syq_2020"]["disclosure", "procurement", "amount"][1] == Decimal("73802895.90")
    assert TRUTH["suqian_shi_2023"]["disclosure", "fees", "amount"][1] == Decimal("59237.2449")


@pytest.mark.parametrize("doc", DOCS)
def test_sample_reads_exactly(root: Path, doc: str) -> None:
    path = root / "data" / "raw" / SAMPLES[doc].path
    extraction = read(path.read_bytes(), path.name)
    transcript = load_transcripts(HERE)[doc]
    truth = dict.fromkeys(transcript.report.form_keys(), ("absent", None)) | TRUTH[doc]
    rows, absent = FORM_ROWS.get(doc, (len(truth), 0))
    found = score(extraction, truth)
    assert not any(found.counts().values()), f"{doc}: {found}"
    assert found.right == REPORTED.get(doc, len(truth))
    assert (len(extraction.cells), sum(cell.status == "absent" for cell in extraction.cells)) == (rows, absent)
    assert (extraction.kind, extraction.agency) == ("report", transcript.report.agency)
    assert extraction.report_year == transcript.report.year


def test_units_as_printed(root: Path) -> None:
    units = {}
    for doc in ("pingtan_syq_2020", "shanghai_bgt_2019", "suqian_shi_2023"):
        path = root / "data" / "raw" / SAMPLES[doc].path
        for cell in read(path.read_bytes(), path.name).cells:
            if cell.breakdown == "amount":
                units[doc, cell.indicator] = (cell.value, cell.unit, cell.printed)
    assert units == {
        ("pingtan_syq_2020", "procurement"): ("73802895.9", "元", "73802895.90元"),
        ("shanghai_bgt_2019", "procurement"): ("251000", "元", "251000元"),
        ("suqian_shi_2023", "fees"): ("59237.2449", "万元", "59237.2449"),
    }


def test_committed_samples_are_what_the_script_makes(root: Path) -> None:
    made = sample_files(load_transcripts(HERE))
    raw = root / "data" / "raw"
    committed = {
        path.relative_to(raw).as_posix(): path.read_bytes()
        for path in raw.rglob("*")
        if path.is_file() and path != raw / "README.md"
    }
    assert committed.keys() == made.keys()
    differing = [name for name in made if made[name] != committed[name]]
    assert not differing, f"make them again with python -m pipelines.simulate.samples: {differing}"
    assert made == sample_files(load_transcripts(HERE))
    assert sum(map(len, committed.values())) < 5_000_000


def test_samples_cover_bureaus_and_file_types() -> None:
    paths = [Path(sample.path) for sample in SAMPLES.values()]
    assert len(paths) == 19
    assert len({path.parent for path in paths}) == 7
    assert {path.suffix for path in paths} == {".htm", ".html", ".txt", ".md", ".pdf", ".docx"}


def test_figures_are_those_of_the_shared_truth(real: Path) -> None:
    with (real / "facts.csv").open(encoding="utf-8", newline="") as file:
        facts = [
            (r["doc"], r["section"], r["indicator"], r["breakdown"], r["status"], r["printed"], r["value"])
            for r in csv.DictReader(file)
        ]
    with (HERE / "transcribed.csv").open(encoding="utf-8", newline="") as file:
        ours = [tuple(row) for row in csv.reader(file)][1:]
    assert ours == facts


def test_statistics_are_those_of_the_shared_truth(real: Path) -> None:
    with (real / "facts-statistics.csv").open(encoding="utf-8", newline="") as file:
        facts = [(r["doc"], r["row"], r["column"], r["printed"], r["value"]) for r in csv.DictReader(file)]
    with (HERE / "transcribed_statistics.csv").open(encoding="utf-8", newline="") as file:
        ours = [(r["doc"], r["row"], r["column"], r["printed"], r["value"]) for r in csv.DictReader(file)]
    assert ours == facts


# As page and as text, also in layouts that are not those of the samples.
PRINTS: dict[str, Writer] = {
    "page.html": lambda body: write_html(body, HtmlLayout(export=False)),
    "export.html": lambda body: write_html(body, HtmlLayout(breaks="p")),
    "report.docx": write_docx,
    "page.pdf": lambda body: write_pdf(body, PdfLayout(start=200, repeat_header=True)),
    "halves.pdf": lambda body: write_pdf(body, PdfLayout(start=330, split="lines")),
    "pipes.txt": lambda body: write_text(body, TextLayout("pipes")),
    "bars.md": lambda body: write_text(body, TextLayout("bars", rule=True)),
    "tabs.txt": lambda body: write_text(body, TextLayout("tabs")),
    "lines.txt": lambda body: write_text(body, TextLayout("lines")),
    "columns.txt": lambda body: write_text(body, TextLayout("columns")),
}


@pytest.mark.parametrize("name", sorted(PRINTS))
@pytest.mark.parametrize("doc", sorted(STATISTICS_ROWS))
def test_old_tables_read_exactly_as_page_and_as_text(doc: str, name: str) -> None:
    transcript = load_transcripts(HERE)[doc]
    extraction = read(PRINTS[name](transcript.body(Shape())), name)
    found = score(extraction, TRUTH[doc])
    assert not any(found.counts().values()), f"{doc}: {found}"
    assert found.right == len(extraction.cells) == 2 * STATISTICS_ROWS[doc]
    assert (extraction.kind, extraction.form, extraction.agency) == ("report", "2008", transcript.report.agency)
    assert extraction.report_year == transcript.report.year
    cumulative = {c.indicator: c.value for c in extraction.cells if c.breakdown == "cumulative"}
    total = "disclosed.items" if transcript.report.year < 2014 else "disclosed.documents"
    assert cumulative[total] == CUMULATIVE[doc]


CUMULATIVE = {
    "pingtan_syq_2012": "4359",
    "pingtan_xian_2013": "5395",
    "pingtan_syq_2014": "78967",
    "pingtan_syq_2015": "81916",
    "pingtan_syq_2016": "85376",
    "pingtan_syq_2017": "10037",
}
