"""An evergreen link has one short address, which any number of servers answer for as its bucket says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from linktui.model.call import Rehearsed
from linktui.model.errors import Conflict, InvalidInput, NotFound, Unsupported
from linktui.model.link import Link, LinkEdit, LinkKind, LinkSpec, LinkState
from linktui.providers.base import Provider
from linktui.providers.s3.provider import S3Provider
from linktui.providers.s3.slugs import ABANDONED
from tests.conformance.acts import form_in
from tests.fakes import Clock
from tests.providers.s3.acts import fetched, stored
from tests.providers.s3.bucket import BUCKET, Bucket
from tests.providers.s3.conftest import Machines
from tests.providers.s3.fronts import PLACE, Front

DAY = timedelta(days=1)


@pytest.fixture
def owner(machines: Machines) -> S3Provider:
    return machines.open(links_at=PLACE)


@pytest.fixture
async def fronts(machines: Machines, clock: Clock) -> AsyncIterator[tuple[Front, Front]]:
    pair = (Front(machines.open(), clock), Front(machines.open(), clock))
    yield pair
    for front in pair:
        await front.client.aclose()


async def made(owner: Provider, *, key: str = "k", name: str = "report.pdf", **fields: object) -> Link:
    assert isinstance(owner, S3Provider)
    files = () if fields.get("kind") is LinkKind.UPLOAD else (await stored(owner, name=name),)
    return (await owner.create_link(files, LinkSpec(**fields), key=key)).link  # type: ignore[arg-type]


async def now_is(owner: S3Provider, link: Link) -> Link:
    return (await owner.get_link(link.id)).link


async def test_of_many_visitors_at_two_servers_as_many_get_the_file_as_the_limit_says(
    owner: S3Provider, fronts: tuple[Front, Front], stranger: httpx.AsyncClient, clock: Clock
) -> None:
    link = await made(owner, download_limit=3)
    answers = await asyncio.gather(*(fronts[number % 2].get(f"{link.url}/download") for number in range(20)))
    given = [answer for answer in answers if answer.status_code == 302]
    assert len(given) == 3
    assert {answer.status_code for answer in answers if answer not in given} == {410}
    for answer in given:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        got = await stranger.get(answer.headers["location"])
        assert got.content == b"%PDF-1.4"
        assert "report.pdf" in got.headers["content-disposition"]
    now = await now_is(owner, link)
    assert (now.downloads, now.state(clock()), now.last_download_at) == (3, LinkState.EXHAUSTED, clock())
    await owner.update_link(now, LinkEdit(download_limit=4))
    assert [await fronts[0].status(f"{link.url}/download") for _ in range(2)] == [302, 410]


async def test_of_two_servers_asked_at_the_same_moment_for_the_last_time_one_gives_it(
    owner: S3Provider, fronts: tuple[Front, Front]
) -> None:
    link = await made(owner, download_limit=1)
    for front in fronts:
        await front.get(link.url, page=True)  # so that both know whose address it is
    answers = await asyncio.gather(*(front.status(f"{link.url}/download") for front in fronts))
    assert sorted(answers) == [302, 410]


async def test_what_its_owner_does_holds_at_every_server_from_the_next_visit_on(
    owner: S3Provider, fronts: tuple[Front, Front], clock: Clock
) -> None:
    link = await made(owner)

    async def seen() -> list[int]:
        return [await front.status(link.url) for front in fronts]

    assert await seen() == [302, 302]
    ended = (await owner.update_link(link, LinkEdit(expire_now=True))).link
    assert ended.state(clock()) is LinkState.EXPIRED
    assert await seen() == [410, 410]
    back = (await owner.update_link(ended, LinkEdit(expires_at=clock() + 400 * DAY))).link
    assert back.url == link.url
    clock.move(days=399)
    assert await seen() == [302, 302]
    revoked = (await owner.revoke_link(link.id)).link
    assert revoked.state(clock()) is LinkState.REVOKED
    assert await seen() == [410, 410]
    with pytest.raises(Conflict, match="revoked"):
        await owner.update_link(revoked, LinkEdit(expires_at=clock() + 500 * DAY))
    await owner.delete_link(link.id)
    with pytest.raises(NotFound):
        await owner.get_link(link.id)


async def test_an_address_of_minutes_ends_with_its_link_if_that_is_sooner(
    owner: S3Provider, fronts: tuple[Front, Front], clock: Clock
) -> None:
    link = await made(owner, expires_at=clock() + 30 * DAY)

    async def seconds() -> int:
        where = (await fronts[0].get(link.url)).headers["location"]
        return int(parse_qs(urlsplit(where).query)["X-Amz-Expires"][0])

    assert await seconds() == 300
    clock.move(days=30, seconds=-20)
    assert await seconds() == 20


async def test_nothing_is_spent_but_by_the_file_itself(
    owner: S3Provider, fronts: tuple[Front, Front]
) -> None:
    link, front = await made(owner, download_limit=1, name="Größe.pdf"), fronts[0]
    page = await front.get(link.url, page=True)
    assert "Größe.pdf" in page.text
    assert (await front.client.head(link.url)).status_code == 403
    head = await front.client.head(f"{link.url}/download")
    assert (head.status_code, head.headers["content-length"]) == (200, "8")
    assert "location" not in head.headers
    assert "/download" in (await front.get(link.url)).text
    for elsewhere in ("zip", "view/1", "files/2", "sent", "tus"):
        assert await front.status(f"{link.url}/{elsewhere}") in {404, 405}
    assert (await now_is(owner, link)).downloads == 0
    assert await front.status(f"{link.url}/files/1") == 302
    assert (await now_is(owner, link)).downloads == 1


async def test_a_visit_costs_one_read_and_one_write_and_no_log_learns_the_address(
    owner: S3Provider, fronts: tuple[Front, Front], machines: Machines
) -> None:
    link = await made(owner)
    await fronts[0].get(link.url)
    assert all(link.slug not in call.path for call in machines.calls)
    machines.calls.clear()
    await fronts[0].get(link.url)
    assert [call.method for call in machines.calls] == ["GET", "PUT"]
    machines.calls.clear()
    await asyncio.gather(*(fronts[0].get(link.url) for _ in range(20)))
    assert [call.method for call in machines.calls].count("PUT") <= 4
    assert (await now_is(owner, link)).downloads == 22
    assert link.slug not in repr(link)


async def test_a_password_opens_it_at_every_server(
    owner: S3Provider, fronts: tuple[Front, Front], machines: Machines
) -> None:
    told = await owner.create_link((await stored(owner),), LinkSpec(password="open sesame"), key="k")
    link = told.link
    assert link.has_password
    assert "argon2" not in told.raw
    here, there = fronts
    assert "Password needed" in (await here.get(link.url, page=True)).text
    assert (await here.get(f"{link.url}/download")).status_code == 401
    wrong = await here.client.post(f"{link.url}/unlock", data={"password": "open barley"})
    assert wrong.status_code == 401
    right = await here.client.post(f"{link.url}/unlock", data={"password": "open sesame"})
    assert right.status_code == 303
    there.client.cookies = here.client.cookies
    for front in fronts:
        assert await front.status(f"{link.url}/download") == 302
    here.client.cookies.clear()
    assert (await here.get(f"{link.url}/download", password="open sesame")).status_code == 302
    await owner.update_link(await now_is(owner, link), LinkEdit(password="another"))
    assert await there.status(f"{link.url}/download") == 401
    await owner.update_link(await now_is(owner, link), LinkEdit(password=None))
    assert await there.status(f"{link.url}/download") == 302


async def test_nobody_learns_which_addresses_have_a_locked_link(
    owner: S3Provider, fronts: tuple[Front, Front], machines: Machines
) -> None:
    link = await made(owner, slug="q3-report", password="open sesame")
    front, told = fronts[0], []
    for url in (link.url, f"{PLACE}/l/q4-report"):
        for _ in range(2):
            machines.calls.clear()
            answer = await front.get(url, page=True)
            body = answer.text.replace("q4-report", "q3-report")
            told.append((answer.status_code, body, [call.method for call in machines.calls]))
    assert told == [told[0]] * 4
    machines.calls.clear()
    assert await front.status(f"{PLACE}/l/no.such%20word") == 410
    assert machines.calls == []


async def test_of_two_who_want_one_address_exactly_one_gets_it(
    machines: Machines, fronts: tuple[Front, Front]
) -> None:
    owners = [machines.open(links_at=PLACE) for _ in range(2)]
    ids = [await stored(one, name=name) for one, name in zip(owners, ("a.pdf", "other.pdf"), strict=True)]
    outcomes = await asyncio.gather(
        *(
            one.create_link((file,), LinkSpec(slug=slug), key=slug)
            for one, file, slug in zip(owners, ids, ("Report", "report"), strict=True)
        ),
        return_exceptions=True,
    )
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert isinstance(refused, Conflict)
    assert "another link" in str(refused)
    [told] = (await owners[0].list_links()).rows
    link = (await owners[0].update_link(told.link, LinkEdit(slug="moved"))).link
    assert link.url == f"{PLACE}/l/moved"
    assert [await fronts[0].status(url) for url in (told.link.url, link.url)] == [401, 302]
    again = (await owners[1].create_link((ids[1],), LinkSpec(slug=told.link.slug), key="z")).link
    where = (await fronts[0].get(again.url)).headers["location"]
    assert "other.pdf" in where
    with pytest.raises(Conflict):
        await owners[1].update_link(again, LinkEdit(slug="moved"))
    for word in ("no", "api", "a b", "../x"):
        with pytest.raises(InvalidInput):
            await owners[1].update_link(again, LinkEdit(slug=word))


async def test_an_address_whose_maker_died_is_had_by_the_next_try_and_later_by_anybody(
    owner: S3Provider, bucket: Bucket, clock: Clock
) -> None:
    link = await made(owner, key="mine", slug="q3-report")
    del bucket.store.buckets[BUCKET].keys[f"team/.linktui/links/{link.id}.json"]
    clock.move(seconds=5)
    file_id = await stored(owner, name="b.pdf")
    with pytest.raises(Conflict):
        await owner.create_link((file_id,), LinkSpec(slug="q3-report"), key="other")
    again = await owner.create_link((file_id,), LinkSpec(slug="q3-report"), key="mine", again=True)
    assert again.link.id == link.id
    del bucket.store.buckets[BUCKET].keys[f"team/.linktui/links/{link.id}.json"]
    clock.move(seconds=ABANDONED.total_seconds() + 6)
    taken = (await owner.create_link((file_id,), LinkSpec(slug="q3-report"), key="other")).link
    assert taken.id != link.id


async def test_a_visit_makes_no_edit_stale_and_of_two_edits_one_is_told(
    machines: Machines, fronts: tuple[Front, Front], clock: Clock
) -> None:
    here, there = machines.open(links_at=PLACE), machines.open()
    link = await made(here)
    seen = (await there.get_link(link.id)).link
    await fronts[0].get(link.url)
    outcomes = await asyncio.gather(
        here.update_link(link, LinkEdit(name="by me")),
        fronts[0].get(link.url),
        there.update_link(seen, LinkEdit(name="by you")),
        fronts[1].get(link.url),
        return_exceptions=True,
    )
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert isinstance(refused, Conflict)
    assert refused.code == "stale"
    now = await now_is(there, link)
    assert now.downloads == 3
    assert now.url == link.url


class Losing(httpx.AsyncBaseTransport):
    """Loses the answer to the first write of a link, and has something happen before that is noticed."""

    def __init__(self, inner: httpx.AsyncBaseTransport, meanwhile: Callable[[], Awaitable[object]]) -> None:
        self._inner = inner
        self._meanwhile: Callable[[], Awaitable[object]] | None = meanwhile

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        meanwhile = self._meanwhile
        if meanwhile is None or request.method != "PUT" or "/links/" not in request.url.path:
            return answer
        self._meanwhile = None
        await meanwhile()
        raise httpx.ReadError("lost", request=request)


async def test_a_new_address_stays_though_its_answer_is_lost_and_a_visit_is_counted_meanwhile(
    machines: Machines, owner: S3Provider, fronts: tuple[Front, Front]
) -> None:
    link = await made(owner)
    new = f"{PLACE}/l/for-acme"
    assert machines.transport is not None
    machines.transport = Losing(machines.transport, lambda: fronts[0].get(new))
    changed = await machines.open(links_at=PLACE).update_link(link, LinkEdit(slug="for-acme"))
    assert (changed.link.url, changed.link.downloads) == (new, 1)
    assert await fronts[1].status(new) == 302
    assert await fronts[1].status(link.url) == 410


async def test_files_are_handed_in_by_a_form_of_each_visit(
    owner: S3Provider, fronts: tuple[Front, Front], stranger: httpx.AsyncClient, clock: Clock
) -> None:
    link = await made(owner, kind=LinkKind.UPLOAD, name="Taxes", options={"max_size": "1MB"})
    front = fronts[0]
    for _ in range(2):
        page = await front.get(link.url, page=True)
        assert "form-action 'self' https://store.test;" in page.headers["content-security-policy"]
        action, fields = form_in(page.text)
        assert fields["success_action_redirect"] == f"{link.url}/sent"
        sent = await stranger.post(action, data=fields, files={"file": ("tax.pdf", b"%PDF")})
        assert sent.status_code == 303
        assert "Received, thank you" in (await front.get(f"{link.url}/sent", page=True)).text
    assert (await now_is(owner, link)).downloads == 2
    files = [file for file in (await owner.list_files()).rows if file.from_link == link.id]
    assert [await fetched(owner, file.id) for file in files] == [b"%PDF", b"%PDF"]
    assert (await front.client.put(f"{link.url}/tax.pdf", content=b"%PDF")).status_code == 404
    with pytest.raises(InvalidInput, match="uploads"):
        await owner.update_link(await now_is(owner, link), LinkEdit(download_limit=3))
    await owner.revoke_link(link.id)
    assert (await front.get(link.url, page=True)).status_code == 410


async def test_a_store_that_cannot_be_asked_is_said_calmly_and_counts_nothing(
    owner: S3Provider, machines: Machines, clock: Clock
) -> None:
    link = await made(owner)
    front = Front(machines.open(secret="no-keys-in-this"), clock)
    answer = await front.get(f"{link.url}/download", page=True)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "try again shortly" in answer.text
    assert "no-keys" not in answer.text
    assert (await now_is(owner, link)).downloads == 0
    await front.client.aclose()


async def test_a_look_at_a_file_runs_nothing_and_a_download_keeps_it(
    owner: S3Provider, fronts: tuple[Front, Front], stranger: httpx.AsyncClient
) -> None:
    link = await made(owner, kind=LinkKind.VIEW, name="a.svg")
    assert f"/l/{link.slug}/view/1" in (await fronts[0].get(link.url, page=True)).text
    for way, shown in (("view/1", "inline"), ("download", "attachment")):
        where = (await fronts[0].get(f"{link.url}/{way}")).headers["location"]
        got = await stranger.get(where)
        assert got.headers["content-disposition"].startswith(shown)
        assert not got.headers["content-type"].startswith("image/svg") or shown == "attachment"


async def test_a_plain_link_is_there_for_whoever_asks_for_one(
    owner: S3Provider, fronts: tuple[Front, Front], clock: Clock
) -> None:
    plain = {"evergreen": "no"}
    link = await made(owner, expires_at=clock() + DAY, options=plain)
    assert "X-Amz-Signature" in link.url
    assert link.options["evergreen"] == "no"
    for edit in (LinkEdit(password="x"), LinkEdit(slug="q3-report"), LinkEdit(expires_at=None)):
        with pytest.raises(Unsupported, match="signed address"):
            await owner.update_link(link, edit)
    with pytest.raises(InvalidInput, match="evergreen"):
        await made(owner, expires_at=clock() + DAY, options=plain, slug="q3-report", key="z")
    limits = owner.limits
    assert limits.can_take_back(LinkKind.UPLOAD, {})
    assert not limits.can_take_back(LinkKind.UPLOAD, plain)


async def test_a_store_that_writes_whatever_the_condition_is_asked_to_keep_none(
    owner: S3Provider, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id, ask = await stored(owner), bucket.handle_async_request

    async def without_conditions(request: httpx.Request) -> httpx.Response:
        request.headers.pop("If-Match", None)
        return await ask(request)

    with monkeypatch.context() as patch:
        patch.setattr(bucket, "handle_async_request", without_conditions)
        with pytest.raises(Unsupported, match="conditional writes"):
            await owner.create_link((file_id,), LinkSpec(slug="q3-report"), key="k")
    assert not [key for key in bucket.store.buckets[BUCKET].keys if ".linktui/" in key]
    await owner.create_link((file_id,), LinkSpec(slug="q3-report"), key="k")


async def test_a_link_that_is_only_shown_is_not_made(machines: Machines, clock: Clock) -> None:
    file_id, shown = await stored(machines.open()), list[Rehearsed]()
    rehearsal = machines.open(rehearsal=shown, links_at=PLACE)
    await rehearsal.create_link((file_id,), LinkSpec(password="open sesame"), key="k")
    assert [one.method for one in shown] == ["PUT", "PUT"]
    assert "argon2" not in "".join(one.body for one in shown)
    assert not (await rehearsal.list_links()).rows


def test_where_links_are_answered_for_is_an_address(machines: Machines) -> None:
    for place in ("links.example.org", "ftp://links.example.org", "https://"):
        with pytest.raises(InvalidInput, match="links_at"):
            machines.open(links_at=place)
