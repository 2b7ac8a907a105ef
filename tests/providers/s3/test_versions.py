"""What a file was before is listed, read, linked to, made the newest again, and deleted for good."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from linktui.model.errors import NotFound, Unsupported
from linktui.model.link import LinkSpec
from linktui.providers.s3.provider import S3Provider
from tests.fakes import NOON, Clock
from tests.providers.s3.acts import fetched
from tests.providers.s3.bucket import BUCKET, Bucket
from tests.providers.s3.conftest import Machines


@pytest.fixture(autouse=True)
def written(bucket: Bucket, clock: Clock) -> None:
    bucket.store.put_bucket_versioning(BUCKET, "Enabled")
    for text in (b"one", b"two two", b"three"):
        bucket.store.put_object(BUCKET, "team/a b.txt", text)
        clock.move(minutes=1)  # moto puts them in order by that
    bucket.store.put_object(BUCKET, "team/a b.txt.bak", b"another file")


async def bytes_of(provider: S3Provider, version: str) -> bytes:
    return b"".join([piece async for piece in provider.read_version("a b.txt", version)])


async def test_every_version_is_told_newest_first_with_its_bytes(provider: S3Provider) -> None:
    versions = await provider.list_versions("a b.txt")
    assert [(one.size, one.is_newest) for one in versions] == [(5, True), (7, False), (3, False)]
    assert [await bytes_of(provider, one.id) for one in versions] == [b"three", b"two two", b"one"]
    assert (await provider.get_version("a b.txt", versions[1].id)).size == 7
    for unknown in ("a", "a b.tx", ""):
        with pytest.raises(NotFound):
            await provider.list_versions(unknown)


class _OneOfEach(httpx.AsyncBaseTransport):
    """A store without versions, which it says."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert "versions" in request.url.params
        return httpx.Response(501, content=b"<Error><Code>NotImplemented</Code></Error>")


async def test_a_store_without_versions_is_known_by_what_it_says(clock: Clock) -> None:
    machines = Machines(_OneOfEach(), clock=clock)
    with pytest.raises(Unsupported, match="keeps one of each file"):
        await machines.open().list_versions("a b.txt")
    await machines.close()


async def test_a_deleted_file_is_one_more_version_and_comes_back(provider: S3Provider) -> None:
    await provider.delete_file("a b.txt")
    marker, latest, _, oldest = await provider.list_versions("a b.txt")
    assert (marker.is_deletion, marker.is_newest, marker.size) == (True, True, None)
    with pytest.raises(NotFound):
        await provider.get_version("a b.txt", marker.id)
    await provider.restore_version("a b.txt", oldest.id)
    assert await fetched(provider, "a b.txt") == b"one"
    assert latest.id in {one.id for one in await provider.list_versions("a b.txt")}


async def test_a_deleted_version_is_gone_and_deleting_it_again_is_no_error(provider: S3Provider) -> None:
    newest, before, _ = await provider.list_versions("a b.txt")
    for _ in range(2):
        await provider.delete_version("a b.txt", newest.id)
    assert await fetched(provider, "a b.txt") == b"two two"
    assert (await provider.list_versions("a b.txt"))[0].id == before.id


@pytest.mark.parametrize("revocable", ["yes", "no"])
async def test_a_link_is_to_the_very_version_it_was_made_to(
    provider: S3Provider, stranger: httpx.AsyncClient, revocable: str
) -> None:
    oldest = (await provider.list_versions("a b.txt"))[-1]
    spec = LinkSpec(
        expires_at=NOON + timedelta(hours=1), options={"version": oldest.id, "revocable": revocable}
    )
    link = (await provider.create_link(("a b.txt",), spec, key="k")).link
    assert (await stranger.get(link.url)).content == b"one"
    assert (link.files[0].size, link.facts["Version"]) == (3, oldest.id)
    with pytest.raises(NotFound):
        await provider.create_link(("a b.txt",), LinkSpec(options={"version": "none"}), key="l")
