"""How the cells of a workbook look: number formats, fonts that hide or doubt a figure, strings of several fonts."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from pipelines.readers.charset import RAISED
from pipelines.readers.elements import child, children, is_on, local, whole
from pipelines.readers.pieces import is_value
from pipelines.readers.shown import BUILTIN, GENERAL

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Overlay(NamedTuple):
    """What a conditional format does to a figure: another number format, or a font that is not to be read."""

    number_format: str | None
    unsure: bool


class Styles:
    """The styles of cells, by their place in the list; those of a workbook without any are all General."""

    def __init__(self, root: Any = None) -> None:
        self.formats: list[str] = []
        """The number format of each."""
        self.unsure: frozenset[int] = frozenset()
        """Those whose figures are none: white on a ground that is not said, struck, raised or lowered."""
        self.overlays: list[Overlay] = []
        if root is None:
            return
        known = dict(BUILTIN)
        for entry in _entries(root, "numFmts"):
            known[whole(entry.get("numFmtId"))] = entry.get("formatCode", GENERAL)
        styles, fonts, fills = (_entries(root, name) for name in ("cellXfs", "fonts", "fills"))
        self.formats = [known.get(whole(style.get("numFmtId")), GENERAL) for style in styles]
        looks = [(_picked(fonts, style.get("fontId")), _picked(fills, style.get("fillId"))) for style in styles]
        self.unsure = frozenset(
            place
            for place, (font, fill) in enumerate(looks)
            if _is_struck(font) or _is_raised(font) or (_is_white(font) and not _has_ground(fill))
        )
        self.overlays = [_overlay(entry) for entry in _entries(root, "dxfs")]

    def number_format(self, style: int) -> str:
        """The number format of a cell style."""
        return self.formats[style] if 0 <= style < len(self.formats) else GENERAL


def rich_text(item: Any) -> str:
    """Text of a string with runs; phonetic guides are not printed in the line.

    What is struck out is left out, unless nothing else is there. The digits of what is raised or lowered, and those of
    a figure that is struck or white, are none.
    """
    parts: list[str] = []
    struck: list[str] = []
    white = False
    for part in item:
        name = local(part)
        if name == "t":
            parts.append(part.text or "")
        elif name == "r":
            text = "".join(run.text or "" for run in children(part, "t"))
            look = child(part, "rPr")
            if _is_struck(look):
                struck.append(text)
            else:
                parts.append(text.translate(RAISED) if _is_raised(look) else text)
                white = white or (_is_white(look) and bool(text.strip()))
    text = unescaped("".join(parts))
    if not text.strip() and struck:
        text, white = unescaped("".join(struck)), True
    return text.translate(RAISED) if white and is_value(text) else text


def unescaped(text: str) -> str:
    """Text without the escapes of characters that XML does not hold."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _entries(root: Any, name: str) -> list[Any]:
    """What stands in one of the lists of the styles; nothing where it is not there."""
    listed = child(root, name)
    return [] if listed is None else list(listed)


def _picked(among: list[Any], place: str | None) -> Any:
    index = whole(place)
    return among[index] if 0 <= index < len(among) else None


def _is_struck(font: Any) -> bool:
    return is_on(font, "strike")


def _is_raised(font: Any) -> bool:
    align = None if font is None else child(font, "vertAlign")
    return align is not None and align.get("val") in ("superscript", "subscript")


def _is_white(font: Any) -> bool:
    return font is not None and _white(child(font, "color"))


def _white(color: Any) -> bool:
    """Whether a colour is white, or the one that a theme gives the ground."""
    if color is None:
        return False
    if color.get("theme") == "0":
        return not color.get("tint", "").strip("0.")
    white: bool = color.get("rgb", "")[-6:].upper() == "FFFFFF" or color.get("indexed") in ("1", "9")
    return white


def _has_ground(fill: Any) -> bool:
    pattern = None if fill is None else child(fill, "patternFill")
    if pattern is None:
        return fill is not None and len(fill) > 0  # two colours that run into each other
    return pattern.get("patternType", "none") != "none" and not _white(child(pattern, "fgColor"))


def _overlay(entry: Any) -> Overlay:
    number_format, font, fill = (child(entry, name) for name in ("numFmt", "font", "fill"))
    pattern = None if fill is None else child(fill, "patternFill")
    # In conditional formats a plain ground has its colour where cells have that of the pattern.
    colour = None if pattern is None else child(pattern, "bgColor")
    ground = colour is not None and not _white(colour)
    return Overlay(
        None if number_format is None else number_format.get("formatCode", GENERAL),
        _is_struck(font) or _is_raised(font) or (_is_white(font) and not ground),
    )
