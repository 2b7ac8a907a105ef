"""A call is signed for the right region and time, with keys that are good, and tells nobody what with."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest

from linktui.model.errors import InvalidInput, RateLimited, Rejected, Unauthorized
from linktui.model.wording import explain
from tests.fakes import NOON, Clock
from tests.providers.s3.bucket import SECRET
from tests.providers.s3.conftest import Machines

EMPTY = "<ListBucketResult></ListBucketResult>"


class Store(httpx.AsyncBaseTransport):
    """Answers as it is told to, and keeps what it was asked."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self._answer = answer
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.asked.append(request)
        return self._answer(request)


def refused(code: str, status: int = 400, more: str = "", **headers: str) -> httpx.Response:
    body = f"<Error><Code>{code}</Code><Message>{code}: {SECRET}</Message>{more}</Error>"
    return httpx.Response(status, text=body, headers=headers)


def scope_of(request: httpx.Request) -> str:
    return request.headers["authorization"].partition("Credential=")[2].partition(",")[0]


async def test_the_region_is_found_out_once() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if "/eu-west-3/" in scope_of(request):
            return httpx.Response(200, text=EMPTY)
        return refused("AuthorizationHeaderMalformed", more="<Region>eu-west-3</Region>")

    store = Store(answer)
    provider = Machines(store).open()
    await provider.identify()
    await provider.list_files()
    assert [scope_of(request).split("/")[2] for request in store.asked] == ["us-east-1", *["eu-west-3"] * 2]
    assert (await provider.identify()).facts["Region"] == "eu-west-3"


async def test_at_aws_the_address_goes_with_the_region() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "acme-links.s3.eu-west-3.amazonaws.com":
            return httpx.Response(200, text=EMPTY)
        return httpx.Response(301, headers={"x-amz-bucket-region": "eu-west-3"})

    store = Store(answer)
    provider = Machines(store, url="https://s3.amazonaws.com/").open()
    await provider.list_files()
    assert [request.url.host for request in store.asked] == [
        "acme-links.s3.amazonaws.com",
        "acme-links.s3.eu-west-3.amazonaws.com",
    ]


async def test_a_bucket_that_is_not_at_the_common_address_yet_is_asked_for_at_its_own() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "acme-links.s3.us-east-1.amazonaws.com":
            return httpx.Response(200, text=EMPTY)
        return httpx.Response(307, headers={"x-amz-bucket-region": "us-east-1"})

    store = Store(answer)
    await Machines(store, url="https://s3.amazonaws.com/").open().list_files()
    assert len(store.asked) == 2


async def test_a_skewed_clock_is_set_by_the_stores_and_the_call_made_again() -> None:
    there = NOON + timedelta(hours=3)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers["x-amz-date"] == there.strftime("%Y%m%dT%H%M%SZ"):
            return httpx.Response(200, text=EMPTY)
        return refused("RequestTimeTooSkewed", 403, Date=format_datetime(there, usegmt=True))

    store = Store(answer)
    provider = Machines(store).open()
    await provider.list_files()
    assert len(store.asked) == 2
    assert provider.clock_offset == timedelta(hours=3)


async def test_a_token_that_ended_is_renewed_and_the_call_made_again() -> None:
    store = Store(lambda request: refused("ExpiredToken"))
    provider = Machines(store).open()
    with pytest.raises(Unauthorized):
        await provider.list_files()
    assert 1 < len(store.asked) <= 3


async def test_every_try_is_signed_at_its_own_time() -> None:
    clock = Clock()

    def answer(request: httpx.Request) -> httpx.Response:
        clock.move(minutes=1)
        return refused("SlowDown", 503)

    store = Store(answer)
    with pytest.raises(RateLimited):
        await Machines(store, clock=clock).open().list_files()
    assert len({request.headers["x-amz-date"] for request in store.asked}) == 3


@pytest.mark.parametrize("code", ["NotImplemented", "InvalidArgument"])
async def test_a_header_that_a_store_does_not_know_is_left_out_from_then_on(code: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "HEAD":
            return httpx.Response(404)
        if "if-none-match" in request.headers:
            return refused(code, 501 if code == "NotImplemented" else 400)
        return httpx.Response(200, headers={"ETag": '"e"'})

    store = Store(answer)
    provider = Machines(store).open()
    for number in range(2):
        session = await provider.begin_upload("a.pdf", 1, key=str(number))
        await provider.send_piece(session, 0, 1, _one)
    puts = [request for request in store.asked if request.method == "PUT"]
    assert ["if-none-match" in request.headers for request in puts] == [True, True, False, False]


async def test_of_two_headers_the_one_that_a_store_knows_is_kept() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method != "PUT":
            return httpx.Response(404, text="")
        return (
            refused("InvalidArgument") if "x-amz-checksum-sha256" in request.headers else httpx.Response(200)
        )

    store = Store(answer)
    provider = Machines(store).open()
    session = await provider.begin_upload("a.pdf", 1, key="k")
    await provider.send_piece(session, 0, 1, _one)
    assert store.asked[-1].headers["if-none-match"] == "*"
    assert provider._store.unknown == {"x-amz-checksum-sha256"}


async def test_a_refusal_that_no_header_is_about_stays_one() -> None:
    store = Store(
        lambda request: httpx.Response(404) if request.method == "HEAD" else refused("InvalidArgument")
    )
    provider = Machines(store).open()
    session = await provider.begin_upload("a.pdf", 1, key="k")
    with pytest.raises(Rejected):
        await provider.send_piece(session, 0, 1, _one)


async def test_settings_are_said_to_the_store() -> None:
    store = Store(lambda request: httpx.Response(404 if request.method == "HEAD" else 200))
    settings = {"requester_pays": "yes", "encryption": "aws:kms", "kms_key": "key-1", "region": "eu-west-1"}
    provider = Machines(store).open(**settings)  # type: ignore[arg-type]  # settings by name
    session = await provider.begin_upload("a.pdf", 1, key="k")
    await provider.send_piece(session, 0, 1, _one)
    told = store.asked[-1].headers
    assert told["x-amz-request-payer"] == "requester"
    assert told["x-amz-server-side-encryption"] == "aws:kms"
    assert told["x-amz-server-side-encryption-aws-kms-key-id"] == "key-1"
    for name in ("x-amz-request-payer", "x-amz-server-side-encryption-aws-kms-key-id"):
        assert name in told["authorization"]


async def test_nothing_secret_is_in_errors_calls_logs_or_reprs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    machines = Machines(Store(lambda request: refused("AccessDenied", 403)))
    provider = machines.open(secret=f"{SECRET}:token-canary")
    with pytest.raises(Unauthorized) as caught:
        await provider.identify()
    told = (
        explain(caught.value) + repr(caught.value) + repr(machines.calls) + repr(vars(provider)) + caplog.text
    )
    for secret in ("owner-secret-canary", "token-canary", "AKIDOWNER"):
        assert secret not in told


def test_a_name_that_no_bucket_has_is_said_before_anything_is_sent() -> None:
    with pytest.raises(InvalidInput, match="no name of a bucket"):
        Machines(None).open(bucket="a/b")


async def _one() -> AsyncIterator[bytes]:
    yield b"x"
