"""Releases in the published folder: their versions, their index, and which one is the latest.

``<published>/<version>/`` is a release; a folder counts as one only when its manifest is there. ``withdrawn.json`` says
which of them were withdrawn and why; it lies beside them, because releases are never touched again. ``index.json``
lists them all and ``latest`` is a text file with one version and a line end: both are derived, and written anew by
every publication.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.errors import SpokenError

MANIFEST = "manifest.json"
INDEX = "index.json"
LATEST = "latest"
WITHDRAWN = "withdrawn.json"
_VERSION = re.compile(r"^(\d{4})\.(\d{2})\.(\d{2})(?:\.([1-9]\d*))?\Z")

Manifest = dict[str, Any]


class ReleaseError(SpokenError):
    """The folder of releases does not hold what is asked of it."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why a release was withdrawn, and when (ISO 8601 date)."""

    reason: str
    on: str


def is_version(text: str) -> bool:
    """Whether ``text`` is a date ``YYYY.MM.DD``, or one with a number behind it: ``YYYY.MM.DD.2``."""
    match = _VERSION.match(text)
    try:
        return match is not None and match[4] != "1" and bool(date(*map(int, match.group(1, 2, 3))))
    except ValueError:  # no such day
        return False


def order(version: str) -> tuple[int, ...]:
    """Sort key: by date, then by number (none counts as 1)."""
    match = _VERSION.match(version)
    if not match:
        raise ValueError(f"not a version: {version!r}")
    return tuple(int(part) for part in (match[1], match[2], match[3], match[4] or "1"))


def versions(published: Path) -> list[str]:
    """Versions of the releases in ``published``, oldest first."""
    if not published.is_dir():
        return []
    found = (path.name for path in published.iterdir() if is_version(path.name) and (path / MANIFEST).is_file())
    return sorted(found, key=order)


def latest(published: Path) -> str | None:
    """The version that ``latest`` names, where that release exists and is not withdrawn; else the newest that is not;
    None where there is none. Raises ``ReleaseError`` where ``withdrawn.json`` cannot be read."""
    gone = withdrawals(published)
    standing = [version for version in versions(published) if version not in gone]
    try:
        named = (published / LATEST).read_text(encoding="utf-8").strip()
    except OSError:
        named = ""
    return named if named in standing else (standing[-1] if standing else None)


def last_made(published: Path) -> str | None:
    """``latest``, or a newer release that the index does not name yet, or names as the latest where ``latest`` does
    not: its publication was killed when its folder stood already. Raises ``ReleaseError`` as ``latest`` does."""
    known = latest(published)
    try:
        index = json.loads((published / INDEX).read_text(encoding="utf-8"))
        listed = {str(entry["version"]) for entry in index["releases"]} - {str(index["latest"])}
    except (OSError, ValueError, KeyError, TypeError):
        return known
    gone = {*listed, *withdrawals(published)}
    newer = [one for one in versions(published) if one not in gone and (known is None or order(one) > order(known))]
    return newer[-1] if newer else known


def withdrawals(published: Path) -> dict[str, Withdrawal]:
    """The withdrawn versions. Raises ``ReleaseError`` where the file is damaged: to go on as if nothing had been
    withdrawn could bring a wrong release back."""
    try:
        loaded = json.loads((published / WITHDRAWN).read_text(encoding="utf-8"))
        return {str(version): Withdrawal(str(told["reason"]), str(told["on"])) for version, told in loaded.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(
            f"{published / WITHDRAWN} cannot be read ({error}), so it is not known which releases were withdrawn; "
            f"correct it ({INDEX} has the same facts) and try again.",
            f"{published / WITHDRAWN} 无法读取，不知道哪些版本已撤回；请更正（{INDEX} 中有相同内容）后重试。",
        ) from error


def set_withdrawals(published: Path, told: Mapping[str, Withdrawal]) -> None:
    """Write ``withdrawn.json`` in one step."""
    _replace(published / WITHDRAWN, to_json({version: asdict(told[version]) for version in sorted(told, key=order)}))


def free_version(published: Path, wanted: str) -> str:
    """``wanted``, or with the first free number behind it where something of that name is there already."""
    version, number = wanted, 1
    while (published / version).exists():
        number += 1
        version = f"{'.'.join(wanted.split('.')[:3])}.{number}"
    return version


def read_manifest(published: Path, version: str) -> Manifest:
    """The manifest of a release. Raises ``OSError`` or ``ValueError`` where it is missing or damaged."""
    loaded = json.loads((published / version / MANIFEST).read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        raise ValueError(f"{version}/{MANIFEST} is no JSON object")
    return loaded


def programs(folder: Path) -> Manifest:
    """What the manifest of a release says of the programs that made it; empty where it cannot be read."""
    try:
        manifest = read_manifest(folder.parent, folder.name)
    except (OSError, ValueError):
        return {}
    return {name: manifest[name] for name in ("code", "libraries") if isinstance(manifest.get(name), dict)}


def refresh(published: Path, version: str | None) -> None:
    """Write ``index.json``, then ``latest``, each in one step; nothing is touched where they are already right.

    ``version`` is the latest release; None where none is left that was not withdrawn: then there is no ``latest``.
    """
    gone = withdrawals(published)
    releases = [_entry(published, known, gone.get(known)) for known in reversed(versions(published))]
    _replace(published / INDEX, to_json({"latest": version, "releases": releases}))
    if version is None:
        (published / LATEST).unlink(missing_ok=True)
        sync([published])
    else:
        _replace(published / LATEST, f"{version}\n")


def _entry(published: Path, version: str, withdrawal: Withdrawal | None) -> dict[str, Any]:
    """What the index says of one release."""
    entry: dict[str, Any] = {"version": version, "manifest": f"{version}/{MANIFEST}"}
    try:
        manifest = read_manifest(published, version)
        entry["manifest_sha256"] = hash_of(published / version / MANIFEST)
    except (OSError, ValueError) as error:  # one damaged release must not keep the others from being listed
        manifest, entry["problem"] = {}, f"{MANIFEST} cannot be read: {error}"
    return {
        **entry,
        "origin": manifest.get("origins", []),
        "rows": manifest.get("rows", {}),
        "withdrawn": asdict(withdrawal) if withdrawal else None,
    }


def to_json(value: Any) -> str:
    """JSON as all our files have it: UTF-8 text, two blanks of indent, a line end."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def hash_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sync(paths: Iterable[Path]) -> None:
    """Have the system write files or folders to the disk before anything refers to them."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _replace(path: Path, text: str) -> None:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    sync([temporary])
    temporary.replace(path)
    sync([path.parent])
