"""Lists of links: filters, two orders, and cursors that stay right while links come and go."""

from __future__ import annotations

import re
from dataclasses import dataclass

import apsw

from linktui.linkserver.catalog.links import COLUMNS, from_row
from linktui.linkserver.catalog.rows import LinkRow
from linktui.linkserver.errors import Refusal

_NEVER = 1 << 62
"""Where links that never expire stand in the order of expiry."""
_FULL = "download_limit IS NOT NULL AND downloads >= download_limit"
_DEAD = "expires_at IS NOT NULL AND expires_at <= :now"
_STATES = {
    "revoked": "revoked_at IS NOT NULL",
    "expired": f"revoked_at IS NULL AND {_DEAD}",
    "exhausted": f"revoked_at IS NULL AND NOT ({_DEAD}) AND {_FULL}",
    "active": f"revoked_at IS NULL AND NOT ({_DEAD}) AND NOT ({_FULL})",
}
_FILTERS = {
    "kind": "kind = :kind",
    "file": "id IN (SELECT link_id FROM link_file WHERE file_id = :file)",
    "text": "(instr(lower(name), lower(:text)) > 0 OR instr(lower(slug), lower(:text)) > 0 OR id IN "
    "(SELECT link_id FROM link_file JOIN file ON file.id = file_id "
    "WHERE instr(lower(file.name), lower(:text)) > 0))",
    "created_after": "created_at >= :created_after",
    "created_before": "created_at <= :created_before",
    "expires_after": "ifnull(expires_at, 1 << 62) > :expires_after",
    "expires_before": "expires_at < :expires_before",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkQuery:
    """Which links, in which order; moments in milliseconds."""

    limit: int
    cursor: str | None = None
    by_expiry: bool = False
    state: str | None = None
    kind: str | None = None
    file: str | None = None
    text: str | None = None
    created_after: int | None = None
    created_before: int | None = None
    expires_after: int | None = None
    expires_before: int | None = None


def page(db: apsw.Connection, query: LinkQuery, *, now: int) -> tuple[tuple[LinkRow, ...], str | None]:
    """Return one page (newest first, or soonest to expire) and the next cursor; raises a 400 Refusal."""
    values: dict[str, str | int] = {"now": now, "limit": query.limit + 1}
    conditions = ["1"]
    for name, condition in _FILTERS.items():
        value = getattr(query, name)
        if value is not None:
            conditions.append(condition)
            values[name] = value
    if query.state is not None:
        conditions.append(_STATES[query.state])
    if query.cursor is not None:
        expiry, seq = _parse(query)
        values |= {"expiry": expiry, "seq": seq}
        conditions.append(
            f"(ifnull(expires_at, {_NEVER}), -seq) > (:expiry, -:seq)" if query.by_expiry else "seq < :seq"
        )
    order = f"ifnull(expires_at, {_NEVER}), seq DESC" if query.by_expiry else "seq DESC"
    rows = db.execute(
        f"SELECT seq, {COLUMNS} FROM link WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT :limit",
        values,
    ).fetchall()
    found = tuple(from_row(db, row[1:]) for row in rows[: query.limit])
    if len(rows) <= query.limit:
        return found, None
    last = found[-1].expires_at
    expiry = last if last is not None else _NEVER
    seq = int(str(rows[query.limit - 1][0]))
    return found, f"e{expiry}.{seq}" if query.by_expiry else f"c{seq}"


def _parse(query: LinkQuery) -> tuple[int, int]:
    pattern = r"e(\d{1,19})\.(\d{1,18})" if query.by_expiry else r"c()(\d{1,18})"
    match = re.fullmatch(pattern, query.cursor or "", re.ASCII)
    if match is None or int(match[1] or 0) > _NEVER:
        raise bad_cursor()
    return int(match[1] or 0), int(match[2])


def bad_cursor() -> Refusal:
    """Return the refusal of a cursor that no list gave."""
    return Refusal(400, "bad_cursor", "The cursor is not one that this list gave.", field="cursor")
