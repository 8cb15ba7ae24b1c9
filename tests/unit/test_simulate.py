"""The made-up corpus: figures that hang together, truth that is what was typeset, the same bytes every time."""

from __future__ import annotations

import csv
import random
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.cli import main
from pipelines.simulate.body import compose
from pipelines.simulate.corpus import Planned, plan, write_corpus, years_of
from pipelines.simulate.population import APPLICANTS, YEARS, bureau, report
from pipelines.simulate.registry import ABSENT, FILE_TYPES, load_variants, made, plainly
from pipelines.simulate.report import Report
from schemas.forms import STATISTICS, Key, equations_for, parents

VARIANTS = load_variants()


def values(content: Report) -> dict[Key, Decimal]:
    """The numbers a report prints; what is printed for nothing counts as 0."""
    return {key: plainly(text, key).value or Decimal(0) for key, text in content.cells.items()}


def sound(number: int, year: int, form: str = "") -> Report:
    return report(7, number, year, form, misprints=0)


def test_every_sum_holds_but_in_misprints() -> None:
    parent = parents()
    broken = 0
    for number in range(60):
        for misprints in (0.0, 1.0):
            content = report(7, number, 2023, misprints=misprints)
            found = values(content)
            violated = [
                equation.id
                for equation in equations_for({key: parent[key] for key in content.form_keys()})
                if not any(content.cells[key] == "" and key[2] == "total" for _, key in equation.terms)
                and sum(sign * found[key] for sign, key in equation.terms)
            ]
            assert not violated or misprints, (number, violated)
            broken += bool(violated)
    assert broken > 40  # of 60 with a misprint; blank totals hide some


def test_figures_hang_together_over_the_years() -> None:
    for number in range(40):
        for year in YEARS[:-1]:
            now, then = values(sound(number, year, "2021")), values(sound(number, year + 1, "2021"))
            for applicant in APPLICANTS:
                assert now["requests", "carried_out", applicant] == then["requests", "carried_in", applicant]
            for row in ("regulations", "normative_documents"):
                issued, repealed = then["disclosure", row, "issued"], then["disclosure", row, "repealed"]
                assert now["disclosure", row, "in_force"] + issued - repealed == then["disclosure", row, "in_force"]
            old, new = values(sound(number, year, "2019")), values(sound(number, year + 1, "2019"))
            for row in ("licensing", "penalties", "fees"):
                change = old["disclosure", row, "items_change"]
                assert old["disclosure", row, "items_last_year"] + change == new["disclosure", row, "items_last_year"]


def test_bureaus_are_of_every_size_and_no_name_comes_twice() -> None:
    names = [bureau(7, number).name for number in range(20_000)]
    assert len(set(names)) == len(names)
    largest = [max(values(sound(number, 2023)).values()) for number in range(60)]
    assert min(largest) == 0
    assert max(largest) > 1_000_000
    assert {bureau(7, number).zero for number in range(200)} >= {"0", "", "/"}


def test_a_single_row_of_other_handling_is_the_sum_of_the_three() -> None:
    single = values(report(7, 14, 2023, "2021", {"other": "2019"}, misprints=0))
    three = values(sound(14, 2023))
    codes = [key[1] for key in three if key[1].startswith("result.other.") and key[2] == "total"]
    assert len(codes) == 3
    assert single["requests", "result.other", "total"] == sum(three["requests", code, "total"] for code in codes)


def test_plain_prints() -> None:
    key = ("disclosure", "fees", "amount")
    assert plainly("1,234.5", key).value == Decimal("1234.5")
    assert plainly("０", key).value == 0
    assert (plainly("251000元", key).value, plainly("251000元", key).unit) == (251000, "元")
    assert plainly("3", key).unit == "万元"
    assert plainly("/", key).status == "mark"
    assert plainly(" ", key).status == "blank"
    with pytest.raises(ValueError, match="has to be said"):
        plainly("约5", key)


def test_truth_is_what_was_set() -> None:
    content = sound(20, 2023)
    body = compose(content)
    lost = [piece for piece in body if getattr(piece, "section", "") != "review"]
    truth = made(content, lost, b"", ".html").truth
    assert len(truth) == len(content.form_keys())
    assert all((truth[key] == ABSENT) == (key[0] == "review") for key in truth)


