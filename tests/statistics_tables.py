"""Statistics tables of 2008 to 2018 for tests of their reading: rows of one, and what was read as short texts."""

from __future__ import annotations

from pipelines.document import Document, Grid, Paragraph
from pipelines.identify import Identity
from pipelines.interpret import read_tables
from pipelines.readings import Tables
from schemas.forms import STATISTICS
from schemas.numbers import shortest

OUTCOMES = [
    ["三、依申请公开情况", "——", "——"],
    ["（三）申请答复数", "件", "12"],
    ["2.同意公开答复数", "件", "5"],
    ["4.不同意公开答复数", "件", "4"],
    ["其中：1.涉及国家秘密", "件", "1"],
    ["2.涉及商业秘密", "件", "3"],
    ["5.不属于本行政机关公开数", "件", "2"],
    ["6.申请信息不存在数", "件", "1"],
    ["四、行政复议数量", "件", "3"],
    ["（一）维持具体行政行为数", "件", "2"],
    ["（二）被依法纠错数", "件", "1"],
    ["五、行政诉讼数量", "件", "8"],
    ["（二）被依法纠错数", "件", "7"],
    ["（三）其他情形数", "件", "1"],
]


def document(*blocks: Grid | Paragraph) -> Document:
    return Document("text/html", list(blocks))


def tables_of(document: Document, year: int | None) -> Tables:
    return read_tables(document, Identity(year=year))


def values(tables: Tables, breakdown: str = "") -> dict[str, str]:
    """What was read, by indicator (and breakdown); the status where there is no number."""
    assert all(key[0] == STATISTICS and len(found) == 1 for key, found in tables.found.items())
    return {
        key[1] if breakdown else f"{key[1]}/{key[2]}": found[0].reading.status
        if found[0].reading.value is None
        else shortest(found[0].reading.value)
        for key, found in tables.found.items()
        if breakdown in ("", key[2])
    }


def rules(tables: Tables) -> list[tuple[str, str]]:
    return [(one.rule, one.observed) for one in tables.oddities]
