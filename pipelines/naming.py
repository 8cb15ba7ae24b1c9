"""Naming rows whose label alone does not say enough: bare words, and labels damaged beyond likeness."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.labels import TURNING, Label, fold, of_kind, plain, similarity
from pipelines.qualifiers import qualified
from pipelines.rows import Row, Slot
from schemas.forms import SECTION_FORMS, load_form


def follows(leaf: Slot, code: str, before: str) -> bool:
    """Whether a bare 其他 or 总计 stands where the form has that row: they name columns and other lists too."""
    if fold(leaf.text).ordinal is not None or of_kind(leaf.labels, "applicant") is None:
        return True
    return before in _BEFORE_BARE[code]


_ORDERS = tuple(
    tuple(dict.fromkeys(cell.indicator for cell in load_form(form_id).cells if cell.section == "requests"))
    for form_id in SECTION_FORMS
)
_BEFORE_BARE = {
    "result.other.other": {"result.other.fee_unpaid", "result.other.no_correction"},
    "result.total": {
        "result.other",
        "result.other.other",
        "result.other.fee_unpaid",
        "result.not_processed.confirmation",
    },
}


def name_by_neighbours(rows: Sequence[Row], place: int) -> bool:
    """Name a row whose label is damaged beyond likeness by the rows around it: the form has exactly one row between
    theirs, and what is left of the label does not contradict it. Gives the row its label; False where it cannot."""
    row = rows[place]
    texts = [slot for slot in row.slots if not slot.valued and not slot.labels]
    between = ("empty", "header")  # a header repeated on the next page parts no rows
    upwards, downwards = reversed(rows[max(0, place - _NEAR) : place]), rows[place + 1 : place + 1 + _NEAR]
    above = next((one for one in upwards if one.kind not in between), None)
    below = next((one for one in downwards if one.kind not in between), None)
    if not texts:
        return False
    names = [_code(one) if one is not None else "" for one in (above, below)]
    slot = texts[-1]
    for order in _ORDERS:
        code = _between(order, *names)
        if code:
            official, printed = fold(_ROW_LABELS[code]), fold(slot.text)
            if qualified(plain(slot.text), code) or any(
                printed.core.count(word) > official.core.count(word) for word in TURNING
            ):
                return False  # not damage: another meaning
            same_number = official.ordinal is not None and official.ordinal == printed.ordinal
            if similarity(official.core, printed.core) >= (_FAINT if same_number else _LIKELY):
                row.label(slot, Label("row", code, exact=False))
                return row.leaf() is slot and row.kind == "data"
    return False


def _code(row: Row) -> str:
    leaf = row.leaf()
    label = of_kind(leaf.labels, "row") if leaf is not None else None
    return label.code if label is not None else ""


def _between(order: Sequence[str], above: str, below: str) -> str:
    """The one row the form has between two others, or its last row where the table ends; empty where there is none."""
    if above not in order:
        return ""
    place = order.index(above) + 1
    last = place == len(order) - 1 and below not in order
    return order[place] if last or order[place + 1 : place + 2] == (below,) else ""


_FAINT, _LIKELY = 0.5, 0.7
_NEAR = 100
"""Rows among which the neighbours of one stand."""
_ROW_LABELS = {
    row.code: row.label for form_id in SECTION_FORMS for block in load_form(form_id).blocks for row in block.rows
}
