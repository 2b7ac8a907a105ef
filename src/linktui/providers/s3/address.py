"""Where an account's bucket is: the address of the bucket, and the escaped path of a key in it; no I/O.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from linktui.model.errors import InvalidInput
from linktui.providers.s3.settings import AUTO, BASE_URL, PATH, VIRTUAL

_LABEL = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
"""A bucket's name that a wildcard certificate is good for: one without dots."""
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")


def bucket_url(base_url: str, bucket: str, *, region: str, addressing: str = AUTO) -> str:
    """Return the address of a bucket, ending in a slash; raises InvalidInput.

    Without an endpoint of its own an account is at AWS, in `region` where that is known.
    """
    if not _BUCKET.fullmatch(bucket):
        raise InvalidInput("bucket", f"“{bucket}” is no name of a bucket")
    at_aws = base_url.rstrip("/") in {"", BASE_URL.rstrip("/")}
    if at_aws:
        ending = ".cn" if region.startswith("cn-") else ""
        place = f"s3.{region}" if region else "s3"
        scheme, host, path = "https", f"{place}.amazonaws.com{ending}", ""
    else:
        parts = urlsplit(base_url if "://" in base_url else f"https://{base_url}")
        scheme, host, path = parts.scheme, parts.netloc, parts.path.strip("/")
        if scheme not in {"https", "http"} or not parts.hostname:
            raise InvalidInput("base_url", f"“{base_url}” is no address of a store")
    before = addressing == VIRTUAL or (addressing != PATH and at_aws and _LABEL.fullmatch(bucket))
    base = f"{scheme}://{bucket}.{host}/" if before else f"{scheme}://{host}/"
    return base + "".join(f"{part}/" for part in ((path,) if before else (path, bucket)) if part)


def escaped(key: str) -> str:
    """Return a key as it stands in an address and is signed; dots alone would be taken for a way up."""
    parts = quote(key, safe="/-_.~").split("/")
    return "/".join(part.replace(".", "%2E") if part in {".", ".."} else part for part in parts)


def query_of(fields: Mapping[str, str]) -> str:
    """Return a query as it is signed: sorted, with nothing left bare that a signature escapes."""
    pairs = sorted((quote(name, safe="-_.~"), quote(text, safe="-_.~")) for name, text in fields.items())
    return "&".join(f"{name}={text}" for name, text in pairs)
