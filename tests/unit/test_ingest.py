"""The ledger of the raw folder: what is taken, what is passed over, what manifests say and where they are wrong."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from pipelines import ingest

HEADER = "path,source_url,retrieved_at,published_on,agency_hint,year_hint,origin,note\n"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


def put(raw: Path, name: str, content: bytes = b"x") -> Path:
    path = raw / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def rules(ledger: ingest.Ledger) -> list[str]:
    return sorted(finding.rule for finding in ledger.findings)


def paths(ledger: ingest.Ledger) -> list[str]:
    return [sighting.path for sighting in ledger.sightings]


def test_every_file_is_taken_but_what_belongs_to_desktops_and_readers(raw: Path) -> None:
    put(raw, "b.pdf", b"b")
    put(raw, "city/a.html", b"a")
    for name in (".hidden", ".git/config", "README.md", "readme", "~$b.docx", "Thumbs.db", "city/.DS_Store"):
        put(raw, name)
    put(raw, "manifest.csv", HEADER.encode())
    ledger = ingest.scan(raw)
    assert paths(ledger) == ["b.pdf", "city/a.html"]
    assert ledger.findings == []
    first = ledger.sightings[1]
    assert first.document_id == hashlib.sha256(b"a").hexdigest()
    assert (first.folder, first.origin, first.byte_size, first.source_url) == ("city", "original", 1, "")


def test_a_manifest_speaks_of_its_folder_and_below(raw: Path) -> None:
    put(raw, "city/bureau/报告.html", b"1")
    put(
        raw,
        "city/manifest.csv",
        (
            HEADER
            + "bureau/报告.html,https://www.Example.gov.cn/a,2025/3/1 08:30,2025年2月3日,某局,2024,transcription,注\n"
        ).encode(),
    )
    (sighting,) = ingest.scan(raw).sightings
    assert sighting.source_url == "https://www.Example.gov.cn/a"
    assert sighting.site == "www.example.gov.cn"
    assert sighting.retrieved_at == "2025-03-01T08:30"
    assert sighting.published_on == "2025-02-03"
    assert (sighting.agency_hint, sighting.year_hint, sighting.origin, sighting.note) == (
        "某局",
        "2024",
        "transcription",
        "注",
    )


def test_the_nearest_manifest_wins(raw: Path) -> None:
    put(raw, "city/a.txt", b"1")
    put(raw, "manifest.csv", b"path,note\ncity/a.txt,far\n")
    put(raw, "city/manifest.csv", b"path,note\na.txt,near\n")
    assert ingest.scan(raw).sightings[0].note == "near"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_manifests_of_three_encodings(raw: Path, encoding: str) -> None:
    put(raw, "甲局.txt", b"1")
    put(raw, "manifest.csv", "path,agency_hint\r\n甲局.txt,甲市乙局\r\n".encode(encoding))
    assert ingest.scan(raw).sightings[0].agency_hint == "甲市乙局"


def test_a_decomposed_name_is_found_by_its_composed_form(raw: Path) -> None:
    put(raw, "cafe\u0301.txt", b"1")
    put(raw, "manifest.csv", "path,note\ncafé.txt,found\n".encode())
    assert ingest.scan(raw).sightings[0].note == "found"


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("missing.txt,,,,,,,", "manifest.missing_file"),
        ("../secret.txt,,,,,,,", "manifest.path_outside"),
        ("/etc/passwd,,,,,,,", "manifest.path_outside"),
        ("C:\\a.txt,,,,,,,", "manifest.path_outside"),
        (",https://a,,,,,,", "manifest.bad_row"),
        ("a.txt,,yesterday,,,,,", "manifest.bad_value"),
        ("a.txt,,,2025-02-30,,,,", "manifest.bad_value"),
        ("a.txt,,,,,twenty,,", "manifest.bad_value"),
    ],
)
def test_a_bad_row_is_told_and_the_file_read_all_the_same(raw: Path, row: str, rule: str) -> None:
    put(raw, "a.txt", b"1")
    put(raw, "manifest.csv", (HEADER + row + "\n").encode())
    ledger = ingest.scan(raw)
    assert rules(ledger) == [rule]
    assert ledger.findings[0].locator == "manifest.csv:L2"
    assert paths(ledger) == ["a.txt"]
    assert (ledger.sightings[0].retrieved_at, ledger.sightings[0].published_on, ledger.sightings[0].year_hint) == (
        "",
    ) * 3


def test_an_origin_that_cannot_be_told_holds_the_file_back(raw: Path) -> None:
    put(raw, "a.txt", b"1")
    put(raw, "b.txt", b"2")
    put(raw, "manifest.csv", b"path,origin\na.txt,simulate\n")
    ledger = ingest.scan(raw)
    assert paths(ledger) == ["b.txt"]
    assert rules(ledger) == ["manifest.bad_value"]
    assert ledger.findings[0].severity == "error"


@pytest.mark.parametrize("row", ["a.txt,,,,,,simulated,by me, in 2025", "a.txt,,,,,,\udcff,"])
def test_a_row_that_cannot_be_understood_holds_its_file_back(raw: Path, row: str) -> None:
    put(raw, "a.txt", b"1")
    put(raw, "b.txt", b"2")
    put(raw, "manifest.csv", (HEADER + row + "\n").encode(errors="surrogateescape"))
    ledger = ingest.scan(raw)
    assert paths(ledger) == ["b.txt"]  # else an invented report would be published as an original
    (told,) = ledger.findings
    assert (told.rule, told.severity, told.locator) == ("manifest.bad_row", "error", "manifest.csv:L2")
    assert "a.txt is left out until this is corrected" in told.message_en
    assert "更正之前不读取 a.txt" in told.message_zh


def test_capitals_do_not_matter_in_a_manifest(raw: Path) -> None:
    put(raw, "a.txt", b"1")
    put(raw, "Manifest.CSV", b"Path,Origin\na.txt,Simulated\n")
    ledger = ingest.scan(raw)
    assert [(sighting.path, sighting.origin) for sighting in ledger.sightings] == [("a.txt", "simulated")]
    assert ledger.findings == []


def test_copies_of_one_document_have_one_origin(raw: Path) -> None:
    put(raw, "a.txt", b"same")
    put(raw, "b.txt", b"same")
    put(raw, "manifest.csv", b"path,origin\na.txt,simulated\n")
    assert [sighting.origin for sighting in ingest.scan(raw).sightings] == ["simulated", "simulated"]
    put(raw, "manifest.csv", b"path,origin\na.txt,simulated\nb.txt,original\n")
    ledger = ingest.scan(raw)
    assert ledger.sightings == []
    assert rules(ledger) == ["manifest.origin_conflict"] * 2


def test_unknown_columns_and_a_second_row_are_told(raw: Path) -> None:
    put(raw, "a.txt", b"1")
    put(raw, "manifest.csv", b"path,colour,note\na.txt,red,first\na.txt,blue,second\n")
    ledger = ingest.scan(raw)
    assert rules(ledger) == ["manifest.duplicate_row", "manifest.unknown_column"]
    assert ledger.sightings[0].note == "first"


def test_a_manifest_without_paths_is_no_use_and_said_so(raw: Path) -> None:
    put(raw, "a.txt", b"1")
    put(raw, "manifest.csv", b"file,note\na.txt,x\n")
    ledger = ingest.scan(raw)
    assert rules(ledger) == ["manifest.unreadable"]
    assert paths(ledger) == ["a.txt"]


def test_links_out_of_the_folder_are_not_followed(raw: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_bytes(b"secret")
    put(raw, "a.txt", b"1")
    (raw / "out.txt").symlink_to(outside)
    (raw / "up").symlink_to(tmp_path)
    (raw / "gone.txt").symlink_to(raw / "nowhere")
    (raw / "in.txt").symlink_to(raw / "a.txt")
    ledger = ingest.scan(raw)
    assert paths(ledger) == ["a.txt", "in.txt"]
    assert rules(ledger) == ["ingest.link_outside"] * 3


def test_a_pipe_is_passed_over(raw: Path) -> None:
    os.mkfifo(raw / "pipe")
    assert rules(ingest.scan(raw)) == ["ingest.not_a_file"]


def test_a_name_that_is_no_unicode_is_told(raw: Path) -> None:
    put(raw, "a.txt", b"1")
    (raw / os.fsdecode("报告.txt".encode("gb18030"))).write_bytes(b"2")
    ledger = ingest.scan(raw)
    assert paths(ledger) == ["a.txt"]
    assert rules(ledger) == ["ingest.bad_name"]


def test_hashes_are_kept_and_a_changed_file_is_hashed_again(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "work" / "hashes.txt"
    put(raw, "a.txt", b"1")
    put(raw, "b.txt", b"2")
    first = ingest.scan(raw, cache)
    hashed: list[str] = []
    really = ingest.hash_file

    def spy(path: Path) -> str:
        hashed.append(path.name)
        return really(path)

    monkeypatch.setattr(ingest, "hash_file", spy)
    assert ingest.scan(raw, cache).sightings == first.sightings
    assert hashed == []
    (raw / "b.txt").write_bytes(b"3")
    assert ingest.scan(raw, cache).sightings[1].document_id == hashlib.sha256(b"3").hexdigest()
    assert hashed == ["b.txt"]


def test_a_damaged_cache_is_no_harm(raw: Path, tmp_path: Path) -> None:
    put(raw, "a.txt", b"1")
    cache = tmp_path / "hashes.txt"
    cache.write_text("{", encoding="utf-8")
    assert paths(ingest.scan(raw, cache)) == ["a.txt"]


def test_the_same_document_twice_is_one_document_with_two_sightings(raw: Path) -> None:
    put(raw, "b/copy.txt", b"1")
    put(raw, "a/first.txt", b"1")
    ledger = ingest.scan(raw)
    assert len(ledger.sightings) == 2
    assert [sighting.path for sighting in ledger.documents().values()] == ["a/first.txt"]
