"""Make upload sources that outlive the process: what stdin gives, and folders as one ZIP.

A spooled file is written, flushed, renamed and its directory flushed, before it counts as there.
"""

from __future__ import annotations

import asyncio
import os
import zipfile
from pathlib import Path
from typing import BinaryIO

from linktui.model.errors import SourceUnreadable, StorageUnusable
from linktui.model.ids import random_id

PIECE = 1024 * 1024


async def spool_stream(stream: BinaryIO, directory: Path) -> Path:
    """Copy a stream to a file of its own until it ends and return the file; raises StorageUnusable."""
    return await asyncio.to_thread(_spool, stream, directory)


def spool_zip(folder: Path, directory: Path) -> Path:
    """Put a folder's files into one ZIP, stored as they are, and return it; raises SourceUnreadable."""
    part, final = _names(directory, ".zip")
    try:
        with part.open("xb") as raw:
            os.fchmod(raw.fileno(), 0o600)
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
                for parent, folders, names in os.walk(folder):
                    folders.sort()
                    _add_files(archive, folder, Path(parent), sorted(names))
            _flush(raw)
        return _publish(part, final)
    except OSError as error:
        part.unlink(missing_ok=True)
        path = Path(error.filename) if isinstance(error.filename, str) else folder
        raise SourceUnreadable(path, (error.strerror or str(error)).lower()) from error


def _add_files(archive: zipfile.ZipFile, folder: Path, parent: Path, names: list[str]) -> None:
    for name in names:
        path = parent / name
        if path.is_file() and not path.is_symlink():
            inside = str(path.relative_to(folder.parent)).encode("utf-8", "replace").decode()
            archive.write(path, inside)


def _spool(stream: BinaryIO, directory: Path) -> Path:
    part, final = _names(directory, "")
    try:
        with part.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            while piece := stream.read(PIECE):
                file.write(piece)
            _flush(file)
        return _publish(part, final)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageUnusable(directory, error.strerror or str(error)) from error


def _names(directory: Path, suffix: str) -> tuple[Path, Path]:
    stem = random_id(8)
    return directory / f"{stem}.part", directory / f"{stem}{suffix}"


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _publish(part: Path, final: Path) -> Path:
    part.rename(final)
    handle = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return final
