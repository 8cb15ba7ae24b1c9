"""Every descriptor of a release in the hands of the program that it is written for; and each of them broken, noticed.

Nothing is fetched: the contexts are parts of the files.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pyarrow.parquet as pq
import pytest
import yaml

from schemas.products import PRODUCTS
from schemas.table import columns

pytestmark = [
    # Of other people's code: what they have not done yet about newer versions of what they use.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

DCAT = "http://www.w3.org/ns/dcat#"
DCTERMS = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
SPDX = "http://spdx.org/rdf/terms#"
SDO = "https://schema.org/"

# DCAT-AP 3.0.0: class -> (mandatory, recommended). Of the recommended ones three are left out on purpose: the type of
# the publisher (an agent) and the day of the first release (of the catalogue), which nobody told us, and the outline of
# China, which its entry in the authority table stands for.
DCAT_AP = {
    DCAT + "Catalog": (
        [DCTERMS + "title", DCTERMS + "description", DCTERMS + "publisher"],
        [
            *(DCTERMS + name for name in ("language", "license", "modified", "spatial")),
            *(DCAT + "themeTaxonomy", DCAT + "dataset", FOAF + "homepage"),
        ],
    ),
    DCAT + "DatasetSeries": (
        [DCTERMS + "title", DCTERMS + "description"],
        [
            *(DCTERMS + name for name in ("publisher", "spatial", "temporal", "accrualPeriodicity", "modified")),
            DCAT + "contactPoint",
        ],
    ),
    DCAT + "Dataset": (
        [DCTERMS + "title", DCTERMS + "description"],
        [
            *(DCTERMS + name for name in ("publisher", "spatial", "temporal")),
            *(DCAT + name for name in ("contactPoint", "distribution", "keyword", "theme")),
            # Of DCAT 3 itself, and asked for by us.
            *(DCTERMS + name for name in ("identifier", "issued", "accessRights", "language", "license", "conformsTo")),
            *(DCAT + name for name in ("version", "inSeries", "landingPage")),
            FOAF + "page",
        ],
    ),
    DCAT + "Distribution": (
        [DCAT + "accessURL"],
        [
            *(DCTERMS + name for name in ("description", "format", "license", "title", "conformsTo")),
            *(DCAT + "downloadURL", DCAT + "mediaType", "http://data.europa.eu/r5r/availability"),
        ],
    ),
    FOAF + "Agent": ([FOAF + "name"], []),
    DCTERMS + "LicenseDocument": ([], [DCTERMS + "type"]),
    DCTERMS + "PeriodOfTime": ([], [DCAT + "startDate", DCAT + "endDate"]),
    SPDX + "Checksum": ([SPDX + "algorithm", SPDX + "checksumValue"], []),
    "http://www.w3.org/2004/02/skos/core#Concept": (["http://www.w3.org/2004/02/skos/core#prefLabel"], []),
    "http://www.w3.org/2004/02/skos/core#ConceptScheme": ([DCTERMS + "title"], []),
}
# https://github.com/citation-file-format/citation-file-format, version 1.2.0
CFF_REQUIRED = {"cff-version", "message", "title", "authors"}
CFF_ALLOWED = CFF_REQUIRED | {
    *("abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license", "license-url"),
    *("preferred-citation", "references", "repository", "repository-artifact", "repository-code", "type", "url"),
    "version",
}


@pytest.fixture(scope="module", autouse=True)
def offline() -> Iterator[None]:
    """Whoever asks for an address is told, by failing, that nothing may be fetched."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was to be fetched")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", refuse)
        patch.setattr(socket.socket, "connect", refuse)
        yield


@pytest.fixture
def broken(release: Path, tmp_path: Path) -> Path:
    """A copy of the release to be spoiled: its descriptors and the small files of some datasets."""
    for path in release.iterdir():
        if path.suffix != ".duckdb" and path.is_file() and path.stat().st_size < 1_000_000:
            shutil.copy(path, tmp_path)
    return tmp_path


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def spoil(path: Path, change: Callable[[Any], object]) -> None:
    content = read_json(path)
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


# --------------------------------------------------------------------------------------------------- Frictionless


def frictionless_errors(folder: Path, *names: str) -> list[str]:
    """What `frictionless validate datapackage.json` reports, of all resources or of those named."""
    from frictionless import Package, system

    with system.use_context(trusted=True):
        package = Package(str(folder / "datapackage.json"))
        if names:
            for resource in [*package.resources]:
                if resource.name not in names:
                    package.remove_resource(str(resource.name))
        report = package.validate()
    return [": ".join(row) for row in report.flatten(["type", "message"])]


