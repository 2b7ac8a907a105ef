"""A link is what was asked for, changes as it is told to, and ends when it says."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest

from linktui.model.capability import Ability, Precision
from linktui.model.errors import NotFound, ProviderError
from linktui.model.link import LinkEdit, LinkKind, LinkState
from linktui.providers.base import DeletesLinks, Provider, RevokesLinks, UpdatesLinks
from linktui.providers.local import provider as local
from linktui.providers.registry import OURS
from tests.conformance.acts import PDF, all_links, hand_in, needs, shared, spec, stored
from tests.conformance.conftest import ALL, SERVED, Far

pytestmark = pytest.mark.parametrize("far", [*OURS, SERVED, ALL], indirect=True)
_STEP = {
    Precision.SECOND: timedelta(seconds=1),
    Precision.MINUTE: timedelta(minutes=1),
    Precision.DAY: timedelta(days=1),
}


PAGE = 100
"""Links on a page of any of them; the embedded server's own, which holds more, is cut to that."""
FULL = 2 * PAGE + 5
"""Links that fill more than two pages."""


def about(far: Far, end: datetime | None, wanted: datetime) -> bool:
    """Tell whether an end is the one wanted, as nearly as the service keeps it, and never earlier."""
    return end is not None and timedelta(0) <= end - wanted < _STEP[far.account.limits.precision]


async def test_a_link_is_what_was_asked_for(far: Far, provider: Provider) -> None:
    pairs = {"order": "42", "Größe": "10 €"} if provider.limits.metadata_pairs else {}
    wanted = spec(far, metadata=MappingProxyType(pairs))
    file_id = await stored(provider, name="statement.pdf")
    link = (await provider.create_link((file_id,), wanted, key="k")).link
    assert link.account == "acme"
    assert link.kind is wanted.kind
    assert about(far, link.expires_at, wanted.expires_at or far.clock())
    assert [file.id for file in link.files] == [file_id]
    assert dict(link.metadata).items() >= pairs.items()
    assert link.url.startswith("https://")
    got = (await provider.get_link(link.id, file_id=file_id)).link
    assert (got.id, got.url, got.expires_at) == (link.id, link.url, link.expires_at)
    assert got.name == "statement.pdf"
    assert (await provider.get_link(link.id)).link.id == link.id


async def test_the_bytes_are_behind_the_address_until_it_ends(far: Far, provider: Provider) -> None:
    link = await shared(far, provider, days=2)
    assert link.expires_at is not None
    answer = await far.stranger.get(link.url, follow_redirects=True)
    assert answer.status_code == 200
    if far.name in {"stripe", "finix", "digitalriver"}:
        assert answer.content == PDF
    far.clock.now = link.expires_at + timedelta(seconds=2)
    assert (await far.stranger.get(link.url, follow_redirects=True)).status_code >= 400
    ended = (await provider.get_link(link.id, file_id=link.files[0].id)).link
    assert ended.state(far.clock()) is LinkState.EXPIRED


async def test_an_end_in_another_zone_is_the_same_moment(far: Far, provider: Provider) -> None:
    wanted = (far.clock() + timedelta(days=3)).astimezone(timezone(timedelta(hours=-9, minutes=-30)))
    link = await shared(far, provider, expires_at=wanted)
    assert about(far, link.expires_at, wanted)
    assert link.expires_at is not None
    assert link.expires_at.tzinfo is UTC


async def test_a_link_that_never_ends_says_so(far: Far, provider: Provider) -> None:
    needs(provider, Ability.NEVER_EXPIRE)
    link = await shared(far, provider, expires_at=None)
    assert link.expires_at is None or "File" in " ".join(link.facts)


async def test_the_same_key_makes_one_link(far: Far, provider: Provider) -> None:
    file_id = await stored(provider)
    wanted = spec(far)
    far.line.lose_answers_to = "POST"
    with suppress(ProviderError):
        # A provider whose service takes keys repeats it by itself, and then nothing is lost.
        await provider.create_link((file_id,), wanted, key="once")
    far.line.lose_answers_to = ""
    first = (await provider.create_link((file_id,), wanted, key="once")).link
    second = (await provider.create_link((file_id,), wanted, key="once")).link
    assert first.id == second.id
    assert [link.id for link in await all_links(provider)] == [first.id]


async def test_a_link_made_before_a_crash_is_found_again(far: Far, provider: Provider) -> None:
    file_id = await stored(provider)
    wanted = spec(far)
    made = (await provider.create_link((file_id,), wanted, key="k")).link
    after = far.open()
    again = (await after.create_link((file_id,), wanted, key="k", again=True)).link
    assert again.id == made.id
    assert [link.id for link in await all_links(after)] == [made.id]


async def test_two_links_that_are_alike_are_two(far: Far) -> None:
    file_id = await stored(far.open())
    wanted = spec(far)
    made = {(await far.open().create_link((file_id,), wanted, key=key)).link.id for key in ("one", "two")}
    assert len(made) == 2


