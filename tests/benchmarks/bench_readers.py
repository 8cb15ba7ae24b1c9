"""What our readers cost over the bare libraries: median processor milliseconds of both in one run, and their ratio.

Usage: python tests/benchmarks/bench_readers.py [ROUNDS]

The bare library does the least that could be called reading: pypdfium2 the text of all pages, lxml the tree of
``word/document.xml``, selectolax the tree of the page, calamine the cells of all sheets, the standard library the
decoded lines. Real documents are used where they lie beside the repository (``../shared/real``), else the committed
samples; workbooks and tables without rulings are made up. Rounds alternate.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
from lxml import etree
from python_calamine import CalamineWorkbook
from selectolax.lexbor import LexborHTMLParser

from pipelines.readers import read
from pipelines.simulate.corpus import plan

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "real"
RAW = ROOT / "data" / "raw"


def word_page(rows: int = 25) -> bytes:
    """A page as word processors export it: about 70 thousand characters, three tables, a style in every cell."""
    style = "style='border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt;height:19.85pt'"

    def cell(text: object, attributes: str = "") -> str:
        return (
            f"<td width=60 {attributes} valign=center {style}><p class=MsoNormal align=center style='margin:0cm'>"
            f"<span style='font-size:10.5pt;font-family:宋体'>{text}<o:p></o:p></span></p></td>\n"
        )

    def row(*cells: str) -> str:
        return f"<tr style='height:19.85pt'>{''.join(cells)}</tr>\n"

    prose = "".join(
        f"<p class=MsoNormal style='text-indent:32pt'><span>（{i}）主动公开<b>政府信息</b>{i}条。</span></p>\n"
        for i in range(60)
    )
    first = row(cell("第二十条第（一）项", "colspan=4")) + "".join(row(*map(cell, range(4))) for _ in range(8))
    second = row(cell("三、本年度办理结果", f"rowspan={rows}"), cell("（一）", "colspan=2"), *map(cell, range(7)))
    second += "".join(row(cell("（二）", "colspan=2"), *map(cell, range(7))) for _ in range(rows - 1))
    third = "".join(row(*map(cell, range(15))) for _ in range(3))
    tables = "".join(f"<table border=1>{body}</table>" for body in (first, second, third))
    return f"<html><head><title>年报</title></head><body>{prose}{tables}</body></html>".encode()


def bare_pdf(data: bytes) -> None:
    """All text of all pages."""
    document = pdfium.PdfDocument(data)
    for index in range(len(document)):
        page = document[index]
        textpage = page.get_textpage()
        textpage.get_text_range()
        textpage.close()
        page.close()
    document.close()


def bare_docx(data: bytes) -> None:
    """The tree of the main part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        etree.fromstring(archive.read("word/document.xml"))


def bare_html(data: bytes) -> None:
    """The tree of the page."""
    LexborHTMLParser(data)


def bare_xlsx(data: bytes) -> None:
    """The cells of all sheets."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def bare_text(data: bytes) -> None:
    """Decoded lines."""
    data.decode("utf-8", "replace").splitlines()


def cases() -> list[tuple[str, bytes, Callable[[bytes], None]]]:
    """Name, bytes and bare library of every case at hand."""
    found: list[tuple[str, bytes, Callable[[bytes], None]]] = []
    for pattern, bare in (("*.pdf", bare_pdf), ("*.docx", bare_docx), ("*.txt", bare_text)):
        paths = sorted(REAL.glob(pattern)) if REAL.is_dir() else sorted(RAW.rglob(pattern))[:1]
        found += [(path.name, path.read_bytes(), bare) for path in paths]
    for variant, bare in (("xlsx.one_sheet", bare_xlsx), ("pdf.no_rules", bare_pdf), ("pdf.word", bare_pdf)):
        found.append((variant, next(plan(1, 1, [variant])).make().data, bare))
    page = word_page()
    found.append((f"page of {len(page) // 1000} kB (html)", page, bare_html))
    return found


def milliseconds(call: Callable[[bytes], object], data: bytes) -> float:
    """One call, in time of the processor: what else the machine does is not counted."""
    start = time.process_time()
    call(data)
    return 1000 * (time.process_time() - start)


def main() -> None:
    """Print one line for each case."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    print(f"{'document':<34}{'ours ms':>10}{'bare ms':>10}{'ratio':>8}")
    for name, data, bare in cases():
        read(data)
        bare(data)
        pairs = [(milliseconds(read, data), milliseconds(bare, data)) for _ in range(rounds)]
        ours, least = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"{name:<34}{ours:>10.2f}{least:>10.2f}{ours / least:>8.2f}")


if __name__ == "__main__":
    main()
