"""What a rule is, and the kinds of rules that come in numbers: identities, relations over years, bounds, conditions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``severity``: error, warning, info; ``responsible``: publisher, pipeline (``schemas.codes``).

    ``compares_*`` says what is held against what, ``tolerance`` how far apart is still no finding (empty where nothing
    is measured). ``blocks``: a finding of this rule keeps the last release in place; all others only warn.
    """

    id: str
    severity: str
    responsible: str
    title_zh: str
    title_en: str
    message_zh: str = ""
    message_en: str = ""
    compares_zh: str = ""
    compares_en: str = ""
    tolerance: str = ""
    blocks: bool = False


SUM_ZH = (
    "{agency}{year}年：{left}，合计{left_sum}；应等于{right}，合计{right_sum}，相差{difference}。合计项位于{locator}。"
    "数字照原文保留；请对照原件核对这些单元格，确有错误的请发布更正。"
)
SUM_EN = (
    "{agency} {year}: {left} makes {left_sum}; it should equal {right} = {right_sum}, difference {difference}. "
    "The total stands at {locator}. The figures stay as printed; compare these cells with the original, and publish a "
    "correction where one of them is wrong."
)
_YEARS_ZH = (
    "{agency}{year}年：{left}，合计{left_sum}；应等于{right}，合计{right_sum}，相差{difference}。本年单元格位于{locator}。"
    "数字照原文保留；请核对两年的报告，并说明口径是否有变化。"
)
_YEARS_EN = (
    "{agency} {year}: {left} makes {left_sum}; it should equal {right} = {right_sum}, difference {difference}. "
    "This year's cell stands at {locator}. The figures stay as printed; compare the reports of both years, and say "
    "whether the way of counting changed."
)
_BOUND_ZH = (
    "{agency}{year}年：{left}，合计{left_sum}；不应大于{right}，合计{right_sum}，多出{difference}。单元格位于{locator}。"
    "数字照原文保留；请对照原件核对。"
)
_BOUND_EN = (
    "{agency} {year}: {left} makes {left_sum}; it should not exceed {right} = {right_sum}, excess {difference}. "
    "The cell stands at {locator}. The figures stay as printed; compare them with the original."
)


def identity(rule_id: str, title_zh: str, title_en: str, compares_zh: str, compares_en: str) -> Rule:
    """A printed sum that every reader can check: the publisher's, and the figures stay as printed."""
    return Rule(
        rule_id, "error", "publisher", title_zh, title_en, SUM_ZH, SUM_EN, compares_zh, compares_en, tolerance="0"
    )


def years(rule_id: str, severity: str, title_zh: str, title_en: str, compares_zh: str, compares_en: str) -> Rule:
    """What one report of an agency has to hand on to the next one (``schemas/relations.toml``)."""
    return Rule(rule_id, severity, "publisher", title_zh, title_en, _YEARS_ZH, _YEARS_EN, compares_zh, compares_en, "0")


def bound(rule_id: str, severity: str, title_zh: str, title_en: str, compares_zh: str, compares_en: str) -> Rule:
    """A figure that cannot, or rarely can, exceed another one (``schemas/relations.toml``)."""
    return Rule(rule_id, severity, "publisher", title_zh, title_en, _BOUND_ZH, _BOUND_EN, compares_zh, compares_en, "≤")


def ours(rule_id: str, severity: str, title_zh: str, title_en: str) -> Rule:
    """What this program, the folder or a manifest has to answer for."""
    return Rule(rule_id, severity, "pipeline", title_zh, title_en)


def gate(rule_id: str, title_zh: str, title_en: str) -> Rule:
    """A condition of publication: where it fails the last release stays in place."""
    return Rule(rule_id, "error", "pipeline", title_zh, title_en, blocks=True)
