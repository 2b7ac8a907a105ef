"""Links in the catalogue."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import apsw

from linktui.linkserver.catalog.rows import FILE_COLUMNS, Attached, LinkRow, file_from
from linktui.linkserver.errors import Refusal, invalid, not_found
from linktui.linkserver.limits import MAX_PAIRS

COLUMNS = (
    "id, kind, name, slug, created_at, updated_at, expires_at, revoked_at, downloads, in_flight, "
    "download_limit, password_hash, last_download_at, revision"
)
_NAMES = COLUMNS.split(", ")
_FILES = (
    f"SELECT link_id, caption, {', '.join(f'file.{name}' for name in FILE_COLUMNS.split(', '))} "
    "FROM link_file JOIN file ON file.id = file_id "
    "WHERE link_id IN (SELECT value FROM json_each(?)) ORDER BY link_id, position"
)
_PAIRS = (
    "SELECT link_id, key, value FROM metadata "
    "WHERE link_id IN (SELECT value FROM json_each(?)) ORDER BY link_id, key"
)
EDITABLE = frozenset({"kind", "name", "slug", "expires_at", "password_hash", "download_limit"})


def get(db: apsw.Connection, link_id: str) -> LinkRow:
    """Return one link; raises a 404 Refusal."""
    row = db.execute(f"SELECT {COLUMNS} FROM link WHERE id = ?", (link_id,)).fetchone()
    if row is None:
        raise not_found("link")
    return from_row(db, row)


def is_there(db: apsw.Connection, link_id: str) -> bool:
    """Tell whether a link is in the catalogue."""
    return db.execute("SELECT 1 FROM link WHERE id = ?", (link_id,)).fetchone() is not None


def by_slug(db: apsw.Connection, slug: str) -> LinkRow | None:
    """Return the link with exactly this slug, as strangers need it; the index that finds it knows no case.

    One that takes files comes without them: no stranger sees them, and there may be many thousands.
    """
    row = db.execute(
        f"SELECT {COLUMNS} FROM link WHERE slug = ?1 AND slug = ?1 COLLATE BINARY", (slug,)
    ).fetchone()
    return None if row is None else from_rows(db, [row], with_files=row[1] != "upload")[0]


def from_row(db: apsw.Connection, row: Sequence[object]) -> LinkRow:
    """Return the link in a row of COLUMNS, with its files and metadata."""
    return from_rows(db, [row])[0]


def from_rows(
    db: apsw.Connection, rows: Sequence[Sequence[object]], *, with_files: bool = True
) -> tuple[LinkRow, ...]:
    """Return the links in rows of COLUMNS, with their files and metadata, by two queries for all of them."""
    wanted = (json.dumps([row[0] for row in rows]),)
    files: dict[object, list[Attached]] = {}
    for link_id, caption, *rest in db.execute(_FILES, wanted) if with_files else ():
        files.setdefault(link_id, []).append(Attached(caption=str(caption), file=file_from(rest)))
    metadata: dict[object, dict[str, str]] = {}
    for link_id, key, value in db.execute(_PAIRS, wanted):
        metadata.setdefault(link_id, {})[str(key)] = str(value)
    return tuple(
        LinkRow(
            **dict(zip(_NAMES, row, strict=True)),  # type: ignore[arg-type] # the schema is STRICT
            files=tuple(files.get(row[0], ())),
            metadata=metadata.get(row[0], {}),
        )
        for row in rows
    )


def create(db: apsw.Connection, values: Mapping[str, str | int | None], *, now: int) -> None:
    """Add a link without files; raises a 409 Refusal when the slug is taken."""
    columns = [*values, "created_at", "updated_at", "revision"]
    marks = ", ".join("?" for _ in columns)
    try:
        db.execute(
            f"INSERT INTO link ({', '.join(columns)}) VALUES ({marks})",
            (*values.values(), now, now, next_revision(db)),
        )
    except apsw.ConstraintError as error:
        raise _slug_taken() from error


def update(db: apsw.Connection, link_id: str, values: Mapping[str, str | int | None], *, now: int) -> None:
    """Set some of a link's EDITABLE columns; raises a 409 Refusal when the slug is taken."""
    assert values.keys() <= EDITABLE
    try:
        for name, value in values.items():
            db.execute(f"UPDATE link SET {name} = ? WHERE id = ?", (value, link_id))
    except apsw.ConstraintError as error:
        raise _slug_taken() from error
    touch(db, link_id, now=now)


