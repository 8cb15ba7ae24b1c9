"""The last run in so few words that they fit in a mail, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines import watch
from pipelines.console import spoken

_NAMED = 10
_OUTCOMES = {
    "published": "已发布",
    "same content": "内容未变",
    "nothing new": "没有新内容",
    "failed": "未发布",
    "interrupted": "被中止",
}
_STAGES = {"ingest": "清点", "read": "读取", "load": "入库", "rebuild": "重算", "publish": "发布"}


def mail(run: Mapping[str, Any], refused: Sequence[Mapping[str, Any]] = ()) -> str:
    """A first line for the subject, an empty line, and the run: counts, times, and what somebody should look at.

    ``run`` is a line of ``runs.jsonl``; ``refused`` are documents that gave no report (path and reasons).
    """
    outcome = run["outcome"]
    head = f"nianbao {run['started_at'][:10]}: {outcome} {_OUTCOMES.get(outcome, '')} {run['version']}".rstrip()
    return "\n".join([head, "", *counted(run), *_alarms(run, refused)])


def counted(run: Mapping[str, Any]) -> list[str]:
    """What the run saw and did, and how long each stage took."""
    counts = (
        ("documents", "文件", "documents_seen"),
        ("new", "新增", "documents_new"),
        ("read", "读取", "documents_read"),
        ("of these reinterpreted", "其中重新解读", "documents_reinterpreted"),
        ("refused", "拒收", "documents_refused"),
        ("of these new", "其中首次", "documents_newly_refused"),
        ("quarantined", "隔离", "documents_quarantined"),
        ("changed meanwhile", "读取时变动", "documents_changed"),
    )
    stages = run.get("stage_seconds", {})
    times = ", ".join(f"{name} {_STAGES.get(name, '')} {spoken(spent)}" for name, spent in stages.items())
    lines = [f"{run.get(name, 0):8d}  {en} {zh}" for en, zh, name in counts]
    lines.append(f"time 用时: {spoken(sum(stages.values()))} ({times})")
    if rate := per_second(run):
        lines.append(f"rate 速度: {rate:.1f} documents a second 份/秒")
    return lines


def per_second(run: Mapping[str, Any]) -> float:
    """Documents read a second; 0 where none were."""
    spent: float = run.get("stage_seconds", {}).get("read", 0.0)
    read: int = run.get("documents_read", 0)
    return read / spent if read and spent else 0.0


def _alarms(run: Mapping[str, Any], refused: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    if run.get("message_en"):
        lines += ["", f"{run['message_en']}  {run['message_zh']}"]
    changed = [watch.Change(**one) for one in run.get("sites_changed", [])]
    if changed:
        lines += ["", "Sites that read worse 读取变差的网站:"]
        lines += [f"- {en}\n  {zh}" for en, zh in map(watch.words, changed[:_NAMED])]
        lines += _rest(len(changed))
    if run.get("documents_newly_refused") and refused:
        lines += ["", "Refused, see also `nianbao status` 拒收的文件，另见 nianbao status:"]
        lines += [f"- {one['path']}: {one['reason_en']}  {one['reason_zh']}" for one in refused[:_NAMED]]
        lines += _rest(len(refused))
    return lines


def _rest(count: int) -> list[str]:
    return [f"- and {count - _NAMED} more 另有 {count - _NAMED} 项"] if count > _NAMED else []
