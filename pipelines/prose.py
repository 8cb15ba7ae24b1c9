"""Paragraphs → running text: lines that a page or a line end cut are joined, headings and tables part them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.document import Document, Paragraph
from pipelines.labels import plain

_PAGE_NUMBER = re.compile(r"[-—–_.·]*\d{1,4}[-—–_.·]*$|第\d+页(?:共\d+页)?$")
_ORDINAL = re.compile(r"[(]?[一二三四五六七八九十]{1,3}[)、.，,]|[(]?\d{1,2}(?:[)、]|\.(?!\d))")
_HEADS = re.compile(r".{2,40}(?:情况|事项|概述|概况|措施|问题):?$")
_COUNT = re.compile(r"\d(?:件|宗|起|条|份|项|次|篇|人)")
_BARS = re.compile(r"[|\t]")
_FULL_COMMA = "\u2225"  # keeps a printed full-width comma apart from one inside a number


@dataclass(slots=True)
class Running:
    """Running text, the heading alone on a line above it, and where each part of it is printed."""

    text: str = ""
    heading: str = ""
    starts: list[tuple[int, str]] = field(default_factory=list)

    def locator(self, place: int) -> str:
        """Where the character at ``place`` of the text is printed."""
        return next((locator for start, locator in reversed(self.starts) if start <= place), "")


def running_text(document: Document) -> Iterator[Running]:
    """The paragraphs of a document between its headings and tables. Text without blanks, in simplified characters;
    ， parts clauses, a comma inside a number is an ASCII one."""
    current = Running()
    for block in document.blocks:
        if not isinstance(block, Paragraph):
            yield current
            current = Running()
            continue
        for line in block.text.splitlines():
            tight = _tight(line)
            if not tight or _PAGE_NUMBER.match(tight):
                continue
            if begins(tight) or _BARS.search(line.strip()):
                yield current
                current = Running()
            if is_heading(tight):
                current.heading = tight
            elif not _BARS.search(line.strip()):
                current.starts.append((len(current.text), block.locator))
                current.text += tight
    yield current


def begins(line: str) -> bool:
    """Whether a line (tight) begins with an ordinal: what stands before it is of another thing."""
    return _ORDINAL.match(line) is not None


def is_heading(line: str) -> bool:
    """Whether a line (tight) is a heading and nothing else, and counts nothing."""
    return begins(line) and _HEADS.match(line) is not None and not _COUNT.search(line)


def _tight(line: str) -> str:
    tight = plain(line.replace("，", _FULL_COMMA))
    return re.sub(r"(?<!\d),|,(?!\d)", "，", tight).replace(_FULL_COMMA, "，")
