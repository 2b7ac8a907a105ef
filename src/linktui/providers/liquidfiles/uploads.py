"""Uploads to an appliance: a file in one request, or in numbered pieces that it puts together.

Nobody can ask an appliance how far an upload is, so that what was confirmed is believed, and only the last
answer, which gives the file, is looked for in the list of attachments when it was lost.
https://docs.liquidfiles.com/api/v4.1/attachments/chunks/
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from mimetypes import guess_type
from typing import Any
from urllib.parse import quote

from linktui.model.errors import Conflict, NotFound, SessionLost
from linktui.model.file import File
from linktui.providers.base import UploadStatus
from linktui.providers.liquidfiles.appliance import SAME_MOMENT, Appliance
from linktui.providers.liquidfiles.wire_files import file_from, files_from

_PATHS = ("link/attachments/upload", "message/attachments/upload")
"""Since 4.0, and since 3.7; a file that came by either can be linked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What an upload needs to go on, after a crash too."""

    key: str
    name: str
    size: int
    piece: int
    """Bytes of every request but the last."""
    began: str
    """When, by the appliance's clock."""

    @property
    def pieces(self) -> int:
        """How many requests the file takes."""
        return max(1, -(-self.size // self.piece))

    @property
    def last_offset(self) -> int:
        """Where the last piece begins."""
        return (self.pieces - 1) * self.piece

    def query(self, offset: int) -> str:
        """Return the query that says which piece is sent."""
        chunk = f"&chunk={offset // self.piece}&chunks={self.pieces}" if self.pieces > 1 else ""
        return f"filename={quote(self.name, safe='')}{chunk}"


class Uploads:
    """One account's uploads."""

    def __init__(self, appliance: Appliance, *, account: str, piece: int) -> None:
        """`piece` is the bytes of every request but the last."""
        self._appliance = appliance
        self._account = account
        self._piece = piece
        self._path = _PATHS[0]
        self._begun: dict[str, str] = {}
        self._stored: dict[str, File] = {}
        self._untouched: set[str] = set()

    def stored(self, file_id: str) -> File | None:
        """Return a file that was sent here, which the appliance may not list yet."""
        return next((file for file in self._stored.values() if file.id == file_id), None)

    async def begin(self, name: str, size: int, *, key: str) -> str:
        """Return a session; nothing is sent yet."""
        if key not in self._begun:
            session = Session(
                key=key,
                name=name.replace("\\", "/").rpartition("/")[2],
                size=size,
                piece=self._piece,
                began=(await self._appliance.now()).isoformat(),
            )
            self._begun[key] = json.dumps(asdict(session))
            self._untouched.add(self._begun[key])
        return self._begun[key]

    async def status(self, session: str, *, confirmed: int) -> UploadStatus:
        """Return how far an upload is; raises SessionLost if nothing is left to send and no file is there."""
        told = Session(**json.loads(session))
        if session in self._untouched or confirmed < told.last_offset:
            return UploadStatus(confirmed - confirmed % told.piece)
        if session not in self._stored and (file := await self._find(told)) is not None:
            self._stored[session] = file
        if session in self._stored:
            return UploadStatus(told.size, self._stored[session].id)
        if confirmed >= told.size > 0:
            raise SessionLost
        return UploadStatus(told.last_offset)

    async def send(
        self, session: str, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> UploadStatus:
        """Send one piece; raises Conflict for bytes that are none, SessionLost if others got lost."""
        told = Session(**json.loads(session))
        if offset % told.piece or length != min(told.piece, told.size - offset):
            raise Conflict("no piece begins or ends there")
        self._untouched.discard(session)
        answer = await self._post(told, offset, length, read)
        if offset < told.last_offset:
            return UploadStatus(offset + length)
        if answer is None:
            raise SessionLost  # the id comes only once every piece is there, and some are not
        now = await self._appliance.now()
        self._stored[session] = file_from(answer, account=self._account, created_at=now)
        return UploadStatus(told.size, self._stored[session].id)

    async def abort(self, session: str) -> None:
        """Remove what was sent, if it became a file; pieces are left to the appliance."""
        self._untouched.discard(session)
        if session in self._stored:
            await self.delete(self._stored.pop(session).id)

    async def files(self) -> tuple[File, ...]:
        """Return every file there is, newest first."""
        return files_from(await self._appliance.call("GET", "attachments"), account=self._account)

    async def file(self, file_id: str) -> File:
        """Return one file; raises NotFound."""
        listed = next((file for file in await self.files() if file.id == file_id), None)
        file = listed or self.stored(file_id)
        if file is None:
            raise NotFound
        return file

    async def delete(self, file_id: str) -> None:
        """Delete a file, by the one path or by the other; one that is gone already is no error."""
        for path in ("attachments", "message/attachments"):
            with suppress(NotFound):
                await self._appliance.call("DELETE", f"{path}/{quote(file_id, safe='')}")
                return

    async def _post(
        self, session: Session, offset: int, length: int, read: Callable[[], AsyncIterator[bytes]]
    ) -> Any:
        headers = {
            "Content-Type": guess_type(session.name)[0] or "application/octet-stream",
            "Content-Length": str(length),
        }
        query = session.query(offset)
        try:
            return await self._appliance.call(
                "POST", f"{self._path}?{query}", headers=headers, content=read()
            )
        except NotFound:
            if self._path == _PATHS[1]:
                raise
            self._path = _PATHS[1]
            return await self._post(session, offset, length, read)

    async def _find(self, session: Session) -> File | None:
        since = datetime.fromisoformat(session.began) - SAME_MOMENT
        known = {file.id for file in self._stored.values()}
        for file in await self.files():
            same = (file.name, file.size) == (session.name, session.size)
            if same and file.created_at >= since and file.id not in known:
                return file
        return None
