"""Pastebox, an imaginary service: files and links are put under a name of the caller's choosing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from urllib.parse import quote

from linktui.model.file import File
from linktui.model.identity import Identity
from linktui.model.link import Link, LinkedFile, LinkKind, LinkSpec
from linktui.providers.base import EVERYTHING, NO_OPTIONS, Page, Told, UploadStatus, Wanted
from linktui.providers.context import Context
from linktui.providers.http import HttpClient
from linktui.providers.shapes import Clean, Moment, Shape, parse


class Box(Shape):
    """A file as Pastebox tells it; `Clean` and `Moment` make text and time from outside safe."""

    id: Clean
    name: Clean
    size: int
    created_at: Moment


class Paste(Shape):
    """A link as Pastebox tells it."""

    id: Clean
    url: Clean
    file: Box
    created_at: Moment
    expires_at: Moment | None = None


class Pastebox:
    """One account there. Each method does what its protocol in `linktui.providers.base` says."""

    def __init__(self, context: Context) -> None:
        self._account = context.account
        self.limits = context.account.limits
        self._client = HttpClient(
            context,
            context.account.connection.base_url,
            credentials=lambda: {"Authorization": f"Bearer {context.secret()}"},
        )

    @property
    def clock_offset(self) -> timedelta:
        return self._client.clock_offset

    async def close(self) -> None:
        await self._client.close()

    async def identify(self) -> Identity:
        told = (await self._client.call("GET", "account")).json()
        return Identity(who=str(told["email"]), live=not told["test"])

    # Links: `Provider` and `DeletesLinks`. Putting twice under one key makes one link.

    async def list_links(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[Told]:
        rows = (await self._client.call("GET", "links")).json()
        return Page(tuple(self._link(row) for row in rows), None)

    async def get_link(self, link_id: str, *, file_id: str = "") -> Told:
        return self._link((await self._client.call("GET", _path("links", link_id))).json())

    async def create_link(
        self, file_ids: tuple[str, ...], spec: LinkSpec, *, key: str, again: bool = False
    ) -> Told:
        body = {"file": file_ids[0], "expires_at": spec.expires_at and spec.expires_at.isoformat()}
        return self._link((await self._client.call("PUT", _path("links", key), json_body=body)).json())

    async def delete_link(self, link_id: str) -> None:
        await self._client.call("DELETE", _path("links", link_id), allow=frozenset({404}))

    # Files: `KeepsFiles` and `DeletesFiles`.

    async def list_files(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[File]:
        rows = (await self._client.call("GET", "files")).json()
        return Page(tuple(self._file(row) for row in rows), None)

    async def get_file(self, file_id: str) -> File:
        return self._file((await self._client.call("GET", _path("files", file_id))).json())

    async def delete_file(self, file_id: str, *, force: bool = False) -> None:
        await self._client.call("DELETE", _path("files", file_id), allow=frozenset({404}))

    # Uploads: `UploadsResumably`. The session is what an upload needs to go on, after a crash too.

    async def begin_upload(
        self,
        name: str,
        size: int,
        *,
        key: str,
        options: Mapping[str, str] = NO_OPTIONS,
        share: LinkSpec | None = None,
    ) -> str:
        return json.dumps([key, name, size])

    async def upload_status(self, session: str, *, confirmed: int = 0) -> UploadStatus:
        key, _, size = json.loads(session)
        answer = await self._client.call("GET", _path("files", key), allow=frozenset({404}))
        return UploadStatus(size, key) if answer.is_success else UploadStatus(0)

    async def send_piece(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        key, name, size = json.loads(session)
        path = f"{_path('files', key)}?name={quote(name)}"
        await self._client.call("PUT", path, content=read(), headers={"Content-Length": str(length)})
        return UploadStatus(size, key)

    async def abort_upload(self, session: str) -> None:
        """Do nothing: what is not whole is not kept there."""

    def _link(self, value: object) -> Told:
        paste = parse(Paste, value)
        link = Link(
            account=self._account.name,
            provider=self._account.provider,
            id=paste.id,
            kind=LinkKind.DOWNLOAD,
            name=paste.file.name,
            url=paste.url,
            created_at=paste.created_at,
            expires_at=paste.expires_at,
            files=(LinkedFile(paste.file.id, paste.file.name, paste.file.size),),
        )
        return Told(link, json.dumps(value, indent=2))

    def _file(self, value: object) -> File:
        box = parse(Box, value)
        return File(
            account=self._account.name, id=box.id, name=box.name, size=box.size, created_at=box.created_at
        )


def _path(kind: str, thing_id: str) -> str:
    return f"{kind}/{quote(thing_id, safe='')}"
