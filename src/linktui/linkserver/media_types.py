"""What a file is: its media type by name, and whether a browser may show it in place.

Shown in place is only what both its first bytes and its extension say is on a short list of types
that run no script. What a client declares is ignored.
"""

from __future__ import annotations

import codecs
import mimetypes
from pathlib import PurePosixPath

HEAD = 4096
"""Bytes of a file that are looked at."""
UNKNOWN = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"

_BY_EXTENSION = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
}
_TEXTS = {".txt", ".log", ".md", ".csv", ".diff", ".patch"}
_SCRIPTED = ("html", "xml", "svg", "javascript", "ecmascript", "xslt")
_KNOWN = mimetypes.MimeTypes(filenames=())


def media_type(name: str) -> str:
    """Return the type that the name's extension stands for."""
    return _KNOWN.guess_type(f"x{PurePosixPath(name).suffix.lower()}", strict=True)[0] or UNKNOWN


def attachment_type(declared: str) -> str:
    """Return the type to send a download with: nothing that a browser could run."""
    return UNKNOWN if any(word in declared for word in _SCRIPTED) else declared


def inline_type(name: str, head: bytes) -> str | None:
    """Return the type to show the file with in place, or nothing if it may not be."""
    extension = PurePosixPath(name).suffix.lower()
    if extension in _TEXTS:
        return TEXT if _is_text(head) else None
    expected = _BY_EXTENSION.get(extension)
    return expected if expected is not None and expected == _by_magic(head) else None


def _by_magic(head: bytes) -> str | None:
    for offset, magic, kind in _SIGNATURES:
        if head[offset : offset + len(magic)] == magic:
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return "image/avif" if head[8:12] in {b"avif", b"avis"} else "video/mp4"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "audio/mpeg"
    return None


_SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
)


def _is_text(head: bytes) -> bool:
    try:
        # The head may end in the middle of a character: only what is complete is judged.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(char.isprintable() or char in "\t\r\n\f\x1b" for char in text)
