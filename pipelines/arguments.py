"""What the values of command-line options may be. Raises ``argparse.ArgumentTypeError`` with words for the user."""

from __future__ import annotations

import argparse
import re


def version(text: str) -> str:
    """The version of a release."""
    from pipelines.release import is_version

    if not is_version(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no version; write a date like 2026.11.23 or 2026.11.23.2")
    return text


def reason(text: str) -> str:
    """Words that say something."""
    if not text.strip():
        raise argparse.ArgumentTypeError("a reason must say something")
    return text


def workers(text: str) -> int:
    """A number of processes."""
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes from 1 to 1024")
    return int(text)


def base_url(text: str) -> str:
    """The address of a folder on the web, with a ``/`` at its end."""
    if not re.fullmatch(r"https?://[^\s?#]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no address; write https://data.example.org/nianbao/")
    return text if text.endswith("/") else f"{text}/"


def amount(text: str) -> int:
    """A number of MiB, 0 for no limit."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of MiB")
    return int(text)


def share(text: str) -> tuple[int, int]:
    """``3/8``: the third of eight shares."""
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text!r} is no share; write 3/8 for the third of eight")
    return int(number), int(count)


def count(text: str) -> int:
    """A number of documents."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of documents, 1 or more")
    return int(text)


def names(text: str) -> tuple[str, ...]:
    """Names, parted by commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())
