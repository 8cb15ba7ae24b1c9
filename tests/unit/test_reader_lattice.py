"""The lattice alone: strokes in, cells out."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.readers.lattice import Box, Glyph, Lattice, Stroke, deal, find_lattices, lines_of

Strokes = tuple[list[Stroke], list[Stroke]]


@st.composite
def partitions(draw: st.DrawFn) -> tuple[int, int, list[Box]]:
    """A table cut into random rectangles."""
    n_rows, n_cols = draw(st.integers(1, 6)), draw(st.integers(2, 6))
    free = [[True] * n_cols for _ in range(n_rows)]
    boxes = []
    for row in range(n_rows):
        for col in range(n_cols):
            if not free[row][col]:
                continue
            width = 1
            while col + width < n_cols and free[row][col + width] and draw(st.booleans()):
                width += 1
            height = 1
            while row + height < n_rows and all(free[row + height][col : col + width]) and draw(st.booleans()):
                height += 1
            for r in range(row, row + height):
                for c in range(col, col + width):
                    free[r][c] = False
            boxes.append(Box(row, col, height, width))
    return n_rows, n_cols, boxes


def borders(boxes: list[Box], shift: float) -> Strokes:
    """Four lines around every box, 30 x 20 points a position; ``shift`` makes the lines of neighbours differ."""
    horizontal: list[Stroke] = []
    vertical: list[Stroke] = []
    for row, col, height, width in boxes:
        x0, x1 = 50 + 30 * col + shift, 50 + 30 * (col + width) - shift
        y0, y1 = 40 + 20 * row + shift, 40 + 20 * (row + height) - shift
        horizontal += [(y0, x0, x1), (y1, x0, x1)]
        vertical += [(x0, y0, y1), (x1, y0, y1)]
    return horizontal, vertical


@settings(max_examples=200, deadline=None)
@given(partitions(), st.sampled_from([0.0, 0.3, 1.0, -0.4]))
def test_any_ruled_table_comes_back(table: tuple[int, int, list[Box]], shift: float) -> None:
    n_rows, n_cols, boxes = table
    (found,) = find_lattices(*borders(boxes, shift))
    # Edges that no box uses cannot be known: number the used ones.
    rows = sorted({b.row for b in boxes} | {b.row + b.rowspan for b in boxes})
    cols = sorted({b.col for b in boxes} | {b.col + b.colspan for b in boxes})
    expected = {
        (rows.index(b.row), cols.index(b.col), rows.index(b.row + b.rowspan), cols.index(b.col + b.colspan))
        for b in boxes
    }
    assert {(c.row, c.col, c.row + c.rowspan, c.col + c.colspan) for c in found.cells} == expected
    assert (found.n_rows, found.n_cols) == (len(rows) - 1, len(cols) - 1)
    assert (rows[-1], cols[-1]) == (n_rows, n_cols)


def lattice(xs: list[float], ys: list[float]) -> Lattice:
    (found,) = find_lattices([(y, xs[0], xs[-1]) for y in ys], [(x, ys[0], ys[-1]) for x in xs])
    return found


def glyphs(text: str, x: float, base: float, width: float = 5) -> list[Glyph]:
    return [Glyph(c, x + i * width, base - 8, x + (i + 1) * width, base + 2, base) for i, c in enumerate(text)]


def test_two_tables_stay_two() -> None:
    one, two = borders([Box(0, 0, 1, 1), Box(0, 1, 1, 1)], 0), borders([Box(5, 0, 1, 1), Box(5, 1, 1, 1)], 0)
    found = find_lattices(one[0] + two[0], one[1] + two[1])
    assert [t.box for t in found] == [(50, 40, 110, 60), (50, 140, 110, 160)]


def test_missing_piece_of_a_wall_never_joins_more_than_it_must() -> None:
    """Where a wall lacks one of its three pieces, the neighbours of that piece alone are one cell."""
    vertical: list[Stroke] = [(0, 0, 60), (60, 0, 60), (30, 0, 20), (30, 40, 60)]
    (found,) = find_lattices([(y, 0, 60) for y in (0, 20, 40, 60)], vertical)
    assert [tuple(c) for c in found.cells] == [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 2), (2, 0, 1, 1), (2, 1, 1, 1)]


def test_strokes_of_one_direction_are_no_table() -> None:
    assert find_lattices([(10, 0, 100), (30, 0, 100)], []) == []
    assert find_lattices([(10, 0, 100)], [(300, 0, 50)]) == []


def test_drawing_with_more_positions_than_a_table() -> None:
    assert find_lattices([(10 * i, 0, 900) for i in range(90)], [(10 * i, 0, 900) for i in range(90)], 8000) == []


def test_innermost_table_takes_the_glyph() -> None:
    outer, inner = lattice([0, 100, 200], [0, 100]), lattice([110, 150, 190], [10, 30])
    filled, outside = deal(
        glyphs("a", 10, 50) + glyphs("b", 120, 25) + glyphs("c", 120, 60) + glyphs("d", 300, 5), [outer, inner]
    )
    assert [[f.text(i) for i in range(2)] for f in filled] == [["a", "c"], ["b", ""]]
    assert [g.text for g in outside] == ["d"]


def test_run_of_digits_over_a_wall_goes_to_the_cell_that_holds_most() -> None:
    table = lattice([0, 50, 100], [0, 20])
    (filled,), _ = deal(glyphs("12345", 30, 15), [table])
    assert (filled.text(0), filled.text(1), filled.crossings) == ("12345", "", [0])
    (filled,), _ = deal(glyphs("123", 34, 15) + glyphs("45", 52, 15), [table])
    assert (filled.text(0), filled.text(1), filled.crossings) == ("123", "45", [])


def test_lines() -> None:
    found = lines_of(glyphs("ab", 0, 10) + glyphs("下", 0, 25) + glyphs("c", 30, 11) + glyphs("²", 10, 7))
    assert [line.text for line in found] == ["ab² c", "下"]
    assert lines_of([]) == []
