"""Pages that are pictures: named where nothing can read them, else read as they look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from accuracy.run import compare
from accuracy.scans import scanned
from reader_files import grids, paragraphs, pdf, say, texts

from pipelines import fingerprint, parsed
from pipelines.document import Document, ReadError
from pipelines.extract import read_document
from pipelines.readers import Limits, extras, optical, read
from pipelines.readers.extras import OPTICAL_LIBRARIES, can_see
from pipelines.simulate.corpus import Planned
from schemas.numbers import UNSURE, read_number

RULES = """1 w 100 300 m 400 300 l 100 260 m 400 260 l 100 220 m 400 220 l
100 300 m 100 220 l 250 300 m 250 220 l 400 300 m 400 220 l S
"""
PAGE = pdf(RULES + say(110, 275, "ab") + say(300, 275, "1288") + say(300, 235, "0") + say(100, 350, "SUMMARY OF 2024"))


@pytest.fixture(autouse=True)
def looked_for_anew() -> Iterator[None]:
    """What is installed is remembered; a test may change it."""
    extras.installed.cache_clear()
    yield
    extras.installed.cache_clear()


@pytest.fixture
def sight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Optical reading switched on, or the test is skipped."""
    monkeypatch.delenv("NIANBAO_OCR", raising=False)
    if not can_see():
        pytest.skip("nianbao[ocr] is not installed: no scan is read")


def outcome(data: bytes, limits: Limits | None = None) -> Document | ReadError:
    try:
        return read(data, limits=limits)
    except ReadError as error:
        return error


def test_without_the_extra_a_scan_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _: None)
    refused = outcome(pdf("0 0 100 100 re f"))
    assert isinstance(refused, ReadError)
    assert refused.code == "no_text_layer"
    assert "nianbao[ocr]" in refused.message_en
    assert "nianbao[ocr]" in refused.message_zh


