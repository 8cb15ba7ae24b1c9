"""What reading a document's tables notes, as findings in both languages."""

from __future__ import annotations

from pipelines.extraction import RawFinding
from pipelines.readings import Found, Oddity
from schemas.forms import Block

LONGEST_PRINT = 200
"""Characters of what is printed that a finding or a cell keeps."""
_SECTIONS = {
    "disclosure": "主动公开政府信息情况",
    "requests": "收到和处理政府信息公开申请情况",
    "review": "政府信息公开行政复议、行政诉讼情况",
}

_MESSAGES = {
    "interpret.duplicate_cell": (
        "The cell is printed more than once with different figures: {observed}.",
        "同一单元格出现多次且数字不同：{observed}。",
    ),
    "interpret.illegible": (
        "The cell prints no single number: {observed}.",
        "单元格内容不是一个明确的数字：{observed}。",
    ),
    "interpret.optical": (
        "The cell was read optically, and no second look or sum of the form confirms what it prints: {observed}.",
        "单元格由光学识别读出，复读与表内合计均未能印证：{observed}。",
    ),
    "interpret.column_unknown": (
        "The cells of this row cannot be matched with columns, so they were not read: {observed}.",
        "本行单元格无法与列对应，未读取：{observed}。",
    ),
    "interpret.unconfirmed": (
        "The cells of this row have no sure places and their sum does not confirm them: {observed}.",
        "本行单元格位置不明，合计也不能印证：{observed}。",
    ),
    "interpret.unknown_column": (
        "This column is not in the form and was left out: {observed}.",
        "此列不在法定格式中，未采用：{observed}。",
    ),
    "interpret.unknown_row": (
        "This row is not in the form and was left out: {observed}.",
        "此行不在法定格式中，未采用：{observed}。",
    ),
    "interpret.block_is_picture": (
        "This table seems to be a picture, which cannot be read: {observed}. Look for a copy with text.",
        "此表似为图片，无法读取：{observed}。请查找有文字的版本。",
    ),
    "interpret.other_year": (
        "These figures are of another year and were left out: {observed}.",
        "此处为其他年度的数据，未采用：{observed}。",
    ),
    "interpret.unused_number": (
        "Numbers that no cell of the form takes: {observed}.",
        "表中有未对应到任何单元格的数字：{observed}。",
    ),
    "interpret.level_columns": (
        "This column counts for one level of units only, which is not known, so it was left out: {observed}.",
        "此列为分层级统计数，未能识别是哪一层级，未采用：{observed}。",
    ),
    "interpret.other_period": (
        "These statistics are of another period than the report's year and were left out: {observed}.",
        "此统计不属于报告年度，未采用：{observed}。",
    ),
    "interpret.foreign_block": (
        "This cell belongs to another form than the rest of its block and was left out: {observed}.",
        "此单元格与所在部分的格式不符，未采用：{observed}。",
    ),
    "interpret.missing_block": (
        "{observed} cells of this part of the form are not in the document; their status is absent.",
        "格式中此部分有 {observed} 个单元格在文件中不存在（status 为 absent）。",
    ),
}


def _message(rule: str, observed: str) -> tuple[str, str]:
    english, chinese = _MESSAGES[rule]
    return english.format(observed=observed), chinese.format(observed=observed)


def found_at(rule: str, one: Found, observed: str) -> RawFinding:
    """About one cell, at its place."""
    observed = observed[:LONGEST_PRINT]
    section, indicator, breakdown = one.key
    english, chinese = _message(rule, observed)
    return RawFinding(
        rule, "warning", "pipeline", english, chinese, section, indicator, breakdown, one.locator, "", observed
    )


def of_oddity(oddity: Oddity) -> RawFinding:
    """About what no cell took."""
    english, chinese = _message(oddity.rule, oddity.observed)
    return RawFinding(
        oddity.rule,
        "warning",
        "pipeline",
        english,
        chinese,
        oddity.section,
        oddity.indicator,
        oddity.breakdown,
        oddity.locator,
        oddity.expected,
        oddity.observed,
    )


def foreign(one: Found, form: str) -> RawFinding:
    """About a cell of another form than that of its block."""
    finding = found_at("interpret.foreign_block", one, one.printed)
    finding.expected = form
    return finding


def pictured(section: str, named: str, locator: str) -> RawFinding:
    """The pictures that stand where the tables of a section are missing."""
    observed = named[:LONGEST_PRINT]
    english, chinese = _message("interpret.block_is_picture", observed)
    return RawFinding(
        "interpret.block_is_picture",
        "warning",
        "pipeline",
        english,
        f"{_SECTIONS[section]}：{chinese}",
        section,
        locator=locator,
        observed=observed,
    )


def missing_block(block: Block, count: int) -> RawFinding:
    """About a part of the form whose cells the document has not all."""
    english, chinese = _message("interpret.missing_block", str(count))
    return RawFinding(
        "interpret.missing_block",
        "warning",
        "pipeline",
        f"{block.caption or block.section}: {english}",
        f"{block.caption or _SECTIONS[block.section]}：{chinese}",
        block.section,
        observed=str(count),
    )
