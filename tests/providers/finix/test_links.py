from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from linktui.model.call import Rehearsed
from linktui.model.capability import Ability
from linktui.model.errors import InvalidInput, NotFound, Unavailable, Unintelligible, Unsupported
from linktui.model.link import KEEP, LinkEdit, LinkKind, LinkSpec, LinkState
from linktui.providers.base import EVERYTHING, Wanted
from linktui.providers.finix.limits import LIMITS
from linktui.providers.finix.provider import FinixProvider
from linktui.providers.pages import all_pages
from linktui.services.rules import check_edit, check_spec
from tests.fakes import NOON
from tests.providers.finix.service import Finix, moment

HOUR = LinkSpec(expires_at=NOON + timedelta(hours=1))


async def ids(provider: FinixProvider, wanted: Wanted = EVERYTHING) -> list[str]:
    pages = all_pages(lambda cursor: provider.list_links(cursor=cursor, wanted=wanted))
    return [told.link.id async for page in pages for told in page.rows]


async def test_a_link_is_what_was_asked_for(finix: Finix, provider: FinixProvider) -> None:
    file_id = finix.keep("Überweisung €.pdf")
    spec = replace(HOUR, kind=LinkKind.VIEW, metadata={"order": "42"})
    link = (await provider.create_link((file_id,), spec, key="k")).link
    assert (link.kind, link.name, link.provider) == (LinkKind.VIEW, "Überweisung €.pdf", "finix")
    assert dict(link.metadata) == {"order": "42"}
    assert [(file.id, file.name) for file in link.files] == [(file_id, "Überweisung €.pdf")]
    assert link.downloads is None
    assert dict(link.facts) == {"File's state": "uploaded", "Made by": finix.links[link.id]["user_id"]}
    assert finix.links[link.id]["tags"] == {"order": "42", "linktui": "k"}
    assert link == (await provider.get_link(link.id, file_id=file_id)).link
    assert link == (await provider.get_link(link.id)).link
    assert [link] == [told.link for told in (await provider.list_links()).rows]


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(1, 1), (60, 1), (60.001, 2), (899, 15), (7 * 86400, 10080), (7 * 86400 + 5, 10080)],
)
async def test_the_time_a_link_has_is_rounded_up_to_minutes(
    finix: Finix, provider: FinixProvider, seconds: float, minutes: int
) -> None:
    file_id = finix.keep()
    spec = LinkSpec(expires_at=finix.clock() + timedelta(seconds=seconds))
    link = (await provider.create_link((file_id,), spec, key="k")).link
    assert link.expires_at == link.created_at + timedelta(minutes=minutes)


async def test_a_link_that_would_be_over_is_not_made(finix: Finix, provider: FinixProvider) -> None:
    file_id = finix.keep()
    with pytest.raises(InvalidInput):
        await provider.create_link((file_id,), LinkSpec(expires_at=finix.clock()), key="k")
    with pytest.raises(Unsupported):
        await provider.create_link((file_id,), LinkSpec(), key="k")
    assert finix.writes() == []


async def test_the_end_a_link_tells_counts_and_not_its_duration(
    finix: Finix, provider: FinixProvider
) -> None:
    file_id = finix.keep()
    link_id = finix.share(file_id, minutes=15, duration="30")
    link = (await provider.get_link(link_id, file_id=file_id)).link
    assert link.expires_at == link.created_at + timedelta(minutes=15)
    assert link.expires_at is not None
    assert link.state(link.expires_at - timedelta(microseconds=1)) is LinkState.EXPIRING
    assert link.state(link.expires_at) is LinkState.EXPIRED


@pytest.mark.parametrize(("duration", "minutes"), [(30, 30), ("30", 30), (None, 10080), ("PT30M", 10080)])
async def test_a_link_that_tells_no_end_is_never_said_to_last_for_ever(
    finix: Finix, provider: FinixProvider, duration: object, minutes: int
) -> None:
    file_id = finix.keep()
    link_id = finix.share(file_id, duration=duration, expires_at=None)
    link = (await provider.get_link(link_id, file_id=file_id)).link
    assert link.expires_at == link.created_at + timedelta(minutes=minutes)


