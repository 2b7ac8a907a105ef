from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from linktui.model.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    Rejected,
    SessionLost,
    Unauthorized,
    Unavailable,
)
from linktui.model.link import LinkSpec
from linktui.providers.base import UploadStatus
from linktui.providers.finix.provider import FinixProvider
from linktui.providers.finix.uploads import LOOKS
from tests.fakes import NOON
from tests.providers.finix.service import PASSWORD, STORE, Finix, send

BY_LINK = {"send_through": "link"}


@pytest.mark.parametrize("options", [{}, BY_LINK], ids=["call", "link"])
@pytest.mark.parametrize("data", [b"", b"hello", os.urandom(100_000), b"\r\n--x\r\n"], ids=len)
async def test_a_file_arrives_as_it_was(
    finix: Finix, provider: FinixProvider, options: dict[str, str], data: bytes
) -> None:
    session = await provider.begin_upload("Überweisung €.pdf", len(data), key="k", options=options)
    file_id = await send(provider, session, data)
    assert finix.data == {file_id: data}
    file = await provider.get_file(file_id)
    assert (file.name, file.size, file.facts["State"], file.linkable) == (
        "Überweisung €.pdf",
        None,
        "under review",
        "",
    )
    assert b"".join([piece async for piece in provider.read_file(file_id)]) == data


async def test_a_record_says_what_was_chosen(finix: Finix, provider: FinixProvider) -> None:
    options = {"type": "PASSPORT", "linked_to": "MU2n7BSovtwYsWYZF6rBnnzk"}
    share = LinkSpec(metadata={"order": "42"}, expires_at=NOON + timedelta(hours=1))
    await provider.begin_upload("/home/me/a.pdf", 5, key="k", options=options, share=share)
    await provider.begin_upload("C:\\me\\b.pdf", 5, key="l")
    one, two = (json.loads(request.content) for request in finix.of("POST", "/files"))
    assert one == {"display_name": "a.pdf", "tags": {"order": "42", "linktui": "k"}} | options
    assert two == {"display_name": "b.pdf", "type": "OTHER", "tags": {"linktui": "l"}}
    with pytest.raises(InvalidInput):
        await provider.begin_upload("a.pdf", 5, key="m", options={"send_through": "pigeon"})
    with pytest.raises(InvalidInput):
        await provider.begin_upload("a.pdf", 5, key="m", options={"purpose": "x"})


async def test_a_call_sends_one_part_with_the_bare_name_and_its_media_type(
    finix: Finix, provider: FinixProvider
) -> None:
    session = await provider.begin_upload('/home/me/a "b".pdf', 5, key="k")
    await send(provider, session)
    [request] = [one for one in finix.requests if one.url.path.endswith("/upload")]
    head = request.content.split(b"\r\n\r\n")[0].decode()
    assert 'name="file"; filename="a %22b%22.pdf"\r\nContent-Type: application/pdf' in head
    assert b"/home" not in request.content
    assert request.content.count(b"Content-Disposition") == 1


async def test_bytes_by_a_link_go_to_the_signed_address_and_nothing_of_us_with_them(
    finix: Finix, provider: FinixProvider
) -> None:
    session = await provider.begin_upload("a.pdf", 5, key="k", options=BY_LINK)
    assert "X-Amz" not in session
    assert STORE not in session
    await send(provider, session)
    [put] = [one for one in finix.requests if one.url.host == STORE]
    assert put.headers["content-type"] == "application/pdf"
    assert put.extensions["timeout"]["read"] == 300.0
    assert PASSWORD not in str(put.headers.raw)
    [link] = finix.links.values()
    assert (link["type"], link["tags"]) == ("UPLOAD", {"linktui": "k-bytes"})
    [noted] = [call for call in finix.calls if call.method == "PUT"]
    assert noted.path == "…"


async def test_bytes_that_came_by_a_link_are_waited_for(finix: Finix, provider: FinixProvider) -> None:
    finix.notices_after = 3
    session = await provider.begin_upload("a.pdf", 5, key="k", options=BY_LINK)
    await send(provider, session)
    assert finix.slept[-4:] == [0.0, 0.5, 1.0, 2.0]


async def test_bytes_that_nobody_notices_are_no_success(finix: Finix, provider: FinixProvider) -> None:
    finix.notices_after = len(LOOKS)
    session = await provider.begin_upload("a.pdf", 5, key="k", options=BY_LINK)
    with pytest.raises(Unavailable):
        await send(provider, session)
    # They are noticed in the meantime, and sent no second time.
    assert (await provider.upload_status(session)).file_id is not None
    assert len([one for one in finix.requests if one.method == "PUT"]) == 1


async def test_a_link_that_the_store_refuses_is_followed_by_one_more(
    finix: Finix, provider: FinixProvider
) -> None:
    finix.refused_puts = 1
    session = await provider.begin_upload("a.pdf", 5, key="k", options=BY_LINK)
    file_id = await send(provider, session)
    assert finix.data == {file_id: b"hello"}
    assert len(finix.links) == 2


async def test_a_refusal_by_the_store_is_no_doubt_about_our_secret(
    finix: Finix, provider: FinixProvider
) -> None:
    finix.refused_puts = 2
    session = await provider.begin_upload("a.pdf", 5, key="k", options=BY_LINK)
    with pytest.raises(Rejected) as caught:
        await send(provider, session)
    assert not isinstance(caught.value, Unauthorized)
    assert (caught.value.message, caught.value.code) == ("Request has expired & is over", "AccessDenied")


