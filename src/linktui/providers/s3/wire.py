"""What a store says in XML, read with care, and what it is told; no I/O.

A document type, which is how XML is made to explode, is refused; names of spaces are left out.
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus
from xml.etree.ElementTree import Element, ParseError, XMLParser
from xml.sax.saxutils import escape

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
from linktui.model.file import Version
from linktui.providers.answers import Answer, Said
from linktui.providers.shapes import Moment, Shape, parse

_KINDS: dict[str, type[ProviderError]] = {
    "SlowDown": RateLimited,
    "TooManyRequests": RateLimited,
    "RequestLimitExceeded": RateLimited,
    "ServiceUnavailable": Unavailable,
    "InternalError": Unavailable,
    "OperationAborted": Unavailable,
    "RequestTimeout": Unavailable,
    "XAmzContentSHA256Mismatch": Unavailable,
    "BadDigest": Unavailable,
    "NotImplemented": Rejected,
    "NoSuchKey": NotFound,
    "NoSuchBucket": NotFound,
    "NoSuchUpload": NotFound,
    "NoSuchVersion": NotFound,
    "PreconditionFailed": Conflict,
    "ConditionalRequestConflict": Conflict,
    "ExpiredToken": Unauthorized,
    "InvalidToken": Unauthorized,
    "InvalidAccessKeyId": Unauthorized,
    "SignatureDoesNotMatch": Unauthorized,
    "RequestTimeTooSkewed": Unauthorized,
    "PermanentRedirect": Rejected,
    "AuthorizationHeaderMalformed": Rejected,
}
"""What a code means where its status alone would say something else."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One object of a list."""

    key: str
    size: int
    etag: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list of objects, in the order of their keys."""

    objects: tuple[Listed, ...]
    more: bool
    folders: tuple[str, ...] = ()
    """What keys begin with, up to the delimiter that was asked for."""
    token: str = ""
    """Where the next page begins."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket of a list."""

    name: str
    made_at: datetime | None
    region: str
    """Empty where the store does not tell."""


@dataclass(frozen=True, slots=True)
class Buckets:
    """One page of a list of buckets."""

    rows: tuple[Bucket, ...]
    token: str
    """Where the next page begins; empty at the end."""


@dataclass(frozen=True, slots=True)
class Versions:
    """One page of a list of versions, of each key newest first."""

    rows: tuple[tuple[str, Version], ...]
    """Keys, each with one version."""
    markers: tuple[str, str] | None
    """The key and the version that the next page begins after."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an unfinished upload."""

    number: int
    size: int
    etag: str
    crc: int | None = None
    """Its CRC-32, where the store tells it."""


class _Object(Shape):
    key: str
    size: int
    etag: str = ""
    changed_at: Moment


class _Bucket(Shape):
    name: str
    made_at: Moment | None = None


class _Version(Shape):
    id: str
    size: int | None = None
    created_at: Moment


class _Part(Shape):
    number: int
    size: int
    etag: str


def tree(body: bytes, *roots: str) -> Element:
    """Return a document whose root has one of the names; raises Unintelligible for any other."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Unintelligible("XML with a document type")
    parser = XMLParser()  # noqa: S314 - a document type was refused above
    try:
        parser.feed(body)
        found = parser.close()
    except (ParseError, ValueError, LookupError) as error:
        raise Unintelligible("not XML") from error
    assert isinstance(found, Element)  # what its builder makes
    for one in found.iter():
        one.tag = one.tag.rpartition("}")[2]
    if found.tag not in roots:
        raise Unintelligible(f"XML that is no {roots[0]}")
    return found


def said(body: Any) -> Said:
    """Read an error's body, and nothing of it where it is none; what it repeats of the request stays out."""
    if not isinstance(body, str) or not body.lstrip().startswith("<"):
        return Said()
    try:
        error = tree(body.strip().encode(), "Error")
    except Unintelligible:
        return Said()
    code = error.findtext("Code", "")
    return Said(message=error.findtext("Message", ""), code=code, kind=_KINDS.get(code))


def region_in(answer: Answer) -> str:
    """Return the region that a refusal names, in a header or in its body; empty for none."""
    told = answer.headers.get("x-amz-bucket-region", "")
    if told or answer.is_success:
        return told
    try:
        return tree(answer.body.strip(), "Error").findtext("Region", "")
    except Unintelligible:
        return ""


def code_in(answer: Answer) -> str:
    """Return the code of an error; empty where there is none."""
    return "" if answer.is_success else said(answer.body.decode("utf-8", "replace")).code


def is_of_keys(error: ProviderError) -> bool:
    """Tell whether it is the keys that are refused, and not what was done with them."""
    return isinstance(error, Unauthorized) and _KINDS.get(error.code or "") is Unauthorized


def hidden_error(answer: Answer) -> ProviderError | None:
    """Return the error in an answer that calls itself a success, as those to long calls may."""
    words = said(answer.body.decode("utf-8", "replace"))
    if not words.code:
        return None
    return (words.kind or Unavailable)(words.message, status=answer.status, code=words.code)


