"""Web pages whose own styles hide, strike or raise a part of them."""

from __future__ import annotations

import time

import pytest
from reader_files import grids, outline, texts

from pipelines.document import Document
from pipelines.readers import read


def page(body: str, rule: str) -> Document:
    source = f"<!DOCTYPE html><html><head><style>{rule}</style></head><body>{body}</body></html>"
    return read(source.encode())


def figures(name: str, *values: int) -> str:
    """A table of a label, headings and a row of values."""
    heads = "".join(f"<td>{name}{place}" for place in range(len(values)))
    return f"<table><tr><td>项目{heads}<tr><td>件数{''.join(f'<td>{value}' for value in values)}</table>"


def cells(document: Document) -> list[str]:
    return [text for grid in grids(document) for _, _, text in texts(grid)]


@pytest.mark.parametrize(
    ("rule", "hidden"),
    [
        (".x{display:none}", True),
        ("/* of old */ .x{display:none}", True),
        (".x{display:/* not */none}", True),
        ("<!-- .x{display:none} -->", True),
        ('@charset "utf-8";\n.x{display:none}', True),
        ("@import url(a.css);.x{display:none}", True),
        ("@font-face{src:url(x)} .x{display:none}", True),
        ("@media screen{.y{color:red}.x{display:none}}", True),
        ("td b{display:none}", True),
        ("td > *{display:none}", True),
        ("td > b.x{display:none}", True),
        ("[class=x]{display:none}", True),
        ("[class~='x']{display:none}", True),
        (".x:not(.show){display:none}", True),
        (".x:not(.x){display:none}", False),
        (".i + .x{display:none}", True),
        (".i ~ .x{display:none}", True),
        (".x + .x{display:none}", False),
        ("td .x:last-child{display:none}", True),
        ("td b:nth-child(2){display:none}", True),
        ("td b:nth-child(even){display:none}", True),
        ("td b:nth-child(1){display:none}", False),
        (".x::before{display:none}", False),
        (".x:hover{display:none}", False),
        ("@media print{.y{color:red}.x{display:none}}", False),
        ("@media (max-width:700px){.x{display:none}}", False),
        ("@keyframes x{from{opacity:0}}", False),
        (".x{text-decoration:line-through}", True),
        (".x{vertical-align:super;font-size:60%}", True),
        (".x{vertical-align:middle}", False),
        (".x{opacity:0}", True),
        (".x{opacity:.9}", False),
        (".x{font-size:0}", True),
        (".x{font-size:1px}", True),
        (".x{font-size:.9em}", False),
        (".x{color:#fff}", True),
        (".x{color:hsl(0,0%,100%)}", True),
        (".x{color:#fff;background:teal}", False),
        ("td{background-color:#369} .x{color:#fff}", False),
        (".x{color:transparent}", True),
        (".x{position:absolute;width:1px;height:1px;overflow:hidden;margin:-1px}", True),
        (".x{display:inline-block;width:0;overflow:hidden}", True),
        (".x{width:0}", False),
        (".x{mso-hide:all}", True),
        ("".join(f".c{place}{{display:none}}" for place in range(70)) + ".x{display:none}", True),
    ],
)
def test_rules_that_hide_strike_or_raise(rule: str, hidden: bool) -> None:
    document = page("<table><tr><td>规章<td><i class=i></i><b class=x>12</b><td>0</table>", rule)
    assert cells(document) == ["规章", "¹²" if hidden else "12", "0"]


def test_a_tag_that_a_rule_of_the_page_moves_is_no_plain_one() -> None:
    cell = "<table><tr><td>规章<td>3<span>1</span><td>0</table>"
    assert cells(page(cell, "td span{vertical-align:top}")) == ["规章", "3¹", "0"]
    assert cells(page(cell, "p span{vertical-align:top} td span{font-family:Times}")) == ["规章", "31", "0"]


@pytest.mark.parametrize(
    ("rule", "cell", "text"),
    [
        (".x{display:none}", "<td class=x>12", "¹²"),
        (".x{text-decoration:line-through}", "<td class=x><p>12</p>", "¹²"),
        (".x{color:#fff}", "<td class=x><p>12</p>", "¹²"),
        (".x{color:#fff}", "<td class=x><p style='color:#000'>12</p>", "12"),
        (".x{color:#fff}", "<td class=x style='background:teal'>12", "12"),
        (".x{font-size:0}", "<td class=x>12", "¹²"),
        (".x{font-size:0}", "<td class=x><p class=y>12</p>", "12"),
        (".x{vertical-align:super}", "<td class=x>12", "12"),
        (".x{width:1px;overflow:hidden}", "<td class=x>12", "12"),
        (".x{display:none} td.x{display:table-cell}", "<td class=x>12", "12"),
        ("td.x{display:table-cell} .x{display:none}", "<td class=x>12", "12"),
        ("td.x{display:table-cell} .x{display:none!important}", "<td class=x>12", "¹²"),
        (".x{display:none} @media (min-width:9px){.x{display:table-cell}}", "<td class=x>12", "12"),
        (".x{visibility:hidden}", "<td class=x style='visibility:visible'>12", "12"),
    ],
)
def test_cells_that_a_rule_hides(rule: str, cell: str, text: str) -> None:
    """The cell keeps its place: whether it has one only a browser knows."""
    assert cells(page(f"<table><tr><td>规章{cell}<td>0</table>", rule)) == ["规章", text, "0"]


