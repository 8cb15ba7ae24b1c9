"""`nianbao explain`: one figure, where it stands, what its sums say, and why it was chosen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.store import Store

Row = dict[str, Any]
_LISTED = 20
_WITHOUT_BREAKDOWN = ("total", "year", "year_to_date")


class NotFoundError(Exception):
    """There is no such figure, or several fit; the message says which there are."""


def explain(work: Path, agency: str, year: int | None, indicator: str, breakdown: str | None) -> str:
    """The text about one figure.

    ``agency`` is a name, a part of one, an agency id, or a statement id (then the rest is not looked at).
    ``indicator`` and ``breakdown`` are codes, or the Chinese labels of row and column or a part of them. Without
    ``breakdown`` the total is taken where there is one, or the year. Raises ``NotFoundError`` with what there is
    instead.
    """
    path = work / "store.duckdb"
    if not path.is_file():
        raise NotFoundError(f"Nothing was read yet in {work}; `nianbao run` reads. 尚未读取任何文件，请先运行。")
    from pipelines.store import Store, StoreError

    try:
        with Store(path, read_only=True) as store:
            if agency.startswith("s-"):
                return _explain(store, *_by_statement(store, agency))
            chosen = _cell(store, _agency(store, agency), year, indicator, breakdown)
            return _explain(store, chosen, str(chosen["statement_id"]))
    except StoreError as error:
        raise NotFoundError(f"{error.message_en}  {error.message_zh}") from error


def _rows(store: Store, sql: str, *params: object) -> list[Row]:
    return store.query(sql, params).to_pylist()


def _by_statement(store: Store, statement_id: str) -> tuple[Row, str]:
    """The observation that a statement competes for, and the statement."""
    found = _rows(
        store,
        "SELECT o.* FROM statements s JOIN report_documents d USING (document_id, column_level) JOIN observations o "
        "ON o.report_id = d.report_id AND (o.section, o.indicator, o.breakdown) = "
        "(s.section, s.indicator, s.breakdown) WHERE s.statement_id = ?",
        statement_id,
    )
    if not found:
        raise NotFoundError(f"There is no statement {statement_id} of a report. 没有此读数，或其文件不是年度报告。")
    return found[0], statement_id


def _agency(store: Store, wanted: str) -> Row:
    """The one agency that ``wanted`` names: exactly, by id, or as the only one containing it."""
    every = _rows(
        store,
        "SELECT agency_id, agency_name, first_year, last_year FROM agencies WHERE n_reports > 0 ORDER BY 2, 1",
    )
    name = _plain(wanted)
    exact = [row for row in every if wanted == row["agency_id"] or name == _plain(row["agency_name"])]
    found = exact or [row for row in every if name and name in _plain(row["agency_name"])]
    if len(found) == 1:
        return found[0]
    listed = [
        f"  {row['agency_id']}  {row['agency_name']}  {row['first_year']}-{row['last_year']}" for row in found or every
    ]
    if found:
        head = (
            f"{len(found)} agencies fit {wanted!r}; give the id or more of the name. 有多个机关符合，请给出编号或全名："
        )
    else:
        head = f"No agency fits {wanted!r}. These are there: 没有符合的机关，现有："
    raise NotFoundError("\n".join([head, *_first(listed)]))


def _cell(store: Store, agency: Row, year: int | None, indicator: str, breakdown: str | None) -> Row:
    found = _rows(
        store,
        "SELECT o.*, i.label_zh, i.column_label_zh FROM observations o "
        "LEFT JOIN indicators i USING (form, section, indicator, breakdown) "
        "WHERE agency_id = ? AND report_year = ? ORDER BY section, indicator, breakdown",
        agency["agency_id"],
        year,
    )
    name = agency["agency_name"]
    if not found:
        years = [
            str(row["report_year"])
            for row in _rows(
                store, "SELECT DISTINCT report_year FROM reports WHERE agency_id = ? ORDER BY 1", agency["agency_id"]
            )
        ]
        raise NotFoundError(
            f"{name} has no cells for {year}; there are 没有该年度的单元格，现有年度: {', '.join(years)}"
        )
    row = [each for each in found if indicator in (each["indicator"], f"{each['section']}.{each['indicator']}")]
    row = row or [each for each in found if _plain(indicator) in _plain(each["label_zh"] or "")]
    if len({(each["section"], each["indicator"]) for each in row}) != 1:
        near = row or [each for each in found if indicator in each["indicator"]] or found
        listed = "\n".join(dict.fromkeys(f"  {each['indicator']}  {each['label_zh'] or ''}" for each in near))
        head = (
            f"several indicators fit {indicator!r} 符合的指标不止一个"
            if row
            else f"no indicator {indicator!r} 没有此指标"
        )
        raise NotFoundError(f"{name} {year}: {head}; there are 现有:\n{listed}")
    wanted = breakdown or next((code for code in _WITHOUT_BREAKDOWN if code in {one["breakdown"] for one in row}), "")
    cells = [each for each in row if each["breakdown"] == wanted]
    cells = cells or [each for each in row if _plain(wanted) in _plain(each["column_label_zh"] or "")]
    if not cells and breakdown is None and len(row) == 1:
        cells = row
    scopes = {each["scope"] for each in cells}
    if len(cells) == len(scopes) > 1:
        listed = "\n".join(f"  {each['statement_id']}  {each['scope']}" for each in cells)
        head = "give the statement id of one scope instead of the agency 统计口径不止一个，请以读数编号代替机关"
        raise NotFoundError(f"{name} {year} {row[0]['indicator']}: {head}:\n{listed}")
    if len(cells) != 1:
        listed = "\n".join(f"  {each['breakdown']}  {each['column_label_zh'] or ''}" for each in row)
        raise NotFoundError(f"{name} {year} {row[0]['indicator']}: say which breakdown 请指明分组:\n{listed}")
    return cells[0]


def _explain(store: Store, chosen: Row, statement_id: str) -> str:
    rivals = _rivals(store, chosen)
    shown = next((row for row in rivals if row["statement_id"] == statement_id), None)
    if shown is None:
        raise NotFoundError(f"There is no statement {statement_id}. 没有此读数。")
    lines = [*_head(store, chosen, shown), *_place(store, shown)]
    lines += _sums(store, shown)
    lines += _years(store, chosen, shown)
    lines += _choice(chosen, rivals, statement_id)
    return "\n".join(lines + _findings(store, chosen, shown))


def _rivals(store: Store, chosen: Row) -> list[Row]:
    """All statements of this cell in documents of this report, the chosen one first."""
    return _rows(
        store,
        "SELECT s.*, f.file_name, d.origin, d.trust, d.is_reissue, d.published_on FROM statements s "
        "JOIN report_documents d USING (document_id, column_level) JOIN documents f USING (document_id) "
        "WHERE d.report_id = ? AND s.section = ? AND s.indicator = ? AND s.breakdown = ? "
        "ORDER BY s.statement_id = ? DESC, s.statement_id",
        *(chosen[name] for name in ("report_id", "section", "indicator", "breakdown", "statement_id")),
    )


def _head(store: Store, chosen: Row, shown: Row) -> list[str]:
    label = _rows(
        store,
        "SELECT label_zh, column_label_zh, label_en, column_label_en FROM indicators "
        "WHERE section = ? AND indicator = ? AND breakdown = ? ORDER BY form = ? DESC, form LIMIT 1",
        *(shown[name] for name in ("section", "indicator", "breakdown", "form")),
    )
    cell = " / ".join(shown[name] for name in ("section", "indicator", "breakdown"))
    scope = "" if chosen["scope"] == "unspecified" else f"  scope 口径 {chosen['scope']}"
    lines = [f"{chosen['agency_name']} {chosen['report_year']}  {cell}{scope}"]
    for row in label:
        lines.append(f"  {row['label_zh']} × {row['column_label_zh']}  |  {row['label_en']} × {row['column_label_en']}")
    value = "none 无" if shown["value"] is None else f"{number(shown['value'])} {shown['unit']}"
    if shown["value_std"] is not None and shown["value_std"] != shown["value"]:
        value += f" = {number(shown['value_std'])} (standard unit 标准单位)"
    printed = "nothing 无" if shown["printed"] is None else repr(shown["printed"])
    form = f"form 格式 {shown['form']} ({shown['form_basis']})"
    lines += [
        f"value 数值      {value}",
        f"printed 原文    {printed}",
        f"status 状态     {shown['status']}, method 方法 {shown['method']}, {form}",
    ]
    if chosen["value_derived"] is not None:
        rules = chosen["derived_by"].replace(",", ", ")
        lines.append(f"derived 推算    {number(chosen['value_derived'])}, by 依据 {rules}; not printed 原文未印")
    if shown["candidates"]:
        lines.append(f"readings 候选   {shown['candidates']}")
    if shown["derived_by"]:
        lines.append(f"decided by 判定 {shown['derived_by']}")
    return lines


def _place(store: Store, shown: Row) -> list[str]:
    lines = [f"place 位置      {shown['locator'] or 'not in the document 文件中没有'}{_in_words(shown['locator'])}"]
    sightings = _rows(store, "SELECT * FROM sources WHERE document_id = ? ORDER BY path", shown["document_id"])
    for row in sightings:
        published = f", published 发布于 {row['published_on']}" if row["published_on"] else ""
        lines.append(f"document 文件   {row['path']} ({row['origin']}{published})")
        if row["source_url"]:
            lines.append(f"source 来源     {row['source_url']}")
    return [*lines, f"sha256          {shown['document_id']}"]


def _in_words(locator: str | None) -> str:
    if match := re.match(r"p(\d+)\[", locator or ""):
        return f"  (page {match[1]} 第 {match[1]} 页)"
    if match := re.match(r"t(\d+)/r(\d+)/c(\d+)", locator or ""):
        table, row, column = match.groups()
        return f"  (table {table}, row {row}, column {column} 第 {table} 表第 {row} 行第 {column} 列)"
    if match := re.match(r"rows(\d+)/r(\d+)/c(\d+)", locator or ""):
        run, row, cell = match.groups()
        words = f"run {run} of rows that are no table, row {row}, cell {cell}"
        return f"  ({words} 第 {run} 组非表格的行，第 {row} 行第 {cell} 格)"
    if match := re.match(r"(L|para)(\d+)(?::(\d+)-(\d+))?", locator or ""):
        kind, line, first, after = match.groups()
        unit_en, unit_zh = ("line", "行") if kind == "L" else ("paragraph", "段")
        if first is None or int(after) <= int(first):
            return f"  ({unit_en} {line} 第 {line} {unit_zh})"
        last = int(after) - 1  # the second number is the first character that is not meant
        return f"  ({unit_en} {line}, characters {first} to {last} 第 {line} {unit_zh}第 {first} 至 {last} 个字符)"
    return ""


_VERDICTS = {"holds": "holds 成立", "violated": "VIOLATED 不成立", "cannot_tell": "cannot tell 无法判断"}


def _sums(store: Store, shown: Row) -> list[str]:
    """Each identity this cell takes part in, with the figures of the same document."""
    terms = _rows(
        store,
        "SELECT v.equation_id, v.rule, v.verdict, v.difference, e.coefficient, e.is_target, e.section, e.indicator, "
        "e.breakdown, s.value, s.status FROM verdicts v JOIN equations e USING (equation_id) LEFT JOIN "
        "(SELECT * FROM statements WHERE document_id = ? AND column_level = ? QUALIFY row_number() OVER "
        "(PARTITION BY section, indicator, breakdown ORDER BY method <> 'corrected') = 1) s "
        "ON (s.section, s.indicator, s.breakdown) = (e.section, e.indicator, e.breakdown) "
        "WHERE v.document_id = ? AND v.column_level = ? AND v.equation_id IN "
        "(SELECT equation_id FROM equations WHERE section = ? AND indicator = ? AND breakdown = ?) "
        "ORDER BY v.equation_id, e.is_target DESC, e.coefficient DESC, e.indicator, e.breakdown",
        *(shown[name] for name in (*("document_id", "column_level") * 2, "section", "indicator", "breakdown")),
    )
    sums: dict[str, list[Row]] = {}
    for row in terms:
        sums.setdefault(row["equation_id"], []).append(row)
    lines = ["sums 勾稽关系" if sums else "sums 勾稽关系   none 无"]
    for each in sums.values():
        rule, verdict, gap = each[0]["rule"], each[0]["verdict"], each[0]["difference"]
        difference = f" (off by 相差 {number(gap)})" if verdict == "violated" and gap is not None else ""
        lines.append(f"  {rule}: {_VERDICTS.get(verdict, verdict)}{difference}")
        lines.append(f"    {_equation(each, shown)}")
    return lines


def _equation(terms: Sequence[Row], shown: Row) -> str:
    """``total = part + part``: terms with the target's sign on the left, the others on the right."""
    sign = terms[0]["coefficient"]
    along = [_term(row, shown) for row in terms if row["coefficient"] * sign > 0]
    against = [_term(row, shown) for row in terms if row["coefficient"] * sign < 0]
    equals = "≠" if terms[0]["verdict"] == "violated" else "="
    return f"{' + '.join(along)} {equals} {' + '.join(against)}"