async def test_fields_that_are_missing_null_new_or_dangerous_do_no_harm(
    finix: Finix, provider: FinixProvider
) -> None:
    file_id = finix.keep("\x1b[2J", extension=None, brand_new={"a": [1]}, tags=None, type="NEW_TYPE")
    link_id = finix.share(
        file_id,
        "EMBED",
        tags={"a\n": None, "n": 5},
        url=None,
        user_id=None,
        created_at="2022-05-24T06:50:51.94704Z",
    )
    del finix.links[link_id]["duration"]
    link = (await provider.get_link(link_id, file_id=file_id)).link
    assert (link.name, link.kind, link.facts["Type"], link.url) == ("�[2J", LinkKind.DOWNLOAD, "EMBED", "")
    assert dict(link.metadata) == {"a�": "", "n": "5"}
    assert link.created_at.isoformat() == "2022-05-24T06:50:51.947040+00:00"


@pytest.mark.parametrize(
    "created", ["2024-01-31T16:00:00.5-08:00", "2024-02-01T00:00:00.50000", "2024-02-01T00:00:00.5Z"]
)
async def test_a_moment_is_read_however_it_is_written(
    finix: Finix, provider: FinixProvider, created: str
) -> None:
    file = await provider.get_file(finix.keep(created_at=created))
    assert file.created_at.isoformat() == "2024-02-01T00:00:00.500000+00:00"


async def test_an_answer_that_is_no_link_is_unintelligible(finix: Finix, provider: FinixProvider) -> None:
    file_id = finix.keep()
    link_id = finix.share(file_id, created_at="yesterday")
    with pytest.raises(Unintelligible, match="created_at"):
        await provider.get_link(link_id, file_id=file_id)


async def test_an_upload_link_gets_a_record_of_its_own(finix: Finix, provider: FinixProvider) -> None:
    spec = replace(
        HOUR,
        kind=LinkKind.UPLOAD,
        name="Bank statement",
        metadata={"order": "42"},
        options={"type": "BANK_STATEMENT", "linked_to": "MU1"},
    )
    link = (await provider.create_link((), spec, key="k")).link
    [record] = finix.files.values()
    told = {name: record[name] for name in ("display_name", "type", "linked_to", "tags")}
    assert told == {
        "display_name": "Bank statement",
        "type": "BANK_STATEMENT",
        "linked_to": "MU1",
        "tags": {"order": "42", "linktui": "k"},
    }
    assert (link.kind, link.name, link.downloads) == (LinkKind.UPLOAD, "Bank statement", 0)
    assert dict(link.options) == {"type": "BANK_STATEMENT", "linked_to": "MU1"}
    assert link.facts["Hand in with"] == "curl -T FILE 'URL'"
    assert link.facts["File's state"] == "waiting for the file"
    finix.data[record["id"]] = b"%PDF-"
    arrived = (await provider.get_link(link.id, file_id=link.files[0].id)).link
    assert (arrived.downloads, arrived.facts["File's state"]) == (1, "under review")


async def test_a_record_without_a_name_is_named_by_finix(finix: Finix, provider: FinixProvider) -> None:
    link = (await provider.create_link((), replace(HOUR, kind=LinkKind.UPLOAD), key="k")).link
    assert link.name == "FILE_(FILE_0001)"


@pytest.mark.parametrize("call", ["POST /files", "POST /files/FILE_0001/external_links"])
@pytest.mark.parametrize("crashed", [False, True])
async def test_a_link_whose_answer_was_lost_is_not_made_twice(finix: Finix, call: str, crashed: bool) -> None:
    provider = finix.provider()
    spec = replace(HOUR, kind=LinkKind.UPLOAD)
    await provider.create_link((), replace(spec, name="another"), key="another")
    finix.files.clear()
    finix.links.clear()
    finix.lost.add(call)
    with pytest.raises(Unavailable):
        await provider.create_link((), spec, key="k")
    if crashed:
        await provider.close()
        provider = finix.provider()
    link = (await provider.create_link((), spec, key="k")).link
    assert list(finix.links) == [link.id]
    assert len(finix.files) == 1
    await provider.close()


async def test_a_key_makes_one_link_and_another_key_another(finix: Finix, provider: FinixProvider) -> None:
    file_id = finix.keep()
    one = (await provider.create_link((file_id,), HOUR, key="1")).link
    assert (await provider.create_link((file_id,), HOUR, key="1")).link == one
    two = (await provider.create_link((file_id,), HOUR, key="2")).link
    assert [one.id, two.id] == list(finix.links)


async def test_many_links_to_a_file_look_for_an_earlier_try_once(
    finix: Finix, provider: FinixProvider
) -> None:
    file_id = finix.keep()
    for number in range(10):
        await provider.create_link((file_id,), HOUR, key=str(number))
    assert len(finix.of("GET", f"/files/{file_id}/external_links")) == 1


