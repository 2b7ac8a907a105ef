"""Link servers side by side, in memory, that answer for the links of one bucket and keep nothing."""

from __future__ import annotations

from base64 import b64encode

import httpx

from linktui.linkserver.app import create_front
from linktui.providers.s3.provider import S3Provider
from tests.fakes import Clock

PLACE = "https://links.test"
PAGE = {"Accept": "text/html"}


class Front:
    """One server, as a stranger comes to it."""

    def __init__(self, keeper: S3Provider, clock: Clock) -> None:
        app = create_front(lambda: [keeper], public_url=PLACE, clock=clock)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PLACE, trust_env=False)

    async def get(self, url: str, *, password: str = "", page: bool = False) -> httpx.Response:
        headers = PAGE if page else {}
        if password:
            headers = headers | {"Authorization": f"Basic {b64encode(f':{password}'.encode()).decode()}"}
        return await self.client.get(url, headers=headers)

    async def status(self, url: str) -> int:
        return (await self.get(url)).status_code
