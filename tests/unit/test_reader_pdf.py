"""Ruled tables and lines of PDF files, as printed."""

from __future__ import annotations

import re

import pytest
from reader_files import bar, encrypted_pdf, grids, line, outline, paragraphs, pdf, ruled, say, spans, texts

from pipelines.document import Document, ReadError
from pipelines.readers import Limits, read

XS, YS = (50, 150, 250), (300, 330, 360)
WORDS = say(60, 340, "a") + say(160, 340, "12") + say(60, 310, "b") + say(160, 310, "3.5")
PATH = "".join(f"50 {y} m 250 {y} l " for y in YS) + "".join(f"{x} 300 m {x} 360 l " for x in XS)
CELLS = [(0, 0, "a"), (0, 1, "12"), (1, 0, "b"), (1, 1, "3.5")]


def problems(document: Document) -> list[str]:
    return [problem.code for problem in document.problems]


def test_grid_with_locators_and_edges() -> None:
    document = read(pdf(say(50, 380, "before") + ruled(XS, YS) + WORDS + say(50, 200, "after")))
    assert outline(document) == ["before", "<p1[50,40,250,100] 2x2>", "after"]
    (grid,) = grids(document)
    assert texts(grid) == CELLS
    assert grid.edges == (50.0, 150.0, 250.0)
    assert grid.page == 1
    assert grid.aligned
    assert [c.locator for c in grid.cells] == [
        "p1[50,40,150,70]",
        "p1[150,40,250,70]",
        "p1[50,70,150,100]",
        "p1[150,70,250,100]",
    ]
    assert document.pages == 1


@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param("".join(bar(50, y, 200, 0.5) for y in YS) + "".join(bar(x, 300, 0.5, 60) for x in XS), id="bars"),
        pytest.param(
            "".join(f"0.5 w {x} {y} 100 30 re S\n" for x in (50, 150) for y in (300, 330)), id="rectangle borders"
        ),
        pytest.param(
            "".join(f"0.5 w {x + 1} {y + 1} 98 28 re S\n" for x in (50, 150) for y in (300, 330)), id="separate boxes"
        ),
        pytest.param(ruled(XS, YS) + ruled([x + 1.5 for x in XS], [y + 1.5 for y in YS]), id="doubled lines"),
        pytest.param(
            "".join(line(a, y, a + 98, y) for y in YS for a in (51, 151))
            + "".join(line(x, b, x, b + 28) for x in XS for b in (301, 331)),
            id="gaps at the corners",
        ),
        pytest.param(
            f"0.5 w {PATH} S\n",
            id="one path",
        ),
        pytest.param(f"q 0.5 0 0 0.5 25 150 cm 1 w 1 0 0 1 50 300 cm 2 0 0 2 -100 -600 cm {PATH} S Q\n", id="moved"),
        pytest.param("/X Do\n", id="form object"),
    ],
)  # fmt: skip
def test_every_way_of_drawing_gives_the_same_cells(drawing: str) -> None:
    form = ruled([x - 10 for x in XS], YS)
    extra = {
        8: f"<< /Type /XObject /Subtype /Form /BBox [0 0 600 400] /Matrix [1 0 0 1 10 0] /Length {len(form)} >>\n"
        f"stream\n{form}\nendstream"
    }
    (grid,) = grids(read(pdf(drawing + WORDS, extra=extra)))
    assert texts(grid) == CELLS


def test_merged_cells_are_where_rulings_are_absent() -> None:
    drawing = (
        line(50, 360, 350, 360)
        + line(150, 330, 350, 330)
        + line(50, 300, 350, 300)
        + line(50, 270, 350, 270)
        + line(50, 270, 50, 360)
        + line(150, 300, 150, 360)
        + line(250, 270, 250, 330)
        + line(350, 270, 350, 360)
    )
    words = say(60, 340, "tall") + say(160, 340, "wide") + say(160, 310, "1") + say(260, 310, "2")
    words += say(60, 280, "label") + say(260, 280, "447228")
    (grid,) = grids(read(pdf(drawing + words)))
    assert (grid.n_rows, grid.n_cols) == (3, 3)
    assert spans(grid) == {
        "tall": (0, 0, 2, 1),
        "wide": (0, 1, 1, 2),
        "1": (1, 1, 1, 1),
        "2": (1, 2, 1, 1),
        "label": (2, 0, 1, 2),
        "447228": (2, 2, 1, 1),
    }


