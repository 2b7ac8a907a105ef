"""Save the bytes of a stored file: whole and checked, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import BinaryIO

from linktui.model.errors import DigestMismatch, InvalidInput, TargetTaken
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
    """Write `pieces` beside `target`, check them, and put them in its place.

    Raises TargetTaken, also for what comes there meanwhile; DigestMismatch; and InvalidInput.
    """
    path = target / safe_name(file.name) if target.is_dir() else target
    beside = path.with_name(f".linktui-{secrets.token_hex(8)}.part")
    try:
        if not replacing and os.path.lexists(path):
            raise TargetTaken(path)
        with beside.open("xb") as out:
            try:
                digest, size = await _write(pieces, out, arrived)
                if (file.sha256 and digest != file.sha256) or (file.size is not None and size != file.size):
                    raise DigestMismatch
                await asyncio.to_thread(_put, beside, path, replacing=replacing)
            finally:
                beside.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidInput("target", f"{path} cannot be written: {error.strerror or error}") from error
    return path


def safe_name(name: str) -> str:
    """Return a stored file's name as one that stays in its folder, shows itself, and fits."""
    plain = name.replace("/", "_").replace("\0", "_").lstrip(".") or "file"
    stem, dot, suffix = plain.rpartition(".")
    if len(plain.encode()) <= LONGEST_NAME:
        return plain
    ending = f"{dot}{suffix}" if stem and len(suffix) < 20 else ""
    return plain.encode()[: LONGEST_NAME - len(ending.encode())].decode("utf-8", "ignore") + ending


def _put(beside: Path, path: Path, *, replacing: bool) -> None:
    """Have a whole file be where it is to be; raises TargetTaken unless `replacing`."""
    if not replacing:
        try:
            os.link(beside, path)
        except FileExistsError:
            raise TargetTaken(path) from None
        except OSError:  # a file system without hard links
            _claim(path)
        else:
            return
    beside.replace(path)


def _claim(path: Path) -> None:
    """Make an empty file that is about to be replaced; raises TargetTaken."""
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        raise TargetTaken(path) from None


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
