"""Links as rows of the table, and rows as links."""

from __future__ import annotations

from datetime import datetime

import apsw

from linktui.model.link import Link, LinkKind
from linktui.model.natural import natural_key
from linktui.storage.columns import (
    files_from_json,
    files_to_json,
    from_ms,
    metadata_from_json,
    metadata_to_json,
    to_ms,
)
from linktui.storage.list_schema import EXHAUSTED, GONE, NEVER, REVOKED

COLUMNS = (
    "account, id, provider, kind, name, url, slug, created_at, updated_at, expires_at, revoked_at,"
    " downloads, download_limit, has_password, last_download_at, size, files, metadata, revision, options,"
    " facts, search, seen, gone_at, expiry, ends_at, sort_name"
)
READ = "n, " + COLUMNS.partition(", search")[0] + ", gone_at"
"""What `link_of` reads."""


def search_text(link: Link) -> str:
    """Return what the words of a filter are looked for in, a line each, without case."""
    words = [link.name, link.id, link.slug, link.account, link.kind.value]
    words += [file.name for file in link.files]
    words += [file.caption for file in link.files]
    words += [f"{key}={value}" for key, value in link.metadata.items()]
    words += link.facts.values()
    return "\n".join(filter(None, words)).casefold()


def row_of(link: Link, seen: datetime) -> tuple[str | int | None, ...]:
    """Return the row of a link, in the order of `COLUMNS`."""
    expires_at = to_ms(link.expires_at)
    return (
        link.account,
        link.id,
        link.provider,
        link.kind.value,
        link.name,
        link.url,
        link.slug,
        to_ms(link.created_at),
        to_ms(link.updated_at),
        expires_at,
        to_ms(link.revoked_at),
        link.downloads,
        link.download_limit,
        int(link.has_password),
        to_ms(link.last_download_at),
        link.size,
        files_to_json(link.files),
        metadata_to_json(link.metadata),
        link.revision,
        metadata_to_json(link.options),
        metadata_to_json(link.facts),
        search_text(link),
        to_ms(seen),
        to_ms(link.gone_at),
        NEVER if expires_at is None else expires_at,
        _ends_at(link, expires_at),
        natural_key(link.name),
    )


def _ends_at(link: Link, expires_at: int | None) -> int:
    """Return when a link ends, or how it ended: before any moment."""
    if link.gone_at is not None:
        return GONE
    if link.revoked_at is not None:
        return REVOKED
    if link.download_limit is not None and (link.downloads or 0) >= link.download_limit:
        return EXHAUSTED
    return NEVER if expires_at is None else expires_at


def link_of(row: tuple[apsw.SQLiteValue, ...]) -> Link:
    """Return the link of a row, in the order of `READ`."""
    (number, account, id_, provider, kind, name, url, slug, created, updated, expires, revoked, downloads,
     limit, password, last, _size, files, metadata, revision, options, facts, gone) = row  # fmt: skip
    return Link(
        account=str(account),
        id=str(id_),
        provider=str(provider),
        kind=LinkKind(str(kind)),
        name=str(name),
        url=str(url),
        slug=str(slug),
        created_at=from_ms(_int(created) or 0),
        updated_at=from_ms(_int(updated)),
        expires_at=from_ms(_int(expires)),
        revoked_at=from_ms(_int(revoked)),
        gone_at=from_ms(_int(gone)),
        downloads=_int(downloads),
        download_limit=_int(limit),
        has_password=bool(password),
        last_download_at=from_ms(_int(last)),
        files=files_from_json(str(files)),
        metadata=metadata_from_json(str(metadata)),
        revision=str(revision),
        options=metadata_from_json(str(options)),
        facts=metadata_from_json(str(facts)),
        number=_int(number) or 0,
    )


def _int(value: apsw.SQLiteValue) -> int | None:
    return value if isinstance(value, int) else None
