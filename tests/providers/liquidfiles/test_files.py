"""Attachments: uploads whole and in pieces, what became of a lost answer, lists and deletions."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import httpx
import pytest

from linktui.model.errors import Conflict, NotFound, SessionLost, Unavailable, Unintelligible
from linktui.model.file import File
from linktui.providers.base import DeletesFiles, KeepsFiles, ReadsFiles, UploadsResumably
from linktui.providers.liquidfiles import wire_files
from linktui.providers.liquidfiles.provider import LiquidFilesProvider
from tests.providers.liquidfiles.service import PIECE, Appliance

UPLOAD = "POST /link/attachments/upload"
WHOLE = b"12345"
LONG = b"0123456789abcdefghijKLMNO"
"""Two pieces and a half."""


def reading(data: bytes) -> Callable[[], AsyncIterator[bytes]]:
    async def read() -> AsyncIterator[bytes]:
        for at in range(0, len(data), 3):
            yield data[at : at + 3]

    return read


async def send(
    provider: LiquidFilesProvider, session: str, data: bytes, *, confirmed: int = 0, most: int = 99
) -> str:
    """Send what is left as the engine does, `most` pieces of it; return the file's id, or nothing."""
    status = await provider.upload_status(session, confirmed=confirmed)
    for _ in range(most):
        if status.file_id is not None:
            break
        piece = data[status.offset : status.offset + PIECE]
        status = await provider.send_piece(session, status.offset, len(piece), reading(piece))
    return status.file_id or ""


def test_the_provider_has_what_its_limits_claim(provider: LiquidFilesProvider) -> None:
    given_abilities: object = provider
    for ability in (KeepsFiles, DeletesFiles, UploadsResumably):
        assert isinstance(given_abilities, ability)
    assert not isinstance(given_abilities, ReadsFiles)


async def test_a_small_file_is_one_request(appliance: Appliance, provider: LiquidFilesProvider) -> None:
    session = await provider.begin_upload("my file&ü.pdf", len(WHOLE), key="k")
    file_id = await send(provider, session, WHOLE)
    assert appliance.asked == ["GET /account", UPLOAD]
    [_, request] = appliance.requests
    assert request.url.query == b"filename=my%20file%26%C3%BC.pdf"
    assert request.headers["content-type"] == "application/pdf"
    assert appliance.data == {file_id: WHOLE}
    file = await provider.get_file(file_id)
    assert (file.name, file.size) == ("my file&ü.pdf", 5)


