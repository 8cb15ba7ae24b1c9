"""The manifests of a raw folder: what somebody knew of the documents in it.

``manifest.csv`` may stand in any folder and speaks of the files in that folder and below. UTF-8 with or without a byte
order mark, or GB18030. A row that cannot be used, or a value in it, becomes a finding; the other rows go on. What such
a row said of the origin of a file is not known then, so that file is held back; where nobody knows what a whole
manifest said, the gate before publishing holds everything (``MANIFEST_UNREADABLE``).
"""

from __future__ import annotations

import csv
import io
import re
import sys
import unicodedata
from collections.abc import Collection, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pipelines.extraction import RawFinding

NAME = "manifest.csv"
MANIFEST_UNREADABLE = "manifest.unreadable"
FIELDS = ("path", "source_url", "retrieved_at", "published_on", "agency_hint", "year_hint", "origin", "note")
ORIGINS = ("original", "transcription", "simulated")
UNKNOWN = "?"
"""The origin of a file of which somebody said something that cannot be understood: it is held back."""
_PLAIN = re.compile(r"[^\\/.:\0][^\\/:\0]*")  # the name of a file beside the manifest, as nearly always
_YEAR = re.compile(r"(19|20)\d\d")
_DATE = re.compile(
    r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ](\d{1,2}:\d{2}(?::\d{2})?)(?:Z|[+-]\d{2}:?\d{2})?)?$"
)


class Row(NamedTuple):
    """What a manifest says of one file; empty where it says nothing. Dates are ISO 8601, ``origin`` one of ``ORIGINS``
    or ``UNKNOWN``."""

    source_url: str = ""
    retrieved_at: str = ""
    published_on: str = ""
    agency_hint: str = ""
    year_hint: str = ""
    origin: str = ""
    note: str = ""


NOTHING = Row()


def is_manifest(name: str) -> bool:
    """Whether a file of this name is a manifest; capitals do not matter, as on the systems where it is written."""
    return name.lower() == NAME


def manifest_rows(raw: Path, paths: Collection[str], findings: list[RawFinding]) -> dict[str, Row]:
    """Rows of all manifests by composed path relative to ``raw``; the manifest nearest to a file wins.

    ``paths``: all files under ``raw``, manifests among them. An ``origin`` that is none of ``ORIGINS`` reads
    ``UNKNOWN``.
    """
    manifests = [path for path in paths if is_manifest(path.rpartition("/")[2])]
    if not manifests:
        return {}
    present = {nfc(path) for path in paths}
    present.difference_update(manifests)
    rows: dict[str, Row] = {}
    for manifest in sorted(manifests, key=lambda path: (path.count("/"), path)):
        folder = manifest.rpartition("/")[0]
        seen: set[str] = set()
        for line, path, row, damaged in _read_manifest(raw / manifest, manifest, findings):
            where = f"{manifest}:L{line}"
            target = _target(folder, path)
            key = "" if target is None else nfc(target)
            if key not in present:
                findings.append(_bad_path(where, path, outside=target is None))
            elif key in seen:
                findings.append(
                    finding(
                        "manifest.duplicate_row",
                        "warning",
                        where,
                        f"{where}: a second row for {path!r}; the first one counts. Delete one of the two.",
                        f"{where}：“{path}”重复登记，以第一行为准；请删去其一。",
                        observed=path,
                    )
                )
            else:
                seen.add(key)
                rows[key] = Row(origin=UNKNOWN) if damaged else _checked(path, row, where, findings)
    return rows


def _read_manifest(path: Path, name: str, findings: list[RawFinding]) -> Iterator[tuple[int, str, Row, bool]]:
    """Yield (line, path, row, damaged), the texts stripped.

    UTF-8 with or without mark, else GB18030. Of a damaged row only the path can be relied on.
    """

    def broken(en: str, zh: str) -> RawFinding:
        return finding(MANIFEST_UNREADABLE, "error", name, f"{name}: {en}", f"{name}：{zh}")

    try:
        data = path.read_bytes()
    except OSError as error:
        findings.append(broken(f"cannot be opened ({error.strerror}).", f"无法打开（{error.strerror}）。"))
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [column.strip().lower() for column in next(reader, [])]
        if "path" not in header:
            findings.append(
                broken(
                    f"has no column `path`, so no row of it can be used. Its first line must be {','.join(FIELDS)}, "
                    "with commas between.",
                    f"缺少 path 列，整份清单无法采用。首行应为 {','.join(FIELDS)}，以逗号分隔。",
                )
            )
            return
        unknown = sorted({column for column in header if column and column not in FIELDS})
        if unknown:
            listed = ", ".join(unknown)
            findings.append(
                finding(
                    "manifest.unknown_column",
                    "info",
                    name,
                    f"{name}: unknown columns are ignored: {listed}. Known are: {', '.join(FIELDS)}.",
                    f"{name}：忽略未知列：{listed}。",
                    observed=listed,
                )
            )
        found = {name: place for place, name in enumerate(header)}
        places = [found.get(name, -1) for name in FIELDS]
        for cells in reader:
            width = len(cells)
            target, *rest = [cells[place].strip() if 0 <= place < width else "" for place in places]
            row = Row._make(rest)
            if not target and not any(row):
                continue
            if damage := _damage(target, row, width > len(header)):
                findings.append(_bad_row(f"{name}:L{reader.line_num}", target, *damage))
                if not target:
                    continue
            yield reader.line_num, target, row, damage is not None
    except csv.Error as error:
        findings.append(broken(f"is not readable as CSV: {error}.", f"不是可读的 CSV：{error}。"))


