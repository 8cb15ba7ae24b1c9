"""DCAT 3 in JSON-LD, with what the application profile DCAT-AP 3 asks for: https://www.w3.org/TR/vocab-dcat-3/ and
https://semiceu.github.io/DCAT-AP/releases/3.0.0/.

All releases are a ``dcat:DatasetSeries``; this one is a ``dcat:Dataset`` in it, with the whole files as distributions
(a national release has thousands of slices, which repeat their rows; ``manifest.json`` lists them). Addresses are
relative to the file where no base is known. The context is part of the file: nothing has to be fetched to read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pipelines.descriptors import about
from pipelines.descriptors.facts import Facts, FileFact
from schemas.table import title

if TYPE_CHECKING:
    from schemas.products import Product

Node = dict[str, Any]

_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_THEME = f"{_AUTHORITY}data-theme/GOVE"
_THEMES = f"{_AUTHORITY}data-theme"
_CHINA = f"{_AUTHORITY}country/CHN"
_LANGUAGES = [f"{_AUTHORITY}language/ZHO", f"{_AUTHORITY}language/ENG"]
_IANA = "https://www.iana.org/assignments/media-types/"
# File types of the authority table; it has none for DuckDB, and BIN for what it does not know.
_FORMATS = {".csv": "CSV", ".parquet": "PARQUET", ".xlsx": "XLSX", ".zip": "ZIP"}

_CONTEXT: Node = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def catalogue(products: Sequence[type[Product]], facts: Facts) -> Node:
    """The catalogue of the publisher with the series, this release and its distributions, as a JSON-LD document."""
    files = [fact for fact in facts.files if fact.slice is None]
    titles = {product.name(): title(product.model) for product in products}
    return {
        "@context": _CONTEXT,
        "@graph": [
            _catalog(facts),
            _series(facts),
            _dataset(facts, files),
            *(_distribution(facts, fact, titles) for fact in files),
            *_standards(facts, titles),
            _publisher(facts),
            *_vocabulary(),
        ],
    }


def _catalog(facts: Facts) -> Node:
    return {
        "@id": facts.address_above("#catalogue"),
        "@type": "dcat:Catalog",
        "dcterms:title": _both(about.TITLE_ZH, about.TITLE_EN),
        "dcterms:description": _descriptions(facts),
        "dcterms:publisher": _ref(_publisher_id(facts)),
        "dcterms:language": [_ref(language) for language in _LANGUAGES],
        "dcterms:license": _ref(about.LICENCE_URL),
        "dcterms:spatial": _ref(_CHINA),
        "dcterms:modified": _day(facts.issued),
        "dcat:themeTaxonomy": _ref(_THEMES),
        "foaf:homepage": _ref(facts.address_above()),
        "dcat:dataset": [_ref(_series_id(facts)), _ref(facts.address())],
    }


def _series(facts: Facts) -> Node:
    return {
        "@id": _series_id(facts),
        "@type": "dcat:DatasetSeries",
        "dcterms:title": _both(about.TITLE_ZH, about.TITLE_EN),
        "dcterms:modified": _day(facts.issued),
        "dcterms:accrualPeriodicity": _ref(f"{_AUTHORITY}frequency/IRREG"),
        "dcat:last": _ref(facts.address()),
        **_common(facts),
    }


def _dataset(facts: Facts, files: Sequence[FileFact]) -> Node:
    node = {
        "@id": facts.address(),
        "@type": "dcat:Dataset",
        "dcterms:title": _both(f"{about.TITLE_ZH}（{facts.version} 版）", f"{about.TITLE_EN}, release {facts.version}"),
        "dcterms:identifier": f"{about.NAME}-{facts.version}",
        "dcterms:issued": _day(facts.issued),
        "dcterms:bibliographicCitation": _both(about.citation(facts, "zh"), about.citation(facts, "en")),
        "dcterms:provenance": {
            "@type": "dcterms:ProvenanceStatement",
            "rdfs:label": _both(about.SOURCE_ZH, about.SOURCE_EN),
        },
        "dcat:version": facts.version,
        "dcat:inSeries": _ref(_series_id(facts)),
        "dcat:landingPage": _ref(facts.address("README.md")),
        "foaf:page": [_ref(facts.address("dictionary.html")), _ref(facts.address("dictionary.csv"))],
        "dcterms:conformsTo": _ref(facts.address("datapackage.json")),
        "dcat:distribution": [_ref(_distribution_id(facts, fact)) for fact in files],
        **_common(facts),
    }
    if facts.previous_version is not None:
        previous = _ref(facts.address_above(f"{facts.previous_version}/"))
        node |= {"dcat:prev": previous, "dcat:previousVersion": previous}
    return node


def _common(facts: Facts) -> Node:
    """What holds of one release as of all of them."""
    node: Node = {
        "dcterms:description": _descriptions(facts),
        "dcterms:publisher": _ref(_publisher_id(facts)),
        "dcterms:creator": _ref(_publisher_id(facts)),
        "dcterms:language": [_ref(language) for language in _LANGUAGES],
        "dcterms:license": _ref(about.LICENCE_URL),
        "dcterms:accessRights": _ref(f"{_AUTHORITY}access-right/PUBLIC"),
        "dcterms:spatial": _ref(_CHINA),
        "dcat:theme": _ref(_THEME),
        "dcat:keyword": [_text("zh", word) for word in about.KEYWORDS_ZH]
        + [_text("en", word) for word in about.KEYWORDS_EN],
        "dcat:contactPoint": {
            "@type": ["vcard:Kind", "vcard:Organization"],
            "vcard:fn": about.PUBLISHER_EN,
            "vcard:hasURL": _ref(facts.address("README.md")),
        },
    }
    if facts.years is not None:
        first, last = facts.years
        node["dcterms:temporal"] = {
            "@type": "dcterms:PeriodOfTime",
            "dcat:startDate": _day(f"{first}-01-01"),
            "dcat:endDate": _day(f"{last}-12-31"),
        }
    return node


def _distribution(facts: Facts, fact: FileFact, titles: dict[str, tuple[str, str, str]]) -> Node:
    suffix = PurePosixPath(fact.path).suffix
    name, title_zh, description = titles.get(
        fact.product or "", ("", "多个数据表合为一个文件", "Several datasets in one file")
    )
    node: Node = {
        "@id": _distribution_id(facts, fact),
        "@type": "dcat:Distribution",
        "dcterms:title": fact.path,
        "dcterms:description": _both(title_zh, description),
        "dcterms:issued": _day(facts.issued),
        "dcterms:license": _ref(about.LICENCE_URL),
        "dcterms:conformsTo": _ref(facts.address(f"dictionary.html#{name}" if name else "dictionary.html")),
        "dcat:accessURL": _ref(facts.address(fact.path)),
        "dcat:downloadURL": _ref(facts.address(fact.path)),
        "dcat:mediaType": _ref(_IANA + fact.media_type),
        "dcterms:format": _ref(f"{_AUTHORITY}file-type/{_FORMATS.get(suffix, 'BIN')}"),
        "dcatap:availability": _ref(f"{_AUTHORITY}planned-availability/STABLE"),
    }
    if suffix == ".zip":
        node["dcat:packageFormat"] = _ref(_IANA + fact.media_type)
    if fact.bytes is not None:
        node["dcat:byteSize"] = {"@value": str(fact.bytes), "@type": "xsd:nonNegativeInteger"}
    if fact.sha256 is not None:
        node["spdx:checksum"] = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _ref("spdx:checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@value": fact.sha256, "@type": "xsd:hexBinary"},
        }
    return node


def _standards(facts: Facts, titles: dict[str, tuple[str, str, str]]) -> list[Node]:
    """What files conform to: the columns of each dataset in the data dictionary, the schemas of the data package."""
    found = [
        {
            "@id": facts.address(f"dictionary.html#{name}"),
            "@type": "dcterms:Standard",
            "dcterms:title": _both(f"数据字典：{title_zh}", f"Data dictionary: {name}"),
        }
        for name, (_, title_zh, _) in titles.items()
    ]
    whole = {"dictionary.html": ("数据字典", "Data dictionary"), "datapackage.json": ("数据包描述", "Data package")}
    for path, (title_zh, title_en) in whole.items():
        types = ["dcterms:Standard", "foaf:Document"] if path == "dictionary.html" else "dcterms:Standard"
        found.append({"@id": facts.address(path), "@type": types, "dcterms:title": _both(title_zh, title_en)})
    return found


def _publisher(facts: Facts) -> Node:
    return {
        "@id": _publisher_id(facts),
        "@type": "foaf:Agent",
        "foaf:name": _both(about.PUBLISHER_ZH, about.PUBLISHER_EN),
    }


def _vocabulary() -> list[Node]:
    """Terms of controlled vocabularies with a word or two, for readers that look nothing up."""
    return [
        {
            "@id": _THEMES,
            "@type": "skos:ConceptScheme",
            "dcterms:title": _text("en", "Data theme"),
        },
        {
            "@id": _THEME,
            "@type": "skos:Concept",
            "skos:inScheme": _ref(_THEMES),
            "skos:prefLabel": _both("政府与公共部门", "Government and public sector"),
        },
        {"@id": _CHINA, "@type": "dcterms:Location", "skos:prefLabel": _both("中国", "China")},
        {
            "@id": about.LICENCE_URL,
            "@type": "dcterms:LicenseDocument",
            "dcterms:title": about.LICENCE_TITLE,
            "dcterms:type": _ref("http://purl.org/adms/licencetype/Attribution"),
        },
    ]


def _series_id(facts: Facts) -> str:
    return facts.address_above("#series")


def _publisher_id(facts: Facts) -> str:
    return facts.address_above("#publisher")


def _distribution_id(facts: Facts, fact: FileFact) -> str:
    return facts.address(f"dcat.jsonld#{fact.path}")


def _ref(iri: str) -> Node:
    return {"@id": iri}


def _text(language: str, text: str) -> Node:
    return {"@value": text, "@language": language}


def _both(zh: str, en: str) -> list[Node]:
    return [_text("zh", zh), _text("en", en)]


def _descriptions(facts: Facts) -> list[Node]:
    return _both(about.description(facts, "zh"), about.description(facts, "en"))


def _day(day: str) -> Node:
    return {"@value": day, "@type": "xsd:date"}
