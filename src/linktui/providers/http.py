"""The one place that speaks HTTP: addresses, secrets, time-outs, errors and the service's clock.

httpx stays behind this module. It never follows a redirect, never logs an address (httpx's own logger
would, so it is quieted), and sends the secret to its own origin only.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from linktui.model.errors import (
    Conflict,
    NotFound,
    ProviderError,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from linktui.model.text import clean

logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes of an answer that are read at most: no list page comes near it."""
LONGEST_WAIT = 3600.0
"""Seconds of a Retry-After that are believed at most."""

_ERRORS: dict[int, type[ProviderError]] = {
    401: Unauthorized,
    403: Unauthorized,
    404: NotFound,
    408: Unavailable,
    409: Conflict,
    410: NotFound,
    412: Conflict,
    425: Unavailable,
    429: RateLimited,
}


class Answer:
    """A service's answer, whole and within bounds."""

    def __init__(self, status: int, headers: httpx.Headers, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def json(self) -> Any:
        """Return the body as JSON; raises Unintelligible."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Unintelligible("not JSON", status=self.status) from error


class HttpClient:
    """One account's connections to one origin."""

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str],
        clock: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._clock = clock
        self.clock_offset = timedelta(0)
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers=headers,
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            transport=transport,
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def call(
        self,
        method: str,
        path: str,
        *,
        json_body: object | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: AsyncIterator[bytes] | bytes | None = None,
        allow: frozenset[int] = frozenset(),
    ) -> Answer:
        """Make one call and return its answer; raises a ProviderError for every other end.

        An answer that is no success is an error too, unless its status is in `allow`.
        """
        request = self._client.build_request(
            method, path, json=json_body, params=params, headers=headers, content=content
        )
        try:
            response = await self._client.send(request, stream=True)
            try:
                body = await _read(response)
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            # The text of httpx's errors may hold the address, and that is a credential: say the kind only.
            raise Unavailable(_reason(error)) from error
        self._note_clock(response)
        answer = Answer(response.status_code, response.headers, body)
        if response.is_success or response.status_code in allow:
            return answer
        raise error_of(answer, now=self._clock())

    def _note_clock(self, response: httpx.Response) -> None:
        date = response.headers.get("date")
        if date is None:
            return
        try:
            told = parsedate_to_datetime(date)
        except ValueError:
            return
        offset = told.replace(tzinfo=told.tzinfo or UTC) - self._clock()
        # The header has whole seconds: less than two apart is the same clock.
        self.clock_offset = offset if abs(offset) >= timedelta(seconds=2) else timedelta(0)


def error_of(answer: Answer, *, now: datetime) -> ProviderError:
    """Return the error that an unsuccessful answer means."""
    kind = _ERRORS.get(answer.status) or (Unavailable if answer.status >= 500 else Rejected)
    if 300 <= answer.status < 400:
        kind = Unintelligible
    said = _said(answer)
    return kind(
        clean(str(said.get("message") or ""), limit=300),
        status=answer.status,
        code=clean(str(said["code"]), limit=60) if said.get("code") else None,
        field=clean(str(said["field"]), limit=60) if said.get("field") else None,
        request_id=clean(answer.headers.get("x-request-id", ""), limit=80) or None,
        retry_after=_retry_after(answer.headers.get("retry-after"), now),
    )


def _said(answer: Answer) -> dict[str, Any]:
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    said = body.get("error") if isinstance(body, dict) else None
    return said if isinstance(said, dict) else {}


def _retry_after(value: str | None, now: datetime) -> float | None:
    """Read seconds or a date (RFC 9110 10.2.3); None for nonsense."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return min(float(value), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    seconds = (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()
    return min(max(0.0, seconds), LONGEST_WAIT)


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise Unintelligible("the answer is too large", status=response.status_code)
    return bytes(body)


def _reason(error: httpx.HTTPError) -> str:
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return "no connection"
        case httpx.TimeoutException():
            return "no answer in time"
        case _:
            return "the connection broke"
