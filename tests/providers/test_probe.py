"""A probe asks for one byte as a stranger would, follows to where bytes are, and says what it saw."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from linktui.model.finding import Seen, Served
from linktui.providers.probe import Prober
from tests.providers.service import SECRET, Service

LINK = "https://links.test/l/canary-address?sig=1"


def answer(status: int, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers=headers, content=b"x")


async def seen(*replies: httpx.Response | Exception) -> tuple[Seen, Service]:
    service = Service(list(replies))
    prober = Prober(service.context())
    try:
        return await prober.look(LINK), service
    finally:
        await prober.close()


@pytest.mark.parametrize(
    ("status", "served"),
    [
        (200, Served.GIVES),
        (206, Served.GIVES),
        (416, Served.GIVES),
        (404, Served.NOTHING),
        (410, Served.NOTHING),
        (403, Served.REFUSED),
        (401, Served.UNSURE),
        (429, Served.UNSURE),
        (503, Served.UNSURE),
    ],
)
async def test_the_status_says_whether_a_link_gives_anything(status: int, served: Served) -> None:
    found, service = await seen(answer(status))
    assert found == Seen(served, str(status))
    [request] = service.asked
    assert (request.method, request.headers["range"]) == ("GET", "bytes=0-0")


async def test_nothing_of_ours_goes_along_and_no_address_is_noted() -> None:
    _, service = await seen(answer(302, location="https://store.test/blob?sig=2"), answer(206))
    assert [str(request.url) for request in service.asked] == [LINK, "https://store.test/blob?sig=2"]
    for request in service.asked:
        assert "authorization" not in request.headers
        assert SECRET not in str(request.headers)
        assert "cookie" not in request.headers
    assert [(call.path, call.status) for call in service.calls] == [("…", 302), ("…", 206)]


@pytest.mark.parametrize(
    ("location", "served"),
    [
        ("/login?next=/l/canary-address", Served.UNSURE),
        ("http://store.test/blob", Served.UNSURE),
        ("file:///etc/passwd", Served.UNSURE),
        ("https://store.test/blob", Served.GIVES),
    ],
)
async def test_only_to_where_the_bytes_are_is_followed(location: str, served: Served) -> None:
    found, service = await seen(answer(302, location=location), answer(200))
    assert found.served is served
    assert len(service.asked) == (2 if served is Served.GIVES else 1)
    assert "canary" not in found.words


async def test_what_goes_round_or_does_not_answer_is_unsure() -> None:
    hosts = [answer(302, location=f"https://{number}.test/") for number in range(9)]
    found, service = await seen(*hosts)
    assert found == Seen(Served.UNSURE, "too many redirects")
    assert len(service.asked) == 4
    found, _ = await seen(httpx.ConnectError("no"))
    assert found == Seen(Served.UNSURE, "no connection")


async def test_a_body_is_not_read_however_long_it_is() -> None:
    read: list[int] = []

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for _ in range(1_000):
                read.append(1)
                yield b"x"

    found, _ = await seen(httpx.Response(200, stream=Endless()))
    assert found.served is Served.GIVES
    assert not read


@pytest.mark.parametrize(
    "address",
    ["https://xn--a.example/x", "https://[::1/x", "https://h.test:99999/x", "nonsense"],
)
async def test_a_link_whose_address_is_none_is_not_asked(address: str) -> None:
    service = Service([])
    found = await Prober(service.context()).look(address)
    assert found.served is Served.UNSURE
    assert found.words.startswith("an address that is")
    assert not service.asked
