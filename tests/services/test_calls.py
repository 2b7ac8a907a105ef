"""The calls made are in one list for every process, a moment after."""

from __future__ import annotations

import pytest

from linktui.model.call import Call
from linktui.services.calls import CallLog
from linktui.services.house import House
from linktui.storage import calls as storage
from linktui.storage.calls import Calls
from tests.fakes import NOON


def call(number: int, account: str = "local") -> Call:
    return Call(
        at=NOON,
        account=account,
        method="GET",
        path=f"/{number}",
        seconds=0.25,
        status=None if number % 2 else 200,
        request_id="r",
        error="no connection" if number % 2 else "",
    )


async def test_calls_come_back_newest_first(house: House) -> None:
    log = CallLog(Calls(house.database))
    for number in range(3):
        log.note(call(number))
    log.note(call(9, "other"))
    await log.close()
    assert log.latest(account="local") == [call(2), call(1), call(0)]
    assert log.latest(limit=1) == [call(9, "other")]


async def test_the_oldest_are_let_go(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "KEPT", 5)
    calls = Calls(house.database)
    for number in range(12):
        await calls.add([call(number)])
    assert [one.path for one in calls.latest()] == ["/11", "/10", "/9", "/8", "/7"]
