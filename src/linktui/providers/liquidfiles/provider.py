"""A LiquidFiles appliance as a provider: its FileLinks, attachments and uploads.

API 4.3, and what there was before: https://docs.liquidfiles.com/api/v4.3/filelink/
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

from linktui.model.capability import Ability
from linktui.model.errors import Conflict, NotFound, Unsupported
from linktui.model.file import File
from linktui.model.link import KEEP, Download, Link, LinkEdit, LinkSpec
from linktui.providers.base import (
    EVERYTHING,
    NO_OPTIONS,
    Identity,
    Page,
    Told,
    UploadStatus,
    Wanted,
)
from linktui.providers.context import Context
from linktui.providers.liquidfiles import edits, wire, wire_links
from linktui.providers.liquidfiles.appliance import Appliance
from linktui.providers.liquidfiles.links import TOO_OLD, Links, file_ids_of, path_of
from linktui.providers.liquidfiles.uploads import Uploads


class LiquidFilesProvider:
    """One account at one appliance."""

    def __init__(self, context: Context) -> None:
        self.limits = context.account.limits
        account = context.account.name
        self._appliance = Appliance(context)
        assert self.limits.chunk_size is not None
        self._uploads = Uploads(self._appliance, account=account, piece=self.limits.chunk_size)
        self._links = Links(self._appliance, self._uploads, account=account)

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get the appliance's."""
        return self._appliance.clock_offset

    async def close(self) -> None:
        """Let go of every connection."""
        await self._appliance.close()

    async def log_in(self, email: str, password: str) -> str:
        """Return the key for an address and its password; raises Unauthorized, and is never repeated."""
        return await self._appliance.log_in(email, password)

    async def identify(self) -> Identity:
        """Return who the account is, and what its group may not do."""
        told = await self._appliance.account()
        return wire.identity_from(told, scheme=self._appliance.scheme)

    async def list_links(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[Told]:
        """Return every link as one page, newest first."""
        return Page(await self._links.all(), None)

    async def get_link(self, link_id: str, *, file_id: str = "") -> Told:
        """Return one link; raises NotFound."""
        return await self._links.get(link_id)

    async def create_link(
        self, file_ids: tuple[str, ...], spec: LinkSpec, *, key: str, again: bool = False
    ) -> Told:
        """Make a link; the same `key` again makes no second one."""
        return await self._links.make(file_ids, spec, key=key, again=again)

    async def update_link(self, link: Link, edit: LinkEdit) -> Told:
        """Apply `edit`, a call for each field; raises Conflict (code `stale`) if its files changed meanwhile.

        A failure names what was changed before it.
        """
        steps = edits.field_steps(edit)
        if edit.files is KEEP:
            return await self._links.take(link.id, steps)
        now = (await self._links.get(link.id)).link
        wanted = [file.id for file in edit.files]
        _check_files(link, now, wanted)
        steps += edits.file_steps(now.files, edit.files)
        told = await self._links.take(link.id, steps)
        order, there = edits.reorder(wanted), file_ids_of(told.link)
        if there != wanted and sorted(there) == sorted(wanted) and order not in steps:
            # Where an added file comes in is UNCONFIRMED.
            return await self._links.take(link.id, [order])
        return told

    async def delete_link(self, link_id: str) -> None:
        """Delete a link; one that is gone already is no error."""
        with suppress(NotFound):
            await self._appliance.call("DELETE", path_of(link_id))

    async def list_downloads(self, link_id: str) -> tuple[Download, ...]:
        """Return the latest downloads, newest first; raises Unsupported where the server has no log."""
        try:
            answer = await self._appliance.call("GET", f"{path_of(link_id)}/downloads")
        except NotFound as error:
            await self._links.get(link_id)
            raise Unsupported(Ability.DOWNLOAD_LOG.value, TOO_OLD) from error
        return wire_links.downloads_from(answer)

    async def list_files(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[File]:
        """Return every file as one page, newest first."""
        return Page(await self._uploads.files(), None)

    async def get_file(self, file_id: str) -> File:
        """Return one file; raises NotFound."""
        return await self._uploads.file(file_id)

    async def delete_file(self, file_id: str, *, force: bool = False) -> None:
        """Delete a file; raises Conflict while links hold it, unless `force`."""
        if not force:
            with suppress(NotFound):
                if (await self._uploads.file(file_id)).link_count:
                    raise Conflict("links hold this file", code="file_in_use")
        await self._uploads.delete(file_id)

    async def begin_upload(
        self,
        name: str,
        size: int,
        *,
        key: str,
        options: Mapping[str, str] = NO_OPTIONS,
        share: LinkSpec | None = None,
    ) -> str:
        """Begin an upload and return its session; the same `key` again returns the same one."""
        return await self._uploads.begin(name, size, key=key)

    async def upload_status(self, session: str, *, confirmed: int = 0) -> UploadStatus:
        """Return how far the upload is, which is `confirmed` unless the file turns out to be there."""
        return await self._uploads.status(session, confirmed=confirmed)

    async def send_piece(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        """Send `length` bytes for `offset`; raises Conflict unless they are a piece."""
        return await self._uploads.send(session, offset, length, read)

    async def abort_upload(self, session: str) -> None:
        """Remove what was sent, if it became a file already."""
        await self._uploads.abort(session)


def _check_files(link: Link, now: Link, wanted: Sequence[str]) -> None:
    """Raise Conflict if a link's files are neither what an edit is based on nor what it makes.

    Raises Unsupported for a server that does not name them.
    """
    if not wire_links.tells_files(now):
        raise Unsupported(Ability.EDIT_FILES.value, TOO_OLD)
    if file_ids_of(now) not in (file_ids_of(link), list(wanted)):
        raise Conflict(code="stale")
