"""The headers of tus requests, read and judged."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import re
from base64 import b64decode
from dataclasses import dataclass

from starlette.requests import Request

from linktui.linkserver.errors import Refusal
from linktui.linkserver.intake import Hash

_HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
_MOST_METADATA = 8192


@dataclass(frozen=True, slots=True)
class Checksum:
    """The digest that a request's body must have."""

    hash: Hash
    expected: bytes

    def verify(self) -> None:
        """Raise a 460 Refusal unless the body was what it should be."""
        if not hmac.compare_digest(self.hash.digest(), self.expected):
            raise Refusal(460, "checksum_mismatch", "The bytes changed on their way: send them again.")


def number(request: Request, name: str) -> int:
    """Return a header's whole number; raises a 400 Refusal."""
    text = request.headers.get(name, "")
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise Refusal(400, "bad_header", f"{name.title()} is missing or not a whole number.")
    return int(text)


def metadata(request: Request) -> dict[str, str]:
    """Return Upload-Metadata's pairs; raises a 400 Refusal."""
    header = request.headers.get("upload-metadata", "")
    if len(header) > _MOST_METADATA:
        raise Refusal(400, "bad_header", "Upload-Metadata is too long.")
    pairs: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            pairs[key] = b64decode(value.strip(), validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError) as error:
            raise Refusal(400, "bad_header", "Upload-Metadata is not in base64.") from error
    digest = pairs.get("sha256")
    if digest is not None and not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise Refusal(400, "bad_header", "The sha256 in Upload-Metadata is not 64 lower-case hex digits.")
    return pairs


def checksum(request: Request) -> Checksum | None:
    """Return what Upload-Checksum promises; raises a 400 Refusal for an unknown algorithm."""
    header = request.headers.get("upload-checksum")
    if header is None:
        return None
    algorithm, _, value = header.partition(" ")
    make = _HASHES.get(algorithm)
    try:
        expected = b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal(400, "bad_header", "Upload-Checksum is not in base64.") from error
    if make is None:
        raise Refusal(400, "bad_algorithm", "The checksum algorithms are sha1 and sha256.")
    return Checksum(make(), expected)


def idempotency_key(request: Request) -> str | None:
    """Return the key; raises a 400 Refusal for one that is too long or not printable ASCII."""
    key = request.headers.get("idempotency-key")
    if key is not None and not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        raise Refusal(400, "bad_header", "An Idempotency-Key is 1 to 255 printable ASCII characters.")
    return key
