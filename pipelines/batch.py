"""One batch of documents -> one shard: what a worker does, wherever it runs.

A document that raises or takes too long becomes an ``unreadable`` document with a finding; the others are read all the
same. Nothing here or below imports pandas or pandera: a worker starts in a fraction of a second.
"""

from __future__ import annotations

import faulthandler
import hashlib
import importlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pipelines import parsed, shards
from pipelines.document import Document, ReadError
from pipelines.extract import interpret_document
from pipelines.extraction import Extraction, RawFinding

READER = "pipelines.readers:read"
MAX_BYTES = 256 << 20
_KEPT_BYTES = 64 << 20  # of what one batch keeps for later

Reader = Callable[[bytes], Document]


@dataclass(slots=True, frozen=True)
class Item:
    """One document to read: its id (SHA-256), path relative to the raw folder, and size in bytes."""

    document_id: str
    path: str
    byte_size: int


@dataclass(slots=True, frozen=True)
class Job:
    """One batch for one worker; becomes one shard.

    ``reader``: ``module:function``, bytes → ``Document``. ``keep``: the folder of what readers made (``parsed``), None
    to keep nothing; ``kept``: files in it that have some of the items already, read with the code of ``bytes_hash``.
    ``alone``: the items have ended a worker before. ``killed``: how often a worker at them alone was killed.
    """

    raw: Path
    shards: Path
    items: tuple[Item, ...]
    reader_hash: str
    reader: str = READER
    seconds: float = 120.0
    keep: Path | None = None
    kept: tuple[str, ...] = ()
    bytes_hash: str = ""
    alone: bool = False
    killed: int = 0

    def to_plain(self) -> dict[str, Any]:
        """For JSON."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        plain["items"] = [[one.document_id, one.path, one.byte_size] for one in self.items]
        return {**plain, "raw": str(self.raw), "shards": str(self.shards), "keep": self.keep and str(self.keep)}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Job:
        """The inverse of ``to_plain``."""
        keep = plain["keep"]
        changed = {
            "raw": Path(plain["raw"]),
            "shards": Path(plain["shards"]),
            "items": tuple(Item(*each) for each in plain["items"]),
            "keep": None if keep is None else Path(keep),
            "kept": tuple(plain["kept"]),
        }
        return cls(**{**plain, **changed})


@dataclass(slots=True)
class Outcome:
    """What came of a job. ``from_kept``: documents interpreted without opening their file; ``quarantined``: documents
    given up because they took too long, too much memory, or the worker with them; ``changed``: files that are no longer
    as they were hashed, left for the next run."""

    shard: str = ""
    kinds: dict[str, int] = field(default_factory=dict)
    from_kept: int = 0
    quarantined: int = 0
    changed: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How many documents are in the shard."""
        return sum(self.kinds.values())


class _TooLong(BaseException):  # not an Exception: a reader that catches those must not swallow it
    pass


def read_job(job: Job, at: Callable[[int], None] = lambda _: None) -> Outcome:
    """Read a batch and write its shard; ``at`` is called with the place of each item before it is read."""
    module, _, name = job.reader.partition(":")
    reader: Reader = getattr(importlib.import_module(module), name)
    known: dict[str, bytes] = {}
    if job.keep is not None:
        for file in job.kept:
            known.update(parsed.load(job.keep, file))
    new: dict[str, bytes] = {}
    room = _KEPT_BYTES if job.keep is not None else 0
    extractions: list[Extraction] = []
    outcome = Outcome()
    for place, item in enumerate(job.items):
        at(place)
        content = known.get(item.document_id)
        if content is not None:
            outcome.from_kept += 1
            extractions.append(_guarded(item, job.seconds, partial(parsed.decode, content))[0])
            continue
        if item.byte_size > MAX_BYTES:
            extractions.append(_too_large(item))
            continue
        try:
            data = (job.raw / item.path).read_bytes()
        except OSError:
            outcome.changed.append(item.path)
            continue
        if hashlib.sha256(data).hexdigest() != item.document_id:
            outcome.changed.append(item.path)
            continue
        extraction, document = _guarded(item, job.seconds, partial(reader, data))
        extractions.append(extraction)
        if room > 0 and document is not None and (encoded := parsed.encode(document)) is not None:
            new[item.document_id] = encoded
            room -= len(encoded)
    at(len(job.items))
    if job.keep is not None:
        parsed.write(job.keep, new, job.bytes_hash)
    return write(job, extractions, outcome)


def write(job: Job, extractions: list[Extraction], outcome: Outcome) -> Outcome:
    """Write the shard of ``job`` and complete its outcome."""
    if extractions:
        outcome.shard = shards.write(job.shards, extractions, job.reader_hash)
    for extraction in extractions:
        outcome.kinds[extraction.kind] = outcome.kinds.get(extraction.kind, 0) + 1
        outcome.quarantined += extraction.reason_code in QUARANTINED
    return outcome


def _guarded(item: Item, seconds: float, get: Callable[[], parsed.Parsed]) -> tuple[Extraction, parsed.Parsed | None]:
    """One document as ``get`` gives it, interpreted; what was read is None where that failed."""
    name = item.path.rsplit("/", 1)[-1]
    found: parsed.Parsed | None = None
    started = time.perf_counter()
    try:
        with _time_limit(seconds):
            try:
                found = get()
            except ReadError as error:
                found = error
            spent = (time.perf_counter() - started) * 1000
            extraction = interpret_document(found, item.document_id, name, item.byte_size, spent)
    except _TooLong:
        return _too_slow(item, seconds), found
    except MemoryError:
        return _too_much(item), None
    except Exception as error:  # noqa: BLE001 - whatever it is, the other documents go on
        return _failed(item, error), found
    if extraction.kind == "unreadable" and not extraction.findings:
        extraction.findings.append(
            _refusal(extraction.reason_code, extraction.reason_en, extraction.reason_zh, "warning")
        )
    return extraction, found


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


# ------------------------------------------------------------------------------------------ documents that are given up

QUARANTINED = frozenset({"reader_crashed", "too_slow", "too_much_memory"})


def crashed(item: Item) -> Extraction:
    """A document that ended its worker when it was read alone."""
    return _unreadable(
        item,
        "reader_crashed",
        "reading it ended the worker process (a fault in a library, no memory, or no answer); please report it",
        "读取该文件时工作进程异常退出（程序库故障、内存不足或无响应）；请反馈此文件",
    )


def _too_slow(item: Item, seconds: float) -> Extraction:
    return _unreadable(
        item,
        "too_slow",
        f"reading took longer than {seconds:g} s and was stopped; please report this document",
        f"读取超过 {seconds:g} 秒，已中止；请反馈此文件",
    )


def _too_much(item: Item) -> Extraction:
    return _unreadable(
        item,
        "too_much_memory",
        "reading it needs more memory than a worker may have, and was stopped; please report this document",
        "读取该文件所需内存超过上限，已中止；请反馈此文件",
    )


def _failed(item: Item, error: Exception) -> Extraction:
    return _unreadable(
        item,
        "reader_failed",
        f"the reader failed ({type(error).__name__}: {error}); this is our fault, please report this document",
        f"读取程序出错（{type(error).__name__}）；这是程序的问题，请反馈此文件",
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
