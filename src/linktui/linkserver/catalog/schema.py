"""The catalogue's schema, as numbered steps that are never edited once released.

Times are milliseconds since 1970 UTC, sizes bytes. Step N takes the database from `user_version`
N-1 to N.
"""

from __future__ import annotations

_V1 = """
CREATE TABLE counter (one INTEGER PRIMARY KEY CHECK (one = 1), revision INTEGER NOT NULL) STRICT;
INSERT INTO counter VALUES (1, 0);

CREATE TABLE file (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    blob TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    inline_type TEXT,
    sha256 TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    from_link TEXT
) STRICT;

CREATE TABLE link (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('view', 'download', 'upload')),
    name TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE COLLATE NOCASE,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    downloads INTEGER NOT NULL DEFAULT 0,
    in_flight INTEGER NOT NULL DEFAULT 0,
    download_limit INTEGER,
    password_hash TEXT,
    last_download_at INTEGER,
    revision INTEGER NOT NULL
) STRICT;
CREATE INDEX link_by_revision ON link (revision);
CREATE INDEX link_by_expiry ON link (expires_at, seq);

CREATE TABLE link_file (
    link_id TEXT NOT NULL REFERENCES link (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    file_id TEXT NOT NULL REFERENCES file (id),
    caption TEXT NOT NULL,
    PRIMARY KEY (link_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_file_by_file ON link_file (file_id);

CREATE TABLE metadata (
    link_id TEXT NOT NULL REFERENCES link (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (link_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE deleted_link (revision INTEGER PRIMARY KEY, id TEXT NOT NULL) STRICT;

CREATE TABLE download (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    link_id TEXT NOT NULL REFERENCES link (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    finished_at INTEGER,
    state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'partial')),
    bytes INTEGER NOT NULL DEFAULT 0,
    file_id TEXT,
    agent TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX download_by_link ON download (link_id, seq);

CREATE TABLE upload (
    id TEXT PRIMARY KEY,
    link_id TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    offset INTEGER NOT NULL DEFAULT 0,
    sha256 TEXT,
    file_id TEXT,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_by_expiry ON upload (expires_at);

CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    subject TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (at);

CREATE TABLE garbage (blob TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
"""

_V2 = """
CREATE TABLE dialect_object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    dialect TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    subject TEXT,
    parent TEXT,
    created_at INTEGER NOT NULL,
    fields TEXT NOT NULL,
    UNIQUE (dialect, kind, id)
) STRICT;
CREATE INDEX dialect_object_by_kind ON dialect_object (dialect, kind, seq);
CREATE INDEX dialect_object_by_parent ON dialect_object (dialect, kind, parent, seq);
CREATE INDEX dialect_object_by_subject ON dialect_object (subject) WHERE subject IS NOT NULL;
CREATE TRIGGER dialect_file_deleted AFTER DELETE ON file
BEGIN DELETE FROM dialect_object WHERE subject = OLD.id; END;
CREATE TRIGGER dialect_link_deleted AFTER DELETE ON link
BEGIN DELETE FROM dialect_object WHERE subject = OLD.id; END;
"""

# Links that never expire stand at the end of the order of expiry, which the queries name in these words.
_V3 = """
DROP INDEX link_by_expiry;
CREATE INDEX link_by_end ON link (ifnull(expires_at, 4611686018427387904), -seq);
CREATE INDEX link_by_creation ON link (created_at, seq);
CREATE INDEX link_by_kind ON link (kind, seq);
CREATE INDEX link_revoked ON link (seq) WHERE revoked_at IS NOT NULL;
CREATE INDEX link_exhausted ON link (seq) WHERE download_limit IS NOT NULL AND downloads >= download_limit;
"""

MIGRATIONS = (_V1, _V2, _V3)
