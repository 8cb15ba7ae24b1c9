"""What one document yields: raw cells, findings and the facts about the document itself.

Plain dataclasses of plain values: workers write them to Parquet shards without importing pandas or pandera.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.forms import WHOLE


@dataclass(slots=True)
class RawCell:
    """One cell of the report's form as read; everything is text, as the shards carry it.

    ``value`` is the shortest decimal or empty; ``locator`` is empty for ``absent`` cells; ``candidates`` holds the
    competing readings (JSON list of decimals) where there were several. ``column_level``: the level of units whose
    figures the column gives (``forms.column_levels``).
    """

    section: str
    indicator: str
    breakdown: str
    status: str
    printed: str = ""
    value: str = ""
    unit: str = ""
    form: str = ""
    form_basis: str = ""
    locator: str = ""
    confidence: str = ""
    method: str = "text"
    derived_by: str = ""
    candidates: str = ""
    column_level: str = WHOLE


@dataclass(slots=True)
class RawFinding:
    """One oddity seen while reading a document; ``rule`` is an id of ``schemas.rules``."""

    rule: str
    severity: str
    responsible: str
    message_en: str
    message_zh: str
    section: str = ""
    indicator: str = ""
    breakdown: str = ""
    locator: str = ""
    expected: str = ""
    observed: str = ""


@dataclass(slots=True)
class RawClaim:
    """A count that the prose states: of which measure (``schemas.claims``), the number as a plain decimal, whether it
    is ``exact``, ``approximate`` (余, 万) or a stated ``zero``; whose figures the words say; sentence and place."""

    measure: str
    value: str
    qualifier: str = "exact"
    scope_hint: str = ""
    sentence: str = ""
    locator: str = ""


@dataclass(slots=True)
class Extraction:
    """Everything one document gave. ``kind`` says what the document is; only ``report`` carries cells.

    kinds: ``report`` · ``narrative`` (a report without tables) · ``blank_form`` · ``notice`` · ``interpretation``
    (解读) · ``other`` · ``unreadable``. ``reason_*`` says in words why a document gave no report. ``evidence`` is what
    ``pipelines.evidence.dump`` makes: everything that says whose report it is. ``scope`` is empty for what is no
    report; ``reissue`` holds the words by which a title calls its report corrected or updated.
    """

    document_id: str
    file_name: str
    byte_size: int
    media_type: str = ""
    charset: str = ""
    pages: int = 0
    kind: str = "unreadable"
    reason_code: str = ""
    reason_en: str = ""
    reason_zh: str = ""
    title: str = ""
    agency: str = ""
    report_year: int | None = None
    year_basis: str = ""
    agency_basis: str = ""
    period_start: str = ""
    period_end: str = ""
    form: str = ""
    form_basis: str = ""
    cells_present: int = 0
    cells_used: int = 0
    cells_ignored: int = 0
    evidence: str = ""
    scope: str = ""
    scope_basis: str = ""
    scope_evidence: str = ""
    published_printed: str = ""
    published_basis: str = ""
    reissue: str = ""
    cells: list[RawCell] = field(default_factory=list)
    findings: list[RawFinding] = field(default_factory=list)
    claims: list[RawClaim] = field(default_factory=list)
    stage_ms: dict[str, float] = field(default_factory=dict)
