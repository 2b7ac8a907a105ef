"""Without a bucket of its own an account is at all of them: each a folder, and none holds up another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from linktui.model.errors import InvalidInput, NotFound, Rejected, SessionLost, Unauthorized, Unavailable
from linktui.model.link import Link, LinkEdit, LinkKind, LinkSpec, LinkState
from linktui.model.query import LinkQuery
from linktui.model.wording import explain
from linktui.providers.base import Wanted
from linktui.providers.s3 import all_links as all_links_module
from linktui.providers.s3 import catalogue
from linktui.providers.s3.buckets import Buckets
from linktui.services.sweep import Sweep
from linktui.storage.accounts import Accounts
from linktui.storage.database import Database
from linktui.storage.links import Links
from linktui.storage.sweeps import Sweeps
from tests.conformance.acts import all_file_ids, all_links
from tests.fakes import Clock
from tests.providers.s3.acts import fetched, reading, send_parts, stored
from tests.providers.s3.bucket import BUCKET, Bucket
from tests.providers.s3.conftest import PIECE, Machines
from tests.providers.s3.test_store import Store, refused, scope_of

EVERY = LinkQuery(ended=True)
OTHER = "acme-files"
EMPTY = "acme"
"""It comes before the others by its name, and after them by the ids of what would be in it."""


@dataclass
class Gate(httpx.AsyncBaseTransport):
    """Stands before the store, and lets only some of it be reached."""

    store: Bucket
    refusing: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    regions: dict[str, str] = field(default_factory=dict)
    knows_pages: bool = True
    short: dict[str, int] = field(default_factory=dict)
    """Rows that a bucket gives at a time, which may be fewer than asked for."""
    at_once: int = 1_000
    """Buckets on a page of their list."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """What each call was, and about which bucket."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.split("/")[1]
        self.asked.append((request.method, name))
        if name in self.lost:
            raise httpx.ConnectError("no route", request=request)
        if name in self.refusing:
            return refused("AccessDenied", 403)
        if (region := self.regions.get(name)) and f"/{region}/" not in scope_of(request):
            return refused("AuthorizationHeaderMalformed", more=f"<Region>{region}</Region>")
        if name in self.short and "max-keys" in request.url.params:
            url = request.url.copy_set_param("max-keys", str(self.short[name]))
            request = httpx.Request(request.method, url, headers=request.headers)
        return await self.store.handle_async_request(request) if name else self._buckets(request)

    def _buckets(self, request: httpx.Request) -> httpx.Response:
        if request.url.params and not self.knows_pages:
            return refused("InvalidArgument", 400)
        after = request.url.params.get("continuation-token", "")
        names = sorted(one for one in self.store.store.buckets if one > after)
        rows = "".join(f"<Bucket><Name>{one}</Name></Bucket>" for one in names[: self.at_once])
        more = len(names) > self.at_once
        token = f"<ContinuationToken>{names[self.at_once - 1]}</ContinuationToken>" if more else ""
        inside = f"<Buckets>{rows}</Buckets>{token}"
        return httpx.Response(200, text=f"<ListAllMyBucketsResult>{inside}</ListAllMyBucketsResult>")


@pytest.fixture
def gate(bucket: Bucket) -> Gate:
    bucket.store.create_bucket(OTHER, "eu-west-3")
    bucket.store.create_bucket(EMPTY, "us-east-1")
    return Gate(bucket)


@pytest.fixture
async def machines(gate: Gate, clock: Clock) -> AsyncIterator[Machines]:
    machines = Machines(gate, clock=clock)
    yield machines
    await machines.close()


@pytest.fixture
def provider(machines: Machines) -> Buckets:
    return machines.open_all()


async def shared(provider: Buckets, clock: Clock, bucket: str, name: str = "report.pdf") -> Link:
    """Store a file in a bucket and make a link to it, a while after the one before."""
    clock.move(minutes=1)
    file_id = await stored(provider, name=name, folder=bucket)
    spec = LinkSpec(expires_at=clock() + timedelta(days=2))
    return (await provider.create_link((file_id,), spec, key=f"{bucket}{name}")).link


