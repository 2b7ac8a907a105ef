"""What SQLite raises while a database is in use, as one of our errors: damage may show late."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from linktui.model.errors import DatabaseCorrupt, StorageError, StorageUnusable

DAMAGED = (apsw.CorruptError, apsw.NotADBError)
UNUSABLE = (apsw.FullError, apsw.IOError, apsw.ReadOnlyError, apsw.BusyError, apsw.CantOpenError)


def storage_error(error: BaseException, path: Path) -> StorageError | None:
    """Return what an error says of the database at `path`, or None for one that says nothing of it.

    Of a group it is what the first says that says anything; an error of ours names its own database.
    """
    if isinstance(error, BaseExceptionGroup):
        known = (storage_error(one, path) for one in error.exceptions)
        return next((one for one in known if one is not None), None)
    if isinstance(error, StorageError):
        return error
    if isinstance(error, DAMAGED):
        return DatabaseCorrupt(path, str(error))
    return StorageUnusable(path, str(error)) if isinstance(error, UNUSABLE) else None


def is_damage(error: BaseException | None) -> bool:
    """Tell whether an error says that a database is damaged: to try again would not help."""
    return isinstance(error, (DatabaseCorrupt, *DAMAGED))


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Raise what SQLite raises in the block as an error of ours that names the database at `path`."""
    try:
        yield
    except apsw.Error as error:
        known = storage_error(error, path)
        if known is None:
            raise
        raise known from error
