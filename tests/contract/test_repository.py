"""What is committed: nothing of one machine, no copied documents, nothing too large."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

MEGABYTE = 1_000_000
# Real documents that others published; the samples are transcriptions of their tables, never copies of the files.
REAL_DOCUMENTS = {
    "fed22baafaab82a239ca15020fc37f819e7cb62bc96659bf8f3f81c6421e0a92": "szfgs2024.pdf",
    "82ba40ade55a93100236c9d5c9d89416a5a4d3fd3affc4c5d80994917179b83a": "hzq2024_working.pdf",
    "f062d96536912a9d8e95cdec6d931d6f254b9c0d54510fe4ac5b8684eb1697eb": "政务公开年报模版.docx",
    "30b74a2e279f1b29676d79b5ef7b990a14014f915779538a8871a6ec6ccb0a3e": "000_ef120c27ccfc7a4f.txt",
}
MACHINE_PATH = re.compile(r"(?:^|[^\w.])(/(?:work|farm|root|Users)/[\w.]|/home/\w+/|/tmp/bash_jobs)")
REGISTRY = re.compile(r"\b(?:pypi|pythonhosted|npmjs|deb\.debian)\.(?:org|com)\b|--(?:extra-)?index-url|--find-links")


@pytest.fixture(scope="module")
def committed(root: Path) -> list[Path]:
    """Every file that git knows."""
    run = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False)
    if run.returncode:
        pytest.skip("not a git checkout: the list of committed files is unknown")
    found = [root / name for name in run.stdout.split("\0") if name]
    return [path for path in found if path.is_file()]


@pytest.fixture(scope="module")
def lines(committed: list[Path], root: Path) -> list[tuple[str, str]]:
    """Every line of every committed text file, with the place where it stands."""
    found = []
    for path in committed:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        name = path.relative_to(root).as_posix()
        found += [(f"{name}:{number}", line) for number, line in enumerate(text.splitlines(), 1)]
    assert len(found) > 1000
    return found


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine path", "package registry"])
def test_nothing_of_one_machine_is_committed(pattern: re.Pattern[str], lines: list[tuple[str, str]]) -> None:
    here = Path(__file__).name
    found = [f"{place}: {line.strip()[:120]}" for place, line in lines if here not in place and pattern.search(line)]
    assert found == []


def test_the_patterns_find_what_they_are_for() -> None:
    # Put together here, so that the file itself holds no such path.
    for text in ("see {}root/.cache", 'open("{}work/place/x")', "{}home/ann/file", "({}Users/ann)"):
        assert MACHINE_PATH.search(text.format("/")), text
    for text in ("data/work/store", "../work/x", "https://example.org/home", "a /home page"):
        assert not MACHINE_PATH.search(text), text
    assert REGISTRY.search("from files.pythonhosted.org")


def test_no_copied_document_is_committed(committed: list[Path]) -> None:
    for path in committed:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert digest not in REAL_DOCUMENTS, f"{path} is a copy of {REAL_DOCUMENTS[digest]}"


def test_files_are_small(committed: list[Path], root: Path) -> None:
    sizes = {path.relative_to(root).as_posix(): path.stat().st_size for path in committed}
    assert {name: size for name, size in sizes.items() if size > 2 * MEGABYTE} == {}
    assert sum(size for name, size in sizes.items() if name.startswith("data/raw/")) <= 5 * MEGABYTE


def test_modules_fit_in_the_head(committed: list[Path], root: Path) -> None:
    """Some 400 lines are the aim; past this limit it is no longer a matter of taste."""
    lengths = {
        path.relative_to(root).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in committed
        if path.suffix == ".py" and path.relative_to(root).parts[0] in {"pipelines", "schemas"}
    }
    assert {name: length for name, length in lengths.items() if length > 550} == {}
