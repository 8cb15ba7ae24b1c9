"""What lies across the tables of a PDF, or was drawn over their figures: no number is taken from it."""

from __future__ import annotations

import math

import pytest
from reader_files import grids, line, paragraphs, pdf, ruled, say, texts

from pipelines.document import Document
from pipelines.readers import read

XS, YS = (50, 150, 250), (300, 330, 360)
TABLE = ruled(XS, YS) + say(60, 340, "a") + say(160, 340, "130") + say(60, 310, "b") + say(160, 310, "3.5")
CELLS = ["a", "130", "b", "3.5"]


def turned(x: float, y: float, text: str, size: float, degrees: float) -> str:
    """Latin text whose line rises by so many degrees."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return f"BT /F1 {size} Tf {c:.4f} {s:.4f} {-s:.4f} {c:.4f} {x} {y} Tm ({text}) Tj ET\n"


def colored(color: str, content: str) -> str:
    return f"q {color} {content}Q\n"


def cells(document: Document) -> list[str]:
    return [text for *_, text in texts(grids(document)[0])]


def told(document: Document) -> list[tuple[str, str]]:
    """Code of each problem, and what it says was left out."""
    return [(p.code, p.message_en.partition("“")[2].removesuffix("”")) for p in document.problems]


@pytest.mark.parametrize("degrees", [15, 30, 45, -45, 60, 120])
@pytest.mark.parametrize("size", [8, 80])
def test_text_aslant_is_left_out(degrees: float, size: float) -> None:
    mark = colored("0.85 g", turned(170, 335, "2", size, degrees) + turned(200, 310, "2023", size, degrees))
    for content in (TABLE + mark, mark + TABLE):
        document = read(pdf(content))
        assert cells(document) == CELLS
        assert told(document) == [("overlaid_text", "2 2023")]


def test_what_is_told_names_nobody() -> None:
    """Watermarks name who printed a page, and a box hides on purpose."""
    document = read(pdf(TABLE + turned(100, 310, "Somebody 13", 20, 30) + box(155, 338, 30, 12)))
    assert told(document) == [("overlaid_text", "13"), ("struck_text", "")]
    assert not any("Somebody" in p.message_en + p.message_zh or "130" in p.message_en for p in document.problems)


def test_a_dense_watermark_does_not_turn_the_page() -> None:
    """Most characters of this page rise by 60 degrees."""
    mark = "".join(turned(x, y, "2024-01-20", 9, 60) for x in range(20, 560, 40) for y in range(20, 380, 60))
    document = read(pdf(mark + TABLE))
    assert cells(document) == CELLS
    assert grids(document)[0].locator == "p1[50,40,250,100]"


def test_text_that_leans_as_scans_do_is_read() -> None:
    words = "".join(turned(x, y, t, 10, 2) for x, y, t in ((60, 340, "a"), (160, 340, "12"), (60, 310, "b")))
    document = read(pdf(ruled(XS, YS) + words))
    assert cells(document) == ["a", "12", "b", ""]
    assert document.problems == []


def test_tables_without_rulings_are_read_through_a_watermark() -> None:
    rows = "".join(
        say(50, 300 - 20 * n, f"row {n}") + "".join(say(150 + 60 * k, 300 - 20 * n, str(10 * n + k)) for k in range(5))
        for n in range(1, 5)
    )
    mark = colored("0.8 g", "".join(turned(x, y, "2024", 12, 30) for x in range(60, 500, 90) for y in (200, 240, 280)))
    (plain,), (marked,) = grids(read(pdf(rows))), grids(read(pdf(rows + mark)))
    assert texts(marked) == texts(plain)
    assert len(texts(marked)) == 24


def test_a_page_whose_text_is_all_aslant_keeps_it() -> None:
    document = read(pdf(ruled(XS, YS) + turned(60, 335, "a", 10, 20) + turned(160, 335, "b", 10, 20)))
    assert cells(document) == ["a", "b", "", ""]


@pytest.mark.parametrize("degrees", [90, -90, 180])
def test_digits_set_sideways_are_no_number_and_no_blank(degrees: float) -> None:
    words = say(60, 340, "a label") + turned(200, 320, "12", 9, degrees) + say(60, 310, "b label")
    document = read(pdf(ruled(XS, YS) + words))
    assert not any(c in "0123456789" for text in cells(document) for c in text)
    assert any("¹" in text and "²" in text for text in cells(document))
    assert told(document) == [("overlaid_text", "12")]


def test_labels_set_sideways_in_a_narrow_column_are_kept() -> None:
    xs, ys = (50, 70, 150, 250), (240, 300, 360)
    words = turned(57, 350, "new", 9, -90) + "".join(
        say(x, y, text) for x, y, text in ((80, 330, "a"), (80, 270, "b"), (160, 330, "12"), (160, 270, "3"))
    )
    document = read(pdf(ruled(xs, ys) + words))
    assert cells(document) == ["n\ne\nw", "a", "12", "", "b", "3"]
    assert document.problems == []


def test_text_far_larger_than_the_table_that_crosses_its_rulings_is_left_out() -> None:
    document = read(pdf(TABLE + say(165, 305, "2023", 80)))
    assert cells(document) == CELLS
    assert told(document) == [("overlaid_text", "2023")]
    blank = TABLE.replace("(130) Tj", "() Tj").replace("(b) Tj", "() Tj")
    assert cells(read(pdf(blank + say(75, 305, "2023", 80))))[1:3] == ["", ""]


def test_a_number_of_two_sizes_is_not_sure() -> None:
    assert cells(read(pdf(TABLE + say(180, 337, "5", 22)))) == ["a", "130 \ufffd", "b", "3.5"]
    words = TABLE.replace("(130)", "( )") + say(180, 337, "5", 22)
    assert cells(read(pdf(words))) == ["a", "5", "b", "3.5"]


def test_tables_of_two_sizes_on_one_page_are_read() -> None:
    """The lesser one has most of the text (淮安 2024, page 5)."""
    low = ruled(XS, (240, 260, 280)) + "".join(say(x, y, "1234567", 6) for x in (60, 160) for y in (247, 267))
    document = read(pdf(TABLE + low))
    assert [[text for *_, text in texts(grid)] for grid in grids(document)] == [CELLS, ["1234567"] * 4]
    assert document.problems == []


def test_a_large_title_within_the_table_is_kept() -> None:
    ys = (270, 300, 330, 375)
    drawing = "".join(line(50, y, 250, y) for y in ys) + line(50, 270, 50, 375) + line(250, 270, 250, 375)
    drawing += line(150, 270, 150, 330)
    words = say(60, 340, "2023 report", 24) + say(60, 310, "a") + say(160, 310, "12") + say(60, 280, "b")
    document = read(pdf(drawing + words + say(160, 280, "3")))
    assert cells(document) == ["2023 report", "a", "12", "b", "3"]
    assert document.problems == []


@pytest.mark.parametrize("color", ["0.85 g", "1 0.8 0.8 rg", "/G gs"])
def test_a_light_watermark_of_the_size_of_the_table_is_left_out(color: str) -> None:
    """Once it lies across the line between two rows: nobody sets a figure there."""
    mark = "".join(say(x, y, "2024", 9) for x, y in ((165, 341), (190, 312), (60, 327), (190, 326)))
    page = "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> /ExtGState << /G << /ca 0.2 >> >> >>"
    document = read(pdf(TABLE + colored(color, mark), page=page if "gs" in color else ""))
    assert cells(document) == CELLS
    assert told(document) == [("overlaid_text", "2024")]


def test_grey_figures_that_lie_in_their_cells_are_read() -> None:
    words = TABLE.replace("(130)", "( )") + colored("0.75 g", say(160, 340, "12") + say(300, 100, "foot 2024"))
    document = read(pdf(words))
    assert cells(document) == ["a", "12", "b", "3.5"]
    assert paragraphs(document) == ["foot 2024"]
    assert document.problems == []


def test_a_number_of_two_colours_is_not_sure() -> None:
    words = say(178, 340, "5")
    assert cells(read(pdf(TABLE + colored("1 0 0 rg", words)))) == ["a", "130 \ufffd", "b", "3.5"]
    assert cells(read(pdf(TABLE + colored("0.1 g", words)))) == ["a", "130 5", "b", "3.5"]


def test_a_seal_gives_no_figure() -> None:
    """The signs of its ring are aslant but for one or two, which have its colour."""
    ring = "".join(
        turned(x, y, c, 8, d) for x, y, c, d in ((180, 342, "5", 40), (190, 346, "0", 20), (200, 348, "8", 0))
    )
    words = TABLE.replace("(130)", "( )")
    document = read(pdf(words + colored("1 0 0 rg", ring)))
    assert cells(document) == ["a", "⁸", "b", "3.5"]
    assert told(document) == [("overlaid_text", "5 0 8")]


def test_struck_digits_are_not_sure() -> None:
    """Helvetica's digits of 10 points are 7 points high."""
    strike = line(160, 343.6, 165.6, 343.6)
    document = read(pdf(TABLE + strike))
    assert cells(document) == ["a", "\ufffd30", "b", "3.5"]
    assert told(document) == [("struck_text", "")]
    assert cells(read(pdf(strike + TABLE)))[1] == "\ufffd30"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(line(158, 338.5, 180, 338.5), id="underline"),
        pytest.param(line(158, 348.5, 180, 348.5), id="overline"),
        pytest.param(line(150, 343.6, 159, 343.6) + line(178, 343.6, 200, 343.6), id="beside"),
    ],
)
def test_lines_beside_digits_strike_nothing_out(lines: str) -> None:
    document = read(pdf(TABLE + lines))
    assert cells(document) == CELLS
    assert document.problems == []