def listing_from(answer: Answer) -> Listing:
    """Return one page of ListObjectsV2, asked for with `encoding-type=url`; raises Unintelligible."""
    root = tree(answer.body, "ListBucketResult")
    plain = _decoder(root)
    objects = []
    for row in root.findall("Contents"):
        shape = parse(
            _Object,
            {
                "key": plain(row.findtext("Key", "")),
                "size": row.findtext("Size"),
                "etag": row.findtext("ETag", "").strip('"'),
                "changed_at": row.findtext("LastModified"),
            },
        )
        objects.append(Listed(shape.key, shape.size, shape.etag, shape.changed_at))
    return Listing(
        tuple(objects),
        root.findtext("IsTruncated") == "true",
        tuple(plain(row.findtext("Prefix", "")) for row in root.findall("CommonPrefixes")),
        root.findtext("NextContinuationToken", ""),
    )


def buckets_from(answer: Answer) -> Buckets:
    """Return one page of ListBuckets; raises Unintelligible."""
    root = tree(answer.body, "ListAllMyBucketsResult")
    rows = []
    for row in root.findall("Buckets/Bucket"):
        told = {"name": row.findtext("Name"), "made_at": row.findtext("CreationDate") or None}
        shape = parse(_Bucket, told)
        rows.append(Bucket(shape.name, shape.made_at, row.findtext("BucketRegion", "")))
    return Buckets(tuple(rows), root.findtext("ContinuationToken", ""))


def versions_from(answer: Answer) -> Versions:
    """Return one page of ListObjectVersions, asked for with `encoding-type=url`; raises Unintelligible."""
    root = tree(answer.body, "ListVersionsResult", "ListObjectVersionsResult")
    plain = _decoder(root)
    rows = []
    for row in root:
        if row.tag not in {"Version", "DeleteMarker"}:
            continue
        told = {
            "id": row.findtext("VersionId"),
            "size": row.findtext("Size"),
            "created_at": row.findtext("LastModified"),
        }
        shape = parse(_Version, told)
        version = Version(
            id=shape.id,
            created_at=shape.created_at,
            size=shape.size,
            is_newest=row.findtext("IsLatest") == "true",
            is_deletion=row.tag == "DeleteMarker",
        )
        rows.append((plain(row.findtext("Key", "")), version))
    if root.findtext("IsTruncated") != "true":
        return Versions(tuple(rows), None)
    marker = plain(root.findtext("NextKeyMarker", ""))
    return Versions(tuple(rows), (marker, root.findtext("NextVersionIdMarker", "")))


def _decoder(root: Element) -> Callable[[str], str]:
    """Return what makes a key of a list plain."""
    return unquote_plus if root.findtext("EncodingType") == "url" else str


def upload_id_from(answer: Answer) -> str:
    """Return the id of a multipart upload just begun; raises Unintelligible."""
    # The second is what servers made with gofakes3 call it, such as `rclone serve s3`.
    root = tree(answer.body, "InitiateMultipartUploadResult", "InitiateMultipartUpload")
    upload_id = root.findtext("UploadId", "")
    if not upload_id:
        raise Unintelligible("UploadId: missing")
    return upload_id


def parts_from(answer: Answer) -> tuple[tuple[Part, ...], str]:
    """Return one page of ListParts, and where the next begins (empty at the end); raises Unintelligible."""
    root = tree(answer.body, "ListPartsResult", "ListPartsResponse")
    shapes = [
        parse(
            _Part,
            {
                "number": row.findtext("PartNumber"),
                "size": row.findtext("Size"),
                "etag": row.findtext("ETag", ""),
            },
        )
        for row in root.findall("Part")
    ]
    sums = [_crc_in(row.findtext("ChecksumCRC32", "")) for row in root.findall("Part")]
    marker = root.findtext("NextPartNumberMarker", "") if root.findtext("IsTruncated") == "true" else ""
    rows = zip(shapes, sums, strict=True)
    return tuple(Part(one.number, one.size, one.etag, crc) for one, crc in rows), marker


def _crc_in(text: str) -> int | None:
    try:
        told = b64decode(text, validate=True)
    except (BadBase64, ValueError):
        return None
    return int.from_bytes(told, "big") if len(told) == 4 else None


def copied_etag(answer: Answer) -> str:
    """Return the ETag of a part that was copied; raises Unintelligible."""
    return tree(answer.body, "CopyPartResult").findtext("ETag", "")


def completion(parts: Iterable[Part]) -> bytes:
    """Return the body that puts parts together."""
    rows = "".join(
        f"<Part><PartNumber>{part.number}</PartNumber><ETag>{escape(part.etag)}</ETag></Part>"
        for part in parts
    )
    space = "http://s3.amazonaws.com/doc/2006-03-01/"
    return f'<CompleteMultipartUpload xmlns="{space}">{rows}</CompleteMultipartUpload>'.encode()
