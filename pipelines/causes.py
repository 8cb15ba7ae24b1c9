"""Why a row differs between two releases: the one order of precedence, as SQL. Pure text.

A row that differs is seen with its document in the earlier release (``o``) and in the later one (``n``), which may be
the same, and with what happened to the report it belongs to (``r``) and to the agency's year (``y``).

Of a document: ``was``, ``remains``: whether the earlier, the later release has it; ``reread``: by other readers;
``retold``: it says something else of whose report for which year it is; ``resighted``: the manifests or its places say
something else; ``old_report``, ``new_report``: the report it carries. Of reports and years: ``was``, ``remains``,
``gains`` (a document that is new), ``loses`` (one that is gone), ``moves`` (to or from another report).
"""

from __future__ import annotations

_GONE = "NOT o.remains"
_NEW = "NOT n.was"
_SAME = "old_document_id = new_document_id"
MOVED = (
    "(o.remains AND o.old_report IS DISTINCT FROM o.new_report OR n.was AND n.old_report IS DISTINCT FROM n.new_report)"
)
_OTHER_PLACE = f"({MOVED} OR old_document_id <> new_document_id)"
_OTHER_AGENCY = (
    "(o.remains AND o.old_agency <> o.new_agency OR n.was AND n.old_agency <> n.new_agency"
    " OR dataset = 'agencies' AND o.document_id IS NULL AND n.document_id IS NULL)"
)

PRECEDENCE: tuple[tuple[str, str, str], ...] = (
    # (cause, SQL, why it goes before what follows)
    ("method", "by_hand", "tables of the codebook change with the code, whatever the documents do"),
    (
        "correction",
        f"says AND (new_method = 'corrected' AND n.was OR old_method = 'corrected' AND {_SAME})",
        "somebody settled this very cell, whatever else happened to its document",
    ),
    (
        "source_reissued",
        f"r.was AND r.remains AND ({_NEW} AND (r.loses OR new_revision > old_revision) OR {_GONE} AND r.gains)",
        "the report lives on, with another document in the place of one, or with a later edition",
    ),
    ("document_withdrawn", _GONE, "without the document there is nothing to read anew or to decide about"),
    ("new_document", _NEW, "the same of one that was not there"),
    (
        "better_reading",
        f"{_OTHER_PLACE} AND (o.reread AND o.retold OR n.reread AND n.retold)",
        "the document itself now says otherwise whose report it is: no manifest and no decision did that",
    ),
    (
        "metadata",
        f"({_OTHER_PLACE} OR dataset <> 'observations') AND (o.resighted OR n.resighted)",
        "hints, sites and dates of publication decide only what the document leaves open",
    ),
    ("agency_decision", _OTHER_AGENCY, "document and manifests say the same, and it belongs to another agency"),
    ("better_reading", "says AND (o.reread OR n.reread)", "nothing happened but that other readers read it"),
)
"""The first that holds is the cause."""

INDIRECT: tuple[tuple[str, str, str], ...] = (
    # For rows of which nothing above holds: their own document is the same, and something beside them changed.
    ("new_document", "y.gains", "a document beside it changes which form or scope is taken"),
    ("document_withdrawn", "y.loses", "the same"),
    ("agency_decision", "y.moves", "a document came or went by a decision"),
)

_CODES = list(dict.fromkeys(code for code, _, _ in (*PRECEDENCE, *INDIRECT)))


def rank() -> str:
    """SQL for the number of the first condition of ``PRECEDENCE`` that holds, null where none does."""
    cases = " ".join(f"WHEN {sql} THEN {place}" for place, (_, sql, _) in enumerate(PRECEDENCE))
    return f"CASE {cases} END"


def code(own: str, of_report: str) -> str:
    """SQL for the cause: by the row's own rank, else by the weightiest of its report's cells (what is worked out from a
    figure changes with it), else ``INDIRECT``, else the method."""
    names = " ".join(f"WHEN {place} THEN '{name}'" for place, (name, _, _) in enumerate(PRECEDENCE))
    beside = " ".join(f"WHEN {sql} THEN '{name}'" for name, sql, _ in INDIRECT)
    return f"CASE coalesce({own}, {of_report}) {names} ELSE CASE {beside} ELSE 'method' END END"
