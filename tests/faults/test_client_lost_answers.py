"""An answer may be lost after any write: what it made is found again, and nothing is made twice."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import apsw
import pytest

from linktui.model.transfer import TransferState
from tests.conformance.conftest import SPOKEN
from tests.faults.client_proxy import Fault
from tests.faults.client_service import Service, serving

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"

NEVER_DONE = """
CREATE TRIGGER never_done BEFORE UPDATE OF state ON transfer WHEN new.state = 'done'
BEGIN SELECT RAISE(ABORT, 'here it ends'); END
"""


def document(service: Service, number: int) -> Path:
    path = service.root / f"report-{number}.pdf"
    path.write_bytes(PDF + os.urandom(20_000))
    return path


async def upload(service: Service, path: Path) -> None:
    """Upload a file in a new process after each failure, an hour apart."""
    async with service.queue() as queue:
        [transfer] = await queue.add(path)
        await queue.work()
        state = queue.now_of(transfer).state
    for _ in range(4):
        if state is TransferState.DONE:
            return
        assert state is TransferState.WAITING
        service.clock.move(hours=1)
        async with service.queue() as queue:
            await queue.work()
            state = queue.now_of(transfer).state
    raise AssertionError(state)


@pytest.mark.parametrize("name", SPOKEN)
async def test_fault_32_no_answer_that_is_lost_makes_a_second_file_or_link(tmp_path: Path, name: str) -> None:
    async with serving(tmp_path, name) as service:
        service.proxy.writes.clear()
        await upload(service, document(service, 0))
        writes = list(service.proxy.writes)
        assert writes
        for number, write in enumerate(writes, 1):
            service.proxy.fail(Fault.LOSE_ANSWER, write=number)
            await upload(service, document(service, number))
            assert service.proxy.struck.is_set(), write
        wanted = Counter(f"report-{number}.pdf" for number in range(len(writes) + 1))
        links = await service.links()
        assert Counter(file.name for link in links for file in link.files) == wanted
        assert len(links) == len(wanted)
        assert Counter(file.name for file in await service.files()) == wanted


@pytest.mark.parametrize("name", SPOKEN)
async def test_fault_31_a_crash_as_an_upload_ends_makes_no_second_file_or_link(
    tmp_path: Path, name: str
) -> None:
    async with serving(tmp_path, name) as service:
        path = document(service, 0)
        async with service.queue() as queue:
            [transfer] = await queue.add(path)
            database = apsw.Connection(str(queue.house.locations.database))
            database.execute(NEVER_DONE)
            await queue.work()
            assert queue.now_of(transfer).state is TransferState.FAILED
            database.execute("DROP TRIGGER never_done")
            database.close()
        async with service.queue() as queue:
            await queue.house.services.transfers.retry([transfer.id])
            await queue.work()
            latest = queue.now_of(transfer)
            assert latest.state is TransferState.DONE
        assert [link.id for link in await service.links()] == [latest.link_id]
        assert [file.name for file in await service.files()] == [path.name]
