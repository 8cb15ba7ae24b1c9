"""The SQL that writes rows to files: Parquet with words in it, CSV that says exactly what is stored.

Text in, text out; ``pipelines.store`` runs it. DuckDB writes rows in the order of the SELECT and cuts row groups by
number, so that the same rows give the same bytes, however many threads there are.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from schemas.table import quote, shortest

ROW_GROUP = 131_072  # rows; a multiple of DuckDB's vectors of 2048
AS_DECLARED = ("disabled_optimizers", "statistics_propagation")
"""Setting without which DuckDB marks the columns of a Parquet file required that happen to hold no null, others in each
release."""
SAMPLED = 32_768  # rows of a CSV file that are read back


def parquet(select: str, path: Path | str, schema: pa.Schema | None = None) -> str:
    """COPY to Parquet (zstd). What ``schema`` says of itself and of its fields comes along: as plain key-value pairs,
    and as the Arrow schema under the key where Arrow itself keeps it, so that every reader built on Arrow finds it.
    All columns are optional, where DuckDB is set to ``AS_DECLARED``."""
    words = ""
    if schema is not None:
        found = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()}
        optional = schema
        for place, field in enumerate(schema):
            optional = optional.set(place, field.with_nullable(True))
        found["ARROW:schema"] = base64.b64encode(optional.serialize().to_pybytes()).decode()
        words = ", KV_METADATA {" + ", ".join(f"{quote(key)}: {quote(found[key])}" for key in sorted(found)) + "}"
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}{words}"
    return f"COPY ({select}) TO {quote(str(path))} ({options})"


def csv(select: str, kinds: Mapping[str, str], path: Path | str) -> str:
    """COPY to CSV after RFC 4180, with ``\\n``: UTF-8, shortest decimals, empty for null, ``true``/``false``.

    ``kinds``: column of the SELECT -> DuckDB type.
    """
    listed = ", ".join(f'{text(name, kind)} AS "{name}"' for name, kind in kinds.items())
    return f"COPY (SELECT {listed} FROM ({select}) AS rows) TO {quote(str(path))} ({_CSV}, HEADER)"


def read_csv(kinds: Mapping[str, str], path: Path | str) -> str:
    """A SELECT that reads the same file with these types, whatever its header says."""
    listed = ", ".join(f"{quote(name)}: {quote(kind)}" for name, kind in kinds.items())
    return f"FROM read_csv({quote(str(path))}, auto_detect = false, header = true, columns = {{{listed}}}, {_CSV_READ})"


def text(name: str, kind: str) -> str:
    """A column as CSV prints it: shortest decimals, never with an exponent (values have at most 6 decimals)."""
    quoted = f'"{name}"'
    return shortest(quoted) if kind in ("DOUBLE", "FLOAT") else quoted


_CSV = """FORMAT csv, DELIMITER ',', QUOTE '"', ESCAPE '"', NULLSTR ''"""
_CSV_READ = """delim = ',', quote = '"', escape = '"', nullstr = '', new_line = '\\n', max_line_size = 16777216"""
