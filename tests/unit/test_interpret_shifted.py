"""A body of the table of requests that stands a column beside its header: its sums show it, and no figure is read."""

from decimal import Decimal

import pytest
from tables import APPLICANT_LABELS, document, example, grid, plain_grid, requests_rows

from pipelines.columns import APPLICANTS
from pipelines.document import Block
from pipelines.interpret import read_tables
from schemas.forms import Key

Cells = list[list[tuple[str, int, int]]]
TRUTH = example()
NO_TOTALS = {key: "" if key[2] == "total" else text for key, text in TRUTH.items()}
SPARSE = {
    key: "4" if key[1] in ("new", "result.granted", "result.total") and key[2] in ("natural_person", "total") else "0"
    for key in TRUTH
}
PADDED = [("项目", 1, 3), *[(label, 1, 1) for label in APPLICANT_LABELS], ("", 1, 1)]


def read(*blocks: Block) -> dict[Key, Decimal | None]:
    return {key: readings[0].reading.value for key, readings in read_tables(document(*blocks)).found.items()}


def texts(rows: Cells) -> list[list[str]]:
    return [[text for text, _, _ in row] for row in rows]


def closed_up(truth: dict[Key, str], lost: int) -> Cells:
    """The body without one column, what is right of it a column to the left, the last one blank."""
    head, body = requests_rows(truth)[:3], requests_rows(truth)[3:]
    kept = [[cell for place, cell in enumerate(row[-7:]) if place != lost] for row in body]
    return [*head, *[[*row[:-7], *values, ("", 1, 1)] for row, values in zip(body, kept, strict=True)]]


def header_moved(truth: dict[Key, str]) -> Cells:
    """An empty cell among the organisations puts 总计 over the last but one column, and 其他 over an empty one."""
    rows = requests_rows(truth)
    return [
        [*rows[0], ("", 1, 1)],
        [*rows[1], ("", 1, 1)],
        [("", 1, 1), *rows[2]],
        *[[*row, ("", 1, 1)] for row in rows[3:]],
    ]


@pytest.mark.parametrize("truth", [TRUTH, SPARSE], ids=["dense", "sparse"])
@pytest.mark.parametrize("lost", range(6))
def test_a_body_a_column_to_the_left(truth: dict[Key, str], lost: int) -> None:
    rows = closed_up(truth, lost)
    for found in (read(grid(rows)), read(plain_grid(texts(rows)))):
        assert {value for value in found.values() if value} == set()


@pytest.mark.parametrize(
    "title", [[], [[("三、收到和处理政府信息公开申请情况", 1, 10), ("", 1, 1)]]], ids=["", "title"]
)
@pytest.mark.parametrize("truth", [TRUTH, SPARSE], ids=["dense", "sparse"])
def test_a_header_a_column_to_the_right(truth: dict[Key, str], title: Cells) -> None:
    tables = read_tables(document(grid([*title, *header_moved(truth)])))
    assert {one.reading.value for readings in tables.found.values() for one in readings} <= {None}
    assert "interpret.unconfirmed" in {oddity.rule for oddity in tables.oddities}


def test_an_unheaded_column_of_zeros_beside_a_blank_one() -> None:
    """Nothing is needed of it for the totals, yet it shows that the headings stand elsewhere."""
    truth = {key: "0" if key[2] == "business" else text for key, text in TRUTH.items()}
    for row in {key[1] for key in truth}:
        parts = [int(truth["requests", row, part]) for part in APPLICANTS[:-1]]
        truth["requests", row, "total"] = str(sum(parts))
    assert set(read(grid(header_moved(truth))).values()) <= {None}


def test_numbers_of_rows_without_a_heading_are_no_applicants() -> None:
    """They stand under 自然人, all else a column to the right, the totals under no heading and most of them blank."""
    rows: Cells = [PADDED]
    for place, row in enumerate(requests_rows(NO_TOTALS)[3:]):
        total = TRUTH["requests", "new", "total"] if place in (3, 9, 17) else ""
        rows.append([*row[:-7], (str(place + 1), 1, 1), *row[-7:-1], (total, 1, 1)])
    for found in (read(grid(rows)), read(plain_grid(texts(rows)))):
        assert {value for value in found.values() if value} == set()


