"""A reader that takes the number of one cell for a stroke, as an earlier version of the readers might have. Workers
import this."""

from __future__ import annotations

from pipelines.document import Document
from pipelines.readers import read as read_really


def read(data: bytes) -> Document:
    row = "本年新收政府信息公开申请数量 |  |  | {} | 3 |"
    return read_really(data.replace(row.format(71).encode(), row.format("/").encode()))
