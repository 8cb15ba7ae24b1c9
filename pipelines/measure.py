"""Observations → metrics, as SQL that the store runs. Pure text in, text out. What a metric is stands in the
catalogue (``schemas.metrics``); only printed numbers count, in their standard unit (counts: doubles add them
exactly)."""

from __future__ import annotations

from schemas.metrics import GROWTH, PROPORTION, SMALL_N, Metric, definitions, quantities
from schemas.table import names, quote

_Z = "1.959963984540054"  # 95 %, both sides
_REPORT = ("agency_id", "report_year", "scope")


def metrics(target: str) -> str:
    """Fill ``target`` (``Metric``) from ``step_observations``: a row for each report, metric and breakdown whose cells
    the report's form has."""
    columns = ", ".join(names(Metric))
    part = "report_id, quantity, breakdown"
    return f"""
INSERT INTO {target} ({columns})
WITH members(quantity, breakdown, section, indicator, cell) AS (VALUES {_members()}),
wanted(metric, kind, breakdown, above, below) AS (VALUES {_wanted()}),
cells AS (
  SELECT o.report_id, m.quantity, m.breakdown, o.indicator, o.breakdown AS cell, o.value_std, o.flags
  FROM step_observations o JOIN members m ON (o.section, o.indicator, o.breakdown) = (m.section, m.indicator, m.cell)
), gaps AS (
  SELECT {part}, list(indicator || '/' || cell) AS missing FROM cells WHERE value_std IS NULL GROUP BY {part}
), sums AS (
  SELECT {part}, CASE WHEN count(value_std) = count(*) THEN sum(value_std) END AS amount,
    bool_or(flags IS NOT NULL AND contains(flags, 'identity_violated')) AS doubted
  FROM cells GROUP BY {part}
), reports AS (
  SELECT report_id, {", ".join(f"any_value({name}) AS {name}" for name in (*_REPORT, "agency_name"))}
  FROM step_observations WHERE section IN ('requests', 'review') GROUP BY report_id
), amounts AS (
  SELECT s.*, coalesce(g.missing, []) AS missing FROM sums s LEFT JOIN gaps g USING ({part})
), parts AS (
  SELECT r.*, w.metric, w.kind, w.breakdown, a.amount AS above, b.amount AS below,
    a.doubted OR coalesce(b.doubted, false) AS doubted, a.missing || coalesce(b.missing, []) AS missing,
    b.quantity IS NULL AS alone
  FROM wanted w JOIN amounts a ON (a.quantity, a.breakdown) = (w.above, w.breakdown)
  JOIN reports r ON r.report_id = a.report_id
  LEFT JOIN reports p ON w.kind = '{GROWTH}' AND (p.agency_id, p.scope, p.report_year)
    = (r.agency_id, r.scope, r.report_year - 1)
  LEFT JOIN amounts b ON (b.quantity, b.breakdown) = (w.below, w.breakdown)
    AND b.report_id = CASE w.kind WHEN '{GROWTH}' THEN p.report_id ELSE r.report_id END
  WHERE w.kind = '{GROWTH}' OR b.quantity IS NOT NULL
), judged AS (
  SELECT *, CASE WHEN kind = '{GROWTH}' THEN above - below ELSE above END AS numerator, below AS denominator,
    CASE WHEN alone THEN 'no_previous_year' WHEN above IS NULL OR below IS NULL THEN 'missing'
      WHEN below = 0 THEN 'zero_denominator'
      WHEN below < 0 OR kind = '{PROPORTION}' AND above NOT BETWEEN 0 AND below THEN 'contradicted'
      ELSE 'computed' END AS status
  FROM parts
), shared AS (
  SELECT *, CASE WHEN status = 'computed' THEN numerator / denominator END AS share, denominator AS size FROM judged
)
SELECT {", ".join(_REPORT)}, metric, breakdown, agency_name, numerator, denominator,
  round(share, 6) AS value, CASE WHEN status = 'computed' THEN denominator::BIGINT END AS n,
  {_bound("-")} AS lower, {_bound("+")} AS upper, status,
  nullif(array_to_string(list_sort(list_distinct(missing)), ' '), '') AS missing,
  nullif(concat_ws(',', CASE WHEN doubted THEN 'identity_violated' END,
    CASE WHEN status = 'computed' AND size < {SMALL_N} THEN 'small_n' END), '') AS caveat, report_id
FROM shared ORDER BY {", ".join(_REPORT)}, metric, breakdown
"""


def _bound(sign: str) -> str:
    """One end of the Wilson interval: of the shares that the observed one does not contradict at 95 %."""
    half = f"{_Z} * sqrt(share * (1 - share) / size + {_Z} * {_Z} / (4 * size * size))"
    end = f"(share + {_Z} * {_Z} / (2 * size) {sign} {half}) / (1 + {_Z} * {_Z} / size)"
    return f"CASE WHEN kind = '{PROPORTION}' AND status = 'computed' THEN round(greatest(0, least(1, {end})), 6) END"


def _members() -> str:
    rows = sorted(
        (quantity.id, breakdown, *key)
        for quantity in quantities().values()
        for breakdown, keys in quantity.members().items()
        for key in keys
    )
    return ", ".join(f"({', '.join(map(quote, row))})" for row in rows)


def _wanted() -> str:
    rows = [
        (one.id, one.kind, breakdown, one.numerator, one.denominator)
        for one in definitions().values()
        for breakdown in one.breakdowns()
    ]
    return ", ".join(f"({', '.join(map(quote, row))})" for row in rows)
