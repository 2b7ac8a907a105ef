"""What every provider can do, and each further ability as a protocol of its own.

A provider is asked once, through `Account.limits`, what it can do; a service calls an ability only
after that. All calls raise the errors of `linktui.model.errors` and nothing else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar, runtime_checkable

from linktui.model.capability import Limits
from linktui.model.file import File, Folder, Version
from linktui.model.identity import Identity as Identity
from linktui.model.link import Download, Link, LinkEdit, LinkSpec

T = TypeVar("T")
NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a longer list, and where the next ones begin (None at the end)."""

    rows: tuple[T, ...]
    next_cursor: str | None
    withheld: tuple[str, ...] = ()
    """How the ids begin of what the service would not tell now: it is not gone, for all that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows of a list to ask a service for; a field left alone asks for all.

    A provider is asked only by the fields named in `Limits.link_filters` or `Limits.file_filters`.
    """

    ids: tuple[str, ...] = ()
    file_id: str = ""
    expired: bool | None = None
    created_after: datetime | None = None
    """The first moment that counts; so with every other `after`."""
    created_before: datetime | None = None
    """The last moment that counts; so with every other `before`."""
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    name: str = ""
    title: str = ""
    purpose: str = ""
    type: str = ""
    smallest: int | None = None
    """Bytes."""
    largest: int | None = None
    limit: int | None = None
    """Rows on a page; the most the service gives when None."""
    before: str = ""
    """Page backwards from this cursor (the first row of a page) instead of forwards."""


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Told:
    """A link as the service told it, with the answer as it came."""

    link: Link
    answer: object
    """What JSON says, or its text."""

    @property
    def raw(self) -> str:
        """The answer as it is kept; a look at many links does without."""
        from linktui.providers.shapes import as_json

        return self.answer if isinstance(self.answer, str) else as_json(self.answer)


@dataclass(frozen=True, slots=True)
class UploadStatus:
    """How far an unfinished upload is, by the service's own word."""

    offset: int
    """Bytes that are safe there."""
    file_id: str | None = None
    """The stored file, once the upload is whole."""
    link: Told | None = None
    """The link that was made in the same step, where the service does that."""
    file: File | None = None
    """The stored file itself, where the answer tells it, so that nobody has to ask."""


