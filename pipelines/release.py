"""Releases in the published folder: their versions, their index, and which one is the latest.

``<published>/<version>/`` is a release; a folder counts as one only when its manifest is there. ``index.json`` lists
them all and ``latest`` is a text file with one version and a line end. Both are derived and can be written anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
INDEX = "index.json"
LATEST = "latest"
_VERSION = re.compile(r"^(\d{4})\.(\d{2})\.(\d{2})(?:\.([1-9]\d*))?\Z")

Manifest = dict[str, Any]


def is_version(text: str) -> bool:
    """Whether ``text`` is a date ``YYYY.MM.DD``, or one with a number behind it: ``YYYY.MM.DD.2``."""
    match = _VERSION.match(text)
    return match is not None and 1 <= int(match[2]) <= 12 and 1 <= int(match[3]) <= 31 and match[4] != "1"


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
    """The version that ``latest`` names, where that release exists; else the newest; None where there is none."""
    known = versions(published)
    try:
        named = (published / LATEST).read_text(encoding="utf-8").strip()
    except OSError:
        named = ""
    return named if named in known else (known[-1] if known else None)


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


def refresh(published: Path, version: str) -> None:
    """Write ``index.json``, then ``latest``, each in one step; nothing is touched where they are already right."""
    releases = []
    for known in reversed(versions(published)):
        manifest = read_manifest(published, known)
        releases.append(
            {
                "version": known,
                "manifest": f"{known}/{MANIFEST}",
                "manifest_sha256": hash_of(published / known / MANIFEST),
                "origin": manifest.get("origins", []),
                "rows": manifest.get("rows", {}),
            }
        )
    _replace(published / INDEX, to_json({"latest": version, "releases": releases}))
    _replace(published / LATEST, f"{version}\n")


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
