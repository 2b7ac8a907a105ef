"""One call of Digital River's API, and the lists that several calls share."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import apsw
from starlette.requests import Request

from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.digitalriver.errors import bad, not_found
from linktui.linkserver.dialects.digitalriver.params import Listing, Moments, Sizes
from linktui.linkserver.dialects.digitalriver.shapes import NAME, Shapes
from linktui.linkserver.dialects.objects import Fields, Object


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An admitted request."""

    request: Request
    base_url: str
    now: int
    """Milliseconds since 1970 UTC."""
    pairs: list[tuple[str, str]]
    """The query."""

    def shapes(self, db: apsw.Connection) -> Shapes:
        """Return what makes objects into JSON."""
        return Shapes(db, base_url=self.base_url, now=self.now)

    def find(self, db: apsw.Connection, kind: str, *, noun: str) -> Object:
        """Return the object that the path names; raises a 404 RiverRefusal."""
        object_id = self.request.path_params["id"]
        found = objects.get(db, NAME, kind, object_id)
        if found is None:
            raise not_found(noun, object_id)
        return found


def new_id(prefix: str) -> str:
    """Return a fresh id, such as `link_` and a UUID."""
    return f"{prefix}_{uuid.uuid4()}"


def list_of(
    db: apsw.Connection,
    kind: str,
    wanted: Listing,
    *,
    where: Mapping[str, object],
    shape: Callable[[Object], Fields],
) -> Fields:
    """Return one page, newest first; of two cursors only `endingBefore` counts."""
    conditions = {**where, **bounds("object.created_at", wanted.created_time)}
    if wanted.ids:
        conditions[f"object.id IN ({', '.join('?' * len(wanted.ids))})"] = wanted.ids
    before = _seq(db, kind, wanted.ending_before, "endingBefore")
    after = None if before is not None else _seq(db, kind, wanted.starting_after, "startingAfter")
    page = objects.page(db, NAME, kind, limit=wanted.limit, where=conditions, after=after, before=before)
    return {"hasMore": page.more, "data": [shape(found) for found in page.data]}


def bounds(column: str, limits: Moments | Sizes) -> dict[str, object]:
    """Return the bounds on a column as conditions."""
    told = {">": limits.gt, ">=": limits.gte, "<": limits.lt, "<=": limits.lte}
    return {f"{column} {sign} ?": value for sign, value in told.items() if value is not None}


def _seq(db: apsw.Connection, kind: str, cursor: str | None, parameter: str) -> int | None:
    if cursor is None:
        return None
    found = objects.get(db, NAME, kind, cursor)
    if found is None:
        raise bad("invalid_parameter", parameter, f"'{cursor}' is not a valid {parameter}.")
    return found.seq
