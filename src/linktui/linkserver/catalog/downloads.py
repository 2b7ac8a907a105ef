"""Counted downloads: a slot is taken before the first byte and counts just before the last one."""

from __future__ import annotations

import apsw

from linktui.linkserver.catalog import links
from linktui.linkserver.catalog.rows import DownloadRow
from linktui.linkserver.errors import Gone, Refusal

COLUMNS = "seq, at, finished_at, state, bytes, file_id, agent, address"
RETRY_AFTER = "10"


def begin(
    db: apsw.Connection, link_id: str, *, file_id: str | None, agent: str, address: str, now: int
) -> int:
    """Take a slot and return the download's number.

    Raises Gone when the link gives nothing any more, a 429 Refusal while others hold its last slots.
    """
    taken = db.execute(
        "UPDATE link SET in_flight = in_flight + 1 WHERE id = ?1 AND revoked_at IS NULL "
        "AND (expires_at IS NULL OR expires_at > ?2) "
        "AND (download_limit IS NULL OR downloads + in_flight < download_limit) RETURNING id",
        (link_id, now),
    ).fetchall()
    if not taken:
        _refuse(db, link_id, now=now)
    db.execute(
        "INSERT INTO download (link_id, at, state, file_id, agent, address) "
        "VALUES (?, ?, 'running', ?, ?, ?)",
        (link_id, now, file_id, agent, address),
    )
    return db.last_insert_rowid()


def _refuse(db: apsw.Connection, link_id: str, *, now: int) -> None:
    alive = db.execute("SELECT 1 FROM link WHERE id = ?", (link_id,)).fetchone()
    if alive and links.get(db, link_id).state(now) == "active":
        raise Refusal(
            429,
            "busy",
            "The last downloads of this link are under way: try again shortly.",
            headers={"Retry-After": RETRY_AFTER},
        )
    raise Gone


def finish(db: apsw.Connection, number: int, *, complete: bool, sent: int, now: int) -> None:
    """Give the slot back; a complete download counts."""
    row = db.execute(
        "UPDATE download SET state = ?2, bytes = ?3, finished_at = ?4 "
        "WHERE seq = ?1 AND state = 'running' RETURNING link_id",
        (number, "complete" if complete else "partial", sent, now),
    ).fetchall()
    if not row:
        return  # the link was deleted meanwhile, and its log with it
    link_id = str(row[0][0])
    db.execute("UPDATE link SET in_flight = max(0, in_flight - 1) WHERE id = ?", (link_id,))
    if complete:
        db.execute(
            "UPDATE link SET downloads = downloads + 1, last_download_at = ? WHERE id = ?", (now, link_id)
        )
        links.touch(db, link_id, now=now)


def take_back(db: apsw.Connection, number: int, *, sent: int, now: int) -> None:
    """Count a download no more, whose last byte was not sent after all."""
    row = db.execute(
        "UPDATE download SET state = 'partial', bytes = ?2 WHERE seq = ?1 AND state = 'complete' "
        "RETURNING link_id",
        (number, sent),
    ).fetchall()
    if not row:
        return
    link_id = str(row[0][0])
    db.execute(
        "UPDATE link SET downloads = max(0, downloads - 1), last_download_at = "
        "(SELECT max(finished_at) FROM download WHERE link_id = ?1 AND state = 'complete') WHERE id = ?1",
        (link_id,),
    )
    links.touch(db, link_id, now=now)


def reset(db: apsw.Connection, *, now: int) -> None:
    """Give back the slots of a process that ended without doing so."""
    db.execute("UPDATE link SET in_flight = 0 WHERE in_flight <> 0")
    db.execute("UPDATE download SET state = 'partial', finished_at = ? WHERE state = 'running'", (now,))


def page(
    db: apsw.Connection, link_id: str, *, limit: int, before: int | None
) -> tuple[tuple[DownloadRow, ...], int | None]:
    """Return a link's downloads newest first, and where the next page begins."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM download WHERE link_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
        (link_id, before if before is not None else 1 << 62, limit + 1),
    ).fetchall()
    names = COLUMNS.split(", ")
    found = tuple(
        DownloadRow(**dict(zip(names, row, strict=True)))  # type: ignore[arg-type] # the schema is STRICT
        for row in rows[:limit]
    )
    return found, found[-1].seq if len(rows) > limit else None
