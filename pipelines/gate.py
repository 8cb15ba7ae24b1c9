"""The gate: what keeps the last release in place. Everything else that is found only warns.

Which rules block stands in the registry (``schemas.rules``, ``blocks``), and so in ``docs/rules.md``. A finding of a
blocking rule keeps a release from being made; so does a condition that fails here or while a release is written.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import conditions
from pipelines.errors import SpokenError
from pipelines.manifests import MANIFEST_UNREADABLE
from schemas.products import PRODUCTS, Product
from schemas.rules import RULES, rule

if TYPE_CHECKING:
    from pipelines.store import Store

_NAMED = 3
# Much less than in the last release: one of these lower by more than this share of what it was, and by more than so
# many (a small folder changes by large shares). Measure -> (number, English, Chinese).
_SHRINKING = 0.05
_MEASURES = {
    "reports": (5, "reports", "份报告"),
    "attributed": (5, "reports of agencies that are sure", "份机关已确定的报告"),
    "observations": (1000, "cells", "个单元格"),
    "numbers": (1000, "cells with a number", "个有数值的单元格"),
}
_BYTES_AT_LEAST, _BYTES_A_CELL = 100_000_000, 2_700
# Of a large dataset the model itself looks at so many row groups, evenly spread, and at so many rows of each.
_SAMPLED, _ROWS_SAMPLED = 4, 32_768
# Conditions of publication are told as findings of the run that failed; they are looked at anew each time.
_CONDITIONS = "gate."


class GateError(SpokenError):
    """A check before publication failed: ``code`` is the id of a blocking rule. Nothing was published."""

    def __init__(self, code: str, message_en: str, message_zh: str) -> None:
        super().__init__(message_en, message_zh)
        if not rule(code).blocks:
            raise ValueError(f"{code} is not registered as a rule that blocks a release")
        self.code = code


def check_store(store: Store) -> None:
    """The gate over the store, before anything is made: no finding that blocks, manifests known, reports there."""
    _findings(store)
    if not store.count("reports"):
        raise GateError(
            "gate.no_report",
            "No document gave a report, so there is nothing to publish; `nianbao status` says why each was refused.",
            "没有任何文件读出年度报告，无可发布；各文件被拒收的原因见 nianbao status。",
        )


def check_origins(staged: Store) -> list[str]:
    """Origins that anything in the staged database names, sorted; real and made-up documents never meet."""
    origins = [str(row["origin"]) for row in staged.query(conditions.origins(PRODUCTS)).to_pylist()]
    if "simulated" in origins and len(origins) > 1:
        raise GateError(
            "gate.mixed_origins",
            f"Simulated and real documents lie in one folder ({', '.join(origins)}); keep them in folders of their own "
            "and run each with its own --raw, --work and --published.",
            "模拟文件与真实文件混在一起，不能进入同一发布；请分开存放，分别用 --raw、--work、--published 运行。",
        )
    return origins


def check_rows(staged: Store, product: type[Product]) -> None:
    """The gate over a table of the staged database, from which all files are written: key in order and unique, every
    row as its model says, every number with its document and place and exact."""
    if count := staged.scalar(conditions.out_of_order(product)):
        keys = ", ".join(product.order())
        raise _wrong(
            "gate.key", product, count, f"share their key ({keys}) or lack a part of it", f"的主键（{keys}）重复或缺失"
        )
    if not staged.scalar(conditions.any_fault(product)):
        return
    counts = staged.scalar(conditions.count_faults(product))
    for fault, count in zip(conditions.faults(product), counts, strict=True):
        if count:
            raise _wrong(fault.rule, product, count, fault.en, fault.zh)


def check_relations(staged: Store, product: type[Product]) -> None:
    """The gate over what a table says of others: references lead somewhere, totals are marked."""
    for column, target, sql in conditions.references(product):
        if count := staged.scalar(sql):
            raise _wrong(
                "gate.reference",
                product,
                count,
                f"have a {column} that is not in {target}",
                f"的 {column} 在 {target} 中不存在",
            )
    if (sql := conditions.wrong_totals(product)) and (count := staged.scalar(sql)):
        raise _wrong(
            "gate.total_flag",
            product,
            count,
            "are totals that is_total does not mark, are marked without being totals, or are no cell of their form",
            "的合计标记（is_total）与格式不符，或该格式没有此单元格",
        )


def check_model(product: type[Product], path: Path) -> None:
    """Hold the Parquet file against the pandera model: all of it, or, of a large one, rows of some row groups evenly
    spread over it. (``check_rows`` has held every row against what the model says of single columns.)"""
    import pyarrow.parquet as pq
    from pandera.errors import SchemaErrors

    with pq.ParquetFile(path) as file:
        groups = file.num_row_groups
        large = file.metadata.num_rows > _SAMPLED * _ROWS_SAMPLED
        for group in sorted({number * groups // _SAMPLED for number in range(_SAMPLED)}) if large else range(groups):
            rows = next(file.iter_batches(_ROWS_SAMPLED, row_groups=[group])) if large else file.read_row_group(group)
            try:
                product.model.validate(rows.to_pandas(), lazy=True)
            except SchemaErrors as errors:
                worst = errors.failure_cases.iloc[0]
                raise _wrong(
                    "gate.model",
                    product,
                    len(errors.failure_cases),
                    f"do not fit the model; the first in {worst['column']}: {worst['failure_case']!r} fails "
                    f"{worst['check']}",
                    f"不符合数据模型，首个在 {worst['column']} 列",
                ) from errors


def measures(staged: Store) -> dict[str, int]:
    """What a release is compared by with the one before: reports, those that are not filed under a provisional agency,
    cells, cells with a number."""
    reports = "(SELECT count(*) FROM reports)"
    sure = "(SELECT count(*) FROM reports WHERE NOT starts_with(agency_id, 'p-'))"
    sql = f"SELECT {reports} AS reports, {sure} AS sure, count(*), count(value) FROM observations"
    return dict(zip(_MEASURES, staged.query(sql).to_pylist()[0].values(), strict=True))


def check_folder(origins: Sequence[str], version: str, there: Mapping[str, Any]) -> None:
    """Hold this release against one of its folder, withdrawn or not (``there`` is its manifest): both real or both made
    up."""
    before = list(there.get("origins") or origins)
    if ("simulated" in before) != ("simulated" in origins):
        raise GateError(
            "gate.mixed_origins",
            f"Release {version} in this folder is of {', '.join(before)} documents, this one would be of "
            f"{', '.join(origins)}: made-up and real figures are never published into one folder; use another "
            "--published.",
            f"此目录中的发布 {version} 来自 {'、'.join(before)} 文件，本次为 {'、'.join(origins)}；"
            "模拟数据与真实数据不能发布到同一目录，请另用 --published。",
        )


def check_last(now: Mapping[str, int], version: str, last: Mapping[str, Any]) -> None:
    """Hold this release against the last one (``last`` is its manifest): not much less now. Documents do not vanish by
    themselves: a folder that is not mounted, or a reader that broke, looks like that."""
    counted = dict(last.get("measures") or {})
    for name, (floor, en, zh) in _MEASURES.items():
        had, has = int(counted.get(name, 0)), now[name]
        if had - has > max(floor, _SHRINKING * had):
            raise GateError(
                "gate.shrinking",
                f"Release {version} has {had} {en}, this one would have {has}: {(had - has) / had:.0%} less, more than "
                f"{_SHRINKING:.0%}. Is a folder of documents missing, or is something read worse than before? "
                "`nianbao status` shows what was read and refused. If it is right, run once with --accept-shrinking.",
                f"发布 {version} 有 {had} {zh}，本次只有 {has}，减少 {(had - has) / had:.0%}。"
                "是否缺少某个文件夹，或读取出了问题？已读和拒收情况见 nianbao status；"
                "如确认无误，请用 --accept-shrinking 运行一次。",
            )


def check_room(store: Store, published: Path) -> None:
    """Whether the disk has room for a release, before anything is written: about ``_BYTES_A_CELL`` for each cell."""
    needed = _BYTES_AT_LEAST + _BYTES_A_CELL * store.count("observations")
    free = shutil.disk_usage(published).free
    if free < needed:
        raise GateError(
            "gate.disk",
            f"The disk of {published} has {free / 1e9:.1f} GB free, and this release needs about {needed / 1e9:.1f} GB "
            "until it is there. Make room (old releases can be moved elsewhere), or name another --published.",
            f"{published} 所在磁盘剩余 {free / 1e9:.1f} GB，本次发布约需 {needed / 1e9:.1f} GB。"
            "请腾出空间（旧版本可移至别处），或另选 --published。",
        )


def _wrong(code: str, product: type[Product], count: int, en: str, zh: str) -> GateError:
    name = product.name()
    return GateError(code, f"{name}: {count} rows {en}; please report this.", f"{name}：{count} 行{zh}；请反馈此问题。")


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
