"""What a provider claims works, and what it tells is what is there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from linktui.model.capability import Ability
from linktui.model.errors import Conflict, NotFound, Rejected, SessionLost
from linktui.model.link import LinkedFile, LinkEdit, LinkKind, LinkSpec, LinkState
from linktui.providers.base import (
    DeletesLinks,
    FeedsChanges,
    KeepsFiles,
    ListsDownloads,
    Provider,
    RevokesLinks,
    UpdatesLinks,
    UploadsResumably,
)
from linktui.providers.local import provider as local
from linktui.providers.local.provider import LocalProvider
from tests.fakes import NOON, Clock


async def stored(provider: LocalProvider, data: bytes = b"hello", name: str = "hello.txt") -> str:
    """Upload a file whole and return its id."""

    async def read() -> AsyncIterator[bytes]:
        yield data

    session = await provider.begin_upload(name, len(data), key=os.urandom(4).hex())
    status = await provider.upload_status(session)
    if status.file_id is None:
        status = await provider.send_piece(session, 0, len(data), read)
    assert status.file_id is not None
    return status.file_id


def test_the_provider_has_every_ability_it_claims(provider: LocalProvider) -> None:
    required: Provider = provider
    assert set(required.limits.missing) == {Ability.FILE_VERSIONS}, "a file never changes there"
    for ability in (
        UpdatesLinks,
        RevokesLinks,
        DeletesLinks,
        ListsDownloads,
        KeepsFiles,
        FeedsChanges,
        UploadsResumably,
    ):
        assert isinstance(provider, ability)


async def test_an_upload_in_pieces_is_the_file_it_was(provider: LocalProvider) -> None:
    data = os.urandom(100_000)
    session = await provider.begin_upload("data.bin", len(data), key="k")
    assert await provider.begin_upload("data.bin", len(data), key="k") == session
    offset = 0
    while offset < len(data):
        piece = data[offset : offset + 30_000]

        async def read(piece: bytes = piece) -> AsyncIterator[bytes]:
            yield piece

        status = await provider.send_piece(session, offset, len(piece), read)
        offset = status.offset
        assert (await provider.upload_status(session)).offset == offset
    assert status.file_id is not None
    file = await provider.get_file(status.file_id)
    assert (file.size, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert (await provider.upload_status(session)).file_id == status.file_id


async def test_a_piece_for_another_offset_is_refused(provider: LocalProvider) -> None:
    session = await provider.begin_upload("data.bin", 10, key="k")

    async def read() -> AsyncIterator[bytes]:
        yield b"12345"

    with pytest.raises(Conflict):
        await provider.send_piece(session, 5, 5, read)


async def test_an_aborted_upload_is_forgotten(provider: LocalProvider) -> None:
    session = await provider.begin_upload("data.bin", 10, key="k")
    await provider.abort_upload(session)
    await provider.abort_upload(session)
    with pytest.raises(SessionLost):
        await provider.upload_status(session)


@pytest.mark.parametrize("name", ["Überweisung €.pdf", "日本語.txt", 'a b;c"d.txt', "[nope] {{x}}"])
async def test_a_name_comes_back_as_it_was_given(provider: LocalProvider, name: str) -> None:
    file = await provider.get_file(await stored(provider, name=name))
    assert file.name == name


async def test_a_link_is_what_was_asked_for(provider: LocalProvider) -> None:
    one, two = await stored(provider, name="1.txt"), await stored(provider, name="2.txt")
    spec = LinkSpec(
        kind=LinkKind.VIEW,
        name="Both",
        expires_at=NOON + timedelta(days=7),
        password="hunter2",
        download_limit=3,
        slug="both-files",
        metadata={"order": "42", "team": "ops"},
        captions=("first", "second"),
    )
    link = (await provider.create_link((two, one), spec, key="k")).link
    assert link == (await provider.get_link(link.id)).link
    assert (link.kind, link.name, link.slug) == (LinkKind.VIEW, "Both", "both-files")
    assert link.url.endswith("/l/both-files")
    assert link.expires_at == NOON + timedelta(days=7)
    assert (link.has_password, link.download_limit, link.downloads) == (True, 3, 0)
    assert dict(link.metadata) == {"order": "42", "team": "ops"}
    assert [(file.id, file.caption) for file in link.files] == [(two, "first"), (one, "second")]
    again = (await provider.create_link((two, one), spec, key="k")).link
    assert again.id == link.id


async def test_a_taken_address_is_a_conflict(provider: LocalProvider) -> None:
    file = await stored(provider)
    await provider.create_link((file,), LinkSpec(slug="mine"), key="a")
    with pytest.raises(Conflict) as caught:
        await provider.create_link((file,), LinkSpec(slug="mine"), key="b")
    assert caught.value.code == "slug_taken"


async def test_a_file_that_is_not_there_is_refused(provider: LocalProvider) -> None:
    with pytest.raises((Rejected, NotFound)):
        await provider.create_link(("f_" + "x" * 22,), LinkSpec(), key="a")


async def test_every_field_of_a_link_can_be_changed(provider: LocalProvider) -> None:
    one, two = await stored(provider, name="1.txt"), await stored(provider, name="2.txt")
    link = (await provider.create_link((one,), LinkSpec(metadata={"a": "1", "b": "2"}), key="k")).link
    edit = LinkEdit(
        expires_at=NOON + timedelta(hours=1),
        name="Renamed",
        kind=LinkKind.VIEW,
        slug="renamed",
        password="secret",
        download_limit=9,
        metadata={"a": None, "c": "3"},
        files=(LinkedFile(two, "", caption="new"), LinkedFile(one, "")),
    )
    changed = (await provider.update_link(link, edit)).link
    assert (changed.name, changed.kind, changed.slug) == ("Renamed", LinkKind.VIEW, "renamed")
    assert changed.expires_at == NOON + timedelta(hours=1)
    assert (changed.has_password, changed.download_limit) == (True, 9)
    assert dict(changed.metadata) == {"b": "2", "c": "3"}
    assert [(file.id, file.caption) for file in changed.files] == [(two, "new"), (one, "")]
    cleared = LinkEdit(expires_at=None, password=None, download_limit=None)
    bare = (await provider.update_link(changed, cleared)).link
    assert (bare.expires_at, bare.has_password, bare.download_limit) == (None, False, None)


async def test_files_changed_elsewhere_meanwhile_are_not_overwritten(provider: LocalProvider) -> None:
    one, two = await stored(provider, name="1.txt"), await stored(provider, name="2.txt")
    link = (await provider.create_link((one,), LinkSpec(), key="k")).link
    await provider.update_link(link, LinkEdit(files=(LinkedFile(two, ""),)))
    with pytest.raises(Conflict) as caught:
        await provider.update_link(link, LinkEdit(files=(LinkedFile(one, ""), LinkedFile(two, ""))))
    assert caught.value.code == "stale"


async def test_an_expired_link_gives_nothing_and_can_be_revived(
    provider: LocalProvider, stranger: httpx.AsyncClient, clock: Clock
) -> None:
    file = await stored(provider)
    link = (await provider.create_link((file,), LinkSpec(expires_at=NOON + timedelta(hours=1)), key="k")).link
    assert (await stranger.get(link.url)).content == b"hello"
    clock.move(hours=1)
    assert (await stranger.get(link.url)).status_code == 410
    revived = (await provider.update_link(link, LinkEdit(expires_at=clock() + timedelta(days=1)))).link
    assert revived.url == link.url
    assert (await stranger.get(link.url)).content == b"hello"
    ended = (await provider.update_link(link, LinkEdit(expire_now=True))).link
    assert ended.state(clock()) is LinkState.EXPIRED
    assert (await stranger.get(link.url)).status_code == 410


async def test_a_revoked_link_is_over_for_good(provider: LocalProvider, stranger: httpx.AsyncClient) -> None:
    link = (await provider.create_link((await stored(provider),), LinkSpec(), key="k")).link
    assert (await provider.revoke_link(link.id)).link.revoked_at is not None
    await provider.revoke_link(link.id)
    assert (await stranger.get(link.url)).status_code == 410
    with pytest.raises(Conflict):
        await provider.update_link(link, LinkEdit(expires_at=None))


async def test_a_deleted_link_is_gone(provider: LocalProvider, stranger: httpx.AsyncClient) -> None:
    link = (await provider.create_link((await stored(provider),), LinkSpec(), key="k")).link
    await provider.delete_link(link.id)
    await provider.delete_link(link.id)
    with pytest.raises(NotFound):
        await provider.get_link(link.id)
    assert (await stranger.get(link.url)).status_code == 410


async def test_a_file_in_use_is_deleted_only_by_force(
    provider: LocalProvider, stranger: httpx.AsyncClient
) -> None:
    file = await stored(provider)
    link = (await provider.create_link((file,), LinkSpec(), key="k")).link
    with pytest.raises(Conflict) as caught:
        await provider.delete_file(file)
    assert caught.value.code == "file_in_use"
    await provider.delete_file(file, force=True)
    with pytest.raises(NotFound):
        await provider.get_file(file)
    assert (await stranger.get(link.url)).status_code == 410


async def test_downloads_are_counted_and_logged(provider: LocalProvider, stranger: httpx.AsyncClient) -> None:
    file = await stored(provider)
    link = (await provider.create_link((file,), LinkSpec(download_limit=2), key="k")).link
    for _ in range(2):
        answer = await stranger.get(f"{link.url}/download", headers={"User-Agent": "person\x1b[2J"})
        assert answer.content == b"hello"
    told = (await provider.get_link(link.id)).link
    assert (told.downloads, told.state(NOON)) == (2, LinkState.EXHAUSTED)
    assert (await stranger.get(f"{link.url}/download")).status_code == 410
    log = await provider.list_downloads(link.id)
    assert [(entry.state, entry.size) for entry in log] == [("complete", 5)] * 2
    assert "\x1b" not in log[0].agent


async def test_a_stranger_hands_a_file_in(provider: LocalProvider, stranger: httpx.AsyncClient) -> None:
    link = (await provider.create_link((), LinkSpec(kind=LinkKind.UPLOAD), key="k")).link
    answer = await stranger.put(f"{link.url}/statement.pdf", content=b"%PDF-")
    assert answer.is_success
    [file] = (await provider.list_files()).rows
    assert (file.name, file.from_link) == ("statement.pdf", link.id)
    told = (await provider.get_link(link.id)).link
    assert [held.id for held in told.files] == [file.id]
    assert told.downloads == 1


async def test_pages_tell_every_link_once_and_newest_first(
    provider: LocalProvider, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "PAGE_SIZE", "50")
    file = await stored(provider)
    made = []
    for number in range(120):
        clock.move(seconds=1)
        made.append((await provider.create_link((file,), LinkSpec(), key=str(number))).link.id)
    told: list[str] = []
    cursor: str | None = None
    while True:
        page = await provider.list_links(cursor=cursor)
        told += [row.link.id for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert told == made[::-1]


async def test_the_feed_tells_what_changed_and_nothing_else(provider: LocalProvider) -> None:
    file = await stored(provider)
    first = (await provider.create_link((file,), LinkSpec(), key="1")).link
    second = (await provider.create_link((file,), LinkSpec(), key="2")).link
    page = await provider.list_changes(cursor="")
    assert [told.link.id for told in page.told] == [first.id, second.id]
    await provider.update_link(first, LinkEdit(name="new"))
    await provider.delete_link(second.id)
    later = await provider.list_changes(cursor=page.cursor)
    assert [told.link.name for told in later.told] == ["new"]
    assert later.deleted == (second.id,)
    end = await provider.list_changes(cursor=later.cursor)
    assert (end.told, end.deleted, end.more, end.cursor) == ((), (), False, later.cursor)


async def test_no_repr_of_a_link_shows_its_address(provider: LocalProvider) -> None:
    link = (await provider.create_link((await stored(provider),), LinkSpec(), key="k")).link
    assert link.slug not in repr(link)
    assert link.slug not in repr(replace(link, name="x"))
