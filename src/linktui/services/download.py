"""Save the bytes of a stored file: whole and checked, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import BinaryIO

from linktui.model.errors import DigestMismatch, InvalidInput
from linktui.model.file import File

LONGEST_NAME = 200
"""Bytes of a file's name that every file system takes, with room for ours."""

BLOCK = 1024 * 1024
"""Bytes that are written at a time: each goes to a thread, which takes as long as a small piece itself."""


async def save_bytes(
    pieces: AsyncIterator[bytes],
    file: File,
    target: Path,
    *,
    replacing: bool,
    arrived: Callable[[int], None],
) -> Path:
    """Write `pieces` beside `target`, check them, and put them in its place."""
    path = target / safe_name(file.name) if target.is_dir() else target
    if path.exists() and not replacing:
        raise InvalidInput("target", f"{path} is there already; name another, or replace it")
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as out:
            digest, size = await _write(pieces, out, arrived)
        if (file.sha256 and digest != file.sha256) or (file.size is not None and size != file.size):
            raise DigestMismatch
        await asyncio.to_thread(beside.replace, path)
    except OSError as error:
        raise InvalidInput("target", f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        beside.unlink(missing_ok=True)
    return path


def safe_name(name: str) -> str:
    """Return a stored file's name as one that stays in its folder, shows itself, and fits."""
    plain = name.replace("/", "_").replace("\0", "_").lstrip(".") or "file"
    stem, dot, suffix = plain.rpartition(".")
    if len(plain.encode()) <= LONGEST_NAME:
        return plain
    ending = f"{dot}{suffix}" if stem and len(suffix) < 20 else ""
    return plain.encode()[: LONGEST_NAME - len(ending.encode())].decode("utf-8", "ignore") + ending


async def _write(
    pieces: AsyncIterator[bytes], out: BinaryIO, arrived: Callable[[int], None]
) -> tuple[str, int]:
    """Write all pieces off the event loop, and return their SHA-256 in hex and their bytes."""
    digest, size = hashlib.sha256(), 0
    held = bytearray()

    def write() -> None:
        out.write(held)
        digest.update(held)
        held.clear()

    async for piece in pieces:
        held += piece
        size += len(piece)
        arrived(len(piece))
        if len(held) >= BLOCK:
            await asyncio.to_thread(write)
    await asyncio.to_thread(write)
    out.flush()
    await asyncio.to_thread(os.fsync, out.fileno())
    return digest.hexdigest(), size
