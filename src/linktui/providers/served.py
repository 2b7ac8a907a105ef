"""Links that are kept at a service while a link server answers for them: what the two say to each other.

The link server shows the pages, asks for passwords and slows down who guesses them. The service keeps the
link and its count, and gives the file itself, at an address that is good for minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from linktui.model.link import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A link as a link server needs it."""

    link: Link
    password_hash: str | None = field(repr=False)
    """By argon2; None for a link without a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a browser sends one file by, straight to the service."""

    action: str
    fields: Mapping[str, str] = field(repr=False)
    largest: int
    """Bytes."""


@runtime_checkable
class KeepsServedLinks(Protocol):
    """Keeps links that any number of link servers answer for at the same time."""

    async def find_served(self, slug: str) -> Served | None:
        """Return the link at an address as it is now, be it over or not; None where there is none."""
        ...

    async def hand_out(self, link_id: str, *, inline: bool) -> str:
        """Count a visit and return where its file is for some minutes, to look at (`inline`) or to keep.

        Of many visits at many servers not one more than the link's limit gets an address. Raises NotFound
        when the link gives nothing any more, and Unauthorized, counting nothing, without keys to sign with.
        """
        ...

    async def form_for(self, link_id: str, *, back: str) -> Form:
        """Return what a file is sent by, for an hour at most; raises NotFound for a link that is over.

        `back` is where the browser is led once the file is there.
        """
        ...
