"""A streamed upload is what a form would have sent, and its length is known before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email import message_from_bytes

from linktui.providers.multipart import Multipart


async def body(form: Multipart, data: bytes) -> bytes:
    async def read() -> AsyncIterator[bytes]:
        for at in range(0, len(data), 7):
            yield data[at : at + 7]

    return b"".join([piece async for piece in form.stream(read())])


async def test_the_parts_come_back_as_they_were_given() -> None:
    data = b"bytes\r\n--not-the-boundary\r\n\x00\xff"
    form = Multipart(
        {"purpose": "dispute_evidence", "file_link_data[create]": "true", "title": "Über €"},
        field="file",
        filename='a "b"\r\nX: y.pdf',
        media_type="application/pdf",
        size=len(data),
    )
    sent = await body(form, data)
    assert form.headers["Content-Length"] == str(len(sent))
    head = f"Content-Type: {form.headers['Content-Type']}\r\n\r\n".encode()
    parts = [part for part in message_from_bytes(head + sent).walk() if not part.is_multipart()]
    names = [part.get_param("name", header="content-disposition") for part in parts]
    assert names == ["purpose", "file_link_data[create]", "title", "file"]
    assert parts[2].get_payload(decode=True) == "Über €".encode()
    assert parts[3].get_payload(decode=True) == data
    assert parts[3].get_content_type() == "application/pdf"
    assert b'filename="a %22b%22%0D%0AX: y.pdf"' in sent


async def test_an_empty_file_is_a_part_too() -> None:
    form = Multipart({}, field="file", filename="empty", media_type="text/plain", size=0)
    assert form.headers["Content-Length"] == str(len(await body(form, b"")))
