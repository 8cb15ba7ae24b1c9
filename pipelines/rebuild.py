"""The derived tables, made anew from the loaded ones: a list of named steps, each with its time.

All but the attributions is SQL over everything, in minutes for the whole country; what attribution makes of a document
follows from that document and the registry alone, so it is kept by the hash of both (table ``kept_attributions``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from pipelines import blanks, check, coverage, editions, filing, fingerprint, measure, proposals, resolve
from pipelines.corrections import Correction, Decision, Settled, apply, decided, stale
from schemas.core import DERIVED, Equation, Finding, Indicator, RelationTerm, Statement
from schemas.core_agencies import Agency, AgencyName, AgencyPlace
from schemas.crosswalk import Crosswalk, crosswalk_rows
from schemas.forms import WHOLE
from schemas.metrics import MetricDefinition, definition_rows
from schemas.suspects import Suspect
from schemas.table import comments, ddl, key, names, to_arrow

if TYPE_CHECKING:
    from pipelines.store import Store

_NO_REPORTS = {"n_reports": 0, "n_documents": 0}
_ATTRIBUTED = ("agency_id", "agency_name", "score", "basis", "reason", "said")


@dataclass(slots=True, frozen=True)
class Rebuilt:
    """The seconds of each step, and of how many documents it was asked anew whose they are."""

    seconds: dict[str, float]
    attributed: int


class Rebuild:
    """One rebuild of the tables derived in ``store``; see ``Store.rebuild``."""

    def __init__(self, store: Store, run_findings: pd.DataFrame | None, settled: Settled | None) -> None:
        self._store = store
        self._run_findings = run_findings
        self._corrections: Sequence[Correction] = settled.corrections if settled else ()
        self._decisions: Sequence[Decision] = settled.decisions if settled else ()
        self._told: list[dict[str, str]] = []
        self._attributed = 0

    def run(self) -> Rebuilt:
        """Do all steps."""
        steps: tuple[Callable[[], None], ...] = (
            self.corrections,
            self.codebook,
            self.attributions,
            self.observations,
            self.agencies,
            self.verdicts,
            self.metrics,
            self.findings,
            self.reports,
            self.swap,
        )
        seconds: dict[str, float] = {}
        self._drop_steps()
        for step in steps:
            started = time.monotonic()
            step()
            seconds[step.__name__] = round(time.monotonic() - started, 3)
        self._drop_steps()
        self._store.execute("CHECKPOINT")
        return Rebuilt(seconds, self._attributed)

    def corrections(self) -> None:
        """What people have corrected, beside the readings; and the empty tables."""
        self._told = self._correct(self._corrections)
        for name, model in DERIVED.items():
            self._store.execute(ddl(model, f"step_{name}"))

    def codebook(self) -> None:
        """Tables that come from our own data files, whose rows the tests hold against the models."""
        self._store.put("step_indicators", Indicator, resolve.codebook())
        self._store.put("step_crosswalk", Crosswalk, crosswalk_rows())
        self._store.put("step_equations", Equation, check.equation_rows())
        self._store.put("step_relations", RelationTerm, check.relation_rows())
        self._store.put("step_metric_definitions", MetricDefinition, definition_rows())

    def attributions(self) -> None:
        """Whose report each document is: only what is not kept from before is decided anew."""
        registry = fingerprint.registry_hash()
        self._store.execute(f"CREATE TABLE IF NOT EXISTS kept_attributions ({_KEPT})")
        fields = ", ".join(f"coalesce({name}::VARCHAR, '')" for name in filing.CASE)
        self._store.execute(
            f"CREATE TEMP TABLE step_cases AS SELECT *, md5(concat_ws(chr(31), '{registry}', {fields})) AS case_hash "
            f"FROM ({resolve.cases()})"
        )
        with self._store.transaction():
            self._store.execute(
                "DELETE FROM kept_attributions WHERE case_hash NOT IN (SELECT case_hash FROM step_cases)"
            )
            new = "SELECT * FROM step_cases ANTI JOIN kept_attributions USING (case_hash)"
            for batch in self._store.query(new).to_batches(max_chunksize=10_000):
                rows = filing.attribute_rows(batch.to_pylist())
                self._attributed += len(rows)
                with self._store.registered("incoming", pa.Table.from_pylist(rows, schema=_KEPT_ARROW)):
                    self._store.execute("INSERT INTO kept_attributions BY NAME SELECT * FROM incoming")
        found = "SELECT c.*, k.* EXCLUDE (case_hash) FROM step_cases c JOIN kept_attributions k USING (case_hash)"
        several = self._store.query(
            f"SELECT * FROM ({found}) WHERE said <> '' QUALIFY count(DISTINCT said) OVER (PARTITION BY agency_id, "
            "report_year) > 1"
        )
        with self._store.registered("apart", pa.Table.from_pylist(filing.apart(several.to_pylist()), schema=_APART)):
            self._store.execute(
                f"""