class Provider(Protocol):
    """The required part: list and make links, and let go of the connection."""

    limits: Limits

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get the service's, as in its last `Date` header (RFC 9110 6.6.1)."""
        ...

    async def identify(self) -> Identity:
        """Make one harmless call and return who the account is."""
        ...

    async def list_links(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[Told]:
        """Return one page of the links, newest first where the service can."""
        ...

    async def get_link(self, link_id: str, *, file_id: str = "") -> Told:
        """Return one link; raises NotFound.

        `file_id` is a file it holds, where that is known: some services keep links below their file.
        """
        ...

    async def create_link(
        self, file_ids: tuple[str, ...], spec: LinkSpec, *, key: str, again: bool = False
    ) -> Told:
        """Make a link; the same `key` again makes no second one.

        `again` says that `key` may have been tried before, perhaps by a process that died: a service without
        idempotency keys is then asked first whether that made the link.
        """
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

    async def list_files(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[File]:
        """Return one page of the files, newest first where the service can."""
        ...

    async def get_file(self, file_id: str) -> File:
        """Return one file; raises NotFound."""
        ...


@dataclass(frozen=True, slots=True)
class FolderPage:
    """Some of what is right in a folder, and where the rest begins (None at the end)."""

    folders: tuple[Folder, ...]
    files: tuple[File, ...]
    next_cursor: str | None


@runtime_checkable
class HasFolders(Protocol):
    """Keeps files in folders, each of which is listed by itself; `Limits.folder_option` says so."""

    async def list_folder(self, path: str, *, beginning: str = "", cursor: str | None = None) -> FolderPage:
        """Return one page of a folder (empty is the top), or of what begins so in it; none is no error."""
        ...


@runtime_checkable
class KeepsVersions(Protocol):
    """Keeps what a file was before it was written over or deleted."""

    async def list_versions(self, file_id: str) -> tuple[Version, ...]:
        """Return every version of a file, newest first; raises NotFound where there never was one."""
        ...

    async def get_version(self, file_id: str, version: str) -> File:
        """Return the file as it was then; raises NotFound, for a deletion too."""
        ...

    def read_version(self, file_id: str, version: str) -> AsyncIterator[bytes]:
        """Yield the bytes that it had then; raises NotFound."""
        ...

    async def delete_version(self, file_id: str, version: str) -> None:
        """Delete one version for good; one that is gone already is no error."""
        ...

    async def restore_version(self, file_id: str, version: str) -> None:
        """Have the file be again what it was then; what it was until now stays a version."""
        ...


@runtime_checkable
class DeletesFiles(Protocol):
    """Removes stored files."""

    async def delete_file(self, file_id: str, *, force: bool = False) -> None:
        """Delete a file; raises Conflict while active links hold it, unless `force`."""
        ...


@runtime_checkable
class ReadsFiles(Protocol):
    """Hands a stored file back to its owner."""

    def read_file(self, file_id: str) -> AsyncIterator[bytes]:
        """Yield the file's bytes; raises NotFound."""
        ...


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Links that changed, in the order they did."""

    told: tuple[Told, ...]
    deleted: tuple[str, ...]
    cursor: str
    more: bool


@runtime_checkable
class LogsIn(Protocol):
    """Gives a key to whoever has a password, so that an account can be added without one."""

    async def log_in(self, email: str, password: str) -> str:
        """Return a key, trying once; raises Unauthorized. The account needs no secret yet."""
        ...


@runtime_checkable
class FeedsChanges(Protocol):
    """Tells what changed since the last look, so that nothing else needs to be fetched."""

    async def list_changes(self, *, cursor: str) -> ChangePage:
        """Return changes after `cursor`; an empty cursor begins at the beginning."""
        ...


@runtime_checkable
class UploadsResumably(Protocol):
    """Takes a file piece by piece (or whole), and after any doubt finds out how far it is.

    That is also how a file is never sent twice: `upload_status` looks before anything is repeated.
    """

    limits: Limits

    async def begin_upload(
        self,
        name: str,
        size: int,
        *,
        key: str,
        options: Mapping[str, str] = NO_OPTIONS,
        share: LinkSpec | None = None,
    ) -> str:
        """Begin an upload and return its session; the same `key` again returns the same one.

        `share` is the link wanted to this one file: a service that makes it with the file tells it in
        `UploadStatus.link`, any other lets it be. Raises InvalidInput for options it would refuse.
        """
        ...

    async def upload_status(self, session: str, *, confirmed: int = 0) -> UploadStatus:
        """Return how far the upload is; raises SessionLost if the service no longer knows it.

        `confirmed` is what it said last, for services that cannot be asked.
        """
        ...

    async def send_piece(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        """Send `length` bytes for `offset` and return the confirmed state.

        `read` is called for a fresh stream. Raises Conflict when the service is at another offset; one that
        takes several pieces at once (`Limits.pieces_at_once`) takes all but the last in any order, and the
        last when the others are there, or are all under way (`Limits.last_piece_waits`).
        """
        ...

    async def abort_upload(self, session: str) -> None:
        """Have the service forget an unfinished upload; one that is gone already is no error."""
        ...


@dataclass(frozen=True, slots=True)
class Packed:
    """One small file, ready to be sent with others."""

    session: str
    data: bytes = field(repr=False)
    sha256: str


@runtime_checkable
class SendsParcels(Protocol):
    """Takes many small files in one request; asked for files of up to `Limits.parcel_file` bytes.

    A session that `pack` gives is one for `UploadsResumably` too, which sends such a file by itself.
    """

    def pack(self, name: str, size: int, *, key: str, share: LinkSpec | None) -> str:
        """Return the session of a file, sending nothing: what is kept before it is sent.

        `share` is the link wanted to it, as for `begin_upload`.
        """
        ...

    def is_packed(self, session: str) -> bool:
        """Tell whether `pack` gave a session."""
        ...

    async def send_parcel(self, packed: Sequence[Packed]) -> tuple[UploadStatus, ...]:
        """Send files and return what became of each: all are stored, or none.

        The same sessions again make nothing twice. Raises DigestMismatch for bytes that changed on the way.
        """
        ...
