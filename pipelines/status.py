"""`nianbao status`: what lies in the folder, what became of it, the last runs, the last release."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import fingerprint, ingest, lock, progress, record, release, summary, watch
from pipelines.console import spoken
from pipelines.release import to_json

if TYPE_CHECKING:
    from pipelines.store import Store

_RUNS = 5
_NAMED = 50
_WORST = 5
# As in schemas.codes, which takes seconds to import.
_LEVELS = {
    "national": "国家级",
    "province": "省级",
    "prefecture": "地级",
    "county": "县级",
    "township": "乡级",
    "provisional": "暂定",
}


def status(raw: Path, work: Path, published: Path, form: str = "text") -> str:
    """The state of one set of folders as ``text`` for people or as ``json``, or the last run as a ``mail``. Changes
    nothing, and answers also while a run is at work."""
    if form == "mail":
        return _mail(work)
    facts: dict[str, Any] = {
        "raw": _raw(raw, work),
        "running": _running(work),
        "store": _store(work),
        "release": _release(published),
        "runs": record.last_records(work, _RUNS)[::-1],
    }
    return to_json(facts).rstrip("\n") if form == "json" else "\n".join(_lines(facts, raw, published))


def _mail(work: Path) -> str:
    runs = record.last_records(work, 1)
    if not runs:
        return "nianbao: no run yet 尚未运行"
    return summary.mail(runs[0], _store(work).get("refused", []))


def _running(work: Path) -> dict[str, Any] | None:
    """Who is at work, and how far; None where nobody is."""
    holder = lock.holder(work / "lock")
    return None if holder is None else {**holder, "progress": progress.last(work)}


def _raw(raw: Path, work: Path) -> dict[str, Any]:
    from pipelines import shards

    if not raw.is_dir():
        return {"exists": False}
    ledger = ingest.scan(raw, work / "hashes.txt", write=False)
    documents = ledger.documents()
    entries = shards.catalogue(work / "shards", repair=False)
    reader = fingerprint.reader_hash()
    read = {document_id for entry in entries if entry.reader_hash == reader for document_id in entry.ids}
    return {
        "exists": True,
        "files": len(ledger.sightings),
        "documents": len(documents),
        "to_read": len(documents.keys() - read),
        "problems": [{"en": item.message_en, "zh": item.message_zh} for item in ledger.findings],
    }


def _store(work: Path) -> dict[str, Any]:
    path = work / "store.duckdb"
    if not path.is_file():
        return {"exists": False}
    from pipelines.store import Store, StoreError

    def counts(sql: str) -> dict[str, int]:
        return {str(row["name"]): int(row["n"]) for row in store.query(sql).to_pylist()}

    try:
        with Store(path, read_only=True) as store:
            return {
                "exists": True,
                "documents": counts("SELECT kind AS name, count(*) AS n FROM documents GROUP BY 1 ORDER BY 2 DESC, 1"),
                "reports": store.count("reports"),
                "cells": counts("SELECT status AS name, count(*) AS n FROM observations GROUP BY 1 ORDER BY 2 DESC, 1"),
                "findings": counts(
                    "SELECT severity || ' ' || responsible || ' ' || rule AS name, count(*) AS n FROM findings "
                    "GROUP BY 1, severity ORDER BY array_position(['error', 'warning', 'info'], severity), 2 DESC, 1"
                ),
                "coverage": _coverage(store),
                "gates": store.query(
                    "SELECT message_en AS en, message_zh AS zh FROM findings "
                    "WHERE starts_with(rule, 'gate.') ORDER BY 1"
                ).to_pylist(),
                "refused": store.query(
                    "SELECT (SELECT min(path) FROM sources s WHERE s.document_id = d.document_id) AS path, kind, "
                    "reason_code, reason_en, reason_zh FROM documents d WHERE kind NOT IN ('report', 'narrative') "
                    "ORDER BY path, document_id"
                ).to_pylist(),
            }
    except StoreError as error:
        return {"exists": True, "problem": {"en": error.message_en, "zh": error.message_zh}}


def _coverage(store: Store) -> dict[str, Any]:
    """How many of the reports that there should be are here: by level and year, and the provinces that lack most."""
    counts = (
        "count(*) FILTER (WHERE status IN ('reported', 'narrative')) AS here, "
        "count(*) FILTER (WHERE status = 'refused') AS refused, count(*) AS expected"
    )
    return {
        "levels": store.query(
            f"SELECT coalesce(level, 'provisional') AS level, report_year, {counts} FROM coverage WHERE is_expected "
            f"GROUP BY 1, 2 ORDER BY array_position({list(_LEVELS)}, coalesce(level, 'provisional')), report_year"
        ).to_pylist(),
        "provinces": store.query(
            f"SELECT province, {counts} FROM coverage WHERE is_expected AND province IS NOT NULL GROUP BY 1 "
            "ORDER BY here / expected, expected DESC, province"
        ).to_pylist(),
    }


def _release(published: Path) -> dict[str, Any]:
    try:
        version = release.latest(published)
        withdrawn = {name: asdict(told) for name, told in release.withdrawals(published).items()}
    except release.ReleaseError as error:
        return {"exists": False, "problem": {"en": error.message_en, "zh": error.message_zh}}
    return {**_latest(published, version), "withdrawn": withdrawn}


def _latest(published: Path, version: str | None) -> dict[str, Any]:
    if version is None:
        return {"exists": False}
    try:
        manifest = release.read_manifest(published, version)
    except (OSError, ValueError) as error:
        return {"exists": True, "version": version, "problem": str(error)}
    return {
        "exists": True,
        "version": version,
        "origins": manifest.get("origins", []),
        "rows": manifest.get("rows", {}),
        "releases": len(release.versions(published)),
    }


def _lines(facts: dict[str, Any], raw: Path, published: Path) -> list[str]:
    return [
        *_raw_lines(facts["raw"], raw, facts["running"]),
        *_store_lines(facts["store"]),
        *_release_lines(facts["release"], published),
        *_run_lines(facts["runs"]),
    ]


def _raw_lines(facts: dict[str, Any], raw: Path, running: dict[str, Any] | None) -> list[str]:
    lines = []
    if running is not None:
        since = running.get("since")
        lines.append(
            f"A run is at work 正在运行: process {running.get('pid')} on {running.get('host')}, since 始于 {since}"
            + _far(running["progress"])
        )
    if not facts["exists"]:
        return [*lines, f"Documents 文件: there is no folder {raw} 没有此文件夹"]
    files, documents, to_read = facts["files"], facts["documents"], facts["to_read"]
    lines.append(f"Documents 文件: {raw}: {files} files, {documents} documents, {to_read} to read 待读")
    lines += [f"  - {item['en']}  {item['zh']}" for item in facts["problems"][:_NAMED]]
    return lines + _rest(facts["problems"])


def _far(told: dict[str, Any]) -> str:
    text = f"; {told['stage']} since 始于 {told['since']}" if told else ""
    if "done" in told:
        text += f", {told['done']}/{told['total']} documents 份, {told['per_second']}/s"
        if told["seconds_left"] is not None:
            text += f", about {spoken(told['seconds_left'])} left 剩余约 {spoken(told['seconds_left'])}"
    return text


def _store_lines(facts: dict[str, Any]) -> list[str]:
    if not facts["exists"]:
        return ["Read 已读: nothing yet; `nianbao run` reads 尚无，请运行 nianbao run"]
    if problem := facts.get("problem"):
        return [f"Read 已读: {problem['en']}  {problem['zh']}"]
    lines = [
        f"Read 已读: {_joined(facts['documents'])}; {facts['reports']} reports 份报告",
        f"Cells 单元格: {_joined(facts['cells'])}",
        "Findings 问题:" if facts["findings"] else "Findings 问题: none 无",
        *(f"  {count:6d}  {name}" for name, count in facts["findings"].items()),
        *(f"NOT PUBLISHED 未发布: {item['en']}  {item['zh']}" for item in facts["gates"]),
    ]
    lines += _coverage_lines(facts["coverage"])
    refused = facts["refused"]
    lines.append(f"Refused 拒收: {len(refused) or 'none 无'}")
    lines += [
        f"  - {item['path'] or '?'} ({item['kind']}): {item['reason_en'] or ''}  {item['reason_zh'] or ''}"
        for item in refused[:_NAMED]
    ]
    return lines + _rest(refused)


def _coverage_lines(facts: dict[str, Any]) -> list[str]:
    if not facts["levels"]:
        return []
    years = sorted({row["report_year"] for row in facts["levels"]})
    shown = {row["report_year"] for row in facts["levels"] if row["here"]} | {years[-1]}
    lines = ["Coverage 覆盖: reports here / expected 已有／应有 (years with none left out 略去全无的年份)"]
    for level in dict.fromkeys(row["level"] for row in facts["levels"]):
        found = [row for row in facts["levels"] if row["level"] == level and row["report_year"] in shown]
        told = "  ".join(f"{row['report_year']}: {row['here']}/{row['expected']}" for row in found)
        lines.append(f"  {_LEVELS[level]} {level}: {told}")
    worst = facts["provinces"][:_WORST]
    named = ", ".join(f"{row['province']} {row['here']}/{row['expected']}" for row in worst)
    return [*lines, f"  provinces that lack most 缺口最大的省份: {named}"] if worst else lines


def _release_lines(facts: dict[str, Any], published: Path) -> list[str]:
    if "withdrawn" not in facts:
        return [f"Release 发布: {facts['problem']['en']}  {facts['problem']['zh']}"]
    gone = [
        f"  withdrawn 已撤回: {version} ({told['on']}): {told['reason']}"
        for version, told in facts["withdrawn"].items()
    ]
    if not facts["exists"]:
        return [f"Release 发布: {'none is left 均已撤回' if gone else 'none yet 尚无'}", *gone]
    if "problem" in facts:
        return [f"Release 发布: {facts['version']} cannot be read ({facts['problem']}) 无法读取", *gone]
    where = published / facts["version"]
    return [
        f"Release 发布: {where} ({', '.join(facts['origins'])}), {facts['releases']} in all 共 {facts['releases']} 个",
        f"  {_joined(facts['rows'])}",
        *gone,
    ]


def _run_lines(runs: list[dict[str, Any]]) -> list[str]:
    lines = ["Runs 运行:" if runs else "Runs 运行: none yet 尚无"]
    for run in runs:
        seconds = spoken(sum(run.get("stage_seconds", {}).values()))
        text = f"  {run['started_at']}  exit {run['exit_code']}  {run['outcome']} {run['version']}".rstrip()
        seen, read, refused = run["documents_seen"], run["documents_read"], run["documents_refused"]
        lines.append(f"{text}  {seen} documents, {read} read, {refused} refused, {seconds}")
        if run.get("message_en"):
            lines.append(f"    {run['message_en']}  {run['message_zh']}")
        for one in run.get("sites_changed", []):
            lines.append("    " + "  ".join(watch.words(watch.Change(**one))))
    return lines


def _joined(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none 无"


def _rest(items: list[Any]) -> list[str]:
    rest = len(items) - _NAMED
    return [f"  - and {rest} more; --json lists all 另有 {rest} 条，--json 列出全部"] if rest > 0 else []
