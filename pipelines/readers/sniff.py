"""What a file is, decided from its bytes. The name's extension is never trusted; a mismatch is a problem to tell.

Every kind that cannot be read has its own name for people, so that a refusal says what the file is.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import NamedTuple

from pipelines.document import Problem, ReadError
from pipelines.readers.charset import decode
from pipelines.readers.limits import encrypted

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
HTML = "text/html"
MHT = "multipart/related"
MARKDOWN = "text/markdown"
TEXT = "text/plain"
BINARY = "application/octet-stream"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
DOC = "application/msword"
XML_WORKBOOK = "application/vnd.ms-excel.xml"
WORD_2003_XML = "application/vnd.ms-wordml"
WORD_FLAT_XML = "application/vnd.ms-word2006ml"
ENCRYPTED_OOXML = "application/vnd.ms-office.encrypted"

HEAD = 65536
SAMPLE = 4096


class Kind(NamedTuple):
    """A type of file for people, in English and Chinese, and the extensions it usually bears."""

    en: str
    zh: str
    extensions: tuple[str, ...]


KINDS: dict[str, Kind] = {
    PDF: Kind("a PDF", "PDF文件", ("pdf",)),
    DOCX: Kind("a Word document (docx)", "Word文档（docx）", ("docx", "docm", "dotx", "dotm")),
    HTML: Kind(
        "a web page (HTML)", "网页（HTML）", ("html", "htm", "xhtml", "shtml", "jsp", "asp", "aspx", "php", "do")
    ),
    MHT: Kind("a web archive (MHT)", "网页存档（MHT）", ("mht", "mhtml", "eml")),
    MARKDOWN: Kind("Markdown text", "Markdown文本", ("md", "markdown", "txt")),
    TEXT: Kind("plain text", "纯文本", ("txt", "text", "md", "markdown", "csv", "tsv", "log")),
    DOC: Kind("an old Word document (doc, wps)", "旧版Word文档（doc、wps）", ("doc", "wps", "dot")),
    WORD_2003_XML: Kind("a Word document as XML (Word 2003)", "Word 2003 XML文档", ("xml", "doc")),
    WORD_FLAT_XML: Kind("a Word document as XML (one file)", "Word XML文档（单个文件）", ("xml", "doc")),
    XLS: Kind("an old Excel workbook (xls, et)", "旧版Excel工作簿（xls、et）", ("xls", "et")),
    XML_WORKBOOK: Kind("an Excel workbook saved as XML (Excel 2003)", "Excel 2003 XML表格", ("xml", "xls")),
    "application/vnd.ms-powerpoint": Kind("an old PowerPoint file (ppt)", "旧版演示文稿（ppt）", ("ppt", "dps")),
    OLE: Kind("an OLE compound file", "OLE复合文件", ("doc", "xls", "ppt", "wps", "msg")),
    ENCRYPTED_OOXML: Kind("an encrypted Office document", "加密的Office文档", ("docx", "xlsx", "pptx")),
    XLSX: Kind("an Excel workbook (xlsx)", "Excel工作簿（xlsx）", ("xlsx", "xlsm")),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": Kind(
        "a PowerPoint file (pptx)", "演示文稿（pptx）", ("pptx",)
    ),
    "application/ofd": Kind("an OFD document", "OFD版式文档", ("ofd",)),
    "application/vnd.oasis.opendocument.text": Kind("an OpenDocument text (odt)", "OpenDocument文本（odt）", ("odt",)),
    ODS: Kind("an OpenDocument spreadsheet (ods)", "OpenDocument电子表格（ods）", ("ods",)),
    "application/epub+zip": Kind("an e-book (epub)", "电子书（epub）", ("epub",)),
    ZIP: Kind("a zip archive", "zip压缩包", ("zip",)),
    "application/x-rar": Kind("a RAR archive", "RAR压缩包", ("rar",)),
    "application/x-7z-compressed": Kind("a 7z archive", "7z压缩包", ("7z",)),
    "application/gzip": Kind("a gzip archive", "gzip压缩包", ("gz", "tgz")),
    "application/rtf": Kind("a rich text document (RTF)", "RTF文档", ("rtf", "doc")),
    "application/xml": Kind("an XML document", "XML文档", ("xml",)),
    "application/json": Kind("JSON data", "JSON数据", ("json",)),
    "image/png": Kind("a picture (PNG)", "图片（PNG）", ("png",)),
    "image/jpeg": Kind("a picture (JPEG)", "图片（JPEG）", ("jpg", "jpeg", "jpe")),
    "image/gif": Kind("a picture (GIF)", "图片（GIF）", ("gif",)),
    "image/bmp": Kind("a picture (BMP)", "图片（BMP）", ("bmp",)),
    "image/tiff": Kind("a picture (TIFF)", "图片（TIFF）", ("tif", "tiff")),
    "image/webp": Kind("a picture (WebP)", "图片（WebP）", ("webp",)),
    "image/vnd.djvu": Kind("a DjVu document", "DjVu文档", ("djvu",)),
    BINARY: Kind("unknown binary data", "无法识别的二进制数据", ()),
}
_ARCHIVES = frozenset({ZIP, "application/x-rar", "application/x-7z-compressed", "application/gzip"})
_NO_DOCUMENTS = frozenset({BINARY, "application/xml", "application/json"})
_EXTENSIONS = frozenset(ext for kind in KINDS.values() for ext in kind.extensions)

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"AT&TFORM", "image/vnd.djvu"),
    (b"Rar!\x1a\x07", "application/x-rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"{\\rtf", "application/rtf"),
)
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML_START = re.compile(
    # Atomic: a comment that may end at any later "-->" takes exponential time over a run of comments.
    r"\s*(?:<\?xml[^>]*>\s*|(?><!--.*?-->)\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML_WORKBOOK = re.compile(
    r"""\s*<\?xml[^>]*>.{0,1000}?<(?:\w+:)?Workbook\b[^>]*=\s*["']urn:schemas-microsoft-com:office:spreadsheet["']""",
    re.DOTALL,
)
_PLAIN_HTML = re.compile(rb"(?i)(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b[^>\x00]*>")
_HTML_BLOCK = re.compile(r"(?i)<(?:html|body|table|tbody|tr|td)\b[^>]*>")
_HTML_TAG = re.compile(
    r"</?(?:p|div|span|br|h[1-6]|ul|ol|li|strong|b|font|a|img|center|section|meta|o:p)\b[^>]*>", re.IGNORECASE
)
_WORD_XML = (
    (re.compile(r"<(?:[\w.-]+:)?wordDocument\s[^>]*[\"']http://schemas\.microsoft\.com/office/word/2003/wordml[\"']"),
     WORD_2003_XML),
    (re.compile(r"<(?:[\w.-]+:)?package\s[^>]*[\"']http://schemas\.microsoft\.com/office/2006/xmlPackage[\"']"),
     WORD_FLAT_XML),
)  # fmt: skip
_MARKDOWN = re.compile(r"^(?:#{1,6}\s+\S|\s*\|?\s*:?-{3,}:?\s*\|.*-\s*\|?\s*$|```)", re.MULTILINE)
_MHT = re.compile(rb"^(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*multipart/related", re.IGNORECASE)