def _years(store: Store, chosen: Row, shown: Row) -> list[str]:
    """Each relation over the years, or bound, that this cell is the target of, with the figures of both years."""
    terms = _rows(
        store,
        "SELECT r.equation_id, r.rule, v.verdict, v.missing, r.coefficient, r.comparison, r.indicator, r.breakdown, "
        "? - r.years_back AS year, o.value, o.status FROM relations r JOIN verdicts v USING (equation_id) "
        "LEFT JOIN observations o ON o.agency_id = ? AND o.scope = ? AND o.report_year = ? - r.years_back "
        "AND (o.section, o.indicator, o.breakdown) = (r.section, r.indicator, r.breakdown) "
        "WHERE v.document_id = ? AND v.column_level = ? AND r.equation_id IN "
        "(SELECT equation_id FROM relations WHERE is_target AND section = ? AND indicator = ? AND breakdown = ?) "
        "ORDER BY r.equation_id, r.years_back DESC, r.indicator, r.breakdown",
        *(chosen[name] for name in ("report_year", "agency_id", "scope", "report_year")),
        *(shown[name] for name in ("document_id", "column_level", "section", "indicator", "breakdown")),
    )
    lines = []
    for equation in dict.fromkeys(row["equation_id"] for row in terms):
        each = [row for row in terms if row["equation_id"] == equation]
        sides = (" + ".join(map(_dated, (row for row in each if row["coefficient"] == sign))) for sign in (1, -1))
        rule, verdict, missing, comparison = (each[0][name] for name in ("rule", "verdict", "missing", "comparison"))
        symbol = {"=": "≠", "<=": "≰"}[comparison] if verdict == "violated" else {"=": "=", "<=": "≤"}[comparison]
        lines.append(f"  {rule}: {_VERDICTS[verdict]}" + (f"; {missing}" if missing else ""))
        lines.append(f"    {f' {symbol} '.join(sides)}")
    return ["years 年度关系", *lines] if lines else []


