"""What describes a release to people and to machines, each descriptor derived from the models and a few facts."""

from __future__ import annotations

from pipelines.descriptors.about import LICENCE_LINE
from pipelines.descriptors.croissant import croissant
from pipelines.descriptors.datapackage import data_package
from pipelines.descriptors.dcat import catalogue
from pipelines.descriptors.dictionary import dictionary_csv
from pipelines.descriptors.facts import Facts, FileFact, media_type
from pipelines.descriptors.page import dictionary_html
from pipelines.descriptors.schema_org import dataset
from pipelines.descriptors.words import citation_file, licence, read_me
from pipelines.release import to_json
from schemas.products import PRODUCTS

__all__ = ["LICENCE_LINE", "Facts", "FileFact", "dictionary_csv", "media_type", "texts"]


def texts(facts: Facts) -> dict[str, str]:
    """File name -> text of every descriptor of a release (UTF-8, lines end with ``\\n``). The same facts give the same
    text. Raises ``KeyError`` where a dataset has no number of rows."""
    return {
        "README.md": read_me(PRODUCTS, facts),
        "LICENSE-DATA": licence(facts),
        "CITATION.cff": citation_file(facts),
        "dictionary.csv": dictionary_csv(PRODUCTS),
        "dictionary.html": dictionary_html(PRODUCTS, facts),
        "datapackage.json": to_json(data_package(PRODUCTS, facts)),
        "dcat.jsonld": to_json(catalogue(PRODUCTS, facts)),
        "schema-org.jsonld": to_json(dataset(PRODUCTS, facts)),
        "croissant.json": to_json(croissant(PRODUCTS, facts)),
    }
