"""A process that reads documents: jobs come in as lines of JSON, what came of them goes out as such.

Started by ``pipelines.workers``, here or inside an engine. It ends with its input, so that no worker outlives the run
that started it, and may take no more memory than it is told.

    in    {"job": …}                              a ``Job``
    out   {"ready": pid}                          after the start
          {"at": 3}                               before each document: its place in the job
          {"done": …, "memory": bytes}            an ``Outcome``, and the most memory that was resident so far
          {"failed": "…"}                         the batch as a whole could not be done (no disk, no folder)
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from pipelines.batch import Job, read_job


def main(memory: int) -> int:
    """Serve until the input ends; ``memory`` is in MiB, 0 for no limit."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    out = os.dup(1)
    os.dup2(2, 1)  # what a library prints must not get between the lines
    if memory:
        _limit(memory << 20)

    def say(**words: object) -> None:
        os.write(out, json.dumps(words).encode() + b"\n")

    # A document is thousands of small objects, hardly any in a ring: they are looked through for rings less often.
    gc.set_threshold(10_000, 20, 20)
    say(ready=os.getpid())
    for line in sys.stdin.buffer:
        job = Job.from_plain(json.loads(line)["job"])
        try:
            outcome = read_job(job, lambda place: say(at=place))
        except OSError as error:
            say(failed=error.strerror or str(error), errno=error.errno, path=str(error.filename or ""))
            return 1
        if not gc.get_freeze_count():
            # What was loaded for the first job serves all others: nobody need look through it for garbage again. What
            # is remembered later may be forgotten again, and is looked through.
            gc.collect()
            gc.freeze()
        say(done=asdict(outcome), memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10)
    return 0


def _limit(size: int) -> None:
    """Let this process take ``size`` bytes more than the libraries have reserved at its start."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        pages = 0
    limit = pages * resource.getpagesize() + size
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


if __name__ == "__main__":
    try:
        sys.exit(main(int(sys.argv[1])))
    except BrokenPipeError:  # the parent is gone
        os._exit(1)
