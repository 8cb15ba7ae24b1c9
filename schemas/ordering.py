"""How the rows of a long table are put in order: with numbers in place of the words that repeat in them.

To sort twenty million rows of thirty columns costs more than anything else that is done with them, and nearly all of it
goes into carrying the same names, labels and codes about; what does not fit into memory goes to the disk and back. An
ENUM is a number that knows its word, and enums made in the order of the words sort as the words do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from schemas.table import Table, columns

# Text that a cell has of its own.
_OF_A_CELL = {"statement_id", "printed", "locator", "candidates"}


@dataclass(frozen=True, slots=True)
class Filling:
    """The rows of a table: those of the SELECT ``query``, in the ``order`` of these columns, or, where there are none,
    as they come.

    ``words``: text columns in which values repeat, each with a SELECT of one column that gives all of them at least.
    Worth it for long tables only. The types stand in the temporary schema while the table is filled.
    ``changing``: text columns that in this order say something else in nearly every row.
    """

    query: str
    order: Sequence[str] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    changing: Sequence[str] = ()

    def types(self) -> list[str]:
        """The statements that make the types, which are named as ``type_name`` says."""
        return [
            f"CREATE TEMP TYPE {type_name(column)} AS ENUM "
            f"(SELECT DISTINCT word FROM ({values}) AS one(word) WHERE word IS NOT NULL ORDER BY word)"
            for column, values in self.words.items()
        ]

    def select(self, columns: Sequence[str]) -> str:
        """A SELECT of these columns, in order; the types must be there."""
        within = ", ".join(f"{_as(name, type_name(name)) if name in self.words else name}" for name in columns)
        listed = ", ".join(f"{_as(name, 'VARCHAR') if name in self.words else name}" for name in columns)
        ordered = f" ORDER BY {', '.join(self.order)}" if self.order else ""
        return f"SELECT {listed} FROM (SELECT {within} FROM ({self.query}) AS rows{ordered}) AS rows"


def repeating(model: type[Table]) -> list[str]:
    """The text columns of a long table in which values repeat."""
    return [column.name for column in columns(model) if column.kind == "string" and column.name not in _OF_A_CELL]


def type_name(column: str) -> str:
    """The type of the words of a column."""
    return f"temp.word_{column}"


def _as(column: str, kind: str) -> str:
    return f"{column}::{kind} AS {column}"