@pytest.mark.parametrize("group", ["<tr class=x>", "<tbody class=x><tr>"])
def test_rows_that_a_rule_hides(group: str) -> None:
    document = page(f"<table><tr><td>规章<td>3<td>4{group}<td>文件<td>12<td>5</table>", ".x{display:none}")
    assert cells(document) == ["规章", "3", "4", "文件", "¹²", "⁵"]


@pytest.mark.parametrize(("start", "end"), [("<div class=x>", "</div>"), ("", "")])
def test_a_hidden_table_beside_one_of_its_kind_is_left_out(start: str, end: str) -> None:
    last = figures("列", 7, 8, 9)
    last = f"{start}<p>2023年</p>{last}{end}" if start else last.replace("<table>", "<table class=x>")
    document = page(f"{last}<p>2024年</p>{figures('列', 1, 2, 3)}", ".x{display:none}")
    assert outline(document) == ["2024年", "<t2 2x4>"]
    (problem,) = document.problems
    assert (problem.code, problem.locator) == ("hidden_by_style", "t1")


def test_figures_of_a_hidden_table_without_another_of_its_kind_are_not_sure() -> None:
    hidden = f"<div class=x>{figures('列', 7, 8, 9)}</div>"
    picture = "<p><img src='W020250120.png' width=600 height=400></p>"
    for shown, rule in ((figures("其他", 1, 2, 3), "display:none"), (picture, "height:0;overflow:hidden")):
        document = page(f"<p>年报</p>{shown}{hidden}", f".x{{{rule}}}")
        assert cells(document)[-4:] == ["件数", "⁷", "⁸", "⁹"]
        assert [problem.code for problem in document.problems] == ["hidden_by_style"]


def test_a_page_that_a_script_shows_is_read_and_told() -> None:
    tables = figures("列", 7, 8, 9) + figures("其他", 1, 2, 3)
    document = page(f"<p>年报</p><div v-cloak>{tables}</div>", "[v-cloak]{display:none}")
    assert cells(document)[5:8] == ["7", "8", "9"]
    assert [problem.code for problem in document.problems] == ["hidden_by_style"]


def test_tabs_show_the_one_that_is_active() -> None:
    rule = ".tab{display:none;opacity:0} .tab.on{display:block;opacity:1}"
    tabs = f"<div class=tab>{figures('列', 7, 8, 9)}</div><div class='tab on'>{figures('列', 1, 2, 3)}</div>"
    assert cells(page(tabs, rule))[5:] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ("".join(f".c{place}{{display:none}}" for place in range(20_000)), "<i class=c9>1</i>" * 20_000),
        ("td b:nth-child(3){display:none}", "<b>1</b>" * 50_000),
        (".a ~ .x{display:none}", "<i class=a>1</i><b class=x>2</b>" * 20_000),
        (".x{display:none}/*" + "/*" * 100_000, "<b class=x>1</b>"),
        (".x{display:none}" + "@media print{" * 50_000 + ".y{display:none}" * 20_000, "<b class=x>1</b>"),
        (".x{display:none}" + "print " * 50_000, "<b class=x>1</b>"),
        (".x{padding:" + "0.000" * 800 + "y;display:none}", "<b class=x>1</b>"),
        ("," * 100_000 + ".x{display:none}", "<b class=x>1</b>"),
        (".x{display:none}", "<b class=x>1" * 10_000),
        (".x{display:none}", "<b class=x>1" * 5_000 + "<p>3"),
        (".x{color:#fff}", "<b class=x>1</b><td class=x>3" * 10_000),
        (".x{display:none}", "<div class=x>" * 1_000 + figures("列", 1, 2, 3) * 500),
        (".x{display:none}", f"<div class=x>{figures('列', 1, 2, 3)}</div>" * 1_000),
    ],
)
def test_rules_of_a_hostile_page_take_linear_time(rule: str, body: str) -> None:
    start = time.perf_counter()
    page(f"<table><tr><td>规章<td>{body}<td>0</table>{figures('其他', 1, 2, 3)}", rule)
    assert time.perf_counter() - start < 5