def test_totals_left_blank_throughout_are_read_as_such() -> None:
    """Also where the last organisations happen to be the sum of the others in some rows."""
    truth = dict(NO_TOTALS)
    for row in ("new", "result.granted"):
        parts = [int(truth["requests", row, part]) for part in APPLICANTS[:-2]]
        truth["requests", row, "other"] = str(sum(parts))
    found = read(grid(requests_rows(truth)))
    assert found == {key: Decimal(text) if text else None for key, text in truth.items()}


def test_totals_of_some_rows_left_blank() -> None:
    """A bureau of Shanghai (2019) totals what came in, the results and what is left, and none of the groups."""
    totalled = ("new", "carried_in", "result.total", "carried_out")
    truth = {key: "" if key[2] == "total" and key[1] not in totalled else text for key, text in TRUTH.items()}
    for row in ("result.granted", "result.refused.third_party"):
        parts = [int(truth["requests", row, part]) for part in APPLICANTS[:-2]]
        truth["requests", row, "other"] = str(sum(parts))
    found = read(grid(requests_rows(truth)))
    assert found == {key: Decimal(text) if text else None for key, text in truth.items()}


def test_one_applicant_alone_without_totals() -> None:
    """Blanks for zeros: the figures stand under 自然人, where no sum of others can."""
    rows = ("new", "result.granted", "result.total")
    truth = {key: "3" if key[1] in rows and key[2] == "natural_person" else "" for key in TRUTH}
    found = read(grid(requests_rows(truth)))
    assert {key for key, value in found.items() if value} == {("requests", row, "natural_person") for row in rows}


def named_rows(truth: dict[Key, str]) -> list[list[str]]:
    return [[row[-8][0], *[text for text, _, _ in row[-7:]]] for row in requests_rows(truth)[3:]]


@pytest.mark.parametrize("aligned", [True, False])
def test_a_header_that_lost_its_first_heading_and_has_another_order(aligned: bool) -> None:
    """商业企业 stood first; its heading is lost and 自然人 stands in the second column."""
    body = [[label, values[1], values[0], *values[2:]] for label, *values in named_rows(TRUTH)]
    head = ["项目", "", "自然人", *APPLICANT_LABELS[2:]]
    assert {value for value in read(plain_grid([head, *body], aligned=aligned)).values() if value} == set()


THREE = ("new", "result.unavailable.unclear", "result.total")
ZEROS = {
    key: {"natural_person": "3" * (key[1] in THREE), "total": "3" if key[1] in THREE else "0"}.get(key[2], "")
    for key in TRUTH
}
HALVES = [
    ["项目", "申请人情况"],
    ["自然人", "法人或其他组织", "总计"],
    ["商业", "科研", "社会公益组织", "法律服务机构", "其他"],
    ["企业", "机构"],
]


def test_headings_in_two_halves_and_zeros_alone() -> None:
    """A bureau of 徐闻县 2023: 商业 and 科研 above 企业 and 机构, bars around cells, most rows with the total only."""
    found = read(plain_grid([*HALVES, *named_rows(ZEROS)]))
    assert found == {key: Decimal(text) if text else None for key, text in ZEROS.items()}


def test_zeros_alone_where_no_row_shows_that_they_are_totals() -> None:
    printed = {key: "0" if key[2] == "total" else "" for key in TRUTH}
    assert set(read(plain_grid([*HALVES, *named_rows(printed)])).values()) <= {None}


@pytest.mark.parametrize("aligned", [True, False])
def test_rows_that_closed_up_over_their_blanks(aligned: bool) -> None:
    """Each row for itself: where its figures end the total stands, under whatever heading; a full row shows nothing."""
    rows = named_rows(TRUTH)
    assert "0" not in rows[0]
    closed = [
        [label, "6", "6", *[""] * 5] if place % 2 else [label, "3", "5", "8", *[""] * 4]
        for place, (label, *_) in enumerate(rows[1:])
    ]
    head = ["项目", *APPLICANT_LABELS]
    assert {value for value in read(plain_grid([head, rows[0], *closed], aligned=aligned)).values() if value} == set()
    apart = [[label, "3", "5", *[""] * 5] for label, *_ in rows[1:]]
    assert {value for value in read(plain_grid([head, *apart], aligned=True)).values() if value} == {3, 5}
