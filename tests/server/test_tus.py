"""Resumable uploads: every extension, and what must survive a broken connection or a new process."""

from __future__ import annotations

import asyncio
import hashlib
import os
from base64 import b64encode
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import Message

from tests.server.conftest import TOKEN, Clock, Share, open_share

TUS = {"Tus-Resumable": "1.0.0"}
STREAM = {"Content-Type": "application/offset+octet-stream"}


def b64(data: bytes) -> str:
    return b64encode(data).decode()


async def begin(share: Share, size: int, *, name: str = "a.bin", **headers: str) -> httpx.Response:
    told = {"Upload-Length": str(size), "Upload-Metadata": f"filename {b64(name.encode())}"}
    return await share.owner.post("/api/tus", headers=TUS | told | headers)


async def send(share: Share, place: str, offset: int, data: bytes, **headers: str) -> httpx.Response:
    position = {"Upload-Offset": str(offset)}
    return await share.owner.patch(place, content=data, headers=TUS | STREAM | position | headers)


async def content(share: Share, file: str) -> bytes:
    return (await share.owner.get(f"/api/files/{file}/content")).content


async def test_an_upload_in_pieces_becomes_a_file(share: Share) -> None:
    made = await begin(share, 10, name="ü.txt")
    place = made.headers["location"]
    assert made.status_code == 201
    assert made.headers["upload-expires"] == "Sat, 28 Nov 2026 12:00:00 GMT"
    first = await send(share, place, 0, b"01234")
    assert (first.status_code, first.headers["upload-offset"]) == (204, "5")
    assert "linktui-file" not in first.headers
    last = await send(share, place, 5, b"56789")
    file = last.headers["linktui-file"]
    assert await content(share, file) == b"0123456789"
    told = (await share.owner.get(f"/api/files/{file}")).json()
    assert (told["name"], told["sha256"]) == ("ü.txt", hashlib.sha256(b"0123456789").hexdigest())
    share.clock.move(hours=24)
    head = await share.owner.head(place, headers=TUS)
    assert (head.headers["upload-offset"], head.headers["linktui-file"]) == ("10", file)
    assert (await send(share, place, 10, b"")).headers["linktui-file"] == file


async def test_the_first_bytes_may_come_with_the_creation(share: Share) -> None:
    headers = TUS | STREAM | {"Upload-Length": "5"}
    answer = await share.owner.post("/api/tus", content=b"hello", headers=headers)
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "5")
    assert await content(share, answer.headers["linktui-file"]) == b"hello"


async def test_an_empty_upload_is_a_file_at_once(share: Share) -> None:
    answer = await begin(share, 0)
    assert await content(share, answer.headers["linktui-file"]) == b""


async def test_the_options_tell_what_is_spoken(share: Share) -> None:
    answer = await share.owner.options("/api/tus")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    for extension in ("creation", "creation-with-upload", "expiration", "checksum", "termination"):
        assert extension in answer.headers["tus-extension"].split(",")


async def test_another_version_and_another_type_are_refused(share: Share) -> None:
    place = (await begin(share, 3)).headers["location"]
    assert (await share.owner.head(place)).status_code == 412
    plain = TUS | {"Upload-Offset": "0", "Content-Type": "text/plain"}
    assert (await share.owner.patch(place, content=b"012", headers=plain)).status_code == 415


async def test_the_same_key_leads_to_the_same_upload_in_its_true_state(share: Share) -> None:
    key = {"Idempotency-Key": "job-1"}
    first = await begin(share, 4, **key)
    await send(share, first.headers["location"], 0, b"01")
    again = await begin(share, 4, **key)
    assert (again.status_code, again.headers["location"]) == (201, first.headers["location"])
    assert again.headers["upload-offset"] == "2"
    done = await send(share, again.headers["location"], 2, b"23")
    third = await begin(share, 4, **key)
    assert third.headers["linktui-file"] == done.headers["linktui-file"]
    assert (await begin(share, 5, **key)).status_code == 409
    assert len((await share.owner.get("/api/files")).json()["data"]) == 1


async def test_a_terminated_upload_is_gone_with_its_bytes(share: Share, tmp_path: Path) -> None:
    place = (await begin(share, 4)).headers["location"]
    await send(share, place, 0, b"01")
    assert (await share.owner.delete(place, headers=TUS)).status_code == 204
    assert (await share.owner.head(place, headers=TUS)).status_code == 404
    assert list((tmp_path / "tmp").iterdir()) == []


