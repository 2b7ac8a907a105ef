"""Request bodies, read with a bound on size and patience."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.types import Message

from linktui.linkserver.errors import Disconnected, Refusal, too_large
from linktui.linkserver.limits import BODY_IDLE, BODY_LEAST, MAX_FIELDS, MAX_FORM


def content_length(request: Request, *, most: int) -> int | None:
    """Return the announced length; raises a 400 or 413 Refusal."""
    text = request.headers.get("content-length")
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Refusal(400, "bad_length", "Content-Length is not a number.")
    if int(text) > most:
        raise too_large(most)
    return int(text)


async def pieces(
    request: Request, *, most: int, stopping: asyncio.Event, ended: asyncio.Event | None = None
) -> AsyncIterator[bytes]:
    """Yield the body as it comes.

    Raises Disconnected when the client goes away, sends under 1 KiB in 30 s, the server is `stopping`
    or the request was `ended` by a newer one; a 413 Refusal above `most` bytes.
    """
    content_length(request, most=most)
    loop = asyncio.get_running_loop()
    deadline, since_deadline, total = loop.time() + BODY_IDLE, 0, 0
    more = True
    with _any_of(stopping, ended) as interrupted:
        while more:
            message = await _receive(request, deadline - loop.time(), interrupted)
            data: bytes = message.get("body", b"")
            more = message.get("more_body", False)
            total += len(data)
            if total > most:
                raise too_large(most)
            since_deadline += len(data)
            if since_deadline >= BODY_LEAST:
                deadline, since_deadline = loop.time() + BODY_IDLE, 0
            if data:
                yield data


async def _receive(
    request: Request, patience: float, interrupted: tuple[asyncio.Future[object], ...]
) -> Message:
    """Return the next message, unless time runs out or somebody ends the request first."""
    if any(signal.done() for signal in interrupted):
        raise Disconnected
    message = asyncio.ensure_future(request.receive())
    try:
        waiting: list[asyncio.Future[object]] = [message, *interrupted]  # type: ignore[list-item] # Future is invariant
        await asyncio.wait(waiting, timeout=max(0.0, patience), return_when=asyncio.FIRST_COMPLETED)
        # What has come is used even if the end came with it.
        if not message.done() or message.result()["type"] != "http.request":
            raise Disconnected
        return message.result()
    finally:
        message.cancel()


@contextmanager
def _any_of(*events: asyncio.Event | None) -> Iterator[tuple[asyncio.Future[object], ...]]:
    waits: tuple[asyncio.Future[object], ...] = tuple(
        asyncio.ensure_future(event.wait()) for event in events if event is not None
    )
    try:
        yield waits
    finally:
        for wait in waits:
            wait.cancel()


async def read_form(request: Request, *, stopping: asyncio.Event) -> dict[str, str]:
    """Return the first value of each field of a small form; raises a 400 or 413 Refusal."""
    body = await read_all(request, most=MAX_FORM, stopping=stopping)
    try:
        fields = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=MAX_FIELDS, keep_blank_values=True)
    except ValueError as error:
        raise Refusal(400, "bad_form", f"The form has more than {MAX_FIELDS} fields.") from error
    return dict(reversed(fields))


async def read_all(request: Request, *, most: int, stopping: asyncio.Event) -> bytes:
    """Return a small body."""
    return b"".join([piece async for piece in pieces(request, most=most, stopping=stopping)])
