"""One model, many projections: the base of all tables and what is derived from a table's fields.

A table is a pandera model whose fields carry titles, descriptions, unit, code list and key role (``field``). From these
alone come coercion and checks, DuckDB DDL with comments, the Arrow schema, the Frictionless Table Schema and the data
dictionary. No column list stands anywhere else.

Conventions of all tables: no empty strings (an empty text is null); columns marked ``text`` are masked (``masking``).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa

from schemas.masking import mask

CodeList = Mapping[str, tuple[str, str]]
"""code -> (Chinese meaning, English meaning)"""

# pandas dtype -> (DuckDB, Arrow, Frictionless)
_TYPES: dict[str, tuple[str, pa.DataType, str]] = {
    "Int64": ("BIGINT", pa.int64(), "integer"),
    "Float64": ("DOUBLE", pa.float64(), "number"),
    "boolean": ("BOOLEAN", pa.bool_(), "boolean"),
    "str": ("VARCHAR", pa.string(), "string"),
}


def field(
    title_zh: str,
    title_en: str,
    description: str = "",
    *,
    description_zh: str = "",
    unit: str = "",
    codes: CodeList | None = None,
    key: bool = False,
    foreign: str = "",
    text: bool = False,
    nullable: bool = False,
    **checks: Any,
) -> Any:
    """One column. ``codes`` are the only values allowed; ``key`` marks a part of the primary key; ``foreign`` is
    ``table.column``; ``text`` marks free text, which is masked; ``checks`` are pandera's (``ge``, ``str_matches``).

    What ``description`` is in Chinese stands in ``codebook/descriptions.csv``; one that is computed comes along."""
    if codes is not None:
        checks["isin"] = list(codes)
    metadata = {
        "title_zh": title_zh,
        "title_en": title_en,
        "description": description,
        "description_zh": description_zh or translations().get(description, ""),
        "unit": unit,
        "codes": dict(codes or {}),
        "key": key,
        "foreign": foreign,
        "text": text,
        "checks": {name: value for name, value in checks.items() if name in ("ge", "le", "str_matches")},
    }
    return pandera.Field(title=title_en, description=description, nullable=nullable, metadata=metadata, **checks)


@cache
def translations() -> dict[str, str]:
    """English description of a column -> the Chinese one."""
    text = files("schemas.codebook").joinpath("descriptions.csv").read_text(encoding="utf-8")
    return {row["description"]: row["description_zh"] for row in csv.DictReader(text.splitlines())}


class Table(pandera.DataFrameModel):
    """Base of all tables: exactly the model's columns in its order, types coerced, the key unique."""

    class Config:
        """pandera's settings; subclasses set ``name``, ``title`` (Chinese) and ``description`` (English)."""

        strict: bool | str = True
        coerce = True
        ordered = True

    @classmethod
    def derive(cls, frame: pd.DataFrame) -> pd.DataFrame:
        """Hook: raw columns in, the model's columns out. A frame that has them already must come back unchanged."""
        return frame

    @pandera.dataframe_parser
    @classmethod
    def _parse(cls, frame: pd.DataFrame) -> pd.DataFrame:
        frame = cls.derive(frame)
        for column in columns(cls):
            if column.kind == "string" and column.name in frame:
                frame[column.name] = _clean(frame[column.name], column.text)
        return frame

    # The check goes by the method's name: a name given to the decorator reaches only the first model that is built.
    @pandera.dataframe_check(ignore_na=False)
    @classmethod
    def key_unique(cls, frame: pd.DataFrame) -> Any:
        names = key(cls)
        if not names:
            return True
        return ~frame.duplicated(subset=names, keep=False)


def _clean(values: pd.Series[Any], text: bool) -> pd.Series[Any]:
    """Null for empty text; private data masked. Works on the distinct values, which are few."""
    if not text and str(values.dtype) == "str" and not values.eq("").any():
        return values
    distinct = values.dropna().unique().tolist()
    table = {value: (mask(value) if text and isinstance(value, str) else value) or None for value in distinct}
    changed = {old: new for old, new in table.items() if new != old}
    if not changed and str(values.dtype) == "str":
        return values
    return values.map(lambda value: changed.get(value, value), na_action="ignore").astype("str")


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a model, as the projections see it."""

    name: str
    title_zh: str
    title_en: str
    description: str
    description_zh: str
    unit: str
    codes: CodeList
    key: bool
    foreign: str
    text: bool
    nullable: bool
    checks: Mapping[str, Any]
    sql: str
    arrow: pa.DataType
    kind: str


@cache
def columns(model: type[Table]) -> tuple[Column, ...]:
    """The fields of a model in order. Raises ``TypeError`` for a column that was not made with ``field``."""
    out: list[Column] = []
    for name, (annotation, info) in model.__fields__.items():
        metadata = cast("dict[str, Any] | None", info.metadata)
        if metadata is None or "title_zh" not in metadata:
            raise TypeError(f"{model.__name__}.{name} must be made with schemas.table.field()")
        dtype = str(annotation.arg() if isinstance(annotation.arg, type) else annotation.arg)
        sql, arrow, kind = _TYPES[dtype or "str"]
        out.append(Column(name=name, nullable=bool(info.nullable), sql=sql, arrow=arrow, kind=kind, **metadata))
    return tuple(out)


def names(model: type[Table]) -> list[str]:
    """Column names in order."""
    return [column.name for column in columns(model)]


def key(model: type[Table]) -> list[str]:
    """Columns of the primary key."""
    return [column.name for column in columns(model) if column.key]


def title(model: type[Table]) -> tuple[str, str, str]:
    """(table name, Chinese title, English description)."""
    config = model.Config
    return str(config.name), str(config.title), str(config.description)  # type: ignore[attr-defined]


def quote(text: str) -> str:
    """``text`` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def shortest(sql: str) -> str:
    """SQL for a DOUBLE as text: the shortest decimal, never an exponent (values have at most 6 decimals)."""
    return (
        f"CASE WHEN {sql} = trunc({sql}) THEN {sql}::BIGINT::VARCHAR"
        f" WHEN abs({sql}) < 0.01 THEN rtrim({sql}::DECIMAL(18, 6)::VARCHAR, '0') ELSE {sql}::VARCHAR END"
    )


