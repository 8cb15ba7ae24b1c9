"""The store: whole transactions or nothing, tables swapped in at once, files that are the same for the same rows."""

from __future__ import annotations

import csv
import hashlib
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from batches import FEES, batch, document, finding, sha, sighting

from pipelines.extraction import RawFinding
from pipelines.ingest import Sighting
from pipelines.store import Store, StoreError
from schemas import core
from schemas.ordering import Filling
from schemas.table import arrow_schema, names

OBSERVATIONS = f"SELECT {', '.join(names(core.Observation))} FROM observations ORDER BY 1, 2, 3, 4, 5, 6"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.duckdb"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(path) as made:
        yield made


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two agencies, three documents, rebuilt; for tests that only read."""
    with Store(tmp_path_factory.mktemp("built") / "store.duckdb") as made:
        documents = [document(1), document(2, report_year=2023), document(3, agency="洪泽区人民政府")]
        documents[0].findings.append(finding("interpret.unused_number", '1,"x"\ny', observed="12"))
        made.replace_documents(batch(*documents))
        made.replace_sources(pd.DataFrame([sighting(1), sighting(2), sighting(3)]))
        made.rebuild()
        yield made


def counts(store: Store, *tables: str) -> list[int]:
    return [store.count(table) for table in tables]


def test_replacing_a_document_leaves_nothing_of_what_it_was(store: Store) -> None:
    first = document(1)
    first.findings.append(finding("interpret.unknown_row"))
    store.replace_documents(batch(first, document(2, {FEES: {"value": "x"}})))
    tables = ("documents", "statements", "document_findings", "quarantine")
    assert counts(store, *tables) == [2, 399, 2, 1]
    store.replace_documents(batch(document(2), reader_hash="r2"))
    assert counts(store, *tables) == [2, 400, 1, 0]
    assert store.document_state() == {sha(1): "r1", sha(2): "r2"}
    store.forget_documents([sha(1)])
    assert counts(store, *tables) == [1, 200, 0, 0]
    store.forget_documents([])
    assert store.document_state() == {sha(2): "r2"}


def test_a_key_that_stands_twice_leaves_the_store_as_it_was(store: Store) -> None:
    store.replace_documents(batch(document(1)))
    twice = batch(document(1, {FEES: {"value": "1", "printed": "1"}}), document(2))
    twice["statements"] = pd.concat([twice["statements"], twice["statements"].head(1)])
    with pytest.raises(StoreError, match=r"statements: the key \(statement_id\) stands more than once") as caught:
        store.replace_documents(twice)
    assert caught.value.code == "duplicate"
    assert "重复" in caught.value.message_zh
    assert counts(store, "documents", "statements") == [1, 200]
    assert store.scalar("SELECT value FROM statements WHERE indicator = 'fees'") == 96171.6


def test_sources_are_replaced_whole_and_checked(store: Store) -> None:
    known = Sighting("a/1.pdf", sha(1), 412842, year_hint="2024", note="电话 13812345678")
    store.replace_sources(pd.DataFrame([known]))  # with columns that the table has not
    row = store.query("SELECT * FROM sources").to_pylist()[0]
    assert (row["path"], row["year_hint"], row["site"], row["origin"]) == ("a/1.pdf", 2024, None, "original")
    assert row["note"] == "电话 1**********"
    for bad in ([sighting(1), sighting(1)], [sighting(1, origin="hearsay")], [{"path": "a"}]):
        with pytest.raises(pandera.errors.SchemaErrors):
            store.replace_sources(pd.DataFrame(bad))
    assert counts(store, "sources") == [1]
    store.replace_sources(pd.DataFrame([], columns=names(core.Source)))
    assert counts(store, "sources") == [0]


def test_rebuild_of_nothing_and_twice_the_same(store: Store) -> None:
    store.rebuild()
    assert counts(store, "reports", "attributions", "observations", "findings") == [0, 0, 0, 0]
    assert store.scalar("SELECT count(*) FROM agencies WHERE n_reports > 0 OR is_provisional") == 0
    assert counts(store, "indicators") == [398 + 4 * (52 + 58)]
    store.replace_documents(batch(document(1), document(2, agency="洪泽区人民政府")))
    store.replace_sources(pd.DataFrame([sighting(1), sighting(2)]))
    seen = []
    for _ in range(2):
        store.rebuild()
        seen.append([store.query(f"SELECT * FROM {name} ORDER BY ALL").to_pylist() for name in core.DERIVED])
    assert seen[0] == seen[1]
    left = store.query("SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'step_')")
    assert left.num_rows == 0
    comment = store.scalar(
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'reports' AND column_name = 'n_mark'"
    )
    assert comment == "符号数 | Marks"


def test_a_rebuild_that_fails_keeps_the_tables_of_the_last_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines import resolve

    store.replace_documents(batch(document(1)))
    store.replace_sources(pd.DataFrame([sighting(1)]))
    store.rebuild()
    store.replace_documents(batch(document(2, report_year=2023)))
    with monkeypatch.context() as patched:
        patched.setattr(resolve, "agencies", lambda target: f"INSERT INTO {target} SELECT 1")
        with pytest.raises(duckdb.Error):
            store.rebuild()
    assert counts(store, "reports", "observations") == [1, 200]
    store.rebuild()
    assert counts(store, "reports", "observations") == [2, 400]


def test_findings_of_the_run_are_added_and_not_kept(store: Store) -> None:
    columns = ["document_id", *RawFinding.__dataclass_fields__]
    told = {"rule": "ingest.bad_name", "severity": "error", "responsible": "pipeline"}
    row = dict.fromkeys(columns, "") | told | {"message_en": "x", "message_zh": "错"}
    store.rebuild(pd.DataFrame([row]))
    found = store.query("SELECT rule, stage, document_id, message_zh FROM findings").to_pylist()
    assert found == [{"rule": "ingest.bad_name", "stage": "run", "document_id": None, "message_zh": "错"}]
    store.rebuild()
    assert counts(store, "findings") == [0]


def test_rules_from_outside_add_findings(store: Store) -> None:
    store.rebuild()
    select = ", ".join(
        {"finding_id": "'f-1' AS finding_id", "severity": "'info' AS severity", "stage": "'check' AS stage"}.get(
            name, f"NULL::{'BIGINT' if name == 'report_year' else 'VARCHAR'} AS {name}"
        )
        if name not in ("rule", "responsible", "message_en", "message_zh")
        else f"'pipeline' AS {name}"
        for name in names(core.Finding)
    )
    assert store.run_rules({"x.y": f"SELECT {select}"}) == 1
    assert store.query("SELECT finding_id, rule FROM findings").to_pylist() == [
        {"finding_id": "f-1", "rule": "pipeline"}
    ]


def test_query_with_parameters(built: Store) -> None:
    table = built.query("SELECT value FROM observations WHERE indicator = ? AND report_year = ?", ["fees", 2023])
    assert table.to_pylist() == [{"value": 96171.6}]
    assert built.scalar("SELECT 1 WHERE false") is None
    assert built.scalar("SELECT max(report_year) FROM reports") == 2024


def test_parquet_has_the_rows_the_types_and_the_descriptions(built: Store, tmp_path: Path) -> None:
    schema = arrow_schema(core.Observation)
    assert built.copy_ordered(OBSERVATIONS, tmp_path / "o.parquet", "parquet", schema) == 600
    table = pq.read_table(tmp_path / "o.parquet")
    assert (table.schema.names, table.schema.types) == (schema.names, schema.types)
    assert all(field.nullable for field in table.schema)  # whether or not there happens to be a null
    assert all(found.metadata == wanted.metadata for found, wanted in zip(table.schema, schema, strict=True))
    assert table.schema.metadata.items() >= schema.metadata.items()
    assert table.to_pylist() == built.query(OBSERVATIONS).to_pylist()
    assert pq.ParquetFile(tmp_path / "o.parquet").metadata.row_group(0).column(0).compression == "ZSTD"
    with pytest.raises(ValueError, match="are not those of the schema"):
        built.copy_ordered("SELECT 1 AS x", tmp_path / "x.parquet", "parquet", schema)
    assert (
        built.copy_ordered(f"SELECT * FROM ({OBSERVATIONS}) WHERE false", tmp_path / "e.parquet", "parquet", schema)
        == 0
    )
    assert pq.read_table(tmp_path / "e.parquet").num_rows == 0


@pytest.mark.parametrize("fmt", ["parquet", "csv"])
def test_the_same_rows_are_the_same_bytes_with_any_number_of_threads(tmp_path: Path, fmt: str) -> None:
    """300 000 rows in a shuffled table, so that several threads and row groups have work."""
    made = []
    sql = "SELECT n, v, t FROM shuffled ORDER BY n"
    for threads in (1, 2, 2):
        target = tmp_path / f"{len(made)}.{fmt}"
        with Store(tmp_path / f"{len(made)}.duckdb", threads=threads) as store:
            store._run(
                "CREATE TABLE shuffled AS SELECT range AS n, range / 4 AS v, 'x' || (range % 97) AS t"
                f" FROM range(300000) ORDER BY hash(range + {len(made)})"
            )
            assert store.copy_ordered(sql, target, "csv" if fmt == "csv" else "parquet") == 300_000
        made.append(hashlib.sha256(target.read_bytes()).hexdigest())
    assert len(set(made)) == 1
    first = pd.read_csv(target) if fmt == "csv" else pd.read_parquet(target)
    assert first["n"].is_monotonic_increasing
    assert first["v"].tolist() == [n / 4 for n in range(300_000)]


def test_csv_is_exact_and_plain(store: Store, tmp_path: Path) -> None:
    numbers = [
        "12",
        "75394432.52",
        "0.000001",
        "-0.5",
        "9007199254740991",
        "59237.2449",
        "-0",
        "1000000000000.25",
        "0.009999",
    ]
    values = ", ".join(f"({place}, {number}::DOUBLE)" for place, number in enumerate(numbers))
    store.copy_ordered(f"SELECT v FROM (VALUES {values}) AS t(n, v) ORDER BY n", tmp_path / "n.csv", "csv")
    wanted = ["v", *numbers[:6], "0", *numbers[7:]]
    assert (tmp_path / "n.csv").read_bytes() == ("\n".join(wanted) + "\n").encode()

    store.copy_ordered(
        "SELECT 1 AS n, NULL::DOUBLE AS v, NULL AS t, true AS b UNION ALL"
        " SELECT 2, 2.0, '一,\"二\"' || chr(10) || '三', false ORDER BY n",
        tmp_path / "t.csv",
        "csv",
    )
    assert (tmp_path / "t.csv").read_bytes() == 'n,v,t,b\n1,,,true\n2,2,"一,""二""\n三",false\n'.encode()


def test_csv_reads_back_as_what_is_stored(built: Store, tmp_path: Path) -> None:
    built.copy_ordered(
        "SELECT * FROM findings ORDER BY stage = 'read' DESC, finding_id",
        tmp_path / "f.csv",
        "csv",
        arrow_schema(core.Finding),
    )
    with (tmp_path / "f.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["message_en"] == '1,"x"\ny'
    assert (rows[0]["document_id"], rows[0]["report_year"]) == (sha(1), "2024")
    built.copy_ordered(OBSERVATIONS, tmp_path / "o.csv", "csv")
    frame = pd.read_csv(tmp_path / "o.csv")
    assert frame["value"].sum() == built.scalar("SELECT sum(value) FROM observations")
    assert int(frame["value_std"].max()) == 961716000


def test_the_exported_file_has_tables_comments_and_the_old_format(built: Store, tmp_path: Path) -> None:
    target = tmp_path / "nianbao.duckdb"
    reports = f"SELECT {', '.join(names(core.Report))} FROM reports"
    tables = {
        "observations": (core.Observation, Filling(OBSERVATIONS)),
        "reports": (core.Report, Filling(reports, ("report_id",))),
    }
    built.export_database(target, tables)
    with pytest.raises(FileExistsError):
        built.export_database(target, {})
    connection = duckdb.connect(str(target), read_only=True)
    assert connection.sql("SELECT count(*), sum(value) FROM observations").fetchall()[0][0] == 600
    assert connection.sql("SELECT * FROM observations").fetchall() == [
        tuple(row.values()) for row in built.query(OBSERVATIONS).to_pylist()
    ]
    (comment,) = connection.sql(
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'observations' AND column_name = 'value_std'"
    ).fetchall()[0]
    tags = connection.sql("SELECT tags FROM duckdb_databases() WHERE database_name = 'nianbao'").fetchall()
    connection.close()
    assert comment.startswith("标准单位数值：单位不明时为空 | Value in standard units: ")
    assert "v1.0.0" in str(tags)
    with Store(target, read_only=True) as read:
        assert read.scalar("SELECT count(*) FROM reports") == 3


def test_runs_are_recorded_newest_first(store: Store) -> None:
    store.record_run({"run_id": "1", "started_at": "2026-11-23T01:00:00+00:00", "message": ""})
    store.record_run({"run_id": "2", "started_at": "2026-11-23T02:00:00+00:00", "exit_code": None, "elsewhere": 1})
    store.record_run({"run_id": "2", "started_at": "2026-11-23T02:00:00+00:00", "exit_code": 3, "published": True})
    rows = store.last_runs(5)
    assert [row["run_id"] for row in rows] == ["2", "1"]
    assert (rows[0]["exit_code"], rows[0]["published"], rows[1]["message"]) == (3, True, None)
    assert [row["run_id"] for row in store.last_runs(1)] == ["2"]


def test_a_store_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store yet") as missing:
        Store(tmp_path / "none.duckdb", read_only=True)
    assert missing.value.code == "missing"
    (tmp_path / "bad.duckdb").write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match="no readable store") as damaged:
        Store(tmp_path / "bad.duckdb")
    assert damaged.value.code == "damaged"


def _child(code: str, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_store_in_use_by_another_process_is_locked(path: Path) -> None:
    Store(path).close()
    code = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with _child(code, path) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        with pytest.raises(StoreError) as caught:
            Store(path)
        assert caught.value.code == "locked"
        child.communicate("")


def test_killed_in_the_middle_it_opens_as_it_was(path: Path) -> None:
    """kill -9 inside a replacement and again between the steps of a rebuild: the last whole transaction is there."""
    with Store(path) as store:
        store.replace_documents(batch(document(1)))
        store.replace_sources(pd.DataFrame([sighting(1), sighting(2)]))
        store.rebuild()
    code = """
        import os, signal, sys
        from batches import batch, document
        from pipelines.store import Store
        store = Store(sys.argv[1])
        tables = batch(document(1), document(2), reader_hash="r2")
        def die(*args):
            os.kill(os.getpid(), signal.SIGKILL)
        if sys.stdin.read().strip() == "replace":
            store.unique = die
            store.replace_documents(tables)
        else:
            store.replace_documents(tables)
            store.add_rules = die
            store.rebuild()
    """
    for stage, loaded in (("replace", 1), ("rebuild", 2)):
        with _child(code, path) as child:
            child.communicate(stage)
        assert child.returncode == -signal.SIGKILL
        with Store(path) as store:
            assert counts(store, "documents", "statements", "observations") == [loaded, 200 * loaded, 200]
    with Store(path) as store:
        store.rebuild()
        assert counts(store, "reports", "observations") == [1, 200]
        assert store.scalar("SELECT max(n_statements) FROM observations") == 2


def test_frames_go_in_with_exactly_the_types_of_the_model(store: Store) -> None:
    store.replace_documents(batch(document(1)))
    table = store.query("SELECT * FROM statements")
    assert table.schema.types == arrow_schema(core.Statement).types
    assert isinstance(table, pa.Table)


@pytest.mark.parametrize("ask", ["execute", "query"])
def test_an_interrupt_while_duckdb_works_is_an_interrupt(path: Path, ask: str) -> None:
    program = f"""
import os, signal, threading
from pathlib import Path
from pipelines.store import Store
signal.signal(signal.SIGINT, signal.default_int_handler)
with Store(Path({str(path)!r}), threads=1) as store:  # with more the thread that is told may only wait
    threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT]).start()
    try:
        store.{ask}("SELECT count(*) FROM range(1000000000000) WHERE md5(range::VARCHAR) = ''")
    except KeyboardInterrupt:
        print(store.scalar("SELECT 'goes on'"))
"""
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True, timeout=60
    )
    assert run.stdout == "goes on\n", run.stderr
