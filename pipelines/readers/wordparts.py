"""The parts of a Word document that are not its text: numbers of lists, styles, what its relations point to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from pipelines.document import Document, Picture, ReadError
from pipelines.readers.container import Container, parse
from pipelines.readers.limits import Limits, truncated
from pipelines.readers.numbering import Numbering
from pipelines.readers.sniff import HTML, MHT, sniff
from pipelines.readers.wordlooks import Looks, may_fade, may_matter

MAIN, NUMBERING, STYLES = "word/document.xml", "word/numbering.xml", "word/styles.xml"
_STYLES = re.compile(r"word/styles\d*\.xml")


def main_part(names: list[str]) -> str:
    """The name of the part that holds the text."""
    if MAIN in names:
        return MAIN
    for name in sorted(names):
        if name.startswith("word/document") and name.endswith(".xml"):
            return name
    raise truncated("the part word/document.xml is missing", "缺少word/document.xml")


def numbering(container: Container, w: str) -> Numbering | None:
    """The automatic numbers of the document; None where it has none, or their part is damaged."""
    if NUMBERING not in container.names:
        return None
    try:
        return Numbering(w, container.root(NUMBERING), container.root(STYLES) if STYLES in container.names else None)
    except ReadError:
        return None


def looks(container: Container, w: str) -> Looks:
    """The looks that the styles of the document give to its text."""
    name = next((name for name in sorted(container.names) if _STYLES.fullmatch(name)), "")
    xml = container.part(name) if name else b""
    return Looks(w, parse(xml), may_fade(xml)) if xml and may_matter(xml) else Looks(w)


def targets(container: Container, embedded: list[tuple[Picture, str]]) -> Iterator[tuple[Picture, str]]:
    """The file within the document that each picture is, where the relations of the main part say so."""
    if not embedded:
        return
    try:
        related = _related(container)
    except ReadError:
        return  # damaged relations cost the names of pictures, not the text
    for picture, name in embedded:
        if related.get(name):
            yield picture, posixpath.basename(related[name])


def read_chunk(container: Container, name: str, limits: Limits) -> Document:
    """The web page within the document that the relation ``name`` points to: some programs put all their text into
    such a one, and Word takes it in when it opens the file.
    """
    target = posixpath.normpath(posixpath.join("/word", _related(container).get(name, ""))).lstrip("/")
    data = container.part(target) if target in container.names else b""
    kind = sniff(data)
    if kind == HTML:
        from pipelines.readers.html import read as read_html

        return read_html(data, limits)
    if kind == MHT:
        from pipelines.readers.mht import read as read_mht

        return read_mht(data, limits)
    raise unread_chunk()


def unread_chunk() -> ReadError:
    """The refusal of a document with text in files within it that is not read from there."""
    return ReadError(
        "unsupported_type",
        "text of this Word document lies in another file within it (altChunk), which is not read; open it in Word and "
        "save it again",
        "该Word文档的部分正文是嵌入的其他文件（altChunk），无法读取；请用Word打开后重新保存",
    )


def _related(container: Container) -> dict[str, str]:
    """The targets of the relations of the main part, by their ids."""
    folder, base = posixpath.split(main_part(container.names))
    relations = f"{folder}/_rels/{base}.rels"
    if relations not in container.names:
        return {}
    return {one.get("Id", ""): one.get("Target", "") for one in container.root(relations)}
