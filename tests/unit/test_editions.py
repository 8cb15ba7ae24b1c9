"""Documents of one agency and year: which report each carries, when it was published, whether in time, what changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from batches import HUAIAN, batch, document, sighting

from pipelines.attribution import UNNAMED
from pipelines.dates import reissue
from pipelines.extraction import Extraction
from pipelines.store import Store
from pipelines.waiting import show, waiting
from schemas.forms import Key
from schemas.publishing import due_dates, official_suffixes

NEW: Key = ("requests", "new", "natural_person")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("store") / "store.duckdb") as made:
        yield made


@pytest.fixture
def store(shared: Store) -> Store:
    shared.forget_documents(list(shared.document_state()))
    return shared


def build(store: Store, documents: list[Extraction], sources: list[dict[str, Any]] | None = None) -> None:
    found = sources if sources is not None else [sighting(number) for number in range(1, len(documents) + 1)]
    store.replace_documents(batch(*documents))
    store.replace_sources(pd.DataFrame(found))
    store.rebuild()


def rows(store: Store, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = store.query(sql).to_pylist()
    return found


def changed(number: int, text: str, **facts: Any) -> Extraction:
    return document(number, {NEW: {"value": text, "printed": text}}, **facts)


def halved(number: int, **facts: Any) -> Extraction:
    """Other figures altogether, as of the government's office alone."""
    half = {key: str(int(float(text)) // 2) for key, text in HUAIAN.items()}
    return document(number, {key: {"value": text, "printed": text} for key, text in half.items()}, **facts)


# A mirror may have replaced the name, so somebody has to say whose report it is.
MIRROR = {"site": "www.mirror.com", "agency_hint": "淮安市人民政府"}
AREA = {"scope": "area", "scope_basis": "count", "scope_evidence": "全市共受理"}
OFFICE = {"scope": "office", "scope_basis": "count", "scope_evidence": "市政府办代表市政府"}


def test_two_scopes_are_two_reports(store: Store) -> None:
    build(store, [document(1, **AREA), halved(2, **OFFICE)])
    reports = rows(store, "SELECT scope, scope_basis, n_documents FROM reports ORDER BY scope")
    assert [(row["scope"], row["n_documents"]) for row in reports] == [("area", 1), ("office", 1)]
    found = rows(
        store, "SELECT scope, value FROM observations WHERE indicator = 'new' AND breakdown = 'total' ORDER BY 1"
    )
    assert [(row["scope"], row["value"]) for row in found] == [("area", 3119), ("office", 1559)]
    assert rows(store, "SELECT * FROM findings WHERE rule = 'store.conflict'") == []


def test_a_copy_without_the_sentence_is_told_by_its_figures(store: Store) -> None:
    build(store, [document(1, **AREA), changed(2, "3010", scope="unspecified"), halved(3, scope="unspecified")])
    found = rows(store, "SELECT scope, n_documents FROM reports ORDER BY scope")
    assert found == [{"scope": "area", "n_documents": 2}, {"scope": "unspecified", "n_documents": 1}]
    bases = rows(store, "SELECT scope_basis FROM report_documents ORDER BY document_id")
    assert [row["scope_basis"] for row in bases] == ["count", "copy", None]


def test_a_page_without_tables_goes_with_the_one_report_there_is(store: Store) -> None:
    narrative = document(2, kind="narrative", cells=[], cells_present=0, cells_used=0, form="", form_basis="")
    build(store, [document(1, **AREA), narrative])
    assert [row["scope"] for row in rows(store, "SELECT scope FROM reports")] == ["area"]


def test_where_two_scopes_are_told_an_untold_one_stays_untold(store: Store) -> None:
    build(store, [document(1, **AREA), halved(2, **OFFICE), changed(3, "3001", scope="unspecified")])
    assert [row["scope"] for row in rows(store, "SELECT scope FROM reports ORDER BY 1")] == [
        "area",
        "office",
        "unspecified",
    ]


@pytest.mark.parametrize(
    ("year", "facts", "source", "wanted"),
    [
        # until the report year 2018 everybody had to publish by 31 March
        (2016, {}, {"published_on": "2017-03-31"}, ("2017-03-31", "manifest", "2017-03-31", "on_time", "published")),
        (2016, {}, {"published_on": "2017-04-01"}, ("2017-04-01", "manifest", "2017-03-31", "late", "published")),
        # moved to a new site years later; dated before the year was over; no day at all
        (
            2009,
            {},
            {"published_on": "2015-07-27"},
            ("2015-07-27", "manifest", "2010-03-31", "unknown", "doubtful_date"),
        ),
        (
            2018,
            {},
            {"published_on": "2018-12-31"},
            ("2018-12-31", "manifest", "2019-03-31", "unknown", "doubtful_date"),
        ),
        (2018, {}, {"published_on": ""}, (None, None, "2019-03-31", "unknown", "no_date")),
        # a likely day that is printed beats an unlikely one of the manifest
        (
            2016,
            {"published_printed": "2017-02-23", "published_basis": "header"},
            {"published_on": "2021-08-01"},
            ("2017-02-23", "header", "2017-03-31", "on_time", "published"),
        ),
        # the day under a signature is no day of publication; but what was signed late came late
        (
            2016,
            {"published_printed": "2017-02-23", "published_basis": "signature"},
            {"published_on": ""},
            ("2017-02-23", "signature", "2017-03-31", "unknown", "doubtful_date"),
        ),
        (
            2016,
            {"published_printed": "2017-04-23", "published_basis": "signature"},
            {"published_on": ""},
            ("2017-04-23", "signature", "2017-03-31", "late", "published"),
        ),
        # a mirror's late copy says nothing of the agency's own page, nor does a corrected edition
        (
            2016,
            {},
            {"published_on": "2017-05-01", "site": "www.mirror.com"},
            ("2017-05-01", "manifest", "2017-03-31", "unknown", "not_first"),
        ),
        (
            2016,
            {"reissue": "更正"},
            {"published_on": "2017-05-01"},
            ("2017-05-01", "manifest", "2017-03-31", "unknown", "not_first"),
        ),
    ],
)
def test_punctuality(
    store: Store, year: int, facts: dict[str, str], source: dict[str, str], wanted: tuple[Any, ...]
) -> None:
    build(store, [document(1, report_year=year, **facts)], [sighting(1, **source)])
    (row,) = rows(store, "SELECT * FROM reports")
    names = ("published_on", "published_basis", "due_on", "punctuality", "punctuality_basis")
    assert tuple(row[name] for name in names) == wanted


def test_the_first_edition_counts_for_punctuality(store: Store) -> None:
    early, late = sighting(1, published_on="2017-01-20"), sighting(2, published_on="2017-06-01")
    build(store, [document(1, report_year=2016), changed(2, "3010", report_year=2016)], [early, late])
    (row,) = rows(store, "SELECT * FROM reports")
    assert (row["published_on"], row["punctuality"]) == ("2017-06-01", "on_time")


def test_a_revision_is_a_change_that_the_agency_published(store: Store) -> None:
    def revision() -> tuple[float, int, int]:
        sql = "SELECT value, n_values, revision FROM observations WHERE (section, indicator, breakdown) = "
        (row,) = rows(store, f"{sql}('requests', 'new', 'natural_person')")
        return row["value"], row["n_values"], row["revision"]

    days = {"published_on": "2025-01-20"}, {"published_on": "2025-03-01"}
    build(store, [document(1), changed(2, "3010")], [sighting(1, **days[0]), sighting(2, **days[1])])
    assert revision() == (3010, 2, 1)
    # page and file of one day, a mirror's slip, a copy without a date: readings that differ, but no new edition
    build(store, [document(1), changed(2, "3010")], [sighting(1, **days[0]), sighting(2, **days[0])])
    assert revision() == (3001, 2, 0)
    build(store, [document(1), changed(2, "3010")], [sighting(1, **days[0]), sighting(2, **MIRROR, **days[1])])
    assert revision() == (3001, 2, 0)
    build(store, [document(1), changed(2, "3010")], [sighting(1, **days[0]), sighting(2, published_on="")])
    assert revision() == (3001, 2, 0)
    # what its title calls corrected came later, dates or none
    build(
        store,
        [document(1), changed(2, "3010", reissue="更正")],
        [sighting(1, published_on=""), sighting(2, published_on="")],
    )
    assert revision() == (3010, 2, 1)


def test_every_document_of_a_report_is_listed_with_what_it_agrees_on(store: Store) -> None:
    build(store, [document(1), changed(2, "3010")], [sighting(1), sighting(2, **MIRROR)])
    found = rows(store, "SELECT * FROM report_documents ORDER BY rank")
    assert [(row["trust"], row["n_chosen"], row["n_same"], row["n_different"]) for row in found] == [
        ("official", 200, 200, 0),
        ("other", 0, 199, 1),
    ]


def test_what_only_a_mirror_has_is_marked(store: Store) -> None:
    build(store, [document(1)], [sighting(1, site="www.mirror.com")])
    assert {row["flags"] for row in rows(store, "SELECT DISTINCT flags FROM observations")} == {"mirror"}


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("示例市民政局2024年政府信息公开工作年度报告（更正）", "更正"),
        ("【更正】示例市民政局2024年政府信息公开工作年度报告", "更正"),
        ("示例市民政局2024年政府信息公开工作年度报告（更新）", "更新"),
        ("示例市民政局2024年政府信息公开工作年度报告(修订版)", "修订版"),
        ("示例市民政局2024年政府信息公开工作年度报告", ""),
        ("示例市更新局2024年政府信息公开工作年度报告", ""),
    ],
)
def test_titles_of_later_editions(title: str, word: str) -> None:
    assert reissue(title) == word