async def test_the_buckets_are_the_folders_at_the_top_however_many_there_are(
    provider: Buckets, gate: Gate
) -> None:
    gate.at_once = 2
    first = await provider.list_folder("")
    second = await provider.list_folder("", cursor=first.next_cursor)
    told = [folder.path for folder in (*first.folders, *second.folders)]
    assert told == ["acme/", "acme-files/", "acme-links/"]
    assert (first.files, second.next_cursor) == ((), None)
    assert (await provider.identify()).facts["Buckets"] == "acme, acme-files, acme-links"
    gate.at_once = 1_000
    gate.knows_pages = False  # as with a store that tells all or nothing
    for _ in range(2):
        page = await provider.list_folder("", beginning="acme-l")
        assert [folder.name for folder in page.folders] == ["acme-links"]


async def test_a_file_is_put_into_a_bucket_and_is_there_like_any_other(provider: Buckets) -> None:
    file_id = await stored(provider, b"%PDF-1", folder=f"/{OTHER}/reports/2026/")
    assert file_id == f"{OTHER}/reports/2026/report.pdf"
    page = await provider.list_folder(f"{OTHER}/reports/")
    assert [folder.path for folder in page.folders] == [f"{OTHER}/reports/2026/"]
    page = await provider.list_folder(f"{OTHER}/reports/2026/")
    assert [(file.id, file.name, file.folder) for file in page.files] == [
        (file_id, "report.pdf", f"{OTHER}/reports/2026/")
    ]
    assert await fetched(provider, file_id) == b"%PDF-1"
    await provider.delete_file(file_id)
    with pytest.raises(NotFound):
        await provider.get_file(file_id)


