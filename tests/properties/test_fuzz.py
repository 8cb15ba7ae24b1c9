"""Damaged documents: no exception, no long wait, no number out of thin air. ``make fuzz`` reads very many more."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from fuzz.judge import judge
from fuzz.mutate import KINDS, damage
from fuzz.run import cases, main, undamaged

SEED, EACH, BATCHES = 17, 5, 10
DOCUMENTS = 100  # of EACH damages: 500 documents in all


@pytest.mark.parametrize("batch", range(BATCHES))
def test_damaged_documents(batch: int) -> None:
    size = DOCUMENTS // BATCHES
    found = [case for number in range(batch * size, (batch + 1) * size) for case in cases(SEED, number, EACH)]
    assert len(found) == size * EACH
    assert [case for case in found if case.verdict.faults] == []
    assert any(case.verdict.values for case in found)


@pytest.mark.parametrize("file_type", list(KINDS))
def test_damage_is_reproducible_and_real(file_type: str) -> None:
    number, made = next(
        (number, made)
        for number in range(200)
        for variant, made in [undamaged(SEED, number)]
        if variant.file_type == file_type
    )
    assert undamaged(SEED, number)[1].data == made.data
    first = [damage(made.data, file_type, random.Random(i)) for i in range(12)]
    assert first == [damage(made.data, file_type, random.Random(i)) for i in range(12)]
    assert sum(found.data != made.data for found in first) >= 9


def test_the_judge_sees_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading that says what is not printed, twice, elsewhere or by an exception is found out."""
    made = next(
        made
        for variant, made in (undamaged(SEED, n) for n in range(2000))
        if variant.name == "text.pipes" and any(cell.value for cell in made.truth.values())
    )
    assert judge(made.data, made.file_name, made).faults == ()
    import fuzz.judge

    honest = fuzz.judge.read_document(made.data, made.file_name)
    number = next(i for i, cell in enumerate(honest.cells) if cell.value)

    def lying(**changes: str) -> set[str]:
        cells = list(honest.cells)
        cells[number] = replace(cells[number], **changes)
        monkeypatch.setattr(fuzz.judge, "read_document", lambda *_: replace(honest, cells=cells))
        return {fault for fault, _ in judge(made.data, made.file_name, made).faults}

    assert lying(value="987654") == {"phantom", "shared", "wrong"}
    assert lying(locator="L9999:1-2") == {"place"}
    assert lying(status="blank") == {"status"}
    key = honest.cells[number - 1] if number else honest.cells[number + 1]
    assert "twice" in lying(section=key.section, indicator=key.indicator, breakdown=key.breakdown)

    def broken(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr(fuzz.judge, "read_document", broken)
    assert [fault for fault, _ in judge(made.data, made.file_name).faults] == ["crash"]


def test_one_case_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", str(SEED), "--case", "0/0"]) == 0
    assert capsys.readouterr().out.startswith(undamaged(SEED, 0)[0].name)