def test_the_days_set_by_law() -> None:
    assert {(each.duty, each.first, each.last, each.month_day) for each in due_dates()} == {
        ("any", 2008, 2018, "03-31"),
        ("department", 2019, 9999, "01-31"),
        ("government", 2019, 9999, "03-31"),
    }
    assert "gov.cn" in official_suffixes()


def test_coverage_tells_what_is_missing(store: Store) -> None:
    refused = document(3, kind="notice", cells=[], report_year=2023, reason_code="notice")
    narrative = document(2, kind="narrative", cells=[], report_year=2012, form="", form_basis="")
    build(store, [document(1), narrative, refused])
    found = rows(store, "SELECT * FROM coverage WHERE agency_name = '淮安市人民政府' ORDER BY report_year")
    assert [row["report_year"] for row in found] == list(range(2008, 2025))
    status = {row["report_year"]: row["status"] for row in found if row["status"] != "missing"}
    assert status == {2012: "narrative", 2023: "refused", 2024: "reported"}
    assert {row["province"] for row in found} == {"江苏省"}
    assert (found[0]["due_on"], found[-1]["due_on"]) == ("2009-03-31", "2025-03-31")
    # every government that existed in the year, and nobody else: Laiwu, merged into Jinan at the end of 2018
    laiwu = rows(store, "SELECT max(report_year) AS last FROM coverage WHERE agency_name = '莱芜市人民政府'")
    assert laiwu == [{"last": 2018}]
    counted = rows(store, "SELECT level, count(*) AS n FROM coverage WHERE report_year = 2024 GROUP BY ALL")
    numbers = {row["level"]: row["n"] for row in counted}
    assert (numbers["province"], numbers["prefecture"]) == (31, 333)
    assert 2840 <= numbers["county"] <= 2860


