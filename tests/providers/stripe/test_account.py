"""Who the account is, what its files are, how errors read, and where the secret goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from linktui.model.call import Rehearsed
from linktui.model.capability import Ability
from linktui.model.errors import (
    Conflict,
    NotFound,
    ProviderError,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Unintelligible,
)
from linktui.model.link import LinkEdit, LinkSpec
from linktui.providers.base import Wanted
from linktui.providers.stripe.kind import KIND
from linktui.providers.stripe.limits import LIMITS
from linktui.providers.stripe.provider import StripeProvider
from linktui.providers.stripe.settings import VERSION
from linktui.providers.stripe.wire_files import file_from
from tests.providers.stripe.service import API, FILES, KEY, NOW, Stripe, missing, moment, problem
from tests.providers.stripe.test_links import FILE

LINKS, LINK = "GET /v1/file_links", "POST /v1/file_links"


@pytest.mark.parametrize(
    ("key", "livemode", "live"),
    [
        (KEY, None, False),
        ("rk_test_x", None, False),
        ("sk_live_x", None, None),
        ("new_kind_of_key", None, None),
        ("sk_live_x", True, True),
        (KEY, True, True),
        ("sk_live_x", False, False),
    ],
)
async def test_the_mode_is_what_links_say_or_a_test_key(
    key: str, livemode: bool | None, live: bool | None
) -> None:
    stripe = Stripe(key=key)
    if livemode is not None:
        stripe.share(livemode=livemode)
    provider = stripe.provider()
    identity = await provider.identify()
    await provider.close()
    assert identity.live is live
    assert identity.version == VERSION
    assert [dict(one.url.params) for one in stripe.requests] == [{"limit": "1"}]
    assert key not in repr(identity)


@pytest.mark.parametrize(
    ("key", "kind"), [("sk_test_x", "secret"), ("rkcs_test_x", "restricted"), ("pk_live_x", "publishable")]
)
async def test_the_sort_of_key_is_told(key: str, kind: str) -> None:
    stripe = Stripe(key=key)
    provider = stripe.provider()
    assert (await provider.identify()).facts["Key"] == kind
    await provider.close()


async def test_a_connected_account_is_acted_for(stripe: Stripe) -> None:
    provider = stripe.provider(settings={"stripe_account": "acct_1"})
    assert (await provider.identify()).who == "acct_1"
    assert [piece async for piece in provider.read_file(stripe.keep())] == [b"hello"]
    await provider.close()
    assert {request.headers["stripe-account"] for request in stripe.requests} == {"acct_1"}


@pytest.mark.parametrize(
    ("base_url", "settings", "objects", "bytes_at"),
    [
        ("", {}, API, FILES),
        (KIND.base_url, {}, API, FILES),
        ("http://127.0.0.1:1/dialects/stripe/", {}, *["http://127.0.0.1:1/dialects/stripe"] * 2),
        ("http://a.test", {"upload_url": "http://b.test/x"}, "http://a.test", "http://b.test/x"),
    ],
)
async def test_objects_and_bytes_have_their_own_hosts(
    base_url: str, settings: Mapping[str, str], objects: str, bytes_at: str
) -> None:
    stripe = Stripe()
    stripe.answers = {
        f"GET {httpx.URL(objects).path.rstrip('/')}/v1/files/f": [httpx.Response(200, json=FILE)],
        f"GET {httpx.URL(bytes_at).path.rstrip('/')}/v1/files/f/contents": [
            httpx.Response(200, content=b"x")
        ],
    }
    provider = stripe.provider(base_url=base_url, settings=settings)
    await provider.get_file("f")
    assert [piece async for piece in provider.read_file("f")] == [b"x"]
    await provider.close()
    assert [str(one.url.copy_with(query=None)) for one in stripe.requests] == [
        f"{objects}/v1/files/f",
        f"{bytes_at}/v1/files/f/contents",
    ]
    assert all(one.headers["authorization"] == f"Bearer {KEY}" for one in stripe.requests)


async def test_the_secret_does_not_follow_a_file_to_another_host(
    stripe: Stripe, provider: StripeProvider
) -> None:
    elsewhere = httpx.Response(302, headers={"location": "https://elsewhere.test/bytes"})
    stripe.answers = {
        "GET /v1/files/f/contents": [elsewhere],
        "GET /bytes": [httpx.Response(200, content=b"x")],
    }
    assert [piece async for piece in provider.read_file("f")] == [b"x"]
    last = stripe.requests[-1]
    assert last.url.host == "elsewhere.test"
    assert not {"authorization", "stripe-version"} & set(last.headers)


async def test_files_are_listed_with_their_end_and_their_links(
    stripe: Stripe, provider: StripeProvider
) -> None:
    old = stripe.keep(purpose="customer_signature")
    stripe.share(old)
    other = stripe.keep("id.png", purpose="identity_document")
    first, second = (await provider.list_files()).rows
    assert (first.id, first.expires_at) == (other, None)
    assert "shares no identity_document" in first.linkable
    assert (second.id, second.link_count, second.linkable) == (old, 1, "")
    assert second.expires_at == moment(NOW + 1 + 7 * 86_400)
    assert second.facts["Purpose"] == "customer_signature"
    found = await provider.list_files(wanted=Wanted(purpose="identity_document", limit=1))
    assert [file.id for file in found.rows] == [other]
    assert found.next_cursor is None
    assert (await provider.get_file(old)).link_count == 1


async def test_files_page_both_ways_with_their_filters(stripe: Stripe, provider: StripeProvider) -> None:
    files = [stripe.keep() for _ in range(3)]
    wanted = Wanted(purpose="dispute_evidence", created_before=stripe.clock(), limit=2)
    page = await provider.list_files(wanted=wanted)
    assert page.next_cursor == files[1]
    last = await provider.list_files(cursor=page.next_cursor, wanted=wanted)
    assert [file.id for file in last.rows] == [files[0]]
    params = dict(stripe.requests[-1].url.params)
    assert (params["purpose"], params["created[lte]"]) == ("dispute_evidence", str(stripe.now))
    back = await provider.list_files(wanted=Wanted(before=files[0], limit=1))
    assert [file.id for file in back.rows] == [files[1]]
    assert back.next_cursor == files[1]


def test_a_file_may_lack_whatever_can_be_null() -> None:
    bare = {"id": "file_1", "object": "file_upload", "created": 1, "purpose": "invoice_statement", "size": 1}
    nulls = dict.fromkeys(("expires_at", "filename", "links", "title", "type", "url"))
    file = file_from(bare | nulls, account="a")
    assert (file.name, file.linkable, file.link_count, file.media_type) == ("file_1", "", 0, "")
    assert file_from(bare, account="a") == file
    assert file_from(bare | {"type": "pdf", "title": "Report"}, account="a").media_type == "application/pdf"


def test_text_from_outside_is_cleaned() -> None:
    assert "\x1b" not in file_from(FILE | {"filename": "\x1b[2Ja.pdf"}, account="a").name


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (problem(400, "Bad.", code="parameter_unknown", param="x"), Rejected, "parameter_unknown"),
        (problem(400, "Bad.", type="idempotency_error"), Rejected, "idempotency_error"),
        (problem(401, "Expired.", code="api_key_expired"), Unauthorized, "api_key_expired"),
        (problem(402, "No."), Rejected, "invalid_request_error"),
        (problem(403, "No permission."), Unauthorized, "invalid_request_error"),
        (missing("x"), NotFound, "resource_missing"),
        (problem(409, "Busy.", code="lock_timeout"), Conflict, "lock_timeout"),
        (problem(429, "Slower.", code="rate_limit"), RateLimited, "rate_limit"),
        (httpx.Response(500, text="<html>"), Unavailable, None),
        (httpx.Response(404, text="404: Not Found"), NotFound, None),
        (httpx.Response(400, json={"error": "text"}), Rejected, None),
        (httpx.Response(400, json={"error": {"type": None}}), Rejected, None),
        (httpx.Response(200, text="<html>log in</html>"), Unintelligible, None),
        (httpx.Response(200, json={"data": None}), Unintelligible, None),
        (httpx.Response(200, json={"data": [{}], "has_more": True}), Unintelligible, None),
    ],
)
async def test_an_error_is_what_stripe_says(
    stripe: Stripe,
    provider: StripeProvider,
    answer: httpx.Response,
    kind: type[ProviderError],
    code: str | None,
) -> None:
    stripe.answers[LINKS] = [answer] * 3
    with pytest.raises(kind) as told:
        await provider.list_links()
    assert type(told.value) is kind
    assert told.value.code == code
    if "request-id" in answer.headers:
        assert told.value.request_id == "req_1"


@pytest.mark.parametrize(
    ("status", "said", "tries"),
    [
        (500, {}, 2),
        (500, {"Stripe-Should-Retry": "false"}, 1),
        (409, {}, 2),
        (429, {}, 2),
        (429, {"Stripe-Should-Retry": "false"}, 1),
        (400, {"Stripe-Should-Retry": "true"}, 2),
        (400, {"Stripe-Should-Retry": "perhaps"}, 1),
        (400, {}, 1),
    ],
)
async def test_stripe_has_the_last_word_on_another_try(
    stripe: Stripe, provider: StripeProvider, status: int, said: Mapping[str, str], tries: int
) -> None:
    stripe.answers[LINK] = [httpx.Response(status, headers=said, json={})]
    try:
        await provider.create_link((stripe.keep(),), LinkSpec(), key="k1")
    except ProviderError:
        assert tries == 1
    assert stripe.asked == [LINK] * tries
    assert {one.headers["idempotency-key"] for one in stripe.requests} == {"k1"}


async def test_calls_are_noted_with_their_request_id_and_without_secrets(
    stripe: Stripe, provider: StripeProvider
) -> None:
    stripe.share()
    await provider.list_links()
    [call] = stripe.calls
    assert (call.path, call.request_id) == ("/v1/file_links", "req_1")
    assert "canary" not in repr(call)


async def test_a_rehearsed_write_is_shown_and_not_sent(stripe: Stripe) -> None:
    link = (await stripe.provider().get_link(stripe.share())).link
    shown: list[Rehearsed] = []
    with pytest.raises(Unintelligible):
        await stripe.provider(rehearsal=shown).update_link(link, LinkEdit(expire_now=True))
    assert not stripe.of("POST")
    assert "expires_at=now" in shown[0].body
    assert "canary" not in repr(shown)


async def test_both_hosts_tell_the_time(stripe: Stripe, provider: StripeProvider) -> None:
    date: Any = {"date": "Sat, 21 Nov 2026 12:10:00 GMT"}
    stripe.answers["GET /v1/files/f/contents"] = [httpx.Response(200, content=b"x", headers=date)]
    assert [piece async for piece in provider.read_file("f")] == [b"x"]
    assert provider.clock_offset.total_seconds() == 600


def test_whatever_stripe_lacks_is_told_with_a_substitute() -> None:
    lacking = {
        Ability.REVIVE, Ability.REVOKE, Ability.DELETE_LINK, Ability.RENAME, Ability.CHANGE_KIND,
        Ability.PASSWORD, Ability.DOWNLOAD_LIMIT, Ability.SLUG, Ability.EDIT_FILES, Ability.DOWNLOAD_LOG,
        Ability.DELETE_FILE, Ability.RESUME_UPLOAD, Ability.FILE_VERSIONS,
    }  # fmt: skip
    assert set(LIMITS.missing) == lacking
    assert all(";" in reason for reason in LIMITS.missing.values())
