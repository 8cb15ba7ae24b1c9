"""What the DuckDB file of a release costs its readers, and what the computed tables cost their maker.

Usage: python tests/benchmarks/bench_desk.py [--agencies N] [--repeat N]

1,000 agencies with reports of 2008 to 2025, each with all cells of the form of its year, make 2 million observations
with figures, texts and ids that repeat no more than real ones do. They are exported as a release is, and read back
with two threads. A full scan sums ``value``; one indicator of all agencies and years, and everything of one agency, are
held against it: summed in the same way, and fetched row by row. A query costs about a millisecond before it reads
anything, up to a fifth of a scan at 2 million rows: the release's promise is for 20 million. With 10,000 agencies (20
million) one indicator took 0.09 of a scan, one agency 0.04, the rows of one cell 0.16, those of one agency 0.09; in the
table that is ordered the other way 1.5 and 3.1.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nation import REPORTS

from pipelines.filing import agencies, agency_places
from pipelines.resolve import codebook
from pipelines.store import Store
from schemas import core, core_agencies, desk
from schemas.agencies import governments, official_name, organ_id
from schemas.crosswalk import Crosswalk, crosswalk_rows
from schemas.divisions import units
from schemas.forms import FORM_IDS, STATISTICS_FORMS, load_form
from schemas.products import PRODUCTS, computed
from schemas.table import ddl, names

THREADS = 2
MEMORY = "3GB"  # of DuckDB; what is more goes to the disk
YEARS = range(2008, 2026)


def form_of(year: int) -> str:
    """The form in force."""
    return max((load_form(form) for form in FORM_IDS if load_form(form).first_year <= year), key=lambda one: one.id).id


def chosen(wanted: int) -> list[str]:
    """Governments and then further organs of their places, ``wanted`` in all."""
    found = governments()
    for organ in range(1, 40):
        if len(found) >= wanted:
            break
        found += [organ_id(unit, organ) for unit in units()]
    return sorted(found[:wanted])


def fill(store: Store, wanted: int) -> int:
    """The tables that the computed ones are made from; returns the number of observations."""
    ids = chosen(wanted)
    for product in PRODUCTS:
        store._run(f"DROP TABLE IF EXISTS {product.name()}")
        store._run(ddl(product.model, product.name()))
    store.put("agencies", core_agencies.Agency, [{"n_reports": 1, "n_documents": 1, **row} for row in agencies(ids)])
    store.put("agency_places", core_agencies.AgencyPlace, agency_places(ids))
    store.fill("indicators", core.Indicator, codebook())
    store.fill("crosswalk", Crosswalk, crosswalk_rows())
    cells = [
        {"form": form, "place": place, **{name: getattr(cell, name) for name in ("section", "indicator", "breakdown")}}
        | {"unit": cell.unit}
        for form in FORM_IDS
        for place, cell in enumerate(load_form(form).cells)
        if form not in STATISTICS_FORMS or cell.breakdown == "year"
    ]
    reports = [{"report_year": year, "form": form_of(year)} for year in YEARS]
    called = [{"agency_id": agency, "agency_name": official_name(agency, 2025)} for agency in ids]
    tables = {name: pa.Table.from_pylist(rows) for name, rows in {"c": cells, "y": reports, "a": called}.items()}
    with store.registered("c", tables["c"]), store.registered("y", tables["y"]), store.registered("a", tables["a"]):
        store._run(f"CREATE TEMP TABLE made AS {MADE}")
    there = {row[0] for row in store._run("SELECT column_name FROM (DESCRIBE made)")}
    listed = ", ".join(name for name in names(core.Observation) if name in there)
    key = "agency_id, report_year, scope, section, indicator, breakdown"
    store._run(f"INSERT INTO observations ({listed}) SELECT {listed} FROM made ORDER BY {key}")
    store._run(
        "INSERT INTO sources BY NAME SELECT DISTINCT document_id, 'simulated' AS origin, "
        "agency_id || '/t' || report_year || left(document_id, 5) || '.html' AS path, "
        "'https://www.example.gov.cn/' || path AS source_url FROM made"
    )
    store._run(f"INSERT INTO reports BY NAME {REPORTS}")
    store._run("DROP TABLE made")
    return store.count("observations")


MADE = """
WITH drawn AS (
  SELECT *, hash(agency_id, report_year, place, form) AS h FROM a CROSS JOIN y JOIN c USING (form)
), valued AS (
  SELECT *, CASE WHEN h % 100 < 3 THEN 'blank' WHEN h % 100 = 3 THEN 'absent' ELSE 'reported' END AS status,
    CASE WHEN unit IN ('万元', 'unknown') THEN round((h >> 8) % 1000000000 / 100, 2)
      WHEN (h >> 8) % 3 = 0 THEN 0 ELSE floor(exp(((h >> 16) % 1000) / 100)) END AS drawn_value
  FROM drawn
)
SELECT agency_id, report_year, CASE WHEN hash(agency_id) % 3 = 0 THEN 'own' ELSE 'unspecified' END AS scope, section,
  indicator, breakdown, agency_name, CASE status WHEN 'reported' THEN drawn_value END AS value,
  CASE unit WHEN 'unknown' THEN '元' ELSE unit END AS unit,
  value * CASE unit WHEN '万元' THEN 10000 ELSE 1 END AS value_std, status, 'text' AS method,
  breakdown = 'total' AS is_total, form, value::VARCHAR AS printed,
  'r-' || left(sha256(agency_id || report_year), 16) AS report_id,
  sha256(agency_id || '/' || report_year) AS document_id,
  's-' || left(sha256(agency_id || report_year || place), 16) AS statement_id,
  CASE WHEN hash(agency_id, report_year) % 2 = 0 THEN 't2/r' || place // 7 || '/c' || place % 7
    ELSE 'p' || place // 60 || '[' || (h >> 40) % 5000 / 10 || ',' || (h >> 30) % 7000 / 10 || ',500,700]'
    END AS locator,
  1 AS n_statements, 1 AS n_values, 0 AS revision, 'labels' AS form_basis, 'simulated' AS origin
