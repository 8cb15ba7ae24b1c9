"""What the data set says of itself in every descriptor: names, descriptions, licence, citation. In both languages."""

from __future__ import annotations

from pipelines.descriptors.facts import Facts

NAME = "nianbao"
TITLE_ZH = "政府信息公开年报数据"
TITLE_EN = "Open data from the annual reports on government information disclosure of bureaus in China"
PUBLISHER_ZH = "nianbao 项目贡献者"
PUBLISHER_EN = "nianbao contributors"
KEYWORDS_ZH = ("政府信息公开", "年度报告", "依申请公开", "行政复议", "行政诉讼", "开放数据", "中国")
KEYWORDS_EN = (
    "open data",
    "government information disclosure",
    "freedom of information",
    "annual report",
    "administrative reconsideration",
    "administrative litigation",
    "China",
)
SOURCE_ZH = "各行政机关发布的政府信息公开工作年度报告"
SOURCE_EN = "Annual reports on government information disclosure, each published by the agency named in it"

LICENCE_NAME = "CC-BY-4.0"
LICENCE_TITLE = "Creative Commons Attribution 4.0 International"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
# For places where one line is all there is: the metadata of Parquet files, comments, sheets of a workbook. It names no
# version, so that a file whose rows are the same stays the same.
LICENCE_LINE = (
    f"{PUBLISHER_EN} · CC BY 4.0 {LICENCE_URL} · no right is claimed in the reports themselves · "
    "数据汇编采用 CC BY 4.0 许可，对年度报告本身不主张任何权利"
)

_SIMULATED_ZH = "【模拟数据】本发布全部为模拟数据，机关均为虚构。"
_SIMULATED_EN = "MADE-UP DATA: none of these agencies exists. "
_DESCRIPTION_ZH = (
    "政府信息公开工作年度报告法定表格中的每一个数字：制发的规章和规范性文件、收到和答复的信息公开申请、由此引起的"
    "行政复议和行政诉讼。每个数字都带有状态、单位和在原文件中的位置；没有印出数字的单元格取值为空，绝不当作 0；"
    "报告自身的矛盾另列，不改动数字。"
)
_DESCRIPTION_EN = (
    "Every figure of the statutory tables in the annual reports on government information disclosure that bureaus in "
    "China publish: rules issued, requests for information received and how they were answered, reviews and lawsuits "
    "that followed. Each figure has a status, a unit and the place in the document where it is printed. A cell that "
    "prints no number is empty, never 0; contradictions within the reports are listed beside the figures and change "
    "none of them."
)


def simulated(facts: Facts) -> bool:
    """Whether the release is made of invented reports."""
    return "simulated" in facts.origins


def description(facts: Facts, language: str) -> str:
    """What the release holds, in ``zh`` or ``en``; made-up data are called so at the very beginning."""
    warning, text = {
        "zh": (_SIMULATED_ZH, _DESCRIPTION_ZH),
        "en": (_SIMULATED_EN, _DESCRIPTION_EN),
    }[language]
    return (warning if simulated(facts) else "") + text


def citation(facts: Facts, language: str) -> str:
    """A sentence to cite exactly this release with, in ``zh`` or ``en``."""
    year = facts.issued[:4]
    where = f" {facts.address()}" if facts.base_url else ""
    if language == "zh":
        made_up = "（模拟数据）" if simulated(facts) else ""
        return (
            f"{PUBLISHER_ZH}：《{TITLE_ZH}》（{NAME}）{made_up}，{facts.version} 版，{year} 年，CC BY 4.0 许可。{where}"
        )
    made_up = " (made-up data)" if simulated(facts) else ""
    return f"{PUBLISHER_EN} ({year}): {NAME}: {TITLE_EN}{made_up}. Release {facts.version}. CC BY 4.0.{where}"
