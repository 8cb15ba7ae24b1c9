"""Reading many documents in parallel: batches, worker processes, and what happens when one of them dies.

A document that raises, hangs or takes its process down becomes an ``unreadable`` document with a finding; the others
are read all the same. Nothing here or below imports pandas or pandera: a worker starts in a fraction of a second.
"""

from __future__ import annotations

import faulthandler
import hashlib
import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines import shards
from pipelines.extraction import Extraction, RawFinding

READER = "pipelines.extract:read_document"
IN_PROCESS_UP_TO = 3  # starting workers costs about as much as reading this many documents
MAX_BATCH = 500
MAX_BYTES = 256 << 20


@dataclass(slots=True, frozen=True)
class Item:
    """One document to read: its id (SHA-256), path relative to the raw folder, and size in bytes."""

    document_id: str
    path: str
    byte_size: int


@dataclass(slots=True, frozen=True)
class Job:
    """One batch for one worker; becomes one shard."""

    raw: Path
    shards: Path
    items: tuple[Item, ...]
    reader_hash: str
    reader: str = READER
    seconds: float = 120.0


@dataclass(slots=True)
class Outcome:
    """What came of a job. ``changed``: files that are no longer as they were hashed; left for the next run."""

    shard: str = ""
    kinds: dict[str, int] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How many documents are in the shard."""
        return sum(self.kinds.values())


class _TooLong(BaseException):  # not an Exception: a reader that catches those must not swallow it
    pass


def plan_jobs(template: Job, items: Sequence[Item], workers: int) -> list[Job]:
    """Cut ``items`` into batches: small enough to keep all workers busy to the end, large enough for few shards."""
    size = max(8, min(MAX_BATCH, -(-len(items) // (workers * 4))))
    return [replace(template, items=tuple(items[at : at + size])) for at in range(0, len(items), size)]


def read_jobs(jobs: Sequence[Job], workers: int, done: Callable[[Outcome], None], marker: Path | None = None) -> None:
    """Read all jobs, calling ``done`` in this process as each ends.

    ``marker`` names the document being read in this very process: where a run died over it, the next run finds the
    name there and reads that document in a process of its own.
    """
    total = sum(len(job.items) for job in jobs)
    if workers <= 1 or total <= IN_PROCESS_UP_TO:
        for job in jobs:
            for outcome in _read_here(job, marker):
                done(outcome)
        return
    waiting = list(reversed(jobs))
    while waiting:
        suspects = _run_pool(waiting, workers, done)
        for job in suspects:
            _isolate(job, done)


def _run_pool(waiting: list[Job], workers: int, done: Callable[[Outcome], None]) -> list[Job]:
    """Work ``waiting`` off (from its end) until it is empty or a worker dies; return the jobs then running."""
    running: dict[Future[Outcome], Job] = {}
    suspects: list[Job] = []
    pool = _pool(workers)
    try:
        while (waiting and not suspects) or running:
            while waiting and not suspects and len(running) < workers:
                job = waiting.pop()
                running[pool.submit(read_job, job)] = job
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                job = running.pop(future)
                try:
                    done(future.result())
                except BrokenProcessPool:
                    suspects.append(job)
        pool.shutdown()
    except BrokenProcessPool:  # raised by submit: the pool broke between two looks
        suspects += [job, *running.values()]
        pool.shutdown()
    except BaseException:  # an interrupt: do not wait for batches nobody will use
        _kill(pool)
        raise
    return suspects


def _isolate(job: Job, done: Callable[[Outcome], None]) -> None:
    """Read a job whose worker died, halving it until the guilty document stands alone."""
    pool = _pool(1)
    try:
        outcome = pool.submit(read_job, job).result()
        pool.shutdown()
    except BrokenProcessPool:
        pool.shutdown()
        if len(job.items) == 1:
            outcome = _write(job, [_crashed(job.items[0])], [])
        else:
            middle = len(job.items) // 2
            _isolate(replace(job, items=job.items[:middle]), done)
            _isolate(replace(job, items=job.items[middle:]), done)
            return
    except BaseException:
        _kill(pool)
        raise
    done(outcome)


def _pool(workers: int) -> ProcessPoolExecutor:
    # spawn: no inherited threads, locks or open database; the same on every system
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker)


def _start_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means


def _kill(pool: ProcessPoolExecutor) -> None:
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()


def _read_here(job: Job, marker: Path | None) -> Iterator[Outcome]:
    left_over = ""
    if marker is not None and marker.exists():
        left_over = marker.read_text(encoding="utf-8").strip()
        marker.unlink()
    guilty = tuple(item for item in job.items if item.document_id == left_over)
    if guilty:
        outcomes: list[Outcome] = []
        _isolate(replace(job, items=guilty), outcomes.append)
        yield from outcomes
    rest = tuple(item for item in job.items if item.document_id != left_over)
    if rest:
        yield read_job(replace(job, items=rest), marker)


def read_job(job: Job, marker: Path | None = None) -> Outcome:
    """Read a batch and write its shard. Runs in a worker, or here where ``marker`` is given."""
    module, _, name = job.reader.partition(":")
    reader: Callable[[bytes, str], Extraction] = getattr(importlib.import_module(module), name)
    extractions: list[Extraction] = []
    changed: list[str] = []
    for item in job.items:
        if marker is not None:
            marker.parent.mkdir(parents=True, exist_ok=True)
            marker.write_text(item.document_id, encoding="utf-8")
        if item.byte_size > MAX_BYTES:
            extractions.append(_too_large(item))
            continue
        try:
            data = (job.raw / item.path).read_bytes()
        except OSError:
            changed.append(item.path)
            continue
        if hashlib.sha256(data).hexdigest() != item.document_id:
            changed.append(item.path)
            continue
        extractions.append(_read_one(reader, item, data, job.seconds))
    if marker is not None:
        marker.unlink(missing_ok=True)
    return _write(job, extractions, changed)


def _write(job: Job, extractions: list[Extraction], changed: list[str]) -> Outcome:
    outcome = Outcome(changed=changed)
    if extractions:
        outcome.shard = shards.write(job.shards, extractions, job.reader_hash)
    for extraction in extractions:
        outcome.kinds[extraction.kind] = outcome.kinds.get(extraction.kind, 0) + 1
    return outcome


def _read_one(reader: Callable[[bytes, str], Extraction], item: Item, data: bytes, seconds: float) -> Extraction:
    name = item.path.rsplit("/", 1)[-1]
    try:
        with _time_limit(seconds):
            extraction = reader(data, name)
    except _TooLong:
        return _unreadable(
            item,
            "too_slow",
            f"reading took longer than {seconds:g} s and was stopped; please report this document",
            f"读取超过 {seconds:g} 秒，已中止；请反馈此文件",
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the other documents go on
        return _unreadable(
            item,
            "reader_failed",
            f"the reader failed ({type(error).__name__}: {error}); this is our fault, please report this document",
            f"读取程序出错（{type(error).__name__}）；这是程序的问题，请反馈此文件",
        )
    extraction.document_id = item.document_id
    if extraction.kind == "unreadable" and not extraction.findings:
        extraction.findings.append(
            _refusal(extraction.reason_code, extraction.reason_en, extraction.reason_zh, "warning")
        )
    return extraction


def _crashed(item: Item) -> Extraction:
    return _unreadable(
        item,
        "reader_crashed",
        "reading it ended the worker process (a fault in a library, no memory, or no answer); please report it",
        "读取该文件时工作进程异常退出（程序库故障、内存不足或无响应）；请反馈此文件",
    )


def _too_large(item: Item) -> Extraction:
    limit = MAX_BYTES >> 20
    size = item.byte_size / (1 << 20)
    return _unreadable(
        item,
        "too_large",
        f"the file has {size:.0f} MiB, more than the {limit} MiB that are read; is it a report at all?",
        f"文件有 {size:.0f} MiB，超过 {limit} MiB 的上限；请确认它是否为年度报告",
    )


def _unreadable(item: Item, code: str, en: str, zh: str) -> Extraction:
    return Extraction(
        document_id=item.document_id,
        file_name=item.path.rsplit("/", 1)[-1],
        byte_size=item.byte_size,
        kind="unreadable",
        reason_code=code,
        reason_en=en,
        reason_zh=zh,
        findings=[_refusal(code, en, zh, "error")],
    )


def _refusal(code: str, en: str, zh: str, severity: str) -> RawFinding:
    return RawFinding("read.unreadable", severity, "pipeline", en, zh, observed=code)


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise ``_TooLong`` after ``seconds``; end the process after twice that, should a library never come back."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def expire(_signum: int, _frame: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, expire)
    with Path(os.devnull).open("w") as nowhere:
        faulthandler.dump_traceback_later(2 * seconds, exit=True, file=nowhere)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            faulthandler.cancel_dump_traceback_later()
            signal.signal(signal.SIGALRM, before)
