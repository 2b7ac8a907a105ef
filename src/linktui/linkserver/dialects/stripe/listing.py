"""Pages of Stripe's lists, newest first.

https://docs.stripe.com/api/pagination
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import apsw

from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.objects import Fields, Object
from linktui.linkserver.dialects.stripe.call import Call
from linktui.linkserver.dialects.stripe.errors import StripeRefusal, missing
from linktui.linkserver.dialects.stripe.params import Listing, Range
from linktui.linkserver.dialects.stripe.shapes import listing

_SECOND = 1000


def list_of(
    db: apsw.Connection,
    call: Call,
    kind: str,
    wanted: Listing,
    *,
    where: Mapping[str, object],
    url: str,
    noun: str,
    shape: Callable[[Object], Fields],
) -> Fields:
    """Return one page of a kind of object; raises a StripeRefusal for a cursor that names none."""
    if wanted.starting_after is not None and wanted.ending_before is not None:
        raise StripeRefusal(
            "Only one of starting_after and ending_before may be given.",
            code="parameters_exclusive",
            param="ending_before",
        )

    def seq(cursor: str | None, param: str) -> int | None:
        if cursor is None:
            return None
        found = objects.get(db, call.namespace, kind, cursor)
        if found is None:
            raise missing(noun, cursor, param=param)
        return found.seq

    page = objects.page(
        db,
        call.namespace,
        kind,
        limit=wanted.limit,
        where={**where, **_created(wanted.created)},
        after=seq(wanted.starting_after, "starting_after"),
        before=seq(wanted.ending_before, "ending_before"),
    )
    return listing((shape(found) for found in page.data), more=page.more, url=url)


def _created(bounds: Range) -> dict[str, object]:
    """Return the bounds as conditions; the catalogue counts milliseconds, Stripe whole seconds."""
    conditions = {
        "object.created_at >= ? + 1000": bounds.gt,
        "object.created_at >= ?": bounds.gte,
        "object.created_at < ?": bounds.lt,
        "object.created_at < ? + 1000": bounds.lte,
    }
    return {condition: seconds * _SECOND for condition, seconds in conditions.items() if seconds is not None}