async def test_an_upload_goes_on_in_another_process(machines: Machines, provider: Buckets) -> None:
    data = b"x" * (PIECE * 2 + 7)
    session = await provider.begin_upload("a.bin", len(data), key="k", options={"folder": f"{OTHER}/in"})
    assert session == await provider.begin_upload(
        "a.bin", len(data), key="k", options={"folder": f"{OTHER}/in"}
    )
    await send_parts(provider, session, data, parts=1)
    other = machines.open_all()
    assert (await other.upload_status(session)).offset == PIECE
    status = await send_parts(other, session, data)
    assert status.file_id == f"{OTHER}/in/a.bin"
    assert status.file is not None
    assert (status.file.id, status.file.folder) == (status.file_id, f"{OTHER}/in/")
    with pytest.raises(SessionLost):
        await other.send_piece('{"key": "of an account at one bucket"}', 0, 1, reading(b"x"))


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("", "Folder is missing; give bucket and folder."),
        ("nobodys-bucket/in", "Folder names “nobodys-bucket”, and there is no such bucket."),
        ("in?/reports", "Folder has to name a bucket first, and “in?” is no name of one."),
    ],
)
async def test_an_upload_says_into_which_bucket(provider: Buckets, folder: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await provider.begin_upload("a.pdf", 1, key="k", options={"folder": folder})
    assert explain(caught.value) == said


async def test_the_versions_of_a_file_are_those_of_its_bucket(
    provider: Buckets, bucket: Bucket, clock: Clock
) -> None:
    bucket.store.put_bucket_versioning(OTHER, "Enabled")
    for body in (b"one", b"two"):
        clock.move(minutes=1)
        bucket.store.put_object(OTHER, "notes.txt", body)
    file_id = f"{OTHER}/notes.txt"
    newest, oldest = await provider.list_versions(file_id)
    assert (await provider.get_version(file_id, oldest.id)).id == file_id
    assert b"".join([piece async for piece in provider.read_version(file_id, oldest.id)]) == b"one"
    await provider.restore_version(file_id, oldest.id)
    assert await fetched(provider, file_id) == b"one"
    await provider.delete_version(file_id, newest.id)
    assert len(await provider.list_versions(file_id)) == 2


async def test_links_are_one_list_newest_first_and_each_is_kept_in_its_bucket(
    provider: Buckets, machines: Machines, clock: Clock
) -> None:
    made = [
        await shared(provider, clock, name, f"{turn}.pdf") for turn in range(3) for name in (BUCKET, OTHER)
    ]
    newest_first = [link.id for link in reversed(made)]
    for limit in (1, 4, 100):
        assert [one.id for one in await all_links(provider, Wanted(limit=limit))] == newest_first
    since = Wanted(created_after=made[2].created_at, created_before=made[4].created_at)
    assert [one.id for one in await all_links(provider, since)] == newest_first[1:4]
    few = await provider.list_links(wanted=Wanted(ids=(made[0].id, made[1].id, "of-another-time")))
    assert {told.link.id for told in few.rows} == {made[0].id, made[1].id}
    link = made[0]
    assert (link.files[0].id, link.facts["Bucket"]) == (f"{BUCKET}/0.pdf", BUCKET)
    colleague = machines.open(prefix="")
    assert {f"{BUCKET}/{one.id}" for one in await all_links(colleague)} == {one.id for one in made[::2]}
    changed = (await provider.update_link(link, LinkEdit(name="minutes"))).link
    assert (await colleague.get_link(link.id.partition("/")[2])).link.name == "minutes"
    await provider.revoke_link(changed.id)
    await provider.delete_link(made[1].id)
    assert (await provider.get_link(link.id)).link.revoked_at is not None
    assert made[1].id not in {one.id for one in await all_links(provider)}


async def test_a_bucket_that_gives_short_pages_loses_no_link(
    provider: Buckets, gate: Gate, clock: Clock
) -> None:
    made = [
        await shared(provider, clock, bucket, f"{number}.pdf")
        for number in range(4)
        for bucket in (BUCKET, OTHER)
    ]
    gate.short[OTHER] = 2
    assert [link.id for link in await all_links(provider)] == [link.id for link in reversed(made)]


async def test_links_of_a_bucket_that_was_copied_are_all_told(
    provider: Buckets, clock: Clock, bucket: Bucket
) -> None:
    made = [await shared(provider, clock, OTHER, f"{turn}.pdf") for turn in range(2)]
    for key in list(bucket.store.buckets[OTHER].keys):
        bucket.store.put_object(BUCKET, key, bucket.store.get_object(OTHER, key).value)
    ids = {one.id for one in await all_links(provider, Wanted(limit=1))}
    assert ids == {one.id for one in made} | {one.id.replace(OTHER, BUCKET) for one in made}


async def test_a_link_for_uploads_says_which_bucket_takes_the_files(
    provider: Buckets, clock: Clock, stranger: httpx.AsyncClient
) -> None:
    spec = LinkSpec(kind=LinkKind.UPLOAD, expires_at=clock() + timedelta(days=1))
    with pytest.raises(InvalidInput, match="has to be said of a link for uploads"):
        await provider.create_link((), spec, key="k")
    there = LinkSpec(kind=LinkKind.UPLOAD, expires_at=spec.expires_at, options={"bucket": OTHER})
    link = (await provider.create_link((), there, key="k")).link
    assert (link.id.split("/")[0], link.options["bucket"]) == (OTHER, OTHER)
    file_id = await stored(provider, folder=BUCKET)
    with pytest.raises(InvalidInput, match=f"is “{BUCKET}” for a link to a file that is there"):
        await provider.create_link((file_id,), LinkSpec(options={"bucket": OTHER}), key="k2")


async def test_a_look_at_what_is_new_passes_over_buckets_that_had_no_link_a_moment_ago(
    provider: Buckets, machines: Machines, gate: Gate, clock: Clock
) -> None:
    await shared(provider, clock, OTHER)
    wanted = Wanted(created_after=clock() - timedelta(minutes=10))
    await provider.list_links()
    gate.asked.clear()
    assert len((await provider.list_links(wanted=wanted)).rows) == 1
    assert gate.asked == [("GET", OTHER)]
    await shared(provider, clock, EMPTY)  # ours is seen at once
    assert len((await provider.list_links(wanted=wanted)).rows) == 2
    elsewhere = await shared(machines.open_all(), clock, BUCKET)
    clock.move(minutes=9)  # and everybody's before a look goes back less than that
    later = Wanted(created_after=elsewhere.created_at - timedelta(seconds=1))
    assert [told.link.id for told in (await provider.list_links(wanted=later)).rows] == [elsewhere.id]


async def test_a_bucket_that_refuses_says_so_itself_and_holds_up_no_other(
    provider: Buckets, gate: Gate, clock: Clock
) -> None:
    made = [await shared(provider, clock, name) for name in (OTHER, BUCKET)]
    gate.refusing.add(OTHER)
    page = await provider.list_links()
    assert ([told.link.id for told in page.rows], page.withheld) == ([made[1].id], (f"{OTHER}/",))
    files = await provider.list_files()
    assert ([file.id for file in files.rows], files.withheld) == ([f"{BUCKET}/report.pdf"], (f"{OTHER}/",))
    assert len((await provider.list_folder("")).folders) == 3
    with pytest.raises(Rejected) as caught:
        await provider.list_folder(f"{OTHER}/")
    assert explain(caught.value).startswith(
        f"The account's keys may not look into the bucket “{OTHER}” (s3:ListBucket). It said: AccessDenied"
    )
    assert (await provider.identify()).facts["Refuse"] == OTHER


async def test_a_sweep_leaves_the_links_of_a_bucket_that_refuses_as_they_are(
    provider: Buckets, gate: Gate, clock: Clock, bucket: Bucket, tmp_path: Path
) -> None:
    database = Database(tmp_path / "linktui.db")
    links, state = Links(database), Accounts(database)

    async def known_after_a_sweep() -> dict[str, LinkState]:
        clock.move(minutes=10)
        sweep = Sweep("acme", provider, sweeps=Sweeps(database), memory=state, share=lambda: 1.0, clock=clock)
        await sweep.run()
        rows = links.window(LinkQuery(ended=True), now=clock(), offset=0, limit=100)
        return {link.id: link.state(clock()) for link in rows}

    there, refusing = await shared(provider, clock, BUCKET), await shared(provider, clock, OTHER)
    before = await known_after_a_sweep()
    gate.refusing.add(OTHER)
    assert await known_after_a_sweep() == before
    gate.refusing.clear()
    for key in list(bucket.store.buckets[OTHER].keys):
        bucket.store.delete_object(OTHER, key)
    bucket.store.delete_bucket(OTHER)
    assert await known_after_a_sweep() == {there.id: before[there.id], refusing.id: LinkState.GONE}
    database.close()


async def test_a_sweep_that_another_process_ends_knows_who_refused_before(
    machines: Machines, gate: Gate, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (all_links_module, catalogue):
        monkeypatch.setattr(module, "PAGE", 2)
    database, provider = Database(tmp_path / "linktui.db"), machines.open_all()
    links, memory, sweeps = Links(database), Accounts(database), Sweeps(database)

    def sweep(provider: Buckets) -> Sweep:
        return Sweep("acme", provider, sweeps=sweeps, memory=memory, share=lambda: 1.0, clock=clock)

    for number in range(5):
        await shared(provider, clock, BUCKET, f"{number}.pdf")
    newest = await shared(provider, clock, OTHER)
    clock.move(minutes=10)
    await sweep(provider).run()
    clock.move(minutes=10)
    gate.refusing.add(OTHER)
    state = await sweeps.begin("acme", at=clock())
    first = await provider.list_links()
    state = replace(state, cursor=first.next_cursor, withheld=frozenset(first.withheld))
    rows = [(told.link, told.raw) for told in first.rows]
    await sweeps.save("acme", rows, state=state, seen=clock(), quietly=True, unsaid=False)
    clock.move(minutes=20)
    gate.refusing.clear()
    await sweep(machines.open_all()).run()
    states = {link.id: link.state(clock()) for link in links.window(EVERY, now=clock(), offset=0, limit=9)}
    assert len(states) == 6
    assert states[newest.id] is not LinkState.GONE
    database.close()


async def test_a_network_that_is_lost_never_looks_like_a_bucket_without_anything(
    provider: Buckets, gate: Gate, clock: Clock
) -> None:
    await shared(provider, clock, OTHER)
    gate.lost.add(OTHER)
    for asked in (provider.list_links(), provider.list_files(), all_file_ids(provider)):
        with pytest.raises(Unavailable):
            await asked
    gate.lost = {""}
    with pytest.raises(Unavailable):
        await provider.list_links()


async def test_each_bucket_is_spoken_to_in_its_own_region(
    provider: Buckets, gate: Gate, clock: Clock
) -> None:
    gate.regions = {OTHER: "eu-west-3", BUCKET: "ap-south-1"}
    made = {(await shared(provider, clock, name)).id for name in (OTHER, BUCKET)}
    assert {told.link.id for told in (await provider.list_links()).rows} == made


async def test_at_aws_a_bucket_is_asked_for_in_the_region_that_the_list_tells() -> None:
    row = f"<Bucket><Name>{OTHER}</Name><BucketRegion>eu-west-3</BucketRegion></Bucket>"

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "s3.amazonaws.com":
            told = f"<ListAllMyBucketsResult><Buckets>{row}</Buckets></ListAllMyBucketsResult>"
            return httpx.Response(200, text=told)
        return httpx.Response(200, text="<ListBucketResult></ListBucketResult>")

    store = Store(answer)
    await Machines(store, url="https://s3.amazonaws.com/").open_all().list_links()
    hosts = [request.url.host for request in store.asked]
    assert hosts == ["s3.amazonaws.com", f"{OTHER}.s3.eu-west-3.amazonaws.com"]
    assert "/eu-west-3/" in scope_of(store.asked[1])


async def test_files_of_all_buckets_are_one_list_in_the_order_of_their_ids(
    provider: Buckets, bucket: Bucket
) -> None:
    for name in (OTHER, EMPTY):
        for number in range(1_200):
            bucket.store.put_object(name, f"many/{number:04d}", b"x")
            bucket.store.put_object(OTHER, f".linktui/copies/{number:04d}", b"x")
    ids = await all_file_ids(provider)
    assert ids == sorted(ids)
    assert len(ids) == 2_400
    page = await provider.list_files(wanted=Wanted(name=f"{OTHER}/many/000"))
    assert len(page.rows) == 10
    page = await provider.list_files(wanted=Wanted(ids=(ids[0], ids[-1], f"{OTHER}/none")))
    assert [file.id for file in page.rows] == [ids[0], ids[-1]]


async def test_keys_that_may_not_list_buckets_are_told_to_name_one(provider: Buckets, gate: Gate) -> None:
    gate.refusing.add("")
    with pytest.raises(Rejected, match="There is no bucket “nobodys-bucket”"):
        await provider.list_folder("nobodys-bucket/")
    with pytest.raises(Rejected, match="name one in its settings"):
        await provider.list_links()
    # A bucket that is named is found all the same.
    assert (await stored(provider, folder=OTHER)) == f"{OTHER}/report.pdf"


async def test_keys_that_are_no_good_are_not_taken_for_buckets_that_refuse(machines: Machines) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/":
            listed = f"<Buckets><Bucket><Name>{OTHER}</Name></Bucket></Buckets>"
            return httpx.Response(200, text=f"<ListAllMyBucketsResult>{listed}</ListAllMyBucketsResult>")
        return refused("InvalidAccessKeyId", 403)

    machines.transport = httpx.MockTransport(answer)
    with pytest.raises(Unauthorized):
        await machines.open_all().list_links()
