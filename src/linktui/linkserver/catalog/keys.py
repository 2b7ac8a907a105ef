"""Idempotency keys: the same key and request lead to the same thing."""

from __future__ import annotations

import apsw

from linktui.linkserver.errors import Refusal


def find(db: apsw.Connection, scope: str, key: str | None, digest: str) -> str | None:
    """Return the id that `key` made before; raises a 409 Refusal if that was another request."""
    if key is None:
        return None
    row = db.execute(
        "SELECT digest, subject FROM idempotency WHERE scope = ? AND key = ?", (scope, key)
    ).fetchone()
    if row is None:
        return None
    if row[0] != digest:
        raise Refusal(409, "idempotency_conflict", "This Idempotency-Key was used for another request.")
    return str(row[1])


def remember(
    db: apsw.Connection, scope: str, key: str | None, *, digest: str, subject: str, now: int
) -> None:
    """Bind `key` to what it made."""
    if key is not None:
        db.execute(
            "INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?, ?)", (scope, key, digest, subject, now)
        )


def subject(db: apsw.Connection, scope: str, key: str) -> str | None:
    """Return the id that `key` made before, whatever was asked for with it."""
    row = db.execute("SELECT subject FROM idempotency WHERE scope = ? AND key = ?", (scope, key)).fetchone()
    return None if row is None else str(row[0])


def forget(db: apsw.Connection, key: str) -> None:
    """Drop a key of files and links."""
    db.execute("DELETE FROM idempotency WHERE scope IN ('file', 'link') AND key = ?", (key,))


def forget_older(db: apsw.Connection, *, than: int) -> None:
    """Drop keys made before a moment."""
    db.execute("DELETE FROM idempotency WHERE at < ?", (than,))
