"""Files in the catalogue."""

from __future__ import annotations

import apsw

from linktui.linkserver.catalog import links
from linktui.linkserver.catalog.rows import FILE_COLUMNS, FileRow, file_from
from linktui.linkserver.errors import Gone, Refusal, not_found

_COUNT = "(SELECT count(DISTINCT link_id) FROM link_file WHERE file_id = file.id)"


def get(db: apsw.Connection, file_id: str) -> FileRow:
    """Return one file; raises a 404 Refusal."""
    row = db.execute(f"SELECT {FILE_COLUMNS}, {_COUNT} FROM file WHERE id = ?", (file_id,)).fetchone()
    if row is None:
        raise not_found("file")
    return file_from(row)


def is_there(db: apsw.Connection, file_id: str) -> bool:
    """Tell whether a file is in the catalogue."""
    return db.execute("SELECT 1 FROM file WHERE id = ?", (file_id,)).fetchone() is not None


def page(
    db: apsw.Connection, *, limit: int, before: int | None, text: str
) -> tuple[tuple[FileRow, ...], int | None]:
    """Return files newest first, and where the next page begins."""
    rows = db.execute(
        f"SELECT {FILE_COLUMNS}, {_COUNT}, seq FROM file "
        "WHERE seq < ?1 AND instr(lower(name), lower(?2)) > 0 ORDER BY seq DESC LIMIT ?3",
        (before if before is not None else (1 << 62), text, limit + 1),
    ).fetchall()
    more = int(str(rows[limit - 1][-1])) if len(rows) > limit else None
    return tuple(file_from(row[:-1]) for row in rows[:limit]), more


def publish(db: apsw.Connection, file: FileRow, *, now: int) -> None:
    """Add a file whose bytes are in their place; one that came through a link takes a place there.

    Raises Gone if that link takes no more.
    """
    db.execute(
        f"INSERT INTO file ({FILE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            file.id,
            file.blob,
            file.name,
            file.size,
            file.media_type,
            file.inline_type,
            file.sha256,
            file.created_at,
            file.from_link,
        ),
    )
    db.execute("DELETE FROM garbage WHERE blob = ?", (file.blob,))
    if file.from_link is not None:
        _receive(db, file.from_link, file.id, now=now)


def _receive(db: apsw.Connection, link_id: str, file_id: str, *, now: int) -> None:
    taken = db.execute(
        "UPDATE link SET downloads = downloads + 1, last_download_at = ?2 WHERE id = ?1 AND kind = 'upload' "
        "AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?2) "
        "AND (download_limit IS NULL OR downloads < download_limit) RETURNING id",
        (link_id, now),
    ).fetchone()
    if taken is None:
        raise Gone
    db.execute(
        "INSERT INTO link_file SELECT ?1, ifnull(max(position), 0) + 1, ?2, '' "
        "FROM link_file WHERE link_id = ?1",
        (link_id, file_id),
    )
    links.touch(db, link_id, now=now)


def delete(db: apsw.Connection, file_id: str, *, force: bool, now: int) -> str:
    """Remove a file from every link and from the catalogue; return its blob, to be unlinked.

    A link that is left without a file is revoked. Raises a 409 Refusal while an active link holds the
    file, unless `force`.
    """
    file = get(db, file_id)
    holders = [
        str(row[0])
        for row in db.execute("SELECT DISTINCT link_id FROM link_file WHERE file_id = ?", (file_id,))
    ]
    active = tuple(link_id for link_id in holders if links.get(db, link_id).state(now) == "active")
    if active and not force:
        raise Refusal(409, "file_in_use", "Active links hold this file.", links=active)
    db.execute("DELETE FROM link_file WHERE file_id = ?", (file_id,))
    for link_id in holders:
        link = links.get(db, link_id)
        if not link.files and link.kind != "upload":
            db.execute("UPDATE link SET revoked_at = ifnull(revoked_at, ?) WHERE id = ?", (now, link_id))
        links.touch(db, link_id, now=now)
    db.execute("UPDATE upload SET expires_at = ? WHERE file_id = ?", (now, file_id))
    db.execute("DELETE FROM file WHERE id = ?", (file_id,))
    db.execute("INSERT OR IGNORE INTO garbage VALUES (?)", (file.blob,))
    return file.blob
