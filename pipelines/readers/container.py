"""Zip containers of XML parts (docx, xlsx, ods): never more is unpacked or parsed than the limits allow."""

from __future__ import annotations

import io
import zipfile
from types import TracebackType
from typing import Any, Self

from lxml import etree

from pipelines.document import Document, ReadError
from pipelines.readers.limits import Limits, encrypted, truncated

DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
DC_TERMS = "{http://purl.org/dc/terms/}"
CORE = "docProps/core.xml"
RATIO_FREE = 2**20  # bytes; a part smaller than this is no bomb, however well it packs
CHUNK = 2**16


class Container:
    """An open container; ReadError codes: ``truncated``, ``encrypted``, ``zip_bomb``, ``unsafe_xml``."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.limits = limits
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
            self.names = self.archive.namelist()
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise _broken(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.archive.close()

    def part(self, name: str) -> bytes:
        """The bytes of one part; ``truncated`` where there is none of that name."""
        if name not in self.names:
            raise truncated(f"the part {name} is missing", f"缺少{name}")
        try:
            return unpack(self.archive, name, self.limits)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise _broken(error) from None

    def root(self, name: str) -> Any:
        """The root element of one part."""
        return parse(self.part(name))

    def describe(self, document: Document) -> None:
        """Title and dates that Office documents declare; names of people are left out."""
        if CORE not in self.names:
            return
        try:
            root = self.root(CORE)
        except ReadError:
            return
        for tag, key in (
            (DUBLIN_CORE + "title", "title"),
            (DUBLIN_CORE + "subject", "subject"),
            (DC_TERMS + "created", "created"),
            (DC_TERMS + "modified", "modified"),
        ):
            value = (root.findtext(tag) or "").strip()
            if value:
                document.metadata[key] = value
        document.title = document.metadata.get("title", "")


def _broken(error: Exception) -> ReadError:
    return truncated(f"the zip container is broken ({error})", "zip容器损坏")


def unpack(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    """One part of a container, never more of it than the limits allow, whatever its header declares."""
    info = archive.getinfo(name)
    if info.flag_bits & 1:
        raise encrypted("zip container", "zip容器")
    allowed = limits.unpacked_bytes
    if info.compress_size:
        allowed = min(allowed, max(RATIO_FREE, info.compress_size * limits.unpack_ratio))
    if info.file_size > allowed:
        raise _bomb(name)
    parts, size = [], 0
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > allowed:
                    raise _bomb(name)
                parts.append(chunk)
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise truncated(f"{name} cannot be unpacked ({error})", f"{name}无法解压") from None
    return b"".join(parts)


def _bomb(name: str) -> ReadError:
    return ReadError("zip_bomb", f"{name} unpacks to an absurd size", f"{name}解压后体积异常（压缩炸弹）")


def parse(xml: bytes) -> Any:
    """Root element; no entities, no document type, no network, no recovery."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise truncated(f"the XML is broken ({error.msg})", "XML内容损坏") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ReadError("unsafe_xml", "the XML declares a document type, which is refused", "XML含有DTD声明，拒绝读取")
    return root
