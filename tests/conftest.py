"""Fixtures for every test, and the closing list of what was not tested and why."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from shelf import Shelf

# Pages that are pictures are refused, as they are without nianbao[ocr], but where a test is about reading them: that
# takes seconds a page.
os.environ.setdefault("NIANBAO_OCR", "off")

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "real"


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real documents and the figures read from them by eye; it lies beside the repository or nowhere."""
    if not (REAL / "facts.csv").is_file():
        pytest.skip("no real documents beside this repository (../shared/real): nothing is compared with them")
    return REAL


@pytest.fixture(scope="session")
def nianbao() -> str:
    """The installed command, beside the Python that runs the tests."""
    command = Path(sys.executable).with_name("nianbao")
    assert command.is_file(), f"{command} is missing: install the project (make test does)"
    return str(command)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Folders that are made once in a test run."""
    return Shelf(tmp_path_factory)


@pytest.fixture(scope="session")
def sample_run(nianbao: str, shelf: Shelf) -> Path:
    """A working directory where `nianbao run` has published the sample documents; read it, never write to it."""

    def make(place: Path) -> None:
        shutil.copytree(ROOT / "data" / "raw", place / "data" / "raw")
        run = subprocess.run([nianbao, "run"], cwd=place, capture_output=True, text=True, check=False)
        assert run.returncode == 0, f"exit code {run.returncode}\n{run.stdout}\n{run.stderr}"

    return shelf.made("samples", make)


@pytest.fixture(scope="session")
def release(sample_run: Path) -> Path:
    """The folder of the release made from the sample documents."""
    published = sample_run / "data" / "published"
    return published / (published / "latest").read_text(encoding="utf-8").strip()


@pytest.hookimpl(trylast=True)  # below the table of coverage, where it is seen
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was skipped, by reason: a skipped test must not look like a passed one."""
    skipped: Counter[tuple[str, str]] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        skipped[reason.removeprefix("Skipped: "), report.nodeid] += 1
    if not skipped:
        return
    terminalreporter.section(f"NOT TESTED HERE 此处未测试 ({len(skipped)})", sep="!", red=True, bold=True)
    for reason in sorted({reason for reason, _ in skipped}):
        terminalreporter.write_line(reason, yellow=True)
        for name in sorted(node for why, node in skipped if why == reason):
            terminalreporter.write_line(f"    {name}")
    if os.environ.get("CI"):
        terminalreporter.write_line("These did not run in CI 以上测试没有在 CI 中运行", yellow=True)
