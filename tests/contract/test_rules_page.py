"""The page of rules is the registry; what people are told about a rule is whole and in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.gate import GateError
from pipelines.rulepage import page
from schemas import codes
from schemas.rules import RULES


def test_the_page_is_the_registry(root: Path) -> None:
    written = (root / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m pipelines.rulepage > docs/rules.md"
    assert all(f"`{name}`" in written for name in RULES)


def test_every_rule_says_who_has_to_act_and_fills_the_same_places_in_both_languages() -> None:
    def places(template: str) -> set[str]:
        return {name.removesuffix("_en").removesuffix("_zh") for name in re.findall(r"\{(\w+)\}", template)}

    for item in RULES.values():
        assert item.severity in codes.SEVERITIES, item.id
        assert item.responsible in codes.RESPONSIBLE, item.id
        assert item.title_zh, item.id
        assert item.title_en, item.id
        assert places(item.message_zh) == places(item.message_en), item.id
        assert bool(item.compares_zh) == bool(item.compares_en), item.id
        if item.responsible == "publisher" and item.message_en:
            assert {"agency", "year"} <= places(item.message_en), item.id


def test_only_registered_rules_block() -> None:
    assert all(item.blocks for item in RULES.values() if item.id.startswith("gate."))
    assert GateError("gate.key", "en", "zh").code == "gate.key"
    with pytest.raises(ValueError, match="not registered"):
        GateError("requests.balance", "en", "zh")
    assert not any(item.blocks for item in RULES.values() if item.responsible == "publisher")
