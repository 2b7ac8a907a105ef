"""What a store says is read or refused by one of our errors, and what explodes is not read at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from linktui.providers.answers import Answer, error_of
from linktui.providers.s3 import wire

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


def answer(body: str, status: int = 200, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, body.encode())


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (503, "SlowDown", RateLimited),
        (503, "ServiceUnavailable", Unavailable),
        (500, "InternalError", Unavailable),
        (400, "RequestTimeout", Unavailable),
        (501, "NotImplemented", Rejected),
        (404, "NoSuchKey", NotFound),
        (404, "NoSuchUpload", NotFound),
        (412, "PreconditionFailed", Conflict),
        (409, "ConditionalRequestConflict", Conflict),
        (400, "ExpiredToken", Unauthorized),
        (403, "InvalidAccessKeyId", Unauthorized),
        (403, "SignatureDoesNotMatch", Unauthorized),
        (403, "AccessDenied", Unauthorized),
        (400, "EntityTooSmall", Rejected),
        (301, "PermanentRedirect", Rejected),
    ],
)
def test_a_code_is_the_error_it_means(status: int, code: str, kind: type[ProviderError]) -> None:
    body = f"<Error><Code>{code}</Code><Message>why</Message><StringToSign>canary</StringToSign></Error>"
    error = error_of(
        answer(body, status, x_amz_request_id="R1"), now=NOW, said=wire.said, request_id="x-amz-request-id"
    )
    assert type(error) is kind
    assert (error.message, error.code, error.request_id) == ("why", code, "R1")


def test_an_error_in_an_answer_that_calls_itself_a_success_is_one() -> None:
    assert isinstance(wire.hidden_error(answer("<Error><Code>SlowDown</Code></Error>")), RateLimited)
    assert wire.hidden_error(answer("")) is None
    assert wire.hidden_error(answer("<CopyObjectResult/>")) is None


@pytest.mark.parametrize(
    "body",
    [
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><ListBucketResult>&a;</ListBucketResult>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><ListBucketResult/>',
        "<ListBucketResult>",
        "<html>log in</html>",
        "",
        "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
    ],
)
def test_what_is_no_list_is_refused(body: str) -> None:
    with pytest.raises(Unintelligible):
        wire.listing_from(answer(body))


def test_a_list_is_read_with_its_escaped_keys() -> None:
    body = (
        f"<ListBucketResult {SPACE}><IsTruncated>true</IsTruncated><EncodingType>url</EncodingType>"
        "<Contents><Key>a+b%2B%C3%BC%0A</Key><Size>7</Size><ETag>&quot;e1&quot;</ETag>"
        "<LastModified>2026-11-21T12:00:00.000Z</LastModified></Contents></ListBucketResult>"
    )
    listing = wire.listing_from(answer(body))
    assert listing.more
    assert listing.objects == (wire.Listed("a b+ü\n", 7, "e1", datetime(2026, 11, 21, 12, tzinfo=UTC)),)


@pytest.mark.parametrize("root", ["ListPartsResult", "ListPartsResponse"])
def test_parts_are_read_page_by_page(root: str) -> None:
    part = "<Part><PartNumber>1</PartNumber><Size>5</Size><ETag>&quot;e&quot;</ETag></Part>"
    more = "<IsTruncated>true</IsTruncated><NextPartNumberMarker>1</NextPartNumberMarker>"
    assert wire.parts_from(answer(f"<{root} {SPACE}>{part}{more}</{root}>")) == (
        (wire.Part(1, 5, '"e"'),),
        "1",
    )
    assert wire.parts_from(answer(f"<{root}>{part}</{root}>"))[1] == ""


@pytest.mark.parametrize("root", ["InitiateMultipartUploadResult", "InitiateMultipartUpload"])
def test_an_upload_in_parts_is_begun_however_a_store_calls_its_answer(root: str) -> None:
    assert wire.upload_id_from(answer(f"<{root}><UploadId>u1</UploadId></{root}>")) == "u1"
    with pytest.raises(Unintelligible, match="UploadId"):
        wire.upload_id_from(answer(f"<{root}></{root}>"))


def test_parts_are_put_together_in_a_body_that_nothing_breaks_out_of() -> None:
    body = wire.completion([wire.Part(1, 5, '"<&>"')])
    assert b'<PartNumber>1</PartNumber><ETag>"&lt;&amp;&gt;"</ETag>' in body


def test_a_region_is_found_in_a_header_or_a_body() -> None:
    assert wire.region_in(answer("", 400, x_amz_bucket_region="eu-west-1")) == "eu-west-1"
    assert wire.region_in(answer("<Error><Region>eu-north-1</Region></Error>", 400)) == "eu-north-1"
    assert wire.region_in(answer("oops", 400)) == ""


@settings(deadline=None, max_examples=200)
@given(
    st.text(), st.sampled_from(["", "<Error>", "<ListBucketResult>", "<?xml version='1.0' encoding='x'?>"])
)
def test_no_answer_is_more_than_unintelligible(text: str, before: str) -> None:
    body = answer((before + text).encode("utf-8", "replace").decode())
    for read in (wire.listing_from, wire.parts_from, wire.upload_id_from, wire.copied_etag):
        with pytest.raises(Unintelligible):
            read(body)
    wire.said(before + text)
    wire.code_in(Answer(400, {}, body.body))
