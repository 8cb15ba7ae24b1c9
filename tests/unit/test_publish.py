"""Publication: gates, read-back, versions, the index; all on a store filled with one real report."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from places import Place
from shelf import Shelf

from pipelines import archive, datasets, gate, publish, release, writing
from pipelines.console import Console
from pipelines.gate import GateError
from pipelines.store import Store
from pipelines.withdrawal import withdraw
from schemas.products import PRODUCTS, Indicators, Panel
from schemas.rule import Rule
from schemas.rules import RULES

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "raw"
REPORT = SAMPLES / "pingtan" / "t20230220_80629.txt"
DAY = "2026.11.23"
SIMULATED = "; ".join(
    f"UPDATE {name} SET origin = 'simulated'"
    for name in ("documents", "sources", "reports", "report_documents", "observations")
)


def fill(place: Path) -> None:
    """A store with one report."""
    made = Place(place)
    shutil.copy(REPORT, made.raw)
    made.load()


@pytest.fixture(scope="module")
def filled(shelf: Shelf) -> Path:
    """A store file with one report; copied by each test."""
    return shelf.made("filled", fill) / "work" / "store.duckdb"


@pytest.fixture
def store(filled: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(filled, tmp_path / "store.duckdb")
    with Store(tmp_path / "store.duckdb") as opened:
        yield opened


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tmp_path / "published"


@pytest.fixture(scope="module")
def first(filled: Path, shelf: Shelf) -> Path:
    """A folder with one release of that store, to be read."""

    def make(place: Path) -> None:
        shutil.copy(filled, place / "store.duckdb")
        with Store(place / "store.duckdb") as opened:
            result = publish.publish(opened, place / "published", DAY)
        assert (result.version, result.new) == (DAY, True)
        assert (result.rows["reports"], result.rows["observations"]) == (1, 200)

    return shelf.made("first", make) / "published"


@pytest.fixture
def begun(first: Path, published: Path) -> None:
    """That release is there before the test."""
    shutil.copytree(first, published)


def spoil(store: Store, sql: str) -> None:
    store._run(sql)


def test_a_release_has_every_product_twice_and_words_to_go_with_them(first: Path) -> None:
    names = {path.name for path in (first / DAY).iterdir()} - {"slices"}
    products = {f"{product.name()}.{kind}" for product in PRODUCTS for kind in ("csv", "parquet")}
    assert names == products | {
        "nianbao.duckdb",
        "nianbao.xlsx",
        f"nianbao-{DAY}.zip",
        "README.md",
        "CHANGELOG.md",
        "LICENSE-DATA",
        "SHA256SUMS",
        "manifest.json",
        "dictionary.csv",
        "dictionary.html",
        "datapackage.json",
        "dcat.jsonld",
        "schema-org.jsonld",
        "croissant.json",
        "CITATION.cff",
    }
    assert (first / "latest").read_text(encoding="utf-8") == f"{DAY}\n"
    assert not list(first.glob(".staging*"))


@pytest.mark.usefixtures("begun")
def test_the_manifest_states_what_is_there(published: Path) -> None:
    folder = published / DAY
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name, stated in manifest["files"].items():
        data = (folder / name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (stated["bytes"], stated["sha256"])
    assert manifest["version"] == DAY
    assert manifest["origins"] == ["original"]
    assert manifest["rows"]["statements"] == 200
    assert set(manifest["libraries"]) >= {"duckdb", "pandas", "pandera", "pyarrow", "pypdfium2"}
    assert archive.verify(folder) == []
    (folder / "reports.csv").write_bytes((folder / "reports.csv").read_bytes() + b"x")
    (folder / "extra.txt").write_bytes(b"")
    (folder / "agencies.csv").unlink()
    assert archive.verify(folder) == ["agencies.csv", "extra.txt", "reports.csv"]


def test_parquet_fields_explain_themselves(first: Path) -> None:
    field = pq.read_schema(first / DAY / "observations.parquet").field("value")
    assert field.metadata[b"title_zh"].decode() == "数值"
    columns = (first / DAY / "dictionary.csv").read_text(encoding="utf-8").splitlines()
    assert columns[1].startswith("observations,1,agency_id,string,true,primary,")


def test_the_database_opens_in_older_clients(first: Path) -> None:
    head = (first / DAY / "nianbao.duckdb").read_bytes()[:20]
    assert head[8:12] == b"DUCK"
    assert struct.unpack("<Q", head[12:20]) == (64,)  # what DuckDB 1.0 writes and reads
    with Store(first / DAY / "nianbao.duckdb", read_only=True) as exported:
        sql = "SELECT value FROM observations WHERE indicator = 'new' AND breakdown = 'natural_person'"
        assert exported.scalar(sql) == 71
        comment = exported.scalar("SELECT comment FROM duckdb_columns() WHERE column_name = 'value_std'")
        assert "标准单位数值" in comment


@pytest.mark.usefixtures("begun")
def test_same_content_is_not_published_twice(store: Store, published: Path) -> None:
    again = publish.publish(store, published, "2026.11.24")
    assert (again.version, again.new) == (DAY, False)
    assert release.versions(published) == [DAY]


@pytest.mark.usefixtures("begun")
def test_a_mere_change_of_our_code_is_no_news(store: Store, published: Path) -> None:
    spoil(store, "UPDATE documents SET reader_hash = repeat('0', 32)")
    assert not publish.publish(store, published, "2026.11.24").new
    spoil(store, "UPDATE documents SET title = 'another title'")
    assert publish.publish(store, published, "2026.11.24").new


@pytest.mark.usefixtures("begun")
def test_lost_index_files_are_written_again(store: Store, published: Path) -> None:
    index = (published / "index.json").read_bytes()
    (published / "index.json").unlink()
    (published / "latest").unlink()
    publish.publish(store, published, DAY)
    assert (published / "index.json").read_bytes() == index
    assert release.latest(published) == DAY


@pytest.mark.usefixtures("begun")
def test_other_content_on_the_same_day_gets_a_number(store: Store, published: Path) -> None:
    spoil(store, "UPDATE reports SET n_documents = 2")
    assert publish.publish(store, published, DAY).version == f"{DAY}.2"
    spoil(store, "UPDATE reports SET n_documents = 3")
    with pytest.raises(GateError, match="is there already with other content"):
        publish.publish(store, published, DAY, exact=True)
    assert publish.publish(store, published, DAY).version == f"{DAY}.3"
    assert release.versions(published) == [DAY, f"{DAY}.2", f"{DAY}.3"]


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("INSERT INTO observations SELECT * FROM observations LIMIT 1", "gate.key"),
        ("DELETE FROM reports", "gate.no_report"),
        (
            "INSERT INTO sources SELECT * REPLACE ('b.txt' AS path, 'simulated' AS origin) FROM sources",
            "gate.mixed_origins",
        ),
        ("UPDATE observations SET unit = '斤' WHERE indicator = 'new'", "gate.model"),
        ("UPDATE reports SET report_year = 3022", "gate.model"),
        ("UPDATE observations SET status = 'blank' WHERE indicator = 'new'", "gate.model"),
        ("UPDATE agencies SET site = ''", "gate.model"),
        ("UPDATE documents SET document_id = upper(document_id)", "gate.model"),
        ("UPDATE documents SET cells_used = cells_present + 1", "gate.model"),  # a check of the model over a row
        ("ALTER TABLE reports ALTER agency_name DROP NOT NULL; UPDATE reports SET agency_name = NULL", "gate.model"),
        ("UPDATE observations SET locator = NULL WHERE indicator = 'new'", "gate.no_source"),
        ("UPDATE observations SET value = 71.0000001 WHERE indicator = 'new'", "gate.inexact"),
        ("UPDATE observations SET value_std = 9007199254740992 WHERE indicator = 'new'", "gate.inexact"),
        ("UPDATE observations SET value = 'nan' WHERE indicator = 'new'", "gate.inexact"),
        ("DELETE FROM statements WHERE indicator = 'new'", "gate.reference"),
        ("UPDATE observations SET report_id = 'r-0123456789abcdef'", "gate.reference"),
        ("UPDATE observations SET is_total = false WHERE breakdown = 'total'", "gate.total_flag"),
        ("UPDATE statements SET is_total = true WHERE indicator = 'new'", "gate.total_flag"),
        ("UPDATE documents SET origin = 'simulated'", "gate.mixed_origins"),
        (SIMULATED, "gate.mixed_origins"),  # beside a release of real ones
    ],
)
def test_what_a_gate_stops_never_shows(store: Store, published: Path, sql: str, code: str) -> None:
    before = {path: path.read_bytes() for path in published.rglob("*") if path.is_file()}
    spoil(store, sql)
    with pytest.raises(GateError) as error:
        publish.publish(store, published, "2026.11.24")
    assert error.value.code == code
    assert error.value.message_zh
    assert {path: path.read_bytes() for path in published.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("measure", "had", "has", "stops"),
    [
        ("reports", 200, 190, False),  # 5 % less, exactly
        ("reports", 200, 189, True),
        ("reports", 10, 5, False),  # half, but of a small folder
        ("reports", 10, 4, True),
        ("attributed", 200, 189, True),
        ("observations", 100_000, 95_000, False),
        ("observations", 100_000, 94_999, True),
        ("numbers", 2_000, 1_000, False),
        ("numbers", 2_000, 999, True),
    ],
)
def test_much_less_than_in_the_last_release_stops_unless_somebody_has_looked(
    measure: str, had: int, has: int, stops: bool
) -> None:
    before = dict.fromkeys(("reports", "attributed", "observations", "numbers"), 0) | {measure: had}
    if not stops:
        gate.check_last(before | {measure: has}, DAY, {"measures": before})
        return
    with pytest.raises(GateError, match=f"has {had} .* would have {has}") as error:
        gate.check_last(before | {measure: has}, DAY, {"measures": before})
    assert error.value.code == "gate.shrinking"
    assert f"本次只有 {has}" in error.value.message_zh


def test_a_release_is_compared_by_the_reports_whose_agency_is_sure_as_well(store: Store) -> None:
    """A registry that broke makes every agency provisional, and loses no report and no cell."""
    before = gate.measures(store)
    assert (before["reports"], before["attributed"]) == (1, 1)
    spoil(store, "UPDATE reports SET agency_id = 'p-0123456789ab'")
    assert gate.measures(store) == before | {"attributed": 0}
    spoil(store, "DELETE FROM observations")
    assert gate.measures(store) == {"reports": 1, "attributed": 0, "observations": 0, "numbers": 0}


@pytest.mark.usefixtures("begun")
def test_a_release_that_shrank_is_kept_back_until_it_is_accepted(store: Store, published: Path) -> None:
    manifest = published / DAY / release.MANIFEST
    told = json.loads(manifest.read_text(encoding="utf-8"))
    told["measures"]["reports"] += 10
    manifest.write_text(json.dumps(told), encoding="utf-8")
    spoil(store, "UPDATE agencies SET site = 'https://www.example.gov.cn/'")
    with pytest.raises(GateError) as error:
        publish.publish(store, published, "2026.11.24")
    assert error.value.code == "gate.shrinking"
    assert release.versions(published) == [DAY]
    assert publish.publish(store, published, "2026.11.24", accept_shrinking=True).new


@pytest.mark.usefixtures("begun")
def test_a_folder_whose_releases_are_all_withdrawn_still_takes_no_made_up_ones(store: Store, published: Path) -> None:
    assert withdraw(published, DAY, "a wrong column", Console(io.StringIO())) == 0
    assert release.latest(published) is None
    spoil(store, SIMULATED)
    with pytest.raises(GateError, match="made-up and real figures are never published into one folder") as error:
        publish.publish(store, published, "2026.11.24")
    assert error.value.code == "gate.mixed_origins"


def test_nothing_is_begun_on_a_disk_without_room(
    store: Store, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = store.scalar("SELECT count(*) FROM observations")
    needed = 100_000_000 + 2_700 * cells
    room = shutil.disk_usage(published.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: room._replace(free=needed - 1))
    with pytest.raises(GateError, match="Make room") as error:
        publish.publish(store, published, DAY)
    assert error.value.code == "gate.disk"
    assert {path.name for path in published.iterdir()} <= {".lock"}
    monkeypatch.setattr(shutil, "disk_usage", lambda _: room._replace(free=needed))
    gate.check_room(store, published)


def test_a_finding_of_a_blocking_rule_stops_a_release_and_a_warning_does_not(
    store: Store, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = (
        "INSERT INTO findings BY NAME SELECT 'f-0000000000000000' AS finding_id, 'made.up' AS rule, "
        "'error' AS severity, 'pipeline' AS responsible, 'run' AS stage, "
        "'it is wrong' AS message_en, '有误' AS message_zh"
    )
    spoil(store, told)
    monkeypatch.setitem(RULES, "made.up", Rule("made.up", "error", "pipeline", "虚构", "Made up", blocks=True))
    with pytest.raises(GateError, match="it is wrong") as error:
        publish.publish(store, published, DAY)
    assert error.value.code == "gate.finding"
    assert "有误" in error.value.message_zh
    monkeypatch.setitem(RULES, "made.up", Rule("made.up", "error", "pipeline", "虚构", "Made up"))
    assert publish.publish(store, published, DAY).new


def test_a_file_that_reads_back_wrong_stops_the_release(
    store: Store, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = Store.copy_ordered

    def other(self: Store, select_sql: str, path: Path, fmt: str, schema: object = None) -> int:
        rows = really(self, select_sql, path, fmt, schema)  # type: ignore[arg-type]
        if path.name == "sources.parquet":
            path.write_bytes(path.read_bytes().replace(b"t20230220_80629", b"t20230220_80620"))
        return rows

    monkeypatch.setattr(Store, "copy_ordered", other)
    held_back(store, published, "sources.parquet reads back wrong")


@pytest.mark.parametrize("rows_read", [writing.SAMPLED, 1])
@pytest.mark.parametrize("spoiled", ["garbled", "truncated", "longer"])
def test_a_csv_file_of_which_other_bytes_are_there_stops_the_release(
    store: Store, published: Path, spoiled: str, rows_read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the rows that are read back, and beyond."""
    really = archive.sum_of

    def other(path: Path) -> archive.FileSum:
        found = really(path)
        if path.name == "observations.csv":
            data = path.read_bytes()
            assert data.count(b"\n") > 2
            changed = {"garbled": data[:-9] + b"7" + data[-8:], "truncated": data[:-1], "longer": data + data[-99:]}
            assert changed[spoiled] != data
            path.write_bytes(changed[spoiled])
        return found

    monkeypatch.setattr(archive, "sum_of", other)
    monkeypatch.setattr(writing, "SAMPLED", rows_read)
    held_back(store, published, "observations.csv reads back wrong")


