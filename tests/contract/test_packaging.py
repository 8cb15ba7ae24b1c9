"""What is installed: the wheel's content, a working command far from the repository, and complete pins."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

SOURCE = ("pyproject.toml", "README.md", "LICENSE", "LICENSE-DATA", "NOTICE", "pipelines", "schemas", "tests")
CODE = ("pipelines", "schemas")


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, so that the repository stays as it is and nothing left in it helps."""
    copy = tmp_path_factory.mktemp("source")
    for name in SOURCE:
        if (root / name).is_dir():
            shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(root / name, copy / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-w",
        "dist",
        ".",
    ]
    run = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = (copy / "dist").iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing of ours but what the wheel brings."""
    target = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def files(root: Path) -> set[str]:
    """Every file under the two packages, by its path from the root."""
    found = (path for name in CODE for path in (root / name).rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix() for path in found if "__pycache__" not in path.parts}


def test_wheel_holds_every_file_of_the_packages_and_nothing_else(root: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    content = {name for name in names if ".dist-info/" not in name}
    assert content == files(root)
    # The comparison above would hold for two empty sets; these are known to be needed at run time.
    assert {"schemas/forms/2021.toml", "schemas/forms/2019.toml", "pipelines/cli.py"} <= content
    licences = {Path(name).name for name in names if ".dist-info/licenses/" in name}
    assert licences == {"LICENSE", "LICENSE-DATA", "NOTICE"}


def test_packages_are_listed_one_by_one(root: Path) -> None:
    listed = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    present = {Path(name).parent.as_posix().replace("/", ".") for name in files(root) if name.endswith(".py")}
    assert sorted(listed) == sorted(present)


def test_command_ignores_a_schemas_folder_of_the_working_directory(root: Path, installed: Path, tmp_path: Path) -> None:
    for name in CODE:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('the wrong package was imported')\n")
    shutil.copytree(root / "data" / "raw", tmp_path / "data" / "raw")
    entry = (
        f"import sys; sys.path[:] = [{str(installed)!r}] + [p for p in sys.path if p not in ('', {str(root)!r})]\n"
        "import pipelines, schemas\n"
        f"assert all(m.__file__.startswith({str(installed)!r}) for m in (pipelines, schemas)), pipelines.__file__\n"
        "from pipelines.cli import main\n"
        "if __name__ == '__main__': sys.exit(main())\n"
    )
    script = tmp_path / "bin" / "nianbao"
    script.parent.mkdir()
    script.write_text(entry, encoding="utf-8")
    # This copy of the code is not what coverage is about.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    command = [sys.executable, str(script), "run", "--workers", "2"]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    version = (tmp_path / "data" / "published" / "latest").read_text(encoding="utf-8").strip()
    observations = tmp_path / "data" / "published" / version / "observations.csv"
    assert len(observations.read_text(encoding="utf-8").splitlines()) > 2000  # 13 reports of some 200 cells


def pins(path: Path) -> dict[str, str]:
    """Name and version of each pin; anything else in the file fails."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            match = re.fullmatch(r"([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.!+]*)", line)
            assert match, f"{path.name}: {line!r} is no pin of the kind name==version"
            found[canonicalize_name(match[1])] = match[2]
    return found


def missing(requirements: list[str], pinned: dict[str, str], extras: tuple[str, ...] = ("",)) -> list[str]:
    """Those requirements that apply here and that the pins do not meet."""
    bad = []
    for requirement in map(Requirement, requirements):
        applies = requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras)
        version = pinned.get(canonicalize_name(requirement.name))
        if applies and (version is None or not requirement.specifier.contains(version, prereleases=True)):
            bad.append(str(requirement))
    return bad


def test_pins_are_complete_and_meet_every_requirement(root: Path) -> None:
    run, dev = pins(root / "requirements" / "run.txt"), pins(root / "requirements" / "dev.txt")
    assert not run.keys() & dev.keys()
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    declared = project["project"]["dependencies"] + project["build-system"]["requires"]
    assert missing(declared, run) == []
    tools = [item for extra in project["project"]["optional-dependencies"].values() for item in extra]
    assert missing(tools + project["dependency-groups"]["dev"], run | dev) == []
    # pip installs them with --no-deps: whatever a pinned package needs must be pinned too, run-time needs in run.txt.
    wanted = {canonicalize_name(r.name): tuple(r.extras) or ("",) for r in map(Requirement, declared)}
    for pinned, names in ((run, run), (run | dev, dev)):
        for name in names:
            needs = distribution(name).requires or []
            assert missing(needs, pinned, wanted.get(name, ("",))) == [], name


def test_installed_versions_are_the_pinned_ones(root: Path) -> None:
    both = pins(root / "requirements" / "run.txt") | pins(root / "requirements" / "dev.txt")
    installed = {name: distribution(name).version for name in both}
    assert installed == both
