"""Body -> HTML: pages saved from a word processor, and plain pages of a content management system with its chrome."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Literal

from pipelines.simulate.body import Body, Line
from pipelines.simulate.tables import Table, TableCell


@dataclass(frozen=True, slots=True)
class Site:
    """The chrome around a report: what a site says of the page, and links to its neighbours."""

    name: str = ""
    column: str = "政府信息公开年报"
    published: str = ""
    siblings: tuple[str, ...] = ()
    footer: str = ""


@dataclass(frozen=True, slots=True)
class HtmlLayout:
    """``export``: paragraphs and spans in every cell, as word processors write them. ``breaks``: how a line break
    inside a cell is marked. ``charset`` is what the bytes are in, ``declared`` what the page claims (None: nothing).
    ``site``: chrome, or None for a bare page. ``wrapper``: the tables stand inside a layout table."""

    export: bool = True
    breaks: Literal["br", "p"] = "br"
    charset: str = "utf-8"
    declared: str | None = "utf-8"
    site: Site | None = None
    wrapper: bool = False


def write_html(body: Body, layout: HtmlLayout = HtmlLayout()) -> bytes:
    """One page, in the bytes of ``layout.charset``."""
    title = next((piece.text for piece in body if isinstance(piece, Line) and piece.style == "title"), "")
    parts = ["<!DOCTYPE html>" if not layout.export else "", _head(title, layout), "<body>"]
    if layout.site:
        parts.append(_chrome_above(title, layout.site))
    parts.append('<div class="WordSection1">' if layout.export else '<div class="TRS_Editor" id="content">')
    if layout.wrapper:
        parts.append('<table width="900" border="0" cellspacing="0"><tbody><tr><td>')
    for piece in body:
        parts.append(_line(piece, layout) if isinstance(piece, Line) else _table(piece, layout))
    if layout.wrapper:
        parts.append("</td></tr></tbody></table>")
    parts.append("</div>")
    if layout.site:
        parts.append(_chrome_below(layout.site))
    parts.append("</body>\n</html>\n")
    return "\n".join(part for part in parts if part).encode(layout.charset, "xmlcharrefreplace")


def _head(title: str, layout: HtmlLayout) -> str:
    lines = ["<html>", "<head>"]
    if layout.declared:
        lines.append(f'<meta http-equiv="Content-Type" content="text/html; charset={layout.declared}" />')
    if layout.export:
        lines.append('<meta name="Generator" content="Microsoft Word 15 (filtered)" />')
        lines.append("<style><!-- p.MsoNormal {margin:0cm; text-align:justify; font-size:10.5pt;} --></style>")
    site = layout.site
    if site:
        lines.append(f'<meta name="SiteName" content="{escape(site.name)}" />')
        lines.append(f'<meta name="ColumnName" content="{escape(site.column)}" />')
        lines.append(f'<meta name="ArticleTitle" content="{escape(title)}" />')
        if site.published:
            lines.append(f'<meta name="PubDate" content="{site.published}" />')
        lines.append('<script>var page = {"id": 20, "hits": 1024}; document.write("");</script>')
    lines.append(f"<title>{escape(title)}{'_' + escape(site.column) if site else ''}</title>")
    lines.append("</head>")
    return "\n".join(lines)


def _chrome_above(title: str, site: Site) -> str:
    siblings = "\n".join(f'<li><a href="./t{i}.html">{escape(text)}</a></li>' for i, text in enumerate(site.siblings))
    dated = f"<span>发布时间：{site.published}</span>" if site.published else ""
    return (
        f'<div class="header"><a href="/">{escape(site.name)}</a></div>\n'
        f'<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; '
        f"<span>{escape(site.column)}</span></div>\n"
        f'<div class="sidebar"><h3>相关文章</h3>\n<ul>\n{siblings}\n</ul></div>\n'
        f'<h1>{escape(title)}</h1>\n<div class="info">{dated}<span>字号：大 中 小</span></div>'
    )


def _chrome_below(site: Site) -> str:
    return f'<div class="footer"><p>{escape(site.footer)}</p><p>打印 | 关闭</p></div>'


def _line(piece: Line, layout: HtmlLayout) -> str:
    text = escape(piece.text, quote=False)
    if not layout.export:
        tag = {"title": "h2", "heading": "h3"}.get(piece.style, "p")
        return f"<{tag}>{text}</{tag}>"
    if piece.style == "title":
        return f'<p class="MsoNormal" align="center" style="text-align:center;line-height:28.0pt"><b><span style="font-size:22.0pt;font-family:宋体">{text}</span></b></p>'  # noqa: E501
    font = "黑体" if piece.style == "heading" else "仿宋"
    return f'<p class="MsoNormal" style="text-indent:32.0pt;line-height:28.0pt"><span style="font-size:16.0pt;font-family:{font}">{text}</span></p>'  # noqa: E501


def _table(table: Table, layout: HtmlLayout) -> str:
    if layout.export:
        lines = [
            '<table class="MsoTableGrid" border="1" cellspacing="0" cellpadding="0" style="border-collapse:collapse">'
        ]
    else:
        lines = ['<table border="1" cellspacing="0" width="100%">']
    lines.append("<tbody>")
    for r in range(table.n_rows):
        cells = "\n".join(_cell(cell, table, layout) for cell in table.row(r))
        lines.append(f"<tr>\n{cells}\n</tr>" if cells else "<tr></tr>")
    lines.append("</tbody></table>")
    return "\n".join(lines)


def _cell(cell: TableCell, table: Table, layout: HtmlLayout) -> str:
    spans = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    spans += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    pieces = [escape(text, quote=False) or "&nbsp;" for text in cell.text.split("\n")]
    if not layout.export:
        return f"<td{spans}>{'<br>'.join(pieces)}</td>"
    if layout.breaks == "br":
        pieces = ["<br />".join(pieces)]
    width = round(640 * sum(table.widths[cell.col : cell.col + cell.colspan]) / sum(table.widths))
    align = "left" if cell.role == "label" else "center"
    inner = "".join(
        f'<p class="MsoNormal" align="{align}" style="text-align:{align}">'
        f'<span style="font-size:10.5pt;font-family:宋体">{text}</span></p>'
        for text in pieces
    )
    return f'<td width="{width}"{spans} style="border:solid windowtext 1.0pt;padding:0cm 5.4pt">{inner}</td>'
