"""Signatures are those that AWS publishes, dated by a clock that is given; nothing of them is written down.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from linktui.providers.request import Request
from linktui.providers.s3.address import bucket_url, escaped, query_of
from linktui.providers.s3.signing import UNSIGNED, Keys, post_form, presigned, signed

KEYS = Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
MOMENT = datetime(2013, 5, 24, tzinfo=UTC)
NOTHING = hashlib.sha256(b"").hexdigest()
HOST = "https://examplebucket.s3.amazonaws.com/"


@pytest.mark.parametrize(
    ("query", "signature"),
    [
        ("lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
)
def test_a_request_has_the_signature_that_aws_shows_for_it(query: str, signature: str) -> None:
    request = Request(method="GET", url=f"{HOST}?{query}", path="/", headers={"accept": "*/*"})
    made = signed(request, KEYS, region="us-east-1", moment=MOMENT, digest=NOTHING)
    assert made.headers["authorization"].endswith(f"Signature={signature}")
    assert made.headers["x-amz-date"] == "20130524T000000Z"
    assert made.headers["accept"] == "*/*"


def test_an_address_has_the_signature_that_aws_shows_for_it() -> None:
    url = presigned(f"{HOST}test.txt", KEYS, region="us-east-1", moment=MOMENT, seconds=86400)
    assert httpx.URL(url).params["X-Amz-Signature"] == (
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )


def test_a_form_is_signed_over_its_policy_and_the_policy_holds_its_fields() -> None:
    keys = Keys(KEYS.access_key, KEYS.secret_key, "a token")
    ends_at = MOMENT + timedelta(hours=1)
    fields = post_form(
        keys, region="eu-west-1", moment=MOMENT, ends_at=ends_at, conditions=[["starts-with", "$key", "in/"]]
    )
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert policy["expiration"] == "2013-05-24T01:00:00Z"
    assert ["starts-with", "$key", "in/"] in policy["conditions"]
    assert {"x-amz-security-token": "a token"} in policy["conditions"]
    key = f"AWS4{KEYS.secret_key}".encode()
    for part in ("20130524", "eu-west-1", "s3", "aws4_request", fields["policy"]):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    assert fields["x-amz-signature"] == key.hex()


def test_what_is_changed_on_the_way_is_not_signed() -> None:
    headers = {"accept-encoding": "gzip", "connection": "keep-alive", "user-agent": "x", "if-match": '"1"'}
    request = Request(method="PUT", url=f"{HOST}a", path="/a", headers=headers | {"x-amz-meta-a": "b"})
    made = signed(request, KEYS, region="us-east-1", moment=MOMENT, digest=UNSIGNED)
    names = made.headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0]
    assert names == "host;x-amz-content-sha256;x-amz-date;x-amz-meta-a"
    assert made.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"


def test_nothing_of_a_signature_is_written_down(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    presigned(f"{HOST}test.txt", KEYS, region="us-east-1", moment=MOMENT, seconds=60)
    assert caplog.text == ""
    assert KEYS.secret_key not in repr(KEYS)


@pytest.mark.parametrize(
    ("base_url", "region", "addressing", "url"),
    [
        ("", "", "auto", "https://files.s3.amazonaws.com/"),
        ("https://s3.amazonaws.com/", "eu-west-1", "auto", "https://files.s3.eu-west-1.amazonaws.com/"),
        ("", "cn-north-1", "auto", "https://files.s3.cn-north-1.amazonaws.com.cn/"),
        ("", "eu-west-1", "path", "https://s3.eu-west-1.amazonaws.com/files/"),
        ("http://nas:9000", "", "auto", "http://nas:9000/files/"),
        ("store.test/base/", "", "auto", "https://store.test/base/files/"),
        ("https://store.test", "", "virtual", "https://files.store.test/"),
    ],
)
def test_a_bucket_is_where_its_store_has_it(base_url: str, region: str, addressing: str, url: str) -> None:
    assert bucket_url(base_url, "files", region=region, addressing=addressing) == url


def test_a_bucket_with_dots_stands_in_the_path_where_no_certificate_covers_it() -> None:
    assert bucket_url("", "a.b.c", region="", addressing="auto") == "https://s3.amazonaws.com/a.b.c/"


def test_a_key_and_a_query_stand_in_an_address_as_they_are_signed() -> None:
    assert escaped("Ü/a b+c'(1).pdf") == "%C3%9C/a%20b%2Bc%27%281%29.pdf"
    assert escaped("a//../.") == "a//%2E%2E/%2E"
    assert query_of({"b": "1/2 ü", "a": ""}) == "a=&b=1%2F2%20%C3%BC"
