"""A site that suddenly reads worse is told; chance and small numbers are not."""

from __future__ import annotations

import pytest

from pipelines import watch
from pipelines.watch import Change, Counts, changes


def site(documents: int, refused: int = 0, poor: int = 0) -> dict[str, Counts]:
    return {"www.example.gov.cn": Counts(documents, refused, poor, 200 * documents)}


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (site(40), site(45, refused=5), ("refused", 5, 5, 0, 40)),
        (site(40, poor=2), site(50, poor=11), ("poor", 9, 10, 2, 40)),
        (site(5000, poor=50), site(12_000, poor=6000), ("poor", 5950, 7000, 50, 5000)),
        (site(40), site(42, refused=2), None),  # two are chance
        (site(40, refused=20), site(50, refused=25), None),  # as ever
        (site(40, poor=10), site(50, poor=14), None),  # a little worse
        (site(2), site(12, refused=10), None),  # nothing is known of how it was
        ({}, site(50, refused=50), None),
        (site(40), site(30, refused=10), None),  # fewer than before: nothing came
        (site(40), site(40, refused=10), None),
    ],
)
def test_what_came_is_held_against_what_was_there(
    before: dict[str, Counts], now: dict[str, Counts], told: tuple[str, int, int, int, int] | None
) -> None:
    expected = [] if told is None else [Change("www.example.gov.cn", *told)]
    assert changes(before, now) == expected


def test_counts_are_kept_by_the_code_that_read() -> None:
    kept = watch.dump(site(3, 1, 1) | {"甲/乙": Counts(1)}, "a" * 32)
    assert watch.parse(kept, "a" * 32) == site(3, 1, 1) | {"甲/乙": Counts(1)}
    assert watch.parse(kept, "b" * 32) == {}
    assert watch.parse("{", "a" * 32) == {}
    assert watch.parse("[]", "a" * 32) == {}
