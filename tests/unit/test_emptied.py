"""Tables of a PDF that print labels and no value: blank, not absent, but only where nothing may be lost."""

from tables import APPLICANT_LABELS, document, example, grid, requests_rows

from pipelines.document import Block, Document, Grid, Paragraph, Picture
from pipelines.interpret import read_tables

REQUESTS, REVIEW, AFTER = (
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题",
)
LABELS = [row[-8][0] for row in requests_rows(example(), spans=False)[3:]]
CASES = ["行政复议 行政诉讼", "未经复议直接起诉 复议后起诉", "结果维持 结果纠正 其他结果 尚未审结 总计"]


def pdf(*parts: str | Block) -> Document:
    blocks = [Paragraph(part, "p1", page=1) if isinstance(part, str) else part for part in parts]
    return Document("application/pdf", [*document().blocks, *blocks], pages=1)


def statuses(found: Document) -> dict[str, set[str]]:
    told: dict[str, set[str]] = {}
    for key, readings in read_tables(found).found.items():
        told.setdefault(key[0], set()).add(readings[0].reading.status)
    return told


def test_labels_alone_make_blank_cells() -> None:
    tables = read_tables(pdf(REQUESTS, *APPLICANT_LABELS, "三", "、", *LABELS, "- 1 -", REVIEW, *CASES, AFTER))
    assert len(tables.found) == 175 + 15
    assert {one[0].reading.status for one in tables.found.values()} == {"blank"}


def test_not_where_something_may_be_lost() -> None:
    whole = [REQUESTS, *APPLICANT_LABELS, *LABELS]
    assert statuses(pdf(*whole, REVIEW)) == {"requests": {"blank"}}
    assert statuses(pdf(*whole)) == {}  # the table may go on
    assert statuses(pdf(*whole, AFTER)) == {}  # and the section after it is not there
    assert statuses(pdf(*whole, Picture("p1", page=1), REVIEW)) == {}
    assert statuses(pdf(*whole[:14], REVIEW)) == {}  # too few rows
    assert "blank" not in statuses(pdf(*whole, "/", REVIEW)).get("requests", set())
    assert statuses(pdf(REVIEW, *CASES[:1], AFTER)) == {}
    # Elsewhere an empty cell is a cell: labels alone are a list.
    assert statuses(document(*[Paragraph(text) for text in (*whole, REVIEW)])) == {}


def test_a_header_grid_without_its_row() -> None:
    head: Grid = grid(
        [[("行政复议", 1, 5), ("行政诉讼", 1, 10)], [("未经复议直接起诉", 1, 5), ("复议后起诉", 1, 5), ("", 1, 5)]]
    )
    assert statuses(pdf(REVIEW, head, AFTER)) == {"review": {"blank"}}
    assert statuses(pdf(REVIEW, head, "1 2", AFTER)) == {}
