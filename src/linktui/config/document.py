"""Change linktui.toml in place: whole or not at all, one process at a time.

tomlkit keeps what a person wrote around the tables: comments, order, blank lines.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from linktui.model.errors import InvalidInput, StorageUnusable


@contextmanager
def changing(path: Path) -> Iterator[Any]:
    """Hand out the file's document and save it after, one process at a time so that no change is lost."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(path.with_name(f".{path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageUnusable(path, error.strerror or str(error)) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        document = _load(path)
        yield document
        _save(path, document)
    finally:
        os.close(lock)


def _load(path: Path):  # type: ignore[no-untyped-def]  # tomlkit's own containers are dynamic
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
    except (OSError, UnicodeDecodeError) as error:
        raise StorageUnusable(path, getattr(error, "strerror", None) or "it is no text") from error
    except TOMLKitError as error:
        raise InvalidInput(str(path), f"is no TOML: {error}") from error


def _save(path: Path, document) -> None:  # type: ignore[no-untyped-def]  # as above
    """Replace the file whole, so that a crash leaves the old one or the new one."""
    import tomlkit

    beside = path.with_name(f".{path.name}.new")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(tomlkit.dumps(document))
            file.flush()
            os.fsync(descriptor)
        beside.replace(path)
    except OSError as error:
        raise StorageUnusable(path, error.strerror or str(error)) from error
