"""Small shards put together: each night's run leaves a few, and a folder of years would be thousands of tiny files.

A process killed at any moment leaves every document in a whole shard: the old ones go when the new one is there. What
two shards have is taken from one of them, so nothing else knows of this: the rows are the same, and no document is
loaded again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines import shards

MANY = 100  # small shards, before they are put together
SMALL = 250  # documents, below which a shard is small
MOST = 500  # documents of a shard put together, as many as a batch has at most


def merge(folder: Path, entries: Sequence[shards.Entry]) -> int:
    """Put the small ones of the shards together where there are ``MANY``; all of them were read with the same code.
    Returns how many there are less."""
    small = [entry for entry in entries if len(entry.ids) < SMALL]
    if len(small) < MANY:
        return 0
    elsewhere = {document_id for entry in entries if len(entry.ids) >= SMALL for document_id in entry.ids}
    return sum(_put_together(folder, group, elsewhere) for group in _groups(small))


def _groups(small: Sequence[shards.Entry]) -> Iterator[list[shards.Entry]]:
    """Several at a time, of ``MOST`` documents together."""
    group: list[shards.Entry] = []
    for entry in small:
        if sum(len(one.ids) for one in group) + len(entry.ids) > MOST:
            yield group
            group = []
        group.append(entry)
    if len(group) > 1:
        yield group


def _put_together(folder: Path, group: Sequence[shards.Entry], elsewhere: set[str]) -> int:
    where = {name: one.shard for one in group for name in one.ids if name not in elsewhere}
    new = ""
    if where:
        tables = shards.load(folder, [one.shard for one in group], lambda shard, name: where.get(name) == shard)
        new = shards.put(folder, tables, group[0].reader_hash, sorted(where))
    old = [one.shard for one in group if one.shard != new]
    shards.remove(folder, old)
    return len(group) - bool(new)
