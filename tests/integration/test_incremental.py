"""What is done again when one kind of file changes: bytes, forms, registry; and that the figures stay the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from places import Place
from shelf import Shelf

from pipelines import fingerprint, lock, merging, parsed, release, shards
from pipelines.ingest import Share

HERE = Path(__file__).resolve().parent
PINGTAN_2022 = "pingtan/t20230220_80629.txt"
PINGTAN_2023 = "pingtan/t20240308_87885.txt"
SHANGHAI = "shanghai/ndbg2019.html"
FORBIDDEN = "troubled_reader:read_forbidden"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.syspath_prepend(str(HERE))  # workers get this path too
    return Place(tmp_path)


def changed(monkeypatch: pytest.MonkeyPatch, **hashes: str) -> None:
    """Let the code of these stages, and so all code together, be another one."""
    for name, value in {"code_hash": "+".join(hashes.values()), **hashes}.items():
        monkeypatch.setattr(fingerprint, name, lambda value=value: value)


def counts(place: Place) -> tuple[int, int]:
    record = place.record()
    return record["documents_read"], record["documents_reinterpreted"]


def test_a_changed_form_interprets_again_without_opening_a_file(
    place: Place, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.after(shelf, PINGTAN_2022, PINGTAN_2023, SHANGHAI)
    assert counts(place) == (3, 0)
    version = release.latest(place.published)
    changed(monkeypatch, reader_hash="1" * 32)  # as after a change of a form
    assert place.run(reader=FORBIDDEN) == 0
    assert counts(place) == (3, 3)
    assert release.latest(place.published) == version, "the content is the same"
    # and where what was kept is gone it is read from the bytes
    for path in (place.work / "parsed").iterdir():
        path.unlink()
    changed(monkeypatch, reader_hash="2" * 32)
    assert place.run() == 0
    assert counts(place) == (3, 0)
    assert release.latest(place.published) == version


def test_a_changed_reader_opens_the_files_again(place: Place, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    place.after(shelf, PINGTAN_2022, PINGTAN_2023)
    changed(monkeypatch, reader_hash="1" * 32, bytes_hash="2" * 32)
    assert place.run() == 0
    assert counts(place) == (2, 0)
    names = [path.name for path in (place.work / "parsed").iterdir()]
    assert names
    assert all(name.startswith("2" * 32) for name in names), "what the old readers made is deleted"


def test_private_data_is_read_again_from_the_raw_file_and_nowhere_else(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.sample(PINGTAN_2022, PINGTAN_2023)
    path = place.raw / PINGTAN_2022
    path.write_bytes(path.read_bytes() + "\n联系人：王小二，13912345678\n".encode())
    place.run()
    kept = parsed.index(place.work / "parsed", fingerprint.bytes_hash())
    assert len(kept) == 1
    changed(monkeypatch, reader_hash="1" * 32)
    assert place.run() == 0
    assert counts(place) == (2, 1)


def test_nothing_is_kept_where_nothing_may_be(place: Place) -> None:
    place.sample(PINGTAN_2022)
    assert place.run(keep_bytes=0) == 0
    assert not (place.work / "parsed").exists()


def test_each_stage_has_its_own_files() -> None:
    def names(paths: list[Path]) -> set[str]:
        return {path.relative_to(Path(fingerprint.__file__).parents[1]).as_posix() for path in paths}

    reading = names(fingerprint.reading_files())
    assert {"schemas/forms/variants.toml", "pipelines/readers/pdf.py", "pipelines/parsed.py"} <= reading
    assert not any(name.startswith(("schemas/codebook/", "schemas/rules")) for name in reading)
    bytes_only = names(fingerprint.bytes_files())
    assert bytes_only < reading
    assert "pipelines/readers/pdf.py" in bytes_only
    assert {name for name in bytes_only if name.startswith("schemas/")} == {"schemas/masking.py"}


def test_shares_of_an_array_are_read_beside_each_other_and_loaded_by_a_last_run(place: Place) -> None:
    place.sample(PINGTAN_2022, PINGTAN_2023, SHANGHAI)
    with lock.held(place.work / "lock"):  # no share waits for a run, nor for another share
        assert [place.run(Share(number, 2)) for number in (1, 2)] == [0, 0]
        assert "Share 2 of 2: " in place.said
    assert not (place.work / "store.duckdb").exists()
    assert sum(len(entry.ids) for entry in shards.catalogue(place.work / "shards")) == 3
    assert place.run(Share(1, 2), reader=FORBIDDEN) == 0, "what is read is not read again"
    assert place.run(reader=FORBIDDEN) == 0
    assert counts(place) == (0, 0)
    assert {row["report_year"] for row in place.table("reports")} == {"2019", "2022", "2023"}
    assert [path.name for path in place.work.glob("hashes*")] == ["hashes.txt"], "the shares' hashes are taken in"


def test_every_path_is_in_one_share() -> None:
    paths = [f"省/市{number}/年报.pdf" for number in range(2000)]
    found = [[path for path in paths if path in Share(number, 7)] for number in range(1, 8)]
    assert sorted(path for part in found for path in part) == sorted(paths)
    assert min(map(len, found)) > 200


def test_a_changed_registry_asks_again_whose_report_it_is_and_reads_nothing(
    place: Place, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def done(place: Place) -> tuple[int, int, int]:
        record = place.record()
        return record["documents_read"], record["documents_loaded"], record["documents_attributed"]

    place.after(shelf, PINGTAN_2022, PINGTAN_2023)
    assert done(place) == (2, 2, 2)
    version = release.latest(place.published)
    place.sample(SHANGHAI)
    place.run()
    assert done(place) == (1, 1, 1), "one new document is asked about, not all"
    changed(monkeypatch, registry_hash="1" * 32)  # as after a new row of agency_names.csv
    assert place.run(reader=FORBIDDEN) == 0
    assert done(place) == (0, 0, 3)
    changed(monkeypatch, registry_hash="1" * 32, code_hash="a changed rule")
    assert place.run(reader=FORBIDDEN) == 0
    assert done(place) == (0, 0, 0)
    assert release.latest(place.published) != version


def test_the_shards_of_many_nights_are_put_together(
    place: Place, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.after(shelf, PINGTAN_2022)
    monkeypatch.setattr(merging, "MANY", 2)
    place.sample(PINGTAN_2023)
    assert place.run() == 0
    version = release.latest(place.published)
    (shard,) = shards.catalogue(place.work / "shards")
    assert len(shard.ids) == 2
    (place.work / "store.duckdb").unlink()
    assert place.run(reader=FORBIDDEN) == 0
    assert release.latest(place.published) == version
    monkeypatch.setattr(merging, "MANY", 1)

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shards, "put", full)
    monkeypatch.setattr(merging, "_groups", lambda small: [small])
    (place.work / "done.json").unlink()
    assert place.run(reader=FORBIDDEN) == 0
    assert "small files were not put together (No space left on device); all are still there." in place.said


@pytest.mark.parametrize("part", ["cells", "findings"])
def test_a_shard_damaged_in_its_middle_ends_no_run(
    place: Place, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    place.after(shelf, PINGTAN_2022, PINGTAN_2023)
    monkeypatch.setattr(merging, "MANY", 1)
    monkeypatch.setattr(merging, "_groups", lambda small: [small])
    (path,) = (place.work / "shards").glob(f"*.{part}.parquet")
    data = bytearray(path.read_bytes())
    data[4 : len(data) - 200] = bytes(len(data) - 204)
    path.write_bytes(data)
    (place.work / "done.json").unlink()
    assert place.run(reader=FORBIDDEN) == 0
    assert "small files were not put together" in place.said
    assert path.read_bytes() == bytes(data)
