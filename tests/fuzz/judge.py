"""What no document, however damaged, may make of the reading: an exception, a long wait, a number out of thin air.

Out of thin air is a value whose digits do not stand at its place, or one of several that share the digits of one
print. Places are looked up in what the reader made of the same bytes, for text in the bytes themselves.
"""

from __future__ import annotations

import re
import signal
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import FrameType

from pipelines.document import Cell, Document, Grid, Paragraph
from pipelines.extract import read_document
from pipelines.extraction import Extraction, RawCell
from pipelines.readers import read
from pipelines.simulate.registry import Simulated
from pipelines.simulate.report import at_level
from schemas.forms import Key
from schemas.numbers import STATUSES

LIMIT = 2.0
"""Seconds of processor time that one document may take."""


HUNG = 10.0
"""Seconds of processor time after which reading is given up."""


class _Hung(BaseException):
    """Says where the reading was; no ``except Exception`` of a reader swallows it."""


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    def stop(_: int, frame: FrameType | None) -> None:
        code = frame.f_code if frame else None
        raise _Hung(f"{Path(code.co_filename).name} {code.co_qualname}" if code else "?")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was wrong with reading one document, as (kind, words), and what it gave."""

    faults: tuple[tuple[str, str], ...]
    seconds: float
    kind: str
    values: int


def judge(data: bytes, name: str, made: Simulated | None = None) -> Verdict:
    """Read ``data`` and judge the reading. ``made`` has the truth, where the document still prints it."""
    started = time.process_time()
    try:
        with _stopped_after(HUNG):
            extraction = read_document(data, name)
    except _Hung as error:
        return Verdict((("slow", f"still reading after {HUNG:g} s, in {error}"),), float(HUNG), "slow", 0)
    except Exception as error:  # noqa: BLE001 - any exception is what is looked for
        return Verdict((("crash", f"{type(error).__name__}: {error}"),), time.process_time() - started, "crash", 0)
    seconds = time.process_time() - started
    faults = [("slow", f"{seconds:.1f} s")] if seconds > LIMIT else []
    reported = [cell for cell in extraction.cells if cell.status == "reported"]
    faults += _inconsistent(extraction)
    if reported:
        faults += _unplaced(reported, read(data, name), data)
    if made is not None:
        faults += _untrue(extraction, made)
    return Verdict(tuple(faults), seconds, extraction.kind, len(reported))


def _inconsistent(extraction: Extraction) -> list[tuple[str, str]]:
    """Statements that contradict the contract, whatever the document says."""
    faults: list[tuple[str, str]] = []
    counts = Counter(_key(cell) for cell in extraction.cells)
    faults += [("twice", "/".join(key)) for key, count in counts.items() if count > 1]
    for cell in extraction.cells:
        if cell.status not in STATUSES or (cell.status == "reported") != bool(cell.value):
            faults.append(("status", _said(cell)))
        if cell.value:
            try:
                value = Decimal(cell.value)
            except InvalidOperation:
                faults.append(("value", _said(cell)))
                continue
            if not value.is_finite() or abs(value) >= 2**53 or -int(value.as_tuple().exponent) > 6:
                faults.append(("value", _said(cell)))
    if extraction.kind != "report" and extraction.cells:
        faults.append(("status", f"cells of a document that is {extraction.kind}"))
    return faults


def _unplaced(cells: list[RawCell], document: Document, data: bytes) -> list[tuple[str, str]]:
    """Values whose digits are not at their place, or more of them at one place than stand there."""
    places = texts_by_place(document)
    if document.media_type.startswith("text/") and document.charset:
        lines = re.split(r"\r\n|\r|\n|\x0c|\u2028", _decoded(data, document.charset))
        places = {place: _of_line(place, lines, text) for place, text in places.items()}
        # Interpretation parts lines that the reader gives whole: its places are looked up in the file itself.
        for cell in cells:
            if cell.locator not in places and (found := _of_line(cell.locator, lines, "")):
                places[cell.locator] = found
    faults: list[tuple[str, str]] = []
    used: Counter[str] = Counter()
    for cell in cells:
        if cell.locator not in places:
            faults.append(("place", _said(cell)))
            continue
        there = digits(places[cell.locator])
        value = digits(cell.value)
        if not there and re.search("[零〇一二三四五六七八九十百千两]", places[cell.locator]):
            continue  # a number in words: 十二
        if value not in there and (value.lstrip("0") or "-") not in there:
            faults.append(("phantom", f"{_said(cell)}; there stands {places[cell.locator][:60]!r}"))
        used[cell.locator] += len(value.lstrip("0")) or 1
    for place, count in used.items():
        if count > len(digits(places[place])):
            faults.append(("shared", f"{count} digits taken from {places[place][:60]!r} at {place}"))
    return faults


def _of_line(place: str, lines: list[str], otherwise: str) -> str:
    """The text at a place of plain text, from the file's own lines."""
    match = re.fullmatch(r"L(\d+):(\d+)-(\d+)", place)
    if match and int(match[1]) > len(lines):
        return otherwise
    return lines[int(match[1]) - 1][int(match[2]) - 1 : int(match[3]) - 1] if match else otherwise


def _decoded(data: bytes, charset: str) -> str:
    marks = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    # Named as the web names it: a superset of what Python calls so, in which more pairs of bytes are one character.
    codec = {"big5": "big5hkscs"}.get(charset, charset)
    return data.removeprefix(marks.get(charset, b"\x00" * 8)).decode(codec, "replace")


def texts_by_place(document: Document) -> dict[str, str]:
    """What stands at each place that the reader names."""
    places: dict[str, str] = {}
    for block in document.blocks:
        found: list[Cell] | list[Paragraph] = []
        if isinstance(block, Grid):
            found = block.cells
        elif isinstance(block, Paragraph):
            found = [block]
        for one in found:
            places[one.locator] = places.get(one.locator, "") + one.text
    return places


def digits(text: str) -> str:
    """The digits of a text, in ASCII."""
    return "".join(str(unicodedata.digit(char)) for char in text if unicodedata.category(char) == "Nd")


def _untrue(extraction: Extraction, made: Simulated) -> list[tuple[str, str]]:
    """Values that the document does not print, though it prints all it did before."""
    faults: list[tuple[str, str]] = []
    truth: Mapping[Key, object] = made.truth
    for cell in extraction.cells:
        key = _key(cell)
        printed = made.truth[key].value if key in truth else None
        if cell.value and Decimal(cell.value) != printed:
            faults.append(("wrong", f"{_said(cell)}, should be {printed}"))
    return faults


def _key(cell: RawCell) -> Key:
    return (cell.section, cell.indicator, at_level(cell.breakdown, cell.column_level))


def _said(cell: RawCell) -> str:
    return f"{'/'.join(_key(cell))} {cell.status} {cell.printed!r} {cell.value} at {cell.locator}"
