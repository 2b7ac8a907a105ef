"""Signatures of requests, addresses and forms by botocore's own signers, dated by the store's clock.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html. Importing this takes a
quarter of a second, so that it is done in a thread, at the first call.
"""

from __future__ import annotations

import base64
import json
import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest

from linktui.providers.request import Request

# It would write down what it signs, and how.
logging.getLogger("botocore").setLevel(logging.WARNING)

UNSIGNED = "UNSIGNED-PAYLOAD"
_DIGEST = "x-amz-content-sha256"
_STAMP = "%Y%m%dT%H%M%SZ"
_SIGNED = {"content-type", "content-md5"}
"""Headers that are signed besides the store's own; others are changed on the way by some proxies."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What a signature is made with."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    ends_at: datetime | None = None
    """When they stop to be good, and every address signed with them; None where nobody tells."""


class _Headers(S3SigV4Auth):  # type: ignore[misc]  # botocore has no types
    """Signs by headers, at a given moment and with a digest that is known."""

    def __init__(self, keys: Keys, region: str, moment: datetime, digest: str) -> None:
        super().__init__(keys, "s3", region)
        self._moment = moment
        self._digest = digest

    def payload(self, request: AWSRequest) -> str:
        return self._digest

    def add_auth(self, request: AWSRequest) -> None:
        _sign_at(self, request, self._moment)


class _Query(S3SigV4QueryAuth):  # type: ignore[misc]  # botocore has no types
    """Signs an address, at a given moment."""

    def __init__(self, keys: Keys, region: str, moment: datetime, seconds: int) -> None:
        super().__init__(keys, "s3", region, expires=seconds)
        self._moment = moment

    def add_auth(self, request: AWSRequest) -> None:
        _sign_at(self, request, self._moment)


def signed(request: Request, keys: Keys, *, region: str, moment: datetime, digest: str) -> Request:
    """Return a request with its signature; `digest` is the SHA-256 of its body in hex, or UNSIGNED."""
    told = {name: value for name, value in request.headers.items() if _is_signed(name)}
    made = AWSRequest(method=request.method, url=request.url, headers=told)
    _Headers(keys, region, moment, digest).add_auth(made)
    proof = {name.lower(): value for name, value in made.headers.items()}
    return replace(request, headers={**request.headers, **proof})


def presigned(url: str, keys: Keys, *, region: str, moment: datetime, seconds: int) -> str:
    """Return an address that anyone can GET until `seconds` after `moment` (7 days at most)."""
    made = AWSRequest(method="GET", url=url)
    _Query(keys, region, moment, seconds).add_auth(made)
    return str(made.url)


def post_form(
    keys: Keys,
    *,
    region: str,
    moment: datetime,
    ends_at: datetime,
    conditions: list[Any],
) -> dict[str, str]:
    """Return the fields of a form by which anyone can POST a file that fits the conditions.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
    """
    signer = _Headers(keys, region, moment, UNSIGNED)
    made = AWSRequest(method="POST", url="")
    made.context["timestamp"] = _stamp(moment)
    fields = {
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": signer.scope(made),
        "x-amz-date": _stamp(moment),
    }
    if keys.token is not None:
        fields["x-amz-security-token"] = keys.token
    policy = {
        "expiration": ends_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "conditions": [*conditions, *({name: text} for name, text in fields.items())],
    }
    fields["policy"] = base64.b64encode(json.dumps(policy).encode()).decode()
    fields["x-amz-signature"] = signer.signature(fields["policy"], made)
    return fields


def _sign_at(signer: Any, request: AWSRequest, moment: datetime) -> None:
    """Do what a signer's `add_auth` does, with a clock of our own."""
    request.context["timestamp"] = _stamp(moment)
    signer._modify_request_before_signing(request)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    signer._inject_signature_to_request(request, signer.signature(text, request))


def _is_signed(name: str) -> bool:
    return name in _SIGNED or (name.startswith("x-amz-") and name != _DIGEST)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(_STAMP)
