"""The one place that speaks HTTP: addresses, secrets, time-outs, retries, rate and the service's clock.

It follows no redirect but of a file's bytes, never logs an address, and sends the secret to its own origin
only. The libraries that do the sending stay behind `wire.py`.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from linktui.model.call import Call
from linktui.model.capability import Account
from linktui.model.errors import (
    ProviderError,
    RateLimited,
    ReadOnly,
    Unavailable,
    Unintelligible,
)
from linktui.providers.answers import Answer, Said, error_of, moment_of, plain_said
from linktui.providers.context import Context
from linktui.providers.line import Line, open_line
from linktui.providers.masking import secrets_in
from linktui.providers.rate import Bucket
from linktui.providers.rehearsal import rehearse
from linktui.providers.request import Origin, Request
from linktui.providers.sending import Sending, read_whole
from linktui.providers.wire import UNSENT, Reply, closed

LONGEST_ANSWER = 10
"""How many time-outs a whole answer may take, so that one byte at a time does not hold us for ever."""
TRIES = 3
FIRST_WAIT = 0.5
LONGEST_WAIT = 5.0
"""Seconds between tries made here; whoever is asked to wait longer is told so, and decides."""
_moment = lru_cache(maxsize=16)(moment_of)  # many calls are answered in one second
READS = frozenset({"GET", "HEAD", "OPTIONS"})
REPEATABLE = READS | {"PUT", "DELETE"}
"""Methods that may be sent twice (RFC 9110 9.2.2)."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
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


@dataclass
class _Shared:
    """What clients of one account have in common."""

    bucket: Bucket
    line: Line | None = None
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    clock_offset: timedelta = timedelta(0)


