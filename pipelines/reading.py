"""What is to be read, and reading it: ledger × shards × hashes of the code → jobs → shards."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipelines import fingerprint, parsed, shards, workers
from pipelines.batch import Item, Job, Outcome
from pipelines.console import Console
from pipelines.ingest import Sighting
from pipelines.options import Options
from pipelines.progress import Progress
from pipelines.record import Record


@dataclass(slots=True)
class Plan:
    """What is to be done: the documents to read, where what readers made of some of them is kept, how many are new."""

    items: list[Item] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    new: int = 0


def plan(options: Options, documents: Mapping[str, Sighting], *, repair: bool = True) -> Plan:
    """Which of ``documents`` are to be read: those that no shard has from the code as it is now."""
    reader = fingerprint.reader_hash()
    current: set[str] = set()
    older: set[str] = set()
    for entry in shards.catalogue(options.shards, repair=repair):
        (current if entry.reader_hash == reader else older).update(entry.ids)
    out = Plan()
    again = False
    for document_id, sighting in documents.items():
        if document_id not in current:
            out.items.append(Item(document_id, sighting.path, sighting.byte_size))
            again = again or document_id in older
            out.new += document_id not in older
    if again:
        kept = parsed.index(options.parsed, fingerprint.bytes_hash())
        out.kept = {item.document_id: kept[item.document_id] for item in out.items if item.document_id in kept}
    return out


def read(options: Options, console: Console, record: Record, progress: Progress, work: Plan) -> set[str]:
    """Read what is planned into shards; returns the ids of documents whose file changed meanwhile."""
    changed: set[str] = set()
    if not work.items:
        return changed
    ids = {item.path: item.document_id for item in work.items}

    def note(outcome: Outcome) -> None:
        record.documents_read += outcome.read
        record.documents_reinterpreted += outcome.from_kept
        record.documents_failed += outcome.kinds.get("unreadable", 0)
        record.documents_quarantined += outcome.quarantined
        for path in outcome.changed:
            changed.add(ids[path])
            console.warn(
                f"{path}: changed or vanished while it was read; left for the next run.",
                f"{path}：读取时文件被改动或移走，留待下次运行。",
            )
        record.documents_changed = len(changed)

    def tell(begun: int) -> None:
        progress.documents(record.documents_read + len(changed) + begun, len(work.items))

    template = Job(
        options.raw.resolve(),
        options.shards.resolve(),
        (),
        fingerprint.reader_hash(),
        options.reader,
        options.seconds,
        options.parsed.resolve() if options.keep_bytes else None,
        bytes_hash=fingerprint.bytes_hash(),
    )
    engine(options)(template, work, note, tell)
    return changed


Engine = Callable[[Job, Plan, Callable[[Outcome], None], Callable[[int], None]], None]


def engine(options: Options) -> Engine:
    """How jobs are done: on this machine, or on the workers of a cluster."""

    def dask(template: Job, work: Plan, done: Callable[[Outcome], None], progress: Callable[[int], None]) -> None:
        from pipelines import cluster

        def note(outcome: Outcome) -> None:
            done(outcome)
            progress(0)

        cluster.read_jobs(template, work.items, work.kept, options.scheduler, note, options.memory)

    def processes(template: Job, work: Plan, done: Callable[[Outcome], None], progress: Callable[[int], None]) -> None:
        count = options.workers or os.cpu_count() or 1
        jobs = workers.plan_jobs(template, work.items, count, work.kept)
        workers.read_jobs(jobs, count, done, options.memory, progress)

    return dask if options.engine == "dask" else processes


def refused(options: Options, documents: Mapping[str, Sighting], accepted: frozenset[str]) -> dict[str, str]:
    """Documents that gave no report, each with its shard."""
    reader = fingerprint.reader_hash()
    return {
        document_id: entry.shard
        for entry in shards.catalogue(options.shards)
        if entry.reader_hash == reader
        for document_id, kind in zip(entry.ids, entry.kinds, strict=True)
        if kind not in accepted and document_id in documents
    }


def reasons(options: Options, found: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Why these documents (id -> shard) gave no report, in English and Chinese."""
    told: dict[str, tuple[str, str]] = {}
    for shard in sorted(set(found.values())):
        told |= shards.reasons(options.shards, shard, found.keys())
    return told
