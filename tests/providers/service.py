"""A service that answers what it is told to, and a client that knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import httpx

from linktui.model.call import Call, Rehearsed
from linktui.model.capability import Account, Connection, Limits
from linktui.providers.context import Context
from linktui.providers.http import HttpClient, Rules
from tests.fakes import Clock

URL = "https://service.test"
SECRET = "s3cret-canary"


@dataclass
class Service:
    """Replies in order; the last one again and again."""

    replies: list[httpx.Response | Exception]
    asked: list[httpx.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    rehearsal: list[Rehearsed] | None = None

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def reply(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(
        self, *, rules: Rules | None = None, base_url: str = URL, read_only: bool = False, rate: float = 1e6
    ) -> HttpClient:
        context = self.context(read_only=read_only, rate=rate)
        return HttpClient(context, base_url, credentials=credentials, rules=rules)

    def context(self, *, read_only: bool = False, rate: float = 1e6) -> Context:
        account = Account(
            name="acme",
            provider="fake",
            limits=Limits(),
            read_only=read_only,
            connection=Connection(rate=rate),
        )
        return Context(
            account=account,
            clock=Clock(),
            note=self.calls.append,
            rehearsal=self.rehearsal,
            sleep=self.sleep,
            transport=httpx.MockTransport(self.reply),
        )


def credentials() -> dict[str, str]:
    return {"Authorization": f"Bearer {SECRET}"}


def serving(*replies: httpx.Response | Exception) -> Service:
    return Service(list(replies))


def statuses(
    codes: Iterable[int], *, then: Callable[[], httpx.Response] = lambda: httpx.Response(200)
) -> Service:
    """Return a service that fails with each status once and then answers."""
    return Service([*(httpx.Response(code) for code in codes), then()])
