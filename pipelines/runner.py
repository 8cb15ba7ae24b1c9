"""One run: plan the dirty work, read it, load it, rebuild, publish; keep the record and give the exit code.

Three hashes decide what is dirty: of the document's bytes (its id), of the code that reads it (kept in its shard), and
of the code that loads it (kept beside the store). The shards are the truth: the store can be deleted at any time and is
made anew from them without opening a document.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import fingerprint, ingest, release, watch
from pipelines.console import Console
from pipelines.corrections import Settled
from pipelines.corrections import load as load_settled
from pipelines.errors import of_disk
from pipelines.extraction import RawFinding
from pipelines.lock import LockedError, held
from pipelines.options import Options
from pipelines.progress import Progress
from pipelines.record import Record, as_row
from schemas.masking import mask

if TYPE_CHECKING:
    from pipelines.store import Store

DONE, FAILED, USAGE, REFUSED, INTERRUPTED = 0, 1, 2, 3, 130
ACCEPTED_KINDS = frozenset({"report", "narrative"})
_DISK_FULL = os.strerror(errno.ENOSPC)
NAMED = 20  # how many problems of one sort are named before the rest is only counted


def run(options: Options, console: Console, share: ingest.Share | None = None) -> int:
    """Do all that is dirty and return the exit code of the contract: 0, 1, 2 or 3 (130 when interrupted).

    With a ``share`` only that part of the documents is read, and nothing is loaded or published.
    """
    if not options.raw.is_dir():
        console.say(
            f"There is no folder {options.raw}. Put your documents there, or name another with --raw DIR.",
            f"没有文件夹 {options.raw}。请把文件放在那里，或用 --raw 指定。",
        )
        return USAGE
    for place in (options.work, options.published):
        if place.exists() and not place.is_dir():
            console.say(
                f"{place} is a file where a folder is needed; move it away, or name another place.",
                f"{place} 是文件，此处需要文件夹；请移走该文件，或另行指定。",
            )
            return USAGE
    if options.engine == "dask":
        from pipelines.cluster import missing

        if problem := missing():
            console.say(*problem)
            return USAGE
    now = datetime.now(UTC)
    record = Record(
        run_id=f"{now:%Y%m%dT%H%M%S.%f}Z-{os.getpid()}",
        started_at=now.isoformat(timespec="seconds"),
        code_hash=fingerprint.code_hash(),
    )
    try:
        if share is not None:
            return _guarded(record, options, console, partial(_read_share, options, console, share))
        with held(options.work / "lock"):
            code = _guarded(record, options, console, partial(_run, options, console, record))
            _close(options, console, record, code)
            Progress(options.work, console).end()
            return code
    except LockedError as error:
        console.say(*error.explain())
        return FAILED
    except OSError as error:  # the work folder cannot be made, or gives no lock
        en, zh = of_disk(error)
        console.say(f"Not begun: {en}", f"未开始：{zh}")
        return FAILED


def _read_share(options: Options, console: Console, share: ingest.Share) -> int:
    from pipelines.share import read_share

    return read_share(options, console, share)


def _guarded(record: Record, options: Options, console: Console, work: Callable[[], int]) -> int:
    """``work`` of a run, with every way it can fail turned into words and an exit code."""
    try:
        return work()
    except KeyboardInterrupt:
        record.outcome = "interrupted"
        console.say(
            "Stopped. What was read is kept; run again to go on.", "已停止。已读的内容已保存，再次运行即可继续。"
        )
        return INTERRUPTED
    except LockedError as error:  # of the published folder
        en, zh = error.explain()
    except OSError as error:
        en, zh = of_disk(error)
    except Exception as error:  # noqa: BLE001 - a run that nobody watches must end with a record and a message
        en, zh = getattr(error, "message_en", ""), getattr(error, "message_zh", "")
        if not en and _DISK_FULL in str(error):  # the store wraps what the system said
            en = f"the disk is full, of {options.work} or of {options.published}; make room and run again"
            zh = f"磁盘已满（{options.work} 或 {options.published} 所在磁盘），请腾出空间后再次运行"
        elif not en:
            traceback.print_exc()
            en = f"{type(error).__name__}: {error}. This is our fault; please report it with the lines above"
            zh = "程序出错，请连同以上信息反馈"
    record.message_en, record.message_zh = en, zh
    if record.published:
        console.say(
            f"Release {record.version} is out, but the run did not come to its end: {en}",
            f"发布 {record.version} 已完成，但运行未能正常结束：{zh}",
        )
        return FAILED
    record.outcome = "failed"
    console.say(f"Not published: {en}", f"未发布：{zh}")
    try:
        kept = release.latest(options.published)
    except (release.ReleaseError, OSError):  # then that is what the message above says
        return FAILED
    if kept:
        console.say(f"Release {kept} stays in place.", f"保留上一发布 {kept}。")
    return FAILED


def _run(options: Options, console: Console, record: Record) -> int:
    settled = load_settled(options.corrections, options.decisions)
    progress = Progress(options.work, console)
    with _stage("ingest", record, progress):
        ledger = ingest.scan(options.raw, options.hashes)
    documents = ledger.documents()
    record.documents_seen = len(documents)
    state = state_of(ledger, settled)
    if (version := _is_done(options, state)) is not None:
        record.version, record.outcome = version, "nothing new"
        console.say(
            f"Nothing new: {len(documents)} documents, release {version} is current.",
            f"没有新内容：共 {len(documents)} 份文件，发布 {version} 为最新。",
        )
        return DONE
    if not documents:
        console.say(
            f"There are no documents in {options.raw}. Put reports there (PDF, DOCX, HTML, text) and run again.",
            f"{options.raw} 中没有可读的文件。请放入年度报告（PDF、DOCX、HTML、文本）后再运行。",
        )
    _tell_findings(console, ledger.findings)
    held_back = _newly_held_back(options.published, ledger.findings)
    with _stage("read", record, progress):
        changed, newly = _read(options, console, record, progress, documents)
    ledger.sightings = [item for item in ledger.sightings if item.document_id not in changed]
    version = _load_and_publish(options, console, record, progress, ledger, settled)
    _tidy_shards(options, console)
    if not changed:
        _write(options.work / "done.json", release.to_json({"state": state, "version": version}))
    _tell_refused(console, newly, documents)
    return REFUSED if newly or held_back else DONE


def _read(
    options: Options,
    console: Console,
    record: Record,
    progress: Progress,
    documents: Mapping[str, ingest.Sighting],
) -> tuple[set[str], dict[str, tuple[str, str]]]:
    """Read the dirty documents into shards.

    Returns the ids of those whose file changed meanwhile, and why those refused for the first time gave no report.
    """
    from pipelines import reading, shards

    shards.sweep(options.shards)
    work = reading.plan(options, documents)
    record.documents_new = work.new
    if work.items:
        console.say(
            f"{len(documents)} documents, {len(work.items)} of them to read.",
            f"共 {len(documents)} 份文件，需读取 {len(work.items)} 份。",
        )
    changed = reading.read(options, console, record, progress, work)
    refused = reading.refused(options, documents, ACCEPTED_KINDS)
    # What the last release tells is old; the shards know more after a run that failed, but it told nobody.
    known = _published_refusals(options.published) if refused else set()
    newly = {document_id: shard for document_id, shard in refused.items() if document_id not in known}
    record.documents_refused, record.documents_newly_refused = len(refused), len(newly)
    return changed, reading.reasons(options, newly)


def _published_refusals(published: Path) -> set[str]:
    rows = _last_release(published, "documents")
    return {row["document_id"] for row in rows if row["kind"] not in ACCEPTED_KINDS}


def _newly_held_back(published: Path, findings: Sequence[RawFinding]) -> bool:
    """Whether files or rows of the folder are left out of which the last release does not tell yet."""
    errors = {(item.rule, mask(item.locator)) for item in findings if item.severity == "error"}
    told = {(row["rule"], row["locator"]) for row in _last_release(published, "findings")} if errors else set()
    return not errors <= told


def _last_release(published: Path, product: str) -> Iterator[dict[str, str]]:
    """Rows of a product of the last release; none where there is no release."""
    version = release.latest(published)
    try:
        with (published / str(version) / f"{product}.csv").open(encoding="utf-8", newline="") as handle:
            yield from csv.DictReader(handle)
    except OSError:
        return


def _load_and_publish(
    options: Options,
    console: Console,
    record: Record,
    progress: Progress,
    ledger: ingest.Ledger,
    settled: Settled,
) -> str:
    """Bring the store up to the shards and the ledger, rebuild, publish; returns the version that is now the latest."""
    from pipelines.gate import GateError
    from pipelines.load import load, open_store, run_findings
    from pipelines.publish import MEMORY, publish
    from schemas.core import Finding

    # From here on the store is no longer what the last release was made of, whatever becomes of this run.
    (options.work / "done.json").unlink(missing_ok=True)
    with open_store(options.work) as store:
        with _stage("load", record, progress):
            record.documents_loaded = load(store, options.shards, ledger)
        with _stage("rebuild", record, progress):
            made = store.rebuild(run_findings(ledger.findings), settled)
        record.rebuild_seconds, record.documents_attributed = made.seconds, made.attributed
        _tell_stale(console, store)
        sites, worse = _watched(options, store)
        record.sites_changed = [asdict(one) for one in worse]
        _warn_some(console, [watch.words(one) for one in worse])
        today = record.started_at[:10].replace("-", ".")
        try:
            with _stage("publish", record, progress):
                result = publish(
                    store,
                    options.published,
                    options.version or today,
                    exact=options.version is not None,
                    accept_shrinking=options.accept_shrinking,
                    base_url=options.base_url,
                )
        except GateError as error:
            gate = RawFinding(error.code, "error", "pipeline", error.message_en, error.message_zh)
            store.limit_memory(MEMORY)  # a release in the making leaves the store hardly any
            store.rebuild(run_findings([*ledger.findings, gate]), settled)  # so that `status` can tell it tomorrow
            raise
        record.version, record.published = result.version, result.new
        record.outcome = "published" if result.new else "same content"
        # Not before: what came since the last run is no part of a release, which has the same bytes from any history.
        store.add("findings", Finding, run_findings(watch.findings(worse)).assign(stage="run"))
        _write(options.sites, watch.dump(sites, fingerprint.reader_hash()))
        if result.new:
            _tell_published(console, options.published / result.version, result.rows, store)
        else:
            console.say(
                f"Checked again: the content equals release {result.version}, so nothing is published.",
                f"已重新核对：内容与发布 {result.version} 相同，未另行发布。",
            )
        return result.version


@contextmanager
def _stage(name: str, record: Record, progress: Progress) -> Iterator[None]:
    progress.stage(name)
    with record.timed(name):
        yield


def _watched(options: Options, store: Store) -> tuple[dict[str, watch.Counts], list[watch.Change]]:
    """What there is of each site now, and the sites that read worse than at the last run."""
    try:
        before = watch.parse(options.sites.read_text(encoding="utf-8"), fingerprint.reader_hash())
    except OSError:
        before = {}
    now = watch.by_site(store.query(watch.counts()).to_pylist())
    return now, watch.changes(before, now)


def _tidy_shards(options: Options, console: Console) -> None:
    """Everything is read with this code now; what older code left is of no more use. What many runs left is put
    together."""
    import pyarrow as pa

    from pipelines import merging, parsed, shards

    reader = fingerprint.reader_hash()
    entries = list(shards.catalogue(options.shards))  # looked at twice
    shards.remove(options.shards, [entry.shard for entry in entries if entry.reader_hash != reader])
    parsed.prune(options.parsed, fingerprint.bytes_hash(), options.keep_bytes)
    try:
        merging.merge(options.shards, [entry for entry in entries if entry.reader_hash == reader])
    except (OSError, pa.ArrowException) as error:  # the release is out, and every shard is still there
        why = getattr(error, "strerror", None) or error
        console.warn(
            f"{options.shards}: small files were not put together ({why}); all are still there.",
            f"{options.shards}：未能合并小文件（{why}）；原有文件均未改动。",
        )


def state_of(ledger: ingest.Ledger, settled: Settled) -> str:
    """One hash over all that a release follows from: code, documents, manifests, findings of the folder, corrections
    and decisions."""
    digest = hashlib.sha256(fingerprint.code_hash().encode())
    for name in (item.name for item in fields(ingest.Sighting)):  # column by column: there may be millions
        column = map(str, map(attrgetter(name), ledger.sightings))
        digest.update(f"\x1d{name}\x1e".encode())
        digest.update("\x1e".join(column).encode("utf-8", "surrogatepass"))
    content = [[asdict(item) for item in ledger.findings], asdict(settled)]
    digest.update(json.dumps(content, sort_keys=True).encode())
    return digest.hexdigest()


def _is_done(options: Options, state: str) -> str | None:
    """The version published for exactly this state, where it, the store and the index are all still there."""
    try:
        done = json.loads((options.work / "done.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    version = str(done.get("version", ""))
    good = (
        done.get("state") == state
        and _is_store(options.work / "store.duckdb")
        and (options.published / release.INDEX).is_file()
        and (options.published / release.LATEST).is_file()
        and release.latest(options.published) == version
    )
    return version if good else None


def _is_store(path: Path) -> bool:
    """Whether there is a DuckDB file, by its magic bytes alone: opening it takes longer than all the rest."""
    try:
        with path.open("rb") as handle:
            return handle.read(12)[8:] == b"DUCK"
    except OSError:
        return False


def _tell_findings(console: Console, findings: Sequence[RawFinding]) -> None:
    _warn_some(console, [(item.message_en, item.message_zh) for item in findings])


def _tell_stale(console: Console, store: Store) -> None:
    """Corrections and decisions that do not fit what is there any more."""
    rows = store.query(
        "SELECT message_en, message_zh FROM findings WHERE rule IN "
        "('correction.stale', 'correction.needless', 'correction.no_document', 'decision.stale') ORDER BY finding_id"
    ).to_pylist()
    told = [(row["message_en"], row["message_zh"]) for row in rows]
    _warn_some(console, told, "the findings list them.", "条，见发现表。")


def _tell_refused(
    console: Console, newly: Mapping[str, tuple[str, str]], documents: Mapping[str, ingest.Sighting]
) -> None:
    if not newly:
        return
    console.say(f"{len(newly)} documents refused for the first time:", f"以下 {len(newly)} 份文件首次被拒收：")
    ordered = sorted((documents[name].path, en, zh) for name, (en, zh) in newly.items())
    told = [(f"{path}: {en}", zh) for path, en, zh in ordered]
    _warn_some(console, told, rest_zh="份，见 nianbao status。")


def _warn_some(
    console: Console,
    told: Sequence[tuple[str, str]],
    rest_en: str = "`nianbao status` lists them.",
    rest_zh: str = "条，见 nianbao status。",
) -> None:
    """Say the first ``NAMED`` of these, each (English, Chinese), and how many more there are."""
    for en, zh in told[:NAMED]:
        console.warn(en, zh)
    if (rest := len(told) - NAMED) > 0:
        console.warn(f"and {rest} more; {rest_en}", f"另有 {rest} {rest_zh}")


def _tell_published(console: Console, folder: Path, rows: Mapping[str, int], store: Store) -> None:
    numbers = store.scalar("SELECT count(value) FROM observations")
    reports, cells, findings = rows["reports"], rows["observations"], rows["findings"]
    console.say(
        f"Published {folder}: {reports} reports, {cells} cells, {numbers} with a number, {findings} findings.",
        f"已发布 {folder}：{reports} 份报告，{cells} 个单元格，其中 {numbers} 个有数值，{findings} 条问题。",
    )
    if ours := store.scalar("SELECT count(*) FROM findings WHERE severity = 'error' AND responsible = 'pipeline'"):
        console.say(
            f"Errors on our side (folder, manifest, program) among the findings: {ours}; `nianbao status` counts them.",
            f"其中 {ours} 条是数据处理方的错误（文件夹、清单或程序），分类见 nianbao status。",
        )


def _close(options: Options, console: Console, record: Record, code: int) -> None:
    """Write the record: a line of ``runs.jsonl``, and a row of the store where this run has opened it. The run is
    over, with or without a release; a record that cannot be written is told, and changes nothing of that."""
    record.exit_code = code
    record.ended_at = datetime.now(UTC).isoformat(timespec="seconds")
    console.event("run", asdict(record))
    try:
        record.append(options.work)
        if "load" in record.stage_seconds:
            from pipelines.load import open_store

            with open_store(options.work) as store:
                store.record_run(as_row(asdict(record)))
    except Exception as error:  # noqa: BLE001 - of the disk, or of the database, which wraps what the system said
        en, zh = getattr(error, "message_en", "") or str(error), getattr(error, "message_zh", "") or str(error)
        console.warn(f"The record of this run is not complete: {en}", f"本次运行的记录不完整：{zh}")


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
