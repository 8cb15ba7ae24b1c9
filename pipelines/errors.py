"""What every error has that a run turns into words: a message in each language."""

from __future__ import annotations


class SpokenError(Exception):
    """``message_en`` and ``message_zh`` are for people."""

    def __init__(self, message_en: str, message_zh: str) -> None:
        super().__init__(message_en)
        self.message_en = message_en
        self.message_zh = message_zh


def of_disk(error: OSError) -> tuple[str, str]:
    """What to tell of a file that could not be opened or written, in English and Chinese."""
    where = str(error.filename or "").rpartition("/.staging-")[0] or str(error.filename or "")
    why = error.strerror or error
    return (
        f"{where}: {why}; check the disk and its permissions, and run again",
        f"{where}：磁盘或权限有问题（{why}），请检查后再次运行",
    )
