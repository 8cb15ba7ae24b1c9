"""Word documents in one XML file: the parts of a DOCX (flat OPC), or the XML of Word 2003, which programs that fill in
a template write to this day, usually named ``doc``. Both are read as a DOCX with the same parts.

The XML of 2003 has other names for a few things: they are renamed, and what a DOCX keeps in parts of their own (notes,
headers) or in other words (comments, deletions) is taken out. Automatic numbers of its lists are left out.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

from lxml import etree

from pipelines.document import Document
from pipelines.readers.container import Container, parse
from pipelines.readers.docx import read_package
from pipelines.readers.limits import Limits, too_large, truncated
from pipelines.readers.sniff import WORD_2003_XML, WORD_FLAT_XML
from pipelines.readers.wordparts import MAIN, STYLES

_PACKAGE = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_W = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_AML = "{http://schemas.microsoft.com/aml/2001/core}"
_TITLE = "{urn:schemas-microsoft-com:office:office}DocumentProperties/{urn:schemas-microsoft-com:office:office}Title"


def read(data: bytes, limits: Limits) -> Document:
    """Read a Word document in one XML file; ReadError codes: ``truncated``, ``too_large``, ``unsafe_xml``."""
    if len(data) > limits.unpacked_bytes:
        raise too_large(f"{len(data)} bytes of XML", f"XML共{len(data)}字节")
    root = parse(data)
    flat = root.tag == _PACKAGE + "package"
    if not flat and root.tag != _W + "wordDocument":
        raise truncated(f"the first element is {root.tag}", f"根元素是{root.tag}")
    document = read_package(_Parts(_flat(root) if flat else _modern(root), limits), limits)
    document.media_type = WORD_FLAT_XML if flat else WORD_2003_XML
    if not flat:
        document.title = (root.findtext(_TITLE) or "").strip()
    return document


class _Parts(Container):
    """Parts of a document that are elements of a larger one."""

    def __init__(self, parts: dict[str, Any], limits: Limits) -> None:
        self.limits, self.parts, self.names = limits, parts, list(parts)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def part(self, name: str) -> bytes:
        if name not in self.parts:
            raise truncated(f"the part {name} is missing", f"缺少{name}")
        return etree.tostring(self.parts[name], encoding="utf-8", with_tail=False)


def _flat(root: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for part in root.iterchildren(_PACKAGE + "part"):
        name, xml = part.get(_PACKAGE + "name", "").lstrip("/"), part.find(_PACKAGE + "xmlData")
        if name in parts:
            raise truncated(f"there are two parts {name}", f"有两个{name}")
        if xml is not None and len(xml):
            parts[name] = xml[0]
    return parts


def _modern(root: Any) -> dict[str, Any]:
    """The text and the styles of a document of Word 2003, in the words of a DOCX."""
    for annotation in list(root.iter(_AML + "annotation")):
        kind, parent = annotation.get(_W + "type"), annotation.getparent()
        if kind == "Word.Deletion" and parent.tag == _W + "trPr":
            _drop(parent.getparent())
        elif kind != "Word.Insertion":
            _drop(annotation)
    for apart in list(root.iter(_W + "sectPr")):
        _drop(apart)
    for note in list(root.iter(_W + "footnote", _W + "endnote")):
        custom = note.get(_W + "suppressRef", "off")
        note.clear(keep_tail=True)
        note.tag += "Reference"
        note.set(_W + "customMarkFollows", custom)
    for merge in root.iter(_W + "vmerge"):
        merge.tag = _W + "vMerge"
    given = root.find(_W + "styles")
    return {MAIN: root} | ({} if given is None else {STYLES: given})


def _drop(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
