"""The dialects' own namespaces: what the catalogue's files and links lack, one row for each object.

A row goes with the file or link that it stands for, whoever deletes that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import apsw

Fields = dict[str, Any]
"""What one kind of object of one dialect has, in JSON's types."""
COLUMNS = "object.seq, object.dialect, object.kind, object.id, object.subject, object.parent, " + (
    "object.created_at, object.fields"
)
EXPIRED = "(link.revoked_at IS NOT NULL OR ifnull(link.expires_at <= ?, 0)) = ?"
"""A condition with two values: the moment, and whether links that are over by then are wanted."""
_FROM = (
    "dialect_object AS object LEFT JOIN file ON file.id = object.subject "
    "LEFT JOIN link ON link.id = object.subject"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """One thing of a dialect: a file, a link, or what else it keeps."""

    dialect: str
    kind: str
    id: str
    """In the service's own form; its own within the dialect and kind."""
    subject: str | None = None
    """The id of the file or link of the catalogue, if it is one."""
    parent: str | None = None
    """The id of the object it belongs to: a link's file."""
    created_at: int
    """Milliseconds since 1970 UTC."""
    fields: Fields = field(default_factory=dict)
    seq: int = 0
    """Its place in the order of making; given by the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some objects, newest first."""

    data: tuple[Object, ...]
    more: bool
    """Whether there are others further on, in the direction asked for."""


def add(db: apsw.Connection, new: Object) -> None:
    """Add an object."""
    db.execute(
        "INSERT INTO dialect_object (dialect, kind, id, subject, parent, created_at, fields) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (new.dialect, new.kind, new.id, new.subject, new.parent, new.created_at, _dump(new.fields)),
    )


def get(db: apsw.Connection, dialect: str, kind: str, object_id: str) -> Object | None:
    """Return one object."""
    row = db.execute(
        f"SELECT {COLUMNS} FROM dialect_object AS object WHERE dialect = ? AND kind = ? AND id = ?",
        (dialect, kind, object_id),
    ).fetchone()
    return None if row is None else _from_row(row)


def of_subject(db: apsw.Connection, dialect: str, subject: str) -> Object | None:
    """Return the object that stands for a file or link of the catalogue."""
    row = db.execute(
        f"SELECT {COLUMNS} FROM dialect_object AS object WHERE dialect = ? AND subject = ?",
        (dialect, subject),
    ).fetchone()
    return None if row is None else _from_row(row)


def all_of_parent(db: apsw.Connection, dialect: str, kind: str, parent: str) -> tuple[Object, ...]:
    """Return every object of a kind that belongs to another."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM dialect_object AS object WHERE dialect = ? AND kind = ? AND parent = ?",
        (dialect, kind, parent),
    )
    return tuple(_from_row(row) for row in rows)


def update(
    db: apsw.Connection, changed: Object, *, fields: Mapping[str, object], subject: str | None = None
) -> None:
    """Set some of an object's fields (null is a value), and its subject if one is given."""
    merged = changed.fields | dict(fields)
    db.execute(
        "UPDATE dialect_object SET fields = ?, subject = ? WHERE seq = ?",
        (_dump(merged), subject or changed.subject, changed.seq),
    )


def remove(db: apsw.Connection, gone: Object) -> None:
    """Forget an object; the file or link it stands for stays."""
    db.execute("DELETE FROM dialect_object WHERE seq = ?", (gone.seq,))


def remove_older(db: apsw.Connection, dialect: str, kind: str, *, than: int) -> None:
    """Forget the objects of a kind made until a moment."""
    db.execute(
        "DELETE FROM dialect_object WHERE dialect = ? AND kind = ? AND created_at <= ?", (dialect, kind, than)
    )


def page(
    db: apsw.Connection,
    dialect: str,
    kind: str,
    *,
    limit: int,
    where: Mapping[str, object] | None = None,
    after: int | None = None,
    before: int | None = None,
) -> Page:
    """Return up to `limit` objects newest first.

    `where` has conditions on `object`, `file` and `link` (the row of the subject) with a ? for the
    value, or for each of a tuple of values. `after` and `before` are the `seq` of an object: the page
    begins behind the one, or ends in front of the other.
    """
    conditions = ["object.dialect = ?", "object.kind = ?"]
    values: list[Any] = [dialect, kind]
    for condition, value in (where or {}).items():
        conditions.append(condition)
        values.extend(value if isinstance(value, tuple) else (value,))
    for condition, seq in (("object.seq < ?", after), ("object.seq > ?", before)):
        if seq is not None:
            conditions.append(condition)
            values.append(seq)
    order = "DESC" if before is None else "ASC"
    rows = db.execute(
        f"SELECT {COLUMNS} FROM {_FROM} WHERE {' AND '.join(conditions)} ORDER BY object.seq {order} LIMIT ?",
        (*values, limit + 1),
    ).fetchall()
    found = [_from_row(row) for row in rows[:limit]]
    return Page(data=tuple(found if before is None else reversed(found)), more=len(rows) > limit)


def _from_row(row: tuple[object, ...]) -> Object:
    names = [name.removeprefix("object.") for name in COLUMNS.split(", ")]
    values = dict(zip(names, row, strict=True))
    return Object(**values | {"fields": json.loads(str(values["fields"]))})  # type: ignore[arg-type] # STRICT


def _dump(fields: Fields) -> str:
    return json.dumps(fields, ensure_ascii=False)
