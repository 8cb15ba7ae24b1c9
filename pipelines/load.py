"""Shards and ledger -> store. The store is derived: whatever is doubtful about it, it is made anew from the shards."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path

import pandas as pd

from pipelines import fingerprint, shards
from pipelines.extraction import RawFinding
from pipelines.ingest import Ledger, Sighting
from pipelines.normalize import normalize
from pipelines.record import as_row, last_records
from pipelines.store import Store, StoreError
from schemas.masking import mask

BATCH = 2000  # documents normalised at once: some 400 000 cells
STORE = "store.duckdb"
PATIENCE = 60.0  # seconds
_STAMP = "store.code"


def open_store(work: Path) -> Store:
    """The store of a work folder: empty where other code made its tables or it cannot be opened.

    Raises ``StoreError`` (``locked``) where another process has it open.
    """
    path = work / STORE
    stamp = work / _STAMP
    code = fingerprint.load_hash()
    if path.exists() and (not stamp.is_file() or stamp.read_text(encoding="utf-8") != code):
        _remove(path)
    fresh = not path.exists()
    try:
        store = _patiently(path)
    except StoreError as error:
        if error.code == "locked":
            raise
        _remove(path)
        fresh = True
        store = Store(path)
    if fresh:
        for line in last_records(work, 1000):
            store.record_run(as_row(line))
    stamp.write_text(code, encoding="utf-8")
    return store


def _patiently(path: Path) -> Store:
    """Open the store, waiting a while for who looks into it just now: `nianbao status` must not end a run."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return Store(path)
        except StoreError as error:
            if error.code != "locked" or time.monotonic() > until:
                raise
            time.sleep(0.2)


def load(store: Store, folder: Path, ledger: Ledger) -> int:
    """Load what the shards in ``folder`` have and the store has not, forget what left the raw folder.

    Returns the number of documents loaded.
    """
    reader = fingerprint.reader_hash()
    present = set(ledger.documents())
    state = store.document_state()
    if gone := sorted(set(state) - present):
        store.forget_documents(gone)
    where = current(folder)
    missing: dict[str, list[str]] = {}
    for document_id, shard in sorted(where.items()):
        if document_id in present and state.get(document_id) != reader:
            missing.setdefault(shard, []).append(document_id)
    batch: list[str] = []
    ids: set[str] = set()
    for shard in sorted(missing):
        batch.append(shard)
        ids.update(missing[shard])
        if len(ids) >= BATCH:
            _load_batch(store, folder, batch, ids, where)
            batch, ids = [], set()
    if batch:
        _load_batch(store, folder, batch, ids, where)
    sightings = [asdict(item) for item in _masked(ledger.sightings)]
    store.replace_sources(pd.DataFrame(sightings, columns=_names(Sighting)))
    return sum(map(len, missing.values()))


def current(folder: Path) -> dict[str, str]:
    """Documents read with the code as it is now, each with the one shard it is taken from."""
    reader = fingerprint.reader_hash()
    entries = (entry for entry in shards.catalogue(folder) if entry.reader_hash == reader)
    return {document_id: entry.shard for entry in entries for document_id in entry.ids}


def run_findings(findings: Sequence[RawFinding]) -> pd.DataFrame:
    """Findings about files, manifest rows and the run itself, as ``Store.rebuild`` takes them."""
    rows = [{"document_id": "", **asdict(item), "locator": mask(item.locator)} for item in findings]
    return pd.DataFrame(rows, columns=["document_id", *_names(RawFinding)])


def _masked(sightings: Sequence[Sighting]) -> list[Sighting]:
    """The sightings with paths that name nobody; paths that masking made alike are told apart by a number."""
    out: list[Sighting] = []
    taken = {item.path for item in sightings}
    for item in sightings:
        path = shown = mask(item.path)
        number = 2
        while path != item.path and path in taken:
            path, number = f"{shown}~{number}", number + 1
        taken.add(path)
        out.append(replace(item, path=path, folder=mask(item.folder)))
    return out


def _load_batch(store: Store, folder: Path, batch: Sequence[str], ids: set[str], where: Mapping[str, str]) -> None:
    part = shards.load(folder, batch, lambda shard, document_id: document_id in ids and where[document_id] == shard)
    store.replace_documents(normalize(part.documents, part.cells, part.findings, part.claims))


def _names(cls: type) -> list[str]:
    return [item.name for item in fields(cls)]


def _remove(path: Path) -> None:
    for suffix in ("", ".wal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
