"""One document's bytes → everything it says: the pure function that workers and ``nianbao extract`` run.

Reader, interpretation and identification meet here; the cells of the form that the document lacks are filled in as
``absent``. Neither pandas nor pandera is imported.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from decimal import Decimal
from functools import cache

from pipelines.claims import read_claims
from pipelines.dates import Published, published, reissue
from pipelines.document import Document, ReadError
from pipelines.evidence import dump
from pipelines.extraction import Extraction, RawCell, RawFinding
from pipelines.identify import Identity, hold_against, identify
from pipelines.interpret import read_tables
from pipelines.noted import LONGEST_PRINT, foreign, found_at, missing_block, of_oddity, pictured
from pipelines.readers.sniff import wrong_extension
from pipelines.readings import Found, Tables, unit_of
from pipelines.scope import read_scope
from pipelines.sighted import doubt_sighted
from pipelines.titles import made_up
from schemas.forms import STATISTICS, WHOLE, Block, Key, column_levels, load_form
from schemas.masking import mask
from schemas.numbers import Reading, shortest

_SLOT_ORDER = tuple(block.slot for block in load_form("2019").blocks)
_FORM_CHANGE = 2021
_LONG = 10**9
"""From here on a number has the length of a telephone number."""
_LISTED = 6
_MONEY = ("元", "万元")
_FORM_START = 2019

_REFUSALS = {
    "blank_form": ("a form or template without figures, agency or year", "空白表格或模板，没有数据、机关或年度"),
    "notice": ("a notice about the reports, not a report", "关于年度报告的通知，不是报告"),
    "interpretation": ("an explanation of a report, not the report", "报告的解读材料，不是报告本身"),
    "index": (
        "a list of reports, not a report; fetch the reports themselves",
        "年度报告的目录页，不是报告本身；请下载各年报告",
    ),
    "other": ("not an annual report on information disclosure", "不是政府信息公开工作年度报告"),
    "part_year": ("statistics of a part of a year, not an annual report", "不满一年的统计，不是年度报告"),
    "several_reports": (
        "several reports on one page: different figures for the same cells; save each as its own file",
        "一个页面上有多份报告：同一单元格出现不同数字；请将每份报告另存为单独的文件",
    ),
    "no_year": (
        "its report year could not be found: no statistical period and no year in a title",
        "未能确定报告年度：没有统计期限，标题中也没有年份",
    ),
}


def read_document(data: bytes, name: str) -> Extraction:
    """Read one document. Never raises for what the bytes hold: a document that gives no report says why."""
    from pipelines.readers import read

    started = time.perf_counter()
    try:
        document: Document | ReadError = read(data)
    except ReadError as error:
        document = error
    spent = (time.perf_counter() - started) * 1000
    return interpret_document(document, hashlib.sha256(data).hexdigest(), name, len(data), spent)


def interpret_document(
    document: Document | ReadError, document_id: str, name: str, byte_size: int, read_ms: float = 0.0
) -> Extraction:
    """What a document says, from what a reader made of its bytes; ``name`` is that of its file."""
    result = Extraction(document_id=document_id, file_name=name, byte_size=byte_size)
    result.stage_ms["read"] = read_ms
    if isinstance(document, ReadError):
        result.reason_code, result.reason_en, result.reason_zh = (
            document.code,
            document.message_en,
            document.message_zh,
        )
        return result
    read_at = time.perf_counter()
    _describe(document, result)
    who = identify(document)
    day = published(document)
    hold_against(who, day.on)
    day = doubt_sighted(document, who, day)
    identified_at = time.perf_counter()
    tables = read_tables(document, who)
    interpreted_at = time.perf_counter()
    _conclude(tables, who, result)
    # Prose prints a number once: read optically, nothing would confirm it.
    if result.kind in ("report", "narrative") and who.year is not None and not document.optical:
        result.claims = read_claims(document, who.year, who.agency)
    if result.kind in ("report", "narrative"):
        _place(document, day, result)
    result.stage_ms |= {
        "identify": (identified_at - read_at) * 1000,
        "interpret": (interpreted_at - identified_at) * 1000,
        "values": (time.perf_counter() - interpreted_at) * 1000,
    }
    return result


def _describe(document: Document, result: Extraction) -> None:
    result.media_type, result.charset, result.pages = document.media_type, document.charset, document.pages
    # The name is the file's, not the content's: the same bytes may have been kept under another one.
    named = wrong_extension(document.media_type, result.file_name)
    for problem in document.problems if named is None else [named, *document.problems]:
        result.findings.append(
            RawFinding(
                f"read.{problem.code}",
                "warning",
                "pipeline",
                problem.message_en,
                problem.message_zh,
                locator=problem.locator,
            )
        )


def _conclude(tables: Tables, who: Identity, result: Extraction) -> None:
    result.title, result.agency, result.agency_basis = who.title, who.agency, who.agency_basis
    if who.self_name:
        result.agency, result.agency_basis = who.self_name, "self"
    result.report_year, result.year_basis = who.year, who.year_basis
    result.period_start, result.period_end = who.period_start, who.period_end
    result.evidence = dump(who.evidence)
    refusal = _refusal(tables, who)
    if refusal:
        result.kind, result.reason_code = (refusal, refusal) if refusal in _KINDS else ("other", refusal)
        result.reason_en, result.reason_zh = _REFUSALS[refusal]
        return
    result.kind = "report"
    result.findings += _about_year(who)
    if not who.agency:
        result.findings.append(
            RawFinding(
                "identify.no_agency",
                "warning",
                "pipeline",
                "The document does not say whose report it is. Where manifest.csv does not say it either "
                "(agency_hint), the agency stays provisional.",
                "文件中未能找到报告机关的名称；清单 manifest.csv 中也未填写 agency_hint 的，机关为暂定。",
                observed=who.self_name,
            )
        )
    if not tables.groups and (who.year is None or who.year < _FORM_START):
        result.kind = "narrative"
    else:
        _settle_cells(tables, who.year or _FORM_CHANGE, result)
    result.cells_present, result.cells_used, result.cells_ignored = tables.present, tables.used, tables.ignored
    result.findings += [of_oddity(oddity) for oddity in tables.oddities]


def _about_year(who: Identity) -> list[RawFinding]:
    """What is wrong with the report year."""
    if who.doubted is not None:
        year, day = who.doubted
        titled = who.title_year or year
        en = f"The title says {titled}" + (f", the statistical period {year}" if titled != year else "")
        zh = f"标题为 {titled} 年" + (f"，统计期限为 {year} 年" if titled != year else "")
        return [
            RawFinding(
                "identify.no_year",
                "error",
                "pipeline",
                f"{en}, but the document is dated {day}: no year was taken. Say it in manifest.csv (year_hint).",
                f"{zh}，而文件日期为 {day}，不采用任何年度。请在 manifest.csv 中填写 year_hint。",
                observed=day,
            )
        ]
    if who.year is None:
        return [
            RawFinding(
                "identify.no_year",
                "error",
                "pipeline",
                "The report year could not be found: no statistical period, and no year in a title that is sure to be "
                "this report's. Say it in manifest.csv (year_hint).",
                "未能确定报告年度：没有统计期限，也没有确属本报告的标题年份。请在 manifest.csv 中填写 year_hint。",
            )
        ]
    if who.title_year in (None, who.year):
        return []
    return [
        RawFinding(
            "identify.year_conflict",
            "warning",
            "publisher",
            f"The title says {who.title_year}, the statistical period {who.year}; the period was taken.",
            f"标题为 {who.title_year} 年，统计期限为 {who.year} 年；采用统计期限的年份。",
            expected=str(who.year),
            observed=str(who.title_year),
        )
    ]


def _place(document: Document, day: Published, result: Extraction) -> None:
    """Whose figures these are and when they were published, as far as the document tells."""
    totals = {
        cell.indicator: Decimal(cell.value)
        for cell in result.cells
        if (cell.section, cell.breakdown, cell.status) == ("requests", "total", "reported")
    }
    found = read_scope(document, result.agency, result.report_year, totals)
    result.scope, result.scope_basis, result.scope_evidence = found.scope, found.basis, found.evidence
    result.published_printed, result.published_basis = day.on, day.basis
    result.reissue = reissue(result.title)


_KINDS = {"blank_form", "notice", "interpretation", "other"}


def _refusal(tables: Tables, who: Identity) -> str:
    """Why this is no report; empty where it is one."""
    groups = tables.groups
    readings = [one for group in groups for one in group]
    printed = any(
        one.reading.status in ("reported", "mark") or any(char.isdigit() for char in one.printed) for one in readings
    )
    if who.kind == "interpretation":
        return "interpretation"
    if tables.several or (tables.repeated and who.several):
        return "several_reports"
    if who.kind == "other":
        return "part_year"
    if not printed and who.kind in ("notice", "blank_form", "index"):
        return who.kind
    if (who.kind == "blank_form" or made_up(who.title)) and not who.agency:
        return "blank_form"  # filled in for an example
    if not printed and groups and (who.year is None or not who.agency):
        return "blank_form"
    if not groups and not who.titled and not who.shaped:
        return "other"
    return "no_year" if who.year is None and not printed else ""


def _settle_cells(tables: Tables, year: int, result: Extraction) -> None:
    """Give the report its rows. A statistics table has the rows that it prints. The sections of the later forms are
    there as a whole: for each block the alternative recognised, else the majority's, else the year's; a report that has
    a statistics table and none of them has no such section.
    """
    statistics, levels = _statistics(tables, result)
    cells = levels.pop(WHOLE, {})
    main, basis = statistics, "labels"
    if not statistics or any(key[0] != STATISTICS for key in tables.found):
        main, basis = _sections(tables, year, cells, result)
    for level, found in tables.by_level.items():
        for key, readings in found.items():
            taken = (cells if level == WHOLE else levels.get(level, {})).get(key)
            own = taken.form if taken and key[0] == STATISTICS else ""
            if taken is None or own:
                result.findings += [
                    foreign(one, main) for one in readings if one.reading.status != "blank" and one.form != own
                ]
    listed = [cell.key for cell in load_form(statistics).cells] if statistics else []
    result.cells = [cells[key] for key in (*_order(), *listed) if key in cells]
    result.cells += [levels[level][key] for level in column_levels() if level in levels for key in levels[level]]
    result.form, result.form_basis = main, basis


def _statistics(tables: Tables, result: Extraction) -> tuple[str, dict[str, dict[Key, RawCell]]]:
    """The form that most cells of the statistics tables are of, "" without any; and its cells by level of units."""
    every = [
        (level, key, readings)
        for level, found in tables.by_level.items()
        for key, readings in found.items()
        if key[0] == STATISTICS
    ]
    votes = Counter(one.form for _, _, readings in every for one in readings)
    cells: dict[str, dict[Key, RawCell]] = {}
    if not votes:
        return "", cells
    form = min(votes, key=lambda one: (-votes[one], one))
    for level, key, readings in every:
        own = [one for one in readings if one.form == form]
        if own:
            cell = _cell(key, own, tables, result)
            cell.form, cell.form_basis, cell.column_level = form, "labels", level
            cells.setdefault(level, {})[key] = cell
    return form, cells


def _sections(tables: Tables, year: int, cells: dict[Key, RawCell], result: Extraction) -> tuple[str, str]:
    """The cells of the forms in sections, into ``cells``; returns the report's form and how it was told."""
    by_slot: dict[str, list[Found]] = {slot: [] for slot in _SLOT_ORDER}
    for group in tables.found.values():
        for one in group:
            if one.slot in by_slot:
                by_slot[one.slot].append(one)
    votes = {slot: _vote(slot, found) for slot, found in by_slot.items()}
    decided = Counter(form for form in votes.values() if form)
    by_year = "2021" if year >= _FORM_CHANGE else "2019"
    ranked = decided.most_common()
    clear = ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1])
    main, basis = (ranked[0][0], "majority") if clear else (by_year, "majority" if ranked else "year")
    blocks: list[tuple[Block, str]] = []
    for slot in _SLOT_ORDER:
        block = load_form(votes[slot] or main).block(slot)
        if block is not None:
            blocks.append((block, "labels" if votes[slot] else basis))
    lacking: dict[str, None] = {}
    for block, block_basis in blocks:
        missing = 0
        for key in block.cells():
            readings = [one for one in tables.found.get(key, []) if one.form in ("", block.form)]
            cell = _cell(key, readings, tables, result)
            cell.form, cell.form_basis = block.form, block_basis
            missing += cell.status == "absent"
            cells[key] = cell
        if missing:
            lacking[block.section] = None
            result.findings.append(missing_block(block, missing))
    result.findings += [pictured(one, *tables.pictures[one]) for one in lacking if one in tables.pictures]
    return main, "labels" if clear else basis


