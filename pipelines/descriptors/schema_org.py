"""A schema.org ``Dataset`` in JSON-LD, for search engines: https://schema.org/Dataset and
https://developers.google.com/search/docs/appearance/structured-data/dataset.

The context is a part of the file: nothing has to be fetched to read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipelines.descriptors import about
from pipelines.descriptors.facts import Facts, FileFact
from schemas.crosswalk import series_labels
from schemas.table import title

if TYPE_CHECKING:
    from schemas.products import Product

Node = dict[str, Any]

_IRI = {"@type": "@id"}
_CONTEXT: Node = {"@vocab": "https://schema.org/", "contentUrl": _IRI, "license": _IRI, "sameAs": _IRI, "url": _IRI}


def dataset(products: Sequence[type[Product]], facts: Facts) -> Node:
    """The release with its whole files; measured are the series of the crosswalk, which hold over the forms."""
    titles = {product.name(): title(product.model) for product in products}
    publisher = {"@type": "Organization", "name": about.PUBLISHER_EN, "alternateName": about.PUBLISHER_ZH}
    node: Node = {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": facts.address(),
        "url": facts.address(),
        "identifier": f"{about.NAME}-{facts.version}",
        "name": f"{about.TITLE_EN} {about.TITLE_ZH}",
        "alternateName": [about.NAME, about.TITLE_ZH],
        "description": f"{about.description(facts, 'en')}\n\n{about.description(facts, 'zh')}",
        "inLanguage": ["zh", "en"],
        "keywords": [*about.KEYWORDS_ZH, *about.KEYWORDS_EN],
        "version": facts.version,
        "datePublished": facts.issued,
        "license": about.LICENCE_URL,
        "isAccessibleForFree": True,
        "creator": publisher,
        "publisher": publisher,
        "citation": [about.citation(facts, "en"), about.citation(facts, "zh")],
        "spatialCoverage": {"@type": "Place", "name": "China", "alternateName": "中国"},
        "includedInDataCatalog": {"@type": "DataCatalog", "name": about.NAME, "url": facts.address_above()},
        "variableMeasured": [
            {"@type": "PropertyValue", "propertyID": code, "name": label_en, "alternateName": label_zh}
            for code, (label_zh, label_en) in series_labels().items()
        ],
        "distribution": [_download(facts, fact, titles) for fact in facts.files if fact.slice is None],
    }
    if facts.years is not None:
        node["temporalCoverage"] = f"{facts.years[0]}-01-01/{facts.years[1]}-12-31"
    return node


def _download(facts: Facts, fact: FileFact, titles: dict[str, tuple[str, str, str]]) -> Node:
    node: Node = {
        "@type": "DataDownload",
        "name": fact.path,
        "contentUrl": facts.address(fact.path),
        "encodingFormat": fact.media_type,
    }
    if fact.product in titles:
        _, title_zh, description = titles[fact.product]
        node["description"] = f"{title_zh} · {description}"
    if fact.bytes is not None:
        node["contentSize"] = f"{fact.bytes} B"
    if fact.sha256 is not None:
        node["sha256"] = fact.sha256
    return node
