"""The folder of received documents -> a ledger: what lies there, under which hash, and what its manifests say of it.

Nothing here opens a document. A problem with one file or one manifest row becomes a finding and the others go on;
what would make a released figure doubtful (an origin that cannot be told) holds the file back.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from pipelines.extraction import RawFinding
from pipelines.manifests import FIELDS, UNKNOWN, finding, is_manifest, manifest_rows, nfc

# Left behind by desktops and editors, or words about the folder; never documents.
_IGNORED = re.compile(r"(?i)^(\..*|~\$.*|manifest\.csv|readme.*|thumbs\.db|desktop\.ini)$")
_CHUNK = 1 << 20


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


def scan(raw: Path, cache: Path | None = None, *, write: bool = True) -> Ledger:
    """Walk ``raw`` and return its ledger.

    ``cache`` is a JSON file of hashes by path, size, both times and inode, so that an unchanged folder is not read
    again; ``write`` False leaves it as it is. Raises ``NotADirectoryError`` where ``raw`` is no folder.
    """
    if not raw.is_dir():
        raise NotADirectoryError(str(raw))
    ledger = Ledger(raw)
    known = _load_cache(cache)
    fresh: dict[str, list[object]] = {}
    files = list(_walk(raw, raw, ledger.findings))
    rows = manifest_rows(raw, (path for path, _ in files), ledger.findings)
    for path, entry in files:
        if is_manifest(entry.name):
            continue
        try:
            stat = entry.stat()
            stamp = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
            cached = known.get(path)
            digest = str(cached[0]) if cached and cached[1:] == stamp else hash_file(raw / path)
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
        fresh[path] = [digest, *stamp]
        row = rows.get(nfc(path), {})
        if row.get("origin") == UNKNOWN:  # said wrongly: held back, the finding was written with the row
            continue
        ledger.sightings.append(_sighting(path, digest, stat.st_size, row))
    ledger.sightings.sort(key=lambda sighting: sighting.path)
    _settle_origins(ledger, rows)
    ledger.findings.sort(key=lambda finding: (finding.locator, finding.rule, finding.observed))
    if write and cache is not None and fresh != known:
        _save_cache(cache, fresh)
    return ledger


def files_in(folder: Path, findings: list[RawFinding]) -> Iterator[str]:
    """Paths of the documents in and below ``folder``, relative to it; what is passed over goes to ``findings``."""
    return (path for path, entry in _walk(folder, folder, findings) if not is_manifest(entry.name))


def hash_file(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _walk(folder: Path, raw: Path, findings: list[RawFinding]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        name = folder.relative_to(raw).as_posix()
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
        path = Path(entry.path).relative_to(raw).as_posix()
        if _IGNORED.match(entry.name) and not is_manifest(entry.name):
            continue
        if not _is_unicode(path):
            shown = path.encode("utf-8", "backslashreplace").decode()
            findings.append(
                finding(
                    "ingest.bad_name",
                    "error",
                    shown,
                    f"{shown}: the name is not UTF-8; rename the file. Left out.",
                    f"{shown}：文件名不是 UTF-8 编码，请重命名；本次未读取。",
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
            yield from _walk(Path(entry.path), raw, findings)
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


def _is_unicode(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _inside(path: Path, raw: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(raw.resolve())
    except (OSError, RuntimeError):
        return False


def _sighting(path: str, digest: str, size: int, row: dict[str, str]) -> Sighting:
    said = {column: row.get(column, "") for column in FIELDS if column not in ("path", "origin")}
    try:
        site = (urlsplit(said["source_url"]).hostname or "").lower()
    except ValueError:
        site = ""
    folder = PurePosixPath(path).parent.as_posix()
    return Sighting(
        path=path,
        document_id=digest,
        byte_size=size,
        origin=row.get("origin", "") or "original",
        site=site,
        folder="" if folder == "." else folder,
        **said,
    )


def _settle_origins(ledger: Ledger, rows: dict[str, dict[str, str]]) -> None:
    """One document has one origin: an undeclared copy takes the declared one, two declared ones hold it back."""
    declared: dict[str, set[str]] = {}
    for sighting in ledger.sightings:
        if said := rows.get(nfc(sighting.path), {}).get("origin", ""):
            declared.setdefault(sighting.document_id, set()).add(said)
    kept: list[Sighting] = []
    for sighting in ledger.sightings:
        origins = sorted(declared.get(sighting.document_id, ()))
        if len(origins) > 1:
            listed = ", ".join(origins)
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
        elif origins and origins[0] != sighting.origin:
            kept.append(replace(sighting, origin=origins[0]))
        else:
            kept.append(sighting)
    ledger.sightings = kept


def _load_cache(cache: Path | None) -> dict[str, list[object]]:
    try:
        loaded = json.loads(cache.read_text(encoding="utf-8")) if cache else {}
    except (OSError, ValueError):
        return {}  # a cache is never needed
    return loaded if isinstance(loaded, dict) else {}


def _save_cache(cache: Path, hashes: dict[str, list[object]]) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    temporary = cache.with_name(f"{cache.name}.{os.getpid()}.tmp")
    temporary.write_text(json.dumps(hashes, ensure_ascii=False, sort_keys=True), encoding="utf-8")
    temporary.replace(cache)
