"""Checksums of everything, and one zip of everything; a release held against its checksums.

Hashing and packing go on beside the writing of further files: one pass over the bytes of each gives its checksum and
its place in the archive. Both leave Python to itself, and a thread, unlike a process, ends with the program.
"""

from __future__ import annotations

import hashlib
import queue
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedWriter
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from isal import isal_zlib

from pipelines import release

# For the whole process: the same sum in a quarter of the time.
zipfile.crc32 = isal_zlib.crc32  # type: ignore[attr-defined]

SUMS = "SHA256SUMS"
_FIRST = (1980, 1, 1, 0, 0, 0)  # the day on which zip's calendar begins: the same in every archive
_CHUNK = 1 << 20
_PIECE = 1 << 18  # bytes: to deflate less at a time costs as much again
_PACKED = {".parquet", ".xlsx", ".zip", ".duckdb"}  # what is compressed already is only stored
_LEVEL = 1  # of ISA-L: the text of the tables shrinks to an eighth, as with level 1 of zlib in a fifth of the time


class ReadBackError(Exception):
    """A file does not hold what was written to it: ``file`` and how it differs."""

    def __init__(self, file: str, how: str) -> None:
        super().__init__(f"{file}: {how}")
        self.file, self.how = file, how


@dataclass(frozen=True, slots=True)
class FileSum:
    """Size and checksums of a file: SHA-256 (hexadecimal), which says what it is, and CRC-32, which costs next to
    nothing and says whether it still is that; None of the archive itself."""

    bytes: int
    sha256: str
    crc32: int | None = None


