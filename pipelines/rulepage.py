"""``docs/rules.md`` from the registry of rules: ``python -m pipelines.rulepage > docs/rules.md``.

A test holds the page against the registry.
"""

from __future__ import annotations

import sys

from schemas.codes import RESPONSIBLE, SEVERITIES, VERDICTS
from schemas.rule import Rule
from schemas.rules import RULES

_PARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Over the figures",
        "对数字的检查",
        ("requests", "review", "disclosure", "statistics", "values", "claims", "store"),
    ),
    ("Gate: what blocks a release", "发布关口：哪些情况阻止发布", ("gate",)),
    ("Reading, identifying, running", "读取、识别与运行", ()),
)

_INTRODUCTION = """# Rules · 规则

<!-- Made from schemas/rules.py by `python -m pipelines.rulepage`; edit there. -->

Every finding of a release names its rule. A rule over figures has a verdict for each report: {verdicts}.
What is missing is named; a rule over missing cells neither passes nor fails, and no rule ever changes a number.

**What blocks a release**: a finding of a rule marked **blocks**; the last release then stays in place and `nianbao run`
ends with exit code 1. Every other rule only warns: its findings are published with the figures. A correction that no
longer fits what is read blocks, since a figure once found wrong would go out as nobody has seen it; a decision whose
finding is gone, or a correction that has become needless, is moot and only warns.

每条问题都注明所属规则。对数字的规则在每份报告中有三种判定：{verdicts_zh}。缺数的单元格会列明；规则从不改动数字。
标有 **blocks** 的规则会阻止发布，其余只提示并随数据一同公布。更正条目与现读数不符时阻止发布，因为曾被认定有误的数字
尚无人重新核对；认定所指的发现已消失、更正已不需要的，只作提示。

| severity | 程度 | |
|---|---|---|
{severities}

Responsible 责任方: {responsible}.
"""


def page() -> str:
    """The whole page, Markdown."""
    text = _INTRODUCTION.format(
        verdicts=", ".join(f"`{code}` ({english})" for code, (_, english) in VERDICTS.items()),
        verdicts_zh="、".join(chinese for chinese, _ in VERDICTS.values()),
        severities="\n".join(f"| `{code}` | {zh} | {en} |" for code, (zh, en) in SEVERITIES.items()),
        responsible=", ".join(f"`{code}` {zh} ({en})" for code, (zh, en) in RESPONSIBLE.items()),
    )
    named = {family for _, _, families in _PARTS for family in families}
    for english, chinese, families in _PARTS:
        rules = [
            item
            for item in RULES.values()
            if _family(item) in families or (not families and _family(item) not in named)
        ]
        text += f"\n## {english} · {chinese}\n"
        text += _table(rules) if "gate" in families or not families else "".join(_section(item) for item in rules)
    return text


def _family(item: Rule) -> str:
    return item.id.partition(".")[0]


def _marks(item: Rule) -> str:
    return f"{item.severity}, {item.responsible}" + (", **blocks**" if item.blocks else "")


def _section(item: Rule) -> str:
    """A rule with all that is said of it."""
    lines = [f"\n### `{item.id}`\n", f"{item.title_en} · {item.title_zh} ({_marks(item)})\n"]
    if item.compares_en:
        lines.append(f"- compares: {item.compares_en}\n- 比较：{item.compares_zh}")
    if item.tolerance:
        lines.append(f"- tolerance 容差: `{item.tolerance}`")
    if item.message_en:
        lines.append(f"- message: {_quoted(item.message_en)}\n- 说明：{_quoted(item.message_zh)}")
    return "\n".join(lines) + "\n"


def _quoted(template: str) -> str:
    return template.replace("{", "‹").replace("}", "›")


def _table(rules: list[Rule]) -> str:
    rows = [f"| `{item.id}` | {_marks(item)} | {item.title_en} | {item.title_zh} |" for item in rules]
    return "\n".join(["\n| rule 规则 | severity, responsible | what | 内容 |", "|---|---|---|---|", *rows]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
