"""Milliseconds per document and file type, split by stage, beside the bare library for that type.

Usage: python tests/benchmarks/bench_run.py [FILE...] [--repeat N] [--copies N]
Without files: the samples and, where they lie beside the repository, the real documents.

``read`` is our reader; ``interpret``, ``identify`` and ``values`` are what we do with its result; ``write`` is the
Parquet shard; ``whole`` is all of that. ``bare`` is the library alone, doing the least that could give the text:
pypdfium2 text of every page, selectolax parse and text, zip and lxml parse, decoding. ``least/bare`` of web pages: how
many times the bare library it takes to parse one, take the text of each cell of its tables, understand nothing, and
write the shard; no reader in Python gets below that. Then a whole run: each stage per document.
Figures are medians over documents of the median over repeats; each document is read once before it is timed.
"""

from __future__ import annotations

import argparse
import io
import shutil
import statistics
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from pipelines import ingest, shards
from pipelines.console import Console
from pipelines.extract import read_document
from pipelines.extraction import Extraction

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "real"
STAGES = ("read", "interpret", "identify", "values", "write")


def bare_pdf(data: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    texts = []
    for page in document:
        text = page.get_textpage()
        texts.append(text.get_text_bounded())
        text.close()
        page.close()
    document.close()
    return "".join(texts)


def bare_html(data: bytes) -> str:
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(data.decode("utf-8", "replace")).body
    return body.text() if body else ""


def cells_of_html(data: bytes) -> list[str]:
    """What stands in the cells of tables, as the library gives it."""
    from selectolax.lexbor import LexborHTMLParser

    return [cell.text() for cell in LexborHTMLParser(data.decode("utf-8", "replace")).css("td, th")]


def bare_docx(data: bytes) -> str:
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return "".join(map(str, root.itertext()))


def bare_text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


BARE: dict[str, tuple[str, Callable[[bytes], str]]] = {
    "pdf": ("pypdfium2 text", bare_pdf),
    "html": ("selectolax text", bare_html),
    "wordprocessingml": ("zip + lxml", bare_docx),
    "text/": ("decode", bare_text),
}


def bare_of(media_type: str) -> tuple[str, Callable[[bytes], str]]:
    return next(entry for name, entry in BARE.items() if name in media_type)


def clock(function: Callable[[], object]) -> float:
    started = time.perf_counter()
    function()
    return (time.perf_counter() - started) * 1000


def measure(path: Path, repeat: int) -> tuple[str, dict[str, float]]:
    """Median milliseconds by stage, with ``bare``, for one document; and its media type."""
    data = path.read_bytes()
    found: Extraction = read_document(data, path.name)
    _, bare = bare_of(found.media_type)
    bare(data)
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(repeat):
        times["bare"].append(clock(lambda: bare(data)))
        if bare is bare_html:
            times["cells"].append(clock(lambda: cells_of_html(data)))
        found = read_document(data, path.name)
        for stage, spent in found.stage_ms.items():
            times[stage].append(spent)
        times["write"].append(write(found))
    return found.media_type, {stage: statistics.median(values) for stage, values in times.items()}


def write(found: Extraction, copies: int = 50) -> float:
    """Milliseconds to write one document; the fixed cost of a shard's three files is shared by ``copies`` of them."""
    with tempfile.TemporaryDirectory() as folder:
        return clock(lambda: shards.write(Path(folder), [found] * copies, "0" * 32)) / copies


def table(files: Sequence[Path], repeat: int) -> None:
    by_type: dict[str, list[dict[str, float]]] = defaultdict(list)
    szfgs: dict[str, float] = {}
    for path in files:
        media_type, times = measure(path, repeat)
        by_type[media_type].append(times)
        if path == REAL / "szfgs2024.pdf":
            szfgs = times
    head = ("type", "n", *STAGES, "own", "bare", "read/bare", "whole/bare", "least/bare")
    print("milliseconds a document, medians; own = interpret + identify + values\n")
    print(f"{head[0]:18s}{head[1]:>4s}" + "".join(f"{name:>11s}" for name in head[2:]))
    for media_type, every in sorted(by_type.items()):
        median = {stage: statistics.median(times[stage] for times in every) for stage in (*STAGES, "bare")}
        own = statistics.median(sum(times[stage] for stage in STAGES[1:4]) for times in every)
        reading = statistics.median(times["read"] / times["bare"] for times in every)
        whole = statistics.median(sum(times[stage] for stage in STAGES) / times["bare"] for times in every)
        name = media_type.rsplit(".", 1)[-1].rsplit("/", 1)[-1]
        cells = [*(median[stage] for stage in STAGES), own, median["bare"], reading, whole]
        least = [(times["cells"] + times["write"]) / times["bare"] for times in every if "cells" in times]
        shown = [f"{cell:11.2f}" for cell in cells] + [f"{statistics.median(least):11.2f}" if least else f"{'':11s}"]
        print(f"{name:18s}{len(every):4d}" + "".join(shown) + f"  {bare_of(media_type)[0]}")
    if szfgs:
        owns = [sum(times[stage] for stage in STAGES[1:4]) for every in by_type.values() for times in every]
        own, bare = statistics.median(owns), szfgs["bare"]
        verdict = "at most" if own <= bare else "MORE THAN"
        print(f"\nown stages, median document: {own:.2f} ms; {verdict} the bare text of szfgs2024.pdf: {bare:.2f} ms")


def whole_run(files: Sequence[Path], copies: int) -> None:
    """A run over the text files among ``files``, each ``copies`` times with other bytes, and its stages."""
    from pipelines.options import Options
    from pipelines.runner import run

    plain = [path for path in files if path.suffix in (".txt", ".md", ".html", ".htm")]
    if not plain:
        print("\nno text files among them: no whole run")
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "raw").mkdir()
        for number in range(copies):
            for path in plain:
                (place / "raw" / str(number)).mkdir(exist_ok=True)
                target = place / "raw" / str(number) / path.name
                shutil.copy(path, target)
                with target.open("ab") as handle:
                    handle.write(b"\n" * (number + 1))
        count = copies * len(plain)
        options = Options(place / "raw", place / "work", place / "published")
        for label in ("first run", "nothing new"):
            spent = clock(lambda: run(options, Console(quiet=True)))
            print(f"\n{label}: {count} documents, {spent / 1000:.2f} s")
            from pipelines.record import last_records

            stages = last_records(place / "work", 1)[0]["stage_seconds"]
            for stage, seconds in stages.items():
                print(f"  {stage:10s}{seconds:8.2f} s{seconds * 1000 / count:9.2f} ms a document")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--copies", type=int, default=20, help="of each text sample in the whole run; 0: no run")
    options = parser.parse_args()
    files = options.files
    if not files:
        raw = ROOT / "data" / "raw"
        files = [raw / name for name in ingest.files_in(raw, [])]
        if REAL.is_dir():
            files += [path for path in sorted(REAL.iterdir()) if path.suffix in (".pdf", ".docx", ".txt")]
    table(files, options.repeat)
    if options.copies:
        whole_run(files, options.copies)
    return 0


if __name__ == "__main__":
    sys.exit(main())
