"""What a Word file holds and does not show as a digit of a number: by styles, by looks, in fields and placeholders."""

from __future__ import annotations

import time

import pytest
from reader_files import WORD, cell, docx, grids, para, paragraphs, row, table, texts

from pipelines.document import ReadError
from pipelines.readers import read

HIDDEN, STRUCK = "<w:vanish/>", "<w:strike/>"
RAISED, LEVEL = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="baseline"/>'
WHITE, BLACK = '<w:color w:val="FFFFFF"/>', '<w:color w:val="000000"/>'
SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="336699"/>'


def style(kind: str, name: str, properties: str = "", based: str = "", more: str = "", usual: bool = False) -> str:
    """A style with these properties of runs; ``more`` are others."""
    based = f'<w:basedOn w:val="{based}"/>' if based else ""
    default = ' w:default="1"' if usual else ""
    properties = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}"{default}>{based}{properties}{more}</w:style>'


def styles(*given: str, defaults: str = "") -> dict[str, bytes]:
    """The part of styles."""
    default = f"<w:docDefaults><w:rPrDefault><w:rPr>{defaults}</w:rPr></w:rPrDefault></w:docDefaults>"
    return {"word/styles.xml": f'<w:styles xmlns:w="{WORD}">{default}{"".join(given)}</w:styles>'.encode()}


def run(text: str, properties: str = "") -> str:
    return f"<w:r>{properties and f'<w:rPr>{properties}</w:rPr>'}<w:t>{text}</w:t></w:r>"


def named(name: str, kind: str = "r") -> str:
    return f'<w:{kind}Style w:val="{name}"/>'


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def shown(body: str, parts: dict[str, bytes] | None = None) -> str:
    """The paragraphs before a last one."""
    last = run("末", '<w:vanish w:val="0"/><w:strike w:val="0"/>')
    return "|".join(paragraphs(read(docx(body + paragraph(last), parts)))[:-1])


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ([style("character", "c", RAISED)], "3¹"),
        ([style("character", "b", RAISED), style("character", "c", "<w:b/>", "b")], "3¹"),
        ([style("character", "b", RAISED), style("character", "c", LEVEL, "b")], "31"),
        ([style("character", "b", RAISED, "c"), style("character", "c", "", "b")], "3¹"),  # in a circle
        ([style("character", "c", "<w:b/>", "c")], "31"),
        ([style("character", "c", HIDDEN)], "3"),
        ([style("character", "c", STRUCK)], "3"),
        ([style("character", "c", "<w:dstrike/>")], "3"),
        ([style("character", "b", HIDDEN), style("character", "c", '<w:vanish w:val="off"/>', "b")], "31"),
        ([style("character", "c", WHITE)], "3¹"),
        ([style("character", "c", '<w:color w:val="auto" w:themeColor="background1"/>')], "3¹"),
        ([style("character", "c", WHITE + SHADE)], "31"),
        ([style("character", "c", '<w:sz w:val="2"/>')], "3¹"),
        ([style("character", "c", '<w:w w:val="5"/>')], "3¹"),
        ([style("character", "c", '<w:position w:val="10"/>')], "3¹"),
        ([style("character", "other", RAISED)], "31"),
        ([style("character", "c", '<w:color w:val="0563C1"/>')], "31"),
    ],
)
def test_looks_of_character_styles(given: list[str], text: str) -> None:
    parts = styles(*given)
    assert shown(paragraph(run("3"), run("1", named("c"))), parts) == text
    link = f"<w:hyperlink>{run('1', named('c'))}</w:hyperlink>"
    assert shown(paragraph(run("3"), link), parts) == text


@pytest.mark.parametrize(
    ("properties", "text"),
    [(HIDDEN, ""), (STRUCK, ""), (RAISED, "³"), (WHITE, "³"), ('<w:sz w:val="3"/>', "³"), (BLACK, "3")],
)
def test_looks_of_paragraphs_and_defaults(properties: str, text: str) -> None:
    assert shown(paragraph(run("3"), properties=named("p", "p")), styles(style("paragraph", "p", properties))) == text
    assert shown(paragraph(run("3")), styles(style("paragraph", "p", properties, usual=True))) == text
    assert shown(paragraph(run("3")), styles(style("character", "c", properties, usual=True))) == text
    assert shown(paragraph(run("3")), styles(defaults=properties)) == text
    direct = '<w:vanish w:val="0"/><w:strike w:val="0"/><w:color w:val="000000"/><w:sz w:val="21"/>' + LEVEL
    assert shown(paragraph(run("3", direct)), styles(defaults=properties)) == "3"


