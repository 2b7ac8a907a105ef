"""File names from outside, made harmless once, where they come in."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from linktui.model.text import REPLACEMENT, clean

MAX_BYTES = 255
FALLBACK = "file"


def clean_name(text: str) -> str:
    """Return a basename of at most 255 bytes without separators, control or bidi characters."""
    base = re.split(r"[/\\]", text.rstrip("/\\"))[-1]
    base = unicodedata.normalize("NFC", clean(base)).replace(REPLACEMENT, "_").strip()
    if base.strip(". ") == "":
        return FALLBACK
    return _cut(base)


def _cut(name: str) -> str:
    if len(name.encode()) <= MAX_BYTES:
        return name
    suffix = PurePosixPath(name).suffix
    if len(suffix.encode()) > 32:
        suffix = ""
    room = MAX_BYTES - len(suffix.encode())
    stem = name[: len(name) - len(suffix)].encode()[:room].decode(errors="ignore")
    return stem + suffix


def unique_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names that stay apart on any file system, also one that ignores case, and open on Windows."""
    taken: set[str] = set()
    result = []
    for name in names:
        safe = _portable(name)
        candidate, number = safe, 1
        while candidate.casefold() in taken:
            number += 1
            path = PurePosixPath(safe)
            candidate = f"{path.stem} ({number}){path.suffix}"
        taken.add(candidate.casefold())
        result.append(candidate)
    return tuple(result)


def _portable(name: str) -> str:
    safe = re.sub(r'[<>:"|?*]', "_", clean_name(name)).rstrip(". ")
    return safe or FALLBACK
