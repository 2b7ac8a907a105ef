from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from linktui.model.errors import NotFound, Rejected, Unavailable, Unsupported
from linktui.model.link import LinkEdit, LinkSpec, LinkState
from linktui.providers.base import EVERYTHING, Wanted
from linktui.providers.digitalriver.provider import DigitalRiverProvider
from linktui.providers.pages import all_pages
from tests.fakes import NOON
from tests.providers.digitalriver.service import DigitalRiver, problem

HOUR = LinkSpec(expires_at=NOON + timedelta(hours=1, microseconds=7))
LINKS = "/file-links"


async def ids(provider: DigitalRiverProvider, wanted: Wanted = EVERYTHING) -> list[str]:
    pages = all_pages(lambda cursor: provider.list_links(cursor=cursor, wanted=wanted))
    return [told.link.id async for page in pages for told in page.rows]


async def test_a_link_is_what_was_asked_for_and_called_as_its_file(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    file_id = river.keep("Überweisung €.pdf")
    link = (await provider.create_link((file_id,), HOUR, key="k")).link
    assert (link.name, link.expires_at) == ("Überweisung €.pdf", NOON + timedelta(hours=1))
    assert [(file.id, file.size, file.media_type) for file in link.files] == [(file_id, 5, "application/pdf")]
    assert river.of("POST", LINKS)[0].content == (
        b'{"fileId":"' + file_id.encode() + b'","expiresTime":"2026-11-21T13:00:00Z"}'
    )
    assert dict(link.facts) == {"Mode": "test"}
    assert link == (await provider.get_link(link.id)).link
    assert [link] == [told.link for told in (await provider.list_links()).rows]
    with pytest.raises(Unsupported):
        await provider.create_link((file_id,), LinkSpec(), key="l")


async def test_the_same_act_makes_one_link_after_a_crash_too(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    file_id = river.keep()
    first = await provider.create_link((file_id,), HOUR, key="k")
    assert (await provider.create_link((file_id,), HOUR, key="k")).link == first.link
    reborn = river.provider()
    assert (await reborn.create_link((file_id,), HOUR, key="k", again=True)).link == first.link
    await reborn.close()
    # Another act wants one of its own, and so does the same wish later or with another end.
    await provider.create_link((file_id,), HOUR, key="l")
    await provider.create_link((file_id,), LinkSpec(expires_at=NOON + timedelta(hours=2)), key="m")
    assert len(river.of("POST", LINKS)) == 3


async def test_an_old_or_ended_link_is_not_taken_for_a_new_one(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    file_id = river.keep()
    river.share(file_id, "2026-11-21T13:00:00Z", createdTime="2026-11-21T11:49:59Z")
    river.share(file_id, "2026-11-21T13:00:00Z", expired=True)
    river.share(river.keep(), "2026-11-21T13:00:00Z")
    await provider.create_link((file_id,), HOUR, key="k")
    assert len(river.links) == 4


async def test_an_answer_that_is_lost_makes_no_second_link(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    file_id = river.keep()
    river.ahead = timedelta(hours=-3)
    river.lost = {f"POST {LINKS}"}
    link = (await provider.create_link((file_id,), HOUR, key="k")).link
    assert list(river.links) == [link.id]
    assert len(river.of("POST", LINKS)) == 1


async def test_a_link_that_was_not_made_is_an_error(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    river.answers[f"POST {LINKS}"] = [httpx.Response(502)]
    with pytest.raises(Unavailable):
        await provider.create_link((river.keep(),), HOUR, key="k")
    assert river.links == {}


@pytest.mark.parametrize("fraction", ["", ".389", ".591115"])
async def test_moments_are_read_with_any_fraction(
    river: DigitalRiver, provider: DigitalRiverProvider, fraction: str
) -> None:
    link_id = river.share(river.keep(), f"2026-11-22T12:00:00{fraction}Z")
    end = (await provider.get_link(link_id)).link.expires_at
    micros = int(fraction[1:].ljust(6, "0") or 0)
    assert end == datetime(2026, 11, 22, 12, 0, 0, micros, tzinfo=UTC)


async def test_a_link_may_lack_or_hold_more_than_is_known(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    metadata = {"order": 42, "paid": True, "note": "a\x1bb"}
    link_id = river.share("", metadata=metadata, surprise={"a": 1})
    for name in ("fileId", "expiresTime", "liveMode", "url"):
        del river.links[link_id][name]
    link = (await provider.get_link(link_id)).link
    assert (link.name, link.url, link.expires_at, link.files) == (link_id, "", None, ())
    assert dict(link.metadata) == {"order": "42", "paid": "true", "note": "a�b"}


async def test_a_link_is_over_when_it_says_so_or_its_end_has_come(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    file_id = river.keep()
    said = (await provider.get_link(river.share(file_id, expired=True))).link
    assert said.state(NOON) is LinkState.EXPIRED
    ended = (await provider.get_link(river.share(file_id, "2026-11-21T12:00:00Z"))).link
    assert ended.state(NOON) is LinkState.EXPIRED
    assert ended.state(NOON - timedelta(microseconds=1)) is LinkState.EXPIRING


async def test_an_edit_posts_the_end_alone(river: DigitalRiver, provider: DigitalRiverProvider) -> None:
    link = (await provider.get_link(river.share(river.keep()))).link
    river.lost = {f"POST {LINKS}/{link.id}"}
    told = await provider.update_link(link, LinkEdit(expires_at=NOON + timedelta(days=2)))
    assert told.link.expires_at == NOON + timedelta(days=2)


async def test_an_end_at_once_is_just_ahead_by_the_services_clock(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    link_id = river.share(river.keep())
    link = (await provider.get_link(link_id)).link
    river.ahead = timedelta(minutes=10)
    fresh = river.provider()
    told = await fresh.update_link(link, LinkEdit(expire_now=True))
    await fresh.close()
    assert told.link.expires_at == NOON + timedelta(minutes=10, seconds=2)
    error = {"code": "invalid_parameter", "message": "expiresTime is in the past."}
    river.answers[f"POST {LINKS}/{link_id}"] = [problem(400, "bad_request", error)]
    with pytest.raises(Rejected, match="delete the link"):
        await provider.update_link(link, LinkEdit(expire_now=True))


async def test_a_deleted_link_is_gone_and_deleting_it_again_is_no_error(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    link_id = river.share(river.keep())
    await provider.delete_link(link_id)
    await provider.delete_link(link_id)
    assert river.links == {}
    with pytest.raises(NotFound):
        await provider.get_link(link_id)


async def test_links_are_told_page_by_page_with_their_filters(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    file_id, other = river.keep(), river.keep()
    links = [river.share(file_id) for _ in range(120)]
    river.share(other)
    wanted = Wanted(
        file_id=file_id,
        expired=False,
        created_after=NOON,
        created_before=NOON + timedelta(milliseconds=1),
        limit=50,
    )
    assert await ids(provider, wanted) == links[::-1]
    first, second, _ = (dict(one.url.params) for one in river.of("GET", LINKS))
    assert first == {
        "limit": "50",
        "fileId": file_id,
        "expired": "false",
        "createdTime[gte]": "2026-11-21T12:00:00Z",
        "createdTime[lte]": "2026-11-21T12:00:01Z",
    }
    assert second == first | {"startingAfter": links[70]}
    some = Wanted(ids=(links[118], links[119]))
    assert await ids(provider, some) == [links[119], links[118]]
    assert river.of("GET", LINKS)[-1].url.params.get_list("ids") == [links[118], links[119]]
    newer = await provider.list_links(wanted=Wanted(before=links[0], limit=2))
    assert [told.link.id for told in newer.rows] == [links[2], links[1]]
    assert newer.next_cursor == links[2]


async def test_links_are_told_though_their_files_may_not_be_seen(
    river: DigitalRiver, provider: DigitalRiverProvider
) -> None:
    file_id = river.keep()
    link_id = river.share(file_id)
    river.answers["GET /files"] = [problem(403, "unauthorized", {"message": "No."})]
    [told] = (await provider.list_links()).rows
    assert (told.link.id, told.link.name) == (link_id, file_id)
