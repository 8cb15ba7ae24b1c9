"""Execute the notebooks over one release, or put their files into the form in which they are committed.

    python notebooks/run.py [--release FOLDER] [--out FOLDER] [NAME …]
    python notebooks/run.py --tidy

Writes for each notebook what it shows (``NAME.ipynb``), its pictures (``NAME-1.png`` …) and the figures behind them
(``NAME/TABLE.parquet``). All run in one kernel, emptied between them: the packages are loaded once.
"""

from __future__ import annotations

import argparse
import base64
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebooks() -> list[Path]:
    """The committed notebooks, in their order."""
    return sorted(HERE.glob("*.ipynb"))


def tidy(notebook: NotebookNode) -> str:
    """The notebook's file as it is committed: sources alone, no outputs, counts or traces of a machine."""
    cells = []
    for number, cell in enumerate(notebook.cells, 1):
        kept = {"cell_type": cell.cell_type, "id": f"cell-{number:02}", "metadata": {}, "source": cell.source.strip()}
        cells.append(
            NotebookNode(kept | ({"execution_count": None, "outputs": []} if cell.cell_type == "code" else {}))
        )
    plain = NotebookNode(
        cells=cells,
        metadata=NotebookNode(kernelspec=KERNEL, language_info={"name": "python"}),
        nbformat=4,
        nbformat_minor=5,
    )
    nbformat.validate(plain)
    return nbformat.writes(plain).rstrip("\n") + "\n"


def execute(names: list[Path], release: Path, out: Path) -> None:
    """Run the notebooks over ``release`` and write what they give into ``out``; an error in one of them is raised."""
    out.mkdir(parents=True, exist_ok=True)
    # Fonts and settings of the person who runs this are no part of a picture.
    environment = {**os.environ, "NIANBAO_RELEASE": str(release.resolve()), "PYTHONPATH": str(HERE)}
    with TemporaryDirectory() as place:
        manager = KernelManager(kernel_name="python3", transport="ipc", ip=str(Path(place, "kernel")))
        manager.start_kernel(cwd=str(HERE), env=environment)
        try:
            for path in names:
                _execute(manager, path, out)
        finally:
            manager.shutdown_kernel(now=True)


def _execute(manager: KernelManager, path: Path, out: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    tail = f"import pathlib\ndesk.save(results, pathlib.Path({str((out / path.stem).resolve())!r}))\n%reset -f"
    notebook.cells.append(nbformat.v4.new_code_cell(tail))
    NotebookClient(notebook, km=manager, timeout=600).execute()
    del notebook.cells[-1]
    nbformat.write(notebook, out / path.name)
    shown = (output for cell in notebook.cells for output in cell.get("outputs", []))
    pictures = (output.data["image/png"] for output in shown if "image/png" in output.get("data", {}))
    for count, picture in enumerate(pictures, 1):
        (out / f"{path.stem}-{count}.png").write_bytes(base64.b64decode(picture))
    print(f"{path.stem}: {out / path.name}", flush=True)


def main() -> int:
    """Entry point; returns the exit code."""
    published = HERE.parent / "data" / "published"
    parser = argparse.ArgumentParser(
        description="Execute the notebooks over a release. 在一次发布的数据上执行分析笔记。"
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help="only these, such as 01_requests 仅执行这些")
    parser.add_argument("--release", type=Path, help="its folder; default: NIANBAO_RELEASE, else the newest 发布目录")
    parser.add_argument("--out", type=Path, default=HERE / "out", help="default: notebooks/out 输出目录")
    parser.add_argument("--tidy", action="store_true", help="rewrite the files as they are committed 整理文件格式")
    options = parser.parse_args()
    chosen = [path for path in notebooks() if not options.names or path.stem in options.names]
    if options.tidy:
        for path in chosen:
            path.write_text(tidy(nbformat.read(path, as_version=4)), encoding="utf-8")
        return 0
    release = options.release or (Path(named) if (named := os.environ.get("NIANBAO_RELEASE")) else None)
    if release is None:
        latest = published / "latest"
        if not latest.is_file():
            print("No release yet: make run. 还没有发布的数据：请先运行 make run。", file=sys.stderr)
            return 2
        release = published / latest.read_text(encoding="utf-8").strip()
    execute(chosen, release, options.out / release.resolve().name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
