"""The published datasets: for each the model of its rows, the query that fills it, and its order.

A new dataset is one class here. Rows are ordered by the model's key, so that the same content gives the same bytes.
"""

from __future__ import annotations

from typing import ClassVar

from schemas import core, metrics, suspects
from schemas.table import Table, key, names, title


class Product:
    """One dataset: the rows of its model's table in the store; a subclass that joins or reshapes overrides ``rows``."""

    model: ClassVar[type[Table]]
    # Columns that say how a row was made, not what it says: alone they are no reason for a new release.
    technical: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def name(cls) -> str:
        """Name of the dataset, of its files and of its table."""
        return title(cls.model)[0]

    @classmethod
    def rows(cls) -> str:
        """A SELECT without order that gives the model's columns under their names."""
        return f"SELECT {_list(names(cls.model))} FROM {cls.name()}"

    @classmethod
    def order(cls) -> list[str]:
        """Columns that together identify a row and put it in its place."""
        return key(cls.model)

    @classmethod
    def select(cls) -> str:
        """The whole dataset, in order."""
        return f"SELECT {_list(names(cls.model))} FROM ({cls.rows()}) ORDER BY {_list(cls.order())}"

    @classmethod
    def doubles(cls) -> str:
        """How many rows share their key with an earlier row, or lack a part of it; 0 in a sound dataset."""
        keys = _list(cls.order())
        lacking = " OR ".join(f'"{name}" IS NULL' for name in cls.order())
        return (
            f"WITH rows AS ({cls.rows()}) SELECT (SELECT count(*) FROM rows) - (SELECT count(*) FROM "
            f"(SELECT DISTINCT {keys} FROM rows)) + (SELECT count(*) FROM rows WHERE {lacking})"
        )


class Observations(Product):
    """One row for each agency, year, scope and cell: the figure to work with."""

    model = core.Observation


class Statements(Product):
    """Every reading of every cell in every document, chosen or not."""

    model = core.Statement


class Reports(Product):
    """What one agency says about one year and scope."""

    model = core.Report


class Documents(Product):
    """Every file read or refused, by the hash of its bytes."""

    model = core.Document
    technical = ("reader_hash",)


class Sources(Product):
    """Every sighting of a document: where and when it was found."""

    model = core.Source


class Agencies(Product):
    """The agencies that report."""

    model = core.Agency


class Indicators(Product):
    """The codebook: what each cell of each form counts."""

    model = core.Indicator


class Findings(Product):
    """Violated rules and oddities, with what was expected and what is printed."""

    model = core.Finding


class Metrics(Product):
    """Named ratios of each report, with numerator, denominator and interval."""

    model = metrics.Metric


class MetricDefinitions(Product):
    """The catalogue of metrics: what each is a ratio of, and what to beware of."""

    model = metrics.MetricDefinition


class Suspects(Product):
    """Where a violated sum may be wrong: a proposal where to look, never a figure."""

    model = suspects.Suspect


PRODUCTS: tuple[type[Product], ...] = (
    Observations,
    Statements,
    Reports,
    Documents,
    Sources,
    Agencies,
    Indicators,
    Findings,
    Metrics,
    MetricDefinitions,
    Suspects,
)


def _list(columns: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
