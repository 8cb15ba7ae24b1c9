"""The store: the only module that speaks to DuckDB.

Tables loaded from normalised batches: ``documents``, ``statements``, ``quarantine``, ``document_findings``,
``claims``, ``sources``, ``runs``. ``rebuild`` derives those of ``schemas.core.DERIVED`` from them. No primary keys:
they make loading five times slower; uniqueness is checked by query. A process killed at any moment leaves a store that
opens, as it was after the last finished transaction.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import duckdb
import pyarrow as pa

from pipelines import writing
from pipelines.errors import SpokenError

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.corrections import Settled
    from pipelines.rebuild import Rebuilt
    from schemas.ordering import Filling
    from schemas.table import Table

Format = Literal["parquet", "csv"]

_FEW = 2_048  # different values of a column of a long table: in any order a dictionary of them is small
_OLD_STORAGE = "v1.0.0+"  # what is stored for newer clients has other dictionaries, and none that can be asked for


class StoreError(SpokenError):
    """The store cannot be opened or holds what it must not; ``code`` is stable, the messages are for people.

    codes: ``missing`` · ``locked`` · ``damaged`` · ``duplicate`` · ``null``
    """

    def __init__(self, code: str, message_en: str, message_zh: str) -> None:
        super().__init__(message_en, message_zh)
        self.code = code


class Store:
    """A DuckDB file with the tables of ``schemas.core``; a context manager. Not for use by several threads.

    ``path`` is made where missing (unless ``read_only``); ``threads`` limits DuckDB's threads. ``released``: the file
    is the database of a release, which has the tables of that release and gets no others. Raises ``StoreError`` where
    the file is missing (read_only), is no store, or another process holds it.
    """

    def __init__(
        self, path: Path | str, read_only: bool = False, threads: int | None = None, *, released: bool = False
    ) -> None:
        self.path, self.read_only, self.threads = Path(path), read_only, threads
        self._connection = _connect(self.path, read_only, threads)
        if not read_only and not released:
            self._create()
        if read_only and released:  # its files are written by several connections at once
            name, value = writing.AS_DECLARED
            self._run(f"SET {name} = {_quoted(value)}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._connection.close()

    def interrupt(self) -> None:
        """Stop what another thread does with this store; it is closed or idle where nothing is to be stopped."""
        with suppress(duckdb.ConnectionException):
            self._connection.interrupt()

    def limit_memory(self, megabytes: int) -> None:
        """How much DuckDB may use from now on; what it has beyond that is written beside the file, or forgotten."""
        self._run(f"SET memory_limit = '{megabytes}MB'")

    def limit_threads(self, threads: int | None) -> None:
        """How many threads all connections to this file use from now on; None: as many as there are cores."""
        self._run("RESET threads" if threads is None else f"SET threads = {threads}")

    def replace_documents(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Replace everything known of the documents in ``tables["documents"]``, in one transaction.

        ``tables`` is what ``pipelines.normalize.normalize`` returns: frames ``documents``, ``statements``,
        ``findings``, ``claims``, ``quarantine``. Raises ``StoreError`` where a key stands twice; the store is then
        as before.
        """
        from schemas.core import LOADED
        from schemas.table import key, to_arrow

        frames = {
            "documents": tables["documents"],
            "statements": tables["statements"],
            "document_findings": tables["findings"],
            "claims": tables["claims"],
            "quarantine": tables["quarantine"],
        }
        ids = pa.table({"document_id": pa.array(tables["documents"]["document_id"].tolist(), pa.string())})
        with self.transaction(), self.registered("incoming_ids", ids):
            for name, frame in frames.items():
                self._run(f"DELETE FROM {name} WHERE document_id IN (SELECT document_id FROM incoming_ids)")
                with self.registered("incoming", to_arrow(LOADED[name], frame)):
                    self._run(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")
                self.unique(name, key(LOADED[name]), "WHERE document_id IN (SELECT document_id FROM incoming_ids)")

    def replace_sources(self, sources: pd.DataFrame) -> None:
        """Replace the whole table of sightings: path, document_id, source_url, retrieved_at, published_on, agency_hint,
        year_hint, origin, note, site, folder (columns beyond these are left out).

        Raises pandera's ``SchemaErrors`` for a path that stands twice, an unknown origin or a missing column.
        """
        from schemas.core import Source
        from schemas.table import names, to_arrow

        frame = Source.validate(sources[[name for name in names(Source) if name in sources]], lazy=True)
        with self.transaction(), self.registered("incoming", to_arrow(Source, frame)):
            self._run("DELETE FROM sources")
            self._run("INSERT INTO sources BY NAME SELECT * FROM incoming")

    def document_state(self) -> dict[str, str]:
        """Which documents are loaded, and with which reader: ``{document_id: reader_hash}``."""
        return dict(self._run("SELECT document_id, reader_hash FROM documents"))

    def forget_documents(self, ids: Collection[str]) -> None:
        """Remove every row of these documents (those no longer under data/raw), in one transaction."""
        gone = pa.table({"document_id": pa.array(sorted(ids), pa.string())})
        with self.transaction(), self.registered("gone", gone):
            for name in ("documents", "statements", "document_findings", "claims", "quarantine"):
                self._run(f"DELETE FROM {name} WHERE document_id IN (SELECT document_id FROM gone)")

    def rebuild(self, run_findings: pd.DataFrame | None = None, settled: Settled | None = None) -> Rebuilt:
        """Make all derived tables anew from the loaded ones, check them, and swap them in in one transaction.

        ``run_findings``: findings of the run itself (columns of ``RawFinding``, and ``document_id`` where known; e.g.
        of the ledger), added with stage ``run``. They are not kept: pass them at each rebuild, as
        what people have ``settled``: corrections (statements of their own beside the readings) and decisions. Raises
        ``StoreError`` where a derived key stands twice; the derived tables are then as before.
        """
        from pipelines.rebuild import Rebuild

        return Rebuild(self, run_findings, settled).run()

    def run_rules(self, sqls: Mapping[str, str]) -> int:
        """Run SELECTs that give rows of ``findings`` (rule id -> SQL) and add these rows; return how many."""
        from schemas.core import Finding
        from schemas.table import names

        with self.transaction():
            return self.add_rules(sqls, "findings", names(Finding))

    def query(self, sql: str, params: Sequence[object] = ()) -> pa.Table:
        """Result of one SELECT; ``?`` in the SQL stand for ``params``."""
        with _interruptible():
            table: pa.Table = self._relation(sql, params).to_arrow_table()
        return table

    def scalar(self, sql: str, params: Sequence[object] = ()) -> Any:
        """First column of the first row, or None where there is no row."""
        rows = self._run(f"SELECT * FROM ({sql}) LIMIT 1", params)
        return rows[0][0] if rows else None

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.scalar(f"SELECT count(*) FROM {table}"))

    def copy_ordered(self, select_sql: str, path: Path | str, fmt: Format, schema: pa.Schema | None = None) -> int:
        """Write the rows of ``select_sql`` (which must order by a key) to ``path`` and return their number.

        ``schema`` (``schemas.table.arrow_schema(model)``) gives types and field metadata for Parquet; the columns of
        the SELECT must be its names in its order. Same rows, same bytes, however many threads.
        CSV: RFC 4180 with ``\\n``, UTF-8, shortest decimals, empty for null, ``true``/``false``.
        """
        kinds = self.kinds(select_sql)
        if schema is not None and list(kinds) != schema.names:
            raise ValueError(f"columns {list(kinds)} are not those of the schema: {schema.names}")
        if fmt == "csv":
            return int(self._run(writing.csv(select_sql, kinds, path))[0][0])
        with self._setting(*writing.AS_DECLARED):
            return int(self._run(writing.parquet(select_sql, path, schema))[0][0])

    def kinds(self, select_sql: str) -> dict[str, str]:
        """Columns of a SELECT and their DuckDB types."""
        relation = self._relation(select_sql)
        return dict(zip(relation.columns, map(str, relation.types), strict=True))

    def define(self, statements: Sequence[str]) -> None:
        """Run statements that make views and macros, and write everything into the file."""
        with self.transaction():
            for sql in statements:
                self._run(sql)
        self._run("CHECKPOINT")

    def fill_tables(self, tables: Mapping[str, tuple[type[Table], Filling]]) -> None:
        """Make tables anew: name -> (model, rows that have its columns), in that order. One transaction for each."""
        for name, (model, filling) in tables.items():
            with self.transaction():
                self._run(f"DROP TABLE IF EXISTS {name}")
                self._fill(name, model, filling)

    def export_database(
        self,
        path: Path | str,
        tables: Mapping[str, tuple[type[Table], Filling]],
        storage: str = "v1.0.0",
    ) -> None:
        """Write a DuckDB file that clients from version ``storage`` on open.

        ``tables``: name -> (model, rows that have its columns); titles and descriptions become comments.
        Raises ``FileExistsError``: a release is never written over; ``StoreError`` for a null where the model has none.
        The same rows are not the same bytes here: DuckDB chooses string compression by random samples and leaves
        padding as it finds it.
        """
        if Path(path).exists():
            raise FileExistsError(str(path))
        if not re.fullmatch(r"v\d+\.\d+\.\d+", storage):
            raise ValueError(f"storage must be like v1.0.0, not {storage!r}")
        self._run(f"ATTACH {_quoted(path)} AS release (STORAGE_VERSION '{storage}')")
        try:
            for name, (model, filling) in tables.items():
                try:
                    with self.transaction():
                        self._fill(f"release.{name}", model, filling)
                except duckdb.ConstraintException as error:
                    raise _null(name, error) from error
            self._run("CHECKPOINT release")
        finally:
            self._run("DETACH release")

    def record_run(self, run: Mapping[str, object]) -> None:
        """Add (or replace, by ``run_id``) a row of ``runs``: fields of ``schemas.core.Run``, missing ones null."""
        import pandas as pd

        from schemas.core import Run
        from schemas.table import names

        row = pd.DataFrame([{name: run.get(name) for name in names(Run)}])
        with self.transaction():
            self._run("DELETE FROM runs WHERE run_id = ?", [run["run_id"]])
            self.add("runs", Run, row)

    def last_runs(self, n: int) -> list[dict[str, Any]]:
        """The last ``n`` runs, newest first."""
        return self.query("SELECT * FROM runs ORDER BY started_at DESC, run_id DESC LIMIT ?", [n]).to_pylist()

    def _create(self) -> None:
        from schemas.core import DERIVED, LOADED, Run

        present = {row[0] for row in self._run("SELECT table_name FROM duckdb_tables() WHERE NOT temporary")}
        tables: dict[str, type[Table]] = {**LOADED, "runs": Run, **DERIVED}
        with self.transaction():
            for name, model in tables.items():
                if name not in present:
                    self._make(name, model)

    def _make(self, table: str, model: type[Table], packed: Mapping[str, str] | None = None) -> None:
        """An empty table with its comments; ``packed`` as of ``ddl``."""
        from schemas.table import comments, ddl

        for sql in (ddl(model, table, packed), *comments(model, table)):
            self._run(sql)

    def _fill(self, table: str, model: type[Table], filling: Filling) -> None:
        """A new table with these rows; within a transaction, which takes the types back where something fails."""
        from schemas.ordering import type_name
        from schemas.table import names

        for sql in filling.types():
            self._run(sql)
        types = {column: type_name(column) for column in filling.words}
        columns, packed = names(model), {}
        if types and self._stored_as(table) == _OLD_STORAGE:
            sizes = {name: self.scalar(f"SELECT len(enum_range(NULL::{kind}))") for name, kind in types.items()}
            packed = {name: "dictionary" for name, size in sizes.items() if size <= _FEW}
            packed = dict.fromkeys(filling.changing, "fsst") | packed
        self._make(table, model, packed)
        self._run(f"INSERT INTO {table} ({', '.join(columns)}) {filling.select(columns)}")
        for kind in types.values():
            self._run(f"DROP TYPE {kind}")

    def _stored_as(self, table: str) -> str:
        """From which version of DuckDB on a client can read the database of the table."""
        sql = "SELECT tags['storage_version'] FROM duckdb_databases()"
        sql += " WHERE database_name = coalesce(?, current_database())"
        return str(self.scalar(sql, [table.rpartition(".")[0] or None]))

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement of ours and return its rows."""
        return self._run(sql)

    def _run(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Execute and fetch everything: since DuckDB 2 an unfinished result blocks the connection."""
        with _interruptible():
            return list(self._connection.execute(sql, list(params)).fetchall())

    def _relation(self, sql: str, params: Sequence[object] = ()) -> Any:
        return self._connection.sql(sql, params=list(params)) if params else self._connection.sql(sql)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements inside, or none."""
        self._run("BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            self._run("ROLLBACK")
            raise
        self._run("COMMIT")

    @contextmanager
    def _setting(self, name: str, value: str) -> Iterator[None]:
        """For all connections to this file: several that use it at once must find it set (see ``__init__``)."""
        if (before := self.scalar(f"SELECT current_setting({_quoted(name)})")) == value:
            yield
            return
        self._run(f"SET {name} = {_quoted(value)}")
        try:
            yield
        finally:
            self._run(f"SET {name} = {_quoted(before)}")

    @contextmanager
    def registered(self, name: str, table: pa.Table) -> Iterator[None]:
        """``table`` can be read by SQL under this name inside."""
        self._connection.register(name, table)
        try:
            yield
        finally:
            self._connection.unregister(name)

    def add(self, target: str, model: type[Table], frame: pd.DataFrame) -> None:
        """Validate ``frame`` with its model and add its rows to a table."""
        from schemas.table import to_arrow

        with self.registered("incoming", to_arrow(model, model.validate(frame, lazy=True))):
            self._run(f"INSERT INTO {target} BY NAME SELECT * FROM incoming")

    def fill(self, target: str, model: type[Table], rows: list[dict[str, object]]) -> None:
        """``add`` for rows as dictionaries."""
        import pandas as pd

        from schemas.table import names

        self.add(target, model, pd.DataFrame(rows, columns=names(model)))

    def put(self, target: str, model: type[Table], rows: list[dict[str, object]]) -> None:
        """Rows of our own codebook: thousands, typed already, and nobody's private data."""
        from schemas.table import arrow_schema

        with self.registered("incoming", pa.Table.from_pylist(rows, schema=arrow_schema(model))):
            self._run(f"INSERT INTO {target} BY NAME SELECT * FROM incoming")

    def add_rules(self, sqls: Mapping[str, str], target: str, columns: Sequence[str]) -> int:
        """Add what SELECTs of findings (rule id -> SQL) find to the table ``target``; returns how many rows."""
        columns = [name for name in columns if not name.startswith("decision")]  # what people say is no part of a rule
        listed, before = ", ".join(columns), self.count(target)
        for sql in sqls.values():
            self._run(f"INSERT INTO {target} ({listed}) SELECT {listed} FROM ({sql}) AS found ORDER BY finding_id")
        return self.count(target) - before

    def rows(self, sql: str) -> Iterator[dict[str, Any]]:
        """The rows of a SELECT one by one; they are all in memory, but only a part of them as Python values."""
        for batch in self.query(sql).to_batches(max_chunksize=10_000):
            yield from batch.to_pylist()

    def unique(self, table: str, key: Sequence[str], where: str = "") -> None:
        """Raise ``StoreError`` where rows of a table have the same key."""
        listed = ", ".join(key)
        twice = self._run(f"SELECT {listed} FROM {table} {where} GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 3")
        if twice:
            shown = "; ".join("/".join(map(str, row)) for row in twice)
            name = table.removeprefix("step_")
            raise StoreError(
                "duplicate",
                f"table {name}: the key ({listed}) stands more than once, e.g. {shown}; nothing was changed",
                f"表 {name} 的主键（{listed}）重复，例如 {shown}；未作任何改动",
            )


