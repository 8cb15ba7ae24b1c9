"""Names, order, types, keys and encodings of all that is published, held against what is written down about them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from contract.written import Line, gone, keys, now, written

from pipelines.store import Store
from schemas.products import PRODUCTS
from schemas.table import columns, translations


def test_nothing_that_users_rely_on_is_gone() -> None:
    problems = gone(written(), now())
    assert not problems, "this is a new major version of the contract:\n  " + "\n  ".join(problems)


def test_what_is_new_is_written_down() -> None:
    before, after = written(), now()
    new = [line for line in after if line not in before]
    assert before == after, f"run `make contract` and commit tests/contract/products.csv: {new[:5]}"


def columns_of(lines: list[Line]) -> dict[str, list[Line]]:
    chosen = [line for line in lines if line["kind"] == "column"]
    return {name: list(found) for name, found in groupby(chosen, key=lambda line: line["file"])}


def test_parquet_csv_and_duckdb_have_the_columns_that_are_written_down(release: Path) -> None:
    tables = columns_of(written())
    with Store(release / "nianbao.duckdb", read_only=True) as store:
        sql = "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() WHERE NOT internal"
        stored: dict[str, dict[str, tuple[str, bool]]] = {}
        for row in store.query(f"{sql} ORDER BY table_name, column_index").to_pylist():
            stored.setdefault(row["table_name"], {})[row["column_name"]] = (row["data_type"], row["is_nullable"])
    for name, lines in tables.items():
        names = [line["name"] for line in lines]
        schema = pq.read_schema(release / f"{name}.parquet")
        assert schema.names == names
        assert [str(kind) for kind in schema.types] == [line["type"] for line in lines], name
        roles = [(schema.field(column).metadata or {}).get(b"key", b"") == b"primary" for column in names]
        assert roles == [line["role"].startswith("key") for line in lines], name
        with (release / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            assert handle.readline() == ",".join(names) + "\n"
        assert list(stored[name]) == names
        assert [stored[name][column] for column in names] == [
            (line["sql"], line["required"] == "false") for line in lines
        ]


def test_no_value_of_the_samples_is_outside_the_codes_and_none_is_missing_that_is_required(release: Path) -> None:
    for name, lines in columns_of(written()).items():
        table = pq.read_table(release / f"{name}.parquet")
        for line in lines:
            column = table.column(line["name"])
            assert line["required"] == "false" or column.null_count == 0, line
            if line["codes"]:
                assert set(column.unique().to_pylist()) <= {*line["codes"].split(), None}, line


def test_files_and_encodings_are_as_written_down(release: Path) -> None:
    for line in written():
        if line["kind"] == "file":
            pattern = re.sub("<(?:year|province)>", "*", line["file"].replace("<version>", release.name))
            paths = list(release.glob(pattern))
            assert paths, line["file"]
            for path in paths:
                check_encoding(path, line["type"])


def check_encoding(path: Path, kind: str) -> None:
    data = path.read_bytes()
    if "charset=utf-8" in kind:
        assert not data.startswith(b"\xef\xbb\xbf"), f"{path.name} begins with a byte order mark"
        assert data.endswith(b"\n"), path.name
        assert b"\r" not in data, path.name
        data.decode("utf-8")
    if kind.endswith("zstd"):
        metadata = pq.read_metadata(path)
        groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
        chunks = [group.column(number) for group in groups for number in range(group.num_columns)]
        assert {chunk.compression for chunk in chunks} <= {"ZSTD"}, path.name
        assert metadata.num_row_groups >= (metadata.num_rows > 0)


def test_descriptors_have_the_keys_that_are_written_down_and_no_others(release: Path) -> None:
    files = {line["file"] for line in written() if line["kind"] == "key"}
    assert files == {"croissant.json", "datapackage.json", "dcat.jsonld", "schema-org.jsonld"}
    for name in files:
        known = {(line["name"], line["type"]) for line in written() if (line["kind"], line["file"]) == ("key", name)}
        found = set(keys(json.loads((release / name).read_text(encoding="utf-8"))))
        assert found <= known, name
        # The first release has none before it, and none of the samples has an address where it is served.
        lacking = {path for path, _ in known - found if not re.search("prev|^homepage$", path)}
        assert not lacking, name


BEFORE = [
    {"kind": "file", "file": "t.csv", "name": "", "type": "text/csv"},
    {"kind": "column", "file": "t", "position": "1", "name": "a", "type": "int64", "required": "true", "role": "key"},
    {"kind": "column", "file": "t", "position": "2", "name": "b", "type": "string", "required": "true", "codes": "x y"},
    {"kind": "key", "file": "d.json", "name": "title", "type": "string"},
]
Change = Callable[[list[Line]], object]


def lines() -> list[Line]:
    empty = dict.fromkeys(("kind", "file", "position", "name", "type", "sql", "role", "required", "codes"), "")
    return [empty | line for line in BEFORE]


def line(position: str, name: str) -> Line:
    return lines()[1] | {"position": position, "name": name, "role": "", "required": "false"}


FREE: dict[str, Change] = {
    "nothing": lambda _: None,
    "a column on the right": lambda found: found.append(line("3", "c")),
    "a file": lambda found: found.append(found[0] | {"file": "u.csv"}),
    "a code": lambda found: found[2].update(codes="x y z"),
    "a key of a descriptor": lambda found: found.append(found[3] | {"name": "version"}),
    "a column that is never empty any more": lambda found: found[1].update(required="true"),
}
MAJOR: dict[str, tuple[Change, str]] = {
    "removed": (lambda found: found.pop(2), "t b is gone"),
    "renamed": (lambda found: found[1].update(name="z"), "t a is gone"),
    "in the middle": (lambda found: (found[2].update(position="3"), found.append(line("2", "c"))), "t b: position"),
    "reordered": (lambda found: (found[1].update(position="2"), found[2].update(position="1")), "t a: position"),
    "another type": (lambda found: found[1].update(type="string"), "t a: type was 'int64', is 'string'"),
    "another key": (lambda found: found[1].update(role=""), "t a: role"),
    "may be empty": (lambda found: found[1].update(required="false"), "t a may be empty now"),
    "a code less": (lambda found: found[2].update(codes="x"), "t b: code y is gone"),
    "codes where there were none": (lambda found: found[1].update(codes="1"), "t a allows only some codes now"),
    "a file less": (lambda found: found.pop(0), "t.csv is gone"),
    "another encoding": (lambda found: found[0].update(type="text/csv; charset=gbk"), "t.csv: type"),
    "a key of a descriptor less": (lambda found: found.pop(3), "d.json title is gone"),
}


@pytest.mark.parametrize("change", FREE.values(), ids=FREE)
def test_adding_is_free(change: Change) -> None:
    after = lines()
    change(after)
    assert gone(lines(), after) == []


@pytest.mark.parametrize(("change", "words"), MAJOR.values(), ids=MAJOR)
def test_everything_else_is_a_new_major_version(change: Change, words: str) -> None:
    after = lines()
    change(after)
    assert words in "\n".join(gone(lines(), after))


def test_every_column_is_explained_in_both_languages_and_no_translation_is_left_over() -> None:
    found = {column.description: column.description_zh for product in PRODUCTS for column in columns(product.model)}
    lacking = [text for text, chinese in found.items() if text and not chinese]
    assert not lacking, f"add them to schemas/codebook/descriptions.csv: {lacking}"
    assert translations().keys() <= found.keys()
