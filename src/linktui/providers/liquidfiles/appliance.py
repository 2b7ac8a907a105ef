"""The calls to one appliance: JSON always asked for and checked, the key sent in the way it takes.

Bearer came with LiquidFiles 4.3, and Basic goes away from April 2027. Which of them an appliance takes is
found out once, with one harmless call, before anything else is sent; that call also tells its clock.
https://docs.liquidfiles.com/api/v4.3/authentication/
"""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from linktui.model.errors import Unauthorized, Unintelligible
from linktui.providers.answers import Answer
from linktui.providers.context import Context
from linktui.providers.http import HttpClient, Rules
from linktui.providers.liquidfiles import wire
from linktui.providers.liquidfiles.address import address_of

AUTO, BEARER, BASIC = "auto", "bearer", "basic"
SAME_MOMENT = timedelta(seconds=2)
"""How far apart our idea of the appliance's clock and its own may be."""
_JSON_WANTED = {"Accept": "application/json"}
"""Without it a server takes us for a browser and answers with a page."""
_LINK_ID = re.compile(r"(/link/)(?!attachments/)[^/]+")


class Appliance:
    """One account's connection to its appliance."""

    def __init__(self, context: Context) -> None:
        self._context = context
        setting = context.account.settings.get("auth") or AUTO
        self._schemes = (BEARER, BASIC) if setting == AUTO else (setting,)
        self.scheme = self._schemes[0]
        self._found_out = False
        self._finding_out = asyncio.Lock()
        self._opened: HttpClient | None = None

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get the appliance's."""
        return self._opened.clock_offset if self._opened else timedelta(0)

    async def now(self) -> datetime:
        """Return the moment by the appliance's clock."""
        await self._find_out()
        return self._context.clock() + self.clock_offset

    async def close(self) -> None:
        """Let go of every connection."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    async def call(self, method: str, path: str, **parts: Any) -> Any:
        """Make one call and return its JSON, None for an empty answer; raises ProviderError.

        `parts` are those of HttpClient.call. What is no JSON raises Unintelligible.
        """
        await self._find_out()
        try:
            return _json_in(await self._client.call(method, path, **parts))
        except Unauthorized as error:
            # Never tried again here; but the next call begins with the key as it is by then.
            self._found_out = error.status != 401
            raise

    async def account(self) -> Any:
        """Return what the appliance says of the account, as JSON."""
        return await self._find_out() or await self.call("GET", "account")

    async def log_in(self, email: str, password: str) -> str:
        """Return the key for an address and its password; tried once, for who knows what locks a user out."""
        body = {"user": {"email": email, "password": password}}
        client = self._connect(Rules(said=wire.said, should_retry=lambda answer: False))
        try:
            return wire.key_from(_json_in(await client.call("POST", "login", json_body=body)))
        finally:
            await client.close()

    @property
    def _client(self) -> HttpClient:
        if self._opened is None:
            rules = Rules(said=wire.said, shown=_without_link_id)
            self._opened = self._connect(rules, credentials=self._credentials)
        return self._opened

    def _connect(self, rules: Rules, *, credentials: Callable[[], Mapping[str, str]] = dict) -> HttpClient:
        address = address_of(self._context.account.connection.base_url)
        return HttpClient(self._context, address, credentials=credentials, headers=_JSON_WANTED, rules=rules)

    def _credentials(self) -> Mapping[str, str]:
        key = self._context.secret().strip()
        if self.scheme == BASIC:
            return {"Authorization": f"Basic {b64encode(f'{key}:x'.encode()).decode()}"}
        return {"Authorization": f"Bearer {key}"}

    async def _find_out(self) -> Any:
        """Find out how the key is taken and return what was told of the account meanwhile; else None.

        A refusal of both ways is not remembered: the next key may be the right one.
        """
        async with self._finding_out:
            if self._found_out:
                return None
            try:
                told = await self._ask(self._schemes[0])
            except Unauthorized as error:
                if error.status != 401 or len(self._schemes) == 1:
                    raise
                told = await self._ask(self._schemes[1])
            self._found_out = True
            return told

    async def _ask(self, scheme: str) -> Any:
        self.scheme = scheme
        self._client.forget_credentials()
        return _json_in(await self._client.call("GET", "account"))


def _json_in(answer: Answer) -> Any:
    if not answer.body.strip():
        return None
    if "json" not in answer.headers.get("content-type", ""):
        raise Unintelligible("not JSON", status=answer.status)
    return answer.json()


def _without_link_id(path: str) -> str:
    """Mask what makes a share URL: a link's page is at the path that its API call has."""
    return _LINK_ID.sub(r"\1…", path)
