"""What a file is, in the services' words: `pdf`, not `application/pdf`."""

from __future__ import annotations

from pathlib import PurePosixPath

HEAD = 16
"""Bytes of a file that are looked at."""
_SIGNATURES = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
)


def file_type(name: str, head: bytes) -> str | None:
    """Return the type by the file's first bytes, else by the ending of its name."""
    for magic, kind in _SIGNATURES:
        if head.startswith(magic):
            return kind
    return PurePosixPath(name).suffix.lower().removeprefix(".") or None
