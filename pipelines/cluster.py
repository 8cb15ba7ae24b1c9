"""The same jobs over the workers of a Dask cluster (``.venv/bin/pip install -e '.[cluster]'``).

Every worker must see the raw folder and the work folder under the same paths and run the same code. Documents are read
in a process of their own beside each Dask worker, under the same limits of time and memory as on one machine; so a
worker that dies is no document's fault, and its batch is simply done again by another one.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import asdict
from importlib.util import find_spec
from typing import Any

from pipelines import fingerprint, workers
from pipelines.batch import Item, Job, Outcome
from pipelines.errors import SpokenError

_WAIT = 60  # seconds for a scheduler to answer, and for the first worker to come
_ATTEMPTS = 10  # batches that lose this many workers are left for the next run
_AHEAD = 2  # jobs given out for each thread of the cluster


class ClusterError(SpokenError):
    """The cluster cannot do the work."""


def missing() -> tuple[str, str] | None:
    """What to tell whoever asks for a cluster where the package for it is not installed."""
    if find_spec("distributed") is not None:
        return None
    return (
        "--engine dask needs the package `distributed`: .venv/bin/pip install -e '.[cluster]'",
        "--engine dask 需要 distributed 包：.venv/bin/pip install -e '.[cluster]'",
    )


def read_jobs(
    template: Job,
    items: Sequence[Item],
    kept: dict[str, str],
    scheduler: str,
    done: Callable[[Outcome], None],
    memory: int,
) -> None:
    """Cut ``items`` into jobs for the workers at ``scheduler`` (such as ``tcp://10.0.0.1:8786``) and have them done.

    Raises ``ClusterError`` where nobody answers there, where a worker runs other code, or where workers keep dying.
    """
    logging.getLogger("distributed").setLevel(logging.ERROR)  # that workers come and go is no news
    try:
        client = _distributed().Client(scheduler, timeout=_WAIT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no scheduler answers at {scheduler} ({error})", f"调度器 {scheduler} 无应答") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_WAIT)
        except TimeoutError as error:
            raise ClusterError(
                f"the scheduler {scheduler} has no workers", f"调度器 {scheduler} 没有工作节点"
            ) from error
        jobs = workers.plan_jobs(template, items, _threads(client), kept)
        _Round(client, jobs, memory).run(done)


class _Round:
    """Jobs given out a few ahead of what the cluster works on, each again where its worker is lost."""

    def __init__(self, client: Any, jobs: Sequence[Job], memory: int) -> None:
        self._client, self._memory = client, memory
        self._waiting = list(enumerate(jobs))[::-1]
        self._running: dict[Any, tuple[int, Job]] = {}
        self._attempts: dict[int, int] = {}
        self._completed: Any = _distributed().as_completed(loop=client.loop)

    def run(self, done: Callable[[Outcome], None]) -> None:
        self._give()
        while self._running:
            future = next(self._completed)
            number, job = self._running.pop(future)
            for outcome in self._outcomes(future, number, job):
                done(outcome)
            future.release()
            self._give()

    def _give(self) -> None:
        while self._waiting and len(self._running) < max(2, _AHEAD * _threads(self._client)):
            number, job = self._waiting.pop()
            turn = self._attempts.get(number, 0)
            key = f"nianbao-{job.reader_hash[:8]}-{id(self):x}-{number}-{turn}"
            future = self._client.submit(work, job.to_plain(), self._memory, key=key, pure=False)
            self._running[future] = (number, job)
            self._completed.add(future)

    def _outcomes(self, future: Any, number: int, job: Job) -> list[Outcome]:
        try:
            answer: dict[str, Any] = future.result()
        except (_distributed().KilledWorker, CancelledError) as error:
            self._attempts[number] = self._attempts.get(number, 0) + 1
            if self._attempts[number] >= _ATTEMPTS:
                raise ClusterError("workers of the cluster keep dying", "集群的工作节点接连退出") from error
            self._waiting.append((number, job))
            return []
        if "other_code" in answer:
            raise ClusterError(
                "a worker of the cluster runs other code than this; install the same version and start it anew",
                "集群的工作节点运行的程序版本与此处不同；请安装同一版本后重新启动",
            )
        return [Outcome(**each) for each in answer["done"]]


def work(plain: dict[str, Any], memory: int) -> dict[str, Any]:
    """One job, on a worker of the cluster: the outcomes as plain values."""
    job = Job.from_plain(plain)
    if fingerprint.reader_hash() != job.reader_hash:
        return {"other_code": fingerprint.reader_hash()}
    outcomes: list[Outcome] = []
    workers.read_jobs([job], 1, outcomes.append, memory)
    return {"done": [asdict(outcome) for outcome in outcomes]}


def _distributed() -> Any:
    """The package, of which not all functions have types."""
    return importlib.import_module("distributed")


def _threads(client: Any) -> int:
    return sum(client.nthreads().values()) or 1