def test_hidden_and_struck_are_toggles_of_the_styles() -> None:
    for properties in (HIDDEN, STRUCK):
        parts = styles(style("paragraph", "p", properties), style("character", "c", properties), style("table", "t"))
        both = paragraph(run("3", named("c")), properties=named("p", "p"))
        assert shown(both, parts) == "3"
        assert shown(paragraph(run("3", named("c") + properties), properties=named("p", "p")), parts) == ""
        always = styles(style("character", "c", properties), defaults=properties)
        assert shown(paragraph(run("3", named("c"))), always) == ""
    double = "<w:dstrike/>"  # no toggle
    parts = styles(style("paragraph", "p", double), style("character", "c", double))
    assert shown(paragraph(run("3", named("c")), properties=named("p", "p")), parts) == ""


@pytest.mark.parametrize(
    ("properties", "more", "text"),
    [
        (HIDDEN, "", ""),
        (WHITE, "", "³"),
        (WHITE, f"<w:tcPr>{SHADE}</w:tcPr>", "3"),
        ("", f'<w:tblStylePr w:type="lastRow"><w:rPr>{WHITE}</w:rPr></w:tblStylePr>', "³"),
        ("", f'<w:tblStylePr w:type="lastRow"><w:rPr>{HIDDEN}</w:rPr></w:tblStylePr>', "³"),
        ("", f'<w:tblStylePr w:type="lastRow"><w:rPr>{WHITE}</w:rPr><w:tcPr>{SHADE}</w:tcPr></w:tblStylePr>', "3"),
        ("", f'<w:tblStylePr w:type="firstRow"><w:rPr>{WHITE}</w:rPr></w:tblStylePr>', "3"),
    ],
)
def test_looks_of_table_styles(properties: str, more: str, text: str) -> None:
    given = styles(style("table", "base", properties, more=more), style("table", "t", based="base"))
    body = table(row(cell("规章"), cell("3"))).replace("<w:tblPr/>", f"<w:tblPr>{named('t', 'tbl')}</w:tblPr>")
    (grid,) = grids(read(docx(para("前") + body, given)))
    assert texts(grid)[1] == (0, 1, text)
    (other,) = grids(read(docx(table(row(cell("规章"), cell("3"))), given)))
    assert texts(other)[1] == (0, 1, "3")


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ('<w:color w:val="FEFEFE"/>', "⁷3"),
        ('<w:color w:val="F2f2f2"/>', "⁷3"),
        ("<w:color w:val='#FFFFFF'/>", "⁷3"),
        ('<w:color w:val="&#70;FFFFF"/>', "⁷3"),
        ('<w:color w:val="F2F2F2" w:themeColor="background1" w:themeShade="F2"/>', "⁷3"),
        ('<w:color w:val="7F7F7F" w:themeColor="background1" w:themeShade="7F"/>', "73"),
        ('<w:color w:val="FFFF00"/>', "73"),
        (WHITE + '<w:highlight w:val="none"/>', "⁷3"),
        (WHITE + '<w:shd w:val="clear" w:fill="F2F2F2"/>', "⁷3"),
        ('<w:sz w:val="2"/>', "⁷3"),
        ('<w:sz w:val="1pt"/>', "⁷3"),
        ('<w:sz w:val="9"/>', "73"),
        ('<w:w w:val="1"/>', "⁷3"),
        ('<w:w w:val="80"/>', "73"),
        (f'<w14:textFill xmlns:w14="{"http://schemas.microsoft.com/office/word/2010/wordml"}"><w14:noFill/></w14:textFill>',
         "⁷3"),
        ('<w:position w:val="10"/><w:sz w:val="12"/>', "⁷3"),
        ('<w:position w:val="-5pt"/>', "⁷3"),
        ('<w:position w:val="2"/>', "73"),
    ],
)  # fmt: skip
def test_pale_tiny_squeezed_and_moved(properties: str, text: str) -> None:
    assert shown(paragraph(run("7", properties), run("3"))) == text


def test_signs_that_nobody_sees_and_wide_digits() -> None:
    assert shown(paragraph(run("-", WHITE), run("3"))) == "⁻3"
    assert shown(paragraph(run("3"), run(".", WHITE), run("5"))) == "3·5"
    assert shown(paragraph(run("3"), run("１", RAISED))) == "3¹"


def test_a_line_that_stands_higher_as_a_whole_is_a_line() -> None:
    moved = '<w:position w:val="-8"/>'
    assert shown(paragraph(run("1", moved), run(" "), run("2件", moved))) == "1 2件"