async def test_a_link_of_an_earlier_try_is_used_again_while_it_lives(
    finix: Finix, provider: FinixProvider
) -> None:
    session = await provider.begin_upload("a.pdf", 5, key="k", options=BY_LINK)
    for lost in range(2):
        finix.answers["PUT /MERCHANT/MU2n/FILE_0001/file"] = [httpx.Response(503)]
        with pytest.raises(Unavailable):
            await send(provider, session)
        assert len(finix.links) == 1, lost
    finix.clock.move(minutes=16)
    await send(provider, session)
    assert len(finix.links) == 2


@pytest.mark.parametrize("crashed", [False, True])
async def test_a_record_whose_answer_was_lost_is_not_made_twice(finix: Finix, crashed: bool) -> None:
    provider = finix.provider()
    await provider.begin_upload("a.pdf", 5, key="before")
    finix.lost.add("POST /files")
    with pytest.raises(Unavailable):
        await provider.begin_upload("b.pdf", 5, key="k")
    if crashed:
        await provider.close()
        provider = finix.provider()
    session = await provider.begin_upload("b.pdf", 5, key="k")
    assert await provider.begin_upload("b.pdf", 5, key="k") == session
    assert [file["display_name"] for file in finix.files.values()] == ["a.pdf", "b.pdf"]
    await provider.close()


async def test_many_uploads_look_for_an_earlier_try_once(finix: Finix, provider: FinixProvider) -> None:
    for number in range(10):
        await provider.begin_upload("a.pdf", 5, key=str(number))
    assert len(finix.of("GET", "/files")) == 1
    [look] = finix.of("GET", "/files")
    assert dict(look.url.params) == {"limit": "100", "created_at.gte": "2026-11-14T12:00:00"}


async def test_an_upload_of_a_key_is_done_once_for_ever(finix: Finix, provider: FinixProvider) -> None:
    session = await provider.begin_upload("a.pdf", 5, key="k")
    await send(provider, session)
    assert await provider.begin_upload("a.pdf", 5, key="k") == session
    assert len(finix.files) == 1


async def test_after_unreadable_bytes_an_upload_can_begin_anew(finix: Finix, provider: FinixProvider) -> None:
    session = await provider.begin_upload("a.pdf", 5, key="k")
    finix.files["FILE_0001"]["status"] = "INVALID"
    assert await provider.begin_upload("a.pdf", 5, key="k") != session
    assert await send(provider, await provider.begin_upload("a.pdf", 5, key="k")) == "FILE_0002"


@pytest.mark.parametrize("options", [{}, BY_LINK], ids=["call", "link"])
async def test_a_file_whose_answer_was_lost_is_not_sent_twice(
    finix: Finix, provider: FinixProvider, options: dict[str, str]
) -> None:
    session = await provider.begin_upload("a.pdf", 5, key="k", options=options)
    assert await provider.upload_status(session) == UploadStatus(0)
    finix.lost |= {"POST /files/FILE_0001/upload", "PUT /MERCHANT/MU2n/FILE_0001/file"}
    with pytest.raises(Unavailable):
        await send(provider, session)
    await provider.close()
    again = finix.provider()
    assert await again.upload_status(session, confirmed=0) == UploadStatus(5, "FILE_0001")
    await again.close()


async def test_unreadable_bytes_are_rejected_with_the_reason(finix: Finix, provider: FinixProvider) -> None:
    finix.status_after = "INVALID"
    session = await provider.begin_upload("a.pdf", 5, key="k")
    with pytest.raises(Rejected, match="could not read the file"):
        await send(provider, session)
    with pytest.raises(Rejected):
        await provider.upload_status(session)
    assert (await provider.get_file("FILE_0001")).linkable


@pytest.mark.parametrize("status", ["UPLOADED", "SCANNING", ""])
async def test_a_status_that_is_new_counts_as_arrived(
    finix: Finix, provider: FinixProvider, status: str
) -> None:
    finix.status_after = status
    session = await provider.begin_upload("a.pdf", 5, key="k")
    assert await send(provider, session) == "FILE_0001"


async def test_a_record_that_is_gone_is_a_lost_session(finix: Finix, provider: FinixProvider) -> None:
    session = await provider.begin_upload("a.pdf", 5, key="k")
    finix.files.clear()
    with pytest.raises(SessionLost):
        await provider.upload_status(session)
    await provider.abort_upload(session)


async def test_a_part_of_a_file_is_refused(finix: Finix, provider: FinixProvider) -> None:
    async def read() -> AsyncIterator[bytes]:
        yield b"he"

    session = await provider.begin_upload("a.pdf", 5, key="k")
    for offset, length in ((0, 2), (3, 2)):
        with pytest.raises(Conflict):
            await provider.send_piece(session, offset, length, read)
    assert finix.data == {}


async def test_a_cancelled_upload_leaves_its_record_and_says_nothing(
    finix: Finix, provider: FinixProvider
) -> None:
    session = await provider.begin_upload("a.pdf", 5, key="k")
    asked = len(finix.requests)
    await provider.abort_upload(session)
    assert len(finix.requests) == asked


async def test_a_file_that_was_never_sent_cannot_be_fetched(finix: Finix, provider: FinixProvider) -> None:
    file_id = finix.keep(data=None)
    with pytest.raises(NotFound):
        [piece async for piece in provider.read_file(file_id)]


async def test_a_download_that_is_elsewhere_is_fetched_without_the_secret(
    finix: Finix, provider: FinixProvider
) -> None:
    file_id = finix.keep()
    elsewhere = "https://files.test/x"
    finix.answers[f"GET /files/{file_id}/download"] = [httpx.Response(302, headers={"location": elsewhere})]
    finix.answers["GET /x"] = [httpx.Response(200, content=b"there")]
    assert b"".join([piece async for piece in provider.read_file(file_id)]) == b"there"
    assert not {"authorization", "finix-version"} & set(finix.requests[-1].headers)
