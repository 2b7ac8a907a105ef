"""Understand a size said the way people say it, such as 500k, 10MB, 1.5GB or 10MiB."""

from __future__ import annotations

import re

from linktui.model.errors import InvalidInput

SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?) ?([kmgt]?)(i?)b?")


def bytes_of(match: re.Match[str]) -> int:
    """Return the bytes that a match of SIZE means."""
    step: int = (1024 if match[3] else 1000) ** " kmgt".index(match[2] or " ")
    return round(float(match[1]) * step)


def parse_size(text: str) -> int:
    """Return the bytes that `text` means, one at least; raises InvalidInput."""
    match = SIZE.fullmatch(text.strip().lower())
    size = bytes_of(match) if match else 0
    if size < 1:
        raise InvalidInput("size", f"“{text}” is no size; write 500k, 10MB, 1.5GB or 10MiB")
    return size
