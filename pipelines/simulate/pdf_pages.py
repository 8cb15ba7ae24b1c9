"""What happens to pages after they are typeset: turned, put two on a sheet, drawn in odd order, kept as pictures.

Every function takes pages and gives new ones; the texts stay the same, so that the truth does.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace

from pipelines.simulate.pdf_file import PageImage, Picture, PlacedText, text_width


def turned(page: PageImage, degrees: int, told: bool) -> PageImage:
    """The page's content turned by ``degrees`` (90, 180, 270) against the clock. ``told``: the page tells viewers to
    turn it back, so that it shows upright; otherwise it lies on its side."""
    width, height = page.width, page.height
    if degrees == 180:
        matrix, size = (-1, 0, 0, -1, width, height), (width, height)
    elif degrees == 90:
        matrix, size = (0, 1, -1, 0, height, 0), (height, width)
    else:
        matrix, size = (0, -1, 1, 0, 0, width), (height, width)
    return replace(page, width=size[0], height=size[1], matrix=matrix, rotate=degrees if told else 0)


def characters_apart(page: PageImage) -> PageImage:
    """Every character set on its own, as some exports do."""
    texts: list[PlacedText] = []
    for placed in page.texts:
        x = placed.x
        for character in placed.text:
            texts.append(replace(placed, x=x, text=character))
            x += text_width(character, placed.size)
    return replace(page, texts=texts)


def shuffled(page: PageImage, draw: random.Random) -> PageImage:
    """The texts of the page in any order: columns first, backwards, or as it comes."""
    texts = list(page.texts)
    way = draw.choice(("columns", "backwards", "any"))
    if way == "columns":
        texts.sort(key=lambda placed: (round(placed.x / 20), -placed.y))
    elif way == "backwards":
        texts.reverse()
    else:
        draw.shuffle(texts)
    return replace(page, texts=texts)


_DECIMAL = re.compile(r"\d+\.\d+")


def points_apart(page: PageImage) -> PageImage:
    """Decimal points set after everything else on the page, a little lower and in a size of their own."""
    texts: list[PlacedText] = []
    points: list[PlacedText] = []
    for placed in page.texts:
        if not _DECIMAL.fullmatch(placed.text):
            texts.append(placed)
            continue
        whole, fraction = placed.text.split(".")
        x = placed.x + text_width(whole, placed.size)
        texts.append(replace(placed, text=whole))
        points.append(replace(placed, text=".", x=x, y=placed.y - placed.size * 0.15, size=placed.size * 1.1))
        texts.append(replace(placed, text=fraction, x=x + text_width(".", placed.size)))
    return replace(page, texts=texts + points)


def placed_at(page: PageImage, dx: float, dy: float, scale: float = 1.0) -> PageImage:
    """Everything on the page made smaller and moved."""
    return replace(
        page,
        texts=[replace(t, x=t.x * scale + dx, y=t.y * scale + dy, size=t.size * scale) for t in page.texts],
        rules=[(a * scale + dx, b * scale + dy, c * scale + dx, d * scale + dy) for a, b, c, d in page.rules],
    )


def over(below: PageImage, above: PageImage) -> PageImage:
    """Two pages printed on the sheet of the first."""
    return replace(below, texts=below.texts + above.texts, rules=below.rules + above.rules)


def spreads(pages: list[PageImage]) -> list[PageImage]:
    """Two pages on each landscape sheet of the same paper, left and right."""
    sheets: list[PageImage] = []
    for first in range(0, len(pages), 2):
        left = pages[first]
        scale = left.width / left.height
        sheet = replace(placed_at(left, 0, 0, scale), width=left.height, height=left.width)
        for right in pages[first + 1 : first + 2]:
            sheet = over(sheet, placed_at(right, left.height / 2, 0, scale))
        sheets.append(sheet)
    return sheets


def kept_rules(page: PageImage, horizontal: bool = True, vertical: bool = True, sides: bool = True) -> PageImage:
    """The page with only some of its rules. ``sides`` False: the outermost vertical ones are not drawn."""
    upright = [rule for rule in page.rules if rule[0] == rule[2]]
    edges = {min(r[0] for r in upright), max(r[0] for r in upright)} if upright and not sides else set()
    return replace(
        page,
        rules=[
            rule for rule in page.rules if (horizontal if rule[0] != rule[2] else vertical and rule[0] not in edges)
        ],
    )


def photographed(page: PageImage) -> PageImage:
    """The page as a picture without any text: rules as lines, each character as a dark spot."""
    columns, rows = round(page.width), round(page.height)
    pixels = bytearray(b"\xff" * (columns * rows))

    def fill(x0: float, y0: float, x1: float, y1: float) -> None:
        left, right = max(0, round(x0)), min(columns, round(x1) + 1)
        for y in range(max(0, round(page.height - y1)), min(rows, round(page.height - y0) + 1)):
            pixels[y * columns + left : y * columns + right] = bytes(max(0, right - left))

    for rule in page.rules:
        fill(*rule)
    for placed in page.texts:
        x = placed.x
        for character in placed.text:
            fill(x + 1, placed.y, x + text_width(character, placed.size) - 2, placed.y + placed.size * 0.7)
            x += text_width(character, placed.size)
    return PageImage(page.width, page.height, pictures=[Picture(columns, rows, bytes(pixels))])
