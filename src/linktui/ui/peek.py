"""The head of a local file as clean text, or what it is when it is no text."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from linktui.model.errors import SourceUnreadable
from linktui.model.phrases import day_text, size_text
from linktui.model.text import clean

HEAD = 64 * 1024
"""Bytes read at most."""
LONGEST_LINE = 500

_MAGIC = (
    (0, b"\x89PNG\r\n\x1a\n", "PNG image"),
    (0, b"\xff\xd8\xff", "JPEG image"),
    (0, b"GIF8", "GIF image"),
    (8, b"WEBP", "WebP image"),
    (0, b"%PDF-", "PDF document"),
    (0, b"PK\x03\x04", "ZIP archive (or a document or package made as one)"),
    (0, b"\x1f\x8b", "gzip archive"),
    (0, b"\xfd7zXZ\x00", "xz archive"),
    (0, b"\x28\xb5\x2f\xfd", "zstd archive"),
    (0, b"BZh", "bzip2 archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (257, b"ustar", "tar archive"),
    (0, b"\x7fELF", "ELF program or library"),
    (0, b"SQLite format 3\x00", "SQLite database"),
    (4, b"ftyp", "MP4 video or its like"),
    (0, b"\x1aE\xdf\xa3", "Matroska or WebM video"),
    (0, b"ID3", "MP3 sound"),
    (0, b"OggS", "Ogg sound or video"),
    (0, b"fLaC", "FLAC sound"),
    (8, b"WAVE", "WAV sound"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peek:
    """What a look at a file gave: facts as (label, value), and its first lines if it is text."""

    facts: tuple[tuple[str, str], ...]
    lines: tuple[str, ...] = ()


def peek(path: Path) -> Peek:
    """Look at a file or folder; raises SourceUnreadable. Never reads from a pipe or device."""
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            return Peek(facts=(("Folder", _held(path)), *_common(facts)))
        if not stat.S_ISREG(facts.st_mode):
            return Peek(facts=(("Type", "neither a file nor a folder"), *_common(facts)))
        with path.open("rb") as file:
            head = file.read(HEAD)
    except (OSError, ValueError) as error:
        raise SourceUnreadable(path, (getattr(error, "strerror", None) or str(error)).lower()) from error
    lines = text_lines(head)
    kind = "empty" if not head else type_of(head) if lines is None else "text"
    facts_shown = (("Type", kind), ("Size", size_text(facts.st_size)), *_common(facts))
    return Peek(facts=facts_shown, lines=tuple(lines or ()))


def text_lines(head: bytes) -> list[str] | None:
    """Return the lines of UTF-8 text, cleaned of control characters; None for anything else."""
    if b"\x00" in head:
        return None
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character cut in two by the end of the head is no fault of the file.
        if len(head) < HEAD or error.start < len(head) - 3:
            return None
        text = head[: error.start].decode("utf-8")
    return [clean(line.expandtabs(4), limit=LONGEST_LINE) for line in text.splitlines()]


def type_of(head: bytes) -> str:
    """Return what kind of file begins with these bytes."""
    found = (name for at, magic, name in _MAGIC if head[at : at + len(magic)] == magic)
    return next(found, "data")


def _held(path: Path) -> str:
    count = sum(1 for _ in path.iterdir())
    return f"{count} entr{'y' if count == 1 else 'ies'}"


def _common(facts: os.stat_result) -> tuple[tuple[str, str], ...]:
    try:
        modified = day_text(datetime.fromtimestamp(facts.st_mtime, UTC))
    except (OverflowError, ValueError, OSError):
        modified = "unknown"
    return (("Modified", modified), ("Mode", stat.filemode(facts.st_mode)))
