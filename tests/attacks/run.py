"""Try every hostile document in a process of its own: ``make attacks`` writes docs/security.md.

Measured are the processor time and by how much the peak of memory rises; the network is taken away.
"""

from __future__ import annotations

import argparse
import os
import resource
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from attacks.documents import ATTACKS, Attack

from pipelines.extract import read_document

PAGE = Path(__file__).resolve().parents[2] / "docs" / "security.md"
WORDS = Path(__file__).with_name("about.md")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the reading of one document ended: the reason of a refusal or ``read``; seconds; MiB above the start."""

    end: str
    size: int
    seconds: float
    memory: int


def attempt(attack: Attack) -> Outcome:
    """Read one document in a child of this process. RuntimeError where that dies or asks for the network."""
    data = attack.make()
    out, into = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(into, _measured(data).encode())
        finally:
            os._exit(0)
    os.close(into)
    with os.fdopen(out) as stream:
        said = stream.read().split()
    _, status = os.waitpid(child, 0)
    if status or len(said) != 3:
        raise RuntimeError(f"{attack.name}: the reader died ({status}), or did what it must not: {' '.join(said)}")
    return Outcome(said[0], len(data), float(said[1]), int(said[2]))


def _measured(data: bytes) -> str:
    def refuse(*_args: object, **_options: object) -> None:
        raise RuntimeError("network")

    socket.socket.connect = refuse  # type: ignore[method-assign]
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    found = read_document(data, "document")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"{found.reason_code or 'read'} {time.process_time() - started:.3f} {(after - before) // 1024}"


def row(attack: Attack, outcome: Outcome) -> str:
    """One line of the table."""
    size = f"{outcome.size // 1024} kB" if outcome.size >= 1024 else f"{outcome.size} B"
    end = (
        "read, without effect 已读取，无影响" if outcome.end in ("read", "other") else f"refused 拒收: `{outcome.end}`"
    )
    return (
        f"| {attack.name} | {attack.what_en} | {attack.what_zh} | {size} | {end} | "
        f"{outcome.seconds:.2f} s | {outcome.memory} MiB |"
    )


def main() -> int:
    """Print the table, or write the page; 1 where an attack does not end as it has to."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--page", action="store_true", help="write docs/security.md")
    options = parser.parse_args()
    lines, failed = [], 0
    for attack in ATTACKS:
        outcome = attempt(attack)
        lines.append(row(attack, outcome))
        print(lines[-1], file=sys.stderr)
        if outcome.end != attack.end:
            failed = 1
            print(f"{attack.name}: should end as {attack.end}", file=sys.stderr)
    head = "| attack | what it tries | 说明 | file | end 结果 | time | memory |\n|---|---|---|--:|---|--:|--:|\n"
    text = WORDS.read_text(encoding="utf-8").replace("TABLE", head + "\n".join(lines))
    if options.page and not failed:
        PAGE.write_text(text, encoding="utf-8")
    return failed


if __name__ == "__main__":
    sys.exit(main())