@contextmanager
def _interruptible() -> Iterator[None]:
    """DuckDB swallows the ``KeyboardInterrupt`` of a signal that comes while it works, and says this instead."""
    try:
        yield
    except RuntimeError as error:
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from error
        raise


def _quoted(text: Path | str) -> str:
    from schemas.table import quote

    return quote(str(text))


def _null(name: str, error: duckdb.Error) -> StoreError:
    detail = str(error).rpartition(": ")[2]
    return StoreError(
        "null",
        f"{name}: a value is missing where the model has one in every row ({detail}); please report this.",
        f"{name}：有必填列取值为空（{detail}）；请反馈此问题。",
    )


def _connect(path: Path, read_only: bool, threads: int | None) -> Any:
    """Open the file or say in words why not."""
    if read_only and not path.exists():
        raise StoreError(
            "missing",
            f"{path}: there is no store yet; run `nianbao run`",
            f"{path}：尚无数据库，请先运行 nianbao run",
        )
    try:
        connection = duckdb.connect(str(path), read_only=read_only)
    except duckdb.Error as error:
        if "lock" in str(error).lower() and "conflicting" in str(error).lower():
            raise StoreError(
                "locked",
                f"{path}: another process has the store open; wait until it has finished",
                f"{path}：另一个进程正在使用数据库，请等待其结束",
            ) from error
        raise StoreError(
            "damaged",
            f"{path}: this is no readable store ({error}); delete it, it is made anew from the shards",
            f"{path}：数据库无法读取（{error}），可删除，程序会由分片重建",
        ) from error
    if threads is not None:
        connection.execute("SET threads = ?", [threads]).fetchall()
    connection.execute("SET preserve_insertion_order = true").fetchall()
    connection.execute("SET enable_progress_bar = false").fetchall()
    return connection
