"""Tables that are pictures: the finding names the picture that stands where the table is missing."""

import pytest
from tables import document, example, grid, requests_rows

from pipelines.contexts import surroundings
from pipelines.document import Document, Grid, Paragraph, Picture
from pipelines.extract import read_document
from pipelines.identify import identify
from pipelines.interpret import read_tables
from pipelines.simulate.corpus import Planned

HEADINGS = {
    "disclosure": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "review": "四、政府信息公开行政复议、行政诉讼情况",
}


def named(found: Document) -> dict[str, list[str]]:
    pictures = surroundings(found, identify(found)).pictures
    return {section: [one.locator for one in pictures[section]] for section in pictures}


def under(*parts: str | Picture | Grid) -> Document:
    return document(*[Paragraph(HEADINGS.get(part, part)) if isinstance(part, str) else part for part in parts])


def test_a_picture_belongs_to_the_heading_over_it() -> None:
    one, two = Picture("img1"), Picture("img2")
    found = under("一、总体情况", Picture("img0"), "disclosure", one, "requests", "review", two, "五、存在的主要问题")
    assert named(found) == {"disclosure": ["img1"], "review": ["img2"]}


def test_a_scanned_page_may_hold_the_headings_too() -> None:
    """The page between the headings of the second and the fourth part: the rest of the one, and the third."""
    found = under("disclosure", Picture("p2[0,0,595,842]", page=2), "review", grid([[("1", 1, 1)] * 15]))
    assert named(found) == {"disclosure": ["p2[0,0,595,842]"], "requests": ["p2[0,0,595,842]"]}


def test_rows_of_a_table_are_no_headings() -> None:
    """四、结转下年度继续办理 as a line of its own begins no section."""
    assert named(under("requests", Picture("img1"), "四、结转下年度继续办理", "1 2 3", "review")) == {
        "requests": ["img1"]
    }


@pytest.mark.parametrize(
    ("variant", "name"),
    [("html.pictures", ".png img3"), ("docx.pictures", "image1.png img"), ("pdf.picture_pages", "(p. ")],
)
def test_the_finding_names_the_picture_in_both_languages(variant: str, name: str) -> None:
    said: list[str] = []
    for number in range(4):
        made = Planned(31, number, 2023, variant).make()
        read = read_document(made.data, made.file_name)
        missing = {cell.section for cell in read.cells if cell.status == "absent"}
        told = {one.section: one for one in read.findings if one.rule == "interpret.block_is_picture"}
        assert told.keys() == missing
        for one in told.values():
            assert one.locator
            assert one.observed in one.message_en
            assert one.observed in one.message_zh
            assert "图片" in one.message_zh
        said += [one.observed for one in told.values()]
    assert any(name in one for one in said)


def test_a_table_beside_a_picture_is_no_picture() -> None:
    page = under("requests", Picture("img1"), grid(requests_rows(example())))
    assert read_tables(page).found