@cache
def _order() -> tuple[Key, ...]:
    """One order of the cells for reports that mix forms: block after block, each form's rows where it prints them."""
    newer, older = load_form("2021").cells, load_form("2019").cells
    keys: list[Key] = []
    for slot in _SLOT_ORDER:
        if slot == "requests":
            continue
        if slot == "other":
            rows = [cell for cell in newer if cell.section == "requests"]
            at = next(place for place, cell in enumerate(rows) if cell.block == "other")
            keys += [cell.key for cell in (*rows[:at], *(c for c in older if c.block == "other"), *rows[at:])]
        else:
            keys += [cell.key for cell in (*newer, *older) if cell.block == slot]
    return tuple(dict.fromkeys(keys))


def _vote(slot: str, found: list[Found]) -> str:
    """The form whose block stands in ``slot``, by the readings that its labels gave; empty where no label decides."""
    if slot in ("requests", "review"):
        return ""
    if slot == "other":
        if any(one.key[1].startswith("result.other.") for one in found):
            return "2021"
        return "2019" if found else ""
    forms = Counter(one.form for one in found if one.form)
    ranked = forms.most_common(2)
    if not ranked:
        return ""
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] > ranked[1][1] else ""


def _cell(key: Key, readings: list[Found], tables: Tables, result: Extraction) -> RawCell:
    if not readings:
        unread = tables.unread.get(key[:2])
        if unread is None:
            return RawCell(*key, status="absent")
        if not any(one.section == key[0] and one.indicator in (key[1], "") for one in result.findings):
            whole = Found(key, Reading("illegible"), unread[0], unread[1], "")
            result.findings.append(found_at("interpret.illegible", whole, unread[0]))
        return RawCell(
            *key, status="illegible", printed=unread[0][:LONGEST_PRINT], unit=unit_of(key), locator=unread[1]
        )
    best = next((one for one in readings if one.reading.status == "reported"), readings[0])
    status, value = best.reading.status, best.reading.value
    long = value is not None and abs(value) >= _LONG and best.reading.unit not in _MONEY
    if value is not None and long and mask(shortest(value)) != shortest(value):
        status, value = "illegible", None  # somebody's telephone number is no count
    candidates = [shortest(candidate) for candidate in best.reading.candidates]
    if len(readings) > 1 and len({(one.reading.status, one.reading.value) for one in readings}) > 1:
        values = {one.reading.value for one in readings if one.reading.status == "reported"}
        candidates = sorted({shortest(one) for one in values if one is not None}, key=lambda text: (len(text), text))
        status, value = "illegible", None
        said = " | ".join(one.printed or "（空）" for one in readings[:_LISTED])
        result.findings.append(found_at("interpret.duplicate_cell", best, said))
    elif status == "illegible":
        rule = "interpret.optical" if best.method == "ocr" else "interpret.illegible"
        result.findings.append(found_at(rule, best, best.printed))
    return RawCell(
        *key,
        status=status,
        printed=best.printed[:LONGEST_PRINT],
        value="" if value is None else shortest(value),
        unit=best.reading.unit,
        locator=best.locator,
        method=best.method,
        derived_by=best.derived_by,
        candidates=json.dumps(candidates) if candidates else "",
    )
