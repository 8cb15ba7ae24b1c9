"""Corrections and decisions: what a person has settled about single cells and findings, in two YAML files.

A correction names a document, a cell, the reading that it replaces and the number that is right; a decision confirms or
dismisses one finding. Both are checked when loaded and applied anew at every rebuild. An entry that expects what is no
longer so is not applied and told as a finding. A correction then keeps the last release in place (``blocks`` of
``correction.stale``): a figure that somebody found wrong would go out as nobody has seen it. A decision without its
finding only warns, as do a correction whose document is not here and one that says what is read by now: no figure
depends on them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pipelines.errors import SpokenError
from pipelines.extraction import RawCell, RawFinding
from schemas.forms import STATISTICS, WHOLE, Key, column_levels, parents
from schemas.numbers import shortest
from schemas.rules import RULES, rule

CORRECTIONS = Path(str(resources.files("schemas.codebook").joinpath("corrections.yaml")))
DECISIONS = CORRECTIONS.with_name("decisions.yaml")

ERRATUM, READING = "erratum", "reading"
CONFIRMED, DISMISSED = "confirmed", "dismissed"
BLANK = "blank"
_UNREAD = (BLANK, "mark", "illegible", "absent")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_DOCUMENT = re.compile(r"[0-9a-f]{64}")
_MOST_NAMED = 20

Problem = tuple[str, str]
"""What is wrong, in English and in Chinese."""


class EntryError(SpokenError):
    """A file of corrections or decisions cannot be used; the messages name each entry and what is wrong with it."""

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        shown, more = problems[:_MOST_NAMED], len(problems) - _MOST_NAMED
        super().__init__(
            f"{path}: {'; '.join(en for en, _ in shown)}" + (f"; and {more} more" if more > 0 else ""),
            f"{path}：{'；'.join(zh for _, zh in shown)}" + (f"；另有 {more} 处" if more > 0 else ""),
        )


@dataclass(frozen=True, slots=True)
class Correction:
    """``expected``: the number read so far as the shortest decimal, or a status without one. ``value``: the right
    number, or ``blank``. ``kind``: ``erratum`` (the agency corrected itself) or ``reading`` (we read it wrong).
    ``column_level``: of a column that counts for one level of units."""

    document: str
    cell: Key
    expected: str
    value: str
    kind: str
    reason: str
    evidence: str
    column_level: str = WHOLE

    @property
    def place(self) -> tuple[str, ...]:
        """The cell as an entry names it."""
        return self.cell if self.column_level == WHOLE else (*self.cell, self.column_level)


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody who looked says of a finding. ``cell``: as many parts of section, indicator, breakdown as the
    finding names, and the level of units where it is about one; ``observed``: what the finding must have observed,
    where given."""

    document: str
    rule: str
    cell: tuple[str, ...]
    observed: str
    decision: str
    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What people have settled, as loaded."""

    corrections: Sequence[Correction] = ()
    decisions: Sequence[Decision] = ()


Entry = TypeVar("Entry", Correction, Decision)


def load(corrections: Path, decisions: Path) -> Settled:
    """Both files; raises ``EntryError`` for the first that cannot be used."""
    return Settled(load_corrections(corrections), load_decisions(decisions))


def load_corrections(path: Path) -> list[Correction]:
    """The entries of a file. Raises ``EntryError`` naming every entry that is not sound, or saying why the file
    cannot be read."""
    return _load(path, ("document", "cell", "expected", "value", "kind", "reason", "evidence"), (), _correction)


def load_decisions(path: Path) -> list[Decision]:
    """The entries of a file of decisions; raises as ``load_corrections``."""
    return _load(path, ("document", "rule", "decision", "reason"), ("cell", "observed"), _decision)


def apply(
    corrections: Iterable[Correction], statements: Iterable[Mapping[str, Any]]
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Hold corrections against the statements of their documents: (statements to add, findings), as raw rows.

    ``statements``: rows with document_id, section, indicator, breakdown, column_level, status, value, unit, form,
    form_basis, locator. A raw row has the fields of ``RawCell`` or ``RawFinding`` and ``document_id``.
    """
    read: dict[tuple[str, Key, str], Mapping[str, Any]] = {}
    documents = set()
    for row in statements:
        documents.add(row["document_id"])
        read[row["document_id"], (row["section"], row["indicator"], row["breakdown"]), row["column_level"]] = row
    added, findings = [], []
    for one in corrections:
        row = read.get((one.document, one.cell, one.column_level), {})
        now = _now(row)
        said = {"expected": one.expected, "observed": now}
        if one.document not in documents:
            told = _finding("correction.no_document", one.document, one.place, expected=one.expected)
        elif now == one.value:
            told = _finding("correction.needless", one.document, one.place, **said)
        elif now != one.expected or not row:  # a cell that the table does not print has no place for a number
            told = _finding("correction.stale", one.document, one.place, **said)
        else:
            told = _finding(
                "correction.applied",
                one.document,
                one.place,
                expected=one.value,
                observed=now,
                reason=one.reason,
                evidence=one.evidence,
                kind=one.kind,
            )
            told = replace(
                told, responsible="publisher" if one.kind == ERRATUM else "pipeline", locator=row["locator"] or ""
            )
            added.append({**asdict(_corrected(one, row)), "document_id": one.document})
        findings.append({**asdict(told), "document_id": one.document})
    return added, findings


