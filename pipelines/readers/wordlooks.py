"""How runs of Word text look, as far as that decides what a reader of the page sees as a number.

What a run says of itself stands over the style of its characters, that over the style of its paragraph, of its table
and the defaults of the document, each style over those that it is based on (ECMA-376, 17.7.2). ``vanish`` and
``strike`` of styles are toggles: on in a paragraph's style and in a character's, they are off (17.7.3).

Each style is resolved once, and only where the bytes say that some style may matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from pipelines.readers.charset import RAISED
from pipelines.readers.elements import OFF
from pipelines.readers.pieces import is_value

RAISE = 4  # half points: as far as a run stands off the line of the others where that is to be seen
_SMALL = 8  # half points; the smallest print is of 5 points
_NARROW = 20  # percent of the width of a character
_PALE = "EF"  # what the digits of a colour begin with, all three of them, where nobody tells it from white
_TOGGLES = ("vanish", "strike")
_ALONE = ("vanish", "strike", "dstrike", "raised", "white", "clear", "small", "narrow", "doubted")
_TOP = frozenset({"firstRow", "nwCell", "neCell"})
_UNITS = {"": 1.0, "pt": 2.0, "in": 144.0, "cm": 56.7, "mm": 5.67, "pc": 24.0, "pi": 24.0}
_MEASURE = re.compile(r"([+-]?\d+(?:\.\d+)?)(pt|in|cm|mm|pc|pi)?")
_COLOUR = re.compile(rf"#?(?:[{_PALE}][0-9A-F]){{3}}", re.IGNORECASE)
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_WHITE = re.compile(
    rb"color [^>]*?(?:val\s*=\s*[\"'](?:#?(?:[EFef][0-9A-Fa-f]){3}|[^\"'>]*&)"
    rb"|themeColor\s*=\s*[\"'](?:background1|light1|[^\"'>]*&))"
)
_TINY = re.compile(rb"sz [^>]*?val\s*=\s*[\"'](?:0*[0-7][\"'.]|[\d.]*[a-z&])")
_STYLED = (b"vanish", b"strike", b"vertAlign", b"position", b"noFill", b":w ", b"&#")
_MARKS = RAISED | str.maketrans("０１２３４５６７８９", "⁰¹²³⁴⁵⁶⁷⁸⁹") | str.maketrans("+-−＋－.．", "⁺⁻⁻⁺⁻··")

Properties = dict[str, Any]


def unread(text: str) -> str:
    """A text whose digits and signs are none of the number that it stands beside."""
    return text.translate(_MARKS)


def figure(text: str) -> bool:
    """Whether a text is a number, or signs that would be taken for a part of one."""
    return is_value(text) or not any(char.isalpha() for char in text)


def may_fade(xml: bytes) -> bool:
    """Whether some text of a part may be white or tiny; encodings of wide characters are not looked into."""
    return b"\x00" in xml[:64] or _TINY.search(xml) is not None or _WHITE.search(xml) is not None


def may_matter(styles: bytes) -> bool:
    """Whether some style of a part of styles may decide what is seen."""
    return may_fade(styles) or any(word in styles for word in _STYLED)


class Around(NamedTuple):
    """What a paragraph gives its runs: all properties, and how many of its styles toggle."""

    properties: Properties
    toggles: dict[str, int]


class Look(NamedTuple):
    """Hidden or struck out; a raised or lowered sign (5 with a footnote 1 is not 51); white, where no style gives the
    ground; too small to be read; half points above the line.
    """

    hidden: bool
    raised: bool
    white: bool
    faint: bool
    height: float


NOTHING = Around({}, {})
PLAIN = Look(False, False, False, False, 0.0)


class Looks:
    """The looks of one document; ``w`` is the namespace in braces, ``styles`` the root of its styles, some of them
    ``faded``: white or tiny.
    """

    def __init__(self, w: str, styles: Any = None, faded: bool = True) -> None:
        self.w, self.val = w, w + "val"
        self.own, self.about_paragraph, self.table = w + "rPr", w + "pPr", w + "tbl"
        self.color, self.shade, self.fill = w + "color", w + "shd", w + "fill"
        names = (
            "vanish",
            "strike",
            "dstrike",
            "vertAlign",
            "position",
            "sz",
            "w",
            "color",
            "shd",
            "highlight",
            "rStyle",
        )
        self.names = {w + name: name for name in names} | {_W14 + "textFill": "textFill"}
        self.odd = frozenset({w + "w", _W14 + "textFill"})
        self.telling = (*(w + name for name in ("vanish", "strike", "dstrike", "vertAlign", "position")), *self.odd)
        self.grounds = tuple(w + name for name in ("rPr", "pPr", "tcPr", "tblPr"))
        self.default: Properties = {}
        self.usual: dict[str, str] = {}
        self.styles: dict[tuple[str, str], Any] = {}
        self.whole: dict[tuple[str, str], Properties] = {}
        self.notable: set[tuple[str, str]] = set()
        if styles is not None:
            self._learn(styles, (*self.telling, self.color, w + "sz") if faded else self.telling)

    def special(self, body: Any, faded: bool) -> Iterable[Any]:
        """Elements within paragraphs, and paragraphs, whose text may look otherwise than plain by a style; with
        ``faded`` also by what they say themselves of colour and size.
        """
        if faded:
            yield from (one for one in body.iter(self.color, self.w + "sz") if self.fades(one))
        if not self.notable and not _shows(self.default):
            return
        usual = any((kind, self.usual.get(kind)) in self.notable for kind in ("paragraph", "character"))
        if usual or _shows(self.default):
            yield from body.iter(self.w + "p")
            return
        for kind, name in (("character", "rStyle"), ("paragraph", "pStyle")):
            if any(key[0] == kind for key in self.notable):
                yield from (one for one in body.iter(self.w + name) if (kind, one.get(self.val)) in self.notable)
        if any(key[0] == "table" for key in self.notable):
            for table in body.iter(self.table):
                if ("table", self._style_of(table, "table", "tblPr", "tblStyle")) in self.notable:
                    yield from table.iter(self.w + "p")

    def fades(self, one: Any) -> bool:
        """Whether a property by itself makes a text look otherwise than plain."""
        return _shows(self._said((one,)))

    def around(self, paragraph: Any) -> Around:
        """What the styles of a paragraph and of its table give its runs."""
        if not self.notable and not _shows(self.default):
            return NOTHING
        properties, toggles = dict(self.default), dict.fromkeys(_TOGGLES, 0)
        levels = [("paragraph", self._style_of(paragraph, "paragraph", "pPr", "pStyle"))]
        table = next(paragraph.iterancestors(self.table), None)
        if table is not None:
            levels.insert(0, ("table", self._style_of(table, "table", "tblPr", "tblStyle")))
        for key in levels:
            given = self._resolved(key)
            properties.update(given)
            for name in _TOGGLES:
                toggles[name] += bool(given.get(name))
        return Around(properties, toggles)

    def of(self, run: Any, around: Around) -> Look:
        """How a run looks within its paragraph."""
        said = self._said(run[0]) if len(run) and run[0].tag == self.own else {}
        if around is NOTHING:
            properties = said
            hidden = said.get("vanish", False) or said.get("strike", False)
        else:
            usual = self.usual.get("character", "")
            name = said.get("rStyle", usual)
            given = self._resolved(("character", name if ("character", name) in self.styles else usual))
            properties = {**around.properties, **given, **said}
            hidden = any(
                said[name]
                if name in said
                else self.default.get(name) or (around.toggles[name] + bool(given.get(name))) % 2
                for name in _TOGGLES
            )
        if not properties:
            return PLAIN
        get = properties.get
        white = (get("white", False) or get("clear", False)) and not get("ground", False)
        faint = get("small", False) or get("narrow", False) or get("doubted", False)
        return Look(hidden or get("dstrike", False), get("raised", False), white, faint, get("position", 0.0))

    def has_ground(self, run: Any) -> bool:
        """Whether the document says that a run stands on a ground that is not white."""
        for around in (run, *run.iterancestors()):
            if any(self._said(look).get("ground") for look in around.iterchildren(*self.grounds)):
                return True
            if around.tag == self.table:
                return False
        return False

    def _learn(self, styles: Any, telling: Iterable[str]) -> None:
        """Find the styles that make a text look otherwise than plain: those that say so, and what is based on them."""
        default = styles.find(f"{self.w}docDefaults/{self.w}rPrDefault/{self.own}")
        self.default = {} if default is None else self._said(default)
        for style in styles.iterfind(self.w + "style"):
            kind, name = key = self._key(style)
            self.styles[key] = style
            if style.get(self.w + "default", "0") not in OFF:
                self.usual[kind] = name
        heirs: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for based in styles.iter(self.w + "basedOn"):
            kind, name = self._key(based.getparent())
            heirs.setdefault((kind, based.get(self.val, "")), []).append((kind, name))
        waiting = [
            self._key(style)
            for one in styles.iter(*telling)
            if self.fades(one)
            for style in one.iterancestors(self.w + "style")
        ]
        found = set(waiting)
        while waiting:
            more = [key for key in heirs.get(waiting.pop(), ()) if key not in found]
            found.update(more)
            waiting += more
        self.notable = {key for key in found if _shows(self._resolved(key))}

    def _key(self, style: Any) -> tuple[str, str]:
        return style.get(self.w + "type", "paragraph"), style.get(self.w + "styleId", "")

    def _based(self, key: tuple[str, str]) -> tuple[str, str]:
        found = self.styles[key].find(self.w + "basedOn")
        named = (key[0], "" if found is None else found.get(self.val, ""))
        return named if named != key else (key[0], "")

    def _of_style(self, style: Any) -> Properties:
        """What a style says; of the parts of a table that it tells apart, whether one may hide digits."""
        found: Properties = {}
        for look in style.iterchildren(*self.grounds):
            found |= self._said(look) if look.tag == self.own else _only_ground(self._said(look))
        for part in style.iterchildren(self.w + "tblStylePr"):
            said: Properties = {"ground": found.get("ground", False)}
            for look in part.iterchildren(*self.grounds):
                said |= self._said(look) if look.tag == self.own else _only_ground(self._said(look))
            if said.get("ground") or part.get(self.w + "type") in _TOP:
                said = {name: value for name, value in said.items() if name not in ("white", "clear")}
            if _shows(said):
                found["doubted"] = True
        return found

    def _resolved(self, key: tuple[str, str]) -> Properties:
        """All that a style says, with what it is based on; nobody knows what styles in a circle say."""
        chain: list[tuple[str, str]] = []
        seen = set()
        while key in self.styles and key not in self.whole and key not in seen:
            seen.add(key)
            chain.append(key)
            key = self._based(key)
        found: Properties = {"doubted": True} if key in seen else self.whole.get(key, {})
        for one in reversed(chain):
            own = self._of_style(self.styles[one])
            found = {**found, **own} if found else own
            self.whole[one] = found
        return found

    def _style_of(self, element: Any, kind: str, about: str, name: str) -> str:
        """The style that a paragraph or table names; the usual one where there is none of that name."""
        found = element.find(f"{self.w}{about}/{self.w}{name}")
        named = "" if found is None else found.get(self.val, "")
        return named if (kind, named) in self.styles else self.usual.get(kind, "")

    def _said(self, properties: Iterable[Any]) -> Properties:
        found: Properties = {}
        for one in properties:
            name = self.names.get(one.tag)
            if name is None:
                continue
            value = one.get(self.val, "")
            if name in ("vanish", "strike", "dstrike"):
                found[name] = value not in OFF
            elif name == "vertAlign":
                found["raised"] = value in ("superscript", "subscript")
            elif name == "position":
                found[name] = _half_points(value, 0.0)
            elif name == "sz":
                found["small"] = _half_points(value, _SMALL) < _SMALL
            elif name == "w":
                found["narrow"] = _half_points(value.rstrip("%"), 100.0) < _NARROW
            elif name == "color":
                found["white"] = self._is_white(one, value)
            elif name == "textFill":
                found["clear"] = any(fill.tag == _W14 + "noFill" for fill in one)
            elif name == "rStyle":
                found[name] = value
            elif name == "highlight":
                found["ground"] = value not in ("white", "none")
            else:
                fill = one.get(self.fill, "auto")
                coloured = fill != "auto" and not _pale(fill)
                found["ground"] = found.get("ground", False) or coloured or value not in ("", "clear", "nil")
        return found

    def _is_white(self, color: Any, value: str) -> bool:
        if color.get(self.w + "themeColor") in ("background1", "light1") and color.get(self.w + "themeShade") is None:
            return True
        return _pale(value)


def _only_ground(said: Properties) -> Properties:
    return {name: value for name, value in said.items() if name == "ground"}


def _shows(said: Properties) -> bool:
    """Whether properties, alone, make a text look otherwise than plain."""
    white = ("white", "clear") if said.get("ground") else ()
    return any(said.get(name) for name in _ALONE if name not in white) or abs(said.get("position", 0.0)) >= RAISE


@lru_cache(maxsize=1024)
def _pale(colour: str) -> bool:
    return _COLOUR.fullmatch(colour) is not None


@lru_cache(maxsize=1024)
def _half_points(text: str, default: float) -> float:
    found = _MEASURE.fullmatch(text.strip())
    return default if found is None else float(found[1]) * _UNITS[found[2] or ""]
