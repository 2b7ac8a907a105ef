"""What a link may be: by the group's rights, and by what goes together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import apsw

from linktui.linkserver.dialects import objects
from linktui.linkserver.dialects.liquidfiles.appliance import Group
from linktui.linkserver.dialects.liquidfiles.errors import invalid
from linktui.linkserver.dialects.liquidfiles.shapes import LINK, NAME
from linktui.linkserver.limits import DAY_MS
from linktui.linkserver.times import from_ms

RESERVED = frozenset({"attachments", "download", "downloads", "edit", "new", "raw", "show"})
_SLUG = re.compile(r"[A-Za-z0-9_-]{3,40}")


def require(allowed: bool, what: str) -> None:
    """Raise a 422 Refusal for what the group may not do."""
    if not allowed:
        raise invalid(f"You are not permitted to {what}")


def end_of(day: date | None, group: Group, *, now: int) -> int:
    """Return when a link with this last day ends, or without one; raises a 422 Refusal."""
    today = now // DAY_MS
    if day is None:
        return (today + group.filelink_default_expiration + 1) * DAY_MS
    require(group.filelink_can_change_expiration, "change the expiration of FileLinks")
    days = (day - from_ms(today * DAY_MS).date()).days
    if days < 0:
        raise invalid("Expires at can't be in the past")
    if days > group.filelink_max_expiration:
        raise invalid(f"Expires at can't be more than {group.filelink_max_expiration} days in the future")
    return (today + days + 1) * DAY_MS


def slug_of(db: apsw.Connection, wanted: str, group: Group, *, email: str, link_id: str) -> str:
    """Return the address that a link gets; raises a 422 Refusal for one that it cannot have."""
    require(group.filelink_can_change_url, "change the URL of FileLinks")
    if wanted == "":
        return ""
    if not _SLUG.fullmatch(wanted):
        raise invalid("Slug has 3 to 40 letters, digits, underscores and dashes")
    if wanted.lower() in RESERVED:
        raise invalid("Slug is reserved")
    slug = f"{email.partition('@')[0]}-{wanted}" if group.filelink_custom_url_prefix_email else wanted
    where = {
        "(object.fields ->> 'slug' = ? COLLATE NOCASE OR object.id = ?)": (slug, slug),
        "object.id <> ?": link_id,
    }
    if objects.page(db, NAME, LINK, limit=1, where=where).data:
        raise invalid("Slug has already been taken")
    return slug


def require_compatible(options: Mapping[str, object], *, password: bool) -> None:
    """Raise a 422 Refusal where direct links would go around what guards a link."""
    if not options["allow_direct_links"]:
        return
    if options["require_authentication"]:
        raise invalid("Direct links can't be combined with required authentication")
    if password:
        raise invalid("Direct links can't be combined with a password")
    if not options["allow_download"]:
        raise invalid("Direct links can't be combined with view-only")


def require_extension(name: str, group: Group) -> None:
    """Raise a 422 Refusal for a file of a kind that may not be sent."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    permitted, blocked = _words(group.permitted_extensions), _words(group.blocked_extensions)
    if extension in blocked or (permitted and extension not in permitted):
        raise invalid("Invalid extension")


def _words(text: str) -> set[str]:
    return {word.strip().lower() for word in text.split(",") if word.strip()}
