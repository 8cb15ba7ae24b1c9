"""The typeface of the PDF writer: glyph numbers and a subset of a TrueType file with only the glyphs in use."""

from __future__ import annotations

import struct
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import resources

_COMPOSITE_MORE, _COMPOSITE_WORDS, _COMPOSITE_SCALE, _COMPOSITE_XY, _COMPOSITE_2X2 = 0x20, 0x01, 0x08, 0x40, 0x80


@dataclass(frozen=True, slots=True)
class Typeface:
    """A TrueType file whose glyphs all are one em wide (East Asian full width)."""

    tables: dict[str, bytes]
    glyphs: dict[int, int]
    """Code point -> glyph number."""
    offsets: tuple[int, ...]
    """Start of each glyph in ``glyf``, and the end of the last."""

    def has(self, character: str) -> bool:
        return ord(character) in self.glyphs

    def subset(self, characters: Collection[str]) -> bytes:
        """A TrueType file with the same glyph numbers, in which all glyphs not needed are empty."""
        wanted = {0}
        waiting = [self.glyphs[ord(character)] for character in characters]
        while waiting:
            glyph = waiting.pop()
            if glyph not in wanted:
                wanted.add(glyph)
                waiting.extend(self._components(glyph))
        outlines, places = bytearray(), [0]
        for glyph in range(len(self.offsets) - 1):
            if glyph in wanted:
                outlines += self._outline(glyph)
                outlines += bytes(-len(outlines) % 4)
            places.append(len(outlines))
        head = bytearray(self.tables["head"])
        struct.pack_into(">h", head, 50, 1)  # indexToLocFormat: long offsets
        kept = {name: self.tables[name] for name in ("hhea", "hmtx", "maxp")}
        kept |= {
            "head": bytes(head),
            "glyf": bytes(outlines),
            "loca": struct.pack(f">{len(places)}I", *places),
        }
        return _assemble(kept)

    def _outline(self, glyph: int) -> bytes:
        return self.tables["glyf"][self.offsets[glyph] : self.offsets[glyph + 1]]

    def _components(self, glyph: int) -> list[int]:
        data = self._outline(glyph)
        if len(data) < 10 or struct.unpack_from(">h", data)[0] >= 0:
            return []
        found, at, flags = [], 10, _COMPOSITE_MORE
        while flags & _COMPOSITE_MORE:
            flags, component = struct.unpack_from(">HH", data, at)
            found.append(component)
            at += 4 + (4 if flags & _COMPOSITE_WORDS else 2)
            at += 2 if flags & _COMPOSITE_SCALE else 4 if flags & _COMPOSITE_XY else 8 if flags & _COMPOSITE_2X2 else 0
        return found


def _assemble(tables: dict[str, bytes]) -> bytes:
    """A TrueType file of these tables (checksums of tables set, that of the file left 0: readers ignore it)."""
    names = sorted(tables)
    power = max(n for n in range(8) if 1 << n <= len(names))
    out = bytearray(struct.pack(">IHHHH", 0x00010000, len(names), 16 << power, power, 16 * len(names) - (16 << power)))
    at = 12 + 16 * len(names)
    for name in names:
        data = tables[name]
        padded = data + bytes(-len(data) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        out += struct.pack(">4sIII", name.encode("ascii"), total, at, len(data))
        at += len(padded)
    for name in names:
        out += tables[name] + bytes(-len(tables[name]) % 4)
    return bytes(out)


@cache
def typeface() -> Typeface:
    """The typeface shipped with the typesetter."""
    data = (resources.files("pipelines.simulate") / "fonts" / "DroidSansFallback-GB2312.ttf").read_bytes()
    tables: dict[str, bytes] = {}
    for i in range(struct.unpack_from(">H", data, 4)[0]):
        name, _, start, length = struct.unpack_from(">4sIII", data, 12 + 16 * i)
        tables[name.decode("ascii")] = data[start : start + length]
    n_glyphs = struct.unpack_from(">H", tables["maxp"], 4)[0]
    if struct.unpack_from(">h", tables["head"], 50)[0]:
        offsets = struct.unpack_from(f">{n_glyphs + 1}I", tables["loca"])
    else:
        offsets = tuple(2 * half for half in struct.unpack_from(f">{n_glyphs + 1}H", tables["loca"]))
    return Typeface(tables, _character_map(tables["cmap"]), offsets)


def _character_map(cmap: bytes) -> dict[int, int]:
    """The first sub-table of format 4 (16-bit characters)."""
    for i in range(struct.unpack_from(">H", cmap, 2)[0]):
        start = struct.unpack_from(">I", cmap, 4 + 8 * i + 4)[0]
        if struct.unpack_from(">H", cmap, start)[0] == 4:
            break
    else:
        raise ValueError("the typeface has no character map of format 4")
    n = struct.unpack_from(">H", cmap, start + 6)[0] // 2
    ends = struct.unpack_from(f">{n}H", cmap, start + 14)
    starts = struct.unpack_from(f">{n}H", cmap, start + 16 + 2 * n)
    deltas = struct.unpack_from(f">{n}H", cmap, start + 16 + 4 * n)
    ranges_at = start + 16 + 6 * n
    ranges = struct.unpack_from(f">{n}H", cmap, ranges_at)
    found: dict[int, int] = {}
    for i in range(n):
        for code in range(starts[i], ends[i] + 1):
            if code == 0xFFFF:
                continue
            glyph = code
            if ranges[i]:
                glyph = struct.unpack_from(">H", cmap, ranges_at + 2 * i + ranges[i] + 2 * (code - starts[i]))[0]
            if glyph or not ranges[i]:
                found[code] = (glyph + deltas[i]) & 0xFFFF
    return found
