"""Rows of tables of reviews: which of several count, and which are doubted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.columns import Plan
from pipelines.laying import Laid
from pipelines.rows import Row

_WHOLE = re.compile("合计|总计|总数|全[市县区省州镇乡]|本年度?|(?:19|20)\\d\\d年?度?")


@dataclass(slots=True)
class Review:
    """A row of values under the header of reviews; ``name`` is what stands before them, perhaps nothing."""

    row: Row
    plan: Plan
    laid: Laid
    name: str

    def is_beside(self, other: Review) -> bool:
        """Whether both stand under one header, or both have names under two of the same columns: pages repeat theirs.
        The same row once more is a copy.
        """
        if self.plan.header is other.plan.header:
            return True
        alike = [entry.code for entry in self.plan.entries] == [entry.code for entry in other.plan.entries]
        copied = [slot.text for slot in self.row.slots] == [slot.text for slot in other.row.slots]
        return alike and bool(self.name and other.name) and not copied

    def goes_on(self, row: Row) -> bool:
        """Whether the table of this row, of rows with names (bureaus), goes on with another one after a page end."""
        return bool(self.name) and row.grid == self.row.grid + 1 and len(row.slots) == len(self.row.slots)


def counted(reviews: Sequence[Review], caseless: bool) -> Iterator[Review]:
    """The rows that count, the unsure ones of them doubted. Of several beside each other with names (bureaus, years)
    that of the whole counts, else none is sure; several without names are told cell by cell. ``caseless``: a table of
    outcomes is there that no line names.
    """
    for one in reviews:
        beside = [other for other in reviews if other.is_beside(one)]
        whole = [other for other in beside if _WHOLE.fullmatch(other.name)]
        if len(beside) > 1 and len(whole) == 1 and whole[0] is not one:
            continue
        one.row.doubtful = one.row.doubtful or (len(beside) > 1 and bool(one.name) and len(whole) != 1)
        # Beside a table of outcomes that no line names the lines may stand below their tables.
        one.row.doubtful = one.row.doubtful or (caseless and one.plan.by_case)
        yield one
