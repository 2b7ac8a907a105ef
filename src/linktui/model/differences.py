"""What a change makes of a link, field by field: as it was and as it is to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial

from linktui.model.change import Intent, Verb
from linktui.model.link import KEEP, Link, LinkedFile, LinkEdit, LinkSpec
from linktui.model.phrases import NEVER

NOTHING = "–"

Moment = Callable[[datetime | None], str]
"""How a moment is said."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in words, before and after."""

    field: str
    before: str
    after: str


def differences(
    intent: Intent, zone: tzinfo | None = None, *, moment: Moment | None = None
) -> list[Difference]:
    """Return what a change makes of its link, the moments in `zone` (the reader's own by default).

    `moment` says moments in other words.
    """
    said = moment or partial(moment_words, zone=zone)
    match intent:
        case Intent(verb=Verb.EXPIRE, link=Link() as link, edit=None):
            return [Difference("expires", said(link.expires_at), "now")]
        case Intent(verb=Verb.REVOKE):
            return [Difference("link", "gives its files", "revoked")]
        case Intent(verb=Verb.DELETE):
            return [Difference("link", "in the list", "deleted")]
        case Intent(verb=Verb.MOVE, link=Link() as link):
            ending = "" if intent.edit is None else ", the old one ended"
            return [Difference("account", link.account, f"{intent.account}: a new URL{ending}")]
        case Intent(link=Link() as link, edit=LinkEdit() as edit):
            return _edited(link, edit, said)
        case Intent(spec=LinkSpec() as spec):
            return _new(intent, spec, said)
    return []


def changed_since(before: Link, latest: Link) -> str:
    """Return what of a link is not as it was, in one word or two; empty when all is the same.

    What only counts (downloads) and the service's mark of a version say nothing of what people set.
    """
    if before.revoked_at is None and latest.revoked_at is not None:
        return "revoked"
    pairs = (
        ("end", before.expires_at, latest.expires_at),
        ("name", before.name, latest.name),
        ("kind", before.kind, latest.kind),
        ("address", before.slug, latest.slug),
        ("password", before.has_password, latest.has_password),
        ("limit", before.download_limit, latest.download_limit),
        ("tags", dict(before.metadata), dict(latest.metadata)),
        ("options", dict(before.options), dict(latest.options)),
        ("files", _held(before.files), _held(latest.files)),
    )
    return next((word for word, old, new in pairs if old != new), "")


def is_applied(link: Link, edit: LinkEdit, *, now: datetime) -> bool:
    """Tell whether a link is already as an edit would make it; a password set is taken for the right one."""
    if edit.expire_now:
        return link.expires_at is not None and link.expires_at <= now
    plain = ("expires_at", "name", "kind", "slug", "download_limit")
    if any(getattr(edit, name) not in (KEEP, getattr(link, name)) for name in plain):
        return False
    if edit.password is not KEEP and link.has_password != (edit.password is not None):
        return False
    if edit.files is not KEEP and _held(edit.files) != _held(link.files):
        return False
    tags = {} if edit.metadata is KEEP else edit.metadata
    options = {} if edit.options is KEEP else edit.options
    return all(link.metadata.get(key) == value for key, value in tags.items()) and all(
        link.options.get(key, "") == value for key, value in options.items()
    )


def moment_words(moment: datetime | None, zone: tzinfo | None = None) -> str:
    """Return a moment as `Fri 2026-11-27 17:00`, with seconds only where they say something."""
    if moment is None:
        return NEVER
    local = moment.astimezone(zone)
    seconds = f":{local:%S}" if local.second else ""
    return f"{local:%a %Y-%m-%d %H:%M}{seconds}"


def _edited(link: Link, edit: LinkEdit, said: Moment) -> list[Difference]:
    found: list[Difference] = []
    if edit.expire_now:
        found.append(Difference("expires", said(link.expires_at), "now"))
    if edit.expires_at is not KEEP:
        found.append(Difference("expires", said(link.expires_at), said(edit.expires_at)))
    for title, before, after in (
        ("name", link.name, edit.name),
        ("kind", link.kind.value, edit.kind),
        ("slug", link.slug or NOTHING, edit.slug),
    ):
        if after is not KEEP:
            found.append(Difference(title, before, str(after) or NOTHING))
    if edit.download_limit is not KEEP:
        found.append(Difference("limit", _count(link.download_limit), _count(edit.download_limit)))
    if edit.password is not KEEP:
        was = "set" if link.has_password else NOTHING
        found.append(Difference("password", was, NOTHING if edit.password is None else "a new one"))
    if edit.files is not KEEP:
        found.append(Difference("files", _names(link.files), _names(edit.files)))
    if edit.metadata is not KEEP:
        found += _pairs("tag.", link.metadata, edit.metadata)
    if edit.options is not KEEP:
        found += _pairs("", link.options, edit.options)
    return found


def _new(intent: Intent, spec: LinkSpec, said: Moment) -> list[Difference]:
    instead = f", instead of {intent.link.id}" if intent.link is not None else ""
    found = [
        Difference("link", NOTHING, f"new, with a URL of its own{instead}"),
        Difference("expires", NOTHING, said(spec.expires_at)),
        Difference("kind", NOTHING, spec.kind.value),
    ]
    if intent.file_ids:
        found.append(Difference("files", NOTHING, ", ".join(intent.file_ids)))
    if spec.download_limit is not None:
        found.append(Difference("limit", NOTHING, str(spec.download_limit)))
    if spec.password is not None:
        found.append(Difference("password", NOTHING, "set"))
    return found + _pairs("tag.", {}, spec.metadata) + _pairs("", {}, spec.options)


def _pairs(
    prefix: str, before: Mapping[str, str], after: Mapping[str, str] | Mapping[str, str | None]
) -> list[Difference]:
    return [
        Difference(f"{prefix}{key}", before.get(key) or NOTHING, value or NOTHING)
        for key, value in after.items()
    ]


def _held(files: tuple[LinkedFile, ...]) -> list[tuple[str, str]]:
    return [(file.id, file.caption) for file in files]


def _names(files: tuple[LinkedFile, ...]) -> str:
    return ", ".join(file.name or file.id for file in files) or NOTHING


def _count(number: int | None) -> str:
    return NOTHING if number is None else str(number)
