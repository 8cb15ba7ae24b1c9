"""A reader that misreads one cell, as an earlier version of the readers might have. Workers import this."""

from __future__ import annotations

from dataclasses import replace

from pipelines.extract import read_document as read_really
from pipelines.extraction import Extraction

MISREAD = ("requests", "new", "natural_person", "reported")


def read_document(data: bytes, name: str) -> Extraction:
    found = read_really(data, name)
    if found.report_year != 2023:
        return found
    found.cells = [
        replace(cell, value="", status="illegible", printed="??")
        if (cell.section, cell.indicator, cell.breakdown, cell.status) == MISREAD
        else cell
        for cell in found.cells
    ]
    return found