def decided(decisions: Iterable[Decision]) -> list[dict[str, object]]:
    """Rows to hold against findings: entry (its number), document_id, rule, section, indicator, breakdown,
    column_level, observed, decision, reason; null where the entry says nothing."""
    rows: list[dict[str, object]] = []
    for entry, one in enumerate(decisions):
        section, indicator, breakdown, level = (*one.cell, None, None, None, None)[:4]
        rows.append(
            {
                "entry": entry,
                "document_id": one.document,
                "rule": one.rule,
                "section": section,
                "indicator": indicator,
                "breakdown": breakdown,
                "column_level": level,
                "observed": one.observed or None,
                "decision": one.decision,
                "reason": one.reason,
            }
        )
    return rows


def stale(decisions: Iterable[Decision]) -> list[dict[str, str]]:
    """Findings about decisions whose finding is not there any more, as raw rows."""
    return [
        {
            **asdict(
                _finding(
                    "decision.stale",
                    one.document,
                    one.cell,
                    expected=one.observed,
                    decided=one.rule,
                    decision=one.decision,
                )
            ),
            "document_id": one.document,
        }
        for one in decisions
    ]


def _corrected(one: Correction, row: Mapping[str, Any]) -> RawCell:
    number = one.value != BLANK
    return RawCell(
        *one.cell,
        status="reported" if number else BLANK,
        printed=one.value if number else "",
        value=one.value if number else "",
        unit=row["unit"],
        form=row["form"],
        form_basis=row["form_basis"],
        locator=row["locator"] or "",
        method="corrected",
        column_level=one.column_level,
    )


def _now(row: Mapping[str, Any]) -> str:
    """What is read in a cell: the number as the shortest decimal, else the status."""
    if not row:
        return "absent"
    if row["value"] is None:
        return str(row["status"])
    return shortest(Decimal(str(row["value"])))


def _finding(
    rule_id: str, document: str, cell: Sequence[str], expected: str = "", observed: str = "", **places: str
) -> RawFinding:
    item = rule(rule_id)
    named = {"document": document[:12], "cell": "/".join(cell), "expected": expected, "observed": observed, **places}
    return RawFinding(
        rule_id,
        item.severity,
        item.responsible,
        item.message_en.format(**named),
        item.message_zh.format(**named),
        **dict(zip(("section", "indicator", "breakdown"), cell, strict=False)),
        expected=expected,
        observed=observed,
    )


def _parsed(text: str) -> object:
    """YAML with nothing but texts in it: ``007`` is no number, ``no`` no truth value, a hash no power of ten. Where
    there are only comments no parser is needed, and none is loaded."""
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        return None
    import yaml

    class Plain(yaml.SafeLoader):
        yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as the base class has it

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            """As YAML demands and PyYAML does not: of two values for one name none is silently the right one."""
            seen: set[str] = set()
            for key, _ in node.value:
                if (name := str(key.value)) in seen:
                    line = key.start_mark.line + 1
                    raise yaml.YAMLError(f"line {line}: {name!r} stands a second time in one entry")
                seen.add(name)
            return super().construct_mapping(node, deep)

    try:
        return yaml.load(text, Loader=Plain)  # noqa: S506 - a SafeLoader, less its guesses
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error


