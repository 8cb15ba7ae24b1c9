"""The data dictionary as one page: both languages, an anchor for every dataset and column, no script, nothing fetched.

``#observations`` is a dataset, ``#observations.value`` a column. On a narrow screen each row becomes a block.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from pipelines.descriptors import about
from pipelines.descriptors.facts import Facts
from schemas.table import Column, columns, title

if TYPE_CHECKING:
    from schemas.products import Product

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --link: #2b6cb0 }
@media (prefers-color-scheme: dark) { :root { --link: #90cdf4 } }
* { box-sizing: border-box }
body { font: 16px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  margin: 0 auto; padding: 1rem; max-width: 76rem }
a { color: var(--link) }
code { font: 0.92em ui-monospace, monospace; overflow-wrap: anywhere }
h1 { line-height: 1.25 }
h2 { margin: 2.5rem 0 0.25rem; overflow-wrap: anywhere }
.warning { border: 2px solid #c53030; padding: 0.5rem 1rem; font-weight: bold }
nav ul { columns: 17rem; padding-left: 1.2rem }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
th:nth-child(1) { width: 17% }
th:nth-child(2) { width: 21% }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.6rem; border-bottom: 1px solid var(--line) }
tbody tr:nth-child(odd) { background: var(--soft) }
tr:target, section:target > h2 { outline: 2px solid var(--link) }
dl { margin: 0.3rem 0 0; font-size: 0.92em }
dl { display: grid; grid-template-columns: minmax(0, max-content) 1fr; gap: 0 0.7rem }
dd { margin: 0 }
.facts { font-size: 0.92em }
@media (max-width: 46rem) {
  thead { display: none }
  tr, td { display: block }
  tr { padding: 0.5rem 0; border-bottom: 1px solid var(--line) }
  td { border: 0; padding: 0.1rem 0.5rem }
}
""".strip()


def dictionary_html(products: Sequence[type[Product]], facts: Facts) -> str:
    """The page. Everything that comes from a model is escaped."""
    warning = ""
    if about.simulated(facts):
        warning = (
            '<p class="warning">本发布全部为模拟数据，机关均为虚构。 Made-up data: none of these agencies exists.</p>\n'
        )
    entries = "\n".join(_entry(product, facts) for product in products)
    sections = "\n".join(_section(product) for product in products)
    return f"""<!DOCTYPE html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>数据字典 Data dictionary · {escape(about.NAME)} {escape(facts.version)}</title>
<style>
{_STYLE}
</style>
</head>
<body>
<h1>数据字典 <span lang="en">Data dictionary</span> · {escape(about.NAME)} {escape(facts.version)}</h1>
{warning}<p>{escape(about.TITLE_ZH)}的全部数据表和列；没有取值的单元格为空，绝不当作 0。机器可读的版本为
<a href="dictionary.csv">dictionary.csv</a>。</p>
<p lang="en">Every dataset and column of this release. A cell without a value is empty, never 0. For machines:
<a href="dictionary.csv">dictionary.csv</a>, <a href="datapackage.json">datapackage.json</a>.</p>
<nav>
<ul>
{entries}
</ul>
</nav>
{sections}
<footer>
<p>{escape(about.LICENCE_LINE)}</p>
</footer>
</body>
</html>
"""


def _entry(product: type[Product], facts: Facts) -> str:
    name, title_zh, _ = title(product.model)
    rows = f"{facts.rows[name]:,}"
    return f'<li><a href="#{escape(name)}"><code>{escape(name)}</code></a> {escape(title_zh)} ({rows})</li>'


def _section(product: type[Product]) -> str:
    name, title_zh, description = title(product.model)
    rows = "\n".join(_row(name, column) for column in columns(product.model))
    return f"""<section id="{escape(name)}">
<h2><code>{escape(name)}</code> {escape(title_zh)}</h2>
<p><span lang="en">{escape(description)}</span> · <a href="{escape(name)}.csv">CSV</a> ·
<a href="{escape(name)}.parquet">Parquet</a></p>
<table>
<thead><tr><th>列 Column</th><th>类型 Type</th><th>含义</th><th lang="en">Meaning</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</section>"""


def _row(table: str, column: Column) -> str:
    anchor = escape(f"{table}.{column.name}")
    return (
        f'<tr id="{anchor}"><td><a href="#{anchor}"><code>{escape(column.name)}</code></a></td>'
        f'<td class="facts">{_facts(column)}</td>'
        f"<td>{_meaning(column, 0)}</td>"
        f'<td lang="en">{_meaning(column, 1)}</td></tr>'
    )


def _facts(column: Column) -> str:
    """Type, key role, unit, whether it may be empty."""
    found = [escape(column.kind)]
    if column.key:
        found.append("主键 key")
    if column.foreign:
        found.append(f'→ <a href="#{escape(column.foreign)}"><code>{escape(column.foreign)}</code></a>')
    if column.unit:
        found.append(f"[{escape(column.unit)}]")
    found.append("可空 may be empty" if column.nullable else "必填 required")
    return "<br>".join(found)


def _meaning(column: Column, language: int) -> str:
    """Title, description and codes in one language: 0 Chinese, 1 English."""
    heading = (column.title_zh, column.title_en)[language]
    text = (column.description_zh, column.description)[language]
    parts = [f"<strong>{escape(heading)}</strong>"]
    if text:
        parts.append(f"<br>{escape(text)}")
    plain = [code for code, meaning in column.codes.items() if meaning[language] == code]
    if plain:
        parts.append(f"<br>{escape('、'.join(plain))}")
    codes = "".join(
        f"<dt><code>{escape(code)}</code></dt><dd>{escape(meaning[language])}</dd>"
        for code, meaning in column.codes.items()
        if code not in plain
    )
    if codes:
        parts.append(f"<dl>{codes}</dl>")
    return "".join(parts)
