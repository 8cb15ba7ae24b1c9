"""What changed between two releases in words: the CHANGELOG.md of a release, and what `nianbao diff` prints.

Counts come from the table ``changes`` of a store, everything else from the two layouts and the two manifests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import fingerprint, layout, release
from pipelines.layout import LayoutChange
from pipelines.release import Withdrawal
from schemas.changes import CAUSES
from schemas.products import PRODUCTS
from schemas.table import title

if TYPE_CHECKING:
    from pipelines.store import Store

NAME = "CHANGELOG.md"
_NAMED = 20
_LARGEST = 10
_TITLES = {name: (zh, en) for name, zh, en in (title(product.model) for product in PRODUCTS)}

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Between:
    """Two releases: their versions, what changed in the layout, the parts of their manifests that tell the programs
    (``code``, ``libraries``), releases withdrawn in between, datasets that differ though they are not compared row by
    row (name, rows before, rows after)."""

    previous: str
    version: str
    layout: Sequence[LayoutChange] = ()
    programs: tuple[Row, Row] = ({}, {})
    withdrawn: Mapping[str, Withdrawal] = field(default_factory=dict)
    others: Sequence[tuple[str, int, int]] = ()


def since(store: Store, published: Path, last: str | None, version: str) -> str:
    """The changelog of the release that is being made from ``store``; ``last`` is the one before it."""
    if last is None:
        return (
            f"# nianbao {version}\n\n首次发布，没有可比较的上一版本；`changes` 为空。\n"
            "The first release: there is none to compare it with, and `changes` is empty.\n"
        )
    gone = {name: told for name, told in release.withdrawals(published).items() if name != last}
    between = Between(
        last,
        version,
        layout.compare(layout.of_release(published / last), layout.of_products()),
        (release.programs(published / last), fingerprint.programs()),
        {name: told for name, told in gone.items() if release.order(name) > release.order(last)},
    )
    return words(store, between)


def words(store: Store, between: Between) -> str:
    """Markdown in Chinese and English, over the table ``changes`` of ``store``."""
    parts = [
        f"# nianbao {between.version}\n\n与 {between.previous} 比较的变动。 What changed since {between.previous}.",
        _withdrawn(between.withdrawn),
        _layout(between.layout),
        _counts(store),
        _agencies(store),
        _documents(store),
        _largest(store),
        _others(between.others),
        _programs(*between.programs),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _withdrawn(told: Mapping[str, Withdrawal]) -> str:
    lines = [f"- {version}: {one.reason} ({one.on})" for version, one in told.items()]
    return _section("已撤回的版本", "Withdrawn releases", lines)


def _layout(found: Sequence[LayoutChange]) -> str:
    lines = [f"- {'**不兼容 breaking** ' if one.breaking else ''}{one.zh}。 {_capital(one.en)}." for one in found]
    return _section("表结构", "Layout", lines)


def _counts(store: Store) -> str:
    rows = store.query(
        "SELECT dataset, cause, count(*) FILTER (WHERE change = 'added') AS added, "
        "count(DISTINCT row_key) FILTER (WHERE change = 'changed') AS changed, "
        "count(*) FILTER (WHERE change = 'removed') AS removed FROM changes GROUP BY dataset, cause"
    ).to_pylist()
    if not rows:
        return _section("变动", "Changes", ["没有逐行的变动。 No row changed."])
    order = {name: place for place, name in enumerate((*_TITLES, *CAUSES))}
    rows.sort(key=lambda row: (order[row["dataset"]], order[row["cause"]]))
    lines = [
        "| 数据集 dataset | 原因 cause | 新增 added | 变更 changed | 移除 removed |",
        "|---|---|---:|---:|---:|",
        *(
            f"| {_TITLES[row['dataset']][0]} `{row['dataset']}` | {CAUSES[row['cause']][0]} `{row['cause']}` "
            f"| {row['added']} | {row['changed']} | {row['removed']} |"
            for row in rows
        ),
        "",
        "以行计；逐行见 `changes`。 Counted are rows; `changes` has each of them.",
    ]
    return _section("变动", "Changes", lines)


def _agencies(store: Store) -> str:
    """Agencies that came and went, and those of which most changed."""
    name = "agency_name || ' (' || row_key || coalesce(', ' || cause || ': ' || counterpart, '') || ')'"
    lines = [
        *_named(store, "新增机关", "New agencies", name, "dataset = 'agencies' AND change = 'added'"),
        *_named(store, "不再有的机关", "Agencies no longer here", name, "dataset = 'agencies' AND change = 'removed'"),
    ]
    rows = store.query(
        "SELECT agency_id, min(agency_name) AS name, count(DISTINCT row_key) AS n FROM changes "
        f"WHERE dataset = 'observations' GROUP BY agency_id ORDER BY n DESC, agency_id LIMIT {_LARGEST}"
    ).to_pylist()
    if rows:
        told = "; ".join(f"{row['name']} ({row['agency_id']}) {row['n']}" for row in rows)
        lines.append(f"- 变动单元格最多的机关 Agencies with most changes of cells: {told}")
    return _section("机关", "Agencies", lines)


def _documents(store: Store) -> str:
    """Documents that are no longer here, and those that stand in the place of others."""
    name = "concat_ws(' ', agency_name, report_year, '(' || substr(row_key, 1, 12) || ')')"
    gone = "dataset = 'documents' AND change = 'removed' AND cause = 'document_withdrawn'"
    put = "dataset = 'documents' AND change = 'added' AND cause = 'source_reissued'"
    lines = [
        *_named(store, "撤下的文件", "Documents withdrawn", name, gone),
        *_named(store, "重新发布的来源", "Sources re-issued", name, put),
    ]
    return _section("文件", "Documents", lines)


def _named(store: Store, zh: str, en: str, name: str, where: str) -> list[str]:
    """One line: how many rows of ``changes`` are of this kind, and the first of them by ``name``; none for none."""
    count = store.scalar(f"SELECT count(*) FROM changes WHERE {where}")
    if not count:
        return []
    rows = store.query(f"SELECT {name} AS told FROM changes WHERE {where} ORDER BY row_key LIMIT {_NAMED}").to_pylist()
    more = " …" if count > _NAMED else ""
    return [f"- {zh} {en} ({count}): {'; '.join(str(row['told']) for row in rows)}{more}"]


def _largest(store: Store) -> str:
    """The figures that changed most."""
    rows = store.query(
        "SELECT agency_name, report_year, section, indicator, breakdown, old, new, cause FROM changes "
        "WHERE dataset = 'observations' AND change = 'changed' AND field = 'value' AND old IS NOT NULL "
        "AND new IS NOT NULL ORDER BY abs(new::DOUBLE - old::DOUBLE) DESC, row_key "
        f"LIMIT {_LARGEST}"
    ).to_pylist()
    lines = [
        f"- {row['agency_name']} {row['report_year']} {row['section']}/{row['indicator']}/{row['breakdown']}: "
        f"{row['old']} → {row['new']} ({CAUSES[row['cause']][0]} {row['cause']})"
        for row in rows
    ]
    return _section("变动最大的数字", "Figures that changed most", lines)


def _others(found: Sequence[tuple[str, int, int]]) -> str:
    lines = [f"- `{name}`: {before} → {after} 行 rows" for name, before, after in found]
    return _section("内容不同、不逐行比较的数据集", "Datasets that differ and are not compared row by row", lines)


def _programs(before: Row, after: Row) -> str:
    """What of the programs changed."""
    lines = []
    old, new = before.get("code", {}), after.get("code", {})
    if old.get("hash") != new.get("hash"):
        told = " → ".join(f"{each.get('version', '?')} ({str(each.get('hash', '?'))[:12]})" for each in (old, new))
        lines.append(f"- 程序 programs: {told}")
    libraries = {**before.get("libraries", {}), **after.get("libraries", {})}
    for name in sorted(libraries):
        was, now = (str(each.get("libraries", {}).get(name, "–")) for each in (before, after))
        if was != now:
            lines.append(f"- {name}: {was} → {now}")
    return _section("程序与库", "Programs and libraries", lines)


def _section(zh: str, en: str, lines: Sequence[str]) -> str:
    return f"## {zh} {en}\n\n" + "\n".join(lines) if lines else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