def box(x: float, y: float, wide: float, high: float) -> str:
    return f"{x} {y} {wide} {high} re f\n"


def test_what_lies_under_a_white_box_is_left_out() -> None:
    old = TABLE + say(154, 340, "7")
    document = read(pdf(old + colored("1 g", box(153, 338, 6.5, 12))))
    assert cells(document) == CELLS
    assert told(document) == [("struck_text", "")]
    new = TABLE + colored("1 g", box(155, 338, 30, 12)) + say(160, 340, "8")
    assert cells(read(pdf(new))) == ["a", "8", "b", "3.5"]
    over = TABLE + colored("1 g", box(155, 338, 30, 12)) + say(160, 340, "none")
    assert cells(read(pdf(over))) == ["a", "none", "b", "3.5"]


def test_a_figure_under_a_box_that_shows_is_not_sure() -> None:
    document = read(pdf(TABLE + box(155, 338, 30, 12)))
    assert cells(document) == ["a", "\ufffd" * 3, "b", "3.5"]
    assert told(document) == [("struck_text", "")]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(colored("0.9 g", box(150, 330, 100, 30)) + TABLE, id="shading below"),
        pytest.param(TABLE + colored("/G gs 1 1 0 rg", box(150, 330, 100, 30)), id="see-through"),
        pytest.param(TABLE + colored("/M gs 1 1 0 rg", box(150, 330, 100, 30)), id="multiplied"),
        pytest.param(TABLE + colored("300 0 100 100 re W n 1 g", box(0, 0, 600, 400)), id="clipped elsewhere"),
        pytest.param(TABLE + colored("1 g", box(150, 330, 100, 30)) + TABLE, id="set again"),
        pytest.param(TABLE + colored("1 g", "155 338 m 185 338 l 185 330 l h f\n"), id="triangle"),
    ],
)
def test_boxes_that_hide_nothing(content: str) -> None:
    states = "/G << /ca 0.4 >> /M << /BM /Multiply >>"
    page = f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> /ExtGState << {states} >> >>"
    document = read(pdf(content, page=page))
    assert cells(document) == CELLS
    assert document.problems == []


def test_boxes_and_lines_on_a_turned_page() -> None:
    xs, ys = (50, 130, 210), (280, 310, 340)
    words = say(60, 320, "a") + say(140, 320, "12") + say(60, 290, "b") + say(140, 290, "35")
    over = line(140, 323.6, 145.6, 323.6) + colored("1 g", box(145.7, 288, 6, 12))
    document = read(pdf(f"q 0 1 -1 0 600 0 cm\n{ruled(xs, ys)}{words}{over}Q\n", page="/Rotate 90"))
    assert cells(document) == ["a", "\ufffd2", "b", "3"]
