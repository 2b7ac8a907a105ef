"""The schema of the local database, as numbered steps that are never edited once released.

Times are milliseconds since 1970 UTC, sizes are bytes. Migration N takes the database from
`user_version` N-1 to N.
"""

from __future__ import annotations

from linktui.storage.list_schema import FILES_BY_NAME, LINKS_BY_NUMBER, STEADY_ORDER, WORDS

_V1 = """
CREATE TABLE link (
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
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_by_created ON link (created_at, account, id);
CREATE INDEX link_by_expiry ON link (expires_at, account, id);
CREATE INDEX link_by_name ON link (name COLLATE NOCASE, account, id);

CREATE TABLE link_raw (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY (account, id),
    FOREIGN KEY (account, id) REFERENCES link ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE file (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER,
    created_at INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    link_count INTEGER NOT NULL,
    from_link TEXT,
    expires_at INTEGER,
    linkable TEXT NOT NULL,
    facts TEXT NOT NULL,
    seen INTEGER NOT NULL,
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE transfer (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    path BLOB NOT NULL,
    device INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    spooled INTEGER NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    batch TEXT NOT NULL,
    share TEXT,
    one_link INTEGER NOT NULL,
    on_conflict TEXT NOT NULL,
    options TEXT NOT NULL DEFAULT '{}',
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER,
    error TEXT NOT NULL DEFAULT '',
    error_kind TEXT NOT NULL DEFAULT '',
    session TEXT NOT NULL DEFAULT '',
    sessions_lost INTEGER NOT NULL DEFAULT 0,
    sha256 TEXT NOT NULL DEFAULT '',
    file_id TEXT NOT NULL DEFAULT '',
    link_id TEXT NOT NULL DEFAULT '',
    url TEXT NOT NULL DEFAULT '',
    confirmed INTEGER NOT NULL DEFAULT 0,
    sent INTEGER NOT NULL DEFAULT 0,
    rate REAL NOT NULL DEFAULT 0,
    finished_at INTEGER
) STRICT;
CREATE INDEX transfer_by_position ON transfer (position);
CREATE INDEX transfer_by_batch ON transfer (batch);
CREATE INDEX transfer_by_path ON transfer (path);

CREATE TABLE change (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    account TEXT NOT NULL,
    verb TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    state TEXT NOT NULL,
    error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX change_by_subject ON change (account, subject, id);

CREATE TABLE account_state (
    account TEXT PRIMARY KEY,
    clock_offset_ms INTEGER NOT NULL DEFAULT 0,
    cursor TEXT NOT NULL DEFAULT '',
    synced_at INTEGER,
    asked_at INTEGER,
    error TEXT NOT NULL DEFAULT '',
    identity TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE TABLE call (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    account TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    seconds REAL NOT NULL,
    status INTEGER,
    request_id TEXT NOT NULL,
    error TEXT NOT NULL
) STRICT;

CREATE TABLE lease (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    pid INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    since INTEGER NOT NULL,
    heartbeat INTEGER NOT NULL,
    address TEXT NOT NULL
) STRICT;

CREATE TABLE choice (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE tick (
    topic TEXT PRIMARY KEY,
    n INTEGER NOT NULL
) STRICT;
INSERT INTO tick VALUES ('links', 0), ('files', 0), ('transfers', 0), ('calls', 0);
"""

_V2 = """
CREATE TABLE plan (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    hold_until INTEGER,
    began_at INTEGER,
    ended_at INTEGER,
    trouble TEXT NOT NULL DEFAULT '',
    undo_of INTEGER,
    undone_by INTEGER
) STRICT;
CREATE INDEX plan_by_state ON plan (state, id);

ALTER TABLE change ADD COLUMN plan INTEGER;
ALTER TABLE change ADD COLUMN phase INTEGER NOT NULL DEFAULT 0;
ALTER TABLE change ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN before TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN intent TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN after TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN key TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN final INTEGER NOT NULL DEFAULT 0;
ALTER TABLE change ADD COLUMN calls INTEGER NOT NULL DEFAULT 1;
ALTER TABLE change ADD COLUMN tried INTEGER NOT NULL DEFAULT 0;
CREATE INDEX change_by_plan ON change (plan, state, phase, id) WHERE plan IS NOT NULL;

CREATE INDEX change_moves ON change (id) WHERE verb = 'move';

CREATE TABLE export (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;
CREATE TABLE exported (
    export TEXT NOT NULL REFERENCES export ON DELETE CASCADE,
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    cells TEXT NOT NULL,
    files TEXT NOT NULL,
    PRIMARY KEY (export, account, id)
) STRICT, WITHOUT ROWID;

INSERT INTO tick VALUES ('plans', 0);
"""

