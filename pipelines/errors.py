"""What every error has that a run turns into words: a message in each language."""

from __future__ import annotations


class SpokenError(Exception):
    """``message_en`` and ``message_zh`` are for people."""

    def __init__(self, message_en: str, message_zh: str) -> None:
        super().__init__(message_en)
        self.message_en = message_en
        self.message_zh = message_zh
