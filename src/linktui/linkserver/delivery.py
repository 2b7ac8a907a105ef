"""Bytes going out: whole files, ranges of them, and ZIPs; logged and, where they end, counted."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Sequence

from starlette.requests import Request
from starlette.responses import Response

from linktui.linkserver import ranges
from linktui.linkserver.catalog import downloads
from linktui.linkserver.catalog.rows import FileRow, LinkRow
from linktui.linkserver.context import Context
from linktui.linkserver.disposition import disposition
from linktui.linkserver.errors import Refusal
from linktui.linkserver.limits import MAX_AGENT, SMALLEST_PIECE
from linktui.linkserver.media_types import attachment_type
from linktui.linkserver.streaming import Piece, Stream
from linktui.linkserver.tally import Tally
from linktui.linkserver.zips import Archive
from linktui.model.text import clean

USER_BYTES = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-cache",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every byte that a stranger may have written: it runs nowhere and is kept nowhere."""


class Delivery:
    """Gives out what the store holds."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def file(
        self, request: Request, file: FileRow, *, link: LinkRow | None, inline: bool = False
    ) -> Response:
        """Return a file's bytes, as the request's conditions and ranges ask.

        Without a link they are the owner's own and not logged. Raises Gone or a 429 Refusal when the link
        has no download left.
        """
        etag = f'"{file.sha256}"'
        shown = file.inline_type if inline else None
        headers = USER_BYTES | {
            "Content-Type": shown or attachment_type(file.media_type),
            "Content-Disposition": disposition(file.name, inline=shown is not None),
            "ETag": etag,
            "Accept-Ranges": "bytes",
        }
        if ranges.precondition_failed(request, etag):
            raise Refusal(412, "changed", "The file is another one by now.")
        if ranges.unchanged(request, etag):
            return Response(
                status_code=304, headers={name: headers[name] for name in ("ETag", "Cache-Control")}
            )
        try:
            wanted = _wanted(request, file, limited=link is not None and link.download_limit is not None)
        except ranges.Unsatisfiable:
            extent = {"Content-Range": f"bytes */{file.size}"}
            raise Refusal(416, "bad_range", "The file has no such bytes.", headers=extent) from None
        if request.method == "HEAD":
            return Response(headers=headers | {"Content-Length": str(file.size)})
        reaches_end = not wanted or any(last == file.size - 1 for _, last in wanted)
        tally = await self._begin(request, link, file_id=file.id, countable=reaches_end)
        status, more, sections = _plan(file, wanted, headers["Content-Type"])
        return Stream(
            self._sections(file.blob, sections),
            status=status,
            headers=headers | more,
            stopping=self._context.stopping,
            tally=tally,
        )

    async def zip(self, request: Request, link: LinkRow) -> Response:
        """Return all files of the link as one ZIP; counts once."""
        headers = USER_BYTES | {
            "Content-Type": "application/zip",
            "Content-Disposition": disposition(f"{link.name.removesuffix('.zip')}.zip"),
            "Accept-Ranges": "none",
        }
        if request.method == "HEAD":
            # Its length is not known before; without this the framework would say it is empty.
            response = Response(headers=headers)
            del response.headers["content-length"]
            return response
        tally = await self._begin(request, link, file_id=None, countable=True)
        files = [attached.file for attached in link.files]
        return Stream(
            self._zip(files), status=200, headers=headers, stopping=self._context.stopping, tally=tally
        )

    async def _begin(
        self, request: Request, link: LinkRow | None, *, file_id: str | None, countable: bool
    ) -> Tally | None:
        if link is None:
            return None
        context, database = self._context, self._context.store.database
        agent = clean(request.headers.get("user-agent", ""), limit=MAX_AGENT)
        address, now = context.address(request), context.now()
        number = await database.write(
            lambda db: downloads.begin(db, link.id, file_id=file_id, agent=agent, address=address, now=now)
        )
        return Tally(database, number, countable=countable, now=context.now)

    async def _sections(self, blob: str, sections: Sequence[bytes | tuple[int, int]]) -> AsyncIterator[Piece]:
        pieces = self._context.pieces
        descriptor = await asyncio.to_thread(self._context.store.blobs.open, blob)
        try:
            for number, section in enumerate(sections, start=1):
                is_last = number == len(sections)
                if isinstance(section, bytes):
                    yield section, is_last
                    continue
                position, end = section[0], section[1] + 1
                while position < end:
                    with pieces.one() as size:
                        left = end - position
                        piece = await pieces.read(descriptor, position, min(size, left), last=size >= left)
                        position += len(piece)
                        yield piece, is_last and position == end
        finally:
            os.close(descriptor)

    async def _zip(self, files: Sequence[FileRow]) -> AsyncIterator[Piece]:
        archive = Archive(files, open_blob=self._context.store.blobs.open)
        piece = await asyncio.to_thread(archive.piece, SMALLEST_PIECE)
        while piece:
            with self._context.pieces.one() as size:
                following = await asyncio.to_thread(archive.piece, size)
                yield piece, not following
            piece = following


def _wanted(request: Request, file: FileRow, *, limited: bool) -> tuple[tuple[int, int], ...]:
    header = ranges.range_wanted(request, f'"{file.sha256}"')
    wanted = ranges.parse(header, file.size) if header is not None else ()
    if limited and (len(wanted) != 1 or wanted[0][1] != file.size - 1):
        # Each finished body of a limited link counts, so only those that finish the file are cut.
        return ()
    return wanted


def _plan(
    file: FileRow, wanted: tuple[tuple[int, int], ...], content_type: str
) -> tuple[int, dict[str, str], list[bytes | tuple[int, int]]]:
    """Return the status, more headers, and what to send: literal bytes and (first, last) of the file."""
    if not wanted:
        return 200, {"Content-Length": str(file.size)}, [(0, file.size - 1)]
    if len(wanted) == 1:
        first, last = wanted[0]
        headers = {
            "Content-Length": str(last - first + 1),
            "Content-Range": f"bytes {first}-{last}/{file.size}",
        }
        return 206, headers, [wanted[0]]
    boundary = secrets.token_hex(16)
    sections: list[bytes | tuple[int, int]] = []
    length = 0
    for first, last in wanted:
        head = (
            f"\r\n--{boundary}\r\nContent-Type: {content_type}\r\n"
            f"Content-Range: bytes {first}-{last}/{file.size}\r\n\r\n"
        ).encode()
        sections += [head, (first, last)]
        length += len(head) + last - first + 1
    tail = f"\r\n--{boundary}--\r\n".encode()
    headers = {
        "Content-Length": str(length + len(tail)),
        "Content-Type": f"multipart/byteranges; boundary={boundary}",
    }
    return 206, headers, [*sections, tail]