def test_frictionless_finds_every_csv_file_as_the_package_says(release: Path) -> None:
    assert frictionless_errors(release) == []


def test_the_package_describes_every_product_with_size_and_checksum(release: Path) -> None:
    package = read_json(release / "datapackage.json")
    manifest = read_json(release / "manifest.json")
    assert [resource["name"] for resource in package["resources"]] == [product.name() for product in PRODUCTS]
    for resource in package["resources"]:
        stated = manifest["files"][resource["path"]]
        assert resource["bytes"] == stated["bytes"]
        assert resource["hash"] == "sha256:" + stated["sha256"]
        assert resource["rows"] == manifest["rows"][resource["name"]]
        assert resource["schema"]["missingValues"] == [""]
        assert resource["schema"]["primaryKey"]
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert package["contributors"]
    assert package["sources"]
    assert package["keywords"]


def test_codes_are_text_in_every_schema(release: Path) -> None:
    """A form is 2021 and a division 350128: whoever lets a program infer types gets numbers, and loses zeros."""
    package = read_json(release / "datapackage.json")
    types = {
        (resource["name"], field["name"]): field["type"]
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
    }
    coded = {place for place in types if place[1].endswith(("_id", "_code")) or place[1] in ("form", "breakdown")}
    assert {("observations", "form"), ("agencies", "division_code"), ("documents", "document_id")} <= coded
    assert {types[place] for place in coded} == {"string"}
    fields = {column.name for product in PRODUCTS for column in columns(product.model) if column.codes}
    assert {kind for (_, name), kind in types.items() if name in fields and name != "kind"} == {"string"}


def test_every_reference_leads_to_the_key_of_a_dataset(release: Path) -> None:
    resources = {resource["name"]: resource for resource in read_json(release / "datapackage.json")["resources"]}
    count = 0
    for resource in resources.values():
        for foreign in resource["schema"].get("foreignKeys", []):
            target = resources[foreign["reference"]["resource"]]["schema"]
            assert target["primaryKey"] == foreign["reference"]["fields"]
            count += 1
    assert count > 10


def test_frictionless_notices_a_wrong_checksum_a_foreign_value_and_a_column_gone(broken: Path) -> None:
    def unhash(package: Any) -> None:
        package["resources"][2]["hash"] = "sha256:" + "0" * 64

    assert frictionless_errors(broken, "reports", "agencies", "documents") == []
    spoil(broken / "datapackage.json", unhash)
    assert any("hash" in error for error in frictionless_errors(broken, "reports", "agencies", "documents"))

    def undo(package: Any) -> None:
        for resource in package["resources"]:
            resource.pop("hash", None)
            resource.pop("bytes", None)

    spoil(broken / "datapackage.json", undo)
    path = broken / "reports.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",transcription", ",hearsay", 1), encoding="utf-8")
    assert any("hearsay" in error for error in frictionless_errors(broken, "reports", "agencies", "documents"))
    path.write_text(
        re.sub("(?m)^r-[0-9a-f]{16},a[0-9]{6}", r"r-0123456789abcdef,a999999", text, count=1), encoding="utf-8"
    )
    assert any("a999999" in error for error in frictionless_errors(broken, "reports", "agencies", "documents"))
    path.write_text(text.replace("report_year,", "year,", 1), encoding="utf-8")
    assert any("label" in error for error in frictionless_errors(broken, "reports", "agencies", "documents"))


# ------------------------------------------------------------------------------------------------------ Croissant


def croissant(folder: Path) -> Any:
    """The data set as mlcroissant understands it. Raises ``ValidationError`` where the file is wrong."""
    import mlcroissant

    return mlcroissant.Dataset(jsonld=folder / "croissant.json")


@pytest.fixture(scope="module")
def dataset(release: Path) -> Any:
    return croissant(release)


def test_mlcroissant_has_nothing_to_say_against_it(dataset: Any) -> None:
    issues = dataset.metadata.issues
    assert (issues.errors, issues.warnings) == (set(), set())


def test_croissant_has_every_csv_and_parquet_file_with_its_checksum(release: Path) -> None:
    found = read_json(release / "croissant.json")
    stated = read_json(release / "manifest.json")["files"]
    assert {item["@id"]: item["sha256"] for item in found["distribution"]} == {
        f"{product.name()}.{kind}": stated[f"{product.name()}.{kind}"]["sha256"]
        for product in PRODUCTS
        for kind in ("csv", "parquet")
    }
    assert [item["@id"] for item in found["recordSet"]] == [product.name() for product in PRODUCTS]


