"""Frictionless Data Package, version 1 of the specification: the CSV files with their schemas, keys and checksums.

Slices repeat rows of the whole files; as resources of their own they would have every row validated twice, and a
package of a national release would list thousands. They stand in ``manifest.json``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipelines.descriptors import about
from pipelines.descriptors.facts import Facts
from schemas.table import table_schema, title

if TYPE_CHECKING:
    from schemas.products import Product


def data_package(products: Sequence[type[Product]], facts: Facts) -> dict[str, Any]:
    """The package; its paths are relative to the file itself, wherever it lies."""
    package = {
        "profile": "tabular-data-package",
        "name": about.NAME,
        "title": f"{about.TITLE_ZH} {about.TITLE_EN}",
        "description": f"{about.description(facts, 'zh')}\n\n{about.description(facts, 'en')}",
        "version": facts.version,
        "licenses": [{"name": about.LICENCE_NAME, "path": about.LICENCE_URL, "title": about.LICENCE_TITLE}],
        "contributors": [{"title": f"{about.PUBLISHER_ZH} {about.PUBLISHER_EN}", "role": "publisher"}],
        "sources": [{"title": f"{about.SOURCE_ZH} {about.SOURCE_EN}"}],
        "keywords": [*about.KEYWORDS_ZH, *about.KEYWORDS_EN],
        "resources": [_resource(product, facts) for product in products],
    }
    if facts.base_url:
        package["homepage"] = facts.address()
    return package


def _resource(product: type[Product], facts: Facts) -> dict[str, Any]:
    name, title_zh, description = title(product.model)
    resource: dict[str, Any] = {
        "profile": "tabular-data-resource",
        "name": name,
        "title": title_zh,
        "description": description,
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "rows": facts.rows[name],
    }
    fact = facts.file(f"{name}.csv")
    if fact is not None and fact.bytes is not None and fact.sha256 is not None:
        resource |= {"bytes": fact.bytes, "hash": f"sha256:{fact.sha256}"}
    return resource | {"schema": table_schema(product.model)}
