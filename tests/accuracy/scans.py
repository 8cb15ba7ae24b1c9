"""`make scans`: how much of what is printed is read right from scans, into docs/scans.md.

PDF documents are planned and made as `nianbao simulate` does, turned into pictures of their pages as scanners make
them (grey, a little slanted, out of focus, noisy, compressed), read optically in worker processes, and compared cell by
cell with what was typeset; so are pictures of the real documents, where these lie beside the project.

Exit code 1 where a number was read wrong or invented. Without nianbao[ocr] nothing can be measured: exit code 2.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pypdfium2 as pdfium
from accuracy.run import HEADER, REAL, Result, judged, line, place_of, real_simulated, summed

from pipelines.readers.extras import can_see
from pipelines.simulate.corpus import Planned, plan
from pipelines.simulate.registry import VARIANTS, load_variants

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scans.md"
LIBRARIES = ("nianbao", "rapidocr", "onnxruntime", "opencv-python-headless", "pypdfium2")
# Has pictures already.
LEFT_OUT = ("pdf.picture_pages",)


def scanned(data: bytes, seed: int, turned: int = 0) -> bytes:
    """The pages of a PDF as pictures, as a scanner gives them, put in with so many quarter turns clockwise; the same
    seed gives the same pictures.
    """
    import cv2
    import numpy as np
    from PIL import Image

    draw = random.Random(seed)
    noise = np.random.default_rng(seed)
    dpi = draw.choice((150, 200, 200, 300))
    blur, grain = draw.uniform(0.0, 1.0), draw.uniform(0.0, 10.0)
    contrast, quality = draw.uniform(0.6, 1.0), draw.choice((50, 70, 90))
    pages = []
    for page in pdfium.PdfDocument(data):
        grey = page.render(scale=dpi / 72, grayscale=True).to_numpy()
        grey = grey.reshape(grey.shape[:2]).astype(np.float32)
        height, width = grey.shape
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), draw.gauss(0.0, 0.6), 1.0)
        grey = cv2.warpAffine(grey, matrix, (width, height), borderValue=255)
        if blur > 0.2:
            grey = cv2.GaussianBlur(grey, (0, 0), blur)
        grey = 128 + (grey - 128) * contrast + noise.normal(0.0, grain, grey.shape)
        pages.append(Image.fromarray(np.rot90(np.clip(grey, 0, 255).astype(np.uint8), -turned)))
    file = io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, quality=quality)
    return file.getvalue()


def measure(planned: Planned) -> Result:
    """Make one document, scan it, read it, compare."""
    document = planned.make()
    data = scanned(document.data, planned.seed * 100_000 + planned.number)
    return judged(replace(document, data=data), place_of(planned))


def real_scans(folder: Path, seeds: range) -> Iterator[Result]:
    """Pictures of the real PDF documents, several of each."""
    for document in real_simulated(folder):
        if not document.file_name.endswith(".pdf"):
            continue
        for seed in seeds:
            copy = replace(document, data=scanned(document.data, seed))
            yield judged(copy, f"{document.file_name}/{seed}", part_of_name=True)


def page_text(results: list[Result], real: list[Result], seed: int) -> str:
    """docs/scans.md."""
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    parts = [
        "# How accurately scans are read",
        "",
        "<!-- Written by `make scans` (tests/accuracy/scans.py); do not edit by hand. -->",
        "",
        f"{len(results)} PDF documents of invented agencies (seed {seed}) turned into pictures of their pages: 150 "
        "to 300 dots an inch, slanted by up to two degrees, out of focus, noisy, pale, compressed. "
        + (f"And {len(real)} such pictures of 2 real reports." if real else ""),
        f"Python {platform.python_version()}, {versions}; {os.cpu_count()} cores, one for each document.",
        "",
        "The columns are those of [accuracy.md](accuracy.md); **wrong** and **phantom** must be 0. No real scan was at",
        "hand: expect less of real ones, above all more that is missing.",
        "",
        HEADER.replace("| |", "| variant |", 1),
    ]
    names = sorted({result.variant for result in results})
    parts += [line(name.split(".", 1)[1], [r for r in results if r.variant == name]) for name in names]
    parts.append(line("**all**", results))
    if real:
        parts.append(line("real documents", real))
    parts.append("")
    parts += [f"- `{name.split('.', 1)[1]}`: {VARIANTS[name].about}" for name in names]
    return "\n".join(parts) + "\n"


def main() -> int:
    """Measure, write the table, say what is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=80)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--variants", default="", help="only these")
    parser.add_argument("--real", type=int, default=4, help="pictures of each real document")
    parser.add_argument("--page", action="store_true", help="write docs/scans.md")
    options = parser.parse_args()
    if not can_see():
        print("nianbao[ocr] is not installed: no scan can be read here", file=sys.stderr)
        return 2
    names = [name for name in options.variants.split(",") if name]
    load_variants(names, ["pdf"])
    names = names or [name for name in VARIANTS if name.startswith("pdf.") and name not in LEFT_OUT]
    work = list(plan(options.documents, options.seed, names, ["pdf"]))
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        results = []
        for result in pool.map(measure, work):
            results.append(result)
            for problem in result.problems:
                print(" ".join(problem), flush=True)
    real = list(real_scans(REAL, range(1, options.real + 1))) if (REAL / "facts.csv").exists() else []
    for result in real:
        for problem in result.problems:
            print(" ".join(problem))
    print(HEADER)
    for variant in sorted({result.variant for result in results}):
        print(line(variant, [result for result in results if result.variant == variant]))
    print(line("all", results))
    if real:
        print(line("real", real))
    if options.page:
        PAGE.write_text(page_text(results, real, options.seed), encoding="utf-8")
    counts, _ = summed([*results, *real])
    return 1 if counts["wrong"] or counts["phantom"] or counts["twice"] else 0


if __name__ == "__main__":
    sys.exit(main())
