"""Finix as a provider: its file records and their external links.

https://docs.finix.com/api/files
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

from linktui.model.capability import Ability
from linktui.model.file import File
from linktui.model.identity import Identity
from linktui.model.link import LinkSpec
from linktui.model.option import check_options
from linktui.model.text import clean
from linktui.providers.base import EVERYTHING, NO_OPTIONS, Page, Told, UploadStatus, Wanted
from linktui.providers.context import Context
from linktui.providers.finix import wire
from linktui.providers.finix.api import Api
from linktui.providers.finix.links import Links
from linktui.providers.finix.records import Records, path_of
from linktui.providers.finix.uploads import Uploads


class FinixProvider:
    """One account at Finix."""

    def __init__(self, context: Context) -> None:
        self.limits = context.account.limits
        self._api = Api(context)
        self._records = Records(self._api, account=context.account.name)
        self._links = Links(self._api, self._records, account=context.account.name)
        self._uploads = Uploads(context, self._api, self._records, self._links)

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get Finix's."""
        return self._api.clock_offset

    async def close(self) -> None:
        """Let go of every connection."""
        await self._api.close()

    async def identify(self) -> Identity:
        """Return the user, and its role where that is told; whether it is live goes by the host."""
        answer = await self._api.get("files", {"limit": "1"})
        wire.rows_from(answer.json(), "files")
        role = clean(answer.headers.get("finix-apiuser-role", ""), limit=40)
        return Identity(
            who=self._api.username,
            live=self._api.is_live,
            version=self._api.version,
            facts=MappingProxyType({"Role": role.removeprefix("ROLE_").lower()} if role else {}),
        )

    async def list_links(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[Told]:
        """Return one page of a file's links, or of all: those of some files, the newest of them first."""
        return await self._links.page(cursor=cursor, wanted=wanted)

    async def get_link(self, link_id: str, *, file_id: str = "") -> Told:
        """Return one link; raises NotFound. Without its file, every file is looked below."""
        return await self._links.get(link_id, file_id=file_id)

    async def create_link(
        self, file_ids: tuple[str, ...], spec: LinkSpec, *, key: str, again: bool = False
    ) -> Told:
        """Make a link, for an upload link its empty file record first; the same `key` again makes neither."""
        if spec.expires_at is None:
            self.limits.require(Ability.NEVER_EXPIRE)
        if file_ids:
            record = await self._records.get(file_ids[0])
        else:
            found = await self._records.find(key)
            record = found or await self._records.make(spec.name, spec.options, spec.metadata, key=key)
        return await self._links.make(record, spec, key=key)

    async def list_files(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[File]:
        """Return one page of the files."""
        page = await self._records.page(cursor=cursor, wanted=wanted)
        return Page(tuple(record.file for record in page.rows), page.next_cursor)

    async def get_file(self, file_id: str) -> File:
        """Return one file; raises NotFound."""
        return (await self._records.get(file_id)).file

    def read_file(self, file_id: str) -> AsyncIterator[bytes]:
        """Yield the file's bytes; raises NotFound."""
        return self._api.stream(f"{path_of(file_id)}/download")

    async def begin_upload(
        self,
        name: str,
        size: int,
        *,
        key: str,
        options: Mapping[str, str] = NO_OPTIONS,
        share: LinkSpec | None = None,
    ) -> str:
        """Make an empty file record and return the session; the same `key` again makes no second one.

        The record gets the tags of the link that is wanted to it.
        """
        check_options(self.limits.file_options, options)
        return await self._uploads.begin(name, size, options, share.metadata if share else {}, key=key)

    async def upload_status(self, session: str, *, confirmed: int = 0) -> UploadStatus:
        """Return whether the file is there; raises SessionLost or, for one that cannot be read, Rejected."""
        return await self._uploads.status(session)

    async def send_piece(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        """Send the whole file; raises Conflict for a part of it."""
        return await self._uploads.send(session, offset, length, read)

    async def abort_upload(self, session: str) -> None:
        """Leave the empty record behind: Finix deletes none."""