async def test_a_link_of_the_same_key_that_is_over_is_no_answer(
    finix: Finix, provider: FinixProvider
) -> None:
    file_id = finix.keep()
    one = (await provider.create_link((file_id,), HOUR, key="k")).link
    finix.clock.move(hours=2)
    later = replace(HOUR, expires_at=finix.clock() + timedelta(hours=1))
    two = (await provider.create_link((file_id,), later, key="k")).link
    again = finix.provider()
    assert (await again.create_link((file_id,), later, key="k")).link == two
    assert [one.id, two.id] == list(finix.links)
    await again.close()


async def test_the_tag_that_linktui_needs_cannot_be_taken(finix: Finix, provider: FinixProvider) -> None:
    with pytest.raises(InvalidInput, match="linktui"):
        await provider.create_link((finix.keep(),), replace(HOUR, metadata={"linktui": "x"}), key="k")
    assert finix.writes() == []


async def test_the_links_of_all_files_are_told_once_and_newest_first_of_each_page(
    finix: Finix, provider: FinixProvider
) -> None:
    files = [finix.keep(f"{number}.pdf") for number in range(45)]
    for number in range(130):
        finix.share(files[number * 7 % 45])
    page = await provider.list_links()
    made = [told.link.created_at for told in page.rows]
    assert made == sorted(made, reverse=True)
    told = await ids(provider)
    assert sorted(told) == sorted(finix.links)
    assert len(finix.of("GET", "/files")) == 1 + 3


async def test_a_limit_is_kept_and_nothing_is_left_out(finix: Finix, provider: FinixProvider) -> None:
    for _ in range(3):
        file_id = finix.keep()
        for _ in range(5):
            finix.share(file_id)
    pages = [
        page
        async for page in all_pages(lambda cursor: provider.list_links(cursor=cursor, wanted=Wanted(limit=2)))
    ]
    assert {len(page.rows) for page in pages} <= {1, 2}
    assert {one.url.params["limit"] for one in finix.requests if "links" in one.url.path} == {"100"}
    assert sorted(told.link.id for page in pages for told in page.rows) == sorted(finix.links)


async def test_a_link_made_while_a_list_is_read_puts_none_out_of_place(
    finix: Finix, provider: FinixProvider
) -> None:
    file_id = finix.keep()
    links = [finix.share(file_id) for _ in range(4)]
    first = await provider.list_links(wanted=Wanted(limit=2))
    finix.share(file_id)
    second = await provider.list_links(cursor=first.next_cursor, wanted=Wanted(limit=2))
    assert [told.link.id for told in (*first.rows, *second.rows)] == links[::-1]


async def test_a_file_of_many_links_is_told_whole(finix: Finix, provider: FinixProvider) -> None:
    file_id = finix.keep()
    for _ in range(205):
        finix.share(file_id)
    assert await ids(provider) == sorted(finix.links, reverse=True)
    page = await provider.list_links(wanted=Wanted(file_id=file_id, limit=50))
    assert (len(page.rows), page.next_cursor) == (50, page.rows[-1].link.id)


async def test_the_links_of_one_file_are_filtered_and_the_filters_repeated(
    finix: Finix, provider: FinixProvider
) -> None:
    file_id, other = finix.keep(), finix.keep()
    links = [finix.share(file_id) for _ in range(6)]
    finix.share(other)
    made = {link_id: (await provider.get_link(link_id, file_id=file_id)).link.created_at for link_id in links}
    wanted = Wanted(file_id=file_id, created_after=made[links[1]], created_before=made[links[4]], limit=2)
    assert await ids(provider, wanted) == links[4:0:-1]
    asked = [dict(one.url.params) for one in finix.of("GET", f"/files/{file_id}/external_links")][-2:]
    assert [one.pop("after_cursor", None) for one in asked] == [None, links[3]]
    assert (
        asked[0]
        == asked[1]
        == {"limit": "2", "created_at.gte": "2026-11-21T12:00:04", "created_at.lte": "2026-11-21T12:00:07"}
    )
    updated = Wanted(file_id=file_id, updated_after=NOON, updated_before=made[links[0]])
    assert await ids(provider, updated) == [links[0]]
    assert set(finix.requests[-1].url.params) == {"limit", "updated_at.gte", "updated_at.lte"}
    assert await ids(provider, Wanted(file_id=file_id, ids=(links[2],))) == [links[2]]
    assert await ids(provider, Wanted(file_id=file_id, ids=(links[4], links[2]))) == [links[4], links[2]]
    assert await ids(provider, Wanted(ids=(links[2],))) == [links[2]]


