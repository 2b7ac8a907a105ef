"""A link in a bucket gives its file until it ends, is taken back where it was made so, and is never two."""

from __future__ import annotations

import asyncio
import base64
import re
from datetime import timedelta

import httpx
import pytest

from linktui.model.call import Rehearsed
from linktui.model.errors import Conflict, NotFound, ProviderError, Unsupported
from linktui.model.link import Link, LinkEdit, LinkKind, LinkSpec, LinkState
from linktui.providers.base import Wanted
from linktui.providers.s3.copying import Copies
from linktui.providers.s3.provider import S3Provider
from tests.conformance.acts import all_links, form_in
from tests.fakes import Clock
from tests.providers.s3.acts import fetched, stored
from tests.providers.s3.bucket import BUCKET, Bucket
from tests.providers.s3.conftest import PIECE, Machines

DAY = timedelta(days=1)


def spec(clock: Clock, *, days: float = 2, **fields: object) -> LinkSpec:
    return LinkSpec(expires_at=clock() + timedelta(days=days), **fields)  # type: ignore[arg-type]  # by name


async def made(provider: S3Provider, clock: Clock, *, key: str = "k", revocable: str = "yes") -> Link:
    file_id = await stored(provider)
    wanted = spec(clock, options={"revocable": revocable})
    return (await provider.create_link((file_id,), wanted, key=key)).link


def copies(bucket: Bucket) -> list[str]:
    return [key for key in bucket.store.buckets[BUCKET].keys if "/copies/" in key]


async def test_a_revocable_link_gives_nothing_once_it_is_revoked(
    provider: S3Provider, bucket: Bucket, clock: Clock, stranger: httpx.AsyncClient
) -> None:
    link = await made(provider, clock)
    assert (await stranger.get(link.url)).content == b"%PDF-1.4"
    revoked = (await provider.revoke_link(link.id)).link
    assert revoked.state(clock()) is LinkState.REVOKED
    assert (await stranger.get(link.url)).status_code >= 400
    assert copies(bucket) == []
    assert await fetched(provider, "report.pdf") == b"%PDF-1.4"


async def test_a_link_without_a_copy_of_its_own_says_that_nothing_takes_it_back(
    provider: S3Provider, bucket: Bucket, clock: Clock
) -> None:
    link = await made(provider, clock, revocable="no")
    assert copies(bucket) == []
    assert link.facts["Take back"] == "nothing can before it ends"
    for act in (
        provider.revoke_link(link.id),
        provider.delete_link(link.id),
        provider.update_link(link, LinkEdit(expire_now=True)),
        provider.update_link(link, LinkEdit(expires_at=clock() + DAY)),
    ):
        with pytest.raises(Unsupported, match="whoever has its address"):
            await act
    clock.move(days=3)
    await provider.delete_link(link.id)
    with pytest.raises(NotFound):
        await provider.get_link(link.id)


async def test_a_later_end_is_a_new_address_and_the_old_one_stays_good_until_its_own(
    provider: S3Provider, clock: Clock, stranger: httpx.AsyncClient
) -> None:
    link = await made(provider, clock)
    later = (await provider.update_link(link, LinkEdit(expires_at=clock() + 5 * DAY))).link
    assert later.url != link.url
    assert later.updated_at == clock()
    assert (await stranger.get(link.url)).status_code == 200
    clock.move(days=3)
    assert (await stranger.get(link.url)).status_code == 403
    assert (await stranger.get(later.url)).status_code == 200


async def test_a_sooner_end_ends_the_old_address_at_once(
    provider: S3Provider, bucket: Bucket, clock: Clock, stranger: httpx.AsyncClient
) -> None:
    link = await made(provider, clock)
    sooner = (await provider.update_link(link, LinkEdit(expires_at=clock() + DAY))).link
    assert (await stranger.get(link.url)).status_code >= 400
    assert (await stranger.get(sooner.url)).status_code == 200
    assert len(copies(bucket)) == 1


async def test_a_link_that_was_ended_is_revived_with_a_new_copy(
    provider: S3Provider, bucket: Bucket, clock: Clock, stranger: httpx.AsyncClient
) -> None:
    link = await made(provider, clock)
    ended = (await provider.update_link(link, LinkEdit(expire_now=True))).link
    assert copies(bucket) == []
    back = (await provider.update_link(ended, LinkEdit(expires_at=clock() + DAY))).link
    assert (await stranger.get(back.url)).status_code == 200
    assert (await stranger.get(link.url)).status_code >= 400


