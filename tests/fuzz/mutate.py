"""Ways to damage a document: its bytes, its markup, its lines, its digits.

A mutation takes bytes and a source of chance and gives other bytes. Containers are opened first: DOCX and XLSX are
packed again around a damaged part, streams of PDF are inflated, damaged and deflated. What a mutation does to the
truth is unknown, except where ``Damage.truth`` says that it is kept.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

Change = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True, slots=True)
class Damage:
    """One mutated document: the mutations applied, and whether each cell still says what it said, or is gone."""

    data: bytes
    steps: tuple[str, ...]
    truth: bool


# ---------------------------------------------------------------------------------------------------------------- bytes


def _place(data: bytes, draw: random.Random) -> int:
    return draw.randrange(len(data)) if data else 0


def flip_bits(data: bytes, draw: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(draw.choice((1, 3, 30))):
        if changed:
            changed[_place(data, draw)] ^= 1 << draw.randrange(8)
    return bytes(changed)


def cut_out(data: bytes, draw: random.Random) -> bytes:
    at = _place(data, draw)
    return data[:at] + data[at + draw.choice((1, 7, 200, 5000)) :]


def cut_off(data: bytes, draw: random.Random) -> bytes:
    return data[: _place(data, draw)] if draw.random() < 0.7 else data[_place(data, draw) :]


def repeat_part(data: bytes, draw: random.Random) -> bytes:
    at = _place(data, draw)
    part = data[at : at + draw.choice((3, 50, 2000))]
    return data[:at] + part * draw.choice((2, 2, 40)) + data[at + len(part) :]


def move_part(data: bytes, draw: random.Random) -> bytes:
    at, to = _place(data, draw), _place(data, draw)
    part = data[at : at + draw.choice((20, 400, 3000))]
    rest = data[:at] + data[at + len(part) :]
    return rest[:to] + part + rest[to:]


def overwrite(data: bytes, draw: random.Random) -> bytes:
    at = _place(data, draw)
    junk = draw.choice((b"\x00" * 9, b"\xff\xfe\xff", draw.randbytes(40), b"<<<<>>>>", b"\x1a\x0c\x0b\x85"))
    return data[:at] + junk + data[at + len(junk) :]


# --------------------------------------------------------------------------------------------------------------- markup

_TOKEN = re.compile(rb"<[^>]*>|[^<]+|<")
_ROW = re.compile(rb"<(?:w:)?(?:tr|row)\b.*?</(?:w:)?(?:tr|row)>", re.DOTALL)
_CELL = re.compile(rb"<(?:w:)?(?:td|th|tc|c)\b[^>]*>.*?</(?:w:)?(?:td|th|tc|c)>", re.DOTALL)
_SPAN = re.compile(rb'((?:row|col)span|w:val|r|mergeCell ref)(=["\']?)([A-Z]*\d+)')


def shuffle_tokens(data: bytes, draw: random.Random) -> bytes:
    """Tags and texts dropped, doubled, exchanged or shuffled within a window."""
    tokens = _TOKEN.findall(data)
    if len(tokens) < 4:
        return data
    for _ in range(draw.choice((1, 3, 12))):
        at = draw.randrange(len(tokens))
        way = draw.randrange(4)
        if way == 0:
            del tokens[at]
        elif way == 1:
            tokens.insert(at, tokens[at])
        elif way == 2:
            other = draw.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        else:
            window = tokens[at : at + 12]
            draw.shuffle(window)
            tokens[at : at + 12] = window
        if len(tokens) < 4:
            break
    return b"".join(tokens)


def _pieces(pattern: re.Pattern[bytes], data: bytes, draw: random.Random) -> bytes:
    """Rows or cells dropped, doubled, exchanged, emptied."""
    places = [match.span() for match in pattern.finditer(data)]
    if len(places) < 2:
        return data
    (a, b), (c, d) = sorted(draw.sample(places, 2))
    way = draw.randrange(5)
    if way == 0:
        return data[:a] + data[b:]
    if way == 1:
        return data[:b] + data[a:b] * draw.choice((1, 1, 30)) + data[b:]
    if way == 2 and b <= c:
        return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]
    if way == 3:
        return data[:a] + re.sub(rb">[^<]+<", b"><", data[a:b]) + data[b:]
    return data[:a] + data[c:d] + data[b:]


def change_rows(data: bytes, draw: random.Random) -> bytes:
    return _pieces(_ROW, data, draw)


def change_cells(data: bytes, draw: random.Random) -> bytes:
    for _ in range(draw.choice((1, 2, 8))):
        data = _pieces(_CELL, data, draw)
    return data


def change_spans(data: bytes, draw: random.Random) -> bytes:
    """Spans and references that lie."""
    places = list(_SPAN.finditer(data))
    for match in sorted(draw.sample(places, min(len(places), draw.choice((1, 3)))), key=lambda m: -m.start()):
        lie = draw.choice((b"0", b"2", b"3", b"50", b"65535", b"999999999", b"-1", b"A1", b"XFD1048576"))
        data = data[: match.start(3)] + lie + data[match.end(3) :]
    return data


def nest(data: bytes, draw: random.Random) -> bytes:
    """Opening tags out of nowhere, some of them very many."""
    at = _place(data, draw)
    tag = draw.choice((b"<table>", b"<table><tr><td>", b"</table>", b"</td>", b"<div>", b"<!--", b"<script>", b"<tr>"))
    return data[:at] + tag * draw.choice((1, 1, 3, 3000)) + data[at:]


# ---------------------------------------------------------------------------------------------------------------- lines


def _by_lines(change: Callable[[list[str], random.Random], list[str]]) -> Change:
    def mutate(data: bytes, draw: random.Random) -> bytes:
        text, charset = _decoded(data)
        lines = text.split("\n")
        return "\n".join(change(lines, draw)).encode(charset, "replace") if len(lines) > 3 else data

    return mutate


def _decoded(data: bytes) -> tuple[str, str]:
    """The text in some character set that leads back to the same bytes."""
    for charset in ("utf-8", "gb18030"):
        try:
            text = data.decode(charset)
        except UnicodeDecodeError:
            continue
        if text.encode(charset) == data and "\x00" not in text:
            return text, charset
    return data.decode("latin-1"), "latin-1"


def _drop_lines(lines: list[str], draw: random.Random) -> list[str]:
    gone = {draw.randrange(len(lines)) for _ in range(draw.choice((1, 2, 10)))}
    return [line for i, line in enumerate(lines) if i not in gone]


def _double_lines(lines: list[str], draw: random.Random) -> list[str]:
    at = draw.randrange(len(lines))
    return [*lines[: at + 1], lines[at], *lines[at + 1 :]]


def _shuffle_lines(lines: list[str], draw: random.Random) -> list[str]:
    at = draw.randrange(len(lines))
    window = lines[at : at + draw.choice((2, 6, 40))]
    draw.shuffle(window)
    return [*lines[:at], *window, *lines[at + len(window) :]]


def _join_lines(lines: list[str], draw: random.Random) -> list[str]:
    at = draw.randrange(len(lines) - 1)
    count = draw.choice((2, 2, 4, 30))
    return [*lines[:at], draw.choice(("", " ", "\t")).join(lines[at : at + count]), *lines[at + count :]]


def _split_lines(lines: list[str], draw: random.Random) -> list[str]:
    at = draw.randrange(len(lines))
    cut = draw.randrange(len(lines[at]) + 1)
    return [*lines[:at], lines[at][:cut], lines[at][cut:], *lines[at + 1 :]]


def _change_bars(lines: list[str], draw: random.Random) -> list[str]:
    """Separators dropped, doubled or changed in some lines."""
    changed = list(lines)
    for _ in range(draw.choice((1, 3, 10))):
        at = draw.randrange(len(changed))
        bars = [i for i, char in enumerate(changed[at]) if char in "|\t"]
        if bars:
            bar = draw.choice(bars)
            instead = draw.choice(("", "||", "\t", " ", "｜", "\t\t"))
            changed[at] = changed[at][:bar] + instead + changed[at][bar + 1 :]
    return changed


# --------------------------------------------------------------------------------------------------------------- digits


def change_digits(data: bytes, draw: random.Random) -> bytes:
    """Digits deleted, inserted or doubled."""
    for _ in range(draw.choice((1, 4, 40))):
        places = [match.start() for match in re.finditer(rb"\d", data)]
        if not places:
            break
        at = draw.choice(places)
        data = data[:at] + draw.choice((b"", b"7", data[at : at + 1] * 2, b"0", b".", b" ", b"-")) + data[at + 1 :]
    return data


_STRANGE = ("\u200b", "\u202e", "\ufeff", "\ue003", "\u0301", "\u00b2", "\u2460", "|")


def change_characters(data: bytes, draw: random.Random) -> bytes:
    """Characters dropped, doubled, or strange ones put between them."""
    text, charset = _decoded(data)
    for _ in range(draw.choice((1, 5, 60))):
        at = draw.randrange(len(text) + 1)
        strange = draw.choice(
            ("", text[at : at + 1] * 2, "\u200b", "\u202e", "\ufeff", "\ue003", "\u0301", "²", "①", "|")
        )
        text = text[:at] + strange + text[at + 1 :]
    return text.encode(charset, "ignore")


# ------------------------------------------------------------------------------------------------------ kept as it was


def blank_lines(data: bytes, draw: random.Random) -> bytes:
    """Blanks at the ends of lines: nothing anybody sees."""
    text, charset = _decoded(data)
    if charset == "latin-1":
        return data
    return re.sub(r"(?<=\S)(\r?\n)", lambda m: draw.choice(("", " ", "   ")) + m[1], text).encode(charset)


def comments(data: bytes, draw: random.Random) -> bytes:
    """Comments and attributes that no viewer shows."""
    data = re.sub(rb"<(td|p|tr)\b", lambda m: m[0] + draw.choice((b"", b' data-x="9"', b" id='c7'")), data)
    return data.replace(b"</tr>", b"</tr><!-- 12 <td>7</td> -->") if draw.random() < 0.5 else data


# ----------------------------------------------------------------------------------------------------------- containers


def in_zip(change: Change) -> Change:
    """The change made to the largest or to any XML part of a zip container."""

    def mutate(data: bytes, draw: random.Random) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                parts = {name: package.read(name) for name in package.namelist()}
        except (zipfile.BadZipFile, RuntimeError, ValueError, OSError, EOFError, zlib.error):  # damaged before
            return flip_bits(data, draw)
        named = [name for name in parts if name.endswith((".xml", ".rels"))]
        if not named:
            return flip_bits(data, draw)
        chosen = max(named, key=lambda name: len(parts[name])) if draw.random() < 0.8 else draw.choice(named)
        parts[chosen] = change(parts[chosen], draw)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
            for name, part in parts.items():
                package.writestr(zipfile.ZipInfo(name), part)
        return packed.getvalue()

    return mutate


_STREAM = re.compile(rb"/Length (\d+) /Filter /FlateDecode(.{0,200}?)>>\nstream\n", re.DOTALL)


def in_pdf(change: Change) -> Change:
    """The change made inside one stream of a PDF; viewers mend the places of what comes after it."""

    def mutate(data: bytes, draw: random.Random) -> bytes:
        streams = list(_STREAM.finditer(data))
        if not streams:
            return flip_bits(data, draw)
        match = draw.choice(streams[1:] or streams)  # the first is the typeface
        end = match.end() + int(match[1])
        try:
            content = zlib.decompress(data[match.end() : end])
        except zlib.error:
            return flip_bits(data, draw)
        packed = zlib.compress(change(content, draw))
        head = b"/Length %d /Filter /FlateDecode%b>>\nstream\n" % (len(packed), match[2])
        return data[: match.start()] + head + packed + data[end:]

    return mutate


_FACTORS = (1, 1, 0.5, 1.02, -1)


def change_operators(data: bytes, draw: random.Random) -> bytes:
    """Lines of a page's content dropped, doubled, exchanged; numbers changed."""
    lines = data.split(b"\n")
    for _ in range(draw.choice((1, 5, 40))):
        at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
        way = draw.randrange(4)
        if way == 0 and len(lines) > 2:
            del lines[at]
        elif way == 1:
            lines.insert(at, lines[other])
        elif way == 2:
            lines[at], lines[other] = lines[other], lines[at]
        else:
            lines[at] = re.sub(rb"\d+\.\d+", lambda m: b"%.2f" % (float(m[0]) * draw.choice(_FACTORS)), lines[at])
    return b"\n".join(lines)


