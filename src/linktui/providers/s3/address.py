"""Where a store and its buckets are, and the escaped path of a key in one; no I/O.

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


def is_bucket(name: str) -> bool:
    """Tell whether a bucket can be called so."""
    return _BUCKET.fullmatch(name) is not None


def is_aws(base_url: str) -> bool:
    """Tell whether an account is at AWS: without an endpoint of its own it is."""
    return base_url.rstrip("/") in {"", BASE_URL.rstrip("/")}


def service_url(base_url: str, region: str) -> str:
    """Return the address above all buckets, ending in a slash; raises InvalidInput.

    At AWS that is in `region`, where it is known.
    """
    if is_aws(base_url):
        ending = ".cn" if region.startswith("cn-") else ""
        place = f"s3.{region}" if region else "s3"
        return f"https://{place}.amazonaws.com{ending}/"
    parts = urlsplit(base_url if "://" in base_url else f"https://{base_url}")
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise InvalidInput("base_url", f"“{base_url}” is no address of a store")
    path = parts.path.strip("/")
    return f"{parts.scheme}://{parts.netloc}/" + (f"{path}/" if path else "")


def bucket_url(base_url: str, bucket: str, *, region: str, addressing: str = AUTO) -> str:
    """Return the address of a bucket, ending in a slash; raises InvalidInput."""
    if not is_bucket(bucket):
        raise InvalidInput("bucket", f"“{bucket}” is no name of a bucket")
    above = service_url(base_url, region)
    if addressing == VIRTUAL or (addressing != PATH and is_aws(base_url) and _LABEL.fullmatch(bucket)):
        scheme, _, rest = above.partition("://")
        return f"{scheme}://{bucket}.{rest}"
    return f"{above}{bucket}/"


def escaped(key: str) -> str:
    """Return a key as it stands in an address and is signed; dots alone would be taken for a way up."""
    parts = quote(key, safe="/-_.~").split("/")
    return "/".join(part.replace(".", "%2E") if part in {".", ".."} else part for part in parts)


def query_of(fields: Mapping[str, str]) -> str:
    """Return a query as it is signed: sorted, with nothing left bare that a signature escapes."""
    pairs = sorted((quote(name, safe="-_.~"), quote(text, safe="-_.~")) for name, text in fields.items())
    return "&".join(f"{name}={text}" for name, text in pairs)
