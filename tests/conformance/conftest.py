"""Every provider before its far end: the link server, by its own API and by the dialects it speaks.

The far end of `s3` is a bucket of moto's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from linktui.linkserver.app import create_app, create_front
from linktui.linkserver.dialects.base import Dialects
from linktui.linkserver.dialects.registry import describe
from linktui.linkserver.store import Store
from linktui.model.call import Call, Rehearsed
from linktui.model.capability import Account, Connection
from linktui.providers.base import Provider
from linktui.providers.context import Context
from linktui.providers.local.address import Address
from linktui.providers.local.provider import LocalProvider
from linktui.providers.registry import LOCAL, OURS, kind_of
from linktui.providers.served import KeepsServedLinks
from tests.fakes import Clock
from tests.providers.s3.bucket import BUCKET, SECRET, Bucket

URL = "https://links.test"
TOKEN = "owner-token-canary"
SPOKEN = tuple(name for name in OURS if name != "s3")
"""The providers whose far end is the link server."""
SERVED = "s3, served"
"""A bucket whose links a link server answers for, at FRONT: the links' tests go there too."""
FRONT = "https://short.test"
ALL = "s3, all"
"""An account at all the buckets of its keys, whose uploads go to one of them."""


class Recorder(httpx.AsyncBaseTransport):
    """Passes requests on to the server in memory, remembers them, and can answer in its place."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.requests: list[httpx.Request] = []
        self.instead: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
        self.lose_answers_to: str = ""
        """A method whose next answer is lost after the server acted."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.instead(request)
        if answer is not None:
            return answer
        answer = await self._inner.handle_async_request(request)
        if request.method == self.lose_answers_to:
            self.lose_answers_to = ""
            await answer.aclose()
            raise httpx.ReadError("the connection broke", request=request)
        return answer


@dataclass
class Far:
    """One service in memory: an account at it, and whatever goes over the line."""

    name: str
    account: Account
    secret: str
    clock: Clock
    line: Recorder
    stranger: httpx.AsyncClient
    said: dict[str, str] = field(default_factory=dict)
    """What a link for uploads has to say of itself there."""
    calls: list[Call] = field(default_factory=list)
    opened: list[Provider] = field(default_factory=list)

    def open(
        self, *, secret: str | None = None, rehearsal: list[Rehearsed] | None = None, **account: object
    ) -> Provider:
        """Return a provider of its own, as a new process would have it."""
        context = Context(
            account=replace(self.account, **account),  # type: ignore[arg-type]  # fields by name
            clock=self.clock,
            secret=lambda: self.secret if secret is None else secret,
            note=self.calls.append,
            rehearsal=rehearsal,
            sleep=self._sleep,
            transport=self.line,
        )
        if self.name == LOCAL:
            given = self.secret if secret is None else secret
            provider: Provider = LocalProvider(context, address=lambda: Address(URL, given))
        else:
            provider = kind_of(self.name).open(context)
        self.opened.append(provider)
        return provider

    async def _sleep(self, seconds: float) -> None:
        """Let no time pass."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=OURS)
async def far(
    request: pytest.FixtureRequest, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Far]:
    served, of_all = request.param == SERVED, request.param == ALL
    name = "s3" if served or of_all else str(request.param)
    store = Store.open(tmp_path / "server", clock=clock)
    app = create_app(store, token=TOKEN, public_url=URL, dialects=Dialects())
    inner: httpx.AsyncBaseTransport = httpx.ASGITransport(app)
    if name == "s3":
        inner = Bucket(clock, monkeypatch)
    line = Recorder(inner)
    spoken = {LOCAL: {"base_url": URL, "secret": TOKEN}} | describe(tmp_path / "server", URL)
    spoken["s3"] = {"base_url": URL, "secret": SECRET, "bucket": BUCKET}
    if served:
        spoken["s3"]["links_at"] = FRONT
    if of_all:
        del spoken["s3"]["bucket"]
    settings = {key: value for key, value in spoken[name].items() if key not in {"base_url", "secret"}}
    limits = kind_of(name).limits_of(settings)
    if of_all:
        limits = replace(limits, file_options=(replace(limits.file_options[0], default=BUCKET),))
    account = Account(
        name="acme",
        provider=name,
        limits=limits,
        connection=Connection(base_url=spoken[name]["base_url"], secret="env:SECRET", rate=1e6),
        settings=settings,
    )
    keepers: list[KeepsServedLinks] = []
    mounts = {}
    if served:
        mounts[FRONT] = httpx.ASGITransport(create_front(lambda: keepers, public_url=FRONT, clock=clock))
    async with httpx.AsyncClient(transport=inner, mounts=mounts, trust_env=False) as stranger:
        said = {"bucket": BUCKET} if of_all else {}
        far = Far(name, account, spoken[name]["secret"], clock, line, stranger, said)
        if served:
            keeper = far.open()
            assert isinstance(keeper, KeepsServedLinks)
            keepers.append(keeper)
        yield far
        for provider in far.opened:
            await provider.close()
    store.close()


@pytest.fixture
def provider(far: Far) -> Provider:
    return far.open()
