"""A file arrives once, whole and over nobody else's, wherever the one who sends it dies."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from collections.abc import AsyncIterator
from email.utils import format_datetime
from typing import Any

import pytest

from linktui.model.errors import Conflict, DigestMismatch, InvalidInput, SessionLost
from linktui.providers.answers import Answer
from linktui.providers.s3 import uploads
from linktui.providers.s3.provider import S3Provider
from tests.fakes import Clock
from tests.providers.s3.acts import fetched, reading, send_parts, stored
from tests.providers.s3.bucket import BUCKET, Bucket
from tests.providers.s3.conftest import PIECE, Machines

DATA = os.urandom(2 * PIECE + 1000)


def left_over(bucket: Bucket) -> list[str]:
    """Return what an upload leaves behind: unfinished ones, and notes of them."""
    kept = bucket.store.buckets[BUCKET]
    notes = [key for key in kept.keys if "/uploads/" in key]
    return [*kept.multiparts, *notes]


@pytest.mark.parametrize("sent", [0, 1, 2])
async def test_an_upload_goes_on_at_the_part_where_its_sender_died(
    machines: Machines, bucket: Bucket, sent: int
) -> None:
    before = machines.open()
    session = await before.begin_upload("big.bin", len(DATA), key="k")
    await send_parts(before, session, DATA, parts=sent)
    after = machines.open()
    status = await after.upload_status(session)
    assert status.offset == sent * PIECE
    machines.calls.clear()
    whole = await send_parts(after, session, DATA)
    assert whole.file_id == "big.bin"
    assert sum(call.method == "PUT" for call in machines.calls) == 3 - sent
    assert await fetched(after, "big.bin") == DATA
    assert left_over(bucket) == []


async def test_only_what_has_no_gap_before_it_counts(machines: Machines, provider: S3Provider) -> None:
    session = await provider.begin_upload("big.bin", len(DATA), key="k")
    await provider.send_piece(session, PIECE, PIECE, reading(DATA[PIECE : 2 * PIECE]))
    assert (await machines.open().upload_status(session)).offset == 0
    with pytest.raises(Conflict, match="not every part"):
        await provider.send_piece(session, 2 * PIECE, 1000, reading(DATA[2 * PIECE :]))
    assert (await machines.open().upload_status(session)).offset == 0
    await provider.send_piece(session, 0, PIECE, reading(DATA[:PIECE]))
    assert (await machines.open().upload_status(session)).offset == 2 * PIECE


async def test_parts_go_side_by_side_and_the_last_is_answered_when_all_are_there(
    provider: S3Provider, bucket: Bucket
) -> None:
    session = await provider.begin_upload("big.bin", len(DATA), key="k")
    gate = asyncio.Event()

    async def first() -> AsyncIterator[bytes]:
        await gate.wait()
        yield DATA[:PIECE]

    async with asyncio.TaskGroup() as group:
        group.create_task(provider.send_piece(session, 0, PIECE, first))
        group.create_task(provider.send_piece(session, PIECE, PIECE, reading(DATA[PIECE : 2 * PIECE])))
        last = group.create_task(provider.send_piece(session, 2 * PIECE, 1000, reading(DATA[2 * PIECE :])))
        [upload] = bucket.store.buckets[BUCKET].multiparts.values()
        while len(upload.parts) < 2:  # noqa: ASYNC110 - the store has no event
            await asyncio.sleep(0)
        assert not last.done()
        gate.set()
    assert last.result().file_id
    assert await fetched(provider, "big.bin") == DATA


async def test_one_key_is_one_upload_even_if_nobody_wrote_down_how_it_is_called(
    machines: Machines, bucket: Bucket
) -> None:
    before, after = machines.open(), machines.open()
    first = await before.begin_upload("big.bin", len(DATA), key="k")
    assert await after.begin_upload("big.bin", len(DATA), key="k") == first
    assert len(bucket.store.buckets[BUCKET].multiparts) == 1


@pytest.mark.parametrize("data", [b"%PDF-2", DATA], ids=["whole", "in parts"])
async def test_a_file_of_the_same_name_is_not_written_over(provider: S3Provider, data: bytes) -> None:
    first = await stored(provider, b"%PDF-1")
    second = await stored(provider, data)
    assert first == "report.pdf"
    assert second.startswith("report-")
    assert second.endswith(".pdf")
    assert await fetched(provider, first) == b"%PDF-1"
    assert await fetched(provider, second) == data


@pytest.mark.parametrize("data", [b"%PDF-2", DATA], ids=["whole", "in parts"])
async def test_a_file_that_comes_first_while_another_is_sent_is_not_written_over(
    machines: Machines, bucket: Bucket, data: bytes
) -> None:
    slow = machines.open()
    session = await slow.begin_upload("report.pdf", len(data), key="slow")
    await stored(machines.open(), b"%PDF-1")
    with pytest.raises(SessionLost):
        await send_parts(slow, session, data)
    assert await fetched(slow, "report.pdf") == b"%PDF-1"
    assert left_over(bucket) == []
    again = await slow.begin_upload("report.pdf", len(data), key="slow, again")
    assert (await send_parts(slow, again, data)).file_id != "report.pdf"


async def test_an_upload_that_the_store_forgot_begins_anew(provider: S3Provider, machines: Machines) -> None:
    session = await provider.begin_upload("big.bin", len(DATA), key="k")
    await machines.open().abort_upload(session)
    with pytest.raises(SessionLost):
        await machines.open().upload_status(session)
    await machines.open().abort_upload(session)


async def test_what_nobody_finished_for_a_week_is_cleared_away(
    machines: Machines, bucket: Bucket, clock: Clock
) -> None:
    await machines.open().begin_upload("old.bin", len(DATA), key="old")
    clock.move(days=8)
    provider = machines.open()
    session = await provider.begin_upload("new.bin", len(DATA), key="new")
    assert len(left_over(bucket)) == 2
    assert (await machines.open().upload_status(session)).offset == 0


async def test_a_file_goes_into_its_folder(provider: S3Provider) -> None:
    assert await stored(provider, folder="/reports/2026/") == "reports/2026/report.pdf"
    file = await provider.get_file("reports/2026/report.pdf")
    assert (file.name, file.folder) == ("report.pdf", "reports/2026/")


@pytest.mark.parametrize("folder", ["..", "a/../b", ".linktui", "x/.linktui/y"])
async def test_a_folder_that_leads_elsewhere_is_refused(provider: S3Provider, folder: str) -> None:
    with pytest.raises(InvalidInput, match="folder"):
        await provider.begin_upload("a", 1, key="k", options={"folder": folder})


async def test_a_name_too_long_for_a_store_is_refused_before_it_is_sent(provider: S3Provider) -> None:
    with pytest.raises(InvalidInput, match="1024"):
        await provider.begin_upload("é" * 600, 1, key="k")


async def test_the_digest_of_a_file_sent_whole_is_told_by_the_store(
    provider: S3Provider, clock: Clock
) -> None:
    digest = hashlib.sha256(b"%PDF-1")
    told = {
        "last-modified": format_datetime(clock(), usegmt=True),
        "content-length": "6",
        "etag": '"e"',
        "x-amz-checksum-sha256": base64.b64encode(digest.digest()).decode(),
        "x-amz-version-id": "v1",
    }
    file = provider._objects.told("a.pdf", Answer(200, told, b""))
    assert (file.size, file.sha256, file.created_at) == (6, digest.hexdigest(), clock())
    assert file.facts["Version"] == "v1"
    in_parts = provider._objects.told("a.pdf", Answer(200, told | {"etag": '"e-2"'}, b""))
    assert in_parts.sha256 == ""


async def test_a_long_list_is_told_page_by_page_without_what_is_kept_for_us(
    provider: S3Provider, bucket: Bucket, machines: Machines
) -> None:
    for number in range(2_500):
        folder = ".linktui/links/" if number % 2 else "logs/"
        bucket.store.put_object(BUCKET, f"team/{folder}{number:06d}", b"x")
    bucket.store.put_object(BUCKET, "team/!first", b"x")
    bucket.store.put_object(BUCKET, "others/secret", b"x")
    machines.calls.clear()
    page = await provider.list_files()
    assert page.rows[0].id == "!first"
    assert len(machines.calls) == 1
    ids, cursor = [file.id for file in page.rows], page.next_cursor
    while cursor is not None:
        page = await provider.list_files(cursor=cursor)
        ids, cursor = ids + [file.id for file in page.rows], page.next_cursor
    assert len(ids) == 1_251
    assert all(one == "!first" or one.startswith("logs/") for one in ids)
    assert len(machines.calls) == 3


async def test_a_part_too_long_to_be_held_is_streamed_and_its_digest_compared(
    provider: S3Provider, machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_HELD", PIECE - 1)
    session = await provider.begin_upload("big.bin", len(DATA), key="k")
    assert (await send_parts(provider, session, DATA)).file_id
    assert await fetched(provider, "big.bin") == DATA
    session = await provider.begin_upload("other.bin", len(DATA), key="l")
    call = provider._store.call

    async def spoiled(*place: Any, **parts: Any) -> Answer:
        answer = await call(*place, **parts)
        return Answer(200, {"etag": '"' + "0" * 32 + '"'}, answer.body)

    monkeypatch.setattr(provider._store, "call", spoiled)
    with pytest.raises(DigestMismatch):
        await provider.send_piece(session, 0, PIECE, reading(DATA[:PIECE]))
    assert "UNSIGNED" not in repr(machines.calls)
