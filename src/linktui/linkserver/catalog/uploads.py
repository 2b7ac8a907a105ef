"""Uploads in the catalogue: what was promised and how much of it is durable."""

from __future__ import annotations

import apsw

from linktui.linkserver.catalog.rows import UploadRow

COLUMNS = "id, link_id, name, size, offset, sha256, file_id, expires_at"


def get(db: apsw.Connection, upload_id: str) -> UploadRow | None:
    """Return one upload."""
    row = db.execute(f"SELECT {COLUMNS} FROM upload WHERE id = ?", (upload_id,)).fetchone()
    return None if row is None else _from_row(row)


def create(db: apsw.Connection, upload: UploadRow) -> None:
    """Add an upload."""
    db.execute(
        f"INSERT INTO upload ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            upload.id,
            upload.link_id,
            upload.name,
            upload.size,
            upload.offset,
            upload.sha256,
            upload.file_id,
            upload.expires_at,
        ),
    )


def advance(db: apsw.Connection, upload_id: str, *, offset: int, expires_at: int) -> None:
    """Acknowledge bytes that are durable."""
    db.execute("UPDATE upload SET offset = ?, expires_at = ? WHERE id = ?", (offset, expires_at, upload_id))


def finish(db: apsw.Connection, upload_id: str, *, file_id: str, expires_at: int) -> None:
    """Remember which file the upload became."""
    db.execute(
        "UPDATE upload SET file_id = ?, offset = size, expires_at = ? WHERE id = ?",
        (file_id, expires_at, upload_id),
    )


def drop(db: apsw.Connection, upload_id: str) -> None:
    """Forget an upload, and the key that would lead to it."""
    db.execute("DELETE FROM upload WHERE id = ?", (upload_id,))
    db.execute("DELETE FROM idempotency WHERE subject = ?", (upload_id,))


def complete_but_unpublished(db: apsw.Connection) -> tuple[UploadRow, ...]:
    """Return uploads whose last byte is durable and which are no file yet."""
    rows = db.execute(f"SELECT {COLUMNS} FROM upload WHERE file_id IS NULL AND offset = size")
    return tuple(_from_row(row) for row in rows)


def expired(db: apsw.Connection, *, now: int) -> tuple[UploadRow, ...]:
    """Return uploads, finished or not, whose time is over, and unfinished ones that their link refuses."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM upload WHERE expires_at <= ?1 OR (file_id IS NULL AND link_id <> '' "
        "AND NOT EXISTS (SELECT 1 FROM link WHERE link.id = link_id AND revoked_at IS NULL "
        "AND (link.expires_at IS NULL OR link.expires_at > ?1) "
        "AND (download_limit IS NULL OR downloads < download_limit)))",
        (now,),
    )
    return tuple(_from_row(row) for row in rows)


def unfinished(db: apsw.Connection) -> frozenset[str]:
    """Return the ids of all uploads that have bytes waiting."""
    return frozenset(str(row[0]) for row in db.execute("SELECT id FROM upload WHERE file_id IS NULL"))


def _from_row(row: tuple[object, ...]) -> UploadRow:
    return UploadRow(**dict(zip(COLUMNS.split(", "), row, strict=True)))  # type: ignore[arg-type] # STRICT