async def test_no_address_is_good_for_more_than_seven_days_and_the_link_says_why(
    provider: S3Provider, clock: Clock
) -> None:
    link = (await provider.create_link((await stored(provider),), spec(clock, days=30), key="k")).link
    assert link.expires_at == clock() + timedelta(days=7)
    assert link.facts["Ends by"] == "the 7 days that a signature is good for"


async def test_of_two_machines_that_change_a_link_at_once_one_is_told(
    machines: Machines, clock: Clock
) -> None:
    here, there = machines.open(), machines.open()
    link = await made(here, clock)
    seen = (await there.get_link(link.id)).link
    outcomes = await asyncio.gather(
        here.update_link(link, LinkEdit(name="by me")),
        there.update_link(seen, LinkEdit(name="by you")),
        return_exceptions=True,
    )
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert isinstance(refused, Conflict)
    assert refused.code == "stale"
    names = {(await one.get_link(link.id)).link.name for one in (here, there)}
    assert len(names) == 1
    latest = (await here.get_link(link.id)).link
    assert (await here.update_link(latest, LinkEdit(name="again"))).link.name == "again"


async def test_a_team_sees_the_same_list_with_no_database(machines: Machines, clock: Clock) -> None:
    ids = []
    for key in ("a", "b", "c"):
        ids.append((await made(machines.open(), clock, key=key)).id)
        clock.move(seconds=1)
    told = (await machines.open().list_links()).rows
    assert [one.link.id for one in told] == ids[::-1]
    assert all(one.link.url and one.link.url not in one.raw for one in told)


async def test_a_list_that_did_not_change_is_read_by_one_call(machines: Machines, clock: Clock) -> None:
    provider = machines.open()
    for key in ("a", "b", "c"):
        await made(provider, clock, key=key)
    machines.calls.clear()
    await provider.list_links()
    assert len(machines.calls) == 1
    other = machines.open()
    await other.update_link((await other.list_links()).rows[0].link, LinkEdit(name="new"))
    machines.calls.clear()
    assert "new" in {told.link.name for told in (await provider.list_links()).rows}
    assert len(machines.calls) == 2


async def test_what_is_new_is_asked_for_by_itself(machines: Machines, clock: Clock) -> None:
    provider = machines.open()
    for number in range(5):
        await made(provider, clock, key=str(number))
        clock.move(hours=1)
    page = await machines.open().list_links(wanted=Wanted(created_after=clock() - timedelta(hours=2)))
    assert len(page.rows) == 2
    assert page.next_cursor is None


async def test_what_somebody_put_beside_the_links_is_passed_over(
    provider: S3Provider, bucket: Bucket, clock: Clock
) -> None:
    links = [(await made(provider, clock, key=key)).id for key in "ab"]
    for name in ("0-notes.json", "notes.txt"):
        bucket.store.put_object(BUCKET, f"team/.linktui/links/{name}", b"{}")
    since = clock() - timedelta(days=1)
    for wanted in (Wanted(limit=1), Wanted(limit=1, created_after=since)):
        assert sorted(one.id for one in await all_links(provider, wanted)) == sorted(links)


async def test_a_link_for_uploads_is_a_form_that_takes_files_of_a_size(
    provider: S3Provider, clock: Clock, stranger: httpx.AsyncClient
) -> None:
    wanted = spec(clock, kind=LinkKind.UPLOAD, name="<b>Taxes</b>", options={"max_size": "1MB"})
    link = (await provider.create_link((), wanted, key="k")).link
    page = await stranger.get(link.url)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<b>" not in page.text
    action, fields = form_in(page.text)
    assert action == "https://store.test/acme-links/"
    assert b'["content-length-range", 0, 1000000]' in base64.b64decode(fields["policy"])
    await stranger.post(action, data=fields, files={"file": ("tax.pdf", b"%PDF")})
    told = (await provider.get_link(link.id)).link
    assert told.downloads == 1
    [file] = [file for file in (await provider.list_files()).rows if file.from_link == link.id]
    assert await fetched(provider, file.id) == b"%PDF"
    with pytest.raises(Unsupported):
        await provider.revoke_link(link.id)


async def test_a_page_that_a_browser_would_run_is_shown_as_text(
    provider: S3Provider, clock: Clock, stranger: httpx.AsyncClient
) -> None:
    file_id = await stored(provider, b"<script>", "a.html")
    link = (await provider.create_link((file_id,), spec(clock, kind=LinkKind.VIEW), key="k")).link
    answer = await stranger.get(link.url)
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"].startswith("inline")


