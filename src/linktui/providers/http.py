"""The one place that speaks HTTP: addresses, secrets, time-outs, retries, rate and the service's clock.

httpx stays behind this module. It follows no redirect but of a file's bytes, never logs an address
(httpx's own logger would, so it is quieted), and sends the secret to its own origin only.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

import httpx

from linktui.model.call import Call
from linktui.model.capability import Account
from linktui.model.errors import (
    ProviderError,
    RateLimited,
    ReadOnly,
    Unavailable,
    Unintelligible,
)
from linktui.providers.answers import Answer, Said, error_of, plain_said
from linktui.providers.context import Context
from linktui.providers.line import Line, open_transport
from linktui.providers.rate import Bucket
from linktui.providers.rehearsal import rehearse
from linktui.providers.sending import CLOSED, LARGEST_ANSWER, UNSENT, Sending, pieces_of, read_whole
from linktui.providers.tls import trust

logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

LONGEST_ANSWER = 10
"""How many time-outs a whole answer may take, so that one byte at a time does not hold us for ever."""
TRIES = 3
FIRST_WAIT = 0.5
LONGEST_WAIT = 5.0
"""Seconds between tries made here; whoever is asked to wait longer is told so, and decides."""
READS = frozenset({"GET", "HEAD", "OPTIONS"})
REPEATABLE = READS | {"PUT", "DELETE"}
"""Methods that may be sent twice (RFC 9110 9.2.2)."""
MOST_REDIRECTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How one service wants to be spoken to."""

    said: Callable[[Any], Said] = plain_said
    """Reads its error bodies: parsed JSON, or the text of what is none."""
    request_id: str = "x-request-id"
    """The header with its own name for a call."""
    should_retry: Callable[[Answer], bool | None] = lambda answer: None
    """Its word on whether to try again; None leaves it to the status."""
    secret: bool = False
    """Whether paths are credentials themselves (share URLs), and so are masked in the list of calls."""
    shown: Callable[[str], str] = str
    """Masks what is a credential in a path that is otherwise worth showing there."""
    silence: str = ""
    """What it probably means when there is no connection, where that is known of the service."""


