"""What is done to links: checked first, journaled before and after, recorded as the service told it."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType

import pytest

from linktui.model.capability import Ability, Limits
from linktui.model.change import ChangeState
from linktui.model.errors import InvalidInput, NotFound, Unavailable, Unsupported
from linktui.model.filter import parse_filter
from linktui.model.link import Link, LinkEdit, LinkKind, LinkSpec, LinkState
from linktui.model.query import LinkQuery, LinkSort
from linktui.services.house import House
from linktui.services.sync import Sync
from linktui.wiring import build
from tests.fakes import NOON, Clock, FakeProvider


@pytest.fixture
def sync(house: House) -> Sync:
    return house.services.sync


async def known(house: House, provider: FakeProvider, **fields: object) -> Link:
    link = provider.seed_link(**fields)
    return await house.services.links.fetch(link)


def names(house: House, query: LinkQuery) -> list[str]:
    return [link.name for link in house.services.links.window(query, offset=0, limit=100)]


async def test_an_upload_link_needs_no_file(house: House, provider: FakeProvider) -> None:
    link = await house.services.links.create("local", (), LinkSpec(kind=LinkKind.UPLOAD))
    assert house.services.links.get("local", link.id) == link
    assert house.services.links.history(link)[0].verb == "create"


@pytest.mark.parametrize(
    ("spec", "files", "word"),
    [
        (LinkSpec(), 0, "at least one file"),
        (LinkSpec(), 101, "at most 100"),
        (LinkSpec(kind=LinkKind.UPLOAD), 1, "begins empty"),
        (LinkSpec(download_limit=0), 1, "1 or more"),
        (LinkSpec(password=""), 1, "1 to 1024 bytes"),
        (LinkSpec(metadata={"": "x"}), 1, "1 to 40"),
        (LinkSpec(metadata={"k": "x" * 501}), 1, "at most 500"),
        (LinkSpec(metadata={str(number): "x" for number in range(51)}), 1, "at most 50"),
    ],
)
async def test_what_the_service_would_refuse_is_not_asked(
    house: House, provider: FakeProvider, spec: LinkSpec, files: int, word: str
) -> None:
    with pytest.raises(InvalidInput, match=word):
        await house.services.links.create("local", ("f_1",) * files, spec)
    assert not provider.calls


async def test_a_changed_expiry_is_recorded_and_journaled(
    house: House, provider: FakeProvider, clock: Clock
) -> None:
    link = await known(house, provider, expires_at=NOON + timedelta(days=1))
    later = await house.services.links.edit(link, house.services.links.extension(link, "7d"))
    assert later.expires_at == NOON + timedelta(days=8)
    [change] = house.services.links.history(link)
    assert (change.verb, change.state) == ("update", ChangeState.DONE)
    assert "2026-11-29" in change.detail


async def test_an_ended_link_is_extended_from_now(house: House, provider: FakeProvider) -> None:
    link = await known(house, provider, expires_at=NOON - timedelta(days=1))
    assert (
        await house.services.links.edit(link, house.services.links.extension(link, "2h"))
    ).expires_at == NOON + timedelta(hours=2)


async def test_a_link_that_never_ends_cannot_be_extended(house: House, provider: FakeProvider) -> None:
    link = await known(house, provider)
    with pytest.raises(InvalidInput, match="never expires"):
        await house.services.links.edit(link, house.services.links.extension(link, "7d"))


async def test_the_journal_says_what_failed_and_no_secret(house: House, provider: FakeProvider) -> None:
    link = await known(house, provider)
    provider.failures["update_link"] = [Unavailable("no connection")]
    with pytest.raises(Unavailable):
        await house.services.links.edit(link, LinkEdit(password="hunter2", slug="my-slug"))
    [change] = house.services.links.history(link)
    assert change.state is ChangeState.FAILED
    assert "does not answer" in change.error
    assert "hunter2" not in change.detail
    assert "my-slug" not in change.detail


async def test_a_revoked_link_is_revoked_here_too(house: House, provider: FakeProvider) -> None:
    link = await known(house, provider)
    await house.services.links.revoke(link)
    kept = house.services.links.get("local", link.id)
    assert kept is not None
    assert kept.state(NOON) is LinkState.REVOKED


async def test_a_deleted_link_is_gone_here_too(house: House, provider: FakeProvider) -> None:
    link = await known(house, provider)
    await house.services.links.delete(link)
    assert names(house, LinkQuery()) == []
    assert names(house, LinkQuery(filter=parse_filter("state:gone"))) == [link.name]


async def test_a_link_the_service_no_longer_has_is_kept_as_gone(house: House, provider: FakeProvider) -> None:
    link = await known(house, provider)
    provider.links.clear()
    with pytest.raises(NotFound):
        await house.services.links.fetch(link)
    kept = house.services.links.get("local", link.id)
    assert kept is not None
    assert kept.state(NOON) is LinkState.GONE
    with pytest.raises(InvalidInput, match="not there any more"):
        await house.services.links.expire(kept)


async def test_a_missing_ability_is_said_with_its_reason_and_not_tried(
    tmp_path_factory: pytest.TempPathFactory, clock: Clock
) -> None:
    from linktui.config.locations import Locations

    limits = Limits(missing=MappingProxyType({Ability.REVOKE: "let it run out instead"}))
    provider = FakeProvider(clock)
    house = build(
        Locations.below(tmp_path_factory.mktemp("poor")),
        clock=clock,
        connect_provider=lambda account: provider,
    )
    account = house.services.accounts.get("local")
    object.__setattr__(account, "limits", limits)
    link = await known(house, provider)
    provider.calls.clear()
    with pytest.raises(Unsupported, match="run out"):
        await house.services.links.revoke(link)
    assert not provider.calls
    await house.close()


async def test_the_list_filters_by_words_state_kind_and_file(house: House, provider: FakeProvider) -> None:
    await known(house, provider, name="Invoice A.pdf", metadata={"order": "42"})
    await known(house, provider, name="invoice b.pdf", expires_at=NOON - timedelta(1))
    await known(house, provider, name="log.txt", kind=LinkKind.UPLOAD)
    assert names(house, LinkQuery(filter=parse_filter("INVOICE"))) == ["Invoice A.pdf"]
    assert names(house, LinkQuery(filter=parse_filter("pdf invoice"), ended=True)) == [
        "invoice b.pdf",  # of two that are as old, the one that was known last
        "Invoice A.pdf",
    ]
    assert names(house, LinkQuery(filter=parse_filter('"order=42"'))) == ["Invoice A.pdf"]
    assert names(house, LinkQuery(kind=LinkKind.UPLOAD)) == ["log.txt"]
    assert names(house, LinkQuery(states=frozenset({LinkState.EXPIRED}))) == ["invoice b.pdf"]
    assert names(house, LinkQuery(filter=parse_filter("%_*["))) == []
    counts = house.services.links.counts(LinkQuery(filter=parse_filter("invoice")))
    assert (counts.shown, counts.total) == (1, 3)


@pytest.mark.parametrize("sort", list(LinkSort))
async def test_every_column_sorts_both_ways(house: House, provider: FakeProvider, sort: LinkSort) -> None:
    await known(house, provider, name="b", downloads=1, expires_at=NOON + timedelta(hours=1))
    await known(house, provider, name="A", downloads=3, created_at=NOON - timedelta(1))
    await known(house, provider, name="c", kind=LinkKind.VIEW, expires_at=NOON + timedelta(days=3))
    down = names(house, LinkQuery(sort=sort, descending=True))
    up = names(house, LinkQuery(sort=sort, descending=False))
    assert sorted(down) == sorted(up) == ["A", "b", "c"]
    if sort is LinkSort.NAME:
        assert up == ["A", "b", "c"]
    if sort is LinkSort.EXPIRES:
        assert up == ["b", "c", "A"]


async def test_a_look_brings_new_links_and_files_and_notes_trouble(
    house: House, provider: FakeProvider, sync: Sync, clock: Clock
) -> None:
    provider.seed_link(name="made elsewhere")
    await sync.look("local")
    assert names(house, LinkQuery()) == ["made elsewhere"]
    assert house.services.links.synced_at("local") == NOON
    provider.failures["list_changes"] = [Unavailable("no connection")]
    await sync.look("local")
    assert "does not answer" in house.services.links.trouble("local")
    await sync.look("local")
    assert house.services.links.trouble("local") == ""


async def test_an_id_is_found_by_its_beginning_unless_several_begin_so(
    house: House, provider: FakeProvider
) -> None:
    await known(house, provider, id="l_abc1")
    await known(house, provider, id="l_abc2")
    assert house.services.links.resolve("l_abc1").id == "l_abc1"
    for wrong in ("l_abc", "l_x", "", "*"):
        with pytest.raises(InvalidInput):
            house.services.links.resolve(wrong)
