"""A reader that went away costs nobody anything."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import MutableMapping
from typing import Any

from linktui.linkserver.errors import Disconnected
from tests.server.conftest import Share


async def test_a_reader_that_leaves_is_noticed_at_once_and_holds_nobody_up(share: Share) -> None:
    link = await share.link(await share.file(bytes(20_000_000)), download_limit=1)
    taken, left = 0, asyncio.Event()

    async def receive() -> dict[str, object]:
        if not asked:
            asked.append(True)
            return {"type": "http.request", "body": b"", "more_body": False}
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        # Like the web server's for a client that is gone: it never waits.
        nonlocal taken
        taken += len(message.get("body", b""))
        if taken:
            left.set()

    asked: list[bool] = []
    path = f"/l/{link['slug']}/download"
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"x")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "scheme": "http",
        "http_version": "1.1",
    }
    with contextlib.suppress(Disconnected, RuntimeError):
        await share.app(scope, receive, send)
    assert taken < 2_000_000
    assert (await share.get_link(link))["downloads"] == 0
