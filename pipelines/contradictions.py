"""`nianbao check`: what does not add up, and where, in the store, in a release, or in single files.

Single files go through a store in memory, so that they are held against the very rules of a release, each other
included, and are told of in the same words.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pipelines.console import Console
from schemas.codes import COLUMN_LEVELS
from schemas.rules import SLIPS, rule

if TYPE_CHECKING:
    from pipelines.extraction import Extraction
    from pipelines.store import Store

NOTHING, FOUND, REFUSED = 0, 1, 3
FORMATS = ("text", "csv", "json")
COLUMNS = (
    "document",
    "agency",
    "report_year",
    "rule",
    "severity",
    "section",
    "indicator",
    "breakdown",
    "label_zh",
    "label_en",
    "expected",
    "observed",
    "locator",
    "suspects_zh",
    "suspects_en",
    "message_zh",
    "message_en",
    "scope",
)
ACCEPTED = ("report", "narrative")
# What stands beside the printed figure where it is not what ought to be printed.
_BESIDE = {
    "store.conflict": "taken 采用",
    "values.yuan": "other years 其他年度",
    "values.jump": "year before 上年",
    "claims.contradiction": "tables 表格",
}
_ALIKE = 5  # sets of suspects that are written out

Row = dict[str, Any]
Reader = Callable[[bytes, str], "Extraction"]


def check_files(files: Sequence[Path], form: str, out: IO[str], console: Console, reader: Reader | None = None) -> int:
    """Read ``files`` (folders too) and write what does not add up. Returns 0, 1 where something was found, 3 where a
    file gave no report: each such is named on the console."""
    from pipelines.extract import read_document
    from pipelines.output import expand
    from pipelines.store import Store

    read = reader or read_document
    reports: dict[str, Extraction] = {}
    refused = 0
    for path, problem in expand(files):
        if problem is None:
            try:
                found = read(path.read_bytes(), path.name)
            except OSError as error:
                problem = (f"{path}: cannot be opened ({error.strerror})", f"无法打开：{path}")
            else:
                if found.kind in ACCEPTED:
                    reports[found.document_id] = found
                    _tell_unread(console, path, found)
                    continue
                problem = (f"{path}: no report: {found.reason_en}", f"未读出年度报告：{found.reason_zh}")
        console.say(*problem)
        refused += 1
    with Store(":memory:") as store:
        if reports:
            _load(store, list(reports.values()))
        wrong = write(store, form, out)
    if form == "text":
        out.write(_summary(len(reports), wrong))
    return REFUSED if refused else FOUND if wrong else NOTHING


def check_store(path: Path, form: str, out: IO[str]) -> int:
    """The same over a store, or over the DuckDB file of a release. Raises ``StoreError`` where there is none."""
    from pipelines.store import Store, StoreError

    with Store(path, read_only=True) as store:
        if not store.scalar("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'suspects'"):
            raise StoreError(
                "missing",
                f"{path}: an earlier version of nianbao made this; `nianbao run` makes it anew",
                f"{path}：由较早版本生成，请运行 nianbao run 重新生成",
            )
        wrong = write(store, form, out)
        if form == "text":
            out.write(_summary(store.count("reports"), wrong))
    return FOUND if wrong else NOTHING


def write(store: Store, form: str, out: IO[str]) -> int:
    """Write the findings that are a publisher's affair and that nobody dismissed; returns how many."""
    rows = contradictions(store)
    if form == "csv":
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    elif form == "json":
        out.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    else:
        for (agency, year, document), group in groupby(
            rows, key=lambda row: (row["agency"], row["report_year"], row["document"])
        ):
            out.write(f"{agency or document} {year or ''}  ({document})\n")
            told = ""
            for row in group:
                out.write("".join(f"  {line}\n" for line in _lines(row, told)))
                told = row["suspects_zh"] or told
    return len(rows)


def contradictions(store: Store) -> list[Row]:
    """Rows of ``COLUMNS``, report by report, with the cells that may be to blame."""
    found = store.query("""
WITH labels AS (
  SELECT section, indicator, breakdown, arg_max(label_zh || '/' || column_label_zh, form) AS label_zh,
    arg_max(label_en || ' / ' || column_label_en, form) AS label_en
  FROM indicators GROUP BY ALL
)
SELECT d.file_name AS document, f.agency_name AS agency, f.report_year, f.rule, f.severity, f.section, f.indicator,
  f.breakdown, l.label_zh, l.label_en, f.expected, f.observed, f.locator, f.message_zh, f.message_en, f.report_id,
  r.scope
FROM findings f LEFT JOIN documents d USING (document_id) LEFT JOIN reports r USING (report_id)
LEFT JOIN labels l USING (section, indicator, breakdown)
WHERE f.responsible = 'publisher' AND f.severity IN ('error', 'warning') AND f.decision IS DISTINCT FROM 'dismissed'
ORDER BY f.agency_name, f.report_year, d.file_name, f.severity, f.rule, f.section, f.indicator, f.breakdown,
  f.finding_id
""").to_pylist()
    suspects = _suspects(store, {row["report_id"] for row in found})
    rows: list[Row] = []
    for row in found:
        named = {f"{row['rule']}:{row['indicator']}", f"{row['rule']}:{row['breakdown']}"}
        sets = next((sets for violated, sets in suspects.get(row.pop("report_id"), ()) if violated & named), [])
        row |= {f"suspects_{language}": _sets(sets, language) for language in ("zh", "en")}
        rows.append({name: row[name] for name in COLUMNS})
    return rows


