"""The gate: what keeps the last release in place. Everything else that is found only warns.

Which rules block stands in the registry (``schemas.rules``, ``blocks``), and so in ``docs/rules.md``. A finding of a
blocking rule keeps a release from being made; so does a condition that fails here or while a release is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.manifests import MANIFEST_UNREADABLE
from schemas.products import PRODUCTS
from schemas.rules import RULES, rule

if TYPE_CHECKING:
    from pipelines.store import Store

_NAMED = 3
# Conditions of publication are told as findings of the run that failed; they are looked at anew each time.
_CONDITIONS = "gate."


class GateError(Exception):
    """A check before publication failed: ``code`` is the id of a blocking rule. Nothing was published."""

    def __init__(self, code: str, message_en: str, message_zh: str) -> None:
        super().__init__(message_en)
        if not rule(code).blocks:
            raise ValueError(f"{code} is not registered as a rule that blocks a release")
        self.code = code
        self.message_en = message_en
        self.message_zh = message_zh


def check_store(store: Store) -> list[str]:
    """The gate over the store: no finding that blocks, manifests known, reports there, origins not mixed, keys unique.

    Returns the origins, sorted.
    """
    _findings(store)
    if not store.scalar("SELECT count(*) FROM reports"):
        raise GateError(
            "gate.no_report",
            "No document gave a report, so there is nothing to publish; `nianbao status` says why each was refused.",
            "没有任何文件读出年度报告，无可发布；各文件被拒收的原因见 nianbao status。",
        )
    origins = [str(row["origin"]) for row in store.query("SELECT DISTINCT origin FROM sources ORDER BY 1").to_pylist()]
    if "simulated" in origins and len(origins) > 1:
        raise GateError(
            "gate.mixed_origins",
            f"Simulated and real documents lie in one folder ({', '.join(origins)}); keep them in folders of their own "
            "and run each with its own --raw, --work and --published.",
            "模拟文件与真实文件混在一起，不能进入同一发布；请分开存放，分别用 --raw、--work、--published 运行。",
        )
    for product in PRODUCTS:
        if doubles := store.scalar(product.doubles()):
            keys = ", ".join(product.order())
            raise GateError(
                "gate.key",
                f"{product.name()}: {doubles} rows share their key ({keys}) or lack a part of it; please report this.",
                f"{product.name()}：有 {doubles} 行主键（{keys}）重复或缺失；请反馈此问题。",
            )
    return origins


def _findings(store: Store) -> None:
    """Raise for findings of rules that block."""
    blocking = [item.id for item in RULES.values() if item.blocks and not item.id.startswith(_CONDITIONS)]
    marks = ", ".join("?" * len(blocking))
    rows = store.query(
        f"SELECT rule, locator, message_en, message_zh FROM findings WHERE rule IN ({marks}) ORDER BY ALL", blocking
    ).to_pylist()
    unread = list(dict.fromkeys(str(row["locator"]) for row in rows if row["rule"] == MANIFEST_UNREADABLE))
    if unread:
        named = ", ".join(unread[:_NAMED]) + (" …" if len(unread) > _NAMED else "")
        raise GateError(
            "gate.manifest",
            f"{named} cannot be read, so where the documents of that folder come from and whether they are real is not "
            "known. Correct it, or delete it if it says nothing that matters, and run again.",
            f"{named} 无法读取，因此不知道该文件夹中文件的来源和真伪。请更正；若其内容无关紧要，可删去，然后再次运行。",
        )
    if rows:
        english = " ".join(str(row["message_en"]) for row in rows[:_NAMED])
        chinese = "".join(str(row["message_zh"]) for row in rows[:_NAMED])
        raise GateError(
            "gate.finding",
            f"{len(rows)} findings of rules that block a release, the first: {english}",
            f"有 {len(rows)} 条问题属于阻止发布的规则，首先是：{chinese}",
        )
