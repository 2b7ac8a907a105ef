"""The bodies and queries of Finix's API, read and checked."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from linktui.linkserver.dialects.finix.errors import FinixRefusal
from linktui.linkserver.times import to_ms

FILE_TYPES = frozenset(
    {
        "DRIVERS_LICENSE_FRONT",
        "DRIVERS_LICENSE_BACK",
        "IDENTIFICATION_CARD_FRONT",
        "IDENTIFICATION_CARD_BACK",
        "BANK_STATEMENT",
        "TAX_DOCUMENT",
        "BUSINESS_REGISTRATION",
        "BUSINESS_ADDRESS_VERIFICATION",
        "OTHER",
        "PCI_DOCUMENT",
        "PASSPORT",
    }
)
LINK_TYPES = ("UPLOAD", "DOWNLOAD", "VIEW")
LONGEST = 10_080
"""Minutes."""
USUAL = 15
"""Minutes of a link whose duration is not said: UNCONFIRMED at Finix."""
MOST_TAGS, MOST_KEY, MOST_VALUE = 50, 40, 500
MOST_ROWS, USUAL_ROWS = 100, 10
_DIGITS = re.compile(r"[0-9]{1,9}", re.ASCII)
_SPANS = ("created_at.gte", "created_at.lte", "updated_at.gte", "updated_at.lte")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which rows of a list are wanted; moments in milliseconds since 1970 UTC."""

    limit: int = USUAL_ROWS
    after: str | None = None
    before: str | None = None
    id: str | None = None
    spans: tuple[tuple[str, int], ...] = ()


def read_json(body: bytes) -> dict[str, Any]:
    """Return a JSON object; raises a 400 FinixRefusal."""
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise FinixRefusal(400, "The request body could not be parsed.") from None
    if not isinstance(value, dict):
        raise FinixRefusal(400, "The request body has to be an object.")
    return value


def text(body: dict[str, Any], name: str) -> str | None:
    """Return a text of a body, or None; raises a 422 FinixRefusal for anything else."""
    value = body.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > MOST_VALUE):
        raise FinixRefusal(422, f"{name} has to be a text of at most {MOST_VALUE} characters.", field=name)
    return value


def tags(body: dict[str, Any]) -> dict[str, str]:
    """Return the tags of a body; raises a 422 FinixRefusal naming everything wrong with them."""
    value = body.get("tags") or {}
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise FinixRefusal(422, "tags has to be an object of texts.", field="tags")
    wrong = [] if len(value) <= MOST_TAGS else [f"There are at most {MOST_TAGS} tags."]
    wrong += [f"The key {key[:50]} is too long." for key in value if len(key) > MOST_KEY]
    wrong += [f"The value of {key[:50]} is too long." for key, one in value.items() if len(one) > MOST_VALUE]
    if wrong:
        raise FinixRefusal(422, *wrong, field="tags")
    return value


def duration(body: dict[str, Any]) -> int:
    """Return the minutes a link is to live; raises a 422 FinixRefusal."""
    value = body.get("duration")
    if value is None:
        return USUAL
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LONGEST:
        raise FinixRefusal(422, f"duration has to be from 1 to {LONGEST} minutes.", field="duration")
    return value


def listing(pairs: list[tuple[str, str]]) -> Listing:
    """Return what a query asks for; raises a 400 FinixRefusal."""
    given = dict(pairs)
    limit = given.get("limit", str(USUAL_ROWS))
    if not _DIGITS.fullmatch(limit) or not 1 <= int(limit) <= MOST_ROWS:
        raise FinixRefusal(400, f"limit has to be from 1 to {MOST_ROWS}.", field="limit")
    return Listing(
        limit=int(limit),
        after=given.get("after_cursor"),
        before=given.get("before_cursor"),
        id=given.get("id"),
        spans=tuple((name, _moment(name, given[name])) for name in _SPANS if name in given),
    )


def _moment(name: str, words: str) -> int:
    """Read ISO 8601; without a zone it is UTC, as in Finix's own examples."""
    try:
        told = datetime.fromisoformat(words)
    except ValueError:
        raise FinixRefusal(400, f"{name} is no moment.", field=name) from None
    return to_ms(told if told.tzinfo else told.replace(tzinfo=UTC))
