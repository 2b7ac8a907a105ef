"""The calls to Stripe: one host for its objects, another for the bytes of files, the same account at both.

https://docs.stripe.com/api
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from linktui.model.errors import NotFound, Rejected
from linktui.providers.answers import Answer
from linktui.providers.base import Page
from linktui.providers.context import Context
from linktui.providers.http import HttpClient, Rules, open_bucket
from linktui.providers.stripe import wire
from linktui.providers.stripe.settings import BASE_URL, STRIPE_ACCOUNT, UPLOAD_URL, VERSION, VERSION_KEY

FILES_URL = "https://files.stripe.com"

T = TypeVar("T")


class Api:
    """One account's connections to Stripe."""

    def __init__(self, context: Context) -> None:
        self._context = context
        account = context.account
        base_url = account.connection.base_url or BASE_URL
        usual_files = FILES_URL if base_url == BASE_URL else base_url
        self.connected = account.settings.get(STRIPE_ACCOUNT, "")
        self.version = account.settings.get(VERSION_KEY) or VERSION
        headers = {"Accept": "application/json", "Stripe-Version": self.version}
        if self.connected:
            headers["Stripe-Account"] = self.connected
        bucket = open_bucket(context)
        self._objects, self._files = (
            HttpClient(
                context,
                f"{url.rstrip('/')}/v1/",
                credentials=self._credentials,
                headers=headers,
                rules=Rules(said=wire.said, request_id="request-id", should_retry=wire.should_retry),
                bucket=bucket,
            )
            for url in (base_url, account.settings.get(UPLOAD_URL) or usual_files)
        )
        self.key_kind = ""
        """What sort of key was used; empty before the first call."""
        self.is_test_key = False

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get Stripe's."""
        return self._objects.clock_offset or self._files.clock_offset

    @property
    def now(self) -> datetime:
        """The moment by Stripe's clock, as far as it was heard."""
        return self._context.clock() + self.clock_offset

    async def close(self) -> None:
        """Let go of every connection."""
        await self._objects.close()
        await self._files.close()

    async def get(self, path: str, query: Mapping[str, str]) -> Answer:
        """Return the answer to a look; raises ProviderError."""
        return await _known(self._objects, "GET", path, params=query)

    async def page(
        self,
        path: str,
        query: Mapping[str, str],
        read: Callable[[dict[str, Any]], T],
        *,
        backwards: bool = False,
    ) -> Page[T]:
        """Return one page of a list, each row as `read` makes it; raises ProviderError."""
        return wire.page_from((await self.get(path, query)).json(), read, backwards=backwards)

    async def post(self, path: str, form: Mapping[str, str], *, key: str) -> Any:
        """Do something, once for each `key`, and return it as JSON; raises ProviderError."""
        headers = {"Idempotency-Key": key}
        return (await _known(self._objects, "POST", path, form=form, headers=headers, repeatable=True)).json()

    async def send(self, headers: Mapping[str, str], body: AsyncIterator[bytes], *, key: str) -> Any:
        """Send a new file, once for each `key`, and return it as JSON; raises ProviderError."""
        headers = {"Idempotency-Key": key, **headers}
        return (await _known(self._files, "POST", "files", headers=headers, content=body)).json()

    def stream(self, path: str) -> AsyncIterator[bytes]:
        """Yield the bytes of a file; raises ProviderError."""
        return self._files.stream(path)

    def _credentials(self) -> Mapping[str, str]:
        secret = self._context.secret()
        self.key_kind, self.is_test_key = wire.key_kind(secret), wire.is_test_key(secret)
        return {"Authorization": f"Bearer {secret}"}


async def _known(client: HttpClient, method: str, path: str, **parts: Any) -> Answer:
    """Make a call; raises NotFound for a thing that is missing, whatever the status (UNCONFIRMED)."""
    try:
        return await client.call(method, path, **parts)
    except Rejected as error:
        if error.code != "resource_missing":
            raise
        raise NotFound(
            error.message,
            status=error.status,
            code=error.code,
            field=error.field,
            request_id=error.request_id,
        ) from error
