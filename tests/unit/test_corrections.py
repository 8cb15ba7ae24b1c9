"""Corrections and decisions: checked when loaded, applied at every rebuild, loud where they fit no longer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from batches import TOTAL, batch, document, sha, sighting

from pipelines import gate
from pipelines.corrections import (
    CORRECTIONS,
    DECISIONS,
    Correction,
    Decision,
    EntryError,
    Settled,
    load,
    load_corrections,
    load_decisions,
)
from pipelines.gate import GateError, check_store
from pipelines.store import Store

pytest.importorskip("yaml", reason="PyYAML is not installed: make test installs it")

RULE = "requests.results_sum"
ENTRY = {
    "document": sha(1),
    "cell": "requests/result.total/total",
    "expected": "3051",
    "value": "3050",
    "kind": "erratum",
    "reason": "总计多计一件",
    "evidence": "https://www.example.gov.cn/erratum.html",
}
WRONG = {TOTAL: {"value": "3051", "printed": "3051"}}
BLANK = {"status": "blank", "value": "", "printed": ""}


def written(folder: Path, *entries: Mapping[str, str], name: str = "entries.yaml") -> Path:
    path = folder / name
    lines = []
    for entry in entries:
        lines += [
            f"{'- ' if not place else '  '}{field}: {value}" for place, (field, value) in enumerate(entry.items())
        ]
    path.write_text("# checked by eye\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def correction(**changes: Any) -> Correction:
    fields = {**ENTRY, "cell": TOTAL, **changes}
    return Correction(**fields)


def rebuilt(store: Store, settled: Settled, changes: Mapping[Any, Mapping[str, str]] = WRONG) -> None:
    store.replace_documents(batch(document(1, changes)))
    store.replace_sources(pd.DataFrame([sighting(1)]))
    store.rebuild(settled=settled)


def cell(store: Store) -> dict[str, Any]:
    names = "value, status, method, printed, locator, n_statements, n_values, flags"
    sql = f"SELECT {names} FROM observations WHERE (indicator, breakdown) = ('result.total', 'total')"
    return dict(store.query(sql).to_pylist()[0])


def rules(store: Store, *columns: str) -> list[tuple[Any, ...]]:
    sql = f"SELECT rule, {', '.join(columns)} FROM findings ORDER BY ALL"
    return [tuple(row.values()) for row in store.query(sql).to_pylist()]


def test_the_files_of_the_project_begin_empty_and_their_examples_are_sound(tmp_path: Path) -> None:
    assert load(CORRECTIONS, DECISIONS) == Settled([], [])
    for path, loader in ((CORRECTIONS, load_corrections), (DECISIONS, load_decisions)):
        lines = path.read_text(encoding="utf-8").splitlines()
        first = next(place for place, line in enumerate(lines) if line.startswith("# - "))
        example = "\n".join(line.removeprefix("# ") for line in lines[first:])
        example = example.replace("64 hexadecimal digits of the SHA-256 of the file (document_id)", sha(1))
        (tmp_path / path.name).write_text(example, encoding="utf-8")
        assert len(loader(tmp_path / path.name)) == 1


def test_texts_stay_texts(tmp_path: Path) -> None:
    digits = "1234e5678" + "0" * 55  # YAML would make infinity of it
    entry = {**ENTRY, "document": digits, "expected": "73802895.90", "value": "no", "reason": "2021-03-04"}
    with pytest.raises(EntryError, match="`value` must be a number or one of: blank"):
        load_corrections(written(tmp_path, entry))
    (found,) = load_corrections(written(tmp_path, entry | {"value": "007"}))
    assert (found.document, found.expected, found.value, found.reason) == (digits, "73802895.9", "7", "2021-03-04")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cell": "requests/result.total"}, "`cell` must be section/indicator/breakdown of a form"),
        ({"cell": "requests/result.totals/total"}, "`cell` must be"),
        ({"expected": "many"}, "`expected` must be a number or one of: blank mark illegible absent"),
        ({"value": "1.1234567"}, "`value` must be a number"),
        ({"value": "3051.0"}, "`value` is what is expected already"),
        ({"kind": "guess"}, "`kind` must be erratum or reading"),
        ({"document": "12ab"}, "`document` must be a SHA-256"),
        ({"reason": ""}, "`reason` is missing"),
        ({"vlaue": "1"}, "unknown field `vlaue`"),
    ],
)
def test_an_entry_that_is_not_sound_is_named(tmp_path: Path, changes: dict[str, str], message: str) -> None:
    good = {**ENTRY, "cell": "requests/new/total"}
    with pytest.raises(EntryError, match=message) as caught:
        load_corrections(written(tmp_path, good, ENTRY | changes))
    assert "entry 2" in caught.value.message_en
    assert "第 2 条" in caught.value.message_zh
    assert "entry 1" not in caught.value.message_en


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    for text, message in (
        ("- a: [", "is no YAML"),
        ("- a: b\n  a: c", "line 2: 'a' stands a second time"),
        ("a: b", "must be a list of entries"),
        ("- a", "one text each"),
    ):
        (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(EntryError, match=message):
            load_corrections(tmp_path / "x.yaml")
    with pytest.raises(EntryError, match="cannot be opened"):
        load_corrections(tmp_path / "none.yaml")
    with pytest.raises(EntryError, match=r"entry 2.*stands in an earlier entry"):
        load_corrections(written(tmp_path, ENTRY, ENTRY | {"value": "3049"}))
    with pytest.raises(EntryError, match=r"`decision` must be .*; .*there is no rule `requests\.sum`"):
        load_decisions(
            written(tmp_path, {"document": sha(1), "rule": "requests.sum", "decision": "yes", "reason": "x"})
        )


def test_a_correction_outranks_the_reading_it_names_and_both_stay() -> None:
    with Store(":memory:") as store:
        rebuilt(store, Settled())
        assert cell(store)["flags"] == "identity_violated"
        for _ in range(2):  # applied anew, not twice
            rebuilt(store, Settled([correction()]))
            found = cell(store)
            assert (found["value"], found["status"], found["method"], found["printed"]) == (
                3050,
                "reported",
                "corrected",
                "3050",
            )
            assert (found["n_statements"], found["n_values"], found["flags"]) == (2, 1, None)
            assert found["locator"] is not None
            both = store.query(
                "SELECT value, method FROM statements "
                "WHERE (indicator, breakdown) = ('result.total', 'total') ORDER BY 1"
            ).to_pylist()
            assert both == [{"value": 3050, "method": "corrected"}, {"value": 3051, "method": "text"}]
            assert rules(store, "severity", "responsible", "expected", "observed", "agency_name") == [
                ("correction.applied", "info", "publisher", "3050", "3051", "淮安市人民政府")
            ]  # and no sum is violated any more
            assert store.scalar("SELECT count(*) FROM verdicts WHERE verdict = 'violated'") == 0
        rebuilt(store, Settled())
        assert cell(store)["value"] == 3051


OUTRANKED: list[tuple[Mapping[str, str], str, Mapping[str, str], int]] = [
    # a copy of the same day, of whatever id, and a later one that repeats what was wrong
    ({}, "3051", {}, 3050),
    ({}, "3051", {"published_on": "2025-03-01"}, 3050),
    ({}, "3049", {}, 3050),
    # a later edition, and the agency's own page over a corrected copy on a mirror
    ({}, "3049", {"published_on": "2025-03-01"}, 3049),
    ({"site": "www.example.com", "agency_hint": "淮安市人民政府"}, "3051", {}, 3051),
]


@pytest.mark.parametrize("last", [False, True])
def test_a_correction_outranks_copies_but_neither_later_editions_nor_the_agencys_page(last: bool) -> None:
    """Each case is of a year of its own; ``last``: the corrected document is the second of the two."""
    documents, sightings, entries = [], [], []
    for place, (found, other, source, _) in enumerate(OUTRANKED):
        wrong, beside = 10 * place + 1 + last, 10 * place + 2 - last
        documents += [
            document(wrong, WRONG, report_year=2019 + place),
            document(beside, {TOTAL: {"value": other, "printed": other}}, report_year=2019 + place),
        ]
        sightings += [sighting(wrong, **found), sighting(beside, **source)]
        entries.append(correction(document=sha(wrong)))
    with Store(":memory:") as store:
        store.replace_documents(batch(*documents))
        store.replace_sources(pd.DataFrame(sightings))
        store.rebuild(settled=Settled(entries))
        where = "WHERE indicator = 'result.total' AND breakdown = 'total'"
        sql = f"SELECT value FROM observations {where} ORDER BY report_year"
        assert [row["value"] for row in store.query(sql).to_pylist()] == [wanted for *_, wanted in OUTRANKED]
        told = store.query("SELECT message_en FROM findings WHERE rule = 'store.conflict'").to_pylist()
        assert [row for row in told if "2 copies give 2 different values" not in row["message_en"]] == []
        assert len(told) == len(OUTRANKED)


def test_a_number_may_be_put_where_none_was_read_and_the_other_way_round() -> None:
    with Store(":memory:") as store:
        rebuilt(store, Settled([correction(expected="blank", kind="reading")]), {TOTAL: BLANK})
        assert (cell(store)["value"], cell(store)["method"]) == (3050, "corrected")
        assert rules(store, "responsible") == [("correction.applied", "pipeline")]
        rebuilt(store, Settled([correction(expected="3050", value="blank")]), {})
        assert (cell(store)["value"], cell(store)["status"]) == (None, "blank")


def test_a_correction_that_fits_no_longer_is_loud_and_changes_nothing() -> None:
    with Store(":memory:") as store:
        rebuilt(store, Settled([correction(expected="3049"), correction(document=sha(9))]))
        assert (cell(store)["value"], cell(store)["method"]) == (3051, "text")
        told = [
            row
            for row in rules(store, "severity", "expected", "observed", "message_en")
            if row[0].startswith("correction")
        ]
    assert [row[:4] for row in told] == [
        ("correction.no_document", "warning", "3051", None),
        ("correction.stale", "error", "3049", "3051"),
    ]
    assert "the correction expects 3049, but 3051 is read" in told[1][4]


@pytest.mark.parametrize(
    ("settled", "rule", "blocks"),
    [
        (Settled([correction(expected="3049")]), "correction.stale", True),  # 3051 is read, which nobody has seen
        (Settled([correction(expected="3049", value="3051")]), "correction.needless", False),
        (Settled([correction(document=sha(9))]), "correction.no_document", False),
        (Settled([correction()]), "correction.applied", False),
        (Settled((), [Decision(sha(1), "requests.row_sum", (), "", "dismissed", "x")]), "decision.stale", False),
    ],
)
def test_what_fits_no_longer_blocks_a_release_where_a_figure_depends_on_it(
    settled: Settled, rule: str, blocks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "PRODUCTS", ())  # computed when a release is made; they have tests of their own
    with Store(":memory:") as store:
        rebuilt(store, settled)
        told = store.query("SELECT message_en, message_zh FROM findings WHERE rule = ?", [rule]).to_pylist()
        assert len(told) == 1
        if not blocks:
            check_store(store)
            return
        with pytest.raises(GateError) as caught:
            check_store(store)
    assert caught.value.code == "gate.finding"
    assert told[0]["message_en"] in caught.value.message_en
    assert told[0]["message_zh"] in caught.value.message_zh


def test_decisions_go_with_their_findings_and_dismissed_ones_do_not_count() -> None:
    place = ("requests", "result.total", "total")
    dismissed = Decision(sha(1), RULE, place, "3051", "dismissed", "口径不同")
    confirmed = Decision(sha(1), "requests.balance", place, "", "confirmed", "看过原件")
    gone = Decision(sha(1), "requests.row_sum", ("requests", "new", "total"), "", "dismissed", "x")
    other = Decision(sha(1), RULE, place, "3052", "dismissed", "x")
    with Store(":memory:") as store:
        rebuilt(store, Settled())
        before = store.scalar("SELECT n_findings_error FROM reports")
        rebuilt(store, Settled((), [dismissed, confirmed]))
        found = {row[0]: row[1:] for row in rules(store, "decision", "decision_reason")}
        assert found[RULE] == ("dismissed", "口径不同")
        assert found["requests.balance"] == ("confirmed", "看过原件")
        assert found["requests.row_sum"] == (None, None)
        assert store.scalar("SELECT n_findings_error FROM reports") == before - 1
        rebuilt(store, Settled((), [gone, other]))
        stale = [row for row in rules(store, "severity", "expected", "message_en") if row[0] == "decision.stale"]
    assert [row[1:3] for row in stale] == [("error", "3052"), ("error", None)]
    assert "no finding of rule requests.row_sum" in stale[1][3]
