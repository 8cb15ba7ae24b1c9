"""Descriptors are functions of facts: what they say, what they escape, what they leave out. No release is made here."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pandera.pandas as pandera
import pytest
import yaml
from pandera.typing import Series

from pipelines.descriptors import LICENCE_LINE, Facts, FileFact, media_type, texts
from pipelines.descriptors.page import dictionary_html
from schemas.products import PRODUCTS, Product
from schemas.table import Table, field, names

HASH = "ab" * 32


def data_file(path: str, product: str | None = None, part: str | None = None) -> FileFact:
    return FileFact(path, 123, HASH, media_type(path), product, part)


FACTS = Facts(
    version="2026.01.05.2",
    previous_version="2025.12.31",
    rows={product.name(): number for number, product in enumerate(PRODUCTS)},
    origins=["original"],
    files=[
        data_file("observations.csv", "observations"),
        data_file("observations.parquet", "observations"),
        data_file("slices/by-year/observations-2024.zip", "observations", "year=2024"),
        FileFact("nianbao.duckdb", None, None, media_type("nianbao.duckdb")),
        FileFact("nianbao.zip", None, None, media_type("nianbao.zip")),
    ],
    years=(2012, 2025),
)


def described(name: str, facts: Facts = FACTS) -> Any:
    return json.loads(texts(facts)[name])


def node(facts: Facts, kind: str) -> dict[str, Any]:
    (found,) = [item for item in described("dcat.jsonld", facts)["@graph"] if item["@type"] == kind]
    return dict(found)


def test_the_same_facts_give_the_same_text_and_every_descriptor_is_there() -> None:
    assert texts(FACTS) == texts(replace(FACTS))
    assert set(texts(FACTS)) == {
        "CITATION.cff",
        "LICENSE-DATA",
        "README.md",
        "croissant.json",
        "datapackage.json",
        "dcat.jsonld",
        "dictionary.csv",
        "dictionary.html",
        "schema-org.jsonld",
    }
    for name, text in texts(FACTS).items():
        assert text.endswith("\n"), name
        assert "\r" not in text, name
        if name != "dictionary.csv":  # speaks of no release: it is part of what makes two releases differ
            assert "2026.01.05.2" in text or "2026.1.5+2" in text, name


def test_the_day_comes_from_the_version_alone() -> None:
    assert FACTS.issued == "2026-01-05"
    assert described("schema-org.jsonld")["datePublished"] == "2026-01-05"
    assert described("croissant.json")["datePublished"] == "2026-01-05"
    assert node(FACTS, "dcat:Dataset")["dcterms:issued"]["@value"] == "2026-01-05"
    assert yaml.safe_load(texts(FACTS)["CITATION.cff"])["date-released"] == "2026-01-05"


def test_croissant_writes_the_version_without_leading_zeros() -> None:
    assert described("croissant.json")["version"] == "2026.1.5+2"
    assert described("croissant.json", replace(FACTS, version="2026.11.25"))["version"] == "2026.11.25"


def test_addresses_are_relative_until_a_base_is_known() -> None:
    based = replace(FACTS, base_url="https://data.example.org/nianbao/")
    assert node(FACTS, "dcat:Dataset")["@id"] == "./"
    assert node(FACTS, "dcat:Dataset")["dcat:prev"] == {"@id": "../2025.12.31/"}
    assert node(based, "dcat:Dataset")["@id"] == "https://data.example.org/nianbao/2026.01.05.2/"
    assert node(based, "dcat:Dataset")["dcat:prev"] == {"@id": "https://data.example.org/nianbao/2025.12.31/"}
    (first, *_) = described("schema-org.jsonld", based)["distribution"]
    assert first["contentUrl"] == "https://data.example.org/nianbao/2026.01.05.2/observations.csv"
    assert yaml.safe_load(texts(based)["CITATION.cff"])["url"] == "https://data.example.org/nianbao/2026.01.05.2/"
    assert described("datapackage.json", based)["resources"][0]["path"] == "observations.csv"  # by specification


def test_the_first_release_and_a_release_without_reports_leave_out_what_they_have_not() -> None:
    first = replace(FACTS, previous_version=None, years=None)
    assert not {"dcat:prev", "dcat:previousVersion", "dcterms:temporal"} & node(first, "dcat:Dataset").keys()
    assert "temporalCoverage" not in described("schema-org.jsonld", first)
    assert described("schema-org.jsonld")["temporalCoverage"] == "2012-01-01/2025-12-31"


def test_slices_are_no_distributions_and_what_has_no_lasting_checksum_has_none() -> None:
    listed = [item for item in described("dcat.jsonld")["@graph"] if item["@type"] == "dcat:Distribution"]
    assert [item["dcterms:title"] for item in listed] == [
        "observations.csv",
        "observations.parquet",
        "nianbao.duckdb",
        "nianbao.zip",
    ]
    assert ["spdx:checksum" in item for item in listed] == [True, True, False, False]
    assert ["dcat:byteSize" in item for item in listed] == [True, True, False, False]
    assert [item["name"]["en"] for item in described("croissant.json")["distribution"]] == [
        "observations.csv",
        "observations.parquet",
    ]
    assert len(described("schema-org.jsonld")["distribution"]) == 4


@pytest.mark.parametrize("name", ["README.md", "dictionary.html", "datapackage.json", "dcat.jsonld", "croissant.json"])
def test_made_up_data_are_called_so_everywhere(name: str) -> None:
    assert "none of these agencies exists" not in texts(FACTS)[name]
    assert "none of these agencies exists" in texts(replace(FACTS, origins=["simulated"]))[name]
    citation = yaml.safe_load(texts(replace(FACTS, origins=["simulated"]))["CITATION.cff"])["message"]
    assert "(made-up data)" in citation
    assert "（模拟数据）" in citation


def test_the_citation_names_exactly_this_release_in_both_languages() -> None:
    for name in ("README.md", "LICENSE-DATA"):
        text = texts(FACTS)[name]
        assert "Release 2026.01.05.2. CC BY 4.0." in text
        assert "2026.01.05.2 版，2026 年，CC BY 4.0 许可。" in text
    assert "2026.01.05.2" not in LICENCE_LINE  # it stands in files that only their rows may change


def test_search_engines_are_told_enough_and_not_too_much() -> None:
    found = described("schema-org.jsonld")
    assert 50 <= len(found["description"]) <= 5000
    assert found["isAccessibleForFree"] is True
    assert {item["propertyID"] for item in found["variableMeasured"]} >= {"requests.new", "requests.result.refused"}


def test_the_read_me_names_what_else_there_is_and_nothing_that_is_not() -> None:
    text = texts(FACTS)["README.md"]
    assert "`nianbao.zip`" in text
    assert "`slices/`" in text
    assert "`series(agency, indicator)`" in text
    assert "xlsx" not in text
    assert text.count("Begin with `observations`") == 1
    books = [data_file(f"nianbao-{year}.xlsx") for year in (2023, 2024, 2025)]
    told = texts(replace(FACTS, files=books))["README.md"]
    sheets = "`disclosure_wide`, `requests_wide`, `review_wide`, `statistics_wide` and a dictionary"
    assert f"`nianbao-2023.xlsx` … `nianbao-2025.xlsx`: {sheets}" in told
    assert "slices" not in texts(replace(FACTS, files=books))["README.md"]


class Page(HTMLParser):
    """Collects ids, targets of links within the page, and names of elements."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: set[str] = set()
        self.links: set[str] = set()
        self.elements: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), f"a script in {name}"
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                (self.targets if (value or "").startswith("#") else self.links).add((value or "").removeprefix("#"))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(text: str) -> Page:
    page = Page()
    page.feed(text)
    assert page.open == []
    return page