INSERT INTO step_attributions BY NAME
SELECT document_id, coalesce(a.agency_id, f.agency_id) AS agency_id,
  coalesce(a.agency_name, f.agency_name) AS agency_name,
  CASE WHEN a.agency_id IS NULL THEN f.score END AS score,
  nullif(coalesce(a.basis, f.basis), '') AS basis, nullif(coalesce(a.reason, f.reason), '') AS reason
FROM ({found}) f LEFT JOIN apart a USING (document_id) ORDER BY document_id
"""
            )

    def observations(self) -> None:
        """Which report each document carries, which statement is chosen, what the sums imply about empty cells."""
        self._store.execute(f"CREATE TEMP TABLE step_documents AS {resolve.document_report('step_attributions')}")
        for sql in (*editions.steps(), *check.before_observations("step_verdicts")):
            self._store.execute(sql)
        for sql in (resolve.candidates(), resolve.observations("step_observations")):
            self._store.execute(sql)
        self._fill_blanks("step_observations", "step_findings")

    def agencies(self) -> None:
        """What the registry says of the agencies that are there."""
        named = "SELECT DISTINCT agency_id FROM step_documents WHERE starts_with(agency_id, 'a')"
        used = [name for (name,) in self._store.execute(named)]
        self._store.put("step_agencies", Agency, [{**_NO_REPORTS, **row} for row in filing.agencies(used)])
        self._store.put("step_agency_names", AgencyName, filing.agency_names(used))
        self._store.put("step_agency_places", AgencyPlace, filing.agency_places(used))
        for sql in (
            resolve.agencies("step_agencies"),
            resolve.agency_counts("step_agencies"),
            resolve.printed_names("step_agency_names"),
        ):
            self._store.execute(sql)

    def verdicts(self) -> None:
        """Which sums and relations hold."""
        for sql in check.after_observations("step_verdicts"):
            self._store.execute(sql)

    def metrics(self) -> None:
        """The ratios of each report."""
        self._store.execute(measure.metrics("step_metrics"))

    def findings(self) -> None:
        """What readers noticed, where violated sums may be wrong, the rules, and what people decided of all that."""
        self._store.execute(resolve.document_findings("step_findings"))
        self._tell(self._told, "step_findings")
        self._propose("step_suspects", "step_findings")
        if self._run_findings is not None and len(self._run_findings):
            self._store.add("step_findings", Finding, self._run_findings.assign(stage="run"))
        violated = {row["rule"] for row in self._store.rows(check.violated_rules("step_verdicts"))}
        self._store.add_rules(check.rules(violated), "step_findings", names(Finding))
        self._decide(self._decisions, "step_findings")

    def reports(self) -> None:
        """The reports, their documents, and which reports there should be."""
        for sql in (
            resolve.reports("step_reports"),
            resolve.report_documents("step_report_documents"),
            coverage.coverage("step_coverage"),
        ):
            self._store.execute(sql)

    def swap(self) -> None:
        """The new tables in place of the old ones, all or none."""
        for name, model in DERIVED.items():
            self._store.unique(f"step_{name}", key(model))
        with self._store.transaction():
            self._store.execute(resolve.update_origins())
            for name, model in DERIVED.items():
                self._store.execute(f"DROP TABLE IF EXISTS {name}")
                self._store.execute(f"ALTER TABLE step_{name} RENAME TO {name}")
                for sql in comments(model, name):
                    self._store.execute(sql)

    # ------------------------------------------------------------ parts of the steps

    def _correct(self, entries: Sequence[Correction]) -> list[dict[str, str]]:
        """Put the corrections beside the readings that they replace, in place of those of the last rebuild; returns
        what is to be told of them."""
        with self._store.transaction():
            self._store.execute("DELETE FROM statements WHERE method = 'corrected'")
            if not entries:
                return []
            wanted = pa.table({"document_id": pa.array(sorted({one.document for one in entries}), pa.string())})
            with self._store.registered("wanted", wanted):
                read = self._store.query("SELECT * FROM statements SEMI JOIN wanted USING (document_id)").to_pylist()
            added, told = apply(entries, read)
            if added:
                self._store.add("statements", Statement, pd.DataFrame(added))
        return told

    def _tell(self, rows: Sequence[Mapping[str, object]], target: str) -> None:
        """Add findings about documents, with the reports that these carry."""
        if rows:
            frame = Finding.validate(pd.DataFrame(rows).assign(stage="check"), lazy=True)
            with self._store.registered("told", to_arrow(Finding, frame)):
                self._store.execute(resolve.document_findings(target, "told"))

    def _fill_blanks(self, target: str, findings: str) -> None:
        """What the sums of a report imply about its cells without a number."""
        kinds: dict[str, pa.DataType] = {
            **dict.fromkeys(blanks.PLACE, pa.string()),
            "value_derived": pa.float64(),
            "derived_by": pa.string(),
        }
        filled, told = blanks.fill(self._store.rows(blanks.open_equations()))
        with self._store.registered("filled", pa.Table.from_pylist(filled, schema=pa.schema(kinds))):
            self._store.execute(blanks.update("filled", target))
        self._tell(told, findings)

    def _propose(self, target: str, findings: str) -> None:
        """Where the violated sums of each report may be wrong."""
        suspects, found = proposals.propose(self._store.rows(proposals.violated_reports()))
        self._store.fill(target, Suspect, suspects)
        if found:
            self._store.add(findings, Finding, pd.DataFrame(found).assign(stage="check"))

    def _decide(self, entries: Sequence[Decision], findings: str) -> None:
        """Write decisions to the findings that they are about, and tell of those that are about none."""
        if not entries:
            return
        found = " AND ".join(
            f"f.{name} IS NOT DISTINCT FROM d.{name}"
            for name in ("document_id", "rule", "section", "indicator", "breakdown")
        )
        found += " AND (d.observed IS NULL OR d.observed = f.observed)"
        found += (
            " AND CASE WHEN d.column_level IS NOT NULL THEN (f.report_id, d.column_level) IN "
            "(SELECT (report_id, column_level) FROM step_carried) ELSE f.report_id IS NULL OR f.report_id NOT IN "
            f"(SELECT report_id FROM step_carried WHERE report_id IS NOT NULL AND column_level <> '{WHOLE}') END"
        )
        with self._store.registered("decided", pa.Table.from_pylist(decided(entries))):
            missed = self._store.execute(
                f"SELECT entry FROM decided d WHERE NOT EXISTS (SELECT 1 FROM {findings} f WHERE {found}) ORDER BY 1"
            )
            self._store.execute(
                f"UPDATE {findings} AS f SET decision = d.decision, decision_reason = d.reason FROM decided d "
                f"WHERE {found}"
            )
        self._tell(stale([entries[entry] for (entry,) in missed]), findings)

    def _drop_steps(self) -> None:
        """Remove what a rebuild left that did not end."""
        for (name,) in self._store.execute(
            "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'step_')"
        ):
            self._store.execute(f"DROP TABLE {name}")


_KEPT = "case_hash VARCHAR, " + ", ".join(f"{one} {'DOUBLE' if one == 'score' else 'VARCHAR'}" for one in _ATTRIBUTED)
_TEXT: pa.DataType = pa.string()
_KEPT_ARROW = pa.schema(
    [
        pa.field("case_hash", _TEXT),
        *(pa.field(name, pa.float64() if name == "score" else _TEXT) for name in _ATTRIBUTED),
    ]
)
_APART = pa.schema([pa.field(name, _TEXT) for name in ("document_id", "agency_id", "agency_name", "basis", "reason")])
