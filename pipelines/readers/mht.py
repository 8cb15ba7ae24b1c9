"""Web archives (MHT): the first HTML part of a MIME message, read as a web page."""

from __future__ import annotations

import email
import email.policy
from email.message import Message

from pipelines.document import Document
from pipelines.readers.html import read as read_html
from pipelines.readers.limits import Limits, truncated
from pipelines.readers.sniff import MHT


def read(data: bytes, limits: Limits) -> Document:
    """Read a web archive; errors as for HTML, and ``truncated`` where no page is found in it."""
    message: Message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                document = read_html(payload, limits)
                document.media_type = MHT
                return document
    raise truncated("the web archive contains no web page", "网页存档中没有网页")
