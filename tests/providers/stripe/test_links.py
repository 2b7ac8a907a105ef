"""Links are listed, made and changed as Stripe wants it, and end when their file does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from linktui.model.errors import InvalidInput, NotFound, Rejected, Unintelligible
from linktui.model.link import LinkEdit, LinkSpec, LinkState
from linktui.providers.base import Wanted
from linktui.providers.stripe.provider import StripeProvider
from linktui.providers.stripe.wire_links import link_from
from tests.fakes import NOON
from tests.providers.stripe.service import DAY, NOW, Stripe, missing, moment, problem

EXAMPLE: dict[str, Any] = {
    "id": "link_1Mr23jLkdIwHu7ix65betcoo",
    "object": "file_link",
    "created": 1680108075,
    "expired": False,
    "expires_at": None,
    "file": "file_1Mr23iLkdIwHu7ixQkCV3CBR",
    "livemode": False,
    "metadata": {},
    "url": "https://files.stripe.com/links/MDB8YWNjdF8xTTJK",
}
FILE: dict[str, Any] = {
    "id": "file_1Mr4LDLkdIwHu7ixFCz0dZiH",
    "object": "file",
    "created": 1680116847,
    "expires_at": 1703444847,
    "filename": "file.png",
    "links": None,
    "purpose": "dispute_evidence",
    "size": 8429,
    "title": None,
    "type": "png",
    "url": "https://files.stripe.com/v1/files/file_1Mr4LDLkdIwHu7ixFCz0dZiH/contents",
}


def read(**fields: Any) -> Any:
    return link_from(EXAMPLE | fields, account="payments", now=NOON).link


async def test_a_list_tells_each_file_at_once(stripe: Stripe, provider: StripeProvider) -> None:
    stripe.share(stripe.keep("Überweisung.pdf", b"12345"))
    [told] = (await provider.list_links()).rows
    assert told.link.name == "Überweisung.pdf"
    assert told.link.size == 5
    assert told.link.files[0].media_type == "application/pdf"
    assert "Überweisung.pdf" in told.raw
    assert stripe.asked == ["GET /v1/file_links"]


async def test_pages_repeat_the_filters_until_there_are_no_more(
    stripe: Stripe, provider: StripeProvider
) -> None:
    file_id = stripe.keep()
    links = [stripe.share(file_id) for _ in range(3)]
    stripe.share()
    wanted = Wanted(file_id=file_id, expired=False, created_after=NOON, limit=2)
    first = await provider.list_links(wanted=wanted)
    second = await provider.list_links(cursor=first.next_cursor, wanted=wanted)
    assert [told.link.id for told in (*first.rows, *second.rows)] == links[::-1]
    assert second.next_cursor is None
    sent = [dict(request.url.params) for request in stripe.requests]
    assert sent[1] == sent[0] | {"starting_after": links[1]}


async def test_a_list_can_be_paged_backwards(stripe: Stripe, provider: StripeProvider) -> None:
    links = [stripe.share() for _ in range(4)]
    page = await provider.list_links(wanted=Wanted(before=links[0], limit=2))
    assert [told.link.id for told in page.rows] == [links[2], links[1]]
    assert page.next_cursor == links[2]
    page = await provider.list_links(cursor=page.next_cursor, wanted=Wanted(before=links[0], limit=2))
    assert [told.link.id for told in page.rows] == [links[3]]
    assert page.next_cursor is None


async def test_an_empty_page_that_promises_more_is_not_taken_for_the_last(
    stripe: Stripe, provider: StripeProvider
) -> None:
    stripe.answers["GET /v1/file_links"] = [httpx.Response(200, json={"data": [], "has_more": True})]
    with pytest.raises(Unintelligible):
        await provider.list_links()


@pytest.mark.parametrize("expired", [True, False])
async def test_links_are_narrowed_by_whether_they_ended(
    stripe: Stripe, provider: StripeProvider, expired: bool
) -> None:
    over, alive = stripe.share(expires_at=NOW - 1), stripe.share()
    page = await provider.list_links(wanted=Wanted(expired=expired))
    assert [told.link.id for told in page.rows] == [over if expired else alive]


async def test_ranges_of_creation_are_whole_seconds_within(stripe: Stripe, provider: StripeProvider) -> None:
    half = timedelta(milliseconds=500)
    await provider.list_links(wanted=Wanted(created_after=NOON + half, created_before=NOON + half))
    params = dict(stripe.requests[0].url.params)
    assert (params["created[gte]"], params["created[lte]"]) == (str(NOW + 1), str(NOW))


@pytest.mark.parametrize(
    ("own", "of_file", "effective"),
    [(None, None, None), (100, None, 100), (None, 50, 50), (100, 50, 50), (50, 100, 50), (70, 70, 70)],
)
def test_a_link_ends_with_itself_or_its_file(
    own: int | None, of_file: int | None, effective: int | None
) -> None:
    link = read(expires_at=own, file=FILE | {"expires_at": of_file})
    assert link.expires_at == (None if effective is None else moment(effective))
    assert ("never" in link.facts["Link's own end"]) == (own is None)


@pytest.mark.parametrize("end", [None, NOW + DAY, NOW - 1])
def test_a_link_that_stripe_calls_expired_is_expired(end: int | None) -> None:
    assert read(expired=True, expires_at=end).state(NOON) is LinkState.EXPIRED


def test_a_link_that_ended_since_it_was_told_is_expired() -> None:
    link = read(expires_at=NOW, expired=False)
    assert link.state(NOON) is LinkState.EXPIRED
    assert link.state(NOON - timedelta(seconds=1)) is LinkState.EXPIRING


def test_a_link_may_only_name_its_file_or_lack_what_can_be_null() -> None:
    assert read().name == EXAMPLE["file"]
    assert read(url=None, metadata=None, expires_at=None, file=None).files == ()
    assert read(brand_new={"a": 1}).id == EXAMPLE["id"]


def test_a_link_without_an_id_is_not_understood() -> None:
    with pytest.raises(Unintelligible):
        read(id=None)


def test_the_address_of_a_link_is_in_no_repr() -> None:
    assert EXAMPLE["url"] not in repr(read())


async def test_a_new_link_is_asked_for_in_a_form(stripe: Stripe, provider: StripeProvider) -> None:
    end = NOON + timedelta(hours=1, milliseconds=900)
    spec = LinkSpec(expires_at=end, metadata={"order": "ü&=", "empty": ""})
    link = (await provider.create_link((stripe.keep(),), spec, key="k1")).link
    assert stripe.form() == {
        "file": "file_0001",
        "expires_at": str(NOW + 3600),
        "metadata[order]": "ü&=",
        "expand[]": "file",
    }
    assert link.expires_at == moment(NOW + 3600)
    assert link.metadata == {"order": "ü&="}
    assert stripe.requests[0].headers["idempotency-key"] == "k1"


async def test_a_new_link_that_never_expires_says_nothing_of_an_end(
    stripe: Stripe, provider: StripeProvider
) -> None:
    await provider.create_link((stripe.keep(purpose="pci_document"),), LinkSpec(), key="k1")
    assert stripe.form() == {"file": "file_0001", "expand[]": "file"}


async def test_a_lost_answer_makes_no_second_link(stripe: Stripe, provider: StripeProvider) -> None:
    stripe.lost.add("POST /v1/file_links")
    link = (await provider.create_link((stripe.keep(),), LinkSpec(), key="k1")).link
    again = (await stripe.provider().create_link(("file_0001",), LinkSpec(), key="k1")).link
    assert link.id == again.id
    assert len(stripe.links) == 1


async def test_an_edit_sends_only_what_changes(stripe: Stripe, provider: StripeProvider) -> None:
    link = (await provider.get_link(stripe.share(metadata={"a": "1", "b": "2"}, expires_at=NOW + DAY))).link
    edit = LinkEdit(expires_at=NOON + timedelta(days=2), metadata={"a": None, "c": "3"})
    changed = (await provider.update_link(link, edit)).link
    assert stripe.form() == {
        "expires_at": str(NOW + 2 * DAY),
        "metadata[a]": "",
        "metadata[c]": "3",
        "expand[]": "file",
    }
    assert changed.metadata == {"b": "2", "c": "3"}
    assert changed.name == "report.pdf"


async def test_an_end_is_cleared_by_an_empty_value(stripe: Stripe, provider: StripeProvider) -> None:
    link_id = stripe.share(stripe.keep(purpose="pci_document"), expires_at=NOW + DAY)
    link = (await provider.get_link(link_id)).link
    changed = (await provider.update_link(link, LinkEdit(expires_at=None))).link
    assert stripe.form() == {"expires_at": "", "expand[]": "file"}
    assert changed.expires_at is None


async def test_expiring_now_is_final(stripe: Stripe, provider: StripeProvider) -> None:
    link = (await provider.get_link(stripe.share())).link
    ended = (await provider.update_link(link, LinkEdit(expire_now=True))).link
    assert stripe.form() == {"expires_at": "now", "expand[]": "file"}
    assert ended.state(stripe.clock()) is LinkState.EXPIRED
    with pytest.raises(Rejected, match="can no longer be updated"):
        await provider.update_link(ended, LinkEdit(expires_at=NOON + timedelta(days=9)))


async def test_a_lost_answer_to_an_end_ends_the_link_once(stripe: Stripe, provider: StripeProvider) -> None:
    link = (await provider.get_link(stripe.share())).link
    stripe.lost.add(f"POST /v1/file_links/{link.id}")
    ended = (await provider.update_link(link, LinkEdit(expire_now=True))).link
    assert ended.state(stripe.clock()) is LinkState.EXPIRED
    first, second = (request.headers["idempotency-key"] for request in stripe.of("POST"))
    assert first == second


async def test_two_edits_have_keys_of_their_own(stripe: Stripe, provider: StripeProvider) -> None:
    link = (await provider.get_link(stripe.share())).link
    for value in ("1", "2"):
        link = (await provider.update_link(link, LinkEdit(metadata={"a": value}))).link
    assert link.metadata == {"a": "2"}


@pytest.mark.parametrize("key", ["a[b", "a]", ""])
async def test_a_metadata_key_that_stripe_cannot_have_is_refused(
    stripe: Stripe, provider: StripeProvider, key: str
) -> None:
    with pytest.raises(InvalidInput):
        await provider.create_link((stripe.keep(),), LinkSpec(metadata={key: "x"}), key="k1")
    assert not stripe.requests


async def test_a_link_that_is_not_there_is_not_found(stripe: Stripe, provider: StripeProvider) -> None:
    with pytest.raises(NotFound) as told:
        await provider.get_link("link_none/../x")
    assert stripe.requests[0].url.raw_path.startswith(b"/v1/file_links/link_none%2F..%2Fx?")
    assert told.value.status == 404


@pytest.mark.parametrize(
    "answer", [problem(400, "Gone.", code="resource_missing", param="file"), missing("x")]
)
async def test_a_file_that_is_not_there_is_not_found_whatever_the_status(
    stripe: Stripe, provider: StripeProvider, answer: Any
) -> None:
    stripe.answers["POST /v1/file_links"] = [answer]
    with pytest.raises(NotFound) as told:
        await provider.create_link(("file_none",), LinkSpec(), key="k1")
    assert told.value.code == "resource_missing"
