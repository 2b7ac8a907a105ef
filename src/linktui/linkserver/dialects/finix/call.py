"""One call of Finix's API, and the lists that two calls share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import apsw
from starlette.requests import Request

from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.base import random_text
from linktui.linkserver.dialects.finix.errors import FinixRefusal
from linktui.linkserver.dialects.finix.params import Listing
from linktui.linkserver.dialects.finix.shapes import FILE, NAME, Shapes
from linktui.linkserver.dialects.objects import Fields, Object

_COLUMNS = {"created_at": "object.created_at", "updated_at": "object.fields ->> 'updated_at'"}
_SIGNS = {"gte": ">=", "lte": "<="}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An admitted request."""

    request: Request
    base_url: str
    username: str
    now: int
    """Milliseconds since 1970 UTC."""
    pairs: list[tuple[str, str]]
    """The query."""
    paged_by_offset: bool
    """Whether no version (or an unknown one) was asked for: then the oldest answers."""

    def shapes(self, db: apsw.Connection) -> Shapes:
        """Return what makes objects into JSON."""
        return Shapes(db, base_url=self.base_url, username=self.username, now=self.now)

    def file(self, db: apsw.Connection) -> Object:
        """Return the file that the path names; raises a 404 FinixRefusal."""
        found = objects.get(db, NAME, FILE, self.request.path_params["file_id"])
        if found is None:
            raise FinixRefusal(404, f"File {self.request.path_params['file_id']} could not be found.")
        return found


def new_id(prefix: str) -> str:
    """Return a fresh id, such as `EL_` and 22 characters."""
    return f"{prefix}_{random_text(22)}"


def list_of(
    db: apsw.Connection,
    call: Call,
    kind: str,
    wanted: Listing,
    *,
    root: str,
    where: Mapping[str, object],
    shape: Callable[[Object], Fields],
) -> Fields:
    """Return one page, newest first, under `_embedded.{root}`."""
    conditions = dict(where)
    if wanted.id is not None:
        conditions["object.id = ?"] = wanted.id
    for name, value in wanted.spans:
        column, _, sign = name.partition(".")
        conditions[f"{_COLUMNS[column]} {_SIGNS[sign]} ?"] = value
    after, before = _seq(db, kind, wanted.after), _seq(db, kind, wanted.before)
    if wanted.after == "None":
        # The official SDK asks so after the last page: there is nothing behind it.
        page = objects.Page(data=(), more=False)
    else:
        page = objects.page(db, NAME, kind, limit=wanted.limit, where=conditions, after=after, before=before)
    more = page.more and bool(page.data)
    told = {"offset": 0} if call.paged_by_offset else {"next_cursor": page.data[-1].id if more else None}
    url = str(call.request.url)
    return {
        "page": {"limit": wanted.limit, **told},
        "_embedded": {root: [shape(found) for found in page.data]},
        "_links": {"self": {"href": url}},
    }


def _seq(db: apsw.Connection, kind: str, cursor: str | None) -> int | None:
    if cursor is None or cursor == "None":
        return None
    found = objects.get(db, NAME, kind, cursor)
    if found is None:
        raise FinixRefusal(400, "The cursor is not valid.")
    return found.seq