def _dated(row: Row) -> str:
    value = "?" if row["value"] is None else number(row["value"])
    return f"{value} [{row['year']} {row['indicator']}/{row['breakdown']}]"


def _term(row: Row, shown: Row) -> str:
    value = row["status"] or "?" if row["value"] is None else number(row["value"])
    name = row["indicator"] if row["indicator"] != shown["indicator"] else row["breakdown"]
    same = (row["indicator"], row["breakdown"]) == (shown["indicator"], shown["breakdown"])
    return f"{value} [{'this 本格' if same else name}]"


def _choice(chosen: Row, rivals: Sequence[Row], statement_id: str) -> list[str]:
    if len(rivals) == 1:
        return ["choice 选择     the only reading of this cell 唯一的读数"]
    order = (
        "what is there, correction, mirrors last, origin, method, re-issue, date of publication, site, status "
        "有无此格、更正、镜像靠后、来源、方法、更正版、发布日期、网站、状态"
    )
    counted = f"{len(rivals)} readings 个读数, {chosen['n_values']} distinct values 个不同数值"
    lines = [f"choice 选择     {counted}; order 次序: {order}"]
    for row in rivals:
        mark = "->" if row["statement_id"] == chosen["statement_id"] else "  "
        here = "  (shown 当前)" if row["statement_id"] == statement_id else ""
        value = row["status"] if row["value"] is None else number(row["value"])
        lines.append(
            f"  {mark} {value}  {row['origin']}, {row['method']}, {row['published_on'] or 'no date 无日期'}, "
            f"site 网站 {row['trust']}{', re-issue 更正版' if row['is_reissue'] else ''}  "
            f"{row['file_name']}  {row['statement_id']}{here}"
        )
    return lines


def _findings(store: Store, chosen: Row, shown: Row) -> list[str]:
    """What is noted of the cell, or at its place: of one print for several levels of units the report on the whole has
    the finding."""
    found = _rows(
        store,
        "SELECT rule, severity, message_en, message_zh FROM findings WHERE document_id = ? AND section = ? AND "
        "indicator = ? AND (breakdown = ? OR breakdown IS NULL) AND (report_id = ? OR locator = ?) ORDER BY finding_id",
        *(shown[name] for name in ("document_id", "section", "indicator", "breakdown")),
        *(chosen["report_id"], shown["locator"]),
    )
    return [
        f"finding 问题    {row['rule']} ({row['severity']}): {row['message_en']}  {row['message_zh']}" for row in found
    ]


def number(value: float) -> str:
    """Shortest decimal of a value that is exact to 6 decimals."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _plain(name: str) -> str:
    return re.sub(r"\s", "", name)


def _first(lines: Iterable[str]) -> list[str]:
    listed = list(lines)
    rest = len(listed) - _LISTED
    return listed[:_LISTED] + ([f"  … and {rest} more 另有 {rest} 个"] if rest > 0 else [])
