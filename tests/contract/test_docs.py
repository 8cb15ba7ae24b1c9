"""What the READMEs and the page of queries show is run: every python, sql and bash block, in order, in a folder where
`nianbao run` has made a release.

A ``text`` block right after one of them is its output and must be what is printed; an empty one is filled in, and the
test fails and asks for a look at it. ``console`` blocks are not run, but what they call must exist.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PAGES = ("README.md", "README.zh.md")
QUERIES = "docs/queries.md"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DONE = "\x1e"  # printed after each block

RUNNER = f"""
import json, os, sys
os.environ["COLUMNS"] = "120"
names = {{"__name__": "__main__"}}
for kind, code in json.load(sys.stdin):
    if kind == "sql":
        names["database"].sql(code).show(max_width=120)
    else:
        exec(compile(code, "<the page>", "exec"), names)
    print({DONE!r})
"""


@dataclass(frozen=True)
class Block:
    """A fenced block; ``shown`` is the output that the page shows for it, from ``start`` to ``end`` of the page."""

    kind: str
    code: str
    shown: str | None = None
    start: int = 0
    end: int = 0


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page in order, each with its output."""
    found: list[Block] = []
    before = None
    for match in FENCE.finditer(text):
        follows = before is not None and not text[before.end() : match.start()].strip()
        if match[1] == "text" and follows and found[-1].kind in {"python", "sql", "bash"}:
            found[-1] = Block(found[-1].kind, found[-1].code, match[2], match.start(2), match.end(2))
        else:
            found.append(Block(match[1], match[2]))
        before = match
    return found


@pytest.fixture(scope="module")
def place(sample_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the working directory with the release, to be written to."""
    copy = tmp_path_factory.mktemp("docs") / "clone"
    shutil.copytree(sample_run, copy)
    return copy


def tidy(text: str) -> str:
    """Without blanks at the ends of lines, which editors take away."""
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


@pytest.mark.parametrize("page", [*PAGES, QUERIES])
def test_python_and_sql_print_what_the_page_shows(page: str, root: Path, place: Path) -> None:
    text = (root / page).read_text(encoding="utf-8")
    wanted = [block for block in blocks(text) if block.kind in {"python", "sql"}]
    assert len(wanted) >= 2
    if page == QUERIES:
        assert all(block.shown is not None for block in wanted)
    steps = json.dumps([(block.kind, block.code) for block in wanted])
    run = subprocess.run(
        [sys.executable, "-c", RUNNER], input=steps, cwd=place, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    printed = [tidy(part) for part in run.stdout.split(DONE + "\n")[:-1]]
    assert len(printed) == len(wanted)
    empty = [(block, output) for block, output in zip(wanted, printed, strict=True) if block.shown == ""]
    for block, output in reversed(empty):
        text = text[: block.start] + output + "\n" + text[block.end :]
    if empty:
        (root / page).write_text(text, encoding="utf-8")
        pytest.fail(f"{page}: {len(empty)} outputs were filled in; look at them, then run this again")
    for block, output in zip(wanted, printed, strict=True):
        if block.shown is not None:
            assert output == tidy(block.shown), f"{page}: this prints something else now:\n{block.code}"


@pytest.mark.parametrize("page", PAGES)
def test_shell_commands_work(page: str, root: Path, place: Path) -> None:
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    commands = [block.code for block in blocks((root / page).read_text(encoding="utf-8")) if block.kind == "bash"]
    assert commands
    for command in commands:
        run = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"{command}\n{run.stdout}\n{run.stderr}"


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md"])
def test_what_is_typed_exists(page: str, root: Path, nianbao: str) -> None:
    shown = blocks((root / page).read_text(encoding="utf-8"))
    typed = [
        line[2:] for block in shown if block.kind == "console" for line in block.code.splitlines() if line[:2] == "$ "
    ]
    assert typed
    targets = set(re.findall(r"^(\w+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for line in typed:
        program, argument, *rest = line.split()
        if program == "make":
            assert argument in targets, line
        elif program.endswith("nianbao"):
            help_text = subprocess.run([nianbao, argument, "--help"], capture_output=True, text=True, check=True).stdout
            assert all(word in help_text for word in rest if word.startswith("--")), line


@pytest.mark.parametrize("page", sorted(PAGES) + ["CONTRIBUTING.md", "CHANGELOG.md", "docs/README.md"])
def test_links_lead_somewhere(page: str, root: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", (root / page).read_text(encoding="utf-8"))
    inside = [target for target in targets if "://" not in target]
    assert inside
    assert [target for target in inside if not ((root / page).parent / target).exists()] == []


def test_the_picture_shows_the_series(place: Path, root: Path) -> None:
    """The README's plot draws what the figures say; the picture in the repository is of the same size and shape."""
    code = [block.code for block in blocks((root / "README.md").read_text(encoding="utf-8")) if block.kind == "python"]
    assert "savefig" in code[-1]
    check = (
        "\nassert [bar.get_height() for bar in bars] == [70, 74, 81, 218, 154]"
        "\nassert series.value.tolist() == [0, 1, 0, 0, 0, 23, 21, 70, 74, 81, 218, 154]"
        "\nassert series.report_year.tolist() == [2012, 2014, 2015, 2016, 2017, *range(2019, 2026)]"
        "\nassert series.form.tolist() == ['2008'] * 5 + ['2019'] * 2 + ['2021'] * 5"
    )
    subprocess.run([sys.executable, "-c", "\n".join(code) + check], cwd=place, check=True, capture_output=True)
    new, kept = (path.read_bytes() for path in (place / "pingtan.png", root / "docs" / "images" / "pingtan.png"))
    header = slice(0, 24)  # signature, width and height; the rest may differ from one font renderer to the next
    assert new[header] == kept[header]
    assert len(new) > 10_000
