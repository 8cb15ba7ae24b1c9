"""How large a document may be before a reader refuses it, and the refusals themselves.

Every limit is far above what a real report needs (200 cells, some tens of pages) and low enough that a hostile or
broken file costs seconds, not the worker.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.document import ReadError


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reading; all inclusive.

    ``input_bytes`` size of the file; ``pages`` pages of a PDF; ``cells`` table cells in the whole document;
    ``depth`` nesting of HTML elements; ``attributes`` of one HTML element; ``unpacked_bytes`` size of one part of a zip
    container after unpacking; ``unpack_ratio`` unpacked over packed size, applied to parts above 1 MiB; ``page_paths``
    drawn paths of one PDF page that are looked at for rulings; ``page_chars`` characters of one PDF page;
    ``total_chars`` of all pages; ``optical_pages`` of one PDF that are read optically, some seconds each.
    """

    input_bytes: int = 200 * 2**20
    pages: int = 1000
    cells: int = 200_000
    depth: int = 2_000
    attributes: int = 10_000
    unpacked_bytes: int = 64 * 2**20
    unpack_ratio: int = 300
    page_paths: int = 20_000
    page_chars: int = 200_000
    total_chars: int = 5_000_000
    optical_pages: int = 20


def too_large(what_en: str, what_zh: str) -> ReadError:
    """The refusal of a document that exceeds a limit: what is too large, in both languages."""
    return ReadError("too_large", f"the document is too large: {what_en}", f"文件过大：{what_zh}")


def too_many_cells() -> ReadError:
    """The refusal of a document with more than ``Limits.cells`` cells in its tables."""
    return too_large("too many table cells", "表格单元格过多")


def encrypted(what_en: str, what_zh: str) -> ReadError:
    """The refusal of a document that wants a password: what it is, in both languages."""
    return ReadError(
        "encrypted",
        f"the {what_en} is protected by a password; save a copy without it",
        f"{what_zh}已加密，需要密码才能打开；请另存为无密码的副本",
    )


def truncated(what_en: str, what_zh: str) -> ReadError:
    """The refusal of a document that is cut off or damaged beyond reading."""
    return ReadError(
        "truncated",
        f"the file is cut off or damaged: {what_en}; fetch it again",
        f"文件不完整或已损坏：{what_zh}；请重新下载",
    )
