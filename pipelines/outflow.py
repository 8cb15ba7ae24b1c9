"""A file that somebody else writes, hashed on its way: through a pipe, so that the hash is not that of what the disk
gives back, but of what was to be written."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from isal import isal_zlib

_ROOM = 1 << 20  # of the pipe: as much as Linux lets everybody have


@dataclass(frozen=True, slots=True)
class FileSum:
    """Size and checksums of a file: SHA-256 (hexadecimal), which says what it is, and CRC-32, which costs next to
    nothing and says whether it still is that; None where nobody asked."""

    bytes: int
    sha256: str
    crc32: int | None = None


def written(write: Callable[[Path], object], path: Path | None) -> FileSum:
    """Let ``write`` write into the path that it is given; what it writes arrives in ``path`` (or nowhere). Gives size
    and checksums of the bytes. Raises what ``write`` raises, and ``OSError`` where ``path`` does not take the bytes."""
    reading, writing = os.pipe()
    with contextlib.suppress(OSError):  # a smaller pipe is only slower
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _ROOM)
    digest, size, crc32, failed = hashlib.sha256(), 0, 0, []

    def carry() -> None:
        nonlocal size, crc32
        try:
            with os.fdopen(reading, "rb", 0) as source, (path or Path(os.devnull)).open("wb", 0) as target:
                while part := source.read(_ROOM):
                    digest.update(part)
                    size, crc32 = size + len(part), isal_zlib.crc32(part, crc32)
                    left = memoryview(part)
                    while left:
                        left = left[target.write(left) :]
        except Exception as error:  # noqa: BLE001 - told below; the pipe is closed now, so that whoever writes stops too
            failed.append(error)

    carrying = threading.Thread(target=carry, name="outflow", daemon=True)
    carrying.start()
    try:
        try:
            write(Path(f"/dev/fd/{writing}"))
        finally:  # whatever ended it: nobody else ends the thread
            os.close(writing)
            carrying.join()
    except Exception as error:
        raise failed[0] if failed else error from error
    if failed:
        raise failed[0]
    return FileSum(size, digest.hexdigest(), crc32)
