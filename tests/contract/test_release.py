"""What users of a release rely on: names, columns, keys, statuses; and the two commands that explain it."""

from __future__ import annotations

import csv
import json
import subprocess
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipelines.archive import verify
from pipelines.store import Store

OBSERVATIONS = str.split(
    "agency_id report_year scope section indicator breakdown agency_name value unit value_std status value_derived "
    "derived_by method confidence is_total form printed report_id document_id statement_id locator n_statements "
    "n_values revision flags"
)
KEY = OBSERVATIONS[:6]
PRODUCTS = ("observations", "statements", "reports", "documents", "sources", "agencies", "indicators", "findings")
PRODUCTS = (*PRODUCTS, "crosswalk", "panel")
PRODUCTS += ("metrics", "metric_definitions", "agency_places", "observations_labelled")
PRODUCTS += ("disclosure_wide", "requests_wide", "review_wide", "statistics_wide")


def rows(release: Path, name: str) -> list[dict[str, str]]:
    with (release / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def command(nianbao: str, place: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run([nianbao, *arguments], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def test_observations_begin_with_the_contract_s_columns(release: Path) -> None:
    with (release / "observations.csv").open(encoding="utf-8", newline="") as handle:
        header = next(csv.reader(handle))
    assert header[: len(OBSERVATIONS)] == OBSERVATIONS  # new ones stand on the right
    assert pq.read_schema(release / "observations.parquet").names == header
    found = rows(release, "observations")
    keys = [tuple(row[name] for name in KEY) for row in found]
    assert len(set(keys)) == len(keys)
    assert all(all(key) for key in keys)


@pytest.mark.parametrize("name", PRODUCTS)
def test_each_product_is_the_same_in_all_three_files(release: Path, name: str) -> None:
    table = pq.read_table(release / f"{name}.parquet")
    written = rows(release, name)
    assert table.num_rows == len(written) > 0
    manifest = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["rows"][name] == len(written)
    with Store(release / "nianbao.duckdb", read_only=True) as store:
        listed = ", ".join(table.schema.names)
        assert store.query(f"SELECT {listed} FROM {name}").to_pylist() == table.to_pylist()
    for column in table.schema.names:
        texts = [row[column] for row in written]
        for text, value in zip(texts, table.column(column).to_pylist(), strict=True):
            if value is None:
                assert text == ""
            elif isinstance(value, bool):
                assert text == str(value).lower()
            elif isinstance(value, float):
                assert float(text) == value
                assert text == f"{value:.6f}".rstrip("0").rstrip(".")
            else:
                assert text == str(value)


def test_a_status_never_becomes_a_number(release: Path) -> None:
    for name in ("observations", "statements"):
        for row in rows(release, name):
            assert row["status"] in ("reported", "blank", "mark", "illegible", "absent")
            assert (row["status"] == "reported") == (row["value"] != "")


def test_every_report_of_a_form_has_every_cell_of_it(release: Path) -> None:
    cells = Counter((row["agency_name"], row["report_year"]) for row in rows(release, "observations"))
    assert cells["淮安市洪泽区人民政府", "2024"] == 186
    assert cells["淮安市人民政府", "2024"] == 200
    zibo = [row for row in rows(release, "observations") if row["agency_name"] == "淄博市公安局高新区分局"]
    assert len(zibo) == 200
    assert sum(row["status"] == "absent" for row in zibo) == 28


def test_pandas_and_duckdb_give_the_same_totals(release: Path) -> None:
    frame = pd.read_csv(
        release / "observations.csv", dtype={"flags": "str", "derived_by": "str", "confidence": "float"}
    )
    with Store(release / "nianbao.duckdb", read_only=True) as store:
        sql = "SELECT indicator, sum(value) AS total FROM observations WHERE breakdown = 'total' GROUP BY 1"
        totals = {row["indicator"]: row["total"] for row in store.query(sql).to_pylist()}
    ours = frame[frame["breakdown"] == "total"].groupby("indicator")["value"].sum(min_count=1)
    assert ours.dropna().to_dict() == {name: total for name, total in totals.items() if total is not None}
    huaian = frame[(frame["agency_name"] == "淮安市人民政府") & (frame["indicator"] == "result.total")]
    assert huaian.set_index("breakdown")["value"]["total"] == 3050


def test_violated_identities_are_findings_and_change_nothing(release: Path) -> None:
    found = [row for row in rows(release, "findings") if row["rule"] == "requests.results_sum"]
    pingtan = [row for row in found if row["report_year"] == "2020" and row["breakdown"] == "total"]
    assert [(row["expected"], row["observed"], row["responsible"]) for row in pingtan] == [("27", "21", "publisher")]
    (cell,) = [
        row
        for row in rows(release, "observations")
        if (row["agency_name"], row["report_year"], row["indicator"], row["breakdown"])
        == ("平潭综合实验区管委会", "2020", "result.total", "total")
    ]
    assert cell["value"] == "21"
    assert "identity_violated" in cell["flags"]


def test_places(sample_run: Path, release: Path) -> None:
    published = sample_run / "data" / "published"
    assert (published / "latest").read_text(encoding="utf-8").strip() == release.name
    assert json.loads((published / "index.json").read_text(encoding="utf-8"))["latest"] == release.name
    assert verify(release) == []
    assert list((sample_run / "data" / "work" / "shards").glob("*.documents.parquet"))


def test_the_second_run_does_nothing(nianbao: str, sample_run: Path) -> None:
    done = subprocess.run([nianbao, "run"], cwd=sample_run, capture_output=True, text=True, check=True)
    assert done.stderr.startswith("Nothing new: ")
    assert len(done.stderr.splitlines()) == 1


def test_status_tells_how_things_stand(nianbao: str, sample_run: Path, release: Path) -> None:
    text = command(nianbao, sample_run, "status")
    assert release.name in text
    facts = json.loads(command(nianbao, sample_run, "status", "--json"))
    documents = len(rows(release, "documents"))
    assert facts["raw"] == {"exists": True, "files": documents, "documents": documents, "to_read": 0, "problems": []}
    assert facts["store"]["documents"]["report"] == facts["store"]["reports"] == len(rows(release, "reports"))
    assert facts["store"]["refused"] == []
    assert facts["release"]["version"] == release.name
    assert facts["runs"][-1]["exit_code"] == 0
    assert facts["running"] is None


def test_explain_leads_back_to_the_print(nianbao: str, sample_run: Path, release: Path) -> None:
    text = command(nianbao, sample_run, "explain", "淮安市人民政府", "2024", "result.total", "total")
    (row,) = [
        row
        for row in rows(release, "observations")
        if (row["agency_name"], row["indicator"], row["breakdown"]) == ("淮安市人民政府", "result.total", "total")
    ]
    assert "3050 件" in text
    assert row["locator"] in text
    assert row["document_id"] in text
    assert "requests.balance: holds 成立" in text
    assert "3050 [this 本格] + 103 [carried_out] = 34 [carried_in] + 3119 [new]" in text
    assert command(nianbao, sample_run, "explain", row["statement_id"]) == text
    assert command(nianbao, sample_run, "explain", row["agency_id"], "2024", "result.total") == text
    blank = command(nianbao, sample_run, "explain", "上海", "2019", "result.not_processed.repeated", "total")
    assert "derived 推算    9, by 依据 count.not_negative, requests.results_sum, requests.row_sum" in blank  # 5 + 4


def test_explain_names_the_sum_that_fails(nianbao: str, sample_run: Path) -> None:
    text = command(nianbao, sample_run, "explain", "平潭综合", "2020", "result.total")
    assert "requests.results_sum: VIOLATED 不成立 (off by 相差 6)" in text
    assert "21 [this 本格] ≠ 7 [result.granted] + " in text
    assert "https://www.pingtan.gov.cn/" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("淮安", "2024", "result.total"), "淮安市洪泽区人民政府"),
        (("无此局", "2024", "result.total"), "宿迁市"),
        (("淮安市人民政府", "2019", "result.total"), "2024"),
        (("淮安市人民政府", "2024", "result.tot"), "result.total"),
        (("淮安市人民政府", "2024", "result.total", "nobody"), "natural_person"),
        (("s-0000000000000000",), "s-0000000000000000"),
    ],
)
def test_explain_says_what_there_is_instead(
    nianbao: str, sample_run: Path, arguments: tuple[str, ...], told: str
) -> None:
    assert told in command(nianbao, sample_run, "explain", *arguments, code=1)


def test_check_tells_the_same_of_the_store_and_of_the_release(sample_run: Path, release: Path, nianbao: str) -> None:
    of_store = subprocess.run([nianbao, "check", "--format", "csv"], cwd=sample_run, capture_output=True, check=False)
    of_release = subprocess.run(
        [nianbao, "check", "--release", release.name, "--format", "csv"],
        cwd=sample_run,
        capture_output=True,
        check=False,
    )
    assert (of_store.returncode, of_release.returncode) == (1, 1)
    assert of_store.stdout == of_release.stdout
    assert of_store.stdout.decode().count("requests.results_sum") == 2  # 平潭 2020
