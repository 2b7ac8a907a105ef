"""What the tests do with a bucket, in the way the program does it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable

from linktui.providers.base import UploadStatus
from linktui.providers.s3.buckets import Buckets
from linktui.providers.s3.provider import S3Provider


def reading(data: bytes) -> Callable[[], AsyncIterator[bytes]]:
    """Return what a piece is read with."""

    async def read() -> AsyncIterator[bytes]:
        for at in range(0, len(data), 256 * 1024):
            yield data[at : at + 256 * 1024]

    return read


async def send_parts(
    provider: S3Provider | Buckets, session: str, data: bytes, *, parts: int | None = None
) -> UploadStatus:
    """Look how far an upload is, and send what is lacking, or only so many parts of it."""
    piece = provider.limits.even_piece(len(data)) or len(data)
    status = await provider.upload_status(session)
    while status.file_id is None and parts != 0:
        part = data[status.offset : status.offset + piece]
        status = await provider.send_piece(session, status.offset, len(part), reading(part))
        parts = None if parts is None else parts - 1
    return status


async def stored(
    provider: S3Provider | Buckets, data: bytes = b"%PDF-1.4", name: str = "report.pdf", **options: str
) -> str:
    """Upload a file and return its id."""
    session = await provider.begin_upload(name, len(data), key=os.urandom(4).hex(), options=options)
    status = await send_parts(provider, session, data)
    assert status.file_id is not None
    return status.file_id


async def fetched(provider: S3Provider | Buckets, file_id: str) -> bytes:
    return b"".join([piece async for piece in provider.read_file(file_id)])
