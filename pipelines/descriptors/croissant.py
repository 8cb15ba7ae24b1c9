"""Croissant 1.1, for those who load the data into programs that learn: https://docs.mlcommons.org/croissant/.

Records are read from the Parquet files, whose types need no guessing; the CSV files stand beside them. What has no
checksum that holds (the DuckDB file, the workbook, the archive) has no place in this format.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipelines.descriptors import about
from pipelines.descriptors.facts import Facts, FileFact
from schemas.table import Column, columns, key, title

if TYPE_CHECKING:
    from schemas.products import Product

Node = dict[str, Any]

_TYPES = {"integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean", "string": "sc:Text"}
# The reader of the format knows Parquet by its older name alone.
_READ_AS = {"application/vnd.apache.parquet": ["application/vnd.apache.parquet", "application/x-parquet"]}
_LANGUAGES = {"@container": "@language"}
# The context that the specification prescribes; readers compare it.
_CONTEXT: Node = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{
        term: f"cr:{term}"
        for term in (
            *("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject"),
            *("fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5"),
            *("parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate"),
            *("separator", "source", "subField", "transform"),
        )
    },
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": _LANGUAGES,
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": _LANGUAGES,
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
}


def croissant(products: Sequence[type[Product]], facts: Facts) -> Node:
    """The release: its CSV and Parquet files, and the records of each dataset with keys and references."""
    node: Node = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": {"en": about.NAME, "zh": about.TITLE_ZH},
        "alternateName": about.TITLE_EN,
        "description": {language: about.description(facts, language) for language in ("en", "zh")},
        "version": _semantic(facts.version),
        "datePublished": facts.issued,
        "license": about.LICENCE_URL,
        "url": facts.address("README.md"),
        "citeAs": about.citation(facts, "en"),
        "creator": {"@type": "sc:Organization", "name": {"en": about.PUBLISHER_EN, "zh": about.PUBLISHER_ZH}},
        "inLanguage": ["zh", "en"],
        "keywords": [*about.KEYWORDS_EN, *about.KEYWORDS_ZH],
        "isLiveDataset": False,
        "distribution": [_file(facts, fact) for fact in facts.files if fact.product and fact.slice is None],
        "recordSet": [_records(product) for product in products],
    }
    return node


def _semantic(version: str) -> str:
    """``2026.01.05.2`` as Semantic Versioning writes it, without leading zeros: ``2026.1.5+2``."""
    year, month, day, *number = version.split(".")
    return f"{year}.{int(month)}.{int(day)}" + (f"+{number[0]}" if number else "")


def _file(facts: Facts, fact: FileFact) -> Node:
    return {
        "@type": "cr:FileObject",
        "@id": fact.path,
        "name": {"en": fact.path},
        "contentUrl": facts.address(fact.path),
        "contentSize": f"{fact.bytes} B",
        "encodingFormat": _READ_AS.get(fact.media_type, fact.media_type),
        "sha256": fact.sha256,
    }


def _records(product: type[Product]) -> Node:
    name, title_zh, description = title(product.model)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": {"en": name, "zh": title_zh},
        "description": {"en": description},
        "key": [{"@id": f"{name}/{column}"} for column in key(product.model)],
        "field": [_field(name, column) for column in columns(product.model)],
    }


def _field(table: str, column: Column) -> Node:
    node: Node = {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": {"en": column.name, "zh": column.title_zh},
        "description": _explained(column),
        "dataType": _TYPES[column.kind],
        "source": {"fileObject": {"@id": f"{table}.parquet"}, "extract": {"column": column.name}},
    }
    if column.foreign:
        node["references"] = {"field": {"@id": column.foreign.replace(".", "/")}}
    return node


def _explained(column: Column) -> dict[str, str]:
    """Title, description, unit and codes, apart by language."""
    zh = "：".join(part for part in (column.title_zh, column.description_zh) if part)
    en = ": ".join(part for part in (column.title_en, column.description) if part)
    if column.unit:
        zh, en = f"{zh} [{column.unit}]", f"{en} [{column.unit}]"
    if column.codes:
        zh += "（" + "；".join(f"{code} = {meaning}" for code, (meaning, _) in column.codes.items()) + "）"
        en += " (" + "; ".join(f"{code} = {meaning}" for code, (_, meaning) in column.codes.items()) + ")"
    return {"en": en, "zh": zh}