def _slug_taken() -> Refusal:
    return Refusal(409, "slug_taken", "Another link has this slug.", field="slug")


def set_files(db: apsw.Connection, link_id: str, wanted: Sequence[tuple[str, str]]) -> None:
    """Replace a link's files by (id, caption) pairs in order; raises a 422 Refusal for an unknown one."""
    db.execute("DELETE FROM link_file WHERE link_id = ?", (link_id,))
    for position, (file_id, caption) in enumerate(wanted, start=1):
        if db.execute("SELECT 1 FROM file WHERE id = ?", (file_id,)).fetchone() is None:
            raise invalid("files", f"File number {position} does not exist.")
        db.execute("INSERT INTO link_file VALUES (?, ?, ?, ?)", (link_id, position, file_id, caption))


def name_by_first_file(db: apsw.Connection, link_id: str) -> None:
    """Give a link the name of its first file."""
    db.execute("UPDATE link SET name = ? WHERE id = ?", (get(db, link_id).files[0].file.name, link_id))


def merge_metadata(db: apsw.Connection, link_id: str, pairs: Mapping[str, str | None]) -> None:
    """Set and unset (null) pairs; raises a 422 Refusal when there are too many then."""
    for key, value in pairs.items():
        db.execute("DELETE FROM metadata WHERE link_id = ? AND key = ?", (link_id, key))
        if value is not None:
            db.execute("INSERT INTO metadata VALUES (?, ?, ?)", (link_id, key, value))
    count = db.execute("SELECT count(*) FROM metadata WHERE link_id = ?", (link_id,)).get
    if int(str(count)) > MAX_PAIRS:
        raise invalid("metadata", f"A link has at most {MAX_PAIRS} pairs.")


def revoke(db: apsw.Connection, link_id: str, *, now: int) -> None:
    """Revoke a link; once is enough."""
    if get(db, link_id).revoked_at is None:
        db.execute("UPDATE link SET revoked_at = ? WHERE id = ?", (now, link_id))
        touch(db, link_id, now=now)


def delete(db: apsw.Connection, link_id: str) -> None:
    """Remove a link, and remember that it was there; raises a 404 Refusal."""
    get(db, link_id)
    db.execute("DELETE FROM link WHERE id = ?", (link_id,))
    db.execute("INSERT INTO deleted_link VALUES (?, ?)", (next_revision(db), link_id))


def touch(db: apsw.Connection, link_id: str, *, now: int) -> None:
    """Give a changed link the next revision."""
    db.execute("UPDATE link SET updated_at = ?, revision = ? WHERE id = ?", (now, next_revision(db), link_id))


def next_revision(db: apsw.Connection) -> int:
    """Return the next value of the one counter of all changes."""
    row = db.execute("UPDATE counter SET revision = revision + 1 RETURNING revision").fetchall()[0]
    return int(str(row[0]))


def changes(
    db: apsw.Connection, *, since: int, limit: int
) -> tuple[tuple[tuple[int, str, LinkRow | None], ...], bool]:
    """Return (revision, id, link or nothing if deleted) after `since`, and whether there are more."""
    rows = db.execute(
        "SELECT revision, id FROM link WHERE revision > ?1 UNION ALL "
        "SELECT revision, id FROM deleted_link WHERE revision > ?1 ORDER BY 1 LIMIT ?2",
        (since, limit + 1),
    ).fetchall()
    found = [(int(str(revision)), str(link_id)) for revision, link_id in rows[:limit]]
    last = found[-1][0] if found else since
    changed = db.execute(f"SELECT {COLUMNS} FROM link WHERE revision > ? AND revision <= ?", (since, last))
    alive = {link.id: link for link in from_rows(db, changed.fetchall())}
    return tuple((revision, link_id, alive.get(link_id)) for revision, link_id in found), len(rows) > limit
