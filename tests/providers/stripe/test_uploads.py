"""A file and its link go to Stripe in one request, and only what Stripe takes is sent."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from linktui.model.errors import Conflict, InvalidInput, Rejected, Unavailable, Unintelligible
from linktui.model.link import LinkSpec
from linktui.providers.base import NO_OPTIONS
from linktui.providers.stripe.provider import StripeProvider
from linktui.providers.stripe.purposes import PURPOSES, UPLOADED
from tests.fakes import NOON
from tests.providers.stripe.service import NOW, Stripe, file_in, moment, problem, send, sent

MB = 1024 * 1024
SHARE = LinkSpec(expires_at=NOON + timedelta(hours=1, milliseconds=900), metadata={"order": "ü", "none": ""})


async def test_a_file_is_sent_in_one_streamed_request(stripe: Stripe, provider: StripeProvider) -> None:
    data = b"%PDF\r\n\r\n" + os.urandom(50_000)
    session = await provider.begin_upload("/home/me/Überweisung.pdf", len(data), key="k1")
    assert not stripe.requests
    status = await send(provider, session, data)
    assert status.file_id is not None
    assert (status.offset, status.link) == (len(data), None)
    assert stripe.data[status.file_id] == data
    [request] = stripe.requests
    assert sent(request) == [
        ("purpose", "dispute_evidence"),
        ("expand[]", "links"),
        ("file", "Überweisung.pdf"),
    ]
    assert b"home" not in request.content
    assert "transfer-encoding" not in request.headers
    assert request.headers["idempotency-key"] == "k1"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.PDF", "application/pdf"),
        ("a.csv", "text/csv"),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
async def test_a_file_is_sent_as_what_its_name_says(
    stripe: Stripe, provider: StripeProvider, name: str, media_type: str
) -> None:
    options = {"purpose": "tax_document_user_upload"}
    await send(provider, await provider.begin_upload(name, 5, key="k1", options=options))
    assert file_in(stripe.requests[0])[0] == media_type


async def test_a_wanted_link_is_made_in_the_same_request(stripe: Stripe, provider: StripeProvider) -> None:
    status = await send(provider, await provider.begin_upload("a.pdf", 5, key="k1", share=SHARE))
    assert sent(stripe.requests[0])[:5] == [
        ("purpose", "dispute_evidence"),
        ("file_link_data[create]", "true"),
        ("file_link_data[expires_at]", str(NOW + 3600)),
        ("file_link_data[metadata][order]", "ü"),
        ("expand[]", "links"),
    ]
    assert status.link is not None
    link = status.link.link
    assert (link.name, link.size, link.metadata) == ("a.pdf", 5, {"order": "ü"})
    assert link.expires_at == moment(NOW + 3600)
    assert "File's end" in link.facts
    assert stripe.asked == ["POST /v1/files"]


async def test_a_link_that_the_answer_does_not_tell_is_looked_for(
    stripe: Stripe, provider: StripeProvider
) -> None:
    stripe.tells_links = False
    status = await send(provider, await provider.begin_upload("a.pdf", 5, key="k1", share=SHARE))
    assert status.link is not None
    assert status.link.link.id in stripe.links
    assert stripe.asked == ["POST /v1/files", "GET /v1/file_links"]


async def test_a_lost_answer_makes_no_second_file_and_no_second_link(
    stripe: Stripe, provider: StripeProvider
) -> None:
    session = await provider.begin_upload("a.pdf", 5, key="k1", share=SHARE)
    stripe.lost.add("POST /v1/files")
    with pytest.raises(Unavailable):
        await send(provider, session)
    status = await send(stripe.provider(), session)
    assert [status.file_id] == list(stripe.files)
    assert [status.link and status.link.link.id] == list(stripe.links)


async def test_a_file_is_looked_for_once_its_key_may_be_forgotten(
    stripe: Stripe, provider: StripeProvider
) -> None:
    stripe.keep("a.pdf")
    session = await provider.begin_upload("a.pdf", 5, key="k1", share=SHARE)
    stripe.lost.add("POST /v1/files")
    stripe.clock.move(seconds=5)
    with pytest.raises(Unavailable):
        await send(provider, session)
    stripe.clock.move(hours=25)
    stripe.keys.clear()
    status = await send(stripe.provider(), session)
    assert status.file_id == "file_0002"
    assert status.link is not None
    assert len(stripe.files) == 2


async def test_a_file_that_never_came_is_sent_although_its_key_is_old(
    stripe: Stripe, provider: StripeProvider
) -> None:
    stripe.keep("a.pdf")
    stripe.clock.move(seconds=5)
    session = await provider.begin_upload("a.pdf", 5, key="k1")
    stripe.clock.move(hours=25)
    stripe.keep("a.pdf", b"other size")
    stripe.keep("b.pdf")
    assert (await send(provider, session)).file_id == "file_0004"


@pytest.mark.parametrize("there", [True, False])
async def test_a_key_that_stripe_calls_used_otherwise_means_that_the_file_may_be_there(
    stripe: Stripe, provider: StripeProvider, there: bool
) -> None:
    session = await provider.begin_upload("a.pdf", 5, key="k1")
    file_id = stripe.keep("a.pdf" if there else "b.pdf")
    stripe.answers["POST /v1/files"] = [problem(400, "Used.", type="idempotency_error")]
    if there:
        assert (await send(provider, session)).file_id == file_id
    else:
        with pytest.raises(Rejected, match="Used"):
            await send(provider, session)


async def test_a_session_holds_no_secret_and_no_address(stripe: Stripe, provider: StripeProvider) -> None:
    session = await provider.begin_upload("a.pdf", 5, key="k1", share=SHARE)
    assert session == await provider.begin_upload("a.pdf", 5, key="k1", share=SHARE)
    assert set(json.loads(session)) == {"key", "name", "size", "options", "link", "began"}
    assert stripe.key not in session


async def test_a_part_of_a_file_is_not_sent(stripe: Stripe, provider: StripeProvider) -> None:
    session = await provider.begin_upload("a.pdf", 5, key="k1")

    async def nothing() -> AsyncIterator[bytes]:
        yield b""

    for offset, length in ((2, 3), (0, 4)):
        with pytest.raises(Conflict):
            await provider.send_piece(session, offset, length, nothing)
    await provider.abort_upload(session)
    assert not stripe.requests


async def test_stripes_own_refusal_of_a_file_is_told(stripe: Stripe, provider: StripeProvider) -> None:
    stripe.answers["POST /v1/files"] = [problem(400, "The file is empty.", param="file")]
    with pytest.raises(Rejected, match="The file is empty") as told:
        await send(provider, await provider.begin_upload("a.pdf", 5, key="k1"))
    assert (told.value.field, told.value.request_id) == ("file", "req_1")


async def test_a_key_in_use_is_a_conflict_that_passes(stripe: Stripe, provider: StripeProvider) -> None:
    stripe.answers["POST /v1/files"] = [problem(409, code="idempotency_key_in_use")]
    with pytest.raises(Conflict) as told:
        await send(provider, await provider.begin_upload("a.pdf", 5, key="k1"))
    assert told.value.code == "idempotency_key_in_use"


@pytest.mark.parametrize(
    ("purpose", "name", "size", "rule"),
    [
        ("dispute_evidence", "a.txt", 5, "pdf, jpg, jpeg, png; choose another purpose"),
        ("dispute_evidence", "a.pdf", 5 * MB + 1, "5 MB"),
        ("dispute_evidence", "pdf", 5, "takes: pdf"),
        ("business_icon", "a.png", 512 * 1024 + 1, "512 KB"),
        ("business_logo", "a.svg", 5, "takes: jpg"),
        ("customer_signature", "a.svg", 4 * MB + 1, "4 MB"),
        ("pci_document", "a.png", 5, "takes: pdf"),
        ("tax_document_user_upload", "a.xlsx", 16 * MB + 1, "16 MB"),
        ("selfie", "a.png", 5, "files that Stripe makes itself"),
        ("document_provider_identity_document", "a.png", 5, "files that Stripe makes itself"),
        ("", "a.pdf", 5, "missing"),
    ],
)
async def test_a_file_that_its_purpose_does_not_take_is_not_sent(
    stripe: Stripe, provider: StripeProvider, purpose: str, name: str, size: int, rule: str
) -> None:
    with pytest.raises(InvalidInput, match=rule):
        await provider.begin_upload(name, size, key="k1", options={"purpose": purpose})
    assert not stripe.requests


@pytest.mark.parametrize(
    ("purpose", "name", "size"),
    [
        ("dispute_evidence", "a.JPEG", 5 * MB),
        ("customer_signature", "a.svg", 4 * MB),
        ("terminal_android_apk", "a.apk", 200 * MB),
        ("newer_than_this_list", "a", 1),
    ],
)
async def test_a_file_that_its_purpose_may_take_is_left_to_stripe(
    provider: StripeProvider, purpose: str, name: str, size: int
) -> None:
    assert await provider.begin_upload(name, size, key="k1", options={"purpose": purpose})


@pytest.mark.parametrize("purpose", [name for name in UPLOADED if not PURPOSES[name].links])
async def test_a_link_that_a_purpose_does_not_give_is_refused_before_the_upload(
    provider: StripeProvider, purpose: str
) -> None:
    options = {"purpose": purpose}
    assert await provider.begin_upload("a.pdf", 5, key="k1", options=options)
    with pytest.raises(InvalidInput, match=f"shares no {purpose}"):
        await provider.begin_upload("a.pdf", 5, key="k1", options=options, share=SHARE)


async def test_an_unknown_option_is_refused(provider: StripeProvider) -> None:
    with pytest.raises(InvalidInput):
        await provider.begin_upload("a.pdf", 5, key="k1", options={**NO_OPTIONS, "colour": "red"})


async def test_the_purposes_are_as_many_as_stripe_has() -> None:
    linkable = [name for name, purpose in PURPOSES.items() if purpose.links]
    assert (len(PURPOSES), len(UPLOADED), len(linkable), len(set(UPLOADED) & set(linkable))) == (
        21,
        15,
        14,
        9,
    )


async def test_a_login_page_in_place_of_an_answer_is_no_file(
    stripe: Stripe, provider: StripeProvider
) -> None:
    stripe.answers["POST /v1/files"] = [httpx.Response(200, text="<html>log in</html>")]
    with pytest.raises(Unintelligible):
        await send(provider, await provider.begin_upload("a.pdf", 5, key="k1"))