def held_back(store: Store, published: Path, told: str) -> None:
    with pytest.raises(GateError, match=told) as error:
        publish.publish(store, published, DAY)
    assert error.value.code == "gate.read_back"
    assert release.versions(published) == []
    assert not list(published.glob(".staging*"))


def test_a_csv_file_with_fewer_rows_than_the_table_is_none(first: Path, tmp_path: Path) -> None:
    with Store(first / DAY / "nianbao.duckdb", read_only=True) as staged:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Indicators, "rows", classmethod(lambda cls: f"SELECT * FROM {cls.name()} LIMIT 1"))
            with pytest.raises(datasets.ReadBackError, match="1 rows, expected"):
                datasets.write_csv(staged, Indicators, tmp_path)
        told = datasets.write_csv(staged, Indicators, tmp_path).file
        assert told.sha256 == release.hash_of(tmp_path / "indicators.csv")


def test_a_file_is_summed_to_its_end(tmp_path: Path) -> None:
    for data in (b"", bytes(range(256)) * 20_001):
        (tmp_path / "data").write_bytes(data)
        wanted = archive.FileSum(len(data), hashlib.sha256(data).hexdigest(), zlib.crc32(data))
        assert archive.sum_of(tmp_path / "data") == wanted


def test_slices_take_the_rows_of_the_csv_file_as_they_stand(first: Path, tmp_path: Path) -> None:
    """Also where a text has line ends and quotes in it; and never where the file has other rows than the table."""
    shutil.copy(first / DAY / "nianbao.duckdb", tmp_path / "changed.duckdb")
    with Store(tmp_path / "changed.duckdb", released=True) as changed:
        changed._run(
            """UPDATE panel SET agency_name = 'one "two"\n' || CASE WHEN n_cells > 1 THEN 'three' ELSE '"' END"""
        )
        changed._run("UPDATE panel SET report_year = 2021 WHERE series LIKE '%.new'")
        datasets.write_csv(changed, Panel, tmp_path)
        cut = {part: path for path, part in datasets.write_slices(changed, Panel, tmp_path)}
        assert set(cut) == {"year=2021", "year=2022", "province=35"}
        for year in (2021, 2022):
            with zipfile.ZipFile(cut[f"year={year}"]) as packed:
                text = packed.read(f"panel-{year}.csv").decode()
            found = list(csv.reader(io.StringIO(text, newline="")))[1:]
            where = f"WHERE report_year = {year}"
            wanted = changed.query(
                f"SELECT series, breakdown, agency_name FROM panel {where} ORDER BY rowid"
            ).to_pylist()
            assert [(row[3], row[4], row[5]) for row in found] == [tuple(row.values()) for row in wanted] != []
        whole = tmp_path / "panel.csv"
        with whole.open("ab") as file:
            file.write(b"a000001\n")
        shutil.rmtree(tmp_path / datasets.SLICES)
        with pytest.raises(datasets.ReadBackError, match="other rows"):
            list(datasets.write_slices(changed, Panel, tmp_path))


