"""Variants of PDF with a text layer: rules drawn or not, pages turned, cut, crowded, photographed.

Whatever the drawing, each number has a place on the page; only what is on no page, or on a page that is a picture, is
absent.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import replace

from pipelines.simulate.body import Body, Line, compose, halves
from pipelines.simulate.pdf import PdfLayout, PdfPage, lay_out, lost_keys, write_pdf
from pipelines.simulate.pdf_file import PageImage, PlacedText, text_width, write_pages
from pipelines.simulate.pdf_pages import (
    characters_apart,
    kept_rules,
    over,
    photographed,
    placed_at,
    points_apart,
    shuffled,
    spreads,
    turned,
)
from pipelines.simulate.registry import Printed, Simulated, made, plainly, variant
from pipelines.simulate.report import Report
from pipelines.simulate.tables import Shape, Table
from schemas.forms import Key


def _layout(draw: random.Random) -> PdfLayout:
    """A plain layout that breaks pages anywhere."""
    return PdfLayout(
        start=draw.randrange(0, 420),
        margin=draw.choice((48.0, 64.0, 72.0)),
        padding=draw.choice((2.0, 4.0)),
        rules=draw.choice(("stroke", "fill")),
    )


def _images(pages: list[PdfPage]) -> list[PageImage]:
    return [page.image for page in pages]


def _set(
    report: Report,
    pages: list[PageImage],
    body: Body,
    rules: str = "stroke",
    *,
    lost: Collection[Key] = (),
    meanings: Mapping[Key, Printed] | None = None,
) -> Simulated:
    return made(report, body, write_pages(pages, report.title, rules), ".pdf", lost=lost, meanings=meanings)


def _written(report: Report, layout: PdfLayout, body: Body | None = None) -> Simulated:
    pieces = compose(report) if body is None else body
    return made(report, pieces, write_pdf(pieces, layout), ".pdf")


# ---------------------------------------------------------------------------------------------------------- page breaks


@variant("pdf.word", type="pdf")
def word(report: Report, draw: random.Random) -> Simulated:
    """A report exported from a word processor, tables ruled and broken between rows (洪泽 2024, 淮安 2024)."""
    return _written(report, _layout(draw))


@variant("pdf.half_rows", type="pdf")
def half_rows(report: Report, draw: random.Random) -> Simulated:
    """Rows cut between two lines of a label at the page end: ``（四）无`` | ``法提供`` (淮安 2024)."""
    return _written(report, replace(_layout(draw), split="lines", margin=48.0, padding=2.0))


@variant("pdf.repeated_header", type="pdf")
def repeated_header(report: Report, draw: random.Random) -> Simulated:
    """The header of a table printed again on each page, also where a row is cut in two (K-sq)."""
    return _written(report, replace(_layout(draw), split=draw.choice(("rows", "lines")), repeat_header=True))


@variant("pdf.other_columns", type="pdf")
def other_columns(report: Report, draw: random.Random) -> Simulated:
    """Table three goes on with columns of other widths on the next page, with or without its header: pages from two
    files put together (上海 2025)."""
    before: list[Line | Table] = []
    after: list[Line | Table] = []
    repeat = draw.random() < 0.5
    for piece in compose(report):
        if isinstance(piece, Table) and piece.section == "requests":
            at = draw.randrange(piece.header_rows + 2, piece.n_rows - 2)
            above, below = halves(piece, at, repeat)
            factor = draw.choice((0.6, 1.5))
            before.append(above)
            after.append(replace(below, widths=(*(factor * width for width in below.widths[:3]), *below.widths[3:])))
        else:
            (after or before).append(piece)
    layout = _layout(draw)
    pages = [*lay_out(tuple(before), layout), *lay_out(tuple(after), replace(layout, start=0.0))]
    return _set(report, _images(pages), (*before, *after), layout.rules)


@variant("pdf.lost_page", type="pdf")
def lost_page(report: Report, draw: random.Random) -> Simulated:
    """A page is missing, its cells with it (seed: table two ends after 规章, table three starts at （二）部分公开)."""
    layout = replace(_layout(draw), repeat_header=draw.random() < 0.5)
    body = compose(report)
    with_cells = [n for n, page in enumerate(lay_out(body, layout), start=1) if page.keys and n > 1]
    layout = replace(layout, drop=frozenset({draw.choice(with_cells)} if with_cells else ()))
    return made(report, body, write_pdf(body, layout), ".pdf", lost=lost_keys(body, layout))


@variant("pdf.picture_pages", type="pdf")
def picture_pages(report: Report, draw: random.Random) -> Simulated:
    """Pages with text mixed with pages that are only a picture (scanned and put in between): their cells are absent
    (利辛气象, 民意乡 2021)."""
    layout = _layout(draw)
    body = compose(report)
    pages = lay_out(body, layout)
    with_cells = [n for n, page in enumerate(pages) if page.keys and n > 0]
    chosen = set(draw.sample(with_cells, min(len(with_cells), draw.choice((1, 1, 2)))))
    kept = {key for n, page in enumerate(pages) if n not in chosen for key in page.keys}
    lost = {key for n in chosen for key in pages[n].keys} - kept
    images = [photographed(page.image) if n in chosen else page.image for n, page in enumerate(pages)]
    return _set(report, images, body, layout.rules, lost=lost)


# ---------------------------------------------------------------------------------------------------------------- rules


@variant("pdf.no_rules", type="pdf")
def no_rules(report: Report, draw: random.Random) -> Simulated:
    """Tables without any ruling line: places of the texts are all there is (reports exported from web pages)."""
    return _written(report, replace(_layout(draw), rules="none"))


@variant("pdf.horizontal_rules", type="pdf")
def horizontal_rules(report: Report, draw: random.Random) -> Simulated:
    """Tables with horizontal lines only, as open tables (三线表) have them."""
    layout, body = _layout(draw), compose(report)
    pages = [kept_rules(page, vertical=False) for page in _images(lay_out(body, layout))]
    return _set(report, pages, body, layout.rules)


@variant("pdf.open_sides", type="pdf")
def open_sides(report: Report, draw: random.Random) -> Simulated:
    """Ruled tables without their left and right edges, a usual table style of word processors."""
    layout, body = _layout(draw), compose(report)
    pages = [kept_rules(page, sides=False) for page in _images(lay_out(body, layout))]
    return _set(report, pages, body, layout.rules)


@variant("pdf.light_rules", type="pdf")
def light_rules(report: Report, draw: random.Random) -> Simulated:
    """Hair lines of light grey."""
    return _written(report, replace(_layout(draw), rules="light"))


@variant("pdf.double_rules", type="pdf")
def double_rules(report: Report, draw: random.Random) -> Simulated:
    """Each rule drawn as two lines (cells with borders of their own, exported from web pages)."""
    return _written(report, replace(_layout(draw), rules="double"))


@variant("pdf.dashed_rules", type="pdf")
def dashed_rules(report: Report, draw: random.Random) -> Simulated:
    """Rules drawn dashed, as grids meant for the screen only."""
    return _written(report, replace(_layout(draw), rules="dashed"))


# ---------------------------------------------------------------------------------------------------------------- pages


@variant("pdf.rotated", type="pdf")
def rotated(report: Report, draw: random.Random) -> Simulated:
    """Pages stored turned and told to be shown upright (``/Rotate``): landscape tables, scanners' habits."""
    layout, body = _layout(draw), compose(report)
    if draw.random() < 0.5:
        layout = replace(layout, width=842.0, height=595.0, start=0.0)
    degrees = draw.choice((90, 180, 270))
    pages = [turned(page, degrees, told=True) if n else page for n, page in enumerate(_images(lay_out(body, layout)))]
    return _set(report, pages, body, layout.rules)