FROM valued
"""


def best(work: Callable[[], object], repeat: int) -> float:
    """Seconds of the fastest of ``repeat`` runs."""
    took = []
    for _ in range(repeat):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return min(took)


def memory() -> float:
    """The most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


INDICATOR = "section = 'requests' AND indicator = 'result.total'"
READS = {
    "full scan of value": "SELECT count(*), sum(value) FROM observations",
    "one indicator, summed": f"SELECT count(*), sum(value) FROM observations_labelled WHERE {INDICATOR}",
    "one cell, summed": f"SELECT count(*), sum(value) FROM observations_labelled WHERE {INDICATOR} "
    "AND breakdown = 'total'",
    "one agency, summed": "SELECT count(*), sum(value) FROM observations WHERE agency_id = '{agency}'",
    "one cell, its rows": "SELECT agency_id, report_year, value, status FROM observations_labelled "
    f"WHERE {INDICATOR} AND breakdown = 'total'",
    "one agency, every column": "SELECT * FROM observations WHERE agency_id = '{agency}'",
    "series of one agency": "SELECT * FROM series('{agency}', 'requests.result.total')",
    "where the order does not help:": "",
    "one indicator in observations": f"SELECT count(*), sum(value) FROM observations WHERE {INDICATOR}",
    "one agency in observations_labelled": "SELECT count(*), sum(value) FROM observations_labelled "
    "WHERE agency_id = '{agency}'",
}


def make(folder: Path, wanted: int) -> Path:
    """The DuckDB file of a release with so many agencies; prints what each computed table took."""
    with Store(folder / "store.duckdb", threads=THREADS) as store:
        store._run(f"SET memory_limit = '{MEMORY}'")
        rows = fill(store, wanted)
        print(f"{rows:,} observations of {wanted:,} agencies; memory so far {memory():,.0f} MB", flush=True)
        for name, table in computed().items():
            started = time.perf_counter()
            store.fill_tables({name: table})
            took = time.perf_counter() - started
            print(f"  {name:22} {store.count(name):>10,} rows {took:7.1f} s, memory {memory():,.0f} MB", flush=True)
        started = time.perf_counter()
        tables = {product.name(): product.filled()[product.name()] for product in PRODUCTS}
        path = folder / "nianbao.duckdb"
        store.export_database(path, tables)
        with Store(path, released=True) as made:
            made.define(desk.statements())
        size = path.stat().st_size / 1e6
        print(f"  exported in {time.perf_counter() - started:.1f} s, {size:,.0f} MB", flush=True)
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agencies", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=9)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = make(Path(folder), given.agencies)
        with Store(path, read_only=True, threads=THREADS) as release:
            agency = release.scalar("SELECT agency_id FROM observations OFFSET ?", [given.agencies * 500])
            scan = 0.0
            for name, sql in READS.items():
                if not sql:
                    print(name)
                    continue
                asked = sql.replace("{agency}", agency)
                took = best(lambda asked=asked: release.query(asked), given.repeat)  # type: ignore[misc]
                scan = scan or took
                print(f"  {name:36} {took * 1000:8.2f} ms, {took / scan:6.2f} of a scan", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
