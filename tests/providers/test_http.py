"""The one HTTP client: errors become ours, nothing secret leaks, nothing endless is read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from linktui.model.capability import Account, Limits
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
from linktui.providers import sending
from linktui.providers.answers import Said
from linktui.providers.context import Context
from linktui.providers.http import HttpClient, Rules
from linktui.providers.request import Request
from tests.fakes import NOON, Clock
from tests.providers.service import URL, serving, statuses

Reply = Callable[[httpx.Request], httpx.Response]


def client(reply: Reply) -> HttpClient:
    context = Context(
        account=Account(name="a", provider="fake", limits=Limits()),
        clock=Clock(),
        transport=httpx.MockTransport(reply),
        sleep=at_once,
    )
    return HttpClient(context, "http://service.test", credentials=lambda: {"Authorization": "Bearer secret"})


async def at_once(seconds: float) -> None:
    """Let no time pass."""


async def failure(reply: Reply) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await client(reply).call("GET", "/l/secret-slug")
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected),
        (401, Unauthorized),
        (403, Unauthorized),
        (404, NotFound),
        (408, Unavailable),
        (409, Conflict),
        (410, NotFound),
        (412, Conflict),
        (422, Rejected),
        (429, RateLimited),
        (500, Unavailable),
        (507, Unavailable),
        (302, Unintelligible),
    ],
)
async def test_each_status_becomes_one_of_our_errors(status: int, kind: type[ProviderError]) -> None:
    error = await failure(lambda request: httpx.Response(status))
    assert type(error) is kind
    assert error.status == status


async def test_an_error_carries_what_the_service_said_cleaned() -> None:
    body = {"error": {"code": "slug_taken", "message": "taken\x1b[2J", "field": "slug"}}
    reply = httpx.Response(409, json=body, headers={"X-Request-Id": "r_1"})
    error = await failure(lambda request: reply)
    assert (error.code, error.field, error.request_id) == ("slug_taken", "slug", "r_1")
    assert "\x1b" not in error.message


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("Sat, 21 Nov 2026 12:01:00 GMT", 60.0),
        ("999999999", 3600.0),
        ("-1", None),
        ("soon", None),
    ],
)
async def test_retry_after_is_read_in_both_forms_and_kept_in_bounds(
    header: str, seconds: float | None
) -> None:
    error = await failure(lambda request: httpx.Response(429, headers={"Retry-After": header}))
    assert error.retry_after == seconds


async def test_no_error_text_holds_an_address_or_a_secret() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"cannot reach {request.url}", request=request)

    error = await failure(broken)
    assert isinstance(error, Unavailable)
    assert "secret" not in str(error)
    assert "slug" not in str(error)


async def test_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    def elsewhere(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(307, headers={"Location": "http://evil.test/"})

    await failure(elsewhere)
    assert asked == ["service.test"]


async def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LARGEST_ANSWER", 1000)

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                yield b"x" * 100

    error = await failure(lambda request: httpx.Response(200, stream=Endless()))
    assert isinstance(error, Unintelligible)


async def test_a_login_page_is_no_answer() -> None:
    answer = await client(lambda request: httpx.Response(200, text="<html>log in</html>")).call("GET", "/")
    with pytest.raises(Unintelligible):
        answer.json()


@pytest.mark.parametrize(("seconds", "told"), [(90, 90), (-3600, -3600), (1, 0)])
async def test_the_services_clock_is_read_from_its_date(seconds: int, told: int) -> None:
    date = (NOON + timedelta(seconds=seconds)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    asking = client(lambda request: httpx.Response(200, headers={"Date": date}))
    await asking.call("GET", "/")
    assert asking.clock_offset == timedelta(seconds=told)


def test_the_library_for_many_calls_is_imported_with_the_first_one() -> None:
    code = "import sys, linktui.providers.http; print('aiohttp' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


async def test_each_try_of_a_call_is_signed_anew_and_only_as_it_leaves() -> None:
    service = statuses([503, 503])
    signatures = iter(["first", "second", "third"])

    async def sign(request: Request) -> Request:
        return replace(request, headers={**request.headers, "authorization": next(signatures)})

    signing = HttpClient(service.context(), URL, sign=sign)
    await signing.call("PUT", "a", content=b"x")
    assert [asked.headers["authorization"] for asked in service.asked] == ["first", "second", "third"]


async def test_an_error_is_what_its_code_says_where_the_service_gives_it_a_meaning() -> None:
    rules = Rules(said=lambda body: Said(message="slower", code="SlowDown", kind=RateLimited))
    with pytest.raises(RateLimited, match="slower"):
        await serving(httpx.Response(503)).client(rules=rules).call("POST", "a")