def test_number_wrapped_in_its_cell_keeps_its_point_and_order() -> None:
    words = (
        say(160, 348, "96171.") + say(160, 335, "6") + say(60, 340, "fee") + say(60, 310, "x") + say(160, 310, "-18")
    )
    (grid,) = grids(read(pdf(ruled(XS, YS) + words)))
    assert texts(grid) == [(0, 0, "fee"), (0, 1, "96171.\n6"), (1, 0, "x"), (1, 1, "-18")]


def test_a_raised_mark_is_no_digit_of_the_number() -> None:
    words = say(60, 340, "5") + say(65.6, 343, "1", 6) + say(160, 340, "51")
    (grid,) = grids(read(pdf(ruled(XS, YS) + words)))
    assert texts(grid)[:2] == [(0, 0, "5¹"), (0, 1, "51")]


def test_characters_drawn_in_any_order_are_sorted() -> None:
    words = say(175.0, 340, "6") + say(160, 340, "961") + say(180.6, 340, ".5") + say(160, 310, "7") + say(60, 340, "k")
    (grid,) = grids(read(pdf(ruled(XS, YS) + words)))
    assert texts(grid)[1] == (0, 1, "9616.5")


def test_number_reaching_over_a_border_stays_whole_and_is_reported() -> None:
    words = say(60, 340, "a") + say(128, 340, "3985758") + say(60, 310, "b") + say(160, 310, "4")
    document = read(pdf(ruled(XS, YS) + words))
    (grid,) = grids(document)
    assert "3985758" in {cell.text.removeprefix("a ") for cell in grid.cells}
    assert problems(document) == ["text_crosses_ruling"]


def test_full_cells_side_by_side_are_not_one_number() -> None:
    # "12345" ends 2 points left of the ruling, "678" begins 2 points right of it.
    words = say(120.2, 340, "12345") + say(152, 340, "678") + say(60, 310, "b") + say(160, 310, "4")
    document = read(pdf(ruled(XS, YS) + words))
    assert texts(grids(document)[0])[:2] == [(0, 0, "12345"), (0, 1, "678")]
    assert problems(document) == []


def test_ideographs_and_lines_within_cells() -> None:
    words = (
        say(60, 346, "规范性")
        + say(60, 334, "文件")
        + say(160, 340, "８件", 9)
        + say(60, 310, "（一）")
        + say(160, 310, "0")
    )
    (grid,) = grids(read(pdf(ruled(XS, YS) + words)))
    assert texts(grid) == [(0, 0, "规范性\n文件"), (0, 1, "８件"), (1, 0, "（一）"), (1, 1, "0")]


def test_underlines_shading_and_white_lines_are_no_rulings() -> None:
    noise = (
        line(55, 338, 80, 338) + "0.9 g " + bar(50, 300, 200, 30) + "0 g\n" + "1 G 0.5 w 100 300 m 100 360 l S 0 G\n"
    )
    (grid,) = grids(read(pdf(noise + ruled(XS, YS) + WORDS)))
    assert texts(grid) == CELLS
    assert read(pdf(say(50, 300, "title") + line(50, 298, 90, 298))).blocks != []
    assert grids(read(pdf(say(50, 300, "title") + line(50, 298, 90, 298)))) == []


def test_open_sides_and_a_table_cut_by_the_page() -> None:
    drawing = "".join(line(50, y, 250, y) for y in YS) + line(150, 300, 150, 360)
    (grid,) = grids(read(pdf(drawing + WORDS)))
    assert texts(grid) == CELLS
    drawing = "".join(line(x, 270, x, 360) for x in XS) + "".join(line(50, y, 250, y) for y in YS)
    (grid,) = grids(read(pdf(drawing + WORDS + say(60, 280, "half"))))
    assert texts(grid)[-2:] == [(2, 0, "half"), (2, 1, "")]