async def test_an_expired_upload_is_gone_and_collected_but_other_files_are_not(
    share: Share, tmp_path: Path
) -> None:
    place = (await begin(share, 4)).headers["location"]
    foreign = tmp_path / "tmp" / "mine.part"
    foreign.touch()
    share.clock.move(days=7)
    assert (await share.owner.head(place, headers=TUS)).status_code == 410
    share.store.collect(share.clock())
    assert list((tmp_path / "tmp").iterdir()) == [foreign]
    assert (await share.owner.head(place, headers=TUS)).status_code == 404


async def test_a_new_process_goes_on_from_the_confirmed_offset(tmp_path: Path, clock: Clock) -> None:
    data = os.urandom(3_000_000)
    before = open_share(tmp_path, clock)
    place = (await begin(before, len(data))).headers["location"]
    await send(before, place, 0, data[:1_000_000])
    part = next((tmp_path / "tmp").iterdir())
    with part.open("ab") as file:
        file.write(b"bytes that were never acknowledged")
    before.store.close()

    after = open_share(tmp_path, clock)
    head = await after.owner.head(place, headers=TUS)
    assert head.headers["upload-offset"] == "1000000"
    last = await send(after, place, 1_000_000, data[1_000_000:])
    assert await content(after, last.headers["linktui-file"]) == data
    after.store.close()


async def test_a_process_that_died_before_publishing_publishes_on_opening(
    tmp_path: Path, clock: Clock
) -> None:
    before = open_share(tmp_path, clock)
    place = (await begin(before, 4)).headers["location"]
    upload = place.rpartition("/")[2]
    (tmp_path / "tmp" / f"{upload}.part").write_bytes(b"0123")
    before.store.database.write_now(lambda db: db.execute("UPDATE upload SET offset = 4"))
    before.store.database.write_now(lambda db: db.execute("INSERT INTO garbage VALUES (?)", (upload,)))
    before.store.close()
    after = open_share(tmp_path, clock)
    head = await after.owner.head(place, headers=TUS)
    assert await content(after, head.headers["linktui-file"]) == b"0123"
    after.store.close()


class Line:
    """One PATCH whose bytes come when the test says so."""

    def __init__(self, app: Starlette, place: str, offset: int, **headers: str) -> None:
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        self.answers: list[Message] = []
        named = TUS | STREAM | {"Upload-Offset": str(offset), "Authorization": f"Bearer {TOKEN}"} | headers
        scope: dict[str, Any] = {
            "type": "http",
            "method": "PATCH",
            "path": place,
            "raw_path": place.encode(),
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
            "client": ("127.0.0.1", 1),
        }
        self.heard = asyncio.Event()
        self.task = asyncio.ensure_future(app(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        message = await self.messages.get()
        self.heard.set()
        return message

    async def _send(self, message: Message) -> None:
        self.answers.append(message)

    def say(self, data: bytes) -> None:
        self.messages.put_nowait({"type": "http.request", "body": data, "more_body": True})

    def hang_up(self) -> None:
        self.messages.put_nowait({"type": "http.disconnect"})


@pytest.mark.parametrize(("checked", "kept"), [(False, "3"), (True, "0")])
async def test_a_broken_off_piece_is_kept_unless_it_has_a_checksum(
    share: Share, checked: bool, kept: str
) -> None:
    app = share.app
    place = (await begin(share, 10)).headers["location"]
    headers = {"Upload-Checksum": f"sha1 {b64(hashlib.sha1(b'0123456789').digest())}"} if checked else {}
    line = Line(app, place, 0, **headers)
    line.say(b"012")
    line.hang_up()
    await line.task
    assert (await share.owner.head(place, headers=TUS)).headers["upload-offset"] == kept
    last = await send(share, place, int(kept), b"0123456789"[int(kept) :])
    assert await content(share, last.headers["linktui-file"]) == b"0123456789"


async def test_a_newer_writer_ends_the_older_one_and_what_it_sent_is_kept(share: Share) -> None:
    app = share.app
    place = (await begin(share, 6)).headers["location"]
    old = Line(app, place, 0)
    old.say(b"012")
    await old.heard.wait()
    new = Line(app, place, 0)
    await new.task
    await old.task
    assert new.answers[0]["status"] == 409
    assert (b"upload-offset", b"3") in new.answers[0]["headers"]


async def test_stopping_keeps_what_came(share: Share) -> None:
    app = share.app
    place = (await begin(share, 6)).headers["location"]
    line = Line(app, place, 0)
    line.say(b"012")
    await line.heard.wait()
    app.state.context.stopping.set()
    await line.task
    assert (await share.owner.head(place, headers=TUS)).headers["upload-offset"] == "3"
