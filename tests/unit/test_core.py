"""The tables are those of the contract."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from pipelines.check import equation_rows, relation_rows
from pipelines.resolve import codebook
from schemas import codes, core
from schemas.core import Equation, Indicator, RelationTerm
from schemas.crosswalk import Crosswalk, crosswalk_rows
from schemas.metrics import MetricDefinition, definition_rows
from schemas.numbers import STATUSES, UNITS
from schemas.rules import RULES, rule
from schemas.table import Table, arrow_schema, columns, comments, ddl, key, names, to_arrow

TABLES: dict[str, type[Table]] = {**core.LOADED, **core.DERIVED, "runs": core.Run}
# contract.md, "observations, in this order"; what we add stands to the right of it.
OBSERVATIONS = [
    "agency_id",
    "report_year",
    "scope",
    "section",
    "indicator",
    "breakdown",
    "agency_name",
    "value",
    "unit",
    "value_std",
    "status",
    "value_derived",
    "derived_by",
    "method",
    "confidence",
    "is_total",
    "form",
    "printed",
    "report_id",
    "document_id",
    "statement_id",
    "locator",
    "n_statements",
    "n_values",
    "revision",
    "flags",
]


def test_observations_have_the_columns_of_the_contract_in_its_order() -> None:
    assert names(core.Observation)[: len(OBSERVATIONS)] == OBSERVATIONS
    assert key(core.Observation) == OBSERVATIONS[:6]
    assert not any(column.nullable for column in columns(core.Observation) if column.key)


def test_statements_have_the_columns_that_others_build_on() -> None:
    assert names(core.Statement) == [
        "statement_id",
        "document_id",
        "section",
        "indicator",
        "breakdown",
        "status",
        "printed",
        "value",
        "unit",
        "value_std",
        "is_total",
        "form",
        "form_basis",
        "locator",
        "confidence",
        "method",
        "derived_by",
        "candidates",
        "column_level",
    ]


def test_codes_are_those_of_the_number_grammar() -> None:
    assert tuple(codes.STATUSES) == STATUSES
    assert tuple(codes.UNITS) == UNITS


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_told_in_both_languages(name: str) -> None:
    for column in columns(TABLES[name]):
        assert re.search(r"[\u4e00-\u9fff]", column.title_zh), column.name
        assert column.title_en.isascii(), column.name
        assert column.title_en, column.name
    assert ddl(TABLES[name]).count("\n") == len(columns(TABLES[name])) + 1
    assert len(comments(TABLES[name])) == len(columns(TABLES[name])) + 1


@pytest.mark.parametrize("name", TABLES)
def test_foreign_keys_lead_to_a_key(name: str) -> None:
    for column in columns(TABLES[name]):
        if column.foreign:
            table, _, target = column.foreign.partition(".")
            assert target in key(TABLES[table]), column.foreign


def _rule_ids(root: Path) -> dict[str, str]:
    """Rule ids that the pipelines write, with where: strings like ``read.empty``; codes of ReadError and Problem."""
    found: dict[str, str] = {}
    for path in sorted((root / "pipelines").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("ReadError", "Problem") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found[f"read.{first.value}"] = path.name
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(
                    r"(ingest|manifest|read|interpret|identify|normalize|run|gate)\.(?!csv|json)[a-z_]+", node.value
                )
            ):
                found[node.value] = path.name
    return found


def test_every_rule_that_is_written_is_registered(root: Path) -> None:
    written = _rule_ids(root)
    assert "read.empty" in written  # the search finds something
    assert {name: where for name, where in written.items() if name not in RULES} == {}


def test_rules_are_whole_and_an_unknown_one_does_not_stop_a_run() -> None:
    for entry in RULES.values():
        assert entry.severity in codes.SEVERITIES
        assert entry.responsible in codes.RESPONSIBLE
        places = [set(re.findall(r"\{(\w+)\}", text)) for text in (entry.message_zh, entry.message_en)]
        assert bool(places[0]) == bool(places[1]), entry.id
    assert rule("nobody.knows_this").severity == "warning"
    assert rule("requests.balance").responsible == "publisher"


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        (Indicator, codebook),
        (Crosswalk, crosswalk_rows),
        (Equation, equation_rows),
        (RelationTerm, relation_rows),
        (MetricDefinition, definition_rows),
    ],
)
def test_rows_of_our_own_data_files_are_as_their_models_want_them(
    model: type[Table], rows: Callable[[], list[dict[str, object]]]
) -> None:
    """A run takes them as they are: nobody changes these files between two runs."""
    made = rows()
    assert set().union(*made) <= set(names(model))
    checked = to_arrow(model, model.validate(pd.DataFrame(made, columns=names(model)), lazy=True))
    assert len(checked) > 20
    assert checked.equals(pa.Table.from_pylist(made, schema=arrow_schema(model)))
