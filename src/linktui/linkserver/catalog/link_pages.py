"""Lists of links: filters, three orders, and cursors that stay right while links come and go."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import apsw

from linktui.linkserver.catalog.links import COLUMNS, from_rows
from linktui.linkserver.catalog.rows import LinkRow
from linktui.linkserver.errors import Refusal

_NEVER = 1 << 62
"""Where links that never expire stand in the order of expiry."""
_END = f"ifnull(expires_at, {_NEVER})"
_FULL = "(download_limit IS NOT NULL AND downloads >= download_limit)"
_STATES = {
    "revoked": "revoked_at IS NOT NULL",
    "expired": "+revoked_at IS NULL AND {end} <= :now",
    "exhausted": f"+revoked_at IS NULL AND {{end}} > :now AND {_FULL}",
    "active": f"+revoked_at IS NULL AND {{end}} > :now AND NOT {_FULL}",
}
_FILTERS = {
    "kind": "{kind} = :kind",
    "file": "id IN (SELECT link_id FROM link_file WHERE file_id = :file)",
    "text": "(instr(lower(name), lower(:text)) > 0 OR instr(lower(slug), lower(:text)) > 0 OR EXISTS "
    "(SELECT 1 FROM link_file JOIN file ON file.id = file_id WHERE link_id = link.id "
    "AND instr(lower(file.name), lower(:text)) > 0))",
    "created_after": "created_at >= :created_after",
    "created_before": "created_at <= :created_before",
    "expires_after": "{end} > :expires_after",
    "expires_before": "{end} < :expires_before",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """An order of links; its cursors are a letter, what the order begins with, and the `seq`.

    Each order has an index of its own. Columns with a plus are not looked up by theirs, which a filter would
    otherwise put in its place: the order would then be made by sorting most of the links.
    """

    letter: str
    begins: str
    by: str
    beyond: str
    kind: str = "+kind"
    end: str = f"+{_END}"


_NEWEST = _Order(letter="c", begins="0", by="seq DESC", beyond="seq < :seq", kind="kind")
_BY_CREATION = _Order(
    letter="t",
    begins="created_at",
    by="created_at DESC, seq DESC",
    beyond="(created_at, seq) < (:begins, :seq)",
)
_BY_EXPIRY = _Order(
    letter="e",
    begins=_END,
    by=f"{_END}, -seq",
    beyond=f"{_END} >= :begins AND ({_END}, -seq) > (:begins, -:seq)",
    end=_END,
)
_AMONG_THE_LAST = replace(_BY_EXPIRY, by="-seq", beyond=f"{_END} = :begins AND -seq > -:seq")
"""The order beyond a cursor among links that never expire: they are many, and share one place in it."""


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

    @property
    def far(self) -> bool:
        """Whether it may take looking at every link, as no index finds what is wanted."""
        return any(
            value is not None for value in (self.state, self.text, self.expires_after, self.expires_before)
        )


def page(db: apsw.Connection, query: LinkQuery, *, now: int) -> tuple[tuple[LinkRow, ...], str | None]:
    """Return one page (newest first, or soonest to expire) and the next cursor; raises a 400 Refusal."""
    order, beyond = _order(query)
    values: dict[str, str | int | None] = {"now": now, "limit": query.limit + 1}
    conditions = ["1"]
    for name, condition in _FILTERS.items():
        value = getattr(query, name)
        if value is not None:
            conditions.append(condition.format(kind=order.kind, end=order.end))
            values[name] = value
    if query.state is not None:
        conditions.append(_STATES[query.state].format(end=order.end))
    if beyond is not None:
        values["begins"], values["seq"] = beyond
        conditions.append(order.beyond)
    rows = db.execute(
        f"SELECT {order.begins}, seq, {COLUMNS} FROM link WHERE {' AND '.join(conditions)} "
        f"ORDER BY {order.by} LIMIT :limit",
        values,
    ).fetchall()
    found = from_rows(db, [row[2:] for row in rows[: query.limit]])
    if len(rows) <= query.limit:
        return found, None
    begins, seq = rows[query.limit - 1][:2]
    return found, f"{order.letter}{begins}.{seq}"


def any_active(db: apsw.Connection, *, now: int) -> bool:
    """Tell whether any link gives or takes something."""
    found = db.execute(
        f"SELECT 1 FROM link WHERE revoked_at IS NULL AND {_END} > ? AND NOT {_FULL} "
        f"ORDER BY {_END} DESC LIMIT 1",
        (now,),
    )
    return found.fetchone() is not None


def _order(query: LinkQuery) -> tuple[_Order, tuple[int, int] | None]:
    """Return the order, and what the cursor holds; raises a 400 Refusal."""
    # By creation is the same as by `seq`, unless the clock was set back; its index finds the span.
    dated = query.created_after is not None or query.created_before is not None
    order = _BY_EXPIRY if query.by_expiry else _BY_CREATION if dated else _NEWEST
    beyond = None if query.cursor is None else _parse(query.cursor, order)
    if order is _BY_EXPIRY and beyond is not None and beyond[0] == _NEVER:
        order = _AMONG_THE_LAST
    return order, beyond


def _parse(cursor: str, order: _Order) -> tuple[int, int]:
    match = re.fullmatch(order.letter + r"(\d{1,19})\.(\d{1,18})", cursor, re.ASCII)
    if match is None or int(match[1]) > _NEVER:
        raise bad_cursor()
    return int(match[1]), int(match[2])


def bad_cursor() -> Refusal:
    """Return the refusal of a cursor that no list gave."""
    return Refusal(400, "bad_cursor", "The cursor is not one that this list gave.", field="cursor")
