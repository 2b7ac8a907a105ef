"""A link server's catalogue with a million links in it, made without asking the server a million times."""

from __future__ import annotations

from pathlib import Path

import apsw

from linktui.linkserver.store import Store

LINKS = 1_000_000
FILES = 200_000
DAY_MS = 24 * 3600 * 1000

_COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) "
_FILE = (
    "INSERT INTO file (id, blob, name, size, media_type, sha256, created_at) "
    "SELECT printf('f_%022d', i), printf('%022d', i), printf('report %d of %s.pdf', i, "
    "substr('JanFebMarAprMayJunJulAugSepOctNovDec', i % 12 * 3 + 1, 3)), i * 37 % 10000000, "
    "'application/pdf', printf('%064x', i), ?2 + i FROM n"
)
# Three in four never expire or expire later; one in eight is over; one in fifty is revoked.
_LINK = (
    "INSERT INTO link (id, kind, name, slug, created_at, updated_at, expires_at, revoked_at, downloads, "
    "download_limit, revision) SELECT printf('l_%022d', i), iif(i % 4, 'download', 'view'), "
    "printf('report %d', i), printf('s%016x', i * 7919), ?2 + i, ?2 + i, "
    "CASE i % 8 WHEN 0 THEN ?2 + i WHEN 1 THEN NULL ELSE ?3 + i * 977 % 31536000000 END, "
    "iif(i % 50, NULL, ?2 + i), i % 5, iif(i % 10, NULL, 5), i FROM n"
)
_ATTACH = "INSERT INTO link_file SELECT printf('l_%022d', i), 1, printf('f_%022d', i % ?2 + 1), '' FROM n"
_METADATA = "INSERT INTO metadata SELECT printf('l_%022d', i), 'order', printf('%d', i) FROM n"


def fill(directory: Path, *, links: int = LINKS) -> None:
    """Make the store below `directory` and put `links` links with their files into its catalogue."""
    files = max(1, links * FILES // LINKS)
    store = Store.open(directory)
    now = store.now()

    def act(db: apsw.Connection) -> None:
        long_ago = now - 400 * DAY_MS
        db.execute(_COUNT + _FILE, (files, long_ago))
        db.execute(_COUNT + _LINK, (links, long_ago, now))
        db.execute(_COUNT + _ATTACH, (links, files))
        db.execute(_COUNT + _METADATA, (links,))
        db.execute("UPDATE counter SET revision = ?", (links,))

    store.database.write_now(act)
    store.close()
