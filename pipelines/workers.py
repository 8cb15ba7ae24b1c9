"""Many jobs over processes of this machine, and what happens when one of them dies.

A worker that dies takes one batch with it. The document that it was at is read once more, alone; when that ends a
worker too the document is given up (``unreadable``), and the rest of its batch is read without it. A worker that is
killed from outside loses nothing, also where that happens at the same document again or as it starts; only the system,
short of memory, kills that often.
"""

from __future__ import annotations

import errno
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from pipelines.batch import Item, Job, Outcome, crashed, write
from pipelines.errors import SpokenError

MAX_BATCH = 500
_RECYCLE_DOCUMENTS = 20_000
_RECYCLE_SHARE = 0.5  # of the memory it may take
_GRACE = 30.0  # seconds beyond which a document that a worker should have given up is taken from it
_FALSE_STARTS = {False: 3, True: 12}
"""Workers in a row that end before they begin, until reading is given up: of themselves, and killed from outside."""
_PAUSE = 0.05  # seconds, longer with every worker that is killed as it starts: memory may be free again soon
_KILLS = 4  # from outside, of workers at one document alone, before it is given up


class WorkersError(SpokenError):
    """Workers cannot be started, or cannot write."""


def plan_jobs(template: Job, items: Sequence[Item], workers: int, kept: Mapping[str, str] | None = None) -> list[Job]:
    """Cut ``items`` into batches: small enough to keep all workers busy to the end, large enough for few shards.

    ``kept``: document id -> the file of ``parsed`` that has it; these documents come first, grouped by file.
    """
    size = max(8, min(MAX_BATCH, -(-len(items) // (workers * 4))))
    kept = kept or {}
    ordered = sorted(items, key=lambda item: kept.get(item.document_id, "~"))
    jobs = []
    for start in range(0, len(ordered), size):
        part = tuple(ordered[start : start + size])
        files = sorted({kept[item.document_id] for item in part if item.document_id in kept})
        jobs.append(replace(template, items=part, kept=tuple(files)))
    return jobs


def read_jobs(
    jobs: Sequence[Job],
    workers: int,
    done: Callable[[Outcome], None],
    memory: int,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Read all jobs in ``workers`` processes of at most ``memory`` MiB (0: no limit).

    Calls ``done`` as each ends, and ``progress`` with the number of documents begun in those that have not.
    """
    waiting = list(reversed(jobs))
    crew = Crew(workers, memory)
    try:
        while waiting or crew.busy:
            crew.employ(waiting)
            for job, outcome in crew.listen(waiting):
                if outcome is None:  # even alone it ended the worker
                    outcome = write(job, [crashed(item) for item in job.items], Outcome())
                done(outcome)
            progress(crew.begun)
    finally:
        crew.dismiss()


class Crew:
    """Worker processes; ``employ`` gives them work, ``listen`` waits for what comes of it."""

    def __init__(self, size: int, memory: int) -> None:
        self._size, self._memory = size, memory
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._false_starts: Counter[bool] = Counter()

    @property
    def busy(self) -> int:
        """How many workers have a job."""
        return sum(worker.job is not None for worker in self._workers)

    @property
    def begun(self) -> int:
        """Documents begun in jobs that have not ended."""
        return sum(worker.place + 1 for worker in self._workers if worker.job is not None)

    def employ(self, waiting: list[Job]) -> None:
        """Give jobs from the end of ``waiting`` to workers that have none; start workers where there are too few."""
        for worker in [one for one in self._workers if one.job is None and one.is_spent(self._memory)]:
            self._part_with(worker)
        while len(self._workers) < self._size and len(self._workers) < len(waiting) + self.busy:
            worker = _Worker(self._memory)
            self._workers.append(worker)
            self._selector.register(worker.stdout, selectors.EVENT_READ, worker)
        for worker in self._workers:
            if worker.job is None and waiting:
                worker.give(waiting.pop())

    def listen(self, waiting: list[Job]) -> list[tuple[Job, Outcome | None]]:
        """Wait a second at most; jobs that ended, with None for the outcome where the documents have to be given up.
        What a worker that died leaves to do goes back to ``waiting``."""
        ended: list[tuple[Job, Outcome | None]] = []
        for key, _ in self._selector.select(1.0):
            worker: _Worker = key.data
            job = worker.job
            for words in worker.hear():
                if "failed" in words:
                    raise OSError(words["errno"] or errno.EIO, words["failed"], words["path"])
                if "at" in words:
                    self._false_starts.clear()  # workers can begin: what ended those before was not of our making
                if "done" in words and job is not None:
                    ended.append((job, Outcome(**words["done"])))
            if worker.is_gone:
                ended += self._bury(worker, waiting)
        for worker in self._workers:
            worker.stop_if_overdue()
        return ended

    def _bury(self, worker: _Worker, waiting: list[Job]) -> list[tuple[Job, Outcome | None]]:
        job, place = worker.job, worker.place
        self._part_with(worker)
        if job is None:
            return []
        if place < 0:  # had not begun
            killed = worker.was_killed
            self._false_starts[killed] += 1
            if self._false_starts[killed] >= _FALSE_STARTS[killed]:
                raise WorkersError(
                    f"workers end as soon as they are started (exit code {worker.process.returncode})",
                    f"工作进程一启动就退出（退出码 {worker.process.returncode}）",
                )
            time.sleep(_PAUSE * self._false_starts[True])
            waiting.append(replace(job, kept=()))
        elif job.alone and len(job.items) == 1:
            if not worker.was_killed or job.killed + 1 >= _KILLS:
                return [(job, None)]
            waiting.append(replace(job, killed=job.killed + 1))
        elif place < len(job.items):
            guilty = job.items[place]
            if rest := tuple(item for item in job.items if item is not guilty):
                waiting.append(replace(job, items=rest))
            waiting.append(replace(job, items=(guilty,), alone=True))
        else:  # it read all and died over writing them
            middle = max(1, len(job.items) // 2)
            waiting += [
                replace(job, items=part, alone=len(part) == 1)
                for part in (job.items[:middle], job.items[middle:])
                if part
            ]
        return []

    def _part_with(self, worker: _Worker) -> None:
        self._selector.unregister(worker.stdout)
        self._workers.remove(worker)
        worker.close()

    def dismiss(self) -> None:
        """End all workers: those that wait end by themselves, those at work are stopped."""
        for worker in list(self._workers):
            if worker.job is not None:
                worker.process.kill()
            self._part_with(worker)
        self._selector.close()


class _Worker:
    """One process, and the job it is at."""

    def __init__(self, memory: int) -> None:
        paths = os.pathsep.join(path for path in sys.path if path)
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", "pipelines.worker", str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        self.job: Job | None = None
        self.place = -1
        self.is_gone = self._is_stopped = False
        self._since = time.monotonic()
        self._documents = self._resident = 0
        self._rest = b""

    def give(self, job: Job) -> None:
        self.job, self.place, self._since = job, -1, time.monotonic()
        with suppress(BrokenPipeError):  # it is gone; its output says so too
            self.stdin.write(json.dumps({"job": job.to_plain()}).encode() + b"\n")
            self.stdin.flush()

    def hear(self) -> list[dict[str, Any]]:
        """What the worker has said since; ends its job where it says so."""
        data = os.read(self.stdout.fileno(), 1 << 16)
        self.is_gone = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        said: list[dict[str, Any]] = [json.loads(line) for line in lines]
        for words in said:
            if "at" in words:
                self.place, self._since = words["at"], time.monotonic()
            elif "ready" in words:
                self._since = time.monotonic()
            elif "done" in words and self.job is not None:
                self._documents += len(self.job.items)
                self._resident = words["memory"]
                self.job, self.place = None, -1
        return said

    def is_spent(self, memory: int) -> bool:
        """Whether a new process should go on in its place: libraries leak, and memory is seldom given back."""
        return self._documents >= _RECYCLE_DOCUMENTS or bool(
            memory and self._resident > (memory << 20) * _RECYCLE_SHARE
        )

    def stop_if_overdue(self) -> None:
        if self.job is not None and time.monotonic() - self._since > 2 * self.job.seconds + _GRACE:
            self._is_stopped = True
            self.process.kill()

    @property
    def was_killed(self) -> bool:
        """Whether it ended by no fault of its document: killed, and not by us."""
        return self.process.returncode == -signal.SIGKILL and not self._is_stopped

    def close(self) -> None:
        with suppress(BrokenPipeError):
            self.stdin.close()
        self.stdout.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
