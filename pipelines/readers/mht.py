"""Web archives (MHT): the first HTML part of a MIME message, read as a web page."""

from __future__ import annotations

import email
import email.policy
from email.message import Message

from pipelines.document import Document, ReadError
from pipelines.readers.html import read as read_html
from pipelines.readers.limits import Limits, truncated
from pipelines.readers.sniff import MHT

_PARTED = 50  # parts that have parts; a saved page has one or two, and the library takes quadratic time over them


def read(data: bytes, limits: Limits) -> Document:
    """Read a web archive; errors as for HTML, and ``truncated`` where no page is found in it."""
    if data.lower().count(b"boundary=") > _PARTED:
        raise ReadError("too_deep", f"parts are nested more than {_PARTED} deep", f"网页存档嵌套超过{_PARTED}层")
    message: Message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                document = read_html(payload, limits)
                document.media_type = MHT
                return document
    raise truncated("the web archive contains no web page", "网页存档中没有网页")
