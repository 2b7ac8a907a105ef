"""What breaks on real sockets becomes our errors, and nothing is sent twice that may not be."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import tracemalloc
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from pathlib import Path

import pytest

from linktui.model.capability import Connection
from linktui.model.errors import InvalidInput, ProviderError, Unavailable, Unintelligible
from linktui.providers import wire_aiohttp
from linktui.providers.http import TRIES
from linktui.providers.sending import LARGEST_ANSWER
from linktui.providers.wire import UNSENT
from linktui.providers.wire_aiohttp import LONGEST_HEADER, MOST
from tests.providers.peer import OK, USUAL, Peer, Script, Visit, answering, playing

trustme = pytest.importorskip("trustme")


async def post(peer: Peer, settings: Connection = USUAL, *, url: str = "") -> Unavailable:
    """Return how one call fails that may not be sent twice."""
    async with peer.client(settings, url=url) as client:
        with pytest.raises(Unavailable) as caught:
            await client.call("POST", "x", json_body={})
    return caught.value


async def heard() -> None:
    """Let the loop hear what the peer did."""
    for _ in range(5):
        await asyncio.sleep(0)


def saying(*parts: bytes, then: Callable[[Visit], None] = Visit.leave) -> Script:
    async def script(visit: Visit) -> None:
        await visit.request()
        for part in parts:
            await visit.say(part)
            await asyncio.sleep(0)
        then(visit)

    return script


async def test_calls_one_after_the_other_share_a_connection() -> None:
    async with playing(answering) as peer, peer.client() as client:
        for _ in range(5):
            assert (await client.call("POST", "x", form={"a": "ä b"})).body == b"ok"
        assert len(peer.visits) == 1
    head, _, body = peer.asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /x HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % peer.port)
    assert body == b"a=%C3%A4+b"


async def test_calls_at_once_have_a_connection_each_up_to_the_most() -> None:
    together = asyncio.Event()

    async def script(visit: Visit) -> None:
        while True:
            await visit.request()
            if len(peer.asked) == MOST:
                together.set()
            await together.wait()
            await visit.say(OK)

    async with playing(script) as peer, peer.client() as client:
        answers = await asyncio.gather(*(client.call("GET", "x") for _ in range(MOST + 20)))
        assert all(answer.body == b"ok" for answer in answers)
        assert len(peer.visits) == MOST


async def test_a_connection_that_nobody_needs_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire_aiohttp, "IDLE", 0.01)
    async with playing(answering) as peer, peer.client() as client:
        await client.call("GET", "x")
        await peer.gone.wait()
        await client.call("GET", "x")
        assert len(peer.visits) == 2


async def test_a_refused_connection_is_told_as_a_call_that_never_left() -> None:
    async with playing(answering) as peer:
        pass
    error = await post(peer)
    assert (str(error.code), len(peer.calls)) == (UNSENT, TRIES)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_end_before_the_answer_is_retried_only_where_that_is_safe(method: str) -> None:
    async with playing(saying()) as peer, peer.client() as client:
        with pytest.raises(Unavailable) as caught:
            await client.call(method, "x")
        assert caught.value.code is None
        assert len(peer.asked) == (TRIES if method == "GET" else 1)


@pytest.mark.parametrize(
    "start",
    [b"", b"HTTP/1.1 20", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"],
    ids=["before a word", "within the head", "within the body"],
)
@pytest.mark.parametrize("end", [Visit.reset, Visit.leave], ids=["reset", "closed"])
async def test_an_answer_that_breaks_off_is_never_taken_for_whole(
    start: bytes, end: Callable[[Visit], None]
) -> None:
    async with playing(saying(start, then=end)) as peer:
        error = await post(peer)
        assert (error.code, len(peer.asked)) == (None, 1)


async def test_a_broken_body_is_noted_with_the_status_that_came() -> None:
    broken = saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    async with playing(broken) as peer:
        await post(peer)
    assert [call.status for call in peer.calls] == [200]


async def test_a_kept_connection_that_was_closed_meanwhile_is_not_used() -> None:
    async with playing(saying(OK)) as peer, peer.client() as client:
        for turn in range(1, 4):
            await client.call("POST", "x")
            await peer.gone.wait()
            peer.gone.clear()
            await heard()
            assert len(peer.asked) == turn


async def test_a_connection_closed_just_as_a_call_is_sent_does_not_send_it_twice() -> None:
    async def script(visit: Visit) -> None:
        await visit.request()
        await visit.say(OK)
        await visit.reader.readexactly(1)  # the next call is on its way
        peer.asked.append(b"second")
        visit.reset()

    async with playing(script) as peer, peer.client() as client:
        await client.call("POST", "x")
        with pytest.raises(Unavailable) as caught:
            await client.call("POST", "x")
        assert caught.value.code is None
        assert len(peer.visits) == 1
        assert peer.asked[1:] == [b"second"]
        await client.call("POST", "x", repeatable=True)


async def test_silence_is_given_up_before_and_within_an_answer() -> None:
    async def silent(visit: Visit) -> None:
        await visit.request()
        await visit.say(starts.pop())
        await visit.reader.read()  # until the client goes

    starts = [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"]
    while starts:
        async with playing(silent) as peer:
            error = await post(peer, Connection(timeout=0.02))
            assert str(error.message) == "no answer in time"
            await peer.gone.wait()


async def test_an_answer_that_comes_bit_by_bit_takes_its_time() -> None:
    async def slow(visit: Visit) -> None:
        await visit.request()
        for at in range(len(OK)):
            await visit.say(OK[at : at + 1])
            await asyncio.sleep(0.005)

    async with playing(slow) as peer, peer.client(Connection(timeout=0.1)) as client:
        assert (await client.call("POST", "x")).body == b"ok"


async def test_a_cancelled_call_leaves_no_connection_behind() -> None:
    async def silent(visit: Visit) -> None:
        await visit.request()
        asked.set()
        await visit.reader.read()

    asked = asyncio.Event()
    async with playing(silent) as peer, peer.client() as client:
        call = asyncio.create_task(client.call("POST", "x"))
        await asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await peer.gone.wait()


async def test_closing_ends_the_calls_that_are_under_way() -> None:
    async def silent(visit: Visit) -> None:
        await visit.request()
        asked.set()
        await visit.reader.read()

    asked = asyncio.Event()
    async with playing(silent) as peer, peer.client() as client:
        call = asyncio.create_task(client.call("POST", "x"))
        await asked.wait()
        await client.close()
        with pytest.raises(Unavailable):
            await call


CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\no\r\r\n1;x=y\r\nk\r\n0\r\nTrailer: t\r\n\r\n"
)
PACKED = gzip.compress(b"ok" * 100_000)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 103 Early\r\nX: 2\r\n\r\n" + OK, b"ok"),
        (CHUNKED, b"o\rk"),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 200\nContent-Length: 2\n\nok", b"ok"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s"
            % (len(PACKED), PACKED),
            b"ok" * 100_000,
        ),
    ],
    ids=["passing answers", "chunks", "until closed", "nothing", "bare line ends", "packed"],
)
async def test_every_way_to_frame_an_answer_is_understood_whole_and_byte_by_byte(
    answer: bytes, body: bytes
) -> None:
    step = max(1, len(answer) // 100)
    cuts = [*range(0, len(answer), step), len(answer)]
    for parts in ([answer], [answer[start:end] for start, end in pairwise(cuts)]):
        async with playing(saying(*parts)) as peer, peer.client() as client:
            answered = await client.call("POST", "x")
            assert answered.body == body
            assert "x" not in answered.headers


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * (LONGEST_HEADER + 1),
        b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000,
    ],
    ids=["another protocol", "two lengths", "an upgrade", "an endless head", "endless promises"],
)
async def test_what_is_no_answer_is_a_broken_connection(answer: bytes) -> None:
    async with playing(saying(answer)) as peer:
        assert (await post(peer)).code is None


async def test_what_comes_after_an_answer_is_not_taken_for_the_next_one() -> None:
    for more in (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", b"HTTP/1.1 200 OK\r\n"):
        async with playing(saying(OK + more)) as peer, peer.client() as client:
            for _ in range(2):
                assert (await client.call("POST", "x")).body == b"ok"
                await heard()
            assert len(peer.visits) == 2


async def test_an_answer_that_is_too_large_is_cut_off() -> None:
    async def endless(visit: Visit) -> None:
        await visit.request()
        await visit.say(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await visit.say(b"x" * 1_000_000)
            peer.asked.append(b"")

    async with playing(endless) as peer, peer.client() as client:
        with pytest.raises(Unintelligible):
            await client.call("POST", "x")
    assert len(peer.asked) < LARGEST_ANSWER / 1_000_000 * 2


async def test_a_header_of_several_lines_is_not_sent() -> None:
    async with playing(answering) as peer, peer.client() as client:
        with pytest.raises(ProviderError):
            await client.call("POST", "x", headers={"Idempotency-Key": "a\r\nX-Evil: 1"})
        assert peer.asked == []


async def test_a_stream_goes_piece_by_piece_and_its_answer_is_read() -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 10

    async with playing(answering) as peer, peer.client() as client:
        answer = await client.call("PUT", "x", content=body(), headers={"Content-Length": "100"})
        assert answer.body == b"ok"
        assert peer.asked[0].endswith(b"\r\n\r\n" + b"x" * 100)


async def test_no_cookie_is_kept() -> None:
    async def setting(visit: Visit) -> None:
        while True:
            await visit.request()
            await visit.say(b"HTTP/1.1 200 OK\r\nSet-Cookie: node=7\r\nContent-Length: 0\r\n\r\n")

    async def body() -> AsyncIterator[bytes]:
        yield b"x"

    async with playing(setting) as peer, peer.client() as client:
        for content in (None, None, body(), body()):
            await client.call(
                "POST", "x", content=content, headers={"Content-Length": "1"} if content else {}
            )
        assert all(b"cookie" not in request.lower() for request in peer.asked)


async def test_what_every_request_says_is_the_same_by_either_library() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"{}"

    headers = {"Content-Type": "application/json", "Content-Length": "2"}
    async with playing(answering) as peer, peer.client() as client:
        await client.call("POST", "a%2Fb", json_body={}, headers=headers, params={"x": ["1", "2 3"]})
        await client.call("POST", "a%2Fb?x=1&x=2+3", content=body(), headers=headers)
        await client.call("POST", "a")
        await client.call("GET", "a")
    first, second, third, fourth = [lines_of(request) for request in peer.asked]
    assert first == second
    assert "post /a%2fb?x=1&x=2+3 http/1.1" in first
    assert third - fourth == {"post /a http/1.1", "content-length: 0"}


async def test_an_answer_without_end_is_ended_by_closing() -> None:
    async def half(visit: Visit) -> None:
        await visit.request()
        await visit.say(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        asked.set()
        await visit.reader.read()

    asked = asyncio.Event()
    async with playing(half) as peer, peer.client() as client:
        call = asyncio.create_task(client.call("POST", "x"))
        await asked.wait()
        await heard()
        assert [one.status for one in peer.calls] == [200]
        await client.close()
        async with asyncio.timeout(60):
            with pytest.raises(Unavailable):
                await call


async def test_calls_that_wait_for_a_connection_end_when_all_are_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire_aiohttp, "MOST", 1)
    asked = asyncio.Event()

    async def silent(visit: Visit) -> None:
        await visit.request()
        asked.set()
        await visit.reader.read()

    async with playing(silent) as peer, peer.client() as client:
        calls = [asyncio.create_task(client.call("POST", "x")) for _ in range(5)]
        await asked.wait()
        await client.close()
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(end) for end in ended] == [Unavailable] * 5
        assert len(peer.asked) == 1


async def test_a_small_answer_that_unpacks_to_a_large_one_is_cut_off() -> None:
    packed = gzip.compress(bytes(LARGEST_ANSWER * 8))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    async with playing(saying(head, packed)) as peer, peer.client() as client:
        tracemalloc.start()
        with pytest.raises(Unintelligible):
            await client.call("POST", "x")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < LARGEST_ANSWER * 4


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_nobody_but_us_sends_a_call_twice(method: str) -> None:
    async def script(visit: Visit) -> None:
        await visit.request()
        await visit.say(OK)
        await visit.request()
        visit.reset()

    async with playing(script) as peer, peer.client() as client:
        await client.call("POST", "x")
        with pytest.raises(Unavailable):
            await client.call(method, "x", repeatable=False)
        assert len(peer.asked) == 2


async def test_a_large_body_that_nobody_reads_is_given_up() -> None:
    async def deaf(visit: Visit) -> None:
        assert isinstance(visit.writer.transport, asyncio.Transport)
        visit.writer.transport.pause_reading()
        await asyncio.sleep(0.2)

    async with playing(deaf) as peer, peer.client(Connection(timeout=0.02)) as client:
        with pytest.raises(Unavailable):
            await client.call("POST", "x", content=bytes(50_000_000))


async def test_the_sixth_version_of_the_protocol_is_spoken() -> None:
    async with playing(answering, host="::1") as peer, peer.client(url=f"http://[::1]:{peer.port}") as client:
        assert (await client.call("POST", "x")).body == b"ok"
        assert b"host: [::1]:%d\r\n" % peer.port in peer.asked[0].lower()


async def test_a_proxy_is_asked_for_the_whole_address() -> None:
    async with (
        playing(answering) as peer,
        peer.client(Connection(proxy=peer.url), url="http://service.test") as client,
    ):
        assert (await client.call("POST", "x")).body == b"ok"
        assert peer.asked[0].startswith(b"POST http://service.test/x HTTP/1.1\r\n")


async def test_a_proxy_that_is_not_there_is_a_call_that_never_left() -> None:
    async with playing(answering) as peer:
        pass
    assert (await post(peer, Connection(proxy=peer.url), url="http://service.test")).code == UNSENT


@pytest.mark.parametrize("proxy", ["ftp://proxy.test", "no address"])
async def test_what_is_no_proxy_is_said_without_its_address(proxy: str) -> None:
    async with Peer().client(Connection(proxy=proxy), url="http://service.test") as client:
        with pytest.raises(InvalidInput) as caught:
            await client.call("GET", "x")
        assert proxy not in str(caught.value)


async def test_a_host_with_no_address_is_a_call_that_never_left() -> None:
    error = await post(Peer(), url=f"http://{'x' * 70}.invalid")
    assert error.code == UNSENT


async def test_a_host_whose_address_is_not_found_in_time_is_a_call_that_never_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def search(*_: object, **__: object) -> object:
        return await asyncio.Event().wait()

    monkeypatch.setattr(wire_aiohttp, "CONNECT_TIMEOUT", 0.01)
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", search)
    async with playing(answering) as peer:
        error = await post(peer, url="http://somewhere.test/")
        assert (error.code, peer.asked) == (UNSENT, [])


async def test_with_tls_connections_are_kept_too(tmp_path: Path) -> None:
    tls, settings = secured("127.0.0.1", tmp_path)
    async with playing(answering, tls=tls) as peer, peer.client(settings) as client:
        for _ in range(3):
            assert (await client.call("POST", "x")).body == b"ok"
        assert len(peer.visits) == 1


async def test_with_tls_an_answer_that_breaks_off_is_no_answer(tmp_path: Path) -> None:
    tls, settings = secured("127.0.0.1", tmp_path)
    for end in (Visit.reset, Visit.leave):
        async with playing(saying(b"HTTP/1.1 200 OK\r\n", then=end), tls=tls) as peer:
            error = await post(peer, settings)
            assert (error.code, len(peer.asked)) == (None, 1)


async def test_nothing_is_sent_to_whom_nobody_vouches_for(tmp_path: Path) -> None:
    tls, settings = secured("other.test", tmp_path)
    async with playing(answering, tls=tls) as peer:
        for trusted in (settings, USUAL):
            assert (await post(peer, trusted)).code == UNSENT
        assert peer.asked == []


async def test_a_service_that_speaks_no_tls_is_sent_nothing(tmp_path: Path) -> None:
    async def plain(visit: Visit) -> None:
        assert await visit.reader.readexactly(1) == b"\x16"  # the client's hello
        await visit.say(OK)

    _, settings = secured("127.0.0.1", tmp_path)
    async with playing(plain) as peer:
        error = await post(peer, settings, url=f"https://127.0.0.1:{peer.port}")
        assert (error.code, peer.asked) == (UNSENT, [])


def lines_of(request: bytes) -> set[str]:
    """Return the lines of a request's head, but of what nothing depends on."""
    return set(request.partition(b"\r\n\r\n")[0].decode().lower().split("\r\n"))


def secured(name: str, tmp_path: Path) -> tuple[ssl.SSLContext, Connection]:
    """Return the TLS settings of a server of that name, and of an account that trusts its authority."""
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(tls)
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return tls, Connection(ca_file=str(path))