async def test_a_large_file_is_sent_in_numbered_pieces(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    session = await provider.begin_upload("big.bin", len(LONG), key="k")
    file_id = await send(provider, session, LONG)
    assert appliance.data == {file_id: LONG}
    queries = [str(one.url.params) for one in appliance.requests if one.method == "POST"]
    assert queries == [f"filename=big.bin&chunk={number}&chunks=3" for number in range(3)]


async def test_the_documented_answer_to_an_upload_is_enough(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    documented = {
        "id": "VodoHHSnzG0DltkXihNPSF",
        "filename": "someimage.gif",
        "size": 45324,
        "size_human": "44.3 KB",
        "content_type": "image/gif",
        "checksum": "2900b6",
        "crc32": "edac54e4",
        "assembled": True,
    }
    appliance.answers[UPLOAD] = httpx.Response(200, json={"attachment": documented})
    session = await provider.begin_upload("someimage.gif", 5, key="k")
    file = await provider.get_file(await send(provider, session, WHOLE))
    assert (file.id, file.name, file.size) == ("VodoHHSnzG0DltkXihNPSF", "someimage.gif", 45324)
    assert (file.created_at, file.sha256) == (appliance.clock(), "")


async def test_a_listed_file_without_a_time_is_unintelligible(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    appliance.answers["GET /attachments"] = httpx.Response(200, json={"attachments": [{"id": "a"}]})
    with pytest.raises(Unintelligible):
        await provider.list_files()


@pytest.mark.parametrize("size", [0, PIECE, 2 * PIECE])
async def test_a_file_of_exactly_so_many_pieces_has_no_empty_one(
    appliance: Appliance, provider: LiquidFilesProvider, size: int
) -> None:
    session = await provider.begin_upload("even.bin", size, key="k")
    file_id = await send(provider, session, bytes(size))
    assert appliance.data == {file_id: bytes(size)}
    assert len(appliance.writes()) == max(1, size // PIECE)


@pytest.mark.parametrize("name", ["../../etc/report.pdf", "/tmp/report.pdf", "C:\\Users\\ann\\report.pdf"])
async def test_only_the_last_part_of_a_name_is_sent(
    appliance: Appliance, provider: LiquidFilesProvider, name: str
) -> None:
    session = await provider.begin_upload(name, len(WHOLE), key="k")
    await send(provider, session, WHOLE)
    assert appliance.requests[-1].url.params["filename"] == "report.pdf"


async def test_the_same_key_is_the_same_session_and_sends_nothing(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    first = await provider.begin_upload("a.txt", 5, key="k")
    appliance.clock.move(seconds=30)
    assert await provider.begin_upload("a.txt", 5, key="k") == first
    assert await provider.begin_upload("a.txt", 5, key="other") != first
    assert appliance.writes() == []


async def test_another_process_goes_on_after_the_last_confirmed_piece(appliance: Appliance) -> None:
    before = appliance.provider()
    session = await before.begin_upload("big.bin", len(LONG), key="k")
    await send(before, session, LONG, most=1)
    after = appliance.provider()
    status = await after.upload_status(session, confirmed=PIECE)
    assert (status.offset, status.file_id) == (PIECE, None)
    file_id = await send(after, session, LONG, confirmed=PIECE)
    assert appliance.data == {file_id: LONG}
    assert len(appliance.writes()) == 3


async def test_a_session_holds_no_secret_and_no_address(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    session = json.loads(await provider.begin_upload("a.txt", 5, key="k"))
    began = appliance.clock().isoformat()
    assert session == {"key": "k", "name": "a.txt", "size": 5, "piece": PIECE, "began": began}


@pytest.mark.parametrize("data", [WHOLE, LONG])
@pytest.mark.parametrize("crash", [False, True])
async def test_a_lost_last_answer_is_found_in_the_list_and_nothing_is_sent_again(
    appliance: Appliance, data: bytes, crash: bool
) -> None:
    provider = appliance.provider()
    session = await provider.begin_upload("a.bin", len(data), key="k")
    last = max(0, (len(data) - 1) // PIECE)
    await send(provider, session, data, most=last)
    appliance.clock.move(seconds=1)
    appliance.lost = {UPLOAD}
    with pytest.raises(Unavailable):
        await send(provider, session, data, confirmed=last * PIECE)
    sent = len(appliance.writes())
    again = appliance.provider() if crash else provider
    assert [await send(again, session, data, confirmed=last * PIECE)] == list(appliance.data)
    assert len(appliance.writes()) == sent


async def test_a_lost_answer_to_a_piece_has_that_piece_sent_again(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    session = await provider.begin_upload("big.bin", len(LONG), key="k")
    appliance.lost = {UPLOAD}
    with pytest.raises(Unavailable):
        await send(provider, session, LONG)
    file_id = await send(provider, session, LONG)
    assert appliance.data == {file_id: LONG}


@pytest.mark.parametrize(("name", "data"), [("other.bin", WHOLE), ("a.bin", b"123456"), ("a.bin", WHOLE)])
async def test_a_file_that_is_another_or_older_is_not_taken_for_the_lost_one(
    appliance: Appliance, name: str, data: bytes
) -> None:
    stranger = appliance.attach(name, data)
    appliance.clock.move(seconds=5)
    before = appliance.provider()
    session = await before.begin_upload("a.bin", len(WHOLE), key="k")
    file_id = await send(appliance.provider(), session, WHOLE)
    assert file_id != stranger
    assert len(appliance.writes()) == 1


async def test_a_twin_sent_a_moment_before_is_not_taken_for_the_lost_one(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    first = await send(provider, await provider.begin_upload("a.bin", 5, key="1"), WHOLE)
    session = await provider.begin_upload("a.bin", 5, key="2")
    appliance.answers[UPLOAD] = httpx.Response(503)
    with pytest.raises(Unavailable):
        await send(provider, session, WHOLE)
    assert await send(provider, session, WHOLE) not in ("", first)


async def test_a_finished_upload_is_known_and_one_whose_file_is_gone_is_lost(appliance: Appliance) -> None:
    provider = appliance.provider()
    session = await provider.begin_upload("a.bin", len(LONG), key="k")
    file_id = await send(provider, session, LONG)
    assert (await provider.upload_status(session, confirmed=len(LONG))).file_id == file_id
    later = appliance.provider()
    assert (await later.upload_status(session, confirmed=len(LONG))).file_id == file_id
    appliance.attachments.clear()
    with pytest.raises(SessionLost):
        await appliance.provider().upload_status(session, confirmed=len(LONG))


async def test_pieces_that_the_server_lost_have_the_upload_begin_again(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    session = await provider.begin_upload("big.bin", len(LONG), key="k")
    await send(provider, session, LONG, most=2)
    appliance.chunks.clear()
    with pytest.raises(SessionLost):
        await send(provider, session, LONG, confirmed=2 * PIECE)


@pytest.mark.parametrize(("offset", "length"), [(5, 5), (0, 5), (10, 11), (20, 10)])
async def test_bytes_that_are_no_piece_are_refused(
    appliance: Appliance, provider: LiquidFilesProvider, offset: int, length: int
) -> None:
    session = await provider.begin_upload("big.bin", len(LONG), key="k")
    with pytest.raises(Conflict):
        await provider.send_piece(session, offset, length, reading(bytes(length)))
    assert appliance.writes() == []


async def test_an_older_server_is_sent_to_by_its_own_path_from_then_on(old: Appliance) -> None:
    provider = old.provider()
    session = await provider.begin_upload("big.bin", len(LONG), key="k")
    file_id = await send(provider, session, LONG)
    assert old.data == {file_id: LONG}
    assert old.writes() == [UPLOAD, *["POST /message/attachments/upload"] * 3]


async def test_a_server_that_takes_no_uploads_is_asked_by_each_path_once(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    session = await provider.begin_upload("a.bin", 5, key="k")
    appliance.answers = {
        UPLOAD: httpx.Response(404),
        "POST /message/attachments/upload": httpx.Response(404),
    }
    with pytest.raises(NotFound):
        await send(provider, session, WHOLE)
    assert len(appliance.writes()) == 2


async def test_an_abandoned_upload_is_removed_if_it_became_a_file(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    session = await provider.begin_upload("a.bin", 5, key="k")
    await provider.abort_upload(session)
    assert appliance.writes() == []
    await send(provider, session, WHOLE)
    await provider.abort_upload(session)
    await provider.abort_upload(session)
    assert appliance.attachments == {}


async def test_files_are_listed_newest_first_with_what_the_server_knows(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    first = appliance.attach("Überweisung €.pdf")
    appliance.clock.move(hours=1)
    second = appliance.attach("virus.exe")
    appliance.attachments[second] |= {
        "available": False,
        "processed": True,
        "virus_scanned": True,
        "content_blocked": True,
        "content_blocked_message": "Executables are blocked\x07",
        "filelinks": [{"id": "l1"}, {"id": "l2"}],
    }
    page = await provider.list_files()
    assert [file.id for file in page.rows] == [second, first]
    blocked, clean = page.rows
    assert blocked.linkable == "Executables are blocked\ufffd"
    assert (clean.linkable, clean.media_type) == ("", "application/pdf")
    assert (blocked.link_count, clean.link_count) == (2, 0)
    assert blocked.facts == {
        "Available": "no",
        "Processed": "yes",
        "Scanned for viruses": "yes",
        "Content blocked": "yes",
    }
    assert clean.expires_at == datetime(2026, 12, 5, 23, 59, 59, tzinfo=UTC)
    assert len(clean.sha256) == 64


def test_a_file_that_is_still_being_put_together_is_told_as_it_is() -> None:
    shape = {"id": "a", "created_at": "2026-11-21 10:00:00 UTC", "size": None, "checksum": None}
    unfinished = {"expires_at": None, "processed": False, "virus_scan_required": False, "filelinks": None}
    file = wire_files.file_from(shape | unfinished | {"virus_scanned": False}, account="a")
    assert file == File(
        account="a",
        id="a",
        name="a",
        size=None,
        created_at=datetime(2026, 11, 21, 10, tzinfo=UTC),
        facts={"Processed": "no"},
    )


async def test_a_file_that_the_list_does_not_show_yet_is_known_to_who_sent_it(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    session = await provider.begin_upload("a.bin", 5, key="k")
    file_id = await send(provider, session, WHOLE)
    appliance.attachments.clear()
    assert (await provider.get_file(file_id)).size == 5
    with pytest.raises(NotFound):
        await appliance.provider().get_file(file_id)


async def test_a_deleted_file_is_gone_by_whichever_path(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    file_id = appliance.attach()
    await provider.delete_file(file_id)
    await provider.delete_file(file_id)
    assert appliance.attachments == {}
    assert appliance.writes()[:2] == [
        f"DELETE /attachments/{file_id}",
        f"DELETE /message/attachments/{file_id}",
    ]


async def test_a_file_in_use_is_deleted_only_by_force(
    appliance: Appliance, provider: LiquidFilesProvider
) -> None:
    file_id = appliance.attach()
    appliance.attachments[file_id]["filelinks"] = [{"id": "l1"}]
    with pytest.raises(Conflict) as caught:
        await provider.delete_file(file_id)
    assert caught.value.code == "file_in_use"
    await provider.delete_file(file_id, force=True)
    assert appliance.attachments == {}
