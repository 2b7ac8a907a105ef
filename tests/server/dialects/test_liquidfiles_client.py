"""Our own client for LiquidFiles before the dialect: they share no code, so that they check each other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from linktui.linkserver.dialects.liquidfiles.appliance import Appliance, Group
from linktui.model.capability import Ability, Account, Connection
from linktui.model.errors import NotFound, Rejected, SessionLost, Unauthorized, Unsupported
from linktui.model.link import Link, LinkedFile, LinkEdit, LinkKind, LinkSpec
from linktui.providers.context import Context
from linktui.providers.liquidfiles.limits import LIMITS
from linktui.providers.liquidfiles.provider import LiquidFilesProvider
from tests.server.dialects.conftest import Spoken

PIECE = 10
LONG = b"0123456789abcdefghijKLMNO"
"""Two pieces and a half."""
DAY = datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC)


@dataclass
class Client:
    """A provider at the dialect, and the dialect."""

    spoken: Spoken
    opened: list[LiquidFilesProvider] = field(default_factory=list)

    def open(self, *, key: str | None = None, **settings: str) -> LiquidFilesProvider:
        """Return a provider of its own, as a new process would have it."""
        told = self.spoken.dialects["liquidfiles"]
        account = Account(
            name="acme",
            provider="liquidfiles",
            limits=replace(LIMITS, chunk_size=PIECE),
            connection=Connection(base_url=told["base_url"], rate=1e6),
            settings=settings,
        )

        async def sleep(seconds: float) -> None:
            """Let no time pass."""

        context = Context(
            account=account,
            clock=self.spoken.clock,
            secret=lambda: key or told["secret"],
            sleep=sleep,
            transport=self.spoken.transport,
        )
        self.opened.append(LiquidFilesProvider(context))
        return self.opened[-1]


@pytest.fixture
async def open_client(open_spoken: Callable[..., Spoken]) -> AsyncIterator[Callable[..., Client]]:
    clients = []

    def open_it(**appliance: object) -> Client:
        settings = Appliance(**appliance)  # type: ignore[arg-type]  # fields by name
        clients.append(Client(open_spoken(liquidfiles=settings)))
        return clients[-1]

    yield open_it
    for client in clients:
        for provider in client.opened:
            await provider.close()


@pytest.fixture
def client(open_client: Callable[..., Client]) -> Client:
    return open_client()


@pytest.fixture
def provider(client: Client) -> LiquidFilesProvider:
    return client.open()


@pytest.fixture
def old(open_client: Callable[..., Client]) -> LiquidFilesProvider:
    return open_client(version="4.2.5").open()


async def go_on(
    provider: LiquidFilesProvider, session: str, data: bytes, *, confirmed: int = 0, most: int = 99
) -> str:
    """Send what is left as the engine does, `most` pieces of it; return the file's id, or nothing."""
    status = await provider.upload_status(session, confirmed=confirmed)
    for _ in range(most):
        if status.file_id is not None:
            break
        piece = data[status.offset : status.offset + PIECE]

        async def read(piece: bytes = piece) -> AsyncIterator[bytes]:
            for at in range(0, len(piece), 3):
                yield piece[at : at + 3]

        status = await provider.send_piece(session, status.offset, len(piece), read)
    return status.file_id or ""


async def send(provider: LiquidFilesProvider, data: bytes = b"hello", name: str = "a.txt") -> str:
    return await go_on(provider, await provider.begin_upload(name, len(data), key=f"key of {name}"), data)


async def share(
    provider: LiquidFilesProvider,
    *file_ids: str,
    key: str = "k",
    expires_at: datetime = DAY,
    **fields: object,
) -> Link:
    spec = LinkSpec(expires_at=expires_at, **fields)  # type: ignore[arg-type]  # fields by name
    return (await provider.create_link(file_ids or (await send(provider),), spec, key=key)).link


async def edit(provider: LiquidFilesProvider, link: Link, **fields: object) -> Link:
    return (await provider.update_link(link, LinkEdit(**fields))).link  # type: ignore[arg-type]  # by name


async def fetch(client: Client, url: str) -> tuple[int, bytes]:
    answer = await client.spoken.stranger.get(url)
    return answer.status_code, answer.content


