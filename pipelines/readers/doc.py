"""Old Word documents (``doc``, ``wps``; Word 97 to 2003): converted to DOCX by msdoc2docx, then read like those.

Places are those of the converted document: ``t2/r3/c1`` is the third row of the second table there as well. Where the
library says that the cells of a table do not fit its rows, none of them is sure, and the document is refused.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.document import Document, Problem
from pipelines.readers.docx import read as read_docx
from pipelines.readers.limits import Limits, encrypted, too_large, truncated
from pipelines.readers.sniff import DOC

_STREAM = 64 * 2**20  # bytes: text and tables of a report take some hundred thousand
_ENTRIES = 20_000
_MISFITS = frozenset({"TABLE_GRID_MISMATCH", "TABLE_CELL_DEFINITION_MISMATCH"})
_LINES = frozenset({"TABLE_DEPTH_LIMITED", "MALFORMED_TABLE_FLATTENED"})
"""What the library reports where cells do not fit their rows, and where it gives lines instead of a table."""


def read(data: bytes, limits: Limits) -> Document:
    """Read an old Word document; ReadError codes: ``truncated``, ``encrypted``, ``too_large``."""
    from doc2docx import convert
    from doc2docx.cfb.container import CompoundFileLimits
    from doc2docx.errors import EncryptedDocumentError

    if len(data) > _STREAM:
        raise too_large(f"{len(data)} bytes", f"{len(data)}字节")
    with TemporaryDirectory(prefix="nianbao-") as folder:
        source, target = Path(folder, "old.doc"), Path(folder, "new.docx")
        source.write_bytes(data)
        bounds = CompoundFileLimits(len(data), _STREAM, _ENTRIES)
        try:
            report = convert(source, target, limits=bounds).report
        except EncryptedDocumentError:
            raise encrypted("Word document", "Word文档") from None
        except (MemoryError, OSError):
            raise
        except Exception as error:  # a damaged file may fail anywhere within the library
            raise truncated(
                f"the old Word document cannot be converted ({error})", f"旧版Word文档无法转换（{error}）"
            ) from error
        converted = target.read_bytes()
    told = {one.code for one in report.diagnostics}
    if misfits := ", ".join(sorted(told & _MISFITS)):
        raise truncated(
            f"the cells of its tables do not fit their rows ({misfits})", f"表格的单元格与行不符（{misfits}）"
        )
    document = replace(read_docx(converted, limits), media_type=DOC)
    if lines := ", ".join(sorted(told & _LINES)):
        document.problems.append(
            Problem(
                "repaired",
                f"a damaged table of the old Word document was read as lines ({lines})",
                f"旧版Word文档中有表格已损坏，按文字行读取（{lines}）",
            )
        )
    return document
