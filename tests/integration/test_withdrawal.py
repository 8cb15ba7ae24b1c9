"""A withdrawn release: still there, no longer the latest, and not brought back by a run that nobody watches."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from places import DAY, Place
from shelf import Shelf

from pipelines import lock, release
from pipelines.console import Console
from pipelines.status import status
from pipelines.withdrawal import reinstate, withdraw

LATER = "2026.11.24"
REASON = "the figures of 2023 stand in the wrong column"


def withdrawn(place: Place, version: str, reason: str = REASON) -> tuple[int, str]:
    out = io.StringIO()
    return withdraw(place.published, version, reason, Console(out)), out.getvalue()


def index(place: Place) -> dict[str, object]:
    loaded = json.loads((place.published / release.INDEX).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return {"latest": loaded["latest"], **{one["version"]: one["withdrawn"] for one in loaded["releases"]}}


def latest(place: Place) -> str:
    return (place.published / release.LATEST).read_text(encoding="utf-8").strip()


def made_up(folder: Path, *versions: str) -> Place:
    """Releases that have nothing but a manifest: enough for the index."""
    place = Place(folder)
    for version in versions:
        (place.published / version).mkdir(parents=True)
        text = release.to_json({"version": version, "origins": ["original"], "rows": {}, "content": {"x": version}})
        (place.published / version / release.MANIFEST).write_text(text, encoding="utf-8")
    release.refresh(place.published, versions[-1])
    return place


def test_the_latest_is_then_the_one_before_and_the_folder_is_as_it_was(tmp_path: Path) -> None:
    place = made_up(tmp_path, "2026.11.22", DAY, LATER)
    before = sorted(place.published.glob("*/*"))
    code, said = withdrawn(place, LATER, "  a reason \n of two lines ")
    assert code == 0
    assert f"Release {LATER} is withdrawn; the latest is {DAY}." in said
    assert latest(place) == release.latest(place.published) == DAY
    told = index(place)[LATER]
    assert isinstance(told, dict)
    assert told["reason"] == "a reason of two lines"
    assert release.order(told["on"].replace("-", "."))
    assert (index(place)["latest"], index(place)[DAY], index(place)["2026.11.22"]) == (DAY, None, None)
    assert sorted(place.published.glob("*/*")) == before
    assert withdrawn(place, "2026.11.22")[0] == 0  # not the latest: nothing moves
    assert latest(place) == DAY


def test_undo_and_what_cannot_be_done(tmp_path: Path) -> None:
    place = made_up(tmp_path, DAY, LATER)
    assert withdrawn(place, LATER)[0] == 0
    assert reinstate(place.published, LATER, Console(io.StringIO())) == 0
    assert latest(place) == LATER
    assert index(place)[LATER] is None
    code, said = withdrawn(place, "2020.01.01")
    assert code == 1
    assert f"{DAY}, {LATER}" in said
    with lock.held(place.published / ".lock"):
        assert withdrawn(place, LATER)[0] == 1
    assert release.withdrawals(place.published) == {}


def test_where_all_are_withdrawn_there_is_no_latest(tmp_path: Path) -> None:
    place = made_up(tmp_path, DAY)
    code, said = withdrawn(place, DAY)
    assert code == 0
    assert "the latest is none" in said
    assert not (place.published / release.LATEST).exists()
    assert index(place)["latest"] is None
    told = status(place.raw, place.work, place.published)
    assert "none is left" in told
    assert REASON in told


def test_the_index_can_be_made_anew_from_the_disk(tmp_path: Path) -> None:
    place = made_up(tmp_path, DAY, LATER)
    withdrawn(place, LATER)
    kept = (place.published / release.INDEX).read_bytes()
    (place.published / release.INDEX).unlink()
    (place.published / release.LATEST).unlink()
    release.refresh(place.published, release.latest(place.published))
    assert (place.published / release.INDEX).read_bytes() == kept
    assert latest(place) == DAY


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = made_up(tmp_path, DAY, LATER)

    def full(path: Path, *_: object) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(release, "set_withdrawals", full)
    code, said = withdrawn(place, LATER)
    assert code == 1
    assert f"{place.published}: No space left on device; check the disk" in said
    assert latest(place) == LATER


def test_a_damaged_list_of_withdrawals_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    place = made_up(tmp_path, DAY)
    (place.published / release.WITHDRAWN).write_text('{"2026', encoding="utf-8")
    with pytest.raises(release.ReleaseError, match=r"withdrawn\.json cannot be read"):
        release.latest(place.published)
    assert "cannot be read" in status(place.raw, place.work, place.published)
    assert withdrawn(place, DAY)[0] == 1


KILLED = """
import os, signal, sys
from pathlib import Path
from pipelines import release
from pipelines.console import Console
from pipelines.withdrawal import withdraw
steps, really = int(sys.argv[1]), release._replace
def replace(path, text):
    global steps
    if steps == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    steps -= 1
    really(path, text)
release._replace = replace
withdraw(Path(sys.argv[2]), sys.argv[3], "wrong", Console())
"""


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_killed_between_the_steps(tmp_path: Path, steps: int) -> None:
    """Killed after so many files are written: all goes by the first of them, and the command given again ends it."""
    place = made_up(tmp_path, DAY, LATER)
    done = subprocess.run([sys.executable, "-c", KILLED, str(steps), str(place.published), LATER], check=False)
    assert done.returncode == -9
    assert json.loads((place.published / release.INDEX).read_text(encoding="utf-8"))
    assert latest(place) == LATER  # the last file to be written
    assert release.latest(place.published) == (LATER if steps == 0 else DAY)
    assert withdrawn(place, LATER, "wrong")[0] == 0
    assert (latest(place), index(place)["latest"]) == (DAY, DAY)
    assert not list(place.published.glob("*.tmp"))


@pytest.fixture
def place(tmp_path: Path, shelf: Shelf) -> Place:
    """After two runs, the second with one report more, and so with two releases."""

    def make(folder: Path) -> None:
        made = Place(folder)
        for name, version in (("pingtan/t20230220_80629.txt", DAY), ("pingtan/t20240308_87885.txt", LATER)):
            made.sample(name)
            assert made.run(version=version) == 0, made.said

    return Place(tmp_path).like(shelf.made("two-runs", make))


def test_a_run_does_not_bring_a_withdrawn_release_back(place: Place) -> None:
    assert withdrawn(place, LATER)[0] == 0
    for _ in range(2):  # tonight, and tomorrow night
        assert place.run() == 1
        assert f"The content is that of release {LATER}, which was withdrawn" in place.said
        assert REASON in place.said
        assert f"Release {DAY} stays in place." in place.said
    assert "NOT PUBLISHED" in status(place.raw, place.work, place.published)
    assert reinstate(place.published, LATER, Console(io.StringIO())) == 0
    assert place.run() == 0
    assert (latest(place), place.record()["outcome"]) == (LATER, "same content")
    told = status(place.raw, place.work, place.published)
    assert "NOT PUBLISHED" not in told
    assert "withdrawn 已撤回" not in told


def test_the_release_after_a_withdrawn_one_is_compared_with_what_stands(place: Place) -> None:
    assert withdrawn(place, LATER)[0] == 0
    (place.raw / "pingtan" / "t20230220_80629.txt").unlink()
    place.trim(place.raw / "pingtan")
    assert place.run(version="2026.11.25") == 0
    assert latest(place) == "2026.11.25"
    assert {row["previous_version"] for row in place.table("changes")} == {DAY}
    words = (place.published / "2026.11.25" / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"- {LATER}: {REASON}" in words
