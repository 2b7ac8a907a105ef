"""Uploads to Finix: a record is made, then filled in one request; the record tells what became of it.

The bytes go in a call of their own, or by an upload link that linktui makes for itself: a pre-signed
address on another host, which is shown nothing of the account.
https://docs.finix.com/guides/onboarding/uploading-files-to-finix
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from mimetypes import guess_type

from linktui.model.errors import Conflict, NotFound, Rejected, SessionLost, Unauthorized, Unavailable
from linktui.model.link import LinkKind, LinkSpec
from linktui.providers.base import UploadStatus
from linktui.providers.context import Context
from linktui.providers.finix.api import PATIENCE, Api
from linktui.providers.finix.limits import API, LINK, SEND_THROUGH
from linktui.providers.finix.links import Links
from linktui.providers.finix.records import Records, path_of
from linktui.providers.finix.wire import s3_said
from linktui.providers.http import HttpClient, Rules
from linktui.providers.multipart import Multipart

OWN_LINK = timedelta(minutes=15)
"""How long linktui's own upload links live: it is the start of a request that has to be in time."""
LOOKS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds to wait before each look for bytes that were sent and are not noticed yet."""

_Read = Callable[[], AsyncIterator[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """What an upload needs to go on, after a crash too."""

    file_id: str
    name: str
    size: int
    through: str
    key: str

    @property
    def media_type(self) -> str:
        return guess_type(self.name)[0] or "application/octet-stream"


class Uploads:
    """One account's uploads."""

    def __init__(self, context: Context, api: Api, records: Records, links: Links) -> None:
        self._context = context
        self._api = api
        self._records = records
        self._links = links

    async def begin(
        self, name: str, size: int, options: Mapping[str, str], tags: Mapping[str, str], *, key: str
    ) -> str:
        """Make the record and return the session; what `key` made before is taken unless it is unreadable."""
        name = name.replace("\\", "/").rpartition("/")[2]
        record = await self._records.find(key)
        if record is None or record.is_unreadable:
            record = await self._records.make(name, options, tags, key=key)
        through = options.get(SEND_THROUGH) or API
        session = _Session(file_id=record.file.id, name=name, size=size, through=through, key=key)
        return json.dumps(asdict(session))

    async def status(self, session: str) -> UploadStatus:
        """Return what the record says; raises SessionLost if it is gone, Rejected for unreadable bytes."""
        told = _Session(**json.loads(session))
        try:
            record = await self._records.get(told.file_id)
        except NotFound as error:
            raise SessionLost from error
        if record.is_unreadable:
            raise Rejected("Finix could not read the file; send it in another format", code=record.status)
        return UploadStatus(0) if record.is_empty else UploadStatus(told.size, told.file_id)

    async def send(self, session: str, offset: int, length: int, read: _Read) -> UploadStatus:
        """Send the whole file and return what the record says then."""
        told = _Session(**json.loads(session))
        if offset or length != told.size:
            raise Conflict("the file goes in one request")
        if told.through == LINK:
            await self._send_by_link(told, read)
        else:
            await self._send_by_call(told, read)
        for pause in LOOKS:
            await self._context.sleep(pause)
            status = await self.status(session)
            if status.file_id is not None:
                return status
        raise Unavailable("the file was sent, but is not noticed yet")

    async def _send_by_call(self, told: _Session, read: _Read) -> None:
        body = Multipart({}, field="file", filename=told.name, media_type=told.media_type, size=told.size)
        await self._api.send(f"{path_of(told.file_id)}/upload", body.headers, body.stream(read()))

    async def _send_by_link(self, told: _Session, read: _Read) -> None:
        """Put the bytes where an upload link says.

        One that an earlier try made may have died before its time, with the credentials that signed it; so a
        refused one is followed by a second.
        """
        try:
            await self._put(told, read, key=f"{told.key}-bytes")
        except (Unauthorized, Rejected):
            try:
                await self._put(told, read, key=f"{told.key}-bytes-again")
            except Unauthorized as error:
                # Not our secret was refused but the address.
                raise Rejected(error.message, status=error.status, code=error.code) from error

    async def _put(self, told: _Session, read: _Read, *, key: str) -> None:
        record = await self._records.get(told.file_id)
        spec = LinkSpec(kind=LinkKind.UPLOAD, expires_at=self._api.now + OWN_LINK)
        url = (await self._links.make(record, spec, key=key)).link.url
        client = HttpClient(
            self._context, url, rules=Rules(said=s3_said, request_id="x-amz-request-id", secret=True)
        )
        headers = {"Content-Type": told.media_type, "Content-Length": str(told.size)}
        try:
            await client.call("PUT", url, headers=headers, content=read(), patience=PATIENCE)
        finally:
            await client.close()