# ------------------------------------------------------------------------------------------------------------ all of it

BYTES: dict[str, Change] = {
    "flip_bits": flip_bits,
    "cut_out": cut_out,
    "cut_off": cut_off,
    "repeat_part": repeat_part,
    "move_part": move_part,
    "overwrite": overwrite,
}
MARKUP: dict[str, Change] = {
    "shuffle_tokens": shuffle_tokens,
    "change_rows": change_rows,
    "change_cells": change_cells,
    "change_spans": change_spans,
    "nest": nest,
    "change_digits": change_digits,
    "change_characters": change_characters,
}
LINES: dict[str, Change] = {
    "drop_lines": _by_lines(_drop_lines),
    "double_lines": _by_lines(_double_lines),
    "shuffle_lines": _by_lines(_shuffle_lines),
    "join_lines": _by_lines(_join_lines),
    "split_lines": _by_lines(_split_lines),
    "change_bars": _by_lines(_change_bars),
    "change_digits": change_digits,
    "change_characters": change_characters,
}
PAGES: dict[str, Change] = {"change_operators": change_operators, "change_digits": change_digits, **BYTES}
KINDS: dict[str, dict[str, Change]] = {
    "html": {**BYTES, **MARKUP},
    "text": {**BYTES, **LINES},
    "docx": {f"{name} in part": in_zip(change) for name, change in (BYTES | MARKUP).items()},
    "xlsx": {f"{name} in part": in_zip(change) for name, change in (BYTES | MARKUP).items()},
    "pdf": {f"{name} in stream": in_pdf(change) for name, change in PAGES.items()},
}
_WHOLE = 0.15
"""Share of the mutations of a packed file that damage its packing rather than what is packed."""
KEPT: dict[str, Change] = {"text": blank_lines, "html": comments}
"""Per file type a mutation after which each cell still says what it said."""


def damage(data: bytes, file_type: str, draw: random.Random) -> Damage:
    """``data`` after one mutation or a few; one in twelve keeps the truth."""
    if file_type in KEPT and draw.random() < 1 / 12:
        return Damage(KEPT[file_type](data, draw), (f"kept: {KEPT[file_type].__name__}",), truth=True)
    steps: list[str] = []
    packed = file_type in ("docx", "xlsx", "pdf")
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        ways = BYTES if packed and draw.random() < _WHOLE else KINDS[file_type]
        name = draw.choice(sorted(ways))
        data = ways[name](data, draw)
        steps.append(name)
    return Damage(data, tuple(steps), truth=False)