def _load(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str],
    make: Callable[[Mapping[str, str], list[Problem]], Entry],
) -> list[Entry]:
    try:
        found = _parsed(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EntryError(path, [(f"cannot be opened ({error.strerror})", "无法打开")]) from error
    except ValueError as error:  # no YAML, or no UTF-8
        raise EntryError(path, [(f"is no YAML ({error})", f"不是有效的 YAML（{error}）")]) from error
    if found in (None, ""):
        return []
    if not isinstance(found, list):
        raise EntryError(path, [("must be a list of entries, each beginning with `- `", "应为条目列表，每条以 - 开头")])
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, raw in enumerate(found, start=1):
        here: list[Problem] = []
        entry = _entry(raw, required, optional, make, here)
        if entry is not None and _about(entry) in map(_about, entries):
            here.append(("the same cell stands in an earlier entry", "与前面的条目重复"))
        if entry is not None:
            entries.append(entry)
        problems += [(f"entry {number}{_called(raw)}: {en}", f"第 {number} 条{_called(raw)}：{zh}") for en, zh in here]
    if problems:
        raise EntryError(path, problems)
    return entries


def _about(entry: Correction | Decision) -> tuple[object, ...]:
    """What an entry settles, which no other may."""
    own = entry.column_level if isinstance(entry, Correction) else entry.rule
    return (entry.document, entry.cell, own)


def _called(raw: object) -> str:
    if not isinstance(raw, dict):
        return ""
    parts = [str(raw.get("document", ""))[:12], str(raw.get("rule", "")), str(raw.get("cell", ""))]
    named = " ".join(part for part in parts if part)
    return f" ({named})" if named else ""


def _entry(
    raw: object,
    required: Sequence[str],
    optional: Sequence[str],
    make: Callable[[Mapping[str, str], list[Problem]], Entry],
    problems: list[Problem],
) -> Entry | None:
    if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
        problems.append(("must be fields with one text each", "应由字段组成，每个字段一个值"))
        return None
    fields = {str(name): " ".join(value.split()) for name, value in raw.items()}
    for name in fields.keys() - {*required, *optional}:
        problems.append((f"unknown field `{name}`", f"未知字段 {name}"))
    for name in required:
        if not fields.get(name):
            problems.append((f"`{name}` is missing", f"缺少 {name}"))
    if not _DOCUMENT.fullmatch(fields.get("document", "")):
        problems.append(
            ("`document` must be a SHA-256 of 64 hexadecimal digits", "document 应为 64 位十六进制 SHA-256")
        )
    return None if problems else make(fields, problems)


def _correction(fields: Mapping[str, str], problems: list[Problem]) -> Correction:
    section, indicator, breakdown, level = (*fields["cell"].split("/"), "", "", "", "")[:4]
    key: Key = (section, indicator, breakdown)
    if key not in parents() or not _levelled(fields["cell"].split("/")):
        problems.append(
            (
                "`cell` must be section/indicator/breakdown of a form (and /level where a column counts for one)",
                "cell 应为 section/indicator/breakdown（分层级的栏另加 /level）",
            )
        )
    for name, words in (("expected", _UNREAD), ("value", (BLANK,))):
        if fields[name] not in words and not _NUMBER.fullmatch(fields[name]):
            listed = " ".join(words)
            problems.append((f"`{name}` must be a number or one of: {listed}", f"{name} 应为数字或 {listed}"))
    if fields["kind"] not in (ERRATUM, READING):
        problems.append((f"`kind` must be {ERRATUM} or {READING}", f"kind 应为 {ERRATUM} 或 {READING}"))
    if problems:
        fields = {**fields, "expected": "0", "value": "0"}
    elif _plain(fields["expected"]) == _plain(fields["value"]):
        problems.append(("`value` is what is expected already", "value 与 expected 相同"))
    return Correction(
        fields["document"],
        key,
        _plain(fields["expected"]),
        _plain(fields["value"]),
        fields["kind"],
        fields["reason"],
        fields["evidence"],
        level or WHOLE,
    )


def _decision(fields: Mapping[str, str], problems: list[Problem]) -> Decision:
    if fields["decision"] not in (CONFIRMED, DISMISSED):
        problems.append((f"`decision` must be {CONFIRMED} or {DISMISSED}", f"decision 应为 {CONFIRMED} 或 {DISMISSED}"))
    if fields["rule"] not in RULES:
        problems.append((f"there is no rule `{fields['rule']}`", f"没有规则 {fields['rule']}"))
    cell = tuple(part for part in fields.get("cell", "").split("/") if part)
    if not _levelled(cell):
        problems.append(
            (
                "`cell` must be section/indicator/breakdown (and /level where a column counts for one)",
                "cell 应为 section/indicator/breakdown（分层级的栏另加 /level）",
            )
        )
    return Decision(
        fields["document"], fields["rule"], cell, fields.get("observed", ""), fields["decision"], fields["reason"]
    )


def _levelled(cell: Sequence[str]) -> bool:
    """Whether a cell has no more than three parts, or a level of units besides, in the section that may have some."""
    return len(cell) < 4 or (len(cell) == 4 and cell[0] == STATISTICS and cell[3] in column_levels())


def _plain(text: str) -> str:
    return shortest(Decimal(text)) if _NUMBER.fullmatch(text) else text
