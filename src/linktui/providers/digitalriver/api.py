"""The calls to Digital River: who we are and which version is spoken, JSON both ways.

The service is most probably gone since early 2025, so that no connection is what is to be expected.
https://docs.digitalriver.com/digital-river-api/developer-resources/api-structure
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from linktui.providers.answers import Answer
from linktui.providers.context import Context
from linktui.providers.digitalriver.settings import AUTH, BASE_URL, BASIC, VERSION, VERSION_KEY
from linktui.providers.digitalriver.wire import Query, said
from linktui.providers.http import HttpClient, Rules

SILENCE = "Digital River has probably shut down (early 2025); base_url can name another address"
PATIENCE = 300.0
"""Seconds that Digital River may take for a file."""


class Api:
    """One account's connection to Digital River."""

    def __init__(self, context: Context) -> None:
        self._context = context
        account = context.account
        self.version = account.settings.get(VERSION_KEY) or VERSION
        self.is_test_key = False
        """Whether the key says so of itself; known after the first call."""
        self._is_heard = False
        self._client = HttpClient(
            context,
            f"{(account.connection.base_url or BASE_URL).rstrip('/')}/",
            credentials=self._credentials,
            headers={"Accept": "application/json", "digitalriver-version": self.version},
            rules=Rules(said=said, request_id="x-dr-requestid", silence=SILENCE),
        )

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get Digital River's."""
        return self._client.clock_offset

    @property
    def now(self) -> datetime:
        """The moment by Digital River's clock, as far as it was heard."""
        return self._context.clock() + self.clock_offset

    async def close(self) -> None:
        """Let go of every connection."""
        await self._client.close()

    async def get(self, path: str, query: Query | None = None) -> Any:
        """Return what is at `path` as JSON; raises ProviderError."""
        answer = await self._client.call("GET", path, params=query)
        self._is_heard = True
        return answer.json()

    async def heard_now(self) -> datetime:
        """Return the moment by Digital River's clock, having heard it by a look if need be."""
        if not self._is_heard:
            await self.get("file-links", {"limit": "1"})
        return self.now

    async def post(self, path: str, body: object, *, repeatable: bool = False) -> Any:
        """Make or change something and return it as JSON; raises ProviderError."""
        answer = await self._client.call("POST", path, json_body=body, repeatable=repeatable)
        return answer.json()

    async def delete(self, path: str) -> Answer:
        """Delete what is at `path`, if it is there; raises ProviderError."""
        return await self._client.call("DELETE", path, allow=frozenset({404}))

    async def send(self, headers: Mapping[str, str], body: AsyncIterator[bytes]) -> Any:
        """Send a new file, once, and return it as JSON; raises ProviderError."""
        return (
            await self._client.call("POST", "files", headers=headers, content=body, patience=PATIENCE)
        ).json()

    def stream(self, path: str) -> AsyncIterator[bytes]:
        """Yield the bytes of a file; raises ProviderError."""
        return self._client.stream(path)

    def _credentials(self) -> Mapping[str, str]:
        secret = self._context.secret()
        self.is_test_key = secret.startswith("sk_test_")
        if self._context.account.settings.get(AUTH) == BASIC:
            return {"Authorization": f"Basic {b64encode(f'{secret}:'.encode()).decode()}"}
        return {"Authorization": f"Bearer {secret}"}


def path_of(kind: str, thing_id: str) -> str:
    """Return the path of one thing; its id is any text."""
    return f"{kind}/{quote(thing_id, safe='')}"
