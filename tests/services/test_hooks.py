"""Hooks run once for each event, over an end of the daemon too; what becomes of them is kept."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linktui.config.extensions import HookSettings, NotifySettings
from linktui.model.errors import StorageUnusable
from linktui.model.happening import ErrandState, Event
from linktui.model.link import Link, LinkEdit
from linktui.model.transfer import Source, Transfer, TransferState
from linktui.services.hooks import HookRunner, Wishes
from linktui.services.house import House
from linktui.services.plan_runner import open_runner
from linktui.storage.errands import TRIGGER, Errands, Found, Subscription
from linktui.storage.links import Links
from linktui.storage.transfers import Transfers
from tests.fakes import NOON, Clock, FakeProvider

HOUR = timedelta(hours=1)
Notify = Callable[[Errands], Coroutine[object, object, None]]
SILENT = NotifySettings(before=(), uploads="never")


@dataclass
class Stand:
    """A house with hooks that write what they are given to a file."""

    house: House
    provider: FakeProvider
    clock: Clock
    out: Path
    wished: Wishes = ({}, SILENT)
    told: list[str] = field(default_factory=list)

    def hook(self, *on: str, run: str = "", **more: Any) -> None:
        hook = HookSettings(on=on, run=run or f"cat >>{self.out}", **more)
        self.wished = ({"it": hook}, self.wished[1])

    def runner(self, notify: Notify | None = None) -> HookRunner:
        return HookRunner(
            database=self.house.database,
            happenings=self.house.services.happenings,
            wishes=lambda: self.wished,
            notify=notify or self._tell,
            guard=nullcontext,
            clock=self.clock,
        )

    async def _tell(self, errands: Errands) -> None:
        self.told += await self.house.services.notices.take()

    async def keep(self, **values: Any) -> Link:
        link = self.provider.seed_link(**{"name": "report.pdf", "created_at": self.clock.now} | values)
        await Links(self.house.database).save([(link, "{}")], seen=self.clock.now)
        return link

    async def again(self, link: Link, **values: Any) -> None:
        await Links(self.house.database).save([(replace(link, **values), "{}")], seen=self.clock.now)

    async def upload(self, number: int, state: TransferState, *, took: timedelta = HOUR) -> None:
        transfers = Transfers(self.house.database)
        source = Source(path=Path("/tmp/x"), device=1, inode=number, size=5, mtime_ns=1)
        upload = Transfer(
            id=f"u_{number}",
            account="local",
            source=source,
            name=f"big-{number}.bin",
            state=TransferState.UPLOADING,
            created_at=self.clock.now - took,
            position=number,
            batch="b",
        )
        await transfers.add([upload])
        await transfers.set([upload.id], state=state, error="no room", finished_at=self.clock.now)

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.read_text().splitlines()] if self.out.exists() else []

    def log(self) -> list[tuple[str, str, ErrandState]]:
        log = Errands(self.house.database).log(limit=100)
        return [(one.event.value, one.subject, one.state) for one in log]


@pytest.fixture
def stand(house: House, provider: FakeProvider, clock: Clock, tmp_path: Path) -> Stand:
    return Stand(house, provider, clock, tmp_path / "told.jsonl")


async def test_what_happens_is_told_once_with_the_thing_as_json(stand: Stand) -> None:
    stand.hook("link.created", "upload.done", "upload.failed")
    old = await stand.keep(name="old.pdf")
    runner = stand.runner()
    await runner.drain()
    assert stand.events() == []  # what was there before anybody asked is no event
    await stand.upload(1, TransferState.DONE)
    await stand.upload(2, TransferState.FAILED)
    stand.clock.move(seconds=1)
    new = await stand.keep(name="new.pdf")
    await stand.again(old, name="renamed.pdf")
    await runner.drain()
    told = {one["event"]: one for one in stand.events()}
    assert len(stand.events()) == 3
    assert told["link.created"]["link"]["id"] == new.id
    assert told["link.created"]["link"]["url"] == new.url
    assert told["upload.done"]["upload"]["name"] == "big-1.bin"
    assert told["upload.failed"]["upload"]["error"] == "no room"
    await stand.again(new, name="new name.pdf")
    await runner.drain()
    await stand.runner().drain()  # as another daemon
    assert len(stand.events()) == 3


async def test_a_link_found_late_is_no_new_link(stand: Stand) -> None:
    stand.hook("link.created")
    runner = stand.runner()
    await runner.drain()
    await stand.keep(name="of last week.pdf", created_at=NOON - timedelta(days=7))
    await runner.drain()
    assert stand.events() == []


async def test_an_end_is_told_at_each_of_the_times_before_it_and_again_when_it_is_moved(stand: Stand) -> None:
    stand.hook("link.expiring", "link.expired", before=("24h", "1h"))
    link = await stand.keep(expires_at=NOON + 48 * HOUR)
    await stand.keep(name="short.pdf", expires_at=NOON + HOUR / 2)  # it never had more time than that
    runner = stand.runner()
    await runner.drain()
    assert stand.events() == []
    stand.clock.move(hours=24, minutes=1)
    await runner.drain()
    assert sorted((one["event"], one.get("before", "")) for one in stand.events()) == [
        ("link.expired", ""),  # the short one
        ("link.expiring", "24h"),
    ]
    stand.clock.move(hours=23)
    await runner.drain()
    assert stand.events()[2]["before"] == "1h"
    moved = {"expires_at": stand.clock.now + 30 * HOUR}
    await stand.again(link, **moved)
    await runner.drain()
    assert len(stand.events()) == 3
    stand.clock.move(hours=29, minutes=30)
    await runner.drain()
    # Both times have come since the last look: the one that is closer to the end says it all.
    assert [one.get("before") for one in stand.events()][3:] == ["1h"]
    stand.clock.move(hours=1)
    await runner.drain()
    await stand.runner().drain()
    assert [one["event"] for one in stand.events()][4:] == ["link.expired"]


async def test_ends_that_came_while_no_daemon_was_there_are_told_by_the_next(stand: Stand) -> None:
    stand.hook("link.expired")
    await stand.keep(expires_at=NOON + HOUR)
    await stand.keep(name="revoked.pdf", expires_at=NOON + HOUR, revoked_at=NOON)
    await stand.runner().drain()
    stand.clock.move(hours=5)
    await stand.runner().drain()
    assert [one["link"]["state"] for one in stand.events()] == ["expired"]


async def test_downloads_are_told_as_many_as_came_and_cost_nothing_unless_asked_for(stand: Stand) -> None:
    link = await stand.keep(downloads=1)
    runner = stand.runner()
    await runner.drain()
    triggers = "SELECT count(*) FROM sqlite_master WHERE name = ?"
    assert stand.house.database.read.execute(triggers, (TRIGGER,)).get == 0
    stand.hook("link.downloaded", run=f'printf "%s " "$LINKTUI_DOWNLOADED" >>{stand.out}')
    await runner.drain()
    await stand.again(link, downloads=4)
    await stand.again(link, downloads=4, name="same.pdf")
    await runner.drain()
    assert stand.out.read_text() == "3 "
    stand.wished = ({}, SILENT)
    await runner.drain()
    assert stand.house.database.read.execute(triggers, (TRIGGER,)).get == 0


async def test_a_settled_plan_is_told_but_not_a_single_change(
    stand: Stand, house: House, provider: FakeProvider
) -> None:
    stand.hook("plan.settled")
    runner = stand.runner()
    await runner.drain()
    link = await stand.keep(expires_at=NOON + HOUR)
    await house.services.links.edit(link, LinkEdit(name="b.pdf"))
    planner = house.services.plans.planner()
    plan = await house.services.plans.make(
        "names", [planner.edited(provider.links[link.id], LinkEdit(name="c"))]
    )
    stand.clock.move(seconds=1)
    await house.services.plans.apply(plan.id)
    await open_runner(house).drain()
    await runner.drain()
    [told] = stand.events()
    assert (told["plan"]["id"], told["plan"]["counts"]) == (plan.id, {"done": 1})


class FullOnce(Errands):
    """A disk that is full the first time that each thing is kept."""

    full = True

    async def subscribe(self, wanted: Iterable[tuple[str, Event]], *, at: datetime) -> list[Subscription]:
        self._fill()
        return await super().subscribe(wanted, at=at)

    async def add(
        self, found: Sequence[Found], *, at: datetime, cursors: Mapping[tuple[str, Event], int]
    ) -> None:
        self._fill()
        await super().add(found, at=at, cursors=cursors)

    def _fill(self) -> None:
        self.full = not self.full
        if not self.full:
            raise StorageUnusable(Path("database"), "the disk is full")


async def test_what_a_full_disk_could_not_keep_is_found_again(stand: Stand) -> None:
    stand.hook("upload.done", "link.expiring", before=("1h",))
    await stand.keep(expires_at=NOON + 2 * HOUR)
    runner = stand.runner()
    runner._errands = FullOnce(stand.house.database)
    for times in range(2):
        with pytest.raises(StorageUnusable):
            await runner.look()
        await runner.drain()
        assert len(stand.events()) == 2 * times
        stand.clock.move(minutes=65)
        await stand.upload(times, TransferState.DONE)


async def test_a_desktop_that_takes_its_time_holds_no_hook_up(stand: Stand) -> None:
    stand.hook("upload.done")
    stand.wished = (stand.wished[0], NotifySettings(before=(), uploads="1s"))
    shown = asyncio.Event()

    async def slow(errands: Errands) -> None:
        await errands.take_notices(at=stand.clock.now)
        await shown.wait()

    runner = stand.runner(slow)
    await runner.drain()
    async with asyncio.timeout(20):
        for number in range(2):
            await stand.upload(number, TransferState.DONE)
            await runner.look()
        shown.set()
        await runner.drain()
    assert len(stand.events()) == 2


async def test_how_a_hook_failed_is_kept_without_an_address(stand: Stand) -> None:
    stand.hook("upload.done", run="echo 'cannot post to https://chat.example/secret' >&2; exit 2")
    runner = stand.runner()
    await runner.drain()
    await stand.upload(1, TransferState.DONE)
    await runner.drain()
    [errand] = Errands(stand.house.database).log(limit=9)
    assert errand.state is ErrandState.FAILED
    assert errand.trouble == "ended with code 2: cannot post to (address)"


async def test_what_ran_when_the_daemon_ended_is_lost_and_not_run_again(stand: Stand) -> None:
    stand.hook("upload.done")
    runner = stand.runner()
    await runner.drain()
    await stand.upload(1, TransferState.DONE)
    await runner._find()
    errands = Errands(stand.house.database)
    await errands.begin(one.id for one in errands.waiting(limit=9))  # and here it is killed
    await stand.upload(2, TransferState.DONE)
    assert await errands.lose_running(at=stand.clock.now, trouble="the daemon ended while it ran") == 1
    await stand.runner().drain()
    assert [one["upload"]["id"] for one in stand.events()] == ["u_2"]
    assert stand.log() == [
        ("upload.done", "u_2", ErrandState.DONE),
        ("upload.done", "u_1", ErrandState.LOST),
    ]


async def test_only_a_few_hooks_run_at_once_and_one_that_hangs_is_stopped(
    stand: Stand, tmp_path: Path
) -> None:
    counting = f"cd {tmp_path}; touch run.$$; ls run.* | wc -l >>most; sleep 0.05; rm run.$$"
    stand.wished = (
        {"it": HookSettings(on=("upload.done",), run=counting), "hang": HookSettings(
            on=("upload.failed",), run="sleep 60", timeout="1s")},
        SILENT,
    )  # fmt: skip
    runner = stand.runner()
    await runner.drain()
    for number in range(9):
        await stand.upload(number, TransferState.DONE)
    await stand.upload(20, TransferState.FAILED)
    await runner.drain()
    most = [int(line) for line in (tmp_path / "most").read_text().splitlines()]
    assert len(most) == 9
    assert max(most) <= 4
    [hung] = [one for one in Errands(stand.house.database).log(limit=20) if one.hook == "hang"]
    assert hung.trouble == "took too long and was stopped"


async def test_people_are_told_of_ends_together_and_of_long_uploads_without_an_address(stand: Stand) -> None:
    stand.wished = ({}, NotifySettings(before=("1h",), uploads="30s"))
    for name in ("a.pdf", "b.pdf"):
        await stand.keep(name=name, expires_at=NOON + 2 * HOUR)
    runner = stand.runner()
    await runner.drain()
    stand.clock.move(minutes=65)
    await stand.upload(1, TransferState.DONE)
    await stand.upload(2, TransferState.DONE, took=timedelta(seconds=3))
    await runner.drain()
    assert stand.told == ["2 links end within 55m. / expires<1h lists them.", "“big-1.bin” is uploaded."]
    await runner.drain()
    assert len(stand.told) == 2
    assert Errands(stand.house.database).log(limit=9) == []  # it is no hook's


async def test_the_examples_of_the_docs_run(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linktui.config.loading import load_settings

    examples = Path(__file__).parents[2] / "docs/examples"
    curl = tmp_path / "bin/curl"  # which writes down what it was to send
    curl.parent.mkdir()
    curl.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{stand.out}\n')
    curl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{curl.parent}:{examples}:{os.environ['PATH']}")
    monkeypatch.setenv("CHAT", "https://chat.example/hook")
    monkeypatch.setenv("JOURNAL", str(tmp_path / "journal"))
    stand.wished = (load_settings(examples / "hooks.toml").hooks, SILENT)
    runner = stand.runner()
    await runner.drain()
    await stand.keep(name='a "b" $(c).pdf', expires_at=NOON + 48 * HOUR)
    stand.clock.move(hours=30)
    await stand.upload(1, TransferState.FAILED)
    await runner.drain()
    said = stand.out.read_text()
    assert 'linktui: a "b" $(c).pdf ends within 24h (2026-11-23T12:00:00Z)\nhttps://chat.example/hook' in said
    assert "linktui: the upload of big-1.bin failed: no room" in said
    assert json.loads((tmp_path / "journal").read_text())["event"] == "link.created"
    assert {state for _, _, state in stand.log()} == {ErrandState.DONE}
    assert Event.LINK_CREATED.value in {event for event, _, _ in stand.log()}
