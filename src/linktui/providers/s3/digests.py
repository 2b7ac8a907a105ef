"""The headers by which a store refuses bytes that were changed on their way; no I/O.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64encode

from linktui.providers.s3.crc import in_header
from linktui.providers.s3.store import DIGEST, UNSIGNED

SUM = "x-amz-checksum-crc32"


def whole_digests(data: bytes) -> tuple[bytes, dict[str, str]]:
    """Return the SHA-256 of some bytes, and the headers by which a store refuses any others.

    Not every store compares the digest that is signed; the older one they all do.
    """
    sha256, md5 = hashlib.sha256(data), hashlib.md5(data, usedforsecurity=False)
    headers = {DIGEST: sha256.hexdigest(), "Content-MD5": b64encode(md5.digest()).decode()}
    return sha256.digest(), headers


def part_digests(data: bytes, *, summed: bool, signed: bool) -> tuple[dict[str, str], int]:
    """Return the headers by which a store refuses any other bytes, and the CRC-32 of these."""
    crc = zlib.crc32(data)
    if summed:
        headers = {SUM: in_header(crc)}
    else:
        headers = {"Content-MD5": b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()}
    return {DIGEST: hashlib.sha256(data).hexdigest() if signed else UNSIGNED, **headers}, crc