async def test_a_large_object_is_copied_in_parts(provider: S3Provider, bucket: Bucket) -> None:
    data = bytes(range(256)) * (PIECE // 128)
    await stored(provider, data, "big.bin")
    copying = Copies(provider._store, provider._objects, largest=1000, part=PIECE)
    await copying.make("team/big.bin", "team/copy.bin", size=len(data), media_type="a/b")
    assert await fetched(provider, "copy.bin") == data
    assert list(bucket.store.buckets[BUCKET].multiparts) == []


async def test_a_link_to_what_is_not_there_is_refused(provider: S3Provider, clock: Clock) -> None:
    with pytest.raises(NotFound):
        await provider.create_link(("nothing.pdf",), spec(clock), key="k")
    for some_id in ("x", "../../secret", "8204737599999-d8e9b5df1512fa3"):
        with pytest.raises(NotFound):
            await provider.get_link(some_id)


async def test_a_record_that_somebody_spoiled_is_one_of_our_errors(
    provider: S3Provider, bucket: Bucket, clock: Clock
) -> None:
    link = await made(provider, clock)
    for body in (b"", b"[]", b"{}", b'{"id": 1, "kind": "odd"}'):
        bucket.store.put_object(BUCKET, f"team/.linktui/links/{link.id}.json", body)
        with pytest.raises(ProviderError):
            await provider.get_link(link.id)


async def test_a_copy_outlives_its_file_and_a_plain_link_does_not(
    provider: S3Provider, clock: Clock, stranger: httpx.AsyncClient
) -> None:
    own, plain = await made(provider, clock, key="a"), await made(provider, clock, key="b", revocable="no")
    for file in (*own.files, *plain.files):
        await provider.delete_file(file.id)
    assert (await stranger.get(own.url)).status_code == 200
    assert (await stranger.get(plain.url)).status_code >= 400


async def test_copies_and_pages_of_links_that_are_over_are_cleared_away(
    machines: Machines, bucket: Bucket, clock: Clock, stranger: httpx.AsyncClient
) -> None:
    provider = machines.open()
    over, kept = await made(provider, clock, key="a"), await made(provider, clock, key="b")
    page = (await provider.create_link((), spec(clock, kind=LinkKind.UPLOAD), key="c")).link
    clock.move(days=1)
    kept = (await provider.update_link(kept, LinkEdit(expires_at=clock() + 7 * DAY))).link
    clock.move(days=6)
    kept = (await provider.update_link(kept, LinkEdit(expires_at=clock() + 7 * DAY))).link
    assert len(copies(bucket)) == 2
    clock.move(days=2)
    await stored(machines.open(), name="another.pdf")
    assert [key.split("/")[3] for key in copies(bucket)] == [kept.id]
    assert (await stranger.get(kept.url)).status_code == 200
    assert (await stranger.get(page.url)).status_code >= 400
    back = (
        await provider.update_link(
            (await provider.get_link(over.id)).link, LinkEdit(expires_at=clock() + DAY)
        )
    ).link
    assert (await stranger.get(back.url)).status_code == 200


async def test_requests_that_are_only_shown_hold_no_address_that_works(
    machines: Machines, clock: Clock
) -> None:
    file_id = await stored(machines.open())
    shown: list[Rehearsed] = []
    provider = machines.open(rehearsal=shown)
    await provider.create_link((file_id,), spec(clock, options={"revocable": "no"}), key="a")
    await provider.create_link((), spec(clock, kind=LinkKind.UPLOAD), key="b")
    assert [one.method for one in shown] == ["PUT", "PUT", "PUT"]
    told = "".join(one.body for one in shown)
    assert "X-Amz-Signature=…" in told
    assert re.search(r"(X-Amz-Signature=|x-amz-signature[^…]{1,30})[0-9a-f]{64}", told) is None
    assert not (await provider.list_links()).rows


async def test_a_link_for_uploads_is_extended_by_a_page_signed_anew(
    provider: S3Provider, clock: Clock, stranger: httpx.AsyncClient
) -> None:
    wanted = spec(clock, kind=LinkKind.UPLOAD, options={"max_size": "1MB"})
    link = (await provider.create_link((), wanted, key="k")).link
    later = (await provider.update_link(link, LinkEdit(expires_at=clock() + 4 * DAY))).link
    assert later.expires_at == clock() + 4 * DAY
    for url in (link.url, later.url):
        _, fields = form_in((await stranger.get(url)).text)
        policy = base64.b64decode(fields["policy"])
        assert b'"2026-11-25T12:00:00Z"' in policy
        assert b'["content-length-range", 0, 1000000]' in policy
    with pytest.raises(Unsupported):
        await provider.update_link(later, LinkEdit(expires_at=clock() + DAY))
