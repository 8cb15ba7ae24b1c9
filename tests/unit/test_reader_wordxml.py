"""Word documents in other wrappings: one XML file (flat OPC, Word 2003), and a web page within a docx."""

from __future__ import annotations

import pytest
from reader_files import WORD, cell, docx, grids, outline, para, paragraphs, row, spans, table, texts, zipped

from pipelines.document import ReadError
from pipelines.readers import Limits, read, sniff

FLAT, OLD = "application/vnd.ms-word2006ml", "application/vnd.ms-wordml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<?mso-application progid="Word.Document"?>'
FORM = para("总体情况") + table(
    row(cell("规章", merge="restart"), cell("12")), row(cell("", merge="continue"), cell("3"))
)


def part(name: str, inside: str) -> str:
    return f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{inside}</pkg:xmlData></pkg:part>'


def flat(body: str, *more: str, head: str = HEAD) -> bytes:
    main = part("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')
    space = "http://schemas.microsoft.com/office/2006/xmlPackage"
    return f'{head}<pkg:package xmlns:pkg="{space}">{main}{"".join(more)}</pkg:package>'.encode()


def old(body: str, before: str = "", head: str = HEAD) -> bytes:
    body = body.replace("w:vMerge", "w:vmerge")
    return (
        f'{head}<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
        'xmlns:aml="http://schemas.microsoft.com/aml/2001/core" xmlns:o="urn:schemas-microsoft-com:office:office" '
        f'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint">{before}<w:body><wx:sect>{body}'
        "<w:sectPr><w:hdr><w:p><w:r><w:t>页眉</w:t></w:r></w:p></w:hdr></w:sectPr></wx:sect></w:body></w:wordDocument>"
    ).encode()


@pytest.mark.parametrize(("make", "kind"), [(flat, FLAT), (old, OLD)])
def test_one_xml_file_is_read_as_a_docx_is(make, kind: str) -> None:
    data = make(FORM)
    for encoded in (data, data.decode().replace("UTF-8", "UTF-16").encode("utf-16")):
        assert sniff(encoded) == kind
        document = read(encoded, "年报.doc")
        assert (document.media_type, document.problems) == (kind, [])
        assert document.blocks == read(docx(FORM)).blocks
    assert spans(grids(document)[0])["规章"] == (0, 0, 2, 1)
    assert [problem.code for problem in read(data, "年报.pdf").problems] == ["wrong_extension"]


def test_parts_of_a_flat_package() -> None:
    style = '<w:style w:type="character" w:styleId="c"><w:rPr><w:vanish/></w:rPr></w:style>'
    styles = part("word/styles.xml", f'<w:styles xmlns:w="{WORD}">{style}</w:styles>')
    core = part(
        "docProps/core.xml",
        '<c:p xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>年报</dc:title></c:p>',
    )
    hidden = '<w:r><w:rPr><w:rStyle w:val="c"/></w:rPr><w:t>1</w:t></w:r>'
    document = read(flat(para("3").replace("</w:p>", f"{hidden}</w:p>"), styles, core))
    assert (paragraphs(document), document.title) == (["3"], "年报")


def change(kind: str, inside: str) -> str:
    return f'<aml:annotation aml:id="1" w:type="Word.{kind}"><aml:content>{inside}</aml:content></aml:annotation>'


def test_what_word_2003_writes_in_its_own_way() -> None:
    def run(text: str, name: str = "t") -> str:
        return f"<w:r><w:{name}>{text}</w:{name}></w:r>"

    note = "<w:r><w:footnote{}><w:p><w:r><w:t>脚注9</w:t></w:r></w:p></w:footnote>{}</w:r>"
    comment = f"<w:r>{change('Comment', para('批注8'))}</w:r>"
    start = '<aml:annotation aml:id="2" w:type="Word.Bookmark.Start" w:name="a"/>'
    body = (
        f"<w:p>{start}{change('Insertion', run('12'))}{change('Deletion', run('7', 'delText'))}{run('件')}</w:p>"
        f"<w:p>{run('3')}{note.format('', '')}{comment}</w:p>"
        f"<w:p>{run('3')}{note.format(chr(32) + 'w:suppressRef=' + chr(34) + 'on' + chr(34), '<w:t>1</w:t>')}</w:p>"
        f"<w:p><w:pPr><w:sectPr><w:ftr><w:p>{run('页脚')}</w:p></w:ftr></w:sectPr></w:pPr>{run('末')}</w:p>"
    ) + table(
        row(cell("a"), cell("1")),
        row(cell("b"), cell("2"), properties='<aml:annotation w:type="Word.Deletion"/>'),
        change("Insertion", row(cell("c"), cell("3"))),
    )
    title = "<o:DocumentProperties><o:Title>年报</o:Title><o:Author>某人</o:Author></o:DocumentProperties>"
    style = '<w:styles><w:style w:type="paragraph" w:default="on" w:styleId="a"><w:rPr><w:strike w:val="on"/></w:rPr>'
    document = read(old(body, title))
    assert outline(document) == ["12件", "3", "3¹", "末", "<t1 2x2>"]
    assert texts(grids(document)[0]) == [(0, 0, "a"), (0, 1, "1"), (1, 0, "c"), (1, 1, "3")]
    assert (document.title, "某人" in str(document.metadata)) == ("年报", False)
    with pytest.raises(ReadError, match="no text"):
        read(old(para("3"), f"{style}</w:style></w:styles>"))


@pytest.mark.parametrize("make", [flat, old])
def test_hostile_and_broken_xml(make) -> None:
    whole = make(FORM * 20)
    entity = '<!DOCTYPE a [<!ENTITY x "0"><!ENTITY y "&x;&x;&x;">]>'
    deep = "<w:sdt>" * 300 + "</w:sdt>" * 300
    for data, limits, code in (
        (whole[: len(whole) // 2], Limits(), "truncated"),
        (whole, Limits(unpacked_bytes=1000), "too_large"),
        (whole, Limits(cells=30), "too_large"),
        (make(para("&y;"), head=HEAD + entity), Limits(), "unsafe_xml"),
        (make(deep), Limits(), "truncated"),
        (make("").replace(b":body>", b":other>"), Limits(), "truncated"),
    ):
        with pytest.raises(ReadError) as caught:
            read(data, limits=limits)
        assert caught.value.code == code


def test_other_xml_is_told_from_words() -> None:
    other = part("ppt/presentation.xml", "<p/>")
    assert sniff(
        flat("").replace(b"word/document", b"ppt/document").replace(b"Word.Document", b"") + other.encode()
    ) == ("application/xml")
    assert sniff(b'<?xml version="1.0"?><a><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/'
                 b'wordml"/></a>') == "application/xml"  # fmt: skip
    comment = b'<!-- <w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"> -->'
    with pytest.raises(ReadError):
        read(b'<?xml version="1.0"?>' + comment + b"<a/>")
    with pytest.raises(ReadError) as caught:
        read(flat("", part("word/document.xml", "<a/>")))
    assert caught.value.code == "truncated"


PAGE = "<html><body><p>总体情况</p><table><tr><td>规章</td><td>12</td></tr></table></body></html>"
ARCHIVE = (
    f"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n{PAGE}\n--b--\n"
)
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CHUNK = f'<w:altChunk xmlns:r="{R}" r:id="h"/>'


def chunked(body: str, data: bytes, target: str = "/word/a.mht") -> bytes:
    related = f'<Relationships><Relationship Id="h" Target="{target}"/></Relationships>'
    return docx(body, {"word/_rels/document.xml.rels": related.encode(), "word/a.mht": data})


def test_web_page_within_a_docx() -> None:
    for data in (PAGE.encode(), ARCHIVE.encode()):
        for target in ("/word/a.mht", "a.mht", "./a.mht"):
            document = read(chunked(f"<w:p/>{CHUNK}<w:sectPr/>", data, target), "年报.docx")
            assert outline(document) == ["总体情况", "<t1 1x2>"]
            assert (document.media_type, document.problems) == (read(docx(para("x"))).media_type, [])


@pytest.mark.parametrize(
    ("body", "data", "target"),
    [
        (CHUNK + para("正文"), PAGE.encode(), "a.mht"),
        (CHUNK + CHUNK, PAGE.encode(), "a.mht"),
        (CHUNK, b"{\\rtf1 a}", "a.mht"),
        (CHUNK, zipped({"word/document.xml": b"<a/>"}), "a.mht"),
        (CHUNK, PAGE.encode(), "../../etc/passwd"),
        (CHUNK, PAGE.encode(), "http://example.com/a.mht"),
    ],
)
def test_text_in_other_files_within_is_told(body: str, data: bytes, target: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(chunked(body, data, target))
    assert (caught.value.code, "altChunk" in caught.value.message_en) == ("unsupported_type", True)