@pytest.mark.parametrize("word", ["off", "0", "No"])
@pytest.mark.usefixtures("sight")
def test_it_can_be_switched_off_and_says_so(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("NIANBAO_OCR", word)
    refused = outcome(pdf("0 0 100 100 re f"))
    assert isinstance(refused, ReadError)
    assert "NIANBAO_OCR" in refused.message_en
    assert "NIANBAO_OCR" in refused.message_zh


def drawn(*signs: str) -> bytes:
    """A scanned table of one row with these signs, each as PDF draws it."""
    walls = " ".join(f"{100 + 60 * place} 300 m {100 + 60 * place} 260 l" for place in range(len(signs) + 1))
    right = 100 + 60 * len(signs)
    shown = "".join(sign.format(x=125 + 60 * place, y=275) for place, sign in enumerate(signs))
    text = say(100, 350, "SUMMARY OF 2024") + say(100, 330, "WHAT IS DRAWN IN THE TABLE")
    return scanned(pdf(f"1 w 100 300 m {right} 300 l 100 260 m {right} 260 l {walls} S " + shown + text), 4)


@pytest.mark.usefixtures("sight")
def test_what_looks_like_a_figure_and_is_none_is_no_number() -> None:
    shown = [f"BT /F1 10 Tf {{x}} {{y}} Td ({text}) Tj ET " for text in ("0", "1", "1288", "11", "/", "//", "=")]
    document = outcome(drawn(*shown, "1 w {x} {y} 5 7.5 re S "))
    assert isinstance(document, Document)
    (grid,) = grids(document)
    said = [read_number(text) for _, _, text in texts(grid)]
    assert [one.value for one in said] == [0, 1, 1288, 11, None, None, None, None]
    assert not any(one.candidates for one in said[4:])


def test_an_unsure_number_is_marked_as_the_grammar_knows_it() -> None:
    """Readers know nothing of the grammar of numbers."""
    source = (Path(extras.__file__).parent / "eye.py").read_text(encoding="utf-8")
    assert f'UNREAD = "\\u{ord(UNSURE):04x}"' in source
    assert read_number(f"12{UNSURE}").candidates == (Decimal(12),)
    assert read_number(UNSURE).candidates == ()


@pytest.mark.usefixtures("sight")
def test_a_scan_is_read_into_the_table_that_it_shows() -> None:
    document = outcome(scanned(PAGE, 4))
    assert isinstance(document, Document)
    assert document.optical == [1]
    assert [one.code for one in document.problems] == ["optical"]
    (grid,) = grids(document)
    assert texts(grid) == [(0, 0, "ab"), (0, 1, "1288"), (1, 0, ""), (1, 1, "0")]
    assert paragraphs(document) == ["SUMMARY OF 2024"]
    x0, y0, x1, y1 = map(float, grid.cells[1].locator[3:-1].split(","))
    assert (x0, y0, x1, y1) == pytest.approx((250, 100, 400, 140), abs=6), "points from the top left corner"
    kept = parsed.encode(document)
    assert kept is not None
    assert parsed.decode(kept) == document


@pytest.mark.usefixtures("sight")
def test_a_page_scanned_sideways_is_turned() -> None:
    document = outcome(scanned(PAGE, 4, turned=1))
    assert isinstance(document, Document)
    (grid,) = grids(document)
    assert [text for _, _, text in texts(grid)] == ["ab", "1288", "", "0"]
    x0, y0, x1, y1 = map(float, grid.cells[1].locator[3:-1].split(","))
    assert (x0, y0, x1, y1) == pytest.approx((260, 250, 300, 400), abs=6), "on the page as it is"


@pytest.mark.usefixtures("sight")
def test_a_blank_page_or_too_many_pages_are_none() -> None:
    blank = outcome(pdf(""))
    assert isinstance(blank, ReadError)
    assert blank.code == "no_text_layer"
    assert "nianbao[ocr]" not in blank.message_en
    two = scanned(pdf(say(50, 300, "first page"), say(50, 300, "second page")), 4)
    document = outcome(two, replace(Limits(), optical_pages=1))
    assert isinstance(document, Document)
    assert document.optical == [1]
    assert {one.code: one.locator for one in document.problems}["page_without_text"] == "p2"


@pytest.mark.usefixtures("sight")
@pytest.mark.parametrize(("variant", "seed"), [("pdf.lost_page", 11), ("pdf.spread", 12)])
def test_a_scanned_report_gives_what_is_printed_or_nothing(variant: str, seed: int) -> None:
    document = Planned(seed, 0, 2025, variant).make()
    document = replace(document, data=scanned(document.data, seed))
    read = read_document(document.data, document.file_name)
    assert read.kind == "report"
    assert {cell.method for cell in read.cells if cell.value} == {"ocr"}
    counts = compare(document, read).counts
    assert counts["wrong"] == counts["phantom"] == counts["twice"] == counts["silent"] == counts["year"] == 0
    assert counts["right"] > 4 * counts["missing"]


def test_places_on_a_tilted_page_are_those_of_the_page_as_it_is() -> None:
    seen = optical.Seen([], [], 90.0, (100.0, 100.0))
    assert optical.Tilted(seen).locate(10, 45, 20, 55) == "[45,10,55,20]"
    seen = optical.Seen([], [], 0.0, (100.0, 100.0))
    assert optical.Tilted(seen).locate(10, 45, 20, 55) == "[10,45,20,55]"


@pytest.mark.usefixtures("sight")
def test_what_was_refused_for_want_of_the_extra_is_read_once_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    fingerprint.bytes_hash.cache_clear()
    able = fingerprint.bytes_hash()
    assert set(OPTICAL_LIBRARIES) <= fingerprint.library_versions().keys()
    fingerprint.bytes_hash.cache_clear()
    monkeypatch.setenv("NIANBAO_OCR", "off")
    unable = fingerprint.bytes_hash()
    assert not set(OPTICAL_LIBRARIES) & fingerprint.library_versions().keys()
    fingerprint.bytes_hash.cache_clear()
    assert able != unable
