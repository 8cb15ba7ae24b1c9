"""The folder of received documents -> a ledger: what lies there, under which hash, and what its manifests say of it.

Nothing here opens a document. A problem with one file or one manifest row becomes a finding and the others go on;
what would make a released figure doubtful (an origin that cannot be told) holds the file back.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.extraction import RawFinding
from pipelines.hashes import Hashes
from pipelines.manifests import NOTHING, UNKNOWN, Row, finding, is_manifest, manifest_rows, nfc

# Left behind by desktops and editors, or words about the folder; never documents.
_IGNORED = re.compile(r"(?i)^(\..*|~\$.*|manifest\.csv|readme.*|thumbs\.db|desktop\.ini)$")
# Bytes that are no UTF-8, and what would steer the terminal or the log in which the name is shown.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CHUNK = 1 << 20
_HOST = re.compile(r"https?://([a-z0-9.-]+)/")


@dataclass(slots=True, frozen=True)
class Sighting:
    """One file under the raw folder: a sighting of the document whose bytes hash to ``document_id``.

    ``path`` and ``folder`` are relative to the raw folder, with ``/``; ``site`` is the host of ``source_url``.
    All other fields are the manifest's text, dates as ISO 8601, empty where nobody said anything.
    """

    path: str
    document_id: str
    byte_size: int
    source_url: str = ""
    retrieved_at: str = ""
    published_on: str = ""
    agency_hint: str = ""
    year_hint: str = ""
    origin: str = "original"
    note: str = ""
    site: str = ""
    folder: str = ""


@dataclass(slots=True)
class Ledger:
    """Everything found under ``raw``, ordered by path, with the findings met on the way."""

    raw: Path
    sightings: list[Sighting] = field(default_factory=list)
    findings: list[RawFinding] = field(default_factory=list)

    def documents(self) -> dict[str, Sighting]:
        """Each document once, by its first path in sorted order."""
        first: dict[str, Sighting] = {}
        for sighting in self.sightings:
            first.setdefault(sighting.document_id, sighting)
        return first


def scan(raw: Path, cache: Path | None = None, *, write: bool = True, share: Share | None = None) -> Ledger:
    """Walk ``raw`` and return its ledger, or of its files only those that are of a ``share``.

    ``cache`` is a file of hashes (``pipelines.hashes``), so that an unchanged folder is not read again; ``write`` False
    leaves it as it is. Raises ``NotADirectoryError`` where ``raw`` is no folder.
    """
    if not raw.is_dir():
        raise NotADirectoryError(str(raw))
    ledger = Ledger(raw)
    names: list[str] = []  # all, manifests among them
    found: list[tuple[str, str, int]] = []  # path, hash, size
    with Hashes(cache, share.name if share else "", write=write) as hashes:
        for path, entry in _walk(raw, "", raw, ledger.findings):
            names.append(path)
            if is_manifest(entry.name) or (share is not None and path not in share):
                continue
            try:
                stat = entry.stat()
                stamp = f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_ino}"
                digest = hashes.find(path, stamp) or hash_file(raw / path)
            except OSError as error:
                ledger.findings.append(
                    finding(
                        "ingest.unreadable_file",
                        "error",
                        path,
                        f"{path}: the file cannot be opened ({error.strerror}); check its permissions. Left out.",
                        f"{path}：文件无法打开（{error.strerror}），请检查权限；本次未读取。",
                    )
                )
                continue
            hashes.keep(path, stamp, digest)
            found.append((path, digest, stat.st_size))
    rows = manifest_rows(raw, names, ledger.findings)
    del names
    declared: list[str] = []
    found.sort()
    for path, digest, size in found:
        row = rows.pop(nfc(path), NOTHING)
        if row.origin == UNKNOWN:  # said wrongly: held back, the finding was written with the row
            continue
        ledger.sightings.append(_sighting(path, digest, size, row))
        declared.append(row.origin)
    del found
    _settle_origins(ledger, declared)
    ledger.findings.sort(key=lambda finding: (finding.locator, finding.rule, finding.observed))
    return ledger


@dataclass(slots=True, frozen=True)
class Share:
    """One of ``count`` parts of the files of a folder, numbered from 1; which file is in which depends on its path."""

    number: int
    count: int

    @property
    def name(self) -> str:
        """Such as ``3-of-8``."""
        return f"{self.number}-of-{self.count}"

    def __contains__(self, path: str) -> bool:
        return zlib.crc32(path.encode()) % self.count == self.number - 1


def files_in(folder: Path, findings: list[RawFinding]) -> Iterator[str]:
    """Paths of the documents in and below ``folder``, relative to it; what is passed over goes to ``findings``."""
    return (path for path, entry in _walk(folder, "", folder, findings) if not is_manifest(entry.name))


def hash_file(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _walk(
    folder: Path | str, prefix: str, raw: Path, findings: list[RawFinding]
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Files in and below ``folder``, whose path in ``raw`` is ``prefix``: empty, or with a ``/`` at its end."""
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError as error:
        name = prefix.rstrip("/") or "."
        findings.append(
            finding(
                "ingest.unreadable_file",
                "error",
                name,
                f"{name}/: the folder cannot be opened ({error.strerror}); check its permissions.",
                f"{name}/：文件夹无法打开（{error.strerror}），请检查权限。",
            )
        )
        return
    for entry in entries:
        path = prefix + entry.name
        if _IGNORED.match(entry.name) and not is_manifest(entry.name):
            continue
        if _UNFIT.search(path):
            shown = _UNFIT.sub(lambda found: found[0].encode("unicode_escape").decode(), path)
            findings.append(
                finding(
                    "ingest.bad_name",
                    "error",
                    shown,
                    f"{shown}: the name is not UTF-8 or has control characters; rename the file. Left out.",
                    f"{shown}：文件名不是 UTF-8 编码或含控制字符，请重命名；本次未读取。",
                )
            )
            continue
        if entry.is_symlink() and not _inside(Path(entry.path), raw):
            findings.append(
                finding(
                    "ingest.link_outside",
                    "warning",
                    path,
                    f"{path}: a link that leads out of the folder, or nowhere, is not followed; copy the file here.",
                    f"{path}：该链接指向文件夹之外或已失效，不予跟随；请把文件复制进来。",
                )
            )
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, f"{path}/", raw, findings)
        elif entry.is_file():
            yield path, entry
        else:  # a link to a folder inside (its files are met anyway), a pipe, a device
            findings.append(
                finding(
                    "ingest.not_a_file",
                    "info",
                    path,
                    f"{path}: neither a file nor a folder of its own; passed over.",
                    f"{path}：不是普通文件或文件夹，已跳过。",
                )
            )


