"""Hashes of our own code and libraries: what decides whether work that was done is still good."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipelines.readers.extras import OPTICAL_LIBRARIES, can_see

_ROOT = Path(__file__).resolve().parent.parent
_SUFFIXES = {".py", ".csv", ".json", ".toml", ".yaml", ".yml"}

# What turns bytes into raw cells: all of `pipelines` but what comes after reading, so that a new module counts until
# somebody says that it does not; and a few files of `schemas`. A test compares this with what a worker really imports.
READING = (
    "pipelines",
    "schemas/__init__.py",
    "schemas/claims.*",
    "schemas/forms",
    "schemas/masking.py",
    "schemas/numbers.py",
)
# Of these, what turns bytes into paragraphs and grids, and decides which of them may be kept.
BYTES = ("pipelines/document.py", "pipelines/parsed.py", "pipelines/readers", "schemas/masking.py")
AFTER_READING = (
    "pipelines/archive.py",
    "pipelines/arguments.py",
    "pipelines/attribution.py",
    "pipelines/blanks.py",
    "pipelines/causes.py",
    "pipelines/changelog.py",
    "pipelines/check.py",
    "pipelines/check_claims.py",
    "pipelines/check_levels.py",
    "pipelines/check_parts.py",
    "pipelines/check_sums.py",
    "pipelines/check_values.py",
    "pipelines/cli.py",
    "pipelines/cluster.py",
    "pipelines/compare.py",
    "pipelines/compared.py",
    "pipelines/conditions.py",
    "pipelines/console.py",
    "pipelines/contradictions.py",
    "pipelines/corrections.py",
    "pipelines/coverage.py",
    "pipelines/datasets.py",
    "pipelines/descriptors",
    "pipelines/diff.py",
    "pipelines/editions.py",
    "pipelines/errors.py",
    "pipelines/explain.py",
    "pipelines/filing.py",
    "pipelines/fingerprint.py",
    "pipelines/gate.py",
    "pipelines/hashes.py",
    "pipelines/hearing.py",
    "pipelines/ingest.py",
    "pipelines/layout.py",
    "pipelines/load.py",
    "pipelines/lock.py",
    "pipelines/manifests.py",
    "pipelines/measure.py",
    "pipelines/merging.py",
    "pipelines/normalize.py",
    "pipelines/options.py",
    "pipelines/output.py",
    "pipelines/places.py",
    "pipelines/progress.py",
    "pipelines/proposals.py",
    "pipelines/publish.py",
    "pipelines/reading.py",
    "pipelines/rebuild.py",
    "pipelines/record.py",
    "pipelines/release.py",
    "pipelines/resolve.py",
    "pipelines/rulepage.py",
    "pipelines/runner.py",
    "pipelines/share.py",
    "pipelines/sheetrows.py",
    "pipelines/simulate",
    "pipelines/slices.py",
    "pipelines/status.py",
    "pipelines/store.py",
    "pipelines/suspects.py",
    "pipelines/telling.py",
    "pipelines/usage.py",
    "pipelines/summary.py",
    "pipelines/waiting.py",
    "pipelines/watch.py",
    "pipelines/whereabouts.py",
    "pipelines/withdrawal.py",
    "pipelines/workbook.py",
    "pipelines/worker.py",
    "pipelines/workers.py",
    "pipelines/writing.py",
)
BYTES_LIBRARIES = ("lxml", "msdoc2docx", "pypdfium2", "python-calamine", "selectolax", *OPTICAL_LIBRARIES)
READING_LIBRARIES = (*BYTES_LIBRARIES, "opencc", "rapidfuzz")
# What turns raw cells into the rows of the store: the tables themselves. All other data of `schemas` (registry, rules,
# corrections) are applied anew at every rebuild.
LOADING = ("pipelines/normalize.py", "pipelines/store.py", "schemas/*.py", "schemas/forms")
# What decides whose report a document is.
REGISTRY = (
    "pipelines/attribution.py",
    "pipelines/bylines.py",
    "pipelines/document.py",
    "pipelines/evidence.py",
    "pipelines/filing.py",
    "pipelines/hearing.py",
    "pipelines/labels.py",
    "pipelines/places.py",
    "pipelines/qualifiers.py",
    "pipelines/rooms.py",
    "pipelines/whereabouts.py",
    "schemas/__init__.py",
    "schemas/agencies.py",
    "schemas/codebook/*.csv",
    "schemas/divisions.py",
    "schemas/forms",
    "schemas/numbers.py",
    "schemas/organs.py",
)
LIBRARIES = ("duckdb", "pandas", "pandera", "pyarrow")
PUBLISHING_LIBRARIES = ("isal", "xlsxwriter")


@cache
def bytes_hash() -> str:
    """32 hex digits: paragraphs and grids that were kept under another one are read again from the bytes."""
    return _digest(bytes_files(), BYTES_LIBRARIES)


def bytes_files() -> list[Path]:
    """The files whose content decides whether a document is read again from its bytes."""
    return _files(BYTES)


@cache
def reader_hash() -> str:
    """32 hex digits: a document read under another one is interpreted again."""
    return _digest(reading_files(), READING_LIBRARIES)


def reading_files() -> list[Path]:
    """The files whose content decides whether a document is interpreted again."""
    after = set(_files(AFTER_READING))
    return [path for path in _files(READING) if path not in after]


@cache
def load_hash() -> str:
    """32 hex digits: a store filled under another one is filled again from the shards."""
    return _digest(loading_files(), LIBRARIES)


def loading_files() -> list[Path]:
    """The files whose content decides whether the store is filled again."""
    return _files(LOADING)


@cache
def registry_hash() -> str:
    """32 hex digits: what was decided under another one about whose report a document is, is decided again."""
    return _digest(registry_files(), ("opencc", "rapidfuzz"))


def registry_files() -> list[Path]:
    """The files whose content decides whether whose report a document is is asked again."""
    return _files(REGISTRY)


@cache
def code_hash() -> str:
    """32 hex digits over all that a release depends on: reading, tables, rules, products."""
    return _digest(_files(("pipelines", "schemas")), (*READING_LIBRARIES, *LIBRARIES, *PUBLISHING_LIBRARIES))


def library_versions() -> dict[str, str]:
    """Versions of Python (major.minor) and of the libraries that shape a release, by name."""
    names = sorted({*READING_LIBRARIES, *LIBRARIES, *PUBLISHING_LIBRARIES})
    used = {name: _version(name) for name in names if name not in OPTICAL_LIBRARIES or can_see()}
    return {"python": ".".join(platform.python_version_tuple()[:2]), **used}


def programs() -> dict[str, dict[str, str]]:
    """What made a release, for its manifest: our own version and hash, and those of the libraries."""
    return {"code": {"version": own_version(), "hash": code_hash()}, "libraries": library_versions()}


def own_version() -> str:
    """Version of this distribution, or ``unknown`` when run from a bare checkout."""
    return _version("nianbao")


def _version(name: str) -> str:
    if name in OPTICAL_LIBRARIES and not can_see():
        return "unknown"  # so that what was refused for want of them is read once they are there
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


def _files(patterns: Iterable[str]) -> list[Path]:
    found: set[Path] = set()
    for pattern in patterns:
        for path in _ROOT.glob(pattern):
            found.update(path.rglob("*") if path.is_dir() else [path])
    return sorted(path for path in found if path.suffix in _SUFFIXES and "__pycache__" not in path.parts)


def _digest(files: Iterable[Path], libraries: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(_ROOT).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for name in libraries:
        digest.update(f"{name}={_version(name)}\0".encode())
    digest.update(".".join(platform.python_version_tuple()[:2]).encode())
    return digest.hexdigest()[:32]
