"""Links by number, with an index for each order of the list: with it a million are as quick as a thousand.

A row is known by its number, so that an index holds its key and that number, not account and id. Each index
also holds `ends_at`, from which it is known whether a link is alive without reading its row. Whoever writes
a row works out `expiry` and `ends_at`: an upsert would have SQLite do it for each index anew.
"""

from __future__ import annotations

NEVER = 253_402_300_800_000
"""The end of a link that never ends: after any moment that can be written."""
EXHAUSTED = -100_000_000_000_000
REVOKED = EXHAUSTED - 1
GONE = REVOKED - 1
"""What `ends_at` says of links that ended in these ways: before any moment that can be written."""

_COLUMNS = (
    "account, id, provider, kind, name, url, slug, created_at, updated_at, expires_at, revoked_at,"
    " downloads, download_limit, has_password, last_download_at, size, files, metadata, revision, options,"
    " facts, search, seen"
)

LINKS_BY_NUMBER = f"""
CREATE TABLE link_by_number (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    provider TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    slug TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    expires_at INTEGER,
    revoked_at INTEGER,
    downloads INTEGER,
    download_limit INTEGER,
    has_password INTEGER NOT NULL,
    last_download_at INTEGER,
    size INTEGER,
    files TEXT NOT NULL,
    metadata TEXT NOT NULL,
    revision TEXT NOT NULL,
    options TEXT NOT NULL,
    facts TEXT NOT NULL,
    search TEXT NOT NULL,
    seen INTEGER NOT NULL,
    gone_at INTEGER,
    expiry INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    UNIQUE (account, id)
) STRICT;
INSERT INTO link_by_number ({_COLUMNS}, expiry, ends_at) SELECT {_COLUMNS}, ifnull(expires_at, {NEVER}),
    CASE WHEN revoked_at IS NOT NULL THEN {REVOKED}
    WHEN download_limit IS NOT NULL AND ifnull(downloads, 0) >= download_limit THEN {EXHAUSTED}
    ELSE ifnull(expires_at, {NEVER}) END
    FROM link ORDER BY created_at;
CREATE TABLE raw_by_number (
    n INTEGER PRIMARY KEY REFERENCES link_by_number ON DELETE CASCADE,
    raw TEXT NOT NULL
) STRICT;
INSERT INTO raw_by_number SELECT n, raw FROM link_raw JOIN link_by_number USING (account, id);
DROP TABLE link_raw;
DROP TABLE link;
ALTER TABLE link_by_number RENAME TO link;
ALTER TABLE raw_by_number RENAME TO link_raw;
CREATE INDEX link_by_created ON link (created_at, ends_at);
CREATE INDEX link_by_expiry ON link (expiry, ends_at);
CREATE INDEX link_by_end ON link (ends_at, expiry);
CREATE INDEX link_by_name ON link (name COLLATE NOCASE, ends_at);
CREATE INDEX link_by_downloads ON link (ifnull(downloads, 0), created_at, ends_at);
CREATE INDEX link_by_size ON link (ifnull(size, 0), ends_at);
CREATE INDEX link_by_kind ON link (kind, created_at, ends_at);
CREATE INDEX link_by_account ON link (account, created_at, ends_at);
CREATE INDEX link_gone ON link (gone_at) WHERE gone_at IS NOT NULL;
"""

STEADY_ORDER = """
ALTER TABLE link ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
UPDATE link SET sort_name = natural(name);
DROP INDEX link_by_created;
DROP INDEX link_by_expiry;
DROP INDEX link_by_name;
DROP INDEX link_by_downloads;
DROP INDEX link_by_size;
DROP INDEX link_by_kind;
DROP INDEX link_by_account;
CREATE INDEX link_by_created ON link (created_at, n, ends_at);
CREATE INDEX link_by_expiry ON link (expiry, n, ends_at);
CREATE INDEX link_by_name ON link (sort_name, n, ends_at);
CREATE INDEX link_by_downloads ON link (ifnull(downloads, 0), created_at, n, ends_at);
CREATE INDEX link_by_size ON link (ifnull(size, 0), n, ends_at);
CREATE INDEX link_by_kind ON link (kind, created_at, n, ends_at);
CREATE INDEX link_by_account ON link (account, created_at, n, ends_at);
"""
"""Links that are equal in an order go by number, not by their end: a new end leaves them in their places.

Names go by `sort_name`, in the order in which people count.
"""

FILES_BY_NAME = """
ALTER TABLE file ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
UPDATE file SET sort_name = natural(name);
DROP INDEX file_by_folder;
CREATE INDEX file_by_folder ON file (account, folder, sort_name, id);
ALTER TABLE folder ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
UPDATE folder SET sort_name = natural(name);
DROP INDEX folder_by_parent;
CREATE INDEX folder_by_parent ON folder (account, parent, sort_name);
"""

WORDS = """
CREATE VIRTUAL TABLE link_words USING fts5(
    search, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1'
);
ALTER TABLE link ADD COLUMN unread INTEGER NOT NULL DEFAULT 1;
CREATE INDEX link_unread ON link (unread) WHERE unread;
CREATE TABLE link_removed (n INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER link_removal AFTER DELETE ON link BEGIN
    INSERT INTO link_removed VALUES (old.n) ON CONFLICT DO NOTHING;
END;
"""
"""The index of words, and what it is still to take in and to forget: see `words`.

A trigger for each link that is written would cost as much as a third of the writing.
"""