def sniff(data: bytes) -> str:
    """Media type of the bytes; ``application/octet-stream`` where nothing fits. Never raises."""
    if b"%PDF-" in data[:1024]:
        return PDF
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return media_type
    if data[:2] == b"BM" and len(data) > 14 and int.from_bytes(data[2:6], "little") == len(data):
        return "image/bmp"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(_OLE_MAGIC):
        return _ole(data)
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _zip(data)
    if _PLAIN_HTML.match(data[:SAMPLE]):
        return HTML
    if _MHT.match(data[:HEAD].replace(b"\r\n", b"\n")):
        return MHT
    return _textual(data[:HEAD])


def _ole(data: bytes) -> str:
    """Streams of a compound file are told by their UTF-16 names in its directory."""
    for name, media_type in (
        ("EncryptedPackage", ENCRYPTED_OOXML),
        ("WordDocument", DOC),
        ("Workbook", XLS),
        ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ):
        if name.encode("utf-16-le") in data:
            return media_type
    return OLE


def _zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            mime = _mimetype(archive) if "mimetype" in names else ""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        # Cut off before its directory: the names of parts still stand in the local headers.
        names, mime = set(re.findall(r"word/document\.xml|xl/workbook\.xml|OFD\.xml", data.decode("latin-1"))), ""
    if mime in KINDS:
        return mime
    if "word/document.xml" in names or any(re.match(r"word/document\w*\.xml$", name) for name in names):
        return DOCX
    if any(name.startswith("xl/workbook") for name in names):
        return XLSX
    if any(name.startswith("ppt/presentation") for name in names):
        return "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    if "OFD.xml" in names:
        return "application/ofd"
    return ZIP