async def test_it_finds_out_who_it_is(provider: LiquidFilesProvider) -> None:
    identity = await provider.identify()
    assert identity.who == "Linktui User <user@liquidfiles.example>"
    assert (identity.version, identity.facts["Key sent as"]) == ("4.3.1", "bearer")
    assert identity.facts["Files per link"] == "100"
    assert not identity.missing


async def test_the_rights_of_the_group_are_its_abilities(open_client: Callable[..., Client]) -> None:
    group = Group(
        filelink_can_use_password=False, filelink_can_change_url=False, filelink_can_use_gallery=False
    )
    provider = open_client(group=group).open()
    assert (await provider.identify()).missing.keys() == {Ability.PASSWORD, Ability.SLUG}
    link = await share(provider)
    for refused in ({"password": "x"}, {"slug": "eula"}, {"options": {"display_mode": "gallery"}}):
        with pytest.raises(Rejected):
            await edit(provider, link, **refused)
    assert (await edit(provider, link, options={"display_mode": "inline"})).options[
        "display_mode"
    ] == "inline"


async def test_a_wrong_key_is_refused_both_ways(client: Client) -> None:
    for scheme in ("auto", "bearer", "basic"):
        with pytest.raises(Unauthorized):
            await client.open(key="wrong", auth=scheme).identify()
    assert (await client.open(auth="basic").identify()).facts["Key sent as"] == "basic"


async def test_it_logs_in_for_the_key(client: Client, provider: LiquidFilesProvider) -> None:
    told = client.spoken.dialects["liquidfiles"]
    assert await provider.log_in(told["email"], told["password"]) == told["secret"]
    with pytest.raises(Unauthorized):
        await provider.log_in(told["email"], "wrong")


async def test_a_file_goes_up_in_pieces(client: Client, provider: LiquidFilesProvider) -> None:
    file_id = await send(provider, LONG, "größe 雪.bin")
    file = await provider.get_file(file_id)
    assert (file.name, file.size, len(file.sha256)) == ("größe 雪.bin", 25, 64)
    link = await share(provider, file_id)
    assert await fetch(client, f"{link.url}/files/{file_id}") == (200, LONG)


async def test_an_upload_goes_on_in_another_process(client: Client, provider: LiquidFilesProvider) -> None:
    session = await provider.begin_upload("big.bin", len(LONG), key="k")
    assert await go_on(provider, session, LONG, most=2) == ""
    again = client.open()
    file_id = await go_on(again, session, LONG, confirmed=20)
    assert [file.id for file in (await again.list_files()).rows] == [file_id]
    third = client.open()
    assert (await third.upload_status(session, confirmed=25)).file_id == file_id


async def test_a_piece_that_never_came_is_found_out(client: Client, provider: LiquidFilesProvider) -> None:
    session = await provider.begin_upload("big.bin", len(LONG), key="k")
    with pytest.raises(SessionLost):
        await go_on(provider, session, LONG, confirmed=10)


async def test_two_uploads_of_one_name_are_kept_apart(provider: LiquidFilesProvider) -> None:
    first = await go_on(provider, await provider.begin_upload("a.bin", 25, key="1"), LONG)
    second = await go_on(provider, await provider.begin_upload("a.bin", 25, key="2"), LONG[::-1])
    assert first != second
    assert len((await provider.list_files()).rows) == 2
    await provider.delete_file(first)
    await provider.delete_file(first)
    assert [file.id for file in (await provider.list_files()).rows] == [second]


async def test_a_link_is_made_with_everything_at_once(client: Client, provider: LiquidFilesProvider) -> None:
    ids = (await send(provider), await send(provider, b"world", "b.txt"))
    options = {
        "require_authentication": "no",
        "send_download_confirmation": "no",
        "allow_download": "no",
        "allow_direct_links": "no",
        "display_mode": "inline",
        "recipient_limitations": "bob@example.com, example.org",
        "header_html": "<b>Über</b>\nuns",
        "footer_html": "<i>Fuß</i>",
    }
    link = await share(
        provider, *ids, password="geheim", slug="our_files", captions=("one", "two ü"), options=options
    )
    assert link.url.endswith("/dialects/liquidfiles/link/our_files")
    assert link.options == options
    assert (link.kind, link.has_password, link.slug, link.expires_at) == (
        LinkKind.VIEW,
        True,
        "our_files",
        DAY,
    )
    assert [(file.id, file.name, file.caption) for file in link.files] == [
        (ids[0], "a.txt", "one"),
        (ids[1], "b.txt", "two ü"),
    ]
    assert (await provider.get_link(link.id)).link == link
    assert [told.link for told in (await provider.list_links()).rows] == [link]