def test_who_prints_the_figures_of_another_is_told(store: Store) -> None:
    other = document(2, agency="宿迁市人民政府")
    build(store, [document(1), other], [sighting(1), sighting(2, site="www.suqian.gov.cn", folder="suqian")])
    found = rows(store, "SELECT * FROM findings WHERE rule = 'store.same_figures' ORDER BY agency_name")
    assert [(row["agency_name"], row["observed"]) for row in found] == [
        ("宿迁市人民政府", "淮安市人民政府"),
        ("淮安市人民政府", "宿迁市人民政府"),
    ]
    small = {key: {"value": "0", "printed": "0"} for key in HUAIAN} | {NEW: {"value": "1", "printed": "1"}}
    build(store, [document(1, small), document(2, small, agency="宿迁市人民政府")])
    assert rows(store, "SELECT * FROM findings WHERE rule = 'store.same_figures'") == []


def test_agencies_that_wait_for_a_decision(store: Store) -> None:
    # 朝阳区 there is in 北京 and in 长春; nothing in the document says which. Two reports name nobody.
    documents = [
        document(1, agency="朝阳区人民政府"),
        document(2, agency=""),
        document(3, agency="我镇", agency_basis="self"),
    ]
    build(store, documents, [sighting(number, site="", source_url="", folder="") for number in (1, 2, 3)])
    store.close()
    rows = {row["agency_name"]: row for row in waiting(store.path.parent)}
    assert {name: (row["reason"], row["n_documents"]) for name, row in rows.items()} == {
        "朝阳区人民政府": ("ambiguous", 1),
        UNNAMED: ("unnamed", 1),
        "我镇": ("no_parent", 1),
    }
    row = rows["朝阳区人民政府"]
    assert {
        name
        for name in ("北京市朝阳区人民政府", "长春市朝阳区人民政府")
        if any(name in one for one in row["candidates"])
    } == {
        "北京市朝阳区人民政府",
        "长春市朝阳区人民政府",
    }
    assert waiting(store.path.parent, name="海淀") == waiting(store.path.parent, year=2020) == []
    assert show([row], "csv").splitlines()[0].startswith("agency_id,agency_name,reason,")
    assert row["agency_id"] in show([row], "text")
    unnamed = show([rows[UNNAMED]], "text")
    assert "文件没有写明是哪个机关的报告" in unnamed
    assert "the document does not say whose report it is" in unnamed
    assert "none in the registry" in unnamed
    assert "没有待定的机关" in show([], "text")