def test_the_page_has_an_anchor_for_every_column_and_fetches_nothing() -> None:
    page = parsed(texts(FACTS)["dictionary.html"])
    columns = {f"{product.name()}.{name}" for product in PRODUCTS for name in names(product.model)}
    assert columns | {product.name() for product in PRODUCTS} == set(page.ids)
    assert len(set(page.ids)) == len(page.ids)
    assert page.targets <= set(page.ids)
    assert not page.elements & {"script", "link", "img", "iframe", "object", "form"}
    assert not any(link.startswith(("http", "//", "javascript")) for link in page.links)
    assert "url(" not in texts(FACTS)["dictionary.html"]


def test_everything_on_the_page_is_escaped() -> None:
    class Hostile(Table):
        """Words that would be a script where they are not escaped."""

        column: Series[str] = field(
            "<script>甲</script>",
            '<b title="x">',
            "<img src=x onerror=alert(1)>",
            description_zh="</td></table>",
            unit="<u>",
            codes={"<a>": ("<script>", "&lt;&")},
            key=True,
        )

        class Config(Table.Config):
            name = "hostile"
            title = "<script>乙</script>"
            description = "<iframe src=//x>"

    class HostileProduct(Product):
        """The dataset of that table."""

        model = Hostile

    assert issubclass(Hostile, pandera.DataFrameModel)
    text = dictionary_html([HostileProduct], replace(FACTS, version="<i>1</i>", rows={"hostile": 1}))
    page = parsed(text)
    assert not page.elements & {"script", "img", "iframe", "b", "u", "i"}
    assert len(re.findall("&lt;script&gt;甲&lt;/script&gt;", text)) == 1
    assert "&amp;lt;&amp;" in text
