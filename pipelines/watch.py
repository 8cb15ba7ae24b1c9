"""Does a site suddenly read worse than it used to? Then it has probably changed its layout, and somebody should look.

Counted by site (the host that a manifest names, else the folder): documents, those refused, and poor ones, of whose
cells more than a tenth are illegible or absent. What came since the last run is held against what was there before:
alarming is what chance would hardly do at the old rate. Values in, values out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import exp, lgamma, log
from typing import Any

from pipelines.extraction import RawFinding

POOR = 0.1
FEWEST = 3
"""Documents that must have come before anything is said."""
RISE = 0.25
CHANCE = 0.001


@dataclass(slots=True, frozen=True)
class Counts:
    """What there is of one site; ``findings`` are those of reading."""

    documents: int = 0
    refused: int = 0
    poor: int = 0
    cells: int = 0
    illegible: int = 0
    absent: int = 0
    findings: int = 0


@dataclass(slots=True, frozen=True)
class Change:
    """A site that reads worse: ``what`` is ``refused`` or ``poor``; ``now`` of ``came`` documents that came since the
    last run, against ``before`` of ``had`` until then."""

    site: str
    what: str
    now: int
    came: int
    before: int
    had: int


def counts() -> str:
    """SELECT of the counts, one row a site."""
    return f"""
WITH place AS (
  SELECT document_id, arg_min(coalesce(nullif(site, ''), nullif(split_part(folder, '/', 1), ''), '.'), path) AS site
  FROM sources GROUP BY document_id
), read AS (
  SELECT document_id, count(*) AS cells, count(*) FILTER (status = 'illegible') AS illegible,
    count(*) FILTER (status = 'absent') AS absent
  FROM statements WHERE method <> 'corrected' GROUP BY document_id
), told AS (SELECT document_id, count(*) AS findings FROM document_findings GROUP BY document_id)
SELECT site, count(*) AS documents, count(*) FILTER (kind NOT IN ('report', 'narrative')) AS refused,
  count(*) FILTER (illegible + absent > {POOR} * cells) AS poor, coalesce(sum(cells), 0)::BIGINT AS cells,
  coalesce(sum(illegible), 0)::BIGINT AS illegible, coalesce(sum(absent), 0)::BIGINT AS absent,
  coalesce(sum(findings), 0)::BIGINT AS findings
FROM documents JOIN place USING (document_id) LEFT JOIN read USING (document_id) LEFT JOIN told USING (document_id)
GROUP BY site ORDER BY site
"""


def by_site(rows: Sequence[Mapping[str, Any]]) -> dict[str, Counts]:
    """Rows of ``counts()`` by site."""
    return {row["site"]: Counts(**{name: row[name] for name in row if name != "site"}) for row in rows}


def dump(sites: Mapping[str, Counts], reader: str) -> str:
    """The counts as JSON, one site a line, with the hash of the code that read."""
    lines = (json.dumps({"site": site, **asdict(one)}, ensure_ascii=False) for site, one in sorted(sites.items()))
    return f'{{"reader": "{reader}", "sites": [\n' + ",\n".join(lines) + "\n]}\n"


def parse(text: str, reader: str) -> dict[str, Counts]:
    """The inverse of ``dump``; empty where other code read, whose counts cannot be compared."""
    try:
        told = json.loads(text)
        return by_site(told["sites"]) if told["reader"] == reader else {}
    except (ValueError, KeyError, TypeError):
        return {}


def changes(before: Mapping[str, Counts], now: Mapping[str, Counts]) -> list[Change]:
    """The sites that read worse than before, each once, ordered by site."""
    found = []
    for site, new in sorted(now.items()):
        old = before.get(site, Counts())
        came = new.documents - old.documents
        if came < FEWEST or old.documents < FEWEST:
            continue
        for what in ("refused", "poor"):
            worse, was = getattr(new, what) - getattr(old, what), getattr(old, what)
            if _is_alarming(worse, came, was, old.documents):
                found.append(Change(site, what, worse, came, was, old.documents))
                break
    return found


def _is_alarming(worse: int, came: int, was: int, had: int) -> bool:
    if not 0 < worse <= came or worse / came < was / had + RISE:
        return False
    rate = (was + 1) / (had + 2)
    return sum(_binomial(k, came, rate) for k in range(worse, came + 1)) < CHANCE


def _binomial(k: int, n: int, rate: float) -> float:
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + k * log(rate) + (n - k) * log(1 - rate))


_WHAT = {
    "refused": ("were refused", "被拒收"),
    "poor": ("lack a tenth of their cells or more", "缺失或无法辨认的单元格超过一成"),
}


def words(change: Change) -> tuple[str, str]:
    """What to tell of a change, in English and Chinese."""
    en, zh = _WHAT[change.what]
    told = (
        f"{change.site}: {change.now} of the {change.came} documents that came since the last run {en}, before it was "
        f"{change.before} of {change.had}. The site has probably changed its layout; look at one of them."
    )
    told_zh = (
        f"{change.site}：上次运行以来新增的 {change.came} 份文件中有 {change.now} 份{zh}，此前为 {change.had} 份中的 "
        f"{change.before} 份。该网站可能改了版式，请查看其中一份。"
    )
    return told, told_zh


def findings(found: Sequence[Change]) -> list[RawFinding]:
    """The changes as findings of the run."""
    return [
        RawFinding(
            "watch.layout_changed",
            "warning",
            "pipeline",
            *words(one),
            locator=one.site,
            expected=f"{one.before}/{one.had}",
            observed=f"{one.now}/{one.came}",
        )
        for one in found
    ]
