from __future__ import annotations

import os
from datetime import timedelta

import pytest

from linktui.model.capability import Policy
from linktui.model.errors import Conflict, InvalidInput, NotFound, Unavailable, Unintelligible
from linktui.model.link import LinkSpec
from linktui.providers.base import Wanted
from linktui.providers.digitalriver.limits import LARGEST_FILE
from linktui.providers.digitalriver.provider import DigitalRiverProvider
from tests.fakes import NOON
from tests.providers.digitalriver.service import PURPOSE, DigitalRiver, send

SHARE = LinkSpec(expires_at=NOON + timedelta(hours=1))


@pytest.mark.parametrize("data", [b"", b"hello", os.urandom(100_000)], ids=len)
async def test_a_file_arrives_as_it_was(
    river: DigitalRiver, provider: DigitalRiverProvider, data: bytes
) -> None:
    options = {"title": "My title", "purpose": "customer_invoice"}
    session = await provider.begin_upload("C:\\me\\Übung €.PDF", len(data), key="k", options=options)
    file_id = await send(provider, session, data)
    assert river.data == {file_id: data}
    file = await provider.get_file(file_id)
    assert (file.name, file.size, file.media_type) == ("Übung €.PDF", len(data), "application/pdf")
    assert (file.facts["Purpose"], file.facts["Title"]) == ("customer_invoice", "My title")
    assert b"".join([piece async for piece in provider.read_file(file_id)]) == data
    assert 'filename="Übung'.encode() in river.of("POST", "/files")[0].content


@pytest.mark.parametrize("name", ["a.exe", "pdf", "a.pdf.zip"])
async def test_only_what_is_taken_is_sent(
    river: DigitalRiver, provider: DigitalRiverProvider, name: str
) -> None:
    with pytest.raises(InvalidInput, match="CSV, JPG, PDF, PNG"):
        await provider.begin_upload(name, 5, key="k")
    with pytest.raises(InvalidInput, match="10 MiB"):
        await provider.begin_upload("a.csv", LARGEST_FILE + 1, key="k")
    with pytest.raises(InvalidInput):
        await provider.begin_upload("a.csv", 5, key="k", options={"link_expires": "never"})
    assert river.requests == [] or river.of("POST", "/files") == []
    await provider.begin_upload("a.csv", LARGEST_FILE, key="k")


async def test_a_file_whose_answer_was_lost_is_found_and_not_sent_again(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    earlier = river.keep("a.pdf")
    session = await provider.begin_upload("a.pdf", 5, key="k")
    river.lost = {"POST /files"}
    with pytest.raises(Unavailable):
        await send(provider, session)
    reborn = river.provider()
    file_id = await send(reborn, session)
    await reborn.close()
    assert file_id != earlier
    assert len(river.of("POST", "/files")) == 1


async def test_another_file_of_the_same_name_is_not_taken_for_ours(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    session = await provider.begin_upload("a.pdf", 5, key="k")
    river.keep("a.pdf", b"longer")
    river.keep("a.pdf", createdTime="2026-11-21T11:00:00Z")
    assert (await provider.upload_status(session)).file_id is None


@pytest.mark.parametrize("makes_links", [True, False])
async def test_a_link_that_comes_with_the_file_is_taken_if_one_was_wanted(
    river: DigitalRiver, provider: DigitalRiverProvider, makes_links: bool
) -> None:
    river.makes_links = makes_links
    options = {"link_expires": "2026-11-22T12:00Z"}
    for share in (SHARE, None):
        session = await provider.begin_upload(
            f"{share is None}.pdf", 5, key="k", options=options, share=share
        )
        await send(provider, session)
        link = (await provider.upload_status(session)).link
        assert (link is not None) is (makes_links and share is not None)
        if link is not None:
            assert link.link.files[0].name == link.link.name == "False.pdf"
            assert link.link.expires_at == NOON + timedelta(days=1)
    assert b"2026-11-22T12:00:00Z" in river.of("POST", "/files")[0].content


async def test_a_link_with_the_file_keeps_to_the_owners_longest_life(river: DigitalRiver) -> None:
    provider = river.provider(policy=Policy(longest=timedelta(days=2)))
    with pytest.raises(InvalidInput, match="longest_expires"):
        await provider.begin_upload("a.pdf", 5, key="k", options={"link_expires": "3d"})
    await provider.begin_upload("a.pdf", 5, key="k", options={"link_expires": "1d"})
    await provider.close()


async def test_a_part_of_a_file_is_refused(provider: DigitalRiverProvider) -> None:
    session = await provider.begin_upload("a.pdf", 5, key="k")
    with pytest.raises(Conflict):
        await provider.send_piece(session, 2, 3, lambda: iter(()))  # type: ignore[arg-type, return-value]  # not read
    await provider.abort_upload(session)


async def test_a_record_in_place_of_the_bytes_is_told_apart(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    record = river.keep("a.pdf", b'{"id": "file_1", "fileName": "a.pdf"}')
    with pytest.raises(Unintelligible, match="record"):
        assert [piece async for piece in provider.read_file(record)]
    for data in (b'{"id": 1}', b"{a,b\n1,2", b"{" * 200_000):
        file_id = river.keep("a.csv", data)
        assert b"".join([piece async for piece in provider.read_file(file_id)]) == data
    assert river.requests[-1].headers["accept"] == "*/*"
    with pytest.raises(NotFound):
        assert [piece async for piece in provider.read_file("file_x")]


async def test_a_file_that_a_live_link_holds_is_deleted_by_force_only(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    file_id = river.keep()
    river.share(file_id)
    with pytest.raises(Conflict):
        await provider.delete_file(file_id)
    await provider.delete_file(file_id, force=True)
    await provider.delete_file(file_id, force=True)
    assert river.files == {}


async def test_files_are_told_with_their_filters(river: DigitalRiver, provider: DigitalRiverProvider) -> None:
    file_id = river.keep("a.csv", b"12345", title="T", links=[{"id": "x"}])
    river.keep("b.csv")
    wanted = Wanted(purpose=PURPOSE, name="a.csv", title="T", type="csv", smallest=5, largest=5)
    [file] = (await provider.list_files(wanted=wanted)).rows
    assert (file.id, file.link_count, file.media_type) == (file_id, 1, "text/csv")
    assert dict(river.requests[-1].url.params) == {
        "limit": "100",
        "purpose": PURPOSE,
        "fileName": "a.csv",
        "title": "T",
        "type": "csv",
        "size[gte]": "5",
        "size[lte]": "5",
    }