@variant("pdf.sideways", type="pdf")
def sideways(report: Report, draw: random.Random) -> Simulated:
    """Landscape tables lying on their side on upright pages, nothing telling viewers to turn them."""
    layout, body = replace(_layout(draw), width=842.0, height=595.0, start=0.0), compose(report)
    degrees = draw.choice((90, 270))
    pages = [turned(page, degrees, told=False) for page in _images(lay_out(body, layout))]
    return _set(report, pages, body, layout.rules)


@variant("pdf.text_order", type="pdf")
def text_order(report: Report, draw: random.Random) -> Simulated:
    """Text drawn in odd order: column by column, backwards, or as it comes."""
    layout, body = _layout(draw), compose(report)
    pages = [shuffled(page, draw) for page in _images(lay_out(body, layout))]
    return _set(report, pages, body, layout.rules)


@variant("pdf.characters_apart", type="pdf")
def single_characters(report: Report, draw: random.Random) -> Simulated:
    """Every character drawn on its own, in order or not; numbers come in single digits (seed, K-src)."""
    layout, body = _layout(draw), compose(report)
    pages = [characters_apart(page) for page in _images(lay_out(body, layout))]
    if draw.random() < 0.5:
        pages = [shuffled(page, draw) for page in pages]
    return _set(report, pages, body, layout.rules)


@variant("pdf.shifted_box", type="pdf")
def shifted_box(report: Report, draw: random.Random) -> Simulated:
    """Pages whose box does not begin at 0, 0 (cropped, imposed)."""
    layout, body = _layout(draw), compose(report)
    origin = float(draw.randrange(-300, 300)), float(draw.randrange(-300, 300))
    pages = [replace(page, origin=origin) for page in _images(lay_out(body, layout))]
    return _set(report, pages, body, layout.rules)


@variant("pdf.spread", type="pdf")
def spread(report: Report, draw: random.Random) -> Simulated:
    """Two pages side by side on each sheet, as booklets are printed (flip books, R-wdxf22)."""
    layout, body = _layout(draw), compose(report)
    return _set(report, spreads(_images(lay_out(body, layout))), body, layout.rules)


_PROSE = "本机关坚持以公开为常态、不公开为例外，及时回应社会关切，不断提高公开质量。2022年办结31件，其中予以公开12件。"


