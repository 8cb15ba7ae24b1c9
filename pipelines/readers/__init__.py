"""From bytes to paragraphs and grids: one registry, one reader for each type of file, chosen from the bytes.

Readers import nothing of the project but the document model. Each is imported when it is first needed, so that a run
over web pages never loads PDFium.
"""

from __future__ import annotations

from pipelines.document import Document, Picture, ReadError
from pipelines.readers.limits import Limits, too_large
from pipelines.readers.sniff import (
    DOC,
    DOCX,
    HTML,
    MARKDOWN,
    MHT,
    ODS,
    PDF,
    TEXT,
    WORD_2003_XML,
    WORD_FLAT_XML,
    XLS,
    XLSX,
    refusal,
    sniff,
    wrong_extension,
)

__all__ = ["Limits", "read", "sniff"]


def read(data: bytes, name: str = "", limits: Limits | None = None) -> Document:
    """Read a document of any supported type (PDF, DOCX, DOC, XML of Word, XLSX, XLS, ODS, HTML, MHT, Markdown, text).

    ``name`` is used for nothing but the problem ``wrong_extension``. Raises ReadError with one of the codes ``empty``,
    ``unsupported_type``, ``encrypted``, ``truncated``, ``no_text_layer``, ``no_text``, ``too_large``, ``too_deep``,
    ``zip_bomb``, ``unsafe_xml``.
    """
    limits = limits or Limits()
    if not data.strip(b"\x00 \t\r\n"):
        raise ReadError("empty", "the file is empty; fetch it again", "文件为空；请重新下载")
    if len(data) > limits.input_bytes:
        raise too_large(f"{len(data)} bytes", f"{len(data)}字节")
    media_type = sniff(data)
    document = _read_as(media_type, data, limits)
    problem = wrong_extension(media_type, name)
    if problem is not None:
        document.problems.insert(0, problem)
    if all(isinstance(block, Picture) for block in document.blocks):
        raise ReadError("no_text", "the document contains no text", "文件中没有文字内容")
    return document


def _read_as(media_type: str, data: bytes, limits: Limits) -> Document:
    if media_type == PDF:
        from pipelines.readers.pdf import read as read_pdf

        return read_pdf(data, limits)
    if media_type == DOCX:
        from pipelines.readers.docx import read as read_docx

        return read_docx(data, limits)
    if media_type == DOC:
        from pipelines.readers.doc import read as read_doc

        return read_doc(data, limits)
    if media_type in (WORD_2003_XML, WORD_FLAT_XML):
        from pipelines.readers.wordxml import read as read_word_xml

        return read_word_xml(data, limits)
    if media_type == XLSX:
        from pipelines.readers.xlsx import read as read_xlsx

        return read_xlsx(data, limits)
    if media_type == XLS:
        from pipelines.readers.xls import read as read_xls

        return read_xls(data, limits)
    if media_type == ODS:
        from pipelines.readers.xlsx import read_ods

        return read_ods(data, limits)
    if media_type == HTML:
        from pipelines.readers.html import read as read_html

        return read_html(data, limits)
    if media_type == MHT:
        from pipelines.readers.mht import read as read_mht

        return read_mht(data, limits)
    if media_type in (TEXT, MARKDOWN):
        from pipelines.readers.text import read as read_text

        return read_text(data, limits, media_type)
    raise refusal(media_type)