class HttpClient:
    """One account's connections to one origin."""

    def __init__(
        self,
        context: Context,
        base_url: str,
        *,
        credentials: Callable[[], Mapping[str, str]] = dict,
        sign: Callable[[Request], Awaitable[Request]] | None = None,
        headers: Mapping[str, str] | None = None,
        rules: Rules | None = None,
        bucket: Bucket | None = None,
        beside: HttpClient | None = None,
    ) -> None:
        """`credentials` returns the headers that prove who we are; it may block.

        It is asked once, and again after a refusal. Where the proof depends on the request, `sign` returns
        the request with it: for each try anew, as a signature's date ages. `beside` is another client of the
        account, by the same scheme, whose line, allowance and clock this one shares.
        """
        self._context = context
        self._account: Account = context.account
        self._base_url = base_url
        self._origin = Origin(base_url, headers or {})
        self._credentials = credentials
        self._sign = sign
        self._rules = rules or Rules()
        self._shared: _Shared = beside._shared if beside else _Shared(bucket or open_bucket(context))
        self._proven: Mapping[str, str] | None = None
        self._refused = False
        """Whether the credentials have to be asked for again: the secret may be another by then."""

    @property
    def clock_offset(self) -> timedelta:
        """Add to this machine's clock to get the service's."""
        return self._shared.clock_offset

    async def close(self) -> None:
        """Close every connection."""
        if self._shared.line is not None:
            await self._shared.line.close()
            self._shared.line = None

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
        patience = max(patience, self._account.connection.timeout)
        proof = await self._open()
        request = self._origin.request(
            method,
            path,
            headers=headers or {},
            proof=proof,
            form=form,
            json_body=json_body,
            content=content,
            params=params,
        )
        if method not in READS:
            if self._context.rehearsal is not None:
                self._context.rehearsal.append(rehearse(request, secret=proof))
                return Answer(200, {}, b"")
            if self._account.read_only:
                raise ReadOnly
        if not isinstance(request.body, bytes):
            # What a stream gave is gone.
            answer = await self._once(request, patience)
            if answer.is_success or answer.status in allow:
                return answer
            raise self._slowed(self._error(answer))
        again = method in REPEATABLE if repeatable is None else repeatable
        return await self._with_retries(request, patience, again=again, allow=allow)

    async def stream(self, path: str) -> AsyncIterator[bytes]:
        """Yield the bytes that a path (or a whole URL) gives, following redirects without our secret.

        Raises ProviderError; before the first byte, or when the connection breaks later.
        """
        patience = self._account.connection.timeout
        proof = await self._open()
        # The file's own bytes, as long as they are said to be.
        plain = {"Accept": "*/*", "Accept-Encoding": "identity"}
        request = self._origin.request("GET", path, headers=plain, proof=proof)
        if self._sign is not None:
            request = await self._sign(request)
        for _ in range(MOST_REDIRECTS + 1):
            async with self._sending(request, patience) as reply:
                location = reply.headers.get("location") if reply.status in REDIRECTS else None
                if location is None:
                    if not 200 <= reply.status < 300:
                        raise self._error(Answer(reply.status, reply.headers, await read_whole(reply)))
                    while piece := await reply.piece():
                        yield piece
                    return
                request = self._origin.redirected(request, location)
        raise Unintelligible("too many redirects")

    async def _with_retries(
        self, request: Request, patience: float, *, again: bool, allow: frozenset[int]
    ) -> Answer:
        for tried in range(1, TRIES + 1):
            try:
                answer = await self._once(request, patience)
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

    async def _once(self, request: Request, patience: float) -> Answer:
        longest = patience * LONGEST_ANSWER
        if self._sign is not None:
            request = await self._sign(request)
        try:
            async with asyncio.timeout(longest) as limit:
                if not isinstance(request.body, bytes):
                    request = replace(request, body=_prolonging(request.body, limit, longest))
                async with self._sending(request, patience) as reply:
                    body = await read_whole(reply)
        except TimeoutError as error:
            raise Unavailable("no answer in time") from error
        self._shared.bucket.went_well()
        return Answer(reply.status, reply.headers, body)

    def _sending(self, request: Request, patience: float) -> Sending:
        if self._shared.line is None:  # closed while a call waited for its turn: its account was changed
            raise closed()
        return Sending(
            self._shared.line,
            request,
            patience=patience,
            bucket=self._shared.bucket,
            note=self._note,
            silence=self._rules.silence,
        )

    def _note(self, request: Request, reply: Reply | None, began: float, error: str) -> None:
        headers: Mapping[str, str] = {} if reply is None else reply.headers
        self._note_clock(headers.get("date"))
        self._context.note(
            Call(
                at=self._context.clock(),
                account=self._account.name,
                method=request.method,
                path="…" if self._rules.secret else self._rules.shown(request.path),
                seconds=time.monotonic() - began,
                status=None if reply is None else reply.status,
                request_id=headers.get(self._rules.request_id, "")[:80],
                error=error,
            )
        )

    def _note_clock(self, date: str | None) -> None:
        told = None if date is None else _moment(date)
        if told is None:
            return
        offset = told - self._context.clock()
        # The header has whole seconds: less than two apart is the same clock.
        self._shared.clock_offset = offset if abs(offset) >= timedelta(seconds=2) else timedelta(0)

    def _slowed(self, failure: ProviderError) -> ProviderError:
        """Return a failure, its calls slowed down if it is about their rate."""
        if isinstance(failure, RateLimited):
            self._shared.bucket.complain(min(failure.retry_after or 1.0, LONGEST_WAIT))
        return failure

    def _error(self, answer: Answer) -> ProviderError:
        rules = self._rules
        self._refused = self._refused or answer.status == 401
        return error_of(
            answer,
            now=self._context.clock(),
            said=rules.said,
            request_id=rules.request_id,
            secrets=secrets_in(self._proven or {}),
        )

    async def _open(self) -> Mapping[str, str]:
        """Have a line, and return the headers that prove who we are."""
        if self._shared.line is not None and self._proven is not None and not self._refused:
            return self._proven
        async with self._shared.opening:
            proven = self._proven
            if proven is None or self._refused:
                self._proven = proven = await asyncio.to_thread(self._credentials)
                self._refused = False
            if self._shared.line is None:
                connection = self._account.connection
                self._shared.line = await open_line(connection, self._base_url, self._context.transport)
        return proven


async def _prolonging(
    body: AsyncIterator[bytes], limit: asyncio.Timeout, seconds: float
) -> AsyncIterator[bytes]:
    """Yield a body's pieces, each of which gives its call the whole time again: it takes what it takes."""
    async for piece in body:
        limit.reschedule(asyncio.get_running_loop().time() + seconds)
        yield piece


def open_bucket(context: Context) -> Bucket:
    """Return the allowance of an account, for all clients that share it."""
    rate = context.account.connection.rate or context.account.limits.rate
    return Bucket(rate, now=time.monotonic, sleep=context.sleep)
