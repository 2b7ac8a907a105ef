"""Uploads to Digital River: the whole file in one request, and looked for before it is sent again.

There is no idempotency key: what an earlier try left is known by name, size and age, and by not having been
there when the upload began. https://docs.digitalriver.com/digital-river-api-reference/2021-12-13/files
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from linktui.model.errors import Conflict, InvalidInput
from linktui.model.expiry import parse_expiry
from linktui.providers.base import Page, UploadStatus, Wanted
from linktui.providers.digitalriver.api import Api
from linktui.providers.digitalriver.limits import LINK_EXPIRES, PURPOSE, TITLE
from linktui.providers.digitalriver.links import Links
from linktui.providers.digitalriver.wire import moment, page_from
from linktui.providers.digitalriver.wire_files import (
    StoredFile,
    check_upload,
    files_query,
    media_type_of,
    stored,
)
from linktui.providers.multipart import Multipart
from linktui.providers.pages import all_pages

CLOCKS_APART = timedelta(minutes=2)
"""How much earlier than an upload began its file may say it was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """What an upload needs to go on, after a crash too."""

    name: str
    size: int
    fields: dict[str, str]
    share: bool
    """Whether a link is wanted, so that one that comes with the file is taken."""
    began: str
    """When, by Digital River's clock."""
    there: list[str]
    """The files of the same name and size that were there before."""

    @property
    def since(self) -> datetime:
        """The earliest moment at which its file can say it was made."""
        return datetime.fromisoformat(self.began) - CLOCKS_APART


class Uploads:
    """One account's uploads."""

    def __init__(self, api: Api, links: Links, *, longest: timedelta | None) -> None:
        """`longest` is the longest life that the account's owner allows a link."""
        self._longest = longest
        self._api = api
        self._links = links

    async def begin(self, name: str, size: int, options: Mapping[str, str], *, share: bool) -> str:
        """Return the session of a file that would be taken, sending nothing; raises InvalidInput."""
        name = name.replace("\\", "/").rpartition("/")[2]
        check_upload(name, size)
        now = await self._api.heard_now()
        fields = {PURPOSE: options[PURPOSE], "fileName": name, "title": options.get(TITLE, "")}
        fields["linkExpiresTime"] = _link_end(options.get(LINK_EXPIRES, ""), now=now, longest=self._longest)
        there = [file.id async for file in self._same(name, size, since=now - CLOCKS_APART)]
        session = _Session(
            name=name,
            size=size,
            fields={field: value for field, value in fields.items() if value},
            share=share,
            began=now.isoformat(),
            there=there,
        )
        return json.dumps(asdict(session))

    async def status(self, session: str) -> UploadStatus:
        """Return whether the file is there already, by looking for it."""
        told = _Session(**json.loads(session))
        async for file in self._same(told.name, told.size, since=told.since):
            if file.id not in told.there:
                return self._arrived(told, file)
        return UploadStatus(0)

    async def send(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        """Send the whole file; raises Conflict for a part of it."""
        told = _Session(**json.loads(session))
        if offset or length != told.size:
            raise Conflict("the file goes in one request")
        body = Multipart(
            told.fields,
            field="file",
            filename=told.name,
            media_type=media_type_of(told.name),
            size=told.size,
        )
        answer = await self._api.send(body.headers, body.stream(read()))
        return self._arrived(told, stored(answer))

    def _arrived(self, session: _Session, file: StoredFile) -> UploadStatus:
        link = None
        if session.share and file.links:
            link = self._links.from_file(file.links[0], file.linked)
        return UploadStatus(session.size, file.id, link)

    async def _same(self, name: str, size: int, *, since: datetime) -> AsyncIterator[StoredFile]:
        """Yield the files of one name and size that were made since a moment."""
        wanted = Wanted(name=name, created_after=since)

        async def fetch(cursor: str | None) -> Page[Any]:
            value = await self._api.get("files", files_query(wanted, cursor))
            return page_from(value, stored, backwards=False)

        async for page in all_pages(fetch):
            for file in page.rows:
                if (file.file_name, file.bytes) == (name, size) and file.created >= since:
                    yield file


def _link_end(words: str, *, now: datetime, longest: timedelta | None) -> str:
    if not words:
        return ""
    end = parse_expiry(words, now=now)
    if end is None or end <= now:
        raise InvalidInput(LINK_EXPIRES, "has to be a later moment: each link has to have an end")
    if longest is not None and end - now > longest:
        raise InvalidInput(LINK_EXPIRES, "is later than this account's longest_expires allows")
    return moment(end)