def ddl(model: type[Table], table: str | None = None, packed: Mapping[str, str] | None = None) -> str:
    """``CREATE TABLE``; no primary key (it would make loading five times slower; uniqueness is checked by query).
    ``packed``: column -> how it is compressed; of all others DuckDB tries out first what is best."""
    packed = packed or {}
    lines = [
        f"  {column.name} {column.sql}{'' if column.nullable else ' NOT NULL'}"
        + (f" USING COMPRESSION {packed[column.name]}" if column.name in packed else "")
        for column in columns(model)
    ]
    return f"CREATE TABLE {table or title(model)[0]} (\n" + ",\n".join(lines) + "\n)"


def comments(model: type[Table], table: str | None = None) -> list[str]:
    """``COMMENT ON`` statements, Chinese and English."""
    name, title_zh, description = title(model)
    target = table or name
    found = [f"COMMENT ON TABLE {target} IS {quote(f'{title_zh} | {description}')}"]
    for column in columns(model):
        found.append(f"COMMENT ON COLUMN {target}.{column.name} IS {quote(comment(column))}")
    return found


def comment(column: Column) -> str:
    """What a person reads about a column: titles, descriptions, unit and codes in one line."""
    zh = "：".join(part for part in (column.title_zh, column.description_zh) if part)
    en = ": ".join(part for part in (column.title_en, column.description) if part)
    text = f"{zh} | {en}"
    if column.unit:
        text += f" [{column.unit}]"
    if column.codes:
        text += " (" + "; ".join(f"{code} = {zh}, {en}" for code, (zh, en) in column.codes.items()) + ")"
    return text


def arrow_schema(model: type[Table]) -> pa.Schema:
    """Arrow schema; each field's metadata holds titles, descriptions, unit, codes (JSON) and key role."""
    name, title_zh, description = title(model)
    fields = []
    for column in columns(model):
        metadata = {
            "title_zh": column.title_zh,
            "title_en": column.title_en,
            "description": column.description,
            "description_zh": column.description_zh,
            "unit": column.unit,
            "codes": json.dumps(column.codes, ensure_ascii=False) if column.codes else "",
            "key": "primary" if column.key else "",
            "foreign": column.foreign,
        }
        present = {name: value for name, value in metadata.items() if value}
        fields.append(pa.field(column.name, column.arrow, nullable=column.nullable, metadata=present))
    return pa.schema(fields, metadata={"table": name, "title_zh": title_zh, "description": description})


def to_arrow(model: type[Table], frame: pd.DataFrame) -> pa.Table:
    """A validated frame as Arrow, in exactly the model's types (a null in a required column raises)."""
    schema = pa.schema([pa.field(c.name, c.arrow, nullable=c.nullable) for c in columns(model)])
    return pa.Table.from_pandas(frame, schema=schema, preserve_index=False).replace_schema_metadata(None)


def table_schema(model: type[Table]) -> dict[str, Any]:
    """Frictionless Table Schema of the published CSV."""
    fields: list[dict[str, Any]] = []
    for column in columns(model):
        constraints: dict[str, Any] = {} if column.nullable else {"required": True}
        if column.codes:
            constraints["enum"] = list(column.codes)
        renamed = {"ge": "minimum", "le": "maximum", "str_matches": "pattern"}
        constraints |= {renamed[name]: value for name, value in column.checks.items()}
        item: dict[str, Any] = {
            "name": column.name,
            "type": column.kind,
            "title": column.title_en,
            "title_zh": column.title_zh,
            "description": comment(column),
        }
        if column.kind == "boolean":
            item |= {"trueValues": ["true"], "falseValues": ["false"]}
        if column.unit:
            item["unit"] = column.unit
        if constraints:
            item["constraints"] = constraints
        fields.append(item)
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if key(model):
        schema["primaryKey"] = key(model)
    foreign = [column for column in columns(model) if column.foreign]
    if foreign:
        schema["foreignKeys"] = [
            {
                "fields": [column.name],
                "reference": dict(zip(("resource", "fields"), _reference(column.foreign), strict=True)),
            }
            for column in foreign
        ]
    return schema


def _reference(foreign: str) -> tuple[str, list[str]]:
    table, _, column = foreign.partition(".")
    return table, [column]


def dictionary(model: type[Table]) -> list[dict[str, Any]]:
    """Data dictionary: one row for each column, everything as text but ``position``."""
    return [
        {
            "table": title(model)[0],
            "position": position,
            "column": column.name,
            "type": column.kind,
            "required": str(not column.nullable).lower(),
            "key": "primary" if column.key else "",
            "references": column.foreign,
            "unit": column.unit,
            "codes": "; ".join(column.codes),
            "title_zh": column.title_zh,
            "title_en": column.title_en,
            "description_zh": column.description_zh,
            "description": column.description,
        }
        for position, column in enumerate(columns(model), start=1)
    ]