def _inside(path: Path, raw: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(raw.resolve())
    except (OSError, RuntimeError):
        return False


def _sighting(path: str, digest: str, size: int, row: Row) -> Sighting:
    folder = path.rpartition("/")[0]
    return Sighting(
        path,
        digest,
        size,
        row.source_url,
        row.retrieved_at,
        row.published_on,
        row.agency_hint,
        row.year_hint,
        row.origin or "original",
        row.note,
        _site(row.source_url),
        sys.intern(folder),
    )


def _site(url: str) -> str:
    if plain := _HOST.match(url):  # as nearly always, and there may be millions
        return sys.intern(plain[1])
    try:
        return sys.intern((urlsplit(url).hostname or "").lower()) if url else ""
    except ValueError:
        return ""


def _settle_origins(ledger: Ledger, declared: Sequence[str]) -> None:
    """One document has one origin: an undeclared copy takes the declared one, two declared ones hold it back.

    ``declared``: what a manifest says of each sighting, perhaps nothing.
    """
    said: dict[str, str] = {}
    differ: dict[str, set[str]] = {}
    for sighting, origin in zip(ledger.sightings, declared, strict=True):
        if origin and said.setdefault(sighting.document_id, origin) != origin:
            differ.setdefault(sighting.document_id, {said[sighting.document_id]}).add(origin)
    for place, sighting in enumerate(ledger.sightings):
        origin = said.get(sighting.document_id, sighting.origin)
        if sighting.document_id in differ:
            listed = ", ".join(sorted(differ[sighting.document_id]))
            ledger.findings.append(
                finding(
                    "manifest.origin_conflict",
                    "error",
                    sighting.path,
                    f"{sighting.path}: the same bytes have several origins ({listed}); left out until they agree.",
                    f"{sighting.path}：同一文件在清单中有多种来源性质（{listed}），统一之前不读取。",
                    observed=listed,
                )
            )
        elif origin != sighting.origin:
            ledger.sightings[place] = replace(sighting, origin=origin)
    if differ:
        ledger.sightings = [one for one in ledger.sightings if one.document_id not in differ]
