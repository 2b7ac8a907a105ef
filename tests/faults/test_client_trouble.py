"""What a service answers in trouble is waited out, said, or left to a person: never hammered at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from linktui.model.transfer import Transfer, TransferState
from linktui.providers import wire_aiohttp, wire_httpx
from linktui.services.backoff import LONGEST, MOST
from tests.faults.client_service import Service, serving
from tests.providers.peer import Peer, Script, Visit, playing

PORTAL = b"<html><h1>Welcome to our hotel</h1></html>"


def saying(status: str, *headers: str, body: bytes = b"") -> Script:
    """Answer every request the same."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers])

    async def script(visit: Visit) -> None:
        while True:
            await visit.request()
            await visit.say(head.encode() + b"\r\n\r\n" + body)

    return script


async def tried(service: Service, script: Script, *, files: int = 1) -> tuple[list[Transfer], Peer]:
    """Queue files before a service that plays a script, and return how they are after a try."""
    paths = [service.root / f"{number}.bin" for number in range(files)]
    for path in paths:
        path.write_bytes(b"x" * 1000)
    async with playing(script) as peer:
        service.proxy.lead_to(peer.port)
        async with service.queue() as queue:
            queued = await queue.add(*paths)
            await queue.work()
            return [queue.now_of(one) for one in queued], peer


async def finish(service: Service) -> set[TransferState]:
    """Have the service well again and go on after an hour."""
    service.proxy.lead_to(service.server.port)
    service.clock.move(seconds=MOST + 1)
    async with service.queue() as queue:
        await queue.work()
        return {one.state for one in queue.house.services.transfers.snapshot()}


@pytest.mark.parametrize(
    ("status", "header", "least", "most"),
    [
        ("429 Slow down", "Retry-After: 200", 200, LONGEST),
        ("503 Busy", "Retry-After: {in_nine_hours}", MOST, MOST),
        ("503 Busy", "Retry-After: -1", 0, LONGEST),
        ("429 Slow down", "Retry-After: 1000000000", MOST, MOST),
        ("429 Slow down", "Retry-After: Mon, 01 Jan 99999999999999999999 00:00:00 GMT", 0, LONGEST),
        ("500 Oops", "X: y", 0, LONGEST),
        ("200 OK", "Content-Type: text/html", 0, LONGEST),
        ("302 Found", "Location: http://portal.test/", 0, LONGEST),
    ],
)
async def test_fault_34_trouble_is_waited_out_within_bounds_and_then_it_goes_on(
    tmp_path: Path, status: str, header: str, least: float, most: float
) -> None:
    async with serving(tmp_path) as service:
        now = service.clock()
        header = header.format(in_nine_hours=format_datetime(now + timedelta(hours=9)))
        [waiting], _ = await tried(service, saying(status, header, body=PORTAL))
        assert waiting.state is TransferState.WAITING
        assert waiting.error
        assert "<h1>" not in waiting.error
        assert waiting.next_at is not None
        assert least - 2 <= (waiting.next_at - now).total_seconds() <= most + 20
        assert await finish(service) == {TransferState.DONE}
        assert len(await service.links()) == 1


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
async def test_fault_34_a_refused_secret_pauses_the_account(tmp_path: Path, status: str) -> None:
    async with serving(tmp_path) as service:
        transfers, peer = await tried(service, saying(status), files=8)
        assert {one.state for one in transfers} == {TransferState.AUTH_NEEDED}
        # As many as were under way at once, and none of those behind them.
        assert len(peer.asked) <= 3
        assert await finish(service) == {TransferState.AUTH_NEEDED}
        async with service.queue() as queue:
            assert await queue.house.services.transfers.retry([one.id for one in transfers]) == 8
            await queue.work()
        assert len(await service.links()) == 8


@pytest.mark.parametrize("status", ["400 Bad", "404 Gone", "413 Too Large", "422 No", "418 Teapot"])
async def test_fault_34_what_was_refused_is_never_sent_again_by_itself(tmp_path: Path, status: str) -> None:
    async with serving(tmp_path) as service:
        [failed], peer = await tried(service, saying(status))
        assert failed.state is TransferState.FAILED
        assert len(peer.asked) == 1
        assert await finish(service) == {TransferState.FAILED}
        assert await service.links() == []


async def test_fault_34_a_storm_of_errors_is_met_with_ever_fewer_tries(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        [waiting], _ = await tried(service, saying("503 Storm"))
        waits = []
        async with playing(saying("503 Storm")) as peer, service.queue() as queue:
            service.proxy.lead_to(peer.port)
            for _ in range(12):
                now = service.clock()
                waiting = queue.now_of(waiting)
                assert waiting.next_at is not None
                waits.append((waiting.next_at - now).total_seconds())
                await queue.work()  # too early for another
                asked = len(peer.asked)
                service.clock.move(seconds=waits[-1] + 1)
                await queue.work()
                assert len(peer.asked) > asked
        assert waiting.attempts >= 10
        assert max(waits) <= LONGEST
        assert max(waits[:2]) < max(waits[6:])
        assert await finish(service) == {TransferState.DONE}


@pytest.mark.parametrize("url", ["https://no-such-host.invalid", "https://127.0.0.1:{port}"])
async def test_fault_34_a_name_that_is_not_found_and_a_broken_tls_are_waited_out(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Who is greeted in TLS and does not speak it waits for the end of the line.
    monkeypatch.setattr(wire_aiohttp, "CONNECT_TIMEOUT", 0.3)
    monkeypatch.setattr(wire_httpx, "CONNECT_TIMEOUT", 0.3)
    monkeypatch.setattr(
        wire_aiohttp, "_timeout", wire_aiohttp._timeout.__wrapped__
    )  # its cache would keep it
    async with serving(tmp_path, "liquidfiles", patience=1) as service:
        right = service.account
        connection = replace(right.connection, base_url=url.format(port=service.proxy.port))
        service.account = replace(right, connection=connection)
        [waiting], _ = await tried(service, saying("200 OK"))
        assert waiting.state is TransferState.WAITING, waiting.error
        assert "does not answer" in waiting.error
        service.account = right
        assert await finish(service) == {TransferState.DONE}