def test_a_word_after_a_megabyte_of_figures_stops_nothing(store: Store, published: Path) -> None:
    spoil(
        store,
        "INSERT INTO findings (finding_id, rule, severity, responsible, stage, message_en, message_zh, observed) "
        "SELECT format('f-{:016x}', i), 'read.charset', 'info', 'pipeline', 'read', repeat('x', 200), 'x', "
        "CASE WHEN i < 11999 THEN '12' ELSE '12件' END FROM range(12000) AS rows(i)",
    )
    before = store.scalar("SELECT count(*) FROM findings")
    assert publish.publish(store, published, DAY).rows["findings"] == before
    assert (published / DAY / "findings.csv").stat().st_size > 2 << 20


def test_left_overs_of_a_killed_publication_are_cleared(store: Store, published: Path) -> None:
    (published / ".staging-1").mkdir(parents=True)
    (published / ".staging-1" / "reports.csv").write_bytes(b"half")
    (published / ".index.json.1.tmp").write_bytes(b"half")
    publish.publish(store, published, DAY)
    assert {path.name for path in published.iterdir()} == {".lock", DAY, "index.json", "latest"}


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("2026.11.23", True),
        ("2026.11.23.2", True),
        ("2026.11.23.10", True),
        ("2026.11.23.1", False),
        ("2026.11.23.0", False),
        ("2026.13.23", False),
        ("2026.02.29", False),  # no such day: descriptors and workbook could not say when it was made
        ("2028.02.29", True),
        ("2026-11-23", False),
        ("latest", False),
        ("2026.11.23/..", False),
        ("2026.11.23\n", False),
    ],
)
def test_versions(text: str, good: bool) -> None:
    assert release.is_version(text) is good


