"""What a release says of what changed: every kind of event at once between two runs, each told once with its cause."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from places import DAY, Place

from pipelines import attribution, changelog, resolve
from pipelines.compare import DIFFERENT, SAME, USAGE, compare
from pipelines.console import Console
from schemas.agencies import Alias
from schemas.changes import Change
from schemas.table import names

HERE = Path(__file__).resolve().parent
LATER = "2026.11.24"
PINGTAN_2016, PINGTAN_2022 = "pingtan/ndbg2016.txt", "pingtan/t20230220_80629.txt"
PINGTAN_2023 = "pingtan/t20240308_87885.txt"
SUQIAN_2024 = "suqian/宿迁市2024年政府信息公开工作年度报告.md"
ZIBO, HONGZE = "zibo/gxqgafj2023.txt", "hongze/hzq2024.docx"
PINGTAN, NOBODY = "平潭综合实验区管委会", "平潭综合实验区丝路办"
CORRECTION = """\
- document: {document}
  cell: requests/new/natural_person
  expected: 80
  value: 79
  kind: reading
  reason: looked at again
  evidence: page
"""


class Told:
    """The place after two runs, and the rows of ``changes`` that the second release has."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.rows = place.table("changes")

    def of(self, dataset: str) -> list[dict[str, str]]:
        return [row for row in self.rows if row["dataset"] == dataset]


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Between the runs: one document is replaced by one with another number, one is taken away, one is new, a cell is
    corrected, a cell that was misread is read by better readers, the agency of one is decided, a label of the codebook
    is put right."""
    place = Place(tmp_path_factory.mktemp("changes"))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        place.sample(PINGTAN_2016, PINGTAN_2022, PINGTAN_2023, SUQIAN_2024, ZIBO)
        replace_in(place.raw / PINGTAN_2016, PINGTAN, NOBODY)
        replace_in(place.raw / "pingtan" / "manifest.csv", f"{PINGTAN},2016", f"{NOBODY},2016")
        labels = resolve.codebook()
        patch.setattr("pipelines.resolve.codebook", lambda: [{**labels[0], "label_zh": "旧名称"}, *labels[1:]])
        for name in ("bytes_hash", "reader_hash"):
            patch.setattr(f"pipelines.fingerprint.{name}", lambda: "0" * 32)
        assert place.run(version=DAY, reader="careless_reader:read") == 0, place.said
        assert place.table("changes") == []
    (undecided,) = {row["agency_id"] for row in place.table("agencies") if row["agency_name"] == NOBODY}
    (target,) = {row["agency_id"] for row in place.table("agencies") if row["agency_name"] == PINGTAN}
    document = hashlib.sha256((place.raw / PINGTAN_2023).read_bytes()).hexdigest()
    with pytest.MonkeyPatch.context() as patch:
        decision = Alias(target, "", 0, 9999, "decision", "", "", undecided, "x")
        patch.setattr(attribution, "_decisions", lambda: {undecided: (decision,)})
        patch.setattr("pipelines.fingerprint.registry_hash", lambda: "1" * 32)  # as a new row of the registry does
        replace_in(place.raw / SUQIAN_2024, "| 行政许可 | 1573179 |", "| 行政许可 | 1573180 |")
        (place.raw / ZIBO).unlink()
        place.trim(place.raw / "zibo")
        place.sample(HONGZE)
        corrections = place.folder / "corrections.yaml"
        corrections.write_text(CORRECTION.format(document=document), encoding="utf-8")
        assert place.run(version=LATER, corrections=corrections) == 0
    return Told(place)


def test_each_event_is_told_once_with_its_cause(told: Told) -> None:
    counts = Counter((row["change"], row["cause"]) for row in told.of("observations"))
    assert counts == {
        ("changed", "source_reissued"): 1,
        ("removed", "document_withdrawn"): 200,
        ("added", "new_document"): 186,
        ("changed", "correction"): 1,
        ("changed", "better_reading"): 3,  # of one cell: value, status, and what was derived while it had no number
        ("removed", "agency_decision"): 32,
        ("added", "agency_decision"): 32,
    }
    changed = {
        (row["row_key"].partition("|")[2], row["field"]): (row["old"], row["new"], row["cause"])
        for row in told.of("observations")
        if row["change"] == "changed"
    }
    assert changed == {
        ("2024|area|disclosure|licensing|decisions", "value"): ("1573179", "1573180", "source_reissued"),
        ("2023|unspecified|requests|new|natural_person", "value"): ("80", "79", "correction"),
        ("2022|unspecified|requests|new|natural_person", "value"): ("", "71", "better_reading"),
        ("2022|unspecified|requests|new|natural_person", "status"): ("mark", "reported", "better_reading"),
        ("2022|unspecified|requests|new|natural_person", "value_derived"): ("71", "", "better_reading"),
    }
    assert {row["reason_en"].partition("Reason: ")[2] for row in told.rows if row["cause"] == "correction"} == {
        "looked at again. Evidence: page."
    }


def test_reports_documents_and_agencies_tell_it_once_for_all_their_cells(told: Told) -> None:
    found = Counter(
        (row["dataset"], row["agency_name"], row["field"], row["change"], row["cause"])
        for row in told.rows
        if row["dataset"] not in ("observations", "indicators")
    )
    suqian, hongze, zibo = "宿迁市人民政府", "淮安市洪泽区人民政府", "淄博市公安局高新区分局"
    assert found == {
        ("reports", suqian, "document_id", "changed", "source_reissued"): 1,
        ("documents", suqian, "kind", "removed", "source_reissued"): 1,
        ("documents", suqian, "kind", "added", "source_reissued"): 1,
        ("reports", hongze, "kind", "added", "new_document"): 1,
        ("documents", hongze, "kind", "added", "new_document"): 1,
        ("reports", zibo, "kind", "removed", "document_withdrawn"): 1,
        ("documents", zibo, "kind", "removed", "document_withdrawn"): 1,
        ("agencies", zibo, "agency_name", "removed", "document_withdrawn"): 1,
        ("agencies", "淄博市公安局", "agency_name", "removed", "document_withdrawn"): 1,  # stood above it
        ("reports", NOBODY, "kind", "removed", "agency_decision"): 1,
        ("reports", PINGTAN, "kind", "added", "agency_decision"): 1,
        ("agencies", NOBODY, "agency_name", "removed", "agency_decision"): 1,
        ("attributions", PINGTAN, "agency_id", "changed", "agency_decision"): 1,
    }
    (label,) = told.of("indicators")
    assert (label["field"], label["cause"], label["old"]) == ("label_zh", "method", "旧名称")


def test_a_row_that_moved_names_its_counterpart(told: Told) -> None:
    moved = [row for row in told.of("observations") if row["cause"] == "agency_decision"]
    gone = {row["row_key"]: row["counterpart"] for row in moved if row["change"] == "removed"}
    come = {row["row_key"]: row["counterpart"] for row in moved if row["change"] == "added"}
    assert gone == {counterpart: key for key, counterpart in come.items()}
    (agency,) = [row for row in told.of("agencies") if row["cause"] == "agency_decision"]
    assert {key.partition("|")[0] for key in come} == {agency["counterpart"]}
    assert all(NOBODY in row["reason_zh"] and PINGTAN in row["reason_zh"] for row in moved)


def diff(place: Place, old: str, new: str, form: str) -> tuple[int, bytes, str]:
    out, said = io.BytesIO(), io.StringIO()
    code = compare((old, new), place.published, form, out, Console(said))
    return code, out.getvalue(), said.getvalue()


def test_diff_of_the_two_releases_tells_the_same_to_the_byte(told: Told) -> None:
    place = told.place
    code, out, _ = diff(place, DAY, "latest", "csv")
    assert code == DIFFERENT
    assert out == (place.published / LATER / "changes.csv").read_bytes()
    rows = json.loads(diff(place, str(place.published / DAY), LATER, "json")[1])
    assert len(rows) == len(told.rows)
    assert list(rows[0]) == names(Change)
    table = pq.read_table(io.BytesIO(diff(place, DAY, LATER, "parquet")[1]))
    assert table.equals(pq.read_table(place.published / LATER / "changes.parquet"))


def test_diff_backwards_and_with_itself(told: Told) -> None:
    code, out, said = diff(told.place, LATER, LATER, "text")
    assert (code, said) == (SAME, "")
    assert "No row changed" in out.decode()
    rows = list(csv.DictReader(io.StringIO(diff(told.place, LATER, DAY, "csv")[1].decode())))
    assert len(rows) == len(told.rows)
    assert ("79", "80", "correction") in {(row["old"], row["new"], row["cause"]) for row in rows}
    assert diff(told.place, "2020.01.01", LATER, "text")[0] == USAGE


def test_the_changelog_tells_it_in_words(told: Told) -> None:
    first = (told.place.published / DAY / changelog.NAME).read_text(encoding="utf-8")
    assert "The first release" in first
    text = (told.place.published / LATER / changelog.NAME).read_text(encoding="utf-8")
    assert "| 观测值 `observations` | 来源重新发布 `source_reissued` | 0 | 1 | 0 |" in text
    assert "| 观测值 `observations` | 重新读取 `better_reading` | 0 | 1 | 0 |" in text
    assert "宿迁市人民政府 2024 disclosure/licensing/decisions: 1573179 → 1573180" in text
    assert "Documents withdrawn (1): 淄博市公安局高新区分局 2023 (" in text
    assert "Sources re-issued (1): 宿迁市人民政府 2024 (" in text
    assert f"{NOBODY} (p-" in text
    words = diff(told.place, DAY, LATER, "text")[1].decode()
    assert words.startswith(text.rstrip())  # and then what else differs
    assert "`statements`" in words.removeprefix(text.rstrip())


def test_older_layouts_can_be_compared(told: Told, tmp_path: Path) -> None:
    """A release without some datasets and columns: what is in both is compared, and the layout is told first."""
    old = tmp_path / "2020.01.01"
    shutil.copytree(told.place.published / DAY, old)
    for name in ("documents", "sources", "changes"):
        (old / f"{name}.parquet").unlink()
    table = pq.read_table(old / "observations.parquet")
    pq.write_table(
        table.drop_columns(["value_derived"]).rename_columns({"unit": "units"}), old / "observations.parquet"
    )
    code, out, said = diff(told.place, str(old), LATER, "csv")
    assert code == DIFFERENT
    lines = said.splitlines()
    assert lines[0].startswith("column observations.units is gone, or renamed (breaking)")
    assert any("dataset documents is new" in line for line in lines)
    rows = list(csv.DictReader(io.StringIO(out.decode())))
    assert {row["cause"] for row in rows} == {"unknown", "method"}
    cells = [row for row in rows if row["dataset"] == "observations"]
    assert len(cells) == len(told.of("observations")) - 1  # all but the derived value
