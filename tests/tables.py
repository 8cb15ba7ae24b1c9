"""Small tables for tests of interpretation: grids built straight from the forms, without any file type."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.document import Block, Cell, Document, Grid, Paragraph
from schemas.forms import Key, load_form

APPLICANT_LABELS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")


def grid(rows: list[list[tuple[str, int, int]]], *, aligned: bool = True, first: int = 0) -> Grid:
    """Rows of (text, rowspan, colspan), placed as HTML places them."""
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for row, items in enumerate(rows):
        col = 0
        for text, rowspan, colspan in items:
            while (row, col) in taken:
                col += 1
            cells.append(Cell(text, row, col, rowspan, colspan, f"t{first}/r{row + 1}/c{col + 1}"))
            taken |= {(row + down, col + right) for down in range(rowspan) for right in range(colspan)}
            col += colspan
    width = max(cell.col + cell.colspan for cell in cells)
    return Grid(cells, len(rows), width, f"t{first}", aligned)


def plain_grid(rows: list[list[str]], *, aligned: bool = False) -> Grid:
    """Rows of texts without spans: a text table."""
    return grid([[(text, 1, 1) for text in row] for row in rows], aligned=aligned)


def requests_rows(
    values: Mapping[Key, str], form: str = "2021", *, spans: bool = True
) -> list[list[tuple[str, int, int]]]:
    """The table of requests: three header rows and the rows of the form. Without ``spans`` the cells that a span would
    cover are simply not there, as in careless exports."""
    rows: list[list[tuple[str, int, int]]] = [
        [("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3), ("申请人情况", 1, 7)],
        [("自然人", 2, 1), ("法人或其他组织", 1, 5), ("总计", 2, 1)],
        [(label, 1, 1) for label in APPLICANT_LABELS[1:-1]],
    ]
    body = [cell for cell in load_form(form).cells if cell.section == "requests"]
    indicators = list(dict.fromkeys(cell.indicator for cell in body))
    group_of = {cell.indicator: cell.row_group for cell in body}
    results = [one for one in indicators if one.startswith("result")]
    seen: set[str] = set()
    for indicator in indicators:
        label = next(cell.row_label for cell in body if cell.indicator == indicator)
        group = group_of[indicator]
        row: list[tuple[str, int, int]] = []
        if indicator == results[0]:
            row.append(("三、本年度办理结果", len(results) if spans else 1, 1))
        if not group:
            row.append((label, 1, 3 if spans else 1))
        elif group.startswith("三"):
            row.append((label, 1, 2 if spans else 1))
        else:
            if group not in seen:
                row.append((group, sum(g == group for g in group_of.values()) if spans else 1, 1))
                seen.add(group)
            row.append((label, 1, 1))
        row += [
            (values.get(("requests", indicator, cell.breakdown), ""), 1, 1)
            for cell in body
            if cell.indicator == indicator
        ]
        rows.append(row)
    return rows


def document(*blocks: Block, year: int = 2024) -> Document:
    """A document that says whose report it is and which year's."""
    head: list[Block] = [
        Paragraph(f"某市某局{year}年政府信息公开工作年度报告", "L1:1-9"),
        Paragraph(f"本报告中所列数据的统计期限自{year}年1月1日起，至{year}年12月31日止。", "L2:1-9"),
    ]
    return Document("text/plain", [*head, *blocks])


def example(form: str = "2021") -> dict[Key, str]:
    """A report's requests with different figures in every row and all sums right."""
    cells = [cell for cell in load_form(form).cells if cell.section == "requests"]
    parts = ("natural_person", "business", "research", "public_welfare", "legal_service", "other")
    figures: dict[Key, int] = {}
    items = [
        one
        for one in dict.fromkeys(cell.indicator for cell in cells)
        if one.startswith("result.") and one != "result.total"
    ]
    for place, indicator in enumerate(items):
        for column, part in enumerate(parts):
            figures["requests", indicator, part] = (place * 7 + column * 3) % 11 * (column + 1)
    for column, part in enumerate(parts):
        total = sum(figures["requests", indicator, part] for indicator in items)
        figures["requests", "result.total", part] = total
        figures["requests", "carried_in", part] = column
        figures["requests", "carried_out", part] = column * 2
        figures["requests", "new", part] = total + column
    for indicator in {key[1] for key in figures}:
        figures["requests", indicator, "total"] = sum(figures["requests", indicator, part] for part in parts)
    return {key: str(value) for key, value in figures.items()}
