"""Stripe as a provider: its files and file links.

https://docs.stripe.com/api/files, https://docs.stripe.com/api/file_links
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from itertools import count
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from linktui.model.file import File
from linktui.model.identity import Identity
from linktui.model.ids import random_id
from linktui.model.link import Link, LinkEdit, LinkSpec
from linktui.model.option import check_options, with_defaults
from linktui.model.text import clean
from linktui.providers.base import EVERYTHING, NO_OPTIONS, Page, Told, UploadStatus, Wanted
from linktui.providers.context import Context
from linktui.providers.stripe.api import Api
from linktui.providers.stripe.uploads import Uploads
from linktui.providers.stripe.wire import page_from
from linktui.providers.stripe.wire_files import file_from, files_query
from linktui.providers.stripe.wire_links import edit_form, link_from, links_query, livemode_of, spec_form

_DISCLOSED = "whoever has one can read in it the account's id, and whether it is live"


class StripeProvider:
    """One account at Stripe."""

    def __init__(self, context: Context) -> None:
        self.limits = context.account.limits
        self._account = context.account.name
        self._api = Api(context)
        self._uploads = Uploads(self._api, account=self._account)
        self._key, self._turns = random_id(16), count()

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get Stripe's."""
        return self._api.clock_offset

    async def close(self) -> None:
        """Let go of every connection."""
        await self._api.close()

    async def identify(self) -> Identity:
        """Return what a look at the newest link tells: a link knows its mode, no call here the account.

        Without a link only a test key says what it is; the absence of that word says nothing.
        """
        answer = await self._api.get("file_links", {"limit": "1"})
        modes = page_from(answer.json(), livemode_of, backwards=False).rows
        live = modes[0] if modes else None
        facts = {"Key": self._api.key_kind, "Addresses of links": _DISCLOSED}
        return Identity(
            who=self._api.connected or "the account of the key",
            live=False if live is None and self._api.is_test_key else live,
            version=clean(answer.headers.get("stripe-version", ""), limit=40) or self._api.version,
            facts=MappingProxyType({title: text for title, text in facts.items() if text}),
        )

    async def list_links(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[Told]:
        """Return one page of the links, in Stripe's order (newest first; UNCONFIRMED)."""
        query = links_query(wanted, cursor)
        return await self._api.page("file_links", query, self._link, backwards=bool(wanted.before))

    async def get_link(self, link_id: str, *, file_id: str = "") -> Told:
        """Return one link; raises NotFound."""
        answer = await self._api.get(f"file_links/{quote(link_id, safe='')}", {"expand[]": "file"})
        return self._link(answer.json())

    async def create_link(
        self, file_ids: tuple[str, ...], spec: LinkSpec, *, key: str, again: bool = False
    ) -> Told:
        """Make a link; the same `key` again makes no second one."""
        return self._link(await self._api.post("file_links", spec_form(file_ids[0], spec), key=key))

    async def update_link(self, link: Link, edit: LinkEdit) -> Told:
        """Apply `edit`; raises Rejected for a link that is over, which Stripe changes no more."""
        path = f"file_links/{quote(link.id, safe='')}"
        return self._link(await self._api.post(path, edit_form(edit), key=f"{self._key}-{next(self._turns)}"))

    async def list_files(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[File]:
        """Return one page of the files, newest first."""
        query = files_query(wanted, cursor)
        return await self._api.page("files", query, self._file, backwards=bool(wanted.before))

    async def get_file(self, file_id: str) -> File:
        """Return one file; raises NotFound."""
        answer = await self._api.get(f"files/{quote(file_id, safe='')}", {"expand[]": "links"})
        return self._file(answer.json())

    def read_file(self, file_id: str) -> AsyncIterator[bytes]:
        """Yield the file's bytes; raises NotFound."""
        return self._api.stream(f"files/{quote(file_id, safe='')}/contents")

    async def begin_upload(
        self,
        name: str,
        size: int,
        *,
        key: str,
        options: Mapping[str, str] = NO_OPTIONS,
        share: LinkSpec | None = None,
    ) -> str:
        """Return the session of a new upload, which makes the link too; raises InvalidInput.

        Nothing is sent for it yet.
        """
        given = with_defaults(self.limits.file_options, options)
        check_options(self.limits.file_options, given)
        return self._uploads.begin(name, size, given, share, key=key)

    async def upload_status(self, session: str, *, confirmed: int = 0) -> UploadStatus:
        """Return whether the file is known to be there."""
        return await self._uploads.status(session)

    async def send_piece(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        """Send the whole file; raises Conflict for a part of it."""
        return await self._uploads.send(session, offset, length, read)

    async def abort_upload(self, session: str) -> None:
        """Do nothing: Stripe keeps no unfinished file, and deletes no finished one."""

    def _link(self, value: Any) -> Told:
        return link_from(value, account=self._account, now=self._api.now)

    def _file(self, value: Any) -> File:
        return file_from(value, account=self._account)