def _suspects(store: Store, reports: set[str]) -> dict[str, list[tuple[set[str], list[list[Row]]]]]:
    """For each report its systems: the sums violated, and the sets of cells that would explain them."""
    rows = store.query("""
SELECT s.*, coalesce(l.label_zh || '/' || l.column_label_zh, s.indicator) AS label_zh,
  coalesce(l.label_en || ' / ' || l.column_label_en, s.indicator) AS label_en
FROM suspects s JOIN observations o USING (report_id, section, indicator, breakdown)
LEFT JOIN indicators l ON (l.form, l.section, l.indicator, l.breakdown)
  = (o.form, s.section, s.indicator, s.breakdown)
ORDER BY s.report_id, s.system, s.position, l.position
""").to_pylist()
    found: dict[str, list[tuple[set[str], list[list[Row]]]]] = {}
    for (report, _), system in groupby(rows, key=lambda row: (row["report_id"], row["system"])):
        if report in reports:
            sets = [list(cells) for _, cells in groupby(system, key=lambda row: row["position"])]
            found.setdefault(report, []).append((set(sets[0][0]["violated"].split(",")), sets))
    return found


def _sets(sets: Sequence[Sequence[Mapping[str, Any]]], language: str) -> str:
    """``label 136→1362 (a digit left out)``; cells to be changed together joined by +, alternatives by |."""
    words = [" + ".join(_cell(cell, language) for cell in cells) for cells in sets[:_ALIKE]]
    more = sets[0][0]["n_sets"] - len(words) if sets else 0
    return " | ".join(words) + (f" | … (+{more})" if more else "")


def _cell(cell: Mapping[str, Any], language: str) -> str:
    slip = SLIPS[cell["slip"]][language == "en"] if cell["slip"] else ""
    slip = f"（{slip}）" if slip and language == "zh" else f" ({slip})" if slip else ""
    return f"{cell[f'label_{language}']} {cell['value']:.0f}→{cell['proposed']:.0f}{slip}"


def _lines(row: Row, told: str) -> list[str]:
    """One finding in lines; suspects that were ``told`` for the finding above are not told again."""
    item = rule(row["rule"])
    lines = [f"{row['severity']}  {row['rule']}  {item.title_zh} | {item.title_en}"]
    if row["label_zh"]:
        lines.append(f"    cell 单元格     {row['label_zh']} | {row['label_en']}{_of_level(row['scope'])}")
    if row["observed"] is not None:
        word = _BESIDE.get(row["rule"], "expected 应为")
        expected = "" if row["expected"] is None else f"    {word}  {row['expected']}"
        lines.append(f"    printed 原文    {row['observed']}{expected}")
    lines += [f"    place 位置      {row['locator']}"] if row["locator"] else []
    lines += [f"    {row['message_zh']}", f"    {row['message_en']}"]
    if row["suspects_zh"] and row["suspects_zh"] == told:
        lines.append("    suspects 可能有误  as above 同上")
    elif row["suspects_zh"]:
        lines.append(f"    suspects 可能有误（仅供核对）  {row['suspects_zh']}")
        lines.append(f"                    {row['suspects_en']}")
    return lines


def _of_level(scope: str | None) -> str:
    """Whose figures, where a column counts for one level of units."""
    zh, en = COLUMN_LEVELS.get(scope or "", ("", ""))
    return f" ({zh} | {en})" if zh else ""


def _summary(reports: int, wrong: int) -> str:
    if not reports:
        return "No report was checked. 没有可检查的报告。\n"
    if not wrong:
        return f"Reports checked: {reports}; nothing contradicts. 已检查 {reports} 份报告，未发现矛盾。\n"
    return f"Reports checked: {reports}; contradictions: {wrong}. 已检查 {reports} 份报告，发现 {wrong} 处矛盾。\n"


def _tell_unread(console: Console, path: Path, found: Extraction) -> None:
    """What could not be read could not be checked."""
    for each in (one for one in found.findings if one.severity != "info"):
        place = " ".join(part for part in (each.indicator, each.breakdown, each.locator) if part)
        console.say(f"{path}: {each.message_en}{f' ({place})' if place else ''}", each.message_zh)


def _load(store: Store, reports: Iterable[Extraction]) -> None:
    from pipelines import shards
    from pipelines.normalize import normalize

    with tempfile.TemporaryDirectory() as folder:
        name = shards.write(Path(folder), reports, "check")
        part = shards.load(Path(folder), [name], lambda *_: True)
    store.replace_documents(normalize(part.documents, part.cells, part.findings, part.claims))
    store.rebuild()
