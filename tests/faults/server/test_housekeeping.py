"""Fault 30: what is cleared away is only the server's own, idle and expired."""

from __future__ import annotations

import errno
import os

import pytest

from linktui.linkserver.store import Store
from tests.faults.server.test_disk import failing
from tests.server.conftest import Share
from tests.server.test_tus import STREAM, TUS, Line, begin, content


@pytest.mark.parametrize("days", [365, -365], ids=["a year ahead", "a year back"])
async def test_fault_30_a_clock_that_jumps_takes_no_live_upload_and_no_files(share: Share, days: int) -> None:
    directory = share.store.database.path.parent
    link = await share.link(await share.file(b"kept"))
    place, idle = [(await begin(share, 6)).headers["location"] for _ in range(2)]
    foreign = directory / "tmp" / "mine.part"
    foreign.touch()
    line = Line(share.app, place, 0)
    line.say(b"012")
    await line.heard.wait()
    share.clock.move(days=days)
    share.store.collect(share.store.clock())
    line.messages.put_nowait({"type": "http.request", "body": b"345", "more_body": False})
    await line.task
    named = dict(line.answers[0]["headers"])
    assert line.answers[0]["status"] == 204
    assert await content(share, named[b"linktui-file"].decode()) == b"012345"
    head = await share.owner.head(idle, headers=TUS)
    assert head.status_code == (404 if days > 0 else 200)
    assert (await share.stranger.get(f"/l/{link['slug']}")).content == b"kept"
    assert foreign.exists()
    share.store.collect(share.store.clock())
    assert (await share.stranger.get(f"/l/{link['slug']}")).content == b"kept"


async def test_fault_30_only_what_is_its_own_idle_and_expired_is_removed(share: Share) -> None:
    directory = share.store.database.path.parent
    old = (await begin(share, 4)).headers["location"]
    share.clock.move(days=6)
    young = (await begin(share, 4)).headers["location"]
    secret = directory / "secret"
    secret.write_bytes(b"secret!")
    swapped = directory / "tmp" / f"{old.rpartition('/')[2]}.part"
    swapped.unlink()
    swapped.symlink_to(secret)
    foreign = [directory / where for where in ("tmp/mine.part", "tmp/note", "blobs/ab/mine")]
    (directory / "blobs" / "ab").mkdir(exist_ok=True)
    for path in foreign:
        path.write_bytes(b"mine")
    share.clock.move(days=1, seconds=1)
    assert (await share.owner.head(old, headers=TUS)).status_code == 410
    share.store.collect(share.store.clock())
    Store.open(directory, clock=share.clock).close()
    assert (await share.owner.head(old, headers=TUS)).status_code == 404
    assert not os.path.lexists(swapped)
    assert secret.read_bytes() == b"secret!"
    assert all(path.read_bytes() == b"mine" for path in foreign)
    answer = await share.owner.patch(young, content=b"0123", headers=TUS | STREAM | {"Upload-Offset": "0"})
    assert await content(share, answer.headers["linktui-file"]) == b"0123"


async def test_fault_30_housekeeping_goes_on_after_a_disk_that_failed(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = (await begin(share, 4)).headers["location"]
    share.clock.move(days=8)
    with monkeypatch.context() as disk:
        disk.setattr(os, "unlink", failing(errno.EROFS, []))
        with pytest.raises(OSError, match="Read-only"):
            share.store.collect(share.store.clock())
    Store.open(share.store.database.path.parent, clock=share.clock).close()
    assert (await share.owner.head(place, headers=TUS)).status_code == 404
    assert list((share.store.database.path.parent / "tmp").iterdir()) == []
