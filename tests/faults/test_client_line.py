"""Whatever becomes of the line under an upload, it goes on by itself and ends as one file and one link."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from linktui.model.errors import Unavailable
from linktui.model.transfer import Transfer, TransferState
from linktui.providers import http
from tests.conformance.conftest import SPOKEN
from tests.faults.client_proxy import NOBODY, Fault
from tests.faults.client_service import PATIENCE, Queue, Service, serving
from tests.faults.test_client_lost_answers import document, upload
from tests.providers.peer import OK, USUAL, Visit, playing

SIZE = 600_000
AT = 200_000
"""Where in the upload the line fails: behind the request's head, and before its end."""


def source(service: Service) -> Path:
    path = service.root / "report.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


async def one_file_and_one_link(service: Service, path: Path) -> None:
    [link], [file] = await service.links(), await service.files()
    assert [one.id for one in link.files] == [file.id]
    assert (file.size, file.sha256) == (SIZE, hashlib.sha256(path.read_bytes()).hexdigest())


async def state_after(queue: Queue, transfer: Transfer, **time: float) -> TransferState:
    queue.service.clock.move(**time)
    await queue.work()
    return queue.now_of(transfer).state


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.HALF_CLOSE, Fault.STALL, Fault.FLIP, Fault.DRIP])
async def test_fault_35_an_upload_over_a_line_that_fails_goes_on_by_itself(
    tmp_path: Path, fault: Fault
) -> None:
    patience = 0.5 if fault is Fault.STALL else PATIENCE
    async with serving(tmp_path, patience=patience) as service, service.queue() as queue:
        path = source(service)
        [transfer] = await queue.add(path)
        service.proxy.fail(fault, write=2, at=AT)  # the first makes the upload
        await queue.work()
        assert service.proxy.struck.is_set()
        first = queue.now_of(transfer)
        # A flipped bit is known at the end, and all is sent again at once.
        at_once = fault in {Fault.DRIP, Fault.FLIP}
        assert first.state is (TransferState.DONE if at_once else TransferState.WAITING)
        assert await state_after(queue, first, minutes=6) is TransferState.DONE
        sent = sum(write.startswith("PATCH") for write in service.proxy.writes)
        assert sent == (1 if fault is Fault.DRIP else 2)
        await one_file_and_one_link(service, path)


@pytest.mark.parametrize("name", SPOKEN)
@pytest.mark.parametrize("fault", [Fault.RESET, Fault.HALF_CLOSE])
async def test_fault_35_half_of_a_file_is_sent_again_to_every_service(
    tmp_path: Path, name: str, fault: Fault
) -> None:
    async with serving(tmp_path, name) as service:
        service.proxy.writes.clear()
        await upload(service, document(service, 0))
        for number in range(1, len(service.proxy.writes) + 1):
            service.proxy.fail(fault, write=number, at=10_000)
            await upload(service, document(service, number))
            assert service.proxy.struck.is_set()
        names = sorted(file.name for file in await service.files())
        assert names == [f"report-{number}.pdf" for number in range(len(names))]
        assert len(await service.links()) == len(names)


async def test_fault_28_a_bit_that_flips_in_a_small_file_has_it_sent_again(tmp_path: Path) -> None:
    async with serving(tmp_path) as service, service.queue() as queue:
        path = document(service, 0)
        [transfer] = await queue.add(path)
        service.proxy.fail(Fault.FLIP, at=10_000)
        await queue.work()
        assert service.proxy.struck.is_set()
        assert queue.now_of(transfer).state is TransferState.DONE
        [link], [file] = await service.links(), await service.files()
        assert [one.id for one in link.files] == [file.id]
        assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


async def test_fault_35_an_hour_without_a_network_is_waited_out_and_ends_by_itself(tmp_path: Path) -> None:
    async with serving(tmp_path) as service, service.queue() as queue:
        path = source(service)
        [transfer] = await queue.add(path)
        service.proxy.lead_to(NOBODY)
        for _ in range(10):
            assert await state_after(queue, transfer, minutes=6) is TransferState.WAITING
        waiting = queue.now_of(transfer)
        assert "does not answer" in waiting.error
        service.proxy.lead_to(service.server.port)
        assert await state_after(queue, waiting, minutes=6) is TransferState.DONE
        await one_file_and_one_link(service, path)


@pytest.mark.parametrize("years", [-1, 1])
async def test_fault_35_a_clock_that_jumps_holds_no_upload_up(tmp_path: Path, years: int) -> None:
    async with serving(tmp_path) as service, service.queue() as queue:
        path = source(service)
        [transfer] = await queue.add(path)
        service.proxy.lead_to(NOBODY)
        await queue.work()
        service.proxy.lead_to(service.server.port)
        assert await state_after(queue, transfer, days=365 * years) is TransferState.DONE
        await one_file_and_one_link(service, path)


async def test_fault_35_an_answer_that_only_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LONGEST_ANSWER", 3)

    async def drip(visit: Visit) -> None:
        await visit.request()
        for byte in OK * 1000:
            await visit.say(bytes([byte]))
            await asyncio.sleep(0.02)

    async def body() -> AsyncIterator[bytes]:
        yield b"x"

    async with playing(drip) as peer, peer.client(replace(USUAL, timeout=0.1)) as client:
        with pytest.raises(Unavailable, match="in time"):
            await client.call("PUT", "/f", content=body(), headers={"Content-Length": "1"})