async def test_the_filters_hold_for_the_links_of_all_files_too(finix: Finix, provider: FinixProvider) -> None:
    old = finix.share(finix.keep())
    finix.clock.move(days=1)
    noon = finix.clock()
    new = finix.share(finix.keep())
    assert await ids(provider, Wanted(created_after=noon)) == [new]
    assert await ids(provider, Wanted(created_before=noon)) == [old]
    # A file that came later has no such link, and is not asked for any.
    [first, second] = [dict(one.url.params) for one in finix.of("GET", "/files")]
    assert (first, second) == ({"limit": "20"}, {"limit": "20", "created_at.lte": "2026-11-22T12:00:02"})


async def test_pages_go_backwards_below_a_file_and_not_through_all(
    finix: Finix, provider: FinixProvider
) -> None:
    file_id = finix.keep()
    links = [finix.share(file_id) for _ in range(5)]
    page = await provider.list_links(wanted=Wanted(file_id=file_id, before=links[1], limit=2))
    assert [told.link.id for told in page.rows] == [links[3], links[2]]
    with pytest.raises(Unsupported):
        await provider.list_links(wanted=Wanted(before=links[1]))


async def test_a_cursor_that_this_list_never_gave_is_refused(provider: FinixProvider) -> None:
    for cursor in ("EL_1", "[]", '{"bogus": 1}'):
        with pytest.raises(InvalidInput):
            await provider.list_links(cursor=cursor)


async def test_a_link_that_is_nowhere_is_not_found(finix: Finix, provider: FinixProvider) -> None:
    file_id = finix.keep()
    with pytest.raises(NotFound):
        await provider.get_link("EL_x", file_id=file_id)
    with pytest.raises(NotFound):
        await provider.get_link("EL_x")
    with pytest.raises(NotFound):
        await provider.create_link(("FILE_x",), HOUR, key="k")


async def test_a_file_that_goes_away_while_all_links_are_read_is_an_error_of_ours(
    finix: Finix, provider: FinixProvider
) -> None:
    finix.keep()
    gone = finix.keep()
    finix.answers[f"GET /files/{gone}/external_links"] = [finix.nothing()]
    with pytest.raises(NotFound):
        await provider.list_links()


@pytest.mark.parametrize(
    "edit",
    [
        LinkEdit(expires_at=NOON),
        LinkEdit(expires_at=None),
        LinkEdit(expire_now=True),
        LinkEdit(name="x"),
        LinkEdit(kind=LinkKind.VIEW),
        LinkEdit(slug="x"),
        LinkEdit(password="x"),
        LinkEdit(download_limit=1),
        LinkEdit(metadata={"a": "1"}),
        LinkEdit(files=()),
    ],
)
def test_no_change_of_a_link_is_offered_and_each_refusal_says_why(edit: LinkEdit) -> None:
    assert edit.options is KEEP
    with pytest.raises(Unsupported) as caught:
        check_edit(LIMITS, edit)
    assert caught.value.reason


def test_metadata_is_there_for_a_new_link_and_the_type_only_then() -> None:
    spec = replace(
        HOUR, metadata={str(number): "x" for number in range(49)}, options={"type": "SOMETHING_NEW"}
    )
    check_spec(LIMITS, spec, now=NOON, files=1)
    with pytest.raises(InvalidInput):
        check_spec(
            LIMITS, replace(spec, metadata={str(number): "x" for number in range(50)}), now=NOON, files=1
        )
    with pytest.raises(InvalidInput):
        check_edit(LIMITS, LinkEdit(options={"type": "OTHER"}))
    assert not LIMITS.can(Ability.REVOKE)


async def test_the_address_of_a_link_is_in_no_list_of_calls_or_repr(
    finix: Finix, provider: FinixProvider
) -> None:
    link = (await provider.create_link((finix.keep(),), HOUR, key="k")).link
    assert "X-Amz-Signature" in link.url
    assert "X-Amz" not in repr(link)
    assert not any("X-Amz" in call.path for call in finix.calls)


async def test_a_rehearsal_shows_what_would_be_sent_and_sends_nothing(finix: Finix) -> None:
    rehearsed: list[Rehearsed] = []
    provider = finix.provider(rehearsal=rehearsed)
    file_id = finix.keep()
    with pytest.raises(Unintelligible):
        await provider.create_link((file_id,), HOUR, key="k")
    await provider.close()
    [request] = rehearsed
    assert (request.method, request.url.rpartition("/")[2]) == ("POST", "external_links")
    assert '"duration":60' in request.body
    assert finix.writes() == []
    assert moment(NOON) not in request.body
