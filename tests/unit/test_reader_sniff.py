"""Types are told from bytes; what cannot be read is refused by name."""

from __future__ import annotations

import base64
import quopri
import random
import time
import tracemalloc

import pytest
from reader_files import docx, encrypted_pdf, grids, outline, para, pdf, say, zipped

from pipelines.document import ReadError
from pipelines.readers import Limits, read, sniff

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
XML_WORKBOOK = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<ss:Workbook xmlns:o="urn:x" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell>年报</Cell></Row></Table>'
)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (pdf(say(1, 1, "x")), "application/pdf"),
        (b"\r\njunk before the header\n" * 20 + pdf(say(1, 1, "x")), "application/pdf"),
        (docx(para("x")), DOCX),
        (docx(para("x"))[:400], DOCX),
        ("<!-- saved --><!DOCTYPE html><p>年报".encode(), "text/html"),
        (b"<?xml version='1.0'?><html xmlns='x'><body/></html>", "text/html"),
        ("  <TABLE><tr><td>规章".encode("gbk"), "text/html"),
        ('<html xmlns:w="urn:schemas-microsoft-com:office:word"><body>年报'.encode(), "text/html"),
        ("<p>年报</p><p>一</p>".encode(), "text/html"),
        ("# 年报\n\n| a | b |\n|---|---|\n| 本年新<br>制作 | 1 |".encode(), "text/markdown"),
        ("年报：1 < 2，且 a<b。".encode(), "text/plain"),
        ("规章 0\n".encode("gb18030"), "text/plain"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n boundary=x\r\n\r\n--x", "multipart/related"),
        (b'{"a": 1}', "application/json"),
        ("<?xml version='1.0'?><报告/>".encode(), "application/xml"),
        (XML_WORKBOOK.encode(), "application/vnd.ms-excel.xml"),
        (XML_WORKBOOK.replace("ss:Workbook", "Workbook").encode("utf-16"), "application/vnd.ms-excel.xml"),
        (b"\x89PNG\r\n\x1a\n0000", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"{\\rtf1 a}", "application/rtf"),
        (b"Rar!\x1a\x07\x00", "application/x-rar"),
        (OLE + "WordDocument".encode("utf-16-le"), "application/msword"),
        (OLE + "Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
        (zipped({"OFD.xml": b"<x/>"}), "application/ofd"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "application/vnd.oasis.opendocument.text"),
        (zipped({"readme": b"x"}), "application/zip"),
        (random.Random(7).randbytes(4000), "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_type_from_bytes(data: bytes, media_type: str) -> None:
    assert sniff(data) == media_type


def test_a_run_of_comments_costs_no_time() -> None:
    started = time.process_time()
    assert sniff(b"<!--a-->" * 5000 + b"<div>x</div>" * 9) == "text/html"
    assert time.process_time() - started < 2


def test_no_more_than_the_beginning_of_a_mimetype_is_unpacked() -> None:
    data = zipped({"mimetype": bytes(256 << 20)})
    tracemalloc.start()
    try:
        assert sniff(data) == "application/zip"
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def failure(data: bytes, limits: Limits | None = None) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read(data, limits=limits)
    assert caught.value.message_en
    assert caught.value.message_zh
    return caught.value


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"", "empty", "empty"),
        (b" \r\n\x00", "empty", "empty"),
        (random.Random(1).randbytes(5000), "unsupported_type", "binary"),
        (zipped({"ppt/presentation.xml": b"<x/>"}), "unsupported_type", "pptx"),
        (b"{\\rtf1\\ansi 123}", "unsupported_type", "RTF"),
        (zipped({"OFD.xml": b"<x/>"}), "unsupported_type", "OFD"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "unsupported_type", "odt"),
        (OLE + "WordDocument".encode("utf-16-le"), "truncated", "cannot be converted"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", "password"),
        (encrypted_pdf(), "encrypted", "password"),
        (b"\xff\xd8\xff\xe0" * 9, "unsupported_type", "picture"),
        (b"<html><body><!-- nothing --></body></html>", "no_text", "no text"),
    ],
)
def test_refusals(data: bytes, code: str, word: str) -> None:
    error = failure(data)
    assert error.code == code
    assert word in error.message_en


def test_a_refusal_says_what_to_do() -> None:
    advice = {
        b"": ("fetch it again", "请重新下载"),
        b"Rar!\x1a\x07" * 9: ("unpack it here", "请解压"),
        zipped({"ppt/presentation.xml": b"<x/>"}): ("save it as docx or PDF", "请另存为docx或PDF"),
        XML_WORKBOOK.encode(): ("saved as XML (Excel 2003), which is not read; save it as xlsx", "请另存为xlsx"),
        b"\xff\xd8\xff\xe0" * 9: ("look for a copy with text", "请另找有文字的版本"),
        encrypted_pdf(): ("save a copy without it", "请另存为无密码的副本"),
    }
    for data, (english, chinese) in advice.items():
        error = failure(data)
        assert english in error.message_en
        assert chinese in error.message_zh


def test_size_limit() -> None:
    assert failure(b"x" * 101, Limits(input_bytes=100)).code == "too_large"


def test_wrong_extension_is_told_and_nothing_else_comes_of_the_name() -> None:
    page = "<html><body><p>年报</p></body></html>".encode()
    (problem,) = read(page, "folder.x/年报.pdf").problems
    assert (problem.code, problem.message_en) == ("wrong_extension", "named .pdf, but it is a web page (HTML)")
    assert read(page, "年报.doc").problems[0].message_zh == "扩展名为.doc，实际是Office另存的网页（HTML）"
    for name in ("", "年报", "t1.htm", "x.jsp?a=1.pdf", "t2024.7"):
        assert read(page, name).problems == []


def test_web_archive() -> None:
    archive = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<html><body><p>=C4=EA=B1=A8 =B9=AB=BF=AA</p></body></html>\r\n--b--\r\n"
    )
    document = read(archive)
    assert document.media_type == "multipart/related"
    assert [block.text for block in document.blocks] == ["年报 公开"]
    assert failure(archive.replace(b"text/html", b"text/none")).code == "truncated"


