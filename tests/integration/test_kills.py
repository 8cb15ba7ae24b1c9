"""A publication killed at any moment; the long version is ``make soak``."""

from __future__ import annotations

from pathlib import Path

from soak import kill_publications


def test_killed_publications_leave_everything_whole_and_the_next_run_gives_the_release(tmp_path: Path) -> None:
    assert sum(kill_publications.run(3, 1, tmp_path, observations=2_000).values()) == 3