# ------------------------------------------------------------------------------------------------------------- variants


def test_there_are_variants_enough_and_each_says_what_it_models() -> None:
    count = {kind: sum(one.file_type == kind for one in VARIANTS.values()) for kind in FILE_TYPES}
    assert sum(count.values()) >= 60
    assert all(number >= 6 for number in count.values()), count
    assert all(len(one.about) > 20 for one in VARIANTS.values())


@pytest.mark.parametrize("name", list(VARIANTS))
def test_variant_is_made_alike_and_its_truth_is_whole(name: str) -> None:
    variant = VARIANTS[name]
    for number in (3, 14, 18):
        planned = Planned(5, number, years_of(variant)[-1], name)
        document = planned.make()
        assert document == planned.make()
        assert document.variant == name
        assert document.data
        if document.kind == "report":
            content = report(5, number, planned.year, variant.form, variant.slots)
            more = document.truth.keys() - content.form_keys()
            assert document.truth.keys() - more == set(content.form_keys())
            # The rows of a statistics table are those that the variant prints; none of them is missing.
            assert bool(more) == (".old_" in name and name != "html.old_form")
            assert all(key[0] == STATISTICS and document.truth[key].status != "absent" for key in more)
            assert document.undecidable <= set(document.truth)
            assert document.report_year == planned.year
        else:
            assert not document.truth


def test_variants_come_about_equally_often_and_in_their_years() -> None:
    planned = list(plan(len(VARIANTS) * 3, 9))
    used = {name: sum(one.variant == name for one in planned) for name in VARIANTS}
    assert min(used.values()) >= 2
    assert max(used.values()) <= 4
    assert all(one.year in years_of(VARIANTS[one.variant]) for one in planned)
    assert len({(one.number, one.year) for one in planned}) == len(planned)


# -------------------------------------------------------------------------------------------------------------- command


def test_corpus_on_disk(tmp_path: Path) -> None:
    arguments = ["simulate", "--documents", "12", "--seed", "4", "--types", "html,xlsx", "--out"]
    for name in ("a", "b"):
        assert main([*arguments, str(tmp_path / name)]) == 0
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert len(files) == 12 + 3
    assert all((tmp_path / "a" / path).read_bytes() == (tmp_path / "b" / path).read_bytes() for path in files)
    with (tmp_path / "a" / "raw" / "manifest.csv").open(encoding="utf-8", newline="") as file:
        manifest = list(csv.DictReader(file))
    assert {row["origin"] for row in manifest} == {"simulated"}
    with (tmp_path / "a" / "documents.csv").open(encoding="utf-8", newline="") as file:
        documents = {row["path"]: row for row in csv.DictReader(file)}
    truth = pq.read_table(tmp_path / "a" / "truth.parquet").to_pylist()
    for path, row in documents.items():
        again = Planned(int(row["seed"]), int(row["bureau"]), _year(path), row["variant"]).make()
        assert (tmp_path / "a" / "raw" / path).read_bytes() == again.data
        assert sum(cell["path"] == path for cell in truth) == len(again.truth)
        assert {cell["path"] for cell in truth} == {p for p, row in documents.items() if row["kind"] == "report"}


def _year(path: str) -> int:
    return int(Path(path).stem[-4:])


@pytest.mark.parametrize("arguments", [["--variants", "html.nothing"], ["--types", "doc"], ["--documents", "0"]])
def test_wrong_usage(arguments: list[str], tmp_path: Path) -> None:
    usage = ["simulate", "--out", str(tmp_path / "c"), *([] if "--documents" in arguments else ["--documents", "3"])]
    try:
        code = main([*usage, *arguments])
    except SystemExit as stopped:
        code = stopped.code  # type: ignore[assignment]
    assert code == 2
    assert not (tmp_path / "c").exists()


def test_a_corpus_is_not_written_over(tmp_path: Path) -> None:
    write_corpus(tmp_path, list(plan(1, 1, ["html.word_export"])))
    assert main(["simulate", "--documents", "1", "--out", str(tmp_path)]) == 2


def test_chance_is_the_documents_own() -> None:
    variant = VARIANTS["html.marks"]
    content = sound(14, 2023)
    first, second = (variant.make(content, random.Random(seed)).data for seed in (1, 2))
    assert first != second