async def test_the_same_key_makes_one_link(provider: LiquidFilesProvider) -> None:
    file_id = await send(provider)
    first = await share(provider, file_id)
    assert (await share(provider, file_id)).id == first.id
    assert (await share(provider, file_id, key="other")).id != first.id


async def test_every_field_of_a_link_is_edited(client: Client, provider: LiquidFilesProvider) -> None:
    link = await share(provider)
    later = DAY + timedelta(days=30)
    assert (await edit(provider, link, expires_at=later)).expires_at == later
    assert (await edit(provider, link, password="geheim")).has_password
    assert not (await edit(provider, link, password=None)).has_password
    assert (await edit(provider, link, slug="eula")).slug == "eula"
    assert (await edit(provider, link, slug="")).url.endswith(link.id)
    for options in (
        {"require_authentication": "yes"},
        {"recipient_limitations": "example.org"},
        {"recipient_limitations": ""},
        {"require_authentication": "no", "allow_direct_links": "yes"},
        {"allow_direct_links": "no", "allow_download": "no"},
        {"display_mode": "gallery", "send_download_confirmation": "no"},
        {"header_html": "<p>Hi</p>", "footer_html": "Bye"},
        {"header_html": ""},
    ):
        changed = await edit(provider, link, options=options)
        assert options.items() <= changed.options.items()


async def test_files_come_go_and_change_places(client: Client, provider: LiquidFilesProvider) -> None:
    ids = [await send(provider, name.encode(), name) for name in ("a.txt", "b.txt", "c.txt")]
    link = await share(provider, *ids[:2])
    files = (LinkedFile(ids[2], "c.txt", caption="new"), LinkedFile(ids[0], "a.txt"))
    changed = await edit(provider, link, files=files)
    assert [(file.id, file.caption) for file in changed.files] == [(ids[2], "new"), (ids[0], "")]
    assert changed.name == "c.txt and 1 more"
    # The file that no link holds any more is gone.
    with pytest.raises(NotFound):
        await client.open().get_file(ids[1])


async def test_what_goes_against_each_other_is_refused(provider: LiquidFilesProvider) -> None:
    link = await share(provider, password="geheim")
    with pytest.raises(Rejected, match="password"):
        await edit(provider, link, options={"allow_direct_links": "yes"})
    for expiry in (DAY + timedelta(days=365), DAY - timedelta(days=30)):
        with pytest.raises(Rejected):
            await edit(provider, link, expires_at=expiry)


async def test_downloads_are_told(client: Client, provider: LiquidFilesProvider) -> None:
    link = await share(provider)
    file_id = link.files[0].id
    await fetch(client, f"{link.url}/files/{file_id}")
    [download] = await provider.list_downloads(link.id)
    assert (download.file_id, download.size, download.at) == (file_id, 5, client.spoken.clock())


async def test_a_deleted_link_is_gone(client: Client, provider: LiquidFilesProvider) -> None:
    link = await share(provider)
    await provider.delete_link(link.id)
    await provider.delete_link(link.id)
    with pytest.raises(NotFound):
        await provider.get_link(link.id)
    assert (await fetch(client, link.url))[0] == 410
    assert len((await provider.list_files()).rows) == 1


async def test_an_old_appliance_is_used_as_far_as_it_goes(old: LiquidFilesProvider) -> None:
    identity = await old.identify()
    assert (identity.version, identity.facts["Key sent as"]) == ("4.2.5", "basic")
    assert {Ability.SLUG, Ability.EDIT_FILES} <= identity.missing.keys()
    with_receipts = {"send_download_confirmation": "no", "require_authentication": "yes"}
    link = await share(old, await send(old, LONG), password="geheim", options=with_receipts)
    assert link.options == with_receipts
    assert (await old.get_link(link.id)).link == link
    changed = await edit(
        old, link, expires_at=DAY - timedelta(days=1), options={"require_authentication": "no"}
    )
    assert changed.expires_at == DAY - timedelta(days=1)
    assert changed.options["require_authentication"] == "no"
    with pytest.raises(Unsupported):
        await edit(old, link, options={"display_mode": "gallery"})
    assert await old.list_downloads(link.id) == ()
    await old.delete_link(link.id)
    assert not (await old.list_links()).rows
