"""What one report prints: its cells and its few neutral sentences, before any layout.

A report is a plain value. ``cells`` maps a cell of the form to the text printed in it: an empty text is an empty
cell, a missing key is a cell that is not there. Writers and layouts never change it; variations of content make a
new one (``dataclasses.replace`` or the methods below).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from schemas.forms import STATISTICS, WHOLE, Key, load_form

SLOTS = ("rules", "services", "enforcement", "fees", "procurement", "requests", "other", "review")
"""Stacked parts of a form for which a report may take either form; see ``schemas.forms.Block.slot``."""


def at_level(breakdown: str, level: str) -> str:
    """The breakdown in a key of ``Report.cells``: where a column counts for one level of units only, with the level."""
    return breakdown if level == WHOLE else f"{breakdown}@{level}"


def parted(breakdown: str) -> tuple[str, str]:
    """The breakdown of a form and the level, from what ``at_level`` made."""
    plain, _, level = breakdown.partition("@")
    return plain, level or WHOLE


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything printed that is not a cell of a form.

    ``headings`` are the six of both forms. ``remarks`` maps the section a paragraph stands under (0 = before the
    first heading, 1…6) to its paragraphs; ``notice`` is printed under the title.
    """

    headings: tuple[str, ...] = (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    )
    remarks: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    notice: tuple[str, ...] = ()
    title: str = "{agency}{year}年政府信息公开工作年度报告"
    period: str = "本报告中所列数据的统计期限自{year}年1月1日起，至{year}年12月31日止。"


@dataclass(frozen=True, slots=True)
class Report:
    """One agency, one year, the printed text of each cell; ``forms`` overrides ``form`` for single slots."""

    agency: str
    year: int
    form: str
    cells: Mapping[Key, str]
    forms: Mapping[str, str] = field(default_factory=dict)
    wording: Wording = field(default_factory=Wording)

    @property
    def title(self) -> str:
        return self.wording.title.format(agency=self.agency, year=self.year)

    @property
    def period(self) -> str:
        return self.wording.period.format(agency=self.agency, year=self.year)

    def form_of(self, slot: str) -> str:
        """The form that the part ``slot`` follows."""
        return self.forms.get(slot, self.form)

    def form_keys(self) -> list[Key]:
        """Every cell that this mixture of forms has, printed or not, in the order of the form."""
        found: list[Key] = []
        for slot in SLOTS:
            block = load_form(self.form_of(slot)).block(slot)
            found.extend(block.cells() if block else [])
        # A statistics table has the rows that its province prints: no other is missing.
        return [*found, *(key for key in self.cells if key[0] == STATISTICS)]

    def printing(self, changes: Mapping[Key, str]) -> Report:
        """The same report with other texts in some cells."""
        return replace(self, cells={**self.cells, **changes})

    def without(self, keys: Collection[Key]) -> Report:
        """The same report with some cells not there at all (a lost page, a missing row)."""
        return replace(self, cells={key: text for key, text in self.cells.items() if key not in keys})

    def saying(self, section: int, *sentences: str) -> Report:
        """The same report with more paragraphs under a section (0 = before the first heading)."""
        remarks = {**self.wording.remarks, section: (*self.wording.remarks.get(section, ()), *sentences)}
        return replace(self, wording=replace(self.wording, remarks=remarks))