@pytest.mark.parametrize("name", ["reports", "observations", "findings"])
def test_mlcroissant_loads_the_records_as_they_are(release: Path, dataset: Any, name: str) -> None:
    """Also where a dataset refers to others: the reader joins them, which must neither double nor change a row."""
    table = pq.read_table(release / f"{name}.parquet").to_pylist()
    loaded = list(dataset.records(name))
    plain = [
        {key.partition("/")[2]: value.decode() if isinstance(value, bytes) else value for key, value in record.items()}
        for record in loaded
    ]
    assert plain == table


def test_mlcroissant_notices_a_field_without_a_source_and_a_file_that_changed(broken: Path) -> None:
    from mlcroissant import ValidationError

    def shorten(content: Any) -> None:
        """What `reports` refers to is enough here; the whole takes seconds."""
        kept = ("reports", "agencies", "documents")
        content["recordSet"] = [item for item in content["recordSet"] if item["@id"] in kept]

    spoil(broken / "croissant.json", shorten)
    assert list(croissant(broken).records("reports"))
    with (broken / "reports.parquet").open("ab") as handle:
        handle.write(b"x")
    with pytest.raises(Exception, match=r"Download\(reports.parquet\)"):
        list(croissant(broken).records("reports"))

    def lose(content: Any) -> None:
        content["distribution"] = [item for item in content["distribution"] if item["@id"] != "reports.parquet"]

    spoil(broken / "croissant.json", lose)
    with pytest.raises(ValidationError, match="reports"):
        croissant(broken)


# ------------------------------------------------------------------------------------------------ DCAT, schema.org


def graph(path: Path) -> Any:
    """The triples of a JSON-LD file, its relative addresses seen from where it lies."""
    import rdflib

    return rdflib.Graph().parse(path, format="json-ld")


def missing_properties(path: Path) -> list[str]:
    """What DCAT-AP asks for and a node of ``dcat.jsonld`` has not."""
    import rdflib

    triples = graph(path)
    lacking = []
    for kind, (mandatory, recommended) in DCAT_AP.items():
        nodes = list(triples.subjects(rdflib.RDF.type, rdflib.URIRef(kind)))
        if not nodes:
            lacking.append(f"no {kind}")
        lacking += [
            f"{node}: {name}"
            for node in nodes
            for name in (*mandatory, *recommended)
            if (node, rdflib.URIRef(name), None) not in triples
        ]
    return lacking


def test_dcat_has_what_the_application_profile_asks_for(release: Path) -> None:
    assert missing_properties(release / "dcat.jsonld") == []


def test_dcat_says_where_each_file_lies_how_large_it_is_and_what_its_checksum_is(release: Path) -> None:
    from rdflib import DCTERMS, RDF, XSD, Namespace, URIRef

    dcat = Namespace(DCAT)
    triples = graph(release / "dcat.jsonld")
    here = release.as_uri() + "/"
    (dataset,) = triples.subjects(RDF.type, dcat.Dataset)
    (series,) = triples.subjects(RDF.type, dcat.DatasetSeries)
    assert str(dataset) == here
    assert (dataset, dcat.inSeries, series) in triples
    assert str(triples.value(dataset, dcat.version)) == release.name
    assert triples.value(dataset, DCTERMS.issued).datatype == XSD.date
    period = triples.value(dataset, DCTERMS.temporal)
    assert str(triples.value(period, dcat.startDate)) == "2012-01-01"  # the oldest sample
    assert str(triples.value(period, dcat.endDate)) == "2025-12-31"
    stated = read_json(release / "manifest.json")["files"]
    listed = {}
    for distribution in triples.objects(dataset, dcat.distribution):
        address = str(triples.value(distribution, dcat.downloadURL))
        path = release / address.removeprefix(here)
        assert path.is_file(), address
        listed[path.name] = distribution
        media_type = str(triples.value(distribution, dcat.mediaType))
        assert media_type.startswith("https://www.iana.org/assignments/media-types/")
        checksum = triples.value(distribution, URIRef(SPDX + "checksum"))
        if path.name in stated:
            value = triples.value(checksum, URIRef(SPDX + "checksumValue"))
            assert value.datatype == XSD.hexBinary
            assert str(value).lower() == stated[path.name]["sha256"]
            size = triples.value(distribution, dcat.byteSize)
            assert (size.datatype, int(size)) == (XSD.nonNegativeInteger, stated[path.name]["bytes"])
        else:
            assert checksum is None, path.name
        page = str(triples.value(distribution, DCTERMS.conformsTo)).removeprefix(here)
        assert page.startswith("dictionary.html")
    assert {f"{product.name()}.{kind}" for product in PRODUCTS for kind in ("csv", "parquet")} < set(listed)
    assert "nianbao.duckdb" in listed


