"""The embedded link server as a provider: its JSON API for links and files, tus for uploads.

tus 1.0.0: https://tus.io/protocols/resumable-upload
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import timedelta

import httpx

from linktui.model.errors import NotFound, SessionLost, Unintelligible
from linktui.model.file import File
from linktui.model.link import Download, Link, LinkEdit, LinkSpec
from linktui.providers.answers import Answer
from linktui.providers.base import (
    EVERYTHING,
    NO_OPTIONS,
    ChangePage,
    Identity,
    Packed,
    Page,
    Told,
    UploadStatus,
    Wanted,
)
from linktui.providers.context import Context
from linktui.providers.http import HttpClient
from linktui.providers.local import wire
from linktui.providers.local.address import Address, load_address
from linktui.providers.local.parcels import Parcels, goes_in_parcel

PAGE_SIZE = "500"
_TUS = {"Tus-Resumable": "1.0.0"}


class LocalProvider:
    """One account on the embedded link server."""

    def __init__(self, context: Context, *, address: Callable[[], Address] | None = None) -> None:
        """`address` says where the server is; by default it is asked of the server's own directory."""
        self.limits = context.account.limits
        self._account = context.account.name
        self._context = context
        self._address = address or (lambda: load_address(context.server))
        self._opened: HttpClient | None = None
        self._parcels = Parcels(lambda: self._client, account=self._account)

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get the server's."""
        return self._opened.clock_offset if self._opened else timedelta(0)

    async def close(self) -> None:
        """Let go of every connection."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    async def identify(self) -> Identity:
        """Return what the server says of itself."""
        answer = await self._client.call("GET", "/api/health")
        return Identity(who="the embedded link server", live=False, version=wire.version_from(answer.json()))

    async def list_links(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[Told]:
        """Return one page of the links, newest first."""
        answer = await self._client.call(
            "GET", "/api/links", params=_page(cursor) | wire.links_wanted(wanted)
        )
        return wire.links_page(answer.json(), account=self._account)

    async def get_link(self, link_id: str, *, file_id: str = "") -> Told:
        """Return one link; raises NotFound."""
        answer = await self._client.call("GET", f"/api/links/{link_id}")
        return wire.link_from(answer.json(), account=self._account)

    async def create_link(
        self, file_ids: tuple[str, ...], spec: LinkSpec, *, key: str, again: bool = False
    ) -> Told:
        """Make a link; the same `key` again makes no second one."""
        answer = await self._client.call(
            "POST",
            "/api/links",
            json_body=wire.spec_to(file_ids, spec),
            headers={"Idempotency-Key": key},
            repeatable=True,
        )
        return wire.link_from(answer.json(), account=self._account)

    async def update_link(self, link: Link, edit: LinkEdit) -> Told:
        """Apply `edit`; raises Conflict (code `stale`) if the list of files is not the one it is based on.

        Only an edit of the files states the revision: it replaces the whole list, while any other field
        is set to what the person asked for, whatever was counted meanwhile.
        """
        body = wire.edit_to(edit)
        headers = {"If-Match": f'"{link.revision}"'} if "files" in body and link.revision else None
        answer = await self._client.call("PATCH", f"/api/links/{link.id}", json_body=body, headers=headers)
        return wire.link_from(answer.json(), account=self._account)

    async def revoke_link(self, link_id: str) -> Told:
        """Revoke a link; revoking twice is no error."""
        answer = await self._client.call("POST", f"/api/links/{link_id}/revoke")
        return wire.link_from(answer.json(), account=self._account)

    async def delete_link(self, link_id: str) -> None:
        """Delete a link; one that is gone already is no error."""
        await self._client.call("DELETE", f"/api/links/{link_id}", allow=frozenset({404}))

    async def list_downloads(self, link_id: str) -> tuple[Download, ...]:
        """Return the latest downloads, newest first."""
        answer = await self._client.call("GET", f"/api/links/{link_id}/downloads", params={"limit": "200"})
        return wire.downloads_from(answer.json())

    async def list_changes(self, *, cursor: str) -> ChangePage:
        """Return what changed after `cursor`; an empty cursor begins at the beginning."""
        params = {"since": cursor or "0", "limit": PAGE_SIZE}
        answer = await self._client.call("GET", "/api/changes", params=params)
        return wire.changes_from(answer.json(), account=self._account)

    async def list_files(self, *, cursor: str | None = None, wanted: Wanted = EVERYTHING) -> Page[File]:
        """Return one page of all files, newest first."""
        answer = await self._client.call("GET", "/api/files", params=_page(cursor))
        return wire.files_page(answer.json(), account=self._account)

    async def get_file(self, file_id: str) -> File:
        """Return one file; raises NotFound."""
        answer = await self._client.call("GET", f"/api/files/{file_id}")
        return wire.file_from(answer.json(), account=self._account)

    async def delete_file(self, file_id: str, *, force: bool = False) -> None:
        """Delete a file; raises Conflict while active links hold it, unless `force`."""
        params = {"force": "true"} if force else None
        await self._client.call("DELETE", f"/api/files/{file_id}", params=params, allow=frozenset({404}))

    def read_file(self, file_id: str) -> AsyncIterator[bytes]:
        """Yield the file's bytes; raises NotFound."""
        return self._client.stream(f"/api/files/{file_id}/content")

    async def begin_upload(
        self,
        name: str,
        size: int,
        *,
        key: str,
        options: Mapping[str, str] = NO_OPTIONS,
        share: LinkSpec | None = None,
    ) -> str:
        """Begin a tus upload and return its path; the same `key` again returns the same one."""
        encoded = b64encode(name.encode("utf-8", "replace")).decode()
        answer = await self._client.call(
            "POST",
            "/api/tus",
            headers=_TUS
            | {"Upload-Length": str(size), "Upload-Metadata": f"filename {encoded}", "Idempotency-Key": key},
            repeatable=True,
        )
        location = answer.headers.get("location")
        if not location:
            raise Unintelligible("no Location for the upload", status=answer.status)
        return httpx.URL(location).path

    async def upload_status(self, session: str, *, confirmed: int = 0) -> UploadStatus:
        """Return how far the upload is; raises SessionLost if the server no longer knows it.

        Of a file in a parcel that need not be known: with its key it is taken once, however often it comes.
        """
        if goes_in_parcel(session):
            return UploadStatus(0)
        try:
            return _status(await self._client.call("HEAD", session, headers=_TUS))
        except NotFound as error:
            raise SessionLost from error

    async def send_piece(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        """Send bytes for `offset` and return the confirmed state; raises Conflict at another offset."""
        if goes_in_parcel(session):
            data = b"".join([piece async for piece in read()])
            digest = hashlib.sha256(data).hexdigest()
            return (await self._parcels.send([Packed(session, data, digest)]))[0]
        headers = _TUS | {
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(length),
        }
        try:
            return _status(await self._client.call("PATCH", session, headers=headers, content=read()))
        except NotFound as error:
            raise SessionLost from error

    async def abort_upload(self, session: str) -> None:
        """Have the server forget an unfinished upload; one that is gone already is no error."""
        if goes_in_parcel(session):
            await self._parcels.take_back(session)
        else:
            await self._client.call("DELETE", session, headers=_TUS, allow=frozenset({404, 410}))

    def pack(self, name: str, size: int, *, key: str, share: LinkSpec | None) -> str:
        """Return the session of a small file, sending nothing."""
        return self._parcels.pack(name, size, key=key, share=share)

    def is_packed(self, session: str) -> bool:
        """Tell whether a session is that of a small file."""
        return goes_in_parcel(session)

    async def send_parcel(self, packed: Sequence[Packed]) -> tuple[UploadStatus, ...]:
        """Send small files in one request and return what became of each; raises DigestMismatch."""
        return await self._parcels.send(packed)

    @property
    def _client(self) -> HttpClient:
        if self._opened is None:
            address = self._address()
            self._opened = HttpClient(
                self._context,
                address.url,
                credentials=lambda: {"Authorization": f"Bearer {address.token}"},
            )
        return self._opened


def _page(cursor: str | None) -> dict[str, str]:
    return {"limit": PAGE_SIZE} | ({"cursor": cursor} if cursor else {})


def _status(answer: Answer) -> UploadStatus:
    offset = answer.headers.get("upload-offset", "")
    if not offset.isascii() or not offset.isdigit():
        raise Unintelligible("no Upload-Offset", status=answer.status)
    return UploadStatus(int(offset), answer.headers.get("linktui-file"))
