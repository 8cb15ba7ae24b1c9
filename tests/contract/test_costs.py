"""The page on costs says what its figures say."""

from benchmarks import costs


def test_the_page_is_made_from_the_figures_beside_it() -> None:
    assert costs.PAGE.read_text(encoding="utf-8") == costs.page(costs.read())


def test_every_core_takes_its_share_of_the_reading_and_none_of_the_loading() -> None:
    figures = dict.fromkeys(("html", "pdf", "docx", "text", "xlsx"), 0.036) | dict.fromkeys(
        ("documents", "nothing_new", "worker_bytes", "whole_bytes", "raw_bytes", "shard_bytes"), 1000.0
    )
    figures |= {"two_processes": 2.0, "load": 0.0012, "publish": 0.0012, "store_bytes": 1.0, "release_bytes": 1.0}
    page = costs.page(figures)
    assert "**30 hours of one core**" in page  # 3 million times 36 ms
    assert "| 2 | 15.0 h | 2.0 h |" in page
    assert "With 15.0 cores both would take the same time" in page