def _damage(path: str, row: Row, is_long: bool) -> tuple[str, str] | None:
    """What is wrong with a row as a whole, in two languages."""
    if not path:
        return "the path is missing", "缺少路径"
    if is_long:
        return (
            "there are more cells than columns; put a text that contains a comma between double quotes",
            "单元格多于列数，含逗号的文字请加英文双引号",
        )
    if "\ufffd" in path or "\ufffd" in "".join(row):
        return "there are damaged characters; save the file as UTF-8", "字符损坏，请以 UTF-8 保存"
    return None


def _bad_row(where: str, path: str, en: str, zh: str) -> RawFinding:
    then_en = f"{path} is left out until this is corrected" if path else "the row is not used"
    then_zh = f"更正之前不读取 {path}" if path else "该行未被采用"
    return finding(
        "manifest.bad_row", "error", where, f"{where}: {en}; {then_en}.", f"{where}：{zh}；{then_zh}。", observed=path
    )


def _target(folder: str, path: str) -> str | None:
    """The row's path relative to the raw folder, or None where it leads out of the manifest's own folder."""
    if _PLAIN.fullmatch(path):
        return f"{folder}/{path}" if folder else path
    pure = PurePosixPath(path.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts or re.match(r"^[A-Za-z]:", path) or "\0" in path:
        return None
    return (PurePosixPath(folder) / pure).as_posix()


def _bad_path(where: str, path: str, *, outside: bool) -> RawFinding:
    if outside:
        en, zh = "leads out of the manifest's folder; the row is not used.", "超出清单所在文件夹，该行未被采用。"
        return finding(
            "manifest.path_outside", "error", where, f"{where}: {path!r} {en}", f"{where}：“{path}”{zh}", observed=path
        )
    return finding(
        "manifest.missing_file",
        "warning",
        where,
        f"{where}: there is no file {path!r} in this folder; correct the path or delete the row.",
        f"{where}：文件夹中没有“{path}”，请更正路径或删去该行。",
        observed=path,
    )


def _checked(path: str, row: Row, where: str, findings: list[RawFinding]) -> Row:
    """The row with ISO dates; a value that cannot be used is emptied with a finding, a bad origin becomes ``?``."""

    def bad(column: str, expected: str, expected_zh: str, en: str, zh: str, severity: str = "warning") -> None:
        observed = str(getattr(row, column))
        findings.append(
            finding(
                "manifest.bad_value",
                severity,
                where,
                f"{where}: {column} is {observed!r}, expected {expected}; {en}",
                f"{where}：{column} 为“{observed}”，应为{expected_zh}；{zh}",
                expected=expected,
                observed=observed,
            )
        )

    retrieved, published = _iso(row.retrieved_at), _iso(row.published_on)[:10]
    for column, iso in (("retrieved_at", retrieved), ("published_on", published)):
        if not iso and getattr(row, column):
            bad(column, "a date like 2025-01-31", "日期，如 2025-01-31", "left empty.", "按空值处理。")
    year = row.year_hint
    if year and not _YEAR.fullmatch(year):
        bad("year_hint", "a year like 2024", "年份，如 2024", "left empty.", "按空值处理。")
        year = ""
    origin = sys.intern(row.origin.lower())
    if origin and origin not in ORIGINS:
        bad(
            "origin",
            " | ".join(ORIGINS),
            f" {' | '.join(ORIGINS)}",
            f"{path} is left out until it is corrected.",
            f"更正之前不读取 {path}。",
            "error",
        )
        origin = UNKNOWN
    return Row(row.source_url, retrieved, published, row.agency_hint, year, origin, row.note)


@lru_cache(4096)
def _iso(text: str) -> str:
    """``2025/1/5``, ``2025年1月5日`` or ISO 8601 -> ISO 8601; empty where it is no date."""
    match = _DATE.match(text)
    if not match:
        return ""
    try:
        day = date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return ""
    return day + text[match.start(4) - 1 :].replace(" ", "T", 1) if match[4] else day


def nfc(path: str) -> str:
    """The path in composed form."""
    # Some systems store names decomposed; a manifest written elsewhere names the same file composed.
    return unicodedata.normalize("NFC", path)


def finding(
    rule: str, severity: str, where: str, en: str, zh: str, *, expected: str = "", observed: str = ""
) -> RawFinding:
    """A finding of ours about the folder; ``where`` is a path in it, with ``:L12`` for a line."""
    return RawFinding(
        rule=rule,
        severity=severity,
        responsible="pipeline",
        message_en=en,
        message_zh=zh,
        locator=where,
        expected=expected,
        observed=observed,
    )
