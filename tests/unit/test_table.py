"""One model, many projections: they all say the same, because they all come from the fields."""

from __future__ import annotations

import json
import time

import duckdb
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pytest
from pandera.typing import Series

from schemas.masking import mask
from schemas.table import (
    Table,
    arrow_schema,
    columns,
    comments,
    ddl,
    dictionary,
    field,
    key,
    names,
    table_schema,
    to_arrow,
)


class Bureau(Table):
    bureau_id: Series[str] = field("编号", "Id", key=True, str_matches="^b")
    year: Series[pd.Int64Dtype] = field("年度", "Year", "statistical year", key=True, ge=2008, le=2100)
    kind: Series[str] = field("种类", "Kind", codes={"a": ("甲", "first"), "b": ("乙", "second")}, nullable=True)
    value: Series[pd.Float64Dtype] = field("数值", "Value", unit="元", nullable=True)
    sum_: Series[pd.BooleanDtype] = field("合计", "Total", nullable=True)
    note: Series[str] = field("备注", "Note", "it's free", text=True, nullable=True, foreign="notes.text")

    class Config(Table.Config):
        name = "bureaus"
        title = "机关"
        description = "Bureaus of a test"


ROW = {"bureau_id": "b1", "year": "2024", "kind": "a", "value": 96171.6, "sum_": True, "note": "好"}


def test_a_frame_gets_the_types_of_the_model_and_no_empty_text() -> None:
    frame = Bureau.validate(pd.DataFrame([ROW, {**ROW, "bureau_id": "b2", "kind": "", "value": None, "note": ""}]))
    assert [str(kind) for kind in frame.dtypes] == ["str", "Int64", "str", "Float64", "boolean", "str"]
    assert frame["year"].tolist() == [2024, 2024]
    assert frame.loc[0, "value"] == 96171.6
    assert frame.loc[1, ["kind", "value", "note"]].isna().all()


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"year": 1999}, "greater_than_or_equal_to(2008)"),
        ({"kind": "c"}, "isin(['a', 'b'])"),
        ({"bureau_id": "x"}, "str_matches('^b')"),
        ({"bureau_id": ""}, "not_nullable"),
    ],
)
def test_what_the_field_forbids_is_refused(change: dict[str, object], check: str) -> None:
    with pytest.raises(pandera.errors.SchemaErrors) as caught:
        Bureau.validate(pd.DataFrame([ROW | change]), lazy=True)
    assert check in set(caught.value.failure_cases["check"])


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(pandera.errors.SchemaErrors) as caught:
        Bureau.validate(pd.DataFrame([ROW, ROW, {**ROW, "bureau_id": "b2"}]), lazy=True)
    cases = caught.value.failure_cases
    assert set(cases["check"]) == {"key_unique"}
    assert set(cases["index"]) == {0, 1}


def test_free_text_is_masked_and_other_text_is_not() -> None:
    phone = "联系人：张三 13912345678"
    frame = Bureau.validate(pd.DataFrame([{**ROW, "note": phone, "bureau_id": "b13912345678"}]))
    assert frame["note"].tolist() == ["联系人：*** 1**********"]
    assert frame["bureau_id"].tolist() == ["b13912345678"]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话 139 1234 5678。", "电话 1**********。"),
        ("请发zhang.san@huaian.gov.cn，谢谢", "请发***@***，谢谢"),
        ("填报人: 李小四", "填报人: ***"),
        ("填报人 | 李小四 | 12", "填报人 | *** | 12"),
        ("电话１３９１２３４５６７８", "电话1**********"),
        ("发至a.b@c.gov.cn和d＠e.cn", "发至***@***和***@***"),
        ("32080119900101123X", "*" * 18),
        ("0517-83605023", "0517-83605023"),  # an office's telephone
        ("13912345678.50", "13912345678.50"),  # an amount of money
        ("3985758", "3985758"),
        ("申请人无正当理由逾期不补正", "申请人无正当理由逾期不补正"),
    ],
)
def test_mask(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_masking_takes_linear_time() -> None:
    started = time.process_time()
    assert len(mask("1" * 200_000 + "a" * 200_000)) == 400_000
    assert time.process_time() - started < 5


def test_ddl_and_comments_are_accepted_and_read_back() -> None:
    connection = duckdb.connect()
    for sql in (ddl(Bureau), *comments(Bureau)):
        connection.execute(sql).fetchall()
    found = connection.sql(
        "SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns() WHERE table_name = 'bureaus'"
    ).fetchall()
    connection.close()
    assert [row[:3] for row in found] == [
        ("bureau_id", "VARCHAR", False),
        ("year", "BIGINT", False),
        ("kind", "VARCHAR", True),
        ("value", "DOUBLE", True),
        ("sum_", "BOOLEAN", True),
        ("note", "VARCHAR", True),
    ]
    assert found[1][3] == "年度 | Year: statistical year"
    assert found[2][3] == "种类 | Kind (a = 甲, first; b = 乙, second)"
    assert found[3][3] == "数值 | Value [元]"
    assert found[5][3] == "备注 | Note: it's free"


def test_arrow_schema_carries_types_and_metadata() -> None:
    schema = arrow_schema(Bureau)
    assert schema.names == names(Bureau)
    assert schema.field("year").type == pa.int64()
    assert not schema.field("year").nullable
    assert json.loads(schema.field("kind").metadata[b"codes"]) == {"a": ["甲", "first"], "b": ["乙", "second"]}
    assert schema.field("value").metadata[b"unit"].decode() == "元"
    assert schema.field("bureau_id").metadata[b"key"] == b"primary"
    table = to_arrow(Bureau, Bureau.validate(pd.DataFrame([ROW])))
    assert table.schema.types == schema.types
    assert table.to_pylist() == [{**ROW, "year": 2024}]


def test_table_schema_and_dictionary_say_the_same() -> None:
    schema = table_schema(Bureau)
    assert schema["primaryKey"] == key(Bureau) == ["bureau_id", "year"]
    by_name = {item["name"]: item for item in schema["fields"]}
    assert by_name["year"]["constraints"] == {"required": True, "minimum": 2008, "maximum": 2100}
    assert by_name["kind"]["constraints"] == {"enum": ["a", "b"]}
    assert by_name["bureau_id"]["constraints"]["pattern"] == "^b"
    assert by_name["sum_"]["trueValues"] == ["true"]
    assert schema["foreignKeys"] == [{"fields": ["note"], "reference": {"resource": "notes", "fields": ["text"]}}]
    rows = dictionary(Bureau)
    assert [(row["column"], row["type"], row["position"]) for row in rows] == [
        (item["name"], item["type"], place) for place, item in enumerate(schema["fields"], start=1)
    ]
    assert rows[3]["unit"] == "元"


def test_a_column_without_titles_is_a_mistake() -> None:
    class Bare(Table):
        name: Series[str]

        class Config(Table.Config):
            name = "bare"

    with pytest.raises(TypeError, match=r"Bare\.name must be made with"):
        columns(Bare)