@variant("pdf.side_by_side", type="pdf")
def side_by_side(report: Report, draw: random.Random) -> Simulated:
    """Table two in the left half of a page, prose in the right half beside it: brochures and slides (解读-like
    layouts of real reports)."""
    body = compose(report)
    at = next(i for i, piece in enumerate(body) if isinstance(piece, Table))
    layout = _layout(draw)
    left = replace(layout, width=330.0, margin=24.0, start=0.0, table_size=8.0)
    right = replace(left, width=layout.width - left.width, footer=None)
    page = _images(lay_out(body[: at + 1], left))
    prose = tuple(Line(_PROSE) for _ in range(draw.randrange(3, 8)))
    beside = _images(lay_out(prose, right))[:1]
    first = replace(over(page[0], placed_at(beside[0], left.width, 0)), width=layout.width)
    rest = _images(lay_out(body[at + 1 :], replace(layout, start=0.0)))
    return _set(report, [first, *page[1:], *rest], body, layout.rules)


@variant("pdf.tables_beside", type="pdf")
def tables_beside(report: Report, draw: random.Random) -> Simulated:
    """Tables two and three side by side on a landscape page, each under its heading (booklets, R-wdxf22)."""
    body = compose(report)
    tables = [i for i, piece in enumerate(body) if isinstance(piece, Table)]
    half = PdfLayout(width=421.0, height=595.0, margin=20.0, table_size=5.5, padding=2.0, footer=None)
    columns = [
        _images(lay_out(part, half))
        for part in (body[: tables[0] + 1], body[tables[0] + 1 : tables[1] + 1], body[tables[1] + 1 :])
    ]
    left, right, rest = columns
    # The left half may run over two pages: the right half stands beside its last one.
    sheet = replace(over(left[-1], placed_at(right[0], half.width, 0)), width=2 * half.width)
    rules = draw.choice(("stroke", "fill", "none"))
    return _set(report, [*left[:-1], sheet, *right[1:], *rest], body, rules)


@variant("pdf.running_heads", type="pdf")
def running_heads(report: Report, draw: random.Random) -> Simulated:
    """The title over every page and numbers under it: ``第3页 共5页``, bare, in dashes; the next page's rows go on
    below the head."""
    foot = draw.choice((lambda page: f"第{page}页 共9页", str, lambda page: f"—{page}—", lambda page: f"{page}/9"))
    layout = replace(_layout(draw), footer=foot)
    body = compose(report)
    pages = []
    for page in _images(lay_out(body, layout)):
        head = draw.choice((report.title, f"{report.agency}　{report.year}年", "政府信息公开工作年度报告"))
        x = (page.width - text_width(head, 9)) / 2
        pages.append(replace(page, texts=[PlacedText(x, page.height - 30, 9, head), *page.texts]))
    return _set(report, pages, body, layout.rules)


# ---------------------------------------------------------------------------------------------------------------- print


@variant("pdf.decimal_wrapped", type="pdf")
def decimal_wrapped(report: Report, draw: random.Random) -> Simulated:
    """A decimal number wrapped in its cell at the point, ``96171`` over ``.6``; a table finder gives ``961716 .`` for
    it, the page has it right (淮安 2024, 洪泽 2023)."""
    texts: dict[Key, str] = {}
    for key, text in report.cells.items():
        whole, point, fraction = text.partition(".")
        if point and whole.isascii() and whole.isdigit() and len(whole) > len(fraction) + 1:
            texts[key] = f"{whole}\n.{fraction}" if draw.random() < 0.5 else f"{whole}.\n{fraction}"
    meanings = {key: plainly(report.cells[key], key) for key in texts}
    layout, body = _layout(draw), compose(report.printing(texts))
    return _set(report, _images(lay_out(body, layout)), body, layout.rules, meanings=meanings)


@variant("pdf.points_apart", type="pdf")
def decimal_points_apart(report: Report, draw: random.Random) -> Simulated:
    """Decimal points drawn last on the page, a little lower and larger than their digits: what makes table finders
    give ``961716 .`` (淮安 2024, 洪泽 2023)."""
    layout, body = _layout(draw), compose(report)
    pages = [points_apart(page) for page in _images(lay_out(body, layout))]
    return _set(report, pages, body, layout.rules)


@variant("pdf.full_width", type="pdf")
def full_width(report: Report, draw: random.Random) -> Simulated:
    """Digits of full width, which wrap in narrow cells."""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    texts = {key: text.translate(wide) for key, text in report.cells.items()}
    return _written(report, _layout(draw), compose(report.printing(texts)))


@variant("pdf.tiny", type="pdf")
def tiny(report: Report, draw: random.Random) -> Simulated:
    """Tables set in a tiny size, rows close together, so that each fits one page."""
    return _written(report, replace(_layout(draw), table_size=draw.choice((4.0, 5.0)), padding=1.0))


@variant("pdf.vertical_header", type="pdf")
def vertical_header(report: Report, draw: random.Random) -> Simulated:
    """The header of table four one character on a line or two over two, rules or none (R-wdsj20, R-wdxf22)."""
    header = Shape(review_header="vertical") if draw.random() < 0.5 else Shape(review_header="stacked")
    layout = replace(_layout(draw), rules=draw.choice(("stroke", "fill", "none")))
    return _written(report, layout, compose(report, header))
