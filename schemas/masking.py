"""Nobody's private data: persons' names, mobile and identity numbers, e-mail addresses stay in the raw files."""

from __future__ import annotations

import re

_MOBILE = re.compile(r"(?<![\d.,])(?:\+?86[- ]?)?[1１][3-9３-９]\d(?:[- ]?\d{4}){2}(?![\d]|[.,]\d)")
# Bounded and anchored: an open beginning takes quadratic time over a long run of letters or digits.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}[@＠][\w-]+(?:\.[\w-]+)+", re.ASCII)
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{9}[\dXx](?![\dXx])")
# A person is only told by the label before the name; over-masking a word after such a label does no harm.
_PERSON = re.compile(
    r"((?:联\s*系|填\s*报|填\s*表|审\s*核|负\s*责|经\s*办|承\s*办|撰\s*稿|签\s*发|拟\s*稿|制\s*表|发\s*布)\s*人"
    r"(?:员|姓名)?\s*[:：|]\s*)[\u3400-\u9fff·]{2,4}"  # a bar parts the cells of a row quoted in a finding
)


def mask(text: str) -> str:
    """``text`` with private data replaced by asterisks; everything else as it was."""
    if not any(char in text for char in "1@＠人") and not any(char.isdigit() for char in text):
        return text
    text = _EMAIL.sub("***@***", text)
    text = _IDENTITY.sub("*" * 18, text)
    text = _MOBILE.sub("1**********", text)
    return _PERSON.sub(r"\1***", text)