class HttpClient:
    """One account's connections to one origin."""

    def __init__(
        self,
        context: Context,
        base_url: str,
        *,
        credentials: Callable[[], Mapping[str, str]] = dict,
        headers: Mapping[str, str] | None = None,
        rules: Rules | None = None,
        bucket: Bucket | None = None,
    ) -> None:
        """`credentials` returns the headers that prove who we are; it may block.

        It is asked once, and again after a refusal.
        """
        self._context = context
        self._account: Account = context.account
        self._base_url = base_url
        self._credentials = credentials
        self._headers = dict(headers or {})
        self._rules = rules or Rules()
        self._bucket = bucket or open_bucket(context)
        self._proven: Mapping[str, str] | None = None
        self._refused = False
        """Whether the credentials have to be asked for again: the secret may be another by then."""
        self._line: Line | None = None
        self._opening = asyncio.Lock()
        self.clock_offset = timedelta(0)

    async def close(self) -> None:
        """Close every connection."""
        if self._line is not None:
            await self._line.close()
            self._line = None

    def forget_credentials(self) -> None:
        """Ask for the credentials again before the next call."""
        self._proven = None

    async def call(
        self,
        method: str,
        path: str,
        *,
        json_body: object | None = None,
        form: Mapping[str, str] | None = None,
        params: Mapping[str, str | list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        content: AsyncIterator[bytes] | bytes | None = None,
        allow: frozenset[int] = frozenset(),
        repeatable: bool | None = None,
        patience: float = 0.0,
    ) -> Answer:
        """Make one call and return its answer; raises a ProviderError for every other end.

        An answer that is no success is an error too, unless its status is in `allow`. `repeatable` says
        that the service takes the call twice for one (by an idempotency key); PUT and DELETE always are.
        A call whose `content` is a stream is made once. `patience` is the seconds without a byte that the
        service is known to take for it, where that is longer than the account's time-out.
        """
        timeout = max(patience, self._account.connection.timeout)
        request = await self._request(
            method,
            path,
            json_body=json_body,
            form=form,
            params=params,
            headers=headers or {},
            content=content,
            timeout=timeout,
            whole=LARGEST_ANSWER,
        )
        if method not in READS:
            if self._context.rehearsal is not None:
                self._context.rehearsal.append(rehearse(request, secret=self._proven or {}))
                return Answer(200, {}, b"")
            if self._account.read_only:
                raise ReadOnly
        if content is not None and not isinstance(content, bytes):
            # What a stream gave is gone; and it takes what it takes, each byte with a time-out of its own.
            answer = await self._once(request, longest=None)
            if answer.is_success or answer.status in allow:
                return answer
            raise self._slowed(self._error(answer))
        again = method in REPEATABLE if repeatable is None else repeatable
        return await self._with_retries(request, again=again, allow=allow, longest=timeout * LONGEST_ANSWER)

    async def stream(self, path: str) -> AsyncIterator[bytes]:
        """Yield the bytes that a path (or a whole URL) gives, following redirects without our secret.

        Raises ProviderError; before the first byte, or when the connection breaks later.
        """
        timeout = self._account.connection.timeout
        request = await self._request("GET", path, headers={"Accept": "*/*"}, timeout=timeout)
        for _ in range(MOST_REDIRECTS + 1):
            async with self._sending(request, follow=True) as response:
                if response.next_request is None:
                    if not response.is_success:
                        raise self._error(
                            Answer(response.status_code, _lower(response), await read_whole(response))
                        )
                    async for piece in pieces_of(response):
                        yield piece
                    return
                request = self._redirected(response.next_request)
        raise Unintelligible("too many redirects")

    async def _request(self, method: str, path: str, **parts: Any) -> httpx.Request:
        line = await self._open()
        return line.request(method, path, own=self._proven or {}, **parts)

    def _redirected(self, request: httpx.Request) -> httpx.Request:
        if self._line is None or not self._line.is_own(request.url):
            for name in (*(self._proven or {}), *self._headers):
                request.headers.pop(name, None)
        return request

    async def _with_retries(
        self, request: httpx.Request, *, again: bool, allow: frozenset[int], longest: float
    ) -> Answer:
        for tried in range(1, TRIES + 1):
            try:
                answer = await self._once(request, longest=longest)
            except Unavailable as error:
                if tried == TRIES or not (again or error.code == UNSENT):
                    raise
                await self._rest(tried, None)
                continue
            if answer.is_success or answer.status in allow:
                return answer
            failure = self._slowed(self._error(answer))
            if tried == TRIES or not self._worth_another(answer, failure, again=again):
                raise failure
            await self._rest(tried, failure.retry_after)
        raise AssertionError("a loop that ends by returning or raising")

    def _worth_another(self, answer: Answer, failure: ProviderError, *, again: bool) -> bool:
        if (failure.retry_after or 0) > LONGEST_WAIT:
            return False
        told = self._rules.should_retry(answer)
        passing = isinstance(failure, Unavailable | RateLimited)
        # What was refused for its rate was not done, so that any call may come again.
        return (told if told is not None else passing) and (again or isinstance(failure, RateLimited))

    async def _rest(self, tried: int, retry_after: float | None) -> None:
        ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2.0**tried)
        jittered = random.uniform(0, ceiling)  # noqa: S311 - spread, not secrecy
        await self._context.sleep(max(jittered, retry_after or 0.0))

    async def _once(self, request: httpx.Request, *, longest: float | None) -> Answer:
        try:
            async with asyncio.timeout(longest), self._sending(request) as response:
                body = await read_whole(response)
        except TimeoutError as error:
            raise Unavailable("no answer in time") from error
        self._bucket.went_well()
        return Answer(response.status_code, _lower(response), body)

    def _sending(self, request: httpx.Request, *, follow: bool = False) -> Sending:
        if self._line is None:  # closed while a call waited for its turn: its account was changed
            raise Unavailable(CLOSED)
        return Sending(
            self._line,
            request,
            follow=follow,
            bucket=self._bucket,
            note=self._note,
            silence=self._rules.silence,
        )

    def _note(
        self, request: httpx.Request, response: httpx.Response | None, began: float, error: str
    ) -> None:
        if response is not None:
            self._note_clock(response)
        headers = {} if response is None else response.headers
        self._context.note(
            Call(
                at=self._context.clock(),
                account=self._account.name,
                method=request.method,
                path="…" if self._rules.secret else self._rules.shown(request.url.path),
                seconds=time.monotonic() - began,
                status=None if response is None else response.status_code,
                request_id=str(headers.get(self._rules.request_id, ""))[:80],
                error=error,
            )
        )

    def _note_clock(self, response: httpx.Response) -> None:
        date = response.headers.get("date")
        if date is None:
            return
        told = _moment(date)
        if told is None:
            return
        offset = told - self._context.clock()
        # The header has whole seconds: less than two apart is the same clock.
        self.clock_offset = offset if abs(offset) >= timedelta(seconds=2) else timedelta(0)

    def _slowed(self, failure: ProviderError) -> ProviderError:
        """Return a failure, its calls slowed down if it is about their rate."""
        if isinstance(failure, RateLimited):
            self._bucket.complain(min(failure.retry_after or 1.0, LONGEST_WAIT))
        return failure

    def _error(self, answer: Answer) -> ProviderError:
        rules = self._rules
        self._refused = self._refused or answer.status == 401
        return error_of(answer, now=self._context.clock(), said=rules.said, request_id=rules.request_id)

    async def _open(self) -> Line:
        if self._line is not None and self._proven is not None and not self._refused:
            return self._line
        async with self._opening:
            if self._proven is None or self._refused:
                self._proven = await asyncio.to_thread(self._credentials)
                self._refused = False
            if self._line is None:
                self._line = Line(await self._transport(), self._base_url, self._headers)
        return self._line

    async def _transport(self) -> httpx.AsyncBaseTransport:
        connection = self._account.connection
        if self._context.transport is not None:
            return self._context.transport
        secure = self._base_url.startswith("https:")
        tls = await asyncio.to_thread(trust, connection, self._base_url) if secure else None
        return open_transport(connection, tls)


def open_bucket(context: Context) -> Bucket:
    """Return the allowance of an account, for all clients that share it."""
    rate = context.account.connection.rate or context.account.limits.rate
    return Bucket(rate, now=time.monotonic, sleep=context.sleep)


@lru_cache(maxsize=16)  # many calls are answered in one second
def _moment(date: str) -> datetime | None:
    try:
        told = parsedate_to_datetime(date)
    except ValueError:
        return None
    return told.replace(tzinfo=told.tzinfo or UTC)


def _lower(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}
