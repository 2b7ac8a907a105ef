"""Whatever a service answers, the error is one of ours, and nothing secret is in it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest

from linktui.model.errors import (
    ProviderError,
    RateLimited,
    ReadOnly,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from linktui.model.wording import explain
from linktui.providers.base import Provider
from tests.conformance.acts import PDF, send, shared, spec, stored
from tests.conformance.conftest import URL, Far

Answer = Callable[[httpx.Request], httpx.Response]


async def test_a_wrong_secret_is_refused_and_said(far: Far) -> None:
    provider = far.open(secret="wrong-secret-canary")
    with pytest.raises(Unauthorized) as caught:
        await provider.list_links()
    assert "canary" not in explain(caught.value)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (
            httpx.Response(200, text="<html>log in</html>", headers={"Content-Type": "text/html"}),
            Unintelligible,
        ),
        (httpx.Response(200, json=["not", "an", "object"]), Unintelligible),
        (
            httpx.Response(200, json={"data": [{"id": None}], "links": [{}], "_embedded": {"files": [{}]}}),
            Unintelligible,
        ),
        (httpx.Response(302, headers={"Location": "https://portal.test/"}), Unintelligible),
        (httpx.Response(429, headers={"Retry-After": "120"}), RateLimited),
        (httpx.Response(500, text="<h1>oops</h1>"), Unavailable),
        (httpx.Response(503, json={"error": None, "errors": [None]}), Unavailable),
        (httpx.Response(400, json={"error": "\x1b[2Jtext", "errors": ["\x1b[2Jtext"]}), ProviderError),
        (httpx.Response(404, text=""), ProviderError),
    ],
)
async def test_an_odd_answer_is_one_of_our_errors(
    far: Far, provider: Provider, answer: httpx.Response, kind: type[ProviderError]
) -> None:
    far.line.instead = lambda request: answer
    with pytest.raises(kind) as caught:
        await provider.list_links()
    assert "\x1b" not in explain(caught.value)


async def test_no_answer_is_unavailable(far: Far, provider: Provider) -> None:
    def nothing(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno -2] Name or service not known", request=request)

    far.line.instead = nothing
    with pytest.raises(Unavailable):
        await provider.list_links()


async def test_an_account_that_only_reads_sends_no_write(far: Far) -> None:
    link = await shared(far, far.open())
    provider = far.open(read_only=True)
    far.line.requests.clear()
    for act in (
        provider.create_link((link.files[0].id,), spec(far), key="k"),
        send(provider, PDF, name="a.pdf"),
    ):
        with pytest.raises(ReadOnly):
            await act
    assert {request.method for request in far.line.requests} <= {"GET", "HEAD"}


async def test_no_secret_leaves_its_origin_and_none_is_written_down(
    far: Far, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider = far.open()
    link = await shared(far, provider)
    await provider.list_links()
    await provider.get_link(link.id, file_id=link.files[0].id)
    await provider.identify()
    assert far.secret
    for request in far.line.requests:
        assert far.secret not in str(request.url)
        if "authorization" in request.headers:
            assert str(request.url).startswith(far.account.connection.base_url)
    written = caplog.text + repr(far.calls) + repr(provider) + repr(link)
    for secret in (far.secret, link.url):
        assert secret not in written
    assert all(str(request.url).startswith(URL) for request in far.line.requests)


async def test_a_rehearsal_changes_nothing(far: Far) -> None:
    provider = far.open()
    file_id = await stored(provider)
    requests: list[object] = []
    rehearsing = far.open(rehearsal=requests)  # type: ignore[arg-type]  # filled by the client
    far.line.requests.clear()
    with suppress(ProviderError):  # the empty answer is no link
        await rehearsing.create_link((file_id,), spec(far), key="k")
    assert requests
    assert {request.method for request in far.line.requests} <= {"GET", "HEAD"}
    assert far.secret not in repr(requests)
