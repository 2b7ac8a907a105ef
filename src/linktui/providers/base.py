"""What every provider can do, and each further ability as a protocol of its own.

A provider is asked once, through `Account.limits`, what it can do; a service calls an ability only
after that. All calls raise the errors of `linktui.model.errors` and nothing else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, Protocol, TypeVar, runtime_checkable

from linktui.model.capability import Limits
from linktui.model.file import File
from linktui.model.link import Download, Link, LinkEdit, LinkSpec

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a longer list, and where the next ones begin (None at the end)."""

    rows: tuple[T, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A link as the service told it, with the answer as it came."""

    link: Link
    raw: str


@dataclass(frozen=True, slots=True)
class UploadStatus:
    """How far an unfinished upload is, by the service's own word."""

    offset: int
    """Bytes that are safe there."""
    file_id: str | None = None
    """The stored file, once the upload is whole."""


class Provider(Protocol):
    """The required part: list and make links, and let go of the connection."""

    limits: Limits

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get the service's, as in its last `Date` header (RFC 9110 6.6.1)."""
        ...

    async def list_links(self, *, cursor: str | None = None) -> Page[Told]:
        """Return one page of all links."""
        ...

    async def get_link(self, link_id: str) -> Told:
        """Return one link; raises NotFound."""
        ...

    async def create_link(self, file_ids: tuple[str, ...], spec: LinkSpec, *, key: str) -> Told:
        """Make a link; the same `key` again makes no second one."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...


@runtime_checkable
class UpdatesLinks(Protocol):
    """Changes links in place."""

    async def update_link(self, link: Link, edit: LinkEdit) -> Told:
        """Apply `edit`; raises Conflict if the link is no longer the revision given."""
        ...


@runtime_checkable
class RevokesLinks(Protocol):
    """Takes links back for good."""

    async def revoke_link(self, link_id: str) -> Told:
        """Revoke a link; revoking twice is no error."""
        ...


@runtime_checkable
class DeletesLinks(Protocol):
    """Removes links without a trace."""

    async def delete_link(self, link_id: str) -> None:
        """Delete a link; one that is gone already is no error."""
        ...


@runtime_checkable
class ListsDownloads(Protocol):
    """Knows who fetched a link, and when."""

    async def list_downloads(self, link_id: str) -> tuple[Download, ...]:
        """Return the latest downloads, newest first."""
        ...


@runtime_checkable
class KeepsFiles(Protocol):
    """Keeps files of its own that can be listed and linked again."""

    async def list_files(self, *, cursor: str | None = None) -> Page[File]:
        """Return one page of all files, newest first."""
        ...

    async def get_file(self, file_id: str) -> File:
        """Return one file; raises NotFound."""
        ...

    async def delete_file(self, file_id: str, *, force: bool = False) -> None:
        """Delete a file; raises Conflict while active links hold it, unless `force`."""
        ...


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Links that changed, in the order they did."""

    told: tuple[Told, ...]
    deleted: tuple[str, ...]
    cursor: str
    more: bool


@runtime_checkable
class FeedsChanges(Protocol):
    """Tells what changed since the last look, so that nothing else needs to be fetched."""

    async def list_changes(self, *, cursor: str) -> ChangePage:
        """Return changes after `cursor`; an empty cursor begins at the beginning."""
        ...


@runtime_checkable
class UploadsResumably(Protocol):
    """Takes a file piece by piece, and knows after any doubt how far it is."""

    async def begin_upload(self, name: str, size: int, *, key: str) -> str:
        """Begin an upload and return its session; the same `key` again returns the same one."""
        ...

    async def upload_status(self, session: str) -> UploadStatus:
        """Return how far the upload is; raises SessionLost if the service no longer knows it."""
        ...

    async def send_piece(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        """Send `length` bytes for `offset` and return the confirmed state.

        `read` is called for a fresh stream. Raises Conflict when the service is at another offset.
        """
        ...

    async def abort_upload(self, session: str) -> None:
        """Have the service forget an unfinished upload; one that is gone already is no error."""
        ...
