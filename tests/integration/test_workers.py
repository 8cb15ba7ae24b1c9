"""What workers load, and that the code that decides whether a document is read again is all the code that reads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import fingerprint

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted(
    path for path in (ROOT / "data" / "raw").rglob("*") if path.is_file() and path.suffix not in (".csv", ".md")
)
SAMPLES += sorted((ROOT / "data" / "raw").glob("*/*.md"))

# Read when a document asks for them, and no sample does.
_SHEETS = ("conditional", "formulas", "sheets", "shown", "styles", "xls", "xlsx")
_OTHERS = ("doc", "mht", "ole", "wordlooks", "wordparts", "wordunseen", "wordxml", "eye", "ink", "recogniser")
SOMETIMES = {f"pipelines/readers/{name}.py" for name in (*_SHEETS, *_OTHERS)}

PROGRAM = """
import hashlib, sys
from pathlib import Path
from pipelines.batch import Item, Job, read_job
raw, target, *names = sys.argv[1:]
items = tuple(Item(hashlib.sha256((Path(raw) / n).read_bytes()).hexdigest(), n, 1) for n in names)
read_job(Job(Path(raw), Path(target), items[:1], "test"))
outcome = read_job(Job(Path(raw), Path(target), items, "test"))
assert outcome.kinds == {"report": len(names)}, outcome
for name, module in sorted(sys.modules.items()):
    print(name, getattr(module, "__file__", None) or "-")
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Modules that a worker has loaded after reading every sample, with their files."""
    raw = ROOT / "data" / "raw"
    names = [path.relative_to(raw).as_posix() for path in SAMPLES]
    target = tmp_path_factory.mktemp("shards")
    program = [sys.executable, "-c", PROGRAM, str(raw), str(target), *names]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(line.split(" ", 1) for line in done.stdout.splitlines())


def test_workers_import_neither_pandas_nor_pandera_nor_duckdb(loaded: dict[str, str]) -> None:
    assert "pipelines.extract" in loaded
    assert "pyarrow" in loaded
    assert not {"pandas", "pandera", "duckdb"} & loaded.keys()


def test_all_code_that_reads_decides_whether_to_read_again(loaded: dict[str, str]) -> None:
    ours = {
        Path(file).resolve().relative_to(ROOT).as_posix()
        for name, file in loaded.items()
        if name.split(".")[0] in ("pipelines", "schemas") and file != "-"
    }
    hashed = {path.relative_to(ROOT).as_posix() for path in fingerprint.reading_files()}
    assert ours <= hashed
    assert {name for name in hashed - ours if name.endswith(".py")} <= SOMETIMES
    assert {"schemas/numbers.py", "pipelines/interpret.py", "pipelines/readers/__init__.py"} <= hashed
    assert any(name.startswith("schemas/forms/") and not name.endswith(".py") for name in hashed)


def test_all_code_that_says_whose_report_it_is_decides_whether_to_ask_again() -> None:
    assert imported_by("pipelines.filing") <= names(fingerprint.registry_files())


def test_the_store_is_filled_again_for_what_makes_its_rows_and_not_for_the_registry() -> None:
    loading = names(fingerprint.loading_files())
    beside = {"pipelines/__init__.py", "pipelines/extraction.py", "schemas/codebook/__init__.py"}  # no code in the last
    assert imported_by("pipelines.normalize") - loading <= beside
    assert not any(name.startswith("schemas/codebook/") for name in loading)


def names(files: list[Path]) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in files}


def imported_by(module: str) -> set[str]:
    code = f"import sys, {module}\nfor m in list(sys.modules.values()): print(getattr(m, '__file__', None))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    files = [Path(line) for line in done.stdout.splitlines() if line != "None"]
    ours = (ROOT / "pipelines", ROOT / "schemas")
    return names([path for path in files if any(path.is_relative_to(folder) for folder in ours)]) - {
        "pipelines/__init__.py"
    }