def test_styles_that_nothing_can_be_told_of() -> None:
    body = paragraph(run("3"), run("1", named("c")))
    assert shown(body, styles(style("paragraph", "c", HIDDEN))) == "31"  # a style of paragraphs is none of characters
    broken = {"word/styles.xml": styles(style("character", "c", HIDDEN))["word/styles.xml"][:-20]}
    with pytest.raises(ReadError) as caught:
        read(docx(body, broken))
    assert caught.value.code == "truncated"
    wide = styles(style("character", "c", HIDDEN))["word/styles.xml"].decode().encode("utf-16")
    assert shown(body, {"word/styles.xml": wide}) == "3"
    other = {"word/styles2.xml": styles(style("character", "c", HIDDEN))["word/styles.xml"]}
    assert shown(body, other) == "3"


def test_long_chains_of_styles_take_no_time() -> None:
    chain = [style("character", "c0", HIDDEN)]
    chain += [style("character", f"c{n}", "<w:b/>", f"c{n - 1}") for n in range(1, 5000)]
    body = "".join(paragraph(run("3"), run("1", named(f"c{n}"))) for n in range(5000))
    before = time.process_time()
    found = paragraphs(read(docx(body, styles(*chain))))
    assert (len(found), set(found)) == (5000, {"3"})
    assert time.process_time() - before < 5


def field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def instruction(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def test_results_within_instructions_are_not_shown() -> None:
    def inner(name: str, value: str) -> str:
        return field("begin") + instruction(f"REF {name}") + field("separate") + run(value) + field("end")

    nested = field("begin") + instruction("=") + inner("a", "1") + instruction("+") + inner("b", "2")
    assert shown(paragraph(nested + field("separate") + run("3") + field("end"))) == "3"
    over = (
        paragraph(nested) + paragraph(inner("c", "5")) + paragraph(field("separate"), run("3"), field("end"), run("件"))
    )
    assert shown(over) == "3件"
    result = field("begin") + instruction("TOC") + field("separate") + run("目录") + inner("d", "4") + field("end")
    assert shown(paragraph(result)) == "目录4"
    assert shown(paragraph(field("begin") + run("1") + instruction("PAGE"), run("2"))) == "12"  # it never ends
    torn = field("begin") + instruction("=") + field("separate") + field("begin") + run("5") + field("end")
    assert shown(paragraph(run("3") + torn)) == "3⁵"
    assert shown(paragraph(run("1") + field("end") + field("separate") + run("2"))) == "12"


def test_marks_of_notes_that_somebody_chose() -> None:
    def reference(kind: str, more: str, custom: str = "1") -> str:
        return f'<w:r><w:{kind}Reference w:customMarkFollows="{custom}" w:id="1"/>{more}</w:r>'

    assert shown(paragraph(run("3"), reference("footnote", "<w:t>1</w:t>"))) == "3¹"
    assert shown(paragraph(run("3"), reference("endnote", ""), run("1"), run("2"))) == "3¹2"
    assert shown(paragraph(run("3"), reference("footnote", "<w:t>1</w:t>", "0"))) == "31"


def test_reading_aids_and_placeholders() -> None:
    ruby = f"<w:ruby><w:rubyPr/><w:rt>{run('2')}</w:rt><w:rubyBase>{run('3')}</w:rubyBase></w:ruby>"
    assert shown(paragraph(f"<w:r>{ruby}</w:r>")) == "3"

    def control(sign: str, text: str) -> str:
        return f"<w:sdt><w:sdtPr>{sign}</w:sdtPr><w:sdtContent>{text}</w:sdtContent></w:sdt>"

    styled, bare = run("0", named("a")), run("0")
    empty, filled = "<w:showingPlcHdr/>", '<w:showingPlcHdr w:val="false"/>'
    assert shown(paragraph(run("x"), control(empty, styled))) == "x"
    assert shown(paragraph(run("x"), control(empty, bare))) == "x⁰"
    assert shown(paragraph(run("x"), control(filled, styled))) == "x0"
    held = f"<w:tc><w:tcPr/>{control(empty, paragraph(styled))}</w:tc>"
    around = control(empty, f"<w:tc><w:tcPr/>{paragraph(styled)}</w:tc>")
    (grid,) = grids(read(docx(table(row(cell("规章"), held, around, cell("7"))))))
    assert [text for _, _, text in texts(grid)] == ["规章", "", "", "7"]  # each keeps its place