def test_frame_around_running_text_is_no_table() -> None:
    frame = f"0.5 w 20 20 560 360 re S\n{ruled(XS, YS)}{WORDS}" + say(50, 200, "one line") + say(50, 180, "next line")
    document = read(pdf(frame))
    assert [texts(grid) for grid in grids(document)] == [CELLS]
    assert paragraphs(document) == ["one line", "next line"]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_page_rotation(rotation: int) -> None:
    """The page is turned, its contents are turned back: it reads the same."""
    turn = {0: "1 0 0 1 0 0", 90: "0 1 -1 0 600 0", 180: "-1 0 0 -1 600 400", 270: "0 -1 1 0 0 400"}[rotation]
    xs, ys = (50, 130, 210), (280, 310, 340)
    words = say(60, 320, "a") + say(140, 320, "12") + say(60, 290, "b") + say(140, 290, "3.5")
    content = f"q {turn} cm\n{ruled(xs, ys)}{words}{say(60, 200, 'below')}Q\n"
    document = read(pdf(content, page=f"/Rotate {rotation}"))
    height = 400 if rotation % 180 == 0 else 600
    assert texts(grids(document)[0]) == CELLS
    assert grids(document)[0].locator == f"p1[50,{height - 340},210,{height - 280}]"
    assert paragraphs(document) == ["below"]


@pytest.mark.parametrize(
    ("turn", "box"), [("0 1 -1 0 600 0", "[260,190,320,350]"), ("0 -1 1 0 0 400", "[280,50,340,210]")]
)
def test_text_turned_on_an_upright_page(turn: str, box: str) -> None:
    xs, ys = (50, 130, 210), (280, 310, 340)
    words = say(60, 320, "a") + say(140, 320, "12") + say(60, 290, "b") + say(140, 290, "3.5")
    (grid,) = grids(read(pdf(f"q {turn} cm\n{ruled(xs, ys)}{words}Q\n")))
    assert texts(grid) == CELLS
    assert grid.locator == "p1" + box


def test_crop_box_moves_the_origin() -> None:
    (grid,) = grids(read(pdf(ruled(XS, YS) + WORDS, page="/CropBox [40 100 500 390]")))
    assert grid.locator == "p1[10,30,210,90]"


def test_pages_without_rulings_give_one_paragraph_a_line_from_the_top() -> None:
    content = say(50, 40, "- 1 -") + say(50, 340, "first") + say(50, 320, "second") + say(300, 320, "beside")
    document = read(pdf(content, say(50, 300, "page two")))
    assert paragraphs(document) == ["first", "second beside", "- 1 -", "page two"]
    assert [block.page for block in document.blocks] == [1, 1, 1, 2]
    assert all(re.fullmatch(r"p[12]\[[\d.]+,[\d.]+,[\d.]+,[\d.]+\]", block.locator) for block in document.blocks)
    assert problems(document) == []


def test_page_without_text_and_invisible_text_are_told() -> None:
    assert problems(read(pdf(say(50, 300, "text"), "0 0 10 10 re f"))) == ["page_without_text"]
    assert problems(read(pdf("3 Tr " + say(50, 300, "machine read").replace("BT", "BT 3 Tr")))) == ["invisible_text"]


def test_invisible_text_among_what_is_printed_is_left_out() -> None:
    words = WORDS + say(154, 340, "7").replace("BT", "BT 3 Tr") + "BT 0 Tr ET\n" + say(60, 380, "before")
    document = read(pdf(ruled(XS, YS) + words))
    assert texts(grids(document)[0]) == CELLS
    assert problems(document) == ["invisible_text"]


def test_digits_of_text_that_only_clips_are_no_number() -> None:
    """Whether they show depends on what is painted within them."""
    clipping = "q " + say(180, 340, "70").replace("BT", "BT 7 Tr") + "Q\n"
    document = read(pdf(ruled(XS, YS) + WORDS + clipping))
    assert [text for *_, text in texts(grids(document)[0])] == ["a", "12 ⁷⁰", "b", "3.5"]
    assert problems(document) == ["invisible_text"]


