"""The words that accompany a release: read-me, licence, citation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import yaml

from pipelines.descriptors import about
from pipelines.descriptors.facts import Facts
from schemas.desk import TOOLS
from schemas.table import title

if TYPE_CHECKING:
    from schemas.products import Product


def read_me(products: Sequence[type[Product]], facts: Facts) -> str:
    """What lies in the release and how to begin with it."""
    lines = [(*title(product.model), facts.rows[product.name()]) for product in products]
    table = "\n".join(f"| `{name}` | {count} | {zh} | {en} |" for name, zh, en, count in lines)
    warning = ""
    if about.simulated(facts):
        warning = "\n**Made-up data: none of these agencies exists. 本发布全部为模拟数据，机关均为虚构。**\n"
    return f"""# {about.NAME} {facts.version}

Figures from the annual reports on government information disclosure (政府信息公开工作年度报告).
Origin of the documents 文件来源性质: {", ".join(facts.origins)}.
{warning}
| dataset | rows | 内容 | content |
|---|---|---|---|
{table}

Each is here as `<dataset>.parquet` and `<dataset>.csv` (UTF-8, empty for null; in Excel: Data, From Text/CSV, 65001),
and all of them are tables of `nianbao.duckdb`. `dictionary.html` explains every column (`dictionary.csv` is the same
for machines), `manifest.json` has row counts and checksums, and `sha256sum -c SHA256SUMS` checks every file. Programs
find the release described in `datapackage.json` (Frictionless), `dcat.jsonld` (DCAT 3),
`schema-org.jsonld` (schema.org) and `croissant.json`.

每一列的含义见 `dictionary.html`（机器可读的为 `dictionary.csv`）；`manifest.json` 有行数和校验和，
`sha256sum -c SHA256SUMS` 可核对全部文件。

`CHANGELOG.md` tells what changed since the release before this one and why, the dataset `changes` tells it row by row.
与上一版本相比的变动及原因见 `CHANGELOG.md`，逐行见数据集 `changes`。

{_beside(products, facts)}Begin with `observations`: one figure for each agency, year and cell.
建议从 `observations` 开始：每个机关、年度、单元格一行。

    select agency_name, report_year, scope, value from observations
    where indicator = 'result.total' and breakdown = 'total' order by all

An agency may report for its own office and for its whole area: look at `scope` before adding anything up.
同一机关可能既报本机关又报全辖区，汇总前请先看统计口径 `scope`。

Rows with `is_total` are sums that the form prints: never add them to their parts.
`is_total` 为真的行是表中所印的合计，不可与其组成部分相加。

A cell without a number is null with a `status` that says why (`blank`, `mark`, `illegible`, `absent`); it is never 0.
没有数字的单元格取值为空，原因见 status 列；绝不当作 0。
CSV 为 UTF-8 编码；用 Excel 打开请选“数据 → 从文本/CSV”，编码选 65001（UTF-8），否则中文会成乱码。

Cite as 引用格式 (`CITATION.cff`):

> {about.citation(facts, "en")}
>
> {about.citation(facts, "zh")}

Licence 许可: CC BY 4.0, see LICENSE-DATA 见 LICENSE-DATA。
"""


def _beside(products: Sequence[type[Product]], facts: Facts) -> str:
    """What else there is for people: workbooks, slices, everything in one file, the desk of the database."""
    books = [fact.path for fact in facts.files if fact.path.endswith(".xlsx")]
    archives = [fact.path for fact in facts.files if fact.path.endswith(".zip") and fact.slice is None]
    lines = []
    if books:
        named = f"`{books[0]}`" + (f" … `{books[-1]}`" if len(books) > 1 else "")
        sheets = ", ".join(f"`{product.name()}`" for product in products if product.in_workbook)
        lines.append(f"- Excel: {named}: {sheets} and a dictionary 以及数据字典。")
    if any(fact.slice is not None for fact in facts.files):
        lines.append(
            "- `slices/`: the large tables by year and by province (first two digits of the division code; 00 where "
            "the agency lies in none), each a zipped CSV file "
            "大表按年度、按省（区划代码前两位，不在任何省内的为 00）的分片，均为压缩的 CSV 文件。"
        )
    lines.append(
        "- `nianbao.duckdb` has views and macros too 另有视图和宏: "
        + ", ".join(f"`{tool.name}{f'({tool.parameters})' if tool.parameters else ''}`" for tool in TOOLS)
        + "."
    )
    if archives:
        lines.append(f"- `{archives[0]}`: all of this in one file, each dataset whole 全部内容打包（不含分片）。")
    return "\n".join(lines) + "\n\n"


def licence(facts: Facts) -> str:
    """The licence statement of the release."""
    return f"""Licence of the data
===================

This compilation - the tables, code lists, descriptions and metadata of release {facts.version} of nianbao - is made
available under the

    Creative Commons Attribution 4.0 International licence (CC BY 4.0)
    {about.LICENCE_URL}legalcode

You may copy, share, adapt and build upon it for any purpose, also commercially, if you give credit, link to the
licence and say whether you changed anything. Credit it like this:

    {about.citation(facts, "en")}

No right is claimed in the reports themselves. They are documents of the bureaus that issued them, published by those
bureaus as their duty under the Regulations on the Disclosure of Government Information (State Council Order No. 711).
The figures are the bureaus' statements, read, arranged and checked here. Every number names the document and the place
that it was read from: where anything hangs on it, look there.

The data come without any warranty; see section 5 of the licence.


数据许可
========

本数据汇编，即 nianbao {facts.version} 版的数据表、代码表、说明和元数据，依据下列许可协议提供：

    知识共享 署名 4.0 国际许可协议（CC BY 4.0）
    {about.LICENCE_URL}legalcode.zh-hans

只要注明出处、给出许可协议链接并说明是否作了修改，任何人都可以为任何目的（包括商业目的）复制、传播、改编和再利用。引用格式：

    {about.citation(facts, "zh")}

对年度报告本身不主张任何权利。年度报告由各行政机关依据《中华人民共和国政府信息公开条例》（国务院令第711号）制作并公开。
数字是各机关自己的陈述，这里只作读取、整理和核对。每个数字都注明所出自的文件和位置，重要用途请核对原件。

数据不附带任何担保（见许可协议第五条）。
"""


def citation_file(facts: Facts) -> str:
    """``CITATION.cff`` of the release: https://github.com/citation-file-format/citation-file-format, version 1.2."""
    content: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": f"{about.citation(facts, 'en')} / {about.citation(facts, 'zh')}",
        "type": "dataset",
        "title": f"{about.NAME}: {about.TITLE_EN}",
        "abstract": f"{about.description(facts, 'en')} {about.description(facts, 'zh')}",
        "authors": [{"name": about.PUBLISHER_EN}],
        "version": facts.version,
        "date-released": facts.issued,
        "license": about.LICENCE_NAME,
        "keywords": [*about.KEYWORDS_EN, *about.KEYWORDS_ZH],
    }
    if facts.base_url:
        content["url"] = facts.address()
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