@pytest.mark.parametrize("written", [0, 1])
def test_a_release_whose_publication_ended_before_its_index_is_the_latest(
    store: Store, published: Path, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    """Of index and ``latest`` none, or the first one, was ``written``."""
    publish.publish(store, published, DAY)
    store._run("UPDATE reports SET n_documents = 2")
    replace, done = release._replace, []

    def killed(path: Path, text: str) -> None:
        if (published / "2026.11.24").is_dir():
            done.append(path)
            if len(done) > written:
                raise KeyboardInterrupt
        replace(path, text)

    monkeypatch.setattr(release, "_replace", killed)
    with pytest.raises(KeyboardInterrupt):
        publish.publish(store, published, "2026.11.24")
    monkeypatch.undo()
    assert release.latest(published) == DAY
    again = publish.publish(store, published, "2026.11.24", exact=True)
    assert (again.version, again.new) == ("2026.11.24", False)
    assert release.latest(published) == "2026.11.24"
    assert release.versions(published) == [DAY, "2026.11.24"]


def test_an_older_release_that_somebody_brings_back_is_not_the_latest(store: Store, published: Path) -> None:
    publish.publish(store, published, DAY)
    (published / DAY).rename(published.parent / "away")
    store._run("UPDATE reports SET n_documents = 2")
    publish.publish(store, published, "2026.11.24")
    (published.parent / "away").rename(published / DAY)
    publish.publish(store, published, "2026.11.25")
    assert release.latest(published) == "2026.11.24"


def test_versions_are_ordered_as_numbers() -> None:
    assert sorted(["2026.11.23.10", "2026.11.23.9", "2026.11.23", "2026.09.01"], key=release.order) == [
        "2026.09.01",
        "2026.11.23",
        "2026.11.23.9",
        "2026.11.23.10",
    ]


def test_the_address_where_releases_are_served_is_in_the_descriptors_and_no_reason_for_a_release(
    store: Store, published: Path
) -> None:
    publish.publish(store, published, DAY, base_url="https://data.example.org/nianbao/")
    described = json.loads((published / DAY / "schema-org.jsonld").read_text(encoding="utf-8"))
    assert described["@id"] == f"https://data.example.org/nianbao/{DAY}/"
    assert not publish.publish(store, published, "2026.11.24").new
