"""The store: the only module that speaks to DuckDB.

Tables loaded from normalised batches: ``documents``, ``statements``, ``quarantine``, ``document_findings``, ``sources``,
``runs``. Tables derived from them by ``rebuild``: ``reports``, ``agencies``, ``observations``, ``indicators``,
``equations``, ``findings``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from schemas.table import Table

Format = Literal["parquet", "csv"]


class StoreError(Exception):
    """The store cannot be opened or holds what it must not; ``code`` is stable, the messages are for people."""

    def __init__(self, code: str, message_en: str, message_zh: str) -> None:
        super().__init__(message_en)
        self.code = code
        self.message_en = message_en
        self.message_zh = message_zh


class Store:
    """A DuckDB file with the tables of ``schemas.core``; a context manager. Not for use by several threads.

    ``path`` is made where missing (unless ``read_only``); ``threads`` limits DuckDB's threads. Raises ``StoreError``
    where the file is missing (read_only), is no store, or another process holds it.
    """

    def __init__(self, path: Path | str, read_only: bool = False, threads: int | None = None) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; may be called twice."""
        raise NotImplementedError

    def replace_documents(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Replace everything known of the documents in ``tables["documents"]``, in one transaction.

        ``tables`` is what ``pipelines.normalize.normalize`` returns: frames ``documents``, ``statements``, ``findings``,
        ``quarantine``. Raises ``StoreError`` where a key stands twice; the store is then as before.
        """
        raise NotImplementedError

    def replace_sources(self, sources: pd.DataFrame) -> None:
        """Replace the whole table of sightings: path, document_id, source_url, retrieved_at, published_on, agency_hint,
        year_hint, origin, note, site, folder (columns beyond these are left out)."""
        raise NotImplementedError

    def document_state(self) -> dict[str, str]:
        """Which documents are loaded, and with which reader: ``{document_id: reader_hash}``."""
        raise NotImplementedError

    def forget_documents(self, ids: Collection[str]) -> None:
        """Remove every row of these documents (those no longer under data/raw), in one transaction."""
        raise NotImplementedError

    def rebuild(self, run_findings: pd.DataFrame | None = None) -> None:
        """Make all derived tables anew from the loaded ones, check them, and swap them in in one transaction.

        ``run_findings``: findings of the run itself (columns of ``RawFinding``, and ``document_id`` where known; e.g.
        of the ledger), added with stage ``run``. They are not kept: pass them at each rebuild.
        """
        raise NotImplementedError

    def run_rules(self, sqls: Mapping[str, str]) -> int:
        """Run SELECTs that give rows of ``findings`` (rule id -> SQL) and add these rows; return how many."""
        raise NotImplementedError

    def query(self, sql: str, params: Sequence[object] = ()) -> pa.Table:
        """Result of one SELECT; ``?`` in the SQL stand for ``params``."""
        raise NotImplementedError

    def scalar(self, sql: str, params: Sequence[object] = ()) -> Any:
        """First column of the first row, or None where there is no row."""
        raise NotImplementedError

    def copy_ordered(self, select_sql: str, path: Path | str, fmt: Format, schema: pa.Schema | None = None) -> int:
        """Write the rows of ``select_sql`` (which must order by a key) to ``path`` and return their number.

        ``schema`` (``schemas.table.arrow_schema(model)``) gives types and field metadata for Parquet; the columns of
        the SELECT must be its names in its order. Same rows, same bytes, however many threads.
        CSV: RFC 4180 with ``\\n``, UTF-8, shortest decimals, empty for null, ``true``/``false``.
        """
        raise NotImplementedError

    def export_database(
        self, path: Path | str, tables: Mapping[str, tuple[type[Table], str]], storage: str = "v1.0.0"
    ) -> None:
        """Write a DuckDB file that clients from version ``storage`` on open.

        ``tables``: name -> (model, ordered SELECT giving the model's columns); titles and descriptions become comments.
        """
        raise NotImplementedError

    def record_run(self, run: Mapping[str, object]) -> None:
        """Add (or replace, by ``run_id``) a row of ``runs``: fields of ``schemas.core.Run``, missing ones null."""
        raise NotImplementedError

    def last_runs(self, n: int) -> list[dict[str, Any]]:
        """The last ``n`` runs, newest first."""
        raise NotImplementedError
