"""A link: where a file can be fetched, viewed or handed in, until when, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

EXPIRING_WITHIN = timedelta(hours=24)
"""A link with less time left than this is called expiring."""


def _no_metadata() -> Mapping[str, str]:
    return MappingProxyType({})


class LinkKind(StrEnum):
    """What a link is for."""

    VIEW = "view"
    """Show the file in the browser where that is safe."""
    DOWNLOAD = "download"
    """Hand the file out as a download."""
    UPLOAD = "upload"
    """Let somebody hand files in."""


class LinkState(StrEnum):
    """Where a link stands, at one moment."""

    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    EXHAUSTED = "exhausted"
    REVOKED = "revoked"
    GONE = "gone"
    """No longer at its service, which a look there found; kept here as history."""

    @property
    def alive(self) -> bool:
        """Whether the link still gives what it promises."""
        return self in {LinkState.ACTIVE, LinkState.EXPIRING}


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """One file behind a link, in the link's order."""

    id: str
    name: str
    size: int | None = None
    """Bytes; None where the service does not tell."""
    media_type: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link as the service last told it.

    `url` is a credential: it is left out of the repr, so that no log or traceback shows it.
    """

    account: str
    provider: str
    id: str
    kind: LinkKind
    name: str
    url: str = field(repr=False)
    created_at: datetime
    slug: str = field(default="", repr=False)
    updated_at: datetime | None = None
    expires_at: datetime | None = None
    """None means never."""
    revoked_at: datetime | None = None
    gone_at: datetime | None = None
    """When it was found to be no longer at its service; what is known of it is history then."""
    downloads: int | None = None
    """Completed downloads (files received, for an upload link); None where nobody counts them."""
    download_limit: int | None = None
    has_password: bool = False
    last_download_at: datetime | None = None
    files: tuple[LinkedFile, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=_no_metadata)
    options: Mapping[str, str] = field(default_factory=_no_metadata)
    """The service's own options by key, as `Limits.link_options` describes them."""
    facts: Mapping[str, str] = field(default_factory=_no_metadata)
    """What else the service tells, by title: to be shown, not changed."""
    revision: str = ""
    """The service's mark of this version of the link, where it has one; else empty."""
    number: int = field(default=0, compare=False, repr=False)
    """What the local database knows it by; 0 where it is not read from there."""

    def state(self, now: datetime) -> LinkState:
        """Return where the link stands at `now` (the service's clock)."""
        if self.gone_at is not None:
            return LinkState.GONE
        if self.revoked_at is not None:
            return LinkState.REVOKED
        if self.expires_at is not None and self.expires_at <= now:
            return LinkState.EXPIRED
        if self.download_limit is not None and (self.downloads or 0) >= self.download_limit:
            return LinkState.EXHAUSTED
        if self.expires_at is not None and self.expires_at - now < EXPIRING_WITHIN:
            return LinkState.EXPIRING
        return LinkState.ACTIVE

    @property
    def size(self) -> int | None:
        """Bytes of all files together; None if any is unknown."""
        sizes = [file.size for file in self.files]
        return None if None in sizes else sum(size for size in sizes if size is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSpec:
    """What a new link should be; None for `expires_at` means never."""

    kind: LinkKind = LinkKind.DOWNLOAD
    name: str = ""
    expires_at: datetime | None = None
    password: str | None = field(default=None, repr=False)
    download_limit: int | None = None
    slug: str = field(default="", repr=False)
    metadata: Mapping[str, str] = field(default_factory=_no_metadata)
    options: Mapping[str, str] = field(default_factory=_no_metadata)
    """The service's own options by key."""
    captions: tuple[str, ...] = ()
    """One caption for each file, in their order; may be shorter than the list of files."""


class Keep(StrEnum):
    """The one value that leaves a field of a link as it is."""

    KEEP = "keep"


KEEP = Keep.KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEdit:
    """Which fields of a link to change, and to what; KEEP leaves a field alone."""

    expires_at: datetime | Keep | None = KEEP
    expire_now: bool = False
    name: str | Keep = KEEP
    kind: LinkKind | Keep = KEEP
    slug: str | Keep = field(default=KEEP, repr=False)
    password: str | Keep | None = field(default=KEEP, repr=False)
    """None removes the password."""
    download_limit: int | Keep | None = KEEP
    metadata: Mapping[str, str | None] | Keep = KEEP
    """Merged into what is there; a None value takes the key away."""
    options: Mapping[str, str] | Keep = KEEP
    """Only those of the service's own options that are to change."""
    files: tuple[LinkedFile, ...] | Keep = KEEP
    """The whole list in its new order; only ids and captions count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One fetch of a link's bytes (or one file handed in through it)."""

    id: str
    at: datetime
    state: str
    """running, complete or partial."""
    size: int
    """Bytes sent."""
    file_id: str | None = None
    """None means all files as one ZIP."""
    agent: str = ""
    address: str = ""