WORD_PAGE = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">'
    "<head><meta http-equiv=Content-Type content='text/html; charset=gb2312'>"
    "<meta name=Generator content='Microsoft Word'>"
    "<!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]--></head><body><div class=Section1>"
    "<p class=MsoNormal><b><span>规章</span></b><o:p></o:p></p><table class=MsoNormalTable><tr><td><p><span>1</span>"
    "<span>2</span></p></td><td><p>&nbsp;<o:p></o:p></p></td></tr></table></div></body></html>"
)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
def test_web_page_saved_by_word_as_doc(encoding: str) -> None:
    document = read(WORD_PAGE.encode(encoding), "年报.doc")
    assert outline(document) == ["规章", "<t1 1x2>"]
    assert [cell.text for cell in grids(document)[0].cells] == ["12", ""]
    assert [problem.code for problem in document.problems] == ["wrong_extension"]


@pytest.mark.parametrize("transfer", ["base64", "quoted-printable"])
def test_web_archive_saved_by_word_as_doc(transfer: str) -> None:
    encode = base64.encodebytes if transfer == "base64" else quopri.encodestring
    parts = [
        ("text/html", WORD_PAGE.encode("gb18030")),
        ("image/png", b"\x89PNG"),
        ("text/html", b"<html><p>header.htm"),
    ]
    body = b"".join(
        f"\r\n------=_b\r\nContent-Location: file:///C:/{n}\r\nContent-Transfer-Encoding: {transfer}\r\n"
        f'Content-Type: {kind}; charset="gb2312"\r\n\r\n'.encode()
        + encode(data)
        for n, (kind, data) in enumerate(parts)
    )
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="----=_b"\r\n\r\nThis is an archive.\r\n'
    data = head + body + b"\r\n------=_b--\r\n"
    assert sniff(data) == "multipart/related"
    document = read(data, "年报.doc")
    assert outline(document) == ["规章", "<t1 1x2>"]
    assert [problem.code for problem in document.problems] == ["wrong_extension"]
    with pytest.raises(ReadError) as caught:
        read(head + b"\r\n------=_b--\r\n", "年报.doc")
    assert caught.value.code == "truncated"


def test_rich_text_saved_as_doc_is_refused_by_name() -> None:
    error = failure(b"{\\rtf1\\ansi\\ansicpg936 \\'b9\\'e6\\'d5\\'c2}")
    assert error.code == "unsupported_type"
    assert "rich text document (RTF)" in error.message_en
    assert "save it as docx or PDF" in error.message_en
    assert "RTF" in error.message_zh
