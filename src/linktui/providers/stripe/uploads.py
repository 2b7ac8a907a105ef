"""Uploads to Stripe: the file and the link to it in one request, which a key makes safe to repeat.

https://docs.stripe.com/file-upload, https://docs.stripe.com/api/idempotent_requests
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from linktui.model.errors import Conflict, InvalidInput, Rejected
from linktui.model.link import LinkSpec
from linktui.providers.base import Page, Told, UploadStatus, Wanted
from linktui.providers.multipart import Multipart
from linktui.providers.pages import all_pages
from linktui.providers.shapes import parse
from linktui.providers.stripe.api import Api
from linktui.providers.stripe.limits import PURPOSE
from linktui.providers.stripe.purposes import check_upload, media_type_of, why_not_linkable
from linktui.providers.stripe.wire_files import StoredFile, files_query, links_of
from linktui.providers.stripe.wire_links import link_from, links_query, upload_form

KEY_LIFE = timedelta(hours=23)
"""How long Stripe surely remembers a key: 24 hours, less one for the request to be under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """What an upload needs to go on, after a crash too."""

    key: str
    name: str
    size: int
    options: dict[str, str]
    link: dict[str, str] | None
    """The fields that ask for a link, if one is wanted."""
    began: str
    """When, by Stripe's clock."""


class Uploads:
    """One account's uploads."""

    def __init__(self, api: Api, *, account: str) -> None:
        self._api = api
        self._account = account

    def begin(
        self, name: str, size: int, options: Mapping[str, str], share: LinkSpec | None, *, key: str
    ) -> str:
        """Return the session of a file that Stripe would take, sending nothing; raises InvalidInput."""
        name = name.replace("\\", "/").rpartition("/")[2]
        purpose = options[PURPOSE]
        check_upload(name, size, purpose=purpose)
        if share is not None and (why := why_not_linkable(purpose)):
            raise InvalidInput(PURPOSE, f"“{purpose}” gives no link: {why}")
        session = _Session(
            key=key,
            name=name,
            size=size,
            options=dict(options),
            link=None if share is None else upload_form(share),
            began=self._api.now.isoformat(),
        )
        return json.dumps(asdict(session))

    async def status(self, session: str) -> UploadStatus:
        """Return that nothing is there: with its key a file is taken once, however often it is sent.

        Once Stripe may have forgotten the key, it is looked whether the file is there.
        """
        told = _Session(**json.loads(session))
        if self._api.now - datetime.fromisoformat(told.began) < KEY_LIFE:
            return UploadStatus(0)
        file = await self._find(told)
        return UploadStatus(0) if file is None else await self._stored(told, file)

    async def send(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        """Send the whole file and return it with its link; raises Conflict for a part of it."""
        told = _Session(**json.loads(session))
        if offset or length != told.size:
            raise Conflict("the file goes in one request")
        body = Multipart(
            {PURPOSE: told.options[PURPOSE]} | (told.link or {}) | {"expand[]": "links"},
            field="file",
            filename=told.name,
            media_type=media_type_of(told.name) or "application/octet-stream",
            size=told.size,
        )
        try:
            answer = await self._api.send(body.headers, body.stream(read()), key=told.key)
        except Rejected as error:
            # The key was used: whether Stripe takes another boundary for another request is UNCONFIRMED.
            answer = await self._find(told) if error.code == "idempotency_error" else None
            if answer is None:
                raise
        return await self._stored(told, answer)

    async def _stored(self, session: _Session, answer: Any) -> UploadStatus:
        file = parse(StoredFile, answer)
        link = None if session.link is None else await self._link(file)
        return UploadStatus(session.size, file.id, link)

    async def _link(self, file: StoredFile) -> Told | None:
        """Return the link that was made with a file, looked for where the file does not hold it."""
        rows = links_of(file)
        if not rows:
            query = links_query(Wanted(file_id=file.id, limit=1), None)
            rows = (await self._api.page("file_links", query, dict)).rows
        if not rows:
            return None
        return link_from(rows[0], account=self._account, now=self._api.now, file=file)

    async def _find(self, session: _Session) -> dict[str, Any] | None:
        wanted = Wanted(purpose=session.options[PURPOSE], created_after=datetime.fromisoformat(session.began))

        async def fetch(cursor: str | None) -> Page[dict[str, Any]]:
            return await self._api.page("files", files_query(wanted, cursor), dict)

        async for page in all_pages(fetch):
            for row in page.rows:
                if (row.get("filename"), row.get("size")) == (session.name, session.size):
                    return row
        return None
