"""Digital River as a provider: its files and file links.

https://docs.digitalriver.com/digital-river-api-reference/2021-12-13/file-links
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta

from linktui.model.errors import Conflict, Unintelligible
from linktui.model.file import File
from linktui.model.identity import Identity
from linktui.model.link import Link, LinkEdit, LinkSpec
from linktui.model.option import check_options, with_defaults
from linktui.providers.base import EVERYTHING, NO_OPTIONS, Page, Told, UploadStatus, Wanted
from linktui.providers.context import Context
from linktui.providers.digitalriver.api import Api, path_of
from linktui.providers.digitalriver.links import Links
from linktui.providers.digitalriver.uploads import Uploads
from linktui.providers.digitalriver.wire import page_from
from linktui.providers.digitalriver.wire_files import file_from, files_query, is_record
from linktui.providers.digitalriver.wire_links import FileLink, links_query
from linktui.providers.shapes import parse

LONGEST_RECORD = 64 * 1024
"""Bytes of what looks like JSON that are held back to see whether they are a file at all."""


class DigitalRiverProvider:
    """One account at Digital River."""

    def __init__(self, context: Context) -> None:
        self.limits = context.account.limits
        self._account = context.account.name
        self._api = Api(context)
        self._links = Links(self._api, account=self._account)
        self._uploads = Uploads(self._api, self._links, longest=context.account.policy.longest)

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get Digital River's."""
        return self._api.clock_offset

    async def close(self) -> None:
        """Let go of every connection."""
        await self._api.close()

    async def identify(self) -> Identity:
        """Return what a look at the newest link tells: it knows its mode, and no call here the account.

        Without a link only a test key says what it is: every other key begins like a live one.
        """
        value = await self._api.get("file-links", links_query(Wanted(limit=1), None))
        modes = page_from(value, lambda row: parse(FileLink, row).live, backwards=False).rows
        live = modes[0] if modes else None
        return Identity(
            who="the account of the key",
            live=False if live is None and self._api.is_test_key else live,
            version=self._api.version,
        )

    async def list_links(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[Told]:
        """Return one page of the links, newest first."""
        return await self._links.page(cursor=cursor, wanted=wanted)

    async def get_link(self, link_id: str, *, file_id: str = "") -> Told:
        """Return one link; raises NotFound."""
        return await self._links.get(link_id)

    async def create_link(
        self, file_ids: tuple[str, ...], spec: LinkSpec, *, key: str, again: bool = False
    ) -> Told:
        """Make a link; the same `key` again makes no second one."""
        return await self._links.make(file_ids[0], spec, key=key, again=again)

    async def update_link(self, link: Link, edit: LinkEdit) -> Told:
        """Change a link's end; raises an error for one that is over, which is changed no more."""
        return await self._links.change(link.id, edit)

    async def delete_link(self, link_id: str) -> None:
        """Delete a link; one that is gone already is no error."""
        await self._api.delete(path_of("file-links", link_id))

    async def list_files(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[File]:
        """Return one page of the files, newest first."""
        value = await self._api.get("files", files_query(wanted, cursor))
        return page_from(value, self._file, backwards=bool(wanted.before))

    async def get_file(self, file_id: str) -> File:
        """Return one file; raises NotFound."""
        return self._file(await self._api.get(path_of("files", file_id)))

    async def delete_file(self, file_id: str, *, force: bool = False) -> None:
        """Delete a file; raises Conflict while active links hold it, unless `force`.

        Whether Digital River itself minds the links is UNCONFIRMED.
        """
        if not force:
            query = links_query(Wanted(file_id=file_id, expired=False, limit=1), None)
            if page_from(await self._api.get("file-links", query), lambda row: row, backwards=False).rows:
                raise Conflict("links hold this file", code="file_in_use")
        await self._api.delete(path_of("files", file_id))

    async def read_file(self, file_id: str) -> AsyncIterator[bytes]:
        """Yield the file's bytes; raises NotFound, and Unintelligible if its record comes instead of them.

        Which of the two comes is UNCONFIRMED: the vendor's pages say the bytes, its client says the record.
        """
        held = b""
        is_open = False
        async for piece in self._api.stream(f"{path_of('files', file_id)}/content"):
            if is_open:
                yield piece
                continue
            held += piece
            if not held.lstrip().startswith(b"{") or len(held) > LONGEST_RECORD:
                is_open = True
                yield held
        if not is_open:
            if is_record(held):
                raise Unintelligible("the file's record came instead of its bytes: they cannot be had so")
            yield held

    async def begin_upload(
        self,
        name: str,
        size: int,
        *,
        key: str,
        options: Mapping[str, str] = NO_OPTIONS,
        share: LinkSpec | None = None,
    ) -> str:
        """Return the session of a new upload; raises InvalidInput. Nothing is sent for it yet."""
        given = with_defaults(self.limits.file_options, options)
        check_options(self.limits.file_options, given)
        return await self._uploads.begin(name, size, given, share=share is not None)

    async def upload_status(self, session: str, *, confirmed: int = 0) -> UploadStatus:
        """Return whether the file is there already."""
        return await self._uploads.status(session)

    async def send_piece(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        """Send the whole file; raises Conflict for a part of it."""
        return await self._uploads.send(session, offset, length, read)

    async def abort_upload(self, session: str) -> None:
        """Do nothing: Digital River keeps no unfinished file."""

    def _file(self, value: object) -> File:
        return file_from(value, account=self._account)
