"""The published datasets: for each the model of its rows, the query that fills it, its order, and its slices.

A new dataset is one class here. Rows are ordered by the model's key, so that the same content gives the same bytes.
Cut into slices is what people take home to filter; the wide tables are in the workbook, and programs filter Parquet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal, get_args

from schemas import changes, core, crosswalk, labelled, metrics, reporting, suspects, wide
from schemas.core_agencies import Agency, AgencyName, AgencyPlace, Attribution, placed
from schemas.ordering import Filling, repeating
from schemas.table import Table, key, names, quote, title

Slice = Literal["year", "province"]
EVERY_SLICE: tuple[Slice, ...] = get_args(Slice)

UNKNOWN_PROVINCE = "00"
"""Of agencies that lie in no province, or are provisional."""


class Product:
    """One dataset: the rows of the table of its name. Most tables are in the store; ``query`` makes the others."""

    model: ClassVar[type[Table]]
    # Columns that say how a row was made, not what it says: alone they are no reason for a new release.
    technical: ClassVar[tuple[str, ...]] = ()
    # By what the dataset is cut into smaller files too: year (of the report), province (where the agency lies then).
    slices: ClassVar[tuple[Slice, ...]] = ()
    # A sheet of the workbook: few rows, and nothing to filter before it can be read.
    in_workbook: ClassVar[bool] = False
    # Whether another content is a reason for a new release.
    compared: ClassVar[bool] = True
    # Of a long table: text that in its order is another in nearly every row.
    changing: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def name(cls) -> str:
        """Name of the dataset, of its files and of its table."""
        return title(cls.model)[0]

    @classmethod
    def query(cls) -> str:
        """A SELECT that gives the model's columns from tables of the store and of products that stand before this one
        in ``PRODUCTS``, without order; empty where the store has the table."""
        return ""

    @classmethod
    def rows(cls) -> str:
        """The rows of the table, without order."""
        return f"SELECT {_list(names(cls.model))} FROM {cls.name()}"

    @classmethod
    def order(cls) -> list[str]:
        """Columns that together identify a row and put it in its place."""
        return key(cls.model)

    @classmethod
    def select(cls) -> str:
        """The whole dataset, in order."""
        return f"{cls.rows()} ORDER BY {_list(cls.order())}"

    @classmethod
    def words(cls) -> dict[str, str]:
        """Of a long table: text columns whose values repeat, with where all of them stand: see ``Filling``."""
        return {}

    @classmethod
    def filled(cls, query: str = "") -> dict[str, tuple[type[Table], Filling]]:
        """The table filled from a SELECT of its columns, or else as in the store: as ``Store.fill_tables`` takes it."""
        return {cls.name(): (cls.model, Filling(query or cls.rows(), cls.order(), cls.words(), cls.changing))}

    @classmethod
    def sliced(cls, by: Slice) -> str:
        """A SELECT of one column ``slice``, for each row in the order in which they stand (which a join may change):
        the year as text, or the first two digits of the division code (``00`` where it lies in no province).

        Raises ``ValueError`` where the dataset is not cut like that.
        """
        if by not in cls.slices:
            raise ValueError(f"{cls.name()} has no slices by {by}")
        rows = f"{cls.name()} r LEFT JOIN {placed('r')} ORDER BY r.rowid" if by == "province" else f"{cls.name()} r"
        return f"SELECT {_slice(by)} AS slice FROM {rows}"


class Observations(Product):
    """One row for each agency, year, scope and cell: the figure to work with."""

    model = core.Observation
    changing = ("statement_id",)

    @classmethod
    def words(cls) -> dict[str, str]:
        """All but what a cell has of its own."""
        return _words_within(cls)


class Statements(Product):
    """Every reading of every cell in every document, chosen or not. Those of a document stand together: they are found
    without a search, and half as large as in the order of their ids, which are hashes."""

    model = core.Statement
    changing = ("statement_id",)

    @classmethod
    def order(cls) -> list[str]:
        """By document and cell; the key comes last."""
        return ["document_id", "column_level", "section", "indicator", "breakdown", "statement_id"]

    @classmethod
    def words(cls) -> dict[str, str]:
        """All but what a cell has of its own."""
        return _words_within(cls)


class Reports(Product):
    """What one agency says about one year and scope."""

    model = reporting.Report


class ReportDocuments(Product):
    """Which documents carry which report, and how they compare."""

    model = reporting.ReportDocument


class Coverage(Product):
    """Which reports there should be, and which are here."""

    model = reporting.Coverage


class Documents(Product):
    """Every file read or refused, by the hash of its bytes."""

    model = core.Document
    technical = ("reader_hash",)


class Sources(Product):
    """Every sighting of a document: where and when it was found."""

    model = core.Source


class Agencies(Product):
    """The agencies that report."""

    model = Agency


class AgencyNames(Product):
    """Their names: official ones over time, others, and as printed."""

    model = AgencyName


class AgencyPlaces(Product):
    """Where they lie: province, prefecture and county over time."""

    model = AgencyPlace


class Attributions(Product):
    """Whose report each document is, and why."""

    model = Attribution


class Indicators(Product):
    """The codebook: what each cell of each form counts."""

    model = core.Indicator


class Crosswalk(Product):
    """Which cells of which form make up one comparable series, which do not, and why."""

    model = crosswalk.Crosswalk


class Panel(Product):
    """Comparable series over the forms: joined by the crosswalk and nothing else."""

    model = crosswalk.Panel

    slices = EVERY_SLICE

    @classmethod
    def query(cls) -> str:
        """Figures of each report, added where a series is a sum."""
        return crosswalk.panel_query()

    @classmethod
    def words(cls) -> dict[str, str]:
        """Nearly all of them stand in the crosswalk."""
        return crosswalk.panel_words()


class ObservationsLabelled(Product):
    """Observations with words beside the codes, for filtering without a join."""

    model = labelled.LabelledObservation
    slices = EVERY_SLICE
    changing = ("source_url", "path", "report_id")

    @classmethod
    def query(cls) -> str:
        """Every observation with what stands about it in other tables."""
        return labelled.labelled_query()

    @classmethod
    def order(cls) -> list[str]:
        """By cell first: see ``schemas.labelled``."""
        return list(labelled.ORDER)

    @classmethod
    def words(cls) -> dict[str, str]:
        """From the tables that ``query`` takes them from."""
        return labelled.labelled_words()


class Wide(Product):
    """A row for each report, a column for each cell of a section: see ``schemas.wide``."""

    section: ClassVar[str]
    in_workbook = True

    @classmethod
    def query(cls) -> str:
        """Observations of the section, one column for each cell."""
        return wide.wide_query(cls.section)


class DisclosureWide(Wide):
    """What agencies published on their own: rules, licences, penalties, fees."""

    section = "disclosure"
    model = wide.wide_model(section)


class RequestsWide(Wide):
    """Requests and what became of them."""

    section = "requests"
    model = wide.wide_model(section)


class ReviewWide(Wide):
    """Review and litigation."""

    section = "review"
    model = wide.wide_model(section)


class StatisticsWide(Wide):
    """The statistics tables of 2008 to 2018."""

    section = "statistics"
    model = wide.wide_model(section)


class Findings(Product):
    """Violated rules and oddities, with what was expected and what is printed."""

    model = core.Finding


class Metrics(Product):
    """Named ratios of each report, with numerator, denominator and interval."""

    model = metrics.Metric
    slices = EVERY_SLICE

    @classmethod
    def words(cls) -> dict[str, str]:
        """All of them: there is a row for each report and metric."""
        return _words_within(cls)


class MetricDefinitions(Product):
    """The catalogue of metrics: what each is a ratio of, and what to beware of."""

    model = metrics.MetricDefinition


class Suspects(Product):
    """Where a violated sum may be wrong: a proposal where to look, never a figure."""

    model = suspects.Suspect


class Changes(Product):
    """What changed since the last release, and why."""

    model = changes.Change
    compared = False


PRODUCTS: tuple[type[Product], ...] = (
    Observations,
    Statements,
    Reports,
    ReportDocuments,
    Coverage,
    Documents,
    Sources,
    Agencies,
    AgencyNames,
    AgencyPlaces,
    Attributions,
    Indicators,
    Crosswalk,
    ObservationsLabelled,
    Panel,
    DisclosureWide,
    RequestsWide,
    ReviewWide,
    StatisticsWide,
    Findings,
    Metrics,
    MetricDefinitions,
    Suspects,
    Changes,
)


def stored(products: Sequence[type[Product]] = PRODUCTS) -> dict[str, tuple[type[Table], Filling]]:
    """Tables that a release has as the store has them: name -> (model, rows). ``changes`` come from two releases."""
    taken: dict[str, tuple[type[Table], Filling]] = {}
    for product in products:
        if not product.query() and product is not Changes:
            taken |= product.filled()
    return taken


def computed(products: Sequence[type[Product]] = PRODUCTS) -> dict[str, tuple[type[Table], Filling]]:
    """Tables that the store does not have, to be made before anything is published: name -> (model, rows)."""
    made: dict[str, tuple[type[Table], Filling]] = {}
    for product in products:
        if query := product.query():
            made |= product.filled(query)
    return made


def _words_within(product: type[Product]) -> dict[str, str]:
    """Of a long table of the store: the words that it has itself."""
    return {name: f"SELECT {name} FROM {product.name()}" for name in repeating(product.model)}


def _slice(by: Slice) -> str:
    return "r.report_year::VARCHAR" if by == "year" else f"coalesce(p.province_code, {quote(UNKNOWN_PROVINCE)})"


def _list(columns: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