def test_dcat_without_a_publisher_or_an_access_address_is_noticed(broken: Path) -> None:
    def lose(content: Any) -> None:
        for node in content["@graph"]:
            node.pop("dcterms:publisher", None)
            node.pop("dcat:accessURL", None)

    spoil(broken / "dcat.jsonld", lose)
    lacking = missing_properties(broken / "dcat.jsonld")
    assert any(item.endswith("/publisher") for item in lacking)
    assert any(item.endswith("#accessURL") for item in lacking)


def test_schema_org_is_a_dataset_with_downloads(release: Path) -> None:
    from rdflib import RDF, URIRef

    triples = graph(release / "schema-org.jsonld")
    (dataset,) = triples.subjects(RDF.type, URIRef(SDO + "Dataset"))
    for name in (
        *("name", "description", "license", "creator", "distribution", "variableMeasured", "temporalCoverage"),
        *("spatialCoverage", "version", "isAccessibleForFree", "citation", "keywords", "datePublished", "url"),
    ):
        assert (dataset, URIRef(SDO + name), None) in triples, name
    assert str(triples.value(dataset, URIRef(SDO + "license"))).startswith(
        "https://creativecommons.org/licenses/by/4.0"
    )
    stated = read_json(release / "manifest.json")["files"]
    sums = {}
    for download in triples.objects(dataset, URIRef(SDO + "distribution")):
        address = str(triples.value(download, URIRef(SDO + "contentUrl")))
        assert (release / address.removeprefix(release.as_uri() + "/")).is_file(), address
        if (value := triples.value(download, URIRef(SDO + "sha256"))) is not None:
            sums[str(triples.value(download, URIRef(SDO + "name")))] = str(value)
    assert sums
    assert all(stated[name]["sha256"] == value for name, value in sums.items())


# -------------------------------------------------------------------------------------------------------- citation


def citation_problems(path: Path) -> list[str]:
    """What is wrong with a citation file by the rules of the format."""
    content = cast("dict[str, Any]", yaml.safe_load(path.read_text(encoding="utf-8")))
    problems = [f"lacks {key}" for key in CFF_REQUIRED - content.keys()]
    problems += [f"unknown {key}" for key in content.keys() - CFF_ALLOWED]
    if content.get("cff-version") != "1.2.0" or content.get("type") not in ("dataset", "software"):
        problems.append("version or type")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(content.get("date-released"))):
        problems.append("date-released")
    if not all(isinstance(content.get(key), str) for key in ("message", "title", "version", "date-released")):
        problems.append("something is no text")
    if not content.get("authors") or not all({"name"} <= author.keys() for author in content["authors"]):
        problems.append("authors")
    return problems


def test_the_citation_file_is_valid_and_names_the_release(release: Path) -> None:
    assert citation_problems(release / "CITATION.cff") == []
    content = yaml.safe_load((release / "CITATION.cff").read_text(encoding="utf-8"))
    assert content["version"] == release.name
    assert content["type"] == "dataset"
    assert content["license"] == "CC-BY-4.0"


def test_a_citation_file_that_lost_its_title_and_its_date_is_noticed(broken: Path) -> None:
    path = broken / "CITATION.cff"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub("(?m)^(version|title|date-released).*\n( .*\n)*", "", text), encoding="utf-8")
    assert {"lacks title", "date-released"} <= set(citation_problems(path))


# ------------------------------------------------------------------------------------------------------ dictionary


def test_the_dictionary_has_every_column_of_every_file_in_its_order(release: Path) -> None:
    with (release / "dictionary.csv").open(encoding="utf-8", newline="") as handle:
        listed = [(row["table"], row["column"]) for row in csv.DictReader(handle)]
    there = []
    for product in PRODUCTS:
        with (release / f"{product.name()}.csv").open(encoding="utf-8", newline="") as handle:
            there += [(product.name(), name) for name in next(csv.reader(handle))]
    assert listed == there