async def test_several_files_are_behind_one_link_in_their_order(far: Far, provider: Provider) -> None:
    if provider.limits.files_per_link < 2:
        pytest.skip("its links hold one file")
    ids = tuple([await stored(provider, name=f"{number}.pdf") for number in (2, 1)])
    link = (await provider.create_link(ids, spec(far), key="k")).link
    assert tuple(file.id for file in link.files) == ids


async def test_its_end_is_moved(far: Far, provider: Provider) -> None:
    needs(provider, Ability.CHANGE_EXPIRY)
    assert isinstance(provider, UpdatesLinks)
    link = await shared(far, provider)
    later = far.clock() + min(timedelta(days=9), provider.limits.longest or timedelta.max)
    changed = (await provider.update_link(link, LinkEdit(expires_at=later))).link
    assert about(far, changed.expires_at, later)
    assert changed.id == link.id
    assert (changed.url == link.url) == (not provider.limits.new_address)
    assert (await far.stranger.get(changed.url, follow_redirects=True)).status_code == 200


async def test_it_is_ended_now(far: Far, provider: Provider) -> None:
    needs(provider, Ability.CHANGE_EXPIRY)
    needs(provider, Ability.EXPIRE_NOW)
    assert isinstance(provider, UpdatesLinks)
    link = await shared(far, provider)
    await provider.update_link(link, LinkEdit(expire_now=True))
    far.clock.move(seconds=2)
    ended = (await provider.get_link(link.id, file_id=link.files[0].id)).link
    assert ended.state(far.clock()) is LinkState.EXPIRED
    if provider.limits.can(Ability.REVIVE):
        later = far.clock() + timedelta(days=1)
        back = (await provider.update_link(ended, LinkEdit(expires_at=later))).link
        assert back.state(far.clock()).alive
    else:
        with pytest.raises(ProviderError):
            await provider.update_link(ended, LinkEdit(expires_at=far.clock() + timedelta(days=1)))


async def test_metadata_is_merged_and_unset(far: Far, provider: Provider) -> None:
    needs(provider, Ability.METADATA)
    if not isinstance(provider, UpdatesLinks):
        pytest.skip("its links are never changed")
    link = await shared(far, provider, metadata=MappingProxyType({"a": "1", "b": "2"}))
    edit = LinkEdit(metadata=MappingProxyType({"b": None, "c": "3 & 4 = 7"}))
    changed = (await provider.update_link(link, edit)).link
    assert dict(changed.metadata) == {"a": "1", "c": "3 & 4 = 7"}


async def test_a_revoked_link_gives_nothing(far: Far, provider: Provider) -> None:
    needs(provider, Ability.REVOKE)
    assert isinstance(provider, RevokesLinks)
    link = await shared(far, provider)
    for _ in range(2):
        assert (await provider.revoke_link(link.id)).link.state(far.clock()) is LinkState.REVOKED
    assert (await far.stranger.get(link.url)).status_code >= 400


async def test_a_deleted_link_is_gone(far: Far, provider: Provider) -> None:
    needs(provider, Ability.DELETE_LINK)
    assert isinstance(provider, DeletesLinks)
    link = await shared(far, provider)
    for _ in range(2):
        await provider.delete_link(link.id)
    assert (await far.stranger.get(link.url)).status_code >= 400
    assert await all_links(provider) == []
    with pytest.raises(NotFound):
        await provider.get_link(link.id, file_id=link.files[0].id)


async def test_strangers_hand_files_in(far: Far, provider: Provider) -> None:
    if LinkKind.UPLOAD not in provider.limits.kinds:
        pytest.skip("it has no upload links")
    wanted = spec(far, kind=LinkKind.UPLOAD, name="Tax papers", days=1)
    link = (await provider.create_link((), wanted, key="k")).link
    assert (link.kind, link.name, link.downloads) == (LinkKind.UPLOAD, "Tax papers", 0)
    assert (await hand_in(far, link, PDF)).status_code in {200, 201, 204, 303}
    again = (await provider.get_link(link.id, file_id=link.files[0].id if link.files else "")).link
    assert again.downloads == 1


async def test_a_link_that_is_not_there_is_not_found(provider: Provider) -> None:
    with pytest.raises(NotFound):
        await provider.get_link("link_that_never_was")


async def test_its_list_is_whole_and_newest_first(
    far: Far, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "PAGE_SIZE", str(PAGE))
    file_id = await stored(provider)
    made = []
    for _ in range(FULL):
        made.append((await provider.create_link((file_id,), spec(far), key=os.urandom(8).hex())).link.id)
        far.clock.move(seconds=1)
    links = await all_links(provider)
    assert len(links) == len(made)
    assert {link.id for link in links} == set(made)
    assert [link.created_at for link in links] == sorted((link.created_at for link in links), reverse=True)
