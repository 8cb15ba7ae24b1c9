"""Pin every package that `make run` and `make test` install: `make lock`.

Reads the version ranges of pyproject.toml, lets pip resolve them for the Python that runs this, wheels only (but
for one named below), and writes the answer, names and versions but no addresses, to run.txt (what users need, and the
build back end) and dev.txt (what the tests need on top). The two are resolved one after the other, so that dev.txt
never moves a pin of run.txt.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Published as source alone; pure Python, so that building it needs no compiler. mlcroissant wants it.
SOURCE_ONLY = "jsonpath-rw"


def resolve(requirements: list[str], constraints: dict[str, str]) -> dict[str, str]:
    """Every package that the requirements need, directly or not, with its version; pip's own resolver answers.

    Raises:
        subprocess.CalledProcessError: when the requirements cannot be met with wheels alone.
    """
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder, "constraints.txt")
        pins.write_text(lines(constraints), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
        command += [
            "--only-binary",
            ":all:",
            "--no-binary",
            SOURCE_ONLY,
            "--report",
            "-",
            "--constraint",
            str(pins),
            *requirements,
        ]
        report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)  # noqa: S603
    found = (item["metadata"] for item in report["install"])
    return {package["name"]: package["version"] for package in found}


def lines(pins: dict[str, str]) -> str:
    """The pins as a requirements file, sorted by name."""
    return "".join(f"{name}=={pins[name]}\n" for name in sorted(pins, key=str.lower))


def main() -> None:
    """Write run.txt and dev.txt beside this file."""
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    needed = project["project"]["dependencies"] + project["build-system"]["requires"]
    extras = [item for extra in project["project"]["optional-dependencies"].values() for item in extra]
    run = resolve(needed, {})
    dev = resolve(needed + extras + project["dependency-groups"]["dev"], run)
    head = "# Written by `make lock` from pyproject.toml; "
    (HERE / "run.txt").write_text(head + "what `nianbao` needs to run.\n" + lines(run), encoding="utf-8")
    added = {name: version for name, version in dev.items() if name not in run}
    (HERE / "dev.txt").write_text(head + "what the tests need on top of run.txt.\n" + lines(added), encoding="utf-8")


if __name__ == "__main__":
    main()
