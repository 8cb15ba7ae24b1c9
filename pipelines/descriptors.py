"""The words that accompany a release: data dictionary, Frictionless data package, read-me, licence.

All of it is derived from the models and the products; the only clock in it is the version.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schemas.table import dictionary, table_schema, title

if TYPE_CHECKING:
    from schemas.products import Product

LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
LICENCE = f"""The compilation in this folder is licensed under the Creative Commons Attribution 4.0
International licence (CC BY 4.0), {LICENCE_URL}legalcode

No right is claimed in the reports themselves, which are published by the agencies named in them.
Suggested attribution: nianbao, release VERSION, compiled from the annual reports on government information disclosure
of the agencies named.

本目录中的数据汇编依知识共享署名 4.0 国际许可协议（CC BY 4.0）发布。对各机关所发布的年度报告本身不主张任何权利。
"""


def dictionary_csv(products: Sequence[type[Product]]) -> str:
    """Every column of every dataset: titles, description, unit and codes, as the models state them."""
    rows = [row for product in products for row in dictionary(product.model)]
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def data_package(products: Sequence[type[Product]], version: str, rows: dict[str, int]) -> dict[str, Any]:
    """A Frictionless Data Package (v1) over the CSV files of the release."""
    return {
        "profile": "tabular-data-package",
        "name": "nianbao",
        "title": "政府信息公开工作年度报告 open data",
        "version": version,
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE_URL, "title": "Creative Commons Attribution 4.0"}],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": product.name(),
                "title": " ".join(title(product.model)[1:]),
                "path": f"{product.name()}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "rows": rows[product.name()],
                "schema": table_schema(product.model),
            }
            for product in products
        ],
    }


def read_me(products: Sequence[type[Product]], version: str, rows: dict[str, int], origins: Sequence[str]) -> str:
    """What lies in the release and how to begin with it."""
    lines = [(*title(product.model), rows[product.name()]) for product in products]
    table = "\n".join(f"| `{name}` | {count} | {zh} | {en} |" for name, zh, en, count in lines)
    warning = ""
    if "simulated" in origins:
        warning = "\n**Made-up data: none of these agencies exists. 本发布全部为模拟数据，机关均为虚构。**\n"
    return f"""# nianbao {version}

Figures from the annual reports on government information disclosure (政府信息公开工作年度报告).
Origin of the documents 文件来源性质: {", ".join(origins)}.
{warning}
| dataset | rows | 内容 | content |
|---|---|---|---|
{table}

Each is here as `<dataset>.parquet` and `<dataset>.csv` (UTF-8, empty for null; in Excel: Data, From Text/CSV, 65001),
and all of them are tables of `nianbao.duckdb`. `dictionary.csv` explains every column, `datapackage.json` describes the
CSV files for machines, `manifest.json` has row counts and checksums, and `sha256sum -c SHA256SUMS` checks every file.
Begin with `observations`: one figure for each agency, year and cell.

    select agency_name, report_year, value from observations
    where indicator = 'result.total' and breakdown = 'total' order by all

A cell without a number is null with a `status` that says why (`blank`, `mark`, `illegible`, `absent`); it is never 0.
没有数字的单元格取值为空，原因见 status 列；绝不当作 0。
CSV 为 UTF-8 编码；用 Excel 打开请选“数据 → 从文本/CSV”，编码选 65001（UTF-8），否则中文会成乱码。

Licence: CC BY 4.0, see LICENSE-DATA.
"""


def licence(version: str) -> str:
    """The licence text of the release."""
    return LICENCE.replace("VERSION", version)