def test_digits_printed_over_each_other_are_no_number() -> None:
    """White or covered figures under others; bold print by drawing twice is one figure."""
    words = say(60, 340, "a") + say(160, 340, "12") + say(161, 340, "5")
    words += say(60, 310, "b") + say(160, 310, "3.5") + say(160.2, 310, "3.5")
    (grid,) = grids(read(pdf(ruled(XS, YS) + words)))
    assert [text for *_, text in texts(grid)] == ["a", "1\ufffd5 2", "b", "3.5"]


def test_lost_characters_are_told() -> None:
    """Whether they are lost depends on the fonts of the machine; whether that is told does not."""
    document = read(pdf(say(50, 300, "规") + say(70, 300, "章") + say(90, 300, "7")))
    whole = {"规", "章"} <= set("".join(paragraphs(document)))
    assert problems(document) == ([] if whole else ["lost_characters"])


def test_information_dictionary_without_names_of_people() -> None:
    document = read(
        pdf(say(50, 300, "x"), trailer="/Info 7 0 R", extra={7: "<< /Title (Report) /Author (Somebody) >>"})
    )
    assert document.title == "Report"
    assert "Somebody" not in document.metadata.values()


def failure(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ReadError) as caught:
        read(data, limits=limits or Limits())
    assert caught.value.message_en
    assert caught.value.message_zh
    return caught.value.code


def test_broken_files_are_refused_by_name() -> None:
    whole = pdf(ruled(XS, YS) + WORDS)
    assert failure(encrypted_pdf()) == "encrypted"
    assert failure(whole[:100]) == "truncated"
    assert failure(b"%PDF-1.7\n" + bytes(range(256)) * 8) == "truncated"
    assert failure(pdf("0 0 100 100 re f")) == "no_text_layer"
    assert failure(pdf(*[say(50, 300, "x")] * 4), Limits(pages=3)) == "too_large"
    assert failure(pdf(say(50, 300, "x" * 50)), Limits(page_chars=20)) == "too_large"


def test_lost_end_is_repaired_and_told() -> None:
    whole = pdf(ruled(XS, YS) + WORDS)
    document = read(whole[: whole.index(b"startxref")])
    assert texts(grids(document)[0]) == CELLS
    assert problems(document) == ["repaired"]


def test_too_many_lines_are_told_and_the_text_is_kept() -> None:
    document = read(pdf(ruled(XS, YS) * 3 + WORDS), limits=Limits(page_paths=10))
    assert "too_many_paths" in problems(document)


IMAGE = {
    8: "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\n"
    "stream\nx\nendstream"
}


def test_pictures_that_cover_a_good_part_of_the_page() -> None:
    content = (
        say(50, 380, "before") + "q 400 0 0 200 100 150 cm /X Do Q q 50 0 0 50 500 20 cm /X Do Q\n" + say(50, 100, "z")
    )
    document = read(pdf(content, "q 600 0 0 400 0 0 cm /X Do Q\n", extra=IMAGE))
    assert outline(document) == ["before", "[p1[100,50,500,250] ]", "z", "[p2[0,0,600,400] ]"]
    assert problems(document) == ["page_without_text"]
    assert failure(pdf("q 600 0 0 400 0 0 cm /X Do Q\n", extra=IMAGE)) == "no_text_layer"


def test_two_pages_on_one_sheet_are_read_one_after_the_other() -> None:
    def half(left: float, name: str) -> str:
        prose = "".join(say(left, y, f"{name} a line of prose, as wide as prose is {y}", 8) for y in (380, 370, 150))
        return prose + ruled([left, left + 100, left + 200], (300, 330, 360)) + say(left + 10, 340, name)

    document = read(pdf(half(20, "one") + half(330, "two"), page="/MediaBox [0 0 620 400]"))
    assert [text.split()[0] for text in paragraphs(document)] == ["one"] * 3 + ["two"] * 3
    assert [grid.edges for grid in grids(document)] == [(20.0, 120.0, 220.0), (20.0, 120.0, 220.0)]
    assert grids(document)[1].locator == "p1[330,40,530,100]"
