"""A call is made again when that is safe and worth it, and never otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from linktui.model.errors import (
    ProviderError,
    RateLimited,
    ReadOnly,
    Rejected,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from linktui.providers.http import TRIES, HttpClient, Rules
from tests.providers.service import SECRET, URL, Service, serving, statuses

BROKEN = httpx.ReadError("the connection broke")
UNSENT = httpx.ConnectError("refused")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_what_may_be_sent_twice_is_tried_again(method: str) -> None:
    service = statuses([503, 500])
    assert (await service.client().call(method, "/x")).status == 200
    assert len(service.asked) == 3
    assert all(0 <= seconds <= 5 for seconds in service.slept)


async def test_a_write_that_may_have_been_done_is_not_repeated() -> None:
    for service in (statuses([503]), serving(BROKEN)):
        with pytest.raises(Unavailable):
            await service.client().call("POST", "/x", json_body={})
        assert len(service.asked) == 1


async def test_a_write_with_a_key_is() -> None:
    service = Service([BROKEN, httpx.Response(503), httpx.Response(200)])
    await service.client().call("POST", "/x", json_body={"a": 1}, repeatable=True)
    assert [request.content for request in service.asked] == [b'{"a":1}'] * 3


async def test_a_write_that_never_left_is_sent_again() -> None:
    service = Service([UNSENT, httpx.Response(200)])
    await service.client().call("POST", "/x", json_body={})
    assert len(service.asked) == 2


async def test_a_stream_is_sent_once() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"x"

    service = serving(UNSENT)
    with pytest.raises(Unavailable):
        await service.client().call("PUT", "/x", content=body())
    assert len(service.asked) == 1


async def test_it_ends() -> None:
    service = serving(httpx.Response(503))
    with pytest.raises(Unavailable):
        await service.client().call("GET", "/x")
    assert len(service.asked) == TRIES


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
async def test_what_was_refused_is_not_asked_again(status: int) -> None:
    service = serving(httpx.Response(status))
    with pytest.raises(ProviderError):
        await service.client().call("GET", "/x")
    assert len(service.asked) == 1


async def test_any_call_comes_again_after_the_rate_was_too_high_and_waits_as_told() -> None:
    service = Service([httpx.Response(429, headers={"Retry-After": "3"}), httpx.Response(200)])
    await service.client().call("POST", "/x", json_body={})
    assert max(service.slept) >= 3


async def test_a_long_wait_is_the_callers_to_decide() -> None:
    service = serving(httpx.Response(429, headers={"Retry-After": "120"}))
    with pytest.raises(RateLimited) as caught:
        await service.client().call("GET", "/x")
    assert (caught.value.retry_after, len(service.asked)) == (120, 1)


@pytest.mark.parametrize(("told", "asked"), [(True, 2), (False, 1)])
async def test_the_services_word_goes_before_the_status(told: bool, asked: int) -> None:
    service = Service([httpx.Response(409 if told else 503), httpx.Response(200)])
    client = service.client(rules=Rules(should_retry=lambda answer: told))
    if told:
        await client.call("GET", "/x")
    else:
        with pytest.raises(Unavailable):
            await client.call("GET", "/x")
    assert len(service.asked) == asked


async def test_a_read_only_account_sends_no_write() -> None:
    service = serving(httpx.Response(200))
    client = service.client(read_only=True)
    await client.call("GET", "/x")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        with pytest.raises(ReadOnly):
            await client.call(method, "/x")
    assert [request.method for request in service.asked] == ["GET"]


async def test_a_rehearsal_reads_but_shows_its_writes_without_their_secrets() -> None:
    service = serving(httpx.Response(200, json={}))
    service.rehearsal = []
    client = service.client()
    await client.call("GET", "/x")
    await client.call("POST", "/y", json_body={"password": "hunter2", "name": "a"}, params={"q": "1"})
    await client.call("PUT", "/z", form={"password": "hunter2", "a": "b"})
    assert [request.method for request in service.asked] == ["GET"]
    first, second = service.rehearsal
    assert (first.method, first.url) == ("POST", "https://service.test/y?q=1")
    assert '"name"' in first.body
    for told in (first, second):
        assert "hunter2" not in repr(told)
        assert SECRET not in repr(told)
        assert ("authorization", "…") in [(name.lower(), value) for name, value in told.headers]


async def test_every_call_is_noted_without_its_query_and_its_secret() -> None:
    service = Service([httpx.Response(200, headers={"X-Request-Id": "r1"}), BROKEN])
    client = service.client()
    await client.call("GET", "/files", params={"name": "private.pdf"})
    with pytest.raises(Unavailable):
        await client.call("POST", "/files", json_body={})
    first, second = service.calls
    assert (first.account, first.method, first.path, first.status) == ("acme", "GET", "/files", 200)
    assert first.request_id == "r1"
    assert (second.status, second.error) == (None, "the connection broke")
    assert "private" not in repr(service.calls)
    assert SECRET not in repr(service.calls)


async def test_the_paths_of_share_urls_are_masked_where_calls_are_noted() -> None:
    service = serving(httpx.Response(200))
    await service.client(rules=Rules(secret=True)).call("PUT", "/bucket/token")
    assert service.calls[0].path == "…"


async def test_the_secret_goes_to_its_own_origin_only() -> None:
    service = Service(
        [httpx.Response(302, headers={"Location": "https://bytes.test/f"}), httpx.Response(200, text="x")]
    )
    got = [piece async for piece in service.client().stream("/files/1/content")]
    assert b"".join(got) == b"x"
    assert [request.headers.get("authorization") for request in service.asked] == [f"Bearer {SECRET}", None]
    other = serving(httpx.Response(200))
    await other.client().call("GET", "https://elsewhere.test/x")
    assert "authorization" not in other.asked[0].headers


async def test_bytes_that_cannot_be_had_are_an_error_before_the_first() -> None:
    with pytest.raises(Rejected):
        _ = [piece async for piece in serving(httpx.Response(400)).client().stream("/f")]
    endless = serving(httpx.Response(302, headers={"Location": "/again"}))
    with pytest.raises(Unintelligible, match="redirects"):
        _ = [piece async for piece in endless.client().stream("/f")]


class Closing(Service):
    """A service whose client is closed while a call of it waits: its account is changed meanwhile."""

    opened: HttpClient

    async def sleep(self, seconds: float) -> None:
        await self.opened.close()


@pytest.mark.parametrize(
    ("replies", "rate", "calls_before"),
    [([BROKEN], 1e6, 0), ([httpx.Response(200)], 0.5, 1)],
    ids=["before the next try", "before its turn"],
)
async def test_a_client_that_is_closed_under_a_call_is_a_passing_fault(
    replies: list[httpx.Response | Exception], rate: float, calls_before: int
) -> None:
    service = Closing(replies)
    service.opened = service.client(rate=rate)
    for _ in range(calls_before):
        await service.opened.call("GET", "/x")
    with pytest.raises(Unavailable, match="closed here"):
        await service.opened.call("GET", "/x")
    assert len(service.asked) == 1


async def test_after_a_refusal_the_secret_is_asked_for_anew() -> None:
    service = statuses([401])
    secrets = iter(["old", "new"])
    client = HttpClient(
        service.context(), URL, credentials=lambda: {"Authorization": f"Bearer {next(secrets)}"}
    )
    with pytest.raises(Unauthorized):
        await client.call("GET", "/x")
    for _ in range(2):
        await client.call("GET", "/x")
    assert [one.headers["authorization"] for one in service.asked] == ["Bearer old"] + ["Bearer new"] * 2
