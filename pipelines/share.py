"""One job of an array: read a share of the documents into shards, and nothing else.

It takes no lock and opens no store, so that many run beside each other over one shared work folder; a last
`nianbao run` finds their shards, loads them and publishes.
"""

from __future__ import annotations

from datetime import UTC, datetime

from pipelines import fingerprint, ingest, reading
from pipelines.console import Console
from pipelines.options import Options
from pipelines.progress import Progress
from pipelines.record import Record


def read_share(options: Options, console: Console, share: ingest.Share) -> int:
    """Read what is new of the share; returns the exit code."""
    ledger = ingest.scan(options.raw, options.hashes, share=share)
    documents = ledger.documents()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    record = Record(run_id=share.name, started_at=now, code_hash=fingerprint.code_hash())
    work = reading.plan(options, documents, repair=False)
    progress = Progress(None, console)  # of the many jobs of an array none speaks for all
    progress.stage("read")
    with record.timed("read"):
        reading.read(options, console, record, progress, work)
    console.say(
        f"Share {share.number} of {share.count}: {len(documents)} documents, {record.documents_read} read. "
        "When all shares are read, `nianbao run` loads them and publishes.",
        f"第 {share.number}/{share.count} 份：共 {len(documents)} 份文件，读取 {record.documents_read} 份。"
        "全部读完后运行 nianbao run 入库并发布。",
    )
    return 0