_V3 = f"""{LINKS_BY_NUMBER}
CREATE TABLE sweep (
    account TEXT PRIMARY KEY,
    began_at INTEGER NOT NULL,
    cursor TEXT,
    told INTEGER NOT NULL
) STRICT;
CREATE TABLE swept (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

ALTER TABLE account_state ADD COLUMN looked_at INTEGER;

CREATE INDEX transfer_open ON transfer (position) WHERE state NOT IN ('done', 'failed', 'cancelled');
CREATE INDEX transfer_waiting ON transfer (next_at) WHERE next_at IS NOT NULL;
ALTER TABLE transfer ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;
CREATE INDEX transfer_touched ON transfer (touched);
"""

_HOOKS = """
CREATE TABLE hook (
    name TEXT NOT NULL,
    event TEXT NOT NULL,
    since INTEGER NOT NULL,
    cursor INTEGER NOT NULL,
    PRIMARY KEY (name, event)
) STRICT, WITHOUT ROWID;
CREATE TABLE told (
    hook TEXT NOT NULL,
    event TEXT NOT NULL,
    account TEXT NOT NULL,
    subject TEXT NOT NULL,
    mark INTEGER NOT NULL,
    before INTEGER NOT NULL,
    PRIMARY KEY (hook, event, account, subject, mark, before)
) STRICT, WITHOUT ROWID;
CREATE INDEX told_by_mark ON told (mark);
CREATE TABLE errand (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    hook TEXT NOT NULL,
    event TEXT NOT NULL,
    account TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'waiting',
    ended_at INTEGER,
    trouble TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX errand_open ON errand (state, id) WHERE state IN ('waiting', 'running');
INSERT INTO tick VALUES ('notices', 0);
"""

_FOLDERS = """
ALTER TABLE file ADD COLUMN folder TEXT NOT NULL DEFAULT '';
UPDATE file SET folder = json_extract(facts, '$.Folder') || '/'
    WHERE json_extract(facts, '$.Folder') IS NOT NULL;
CREATE INDEX file_by_folder ON file (account, folder, name COLLATE NOCASE, id);
CREATE TABLE folder (
    account TEXT NOT NULL,
    path TEXT NOT NULL,
    parent TEXT NOT NULL,
    name TEXT NOT NULL,
    seen INTEGER NOT NULL,
    PRIMARY KEY (account, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX folder_by_parent ON folder (account, parent, name COLLATE NOCASE);
"""

# A plan's number is written down and typed later: that of one thrown away must never lead to another plan.
_PLANS_BY_NUMBER = """
CREATE TABLE numbered (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    hold_until INTEGER,
    began_at INTEGER,
    ended_at INTEGER,
    trouble TEXT NOT NULL DEFAULT '',
    undo_of INTEGER,
    undone_by INTEGER
) STRICT;
INSERT INTO numbered (id, at, title, state, hold_until, began_at, ended_at, trouble, undo_of, undone_by)
    SELECT id, at, title, state, hold_until, began_at, ended_at, trouble, undo_of, undone_by FROM plan;
DROP TABLE plan;
ALTER TABLE numbered RENAME TO plan;
CREATE INDEX plan_by_state ON plan (state, id);
"""

_DATED_FOLDERS = """
ALTER TABLE folder ADD COLUMN created_at INTEGER;
"""

_WITHHELD = """
ALTER TABLE sweep ADD COLUMN withheld TEXT NOT NULL DEFAULT '[]';
"""

MIGRATIONS: tuple[str, ...] = (
    _V1,
    _V2,
    _V3,
    WORDS,
    _HOOKS,
    _FOLDERS,
    _PLANS_BY_NUMBER,
    _DATED_FOLDERS,
    STEADY_ORDER,
    FILES_BY_NAME,
    _WITHHELD,
)