def _mimetype(archive: zipfile.ZipFile) -> str:
    """What the container says of itself; never more than its beginning is unpacked, it may be a bomb."""
    with archive.open("mimetype") as stream:
        return stream.read(100).decode("ascii", "replace").strip()


# Bytes that no text contains, in none of the encodings that are a superset of ASCII.
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r\x0b\x0c\x1a\x1b")


def _textual(head: bytes) -> str:
    """HTML, Markdown, plain text, other markup, or nothing that is text."""
    if not head:
        return BINARY
    text, charset = decode(head)
    odd = text.count("\ufffd")
    if not charset.startswith("utf-16"):
        odd += len(head) - len(head.translate(None, _CONTROLS))
    if odd > max(1, len(text) // 50) or "\x00" in text:
        return BINARY
    if _XML_WORKBOOK.match(text):
        return XML_WORKBOOK
    if _HTML_START.match(text) or _HTML_BLOCK.search(text):
        return HTML
    stripped = text.lstrip()
    if stripped.startswith("<?xml") or re.match(r"<[A-Za-z_][\w.-]*:[\w.-]+[\s>]", stripped):
        return _xml(stripped)
    # Rows of bars with <br> in their cells are Markdown.
    tags = sum(1 for tag in _HTML_TAG.findall(text) if "|" not in text or not tag.lower().startswith("<br"))
    if tags and (tags > 12 or 40 * tags > len(text)):
        return HTML
    if stripped[:1] in "{[" and re.match(r"""[\[{]\s*(?:["{\[\]}]|-?\d)""", stripped):
        return "application/json"
    if charset == "gb18030" and not _plausible(text):
        return BINARY
    return MARKDOWN if _MARKDOWN.search(text) else TEXT


def _xml(text: str) -> str:
    """Word's own XML by its first element; other XML is none of the documents read here."""
    first = re.search(r"<[A-Za-z_]", text)
    for pattern, media_type in _WORD_XML if first else ():
        if first and pattern.match(text, first.start()) and (media_type == WORD_2003_XML or "word/document" in text):
            return media_type
    return "application/xml"


def _plausible(text: str) -> bool:
    """GB18030 explains nearly any bytes: text has common ideographs, noise has rare ones and private use."""
    wide = [c for c in text[:SAMPLE] if c > "\x7f"]
    if not wide:
        return True
    strange = sum(1 for c in wide if "\ue000" <= c <= "\uf8ff" or c > "\uffff" or "\u0080" <= c <= "\u00a0")
    return strange * 20 <= len(wide)


def extension_of(name: str) -> str:
    """Lower-case extension without the dot, empty if none; a query string is no part of it."""
    base = re.split(r"[/\\]", name.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0])[-1]
    return base.rpartition(".")[2].lower() if "." in base else ""


def wrong_extension(media_type: str, name: str) -> Problem | None:
    """The problem to tell where a known extension promises another type."""
    extension = extension_of(name)
    kind = KINDS.get(media_type, KINDS[BINARY])
    if extension not in _EXTENSIONS or extension in kind.extensions:
        return None
    if media_type == HTML and extension in ("doc", "xls"):
        return Problem(
            "wrong_extension",
            f"named .{extension}, but it is a web page saved by Office (HTML)",
            f"扩展名为.{extension}，实际是Office另存的网页（HTML）",
        )
    return Problem(
        "wrong_extension",
        f"named .{extension}, but it is {kind.en}",
        f"扩展名为.{extension}，实际是{kind.zh}",
    )


def refusal(media_type: str) -> ReadError:
    """The error for a type that no reader here reads."""
    if media_type == ENCRYPTED_OOXML:
        return encrypted("Office document", "该Office文档")
    kind = KINDS.get(media_type, KINDS[BINARY])
    advice_en, advice_zh = "; save it as docx or PDF", "；请另存为docx或PDF"
    if media_type.startswith("image/"):
        advice_en, advice_zh = (
            "; look for a copy with text (web page, Word, PDF)",
            "；请另找有文字的版本（网页、Word、PDF）",
        )
    elif media_type in _ARCHIVES:
        advice_en, advice_zh = "; unpack it here", "；请解压到此文件夹"
    elif media_type == XML_WORKBOOK:
        advice_en, advice_zh = "; save it as xlsx", "；请另存为xlsx"
    elif media_type in _NO_DOCUMENTS:
        advice_en, advice_zh = "", ""
    return ReadError(
        "unsupported_type",
        f"this is {kind.en}, which is not read{advice_en}",
        f"不支持的文件类型：{kind.zh}{advice_zh}",
    )
