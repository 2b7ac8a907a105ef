"""What SQLite raises while a database is in use, as one of our errors: damage may show late."""

from __future__ import annotations

from pathlib import Path

import apsw

from linktui.model.errors import DatabaseCorrupt, StorageError, StorageUnusable

DAMAGED = (apsw.CorruptError, apsw.NotADBError)
UNUSABLE = (apsw.FullError, apsw.IOError, apsw.ReadOnlyError, apsw.BusyError, apsw.CantOpenError)


def storage_error(error: BaseException, path: Path) -> StorageError | None:
    """Return what an error of SQLite's says of the database at `path`, or None for any other error."""
    if isinstance(error, DAMAGED):
        return DatabaseCorrupt(path, str(error))
    return StorageUnusable(path, str(error)) if isinstance(error, UNUSABLE) else None
