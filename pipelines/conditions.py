"""The conditions that every published row must meet, as SQL over the tables of the staged database.

They are put together from the models: a new product is held to all of them without a line here. Text out only; the
gate (``pipelines.gate``) asks and says what failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.codes import STATUSES
from schemas.products import Product
from schemas.table import Column, columns, quote

_LIMIT = 2**53  # up to here every whole number is a number of its own
_DECIMALS = "DECIMAL(24, 6)"
_MANY = 8  # columns of numbers: looked at one by one, the wide tables would take half a second to plan


@dataclass(frozen=True, slots=True)
class Fault:
    """What one row can have wrong: ``wrong`` is an SQL condition that is true where it is; the words say what is wrong
    and follow the name of a table and the number of its rows."""

    rule: str
    wrong: str
    en: str
    zh: str


def faults(product: type[Product]) -> list[Fault]:
    """Everything that can be seen in a row by itself."""
    found = [fault for column in columns(product.model) for fault in _of_column(column)]
    there = {column.name: column for column in columns(product.model)}
    if {"value", "document_id", "locator"} <= there.keys():
        found.append(
            Fault(
                "gate.no_source",
                "value IS NOT NULL AND (document_id IS NULL OR locator IS NULL)",
                "have a number without the document or the place where it is printed",
                "有数值，但没有文件编号或位置",
            )
        )
    if "value" in there and "status" in there and there["status"].codes == dict(STATUSES):
        found.append(
            Fault(
                "gate.model",
                "(status = 'reported') <> (value IS NOT NULL)",
                "have a number without the status reported, or that status without a number",
                "数值与状态不符（有数值必为 reported，反之亦然）",
            )
        )
    return found


def count_faults(product: type[Product]) -> str:
    """A SELECT of one row: how many rows have each of these faults."""
    counted = ", ".join(f"count_if({fault.wrong})" for fault in faults(product)) or "NULL"
    return f"SELECT [{counted}] AS counts FROM {product.name()}"


def any_fault(product: type[Product]) -> str:
    """A SELECT of how many rows have any of these faults: one condition, where ``count_faults`` has hundreds."""
    numbers = [column.name for column in columns(product.model) if column.kind == "number"]
    many = len(numbers) > _MANY
    wrong = [fault.wrong for fault in faults(product) if not (many and fault.rule == "gate.inexact")]
    if many:
        listed = ", ".join(f'"{name}"' for name in numbers)
        wrong.append(f"len(list_filter([{listed}], lambda x: {_inexact('x')})) > 0")
    return f"SELECT count(*) FROM {product.name()} WHERE {' OR '.join(f'({each})' for each in wrong) or 'false'}"


def out_of_order(product: type[Product]) -> str:
    """How many rows have the key of the row before or a smaller one, or lack a part of it. The rows stand in the order
    of their key, so that no row has to be compared with any other."""
    key = "{" + ", ".join(f"'{name}': \"{name}\"" for name in product.order()) + "}"
    lacking = " OR ".join(f'"{name}" IS NULL' for name in product.order())
    return (
        f"SELECT count(*) FILTER (({lacking}) OR this <= before) FROM "
        f"(SELECT *, {key} AS this, lag({key}) OVER () AS before FROM {product.name()})"
    )


def references(product: type[Product]) -> Iterator[tuple[str, str, str]]:
    """(column, ``table.column`` that it refers to, SQL for how many values lead nowhere)."""
    for column in columns(product.model):
        if column.foreign:
            table, _, target = column.foreign.partition(".")
            sql = f"""SELECT count(*) FROM {product.name()} AS own ANTI JOIN {table} AS other
  ON own.{column.name} = other.{target} WHERE own.{column.name} IS NOT NULL"""
            yield column.name, column.foreign, sql


def wrong_totals(product: type[Product]) -> str:
    """SQL for how many cells are printed sums that are not marked as such, marked without being one, or no cell of
    their form; empty where the dataset does not tell."""
    needed = {"form", "section", "indicator", "breakdown", "is_total"}
    if product.name() == "indicators" or not needed <= {column.name for column in columns(product.model)}:
        return ""
    return (
        f"SELECT count(*) FROM {product.name()} AS own LEFT JOIN indicators AS cell "
        "USING (form, section, indicator, breakdown) WHERE own.is_total IS DISTINCT FROM cell.is_total"
    )


def origins(products: Sequence[type[Product]]) -> str:
    """A SELECT of all origins that any dataset names, sorted."""
    telling = [product.name() for product in products if "origin" in {item.name for item in columns(product.model)}]
    return " UNION ".join(f"SELECT origin FROM {name}" for name in telling) + " ORDER BY 1"


def _of_column(column: Column) -> Iterator[Fault]:
    name = f'"{column.name}"'
    if column.kind == "string":
        yield _model(column, f"{name} = ''", "is an empty text (null is meant)", "为空文本（应为空值）")
    if column.codes:
        listed = ", ".join(quote(code) for code in column.codes)
        yield _model(column, f"{name} NOT IN ({listed})", "is no code of its list", "不在代码表中")
    if "ge" in column.checks:
        yield _model(column, f"{name} < {column.checks['ge']}", "is too small", "过小")
    if "le" in column.checks:
        yield _model(column, f"{name} > {column.checks['le']}", "is too large", "过大")
    # What refers to another table is written as there, and looked for there.
    if "str_matches" in column.checks and not column.foreign:
        pattern = quote(column.checks["str_matches"])
        yield _model(column, f"NOT regexp_matches({name}, {pattern})", "is not written as it must be", "写法不符")
    if column.kind == "number":
        yield Fault(
            "gate.inexact",
            _inexact(name),
            f"have a {column.name} that is not exact: whole numbers stay below 2^53, others have 6 decimals at most",
            f"{column.name} 不精确：整数须小于 2^53，小数至多 6 位",
        )


def _inexact(number: str) -> str:
    exact = f"isfinite({number}) AND abs({number}) < {_LIMIT} AND "
    exact += f"({number} = trunc({number}) OR TRY_CAST({number} AS {_DECIMALS})::DOUBLE = {number})"
    return f"NOT ({exact})"


def _model(column: Column, wrong: str, en: str, zh: str) -> Fault:
    en, zh = f"do not fit the model: {column.name} {en}", f"不符合数据模型：{column.name} {zh}"
    return Fault("gate.model", wrong, en, zh)
