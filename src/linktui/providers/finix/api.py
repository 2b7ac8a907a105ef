"""The calls to Finix: who we are and which version is spoken, JSON both ways, lists page by page.

https://docs.finix.com/api/overview
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from linktui.providers.answers import Answer
from linktui.providers.base import EVERYTHING, Page, Wanted
from linktui.providers.context import Context
from linktui.providers.finix import wire
from linktui.providers.finix.settings import BASE_URL, VERSION
from linktui.providers.http import HttpClient, Rules
from linktui.providers.pages import all_pages

_LIVE, _SANDBOX = "finix.live-payments-api.com", "finix.sandbox-payments-api.com"
PATIENCE = 300.0
"""Seconds that Finix may take for what it makes or takes in."""


class Api:
    """One account's connection to Finix."""

    def __init__(self, context: Context) -> None:
        self._context = context
        base_url = context.account.connection.base_url or BASE_URL
        self._host = urlsplit(base_url).hostname or ""
        self.username = context.account.settings.get("username", "")
        self.version = context.account.settings.get("version") or VERSION
        self._client = HttpClient(
            context,
            f"{base_url.rstrip('/')}/",
            credentials=self._credentials,
            headers={"Accept": "application/json", "Finix-Version": self.version},
            rules=Rules(said=wire.said),
        )

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get Finix's."""
        return self._client.clock_offset

    @property
    def is_live(self) -> bool | None:
        """Whether real merchants are behind it, by the host's name; None for a host that is not Finix's."""
        return {_LIVE: True, _SANDBOX: False}.get(self._host)

    @property
    def now(self) -> datetime:
        """The moment by Finix's clock, as far as it was heard."""
        return self._context.clock() + self.clock_offset

    async def close(self) -> None:
        """Let go of every connection."""
        await self._client.close()

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a look; raises ProviderError."""
        return await self._client.call("GET", path, params=params)

    async def post(self, path: str, body: object) -> Any:
        """Make something and return it as JSON; raises ProviderError. Twice makes two."""
        return (await self._client.call("POST", path, json_body=body, patience=PATIENCE)).json()

    async def send(self, path: str, headers: Mapping[str, str], content: AsyncIterator[bytes]) -> None:
        """Send bytes, once; raises ProviderError."""
        await self._client.call("POST", path, headers=headers, content=content, patience=PATIENCE)

    def stream(self, path: str) -> AsyncIterator[bytes]:
        """Yield bytes; raises ProviderError."""
        return self._client.stream(path)

    async def page(
        self, path: str, name: str, *, cursor: str | None = None, wanted: Wanted = EVERYTHING
    ) -> Page[dict[str, Any]]:
        """Return one page of the list at `path`, whose rows are called `name` there.

        Finix takes one id at a time: several are asked for one by one.
        """
        if len(wanted.ids) > 1:
            each = [await self.page(path, name, wanted=replace(wanted, ids=(one,))) for one in wanted.ids]
            return Page(tuple(row for page in each for row in page.rows), None)
        return wire.rows_from((await self.get(path, wire.query(wanted, cursor))).json(), name)

    async def rows(self, path: str, name: str, *, wanted: Wanted = EVERYTHING) -> list[dict[str, Any]]:
        """Return every row of a list."""
        pages = all_pages(lambda cursor: self.page(path, name, cursor=cursor, wanted=wanted))
        return [row async for page in pages for row in page.rows]

    def _credentials(self) -> Mapping[str, str]:
        pair = f"{self.username}:{self._context.secret()}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
