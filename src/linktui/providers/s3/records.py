"""A link as it is kept in the bucket: one small JSON object, which every machine of a team reads; no I/O.

Its id begins with the time before a far moment, so that a list in the order of the keys has the newest first.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import Field

from linktui.model.errors import InvalidInput, NotFound
from linktui.model.link import Link, LinkedFile, LinkKind, LinkSpec
from linktui.model.option import NO, YES
from linktui.model.phrases import moment_text
from linktui.model.sizes import parse_size
from linktui.model.text import clean
from linktui.providers.base import Told
from linktui.providers.s3.limits import EVERGREEN, LARGEST, LARGEST_POST, REVOCABLE
from linktui.providers.shapes import Clean, Moment, Shape

_FAR = 9_999_999_999_999
"""Milliseconds since 1970 (the year 2286) that ids count down from."""
_HIDDEN = {"slug", "password_hash", "turn"}
_ID = re.compile(r"(\d{13})-[0-9a-f]{16}")

Governor = Literal["link", "credentials", "store"]
GOVERNORS: dict[str, str] = {
    "link": "the link's own end",
    "credentials": "the end of the credentials that signed it",
    "store": "the 7 days that a signature is good for",
}


class Kept(Shape):
    """The file behind a link."""

    id: Clean
    name: Clean
    size: int | None = None
    media_type: Clean = ""
    version: str = ""
    """The one that the link is to; empty for whatever was the newest."""


class Gate(Shape):
    """What a link server asks and counts before it gives out the file of an evergreen link."""

    slug: str = Field(repr=False)
    password_hash: str | None = Field(default=None, repr=False)
    limit: int | None = None
    visits: int = 0
    visited_at: Moment | None = None
    turn: str = Field(default="", repr=False)
    """Another one with each count: by it a lost answer of ours is told from what another server wrote."""

    @property
    def room(self) -> int | None:
        """How many visits more are let in; None for any number."""
        return None if self.limit is None else max(0, self.limit - self.visits)


class Record(Shape):
    """One link in the bucket."""

    id: str
    kind: LinkKind
    name: Clean
    url: str = Field(repr=False)
    created_at: Moment
    updated_at: Moment | None = None
    wanted_end: Moment | None
    """The end that was asked for; None is never, for an evergreen link alone."""
    ends_at: Moment | None
    """The end that the address has: the wanted one, unless something ends sooner."""
    governor: Governor = "link"
    is_temporary: bool = False
    """Whether the keys that signed it end at a moment that nobody tells."""
    revoked_at: Moment | None = None
    file: Kept | None = None
    copied: str = ""
    """The key of the copy that the address is to; empty for none."""
    metadata: dict[str, str] = Field(default_factory=dict)
    revocable: bool = False
    max_size: str = ""
    gate: Gate | None = None
    """None for a link that is a signed address."""
    edition: str = ""
    """Another one with each edit of an evergreen link, which visits leave as it is."""

    @property
    def largest(self) -> int:
        """How many bytes a file from others may have."""
        return min(parse_size(self.max_size), LARGEST_POST) if self.max_size else LARGEST_POST

    def is_alive(self, now: datetime) -> bool:
        """Tell whether the address still gives something."""
        return self.revoked_at is None and (self.ends_at is None or self.ends_at > now)


def link_id(created_at: datetime, key: str) -> str:
    """Return the id of a link made at a moment by a key."""
    return f"{_FAR - _milliseconds(created_at):013d}-{digest_of(key)}"


def digest_of(key: str) -> str:
    """Return the part of an id by which a link is found again by the key it was made with."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def first_id(created_before: datetime) -> str:
    """Return what sorts before the ids of all links made at a moment or sooner."""
    return f"{_FAR - _milliseconds(created_before):013d}"


def is_id(text: str) -> bool:
    """Tell whether a text is an id of a link."""
    return _ID.fullmatch(text) is not None


def made_at(some_id: str) -> datetime:
    """Return when a link was made, to the millisecond; raises NotFound for what is no id of ours."""
    found = _ID.fullmatch(some_id)
    if found is None:
        raise NotFound
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=_FAR - int(found[1]))


def told(
    record: Record, *, account: str, revision: str, received: int | None = None, links_at: str | None = None
) -> Told:
    """Return a record as a link; `received` is how many files came in through it.

    `links_at` is the address of the account's link server, empty if it is not known; None for an account
    that has none.
    """
    file, gate = record.file, record.gate
    counted = received if gate is None or record.kind is LinkKind.UPLOAD else gate.visits
    link = Link(
        account=account,
        provider="s3",
        id=record.id,
        kind=record.kind,
        name=record.name,
        url=served_url(links_at, gate.slug) if gate and links_at else record.url,
        slug="" if gate is None else gate.slug,
        created_at=record.created_at,
        updated_at=record.updated_at,
        expires_at=record.ends_at,
        revoked_at=record.revoked_at,
        downloads=counted,
        download_limit=None if gate is None else gate.limit,
        has_password=gate is not None and gate.password_hash is not None,
        last_download_at=None if gate is None else gate.visited_at,
        files=() if file is None else (LinkedFile(file.id, file.name, file.size, file.media_type),),
        metadata=dict(record.metadata),
        options=_options(record, served=links_at is not None),
        facts=_facts(record),
        revision=record.edition or revision,
    )
    return Told(link, record.model_dump_json(exclude={"url": True, "gate": _HIDDEN}))


def end_of(spec: LinkSpec, now: datetime) -> datetime | None:
    """Return the end that a new link is to have, None for never; raises InvalidInput for one in the past."""
    if spec.expires_at is not None and spec.expires_at <= now:
        raise InvalidInput("expiry", "is over already")
    return spec.expires_at


def served_url(links_at: str, slug: str) -> str:
    """Return where a link server answers for a link."""
    return f"{links_at}/l/{slug}"


def _options(record: Record, *, served: bool) -> dict[str, str]:
    options = {LARGEST: record.max_size} if record.max_size else {}
    if served:
        options[EVERGREEN] = YES if record.gate else NO
    if record.gate is None:
        options[REVOCABLE] = YES if record.revocable else NO
    return options


def _facts(record: Record) -> dict[str, str]:
    version = {} if record.file is None else {"Version": clean(record.file.version)}
    if record.gate is not None:
        return {title: text for title, text in version.items() if text}
    facts = {"Ends by": GOVERNORS[record.governor]}
    if record.governor != "link":
        facts["Asked for"] = moment_text(record.wanted_end)
    if record.is_temporary:
        facts["Credentials"] = "temporary: it may end sooner than it says"
    if not record.revocable:
        facts["Take back"] = "nothing can before it ends"
    return facts | {title: text for title, text in version.items() if text}


def _milliseconds(moment: datetime) -> int:
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))