class Archive:
    """A zip file that grows while files are handed in; knows their checksums. A context manager: an archive that was
    not closed by ``finish`` is left as a torso."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zip = zipfile.ZipFile(path, "x", allowZip64=True)
        self._sums: dict[str, FileSum] = {}
        self._digest, self._hashed = hashlib.sha256(), 0  # of the archive itself, as far as it is there
        self._waiting: queue.Queue[tuple[str, Path, bool, FileSum | None] | None] = queue.Queue()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="archive", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if kind is not None:
            self._failure = self._failure or error  # nobody waits for the rest
        self._waiting.put(None)
        self._thread.join()

    def add(self, path: Path, name: str, *, packed: bool = True, expected: FileSum | None = None) -> None:
        """Hand in a finished file; ``name`` is its path in the release. Not ``packed``: for its checksum only.
        ``expected``: what it must be; where it is something else, ``sums`` raises ``ReadBackError``."""
        self._waiting.put((name, path, packed, expected))

    def sums(self) -> dict[str, FileSum]:
        """Checksums of all that was handed in, once all of it is packed. Raises what went wrong meanwhile."""
        self._waiting.join()
        if self._failure is not None:
            raise self._failure
        return dict(sorted(self._sums.items()))

    def finish(self) -> FileSum:
        """Add the checksums of the contents, close the archive and give its own."""
        packed = {entry.filename for entry in self._zip.filelist}
        listed = listing({name: item.sha256 for name, item in self.sums().items() if name in packed})
        self._zip.writestr(_entry(SUMS, zipfile.ZIP_DEFLATED), listed, compresslevel=_LEVEL)
        self._zip.filelist.sort(key=lambda entry: entry.filename)
        self._zip.close()
        self._follow()
        return FileSum(self._hashed, self._digest.hexdigest())

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            try:
                if self._failure is None:
                    self._pack(*item)
            except BaseException as error:  # noqa: BLE001 - told to whoever asks for the sums
                self._failure = error
            finally:
                self._waiting.task_done()

    def _pack(self, name: str, path: Path, packed: bool, expected: FileSum | None) -> None:
        if packed:
            found = self._packed(name, path, expected)
            self._follow()
        else:
            found = sum_of(path)
        if self._failure is None and expected is not None and found != expected:
            raise ReadBackError(name, "other bytes than were written")
        self._sums[name] = found
        release.sync([path])  # while there is other work; before the release stands, the disk has it all

    def _packed(self, name: str, path: Path, known: FileSum | None) -> FileSum:
        """Read the file into the archive. The SHA-256 of one that is ``known`` is taken from there: that its bytes are
        still the same, the CRC-32 tells, which the archive needs anyway."""
        method = zipfile.ZIP_STORED if path.suffix in _PACKED else zipfile.ZIP_DEFLATED
        entry = _entry(name, method)
        entry.file_size = size = path.stat().st_size
        digest = hashlib.sha256()
        with path.open("rb") as source, _writing(self._zip, entry, force_zip64=size > 1 << 31) as target:
            while self._failure is None and (chunk := source.read(_CHUNK)):
                if known is None:
                    digest.update(chunk)
                target.write(chunk)
        return FileSum(entry.file_size, known.sha256 if known else digest.hexdigest(), entry.CRC)

    def _follow(self) -> None:
        """Hash what was added to the archive: an entry that is finished is never touched again."""
        if self._zip.fp is not None:  # None once it is closed
            self._zip.fp.flush()
        with self._path.open("rb") as written:
            written.seek(self._hashed)
            while chunk := written.read(_CHUNK):
                self._digest.update(chunk)
                self._hashed += len(chunk)


@contextmanager
def only(path: Path, name: str) -> Iterator[IO[bytes]]:
    """A zip file with nothing but one file, to be written here, in pieces of any size."""
    with (
        zipfile.ZipFile(path, "x") as packed,
        within(packed, name, large=True) as target,
        BufferedWriter(target, _PIECE) as gathered,
    ):
        yield gathered


def within(packed: zipfile.ZipFile, name: str, *, large: bool = False) -> IO[bytes]:
    """A file of a zip file, to be written; ``large``: it may have more than 2 GiB."""
    return _writing(packed, _entry(name, zipfile.ZIP_DEFLATED), force_zip64=large)


def _writing(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, *, force_zip64: bool) -> IO[bytes]:
    """An entry of a zip file, to be written; what is deflated is deflated by ISA-L."""
    target = packed.open(entry, "w", force_zip64=force_zip64)
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        deflating = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)
        target._compressor = deflating  # type: ignore[attr-defined]  # noqa: SLF001 - zipfile knows no other way
    return target


def _entry(name: str, method: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIRST)
    entry.compress_type = method
    entry._compresslevel = _LEVEL  # type: ignore[attr-defined]  # noqa: SLF001 - public as compress_level from 3.13 on
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # with access rights
    return entry


def sum_of(path: Path) -> FileSum:
    """Size and both checksums of a finished file. (One that DuckDB is still writing has other bytes: it does not write
    from the beginning to the end.)"""
    digest, size, crc32, room = hashlib.sha256(), 0, 0, memoryview(bytearray(_CHUNK))
    with path.open("rb", 0) as source:
        while read := source.readinto(room):
            digest.update(room[:read])
            size, crc32 = size + read, isal_zlib.crc32(room[:read], crc32)
    return FileSum(size, digest.hexdigest(), crc32)


def listing(sums: dict[str, str]) -> str:
    """Path -> SHA-256, as ``sha256sum -c`` reads it."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))


def listed(folder: Path) -> dict[str, str]:
    """The inverse of ``listing``: what ``SHA256SUMS`` of a release states."""
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def files(folder: Path) -> list[Path]:
    """Every file of a release, in the order of their paths."""
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def verify(folder: Path) -> list[str]:
    """Names of files missing, added, or not as the manifest and ``SHA256SUMS`` state; empty where all is well."""
    sums = listed(folder)
    there = {path.relative_to(folder).as_posix() for path in files(folder)} - {SUMS}
    bad = there.symmetric_difference(sums)
    bad |= {name for name in there & sums.keys() if release.hash_of(folder / name) != sums[name]}
    for name, stated in release.read_manifest(folder.parent, folder.name)["files"].items():
        if name in bad or stated != {"bytes": (folder / name).stat().st_size, "sha256": sums[name]}:
            bad.add(name)
    return sorted(bad)
